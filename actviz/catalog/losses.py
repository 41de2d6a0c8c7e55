"""Losses of a network's last layer, each beside its gradient: softmax cross-entropy and mean square."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.numerics.arrays import Array


def cross_entropy(logits: Array, labels: Any) -> float:
    """Mean over rows of -ln softmax(logits)[label]; logits (rows, classes), labels (rows,)."""
    return float(_softmax(logits, labels)[0])


def cross_entropy_gradient(logits: Array, labels: Any, samples: int) -> Array:
    """Gradient dL/dlogits of L = mean softmax cross-entropy over ``samples`` rows; shape (rows, classes), as logits."""
    return _cross_entropy_both(logits, labels, samples)[1]


def _cross_entropy_both(logits: Array, labels: Any, samples: int) -> tuple[Any, Array]:
    """Return both, whose exponentials are the same."""
    loss, gradient, sums = _softmax(logits, labels)
    gradient *= (1.0 / (sums * samples)).astype(gradient.dtype)
    gradient[..., labels, np.arange(len(labels))] -= 1.0 / samples
    return loss, gradient.mT


def _softmax(logits: Array, labels: Any) -> tuple[Any, Array, Array]:
    """Return the mean cross-entropy, exponentials (classes, rows) and their sums (1, rows).

    Rows stand last: a sum over a few classes that are neighbours would take a call a row, and twice the time in all.
    """
    shifted = logits.mT.copy(order="C")
    shifted -= np.maximum.reduce(shifted, axis=-2, keepdims=True)
    of_labels = shifted[..., labels, np.arange(len(labels))]
    exponentials = np.exp(shifted, out=shifted)
    sums = np.add.reduce(exponentials, axis=-2, keepdims=True, dtype=np.float64)
    losses = np.log(sums[..., 0, :])
    losses -= of_labels
    return np.add.reduce(losses, axis=-1) / len(labels), exponentials, sums


def _deviations(outputs: Array, targets: Any) -> Array:
    """Return outputs less targets (rows, outputs); the target of a label is 1 at its class and 0 elsewhere."""
    if targets.dtype.kind != "i":
        difference: Array = np.subtract(outputs, targets, dtype=outputs.dtype)
        return difference
    deviations: Array = outputs.copy()
    deviations[..., np.arange(len(targets)), targets] -= 1.0
    return deviations


def mean_square(outputs: Array, targets: Any) -> float:
    """Mean over rows of half the sum of squared deviations; targets are labels (rows,) or values (rows, outputs)."""
    return float(_mean_square(_deviations(outputs, targets)))


def _mean_square(deviations: Array) -> Any:
    squares = np.square(deviations, dtype=np.float64).reshape(*deviations.shape[:-2], -1)
    return 0.5 * np.add.reduce(squares, axis=-1) / deviations.shape[-2]


def _mean_square_both(outputs: Array, targets: Any, samples: int) -> tuple[Any, Array]:
    gradient = _deviations(outputs, targets)
    loss = _mean_square(gradient)
    gradient /= samples
    return loss, gradient


def mean_square_gradient(outputs: Array, targets: Any, samples: int) -> Array:
    """Gradient dL/doutputs of the mean square over ``samples`` rows; shape (rows, outputs)."""
    gradient = _deviations(outputs, targets)
    gradient /= samples
    return gradient


@dataclass(frozen=True)
class Loss:
    """A loss and its gradient.

    Parameters
    ----------
    name : str
    value : callable
        From outputs (rows, outputs) and targets to the mean over the rows.
    gradient : callable
        From outputs, targets and the number of rows that the mean is over to dL/doutputs.
    both : callable
        From the same to value and gradient; also of networks side by side, outputs (networks, rows, outputs), a value
        each.
    """

    name: str
    value: Callable[[Array, Any], float]
    gradient: Callable[[Array, Any, int], Array]
    both: Callable[[Array, Any, int], tuple[Any, Array]]


_table = (
    Loss("cross_entropy", cross_entropy, cross_entropy_gradient, _cross_entropy_both),
    Loss("mean_square", mean_square, mean_square_gradient, _mean_square_both),
)

LOSSES: dict[str, Loss] = {loss.name: loss for loss in _table}
"""Every loss by its name."""
