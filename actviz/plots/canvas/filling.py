"""A figure of actviz inside one of somebody else's: what it fills, how large that is, and what stays of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from actviz.catalog.looks import Size, size_of
from actviz.catalog.styles import Style
from actviz.errors import ActvizError
from actviz.plots.canvas.shrinking import shrink
from actviz.plots.canvas.slide import inches_of

_INSIDE = 150.0
"""Width of what a figure fills at least, in points of its canvas."""


class NoRoomError(ActvizError):
    """A figure that is to fill a part of another is too low there, by so many points."""

    def __init__(self, inches: Any, short: float) -> None:
        room = " x ".join(f"{side:.3g}" for side in inches)
        super().__init__(f"a figure of {room} in has no room for its panels: make it larger, or draw fewer")
        self.short = short


def inside_of(options: dict[str, Any]) -> Any:
    """Take from options what a figure is to fill: a user's own figure, a part of one, or an Axes."""
    given = {name: each for name in ("fig", "ax") if (each := options.pop(name, None)) is not None}
    if len(given) > 1:
        raise ActvizError("give fig, which the figure fills, or ax, which is its only panel")
    for name, kinds in (("fig", (Figure, SubFigure)), ("ax", (Axes,))):
        if name in given and not isinstance(given[name], kinds):
            raise ActvizError(f"{name} must be matplotlib's {kinds[-1].__name__}, not {type(given[name]).__name__}")
    return next(iter(given.values()), None)


def size_inside(inside: Any, style: Style) -> Size:
    """Return the size of what a figure is to fill; its usual text is as large as the user's, unless a style says it."""
    if style.size != Style().size:
        raise ActvizError("the size is that of what the figure fills: leave out size")
    wide, high = (float(side) for side in inches_of(inside))
    return size_of("", wide, high, style.font or mpl.rcParams["font.size"], _INSIDE)


@contextlib.contextmanager
def filled(inside: Any, scale: float) -> Iterator[Callable[[], None]]:
    """Make what is drawn into a user's figure or Axes meanwhile as large as it is to be there; give what undoes it.

    It is undone, too, where drawing fails.
    """
    if inside is None:
        yield lambda: None
        return
    parts = None if isinstance(inside, Axes) else list(inside.subfigs)
    before = set(inside.get_children())
    labels = inside.yaxis.get_tick_params().get("labelsize") if parts is None else None
    undone = False

    def undo() -> None:
        nonlocal undone
        undone = True
        if parts is not None:
            inside.subfigs[:] = parts
            return
        for each in [each for each in inside.get_children() if each not in before]:
            each.remove()

    try:
        yield undo
    except BaseException:
        undo()
        raise
    if undone:
        return
    new = [each for each in inside.get_children() if each not in before]
    for each in new if parts is not None else ():
        shrink(each.get_children(), scale)
    if parts is None:
        shrink(new, scale)
        if (size := inside.yaxis.get_tick_params().get("labelsize")) != labels:
            inside.tick_params(axis="y", labelsize=size * scale)
