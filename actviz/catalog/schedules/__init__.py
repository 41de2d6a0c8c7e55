"""Learning-rate schedules: frozen settings called with a step, counted from 0, that give the rate to use at it.

What a step is, an epoch or an update, is the trainer's choice (``step_at``).
"""

from actviz.catalog.schedules.composition import Join, Own, WarmUp
from actviz.catalog.schedules.cycles import Cosine, CosineRestarts, OneCycle
from actviz.catalog.schedules.decays import Constant, Exponential, InverseSqrt, Polynomial, StepDecay
from actviz.catalog.schedules.plateau import PlateauState, ReduceOnPlateau
from actviz.catalog.schedules.protocol import Schedule, StepSchedule
from actviz.catalog.schedules.table import SCHEDULES, UNITS, as_rate, momenta, rates, step_at

__all__ = [
    "SCHEDULES",
    "UNITS",
    "Constant",
    "Cosine",
    "CosineRestarts",
    "Exponential",
    "InverseSqrt",
    "Join",
    "OneCycle",
    "Own",
    "PlateauState",
    "Polynomial",
    "ReduceOnPlateau",
    "Schedule",
    "StepDecay",
    "StepSchedule",
    "WarmUp",
    "as_rate",
    "momenta",
    "rates",
    "step_at",
]
