"""Schedules made of others: a warm-up before one, several in a row, a user's own function."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from actviz.catalog.checks import to_float, whole
from actviz.catalog.schedules.plateau import ReduceOnPlateau
from actviz.catalog.schedules.protocol import (
    Floats,
    Schedule,
    StepSchedule,
    blend,
    check_numbers,
    check_whole,
)
from actviz.errors import ActvizError


def _check_part(owner: str, part: Any) -> None:
    if isinstance(part, ReduceOnPlateau):
        raise ActvizError(f"{owner}: ReduceOnPlateau follows a metric, not the step, and cannot be part of another")
    if not isinstance(part, StepSchedule) or isinstance(part, type):
        raise ActvizError(f"{owner}: its parts must be schedules, as actviz.schedule(...) gives them, not {part!r}")


@dataclass(frozen=True)
class WarmUp(StepSchedule):
    """Up in a line for ``steps`` steps to where a schedule starts, then that schedule from its own step 0.

    ``start_factor * schedule(0)`` at step 0, ``schedule(0)`` at step ``steps``, ``schedule(t - steps)`` after it; the
    momentum is the schedule's, of its step 0 until then. So does PyTorch's ``SequentialLR`` of a ``LinearLR`` with
    ``total_iters=steps`` and the schedule.

    >>> from actviz.catalog.schedules import StepDecay
    >>> WarmUp(StepDecay(0.1, 0.5, 10), 4, 0.2)([0, 2, 4, 13, 14]).round(12).tolist()
    [0.02, 0.06, 0.1, 0.1, 0.05]
    """

    schedule: Schedule
    steps: int = 5
    start_factor: float = 0.1
    reference: ClassVar[str] = "gradual warm-up: Goyal et al. 2017"

    def __post_init__(self) -> None:
        _check_part("WarmUp", self.schedule)
        check_whole(self, "steps")
        check_numbers(self, "start_factor", least=0.0, most=1.0)

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        ramp = blend(self.start_factor, 1.0, np.minimum(steps / self.steps, 1.0))
        return np.asarray(self.schedule(np.maximum(steps - self.steps, 0.0)) * ramp)

    def momenta(self, steps: Floats) -> Floats:
        """Return the momenta at an array of steps."""
        return np.asarray(self.schedule.momentum(np.maximum(steps - self.steps, 0.0)))


@dataclass(frozen=True)
class Join(StepSchedule):
    """Several schedules in a row, each counted from its own step 0.

    The first one up to step ``boundaries[0] - 1``; at step ``boundaries[0]`` the second at its step 0, and so on, as in
    ``optax.join_schedules`` and PyTorch's ``SequentialLR``.

    >>> from actviz.catalog.schedules import Constant, StepDecay
    >>> Join((Constant(0.5), StepDecay(0.1, 0.5, 2)), (3,))([0, 2, 3, 4, 5])
    array([0.5 , 0.5 , 0.1 , 0.1 , 0.05])
    """

    schedules: tuple[Schedule, ...]
    boundaries: tuple[int, ...]
    reference: ClassVar[str] = "optax.join_schedules"

    def __post_init__(self) -> None:
        for name in ("schedules", "boundaries"):
            if not isinstance(getattr(self, name), tuple | list):
                raise ActvizError(f"Join: {name} must be a tuple, not {getattr(self, name)!r}")
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for part in self.schedules:
            _check_part("Join", part)
        boundaries = tuple(whole("Join: a boundary", boundary, of_float=True) for boundary in self.boundaries)
        if len(self.schedules) < 2 or len(boundaries) != len(self.schedules) - 1:
            raise ActvizError(
                f"Join: needs two or more schedules and a boundary between each two, not {len(self.schedules)} "
                f"schedules and {len(boundaries)} boundaries"
            )
        if any(before >= after for before, after in itertools.pairwise(boundaries)):
            raise ActvizError(f"Join: each boundary must be above the one before it, not {boundaries}")
        object.__setattr__(self, "boundaries", boundaries)

    def _parts(self, of: Callable[[Schedule], Callable[[Floats], Any]], steps: Floats) -> Floats:
        """Ask each schedule about its own steps, counted from its own start."""
        part, values = np.searchsorted(self.boundaries, steps, side="right"), np.empty(steps.shape)
        for at, (schedule, start) in enumerate(zip(self.schedules, (0, *self.boundaries), strict=True)):
            mine = part == at
            if mine.any():
                values[mine] = of(schedule)(steps[mine] - start)
        return values

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        return self._parts(lambda schedule: schedule.__call__, steps)

    def momenta(self, steps: Floats) -> Floats:
        """Return the momenta at an array of steps."""
        return self._parts(lambda schedule: schedule.momentum, steps)


@dataclass(frozen=True)
class Own(StepSchedule):
    """A user's function from a step, an int, to a rate: asked step by step, and checked to give finite numbers >= 0.

    Where it has a method ``momentum``, a function of the step too, the momentum is that.

    >>> Own(lambda step: 0.1 / (1 + step), "hyperbolic")([0, 1, 3])
    array([0.1  , 0.05 , 0.025])
    """

    function: Callable[[int], float]
    name: str = field(default="own", compare=False)
    reference: ClassVar[str] = "a function of the user's own"

    def __post_init__(self) -> None:
        self(0)
        self.momentum(0)

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        return self._each(self.function, steps)

    def momenta(self, steps: Floats) -> Floats:
        """Return the momenta at an array of steps."""
        own = getattr(self.function, "momentum", None)
        return self._each(own, steps) if callable(own) else np.full(steps.shape, math.nan)

    def _each(self, function: Callable[[int], float], steps: Floats) -> Floats:
        return np.array([self._one(function, int(step)) for step in steps], dtype=np.float64)

    def _one(self, function: Callable[[int], float], step: int) -> float:
        try:
            value = function(step)
        except Exception as error:
            raise ActvizError(f"schedule {self.name} fails at step {step}: {type(error).__name__}: {error}") from error
        number = to_float(value)
        if not 0.0 <= number < math.inf:
            raise ActvizError(f"schedule {self.name} must give a finite number >= 0, not {value!r} at step {step}")
        return number
