"""Figures of statistics by pairing: signal, gradients, collapse over the layers, and saturation as heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

from actviz.plots import draw
from actviz.plots.frame import LEGEND, frame, heading, height_for, legend, recipe_words, row_name
from actviz.plots.scales import Floats, decade_ticks, power_of_ten
from actviz.plots.series import Line, Names, attenuation, choose, line, percent, short
from actviz.plots.style import MARGIN, NOTE, Theme, pairing_style, panel_grid, themed
from actviz.text import label, text, wrapped

if TYPE_CHECKING:
    import xarray

_LEFT = 92.0


def _lines_panel(
    ax: Any, ds: xarray.Dataset, name: str, inits: Sequence[str], activation: str, look: Theme, lang: str, axis: str
) -> list[Line]:
    """Draw a statistic of one activation, a line for each initializer; ``axis`` is log, share, cosine or plain."""
    lines = [line(ds, name, init, activation) for init in inits]
    layers, count = ds["layer"].values, len(inits)
    # Lines that coincide stay apart: in shallow stacks by a small shift, in deep ones by markers that take turns.
    deep = len(layers) > 12
    turn = max(1, len(layers) // 8)
    shifts = [0.0 if deep else 0.7 * (i - (count - 1) / 2) / count for i in range(count)]
    every = [(i * turn // count, turn) if deep else None for i in range(count)]
    styles = [pairing_style(ds, init, activation, look.name) for init in inits]
    if axis == "log":
        draw.draw_log_axis(ax, lines)
    elif axis == "share":
        draw.draw_share_axis(ax)
    elif axis == "cosine":
        draw.draw_cosine_axis(ax, lines)
    else:
        draw.draw_plain_axis(ax, lines)
    for read, style, shift, turns in zip(lines, styles, shifts, every, strict=True):
        draw.draw_line(ax, read, style, look, shift=shift, every=turns)
        draw.draw_marks(ax, read, style, log=axis == "log", shift=shift, every=turns)
    draw.draw_layer_axis(ax, layers)
    missing = [label(init, lang) for init, read in zip(inits, lines, strict=True) if read.undefined]
    if missing:
        names = ", ".join(missing) if len(missing) < 3 else text("mark.several", lang, number=len(missing))
        draw.draw_note(ax, text("mark.undefined", lang, names=names), look)
    return lines


def _lines_figure(
    ds: xarray.Dataset, figure: str, columns: dict[str, str], inits: Names, activations: Names, theme: str, lang: str,
    *, gradient: bool = False, extra: int = 0,
) -> tuple[Figure, list[list[Any]], list[str], list[str]]:  # fmt: skip
    """Draw a row of panels for each activation, a column for each statistic, and ``extra`` empty ones."""
    chosen, rows = choose(ds, "init", inits), choose(ds, "activation", activations)
    with themed(theme, lang) as look:
        footer = recipe_words(ds, lang, gradient=gradient, bands=True)
        title, read = text(f"{figure}.title", lang), text(f"{figure}.read", lang)
        fig = frame(title, read, footer, look, height_for(len(rows), 20 + max(104, 13 * len(chosen) * gradient), 168))
        grid = panel_grid(
            fig, len(rows), len(columns) + extra, left=_LEFT, right=LEGEND + 14, top=126, bottom=68, gap=(50, 20)
        )
        drawn = []
        for axes, activation in zip(grid, rows, strict=True):
            row_name(axes[0], label(activation, lang))
            for ax, (name, axis) in zip(axes, columns.items(), strict=False):
                lines = _lines_panel(ax, ds, name, chosen, activation, look, lang, axis)
                drawn += [(each, axis) for each in lines]
                _bottom_only(ax, last=activation == rows[-1], lang=lang)
        for ax, name in zip(grid[0], columns, strict=False):
            heading(ax, text(name, lang))
        notes = [text("mark.overflow", lang)] if any(each.overflow.any() for each, _ in drawn) else []
        notes += (
            [text("mark.zero", lang)] if any(axis == "log" and (each.middle == 0).any() for each, axis in drawn) else []
        )
        notes += [text("mark.apart", lang)] if len(chosen) > 1 else []
        legend(fig, ds, chosen, look, lang, notes)
    return fig, grid, chosen, rows


def _bottom_only(ax: Any, *, last: bool, lang: str) -> None:
    if last:
        ax.set_xlabel(text("axis.layer", lang))
    else:
        ax.set_xticks(ax.get_xticks(), [])


def figure_signal(
    ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theme: str = "light", lang: str = "en"
) -> Figure:
    """Draw mean, standard deviation and saturated share of the activations over the layers.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``probe`` or ``load``.
    inits, activations : str or sequence of str, optional
        Which to draw; all unless named.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset lacks what is asked for.
    """
    columns = {"act_mean": "plain", "act_std": "log", "saturated": "share"}
    return _lines_figure(ds, "signal", columns, inits, activations, theme, lang)[0]


def figure_collapse(
    ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theme: str = "light", lang: str = "en"
) -> Figure:
    """Draw similarity between samples, spread over samples, and the share of distinct units over the layers.

    Parameters are as for ``figure_signal``.
    """
    columns = {"similarity": "cosine", "unit_spread": "log", "distinct_units": "share"}
    return _lines_figure(ds, "collapse", columns, inits, activations, theme, lang)[0]


def figure_gradients(
    ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theme: str = "light", lang: str = "en"
) -> Figure:
    """Draw the gradients' RMS and the weight gradients' norm over the layers, and gradients at both ends.

    Parameters are as for ``figure_signal``.
    """
    columns = {"grad_preact_rms": "log", "grad_weight_norm": "log"}
    fig, grid, chosen, rows = _lines_figure(
        ds, "gradients", columns, inits, activations, theme, lang, gradient=True, extra=1
    )
    depth = ds.sizes["layer"]
    with themed(theme, lang) as look:
        scale = _gradient_range(ds, chosen, rows)
        for axes, activation in zip(grid, rows, strict=True):
            _gradient_ridges(axes[-1], ds, chosen, activation, scale, look, lang)
            if activation != rows[-1]:
                axes[-1].set_xticks(axes[-1].get_xticks(), [])
        heading(grid[0][-1], text("grad_hist" if depth > 1 else "grad_hist_one", lang, depth=depth))
        if depth > 1:
            words = " · ".join((text("grad_hist.first", lang), text("grad_hist.last", lang, depth=depth)))
            grid[-1][-1].set_xlabel(words, fontsize=NOTE)
    return fig


def _octaves(ds: xarray.Dataset, init: str, activation: str, layer: int) -> Floats:
    """Return the share of gradients in each octave of magnitude; the innermost bins, down to zero, are the first."""
    counts = ds["grad_hist"].sel(init=init, activation=activation, layer=layer).values
    octaves = counts.reshape(-1, 4).sum(axis=1).astype(float)
    zeros = float(ds["grad_zero"].sel(init=init, activation=activation, layer=layer).mean()) * octaves.sum()
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
    ax: Any, ds: xarray.Dataset, inits: Sequence[str], activation: str, octaves: tuple[int, int], look: Theme, lang: str
) -> None:
    """Draw each initializer's gradients at the first and last layer on a row of its own."""
    first, last = octaves
    edges = np.log10(ds["grad_bin_edges"].values[first * 4 : last * 4 + 1 : 4])
    ends = [int(ds["layer"].values[at]) for at in (0, -1)]
    shapes, words = [], []
    for init in inits:
        lost = line(ds, "grad_preact_rms", init, activation).overflow.any()
        shown = [np.zeros(last - first) if lost else _octaves(ds, init, activation, end)[first:last] for end in ends]
        shapes.append(tuple(each / max(each.max(), 1e-9) for each in shown))
        words.append(text("panel.overflow", lang) if lost else "" if shown[0].any() else text("panel.none_first", lang))
    colors = [pairing_style(ds, init, activation, look.name).color for init in inits]
    draw.draw_ridges(ax, shapes, edges, colors)
    for row, word in enumerate(words):
        ax.text(
            0.02, -row + 0.36, word, transform=ax.get_yaxis_transform(), fontsize=NOTE, va="center", color=look.alarm,
            bbox={"facecolor": look.background, "edgecolor": "none", "pad": 1.0} if word else None,
        )  # fmt: skip
    exponents = decade_ticks(edges[0], edges[-1], 4)
    ax.set_xticks(exponents, [power_of_ten(exponent) for exponent in exponents])


def figure_saturation(
    ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theme: str = "light", lang: str = "en"
) -> Figure:
    """Draw heat maps of initializer by activation: saturated share and std of the last layer, change of the gradient.

    Parameters are as for ``figure_signal``.
    """
    rows, columns = choose(ds, "init", inits), choose(ds, "activation", activations)
    depth, stacked = ds.sizes["layer"], len(columns) > 5
    names = {"x": [wrapped(label(a, lang), 14) for a in columns], "y": [wrapped(label(i, lang), 18) for i in rows]}
    with themed(theme, lang) as look:
        height = height_for(len(rows) * (3 if stacked else 1), 30, 410 if stacked else 210)
        read = text("saturation.read", lang, depth=depth)
        fig = frame(text("saturation.title", lang), read, recipe_words(ds, lang, gradient=True), look, height)
        shape = (3, 1) if stacked else (1, 3)
        gap = (26.0, 96.0)
        grid = panel_grid(fig, *shape, left=168, right=MARGIN, top=132, bottom=90 if stacked else 72, gap=gap)
        axes = [ax for row in grid for ax in row]
        for at, (ax, key) in enumerate(zip(axes, ("saturated", "act_std", "attenuation"), strict=True)):
            values, words, norm, cmap = _map(ds, key, rows, columns, look, lang)
            draw.draw_heatmap(ax, values, words, norm, cmap, names)
            heading(ax, text(f"saturation.{key}", lang, depth=depth))
            ax.tick_params(labelsize=NOTE + 1, rotation=0)
            if stacked:
                ax.set_xticks(ax.get_xticks(), names["x"], rotation=35, ha="right", rotation_mode="anchor")
            if at and not stacked:
                ax.set_yticks([])
    return fig


def _decades(value: float) -> str:
    return "0" if abs(value) < 0.05 else f"{value:+.1f}".replace("-", "−")


def _map(
    ds: xarray.Dataset, key: str, inits: Sequence[str], activations: Sequence[str], look: Theme, lang: str
) -> tuple[Floats, list[list[str]], Any, str]:
    """Return the values of a heat map, the word in each cell, and how they are coloured."""
    if key == "attenuation":
        values = np.array([[attenuation(ds, i, a) for a in activations] for i in inits])
    else:
        values = np.array([[line(ds, key, i, a).middle[-1] for a in activations] for i in inits])
    write = {"saturated": percent, "act_std": short, "attenuation": _decades}[key]
    lost, none = text("panel.overflow", lang), text("panel.no_gradient", lang).replace(" ", "\n")
    words = [[write(v) if np.isfinite(v) else none if np.isneginf(v) else lost for v in row] for row in values]
    if key == "saturated":
        return values, words, Normalize(0, 1), look.density
    if key == "act_std":
        return np.where(values > 0, values, np.nan), words, LogNorm(1e-3, 1e3, clip=True), look.diverging
    reach = float(np.clip(np.abs(values[np.isfinite(values)]).max(initial=1.0), 1.0, 6.0))
    return values, words, Normalize(-reach, reach, clip=True), look.diverging
