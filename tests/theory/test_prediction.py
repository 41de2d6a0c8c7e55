"""predict(): what it holds, where it refuses, where it stops, and that what it expects is what is measured."""

import dataclasses
import json
import math
import sys

import numpy as np
import pytest
from scipy.stats import chi2, norm, t

import actviz
from actviz import Activation, activation, load, predict, probe, save
from actviz.catalog.initializers import VarianceScaling
from actviz.results.dataset import recipe
from actviz.text import text
from actviz.theory import bin_shares, chi, correlation_map, lengths
from actviz.theory.expected import PREDICTED

BASE = {"depth": 4, "width": 64, "samples": 60, "seeds": 4}
ENDS = ("", "_low", "_high", "_z")
THEORYS_OWN = ("q", "correlation", "chi")


def _bound(comparisons, seeds, width):
    """What no |z| exceeds in more than 1 of 2000 runs, were the seeds fresh.

    A normal quantile for all comparisons together, and what is of the order after the leading one: at width 100 a mean
    is up to a quarter of one seed's standard deviation off, which falls as 1 / sqrt(width) at least.
    """
    return norm.isf(2.5e-4 / comparisons) + 0.25 * math.sqrt(100 / width) * math.sqrt(seeds)


def _scores(predicted):
    """Every z-score that is a number."""
    values = np.concatenate([predicted[f"{name}_z"].values.ravel() for name in PREDICTED])
    return values[np.isfinite(values)]


def _one(predicted):
    """The only pairing."""
    return predicted.isel(init=0, activation=0)


@pytest.fixture(scope="module")
def measured():
    return probe(["he", "xavier", "orthogonal"], ["relu", "tanh"], **BASE)


@pytest.fixture(scope="module")
def predicted(measured):
    return predict(measured)


# What it holds


def test_it_holds_expectation_band_and_score_of_every_statistic(measured, predicted):
    layered = [*(name + end for name in PREDICTED for end in ENDS), *THEORYS_OWN]
    assert set(predicted.data_vars) == {*layered, "hist", "refused", "stops", "missing"}
    for name in layered:
        assert predicted[name].dims == ("init", "activation", "layer")
        assert predicted[name].dtype == np.float64
        assert predicted[name].attrs["long_name"]
        assert predicted[name].attrs["definition"]
    assert predicted["hist"].dims == ("init", "activation", "layer", "bin")
    assert predicted["refused"].dims == predicted["stops"].dims == ("init", "activation")
    for name in ("init", "activation", "layer"):
        assert predicted[name].values.tolist() == measured[name].values.tolist()
    assert "seed" not in predicted.dims
    assert recipe(predicted) == recipe(measured)


def test_what_is_treated_is_a_number_everywhere(predicted):
    treated = predicted.sel(init=["he_normal", "xavier_normal"])
    assert (treated["refused"] == "").all()
    assert (treated["stops"] == 0).all()
    for name in PREDICTED:
        for end in ("", "_low", "_high"):
            assert np.isfinite(treated[name + end]).all(), name + end
        assert (treated[f"{name}_low"] <= treated[name]).all()
        assert (treated[name] <= treated[f"{name}_high"]).all()
    assert ((treated["saturated_low"] >= 0) & (treated["saturated_high"] <= 1)).all()
    assert treated["hist"].sum("bin").values == pytest.approx(1.0, abs=1e-9)
    assert (treated["hist"] >= 0).all()


def _closeness(similarity):
    """It grows with a similarity, by as much for each e-fold nearer to 1."""
    return -np.log(1 - similarity)


@pytest.mark.parametrize("name", PREDICTED)
def test_a_score_is_the_distance_of_the_mean_over_seeds_in_standard_errors(measured, predicted, name):
    logarithmic = name in ("preact_std", "act_std", "grad_preact_rms")
    scale = np.log if logarithmic else np.asarray
    if name == "similarity":  # by its distance from 1
        scale = _closeness
    values = scale(measured[name].sel(init="he_normal", activation="tanh").values).mean(axis=0)
    pairing = predicted.sel(init="he_normal", activation="tanh")
    level, low, high = (scale(pairing[name + end].values) for end in ("", "_low", "_high"))
    deviation = (high - low) / (2 * 1.96)
    expected = (values - level) / deviation * math.sqrt(BASE["seeds"])
    assert pairing[f"{name}_z"].values == pytest.approx(expected, rel=1e-3)
    # a similarity's band is wider by what float32 rounds
    assert level - low == pytest.approx(high - level, rel=1e-5 if name == "similarity" else 1e-9)


def test_theorys_own_numbers_are_those_of_the_maps():
    ds = probe("variance_scaling:1.7", "tanh", **{**BASE, "width": 1000}, bias_std=0.3, inputs="correlated:0.6")
    pairing = _one(predict(ds))
    q = lengths("tanh", [1.7] * 4, 0.09, 1.0)
    assert pairing["q"].values == pytest.approx(q, rel=1e-9)
    assert pairing["chi"].values == pytest.approx([chi("tanh", each, 1.7) for each in q], rel=1e-9)
    c = (1.7 * 0.6 + 0.09) / (1.7 + 0.09)
    for layer in range(4):  # finite width adds a drift of the order 1 / width
        assert float(pairing["correlation"][layer]) == pytest.approx(c, abs=0.003)
        c = correlation_map("tanh", c, q[layer], 1.7, 0.09)


def test_a_histogram_is_the_expected_share_of_the_datasets_own_bins(measured, predicted):
    assert predicted.sizes["bin"] == measured.sizes["bin"]
    pairing = predicted.sel(init="xavier_normal", activation="tanh")
    first = bin_shares(activation("tanh"), 1.0, 2 / 64)
    assert pairing["hist"].values[0] == pytest.approx(first, abs=1e-12)
    low = measured["bin_edges"].sel(activation="tanh").values
    assert low.tolist() == activation("tanh").bins.edges.tolist()


def test_the_same_of_a_result_read_from_a_file(tmp_path, measured, predicted):
    save(measured, tmp_path / "result.nc")
    assert predict(load(tmp_path / "result.nc")).identical(predicted)


def test_the_dataset_is_left_as_it_is(measured):
    before = measured.copy(deep=True)
    predict(measured)
    assert measured.identical(before)


def test_selected_layers_and_pairings_have_the_numbers_they_have_among_the_others(measured, predicted):
    part = measured.isel(layer=[1, 3]).sel(init=["xavier_normal"], activation=["tanh", "relu"])
    expected = predicted.isel(layer=[1, 3]).sel(init=["xavier_normal"], activation=["tanh", "relu"])
    found = predict(part)
    for name in set(found.data_vars) - {"missing"}:  # which names layers of those it was given
        np.testing.assert_array_equal(found[name].values, expected[name].values, err_msg=str(name))


def test_pairings_are_selected_by_name(measured, predicted):
    found = predict(measured, inits=["xavier_normal"], activations="tanh")
    assert found.init.values.tolist() == ["xavier_normal"]
    assert found.activation.values.tolist() == ["tanh"]
    assert (
        found["q"].values[0, 0].tolist() == predicted["q"].sel(init="xavier_normal", activation="tanh").values.tolist()
    )
    backwards = predict(measured, activations=["tanh", "relu"], inits="he_normal")
    assert backwards.activation.values.tolist() == ["tanh", "relu"]


def test_an_unknown_name_lists_those_there(measured, one_line_error):
    assert "he_normal, xavier_normal, orthogonal" in one_line_error(predict, measured, inits="lecun")
    assert "relu, tanh" in one_line_error(predict, measured, activations=["tanh", "gelu"])


def test_a_dataset_that_does_not_say_how_it_was_measured_is_an_error(measured, one_line_error):
    known = recipe(measured)
    del known["bias_std"], known["inputs"]
    other = measured.assign_attrs(recipe=json.dumps(known))
    assert "inputs, bias_std" in one_line_error(predict, other)


# Where it refuses


def _assert_refused(predicted, key):
    pairing = _one(predicted)
    assert str(pairing["refused"].values) == text(f"theory.refused.{key}")
    assert int(pairing["stops"]) == 0
    for name in set(predicted.data_vars) - {"refused", "stops", "missing"}:
        assert np.isnan(pairing[name].values).all(), name


@pytest.mark.parametrize(
    ("init", "key"),
    [
        ("orthogonal", "dependent"),
        ("identity", "dependent"),
        ("constant", "mean"),
        ("uniform:0,1", "mean"),
        ("zeros", "silent"),
        ("normal:0", "silent"),
    ],
)
def test_weights_that_theory_cannot_treat_are_refused(init, key):
    _assert_refused(predict(probe(init, "tanh", **BASE)), key)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"norm": "batch"}, "norm"),
        ({"inputs": "mnist"}, "inputs"),
        ({"inputs": np.eye(60, 64)}, "inputs"),
        ({"width": 8}, "narrow"),
        ({"width": [64, 15, 64], "depth": None}, "narrow"),
        ({"input_width": 10}, "narrow"),
        ({"width": 16, "depth": 1001, "samples": 2, "seeds": 1}, "deep"),
    ],
    ids=str,
)
def test_stacks_that_theory_does_not_hold_for_are_refused(options, key):
    _assert_refused(predict(probe("he", "tanh", **{**BASE, **options})), key)


def test_a_function_that_oscillates_too_fast_for_averages_is_refused():
    _assert_refused(predict(probe("normal:100", "sin", **BASE)), "oscillates")


def test_a_refused_pairing_leaves_the_others_alone(predicted):
    assert (predicted["refused"].sel(init="orthogonal") == text("theory.refused.dependent")).all()
    assert np.isnan(predicted["act_std"].sel(init="orthogonal")).all()
    assert np.isfinite(predicted["act_std"].sel(init="he_normal")).all()


@dataclasses.dataclass(frozen=True)
class _Own:
    """Normal weights of a user's own, of the variance of LeCun's; ``declared`` is what it says of itself."""

    declared: float = math.nan

    def sample(self, rng, fan_in, fan_out):
        return rng.standard_normal((fan_in, fan_out)) / math.sqrt(fan_in)

    def variance(self, fan_in, fan_out):
        return self.declared / fan_in


def test_an_own_activation_is_refused_unless_it_is_given():
    own = Activation("my tanh", np.tanh)
    ds = probe("lecun", own, **BASE)
    _assert_refused(predict(ds), "own")
    _assert_refused(predict(ds, activations="my tanh"), "own")
    given = predict(ds, activations={"my tanh": own})
    builtin = predict(probe("lecun", "tanh", **BASE))
    for name in ("q", "act_std", "preact_std_high", "grad_preact_rms", "similarity_low"):
        assert given[name].values == pytest.approx(builtin[name].values, rel=1e-6, abs=1e-9), name


def test_a_plain_function_may_be_given_for_its_label():
    ds = probe("lecun", np.tanh, **BASE)
    (label,) = ds.activation.values.tolist()
    assert label != "tanh", "a plain function is not taken for the built-in"
    _assert_refused(predict(ds), "own")
    assert np.isfinite(predict(ds, activations={label: np.tanh})["act_std"]).all()


def test_an_own_initializer_is_refused_unless_it_is_given_and_declares_its_variance():
    ds = probe(_Own(), "tanh", **BASE)
    _assert_refused(predict(ds), "own")
    _assert_refused(predict(ds, inits={"_Own": _Own()}), "variance")
    given = predict(ds, inits={"_Own": _Own(1.0)})
    builtin = predict(probe("lecun", "tanh", **BASE))
    assert given["act_std"].values.tolist() == builtin["act_std"].values.tolist()


def test_a_mapping_selects_nothing(measured):
    found = predict(measured, inits={"he_normal": VarianceScaling(2.0)})
    assert found.init.values.tolist() == measured.init.values.tolist()


def test_a_users_module_is_not_imported_for_its_label(tmp_path, monkeypatch):
    (tmp_path / "actviz_own_prediction.py").write_text(
        "import numpy as np\nfrom actviz import Activation\nmine = Activation('mine', np.tanh)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    ds = probe("he", "actviz_own_prediction:mine", **BASE)
    del sys.modules["actviz_own_prediction"]
    _assert_refused(predict(ds), "own")
    assert "actviz_own_prediction" not in sys.modules


# Where it stops


def test_forward_it_stops_where_finite_width_takes_over():
    ds = probe("he", "relu", depth=60, width=64, samples=50, seeds=3)
    pairing = _one(predict(ds))
    stops = int(pairing["stops"])
    # A sample's length scatters by (2 + 5 l) / width of its square, which is 1 / 2 after l = 6 layers.
    assert stops == 8
    for name in (*PREDICTED[:-1], *THEORYS_OWN):
        finite = np.isfinite(pairing[name].values)
        assert finite[: stops - 1].all(), name
        assert not finite[stops - 1 :].any(), name
    assert np.isnan(pairing["hist"].values[stops - 1 :]).all()
    # ReLU's gradients do not depend on lengths, and are followed from the last layer on as far as they hold
    gradients = np.isfinite(pairing["grad_preact_rms"].values)
    assert gradients[-10:].all()
    assert not gradients[0]
    assert (np.diff(gradients.astype(int)) >= 0).all()


def test_it_stops_before_an_overflow():
    ds = probe("normal", "relu", depth=35, width=700, samples=10, seeds=1)
    pairing = _one(predict(ds))
    stops = int(pairing["stops"])
    overflowed = int(np.argmax(~np.isfinite(ds["act_std"].values[0, 0, 0]))) + 1
    assert 10 < stops <= overflowed
    assert np.isnan(pairing["preact_std"].values[stops - 1 :]).all()
    assert np.isnan(pairing["grad_preact_rms"].values).all(), "no gradient comes from behind an overflow"


@pytest.mark.parametrize("init", ["normal:0.01", "normal:1e-20", "uniform:-1e10,1e10"])
@pytest.mark.parametrize("name", ["relu", "tanh"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_leaves_the_range_of_numbers_is_nan_and_nothing_warns(init, name, dtype):
    pairing = _one(predict(probe(init, name, depth=60, width=32, samples=10, seeds=1, dtype=dtype)))
    there = np.isfinite(pairing["q"].values)
    assert (there[:-1] >= there[1:]).all()
    assert int(pairing["stops"]) == (0 if there.all() else int(np.argmin(there)) + 1)
    assert np.isfinite(pairing["preact_std"].values[there]).all()


@pytest.mark.parametrize(
    "options",
    [
        {"samples": 1},
        {"samples": 2},
        {"depth": 1},
        {"seeds": 1},
        {"inputs": "normal:0"},
        {"inputs": "normal:1e-30"},
        {"inputs": "normal:1e30"},
        {"inputs": "correlated:1"},
        {"bias_std": 1e6},
        {"width": [64, 1], "depth": None},
    ],
    ids=str,
)
def test_odd_stacks_are_predicted_without_a_warning(options):
    ds = probe(["he", "normal"], ["relu", "tanh"], **{**BASE, **options})
    found = predict(ds)
    assert (found["refused"] == "").all()
    finite = np.isfinite(found["act_std"].values)
    assert finite.any() or options == {"inputs": "normal:0"}


# What it expects is what is measured


def test_single_seeds_lie_in_the_band():
    seeds = 60
    ds = probe(["he", "xavier"], ["relu", "tanh"], depth=3, width=128, samples=100, seeds=seeds)
    found = predict(ds)
    for name in PREDICTED:
        inside = ((ds[name] >= found[f"{name}_low"]) & (ds[name] <= found[f"{name}_high"])).mean("seed")
        rare = np.isnan(found[f"{name}_z"])
        # 95 % to leading order, and no less than 90 % with the next: of 60, fewer than 42 with probability 1e-6.
        assert ((inside >= 0.70) | rare).all(), name
        # and not all, everywhere: a band of twice the width would hold 99.99 %
        assert float(inside.where(~rare).mean()) < 0.99, name


@pytest.mark.parametrize(
    ("inputs", "q", "p", "products", "squares"),
    [
        # mean square and product of two values; variances of a product, and of a square and the covariance of two
        ("normal:3", 9.0, 0.0, 81.0, (162.0, 0.0)),
        ("uniform:-1,1", 1 / 3, 0.0, 1 / 9, (1 / 5 - 1 / 9, 0.0)),
        ("uniform:0,1", 1 / 3, 1 / 4, 1 / 9 - 1 / 16, (1 / 5 - 1 / 9, 0.0)),
        ("correlated:0.5", 1.0, 0.5, 1.25, (2.0, 0.5)),
    ],
)
@pytest.mark.parametrize("samples", [2, 10, 500])
def test_the_first_layers_length_scatters_as_inputs_and_weights_do(inputs, q, p, products, squares, samples):
    width, fan_in = 200, 300
    ds = probe("lecun", "tanh", width=[width], input_width=fan_in, samples=samples, seeds=1, inputs=inputs)
    pairing = _one(predict(ds))
    # Given the inputs each unit is normal, with the samples' products for a covariance ...
    together = (q * q + (samples - 1) * (p * p + products / fan_in)) / samples
    # ... and the inputs' own mean square varies.
    own = (squares[0] + (samples - 1) * squares[1]) / samples / fan_in
    relative = (2 * together / width + own) / q**2
    spread = np.log(pairing["preact_std_high"].values / pairing["preact_std_low"].values) / (2 * 1.96)
    assert spread == pytest.approx(math.sqrt(math.log1p(relative)) / 2, rel=0.02)


@pytest.mark.parametrize(
    "inputs",
    [
        "normal:3",
        "uniform:0,1",
        "correlated:0.5",
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("uniform", "correlated:0")),
    ],
)
def test_other_inputs_and_widths_are_predicted_too(inputs):
    seeds = 12
    ds = probe(
        ["he", "xavier", "he_uniform"],
        ["relu", "tanh", "gelu"],
        input_width=200,
        width=[300, 100, 50],
        samples=100,
        seeds=seeds,
        inputs=inputs,
    )
    z = _scores(predict(ds))
    assert len(z) > 9 * 3 * 5
    assert np.abs(z).max() < _bound(5 * len(z), seeds, 50)
    # The scores of a stack hang together: their mean square has the spread of about seven squares (100 ensembles), and
    # 5.5 is beyond the quantile of 1e-5.
    assert (z**2).mean() < 5.5


def test_double_precision_is_predicted_too():
    ds = probe("xavier", ["tanh", "selu"], **{**BASE, "width": 128, "seeds": 8, "dtype": "float64"})
    z = _scores(predict(ds))
    assert np.abs(z).max() < _bound(len(z), 8, 128)


@pytest.mark.parametrize("samples", [50, pytest.param(1000, marks=pytest.mark.slow)])
def test_the_similarity_of_samples_alike_from_the_start_is_predicted_however_many_there_are(samples):
    """Weights and lengths that all samples share leave a scatter and a shift that more samples do not average out."""
    seeds = 64
    ds = probe(
        "xavier", ["sigmoid", "relu", "softplus"], depth=2, width=100, samples=samples, seeds=seeds, dtype="float64"
    )
    found = predict(ds)
    deviation = (_closeness(found["similarity_high"]) - _closeness(found["similarity_low"])) / (2 * 1.96)
    ratio = (_closeness(ds["similarity"]).std("seed", ddof=1) / deviation).values
    # 1e-4 for all of a sample's standard deviations together, and 10 % for the next order
    low, high = np.sqrt(chi2.ppf([1e-5, 1 - 1e-5], seeds - 1) / (seeds - 1))
    assert (ratio > 0.9 * low).all()
    assert (ratio < 1.1 * high).all()
    z = found["similarity_z"].values
    assert np.abs(z).max() < _bound(z.size * 2, seeds, 100)


@pytest.mark.parametrize(
    ("init", "name"),
    [
        ("xavier", "sigmoid"),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in [("he", "hard_sigmoid"), ("xavier", "softplus")]),
    ],
)
def test_the_band_of_a_similarity_close_to_one_holds_seeds_deep_down(init, name):
    seeds, depth = 96, 10
    ds = probe(init, name, depth=depth, width=100, samples=40, seeds=seeds, dtype="float64")
    found = _one(predict(ds))
    measured = ds["similarity"].isel(init=0, activation=0)
    inside = ((measured >= found["similarity_low"]) & (measured <= found["similarity_high"])).mean("seed").values
    # 95 % to leading order, 90 % with the next: of 96, fewer than 74 with probability 1e-4
    assert (inside >= 74 / 96).all()
    # and of all layers together, of which neighbours hang together: a band of half the width would hold 67 %
    assert 0.88 < inside.mean() < 0.99
    distance = 1 - measured
    deviation = (_closeness(found["similarity_high"]) - _closeness(found["similarity_low"])).values / (2 * 1.96)
    ratio = np.log(distance).std("seed", ddof=1).values / deviation
    low, high = np.sqrt(chi2.ppf([1e-5, 1 - 1e-5], seeds - 1) / (seeds - 1))
    assert (ratio > 0.9 * low).all()
    assert (ratio < 1.1 * high).all()


def test_a_distance_from_one_that_the_precision_does_not_resolve_is_in_the_band_and_has_no_large_score():
    ds = probe("xavier", "sigmoid", depth=10, width=100, samples=100, seeds=8, dtype="float32")
    found = _one(predict(ds)).isel(layer=slice(6, None))
    measured = ds["similarity"].isel(init=0, activation=0, layer=slice(6, None))
    assert (1 - found["similarity"] < np.finfo("float32").eps).all()
    assert ((measured >= found["similarity_low"]) & (measured <= found["similarity_high"])).all()
    assert (np.abs(found["similarity_z"]) < 3).all()


def test_rare_saturation_has_no_score():
    ds = probe("normal:0.02", "tanh", **BASE)
    found = _one(predict(ds))
    assert (found["saturated"].values < 1e-9).all()
    assert np.isnan(found["saturated_z"].values).all()


def test_under_a_cross_entropy_only_the_slope_of_the_gradients_is_predicted():
    options = {**BASE, "width": 128, "depth": 6}
    free = _one(predict(probe("he", "tanh", **options)))
    ds = probe("he", "tanh", **options, drive="cross_entropy")
    driven = _one(predict(ds))
    gradient, other = driven["grad_preact_rms"].values, free["grad_preact_rms"].values
    assert gradient / gradient[-1] == pytest.approx(other / other[-1], rel=1e-9)
    assert gradient[-1] == pytest.approx(np.exp(np.log(ds["grad_preact_rms"].values[0, 0, :, -1]).mean()), rel=1e-9)
    for end in ("_low", "_high", "_z"):
        assert np.isnan(driven[f"grad_preact_rms{end}"].values).all()
    assert driven["act_std"].values.tolist() == free["act_std"].values.tolist()


def test_histograms_are_as_expected():
    seeds, pairings = 16, (["he", "xavier"], ["relu", "tanh", "gelu"])
    options = {"depth": 3, "width": 200, "samples": 100, "workers": 1}
    single = [probe(*pairings, **options, seeds=[seed]) for seed in range(seeds)]
    expected = predict(single[0])["hist"].values.cumsum(axis=-1)
    counts = np.stack([ds["hist"].values for ds in single])
    shares = counts.cumsum(axis=-1) / counts.sum(axis=-1, keepdims=True)
    compared = 0
    for at in np.ndindex(expected.shape[:3]):
        # where a tenth, a quarter, ... of the values are expected to lie below an edge
        edges = np.unique(np.searchsorted(expected[at], [0.1, 0.25, 0.6, 0.75, 0.9]))
        below = shares[(slice(None), *at)][:, edges]
        error = below.std(axis=0, ddof=1) / math.sqrt(seeds)
        # 1e-3 for the 90 comparisons together; what 100 samples and finite width leave to the mean is far below
        limit = t.isf(0.5e-3 / 90, seeds - 1) * error
        assert (np.abs(below.mean(axis=0) - expected[at][edges]) < limit).all(), at
        compared += len(edges)
    assert 60 < compared <= 90


@pytest.mark.slow
@pytest.mark.parametrize(
    ("inits", "bias_std"), [(["he_normal", "xavier_normal"], 0.0), (["variance_scaling:2.5"], math.sqrt(0.05))]
)
def test_wide_stacks_are_as_predicted(inits, bias_std):
    seeds, depth = 8, 4
    ds = probe(inits, ["relu", "tanh"], width=2048, depth=depth, samples=64, seeds=seeds, bias_std=bias_std)
    found = predict(ds)
    assert (found["refused"] == "").all()
    assert (found["stops"] == 0).all()
    z = _scores(found)
    assert len(z) >= len(inits) * 2 * (5 * depth + 1), "all statistics, but for saturation where it is rare"
    # Six statistics of four layers of the six pairings of both tests; at this width nothing is left of the next order.
    comparisons = 6 * depth * 6
    assert np.abs(z).max() < norm.isf(0.5e-3 / comparisons)
    # They hang together: their mean square has the spread of about eleven squares (150 ensembles of width 400).
    assert (z**2).mean() < chi2.isf(1e-4, 11) / 11


def test_predict_is_public():
    assert actviz.predict is predict


def test_every_number_that_is_missing_has_its_reason_by_statistic():
    ds = probe(["normal", "he_normal", "orthogonal"], ["relu", "tanh"], depth=60, width=32, samples=20, seeds=2)
    found = predict(ds)
    for name in PREDICTED:
        why = found["missing"].sel(statistic=name)
        lacking = sum(found[name + end].isnull().any("layer") for end in ("", "_low", "_high", "_z")) > 0
        np.testing.assert_array_equal(why != "", lacking)
    told = found["missing"].sel(init="normal", activation="relu", statistic="act_std").item()
    first = int(found["stops"].sel(init="normal", activation="relu"))
    assert told.startswith(f"layers {first} to 60: ")
    assert (found["missing"].sel(init="orthogonal") == found["refused"].sel(init="orthogonal")).all()
    small = predict(probe("normal:0.001", "relu", depth=30, width=512, samples=20, seeds=1))["missing"].squeeze()
    assert "leaves the range of float32" in small.sel(statistic="act_std").item()
    driven = predict(probe("he", "tanh", depth=4, width=64, samples=20, seeds=2, drive="cross_entropy"))["missing"]
    assert "only the slope is predicted" in driven.squeeze().sel(statistic="grad_preact_rms").item()


BLOCKS = [
    ("he_normal", "relu", {"block": "residual"}),
    ("he_normal", "relu", {"block": "residual", "norm": "layer", "branch_scale": 0.5}),
    ("xavier_normal", "tanh", {"block": "residual", "norm": "rms_after", "bias_std": 0.2}),
    ("he_normal", "relu", {"block": "residual", "norm": "layer_after", "input_width": 100, "inputs": "uniform:0,1"}),
    ("he_normal", "relu", {"norm": "layer"}),
    ("he_normal", "gelu", {"norm": "rms_after"}),
    ("lecun_normal", "tanh", {"norm": "layer_after", "bias_std": 0.3}),
]


@pytest.mark.parametrize(("init", "activation", "how"), BLOCKS)
def test_blocks_and_norms_over_units_are_as_theory_expects(init, activation, how):
    ds = actviz.probe(init, activation, depth=5, width=256, samples=64, seeds=4, **how)
    expected = actviz.predict(ds).isel(init=0, activation=0)
    assert not str(expected["refused"].values)
    for name in ("preact_std", "act_std", "grad_preact_rms", "stream_rms", "stream_grad", "branch_ratio"):
        if name in expected:
            measured = ds[name].mean("seed").isel(init=0, activation=0).values
            np.testing.assert_allclose(measured, expected[name].values, rtol=0.1, err_msg=name)
    close = np.abs(ds["similarity"].mean("seed").isel(init=0, activation=0).values - expected["similarity"].values)
    assert close.max() < 0.05
    assert np.isnan(expected["act_std_low"].values).all()
    assert "infinite width" in str(expected["missing"].sel(statistic="act_std").values)


def test_tanh_blocks_change_with_depth_as_a_power_and_not_exponentially():
    """Yang & Schoenholz 2017: q grows as l, and gradients as exp(c sqrt l)."""
    ds = actviz.probe("lecun_normal", "tanh", depth=144, width=16, samples=2, seeds=1, block="residual")
    expected = actviz.predict(ds).isel(init=0, activation=0)
    q, log_gradient = expected["stream_rms"].values ** 2, 2 * np.log(expected["stream_grad"].values)
    powers = np.log(q[[35, 143]] / q[[8, 35]]) / math.log(4.0)
    np.testing.assert_allclose(powers, 1.09, atol=0.02)
    falls = log_gradient[0] - log_gradient
    assert (falls[143] - falls[35]) / (falls[35] - falls[8]) == pytest.approx(2.0, rel=0.1)  # 12 - 6 over 6 - 3


def test_theory_says_where_blocks_have_none():
    ds = actviz.probe("he_normal", "relu", depth=2, width=16, samples=9, seeds=1, block="residual", norm="batch")
    assert "residual blocks" in str(actviz.predict(ds)["refused"].values.item())
