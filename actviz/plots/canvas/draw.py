"""Draw on one Axes and return it. Nothing here computes a statistic: shapes, lines and notes come in ready."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import PowerNorm
from matplotlib.lines import Line2D
from matplotlib.patches import StepPatch
from matplotlib.ticker import FixedFormatter, FixedLocator
from numpy.typing import NDArray

from actviz.catalog.looks import Theme
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.palette import readable_on
from actviz.plots.canvas.style import BODY, NOTE, PairingStyle
from actviz.plots.reading.scales import Floats, ValueScale, decade_ticks, roomy
from actviz.plots.reading.series import Line, Panel, finite_values
from actviz.text import width_of
from actviz.text.numbers import alike, power_of_ten

_LETTER = 0.56
"""Width of a letter in font sizes, on average."""

_CLOSE = 135.0
"""Panels of a grid that are narrower, in points, have their outer tick labels inside."""

ACROSS, DOWN = 1.12, 1.3
"""Distance between panels of a grid, in panels: a note stands closer to its own panel than to that above."""

_CROSSES = 16
"""Crosses that stand side by side in a panel without touching."""

SHORT_NOTE = 12
"""Columns of a panel's note beside which another has room."""


def panel_height(ax: Axes, rows: int) -> float:
    """Return the height in points of a panel of a grid."""
    points: float = ax.get_position().height * ax.figure.get_size_inches()[1] * 72  # type: ignore[union-attr]
    return points / ((rows - 1) * DOWN + 1.04)


def bar_room(ax: Axes, rows: int) -> float:
    """Return the share of a panel's height that bars may fill; the rest is for its note."""
    return max(0.4, 1 - 1.3 * NOTE / panel_height(ax, rows))


def _fitting(notes: Sequence[str], wide: float) -> list[str]:
    """Return as many parts of notes as stand in every panel without reaching into the next one, the first at least."""
    parts = [note.split(", ") for note in notes]
    most = max(map(len, parts))
    while most > 1 and any(width_of(", ".join(each[:most])) * _LETTER * NOTE > wide * ACROSS for each in parts):
        most -= 1
    return [", ".join(each[:most]) for each in parts]


def step_contour(edges: Floats, heights: Floats) -> tuple[Floats, Floats]:
    """Return x and y of the contour of a step-shaped area."""
    return np.repeat(edges, 2), np.concatenate([[0.0], np.repeat(heights, 2), [0.0]])


def _outline(edges: Floats, heights: Floats, left: float, bottom: float, scale: float) -> Floats:
    """Vertices of one step-shaped area."""
    x, y = step_contour(edges, heights)
    return np.column_stack([left + x, bottom + scale * y])


def zero_place(scale: ValueScale) -> tuple[float, float]:
    """Return left edge and width of the bar that stands for exact zeros."""
    return (scale.zero - 0.015, 0.03) if 0 < scale.zero < 1 else (scale.zero - 0.02, 0.03)


@on_axes
def draw_grid(
    ax: Axes, scale: ValueScale, cells: Sequence[Sequence[Panel]], colors: Sequence[str], look: Theme, lang: str
) -> Axes:
    """Draw rows of distributions as one collection: many small panels in a single Axes."""
    at = [(row, column) for row in range(len(cells)) for column in range(len(cells[0]))]
    room = bar_room(ax, len(cells))
    wide = ax.get_position().width * ax.figure.get_size_inches()[0] * 72 / (len(cells[0]) * ACROSS - 0.06)  # type: ignore[union-attr]
    frames = [[(c * ACROSS, -r * DOWN), (c * ACROSS + 1, -r * DOWN)] for r, c in at]
    shapes = [_outline(scale.edges, cells[r][c].heights, c * ACROSS, -r * DOWN, room) for r, c in at]
    fills = [colors[r] for r, _ in at]
    ax.add_collection(PolyCollection(shapes, facecolors=fills, edgecolors=fills, linewidths=0.6), autolim=False)
    ax.hlines(
        [f[0][1] for f in frames], [f[0][0] for f in frames], [f[1][0] for f in frames], look.muted, linewidth=0.8
    )
    draw_zero_bars(ax, scale, cells, look)
    notes = _fitting([cells[r][c].note for r, c in at], wide)
    for (r, c), note in zip(at, notes, strict=True):
        place: dict[str, Any] = {"ha": "right", "va": "top", "fontsize": NOTE}
        ax.text(c * ACROSS + 1, -r * DOWN + 1, note, **place)
        if cells[r][c].sick == "panel.outside" and width_of(note) <= SHORT_NOTE:  # room beside it, clear of the bars
            ax.text(c * ACROSS, -r * DOWN + 1, cells[r][c].alarm(lang), **(place | {"ha": "left", "color": look.alarm}))
        elif cells[r][c].sick:
            draw_alarm(ax, c * ACROSS + 0.5, -r * DOWN + room * 0.6, cells[r][c].alarm(lang), look)
    ax.set(xlim=(-0.03, len(cells[0]) * ACROSS - ACROSS + 1.03), ylim=(-(len(cells) - 1) * DOWN - 0.04, 1.0))
    ax.spines[:].set_visible(False)
    ax.set_facecolor("none")
    return ax


def draw_zero_bars(ax: Axes, scale: ValueScale, cells: Sequence[Sequence[Panel]], look: Theme) -> Axes:
    """Draw each panel's share of exact zeros as a bar where a logarithmic axis has its zero."""
    x, width = zero_place(scale)
    room = bar_room(ax, len(cells))
    bars = [
        _outline(np.array([x, x + width]), np.array([cell.zeros]), c * ACROSS, -r * DOWN, room)
        for r, row in enumerate(cells)
        for c, cell in enumerate(row)
        if cell.zeros > 0
    ]
    ax.add_collection(PolyCollection(bars, facecolors=look.text, edgecolors="none"), autolim=False)
    return ax


def draw_alarm(ax: Axes, x: float, y: float, words: str, look: Theme) -> Axes:
    """Write a warning, readable over whatever it stands on."""
    box = {"boxstyle": "round,pad=0.25", "facecolor": look.background, "edgecolor": look.alarm, "linewidth": 0.8}
    ax.text(x, y, words, color=look.alarm, fontsize=NOTE, ha="center", va="center", bbox=box, zorder=5)
    return ax


@on_axes
def draw_grid_labels(
    ax: Axes, scale: ValueScale, rows: Sequence[str], columns: Sequence[str], colors: Sequence[str]
) -> Axes:
    """Label a grid: a name for each row, a heading for each column, values under the lowest panels."""
    wide: float = ax.get_position().width * ax.figure.get_size_inches()[0] * 72 / len(columns)  # type: ignore[union-attr]
    shown = list(scale.ticks) if scale.linear else roomy(scale.ticks, wide / ACROSS)
    ticks = [(c * ACROSS + place, label) for c in range(len(columns)) for place, label in shown]
    ax.set_xticks([place for place, _ in ticks], [label for _, label in ticks])
    if wide < _CLOSE:
        sides: dict[float, Any] = {0.0: "left", 1.0: "right"}  # or the ends of two panels would meet
        for (place, _), tick in zip(ticks, ax.get_xticklabels(), strict=True):
            tick.set_horizontalalignment(sides.get(round(place % ACROSS, 6), "center"))
    ax.set_yticks([-r * DOWN + 0.36 for r in range(len(rows))], rows)
    ax.tick_params(axis="y", length=0, labelsize=NOTE + 2)
    for tick, color in zip(ax.get_yticklabels(), colors, strict=True):
        tick.set(color=color, fontweight="bold")
    for c, heading in enumerate(columns):
        ax.annotate(heading, (c * ACROSS + 0.5, 1), xytext=(0, 5), textcoords="offset points", ha="center", va="bottom")
    return ax


@on_axes
def draw_density(ax: Axes, scale: ValueScale, columns: Floats, layers: NDArray[Any], look: Theme) -> Axes:
    """Draw a distribution for every layer as a heat map, shape (layer, n); each layer's highest density is 1."""
    x = np.concatenate([layers - 0.5, layers[-1:] + 0.5])
    shades = PowerNorm(0.5, 0.0, 1.0)
    seen = np.where(columns.max(axis=1, keepdims=True) > 0, columns, np.nan)  # a layer with nothing to show is blank
    ax.pcolormesh(x, scale.edges, seen.T, cmap=look.density, norm=shades, rasterized=True)
    ax.set(xlim=(x[0], x[-1]), ylim=(0, 1))
    ax.set_yticks(*scale.labels)
    return ax


@on_axes
def draw_line(ax: Axes, line: Line, style: PairingStyle, look: Theme, *, shift: float = 0.0, every: Any = None) -> Axes:
    """Draw a statistic over the layers with the band of its seeds; ``shift`` keeps equal lines apart."""
    x = line.layers + shift
    low = line.low if ax.get_yscale() != "log" else np.where(line.high > 0, np.maximum(line.low, ax.get_ylim()[0]), 0)
    ax.fill_between(x, low, line.high, color=style.color, alpha=look.band, linewidth=0)
    ax.add_line(Line2D(x, line.middle, color=style.color, linestyle=style.linestyle, zorder=3))
    size = 9.0 if style.marker in "XP*" else 6.5  # these have less area than a disc
    marker = Line2D(x, line.middle, linestyle="none", marker=style.marker, color=style.color, markersize=size)
    marker.set(markevery=every, zorder=4, markeredgecolor=look.panel, markeredgewidth=0.8)
    if style.hollow:
        marker.set(markerfacecolor=look.panel, markeredgecolor=style.color, markeredgewidth=1.6)
    ax.add_line(marker)
    return ax


@on_axes
def draw_marks(ax: Axes, line: Line, style: PairingStyle, *, log: bool, shift: float = 0.0, every: Any = None) -> Axes:
    """Mark what an axis cannot show: a cross at the top where a signal overflows, a ring at the foot for a zero."""
    edge = ax.get_xaxis_transform()
    lost = line.lost(max(1, len(line.layers) // _CROSSES)) + shift
    at_top = {"clip_on": False, "zorder": 6, "markeredgewidth": 2.6, "markersize": 10}
    if len(lost):
        ax.plot(lost, np.full(len(lost), 0.97), "x", color=style.color, transform=edge, **at_top)  # type: ignore[arg-type]
    if log:
        zeros = line.layers[(line.middle == 0)]
        zeros = zeros[:: every[1]] if every is not None else zeros
        ring = {"clip_on": False, "zorder": 6, "markerfacecolor": "none", "markeredgewidth": 2.0, "markersize": 8}
        if len(zeros):
            ax.plot(zeros + shift, np.zeros(len(zeros)), "o", color=style.color, transform=edge, **ring)  # type: ignore[arg-type]
    return ax


@on_axes
def draw_log_axis(ax: Axes, lines: Sequence[Line], number: int = 4) -> Axes:
    """Give the y axis decades that hold all the lines, with room at the foot for the marks of exact zeros."""
    values = finite_values(lines)
    values = values[values > 0]
    zeros = any((each.middle == 0).any() for each in lines)
    low, high = (np.log10(values.min()), np.log10(values.max())) if values.size else (0.0, 1.0)
    if high - low < 1.2:
        low, high = np.floor(low), max(np.ceil(high), np.floor(low) + 1)
    room = 0.1 * max(high - low, 1.0)
    low, high = max(low - (2 * room if zeros else room), -307.0), min(high + room, 307.0)
    ax.set_yscale("log", nonpositive="mask")
    ax.set_ylim(10.0**low, 10.0**high)
    label_decades(ax.yaxis, low, high, number if values.size else 0)
    return ax


def label_decades(axis: Any, low: float, high: float, number: int) -> None:
    """Label about ``number`` powers of ten between two exponents on a logarithmic axis, and nothing between them."""
    exponents = decade_ticks(low, high, number) if number else []
    places, names = [10.0**exponent for exponent in exponents], [power_of_ten(exponent) for exponent in exponents]
    if number and len(places) < 2:  # one power of ten is no scale: 2 and 5 of it are named beside it
        first, last = math.floor(low), math.ceil(high)
        between = (step * 10.0**exponent for exponent in range(first, last + 1) for step in (1, 2, 5))
        places = [place for place in between if 10.0**low <= place <= 10.0**high]
        names = alike(places)
    label_places(axis, places, names)


def label_places(axis: Any, places: Sequence[float], names: Sequence[str]) -> None:
    """Label places on an axis, and nothing between them."""
    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FixedFormatter(names))
    axis.set_minor_locator(FixedLocator([]))


def draw_plain_axis(ax: Axes, lines: Sequence[Line]) -> Axes:
    """Give the y axis a linear range, or a symmetric logarithmic one where one line would flatten the others."""
    values = finite_values(lines)
    low, high = (min(values.min(), 0.0), max(values.max(), 0.0)) if values.size else (0.0, 1.0)
    if max(high, -low) > 20:
        return _symmetric_log(ax, low, high)
    room = max(0.06 * (high - low), 0.25 - 0.5 * (high - low))  # noise must not fill the panel
    ax.set_ylim(low - room, high + room)
    ax.locator_params(axis="y", nbins=4)
    return ax


def _symmetric_log(ax: Axes, low: float, high: float) -> Axes:
    ax.set_yscale("symlog", linthresh=1.0)
    up, down = (max(0, int(np.ceil(np.log10(max(end, 1.0))))) for end in (high, -low))
    ticks = [0.0, *(10.0**e for e in decade_ticks(1, up, 3))] if up else [0.0]
    names = ["0", *(power_of_ten(e) for e in decade_ticks(1, up, 3))] if up else ["0"]
    if down:
        ticks += [-(10.0**e) for e in decade_ticks(1, down, 2)]
        names += ["−" + power_of_ten(e) for e in decade_ticks(1, down, 2)]
    ax.set_ylim(-(10.0**down) * 1.5 if low < -1 else -0.5, 10.0**up * 1.5 if high > 1 else 0.5)
    label_places(ax.yaxis, ticks, names)
    return ax


def draw_cosine_axis(ax: Axes, lines: Sequence[Line]) -> Axes:
    """Give the y axis the range of a similarity: 0 to 1, and below where a line goes."""
    values = np.concatenate([each.low for each in lines], axis=None)
    lowest = float(np.nanmin(values, initial=0.0))
    ax.set_ylim(-0.07 if lowest > -0.07 else lowest - 0.07, 1.09)
    ax.set_yticks([0, 0.5, 1] if lowest > -0.4 else [-1, 0, 1])
    return ax


def draw_note(ax: Axes, words: str, look: Theme, *, top: bool = False) -> Axes:
    """Write a note in a right corner of the panel, the lower one unless ``top``, readable over what it stands on."""
    box = {"boxstyle": "round,pad=0.2", "facecolor": look.panel, "edgecolor": "none", "alpha": 0.85}
    ax.annotate(
        words, (1, float(top)), xytext=(-4, -6 if top else 11), xycoords="axes fraction", textcoords="offset points",
        color=look.alarm, bbox=box, ha="right", va="top" if top else "bottom", fontsize=NOTE, zorder=7,
    )  # fmt: skip
    return ax


@on_axes
def draw_share_axis(ax: Axes) -> Axes:
    """Give the y axis the range of a share, with room for lines at its ends."""
    ax.set_ylim(-0.07, 1.09)
    ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    return ax


@on_axes
def draw_layer_axis(ax: Axes, layers: NDArray[Any]) -> Axes:
    """Give the x axis the layers, all of them if few."""
    first, last = int(layers[0]), int(layers[-1])
    steps = [step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if (last - first) / step <= 6]
    step = steps[0] if steps else last
    ticks = sorted({first, *range(-(-first // step) * step, last + 1, step)})
    if len(ticks) > 2 and 0 < ticks[1] - ticks[0] < step / 2:
        ticks.pop(1)
    margin = 0.35 + 0.015 * (last - first)
    ax.set_xticks(ticks, [str(tick) for tick in ticks])
    ax.set_xlim(first - margin, last + margin)
    ax.grid(axis="y", linewidth=0.8)
    return ax


def draw_steps(ax: Axes, heights: Floats, edges: Floats, *, color: str, fill: bool = False, **look: Any) -> Axes:
    """Draw a pre-binned distribution as ``Axes.stairs`` does, on axes that are given their limits.

    ``stairs`` looks for the extremes of every side of every bin to find limits: half the time of a panel.
    """
    surface = {"facecolor": color, "linewidth": 0} if fill else {"edgecolor": color}
    ax.add_artist(StepPatch(heights, edges, fill=fill, **{"baseline": 0, **surface, **look}))
    return ax


@on_axes
def draw_ridges(ax: Axes, rows: Sequence[tuple[Floats, Floats]], edges: Floats, colors: Sequence[str]) -> Axes:
    """Draw pairs of pre-binned shapes, one filled and one in outline, each row on its own base line."""
    for r, ((filled, outlined), color) in enumerate(zip(rows, colors, strict=True)):
        draw_steps(ax, filled * 0.8 - r, edges, baseline=-r, fill=True, color=color, alpha=0.55)
        draw_steps(ax, outlined * 0.8 - r, edges, baseline=-r, color=color, linewidth=1.8)
    ax.set(ylim=(-len(rows) + 0.85, 0.95), xlim=(edges[0], edges[-1]))
    ax.set_yticks([])
    return ax


@on_axes
def draw_heatmap(
    ax: Axes, values: Floats, words: Sequence[Sequence[str]], norm: Any, cmap: Any, names: Mapping[str, Sequence[str]],
    below: Sequence[Sequence[str]] | None = None, size: float = BODY, split: float = 0.56,
) -> Axes:  # fmt: skip
    """Draw a heat map of pairings with a word in each cell; cells without a value stay blank.

    ``below`` has what is written under each word, from the share ``split`` of a cell's height on.
    """
    import seaborn as sns  # 0.7 s: only here

    blank = ~np.isfinite(values)
    sns.heatmap(
        np.where(blank, 0.0, values), ax=ax, mask=blank, cbar=False, norm=norm, cmap=cmap, vmin=norm.vmin,
        vmax=norm.vmax, linewidths=1.5, linecolor=ax.get_facecolor(), xticklabels=names["x"], yticklabels=names["y"],
    )  # fmt: skip
    shades = ax.collections[0].cmap(norm(np.where(blank, 0.0, values)))
    for at in np.ndindex(values.shape):
        place = {"x": at[1] + 0.5, "y": at[0] + (split if below else 0.5), "ha": "center"}
        if not blank[at]:
            place["color"] = readable_on(shades[at])
        ax.text(
            s=words[at[0]][at[1]], va="bottom" if below else "center", fontsize=NOTE if blank[at] else size, **place
        )
        if below:
            place["y"] += 0.06  # Hangul fills its line
            ax.text(s=below[at[0]][at[1]], va="top", fontsize=NOTE, **place)
    ax.tick_params(length=0)
    return ax
