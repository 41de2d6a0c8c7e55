"""The histogram of a layer in compact form: shares between a few dozen edges, and their spread over seeds.

The edges are among the dataset's own, so a function of the activation and never of the data: 32 equal bins where it is
bounded, else octaves, of which only those that hold values are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from actviz.baseline.measures import Floats
from actviz.numerics.histogram import is_linear
from actviz.numerics.shares import COARSE, coarse_edges
from actviz.results.dataset import recipe
from actviz.text.numbers import in_print

if TYPE_CHECKING:
    import xarray

LINEAR_BINS = 32
"""Bins of a bounded activation."""


@dataclass(frozen=True)
class Shape:
    """The histogram of one layer over seeds; ``below`` and ``sd`` have an entry for every edge.

    Parameters
    ----------
    layer : int
    bins : str
        Which edges there may be; histograms of other bins are not compared.
    edges : array
    below : array
        Share of the layer's values below each edge, mean over seeds.
    sd : array
        Its standard deviation over seeds; NaN if it is not known.
    seeds : int
    """

    layer: int
    bins: str
    edges: Floats
    below: Floats
    sd: Floats
    seeds: int

    @property
    def known(self) -> bool:
        """Whether the spread over seeds is known."""
        return not bool(np.isnan(self.sd).any())

    def at(self, edges: Floats) -> tuple[Floats, Floats]:
        """Return ``below`` and ``sd`` at other edges of the same kind; what lies between own edges holds no values."""
        place = np.searchsorted(self.edges, edges, side="right") - 1
        inside = place >= 0
        return np.where(inside, self.below[place], 0.0), np.where(inside, self.sd[place], 0.0)


def side_by_side(first: Shape, second: Shape, least: float = 1e-3) -> tuple[Floats, Floats, Floats]:
    """Return edges, and the shares of two histograms between them; neighbours that hold less in both are joined."""
    edges = np.union1d(first.edges, second.edges)
    if edges[0] < 0 < edges[-1]:
        edges = np.union1d(edges, [0.0])
    below = [shape.at(edges)[0] for shape in (first, second)]
    seen = np.maximum(*map(np.diff, below)) >= least
    if not seen.any():
        return edges, np.diff(below[0]), np.diff(below[1])
    beside = np.concatenate([seen, [False]]) | np.concatenate([[False], seen])
    start, end = np.flatnonzero(beside)[[0, -1]]
    inside = (np.arange(len(edges)) >= start) & (np.arange(len(edges)) <= end)
    kept = beside | ((edges == 0) & inside)
    return edges[kept], np.diff(below[0][kept]), np.diff(below[1][kept])


def compact(layer: int, bins: str, edges: Floats, below: Floats, sd: Floats, seeds: int) -> Shape:
    """Keep the edges of bins that hold values; the first edge must have nothing below it that counts."""
    below, sd = np.round(below, 7), np.round(sd, 7)
    filled = np.diff(below) > 0
    kept = np.concatenate([filled, [False]]) | np.concatenate([[False], filled])
    if not kept.any():  # nothing but overflow
        kept[[0, -1]] = True
    spread = sd[kept]
    spread[0] = 0.0  # which a file does not hold; for one seed all others are unknown
    return Shape(layer, bins, edges[kept], below[kept], spread, seeds)


def coarser(edges: Floats) -> tuple[str, Floats, slice]:
    """Return which bins are kept of a histogram's, their edges, and which of its coarse edges the inner ones are."""
    linear = is_linear(edges)
    step = max(1, (len(edges) - 1) // (COARSE * LINEAR_BINS)) if linear else 1
    chosen = slice(step - 1, None, step)
    kept = np.concatenate([edges[:1], coarse_edges(edges)[chosen], edges[-1:]])
    bins = f"{len(kept) - 1} equal ones from {in_print(edges[0])} to {in_print(edges[-1])}" if linear else "octaves"
    return bins, kept, chosen


def pairing_shapes(dataset: xarray.Dataset, init: str, activation: str) -> tuple[Shape, ...]:
    """Return the shape of every layer; without the spread over seeds if the dataset is of a time that did not keep it.

    The histograms are pooled over the seeds of the recipe that take a layer, whichever of them are left in the dataset.
    """
    here = dataset.sel(init=init, activation=activation)
    fine = dataset["bin_edges"].sel(activation=activation).values
    bins, edges, chosen = coarser(fine)
    seeds = len(recipe(dataset).get("seeds", ())) or dataset.sizes["seed"]
    hit = np.asarray(dataset["hit"].values if "hit" in dataset.coords else np.full(dataset.sizes["layer"], seeds))
    counts, under = here["hist"].transpose("layer", "bin").values, here["underflow"].values[:, None]
    finite = counts.sum(axis=1, keepdims=True) + under + here["overflow"].values[:, None]
    nonfinite = here["nonfinite"].mean("seed").values[:, None]
    total = np.maximum(finite / np.where(nonfinite < 1, 1 - nonfinite, 1.0), 1.0)
    cumulated = (under + np.cumsum(counts, axis=1)) / total
    inner = cumulated[:, COARSE - 1 : -1 : COARSE]
    number = np.maximum(hit, 1)[:, None]
    if "hist_shares" in dataset:  # a seed is one replicate, however many values it has
        inner = here["hist_shares"].transpose("layer", "coarse_edge").values / number
    spread = np.full(inner.shape, np.nan)
    if "hist_squares" in dataset:
        squares = here["hist_squares"].transpose("layer", "coarse_edge").values
        variance = np.maximum(squares - number * inner**2, 0.0) / np.maximum(number - 1, 1)
        spread = np.where(number > 1, np.sqrt(variance), np.nan)
    below = np.concatenate([under / total, inner[:, chosen], cumulated[:, -1:]], axis=1)
    below = np.maximum.accumulate(below, axis=1)
    sd = np.pad(spread[:, chosen], ((0, 0), (1, 1)))
    layers = zip(dataset["layer"].values.tolist(), hit.tolist(), strict=True)
    return tuple(compact(layer, bins, edges, below[at], sd[at], of) for at, (layer, of) in enumerate(layers))
