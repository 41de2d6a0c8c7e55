"""Who may come in: which host is asked for, from which page, with which key, and how many at once.

A page elsewhere must not reach the server through a reader's browser: requests that name another host (DNS rebinding),
another origin, or come from another site without being a link that was followed, are refused before they reach a page.
Where a class is let in, the link holds a key, which a cookie keeps from then on.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bokeh.resources import Resources
from bokeh.server.tornado import BokehTornado
from bokeh.util.token import check_token_signature, get_token_payload
from tornado.httputil import HTTPHeaders, HTTPServerRequest, url_concat
from tornado.web import ErrorHandler, OutputTransform, RequestHandler

from actviz.text import LANGUAGES, text

COOKIE = "actviz"
"""Name of the cookie that holds the key and who its holder is."""

MOST_SESSIONS, MOST_OF_ADDRESS, MOST_OF_ONE = 80, 60, 4
"""Pages that are open at once where a class is let in: of all, of one address, which a class may share, and of one
visitor. Who throws the cookie away is another visitor, but not another address."""

PAGES = ("/", "/compare", "/race")


@dataclass(frozen=True)
class Door:
    """What opens the server: the hosts that it answers to, and the key of its link; empty on this machine alone."""

    hosts: frozenset[str]
    key: str = ""

    def visitor(self, cookies: Mapping[str, Any]) -> str:
        """Return who a cookie says its holder is; empty where it holds no key, or none is needed."""
        held = cookies.get(COOKIE, "")
        key, _, visitor = str(getattr(held, "value", held)).partition(".")
        return visitor if self.key and self.opens(key) else ""

    def opens(self, key: str) -> bool:
        """Whether a key is the one, compared in a time that tells nothing of it."""
        return hmac.compare_digest(key.encode("utf-8", "replace"), self.key.encode())


class Unframed(OutputTransform):
    """Tell browsers that no other page may hold this one in a frame, which a page cannot say of itself."""

    def __init__(self, request: HTTPServerRequest) -> None:
        pass

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Add the headers of a response."""
        headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "no-referrer"
        return status_code, headers, chunk


class Entrance(RequestHandler):
    """Take the key out of the address and into a cookie, with a name for who came in."""

    def initialize(self, door: Door) -> None:
        """Take what the server was started with."""
        self.door = door

    def get(self) -> None:
        """Send the visitor on to the same page without the key."""
        visitor = self.door.visitor(self.request.cookies) or secrets.token_urlsafe(9)
        self.set_cookie(COOKIE, f"{self.door.key}.{visitor}", httponly=True, samesite="Lax", expires_days=None)
        kept = [(name, value) for name, values in self.request.arguments.items() if name != "key" for value in values]
        self.redirect(url_concat(self.request.path, [(name, value.decode("utf-8", "replace")) for name, value in kept]))


class Full(RequestHandler):
    """Say why no more pages are given out."""

    def get(self) -> None:
        """Say it in the language of the link."""
        lang = self.get_argument("lang", LANGUAGES[0])
        numbers = {"one": MOST_OF_ONE, "address": MOST_OF_ADDRESS, "all": MOST_SESSIONS}
        self.set_status(503)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(text("page.full", lang if lang in LANGUAGES else LANGUAGES[0], **numbers))


def address_of(request: Any) -> str:
    """Return from where a request came; empty of one that is not known."""
    return str(getattr(request, "remote_ip", "") or "")


class Guarded(BokehTornado):
    """Bokeh's application behind the door."""

    door = Door(frozenset())

    def refuses(self, request: HTTPServerRequest) -> bool:
        """Whether a request is not one of a page of this server, nor a link followed to it."""
        headers, hosts = request.headers, self.door.hosts
        if request.host.lower() not in hosts or len(headers.get_list("Host")) > 1:
            return True
        origin = headers.get("Origin")
        if origin is not None and origin.lower() not in {f"http://{host}" for host in hosts}:
            return True
        from_elsewhere = headers.get("Sec-Fetch-Site", "none") in ("cross-site", "same-site")
        return from_elsewhere and headers.get("Sec-Fetch-Mode") != "navigate"

    def find_handler(self, request: HTTPServerRequest, **options: Any) -> Any:
        """Route a request, or refuse it."""
        code, door = 0, self.door
        if self.refuses(request) or (request.path.endswith("/ws") and not self._session_is_ours(request)):
            code = 403
        elif door.key and not door.visitor(request.cookies):
            given = (request.arguments.get("key") or [b""])[-1].decode("utf-8", "replace")
            if request.method == "GET" and door.opens(given) and request.path in PAGES:
                return self.get_handler_delegate(request, Entrance, {"door": door})
            code = 403
        elif door.key and request.path in PAGES:
            if "key" in request.arguments:
                return self.get_handler_delegate(request, Entrance, {"door": door})
            if self._full(door.visitor(request.cookies), str(request.remote_ip)):
                return self.get_handler_delegate(request, Full)
        if code:
            return self.get_handler_delegate(request, ErrorHandler, {"status_code": code})
        return super().find_handler(request, **options)

    def _session_is_ours(self, request: HTTPServerRequest) -> bool:
        """Whether a websocket asks for a page that this server gave out, not long ago.

        Bokeh checks it too, but by an exception that writes a traceback into the log.
        """
        asked = [each.strip() for each in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        if len(asked) != 2 or asked[0] != "bokeh":
            return False
        try:
            if not check_token_signature(asked[1], secret_key=self.secret_key, signed=True):
                return False
            return bool(get_token_payload(asked[1])["session_expiry"] > time.time())
        except (ValueError, LookupError, TypeError):
            return False

    def _full(self, visitor: str, address: str) -> bool:
        """Whether no more pages are given out, or none to this visitor or address."""
        sessions = [session for path in PAGES for session in self.get_sessions(path)]
        asked = [context.request for each in sessions if (context := each.document.session_context)]
        own = sum(self.door.visitor(each.cookies) == visitor for each in asked)
        near = sum(address_of(each) == address for each in asked)
        return len(sessions) >= MOST_SESSIONS or own >= MOST_OF_ONE or near >= MOST_OF_ADDRESS

    def resources(self, absolute_url: Any = None) -> Resources:
        """Return Bokeh's scripts from this server, only those that the charts need."""
        resources = super().resources(absolute_url)
        resources.components = ["bokeh"]
        return resources
