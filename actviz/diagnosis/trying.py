"""Remedies of a PyTorch model: what could be changed is tried on copies of the model before it is said.

A copy is measured under seeds that nothing was chosen by, as the model was, and judged by the same rules. A plan that
fails costs one pass; one that mends is confirmed under further seeds, one at least: in all, passes are as many as seeds
that were measured, but one, for verdicts cost as well, and faults of other plans share them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.diagnosis.drawing import LOCAL, is_fed, local, redrawn
from actviz.diagnosis.kinds import rescaled, standing_out, unlike
from actviz.diagnosis.models import IDENTITY, Model
from actviz.diagnosis.numbers import number
from actviz.diagnosis.outcomes import Outcome, agreed, is_worse, tried_on, value_of, worst_of
from actviz.diagnosis.parts import Part, Plan
from actviz.diagnosis.plans import plans_of
from actviz.diagnosis.profile import Profile
from actviz.diagnosis.rules import RULES, Rule, Verdict
from actviz.diagnosis.scales import LONGEST, alike, named, scales_of
from actviz.diagnosis.situation import Situation
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.trials import FRESH
from actviz.diagnosis.ways import SHAPED, shown
from actviz.text import label, text

KIN = {"relu6": "relu", "hardswish": "silu", "celu": "elu"}
"""Functions of PyTorch alone whose scale is that of another."""

LEAST = 3
"""Seeds under which plans are tried in all, where no more were measured: of two plans, the second confirmed."""

CONFIRMED = 3
"""Further seeds, one at least, under which a plan is tried that mends a model under one: in all its fault's share."""


NORMS = ("norm", "ones", "shifts")
"""Steps that are about a normalization: where one was tried, to put one in is not what is left."""


def _first(found: Sequence[Rule]) -> list[Rule]:
    """Return of each verdict the rule that is told."""
    return list({each.verdict: each for each in reversed(found)}.values())


def _words(plan: Plan, lang: str) -> str:
    return text("remedy.model.and", lang).join(part.words(lang) for part in plan)


def _targets(model: Model, size: float) -> dict[str, float | None]:
    """Return the weight variance times fan_in that suits each activation for inputs of this size; None if none does."""
    built = model.profile.structure
    roles = built.roles if built is not None else ["chain"] * len(model.layers)
    inside = [layer for layer, role in zip(model.layers, roles, strict=True) if role in SHAPED and layer.plain]
    labels = [layer.activation for layer in inside[: -1 if inside and inside[-1] is model.layers[-1] else None]]
    labels = [each for each in labels if each != IDENTITY]
    targets: dict[str, float | None] = {}
    for name in dict.fromkeys(labels):
        function: Activation | None = named("activation", KIN.get(name.partition(":")[0], name), ACTIVATIONS)
        scales = scales_of(function, 0.0, labels.count(name), size) if function is not None else []
        targets[name] = scales[0][1] if scales else None
    return targets


def _as_it_is(model: Model, targets: Mapping[str, float | None], own: Sequence[Part], lang: str) -> str:
    """Say of the weights that no scale suits an activation, that none is known, or that theirs is right."""
    unsuited = next((name for name, target in targets.items() if target is None), "")
    if unsuited:
        key = "unsuited" if named("activation", unsuited, ACTIVATIONS) else "unknown"
        return text(f"remedy.model.{key}", lang, activation=label(unsuited, lang))
    if not targets or own or any(not weights.how for layer in model.layers for weights in layer.weights):
        return ""
    return text("remedy.model.right", lang, activation=label(next(iter(targets)), lang))


def _beside(model: Model, found: Sequence[Rule], own: Sequence[Part]) -> Iterator[Part]:
    """Yield what else to draw anew where gates, softmaxes or outputs are saturated beside layers, under one verdict."""
    names, drawn = {rule.name for rule in found}, {layer for part in own for layer in part.layers}
    for name in LOCAL if "saturated" in names else ():
        if name in names:
            parts = [part for part in local(model, name) if not drawn & set(part.layers)]
            drawn |= {layer for part in parts for layer in part.layers}
            yield from parts


def _apart(model: Model, found: Sequence[Rule], targets: Mapping[str, float | None], share: float) -> tuple[Part, ...]:
    """Return what to change where what stands out from its kind is all that is wrong: drawn anew, if it is known how.

    What is too small saturates nothing.
    """
    small = any(rule.verdict not in (Verdict.SATURATED, Verdict.OVERFLOWED) for rule in found)
    far = standing_out(model, small)
    parts = list(redrawn(model, targets.get, share, False, far))
    for rule in found:
        rest = far.keys() - {name for part in parts for _, names, _ in part.changes for name in names}
        parts += local(model, rule.name, rest)
    drawn = {name for part in parts for _, names, _ in part.changes for name in names}
    scaled = {name: factor for name, factor in far.items() if name not in drawn}
    return (*parts, *rescaled(model, scaled), *unlike(model, far))


def model_remedy(
    fault: str, where: Situation, everything: bool, lang: str, otherwise: str = "", pointed: bool = False
) -> str:
    """Say what mends a fault of a model, after it was tried; or that nothing did, or that nothing could be tried.

    Parameters
    ----------
    fault : str
        A rule's name.
    where : Situation
        Of a model.
    everything : bool
        Whether all weights are to be drawn anew, whatever their scale.
    lang : str
    otherwise : str
        What is said where nothing that was tried mends it, or nothing could be.
    pointed : bool
        Whether only single parameters that are off can be to blame.
    """
    model = where.model
    assert model is not None
    fed = where.inputs.rms if where.inputs.rms > 0 else 1.0
    targets = _targets(model, min(float(f"{fed:.2g}") ** 2, LONGEST))
    share = alike("critical", max(len(model.layers), 1))
    found = agreed(shown(model.profile, Thresholds()), Thresholds())
    own, apart = tuple(redrawn(model, targets.get, share, everything)), _apart(model, found, targets, share)
    own = (*_beside(model, found, own), *own)
    plans = plans_of(model, fault, own, apart, everything, pointed)
    lead = "" if fault.startswith("symmetric") or pointed else _as_it_is(model, targets, own, lang)
    rule = _rule(fault)
    if not plans or (otherwise and model.workbench is None):
        nothing = "random_weights" if rule.verdict is Verdict.SYMMETRIC else "nothing"
        return otherwise or lead + text(f"remedy.model.{nothing}", lang)
    if model.workbench is None:
        return f"{lead}{_words(plans[0], lang)}{text('remedy.model.untried', lang)}"
    measured = len(model.profile["act_std"])
    before, failed = frozenset(each.verdict for each in found), list[tuple[Plan, Outcome]]()
    tries = measured // len(
        {tuple(plans_of(model, each.name, own, apart, everything)) for each in (*_first(found), rule)}
    )
    told = list({each.statistic: each for each in reversed(found or [rule])}.values())[::-1]  # one a statistic
    kept: Plan = ()  # mends this fault alone: the first such, where none that is tried leaves nothing
    single = plans_of(model, fault, (), apart, False, pointed=True)

    def measured_with(plan: Plan, seeds: Sequence[int]) -> Outcome | None:
        outcome = tried_on(model, plan, seeds)
        return outcome.of_single() if outcome is not None and plan in single else outcome

    def confirmed(plan: Plan, at: int) -> str:
        outcome = measured_with(plan, FRESH[: 1 + max(1, min(tries - at - 2, CONFIRMED))])
        if outcome is None or not outcome.mends(rule, before, told, model.profile):
            failed.extend([(plan, outcome)] if outcome is not None else [])
            return ""
        begins = "" if plan in (apart, tuple(local(model, fault))) else lead  # which is of what else there is
        return f"{begins}{_words(plan, lang)}{_effect(told, where, outcome, lang)}"

    more = len({part.key for plan in plans for part in plan} & {"tables", "unapplied"})  # of which no theory has a size
    for at, plan in enumerate(plans[: max(LEAST, measured) - 1 + more]):
        outcome = measured_with(plan, FRESH[:1])
        if outcome is None:
            continue
        if not outcome.mends(rule, before, told, model.profile):
            failed.append((plan, outcome))
        elif outcome.left:
            kept = kept or plan
        elif words := confirmed(plan, at):
            return words
    if kept and (words := confirmed(kept, len(plans))):
        return words
    if otherwise:
        return otherwise
    if not failed:
        return f"{lead}{_words(plans[0], lang)}{text('remedy.model.failed', lang)}"
    tried = "; ".join(_try(told[0], plan, outcome, model.profile, lang) for plan, outcome in failed)
    normalized = any(part.key in NORMS for plan, _ in failed for part in plan)
    ending = "_symmetric" if rule.verdict is Verdict.SYMMETRIC else "" if normalized else "_norm"
    rest = text(f"remedy.model.rest{ending}", lang)
    return lead + text("remedy.model.none", lang, tries=tried, rest=rest)


def _effect(told: Sequence[Rule], where: Situation, outcome: Outcome, lang: str) -> str:
    """Say what a plan changed, by the numbers of these rules: those that their faults are told by, where they are."""
    numbers = []
    for each in told:
        assert where.model is not None
        before, kind = worst_of(each, where.model.profile)
        before, (after, _) = where.numbers.get(each.name, before), worst_of(each, outcome.profile, kind)
        if not math.isnan(after) and number(after) != number(before):  # of what is there, and not of others' zeros
            values = {"statistic": each.statistic, "before": number(before), "after": number(after)}
            numbers.append(text("remedy.model.change", lang, **values))
    told_of = {
        "healthy": outcome.healthy,
        "of": outcome.of,
        "changes": text("remedy.model.changes", lang, changes=", ".join(numbers)) if numbers else "",
        "left": ", ".join(verdict.label(lang) for verdict in outcome.left),
    }
    return text(f"remedy.model.{'left' if outcome.left else 'holds'}", lang, **told_of)


def fed_kind(model: Model, fault: str) -> str:
    """Return what a fault's words end with where weights are small enough: what feeds them is too large, or another.

    Of attention a copy tells, whose layers give next to nothing: what is sure then is so by what logits are made of
    besides.
    """
    if not is_fed(model, fault):
        return ""
    if fault != "saturated.attention" or model.workbench is None:
        return "_fed"
    every = [each for layer in model.layers for each in layer.weights if each.how == "draw" and not each.lookup]
    names = tuple(dict.fromkeys(each.name for each in every))
    biases = tuple(dict.fromkeys(each.bias for each in every if each.bias in model.parameters))
    changes = (("scale", names, (BLAMELESS,) * len(names)), ("fill", biases, (0.0,) * len(biases)))
    outcome = tried_on(model, (Part("kind", (), changes),), FRESH[:1])
    sure = outcome is not None and value_of(_rule(fault), outcome.profile) < Thresholds().softmax
    return "_added" if sure else "_fed"


BLAMELESS = 1e-4
"""Factor by which weights are made smaller to see whether these are what saturates a softmax."""


def _rule(fault: str) -> Rule:
    return next(each for each in RULES if each.name == fault)


def half_remedy(model: Model, lang: str) -> str:
    """Say what mends gradients that float16 is too coarse for; nothing where it is not to blame.

    A copy of the model in float32 tells: where that has no gradient either, something cuts it off.
    """
    layer = model.underflow
    if not layer:
        return ""
    said = text("remedy.underflow", lang, layer=layer)
    if model.workbench is None:
        return said if layer < model.profile.layers[-1] else ""
    outcome = tried_on(model, (Part("float32", (), (("float32", (), ()),)),), FRESH[:1])
    if outcome is None or Verdict.DEAD in outcome.left:
        return ""
    left = ", ".join(verdict.label(lang) for verdict in outcome.left)
    tried = text("remedy.float32_left", lang, left=left) if left else text("remedy.float32", lang)
    return f"{said} {tried}"


def _try(rule: Rule, plan: Plan, outcome: Outcome, old: Profile, lang: str) -> str:
    """Say what a plan that did not mend it left: a number of which a fault was told, be its limit another now, too."""
    after = value_of(rule, outcome.profile)
    told = {"statistic": rule.statistic, "after": number(after)}
    values = {
        "plan": text("remedy.model.and", lang).join(dict.fromkeys(part.short(lang) for part in plan)),
        "number": "" if math.isnan(after) else text("remedy.model.number", lang, **told),
        "left": ", ".join(verdict.label(lang) for verdict in outcome.left),
    }
    as_before = outcome.beyond(rule, old) and not is_worse(rule, value_of(rule, old), after)
    key = "try" if outcome.left else "beyond" if as_before else "worse"
    return text(f"remedy.model.{key}", lang, **values)
