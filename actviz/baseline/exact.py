"""The same seeds measured again: every mean, standard deviation and count is the same up to rounding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from actviz.baseline.cells import PATTERNS, Cell, unit_size
from actviz.baseline.record import Pairing, PairingRecord
from actviz.baseline.scales import Floats
from actviz.baseline.shapes import Shape
from actviz.baseline.summary import Summary

TOLERANCES = {"float64": 1e-6, "float32": 1e-3}
"""Relative, by the precision of the passes. In float32 another processor moves some values to the next bin."""


def _change(old: Floats, new: Floats, allowed: Floats) -> Floats:
    both = np.isnan(old) & np.isnan(new)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        size = np.where(old == new, 0.0, np.abs(new - old) / allowed)
    return np.where(both, 0.0, np.where(np.isnan(size), np.inf, size))


def summary_change(name: str, old: PairingRecord, new: PairingRecord, tolerance: float) -> Floats:
    """Return by how many tolerances a statistic differs, layer by layer, of the layers that both have."""
    first, second = old.statistics[name], new.statistics[name]
    number = min(len(first.layers), len(second.layers))
    allowed = tolerance * _size(name, first, old)[:number]
    mean = _change(first.mean[:number], second.mean[:number], allowed)
    sd = _change(first.sd[:number], second.sd[:number], allowed)
    counts = [np.where(getattr(first, n)[:number] == getattr(second, n)[:number], 0.0, np.inf)
              for n in ("seeds", *PATTERNS)]  # fmt: skip
    change: Floats = np.max([mean, sd, *counts], axis=0)
    return change


def _size(name: str, summary: Summary, record: PairingRecord) -> Floats:
    """Return what a relative tolerance is relative to: 1 on scales on which differences are relative already."""
    if summary.scale.name != "linear":
        return np.ones(len(summary.layers))
    spread = np.fmax(np.abs(summary.mean), np.nan_to_num(summary.sd))
    return np.fmax(spread, unit_size(name, summary, record))


def shape_change(old: Shape, new: Shape, tolerance: float) -> Floats:
    """Return by how many tolerances the shares below each edge differ."""
    edges = np.union1d(old.edges, new.edges)
    (a, a_sd), (b, b_sd) = old.at(edges), new.at(edges)
    return np.maximum(*(_change(x, y, np.full(len(edges), tolerance)) for x, y in ((a, b), (a_sd, b_sd))))


def exact_cells(
    pairing: Pairing, names: Sequence[str], old: PairingRecord, new: PairingRecord, tolerance: float
) -> Iterator[Cell]:
    """Compare the statistics named and every histogram of a pairing; ``sigma`` is the difference in tolerances."""
    for name in names:
        change = summary_change(name, old, new, tolerance)
        first, second = old.statistics[name], new.statistics[name]
        for at, size in enumerate(change.tolist()):
            values = float(first.value[at]), float(second.value[at])
            yield Cell(pairing, name, int(first.layers[at]), "", *values, size, np.nan, size > 1, size <= 1)
    for one, two in zip(old.shapes, new.shapes, strict=False):
        if one.bins != two.bins:
            continue
        change = shape_change(one, two, tolerance)
        at = int(np.argmax(change))
        edges, size = np.union1d(one.edges, two.edges), float(change[at])
        shares = float(one.at(edges)[0][at]), float(two.at(edges)[0][at])
        yield Cell(
            pairing, "histogram", one.layer, "", *shares, size, np.nan, size > 1, size <= 1, edge=float(edges[at])
        )
