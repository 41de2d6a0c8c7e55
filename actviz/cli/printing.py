"""The one way to print: whatever a name from outside holds, it is shown and not acted on."""

from __future__ import annotations

import sys
from typing import Any

import click


def say(message: Any = "", *, err: bool = False) -> None:
    """Print lines to standard output or error."""
    from actviz.text.escaping import printable  # with every word in every language, which --help has no use for

    click.echo(printable(str(message)), err=err)


def say_between(message: str) -> None:
    """Print a line while a progress line is shown, which then goes on below it."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    say(message)


def accept_every_character() -> None:
    """Let output in an encoding without Hangul, say, show such characters escaped, not fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
