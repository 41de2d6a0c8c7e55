"""The same stack measured by ``probe`` and, as an ``nn.Sequential`` with the same weights, by ``probe_module``."""

import numpy as np
import pytest

import actviz
from actviz import ACTIVATIONS, STATISTICS
from actviz.catalog import names
from actviz.catalog.names import labelled_inputs
from actviz.probing.draws import Draws
from actviz.probing.stack import ProbeConfig
from actviz.results.model_statistics import OF_LEARNING, OF_OUTLIERS, OF_OUTPUT

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402

from actviz.torch.feeding import RandomInput, RandomInputs  # noqa: E402

MODULES = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "hard_sigmoid": nn.Hardsigmoid,
    "tanh": nn.Tanh,
    "hard_tanh": nn.Hardtanh,
    "softsign": nn.Softsign,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "gelu_tanh": lambda: nn.GELU("tanh"),
    "silu": nn.SiLU,
    "softplus": lambda: nn.Softplus(threshold=500.0),  # PyTorch switches to z at 20, which is 2e-9 off
    "mish": nn.Mish,
}
DEPTH, WIDTH, SAMPLES = 4, 24, 150
SHARES = ("saturated", "zero_fraction", "grad_zero", "nonfinite")
"""One value on the other side of a threshold, by rounding, changes these by 1 / (samples x width)."""


def _sequential(seed, activation, norm, bias, dtype):
    """Return the stack that ``probe`` draws under a seed."""
    config = ProbeConfig(SAMPLES, (seed,), labelled_inputs("normal")[1], dtype)
    draws, modules = Draws(seed, config), []
    for layer in range(1, DEPTH + 1):
        linear = nn.Linear(WIDTH, WIDTH, bias=bias > 0, dtype=getattr(torch, dtype))
        weights = draws.weights(names.initializer("lecun_normal"), layer, WIDTH, WIDTH)
        linear.weight.data = torch.from_numpy(weights.T.copy())
        if bias:
            linear.bias.data = torch.from_numpy(draws.biases(bias, layer, WIDTH))
        modules += [linear, *([nn.BatchNorm1d(WIDTH, eps=1e-6, affine=False)] if norm else []), MODULES[activation]()]
    return nn.Sequential(*modules)


def _both(activation, norm=None, bias=0.0, dtype="float32", seeds=(0, 3)):
    settings = {"depth": DEPTH, "width": WIDTH, "samples": SAMPLES, "norm": norm, "bias_std": bias, "dtype": dtype}
    expected = actviz.probe("lecun_normal", activation, seeds=seeds, **settings)
    inputs = RandomInputs((RandomInput((SAMPLES, WIDTH)),))  # drawn in float32
    if dtype == "float64":
        inputs = torch.from_numpy(next(Draws(seeds[0], _config(dtype, seeds)).inputs(WIDTH)))
    measured = actviz.probe_module(
        lambda: _sequential(torch.initial_seed(), activation, norm, bias, dtype), inputs, seeds=seeds
    )
    return expected, measured


def _config(dtype, seeds):
    return ProbeConfig(SAMPLES, seeds, labelled_inputs("normal")[1], dtype)


def _assert_same(expected, measured, rtol, atol):
    for name in STATISTICS:
        slack = 3 / (SAMPLES * WIDTH) if name in SHARES else atol
        np.testing.assert_allclose(
            measured[name].values, expected[name].values, rtol=rtol, atol=slack, err_msg=name, equal_nan=True
        )


@pytest.mark.parametrize(
    ("activation", "norm", "bias"),
    [(name, norm, bias) for name in MODULES for norm, bias in ((None, 0.0), (None, 0.3), ("batch", 0.0))],
)
def test_every_statistic_agrees_to_rounding(activation, norm, bias):
    expected, measured = _both(activation, norm, bias)
    _assert_same(expected, measured, 2e-4 if norm else 2e-5, 2e-6)
    assert measured["activation"].values.tolist() == [activation]
    np.testing.assert_array_equal(measured["bin_edges"], expected["bin_edges"])
    for name in ("hist", "grad_hist"):
        moved = np.abs(measured[name].values - expected[name].values).sum(axis=-1) / 2
        assert moved.max() <= 0.005 * SAMPLES * WIDTH * 2, f"{name}: more than rounding moves between bins"


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_in_float64_they_agree_to_its_rounding(activation):
    expected, measured = _both(activation, dtype="float64", seeds=(2,))
    _assert_same(expected, measured, 1e-10, 1e-12)
    assert actviz.recipe(measured)["dtype"] == "float64"


def test_every_activation_that_pytorch_has_is_compared(torch_activations):
    assert {*MODULES, "erf", "sin"} == set(torch_activations) == set(ACTIVATIONS)


def test_coordinates_are_those_of_the_stack():
    expected, measured = _both("relu")
    for name in ("layer", "seed", "width", "fan_in"):
        np.testing.assert_array_equal(measured[name], expected[name])
    own = {name for name in measured.data_vars if "parameter" in measured[name].dims}
    own |= {*OF_OUTPUT, *OF_OUTLIERS, *OF_LEARNING}
    assert set(expected.data_vars) == set(measured.data_vars) - own
    assert (measured["positions"] == 1).all()
