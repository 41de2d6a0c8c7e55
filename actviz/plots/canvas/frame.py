"""What surrounds the panels of every figure: title, how to read it, recipe, and the legend of its pairings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from actviz.catalog.looks import Theme
from actviz.plots.canvas.sizes import current_size, kept_below, need_below
from actviz.plots.canvas.slide import Slide, Words
from actviz.plots.canvas.style import (
    BODY,
    HEADER,
    MARGIN,
    NOTE,
    RESULTS,
    ROOM,
    TITLE,
    WIDTH,
    PairingStyle,
    canvas,
    pairing_style,
)
from actviz.results.overlaying import laid, part_of
from actviz.text import label, shortened, width_of, wrapped

if TYPE_CHECKING:
    import xarray

LEGEND = 186.0
"""Width kept for a legend at the right, in points."""

_LEADING = 30.0
"""Height of a further line of a title, in points."""


def height_for(rows: int, row: float, around: float) -> float:
    """Return a figure's height: that of its size, or more if rows of ``row`` points and what is around do not fit."""
    return max(current_size().least, around + rows * row)


def beside() -> float:
    """Return the room at the right of the panels of a figure with a legend, in points."""
    return MARGIN if current_size().narrow else LEGEND + 14


def _close() -> float:
    """Return the line spacing of small print: lines of Hangul, which is higher than Latin, do not touch."""
    return 1.0 if ROOM[mpl.rcParams["font.family"][0]] == 1 else 1.2


def columns(wide: int) -> int:
    """Return the columns of a line that has ``wide`` ones on a slide, in the current size and font."""
    return int(current_size().columns(wide) * ROOM[mpl.rcParams["font.family"][0]])


def frame(title: str, read: str, footer: str, look: Theme, height: float | None = None) -> Slide:
    """Return a figure with its words, and room for panels between them.

    ``height`` is what its panels need between the words of a slide; in a narrower size words take more lines, and a
    legend stands below, which is added.
    """
    size = current_size()
    headline = wrapped(title, size.columns(62), max_lines=1 + size.narrow, placeholder="…")
    told, small = wrapped(read, columns(118)), wrapped(footer, columns(158))
    drop = _LEADING * headline.count("\n")
    above = drop + (17.5 * max(0, told.count("\n") - 1) + 10) * size.narrow
    lines = 13.0 * small.count("\n")
    below = kept_below() + 12 * bool(kept_below()) + max(0.0, lines - 13)  # a slide's two lines have their room
    up = height or size.least
    up = max(size.height, up + above + below) if size.narrow else up
    fig = canvas(up)
    fig.words = Words(title, read, footer)
    fig.above, fig.below, fig.alarm = above, below * size.narrow, look.alarm
    fig.text(MARGIN / size.width, 1 - 20 / up, headline, fontsize=TITLE, fontweight="bold", va="top")
    fig.text(
        MARGIN / size.width, 1 - (52 + drop) / up, told, fontsize=BODY, color=look.muted, va="top",
        linespacing=1.25,
    )  # fmt: skip
    lift = 4 if "\n" in small else 11  # a second line has to fit under the axes' labels
    fig.foot = lift + lines + 13 + 6
    fig.text(MARGIN / size.width, lift / up, small, fontsize=NOTE, color=look.muted, va="bottom", linespacing=_close())
    return fig


def legend(
    fig: Figure, ds: xarray.Dataset, inits: Sequence[str], look: Theme, lang: str, notes: Sequence[str],
    marks: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Name the initializers outside the panels, and under them further ``marks`` and what needs a word."""
    activation = str(ds["activation"].values[0])
    styles = {part_of(ds, init)[0]: pairing_style(ds, init, activation, look.name) for init in reversed(inits)}
    solid = {init: PairingStyle(style.color, style.marker, "-") for init, style in reversed(styles.items())}
    names = {label(init, lang): style for init, style in solid.items()}
    styles_legend(fig, names, look, notes, {**(marks or {}), **result_marks(ds, look)})


def result_marks(ds: xarray.Dataset, look: Theme) -> dict[str, dict[str, Any]]:
    """Return how results laid over each other are told apart, for a legend; nothing of a single one."""
    plain = {"color": look.text, "marker": "o", "linewidth": look.line, "markeredgewidth": 1.6}
    return {
        "\u2009" + shortened(str(told["name"]), 24): {
            **plain, "linestyle": RESULTS[at], "markerfacecolor": look.background if at else look.text,
        }
        for at, told in enumerate(laid(ds))
    }  # fmt: skip


def styles_legend(
    fig: Figure, styles: Mapping[str, PairingStyle], look: Theme, notes: Sequence[str],
    marks: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write names beside how they are drawn, outside the panels, and under them further ``marks`` and notes."""
    handles: list[Any] = [
        Line2D([], [], color=style.color, marker=style.marker, linestyle=style.linestyle, linewidth=look.line)
        for style in styles.values()
    ]
    handles += [Line2D([], [], **look_of_mark) for look_of_mark in (marks or {}).values()]
    if current_size().narrow:
        return _legend_below(fig, handles, [*styles, *(marks or {})], look, notes)
    height = fig.get_size_inches()[1] * 72
    handles += [Line2D([], [], linestyle="none") for _ in notes]
    # matplotlib leaves out labels that start with an underscore; a thin space in front keeps them.
    place = (1 - (LEGEND - 2) / WIDTH, 1 - (HEADER - 4) / height)
    size, width = (BODY, 17) if len(styles) <= 12 else (BODY - 2, 20)
    names = ["\u2009" + wrapped(shortened(name, 2 * width), width) for name in styles]
    told = [wrapped(mark, width) if width_of(mark) > width + 3 else mark for mark in marks or {}]
    words = [*names, *told, *(wrapped(note, 25) for note in notes)]
    box = fig.legend(
        handles, words, loc="upper left", bbox_to_anchor=place, frameon=False, fontsize=size,
        handlelength=1.6, borderaxespad=0, borderpad=0, labelspacing=0.55,
    )  # fmt: skip
    for note in box.get_texts()[len(handles) - len(notes) :]:
        note.set(fontsize=NOTE, color=look.muted, x=-20)
    return None


def _legend_below(fig: Figure, handles: Sequence[Any], names: Sequence[str], look: Theme, notes: Sequence[str]) -> None:
    """Write names in columns under the panels, and the notes under them."""
    assert isinstance(fig, Slide)
    size = fig.size
    said = wrapped(" · ".join(notes), columns(158)) if notes else ""
    under = 13.0 * (said.count("\n") + 1) + 4 if notes else 0.0
    tall = legend_below(fig, handles, ["\u2009" + shortened(name, 44) for name in names], under) if names else 0.0
    if notes:
        fig.text(
            MARGIN / size.width, fig.foot / fig.get_figheight() / 72, said, fontsize=NOTE, color=look.muted,
            va="bottom", linespacing=_close(),
        )  # fmt: skip
    need_below(tall + under)


def legend_below(fig: Slide, handles: Sequence[Any], names: Sequence[str], under: float = 0.0, **how: Any) -> float:
    """Write a legend in as many columns as fit above the footer and what is ``under`` it; return its height."""
    look: dict[str, Any] = {
        "loc": "lower left", "bbox_to_anchor": (MARGIN / fig.size.width, (fig.foot + under) / fig.get_figheight() / 72),
        "frameon": False, "fontsize": BODY, "handlelength": 1.6, "borderaxespad": 0, "borderpad": 0,
        "labelspacing": 0.4, "columnspacing": 1.4,
    } | how  # fmt: skip
    for columns in range(min(6, len(names)), 0, -1):
        box = fig.legend(handles, names, ncols=columns, **look)
        seen = box.get_window_extent().transformed(fig.dpi_scale_trans.inverted())
        if seen.width * 72 <= fig.size.width - 2 * MARGIN or columns == 1:
            break
        box.remove()
    return float(round(seen.height * 72))


def heading(ax: Any, words: str, lift: float = 6.0) -> None:
    """Write the name of a column above its first panel, ``lift`` points higher; smaller where it is narrow."""
    size, across = BODY, ax.get_position().width * ax.figure.get_figwidth() * 72 + 8
    if current_size().narrow and width_of(words) * 0.66 * BODY > across:
        size, words = NOTE + 1, wrapped(words, int(across / (0.64 * (NOTE + 1))))
    ax.annotate(
        words, (0, 1), xytext=(0, lift), xycoords="axes fraction", textcoords="offset points", ha="left", va="bottom",
        fontsize=size, fontweight="bold", linespacing=1.05 if "\n" in words else None,
    )  # fmt: skip


def row_name(ax: Any, words: str) -> None:
    """Write the name of a row beside its first panel, turned to save room."""
    ax.annotate(
        wrapped(shortened(words, 30), 16), (0, 0.5), xytext=(-54, 0),
        xycoords="axes fraction", textcoords="offset points",
        rotation=90, ha="center", va="center", fontsize=BODY, fontweight="bold",
    )  # fmt: skip
