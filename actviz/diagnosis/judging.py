"""``diagnose()``: from a dataset to verdicts, all faults of every pairing, causes before their symptoms.

Seeds are judged one by one, so what finite width does to a single network stays in sight; a fault is found where at
least half of the seeds show it. ``actviz.diagnosis.rules`` has the rules, ``actviz.diagnosis.remedies`` what to do.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.diagnosis.remedies import Situation, number, remedy
from actviz.diagnosis.rules import RULES, Mask, Profile, Rule, Verdict, profiles
from actviz.diagnosis.thresholds import Thresholds
from actviz.results.dataset import recipe
from actviz.text import text

if TYPE_CHECKING:
    import xarray

SLOW_RATE = 0.7
"""A mean-square gradient that keeps a larger share of itself a layer changes slowly: over 19 layers 30-fold at most."""


NO_GRADIENT = "note.no_gradient"
"""Key of the note that only the way forward was judged."""


@dataclass(frozen=True)
class Finding:
    """One fault of a pairing.

    Parameters
    ----------
    verdict : Verdict
    rule : str
        Name of the rule that found it: the verdict, and after a dot which form of it.
    layer : int
        First layer in which it shows, in the direction in which it travels (gradients come from the last layer);
        median of the seeds that agree.
    statistic : str
        What tells: a statistic of the dataset, or one of ``rules.DERIVED``.
    value : float
        That of the worst layer, median of the seeds that agree.
    threshold : float
        What it was compared with.
    seeds, of : int
        Seeds that show it, of how many.
    rate : float
        Factor of the mean-square gradient a layer on its way back; NaN where there is none.
    situation : Situation
        What the remedy depends on.
    """

    verdict: Verdict
    rule: str
    layer: int
    statistic: str
    value: float
    threshold: float
    seeds: int
    of: int
    rate: float
    situation: Situation

    def message(self, lang: str = "en") -> str:
        """Say what is wrong, in one sentence."""
        everywhere = self.rule == "dead.gradient" and self.layer == self.situation.last
        return text(
            f"finding.{self.rule}{'_all' if everywhere else ''}",
            lang,
            layer=self.layer,
            value=number(self.value),
            share=f"{100 * self.value:.3g} %",
            rate=_fold(self.rate),
        )

    def sentence(self, lang: str = "en") -> str:
        """Say what is wrong, after the verdict."""
        return f"{self.verdict.label(lang)}: {self.message(lang)}"

    def remedy(self, lang: str = "en") -> str:
        """Say how to mend it, in one sentence with the number to use."""
        return remedy(self.rule, self.situation, lang)

    def record(self, lang: str = "en") -> dict[str, Any]:
        """Return everything about it, as JSON values."""
        names = ("rule", "layer", "statistic", "value", "threshold", "seeds", "of")
        words = {"message": self.message(lang), "remedy": self.remedy(lang)}
        return {"verdict": self.verdict.value, **{name: getattr(self, name) for name in names}, **words}


@dataclass(frozen=True)
class Note:
    """What is worth saying though it is no fault: its key in ``text.TEXT`` and what to fill in."""

    key: str
    values: tuple[tuple[str, Any], ...]
    finding: Finding | None = None

    def message(self, lang: str = "en") -> str:
        """Say it, in one sentence."""
        values = dict(self.values)
        if self.finding:
            values |= {"verdict": self.finding.verdict.label(lang), "message": self.finding.message(lang)}
        return text(self.key, lang, **values)


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with one pairing.

    Parameters
    ----------
    init, activation : str
        The pairing.
    findings : tuple of Finding
        All faults, one a verdict, causes before their symptoms; empty if it is healthy.
    notes : tuple of Note
        A gradient that changes slowly, samples that grow alike, faults of fewer seeds than must agree.
    """

    init: str
    activation: str
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]

    @property
    def verdict(self) -> Verdict:
        """The first finding's; healthy if there is none."""
        return self.findings[0].verdict if self.findings else Verdict.HEALTHY

    @property
    def forward_only(self) -> bool:
        """Whether no gradient was measured, so that nothing is known of the way back."""
        return any(note.key == NO_GRADIENT for note in self.notes)

    @property
    def healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def record(self, lang: str = "en") -> dict[str, Any]:
        """Return everything about it, as JSON values."""
        return {
            "init": self.init,
            "activation": self.activation,
            "verdict": self.verdict.value,
            "findings": [finding.record(lang) for finding in self.findings],
            "notes": [note.message(lang) for note in self.notes],
        }


def _fold(factor: float) -> str:
    """Write by how much something grows or falls."""
    return number(max(factor, 1.0 / factor)) if factor > 0 else number(factor)


def _find(rule: Rule, profile: Profile, t: Thresholds, situation: Situation) -> Finding | None:
    """Return what a rule finds in any seed; whether enough seeds agree is not asked here."""
    mask = rule.shows(profile, t)
    agree: Mask = np.logical_or.reduce(mask, axis=1)
    if not agree.any():
        return None
    shown = mask[agree]
    if rule.backward:
        first = statistics.median_high((mask.shape[1] - 1 - shown[:, ::-1].argmax(axis=1)).tolist())
    else:
        first = statistics.median_low(shown.argmax(axis=1).tolist())
    worst = rule.worst(np.where(shown, profile[rule.statistic][agree], math.nan), axis=1)
    return Finding(
        verdict=rule.verdict,
        rule=rule.name,
        layer=profile.layers[first],
        statistic=rule.statistic,
        value=statistics.median(worst.tolist()),
        threshold=rule.limit(profile, t),
        seeds=int(agree.sum()),
        of=len(agree),
        rate=profile.rate,
        situation=situation,
    )


def _judge(profile: Profile, t: Thresholds, situation: Situation) -> tuple[tuple[Finding, ...], tuple[Note, ...]]:
    """Return what enough seeds agree on, the first form of each verdict, and notes."""
    findings: dict[Verdict, Finding] = {}
    fewer: dict[Verdict, Finding] = {}
    for rule in RULES:
        finding = _find(rule, profile, t, situation)
        if finding is not None:
            (findings if finding.seeds >= t.agree * finding.of else fewer).setdefault(finding.verdict, finding)
    few = [
        Note("note.few", (("seeds", finding.seeds), ("of", finding.of)), finding)
        for verdict, finding in fewer.items()
        if verdict not in findings
    ]
    return tuple(findings.values()), (
        *_unknown(profile, findings),
        *_changes(profile, t, findings),
        *_alike(profile, t, findings),
        *few,
    )


def _unknown(profile: Profile, findings: dict[Verdict, Finding]) -> list[Note]:
    """Note that no gradient was measured, so that the verdict is about the way forward alone."""
    if Verdict.OVERFLOWED in findings or not np.isnan(profile["grad_preact_rms"]).all():
        return []
    return [Note(NO_GRADIENT, ())]


def _changes(profile: Profile, t: Thresholds, findings: dict[Verdict, Finding]) -> list[Note]:
    """Note a gradient that changes, but not by so much that it vanishes or explodes."""
    ratio = profile["gradient_ratio"]
    factor = float(np.median(ratio[:, 0]))
    if findings.keys() & {Verdict.VANISHING, Verdict.EXPLODING} or not factor > 0:
        return []
    if max(factor, 1.0 / factor) < t.slow:
        return []
    slow = SLOW_RATE <= profile.rate <= 1.0 / SLOW_RATE
    key = f"note.{'falls' if factor < 1 else 'grows'}{'_slowly' if slow else ''}"
    return [Note(key, (("factor", _fold(factor)), ("rate", _fold(profile.rate)), ("depth", ratio.shape[1])))]


def _alike(profile: Profile, t: Thresholds, findings: dict[Verdict, Finding]) -> list[Note]:
    """Note samples that have come close in direction, but still differ by more than a collapse leaves."""
    similarity = profile["similarity"]
    cosine = float(np.median(similarity[:, -1]))
    if Verdict.COLLAPSED in findings or not cosine >= t.alike:
        return []
    return [Note("note.alike", (("cosine", f"{cosine:.3f}"), ("layer", profile.layers[-1])))]


def _is_sudden(profile: Profile) -> bool:
    """Whether, in the median seed, values stop being finite behind a layer from which no growth leads there."""
    lost = np.median(profile["nonfinite"], axis=0) > 0
    before = int(lost.argmax()) - 1
    if before < 0 or not lost.any():
        return False
    size = np.fmax(np.abs(profile["act_min"][:, before]), np.abs(profile["act_max"][:, before]))
    return bool(np.median(size) < profile.largest**0.25)


def diagnose(dataset: xarray.Dataset, thresholds: Thresholds | None = None) -> tuple[Diagnosis, ...]:
    """Say what is wrong with every pairing of a dataset, and how to mend it.

    Parameters
    ----------
    dataset : xarray.Dataset
        As ``probe`` returns it.
    thresholds : Thresholds, optional

    Returns
    -------
    tuple of Diagnosis
        One a pairing, in the dataset's order.

    Raises
    ------
    ActvizError
        If it is no dataset of pairings.

    Examples
    --------
    >>> import actviz
    >>> found, *_ = diagnose(actviz.probe("xavier_normal", "sigmoid", depth=8, width=64, samples=50, seeds=2))
    >>> [finding.verdict.value for finding in found.findings]
    ['vanishing', 'collapsed']
    """
    t = thresholds or Thresholds()
    known, result = recipe(dataset), []
    for init, activation, profile in profiles(dataset):
        situation = Situation(
            init,
            activation,
            fans=(int(np.ravel(dataset["fan_in"].values)[0]), int(profile.widths[0])),
            depth=len(profile.layers),
            last=profile.layers[-1],
            bias_std=float(known.get("bias_std") or 0.0),
            norm=known.get("norm"),
            module=known.get("kind") == "module",
            sudden=_is_sudden(profile),
            first_rms=float(np.median(np.hypot(profile["preact_mean"][:, 0], profile["preact_std"][:, 0]))),
        )
        result.append(Diagnosis(init, activation, *_judge(profile, t, situation)))
    return tuple(result)
