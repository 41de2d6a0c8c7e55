"""How an alt text is put together: sentences of a bounded length, and words for how a line goes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.plots.reading.series import Line
from actviz.results.dataset import recipe
from actviz.text import text
from actviz.text.numbers import short

MOST = 600
"""Letters of an alt text: what a screen reader can read in half a minute."""

STEADY = 1.25
"""A line that ends at more than this share of its start, and at less than its inverse, holds."""


def told(head: str, entries: Sequence[str], lang: str, tail: str = "") -> str:
    """Return a head, as many entries as there is room for, and a tail; what is left out is counted.

    >>> told("Lines", ["a: 1", "b: 2"], "en", "One more")
    'Lines: a: 1; b: 2. One more.'
    """
    ending = f" {tail.rstrip('.')}." if tail else ""
    room = MOST - len(head) - len(ending) - 3
    words = ""
    for number in range(len(entries), 0, -1):
        left = [text("story.more", lang, number=len(entries) - number)] if number < len(entries) else []
        words = "; ".join([*entries[:number], *left])
        if len(words) <= room:
            break
    return f"{head}: {words}.{ending}" if entries else f"{head}.{ending}"


def course(line: Line, lang: str) -> str:
    """Say how a statistic goes from the first layer to the last."""
    lost = line.overflow_starts
    if len(lost):
        return text("story.overflows", lang, layer=int(lost[0]))
    if line.undefined:
        return text("story.undefined", lang)
    seen = line.middle[np.isfinite(line.middle)]
    if len(seen) == 1:
        return text("story.single", lang, first=short(seen[0]))
    return values_course(float(seen[0]), float(seen[-1]), lang)


def values_course(first: float, last: float, lang: str) -> str:
    """Say how a value goes from one to another."""
    if not (math.isfinite(first) and math.isfinite(last)):
        return text("story.undefined", lang)
    ends = {"first": short(first), "last": short(last)}
    if first == 0 and last == 0:
        return text("story.zero", lang)
    if last == 0:
        return text("story.fades", lang, **ends)
    if ends["first"] == ends["last"]:
        return text("story.stays", lang, **ends)
    steady = first * last > 0 and 1 / STEADY < last / first < STEADY
    return text("story.holds" if steady else "story.falls" if last < first else "story.rises", lang, **ends)


def median(values: Any) -> float:
    """Return the median of what is finite, NaN of nothing."""
    found = np.asarray(values, float)
    found = found[np.isfinite(found)]
    return float(np.median(found)) if found.size else float("nan")


def layer_words(ds: Any, lang: str) -> str:
    """Write which layers there are."""
    depth = ds.sizes["layer"]
    return text("story.layers" if depth != 1 else "story.layers_one", lang, depth=depth)


def seeds(ds: Any, lang: str) -> str:
    """Write how many seeds a dataset has."""
    number = int(ds.sizes["seed"])
    return text("story.seeds" if number != 1 else "story.seeds_one", lang, number=number)


def stack_words(ds: Any, lang: str) -> str:
    """Write depth and width."""
    widths = ds["width"].values.tolist() if "width" in ds.coords else recipe_widths(ds)
    depth = text("story.depth" if len(widths) != 1 else "story.depth_one", lang, number=len(widths))
    if len(set(widths)) == 1:
        return f"{depth}, {text('story.width', lang, width=widths[0])}"
    return f"{depth}, {text('story.widths', lang, low=min(widths), high=max(widths))}"


def recipe_widths(ds: Any) -> list[int]:
    """Return the widths that the recipe of a training's runs says."""
    widths: list[int] = next(iter(recipe(ds)["runs"].values()))["width"]
    return widths
