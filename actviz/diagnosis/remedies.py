"""How to mend a pairing: the weight variance to use, from mean-field theory, in one sentence, tried on fresh networks.

Names in a dataset are labels: only those of the tables are turned into functions, so that a loaded result never
executes code. What is known by its label alone, and was not given, gets a remedy without a number.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.catalog.initializers import INITIALIZERS, Initializer
from actviz.diagnosis.numbers import fold, number, share
from actviz.diagnosis.plans import shut_by_biases
from actviz.diagnosis.scales import LONGEST, NEAR, alike, flat, named, near, scales_of
from actviz.diagnosis.situation import Fed, Situation
from actviz.diagnosis.skips import Mended, mend, mend_plain
from actviz.diagnosis.targets import HELD, chi_of, rounded, target, trial_of, written
from actviz.diagnosis.trials import FRESH, NORMALIZED, SAMPLES, Trial, healthy, may_be_tried, tried_width
from actviz.diagnosis.trying import fed_kind, half_remedy, model_remedy
from actviz.text import TEXT, label, text, typeset
from actviz.text.numbers import in_print
from actviz.theory.jumps import first_jump

ALIKE = 0.5
"""Mean cosine of two samples beyond which they share most of their size, feature by feature."""

LARGE = 3.0
"""Root mean square of inputs from which on they, not the weights, are what saturates the first layer."""

GUARDED = ("saturated", "dead.flat", "dead.silent")
"""Faults that inputs of a wrong size make by themselves, and what follows from them with them."""

NEGLIGIBLE = 0.1
"""Logarithm of the mean-square gradient's change over all layers below which a scale is told as critical."""


def _lead(init: Initializer | None, fault: str, where: Situation, lang: str) -> str:
    """Say what must change besides the scale: weights that are all the same, or not centred."""
    measured = float(where.shifted and not where.module)
    shift, scale = getattr(init, "affine", lambda *fans: (measured, 1.0))(*where.fans)
    if scale == 0.0 or fault.startswith("symmetric"):
        return text("remedy.random", lang)
    return text("remedy.centred", lang) if shift else ""


GROWN = 100.0
"""Of the norm of a layer's weights, over that at the start: beyond it, of no training that goes well, updates are to
blame and not the start."""


def remedy(fault: str, where: Situation, lang: str = "en", starts: int = 0) -> str:
    """Say how to mend a fault: what is no number, updates that brought it about, or another start.

    Parameters
    ----------
    fault : str
        A rule's name; the first word is the verdict.
    where : Situation
    lang : str
    starts : int
        Number of the layer in which the fault begins.
    """
    if fault.startswith("overflowed") and (key := _broken(fault, where, starts)):
        return text(f"remedy.{key}", lang, layer=where.broken, step=where.step)
    if where.step and where.grown >= GROWN:
        return text("remedy.grown", lang, factor=fold(where.grown))
    words = _of_start(fault, where, lang)
    return text("remedy.another_start", lang, remedy=words) if where.step else words


def _broken(fault: str, where: Situation, starts: int) -> str:
    """Return what is not finite before any layer makes it so: the inputs, the weights, or the loss; or nothing."""
    if where.inputs.broken:
        return "broken_inputs"
    if where.broken:
        return "broken_weights_later" if where.step else "broken_weights"
    return "broken_loss" if fault == "overflowed.gradient" and where.module and starts == where.last else ""


def _of_start(fault: str, where: Situation, lang: str) -> str:
    """Say how to mend a fault of a start, in one sentence."""
    init: Initializer | None = named("initializer", where.init, INITIALIZERS)
    lead = _lead(init, where.cause or fault, where, lang)
    own = "" if f"remedy.of.{fault}" in TEXT else _of_inputs(fault, where, lang)
    if own and not lead and (fault in GUARDED or _is_right(where, init)):
        return own
    if own:  # what is said of the weights is for inputs that are mended
        where = dataclasses.replace(where, inputs=Fed(0.0, 1.0, 0.0))
    if (usual := f"remedy.of.{fault}") in TEXT:
        words = text(f"{usual}{_kind(fault, where)}", lang)
        if where.model is not None:
            words = model_remedy(fault, where, False, lang, words)
        return _begun(words, lang)
    if where.module and fault == "dead.gradient":
        cut = text("remedy.cut", lang)
        if where.model is None:
            return cut
        return half_remedy(where.model, lang) or _begun(model_remedy(fault, where, False, lang, cut), lang)
    if where.module and fault == "overflowed.signal" and where.sudden:
        words = text("remedy.undefined", lang)
        return words if where.model is None else _begun(model_remedy(fault, where, False, lang, words, True), lang)
    activation = _function(where)
    if not own and activation is not None:
        own, scaled = _scaled_up(where, init, activation, bool(lead), lang)
        if own and scaled is None:
            return own
        where = scaled or where
    advice = _advice(fault, where, init, activation, bool(lead), lang)
    whole = f"{lead} {advice}" if lead and where.model is None else advice
    whole = _begun(whole, lang)
    return f"{own} {whole}" if own else whole


def _kind(fault: str, where: Situation) -> str:
    """Return what a fault's usual words end with: whether something else than the scale of weights makes it."""
    if fault == "saturated.attention" and _is_normalized(where):
        return "_normalized"
    if where.model is None:
        return ""
    if fault == "saturated.gates" and shut_by_biases(where.model):
        return "_biases"
    return fed_kind(where.model, fault)


def _is_normalized(where: Situation) -> bool:
    """Whether queries and keys of all attention are normalized already."""
    built = where.model.profile.structure if where.model is not None else None
    pairs = zip(built.attends, built.attention_normalized, strict=True) if built is not None else ()
    known = [normalized for attends, normalized in pairs if attends]
    return bool(known) and all(known)


def _begun(words: str, lang: str) -> str:
    """Return words as a sentence begins; in Korean a name may stand first, as it is."""
    return words[0].upper() + words[1:] if lang == "en" else words


def _function(where: Situation) -> Activation | None:
    """Return the activation: that which was given, or what its label names; None of another's own."""
    return where.function or named("activation", where.activation, ACTIVATIONS)


def _is_right(where: Situation, init: Initializer | None) -> bool:
    """Whether the weights have a scale that suits the activation for inputs of size 1; of a model each layer tells."""
    activation = _function(where)
    if where.model is not None or activation is None or first_jump(activation) is not None:
        return True
    current, bias_var = _current(init, where), where.bias_std * where.bias_std
    scales = scales_of(activation, bias_var, where.depth, 1.0) if math.isfinite(bias_var) else []
    return any(near(current, variance, alike(key, where.depth)) for key, variance in scales)


def _of_inputs(fault: str, where: Situation, lang: str) -> str:
    """Say what to do with inputs that make a fault, or the one it follows from; nothing where they do not."""
    guarded = fault in GUARDED or where.cause in GUARDED
    if not guarded or not where.inputs.rms > LARGE or where.norm is not None:
        return ""
    return _scaled(where, lang)


def _scaled(where: Situation, lang: str, tried: str = "") -> str:
    """Say to bring inputs to size 1, and to centre them where most of their size is what samples share."""
    rms, mean = where.inputs.rms, where.inputs.mean
    if not where.inputs.uncentred:
        shared, cosine = _is_shared(where), in_print(where.inputs.similarity, 4)
        return text(f"remedy.inputs{'_alike' * shared}", lang, size=number(rms), cosine=cosine, tried=tried)
    std = math.sqrt(max(rms * rms - mean * mean, 0.0))
    key = "centred" if 1.0 / LARGE < std < LARGE else "centred_scaled"
    return text(f"remedy.inputs_{key}", lang, mean=number(mean), std=number(std), tried=tried)


def _is_shared(where: Situation) -> bool:
    """Whether samples share most of their size, feature by feature."""
    return where.inputs.similarity > ALIKE and not where.copied


def _scaled_up(
    where: Situation, init: Initializer | None, activation: Activation, other: bool, lang: str
) -> tuple[str, Situation | None]:
    """Say to scale inputs up that are too small for biases and for what a function adds to every sample, after a trial.

    Then either the weights as they are mend on scaled inputs, and on those of this size do not; or others mend on
    scaled inputs alone, and the situation that they are for is returned too. Nothing where scaling does not mend.
    """
    small = 0.0 < where.inputs.rms < 1.0 - NEAR  # and not by chance, as inputs of size 1 are
    if where.module or where.norm is not None or not small or not where.fans_known:
        return "", None
    centred = where.inputs.uncentred or _is_shared(where)
    scaled = dataclasses.replace(where, inputs=Fed(0.0, 1.0, 0.0 if centred else where.inputs.similarity))
    before, after = (_as_built(activation, each) for each in (where, scaled))
    if before == after or not may_be_tried(after) or first_jump(activation) is not None:
        return "", None
    current = None if other else _current(init, where)
    if current is not None and healthy(before, current, HELD)[1] < HELD:
        found, held = healthy(after, current, HELD)
        if held >= HELD:
            tried = text("remedy.inputs_tried", lang, healthy=found, of=len(FRESH), width=after.width)
            return _scaled(where, lang, tried), None
    if where.block != "plain" or target(activation, where, current).variance is not None:
        return "", None
    mends = target(activation, scaled, current).variance is not None
    return (_scaled(where, lang), scaled) if mends else ("", None)


def _as_built(activation: Activation, where: Situation) -> Trial:
    """Return what is tried of a stack as it is."""
    own = {"norm": where.norm, "block": where.block, "branch_scale": where.branch_scale}
    return dataclasses.replace(trial_of(activation, where), **own)  # type: ignore[arg-type]


def _of_blocks(where: Situation, activation: Activation | None, current: float | None, lang: str) -> str:
    """Say what to change in residual blocks."""
    if activation is None:
        return text("remedy.blocks.untried", lang)
    trial = _as_built(activation, where)
    size, bias_var = min(trial.rms * trial.rms, LONGEST), where.bias_std * where.bias_std
    scales = [rounded(variance) for _, variance in scales_of(activation, bias_var, where.depth, size)]
    known = [] if current is None else [rounded(current)]
    mended = mend(trial, [*known, *(each for each in scales if current is None or not near(current, each))], HELD)
    if mended.key is None:
        return text("remedy.blocks.none", lang)
    tried = ""
    if mended.found is not None:
        tried = text("remedy.blocks.tried", lang, healthy=mended.found, of=len(FRESH), width=tried_width(where.fans[1]))
    words = text(f"remedy.blocks.{mended.key}", lang) if mended.key else ""
    if mended.variance not in known:
        weights = text("remedy.blocks.weights", lang, target=written(mended.variance, where, current, lang))
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
        return model_remedy(fault, where, other, lang)
    if where.block == "residual":
        return _of_blocks(where, activation, None if other else _current(init, where), lang)
    if where.norm is not None and other and (tried := _any_scale(activation, where, lang)) is not None:
        return text("remedy.any_scale", lang, tried=tried)
    if where.norm is not None:
        why = text(f"remedy.why.{'norm' if where.norm.startswith('batch') else 'unit_norm'}", lang)
        mended = Mended("depth", 1.0)
        if activation is not None:
            mended = mend_plain(dataclasses.replace(trial_of(activation, where), norm=where.norm), 1.0, HELD, True)
        return _of_change(mended, why, where, lang)
    if activation is None or not where.fans_known:
        smaller = fault.startswith(("overflowed", "exploding", "saturated")) and not other
        return text("remedy.smaller" if smaller else "remedy.own", lang, activation=where.activation)
    if first_jump(activation) is not None:
        return text("remedy.jump", lang, activation=where.activation)
    if flat(activation):
        return text("remedy.flat", lang, activation=label(where.activation, lang))
    current = None if other else _current(init, where)
    advice, shown = target(activation, where, current), label(where.activation, lang)
    width, of = tried_width(where.fans[1]), len(FRESH)

    def told(part: str, number_healthy: int | None, **values: Any) -> str:
        """Say how many fresh networks are healthy; nothing of what was not tried."""
        if number_healthy is None:
            return ""
        return text(f"remedy.{part}", lang, healthy=number_healthy, of=of, width=width, **values)

    words = {"activation": shown, "depth": where.depth, "width": width}
    if advice.variance is None:
        best = told("best", advice.best[1], variance=number(advice.best[0])) if advice.best and advice.best[1] else ""
        why = text(f"remedy.why.{'scale' if advice.other else 'right'}", lang, **words, best=best)
        if advice.key == "none":
            why = text(f"remedy.why.none{'' if activation.bounded else '_unbounded'}", lang, **words)
        if advice.mended is not None:
            tanh = _of_tanh(activation, where, lang) if advice.key == "none" else {}
            return _of_change(advice.mended, why, where, lang, tanh)
        return text(f"remedy.{advice.key}", lang, **words, why=why)
    instead = "" if current is None else text("remedy.instead", lang, current=number(current))
    told_target = written(
        advice.variance, where, current, lang, alike(advice.key, where.depth) if advice.key != "between" else NEAR
    )
    tried = _tried(advice.found, width, lang) if advice.found is not None else text("remedy.deep", lang, **words)
    key, chi = advice.key, 1.0
    if key == "critical":
        chi = chi_of(activation, advice.variance, where, current)
        key = key if abs(math.log(chi)) * where.depth < NEGLIGIBLE else "critical_near"
    return text(f"remedy.{key}", lang, **words, target=told_target, instead=instead, tried=tried, chi=number(chi))


def _tried(found: int, width: int, lang: str, samples: int = SAMPLES) -> str:
    """Say how many fresh networks are healthy; where not all are, also of what share of all that leaves, and on what.

    Wilson's interval of 95 %. What an activation makes of rare values shows in more samples than a trial has.
    """
    of, z = len(FRESH), 1.96
    told = {"healthy": found, "of": of, "width": width}
    if found == of:
        return text("remedy.healthy", lang, **told)
    middle, scale = (found + z * z / 2.0) / (of + z * z), 1.0 + z * z / of
    half = z / scale * math.sqrt(found / of * (1.0 - found / of) / of + (z / (2.0 * of)) ** 2)
    low, high = (share(each, 0.0) for each in (middle - half, middle + half))
    return text("remedy.healthy_some", lang, **told, samples=samples, low=low, high=high)


def _any_scale(activation: Activation | None, where: Situation, lang: str) -> str | None:
    """Return how many fresh networks with this normalization are healthy at a scale that it has no need of.

    None where these are too few, or not tried; nothing where it is not known of what.
    """
    if activation is None:
        return ""
    trial = dataclasses.replace(trial_of(activation, where), norm=where.norm)
    if not may_be_tried(trial):
        return None
    found, held = healthy(trial, 1.0, HELD)
    return _tried(found, trial.width, lang, NORMALIZED) if held >= HELD else None


def _of_tanh(activation: Activation, where: Situation, lang: str) -> dict[str, str]:
    """Return the words of tanh in place of an activation that no scale suits; none where too few are healthy."""
    trial = dataclasses.replace(trial_of(activation, where), activation=ACTIVATIONS["tanh"])
    found, held = healthy(trial, 1.0, HELD)
    if held < HELD or activation == trial.activation:
        return {}
    return {"tanh": written(1.0, where, None, lang), "tried": _tried(found, trial.width, lang)}


def _of_change(
    mended: Mended, why: str, where: Situation, lang: str, tanh: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Say what else to change, and how many fresh networks are healthy with it; or that nothing tried is enough."""
    if mended.key is None:
        return text("remedy.no_change", lang, why=why)
    if mended.found is None:
        return text("remedy.unsure", lang, why=why)
    change = text(f"remedy.change.{mended.key}", lang)
    width = tried_width(where.fans[1])
    values = {"change": change, "why": why, "healthy": mended.found, "of": len(FRESH), "width": width}
    return text("remedy.tanh" if tanh else "remedy.change", lang, **values, **tanh)
