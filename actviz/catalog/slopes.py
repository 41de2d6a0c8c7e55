"""What is taken of a function: its slope where none is given, its largest slope, and its values as real numbers."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.numerics.arrays import Array


@dataclass(frozen=True)
class CentralDifference:
    """The slope of a function that comes without one, away from its kinks: good to ten digits, to eight far out."""

    phi: Callable[..., Any]

    def __call__(self, z: Array, *parameters: float) -> Array:
        """Slope at z, in the shape and precision of z."""
        return self.over(1.0, z, *parameters)

    def over(self, part: float, z: Array, *parameters: float) -> Array:
        """Slope by a difference over a part of the step, a power of two."""
        # In float32 the difference would keep four digits; beyond 1e300 it would be one of infinities.
        at = np.clip(np.asarray(z, np.float64), -1e300, 1e300)
        size = np.abs(at)
        # What phi rounds, size / step, against what it bends, step^2: their best sum, until z itself is too coarse.
        best = 6e-6 * np.maximum(np.maximum(np.cbrt(size), 2e-3 * size), 1.0)
        step = part * np.exp2(np.round(np.log2(best)))  # a power of two: z + step is exact
        above, below = (as_real(self.phi(at + by, *parameters), at) for by in (step, -step))
        rise = above - below
        return (rise / (2.0 * step)).astype(z.dtype)


def is_numeric(activation: Any) -> bool:
    """Whether an activation's slope is taken numerically."""
    return isinstance(activation.slope, CentralDifference)


def as_real(values: Any, z: Array) -> Array:
    """Return what a function gives as numbers of the precision of z: a step may give integers or truth values."""
    whole = isinstance(values, np.ndarray) and values.dtype.kind in "iub"
    return values.astype(z.dtype) if whole else values  # type: ignore[no-any-return]


SATURATION_THRESHOLD = 0.05
"""A value is saturated where |phi'(z)| is below this share of the largest |phi'|."""

REACH = 5.0
"""How far out signals usually are."""


def largest_slope(activation: Any) -> float:
    """Return the largest |phi'| of an activation; NaN where there is none that saturation could be told by.

    So it is where the slope grows without end, far out or towards a point; and where it is largest so far out that by a
    share of it all of |z| <= ``REACH`` were saturated, though gradients pass there: of exp(min(z, 60)).
    """
    return _largest(activation)[0]


def steepest_at(activation: Any) -> float:
    """Return about where |phi'| is largest; of what has no largest the point towards which it grows, or infinity."""
    return _largest(activation)[1]


@functools.cache
def _largest(activation: Any) -> tuple[float, float]:
    """Return the largest |phi'|, as ``largest_slope`` does, and about where it is."""
    # A maximum is flat, so a grid of 1/1000 finds it to 1e-6; z = 0 and both sides of every kink are on it.
    near = np.concatenate([np.arange(-20_000, 20_001) / 1000.0, *[(k - 1e-9, k + 1e-9) for k in activation.kinks]])
    octaves = 20.0 * np.exp2(np.arange(1, 33) / 2.0)
    z = np.concatenate([near, octaves, -octaves, _steep_places(activation, np.append(20.0, octaves))])
    slopes, size = np.abs(activation.derivative(z)), np.abs(z)
    if is_numeric(activation):
        slopes = np.where(_spans_jump(activation, z, slopes), 0.0, slopes)
    known = np.isfinite(slopes)  # far out inf / inf is no slope, and nothing beyond it counts
    known &= size < size[~known & (size > 20.0)].min(initial=math.inf)
    slopes, z, size = slopes[known], z[known], size[known]
    # Over the last 16-fold of z what has a largest slope has reached it; a logarithm's still grows by a fifth.
    largest = float(slopes.max(initial=0.0))
    before = float(slopes[size <= size.max(initial=0.0) / 16.0].max(initial=0.0))
    if largest > before * 1.01:
        return math.nan, math.inf
    within = float(slopes[size <= REACH].max(initial=0.0))
    if SATURATION_THRESHOLD <= within < SATURATION_THRESHOLD * largest:
        return math.nan, math.inf
    place = float(z[slopes.argmax()])
    return math.nan if _has_pole(activation, place) else largest, place


@np.errstate(all="ignore")
def _steep_places(activation: Any, octaves: Array) -> Array:
    """Return, of every interval between places far out, one where the function is steep: peaks are narrow."""
    low = np.concatenate([octaves[:-1], -octaves[1:]])
    high = np.concatenate([octaves[1:], -octaves[:-1]])
    for _ in range(48):
        middle = (low + high) / 2
        first, between, last = (np.asarray(activation(z), np.float64) for z in (low, middle, high))
        left = np.abs(between - first) >= np.abs(last - between)
        low, high = np.where(left, low, middle), np.where(left, middle, high)
    found: Array = (low + high) / 2
    return found


@np.errstate(all="ignore")
def _spans_jump(activation: Any, z: Array, slopes: Array) -> Any:
    """Whether a difference is one over a jump, where there is no slope: over a far smaller step it is far from it."""
    closer = np.abs(activation.slope.over(2.0**-10, z, *activation.values))
    return np.abs(closer - slopes) > 0.75 * np.maximum(closer, slopes)


def _has_pole(activation: Any, z: float) -> bool:
    """Whether the slope grows without end towards a point near z, as a root's does at 0; at a jump it does not."""
    steepest, numeric = [], is_numeric(activation)  # whose own step ends before a pole does
    for exponent in range(3, 9 if numeric else 14):
        step = 10.0**-exponent
        near = z + step * (np.arange(-30, 30) + 0.5)  # on neither side so near a pole that it is missed
        if numeric:
            h = np.asarray(activation(near), np.float64)  # of a function that rounds to halves, say
            steep = np.abs(np.diff(h)) / step - 4.0 * np.finfo(np.float64).eps * np.nanmax(np.abs(h)) / step
        else:
            steep = np.abs(activation.derivative(near))
        steep = np.where(np.isfinite(steep), steep, 0.0)
        steepest.append(float(steep.max()))
        z = float(near[steep.argmax()])
    growth = steepest[-1] / steepest[3] if steepest[3] > 0.0 else 1.0
    return 1.01 < growth < (90.0 if numeric else math.inf)  # a jump's secant grows as its step shrinks, 100-fold
