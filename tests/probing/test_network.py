import dataclasses
import itertools

import numpy as np
import pytest

from actviz import ACTIVATIONS
from actviz.catalog.choices import NORMS
from actviz.catalog.initializers import VarianceScaling
from actviz.numerics.blocks import BLOCK
from actviz.probing.network import Network
from actviz.probing.normalizing import NORM_EPS, normalize, normalize_backward
from actviz.probing.stack import Stack

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
SHAPES = {"square": (5, 5, 5, 5), "narrowing": (7, 6, 4, 3), "widening": (3, 5, 8), "one layer": (4, 3)}
OVER_UNITS = [norm for norm in NORMS if norm and "batch" not in norm]
_KINDS = [
    *itertools.product(SHAPES, ("", ", bias"), [norm for norm in NORMS if norm not in OVER_UNITS]),
    *itertools.product(["widening"], [", bias"], OVER_UNITS),
]
every_kind = pytest.mark.parametrize(
    ("widths", "bias", "norm"),
    [(SHAPES[shape], bool(bias), norm) for shape, bias, norm in _KINDS],
    ids=[f"{shape}{bias}, {norm}" for shape, bias, norm in _KINDS],
)
ROWS = 9


def normalized(values, norm):
    """Normalization written down from its definition."""
    if norm is None:
        return values
    axis = 0 if norm.startswith("batch") else 1
    mean = 0.0 if norm.startswith("rms") else values.mean(axis=axis, keepdims=True)
    variance = ((values - mean) ** 2).mean(axis=axis, keepdims=True)
    return (values - mean) / np.sqrt(variance + NORM_EPS)


def torch_normalized(values, norm, torch):
    """Return PyTorch's own."""
    over, f = (values.shape[-1],), torch.nn.functional
    if norm is None:
        return values
    if norm.startswith("batch"):
        return f.batch_norm(values, None, None, training=True, eps=NORM_EPS)
    return (f.layer_norm if norm.startswith("layer") else f.rms_norm)(values, over, eps=NORM_EPS)


class Case:
    """A small random network, in float64 with no pre-activation near a kink, and a straightforward forward pass."""

    def __init__(self, activation, widths, bias, norm, rows=ROWS, dtype="float64"):
        self.stack = Stack(activation, VarianceScaling(), widths, float(bias), norm)
        for seed in range(100):
            rng = np.random.default_rng(seed)
            self.x = rng.normal(size=(rows, widths[0])).astype(dtype)
            self.weights = [1.5 * rng.normal(size=fans).astype(dtype) / np.sqrt(fans[0]) for fans in self.stack.fans]
            self.biases = [0.3 * rng.normal(size=fan_out).astype(dtype) for _, fan_out in self.stack.fans]
            self.weights, self.biases = ([a.astype(dtype) for a in arrays] for arrays in (self.weights, self.biases))
            self.cotangent = rng.normal(size=(rows, widths[-1])).astype(dtype)
            if not bias:
                self.biases = [np.zeros_like(b) for b in self.biases]
            zs = np.concatenate([z.reshape(-1) for z, _ in self.reference()])
            if dtype == "float32" or all(np.min(np.abs(zs - kink)) > 1e-4 for kink in activation.kinks):
                return
        raise AssertionError("no seed keeps away from the kinks")

    def reference(self, offsets=None):
        """(z, h) of every layer, written down from the definitions; ``offsets`` are added to each z."""
        h, layers = self.x, []
        for layer, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = h @ w + b
            if self.stack.place == "pre":
                z = normalized(z, self.stack.norm)
            if offsets is not None:
                z = z + offsets[layer]
            h = self.stack.activation(z)
            if self.stack.place == "post":
                h = normalized(h, self.stack.norm)
            layers.append((z, h))
        return layers

    def loss(self, offsets=None):
        return float(np.sum(self.cotangent * self.reference(offsets)[-1][1]))

    def run(self, network=None):
        """(z, h) of every layer and {layer: (dz, slope, dW)}, from the library."""
        network = network or Network(self.stack, len(self.x), self.x.dtype.name)
        biases = (lambda layer: self.biases[layer]) if self.stack.bias_std else None
        forward = [(z.copy(), h.copy()) for z, h in network.forward(self.x, lambda layer: self.weights[layer], biases)]
        backward = {
            layer: (dz.copy(), slope.copy(), dw.copy())
            for layer, dz, slope, dw in network.backward(self.cotangent, lambda layer: self.weights[layer])
        }
        return forward, backward


def _numeric_gradient(loss, array, step=1e-6):
    """Central differences of a loss by every entry of an array, which is changed in place and put back."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + step
        above = loss()
        array[index] = value - step
        below = loss()
        array[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def _assert_gradient(analytic, numeric, what, tolerance=1e-5):
    scale = np.max(np.abs(numeric)) or 1.0
    worst = np.unravel_index(np.argmax(np.abs(analytic - numeric)), numeric.shape)
    assert np.abs(analytic - numeric)[worst] <= tolerance * scale, (
        f"{what} at {worst}: analytic {analytic[worst]!r}, numeric {numeric[worst]!r}"
    )


@every_activation
@every_kind
def test_forward_is_the_definition(activation, widths, bias, norm):
    case = Case(activation, widths, bias, norm)
    for (z, h), (expected_z, expected_h) in zip(case.run()[0], case.reference(), strict=True):
        np.testing.assert_allclose(z, expected_z, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(h, expected_h, rtol=1e-10, atol=1e-12)


@every_activation
@every_kind
def test_gradients_are_the_central_differences(activation, widths, bias, norm):
    case = Case(activation, widths, bias, norm)
    backward = case.run()[1]
    assert list(backward) == list(range(case.stack.depth))[::-1]
    offsets = [np.zeros((ROWS, width)) for width in widths[1:]]
    for layer, (dz, slope, dw) in backward.items():
        _assert_gradient(dw, _numeric_gradient(case.loss, case.weights[layer]), f"dL/dW of layer {layer}")
        numeric = _numeric_gradient(lambda: case.loss(offsets), offsets[layer])
        _assert_gradient(dz, numeric, f"dL/dz of layer {layer}")
        np.testing.assert_allclose(slope, activation.derivative(case.reference()[layer][0]), atol=1e-9)


@every_activation
@every_kind
def test_gradients_agree_with_pytorch_autograd(activation, widths, bias, norm, torch, torch_activations):
    if activation.name not in torch_activations:
        pytest.skip(f"PyTorch has no {activation.name}")
    case = Case(activation, widths, bias, norm)
    weights = [torch.from_numpy(w.copy()).requires_grad_() for w in case.weights]
    h, zs = torch.from_numpy(case.x), []
    for w, b in zip(weights, case.biases, strict=True):
        z = h @ w + torch.from_numpy(b)
        if case.stack.place == "pre":
            z = torch_normalized(z, norm, torch)
        z.retain_grad()
        zs.append(z)
        h = torch_activations[activation.name](z)
        if case.stack.place == "post":
            h = torch_normalized(h, norm, torch)
    (torch.from_numpy(case.cotangent) * h).sum().backward()
    for layer, (dz, _, dw) in case.run()[1].items():
        _assert_gradient(dw, weights[layer].grad.numpy(), f"dL/dW of layer {layer}, against PyTorch", 1e-7)
        _assert_gradient(dz, zs[layer].grad.numpy(), f"dL/dz of layer {layer}, against PyTorch", 1e-7)


@pytest.mark.parametrize("norm", [None, "batch"])
@every_activation
def test_arrays_larger_than_a_block_pass_like_small_ones(activation, norm):
    widths = (40, 300, 200)
    rows = 2 * BLOCK // 300 + 17
    case = Case(activation, widths, True, norm, rows, "float32")
    forward, backward = case.run()
    double = Case(activation, widths, True, norm, rows, "float32")
    double.x, double.cotangent = double.x.astype(float), double.cotangent.astype(float)
    double.weights, double.biases = ([a.astype(float) for a in arrays] for arrays in (double.weights, double.biases))
    for (z, h), (expected_z, expected_h) in zip(forward, double.reference(), strict=True):
        assert z.dtype == h.dtype == np.float32
        np.testing.assert_allclose(z, expected_z, atol=2e-5)
        np.testing.assert_allclose(h, expected_h, atol=2e-5)
    for layer, (dz, slope, _) in backward.items():
        assert slope.dtype == dz.dtype == np.float32
        own = activation.derivative(forward[layer][0])
        np.testing.assert_allclose(slope, own, atol=2e-6)  # the slope of what was passed, in every block
    dz, slope, _ = backward[1]
    np.testing.assert_allclose(dz, case.cotangent * slope, rtol=1e-6)


@pytest.mark.parametrize("norm", NORMS)
@every_activation
def test_buffers_are_reused_without_a_trace(activation, norm):
    first = Case(activation, SHAPES["narrowing"], True, norm)
    network = Network(first.stack, ROWS, "float64")
    fresh = first.run()
    other = Case(ACTIVATIONS["softsign"], SHAPES["narrowing"], False, None, rows=4)
    for case in (first, other, first):
        network.stack = case.stack
        again = case.run(network)
    for (z, h), (expected_z, expected_h) in zip(again[0], fresh[0], strict=True):
        np.testing.assert_array_equal(z, expected_z)
        np.testing.assert_array_equal(h, expected_h)
    for layer in fresh[1]:
        for array, expected in zip(again[1][layer], fresh[1][layer], strict=True):
            np.testing.assert_array_equal(array, expected)


@pytest.mark.parametrize("norm", NORMS)
@every_activation
def test_a_pass_changes_none_of_its_arguments(activation, norm):
    case = Case(activation, SHAPES["widening"], True, norm)
    given = [case.x, case.cotangent, *case.weights, *case.biases]
    before = [array.copy() for array in given]
    case.run()
    for array, expected in zip(given, before, strict=True):
        np.testing.assert_array_equal(array, expected)


def test_two_batches_add_up_to_one():
    whole = Case(ACTIVATIONS["tanh"], SHAPES["square"], True, None)
    network, total = Network(whole.stack, ROWS, "float64"), {}
    expected = whole.run()[1]
    x, cotangent = whole.x, whole.cotangent
    for part in (slice(0, 5), slice(5, ROWS)):
        whole.x, whole.cotangent = x[part], cotangent[part]
        for layer, (dz, _, dw) in whole.run(network)[1].items():
            total[layer] = total.get(layer, 0) + dw
            np.testing.assert_allclose(dz, expected[layer][0][part], rtol=1e-9, atol=1e-14)
    for layer, dw in total.items():
        np.testing.assert_allclose(dw, expected[layer][2], rtol=1e-9, atol=1e-14)


# Batch normalization


def test_batch_norm_gives_mean_zero_and_variance_one():
    z = 7 + 3 * np.random.default_rng(0).normal(size=(50, 4))
    variance = z.var(axis=0)
    out, mean, inverse_std = normalize(z.copy())
    np.testing.assert_allclose(mean, z.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(out.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(out.var(axis=0), variance / (variance + NORM_EPS), rtol=1e-12)
    np.testing.assert_allclose(inverse_std, 1 / np.sqrt(variance + NORM_EPS), rtol=1e-12)


def test_batch_norm_of_a_constant_is_zero_and_finite():
    out, _, inverse_std = normalize(np.full((6, 3), 2.5, np.float32))
    assert not out.any()
    assert np.isfinite(inverse_std).all()
    assert np.isfinite(normalize_backward(np.ones((6, 3), np.float32), out, inverse_std)).all()


def test_batch_norm_agrees_with_pytorch(torch):
    rng = np.random.default_rng(1)
    z, cotangent = rng.normal(size=(2, 20, 6)) * 4 + 1
    tensor = torch.from_numpy(z.copy()).requires_grad_()
    expected = torch.nn.functional.batch_norm(tensor, None, None, training=True, eps=NORM_EPS)
    (torch.from_numpy(cotangent) * expected).sum().backward()
    out, _, inverse_std = normalize(z.copy())
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    gradient = normalize_backward(cotangent, out, inverse_std)
    _assert_gradient(gradient, tensor.grad.numpy(), "batch norm gradient against PyTorch", 1e-10)


def test_only_one_array_a_layer_is_kept():
    for activation, norm in itertools.product(ACTIVATIONS.values(), NORMS):
        network = Network(Stack(activation, VarianceScaling(), (4, 4), norm=norm), 3, "float32")
        assert network.keeps_h == (activation.slope_from == "h" and norm is None)


def test_a_stack_with_parameters_passes_them_on():
    stack = Case(ACTIVATIONS["leaky_relu"].with_parameters({"slope": 0.5}), SHAPES["square"], False, None)
    (z, h), (dz, slope, _) = stack.run()[0][0], stack.run()[1][0]
    np.testing.assert_allclose(h, np.where(z > 0, z, 0.5 * z))
    assert set(np.unique(slope)) <= {0.5, 1.0}
    assert dataclasses.replace(stack.stack, bias_std=0.0) == stack.stack
    assert np.isfinite(dz).all()
