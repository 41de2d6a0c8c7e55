"""The page on which one pairing's picture follows while a slider moves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from actviz.catalog.activations import ACTIVATIONS
from actviz.live.charts import Changes, Lines, Ridges
from actviz.live.computing import Latest, Ticket
from actviz.live.page import Control, Frame, Look, Page, slider
from actviz.live.pictures import NOTHING, Overlay, Picture, overlay, picture
from actviz.live.settings import FIGURES, INITS, RANGES, SWITCHES, Arguments, Setting, read
from actviz.live.words import numbers, theory_words, verdict_words
from actviz.probing.running import probe
from actviz.text import label, text

STALE = 300
"""Milliseconds for which an older setting's theory may stand over a newer picture."""

LONGEST_WAIT = 0.1
"""Seconds that the thread waits for a picture to be drawn: a page that is hidden draws none."""


def choices(names: tuple[str, ...], value: str, lang: str) -> list[tuple[str, str]]:
    """Return the choices of a drop-down, and what a link asked for beside them."""
    return [(name, label(name, lang)) for name in dict.fromkeys((*names, value))]


def controls(setting: Setting, lang: str) -> list[Control]:
    """Return the form's controls, set."""
    pick = partial(text, lang=lang)
    return [
        Control("choice", "init", pick("page.init"), setting.init, choices(INITS, setting.init, lang)),
        Control(
            "choice",
            "activation",
            pick("page.activation"),
            setting.activation,
            choices(tuple(ACTIVATIONS), setting.activation, lang),
        ),
        *(slider(name, getattr(setting, name), lang) for name in RANGES),
        *(Control("switch", name, pick(f"page.{name}"), getattr(setting, name)) for name in SWITCHES),
    ]


class Explorer:
    """One reader's page: its document, its charts, and the thread that computes for it."""

    def __init__(self, document: Any, look: Look) -> None:
        context = document.session_context
        arguments: Arguments = context.request.arguments if context and context.request else {}
        look = look.asked(arguments)
        self.lang = lang = look.lang
        setting, self._notes = read(arguments, lang)
        pick = partial(text, lang=lang)
        layer, expected = pick("page.layer"), pick("page.expected")
        self.ridges = Ridges(lang, expected)
        names = {"std": pick("page.std"), "mean": pick("page.mean")}
        self.signal = Lines("signal", lang, names, expected, layer, log=False)
        self.gradients = Lines("gradients", lang, {"rms": pick("page.measured")}, expected, layer, log=True)
        charts = (("ridges", "distribution"), ("signal", "signal"), ("gradients", "gradients"))
        frames = [
            Frame(getattr(self, name), name, pick(f"page.{key}"), pick(f"page.{key}.alt")) for name, key in charts
        ]
        groups = [{"legend": "", "controls": controls(setting, lang)}]
        figures = [(name, pick(f"page.figure.{name}")) for name in FIGURES]
        self.page = Page(document, look, "explore", frames, self._moved, groups=groups, figures=figures)
        self._first, self._newest, self._told_number = True, 0, 0
        self._scale: Any = None
        self.latest = Latest(self._compute, self._fail)
        document.on_session_destroyed(lambda context: self.latest.close())

    # On the event loop

    def _moved(self, number: int, arguments: Arguments, action: str) -> None:
        setting, notes = read(arguments, self.lang)
        notes, self._first = self._notes if self._first and self._notes else notes, False
        self._newest = number
        theme = self.page.look.theme
        words = {"notes": list(notes), "command": setting.command(theme="light" if theme == "auto" else theme)}
        self.latest.ask((number, setting, words))

    def _show(self, number: int, found: Picture) -> None:
        rows = [text("page.layer_row", self.lang, layer=layer, value="").rstrip(": ") for layer in found.layers]
        charts = self.ridges.show(found, rows) | self.signal.show(found.signal) | self.gradients.show(found.gradients)
        if self._scale != (found.layers, found.ticks):  # theory's outlines would stand in the wrong place
            self._scale = (found.layers, found.ticks)
            charts |= self._expect(NOTHING)
        self.page.say(charts, number=number)
        self.page.document.add_timeout_callback(partial(self._forget, number), STALE)

    def _expect(self, theory: Overlay) -> Changes:
        signal, gradients = self.signal.expect(theory.signal), self.gradients.expect(theory.gradients)
        return self.ridges.expect(theory) | signal | gradients

    def _told(self, number: int, theory: Overlay, words: Mapping[str, Any]) -> None:
        self._told_number = number
        self.page.say(self._expect(theory), done=number, **words)

    def _forget(self, number: int) -> None:
        """Take theory away that is not of the picture it stands over."""
        if self._told_number < number == self._newest:
            self.page.say(self._expect(NOTHING))

    # On the computing thread

    def _post(self, call: Any) -> None:
        self.page.document.add_next_tick_callback(call)

    def _seen(self, found: Picture) -> dict[str, str]:
        """Return the charts' numbers in words."""
        pick = partial(text, lang=self.lang)
        told = zip(found.layers, found.notes["text"], strict=True)
        return {
            "ridges": ", ".join(pick("page.layer_row", layer=layer, value=words) for layer, words in told),
            "signal": numbers(found.signal["layer"], found.signal["std"], self.lang),
            "gradients": numbers(found.gradients["layer"], found.gradients["rms"], self.lang),
        }

    def _compute(self, asked: tuple[int, Setting, Mapping[str, Any]], ticket: Ticket) -> None:
        number, setting, words = asked
        ds = probe(**setting.probe_arguments(), interrupt=ticket.check)
        found = picture(ds, self.lang)
        self.page.drawn.clear()
        self._post(partial(self._show, number, found))
        self.page.drawn.wait(LONGEST_WAIT)  # the browser may need the core for it
        ticket.check()
        told = {**words, **self._seen(found), **verdict_words(ds, self.lang)}
        ticket.check()
        theory, refused = overlay(ds, self.lang) if setting.theory else (NOTHING, "")
        ticket.check()
        told |= {"theory": theory_words(setting, refused, self.lang)}
        self._post(partial(self._told, number, theory, told))

    def _fail(self, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        self._post(partial(self.page.say, notes=[text("page.failed", self.lang, reason=reason)], number=self._newest))
