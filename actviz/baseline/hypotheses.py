"""Two samples of seeds compared: Welch's test, Fisher's exact test, equivalence within a margin, and many at once.

Arrays have one entry a comparison. A seed is one replicate: the values of one network share its weights.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actviz.baseline.measures import Floats

Flags = NDArray[np.bool_]

EQUIVALENCE_LEVEL = 0.05
"""Of the two one-sided tests, each: how often a difference as large as the margin is taken for one within it."""


UNEQUAL = 2
"""From this ratio of the numbers of seeds on, Welch's degrees of freedom are too many far out in the tails."""


@dataclass(frozen=True)
class Sample:
    """Mean, standard deviation and number of seeds."""

    mean: Floats
    sd: Floats
    number: Floats


@dataclass(frozen=True)
class Difference:
    """The second mean minus the first, its standard error and Welch's degrees of freedom."""

    value: Floats
    error: Floats
    freedom: Floats

    @property
    def sigma(self) -> Floats:
        """The difference in standard errors; infinite where there is a difference and no spread at all."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(self.value == 0, 0.0, self.value / self.error)

    @property
    def p(self) -> Floats:
        """Two-sided p-value; NaN where a sample has no spread to tell."""
        from scipy.special import stdtr

        with np.errstate(invalid="ignore"):
            p = 2.0 * stdtr(np.maximum(self.freedom, 1.0), -np.abs(self.sigma))
        p = np.where(np.isinf(self.sigma), 0.0, p)
        return np.where(np.isnan(self.error), np.nan, p)

    def within(self, margin: Floats, level: float = EQUIVALENCE_LEVEL) -> Flags:
        """Whether both one-sided tests say that the difference is smaller than the margin (TOST)."""
        from scipy.special import stdtrit

        with np.errstate(invalid="ignore", over="ignore"):
            reach = np.where(self.error == 0, 0.0, self.error * stdtrit(np.maximum(self.freedom, 1.0), 1.0 - level))
            return np.abs(self.value) + reach < margin


def difference(first: Sample, second: Sample) -> Difference:
    """Compare two means without assuming equal variances [Welch 1947]."""
    with np.errstate(all="ignore"):  # values of an exploding stack may be near the largest number: never square them
        a, b = first.sd / np.sqrt(first.number), second.sd / np.sqrt(second.number)
        error = np.hypot(a, b)
        one, two = (a / error) ** 4 / (first.number - 1), (b / error) ** 4 / (second.number - 1)
        least, most = np.minimum(first.number, second.number), np.maximum(first.number, second.number)
        # A few seeds that lie together by chance look certain beside many: there only the bound holds what it promises
        # [Mickey & Brown 1966], one less than the smaller number.
        freedom = np.where(most > UNEQUAL * least, least - 1.0, 1.0 / (one + two))
        return Difference(second.mean - first.mean, error, np.where(error > 0, freedom, np.inf))


def least_p(first: int, second: int) -> float:
    """Return the smallest two-sided p-value that a rearrangement of seeds can give: of two samples apart altogether."""
    ways = math.lgamma(first + second + 1) - math.lgamma(first + 1) - math.lgamma(second + 1)  # beyond 10^308, too
    return min(1.0, 2.0 * math.exp(-ways))


@functools.lru_cache(maxsize=4096)
def fisher_exact(a: int, of_a: int, b: int, of_b: int) -> float:
    """Two-sided p-value of ``a`` of ``of_a`` seeds against ``b`` of ``of_b``."""
    together = a + b
    tables = [
        math.comb(of_a, k) * math.comb(of_b, together - k)
        for k in range(max(0, together - of_b), min(of_a, together) + 1)
    ]
    observed = math.comb(of_a, a) * math.comb(of_b, b)
    return sum(table for table in tables if table <= observed) / sum(tables)


def holm(p: Floats) -> Floats:
    """Adjust p-values so that the least is below alpha by chance in at most a share alpha of all families [Holm 1979].

    Whatever the dependence between them. NaN stays NaN and does not count.
    """
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
