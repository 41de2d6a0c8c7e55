"""One statistic of one layer of one pairing, in the baseline and now: expected, measured, and how sure it is."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from actviz.baseline.hypotheses import Flags, Sample, difference, fisher_exact, least_p
from actviz.baseline.measures import MEASURES, PARAMETERS, Floats, Summary
from actviz.baseline.record import Pairing, PairingRecord
from actviz.baseline.shapes import Shape

SHOWN = 1e-3
"""An edge with less than this share of the values on one side tells nothing of a histogram's shape."""

LEAST_MARGIN = 1e-6
"""No margin is smaller: rounding differs from processor to processor, and it is all the spread some statistics have."""

PATTERNS = ("undefined", "zero", "negative")
"""What a seed's value may be that has no place on its scale; see ``Summary``."""


class Outcome(enum.StrEnum):
    """What a comparison says."""

    DRIFT = "drift"
    INCONCLUSIVE = "inconclusive"
    EQUIVALENT = "equivalent"


@dataclass(frozen=True)
class Difference:
    """A comparison before the family it belongs to is known.

    Parameters
    ----------
    pairing : (str, str)
    statistic : str
        ``histogram`` for a layer's distribution.
    layer : int
    pattern : str
        One of ``PATTERNS`` where numbers of seeds are compared; empty for values.
    expected, measured : float
        Value of the statistic; share of the seeds that show the pattern; for a histogram the share of the values below
        the edge where the two differ most.
    sigma : float
        The difference in standard errors.
    p : float
        Two-sided; NaN where it cannot be told from so few seeds.
    margin_beaten : bool
        Whether the difference may be beyond the margin: equivalence within it was not shown.
    equivalent : bool
        Whether the difference is shown to be within the margin, or one standard deviation between seeds if greater.
    needs : float
        About how many seeds would show equivalence if nothing has changed.
    edge : float
        Of a histogram: where ``expected`` and ``measured`` are.
    """

    pairing: Pairing
    statistic: str
    layer: int
    pattern: str
    expected: float
    measured: float
    sigma: float
    p: float
    margin_beaten: bool
    equivalent: bool
    needs: float = math.nan
    edge: float = math.nan


def _needs(sd: Floats, margin: Floats) -> Floats:
    """About how many seeds make both one-sided tests of a hundred layers succeed: (1.64 + 3.3) standard errors."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.ceil(2.0 * np.square(4.94 * sd / margin))


def value_cells(
    pairing: Pairing, name: str, old: PairingRecord, new: PairingRecord, margin: float
) -> Iterator[Difference]:
    """Compare the values of a statistic; what is one constant in all seeds of both has nothing to compare."""
    first, second = old.statistics[name], new.statistics[name]
    number = min(len(first.layers), len(second.layers))
    a, b = (Sample(s.mean[:number], s.sd[:number], s.seeds[:number].astype(float)) for s in (first, second))
    gap = difference(a, b)
    allowed = first.scale.margin(max(margin, LEAST_MARGIN)) * unit_size(name, first, old)[:number]
    reach = np.fmax(allowed, a.sd)
    p = gap.p
    if first.scale.lattice:  # any number of seeds may share a value, so a spread of 0 is no certainty
        p = np.maximum(p, [least_p(int(m), int(n)) for m, n in zip(first.all, second.all, strict=False)][:number])
    same, beaten, equivalent, needs = _same(a, b), ~gap.within(allowed), gap.within(reach), _needs(a.sd, reach)
    expected, measured = first.value, second.value
    sigma = np.copysign(gap.sigma, (measured[:number] - expected[:number]))  # a logarithm has lost the values' sign
    for at in np.flatnonzero(~same & (a.number > 0) & (b.number > 0)).tolist():
        yield Difference(
            pairing, name, int(first.layers[at]), "", float(expected[at]), float(measured[at]), float(sigma[at]),
            float(p[at]), bool(beaten[at]), bool(equivalent[at]), float(needs[at]),
        )  # fmt: skip


def _same(a: Sample, b: Sample) -> Flags:
    """Whether all seeds of both have one value, or a single seed has the same value as the other."""
    same: Flags = (a.mean == b.mean) & (np.nan_to_num(a.sd) == 0) & (np.nan_to_num(b.sd) == 0)
    return same


def unit_size(name: str, summary: Summary, record: PairingRecord) -> Floats:
    """Return what a relative margin is relative to."""
    measure = {**MEASURES, **PARAMETERS}.get(name)
    unit = measure.unit if measure else ""
    return np.nan_to_num(record.statistics[unit].value) if unit else np.ones(len(summary.layers))


def pattern_cells(pairing: Pairing, name: str, old: PairingRecord, new: PairingRecord) -> Iterator[Difference]:
    """Compare how many seeds have no number, are exactly 0, or are negative."""
    first, second = old.statistics[name], new.statistics[name]
    for pattern in PATTERNS:
        numbers = [getattr(first, pattern), first.all, getattr(second, pattern), second.all]
        for layer, *counts in zip(first.layers.tolist(), *(n.tolist() for n in numbers), strict=False):
            a, of_a, b, of_b = counts
            if (a or b) and (a < of_a or b < of_b):
                p = fisher_exact(*counts)
                sigma = _sigma(p) * (1 if b * of_a >= a * of_b else -1)
                yield Difference(
                    pairing, name, layer, pattern, a / of_a, b / of_b, sigma, p, True, a * of_b == b * of_a
                )


def _sigma(p: float) -> float:
    from scipy.special import ndtri

    return -float(ndtri(max(p, 1e-300) / 2))


def shape_cells(pairing: Pairing, old: PairingRecord, new: PairingRecord, margin: float) -> Iterator[Difference]:
    """Compare the histograms of every layer."""
    for first, second in zip(old.shapes, new.shapes, strict=False):
        cell = _shape_cell(pairing, first, second, margin)
        if cell:
            yield cell


def _shape_cell(pairing: Pairing, first: Shape, second: Shape, margin: float) -> Difference | None:
    """Compare two histograms by the edge at which the shares below differ most, in standard errors over seeds.

    That is Kolmogorov's distance with the seed as the replicate. Bonferroni's factor is for the choice of the edge.
    """
    if first.bins != second.bins or not (first.seeds and second.seeds):  # or what no seed takes
        return None
    edges = np.union1d(first.edges, second.edges)
    (a, a_sd), (b, b_sd) = first.at(edges), second.at(edges)
    if not (first.known and second.known):  # nothing to tell by, unless they are the same
        at = int(np.argmax(np.abs(a - b)))
        return None if a[at] == b[at] else Difference(
            pairing, "histogram", first.layer, "", float(a[at]), float(b[at]), math.nan, math.nan, True, False,
            edge=float(edges[at]),
        )  # fmt: skip
    pooled = (first.seeds * a + second.seeds * b) / (first.seeds + second.seeds)
    used = (pooled > SHOWN) & (pooled < 1 - SHOWN)
    if not used.any():
        return None
    numbers = (np.full(used.sum(), float(shape.seeds)) for shape in (first, second))
    one, two = (Sample(s[used], d[used], n) for s, d, n in zip((a, b), (a_sd, b_sd), numbers, strict=True))
    margin = max(margin, LEAST_MARGIN)
    gap, reach = difference(one, two), np.fmax(margin, one.sd)
    if _same(one, two).all():
        return None
    p = np.maximum(gap.p, least_p(first.seeds, second.seeds))
    ranked = np.nan_to_num(np.abs(gap.sigma), nan=-1.0, posinf=1e9) + np.abs(gap.value)
    at = int(np.argmax(ranked))
    return Difference(
        pairing, "histogram", first.layer, "", float(one.mean[at]), float(two.mean[at]), float(gap.sigma[at]),
        min(float(p[at]) * int(used.sum()), 1.0), bool(~gap.within(np.full(len(reach), margin))[at]),
        bool(gap.within(reach).all()), float(np.nanmax(_needs(one.sd, reach), initial=0.0)), float(edges[used][at]),
    )  # fmt: skip


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
) -> Iterator[Difference]:
    """Compare the statistics named and every histogram of a pairing; ``sigma`` is the difference in tolerances."""
    for name in names:
        change = summary_change(name, old, new, tolerance)
        first, second = old.statistics[name], new.statistics[name]
        for at, size in enumerate(change.tolist()):
            values = float(first.value[at]), float(second.value[at])
            yield Difference(pairing, name, int(first.layers[at]), "", *values, size, np.nan, size > 1, size <= 1)
    for one, two in zip(old.shapes, new.shapes, strict=False):
        if one.bins != two.bins:
            continue
        change = shape_change(one, two, tolerance)
        at = int(np.argmax(change))
        edges, size = np.union1d(one.edges, two.edges), float(change[at])
        shares = float(one.at(edges)[0][at]), float(two.at(edges)[0][at])
        yield Difference(
            pairing, "histogram", one.layer, "", *shares, size, np.nan, size > 1, size <= 1, edge=float(edges[at])
        )
