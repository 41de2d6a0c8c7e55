"""The figure of schedules at equal budget: rates, loss and accuracy over the epochs, and every seed's final values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.catalog.looks import Theme
from actviz.catalog.names import builtin
from actviz.catalog.schedules import SCHEDULES, ReduceOnPlateau, rates
from actviz.plots.canvas import draw
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import DASHES, NOTE, PairingStyle, panel_grid
from actviz.plots.figures.rates import COLORS
from actviz.plots.figures.training import draw_epoch_axis, over_seeds
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Line, Names, choose
from actviz.plots.reading.telling import alt_text, score, seed_words
from actviz.results.dataset import recipe
from actviz.results.words import training_words
from actviz.text import label, run_name, shortened, text
from actviz.text.numbers import true_minus
from actviz.training.measures import at_budget

if TYPE_CHECKING:
    import xarray

_NAMES, _CURVES, _ROW = 212.0, 134.0, 16.0
"""Width of the rows' names, height of the curves, height of a row of final values, in points."""


def _settings(ds: xarray.Dataset, run: str) -> dict[str, Any]:
    found: dict[str, Any] = recipe(ds)["runs"][run]
    return found


def budget_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for the figure of schedules; empty if nothing."""
    rates_of_runs = {(settings["lr"], settings["per"]) for settings in recipe(ds)["runs"].values()}
    return "" if len(rates_of_runs) > 1 else text("budget.lacks")


def run_names(ds: xarray.Dataset, runs: Sequence[str], lang: str) -> list[str]:
    """Name runs by their schedules where these tell them apart, by their own labels where not."""
    written = [str(_settings(ds, run)["lr"]) for run in runs]
    if len(set(written)) < len(runs):
        return [run_name(run, lang, schedule=True) for run in runs]
    return [_schedule_name(each, lang) for each in written]


def _schedule_name(written: str, lang: str) -> str:
    kind, _, given = written.partition(":")
    if kind not in COLORS or kind in ("constant", "reduce_on_plateau") or "+" in written:
        return label(written, lang, schedule=True)
    peak = given.partition(",")[0].removeprefix("lr=") or "0.1"
    try:
        return text("budget.peak", lang, schedule=label(kind, lang), rate=f"{float(peak):g}")
    except ValueError:  # the first parameter given is another one
        return label(written, lang, schedule=True)


def _styles(ds: xarray.Dataset, runs: Sequence[str], look: Theme) -> list[PairingStyle]:
    """Return how each run looks: its schedule's colour, those of one colour in different dashes."""
    kinds = [str(_settings(ds, run)["lr"]).partition(":")[0] for run in runs]
    spread = list(look.palette)
    plain = len(set(kinds)) == 1 and len(runs) > 1
    colors = [spread[i % len(spread)] if plain else COLORS.get(kind, "purple") for i, kind in enumerate(kinds)]
    return [
        PairingStyle(look.palette[color], "", DASHES[colors[:i].count(color) % len(DASHES)])
        for i, color in enumerate(colors)
    ]


def _curve(ds: xarray.Dataset, name: str, run: str) -> Line:
    values = ds[name].sel(run=run).transpose("seed", "step").values.astype(float)
    return over_seeds(ds["epoch"].values.astype(float), values)


def _rate_line(ds: xarray.Dataset, run: str) -> Line:
    """Return the learning rate of every update, by the schedule; what was recorded where that cannot say."""
    settings, total = _settings(ds, run), int(ds["step"].values[-1])
    each = int(recipe(ds)["epoch_updates"])
    found = builtin("schedule", settings["lr"], SCHEDULES)
    if found is None or isinstance(found, ReduceOnPlateau):  # one of the user's own, or one that follows a metric
        return _curve(ds, "learning_rate", run)
    at = np.arange(total) // (each if settings["per"] == "epoch" else 1)
    values = rates(found, int(at[-1]) + 1)[at]
    return over_seeds(np.arange(total) / each, values[None])


def draw_curves(ax: Any, lines: Sequence[Line], styles: Sequence[PairingStyle], look: Theme, epochs: Floats) -> Any:
    """Draw a line a run over the epochs, with the band of its seeds."""
    for line, style in zip(lines, styles, strict=True):
        ax.fill_between(line.layers, line.low, line.high, color=style.color, alpha=0.7 * look.band, linewidth=0)
        ax.plot(line.layers, line.middle, color=style.color, linestyle=style.linestyle, linewidth=0.8 * look.line)
    draw_epoch_axis(ax, epochs)
    ax.locator_params(axis="x", nbins=5, integer=True)
    return ax


def draw_finals(ax: Any, values: Floats, styles: Sequence[PairingStyle], look: Theme) -> Any:
    """Draw every seed of every run as a dot on its row, and the means; values (runs, seeds), the first at the top."""
    rows = np.arange(len(values))
    for row, (own, style) in enumerate(zip(values, styles, strict=True)):
        seen = own[np.isfinite(own)]
        ax.plot(seen, np.full(len(seen), row), "o", color=style.color, alpha=0.55, markersize=4.5, markeredgewidth=0)
        if len(seen):
            ax.plot([seen.mean()] * 2, [row - 0.36, row + 0.36], color=style.color, linewidth=2.6)
    first = values[0][np.isfinite(values[0])]
    if len(first):
        ax.axvline(first.mean(), color=look.muted, linewidth=0.8, linestyle=DASHES[2], zorder=1)
    ax.set_ylim(rows[-1] + 0.6, -0.6)
    ax.set_yticks([])
    ax.grid(axis="x", linewidth=0.8)
    return ax


def _final_axis(ax: Any, values: Floats, *, share: bool) -> None:
    """Give the x axis the middle of all values: what is far off leaves the picture, as losses that blew up do."""
    seen = values[np.isfinite(values)]
    if not seen.size:
        return
    low, high = float(seen.min()), float(seen.max())
    if not share and high > 20 * max(low, 1e-9):
        ax.set_xscale("log")
        high = min(high, 1e4 * low)
        ax.set_xlim(low / 1.3, high * 1.3)
        draw.label_decades(ax.xaxis, np.log10(low / 1.3), np.log10(high * 1.3), 4)
        return
    room = 0.06 * max(high - low, 0.01)
    ax.set_xlim(low - room, high + room)
    ax.locator_params(axis="x", nbins=3 if share else 4)


def difference(values: Floats, first: Floats, lang: str, *, share: bool = False) -> str:
    """Write the mean difference of seeds to those of another run, and its standard error; nothing if there is none."""
    apart = (values - first)[np.isfinite(values) & np.isfinite(first)]
    if not len(apart) or (apart == 0).all():
        return ""
    factor, digits = (100.0, 1) if share else (1.0, 3)
    words = f"{factor * apart.mean():+.{digits}f}"
    if len(apart) > 1:
        words += f" ± {factor * apart.std(ddof=1) / math.sqrt(len(apart)):.{digits}f}"
    words = true_minus(words)
    return text("budget.points", lang, value=words) if share else words


def final_values(ds: xarray.Dataset, runs: Sequence[str], name: str) -> Floats:
    """Return every seed's value at its end, shape (runs, seeds); of test rows it is the last by itself."""
    return np.asarray(at_budget(ds, name).sel(run=list(runs)).transpose("run", "seed").values, float)


def shown_of(ds: xarray.Dataset) -> tuple[list[str], list[str]]:
    """Return which curves and final values there are: of held-out rows where there are any."""

    def known(name: str) -> bool:
        return bool(np.isfinite(ds[name].values).any())

    held = next((n for n in ("validation_accuracy", "validation_loss", "train_accuracy") if known(n)), "")
    finals = [n for n in ("test_loss", "test_accuracy") if known(n)]
    finals = finals or [n for n in ("validation_loss", "validation_accuracy") if known(n)]
    return ["train_loss", *([held] if held else [])], ["train_loss", *finals]


def budget_alt(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of schedules at equal budget: the first's last value, and the others' difference to it."""
    chosen = choose(ds, "run", runs)
    names = run_names(ds, chosen, lang)
    what = shown_of(ds)[1][-1]
    values = final_values(ds, chosen, what)
    entries = []
    for at, (name, own) in enumerate(zip(names, values, strict=True)):
        seen = own[np.isfinite(own)]
        both = np.isfinite(own) & np.isfinite(values[0])
        if at and both.any():
            apart = difference(own, values[0], lang, share=what.endswith("accuracy"))
            entries.append(text("budget.alt_entry" if apart else "budget.alt_same", lang, name=name, difference=apart))
            continue
        value = score(what, float(seen.mean())) if len(seen) else text("story.undefined", lang)
        key = "budget.alt_value" if at else "budget.alt_first"
        entries.append(text(key, lang, name=name, what=text(f"story.{what}", lang), value=value))
    return alt_text(text("budget.alt", lang, number=len(chosen), seeds=seed_words(ds, lang)), entries, lang)


@drawn_as("budget", alt=budget_alt, lacks=budget_lacks, kind="training")
def figure_budget(sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None) -> Figure:
    """Draw the learning rates of runs, loss and accuracy under each at equal budget, and every seed's final values.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``train``.
    runs : str or sequence of str, optional
        Which to draw, the one to compare with first; all unless named.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run.
    """
    look, lang = sheet.theme, sheet.lang
    chosen = choose(ds, "run", runs)
    curves, finals = shown_of(ds)
    names = run_names(ds, chosen, lang)
    styles = _styles(ds, chosen, look)
    stacked = len(finals) if sheet.narrow else 1  # final values under each other
    height = sheet.height_for(len(chosen) * stacked, _ROW, 126 + _CURVES + 64 * stacked + 54)
    fig = sheet.figure("budget", training_words(ds, lang), height, first=names[0])
    bottom = fig.get_figheight() * 72 - fig.above - fig.below - 126 - _CURVES
    (top,) = panel_grid(fig, 1, len(curves) + 1, left=64, right=34, top=126, bottom=bottom, gap=(58, 0))
    _draw_top(ds, top, curves, chosen, styles, sheet)
    below = panel_grid(
        fig, stacked, len(finals) // stacked, left=_NAMES, right=104, top=126 + _CURVES + 64, bottom=54,
        gap=(108, 64),
    )  # fmt: skip
    low = [ax for row in below for ax in row]
    for ax, name in zip(low, finals, strict=True):
        _draw_final(ds, ax, name, chosen, styles, sheet)
    for row, (name, style) in enumerate(zip(names, styles, strict=True)):
        for ax in low[:stacked]:
            _row_name(ax, row, shortened(name, 24), style)
    return fig


def _draw_top(
    ds: xarray.Dataset, top: Sequence[Any], curves: Sequence[str], runs: Sequence[str], styles: Any, sheet: Sheet,
) -> None:  # fmt: skip
    look, lang = sheet.theme, sheet.lang
    epochs = ds["epoch"].values
    for ax, name in zip(top, ("rate", *curves), strict=True):
        lines = [_rate_line(ds, run) if name == "rate" else _curve(ds, name, run) for run in runs]
        if name.endswith("loss") and _decades(lines) > 1:
            draw.draw_log_axis(ax, lines, 5)
        draw_curves(ax, lines, styles, look, epochs)
        if name.endswith("accuracy"):
            seen = np.concatenate([line.middle[1:] for line in lines])
            low = float(np.nanmin(seen, initial=1.0))
            ax.set_ylim(max(low - 0.25 * (1 - low), -0.03), 1.02)
            ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        ax.set_xlabel(text("axis.epoch", lang))
        ax.yaxis.get_offset_text().set_ha("right")  # the heading is at the left
        heading(ax, text(f"budget.{name}", lang))


def _decades(lines: Sequence[Line]) -> float:
    """Return over how many decades the medians of lines spread."""
    values = np.concatenate([line.middle for line in lines])
    values = values[np.isfinite(values) & (values > 0)]
    return float(np.log10(values.max() / values.min())) if values.size else 0.0


def _draw_final(ds: xarray.Dataset, ax: Any, name: str, runs: Sequence[str], styles: Any, sheet: Sheet) -> None:
    look, lang = sheet.theme, sheet.lang
    values, share = final_values(ds, runs, name), name.endswith("accuracy")
    _final_axis(ax, values, share=share)
    draw_finals(ax, values, styles, look)
    if ax.get_xscale() == "linear" and share:
        ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    heading(ax, text("budget.end", lang, what=text(f"budget.{name}", lang)))
    lost = (ds["ended"].sel(run=list(runs)).transpose("run", "seed").values == "diverged").sum(axis=1)
    for row in range(len(runs)):
        words = difference(values[row], values[0], lang, share=share)
        if name == "train_loss" and lost[row]:
            words = text("budget.diverged", lang, number=lost[row])
        ax.annotate(
            words, (1, row), xytext=(8, 0), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
            va="center", fontsize=NOTE, color=look.text,
        )  # fmt: skip


def _row_name(ax: Any, row: int, name: str, style: PairingStyle) -> None:
    """Write a run's name beside its row, with a piece of its line."""
    place = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points", "va": "center"}
    ax.annotate(name, (0, row), xytext=(-38, 0), ha="right", fontsize=NOTE + 1, **place)
    ax.annotate(
        "", (0, row), xytext=(-34, 0), **place,
        arrowprops={"arrowstyle": "-", "color": style.color, "linestyle": style.linestyle, "linewidth": 2.2,
                    "shrinkA": 0, "shrinkB": 6},
    )  # fmt: skip
