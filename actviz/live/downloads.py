"""A setting's figures as files: the same figures that the command line draws."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

from tornado.ioloop import IOLoop
from tornado.web import RequestHandler

from actviz.catalog.looks import THEMES
from actviz.live.guarding import Door, address_of
from actviz.live.page import Look, parse
from actviz.live.settings import FIGURES, Setting, read
from actviz.plots import figures_of, save_figure
from actviz.probing.running import probe

MOST_WAITING = 4
"""Figures asked for at once; who asks for more is told to wait."""

# One thread: matplotlib's parameters are the process's own.
_drawing = ThreadPoolExecutor(1, thread_name_prefix="actviz-figure")


def figure_file(setting: Setting, name: str, ending: str, look: Look) -> bytes:
    """Measure a setting and return one of its figures as PNG or SVG."""
    ds = probe(**setting.probe_arguments(), workers=1)
    _, draw = next(figures_of(ds, [name], theme=look.theme, lang=look.lang, theory=setting.expects))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{ending}"
        save_figure(draw(), path)
        return path.read_bytes()


class FigureHandler(RequestHandler):
    """``/figure.png?...`` and ``/figure.svg?...``: a setting's query, and ``figure``; in a class one a visitor.

    One place is kept for another address than those that wait, however many visitors come from one.
    """

    waiting: ClassVar[list[tuple[str, str]]] = []

    def initialize(self, look: Look, door: Door) -> None:
        """Take what the server was started with."""
        self.look, self.door = look, door

    async def get(self, ending: str) -> None:
        """Draw; unknown names fall back to the defaults, as on the page."""
        arguments = self.request.arguments
        setting, _ = read(arguments)
        asked = self.look.asked(arguments)
        look = Look(asked.lang, asked.theme if asked.theme in THEMES else "light")
        name = parse(arguments, "figure")
        name = name if name in FIGURES else FIGURES[0]
        visitor, address = own = self.door.visitor(self.request.cookies), address_of(self.request)
        waiting = FigureHandler.waiting
        crowded = visitor and sum(each == address for _, each in waiting) >= MOST_WAITING - 1
        if len(waiting) >= MOST_WAITING or crowded or (visitor and any(each == visitor for each, _ in waiting)):
            self.send_error(503)
            return
        waiting.append(own)
        try:
            content = await IOLoop.current().run_in_executor(_drawing, figure_file, setting, name, ending, look)
        finally:
            waiting.remove(own)
        self.set_header("Content-Type", {"png": "image/png", "svg": "image/svg+xml"}[ending])
        self.set_header("X-Content-Type-Options", "nosniff")
        stem = f"{name}-{setting.init}-{setting.activation}".translate(str.maketrans(":,", "--"))
        self.set_header("Content-Disposition", f'attachment; filename="{stem}.{ending}"')
        self.finish(content)
