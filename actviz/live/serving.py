"""The live server: Bokeh's own, on this machine only unless a class is let in, behind the door of ``guarding``."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
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
from bokeh.server.server import BaseServer
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import StaticFileHandler

from actviz.catalog.checks import check_choice
from actviz.errors import ActvizError
from actviz.live.compare import Compare
from actviz.live.downloads import FigureHandler
from actviz.live.explore import Explorer
from actviz.live.guarding import Door, Guarded, Unframed, address_of
from actviz.live.page import PAGE_THEMES, Look
from actviz.live.race import Race
from actviz.live.turns import Hall
from actviz.text import check_language

ADDRESS = "127.0.0.1"
"""The one address it listens on unless told otherwise."""

OWN = (ADDRESS, "localhost")
"""Names by which this machine calls itself."""

SWITCHING = 5e-4
"""Seconds after which a computing thread lets the event loop go on, a tenth of Python's own."""

LARGEST_MESSAGE = 1 << 20
"""Bytes of a message of a browser at most; a move takes a few hundred."""


def _sockets(port: int, host: str) -> list[socket.socket]:
    try:
        return list(bind_sockets(port, host, socket.AF_INET, reuse_port=False))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ActvizError(f"cannot listen on {host}, port {port}: {reason}; --port 0 takes a free one") from None


def _own_addresses() -> list[str]:
    """Return this machine's addresses on networks, that of its way out first."""
    found = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
        way_out.connect(("192.0.2.1", 9))  # sends nothing: a datagram's address is chosen before there is one
        found.append(way_out.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return list(dict.fromkeys(each for each in found if not each.startswith("127.")))


def make_server(port: int = 0, look: Look | None = None, host: str = ADDRESS) -> BaseServer:
    """Return a server that listens, not started yet.

    Parameters
    ----------
    port : int
        0 takes a free one.
    look : Look, optional
    host : str
        Address to listen on; any but this machine's own loopback lets in who has the key, ``server.link``.

    Raises
    ------
    ActvizError
        If the port is taken or no port at all, or language or theme are unknown.
    """
    look = look or Look()
    check_language(look.lang)
    check_choice("theme", look.theme, PAGE_THEMES)
    if not host.strip():  # which a socket takes for every address there is
        raise ActvizError("host must be an address, as 127.0.0.1 or, to let in a class, 0.0.0.0")
    sockets = _sockets(port, host)
    bound, number = sockets[0].getsockname()
    names = [*_own_addresses(), socket.gethostname().lower()] if bound == "0.0.0.0" else [bound, host.lower()]
    local = bound.startswith("127.")
    hosts = frozenset(f"{name}:{number}" for name in (*names, *(() if not local and bound != "0.0.0.0" else OWN)))
    door = Door(hosts, "" if local else secrets.token_urlsafe(12))
    hall = Hall(None if local else max(1, (os.cpu_count() or 2) - 1))
    pages: dict[str, Callable[..., Any]] = {"/": Explorer, "/compare": Compare, "/race": Race}
    applications = {
        path: Application(FunctionHandler(partial(_make, page, look, door, hall), trap_exceptions=False))
        for path, page in pages.items()
    }
    tornado = Guarded(
        applications,
        extra_websocket_origins=sorted(hosts),
        extra_patterns=[
            (r"/figure\.(png|svg)", FigureHandler, {"look": look, "door": door}),
            (r"/fonts/(NotoSansKR-(?:Regular|Bold)-ksx\.ttf)", StaticFileHandler, {"path": str(_fonts())}),
        ],
        use_index=False,
        redirect_root=False,
        websocket_max_message_size_bytes=LARGEST_MESSAGE,
        unused_session_lifetime_milliseconds=5000,
        check_unused_sessions_milliseconds=2000,
        sign_sessions=True,
        secret_key=secrets.token_bytes(32),
    )
    tornado.door = door
    tornado.transforms.append(Unframed)
    http = HTTPServer(tornado)
    http.add_sockets(sockets)
    server = BaseServer(IOLoop.current(), tornado, http)
    shown = next(iter(names)) if not local else ADDRESS
    server.link = f"http://{shown}:{number}/" + (f"?key={door.key}" if door.key else "")
    return server


def _fonts() -> Path:
    """Return the folder of the fonts that come with the package: a reader's machine may have none for Korean."""
    return Path(str(files("actviz").joinpath("data/fonts")))


def _make(page: Callable[..., Any], look: Look, door: Door, hall: Hall, document: Any) -> None:
    context = document.session_context
    request = context.request if context else None
    page(document, look, hall.seat(door.visitor(request.cookies if request else {}), address_of(request)))


def serve(
    port: int = 0,
    *,
    lang: str = "en",
    theme: str = "auto",
    host: str = ADDRESS,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the live page, on 127.0.0.1 unless told otherwise, until Ctrl-C or SIGTERM.

    Parameters
    ----------
    port : int
        0 takes a free one.
    lang : {"en", "ko"}
    theme : {"auto", "light", "dark", "print"}
    host : str
        Address to listen on, ``0.0.0.0`` for all of this machine's: for a class that is given the link.
    ready : callable, optional
        Called with the page's address once it can be opened.

    Raises
    ------
    ActvizError
        If the port is taken, or language or theme are unknown.
    """
    logging.getLogger("bokeh").setLevel(logging.ERROR)
    logging.getLogger("tornado.access").setLevel(logging.CRITICAL)  # refusing is no fault of the server
    server = make_server(port, Look(lang, theme), host)
    loop: IOLoop = server.io_loop
    switching = sys.getswitchinterval()
    sys.setswitchinterval(SWITCHING)
    before = {each: signal.signal(each, lambda *_: loop.add_callback_from_signal(loop.stop)) for each in _ENDING}
    try:
        server.start()
        if ready is not None:
            loop.add_callback(ready, server.link)
        loop.start()
    finally:
        sys.setswitchinterval(switching)
        for each, handler in before.items():
            signal.signal(each, handler)
        with contextlib.suppress(Exception):  # sessions that are halfway through a message
            server.stop(wait=False)


_ENDING = (signal.SIGINT, signal.SIGTERM)
