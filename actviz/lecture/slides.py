"""What a slide is: a few words in every language, a figure by its name, and the numbers it takes from a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from actviz.experiments import ARTICLE
from actviz.experiments.readings import Reading
from actviz.text import TEXT

if TYPE_CHECKING:
    import xarray

Words = Mapping[str, str]
"""A text by language."""


def _short(value: float) -> str:
    """Write two digits, without the zeros of an exponent; a large number with its thousands apart."""
    if 100 <= abs(value) < 1e9:
        return f"{float(f'{value:.2g}'):,.0f}"
    return f"{value:.2g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def _fixed(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # + 0.0: no minus before a zero


FORMS: dict[str, Callable[[float], str]] = {
    "number": _short,
    "fixed": _fixed,
    "count": lambda value: f"{value:.0f}",
    "percent": lambda value: f"{100 * value:.0f}\u00a0%",
    "span": lambda value: f"{100 * value:.0f}",
    "points": lambda value: f"{100 * value:+.1f}",
    "signed": lambda value: f"{value:+.1f}",
    "fold": lambda value: _short(10 ** abs(value)),
}
"""How a number is written: ``span`` and ``points`` of a share are in percentage points, ``fold`` takes decades."""


@dataclass(frozen=True)
class Number:
    """A number on a slide, read from a run.

    Parameters
    ----------
    form : str
        Key into ``FORMS``.
    probe : str
        Key into the experiment's probes, trainings or descents.
    reading : callable
        From that dataset to one number a seed; the slide gives their mean.
    """

    form: str
    probe: str
    reading: Reading

    def written(self, datasets: Mapping[str, xarray.Dataset]) -> str:
        """Read it and put it into digits."""
        values = np.atleast_1d(self.reading(datasets[self.probe])).astype(float)
        return FORMS[self.form](float(values.mean())).replace("-", "−")


def evidence(claim: int, case: str, form: str = "number") -> Number:
    """Return the number of a case of one of the article's claims, by its id."""
    (decided,) = (each for each in ARTICLE.claims if each.number == claim)
    (turns,) = (each for each in decided.cases if each.id == case)
    return Number(form, turns.probe, turns.reading)


@dataclass(frozen=True)
class Slide:
    """One slide of a lecture.

    Parameters
    ----------
    title : mapping
        By language.
    points : tuple of mapping
        Two to four short ones, by language; ``{name}`` is where a number goes.
    notes : mapping
        What the speaker says, by language.
    figure : str, optional
        Stem of a drawing of the experiment.
    claims : tuple of int
        Numbers of the claims that it is about; their status in the run is at its foot.
    numbers : mapping
        What ``{name}`` stands for in the points.
    tally : bool
        Whether the claims themselves, each with its status, stand in place of points.
    """

    title: Words
    points: tuple[Words, ...]
    notes: Words
    figure: str | None = None
    claims: tuple[int, ...] = ()
    numbers: Mapping[str, Number] = field(default_factory=dict)
    tally: bool = False


def slide(id: str, figure: str | None = None, *claims: int, tally: bool = False, **numbers: Number) -> Slide:
    """State a slide whose words stand by key: its title, its notes, and as many points as are numbered there."""
    points = tuple(TEXT[key] for key in (f"slide.{id}.{number}" for number in range(1, 5)) if key in TEXT)
    return Slide(TEXT[f"slide.{id}.title"], points, TEXT[f"slide.{id}.notes"], figure, claims, numbers, tally)
