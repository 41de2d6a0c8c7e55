"""The page on which one pairing's picture follows while a slider moves."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial
from typing import Any

from bokeh.document import Document

from actviz.live.charts import Changes, Lines, Ridges
from actviz.live.computing import Ticket
from actviz.live.page import Control, Group, Look, Page, activations, choice, slider
from actviz.live.pictures import NOTHING, Measured, Overlay, overlay, picture
from actviz.live.settings import FIGURES, INITS, PRESETS, RANGES, SWITCHES, Setting, read
from actviz.live.turns import Seat
from actviz.live.words import numbers, theory_words, verdict_words
from actviz.probing.running import probe
from actviz.text import text

STALE = 300
"""Milliseconds for which an older setting's theory may stand over a newer picture."""

LONGEST_WAIT = 0.1
"""Seconds that the thread waits for a picture to be drawn: a page that is hidden draws none."""


class Explorer:
    """One reader's page: its charts, and what is computed for it."""

    def __init__(self, document: Document, look: Look, seat: Seat | None = None) -> None:
        self.page = page = Page(document, look, "explore", read, self._moved, self._compute, seat)
        self.lang = lang = page.lang
        say = partial(text, lang=lang)
        layer, expected = say("page.layer"), say("page.expected")
        self.ridges = Ridges(lang, expected)
        names = {"std": say("page.std"), "mean": say("page.mean")}
        self.signal = Lines("signal", lang, names, expected, layer, log=False)
        self.gradients = Lines("gradients", lang, {"rms": say("page.measured")}, expected, layer, log=True)
        setting: Setting = page.setting
        controls = [
            choice("init", "init", setting.init, INITS, lang),
            *activations("", setting.activation, setting.expression, lang),
            *(slider(name, getattr(setting, name), limits, lang) for name, limits in RANGES.items()),
            *(Control("switch", name, say(f"page.{name}"), getattr(setting, name)) for name in SWITCHES),
        ]
        charts = {"distribution": self.ridges, "signal": self.signal, "gradients": self.gradients}
        figures = [(name, say(f"page.figure.{name}")) for name in FIGURES]
        page.lay_out(charts, [Group(controls)], figures=figures, presets=_presets(lang))
        self._explained = 0  # the newest move whose theory and words are shown
        self._scale: Any = None

    # On the event loop

    def _moved(self, setting: Setting, notes: tuple[str, ...], action: str) -> None:
        theme = self.page.look.theme
        words = {"notes": list(notes), "command": setting.command(theme="light" if theme == "auto" else theme)}
        self.page.latest.ask((self.page.number, setting, words))

    def _show(self, number: int, measured: Measured) -> None:
        rows = [text("page.layer_row", self.lang, layer=layer, value="").rstrip(": ") for layer in measured.layers]
        charts = (
            self.ridges.show(measured, rows)
            | self.signal.show(measured.signal)
            | self.gradients.show(measured.gradients)
        )
        if self._scale != (measured.layers, measured.ticks):  # theory's outlines would stand in the wrong place
            self._scale = (measured.layers, measured.ticks)
            charts |= self._expect(NOTHING)
        self.page.say(charts, number=number)
        self.page.document.add_timeout_callback(partial(self._forget, number), STALE)

    def _expect(self, theory: Overlay) -> Changes:
        signal, gradients = self.signal.expect(theory.signal), self.gradients.expect(theory.gradients)
        return self.ridges.expect(theory) | signal | gradients

    def _explain(self, number: int, theory: Overlay, words: Mapping[str, Any]) -> None:
        self._explained = number
        self.page.say(self._expect(theory), done=number, **words)

    def _forget(self, number: int) -> None:
        """Take theory away that is not of the picture it stands over."""
        if self._explained < number == self.page.number:
            self.page.say(self._expect(NOTHING))

    # On the computing thread

    def _seen(self, measured: Measured) -> dict[str, str]:
        """Return the charts' numbers in words."""
        pick = partial(text, lang=self.lang)
        notes = zip(measured.layers, measured.notes["text"], strict=True)
        return {
            "ridges": ", ".join(pick("page.layer_row", layer=layer, value=words) for layer, words in notes),
            "signal": numbers(measured.signal["layer"], measured.signal["std"], self.lang),
            "gradients": numbers(measured.gradients["layer"], measured.gradients["rms"], self.lang),
        }

    def _compute(self, asked: tuple[int, Setting, Mapping[str, Any]], ticket: Ticket) -> None:
        number, setting, words = asked
        ds = probe(**setting.probe_arguments(), interrupt=ticket.check)
        measured = picture(ds, self.lang)
        self.page.drawn.clear()
        self.page.post(partial(self._show, number, measured))
        self.page.drawn.wait(LONGEST_WAIT)  # the browser may need the core for it
        ticket.check()
        told = verdict_words(ds, self.lang)
        said = {**words, **self._seen(measured), **told, "marks": {"verdict": told["mark"]}}
        self.page.post(partial(self.page.say, judged=number, **said))  # the verdict does not wait for theory
        ticket.check()
        theory, refused = overlay(ds, self.lang) if setting.expects else (NOTHING, "")
        ticket.check()
        self.page.post(partial(self._explain, number, theory, {"theory": theory_words(setting, refused, self.lang)}))


def _presets(lang: str) -> list[dict[str, str]]:
    """Return what a preset sets, its name, and what to see in it."""
    return [
        {
            "query": dataclasses.replace(Setting(), **changed).query(),
            "name": text(f"page.preset.{name}", lang),
            "said": text(f"page.preset.{name}.said", lang),
        }
        for name, changed in PRESETS.items()
    ]
