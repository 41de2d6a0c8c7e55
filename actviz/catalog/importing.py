"""What a user brings, named as package.module:name: imported, and refused where it would do more than compute."""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
from collections.abc import Iterator
from typing import Any

from actviz.errors import ActvizError


@contextlib.contextmanager
def importing(kind: str, spec: str) -> Iterator[None]:
    """Turn whatever a user's own module does when it is imported into one line that says what failed."""
    try:
        yield
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise ActvizError(f"cannot import {kind} {spec!r} ({reason})") from None


def import_item(kind: str, spec: str) -> Any:
    """Return what a module has under a name; of a class, an instance without arguments.

    Raises
    ------
    ActvizError
        If it cannot be imported or made, or is Python's own and does more than compute.
    """
    module, _, attribute = spec.partition(":")
    with importing(kind, spec):
        item = getattr(importlib.import_module(module), attribute)
    refuse_standard(kind, spec, item)
    with importing(kind, spec):
        return item() if isinstance(item, type) else item


_ON_ARRAYS = {"math", "cmath", "operator", "_operator"}
"""Modules of the standard library whose functions do no more than compute."""


def refuse_standard(kind: str, spec: str, item: Any) -> None:
    """Refuse what the standard library has before it is called to see what it does: it may end the program.

    Raises
    ------
    ActvizError
        If a function or class is Python's own and does more than compute.
    """
    while isinstance(item, functools.partial):
        item = item.func
    home = str(getattr(item, "__module__", "")).partition(".")[0]
    if callable(item) and item is not abs and home in sys.stdlib_module_names - _ON_ARRAYS:
        raise ActvizError(f"{kind} {spec!r} is a function of Python's own, module {home}: it is not called")
