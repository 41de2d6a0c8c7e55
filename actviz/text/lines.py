"""Break and shorten texts by their width: Hangul and other wide characters take two columns."""

from __future__ import annotations

import re
import textwrap
from typing import Any

_WIDE = re.compile("([\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60])")
_FILLER = "\u2060"  # stands for the second column of a wide character


def _filled(written: str) -> str:
    return _WIDE.sub(rf"\1{_FILLER}", written)


def width_of(written: str) -> int:
    """Return the width of a line in columns.

    >>> width_of("He 정규")
    7
    """
    return len(_filled(written))


def wrapped(written: str, width: int, **options: Any) -> str:
    """Break a text into lines of at most ``width`` columns.

    ``options`` are those of ``textwrap.fill``.

    >>> wrapped("가중치 초기화", 7).splitlines()
    ['가중치', '초기화']
    """
    lines = textwrap.fill(_filled(written), width, **options)
    if f"\n{_FILLER}" in lines and width > 2:  # a long word was broken within a character
        return wrapped(written, width - 1, **options)
    return lines.replace(_FILLER, "") or written


def shortened(written: str, width: int) -> str:
    """Keep both ends of what is wider than its place.

    >>> shortened("package.module:name", 12), shortened("가중치 초기화 방법", 12)
    ('packag…:name', '가중치… 방법')
    """
    filled = _filled(written)
    if len(filled) <= width:
        return written
    head, tail = filled[: width // 2], filled[-(width // 2 - 1) :]
    cut = filled[len(head)] == _FILLER  # a character of which one column would be left
    return f"{head[: len(head) - cut]}…{tail}".replace(_FILLER, "")
