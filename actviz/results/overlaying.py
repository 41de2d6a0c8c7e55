"""Results laid over each other: joined along their pairings or runs, so that one figure shows them all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import ActvizError
from actviz.results.dataset import kind_of, recipe, selection

if TYPE_CHECKING:
    import xarray

MOST = 4
"""Results that can be told apart by their markers and dashes."""

_ALONG = {"probe": "init", "training": "run"}


def overlay(results: Mapping[str, xarray.Dataset]) -> xarray.Dataset:
    """Lay results over each other: one dataset, in which ``he_normal`` of ``before`` is ``he_normal (before)``.

    The figures ``signal``, ``gradients``, ``collapse``, ``histograms`` and ``curves`` draw it: a pairing or run has one
    colour, the first result solid lines and full markers, the others dashes and hollow markers.

    Parameters
    ----------
    results : mapping from name to xarray.Dataset
        Two to four, all from ``probe`` (or snapshots), with the same layers and an activation in common, or all from
        ``train``, evaluated at the same updates as far as they go.

    Returns
    -------
    xarray.Dataset
        Its recipe is the first one's, with all of them under ``overlay``. Counts of units are shares.

    Raises
    ------
    ActvizError
        If the results cannot be laid over each other; the message says why.
    """
    if not isinstance(results, Mapping) or not all(isinstance(name, str) and name.strip() for name in results):
        raise ActvizError("results to lay over each other are given by name: {'before': ds, 'after': other}")
    if not 2 <= len(results) <= MOST:
        raise ActvizError(f"two to {MOST} results can be laid over each other, not {len(results)}")
    kinds = {name: kind_of(ds) for name, ds in results.items()}
    if len(set(kinds.values())) > 1 or not set(kinds.values()) <= set(_ALONG):
        told = ", ".join(f"{name} is a {kind.replace('_', ' ')}" for name, kind in kinds.items())
        raise ActvizError(f"only probes, or only trainings, can be laid over each other: {told}")
    if any("overlay" in recipe(ds) for ds in results.values()):
        raise ActvizError("results that are laid over each other already cannot be laid over more")
    return _joined(dict(results), next(iter(kinds.values())))


def _joined(results: dict[str, xarray.Dataset], kind: str) -> xarray.Dataset:
    import xarray

    along, first = _ALONG[kind], next(iter(results.values()))
    parts = _probes(results) if kind == "probe" else _trainings(results)
    names: dict[str, tuple[str, int]] = {}
    renamed = []
    for at, (result, ds) in enumerate(parts.items()):
        own = [str(name) for name in ds[along].values]
        joined = [f"{name} ({result})" for name in own]
        names |= {new: (name, at) for new, name in zip(joined, own, strict=True)}
        renamed.append(ds.assign_coords({along: joined, "seed": np.arange(ds.sizes["seed"])}))
    whole = xarray.concat(renamed, along, data_vars="minimal", coords="minimal", compat="override", join="outer")
    if kind == "training":
        longest = max(parts.values(), key=lambda ds: ds.sizes["step"])
        whole = whole.assign_coords(epoch=longest["epoch"])
    order = list(dict.fromkeys(name for name, _ in names.values()))
    whole = whole.sel({along: sorted(names, key=lambda name: (order.index(names[name][0]), names[name][1]))})
    content = {**recipe(first), "overlay": {"names": names, "results": [_told(*each) for each in results.items()]}}
    if kind == "training":
        runs = {name: recipe(ds)["runs"] for name, ds in results.items()}
        results_in_order = list(results)
        content["runs"] = {new: runs[results_in_order[at]][name] for new, (name, at) in names.items()}
    return whole.assign_attrs({**first.attrs, "recipe": json.dumps(content)})


def _told(name: str, ds: xarray.Dataset) -> dict[str, Any]:
    """Return what is to be said of a result beside the others."""
    widths = [int(width) for width in ds["width"].values] if "width" in ds.coords else []
    told = {"name": name, "recipe": recipe(ds), "seeds": ds.sizes["seed"], "widths": widths}
    return {**told, "selection": selection(ds)}


def _alike(results: Mapping[str, xarray.Dataset], name: str, what: str) -> None:
    """Refuse results that differ in a coordinate or in bins."""
    (label, first), *others = results.items()
    for other, ds in others:
        if (name in ds) != (name in first):
            raise ActvizError(f"{label} and {other} cannot be laid over each other: only one has {what}")
        if name in ds and not np.array_equal(first[name].values, ds[name].values):
            raise ActvizError(f"{label} and {other} cannot be laid over each other: their {what} differ")


def _probes(results: Mapping[str, xarray.Dataset]) -> dict[str, xarray.Dataset]:
    """Return probes of the activations they share, without what belongs to one of them alone."""
    _alike(results, "layer", "layers")
    first = next(iter(results.values()))
    there = [{str(name) for name in ds["activation"].values} for ds in results.values()]
    common = [str(name) for name in first["activation"].values if all(str(name) in each for each in there)]
    if not common:
        told = "; ".join(f"{name} has {', '.join(map(str, ds['activation'].values))}" for name, ds in results.items())
        raise ActvizError(f"results laid over each other need an activation in common: {told}")
    parts = {name: _shares(ds.sel(activation=common)) for name, ds in results.items()}
    _alike(parts, "bin_edges", "bins")
    _alike(parts, "grad_bin_edges", "bins of gradients")
    shared = set.intersection(*(set(ds.data_vars) for ds in parts.values()))
    own = ("view", "limit", "act_limits", "grad_limits", "parameter")  # what belongs to one model, or was asked of one
    kept = [name for name in parts[next(iter(parts))].data_vars if name in shared and not str(name).startswith(own)]
    return {name: ds[kept].drop_vars(["fan_in", *_parameters(ds)], errors="ignore") for name, ds in parts.items()}


def _parameters(ds: xarray.Dataset) -> list[str]:
    return [str(name) for name in ds.coords if "parameter" in ds[name].dims]


def _shares(ds: xarray.Dataset) -> xarray.Dataset:
    """Return counts of units as shares of their layer: layers may differ in width."""
    counted = [name for name in ds.data_vars if ds[name].attrs.get("units") == "units"]
    return ds.assign({name: (ds[name] / ds["width"]).assign_attrs(ds[name].attrs | {"units": "1"}) for name in counted})


def _trainings(results: Mapping[str, xarray.Dataset]) -> dict[str, xarray.Dataset]:
    """Return the evaluations of trainings, the longest of which has those of all."""
    longest = max(results.values(), key=lambda ds: ds.sizes["step"])
    for name, ds in results.items():
        for coordinate in ("step", "epoch"):
            if not np.array_equal(longest[coordinate].values[: ds.sizes["step"]], ds[coordinate].values):
                raise ActvizError(f"{name} cannot be laid over the others: it is evaluated at other updates or epochs")
    evaluated = {"run", "seed", "step"}
    return {
        name: ds[[each for each in ds.data_vars if set(ds[each].dims) <= evaluated]].assign_coords(
            epoch=("step", longest["epoch"].values[: ds.sizes["step"]])
        )
        for name, ds in results.items()
    }


def laid(ds: xarray.Dataset) -> list[dict[str, Any]]:
    """Return what is told of each result laid over the others: name, recipe, seeds, widths and what was chosen of it.

    Nothing of a single result.
    """
    return list(recipe(ds).get("overlay", {}).get("results", []))


def refuse_laid(ds: xarray.Dataset) -> None:
    """Refuse results that are laid over each other, where one at a time is asked for."""
    if results := laid(ds):
        names = ", ".join(str(told["name"]) for told in results)
        raise ActvizError(f"these are results laid over each other, for figures alone; take one at a time: {names}")


def part_of(ds: xarray.Dataset, name: str) -> tuple[str, int]:
    """Return a pairing's or run's own name, and of which result it is: 0 in a dataset of one."""
    own, at = recipe(ds).get("overlay", {}).get("names", {}).get(name, (name, 0))
    return str(own), int(at)


def same_pairings(ds: xarray.Dataset, inits: Sequence[str]) -> list[list[str]]:
    """Group initializers by their own name, the results in order."""
    groups: dict[str, list[str]] = {}
    for init in inits:
        groups.setdefault(part_of(ds, init)[0], []).append(init)
    return list(groups.values())
