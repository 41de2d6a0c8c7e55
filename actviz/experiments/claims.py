"""Claims: what an article says in words, and the cases in which the data say whether it is so.

A claim is taken apart into cases. Each is one number and the range in which the claim holds there. Its status says in
how many of those that decide it holds, and on what condition. What the data are expected to say in each case is
recorded; where they say otherwise the claim fails, as an expectation does, and the condition, which may then be wrong,
is not told.

The ranges are wide apart from what is measured: a test holds every case further from its bounds than the standard
errors that ``expectations`` allows, so that a correct program does not fail here by chance either.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from actviz.experiments.readings import Reading, Values
from actviz.text import text
from actviz.text.numbers import three_digits

if TYPE_CHECKING:
    import xarray


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

    @property
    def turned(self) -> bool:
        """Whether the case decides, and not as it is expected to."""
        return self.case.decides and self.holds is not self.case.expected

    def evidence(self, lang: str = "en") -> str:
        """Say what was found, and by what rule it is judged."""
        bounds = math.isfinite(self.case.least), math.isfinite(self.case.most)
        rule = {(True, False): "least", (False, True): "most", (True, True): "between"}.get(bounds, "none")
        numbers = {"number": self.value, "least": self.case.least, "most": self.case.most}
        judged = text(f"evidence.{rule}", lang, **{name: three_digits(value) for name, value in numbers.items()})
        answer = text("evidence.also" if rule == "none" else "evidence.yes" if self.holds else "evidence.no", lang)
        unexpected = text("evidence.unexpected", lang) if self.turned else ""
        return f"{answer}{unexpected}: {self.case.what[lang]}: {judged}"


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
        Stem of the drawing that shows it; empty where none does.
    outcome : mapping
        In a sentence where it holds and where not, by language: so if every case is as expected.
    precisely : mapping
        What exactly happens, where the text is imprecise, by language.
    code : mapping, optional
        How it is written in Python, where the text's own code is wrong, by the language of its comments.
    """

    number: int
    quote: Mapping[str, str]
    cases: tuple[Case, ...]
    figure: str
    outcome: Mapping[str, str]
    precisely: Mapping[str, str]
    code: Mapping[str, str] | None = None

    @property
    def deciding(self) -> tuple[Case, ...]:
        """The cases that decide."""
        return tuple(case for case in self.cases if case.decides)

    @property
    def expected(self) -> int:
        """In how many cases it should hold."""
        return sum(case.expected for case in self.deciding)

    def decide(self, datasets: Mapping[str, xarray.Dataset]) -> Decision:
        """Look at every case."""
        return Decision(self, tuple(Finding(case, float(case.values(datasets).mean())) for case in self.cases))


@dataclass(frozen=True)
class Decision:
    """A claim and what the data of one run say of it."""

    claim: Claim
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> int:
        """In how many of the cases that decide the claim holds."""
        return sum(finding.holds for finding in self.findings if finding.case.decides)

    @property
    def passed(self) -> bool:
        """Whether the data say in every case what they are expected to say."""
        return not any(finding.turned for finding in self.findings)

    def count(self, lang: str = "en") -> str:
        """Say in how many cases the claim holds."""
        of = len(self.claim.deciding)
        return text("status.count", lang, holds=self.holds, of=of)

    def status(self, lang: str = "en") -> str:
        """Say in how many cases the claim holds, and where; not where, if some case is not as expected."""
        return text("status.outcome", lang, count=self.count(lang), outcome=self.condition(lang))

    def condition(self, lang: str = "en") -> str:
        """Say where the claim holds; if some case is not as expected, in how many that is so."""
        turned = sum(finding.turned for finding in self.findings)
        return text("status.unexpected", lang, turned=turned) if turned else self.claim.outcome[lang]

    @property
    def verdict(self) -> str:
        """PASS or FAIL."""
        return "PASS" if self.passed else "FAIL"
