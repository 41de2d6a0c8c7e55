"""Initialization against batch normalization: accuracy at every weight scale with and without, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.looks import Theme
from actviz.catalog.names import builtin
from actviz.plots.canvas import draw
from actviz.plots.canvas.ends import Naming, name_ends, naming
from actviz.plots.canvas.frame import heading, row_name, styles_legend
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import MARGIN, NOTE, PairingStyle, norm_styles, panel_cells, panel_grid
from actviz.plots.figures.training import draw_epoch_axis, draw_runs, ended_notes, over_seeds, run_line
from actviz.plots.reading.found_trainings import batch_norm_layers_titles, batch_norm_titles
from actviz.plots.reading.scales import decade_ticks
from actviz.plots.reading.series import Line
from actviz.plots.reading.telling import alt_text, last_epoch, median, seed_words, values_course
from actviz.results.dataset import recipe
from actviz.results.words import training_words
from actviz.text import label, shortened, text
from actviz.text.numbers import in_print, percent, power_of_ten, round_value
from actviz.training.measures import at_end

if TYPE_CHECKING:
    import xarray

COLUMNS = 4
"""Panels of weight scales in a row, as in the book, where they have room."""

NORMS = (None, "batch")


def norm_pairs(ds: xarray.Dataset) -> dict[str, dict[Any, str]]:
    """Return, by initializer, the run without and the run with batch normalization that differ in nothing else."""
    pairs: dict[tuple[str, str], dict[Any, str]] = {}
    recipes = recipe(ds)["runs"]
    for run in map(str, ds["run"].values):
        others = {name: value for name, value in recipes[run].items() if name not in ("norm", "init")}
        pairs.setdefault((recipes[run]["init"], repr(others)), {})[recipes[run]["norm"]] = run
    both = {init: pair for (init, _), pair in pairs.items() if len(pair) == len(NORMS)}
    return both if len(both) == sum(len(pair) == len(NORMS) for pair in pairs.values()) else {}


def batch_norm_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for the figure of accuracies: an initializer with and without batch normalization."""
    judged = np.isfinite(ds["train_accuracy"].values).any()
    return "" if judged and norm_pairs(ds) else text("batch_norm.lacks")


def batch_norm_layers_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for the figure of layers: scales in a row, and a snapshot before the first update."""
    if lacking := batch_norm_lacks(ds):
        return lacking
    first = int(ds["snapshot"].values[0]) if "snapshot" in ds.dims and ds.sizes["snapshot"] else -1
    scales = weight_scales(norm_pairs(ds))
    return "" if first == 0 and len(scales) > 1 else text("batch_norm.lacks_layers")


def weight_scales(pairs: Mapping[str, Any]) -> dict[str, float]:
    """Return the standard deviation of the weights by initializer, of those whose does not depend on the width."""
    scales = {}
    for init in pairs:
        known = builtin("initializer", init, INITIALIZERS)  # of a user's own, the label alone tells no scale
        near, far = (known.variance(fan, fan) for fan in (100, 400)) if known is not None else (0.0, 0.0)
        if near == far and near > 0:
            scales[init] = math.sqrt(near)
    return scales


def _accuracies(ds: xarray.Dataset, norm: str | None, lang: str) -> str:
    """Say between which accuracies the runs with or without batch normalization end."""
    ends = at_end(ds, "train_accuracy")
    medians = {init: median(ends.sel(run=pair[norm])) for init, pair in norm_pairs(ds).items()}
    finite = {init: value for init, value in medians.items() if np.isfinite(value)}
    if not finite:
        return text(f"batch_norm.alt_judged_{norm or 'none'}", lang)
    worst, best = min(finite, key=finite.__getitem__), max(finite, key=finite.__getitem__)
    values = {"low": percent(finite[worst]), "high": percent(finite[best])}
    return text(f"batch_norm.alt_{norm or 'none'}", lang, worst=label(worst, lang), best=label(best, lang), **values)


def _diverged(ds: xarray.Dataset, norm: str | None, lang: str) -> list[str]:
    """Say at how many weight scales a seed diverges."""
    pairs = norm_pairs(ds)
    number = sum(bool((ds["ended"].sel(run=pair[norm]) == "diverged").any()) for pair in pairs.values())
    key = "batch_norm.alt_lost_batch" if norm else "batch_norm.alt_lost"
    return [text(key, lang, number=number, of=len(pairs))] if number else []


def batch_norm_alt(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell of the accuracies at every weight scale, with and without batch normalization."""
    entries = [_accuracies(ds, norm, lang) for norm in NORMS]
    entries += [each for norm in NORMS for each in _diverged(ds, norm, lang)]
    head = text("batch_norm.alt", lang, epochs=last_epoch(ds), number=len(norm_pairs(ds)), seeds=seed_words(ds, lang))
    return alt_text(head, entries, lang)


@drawn_as("batch_norm", alt=batch_norm_alt, lacks=batch_norm_lacks, kind="training")
def figure_batch_norm(sheet: Sheet, ds: xarray.Dataset) -> Figure:
    """Draw training accuracy over the epochs with and without batch normalization, a panel an initializer.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``train`` or ``load``, with runs of ``norm=[None, "batch"]``.
    theme : {"light", "dark", "print"}
    lang : str
    """
    look, lang = sheet.theme, sheet.lang
    pairs = norm_pairs(ds)
    lines = {run: run_line(ds, "train_accuracy", run) for pair in pairs.values() for run in pair.values()}
    names = {text(f"batch_norm.{norm or 'none'}", lang): norm for norm in NORMS}
    last = [lines[list(pairs.values())[-1][norm]] for norm in names.values()]
    named, notes = naming([*names], last, sheet), ended_notes(ds, [*lines], lang)
    columns = sheet.columns(min(COLUMNS, len(pairs)), 116, 80 + named.room - 16)
    rows = -(-len(pairs) // columns)
    styles = norm_styles(look)
    height = sheet.height_for(rows, 78, 190)
    found = batch_norm_titles(ds, pairs, lang)
    read = " ".join([text("batch_norm.read", lang), *[text("found.batch_norm.read", lang)] * bool(found)])
    footer = " · ".join([training_words(ds, lang, bands=True), *notes * named.at_ends])
    fig = sheet.figure("batch_norm", footer, height, read=read, found=found)
    cells = panel_cells(fig, len(pairs), columns, left=80, right=named.room, top=126, bottom=76, gap=(16, 26))
    for at, (ax, (init, pair)) in enumerate(zip(cells, pairs.items(), strict=True)):
        draw.draw_share_axis(ax)
        draw_runs(ax, {run: lines[run] for run in pair.values()}, {pair[norm]: styles[norm] for norm in pair}, look)
        draw_epoch_axis(ax, ds["epoch"].values)
        ax.locator_params(axis="x", nbins=3)
        heading(ax, shortened(label(init, lang), 20), 2)
        ax.tick_params(labelleft=at % columns == 0, labelbottom=at + columns >= len(pairs))
        if at + columns >= len(pairs):
            ax.set_xlabel(text("axis.epoch", lang))
    looks = {name: styles[norm] for name, norm in names.items()}
    if named.at_ends:
        name_ends(cells[-1], {name: name for name in names}, last, [*looks.values()], [*names])
    else:
        styles_legend(fig, looks, look, notes)
    return fig


def batch_norm_layers_alt(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell of the last layer over the weight scale, and of the accuracies, with and without batch normalization."""
    pairs = norm_pairs(ds)
    scales = sorted(weight_scales(pairs).items(), key=lambda each: each[1])
    last = ds["act_std"].isel(layer=-1, snapshot=0)
    entries = []
    for norm in NORMS:
        least, most = (median(last.sel(run=pairs[init][norm])) for init, _ in (scales[0], scales[-1]))
        goes = values_course(least, most, lang)
        entries.append(text(f"batch_norm_layers.alt_{norm or 'none'}", lang, course=goes))
    accuracies = "; ".join(_accuracies(ds, norm, lang) for norm in NORMS)
    head = text("batch_norm_layers.alt", lang, low=round_value(scales[0][1]), high=round_value(scales[-1][1]))
    return alt_text(head, entries, lang, text("batch_norm_layers.alt_accuracy", lang, words=accuracies))


@drawn_as("batch_norm_layers", alt=batch_norm_layers_alt, lacks=batch_norm_layers_lacks, kind="training")
def figure_batch_norm_layers(sheet: Sheet, ds: xarray.Dataset) -> Figure:
    """Draw, over the scale of the weights, what layers look like at the start, and how accurate networks become.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``train`` or ``load``, with runs of ``norm=[None, "batch"]`` at several weight scales and a snapshot
        before the first update.
    theme : {"light", "dark", "print"}
    lang : str
    """
    look, lang = sheet.theme, sheet.lang
    pairs = norm_pairs(ds)
    scales = dict(sorted(weight_scales(pairs).items(), key=lambda each: each[1]))
    x = np.array(list(scales.values()))
    found = batch_norm_layers_titles(ds, pairs, list(scales), lang)
    turned = sheet.columns(3, 156, 36 + sheet.beside) < 3  # then a row is a statistic, and a column with or without
    name_norm = partial(heading, lift=25.0) if turned else row_name
    layers = [int(ds["layer"].values[at]) for at in sorted({0, ds.sizes["layer"] // 2, ds.sizes["layer"] - 1})]
    shown = (0.45, 0.98) if look.name == "dark" else (0.75, 0.1)
    tints = mpl.colormaps["viridis"](np.linspace(*shown, len(layers)))
    shades = {
        layer: PairingStyle(mpl.colors.to_hex(tint), marker, "-")
        for layer, tint, marker in zip(layers, tints, ("o", "^", "s"), strict=False)
    }
    statistics = (("act_std", _at_start), ("update_ratio", _first_epoch))
    drawn = {
        name: {
            (norm, layer): read_one(ds, name, [pairs[init][norm] for init in scales], layer, x)
            for norm in NORMS
            for layer in layers
        }
        for name, read_one in statistics
    }
    names = {text("layer", lang, layer=layer): style for layer, style in shades.items()}
    ends = [drawn["act_std"][None, layer] for layer in layers]
    named = Naming(False, True, sheet.beside) if sheet.narrow else naming([*names], ends, sheet)
    notes = _layers_notes(ds, [run for pair in pairs.values() for run in pair.values()], lang)
    footer = " · ".join([training_words(ds, lang, bands=True), *notes * (not named.legend)])
    down, across, top, gap = (3, 2, 146, (50.0, 40.0)) if turned else (2, 3, 126, (56.0, 26.0))
    gap = (gap[0] + named.room - 16, gap[1]) if named.at_ends else gap  # names stand behind the first column
    height = sheet.height_of(down, 130, 210) if turned else None
    fig = sheet.figure("batch_norm_layers", footer, height, found=found)
    right = sheet.beside if named.legend else MARGIN
    grid = panel_grid(fig, down, across, left=64 if turned else 92, right=right, top=top, bottom=76, gap=gap)
    grid = [list(column) for column in zip(*grid, strict=True)] if turned else grid
    for column, (name, read) in enumerate(drawn.items()):
        for row, norm in zip(grid, NORMS, strict=True):
            draw.draw_log_axis(row[column], list(read.values()))
            for layer in layers:
                _over_scales(row[column], read[norm, layer], shades[layer], look, log=True)
        heading(grid[0][column], text(f"batch_norm_layers.{name}", lang))
    styles = norm_styles(look)
    last = float(ds["epoch"].values[-1])
    for row, norm in zip(grid, NORMS, strict=True):
        accuracy = _at_end(ds, [pairs[init][norm] for init in scales], x)
        draw.draw_share_axis(row[2])
        _over_scales(row[2], accuracy, styles[norm], look, log=False)
        name_norm(row[0], text(f"batch_norm.{norm or 'none'}", lang))
    heading(grid[0][2], text("batch_norm_layers.accuracy", lang, epochs=in_print(last)))
    lowest = [row[-1] for row in grid] if turned else grid[-1]
    for ax in (ax for row in grid for ax in row):
        _scale_axis(ax, x, lang, last=ax in lowest)
    if named.at_ends:
        name_ends(grid[0][0], {name: name for name in names}, ends, [*names.values()], [*names])
    if named.legend:
        norms = {text(f"batch_norm.{norm or 'none'}", lang): style for norm, style in styles.items()}
        styles_legend(fig, names | norms, look, notes)
    return fig


def _layers_notes(ds: xarray.Dataset, runs: Sequence[str], lang: str) -> list[str]:
    """Say what the marks at the edges of the panels mean, as far as there are any."""
    shown = ds.sel(run=list(runs))
    zero = bool((shown["act_std"].isel(snapshot=0) == 0).any() or (shown["update_ratio"].isel(step=1) == 0).any())
    lost = bool((shown["ended"] == "diverged").any())
    return [text("mark.diverged", lang)] * lost + [text("mark.zero", lang)] * zero


def _at_start(ds: xarray.Dataset, name: str, runs: Sequence[str], layer: int, x: Any) -> Line:
    """Read a statistic of a layer before the first update, over the scales."""
    values = ds[name].sel(run=list(runs), layer=layer).isel(snapshot=0).transpose("seed", "run").values.astype(float)
    return over_seeds(x, values)


def _first_epoch(ds: xarray.Dataset, name: str, runs: Sequence[str], layer: int, x: Any) -> Line:
    """Read a number of a layer at the first evaluation after the start, over the scales; NaN where a seed diverged."""
    own = ds[name].sel(run=list(runs), weight_layer=layer).isel(step=1)
    values = own.transpose("seed", "run").values.astype(float)
    return over_seeds(x, values)


def _at_end(ds: xarray.Dataset, runs: Sequence[str], x: Any) -> Line:
    """Read the last training accuracy of the seeds that came to the end, over the scales; and where some did not."""
    own = ds.sel(run=list(runs))
    values = own["train_accuracy"].isel(step=-1).transpose("seed", "run").values.astype(float)
    line = over_seeds(x, values)
    lost = (own["ended"] == "diverged").any("seed").values
    return replace(line, overflow=lost)


def _over_scales(ax: Any, line: Line, style: PairingStyle, look: Theme, *, log: bool) -> None:
    draw.draw_line(ax, line, style, look)
    draw.draw_marks(ax, line, style, log=log)


def _scale_axis(ax: Any, x: Any, lang: str, *, last: bool) -> None:
    """Give the x axis the scales of the weights, in decades."""
    ax.set_xscale("log")
    low, high = math.log10(x[0]), math.log10(x[-1])
    room = 0.05 * (high - low)
    exponents = decade_ticks(low, high, 3)
    ax.set_xlim(10 ** (low - room), 10 ** (high + room))
    ax.set_xticks([10.0**e for e in exponents], [power_of_ten(e) if last else "" for e in exponents])
    ax.minorticks_off()
    ax.grid(axis="y", linewidth=0.8)
    if last:
        ax.set_xlabel(text("axis.weight_std", lang), fontsize=NOTE + 1)
