"""Forward and backward passes of a stack of residual blocks: array functions without I/O.

y is the stream: z = N(y) W + b, h = phi(z), and y + h V goes on, or, *post*, N(y + h V). Every array that the way back
needs is kept: two or three a layer, beside one in a plain stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from actviz.numerics.arrays import Array
from actviz.probing.network import Affine, Draw, Put
from actviz.probing.normalizing import normalize, normalize_backward
from actviz.probing.stack import Stack


class Watch(Protocol):
    """What is told of a stream as it passes block by block; blocks go by their layer's index."""

    def joined(self, layer: int, before: Array, branch: Array, behind: Array) -> None:
        """Take what joins, and the stream behind the block: what the next one takes."""

    def gradient(self, layer: int, behind: Array) -> None:
        """Take the gradient of the stream behind a block."""

    def gradient_before(self, layer: int, before: Array) -> None:
        """Take dL/dy of what a block takes."""


class ResidualNetwork:
    """A stack of residual blocks, and of plain layers where the width changes; its passes are those of ``Network``.

    Parameters
    ----------
    stack : Stack
    ends : callable
        From a layer's index to V, the last weights of its branch, shape (width, width).
    watch : Watch, optional
    """

    def __init__(self, stack: Stack, ends: Draw, watch: Watch | None = None) -> None:
        self.stack, self._ends, self._watch = stack, ends, watch
        self.output: Array = np.empty((0, 0))
        """The stream behind the last block of the last forward pass: what a head reads."""
        self.moments: list[tuple[Array, Array]] = []
        """As of ``Network``, one a block that is normalized."""
        self.normalized: tuple[Array, Array] | None = None
        """As of ``Network``; None of a layer that is no block."""
        self._kept: list[tuple[Array, Array, Array]] = []
        self._normalized: dict[int, tuple[Array, Array]] = {}
        self._affine: Affine | None = None
        self._masks: Draw | None = None
        self._given: Affine | None = None

    def forward(
        self,
        x: Array,
        weights: Draw,
        biases: Draw | None,
        affine: Affine | None = None,
        masks: Draw | None = None,
        given: Affine | None = None,
    ) -> Iterator[tuple[Array, Array]]:
        """Pass x forward; yield (z, h) of every branch, and of layers that are none.

        Parameters
        ----------
        x, weights, biases, affine, masks
            As in ``Network.forward``.
        given : callable, optional
            From a block's layer to the mean and 1 / sqrt(variance + eps) that stand for the batch's own.
        """
        stack, y = self.stack, x
        self._affine, self._masks, self._given = affine, masks, given
        self.moments, self._kept, self._normalized = [], [], {}
        for layer, is_block in enumerate(stack.skips):
            taken = self._normalize(layer, y.copy()) if is_block and stack.place == "pre" else y
            z = taken @ weights(layer)
            if biases is not None:
                z += biases(layer)
            h = stack.activation.phi(z, *stack.activation.values).astype(z.dtype, copy=False)
            passed = h if masks is None else h * masks(layer)
            self._kept.append((taken, z, passed))
            yield z, passed
            if not is_block:
                y = passed
                continue
            branch = passed @ self._ends(layer)
            before, y = y, y + branch
            if stack.place == "post":
                y = self._normalize(layer, y)
            if self._watch is not None:
                self._watch.joined(layer, before, branch, y)
        self.output = y

    def _normalize(self, layer: int, values: Array) -> Array:
        if self._given is None:
            _, mean, inverse_std = normalize(values, str(self.stack.norm_kind))
        else:
            mean, inverse_std = self._given(layer)
            values = (values - mean) * inverse_std
        self.moments.append((mean, inverse_std))
        self._normalized[layer] = values, inverse_std
        if self._affine is None:
            return values
        scale, shift = self._affine(layer)
        scaled: Array = values * scale + shift
        return scaled

    def backward(
        self,
        dy: Array,
        weights: Draw,
        into: Draw | None = None,
        ends_into: Draw | None = None,
        put: Put | None = None,
    ) -> Iterator[tuple[int, Array, Array | None, Array]]:
        """Pass dL/dy behind the last block backward; yield (layer index, dL/dz, phi'(z), dL/dW), last layer first.

        Parameters
        ----------
        dy, weights, into, put
            As in ``Network.backward``.
        ends_into : callable, optional
            From a layer's index to the array that takes dL/dV.
        """
        stack, phi = self.stack, self.stack.activation
        first = stack.skips.index(True)
        for layer in range(stack.depth - 1, -1, -1):
            (taken, z, h), is_block, self.normalized = self._kept[layer], stack.skips[layer], None
            dh = dy
            if is_block:
                if self._watch is not None:
                    self._watch.gradient(layer, dy)
                if stack.place == "post":
                    dy = self._through_norm(layer, dy)
                dh = dy @ self._ends(layer).T
                if ends_into is not None:
                    np.matmul(h.T, dy, out=ends_into(layer))
            slope, dz = None, np.empty_like(z)
            if put is None or phi.slope_from == "z" or self._masks is not None or not put(layer, h, dh, dz):
                slope = phi.slope(phi.phi(z, *phi.values) if phi.slope_from == "h" else z, *phi.values)
                slope = slope.astype(z.dtype, copy=False)
                np.multiply(dh, slope, out=dz)
            if self._masks is not None:
                dz *= self._masks(layer)
            weight_gradient = np.matmul(taken.T, dz, out=None if into is None else into(layer))
            back = dz @ weights(layer).T if layer or is_block else dy
            if is_block:
                back = self._through_norm(layer, back) if stack.place == "pre" else back
                back = dy + back
                if layer == first and self._watch is not None:
                    self._watch.gradient_before(layer, back)
            dy = back
            yield layer, dz, slope, weight_gradient

    def _through_norm(self, layer: int, gradient: Array) -> Array:
        normalized, inverse_std = self._normalized[layer]
        self.normalized = normalized, gradient
        scaled = gradient if self._affine is None else gradient * self._affine(layer)[0]
        return normalize_backward(scaled, normalized, inverse_std, str(self.stack.norm_kind))
