"""Plain text tables: rows under their keys, for terminals and test reports."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from actviz.text import TEXT, text, width_of
from actviz.text.escaping import escaped
from actviz.text.numbers import in_print


def number(value: Any) -> str:
    """Four significant digits, short; a dash for what is not a number."""
    if isinstance(value, float):
        return "-" if math.isnan(value) else in_print(value, 4)
    return escaped(str(value))


def head(key: str, lang: str = "en") -> str:
    """Return how a column is headed; a name that the table of words does not have stays as it is."""
    return text(f"head.{key}", lang) if f"head.{key}" in TEXT else key


def table_lines(rows: Sequence[Mapping[str, Any]], lang: str = "en") -> list[str]:
    """Return rows under their keys, numbers to the right; a wide character takes two columns.

    >>> table_lines([{"init": "he", "std": 0.5}, {"init": "xavier", "std": 1.25}])
    ['init     std', 'he       0.5', 'xavier  1.25']
    """
    if not rows:
        return []
    columns = list(rows[0])
    cells = [[head(column, lang) for column in columns], *([number(row[column]) for column in columns] for row in rows)]
    widths = [max(width_of(line[position]) for line in cells) for position in range(len(columns))]
    right = [isinstance(rows[0][column], int | float) for column in columns]
    return [
        "  ".join(
            " " * (width - width_of(cell)) + cell if to_right else cell + " " * (width - width_of(cell))
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in cells
    ]
