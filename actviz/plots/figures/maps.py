"""Heat maps of initializer by activation: saturation, signal and gradient at the end of the stack, with verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from actviz.errors import ActvizError
from actviz.plots.canvas import draw
from actviz.plots.canvas.frame import legend_below, verdict_ground
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, MARGIN, NOTE, panel_grid
from actviz.plots.reading.found_layers import healthy_titles, judged, so_far_words
from actviz.plots.reading.marks import mark_of, marked
from actviz.plots.reading.series import Names, Pairings, all_pairings, attenuation, choose, line
from actviz.plots.reading.telling import alt_text, ends_of
from actviz.results.words import pairing_name, recipe_words
from actviz.text import label, shortened, text, width_of, wrapped
from actviz.text.numbers import percent, short, signed

if TYPE_CHECKING:
    import xarray

    from actviz.diagnosis.judging import Diagnosis


LEFT = 168.0
"""Room for the initializers' names, in points."""

_KEY = 44.0
"""Height of what marks mean where they stand alone, in points."""

LETTER = 0.57
"""Width of a letter of a short word in font sizes, at most, on average."""


def saturation_alt(
    ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, **_: Any
) -> str:
    """Tell of the table: the pairings of each verdict, and the ends of what is shown."""
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


def _verdict_entries(ds: xarray.Dataset, pairings: Pairings, lang: str) -> list[str]:
    """Return what each verdict was given to; nothing of a dataset that is not diagnosed."""
    groups: dict[str, list[str]] = {}
    for pairing, diagnosis in judged(ds, pairings).items():
        groups.setdefault(diagnosis.verdict, []).append(pairing_name(*pairing, lang))
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
    """Draw a table of initializer by activation: a cell's colour is the verdict, which it names, with three numbers.

    They are the saturated share and the standard deviation of the last layer, and how many times as large the gradient
    is at the first. Where there are so many activations that numbers do not fit, verdicts stand alone.

    Parameters are as for ``figure_signal``.
    """
    look, lang, size = sheet.theme, sheet.lang, sheet.size
    if isinstance(sheet.inside, Axes):
        raise ActvizError("figure saturation has names round its table, for which ax has no room: give fig")
    inits, activations = choose(ds, "init", inits), choose(ds, "activation", activations)
    turned = len(activations) > max(5, len(inits))  # the longer of the two runs down, where there is room
    rows, columns = (activations, inits) if turned else (inits, activations)
    pairings = [(column, row) if turned else (row, column) for row in rows for column in columns]
    found, slanted = judged(ds, pairings), len(columns) > 5
    room = (size.width - LEFT - MARGIN) / len(columns) - 6
    numbers, told = _numbers(ds, pairings, room, lang), _verdicts(found, room, lang)
    verdicts = told or {pairing: mark_of(each).sign for pairing, each in found.items()}
    grounds = [verdict_ground(found[each], look) if each in found else to_rgb(look.panel) for each in pairings]
    lines = 1 + max((each.count("\n") for each in numbers.values()), default=-1)
    high, above = 22.0 + 14.5 * lines, 186.0 if slanted else 136.0
    under = 44.0 + _KEY * bool(found and not told and not sheet.narrow)  # elsewhere a legend has room of its own
    read = [text("saturation.read", lang), *so_far_words(found, lang)] if found else []
    read += [text("saturation.numbers", lang, **ends_of(ds))] * bool(numbers)
    fig = sheet.figure(
        "saturation", recipe_words(ds, lang, gradient=True), sheet.height_for(len(rows), high, above + under + 6),
        read=" ".join(read) or " ", found=healthy_titles(ds, found, lang),
    )  # fmt: skip
    ((ax,),) = panel_grid(fig, 1, 1, left=LEFT, right=MARGIN, top=above, bottom=under)
    names = {
        "x": [shortened(label(each, lang), 26) for each in columns],
        "y": [wrapped(shortened(label(each, lang), 34), 18) for each in rows],
    }
    shape = len(rows), len(columns)
    words, below = (np.array([of.get(each, "") for each in pairings], object).reshape(shape).tolist()
                    for of in (verdicts or numbers, numbers if verdicts else {}))  # fmt: skip
    draw.draw_heatmap(
        ax, np.arange(len(pairings), dtype=float).reshape(shape), words, Normalize(-0.5, len(pairings) - 0.5),
        ListedColormap(grounds), names,
        below if verdicts and numbers else None, BODY if verdicts and lines == 1 else NOTE + 1,
        0.52 if lines < 2 else 1 - (14.5 * lines + 4) / high,
    )  # fmt: skip
    for each in ax.texts:  # a page of two themes has the panel and its words in colours of both
        across, down = each.get_position()
        if grounds[int(down) * len(columns) + int(across)] == to_rgb(look.panel):
            each.set_color(look.text)
    if numbers:
        key = wrapped(text("saturation.key", lang), int((LEFT - MARGIN / 2) / (LETTER * NOTE)))
        place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
        ax.annotate(key, (0, 1), xytext=(-6, 5), ha="right", fontsize=NOTE, color=look.muted, **place)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=NOTE + 1 if slanted else BODY, rotation=0)
    ax.tick_params(axis="y", labelsize=NOTE + 2)
    if slanted:
        ax.set_xticks(ax.get_xticks(), names["x"], rotation=35, ha="left", rotation_mode="anchor")
    if found and not told:  # marks alone, so they are explained
        shown = {
            marked(each, lang, each.label(lang)): Patch(color=verdict_ground(each, look)) for each in found.values()
        }
        fig.legend_height = legend_below(fig, list(shown.values()), list(shown))
    return fig


def _fits(words: Iterable[str], room: float) -> bool:
    """Whether every line of words in small print fits into a room in points."""
    return max((width_of(line) for each in words for line in each.split("\n")), default=0) * LETTER * NOTE < room


def _verdicts(found: Mapping[tuple[str, str], Diagnosis], room: float, lang: str) -> dict[tuple[str, str], str]:
    """Return each pairing's verdict in words that fit the room in points; nothing where none do."""
    ways: tuple[Callable[[Diagnosis], str], ...] = (
        lambda each: marked(each, lang),
        lambda each: marked(each, lang, each.label(lang)),
        lambda each: marked(each, lang, _short(each, lang) if each.so_far else each.verdict.label(lang)),
        lambda each: marked(each, lang, _short(each, lang)),
        lambda each: _short(each, lang),
    )
    written = ({pairing: way(each) for pairing, each in found.items()} for way in ways)
    return next((words for words in written if _fits(words.values(), room * NOTE / (NOTE + 1))), {})


def _short(diagnosis: Diagnosis, lang: str) -> str:
    soon = diagnosis.so_far
    return text(f"found.so_far.short.{soon}" if soon else f"verdict.{diagnosis.verdict}.short", lang)


def _numbers(ds: xarray.Dataset, pairings: Pairings, room: float, lang: str) -> dict[tuple[str, str], str]:
    """Return each pairing's three numbers, side by side or one below the other; nothing where there is no room."""
    lost, none = text("panel.overflow", lang), text("overview.none", lang)
    told: dict[tuple[str, str], list[str]] = {}
    for pairing in pairings:
        share, std = (float(line(ds, name, *pairing).middle[-1]) for name in ("saturated", "act_std"))
        change = attenuation(ds, *pairing)
        times = text("overview.times", lang, value=short(10.0**change)) if np.isfinite(change) else lost
        words = [
            percent(share) if np.isfinite(share) else lost,
            short(std) if np.isfinite(std) else lost,
            none if np.isneginf(change) else times,
        ]
        told[pairing] = words if set(words) != {lost} else [lost]
    ways = ({pairing: between.join(words) for pairing, words in told.items()} for between in (", ", "\n"))
    return next((words for words in ways if _fits(words.values(), room)), {})
