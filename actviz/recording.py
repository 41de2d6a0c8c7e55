"""From the arrays of a pass to statistics: the one recorder for the probe, the trainer and other frameworks.

Every array is read in blocks that stay in the processor's cache. Sums within a block are in the pass's precision, sums
of blocks in float64 or wider; a block whose squares leave the range of its precision is summed again in a wider one.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.activations import Activation, Array
from actviz.histogram import BUFFERS, GRADIENT_BINS, Histogram, LinearBins, activation_bins, blocks, empty
from actviz.statistics import SATURATION_THRESHOLD, STATISTICS

Float64 = NDArray[np.float64]


def _precise(square: float) -> bool:
    """Whether a sum of squares lies where float32 rounds it as it should; false also for inf and NaN."""
    return 1e-30 < square < 1e30


def square_sum(values: Array) -> np.longdouble:
    """Return the sum of squares; without overflow or underflow on the way where there is a wider type to sum in."""
    return sum((_block_squares(block) for block in blocks(values)), start=np.longdouble(0.0))


def _block_squares(block: Array) -> np.longdouble:
    part = np.vdot(block, block)
    if not _precise(float(part)):
        wide = _wider(block)
        part = np.vdot(wide, wide)
    return np.longdouble(part)


def _wider(block: Array) -> NDArray[np.floating[Any]]:
    """Return the block in a precision whose range holds its squares."""
    wide: NDArray[np.floating[Any]] = block.astype(np.float64 if block.dtype == np.float32 else np.longdouble)
    return wide


def _zeros(block: Array) -> int:
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
    With ``directions`` it also sums the samples' unit vectors, from which the mean cosine of all pairs follows.
    """

    def __init__(self, width: int, directions: bool = False) -> None:
        self.rows = 0
        self._sums = np.zeros(width, np.longdouble)
        self._squares = np.longdouble(0.0)
        self._origin: Array | None = None
        self._direction = np.zeros(width) if directions else None
        self._directions = 0
        self._summed, self._values = 0, (math.nan, math.nan, math.nan)

    def add(self, block: Array) -> None:
        """Add samples."""
        if self._origin is None:
            self._origin = _middle(block[:3])
        deviation = np.subtract(block, self._origin, out=BUFFERS.like(block, "deviation"))
        squares = np.vdot(deviation, deviation)
        if not _precise(float(squares)):
            deviation = _wider(block) - self._origin
            squares = np.vdot(deviation, deviation)
        self._squares += squares
        self.rows += len(block)
        self._sums += np.ones(len(block), deviation.dtype) @ deviation
        if self._direction is not None:
            self._direction += self._inverse_norms(block) @ block

    def _inverse_norms(self, block: Array) -> Array:
        """1 / norm of every sample; 0 for samples that are zero, which have no direction."""
        squares = np.vecdot(block, block)
        if not (_precise(float(squares.min())) and _precise(float(squares.max()))):
            wide = _wider(block)
            squares = np.vecdot(wide, wide)
            squares[squares == 0] = np.inf
        self._directions += int(np.count_nonzero(np.isfinite(squares)))
        return 1.0 / np.sqrt(squares)  # type: ignore[no-any-return]

    def _summary(self) -> tuple[float, float, float]:
        """Mean, standard deviation and spread, computed once for what has been added."""
        if self._summed != self.rows:
            assert self._origin is not None
            offset = self._sums / self.rows
            unit_means = self._origin + offset
            variance = self._squares / (self.rows * offset.size) - np.mean(offset * offset)
            variance = np.maximum(variance, 0.0)  # NaN stays NaN
            std = np.sqrt(variance + np.var(unit_means))
            self._values = (_finite_or_nan(np.mean(unit_means)), _finite_or_nan(std), _finite_or_nan(np.sqrt(variance)))
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
    def similarity(self) -> float:
        """Mean cosine over all pairs of samples that are not zero; NaN with fewer than two, or after overflow."""
        count = self._directions
        if self._direction is None or count < 2:
            return math.nan
        cosine = (float(self._direction @ self._direction) - count) / (count * (count - 1))
        return min(max(cosine, -1.0), 1.0) if math.isfinite(cosine) else math.nan


def _finite_or_nan(value: float | np.floating[Any]) -> float:
    return float(value) if math.isfinite(float(value)) else math.nan


@functools.lru_cache(maxsize=4)
def _mix(samples: int) -> Float64:
    """Return fixed weights of a projection over samples."""
    return np.cos(np.arange(samples))


def identical_units(h: Array, largest: float) -> NDArray[np.intp]:
    """Return a group label for every unit; units that agree in every sample, up to rounding, share one.

    ``largest`` is the largest magnitude in h.
    """
    tolerance = 4 * float(np.finfo(h.dtype).eps) * largest
    # Identical units are neighbours when sorted by any projection. A few samples find those that may be ...
    mix = _mix(len(h))
    projection = mix[:16] @ h[:16].astype(np.float64)
    order = np.argsort(projection, kind="stable")
    group = np.concatenate([[0], np.cumsum(np.diff(projection[order]) > tolerance * np.abs(mix[:16]).sum())])
    rivals = np.flatnonzero(np.bincount(group)[group] > 1)
    if len(rivals):
        # ... and of these, dead units for the most part, all samples decide.
        units = h.T[order[rivals]]
        again = np.lexsort((units @ mix, group[rivals]))
        order[rivals], units = order[rivals[again]], units[again]
        sizes = np.abs(units).max(axis=1, keepdims=True)  # each pair is compared at its own size
        rounding = 4 * float(np.finfo(h.dtype).eps) * np.maximum(sizes[1:], sizes[:-1])
        alike = (np.abs(np.diff(units, axis=0)) <= rounding).all(axis=1) & (np.diff(group[rivals]) == 0)
        starts = np.diff(group, prepend=-1) != 0
        starts[rivals[1:]] = ~alike
        group = np.cumsum(starts) - 1
    labels = np.empty(h.shape[1], np.intp)
    labels[order] = group
    return labels


class LayerRecord:
    """The statistics of one layer of one network, accumulated batch by batch.

    Parameters
    ----------
    width : int
        Units in the layer.
    activation : Activation
        Gives the bins and the saturation threshold.
    inputs : Moments
        Of the network's input, which ``unit_spread`` refers to.
    view : LinearBins, optional
        Bins of a second histogram of the activations.
    batches : int
        Number of batches to come; a weight gradient is summed over them before its norm is taken.
    """

    def __init__(
        self, width: int, activation: Activation, inputs: Moments, view: LinearBins | None = None, batches: int = 1
    ) -> None:
        self.z, self.h, self._inputs = Moments(width), Moments(width, directions=True), inputs
        self.hist = empty(activation_bins(activation))
        self.grad_hist = empty(GRADIENT_BINS)
        self.view_hist = empty(view) if view is not None else None
        self.act_min, self.act_max = math.inf, -math.inf
        self._threshold = SATURATION_THRESHOLD * activation.max_slope
        self._batches = batches
        self._zeros = self._nonfinite = self._saturated = self._slopes = 0
        self._flat = np.ones(width, bool)
        self._labels: NDArray[np.intp] | None = None
        self._grad_squares, self._weight_squares = np.longdouble(0.0), np.longdouble(math.nan)
        self._grads = self._grad_zeros = 0
        self._weight_gradient: Float64 | None = None

    def forward(self, z: Array, h: Array) -> None:
        """Record pre- and post-activations of shape (rows, width)."""
        for z_block, h_block in zip(blocks(z), blocks(h), strict=True):
            self.z.add(z_block)
            self.h.add(h_block)
            self._add_range(h_block)
            self._zeros += _zeros(h_block)
        self.hist += self.hist.bins.count(h)
        if self.view_hist is not None:
            self.view_hist += self.view_hist.bins.count(h)
        if self._nonfinite == 0:
            labels = identical_units(h, max(abs(self.act_min), abs(self.act_max)))
            if self._labels is not None:  # identical in every batch so far: the same pair of labels
                labels = np.unique(self._labels * len(labels) + labels, return_inverse=True)[1]
            self._labels = labels

    def _add_range(self, block: Array) -> None:
        low, high = float(block.min()), float(block.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            finite = block[np.isfinite(block)]
            self._nonfinite += block.size - finite.size
            low, high = float(finite.min(initial=math.inf)), float(finite.max(initial=-math.inf))
        self.act_min, self.act_max = min(self.act_min, low), max(self.act_max, high)

    def backward(self, dz: Array, slope: Array) -> None:
        """Record dL/dz and phi'(z) of shape (rows, width)."""
        for dz_block, slope_block in zip(blocks(dz), blocks(slope), strict=True):
            saturated = BUFFERS.like(slope_block, "mask", np.bool_)
            magnitude = np.abs(slope_block, out=BUFFERS.like(slope_block, "deviation"))
            np.less(magnitude, self._threshold, out=saturated)
            self._saturated += int(np.count_nonzero(saturated))
            self._flat &= np.logical_and.reduce(saturated, axis=0)
            self._grad_zeros += _zeros(dz_block)
        self._slopes += slope.size
        self._grads += dz.size
        self._grad_squares += square_sum(dz)
        self.grad_hist += self.grad_hist.bins.count(dz)

    def weights(self, dw: Array) -> None:
        """Record dL/dW of shape (fan_in, fan_out), of this batch."""
        if self._batches > 1:
            if self._weight_gradient is None:
                self._weight_gradient = np.zeros(dw.shape)
            self._weight_gradient += dw
            dw = self._weight_gradient
        self._weight_squares = square_sum(dw)

    @property
    def _values(self) -> int:
        return self.h.rows * self._flat.size

    @property
    def saturated(self) -> float:
        """Share of values with a slope below the threshold; NaN after overflow."""
        return self._saturated / self._slopes if self._slopes and not self._nonfinite else math.nan

    @property
    def dead_units(self) -> float:
        """Number of units whose slope is below the threshold for every sample; NaN after overflow."""
        return float(np.count_nonzero(self._flat)) if self._slopes and not self._nonfinite else math.nan

    @property
    def zero_fraction(self) -> float:
        """Share of activations that is exactly zero."""
        return self._zeros / self._values

    @property
    def nonfinite(self) -> float:
        """Share of activations that is inf or NaN."""
        return self._nonfinite / self._values

    @property
    def similarity(self) -> float:
        """Mean cosine over all pairs of samples that are not zero; NaN with fewer than two, or after overflow."""
        return math.nan if self._nonfinite else self.h.similarity

    @property
    def unit_spread(self) -> float:
        """Per-unit spread over samples, divided by the input's; NaN where the inputs do not vary."""
        reference = self._inputs.spread
        return self.h.spread / reference if reference > 0 else math.nan

    @property
    def distinct_units(self) -> float:
        """Number of units that differ from each other; NaN after overflow."""
        if self._labels is None or self._nonfinite:
            return math.nan
        return float(self._labels.max() + 1)

    @property
    def grad_preact_rms(self) -> float:
        """Root mean square of dL/dz; NaN after overflow."""
        return _finite_or_nan(np.sqrt(self._grad_squares / self._grads)) if self._grads else math.nan

    @property
    def grad_weight_norm(self) -> float:
        """Frobenius norm of dL/dW; NaN after overflow."""
        return _finite_or_nan(np.sqrt(self._weight_squares))

    @property
    def grad_zero(self) -> float:
        """Share of dL/dz that is exactly zero; NaN after overflow."""
        return self._grad_zeros / self._grads if self._grads and math.isfinite(self._grad_squares) else math.nan


@dataclass(frozen=True)
class Measurement:
    """What one network gave: its statistics and histograms, layer by layer.

    Parameters
    ----------
    statistics : dict
        From each name in ``STATISTICS`` to an array of shape (layers,).
    hist, grad_hist, view_hist : tuple of Histogram
        One a layer; ``view_hist`` is empty unless a view was asked for.
    """

    statistics: dict[str, Float64]
    hist: tuple[Histogram, ...]
    grad_hist: tuple[Histogram, ...]
    view_hist: tuple[Histogram, ...]


def measurement(records: list[LayerRecord]) -> Measurement:
    """Read every statistic off the records of a network's layers."""
    with np.errstate(all="ignore"):
        values = {s.name: np.array([s.value(record) for record in records]) for s in STATISTICS.values()}
    return Measurement(
        values,
        tuple(record.hist for record in records),
        tuple(record.grad_hist for record in records),
        tuple(record.view_hist for record in records if record.view_hist is not None),
    )
