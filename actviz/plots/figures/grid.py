"""Several figures as one: those of the activations of a result, or of results beside each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from actviz.catalog.styles import Style
from actviz.errors import ActvizError
from actviz.plots.canvas.filling import NoRoomError
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, HEADER, MARGIN, NOTE
from actviz.plots.figures.descents import descent_words
from actviz.plots.figures.ranges import range_words
from actviz.plots.figures.table import FIGURES
from actviz.plots.reading.found_compared import SHOWN, parts_titles, trainings_titles
from actviz.plots.reading.series import all_pairings, choose
from actviz.results.dataset import kind_of
from actviz.results.words import recipe_words, sweep_words, training_words
from actviz.scaling.words import how_words
from actviz.text import label, shortened, text, width_of

if TYPE_CHECKING:
    import xarray

Cell = tuple[int, str, str, dict[str, Any]]
"""Of which result, which figure, under what name, and its options; ``ylim`` among them."""

_LETTER = 0.57
"""Width of a letter in font sizes, on average, of what is written in a line."""

_MEASURED: dict[str, Callable[[Any, str], str]] = {
    "probe": recipe_words,
    "training": training_words,
    "range_test": range_words,
    "descent": descent_words,
    "sweep": sweep_words,
    "coordinates": how_words,
}
"""What says how a result was measured, by its kind."""

MOST, LETTERS = 16, 600
"""Figures in a grid, and letters of its alt text."""

_NARROW, _WIDE, _HIGH, _NAME, _GAP = 280.0, 400.0, 290.0, 38.0, 20.0
"""Width at least of a figure beside others of its kind, and of one by itself; its height, the room of its name and of
what it shows, and that between two, in points."""


def _grid_alt(of: Sequence[Any], lang: str = "en", *, cells: Sequence[Cell], **_: Any) -> str:
    """Tell of every figure in a grid, as far as there is room."""
    head = text("grid.alt", lang, number=len(cells))
    room = (LETTERS - len(head)) // len(cells) - 2
    told = [f"{name}: {FIGURES[figure].alt(of[at], lang, **_own(options)[0])}" for at, figure, name, options in cells]
    return " ".join([head, *(each if len(each) <= room else f"{each[: room - 1].rstrip()}…" for each in told)])


def _own(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part a cell's options from its style."""
    style = {name: value for name, value in options.items() if name in ("ylim", "yscale")}
    return {name: value for name, value in options.items() if name not in style}, style


def _grid_subject(of: Any, options: Any, lang: str) -> str:
    """Name what stands beside each other, and of what kind it is."""
    return text("grid.subject", lang, what=_what(options["cells"], lang), names=_names(options["cells"]))


def _what(cells: Sequence[Cell], lang: str) -> str:
    return ", ".join(dict.fromkeys(FIGURES[figure].description(lang) for _, figure, _, _ in cells))


def cell_name(options: Mapping[str, Any], lang: str) -> str:
    """Name a figure by what of a result it shows: a pairing or an activation."""
    names = [label(options[key], lang) for key in ("inits", "activations") if isinstance(options.get(key), str)]
    view = [f"({options['view']})"] if "view" in options else []
    return " ".join([" + ".join(names), *view]).strip()


def _title(cells: Sequence[Cell], lang: str) -> str:
    """Name what stands beside each other, behind what all show."""
    alike = {cell_name(options, lang) for *_, options in cells}
    title = text("grid.title", lang, names=_names(cells))
    return f"{alike.pop()}: {title}" if len(alike) == 1 and "" not in alike else title


def _found(results: Sequence[xarray.Dataset], cells: Sequence[Cell], lang: str) -> list[str]:
    """Say what differs between the figures, where they are of one kind."""
    kinds, named = {figure for _, figure, _, _ in cells}, {name: results[at] for at, _, name, _ in cells}
    if len(kinds) > 1 or len(named) < len(cells):
        return []
    (figure,) = kinds
    if figure == "curves":
        runs = [choose(results[at], "run", options.get("runs")) for at, *_, options in cells]
        return trainings_titles(
            {name: (ds, {run: run for run in own}) for (name, ds), own in zip(named.items(), runs, strict=True)}, lang
        )
    if figure not in SHOWN:
        return []
    parts = {
        name: (ds, all_pairings(ds, options.get("inits"), options.get("activations")))
        for (name, ds), (*_, options) in zip(named.items(), cells, strict=True)
    }
    return parts_titles(parts, SHOWN[figure], lang)


def _alike(options: Sequence[Mapping[str, Any]]) -> str:
    """Return the key of what to say of the cells' axes: which of them are equal."""
    if all("ylim" in each for each in options):
        limits = [each["ylim"] for each in options if isinstance(each["ylim"], Mapping)]
        several = any(len({tuple(ends) for ends in each.values()}) > 1 for each in limits)
        return "grid.read_ylim_each" if several else "grid.read_ylim"
    return "grid.read_bins" if all("bins" in each for each in options) else "grid.read"


def _names(cells: Sequence[Cell]) -> str:
    return ", ".join(dict.fromkeys(shortened(name, 40) for _, _, name, _ in cells))


@drawn_as("grid", alt=_grid_alt, subject=_grid_subject, takes=("yscale",))
def figure_grid(
    sheet: Sheet, results: Sequence[xarray.Dataset], *, cells: Sequence[Cell], across: int | None = None
) -> Figure:
    """Draw several figures as one, beside each other.

    Parameters
    ----------
    results : sequence of xarray.Dataset
    cells : sequence of (int, str, str, mapping)
        Of which result, which of ``FIGURES``, what is written above it, and its options.
    across : int, optional
        How many stand beside each other; as many as there is room for unless given.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If there are too many, or one cannot be drawn.
    """
    if not 1 <= len(cells) <= MOST:
        raise ActvizError(f"a grid holds up to {MOST} figures, not {len(cells)}: choose some")
    wide = sheet.size.width - 2 * MARGIN + _GAP
    narrowest = max(_NARROW, *(FIGURES[figure].narrowest for _, figure, _, _ in cells))
    least = narrowest if len(results) > 1 else max(_WIDE, narrowest)  # results are for comparing
    across = min(len(cells), across or _across(len(cells), wide, least, narrowest))
    down = -(-len(cells) // across)
    what = _what(cells, sheet.lang)
    fig = sheet.figure(
        "grid",
        _measured(results, cells, sheet.lang),
        sheet.height_for(down, _HIGH + _NAME, HEADER + 60),
        title=_title(cells, sheet.lang),
        found=_found(results, cells, sheet.lang),
        read=text(_alike([options for *_, options in cells]), sheet.lang, what=what[:1].upper() + what[1:]),
    )
    up, width = fig.get_figheight() * 72, wide / across - _GAP
    top, bottom = HEADER + fig.above - 8, fig.foot + 14
    height = (up - top - bottom) / down
    lacks = [0.0] * down
    for number, (at, figure, name, options) in enumerate(cells):
        left, above = MARGIN + number % across * (width + _GAP), top + number // across * height
        fig.text(
            left / sheet.size.width, 1 - (above + 4) / up, shortened(name, int(width / 9)), fontsize=BODY,
            fontweight="bold", va="top",
        )  # fmt: skip
        place = _place(fig, left, above + _NAME, width, max(height - _NAME, 60.0))
        try:
            shown = _draw_cell(place, results[at], figure, options, sheet)
            if width_of(shown) * _LETTER * NOTE < width:
                fig.text(
                    left / sheet.size.width, 1 - (above + 22) / up, shown, fontsize=NOTE, color=sheet.theme.muted,
                    va="top",
                )  # fmt: skip
        except NoRoomError as error:
            lacks[number // across] = max(lacks[number // across], error.short)
    fig.lacking = down * max(lacks)
    return fig


def _across(number: int, wide: float, least: float, narrowest: float) -> int:
    """Return how many of a number of figures stand side by side: all in a row, narrower, before one place is empty."""
    usual, most = (max(1, int(wide / (side + _GAP))) for side in (least, narrowest))
    return number if usual < number <= most and number % usual else usual


def _place(fig: Any, left: float, top: float, width: float, height: float) -> Any:
    """Return a part of a figure at a place in points."""
    wide, high = (side * 72 for side in fig.get_size_inches())
    shares = [left, width, max(wide - left - width, 0.01)], [top, height, max(high - top - height, 0.01)]
    return fig.add_subfigure(GridSpec(3, 3, width_ratios=shares[0], height_ratios=shares[1])[1, 1])


def _draw_cell(place: Any, ds: xarray.Dataset, figure: str, options: dict[str, Any], sheet: Sheet) -> str:
    """Draw a figure in its place, and return what its own title would say of it."""
    own, axis = _own(options)
    whole = sheet.style
    kept = {"theme": whole.theme, "lang": whole.lang, "palette": whole.palette, "transparent": True}
    style = Style(**{"yscale": whole.yscale if "yscale" in FIGURES[figure].takes else None, **kept, **axis})
    drawn: Any = FIGURES[figure].draw(ds, fig=place, **{**style.asked(), "header": False, "foot": False}, **own)
    return str(drawn.finding)


def _measured(results: Sequence[xarray.Dataset], cells: Sequence[Cell], lang: str) -> str:
    """Say how results were measured: what they share once, then of each what the others have not."""
    words = [_MEASURED[kind_of(ds)](ds, lang).split(" · ") for ds in results]
    names = {at: name for at, _, name, _ in reversed(list(cells))}
    common = [word for word in words[0] if all(word in each for each in words)]
    rest = [
        f"{names[at]}: {', '.join(own)}"
        for at, each in enumerate(words)
        if (own := [word for word in each if word not in common])
    ]
    return " · ".join([*common, *rest])
