"""How deep networks train, read off a sweep of trainings over sigma_w^2 and depth (Schoenholz et al. 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.catalog.names import builtin
from actviz.errors import ActvizError
from actviz.results.dataset import recipe
from actviz.theory import EFOLDS, mean_field

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]


_DIMS = ("weight_var", "depth", "seed")


def _check(ds: xarray.Dataset, *dims: str) -> None:
    """Refuse what is no sweep, or lacks one of its dimensions."""
    if recipe(ds).get("kind") != "sweep":
        raise ActvizError("needs a sweep, as actviz.sweep gives it, not a result of another kind")
    if missing := [name for name in dims if name not in ds.dims]:
        raise ActvizError(f"needs a sweep over {' and '.join(dims[:2])}: {missing[0]} is no dimension of it")


def accuracies(ds: xarray.Dataset) -> Floats:
    """Return training accuracies, (seeds, sigma_w^2, depths), both ascending; what diverged counts as the worst."""
    _check(ds, *_DIMS)
    if "final_accuracy" not in ds:
        raise ActvizError("needs a sweep over weight_var and depth that keeps final_accuracy: it has no final_accuracy")
    others = [name for name in ds["final_accuracy"].dims if name not in _DIMS and ds.sizes[name] > 1]
    if others:
        raise ActvizError(f"needs a sweep over weight_var and depth alone: choose one {others[0]} by .sel")
    values = ds.sortby(["weight_var", "depth"])["final_accuracy"].transpose("seed", "weight_var", "depth", ...)
    chosen = values.values.reshape(values.shape[:3]).astype(np.float64)
    there = chosen[np.isfinite(chosen)]
    return np.where(np.isfinite(chosen), chosen, there.min(initial=1.0))


def reached(accuracy: Floats, depths: Floats) -> Floats:
    """Return the depth to which networks train, by sigma_w^2: where accuracy falls half way from the best to the worst.

    Between two depths it is interpolated; it is the first depth where no network of a sigma_w^2 trains, the last where
    all do.

    >>> reached(np.array([[0.9, 0.5, 0.1], [0.9, 0.9, 0.9], [0.1, 0.1, 0.1]]), np.array([10.0, 20.0, 30.0])).tolist()
    [20.0, 30.0, 10.0]
    """
    level = 0.5 * (accuracy.max() + accuracy.min())
    found = []
    for row in accuracy:
        below = np.flatnonzero(row < level)
        at = int(below[0]) if len(below) else len(row)
        if at in (0, len(row)):
            found.append(depths[0] if at == 0 else depths[-1])
            continue
        share = (row[at - 1] - level) / (row[at - 1] - row[at])
        found.append(depths[at - 1] + share * (depths[at] - depths[at - 1]))
    return np.array(found)


def depth_scales(ds: xarray.Dataset) -> tuple[Floats, Floats]:
    """Return sigma_w^2, ascending, and theory's xi_c there."""
    _check(ds, "weight_var")
    values = np.sort(ds["weight_var"].values.astype(np.float64))
    activation, bias_var = shared(ds)
    return values, np.array([mean_field(activation, each, bias_var).xi_c for each in values.tolist()])


def shared(ds: xarray.Dataset) -> tuple[Activation, float]:
    """Return the activation and sigma_b^2 of all cells of a sweep.

    Raises
    ------
    ActvizError
        If it is no sweep, one of them is swept, or the activation is none of the library's: a name from a file is not
        imported.
    """
    _check(ds)
    settings = recipe(ds)["settings"]
    label, bias_var, bias_std = (settings.get(name) for name in ("activation", "bias_var", "bias_std"))
    activation = builtin("activation", label, ACTIVATIONS) if isinstance(label, str) else None
    if activation is None or (bias_var is None and bias_std is None):
        raise ActvizError("theory needs one activation that actviz has, and one variance of the biases")
    return activation, float(bias_std**2 if bias_var is None else bias_var)


def correlation(ds: xarray.Dataset) -> Floats:
    """Return by seed how the depth reached goes with theory's 6 xi_c, both as far as the grid reaches.

    The coefficient of correlation of their logarithms over sigma_w^2.
    """
    every, (_, scales) = accuracies(ds), depth_scales(ds)
    depths = np.sort(ds["depth"].values.astype(np.float64))
    theory = np.log(np.clip(EFOLDS * scales, depths[0], depths[-1]))
    with np.errstate(divide="ignore", invalid="ignore"):  # where all train equally deep there is none: NaN
        return np.array([np.corrcoef(np.log(reached(each, depths)), theory)[0, 1] for each in every])


def is_told(ds: xarray.Dataset) -> bool:
    """Whether a sweep tells where networks train deepest: the depth reached goes with theory's, beyond chance.

    Under every seed the correlation is three standard errors above 0, over five sigma_w^2 and four depths at least, and
    what trains best is inside of the grid.
    """
    _check(ds, *_DIMS)
    number = ds.sizes["weight_var"]
    if number < 5 or ds.sizes["depth"] < 4:
        return False
    found, inside = correlation(ds), np.sort(ds["weight_var"].values)[1:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = found / np.sqrt((1.0 - found**2) / (number - 2)) > 3.0
    return bool(sure.all() and inside[0] <= float(np.median(peak(ds))) <= inside[-1])


def peak(ds: xarray.Dataset) -> Floats:
    """Return by seed the sigma_w^2 whose deep networks train best: the deeper half of the depths, on average.

    Between the values of the grid by a parabola through the best and its neighbours, at most half way to one.
    """
    every, values = accuracies(ds), np.sort(ds["weight_var"].values.astype(np.float64))
    return np.array([_vertex(values, each[:, each.shape[1] // 2 :].mean(axis=1)) for each in every])


def _vertex(x: Floats, y: Floats) -> float:
    """Return where a parabola through the largest of evenly spaced values and its neighbours is largest."""
    at = int(y.argmax())
    if at in (0, len(y) - 1):
        return float(x[at])
    before, best, behind = y[at - 1 : at + 2]
    return float(x[at] + 0.25 * (x[at + 1] - x[at - 1]) * (behind - before) / (2 * best - before - behind))
