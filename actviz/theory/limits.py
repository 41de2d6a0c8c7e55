"""What maps are in the limit, where a signal dies or grows without end: at a length that has that form, and digits."""

from __future__ import annotations

import math

from actviz.catalog.activations import Activation
from actviz.catalog.slopes import is_numeric
from actviz.theory.maps import HUGE, TINY, moments


def power_at_rest(activation: Activation) -> float:
    """Power of z as which phi starts from 0: 1 where it is straight there, infinite where it is flat; 0 if not 0 at 0.

    Told by phi alone: a slope that is taken numerically has no digits there.
    """
    if moments(activation, 0.0)[1] > 0.0:
        return 0.0
    near, nearer = (moments(activation, q)[1] for q in (1e-4, 1e-6))
    return math.log(near / nearer, 100.0) if nearer > 0.0 else math.inf


STRAIGHT = 1.01
"""Power above which phi is flat at 0: there chi, and the length map's slope, are 0, whatever the weights."""


def limiting_length(activation: Activation, q_star: float) -> float:
    """Return a length at which maps have the form they have at q*, where that is 0 or infinite.

    Short, or long, but so that squares of phi and its slope are numbers, and a numerical slope has digits.
    """
    if 0.0 < q_star < math.inf:
        return q_star
    if q_star == 0.0 and power_at_rest(activation) <= STRAIGHT:
        return TINY
    for q in (1e-8, 1e-6, 1e-4) if q_star == 0.0 else (HUGE, *(math.pow(10.0, at / 4.0) for at in range(76, -1, -1))):
        _, second, slope, _ = moments(activation, q)
        if 1e-250 < second < math.inf and slope < math.inf and not (q < 1e-4 and is_numeric(activation)):
            return float(q)
    return TINY if q_star == 0.0 else HUGE


def at_limit(value: float, activation: Activation, q_star: float) -> float:
    """Return what chi, or the slope of the length map, is at q* itself, from its value at ``limiting_length``."""
    if q_star == 0.0 and power_at_rest(activation) > STRAIGHT:
        return 0.0
    if math.isinf(q_star) and value > 0.0:
        q = limiting_length(activation, q_star)
        far, before = (moments(activation, each)[1] for each in (q, 1e-2 * q))
        if far > 100.0**STRAIGHT * before or not far < math.inf:  # faster than straight
            return math.inf
    return value
