"""The one way to refuse a value: one line that says what is allowed."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from actviz.errors import ActvizError


def check_choice(name: str, value: Any, choices: Sequence[Any]) -> None:
    """Raise an error that lists the choices if the value is not among them."""
    if value not in choices:
        raise ActvizError(f"{name} must be one of {', '.join(str(choice) for choice in choices)}, not {value!r}")


def whole(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """Return a whole number, at least ``least`` and at most ``most``."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or number < least or (most is not None and number > most):
        allowed = f">= {least}" if most is None else f"from {least} to {most}"
        raise ActvizError(f"{name} must be a whole number {allowed}, not {value!r}")
    return int(number)


def distinct_seeds(seeds: tuple[int, ...]) -> tuple[int, ...]:
    """Return seeds, at least one and each once: one that is drawn twice would feign less scatter."""
    if not seeds:
        raise ActvizError("need at least one seed")
    for seed in seeds:
        whole("seed", seed, least=0)
    if len(set(seeds)) < len(seeds):
        raise ActvizError(f"each seed may be given once, got {', '.join(map(str, seeds))}")
    return seeds
