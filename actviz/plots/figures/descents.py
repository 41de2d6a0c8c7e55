"""The figure of descents on a surface: contour lines, a path for each schedule, and the minimum in which it ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.catalog.landscapes import Landscape, landscape
from actviz.catalog.looks import Theme
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, NOTE, panel_grid
from actviz.plots.figures.rates import COLORS
from actviz.plots.reading.found_trainings import descent_titles
from actviz.plots.reading.series import Names, choose
from actviz.plots.reading.telling import alt_text
from actviz.results.dataset import recipe
from actviz.text import run_name, shortened, text, width_of
from actviz.text.numbers import in_print, percent, short

if TYPE_CHECKING:
    import xarray

_LEVELS = 16
_WIDEST = 38
"""Columns of words that fit under a panel of a slide in one line."""

_NAMED = 4
"""Up to so many minima have their heights written beside them."""


@on_axes
def draw_surface(ax: Any, surface: Landscape, look: Theme) -> Any:
    """Draw the contour lines of a surface, denser where it is low."""
    left, right, bottom, top = surface.view
    x, y = np.meshgrid(np.linspace(left, right, 161), np.linspace(bottom, top, 121))
    heights = surface.heights(np.stack([x, y], axis=-1))
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    levels = low + (high - low) * np.linspace(0, 1, _LEVELS)[1:] ** 1.5
    ax.contour(x, y, heights, levels=levels, colors=look.muted, linewidths=0.6, alpha=0.7)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.set_xticks([])
    ax.set_yticks([])
    return ax


@on_axes
def draw_minima(ax: Any, ds: xarray.Dataset, look: Theme) -> Any:
    """Mark the minima, the lowest in bold, with their heights if they are few."""
    x, y, heights = (ds[f"minimum_{what}"].values for what in ("x", "y", "value"))
    for at, height in enumerate(heights):
        ax.plot(x[at], y[at], "+", color=look.text, markersize=9, markeredgewidth=1.2 + 1.2 * (at == 0), zorder=6)
        if len(heights) <= _NAMED:
            ax.annotate(
                short(0.0 if abs(height) < 1e-9 else height), (x[at], y[at]), xytext=(0, -7), ha="center", va="top",
                textcoords="offset points", fontsize=NOTE, zorder=6,
                bbox={"facecolor": look.panel, "edgecolor": "none", "pad": 0.5, "alpha": 0.92},
            )  # fmt: skip
    return ax


@on_axes
def draw_path(ax: Any, own: xarray.Dataset, color: str, look: Theme) -> Any:
    """Draw a run's path without noise from its start to its end, and one with noise."""
    ax.plot(own["noisy_x"].values[0], own["noisy_y"].values[0], color=color, linewidth=0.8, alpha=0.55, zorder=2)
    x, y = own["x"].values, own["y"].values
    ax.plot(x, y, color=color, zorder=3, solid_joinstyle="round", linewidth=0.9 * look.line)
    marks = {"color": color, "markeredgecolor": look.panel, "markeredgewidth": 1.0, "zorder": 5}
    ax.plot(x[:1], y[:1], "o", markersize=9, **marks)
    ends = np.flatnonzero(np.isfinite(x) & np.isfinite(y))[-1:]
    ax.plot(x[ends], y[ends], "s", markersize=9, **marks)
    return ax


def outcome(own: xarray.Dataset, *, noise: bool, lang: str) -> str:
    """Say in which minimum a run ends, and how many noisy ones leave the first."""
    reached, first = float(own["reached_value"]), float(own["start_value"])
    if math.isnan(reached):
        words = text("descent.lost", lang)
    else:
        height = short(0.0 if abs(reached) < 1e-9 else reached)
        words = text("descent.leaves" if reached < first - 1e-3 else "descent.stays", lang, height=height)
    return f"{words} · {text('descent.share', lang, share=percent(float(own['escaped'].mean())))}" if noise else words


def descent_alt(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell in which minimum each descent ends."""
    known, chosen = recipe(ds), choose(ds, "run", runs)
    entries = []
    for run in chosen:
        own = ds.sel(run=run)
        reached, first = float(own["reached_value"]), float(own["start_value"])
        key = "lost" if math.isnan(reached) else "leaves" if reached < first - 1e-3 else "stays"
        height = short(0.0 if abs(reached) < 1e-9 else reached) if key != "lost" else ""
        words = text(f"descent.alt_{key}", lang, name=run_name(run, lang, schedule=True), height=height)
        share = percent(float(own["escaped"].mean()))
        entries.append(text("descent.alt_noisy", lang, words=words, share=share) if known["noise"] else words)
    head = text("descent.alt", lang, number=len(chosen), name=known["landscape"], steps=known["steps"])
    return alt_text(head, entries, lang)


@drawn_as("descent", alt=descent_alt, kind="descent")
def figure_descent(sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None, surface: Landscape | None = None) -> Figure:
    """Draw descents on a surface from a poor region, each in a panel with the minimum in which it ends.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``descend``.
    runs : str or sequence of str, optional
        Which to draw; all unless named.
    surface : Landscape, optional
        Where it is one of your own.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run, or its surface is one of your own and not given.
    """
    look, lang = sheet.theme, sheet.lang
    known, chosen = recipe(ds), choose(ds, "run", runs)
    ground = landscape(known["landscape"]) if surface is None else surface
    narrow = sheet.narrow
    columns = min(3 if narrow else 4, max(1, math.ceil(len(chosen) / 2)))
    rows = math.ceil(len(chosen) / columns)
    endings = {run: outcome(ds.sel(run=run), noise=known["noise"] > 0, lang=lang) for run in chosen}
    broken = narrow or max(map(width_of, endings.values())) > _WIDEST
    below = 18 * broken  # how it ended takes two lines then
    height = sheet.height_for(rows, 167 + below, 170)
    fig = sheet.figure("descent", descent_words(ds, lang), height, found=descent_titles(ds, chosen, lang))
    grid = panel_grid(fig, rows, columns, left=34, right=34, top=120, bottom=52 + below, gap=(14, 44 + below))
    cells = [ax for row in grid for ax in row]
    names = [run_name(run, lang, schedule=True) for run in chosen]
    size = BODY if max(map(width_of, names)) <= 72 // columns else NOTE + 1
    for ax, run, name in zip(cells, chosen, names, strict=False):
        own = ds.sel(run=run)
        lr, optimizer = known["runs"][run]
        plain = optimizer == "sgd" or lr.startswith("one_cycle")
        color = COLORS.get(lr.partition(":")[0], "purple") if plain else "purple"
        draw_surface(ax, ground, look)
        draw_minima(ax, ds, look)
        draw_path(ax, own, look.palette[color], look)
        heading(ax, shortened(name, 100 // columns), 4.0)
        if not narrow:
            ax.texts[-1].set_fontsize(size)
        ax.set_xlabel(endings[run].replace(" · ", "\n") if broken else endings[run], fontsize=NOTE + 1)
    for ax in cells[len(chosen) :]:
        ax.remove()
    return fig


def descent_words(ds: xarray.Dataset, lang: str) -> str:
    """Return how the descents were done, in one line."""
    known = recipe(ds)
    words = [
        text("descent.surface", lang, name=known["landscape"]),
        text("descent.steps", lang, number=known["steps"]),
        text("descent.noise", lang, value=in_print(known["noise"])),
    ]
    if known["noise"]:
        words.append(text("descent.repeats", lang, repeats=known["repeats"], seeds=len(known["seeds"])))
    return " · ".join(words)
