"""The live server: Bokeh's own, on this machine only, behind a check of who asks.

A page elsewhere must not reach it through a reader's browser: requests that name another host (DNS rebinding), another
origin, or come from another site without being a link that was followed, are refused before they reach a page.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.resources import Resources
from bokeh.server.server import BaseServer
from bokeh.server.tornado import BokehTornado
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import ErrorHandler, OutputTransform, StaticFileHandler

from actviz.catalog.checks import check_choice
from actviz.errors import ActvizError
from actviz.live.downloads import FigureHandler
from actviz.live.explore import Explorer
from actviz.live.page import PAGE_THEMES, Look
from actviz.live.race import Race
from actviz.text import check_language

ADDRESS = "127.0.0.1"
"""The one address it listens on."""

SWITCHING = 5e-4
"""Seconds after which a computing thread lets the event loop go on, a tenth of Python's own."""

LARGEST_MESSAGE = 1 << 20
"""Bytes of a message of a browser at most; a move takes a few hundred."""


class _Unframed(OutputTransform):
    """Tell browsers that no other page may hold this one in a frame, which a page cannot say of itself."""

    def __init__(self, request: HTTPServerRequest) -> None:
        pass

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Add the headers of a response."""
        headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        headers["X-Frame-Options"] = "DENY"
        return status_code, headers, chunk


class Guarded(BokehTornado):
    """Bokeh's application behind the check of host and origin."""

    hosts: frozenset[str] = frozenset()

    def refuses(self, request: HTTPServerRequest) -> bool:
        """Whether a request is not one of a page of this server, nor a link followed to it."""
        headers = request.headers
        if request.host.lower() not in self.hosts or len(headers.get_list("Host")) > 1:
            return True
        origin = headers.get("Origin")
        if origin is not None and origin.lower() not in {f"http://{host}" for host in self.hosts}:
            return True
        from_elsewhere = headers.get("Sec-Fetch-Site", "none") in ("cross-site", "same-site")
        return from_elsewhere and headers.get("Sec-Fetch-Mode") != "navigate"

    def find_handler(self, request: HTTPServerRequest, **options: Any) -> Any:
        """Route a request, or refuse it."""
        if self.refuses(request):
            return self.get_handler_delegate(request, ErrorHandler, {"status_code": 403})
        return super().find_handler(request, **options)

    def resources(self, absolute_url: Any = None) -> Resources:
        """Return Bokeh's scripts from this server, only those that the charts need."""
        resources = super().resources(absolute_url)
        resources.components = ["bokeh"]
        return resources


def _sockets(port: int) -> list[socket.socket]:
    try:
        return list(bind_sockets(port, ADDRESS, reuse_port=False))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ActvizError(f"cannot listen on {ADDRESS}, port {port}: {reason}; --port 0 takes a free one") from None


def make_server(port: int = 0, look: Look | None = None) -> BaseServer:
    """Return a server that listens, not started yet.

    Parameters
    ----------
    port : int
        0 takes a free one.
    look : Look, optional

    Raises
    ------
    ActvizError
        If the port is taken or no port at all, or language or theme are unknown.
    """
    look = look or Look()
    check_language(look.lang)
    check_choice("theme", look.theme, PAGE_THEMES)
    sockets = _sockets(port)
    number = sockets[0].getsockname()[1]
    hosts = frozenset(f"{name}:{number}" for name in (ADDRESS, "localhost"))
    pages: dict[str, Callable[[Any, Look], Any]] = {"/": Explorer, "/race": Race}
    applications = {
        path: Application(FunctionHandler(partial(_make, page, look), trap_exceptions=False))
        for path, page in pages.items()
    }
    tornado = Guarded(
        applications,
        extra_websocket_origins=sorted(hosts),
        extra_patterns=[
            (r"/figure\.(png|svg)", FigureHandler, {"look": look}),
            (r"/fonts/(NotoSansKR-(?:Regular|Bold)-ksx\.ttf)", StaticFileHandler, {"path": str(_fonts())}),
        ],
        use_index=False,
        redirect_root=False,
        websocket_max_message_size_bytes=LARGEST_MESSAGE,
        unused_session_lifetime_milliseconds=5000,
        check_unused_sessions_milliseconds=2000,
    )
    tornado.hosts = hosts
    tornado.transforms.append(_Unframed)
    http = HTTPServer(tornado)
    http.add_sockets(sockets)
    return BaseServer(IOLoop.current(), tornado, http)


def _fonts() -> Path:
    """Return the folder of the fonts that come with the package: a reader's machine may have none for Korean."""
    return Path(str(files("actviz").joinpath("data/fonts")))


def _make(page: Callable[[Any, Look], Any], look: Look, document: Any) -> None:
    page(document, look)


def serve(
    port: int = 0,
    *,
    lang: str = "en",
    theme: str = "auto",
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the live page on 127.0.0.1 until Ctrl-C or SIGTERM.

    Parameters
    ----------
    port : int
        0 takes a free one.
    lang : {"en", "ko"}
    theme : {"auto", "light", "dark", "print"}
    ready : callable, optional
        Called with the page's address once it can be opened.

    Raises
    ------
    ActvizError
        If the port is taken, or language or theme are unknown.
    """
    logging.getLogger("bokeh").setLevel(logging.ERROR)
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    server = make_server(port, Look(lang, theme))
    loop: IOLoop = server.io_loop
    switching = sys.getswitchinterval()
    sys.setswitchinterval(SWITCHING)
    before = {each: signal.signal(each, lambda *_: loop.add_callback_from_signal(loop.stop)) for each in _ENDING}
    try:
        server.start()
        if ready is not None:
            loop.add_callback(ready, f"http://{ADDRESS}:{server.port}/")
        loop.start()
    finally:
        sys.setswitchinterval(switching)
        for each, handler in before.items():
            signal.signal(each, handler)
        with contextlib.suppress(Exception):  # sessions that are halfway through a message
            server.stop(wait=False)


_ENDING = (signal.SIGINT, signal.SIGTERM)
