"""Claims: what an article says in words, and the cases in which the data say whether it is so.

A claim is taken apart into cases. Each is one number and the range in which the claim holds there. The rule is the same
for all: a claim is *supported* if it holds in every case that decides, *not supported* if in none, and *it depends*
where it holds in some and not in others. What the data are expected to say in each case is recorded; where they say
otherwise the claim fails, as an expectation does.

The ranges are wide apart from what is measured: a test holds every case further from its bounds than the standard
errors that ``expectations`` allows, so that a correct program does not fail here by chance either.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from actviz.experiments.readings import Reading, Values
from actviz.text import text, words

if TYPE_CHECKING:
    import xarray


class Status(enum.StrEnum):
    """What the data say of a claim."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    DEPENDS = "it depends"


STATUS: dict[Status, dict[str, str]] = {status: words(f"status.{status}") for status in Status}
"""How each status is written, by language."""


def _status(holds: Sequence[bool]) -> Status:
    """Apply the rule: all, none, or some."""
    return Status.SUPPORTED if all(holds) else Status.DEPENDS if any(holds) else Status.NOT_SUPPORTED


def _short(value: float) -> str:
    return f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e+")


@dataclass(frozen=True)
class Case:
    """One number that a claim turns on.

    Parameters
    ----------
    what : mapping
        What the number is, by language.
    probe : str
        Key into the experiment's probes.
    reading : callable
        From that probe's dataset to one number a seed, or one pooled over the seeds.
    least, most : float
        The claim holds here if the mean lies between these. Without either the number is only told.
    expected : bool
        Whether the claim should hold here.
    id : str
        What it is called among the cases of its claim.
    """

    what: Mapping[str, str]
    probe: str
    reading: Reading
    least: float = -math.inf
    most: float = math.inf
    expected: bool = True
    id: str = ""

    @property
    def decides(self) -> bool:
        """Whether there is a range to lie in."""
        return math.isfinite(self.least) or math.isfinite(self.most)

    def values(self, datasets: Mapping[str, xarray.Dataset]) -> Values:
        """Return one number a seed."""
        return np.atleast_1d(self.reading(datasets[self.probe])).astype(float)


@dataclass(frozen=True)
class Finding:
    """A case and its number in this run."""

    case: Case
    value: float

    @property
    def holds(self) -> bool:
        """Whether the claim holds here; not where there is no number."""
        return self.case.least <= self.value <= self.case.most

    def evidence(self, lang: str = "en") -> str:
        """Say what was found, and by what rule it is judged."""
        bounds = math.isfinite(self.case.least), math.isfinite(self.case.most)
        rule = {(True, False): "least", (False, True): "most", (True, True): "between"}.get(bounds, "none")
        numbers = {"number": self.value, "least": self.case.least, "most": self.case.most}
        judged = text(f"evidence.{rule}", lang, **{name: _short(value) for name, value in numbers.items()})
        answer = text("evidence.also" if rule == "none" else "evidence.yes" if self.holds else "evidence.no", lang)
        return f"{answer}: {self.case.what[lang]}: {judged}"


@dataclass(frozen=True)
class Claim:
    """A claim of a text, in short, and what decides it.

    Parameters
    ----------
    number : int
    quote : mapping
        The claim in short, by language.
    cases : tuple of Case
    figure : str
        Stem of the drawing that shows it.
    precisely : mapping
        What exactly happens, where the text is imprecise, by language.
    """

    number: int
    quote: Mapping[str, str]
    cases: tuple[Case, ...]
    figure: str
    precisely: Mapping[str, str]

    @property
    def expected(self) -> Status:
        """What the data should say."""
        return _status([case.expected for case in self.cases if case.decides])

    def decide(self, datasets: Mapping[str, xarray.Dataset]) -> Decision:
        """Look at every case."""
        return Decision(self, tuple(Finding(case, float(case.values(datasets).mean())) for case in self.cases))


@dataclass(frozen=True)
class Decision:
    """A claim and what the data of one run say of it."""

    claim: Claim
    findings: tuple[Finding, ...]

    @property
    def status(self) -> Status:
        """Supported in all cases, in none, or in some."""
        return _status([finding.holds for finding in self.findings if finding.case.decides])

    @property
    def passed(self) -> bool:
        """Whether the data say in every case what they are expected to say."""
        return all(finding.holds is finding.case.expected for finding in self.findings if finding.case.decides)

    @property
    def verdict(self) -> str:
        """PASS or FAIL."""
        return "PASS" if self.passed else "FAIL"
