"""The figure of a coordinate check: how far updates move each layer over the width, a panel a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from actviz.catalog.looks import Theme
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.draw import label_decades, label_places
from actviz.plots.canvas.ends import spread
from actviz.plots.canvas.frame import heading, legend_below
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import DASHES, MARGIN, NOTE, panel_grid
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.telling import alt_text, seed_words
from actviz.scaling.slopes import judge, kinds, slopes_of
from actviz.scaling.words import ORDER, found, how_words, interval, slope_word
from actviz.text import text
from actviz.text.numbers import in_print

if TYPE_CHECKING:
    import xarray

PANELS = 4
"""Steps that are drawn at most, the first and the last among them."""

_COLORS = {"input": "blue", "hidden": "vermillion", "output": "green", "fixed": "grey", "none": "purple"}
_MARKS = {"input": "o", "hidden": "s", "output": "D", "fixed": "v", "none": "^"}
_BESIDE = 40.0
"""Room for the slopes at the right of a panel, in points."""


def _shown(ds: xarray.Dataset) -> list[int]:
    """Return which steps are drawn."""
    last = len(ds["step"]) - 1
    return (
        sorted({round(at * last / (PANELS - 1)) for at in range(PANELS)}) if last >= PANELS else list(range(last + 1))
    )


def _means(ds: xarray.Dataset, name: str) -> Floats:
    """Return geometric means over the seeds, shape (widths, steps + 1, layers); NaN where one is 0 or not finite."""
    values = ds[name].transpose("width", "seed", "step", "layer").values
    with np.errstate(all="ignore"):
        logs = np.log(np.where(np.isfinite(values) & (values > 0), values, np.nan)).mean(axis=1)
    return np.asarray(np.exp(logs), np.float64)


def coordinates_alt(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell of every layer the slopes of its start and of its change."""
    widths, growths = ds["width"].values, judge(ds)
    half = len(growths) // 2
    head = text("coordinates.alt", lang, low=int(widths.min()), high=int(widths.max()), seeds=seed_words(ds, lang))
    entries = [
        text(
            "coordinates.alt_layer", lang, kind=text(f"width.kind.{start.kind}", lang), name=start.name,
            start=_told(interval(start), lang), change=_told(interval(change), lang),
        )
        for start, change in zip(growths[:half], growths[half:], strict=True)
    ]  # fmt: skip
    return alt_text(head, entries, lang, next(iter(found(growths, lang)), ""))


def _told(written: str, lang: str) -> str:
    return text("coordinates.alt_none", lang) if written == "-" else written


@on_axes
def draw_coordinates(ax: Any, widths: Floats, values: Floats, kind: Sequence[str], look: Theme, **how: Any) -> Any:
    """Draw values of shape (widths, layers) over the widths, a line a layer in the colour of its kind."""
    for layer, each in enumerate(kind):
        style = {"color": look.palette[_COLORS[each]], "marker": _MARKS[each], "markersize": 5.5} | how
        ax.plot(widths, values[:, layer], **style)
    ax.set_xscale("log", base=2)
    ax.set_yscale("log", nonpositive="mask")
    few = widths if len(widths) <= 5 else widths[[0, len(widths) // 2, -1]]
    label_places(ax.xaxis, few.tolist(), [in_print(each) for each in few])
    return ax


def _write_slopes(ax: Any, ends: Floats, slopes: Floats, kind: Sequence[str], look: Theme) -> None:
    """Write each line's slope at its end; of many layers of a kind, those that differ from its others."""
    box = ax.get_position()
    tall = box.height * ax.figure.get_figheight() * 72
    there = [at for at in range(len(kind)) if np.isfinite(ends[at]) and np.isfinite(slopes[at])]
    most = max(1, int(tall / 13.5))
    if len(there) > most:  # the steepest of every kind
        there = [max((at for at in there if kind[at] == each), key=lambda at: abs(float(slopes[at])))
                 for each in dict.fromkeys(kind[at] for at in there)]  # fmt: skip
    to_axes = ax.transData + ax.transAxes.inverted()
    wanted = [float(np.clip(to_axes.transform((1.0, ends[at]))[1], 0.02, 0.98)) for at in there]
    for at, place in zip(there, spread(wanted, 13.5 / tall, 0.0, 1.0), strict=True):
        ax.annotate(
            slope_word(float(slopes[at])), (1.0, place), xytext=(7, 0), xycoords="axes fraction",
            textcoords="offset points", va="center", color=look.palette[_COLORS[kind[at]]], fontsize=NOTE,
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip


@drawn_as("coordinates", alt=coordinates_alt, kind="coordinates")
def figure_coordinates(sheet: Sheet, ds: xarray.Dataset) -> Figure:
    """Draw how far updates move each layer over the width, and its size, a panel a step, with the slopes.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``coordinate_check``.
    theme : {"light", "dark", "print"}
    lang : str
    """
    ds, look, lang = ds.sortby("width"), sheet.theme, sheet.lang
    steps, kind, widths = _shown(ds), kinds(ds), ds["width"].values.astype(np.float64)
    size, change = _means(ds, "size"), _means(ds, "change")
    of_size, of_change = (slopes_of(ds, name).mean(axis=0) for name in ("size", "change"))
    columns = sheet.columns(2 if sheet.narrow else len(steps), 150, 92)
    rows = -(-len(steps) // columns)
    height = sheet.height_for(rows, 190, 230)
    fig = sheet.figure("coordinates", how_words(ds, lang), height, found=found(judge(ds), lang))
    grid = panel_grid(fig, rows, columns, left=76, right=MARGIN + _BESIDE, top=142, bottom=76 if sheet.narrow else 104,
                      gap=(38 + _BESIDE, 70))  # fmt: skip
    panels = [ax for row in grid for ax in row]
    low, high = _range([size[:, 0], *(values[:, step] for step in steps if step for values in (size, change))])
    for ax, step in zip(panels, steps, strict=False):
        if step:
            draw_coordinates(ax, widths, size[:, step], kind, look, linestyle=DASHES[1], alpha=0.45, marker="")
        shown, slopes = (change, of_change) if step else (size, of_size)
        draw_coordinates(ax, widths, shown[:, step], kind, look, linestyle="-" if step else DASHES[1])
        ax.set_ylim(low, high)
        label_decades(ax.yaxis, np.log10(low), np.log10(high), 5)
        ax.grid(axis="y", linewidth=0.8)
        _write_slopes(ax, shown[-1, step], slopes[step], kind, look)
        ax.set_xlabel(text("coordinates.axis", lang), fontsize=NOTE + 1)
        words = "start" if not step else "after_one" if step == 1 else "after"
        heading(ax, text(f"coordinates.{words}", lang, number=step))
    for ax in panels[len(steps) :]:
        ax.remove()
    _legend(fig, sheet, kind)
    return fig


def _range(values: Sequence[Floats]) -> tuple[float, float]:
    """Return limits of a logarithmic axis that hold what is finite."""
    every = np.concatenate([each[np.isfinite(each)] for each in values])
    if not every.size:
        return 0.1, 10.0
    room = 1.6
    return float(every.min()) / room, float(every.max()) * room


def _legend(fig: Any, sheet: Sheet, kind: Sequence[str]) -> None:
    """Name the kinds of layers below the panels."""
    look, lang = sheet.theme, sheet.lang
    there = [each for each in ORDER if each in kind]
    handles = [Line2D([], [], color=look.palette[_COLORS[each]], marker=_MARKS[each], linewidth=look.line)
               for each in there]  # fmt: skip
    names = [text(f"width.kind.{each}", lang) for each in there]
    if sheet.narrow:
        fig.legend_height = legend_below(fig, handles, names, fontsize=NOTE + 1)
        return
    fig.legend(
        handles, names, loc="lower center", bbox_to_anchor=(0.5, (MARGIN + 4) / (fig.get_figheight() * 72)),
        ncols=len(names), frameon=False, fontsize=NOTE + 1, borderaxespad=0, borderpad=0,
    )  # fmt: skip
