"""The sheet that a figure is drawn on: its theme, language and size, and the words round its panels."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import matplotlib as mpl
from matplotlib.figure import Figure

from actviz.catalog.looks import Size, Theme, find_size
from actviz.plots.canvas.slide import Origin, Slide, Words
from actviz.plots.canvas.spec import FigureFunction, FigureSpec
from actviz.plots.canvas.style import BODY, MARGIN, NOTE, ROOM, TITLE, themed
from actviz.plots.canvas.typesetting import typeset_figure
from actviz.text import balanced, text, wrapped

LEGEND = 186.0
"""Width kept for a legend at the right, in points."""

_LEADING = 30.0
"""Height of a further line of a title, in points."""


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
    """

    theme: Theme
    lang: str
    size: Size
    legend_height: float = 0.0

    @property
    def narrow(self) -> bool:
        """Whether it is narrower than a slide; a legend then stands below."""
        return self.size.narrow

    @property
    def beside(self) -> float:
        """Room at the right of the panels of a figure with a legend, in points."""
        return MARGIN if self.narrow else LEGEND + 14

    def height_for(self, rows: int, row: float, around: float) -> float:
        """Return a height in points: that of the size, or more if rows of ``row`` and what is ``around`` do not fit."""
        return max(self.size.least, around + rows * row)

    def figure(
        self, name: str, footer: str, height: float | None = None, *, title: str = "", read: str = "", **values: Any
    ) -> Slide:
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
        """
        title = title or text(f"{name}.title", self.lang, **values)
        read = read or text(f"{name}.read", self.lang, **values)
        size = self.size
        headline = wrapped(title, columns(size, 62), max_lines=1 + size.narrow, placeholder="…")
        lines, small = wrapped(read, columns(size, 118)), _foot(footer, columns(size, 158))
        drop = _LEADING * headline.count("\n")
        above = drop + (17.5 * max(0, lines.count("\n") - 1) + 10) * size.narrow
        further = 13.0 * small.count("\n")
        kept = self.legend_height
        below = kept + 12 * bool(kept) + max(0.0, further - 13)  # a slide's two lines have their room
        up = height or size.least
        up = max(size.height, up + above + below) if size.narrow else up
        fig = Slide(size=size, height=up)
        fig.words = Words(title, read, footer)
        fig.above, fig.below = above, below * size.narrow
        left, muted = MARGIN / size.width, self.theme.muted
        fig.text(left, 1 - 20 / up, headline, fontsize=TITLE, fontweight="bold", va="top")
        fig.text(left, 1 - (52 + drop) / up, lines, fontsize=BODY, color=muted, va="top", linespacing=1.25)
        lift = 4 if "\n" in small else 11  # a second line has to fit under the axes' labels
        fig.foot = lift + further + 13 + 6
        fig.text(left, lift / up, small, fontsize=NOTE, color=muted, va="bottom", linespacing=line_spacing())
        return fig


def _foot(footer: str, width: int) -> str:
    """Break a footer behind a dot between its parts, not in front of one."""
    return balanced(footer.replace(" · ", "\u00a0· "), width).replace("\u00a0·", " ·")


def drawn_as(name: str, **described: Any) -> Callable[[Callable[..., Figure]], FigureFunction]:
    """Return a decorator that makes a figure's function of what draws it on a sheet.

    The function has the parameters ``theme``, ``lang`` and ``size`` by name in place of the sheet; what it draws knows
    its origin. Everything else that is to be known of the figure is ``described``, as parameters of ``FigureSpec``,
    which the function carries as ``spec``.
    """

    def decorate(draw: Callable[..., Figure]) -> FigureFunction:
        own = inspect.signature(draw)
        parameters = [*own.parameters.values()][1:]
        style = {"theme": "light", "lang": "en", "size": "slide"}
        parameters += [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=usual, annotation="str")
            for key, usual in style.items()
        ]
        signature = own.replace(parameters=parameters)

        @functools.wraps(draw)
        def drawn(*args: Any, **kwargs: Any) -> Figure:
            options = dict(signature.bind(*args, **kwargs).arguments)
            subject = options.pop(parameters[0].name)
            theme, lang, size = (options.pop(key, usual) for key, usual in style.items())
            with themed(theme, lang) as look:
                sheet = Sheet(look, lang, find_size(size))
                figure = cast("Slide", draw(sheet, subject, **options))
                # How high a legend under the panels is, is known when all is drawn: matplotlib does not tell before.
                if figure.legend_height != sheet.legend_height:
                    figure = cast("Slide", draw(replace(sheet, legend_height=figure.legend_height), subject, **options))
            typeset_figure(figure, lang)
            figure.origin = Origin(spec, subject, options, theme, lang, size)
            return figure

        drawn.__signature__ = signature  # type: ignore[attr-defined]
        spec = FigureSpec(name, drawn, **{"about": f"{name}.about", **described})
        drawn.spec = spec  # type: ignore[attr-defined]
        return cast("FigureFunction", drawn)

    return decorate
