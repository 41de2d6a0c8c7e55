"""Words of a figure as its language sets them, wherever they were written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter

from actviz.text import typeset


def typeset_words(panels: Iterable[Axes], others: Iterable[Text], lang: str) -> None:
    """Set panels' words and ticks, and other words, as a language does."""
    if typeset("0 %", lang) == "0 %":
        return
    words = list(others)
    for ax in panels:
        legend = ax.get_legend()
        words += [*ax.texts, ax.title, *(legend.get_texts() if legend else ())]
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
