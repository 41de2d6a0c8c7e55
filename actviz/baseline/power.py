"""What a check could have found: the smallest change that its seeds show in nine checks of ten."""

from __future__ import annotations

import math

import numpy as np

from actviz.baseline.cells import LEAST_MARGIN, unit_size
from actviz.baseline.comparison import Comparison
from actviz.baseline.hypotheses import Sample, difference
from actviz.baseline.record import Pairing

POWER = 0.9
STATISTIC = "act_std"
"""By whose relative change the power of a check is told: the size of a layer's activations."""


def _of_pairing(comparison: Comparison, pairing: Pairing, tested: int) -> float:
    """Return the smallest change of one pairing, in the layer that scatters least."""
    from scipy.special import stdtrit

    old = comparison.baseline.pairings[pairing]
    new = comparison.now.pairings[comparison.compared[pairing]]
    if STATISTIC not in old.statistics or STATISTIC not in new.statistics:
        return math.nan
    first, second = old.statistics[STATISTIC], new.statistics[STATISTIC]
    number = min(len(first.layers), len(second.layers))
    a, b = (Sample(s.mean[:number], s.sd[:number], s.seeds[:number].astype(float)) for s in (first, second))
    gap = difference(a, b)
    freedom = np.maximum(gap.freedom, 1.0)
    level = 1.0 - comparison.alpha / (2 * max(tested, 1))  # of the first step of Holm's method
    found = gap.error * (stdtrit(freedom, level) + stdtrit(freedom, POWER))
    allowed = first.scale.margin(max(comparison.margin, LEAST_MARGIN)) * unit_size(STATISTIC, first, old)[:number]
    changes = np.expm1(np.maximum(found, allowed))
    return float(np.nanmin(changes, initial=math.inf))


def change_words(change: float) -> str:
    """Write a relative change with two digits; a question mark for what cannot be told from so few seeds."""
    return "?" if math.isnan(change) else f"{100 * change:.2g} %"


def smallest_change(comparison: Comparison) -> float:
    """Return the relative change in the size of a layer's activations that a check finds with a power of 90 %.

    The largest over the pairings; NaN where there is too little to tell, as of an exact check.
    """
    if comparison.mode == "exact" or not comparison.compared:
        return math.nan
    tested = sum(not math.isnan(each.p) for each in comparison.findings)
    with np.errstate(all="ignore"):
        changes = [_of_pairing(comparison, pairing, tested) for pairing in comparison.compared]
    largest = max(changes)
    return largest if math.isfinite(largest) else math.nan
