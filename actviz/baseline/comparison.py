"""A measurement against its baseline: with fresh seeds by tests with an honest error rate, with the same ones exactly.

*statistical*: seeds are replicates. Every statistic and layer is tested (``hypotheses``), and Holm's method holds the
rate of false alarms of all together below alpha. A difference that is significant and not shown to be within the
margin is a drift; without one, the whole is equivalent if every difference is shown to be within the margin or, where
seeds scatter more than that, within one standard deviation between them; else it is inconclusive.

*exact*: the same seeds give the same numbers up to rounding.

What only one of the two has cannot be compared: that is a drift too, and told.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.baseline.aligning import aligned
from actviz.baseline.cells import TOLERANCES, Difference, Outcome, exact_cells, pattern_cells, shape_cells, value_cells
from actviz.baseline.changes import OF_MODEL, apart
from actviz.baseline.hypotheses import holm
from actviz.baseline.measures import PARAMETERS, of_stream, of_weights
from actviz.baseline.record import Baseline, Pairing, PairingRecord
from actviz.catalog.checks import check_choice, finite
from actviz.errors import ActvizError
from actviz.text import TEXT, text

if TYPE_CHECKING:
    import xarray

MODES = ("statistical", "exact")

ALPHA = 1e-3
"""Rate of false alarms of a whole check, by default."""

MARGIN = 0.01
"""Relative change that does not matter, by default: a factor of 1.6 if each of 50 layers had it, and small enough to
let missing biases be found that change no statistic by 2 % (scripts/power.py)."""

FEWEST = 4
"""Seeds on each side with which a check can find something: with three, weights that are all 0 pass for chance."""


@dataclass(frozen=True)
class Finding(Difference):
    """A comparison among the others: ``adjusted`` is the p-value of the family, ``outcome`` what it says."""

    adjusted: float = math.nan
    outcome: Outcome = Outcome.INCONCLUSIVE


@dataclass(frozen=True)
class Comparison:
    """What a check says.

    Parameters
    ----------
    baseline, now : Baseline
    mode : str
    alpha, margin : float
    findings : tuple of Finding
        One for every statistic and layer that can differ.
    compared : mapping
        From each pairing of the baseline to the one it is compared with, which may have another name.
    problems : tuple of str
        What cannot be compared at all: each is a drift.
    sides : tuple of str
        Names of two builders that are compared; none of a baseline and a measurement.
    notes : tuple of str
        What is no drift, and to be known.
    """

    baseline: Baseline
    now: Baseline
    mode: str
    alpha: float
    margin: float
    findings: tuple[Finding, ...]
    compared: Mapping[Pairing, Pairing] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The verdict of the whole."""
        return Outcome.DRIFT if self.problems else worst_of(self.findings)

    @property
    def few(self) -> int:
        """The number of seeds of the side that has fewer, where these are too few to find a drift with; else 0."""
        least = min(len(self.baseline.seeds), len(self.now.seeds))
        return least if least < FEWEST and self.mode == "statistical" else 0

    @property
    def within_margin(self) -> int:
        """How many differences are shown to be within the margin."""
        return sum(each.outcome is Outcome.EQUIVALENT and not each.margin_beaten for each in self.findings)

    @property
    def drifts(self) -> tuple[Finding, ...]:
        """Findings that are drifts."""
        return tuple(each for each in self.findings if each.outcome is Outcome.DRIFT)

    def of(self, pairing: Pairing) -> tuple[Finding, ...]:
        """Return the findings of one pairing of the baseline."""
        return tuple(each for each in self.findings if each.pairing == pairing)

    def worst(self, number: int = 5) -> list[Finding]:
        """Return the worst finding of each of the worst layers, drifts first."""
        places: dict[tuple[Pairing, bool, int], Finding] = {}
        for each in sorted(self.findings, key=_badness):
            places.setdefault((each.pairing, each.statistic in PARAMETERS, each.layer), each)
        return list(places.values())[:number]

    def starts(self, pairing: Pairing) -> int | None:
        """Return the first layer at which what travels forward drifts, or else the last at which the gradient does."""
        layers = {True: [0], False: [0]}
        for each in self.of(pairing):
            if each.outcome is Outcome.DRIFT and each.statistic not in PARAMETERS:
                layers[is_backward(each.statistic)].append(each.layer)
        return min(layers[False][1:], default=max(layers[True])) or None


def said(key: str, lang: str, sides: Sequence[str], **values: Any) -> str:
    """Put something into words: of two builders in words of their own, where they have some."""
    if sides and f"builders.{key}" in TEXT:
        return text(f"builders.{key}", lang, first=sides[0], second=sides[1], **values)
    return text(f"check.{key}", lang, **values)


def is_backward(statistic: str) -> bool:
    """Whether a statistic is of the gradient."""
    return statistic.startswith("grad_") or statistic in ("backward_gain", "stream_grad")


def worst_of(findings: tuple[Finding, ...]) -> Outcome:
    """Return the verdict over several findings."""
    there = {each.outcome for each in findings}
    return next((outcome for outcome in Outcome if outcome in there), Outcome.EQUIVALENT)


def _badness(finding: Finding) -> tuple[int, float, float]:
    rank = list(Outcome).index(finding.outcome)
    p = finding.p if finding.p > 1e-200 else 0.0
    return rank, math.inf if math.isnan(p) else p, -abs(finding.sigma) if not math.isnan(finding.sigma) else 0.0


def check_limits(alpha: Any = ALPHA, margin: Any = MARGIN, mode: Any = MODES[0]) -> None:
    """Refuse limits, or a mode, that are none."""
    check_choice("mode", mode, MODES)
    finite("alpha", alpha, above=0.0, below=1.0)
    finite("margin", margin, least=0.0, below=1.0)


def compare(
    baseline: Baseline,
    measured: xarray.Dataset | Baseline,
    *,
    mode: str = "statistical",
    alpha: float = ALPHA,
    margin: float = MARGIN,
    lang: str = "en",
    sides: tuple[str, ...] = (),
    problems: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Comparison:
    """Compare a measurement with its baseline.

    Parameters
    ----------
    baseline : Baseline
    measured : xarray.Dataset or Baseline
    mode : {"statistical", "exact"}
        Whether the seeds are replicates, or the same.
    alpha : float
        Of "statistical": rate of false alarms of the whole.
    margin : float
        Of "statistical": a difference that is shown to be smaller is no drift; 0.01 is 1 % of a size, or one
        percentage point of a share of one half. At 0 every significant difference is a drift.
    lang : str
        Of the words for what cannot be compared.
    sides, problems, notes : tuple of str
        Names of two builders that are compared, and what is known of them already.

    Raises
    ------
    ActvizError
        If a value is not allowed; if the mode is "exact" and the seeds are others.

    Examples
    --------
    >>> from actviz import probe
    >>> baseline = Baseline.of(probe("he_normal", "relu", depth=5, width=30, samples=100, seeds=range(12)))
    >>> xavier = probe("xavier_normal", "relu", depth=5, width=30, samples=100, seeds=range(12, 24))
    >>> compare(baseline, xavier).outcome.value
    'drift'
    """
    check_limits(alpha, margin, mode)
    if not isinstance(baseline, Baseline):
        raise ActvizError(f"need a Baseline to compare with, not {type(baseline).__name__}")
    now = measured if isinstance(measured, Baseline) else Baseline.of(measured)
    if mode == "exact" and sorted(now.seeds) != sorted(baseline.seeds):
        raise ActvizError("an exact check needs the seeds of the baseline; measure with them, or check statistically")
    if mode == "statistical":
        baseline, now = aligned(baseline, now, alpha)
    compared, found = match(baseline, now, lang, sides)
    cells = _exact(baseline, now, compared) if mode == "exact" else _statistical(baseline, now, compared, margin)
    findings = _exact_findings(list(cells)) if mode == "exact" else _judge(list(cells), alpha)
    return Comparison(baseline, now, mode, alpha, margin, findings, compared, (*problems, *found), sides, notes)


def _statistical(
    baseline: Baseline, now: Baseline, compared: Mapping[Pairing, Pairing], margin: float
) -> Iterator[Difference]:
    for pairing, other in compared.items():
        old, new = baseline.pairings[pairing], now.pairings[other]
        for name in _shared(old, new, baseline.parameters == now.parameters):
            yield from value_cells(pairing, name, old, new, margin)
            yield from pattern_cells(pairing, name, old, new)
        yield from shape_cells(pairing, old, new, margin)


def _exact(baseline: Baseline, now: Baseline, compared: Mapping[Pairing, Pairing]) -> Iterator[Difference]:
    tolerance = tolerance_of(baseline.recipe)
    for pairing, other in compared.items():
        old, new = baseline.pairings[pairing], now.pairings[other]
        shared = _shared(old, new, baseline.parameters == now.parameters)
        yield from exact_cells(pairing, shared, old, new, tolerance)


def tolerance_of(recipe: Mapping[str, Any]) -> float:
    """Return the relative tolerance of an exact comparison; what is not known to be float64 is as rough as float32."""
    return TOLERANCES.get(str(recipe.get("dtype")), max(TOLERANCES.values()))


def _finding(cell: Difference, adjusted: float, outcome: Outcome) -> Finding:
    values = {each.name: getattr(cell, each.name) for each in dataclasses.fields(Difference)}
    return Finding(**values, adjusted=adjusted, outcome=outcome)


def _judge(cells: list[Difference], alpha: float) -> tuple[Finding, ...]:
    adjusted = holm(np.array([cell.p for cell in cells], float)).tolist()

    def outcome(cell: Difference, p: float) -> Outcome:
        if p < alpha and cell.margin_beaten:
            return Outcome.DRIFT
        return Outcome.EQUIVALENT if cell.equivalent else Outcome.INCONCLUSIVE

    return tuple(_finding(cell, p, outcome(cell, p)) for cell, p in zip(cells, adjusted, strict=True))


def _exact_findings(cells: list[Difference]) -> tuple[Finding, ...]:
    outcomes = {True: Outcome.EQUIVALENT, False: Outcome.DRIFT}
    return tuple(_finding(cell, math.nan, outcomes[cell.equivalent]) for cell in cells)


def _shared(old: PairingRecord, new: PairingRecord, same: bool) -> list[str]:
    """Return the statistics that two records have on one scale; of parameters, if these are the same."""
    names = [name for name in old.statistics if name in new.statistics and (same or name not in PARAMETERS)]
    return [name for name in names if old.statistics[name].scale == new.statistics[name].scale]


def match(
    baseline: Baseline, now: Baseline, lang: str = "en", sides: Sequence[str] = ()
) -> tuple[dict[Pairing, Pairing], list[str]]:
    """Find each pairing of the baseline, by its names or else its place, and say what cannot be compared."""
    compared = {pairing: pairing for pairing in baseline.pairings if pairing in now.pairings}
    lost = [pairing for pairing in baseline.pairings if pairing not in compared]
    others = [pairing for pairing in now.pairings if pairing not in compared]
    problems = list(_other_model(baseline, now, lang, sides))
    if len(lost) == len(others):  # renamed: what stands in its place is told by the recipes' differences
        compared |= _renamed(lost, others)
    else:
        problems = [text("check.lost", lang, init=init, activation=activation) for init, activation in lost]
    for pairing, other in compared.items():
        names = dict(zip(("init", "activation"), pairing, strict=True))
        unlike = _unlike(baseline.pairings[pairing], now.pairings[other])
        problems += [said(key, lang, sides, **names, **values) for key, values in unlike]
    return compared, problems


def _renamed(lost: Sequence[Pairing], others: Sequence[Pairing]) -> dict[Pairing, Pairing]:
    """Pair what is lost with what is new: first where the initializer or the activation has kept its name."""
    pairs: dict[Pairing, Pairing] = {}
    for alone in (True, False):  # who has one namesake takes it before those who can choose
        for pairing in lost:
            free = [other for other in others if other not in pairs.values()]
            namesakes = [other for other in free if other[0] == pairing[0] or other[1] == pairing[1]]
            if pairing not in pairs and namesakes and (len(namesakes) == 1 or not alone):
                pairs[pairing] = namesakes[0]
    rest = [pairing for pairing in lost if pairing not in pairs]
    free = [other for other in others if other not in pairs.values()]
    return pairs | dict(zip(rest, free, strict=True))


def _other_model(baseline: Baseline, now: Baseline, lang: str, sides: Sequence[str]) -> Iterator[str]:
    """Yield what is other in a model and no statistic need tell: precision, rates of dropout; and its parameters."""
    both = [key for key in OF_MODEL if key in baseline.recipe and key in now.recipe]
    told = [(key, _named(baseline, key, baseline, sides), _named(now, key, baseline, sides)) for key in both]
    if baseline.parameters and now.parameters and not sides:  # of two builders all parameters are compared
        told.append(("parameters", list(baseline.parameters), list(now.parameters)))
    for key, old, new in told:
        if old != new:
            expected, measured = apart(old, new)
            yield said("recipe", lang, sides, what=text(f"check.{key}", lang), expected=expected, measured=measured)


def _named(of: Baseline, key: str, like: Baseline, sides: Sequence[str]) -> list[str]:
    """Return a setting layer by layer, or place by place, by the names of another where there are as many.

    A file has places in the order of their names; those of two builders are in the order in which they are met.
    """
    setting, there = of.recipe[key], like.recipe[key]
    if isinstance(setting, str):
        return [setting]
    if isinstance(setting, Mapping):
        by_place = sides and len(there) == len(setting) and there.keys() != setting.keys()
        names, values = list(there if by_place else setting), list(setting.values())
    else:
        by_place = len(like.layer_names) == len(of.layer_names)
        names, values = list((like if by_place else of).layer_names), list(setting)
    return [f"{name} {value}" for name, value in zip(names, values, strict=False)]


def _unlike(old: PairingRecord, new: PairingRecord) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what two records cannot be compared in: the key of the words and what to fill in."""
    if len(old.shapes) != len(new.shapes):  # other statistics have other layers then
        yield "depths", {"expected": len(old.shapes), "measured": len(new.shapes)}
        return
    known, measured = old.statistics, new.statistics
    both = [name for name in known if name in measured]
    groups = {
        "not_measured": [name for name in known if name not in measured and not of_weights(name)],
        "not_kept": [name for name in measured if name not in known and not (of_weights(name) or of_stream(name))],
        "other_scale": [name for name in both if known[name].scale != measured[name].scale],
        "other_layers": [
            name
            for name in both
            if name not in PARAMETERS and known[name].layers.tolist() != measured[name].layers.tolist()
        ],
    }
    yield from ((key, {"statistics": ", ".join(names)}) for key, names in groups.items() if names)
    if any(one.bins != two.bins for one, two in zip(old.shapes, new.shapes, strict=True)):
        yield "other_bins", {}
