"""Losses against their definitions, central differences and PyTorch."""

import numpy as np
import pytest

from actviz.catalog.losses import LOSSES, cross_entropy, cross_entropy_gradient, mean_square, mean_square_gradient


def _numeric_gradient(loss, array, step=1e-6):
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


def _cross_entropy_case(scale=1.0):
    rng = np.random.default_rng(2)
    return scale * rng.normal(size=(12, 10)), rng.integers(10, size=12)


def test_cross_entropy_gradient_is_the_central_difference():
    logits, labels = _cross_entropy_case(3.0)

    def loss():
        log_sum = np.log(np.exp(logits).sum(axis=1))
        return float(np.sum(log_sum - logits[np.arange(12), labels]) / 40)

    analytic = cross_entropy_gradient(logits.copy(), labels, 40)
    np.testing.assert_allclose(analytic, _numeric_gradient(loss, logits), atol=1e-9)


@pytest.mark.parametrize("scale", [1.0, 1e3])
def test_cross_entropy_gradient_agrees_with_pytorch(scale, torch):
    logits, labels = _cross_entropy_case(scale)
    tensor = torch.from_numpy(logits.copy()).requires_grad_()
    torch.nn.functional.cross_entropy(tensor, torch.from_numpy(labels)).backward()
    analytic = cross_entropy_gradient(logits, labels, len(logits))
    np.testing.assert_allclose(analytic, tensor.grad.numpy(), atol=1e-13)
    value = torch.nn.functional.cross_entropy(torch.from_numpy(logits), torch.from_numpy(labels))
    assert cross_entropy(logits, labels) == pytest.approx(float(value), rel=1e-12)


def test_cross_entropy_gradient_of_a_row_sums_to_zero_and_keeps_precision():
    logits, labels = _cross_entropy_case()
    gradient = cross_entropy_gradient(logits.astype(np.float32), labels, 12)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient.sum(axis=1), 0.0, atol=1e-7)


def test_cross_entropy_gradient_leaves_the_logits_alone():
    logits, labels = _cross_entropy_case()
    before = logits.copy()
    cross_entropy_gradient(logits, labels, 12)
    np.testing.assert_array_equal(logits, before)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("kind", ["labels", "values"])
def test_every_gradient_is_the_central_difference(name, kind):
    outputs, labels = _cross_entropy_case()
    if kind == "values" and name == "cross_entropy":
        pytest.skip("cross-entropy takes labels")
    targets = labels if kind == "labels" else np.random.default_rng(3).normal(size=outputs.shape)
    loss = LOSSES[name]
    numeric = _numeric_gradient(lambda: loss.value(outputs, targets), outputs)
    np.testing.assert_allclose(loss.gradient(outputs, targets, len(outputs)), numeric, atol=1e-9)


def test_mean_square_agrees_with_pytorch(torch):
    outputs, labels = _cross_entropy_case()
    tensor = torch.from_numpy(outputs.copy()).requires_grad_()
    one_hot = torch.nn.functional.one_hot(torch.from_numpy(labels), 10).to(torch.float64)
    value = 0.5 * ((tensor - one_hot) ** 2).sum(1).mean()
    value.backward()
    assert mean_square(outputs, labels) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(mean_square_gradient(outputs, labels, 12), tensor.grad.numpy(), atol=1e-14)
