# mypy: allow-untyped-calls
"""What learns at the first step: layers whose weights have a gradient, or wait for zeros behind them to grow."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from actviz.numerics.likeness import still_twins
from actviz.numerics.moments import Float64
from actviz.probing.recording import LayerRecord
from actviz.results.model_statistics import TWICE
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
    free : set
        Those of which something is learned.
    makers, starved : dict
        Of factors that weights make 0, and of weights of 0 that are given nothing else, the layers that make it so;
        None for what is no layer that is asked for.
    twice : set of int
        Layers inside which two factors of one product are 0.
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
        self.free: set[Factor] = set()
        self.makers: dict[Factor, set[int | None]] = {}
        self.starved: dict[Factor, set[int | None]] = {}
        self.twice: set[int] = set()
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
        grow = {each: grows or self.places.get(each) in self.grown for each, grows in self.zeros.items()}
        of_call = {layer.weights: at for at, layer in enumerate(self._layers) if layer.weights}
        beyond = {0: frozenset[CallKey]()}
        for join, gradient in zip(reversed(joins), reversed(sums.tolist()), strict=True):
            beyond[join.number] = beyond.get(join.parent, beyond[0]).union(join.next if gradient > 0.0 else ())
        following = [
            [of_call[key] for key in set(layer.next) - beyond.get(layer.block, beyond[0]) if key in of_call]
            for layer in self._layers
        ]
        asked = [at for at in reversed(known) if at not in self.still]
        learns = self._learns(records, asked, grow, following)
        while later := self._later(grow, learns):  # what waits for zeros that wait themselves
            grow |= dict.fromkeys(later, True)
            learns = self._learns(records, asked, grow, following)
        for at in asked:
            layer, zero = self._layers[at], records[at].sizes.rms == 0.0 and records[at].grad_zero == 1.0
            apart = any(place != WHOLE for _, place in layer.scaled)
            apart |= any(records[each].sizes.std > 0.0 for each in following[at])
            if zero and apart and learns[at]:  # once they have a gradient, by what follows each unit
                self._apart[at] = layer.width
        learns = np.where(learns == 1.0, [TWICE if at in self.twice else 1.0 for at in range(len(learns))], learns)
        told = [
            math.nan if below and layer.role != "branch" else self._apart.get(at, math.nan)
            for at, layer in enumerate(self._layers)
        ]
        return {"learns": learns, "distinct_gradients": np.array(told, float)}

    def _learns(
        self,
        records: Sequence[LayerRecord],
        asked: Sequence[int],
        grow: Mapping[Factor, bool],
        following: Sequence[Sequence[int]],
    ) -> Float64:
        """Return which layers learn, by what of zeros will ``grow``; those behind come first in ``asked``."""
        learns = np.full(len(records), math.nan)
        zeros = {**grow, **dict.fromkeys(self.dropped, False)}
        of = [any(each in grow for each in layer.scaled) for layer in self._layers]
        for at in asked:
            layer, record = self._layers[at], records[at]
            silent = record.grad_zero == 1.0
            behind = following[at] if silent and not of[at] else ()
            waits = [each for each in behind if of[each] or records[each].grad_zero == 1.0]
            moves = record.grad_weight_norm != 0.0 if layer.matrices else not silent  # NaN has overflowed
            whole = (layer.weights, WHOLE) if layer.weights else None
            moves &= whole not in grow or whole in self.moving  # what has a gradient may be frozen
            moves |= whole is not None and grow.get(whole, False)
            fed = whole not in self.starved or grow.get(whole, False)
            learns[at] = (
                moves
                or (of[at] and fed and layer.waits(layer.weights or layer.h, zeros))
                or any(learns[each] == 1.0 for each in waits)
            )
            self.left_out[at] = (
                silent
                and not learns[at]
                and (any(each in self.dropped for each in layer.scaled) or any(self.left_out[each] for each in waits))
            )
        return learns

    def _later(self, grow: Mapping[Factor, bool], learns: Float64) -> list[Factor]:
        """Return zeros without a gradient that will have one: what makes them learns, or they wait for others.

        Not where all else that comes to the same product is 0 and stays so.
        """
        found = list[Factor]()
        for each in [each for each, grows in grow.items() if not grows]:
            (key, place), waits = each, next((of.waits for of in self._layers if each in of.scaled), None)
            if each in self.makers:
                grows = self._any(learns, self.makers[each])
            else:
                fed = self._any(learns, self.starved[each]) if each in self.starved else True
                fed &= all(grow.get((key, other), True) for other in range(3) if other != place)
                grows = each in self.free and fed and waits is not None and waits(key, grow)
            found += [each] if grows else []
        return found

    @staticmethod
    def _any(learns: Float64, layers: Collection[int | None]) -> bool:
        return any(learns[each] == 1.0 for each in layers if each is not None)

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
