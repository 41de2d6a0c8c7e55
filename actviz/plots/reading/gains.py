"""By how much runs end above another, seed by seed, and which part of that an axis shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from actviz.plots.reading.scales import Floats
from actviz.text import text
from actviz.text.numbers import print_form, true_minus

_SQUEEZED = 2.0
"""One row that makes an axis this many times as long leaves no room for the others."""


@dataclass(frozen=True)
class Gain:
    """By how much a run ends above another, seed by seed: mean and 95 % interval; points of a share.

    Parameters
    ----------
    seeds : array (n,)
        Differences of the seeds in which both came to the end.
    mean, low, high : float
        NaN of no seed; the interval of one seed alone is NaN.
    """

    seeds: Floats
    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Floats, others: Floats, *, share: bool) -> Gain:
        """Compare values with others, of shape (seeds,) each."""
        from scipy.special import stdtrit

        apart = (values - others)[np.isfinite(values) & np.isfinite(others)] * (100.0 if share else 1.0)
        if not len(apart):
            return cls(apart, math.nan, math.nan, math.nan)
        mean, number = float(apart.mean()), len(apart)
        reach = math.nan
        if number > 1:
            reach = float(stdtrit(number - 1, 0.975) * apart.std(ddof=1) / math.sqrt(number))
        return cls(apart, mean, mean - reach, mean + reach)

    def words(self, lang: str, *, share: bool) -> str:
        """Write mean and interval; nothing if there is none."""
        if not math.isfinite(self.mean):
            return ""
        digits = 1 if share else 3  # and no sign of what rounds to 0
        ends = [round(value, digits) + 0.0 for value in (self.mean, self.low, self.high)]
        written = [true_minus(f"{value:{'+' if value else ''}.{digits}f}") for value in ends]
        words = written[0] if math.isnan(self.low) else f"{written[0]} [{written[1]}, {written[2]}]"
        return text("budget.points", lang, value=words) if share else words

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the largest that is drawn of it, 0 among them."""
        drawn = [float(each) for each in (*self.seeds, self.low, self.high, 0.0) if math.isfinite(each)]
        return min(drawn), max(drawn)

    def beyond(self, edge: float, sign: float) -> str:
        """Write what an axis does not show past its edge towards ``sign``: mean and furthest seed, or the interval."""
        out = [float(seed) for seed in self.seeds if sign * seed > sign * edge]
        told = [f"◆ {_shown(self.mean)}"] if sign * self.mean > sign * edge else []
        told += [f"● {_shown(max(out, key=abs))}"] if out else []
        end = self.low if sign < 0 else self.high
        return "  ".join(told or [f"[ ] {_shown(end)}"] * bool(sign * end > sign * edge))


def _shown(value: float) -> str:
    return print_form(f"{value:+.1f}" if abs(value) >= 1 else f"{value:+.2g}")


def gains_range(gains: Sequence[Gain]) -> tuple[float, float]:
    """Return the ends of an axis of gains: of all of them but a quarter at most whose own would more than halve it.

    >>> def gain(*seeds): return Gain.of(np.array(seeds), np.zeros(len(seeds)), share=False)
    >>> near = [gain(-1.0, -1.0), gain(1.0, 1.0), gain(0.5, 0.5), gain(0.0, 0.0)]
    >>> gains_range(near), gains_range([*near[:3], gain(-20.0, -20.0)])
    ((-1.1, 1.1), (-1.1, 1.1))
    """
    rows = [each.ends for each in gains]
    for _ in range(len(gains) // 4):
        kept = min(([*rows[:at], *rows[at + 1 :]] for at in range(len(rows))), key=_length)
        if not _length(rows) > _SQUEEZED * _length(kept) > 0:
            break
        rows = kept
    low, high = min(low for low, _ in rows), max(high for _, high in rows)
    room = 0.05 * (high - low) or 1.0
    return low - room, high + room


def _length(rows: Sequence[tuple[float, float]]) -> float:
    return max(high for _, high in rows) - min(low for low, _ in rows)
