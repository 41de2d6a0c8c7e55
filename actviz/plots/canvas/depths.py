"""Draw depths reached, and what they were measured by, over sigma_w on one Axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from actviz.catalog.looks import Theme
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.overlay import DOTS
from actviz.plots.canvas.style import BODY, NOTE
from actviz.plots.reading.scales import Floats
from actviz.text import text, wrapped


def around(centres: Floats) -> Floats:
    """Return edges half way between increasing values, and as far beyond the ends."""
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])


@on_axes
def draw_map(ax: Axes, x: Floats, y: NDArray[Any], values: Floats, norm: Any, cmap: str) -> Axes:
    """Draw values of shape (x, y) as a heat map with a cell round each pair; cells without a value stay blank."""
    edges = around(x), around(np.asarray(y, float))
    ax.pcolormesh(*edges, np.ma.masked_invalid(values).T, norm=norm, cmap=cmap, rasterized=True)
    ax.set(xlim=edges[0][[0, -1]], ylim=edges[1][[0, -1]])
    return ax


def _cased(look: Theme, width: float) -> list[Any]:
    """Give a line a border in the background's colour, to be seen on any colour."""
    return [withStroke(linewidth=width, foreground=look.background)]


def depth_marks(look: Theme, lang: str, keys: Sequence[str], depth: int) -> list[Line2D]:
    """Return what stands for what over the maps, for a legend; ``keys`` choose, and name them in ``TEXT``."""
    point = {"markeredgecolor": look.text, "markerfacecolor": look.background, "markeredgewidth": 1.6, "markersize": 8}
    looks: dict[str, dict[str, Any]] = {
        "point": {"marker": "o", "linewidth": 1.6, **point},
        "beyond": {"marker": "^", "linestyle": "none", **point},
        "curve": {"linestyle": DOTS, "linewidth": 2.6},
        "critical": {"linestyle": "--", "linewidth": 1.6},
        "overflow": {"marker": "x", "linestyle": "none", "markersize": 8, "markeredgewidth": 2.0},
        "zero": {"marker": "D", "linestyle": "none", "markersize": 6, "fillstyle": "none", "markeredgewidth": 2.0},
    }
    looks |= {"contour": looks["curve"], "critical_line": looks["critical"]}
    return [
        Line2D([], [], color=look.text, label=text(f"phase.{key}", lang, depth=depth), **looks[key]) for key in keys
    ]


@on_axes
def draw_depths(ax: Axes, sigmas: Floats, depths: Floats, look: Theme) -> Axes:
    """Draw depths reached, shape (sigmas, seeds): median and all seeds; at the top what is deeper than the panel."""
    low, top = ax.get_ylim()
    middle = np.median(depths, axis=1)
    inside = np.isfinite(middle) & (middle < top)
    ends = np.clip([depths.min(axis=1), depths.max(axis=1)], low, top)
    ax.vlines(sigmas[inside], *ends[:, inside], color=look.text, linewidth=1.6, zorder=4, path_effects=_cased(look, 3))
    look_of_points: dict[str, Any] = {
        "color": look.background,
        "markeredgecolor": look.text,
        "markeredgewidth": 1.6,
        "zorder": 5,
    }
    ax.plot(sigmas[inside], middle[inside], "o", markersize=7, **look_of_points)
    above = middle >= top
    ax.plot(sigmas[above], np.full(above.sum(), top), "^", markersize=8, clip_on=False, **look_of_points)
    return ax


def draw_curve(ax: Axes, x: Floats, y: Floats, look: Theme, linestyle: Any = DOTS) -> Axes:
    """Draw a curve of theory, up to the top of the panel where it lies beyond it; none if all of it does."""
    limits = ax.get_xlim(), ax.get_ylim()
    width = 2.6 if linestyle == DOTS else 1.6
    shown = np.where(np.isinf(y), 1e6, y)
    if (shown > limits[1][1]).all():
        return ax
    ax.plot(x, shown, color=look.text, linestyle=linestyle, linewidth=width, zorder=3, path_effects=_cased(look, 4))
    ax.set(xlim=limits[0], ylim=limits[1])
    return ax


def is_line_within(x: Floats, y: Floats, across: Floats, up: Floats) -> bool:
    """Whether any of a curve lies between the first and the last edges of a map; a point, as ReLU's, is no line."""
    inside = (x >= across[0]) & (x <= across[-1]) & (y >= up[0]) & (y <= up[-1])
    return bool(inside.any() and (np.ptp(x[inside]) > 1e-6 or np.ptp(y[inside]) > 1e-6))


def draw_beyond(ax: Axes, words: str, critical: Sequence[float]) -> Axes:
    """Say above a panel that a curve lies beyond all of it, at the end away from the critical sigma_w."""
    right = not critical or critical[0] < np.mean(ax.get_xlim())
    ax.annotate(
        words, (float(right), 1), xytext=(0, 5), xycoords="axes fraction", textcoords="offset points",
        ha="right" if right else "left", va="bottom", fontsize=NOTE + 1,
    )  # fmt: skip
    return ax


def draw_lost(ax: Axes, x: Floats, y: Floats, lost: Floats, look: Theme) -> Axes:
    """Mark cells without a number, shape (x, y): once a column and cause, half way up its cells."""
    for sign, marker, size in ((1.0, "x", 8), (-1.0, "D", 6)):
        marks: dict[str, Any] = {"marker": marker, "markersize": size, "fillstyle": "none", "markeredgewidth": 2.0}
        for at, column in zip(x, lost, strict=True):
            if len(rows := np.asarray(y, float)[column == sign]):
                ax.plot(at, rows.mean(), linestyle="none", color=look.text, zorder=5, **marks)
    return ax


def draw_contour(ax: Axes, x: Floats, y: Floats, values: Floats, level: float, look: Theme) -> Axes:
    """Draw where values of theory, shape (x, y), cross a level; infinite ones count as far above it."""
    seen = np.log(np.clip(values, level / 100, level * 100))
    if seen.min() < np.log(level) < seen.max():
        drawn = ax.contour(x, y, seen.T, levels=[np.log(level)], colors=look.text, linestyles=[DOTS], linewidths=2.6)
        drawn.set_path_effects(_cased(look, 4))
    return ax


def draw_critical(ax: Axes, sigma: float, look: Theme, words: str) -> Axes:
    """Draw a critical sigma_w as a vertical line, its value above."""
    ax.axvline(sigma, color=look.text, linestyle="--", linewidth=1.6, zorder=3, path_effects=_cased(look, 3))
    ax.annotate(
        words, (sigma, 1), xytext=(0, 5), xycoords=("data", "axes fraction"), textcoords="offset points",
        ha="center", va="bottom", fontsize=NOTE + 1,
    )  # fmt: skip
    return ax


def draw_refusal(ax: Axes, bar: Axes, words: str) -> Axes:
    """Say in place of a map, and of its colours, why there is none."""
    bar.set_axis_off()
    ax.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1))
    ax.text(0.5, 0.5, wrapped(words, 36), ha="center", va="center", fontsize=BODY, linespacing=1.5)
    return ax


def draw_colours(ax: Axes, norm: Any, cmap: str, ticks: dict[float, str]) -> Axes:
    """Draw the colours of a map as a bar, with labels at the right."""
    levels = np.linspace(norm.vmin, norm.vmax, 129)
    ax.pcolormesh([0, 1], around(levels), levels[:, None], norm=norm, cmap=cmap, rasterized=True)
    ax.set_ylim(norm.vmin, norm.vmax)
    ax.set_xticks([])
    ax.yaxis.tick_right()
    ax.set_yticks(list(ticks), list(ticks.values()))
    return ax
