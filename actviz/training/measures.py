"""What a training comes to in a number a run and seed: read by figures and claims alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from actviz.results.dataset import recipe

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]


def at_end(ds: xarray.Dataset, name: str) -> xarray.DataArray:
    """Return a number of the evaluations at the last one that each run came to, dims ``run, seed``."""
    last = np.searchsorted(ds["step"].values, ds["ended_step"].values, side="right") - 1
    return ds[name].isel(step=ds["ended_step"].copy(data=last))


def at_budget(ds: xarray.Dataset, name: str) -> xarray.DataArray:
    """Return a number at the end of the budget, dims ``run, seed``: NaN of the evaluations where a run ended before.

    Of test rows it is the last by itself.
    """
    return ds[name].isel(step=-1) if "step" in ds[name].dims else ds[name]


def chosen_by(ds: xarray.Dataset, judged: str) -> str:
    """Return by what the best run is chosen where runs are judged by a number: by the same of validation rows.

    So that test rows choose nothing; of training rows where none are held out.
    """
    what = judged.rpartition("_")[2]
    return f"{'validation' if np.isfinite(ds[f'validation_{what}'].values).any() else 'train'}_{what}"


def best_of(ds: xarray.Dataset, runs: Sequence[str], judged: str = "test_loss") -> str:
    """Return the run that is the best in the mean at the end of the budget, of validation rows: see ``chosen_by``.

    A run that a seed did not bring to the end is the last choice.
    """
    name = chosen_by(ds, judged)
    ends = at_budget(ds, name).sel(run=list(runs)).mean("seed", skipna=False).values
    ends = -ends if name.endswith("accuracy") else ends
    return str(runs[int(np.nan_to_num(ends, nan=np.inf, posinf=np.inf).argmin())])


def weight_size(ds: xarray.Dataset) -> xarray.DataArray:
    """Return the norm of all weights, the head's too, over their norm before training, dims ``run, seed, step``."""
    norm = (ds["weight_norm"] ** 2).sum("weight_layer", skipna=False) ** 0.5
    before = norm.isel(step=0)
    size: xarray.DataArray = norm / before.where(before > 0)
    return size


def update_size(ds: xarray.Dataset) -> xarray.DataArray:
    """Return the norm of an update of all weights over that of the weights, dims ``run, seed, step``.

    Of the last update before each evaluation, as ``update_ratio`` is by layer; NaN at the first.
    """
    squares = ds["weight_norm"] ** 2
    moved = (ds["update_ratio"] ** 2 * squares).sum("weight_layer", skipna=False)
    size: xarray.DataArray = (moved / squares.sum("weight_layer")) ** 0.5
    return size


def initial_scale(ds: xarray.Dataset) -> xarray.DataArray:
    """Return the norm of all weights before training over what He's initialization gives, by run.

    He's variance 2 / fan_in makes the expected square of a layer's norm 2 fan_out.
    """
    how = recipe(ds)
    widths = next(iter(how["runs"].values()))["width"]
    he = 2.0 * (sum(widths) + (how["classes"] or 1))
    squares = (ds["weight_norm"].isel(step=0) ** 2).sum("weight_layer")
    scale: xarray.DataArray = (squares.mean("seed") / he) ** 0.5
    return scale


def epochs_to(ds: xarray.Dataset, loss: float, name: str = "train_loss") -> xarray.DataArray:
    """Return how many epochs a run needs until a loss is below a level, inf where it never is; dims ``run, seed``.

    As finely as evaluations are apart.
    """
    below = ds[name] < loss
    epochs = ds["epoch"].where(below)
    return epochs.min("step").fillna(np.inf)


HALF = 0.5
"""Training accuracy that a network reaches that has learned to tell several classes apart."""


def half_right(ds: xarray.Dataset, runs: Sequence[str]) -> int:
    """Count the runs that end with half of the training rows right under every seed."""
    ends = at_end(ds, "train_accuracy").where(ds["ended"] != "diverged").sel(run=list(runs)) >= HALF
    return int(ends.all("seed").sum())


def magnitudes(ds: xarray.Dataset, snapshot: int = -1, layer: int | None = None) -> tuple[Floats, Floats]:
    """Return bin edges of the size of a weight, and how many weights, over the seeds, are in each, by run.

    Parameters
    ----------
    ds : xarray.Dataset
        A training with snapshots.
    snapshot : int
        Position of the snapshot.
    layer : int, optional
        Of which layer, the head's being the last; of all unless given.

    Returns
    -------
    edges : array (bins + 1,)
    counts : array (runs, bins)
    """
    counts = ds["weight_hist"].isel(snapshot=snapshot)
    counts = counts.sum("weight_layer") if layer is None else counts.sel(weight_layer=layer)
    both = counts.transpose("run", "weight_bin").values.astype(float)
    edges = ds["weight_bin_edges"].values.astype(float)
    half = (len(edges) - 1) // 2
    return edges[half:], both[:, half:] + both[:, half - 1 :: -1]


def share_below(ds: xarray.Dataset, size: float, layer: int, snapshot: int = -1) -> Floats:
    """Return the share of a layer's weights smaller than a size, by run; bins that reach beyond it are left out."""
    edges, counts = magnitudes(ds, snapshot, layer)
    share: Floats = counts[:, edges[1:] <= size].sum(axis=1) / counts.sum(axis=1)
    return share
