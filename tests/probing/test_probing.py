import itertools
import json
import math
import os
import warnings

import numpy as np
import pytest

import actviz
from actviz import ACTIVATIONS, INITIALIZERS, Activation, probe, recipe
from actviz.catalog.choices import DRIVES
from actviz.catalog.initializers import Normal
from actviz.numerics import parallel
from actviz.numerics.streams import normal_batches, stream
from actviz.probing import draws, running
from actviz.probing.network import Network
from actviz.results.statistics import STATISTICS

SMALL = {"depth": 3, "width": 12, "samples": 40, "seeds": 2}
FORWARD = [name for name in STATISTICS if not name.startswith("grad")]


def _normal(seed, role, layer, rows, width, dtype="float64"):
    """Draw the rows of a normal stream."""
    return next(normal_batches(stream(seed, role, layer), rows, width, rows, dtype))


def _one(dataset, name):
    """Values of a statistic, shape (seed, layer), of a dataset with one pairing."""
    return dataset[name].values[0, 0]


def _same(a, b):
    __tracebackhide__ = True
    assert a.identical(b), "the datasets differ in " + ", ".join(
        str(name) for name in a.variables if not (name in b.variables and a[name].identical(b[name]))
    )


def _same_values(a, b, names):
    for name in names:
        np.testing.assert_array_equal(a[name].values, b[name].values, err_msg=name)


def _weights(init, seed, layer, fans):
    return INITIALIZERS[init].sample(stream(seed, "weights", layer), *fans, "float64")


# Shape


@pytest.fixture(scope="module")
def dataset():
    inits, activations = ["he_normal", "zeros", "normal:0.01"], ["relu", "tanh"]
    return probe(inits, activations, width=[20, 12, 8], input_width=15, samples=40, seeds=[3, 0], view=(0, 1, 30))


def test_dimensions_and_coordinates(dataset):
    assert {d: dataset.sizes[d] for d in ("init", "activation", "seed", "layer")} == {
        "init": 3,
        "activation": 2,
        "seed": 2,
        "layer": 3,
    }
    assert dataset["init"].values.tolist() == ["he_normal", "zeros", "normal:0.01"]
    assert dataset["activation"].values.tolist() == ["relu", "tanh"]
    assert dataset["seed"].values.tolist() == [3, 0]
    assert dataset["layer"].values.tolist() == [1, 2, 3]
    assert dataset["fan_in"].values.tolist() == [15, 20, 12]
    assert dataset["width"].values.tolist() == [20, 12, 8]


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_is_a_variable(dataset, name):
    assert dataset[name].dims == ("init", "activation", "seed", "layer")
    assert dataset[name].attrs["long_name"] == STATISTICS[name].long_name
    assert dataset[name].attrs["units"] == STATISTICS[name].units
    assert dataset[name].attrs["definition"] == STATISTICS[name].definition


def test_every_variable_says_what_it_is(dataset):
    assert set(STATISTICS) < set(dataset.data_vars)
    for name, variable in dataset.data_vars.items():
        for key in ("long_name", "units", "definition"):
            assert variable.attrs.get(key), f"{name} has no {key}"


def test_edges_fit_their_histograms(dataset):
    for counts, edges in (("hist", "bin_edges"), ("grad_hist", "grad_bin_edges"), ("view_hist", "view_edges")):
        assert dataset[counts].shape[-1] == dataset[edges].shape[-1] - 1
        assert (np.diff(dataset[edges].values, axis=-1) > 0).all()


def test_the_recipe_measures_the_same_again(dataset):
    told = recipe(dataset)
    assert json.loads(json.dumps(told)) == told
    keys = ("width", "input_width", "samples", "seeds", "inputs", "bias_std", "norm", "dtype", "drive", "batch")
    again = probe(told["inits"], told["activations"], view=tuple(told["view"]), **{key: told[key] for key in keys})
    _same(again, dataset)


# Values: against a straightforward pass


@pytest.mark.parametrize("init", ["he_normal", "xavier_uniform", "orthogonal", "truncated_normal", "pytorch_default"])
@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_a_probe_is_the_pass_written_down(init, activation):
    widths, seed, phi = (9, 20, 14, 11), 5, ACTIVATIONS[activation]
    ds = probe(
        init, activation, width=widths[1:], input_width=9, samples=70, seeds=[seed], dtype="float64", bias_std=0.3
    )
    h = x = _normal(seed, "inputs", 0, 70, 9)
    layers = []
    for layer, fans in enumerate(itertools.pairwise(widths), start=1):
        w = _weights(init, seed, layer, fans)
        z = h @ w + 0.3 * stream(seed, "biases", layer).standard_normal(fans[1])
        layers.append((h, w, z))
        h = phi(z)
        assert ds.preact_std.values[0, 0, 0, layer - 1] == pytest.approx(z.std(), rel=1e-10)
        assert ds.act_mean.values[0, 0, 0, layer - 1] == pytest.approx(h.mean(), rel=1e-10)
        spread = np.sqrt(np.mean(h.var(axis=0))) / np.sqrt(np.mean(x.var(axis=0)))
        assert ds.unit_spread.values[0, 0, 0, layer - 1] == pytest.approx(spread, rel=1e-10)
    dh = _normal(seed, "cotangent", 3, 70, 11)
    for layer in (2, 1, 0):
        below, w, z = layers[layer]
        dz = dh * phi.derivative(z)
        assert ds.grad_preact_rms.values[0, 0, 0, layer] == pytest.approx(np.sqrt(np.mean(dz**2)), rel=1e-10)
        assert ds.grad_weight_norm.values[0, 0, 0, layer] == pytest.approx(np.linalg.norm(below.T @ dz), rel=1e-10)
        dh = dz @ w.T


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_the_cross_entropy_drive_is_the_loss_of_random_labels(activation, torch, torch_activations):
    seed, width, rows = 2, 16, 50
    ds = probe(
        "he_normal",
        activation,
        depth=3,
        width=width,
        samples=rows,
        seeds=[seed],
        dtype="float64",
        drive="cross_entropy",
    )
    h, zs, weights = torch.from_numpy(_normal(seed, "inputs", 0, rows, width)), [], []
    for layer in (1, 2, 3):
        weights.append(torch.from_numpy(_weights("he_normal", seed, layer, (width, width))).requires_grad_())
        z = h @ weights[-1]
        z.retain_grad()
        zs.append(z)
        h = torch_activations[activation](z)
    head = torch.from_numpy(INITIALIZERS["he_normal"].sample(stream(seed, "head"), width, 10))
    labels = torch.from_numpy(stream(seed, "labels").integers(10, size=rows))
    torch.nn.functional.cross_entropy(h @ head, labels).backward()
    for layer in range(3):
        dz, dw = zs[layer].grad.numpy(), weights[layer].grad.numpy()
        assert _one(ds, "grad_preact_rms")[0, layer] == pytest.approx(np.sqrt(np.mean(dz**2)), rel=1e-9)
        assert _one(ds, "grad_weight_norm")[0, layer] == pytest.approx(np.linalg.norm(dw), rel=1e-9)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "elu", "relu", "gelu"])
def test_gradients_under_batch_normalization_agree_with_pytorch(activation, torch, torch_activations):
    seed, width, rows = 2, 16, 50
    ds = probe("he_normal", activation, depth=3, width=width, samples=rows, seeds=[seed], dtype="float64", norm="batch")
    h, zs = torch.from_numpy(_normal(seed, "inputs", 0, rows, width)), []
    for layer in (1, 2, 3):
        z = h @ torch.from_numpy(_weights("he_normal", seed, layer, (width, width)))
        z = torch.nn.functional.batch_norm(z, None, None, training=True, eps=1e-6).requires_grad_()
        z.retain_grad()
        zs.append(z)
        h = torch_activations[activation](z)
    cotangent = torch.from_numpy(_normal(seed, "cotangent", 3, rows, width))
    (cotangent * h).sum().backward()
    for layer in range(3):
        dz, h = zs[layer].grad.numpy(), torch_activations[activation](zs[layer]).detach().numpy()
        slope = ACTIVATIONS[activation].derivative(zs[layer].detach().numpy())
        saturated = np.mean(np.abs(slope) < 0.05 * ACTIVATIONS[activation].max_slope)
        assert _one(ds, "act_std")[0, layer] == pytest.approx(h.std(), rel=1e-9)
        assert _one(ds, "preact_std")[0, layer] == pytest.approx(1.0, abs=1e-4)
        assert _one(ds, "saturated")[0, layer] == pytest.approx(saturated, abs=1e-12)
        assert _one(ds, "grad_preact_rms")[0, layer] == pytest.approx(np.sqrt(np.mean(dz**2)), rel=1e-9)


# Mass


def _assert_mass(ds, rows):
    values = ds["width"].values * rows * ds.sizes["seed"]
    nonfinite = (ds["nonfinite"] * ds["width"] * rows).sum("seed").round()
    activations = ds["hist"].sum("bin") + ds["underflow"] + ds["overflow"] + nonfinite
    np.testing.assert_array_equal(activations.values, np.broadcast_to(values, activations.shape))
    gradients = ds["grad_hist"].sum("grad_bin") + ds["grad_overflow"]
    np.testing.assert_array_equal(gradients.values, np.broadcast_to(values, gradients.shape))
    if "view_hist" in ds:
        viewed = ds["view_hist"].sum("view_bin") + ds["view_outside"]
        np.testing.assert_array_equal(viewed.values, np.broadcast_to(values, viewed.shape))


@pytest.mark.parametrize(
    ("dtype", "norm"),
    [
        *[("float32", "batch"), ("float64", None)],
        *(pytest.param(*each, marks=pytest.mark.slow) for each in [("float32", None), ("float64", "batch")]),
    ],
)
def test_histograms_conserve_mass_on_every_pairing(dtype, norm):
    inits = ["zeros", "constant", "normal", "he_normal"]  # nothing, one value, and the ends and the middle of the bins
    ds = probe(inits, list(ACTIVATIONS), **SMALL, dtype=dtype, norm=norm, view=(-0.5, 0.5, 7))
    _assert_mass(ds, 40)


@pytest.mark.parametrize("dtype", ["float32", pytest.param("float64", marks=pytest.mark.slow)])
def test_histograms_conserve_mass_when_networks_overflow(dtype):
    inits = ["normal:1e18", "normal:1e30", "constant:1e38", "constant:-1e38", "uniform:0,1e300"]
    ds = probe(inits, list(ACTIVATIONS), depth=12, width=10, samples=30, seeds=1, dtype=dtype, view=(0, 1, 30))
    _assert_mass(ds, 30)
    assert float(ds["nonfinite"].max()) > 0


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("view", [(0, 1, 30), (-1, 1, 30), (-0.3, 0.7, 13)], ids=str)
def test_a_view_is_numpys_histogram_of_the_activations(activation, view):
    ds = probe("normal:0.3", activation, **SMALL, view=view)
    counts, h = np.zeros((3, view[2]), int), None
    for seed in (0, 1):
        h = _normal(seed, "inputs", 0, 40, 12, "float32")
        for layer in (1, 2, 3):
            unit = Normal().sample(stream(seed, "weights", layer), 12, 12, "float32")
            h = ACTIVATIONS[activation](h @ (unit * np.float32(0.3)))
            counts[layer - 1] += np.histogram(h, view[2], view[:2])[0]
    np.testing.assert_array_equal(ds["view_hist"].values[0, 0], counts)
    np.testing.assert_array_equal(ds["view_outside"].values[0, 0], 2 * 40 * 12 - counts.sum(axis=1))
    np.testing.assert_allclose(ds["view_edges"].values, np.linspace(*view[:2], view[2] + 1), rtol=1e-15)


# Determinism

PAIRINGS = ["he_normal", "normal:0.01", "xavier_uniform", "orthogonal", "zeros"], ["tanh", "relu", "gelu"]


@pytest.fixture(scope="module")
def survey():
    return probe(*PAIRINGS, **SMALL, workers=1)


@pytest.fixture
def processes(monkeypatch):
    """However little the work, it is given to processes."""
    monkeypatch.setattr(parallel, "WORTH_PROCESSES", 0.0)


@pytest.mark.parametrize("workers", [2, 4, None])
def test_the_number_of_workers_moves_no_bit(survey, workers, processes):
    _same(probe(*PAIRINGS, **SMALL, workers=workers), survey)


def test_the_order_in_which_seeds_are_done_moves_no_bit(monkeypatch):
    in_order = probe(*PAIRINGS, **{**SMALL, "seeds": 7}, workers=1)  # sums of two would not depend on it
    monkeypatch.setattr(
        "actviz.probing.running.each_done",
        lambda function, tasks, *_: [function(*task) for task in (*tasks[4:], *tasks[:4][::-1])],
    )
    _same(probe(*PAIRINGS, **{**SMALL, "seeds": 7}, workers=1), in_order)


@pytest.mark.parametrize(
    "options", [{"batch": 7}, {"norm": "batch"}, {"drive": "cross_entropy"}, {"bias_std": 0.1}], ids=str
)
def test_the_number_of_workers_moves_no_bit_with_options(options, processes):
    _same(probe(*PAIRINGS, **SMALL, **options, workers=4), probe(*PAIRINGS, **SMALL, **options, workers=1))


def test_order_of_pairings_and_seeds_moves_nothing(survey):
    backwards = probe(PAIRINGS[0][::-1], PAIRINGS[1][::-1], **{**SMALL, "seeds": [1, 0]}, workers=2)
    aligned = backwards.sel(init=PAIRINGS[0], activation=PAIRINGS[1], seed=[0, 1])
    _same_values(aligned, survey, survey.data_vars)


@pytest.mark.parametrize("pairing", list(itertools.product(*PAIRINGS)), ids=" ".join)
def test_a_pairing_alone_gives_what_it_gives_among_others(survey, pairing):
    alone = probe(*pairing, **SMALL)
    _same_values(alone, survey.sel(init=[pairing[0]], activation=[pairing[1]]), STATISTICS)
    _same_values(alone, survey.sel(init=[pairing[0]], activation=[pairing[1]]), ["hist", "grad_hist"])


def test_a_seed_alone_gives_what_it_gives_among_others(survey):
    _same_values(probe(*PAIRINGS, **{**SMALL, "seeds": [1]}), survey.sel(seed=[1]), STATISTICS)


def test_more_seeds_move_nothing(survey):
    _same_values(probe(*PAIRINGS, **{**SMALL, "seeds": 4}).sel(seed=[0, 1]), survey, STATISTICS)


def test_more_layers_move_nothing_before_them(survey):
    deeper = probe(*PAIRINGS, **{**SMALL, "depth": 5}).sel(layer=[1, 2, 3])
    _same_values(deeper, survey, [*FORWARD, "hist"])


def test_the_same_probe_twice_is_the_same(survey):
    _same(probe(*PAIRINGS, **SMALL), survey)


def test_seeds_give_different_networks():
    assert len(np.unique(_one(probe("he_normal", "tanh", depth=1, width=12, samples=40, seeds=20), "act_std"))) == 20


@pytest.mark.parametrize("drive", ["cotangent", "cross_entropy"])
@pytest.mark.parametrize("batch", [1, 7, 40, 4096])
@pytest.mark.parametrize("inputs", ["normal", "correlated:0.5"])
def test_the_batch_size_changes_only_the_memory(drive, batch, inputs):
    options = {**SMALL, "dtype": "float64", "drive": drive, "inputs": inputs}
    whole, parts = (probe("he_normal", "tanh", **options, batch=size) for size in (1000, batch))
    for name in STATISTICS:
        np.testing.assert_allclose(parts[name].values, whole[name].values, rtol=1e-9, atol=1e-12, err_msg=name)
    np.testing.assert_array_equal(parts["underflow"].values, whole["underflow"].values)


def test_a_checkpoint_gives_the_same_dataset(survey, tmp_path):
    first = probe(*PAIRINGS, **SMALL, checkpoint=tmp_path / "kept")
    kept = sorted((tmp_path / "kept").iterdir())
    assert len(kept) == 30
    for path in kept[::3]:
        path.unlink()
    kept[1].write_bytes(kept[1].read_bytes()[:50])
    _same(first, survey)
    _same(probe(*PAIRINGS, **SMALL, checkpoint=tmp_path / "kept"), survey)


def test_a_checkpoint_of_another_recipe_is_not_used(tmp_path):
    probe("he_normal", "tanh", **SMALL, checkpoint=tmp_path)
    other = probe("he_normal", "tanh", **{**SMALL, "samples": 41}, checkpoint=tmp_path)
    _same(other, probe("he_normal", "tanh", **{**SMALL, "samples": 41}))


def test_progress_counts_every_network(processes):
    calls = []
    probe(["he_normal", "zeros"], ["tanh", "relu"], **SMALL, workers=2, progress=lambda *call: calls.append(call))
    assert calls == [(done, 8) for done in range(1, 9)]


def test_objects_made_in_a_script_reach_the_processes(processes):
    class Tenth:
        def sample(self, rng, fan_in, fan_out):
            return rng.normal(0, 0.1, (fan_in, fan_out))

        def variance(self, fan_in, fan_out):
            return 0.01

    cube = Activation("cube", lambda z: z**3, lambda z: 3 * z**2)
    _same(probe(Tenth(), cube, **SMALL, workers=2), probe(Tenth(), cube, **SMALL, workers=1))


def test_a_failure_in_a_process_is_the_one_line_error_it_is_here(processes, one_line_error):
    class Wrong:
        def sample(self, rng, fan_in, fan_out):
            return rng.normal(size=3)

        def variance(self, fan_in, fan_out):
            return 1.0

    assert "shape (3,)" in one_line_error(probe, Wrong(), "tanh", **SMALL, workers=2)


def test_a_process_that_dies_is_a_one_line_error(processes, one_line_error):
    class Deadly:
        def sample(self, rng, fan_in, fan_out):
            os._exit(9)

        def variance(self, fan_in, fan_out):
            return 1.0

    assert "ended the process" in one_line_error(probe, Deadly(), "tanh", **SMALL, workers=2)


# Sick networks


def test_overflow_is_recorded_at_its_layer_without_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ds = probe("constant:1", "identity", depth=40, width=10, samples=20, seeds=1, inputs=np.full((20, 10), 1e30))
    # h of layer l is 1e30 * 10^l: float32 ends at 3.4e38
    np.testing.assert_array_equal(_one(ds, "nonfinite")[0], [0.0] * 8 + [1.0] * 32)
    np.testing.assert_allclose(_one(ds, "act_mean")[0][:8], 1e30 * 10.0 ** np.arange(1, 9), rtol=1e-5)
    assert np.isnan(_one(ds, "act_mean")[0][8:]).all()
    _assert_mass(ds, 20)


def test_float64_overflows_later():
    options = {"depth": 40, "width": 10, "samples": 20, "seeds": 1, "inputs": np.full((20, 10), 1e30)}
    ds = probe("constant:1", "identity", **options, dtype="float64")
    assert not _one(ds, "nonfinite").any()
    np.testing.assert_allclose(_one(ds, "act_mean")[0], 1e30 * 10.0 ** np.arange(1, 41), rtol=1e-10)


def test_gradients_that_overflow_are_recorded():
    ds = probe("normal:1e12", "identity", depth=5, width=10, samples=20, seeds=1, inputs=np.full((20, 10), 1e-30))
    rms = _one(ds, "grad_preact_rms")[0]
    assert np.isfinite(rms[-3:]).all()
    assert np.isnan(rms[0])
    assert ds["grad_overflow"].values[0, 0, 0] > 0
    assert ds["grad_overflow"].values[0, 0, 4] == 0


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("init", ["constant", "constant:-0.3", "zeros"])
def test_constant_weights_make_a_layer_of_one_unit(init, activation):
    ds = probe(init, activation, depth=4, width=30, samples=50, seeds=2)
    np.testing.assert_array_equal(_one(ds, "distinct_units"), 1.0)


@pytest.mark.parametrize("norm", [None, "batch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("width", [33, 100])
def test_constant_weights_make_a_layer_of_one_unit_on_any_processor(width, dtype, norm, kernel):
    # Sums that cancel, and slopes that magnify what rounding left: gelu below 0, sin far from 0.
    ds = probe(
        ["constant:0.1", "constant:-0.3", "constant:0.7"],
        list(ACTIVATIONS),
        depth=2,
        width=width,
        samples=32,
        seeds=1,
        dtype=dtype,
        norm=norm,
        workers=1,
    )
    np.testing.assert_array_equal(ds["distinct_units"], 1.0)


def test_units_of_equal_weights_are_one_and_those_of_other_biases_are_not(kernel):
    class Pairs:
        def sample(self, rng, fan_in, fan_out):
            return np.repeat(rng.normal(size=(fan_in, fan_out // 2)), 2, axis=1)

        def variance(self, fan_in, fan_out):
            return 1.0

    pairs = probe(Pairs(), ["sin", "gelu"], depth=2, width=60, samples=40, seeds=2, workers=1)
    np.testing.assert_array_equal(pairs["distinct_units"], 30.0)
    biased = probe("constant:0.1", "tanh", depth=1, width=60, samples=40, seeds=1, bias_std=0.1, workers=1)
    np.testing.assert_array_equal(biased["distinct_units"], 60.0)


def test_batches_know_of_equal_weights_too(kernel):
    ds = probe("constant:0.3", "sin", depth=2, width=100, samples=40, batch=7, seeds=1, workers=1)
    np.testing.assert_array_equal(ds["distinct_units"], 1.0)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_random_weights_make_as_many_units_as_there_are(activation):
    ds = probe("lecun_normal", activation, depth=1, width=30, samples=50, seeds=2)
    np.testing.assert_array_equal(_one(ds, "distinct_units"), 30.0)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_zero_weights_pass_neither_signal_nor_gradient(activation):
    ds = probe("zeros", activation, depth=4, width=30, samples=50, seeds=2)
    level = 0.5 if activation == "sigmoid" else 0.0
    np.testing.assert_array_equal(_one(ds, "act_mean"), level)
    np.testing.assert_array_equal(_one(ds, "act_std"), 0.0)
    np.testing.assert_array_equal(_one(ds, "unit_spread"), 0.0)
    np.testing.assert_array_equal(_one(ds, "zero_fraction"), 1.0 if level == 0.0 else 0.0)
    rms = _one(ds, "grad_preact_rms")
    np.testing.assert_array_equal(rms[:, :-1], 0.0)
    last = {"sigmoid": 0.25, "tanh": 1.0, "relu": 0.0}[activation]
    np.testing.assert_allclose(rms[:, -1], last, rtol=0.1)  # 1500 N(0, 1) cotangents: +- 2 %
    # dL/dW of layer l is h_(l-1)^T dz: zero below the last layer, and in it only sigmoid's h_(l-1) is not zero
    norms = _one(ds, "grad_weight_norm")
    np.testing.assert_array_equal(norms[:, :-1], 0.0)
    assert ((norms[:, -1] > 0) == (activation == "sigmoid")).all()


def test_collapsed_samples_are_seen():
    ds = probe("normal:0.01", "sigmoid", depth=5, width=100, samples=200, seeds=2)
    assert (_one(ds, "similarity")[:, -1] > 0.999999).all()
    assert (_one(ds, "unit_spread")[:, -1] < 1e-6).all()


def test_what_is_fed_is_kept_with_what_it_gives():
    x = np.random.default_rng(1).normal(3.0, 2.0, size=(40, 12))
    ds = probe(["he_normal", "zeros"], "relu", depth=2, width=8, seeds=2, inputs=x, batch=7, workers=1)
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    cosine = (np.square(unit.sum(axis=0)).sum() - 40) / (40 * 39)
    for name, value in (
        ("input_mean", x.mean()), ("input_rms", np.sqrt(np.mean(x * x))), ("input_similarity", cosine)
    ):  # fmt: skip
        assert ds[name].dims == ("init", "activation", "seed")
        np.testing.assert_allclose(ds[name], value, rtol=1e-5)


def test_weights_have_a_key_that_draws_do_not_share():
    ds = probe(["he_normal", "xavier_normal", "identity"], "relu", depth=3, width=8, seeds=2, samples=5, workers=1)
    keys = ds["weights_key"].values[:, 0]
    assert len(np.unique(keys[0])) == 6
    assert len(np.unique(keys[2])) == 1
    assert set(keys[1].ravel()).isdisjoint(keys[0].ravel())
    np.testing.assert_allclose(ds["weights_rms"][2], math.sqrt(1 / 8))
    np.testing.assert_allclose(ds["weights_rms"][:2].mean(["seed", "layer"])[:, 0], [0.5, math.sqrt(1 / 8)], rtol=0.1)


def test_units_of_other_weights_are_distinct_though_all_their_values_are_one():
    ds = probe("uniform:0,1", "tanh", depth=1, width=9, input_width=200, inputs="uniform:0.5,1", seeds=1, samples=9)
    assert ds["act_min"] == ds["act_max"] == 1.0
    assert ds["distinct_units"] == 9


@pytest.mark.parametrize("slope", [0.01, 1e-7, 1e-30, 0])
def test_a_unit_is_dead_only_where_no_gradient_passes(slope):
    """Under a leaky ReLU it does, however many are below 0 and however small its slope."""
    ds = probe("constant:-1", f"leaky_relu:{slope}", depth=1, width=10, samples=30, seeds=1, inputs=np.ones((30, 4)))
    np.testing.assert_array_equal(_one(ds, "dead_units"), 0 if slope else 10)
    np.testing.assert_array_equal(_one(ds, "saturated"), 1.0)
    assert (_one(ds, "grad_preact_rms")[0] > 0) == bool(slope)


def test_a_small_function_is_not_dead():
    ds = probe("xavier_normal", "expr:1e-9*tanh(z)", depth=1, width=10, samples=30, seeds=1)
    assert _one(ds, "dead_units") == 0


@pytest.mark.parametrize("phi", [np.exp, lambda z: z**3, lambda z: np.maximum(z, 0) ** 2])
def test_saturation_is_not_defined_where_the_slope_grows_without_end(phi):
    ds = probe("lecun_normal", Activation("own", phi), depth=2, width=10, samples=30, seeds=1, workers=1)
    assert ds["saturated"].isnull().all()
    assert (ds["dead_units"] == 0).all()  # and slopes of about 1 are not dead


def test_dead_units_are_those_flat_for_every_sample():
    ds = probe("constant:-1", "relu", depth=2, width=10, samples=30, seeds=1, inputs=np.ones((30, 4)))
    np.testing.assert_array_equal(_one(ds, "dead_units")[0], 10)
    np.testing.assert_array_equal(_one(ds, "zero_fraction")[0], 1.0)
    np.testing.assert_array_equal(_one(ds, "grad_zero")[0], 1.0)
    assert np.isnan(_one(ds, "similarity")[0]).all()


def test_one_sample_and_one_unit_are_measured():
    ds = probe(["he_normal", "orthogonal"], ["tanh", "relu"], depth=2, width=1, samples=1, seeds=2)
    _assert_mass(ds, 1)
    np.testing.assert_array_equal(ds["act_std"].values, 0.0)
    assert np.isnan(ds["similarity"].values).all()
    assert np.isnan(ds["unit_spread"].values).all()


# Inputs


@pytest.mark.parametrize("init", ["identity", "orthogonal"])
@pytest.mark.parametrize("c", [0.0, 0.5, 0.9])
def test_isometries_keep_the_correlation_of_the_inputs(init, c):
    width = 500
    ds = probe(init, "identity", depth=3, width=width, samples=100, seeds=6, inputs=f"correlated:{c}")
    similarity = _one(ds, "similarity")
    # float32 rounds; a network of isometries changes no cosine
    np.testing.assert_allclose(similarity, similarity[:, :1].repeat(3, axis=1), atol=1e-5)
    # the squared norm of the common part, c times a chi-square of ``width`` degrees, sets each seed's cosine
    spread = max(c * (1 - c) * math.sqrt(2 / width), 1 / (100 * math.sqrt(width)))
    assert similarity[:, 0].mean() == pytest.approx(c, abs=5 * spread / math.sqrt(6))


def test_mnist_images_are_inputs():
    ds = probe("he_normal", "relu", depth=2, width=20, inputs="mnist", samples=100, seeds=2)
    assert ds["fan_in"].values.tolist() == [784, 20]
    assert recipe(ds)["input_width"] == 784
    assert recipe(ds)["samples"] == 100
    assert (ds["act_std"].values > 0).all()


def test_an_array_is_an_input_and_its_rows_set_the_samples(tmp_path):
    values = np.random.default_rng(0).normal(size=(25, 7))
    np.save(tmp_path / "x.npy", values)
    ds = probe("identity", "identity", depth=1, width=7, inputs=values, seeds=1, dtype="float64")
    assert recipe(ds)["samples"] == 25
    assert _one(ds, "act_mean")[0, 0] == pytest.approx(values.mean(), rel=1e-10)
    assert _one(ds, "act_std")[0, 0] == pytest.approx(values.std(), rel=1e-10)
    from_file = probe(
        "identity", "identity", depth=1, width=7, inputs=str(tmp_path / "x.npy"), seeds=1, dtype="float64"
    )
    _same_values(from_file, ds, STATISTICS)


def test_arrays_of_other_content_have_other_recipes():
    one, two = (probe("identity", "tanh", depth=1, width=3, inputs=np.full((4, 3), v), seeds=1) for v in (1.0, 2.0))
    assert recipe(one) != recipe(two)


def test_an_own_initializer_and_activation_are_probed():
    class Halves:
        def sample(self, rng, fan_in, fan_out):
            return np.full((fan_in, fan_out), 0.5)

        def variance(self, fan_in, fan_out):
            return 0.0

    cube = Activation("cube", lambda z: z**3, lambda z: 3 * z * z)
    ds = probe(Halves(), cube, depth=1, width=4, inputs=np.ones((5, 4)), seeds=1)
    assert ds["init"].values.tolist() == ["Halves"]
    assert ds["activation"].values.tolist() == ["cube"]
    assert _one(ds, "act_mean")[0, 0] == 8.0


def test_equal_draws_across_a_family_make_comparisons_paired():
    ds = probe(
        ["he_normal", "lecun_normal", "normal:1"], "relu", depth=1, width=50, samples=60, seeds=3, dtype="float64"
    )
    he, lecun, normal = ds["act_std"].values[:, 0, :, 0]
    np.testing.assert_allclose(he / lecun, math.sqrt(2), rtol=1e-6)
    np.testing.assert_allclose(normal / lecun, math.sqrt(50), rtol=1e-6)


# Errors


class _Shapeless:
    def sample(self, rng, fan_in, fan_out):
        return np.zeros(fan_in)

    def variance(self, fan_in, fan_out):
        return 0.0


class _Failing(_Shapeless):
    def sample(self, rng, fan_in, fan_out):
        raise RuntimeError("two\nlines")


def _in_short(wrong):
    return ", ".join(f"{key} {value!r:.40}".split(" object at")[0] for key, value in wrong.items())


@pytest.mark.parametrize(
    "wrong",
    [
        {"inits": "nonsense"},
        {"inits": []},
        {"inits": None},
        {"inits": ["he", "he_normal"]},
        {"inits": _Shapeless()},
        {"inits": _Failing()},
        {"activations": "nonsense"},
        {"activations": []},
        {"activations": 3},
        {"activations": math.tanh},
        {"depth": 0},
        {"depth": -1},
        {"depth": 2.5},
        {"depth": "3"},
        {"depth": True},
        {"depth": 10**9},
        {"width": 0},
        {"width": -3},
        {"width": 1.5},
        {"width": "12"},
        {"width": None},
        {"width": []},
        {"width": [10, 0]},
        {"width": [10, "5"]},
        {"width": [10, 10]},
        {"width": np.array([10, 10, 10.5])},
        {"width": 10**8},
        {"input_width": 0},
        {"input_width": -1},
        {"input_width": 2.5},
        {"samples": 0},
        {"samples": -5},
        {"samples": 1.5},
        {"samples": "100"},
        {"samples": 10**12, "batch": 10**12},
        {"seeds": 0},
        {"seeds": -1},
        {"seeds": 1.5},
        {"seeds": None},
        {"seeds": "3"},
        {"seeds": True},
        {"seeds": []},
        {"seeds": [1, 1]},
        {"seeds": [-1]},
        {"seeds": [0.5]},
        {"seeds": 10**9},
        {"dtype": "float16"},
        {"dtype": None},
        {"dtype": np.float32},
        {"drive": "loss"},
        {"drive": None},
        {"norm": "group"},
        {"norm": True},
        {"batch": 0},
        {"batch": 1.5},
        {"bias_std": -1},
        {"bias_std": math.nan},
        {"bias_std": "0.1"},
        {"view": (0, 1)},
        {"view": (1, 0, 30)},
        {"view": (0, math.inf, 30)},
        {"view": (0, 1, 0)},
        {"view": (0, 1, 2.5)},
        {"view": "0,1,30"},
        {"view": 30},
        {"view": ("a", "b", 30)},
        {"workers": 0},
        {"workers": 1.5},
        {"workers": 10**6},
        {"inputs": "nonsense"},
        {"inputs": "normal:-1"},
        {"inputs": "correlated:2"},
        {"inputs": "missing.npy"},
        {"inputs": np.zeros(5)},
        {"inputs": np.full((5, 5), np.nan)},
        {"inputs": np.array([["a"]])},
        {"inputs": None},
        {"inputs": [[1.0, 2.0]]},
        {"inputs": np.ones((5, 4)), "samples": 6},
        {"inputs": np.ones((5, 4)), "samples": np.int64(6)},
        {"inputs": np.ones((5, 4)), "input_width": 5},
        {"inputs": "mnist", "samples": 3001},
        {"inputs": "mnist", "input_width": 100},
        {"seeds": b"x"},
        {"checkpoint": ""},
        {"checkpoint": "\0"},
        {"progress": 3},
        {"interrupt": 3},
    ],
    ids=_in_short,
)
def test_bad_arguments_are_one_line_errors(wrong, one_line_error):
    one_line_error(probe, **{"inits": "he_normal", "activations": "tanh", **SMALL, **wrong})


@pytest.mark.parametrize("name", ["norm", "place", "block", "branch_scale", "dtype", "drive", "view", "inputs"])
@pytest.mark.parametrize("value", [np.array([]), np.array(["batch", "layer"])], ids=["empty", "of words"])
def test_an_array_is_no_name(name, value, one_line_error):
    assert name in one_line_error(probe, "he_normal", "tanh", **{**SMALL, name: value})


@pytest.mark.parametrize(
    "call",
    [
        lambda **how: actviz.train(
            actviz.runs("he_normal", "relu", data="moons:50", depth=1, width=4), "moons:50", **how
        ),
        lambda **how: actviz.find_rate(
            *actviz.runs("he_normal", "relu", data="moons:50", depth=1, width=4).values(), "moons:50", **how
        ),
        lambda **how: actviz.sweep({"weight_var": [1.0, 2.0]}, activation="tanh", width=8, samples=8, **how),
        lambda **how: actviz.coordinate_check("he_normal+relu", widths=[8, 16, 32], steps=1, **how),
        lambda **how: actviz.reproduce("pytorch/default-init", seeds=2, **how),
    ],
)
def test_progress_that_cannot_be_called_is_refused_before_anything_is_measured(call, one_line_error):
    assert "progress must be a function, not 3" in one_line_error(call, progress=3)


def _write_bad_inputs(folder):
    np.save(folder / "pickled.npy", np.array([[{"a": 1}]], object), allow_pickle=True)
    np.save(folder / "nan.npy", np.full((2, 2), np.nan))
    np.save(folder / "flat.npy", np.zeros(5))
    np.savez(folder / "two.npz", a=np.ones((2, 2)), b=np.ones((2, 2)))
    (folder / "text.npy").write_text("1,2,3\n")


@pytest.mark.parametrize("name", ["missing.npy", "pickled.npy", "nan.npy", "flat.npy", "text.npy", "two.npz"])
def test_bad_input_files_are_one_line_errors(name, tmp_path, one_line_error):
    _write_bad_inputs(tmp_path)
    assert name in one_line_error(probe, "he_normal", "tanh", **{**SMALL, "samples": None}, inputs=str(tmp_path / name))


def test_depth_and_widths_may_agree():
    assert probe("he_normal", "tanh", depth=2, width=[6, 7], samples=10, seeds=1).sizes["layer"] == 2


def test_numpy_integers_are_whole_numbers():
    options = {
        "depth": np.int64(2),
        "width": np.int64(6),
        "samples": np.int64(10),
        "seeds": np.int64(2),
        "batch": np.int64(4),
    }
    ds = probe("he_normal", "tanh", **options)
    _same_values(ds, probe("he_normal", "tanh", **{key: int(value) for key, value in options.items()}), STATISTICS)


# What must not be believed


def test_a_checkpoint_keeps_nothing_of_a_function_of_the_users_own(tmp_path):
    def same_name(factor):
        return Activation("mine", lambda z: factor * z, lambda z: factor + 0 * z)

    first = probe("he_normal", same_name(0.5), **SMALL, checkpoint=tmp_path)
    second = probe("he_normal", same_name(2.0), **SMALL, checkpoint=tmp_path)
    assert second["act_std"].values[0, 0, 0, 0] == pytest.approx(4 * first["act_std"].values[0, 0, 0, 0])


def test_batch_normalization_keeps_huge_signals_at_unit_scale():
    ds = probe("normal:1e20", "tanh", **SMALL, norm="batch")
    np.testing.assert_allclose(ds["preact_std"], 1.0, rtol=1e-3)
    assert np.isfinite(ds["grad_preact_rms"]).all()


def test_batch_normalization_is_over_batches_of_equal_size():
    ds = probe("he_normal", "tanh", **{**SMALL, "samples": 65}, batch=64, norm="batch")
    np.testing.assert_allclose(ds["preact_std"], 1.0, rtol=1e-3)


@pytest.mark.parametrize("wrong", [{"samples": 1}, {"batch": 1}, {"bias_std": 0.1}], ids=str)
def test_batch_normalization_refuses_what_it_makes_meaningless(wrong, one_line_error):
    assert "batch normalization" in one_line_error(probe, "he_normal", "tanh", **{**SMALL, **wrong}, norm="batch")


def test_an_initializer_that_changes_a_built_ins_sample_is_asked_for_it():
    class Flat(Normal):
        def sample(self, rng, fan_in, fan_out, dtype="float64"):
            return np.zeros((fan_in, fan_out))

    assert not probe(Flat(1.0), "tanh", **SMALL)["act_std"].values.any()


def test_an_initializer_that_ignores_its_stream_is_drawn_once_a_network():
    class Forgetful:
        drawn = 0

        def sample(self, rng, fan_in, fan_out):
            type(self).drawn += 1
            return np.random.default_rng(self.drawn).normal(0, 0.3, (fan_in, fan_out))

        def variance(self, fan_in, fan_out):
            return 0.09

    probe(Forgetful(), "tanh", **{**SMALL, "seeds": 1})
    assert Forgetful.drawn == 3


@pytest.mark.parametrize(
    ("phi", "slope", "word"),
    [
        (lambda z: np.multiply(z, 2, out=z), lambda z: 2 + 0 * z, "in place"),
        (lambda z: z, lambda z: z * np.nan, "finite"),
        (lambda z: z * 1j, lambda z: 0 * z, "real"),
    ],
    ids=["in place", "NaN slope", "complex"],
)
def test_an_activation_that_breaks_a_pass_is_refused(phi, slope, word, one_line_error):
    assert word in one_line_error(probe, "he_normal", Activation("mine", phi, slope), **SMALL)


def test_the_bins_show_every_size_of_signal_that_float32_holds():
    ds = probe(["normal", "normal:0.01"], "relu", depth=25, width=60, samples=50, seeds=1)
    assert not ds["overflow"].values.any()
    inner = ds["hist"].values[..., 1024 - 4 : 1024 + 4].sum(axis=-1) / ds["hist"].sum("bin").values
    np.testing.assert_allclose(inner, ds["zero_fraction"].mean("seed"), atol=1e-6)


def test_inputs_too_large_for_the_precision_are_refused(one_line_error):
    values = np.full((20, 4), 1e300)
    assert "too large for float32" in one_line_error(probe, "he_normal", "tanh", inputs=values, seeds=1, width=4)
    assert not probe("he_normal", "tanh", inputs=values, seeds=1, width=4, dtype="float64")["nonfinite"].values.any()


def test_an_activation_that_leaves_its_bounds_is_refused(one_line_error):
    wrong = Activation("mine", lambda z: 3 * np.tanh(z), lambda z: 3 / np.cosh(z) ** 2, bounds=(-1.0, 1.0))
    assert "bounds" in one_line_error(probe, "he_normal", wrong, **SMALL)


@pytest.mark.parametrize("activation", ["sigmoid", "hard_sigmoid", "softplus"])
def test_samples_that_are_equal_have_similarity_one(activation):
    ds = probe("zeros", activation, **SMALL)
    np.testing.assert_allclose(ds["similarity"], 1.0, rtol=0, atol=1e-7)


def test_the_drives_offered_are_those_there_are():
    assert tuple(draws.DRIVES) == DRIVES


def test_a_checkpoint_keeps_nothing_of_inputs_of_the_users_own(tmp_path):
    class Level:
        shape = (None, None)

        def __init__(self, level):
            self.level = level

        def batches(self, rng, samples, width, size, dtype):
            yield np.full((samples, width), self.level, dtype)

    one, two = (probe("he_normal", "relu", **SMALL, inputs=Level(x), checkpoint=tmp_path) for x in (1.0, 2.0))
    np.testing.assert_allclose(two["act_mean"], 2 * one["act_mean"], rtol=1e-5)


class _Enough(Exception):
    pass


def _raise_at(call):
    calls = iter(range(call))

    def interrupt():
        if next(calls, None) is None:
            raise _Enough

    return interrupt


@pytest.mark.parametrize("call", [0, 3, 8])
def test_an_interrupt_ends_a_probe_before_any_layer_of_any_pass(call):
    with pytest.raises(_Enough):
        probe("he_normal", "relu", depth=5, width=8, samples=10, seeds=1, interrupt=_raise_at(call))


def test_an_interrupt_that_raises_nothing_changes_nothing():
    recipe = {"depth": 3, "width": 8, "samples": 10, "seeds": 2}
    watched = probe("he_normal", "relu", **recipe, interrupt=lambda: None)
    assert watched.identical(probe("he_normal", "relu", **recipe))


def test_seeds_of_one_process_share_a_networks_buffers_and_nothing_else(monkeypatch):
    made = []

    def counted(*given):
        made.append(Network(*given))
        return made[-1]

    monkeypatch.setattr(running, "Network", counted)
    how = {"depth": 3, "width": 9, "samples": 20, "norm": "batch", "workers": 1}
    together = probe("he_normal", ["relu", "tanh"], seeds=3, **how)
    assert len(made) == 1
    alone = probe("he_normal", ["relu", "tanh"], seeds=[2], **how)
    names = list(STATISTICS)  # histograms are of all seeds
    assert together[names].isel(seed=[2]).equals(alone[names])
