"""Sizes of figures by name: the canvas on which they are laid out, and how large that is on the page."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from matplotlib.figure import Figure

from actviz.catalog.looks import SIZES, Size, find_size


@dataclass
class _Room:
    """The size that is drawn in, and the room under the panels: that there is, and that a legend turned out to need."""

    size: Size
    kept: float = 0.0
    needed: float = 0.0


_room: ContextVar[_Room] = ContextVar("room", default=_Room(SIZES["slide"]))  # noqa: B039  # never changed: no legend below


def current_size() -> Size:
    """Return the size of the figure that is being drawn."""
    return _room.get().size


def kept_below() -> float:
    """Return the room that is kept under the panels for a legend, in points."""
    return _room.get().kept


def need_below(points: float) -> None:
    """Ask for room under the panels for a legend; if there is less or more, the figure is laid out once more."""
    _room.get().needed = points


def lay_out(size: str, draw: Callable[[], Figure]) -> Figure:
    """Return what ``draw`` draws in a size by name.

    How much a legend under the panels needs is known when all is drawn; then the figure is laid out again with it.
    """
    room = _Room(find_size(size))
    token = _room.set(room)
    try:
        figure = draw()
        if room.needed != room.kept:
            room.kept = room.needed
            figure = draw()
    finally:
        _room.reset(token)
    return figure
