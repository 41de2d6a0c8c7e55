"""Sizes of figures by name: the canvas on which they are laid out, and how large that is on the page."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from matplotlib.figure import Figure

from actviz.errors import ActvizError


@dataclass(frozen=True)
class Size:
    """A size of figures.

    Parameters
    ----------
    name : str
    width, height : float
        The canvas on which a figure is laid out, in points; what does not fit makes it taller, never its text smaller.
    least : float
        Height that panels are given with two lines of words above and below them, in points.
    inches : float
        How wide the canvas is on the page. Files are written at this width.
    """

    name: str
    width: float
    height: float
    least: float
    inches: float

    @property
    def scale(self) -> float:
        """How large a point of the canvas is on the page, in points."""
        return self.inches * 72 / self.width

    @property
    def narrow(self) -> bool:
        """Whether a legend stands under the panels: at their right it would squeeze them."""
        return self.width < 900

    def columns(self, wide: int) -> int:
        """Return the columns of text of a line that has ``wide`` ones on a slide."""
        return int(wide * (self.width - 68) / 892)


_table = (
    Size("slide", 960.0, 540.0, 540.0, 960 / 72),
    Size("half", 640.0, 720.0, 430.0, 480 / 72),
    Size("paper", 720.0, 520.0, 470.0, 6.5),
    Size("square", 720.0, 720.0, 430.0, 7.5),
)
SIZES: dict[str, Size] = {size.name: size for size in _table}
"""Every size by name: notes, the smallest text, are 11 points on a slide, 8.2 on half of one and in a square, 7.1 in
print; body text is 14, 10.5 and 9.1."""


def find_size(name: str) -> Size:
    """Return a size by name.

    Raises
    ------
    ActvizError
        If there is none such; the message lists them.
    """
    if name not in SIZES:
        raise ActvizError(f"size must be one of {', '.join(SIZES)}, not {name!r}")
    return SIZES[name]


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
