"""The figure of a learning-rate range test: the loss while the rate rises, and the rates read off it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.catalog.looks import Theme
from actviz.plots.canvas import draw
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.ends import name_ends, room_of
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.limits import limit_axis
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, DASHES, PairingStyle, panel_grid
from actviz.plots.figures.training import over_seeds
from actviz.plots.reading.series import Line
from actviz.plots.reading.telling import alt_text, seed_words
from actviz.results.dataset import recipe
from actviz.results.words import training_words
from actviz.text import text, width_of
from actviz.text.numbers import in_print
from actviz.training.range_test import LAG, Suggestion, suggest

if TYPE_CHECKING:
    import xarray


_LETTER = 0.66
"""Width of a bold letter in font sizes, on average."""

_ROW = 19.0
"""Height of a row of words above the panel, in points."""


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
    """Mark the rate at which the loss falls fastest, and the largest stable one, with words above, where no line runs.

    They stand at the outer sides of both lines, or where there is no room, in a row each.
    """
    marks = [(told.rate, "range.suggested", "green"), (told.largest, "range.largest", "vermillion")]
    marks = [mark for mark in marks if not math.isnan(mark[0])]
    low, high = map(math.log, ax.get_xlim())
    wide = ax.get_position().width * ax.figure.get_figwidth() * 72
    words = [text(key, lang, rate=in_print(rate, 2)) for rate, key, _ in marks]
    room = [_LETTER * BODY * width_of(each) / wide for each in words]  # as shares of the panel, as places are
    places = [(math.log(rate) - low) / (high - low) for rate, *_ in marks]
    apart = len(marks) == 2 and room[0] <= places[0] and room[1] <= 1 - places[1]
    for row, ((rate, _, color), said, at, needed) in enumerate(zip(marks, words, places, room, strict=True)):
        ax.axvline(rate, color=look.palette[color], linewidth=look.line, linestyle=DASHES[1], zorder=4)
        start = at if apart else min(max(at - needed / 2, 0.0), max(1 - needed, 0.0))
        ax.annotate(
            said, (start, 1), xytext=(0, 5 + _ROW * (1 - row) * (not apart)), xycoords="axes fraction",
            textcoords="offset points", ha="right" if apart and row == 0 else "left", va="bottom",
            color=look.palette[color], fontsize=BODY, fontweight="bold",
        )  # fmt: skip
    heading(ax, text("range.loss", lang), 6.0 + _ROW * (1 + (not apart)))
    return ax


def range_titles(ds: xarray.Dataset, told: Suggestion, lang: str) -> list[str]:
    """Say which rates the test tells."""
    low, high = (in_print(recipe(ds)[end]) for end in ("low", "high"))
    if math.isnan(told.rate):
        return [text("found.range_never", lang, low=low, high=high)]
    rates = {"rate": in_print(told.rate, 2), "largest": in_print(told.largest, 2)}
    whole = told.largest >= recipe(ds)["high"]
    return [text(f"found.range{key}", lang, **rates) for key in ("_whole" if whole else "", "_short")]


def range_test_alt(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell which rates a range test suggests."""
    from actviz.training.range_test import suggest

    known, found = recipe(ds), suggest(ds, lang)
    ends = {end: in_print(known[end]) for end in ("low", "high")}
    head = text("range_test.alt", lang, seeds=seed_words(ds, lang), **ends)
    if math.isnan(found.rate):
        return alt_text(head, [text("range_test.alt_never", lang)], lang)
    rates = {"rate": in_print(found.rate, 2), "largest": in_print(found.largest, 2)}
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
    read = told.reason if math.isnan(told.rate) else ""
    fig = sheet.figure("range", range_words(ds, lang), read=read, found=range_titles(ds, told, lang), lag=LAG)
    chance = math.log(known["classes"]) if known["classes"] and _is_guessed(known) else math.nan
    words = {"guessing": text("range.guessing", lang)} if math.isfinite(chance) else {}
    ((ax,),) = panel_grid(fig, 1, 1, left=70, right=room_of(words.values()) + 12, top=130 + 2 * _ROW, bottom=76)
    draw_range(ax, ds, look)
    limit_axis(ax, sheet.style)
    draw_suggestion(ax, told, look, lang)
    if words and ax.get_ylim()[0] <= chance <= ax.get_ylim()[1]:
        ax.axhline(chance, color=look.muted, linewidth=0.9, linestyle=DASHES[2], zorder=1)
        at, flat = np.array([told.largest]), np.array([chance])
        level = Line(at, flat, flat, flat, np.array([False]))
        name_ends(ax, words, [level], [PairingStyle(look.muted, "", "-")], ["guessing"])
    ax.set_xlabel(text("range.rate", lang))
    return fig


def _is_guessed(known: Mapping[str, Any]) -> bool:
    return bool(next(iter(known["runs"].values()))["loss"] == "cross_entropy")


def range_words(ds: xarray.Dataset, lang: str) -> str:
    """Return how the test was done, in one line: as a training, with the range in place of its schedule."""
    known = recipe(ds)
    runs = {label: {**run, "lr": None} for label, run in known["runs"].items()}
    words = training_words(ds.assign_attrs(recipe=json.dumps({**known, "runs": runs})), lang)
    low, high = in_print(known["low"]), in_print(known["high"])
    return f"{words} · {text('range.rates', lang, low=low, high=high)}"
