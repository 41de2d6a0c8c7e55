"""Schedules along a cosine: annealing, warm restarts, one-cycle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from actviz.catalog.checks import check_choice
from actviz.catalog.schedules.protocol import (
    Floats,
    StepSchedule,
    blend,
    check_numbers,
    check_whole,
    half_cosine,
)
from actviz.errors import ActvizError

ANNEALS = ("cosine", "linear")


@dataclass(frozen=True)
class Cosine(StepSchedule):
    """``eta_min + (lr - eta_min) * (1 + cos(pi * t / period)) / 2`` down to ``eta_min`` at step ``period``.

    The last of ``period`` steps, ``period - 1``, is just above ``eta_min``. From ``period`` on the rate stays there;
    ``torch.optim.lr_scheduler.CosineAnnealingLR``, equal up to there, climbs again to ``lr`` at ``2 * period``.

    >>> Cosine(0.1, period=4)([0, 2, 3, 4, 9]).round(6).tolist()
    [0.1, 0.05, 0.014645, 0.0, 0.0]
    """

    lr: float = 0.1
    period: int = 200
    eta_min: float = 0.0
    reference: ClassVar[str] = "Loshchilov & Hutter 2017, one cycle"

    def __post_init__(self) -> None:
        check_numbers(self, "lr")
        check_numbers(self, "eta_min", least=0.0, most=self.lr)
        check_whole(self, "period")

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        return blend(self.lr, self.eta_min, half_cosine(np.minimum(steps / self.period, 1.0)))


@dataclass(frozen=True)
class CosineRestarts(StepSchedule):
    """SGDR: cosine annealing that starts again from the top, in cycles of ``period``, ``period * t_mult``, ... steps.

    Cycle i falls from ``eta_min`` or ``lr * peak_decay ** i``, whichever is more, toward ``eta_min``. With whole steps
    the last step of a cycle of T steps is ``(1 - cos(pi / T)) / 2`` of the way above ``eta_min``, which is approached
    and not reached: the next step is the next cycle's peak, as in PyTorch's ``CosineAnnealingWarmRestarts``.

    >>> CosineRestarts(0.1, period=2, t_mult=2, peak_decay=0.5)([0, 1, 2, 4, 6, 13, 14]).round(6).tolist()
    [0.1, 0.05, 0.05, 0.025, 0.025, 0.000952, 0.0125]
    """

    lr: float = 0.1
    period: int = 50
    t_mult: int = 1
    eta_min: float = 0.0
    peak_decay: float = 1.0
    reference: ClassVar[str] = "SGDR: Loshchilov & Hutter 2017, equation 5"

    def __post_init__(self) -> None:
        check_numbers(self, "lr")
        check_numbers(self, "eta_min", least=0.0, most=self.lr)
        check_numbers(self, "peak_decay", above=0.0, most=1.0)
        check_whole(self, "period", "t_mult")

    def cycle(self, steps: Floats) -> tuple[Floats, Floats, Floats]:
        """Return which cycle each step is in, how far into it, and how long it is: whole numbers, without rounding."""
        if self.t_mult == 1:
            return steps // self.period, steps % self.period, np.full(steps.shape, float(self.period))
        starts, lengths = [0], [self.period]
        while steps.size and starts[-1] + lengths[-1] <= steps.max():
            starts.append(starts[-1] + lengths[-1])
            lengths.append(lengths[-1] * self.t_mult)
        at = np.searchsorted(starts, steps, side="right") - 1
        return at.astype(np.float64), steps - np.array(starts, float)[at], np.array(lengths, float)[at]

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        cycle, into, length = self.cycle(steps)
        peak = np.maximum(self.lr * np.power(self.peak_decay, cycle), self.eta_min)
        return blend(peak, self.eta_min, half_cosine(into / length))


@dataclass(frozen=True)
class OneCycle(StepSchedule):
    """Up from ``lr / div`` to ``lr``, then down to ``lr / div / final_div``, while momentum goes the other way.

    ``lr`` is the largest rate. The peak, with momentum at ``base_momentum``, is at step ``pct_start * total - 1``, not
    at ``pct_start * total``, as in ``torch.optim.lr_scheduler.OneCycleLR``. Where that is no whole number, no step is
    exactly there; where it is below 0, the peak is at step 0. The smallest rate, with ``max_momentum``, is at the last
    step, ``total - 1``, and stays; PyTorch takes one more step, back up, and then raises an error.

    >>> cycle = OneCycle(0.1, total=10, pct_start=0.3)
    >>> cycle([0, 2, 9, 10]).round(12).tolist()
    [0.004, 0.1, 4e-07, 4e-07]
    >>> cycle.momentum([0, 2, 9, 10]).tolist()
    [0.95, 0.85, 0.95, 0.95]
    """

    lr: float = 0.1
    total: int = 200
    pct_start: float = 0.3
    div: float = 25.0
    final_div: float = 1e4
    anneal: str = "cosine"
    base_momentum: float = 0.85
    max_momentum: float = 0.95
    reference: ClassVar[str] = "Smith & Topin 2018, with the defaults of torch.optim.lr_scheduler.OneCycleLR"

    def __post_init__(self) -> None:
        check_numbers(self, "lr")
        check_whole(self, "total")
        check_numbers(self, "pct_start", least=0.0, below=1.0)
        check_numbers(self, "div", "final_div", above=0.0)
        check_choice("OneCycle: anneal", self.anneal, ANNEALS)
        check_numbers(self, "base_momentum", "max_momentum", least=0.0, below=1.0)
        if self.base_momentum > self.max_momentum:
            raise ActvizError(
                "OneCycle: base_momentum must be at most max_momentum, not "
                f"{self.base_momentum:g} and {self.max_momentum:g}"
            )

    def _between(self, steps: Floats, start: float, peak: float, end: float) -> Floats:
        """Anneal from ``start`` to ``peak`` to ``end``."""
        turn, last = max(self.pct_start * self.total - 1.0, 0.0), self.total - 1.0
        phase = np.interp(steps, [0.0, turn, last], [0.0, 1.0, 2.0])
        share = np.where(phase > 1.0, phase - 1.0, phase)
        share = half_cosine(share) if self.anneal == "cosine" else share
        return np.where(phase > 1.0, blend(peak, end, share), blend(start, peak, share))

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        start = self.lr / self.div
        return self._between(steps, start, self.lr, start / self.final_div)

    def momenta(self, steps: Floats) -> Floats:
        """Return the momenta at an array of steps."""
        return self._between(steps, self.max_momentum, self.base_momentum, self.max_momentum)
