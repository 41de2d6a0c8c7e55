"""What stands beside the panels of a figure: the legend of its pairings or runs, names of columns and rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from actviz.catalog.looks import Theme
from actviz.plots.canvas.palette import readable_on
from actviz.plots.canvas.sheet import LEGEND, columns, line_spacing
from actviz.plots.canvas.slide import Canvas, Slide
from actviz.plots.canvas.style import (
    BODY,
    HEADER,
    MARGIN,
    NOTE,
    RESULTS,
    PairingStyle,
    pairing_style,
)
from actviz.plots.reading.marks import STRENGTHS, mark_of, marked
from actviz.results.overlaying import laid, part_of
from actviz.text import label, shortened, width_of, wrapped

if TYPE_CHECKING:
    import xarray

    from actviz.diagnosis.judging import Diagnosis


_BETWEEN = 24.0
"""How far the name of a column may reach beyond its panel before it meets the next one's, in points."""


def legend(
    fig: Slide, ds: xarray.Dataset, inits: Sequence[str], look: Theme, lang: str, notes: Sequence[str],
    marks: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Name the initializers outside the panels, and under them further ``marks`` and what needs a word."""
    activation = str(ds["activation"].values[0])
    styles = {part_of(ds, init)[0]: pairing_style(ds, init, activation, look) for init in reversed(inits)}
    solid = {init: PairingStyle(style.color, style.marker, "-") for init, style in reversed(styles.items())}
    names = dict(zip(labels(list(solid), lang), solid.values(), strict=True))
    styles_legend(fig, names, look, notes, {**(marks or {}), **result_marks(ds, look)})


def labels(names: Sequence[str], lang: str) -> list[str]:
    """Write names; in full where two of the user's own, of different modules, are written alike."""
    written = [label(name, lang) for name in names]
    return written if len(set(written)) == len(names) else list(names)


def kept_whole(name: str) -> str:
    """Return a name that stays on one line within parentheses, as N(0, 1) shall."""
    return re.sub(r"(\([^)]*), ", "\\1,\u00a0", name)


def in_parts(name: str, width: int) -> str:
    """Break a name into lines between its parts, as those of ``Xavier normal, lr 0.01``; within a long one too."""
    parts = kept_whole(name).split(", ")
    tied = ", ".join(part.replace(" ", "\u00a0") if width_of(part) < width else part for part in parts)
    return wrapped(tied, width).replace("\u00a0", " ")


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
    fig: Slide, styles: Mapping[str, PairingStyle], look: Theme, notes: Sequence[str],
    marks: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write names beside how they are drawn, outside the panels, and under them further ``marks`` and notes."""
    handles: list[Any] = [
        Line2D([], [], color=style.color, marker=style.marker, linestyle=style.linestyle, linewidth=look.line)
        for style in styles.values()
    ]
    handles += [Line2D([], [], **look_of_mark) for look_of_mark in (marks or {}).values()]
    if fig.size.narrow:
        return _legend_below(fig, handles, [*styles, *(marks or {})], look, notes)
    height = fig.get_size_inches()[1] * 72
    handles += [Line2D([], [], linestyle="none") for _ in notes]
    # matplotlib leaves out labels that start with an underscore; a thin space in front keeps them.
    place = (1 - (LEGEND - 2) / fig.size.width, 1 - (HEADER - 4) / height)
    size, width = (BODY, 17) if len(styles) <= 12 else (BODY - 2, 20)
    names = ["\u2009" + in_parts(shortened(name, 2 * width), width) for name in styles]
    told = [wrapped(mark, width) if width_of(mark) > width + 3 else mark for mark in marks or {}]
    words = [*names, *told, *(wrapped(note, 25) for note in notes)]
    box = fig.legend(
        handles, words, loc="upper left", bbox_to_anchor=place, frameon=False, fontsize=size,
        handlelength=1.6, borderaxespad=0, borderpad=0, labelspacing=0.55,
    )  # fmt: skip
    for note in box.get_texts()[len(handles) - len(notes) :]:
        note.set(fontsize=NOTE * fig.shrunk, color=look.muted, x=-20 * fig.shrunk)
    return None


def _legend_below(fig: Slide, handles: Sequence[Any], names: Sequence[str], look: Theme, notes: Sequence[str]) -> None:
    """Write names in columns under the panels, and the notes under them."""
    size = fig.size
    said = wrapped(" · ".join(notes), columns(size, 158)) if notes else ""
    under = 13.0 * (said.count("\n") + 1) + 4 if notes else 0.0
    tall = legend_below(fig, handles, ["\u2009" + shortened(name, 44) for name in names], under) if names else 0.0
    if notes:
        fig.text(
            MARGIN / size.width, fig.foot / fig.get_figheight() / 72, said, fontsize=NOTE, color=look.muted,
            va="bottom", linespacing=line_spacing(),
        )  # fmt: skip
    fig.legend_height = tall + under


def legend_below(fig: Slide, handles: Sequence[Any], names: Sequence[str], under: float = 0.0, **how: Any) -> float:
    """Write a legend in as many columns as fit above the footer and what is ``under`` it; return its height."""
    look: dict[str, Any] = {
        "loc": "lower left", "bbox_to_anchor": (MARGIN / fig.size.width, (fig.foot + under) / fig.get_figheight() / 72),
        "frameon": False, "fontsize": BODY, "handlelength": 1.6, "borderaxespad": 0, "borderpad": 0,
        "labelspacing": 0.4, "columnspacing": 1.4,
    } | how  # fmt: skip
    for across in range(min(6, len(names)), 0, -1):
        box = fig.legend(handles, names, ncols=across, **look)
        seen = box.get_window_extent().transformed(fig.dpi_scale_trans.inverted())
        if seen.width * 72 / fig.shrunk <= fig.size.width - 2 * MARGIN or across == 1:
            break
        box.remove()
    return float(round(seen.height * 72 / fig.shrunk))


def heading(ax: Any, words: str, lift: float = 6.0, *, own: bool = False) -> None:
    """Write the name of a column above its first panel, ``lift`` points higher; smaller where it is narrow.

    A name that may be the user's ``own``, of any length, is shortened where it would meet the next column's.
    """
    if not isinstance(ax.figure, Canvas):  # an Axes of somebody else's has a title of its own
        ax.set_title(words, pad=lift)
        return
    fig: Any = ax.figure
    size, across = BODY, ax.get_position().width * fig.get_figwidth() * 72 + 8
    if ax.figure.size.narrow and width_of(words) * 0.66 * BODY > across:
        size, words = NOTE + 1, wrapped(words, int(across / (0.64 * (NOTE + 1))))
    elif own and width_of(words) * 0.6 * BODY > across + _BETWEEN:
        words = shortened(words, int((across + _BETWEEN) / (0.66 * BODY)))
    ax.annotate(
        words, (0, 1), xytext=(0, lift), xycoords="axes fraction", textcoords="offset points", ha="left", va="bottom",
        fontsize=size, fontweight="bold", linespacing=1.05 if "\n" in words else None,
    )  # fmt: skip


def write_verdict(
    ax: Any, place: tuple[float, float], offset: tuple[float, float], diagnosis: Diagnosis, look: Theme, lang: str,
    **how: Any,
) -> Any:  # fmt: skip
    """Write the verdict of a pairing beside its name, behind its mark and on its ground."""
    how = {"xycoords": "axes fraction", "textcoords": "offset points", "fontsize": NOTE} | how
    return ax.annotate(marked(diagnosis, lang), place, xytext=offset, **on_ground(diagnosis, look), **how)


def verdict_ground(diagnosis: Diagnosis, look: Theme) -> tuple[float, float, float]:
    """Return what a verdict stands on: the colour of its kind, the stronger the graver; the panel's if all is well."""
    mark = mark_of(diagnosis)
    if not mark.ground:
        return to_rgb(look.panel)
    kind = _mixed(look.text, getattr(look, mark.ground), mark.ink)
    return _mixed(kind, look.background, STRENGTHS[diagnosis.severity])


def _mixed(color: Any, other: Any, share: float) -> tuple[float, float, float]:
    """Return a colour with so much of the first and the rest of the other."""
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(to_rgb(color), to_rgb(other), strict=True))
    return red, green, blue


def on_ground(diagnosis: Diagnosis, look: Theme) -> dict[str, Any]:
    """Return how words of a verdict are written on its ground, which without a colour has an edge."""
    ground = verdict_ground(diagnosis, look)
    colored = bool(mark_of(diagnosis).ground)
    edge, color = (ground, readable_on(ground)) if colored else (look.muted, look.text)
    box = {"boxstyle": "round,pad=0.16,rounding_size=0.2", "facecolor": ground, "edgecolor": edge, "linewidth": 0.6}
    return {"color": color, "bbox": box}


def row_name(ax: Any, words: str, beside: float = 54.0) -> None:
    """Write the name of a row so many points beside its first panel, turned to save room."""
    if not isinstance(ax.figure, Canvas):
        ax.set_ylabel(words)
        return
    ax.annotate(
        wrapped(shortened(words, 30), 16), (0, 0.5), xytext=(-beside, 0),
        xycoords="axes fraction", textcoords="offset points",
        rotation=90, ha="center", va="center", fontsize=BODY, fontweight="bold",
    )  # fmt: skip
