"""The figure of number formats: magnitudes of activations and gradients over the formats' ranges, as a ruler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from actviz.catalog.formats import NumberFormat, number_formats
from actviz.catalog.looks import Theme
from actviz.diagnosis.narrow import format_notes, loses
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.frame import heading, legend_below
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.spec import by_pairing
from actviz.plots.canvas.style import MARGIN, NOTE, panel_grid
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Names, choose
from actviz.plots.reading.telling import alt_text
from actviz.results.dataset import of_pairing
from actviz.results.formats import KEPT, SIDES, Lost, Magnitudes, check_formats, losses, magnitudes
from actviz.results.words import pairing_name, recipe_words
from actviz.text import text
from actviz.text.numbers import in_print, percent

if TYPE_CHECKING:
    import xarray

LINES = 4
"""Layers that are drawn at most, the first and the last among them."""

_LOW, _HIGH = -30.0, 18.0
"""Ends of the axis at least, in powers of two: what FP16 and both kinds of FP8 hold."""

_BAR = 0.44
"""Height of a format's bar, of its row."""


def formats_lacks(ds: xarray.Dataset) -> str:
    """Say what a result lacks for the figure; empty if nothing."""
    return "" if "grad_hist" in ds else text("formats.lacks")


def _pairing(ds: xarray.Dataset, inits: Names, activations: Names) -> tuple[str, str]:
    return choose(ds, "init", inits)[0], choose(ds, "activation", activations)[0]


def formats_alt(
    ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, formats: Any = None,
    **_: Any,
) -> str:  # fmt: skip
    """Tell what each format loses."""
    init, activation = _pairing(ds, inits, activations)
    asked = [each.name for each in number_formats(formats)]
    entries = [note.message(lang) for note in format_notes(ds, init, activation, asked)]
    return alt_text(text("formats.alt", lang, name=pairing_name(init, activation, lang)), entries, lang)


def _octaves(values: Magnitudes, layer: int) -> tuple[Floats, Floats]:
    """Return shares of a layer's magnitudes by octave, and the powers of two they begin at."""
    positive = values.edges[:-1] > 0
    powers = np.floor(np.log2(values.edges[:-1][positive]) + 1e-9).astype(int)
    total = max(float(values.total[layer]), 1.0)
    first, last = int(powers.min()), int(powers.max())
    shares = np.bincount(powers - first, weights=values.counts[layer][positive], minlength=last - first + 1) / total
    return np.asarray(shares, np.float64), np.arange(first, last + 1, dtype=np.float64)


@on_axes
def draw_octaves(ax: Any, shares: Floats, powers: Floats, color: Any, label: str) -> Any:
    """Draw shares by octave over powers of two as a step line."""
    there = np.flatnonzero(shares > 0)
    if not len(there):
        return ax
    at = slice(int(there[0]), int(there[-1]) + 1)
    edges = np.append(powers[at], powers[at][-1] + 1)
    ax.stairs(shares[at], edges, color=color, linewidth=2.0, label=label, baseline=0.0)
    return ax


@on_axes
def draw_ruler(ax: Any, chosen: Sequence[NumberFormat], told: Sequence[str], look: Theme) -> Any:
    """Draw a bar for each format over the powers of two that it holds, subnormal numbers paler; told beside it."""
    low, high = ax.get_xlim()
    for row, (each, words) in enumerate(zip(chosen, told, strict=True)):
        y = len(chosen) - 1 - row
        least, normal, largest = (np.log2([each.flushed, each.least_normal, each.largest])).tolist()
        ax.barh(y, np.clip(normal, low, high) - np.clip(least, low, high), _BAR, np.clip(least, low, high),
                color=look.palette["sky"], alpha=0.45)  # fmt: skip
        ax.barh(y, np.clip(largest, low, high) - np.clip(normal, low, high), _BAR, np.clip(normal, low, high),
                color=look.palette["blue"], alpha=0.85)  # fmt: skip
        ax.text(low, y + 0.47, f"{each.label}: {words}", va="center", fontsize=NOTE, color=look.text)
    ax.set(ylim=(-0.35, len(chosen) - 0.15), yticks=[])
    ax.spines["left"].set_visible(False)
    return ax


def _words(found: Lost, layers: Sequence[int], lang: str) -> str:
    """Say what a format loses at the layer where it loses most."""
    for bound, key in ((0, "formats"), (1, "formats.perhaps")):
        flushed, beyond = (np.nan_to_num(each[bound]) for each in (found.flushed, found.overflow))
        which, shares = ("flushed", flushed) if flushed.max() >= beyond.max() else ("overflow", beyond)
        at = int(shares.argmax())
        if shares[at] > (KEPT if which == "flushed" else 0.0):
            return text(f"{key}.{which}", lang, share=percent(float(shares[at])), layer=layers[at])
    return text("formats.fits", lang)


@drawn_as("formats", alt=formats_alt, lacks=formats_lacks, files=by_pairing, asked=True)
def figure_formats(
    sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, formats: Any = None
) -> Figure:
    """Draw the magnitudes of a pairing's activations and gradients over the ranges of number formats.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``probe`` or ``probe_module``.
    inits, activations : str, optional
        Which pairing; the first unless named.
    formats : str or sequence of str, optional
        Which number formats; all unless named.
    theme : {"light", "dark", "print"}
    lang : str
    """
    look, lang, chosen = sheet.theme, sheet.lang, number_formats(formats)
    init, activation = _pairing(ds, inits, activations)
    check_formats(ds)
    layers = [int(each) for each in ds["layer"].values]
    name = pairing_name(init, activation, lang)
    notes = format_notes(ds, init, activation, [each.name for each in chosen])
    losing = [_short(note.message(lang)) for note in notes if loses(note)]
    held = text("formats.held", lang, formats=", ".join(each.label for each in chosen))
    words = (
        losing[0] if losing else held if all("_fits" in note.key for note in notes) else _short(notes[0].message(lang))
    )
    found = [text("found.pairing", lang, name=name, words=words)]
    title = text("formats.title", lang, name=name)
    height = sheet.height_for(4 if sheet.narrow else 2, 155, 240)
    fig = sheet.figure("formats", recipe_words(ds, lang, gradient=True), height, title=title, found=found)
    columns = 1 if sheet.narrow else 2
    ruler = (0.5 if sheet.narrow else 0.4) * len(chosen)
    narrow = sheet.narrow
    grid = panel_grid(
        fig, 4 // columns, columns, left=58, right=MARGIN, top=134, bottom=76 if narrow else 92,
        gap=(44, 64 if narrow else 22), heights=[1.6, ruler] * (2 // columns),
    )  # fmt: skip
    last = len(layers) - 1
    shown = sorted({round(at * last / (LINES - 1)) for at in range(LINES)})
    colors = _ramp(look, len(shown))
    of = {side: magnitudes(ds, init, activation, side) for side in SIDES}
    each_loses = [losses(ds, init, activation, each, of) for each in chosen]
    for number, side in enumerate(SIDES):
        above, below = (
            (grid[0][number], grid[1][number]) if columns == 2 else (grid[2 * number][0], grid[2 * number + 1][0])
        )
        _panel(above, of[side], shown, colors, [str(layers[at]) for at in shown])
        heading(above, text(f"formats.{side}", lang))
        shares = of_pairing(ds, "grad_zero" if side == "grad" else "zero_fraction", init, activation)
        zeros = float(np.fmax.reduce(shares, axis=None, initial=0.0))
        below.set_xlim(above.get_xlim())
        draw_ruler(below, chosen, [_words(each[side], layers, lang) for each in each_loses], look)
        below.set_xlabel(text("formats.axis" if zeros < 5e-4 else "formats.axis_zeros", lang), fontsize=NOTE + 1)
        below.set_xticks(*_ticks(*below.get_xlim()))
        above.set_xticks(below.get_xticks(), [])
    handles = [Line2D([], [], color=color, linewidth=look.line) for color in colors]
    names = [text("formats.layer", lang, layer=layers[at]) for at in shown]
    if sheet.narrow:
        fig.legend_height = legend_below(fig, handles, names, fontsize=NOTE + 1)
    else:
        fig.legend(
            handles, names, loc="lower center", bbox_to_anchor=(0.5, (MARGIN + 2) / (fig.get_figheight() * 72)),
            ncols=len(names), frameon=False, fontsize=NOTE + 1, borderaxespad=0, borderpad=0,
        )  # fmt: skip
    return fig


def _short(words: str) -> str:
    """Return what a note says first, before its evidence."""
    return words.partition(":")[0]


def _ramp(look: Theme, number: int) -> list[Any]:
    """Return colours from one end of a stack to the other."""
    ends = np.array([to_rgb(look.palette["vermillion"]), to_rgb(look.palette["green"])])
    shares = np.linspace(0.0, 1.0, number)[:, None]
    return [tuple(each) for each in (1 - shares) * ends[0] + shares * ends[1]]


def _panel(ax: Any, values: Magnitudes, shown: Sequence[int], colors: Sequence[Any], names: Sequence[str]) -> None:
    """Draw a line a layer."""
    low, high, most = _LOW, _HIGH, 0.0
    for at, color, name in zip(shown, colors, names, strict=True):
        shares, powers = _octaves(values, at)
        draw_octaves(ax, shares, powers, color, name)
        if (there := np.flatnonzero(shares > 1e-3)).size:
            low, high = min(low, powers[there[0]]), max(high, powers[there[-1]] + 1)
        most = max(most, float(shares.max(initial=0.0)))
    ax.set(xlim=(max(low - 1, -130.0), min(high + 1, 130.0)), ylim=(0.0, 1.12 * most or 1.0))
    ax.yaxis.set_major_formatter(lambda value, _: f"{in_print(100 * value, 3)} %")


def _ticks(low: float, high: float) -> tuple[list[float], list[str]]:
    """Return places and names of powers of two."""
    step = next(each for each in (8, 16, 32, 64) if (high - low) / each <= 8)
    powers = range(int(np.ceil(low / step)) * step, int(high) + 1, step)
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return [float(each) for each in powers], [f"2{str(each).translate(raised)}" for each in powers]
