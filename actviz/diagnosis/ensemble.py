"""Plain networks of one width side by side in one pass, for trials: what rules read is measured of them, no more.

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
from actviz.catalog.inputs import Inputs
from actviz.diagnosis.profile import DERIVED, Profile
from actviz.diagnosis.structure import Values
from actviz.numerics.arrays import Array
from actviz.numerics.processors import in_one_thread
from actviz.numerics.streams import normal_batches, standard_normal, stream
from actviz.probing.normalizing import normalize, normalize_backward
from actviz.results.statistics import (
    NOTHING_PASSES,
    OF_INPUTS,
    OF_LEARNING,
    OF_WEIGHTS,
    SATURATION_THRESHOLD,
    STATISTICS,
)

MOST_BYTES = 2**25
"""Of the weights that are held at once: networks with more go one after another."""

DTYPE = "float32"


@dataclass(frozen=True)
class Ensemble:
    """Stacks of plain layers that differ by their seed.

    Parameters
    ----------
    activation : Activation
    variance : float
        Of the weights, which are normal, times fan_in.
    depth, width, samples : int
    inputs : Inputs
    bias_std : float
    norm : {"batch", "layer", "rms"}, optional
        Before the activation.
    """

    activation: Activation
    variance: float
    depth: int
    width: int
    samples: int
    inputs: Inputs
    bias_std: float = 0.0
    norm: str | None = None

    def profile(self, seeds: Sequence[int]) -> Profile:
        """Measure them forward and back."""
        at_once = max(1, MOST_BYTES // (4 * self.depth * self.width * self.width))
        with in_one_thread():
            parts = [self._measured(tuple(seeds[at : at + at_once])) for at in range(0, len(seeds), at_once)]
        values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        widths = np.full(self.depth, float(self.width))
        values |= {name: derive(values, widths) for name, derive in DERIVED.items()}
        rms = values["grad_preact_rms"]
        values["grad_preact_rms"] = np.where(np.isnan(rms), math.inf, rms)  # all have one, if not a finite one
        largest = float(np.finfo(DTYPE).max)
        return Profile(values, widths, list(range(1, self.depth + 1)), self.activation.bounded, largest)

    @np.errstate(all="ignore")
    def _measured(self, seeds: tuple[int, ...]) -> dict[str, Values]:
        """Return statistics of shape (seeds, layers); NaN for those that no rule reads of plain layers."""
        unknown = np.full((len(seeds), self.depth), math.nan)
        values = {name: unknown.copy() for name in (*STATISTICS, *OF_INPUTS, *OF_WEIGHTS, *OF_LEARNING)}
        draws = _unit_weights(seeds, self.depth, self.width)
        scale = np.float32(math.sqrt(self.variance / self.width))
        x = np.stack([_first(self.inputs.batches(stream(seed, "inputs"), *self._shape)) for seed in seeds])
        told = _told(x)
        values["input_similarity"], spread = told["similarity"][:, None], told["unit_spread"]
        kept, norms, h = [x], list[list[Array]](), x
        for layer in range(self.depth):
            z = h @ (draws[:, layer] * scale)
            if self.bias_std:
                z += np.stack([self._biases(seed, layer) for seed in seeds])[:, None]
            if self.norm:
                norms.append([normalize(each, self.norm)[2] for each in z])
            h = self.activation(z)
            kept += [z, h]
            for name, value in _told(h).items():
                values[name][:, layer] = value / spread if name == "unit_spread" else value
        cotangents = [_first(normal_batches(stream(seed, "cotangent", self.depth), *self._shape)) for seed in seeds]
        dh = np.where(np.isfinite(h), np.stack(cotangents), np.float32(math.nan))
        for layer in range(self.depth - 1, -1, -1):
            before, z, h = kept[2 * layer : 2 * layer + 3]
            given = (z if self.activation.slope_from == "z" else h, *self.activation.values)
            slope = np.asarray(self.activation.slope(*given), DTYPE)
            dz = dh * slope
            through = dz
            if self.norm:
                each = zip(dz, z, norms[layer], strict=True)
                through = np.stack([normalize_backward(*own, self.norm) for own in each])
            weights = before.swapaxes(1, 2) @ through
            for name, value in self._passed(dz, slope, weights).items():
                values[name][:, layer] = value
            dh = through @ (draws[:, layer] * scale).swapaxes(1, 2)
        overflowed = values["nonfinite"] > 0
        for name in ("similarity", "saturated", "dead_units", "distinct_units"):
            values[name][overflowed] = math.nan
        return values

    @property
    def _shape(self) -> tuple[int, int, int, str]:
        return self.samples, self.width, self.samples, DTYPE

    def _biases(self, seed: int, layer: int) -> Array:
        drawn = stream(seed, "biases", layer + 1).standard_normal(self.width)
        return (self.bias_std * drawn).astype(DTYPE)

    def _passed(self, dz: Array, slope: Array, weights: Array) -> dict[str, Values]:
        """Return what the way back tells of a layer, shape (seeds,) each."""
        squares, magnitude = _squares(dz), np.abs(slope)
        threshold = SATURATION_THRESHOLD * self.activation.max_slope
        known = np.isfinite(squares)
        return {
            "grad_preact_rms": np.where(known, np.sqrt(squares / dz[0].size), math.nan),
            "grad_zero": np.where(known, (dz == 0.0).mean(axis=(1, 2)), math.nan),
            "grad_weight_norm": np.where(np.isfinite(norm := np.sqrt(_squares(weights))), norm, math.nan),
            "saturated": (magnitude < threshold).mean(axis=(1, 2)) if math.isfinite(threshold) else math.nan * squares,
            "dead_units": (magnitude.max(axis=1) < NOTHING_PASSES).sum(axis=1).astype(float),
        }


@functools.lru_cache(maxsize=2)
def _unit_weights(seeds: tuple[int, ...], depth: int, width: int) -> Array:
    """Return the standard normal draws of all layers, shape (seeds, layers, width, width); trials share them."""
    drawn = [
        [standard_normal(stream(seed, "weights", layer + 1), width, width, DTYPE) for layer in range(depth)]
        for seed in seeds
    ]
    return np.array(drawn)


def _first(batches: Iterator[Array]) -> Array:
    """Return the one batch that there is."""
    return next(batches)


def _squares(values: Array) -> Values:
    """Sum squares, shape (seeds,): in float64, where those of float32 do not overflow."""
    wide = values.reshape(len(values), -1).astype(np.float64)
    return np.einsum("ij,ij->i", wide, wide)  # type: ignore[no-any-return]


def _told(h: Array) -> dict[str, Values]:
    """Return what values of shape (seeds, samples, units) tell going forward, shape (seeds,) each."""
    finite, wide = np.isfinite(h), h.astype(np.float64)
    means = wide.mean(axis=1)
    variance = np.square(wide - means[:, None]).mean(axis=(1, 2))
    lengths = np.sqrt(np.einsum("sij,sij->si", wide, wide))
    count = np.count_nonzero(lengths, axis=1)
    direction = np.einsum("sij,si->sj", wide, 1.0 / np.where(lengths > 0, lengths, math.inf))
    cosine = (np.square(direction).sum(axis=1) - count) / (count * (count - 1.0))
    low, high = (
        bound(np.where(finite, h, other), axis=(1, 2)) for bound, other in ((np.min, math.inf), (np.max, -math.inf))
    )
    some = finite.any(axis=(1, 2))
    return {
        "nonfinite": 1.0 - finite.mean(axis=(1, 2)),
        "zero_fraction": (h == 0.0).mean(axis=(1, 2)),
        "act_min": np.where(some, low, math.nan),
        "act_max": np.where(some, high, math.nan),
        "act_std": np.sqrt(variance + means.var(axis=1)),
        "unit_spread": np.sqrt(variance),
        "similarity": np.where(count > 1, np.clip(cosine, -1.0, 1.0), math.nan),
        "distinct_units": np.full(len(h), float(h.shape[2])),
        "weights_key": np.ones(len(h)),
    }
