"""What surrounds the panels of every figure: title, how to read it, recipe, and the legend of its pairings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from actviz.dataset import recipe
from actviz.plots.slide import Words
from actviz.plots.style import (
    BODY,
    HEADER,
    HEIGHT,
    MARGIN,
    NOTE,
    ROOM,
    TITLE,
    WIDTH,
    PairingStyle,
    Theme,
    canvas,
    pairing_style,
)
from actviz.schedules import Constant
from actviz.text import label, shortened, text, wrapped

if TYPE_CHECKING:
    import xarray

LEGEND = 186.0
"""Width kept for a legend at the right, in points."""


def height_for(rows: int, row: float, around: float) -> float:
    """Return a figure's height: a slide, or more if rows of ``row`` points and what is ``around`` them do not fit."""
    return max(HEIGHT, around + rows * row)


def frame(title: str, read: str, footer: str, look: Theme, height: float = HEIGHT) -> Figure:
    """Return a slide with its words, and room for panels between them."""
    fig = canvas(height)
    fig.words = Words(title, read, footer)
    room = ROOM[mpl.rcParams["font.family"][0]]
    headline = wrapped(title, 62, max_lines=1, placeholder="…")
    fig.text(MARGIN / WIDTH, 1 - 20 / height, headline, fontsize=TITLE, fontweight="bold", va="top")
    fig.text(
        MARGIN / WIDTH, 1 - 52 / height, wrapped(read, int(118 * room)), fontsize=BODY, color=look.muted, va="top",
        linespacing=1.25,
    )  # fmt: skip
    small = wrapped(footer, int(158 * room))
    lift = 4 if "\n" in small else 11  # a second line has to fit under the axes' labels
    fig.text(MARGIN / WIDTH, lift / height, small, fontsize=NOTE, color=look.muted, va="bottom", linespacing=1.0)
    return fig


def recipe_words(
    ds: xarray.Dataset, lang: str, *, gradient: bool = False, bands: bool = False, bias: bool = True
) -> str:
    """Return how a dataset was measured, in one line; what its recipe does not say is left out."""
    known = recipe(ds)
    depth, seeds, widths = ds.sizes["layer"], ds.sizes["seed"], ds["width"].values
    words = [
        _count("recipe.samples", int(known["samples"]), lang) if "samples" in known else "",
        text("recipe.inputs", lang, inputs=shortened(str(known["inputs"]), 24)) if "inputs" in known else "",
        _count("recipe.depth", depth, lang),
        text("recipe.width", lang, width=widths[0])
        if len(set(widths)) == 1
        else text("recipe.widths", lang, low=widths.min(), high=widths.max()),
        _count("recipe.seeds", seeds, lang),
        text("recipe.bias_std", lang, bias_std=known["bias_std"]) if bias and known.get("bias_std") else "",
        text("recipe.norm", lang) if known.get("norm") else "",
        text("recipe.dtype", lang, dtype=known["dtype"]) if "dtype" in known else "",
        text(f"recipe.{known['drive']}", lang) if gradient and "drive" in known else "",
        text("recipe.bands", lang) if bands and seeds > 1 else "",
    ]
    return " · ".join(word for word in words if word)


def training_words(ds: xarray.Dataset, lang: str, *, bands: bool = False) -> str:
    """Return how runs were trained, in one line; what differs between them is left out: their names say it."""
    known = recipe(ds)
    runs = list(known["runs"].values())

    def same(name: str) -> Any:
        """Return a setting that all runs share and that is on, or None."""
        return (runs[0].get(name) or None) if all(run.get(name) == runs[0].get(name) for run in runs) else None

    def told(name: str, **values: Any) -> str:
        return "" if same(name) is None else text(f"training.{name}", lang, **{"value": same(name), **values})

    widths, updates, loss = runs[0]["width"], same("updates"), same("loss")
    words = [
        text("training.data", lang, data=shortened(str(known["data"]), 24), rows=known["rows"]["train"]),
        label(str(same("activation")), lang) if same("activation") else "",
        label(str(same("init")), lang) if same("init") else "",
        _count("recipe.depth", len(widths), lang),
        text("recipe.width", lang, width=widths[0]) if len(set(widths)) == 1 else "",
        text("recipe.norm", lang) if same("norm") else "",
        label(loss, lang) if loss else "",
        label(str(same("optimizer")), lang) if same("optimizer") else "",
        text("training.lr", lang, value=_rate(str(same("lr")))) if same("lr") else "",
        told("batch") if not same("replacement") else text("training.replaced", lang, value=same("batch")),
        told("weight_decay"),
        told("dropout"),
        text("training.updates", lang, value=updates) if updates else told("epochs"),
        _count("recipe.seeds", ds.sizes["seed"], lang),
        text("recipe.bands", lang) if bands and ds.sizes["seed"] > 1 else "",
    ]
    return " · ".join(word for word in words if word)


def _rate(schedule: str) -> str:
    """Write a constant rate as its number; the default one is recorded by its name alone."""
    return f"{Constant().lr:g}" if schedule == "constant" else schedule.removeprefix("constant:")


def _count(key: str, number: int, lang: str) -> str:
    return text(key, lang, number=number) if number != 1 else text(f"{key}_one", lang)


def pairing_name(init: str, activation: str, lang: str) -> str:
    """Write a pairing."""
    return f"{shortened(label(init, lang), 24)} + {shortened(label(activation, lang), 18)}"


def legend(
    fig: Figure, ds: xarray.Dataset, inits: Sequence[str], look: Theme, lang: str, notes: Sequence[str],
    marks: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Name the initializers outside the panels, and under them further ``marks`` and what needs a word."""
    activation = str(ds["activation"].values[0])
    styles = {init: pairing_style(ds, init, activation, look.name) for init in inits}
    solid = {init: PairingStyle(style.color, style.marker, "-") for init, style in styles.items()}
    styles_legend(fig, {label(init, lang): style for init, style in solid.items()}, look, notes, marks)


def styles_legend(
    fig: Figure, styles: Mapping[str, PairingStyle], look: Theme, notes: Sequence[str],
    marks: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write names beside how they are drawn, outside the panels, and under them further ``marks`` and notes."""
    height = fig.get_size_inches()[1] * 72
    handles: list[Any] = [
        Line2D([], [], color=style.color, marker=style.marker, linestyle=style.linestyle, linewidth=look.line)
        for style in styles.values()
    ]
    handles += [Line2D([], [], **look_of_mark) for look_of_mark in (marks or {}).values()]
    handles += [Line2D([], [], linestyle="none") for _ in notes]
    # matplotlib leaves out labels that start with an underscore; a thin space in front keeps them.
    place = (1 - (LEGEND - 2) / WIDTH, 1 - (HEADER - 4) / height)
    size, width = (BODY, 17) if len(styles) <= 12 else (BODY - 2, 20)
    names = ["\u2009" + wrapped(shortened(name, 2 * width), width) for name in styles]
    words = [*names, *(marks or {}), *(wrapped(note, 25) for note in notes)]
    box = fig.legend(
        handles, words, loc="upper left", bbox_to_anchor=place, frameon=False, fontsize=size,
        handlelength=1.6, borderaxespad=0, borderpad=0, labelspacing=0.55,
    )  # fmt: skip
    for note in box.get_texts()[len(handles) - len(notes) :]:
        note.set(fontsize=NOTE, color=look.muted, x=-20)


def heading(ax: Any, words: str, lift: float = 6.0) -> None:
    """Write the name of a column above its first panel, ``lift`` points higher."""
    ax.annotate(
        words, (0, 1), xytext=(0, lift), xycoords="axes fraction", textcoords="offset points", ha="left", va="bottom",
        fontsize=BODY, fontweight="bold",
    )  # fmt: skip


def row_name(ax: Any, words: str) -> None:
    """Write the name of a row beside its first panel, turned to save room."""
    ax.annotate(
        wrapped(words, 16), (0, 0.5), xytext=(-54, 0), xycoords="axes fraction", textcoords="offset points",
        rotation=90, ha="center", va="center", fontsize=BODY, fontweight="bold",
    )  # fmt: skip
