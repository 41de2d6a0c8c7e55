"""The one way to refuse a value: one line that says what is allowed."""

from __future__ import annotations

import functools
import inspect
import math
import numbers
import operator
import os
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any, ParamSpec, TypeVar

from actviz.errors import ActvizError
from actviz.numerics.parallel import cores

P = ParamSpec("P")
R = TypeVar("R")

MOST_WORKERS = 256
LARGEST = 2**53
"""Up to here a float holds every whole number."""


def first(check: Callable[[Any], Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator: what a function is given first passes a check, and is what the check makes of it."""

    def guard(function: Callable[P, R]) -> Callable[P, R]:
        name = next(iter(inspect.signature(function).parameters))

        @functools.wraps(function)
        def checked(*args: P.args, **options: P.kwargs) -> R:
            if args:
                return function(check(args[0]), *args[1:], **options)  # type: ignore[arg-type]
            if name in options:
                options[name] = check(options[name])
            return function(*args, **options)

        return checked

    return guard


def of_type(name: str, value: Any, kinds: type | tuple[type, ...], words: str) -> Any:
    """Return a value of one of some types; ``words`` say which."""
    if not isinstance(value, kinds):
        raise ActvizError(f"{name} must be {words}, not {shorten(repr(value), 60, placeholder=' ...')}")
    return value


def path_of(value: Any) -> Path:
    """Return a path, of text or a path object."""
    return Path(of_type("a path", value, (str, os.PathLike), "text or a path object"))


def meant(name: Any, choices: Iterable[Any]) -> str:
    """Ask whether the closest of some choices was meant by a name that is none of them; empty if none is close.

    >>> meant("slde", ("slide", "half")), meant("kr", ("en", "ko"))
    ("did you mean 'slide'?", '')
    """
    import difflib

    close = difflib.get_close_matches(str(name), [str(choice) for choice in choices], 1, 0.66)
    return f"did you mean {close[0]!r}?" if close else ""


def choose_from(name: Any, choices: Iterable[Any]) -> str:
    """Say what there is instead of a name that is unknown, and which of it was meant, if one is close.

    >>> choose_from("tahn", ("sigmoid", "tanh"))
    "did you mean 'tanh'? choose from sigmoid, tanh"
    """
    there = [str(choice) for choice in choices]
    return " ".join(filter(None, [meant(name, there), f"choose from {', '.join(there)}"]))


def check_choice(name: str, value: Any, choices: Sequence[Any]) -> None:
    """Raise an error that lists the choices if the value is not among them."""
    if not isinstance(value, Hashable) or value not in choices:  # an array equals each of its values by itself
        asked = meant(value, choices)
        listed = ", ".join(str(choice) for choice in choices)
        raise ActvizError(f"{name} must be one of {listed}, not {value!r}{asked and f'; {asked}'}")


def check_functions(**given: Any) -> None:
    """Refuse what is to be called and cannot be, before anything is measured; None where nothing is called."""
    for name, value in given.items():
        if value is not None and not callable(value):
            raise ActvizError(f"{name} must be a function, not {shorten(repr(value), 60, placeholder=' ...')}")


def check_share(name: str, value: float) -> None:
    """Raise an error unless the value is at least 0 and below 1."""
    if not 0.0 <= value < 1.0:
        raise ActvizError(f"{name} must be at least 0 and below 1, not {value}")


def to_float(value: Any) -> float:
    """Return a number as a float; NaN for what is none, a truth value among it, and inf for what is too large."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf


def finite(
    name: str,
    value: Any,
    *,
    least: float = -math.inf,
    above: float = -math.inf,
    most: float = math.inf,
    below: float = math.inf,
    kind: Any = numbers.Real,
) -> float:
    """Return a finite number within bounds as a float; of ``kind`` ``int | float`` where JSON takes it as it is."""
    number = to_float(value) if isinstance(value, kind) else math.nan
    if not (math.isfinite(number) and least <= number <= most and above < number < below):
        bounds = ((">=", least), (">", above), ("<=", most), ("<", below))
        allowed = " and".join(f" {sign} {bound:g}" for sign, bound in bounds if math.isfinite(bound))
        raise ActvizError(f"{name} must be a finite number{allowed}, not {value!r}")
    return number


def whole(name: str, value: Any, least: int = 1, most: int | None = None, *, of_float: bool = False) -> int:
    """Return a whole number, at least ``least`` and at most ``most``; with ``of_float`` 2.0 is one too."""
    most = LARGEST if of_float and most is None else most
    try:
        exact = to_float(value).is_integer() if of_float else not isinstance(value, bool)
        number = (int(value) if of_float else operator.index(value)) if exact else None
    except TypeError:
        number = None
    if number is None or number < least or (most is not None and number > most):
        allowed = f">= {least}" if most is None else f"from {least} to {'2**53' if most == LARGEST else most}"
        raise ActvizError(f"{name} must be a whole number {allowed}, not {value!r}")
    return number


def worker_count(workers: int | None) -> int:
    """Return how many processes may work: all cores unless given."""
    return cores() if workers is None else whole("workers", workers, most=MOST_WORKERS)


def distinct_seeds(seeds: tuple[int, ...]) -> tuple[int, ...]:
    """Return seeds, at least one and each once: one that is drawn twice would feign less scatter."""
    if not of_type("seeds", seeds, (tuple, list, range), "a sequence of numbers"):
        raise ActvizError("need at least one seed")
    for seed in seeds:
        whole("seed", seed, least=0)
    if len(set(seeds)) < len(seeds):
        raise ActvizError(f"each seed may be given once, got {', '.join(map(str, seeds))}")
    return seeds
