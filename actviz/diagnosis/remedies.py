"""How to mend a pairing: the weight variance to use, from mean-field theory, in one sentence, tried on fresh networks.

Names in a dataset are labels: only those of the tables are turned into functions, so that a loaded result never
executes code. What is known by its label alone gets a remedy without a number.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any

from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.catalog.choices import DEPTH_SCALE
from actviz.catalog.initializers import INITIALIZERS, Initializer
from actviz.diagnosis.models import Model
from actviz.diagnosis.numbers import number
from actviz.diagnosis.scales import LONGEST, NEAR, alike, holds, named, near, scales_of
from actviz.diagnosis.skips import mend
from actviz.diagnosis.trials import FRESH, Trial, best_variance, healthy, may_be_tried, tried_width
from actviz.diagnosis.trying import half_remedy, model_remedy
from actviz.text import TEXT, label, text, typeset

LARGE = 3.0
"""Root mean square of inputs from which on they, not the weights, are what saturates the first layer."""

NAMED = {"he_normal": 2.0, "lecun_normal": 1.0}
"""Initializers that a remedy names, and their weight variance times fan_in."""


ENOUGH = {"critical": 7, "unit": 7}
"""Of the fresh networks, that must be healthy for a scale to be offered that is right at any depth: most."""

HELD = 10
"""Of the fresh networks, that must be healthy by a margin for a scale that levels, or was found for, this depth alone,
and for batch normalization."""

GUARDED = ("saturated", "dead.flat", "dead.silent")
"""Faults that inputs of a wrong size make by themselves."""


@dataclass(frozen=True)
class Fed:
    """What a network was fed: mean and root mean square of the values, cosine of two samples; NaN if not known."""

    mean: float = math.nan
    rms: float = math.nan
    similarity: float = math.nan

    @property
    def uncentred(self) -> bool:
        """Whether most of the values' mean square is the square of their mean."""
        return self.mean * self.mean > 0.5 * self.rms * self.rms


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
        Normalization, before the activation unless it says where else.
    block : str
    branch_scale : float or str
        As of a ``Stack``.
    inputs : Fed
    module : bool
        Whether it is a PyTorch model, in which more happens than layers.
    built_anew : bool
        Whether the model was built for every seed, and not given as it is.
    sudden : bool
        Whether values that are not finite come from ones of ordinary size.
    scale : float
        Weight variance times fan_in as measured, of the median layer.
    model : Model or None
        What is known of a PyTorch model's layers and weights.
    """

    init: str
    activation: str
    fans: tuple[int, int]
    depth: int
    last: int
    bias_std: float = 0.0
    norm: str | None = None
    block: str = "plain"
    branch_scale: float | str = 1.0
    inputs: Fed = field(default_factory=Fed)
    module: bool = False
    built_anew: bool = False
    sudden: bool = False
    scale: float = math.nan
    model: Model | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Advice:
    """What to do: a key of the texts, a weight variance times fan_in, and how many fresh networks are healthy with it.

    ``found`` is None where none were tried. Where no variance is offered, ``other`` says whether one was looked for,
    ``best`` is the one that comes closest, with the number of fresh networks that are healthy with it, and
    ``normalized`` is that number under batch normalization, and ``skipped`` in residual blocks with branches scaled by
    1/sqrt(L), of weights that suit the activation.
    """

    key: str
    variance: float | None = None
    found: int | None = None
    other: bool = False
    best: tuple[float, int] | None = None
    normalized: int | None = None
    skipped: int | None = None


def _trial(activation: Activation, where: Situation, norm: str | None = None) -> Trial:
    """Return what is tried: plain stacks of this depth and about this width, fed what the network was fed."""
    known = where.inputs.rms if where.inputs.rms > 0 else 1.0
    alike = 0.0 if math.isnan(where.inputs.similarity) else float(f"{max(where.inputs.similarity, 0.0):.2g}")
    width = tried_width(where.fans[1])
    return Trial(activation, where.bias_std, where.depth, width, float(f"{known:.2g}"), min(alike, 0.99), norm)


def _target(activation: Activation, where: Situation, current: float | None) -> Advice:
    """Return the weight variance times fan_in to use, or what else helps where no other is better."""
    bias_var, depth, trial = where.bias_std * where.bias_std, where.depth, _trial(activation, where)
    size = min(trial.rms * trial.rms, LONGEST)
    if math.isinf(bias_var):  # no weights stand out against such biases
        return Advice("unsteady")
    scales = scales_of(activation, bias_var, depth, size)
    others = [scale for scale in scales if not near(current, scale[1], alike(scale[0], depth))]
    if where.module or not may_be_tried(trial):
        level_enough = [scale for scale in others if holds(activation, scale[1], bias_var, depth, size)]
        return (
            Advice(*level_enough[0])
            if level_enough
            else Advice("unsteady" if others else "depth" if scales else "none")
        )
    best: tuple[float, int] | None = None
    for key, variance in others:
        found, held = healthy(trial, _rounded(variance))
        if found >= ENOUGH[key] if key in ENOUGH else held >= HELD:
            return Advice(key, variance, found)
    if others:
        variance = best_variance(trial, others[-1][1])
        found, held = healthy(trial, variance)
        if held >= HELD and not near(current, variance, alike("found", depth)):
            return Advice("found", variance, found)
        best = variance, held
    normalized = None if where.bias_std else healthy(_trial(activation, where, "batch"), 1.0)[0]
    if not scales:
        return Advice("none", normalized=normalized)
    if normalized is not None and normalized >= HELD:
        return Advice("normalize", other=bool(others), best=best, normalized=normalized)
    blocks = dataclasses.replace(trial, block="residual", branch_scale=DEPTH_SCALE)
    skipped = healthy(blocks, _rounded(scales[-1][1]))[0]
    return Advice("residual", other=bool(others), best=best, skipped=skipped if skipped >= HELD else None)


def _rounded(variance: float) -> float:
    """Return a variance as a remedy writes it, which is what is tried."""
    return float(f"{variance:.3g}")


def _written(variance: float, where: Situation, current: float | None, lang: str, share: float = NEAR) -> str:
    """Write a weight variance, with the built-in initializer that has it, or else the one that is nearest to it."""
    fan_in, key = where.fans[0], "unnamed"
    others = {name: own for name, own in NAMED.items() if not near(current, own, share)}
    name = min(others, key=lambda name: abs(others[name] - variance), default=None)
    own = others[name] if name else math.nan
    if abs(own / variance - 1.0) < share:
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
    if (usual := f"remedy.of.{fault}") in TEXT:
        words = text(usual, lang)
        return words if where.model is None else model_remedy(fault, where.model, where.inputs.rms, False, lang, words)
    if where.module and fault == "dead.gradient":
        return (half_remedy(where.model, lang) if where.model else "") or text("remedy.cut", lang)
    if where.module and fault == "overflowed.signal" and where.sudden:
        return text("remedy.undefined", lang)
    init: Initializer | None = named("initializer", where.init, INITIALIZERS)
    activation: Activation | None = named("activation", where.activation, ACTIVATIONS)
    lead = _lead(init, fault, where.fans, lang)
    advice = _advice(fault, where, init, activation, bool(lead), lang)
    whole = f"{lead} {advice}" if lead and where.model is None else advice
    whole = whole[0].upper() + whole[1:] if lang == "en" else whole  # in Korean a name may stand first, as it is
    if fault in GUARDED and where.inputs.rms > LARGE and where.norm is None:
        own = text(
            f"remedy.inputs{'_centred' if where.inputs.uncentred else ''}",
            lang,
            size=number(where.inputs.rms),
            mean=number(where.inputs.mean),
        )
        return f"{own} {whole}" if lead else own
    return whole


def _of_blocks(where: Situation, activation: Activation | None, current: float | None, lang: str) -> str:
    """Say what to change in residual blocks."""
    if activation is None:
        return text("remedy.blocks.untried", lang)
    plain = _trial(activation, where)
    trial = dataclasses.replace(plain, norm=where.norm, block=where.block, branch_scale=where.branch_scale)
    size, bias_var = min(trial.rms * trial.rms, LONGEST), where.bias_std * where.bias_std
    scales = [_rounded(variance) for _, variance in scales_of(activation, bias_var, where.depth, size)]
    known = [] if current is None else [_rounded(current)]
    mended = mend(trial, [*known, *(each for each in scales if current is None or not near(current, each))], HELD)
    if mended.key is None:
        return text("remedy.blocks.none", lang)
    tried = ""
    if mended.found is not None:
        tried = text("remedy.blocks.tried", lang, healthy=mended.found, of=len(FRESH), width=tried_width(where.fans[1]))
    words = text(f"remedy.blocks.{mended.key}", lang) if mended.key else ""
    if mended.variance not in known:
        weights = text("remedy.blocks.weights", lang, target=_written(mended.variance, where, current, lang))
        words = text("remedy.blocks.both", lang, change=words, weights=weights) if words else weights
    return typeset(f"{words}{tried}.", lang)


def _current(init: Initializer | None, where: Situation) -> float | None:
    """Return the weight variance times fan_in that a pairing has; None where that does not describe its weights."""
    if init is None:  # one's own, or a model's
        return where.scale if where.scale > 0 else None
    return None if getattr(init, "family", "") == "identity" else where.fans[0] * init.variance(*where.fans)


def _advice(
    fault: str, where: Situation, init: Initializer | None, activation: Activation | None, other: bool, lang: str
) -> str:
    """Say which weight variance to use; ``other`` if the weights have to change in another way too."""
    if where.model is not None:
        return model_remedy(fault, where.model, where.inputs.rms, other, lang)
    if where.block == "residual":
        return _of_blocks(where, activation, None if other else _current(init, where), lang)
    if where.norm is not None and not where.norm.startswith("batch"):
        return text("remedy.unit_norm", lang)
    if where.norm is not None:
        return text("remedy.any_scale" if other else "remedy.norm", lang)
    if activation is None:
        smaller = fault.startswith(("overflowed", "exploding", "saturated", "dead.flat")) and not other
        return text("remedy.smaller" if smaller else "remedy.own", lang, activation=where.activation)
    current = None if other else _current(init, where)
    advice, shown = _target(activation, where, current), label(where.activation, lang)
    width, of = tried_width(where.fans[1]), len(FRESH)

    def told(part: str, number_healthy: int | None, **values: Any) -> str:
        """Say how many fresh networks are healthy; nothing of what was not tried."""
        if number_healthy is None:
            return ""
        return text(f"remedy.{part}", lang, healthy=number_healthy, of=of, width=width, **values)

    words = {"activation": shown, "depth": where.depth, "width": width}
    if advice.variance is None:
        best = told("best", advice.best[1], variance=number(advice.best[0])) if advice.best else ""
        return text(
            f"remedy.{advice.key}",
            lang,
            **words,
            tanh=_written(1.0, where, None, lang),
            why=text(f"remedy.why.{'scale' if advice.other else 'right'}", lang, **words, best=best),
            normalized=told("normalized", advice.normalized),
            skipped=told("skipped", advice.skipped),
        )
    instead = "" if current is None else text("remedy.instead", lang, current=number(current))
    target = _written(advice.variance, where, current, lang, alike(advice.key, where.depth))
    tried = told("healthy", advice.found)
    return text(f"remedy.{advice.key}", lang, **words, target=target, instead=instead, tried=tried)
