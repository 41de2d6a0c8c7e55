"""Weight scales by theory: what keeps length and gradient over a stack of plain layers."""

from __future__ import annotations

import functools
import math
from typing import Any

from actviz.catalog.activations import Activation
from actviz.catalog.names import builtin
from actviz.diagnosis.thresholds import Thresholds
from actviz.errors import ActvizError

NEAR = 0.1
"""Weight variances that differ by a smaller share count as the same: a gradient's mean square over a layer."""

TOO_MUCH, SLOW = Thresholds().exploding, Thresholds().slow
"""Change of a gradient that a remedy must not leave, and that is noted: the thresholds' own."""


ALIKE = {"critical": NEAR, "unit": NEAR, "level": 0.01, "found": 0.01}
"""How far a variance may be off in a stack of few layers: where no length is kept, a few percent decide."""

UNSATURATED = 0.6
"""Share of values that a scale between vanishing and saturating leaves, for chance to stay within the thresholds."""

LONGEST = 1e300
"""Mean square of inputs beyond which theory has no number: what a remedy says is the same."""


def named(kind: str, label: str, table: dict[str, Any]) -> Any:
    """Return what a label names; None for one that no table reads."""
    try:
        return builtin(kind, label, table)
    except ActvizError:
        return None


def near(value: float | None, target: float, share: float = NEAR) -> bool:
    """Whether a variance differs from another by less than a share."""
    return value is not None and abs(value / target - 1.0) < share


def alike(key: str, depth: int) -> float:
    """Share by which a variance may be off and still be as good: over all layers the gradient changes 3-fold at most.

    A stack of 50 layers minds 5 % where one of 10 does not mind 10 %.
    """
    return min(ALIKE[key], 2.0 * math.log(SLOW) / depth)


def jumps(activation: Activation) -> bool:
    """Whether an activation has no slope somewhere: theory then has no gradient to keep, and no scale for it."""
    from actviz import theory

    return theory.first_jump(activation) is not None


@functools.lru_cache(maxsize=4096)
def followed(
    activation: Activation, variance: float, bias_var: float, depth: int, size: float = 1.0
) -> tuple[float, float]:
    """Follow inputs of a mean square through layers: what becomes of the gradient on its way back, and of the length.

    The logarithm of the gradient's RMS at the first layer over that at the last; and the longest pre-activations.
    """
    from actviz.theory import HUGE, TINY
    from actviz.theory.between import squares_between

    q = variance * size + bias_var
    change, longest = 0.0, q
    for _ in range(depth - 1):
        second, slope = squares_between(activation, within := min(max(q, TINY), HUGE))
        if within != q:
            second = squares_between(activation, q)[0] if math.isfinite(q) else math.inf
        change += 0.5 * math.log(max(variance * slope, 1e-300))
        q = variance * second + bias_var
        longest = max(longest, q)
    return change, longest


def gradient_change(activation: Activation, variance: float, bias_var: float, depth: int, size: float = 1.0) -> float:
    """Logarithm of the gradient's RMS at the first layer over that at the last, for inputs of this mean square."""
    return followed(activation, variance, bias_var, depth, size)[0]


FLAT = 1e-6
"""Mean square of the slope at length 1, over that of the largest slope, below which a function is flat there."""


@functools.lru_cache(maxsize=256)
def flat(activation: Activation) -> bool:
    """Whether a function is flat wherever signals of ordinary size are, as max(z - 12, 0) is: it bends elsewhere."""
    from actviz import theory

    return theory.chi(activation, 1.0, 1.0) < FLAT * activation.max_slope**2


@functools.lru_cache(maxsize=256)
def steady_variance(activation: Activation, bias_var: float) -> tuple[str, float] | None:
    """How and at which weight variance times fan_in length and gradient are kept, however deep; None if at none in use.

    First a critical point at which signals keep a length, unless it saturates most of them; else what keeps unit length
    and, within a tenth a layer, the gradient, if signals come back to that length (SELU); else the critical point
    towards which signals die, but slowly (tanh).
    """
    from actviz import theory

    if jumps(activation):
        return None
    points = {point.q_star: point.weight_var for point in theory.critical_points(activation, bias_var) if point.stable}
    kept = [q for q in points if math.isnan(q) or (q > 0.0 and not theory.saturated_share(activation, q) >= 0.5)]
    if kept:
        return "critical", points[kept[0]]
    if bias_var < 1.0:
        unit = (1.0 - bias_var) * theory.critical_gain(activation) ** 2
        near = math.isfinite(unit) and abs(theory.chi(activation, 1.0, unit) - 1.0) < NEAR
        if near and theory.length_slope(activation, 1.0, unit) < 1.0:
            return "unit", unit
    return ("critical", points[0.0]) if 0.0 in points else None


@functools.lru_cache(maxsize=256)
def level_variance(activation: Activation, bias_var: float, depth: int, size: float = 1.0) -> float | None:
    """Weight variance times fan_in under which the gradient is as large at the first layer as at the last.

    For inputs of this mean square. None where there is none that leaves most values unsaturated.
    """
    from actviz import theory

    def change(log_variance: float) -> float:
        return gradient_change(activation, math.exp(log_variance), bias_var, depth, size)

    low, high = math.log(1e-2), math.log(1e3)
    if jumps(activation) or not change(low) < 0.0 < change(high):
        return None
    from scipy.optimize import brentq

    variance = math.exp(brentq(change, low, high, xtol=1e-4))
    longest = followed(activation, variance, bias_var, depth, size)[1]
    return None if activation.bounded and theory.saturated_share(activation, longest) >= 0.5 else variance


@functools.lru_cache(maxsize=256)
def between_variance(activation: Activation, bias_var: float, depth: int, size: float = 1.0) -> float | None:
    """Weight variance times fan_in that few layers of a bounded activation bear, between vanishing and saturating.

    The largest that leaves ``UNSATURATED`` of the values; None if the gradient vanishes under that one, too.
    """
    from actviz import theory

    def saturated(log_variance: float) -> float:
        longest = followed(activation, math.exp(log_variance), bias_var, depth, size)[1]
        return theory.saturated_share(activation, longest) - (1.0 - UNSATURATED)

    low, high = math.log(1e-2), math.log(1e3)
    if jumps(activation) or not activation.bounded or not saturated(low) < 0.0 < saturated(high):
        return None
    from scipy.optimize import brentq

    variance = math.exp(brentq(saturated, low, high, xtol=1e-3))
    within = abs(gradient_change(activation, variance, bias_var, depth, size)) < 0.8 * math.log(TOO_MUCH)
    return variance if within else None


def holds(activation: Activation, variance: float, bias_var: float, depth: int, size: float) -> bool:
    """Whether a scale holds the gradient level even if it is off by what a layer of finite width makes of it."""
    changes = [gradient_change(activation, off * variance, bias_var, depth, size) for off in (0.97, 1.03)]
    return max(map(abs, changes)) < math.log(TOO_MUCH)


def scales_of(activation: Activation, bias_var: float, depth: int, size: float) -> list[tuple[str, float]]:
    """Return weight variances times fan_in that theory has for so many layers, and why each is right."""
    steady, level = steady_variance(activation, bias_var), level_variance(activation, bias_var, depth, size)
    if steady and abs(gradient_change(activation, steady[1], bias_var, depth, size)) > math.log(TOO_MUCH / 3.0):
        steady = None  # it keeps what comes after many layers, but on the way there the gradient is lost
    if steady and near(level, steady[1], alike(steady[0], depth)):
        level = None  # the same
    return [scale for scale in (steady, ("level", level) if level else None) if scale]
