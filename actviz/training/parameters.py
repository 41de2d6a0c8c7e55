"""The parameters of a stack and its head in one flat array, so that an optimizer's step is a few array operations."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.inputs import NormalInputs
from actviz.numerics.arrays import Array
from actviz.numerics.likeness import still_twins, twins
from actviz.numerics.streams import stream
from actviz.probing.draws import Draws, own_weights
from actviz.probing.network import Affine, Draw
from actviz.probing.stack import ProbeConfig, Stack


class Parameters:
    """Views into flat arrays of parameters and of their gradient.

    Weights come first, those of the layers, of the head and of what ends the branches of blocks: what weight decay
    acts on is one stretch. Behind them stands what it leaves alone: biases, or in a normalized plain layer scales and
    shifts, of a normalized block both, and the head's biases.

    Those of networks ``beside`` each other are rows of the flat arrays: weights have shape (networks, fan_in, fan_out),
    all else (networks, 1, width).
    """

    def __init__(self, stack: Stack, outputs: int, dtype: str, beside: int | None = None) -> None:
        self.stack, self.outputs = stack, outputs
        fans = [*stack.fans, (stack.widths[-1], outputs)]
        squares = [fans[layer] for layer, is_block in enumerate(stack.skips) if is_block]
        shapes: list[tuple[int, ...]] = [*fans, *squares]
        self.places = [dict[str, int]() for _ in stack.fans]
        """Of every layer, where its bias, scale and shift stand in ``rest``."""
        rest = 0
        for layer, width in enumerate(stack.widths[1:]):
            for name in _beside_weights(stack, layer):
                self.places[layer][name] = rest
                shapes.append((width,))
                rest += 1
        shapes.append((outputs,))
        self._shapes, self._layers, self._ended = shapes, len(fans), len(fans) + len(squares)
        self._end_at = {layer: at for at, layer in enumerate(np.flatnonzero(stack.skips).tolist())}
        self.decayed = sum(fan_in * fan_out for fan_in, fan_out in (*fans, *squares))
        """Number of weights, which stand first."""
        number = sum(math.prod(shape) for shape in shapes)
        rows = () if beside is None else (beside,)
        self._began: list[NDArray[np.intp] | None] = []
        self.stand_in(np.zeros((*rows, number), dtype), np.zeros((*rows, number), dtype))

    def stand_in(self, values: Array, gradient: Array) -> None:
        """Let these flat arrays hold the parameters and their gradient from now on."""
        self.values, self.gradient = values, gradient
        self.weights, self._ends, self.rest = self.views(values)
        self.weight_gradients, self._end_gradients, self.rest_gradients = self.views(gradient)

    def views(self, flat: Array) -> tuple[list[Array], list[Array], list[Array]]:
        """Return a flat array's weights of layers and head, last weights of branches, and what stands behind."""
        views, start, beside = [], 0, flat.shape[:-1]
        for shape in self._shapes:
            size = math.prod(shape)
            own = shape if len(shape) > 1 or not beside else (1, *shape)
            views.append(flat[..., start : start + size].reshape(*beside, *own))
            start += size
        return views[: self._layers], views[self._layers : self._ended], views[self._ended :]

    @np.errstate(all="ignore")  # overflow is data
    def draw(self, seed: int) -> None:
        """Draw what the probe would draw under this seed; scales are 1, shifts and the head's biases 0."""
        stack, dtype = self.stack, self.values.dtype.name
        draws = Draws(seed, ProbeConfig(1, (seed,), NormalInputs(), dtype))
        for layer, fans in enumerate(stack.fans):
            self.weights[layer][...] = draws.weights(stack.initializer, layer + 1, *fans)
            if "scale" in self.places[layer]:
                self.affine(layer)[0][...] = 1.0
            if stack.bias_std:
                self.biases(layer)[...] = draws.biases(stack.bias_std, layer + 1, fans[1])
            if stack.skips[layer]:
                self.ends(layer)[...] = draws.ends(stack.scale, layer + 1, fans[1])
        self._began = [twins(*self._of_units(layer)) for layer in range(stack.depth)]
        head = (stack.widths[-1], self.outputs)
        self.weights[-1][...] = own_weights(stack.initializer, stream(seed, "head"), head, dtype)

    def _of_units(self, layer: int) -> list[Array]:
        """Return a layer's parameters, a column a unit: what is of one size in one array."""
        weights = self.weights[layer]
        if "bias" in self.places[layer]:
            return [np.vstack([weights, self.biases(layer)])]
        return [weights, np.stack(self.affine(layer))]

    def twins(self, layer: int) -> NDArray[np.intp] | None:
        """Return group labels of a layer's units that were drawn alike and are so still; None if none were."""
        began = self._began[layer]
        return None if began is None else still_twins(began, *self._of_units(layer))

    def biases(self, layer: int) -> Array:
        """Biases of a layer that has them."""
        return self.rest[self.places[layer]["bias"]]

    def affine(self, layer: int) -> tuple[Array, Array]:
        """Scale and shift of a normalized layer or block."""
        return self.rest[self.places[layer]["scale"]], self.rest[self.places[layer]["shift"]]

    def ends(self, layer: int) -> Array:
        """Return the last weights of a block's branch."""
        return self._ends[self._end_at[layer]]

    def end_gradients(self, layer: int) -> Array:
        """Return their gradient."""
        return self._end_gradients[self._end_at[layer]]

    @property
    def every_bias(self) -> Draw | None:
        """What ``Network.forward`` takes as ``biases``."""
        return self.biases if "bias" in self.places[0] else None

    @property
    def affines(self) -> Affine | None:
        """What ``Network.forward`` takes as ``affine``."""
        return self.affine if self.stack.norm else None

    def norms(self) -> Sequence[float]:
        """Frobenius norm of every layer's weights, the head's last."""
        return [_norm(each) for each in self.weights]

    @property
    def square(self) -> float:
        """Sum of the squares of all that weight decay acts on."""
        return sum(_norm(each) ** 2 for each in (*self.weights, *self._ends))


def side_by_side(each: Sequence[Parameters]) -> Parameters:
    """Return parameters of networks of one shape as rows of one array, which they stand in from now on."""
    first = each[0]
    whole = Parameters(first.stack, first.outputs, first.values.dtype.name, len(each))
    for row, own in enumerate(each):
        whole.values[row] = own.values
        own.stand_in(whole.values[row], whole.gradient[row])
    return whole


def _norm(weights: Array) -> float:
    return float(np.linalg.norm(weights.astype(np.float64, copy=False)))


def _beside_weights(stack: Stack, layer: int) -> list[str]:
    """Return what a layer has that weight decay leaves alone."""
    has_bias = stack.norm is None or stack.block == "residual"
    return ["bias"] * has_bias + ["scale", "shift"] * stack.normalizes(layer)
