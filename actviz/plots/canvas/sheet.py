"""The sheet that a figure is drawn on: its theme, language and size, and the words round its panels."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from actviz.catalog.looks import SIZES, Size, Theme
from actviz.catalog.styles import FIELDS, Style, check_keywords
from actviz.plots.canvas.filling import NoRoomError, filled, inside_of, size_inside
from actviz.plots.canvas.palette import read_palette
from actviz.plots.canvas.slide import Origin, Pane, Part, Slide, Words
from actviz.plots.canvas.spec import FigureFunction, FigureSpec
from actviz.plots.canvas.style import BODY, FOOTER, HEADER, MARGIN, NOTE, ROOM, TITLE, NarrowError, themed
from actviz.plots.canvas.typesetting import typeset_words
from actviz.plots.reading.subjects import recipes_of
from actviz.results.dataset import check_dataset
from actviz.text import balanced, text, width_of, wrapped

LEGEND = 186.0
"""Width kept for a legend at the right, in points."""

_LEADING, _READ = 30.0, 17.5
"""Height of a further line of a title, and of how to read it, in points."""

_UNREAD = 46.0
"""Height that is free where it is not said how to read a figure, in points."""

_SMALL = 600.0
"""On a narrower canvas the title is smaller, in points."""


def columns(size: Size, wide: int) -> int:
    """Return the columns of a line that has ``wide`` ones on a slide, in a size and the current font."""
    return int(size.columns(wide) * ROOM[mpl.rcParams["font.family"][0]])


def line_spacing() -> float:
    """Return the line spacing of small print: lines of Hangul, which is higher than Latin, do not touch."""
    return 1.0 if ROOM[mpl.rcParams["font.family"][0]] == 1 else 1.2


@dataclass(frozen=True)
class Sheet:
    """What a figure is drawn on, before there is any of it.

    Parameters
    ----------
    theme : Theme
    lang : str
    size : Size
    legend_height : float
        Room to keep under the panels for a legend, in points.
    style : Style
        What else the figure's maker chose.
    squeezed : float
        Share of their usual height that the figure's panels need at least; 1 where they stand at fixed places.
    left_out : tuple of {"read", "foot"}
        Words for which there is no room.
    more : float
        Height beyond that of the size, in points, without which its panels have none.
    inside : Figure, SubFigure or Axes, optional
        What it is to fill, as large as that is; an Axes is its only panel.
    """

    theme: Theme
    lang: str
    size: Size
    legend_height: float = 0.0
    style: Style = field(default_factory=Style)
    squeezed: float = 1.0
    left_out: tuple[str, ...] = ()
    more: float = 0.0
    inside: Any = None

    @property
    def narrow(self) -> bool:
        """Whether it is narrower than a slide; a legend then stands below."""
        return self.size.narrow

    @property
    def beside(self) -> float:
        """Room at the right of the panels of a figure with a legend, in points."""
        return MARGIN if self.narrow else LEGEND + 14

    def across(self, number: int) -> int:
        """Return how many panels stand side by side, of a number."""
        if not self.narrow:
            return min(number, 3)
        if self.size.exact and self.size.width > 1.2 * self.size.height:  # one below the other they have no room
            return self.columns(min(number, 3), 170, 126)
        return 1 if number <= 3 else 2

    def columns(self, most: int, wide: float, beside: float) -> int:
        """Return how many columns of ``wide`` points have room with what is ``beside`` them: some, ``most`` at most."""
        return max(1, min(most, int((self.size.width - beside) / wide)))

    def check_wide(self, points: float) -> None:
        """Refuse a size of one's own that is narrower than panels at fixed places need."""
        if self.size.name not in SIZES and self.size.width < points and not isinstance(self.inside, Axes):
            raise NarrowError(self.size.inches, points * self.size.scale / 72)

    def height_of(self, rows: int, row: float, around: float) -> float | None:
        """Return a height in points for several rows of ``row`` and what is ``around`` them; None of one row."""
        return self.height_for(rows, row, around) if rows > 1 else None

    @property
    def _title(self) -> tuple[float, int, int]:
        """Size of a title's letters in points, so many of which have room in a line, and in how many lines."""
        wide = self.size.width
        large = TITLE if wide >= _SMALL else max(BODY + 2, TITLE * wide / _SMALL)
        return large, int(columns(self.size, 62) * TITLE / large), 1 + self.narrow

    def _has_room(self, title: str) -> bool:
        _, letters, lines = self._title
        return wrapped(title, letters).count("\n") < lines

    def height_for(self, rows: int, row: float, around: float) -> float:
        """Return a height in points: that of the size, or more if rows of ``row`` and what is ``around`` do not fit."""
        return max(self.size.least, around + rows * row)

    def figure(
        self, name: str, footer: str, height: float | None = None, *, title: str = "", read: str = "",
        found: Sequence[str] = (), **values: Any,
    ) -> Slide:  # fmt: skip
        """Return a figure with its words, and room for panels between them.

        Parameters
        ----------
        name : str
            Its title and how to read it are ``name.title`` and ``name.read`` in ``TEXT``, with ``values``.
        footer : str
            How what it shows was measured.
        height : float, optional
            What its panels need between the words of a slide, in points; in a narrower size words take more lines,
            and a legend stands below, which is added.
        title, read : str, optional
            In place of the words in ``TEXT``.
        found : sequence of str
            Titles that say what this run shows, the longest first: the first one that has room stands for the plain
            one.
        """
        own, size = self.style.title, self.size
        finding = next(filter(self._has_room, found), "")
        title = own or finding or title or text(f"{name}.title", self.lang, **values)
        read = read or text(f"{name}.read", self.lang, **values)
        header, foot = self.style.header, self.style.foot and "foot" not in self.left_out
        reads = header and "read" not in self.left_out
        large, letters, most = self._title
        headline = wrapped(title, letters, max_lines=None if own else most, placeholder="…")
        lines = balanced(read, columns(size, 118)) if reads else ""
        small = _foot(footer, columns(size, 158)) if foot else ""
        drop = _LEADING * large / TITLE * headline.count("\n") - (TITLE - large)
        above = drop + (_READ * max(0, lines.count("\n") - 1) + 10) * (size.narrow and reads)
        above = above - _UNREAD * (not reads) if header else 10 - HEADER
        further = 13.0 * small.count("\n") if foot else 12 - FOOTER
        kept = self.legend_height
        below = kept + 12 * bool(kept) + (max(0.0, further - 13) if foot else further)  # a slide's two have their room
        needed = height or size.least
        fig = self._begun(self._height(needed, above, below))
        fig.words, fig.finding = Words(title, read, footer), finding
        fig.least = self.squeezed * (needed - HEADER - FOOTER - 60) if size.exact else 0.0
        fig.above, fig.below = above, below
        left, muted, up = MARGIN / size.width, self.theme.muted, fig.get_figheight() * 72
        if self.squeezed == 1 and self.inside is not None:
            fig.short = max(0.0, needed + fig.above + fig.below - up)
            fig.crowded = fig.short > 0
        if header:
            fig.text(left, 1 - 20 / up, headline, fontsize=large, fontweight="bold", va="top")
        if reads:
            fig.text(left, 1 - (52 + drop) / up, lines, fontsize=BODY, color=muted, va="top", linespacing=1.25)
        lift = 4 if "\n" in small else 11  # a second line has to fit under the axes' labels
        fig.foot = lift + further + 13 + 6 if foot else 8.0
        if foot:
            fig.text(left, lift / up, small, fontsize=NOTE, color=muted, va="bottom", linespacing=line_spacing())
        return fig

    def _begun(self, height: float) -> Slide:
        """Return an empty figure, or what stands for it inside another."""
        if isinstance(self.inside, Axes):
            return cast("Slide", Pane(self.inside, size=self.size))
        if self.inside is not None:
            return cast("Slide", Part(self.inside, size=self.size, ground=mpl.rcParams["figure.facecolor"]))
        return Slide(size=self.size, height=height)

    def _height(self, needed: float, above: float, below: float) -> float:
        """Return the height of a figure in points, whose panels need so much between the words of a slide."""
        size = self.size
        if size.exact and self.squeezed < 1:
            return size.height + self.more
        beside = size.narrow or not (self.style.header and self.style.foot)  # else words and panels are a slide's
        return max(size.height, needed + (above + below) * beside) + self.more

    def after(self, figure: Slide) -> Sheet:
        """Return a sheet that suits what was drawn better, or this one: it is known only when all is drawn.

        How high a legend under the panels is, matplotlib does not tell before; nor is it known before whether panels
        have room between the words.
        """
        if figure.legend_height != self.legend_height:
            return replace(self, legend_height=figure.legend_height)
        if figure.lacking:
            return replace(self, more=self.more + figure.lacking)
        if not self.size.exact or (self.squeezed == 1 and self.inside is None):
            return self
        there = {"read": self.style.header, "foot": self.style.foot}
        left = [part for part, shown in there.items() if shown and part not in self.left_out]
        if figure.crowded and left:
            return replace(self, left_out=(*self.left_out, left[0]))
        if figure.short and self.inside is not None:
            raise NoRoomError(figure.get_size_inches() * self.size.scale, figure.short)
        return replace(self, more=self.more + figure.short) if figure.short else self


def _foot(footer: str, width: int) -> str:
    """Break a footer behind a dot between its parts, not in front of one, nor within a part that is short."""
    tied = str.maketrans(" -", "\u00a0\u2011")
    parts = [part.translate(tied) if 2 * width_of(part) < width else part for part in footer.split(" · ")]
    return balanced("\u00a0· ".join(parts), width).replace("\u00a0", " ").replace("\u2011", "-")


def styled(
    theme: str = "light", lang: str = "en", size: str = "slide", *, palette: Any = None, ylim: Any = None, **chosen: Any
) -> Style:
    """Return a style of what is chosen: ``palette`` may be a file, as ``read_palette`` takes it.

    Raises
    ------
    ActvizError
        If one of it is nothing that a style can be.
    """
    check_keywords(chosen, FIELDS)
    colors = {} if palette is None else read_palette(palette)
    return Style(theme=theme, lang=lang, size=size, palette=colors, ylim=ylim, **chosen)


_MOST_DRAWINGS = 8


def _drawn_well(draw: Callable[..., Figure], sheet: Sheet, subject: Any, options: Mapping[str, Any]) -> Slide:
    """Draw on a sheet, and again on one that suits what was drawn better, as long as there is one."""
    for _ in range(_MOST_DRAWINGS):
        with filled(sheet.inside, sheet.size.scale) as undo:
            figure = cast("Slide", draw(sheet, subject, **options))
            better = sheet if isinstance(figure, Pane) else sheet.after(figure)
            if better == sheet:
                break
            undo()
        sheet = better
    figure.left_out = sheet.left_out
    return figure


def drawn_as(name: str, **described: Any) -> Callable[[Callable[..., Figure]], FigureFunction]:
    """Return a decorator that makes a figure's function of what draws it on a sheet.

    The function has the fields of a ``Style`` by name in place of the sheet: ``theme``, ``lang``, ``size`` and the
    others; and ``fig``, a figure or a part of one that it fills, or ``ax``, an Axes that is its only panel and that it
    then returns. What it draws knows its origin. Everything else that is to be known of the figure is ``described``, as
    parameters of ``FigureSpec``, which the function carries as ``spec``.
    """

    def decorate(draw: Callable[..., Figure]) -> FigureFunction:
        own = inspect.signature(draw)
        parameters = [*own.parameters.values()][1:]
        parameters += [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=usual, annotation="Any")
            for key, usual in FIELDS.items()
        ]
        parameters += [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation="Any")
            for key in ("fig", "ax")
        ]
        signature = own.replace(parameters=parameters)

        @functools.wraps(draw)
        def drawn(*args: Any, **kwargs: Any) -> Figure:
            check_keywords(kwargs, signature.parameters)
            options = dict(signature.bind(*args, **kwargs).arguments)
            subject, inside = options.pop(parameters[0].name), inside_of(options)
            chosen = {key: options.pop(key) for key in FIELDS if key in options}
            style = styled(**chosen)
            if spec.record is recipes_of and not isinstance(subject, list | tuple | dict):
                spec.check(subject)
            elif spec.record is recipes_of:
                for each in (subject.values() if isinstance(subject, dict) else subject) or [None]:
                    check_dataset(each)
            spec.check_style(subject, style)
            size = style.canvas if inside is None else size_inside(inside, style)
            with themed(style.look, style.lang, transparent=style.transparent) as look:
                sheet = Sheet(look, style.lang, size, style=style, squeezed=spec.squeezed, inside=inside)
                figure = _drawn_well(draw, sheet, subject, options)
            if isinstance(figure, Pane):
                typeset_words([figure.ax], [], style.lang)
                return cast("Figure", figure.ax)
            legends = (each for box in figure.legends for each in box.get_texts())
            typeset_words(figure.axes, [*figure.texts, *legends], style.lang)
            figure.origin = Origin(spec, subject, options, style)
            return figure

        drawn.__signature__ = signature  # type: ignore[attr-defined]
        spec = FigureSpec(name, drawn, **{"about": f"{name}.about", **described})
        drawn.spec = spec  # type: ignore[attr-defined]
        return cast("FigureFunction", drawn)

    return decorate
