"""What is taken of a function of the user's own: its slope, and its values as real numbers."""

from __future__ import annotations

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
        # In float32 the difference would keep four digits; beyond 1e300 it would be one of infinities.
        at = np.clip(np.asarray(z, np.float64), -1e300, 1e300)
        size = np.abs(at)
        # What phi rounds, size / step, against what it bends, step^2: their best sum, until z itself is too coarse.
        best = 6e-6 * np.maximum(np.maximum(np.cbrt(size), 2e-3 * size), 1.0)
        step = np.exp2(np.round(np.log2(best)))  # a power of two: z + step is exact
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
