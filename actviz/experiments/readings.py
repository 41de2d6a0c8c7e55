"""Readings: from a dataset to one number a seed, shape (seeds,); or from nothing to a number of theory.

Expectations and claims are made of these.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz import theory
from actviz.catalog.initializers import Initializer
from actviz.catalog.names import labelled_initializers
from actviz.results.dataset import gradient_decades, of_pairing, recipe
from actviz.scaling.slopes import slopes_of
from actviz.training.measures import at_budget, at_end, weight_size

if TYPE_CHECKING:
    import xarray

Values = NDArray[np.float64]
Reading = Callable[["xarray.Dataset"], Any]


def _layers(ds: xarray.Dataset, name: str, init: str | Initializer, activation: str) -> Values:
    """Values of a statistic, shape (seeds, layers)."""
    (label,) = labelled_initializers(init)
    return of_pairing(ds, name, label, activation).astype(np.float64)


def at(name: str, init: str | Initializer, activation: str, layer: int) -> Reading:
    """Read a statistic at a layer; -1 is the last."""
    return lambda ds: _layers(ds, name, init, activation)[:, layer - (layer > 0)]


def _square(ds: xarray.Dataset, what: str, init: str, activation: str) -> Values:
    mean, std = (_layers(ds, f"{what}_{name}", init, activation) for name in ("mean", "std"))
    return mean**2 + std**2


def mean_square(what: str, init: str, activation: str, layer: int) -> Reading:
    """Read the mean square of the activations (``act``) or pre-activations (``preact``, the length q) at a layer."""
    return lambda ds: _square(ds, what, init, activation)[:, layer - 1]


def log_variance(init: str, activation: str, layer: int) -> Reading:
    """Read the variance over seeds of the logarithm of the activations' mean square at a layer; one number for all."""
    return lambda ds: float(np.var(np.log(_square(ds, "act", init, activation)[:, layer - 1]), ddof=1))


def quotient(above: Reading, below: Reading) -> Reading:
    """Read one number over another, seed by seed."""
    return lambda ds: _ratio(above(ds), below(ds))


def difference(after: Reading, before: Reading) -> Reading:
    """Read by how much one number exceeds another, seed by seed."""
    return lambda ds: after(ds) - before(ds)


def signal_factor(init: str, activation: str, first: int = 1) -> Reading:
    """Read the factor a layer of the activations' RMS, from layer ``first`` to the last."""

    def read(ds: xarray.Dataset) -> Values:
        squares = _square(ds, "act", init, activation)[:, first - 1 :]
        factor: Values = _ratio(squares[:, -1], squares[:, 0]) ** (0.5 / (squares.shape[1] - 1))
        return factor

    return read


def _ratio(above: Values, below: Values) -> Values:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Values = above / below
    return ratio


def gradient_factor(init: str, activation: str, first: int = 1) -> Reading:
    """Read the factor of the mean-square gradient a layer backwards.

    By the slope of a straight line through the logarithms of the layers from ``first`` to the last.
    """

    def read(ds: xarray.Dataset) -> Values:
        rms = _layers(ds, "grad_preact_rms", init, activation)[:, first - 1 :]
        if not (np.isfinite(rms).all() and (rms > 0).all()):
            return np.full(len(rms), np.nan)
        slopes: Values = np.polyfit(np.arange(rms.shape[1]), 2 * np.log(rms).T, 1)[0]
        return np.exp(-slopes)

    return read


def _blocks(ds: xarray.Dataset, name: str, init: str, activation: str) -> Values:
    """Squares of a statistic of blocks, shape (seeds, blocks)."""
    (label,) = labelled_initializers(init)
    chosen = ds[name].sel(init=label, activation=activation)
    return np.asarray(chosen.transpose("seed", "block").values, np.float64) ** 2


def stream_square(init: str, activation: str, block: int) -> Reading:
    """Read the mean square of the stream behind a block over that before the first."""

    def read(ds: xarray.Dataset) -> Values:
        before = _blocks(ds, "stream_before", init, activation)[:, 0]
        return _ratio(_blocks(ds, "stream_rms", init, activation)[:, block - 1], before)

    return read


def stream_factor(init: str, activation: str) -> Reading:
    """Read the factor of the stream's mean square a block, over all blocks."""

    def read(ds: xarray.Dataset) -> Values:
        factor: Values = stream_square(init, activation, 0)(ds) ** (1 / ds.sizes["block"])
        return factor

    return read


def stream_gradient(init: str, activation: str) -> Reading:
    """Read the mean-square gradient of the stream before the first block over that behind the last."""

    def read(ds: xarray.Dataset) -> Values:
        ahead = _blocks(ds, "stream_grad_before", init, activation)[:, 0]
        return _ratio(ahead, _blocks(ds, "stream_grad", init, activation)[:, -1])

    return read


def of_network(name: str, init: str, activation: str) -> Reading:
    """Read a number that a whole network has, as ``jacobian_spread``."""
    (label,) = labelled_initializers(init)
    return lambda ds: np.asarray(ds[name].sel(init=label, activation=activation).values, np.float64)


def largest_of(reading: Reading) -> Reading:
    """Read the largest of what another reads of the seeds, one number for all."""
    return lambda ds: float(np.max(reading(ds)))


def gradient_ratio(init: str, activation: str) -> Reading:
    """Read the mean-square gradient at the first layer over that at the last."""

    def read(ds: xarray.Dataset) -> Values:
        rms = _layers(ds, "grad_preact_rms", init, activation)
        return _ratio(rms[:, 0], rms[:, -1]) ** 2

    return read


def gradient_change(init: str, activation: str) -> Reading:
    """Read the decades by which the RMS gradient changes from the last layer to the first."""
    return lambda ds: gradient_decades(ds, init, activation)


def weight_gradient_ratio(init: str, activation: str) -> Reading:
    """Read the mean square of the first layer's weight gradient over the last layer's."""

    def read(ds: xarray.Dataset) -> Values:
        norm = _layers(ds, "grad_weight_norm", init, activation)
        return _ratio(norm[:, 0], norm[:, -1]) ** 2

    return read


def layers_that_learn(init: str, activation: str) -> Reading:
    """Read how many layers' weights have a gradient that is not exactly zero."""
    return lambda ds: (_layers(ds, "grad_weight_norm", init, activation) > 0).sum(axis=1).astype(float)


def outside_view(init: str, activation: str, layer: int) -> Reading:
    """Read the share of values outside the chosen view at a layer; one number, pooled over the seeds."""

    def read(ds: xarray.Dataset) -> float:
        chosen = ds.sel(init=init, activation=activation, layer=layer)
        inside, outside = float(chosen["view_hist"].sum()), float(chosen["view_outside"])
        return outside / (inside + outside)

    return read


def share_near(value: float, within: float, init: str, activation: str, layer: int) -> Reading:
    """Read the share of values within a distance of a value at a layer; one number, pooled over the seeds."""

    def read(ds: xarray.Dataset) -> float:
        chosen = ds.sel(init=init, activation=activation, layer=layer)
        edges, counts = chosen["bin_edges"].values, chosen["hist"].values
        near = (edges[:-1] >= value - within - 1e-9) & (edges[1:] <= value + within + 1e-9)
        return float(counts[near].sum() / counts.sum())

    return read


def mean_field(name: str, activation: str, weight_var: float, bias_var: float = 0.0) -> Callable[[], float]:
    """Read what mean-field theory gives, as ``q_star`` or ``chi_1``."""
    return lambda: float(getattr(theory.mean_field(activation, weight_var, bias_var), name))


# Of sweeps


def of_cell(name: str, **at: float) -> Reading:
    """Read what is kept of a cell; ``at`` names every swept field."""
    return lambda ds: np.asarray(ds[name].sel(at).values, np.float64)


# Of coordinate checks


def width_slope(name: str, step: int, layer: int) -> Reading:
    """Read the slope of log ``size`` or ``change`` of a layer on log width, after so many updates."""
    return lambda ds: slopes_of(ds, name)[:, step, layer - 1]


# Of trainings


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
        accuracy = _own(ds, "train_accuracy", run, "step")[:, at]
        return np.where(np.isnan(accuracy), 1 / classes_of(ds), accuracy)

    return read


def classes_of(ds: xarray.Dataset) -> int:
    """Return how many classes there are."""
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
