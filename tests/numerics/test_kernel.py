"""The compiled passes give what numpy's do, on ordinary, odd and empty values; without them numpy does the work."""

import subprocess
import sys

import numpy as np
import pytest

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.elementwise import COMPILED
from actviz.numerics import kernel
from actviz.numerics.histogram import GRADIENT_BINS, UNBOUNDED_BINS, LinearBins
from actviz.numerics.moments import Moments
from actviz.probing import recording

needs_it = pytest.mark.skipif(kernel.kernel() == "numpy", reason="the kernel is not compiled here")
ODD = (0.0, -0.0, 1.0, -1.0, np.nan, np.inf, -np.inf, 1e-45, 3e38, 1e-20)


def values(kind, shape, dtype):
    rng = np.random.default_rng(0)
    made = {
        "plain": rng.standard_normal(shape), "alike": 3.0 + 1e-4 * rng.standard_normal(shape),
        "odd": rng.choice(ODD, shape), "huge": 1e30 * rng.standard_normal(shape), "zero": np.zeros(shape),
        "rectified": np.maximum(rng.standard_normal(shape), 0.0),
    }  # fmt: skip
    return made[kind].astype(dtype)


def on_both_paths(measure):
    with np.errstate(all="ignore"):
        compiled = measure()
        with kernel.numpy_alone():
            return compiled, measure()


@needs_it
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["plain", "alike", "odd", "huge", "zero", "rectified"])
@pytest.mark.parametrize("shape", [(1, 1), (70, 33), (300, 16)])
def test_a_layers_record_is_the_same_on_both_paths(kind, shape, dtype):
    block = values(kind, shape, dtype)

    def measure():
        inputs = Moments(shape[1])
        inputs.add(values("plain", shape, dtype))
        record = recording.LayerRecord(shape[1], ACTIVATIONS["tanh"], inputs, view=LinearBins(0.0, 1.0, 30))
        record.forward(block, block)
        record.backward(block, block)
        record.weights(block)
        return recording.measurement([record])

    compiled, plain = on_both_paths(measure)
    assert set(compiled.statistics) == set(plain.statistics)
    for name, value in plain.statistics.items():
        np.testing.assert_allclose(compiled.statistics[name], value, rtol=1e-5, atol=1e-6, err_msg=name)
    for which in ("hist", "grad_hist", "view_hist"):
        (ours,), (theirs,) = getattr(compiled.histograms, which), getattr(plain.histograms, which)
        assert (ours.counts == theirs.counts).all()


@needs_it
@pytest.mark.parametrize("bins", [UNBOUNDED_BINS, GRADIENT_BINS, LinearBins(-1.0, 1.0)], ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["plain", "odd"])
@pytest.mark.parametrize("number", [0, 1, 3, 64, 1001])
def test_counts_are_equal(bins, kind, dtype, number):
    compiled, plain = on_both_paths(lambda: bins.count(values(kind, number, dtype)))
    assert (compiled.counts == plain.counts).all()
    assert (compiled.underflow, compiled.overflow, compiled.nonfinite) == (
        plain.underflow,
        plain.overflow,
        plain.nonfinite,
    )
    assert compiled.total == number


@needs_it
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["plain", "odd", "huge", "zero", "rectified"])
@pytest.mark.parametrize("activation", [name for name, each in ACTIVATIONS.items() if each.slope in COMPILED])
@pytest.mark.parametrize("shape", [(1, 1), (70, 33), (300, 16), (3, 5000)])
def test_gradients_are_put_as_numpy_puts_them_and_recorded_so(activation, kind, dtype, shape):
    phi, above = ACTIVATIONS[activation], values("plain", shape, dtype)
    with np.errstate(all="ignore"):
        h = phi(values(kind, shape, dtype))

    def record():
        return recording.LayerRecord(shape[1], phi, Moments(shape[1]))

    at_once, apart = record(), record()
    below, slope = np.full(shape, np.nan, dtype), np.empty(shape, dtype)
    with np.errstate(all="ignore"):
        assert at_once.put_gradient(h, above, below)
        phi.slope_into(h, slope)
        with kernel.numpy_alone():
            apart.backward(above * slope, slope)
    assert below.tobytes() == (above * slope).tobytes()
    assert (at_once.grad_hist.counts == apart.grad_hist.counts).all()
    at_once.h.rows = apart.h.rows = len(h)
    for told in ("saturated", "dead_units", "grad_zero"):
        np.testing.assert_equal(getattr(at_once, told), getattr(apart, told), err_msg=told)
    np.testing.assert_allclose(at_once.grad_preact_rms, apart.grad_preact_rms, rtol=1e-5)


@needs_it
def test_no_other_slope_is_put_and_arrays_of_two_precisions_are_not():
    h = values("plain", (5, 4), "float32")
    record = recording.LayerRecord(4, ACTIVATIONS["gelu"], Moments(4))
    assert not record.put_gradient(h, h, np.empty_like(h))
    record = recording.LayerRecord(4, ACTIVATIONS["tanh"], Moments(4))
    assert not record.put_gradient(h, h.astype(float), np.empty_like(h))
    assert not record.put_gradient(h, np.asfortranarray(h), np.empty_like(h))


@pytest.mark.parametrize("wanted", ["numpy", ""])
def test_the_path_is_told_and_can_be_chosen(wanted):
    code = "from actviz.numerics.kernel import kernel; print(kernel())"
    done = subprocess.run([sys.executable, "-c", code], env={"ACTVIZ_KERNEL": wanted}, capture_output=True, text=True)
    assert done.stdout.strip() == (wanted or kernel.kernel())


def test_a_library_of_another_source_or_none_is_done_without(tmp_path, monkeypatch):
    assert kernel.load(tmp_path / "missing.so") == {}
    (tmp_path / "broken.so").write_bytes(b"no library")
    assert kernel.load(tmp_path / "broken.so") == {}


@needs_it
def test_no_library_of_another_source_is_taken(monkeypatch):
    monkeypatch.setattr(kernel, "SOURCE", kernel.SOURCE + 1)
    assert kernel.load() == {}
