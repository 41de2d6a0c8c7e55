"""Networks of one width side by side in one pass, for trials: what rules read is measured of them, no more.

The draws are the probe's, and so are all numbers, to rounding; the calls, which take most of the time of networks so
small, are those of one network.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from actviz.catalog.activations import Activation
from actviz.catalog.initializers import VarianceScaling
from actviz.catalog.inputs import Inputs
from actviz.catalog.slopes import SATURATION_THRESHOLD
from actviz.diagnosis.profile import DERIVED, Profile
from actviz.diagnosis.stacked import (
    backward_of,
    forward_of,
    joined,
    normalized,
    normalized_backward,
    passed,
    pulls,
    squares_of,
    told_of,
)
from actviz.diagnosis.structure import Values, built_of
from actviz.numerics.arrays import Array
from actviz.numerics.processors import in_one_thread
from actviz.numerics.streams import normal_batches, standard_normal, stream
from actviz.probing.joins import structure
from actviz.probing.stack import Stack
from actviz.results.model_statistics import OF_LEARNING
from actviz.results.statistics import OF_BLOCKS, OF_INPUTS, OF_WEIGHTS, STATISTICS

MOST_BYTES = 2**25
"""Of the weights that are held at once: networks with more go one after another."""

DTYPE = "float32"


@dataclass(frozen=True)
class Ensemble:
    """Stacks of plain layers, or of residual blocks, that differ by their seed.

    Parameters
    ----------
    activation : Activation
    variance : float
        Of the weights, which are normal, times fan_in.
    depth, width, samples : int
    inputs : Inputs
    bias_std : float
    norm : {"batch", "layer", "rms"}, optional
        Before the activation; of blocks before the branch.
    block : {"plain", "residual"}
    branch_scale : float or "1/sqrt(L)"
        As of ``Stack``.
    """

    activation: Activation
    variance: float
    depth: int
    width: int
    samples: int
    inputs: Inputs
    bias_std: float = 0.0
    norm: str | None = None
    block: str = "plain"
    branch_scale: float | str = 1.0

    def profile(self, seeds: Sequence[int]) -> Profile:
        """Measure them forward and back."""
        weights = (2 if self._blocks else 1) * self.depth * self.width * self.width
        at_once = max(1, MOST_BYTES // (4 * weights))
        with in_one_thread():
            parts = [self._measured(tuple(seeds[at : at + at_once])) for at in range(0, len(seeds), at_once)]
        values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        widths, built = np.full(self.depth, float(self.width)), None
        if self._blocks:
            streams = {name: values.pop(name) for name in OF_BLOCKS}
            streams["branch_ratio"] = np.where(values["zero_fraction"] >= 1.0, math.nan, streams["branch_ratio"])
            told = {name: list(own) for name, (_, own) in structure(self._stack, len(seeds)).items()}
            told["fan_in"] = [self.width] * self.depth
            built = built_of(lambda name: told.get(name, []), streams)
        values |= {name: derive(values, widths) for name, derive in DERIVED.items()}
        rms = values["grad_preact_rms"]
        values["grad_preact_rms"] = np.where(np.isnan(rms), math.inf, rms)  # all have one, if not a finite one
        largest = float(np.finfo(DTYPE).max)
        return Profile(values, widths, list(range(1, self.depth + 1)), self.activation.bounded, largest, built)

    @np.errstate(all="ignore")
    def _measured(self, seeds: tuple[int, ...]) -> dict[str, Values]:
        """Return statistics of shape (seeds, layers), of blocks (seeds, blocks); NaN for those that no rule reads."""
        unknown = np.full((len(seeds), self.depth), math.nan)
        names = (*STATISTICS, *OF_INPUTS, *OF_WEIGHTS, *OF_LEARNING, *(OF_BLOCKS if self._blocks else ()))
        values = {name: unknown.copy() for name in names}
        values["weights_key"][:] = np.arange(1.0, self.depth + 1.0)  # every layer has its own
        x = np.stack([_first(self.inputs.batches(stream(seed, "inputs"), *self._shape)) for seed in seeds])
        told = {name: value[:, 0] for name, value in told_of([forward_of(x)]).items()}
        values["input_similarity"] = told["similarity"][:, None]
        kept, y = self._forward(seeds, x, told["unit_spread"], values)
        drawn = _cotangents(seeds, *self._shape[:2], self.depth)
        driven = np.where(np.isfinite(y) & np.isfinite(kept[-1].h), drawn, np.float32(math.nan))
        self._backward(seeds, kept, driven, values)
        overflowed = values["nonfinite"] > 0
        for name in ("similarity", "saturated", "dead_units", "distinct_units"):
            values[name][overflowed] = math.nan
        return values

    def _forward(
        self, seeds: tuple[int, ...], x: Array, spread: Values, values: dict[str, Values]
    ) -> tuple[list[_Kept], Array]:
        """Pass inputs forward; return what the way back needs, and what comes out."""
        kept, y, told, joins, streams = list[_Kept](), x, [], [], []
        inverse_std: Array | None = None
        for layer in range(self.depth):
            before = taken = y
            if self.norm and self._blocks:
                taken, inverse_std = normalized(y.copy(), self.norm)
            z: Array = taken @ self._weights(seeds, layer)
            if self.bias_std:
                z += np.stack([self._biases(seed, layer) for seed in seeds])[:, None]
            if self.norm and not self._blocks:
                z, inverse_std = normalized(z, self.norm)
            y = h = self.activation(z)
            told.append(forward_of(h))
            if self._blocks:
                branch = h @ self._ends(seeds, layer)
                y = before + branch
                streams.append(forward_of(y))
                joins.append((squares_of(before) / y[0].size, squares_of(branch) / y[0].size))
            kept.append(_Kept(before, taken, z, h, y, inverse_std))
        values |= told_of(told)
        values["unit_spread"] = values["unit_spread"] / spread[:, None]
        if self._blocks:
            values |= joined(streams, joins, spread)
        return kept, y

    def _backward(self, seeds: tuple[int, ...], kept: list[_Kept], dy: Array, values: dict[str, Values]) -> None:
        """Pass gradients back, from those of what comes out."""
        told, threshold = [], SATURATION_THRESHOLD * self.activation.max_slope
        moves = np.zeros(len(dy), bool)
        for layer in range(self.depth - 1, -1, -1):
            own, dh = kept[layer], dy
            if self._blocks:
                values["stream_grad"][:, layer], values["stream_pull"][:, layer] = pulls(dy, own.after)
                dh = dy @ self._ends(seeds, layer).swapaxes(1, 2)
            given = (own.z if self.activation.slope_from == "z" else own.h, *self.activation.values)
            slope = np.asarray(self.activation.slope(*given), DTYPE)
            through = dz = dh * slope
            if self.norm and not self._blocks:
                through = normalized_backward(dz, own.z, own.inverse_std, self.norm)
            told.append(backward_of(dz, slope, threshold))
            if self._blocks or not moves.all():  # of plain layers only whether weights of any have a gradient is read
                squares = squares_of(own.taken.swapaxes(1, 2) @ through)
                values["grad_weight_norm"][:, layer] = np.where(np.isfinite(squares), np.sqrt(squares), math.nan)
                moves |= values["grad_weight_norm"][:, layer] > 0.0
            back = through @ self._weights(seeds, layer).swapaxes(1, 2)
            if self.norm and self._blocks:
                back = normalized_backward(back, own.taken, own.inverse_std, self.norm)
            dy = dy + back if self._blocks else back
        values |= passed(told[::-1], dy[0].size)
        if self._blocks:
            first = pulls(dy, kept[0].before)
            values["stream_grad_before"][:, 0], values["stream_pull_before"][:, 0] = first

    @property
    def _blocks(self) -> bool:
        return self.block == "residual"

    @functools.cached_property
    def _stack(self) -> Stack:
        """One of them."""
        widths = (self.width,) * (self.depth + 1)
        init = VarianceScaling(self.variance)
        return Stack(self.activation, init, widths, self.bias_std, self.norm, self.block, self.branch_scale)

    @property
    def _shape(self) -> tuple[int, int, int, str]:
        return self.samples, self.width, self.samples, DTYPE

    def _weights(self, seeds: tuple[int, ...], layer: int) -> Array:
        drawn = _unit_weights("weights", seeds, self.depth, self.width)
        weights: Array = drawn[layer] * np.float32(math.sqrt(self.variance / self.width))
        return weights

    def _ends(self, seeds: tuple[int, ...], layer: int) -> Array:
        """Return the last weights of a layer's branches."""
        drawn = _unit_weights("branch", seeds, self.depth, self.width)
        ends: Array = drawn[layer] * np.float32(self._stack.scale / math.sqrt(self.width))
        return ends

    def _biases(self, seed: int, layer: int) -> Array:
        drawn = stream(seed, "biases", layer + 1).standard_normal(self.width)
        return (self.bias_std * drawn).astype(DTYPE)


@dataclass(frozen=True)
class _Kept:
    """What the way back needs of a layer, (seeds, samples, units): ``after`` is what the next one is given."""

    before: Array
    taken: Array
    z: Array
    h: Array
    after: Array
    inverse_std: Array | None


@functools.lru_cache(maxsize=3)
def _unit_weights(role: str, seeds: tuple[int, ...], depth: int, width: int) -> Array:
    """Return the standard normal draws of all layers, shape (layers, seeds, width, width); trials share them."""
    drawn = np.empty((depth, len(seeds), width, width), DTYPE)
    for layer, at in np.ndindex(drawn.shape[:2]):
        drawn[layer, at] = standard_normal(stream(seeds[at], role, layer + 1), width, width, DTYPE)
    return drawn


@functools.lru_cache(maxsize=4)
def _cotangents(seeds: tuple[int, ...], samples: int, width: int, layer: int) -> Array:
    """Return what drives the way back, shape (seeds, samples, width); trials share them."""
    return np.stack(
        [_first(normal_batches(stream(seed, "cotangent", layer), samples, width, samples, DTYPE)) for seed in seeds]
    )


def _first(batches: Iterator[Array]) -> Array:
    """Return the one batch that there is."""
    return next(batches)
