"""The figure of the input-output Jacobian: the squared singular values over their mean, with theory's density."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.plots.canvas import draw, overlay
from actviz.plots.canvas.ends import FEW, name_ends, naming
from actviz.plots.canvas.frame import heading, labels, legend
from actviz.plots.canvas.overlay import DOTS, HAIR, LINE
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.spec import by_activation_once
from actviz.plots.canvas.style import NOTE, pairing_style, panel_grid
from actviz.plots.reading.found_networks import spectrum_titles
from actviz.plots.reading.scales import Floats, decade_ticks
from actviz.plots.reading.series import Line, Names, choose
from actviz.plots.reading.telling import alt_text
from actviz.results.dataset import recipe
from actviz.results.words import not_plain, pairing_name, recipe_words
from actviz.text import label, text
from actviz.text.numbers import in_print, percent, power_of_ten, short
from actviz.theory.spectra import Spectrum, spectrum

if TYPE_CHECKING:
    import xarray

BINS_AN_OCTAVE = 4

_LEAST = 0.002
"""Share of the values that the axis may leave out at its lower end; what is 0 is told in words."""

_NAMED = 6
"""So many names stand beside a panel at most."""

_NARROWEST = 2.0
"""Decades that the axis has at least."""


def spectrum_lacks(ds: xarray.Dataset) -> str:
    """Say what a result lacks for the figure of its Jacobian; empty if nothing."""
    return "" if "spectrum" in ds else text("spectrum.lacks")


def _shares(ds: xarray.Dataset, init: str, activation: str) -> tuple[float, Floats]:
    """Return the share of values below the bins, all but 0, and the shares by octave."""
    counts = ds["spectrum"].sel(init=init, activation=activation).transpose("seed", "spectrum_bin").values.sum(axis=0)
    shares: Floats = counts / max(counts.sum(), 1.0)
    return float(shares[0]), shares[1:].reshape(-1, BINS_AN_OCTAVE).sum(axis=1)


def _number(ds: xarray.Dataset, name: str, init: str, activation: str) -> float:
    return float(ds[name].sel(init=init, activation=activation).mean())


def _spreads(ds: xarray.Dataset, init: str, activation: str) -> Floats:
    """Return the relative variance under each seed; 0 where it is no more than float32 weights of all layers round."""
    own: Floats = ds["jacobian_spread"].sel(init=init, activation=activation).values
    return np.where(own <= ds.sizes["layer"] * float(np.finfo(np.float32).eps) ** 2, 0.0, own)


def _spectrum_alt(
    ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, **_: Any
) -> str:
    """Tell of each pairing's mean, spread and largest value, and of what theory says of the spread."""
    entries = []
    for activation in choose(ds, "activation", activations):
        for init in choose(ds, "init", inits):
            told = spectrum(ds, init, activation)
            mean, most = (_number(ds, f"jacobian_{name}", init, activation) for name in ("mean_square", "max"))
            spread = float(_spreads(ds, init, activation).mean())
            words = text(
                "spectrum.alt_entry", lang, name=pairing_name(init, activation, lang), mean=short(mean),
                spread=short(spread), largest=short(most / mean) if mean > 0 else short(np.nan),
            )  # fmt: skip
            known = text("spectrum.alt_theory", lang, spread=short(told.spread)) if told else ""
            entries.append(f"{words}{known}")
    return alt_text(text("spectrum.alt", lang), entries, lang)


def _limits(shares: Sequence[Floats], edges: Floats) -> tuple[float, float]:
    """Return the ends of the axis, in decades, that hold all but the least values."""
    low, high = -_NARROWEST / 2, _NARROWEST / 2
    for each in shares:
        if each.sum() > 0:
            low = min(low, edges[int(np.searchsorted(np.cumsum(each), _LEAST))])
            high = max(high, edges[int(np.flatnonzero(each)[-1]) + 1])
    return low, high + 0.1


@drawn_as("spectrum", alt=_spectrum_alt, lacks=spectrum_lacks, files=by_activation_once)
def figure_spectrum(
    sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theory: bool = True
) -> Figure:
    """Draw the squared singular values of the input-output Jacobian over their mean, a panel for each activation.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``probe`` with ``jacobian``.
    inits, activations : str or sequence of str, optional
        Which to draw; all unless named.
    theory : bool
        Whether to draw what theory predicts, where it is known.
    theme : {"light", "dark", "print"}
    lang : str
    """
    look, lang = sheet.theme, sheet.lang
    chosen, shown = choose(ds, "init", inits), choose(ds, "activation", activations)
    told = {(i, a): spectrum(ds, i, a) if theory else None for i in chosen for a in shown}
    drawn = any(each is not None and len(each.values) for each in told.values())
    built = not_plain(recipe(ds), lang) if theory else ""
    without = sorted({a for (_, a), each in told.items() if each is None or np.isnan(each.largest)})
    notes = (
        [text("spectrum.no_theory", lang, names=", ".join(label(a, lang) for a in without))]
        if theory and without and not built
        else [text("spectrum.no_theory", lang, names=built)]
        if built
        else []
    )
    own = {(i, a): _shares(ds, i, a) for a in shown for i in chosen}
    empty = [pairing for pairing, (_, shares) in own.items() if not shares.any()]
    if empty:
        names = ", ".join(label(i, lang) if len(shown) == 1 else pairing_name(i, a, lang) for i, a in empty)
        notes.append(text("spectrum.none", lang, names=names))
    read = " ".join([text("spectrum.read", lang), *[text("theory.read", lang)] * drawn])
    footer = " · ".join([recipe_words(ds, lang), *notes])
    across = sheet.across(len(shown))
    down = -(-len(shown) // across)
    spreads = {pairing: _spreads(ds, *pairing) for pairing in own}
    found = spectrum_titles(spreads, lang)
    fig = sheet.figure("spectrum", footer, sheet.height_for(down, 150, 220), read=read, found=found)
    there = [init for init in chosen if any((init, a) not in empty for a in shown)]
    written = dict(zip(there, labels(there, lang), strict=True))
    peaks = [_peak(own[init, shown[0]][1]) for init in there]
    named = naming([*written.values()], peaks, sheet, FEW if sheet.narrow else _NAMED)
    # A column may have no room for how to read it, which says what dots are.
    at_ends = named.at_ends and len(shown) == 1 and not (drawn and sheet.narrow)
    right = named.room if at_ends else sheet.beside
    grid = panel_grid(fig, down, across, left=92, right=right, top=132, bottom=78, gap=(40, 64))
    cells = [ax for row in grid for ax in row]
    edges = np.log10(ds["spectrum_edges"].values[::BINS_AN_OCTAVE])
    for ax, activation in zip(cells, shown, strict=False):
        inside = [init for init in chosen if (init, activation) not in empty]
        shares = {init: own[init, activation] for init in inside}
        theirs = {init: told[init, activation] for init in inside}
        _panel(ax, edges, shares, theirs, [pairing_style(ds, init, activation, look) for init in inside], sheet)
        heading(ax, label(activation, lang), own=True)
        ax.set_xlabel(text("spectrum.axis", lang), fontsize=NOTE + 1)
    for ax in cells[len(shown) :]:
        ax.remove()
    if at_ends:  # what dots are is said above
        styles = [pairing_style(ds, init, shown[0], look) for init in there]
        _name_peaks(cells[0], edges, [own[init, shown[0]][1] for init in there], styles)
        name_ends(cells[0], written, peaks, styles, there)
    else:
        legend(fig, ds, there, look, lang, [], overlay.theory_marks(look, lang, band=False) if drawn else {})
    fig.question = text("spectrum.question", lang)
    return fig


def _peak(shares: Floats) -> Line:
    """Return a line that ends as high as the highest step, where its name stands."""
    top = np.array([float(shares.max(initial=0.0))])
    return Line(np.ones(1), top, top, top, np.zeros(1, bool))


def _name_peaks(ax: Any, edges: Floats, shares: Sequence[Floats], styles: Sequence[Any]) -> None:
    """Lead from the right end of each highest step to the edge of the panel, behind which its name stands."""
    for each, style in zip(shares, styles, strict=True):
        at = int(each.argmax())
        ax.plot([edges[at + 1], ax.get_xlim()[1]], [each[at]] * 2, color=style.color, linewidth=HAIR, zorder=2)


def _panel(
    ax: Any, edges: Floats, own: dict[str, tuple[float, Floats]], told: dict[str, Spectrum | None],
    styles: Sequence[Any], sheet: Sheet,
) -> None:  # fmt: skip
    look, lang = sheet.theme, sheet.lang
    low, high = _limits([shares for _, shares in own.values()], edges)
    top = max((float(shares.max()) for _, shares in own.values()), default=0.0)
    width = (edges[1] - edges[0]) * np.log(10.0)
    for (init, (_, shares)), style in zip(own.items(), styles, strict=True):
        draw.draw_steps(ax, shares, edges, color=style.color, linestyle=style.linestyle, linewidth=2.0)
        expected = told[init]
        if expected is not None and len(expected.values):
            ax.plot(
                np.log10(expected.values), expected.density * width, color=look.text, linestyle=DOTS, linewidth=LINE
            )
    ax.set(xlim=(low, high), ylim=(0.0, 1.12 * max(top, 1e-9)))
    exponents = decade_ticks(low, high, 5)
    ax.set_xticks(exponents, [power_of_ten(each) for each in exponents])
    ax.yaxis.set_major_formatter(lambda value, _: f"{in_print(100 * value, 3)} %")
    zeros = [f"{label(init, lang)} {percent(zero)}" for init, (zero, _) in own.items() if zero > 0.0005]
    if zeros:
        words = text("spectrum.zeros", lang, names="\n".join(zeros))
        ax.text(0.02, 0.97, words, transform=ax.transAxes, va="top", fontsize=NOTE, color=look.muted)
