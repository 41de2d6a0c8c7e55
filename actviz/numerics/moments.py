"""Sums over a layer's values that keep their digits: moments, directions of samples, sizes of weights.

Every array is read in blocks that stay in the processor's cache. Sums within a block are in the pass's precision, sums
of blocks in float64 or wider; a block whose squares leave the range of its precision is summed again in a wider one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.numerics.arrays import Array
from actviz.numerics.blocks import BLOCK, BUFFERS, blocks
from actviz.numerics.histogram import Tally
from actviz.numerics.kernel import compiled
from actviz.numerics.likeness import Apart

Float64 = NDArray[np.float64]


def is_precise(square: float) -> bool:
    """Whether a sum of squares lies where float32 rounds it as it should; false also for inf and NaN."""
    return 1e-30 < square < 1e30


def square_sum(values: Array) -> np.longdouble:
    """Return the sum of squares; without overflow or underflow on the way where there is a wider type to sum in."""
    if values.size <= BLOCK:
        return _block_squares(values)
    return sum((_block_squares(block) for block in blocks(values)), start=np.longdouble(0.0))


def _block_squares(block: Array) -> np.longdouble:
    part = np.vdot(block, block)
    if not is_precise(float(part)) and _is_finite(block):
        wide = _wider(block)
        part = np.vdot(wide, wide)
    return np.longdouble(part)


def _is_finite(block: Array) -> bool:
    """Whether all values are finite; else sums are not, and processors take long to find that in a wide precision."""
    return bool(np.isfinite(block).all())


def _wider(block: Array) -> NDArray[np.floating[Any]]:
    """Return the block in a precision whose range holds its squares."""
    wide: NDArray[np.floating[Any]] = block.astype(np.float64 if block.dtype == np.float32 else np.longdouble)
    return wide


def count_zeros(block: Array) -> int:
    """How many values are exactly zero."""
    return int(np.count_nonzero(np.equal(block, 0, out=BUFFERS.like(block, "mask", np.bool_))))


def _middle(rows: Array) -> Array:
    """Return the median of three samples, unit by unit: one that is far from all others must not be the origin."""
    middle: Array = rows[0].copy()
    if len(rows) < 3:
        return middle
    low, high = np.minimum(rows[0], rows[1]), np.maximum(rows[0], rows[1])
    np.maximum(low, np.minimum(high, rows[2]), out=middle)
    return middle


class Moments:
    """Mean, standard deviation and per-unit spread of values of shape (samples, units), added block by block.

    Deviations are taken from a sample, so a spread far smaller than the mean keeps all its digits.
    With ``directions`` it also sums the samples' unit vectors, from which the mean cosine of all pairs follows; with
    ``apart`` it counts the samples that differ.
    """

    def __init__(self, width: int, directions: bool = False, apart: bool = False) -> None:
        self.rows = 0
        self._sums = np.zeros(width, np.longdouble)
        self._squares = np.longdouble(0.0)
        # What compiled passes add: squares, sums and, of samples over their lengths, where numpy adds to them too.
        self._compiled = np.zeros(1 + (2 if directions else 1) * width)
        self._origin: Array | None = None
        self._origin_norm = 0.0
        self._directed, self._directions, self._blanks = directions, 0, 0
        self._apart = Apart() if apart else None
        self._summed, self._values = 0, (math.nan, math.nan, math.nan)

    def add(self, values: Array) -> None:
        """Add samples."""
        if not len(values):
            return
        if self._apart is not None:
            self._apart.add(values)
        origin, norm, passes = *self._from(values), compiled(values)
        blanks = -1
        if passes is not None and origin.dtype == values.dtype:
            blanks = passes.moments(values, origin, norm, self._directed, self._compiled)
        if blanks < 0:
            for block in blocks(values):
                self._add_block(block, origin)
        else:
            self._note(len(values), blanks)

    def add_counted(self, values: Array, tally: Tally) -> tuple[float, float, int] | None:
        """Add samples and count them in one compiled pass, with directions; None where nothing was added.

        Returns
        -------
        tuple
            The least and the greatest value, and how many are 0.
        """
        passes, rule = compiled(values), tally.bins.rule(values.dtype)
        if passes is None or rule is None or not len(values):
            return None
        origin, norm = self._from(values)
        if origin.dtype != values.dtype:
            return None
        told = passes.activations(values, origin, norm, self._compiled, rule, tally.counts)
        if told is None:
            return None
        self._note(len(values), told[0])
        return told[1]

    def _from(self, values: Array) -> tuple[Array, float]:
        """Return the sample that deviations are taken from, and its length."""
        if self._origin is None:
            self._origin = _middle(values[:3])
            wide = self._origin.astype(np.float64)
            self._origin_norm = math.sqrt(np.vdot(wide, wide)) if self._directed else 0.0
        return self._origin, self._origin_norm

    def _note(self, rows: int, blanks: int) -> None:
        """Note how many samples a compiled pass has added, and how many of them are zero."""
        self.rows += rows
        if self._directed:
            self._directions += rows - blanks
            self._blanks += blanks

    def _add_block(self, block: Array, origin: Array) -> None:
        deviation = np.subtract(block, origin, out=BUFFERS.like(block, "deviation"))
        squares = np.vdot(deviation, deviation)
        if not is_precise(float(squares)) and _is_finite(block):
            deviation = _wider(block) - origin
            squares = np.vdot(deviation, deviation)
        self._squares += squares
        self.rows += len(block)
        self._sums += np.ones(len(block), deviation.dtype) @ deviation
        if self._directed:
            scales, direction = self._inverse_norms(block), self._direction
            # r h = r (h - origin) + r origin is exact for equal samples, unless the origin dwarfs some of them.
            if float(scales.max()) * self._origin_norm < 100.0:
                direction += scales @ deviation + scales.sum(dtype=np.float64) * origin.astype(np.float64)
            else:
                direction += scales @ block

    @property
    def _direction(self) -> Float64:
        """The sum of samples over their lengths, by unit."""
        return self._compiled[1 + self._sums.size :]

    def _inverse_norms(self, block: Array) -> Array:
        """1 / norm of every sample; 0 for samples that are zero, which have no direction."""
        squares = np.vecdot(block, block)
        if not (is_precise(float(squares.min())) and is_precise(float(squares.max()))):
            finite = np.isfinite(block).all(axis=1)
            wide = _wider(block[finite])
            squares = squares.astype(wide.dtype)
            squares[finite] = np.vecdot(wide, wide)
            self._blanks += int(np.count_nonzero(squares == 0))
            squares[squares == 0] = np.inf
        self._directions += int(np.count_nonzero(np.isfinite(squares)))
        return 1.0 / np.sqrt(squares)  # type: ignore[no-any-return]

    def _summary(self) -> tuple[float, float, float]:
        """Mean, standard deviation and spread, computed once for what has been added."""
        if self._summed != self.rows:
            assert self._origin is not None
            add, units = np.add.reduce, self._sums.size  # as np.mean and np.var do, for a fifth of their time
            sums: Any = self._compiled[1 : 1 + units]
            squares: Any = self._compiled[0]
            if self._squares:  # of blocks that numpy added, in a wider type than most processors are fast in
                sums, squares = self._sums + sums, self._squares + squares
            offset = sums / self.rows
            variance = squares / (self.rows * units) - add(offset * offset) / units
            variance = np.maximum(variance, 0.0)  # NaN stays NaN
            first = self._origin[0]
            beyond = (self._origin - first) + offset  # of units' means: what all have in common takes no digits
            mean = add(beyond) / units
            deviation = beyond - mean
            mean = mean + first
            std = np.sqrt(variance + add(deviation * deviation) / units)
            self._values = (finite_or_nan(mean), finite_or_nan(std), finite_or_nan(np.sqrt(variance)))
            self._summed = self.rows
        return self._values

    @property
    def mean(self) -> float:
        """Mean over samples and units; NaN if any value is not finite."""
        return self._summary()[0]

    @property
    def std(self) -> float:
        """Standard deviation over samples and units; NaN if any value is not finite."""
        return self._summary()[1]

    @property
    def spread(self) -> float:
        """Root mean square over units of the standard deviation over samples; NaN if any value is not finite."""
        return self._summary()[2]

    @property
    def blank(self) -> float:
        """Share of samples that are zero in every unit; NaN if not told."""
        return math.nan if not (self._directed and self.rows) else 1.0 - (self.rows - self._blanks) / self.rows

    @property
    def distinct(self) -> float:
        """Number of samples that are not zero and differ; NaN if not told."""
        return math.nan if self._apart is None or not self.rows else float(self._apart.rows)

    @property
    def similarity(self) -> float:
        """Mean cosine over all pairs of samples that are not zero; NaN with fewer than two, or after overflow."""
        count = self._directions
        if count < 2:
            return math.nan
        direction = self._direction
        cosine = (float(direction @ direction) - count) / (count * (count - 1))
        return min(max(cosine, -1.0), 1.0) if math.isfinite(cosine) else math.nan


def finite_or_nan(value: float | np.floating[Any]) -> float:
    """Return a float; NaN for infinity."""
    return float(value) if math.isfinite(float(value)) else math.nan


@dataclass(frozen=True)
class Sizes:
    """Mean, standard deviation, root mean square and Euclidean norm of values, and the share that is exactly 0."""

    mean: float = math.nan
    std: float = math.nan
    rms: float = math.nan
    norm: float = math.nan
    zero: float = math.nan


def sizes(*arrays: Array) -> Sizes:
    """Tell the sizes of all values of some arrays; NaN where there are none, or where they are not finite."""
    count = sum(array.size for array in arrays)
    if not count:
        return Sizes()
    arrays = tuple(array if array.flags.c_contiguous else array.T for array in arrays)  # as a model's weights lie
    parts = [_sums(array) for array in arrays]
    mean, zeros = sum(part[0] for part in parts) / count, sum(part[2] for part in parts)
    squares: Any = sum(part[1] for part in parts)
    variance = float(squares / count) - mean * mean
    if not variance > 1e-4 * mean * mean:  # what rounding leaves of values that are all nearly the same
        shifted = (np.square(block.astype(np.float64) - mean).sum() for array in arrays for block in blocks(array))
        variance = float(sum(shifted)) / count
        variance *= variance > ROUNDED * mean * mean
    rms, norm = np.sqrt(squares / count), np.sqrt(squares)
    return Sizes(*map(finite_or_nan, (mean, np.sqrt(variance), rms, norm, zeros / count)))


def _sums(array: Array) -> tuple[float, float | np.longdouble, int]:
    """Return the sum of values, that of their squares, and how many are zero."""
    if (passes := compiled(array)) is not None:
        total, squares, zeros = passes.sizes(array)
        if array.dtype == np.float32 or is_precise(squares):  # in double, which has room for those of float32
            return total, squares, zeros
    total = sum(float(block.sum(dtype=np.float64)) for block in blocks(array))
    return total, square_sum(array), sum(map(count_zeros, blocks(array)))


ROUNDED = 1e-12
"""Variance of equal values, relative to the square of their mean, that float32's rounding of the mean may feign."""
