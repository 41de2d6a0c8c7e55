"""Draw cells of a grid as a heat map with its colours beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.ticker import FixedLocator, MaxNLocator

from actviz.catalog.looks import Theme
from actviz.plots.canvas.depths import around
from actviz.plots.canvas.draw import label_decades
from actviz.plots.canvas.style import panel, panel_grid
from actviz.plots.reading.scales import Floats
from actviz.text.numbers import power_of_ten, three_digits, true_minus

BAR = 14.0
"""Width of a panel of colours, in points."""

_MOST_TICKS = 8
_DECADES = 3.0
"""Positive numbers that span more decades have colours by their logarithm."""

_LEAST = 1e-3
"""Colours span at least this share of the numbers: what differs by less looks the same."""


def panels_with_bars(
    fig: Any,
    rows: int,
    columns: int,
    *,
    left: float,
    right: float,
    top: float,
    bottom: float,
    gap: tuple[float, float] = (0.0, 0.0),
) -> list[list[tuple[Axes, Axes]]]:
    """Add rows of panels, each with a narrow one for its colours at its right."""
    across, up = (fig.get_size_inches() * 72).tolist()
    apart = (gap[0] + BAR + 10, gap[1])
    grid = panel_grid(fig, rows, columns, left=left, right=right + BAR + 10, top=top, bottom=bottom, gap=apart)
    pairs = []
    for line in grid:
        boxes = [ax.get_position() for ax in line]
        bars = [panel(fig, box.x1 * across + 10, box.y0 * up, BAR, box.height * up) for box in boxes]
        pairs.append(list(zip(line, bars, strict=True)))
    return pairs


def spaced_by_ratio(values: Floats) -> bool:
    """Whether ascending values are spaced evenly in their logarithm, and not evenly themselves."""
    if len(values) < 3 or not (values > 0).all():
        return False
    ratios, steps = np.diff(np.log(values)), np.diff(values)
    return bool(np.ptp(ratios) < 0.15 * ratios.mean() and np.ptp(steps) > 0.15 * steps.mean())


def cell_edges(values: Floats) -> tuple[Floats, bool]:
    """Return the edges of cells round ascending values, and whether their axis is logarithmic."""
    if spaced_by_ratio(values):
        return np.exp(around(np.log(values))), True
    return around(values), False


def number_norm(values: Sequence[Floats]) -> Any:
    """Return the scale of colours that holds all finite values: logarithmic where they span many decades."""
    every = np.concatenate([each[np.isfinite(each)].ravel() for each in values])
    if not every.size:
        return Normalize(0.0, 1.0)
    low, high = float(every.min()), float(every.max())
    if low > 0 and math.log10(high / low) > _DECADES:
        return LogNorm(low, high)
    if low < 0 < high:  # the middle of the colours is 0
        return Normalize(min(low, -high), max(high, -low))
    if low == high:
        return Normalize(low, low + max(abs(low), 1.0) * _LEAST)
    return Normalize(min(low, high - _LEAST * max(abs(low), abs(high))), high)


def draw_cells(ax: Axes, x: Floats, y: Floats, values: Floats, norm: Any, cmap: str, look: Theme) -> Axes:
    """Draw values of shape (x, y) round ascending centres; a cross marks a cell without one."""
    (across, by_ratio), (up, up_by_ratio) = cell_edges(np.asarray(x, float)), cell_edges(np.asarray(y, float))
    ax.pcolormesh(across, up, np.ma.masked_invalid(values).T, norm=norm, cmap=cmap, rasterized=True)
    ax.set(xlim=across[[0, -1]], ylim=up[[0, -1]])
    for axis, centres, ends, logarithmic in ((ax.xaxis, x, across, by_ratio), (ax.yaxis, y, up, up_by_ratio)):
        if logarithmic:
            log_axis(axis, ends)
        elif all(float(each).is_integer() for each in centres):
            few = len(centres) <= _MOST_TICKS
            axis.set_major_locator(
                FixedLocator(list(map(float, centres))) if few else MaxNLocator(_MOST_TICKS, integer=True)
            )
    at = np.argwhere(~np.isfinite(values))
    ax.plot(np.asarray(x)[at[:, 0]], np.asarray(y)[at[:, 1]], "x", color=look.text, markersize=6, linestyle="none")
    return ax


def log_axis(axis: Any, values: Floats) -> None:
    """Make an axis logarithmic, with decades as ticks."""
    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    label_decades(axis, math.log10(float(np.min(values))), math.log10(float(np.max(values))), 8)


def _told_apart(ticks: Sequence[float]) -> dict[float, str]:
    """Write evenly spaced numbers: in three digits, or in as many decimals as tell them apart."""
    words = [three_digits(each) for each in ticks]
    if len(set(words)) < len(words):
        close = 1e-3 * min(np.diff(ticks))
        places = next((each for each in range(15) if all(abs(round(at, each) - at) < close for at in ticks)), 15)
        words = [true_minus(f"{each:.{places}f}") for each in ticks]
    return dict(zip(ticks, words, strict=True))


def draw_numbers_bar(ax: Axes, norm: Any, cmap: str) -> Axes:
    """Draw the colours of a map as a bar, with round numbers at its right."""
    low, high = float(norm.vmin), float(norm.vmax)
    by_ratio = isinstance(norm, LogNorm)
    levels = np.geomspace(low, high, 129) if by_ratio else np.linspace(low, high, 129)
    edges = np.exp(around(np.log(levels))) if by_ratio else around(levels)
    ax.pcolormesh([0, 1], edges, levels[:, None], norm=norm, cmap=cmap, rasterized=True)
    if by_ratio:
        ax.set_yscale("log")
        first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
        step = max(1, (last - first) // 5)
        ticks = {10.0**each: power_of_ten(each) for each in range(first, last + 1, step)}
    else:
        ticks = _told_apart(
            [float(each) for each in MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= each <= high]
        )
    ticks = {at: words for at, words in ticks.items() if low <= at <= high}
    ax.set(ylim=(low, high), xticks=[])
    ax.yaxis.tick_right()
    ax.yaxis.minorticks_off()
    ax.set_yticks(list(ticks), list(ticks.values()))
    return ax
