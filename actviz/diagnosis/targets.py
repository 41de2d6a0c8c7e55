"""The weight variance that suits a function over so many layers, tried on fresh networks, and how it is written."""

from __future__ import annotations

import math
from dataclasses import dataclass

from actviz.catalog.activations import Activation
from actviz.catalog.initializers import INITIALIZERS, Orthogonal
from actviz.diagnosis.numbers import number
from actviz.diagnosis.scales import (
    LONGEST,
    NEAR,
    alike,
    between_variance,
    holds,
    named,
    near,
    scales_of,
    steady_variance,
)
from actviz.diagnosis.situation import Situation
from actviz.diagnosis.skips import Mended, mend_plain
from actviz.diagnosis.trials import Trial, best_variance, healthy, may_be_tried, tried_width
from actviz.text import text

NAMED = {"he_normal": 2.0, "lecun_normal": 1.0}
"""Initializers that a remedy names, and their weight variance times fan_in."""


ENOUGH = {"critical": 7, "unit": 7}
"""Of the fresh networks, that must be healthy for a scale to be offered that is right at any depth: most."""

HELD = 10
"""Of the fresh networks, that must be healthy by a margin for a scale that levels, or was found for, this depth alone,
and for batch normalization."""


@dataclass(frozen=True)
class Advice:
    """What to do: a key of the texts, a weight variance times fan_in, and how many fresh networks are healthy with it.

    ``found`` is None where none were tried. Where no variance is offered, ``other`` says whether one was looked for,
    ``best`` is the one that comes closest, with the number of fresh networks that are healthy with it, and ``mended``
    is what was tried beside the weights.
    """

    key: str
    variance: float | None = None
    found: int | None = None
    other: bool = False
    best: tuple[float, int] | None = None
    mended: Mended | None = None


def stays_orthogonal(where: Situation) -> bool:
    """Whether weights are orthogonal, and stay so: drawn anew at any scale, independent ones spread singular values.

    Not where layers widen: there the mean square of the signal is not the gain's alone.
    """
    init, (fan_in, fan_out) = named("initializer", where.drawn_by or where.init, INITIALIZERS), where.fans
    return isinstance(init, Orthogonal) and fan_in >= fan_out


def trial_of(activation: Activation, where: Situation, norm: str | None = None) -> Trial:
    """Return what is tried: plain stacks of this depth and about this width, fed what the network was fed."""
    known = where.inputs.rms if where.inputs.rms > 0 else 1.0
    alike = 0.0 if math.isnan(where.inputs.similarity) else float(f"{max(where.inputs.similarity, 0.0):.2g}")
    width = tried_width(where.fans[1])
    size, alike = float(f"{known:.2g}"), min(alike, 0.99)
    own = stays_orthogonal(where)
    return Trial(activation, where.bias_std, where.depth, width, size, alike, norm, orthogonal=own)


def target(activation: Activation, where: Situation, current: float | None) -> Advice:
    """Return the weight variance times fan_in to use, or what else helps where no other is better."""
    bias_var, depth, trial = where.bias_std * where.bias_std, where.depth, trial_of(activation, where)
    size = min(trial.rms * trial.rms, LONGEST)
    if math.isinf(bias_var):  # no weights stand out against such biases
        return Advice("unsteady")
    scales = scales_of(activation, bias_var, depth, size)
    others = [scale for scale in scales if not near(current, scale[1], alike(scale[0], depth))]
    if where.module or not may_be_tried(trial):
        level_enough = [scale for scale in others if holds(activation, scale[1], bias_var, depth, size)]
        if level_enough:
            return Advice(*level_enough[0])
        return Advice("unsteady" if others else "depth" if scales or _suits(activation, where) else "none")
    best: tuple[float, int] | None = None
    for key, variance in others:
        found, held = healthy(trial, rounded(variance), 0 if key in ENOUGH else HELD)
        if found >= ENOUGH[key] if key in ENOUGH else held >= HELD:
            return Advice(key, variance, found)
    if others:
        variance = best_variance(trial, others[-1][1])
        found, held = healthy(trial, variance)
        if held >= HELD and not near(current, variance, alike("found", depth)):
            return Advice("found", variance, found)
        best = variance, held
    between = None if scales else between_variance(activation, bias_var, depth, size)
    if between and not near(current, between):
        found, held = healthy(trial, rounded(between), HELD)
        if held >= HELD:
            return Advice("between", between, found)
    mended = mend_plain(trial, rounded(scales[0][1]) if scales else 1.0, HELD, where.samples > 1)
    return Advice(
        "change" if scales or _suits(activation, where) else "none", other=bool(others), best=best, mended=mended
    )


def _suits(activation: Activation, where: Situation) -> bool:
    """Whether a weight scale suits an activation at all: without biases, for inputs of size 1, over so many layers."""
    return bool(scales_of(activation, 0.0, where.depth, 1.0)) or steady_variance(activation, 0.0) is not None


def rounded(variance: float) -> float:
    """Return a variance as a remedy writes it, which is what is tried."""
    return float(f"{variance:.3g}")


def _nearest(variance: float, current: float | None, share: float) -> tuple[str, str | None, float]:
    """Return how a variance is written, and the built-in initializer nearest to it with its variance times fan_in."""
    others = {name: own for name, own in NAMED.items() if not near(current, own, share)}
    name = min(others, key=lambda name: abs(others[name] - variance), default=None)
    own = others[name] if name else math.nan
    off = abs(own / variance - 1.0)
    return "named" if off < share else "nearest" if off < NEAR else "unnamed", name, own


def chi_of(activation: Activation, variance: float, where: Situation, current: float | None) -> float:
    """Return chi_1 at the variance that is told for a critical one."""
    from actviz import theory

    key, _, own = _nearest(variance, current, alike("critical", where.depth))
    told = own if key == "named" else rounded(variance)
    return theory.mean_field(activation, told, where.bias_std * where.bias_std).chi_1


def written(variance: float, where: Situation, current: float | None, lang: str, share: float = NEAR) -> str:
    """Write a weight variance, with the built-in initializer that has it, or else the one that is nearest to it."""
    fan_in = where.fans[0]
    name: str | None
    if stays_orthogonal(where):
        key, own = "named", rounded(variance)
        name = "orthogonal" if own == 1.0 else f"orthogonal:{math.sqrt(own):.4g}"
    else:
        key, name, own = _nearest(variance, current, share)
    variance = own if key == "named" else variance
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
