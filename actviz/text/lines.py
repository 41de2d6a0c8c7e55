"""Break and shorten texts by their width: Hangul and other wide characters take two columns."""

from __future__ import annotations

import re
import textwrap
from typing import Any

_WIDE = re.compile("([\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60])")
_FILLER = "\u2060"  # stands for the second column of a wide character
_TIED = re.compile(r"\S*\d %\S*|\S*\d / \S+|[χλ] [<=>] \S+|± \S+|× \d\S*|\d · 10\S*|\S*[NU]\([^() ]*, [^() ]*\)\S*")
_TIE = "\ue000"  # stands for a space at which no line may break, while lines are broken


def _filled(written: str) -> str:
    return _WIDE.sub(rf"\1{_FILLER}", written)


def width_of(written: str) -> int:
    """Return the width of a line in columns.

    >>> width_of("He 정규")
    7
    """
    return len(_filled(written))


def unbroken(written: str) -> str:
    r"""Put spaces that do not break into numbers and names: before %, around /, behind ± and ×, in χ > 1 and N(0, 1).

    >>> unbroken("30 % of 2 / fan_in under N(0, 1)").split(" ")
    ['30\xa0%', 'of', '2\xa0/\xa0fan_in', 'under', 'N(0,\xa01)']
    """
    return _TIED.sub(lambda found: found[0].replace(" ", "\u00a0"), written)


def _kept_together(written: str, width: int) -> str:
    return _TIED.sub(lambda found: found[0].replace(" ", _TIE) if width_of(found[0]) <= width else found[0], written)


def wrapped(written: str, width: int, **options: Any) -> str:
    """Break a text into lines of at most ``width`` columns, where it can be not within a fraction or before %.

    ``options`` are those of ``textwrap.fill``.

    >>> wrapped("가중치 초기화", 7).splitlines()
    ['가중치', '초기화']
    """
    lines = textwrap.fill(_filled(_kept_together(written, width)), width, **options)
    if f"\n{_FILLER}" in lines and width > 2:  # a long word was broken within a character
        return wrapped(written, width - 1, **options)
    return lines.replace(_FILLER, "").replace(_TIE, " ") or written


def balanced(written: str, width: int) -> str:
    """Break a text into as few lines as ``wrapped`` does, all about as long: no word stands alone on the last.

    >>> balanced("one two three four", 14).splitlines()
    ['one two', 'three four']
    """
    lines = wrapped(written, width)
    least = width_of(written) // (lines.count("\n") + 1)
    tried = (wrapped(written, columns) for columns in range(least, width))
    return next((each for each in tried if each.count("\n") == lines.count("\n")), lines) if least else lines


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
