"""One page of the live server: its HTML around Bokeh's charts, and the two messages that pass between them.

The browser sends every change of the form as a URL's query (``moves``), and gets words to show and changes of the
charts in one message (``words``), which its script puts in place.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from bokeh.document import Document
from bokeh.models import ColumnDataSource, CustomJS
from jinja2 import Environment, Template

from actviz.catalog.looks import THEMES
from actviz.live.charts import Changes, Chart
from actviz.live.settings import RANGES, Arguments, Range
from actviz.text import LANGUAGES, text

PAGE_THEMES = ("auto", *THEMES)
"""``auto`` is light or dark, as the reader's system is."""


@dataclass(frozen=True)
class Look:
    """Language and theme, unless a link asks for others."""

    lang: str = "en"
    theme: str = "auto"

    def asked(self, arguments: Arguments) -> Look:
        """Return what a query asks for."""
        found = {key: parse(arguments, key) for key in ("lang", "theme")}
        lang = found["lang"] if found["lang"] in LANGUAGES else self.lang
        return Look(lang, found["theme"] if found["theme"] in PAGE_THEMES else self.theme)


def parse(arguments: Arguments, key: str) -> str:
    """Return the last value of a key, empty where there is none."""
    last = (arguments.get(key) or [""])[-1]
    return last.decode("utf-8", "replace") if isinstance(last, bytes) else last


@dataclass(frozen=True)
class Control:
    """A form's control: ``range``, ``choice`` or ``switch``."""

    kind: str
    name: str
    label: str
    value: Any
    choices: Sequence[tuple[str, str]] = ()
    low: str = ""
    high: str = ""
    step: str = ""


def slider(name: str, value: float, lang: str, limits: Range | None = None, label: str = "") -> Control:
    """Return a slider over a range."""
    limits = limits or RANGES[name]
    ends = (f"{each:g}" for each in (limits.low, limits.high, limits.step))
    return Control("range", name, label or text(f"page.{name}", lang), f"{value:g}", (), *ends)


@dataclass(frozen=True)
class Frame:
    """A chart with its headline and what it shows in words."""

    chart: Chart
    name: str
    title: str
    alt: str


@cache
def _asset(name: str) -> str:
    return files("actviz.live").joinpath(f"assets/{name}").read_text(encoding="utf-8")


@cache
def _template() -> Template:
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_asset("page.html"))


class Page:
    """A document with its charts, and the messages of its browser.

    Parameters
    ----------
    document : Document
    look : Look
    kind : str
        ``explore`` or ``race``.
    frames : sequence of Frame
    moved : callable
        Takes a move's number, arguments and action.
    **variables
        What the page's template needs besides.
    """

    def __init__(
        self,
        document: Document,
        look: Look,
        kind: str,
        frames: Sequence[Frame],
        moved: Callable[[int, Arguments, str], None],
        **variables: Any,
    ) -> None:
        self.document, self.look, self._frames, self._moved = document, look, frames, moved
        self.words = ColumnDataSource(data={"said": ["{}"], "drawn": ["{}"]})
        self.moves = ColumnDataSource(data={"number": [], "query": [], "dark": [], "rem": [], "action": []})
        self.moves.on_change("data", self._move)
        self._dressed: tuple[bool, float] | None = None
        self._said: dict[str, Any] = {}
        self.drawn = threading.Event()  # set by the browser when it has drawn what it was sent
        self.dress(look.theme == "dark", 16.0)
        frames[0].chart.plot.tags = [self.moves, self.words]  # only what a root holds is of the document
        for frame in frames:
            document.add_root(frame.chart.plot)
        models = {"moves": self.moves, "words": self.words}
        document.js_on_event("document_ready", CustomJS(args=models, code="window.actvizLive(moves, words)"))
        document.js_on_event("connection_lost", CustomJS(code="window.actvizLost()"))
        document.title = f"{text('page.title', look.lang)}: {text(f'page.{kind}', look.lang)}"
        document.template = _template()
        document.template_variables.update(
            lang=look.lang,
            theme=look.theme,
            kind=kind,
            other=next(lang for lang in LANGUAGES if lang != look.lang),
            say=lambda key: text(f"page.{key}", look.lang),
            style=_asset("page.css"),
            script=_asset("page.js"),
            charts=frames,
            **variables,
        )

    def _move(self, attribute: str, old: Any, new: Any) -> None:
        """Take a move; nothing that a browser may send breaks the page."""
        try:
            number, query, dark, rem, action = (new[key][0] for key in ("number", "query", "dark", "rem", "action"))
            arguments = parse_qs(str(query)[:4096], keep_blank_values=True, max_num_fields=64)
            if action == "drawn":
                self.drawn.set()
                return
            number, rem = int(number), min(max(float(rem), 8.0), 64.0)
        except (LookupError, TypeError, ValueError, OverflowError):
            return
        self.dress(self.look.theme == "dark" or (self.look.theme == "auto" and bool(dark)), rem)
        self._moved(number, arguments, str(action))

    def dress(self, dark: bool, rem: float) -> None:
        """Put on light, dark, or the theme that was chosen; ``rem`` are the pixels of the page's words."""
        if (dark, rem) == self._dressed:
            return
        self._dressed = dark, rem
        for frame in self._frames:
            name = self.look.theme if self.look.theme != "auto" else "dark" if dark else "light"
            frame.chart.dress(THEMES[name], rem)

    def say(self, *changes: Changes, **words: Any) -> None:
        """Show words at their places on the page, beside those that are there, and changes of charts with them."""
        self._said |= words
        drawn = {name: values for each in changes for name, values in each.items()}
        self.words.data = {"said": [json.dumps(self._said)], "drawn": [json.dumps(drawn, allow_nan=False)]}
