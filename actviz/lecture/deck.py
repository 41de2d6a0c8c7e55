"""A deck: the slides of one run in one language, with every number in its place; what all targets are written from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from actviz.errors import ActvizError
from actviz.experiments import Decision, Experiment, Reproduction
from actviz.lecture.slides import Shown, Slide
from actviz.results.dataset import recipe
from actviz.text import check_language, text, unbroken
from actviz.version import __version__

DIAGRAM = "stack-diagram"
"""Stem of the one picture that is drawn of no result."""


TALLIED = 4
"""Claims on a page that says where each holds: more could not be read."""

_ANSWERED = {"why": "who-learned", "large-and-small": "zeros"}
"""The slide that answers what a part asks on the agenda, where a run may be without it."""


@dataclass(frozen=True)
class Picture:
    """A picture on a page: the stem of its file, what is drawn, and which share of it is there, of 0 the axes alone.

    Without ``shown`` it is the diagram of a stack.
    """

    stem: str
    shown: Shown | None
    share: float = 1.0

    @property
    def whole(self) -> bool:
        """Whether nothing is left out, to be predicted."""
        return self.share == 1.0


@dataclass(frozen=True)
class Drawn:
    """A picture in its file: width and height in points, and the text for those who cannot see it."""

    width: float
    height: float
    alt: str

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height


@dataclass(frozen=True)
class Equation:
    """A formula on a page: the stem of its picture, what is done, TeX, and plain characters."""

    stem: str
    said: str
    tex: str
    plain: str


@dataclass(frozen=True)
class Page:
    """A page in one language: plain text, to be escaped by whoever writes it; code as it is."""

    title: str
    points: tuple[str, ...]
    notes: tuple[str, ...]
    picture: Picture | None = None
    foot: tuple[str, ...] = ()
    equations: tuple[Equation, ...] = ()
    code: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that is read on it, line by line."""
        said = tuple(each.said for each in self.equations)
        cells = tuple(cell for row in self.table for cell in row)
        return self.points + said + cells + tuple(words for words, _ in self.links) + self.foot


@dataclass(frozen=True)
class Deck:
    """A lecture to write: title page and pages, the run they are of, its seeds, and how it is to look."""

    title: str
    subtitle: str
    origin: str
    lang: str
    theme: str
    pages: tuple[Page, ...]
    experiment: Experiment
    seeds: Mapping[str, int | list[int]] = field(default_factory=dict)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture once, in order."""
        return tuple({page.picture.stem: page.picture for page in self.pages if page.picture}.values())

    @property
    def equations(self) -> tuple[Equation, ...]:
        """Every formula, in order."""
        return tuple(each for page in self.pages for each in page.equations)


def _needs(slide: Slide) -> Iterator[str]:
    """Name the datasets that a slide takes something from."""
    yield from (number.probe for number in slide.numbers.values())
    if slide.figure is not None:
        yield slide.figure.probe


def shown(parts: Mapping[str, Sequence[Slide]], done: Reproduction) -> dict[str, list[Slide]]:
    """Return the slides for which a run has everything; of those about claims, where any of these was decided.

    What another slide answers is asked only where that one is there.
    """
    decided = {each.claim.number for each in done.decisions}

    def there(slide: Slide) -> bool:
        judged = not slide.claims or bool(decided & set(slide.claims))
        return judged and all(name in done.datasets for name in _needs(slide))

    chosen = {part: [slide for slide in slides if there(slide)] for part, slides in parts.items()}
    ids = {slide.id for slides in chosen.values() for slide in slides}
    asked = {
        part: [slide.alone if slide.alone and slide.answered not in ids else slide for slide in slides]
        for part, slides in chosen.items()
    }
    return {part: slides for part, slides in asked.items() if slides}


def _agenda(parts: Mapping[str, Sequence[Slide]], lang: str) -> Page:
    """Return the page that says what is coming, and how long it takes."""
    own = 1.0  # minute, for this page
    minutes = [own * (at == 0) + sum(slide.minutes for slide in slides) for at, slides in enumerate(parts.values())]
    head = tuple(text(f"lecture.agenda.{name}", lang) for name in ("part", "minutes", "asks"))
    ids = {slide.id for slides in parts.values() for slide in slides}
    alone = {part: ".alone" for part, answer in _ANSWERED.items() if answer not in ids}
    rows = (
        (text(f"lecture.part.{part}", lang), f"{each:g}", text(f"lecture.part.{part}.asks{alone.get(part, '')}", lang))
        for part, each in zip(parts, minutes, strict=True)
    )
    title = text("lecture.agenda.title", lang, minutes=f"{sum(minutes):g}")
    return Page(title, (), (text("lecture.agenda.notes", lang),), table=(head, *rows))


def _listed(slide: Slide, done: Reproduction, lang: str) -> Iterator[Page]:
    """Yield a page of claims in their own words, or a few to a page with what this run says of each, and where."""
    decided = [each for each in done.decisions if each.claim.number in slide.claims]
    title, notes = slide.title[lang], (slide.notes[lang],)
    if slide.listing == "tally":
        head = tuple(text(f"lecture.tally.{name}", lang) for name in ("claim", "cases", "where"))
        for first in range(0, len(decided), TALLIED):
            rows = [_tallied(each, lang) for each in decided[first : first + TALLIED]]
            yield Page(title, (), notes, table=(head, *rows))
        return
    quotes = [text("lecture.quoted", lang, number=each.claim.number, quote=each.claim.quote[lang]) for each in decided]
    source = done.experiment.source
    foot = (text("lecture.source", lang, source=source if isinstance(source, str) else source[lang]),)
    yield Page(title, tuple(map(unbroken, quotes)), notes, foot=foot)


def _tallied(decision: Decision, lang: str) -> tuple[str, ...]:
    """Return a row: a claim in brief, in how many cases it holds, and the condition."""
    number = decision.claim.number
    told = f"{number}. {text(f'lecture.tally.{number}', lang)}"
    return tuple(map(unbroken, (told, f"{decision.holds} / {len(decision.claim.deciding)}", decision.condition(lang))))


def _answer(slide: Slide, done: Reproduction, lang: str) -> Page:
    """Return what a slide shows, with the claims that it is about at its foot."""
    decisions = [each for each in done.decisions if each.claim.number in slide.claims]
    numbers = {name: number.written(done.datasets, lang) for name, number in slide.numbers.items()}
    precisely = (
        text(
            "lecture.precisely",
            lang,
            number=each.claim.number,
            quote=each.claim.quote[lang],
            status=each.status(lang),
            words=each.claim.precisely[lang],
        )
        for each in decisions
    )
    shows = slide.figure is not None or slide.diagram
    return Page(
        unbroken(slide.title[lang]),
        tuple(unbroken(point[lang].format(**numbers)) for point in slide.points),
        tuple(map(unbroken, (slide.notes[lang], *precisely))),
        Picture(DIAGRAM if slide.diagram else slide.id, _titled(slide, numbers, lang)) if shows else None,
        tuple(
            unbroken(text("lecture.claim", lang, number=each.claim.number, status=each.status(lang)))
            for each in decisions
        ),
        tuple(
            Equation(f"{slide.id}-formula-{at}", each.said[lang], each.tex, each.plain)
            for at, each in enumerate(slide.formulas, start=1)
        ),
        slide.code[lang] if slide.code else "",
        tuple(tuple(unbroken(cell[lang].format(**numbers)) for cell in row) for row in slide.table),
        slide.links,
    )


def _titled(slide: Slide, numbers: Mapping[str, str], lang: str) -> Shown | None:
    """Return what a slide shows, under its title for the figure where it has one: of all found what it is about."""
    if slide.figure is None or slide.headline is None:
        return slide.figure
    title = slide.headline[lang].format(**numbers)
    return replace(slide.figure, options={**slide.figure.options, "title": title})


def _pages(slide: Slide, done: Reproduction, lang: str) -> Iterator[Page]:
    """Yield the question of a slide, over the empty axes of its figure and over a half of it, and then its answer."""
    if slide.listing:
        yield from _listed(slide, done, lang)
        return
    if (asked := slide.question) is not None:
        diagram = Picture(DIAGRAM, None) if asked.diagram else None
        picture = Picture(f"{slide.id}-empty", slide.figure, 0.0) if slide.figure else diagram
        points = tuple(unbroken(point[lang]) for point in asked.points)
        code = asked.code[lang] if asked.code else ""
        page = Page(unbroken(asked.title[lang]), points, (unbroken(asked.notes[lang]),), picture, code=code)
        yield page
        if slide.figure:
            half = Picture(f"{slide.id}-half", slide.figure, 0.5)
            yield replace(page, picture=half, notes=(text("lecture.half.notes", lang),))
    yield _answer(slide, done, lang)


def _seeds(used: list[int]) -> int | list[int]:
    """Return seeds as one writes them: how many, where they are the first."""
    return len(used) if used == list(range(len(used))) else used


def make_deck(
    done: Reproduction,
    parts: Mapping[str, Sequence[Slide]],
    *,
    lang: str = "en",
    theme: str = "light",
    title: str | None = None,
) -> Deck:
    """Put a run's numbers and claims into slides, behind an agenda of their parts.

    Raises
    ------
    ActvizError
        If the language is not one of those there are, or the run has what no slide is made of.
    """
    check_language(lang)
    chosen = shown(parts, done)
    if not chosen:
        raise ActvizError("no slide can be made of this run: it has none of the datasets they need")
    pages = [page for slides in chosen.values() for slide in slides for page in _pages(slide, done, lang)]
    return Deck(
        text("lecture.title", lang) if title is None else title,
        text("lecture.about", lang),
        text("lecture.made", lang, version=__version__),
        lang,
        theme,
        (_agenda(chosen, lang), *pages),
        done.experiment,
        {name: _seeds(recipe(dataset)["seeds"]) for name, dataset in done.datasets.items()},
    )
