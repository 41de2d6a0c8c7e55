"""The parameters of a stack and its head in one flat array, so that an optimizer's step is a few array operations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.inputs import NormalInputs
from actviz.numerics.arrays import Array
from actviz.numerics.moments import still_twins, twins
from actviz.numerics.streams import stream
from actviz.probing.draws import Draws, own_weights
from actviz.probing.network import Affine
from actviz.probing.stack import ProbeConfig, Stack


class Parameters:
    """Views into flat arrays of parameters and of their gradient.

    Weights come first, the head's last: what weight decay acts on is one stretch. Behind them stand what it leaves
    alone: biases, or under batch normalization scales and shifts, and the head's biases.
    """

    def __init__(self, stack: Stack, outputs: int, dtype: str) -> None:
        self.stack, self.outputs = stack, outputs
        fans = [*stack.fans, (stack.widths[-1], outputs)]
        shapes: list[tuple[int, ...]] = [*fans]
        for width in stack.widths[1:]:
            shapes += [(width,)] * (2 if stack.norm else 1)
        shapes.append((outputs,))
        self._shapes, self._layers = shapes, len(fans)
        self.decayed = sum(fan_in * fan_out for fan_in, fan_out in fans)
        """Number of weights, which stand first."""
        self.values = np.zeros(sum(int(np.prod(shape)) for shape in shapes), dtype)
        self.gradient = np.zeros_like(self.values)
        self.weights, self.rest = self._views(self.values)
        self.weight_gradients, self.rest_gradients = self._views(self.gradient)
        self._began: list[NDArray[np.intp] | None] = []

    def _views(self, flat: Array) -> tuple[list[Array], list[Array]]:
        views, start = [], 0
        for shape in self._shapes:
            size = int(np.prod(shape))
            views.append(flat[start : start + size].reshape(shape))
            start += size
        return views[: self._layers], views[self._layers :]

    @np.errstate(all="ignore")  # overflow is data
    def draw(self, seed: int) -> None:
        """Draw what the probe would draw under this seed; scales are 1, shifts and the head's biases 0."""
        stack, dtype = self.stack, self.values.dtype.name
        draws = Draws(seed, ProbeConfig(1, (seed,), NormalInputs(), dtype))
        for layer, fans in enumerate(stack.fans):
            self.weights[layer][...] = draws.weights(stack.initializer, layer + 1, *fans)
            if stack.norm:
                self.rest[2 * layer][...] = 1.0
            elif stack.bias_std:
                self.rest[layer][...] = draws.biases(stack.bias_std, layer + 1, fans[1])
        self._began = [twins(*self._of_units(layer)) for layer in range(stack.depth)]
        head = (stack.widths[-1], self.outputs)
        self.weights[-1][...] = own_weights(stack.initializer, stream(seed, "head"), head, dtype)

    def _of_units(self, layer: int) -> list[Array]:
        """Return a layer's parameters, a column a unit: what is of one size in one array."""
        weights = self.weights[layer]
        return [weights, np.stack(self.affine(layer))] if self.stack.norm else [np.vstack([weights, self.rest[layer]])]

    def twins(self, layer: int) -> NDArray[np.intp] | None:
        """Return group labels of a layer's units that were drawn alike and are so still; None if none were."""
        began = self._began[layer]
        return None if began is None else still_twins(began, *self._of_units(layer))

    def biases(self, layer: int) -> Array:
        """Biases of a layer that is not normalized."""
        return self.rest[layer]

    def affine(self, layer: int) -> tuple[Array, Array]:
        """Scale and shift of a normalized layer."""
        return self.rest[2 * layer], self.rest[2 * layer + 1]

    @property
    def affines(self) -> Affine | None:
        """What ``Network.forward`` takes as ``affine``."""
        return self.affine if self.stack.norm else None

    def norms(self) -> Sequence[float]:
        """Frobenius norm of every layer's weights, the head's last."""
        return [float(np.linalg.norm(each.astype(np.float64, copy=False))) for each in self.weights]
