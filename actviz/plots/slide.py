"""The figure that every ``figure_*`` returns: a matplotlib figure that knows its words and what it was drawn from."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec

from matplotlib.figure import Figure

Parameters = ParamSpec("Parameters")


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
        As they were given, without theme and language.
    theme, lang : str
    captions : mapping
        An author's own caption by language; empty where the figure says it.
    """

    figure: str
    subject: Any
    options: Mapping[str, Any]
    theme: str
    lang: str
    captions: Mapping[str, str] = field(default_factory=dict)


class Slide(Figure):
    """A matplotlib figure with its words and its origin; in a notebook it shows itself, with caption and alt text."""

    words: Words | None = None
    origin: Origin | None = None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from actviz.plots.notebook import mime_bundle

        bundle: dict[str, Any] = mime_bundle(self)
        return bundle


def captioned(figure: Figure, captions: Mapping[str, str]) -> Figure:
    """Give a figure its author's caption, by language, and return it."""
    if isinstance(figure, Slide) and figure.origin is not None:
        figure.origin = replace(figure.origin, captions=captions)
    return figure


def drawn_as(name: str) -> Callable[[Callable[Parameters, Figure]], Callable[Parameters, Figure]]:
    """Return a decorator by which what a function draws knows its origin: the first argument and the options given."""

    def decorate(draw: Callable[Parameters, Figure]) -> Callable[Parameters, Figure]:
        signature = inspect.signature(draw)
        first = next(iter(signature.parameters))

        @functools.wraps(draw)
        def drawn(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Figure:
            figure = draw(*args, **kwargs)
            options = dict(signature.bind(*args, **kwargs).arguments)
            subject, theme, lang = options.pop(first), options.pop("theme", "light"), options.pop("lang", "en")
            if isinstance(figure, Slide):
                figure.origin = Origin(name, subject, options, theme, lang)
            return figure

        return drawn

    return decorate
