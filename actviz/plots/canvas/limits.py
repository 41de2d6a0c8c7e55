"""The y axis of a figure's panels: as suits what they show, or as its maker chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from actviz.catalog.styles import Style
from actviz.errors import ActvizError
from actviz.plots.canvas import draw
from actviz.plots.canvas.slide import Canvas
from actviz.plots.reading.scales import decade_ticks
from actviz.plots.reading.series import Line, finite_values
from actviz.text.numbers import in_print


def draw_linear_axis(ax: Any, lines: Sequence[Line]) -> Any:
    """Give the y axis a linear range that holds all the lines and zero, however small or large they are."""
    values = finite_values(lines)
    low, high = (min(values.min(), 0.0), max(values.max(), 0.0)) if values.size else (0.0, 1.0)
    room = 0.06 * (high - low) or 1.0
    ax.set_ylim(low - room, high + room)
    ax.locator_params(axis="y", nbins=4)
    return ax


AXES: dict[str, Callable[..., Any]] = {
    "log": draw.draw_log_axis,
    "linear": draw_linear_axis,
    "plain": draw.draw_plain_axis,
    "cosine": draw.draw_cosine_axis,
    "share": lambda ax, lines: draw.draw_share_axis(ax),
}
"""What gives the y axis its range, by what it is for."""


def value_axis(ax: Any, usual: str, lines: Sequence[Line], style: Style, panel: str = "") -> str:
    """Give the y axis of a panel its range, which holds all the lines unless a style says another; return what it is.

    ``usual`` is one of ``AXES``; a style may choose ``log`` or ``linear``.

    Raises
    ------
    ActvizError
        If a style's limits are none of a logarithmic axis.
    """
    bounded = usual in ("share", "cosine")  # linear already, and up to 1 in every figure
    kind = usual if style.yscale is None or (style.yscale == "linear" and bounded) else style.yscale
    AXES[kind](ax, lines)
    limit_axis(ax, style, panel)
    return kind


def limit_axis(ax: Any, style: Style, panel: str = "") -> Any:
    """Give the y axis of a panel the ends that a style says, if any; the figure knows its panels' limits.

    Raises
    ------
    ActvizError
        If they are none of a logarithmic axis.
    """
    if limits := style.limits(panel):
        set_limits(ax, *limits)
    if isinstance(ax.figure, Canvas):
        low, high = ax.figure.limits.get(panel, (np.inf, -np.inf))
        ax.figure.limits[panel] = (min(low, ax.get_ylim()[0]), max(high, ax.get_ylim()[1]))
    return ax


def set_limits(ax: Any, low: float, high: float) -> None:
    """Give the y axis limits, and ticks between them.

    Raises
    ------
    ActvizError
        If it is logarithmic, and the lower one is not above 0.
    """
    log = ax.get_yscale() == "log"
    if log and low <= 0:
        raise ActvizError(f"ylim of a logarithmic axis must be above 0, not {low:g}; or draw it linear")
    ax.set_ylim(low, high)
    if not log:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: in_print(value)))
        ax.locator_params(axis="y", nbins=4) if ax.get_yscale() == "linear" else None
    elif len(decade_ticks(np.log10(low), np.log10(high), 4)) > 1:
        draw.label_decades(ax.yaxis, np.log10(low), np.log10(high), 4)
    else:  # less than two powers of ten between them
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: in_print(value)))
        ax.yaxis.set_minor_locator(NullLocator())
