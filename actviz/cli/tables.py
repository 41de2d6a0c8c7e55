"""Plain text tables for the terminal."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import click


def number(value: Any) -> str:
    """Four significant digits, short; a dash for what is not a number."""
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.4g}"
    return str(value)


def echo_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows under their keys, numbers to the right."""
    if not rows:
        return
    columns = list(rows[0])
    cells = [columns, *([number(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[position]) for line in cells) for position in range(len(columns))]
    right = [isinstance(rows[0][column], int | float) for column in columns]
    for line in cells:
        padded = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def echo_json(content: Any) -> None:
    """Print JSON; null for what is not a finite number."""
    click.echo(json.dumps(_finite(content), indent=1, ensure_ascii=False))


def _finite(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content
