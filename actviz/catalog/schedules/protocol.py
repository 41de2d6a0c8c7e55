"""What a schedule is, and what all of them check: steps are whole and counted from 0, parameters finite."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.checks import LARGEST, finite, whole
from actviz.errors import ActvizError

Floats = NDArray[np.float64]


@runtime_checkable
class Schedule(Protocol):
    """What the trainer asks of a schedule; any object with these two methods will do."""

    def __call__(self, step: Any) -> Any:
        """Return the learning rate at a step, or an array of them at an array of steps."""
        ...

    def momentum(self, step: Any) -> Any:
        """Return the momentum at a step, or at each of an array; NaN where it is left to the optimizer."""
        ...


@runtime_checkable
class StepSchedule(Schedule, Protocol):
    """A schedule whose rate is a function of the step; all built-in ones are, but ``ReduceOnPlateau``.

    Steps are whole numbers from 0: an int, a whole float, or an array of them. For one step the result is a float,
    for an array an array of its shape. Other steps raise ``ActvizError``.
    """

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        ...

    def momenta(self, steps: Floats) -> Floats:
        """Return the momenta at an array of steps."""
        return np.full(steps.shape, math.nan)

    def __call__(self, step: Any) -> Any:
        """Return the learning rate at a step, or an array of them at an array of steps."""
        return _at(self.rate, step)

    def momentum(self, step: Any) -> Any:
        """Return the momentum at a step, or at each of an array; NaN where it is left to the optimizer."""
        return _at(self.momenta, step)


def _at(function: Callable[[Floats], Floats], step: Any) -> Any:
    """Apply a function of a one-dimensional array to one step or to an array of any shape."""
    given = np.asarray(step)
    steps = given.astype(np.float64) if given.dtype.kind in "iuf" else np.array(math.nan)
    if not ((steps >= 0) & (steps <= LARGEST) & (steps == np.floor(steps))).all():
        raise ActvizError(f"a step must be a whole number from 0 to 2**53, or an array of them, not {step!r}")
    with np.errstate(over="ignore", under="ignore"):  # a rate that overflows is inf, which ends a run with its reason
        values = function(steps.reshape(-1)).reshape(steps.shape)
    return values if steps.ndim else float(values)


def blend(start: Any, end: Any, share: Floats) -> Floats:
    """Go from ``start`` to ``end`` as ``share`` goes from 0 to 1; exact at both."""
    blended: Floats = start * (1.0 - share) + end * share
    return blended


def half_cosine(share: Floats) -> Floats:
    """Go from 0 to 1 along half a wave of the cosine as ``share`` does; exact at both."""
    risen: Floats = (1.0 - np.cos(np.pi * share)) / 2.0
    return risen


def check_numbers(schedule: Any, *names: str, **bounds: float) -> None:
    """Make finite floats >= 0 of a schedule's parameters, or raise an error that says which are allowed."""
    for name in names:
        number = finite(f"{type(schedule).__name__}: {name}", getattr(schedule, name), **(bounds or {"least": 0.0}))
        object.__setattr__(schedule, name, number)


def check_whole(schedule: Any, *names: str, least: int = 1) -> None:
    """Make ints of a schedule's parameters, or raise an error that says which are allowed."""
    for name in names:
        number = whole(f"{type(schedule).__name__}: {name}", getattr(schedule, name), least, of_float=True)
        object.__setattr__(schedule, name, number)
