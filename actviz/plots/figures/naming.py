"""What the files of figures are called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import chain, count
from string import Formatter

from actviz.catalog.styles import Style
from actviz.errors import ActvizError

_FIELDS = ("figure", "result", "theme", "lang", "size")
_UNFIT = re.compile(r"[^\w.,=-]+")
_TELLING = re.compile(r"[*+/^()<>]")
"""What a file's name cannot hold and is not only between words."""


def check_pattern(pattern: str, needed: Sequence[str] = ()) -> str:
    """Return a pattern of file names.

    Raises
    ------
    ActvizError
        If it would give all figures one name, or a name that some system does not take.
    """
    try:
        parts = list(Formatter().parse(pattern))
        fields = [field for _, field, _, _ in parts if field is not None]
        plain = not any(spec or conversion for _, _, spec, conversion in parts)  # a width may ask for all memory
        tried = pattern.format(**dict.fromkeys(_FIELDS, "x")) if plain else ""
    except (AttributeError, IndexError, KeyError, ValueError):
        fields, tried = [], ""
    needed = ("figure", *needed)
    if not set(needed) <= set(fields) or not tried or _UNFIT.search(tried) or tried.startswith("."):
        allowed = ", ".join(f"{{{each}}}" for each in _FIELDS)
        named = " and ".join(f"{{{each}}}" for each in needed)
        raise ActvizError(
            f"a name of files has {named} in it, of {allowed}, and letters, digits, . , = _ or - round them, "
            f"not {pattern!r}"
        )
    return pattern


def file_stem(pattern: str, figure: str, style: Style, taken: set[str], result: str = "") -> str:
    """Return a file name that every system takes and that no other figure has, where letters' case counts or not.

    What stands for an expression is told apart by a digest of it, so that two commands do not write one file.
    """
    named = pattern.format(figure=figure, result=result, theme=style.theme, lang=style.lang, size=style.size)
    stem = _UNFIT.sub("_", named)
    if _TELLING.search(named):
        stem = f"{stem.rstrip('_')}-{hashlib.sha256(named.encode()).hexdigest()[:6]}"
    free = next(each for each in chain([stem], (f"{stem}_{at}" for at in count(2))) if each.casefold() not in taken)
    taken.add(free.casefold())
    return free
