"""A deck: the slides of one run in one language, with every number in its place; what all targets are written from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.errors import ActvizError
from actviz.experiments import Drawing, Experiment, Reproduction
from actviz.lecture.slides import Slide
from actviz.results.dataset import recipe
from actviz.text import check_language, text, unbroken
from actviz.version import __version__

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Picture:
    """A figure on a slide: how it is drawn, and what to see in it."""

    drawing: Drawing
    caption: str

    @property
    def stem(self) -> str:
        """File name without its ending."""
        return self.drawing.stem


@dataclass(frozen=True)
class Drawn:
    """A figure in its file: width over height, and the text for those who cannot see it."""

    aspect: float
    alt: str


@dataclass(frozen=True)
class Page:
    """A slide in one language, of words or filled by a figure: plain text, to be escaped by whoever writes it."""

    title: str
    points: tuple[str, ...]
    notes: tuple[str, ...]
    picture: Picture | None = None
    foot: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands below the title: the points, or each claim behind its status."""
        return self.points + tuple(f"{status}: {quote}" for status, quote in self.rows)


@dataclass(frozen=True)
class Deck:
    """A lecture to write: title page and slides, the run they are of, its seeds, and how it is to look."""

    title: str
    subtitle: str
    origin: str
    lang: str
    theme: str
    pages: tuple[Page, ...]
    experiment: Experiment
    seeds: Mapping[str, int | list[int]]
    pictures: tuple[Picture, ...]


def described(figure: Figure) -> Drawn:
    """Describe a figure that was drawn: its shape, and what stands for it where it cannot be seen."""
    from actviz.plots import story

    width, height = figure.get_size_inches()
    return Drawn(float(width / height), story(figure).alt)


def _needs(slide: Slide, experiment: Experiment) -> Iterator[str]:
    """Name the datasets that a slide takes something from; the empty name where its figure is not drawn at all."""
    yield from (number.probe for number in slide.numbers.values())
    if slide.figure is not None:
        yield next((each.probe for each in experiment.drawings if each.stem == slide.figure), "")


def shown(slides: Sequence[Slide], done: Reproduction) -> list[Slide]:
    """Return the slides for which a run has everything; a tally is there if any of its claims was decided."""
    decided = {each.claim.number for each in done.decisions}
    chosen: list[Slide] = []
    answered = True
    for slide in reversed(slides):
        if slide.tally:
            there = bool(decided & set(slide.claims))
        else:
            asks = slide.figure is None and not slide.numbers  # a question stays with the answer behind it
            there = answered if asks else all(name in done.datasets for name in _needs(slide, done.experiment))
            answered = there
        chosen += [slide] * there
    return chosen[::-1]


def _page(slide: Slide, done: Reproduction, lang: str) -> Page:
    """Return the words of a slide, with the claims that it is about at its foot."""
    decisions = {each.claim.number: each for each in done.decisions if each.claim.number in slide.claims}
    numbers = {name: number.written(done.datasets) for name, number in slide.numbers.items()}
    rows: list[dict[str, Any]] = [
        {"number": number, "status": each.count(lang), "quote": unbroken(each.claim.quote[lang])}
        for number, each in decisions.items()
    ]
    title, notes = unbroken(slide.title[lang]), (unbroken(slide.notes[lang]),)
    if slide.tally:
        return Page(title, (), notes, rows=tuple(("{number}. {status}".format(**row), row["quote"]) for row in rows))
    precisely = (
        text(
            "lecture.precisely",
            lang,
            number=number,
            status=each.status(lang),
            words=unbroken(each.claim.precisely[lang]),
        )
        for number, each in decisions.items()
    )
    points = tuple(unbroken(point[lang].format(**numbers)) for point in slide.points)
    return Page(title, points, (*notes, *precisely), foot=tuple(text("lecture.claim", lang, **row) for row in rows))


def _pages(slide: Slide, done: Reproduction, pictures: Mapping[str, Picture], lang: str) -> Iterator[Page]:
    """Yield a slide's figure, which fills a page, and then its words: look first, then conclude."""
    if slide.figure is not None:
        picture = pictures[slide.figure]
        yield Page(unbroken(slide.title[lang]), (), (picture.caption,), picture)
    yield _page(slide, done, lang)


def _seeds(used: list[int]) -> int | list[int]:
    """Return seeds as one writes them: how many, where they are the first."""
    return len(used) if used == list(range(len(used))) else used


def make_deck(
    done: Reproduction, slides: Sequence[Slide], *, lang: str = "en", theme: str = "light", title: str | None = None
) -> Deck:
    """Put a run's numbers, captions and claims into slides.

    Raises
    ------
    ActvizError
        If the language is not one of those there are, or the run has what no slide is made of.
    """
    check_language(lang)
    chosen = shown(slides, done)
    if not chosen:
        raise ActvizError("no slide can be made of this run: it has none of the datasets they need")
    stems = [slide.figure for slide in chosen if slide.figure is not None]
    pictures = {
        each.stem: Picture(each, unbroken(each.caption[lang]))
        for each in done.experiment.drawings
        if each.stem in stems
    }
    return Deck(
        text("lecture.title", lang) if title is None else title,
        text("lecture.about", lang),
        text("lecture.made", lang, version=__version__),
        lang,
        theme,
        tuple(page for slide in chosen for page in _pages(slide, done, pictures, lang)),
        done.experiment,
        {name: _seeds(recipe(dataset)["seeds"]) for name, dataset in done.datasets.items()},
        tuple(pictures.values()),
    )
