"""Learning rates over the steps: a few schedules over each other, many each in a panel of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from actviz.catalog.looks import Theme
from actviz.catalog.names import describe, labelled_schedules
from actviz.catalog.schedules import SCHEDULES, ReduceOnPlateau, Schedule, momenta, rates
from actviz.plots.canvas import draw
from actviz.plots.canvas.frame import heading, legend_below
from actviz.plots.canvas.sheet import LEGEND, Sheet, drawn_as
from actviz.plots.canvas.style import BODY, DASHES, HEADER, HEIGHT, NOTE, WIDTH, PairingStyle, panel_grid, split
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Line
from actviz.plots.reading.subjects import few
from actviz.plots.reading.telling import alt_text
from actviz.recipes.again import Again
from actviz.text import label, shortened, text, width_of, wrapped
from actviz.text.numbers import round_value

TOGETHER = 6
"""Up to so many schedules are drawn over each other; more could not be told apart."""

STAIRS = 60
"""Up to so many steps a rate is drawn as what it is, a stair; more look smooth."""

_POINTS = 2000
COLORS = {
    "constant": "grey",
    "step": "vermillion",
    "exponential": "orange",
    "cosine": "blue",
    "cosine_restarts": "sky",
    "one_cycle": "green",
    "polynomial": "purple",
    "inverse_sqrt": "yellow",
    "reduce_on_plateau": "vermillion",
}
"""The colour of each built-in schedule."""


@dataclass(frozen=True)
class _Curve:
    """One schedule, ready to be drawn: its rates and momenta, which may be NaN throughout, and how it looks."""

    name: str
    schedule: Schedule
    rates: Line
    momenta: Line
    style: PairingStyle

    @property
    def has_momentum(self) -> bool:
        """Whether it prescribes the momentum."""
        return bool(np.isfinite(self.momenta.middle).any())


def _line(values: Floats) -> Line:
    """Return values over the steps, thinned out where there are more than a figure shows."""
    steps = np.unique(np.linspace(0, len(values) - 1, min(len(values), _POINTS)).round().astype(int))
    shown = values[steps]
    overflow = ~(np.abs(shown) < 1e300) & ~np.isnan(shown)  # of larger ones no axis can be made
    finite = np.where(overflow, math.nan, shown)
    return Line(steps, finite, finite, finite, overflow)


def _curves(schedules: Mapping[str, Schedule], steps: int, look: Theme) -> list[_Curve]:
    """Read off every schedule; built-in ones have colours of their own, others and repeated ones take what is free."""
    curves: list[_Curve] = []
    together = len(schedules) <= TOGETHER
    wanted = [COLORS.get(name.partition(":")[0], "") if "+" not in name else "" for name in schedules]
    taken: list[str] = []
    for at, (name, schedule) in enumerate(schedules.items()):
        free = [color for color in look.palette if color not in (*taken, *wanted)] or list(look.palette)
        color = wanted[at] if wanted[at] and not (together and wanted[at] in taken) else free[0]
        taken.append(color)
        style = PairingStyle(look.palette[color], "", DASHES[at % len(DASHES)] if together else "-")
        curves.append(_Curve(name, schedule, _line(rates(schedule, steps)), _line(momenta(schedule, steps)), style))
    return curves


def draw_rates(ax: Any, curves: Sequence[_Curve], steps: int, *, log: bool = False, of: str = "rates") -> Any:
    """Draw rates or momenta over the steps, with the marks of what a logarithmic axis cannot show."""
    for curve in curves:
        line: Line = getattr(curve, of)
        stair = steps <= STAIRS
        x, y = (
            (np.append(line.layers, steps), np.append(line.middle, line.middle[-1]))
            if stair
            else (line.layers, line.middle)
        )
        ax.plot(
            x, y, color=curve.style.color, linestyle=curve.style.linestyle, zorder=3,
            drawstyle="steps-post" if stair else "default", solid_joinstyle="round",
        )  # fmt: skip
        draw.draw_marks(ax, line, curve.style, log=log, every=(0, _POINTS))
    ax.set_xlim(-0.02 * steps, 1.02 * steps)
    ax.locator_params(axis="x", nbins=4, integer=True)
    ax.grid(axis="y", linewidth=0.8)
    return ax


def _label(curve: _Curve, lang: str) -> str:
    """Return how a schedule is written: a composition with room around its plus, where a line may break."""
    return " + ".join(piece.strip() for piece in label(curve.name, lang, schedule=True).split("+"))


def _linear_axis(ax: Any, lines: Sequence[Line], *, from_zero: bool) -> None:
    """Give the y axis a linear range that holds all the lines."""
    values = np.concatenate([line.middle for line in lines])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    low = 0.0 if from_zero else low
    room = 0.08 * ((high - low) or high or 1.0)
    ax.set_ylim(low - room, high + room)
    ax.locator_params(axis="y", nbins=4)


def named_schedules(schedules: Any) -> dict[str, Schedule]:
    """Return schedules by label: a mapping's own labels, or their names."""
    if not isinstance(schedules, Mapping):
        return labelled_schedules(schedules)
    named = labelled_schedules(list(schedules.values()))
    return dict(zip(schedules, named.values(), strict=True))


def _names_of(of: Any, options: Mapping[str, Any], lang: str) -> str:
    """Name the schedules of a figure, for its caption."""
    return few([label(name, lang, schedule=True) for name in named_schedules(of)], "story.schedules", lang)


def _written(of: Any) -> dict[str, Any]:
    """Return schedules by label as a figure's file has them."""
    named = named_schedules(of)
    return {"schedules": {label: describe(schedule, SCHEDULES) for label, schedule in named.items()}}


def _read_again(record: Mapping[str, Any], how: Again) -> tuple[dict[str, Any], bool]:
    return {label: how.name("schedule", value) for label, value in record["schedules"].items()}, True


def schedules_alt(of: Any, lang: str = "en", *, steps: int = 200, **_: Any) -> str:
    """Tell where schedules start, how high they go and where they end."""
    entries = []
    for name, schedule in named_schedules(of).items():
        course = rates(schedule, steps)
        values = {"first": round_value(course[0]), "peak": round_value(course.max()), "end": round_value(course[-1])}
        entries.append(text("schedules.alt_entry", lang, name=label(name, lang, schedule=True), **values))
    return alt_text(text("schedules.alt", lang, number=len(entries), last=steps - 1), entries, lang)


@drawn_as("schedules", alt=schedules_alt, subject=_names_of, record=_written, again=_read_again)
def figure_schedules(sheet: Sheet, schedules: Any, steps: int = 200) -> Figure:
    """Draw the learning rates of schedules on a linear and a logarithmic axis, and the momentum where one sets it.

    Parameters
    ----------
    schedules : schedule, sequence of them, or mapping from label to schedule
        Each as ``actviz.schedule`` takes it. Up to six are drawn over each other, more in a panel each.
    steps : int
        How many, from 0 on. A schedule that follows a metric is drawn as if that never improved.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If there is no such schedule, or none.
    """
    look, lang = sheet.theme, sheet.lang
    named = named_schedules(schedules)
    curves = _curves(named, steps, look)
    words = [text("rates.steps", lang, last=steps - 1), *_notes(curves, lang)]
    draw_them = _together if len(curves) <= TOGETHER else _each
    return draw_them(curves, steps, " · ".join(words), sheet)


def _notes(curves: Sequence[_Curve], lang: str) -> list[str]:
    """Return what needs a word under the figure."""
    needed = {
        "rates.plateau": any(isinstance(curve.schedule, ReduceOnPlateau) for curve in curves),
        "mark.zero": any((curve.rates.middle == 0).any() for curve in curves),
        "mark.overflow": any(curve.rates.overflow.any() for curve in curves),
    }
    return [text(key, lang) for key, there in needed.items() if there]


def _together(curves: Sequence[_Curve], steps: int, footer: str, sheet: Sheet) -> Figure:
    """Draw schedules over each other: linear at the left, logarithmic at the right, momentum under the left."""
    look, lang = sheet.theme, sheet.lang
    fig = sheet.figure("rates", footer)
    ((linear, log),) = panel_grid(fig, 1, 2, left=64, right=sheet.beside, top=130, bottom=68, gap=(64, 0))
    moving = [curve for curve in curves if curve.has_momentum]
    lowest = [linear, log]
    if moving:
        lowest[0] = split(linear, 84, 34)
        _linear_axis(lowest[0], [curve.momenta for curve in moving], from_zero=False)
        draw_rates(lowest[0], moving, steps, of="momenta")
        heading(lowest[0], text("rates.momentum", lang))
        linear.tick_params(labelbottom=False)
    lines = [curve.rates for curve in curves]
    _linear_axis(linear, lines, from_zero=True)
    draw.draw_log_axis(log, lines, 7)
    for ax, key in ((linear, "rates.linear"), (log, "rates.log")):
        draw_rates(ax, curves, steps, log=ax is log)
        heading(ax, text(key, lang))
    for ax in lowest:
        ax.set_xlabel(text("axis.step", lang))
    names = [_label(curve, lang) for curve in curves]
    size, width = (BODY, 16) if max(map(width_of, names)) <= 16 else (NOTE + 1, 19)
    names = ["\u2009" + wrapped(shortened(name, 4 * width), width).replace("\n", "\n\u2009") for name in names]
    handles = [Line2D([], [], color=c.style.color, linestyle=c.style.linestyle, linewidth=look.line) for c in curves]
    if sheet.narrow:
        names = ["\u2009" + shortened(_label(curve, lang), 44) for curve in curves]
        fig.legend_height = legend_below(fig, handles, names, handlelength=2.2)
        return fig
    fig.legend(
        handles, names, loc="upper left", bbox_to_anchor=(1 - (LEGEND - 2) / WIDTH, 1 - (HEADER + 24) / HEIGHT),
        frameon=False, fontsize=size, handlelength=2.2, borderaxespad=0, borderpad=0, labelspacing=0.7,
    )  # fmt: skip
    return fig


def _each(curves: Sequence[_Curve], steps: int, footer: str, sheet: Sheet) -> Figure:
    """Draw each schedule in a panel of its own, with a logarithmic strip below, and momentum in one more."""
    lang, moving = sheet.lang, [curve for curve in curves if curve.has_momentum]
    number = len(curves) + bool(moving)
    columns = min(3 if sheet.narrow else 5, math.ceil(number / 2))
    rows = math.ceil(number / columns)
    read = text("rates.read_each", lang)
    fig = sheet.figure("rates", footer, sheet.height_for(rows, 190, 160), read=read)
    grid = panel_grid(fig, rows, columns, left=58, right=48, top=126, bottom=62, gap=(16, 46))
    cells = [ax for row in grid for ax in row]
    lines = [curve.rates for curve in curves]
    for at, (ax, curve) in enumerate(zip(cells, curves, strict=False)):
        strip = split(ax, 0.36 * ax.get_position().height * fig.get_size_inches()[1] * 72, 8)
        _linear_axis(ax, lines, from_zero=True)
        draw.draw_log_axis(strip, lines, 3)
        draw_rates(ax, [curve], steps)
        draw_rates(strip, [curve], steps, log=True)
        ax.tick_params(labelbottom=False, labelleft=at % columns == 0)
        strip.tick_params(labelleft=at % columns == 0)
        _name(ax, _label(curve, lang), columns, sheet)
        _step_axis(strip, last=at + columns >= number, lang=lang)
    if moving:
        ax = cells[len(curves)]
        _linear_axis(ax, [curve.momenta for curve in moving], from_zero=False)
        draw_rates(ax, moving, steps, of="momenta")
        several = len(moving) > 1
        name = (
            text("rates.momentum", lang) if several else text("rates.momentum_of", lang, name=_label(moving[0], lang))
        )
        _name(ax, name, columns, sheet)
        ax.tick_params(left=False, labelleft=False, right=True, labelright=True)  # no room at the left
        ax.spines["left"].set_visible(False)
        ax.spines["right"].set_visible(True)
        _step_axis(ax, last=True, lang=lang)
    for ax in cells[number:]:
        ax.remove()
    return fig


def _name(ax: Any, words: str, columns: int, sheet: Sheet) -> None:
    """Write what a panel shows above it, smaller where it is long, and in two lines at most."""
    room = sheet.size.columns(80) // columns
    smaller = room * BODY / NOTE
    words = words if width_of(words) <= smaller else wrapped(shortened(words, int(1.8 * smaller)), int(smaller))
    heading(ax, words, 4.0)
    if width_of(words) > room:
        ax.texts[-1].set_fontsize(NOTE)


def _step_axis(ax: Any, *, last: bool, lang: str) -> None:
    if last:
        ax.set_xlabel(text("axis.step", lang))
    else:
        ax.tick_params(labelbottom=False)
