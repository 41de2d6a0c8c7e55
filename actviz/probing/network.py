"""Forward and backward passes of a stack of plain layers: array functions without I/O.

Arrays have shape (samples, width); weights (fan_in, fan_out). Networks of one shape pass side by side: with another
axis in front, to the same bits and for fewer calls. Passes are generators that give each layer's arrays while they
exist: between forward and backward only one array a layer is kept, z or h, whichever the slope needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from actviz.catalog.elementwise import is_one_step
from actviz.numerics.arrays import Array
from actviz.numerics.blocks import SMALL_BLOCK, blocks
from actviz.probing.normalizing import normalize, normalize_backward
from actviz.probing.stack import Stack

Draw = Callable[[int], Array]
"""From a layer's index (from 0) to its weights or biases."""


Put = Callable[[int, Array, Array, Array], bool]
"""From a layer's index, its h and dL/dh to whether dL/dz was put into the last array."""

Affine = Callable[[int], tuple[Array, Array]]
"""From a layer's index (from 0) to the scale and shift of what is normalized there, both of shape (width,)."""


class Network:
    """One stack with the buffers of its passes, which are reused from batch to batch.

    Arrays that a pass yields are valid until its next step. ``stack`` may be replaced by another of the same widths,
    to pass that one through the same buffers.

    Parameters
    ----------
    stack : Stack
    rows : int
        Of a batch at most.
    dtype : str
    networks : int, optional
        How many are passed side by side, which share x: arrays then have shape (networks, rows, width), weights
        (networks, fan_in, fan_out), and biases, scales and shifts (networks, 1, width).
    """

    def __init__(self, stack: Stack, rows: int, dtype: str, networks: int | None = None) -> None:
        self.stack = stack
        self._beside = () if networks is None else (networks,)
        number = networks or 1
        self._flat = [np.empty(number * rows * width, dtype) for width in stack.widths[1:]]
        self._scratch = [np.empty(number * rows * max(stack.widths[1:]), dtype) for _ in range(3)]
        self._laid: dict[int, Sequence[Array]] = {}
        self._buffers: dict[tuple[int, int, int], Array] = {}
        self._kept: Sequence[Array] = ()
        self._held: dict[int, tuple[Array, Array]] = {}
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
        rows = len(self._x)
        buffer = self._buffers.get((which, rows, width))
        if buffer is None:
            buffer = self._buffers[which, rows, width] = self._shaped(self._scratch[which], rows, width)
        return buffer

    def _shaped(self, flat: Array, rows: int, width: int) -> Array:
        shape = (*self._beside, rows, width)
        return flat[: math.prod(shape)].reshape(shape)

    def _keep(self, rows: int) -> Sequence[Array]:
        """Return what takes each layer's z or h of so many rows."""
        kept = self._laid.get(rows)
        if kept is None:
            both = zip(self._flat, self.stack.widths[1:], strict=True)
            kept = self._laid[rows] = [self._shaped(flat, rows, width) for flat, width in both]
        return kept

    def _activate(self, z: Array, out: Array) -> Array:
        into = self.stack.activation.into
        if z.size <= SMALL_BLOCK or is_one_step(self.stack.activation.phi):
            into(z, out)
            return out
        for source, target in zip(blocks(z, SMALL_BLOCK), blocks(out, SMALL_BLOCK), strict=True):
            into(source, target)
        return out

    def _scaled(self, layer: int, normalized: Array, out: Array | None = None, network: Any = ...) -> Array:
        """Return what is normalized, scaled and shifted: z, or behind the activation h; of one network, or of all."""
        if self._affine is None:
            return normalized
        scale, shift = (each[network] for each in self._affine(layer))
        scaled: Array = np.multiply(normalized, scale, out=out)
        scaled += shift
        return scaled

    def _put_slope(self, layer: int, kept: Array, out: Array, network: Any = ...) -> None:
        """Put phi' into an array: where a normalization has z kept for its own gradient, h is made again."""
        activation = self.stack.activation
        if self.stack.place == "pre":
            kept = self._scaled(layer, kept, network=network)
        if activation.slope_from == "h" and not self.keeps_h:
            kept = activation.phi(kept, *activation.values)
        activation.slope_into(kept, out)

    def _put_gradient(self, layer: int, kept: Array, dh: Array, slope: Array, dz: Array) -> None:
        """Put phi' and dL/dz into arrays."""
        if self.stack.place == "pre" and (held := self._holding(layer, kept)) is not None:
            z, h = held[0] if self._affine else kept, held[1]
            self.stack.activation.slope_into(h if self.stack.activation.slope_from == "h" else z, slope)
            np.multiply(dh, slope, out=dz)
            return
        if kept.size <= SMALL_BLOCK:
            self._put_slope(layer, kept, slope)
            np.multiply(dh, slope, out=dz)
            return
        networks: Iterable[Any] = range(len(kept)) if self._beside else (...,)
        for network in networks:
            own = (blocks(array[network], SMALL_BLOCK) for array in (kept, slope, dh, dz))
            for source, target, above, below in zip(*own, strict=True):
                self._put_slope(layer, source, target, network)
                np.multiply(above, target, out=below)

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
        self._kept, keeps_h = self._keep(len(x)), self.keeps_h
        for layer, width in enumerate(self.stack.widths[1:]):
            kept = self._kept[layer]
            z = np.matmul(h, weights(layer), out=self._buffer(0, width) if keeps_h else kept)
            if biases is not None:
                z += biases(layer)
            held = self._holding(layer, kept)
            if self.stack.place == "pre":
                z = self._normalize(layer, z, held and held[0])
            h = self._activate(z, kept if keeps_h else held[1] if held else self._buffer(0, width))
            if self.stack.place == "post":
                h = self._normalize(layer, h, held and held[0])
            if masks is not None:
                h = np.multiply(h, masks(layer), out=self._buffer(2, width))
            self.output = h
            yield z, h

    def _normalize(self, layer: int, values: Array, out: Array | None = None) -> Array:
        """Normalize in place; return it scaled and shifted, in another array where there are scales."""
        _, mean, inverse_std = normalize(values, str(self.stack.norm_kind))
        self.moments.append((mean, inverse_std))
        return self._scaled(layer, values, self._buffer(1, values.shape[-1]) if out is None else out)

    def _holding(self, layer: int, kept: Array) -> tuple[Array, Array] | None:
        """Return two arrays of a layer with a normalization, till the way back, where they are small; else None.

        They hold what is scaled and shifted, and h: before the activation z and h, behind it h scaled and shifted, and
        without. Larger layers make them again of what is kept.
        """
        if self.stack.norm is None or math.prod(kept.shape[-2:]) > SMALL_BLOCK:
            return None
        held = self._held.get(layer)
        if held is None or held[0].shape != kept.shape:
            held = self._held[layer] = (np.empty_like(kept), np.empty_like(kept))
        return held

    def backward(
        self, dh: Array, weights: Draw, into: Draw | None = None, put: Put | None = None
    ) -> Iterator[tuple[int, Array, Array | None, Array]]:
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
        put : callable, optional
            What may put dL/dz where h is kept; phi'(z) is then None.
        """
        fans = self.stack.fans
        for layer in range(self.stack.depth - 1, -1, -1):
            fan_in, fan_out = fans[layer]
            kept = self._kept[layer]
            after = self.stack.place == "post"
            if after:
                # Apart from the buffer that it may stand in: the layer's input is made again there before the yield.
                dh = dh.copy() if self._masks is None else dh * self._masks(layer)
                dh = self._through_norm(layer, self._normalized_after(layer, np.empty_like(kept)), dh)
            slope, dz = None, self._buffer(1, fan_out)
            if put is None or not self.keeps_h or self._masks is not None or not put(layer, kept, dh, dz):
                slope = self._buffer(0, fan_out)
                self._put_gradient(layer, kept, dh, slope, dz)
            if self._masks is not None and not after:
                dz *= self._masks(layer)
            through = self._through_norm(layer, kept, dz) if self.stack.place == "pre" else dz
            if into is None:
                weight_gradient = self._weight_scratch[: fan_in * fan_out].reshape(fan_in, fan_out)
            else:
                weight_gradient = into(layer)
            np.matmul(self._layer_input(layer).mT, through, out=weight_gradient)
            yield layer, dz, slope, weight_gradient
            if layer:
                dh = np.matmul(through, weights(layer).mT, out=self._buffer(2, fan_in))

    def _through_norm(self, layer: int, normalized: Array, gradient: Array) -> Array:
        self.normalized = normalized, gradient
        scaled = gradient if self._affine is None else gradient * self._affine(layer)[0]
        return normalize_backward(scaled, normalized, self.moments[layer][1], str(self.stack.norm_kind))

    def _normalized_after(self, layer: int, out: Array) -> Array:
        """Return phi(z) of the last forward pass, normalized but neither scaled nor shifted; made again unless held."""
        kept = self._kept[layer]
        if (held := self._holding(layer, kept)) is not None:
            return held[1]
        mean, inverse_std = self.moments[layer]
        normalized = self._activate(kept, out)
        normalized -= mean
        normalized *= inverse_std
        return normalized

    def _layer_input(self, layer: int) -> Array:
        if layer == 0:
            return self._x
        layer -= 1
        kept = self._kept[layer]
        buffer = self._buffer(2, kept.shape[-1])
        if (held := self._holding(layer, kept)) is not None:
            h = held[0] if self.stack.place == "post" and self._affine else held[1]
        elif self.stack.place == "post":
            h = self._scaled(layer, self._normalized_after(layer, buffer), buffer)
        elif self.stack.place == "pre":
            h = self._activate(self._scaled(layer, kept), buffer)
        else:
            h = kept if self.keeps_h else self._activate(kept, buffer)
        return h if self._masks is None else np.multiply(h, self._masks(layer), out=buffer)
