"""What a check could have found: the smallest change that its seeds show in nine checks of ten."""

from __future__ import annotations

import math

import numpy as np

from actviz.baseline.cells import LEAST_MARGIN, unit_size
from actviz.baseline.comparison import Comparison
from actviz.baseline.hypotheses import Sample, difference
from actviz.baseline.measures import Floats
from actviz.baseline.record import Pairing
from actviz.catalog.checks import of_type
from actviz.text.numbers import in_print

POWER = 0.9
CONFIDENCE = 0.9
STATISTIC = "act_std"
"""By whose relative change the power of a check is told: the size of a layer's activations."""


SIZES = (STATISTIC, "grad_preact_rms", "weights_rms")
"""By whose relative changes it is told whether a check sees a layer at all."""


def _tested(comparison: Comparison) -> int:
    return sum(not math.isnan(each.p) for each in comparison.findings)


def _by_layer(
    comparison: Comparison, pairing: Pairing, tested: int, statistic: str, beyond: float | None = None
) -> Floats:
    """Return the smallest change of a statistic of one pairing, layer by layer; NaN where nothing tells.

    It goes by how seeds scatter, which they themselves tell; ``beyond`` gives the change that it exceeds with this
    probability [chi-squared, of Welch's degrees of freedom].
    """
    from scipy.special import chdtri, stdtrit

    old = comparison.baseline.pairings[pairing]
    new = comparison.now.pairings[comparison.compared[pairing]]
    if statistic not in old.statistics or statistic not in new.statistics:
        return np.full(len(old.shapes), math.nan)
    first, second = old.statistics[statistic], new.statistics[statistic]
    number = min(len(first.layers), len(second.layers))
    a, b = (Sample(s.mean[:number], s.sd[:number], s.seeds[:number].astype(float)) for s in (first, second))
    gap = difference(a, b)
    freedom = np.maximum(gap.freedom, 1.0)
    level = 1.0 - comparison.alpha / (2 * max(tested, 1))  # of the first step of Holm's method
    found = gap.error * (stdtrit(freedom, level) + stdtrit(freedom, POWER))
    if beyond is not None:
        found = found * np.where(np.isfinite(freedom), np.sqrt(freedom / chdtri(freedom, 1.0 - beyond)), 1.0)
    allowed = first.scale.margin(max(comparison.margin, LEAST_MARGIN)) * unit_size(statistic, first, old)[:number]
    changes: Floats = np.expm1(np.maximum(found, allowed))
    return changes


def smallest_by_layer(comparison: Comparison, pairing: Pairing) -> Floats:
    """Return the smallest change of any size of each layer that is found with a power of 90 %, shape (layers,).

    A size that has one value in all seeds is found however little it changes, by its exact zeros too.
    """
    tested = _tested(comparison)
    with np.errstate(all="ignore"):
        found = [_by_layer(comparison, pairing, tested, name) for name in SIZES]
    depth = min(len(each) for each in found)
    old = comparison.baseline.pairings[pairing].statistics
    zero = [old[name].zero[:depth] == old[name].all[:depth] for name in SIZES if name in old]
    smallest = np.fmin.reduce([each[:depth] for each in found])
    return np.where(np.logical_or.reduce(zero), 0.0, smallest)


MOST = 10.0
"""Relative change from which on no number is told: it says of so few seeds that they find next to nothing."""


def change_words(change: float) -> str:
    """Write a relative change with two digits; a question mark for what cannot be told from so few seeds."""
    if math.isnan(change):
        return "?"
    return f"{in_print(100 * change, 2)} %" if change < MOST else f"> {100 * MOST:.0f} %"


def smallest_change(comparison: Comparison) -> float:
    """Return the relative change in the size of a layer's activations that a check finds with a power of 90 %.

    The largest over the pairings; NaN where there is too little to tell, as of an exact check or very few seeds.
    """
    of_type("what is told", comparison, Comparison, "a comparison, as actviz.compare gives it")
    if comparison.mode == "exact" or comparison.few or not comparison.compared:
        return math.nan
    return _of_all(comparison)


def smallest_between(comparison: Comparison) -> tuple[float, float]:
    """Return between which changes that smallest one lies with a confidence of 90 %; NaN where there is none.

    The seeds' scatter, by which it goes, is known the less the fewer they are; all layers are allowed for [Bonferroni].
    """
    if math.isnan(smallest_change(comparison)):
        return math.nan, math.nan
    layers = sum(len(comparison.baseline.pairings[pairing].shapes) for pairing in comparison.compared)
    tail = 0.5 * (1.0 - CONFIDENCE) / max(layers, 1)
    return _of_all(comparison, 1.0 - tail), _of_all(comparison, tail)


def _of_all(comparison: Comparison, beyond: float | None = None) -> float:
    """Return the change in the layer of each pairing that scatters least, the largest over the pairings."""
    tested = _tested(comparison)
    with np.errstate(all="ignore"):
        changes = [
            float(np.nanmin(_by_layer(comparison, pairing, tested, STATISTIC, beyond), initial=math.inf))
            for pairing in comparison.compared
        ]
    largest = max(changes)
    return largest if math.isfinite(largest) else math.nan
