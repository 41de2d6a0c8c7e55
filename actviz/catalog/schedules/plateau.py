"""The schedule with a memory: the rate falls when a metric has stopped improving."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from actviz.catalog.checks import check_choice
from actviz.catalog.schedules.protocol import Floats, check_numbers, check_whole
from actviz.errors import ActvizError

MODES = ("min", "max")
THRESHOLD_MODES = ("rel", "abs")


@dataclass(frozen=True)
class PlateauState:
    """What ``ReduceOnPlateau`` remembers: plain numbers, which ``dataclasses.asdict`` makes ready for JSON.

    Parameters
    ----------
    lr : float
        The rate to use now.
    best : float, optional
        Best metric so far; none before the first.
    bad : int
        Metrics in a row that were no better.
    cooldown : int
        Metrics still to come that do not count as bad.
    """

    lr: float
    best: float | None = None
    bad: int = 0
    cooldown: int = 0


@dataclass(frozen=True)
class ReduceOnPlateau:
    """Multiply the rate by ``factor`` when a metric has not improved more than ``patience`` times in a row. Stateful.

    The rate follows a metric, not the step: calling it with a step raises ``ActvizError``. These are its settings,
    what it remembers is a ``PlateauState``, which is not changed in place. Metrics, update for update, give the rates
    of ``torch.optim.lr_scheduler.ReduceLROnPlateau``. With patience p and a metric that improves at the first update
    only, the rate falls at update p + 2, not p + 1. NaN counts as no better; a fall of at most ``eps`` is left out.

    >>> plateau = ReduceOnPlateau(0.1, factor=0.5, patience=1)
    >>> states = [plateau.start()]
    >>> for loss in (3.0, 2.0, 2.0, 2.0, 2.0):
    ...     states.append(plateau.update(states[-1], loss))
    >>> [state.lr for state in states]
    [0.1, 0.1, 0.1, 0.1, 0.05, 0.05]
    """

    lr: float = 0.1
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    threshold_mode: str = "rel"
    cooldown: int = 0
    min_lr: float = 0.0
    mode: str = "min"
    eps: float = 1e-8
    reference: ClassVar[str] = "torch.optim.lr_scheduler.ReduceLROnPlateau; follows a metric"

    def __post_init__(self) -> None:
        check_numbers(self, "lr", "threshold", "min_lr", "eps")
        check_numbers(self, "factor", above=0.0, below=1.0)
        check_whole(self, "patience", "cooldown", least=0)
        check_choice("ReduceOnPlateau: threshold_mode", self.threshold_mode, THRESHOLD_MODES)
        check_choice("ReduceOnPlateau: mode", self.mode, MODES)

    def start(self) -> PlateauState:
        """Return the state before the first metric: the rate is ``lr``."""
        return PlateauState(self.lr)

    def update(self, state: PlateauState, metric: float) -> PlateauState:
        """Return the state after a metric; its ``lr`` is the rate from here on."""
        better = self._better(float(metric), state.best)
        best = float(metric) if better else state.best
        bad = 0 if better or state.cooldown else state.bad + 1
        cooldown = max(state.cooldown - 1, 0)
        if bad <= self.patience:
            return PlateauState(state.lr, best, bad, cooldown)
        lower = max(state.lr * self.factor, self.min_lr)
        return PlateauState(lower if state.lr - lower > self.eps else state.lr, best, 0, self.cooldown)

    def _better(self, metric: float, best: float | None) -> bool:
        sign = 1.0 if self.mode == "min" else -1.0
        if best is None:
            return sign * metric < math.inf
        relative = self.threshold_mode == "rel"
        bar = best * (1.0 - sign * self.threshold) if relative else best - sign * self.threshold
        return sign * metric < sign * bar

    def without_improvement(self, steps: int) -> Floats:
        """Return the rates at steps 0 to ``steps - 1`` if no metric, one after each step, ever beats the first."""
        state, rates = self.start(), np.empty(steps)
        for step in range(steps):
            rates[step] = state.lr
            state = self.update(state, 1.0)
        return rates

    def __call__(self, step: Any) -> Any:
        """Raise an error: there is no rate of a step."""
        raise ActvizError(
            "ReduceOnPlateau follows a metric, not the step: state = schedule.start(), then after each metric "
            "state = schedule.update(state, metric) and state.lr"
        )

    def momentum(self, step: Any) -> Any:
        """Return NaN, or an array of it: momentum is left to the optimizer."""
        given = np.asarray(step)
        return np.full(given.shape, math.nan) if given.ndim else math.nan
