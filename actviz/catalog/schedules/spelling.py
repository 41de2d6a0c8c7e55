"""How compositions are written in one line: ``warmup:5+cosine``, ``constant@20+step``, parentheses for what is nested.

``+`` is *then*: a warm-up before a schedule, or, after ``@20``, what follows from step 20 on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from actviz.catalog.schedules.composition import Join, WarmUp
from actviz.errors import ActvizError

WARMUP = "warmup"
FORMS = "warmup:steps,start_factor+SCHEDULE, SCHEDULE@step+SCHEDULE"

_MOST = 50
"""Parts of a composition, so that no name is nested too deep to read."""

_TOKENS = re.compile(r"(?<![0-9.][eE])\+|[()]")  # the plus of 1e+05 joins nothing


def _split(text: str) -> list[str]:
    """Split at each plus that no parentheses enclose; one piece only if there is none, or they do not match."""
    pieces, depth, start = [], 0, 0
    for token in _TOKENS.finditer(text):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth < 0:
            return [text]
        if token[0] == "+" and depth == 0:
            pieces.append(text[start : token.start()])
            start = token.end()
    return [*pieces, text[start:]] if depth == 0 else [text]


def is_composed(text: str) -> bool:
    """Whether a name is that of a composition."""
    return len(_split(text)) > 1


def _part(text: str, look_up: Callable[[str], Any]) -> Any:
    text = text.strip()
    return compose(text[1:-1], look_up) if text[:1] == "(" and text[-1:] == ")" else look_up(text)


def compose(text: str, look_up: Callable[[str], Any]) -> Any:
    """Make the schedule that a name composes, of parts that ``look_up`` finds.

    >>> from actviz.catalog.schedules import SCHEDULES
    >>> compose("warmup:5+(constant@20+cosine)", SCHEDULES.get).schedule.boundaries
    (20,)

    Raises
    ------
    ActvizError
        If it is no such name; the message says how they are written.
    """
    if len(_TOKENS.findall(text)) > _MOST:
        raise ActvizError(f"schedule {text[:40]!r}... has more than {_MOST} signs of composition")
    first, *others = _split(text)
    name, colon, given = first.strip().partition(":")
    if name == WARMUP and others:
        return WarmUp(compose("+".join(others), look_up), **_warmup(given, text) if colon else {})
    if not others:
        return _part(first, look_up)
    *early, last = (first, *others)
    parts = [piece.rpartition("@") for piece in early]
    if not all(at and until.strip().isdecimal() for _, at, until in parts):
        raise ActvizError(f"cannot read schedule {text!r}; compositions are written {FORMS}")
    schedules = [*(_part(part, look_up) for part, _, _ in parts), _part(last, look_up)]
    return Join(tuple(schedules), tuple(int(until) for _, _, until in parts))


def _warmup(given: str, text: str) -> dict[str, Any]:
    """Read the parameters of a warm-up: ``5``, ``5,0.1`` or ``start_factor=0.1``."""
    values: dict[str, Any] = {}
    names = ("steps", "start_factor")
    pieces = given.split(",")
    for position, piece in enumerate(pieces):
        key, equals, value = piece.rpartition("=")
        key = key.strip() if equals else names[min(position, 1)]
        try:
            number = float(value)
        except ValueError:
            raise ActvizError(f"schedule {text!r}: {value!r} is not a number; {FORMS}") from None
        if key not in names or key in values:
            raise ActvizError(f"schedule {text!r}: {WARMUP} takes {','.join(names)}, got {given!r}")
        values[key] = number
    return values


def spell(item: WarmUp | Join, look_down: Callable[[Any], str], number: Callable[[float], str]) -> str:
    """Write a composition so that ``compose`` gives it again; ``look_down`` names its parts."""

    def nested(part: Any) -> str:
        return f"({look_down(part)})" if isinstance(part, WarmUp | Join) else look_down(part)

    if isinstance(item, WarmUp):
        factor = "" if item.start_factor == WarmUp.start_factor else f",{number(item.start_factor)}"
        inner = look_down(item.schedule) if isinstance(item.schedule, Join) else nested(item.schedule)
        return f"{WARMUP}:{item.steps}{factor}+{inner}"
    *early, last = item.schedules
    pieces = [f"{nested(part)}@{until}" for part, until in zip(early, item.boundaries, strict=True)]
    return "+".join([*pieces, nested(last)])
