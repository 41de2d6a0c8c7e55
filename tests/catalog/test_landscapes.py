"""Surfaces and descents on them: gradients, minima, what the optimizers and schedules do there, bad input."""

import numpy as np
import pytest

import actviz
from actviz import ActvizError
from actviz.catalog.landscapes import DIP, LANDSCAPES, RIPPLES, Landscape, landscape, settle
from actviz.catalog.optimizers import SGD, Momentum
from actviz.catalog.schedules import Constant, OneCycle, StepDecay
from actviz.training.descending import descend, path

EACH = pytest.mark.parametrize("surface", LANDSCAPES.values(), ids=list(LANDSCAPES))


@EACH
def test_the_gradient_is_that_of_central_differences(surface):
    left, right, bottom, top = surface.view
    rng, h = np.random.default_rng(0), 1e-5
    points = rng.uniform((left, bottom), (right, top), (200, 2))
    numeric = [(surface.heights(points + h * e) - surface.heights(points - h * e)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(surface.gradient(points), np.stack(numeric, axis=1), atol=1e-8)


@EACH
def test_the_start_is_in_view_and_in_the_basin_of_a_minimum_that_is_not_the_lowest(surface):
    left, right, bottom, top = surface.view
    x, y = np.meshgrid(np.linspace(left, right, 60), np.linspace(bottom, top, 60))
    assert left < surface.start[0] < right
    assert bottom < surface.start[1] < top
    lowest = surface.heights(np.stack([x, y], axis=-1)).min()
    assert surface.heights(settle(surface, np.array(surface.start))) > lowest + 0.3


def test_settling_ends_in_minima_of_the_basin_and_keeps_the_shape():
    points = np.array([[[-3.6, 2.7], [0.3, 0.2]], [[np.nan, 0.0], [1.8, 0.1]]])
    minima = settle(RIPPLES, points)
    assert minima.shape == points.shape
    np.testing.assert_allclose(minima[0, 1], [0.0, 0.0], atol=1e-8)
    assert np.isnan(minima[1, 0]).all()
    assert np.abs(RIPPLES.gradient(minima[0])).max() < 1e-8
    assert np.abs(minima[0, 0] - points[0, 0]).max() > 0.5  # where it starts the flank leads over the next crest
    assert np.isnan(settle(DIP, np.array([[1e6, 0.0], [-np.inf, 0.0]]))).all()
    slope = Landscape("slope", lambda x, y: x + 0 * y, lambda x, y: (1.0 + 0 * x, 0 * y), (0, 0), (-1, 1, -1, 1))
    assert np.isnan(settle(slope, np.array([0.0, 0.0]))).all()
    assert settle(DIP, np.array([2.0, -1.0])) == pytest.approx([1.0, 0.0], abs=1e-8)


def test_settling_finds_narrow_and_flat_minima_alike():
    for curvature in (1e-3, 1.0, 1e4):
        bowl = Landscape(
            "bowl", lambda x, y, c=curvature: c * (x**2 + y**2) / 2, lambda x, y, c=curvature: (c * x, c * y),
            (1.0, 1.0), (-2.0, 2.0, -2.0, 2.0),
        )  # fmt: skip
        np.testing.assert_allclose(settle(bowl, np.array([[1.0, -1.5]])), 0.0, atol=1e-5)


def test_a_path_is_the_optimizers_own_steps_at_the_schedules_rates():
    schedule = StepDecay(0.1, 0.5, 2)
    noise = np.random.default_rng(1).standard_normal((4, 3, 2))
    found = path(DIP, DIP.start, schedule, Momentum(0.5), noise)
    at, velocity = np.tile(DIP.start, (3, 1)), np.zeros((3, 2))
    for step in range(4):
        np.testing.assert_allclose(found[step], at)
        velocity = 0.5 * velocity + DIP.gradient(at) + noise[step]
        at = at - schedule(step) * velocity
    np.testing.assert_allclose(found[4], at)


def test_one_cycle_drives_the_momentum():
    schedule, noise = OneCycle(0.1, 10), np.zeros((2, 1, 2))
    found = path(DIP, DIP.start, schedule, Momentum(0.0), noise)
    first = -schedule(0) * DIP.gradient(found[0])
    second = -schedule(1) * (schedule.momentum(1) * DIP.gradient(found[0]) + DIP.gradient(found[1]))
    np.testing.assert_allclose(np.diff(found, axis=0), [first, second])


def test_a_rate_above_two_over_the_curvature_leaves_the_narrow_dip_and_a_smaller_one_stays():
    found = descend({"small": (0.05, "sgd"), "large": (0.25, "sgd")}, noise=0.3, repeats=20, seeds=2)
    assert float(found["reached_value"].sel(run="small")) == pytest.approx(float(found["start_value"]), abs=1e-9)
    np.testing.assert_allclose([found[f"reached_{k}"].sel(run="large") for k in "xy"], [1.0, 0.0], atol=1e-6)
    assert (found["escaped"].sel(run="small") == 0).all()
    assert (found["escaped"].sel(run="large") > 0.9).all()
    # the minimum's own curvature, by differences of its gradient
    (minimum,), h = settle(DIP, np.array([DIP.start])), 1e-5
    hessian = [(DIP.gradient(minimum + h * e) - DIP.gradient(minimum - h * e)) / (2 * h) for e in np.eye(2)]
    assert 2 / 0.25 < np.linalg.eigvalsh(hessian).max() < 2 / 0.05


def test_descents_share_their_noise_and_depend_on_nothing_else():
    together = descend([0.1, 0.2], noise=0.5, repeats=3, seeds=(4, 7), steps=20)
    alone = descend([0.2], noise=0.5, repeats=3, seeds=(7,), steps=20)
    for name in ("noisy_x", "noisy_y", "escaped", "excess"):
        np.testing.assert_array_equal(together[name].sel(run="constant:0.2", seed=7), alone[name].values[0, 0])
    same = descend({"a": (0.2, "sgd"), "b": (Constant(0.2), SGD())}, noise=0.5, repeats=3, seeds=1, steps=20)
    np.testing.assert_array_equal(same["noisy_x"].sel(run="a"), same["noisy_x"].sel(run="b"))


def test_without_noise_noisy_descents_are_the_plain_one():
    found = descend(["cosine:0.1,50"], noise=0.0, repeats=2, seeds=2, steps=50)
    np.testing.assert_array_equal(found["noisy_x"].isel(run=0, seed=1), found["x"].isel(run=0))


def test_overflow_is_data():
    found = descend([(50.0, "momentum")], noise=1.0, repeats=2, seeds=1, steps=2000)
    assert not np.isfinite(found["x"].values[0, -1])
    assert (found["escaped"] == 0).all()
    assert np.isnan(found["reached_value"]).all()


def test_a_surface_of_ones_own_is_descended_on():
    valley = Landscape("valley", lambda x, y: x**2 + 0 * y, lambda x, y: (2 * x, 0.0), (1.0, 0.5), (-2, 2, -1, 1))
    found = descend(0.25, valley, steps=60)
    assert landscape(valley) is valley
    assert float(found["x"].isel(run=0, step=-1)) == pytest.approx(0.0, abs=1e-12)
    assert float(found["y"].isel(run=0, step=-1)) == 0.5


def test_a_descent_is_saved_and_read(tmp_path):
    found = descend(["cosine", ("constant", "momentum")], steps=10)
    assert found["run"].values.tolist() == ["cosine", "constant, momentum"]
    actviz.save(found, tmp_path / "found.nc")
    assert actviz.load(tmp_path / "found.nc").identical(found)
    assert actviz.recipe(found)["runs"]["cosine"] == ["cosine", "sgd"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: descend([]), "at least one"),
        (lambda: descend([0.1, 0.1]), "twice"),
        (lambda: descend(["nonsense"]), "constant"),
        (lambda: descend([(0.1, "nonsense")]), "momentum"),
        (lambda: descend("reduce_on_plateau"), "follows a metric"),
        (lambda: descend(0.1, "nonsense"), "dip, ripples"),
        (lambda: descend(0.1, noise=-1.0), "noise"),
        (lambda: descend(0.1, start=(np.nan, 0.0)), "start"),
        (lambda: descend(0.1, steps=0), "steps"),
        (lambda: descend(0.1, repeats=0), "repeats"),
        (lambda: descend(0.1, seeds=0), "seeds"),
        (lambda: Landscape("flat", np.add, np.add, (0, 0), (1, 0, 0, 1)), "left < right"),
    ],
)
def test_bad_arguments_are_one_line_errors(call, words):
    with pytest.raises(ActvizError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
