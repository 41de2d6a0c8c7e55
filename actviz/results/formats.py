"""What narrower number formats would lose of a result's activations and gradients, counted or read off histograms.

Magnitudes up to half of a format's least number, a tie, are *flushed* to zero, below its least normal number they are
*subnormal*, and what rounds beyond its largest *overflows*; all as shares of the values that are not 0 already. A probe
that is asked for formats counts them. Of any other result they are read off its histograms: bins of four an octave have
every power of two as an edge. What bins do not tell, as how many values are a tie exactly or where a limit is no edge,
is told as an interval: at least, and at most.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.formats import NumberFormat, number_formats
from actviz.errors import ActvizError
from actviz.results.dataset import PAIRING, check_dims, kind_of, recipe

if TYPE_CHECKING:
    import pandas
    import xarray

Floats = NDArray[np.float64]

SIDES = ("act", "grad")
"""Of activations h, and of gradients dL/dz."""

FEW_DIGITS = 0.5
"""Share of a layer's values that are subnormal, and keep fewer digits, from which on it is told."""

KEPT = 0.01
"""Share of a layer's values that may be flushed: more is a loss, and a loss scale leaves no more of the gradients."""

MOST_SCALE = 40
"""Powers of two that a loss scale is looked for among."""


@dataclass(frozen=True)
class Magnitudes:
    """Counts of magnitudes by layer, those that are 0 left out.

    Parameters
    ----------
    edges : array (bins + 1,)
        From 0 on.
    counts : array (layers, bins)
    beyond : array (layers,)
        How many lie beyond the last edge, or are not finite.
    """

    edges: Floats
    counts: Floats
    beyond: Floats

    @property
    def total(self) -> Floats:
        """How many values of each layer are not 0, shape (layers,)."""
        return np.asarray(self.counts.sum(axis=1) + self.beyond, np.float64)

    def below(self, limit: float) -> tuple[Floats, Floats]:
        """Return how many magnitudes are below a limit, at least and at most, shape (layers,): equal at an edge."""
        cumulated = np.concatenate([np.zeros((len(self.counts), 1)), np.cumsum(self.counts, axis=1)], axis=1)
        at = int(np.searchsorted(self.edges, limit, side="right")) - 1
        low = cumulated[:, at]
        high = low if self.edges[at] == limit else cumulated[:, at + 1] if at + 1 < len(self.edges) else self.total
        return np.asarray(low, np.float64), np.asarray(high, np.float64)

    def largest(self) -> float:
        """Return the upper edge of the largest magnitude; infinite where something lies beyond, 0 of nothing."""
        if self.beyond.any():
            return math.inf
        there = np.flatnonzero(self.counts.any(axis=0))
        return float(self.edges[there[-1] + 1]) if len(there) else 0.0


@dataclass(frozen=True)
class Lost:
    """What a format loses of a layer's values, as shares of those that are not 0; each (at least, at most).

    All arrays have shape (layers,) and are NaN where every value is 0.
    """

    flushed: tuple[Floats, Floats]
    subnormal: tuple[Floats, Floats]
    overflow: tuple[Floats, Floats]


def magnitudes(dataset: xarray.Dataset, init: str, activation: str, side: str) -> Magnitudes:
    """Return the magnitudes of a pairing's activations (``act``) or gradients (``grad``) over all seeds."""
    own = dataset.sel(init=init, activation=activation)
    if side == "grad":
        edges, counts = own["grad_bin_edges"].values, own["grad_hist"].transpose("layer", "grad_bin").values
        beyond, zeros = own["grad_overflow"].values, own["grad_zero"]
    else:
        edges, counts = _folded(own["bin_edges"].values, own["hist"].transpose("layer", "bin").values)
        values = counts.sum(axis=1) + own["underflow"].values + own["overflow"].values
        beyond = own["underflow"].values + own["overflow"].values + _lost(own, values)
        zeros = own["zero_fraction"]
    counts = counts.astype(np.float64)
    whole = counts.sum(axis=1) + beyond
    share = np.nan_to_num(zeros.mean("seed").values.astype(np.float64))
    at = int(np.searchsorted(edges, 0.0, side="right")) - 1  # zeros stand in the first bin from 0 on
    counts[:, at] = np.maximum(counts[:, at] - np.rint(share * whole), 0.0)
    return Magnitudes(np.asarray(edges, np.float64), counts, np.asarray(beyond, np.float64))


def _lost(own: xarray.Dataset, finite: Floats) -> Floats:
    """Return how many values are not finite, beside those that are."""
    share = np.clip(np.nan_to_num(own["nonfinite"].mean("seed").values.astype(np.float64)), 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = np.where(share < 1, finite * share / (1.0 - share), 1.0)
    return np.asarray(np.rint(lost), np.float64)


def _folded(edges: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Return edges and counts of magnitudes, of bins that are symmetric about 0 or lie on one side of it."""
    if edges[0] >= 0:
        return edges, counts
    if not np.array_equal(edges, -edges[::-1]):
        raise ActvizError("these bins are not symmetric about 0: what formats lose cannot be read off them")
    middle = len(edges) // 2
    if edges[middle] != 0:
        raise ActvizError("these bins have no edge at 0: what formats lose cannot be read off them")
    return edges[middle:], counts[:, middle:] + counts[:, :middle][:, ::-1]


def lost(values: Magnitudes, chosen: NumberFormat, scale: float = 1.0) -> Lost:
    """Return what a format loses of values that are multiplied by a scale, a power of two, before they are rounded."""
    total = values.total
    with np.errstate(divide="ignore", invalid="ignore"):
        flushed, normal, inside = ([each / total for each in values.below(limit / scale)] for limit in chosen.limits)
    return Lost(
        (flushed[0], flushed[1]),
        (np.maximum(normal[0] - flushed[1], 0.0), normal[1] - flushed[0]),
        (1.0 - inside[1], 1.0 - inside[0]),
    )


def losses(
    dataset: xarray.Dataset, init: str, activation: str, chosen: NumberFormat, values: Mapping[str, Magnitudes]
) -> dict[str, Lost]:
    """Return what a format loses of a pairing's values on either side: as counted, or as their magnitudes tell."""
    return {side: lost(_counted(dataset, init, activation, side, chosen) or values[side], chosen) for side in SIDES}


def _counted(dataset: xarray.Dataset, init: str, activation: str, side: str, chosen: NumberFormat) -> Magnitudes | None:
    """Return magnitudes between a format's own limits, if they were counted."""
    if f"{side}_limits" not in dataset or not set(chosen.limits) <= set(dataset["limit_edges"].values.tolist()):
        return None
    own = dataset.sel(init=init, activation=activation)[f"{side}_limits"].transpose("layer", "limit_edge")
    counts = own.values.astype(np.float64)
    return Magnitudes(np.asarray(dataset["limit_edges"].values, np.float64), counts[:, :-1], counts[:, -1])


def loss_scale(values: Magnitudes, chosen: NumberFormat, unscaled: Lost | None = None) -> int | None:
    """Return the least power of two, from 0, by which a scaled loss keeps the gradients; None if none does.

    Kept: at most ``KEPT`` of any layer's are flushed, and none overflows; of such scales the least that leaves no layer
    more than ``FEW_DIGITS`` subnormal, if one does. None, too, where there is no gradient. ``unscaled`` is what is lost
    without a scale, if it was counted.
    """
    if not values.total.any():
        return None
    least = None
    for power in range(MOST_SCALE + 1):
        found = unscaled if unscaled and not power else lost(values, chosen, 2.0**power)
        flushed, subnormal, overflow = (
            np.nan_to_num(each[1]) for each in (found.flushed, found.subnormal, found.overflow)
        )
        if (flushed > KEPT).any():
            continue
        if (overflow > 0).any():
            break
        least = power if least is None else least
        if not (subnormal > FEW_DIGITS).any():
            return power
    return least


def scale_in_use(dataset: xarray.Dataset) -> float:
    """Return the scale of the loss, by which a result's gradients were divided: that of a training's GradScaler."""
    return float(recipe(dataset).get("loss_scale") or 1.0)


def check_formats(dataset: xarray.Dataset) -> None:
    """Refuse what has no histograms of layers.

    Raises
    ------
    ActvizError
        With what is needed.
    """
    if kind_of(dataset) != "probe" or "grad_hist" not in dataset or not set(PAIRING) <= set(dataset.dims):
        raise ActvizError("what number formats lose is read off a probe's histograms, which this result has not")


def formats(dataset: xarray.Dataset, names: str | Iterable[str] | None = None) -> pandas.DataFrame:
    """Return what number formats would lose of a result, a row for each pairing, layer and format.

    Parameters
    ----------
    dataset : xarray.Dataset
        As ``probe`` or ``probe_module`` returns it.
    names : str or sequence of str, optional
        Of ``NUMBER_FORMATS``: fp16, bf16, e4m3, e5m2; all unless given.

    Returns
    -------
    pandas.DataFrame
        ``act_flushed``, ``act_subnormal``, ``act_overflow`` and the same of ``grad``, shares of the values that are not
        0 already, at least; and at most as ``act_flushed_most`` and so on: bins do not tell more; ``exact`` says
        whether all of them are equal. ``loss_scale`` is the least power of two by which the loss must be scaled for all
        layers of the pairing, NaN where none helps or nothing has a gradient.

    Raises
    ------
    ActvizError
        If the dataset has no layers, or a format is unknown.

    Examples
    --------
    >>> from actviz import probe
    >>> deep = probe("xavier_normal", "sigmoid", depth=20, width=32, samples=32, seeds=2)
    >>> table = formats(deep, "fp16")
    >>> table["grad_flushed"].round(2).tolist()[:2]
    [1.0, 1.0]
    """
    import pandas

    check_dims(dataset)
    check_formats(dataset)
    rows: list[dict[str, Any]] = []
    for init in map(str, dataset["init"].values):
        for activation in map(str, dataset["activation"].values):
            for chosen in number_formats(names):
                rows += _rows(dataset, init, activation, chosen)
    return pandas.DataFrame(rows)


def _rows(dataset: xarray.Dataset, init: str, activation: str, chosen: NumberFormat) -> list[dict[str, Any]]:
    values = {side: magnitudes(dataset, init, activation, side) for side in SIDES}
    found = losses(dataset, init, activation, chosen, values)
    power = loss_scale(values["grad"], chosen, found["grad"])
    told = {
        f"{side}_{name}": getattr(found[side], name) for side in SIDES for name in ("flushed", "subnormal", "overflow")
    }
    return [
        {
            "init": init,
            "activation": activation,
            "format": chosen.name,
            "layer": int(layer),
            **{name: float(low[at]) for name, (low, _) in told.items()},
            **{f"{name}_most": float(high[at]) for name, (_, high) in told.items()},
            "exact": all(not low[at] < high[at] for low, high in told.values()),
            "loss_scale": math.nan if power is None else 2.0**power,
        }
        for at, layer in enumerate(dataset["layer"].values)
    ]
