"""The film strip: the distributions of every run's layers, snapshot by snapshot through training."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from actviz.catalog.looks import Theme
from actviz.errors import ActvizError
from actviz.plots.canvas.draw import ACROSS
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, MARGIN, NOTE, panel_grid
from actviz.plots.figures.run_looks import run_styles
from actviz.plots.reading.found_trainings import film_titles
from actviz.plots.reading.reel import Reel, film_lacks, moment, reels
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Names, choose
from actviz.plots.reading.telling import alt_text, how_ended, median, run_entry, telling_runs, values_course
from actviz.results.dataset import recipe
from actviz.results.words import training_words
from actviz.text import run_name, shortened, text, width_of, wrapped
from actviz.training.measures import at_end

if TYPE_CHECKING:
    import xarray

COLUMNS = 6
"""Snapshots on a strip, at most."""

NAMES_AT_LEFT = 206.0
"""Room for the names of runs and the marks of their axes, in points."""

SHADES = PowerNorm(0.5, 0.0, 1.0)


def film_alt(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell how losses and last layers change from the first snapshot to the last."""
    entries = []
    losses, last = at_end(ds, "train_loss"), ds["act_std"].isel(layer=-1)
    for run in telling_runs(losses, choose(ds, "run", runs)):
        start, end = median(ds["train_loss"].sel(run=run).isel(step=0)), median(losses.sel(run=run))
        spread = median(last.sel(run=run).isel(snapshot=0)), median(last.sel(run=run).isel(snapshot=-1))
        words = [values_course(first, final, lang) for first, final in ((start, end), spread)]
        goes = text("film.alt_entry", lang, loss=words[0], std=words[1])
        entries.append(run_entry(run_name(run, lang), [goes, *how_ended(ds, run, lang)], lang))
    return alt_text(text("film.alt", lang, number=ds.sizes["snapshot"]), entries, lang)


@drawn_as("film", alt=film_alt, lacks=film_lacks, kind="training")
def figure_film(sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None) -> Figure:
    """Draw the activations of every layer through training: a row a run, a column each of up to six snapshots.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``train`` or ``load``, with two snapshots at least.
    runs : str or sequence of str, optional
        Which to draw; all unless named.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run, or too few snapshots.
    """
    look, lang = sheet.theme, sheet.lang
    if lacking := film_lacks(ds):
        raise ActvizError(lacking)
    chosen, number = choose(ds, "run", runs), ds.sizes["snapshot"]
    columns = 3 if sheet.narrow else COLUMNS
    at = np.unique(np.linspace(0, number - 1, min(columns, number)).round().astype(int)).tolist()
    strips = reels(ds, chosen, at, 3, lang)
    read = read_words(ds, strips, look, lang)
    left = 186.0 if sheet.narrow else NAMES_AT_LEFT
    height = sheet.height_for(len(strips), 88, 186)
    found = film_titles(ds, chosen, lambda run: run_name(run, lang), lang)
    fig = sheet.figure("film", footer_words(ds, strips, lang), height, read=read, found=found)
    axes = [row[0] for row in panel_grid(fig, len(strips), 1, left=left, top=142, bottom=66, gap=(0, 26))]
    styles = run_styles(ds, chosen, look)
    for ax, strip in zip(axes, strips, strict=True):
        _draw_strip(ax, strip, look, last=strip is strips[-1])
        name = run_name(strip.run, lang)
        size, width = (BODY, 13) if width_of(name) <= 26 else (NOTE, 17)
        pieces = re.split(r", (?![^(]*\))", shortened(name, 4 * width))  # not within N(0, 1)
        ax.annotate(
            "\n".join(wrapped(piece, width) for piece in pieces), (0, 0.5), xytext=(MARGIN - left, 0),
            xycoords="axes fraction", textcoords="offset points", va="center", fontsize=size, fontweight="bold",
            color=styles[strip.run].color,
        )  # fmt: skip
    for column, step in enumerate(ds["snapshot"].values[at]):
        _column_name(axes[0], column, moment(ds, float(step), lang))
    axes[-1].set_xlabel(text("axis.layer", lang))
    return fig


def read_words(ds: xarray.Dataset, strips: Sequence[Reel], look: Theme, lang: str) -> str:
    """Say how to read the pictures of runs."""
    linear = {strip.scale.linear for strip in strips}
    key = "film.read_mixed" if len(linear) > 1 else "film.read" if linear == {True} else "film.read_log"
    of = f"loss_of_rows{'_mixed' if len(linear) > 1 else ''}"
    if "filmed" in recipe(ds):
        of = "loss_of_batch" if np.isfinite(ds["train_loss"].values).any() else ""
    return text(key, lang, shade=text(look.most, lang)) + (text(f"film.{of}", lang) if of else "")


def footer_words(ds: xarray.Dataset, strips: Sequence[Reel], lang: str) -> str:
    """Return how the runs were trained, and what a time beside a loss means if there is one."""
    kept = any(picture.kept for strip in strips for picture in strip.pictures)
    return training_words(ds, lang) + (" · " + text("film.kept", lang) if kept else "")


def seen(columns: Floats) -> Floats:
    """Return densities with a layer that has nothing to show blank."""
    return np.where(columns.max(axis=-1, keepdims=True) > 0, columns, np.nan)


def in_lines(words: str) -> str:
    """Put each word on a line: where layers have nothing to show there is little room."""
    return words.replace(" ", "\n")


def draw_alarm_word(ax: Any, x: float, words: str, look: Theme) -> Any:
    """Write into the middle of a picture what it cannot show."""
    box = {"boxstyle": "round,pad=0.1", "facecolor": look.background, "edgecolor": "none", "alpha": 0.85}
    return ax.text(x, 0.5, in_lines(words), fontsize=NOTE, color=look.alarm, ha="center", va="center", bbox=box)


def _draw_strip(ax: Any, strip: Reel, look: Theme, *, last: bool) -> Any:
    """Draw all pictures of a run as one mesh, with gaps between them."""
    number, layers = len(strip.pictures), len(strip.layers)
    inside = np.linspace(0, 1, layers + 1)
    x = np.concatenate([column * ACROSS + inside for column in range(number)])
    gap = np.full((1, len(strip.scale.edges) - 1), np.nan)
    shown = np.concatenate([np.concatenate([seen(each.columns), gap]) for each in strip.pictures])[:-1]
    ax.pcolormesh(x, strip.scale.edges, shown.T, cmap=look.density, norm=SHADES, rasterized=True)
    ax.set(xlim=(0, (number - 1) * ACROSS + 1), ylim=(0, 1))
    ax.set_yticks(*strip.scale.labels)
    ax.spines[:].set_visible(False)
    ax.set_facecolor("none")
    for column, picture in enumerate(strip.pictures):
        ax.add_patch(_border(column * ACROSS, look))
        # What is kept stands last, and has more to say than a picture is wide.
        side, place = ("right", column * ACROSS + 1) if picture.kept else ("left", column * ACROSS)
        ax.annotate(
            picture.caption, (place, 1), xytext=(0, 3), textcoords="offset points", fontsize=NOTE, va="bottom", ha=side
        )
        if picture.alarm:
            draw_alarm_word(ax, column * ACROSS + picture.place, picture.alarm, look)
    ends = sorted({0, layers - 1})
    places = [column * ACROSS + (end + 0.5) / layers for column in range(number) for end in ends]
    names = [str(strip.layers[end]) if last else "" for _ in range(number) for end in ends]
    ax.set_xticks(places, names)
    if layers > 9:  # numbers of two digits at the ends would meet the next picture's
        for at, number_below in enumerate(ax.get_xticklabels()):
            number_below.set_ha("right" if at % 2 else "left")
    ax.tick_params(axis="x", length=3 if last else 0)
    return ax


def _border(left: float, look: Theme) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((left, 0), 1, 1, fill=False, edgecolor=look.muted, linewidth=0.8, clip_on=False)


def _column_name(ax: Any, column: int, words: str) -> None:
    ax.annotate(
        words, (column * ACROSS, 1), xytext=(0, 19), textcoords="offset points", va="bottom", fontsize=BODY,
        fontweight="bold",
    )  # fmt: skip
