# mypy: allow-untyped-calls
"""The records of a model's layers under one seed: what passes tell of them, read off as statistics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from actviz.catalog.activations import ACTIVATIONS
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.blocks import blocks
from actviz.numerics.histogram import Bins, LinearBins, MagnitudeBins
from actviz.numerics.likeness import still_twins, twins
from actviz.numerics.moments import Moments, Sizes, sizes
from actviz.probing.recording import LayerRecord, measurement
from actviz.results.gates import OF_GATES
from actviz.results.measurement import Measurement
from actviz.results.model_statistics import OF_OUTLIERS
from actviz.results.statistics import OF_INPUTS
from actviz.torch.arrays import as_array, rows
from actviz.torch.attention import Softmaxes
from actviz.torch.decays import Forgotten
from actviz.torch.discovery import Found
from actviz.torch.feeding import Arguments, Drive
from actviz.torch.functions import BACKWARD, default_dim, floating, tensors
from actviz.torch.layers import Layer, Part, UnseenError
from actviz.torch.learning import Learning
from actviz.torch.outliers import Outliers
from actviz.torch.passes import CallKey
from actviz.torch.recurrent import Stuck
from actviz.torch.spreading import Read, Spread, apart
from actviz.torch.streams import Streams


def _loss(logits: Array, binary: bool) -> float:
    """Return the mean cross-entropy of random labels over that of guessing.

    A binary one is told about each unit's mean, which may be a prior that was put there.
    """
    with np.errstate(all="ignore"):
        wide = logits.astype(np.float64)
        if binary:
            off = np.abs(wide - wide.mean(axis=0))
            return float((np.log1p(np.exp(-off)) + off / 2.0).mean() / math.log(2.0))
        top = wide.max(axis=1, keepdims=True)
        sums = top[:, 0] + np.log(np.exp(wide - top).sum(axis=1))
        return float((sums - wide.mean(axis=1)).mean() / math.log(logits.shape[1]))


_LINEAR = ACTIVATIONS["identity"]


class Records:
    """The records of a model's layers under one seed.

    Parameters
    ----------
    layers : sequence of Layer
    bins : Bins
        Of every layer's activations.
    view : LinearBins, optional
    batches : list of Arguments
        What is to come; its first tensor is what the spread over samples refers to, or, where there is none of
        floating point, what the first layer that reads it makes of it.
    found : Found
        What there is besides the layers: joins, softmaxes, and all calls that may apply weights.
    patterns : list
        Which layers are asked for.
    below : Drive
        What drives the backward pass below a head of zeros, through which nothing comes back.
    below_all : bool
        Whether every pass is driven there alone.
    limits : MagnitudeBins, optional
        Of number formats.

    Attributes
    ----------
    fed : set of int
        Layers that were given anything but zeros.
    unread : set of str
        Parameters that nothing has read yet, neither in the first pass nor in those that are recorded.
    computed : mapping
        From calls to the places of the tensors that they take for weights that are computed of parameters.
    frozen_parts : bool
        Whether what no gradient is computed of may be frozen: then it has none, where else it is 0.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        bins: Bins,
        view: LinearBins | None,
        batches: list[Arguments],
        found: Found,
        patterns: Sequence[Any],
        below: Drive,
        below_all: bool = False,
        limits: MagnitudeBins | None = None,
    ) -> None:
        self.heads = {layer.weights for layer in found.layers if layer.role == "head"}
        self.below, self.below_all, self.driven_below = below, below_all, False
        if below_all and not self.heads:
            raise ActvizError("drive below-head needs a head: last weights, without an activation behind them")
        self._weighted_calls, self._patterns, self.computed = found.weighted, patterns, found.computed
        self.unread = set(found.unread)
        given = [value for batch in batches if (value := floating(batch)) is not None and value.ndim]
        values = [rows(value, default_dim(value.ndim)) for value in given]
        self._refers_to_first = not values or len({each.shape[1] for each in values}) > 1
        self._first = next((at for at, layer in enumerate(layers) if not layer.constant), 0)
        width = layers[self._first].width if self._refers_to_first else values[0].shape[1]
        self._inputs = Moments(width, directions=True, apart=True)
        for each in () if self._refers_to_first else values:
            self._inputs.add(each)
        self.streams, self.softmaxes = Streams(found.joins, self._inputs), Softmaxes(found.softmaxes)
        self.layers, self._several = layers, len(batches) > 1
        self.records = [
            LayerRecord(
                layer.width,
                layer.nonlinearity.activation or ACTIVATIONS["identity"],
                self._inputs,
                view,
                len(batches),
                bins,
                limits,
            )
            for layer in layers
        ]
        for layer, record in zip(layers, self.records, strict=True):
            if layer.z is None:
                record.z = record.h
        self.frozen_parts = False
        self._reached, self._learned = set[int](), set[int]()
        self._rows = [0] * len(layers)
        self._has_gradient = [False] * len(layers)
        self._weight_gradients: dict[int, list[Array]] = {}
        self._weighted: set[int] = set()
        self._known: set[int] = set()
        self._whole: dict[str, tuple[int, int]] = {}
        self._twins: dict[int, NDArray[np.intp] | None] = {}
        self.fed = set[int]()
        self._losses: dict[int, list[float]] = {}  # of each head
        self._samples = {len(each) for batch in batches for each in list(tensors(batch))[:1] if each.ndim}
        self._apart = max((apart(tensors(batch)) for batch in batches), default=1.0)
        self._read_out = {key: Read() for key in self.heads if key}
        self._spreads = {at: Spread() for at, each in enumerate(layers) if each.modulated}
        self._outliers = [Outliers(layer.width) for layer in layers]
        self._passed_back = False
        self.learning = Learning(layers)
        self._precisions: dict[int, str] = {}
        self._stuck: dict[int, Stuck] = {}  # inside recurrent layers
        self.forgotten = Forgotten(found.decays)

    @property
    def precisions(self) -> list[str]:
        """In which precision each layer gives its z: under autocast not that of its weights."""
        return [self._precisions.get(at, "") for at in range(len(self.layers))]

    def expect(self, key: CallKey, module: torch.nn.Module) -> None:
        """Refuse a call that applies weights if the first pass had none such, and its layer would be lost."""
        part = Part((key[0] or key[1]) + (f"#{key[2]}" if key[2] > 1 else ""), type(module).__name__, type(module))
        if key not in self._weighted_calls and any(map(part.fits, self._patterns)):
            raise UnseenError(f"layer {part.name} of another pass is not there in the first")

    def _read(self, at: int, tensor: torch.Tensor) -> Array:
        layer = self.layers[at]
        values = rows(tensor, layer.dim) if tensor.ndim >= -layer.dim else np.empty((0, 0))
        if values.shape[1] != layer.width:
            width = values.shape[1]
            raise ActvizError(f"layer {layer.name} has {layer.width} units in one pass and {width} in another")
        return values

    def _slopes(self, at: int, values: Array, of: str) -> None:
        activation = self.layers[at].nonlinearity.activation
        if activation is _LINEAR:
            if of == activation.slope_from:
                self.records[at].linear(values.size)
        elif activation is not None and activation.slope_from == of:
            slope = BACKWARD.get(activation.name, lambda block: activation.slope(block, *activation.values))
            for block in blocks(values):
                self.records[at].slopes(slope(block))

    def preactivations(self, at: int, tensor: torch.Tensor) -> None:
        """Record a layer's z."""
        self._precisions[at] = str(tensor.dtype).removeprefix("torch.")
        if tensor.requires_grad:
            self._reached.add(at)
        if self.layers[at].z is None:  # it is h
            self._rows[at] += tensor.numel() // self.layers[at].width
            return
        z = self._read(at, tensor)
        if self.layers[at].role == "head" and self.layers[at].dim == -1 and self.layers[at].function == "sigmoid":
            self._losses.setdefault(at, []).append(_loss(z, binary=True))
        self._rows[at] += len(z)
        self.records[at].preactivations(z)
        self._slopes(at, z, "z")

    def gate(self, at: int, place: int, slopes: torch.Tensor, values: torch.Tensor | None, directions: int) -> None:
        """Record the slopes of a gate inside a layer, over the largest they can be, and its values if it has some."""
        if slopes.shape[-1] == self.layers[at].width:
            self.records[at].slopes(rows(slopes, -1))
            if not self.layers[at].function.startswith("rnn_relu"):
                self._stuck.setdefault(at, Stuck()).add(place, slopes, values, directions)

    def read_out(self, key: CallKey, given: torch.Tensor | None) -> None:
        """Record what weights are given, if they are a head's and its first dimension is that of samples."""
        if key in self._read_out and given is not None and given.ndim > 1 and {len(given)} == self._samples - {1}:
            self._read_out[key].add(given)

    def half(self, at: int, slopes: torch.Tensor, values: torch.Tensor) -> None:
        """Record how far one half of a layer's units lets the other through, and the slopes of that."""
        self._stuck.setdefault(at, Stuck()).add(0, slopes, values)

    def activations(self, at: int, tensor: torch.Tensor) -> None:
        """Record a layer's h."""
        h = self._read(at, tensor)
        if at in self._twins:
            # What stands between weights and h is not known in full, nor what they apply to: half of the digits agree.
            half = float(torch.finfo(tensor.dtype).eps) ** 0.5 / float(np.finfo(h.dtype).eps)
            self.records[at].units(still_twins(self._twins[at], h, roundings=half))
        layer = self.layers[at]
        if (layer.role, layer.dim, layer.z) == ("head", -1, None) and h.shape[1] > 1:
            self._losses.setdefault(at, []).append(_loss(h, binary=False))
        self.records[at].activations(h)
        self._outliers[at].add(h)
        if at in self._spreads and tensor.ndim > 2:
            self._spreads[at].add(tensor, layer.dim)
        self._slopes(at, h, "h")
        if at == self._first and self._refers_to_first:
            self._inputs.add(h)

    def parameters(self, at: int, weights: Sequence[torch.Tensor], of_units: Sequence[torch.Tensor]) -> None:
        """Note a layer's weights, and which of its units share theirs and their biases, shape (units, parameters)."""
        if at in self._known:
            return
        self._known.add(at)
        if any(each.requires_grad for each in weights):
            self._learned.add(at)
        if len(self.layers[at].fans) == len(weights) == 1:
            self._whole[next(iter(self.layers[at].fans))] = (at, weights[0].numel())
        if of_units and len(of_units[0]) == self.layers[at].width:
            columns = [as_array(each).T for each in of_units]
            self._twins[at] = twins(*columns)
        if at in self._twins:  # a recurrent cell is told by the first of its weights
            self.records[at].drawn(columns[0])
        if len(weights) > 1 or at not in self._twins:
            self.records[at].sizes = sizes(*map(as_array, weights))

    def sizes(self, name: str, values: int) -> Sizes | None:
        """Return the sizes of a parameter of so many values, if they are those of what one layer applies."""
        at, own = self._whole.get(name, (0, -1))
        return self.records[at].sizes if own == values else None

    def gradient(self, at: int, tensor: torch.Tensor) -> None:
        """Record dL/dz."""
        self._has_gradient[at] = True
        with np.errstate(all="ignore"):  # a device's gradients come in a thread of its own
            self.records[at].gradients(as_array(tensor).reshape(-1, self.layers[at].width))  # in any order

    def weight_gradient(self, at: int, tensor: torch.Tensor) -> None:
        """Record dL/dW, once that of all of the layer's matrices is there."""
        if tensor.is_sparse:
            tensor = tensor.to_dense() if self._several else tensor.coalesce().values()
        self.learning.tell_apart(at, self._twins.get(at), tensor)
        arrived = self._weight_gradients.setdefault(at, [])
        arrived.append(as_array(tensor).reshape(-1, 1))
        if len(arrived) == self.layers[at].matrices:
            self._flush(at)

    def _flush(self, at: int) -> None:
        arrived = self._weight_gradients.pop(at)
        with np.errstate(all="ignore"):
            self.records[at].weights(arrived[0] if len(arrived) == 1 else np.concatenate(arrived))
        self._weighted.add(at)

    def batch_ends(self, passed_back: bool) -> None:
        """Note that what has no gradient after a backward pass has none: it is 0."""
        self._passed_back |= passed_back
        for at in list(self._weight_gradients):
            self._flush(at)
        for at, layer in enumerate(self.layers):
            silent = passed_back and not self._has_gradient[at] and self._rows[at] and at not in self.learning.still
            if silent and (at in self._reached or not self.frozen_parts):
                self.records[at].gradients(np.zeros((self._rows[at], layer.width), np.float32))
        self._rows, self._has_gradient = [0] * len(self.layers), [False] * len(self.layers)

    def measured(self, samples: int) -> Measurement:
        """Read the statistics off, for so many samples.

        A unit's gradient is the norm over its positions: a layer of few positions is not louder for that.
        """
        for at, (layer, record) in enumerate(zip(self.layers, self.records, strict=True)):
            silent = self._passed_back and layer.matrices and at not in self._weighted and record.z.rows
            silent = silent and at not in self.learning.still
            if silent and (at in self._learned or not self.frozen_parts):
                record.weights(np.zeros((1, 1)))
        measured = measurement(self.records)
        measured.statistics.update(
            {**self.streams.measured(samples, self._passed_back, self.frozen_parts), **self.softmaxes.measured()}
        )
        measured.statistics["grad_preact_rms"] *= np.sqrt(self.positions(samples))
        by_values = np.array([at not in self._twins for at in range(len(self.layers))])
        given = np.array([at in self.fed for at in range(len(self.layers))])
        shut = measured.statistics["dead_units"] == [layer.width for layer in self.layers]
        measured.statistics["distinct_units"][by_values & (shut | ~given)] = math.nan  # equal values tell nothing there
        layers = list(enumerate(self.layers))
        largest = (max(abs(each.act_min), abs(each.act_max)) for each in self.records)
        outliers = np.array([each.measured(most) for each, most in zip(self._outliers, largest, strict=True)]).T
        measured.statistics.update(zip(OF_OUTLIERS, outliers, strict=True))
        known = [at for at, record in enumerate(self.records) if self._passed_back and record.z.rows]
        if self.frozen_parts:
            self.learning.still |= {at for at in known if at not in self._reached}
        sums = measured.statistics["stream_grad"]
        learning = self.learning.measured(self.records, known, self.driven_below, self.streams.joins, sums)
        measured.statistics.update(learning)
        unknown = (math.nan, math.nan)
        gates = [
            (
                *(self._stuck[at].measured("glu" if each.halved else each.function) if at in self._stuck else unknown),
                self.forgotten.share(each.h),
            )
            for at, each in layers
        ]
        measured.statistics.update(zip(OF_GATES, np.array(gates, float).T, strict=True))
        self.learning.leave_out(measured.statistics, self.streams.joins)
        losses = [float(np.mean(each)) for each in self._losses.values()]
        measured.statistics["output_loss"] = np.array(np.max(losses) if losses else math.nan)
        spreads = [share for each in self._spreads.values() if not math.isnan(share := each.share)]
        measured.statistics["output_spread"] = np.array(min(spreads, default=math.nan))
        read = [share for each in self._read_out.values() if not math.isnan(share := each.share)]
        told = bool(read) and self._apart > 0.0
        measured.statistics["head_spread"] = np.array(min(read) / min(self._apart, 1.0) if told else math.nan)
        if self._refers_to_first:  # what stands for the inputs is none
            measured.statistics.update({name: np.array(math.nan) for name in OF_INPUTS})
        return measured

    def positions(self, samples: int) -> Array:
        """Return the number of a layer's positions for each sample, shape (layers,)."""
        return np.array([record.z.rows / samples for record in self.records])
