"""Figures of any sweep: a number of every cell as a heat map over two fields, or as lines over one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.plots.canvas.cells import (
    draw_cells,
    draw_numbers_bar,
    log_axis,
    number_norm,
    panels_with_bars,
    spaced_by_ratio,
)
from actviz.plots.canvas.ends import name_ends, room_of
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.spec import Options, Pairings
from actviz.plots.canvas.style import BODY, DASHES, PairingStyle, panel_grid
from actviz.plots.figures.run_looks import ramp
from actviz.plots.figures.training import over_seeds
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.swept import (
    MOST_LINES,
    by_seed,
    cells,
    extremes,
    field_label,
    field_symbol,
    footer,
    found_titles,
    kept_label,
    line_fields,
    line_label,
    numbers,
    of_numbers,
    plane,
    titled,
)
from actviz.plots.reading.telling import alt_text, values_course
from actviz.text import shortened, text
from actviz.text.numbers import round_value, short

if TYPE_CHECKING:
    import xarray

_COLORS = ("blue", "vermillion", "green", "purple", "sky", "orange", "yellow", "grey")


def by_number(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    """Yield a figure for each number that is kept."""
    return ((f"-{name}", {"name": name}) for name in numbers(ds))


def _lacks(ds: xarray.Dataset, found: Any, key: str) -> str:
    if found is None:
        return text(key, most=MOST_LINES)
    return "" if numbers(ds) else text("sweep.needs_numbers", names="last_act_std, final_accuracy")


def map_alt(ds: xarray.Dataset, lang: str = "en", *, name: str | None = None, **_: Any) -> str:
    """Tell of a heat map: its ranges, and where the number is largest and smallest."""
    x, y = plane(ds) or ("", "")
    name = name or numbers(ds)[0]
    ends = {
        f"{at}_{end}": round_value(float(read(ds[field].values)))
        for at, field in (("x", x), ("y", y))
        for end, read in (("low", np.min), ("high", np.max))
    }
    head = text("map.alt", lang, what=kept_label(name, lang), x=field_symbol(x, lang), y=field_symbol(y, lang), **ends)
    told = extremes(ds, name, (x, y), lang)
    entries = [text(f"map.alt_{key}", lang, value=short(value), where=at) for key, (value, at) in told.items()]
    return alt_text(head, entries or [text("map.alt_none", lang)], lang)


@drawn_as(
    "map", alt=map_alt, kind="sweep", files=by_number,
    lacks=lambda ds: _lacks(ds, plane(ds), "sweep.needs_two"),
)  # fmt: skip
def figure_map(sheet: Sheet, ds: xarray.Dataset, *, name: str | None = None) -> Figure:
    """Draw a number of every cell over two swept fields as a heat map.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``sweep``, over two fields of numbers.
    name : str, optional
        Which number that is kept; the first unless given.
    """
    x, y = plane(ds) or ("", "")
    ds, name, look, lang = ds.sortby([x, y]), name or numbers(ds)[0], sheet.theme, sheet.lang
    what = kept_label(name, lang)
    title = text("map.title", lang, what=titled(what), x=field_symbol(x, lang), y=field_symbol(y, lang))
    read, found = text("map.read", lang, what=what), found_titles(ds, name, (x, y), lang)
    fig = sheet.figure("map", footer(ds, lang, name), title=title, read=read, found=found)
    (((ax, bar),),) = panels_with_bars(fig, 1, 1, left=76, right=62, top=112, bottom=76)
    values = cells(ds, name, x, y)
    norm = number_norm([values])
    cmap = look.diverging if norm.vmin < 0 < norm.vmax else look.density
    draw_cells(ax, ds[x].values, ds[y].values, values, norm, cmap, look)
    draw_numbers_bar(bar, norm, cmap)
    ax.set_xlabel(field_label(x, lang), fontsize=BODY)
    ax.set_ylabel(field_label(y, lang), fontsize=BODY)
    return fig


def _lines(ds: xarray.Dataset, name: str) -> dict[str, Floats]:
    """Return for each value of the other field, "" without one, the seeds' numbers along x: (x, seeds)."""
    x, other = line_fields(ds) or ("", "")
    values = by_seed(ds, name, *filter(None, (x, other)))
    if not other:
        return {"": values.T}
    labels = [value if isinstance(value, str) else float(value) for value in ds[other].values.tolist()]
    return {str(label): values[:, :, at].T for at, label in enumerate(labels)}


def _named(ds: xarray.Dataset, key: str, lang: str) -> str:
    """Write which value of the other field a line is of."""
    _, other = line_fields(ds) or ("", "")
    return line_label(other, float(key) if of_numbers(ds, other) else key, lang)


def trend_alt(ds: xarray.Dataset, lang: str = "en", *, name: str | None = None, **_: Any) -> str:
    """Tell how each line goes."""
    x, other = line_fields(ds) or ("", "")
    ds, name = ds.sortby(x), name or numbers(ds)[0]
    ends = {"low": round_value(float(ds[x].values[0])), "high": round_value(float(ds[x].values[-1]))}
    what = kept_label(name, lang)
    head = text("trend.alt", lang, what=what, x=field_symbol(x, lang), **ends)
    entries = []
    for key, values in _lines(ds, name).items():
        middle = np.median(values, axis=1)
        course = values_course(float(middle[0]), float(middle[-1]), lang)
        entries.append(text("trend.alt_line", lang, name=_named(ds, key, lang) if other else what, course=course))
    return alt_text(head, entries, lang)


@drawn_as(
    "trend", alt=trend_alt, kind="sweep", files=by_number,
    lacks=lambda ds: _lacks(ds, line_fields(ds), "sweep.needs_one"),
)  # fmt: skip
def figure_trend(sheet: Sheet, ds: xarray.Dataset, *, name: str | None = None) -> Figure:
    """Draw a number of every cell over one swept field, a line for each value of another.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``sweep``, over a field of numbers, and perhaps another of a few values.
    name : str, optional
        Which number that is kept; the first unless given.
    """
    x, other = line_fields(ds) or ("", "")
    ds, name, look, lang = ds.sortby(x), name or numbers(ds)[0], sheet.theme, sheet.lang
    what = kept_label(name, lang)
    title = text("trend.title", lang, what=titled(what), x=field_symbol(x, lang))
    found = found_titles(ds, name, [each for each in (x, other) if each], lang, np.median)
    fig = sheet.figure("trend", footer(ds, lang, name), title=title, found=found)
    at, lines = ds[x].values.astype(float), _lines(ds, name)
    names = {key: shortened(_named(ds, key, lang), 24) for key in lines} if other else {}
    right = room_of(names.values()) + 8 if names else 40.0
    ((ax,),) = panel_grid(fig, 1, 1, left=84, right=right, top=112, bottom=76)
    drawn, styles = [], []
    ordered = bool(other) and of_numbers(ds, other)
    colors = ramp(look, len(lines)) if ordered else [look.palette[each] for each in _COLORS]
    for position, values in enumerate(lines.values()):
        color, dash = colors[position], DASHES[position % len(DASHES)]
        shown = np.where(np.isfinite(values).all(axis=1, keepdims=True), values, np.nan)
        ax.fill_between(at, shown.min(axis=1), shown.max(axis=1), color=color, alpha=look.band, linewidth=0)
        ax.plot(at, np.median(shown, axis=1), color=color, linestyle=dash, marker="o", markersize=4)
        drawn.append(over_seeds(at, shown.T))
        styles.append(PairingStyle(color, "o", dash))
    if spaced_by_ratio(at):
        log_axis(ax.xaxis, at)
    finite = np.concatenate([each[np.isfinite(each)] for each in lines.values()])
    if finite.size and finite.min() > 0 and finite.max() / finite.min() > 1e3:
        log_axis(ax.yaxis, finite)
    if not finite.size and len(at) > 1:  # the axis tells where there is nothing
        ax.set_xlim(at.min(), at.max())
    ax.grid(axis="y", linewidth=0.8)
    ax.set_xlabel(field_label(x, lang), fontsize=BODY)
    ax.set_ylabel(what, fontsize=BODY)
    if names:
        name_ends(ax, names, drawn, styles, [*names])
    return fig
