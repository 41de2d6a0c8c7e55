"""Forward and backward passes of a stack of plain layers: array functions without I/O.

Arrays have shape (samples, width); weights (fan_in, fan_out). Passes are generators that give each layer's arrays
while they exist: between forward and backward only one array a layer is kept, z or h, whichever the slope needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from actviz.numerics.arrays import Array
from actviz.numerics.histogram import SMALL_BLOCK, blocks
from actviz.probing.normalizing import normalize, normalize_backward
from actviz.probing.stack import Stack

Draw = Callable[[int], Array]
"""From a layer's index (from 0) to its weights or biases."""


Affine = Callable[[int], tuple[Array, Array]]
"""From a layer's index (from 0) to the scale and shift of what is normalized there, both of shape (width,)."""


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
        self._x = np.empty((0, stack.widths[0]), dtype)
        self._affine: Affine | None = None
        self._masks: Draw | None = None
        self.output = self._x
        """The last layer's h of the last forward pass: what a head reads."""
        self.moments: list[tuple[Array, Array]] = []
        """Mean and 1 / sqrt(variance + eps) of every layer in the last forward pass, where it normalizes."""
        self.normalized: tuple[Array, Array] | None = None
        """Of the layer that a backward pass yielded last: what was normalized, before scale and shift, and the loss's
        gradient with respect to it, after them; None without normalization."""

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

    def _scaled(self, layer: int, normalized: Array, out: Array | None = None) -> Array:
        """Return what is normalized, scaled and shifted: z, or behind the activation h."""
        if self._affine is None:
            return normalized
        scale, shift = self._affine(layer)
        scaled = np.multiply(normalized, scale, out=out)
        scaled += shift
        return scaled

    def _slope(self, layer: int, kept: Array) -> Array:
        """Return phi' from what is kept: where a normalization has z kept for its own gradient, h is made again."""
        activation = self.stack.activation
        if self.stack.place == "pre":
            kept = self._scaled(layer, kept)
        if activation.slope_from == "h" and not self.keeps_h:
            kept = activation.phi(kept, *activation.values)
        slope: Array = activation.slope(kept, *activation.values)
        return slope

    def forward(
        self, x: Array, weights: Draw, biases: Draw | None, affine: Affine | None = None, masks: Draw | None = None
    ) -> Iterator[tuple[Array, Array]]:
        """Pass x of shape (rows, input width) forward; yield (z, h) layer by layer.

        Parameters
        ----------
        x : array
        weights, biases : callable
            From a layer's index to its arrays.
        affine : callable, optional
            Scale and shift of the normalization; 1 and 0 unless given.
        masks : callable, optional
            What h is multiplied by, shape (rows, width): dropout. The h yielded is what the next layer takes.
        """
        self._x, self._affine, self._masks, self.moments, h = x, affine, masks, [], x
        for layer, width in enumerate(self.stack.widths[1:]):
            kept = self._kept[layer][: len(x)]
            z = np.matmul(h, weights(layer), out=self._buffer(0, width) if self.keeps_h else kept)
            if biases is not None:
                z += biases(layer)
            if self.stack.place == "pre":
                z = self._normalize(layer, z)
            h = self._activate(z, kept if self.keeps_h else self._buffer(0, width))
            if self.stack.place == "post":
                h = self._normalize(layer, h)
            if masks is not None:
                h = np.multiply(h, masks(layer), out=self._buffer(2, width))
            self.output = h
            yield z, h

    def _normalize(self, layer: int, values: Array) -> Array:
        """Normalize in place; return it scaled and shifted, in another array where there are scales."""
        _, mean, inverse_std = normalize(values, str(self.stack.norm_kind))
        self.moments.append((mean, inverse_std))
        return self._scaled(layer, values, self._buffer(1, values.shape[1]))

    def backward(self, dh: Array, weights: Draw, into: Draw | None = None) -> Iterator[tuple[int, Array, Array, Array]]:
        """Pass dL/dh of the last layer backward; yield (layer index, dL/dz, phi'(z), dL/dW), last layer first.

        With a normalization in front of it z is its output, scaled and shifted: the activation's input, as everywhere.

        Parameters
        ----------
        dh : array
            Shape (rows, width); of what the forward pass yielded last.
        weights : callable
            From a layer's index to its weights; they must not change during the pass.
        into : callable, optional
            From a layer's index to the array that takes dL/dW; else it is valid until the next step only.
        """
        fans = self.stack.fans
        for layer in range(self.stack.depth - 1, -1, -1):
            fan_in, fan_out = fans[layer]
            kept = self._kept[layer][: len(self._x)]
            after = self.stack.place == "post"
            if after:
                # Apart from the buffer that it may stand in: the layer's input is made again there before the yield.
                dh = dh.copy() if self._masks is None else dh * self._masks(layer)
                dh = self._through_norm(layer, self._normalized_after(layer, np.empty_like(kept)), dh)
            slope, dz = self._buffer(0, fan_out), self._buffer(1, fan_out)
            pieces = (blocks(array, SMALL_BLOCK) for array in (kept, slope, dh, dz))
            for source, target, above, below in zip(*pieces, strict=True):
                target[...] = self._slope(layer, source)
                np.multiply(above, target, out=below)
            if self._masks is not None and not after:
                dz *= self._masks(layer)
            through = self._through_norm(layer, kept, dz) if self.stack.place == "pre" else dz
            weight_gradient = self._weight_scratch[: fan_in * fan_out].reshape(fan_in, fan_out)
            weight_gradient = weight_gradient if into is None else into(layer)
            np.matmul(self._layer_input(layer).T, through, out=weight_gradient)
            yield layer, dz, slope, weight_gradient
            if layer:
                dh = np.matmul(through, weights(layer).T, out=self._buffer(2, fan_in))

    def _through_norm(self, layer: int, normalized: Array, gradient: Array) -> Array:
        self.normalized = normalized, gradient
        scaled = gradient if self._affine is None else gradient * self._affine(layer)[0]
        return normalize_backward(scaled, normalized, self.moments[layer][1], str(self.stack.norm_kind))

    def _normalized_after(self, layer: int, out: Array) -> Array:
        """Make phi(z) of the last forward pass again, normalized but neither scaled nor shifted."""
        mean, inverse_std = self.moments[layer]
        normalized = self._activate(self._kept[layer][: len(self._x)], out)
        normalized -= mean
        normalized *= inverse_std
        return normalized

    def _layer_input(self, layer: int) -> Array:
        if layer == 0:
            return self._x
        layer -= 1
        kept = self._kept[layer][: len(self._x)]
        buffer = self._buffer(2, kept.shape[1])
        if self.stack.place == "post":
            h = self._scaled(layer, self._normalized_after(layer, buffer), buffer)
        elif self.stack.place == "pre":
            h = self._activate(self._scaled(layer, kept), buffer)
        else:
            h = kept if self.keeps_h else self._activate(kept, buffer)
        return h if self._masks is None else np.multiply(h, self._masks(layer), out=buffer)
