"""``diagnose()``: from a dataset to verdicts, all faults of every pairing, causes before their symptoms.

Seeds are judged one by one, so what finite width does to a single network stays in sight; a fault is found where at
least half of the seeds show it. ``actviz.diagnosis.rules`` has the rules, ``actviz.diagnosis.remedies`` what to do.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import Activation
from actviz.catalog.checks import check_choice, of_type
from actviz.catalog.names import labelled_activations
from actviz.diagnosis.beside import Way
from actviz.diagnosis.finding import Finding, Note
from actviz.diagnosis.models import IDENTITY, Model, model_of
from actviz.diagnosis.narrow import format_notes
from actviz.diagnosis.notes import jacobian_notes, notes, unjudged
from actviz.diagnosis.numbers import number
from actviz.diagnosis.profile import Mask, Profile, profiles
from actviz.diagnosis.rules import RULES, SIZES, Rule, Verdict
from actviz.diagnosis.severity import NEAR, Severity
from actviz.diagnosis.situation import Fed, Situation
from actviz.diagnosis.structure import Values
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.ways import ways
from actviz.results.dataset import check_some, chosen, is_own, recipe
from actviz.results.replicates import drawn_by
from actviz.text import text

if TYPE_CHECKING:
    import xarray


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with one pairing.

    Parameters
    ----------
    init, activation : str
        The pairing.
    findings : tuple of Finding
        All faults, one a verdict, causes before their symptoms.
    unjudged : tuple of Note
        What cannot be judged by this result, and why; the other faults are judged all the same.
    notes : tuple of Note
        A gradient that changes slowly, samples that grow alike, faults of fewer seeds than must agree.
    """

    init: str
    activation: str
    findings: tuple[Finding, ...]
    unjudged: tuple[Note, ...]
    notes: tuple[Note, ...]

    @property
    def verdict(self) -> Verdict:
        """The gravest finding's; without one *not judged* if something could not be, and else healthy."""
        if self.gravest:
            return self.gravest.verdict
        return Verdict.NOT_JUDGED if self.unjudged else Verdict.HEALTHY

    @property
    def healthy(self) -> bool:
        """Whether everything was judged and nothing found."""
        return self.verdict is Verdict.HEALTHY

    @property
    def so_far(self) -> str:
        """``falls`` or ``grows``, as its gradient does where it is healthy at this depth alone; empty elsewhere."""
        noted = {note.key for note in self.notes} if self.healthy else set()
        return next((change for change in ("falls", "grows") if f"note.{change}" in noted), "")

    @property
    def gravest(self) -> Finding | None:
        """The worst finding, of several as bad the cause; None without one."""
        return max(self.findings, key=lambda finding: finding.severity, default=None)

    @property
    def severity(self) -> Severity | None:
        """That of the worst finding; None without one."""
        return self.gravest.severity if self.gravest else None

    def label(self, lang: str = "en") -> str:
        """Return the verdict in words; of a pairing healthy at this depth alone, what becomes of its gradient."""
        return text(f"verdict.so_far.{self.so_far}", lang) if self.so_far else self.verdict.label(lang)

    def passes(self, strict: Severity | str = Severity.MILD) -> bool:
        """Whether everything was judged, and nothing found that is at least so severe: ``"mild"``, ``"marked"``, ...

        Raises
        ------
        ActvizError
            If there is no such severity.
        """
        check_choice("strict", getattr(strict, "value", strict), tuple(each.value for each in Severity))
        return not self.unjudged and (self.severity is None or self.severity < Severity(strict))

    def record(self, lang: str = "en") -> dict[str, Any]:
        """Return everything about it, as JSON values."""
        return {
            "init": self.init,
            "activation": self.activation,
            "verdict": self.verdict.value,
            "severity": self.severity.value if self.severity else None,
            "findings": [finding.record(lang) for finding in self.findings],
            "unjudged": [note.message(lang) for note in self.unjudged],
            "notes": [note.message(lang) for note in self.notes],
        }


def _is_sure(rule: Rule, values: Values, limit: float) -> bool:
    """Whether seeds bear out that the mean of a size is beyond a threshold: by two standard errors, and by a tenth."""
    if rule.statistic not in SIZES:
        return True
    with np.errstate(all="ignore"):
        beyond = np.abs(np.log(values / limit))
        error = float(np.std(beyond, ddof=1)) / math.sqrt(len(beyond)) if len(beyond) > 1 else 0.0
    return not float(np.mean(beyond)) < max(math.log(NEAR), 2.0 * error)


def _is_near(finding: Finding) -> bool:
    """Whether a number lies at its threshold, by a tenth and a tenth of that: else it is seeds that leave it open."""
    return abs(math.log(finding.value / finding.threshold)) < 2.0 * math.log(NEAR) if finding.value > 0.0 else False


def _find(rule: Rule, way: Way, t: Thresholds, situation: Situation) -> tuple[Finding, bool] | None:
    """Return what a rule finds in any seed, and whether seeds agree on it and bear it out."""
    profile = way.profile
    mask = rule.shows(profile, t)
    agree: Mask = np.logical_or.reduce(mask, axis=1)
    if not agree.any():
        return None
    shown = mask[agree]
    if rule.backward:
        first = statistics.median_high((mask.shape[1] - 1 - shown[:, ::-1].argmax(axis=1)).tolist())
    else:
        first = statistics.median_low(shown.argmax(axis=1).tolist())
    at = np.where(shown, profile[rule.statistic][agree], math.nan)
    worst = rule.worst(at, axis=1)
    places = np.argmax(at == worst[:, None], axis=1).tolist()
    limit = statistics.median_low(rule.limits(profile, t)[places].tolist())
    found = Finding(
        verdict=rule.verdict,
        rule=rule.name,
        layer=profile.layers[first],
        statistic=rule.statistic,
        value=statistics.median(worst.tolist()),
        threshold=limit,
        seeds=int(agree.sum()),
        of=len(agree),
        rate=profile.rate(places, agree),
        situation=situation,
        way=way.name,
        end=way.ends[first] if way.ends else way.end,
    )
    sure = not way.name or _is_sure(rule, worst, limit)
    return found, sure and found.seeds >= t.agree * found.of


def _worst(found: Sequence[tuple[Finding, bool]]) -> tuple[Finding, bool]:
    """Return of what a rule finds along several ways that which is sure, and of these the worst."""
    return max(found, key=lambda each: (each[1], each[0].severity, each[0].seeds / each[0].of))


def _judge(
    profile: Profile, t: Thresholds, situation: Situation
) -> tuple[tuple[Finding, ...], tuple[Note, ...], tuple[Note, ...]]:
    """Return what enough seeds agree on, the first form of each verdict; what is not judged; and notes."""
    findings: dict[Verdict, Finding] = {}
    fewer: dict[Verdict, Finding] = {}
    along, missing = ways(profile), unjudged(profile, situation)
    barred = {verdict for note in missing for verdict in note.bars}
    for rule in RULES:
        if rule.verdict in barred:
            continue
        if found := [each for way in along if (each := _find(rule, way, t, situation))]:
            worst, sure = _worst(found)
            (findings if sure else fewer).setdefault(worst.verdict, worst)
    few = [
        Note("note.few", (("seeds", finding.seeds), ("of", finding.of)), finding)
        if finding.seeds < t.agree * finding.of
        else Note(
            f"note.{'near' if _is_near(finding) else 'scattered'}",
            (("value", number(finding.value)), ("threshold", number(finding.threshold))),
            finding,
        )
        for verdict, finding in fewer.items()
        if verdict not in findings
    ]
    if Verdict.OVERFLOWED in findings:  # and left no gradient, and no samples to compare
        missing = [note for note in missing if note.key.startswith("note.replicas")]
    cause = next((finding.rule for finding in findings.values()), "")
    numbers = {finding.rule: finding.value for finding in findings.values()}
    told = dataclasses.replace(situation, cause=cause, numbers=numbers)
    judged = tuple(dataclasses.replace(finding, situation=told) for finding in findings.values())
    return judged, tuple(missing), (*notes(profile, t, {*findings, *barred}, situation), *few)


def _is_sudden(profile: Profile) -> bool:
    """Whether, in the median seed, values stop being finite behind a layer from which no growth leads there."""
    lost = np.median(profile["nonfinite"], axis=0) > 0
    before = int(lost.argmax()) - 1
    if before < 0 or not lost.any():
        return False
    size = np.fmax(np.abs(profile["act_min"][:, before]), np.abs(profile["act_max"][:, before]))
    return bool(np.median(size) < profile.largest**0.25)


def _broken(profile: Profile) -> int:
    """Return the number of the first layer whose weights are not finite: only their zeros are counted then."""
    lost = (np.isnan(profile["weights_rms"]) & ~np.isnan(profile["weights_zero"])).any(axis=0)
    return profile.layers[int(lost.argmax())] if lost.any() else 0


@np.errstate(over="ignore")
def _scale(profile: Profile, dataset: xarray.Dataset) -> float:
    """Weight variance times fan_in as measured, of the median layer; NaN where the weights are not known."""
    scales = np.square(profile["weights_rms"]) * np.ravel(dataset["fan_in"].values)
    return float(np.median(scales[np.isfinite(scales)])) if np.isfinite(scales).any() else math.nan


def _fans(profile: Profile, dataset: xarray.Dataset) -> tuple[int, int]:
    """Return fan_in and fan_out of the first layer; of a model, whose first may look rows up, of a middle one."""
    fan_in = np.ravel(dataset["fan_in"].values)
    at = int(np.argsort(fan_in, kind="stable")[len(fan_in) // 2]) if "layer_type" in dataset.coords else 0
    return int(fan_in[at]), int(profile.widths[at])


def _norm(dataset: xarray.Dataset, model: Model | None) -> str | None:
    """Return the normalization in front of activations; of a model, only that which stands before every one."""
    known: str | None = recipe(dataset).get("norm")
    if model is not None:
        return known if model.normalized else None
    if known is None or "layer_type" not in dataset.coords:
        return known
    pairs = zip(np.ravel(dataset["layer_type"].values), np.ravel(dataset["layer_activation"].values), strict=True)
    return known if all("norm" in str(kind).lower() for kind, activation in pairs if activation != IDENTITY) else None


def _functions(dataset: xarray.Dataset, given: Any) -> dict[str, Activation]:
    """Return {label: activation} of functions that were given."""
    if isinstance(given, Mapping):
        found = {str(label): names.activation(each) for label, each in given.items()}
    else:
        found = labelled_activations(given) if callable(given) or len(given) else {}
    if found and "activation" in dataset:
        chosen(dataset, "activation", list(found))
    return found


def diagnose(
    dataset: xarray.Dataset,
    thresholds: Thresholds | Mapping[str, float] | None = None,
    formats: str | Iterable[str] | None = None,
    *,
    activations: Any = (),
) -> tuple[Diagnosis, ...]:
    """Say what is wrong with every pairing of a dataset, and how to mend it.

    Parameters
    ----------
    dataset : xarray.Dataset
        As ``probe`` returns it.
    thresholds : Thresholds or mapping, optional
        A mapping has those that are changed, by name.
    formats : str or sequence of str, optional
        Number formats, of fp16, bf16, e4m3 and e5m2, of which notes say what they would lose.
    activations : callable, sequence of them, or mapping, optional
        Functions of your own that were measured, or {label: function}, for remedies with a number: a label alone does
        not bring them back.

    Returns
    -------
    tuple of Diagnosis
        One a pairing, in the dataset's order.

    Raises
    ------
    ActvizError
        If it is no dataset of pairings, or an activation is none or was not measured.

    Examples
    --------
    >>> import actviz
    >>> found, *_ = diagnose(actviz.probe("xavier_normal", "sigmoid", depth=8, width=64, samples=50, seeds=2))
    >>> [finding.verdict.value for finding in found.findings]
    ['vanishing', 'collapsed']
    """
    check_some(dataset)
    asked = of_type("thresholds", thresholds or {}, (Thresholds, Mapping), "Thresholds, or some of them by name")
    t = Thresholds.of(**asked) if isinstance(asked, Mapping) else asked
    known, result = recipe(dataset), []
    functions = _functions(dataset, activations)
    for init, activation, profile in profiles(dataset):
        model = model_of(dataset, profile, init)
        situation = Situation(
            init,
            activation,
            fans=_fans(profile, dataset),
            drawn_by=drawn_by(known, init),
            depth=len(profile.layers),
            last=profile.layers[-1],
            bias_std=float(known.get("bias_std") or 0.0),
            norm=_norm(dataset, model),
            block=str(known.get("block", "plain")),
            branch_scale=known.get("branch_scale", 1.0),
            module=is_own(known),
            built_anew=bool(known.get("built_anew")),
            fans_known=bool(known.get("fans_known", True)),
            recorded=known.get("kind") == "recorded",
            step=int(known["step"]) if is_own(known) and "step" in known else 0,
            grown=float(known.get("grown", math.nan)),
            passes=int(dataset["backward_passes"].max()) if "backward_passes" in dataset else 1,
            broken=_broken(profile),
            sudden=_is_sudden(profile),
            scale=_scale(profile, dataset),
            shifted=bool(np.median(np.abs(profile["weights_mean"]) > math.sqrt(0.5) * profile["weights_rms"])),
            unread=tuple(known.get("unread") or ()) if is_own(known) and not known.get("step") else (),
            training=bool(known.get("training", True)),
            complex=int(known.get("complex") or 0),
            samples=int(known.get("samples") or 2),
            alone=is_own(known) and known.get("samples") == 1 and bool(known.get("batch_first")),
            function=functions.get(activation),
            model=model,
            inputs=Fed(
                **{each.name: float(np.median(profile[f"input_{each.name}"])) for each in dataclasses.fields(Fed)}
            ),
        )
        found, missing, told = _judge(profile, t, situation)
        narrow = format_notes(dataset, init, activation, formats) if formats is not None else []
        result.append(
            Diagnosis(init, activation, found, missing, (*told, *jacobian_notes(dataset, init, activation), *narrow))
        )
    return tuple(result)
