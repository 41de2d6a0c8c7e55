"""The figure of trainings: loss and accuracy of every run over the epochs; and how runs are read."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.errors import ActvizError
from actviz.plots.canvas import draw
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.building import BY, part
from actviz.plots.canvas.ends import line_names, name_ends, naming
from actviz.plots.canvas.frame import heading, result_marks, row_name, styles_legend
from actviz.plots.canvas.limits import limit_axis
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import PairingStyle, panel_grid
from actviz.plots.figures.run_looks import run_styles
from actviz.plots.reading.found_compared import laid_trainings_titles
from actviz.plots.reading.found_trainings import curves_titles, unsure_titles
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Line, Names, choose
from actviz.plots.reading.telling import alt_text, last_epoch, run_entries, seed_words, time_name
from actviz.results.dataset import recipe
from actviz.results.overlaying import laid, part_of
from actviz.results.words import training_words
from actviz.text import run_name, text, width_of

if TYPE_CHECKING:
    import xarray

PARTS = ("train", "validation")
_MARKED = 8
"""Markers on a line: they tell lines apart where colours do not print."""


def over_seeds(x: Floats, values: Floats, diverged: Any = (), ended: Any = ()) -> Line:
    """Return the median and range of the seeds still running, and where the first of them diverges.

    Parameters
    ----------
    x : array (n,)
        Updates or epochs done.
    values : array (seeds, n)
        NaN where a run was over.
    diverged : array (seeds,), optional
        Whether it diverged; nothing is marked unless given.
    ended : array (seeds,), optional
        When it ended, as ``x`` counts.
    """
    finite = np.where(np.isfinite(values), values, math.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where no seed is left there is no median
        middle, low, high = np.nanmedian(finite, axis=0), np.nanmin(finite, axis=0), np.nanmax(finite, axis=0)
    marks = np.zeros(len(x), bool)
    for at in np.asarray(ended)[np.asarray(diverged, bool)]:
        marks[min(int(np.searchsorted(x, at)), len(x) - 1)] = True
    return Line(x, middle, low, high, marks)


def run_line(ds: xarray.Dataset, name: str, run: str) -> Line:
    """Read a number of every evaluation of a run, over epochs."""
    own = ds.sel(run=run)
    epochs = np.asarray(ds["epoch"].values, float)
    updates = float(ds["step"].values[-1]) / epochs[-1]
    return over_seeds(
        epochs,
        own[name].transpose("seed", "step").values.astype(float),
        own["ended"].values == "diverged",
        own["ended_step"].values / updates,
    )


@on_axes
def draw_epoch_axis(ax: Any, epochs: Floats) -> Any:
    """Give the x axis the epochs."""
    room = 0.02 * epochs[-1]
    ax.set_xlim(-room, epochs[-1] + room)
    ax.locator_params(axis="x", nbins=6)
    ax.grid(axis="y", linewidth=0.8)
    return ax


def loss_axis(ax: Any, lines: Sequence[Line], *, log: bool) -> Any:
    """Give the y axis the range of the losses that share it: from 0 on, or decades."""
    if log:
        return draw.draw_log_axis(ax, lines)
    tops = [np.nanmax(each.high) for each in lines if np.isfinite(each.high).any()]
    starts = [each.middle[0] for each in lines if np.isfinite(each.middle[0])]
    # A run that blows up must not flatten the others: it leaves the picture at the top.
    high = min(max(tops, default=1.0), 4 * max(float(np.median(starts)) if starts else 1.0, 0.5))
    ax.set_ylim(-0.04 * high, 1.06 * high)
    ax.locator_params(axis="y", nbins=4)
    return ax


@on_axes
def draw_runs(
    ax: Any, lines: Mapping[str, Line], styles: Mapping[str, PairingStyle], look: Any, *, log: bool = False
) -> Any:
    """Draw a line a run with the band of its seeds; markers take turns, a cross at the top is a divergence."""
    for i, (run, line) in enumerate(lines.items()):
        turn = max(1, len(line.layers) // _MARKED)
        with part([ax], run):
            draw.draw_line(ax, line, styles[run], look, every=(i * turn // max(len(lines), 1), turn))
            draw.draw_marks(ax, line, styles[run], log=log, every=(0, turn))
    return ax


def curves_alt(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of the curves of runs."""
    names = ("train_loss", "validation_loss", "validation_accuracy")
    entries = run_entries(ds, choose(ds, "run", runs), names, run_name, lang)
    key = "curves.alt" if recipe(ds)["epoch_updates"] else "curves.alt_updates"
    return alt_text(text(key, lang, epochs=last_epoch(ds), seeds=seed_words(ds, lang)), entries, lang)


def curves_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for its curves: a loop of the user's own need not tell its losses."""
    told = any(np.isfinite(ds[f"{part}_loss"].values).any() for part in PARTS)
    return "" if "filmed" not in recipe(ds) or (told and ds.sizes["step"] > 1) else text("curves.lacks")


@drawn_as(
    "curves",
    alt=curves_alt,
    lacks=curves_lacks,
    kind="training",
    builds=BY[1:],
    overlays=True,
    takes=("ylim", "yscale"),
)
def figure_curves(sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None, log: bool = False) -> Figure:
    """Draw loss and accuracy on training and on held-out rows over the epochs, a line a run with its seeds.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``train`` or ``load``.
    runs : str or sequence of str, optional
        Which to draw; all unless named.
    log : bool
        Draw losses on a logarithmic axis, as ``yscale="log"`` does. ``ylim`` is of the losses, too.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run, or no losses.
    """
    look, lang = sheet.theme, sheet.lang
    if lacking := curves_lacks(ds):
        raise ActvizError(lacking)
    chosen, log = choose(ds, "run", runs), sheet.style.yscale == "log" if sheet.style.yscale else log
    parts = [split for split in PARTS if np.isfinite(ds[f"{split}_loss"].values).any()]
    rows = [what for what in ("loss", "accuracy") if np.isfinite(ds[f"train_{what}"].values).any()]
    styles = run_styles(ds, chosen, look)
    read = text("curves.read" if "validation" in parts else "curves.read_train", lang)
    own = {run_name(part_of(ds, run)[0], lang): style for run, style in reversed(styles.items())}
    if laid(ds):
        own = {name: PairingStyle(style.color, style.marker, "-") for name, style in own.items()}
    names = dict(reversed(own.items()))
    lines_of_names = sum(-(-min(width_of(name), 2 * 17) // 14) for name in names)
    height = max(sheet.size.least, 150 + 18 * lines_of_names + 8 * len(names))
    told = ds, chosen, lambda run: run_name(run, lang), lang
    found = curves_titles(*told) or laid_trainings_titles(ds, chosen, lang) or unsure_titles(*told)
    at_end = line_names(ds, chosen, lang, lambda those, lang: [run_name(each, lang) for each in those])
    named = naming(
        [*at_end.values()], [run_line(ds, f"{parts[-1]}_{what}", run) for what in rows for run in chosen], sheet
    )
    notes = ended_notes(ds, chosen, lang)
    footer = " · ".join([training_words(ds, lang, bands=True), *notes * (not named.legend)])
    fig = sheet.figure("curves", footer, height, read=read, found=found)
    fig.question = text("curves.question", lang)
    grid = panel_grid(fig, len(rows), len(parts), left=92, right=named.room, top=126, bottom=76, gap=(46, 22))
    for axes, what in zip(grid, rows, strict=True):
        lines = {split: {run: run_line(ds, f"{split}_{what}", run) for run in chosen} for split in parts}
        shared = [line for each in lines.values() for line in each.values()]
        row_name(axes[0], text(f"axis.{what}", lang))
        for ax, split in zip(axes, parts, strict=True):
            if what == "loss":
                limit_axis(loss_axis(ax, shared, log=log), sheet.style)
            else:
                draw.draw_share_axis(ax)
            draw_runs(ax, lines[split], styles, look, log=log and what == "loss")
            draw_epoch_axis(ax, ds["epoch"].values)
            last = what == rows[-1]
            ax.set_xlabel(time_name(ds, lang)) if last else ax.tick_params(labelbottom=False)
        if named.at_ends:
            name_ends(axes[-1], at_end, [*lines[parts[-1]].values()], [*styles.values()], chosen)
    for ax, split in zip(grid[0], parts, strict=True):
        heading(ax, text(f"curves.{split}", lang))
    if named.legend:
        styles_legend(fig, names, look, notes, result_marks(ds, look))
    return fig


def ended_notes(ds: xarray.Dataset, runs: Sequence[str], lang: str) -> list[str]:
    """Say what a cross means, and of which seeds lines are, where runs ended before their time."""
    own = ds["ended"].sel(run=list(runs)).values
    notes = [text("mark.diverged", lang)] if (own == "diverged").any() else []
    return notes + ([text("mark.survivors", lang)] if (own != "budget").any() else [])
