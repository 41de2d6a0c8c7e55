"""Draw theory over a measurement on one Axes: predicted lines with their bands, z-scores, predicted outlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from actviz.catalog.looks import Theme
from actviz.plots.canvas import draw
from actviz.plots.canvas.style import NOTE, PairingStyle
from actviz.plots.reading.predicted import FINE, Expected, Outline
from actviz.plots.reading.scales import ValueScale
from actviz.plots.reading.series import Panel
from actviz.text import text
from actviz.text.numbers import signed

DOTS: Any = (0, (1.0, 1.5))
"""The line style of theory; measured lines are solid or dashed."""

LINE, HAIR = 1.3, 0.7
"""Line widths of what theory expects, and of the ends of its band."""

FAR = 100.0
"""Z-scores beyond 100 are drawn at 100."""

TALLEST = 1.15
"""An expected shape that is higher than this, in measured ones, is cut off: the room above is for notes."""


def theory_marks(look: Theme, lang: str, *, band: bool = True) -> dict[str, dict[str, Any]]:
    """Return what theory looks like, for a legend; ``band``: that of single seeds too."""
    line = {text("theory.line", lang): {"color": look.text, "linestyle": DOTS, "linewidth": LINE}}
    return line | ({text("theory.band", lang): {"color": look.muted, "linewidth": HAIR}} if band else {})


def draw_expected(ax: Axes, expected: Expected, style: PairingStyle, look: Theme, *, shift: float = 0.0) -> Axes:
    """Draw what theory expects of a statistic: a dotted line, and hairlines round the band of single seeds."""
    line = expected.line
    x, low = line.layers + shift, line.low
    if ax.get_yscale() == "log":
        low = np.where(line.high > 0, np.maximum(low, ax.get_ylim()[0]), low)
    for edge in (low, line.high):
        ax.add_line(Line2D(x, edge, color=style.color, linewidth=HAIR, zorder=2.5))
    ax.plot(x, line.middle, color=look.text, linestyle=DOTS, linewidth=LINE, zorder=5)
    return ax


def draw_strip(ax: Axes, name: str, look: Theme) -> Axes:
    """Prepare a strip for z-scores: linear and shaded to +-3, logarithmic beyond."""
    ax.set_yscale("symlog", linthresh=FINE, linscale=3.0)
    ax.set_ylim(-FAR, FAR)
    ax.axhspan(-FINE, FINE, color=look.grid, linewidth=0, alpha=0.7)
    ax.axhline(0, color=look.muted, linewidth=0.6)
    ax.set_yticks([0], [name])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.tick_params(axis="y", length=0)
    return ax


def draw_z_scores(ax: Axes, expected: Expected, style: PairingStyle, *, width: float, shift: float) -> Axes:
    """Draw the z-score at every layer: bars where lines stand apart, else a line."""
    z = np.clip(expected.z, -FAR * 0.98, FAR * 0.98)
    if shift or len(z) <= 12:
        ax.bar(expected.line.layers + shift, z, width * 0.85, color=style.color, linewidth=0, zorder=3)
    else:
        ax.plot(expected.line.layers, z, color=style.color, linewidth=1.2, zorder=3)
    return ax


def draw_outlines(
    ax: Axes, scale: ValueScale, cells: Sequence[Sequence[Panel]], outlines: Sequence[Sequence[Outline | None]],
    look: Theme, lang: str, linestyle: Any = DOTS, *, z: bool = False,
) -> Axes:  # fmt: skip
    """Draw distributions as outlines over a grid of them: expected ones, with their z-scores, or another result's."""
    room = draw.bar_room(ax, len(cells))
    contours, bars = [], []
    for r, row in enumerate(outlines):
        for c, each in enumerate(row):
            if each is None:
                continue
            x, y = draw.step_contour(scale.edges, np.minimum(each.heights, TALLEST))
            flat = np.pad(y <= 0.004, 1, constant_values=True)
            y = np.where(flat[:-2] & flat[1:-1] & flat[2:], np.nan, y)  # no dots along the base line
            contours.append(np.column_stack([c * draw.ACROSS + x, -r * draw.DOWN + room * y]))
            if each.zeros > 0:
                left, width = draw.zero_place(scale)
                across = np.array([left - width / 2, left + 1.5 * width]) + c * draw.ACROSS
                bars.append([(at, -r * draw.DOWN + room * each.zeros) for at in across])
            corner = (c * draw.ACROSS, -r * draw.DOWN)
            if z and np.isfinite(each.z):
                color = look.alarm if abs(each.z) > FINE else look.muted
                words = text("theory.z_value", lang, value=signed(each.z))
                _write_beside(ax, corner, room, words, color, cells[r][c], scale)
            elif each.note:
                _write_beside(ax, corner, room, each.note, look.muted, cells[r][c], scale)
    for lines, dashes in ((contours, linestyle), (bars, "-")):
        drawn = LineCollection(lines, colors=look.text, linestyles=[dashes], linewidths=1.2, zorder=4)
        ax.add_collection(drawn, autolim=False)
    return ax


def _write_beside(
    ax: Axes, corner: tuple[float, float], room: float, words: str, color: str, cell: Panel, scale: ValueScale
) -> None:
    """Write words beside a panel's note, or where the note is long, inside the panel where the bars are lowest."""
    how: dict[str, Any] = {"fontsize": NOTE, "va": "top", "color": color}
    if not cell.zeros:
        ax.text(corner[0], corner[1] + 1, words, **how)
        return
    places = (0.0, 0.77) if cell.sick else (0.04, 0.73, 0.54, 0.2)  # an alarm stands in the middle
    left, right = scale.edges[:-1], scale.edges[1:]
    tallest = [cell.heights[(right > at) & (left < at + 0.27)].max(initial=0.0) for at in places]
    ax.text(corner[0] + places[int(np.argmin(tallest))], corner[1] + room * 0.95, words, **how)
