"""The figure that every ``figure_*`` returns: it knows its words and what it was drawn from, and shows itself."""

from __future__ import annotations

import base64
import contextlib
import html
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.gridspec import GridSpec

from actviz.catalog.looks import Size
from actviz.catalog.styles import Style
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
        As they were given, without those of its style.
    style : Style
    step : (by, number), optional
        Of a figure that is being built up: by layer or pairing, and how many of its steps are shown.
    captions : mapping
        An author's own caption by language; empty where the figure says it.
    """

    spec: FigureSpec
    subject: Any
    options: Mapping[str, Any]
    style: Style
    step: tuple[str, int] | None = None
    captions: Mapping[str, str] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """Return the language of its words."""
        return self.style.lang

    def caption(self, lang: str) -> str:
        """Return what the figure shows, and of what; its author's caption if it has one."""
        return self.captions.get(lang) or self.spec.caption(self.subject, self.options, lang)

    def alt(self, lang: str) -> str:
        """Return the alt text of the whole figure."""
        return self.spec.alt(self.subject, lang, **self.options)


@contextlib.contextmanager
def own_settings(parameters: Mapping[str, Any]) -> Iterator[None]:
    """Set matplotlib's parameters from its defaults: a user's own settings change neither a figure nor its file.

    Of characters that no font has, which names may have, it says nothing at every look; ``boxed`` finds them.
    """
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        mpl.rcdefaults()
        mpl.rcParams.update(parameters)  # type: ignore[arg-type]
        yield


class Canvas:
    """What every figure of actviz knows of itself, whether it is whole or a part of another.

    ``above``, ``below`` and ``foot`` say in points how much more room than on a slide its words take above and below
    the panels, and how high its footer is; ``legend_height`` how much a legend under the panels takes. ``least`` is the
    height that its panels need, ``short`` how much higher it must be for that, ``lacking`` for figures in it, and
    ``crowded`` whether panels have less room than words; ``left_out`` names words that have none. ``steps`` has what
    hides each step of a figure that is built up, by what a step is; ``question`` is the title till all are there.
    ``finding`` is what its title says of this run, empty where it says nothing.
    ``limits`` are the ends of its panels' y axes, and ``bins`` those of its histograms, where they may be chosen.
    """

    words: Words | None = None
    origin: Origin | None = None
    shrunk = 1.0

    def _begin(self, size: Size) -> None:
        self.size = size
        self.above = self.below = self.foot = self.legend_height = self.least = self.short = self.lacking = 0.0
        self.crowded, self.left_out = False, tuple[str, ...]()
        self.steps: dict[str, dict[str, list[Callable[[], object]]]] = {}
        self.limits: dict[str, tuple[float, float]] = {}
        self.bins: tuple[int, int, bool] | None = None
        self.question = self.finding = ""


class Part(Canvas, SubFigure):
    """A figure of actviz that fills a figure, or a part of one, of somebody else's.

    Its size counts in the points of its canvas, of which one is ``shrunk`` points of the other figure.
    """

    def __init__(self, whole: Figure | SubFigure, *, size: Size, ground: str) -> None:
        super().__init__(whole, GridSpec(1, 1)[0], facecolor=ground)
        whole.subfigs.append(self)
        self._begin(size)
        self.shrunk = size.scale

    def get_size_inches(self) -> Any:
        """Return width and height, as of a figure."""
        return inches_of(self) / self.shrunk

    def get_figwidth(self) -> float:
        """Return its width in inches."""
        return float(self.get_size_inches()[0])

    def get_figheight(self) -> float:
        """Return its height in inches."""
        return float(self.get_size_inches()[1])

    def legend(self, *args: Any, **options: Any) -> Any:
        """Write a legend as large as it is to be: all its lengths go by its text."""
        return super().legend(*args, **{**options, "fontsize": options["fontsize"] * self.shrunk})


class Pane(Canvas):
    """A figure of actviz of one panel, which is an Axes of somebody else's; words round it have no place there."""

    def __init__(self, ax: Axes, *, size: Size) -> None:
        self._begin(size)
        self.ax, self.shrunk = ax, size.scale
        self.dpi_scale_trans = ax.get_figure(root=True).dpi_scale_trans  # type: ignore[union-attr]

    def get_size_inches(self) -> Any:
        """Return width and height of the panel, as of a figure."""
        return inches_of(self.ax) / self.shrunk

    def get_figwidth(self) -> float:
        """Return its width in inches."""
        return float(self.get_size_inches()[0])

    def get_figheight(self) -> float:
        """Return its height in inches."""
        return float(self.get_size_inches()[1])

    def text(self, *_: Any, **__: Any) -> None:
        """Write nothing."""

    def add_axes(self, *_: Any, **__: Any) -> Any:
        """Refuse a panel more."""
        raise ActvizError("it has several panels, and ax is one: choose what makes one, or give fig")

    def legend(self, handles: Any, names: Any, **options: Any) -> Any:
        """Write a legend where it hides least."""
        return self.ax.legend(handles, names, fontsize=options["fontsize"] * self.shrunk, frameon=False)


def inches_of(figure: Any) -> Any:
    """Return width and height of a figure, of a part of one or of an Axes, in inches."""
    return np.asarray(figure.bbox.size) / (figure.get_figure(root=True) or figure).dpi


class Slide(Canvas, Figure):
    """A matplotlib figure with its words and its origin; in a notebook it shows itself, with caption and alt text."""

    write: ClassVar[Callable[..., None]] = Figure.savefig
    """How it is written; ``files/saving.py``, which lies above this module, puts its own here."""

    def __init__(self, *, size: Size, height: float) -> None:
        super().__init__(figsize=(size.width / 72, height / 72))
        self._begin(size)

    def savefig(self, fname: Any, **options: Any) -> None:
        """Write it, as ``save_figure`` does: as large as its size says, with its words; options are matplotlib's."""
        type(self).write(self, fname, **options)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return it as HTML with caption and alt text, as a PNG, and as its alt text alone."""
        picture = io.BytesIO()
        with own_settings({"savefig.facecolor": "auto"}):
            Figure.savefig(self, picture, format="png", dpi=DPI)
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


def origin_of(figure: Any) -> Origin | None:
    """Return what a figure was drawn from; None of one that actviz did not draw."""
    return figure.origin if isinstance(figure, Canvas) else None


def story(figure: Any) -> Story:
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
    if origin is None or not isinstance(figure, Canvas) or figure.words is None:
        raise ActvizError("only a figure that actviz drew, as a whole, has a story")
    words, shown = figure.words, origin.caption(origin.lang)
    if origin.step is None:
        title, alt = words.title, origin.alt(origin.lang)
    else:
        title, alt = figure.question, _so_far(figure, origin.step, shown, origin.lang)
    return Story(title, shown, words.read, alt, words.footer, origin.lang)


def _so_far(figure: Canvas, step: tuple[str, int], shown: str, lang: str) -> str:
    """Return the alt text of a figure that is being built up, which gives nothing away."""
    by, at = step
    names = list(figure.steps[by])
    if at == 0:
        return text("building.empty", lang, question=figure.question, shown=shown)
    named = [text("building.layer", lang, layer=name) if by == "layer" else run_name(name, lang) for name in names[:at]]
    told = {"shown": shown, "names": ", ".join(named), "at": at, "number": len(names)}
    return text("building.so_far", lang, **told)


def in_every_language(told: Story, origin: Origin) -> dict[str, dict[str, str]]:
    """Return caption and alt text of a figure with this story in every language; while it is built up in its own."""
    own = {told.lang: {"caption": told.caption, "alt": told.alt}}
    others = [lang for lang in LANGUAGES if lang != told.lang] if origin.step is None else []
    return own | {lang: {"caption": origin.caption(lang), "alt": origin.alt(lang)} for lang in others}
