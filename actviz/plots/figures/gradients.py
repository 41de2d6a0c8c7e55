"""Figures of the gradients over the layers, and how they are distributed at both ends of a stack."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.plots.canvas import draw
from actviz.plots.canvas.building import reveal
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import NOTE, pairing_style
from actviz.plots.figures.curves import DESCRIBED, DETAILED, lines_figure, one_row
from actviz.plots.reading.scales import Floats, decade_ticks, roomy
from actviz.plots.reading.series import Names, all_pairings, line, over_seeds
from actviz.plots.reading.telling import alt_text, ends_of, gradient_left, layer_words
from actviz.results.dataset import of_place
from actviz.results.words import pairing_name
from actviz.text import text
from actviz.text.numbers import power_of_ten

if TYPE_CHECKING:
    import xarray


def _gradients_alt(
    figure: str, ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, **_: Any
) -> str:
    """Tell of a figure of the gradients."""
    entries = [
        text("gradients.alt_entry", lang, name=pairing_name(*pairing, lang), gradient=gradient_left(ds, pairing, lang))
        for pairing in all_pairings(ds, inits, activations)
    ]
    head = text(f"{figure}.alt", lang, layers=layer_words(ds, lang), **ends_of(ds))
    return alt_text(head, entries, lang)


@drawn_as("gradients", alt=partial(_gradients_alt, "gradients"), **DESCRIBED)
def figure_gradients(
    sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theory: bool = True,
    z: bool = False,
) -> Figure:  # fmt: skip
    """Draw the gradients' RMS over the layers, a panel for each activation.

    Parameters are as for ``figure_signal``.
    """
    statistic = "grad_preact_rms", "log"
    return one_row(sheet, ds, "gradients", statistic, inits, activations, theory=theory, z=z, gradient=True)


@drawn_as("gradients_detail", alt=partial(_gradients_alt, "gradients_detail"), **DETAILED)
def figure_gradients_detail(
    sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theory: bool = True,
    z: bool = False,
) -> Figure:  # fmt: skip
    """Draw the gradients' RMS and the weight gradients' norm over the layers, and gradients at both ends.

    Parameters are as for ``figure_signal``.
    """
    columns = {"grad_preact_rms": "log", "grad_weight_norm": "log"}
    fig, grid, chosen, rows = lines_figure(
        sheet, ds, "gradients_detail", columns, inits, activations, theory=theory, z=z, gradient=True, extra=1
    )
    ends, lang = ends_of(ds), sheet.lang
    scale = _gradient_range(ds, chosen, rows)
    for axes, activation in zip(grid, rows, strict=True):
        _gradient_ridges(axes[-1], ds, chosen, activation, scale, sheet)
        if activation != rows[-1]:
            axes[-1].set_xticks(axes[-1].get_xticks(), [])
    several = ds.sizes["layer"] > 1
    heading(grid[0][-1], text("grad_hist" if several else "grad_hist_one", lang, **ends))
    if several:
        words = " · ".join(text(f"grad_hist.{end}", lang, **ends) for end in ("first", "last"))
        grid[-1][-1].set_xlabel(words, fontsize=NOTE)
    return fig


def _octaves(ds: xarray.Dataset, init: str, activation: str, layer: int) -> Floats:
    """Return the share of gradients in each octave of magnitude; the innermost bins, down to zero, are the first."""
    place = {"init": init, "activation": activation, "layer": layer}
    counts = of_place(ds, "grad_hist", place)
    octaves = counts.reshape(-1, 4).sum(axis=1).astype(float)
    zeros = over_seeds(np.mean, of_place(ds, "grad_zero", place)) * octaves.sum()
    octaves[0] = max(octaves[0] - zeros, 0.0) if octaves[0] - zeros > 0.5 else 0.0
    shares: Floats = octaves / max(octaves.sum(), 1.0)
    return shares


def _gradient_range(ds: xarray.Dataset, inits: Sequence[str], activations: Sequence[str]) -> tuple[int, int]:
    """Return the octaves that hold all but the smallest half percent of every panel's nonzero gradients."""
    ends = sorted({int(ds["layer"].values[0]), int(ds["layer"].values[-1])})
    shares = np.array([np.cumsum(_octaves(ds, i, a, layer)) for i in inits for a in activations for layer in ends])
    shares = shares[shares[:, -1] > 0.5]
    if not len(shares):
        return 120, 130
    first, last = int((shares < 0.005).sum(axis=1).min()), int((shares < 0.9999).sum(axis=1).max()) + 1
    return max(1, min(first, last - 8)), last


def _gradient_ridges(
    ax: Any, ds: xarray.Dataset, inits: Sequence[str], activation: str, octaves: tuple[int, int], sheet: Sheet
) -> None:
    """Draw each initializer's gradients at the first and last layer on a row of its own."""
    look, lang = sheet.theme, sheet.lang
    first, last = octaves
    edges = np.log10(ds["grad_bin_edges"].values[first * 4 : last * 4 + 1 : 4])
    ends = [int(ds["layer"].values[at]) for at in (0, -1)]
    shapes, words = [], []
    for init in inits:
        lost = line(ds, "grad_preact_rms", init, activation).overflow.any()
        shown = [np.zeros(last - first) if lost else _octaves(ds, init, activation, end)[first:last] for end in ends]
        shapes.append(tuple(each / max(each.max(), 1e-9) for each in shown))
        words.append(
            text("panel.overflow", lang)
            if lost
            else ""
            if shown[0].any()
            else text("panel.none_first", lang, **ends_of(ds))
        )
    colors = [pairing_style(ds, init, activation, look).color for init in inits]
    before = len(ax.patches)
    draw.draw_ridges(ax, shapes, edges, colors)
    for row, init in enumerate(inits):
        both = ax.patches[before + 2 * row : before + 2 * row + 2]
        if pairing_style(ds, init, activation, look).hollow:
            both[0].set_alpha(0.2)
            both[1].set_linestyle((0, (2.4, 1.0)))
        reveal(ax.figure, init, both)
    for row, word in enumerate(words):
        ax.text(
            0.02, -row + 0.36, word, transform=ax.get_yaxis_transform(), fontsize=NOTE, va="center", color=look.alarm,
            bbox={"facecolor": look.background, "edgecolor": "none", "pad": 1.0} if word else None,
        )  # fmt: skip
        reveal(ax.figure, inits[row], ax.texts[-1:])
    wide, span = ax.get_position().width * ax.figure.get_size_inches()[0] * 72, edges[-1] - edges[0]
    ticks = [((at - edges[0]) / span, power_of_ten(at)) for at in decade_ticks(edges[0], edges[-1], 4)]
    kept = roomy(ticks, wide)
    ax.set_xticks([edges[0] + place * span for place, _ in kept], [name for _, name in kept])
