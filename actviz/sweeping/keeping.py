"""What is kept of a cell: named numbers, and profiles over its layers.

Of every statistic of the probe there is its profile (``act_std``), and its number at either end (``first_act_std``,
``last_act_std``). A training's are those of its network before the first update.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.checks import choose_from
from actviz.errors import ActvizError
from actviz.results.statistics import OF_BLOCKS, OF_JACOBIAN, OF_WEIGHTS, SIZES, STATISTICS
from actviz.theory import depth_scales
from actviz.theory.blocks import OF_STREAM
from actviz.training import outcomes

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kept:
    """A number or a profile that may be kept of a cell.

    Parameters
    ----------
    name, long_name, definition : str
    of : {"layers", "training", "theory"}
        What it is read off: the layers of the network that is probed, or about to be trained; a training; or nothing
        but the cell's variances.
    read : callable
        From a probe's dataset of one network, or a training's of one run and seed, to a number or (layers,); of theory,
        the name of a field of ``theory.MeanField``, or a function of the stream that theory expects, by layer.
    profile : bool
        Whether it is one number a layer.
    units : str
    """

    name: str
    long_name: str
    definition: str
    of: str
    read: Callable[[Any], Any] | str
    profile: bool = False
    units: str = "1"


def _layers(ds: xarray.Dataset, name: str) -> Floats:
    return np.asarray(ds[name].values, np.float64).reshape(-1)


def _square(ds: xarray.Dataset, what: str) -> Floats:
    return _layers(ds, f"{what}_mean") ** 2 + _layers(ds, f"{what}_std") ** 2


def _last_correlation(ds: xarray.Dataset) -> float:
    """Return the correlation of two samples' z behind the last layer, by that layer's h and the cell's variances."""
    shared = float(ds.attrs["weight_var"]) * _square(ds, "act")[-1]
    bias_var = float(ds.attrs["bias_var"])
    with np.errstate(invalid="ignore", divide="ignore"):
        return float((shared * _layers(ds, "similarity")[-1] + bias_var) / np.float64(shared + bias_var))


def _quotient(first: Any, last: Any) -> float:
    """Return log10 of a quotient: -inf of 0 over a number, NaN of 0 over 0, where nothing is that could change."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.log10(np.float64(first) / np.float64(last)))


def _decades(ds: xarray.Dataset) -> float:
    return _quotient(*_layers(ds, "grad_preact_rms")[[0, -1]])


def _stream_decades(ds: xarray.Dataset) -> float:
    return _quotient(*(_of_block(*end)(ds) for end in (("stream_grad_before", 0), ("stream_grad", -1))))


def _fitted(name: str, *, half: bool) -> Callable[[xarray.Dataset], float]:
    """Return what reads a fit of ``measured_depths``, to all layers or to the latter half of them."""

    def read(ds: xarray.Dataset) -> float:
        layers = ds.isel(layer=slice(ds.sizes["layer"] // 2, None)) if half else ds
        return float(depth_scales.measured_depths(layers)[name].values.item())

    return read


def _approach(ds: xarray.Dataset) -> float:
    """Return xi_c of plain layers; in blocks correlations come to theirs by a power, and there is none."""
    return math.nan if "block" in ds.dims else _fitted("xi_c", half=False)(ds)


def _of_block(name: str, at: int | None = None) -> Callable[[xarray.Dataset], Any]:
    """Return what reads a number of blocks, by layer, or at one end; NaN of layers that are none."""

    def read(ds: xarray.Dataset) -> Any:
        values = np.full(ds.sizes["layer"], math.nan)
        if name not in ds:
            return values if at is None else math.nan
        known = _layers(ds, name)
        values[np.ravel(ds["block_layer"].values).astype(int) - 1] = known
        return values if at is None else float(known[at])

    return read


def _end_of(name: str) -> Callable[[xarray.Dataset], float]:
    return lambda ds: outcomes(ds)[0].numbers[name][0]


def _one(name: str) -> Callable[[xarray.Dataset], float]:
    def read(ds: xarray.Dataset) -> float:
        return float(np.mean(ds[name].values)) if name in ds else math.nan  # of a cell whose jacobian is 0

    return read


def _at(name: str, layer: int) -> Callable[[xarray.Dataset], float]:
    return lambda ds: float(_layers(ds, name)[layer])


def _profile(name: str) -> Callable[[xarray.Dataset], Floats]:
    return lambda ds: _layers(ds, name)


_STREAM_DECADES = "stream_gradient_decades"

_Stream = Mapping[str, Floats]
"""What theory expects of residual blocks: by statistic one number a layer, NaN of layers that are none."""


def _expected(name: str, at: int | None = None) -> Callable[[_Stream], Any]:
    return lambda stream: stream[name] if at is None else float(stream[name][~np.isnan(stream[name])][at])


def _expected_decades(stream: _Stream) -> float:
    return _quotient(_expected("stream_grad_before", 0)(stream), _expected("stream_grad", -1)(stream))


_FINALS = {
    "train_accuracy": (
        "final_accuracy",
        "training accuracy",
        "share of training rows whose label has the largest output",
    ),
    "validation_accuracy": ("final_validation_accuracy", "validation accuracy", "the same of validation rows"),
    "test_accuracy": ("final_test_accuracy", "test accuracy", "the same of test rows"),
    "train_loss": ("final_loss", "training loss", "mean loss over training rows"),
    "validation_loss": ("final_validation_loss", "validation loss", "mean loss over validation rows"),
    "test_loss": ("final_test_loss", "test loss", "mean loss over test rows"),
}

_THEORY = {
    "q_star": "the length q* that a signal comes to",
    "c_star": "the correlation c* that two samples come to",
    "chi_1": "the factor chi_1 of a mean-square gradient a layer backwards",
    "xi_c": "the layers xi_c in which a correlation changes e-fold",
    "xi_q": "the layers xi_q in which a length changes e-fold",
    "xi_grad": "the layers in which a mean-square gradient changes e-fold, negative where it grows",
}


def _table() -> dict[str, Kept]:
    told = {**{name: (each.long_name, each.definition, each.units) for name, each in STATISTICS.items()},
            **{f"weights_{name}": (*OF_WEIGHTS[f"weights_{name}"], "1") for name in SIZES}}  # fmt: skip
    kept = [
        Kept("q_star", "length at the last layer", "mean square of z in the last layer: q* where the stack is deep",
             "layers", lambda ds: float(_square(ds, "preact")[-1])),
        Kept("c_star", "correlation behind the last layer",
             "correlation of two samples' z behind the last layer, (sigma_w^2 s m + sigma_b^2) / (sigma_w^2 m + "
             "sigma_b^2) of its similarity s and its mean square m: c* where the stack is deep",
             "layers", _last_correlation),
        Kept("chi_1", "factor of the mean-square gradient a layer",
             "by a straight line through the logarithm of dL/dz's mean square over the latter half of the layers",
             "layers", _fitted("gradient_factor", half=True)),
        Kept("xi_c", "depth scale of the correlation", "fitted to the similarity by layer, as the phase figure does",
             "layers", _approach, units="layers"),
        Kept("gradient_decades", "gradient change",
             "log10 of dL/dz's RMS at the first layer over that at the last; -inf where none comes to the first, NaN "
             "where the last has none either", "layers", _decades),
        Kept(_STREAM_DECADES, "gradient change on the stream",
             "log10 of the RMS of the stream's gradient before the first block over that behind the last; of residual "
             "blocks", "layers", _stream_decades),
        Kept("diverged", "diverged", "1 where a loss or gradient was not finite, else 0", "training",
             lambda ds: float((ds["ended"].values == "diverged").item())),
        Kept("ended_step", "updates done", "when the run ended", "training",
             lambda ds: float(ds["ended_step"].values.item()), units="updates"),
        Kept("best_step", "updates done at the best evaluation", "of early stopping; NaN without", "training",
             lambda ds: outcomes(ds)[0].best_step, units="updates"),
    ]  # fmt: skip
    for variable, (name, words, definition) in _FINALS.items():
        kept.append(Kept(name, f"{words} at the end",
                         f"{definition}, of the weights that are kept: where training ended, or the best of early "
                         "stopping; NaN where it diverged", "training",
                         _end_of(variable)))  # fmt: skip
    for name, (words, definition) in OF_JACOBIAN.items():
        kept.append(Kept(name, words, f"{definition}; needs jacobian", "layers", _one(name)))
    for name, words in _THEORY.items():
        kept.append(Kept(f"theory_{name}", f"{name} in theory", f"mean-field theory: {words}", "theory", name))
    for name, (words, definition, units) in told.items():
        kept.append(Kept(name, words, definition, "layers", _profile(name), profile=True, units=units))
        kept.append(Kept(f"first_{name}", f"{words}, first layer", definition, "layers", _at(name, 0), units=units))
        kept.append(Kept(f"last_{name}", f"{words}, last layer", definition, "layers", _at(name, -1), units=units))
    for name, (words, definition) in OF_BLOCKS.items():
        words, definition = f"{words}, by the block's layer", f"{definition}; of residual blocks"
        kept.append(Kept(name, words, definition, "layers", _of_block(name), profile=True))
        for end, block in (("first", 0), ("last", -1)):
            kept.append(Kept(f"{end}_{name}", f"{words}, {end} block", definition, "layers", _of_block(name, block)))
    for name in OF_STREAM:
        words, definition = OF_BLOCKS[name]
        for end, at in (("", None), ("first_", 0), ("last_", -1)):
            where = f", {end[:-1]} block" if end else ", by the block's layer"
            kept.append(Kept(f"theory_{end}{name}", f"{words}{where}, in theory", f"mean-field theory: {definition}",
                             "theory", _expected(name, at), profile=not end))  # fmt: skip
    kept.append(Kept(f"theory_{_STREAM_DECADES}", "gradient change on the stream, in theory",
                     "mean-field theory: log10 of the stream's gradient before the first block over that behind the "
                     "last", "theory", _expected_decades))  # fmt: skip
    return {each.name: each for each in kept}


KEPT = _table()
"""What may be kept, by name."""

USUAL = {
    "probe": ("act_std", "grad_preact_rms", "last_act_std", "gradient_decades"),
    "training": ("final_accuracy", "final_loss", "diverged"),
    "blocks": ("stream_rms", "stream_grad", "last_stream_rms", _STREAM_DECADES),
    "jacobian": tuple(OF_JACOBIAN),
}
"""What is kept unless said, by the kind of cell, and besides of probes that have blocks, or take the Jacobian."""


def read_keep(keep: str | Sequence[str] | None, cell: str, *, blocks: bool, jacobian: bool) -> tuple[str, ...]:
    """Return the names of what is kept, in the order of the table.

    Parameters
    ----------
    keep : str or sequence of str, optional
        Names, with commas between; what is usual unless given.
    cell : {"probe", "training"}
    blocks, jacobian : bool
        Whether any cell has residual blocks, or takes the Jacobian.

    Raises
    ------
    ActvizError
        If there is none of a name, or such a cell has none; the message lists what there is.
    """
    if not (keep is None or isinstance(keep, Iterable)) or isinstance(keep, bytes):
        raise ActvizError(f"keep is names with commas between, or a sequence of them, not {keep!r}")
    usual = USUAL[cell]
    if cell == "probe":
        usual += USUAL["blocks"] * blocks + USUAL["jacobian"] * jacobian
    names = usual if keep is None else keep.split(",") if isinstance(keep, str) else tuple(keep)
    chosen = [name.strip() for name in map(str, names) if name.strip()]
    for name in chosen:
        if name not in KEPT:
            raise ActvizError(f"nothing called {name!r} is kept; {choose_from(name, main_names())}")
        if KEPT[name].of == "training" and cell != "training":
            raise ActvizError(f"{name} is of a training: give the data that cells are trained on")
        bare = name.removeprefix("theory_").removeprefix("first_").removeprefix("last_")
        if not blocks and bare in (*OF_BLOCKS, _STREAM_DECADES):
            raise ActvizError(f"{name} is of residual blocks: give block residual, or sweep over it")
        if cell == "training" and bare != name and bare in (*OF_STREAM, _STREAM_DECADES) and "theory_" in name:
            raise ActvizError(f"{name} is of a probe, whose inputs theory knows: cells with data are trainings")
        if name in OF_JACOBIAN and cell == "training":
            raise ActvizError(f"{name} is of a probe: cells with data are trainings")
        if name in OF_JACOBIAN and not jacobian:
            raise ActvizError(f"{name} needs jacobian, of how many samples it is to be taken")
    if not chosen:
        raise ActvizError(f"name what is kept; choose from {', '.join(main_names())}")
    return tuple(name for name in KEPT if name in chosen)


_ENDS = ("first_", "last_")


def main_names() -> list[str]:
    """Return the names in ``KEPT`` but those of ends, which go with every profile."""
    profiles = {name: {name.replace(end, "", 1) for end in _ENDS if end in name} for name in KEPT}
    return [name for name, known in profiles.items() if not known & set(KEPT)]
