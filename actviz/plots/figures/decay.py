"""Figures of weight decay: what it does to losses and weights over the epochs, and over its strength."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.catalog.looks import Theme
from actviz.plots.canvas import draw
from actviz.plots.canvas.ends import name_ends, naming, room_of
from actviz.plots.canvas.frame import heading, row_name, styles_legend
from actviz.plots.canvas.limits import draw_linear_axis
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import DASHES, HEIGHT, PairingStyle, panel_cells, panel_grid
from actviz.plots.figures.run_looks import group_styles, run_styles
from actviz.plots.figures.training import PARTS, draw_epoch_axis, draw_runs, ended_notes, loss_axis, run_line
from actviz.plots.figures.weights import draw_sizes, size_scale
from actviz.plots.reading.found_trainings import curves_titles, decay_titles, sweep_titles, unsure_titles
from actviz.plots.reading.groups import differing, group_name, over_runs, series_of, settings
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Line, Names, choose
from actviz.plots.reading.telling import alt_text, last_epoch, median, run_entries, seed_words
from actviz.results.words import training_words
from actviz.text import run_name, text
from actviz.text.numbers import in_print, percent, short
from actviz.training.measures import at_end, magnitudes, weight_size

if TYPE_CHECKING:
    import xarray


APART = 6
"""So many names of strengths stand beside the panel of weights, where strengths draw their lines apart."""

_TICK = 46.0
"""Width of a strength below the axis, in points."""


def decay_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for the figures of weight decay; empty if nothing."""
    if not differing(ds, "weight_decay"):
        return text("decay.lacks")
    return "" if np.isfinite(ds["validation_loss"].values).any() else text("figure.needs_validation")


def _named(styles: dict[str, PairingStyle], lang: str) -> dict[str, PairingStyle]:
    return {run_name(run, lang): style for run, style in styles.items()}


def decay_alt(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of the curves of runs by weight decay."""
    chosen = choose(ds, "run", runs)
    sizes = at_end(ds.assign(weight_size=weight_size(ds)), "weight_size")

    def name(run: str, lang: str) -> str:
        value = median(sizes.sel(run=run))
        grown = f" ({text('story.weights', lang, value=short(value))})" if np.isfinite(value) else ""
        return run_name(run, lang) + grown

    entries = run_entries(ds, chosen, ("train_loss", "validation_loss"), name, lang)
    return alt_text(text("decay.alt", lang, epochs=last_epoch(ds), seeds=seed_words(ds, lang)), entries, lang)


@drawn_as("decay", alt=decay_alt, lacks=decay_lacks, kind="training")
def figure_decay(sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None) -> Figure:
    """Draw losses and accuracies over the epochs by strength of weight decay, and what becomes of the weights.

    Parameters
    ----------
    ds : xarray.Dataset
        A training of runs that differ in weight decay.
    runs : str or sequence of str, optional
        Which to draw; all unless named.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run.
    """
    look, lang = sheet.theme, sheet.lang
    chosen = choose(ds, "run", runs)
    sized = ds.assign(weight_size=weight_size(ds))
    styles = run_styles(ds, chosen, look)
    height = max(sheet.size.least, HEIGHT + 36 * (len(chosen) - 9))
    norms = {run: run_line(sized, "weight_size", run) for run in chosen}
    names = _named(styles, lang)
    named = naming([*names], [*norms.values()], sheet, APART)
    across, down = 3, 2
    if sheet.columns(3, 140, 92 + named.room - 34) < across:
        across, down, named = 2, 3, naming([*names], [*norms.values()], sheet, 0)  # beside the weights is a panel
    height = max(height, sheet.height_of(down, 170, 210) or 0) if down == 3 else height
    told = ds, chosen, lambda run: run_name(run, lang), lang
    found = decay_titles(ds, chosen, lang) or curves_titles(*told) or unsure_titles(*told)
    drawn = {
        f"{part}_{what}": {run: run_line(ds, f"{part}_{what}", run) for run in chosen}
        for part in PARTS
        for what in ("loss", "accuracy")
    }
    losses = [line for part in PARTS for line in drawn[f"{part}_loss"].values()]
    above = any(bool(np.nanmax(line.high[:1]) > _settled(losses)) for line in losses)
    notes = [text("decay.cut", lang)] * above + ended_notes(ds, chosen, lang)
    footer = [training_words(ds, lang, bands=True), *notes * (not named.legend)]
    fig = sheet.figure("decay", " · ".join(footer), height, found=found)
    grid = panel_grid(
        fig, down, across, left=92, right=named.room, top=126, bottom=76, gap=(34, 48 if down == 2 else 70)
    )
    for axes, what in zip(grid, ("loss", "accuracy"), strict=False):
        row_name(axes[0], text(f"axis.{what}", lang))
        for ax, part in zip(axes, PARTS, strict=False):
            _settled_axis(ax, losses) if what == "loss" else draw.draw_share_axis(ax)
            draw_runs(ax, drawn[f"{part}_{what}"], styles, look)
            draw_epoch_axis(ax, ds["epoch"].values)
            ax.tick_params(labelleft=part == PARTS[0])
            heading(ax, text(f"curves.{part}", lang)) if what == "loss" else ax.set_xlabel(text("axis.epoch", lang))
    top, bottom = (grid[0][2], grid[1][2]) if across == 3 else grid[2]
    loss_axis(top, list(norms.values()), log=False)
    draw_runs(top, norms, styles, look)
    draw_epoch_axis(top, ds["epoch"].values)
    heading(top, text("decay.norm", lang))
    if ds.sizes.get("snapshot"):
        heading(bottom, text("decay.sizes", lang))
        bottom.set_xlabel(text("axis.weight", lang))
        edges, counts = magnitudes(ds.sel(run=chosen))
        draw_sizes(bottom, size_scale(edges, counts, 3), counts, [styles[run] for run in chosen])
    else:
        bottom.remove()
    if named.at_ends:
        name_ends(top, dict(zip(names, names, strict=True)), [*norms.values()], [*styles.values()], [*names])
    if named.legend:
        styles_legend(fig, names, look, notes)
    return fig


def _settled(lines: Sequence[Line]) -> float:
    """Return the top of an axis for the losses of all but the first fifth, whose fall is the same for all."""
    late = [line.high[max(1, len(line.high) // 5) :] for line in lines]
    return max((1.12 * float(np.nanmax(each)) for each in late if np.isfinite(each).any()), default=math.inf)


def _settled_axis(ax: Any, lines: Sequence[Line]) -> Any:
    """Give the y axis the losses that are left when the fall at the start is over."""
    loss_axis(ax, lines, log=False)
    high = min(ax.get_ylim()[1], _settled(lines))
    ax.set_ylim(-0.04 * high, high)
    ax.locator_params(axis="y", nbins=4)
    return ax


def decay_places(values: Sequence[float]) -> Floats:
    """Return where strengths of weight decay stand on a logarithmic axis: none at all one step left of the least."""
    strengths = np.array(values, float)
    some = np.log10(np.unique(strengths[strengths > 0]))
    if not len(some):
        return np.zeros(len(strengths))
    step = max(float(np.median(np.diff(some))) if len(some) > 1 else 1.0, 0.5)
    with np.errstate(divide="ignore"):
        logs = np.log10(strengths)
    places: Floats = np.where(strengths > 0, logs, some[0] - step)
    return places


def draw_decay_axis(ax: Any, strengths: Sequence[float]) -> Any:
    """Give the x axis the strengths of weight decay, those at which there are points."""
    values = sorted(set(strengths))
    places = decay_places(values)
    wide = ax.get_position().width * ax.figure.get_figwidth() * 72
    apart = max(0.22, _TICK / wide) * (places[-1] - places[0] or 1.0)
    ticks: list[tuple[float, str]] = []
    for place, value in zip(places, values, strict=True):
        if not ticks or place - ticks[-1][0] >= apart or (value > 0 and ticks[-1][1] == "0"):
            ticks.append((float(place), in_print(value)))
    room = 0.06 * (places[-1] - places[0] or 1.0)
    ax.set_xlim(places[0] - room, places[-1] + room)
    ax.set_xticks([place for place, _ in ticks], [name for _, name in ticks])
    ax.grid(axis="y", linewidth=0.8)
    return ax


def sweep_alt(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of the last numbers over the strength of weight decay."""
    losses, accuracies, entries = at_end(ds, "validation_loss"), at_end(ds, "validation_accuracy"), []
    groups = series_of(ds, choose(ds, "run", runs), "weight_decay")
    for group in groups:
        ends = [median(losses.sel(run=run)) for run in group]
        losses_of = dict(zip(settings(ds, group, "weight_decay"), ends, strict=True))
        finite = {strength: loss for strength, loss in sorted(losses_of.items()) if np.isfinite(loss)}
        if finite:
            tried = list(finite)
            best = min(finite, key=finite.__getitem__)
            inside = best not in (tried[0], tried[-1])  # at the ends it is told already
            judged = dict(zip(losses_of, [median(accuracies.sel(run=run)) for run in group], strict=True))
            peak = max(finite, key=judged.__getitem__)
            entries.append(
                text(
                    "sweep.alt_entry",
                    lang,
                    name=f"{group_name(group, lang)}: " if len(groups) > 1 else "",
                    best=text("sweep.alt_lowest", lang, value=short(finite[best])) if inside else "",
                    at=in_print(best),
                    least=in_print(tried[0]),
                    first=short(finite[tried[0]]),
                    most=in_print(tried[-1]),
                    last=short(finite[tried[-1]]),
                    share=percent(judged[peak]),
                    peak=in_print(peak),
                )
            )
    return alt_text(text("sweep.alt", lang, seeds=seed_words(ds, lang)), entries, lang)


@drawn_as("sweep", alt=sweep_alt, lacks=decay_lacks, kind="training")
def figure_sweep(sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None, top: float | None = None) -> Figure:
    """Draw losses, accuracies and the size of the weights at the end over the strength of weight decay.

    Parameters
    ----------
    ds : xarray.Dataset
        A training of runs that differ in weight decay; runs that differ in more are lines of their own.
    runs : str or sequence of str, optional
        Which to draw; all unless named.
    top : float, optional
        Upper end of the losses' axis, for figures that are to be compared.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run.
    """
    look, lang = sheet.theme, sheet.lang
    groups = series_of(ds, choose(ds, "run", runs), "weight_decay")
    ended = ds[[]].assign({f"{p}_{w}": at_end(ds, f"{p}_{w}") for p in PARTS for w in ("loss", "accuracy")})
    ended["weight_size"] = at_end(ds.assign(weight_size=weight_size(ds)), "weight_size")

    def line(name: str, group: Sequence[str]) -> Line:
        places = decay_places(settings(ds, group, "weight_decay"))
        return over_runs(places, ended[name].sel(run=list(group)).transpose("run", "seed").values)

    names = [group_name(group, lang) for group in groups]
    named = naming(names, [line("weight_size", group) for group in groups], sheet)
    parts = {name: text(f"curves.{name}", lang) for name in ("validation", "train")}
    beside = 0.0 if named.legend else room_of(parts.values())
    right, gap = max(named.room, beside * sheet.narrow), max(50.0, beside + 22)
    across = sheet.columns(3, 110 + gap, 64 + right - gap)
    height = sheet.height_of(-(-3 // across), 200, 176)
    outside = _outside(ds, [run for group in groups for run in group], lang)
    footer = " · ".join([training_words(ds, lang, bands=True), *outside, *_lost(ds, lang) * (not named.legend)])
    fig = sheet.figure("sweep", footer, height, found=sweep_titles(ds, groups, lang))
    losses, accuracies, sizes = panel_cells(fig, 3, across, left=64, right=right, top=130, bottom=84, gap=(gap, 84))
    styles = group_styles(ds, groups, look)
    everything: dict[str, list[Line]] = {}
    shown = [(losses, ["train_loss", "validation_loss"]), (sizes, ["weight_size"])]
    for ax, read in [*shown, (accuracies, ["train_accuracy", "validation_accuracy"])]:
        for name in read:
            everything[name] = [line(name, group) for group in groups]
        _sweep_panel(ax, {name: everything[name] for name in read}, styles, look)
        draw_decay_axis(ax, settings(ds, [run for group in groups for run in group], "weight_decay"))
        ax.set_xlabel(text("axis.lambda", lang))
    for ax, read in shown:  # a point is a number that is read: none is left out
        draw_linear_axis(ax, [each for name in read for each in everything[name]])
    if top is not None:
        losses.set_ylim(-0.04 * top, top)
    draw.draw_share_axis(accuracies)
    for ax, what in ((losses, "axis.loss"), (accuracies, "axis.accuracy"), (sizes, "decay.norm")):
        heading(ax, text(what, lang))
    told = dict(zip(names, styles, strict=True))
    if named.legend:
        styles_legend(fig, told, look, _lost(ds, lang), _part_marks(sheet))
        return fig
    if named.at_ends:
        name_ends(sizes, dict(zip(names, names, strict=True)), everything["weight_size"], styles, names)
    _name_parts(losses, parts, everything, styles[0].color if len(groups) == 1 else look.text)
    return fig


def _name_parts(ax: Any, parts: dict[str, str], lines: dict[str, list[Line]], color: Any) -> None:
    """Write which line is of training and which of validation, at the ends of the group whose two are most apart."""
    of_parts = [lines[f"{part}_loss"] for part in parts]
    apart = [abs(float(one.middle[-1] - other.middle[-1])) for one, other in zip(*of_parts, strict=True)]
    at = int(np.argmax(np.nan_to_num(apart, nan=-1.0, posinf=-1.0)))
    name_ends(ax, parts, [each[at] for each in of_parts], [PairingStyle(color, "", "-")] * 2, [*parts])


def _sweep_panel(ax: Any, lines: dict[str, list[Line]], styles: Sequence[PairingStyle], look: Theme) -> None:
    """Draw every group's line, training in dashes."""
    for name, of_groups in lines.items():
        for line, style in zip(of_groups, styles, strict=True):
            dashed = name.startswith("train")
            shown = PairingStyle(style.color, "" if dashed else style.marker, DASHES[2] if dashed else "-")
            draw.draw_line(ax, line, shown, look)
            draw.draw_marks(ax, line, style, log=False)


def _part_marks(sheet: Sheet) -> dict[str, Any]:
    """Return what tells training from validation in a legend."""
    look, lang = sheet.theme, sheet.lang
    plain = {"color": look.text, "linewidth": look.line}
    return {
        text("curves.validation", lang): plain,
        text("curves.train", lang): {**plain, "linestyle": DASHES[2]},
    }


def _lost(ds: xarray.Dataset, lang: str) -> list[str]:
    return [text("mark.diverged", lang)] if (ds["ended"].values == "diverged").any() else []


def _outside(ds: xarray.Dataset, runs: Sequence[str], lang: str) -> list[str]:
    """Say that no decay at all has a place of its own, where others are on the logarithmic axis."""
    values = set(settings(ds, runs, "weight_decay"))
    return [text("sweep.outside", lang)] if 0.0 in values and len(values) > 1 else []
