"""What a film of a training reads off its dataset: every snapshot of every run, on axes that all of them share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.numerics.histogram import is_linear
from actviz.plots.reading.scales import Floats, ValueScale, linear_scale, log_scale
from actviz.results.dataset import recipe
from actviz.text import text
from actviz.text.numbers import short

if TYPE_CHECKING:
    import xarray


@dataclass(frozen=True)
class Still:
    """The layers of a run at one snapshot, seeds pooled.

    Parameters
    ----------
    columns : array (layer, n)
        Densities on the display bins, each layer's highest 1; all 0 where there is nothing to show.
    caption : str
        The loss; and when, where the run had ended before.
    kept : bool
        Whether it is of another time than was planned: of the weights that a run left that ended before.
    alarm : str
        What the picture cannot show; empty if nothing.
    place : float
        Where that is, from 0 at the first layer to 1 at the last.
    """

    columns: Floats
    caption: str
    kept: bool = False
    alarm: str = ""
    place: float = 0.5


@dataclass(frozen=True)
class Reel:
    """A run through all its snapshots."""

    run: str
    scale: ValueScale
    layers: NDArray[Any]
    pictures: tuple[Still, ...]


def film_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for a film: nothing with two snapshots at least."""
    return "" if ds.sizes.get("snapshot", 0) >= 2 else text("film.needs")


def moment(ds: xarray.Dataset, step: float, lang: str) -> str:
    """Write when a snapshot was taken: the epoch, where all that were planned are at whole ones, or the update."""
    updates = int(recipe(ds)["epoch_updates"])
    if not updates or (ds["snapshot"].values % updates).any():
        return text("film.update", lang, update=f"{step:.0f}")
    return text("film.epoch", lang, epoch=f"{round(step / updates, 1):.6g}")


def reels(ds: xarray.Dataset, runs: Sequence[str], snapshots: Sequence[int], labels: int, lang: str) -> list[Reel]:
    """Read runs at chosen snapshots; those of one activation share their axis.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``train``.
    runs : sequence of str
    snapshots : sequence of int
        Positions.
    labels : int
        How many powers of ten there is room for.
    lang : str
    """
    own = ds.isel(snapshot=list(snapshots)).sel(run=list(runs))
    activations = [str(name) for name in own["activation"].values]
    scales = {name: _scale(own.isel(run=[a == name for a in activations]), labels) for name in set(activations)}
    return [
        Reel(run, scales[activation], ds["layer"].values, _pictures(ds, own.sel(run=run), scales[activation], lang))
        for run, activation in zip(runs, activations, strict=True)
    ]


def _scale(own: xarray.Dataset, labels: int) -> ValueScale:
    edges = own["bin_edges"].isel(run=0).values
    if is_linear(edges):
        return linear_scale(edges)
    counts = own["hist"].transpose("run", "snapshot", "layer", "bin").values
    zeros = own["zero_fraction"].mean("seed").transpose("run", "snapshot", "layer").values * counts.sum(axis=-1)
    return log_scale(edges, counts, np.nan_to_num(zeros), labels)


def _pictures(ds: xarray.Dataset, own: xarray.Dataset, scale: ValueScale, lang: str) -> tuple[Still, ...]:
    columns = scale.density(own["hist"].transpose("snapshot", "layer", "bin").values)
    taken = own["snapshot_step"].transpose("snapshot", "seed").values
    lost = own["nonfinite"].transpose("snapshot", "seed", "layer").values
    zeros = own["zero_fraction"].transpose("snapshot", "seed", "layer").values
    unshown = np.zeros_like(zeros) if scale.linear else zeros  # a linear axis shows what is 0
    losses = own["train_loss"].transpose("seed", "step").values
    pictures = []
    for at, planned in enumerate(own["snapshot"].values):
        there = taken[at] >= 0
        if not there.any():
            why = "film.diverged" if (own["ended"].values == "diverged").any() else "film.stopped"
            pictures.append(Still(columns[at], "", alarm=text(why, lang)))
            continue
        # Of the evaluation before a snapshot, where there is none at it.
        last = np.searchsorted(own["step"].values, taken[at][there], side="right") - 1
        loss = float(np.median(losses[there, last]))
        told = (
            ""
            if math.isnan(loss) and not np.isfinite(losses).any()
            else text(  # a loop need not tell its losses
                "film.loss", lang, loss=short(loss) if math.isfinite(loss) else text("panel.overflow", lang)
            )
        )
        kept = bool((taken[at][there] != planned).any())
        if kept:
            told = text("film.loss_at", lang, loss=told, moment=moment(ds, float(np.mean(taken[at][there])), lang))
        pictures.append(Still(columns[at], told, kept, *_alarm(lost[at][there], unshown[at][there], lang)))
    return tuple(pictures)


def _alarm(lost: Floats, zeros: Floats, lang: str) -> tuple[str, float]:
    """Say what layers have nothing to show, an overflow or nothing but zeros, and where their middle is."""
    for sick, key in (((lost > 0).any(axis=0), "panel.overflow"), ((zeros >= 1).all(axis=0), "panel.all_zero")):
        layers = np.flatnonzero(sick)
        if layers.size:
            middle = (float(layers.mean()) + 0.5) / lost.shape[-1]
            return text(key, lang), min(max(middle, 0.13), 0.87)
    return "", 0.5
