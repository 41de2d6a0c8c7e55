"""Pictures that are drawn of no result: the diagram of a stack of layers, and a formula."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.textpath import TextPath

from actviz.catalog.looks import Theme
from actviz.plots.canvas.style import BODY, themed
from actviz.text import text

_WIDTH, _HEIGHT = 892.0, 250.0


def stack_diagram(*, theme: str = "light", lang: str = "en") -> Figure:
    """Draw a stack of layers with what goes through it: the signal forwards, the gradient backwards.

    Raises
    ------
    ActvizError
        If there is no such theme or language.
    """
    with themed(theme, lang) as look, mpl.rc_context({"text.parse_math": True}):
        fig = Figure(figsize=(_WIDTH / 72, _HEIGHT / 72))
        ax = fig.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, _WIDTH), ylim=(0, _HEIGHT))
        ax.set_axis_off()
        size = 1.25 * BODY
        lefts = (70.0, 290.0, 570.0)
        for left, number in zip(lefts, ("1", "2", "L"), strict=True):
            _layer(ax, left, number, look, lang)
        ends = [0.0, *(left + _BOX for left in lefts)]
        for at, (start, name) in enumerate(zip(ends, ("$h_0$", "$h_1$", r"$h_2\ldots$", "$h_L$"), strict=True)):
            stop = (*lefts, _WIDTH - 74)[at]
            _arrow(ax, start + 4, stop - 4, 165.0, look.palette["blue"])
            ax.text((start + stop) / 2, 172, name, color=look.palette["blue"], fontsize=size, ha="center")
            if at:
                _arrow(ax, stop - 4, start + 4, 75.0, look.palette["vermillion"])
                name = ("", r"$\delta_1$", r"$\ldots\delta_2$", r"$\delta_L$")[at]
                ax.text((start + stop) / 2, 82, name, color=look.palette["vermillion"], fontsize=size, ha="center")
        ax.text(_WIDTH - 66, 120, text("lecture.diagram.loss", lang), fontsize=size, va="center", color=look.text)
        for up, key, color in ((226, "forward", "blue"), (14, "backward", "vermillion")):
            told = text(f"lecture.diagram.{key}", lang)
            ax.text(lefts[0], up, told, fontsize=BODY, color=look.palette[color], va="center")
    return fig


_BOX = 150.0


def _layer(ax: Any, left: float, number: str, look: Theme, lang: str) -> None:
    """Draw a layer: its name, and what it does to what comes in."""
    box = FancyBboxPatch(
        (left, 45), _BOX, 150, boxstyle="round,pad=0,rounding_size=10", facecolor=look.panel, edgecolor=look.muted
    )
    ax.add_patch(box)
    before = {"1": "h_0", "2": "h_1"}.get(number, "h_{L-1}")
    middle = left + _BOX / 2
    name = text("lecture.diagram.layer", lang, number=number)
    ax.text(middle, 172, name, fontsize=BODY, color=look.muted, ha="center")
    ax.text(middle, 132, f"$z = W\\,{before} + b$", fontsize=1.25 * BODY, ha="center", va="center")
    ax.text(middle, 92, r"$h = \varphi(z)$", fontsize=1.25 * BODY, ha="center", va="center")


def _arrow(ax: Any, start: float, stop: float, height: float, color: str) -> None:
    shape = {"arrowstyle": "-|>", "color": color, "linewidth": 2.4, "mutation_scale": 18, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (stop, height), (start, height), arrowprops=shape)


def formula(tex: str, *, theme: str = "light", size: float = 24.0) -> Figure:
    """Draw a formula, in TeX as matplotlib takes it, on a figure of its own extent.

    Raises
    ------
    ActvizError
        If there is no such theme.
    """
    with themed(theme) as look, mpl.rc_context({"mathtext.fontset": "cm", "text.parse_math": True}):
        # Of its ink: a sum's own box is half empty, and would cover the formula above it.
        ink = TextPath((0, 0), f"${tex}$", size=size).get_extents()
        pad = size / 5
        width, height = ink.width + 2 * pad, ink.height + 2 * pad
        fig = Figure(figsize=(width / 72, height / 72))
        place = ((pad - ink.x0) / width, (pad - ink.y0) / height)
        fig.text(*place, f"${tex}$", fontsize=size, color=look.text, va="baseline", parse_math=True)
    return fig
