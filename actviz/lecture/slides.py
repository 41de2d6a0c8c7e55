"""What a slide is: words in every language, a figure, formulas, code or a table, and numbers that a run gives."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.experiments import ARTICLE
from actviz.experiments.readings import Reading, Values
from actviz.text import LANGUAGES, TEXT, typeset
from actviz.text.numbers import percent, short

if TYPE_CHECKING:
    import xarray

Words = Mapping[str, str]
"""A text by language."""


def _fixed(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # + 0.0: no minus before a zero


FORMS: dict[str, Callable[[float], str]] = {
    "number": short,
    "fixed": _fixed,
    "count": lambda value: f"{value:.0f}",
    "percent": lambda value: percent(value).replace(" ", "\u00a0"),
    "span": lambda value: f"{100 * value:.0f}",
    "points": lambda value: f"{100 * value:+.1f}",
    "signed": lambda value: f"{value:+.1f}",
    "fold": lambda value: short(10 ** abs(value)),
    "factor": lambda value: short(10**value),
}
"""How a number is written, as on figures: ``span`` and ``points`` of a share are in percentage points, ``fold`` takes
decades."""


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
        From that dataset to one number a seed.
    middle : callable
        Of these: their median, as figures draw them, or their mean, as claims are decided.
    """

    form: str
    probe: str
    reading: Reading
    middle: Callable[[Values], Any] = np.median

    def written(self, datasets: Mapping[str, xarray.Dataset], lang: str = "en") -> str:
        """Read it and put it into digits, as a language does: in Korean a percent sign follows its number at once."""
        values = np.atleast_1d(self.reading(datasets[self.probe])).astype(float)
        digits = FORMS[self.form](float(self.middle(values))).replace("-", "−")
        return typeset(digits, lang)


def evidence(claim: int, case: str, form: str = "number") -> Number:
    """Return the number of a case of one of the article's claims, by its id: that by which the claim is decided."""
    (decided,) = (each for each in ARTICLE.claims if each.number == claim)
    (turns,) = (each for each in decided.cases if each.id == case)
    return Number(form, turns.probe, turns.reading, np.mean)


@dataclass(frozen=True)
class Shown:
    """A figure beside the words of a slide.

    Parameters
    ----------
    figure : str
        Key into ``actviz.FIGURES``.
    probe : str
        Key into the experiment's probes, trainings or descents.
    options : mapping
        Passed to the figure.
    """

    figure: str
    probe: str
    options: Mapping[str, Any] = field(default_factory=dict)


def shows(figure: str, probe: str, **options: Any) -> Shown:
    """State the figure of a slide."""
    return Shown(figure, probe, options)


@dataclass(frozen=True)
class Formula:
    """A line of a derivation: a formula in TeX as matplotlib takes it, in plain characters, and what is done in it."""

    tex: str
    plain: str
    said: Words


@dataclass(frozen=True)
class Question:
    """What is asked before a slide shows its answer; ``code`` or the diagram of a stack is what it is asked about."""

    title: Words
    points: tuple[Words, ...]
    notes: Words
    code: Words | None = None
    diagram: bool = False


@dataclass(frozen=True)
class Slide:
    """One slide of a lecture; all words by language.

    Parameters
    ----------
    id : str
        What its words, and the file of its figure, are called by.
    title : mapping
    points : tuple of mapping
        One to four short ones; ``{name}`` is where a number goes.
    notes : mapping
        What the speaker says, and points at.
    minutes : float
        How long it takes, its question with it.
    question : Question, optional
        What is to be predicted first.
    figure : Shown, optional
    diagram : bool
        Whether the diagram of a stack is on it.
    claims : tuple of int
        Numbers of the claims that it is about; their status in the run is at its foot.
    numbers : mapping
        What ``{name}`` stands for in points, formulas and cells.
    formulas : tuple of Formula
    code : mapping, optional
        Lines of Python.
    table : tuple of tuple of mapping
        Rows of cells, the head first.
    links : tuple of (str, address)
        What is to be read on.
    listing : {"", "quotes", "tally"}
        Whether the claims themselves stand on it: as they are made, or with what this run says of them.
    answered : str
        The slide that answers what this one asks, if that is another.
    alone : Slide, optional
        What stands in its place in a lecture without that slide.
    headline : mapping, optional
        Over the figure, in place of its own title; ``{name}`` is where a number goes.
    """

    id: str
    title: Words
    points: tuple[Words, ...]
    notes: Words
    minutes: float = 0.0
    question: Question | None = None
    figure: Shown | None = None
    diagram: bool = False
    claims: tuple[int, ...] = ()
    numbers: Mapping[str, Number] = field(default_factory=dict)
    formulas: tuple[Formula, ...] = ()
    code: Words | None = None
    table: tuple[tuple[Words, ...], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    listing: str = ""
    answered: str = ""
    alone: Slide | None = None
    headline: Words | None = None


def _numbered(stem: str) -> tuple[Words, ...]:
    """Return the words under ``stem.1``, ``stem.2`` and so on."""
    keys = itertools.takewhile(lambda key: key in TEXT, (f"{stem}.{number}" for number in itertools.count(1)))
    return tuple(TEXT[key] for key in keys)


def slide(
    id: str, minutes: float, figure: Shown | None = None, *claims: int,
    formulas: Sequence[tuple[str, str]] = (), table: Sequence[Sequence[str]] = (),
    links: Sequence[tuple[str, str]] = (), diagram: bool = False, listing: str = "", code: str = "", asks_of: str = "",
    answered: str = "", **numbers: Number,
) -> Slide:  # fmt: skip
    """State a slide whose words stand by key.

    Its title, its notes and as many points as are numbered there; where there is a title to it, the question before it;
    a sentence to each of the ``formulas``, (TeX, plain); its code, or that under another key; what the question is
    asked of, ``diagram`` or a key of code. Where its question is ``answered`` by another slide, the words without that
    one stand under ``alone``. The cells of a ``table`` are keys, or the same in every language.
    """
    stem = f"slide.{id}"
    question = None
    if f"{stem}.ask.title" in TEXT:
        asked = TEXT[f"{stem}.ask.title"], _numbered(f"{stem}.ask"), TEXT[f"{stem}.ask.notes"]
        question = Question(*asked, TEXT.get(asks_of or f"{stem}.ask.code"), asks_of == "diagram")
    said = _numbered(f"{stem}.formula")
    made = Slide(
        id,
        TEXT[f"{stem}.title"],
        _numbered(stem),
        TEXT[f"{stem}.notes"],
        minutes,
        question,
        figure,
        diagram,
        claims,
        numbers,
        tuple(Formula(*each, words) for each, words in zip(formulas, said, strict=True)),
        TEXT.get(code or f"{stem}.code"),
        tuple(tuple(TEXT.get(cell) or dict.fromkeys(LANGUAGES, cell) for cell in row) for row in table),
        tuple(links),
        listing,
        headline=TEXT.get(f"{stem}.figure"),
    )
    if not answered:
        return made
    points, notes = _numbered(f"{stem}.alone") or made.points, TEXT[f"{stem}.alone.notes"]
    return replace(made, answered=answered, alone=replace(made, points=points, notes=notes))
