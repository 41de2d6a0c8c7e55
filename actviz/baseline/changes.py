"""What two recipes, or two lists of names, differ in, and which draws they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

OF_MODEL = ("precisions", "dropout", "matmul_precision")
"""Settings of a model that no statistic need tell: in which precision layers compute, rates of dropout, products."""


def recipe_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what two recipes differ in: the key and both values, short."""
    idle = {"seeds", "view", "formats", "draws", "unread"}
    idle |= {key for key in OF_MODEL if key not in old or key not in new}
    if not (old.get("norm") or new.get("norm")):
        idle.add("batch")  # only batch normalization sees batches
    for key in dict.fromkeys([*old, *new]):
        if key not in idle and old.get(key) != new.get(key):
            yield key, _short(old.get(key)), _short(new.get(key))


def seeds_in_both(old: Mapping[str, Any], new: Mapping[str, Any]) -> int:
    """Return how many seeds draw the same first weights in two recipes: in another precision or width none does."""
    if any(old.get(key) != new.get(key) for key in ("dtype", "input_width")) or _first(old) != _first(new):
        return 0
    return len({*old["seeds"]} & {*new["seeds"]})


def _first(recipe: Mapping[str, Any]) -> Any:
    width = recipe.get("width")
    return width[0] if isinstance(width, list | tuple) and width else width


def apart(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """Return what only the one, and what only the other has; all of both where they differ in order alone."""
    only = [[name for name in names if name not in others] for names, others in ((old, new), (new, old))]
    first, second = only if any(only) else (list(old), list(new))
    return _short(first) or "-", _short(second) or "-"


def _short(value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) > 3 and len(set(map(str, value))) == 1:
        return f"{len(value)} x {value[0]}"
    written = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return written if len(written) <= 60 else f"{written[:40]}…{written[-15:]}"
