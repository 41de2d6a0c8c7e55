"""What arrays of networks side by side tell, shape (seeds, samples, units), and their norms."""

from __future__ import annotations

import math

import numpy as np

from actviz.diagnosis.profile import Mask
from actviz.diagnosis.structure import Values
from actviz.numerics.arrays import Array
from actviz.probing.normalizing import normalize, normalize_backward


def _side_by_side(values: Array, kind: str) -> Array:
    """Return networks as more units of a batch, or as more samples, each of which a norm treats for itself."""
    if kind == "batch":
        return values.swapaxes(0, 1).reshape(values.shape[1], -1)
    return values.reshape(-1, values.shape[2])


def _apart(values: Array, kind: str, shape: tuple[int, ...]) -> Array:
    """Return the networks that stand side by side as (seeds, samples, units)."""
    if kind == "batch":
        return values.reshape(shape[1], shape[0], shape[2]).swapaxes(0, 1)
    return values.reshape(shape)


def normalized(values: Array, kind: str) -> tuple[Array, Array]:
    """Return values normalized, and 1 / sqrt(variance + eps) as they stand side by side."""
    z, _, inverse_std = normalize(_side_by_side(values.copy(), kind), kind)
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


def joined(before: Array, branch: Array, behind: Array, spread: Values) -> dict[str, Values]:
    """Return what a join tells going forward, shape (seeds,) each; ``spread`` is the inputs'."""
    told, (carried, joins) = told_of(behind), (_root(squares_of(each) / each[0].size) for each in (before, branch))
    whole = told["nonfinite"] == 0.0
    return {
        "stream_rms": np.where(whole, np.hypot(told["act_mean"], told["act_std"]), math.nan),
        "stream_before": carried,
        "branch_ratio": np.where(carried > 0, joins / carried, math.nan),
        "stream_similarity": np.where(whole, told["similarity"], math.nan),
        "stream_spread": told["unit_spread"] / spread,
    }


def squares_of(values: Array) -> Values:
    """Sum squares, shape (seeds,): in float64, where those of float32 do not overflow."""
    wide = values.astype(np.float64, copy=False)
    summed: Values = np.einsum("sij,sij->s", wide, wide)
    return summed


def share_of(mask: Mask) -> Values:
    """Return the share of a mask that is set, shape (seeds,)."""
    shares: Values = np.array([np.count_nonzero(each) for each in mask]) / mask[0].size
    return shares


def told_of(h: Array) -> dict[str, Values]:
    """Return what values of shape (seeds, samples, units) tell going forward, shape (seeds,) each."""
    low, high, nonfinite = h.min(axis=(1, 2)), h.max(axis=(1, 2)), np.zeros(len(h))
    if not (np.isfinite(low) & np.isfinite(high)).all():
        finite = np.isfinite(h)
        nonfinite, some = 1.0 - share_of(finite), finite.any(axis=(1, 2))
        low = np.where(some, np.where(finite, h, math.inf).min(axis=(1, 2)), math.nan)
        high = np.where(some, np.where(finite, h, -math.inf).max(axis=(1, 2)), math.nan)
    wide = h.astype(np.float64)
    means = wide.mean(axis=1)
    lengths = np.sqrt(np.einsum("sij,sij->si", wide, wide))
    count = np.count_nonzero(lengths, axis=1)
    direction = np.einsum("sij,si->sj", wide, 1.0 / np.where(lengths > 0, lengths, math.inf))
    cosine = (np.square(direction).sum(axis=1) - count) / (count * (count - 1.0))
    wide -= means[:, None]
    variance = squares_of(wide) / h[0].size
    return {
        "nonfinite": nonfinite,
        "zero_fraction": share_of(h == 0.0),
        "act_min": low,
        "act_max": high,
        "act_mean": means.mean(axis=1),
        "act_std": np.sqrt(variance + means.var(axis=1)),
        "unit_spread": np.sqrt(variance),
        "similarity": np.where(count > 1, np.clip(cosine, -1.0, 1.0), math.nan),
        "distinct_units": np.full(len(h), float(h.shape[2])),
    }
