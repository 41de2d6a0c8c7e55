"""One computation at a time off the event loop's thread, and the latest move wins."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from actviz.live.turns import Hall, Seat

PATIENCE = 0.12
"""Seconds that a computation may go on once a newer move is there.

A quick one is finished and shown, so that pictures follow while a slider moves; a slow one makes room.
"""


class Superseded(Exception):
    """A newer move is there, or the page is gone."""


@dataclass
class Ticket:
    """One move on its way: whether a newer one is there, and since when it is computed."""

    number: int
    started: float = field(default_factory=time.monotonic)
    superseded: bool = False
    closed: bool = False
    rest: Callable[[], None] | None = None

    def check(self) -> None:
        """Raise where going on is in vain; let others go first where it is their turn."""
        self.going_on()
        if self.rest is not None:
            self.rest()

    def going_on(self) -> None:
        """Raise where going on is in vain."""
        if self.closed or (self.superseded and time.monotonic() - self.started > PATIENCE):
            raise Superseded


class Latest:
    """A thread that computes what was asked for last.

    Parameters
    ----------
    compute : callable
        Takes what was asked for and a ``Ticket``, whose ``check`` it calls now and then; runs on the thread.
    failed : callable
        Takes the exception of a computation that ended in one.
    seat : Seat, optional
        Where a turn is waited for, if others compute too.
    queued : callable, optional
        Takes where in the queue one stands, 0 once it is one's turn.
    """

    def __init__(
        self,
        compute: Callable[[Any, Ticket], None],
        failed: Callable[[Exception], None],
        seat: Seat | None = None,
        queued: Callable[[int], None] = lambda stands: None,
    ) -> None:
        self._compute, self._failed = compute, failed
        self._seat, self._queued = seat or Hall().seat(""), queued
        self._changed = threading.Condition()
        self._wanted: tuple[int, Any] | None = None
        self._running: Ticket | None = None
        self._number, self._closed = 0, False
        self._thread = threading.Thread(target=self._run, daemon=True, name="actviz-live")
        self._thread.start()

    def ask(self, what: Any) -> int:
        """Ask for a computation in place of the one that waits; return its number."""
        with self._changed:
            self._number += 1
            self._wanted = (self._number, what)
            if self._running:
                self._running.superseded = True
            self._changed.notify()
            return self._number

    def close(self) -> None:
        """End the thread, at the next check of what it computes."""
        with self._changed:
            self._closed = True
            if self._running:
                self._running.closed = True
            self._changed.notify()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread's end; return whether it has come."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._wanted is None and not self._closed:
                    self._changed.wait()
                if self._closed or self._wanted is None:
                    return
                (number, what), self._wanted = self._wanted, None
                ticket = self._running = Ticket(number)
            with contextlib.suppress(Superseded):
                try:
                    with self._seat.turn(ticket.going_on, self._queued) as ticket.rest:
                        self._compute(what, ticket)
                except Superseded:
                    raise
                except Exception as error:  # a page that goes on is better than a thread that is silently gone
                    self._failed(error)
            with self._changed:
                self._running = None
