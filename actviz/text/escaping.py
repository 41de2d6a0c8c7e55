"""Names from outside as they are printed: no name moves a cursor, turns a line round or begins a command in a log."""

from __future__ import annotations

import json
import re

_LINES = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters but for tabs and line feeds, marks of direction, what is invisible, and what is no character."""
_COMMAND = re.compile(r"^(\s*)(?=::|##\[)", re.MULTILINE)


def _written(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def escaped(written: str) -> str:
    r"""Return a name from outside on one line, with what a terminal would act on written out.

    >>> print(escaped("he\n::error::no\x1b[2J"))
    he\n::error::no\x1b[2J
    """
    return re.sub(f"[{_LINES}]", _written, _ACTIVE.sub(_written, written))


def as_json(written: str) -> str:
    """Return JSON in which such characters are escaped; it says the same."""
    return _ACTIVE.sub(lambda found: json.dumps(found[0])[1:-1], written)


def shown(written: str) -> str:
    """Return text for a file or a log that others show, with control characters and marks of direction written out."""
    return _ACTIVE.sub(_written, written)


def printable(written: str) -> str:
    r"""Return lines that are to be printed, none of which a terminal or a log of continuous integration acts on.

    >>> print(printable("he\n::error::no"))
    he
    \::error::no
    """
    return _COMMAND.sub(r"\1\\", shown(written))
