"""Words of a figure as its language sets them, wherever they were written."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FuncFormatter

from actviz.text import typeset


def typeset_figure(figure: Figure, lang: str) -> None:
    """Set a figure's words and ticks as its language does."""
    if typeset("0 %", lang) == "0 %":
        return
    words: list[Any] = [*figure.texts, *(each for box in figure.legends for each in box.get_texts())]
    for ax in figure.axes:
        words += [*ax.texts, ax.title]
        for axis in (ax.xaxis, ax.yaxis):
            formatter = axis.get_major_formatter()
            if isinstance(formatter, FixedFormatter):
                formatter.seq = [typeset(str(each), lang) for each in formatter.seq]
            elif isinstance(formatter, FuncFormatter):
                axis.set_major_formatter(_closed(formatter.func, lang))
    for each in words:
        each.set_text(typeset(each.get_text(), lang))


def _closed(write: Any, lang: str) -> FuncFormatter:
    return FuncFormatter(lambda value, position: typeset(write(value, position), lang))
