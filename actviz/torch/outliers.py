"""Outliers in a layer's values: a few that are far larger than the others, or a unit that is."""

from __future__ import annotations

import math

import numpy as np

from actviz.numerics.arrays import Array
from actviz.numerics.blocks import BUFFERS, blocks
from actviz.numerics.moments import finite_or_nan, is_precise


class Outliers:
    """Sums of the squares and fourth powers of a layer's values."""

    def __init__(self, units: int) -> None:
        self._rows, self._fourth = 0, 0.0
        self._squares = np.zeros(units)

    def add(self, values: Array) -> None:
        """Add values of shape (rows, units)."""
        for block in blocks(values):
            squares = np.multiply(block, block, out=BUFFERS.like(block, "squares"))
            fourth = float(np.vdot(squares, squares))
            if not is_precise(fourth):
                squares = np.square(block, dtype=np.float64)
                fourth = float(np.vdot(squares, squares))
            self._squares += np.ones(len(squares), squares.dtype) @ squares
            self._fourth += fourth
        self._rows += len(values)

    def measured(self, largest: float) -> tuple[float, float, float]:
        """Return the numbers of ``OF_OUTLIERS``; NaN without values, of zeros, and after overflow.

        ``largest`` is the largest magnitude among the values.
        """
        units = len(self._squares)
        mean = float(self._squares.sum()) / (self._rows * units) if self._rows else 0.0
        if not 0.0 < mean < math.inf:
            return math.nan, math.nan, math.nan
        kurtosis = self._fourth / (self._rows * units) / mean / mean if mean > 1e-150 else math.nan
        loudest = float(self._squares.max()) / self._rows
        return finite_or_nan(kurtosis), finite_or_nan(largest / math.sqrt(mean)), math.sqrt(loudest / mean)
