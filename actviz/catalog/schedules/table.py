"""The built-in schedules by name, and what a trainer, a table or a figure reads off any schedule."""

from __future__ import annotations

from typing import Any

import numpy as np

from actviz.catalog.checks import check_choice, of_type, whole
from actviz.catalog.schedules.cycles import Cosine, CosineRestarts, OneCycle
from actviz.catalog.schedules.decays import Constant, Exponential, InverseSqrt, Polynomial, StepDecay
from actviz.catalog.schedules.plateau import ReduceOnPlateau
from actviz.catalog.schedules.protocol import Floats, Schedule
from actviz.numerics.memory import check_memory

SCHEDULES: dict[str, Schedule] = {
    "constant": Constant(),
    "step": StepDecay(),
    "exponential": Exponential(),
    "cosine": Cosine(),
    "cosine_restarts": CosineRestarts(),
    "one_cycle": OneCycle(),
    "polynomial": Polynomial(),
    "inverse_sqrt": InverseSqrt(),
    "reduce_on_plateau": ReduceOnPlateau(),
}
"""Every built-in schedule by its name; parameters at their defaults, lengths for 200 steps."""

UNITS = ("epoch", "update")
"""What a schedule's step may be: an epoch, through which the rate stays, or a single update of the weights."""


def step_at(update: Any, unit: str, updates_per_epoch: int) -> Any:
    """Return the step to call a schedule with at an update, or at each of an array, both counted from 0.

    >>> step_at(np.arange(6), "epoch", updates_per_epoch=3)
    array([0, 0, 0, 1, 1, 1])

    Raises
    ------
    ActvizError
        If the unit is not one of ``UNITS``.
    """
    check_choice("schedule_unit", unit, UNITS)
    return update // whole("updates_per_epoch", updates_per_epoch, of_float=True) if unit == "epoch" else update


def rates(schedule: Schedule, steps: int) -> Floats:
    """Return the learning rates at steps 0 to ``steps - 1``; of ``ReduceOnPlateau`` those without an improvement."""
    of_type("schedule", schedule, (Schedule, ReduceOnPlateau), "a schedule, as actviz.schedules.schedule gives one")
    steps = whole("steps", steps, of_float=True)
    check_memory(64.0 * steps, f"a schedule over {steps} steps", "lower steps")
    if isinstance(schedule, ReduceOnPlateau):
        return schedule.without_improvement(steps)
    return np.asarray(schedule(np.arange(steps)), dtype=np.float64)


def as_rate(name: str) -> str:
    """Write a constant rate as its number, and any other schedule as it is named.

    >>> as_rate("constant"), as_rate("constant:0.05"), as_rate("cosine:0.1,50")
    ('0.1', '0.05', 'cosine:0.1,50')
    """
    of_type("a schedule's name", name, str, "text")
    if name == "constant":
        return f"{Constant().lr:g}"
    parameters = name.removeprefix("constant:")
    return name if "@" in parameters else parameters  # constant:0.1@20+step is more than one


def momenta(schedule: Schedule, steps: int) -> Floats:
    """Return the momenta at steps 0 to ``steps - 1``; NaN where they are left to the optimizer."""
    of_type("schedule", schedule, Schedule, "a schedule, as actviz.schedules.schedule gives one")
    return np.asarray(schedule.momentum(np.arange(whole("steps", steps, of_float=True))), dtype=np.float64)
