"""Readings of trainings: from a dataset of ``train`` to one number a seed, shape (seeds,)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from actviz.experiments.readings import Reading, Values
from actviz.training.measures import at_budget, at_end, weight_size

if TYPE_CHECKING:
    import xarray


def _own(ds: xarray.Dataset, name: str, run: str, *dims: str) -> Values:
    """Values of a variable of a run, seeds first."""
    return np.asarray(ds[name].sel(run=run).transpose("seed", *dims).values, np.float64)


def batch_loss(run: str, last: int, over: int = 100) -> Reading:
    """Read the mean loss of the ``over`` batches up to update ``last``; -1 is the end."""

    def read(ds: xarray.Dataset) -> Values:
        losses = _own(ds, "batch_loss", run, "update")
        end = losses.shape[1] if last == -1 else last
        mean: Values = losses[:, end - over : end].mean(axis=1)
        return mean

    return read


def below_chance_loss(run: str, classes: int = 10) -> Reading:
    """Read by how much the mean loss of the last 100 batches is below that of guessing, ln(classes)."""
    end = batch_loss(run, -1)
    return lambda ds: math.log(classes) - end(ds)


def end_of(name: str, run: str) -> Reading:
    """Read a number of the last evaluation, as ``train_accuracy``; NaN where the run diverged."""
    return lambda ds: at_budget(ds, name).sel(run=run).values


def last_of(name: str, run: str) -> Reading:
    """Read a number of the last evaluation that the run came to, be it stopped before or diverged."""
    return lambda ds: at_end(ds, name).sel(run=run).values


def last_size(run: str) -> Reading:
    """Read the norm of all weights at the last evaluation that the run came to over that before training."""
    return lambda ds: at_end(ds.assign(size=weight_size(ds)), "size").sel(run=run).values


def accuracy_after(run: str, epoch: int) -> Reading:
    """Read the training accuracy after so many epochs; a network that has diverged counts as a guess.

    It gives no answer; that of guessing, one class in so many, keeps it comparable.
    """

    def read(ds: xarray.Dataset) -> Values:
        (at,) = np.flatnonzero(ds["epoch"].values == epoch)
        found = _own(ds, "train_accuracy", run, "step")[:, at]
        return np.where(np.isnan(found), 1 / classes_of(ds), found)

    return read


def classes_of(ds: xarray.Dataset) -> int:
    """Return how many classes there are."""
    from actviz.results.dataset import recipe

    return int(recipe(ds)["classes"])


def diverged(run: str) -> Reading:
    """Read 1 where a run diverged, and 0 where not."""
    return lambda ds: (ds["ended"].sel(run=run).values == "diverged").astype(float)


def updates_to(run: str, loss: float) -> Reading:
    """Read after how many updates the loss of a batch is first below a level; the budget where it never is."""

    def read(ds: xarray.Dataset) -> Values:
        losses = _own(ds, "batch_loss", run, "update")
        below = losses < loss
        first: Values = np.where(below.any(axis=1), below.argmax(axis=1) + 1.0, float(losses.shape[1]))
        return first

    return read


def weights_that_moved(run: str) -> Reading:
    """Read how many layers, the head among them, have weights that are not 0 at the last evaluation."""
    return lambda ds: (_own(ds, "weight_norm", run, "step", "weight_layer")[:, -1] > 0).sum(axis=1).astype(float)


def after(name: str, run: str, layer: int, snapshot: int = -1) -> Reading:
    """Read a statistic of a layer in a snapshot, the last unless given."""
    return lambda ds: _own(ds.isel(snapshot=snapshot), name, run, "layer")[:, layer - (layer > 0)]
