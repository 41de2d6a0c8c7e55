"""Arrays of anyone's network, recorded: the statistics of ``probe``, and a result that every reader takes."""

import copy
import json
import pickle
import threading

import numpy as np
import pytest
import xarray as xr

import actviz
from actviz.catalog.inputs import NormalInputs
from actviz.cli import main
from actviz.errors import ActvizError
from actviz.probing.draws import Draws
from actviz.probing.stack import ProbeConfig

pytestmark = pytest.mark.usefixtures("path")

DEPTH, WIDTH, SAMPLES = 3, 24, 40


def record(activation="relu", recorder=None, step=0, scale=1.0):
    """Record a numpy stack of He weights, forward and back, written out as anyone would."""
    recorder = recorder or actviz.Recorder(name="he_normal")
    draws = Draws(0, ProbeConfig(samples=SAMPLES, seeds=(0,), inputs=NormalInputs()))
    phi, h = actviz.activation(activation), next(iter(draws.inputs(WIDTH)))
    recorder.inputs(h, step)
    layers, given = [], [h]
    for layer in range(1, DEPTH + 1):
        weights = draws.weights(actviz.initializer("he_normal"), layer, WIDTH, WIDTH).copy() * np.float32(scale)
        z = given[-1] @ weights
        given.append(phi(z))
        layers.append((weights, z))
    dh = next(iter(draws.cotangents(WIDTH, DEPTH)))
    told = {}
    for layer in reversed(range(DEPTH)):
        weights, z = layers[layer]
        dz = dh * phi.slope(z if phi.slope_from == "z" else given[layer + 1], *phi.values)
        told[layer], dh = (dz, given[layer].T @ dz), dz @ weights.T
    for layer, (weights, z) in enumerate(layers):
        dz, dw = told[layer]
        recorder.record(
            f"block{layer}", given[layer + 1], z, dz, activation, step, weights=weights, weight_grad=dw
        )  # fmt: skip
    return recorder


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_arrays_of_a_numpy_stack_give_the_probe_s_numbers_exactly(activation):
    found = record(activation).dataset
    wanted = actviz.probe("he_normal", activation, depth=DEPTH, width=WIDTH, samples=SAMPLES, seeds=1)
    for name in wanted.data_vars:
        np.testing.assert_array_equal(found[name].values, wanted[name].values, err_msg=name)
        assert found[name].attrs["definition"] == wanted[name].attrs["definition"]
    assert found["layer_name"].values.tolist() == ["block0", "block1", "block2"]


@pytest.fixture(scope="module")
def filmed(path, tmp_path_factory):
    recorder = record(step=0)
    record(recorder=recorder, step=100, scale=0.2)
    path = tmp_path_factory.mktemp("film") / "film.nc"
    actviz.save(recorder.dataset, path)
    return path


def test_several_steps_are_a_training_whose_snapshots_are_what_was_recorded(filmed):
    film = actviz.load(filmed)
    assert film["snapshot"].values.tolist() == [0, 100]
    alone, first = record().dataset, actviz.snapshot(film, 0)
    assert set(first.variables) == set(alone.variables)
    for name in alone.data_vars:
        assert first[name].dims == alone[name].dims
        np.testing.assert_array_equal(first[name].values, alone[name].values)
    assert actviz.diagnose(first)[0].verdict is actviz.Verdict.HEALTHY
    found = {each.verdict for each in actviz.diagnose(actviz.snapshot(film, 100))[0].findings}
    assert actviz.Verdict.COLLAPSED in found


def test_readers_take_what_was_recorded(filmed, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for line in (
        ["show", str(filmed)],
        ["show", str(filmed), "--snapshot", "last", "--lang", "ko"],
        ["diagnose", str(filmed), "--snapshot", "first"],
        ["figures", str(filmed), "--figure", "film", "-o", "drawn"],
    ):
        with pytest.raises(SystemExit) as ended:
            main(line)
        assert ended.value.code == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "depth 3, width 24; losses as it gave them" in said
    assert {path.name for path in (tmp_path / "drawn").iterdir()} == {"film.png"}
    with pytest.raises(ActvizError, match="which no recipe brings back"):
        actviz.redo(tmp_path / "drawn" / "film.png")
    with pytest.raises(ActvizError, match=r"needs losses at two steps at least: `watch\.step\(loss\)`"):
        actviz.FIGURES["curves"].draw(actviz.load(filmed))


def test_a_baseline_is_kept_of_what_was_recorded(tmp_path):
    from actviz.baseline import Baseline

    Baseline.of(record().dataset).save(tmp_path / "kept.json")
    kept = json.loads((tmp_path / "kept.json").read_text())
    assert kept["recipe"]["kind"] == "recorded"
    assert Baseline.load(tmp_path / "kept.json").layer(1) == "1 (block0)"


def test_what_was_not_given_is_not_judged():
    recorder, rng = actviz.Recorder(), np.random.default_rng(0)
    for layer in ("a", "b"):
        recorder.record(layer, rng.standard_normal((30, 6)))
    found = recorder.dataset
    for name in ("saturated", "dead_units", "grad_preact_rms", "preact_std", "grad_weight_norm", "input_rms"):
        assert np.isnan(found[name].values).all(), name
    assert np.isfinite(found["act_std"].values).all()
    (diagnosis,) = actviz.diagnose(found)
    assert "no gradient was recorded" in diagnosis.unjudged[0].message()


def test_a_remedy_has_no_number_where_no_fans_are_known():
    recorder, rng = actviz.Recorder(), np.random.default_rng(0)
    x = rng.standard_normal((30, 6))
    recorder.inputs(x)
    for at, size in enumerate((1.0, 0.1, 0.01, 1e-4)):
        recorder.record(f"layer {at}", size * x, size * x, 1e-4 / size * x, "tanh")
    (diagnosis,) = actviz.diagnose(recorder.dataset)
    assert diagnosis.findings
    assert not any("std" in finding.remedy() or "fan_in" in finding.remedy() for finding in diagnosis.findings)


def test_activations_that_differ_share_bins_and_images_have_their_channels_in_front():
    recorder, rng = actviz.Recorder(), np.random.default_rng(0)
    image = rng.standard_normal((5, 3, 4, 4)).astype("float32")
    recorder.inputs(image.reshape(5, -1))
    recorder.record("squashed", np.tanh(image), activation="tanh", axis=1, grad=image)
    recorder.record("cut", np.maximum(image, 0), image, activation="relu", axis=1)
    found = recorder.dataset
    assert found["activation"].values.tolist() == ["mixed"]
    assert found["width"].values.tolist() == [3, 3]
    assert (found["hist"].sum("bin") + found["underflow"] + found["overflow"]).values.ravel()[0] == image.size
    rms = np.sqrt(np.square(image).sum(axis=(2, 3)).mean())  # of a unit's norm over its positions
    assert found["grad_preact_rms"].values[0, 0, 0, 0] == pytest.approx(rms, rel=1e-5)


class Exported:
    """An array that is known by DLPack alone."""

    def __init__(self, array):
        self._array = array

    def __dlpack__(self, **how):
        return self._array.__dlpack__(**how)

    def __dlpack_device__(self):
        return self._array.__dlpack_device__()


class Brain:
    """A number of 16 bits that only ``float`` makes an array of, as bfloat16 is."""

    def __array__(self, *_, **__):
        raise TypeError("bfloat16")

    def float(self):
        return np.ones((4, 2), np.float32)


def test_arrays_of_any_framework():
    array = np.arange(8.0).reshape(4, 2)
    wanted = None
    for given in (array, array.tolist(), Exported(array), array.astype(">f8")):
        recorder = actviz.Recorder()
        recorder.record("layer", given)
        found = recorder.dataset["act_mean"].item()
        wanted = found if wanted is None else wanted
        assert found == wanted == 3.5
    recorder = actviz.Recorder()
    recorder.record("layer", Brain())
    assert recorder.dataset["act_mean"].item() == 1.0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda r: r.record("a", ["words"]), "h must be an array of real numbers, not one of shape (1,)"),
        (lambda r: r.record("a", object()), "h must be an array of numbers"),
        (lambda r: r.record("a", np.zeros((0, 3))), "h of shape (0, 3) has no values along axis -1"),
        (lambda r: r.record("a", np.ones((2, 3)), axis=4), "has no values along axis 4"),
        (
            lambda r: r.record("a", np.ones((2, 3)), np.ones((2, 4))),
            "z of a has (2, 4) rows and units, its h has (2, 3)",
        ),
        (lambda r: r.record("a", np.ones((2, 3)), activation="relux"), "unknown activation 'relux'"),
        (lambda r: r.record("a", np.ones((2, 3)), step=-1), "step must be"),
        (lambda r: r.record("a", np.ones((2, 3)), weights=np.ones((4, 2))), "weights of a must end in its 3 units"),
        (
            lambda r: (r.record("a", np.ones((2, 3))), r.record("a", np.ones((2, 4)))),
            "layer a has 3 units under unknown",
        ),
        (lambda r: r.dataset, "nothing was recorded"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_a_line(call, said):
    with pytest.raises(ActvizError) as refused:
        call(actviz.Recorder())
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("given", "missing"), [((0, 5), "2–5"), ((0, 1, 2), "4–6")])
def test_a_gradient_that_was_not_given_is_not_judged(given, missing):
    recorder, g = actviz.Recorder(), np.random.default_rng(0).standard_normal((32, 8)).astype("f4")
    for layer in range(6):
        grad = g * np.float32(10.0 ** (8 * layer - 40)) if layer in given else None
        recorder.record(f"l{layer}", np.tanh(g), grad=grad if len(given) > 2 or grad is None else g, activation="tanh")
    (found,) = actviz.diagnose(recorder.dataset)
    assert found.findings == ()
    assert found.verdict == "not_judged"
    assert f"no gradient was recorded of layer {missing}" in found.unjudged[0].message()


@pytest.mark.parametrize(
    ("layer", "h", "how", "said"),
    [
        (3, np.ones((4, 2)), {}, "layer must be the layer's name, not 3"),
        ("a", None, {}, "h must be an array of numbers, not None"),
        ("a", np.ones((4, 2)), {"axis": None}, "axis must be a whole number, not None"),
        ("a", np.ma.masked_less(np.arange(8.0).reshape(4, 2), 2), {}, "h is masked: which values are missing"),
    ],
)
def test_what_is_no_layer_is_refused_in_a_line(layer, h, how, said):
    with pytest.raises(ActvizError) as refused:
        actviz.Recorder().record(layer, h, **how)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_tensor_without_values_is_refused_in_a_line():
    torch = pytest.importorskip("torch")
    with pytest.raises(ActvizError, match="h has no values: ") as refused:
        actviz.Recorder().record("a", torch.empty(4, 2, device="meta"))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("activation", ["tanh", "softsign"])  # whose functions have no names
@pytest.mark.parametrize("again", [copy.deepcopy, lambda recorder: pickle.loads(pickle.dumps(recorder))])
def test_a_recorder_goes_on_as_a_copy(again, activation):
    h = np.tanh(np.random.default_rng(0).standard_normal((60, 9)).astype(np.float32))
    whole, begun = actviz.Recorder(), actviz.Recorder()
    for part in (h[:30], h[30:]):
        whole.record("first", part, activation=activation)
    begun.record("first", h[:30], activation=activation)
    copied = again(begun)
    copied.record("first", h[30:], activation=activation)
    xr.testing.assert_identical(copied.dataset, whole.dataset)
    assert begun.dataset["hist"].sum() == 30 * 9


def test_threads_record_one_layer_and_lose_nothing():
    h = np.tanh(np.random.default_rng(0).standard_normal((64, 400)).astype(np.float32))
    recorder, at_once = actviz.Recorder(), threading.Barrier(4)

    def record():
        at_once.wait()
        for _ in range(50):
            recorder.record("first", h, h, h, activation="tanh")

    threads = [threading.Thread(target=record) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    found = recorder.dataset
    assert found["hist"].sum() == found["grad_hist"].sum() + found["grad_overflow"].sum() == 200 * h.size
    np.testing.assert_allclose(found["grad_preact_rms"].item(), np.sqrt(np.square(h, dtype=float).mean()), rtol=1e-6)


@pytest.mark.parametrize(
    ("dtype", "kept"), [(">f8", "float64"), ("longdouble", "float64"), (">f4", "float32"), ("float16", "float32")]
)
def test_numbers_keep_their_precision_in_any_order_of_bytes(dtype, kept):
    h = np.random.default_rng(0).standard_normal((30, 7))
    recorder = actviz.Recorder()
    recorder.record("first", h.astype(dtype), activation="tanh")
    assert json.loads(recorder.dataset.attrs["recipe"])["dtype"] == kept


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("odd", [np.nan, np.inf, 1e300])
def test_inputs_that_overflow_are_recorded_without_a_warning(odd):
    x = np.random.default_rng(0).standard_normal((30, 7))
    x[3, 4] = odd
    recorder = actviz.Recorder()
    recorder.inputs(x)
    recorder.record("first", x, activation="tanh")
    assert recorder.dataset["nonfinite"].item() == (not np.isfinite(odd)) / x.size
