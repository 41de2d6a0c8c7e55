"""Plain text tables for the terminal."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import click

from actviz.tables import number as number
from actviz.tables import table_lines


def echo_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows under their keys, numbers to the right."""
    for line in table_lines(rows):
        click.echo(line)


def echo_json(content: Any) -> None:
    """Print JSON; null for what is not a finite number."""
    click.echo(json.dumps(_finite(content), indent=1, ensure_ascii=False))


def _finite(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content
