"""Runs that differ in one setting alone, as series over it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Flags, Line
from actviz.results.dataset import recipe
from actviz.text import run_name

if TYPE_CHECKING:
    import xarray


def series_of(ds: xarray.Dataset, runs: Sequence[str], setting: str) -> list[list[str]]:
    """Group runs by everything in their recipe but one setting, in the order of the dataset."""
    recipes = recipe(ds)["runs"]
    groups: dict[str, list[str]] = {}
    for run in runs:
        rest = {name: value for name, value in recipes[run].items() if name != setting}
        groups.setdefault(json.dumps(rest, sort_keys=True), []).append(run)
    return list(groups.values())


def differing(ds: xarray.Dataset, setting: str, least: int = 2) -> list[list[str]]:
    """Return the groups of at least so many runs that differ in a setting alone."""
    runs = [str(run) for run in ds["run"].values]
    return [group for group in series_of(ds, runs, setting) if len(group) >= least]


def settings(ds: xarray.Dataset, runs: Sequence[str], setting: str) -> list[Any]:
    """Return a setting of each run."""
    recipes = recipe(ds)["runs"]
    return [recipes[run][setting] for run in runs]


def shared_name(runs: Sequence[str]) -> str:
    """Return the words that all labels of a group share, empty if none.

    >>> shared_name(["optimizer adam, weight_decay 0", "optimizer adam, weight_decay 0.1"])
    'optimizer adam'
    """
    first, *others = (run.split(", ") for run in runs)
    return ", ".join(word for word in first if all(word in other for other in others))


def group_name(runs: Sequence[str], lang: str) -> str:
    """Write what a group's labels share for a figure; the first of them if nothing."""
    return run_name(shared_name(runs) or runs[0], lang)


def over_runs(x: Any, values: Any) -> Line:
    """Return the median and range of the seeds over a setting, from values of shape (runs, seeds).

    Where a seed has no finite number there is a mark instead of a point.
    """
    order = np.argsort(np.asarray(x, float))
    found: Floats = np.asarray(values, float)[order]
    lost: Flags = ~np.asarray(np.isfinite(found).all(axis=1))
    shown = np.where(lost[:, None], np.nan, found)
    ends = shown.min(axis=1), shown.max(axis=1)
    return Line(np.asarray(x, float)[order], np.median(shown, axis=1), *ends, lost)
