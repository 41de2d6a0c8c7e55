"""How verdicts are told from each other, and from initializers: the one table of their marks and grounds.

Initializers have every hue that is told from others without red or green, and shapes of markers. So a verdict is words
on a ground, behind a mark that is no marker. The ground's hue, which no initializer has, says what kind of fault it is,
its strength how grave; what is healthy has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.diagnosis.rules import Verdict
from actviz.diagnosis.severity import Severity
from actviz.plots.reading.found_layers import verdict_word

if TYPE_CHECKING:
    from actviz.diagnosis.judging import Diagnosis


@dataclass(frozen=True)
class Mark:
    """How a verdict is told.

    Parameters
    ----------
    sign : str
        What stands before its word, or in its place where that has no room.
    ground : {"large", "small", "alike", ""}
        Which colour of a theme it stands on, by what became of the signal; none if nothing is wrong.
    ink : float
        Share of the text's colour in it, which tells faults of one kind apart.
    """

    sign: str
    ground: str = ""
    ink: float = 0.0


MARKS = {
    Verdict.HEALTHY: Mark("✓"),
    Verdict.NOT_JUDGED: Mark("?"),
    Verdict.SATURATED: Mark("⊤", "large"),
    Verdict.EXPLODING: Mark("↗", "large", 0.18),
    Verdict.OVERFLOWED: Mark("∞", "large", 0.36),
    Verdict.VANISHING: Mark("↘", "small"),
    Verdict.DEAD: Mark("∅", "small", 0.36),
    Verdict.COLLAPSED: Mark("⋈", "alike"),
    Verdict.SYMMETRIC: Mark("≡", "alike", 0.3),
}

_SO_FAR = {"falls": Mark("(✓)", "small"), "grows": Mark("(✓)", "large")}
"""What is healthy at this depth alone stands on a breath of what it becomes."""

STRENGTHS: dict[Severity | None, float] = {
    None: 0.1,
    Severity.MILD: 0.25,
    Severity.MARKED: 0.38,
    Severity.SEVERE: 0.58,
}
"""How much of its colour a ground has, by severity."""


def mark_of(diagnosis: Diagnosis) -> Mark:
    """Return how the verdict of a diagnosis is told."""
    return _SO_FAR[diagnosis.so_far] if diagnosis.so_far else MARKS[diagnosis.verdict]


def marked(diagnosis: Diagnosis, lang: str, word: str | None = None) -> str:
    """Write a verdict behind its mark; with another word for it if one is given."""
    return f"{mark_of(diagnosis).sign} {verdict_word(diagnosis, lang) if word is None else word}"


def page_mark(diagnosis: Diagnosis) -> dict[str, str]:
    """Return how a page tells a verdict: its mark, which of the theme's colours it stands on, and how much of it."""
    mark = mark_of(diagnosis)
    strength, ink = (f"{100 * share:.0f}%" for share in (STRENGTHS[diagnosis.severity], mark.ink))
    return {"sign": mark.sign, "ground": mark.ground, "strength": strength, "ink": ink}
