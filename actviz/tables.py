"""Plain text tables: rows under their keys, for terminals and test reports."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


def number(value: Any) -> str:
    """Four significant digits, short; a dash for what is not a number."""
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.4g}"
    return str(value)


def table_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return rows under their keys, numbers to the right.

    >>> table_lines([{"init": "he", "std": 0.5}, {"init": "xavier", "std": 1.25}])
    ['init     std', 'he       0.5', 'xavier  1.25']
    """
    if not rows:
        return []
    columns = list(rows[0])
    cells = [columns, *([number(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[position]) for line in cells) for position in range(len(columns))]
    right = [isinstance(rows[0][column], int | float) for column in columns]
    return [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in cells
    ]
