"""One page of the live server: its HTML around Bokeh's charts, and the two messages that pass between them.

The browser sends every change of the form as a URL's query (``moves``), and gets words to show and changes of the
charts in one message (``words``), which its script puts in place.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import logging
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from bokeh.document import Document
from bokeh.models import ColumnDataSource
from markupsafe import Markup

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.expressions import LONGEST, REACH, expression
from actviz.catalog.looks import THEMES
from actviz.errors import ActvizError
from actviz.live.charts import Changes, Chart
from actviz.live.computing import Latest, Superseded, Ticket
from actviz.live.settings import OWN, Arguments, Range, expressed
from actviz.live.turns import Seat
from actviz.plots.canvas.style import themed
from actviz.plots.files.saving import font_faces
from actviz.report.markup import static, template
from actviz.text import LANGUAGES, label, text

PAGE_THEMES = ("auto", *THEMES)
"""``auto`` is light or dark, as the reader's system is."""


DRAWN = 17
"""Heights of a function that is drawn, every half from -4 to 4."""

_FINE = 5
"""Steps of a function's curve between two heights that are drawn."""

SAID = ("verdict", "lines", "theory")
"""What is said of a picture, of one of two by a further letter."""


@functools.cache
def _faces(lang: str) -> Markup:
    """Return the font faces: Hangul's on a Korean page, elsewhere those of the few letters of that language's name."""
    if lang == "ko":
        return static("live/assets/hangul.css")
    with themed("light"):  # makes the shipped fonts known
        return Markup(font_faces("", {("Noto Sans KR", 400): set(text("page.lang", lang))}))


@dataclass(frozen=True)
class Look:
    """Language and theme, unless a link asks for others."""

    lang: str = "en"
    theme: str = "auto"

    def asked(self, arguments: Arguments) -> Look:
        """Return what a query asks for."""
        lang, theme = parse(arguments, "lang"), parse(arguments, "theme")
        return Look(lang if lang in LANGUAGES else self.lang, theme if theme in PAGE_THEMES else self.theme)


def parse(arguments: Arguments, key: str) -> str:
    """Return the last value of a key, empty where there is none."""
    last = (arguments.get(key) or [""])[-1]
    return last.decode("utf-8", "replace") if isinstance(last, bytes) else last


@dataclass(frozen=True)
class Control:
    """A form's control: ``range``, ``choice``, ``switch`` or ``text``."""

    kind: str
    name: str
    label: str
    value: Any
    choices: Sequence[tuple[str, str]] = ()
    low: str = ""
    high: str = ""
    step: str = ""


@dataclass(frozen=True)
class Group:
    """Controls that stand together, under a legend if there is one."""

    controls: Sequence[Control]
    legend: str = ""


def choice(name: str, key: str, value: str, names: Sequence[str], lang: str, *, plain: bool = False) -> Control:
    """Return a drop-down of names, and of what a link asked for beside them; ``plain`` ones are written as they are."""
    choices = [(each, each if plain else label(each, lang)) for each in dict.fromkeys((*names, value))]
    return Control("choice", name, text(f"page.{key}", lang), value, choices)


def activations(of: str, value: str, expression: str, lang: str) -> list[Control]:
    """Return the drop-down of activations, the reader's own last, and where it is typed; ``of`` begins their names."""
    control = choice(f"{of}activation", "activation", value, (*ACTIVATIONS, OWN), lang)
    own = text("page.own", lang)
    choices = [(each, own if each == OWN else said) for each, said in control.choices]
    typed = Control("text", f"{of}expression", text("page.expression", lang), expression)
    return [dataclasses.replace(control, choices=choices), typed]


def slider(name: str, value: float, limits: Range, lang: str) -> Control:
    """Return a slider over a range."""
    ends = (f"{each:g}" for each in (limits.low, limits.high, limits.step))
    return Control("range", name, text(f"page.{name}", lang), f"{value:g}", (), *ends)


def _typed(arguments: Arguments) -> dict[str, str]:
    """Return the expressions of a query that are in use, by their keys."""
    keys = [key for key in arguments if key.endswith("expression")]
    return {key: parse(arguments, key) for key in keys if parse(arguments, key[:-10] + "activation") == OWN}


def _wrong(arguments: Arguments, lang: str) -> dict[str, str]:
    """Return what is wrong with the expressions that are in use, by their keys."""
    notes = {key: expressed(written, lang)[1] for key, written in _typed(arguments).items()}
    return {key: note for key, note in notes.items() if note}


def _drawn(arguments: Arguments) -> dict[str, list[float | None]]:
    """Return heights of the functions in use where the pad shows them, by their keys; None for what is no number."""
    z = np.linspace(-REACH, REACH, _FINE * (DRAWN - 1) + 1)
    heights = {key: expression(written)(z) for key, written in _typed(arguments).items()}
    return {key: [float(f"{h:.4g}") if np.isfinite(h) else None for h in each] for key, each in heights.items()}


class Page:
    """A document with its charts, the messages of its browser, and the thread that computes for it.

    Parameters
    ----------
    document : Document
    look : Look
        Unless its link asks for another.
    kind : str
        ``explore`` or ``race``.
    read : callable
        Takes a query and a language, and returns what is set and notes on what was asked for in vain.
    moved : callable
        Takes what is set, notes and what was done: ``move``, ``start`` or ``stop``.
    compute : callable
        Takes what ``ask`` was given and a ``Ticket``; runs on the thread.
    seat : Seat, optional
        Where the thread waits for its turn.
    """

    def __init__(
        self,
        document: Document,
        look: Look,
        kind: str,
        read: Callable[[Arguments, str], tuple[Any, tuple[str, ...]]],
        moved: Callable[[Any, tuple[str, ...], str], None],
        compute: Callable[[Any, Ticket], None],
        seat: Seat | None = None,
    ) -> None:
        context = document.session_context
        arguments: Arguments = context.request.arguments if context and context.request else {}
        self.document, self.kind = document, kind
        self.look = look.asked(arguments)
        self.lang = self.look.lang
        self._read, self._moved = read, moved
        self.setting, self._notes = read(arguments, self.lang)
        self.number = 0  # of the newest move
        self.words = ColumnDataSource(name="words", data={"said": ["{}"], "drawn": ["{}"]})
        self.moves = ColumnDataSource(
            name="moves", data={"number": [], "query": [], "dark": [], "rem": [], "action": []}
        )
        self.moves.on_change("data", self._move)
        self._charts: Sequence[Chart] = ()
        self._dressed: tuple[bool, float] | None = None
        self._said: dict[str, Any] = {}
        self.drawn = threading.Event()  # set by the browser when it has drawn what it was sent
        self.latest = Latest(compute, self._fail, seat, self._stand)
        document.on_session_destroyed(lambda context: self.latest.close())

    def lay_out(self, charts: Mapping[str, Chart], groups: Sequence[Group], **variables: Any) -> None:
        """Put the document together: charts by their titles' keys, controls, and what the template needs besides."""
        document, look, say = self.document, self.look, partial(text, lang=self.lang)
        self._charts = list(charts.values())
        self.dress(look.theme == "dark", 16.0)
        self._charts[0].plot.tags = [self.moves, self.words]  # only what a root holds is of the document
        for chart in self._charts:
            document.add_root(chart.plot)
        document.title = f"{say('page.title')}: {say(f'page.{self.kind}')}"
        document.template = template("live/assets/page.html")
        document.template_variables.update(
            lang=look.lang,
            theme=look.theme,
            kind=self.kind,
            nonce=secrets.token_urlsafe(16),
            other=next(lang for lang in LANGUAGES if lang != look.lang),
            say=lambda key: say(f"page.{key}"),
            style=_faces(look.lang) + static("live/assets/page.css"),
            script=static("live/assets/page.js"),
            charts=[
                {"name": chart.name, "title": say(f"page.{key}"), "alt": say(f"page.{key}.alt")}
                for key, chart in charts.items()
            ],
            groups=groups,
            longest=LONGEST,
            reach=REACH,
            heights=DRAWN,
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
            number, rem = int(number), min(max(8.0, float(rem)), 64.0)  # 8 for what is no number
        except (LookupError, TypeError, ValueError, OverflowError):
            return
        self.dress(self.look.theme == "dark" or (self.look.theme == "auto" and bool(dark)), rem)
        self.number = number
        if action != "stop" and (wrong := _wrong(arguments, self.lang)):
            self.say(failed=number, wrong=wrong, notes=[])  # what is shown is not of it, and stays dimmed
            return
        setting, notes = self._read(arguments, self.lang)
        self._said["curves"] = _drawn(arguments)
        notes, self._notes = self._notes or notes, ()  # those of the link are said at the first move
        self._moved(setting, notes, str(action))

    def dress(self, dark: bool, rem: float) -> None:
        """Put on light, dark, or the theme that was chosen; ``rem`` are the pixels of the page's words."""
        if (dark, rem) == self._dressed:
            return
        self._dressed = dark, rem
        name = self.look.theme if self.look.theme != "auto" else "dark" if dark else "light"
        for chart in self._charts:
            chart.dress(THEMES[name], rem)

    def say(self, *changes: Changes, **words: Any) -> None:
        """Show words at their places on the page, beside those that are there, and changes of charts with them."""
        self._said |= words
        drawn = {name: values for each in changes for name, values in each.items()}
        self.words.data = {"said": [json.dumps(self._said)], "drawn": [json.dumps(drawn, allow_nan=False)]}

    # From the computing thread

    def post(self, call: Callable[[], None]) -> None:
        """Have the event loop call a function.

        Raises
        ------
        Superseded
            If the page is gone: its document has lost what keeps callbacks.
        """
        try:
            self.document.add_next_tick_callback(call)
        except AttributeError:
            raise Superseded from None

    def _stand(self, stands: int) -> None:
        words = text("page.queue", self.lang, number=stands) if stands else ""
        self.post(lambda: self.say(queue=words))

    def _fail(self, error: Exception) -> None:
        if isinstance(error, ActvizError):
            notes = [text("page.failed", self.lang, reason=str(error).splitlines()[0])]
        else:  # which no reader can do anything about
            logging.getLogger("actviz.live").error("a setting could not be computed", exc_info=error)
            notes = [text("page.failed_within", self.lang)]
        none = {key: [] if key.startswith("lines") else "" for key in self._said if key.split("_")[0] in SAID}
        self.post(lambda: self.say(notes=notes, failed=self.number, wrong={}, **none))
