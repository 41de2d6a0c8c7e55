"""How to mend a pairing: the weight variance to use, from mean-field theory, in one sentence.

Names in a dataset are labels: only those of the tables are turned into functions, so that a loaded result never
executes code. What is known by its label alone gets a remedy without a number.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.catalog.initializers import INITIALIZERS, Initializer
from actviz.catalog.names import builtin
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.trials import certain, tried_variance, tried_width
from actviz.errors import ActvizError
from actviz.text import label, text

NEAR = 0.1
"""Weight variances that differ by a smaller share count as the same: a gradient's mean square over a layer."""

TOO_MUCH = Thresholds().exploding
"""Change of a gradient that a remedy must not leave: the thresholds' own."""

ALIKE = {"critical": NEAR, "unit": NEAR, "level": 0.01, "tried": 0.01, "closest": 0.01}
"""How far a variance may be off in a stack of few layers: where no length is kept, a few percent decide."""

LARGE = 3.0
"""Root mean square of inputs from which on they, not the weights, are what saturates the first layer."""

NAMED = {"he_normal": 2.0, "lecun_normal": 1.0}
"""Initializers that a remedy names, and their weight variance times fan_in."""


@dataclass(frozen=True)
class Situation:
    """What a remedy depends on.

    Parameters
    ----------
    init, activation : str
        Labels of the dataset.
    fans : (int, int)
        fan_in and fan_out of the first layer.
    depth, last : int
        How many layers there are, and the number of the last.
    bias_std : float
    norm : str or None
        Normalization before the activation.
    first_rms : float
        Root mean square of the first layer's pre-activations, which tells the inputs' size.
    module : bool
        Whether it is a PyTorch model, in which more happens than layers.
    sudden : bool
        Whether values that are not finite come from ones of ordinary size.
    """

    init: str
    activation: str
    fans: tuple[int, int]
    depth: int
    last: int
    bias_std: float = 0.0
    norm: str | None = None
    first_rms: float = math.nan
    module: bool = False
    sudden: bool = False


def number(value: float) -> str:
    """Write a number with three digits; whole below a million, where three digits would need an exponent."""
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else f"{value:.3g}"


def _builtin(kind: str, label: str, table: dict[str, Any]) -> Any:
    """Return what a label names; None for one that no table reads."""
    try:
        return builtin(kind, label, table)
    except ActvizError:
        return None


def gradient_change(activation: Activation, variance: float, bias_var: float, depth: int) -> float:
    """Logarithm of the gradient's RMS at the first layer over that at the last, for inputs of unit mean square."""
    from actviz import theory

    lengths = np.clip(theory.lengths(activation, [variance] * (depth - 1), bias_var, 1.0), theory.TINY, theory.HUGE)
    return sum(0.5 * math.log(max(theory.chi(activation, q, variance), 1e-300)) for q in lengths.tolist())


@functools.lru_cache(maxsize=256)
def steady_variance(activation: Activation, bias_var: float) -> tuple[str, float] | None:
    """How and at which weight variance times fan_in length and gradient are kept, however deep; None if at none in use.

    First a critical point at which signals keep a length, unless it saturates most of them; else what keeps unit length
    and, within a tenth a layer, the gradient, if signals come back to that length (SELU); else the critical point
    towards which signals die, but slowly (tanh).
    """
    from actviz import theory

    points = {point.q_star: point.weight_var for point in theory.critical_points(activation, bias_var) if point.stable}
    kept = [q for q in points if math.isnan(q) or (q > 0.0 and not theory.saturated_share(activation, q) >= 0.5)]
    if kept:
        return "critical", points[kept[0]]
    if bias_var < 1.0:
        unit = (1.0 - bias_var) * theory.critical_gain(activation) ** 2
        near = abs(theory.chi(activation, 1.0, unit) - 1.0) < NEAR
        if near and theory.length_slope(activation, 1.0, unit) < 1.0:
            return "unit", unit
    return ("critical", points[0.0]) if 0.0 in points else None


@functools.lru_cache(maxsize=256)
def level_variance(activation: Activation, bias_var: float, depth: int) -> float | None:
    """Weight variance times fan_in under which the gradient is as large at the first layer as at the last.

    None where there is none that leaves most values unsaturated.
    """
    from scipy.optimize import brentq

    from actviz import theory

    def change(log_variance: float) -> float:
        return gradient_change(activation, math.exp(log_variance), bias_var, depth)

    low, high = math.log(1e-2), math.log(1e3)
    if not change(low) < 0.0 < change(high):
        return None
    variance = math.exp(brentq(change, low, high, xtol=1e-4))
    longest = float(theory.lengths(activation, [variance] * depth, bias_var, 1.0).max())
    return None if activation.bounded and theory.saturated_share(activation, longest) >= 0.5 else variance


def _holds(activation: Activation, variance: float, bias_var: float, depth: int) -> bool:
    """Whether a scale holds the gradient level even if it is off by what a layer of finite width makes of it."""
    changes = [gradient_change(activation, off * variance, bias_var, depth) for off in (0.97, 1.03)]
    return max(map(abs, changes)) < math.log(TOO_MUCH)


def _near(value: float | None, target: float, share: float = NEAR) -> bool:
    return value is not None and abs(value / target - 1.0) < share


def _alike(key: str, depth: int) -> float:
    """Share by which a variance may be off and still be as good: over all layers the gradient changes 3-fold at most.

    A stack of 50 layers minds 5 % where one of 10 does not mind 10 %.
    """
    return min(ALIKE[key], 2.0 * math.log(Thresholds().slow) / depth)


def _target(activation: Activation, where: Situation, current: float | None) -> tuple[str, float | None]:
    """Return the remedy's key, and the weight variance times fan_in to use; None where no other is better."""
    bias_var, depth = where.bias_std * where.bias_std, where.depth
    if math.isinf(bias_var):  # no weights stand out against such biases
        return "unsteady", None
    steady, level = steady_variance(activation, bias_var), level_variance(activation, bias_var, depth)
    if steady and abs(gradient_change(activation, steady[1], bias_var, depth)) > math.log(TOO_MUCH / 3.0):
        steady = None  # it keeps what comes after many layers, but on the way there the gradient is lost
    if steady and _near(level, steady[1], _alike(steady[0], depth)):
        level = None  # the same
    for scale in (steady, ("level", level) if level else None):
        if scale and not _near(current, scale[1], _alike(scale[0], depth)):
            return (
                scale if _holds(activation, scale[1], bias_var, depth) else _tried(activation, scale[1], where, current)
            )
    return "depth" if steady or level else "none", None


def _tried(
    activation: Activation, variance: float, where: Situation, current: float | None
) -> tuple[str, float | None]:
    """Return what ``_target`` does where theory's number does not hold: one that does when it is measured."""
    holding, share = tried_variance(activation, variance, where.bias_std, where.depth, where.fans[1])
    if share <= 0.5:
        return "unsteady", None
    if _near(current, holding, _alike("tried", where.depth)):
        return "depth", None
    return "tried" if certain(share) else "closest", holding


def _written(variance: float, where: Situation, current: float | None, lang: str, alike: float = NEAR) -> str:
    """Write a weight variance, with the built-in initializer that has it, or else the one that is nearest to it."""
    fan_in, key = where.fans[0], "unnamed"
    others = {name: own for name, own in NAMED.items() if not _near(current, own, alike)}
    name = min(others, key=lambda name: abs(others[name] - variance), default=None)
    own = others[name] if name else math.nan
    if abs(own / variance - 1.0) < alike:
        key, variance = "named", own
    elif abs(own / variance - 1.0) < NEAR:
        key = "nearest"
    return text(
        f"remedy.{key}",
        lang,
        init=name,
        own=number(own),
        variance=number(variance),
        std=number(math.sqrt(variance / fan_in)),
        fan_in=fan_in,
        gain=number(math.sqrt(variance)),
    )


def _lead(init: Initializer | None, fault: str, fans: tuple[int, int], lang: str) -> str:
    """Say what must change besides the scale: weights that are all the same, or not centred."""
    shift, scale = getattr(init, "affine", lambda *fans: (0.0, 1.0))(*fans)
    if scale == 0.0 or fault == "symmetric":
        return text("remedy.random", lang)
    return text("remedy.centred", lang) if shift else ""


def remedy(fault: str, where: Situation, lang: str = "en") -> str:
    """Say how to mend a fault, in one sentence.

    Parameters
    ----------
    fault : str
        A rule's name; the first word is the verdict.
    where : Situation
    lang : str
    """
    if where.module and fault == "dead.gradient":
        return text("remedy.cut", lang)
    if where.module and fault == "overflowed.signal" and where.sudden:
        return text("remedy.undefined", lang)
    init: Initializer | None = _builtin("initializer", where.init, INITIALIZERS)
    activation: Activation | None = _builtin("activation", where.activation, ACTIVATIONS)
    lead = _lead(init, fault, where.fans, lang)
    advice = _advice(fault, where, init, activation, bool(lead), lang)
    size = _input_rms(init, where)
    if fault == "saturated" and size > LARGE:
        return text("remedy.inputs", lang, size=number(size))
    whole = f"{lead} {advice}" if lead else advice
    return whole[0].upper() + whole[1:] if lang == "en" else whole  # in Korean a name may stand first, as it is


def _input_rms(init: Initializer | None, where: Situation) -> float:
    """Root mean square of the inputs, from what the first layer makes of them; NaN where it cannot be told."""
    current = _current(init, where.fans)
    if not current or where.norm is not None or _lead(init, "", where.fans, "en"):
        return math.nan
    return math.sqrt(max(where.first_rms * where.first_rms - where.bias_std * where.bias_std, 0.0) / current)


def _current(init: Initializer | None, fans: tuple[int, int]) -> float | None:
    """Return the weight variance times fan_in that a pairing has; None where that does not describe its weights."""
    if init is None or getattr(init, "family", "") == "identity":
        return None
    return fans[0] * init.variance(*fans)


def _advice(
    fault: str, where: Situation, init: Initializer | None, activation: Activation | None, other: bool, lang: str
) -> str:
    """Say which weight variance to use; ``other`` if the weights have to change in another way too."""
    if where.norm is not None:
        return text("remedy.any_scale" if other else "remedy.norm", lang)
    if activation is None:
        smaller = fault.startswith(("overflowed", "exploding", "saturated", "dead.flat")) and not other
        return text("remedy.smaller" if smaller else "remedy.own", lang, activation=where.activation)
    current = None if other else _current(init, where.fans)
    key, variance = _target(activation, where, current)
    shown = label(where.activation, lang)
    if variance is None:
        tanh = _written(1.0, where, None, lang)
        return text(f"remedy.{key}", lang, activation=shown, depth=where.depth, tanh=tanh)
    instead = "" if current is None else text("remedy.instead", lang, current=number(current))
    target = _written(variance, where, current, lang, _alike(key, where.depth))
    width = tried_width(where.fans[1])
    return text(f"remedy.{key}", lang, activation=shown, depth=where.depth, target=target, width=width, instead=instead)
