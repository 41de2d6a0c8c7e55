"""From the arrays of a pass to statistics: the one recorder for the probe, the trainer and other frameworks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.activations import Activation
from actviz.catalog.elementwise import COMPILED
from actviz.catalog.slopes import SATURATION_THRESHOLD
from actviz.numerics.arrays import Array
from actviz.numerics.blocks import BUFFERS, blocks
from actviz.numerics.histogram import GRADIENT_BINS, Bins, Histogram, LinearBins, MagnitudeBins, Tally, empty
from actviz.numerics.kernel import compiled
from actviz.numerics.likeness import NO_PAIRS, fingerprint, identical_units, orders_of, pairs_of, samples_of
from actviz.numerics.moments import Float64, Moments, Sizes, count_zeros, finite_or_nan, sizes, square_sum
from actviz.probing.network import Put
from actviz.results.measurement import HISTOGRAMS, Histograms, Measurement
from actviz.results.statistics import NOTHING_PASSES, OF_INPUTS, SIZES, STATISTICS


class LayerRecord:
    """The statistics of one layer of one network, accumulated batch by batch.

    Parameters
    ----------
    width : int
        Units in the layer.
    activation : Activation
        Gives the saturation threshold, and the bins unless others are given.
    inputs : Moments
        Of the network's input, which ``unit_spread`` refers to.
    view : LinearBins, optional
        Bins of a second histogram of the activations.
    batches : int
        Number of batches to come; a weight gradient is summed over them before its norm is taken.
    bins : Bins, optional
        Of the activations' histogram, where layers of several activations share one.
    limits : MagnitudeBins, optional
        Between which magnitudes of activations and gradients are counted besides.
    """

    def __init__(
        self,
        width: int,
        activation: Activation,
        inputs: Moments,
        view: LinearBins | None = None,
        batches: int = 1,
        bins: Bins | None = None,
        limits: MagnitudeBins | None = None,
    ) -> None:
        self.z, self.h, self.inputs = Moments(width), Moments(width, directions=True), inputs
        self.tally, self._grad_tally = Tally(activation.bins if bins is None else bins), Tally(GRADIENT_BINS)
        self.view_hist = empty(view) if view is not None else None
        self.act_limits = self.grad_limits = None if limits is None else empty(limits)
        self.act_min, self.act_max = math.inf, -math.inf
        self._threshold = SATURATION_THRESHOLD * activation.max_slope
        self._slope = COMPILED.get(activation.slope)
        self._batches = batches
        self._zeros = self._nonfinite = self._saturated = self._slopes = 0
        self._flat = np.ones(width, bool)
        self._width = width
        self._labels: NDArray[np.intp] | None = None
        self._by_weights = False
        self.weights_key, self.weights_pairs, self.sizes = 0.0, NO_PAIRS, Sizes()
        self._grad_squares, self._weight_squares = np.longdouble(0.0), np.longdouble(math.nan)
        self._grads = self._grad_zeros = 0
        self._weight_gradient: Float64 | None = None

    def forward(self, z: Array, h: Array) -> None:
        """Record pre- and post-activations of shape (rows, width)."""
        self.preactivations(z)
        self.activations(h)

    def preactivations(self, z: Array) -> None:
        """Record z; apart from h where an activation overwrites it in place."""
        self.z.add(z)

    def activations(self, h: Array) -> None:
        """Record h."""
        told = self.h.add_counted(h, self.tally)
        if told is None:
            self.h.add(h)
            self.tally.add(h)
            for block in blocks(h):
                self._add_range(float(block.min()), float(block.max()), count_zeros(block), block)
        else:
            self._add_range(*told)
        if self.view_hist is not None:
            self.view_hist += self.view_hist.bins.count(h)
        if self.act_limits is not None:
            self.act_limits += self.act_limits.bins.count(h)
        if not (self._by_weights or self._nonfinite):
            self._tell_apart(identical_units(h, max(abs(self.act_min), abs(self.act_max))))

    def drawn(self, weights: Array) -> None:
        """Note the layer's weights, shape (fan_in, width)."""
        self.sizes = sizes(weights)
        self.weights_key = fingerprint(weights, self.sizes.rms)
        self.weights_pairs = pairs_of(weights)

    def units(self, twins: NDArray[np.intp] | None) -> None:
        """Note which units are the same by their weights, as group labels; None for no two.

        Without it they are told apart by their values, which saturation and dead units make the same.
        """
        self._by_weights = True
        self._tell_apart(np.arange(self._width) if twins is None else twins)

    def _tell_apart(self, labels: NDArray[np.intp]) -> None:
        """Keep together what has been the same every time, and is the same again."""
        if self._labels is not None:  # the same pair of labels
            labels = np.unique(self._labels * (int(labels.max()) + 1) + labels, return_inverse=True)[1]
        self._labels = labels

    def _add_range(self, low: float, high: float, zeros: int, block: Array | None = None) -> None:
        self._zeros += zeros
        if block is not None and not (math.isfinite(low) and math.isfinite(high)):
            finite = block[np.isfinite(block)]
            self._nonfinite += block.size - finite.size
            low, high = float(finite.min(initial=math.inf)), float(finite.max(initial=-math.inf))
        self.act_min, self.act_max = min(self.act_min, low), max(self.act_max, high)

    def backward(self, dz: Array, slope: Array) -> None:
        """Record dL/dz and phi'(z) of shape (rows, width)."""
        self.slopes(slope)
        self.gradients(dz)

    def put_gradient(self, h: Array, dh: Array, dz: Array) -> bool:
        """Put dL/dz = dL/dh phi' into an array and record both, all in one compiled pass; False if there is none."""
        passes, rule = compiled(h), GRADIENT_BINS.rule(h.dtype)
        if self._slope is None or passes is None or rule is None or not passes is compiled(dh) is compiled(dz):
            return False
        of_slopes = (self._threshold, NOTHING_PASSES, self._flat)
        below, told = passes.backward(self._slope, h, dh, dz, *of_slopes, rule, self._grad_tally.counts)
        self._slopes += h.size
        self._saturated += below
        self._note_gradients(dz, told)
        return True

    def slopes(self, slope: Array) -> None:
        """Record phi'(z); without it, where a layer has none, nothing is said of saturation."""
        self._slopes += slope.size
        if (passes := compiled(slope)) is not None:
            self._saturated += passes.slopes(slope, self._threshold, NOTHING_PASSES, self._flat)
            return
        for block in blocks(slope):
            saturated = BUFFERS.like(block, "mask", np.bool_)
            magnitude = np.abs(block, out=BUFFERS.like(block, "deviation"))
            np.less(magnitude, self._threshold, out=saturated)
            self._saturated += int(np.count_nonzero(saturated))
            if self._flat.any():
                self._flat &= magnitude.max(axis=0) < NOTHING_PASSES

    def linear(self, values: int) -> None:
        """Record that so many values have a slope of 1."""
        self._flat[:] = False
        self._slopes += values

    def gradients(self, dz: Array) -> None:
        """Record dL/dz."""
        passes, rule, told = compiled(dz), GRADIENT_BINS.rule(dz.dtype), None
        if passes is not None and rule is not None:
            told = passes.gradients(dz, rule, self._grad_tally.counts)
        self._note_gradients(dz, told)

    def _note_gradients(self, dz: Array, told: tuple[float, int] | None) -> None:
        """Note sum of squares and zeros of counted gradients; without them numpy counts."""
        if told is None:
            self._grad_tally.add(dz)
            self._grad_squares += square_sum(dz)
            self._grad_zeros += sum(map(count_zeros, blocks(dz)))
        else:
            self._grad_squares += told[0]
            self._grad_zeros += told[1]
        self._grads += dz.size
        if self.grad_limits is not None:
            self.grad_limits += self.grad_limits.bins.count(dz)

    def weights(self, dw: Array) -> None:
        """Record dL/dW of shape (fan_in, fan_out), of this batch."""
        if self._batches > 1:
            if self._weight_gradient is None:
                self._weight_gradient = np.zeros(dw.shape)
            self._weight_gradient += dw
            dw = self._weight_gradient
        self._weight_squares = square_sum(dw)

    @property
    def hist(self) -> Histogram:
        """Histogram of the activations."""
        return self.tally.histogram

    @property
    def grad_hist(self) -> Histogram:
        """Histogram of |dL/dz|."""
        return self._grad_tally.histogram

    @property
    def _values(self) -> int:
        return self.h.rows * self._flat.size

    @property
    def saturated(self) -> float:
        """Share of values with a slope below the threshold; NaN after overflow, and without a largest slope."""
        known = self._slopes and not self._nonfinite and not math.isnan(self._threshold)
        return self._saturated / self._slopes if known else math.nan

    @property
    def dead_units(self) -> float:
        """Number of units whose slope is 0 for every sample; NaN after overflow."""
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
        reference = self.inputs.spread
        return self.h.spread / reference if reference > 0 else math.nan

    @property
    def distinct_units(self) -> float:
        """Number of units that differ from each other; NaN after overflow."""
        if self._labels is None or self._nonfinite:
            return math.nan
        return float(np.count_nonzero(np.bincount(self._labels)))

    @property
    def grad_preact_rms(self) -> float:
        """Root mean square of dL/dz; NaN after overflow."""
        return finite_or_nan(np.sqrt(self._grad_squares / self._grads)) if self._grads else math.nan

    @property
    def grad_weight_norm(self) -> float:
        """Frobenius norm of dL/dW; NaN after overflow."""
        return finite_or_nan(np.sqrt(self._weight_squares))

    @property
    def grad_zero(self) -> float:
        """Share of dL/dz that is exactly zero; NaN after overflow."""
        return self._grad_zeros / self._grads if self._grads and math.isfinite(self._grad_squares) else math.nan


def record_batch(
    records: Sequence[LayerRecord],
    forward: Iterable[tuple[Array, Array]],
    drive: Callable[[Array], Array],
    backward: Callable[[Array, Put], Iterable[tuple[int, Array, Array | None, Array]]],
) -> None:
    """Record every layer of one batch on its way forward and back.

    Parameters
    ----------
    records : sequence of LayerRecord
        One a layer.
    forward : iterable
        (z, h) layer by layer.
    drive : callable
        From the last h to dL/dh.
    backward : callable
        From dL/dh, and what may put dL/dz, to (layer index, dL/dz, phi'(z), dL/dW), last layer first.
    """
    for record, (z, h) in zip(records, forward, strict=True):
        record.forward(z, h)
    dh = drive(h)
    if records[-1].nonfinite:  # what is behind an overflow has no gradient; a flat slope must not make it 0
        dh = np.where(np.isfinite(h), dh, np.nan)
    for layer, dz, slope, weight_gradient in backward(dh, lambda layer, *arrays: records[layer].put_gradient(*arrays)):
        if slope is not None:
            records[layer].backward(dz, slope)
        records[layer].weights(weight_gradient)


def measurement(records: list[LayerRecord]) -> Measurement:
    """Read every statistic off the records of a network's layers."""
    with np.errstate(all="ignore"):
        values = {
            s.name: np.array([s.value(record) if record.h.rows else math.nan for record in records])
            for s in STATISTICS.values()
        }  # of a layer that a pass left out there is nothing to tell
        values |= {s.name: np.array(s.value(records[0])) for s in OF_INPUTS.values()}
    pairs = np.array([record.weights_pairs for record in records])
    values |= {"weights_sample": samples_of(pairs), "weights_order": orders_of(pairs)}
    values["weights_key"] = np.array([record.weights_key for record in records], float)
    values |= {f"weights_{name}": np.array([getattr(r.sizes, name) for r in records]) for name in SIZES}
    return Measurement(values, histograms(records))


def histograms(records: Sequence[LayerRecord]) -> Histograms:
    """Return the histograms of a network's layers, those that were asked for among them."""
    return Histograms(
        **{
            name: tuple(each for record in records if (each := getattr(record, name)) is not None)
            for name in HISTOGRAMS
        }
    )
