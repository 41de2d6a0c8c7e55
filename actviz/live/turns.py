"""Whose turn it is to compute where many play: in the order they came, a slice of time each, one of a visitor."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SLICE = 1.0
"""Seconds after which a computation lets those that wait go first."""


@dataclass(eq=False)
class Place:
    """A computation that waits or runs, of a visitor, who came from an address."""

    visitor: str
    address: str = ""


class Hall:
    """Everybody's computations: at most ``slots`` at once, without a limit where that is None."""

    def __init__(self, slots: int | None = None) -> None:
        self.slots = slots
        self._changed = threading.Condition()
        self._waiting: list[Place] = []
        self._running: list[Place] = []

    def seat(self, visitor: str, address: str = "") -> Seat:
        """Return a page's way to a turn."""
        return Seat(self, visitor, address)

    def _next(self, place: Place) -> bool:
        """Whether a slot is free, and a place the next: of a visitor who does not compute, from the idlest address.

        Among those the first in the queue. One address with many visitors, as a cookie that is thrown away makes them,
        takes turns with the others.
        """
        busy = {each.visitor for each in self._running}
        near = [each.address for each in self._running]
        able = (each for each in self._waiting if each.visitor not in busy)
        first = min(able, key=lambda each: near.count(each.address), default=None)
        return self.slots is None or (first is place and len(self._running) < self.slots)

    def enter(self, place: Place, check: Callable[[], None], told: Callable[[int], None]) -> None:
        """Wait for a turn; ``told`` where one stands whenever that changes, 0 once it has come.

        ``check`` raises where waiting on is in vain.
        """
        stood = 0
        with self._changed:
            self._waiting.append(place)
            try:
                while not self._next(place):
                    if (stands := self._waiting.index(place) + 1) != stood:
                        stood = stands
                        told(stands)
                    self._changed.wait(0.2)
                    check()
                self._running.append(place)
            finally:
                self._waiting.remove(place)
                self._changed.notify_all()
        if stood:
            told(0)

    def leave(self, place: Place) -> None:
        """Give the turn back."""
        with self._changed:
            if place in self._running:
                self._running.remove(place)
            self._changed.notify_all()

    @property
    def wanted(self) -> bool:
        """Whether somebody waits."""
        return bool(self._waiting)


class Seat:
    """One page's place in the hall."""

    def __init__(self, hall: Hall, visitor: str, address: str = "") -> None:
        self._hall, self._visitor, self._address = hall, visitor, address

    @contextlib.contextmanager
    def turn(self, check: Callable[[], None], told: Callable[[int], None]) -> Iterator[Callable[[], None]]:
        """Wait for a turn; the call that is given is to be made now and then, and lets others go first."""
        hall, place = self._hall, Place(self._visitor, self._address)
        hall.enter(place, check, told)
        since = time.monotonic()

        def rest() -> None:
            nonlocal since
            if hall.wanted and time.monotonic() - since > SLICE:
                hall.leave(place)
                hall.enter(place, check, told)
                since = time.monotonic()

        try:
            yield rest
        finally:
            hall.leave(place)
