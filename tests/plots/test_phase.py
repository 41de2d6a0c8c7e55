"""The phase figure: depth reached over sigma_w, and over sigma_w and sigma_b."""

import numpy as np
import pytest
import xarray as xr
from matplotlib.collections import QuadMesh
from matplotlib.text import Text

import actviz
from actviz import ActvizError
from actviz.plots import THEMES, figure_phase, figures_of
from actviz.plots.reading.reached import Sweep, deepest_titles
from actviz.theory import depth_scales

SIGMAS = np.sqrt([0.5, 1.0, 1.761, 3.0, 6.0])


def words(fig):
    return [item.get_text() for item in fig.findobj(Text) if item.get_text()]


def points(ax, marker):
    (found,) = (item for item in ax.lines if item.get_marker() == marker)
    return found.get_xydata()


def test_each_stack_is_a_column_of_two_maps(sweep):
    fig = figure_phase(sweep)
    scales = depth_scales.measured_depths(sweep)
    for ax, name in zip(fig.axes[:2], ("distance", "decades"), strict=True):
        mesh = ax.findobj(QuadMesh)[0]
        assert mesh.get_array().shape == (20, 5)
        edges = mesh.get_coordinates()[0, :, 0]
        assert ((edges[:-1] < SIGMAS) & (edges[1:] > SIGMAS)).all()
        measured = scales[name].sel(init="variance_scaling:3,fan_in,normal").median("seed").values[0]
        column = mesh.get_array()[:, 3]
        want = np.log10(measured) if name == "distance" else measured[::-1]
        np.testing.assert_allclose(column, np.maximum(want, -4), rtol=1e-6)


def test_the_points_are_the_depths_reached_and_lie_at_the_top_where_deeper(sweep):
    fig = figure_phase(sweep)
    found = depth_scales.measured_depths(sweep)["depth_gradient"].isel(activation=0).median("seed").values[:5]
    inside, above = points(fig.axes[1], "o"), points(fig.axes[1], "^")
    top = fig.axes[1].get_ylim()[1]
    assert len(inside) + len(above) == 5
    assert len(above) >= 1
    np.testing.assert_allclose(inside, np.column_stack([SIGMAS, found])[found < top])
    np.testing.assert_allclose(above, np.column_stack([SIGMAS[found >= top], np.full((found >= top).sum(), top)]))
    assert "deeper than the stack" in words(fig)


def test_theory_draws_the_critical_sigma_w_and_six_depth_scales(sweep):
    fig = figure_phase(sweep)
    for ax, kind in zip(fig.axes[:2], (0, 1), strict=True):
        upright = [item.get_xdata() for item in ax.lines if list(item.get_ydata()) == [0, 1]]
        assert [at[0] for at in upright] == [pytest.approx(np.sqrt(1.76095), abs=1e-4)]
        curve = max(ax.lines, key=lambda item: len(item.get_xdata()))
        sigmas, *depths = depth_scales.theory_depths("tanh", *ax.get_xlim(), 0.05**0.5)
        np.testing.assert_allclose(curve.get_xdata(), sigmas)
        finite = np.isfinite(depths[kind])
        np.testing.assert_allclose(curve.get_ydata()[finite], depths[kind][finite])
        assert curve.get_ydata()[~finite].min() > ax.get_ylim()[1]  # to the top of the panel
    assert "critical: 1.33" in words(fig)


def test_without_theory_only_the_measurement_is_drawn(sweep):
    fig = figure_phase(sweep, theory=False)
    assert not [word for word in words(fig) if word.startswith(("theory", "critical:"))]
    assert all(item.get_marker() in "o^" for ax in fig.axes for item in ax.lines)


def test_where_theory_does_not_hold_it_says_so(sweep):
    import json

    recipe = actviz.recipe(sweep)
    normed = sweep.assign_attrs(recipe=json.dumps(recipe | {"norm": "batch"}))
    own = sweep.assign_coords(activation=["my_own"])
    for ds, reason in ((normed, "batch norm"), (own, "function")):
        fig = figure_phase(ds)
        assert any(
            "no theory: " in word and reason in word for word in (each.replace("\n", " ") for each in words(fig))
        )
        assert "theory: 6 ξ" not in words(fig)


def test_datasets_that_differ_in_their_biases_make_a_map_of_both(map_of_biases):
    fig = figure_phase(map_of_biases)
    depths = (
        depth_scales.measured_depths(map_of_biases[0])["depth_gradient"].isel(activation=0).median("seed").values[:5]
    )
    mesh = fig.axes[1].findobj(QuadMesh)[0]
    np.testing.assert_allclose(mesh.get_array(), np.tile(np.minimum(depths, 20), (3, 1)))
    ups = mesh.get_coordinates()[:, 0, 1]
    assert ((ups[:-1] < [0, 0.2, 0.4]) & (ups[1:] > [0, 0.2, 0.4])).all()
    (line,) = fig.axes[1].lines
    np.testing.assert_allclose(line.get_xydata(), np.column_stack(depth_scales.critical_curve("tanh")))
    assert {"theory: critical line", "theory: 6 ξ = 20 layers"} <= set(words(fig))
    assert not any("biases N(" in word for word in words(fig))
    assert len(figure_phase(map_of_biases, theory=False).axes) == 4
    of_relu = [
        each.assign_coords(activation=["relu"]) for each in map_of_biases
    ]  # critical at a point, which is no line
    assert "theory: critical line" not in words(figure_phase(of_relu))


@pytest.mark.parametrize("theme", THEMES)
def test_a_map_says_which_shade_is_deep_in_its_theme(map_of_biases, theme):
    read = figure_phase(map_of_biases, theme=theme).texts[1].get_text()
    assert ("darkest" if theme == "print" else "brightest") in read


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda maps: [maps[0], maps[0]], "a bias_std each; they have 0.4, 0.4"),
        (lambda maps: [maps[0], maps[1].isel(layer=slice(15))], "same number of layers"),
        (lambda maps: [maps[0], maps[1].isel(init=slice(4))], "differ in sigma_w"),
    ],
)
def test_datasets_that_do_not_make_one_map_are_refused(map_of_biases, change, said):
    with pytest.raises(ActvizError, match=said):
        figure_phase(change(map_of_biases))


def test_a_set_of_figures_draws_it_only_where_there_is_a_sweep(sweep, healthy, one_line_error):
    assert "phase-tanh" in [stem for stem, _ in figures_of(sweep)]
    assert not [stem for stem, _ in figures_of(healthy) if stem.startswith("phase")]
    assert not [stem for stem, _ in figures_of(sweep.isel(init=slice(3))) if stem.startswith("phase")]
    assert "at least 4 initializers" in one_line_error(figures_of, sweep.isel(init=slice(3)), ["phase"])
    assert "this dataset has 4 and 5" in one_line_error(figures_of, healthy, ["phase"])
    assert "this dataset has 3 and 20" in one_line_error(figure_phase, sweep.isel(init=[0, 1, 2, 5, 6]))


@pytest.mark.parametrize("bias_stds", [(0.0,), (0.0, 1e-6)])
def test_independent_samples_that_start_at_rest_have_no_signal_panel_and_are_told_what_has(bias_stds):
    inits = [f"variance_scaling:{v}" for v in (0.6, 1.0, 1.8, 3.0)]
    maps = [actviz.probe(inits, "tanh", depth=16, width=64, samples=30, seeds=2, bias_std=b) for b in bias_stds]
    fig = figure_phase(maps)
    signal, gradient = fig.axes[:2]
    assert not signal.findobj(QuadMesh)
    assert not signal.lines
    assert gradient.findobj(QuadMesh)
    (reason,) = (item.get_text().replace("\n", " ") for item in signal.texts if "correlated" in item.get_text())
    assert "start at the correlation at which they rest" in reason
    assert "--inputs correlated:0.5" in reason


def test_a_signal_panel_is_there_as_soon_as_samples_have_a_way_to_go():
    inits = [f"variance_scaling:{v}" for v in (0.6, 1.0, 1.8, 3.0)]
    for activation, inputs in (("relu", "normal"), ("tanh", "correlated:0.5")):
        fig = figure_phase(actviz.probe(inits, activation, depth=16, width=64, samples=30, seeds=2, inputs=inputs))
        assert fig.axes[0].findobj(QuadMesh)


def test_columns_without_numbers_are_marked_and_an_infinite_depth_is_no_line():
    inits = ["normal:0.01", "lecun_normal", "he_normal", "normal"]
    fig = figure_phase(actviz.probe(inits, "relu", depth=60, width=64, samples=30, seeds=2))
    signal, gradient = fig.axes[:2]
    for ax in (signal, gradient):
        sigmas, marks = (0.08, 8.0), ("D", "x")
        for sigma, mark in zip(sigmas, marks, strict=True):
            ((at, up),) = points(ax, mark)
            assert at == pytest.approx(sigma)
            assert ax.get_ylim()[0] < up < ax.get_ylim()[1]
        assert not any(at in sigmas for at, _ in [*points(ax, "o"), *points(ax, "^")])
    assert {"overflow", "exactly 0"} <= set(words(fig))
    assert "theory: 6 ξ is infinite" in [item.get_text() for item in signal.texts]
    assert not [item for item in signal.lines if len(item.get_xdata()) > 4]
    assert [item for item in gradient.lines if len(item.get_xdata()) > 4]


def test_the_title_counts_who_reaches_all_layers_and_else_says_where_it_is_deepest():
    """How much deeper than the stack a depth would be is not seen."""
    sigmas = np.array([1.0, 2.0, 3.0])

    def titles(signal, gradient):
        dims, of = ("init", "seed", "layer"), {"depth_signal": signal, "depth_gradient": gradient}
        depths = {name: (dims[:2], np.array(each)) for name, each in of.items()}
        scales = xr.Dataset({**depths, "distance": (dims, np.zeros((3, 2, 20)))})
        return deepest_titles(Sweep(sigmas, scales, "tanh", 0.0), "en")

    inside = [[5.0, 6.0], [9.0, 8.0], [2.0, 2.0]]
    assert titles(inside, inside)[0] == "tanh: signal and gradient reach deepest at σ_w = 2"
    apart = [[5.0, 9.0], [9.0, 8.0], [2.0, 2.0]]
    assert titles(apart, inside)[0] == "tanh: signal deepest at σ_w = 1 to 2, gradient at 2"
    beyond = [[5.0, 5.0], [90.0, 70.0], [21.0, np.inf]]
    assert titles(beyond, beyond)[0] == "tanh: 2 of 3 signals, 2 gradients reach all 20 layers"
    assert titles(beyond, inside)[0] == "tanh: the gradient reaches deepest at σ_w = 2"
