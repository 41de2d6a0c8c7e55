"""The figure that every ``figure_*`` returns: it knows its words and what it was drawn from, and shows itself."""

from __future__ import annotations

import base64
import contextlib
import html
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from actviz.catalog.looks import Size
from actviz.errors import ActvizError
from actviz.plots.canvas.spec import FigureSpec
from actviz.text import LANGUAGES, run_name, text

DPI = 144
"""Pixels an inch in a notebook: 1920 for a slide, twice as many as it is wide on the page."""


@dataclass(frozen=True)
class Words:
    """What is written round the panels of a figure, in full: title, how to read it, recipe."""

    title: str
    read: str
    footer: str


@dataclass(frozen=True)
class Origin:
    """What a figure was drawn from.

    Parameters
    ----------
    spec : FigureSpec
        What kind of figure it is.
    subject : object
        A dataset, several, or what else the figure is drawn of.
    options : mapping
        As they were given, without theme, language and size.
    theme, lang, size : str
    step : (by, number), optional
        Of a figure that is being built up: by layer or pairing, and how many of its steps are shown.
    captions : mapping
        An author's own caption by language; empty where the figure says it.
    """

    spec: FigureSpec
    subject: Any
    options: Mapping[str, Any]
    theme: str
    lang: str
    size: str = "slide"
    step: tuple[str, int] | None = None
    captions: Mapping[str, str] = field(default_factory=dict)

    def caption(self, lang: str) -> str:
        """Return what the figure shows, and of what; its author's caption if it has one."""
        return self.captions.get(lang) or self.spec.caption(self.subject, self.options, lang)

    def alt(self, lang: str) -> str:
        """Return the alt text of the whole figure."""
        return self.spec.alt(self.subject, lang, **self.options)


@contextlib.contextmanager
def own_settings(parameters: Mapping[str, Any]) -> Iterator[None]:
    """Set matplotlib's parameters from its defaults: a user's own settings change neither a figure nor its file."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(parameters)  # type: ignore[arg-type]
        yield


class Slide(Figure):
    """A matplotlib figure with its words and its origin; in a notebook it shows itself, with caption and alt text.

    ``above``, ``below`` and ``foot`` say in points how much more room than on a slide its words take above and below
    the panels, and how high its footer is; ``legend_height`` how much a legend
    under the panels takes. ``steps`` has what hides each step of a figure that is built up, by what a
    step is; ``question`` stands for the title until the whole is there.
    """

    words: Words | None = None
    origin: Origin | None = None

    def __init__(self, *, size: Size, height: float) -> None:
        super().__init__(figsize=(size.width / 72, height / 72))
        self.size = size
        self.above = self.below = self.foot = self.legend_height = 0.0
        self.steps: dict[str, dict[str, list[Callable[[], object]]]] = {}
        self.question = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return it as HTML with caption and alt text, as a PNG, and as its alt text alone."""
        picture = io.BytesIO()
        with own_settings({"savefig.facecolor": "auto"}), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")
            self.savefig(picture, format="png", dpi=DPI)
        png = base64.b64encode(picture.getvalue()).decode("ascii")
        if self.origin is None:
            return {"image/png": png, "text/plain": repr(self)}
        words = story(self)
        width = round(self.get_size_inches()[0] * 72 * self.size.scale)
        page = (
            f'<figure lang="{words.lang}" style="margin:0;max-width:{width}px">'
            f'<img src="data:image/png;base64,{png}" alt="{html.escape(words.alt)}" style="width:100%;height:auto">'
            f'<figcaption style="opacity:.8">{html.escape(words.caption)}</figcaption></figure>'
        )
        return {"text/html": page, "image/png": png, "text/plain": f"{words.title}. {words.alt}"}


def scale_of(figure: Figure) -> float:
    """Return how large a point of a figure is on the page, in points."""
    return figure.size.scale if isinstance(figure, Slide) else 1.0


def captioned(figure: Figure, captions: Mapping[str, str]) -> Figure:
    """Give a figure its author's caption, by language, and return it."""
    if isinstance(figure, Slide) and figure.origin is not None:
        figure.origin = replace(figure.origin, captions=captions)
    return figure


@dataclass(frozen=True)
class Story:
    """The words of a figure.

    Parameters
    ----------
    title : str
    caption : str
        What it shows, and of what; an experiment's drawing has its author's.
    read : str
        How to read it.
    alt : str
        What it shows and what is to be seen in it, with the numbers of its run; some 600 letters at most.
    recipe : str
        How what it shows was measured.
    lang : str
    """

    title: str
    caption: str
    read: str
    alt: str
    recipe: str
    lang: str


def origin_of(figure: Figure) -> Origin | None:
    """Return what a figure was drawn from; None of one that actviz did not draw."""
    return figure.origin if isinstance(figure, Slide) else None


def story(figure: Figure) -> Story:
    """Return the words of a figure that actviz drew, in the figure's language.

    Raises
    ------
    ActvizError
        If it is another figure.

    Examples
    --------
    >>> import actviz
    >>> ds = actviz.probe("xavier_normal", "tanh", depth=3, width=64, samples=100, seeds=2)
    >>> story(actviz.FIGURES["signal"].draw(ds)).alt.partition("initializer: ")[2]
    'Xavier normal + tanh falls from 0.63 to 0.40.'
    """
    origin = origin_of(figure)
    if origin is None or not isinstance(figure, Slide) or figure.words is None:
        raise ActvizError("only a figure that actviz drew, as a whole, has a story")
    words, shown = figure.words, origin.caption(origin.lang)
    if origin.step is None:
        title, alt = words.title, origin.alt(origin.lang)
    else:
        title, alt = figure.question, _so_far(figure, origin.step, shown, origin.lang)
    return Story(title, shown, words.read, alt, words.footer, origin.lang)


def _so_far(figure: Slide, step: tuple[str, int], shown: str, lang: str) -> str:
    """Return the alt text of a figure that is being built up, which gives nothing away."""
    by, at = step
    names = list(figure.steps[by])
    if at == 0:
        return text("building.empty", lang, question=figure.question, shown=shown)
    named = [text("building.layer", lang, layer=name) if by == "layer" else run_name(name, lang) for name in names[:at]]
    told = {"shown": shown, "names": ", ".join(named), "at": at, "number": len(names)}
    return text("building.so_far", lang, **told)


def in_every_language(figure: Slide, origin: Origin) -> dict[str, dict[str, str]]:
    """Return caption and alt text of a figure in every language; while it is being built up in its own."""
    if origin.step is not None:
        words = story(figure)
        return {origin.lang: {"caption": words.caption, "alt": words.alt}}
    return {lang: {"caption": origin.caption(lang), "alt": origin.alt(lang)} for lang in LANGUAGES}
