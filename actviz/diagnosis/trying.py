"""Remedies of a PyTorch model: what could be changed is tried on copies of the model before it is said.

A copy is measured under seeds that nothing was chosen by, as the model was, and judged by the same rules. A plan that
fails costs one pass; one that mends is confirmed under further seeds, one at least: in all, passes are as many as seeds
that were measured, but one, for verdicts cost as well, and faults of other plans share them.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.diagnosis.drawing import LOCAL, local, redrawn
from actviz.diagnosis.models import IDENTITY, Model
from actviz.diagnosis.numbers import number
from actviz.diagnosis.parts import Part, Plan
from actviz.diagnosis.plans import plans_of
from actviz.diagnosis.profile import Mask, Profile, profiles
from actviz.diagnosis.rules import RULES, Rule, Verdict
from actviz.diagnosis.scales import LONGEST, alike, named, scales_of
from actviz.diagnosis.severity import NEAR
from actviz.diagnosis.structure import Values
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.trials import FRESH
from actviz.diagnosis.ways import SHAPED, shown, ways
from actviz.errors import ActvizError
from actviz.text import label, text

KIN = {"relu6": "relu", "hardswish": "silu", "celu": "elu"}
"""Functions of PyTorch alone whose scale is that of another."""

LEAST = 3
"""Seeds under which plans are tried in all, where no more were measured: of two plans, the second confirmed."""

CONFIRMED = 3
"""Further seeds, one at least, under which a plan is tried that mends a model under one: in all its fault's share."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a plan did: how many copies of how many are healthy, what most of them still have, and their statistics."""

    healthy: int
    of: int
    left: tuple[Verdict, ...]
    profile: Profile

    def __add__(self, other: Outcome) -> Outcome:
        built, others = self.profile.structure, other.profile.structure
        if built is not None and others is not None:
            built = dataclasses.replace(built, values=_together(built.values, others.values))
        left = tuple(dict.fromkeys([*self.left, *other.left]))
        values = _together(self.profile.values, other.profile.values)
        profile = dataclasses.replace(self.profile, values=values, structure=built)
        return Outcome(self.healthy + other.healthy, self.of + other.of, left, profile)

    def mends(self, rule: Rule, before: frozenset[Verdict], told: Sequence[Rule], old: Profile) -> bool:
        """Whether a fault is gone for sure, none came in its place, and no number is far worse than it was.

        Of units that were all alike, none can be their price.
        """
        if rule.verdict in self.left or (rule.verdict is Verdict.DEAD and self._still_dead(old)):
            return False
        if rule.verdict is Verdict.SYMMETRIC:
            return True
        short = self.beyond(rule, old, NEAR)
        worse = any(_is_worse(each, _value(each, old), _value(each, self.profile)) for each in told)
        return before >= set(self.left) and not (short and rule.statistic in MARGINED) and not worse

    def beyond(self, rule: Rule, old: Profile, margin: float = 1.0) -> bool:
        """Whether a number is beyond the limit, or nearer to it than by a margin, by which the fault was told."""
        limit, now = rule.limit(old, Thresholds()), _value(rule, self.profile)
        if isinstance(limit, np.ndarray):  # which is one of each layer
            limit = _worst(rule, self.profile)[1]
        limit = limit * (margin if rule.worst is np.nanmin else 1.0 / margin)
        return bool(limit > 0.0 and not math.isnan(now) and (now < limit) == (rule.worst is np.nanmin))

    def _still_dead(self, old: Profile) -> bool:
        """Whether weights that had no gradient, and no prospect of one, have none with this plan either.

        Else what makes a branch exactly 0 would mend it, for zeros that learn are no fault.
        """
        built = old.structure
        silent = [(each["grad_weight_norm"] == 0.0) & (each["learns"] == 0.0) for each in (old, self.profile)]
        if built is None or silent[0].shape[1] != silent[1].shape[1]:  # it has other layers
            return False
        before, after = (np.median(each, axis=0) >= 0.5 for each in silent)
        return bool((before & after & np.isin(built.roles, SHAPED)).any())


MARGINED = ("saturated", "attention_entropy", "gate_entropy", "output_loss", "gradient_ratio", "distance", "carried")
"""Statistics of which a fault is gone only where they are beyond the threshold by a tenth: chance brings them there."""

NORMS = ("norm", "ones", "shifts")
"""Steps that are about a normalization: where one was tried, to put one in is not what is left."""

WORSE = 3.0
"""Factor by which a number that tells a fault may be farther from where it should be, at most, with a remedy."""


def _is_worse(rule: Rule, before: float, after: float) -> bool:
    """Whether a number is far worse after a change."""
    if not (before > 0.0 and after > 0.0):
        return False
    return after < before / WORSE if rule.worst is np.nanmin else after > before * WORSE


def _together(few: Mapping[str, Values], more: Mapping[str, Values]) -> dict[str, Values]:
    """Return what some seeds gave and what others did."""
    return {name: np.concatenate([own, more[name]]) for name, own in few.items()}


def _agreed(found: Mapping[Rule, Mask], t: Thresholds) -> list[Rule]:
    """Return the rules that enough seeds show."""
    return [rule for rule, seeds in found.items() if seeds.sum() >= t.agree * len(seeds)]


def _first(found: Sequence[Rule]) -> list[Rule]:
    """Return of each verdict the rule that is told."""
    return list({each.verdict: each for each in reversed(found)}.values())


def _tried(model: Model, plan: Plan, seeds: Sequence[int]) -> Outcome | None:
    """Try a plan on copies of the model; None if that fails, as where a model cannot be copied.

    What was found under the first seed is known where that was tried alone.
    """
    seeds = tuple(seeds)
    changes, t = tuple(change for part in plan for change in part.changes), Thresholds()
    known = model.workbench.tried
    if (changes, seeds) not in known:
        before: Outcome | None = known.get((changes, seeds[:1]))
        fresh = seeds[1:] if before else seeds
        try:
            [(*_, profile)] = profiles(model.workbench.measured(changes, fresh))
            found = shown(profile, t)
            healthy = int((~np.logical_or.reduce(list(found.values()))).sum())
            left = tuple(dict.fromkeys(rule.verdict for rule in _agreed(found, t)))
            outcome = Outcome(healthy, len(fresh), left, profile)
            known[changes, seeds] = before + outcome if before else outcome
        except ActvizError:
            known[changes, seeds] = None
    tried: Outcome | None = known[changes, seeds]
    return tried


def _value(rule: Rule, profile: Profile) -> float:
    """Return the worst layer's number, median of the seeds that have one; NaN where none has."""
    return _worst(rule, profile)[0]


def _worst(rule: Rule, profile: Profile, kind: float = math.nan) -> tuple[float, float]:
    """Return the number of the layer that is worst beside its limit, and that limit, medians of the seeds.

    Where layers have limits of several kinds, of those of one ``kind`` alone, where that is given.
    """
    along, t = [way.profile for way in ways(profile)], Thresholds()
    rows = np.concatenate([each[rule.statistic] for each in along], axis=1)
    limits = np.concatenate([rule.limits(each, t) for each in along])
    layered = isinstance(rule.limit(profile, t), np.ndarray)
    if layered and not math.isnan(kind):
        rows, limits = rows[:, limits == kind], limits[limits == kind]
    known = [row for row in rows if not np.isnan(row).all()]
    if not known:
        return math.nan, math.nan
    beside = limits if layered else np.ones(len(limits))
    at = [int(np.flatnonzero(row / beside == rule.worst(row / beside))[0]) for row in known]
    return float(np.median([row[each] for row, each in zip(known, at, strict=True)])), float(np.median(limits[at]))


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


def model_remedy(fault: str, model: Model, fed: float, everything: bool, lang: str, otherwise: str = "") -> str:
    """Say what mends a fault of a model, after it was tried; or that nothing did, or that nothing could be tried.

    Parameters
    ----------
    fault : str
        A rule's name.
    model : Model
    fed : float
        Root mean square of the inputs; NaN if not known.
    everything : bool
        Whether all weights are to be drawn anew, whatever their scale.
    lang : str
    otherwise : str
        What is said where nothing that was tried mends it, or nothing could be.
    """
    targets = _targets(model, min(float(f"{fed if fed > 0 else 1.0:.2g}") ** 2, LONGEST))
    share = alike("critical", max(len(model.layers), 1))
    own, apart = (tuple(redrawn(model, targets.get, share, everything, alone)) for alone in (False, True))
    found = _agreed(shown(model.profile, Thresholds()), Thresholds())
    own = (*_beside(model, found, own), *own)
    plans = plans_of(model, fault, own, apart, everything)
    lead = "" if fault.startswith("symmetric") else _as_it_is(model, targets, own, lang)
    rule = next(each for each in RULES if each.name == fault)
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

    def confirmed(plan: Plan, at: int) -> str:
        outcome = _tried(model, plan, FRESH[: 1 + max(1, min(tries - at - 2, CONFIRMED))])
        if outcome is None or not outcome.mends(rule, before, told, model.profile):
            failed.extend([(plan, outcome)] if outcome is not None else [])
            return ""
        begins = "" if plan == tuple(local(model, fault)) else lead  # which is of what else there is
        return f"{begins}{_words(plan, lang)}{_effect(told, model, outcome, lang)}"

    for at, plan in enumerate(plans[: max(LEAST, measured) - 1]):
        outcome = _tried(model, plan, FRESH[:1])
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


def _effect(told: Sequence[Rule], model: Model, outcome: Outcome, lang: str) -> str:
    """Say what a plan changed, by the numbers of these rules."""
    numbers = []
    for each in told:
        before, kind = _worst(each, model.profile)
        after, _ = _worst(each, outcome.profile, kind)
        if not math.isnan(after):  # of what is not there any more, as layers of zeros
            values = {"statistic": each.statistic, "before": number(before), "after": number(after)}
            numbers.append(text("remedy.model.change", lang, **values))
    told_of = {
        "healthy": outcome.healthy,
        "of": outcome.of,
        "changes": text("remedy.model.changes", lang, changes=", ".join(numbers)) if numbers else "",
        "left": ", ".join(verdict.label(lang) for verdict in outcome.left),
    }
    return text(f"remedy.model.{'left' if outcome.left else 'holds'}", lang, **told_of)


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
    outcome = _tried(model, (Part("float32", (), (("float32", (), ()),)),), FRESH[:1])
    if outcome is None or Verdict.DEAD in outcome.left:
        return ""
    left = ", ".join(verdict.label(lang) for verdict in outcome.left)
    tried = text("remedy.float32_left", lang, left=left) if left else text("remedy.float32", lang)
    return f"{said} {tried}"


def _try(rule: Rule, plan: Plan, outcome: Outcome, old: Profile, lang: str) -> str:
    """Say what a plan that did not mend it left: a number of which a fault was told, be its limit another now, too."""
    after = _value(rule, outcome.profile)
    told = {"statistic": rule.statistic, "after": number(after)}
    values = {
        "plan": text("remedy.model.and", lang).join(dict.fromkeys(part.short(lang) for part in plan)),
        "number": "" if math.isnan(after) else text("remedy.model.number", lang, **told),
        "left": ", ".join(verdict.label(lang) for verdict in outcome.left),
    }
    as_before = outcome.beyond(rule, old) and not _is_worse(rule, _value(rule, old), after)
    key = "try" if outcome.left else "beyond" if as_before else "worse"
    return text(f"remedy.model.{key}", lang, **values)
