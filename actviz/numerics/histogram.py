"""Mergeable streaming histograms that never drop a value.

The bins are a function of the activation and the schema version, never of the data, so histograms add up across
batches, seeds, machines and runs: counts + underflow + overflow + nonfinite = number of values, always.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.blocks import BUFFERS, blocks
from actviz.numerics.kernel import Rule, compiled

BINS = 2048
"""Bins of an activation histogram (schema 1): linear on finite bounds, else 1024 a sign."""

Counts = NDArray[np.int64]


class Bins(Protocol):
    """A rule that numbers values; ``edges`` has one entry more than there are bins."""

    @property
    def edges(self) -> NDArray[np.float64]:
        """Bin edges, increasing."""
        ...

    @property
    def size(self) -> int:
        """How many bins there are."""
        ...

    def rule(self, dtype: np.dtype[Any]) -> Rule | None:
        """How the compiled passes number values of a precision; None where numpy is to do it."""
        ...

    def count(self, values: Array) -> Histogram:
        """Histogram of values of any shape."""
        ...


@dataclass(frozen=True)
class Histogram:
    """Counts in given bins, and what lies outside them; ``a + b`` merges two."""

    bins: Bins
    counts: Counts
    underflow: int = 0
    overflow: int = 0
    nonfinite: int = 0

    @property
    def total(self) -> int:
        """Number of values counted, inside the bins or not."""
        return int(self.counts.sum()) + self.underflow + self.overflow + self.nonfinite

    def __add__(self, other: Histogram) -> Histogram:
        if self.bins != other.bins:
            raise ActvizError(f"histograms of different bins do not add up: {self.bins} and {other.bins}")
        return Histogram(
            self.bins,
            self.counts + other.counts,
            self.underflow + other.underflow,
            self.overflow + other.overflow,
            self.nonfinite + other.nonfinite,
        )


class Tally:
    """Counts in given bins that are added to in place; ``counts`` ends in those below, above, and not finite."""

    def __init__(self, bins: Bins) -> None:
        self.bins = bins
        self.counts = np.zeros(bins.size + 3, np.int64)

    def add(self, values: Array) -> None:
        """Count values of any shape."""
        found = self.bins.count(values)
        self.counts[:-3] += found.counts
        self.counts[-3:] += (found.underflow, found.overflow, found.nonfinite)

    @property
    def histogram(self) -> Histogram:
        """What was counted so far."""
        return _histogram(self.bins, self.counts.copy())


def _histogram(bins: Bins, counts: Counts) -> Histogram:
    return Histogram(bins, counts[:-3], *counts[-3:].tolist())


def is_linear(edges: NDArray[Any]) -> bool:
    """Tell equal bins, those of a bounded activation, from logarithmic ones."""
    widths = np.diff(edges)
    return bool(np.allclose(widths, widths[0]))


def empty(bins: Bins) -> Histogram:
    """Return the histogram of nothing."""
    return Histogram(bins, np.zeros(bins.size, np.int64))


def _bincount(codes: NDArray[Any], small: Any, number: int) -> Counts:
    """Count whole numbers below ``number``: cast in two steps, for which processors have instructions, to indices."""
    narrow = codes if codes.dtype == small else BUFFERS.like(codes, "narrow", small)
    indices = BUFFERS.like(codes, "indices", np.intp)
    narrow[...] = codes
    indices[...] = narrow
    return np.bincount(indices, minlength=number)


@dataclass(frozen=True)
class LinearBins:
    """Equal bins between two edges, counted as ``numpy.histogram`` does: the last bin includes its right edge."""

    low: float
    high: float
    number: int = BINS

    @property
    def edges(self) -> NDArray[np.float64]:
        """Bin edges, increasing."""
        return np.linspace(self.low, self.high, self.number + 1)

    @property
    def size(self) -> int:
        """How many bins there are."""
        return self.number

    def rule(self, dtype: np.dtype[Any]) -> Rule | None:
        """How the compiled passes number values of a precision; None where numpy is to do it."""
        return _linear_rule(self, dtype) if dtype in _CODES else None

    @property
    def _exact(self) -> bool:
        # Width a power of two, low a multiple of it, in float32's reach: value / width is exact, and so is its floor;
        # of wider ones the smallest negative numbers would end as 0.
        width = (self.high - self.low) / self.number
        usual = 2.0**-100 < width <= 1.0 and self.number <= 1 << 16 and abs(self.low / width) < 1 << 23
        return usual and math.frexp(width)[0] == 0.5 and (self.low / width).is_integer()

    def _resolved(self, dtype: np.dtype[Any]) -> bool:
        # Else what is beside a bin, or in it, might be two bins away by the arithmetic of the precision.
        width, farthest = (self.high - self.low) / self.number, max(abs(self.low), abs(self.high))
        eps, tiny, most = (float(each) for each in (np.finfo(dtype).eps, np.finfo(dtype).tiny, np.finfo(dtype).max))
        return 10 * farthest * eps < width > 8 * tiny and 4 * farthest < most

    def count(self, values: Array) -> Histogram:
        """Histogram of values of any shape."""
        values = values.reshape(-1)
        if values.size == 0:
            return empty(self)
        if self.rule(values.dtype) is None:  # an edge is not where it is in this precision, and values would be beyond
            values = values.astype(np.float64, copy=False)
        if (counted := _compiled_counts(self, values)) is not None:
            return counted
        low, high = values.min(), values.max()
        if low >= self.low and high <= self.high:
            return Histogram(self, self._count_inside(values))
        finite = values[np.isfinite(values)]
        below, above = int(np.count_nonzero(finite < self.low)), int(np.count_nonzero(finite > self.high))
        inside = finite[(finite >= self.low) & (finite <= self.high)]
        return Histogram(self, self._count_inside(inside), below, above, values.size - finite.size)

    def _count_inside(self, values: Array) -> Counts:
        if not self._exact:
            if self._resolved(values.dtype):
                return np.histogram(values, self.number, (self.low, self.high))[0].astype(np.int64)
            at = np.searchsorted(self.edges, values, side="right") - 1  # finer than values are
            return np.bincount(np.minimum(at, self.number - 1), minlength=self.number)
        width = (self.high - self.low) / self.number
        counts = np.zeros(self.number + 1, np.int64)
        for block in blocks(values):
            scaled = BUFFERS.like(block, "scaled")
            np.multiply(block, block.dtype.type(1.0 / width), out=scaled)
            np.floor(scaled, out=scaled)
            scaled -= block.dtype.type(self.low / width)
            counts += _bincount(scaled, np.int32, self.number + 1)
        counts[self.number - 1] += counts[self.number]  # values at the right edge
        return counts[: self.number]


# Bits of sign and exponent, those of the mantissa behind them, and the unsigned type.
_CODES: dict[np.dtype[Any], tuple[int, int, Any]] = {
    np.dtype(np.float32): (9, 23, np.uint32),
    np.dtype(np.float64): (12, 52, np.uint64),
}


def _compiled_counts(bins: Bins, values: Array) -> Histogram | None:
    """Count by a compiled pass, if there is one for these values."""
    passes, rule = compiled(values), bins.rule(values.dtype)
    if passes is None or rule is None:
        return None
    counts = np.zeros(bins.size + 3, np.int64)
    return _histogram(bins, counts) if passes.count(values, rule, counts) else None


@functools.cache
def _linear_rule(bins: LinearBins, dtype: np.dtype[Any]) -> Rule | None:
    width = (bins.high - bins.low) / bins.number
    if bins._exact:
        return Rule.equal(1.0 / width, int(bins.low / width), bins.number)
    if not bins._resolved(dtype):
        return None
    edges = bins.edges.astype(dtype)
    edges[-1] = np.nextafter(edges[-1], np.inf, dtype=dtype)  # the last bin includes its right edge
    inner = np.arange(bins.number, dtype=np.int32)
    below, above, odd = range(bins.number, bins.number + 3)
    targets = np.array([odd, below, *inner, above, odd], np.int32)
    return Rule.between(np.array([-np.inf, np.finfo(dtype).min, *edges, np.inf], dtype), targets, width)


@dataclass(frozen=True)
class LogBins:
    """Bins of equal share of an octave, numbered by a float's own sign, exponent and leading mantissa bits.

    ``per_octave`` (a power of two, at most 8) bins an octave between 2**lowest and 2**highest, as many equal bins
    between 0 and 2**lowest, and the mirror image for negative values if ``signed``; else magnitudes are counted.
    """

    lowest: int
    highest: int
    per_octave: int = 8
    signed: bool = True

    @property
    def edges(self) -> NDArray[np.float64]:
        """Bin edges, increasing; a bin contains its edge nearer to zero."""
        return _log_edges(self)

    @property
    def size(self) -> int:
        """How many bins there are."""
        return self.per_octave * (self.highest - self.lowest + 1) * (1 + self.signed)

    def rule(self, dtype: np.dtype[Any]) -> Rule | None:
        """How the compiled passes number values of a precision; None where numpy is to do it."""
        return _log_rule(self, dtype.str) if dtype in _CODES else None

    def count(self, values: Array) -> Histogram:
        """Histogram of values of any shape."""
        values = np.ascontiguousarray(values).reshape(-1)
        if values.dtype not in _CODES:
            raise ActvizError(f"histograms count float32 or float64 values, not {values.dtype}")
        if (counted := _compiled_counts(self, values)) is not None:
            return counted
        targets, shift = _log_targets(self, values.dtype.str)
        unsigned = _CODES[values.dtype][2]
        fine = np.zeros(len(targets), np.int64)
        for block in blocks(values.view(unsigned)):
            codes = np.right_shift(block, unsigned(shift), out=BUFFERS.like(block, "shifted"))
            fine += _bincount(codes, unsigned, len(fine))
        used = np.flatnonzero(fine)
        folded = np.bincount(targets[used], weights=fine[used], minlength=self.size + 3)
        return _histogram(self, folded.astype(np.int64))


@functools.cache
def _log_edges(bins: LogBins) -> NDArray[np.float64]:
    steps = 1.0 + np.arange(bins.per_octave) / bins.per_octave
    octaves = [np.ldexp(steps, exponent) for exponent in range(bins.lowest, bins.highest)]
    innermost = np.arange(bins.per_octave) * (2.0**bins.lowest / bins.per_octave)
    positive = np.concatenate([innermost, *octaves, [2.0**bins.highest]])
    return np.concatenate([-positive[:0:-1], positive]) if bins.signed else positive


@functools.cache
def _log_targets(bins: LogBins, dtype: str) -> tuple[NDArray[np.int32], int]:
    """Bin of every code, and how many bits a code leaves out: the last ones of the mantissa, which no edge has.

    ``number`` and the two after it stand for underflow, overflow and nonfinite.
    """
    leading, mantissa, unsigned = _CODES[np.dtype(dtype)]
    kept = bins.per_octave.bit_length() - 1
    bits, shift = leading + kept, mantissa - kept
    magnitude = (np.arange(1 << (bits - 1), dtype=unsigned) << unsigned(shift)).view(dtype)
    positive_edges = bins.edges[len(bins.edges) // 2 :] if bins.signed else bins.edges
    with np.errstate(invalid="ignore"):  # some codes are signalling NaNs
        positive = np.searchsorted(positive_edges, magnitude.astype(np.float64), side="right") - 1
    half, number = len(positive_edges) - 1, bins.size
    outside = positive >= half
    upper = np.where(outside, number + 1, positive + (half if bins.signed else 0))
    lower = np.where(outside, number, half - 1 - positive) if bins.signed else upper
    targets = np.concatenate([upper, lower])
    targets[~np.isfinite(np.concatenate([magnitude, magnitude]))] = number + 2
    return targets.astype(np.int32), shift


@functools.cache
def _log_rule(bins: LogBins, dtype: str) -> Rule:
    return Rule.coded(*_log_targets(bins, dtype))


@dataclass(frozen=True)
class MagnitudeBins:
    """Magnitudes between chosen limits, each in the bin that it begins; zeros are told as below all of them."""

    limits: tuple[float, ...]

    @property
    def edges(self) -> NDArray[np.float64]:
        """The least number there is, and the limits, increasing."""
        return np.array([math.ulp(0.0), *self.limits])

    @property
    def size(self) -> int:
        """How many bins there are."""
        return len(self.limits)

    def rule(self, dtype: np.dtype[Any]) -> Rule | None:
        """Tell that no compiled pass numbers values so."""
        return None

    def count(self, values: Array) -> Histogram:
        """Histogram of the magnitudes of values of any shape, to the last one: nothing is rounded."""
        edges = [_rounded_up(edge, values.dtype) for edge in self.edges.tolist()]
        below, finite = np.zeros(len(edges), np.int64), 0
        for block in blocks(values):
            magnitude = np.abs(block, out=BUFFERS.like(block, "deviation"))
            told = BUFFERS.like(block, "mask", np.bool_)
            below += [np.count_nonzero(np.less(magnitude, edge, out=told)) for edge in edges]
            finite += int(np.count_nonzero(np.isfinite(magnitude, out=told)))
        return Histogram(self, np.diff(below), int(below[0]), finite - int(below[-1]), values.size - finite)


def _rounded_up(limit: float, dtype: np.dtype[Any]) -> Any:
    """Return the least number of a precision that is no less than a limit."""
    with np.errstate(over="ignore"):
        near = dtype.type(limit)
    return near if float(near) >= limit else np.nextafter(near, dtype.type(math.inf))


UNBOUNDED_BINS = LogBins(-126, 129, per_octave=4)
"""Bins for values of any size: the whole range of float32, four an octave and sign."""


GRADIENT_BINS = LogBins(-126, 128, per_octave=4, signed=False)
"""Bins for gradient magnitudes: the whole range of float32, four an octave."""
