"""What a plan does to a copy of a model: whether its faults are gone, and the numbers that told them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from actviz.diagnosis.models import Model
from actviz.diagnosis.parts import Plan
from actviz.diagnosis.profile import Mask, Profile, profiles
from actviz.diagnosis.rules import SIZES, Rule, Verdict
from actviz.diagnosis.severity import NEAR
from actviz.diagnosis.structure import Values
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.ways import SHAPED, shown, ways
from actviz.errors import ActvizError


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a plan did: how many copies of how many are healthy, what most of them still have, and their statistics.

    ``near`` is what of that lies at its threshold, and ``spared`` how many copies have nothing else. ``single`` where
    the plan sets single parameters back: what is left is the model's own then, and no fault where it is near, as in
    its own verdict.
    """

    healthy: int
    of: int
    left: tuple[Verdict, ...]
    profile: Profile
    near: tuple[Verdict, ...] = ()
    spared: int = 0
    single: bool = False

    def __add__(self, other: Outcome) -> Outcome:
        built, others = self.profile.structure, other.profile.structure
        if built is not None and others is not None:
            built = dataclasses.replace(built, values=_together(built.values, others.values))
        left = tuple(dict.fromkeys([*self.left, *other.left]))
        sure = {verdict for each in (self, other) for verdict in each.left if verdict not in each.near}
        values = _together(self.profile.values, other.profile.values)
        profile = dataclasses.replace(self.profile, values=values, structure=built)
        near = tuple(verdict for verdict in left if verdict not in sure)
        return Outcome(
            self.healthy + other.healthy, self.of + other.of, left, profile, near, self.spared + other.spared
        )

    def of_single(self) -> Outcome:
        """Return what it is of a plan that sets single parameters back."""
        left = tuple(verdict for verdict in self.left if verdict not in self.near)
        return dataclasses.replace(self, healthy=self.healthy + self.spared, left=left, spared=0, single=True)

    def mends(self, rule: Rule, before: frozenset[Verdict], told: Sequence[Rule], old: Profile) -> bool:
        """Whether a fault is gone for sure, none came in its place, and no number is far worse than it was.

        Of units that were all alike, none can be their price.
        """
        if rule.verdict in self.left or (rule.verdict is Verdict.DEAD and self._still_dead(old)):
            return False
        if rule.verdict is Verdict.SYMMETRIC:
            return True
        short = rule.statistic in MARGINED and self.beyond(rule, old, NEAR)
        if self.single and rule.statistic in SIZES:
            short = self.beyond(rule, old, NEAR) and not self._is_back(rule, old)
        worse = any(
            is_worse(each, value_of(each, old), value_of(each, self.profile), self._leeway(each)) for each in told
        )
        return (self.single or before >= set(self.left)) and not short and not worse

    def _leeway(self, rule: Rule) -> float:
        """Return by which factor a number may be worse: of what is left as it was, only by what chance makes of it."""
        return WORSE if self.single or rule.verdict not in self.left else CHANCE

    def _is_back(self, rule: Rule, old: Profile) -> bool:
        """Whether a size that stays at its threshold has come back to it from far beyond."""
        was, now = value_of(rule, old), value_of(rule, self.profile)
        return now >= BACK * was if rule.worst is np.nanmin else now * BACK <= was

    def beyond(self, rule: Rule, old: Profile, margin: float = 1.0) -> bool:
        """Whether a number is beyond the limit, or nearer to it than by a margin, by which the fault was told."""
        limit, now = rule.limit(old, Thresholds()), value_of(rule, self.profile)
        if isinstance(limit, np.ndarray):  # which is one of each layer
            limit = worst_of(rule, self.profile)[1]
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

WORSE = 3.0
"""Factor by which a number that tells a fault may be farther from where it should be, at most, with a remedy."""

CHANCE = 1.2
"""The same of a fault that is there before and after: another that is gone is not paid for by it."""

SHARES = ("saturated", "gate_saturated", "forgotten")
"""Statistics that are shares of what is stuck: how far it is from all of it is what becomes less."""

BACK = 10.0
"""Factor by which a number has come back that stays at its threshold."""

LENIENT = Thresholds.of(
    **{name: getattr(Thresholds(), name) / NEAR**2 for name in ("vanishing", "collapsed", "alike")},
    **{name: getattr(Thresholds(), name) * NEAR**2 for name in ("exploding", "exploding_normalized")},
)
"""What is beyond these lies not at its threshold: that is, within a tenth and a tenth of that, as in a verdict."""


def is_worse(rule: Rule, before: float, after: float, by: float = WORSE) -> bool:
    """Whether a number is far worse after a change, by a factor; what was more than 0 and is 0 is."""
    falls = rule.worst is np.nanmin
    if rule.statistic in SHARES:
        before, after, falls = 1.0 - before, 1.0 - after, True
    return before > 0.0 and (after < before / by if falls else after > before * by)


def _together(few: Mapping[str, Values], more: Mapping[str, Values]) -> dict[str, Values]:
    """Return what some seeds gave and what others did."""
    return {name: np.concatenate([own, more[name]]) for name, own in few.items()}


def agreed(found: Mapping[Rule, Mask], t: Thresholds) -> list[Rule]:
    """Return the rules that enough seeds show."""
    return [rule for rule, seeds in found.items() if seeds.sum() >= t.agree * len(seeds)]


def _judged(profile: Profile, t: Thresholds) -> tuple[int, tuple[Verdict, ...]]:
    """Return how many seeds are healthy, and what most of them have."""
    found = shown(profile, t)
    healthy = int((~np.logical_or.reduce(list(found.values()))).sum())
    return healthy, tuple(dict.fromkeys(rule.verdict for rule in agreed(found, t)))


def tried_on(model: Model, plan: Plan, seeds: Sequence[int]) -> Outcome | None:
    """Try a plan on copies of the model; None if that fails, as where a model cannot be copied.

    What was found under the first seed is known where that was tried alone.
    """
    seeds = tuple(seeds)
    changes = tuple(change for part in plan for change in part.changes)
    known = model.workbench.tried
    if (changes, seeds) not in known:
        before: Outcome | None = known.get((changes, seeds[:1]))
        fresh = seeds[1:] if before else seeds
        try:
            [(*_, profile)] = profiles(model.workbench.measured(changes, fresh))
            (healthy, left), (sound, sure) = (_judged(profile, t) for t in (Thresholds(), LENIENT))
            near = tuple(verdict for verdict in left if verdict not in sure)
            outcome = Outcome(healthy, len(fresh), left, profile, near, sound - healthy)
            known[changes, seeds] = before + outcome if before else outcome
        except ActvizError:
            known[changes, seeds] = None
    tried: Outcome | None = known[changes, seeds]
    return tried


def value_of(rule: Rule, profile: Profile) -> float:
    """Return the worst layer's number, median of the seeds that have one; NaN where none has."""
    return worst_of(rule, profile)[0]


def worst_of(rule: Rule, profile: Profile, kind: float = math.nan) -> tuple[float, float]:
    """Return the number of the layer that is worst beside its limit, and that limit, medians of the seeds.

    Where layers have limits of several kinds, of those of one ``kind`` alone, where that is given. What is beyond its
    limit and no fault all the same, as what is 0 for every sample beside a signal, does not count.
    """
    along, t = [way.profile for way in ways(profile)], Thresholds()
    rows = np.concatenate([each[rule.statistic] for each in along], axis=1)
    limits = np.concatenate([rule.limits(each, t) for each in along])
    shows = np.concatenate([rule.shows(each, t) for each in along], axis=1)
    beyond = rows < limits if rule.worst is np.nanmin else rows > limits
    rows = np.where(beyond & ~shows, math.nan, rows)
    layered = isinstance(rule.limit(profile, t), np.ndarray)
    if layered and not math.isnan(kind):
        rows, limits = rows[:, limits == kind], limits[limits == kind]
    known = [row for row in rows if not np.isnan(row).all()]
    if not known:
        return math.nan, math.nan
    beside = limits if layered else np.ones(len(limits))
    at = [int(np.flatnonzero(row / beside == rule.worst(row / beside))[0]) for row in known]
    return float(np.median([row[each] for row, each in zip(known, at, strict=True)])), float(np.median(limits[at]))
