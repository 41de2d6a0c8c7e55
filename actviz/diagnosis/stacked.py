"""What arrays of networks side by side tell, shape (seeds, samples, units), and their norms.

Layer by layer only sums are taken, while its arrays are in the processor's cache; what they tell is told of all layers
at once, for in networks so small most of the time is that of numpy's calls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from actviz.diagnosis.profile import Mask
from actviz.diagnosis.structure import Values
from actviz.numerics.arrays import Array
from actviz.probing.normalizing import normalize, normalize_backward
from actviz.results.statistics import NOTHING_PASSES


def _side_by_side(values: Array, kind: str) -> Array:
    """Return networks as more units of a batch, or as more samples, each of which a norm treats for itself."""
    if kind == "batch":
        return values.swapaxes(0, 1).reshape(values.shape[1], -1)
    return values.reshape(-1, values.shape[2])


def _apart(values: Array, kind: str, shape: tuple[int, ...]) -> Array:
    """Return the networks that stand side by side as (seeds, samples, units), each in one piece: sums are faster so."""
    if kind == "batch":
        return np.ascontiguousarray(values.reshape(shape[1], shape[0], shape[2]).swapaxes(0, 1))
    return values.reshape(shape)


def normalized(values: Array, kind: str) -> tuple[Array, Array]:
    """Return values normalized, and 1 / sqrt(variance + eps) as they stand side by side; it may be done in place."""
    z, _, inverse_std = normalize(_side_by_side(values, kind), kind)
    return _apart(z, kind, values.shape), inverse_std


def normalized_backward(gradient: Array, z: Array, inverse_std: Array | None, kind: str) -> Array:
    """Return the gradient of what was normalized, from that of z, what came of it."""
    assert inverse_std is not None
    given = _side_by_side(gradient, kind), _side_by_side(z, kind)
    return _apart(normalize_backward(*given, inverse_std, kind), kind, gradient.shape)


def _root(squares: Values) -> Values:
    """Return a root that is a number; NaN after overflow."""
    return np.where(np.isfinite(squares), np.sqrt(squares), math.nan)


def pulls(gradient: Array, of: Array) -> tuple[Values, Values]:
    """Return the root mean square of a stream's gradient, and of it times the size of the stream, shape (seeds,)."""
    sizes = np.sqrt(np.square(of, dtype=np.float64).mean(axis=2, keepdims=True))
    return _root(squares_of(gradient) / gradient[0].size), _root(squares_of(gradient * sizes) / gradient[0].size)


def squares_of(values: Array) -> Values:
    """Sum squares, shape (seeds,): in float64, where those of float32 do not overflow."""
    wide = values.astype(np.float64, copy=False)
    summed: Values = np.einsum("sij,sij->s", wide, wide)
    return summed


def counts_of(mask: Mask) -> Values:
    """Count where a mask is set, shape (seeds,)."""
    return np.array([np.count_nonzero(each) for each in mask], np.float64) if mask.any() else np.zeros(len(mask))


class Forward(NamedTuple):
    """Sums over values of shape (seeds, samples, units).

    Parameters
    ----------
    low, high, nonfinite, zeros : array (seeds,)
        Least and greatest finite value, how many are not finite, and how many are 0.
    means, direction : array (seeds, units)
        Over samples, of the values, and summed of those over their sample's length.
    lengths : array (seeds, samples)
    about : array (seeds,)
        Squares about the units' means.
    """

    low: Values
    high: Values
    nonfinite: Values
    zeros: Values
    means: Values
    direction: Values
    lengths: Values
    about: Values


def forward_of(h: Array) -> Forward:
    """Sum over a layer's values."""
    low, high, nonfinite = h.min(axis=(1, 2)), h.max(axis=(1, 2)), np.zeros(len(h))
    if not (np.isfinite(low) & np.isfinite(high)).all():
        finite = np.isfinite(h)
        nonfinite, some = h[0].size - counts_of(finite), finite.any(axis=(1, 2))
        low = np.where(some, np.where(finite, h, math.inf).min(axis=(1, 2)), math.nan)
        high = np.where(some, np.where(finite, h, -math.inf).max(axis=(1, 2)), math.nan)
    wide = h.astype(np.float64)
    means = np.ones((1, h.shape[1])) @ wide / h.shape[1]  # a product, for a mean over samples takes three times as long
    lengths = np.sqrt(np.einsum("sij,sij->si", wide, wide))
    direction = (1.0 / np.where(lengths > 0, lengths, math.inf))[:, None] @ wide
    wide -= means
    return Forward(low, high, nonfinite, counts_of(h == 0.0), means[:, 0], direction[:, 0], lengths, squares_of(wide))


def told_of(layers: Sequence[Forward]) -> dict[str, Values]:
    """Return what layers tell going forward, shape (seeds, layers) each."""
    of = Forward(*(np.stack(each, axis=1) for each in zip(*layers, strict=True)))
    units = of.means.shape[2]
    size, count = of.lengths.shape[2] * units, np.count_nonzero(of.lengths, axis=2)
    cosine = (np.square(of.direction).sum(axis=2) - count) / (count * (count - 1.0))
    variance = of.about / size
    return {
        "nonfinite": of.nonfinite / size,
        "zero_fraction": of.zeros / size,
        "act_min": of.low,
        "act_max": of.high,
        "act_mean": of.means.mean(axis=2),
        "act_std": np.sqrt(variance + of.means.var(axis=2)),
        "unit_spread": np.sqrt(variance),
        "similarity": np.where(count > 1, np.clip(cosine, -1.0, 1.0), math.nan),
        "distinct_units": np.full(count.shape, float(units)),
    }


def joined(behind: Sequence[Forward], squares: Sequence[tuple[Values, Values]], spread: Values) -> dict[str, Values]:
    """Return what joins tell going forward, shape (seeds, joins) each.

    Parameters
    ----------
    behind : sequence of Forward
        Of the stream behind them.
    squares : sequence of (array, array)
        Mean squares of the stream before, and of the branch, (seeds,) each.
    spread : array (seeds,)
        The inputs'.
    """
    told, (carried, branches) = told_of(behind), (_root(np.stack(each, axis=1)) for each in zip(*squares, strict=True))
    whole = told["nonfinite"] == 0.0
    return {
        "stream_rms": np.where(whole, np.hypot(told["act_mean"], told["act_std"]), math.nan),
        "stream_before": carried,
        "branch_ratio": np.where(carried > 0, branches / carried, math.nan),
        "stream_similarity": np.where(whole, told["similarity"], math.nan),
        "stream_spread": told["unit_spread"] / spread[:, None],
    }


class Backward(NamedTuple):
    """Sums of a layer on the way back, shape (seeds,) each: over dL/dz, and of slopes that are next to nothing."""

    squares: Values
    zeros: Values
    saturated: Values
    dead: Values


def backward_of(dz: Array, slope: Array, threshold: float) -> Backward:
    """Sum over dL/dz and the slope; what is saturated of one without a largest value, a threshold NaN, is not known."""
    magnitude, dead = np.abs(slope), np.zeros(len(dz))
    low = counts_of(magnitude < threshold) if math.isfinite(threshold) else np.full(len(dz), math.nan)
    if not magnitude.min() >= NOTHING_PASSES:
        dead += (magnitude.max(axis=1) < NOTHING_PASSES).sum(axis=1)
    return Backward(squares_of(dz), counts_of(dz == 0.0), low, dead)


def passed(layers: Sequence[Backward], size: int) -> dict[str, Values]:
    """Return what layers of a size tell of the way back, shape (seeds, layers) each."""
    of = Backward(*(np.stack(each, axis=1) for each in zip(*layers, strict=True)))
    return {
        "grad_preact_rms": _root(of.squares / size),
        "grad_zero": np.where(np.isfinite(of.squares), of.zeros / size, math.nan),
        "saturated": of.saturated / size,
        "dead_units": of.dead,
    }
