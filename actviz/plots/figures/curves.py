"""Figures of statistics over the layers, a line for each initializer: signal and collapse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from actviz.plots.canvas import draw, overlay
from actviz.plots.canvas.building import BY, part
from actviz.plots.canvas.ends import FEW, clearer_end, line_names, name_ends, room_of
from actviz.plots.canvas.frame import heading, legend, row_name
from actviz.plots.canvas.limits import value_axis
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import HEIGHT, PairingStyle, pairing_style, panel_grid, split
from actviz.plots.reading.found_compared import statistic_titles
from actviz.plots.reading.predicted import (
    PREDICTS,
    Expected,
    fit_words,
    theory_notes,
    theory_of,
    theory_words,
    z_scores,
)
from actviz.plots.reading.series import Line, Names, all_pairings, choose, line
from actviz.plots.reading.telling import alt_text, last_share, layer_words, pairing_course
from actviz.results.overlaying import laid
from actviz.results.words import recipe_words
from actviz.text import label, text
from actviz.theory.expected import PREDICTED

if TYPE_CHECKING:
    import xarray

_LEFT = 92.0
DEEP = 12
"""In stacks of more layers than this the lines of a panel are not set apart sideways."""

_NAMED, _BESIDE = 16, 122.0
"""So many initializers are named at the ends of their lines, which takes so much room in points."""

_SCALE = 52.0
"""Room of an axis' values at the right, in points."""

STRIP = 26.0
"""Height of a strip of z-scores, in points."""


@dataclass(frozen=True)
class _Lines:
    """What the panels of a figure share."""

    ds: xarray.Dataset
    inits: Sequence[str]
    theory: bool
    z: bool
    sheet: Sheet


def _lines_panel(ax: Any, lines: Sequence[Line], name: str, activation: str, axis: str, whole: _Lines) -> Any:
    """Draw a statistic of one activation, a line for each initializer; return the lowest Axes."""
    ds, inits, look, lang = whole.ds, whole.inits, whole.sheet.theme, whole.sheet.lang
    layers, count = ds["layer"].values, len(inits)
    # Lines that coincide stay apart: in shallow stacks by a small shift, in deep ones by markers that take turns.
    deep = len(layers) > DEEP
    turn = max(1, len(layers) // 8)
    shifts = [0.0 if deep else 0.7 * (i - (count - 1) / 2) / count for i in range(count)]
    every = [(i * turn // count, turn) if deep else None for i in range(count)]
    styles = [pairing_style(ds, init, activation, look) for init in inits]
    expected = [theory_of(ds, init, activation, lang).expected(name) if whole.theory else None for init in inits]
    axis = value_axis(ax, axis, [*lines, *(each.seen for each in expected if each)], whole.sheet.style, activation)
    for init, read, style, shift, turns in zip(inits, lines, styles, shifts, every, strict=True):
        with part([ax], init):
            draw.draw_line(ax, read, style, look, shift=shift, every=turns)
            draw.draw_marks(ax, read, style, log=axis == "log", shift=shift, every=turns)
    draw.draw_layer_axis(ax, layers)
    missing = [label(init, lang) for init, read in zip(inits, lines, strict=True) if read.undefined]
    if missing:
        names = ", ".join(missing) if len(missing) < 3 else text("mark.several", lang, number=len(missing))
        with part([ax], inits[-1]):
            foot = [each.middle[len(each.middle) // 2 :] for each in lines if not each.undefined]
            low, high = ax.get_ylim()
            top = any((each[np.isfinite(each)] < low + 0.2 * (high - low)).any() for each in foot)
            draw.draw_note(ax, text("mark.undefined", lang, names=names), look, top=top)
    for init, each, style, shift in zip(inits, expected, styles, shifts, strict=True):
        with part([ax], init):
            if each:
                overlay.draw_expected(ax, each, style, look, shift=shift)
    return (
        _strip(ax, inits, expected, styles, shifts, whole.sheet)
        if whole.z and any(each and np.isfinite(each.z).any() for each in expected)
        else ax
    )


def _strip(
    ax: Any, inits: Sequence[str], expected: Sequence[Expected | None], styles: Sequence[PairingStyle],
    shifts: Sequence[float], sheet: Sheet,
) -> Any:  # fmt: skip
    """Draw the z-scores in a strip below a panel, which is returned."""
    look, lang = sheet.theme, sheet.lang
    strip = split(ax, STRIP)
    strip.set_zorder(ax.get_zorder() - 1)  # marks at the foot of the panel stand over it
    overlay.draw_strip(strip, text("theory.z", lang), look)
    for init, each, style, shift in zip(inits, expected, styles, shifts, strict=True):
        with part([strip], init):
            if each:
                overlay.draw_z_scores(strip, each, style, width=0.7 / len(styles), shift=shift)
    strip.set_xlim(ax.get_xlim())
    strip.set_xticks(ax.get_xticks(), ax.get_xticklabels())
    ax.set_xticks(ax.get_xticks(), [])
    return strip


def one_row(
    sheet: Sheet, ds: xarray.Dataset, figure: str, statistic: tuple[str, str], inits: Names, activations: Names,
    *, theory: bool, z: bool, gradient: bool = False,
) -> Figure:  # fmt: skip
    """Draw one statistic, a panel for each activation, with the initializers' names at the ends of their lines."""
    name, axis = statistic
    chosen, shown = choose(ds, "init", inits), choose(ds, "activation", activations)
    look, lang = sheet.theme, sheet.lang
    theory = theory and not laid(ds)  # each result has one of its own
    whole = _Lines(ds, chosen, theory, z, sheet)
    across = sheet.across(len(shown))
    down = -(-len(shown) // across)
    lines = {each: [line(ds, name, init, each) for init in chosen] for each in shown}
    drawn = [(each, axis) for own in lines.values() for each in own]
    notes = _mark_notes(drawn, len(chosen) > 1 and ds.sizes["layer"] <= DEEP, lang)
    notes += theory_notes(ds, chosen, shown, [name], lang) if theory else []
    names = line_names(ds, chosen, lang)
    named = _is_named(ds, names, sheet, across)
    fit = fit_words(z_scores(ds, chosen, shown, [name], lang), lang, ds["layer"].values.tolist()) if theory else ""
    footer = [recipe_words(ds, lang, gradient=gradient, bands=True), *(notes if named else []), fit]
    found = statistic_titles(ds, name, chosen, shown, lang)
    read = [text(f"{figure}.read", lang), *_kept_words(name, lang) * bool(found)]
    told = theory and any(theory_of(ds, i, a, lang).expected(name) for i in chosen for a in shown)
    if fit:
        read += [text("theory.read_band", lang), *[text("theory.read_strips", lang)] * z]
    elif told:
        read.append(text("theory.read_infinite", lang))
    height = sheet.height_for(down, 150 if named and not sheet.narrow else 120, 200)
    fig = sheet.figure(figure, " · ".join(filter(None, footer)), height, read=" ".join(read), found=found)
    fig.question = text(f"{figure}.question", lang)
    beside = room_of(names.values()) if named else sheet.beside
    beside = max(beside, _BESIDE) if named and not (sheet.narrow or laid(ds)) else beside
    end = clearer_end(list(lines.values()), height / down, log=axis == "log") if named else -1
    room = (
        (_LEFT, beside) if end else (beside + 46, _SCALE)
    )  # names at the left have the values' place, and these theirs
    grid = panel_grid(
        fig, down, across, left=room[0], right=room[1], top=132, bottom=72, gap=(beside + 36 if named else 50, 52)
    )
    cells = [ax for row in grid for ax in row]
    for at, (ax, activation) in enumerate(zip(cells, shown, strict=False)):
        lowest = _lines_panel(ax, lines[activation], name, activation, axis, whole)
        heading(ax, label(activation, lang), own=True)
        _bottom_only(lowest, last=at + across >= len(shown), lang=lang)
        if at % across == 0:
            row_name(ax, text(name, lang), 54 if end else beside + 20)
        if named:
            name_ends(
                ax,
                names,
                lines[activation],
                [pairing_style(ds, init, activation, look) for init in chosen],
                chosen,
                end,
            )
    for ax in cells[len(shown) :]:
        ax.remove()
    if not named:
        legend(fig, ds, chosen, look, lang, notes, overlay.theory_marks(look, lang, band=bool(fit)) if told else {})
    return fig


def _is_named(ds: xarray.Dataset, names: Mapping[str, str], sheet: Sheet, across: int) -> bool:
    """Whether names stand at the ends of lines: as many as have room there, and no legend is needed."""
    if sheet.narrow:
        fit = len(names) <= FEW and across == 1 and sheet.size.width >= 2 * (room_of(names.values()) + _LEFT)
        return fit and not isinstance(sheet.inside, Axes)
    return len(names) <= (2 * FEW if laid(ds) else _NAMED) and (across == 1 or not laid(ds))


def _kept_words(name: str, lang: str) -> list[str]:
    """Say what it means that a statistic is kept, where a title says that it is."""
    kind = {"act_std": "signal", "grad_preact_rms": "gradient"}.get(name)
    return [text(f"found.kept.{kind}", lang)] if kind else []


def lines_figure(
    sheet: Sheet, ds: xarray.Dataset, figure: str, columns: dict[str, str], inits: Names, activations: Names,
    *, theory: bool, z: bool, gradient: bool = False, extra: int = 0,
) -> tuple[Figure, list[list[Any]], list[str], list[str]]:  # fmt: skip
    """Draw a row of panels for each activation, a column for each statistic, and ``extra`` empty ones."""
    chosen, rows = choose(ds, "init", inits), choose(ds, "activation", activations)
    look, lang = sheet.theme, sheet.lang
    theory = theory and not laid(ds)  # each result has one of its own
    whole = _Lines(ds, chosen, theory, z, sheet)
    footer = recipe_words(ds, lang, gradient=gradient, bands=True)
    statistic = next(iter(columns)) if figure != "signal_detail" else "act_std"
    found = statistic_titles(ds, statistic, chosen, rows, lang)
    if figure.endswith("_detail"):  # beside the figure of the one statistic that its title tells of
        found = [*(text("found.detail", lang, title=each) for each in found), *found]
    read, fit = " ".join([text(f"{figure}.read", lang), *_kept_words(statistic, lang) * bool(found)]), ""
    predicted = [name for name in columns if name in PREDICTED]
    told = [
        name
        for name in predicted
        if theory and any(theory_of(ds, i, a, lang).expected(name) for i in chosen for a in rows)
    ]
    if told:
        fit = fit_words(z_scores(ds, chosen, rows, told, lang), lang)
        strips = [text("theory.read_strips", lang)] * (z and bool(fit))
        read += " ".join(["", theory_words(told, columns, lang), *strips])
        footer += f" · {fit}" if fit else ""
    row, names = 20 + max(104, 13 * len(chosen) * gradient), HEIGHT + 19 * (len(chosen) - 15)
    fig = sheet.figure(figure, footer, max(sheet.height_for(len(rows), row, 168), names), read=read, found=found)
    grid = panel_grid(
        fig, len(rows), len(columns) + extra, left=_LEFT, right=sheet.beside, top=132, bottom=68, gap=(50, 20)
    )
    fig.question = text(f"{figure}.question", lang)
    drawn: list[tuple[Line, str]] = []
    for axes, activation in zip(grid, rows, strict=True):
        row_name(axes[0], label(activation, lang))
        for ax, (name, axis) in zip(axes, columns.items(), strict=False):
            lines = [line(ds, name, init, activation) for init in chosen]
            lowest = _lines_panel(ax, lines, name, activation, axis, whole)
            drawn += [(each, axis) for each in lines]
            _bottom_only(lowest, last=activation == rows[-1], lang=lang)
    for ax, name in zip(grid[0], columns, strict=False):
        heading(ax, text(name, lang))
    notes = _mark_notes(drawn, len(chosen) > 1 and ds.sizes["layer"] <= DEEP, lang)
    notes += theory_notes(ds, chosen, rows, predicted, lang) if theory else []
    legend(fig, ds, chosen, look, lang, notes, overlay.theory_marks(look, lang, band=bool(fit)) if told else {})
    return fig, grid, chosen, rows


def _mark_notes(drawn: Sequence[tuple[Line, str]], apart: bool, lang: str) -> list[str]:
    """Return what the marks at the edges of the panels mean, as far as there are any, and what stands ``apart``."""
    needed = {
        "mark.overflow": any(each.overflow.any() for each, _ in drawn),
        "mark.zero": any(axis == "log" and (each.middle == 0).any() for each, axis in drawn),
        "mark.apart": apart,
    }
    return [text(key, lang) for key, there in needed.items() if there]


def _bottom_only(ax: Any, *, last: bool, lang: str) -> None:
    if last:
        ax.set_xlabel(text("axis.layer", lang))
    else:
        ax.set_xticks(ax.get_xticks(), [])


def _courses_alt(
    figure: str, statistic: str, share: tuple[str, str] | None, ds: xarray.Dataset, lang: str = "en", *,
    inits: Names = None, activations: Names = None, **_: Any,
) -> str:  # fmt: skip
    """Tell how a statistic goes over the layers, and of another, by its key and name, the share in the last."""
    entries = [
        pairing_course(
            ds, statistic, pairing, lang, share=last_share(share[0], ds, share[1], pairing, lang) if share else ""
        )
        for pairing in all_pairings(ds, inits, activations)
    ]
    return alt_text(text(f"{figure}.alt", lang, layers=layer_words(ds, lang)), entries, lang)


DETAILED: dict[str, Any] = {"predicts": PREDICTS, "builds": BY[1:], "overlays": True}
"""What is so of every figure of this kind."""

DESCRIBED: dict[str, Any] = {**DETAILED, "takes": ("ylim", "yscale")}
"""And of those whose panels share one statistic."""


@drawn_as("signal", alt=partial(_courses_alt, "signal", "act_std", None), **DESCRIBED)
def figure_signal(
    sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theory: bool = True,
    z: bool = False,
) -> Figure:  # fmt: skip
    """Draw the standard deviation of the activations over the layers, a panel for each activation.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``probe`` or ``load``.
    inits, activations : str or sequence of str, optional
        Which to draw; all unless named.
    theory, z : bool
        Whether to draw what theory predicts, and the z-scores of the measurement in strips below.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset lacks what is asked for.
    """
    return one_row(sheet, ds, "signal", ("act_std", "log"), inits, activations, theory=theory, z=z)


@drawn_as(
    "signal_detail", alt=partial(_courses_alt, "signal_detail", "act_std", ("story.saturated", "saturated")),
    **DETAILED,
)  # fmt: skip
def figure_signal_detail(
    sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theory: bool = True,
    z: bool = False,
) -> Figure:  # fmt: skip
    """Draw mean, standard deviation and saturated share of the activations over the layers.

    Parameters are as for ``figure_signal``.
    """
    columns = {"act_mean": "plain", "act_std": "log", "saturated": "share"}
    return lines_figure(sheet, ds, "signal_detail", columns, inits, activations, theory=theory, z=z)[0]


@drawn_as("collapse", alt=partial(_courses_alt, "collapse", "similarity", None), **DESCRIBED)
def figure_collapse(
    sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theory: bool = True,
    z: bool = False,
) -> Figure:  # fmt: skip
    """Draw the similarity between samples over the layers, a panel for each activation.

    Parameters are as for ``figure_signal``.
    """
    return one_row(sheet, ds, "collapse", ("similarity", "cosine"), inits, activations, theory=theory, z=z)


@drawn_as(
    "collapse_detail",
    alt=partial(_courses_alt, "collapse_detail", "similarity", ("story.distinct", "distinct_units")), **DETAILED,
)  # fmt: skip
def figure_collapse_detail(
    sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theory: bool = True,
    z: bool = False,
) -> Figure:  # fmt: skip
    """Draw similarity between samples, spread over samples, and the share of distinct units over the layers.

    Parameters are as for ``figure_signal``.
    """
    columns = {"similarity": "cosine", "unit_spread": "log", "distinct_units": "share"}
    return lines_figure(sheet, ds, "collapse_detail", columns, inits, activations, theory=theory, z=z)[0]
