"""The compiled passes give what numpy's do, on ordinary, odd and empty values; without them numpy does the work."""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.elementwise import COMPILED
from actviz.numerics import kernel
from actviz.numerics.histogram import GRADIENT_BINS, UNBOUNDED_BINS, LinearBins
from actviz.numerics.moments import Moments
from actviz.probing import recording

ROOT = Path(__file__).parents[2]

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


def test_a_path_that_there_is_none_of_is_refused_in_a_line(monkeypatch, one_line_error):
    assert "must be compiled or numpy, not 'np'" in one_line_error(kernel._chosen, "np")
    monkeypatch.setattr(kernel, "load", dict)
    assert "there is no compiled kernel" in one_line_error(kernel._chosen, "compiled")


def test_a_library_of_another_source_or_none_is_done_without(tmp_path, monkeypatch):
    assert kernel.load(tmp_path / "missing.so") == {}
    (tmp_path / "broken.so").write_bytes(b"no library")
    assert kernel.load(tmp_path / "broken.so") == {}


@needs_it
def test_no_library_of_another_source_is_taken(tmp_path, monkeypatch):
    (tmp_path / "kernel.c").write_bytes(kernel.SOURCE.read_bytes() + b"\n")
    monkeypatch.setattr(kernel, "SOURCE", tmp_path / "kernel.c")
    assert kernel.load() == {}
    monkeypatch.setattr(kernel, "SOURCE", tmp_path / "missing.c")  # as in an archive that is imported from
    assert kernel.load() == {}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("low", "high", "compiled_for"),
    [
        (-1.0, 1.0, "float32 float64"),
        (2.0**22, 2.0**22 + 2048, "float32 float64"),
        (2.0**23, 2.0**23 + 2048, "float64"),  # more digits than float32 has
        (2.0**40, 2.0**40 + 2048, "float64"),
        (1.0, 1.0 + 2.0**-20, "float64"),
        (-(2.0**-80), 2.0**-80, "float32 float64"),
        (-(2.0**-140), 2.0**-140, "float64"),  # whose inverse is no float32
        (-(2.0**120), 2.0**120, "float32 float64"),
        (-(2.0**127), 2.0**127, "float64"),  # twice as far as float32 reaches
    ],
)
def test_bins_anywhere_are_counted_as_numpys_histogram_does(low, high, compiled_for, dtype):
    bins = LinearBins(low, high)
    assert (bins.rule(np.dtype(dtype)) is not None) == (dtype in compiled_for)
    inside = np.linspace(low, high, 5001).astype(dtype)
    inside = inside[(inside >= low) & (inside <= high)]
    compiled, plain = on_both_paths(lambda: bins.count(inside))
    right = np.histogram(inside.astype(float), bins.edges)[0]
    assert (compiled.counts == plain.counts).all()
    assert (plain.counts == right).all()


def _built(folder, compiler, monkeypatch):
    build = runpy.run_path(str(ROOT / "scripts" / "build_kernel.py"))
    monkeypatch.setenv("CC", compiler)
    library = folder / "_kernel.so"
    return build["compile_kernel"](ROOT / build["SOURCE"], library), library


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_every_compiler_makes_passes_that_count_alike(compiler, tmp_path, monkeypatch):
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    why, library = _built(tmp_path, compiler, monkeypatch)
    assert not why
    passes, block = kernel.load(library)[np.dtype("f4")], values("plain", (70, 33), "float32")
    counts = np.zeros(GRADIENT_BINS.size + 3, np.int64)
    assert passes.count(block, GRADIENT_BINS.rule(block.dtype), counts)
    assert (counts[:-3] == GRADIENT_BINS.count(block).counts).all()


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_compiler_without_functions_by_processor_makes_passes_of_one_kind(tmp_path, monkeypatch):
    compiler = tmp_path / "plain-cc"
    compiler.write_text(
        '#!/bin/sh\ncase "$*" in *-DONE_KIND*) exec cc "$@";; esac\necho "x.c:1: error: no clones" >&2\nexit 1\n'
    )
    compiler.chmod(0o755)
    why, library = _built(tmp_path, str(compiler), monkeypatch)
    assert not why
    assert kernel.load(library)


def test_why_nothing_was_compiled_is_the_first_error(tmp_path, monkeypatch):
    compiler = tmp_path / "broken-cc"
    compiler.write_text('#!/bin/sh\necho "x.c:1: error: no clones" >&2\necho "16 errors generated." >&2\nexit 1\n')
    compiler.chmod(0o755)
    assert _built(tmp_path, str(compiler), monkeypatch)[0] == "x.c:1: error: no clones"
    assert "No such file" in _built(tmp_path, str(tmp_path / "missing"), monkeypatch)[0]


@pytest.mark.parametrize("name", ["TABLES", "APART", "SOME"])
def test_both_files_have_one_layout(name):
    (value,) = re.findall(rf"^#define {name} +(\d+)", kernel.SOURCE.read_text(), re.MULTILINE)
    assert getattr(kernel, name) == int(value)
