"""Plain text tables for the terminal."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import click

from actviz.tables import number as number
from actviz.tables import table_lines
from actviz.text import text


def echo_table(rows: Sequence[Mapping[str, Any]], lang: str = "en") -> None:
    """Print rows under their keys, in words where these are known, numbers to the right."""
    for line in table_lines(rows, lang):
        click.echo(line)


def counted(what: str, count: int, lang: str = "en") -> str:
    """Write a number of layers, pairings or seeds; ``what`` is one of them.

    >>> counted("seed", 1), counted("seed", 3), counted("layer", 3, "ko")
    ('1 seed', '3 seeds', '층 3개')
    """
    return text(f"cli.{what}" if count == 1 else f"cli.{what}s", lang, number=count)


def echo_written(path: Any, lang: str = "en") -> None:
    """Say on standard error that a file was written."""
    click.echo(text("cli.written", lang, path=path), err=True)


def echo_json(content: Any) -> None:
    """Print JSON; null for what is not a finite number."""
    click.echo(json.dumps(_finite(content), indent=1, ensure_ascii=False))


def _finite(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content
