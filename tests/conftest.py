"""What several test modules share: PyTorch's counterparts of the activations, and a check of an error's form."""

import gc
import math
import os
import runpy
from pathlib import Path

import numpy as np
import pytest

from actviz import ActvizError
from actviz.numerics import kernel as kernel_module
from actviz.numerics import parallel


def pytest_configure(config):
    """Keep the work of a test in its own process, for as many run at once as there are cores; compile the kernel."""
    parallel.WORTH_PROCESSES = math.inf
    if not hasattr(config, "workerinput") and kernel_module.kernel() == "numpy" and "ACTVIZ_KERNEL" not in os.environ:
        # A tree that was cloned has none: an installation compiles into its own folder, and tests take the tree.
        build = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "build_kernel.py"))
        if not build["compile_kernel"](kernel_module.SOURCE, kernel_module.LIBRARY):
            kernel_module._COMPILED.update(kernel_module.load())


def pytest_collection_finish():
    """Take all modules and tests out of garbage collection, which figures set off often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


SHARP = 288
"""Pixels an inch of a PNG."""


@pytest.fixture(scope="session", autouse=True)
def _few_pixels():
    """Write PNGs of a sixteenth of the pixels: what is on them is the same."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("actviz.plots.files.saving.DPI", SHARP / 4)
        yield


@pytest.fixture
def all_pixels(monkeypatch):
    """Write PNGs as they are written."""
    monkeypatch.setattr("actviz.plots.files.saving.DPI", SHARP)


@pytest.fixture(params=["this processor's", "another's"])
def kernel(request, monkeypatch):
    """Matrix products as they are here, and in columns that are summed in different orders, as edges of kernels are."""
    if request.param == "this processor's":
        return
    multiply = np.matmul

    def in_chunks(a, b, out=None):
        product = multiply(a, b, out=out)
        for lane, chunk in enumerate((1, 3, 8)):
            columns, total = slice(lane, None, 5), 0.0
            for start in range(0, a.shape[-1], chunk):
                rows = slice(start, start + chunk)
                total = total + np.einsum("...ij,...jk->...ik", a[..., rows], b[..., rows, columns])
            product[..., columns] = total
        return product

    monkeypatch.setattr(np, "matmul", in_chunks)


@pytest.fixture(scope="session")
def torch():
    module = pytest.importorskip("torch", reason="PyTorch is an optional dependency")
    module.set_num_threads(1)
    return module


@pytest.fixture(scope="session")
def torch_activations(torch):
    """PyTorch's own function for every activation it has, by actviz's name."""
    f = torch.nn.functional
    return {
        "identity": lambda z: z * 1.0,
        "sigmoid": torch.sigmoid,
        "hard_sigmoid": f.hardsigmoid,
        "tanh": torch.tanh,
        "hard_tanh": f.hardtanh,
        "softsign": f.softsign,
        "relu": f.relu,
        "leaky_relu": f.leaky_relu,
        "elu": f.elu,
        "selu": f.selu,
        "gelu": f.gelu,
        "gelu_tanh": lambda z: f.gelu(z, approximate="tanh"),
        "silu": f.silu,
        "softplus": lambda z: f.softplus(z, threshold=500.0),  # PyTorch switches to z at 20, which is 2e-9 off
        "mish": f.mish,
        "erf": torch.erf,
        "sin": torch.sin,
    }


@pytest.fixture(scope="session")
def one_line_error():
    """Check that a call raises an ActvizError of one line; return its message."""

    def check(call, *args, **kwargs):
        with pytest.raises(ActvizError) as caught:
            call(*args, **kwargs)
        message = str(caught.value)
        assert message, "the error says nothing"
        assert len(message.splitlines()) == 1, f"the error has several lines: {message!r}"
        return message

    return check


@pytest.fixture(scope="session")
def read_number():
    """Return what reads a number as tables write it for people: 4·10⁻⁷, −0.5, ∞."""

    def read(written):
        plain = written.replace("−", "-").replace("∞", "inf")
        mantissa, ten, power = plain.partition("10") if set(plain) & set("⁰¹²³⁴⁵⁶⁷⁸⁹") else (plain, "", "")
        exponent = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
        return float(f"{mantissa.rstrip('·') or 1}e{exponent}" if ten else plain)

    return read
