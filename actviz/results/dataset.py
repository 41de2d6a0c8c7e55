"""The one result type: an ``xarray.Dataset`` with dims ``init, activation, seed, layer`` and the histograms' bins.

Here measurements become a dataset that carries its own definitions and recipe.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import ActvizError
from actviz.numerics.histogram import Histogram
from actviz.numerics.kernel import kernel
from actviz.results.built import BUILT
from actviz.results.measurement import Histograms
from actviz.results.model_statistics import OF_ATTENTION, OF_LEARNING, OF_OUTLIERS, OF_OUTPUT
from actviz.results.statistics import (
    OF_BLOCKS,
    OF_INPUTS,
    OF_JACOBIAN,
    OF_PARAMETERS,
    OF_UPDATES,
    OF_WEIGHTS,
    SPECTRUM_EDGES,
    STATISTICS,
)
from actviz.version import __version__

if TYPE_CHECKING:
    import xarray

SCHEMA = 3
"""Version of the variables, their definitions and the bins. A newer one is refused, never misread; 3 has a model's
roles, streams, softmaxes and parameters, which older ones lack."""

DEAD = 2
"""Schema from which on a unit is dead only where it passes no gradient on: 1 counted saturated ones at first."""

PAIRING = ("init", "activation")
TRAINING = ("run", "seed", "step", "train_loss", "ended", "snapshot_step")
"""What every training has."""
NEEDED = {
    "training": TRAINING,
    "descent": ("run", "seed", "step", "x", "y", "reached_value", "escaped"),
    "range_test": ("seed", "update", "learning_rate", "loss", "smoothed_loss", "ended_step"),
    "sweep": ("seed",),
    "coordinates": ("width", "seed", "step", "layer", "size", "change", "loss", "layer_name", "fan_in", "fan_out"),
}
"""What a result of each kind has; all others are a probe's."""
KINDS = ("probe", *NEEDED)
_COUNTS = {
    "hist": ("activation histogram", "values in each bin of bin_edges, over samples, units and seeds"),
    "underflow": ("activations below the bins", "finite values below the first edge, over samples, units and seeds"),
    "overflow": ("activations above the bins", "finite values above the last edge, over samples, units and seeds"),
    "grad_hist": ("gradient histogram", "|dL/dz| in each bin of grad_bin_edges, over samples, units and seeds"),
    "grad_overflow": ("gradients above the bins", "|dL/dz| above the last edge, inf and NaN included"),
    "view_hist": ("activation histogram, chosen view", "values in each bin of view_edges, as numpy.histogram counts"),
    "spectrum": (
        "spectrum of the Jacobian",
        "squared singular values over a sample's mean: below spectrum_edges in the first bin, then between them",
    ),
    "act_limits": (
        "activations between limits of number formats",
        "values whose magnitude is from an edge of limit_edges up to the next; beyond the last, inf and NaN included",
    ),
    "grad_limits": (
        "gradients between limits of number formats",
        "|dL/dz| from an edge of limit_edges up to the next; beyond the last, inf and NaN included",
    ),
    "view_outside": ("activations outside the view", "values outside view_edges, inf and NaN included"),
}
_EDGES = {
    "bin_edges": ("bin edges", "edges of hist: linear on finite bounds, else symmetric, 4 bins an octave"),
    "grad_bin_edges": ("gradient bin edges", "edges of grad_hist: 4 bins an octave of |dL/dz|"),
    "view_edges": ("edges of the chosen view", "edges of view_hist"),
    "limit_edges": (
        "limits of number formats",
        "magnitudes from which on a format keeps a number, keeps all its digits, or overflows; the first is above 0",
    ),
    "spectrum_edges": ("edges of the spectrum", "edges of the bins of spectrum behind the first, 4 an octave"),
}


_SPREADS = {
    "hist_squares": (
        "spread of the histograms over seeds",
        "squared share of values below every fourth edge of bin_edges (the first and the last left out), over seeds",
    ),
    "hist_shares": (
        "shares of the histograms over seeds",
        "share of values below every fourth edge of bin_edges (the first and the last left out), over seeds; where "
        "seeds have unlike numbers of values, so that the pooled histogram does not tell it",
    ),
}


def definitions(name: str) -> dict[str, str]:
    """Attributes of a variable."""
    if statistic := {**STATISTICS, **OF_INPUTS}.get(name):
        return {"long_name": statistic.long_name, "units": statistic.units, "definition": statistic.definition}
    of_models = {**OF_PARAMETERS, **OF_UPDATES, **OF_BLOCKS, **OF_ATTENTION, **OF_OUTPUT, **OF_OUTLIERS, **OF_LEARNING}
    told = {**_COUNTS, **_EDGES, **OF_JACOBIAN, **_SPREADS, **OF_WEIGHTS, **of_models}
    long_name, definition = told[name]
    return {"long_name": long_name, "units": "values" if name in _COUNTS else "1", "definition": definition}


def attributes(title: str, recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every result says of itself: what it is, in which schema, and how to measure it again."""
    written = json.dumps(recipe, sort_keys=True)
    return {"title": title, "schema": SCHEMA, "actviz_version": __version__, "kernel": kernel(), "recipe": written}


def assemble(
    statistics: Mapping[tuple[str, str, int], Mapping[str, Any]],
    histograms: Mapping[tuple[str, str], Histograms],
    *,
    fans: Sequence[tuple[int, int]],
    recipe: Mapping[str, Any],
    more: Mapping[str, tuple[str, ...]] | None = None,
    built: Mapping[str, tuple[str, Any]] | None = None,
    coords: Mapping[str, tuple[str, Any, dict[str, str]]] | None = None,
) -> xarray.Dataset:
    """Build the dataset.

    Parameters
    ----------
    statistics : mapping
        From (init, activation, seed) to what ``Measurement.statistics`` holds.
    histograms : mapping
        From (init, activation) to the histograms of all seeds.
    fans : sequence of (int, int)
        (fan_in, fan_out) of every layer.
    recipe : mapping
        Everything needed to measure again; JSON values only. Its ``inits``, ``activations`` and ``seeds`` are the
        coordinates, in their order.
    more : mapping, optional
        From the name of each statistic besides to its dimensions after the seeds.
    built : mapping, optional
        How a network of blocks is built, by the names of ``BUILT``: dimension and values. Of its blocks the statistics
        are there too.
    coords : mapping, optional
        Further coordinates: dimension, values and attributes.
    """
    import xarray as xr

    inits, activations, seeds = recipe["inits"], recipe["activations"], recipe["seeds"]
    variables: dict[str, tuple[tuple[str, ...], Any, dict[str, str]]] = {}

    def add(name: str, dims: tuple[str, ...], values: Any) -> None:
        variables[name] = (dims, np.array(values), definitions(name))

    def count(name: str, field: str, read: Callable[[Histogram], Any], *bin_dim: str) -> None:
        values = [[[read(h) for h in getattr(histograms[i, a], field)] for a in activations] for i in inits]
        add(name, (*PAIRING, "layer", *bin_dim), np.array(values, np.int64))

    after = {**dict.fromkeys((*STATISTICS, *OF_WEIGHTS), ("layer",)), **dict.fromkeys(OF_INPUTS, ()), **(more or {})}
    after |= dict.fromkeys(OF_BLOCKS, ("block",)) if built else {}
    for name, dims in after.items():
        values = [[[statistics[i, a, s][name] for s in seeds] for a in activations] for i in inits]
        add(name, (*PAIRING, "seed", *dims), values)
    first = [histograms[inits[0], a] for a in activations]
    if "spectrum" in after:
        add("spectrum_edges", ("spectrum_edge",), SPECTRUM_EDGES)
    add("bin_edges", ("activation", "bin_edge"), [each.hist[0].bins.edges for each in first])
    add("grad_bin_edges", ("grad_bin_edge",), first[0].grad_hist[0].bins.edges)
    count("hist", "hist", lambda h: h.counts, "bin")
    squares = [[histograms[i, a].squares for a in activations] for i in inits]
    add("hist_squares", (*PAIRING, "layer", "coarse_edge"), squares)
    count("underflow", "hist", lambda h: h.underflow)
    count("overflow", "hist", lambda h: h.overflow)
    count("grad_hist", "grad_hist", lambda h: h.counts, "grad_bin")
    count("grad_overflow", "grad_hist", lambda h: h.overflow + h.nonfinite)
    if first[0].view_hist:
        add("view_edges", ("view_edge",), first[0].view_hist[0].bins.edges)
        count("view_hist", "view_hist", lambda h: h.counts, "view_bin")
        count("view_outside", "view_hist", lambda h: h.underflow + h.overflow + h.nonfinite)
    if first[0].act_limits:
        add("limit_edges", ("limit_edge",), first[0].act_limits[0].bins.edges)
        for name in ("act_limits", "grad_limits"):
            count(name, name, lambda h: [*h.counts, h.overflow + h.nonfinite], "limit_edge")
    every = {
        "init": inits,
        "activation": activations,
        "seed": ("seed", np.array(seeds), {"long_name": "random seed"}),
        "layer": ("layer", np.arange(1, len(fans) + 1), {"long_name": "layer"}),
        "fan_in": ("layer", np.array([fan_in for fan_in, _ in fans]), {"long_name": "inputs of a unit"}),
        "width": ("layer", np.array([fan_out for _, fan_out in fans]), {"long_name": "units in the layer"}),
        **{name: (dim, values, {"long_name": BUILT[name]}) for name, (dim, values) in (built or {}).items()},
        **(coords or {}),
    }
    return xr.Dataset(variables, every, attributes("activation and gradient statistics by layer", recipe))


def check_dataset(dataset: Any) -> None:
    """Refuse what is no dataset of xarray's."""
    if not (hasattr(dataset, "data_vars") and hasattr(dataset, "attrs")):
        raise ActvizError(f"need a dataset as actviz.probe gives it, not {type(dataset).__name__}")


_CHOSEN = ("init", "activation", "run", "seed", "layer")
_TAKEN_AWAY = "this dataset has no dimension {dim!r} any more: select with a list, as sel({dim}=[...])"


def check_dims(dataset: xarray.Dataset) -> None:
    """Refuse a dataset of which one run, seed or layer was chosen in a way that took the dimension away."""
    check_some(dataset)
    for dim in _CHOSEN:
        if dim in dataset.coords and not dataset.coords[dim].dims:
            raise ActvizError(_TAKEN_AWAY.format(dim=dim))


def check_some(dataset: xarray.Dataset) -> None:
    """Refuse a dataset in which a selection left no initializer, activation, run, seed or layer."""
    check_dataset(dataset)
    for dim in _CHOSEN:
        if dataset.sizes.get(dim) == 0:
            raise ActvizError(f"this dataset has no {dim} left: what was selected of it is none of its own")


def chosen(dataset: xarray.Dataset, dim: str, names: str | Iterable[Any] | None) -> list[str]:
    """Return the initializers or activations named, all of them if None.

    Raises
    ------
    ActvizError
        If the dataset has no such one; the message lists what it has.
    """
    check_dataset(dataset)
    if dim in dataset.coords and dim not in dataset.dims:
        raise ActvizError(_TAKEN_AWAY.format(dim=dim))
    there = [str(name) for name in dataset[dim].values]
    wanted = there if names is None else [names] if isinstance(names, str) else [str(name) for name in names]
    for name in wanted:
        if name not in there:
            raise ActvizError(f"no {dim} {name!r} in this dataset; it has {', '.join(there)}")
    return wanted


def of_pairing(dataset: xarray.Dataset, name: str, init: str, activation: str) -> NDArray[Any]:
    """Return a statistic of a pairing by seed and layer, shape (seed, layer).

    Without the new dataset that ``sel`` makes, which takes a hundred times as long.
    """
    return of_place(dataset, name, {"init": init, "activation": activation}, "seed", "layer")


def of_place(dataset: xarray.Dataset, name: str, place: Mapping[str, Any], *dims: str) -> NDArray[Any]:
    """Return a variable at labels of dimensions of the dataset, those that it has, by the others in their order."""
    variable = dataset.variables[name]
    at = {dim: dataset.get_index(dim).get_loc(label) for dim, label in place.items() if dim in variable.dims}
    values: NDArray[Any] = variable.isel(at).transpose(*dims).values
    return values


def gradient_decades(dataset: xarray.Dataset, init: str, activation: str) -> NDArray[np.float64]:
    """Return log10 of the gradient's RMS at the first layer over that at the last of a pairing, shape (seed,).

    -inf where no gradient arrives at the first layer, or none starts; NaN after overflow.
    """
    rms = of_pairing(dataset, "grad_preact_rms", init, activation)
    first, last = rms[:, 0], rms[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        decades: NDArray[np.float64] = np.log10(np.where(last == 0, 0.0, first / last))
    return decades


def recipe(dataset: xarray.Dataset) -> dict[str, Any]:
    """Return the recipe a dataset was measured by.

    Raises
    ------
    ActvizError
        If it is no dataset of actviz's.
    """
    check_dataset(dataset)
    if "recipe" not in dataset.attrs:
        raise ActvizError("need a dataset as actviz.probe gives it; this one has no recipe")
    return json.loads(dataset.attrs["recipe"])  # type: ignore[no-any-return]


def selection(dataset: xarray.Dataset) -> dict[str, list[Any]]:
    """Return by dimension the labels that were chosen of what a dataset's recipe measured; nothing of the whole."""
    measured = recipe(dataset)
    whole = {"run": list(measured.get("runs", ())), "seed": measured.get("seeds"), "init": measured.get("inits")}
    whole["activation"], widths = measured.get("activations"), measured.get("width")
    whole["layer"] = list(range(1, len(widths) + 1)) if isinstance(widths, list) else None
    whole |= measured.get("over", {})
    whole |= {"width": measured["widths"]} if measured.get("kind") == "coordinates" else {}
    return {
        dim: dataset[dim].values.tolist()
        for dim, labels in whole.items()
        if dim in dataset.dims and labels is not None and dataset[dim].values.tolist() != labels
    }


def is_own(recipe: Mapping[str, Any]) -> bool:
    """Whether a recipe is of a network of the user's own, of which it does not say how it is made."""
    return recipe.get("kind") in ("module", "recorded")


def kind_of(dataset: xarray.Dataset) -> str:
    """Return which of ``KINDS`` a dataset is; what a probe measures is all that is nothing else, snapshots too."""
    kind = str(recipe(dataset).get("kind"))
    return kind if kind in KINDS else "probe"


def swept(dataset: xarray.Dataset) -> dict[str, list[Any]]:
    """Return the fields of a sweep in their order, and the values that are there."""
    return {name: dataset[name].values.tolist() for name in recipe(dataset)["fields"]}


def is_training(dataset: xarray.Dataset) -> bool:
    """Tell a training from what a probe measured."""
    check_dataset(dataset)
    return "snapshot_step" in dataset
