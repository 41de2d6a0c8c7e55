"""Names at the ends of lines, in place of a legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.plots.canvas.building import part
from actviz.plots.canvas.frame import labels
from actviz.plots.canvas.sheet import LEGEND, Sheet
from actviz.plots.canvas.style import MARGIN, NOTE, PairingStyle
from actviz.plots.reading.series import Line, finite_values
from actviz.results.overlaying import laid, part_of
from actviz.text import shortened, width_of

if TYPE_CHECKING:
    import xarray

LEADING = 13.5
"""Height of a name, in points."""

FEW = 3
"""So many names stand at the ends of lines in a narrow figure, and where there is no more room than for a legend."""

_TOP = 0.97
"""Where crosses stand for what overflows, as a share of a panel's height."""


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Return places as near to the wanted ones as names of a height allow, of equal ones the first on top.

    >>> spread([0.5, 0.5, 0.9], 0.2, 0.0, 1.0)
    [0.6, 0.4, 0.9]
    """
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], -at))
    groups: list[tuple[float, list[int]]] = []  # the middle of names that touch, from the lowest up
    for at in order:
        middle, members = wanted[at], [at]
        while True:
            half = apart * (len(members) - 1) / 2
            middle = min(max(middle, low + half), high - half)
            if not groups or groups[-1][0] + apart * (len(groups[-1][1]) - 1) / 2 + apart <= middle - half + 1e-12:
                break
            below, others = groups.pop()
            middle = (below * len(others) + middle * len(members)) / (len(others) + len(members))
            members = others + members
        groups.append((middle, members))
    places = [0.0] * len(wanted)
    for middle, members in groups:
        for row, at in enumerate(members):
            places[at] = middle + apart * (row - (len(members) - 1) / 2)
    return places


def room_of(names: Iterable[str]) -> float:
    """Return the room that names beside a panel take, in points."""
    return 28.0 + 0.7 * NOTE * max(map(width_of, names), default=0)


@dataclass(frozen=True)
class Naming:
    """Where lines have their names, and the room at the right of the panels that these take, in points.

    At the ends of a few lines that come to theirs, else in a legend; a single line has none.
    """

    at_ends: bool
    legend: bool
    room: float


def naming(names: Sequence[str], lines: Sequence[Line], sheet: Sheet, most: int = FEW) -> Naming:
    """Tell where names of lines stand, which would stand at the ends of these if they are no more than ``most``."""
    few = 1 < len(names) <= most and room_of(names) <= min(LEGEND, sheet.size.width / 3)
    at_ends = few and sheet.inside is None and all(bool(np.isfinite(line.middle[-1])) for line in lines)
    legend = len(names) > 1 and not at_ends
    return Naming(at_ends, legend, sheet.beside if legend else room_of(names) if at_ends else MARGIN)


def line_names(
    ds: xarray.Dataset, lines: Sequence[str], lang: str, write: Callable[[Sequence[str], str], list[str]] = labels
) -> dict[str, str]:
    """Return what lines are called at their ends; of results laid over each other by results and what else differs."""
    if not laid(ds):
        return {line: shortened(words, 18) for line, words in zip(lines, write(lines, lang), strict=True)}
    parts = {line: part_of(ds, line) for line in lines}
    results = [shortened(str(told["name"]), 18) for told in laid(ds)]
    own = list(dict.fromkeys(name for name, _ in parts.values()))
    names = dict(zip(own, write(own, lang), strict=True))
    if len(own) == 1:
        return {line: results[at] for line, (_, at) in parts.items()}
    return {line: f"{shortened(names[name], 18)}, {results[at]}" for line, (name, at) in parts.items()}


def _heights(lines: Sequence[Line], end: int, place: Callable[[float], float], *, log: bool) -> dict[int, float]:
    """Return at what share of a panel's height each line ends, by its number in order; an overflow ends at the top.

    A line without a number has none; one that ends at exactly 0 on a logarithmic axis ends at the foot.
    """
    found = {}
    for at, line in enumerate(lines):
        seen = line.middle[np.isfinite(line.middle)]
        if line.overflow[end]:
            found[at] = _TOP
        elif len(seen):
            found[at] = 0.0 if log and seen[end] <= 0 else float(np.clip(place(float(seen[end])), 0.0, 1.0))
    return found


def _moved(lines: Sequence[Line], end: int, tall: float, *, log: bool) -> float:
    """Return by how many panels in all names at an end of lines stand off them, in a panel of a height in points."""
    values = finite_values(lines)
    values = values[values > 0] if log else values
    if not values.size:
        return 0.0
    place = math.log10 if log else float
    low, high = place(values.min()), place(values.max())
    wanted = list(_heights(lines, end, lambda value: (place(value) - low) / ((high - low) or 1.0), log=log).values())
    return sum(abs(a - b) for a, b in zip(wanted, spread(wanted, LEADING / tall, 0.0, 1.0), strict=True))


def clearer_end(panels: Sequence[Sequence[Line]], tall: float, *, log: bool) -> int:
    """Return at which end of their lines names stand nearer to them in panels of a height in points: 0 or -1.

    The last one, unless names at the first stand clearly nearer.
    """
    first, last = (sum(_moved(lines, end, tall, log=log) for lines in panels) for end in (0, -1))
    return 0 if first < 0.7 * last else -1


def end_names(ax: Any) -> list[Any]:
    """Return the names that stand beside an Axes."""
    return [
        words for words in ax.texts if words.get_transform() == ax.transAxes and not 0 <= words.get_position()[0] <= 1
    ]


def stack_names(ax: Any) -> None:
    """Move the names beside an Axes from the ends of their lines, which are still to come, to its middle."""
    tall = ax.get_position().height * ax.figure.get_figheight() * 72
    names = end_names(ax)
    for row, words in enumerate(names):
        words.set_y(0.5 + ((len(names) - 1) / 2 - row) * LEADING / tall)


def name_ends(
    ax: Any, names: Mapping[str, str], lines: Sequence[Line], styles: Sequence[PairingStyle], steps: Sequence[str],
    end: int = -1,
) -> None:  # fmt: skip
    """Write each line's name beside an Axes, at the height at which it ends, or as near as there is room.

    At its right, where lines end; or with ``end`` 0 at its left, where they begin: the values of the axis then stand at
    the right.
    """
    box, (across, up) = ax.get_position(), ax.figure.get_size_inches() * 72
    wide, tall = box.width * across, box.height * up
    to_axes = ax.transData + ax.transAxes.inverted()
    heights = _heights(
        lines, end, lambda value: to_axes.transform((ax.get_xlim()[1], value))[1], log=ax.get_yscale() == "log"
    )
    wanted = list(heights.values())
    edge, out = (1.0, 1.0) if end else (0.0, -1.0)
    if not end:
        ax.yaxis.tick_right()
        ax.spines[["left", "right"]].set_visible(False)
        ax.spines["right"].set_visible(True)
    for at, start, place in zip(heights, wanted, spread(wanted, LEADING / tall, 0.0, 1.0), strict=True):
        with part([ax], steps[at]):
            ax.plot(
                [edge + out * 3 / wide, edge + out * 11 / wide], [start, place], color=styles[at].color, linewidth=1.0,
                transform=ax.transAxes, clip_on=False,
            )  # fmt: skip
            ax.text(
                edge + out * 14 / wide, place, names[steps[at]], transform=ax.transAxes, color=styles[at].color,
                fontsize=NOTE, va="center", ha="left" if end else "right", fontweight="bold",
            )  # fmt: skip
