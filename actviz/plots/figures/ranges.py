"""The figure of a learning-rate range test: the loss while the rate rises, and the rates read off it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.catalog.looks import Theme
from actviz.plots.canvas import draw
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.limits import limit_axis
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, DASHES, NOTE, panel_grid
from actviz.plots.figures.training import over_seeds
from actviz.plots.reading.telling import alt_text, seed_words
from actviz.results.dataset import recipe
from actviz.results.words import training_words
from actviz.text import text
from actviz.training.range_test import LAG, Suggestion, suggest

if TYPE_CHECKING:
    import xarray


@on_axes
def draw_range(ax: Any, ds: xarray.Dataset, look: Theme) -> Any:
    """Draw the smoothed loss over the rate: every seed, their median, and their band while all are running."""
    rates, curves = ds["learning_rate"].values, ds["smoothed_loss"].transpose("seed", "update").values
    running = np.isfinite(curves).all(axis=0)
    middle = over_seeds(rates, curves).middle
    color = look.palette["blue"]
    ax.fill_between(
        rates, curves.min(axis=0), curves.max(axis=0), where=running, color=color, alpha=look.band, linewidth=0
    )
    for curve in curves:
        ax.plot(rates, curve, color=color, linewidth=0.7, alpha=0.6, zorder=2)
    ax.plot(rates[running], middle[running], color=color, zorder=3)
    low, high = math.log10(rates[0]), math.log10(rates[-1])
    ax.set_xscale("log")
    ax.set_xlim(rates[0], rates[-1])
    draw.label_decades(ax.xaxis, low, high, 8)
    first = float(np.nanmean(curves[:, :10])) if np.isfinite(curves[:, :10]).any() else 1.0
    lowest = min(0.0, float(np.nanmin(curves, initial=0.0)))
    ax.set_ylim(lowest - 0.04 * first, 1.7 * first)
    ax.grid(axis="y", linewidth=0.8)
    return ax


@on_axes
def draw_suggestion(ax: Any, told: Suggestion, look: Theme, lang: str) -> Any:
    """Mark the rate at which the loss falls fastest, and the largest stable one."""
    low, high = ax.get_xlim()
    marks = ((told.rate, "range.suggested", "green"), (told.largest, "range.largest", "vermillion"))
    for row, (rate, key, color) in enumerate(marks):
        if math.isnan(rate):
            continue
        ax.axvline(rate, color=look.palette[color], linewidth=look.line, linestyle=DASHES[1], zorder=4)
        left = math.log(rate / low) > 0.6 * math.log(high / low)  # words stand where the axes have room for them
        ax.annotate(
            text(key, lang, rate=f"{rate:.2g}"), (rate, 1), xytext=(-6 if left else 6, -4 - 22 * row),
            xycoords=ax.get_xaxis_transform(), textcoords="offset points", ha="right" if left else "left", va="top",
            color=look.palette[color], fontsize=BODY, fontweight="bold",
            bbox={"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 1.5}, zorder=5,
        )  # fmt: skip
    return ax


def range_test_alt(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell which rates a range test suggests."""
    from actviz.training.range_test import suggest

    known, found = recipe(ds), suggest(ds, lang)
    head = text("range_test.alt", lang, low=f"{known['low']:g}", high=f"{known['high']:g}", seeds=seed_words(ds, lang))
    if math.isnan(found.rate):
        return alt_text(head, [text("range_test.alt_never", lang)], lang)
    rates = {"rate": f"{found.rate:.2g}", "largest": f"{found.largest:.2g}"}
    return alt_text(head, [text("range_test.alt_rates", lang, **rates)], lang)


@drawn_as("range_test", alt=range_test_alt, about="range.about", kind="range_test", takes=("ylim",))
def figure_range(sheet: Sheet, ds: xarray.Dataset) -> Figure:
    """Draw the smoothed loss of a range test over the learning rate, with the rates it suggests.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``find_rate``.
    theme : {"light", "dark", "print"}
    lang : str
    """
    look, lang = sheet.theme, sheet.lang
    known, told = recipe(ds), suggest(ds, lang)
    fig = sheet.figure("range", range_words(ds, lang), read=told.reason if math.isnan(told.rate) else "", lag=LAG)
    ((ax,),) = panel_grid(fig, 1, 1, left=70, right=40, top=130, bottom=76)
    draw_range(ax, ds, look)
    limit_axis(ax, sheet.style)
    draw_suggestion(ax, told, look, lang)
    if known["classes"] and next(iter(known["runs"].values()))["loss"] == "cross_entropy":
        guessing = math.log(known["classes"])
        ax.axhline(guessing, color=look.muted, linewidth=0.9, linestyle=DASHES[2], zorder=1)
        ax.annotate(
            text("range.guessing", lang), (1, guessing), xytext=(-4, 3), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", ha="right", va="bottom", fontsize=NOTE, color=look.muted,
        )  # fmt: skip
    ax.set_xlabel(text("range.rate", lang))
    heading(ax, text("range.loss", lang))
    return fig


def range_words(ds: xarray.Dataset, lang: str) -> str:
    """Return how the test was done, in one line: as a training, with the range in place of its schedule."""
    known = recipe(ds)
    runs = {label: {**run, "lr": None} for label, run in known["runs"].items()}
    words = training_words(ds.assign_attrs(recipe=json.dumps({**known, "runs": runs})), lang)
    low, high = f"{known['low']:g}", f"{known['high']:g}"
    return f"{words} · {text('range.rates', lang, low=low, high=high)}"
