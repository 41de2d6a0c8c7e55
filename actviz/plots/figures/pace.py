"""The figure of how the size of the weights decides the pace of learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from actviz.plots.canvas import draw
from actviz.plots.canvas.ends import name_ends, naming
from actviz.plots.canvas.frame import heading, styles_legend
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import panel_cells
from actviz.plots.figures.run_looks import group_styles
from actviz.plots.figures.training import loss_axis
from actviz.plots.reading.found_trainings import pace_titles
from actviz.plots.reading.groups import differing, group_name, over_runs, series_of
from actviz.plots.reading.series import Line, Names, choose
from actviz.plots.reading.telling import alt_text, median
from actviz.results.words import training_words
from actviz.text import run_name, text
from actviz.text.numbers import in_print, percent, round_value
from actviz.training.measures import at_end, epochs_to, initial_scale, update_size

if TYPE_CHECKING:
    import xarray

_LEAST = 3
"""Sizes of the weights that make a line."""


def pace_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for the figure of the pace; empty if nothing."""
    scale = initial_scale(ds)
    groups = differing(ds, "init", _LEAST)
    enough = any((scale.sel(run=group) > 0).sum() >= _LEAST for group in groups)
    return "" if enough else text("pace.lacks")


def draw_scale_axis(ax: Any, scales: Sequence[float], doublings: int) -> Any:
    """Give the x axis the sizes of the weights, in about so many steps of doublings of He's."""
    low, high = np.log2(min(scales)), np.log2(max(scales))
    room = 0.07 * max(high - low, 1.0)
    ax.set_xscale("log", base=2)
    ax.set_xlim(2 ** (low - room), 2 ** (high + room))
    step = max(1, round((high - low) / doublings))
    ticks = [2.0**exponent for exponent in range(round(low), round(high) + 1, step)]
    ax.set_xticks(ticks, [round_value(tick) for tick in ticks])
    ax.xaxis.set_minor_locator(FixedLocator([]))
    ax.grid(axis="y", linewidth=0.8)
    return ax


def pace_alt(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, loss: float = 0.5, **_: Any) -> str:
    """Tell how long runs take to a loss, by the size of their first weights."""
    scales = {run: float(initial_scale(ds).sel(run=run)) for run in choose(ds, "run", runs)}
    epochs, accuracy = epochs_to(ds, loss), at_end(ds, "validation_accuracy")
    entries = []
    for run, scale in sorted(scales.items(), key=lambda each: each[1]):
        if not scale > 0:
            continue
        taken, good = float(np.median(epochs.sel(run=run))), median(accuracy.sel(run=run))
        share = percent(good) if np.isfinite(good) else text("pace.alt_unknown", lang)
        reached = in_print(taken) if np.isfinite(taken) else text("pace.alt_never", lang)
        values = {"scale": round_value(scale), "epochs": reached, "accuracy": share}
        entries.append(text("pace.alt_entry", lang, name=run_name(run, lang), **values))
    return alt_text(text("pace.alt", lang, loss=in_print(loss)), entries, lang)


@drawn_as("pace", alt=pace_alt, lacks=pace_lacks, kind="training")
def figure_pace(sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None, loss: float = 0.5) -> Figure:
    """Draw how long runs take to a training loss over the size of their first weights, and how large updates are.

    Parameters
    ----------
    ds : xarray.Dataset
        A training of runs that differ in their initializer; runs that differ in more are lines of their own.
    runs : str or sequence of str, optional
        Which to draw; all unless named.
    loss : float
        The training loss to be reached.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run.
    """
    look, lang = sheet.theme, sheet.lang
    scale = initial_scale(ds)
    groups = [
        [run for run in group if float(scale.sel(run=run)) > 0]
        for group in series_of(ds, choose(ds, "run", runs), "init")
    ]
    groups = [group for group in groups if group]
    shown = {
        "pace.epochs": epochs_to(ds, loss),
        "pace.update": update_size(ds).isel(step=min(1, ds.sizes["step"] - 1)),
        "pace.accuracy": at_end(ds, "validation_accuracy"),
    }

    def line(values: Any, group: Sequence[str]) -> Line:
        return over_runs(scale.sel(run=group).values, values.sel(run=group).transpose("run", "seed").values)

    styles = group_styles(ds, groups, look)
    names = [group_name(group, lang) for group in groups]
    lost = not all(np.isfinite(shown[name].sel(run=run)).all() for name in shown for g in groups for run in g)
    notes = [text("pace.lost", lang)] if lost else []
    last = [line(shown["pace.accuracy"], group) for group in groups]
    named = naming(names, last, sheet)
    across = sheet.columns(len(shown), 180, 64 + named.room - 50)
    footer = [training_words(ds, lang, bands=True), *notes * (not named.legend)]
    fig = sheet.figure(
        "pace", " · ".join(footer), sheet.height_of(-(-len(shown) // across), 200, 176),
        found=pace_titles(ds, groups, loss, lang), loss=in_print(loss),
    )  # fmt: skip
    axes = panel_cells(fig, len(shown), across, left=64, right=named.room, top=130, bottom=84, gap=(50, 84))
    scales = [float(scale.sel(run=run)) for group in groups for run in group]
    for ax, (name, values) in zip(axes, shown.items(), strict=True):
        lines = [line(values, group) for group in groups]
        log = name == "pace.update"
        if log:
            draw.draw_log_axis(ax, lines)
        elif name == "pace.accuracy":
            draw.draw_share_axis(ax)
        else:
            loss_axis(ax, lines, log=False)
        draw_scale_axis(ax, scales, 2 if sheet.narrow else 4)
        for i, (each, style) in enumerate(zip(lines, styles, strict=True)):
            draw.draw_line(ax, each, style, look)
            draw.draw_marks(ax, _apart(each, i), style, log=log)
        heading(ax, text(name, lang, loss=in_print(loss)))
        ax.set_xlabel(text("axis.scale", lang))
    if named.at_ends:
        name_ends(axes[-1], dict(zip(names, names, strict=True)), last, styles, names)
    if named.legend:
        styles_legend(fig, dict(zip(names, styles, strict=True)), look, notes)
    return fig


def _apart(line: Line, at: int) -> Line:
    """Set the marks of lines side by side apart, which all stand at the top."""
    return replace(line, layers=line.layers * 1.06**at)
