"""Forward and backward passes of a fully connected stack: array functions without I/O.

Arrays have shape (samples, width); weights (fan_in, fan_out). Passes are generators that give each layer's arrays
while they exist: between forward and backward only one array a layer is kept, z or h, whichever the slope needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from actviz.activations import Array
from actviz.histogram import SMALL_BLOCK, blocks
from actviz.specs import Stack

BATCH_NORM_EPS = 1e-6

Draw = Callable[[int], Array]
"""From a layer's index (from 0) to its weights or biases."""


def batch_norm(z: Array, eps: float = BATCH_NORM_EPS) -> tuple[Array, Array]:
    """Normalize each unit over the batch, in place; return z and 1 / sqrt(variance + eps), shape (width,)."""
    z -= z.mean(axis=0, dtype=np.float64).astype(z.dtype)
    variance = np.square(z, dtype=np.float64).mean(axis=0)  # in float32 it would overflow long before z does
    inverse_std: Array = (1.0 / np.sqrt(variance + eps)).astype(z.dtype)
    z *= inverse_std
    return z, inverse_std


def batch_norm_backward(dz: Array, z: Array, inverse_std: Array) -> Array:
    """Gradient with respect to batch normalization's input, from its output z and dL/dz."""
    gradient: Array = inverse_std * (dz - dz.mean(axis=0) - z * (dz * z).mean(axis=0))
    return gradient


def cross_entropy_gradient(logits: Array, labels: NDArray[np.intp], samples: int) -> Array:
    """DL/dlogits for L = mean softmax cross-entropy over ``samples`` rows; shape (rows, classes), as logits."""
    gradient: Array = np.exp(logits - logits.max(axis=1, keepdims=True))
    gradient /= gradient.sum(axis=1, keepdims=True)
    gradient[np.arange(len(labels)), labels] -= 1.0
    gradient /= samples
    return gradient


class Network:
    """One stack with the buffers of its passes, which are reused from batch to batch.

    Arrays that a pass yields are valid until its next step. ``stack`` may be replaced by another of the same widths,
    to pass that one through the same buffers.
    """

    def __init__(self, stack: Stack, rows: int, dtype: str) -> None:
        self.stack = stack
        self._kept = [np.empty((rows, width), dtype) for width in stack.widths[1:]]
        self._scratch = [np.empty(rows * max(stack.widths[1:]), dtype) for _ in range(3)]
        self._weight_scratch = np.empty(max(fan_in * fan_out for fan_in, fan_out in stack.fans), dtype)
        self._inverse_std: list[Array] = []
        self._x = np.empty((0, stack.widths[0]), dtype)

    @property
    def keeps_h(self) -> bool:
        """Whether h, not z, is kept between the passes."""
        return self.stack.activation.slope_from == "h" and self.stack.norm is None

    def _buffer(self, which: int, width: int) -> Array:
        return self._scratch[which][: len(self._x) * width].reshape(len(self._x), width)

    def _activate(self, z: Array, out: Array) -> Array:
        phi, values = self.stack.activation.phi, self.stack.activation.values
        for source, target in zip(blocks(z, SMALL_BLOCK), blocks(out, SMALL_BLOCK), strict=True):
            target[...] = phi(source, *values)
        return out

    def _slope(self, kept: Array) -> Array:
        """Return phi' from what is kept: where batch normalization has z kept for its own gradient, h is made again."""
        activation = self.stack.activation
        if activation.slope_from == "h" and not self.keeps_h:
            kept = activation.phi(kept, *activation.values)
        slope: Array = activation.slope(kept, *activation.values)
        return slope

    def forward(self, x: Array, weights: Draw, biases: Draw | None) -> Iterator[tuple[Array, Array]]:
        """Pass x of shape (rows, input width) forward; yield (z, h) layer by layer."""
        self._x, self._inverse_std, h = x, [], x
        for layer, width in enumerate(self.stack.widths[1:]):
            kept = self._kept[layer][: len(x)]
            z = np.matmul(h, weights(layer), out=self._buffer(0, width) if self.keeps_h else kept)
            if biases is not None:
                z += biases(layer)
            if self.stack.norm == "batch":
                z, inverse_std = batch_norm(z)
                self._inverse_std.append(inverse_std)
            h = self._activate(z, kept if self.keeps_h else self._buffer(0, width))
            yield z, h

    def backward(self, dh: Array, weights: Draw) -> Iterator[tuple[int, Array, Array, Array]]:
        """Pass dL/dh of the last layer backward; yield (layer index, dL/dz, phi'(z), dL/dW), last layer first.

        With batch normalization z is its output, the activation's input, here as everywhere.
        """
        fans = self.stack.fans
        for layer in range(self.stack.depth - 1, -1, -1):
            fan_in, fan_out = fans[layer]
            kept = self._kept[layer][: len(self._x)]
            slope, dz = self._buffer(0, fan_out), self._buffer(1, fan_out)
            pieces = (blocks(array, SMALL_BLOCK) for array in (kept, slope, dh, dz))
            for source, target, above, below in zip(*pieces, strict=True):
                target[...] = self._slope(source)
                np.multiply(above, target, out=below)
            through = batch_norm_backward(dz, kept, self._inverse_std[layer]) if self.stack.norm else dz
            weight_gradient = self._weight_scratch[: fan_in * fan_out].reshape(fan_in, fan_out)
            np.matmul(self._layer_input(layer).T, through, out=weight_gradient)
            yield layer, dz, slope, weight_gradient
            if layer:
                dh = np.matmul(through, weights(layer).T, out=self._buffer(2, fan_in))

    def _layer_input(self, layer: int) -> Array:
        if layer == 0:
            return self._x
        kept = self._kept[layer - 1][: len(self._x)]
        return kept if self.keeps_h else self._activate(kept, self._buffer(2, kept.shape[1]))
