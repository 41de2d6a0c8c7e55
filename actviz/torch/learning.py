# mypy: allow-untyped-calls
"""What learns at the first step: layers whose weights have a gradient, or wait for zeros behind them to grow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from actviz.numerics.likeness import still_twins
from actviz.numerics.moments import Float64
from actviz.probing.recording import LayerRecord
from actviz.results.statistics import OF_BLOCKS
from actviz.torch.arrays import as_array
from actviz.torch.layers import Layer
from actviz.torch.nodes import Join
from actviz.torch.passes import WHOLE, CallKey, Factor


class Learning:
    """Which of a model's layers learn under one seed.

    Attributes
    ----------
    zeros : dict
        Weights, or some that all values pass, and factors of products that are all 0, and whether they have a gradient.
    moving : set
        Those by whose call, or product, anything that is learned has a gradient.
    places : dict
        Where in a parameter such zeros are, which other calls may apply too.
    grown : set
        Of these, those that have a gradient in any call.
    dropped : set
        Factors of 0 that nothing learns, as a mask that drops a branch for all samples.
    still : set of int
        Layers of which no gradient is asked for.
    left_out : array of bool (layers,)
        Layers of which nothing is left behind such a factor.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers, self._apart = layers, dict[int, int]()
        self.zeros: dict[Factor, bool] = {}
        self.moving: set[Factor] = set()
        self.places: dict[Factor, str] = {}
        self.grown: set[str] = set()
        self.dropped: set[Factor] = set()
        self.still: set[int] = set()
        self.left_out: NDArray[np.bool_] = np.zeros(len(layers), bool)

    def tell_apart(self, at: int, began: NDArray[np.intp] | None, gradient: torch.Tensor) -> None:
        """Count the units that learn apart, of a layer some of whose units have the same weights, by their gradients.

        ``began`` are the group labels of the units by their weights.
        """
        if began is None or gradient.is_sparse or len(gradient) != len(began):
            return
        units = as_array(gradient).reshape(len(began), -1).T
        half = float(torch.finfo(gradient.dtype).eps) ** 0.5 / float(np.finfo(units.dtype).eps)
        labels = still_twins(began, units, roundings=half)
        groups = len(began) if labels is None else len(np.unique(labels))
        self._apart[at] = max(groups, self._apart.get(at, 0))

    def measured(
        self, records: Sequence[LayerRecord], known: Sequence[int], below: bool, joins: Sequence[Join], sums: Float64
    ) -> dict[str, Float64]:
        """Read the numbers of ``OF_LEARNING`` off, shape (layers,).

        Where a layer's weights have no gradient, they will once zeros behind it have grown that have one themselves;
        not if there are others in a row with these that have none. ``known`` are the layers that a backward pass may
        have come to; ``below`` says that it started below a head of zeros, where what comes back is not what the units
        of the main way are given. ``sums`` are the gradients of ``joins``: where one has some, what is silent in its
        branch waits for nothing behind it.
        """
        learns = np.full(len(records), math.nan)
        grow = {each: grows or self.places.get(each) in self.grown for each, grows in self.zeros.items()}
        zeros_of = [[grow[each] for each in layer.scaled if each in grow] for layer in self._layers]
        of_call = {layer.weights: at for at, layer in enumerate(self._layers) if layer.weights}
        beyond, later = {0: frozenset[CallKey]()}, dict[CallKey, bool]()  # zeros that grow once others behind have
        for join, gradient in zip(reversed(joins), reversed(sums.tolist()), strict=True):
            beyond[join.number] = beyond.get(join.parent, beyond[0]).union(join.next if gradient > 0.0 else ())
        for at in reversed([at for at in known if at not in self.still]):
            layer, record = self._layers[at], records[at]
            silent = record.grad_zero == 1.0
            behind = set(layer.next) - beyond.get(layer.block, beyond[0])
            zeros = zeros_of[at] + [True for key in behind if silent and later.get(key, False)]
            following = [of_call[key] for key in behind if key in of_call] if silent and not zeros else []
            waits = [each for each in following if zeros_of[each] or records[each].grad_zero == 1.0]
            moves = record.grad_weight_norm != 0.0 if layer.matrices else not silent  # NaN has overflowed
            whole = (layer.weights, WHOLE) if layer.weights else None
            moves &= whole not in grow or whole in self.moving  # what has a gradient may be frozen
            moves |= whole is not None and grow.get(whole, False)
            learns[at] = moves or any(zeros) or any(learns[each] == 1.0 for each in waits)
            self.left_out[at] = (
                silent
                and not learns[at]
                and (any(each in self.dropped for each in layer.scaled) or any(self.left_out[each] for each in waits))
            )
            zero = record.sizes.rms == 0.0
            if layer.weights and zero and layer.matrices == 1:
                later[layer.weights] = silent and bool(learns[at])
            apart = any(place != WHOLE for _, place in layer.scaled)
            apart |= any(records[of_call[key]].sizes.std > 0.0 for key in behind if key in of_call)
            if silent and zero and apart and learns[at]:  # once they have a gradient, by what follows each unit
                self._apart[at] = layer.width
        told = [
            math.nan if below and layer.role != "branch" else self._apart.get(at, math.nan)
            for at, layer in enumerate(self._layers)
        ]
        return {"learns": learns, "distinct_gradients": np.array(told, float)}

    def leave_out(self, statistics: dict[str, Any], joins: Sequence[Join]) -> None:
        """Take what was dropped for all samples for what is not there: layers, and blocks that are made of these."""
        for name, values in statistics.items():
            if self.left_out.any() and name not in OF_BLOCKS and values.shape == self.left_out.shape:
                values[self.left_out] = math.nan
        for at, join in enumerate(joins):
            pairs = zip(self._layers, self.left_out, strict=True)
            inside = [gone for layer, gone in pairs if layer.block == join.number]
            if inside and all(inside):
                statistics["branch_ratio"][at] = math.nan
