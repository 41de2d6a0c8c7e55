"""The figure of early stopping: where the validation turns, how long it was waited, and what that is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from actviz.catalog.looks import Theme
from actviz.errors import ActvizError
from actviz.plots.canvas import draw
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, DASHES, MARGIN, panel_cells, panel_grid
from actviz.plots.figures.training import draw_epoch_axis, loss_axis
from actviz.plots.reading.found_trainings import stopping_titles
from actviz.plots.reading.groups import series_of
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Line, choose
from actviz.plots.reading.telling import alt_text, median, seed_words
from actviz.results.dataset import recipe
from actviz.results.words import training_words
from actviz.text import run_name, text
from actviz.text.numbers import in_print, percent, short

if TYPE_CHECKING:
    import xarray

_PARTS = {"train": "blue", "validation": "vermillion"}
_LEFT, _RIGHT = 64.0, 620.0
_COURSE, _KEPT, _BETWEEN = 148.0, 126.0, 66.0
"""Where panels stack: how high that of the course is at least, and those below, and what is between, in points."""


def stopping_runs(ds: xarray.Dataset) -> list[str]:
    """Return the runs that early stopping watches."""
    recipes = recipe(ds)["runs"]
    return [str(run) for run in ds["run"].values if recipes[str(run)]["early_stopping"]]


def stopping_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for the figure of early stopping; empty if nothing."""
    return "" if stopping_runs(ds) else text("stopping.lacks")


def stopping_files(ds: xarray.Dataset, pairings: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a figure a watched run."""
    runs = stopping_runs(ds)
    for run in runs:
        yield f"-{run}" if len(runs) > 1 else "", {"run": run}


def unwatched(ds: xarray.Dataset, run: str) -> str | None:
    """Return the run that goes on where this one stops: alike in all but early stopping."""
    recipes = recipe(ds)["runs"]
    (group,) = (g for g in series_of(ds, choose(ds, "run", None), "early_stopping") if run in g)
    return next((other for other in group if not recipes[other]["early_stopping"]), None)


def _curve(ds: xarray.Dataset, name: str, run: str, seed: int) -> tuple[Floats, Floats]:
    """Return epochs and values of a run's evaluations, as far as it came."""
    values = ds[name].sel(run=run, seed=seed).values.astype(float)
    there = np.isfinite(values)
    return ds["epoch"].values.astype(float)[there], values[there]


@on_axes
def draw_stop(ax: Any, ds: xarray.Dataset, run: str, seed: int, what: str, look: Theme) -> Any:
    """Draw training and validation of a seed, where it was best, how long it was waited, and how it would go on."""
    beyond = unwatched(ds, run)
    for part, color in _PARTS.items():
        paint = look.palette[color]
        for other in ds["seed"].values:
            if int(other) != seed:
                ax.plot(*_curve(ds, f"{part}_{what}", run, int(other)), color=paint, alpha=0.3, linewidth=1.0)
        if beyond:
            ax.plot(*_curve(ds, f"{part}_{what}", beyond, seed), color=paint, linestyle=DASHES[4], zorder=3)
        ax.plot(*_curve(ds, f"{part}_{what}", run, seed), color=paint, zorder=4)
    best, end = stop_epochs(ds, run, seed)
    ax.axvspan(best, end, color=look.palette["yellow"], alpha=look.band + 0.06, linewidth=0)
    ax.axvline(best, color=look.text, linewidth=1.4)
    ax.axvline(end, color=look.muted, linewidth=1.4, linestyle=DASHES[2])
    x, y = _curve(ds, f"validation_{what}", run, seed)
    ax.plot(best, np.interp(best, x, y), "*", color=look.palette["vermillion"], markersize=18, zorder=6,
            markeredgecolor=look.panel)  # fmt: skip
    return ax


def stop_epochs(ds: xarray.Dataset, run: str, seed: int) -> tuple[float, float]:
    """Return the epochs done at the best evaluation and at the end."""
    updates = recipe(ds)["epoch_updates"]
    own = ds.sel(run=run, seed=seed)
    return max(float(own["best_step"]), 0.0) / updates, float(own["ended_step"]) / updates


@on_axes
def draw_kept(ax: Any, columns: Floats, seed: int, look: Theme) -> Any:
    """Draw a line a seed through its values, shape (kinds, seeds); ``seed`` is the position of the bold one."""
    places = np.arange(len(columns))
    for at, values in enumerate(columns.T):
        bold = at == seed
        color = look.text if bold else look.muted
        ax.plot(places, values, "o-", color=color, linewidth=2.4 if bold else 1.2, zorder=4 if bold else 3)
    ax.set_xlim(-0.35, len(columns) - 0.65)
    ax.grid(axis="y", linewidth=0.8)
    return ax


def stopping_alt(
    ds: xarray.Dataset, lang: str = "en", *, run: str | None = None, seed: int | None = None, **_: Any
) -> str:
    """Tell of a run that was stopped early."""
    run = stopping_runs(ds)[0] if run is None else run
    seed = int(ds["seed"].values[0]) if seed is None else seed
    best, end = stop_epochs(ds, run, seed)
    monitor = recipe(ds)["runs"][run]["early_stopping"]["monitor"]
    what = text("story.accuracy" if monitor.endswith("accuracy") else "story.loss", lang)
    share = percent(1 - end / float(ds["epoch"].values[-1]))
    entries = [text("stopping.alt_turn", lang, best=in_print(best), end=in_print(end), share=share)]
    kept, last = (median(ds[name].sel(run=run)) for name in ("best_test_loss", "test_loss"))
    if np.isfinite(kept) and np.isfinite(last):
        entries.append(text("stopping.alt_test", lang, best=short(kept), last=short(last)))
        beyond = unwatched(ds, run)
        whole = median(ds["test_loss"].sel(run=beyond)) if beyond else float("nan")
        if np.isfinite(whole):
            entries[-1] += ", " + text("stopping.alt_beyond", lang, value=short(whole))
    head = text("stopping.alt", lang, what=what, run=run_name(run, lang), seed=seed, seeds=seed_words(ds, lang))
    return alt_text(head, entries, lang)


@drawn_as("stopping", squeezed=1.0, alt=stopping_alt, files=stopping_files, lacks=stopping_lacks, kind="training")
def figure_stopping(sheet: Sheet, ds: xarray.Dataset, *, run: str | None = None, seed: int | None = None) -> Figure:
    """Draw a run that was stopped early: both losses, the turn, the patience, and the test rows with and without.

    What the best, the last and the whole budget's weights make of the test rows is drawn for every seed; the budget's
    where the training has a run that is alike but is not stopped.

    Parameters
    ----------
    ds : xarray.Dataset
        A training with early stopping.
    run : str, optional
        Which; the first that was watched unless named.
    seed : int, optional
        Whose course is drawn; the first unless named. The others are faint.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run or seed, or no run that was watched.
    """
    look, lang = sheet.theme, sheet.lang
    watched = stopping_runs(ds)
    if not watched:
        raise ActvizError(f"figure stopping: {text('stopping.lacks', lang)}")
    run = watched[0] if run is None else run
    if run not in watched:
        raise ActvizError(f"no run {run!r} that was watched; it has {', '.join(watched)}")
    seeds = [int(each) for each in ds["seed"].values]
    seed = seeds[0] if seed is None else seed
    if seed not in seeds:
        raise ActvizError(f"no seed {seed}; it has {', '.join(map(str, seeds))}")
    stopping = recipe(ds)["runs"][run]["early_stopping"]
    what = "accuracy" if stopping["monitor"].endswith("accuracy") else "loss"
    footer = training_words(ds.sel(run=[run]), lang)
    if len(seeds) > 1:
        footer += " · " + text("stopping.shown", lang, seed=seed)
    size = sheet.size
    read = text("stopping.read_below" if size.narrow else "stopping.read", lang)
    found = stopping_titles(ds, run, unwatched(ds, run), lang)
    across = sheet.columns(2, 226, _LEFT + MARGIN - 76)
    # Where there is no room at the right, the test rows are drawn below; one by one where it is narrower still.
    key = 22.0 if not size.narrow else 44.0 if across == 2 else 84.0
    top, bottom = (138.0, 72.0) if size.narrow else (156.0, 80.0)
    rows = 1 if across == 2 else 2
    under = (_BETWEEN + rows * _KEPT + (rows - 1) * 46) * size.narrow
    height = top + key + _COURSE + under + bottom
    fig = sheet.figure("stopping", footer, height if size.narrow else None, read=read, found=found)
    up = fig.get_figheight() * 72 - fig.above - fig.below
    right = MARGIN if size.narrow else 960 - _RIGHT
    ((left,),) = panel_grid(fig, 1, 1, left=_LEFT, right=right, top=top + key, bottom=bottom + under)
    draw_stop(left, ds, run, seed, what, look)
    draw_epoch_axis(left, ds["epoch"].values)
    loss_axis(left, _lines(ds, run, what), log=False) if what == "loss" else draw.draw_share_axis(left)
    left.set_xlabel(text("axis.epoch", lang))
    left.set_ylabel(text(f"axis.{what}", lang), fontsize=BODY)
    _legend(left, ds, run, seed, sheet, columns=across)
    if size.narrow:
        above = up - bottom - under + _BETWEEN
        cells = panel_cells(fig, 2, across, left=_LEFT, right=MARGIN, top=above, bottom=bottom, gap=(76, 46))
    else:
        cells = panel_cells(fig, 2, 1, left=_RIGHT + 70, right=34, top=126, bottom=80, gap=(0, 46))
    _kept_panels(cells, ds, run, seeds.index(seed), sheet, beside=size.narrow and across == 2)
    return fig


def _lines(ds: xarray.Dataset, run: str, what: str) -> list[Line]:
    """Return what the axis has to hold: every seed, and how it would have gone on."""
    shown = [run, *filter(None, [unwatched(ds, run)])]
    curves = [
        ds[f"{part}_{what}"].sel(run=each).transpose("seed", "step").values.astype(float)
        for part in _PARTS
        for each in shown
    ]
    rows = np.concatenate(curves)
    rows[~np.isfinite(rows)] = np.nan
    return [Line(ds["epoch"].values, row, row, row, np.zeros(len(row), bool)) for row in rows]


def _legend(ax: Any, ds: xarray.Dataset, run: str, seed: int, sheet: Sheet, columns: int) -> None:
    """Say above the panel what its lines and marks are, with the epochs of this seed."""
    look, lang = sheet.theme, sheet.lang
    patience = recipe(ds)["runs"][run]["early_stopping"]["patience"]
    best, end = stop_epochs(ds, run, seed)
    budget = float(ds["epoch"].values[-1])
    words = {
        text("curves.train", lang): Line2D([], [], color=look.palette["blue"]),
        text("curves.validation", lang): Line2D([], [], color=look.palette["vermillion"]),
        text("stopping.best", lang, epoch=in_print(best)): Line2D(
            [], [], color=look.text, linewidth=1.4, marker="*", markersize=13,
            markerfacecolor=look.palette["vermillion"], markeredgecolor=look.panel,
        ),
        text("stopping.patience", lang, number=patience): Patch(
            color=look.palette["yellow"], alpha=look.band + 0.06, linewidth=0
        ),
        text("stopping.end", lang, epoch=in_print(end), share=percent(1 - end / budget)): Line2D(
            [], [], color=look.muted, linewidth=1.4, linestyle=DASHES[2]
        ),
    }  # fmt: skip
    if unwatched(ds, run):
        words[text("stopping.beyond", lang)] = Line2D([], [], color=look.text, linestyle=DASHES[4])
    ax.legend(
        list(words.values()), list(words), loc="lower left", bbox_to_anchor=(0, 1.01), frameon=False, ncols=columns,
        fontsize=BODY - 2, handlelength=1.8, borderpad=0, borderaxespad=0.2, columnspacing=1.2, labelspacing=0.3,
    )  # fmt: skip


def _kept_panels(axes: list[Any], ds: xarray.Dataset, run: str, seed: int, sheet: Sheet, *, beside: bool) -> None:
    """Draw what the best weights, the last ones and those of the whole budget make of the test rows."""
    beyond, lang = unwatched(ds, run), sheet.lang
    for ax, what in zip(axes, ("loss", "accuracy"), strict=True):
        kinds = {
            "stopping.kept": ds[f"best_test_{what}"].sel(run=run),
            "stopping.last": ds[f"test_{what}"].sel(run=run),
            **({"stopping.budget": ds[f"test_{what}"].sel(run=beyond)} if beyond else {}),
        }
        columns = np.array([values.values for values in kinds.values()], float)
        heading(ax, text(f"stopping.test_{what}", lang))
        if not np.isfinite(columns).any():
            ax.set(xticks=[], yticks=[])
            ax.text(0.5, 0.5, text("stopping.no_test", lang), transform=ax.transAxes, ha="center", va="center")
            continue
        draw_kept(ax, columns, seed, sheet.theme)
        ax.margins(y=0.15)
        ax.locator_params(axis="y", nbins=4)
        if what == "accuracy":
            ax.yaxis.set_major_formatter(lambda value, _: f"{in_print(100 * value, 3)} %")
        last = ax is axes[-1] or beside
        names = [text(kind, lang) if last else "" for kind in kinds]
        ax.set_xticks(range(len(kinds)), names)
