"""The figure that sets up to four telling pairings side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.plots.canvas import draw
from actviz.plots.canvas.frame import write_verdict
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, NOTE, pairing_style, panel_grid
from actviz.plots.figures.distributions import pairing_panel
from actviz.plots.reading.found_layers import healthy_titles, judged, so_far_words
from actviz.plots.reading.scales import activation_scale
from actviz.plots.reading.series import (
    Names,
    Pairings,
    attenuation,
    cell,
    choose,
    line,
    spread_layers,
    teaching_pairings,
)
from actviz.plots.reading.subjects import pairings_subject
from actviz.plots.reading.telling import alt_text, ends_of, gradient_left, last_share, layer_words, pairing_course
from actviz.results.words import pairing_name, recipe_words
from actviz.text import text, wrapped
from actviz.text.numbers import percent, short

if TYPE_CHECKING:
    import xarray


_NARROWEST = 530.0
"""Width of the figure in points below which a number and what it is of would touch."""


def _overview_pairings(
    ds: xarray.Dataset,
    inits: Names = None,
    activations: Names = None,
    pairings: Sequence[tuple[str, str]] | None = None,
) -> Pairings:
    """Return up to four pairings: those named, or telling ones."""
    return [(init, activation) for init, activation in pairings or teaching_pairings(ds, inits, activations)][:4]


def overview_alt(ds: xarray.Dataset, lang: str = "en", **options: Any) -> str:
    """Tell of the figure of telling pairings."""
    pairings = _overview_pairings(ds, **options)
    entries = []
    for pairing in pairings:
        std = line(ds, "act_std", *pairing).middle[-1]
        if not np.isfinite(std):
            entries.append(pairing_course(ds, "act_std", pairing, lang))
            continue
        saturated = last_share("story.saturated", ds, "saturated", pairing, lang)
        values = {"std": short(std), "saturated": saturated, "gradient": gradient_left(ds, pairing, lang)}
        entries.append(text("overview.alt_entry", lang, name=pairing_name(*pairing, lang), **values))
    return alt_text(
        text("overview.alt", lang, number=len(pairings), layers=layer_words(ds, lang), **ends_of(ds)), entries, lang
    )


@drawn_as(
    "overview",
    squeezed=1.0,
    narrowest=_NARROWEST,
    alt=overview_alt,
    subject=partial(pairings_subject, shown=_overview_pairings),
)
def figure_overview(
    sheet: Sheet,
    ds: xarray.Dataset,
    *,
    inits: Names = None,
    activations: Names = None,
    pairings: Sequence[tuple[str, str]] | None = None,
) -> Figure:
    """Draw up to four pairings side by side on one slide: distributions, gradients, and four numbers.

    Unless ``pairings`` names them, they are telling ones; other parameters are as for ``figure_histograms``.
    """
    look, lang = sheet.theme, sheet.lang
    sheet.check_wide(_NARROWEST)
    pairings = _overview_pairings(ds, inits, activations, pairings)
    for init, activation in pairings:
        choose(ds, "init", init), choose(ds, "activation", activation)
    layers = spread_layers(ds, 5)
    footer = recipe_words(ds, lang, gradient=True, bands=True)
    titles = [wrapped(pairing_name(*pairing, lang), 24) for pairing in pairings]
    found = judged(ds, pairings)
    # A title's second line, and the verdict under it.
    two = 18.0 * any("\n" in title for title in titles)
    second = sheet.narrow * (two + 12.0 * bool(found))
    need = 900.0 + 5 * second + two if sheet.narrow and len(pairings) > 2 else None
    read = " ".join([text("overview.read", lang), *so_far_words(found, lang)])
    fig = sheet.figure("overview", footer, need, read=read, found=healthy_titles(ds, found, lang))
    across = 2 if sheet.narrow else 4
    blocks = -(-len(pairings) // across)
    grid = panel_grid(
        fig, 3 * blocks, min(across, len(pairings)), left=80, top=126 + two, bottom=36, gap=(30, 34 + second),
        heights=(2.05, 0.84, 0.72) * blocks,
    )  # fmt: skip
    gradients = [line(ds, "grad_preact_rms", *pairing) for pairing in pairings]
    for at, (init, activation) in enumerate(pairings):
        color, (block, column) = pairing_style(ds, init, activation, look).color, divmod(at, across)
        top, middle, bottom = (row[column] for row in grid[3 * block : 3 * block + 3])
        scale = activation_scale(ds, [init], activation, layers)
        cells = [[cell(ds, scale, init, activation, layer, lang=lang)] for layer in layers]
        draw.draw_grid(top, scale, cells, [color] * len(layers), look, lang)
        names = [str(layer) if column == 0 else "" for layer in layers]
        draw.draw_grid_labels(top, scale, names, [""], [look.text] * len(layers))
        top.set_title(titles[at], color=color, fontsize=BODY, fontweight="bold", pad=23 if found else 8)
        if found:
            write_verdict(top, (0.5, 1), (0, 5), found[init, activation], look, lang, ha="center", va="bottom")
        pairing_panel(middle, ds, "grad_preact_rms", (init, activation), sheet, log=True, among=gradients)
        _numbers(bottom, ds, (init, activation), sheet)
        if column:
            middle.set_yticklabels([])
    for block in range(blocks):
        _overview_sides(grid[3 * block : 3 * block + 3], lang)
    for spare in (row[c] for row in grid[-3:] for c in range(len(pairings) - across * (blocks - 1), len(row))):
        spare.set_axis_off()
    return fig


def _overview_sides(grid: list[list[Any]], lang: str) -> None:
    for row, key in zip(grid, ("axis.layer", "grad_preact_rms"), strict=False):
        row[0].annotate(
            text(key, lang), (0, 0.5), xytext=(-52, 0), xycoords="axes fraction", textcoords="offset points",
            rotation=90, ha="center", va="center", fontsize=BODY,
        )  # fmt: skip
    for ax in grid[1]:
        ax.set_xlabel(text("axis.layer", lang), fontsize=NOTE + 1, labelpad=2)


def _numbers(ax: Any, ds: xarray.Dataset, pairing: tuple[str, str], sheet: Sheet) -> None:
    """Write what became of the signal and its gradient at the ends of the stack."""
    look, lang = sheet.theme, sheet.lang
    last = {name: line(ds, name, *pairing).middle[-1] for name in ("act_std", "saturated", "distinct_units")}
    change, lost = attenuation(ds, *pairing), text("panel.overflow", lang)
    times = text("overview.times", lang, value=short(10.0**change)) if np.isfinite(change) else lost
    rows = {
        "overview.std": short(last["act_std"]) if np.isfinite(last["act_std"]) else lost,
        "overview.saturated": percent(last["saturated"]) if np.isfinite(last["saturated"]) else lost,
        "overview.attenuation": text("overview.none", lang) if np.isneginf(change) else times,
        "overview.units": percent(last["distinct_units"]) if np.isfinite(last["distinct_units"]) else lost,
    }
    ax.set_axis_off()
    for row, (key, value) in enumerate(rows.items()):
        ax.text(0, 0.9 - row * 0.27, text(key, lang, **ends_of(ds)), fontsize=NOTE + 1, color=look.muted, va="center")
        ax.text(1, 0.9 - row * 0.27, value, fontsize=BODY - 1, fontweight="bold", ha="right", va="center")
