"""What a baseline keeps: every statistic on its scale, ratios of layers, and shapes of histograms."""

import numpy as np
import pytest

import actviz
from actviz.baseline.measures import MEASURES, SCALES, pairing_values, summarize
from actviz.baseline.record import summarize_values
from actviz.baseline.shapes import LINEAR_BINS, coarser, pairing_shapes, side_by_side
from actviz.catalog.activations import ACTIVATIONS
from actviz.text import TEXT

LAYERS = np.array([1])


def summary(values, scale):
    return summarize(np.array(values, float).reshape(-1, 1), SCALES[scale], LAYERS)


def test_every_statistic_of_a_dataset_is_kept():
    assert set(actviz.STATISTICS) <= set(MEASURES)


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_words(name):
    assert TEXT[f"statistic.{name}"]["en"]


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_is_undone(name):
    values = np.array([0.01, 0.2, 0.5, 0.97])
    assert SCALES[name].back(SCALES[name].forward(values)) == pytest.approx(values)


@pytest.mark.parametrize("name", SCALES)
def test_a_margin_is_the_change_of_a_value_it_stands_for(name):
    value = {"log": 3.0, "angle": 0.5, "linear": 0.0, "fisher": 0.0}[name]
    changed = value * 1.01 if name == "log" else value + 0.01
    on_scale = SCALES[name].forward(np.array([value, changed]))
    assert on_scale[1] - on_scale[0] == pytest.approx(SCALES[name].margin(0.01), rel=1e-3)


def test_mean_and_sd_are_over_seeds_on_the_scale():
    found = summary([1.0, 2.0, 4.0], "log")
    assert found.mean[0] == pytest.approx(np.log(2))
    assert found.sd[0] == pytest.approx(np.log(2), rel=1e-5)
    assert found.value[0] == pytest.approx(2.0)
    assert found.at(1.0)[0] == pytest.approx(4.0, rel=1e-5)


def test_what_has_no_place_on_a_scale_is_counted_beside_it():
    found = summary([1.0, 0.0, np.nan, -(np.e**2), -(np.e**2), -(np.e**2)], "log")
    assert [found.seeds[0], found.zero[0], found.undefined[0], found.negative[0]] == [4, 1, 1, 3]
    assert found.all[0] == 6
    assert found.mean[0] == pytest.approx(1.5)
    assert found.value[0] < 0
    assert summary([0.0, -1.0], "linear").zero[0] == 0


def test_nothing_but_zeros_or_nothing_at_all():
    assert summary([0.0, 0.0], "log").value[0] == 0
    assert np.isnan(summary([np.nan, np.nan], "log").value[0])
    assert np.isnan(summary([3.0], "linear").sd[0])


@pytest.mark.parametrize("scale", ["linear", "angle"])
def test_equal_numbers_have_no_spread(scale):
    assert summary([0.3] * 7, scale).sd[0] == 0


def test_gains_isolate_the_layer_whose_weights_change():
    """Doubling what layer 3 gives doubles the gain into it, and every size from there on."""
    dataset = actviz.probe("he_normal", "identity", depth=4, width=8, samples=9, seeds=3)
    values = pairing_values(dataset, "he_normal", "identity")
    doubled = {name: value.copy() for name, value in values.items()}
    for name in ("preact_mean", "preact_std", "act_mean", "act_std"):
        doubled[name][:, 2:] *= 2
    before, after = summarize_values(values), summarize_values(doubled)
    change = np.exp(after["forward_gain"].mean - before["forward_gain"].mean)
    assert after["forward_gain"].layers.tolist() == [2, 3, 4]
    assert change == pytest.approx([1, 2, 1])
    assert np.exp(after["act_std"].mean - before["act_std"].mean) == pytest.approx([1, 1, 2, 2])


def test_counts_of_units_are_shares_of_the_width(measured):
    values = pairing_values(measured("he_normal", "relu"), "he_normal", "relu")
    found = summarize_values(values)["dead_units"]
    assert found.value == pytest.approx((np.sin(np.arcsin(np.sqrt(values["dead_units"] / 24)).mean(axis=0))) ** 2)


# Shapes


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_edges_are_the_datasets_own_and_a_few_dozen_where_bounded(name):
    edges = ACTIVATIONS[name].bins.edges
    bins, kept, _ = coarser(edges)
    assert set(kept.tolist()) <= set(edges.tolist())
    if ACTIVATIONS[name].bounded:
        assert len(kept) == LINEAR_BINS + 1
    else:
        assert bins == "octaves"
        assert np.all(np.isin(np.frexp(np.abs(kept[kept != 0]))[0], [0.5]))


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "sigmoid"])
def test_shares_are_those_of_the_datasets_histogram(measured, activation):
    dataset = measured("he_normal", activation)
    for shape in pairing_shapes(dataset, "he_normal", activation):
        counts = dataset["hist"].sel(init="he_normal", activation=activation, layer=shape.layer).values
        edges = dataset["bin_edges"].sel(activation=activation).values
        expected = [counts[edges[1:] <= edge].sum() / counts.sum() for edge in shape.edges]
        assert shape.below == pytest.approx(expected, abs=1e-7)
        assert len(shape.edges) < 90


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_spread_is_that_of_the_seeds_measured_one_by_one(measured, activation):
    together = pairing_shapes(measured("he_normal", activation, number=4), "he_normal", activation)
    alone = [pairing_shapes(measured("he_normal", activation, start=seed, number=1), "he_normal", activation)
             for seed in range(4)]  # fmt: skip
    for at, shape in enumerate(together):
        shares = [shapes[at].at(shape.edges)[0] for shapes in alone]
        assert shape.below == pytest.approx(np.mean(shares, axis=0), abs=2e-7)
        assert shape.sd[1:-1] == pytest.approx(np.std(shares, axis=0, ddof=1)[1:-1], abs=1e-6)
        assert shape.seeds == 4


def test_a_dataset_without_the_spread_of_its_histograms_says_so(measured):
    dataset = measured("he_normal", "relu").drop_vars("hist_squares")
    assert not any(shape.known for shape in pairing_shapes(dataset, "he_normal", "relu"))


def test_a_share_of_overflow_is_outside_all_bins(measured):
    dataset = measured("normal:1e15", "relu")
    last = pairing_shapes(dataset, dataset["init"].values[0], "relu")[-1]
    assert last.below[-1] < 1


def test_side_by_side_joins_what_is_too_rare_to_see(measured):
    inits = ("he_normal", "normal:0.01")
    first, second = (pairing_shapes(measured(init, "leaky_relu"), init, "leaky_relu")[2] for init in inits)
    edges, a, b = side_by_side(first, second)
    assert 0.0 in edges.tolist()
    assert a.sum() == pytest.approx(1, abs=5e-3)
    assert b.sum() == pytest.approx(1, abs=5e-3)
    assert len(edges) < len(np.union1d(first.edges, second.edges))
