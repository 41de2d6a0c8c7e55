"""Heat maps of initializer by activation: saturation, signal and gradient at the end of the stack, with verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

from actviz.errors import ActvizError
from actviz.plots.canvas import draw
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, MARGIN, NOTE, panel_grid
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Names, all_pairings, attenuation, choose, line
from actviz.plots.reading.telling import alt_text, ends_of
from actviz.results.words import pairing_name, recipe_words
from actviz.text import label, shortened, text, width_of, wrapped
from actviz.text.numbers import percent, short, signed

if TYPE_CHECKING:
    import xarray


LEFT, GAP = 168.0, 26.0
"""Room for the initializers' names, and between two maps, in points."""

LETTER = 0.57
"""Width of a letter of a short word in font sizes, at most, on average."""


def saturation_alt(
    ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, **_: Any
) -> str:
    """Tell of the heat maps: the pairings of each verdict, and the ends of what is shown."""
    pairings = all_pairings(ds, inits, activations)
    values = {"number": len(pairings), **ends_of(ds)}
    shares = {pairing: float(line(ds, "saturated", *pairing).middle[-1]) for pairing in pairings}
    changes = {pairing: attenuation(ds, *pairing) for pairing in pairings}
    tails = [
        *_ends("saturation.alt_ends", shares, percent, lang),
        *_ends("saturation.alt_change", changes, signed, lang),
    ]
    entries = _verdict_entries(ds, pairings, lang)
    head = text("saturation.alt" if entries else "saturation.alt_plain", lang, **values)
    return alt_text(head, entries, lang, "; ".join(tails))


def _ends(key: str, values: dict[tuple[str, str], float], write: Any, lang: str) -> list[str]:
    """Say which pairings have the least and the greatest value."""
    seen = {pairing: value for pairing, value in values.items() if np.isfinite(value)}
    if len(seen) < 2:
        return []
    least, most = min(seen, key=seen.__getitem__), max(seen, key=seen.__getitem__)
    names = {"least": pairing_name(*least, lang), "most": pairing_name(*most, lang)}
    return [text(key, lang, low=write(seen[least]), high=write(seen[most]), **names)]


def _verdict_entries(ds: xarray.Dataset, pairings: Sequence[tuple[str, str]], lang: str) -> list[str]:
    """Return what each verdict was given to; nothing of a dataset that is not diagnosed."""
    from actviz.diagnosis.judging import diagnose

    try:
        inits, activations = (list(dict.fromkeys(names)) for names in zip(*pairings, strict=True))
        judged = diagnose(ds.sel(init=inits, activation=activations))
    except ActvizError:
        return []
    verdicts = {(each.init, each.activation): each.verdict for each in judged}
    groups: dict[str, list[str]] = {}
    for pairing in pairings:
        groups.setdefault(verdicts[pairing], []).append(pairing_name(*pairing, lang))
    return [
        text(
            "saturation.alt_entry",
            lang,
            verdict=text(f"verdict.{verdict}", lang),
            number=len(names),
            names=", ".join([*names[:2], *["…"] * (len(names) > 2)]),
        )
        for verdict, names in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]


@drawn_as("saturation", squeezed=0.9, alt=saturation_alt)
def figure_saturation(sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None) -> Figure:
    """Draw heat maps of initializer by activation: saturated share and std of the last layer, change of the gradient.

    Parameters are as for ``figure_signal``.
    """
    lang, size = sheet.lang, sheet.size
    rows, columns = choose(ds, "init", inits), choose(ds, "activation", activations)
    ends, stacked, slanted = ends_of(ds), size.narrow or len(columns) > 5, len(columns) > 5
    names = {
        "x": [wrapped(shortened(label(each, lang), 26), 14) for each in columns],
        "y": [wrapped(shortened(label(each, lang), 34), 18) for each in rows],
    }
    room = (size.width - LEFT - MARGIN - (0 if stacked else 2 * GAP)) / (1 if stacked else 3) / len(columns)
    verdicts = _verdicts(ds, rows, columns, room, lang)
    gap = 96.0 if slanted else 56.0
    height = sheet.height_for(len(rows) * (3 if stacked else 1), 34, (410 if slanted else 320) if stacked else 210)
    read = " ".join([text("saturation.read", lang, **ends), *[text("saturation.verdicts", lang)] * bool(verdicts)])
    fig = sheet.figure("saturation", recipe_words(ds, lang, gradient=True), height, read=read)
    shape = (3, 1) if stacked else (1, 3)
    grid = panel_grid(fig, *shape, left=LEFT, right=MARGIN, top=132, bottom=90 if slanted else 72, gap=(GAP, gap))
    axes = [ax for row in grid for ax in row]
    for at, (ax, key) in enumerate(zip(axes, ("saturated", "act_std", "attenuation"), strict=True)):
        values, words, norm, cmap = _map(ds, key, rows, columns, sheet)
        draw.draw_heatmap(ax, values, words, norm, cmap, names, verdicts, BODY if room > 50 else NOTE + 1)
        heading(ax, text(f"saturation.{key}", lang, **ends))
        ax.tick_params(labelsize=NOTE + 1, rotation=0)
        if slanted:
            ax.set_xticks(ax.get_xticks(), names["x"], rotation=35, ha="right", rotation_mode="anchor")
        if at and not stacked:
            ax.set_yticks([])
    return fig


def _verdicts(
    ds: xarray.Dataset, inits: Sequence[str], activations: Sequence[str], room: float, lang: str
) -> list[list[str]] | None:
    """Return each pairing's verdict in a word that fits the room in points, shape (init, activation).

    None where no word fits, and for a dataset that is not diagnosed.
    """
    from actviz.diagnosis.judging import diagnose

    try:
        diagnoses = diagnose(ds.sel(init=list(inits), activation=list(activations)))
    except ActvizError:
        return None
    for ending in ("", ".short"):
        words = {(each.init, each.activation): text(f"verdict.{each.verdict}{ending}", lang) for each in diagnoses}
        if max(map(width_of, words.values())) * LETTER * NOTE < room:
            break
    else:
        return None
    return [[words[init, activation] for activation in activations] for init in inits]


def _map(
    ds: xarray.Dataset, key: str, inits: Sequence[str], activations: Sequence[str], sheet: Sheet
) -> tuple[Floats, list[list[str]], Any, str]:
    """Return the values of a heat map, the word in each cell, and how they are coloured."""
    look, lang = sheet.theme, sheet.lang
    if key == "attenuation":
        values = np.array([[attenuation(ds, i, a) for a in activations] for i in inits])
    else:
        values = np.array([[line(ds, key, i, a).middle[-1] for a in activations] for i in inits])
    write = {"saturated": percent, "act_std": short, "attenuation": signed}[key]
    lost, none = text("panel.overflow", lang), text("overview.none", lang)
    words = [[write(v) if np.isfinite(v) else none if np.isneginf(v) else lost for v in row] for row in values]
    if key == "saturated":
        return values, words, Normalize(0, 1), look.density
    if key == "act_std":
        return np.where(values > 0, values, np.nan), words, LogNorm(1e-3, 1e3, clip=True), look.diverging
    reach = float(np.clip(np.abs(values[np.isfinite(values)]).max(initial=1.0), 1.0, 6.0))
    return values, words, Normalize(-reach, reach, clip=True), look.diverging
