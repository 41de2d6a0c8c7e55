"""``Recorder``: arrays that any framework gives, layer by layer, to the dataset that ``probe`` gives."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.catalog.checks import whole
from actviz.catalog.formats import format_names, limit_bins
from actviz.catalog.names import activation as activation_of
from actviz.catalog.names import describe
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.blocks import blocks
from actviz.numerics.histogram import UNBOUNDED_BINS, Tally
from actviz.numerics.likeness import twins
from actviz.numerics.moments import Moments
from actviz.probing.recording import LayerRecord, measurement
from actviz.results.dataset import assemble
from actviz.results.filming import film
from actviz.results.measurement import Measurement
from actviz.results.statistics import OF_INPUTS

if TYPE_CHECKING:
    import xarray

UNKNOWN = "unknown"
"""Label of an activation that was not named."""

MIXED = "mixed"
"""Label of a dataset's activation where layers have several."""


def as_array(what: str, values: Any) -> Array:
    """Return values of any framework as a numpy array of float32 or float64.

    By ``__array__``, else by DLPack; a tensor that a gradient is computed of is detached and brought to the processor.

    Raises
    ------
    ActvizError
        If it is no array of numbers.
    """
    if values is None:
        raise ActvizError(f"{what} must be an array of numbers, not None")
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise ActvizError(f"{what} is masked: which values are missing cannot be recorded; give what is there")
    try:
        for method in ("detach", "cpu"):
            values = getattr(values, method, lambda own=values: own)()
    except (NotImplementedError, RuntimeError) as error:  # of PyTorch's meta device
        raise ActvizError(f"{what} has no values: {error}") from None
    try:
        array: Any = np.asarray(values) if hasattr(values, "__array__") or np.ndim(values) else np.from_dlpack(values)
    except (TypeError, ValueError, RuntimeError, BufferError, AttributeError):  # bfloat16 of PyTorch, say
        try:
            array = np.asarray(values.float())
        except Exception as error:
            raise ActvizError(
                f"{what} must be an array of numbers (by __array__ or DLPack), not {type(values).__name__}: {error}"
            ) from None
    if array.dtype.kind in "OUSc" or not array.ndim:
        raise ActvizError(f"{what} must be an array of real numbers, not one of shape {array.shape} and {array.dtype}")
    large = array.dtype.kind == "f" and array.dtype.itemsize >= 8  # in any order of bytes
    wide: Array = array.astype(np.float64 if large else np.float32, copy=False)
    return wide


def _rows(what: str, values: Any, axis: int) -> Array:
    array = as_array(what, values)
    if not isinstance(axis, int | np.integer):
        raise ActvizError(f"axis must be a whole number, not {axis!r}")
    if array.ndim < 2:
        raise ActvizError(
            f"{what} must have samples along its first axis and units along another, not shape {array.shape}"
        )
    if not array.size or not -array.ndim <= axis < array.ndim:
        raise ActvizError(f"{what} of shape {array.shape} has no values along axis {axis}")
    return np.ascontiguousarray(np.moveaxis(array, axis, -1).reshape(-1, array.shape[axis]))


class _Moment:
    """What is recorded after so many updates."""

    def __init__(self) -> None:
        self.inputs: Moments | None = None
        self.records: dict[str, LayerRecord] = {}
        self.wide: dict[str, Tally] = {}
        self.samples: dict[str, int] = {}
        self.has_gradient = False

    @property
    def rows(self) -> int:
        """Samples of the layer that was given most."""
        return max(self.samples.values())


class Recorder:
    """Records arrays of any framework, and gives the dataset that ``probe`` gives.

    Parameters
    ----------
    name : str
        Of the weights, in the dataset's dimension ``init``.
    batches : int
        Into how many batches the samples of a step are split; a weight gradient is summed over them.
    seed : int
        Under which seed the network was made.
    formats : str or sequence of str, optional
        Number formats of which is counted exactly what they would lose: see ``probe``.

    Examples
    --------
    >>> import numpy as np
    >>> import actviz
    >>> recorder, h = actviz.Recorder(), np.random.default_rng(0).standard_normal((50, 8))
    >>> recorder.inputs(h)
    >>> for layer in ("first", "second"):
    ...     h = np.tanh(h)
    ...     recorder.record(layer, h, activation="tanh")
    >>> recorder.dataset["act_std"].sel(layer=2).item() < recorder.dataset["act_std"].sel(layer=1).item()
    True
    """

    def __init__(self, *, name: str = "as built", batches: int = 1, seed: int = 0,
                 formats: str | Iterable[str] | None = None) -> None:  # fmt: skip
        self._name, self._batches, self._seed = str(name), whole("batches", batches), whole("seed", seed, 0)
        self._layers: dict[str, tuple[int, Activation | None]] = {}
        self._fan_in: dict[str, int] = {}
        self._moments: dict[int, _Moment] = {}
        self._input_width, self._dtype = 0, "float32"
        self._formats = format_names(formats)
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock())

    def inputs(self, x: Any, step: int = 0) -> None:
        """Record what the network is fed, shape (samples, ..., values).

        The per-unit spread of layers refers to it; where it is not given, to that of the first layer.
        """
        array = _rows("inputs", x, -1)
        with self._lock, np.errstate(all="ignore"):  # overflow is data
            moment = self._at(step)
            if moment.inputs is None:
                moment.inputs = Moments(array.shape[1], directions=True, apart=True)
            moment.inputs.add(array)
            self._input_width = array.shape[1]

    def _at(self, step: int) -> _Moment:
        return self._moments.setdefault(whole("step", step, 0), _Moment())

    def record(
        self,
        layer: str,
        h: Any,
        z: Any = None,
        grad: Any = None,
        activation: Any = None,
        step: int = 0,
        *,
        weights: Any = None,
        bias: Any = None,
        weight_grad: Any = None,
        axis: int = -1,
    ) -> None:
        """Record a layer of one batch.

        Parameters
        ----------
        layer : str
            Its name; layers are numbered in the order in which they are first recorded: from the inputs on.
        h : array
            What it gives, shape (samples, ..., units): samples along the first axis, units along ``axis``.
        z : array, optional
            What its activation takes.
        grad : array, optional
            dL/dz; of a layer without an activation dL/dh.
        activation : str, Activation or function, optional
            By which saturation and dead units are told: of z, or of h alone where the slope follows from it.
            ``identity`` for none; not named, neither is told.
        step : int
            Updates done. Of several the dataset is that of a training with a snapshot each.
        weights, bias, weight_grad : array, optional
            W of shape (fan_in, units), b of shape (units,), and dL/dW.
        axis : int
            Where the units are: -1, or 1 of images with their channels in front.

        Raises
        ------
        ActvizError
            If something is no array, or of another shape than before; the message says what.
        """
        if not isinstance(layer, str):
            raise ActvizError(f"layer must be the layer's name, not {layer!r}")
        values = _rows("h", h, axis)
        own = None if activation is None else activation_of(activation)
        with self._lock:  # layers may be recorded by several threads
            self._check(layer, values.shape[1], own)
            moment = self._at(step)
            record = self._record(moment, layer, values.shape[1], own)
            samples = as_array("h", h).shape[0]
            moment.samples[layer] = moment.samples.get(layer, 0) + samples
            with np.errstate(all="ignore"):  # overflow is data
                if weights is not None and not record.h.rows:
                    self._drawn(layer, record, as_array("weights", weights), bias)
                if z is not None:
                    before = self._same(f"z of {layer}", _rows("z", z, axis), values)
                    record.preactivations(before)
                elif own is ACTIVATIONS["identity"]:
                    record.preactivations(values)
                record.activations(values)
                if layer in moment.wide:
                    moment.wide[layer].add(values)
                known = {"h": values, "z": before if z is not None else None}.get(own.slope_from) if own else None
                if own is not None and known is not None:
                    for block in blocks(known):
                        record.slopes(own.slope(block, *own.values))
                if grad is not None:
                    record.gradients(self._same(f"grad of {layer}", _rows("grad", grad, axis), values))
                    moment.has_gradient = True
                if weight_grad is not None:
                    record.weights(_rows("weight_grad", weight_grad, -1))
            self._dtype = "float64" if values.dtype == np.float64 else self._dtype

    def _check(self, layer: str, width: int, own: Activation | None) -> None:
        known = self._layers.setdefault(layer, (width, own))
        if known != (width, own):
            words = " and ".join(f"{w} units under {_label(a)}" for w, a in (known, (width, own)))
            raise ActvizError(f"layer {layer} has {words}: give layers names of their own")

    def _record(self, moment: _Moment, layer: str, width: int, own: Activation | None) -> LayerRecord:
        if layer not in moment.records:
            like = own or ACTIVATIONS["identity"]
            unknown = Moments(1)
            moment.records[layer] = LayerRecord(
                width, like, unknown, batches=self._batches, limits=limit_bins(self._formats)
            )
            if like.bins != UNBOUNDED_BINS:  # for the case that another layer's activation is not bounded
                moment.wide[layer] = Tally(UNBOUNDED_BINS)
        return moment.records[layer]

    def _same(self, what: str, values: Array, of: Array) -> Array:
        if values.shape != of.shape:
            raise ActvizError(f"{what} has {values.shape} rows and units, its h has {of.shape}")
        return values

    def _drawn(self, layer: str, record: LayerRecord, weights: Array, bias: Any) -> None:
        matrix = weights.reshape(-1, weights.shape[-1])
        if matrix.shape[1] != self._layers[layer][0]:
            raise ActvizError(f"weights of {layer} must end in its {self._layers[layer][0]} units, not {weights.shape}")
        biases = [] if bias is None else [as_array("bias", bias).reshape(1, -1)]
        record.units(twins(matrix, *biases))
        record.drawn(matrix)
        self._fan_in[layer] = len(matrix)

    @property
    def dataset(self) -> xarray.Dataset:
        """What was recorded: as ``probe`` gives it, or of several steps as ``train`` does, a snapshot each.

        Raises
        ------
        ActvizError
            If nothing was recorded.
        """
        moments = {step: moment for step, moment in self._moments.items() if moment.records}
        if not moments:
            raise ActvizError("nothing was recorded: record(layer, h) takes a layer's values")
        taken = {step: self._dataset(moment) for step, moment in moments.items()}
        return film(taken) if len(taken) > 1 else next(iter(taken.values()))

    def _dataset(self, moment: _Moment) -> xarray.Dataset:
        names = list(self._layers)
        labels = [_label(own) for _, own in self._layers.values()]
        label = next(iter(set(labels))) if len(set(labels)) == 1 else MIXED
        widths = [width for width, _ in self._layers.values()]
        fans = [(self._fan_in.get(name, width), width) for name, width in zip(names, widths, strict=True)]
        recipe = {
            "kind": "recorded", "inits": [self._name], "activations": [label], "seeds": [self._seed], "width": widths,
            "input_width": self._input_width, "samples": moment.rows, "inputs": "recorded", "dtype": self._dtype,
            "fans_known": len(self._fan_in) == len(names), **({"drive": "own_loss"} if moment.has_gradient else {}),
        }  # fmt: skip
        measured = self._measured(moment)
        pairing = self._name, label
        made = assemble({(*pairing, self._seed): measured.statistics}, {pairing: measured.histograms}, fans=fans,
                        recipe=recipe)  # fmt: skip
        return made.assign_coords(
            layer_name=("layer", names, {"long_name": "name of the layer"}),
            layer_type=("layer", [""] * len(names), {"long_name": "what the layer is made of"}),
            layer_activation=("layer", labels, {"long_name": "activation function of the layer"}),
        )

    def _measured(self, moment: _Moment) -> Measurement:
        """Read the statistics off; a layer that was not recorded then has none."""
        records = [self._record(moment, name, *of) for name, of in self._layers.items()]
        inputs = moment.inputs or next(each.h for each in records if each.h.rows)
        for record in records:
            record.inputs = inputs
        if len({record.tally.bins for record in records}) > 1:
            for name, record in zip(self._layers, records, strict=True):
                record.tally = moment.wide.get(name, record.tally)
        measured = measurement(records)
        if moment.inputs is None:
            measured.statistics.update({name: np.array(math.nan) for name in OF_INPUTS})
        positions = [each.h.rows / moment.rows for each in records]
        measured.statistics["grad_preact_rms"] = measured.statistics["grad_preact_rms"] * np.sqrt(positions)
        return measured


def _label(own: Activation | None) -> str:
    return UNKNOWN if own is None else describe(own, ACTIVATIONS)
