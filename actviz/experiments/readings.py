"""Readings: from a dataset to one number a seed, shape (seeds,); or from nothing to a number of theory.

Expectations and claims are made of these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz import theory
from actviz.catalog.names import labelled_initializers
from actviz.results.dataset import gradient_decades

if TYPE_CHECKING:
    import xarray

Values = NDArray[np.float64]
Reading = Callable[["xarray.Dataset"], Any]


def _layers(ds: xarray.Dataset, name: str, init: str, activation: str) -> Values:
    """Values of a statistic, shape (seeds, layers)."""
    (label,) = labelled_initializers(init)
    chosen = ds[name].sel(init=label, activation=activation)
    return np.asarray(chosen.transpose("seed", "layer").values, np.float64)


def at(name: str, init: str, activation: str, layer: int) -> Reading:
    """Read a statistic at a layer; -1 is the last."""
    return lambda ds: _layers(ds, name, init, activation)[:, layer - (layer > 0)]


def _square(ds: xarray.Dataset, what: str, init: str, activation: str) -> Values:
    mean, std = (_layers(ds, f"{what}_{name}", init, activation) for name in ("mean", "std"))
    return mean**2 + std**2


def mean_square(what: str, init: str, activation: str, layer: int) -> Reading:
    """Read the mean square of the activations (``act``) or pre-activations (``preact``, the length q) at a layer."""
    return lambda ds: _square(ds, what, init, activation)[:, layer - 1]


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


def gradient_ratio(init: str, activation: str) -> Reading:
    """Read the mean-square gradient at the first layer over that at the last."""

    def read(ds: xarray.Dataset) -> Values:
        rms = _layers(ds, "grad_preact_rms", init, activation)
        return _ratio(rms[:, 0], rms[:, -1]) ** 2

    return read


def gradient_change(init: str, activation: str) -> Reading:
    """Read the decades by which the RMS gradient changes from the last layer to the first."""
    return lambda ds: gradient_decades(ds).sel(init=init, activation=activation).values


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
