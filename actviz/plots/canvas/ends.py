"""Names at the ends of lines, in place of a legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.plots.canvas.building import part
from actviz.plots.canvas.style import NOTE, PairingStyle
from actviz.plots.reading.series import Line

LEADING = 13.5
"""Height of a name, in points."""


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


def name_ends(
    ax: Any, names: dict[str, str], lines: Sequence[Line], styles: Sequence[PairingStyle], steps: Sequence[str]
) -> None:
    """Write each line's name at the right of an Axes, at the height at which it ends, or as near as there is room.

    A line without a number has none; one that ends at exactly 0 on a logarithmic axis ends at the foot.
    """
    box, (across, up) = ax.get_position(), ax.figure.get_size_inches() * 72
    wide, tall = box.width * across, box.height * up
    to_axes = ax.transData + ax.transAxes.inverted()
    ended = [(at, line.middle[np.isfinite(line.middle)][-1]) for at, line in enumerate(lines) if not line.undefined
             and np.isfinite(line.middle).any()]  # fmt: skip
    log = ax.get_yscale() == "log"
    wanted = [
        0.0 if log and value <= 0 else float(np.clip(to_axes.transform((ax.get_xlim()[1], value))[1], 0.0, 1.0))
        for _, value in ended
    ]
    places = spread(wanted, LEADING / tall, 0.0, 1.0)
    for (at, _), start, place in zip(ended, wanted, places, strict=True):
        with part([ax], steps[at]):
            ax.plot(
                [1 + 3 / wide, 1 + 11 / wide], [start, place], color=styles[at].color, linewidth=1.0,
                transform=ax.transAxes, clip_on=False,
            )  # fmt: skip
            ax.text(
                1 + 14 / wide, place, names[steps[at]], transform=ax.transAxes, color=styles[at].color, fontsize=NOTE,
                va="center", fontweight="bold",
            )  # fmt: skip
