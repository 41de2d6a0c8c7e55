"""The figure that every ``figure_*`` returns: a matplotlib figure that knows its words and what it was drawn from."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from matplotlib.figure import Figure

from actviz.catalog.looks import Size
from actviz.plots.canvas.sizes import lay_out


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
    figure : str
        Name of the figure.
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

    figure: str
    subject: Any
    options: Mapping[str, Any]
    theme: str
    lang: str
    size: str = "slide"
    step: tuple[str, int] | None = None
    captions: Mapping[str, str] = field(default_factory=dict)


class Slide(Figure):
    """A matplotlib figure with its words and its origin; in a notebook it shows itself, with caption and alt text.

    ``above``, ``below`` and ``foot`` say in points how much more room than on a slide its words take above and below
    the panels, and how high its footer is. ``steps`` has what hides each step of a figure that is built up, by what a
    step is; ``question`` stands for the title before the first.
    """

    words: Words | None = None
    origin: Origin | None = None

    def __init__(self, *, size: Size, height: float) -> None:
        super().__init__(figsize=(size.width / 72, height / 72))
        self.size = size
        self.above = self.below = self.foot = 0.0
        self.steps: dict[str, dict[str, list[Callable[[], object]]]] = {}
        self.question = ""
        self.alarm = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from actviz.plots.canvas.notebook import mime_bundle

        bundle: dict[str, Any] = mime_bundle(self)
        return bundle


def scale_of(figure: Figure) -> float:
    """Return how large a point of a figure is on the page, in points."""
    return figure.size.scale if isinstance(figure, Slide) else 1.0


def captioned(figure: Figure, captions: Mapping[str, str]) -> Figure:
    """Give a figure its author's caption, by language, and return it."""
    if isinstance(figure, Slide) and figure.origin is not None:
        figure.origin = replace(figure.origin, captions=captions)
    return figure


def drawn_as(name: str) -> Callable[[Callable[..., Figure]], Callable[..., Figure]]:
    """Return a decorator by which what a function draws has a size and knows its origin.

    The function gets the parameter ``size``, a name in ``SIZES``; the origin has its first argument and its options.
    """

    def decorate(draw: Callable[..., Figure]) -> Callable[..., Figure]:
        signature = inspect.signature(draw)
        first = next(iter(signature.parameters))

        @functools.wraps(draw)
        def drawn(*args: Any, size: str = "slide", **kwargs: Any) -> Figure:
            options = dict(signature.bind(*args, **kwargs).arguments)
            figure = lay_out(size, functools.partial(draw, *args, **kwargs))
            subject, theme, lang = options.pop(first), options.pop("theme", "light"), options.pop("lang", "en")
            if isinstance(figure, Slide):
                figure.origin = Origin(name, subject, options, theme, lang, size)
            return figure

        last = inspect.Parameter("size", inspect.Parameter.KEYWORD_ONLY, default="slide", annotation="str")
        drawn.__signature__ = signature.replace(parameters=[*signature.parameters.values(), last])  # type: ignore[attr-defined]
        return drawn

    return decorate
