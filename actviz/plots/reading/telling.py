"""How an alt text is put together: sentences of a bounded length, and words for how a line goes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.plots.reading.series import Line, attenuation, line
from actviz.results.dataset import is_own, recipe
from actviz.results.overlaying import laid
from actviz.results.words import block_words, pairing_name
from actviz.text import text
from actviz.text.numbers import in_print, percent, runs_of, short
from actviz.training.measures import at_end

if TYPE_CHECKING:
    import xarray

MOST = 600
"""Letters of an alt text: what a screen reader can read in half a minute."""

MANY = 6
"""Of more runs than this the best and the worst are told first."""

STEADY = 1.25
"""A line that ends at more than this share of its start, and at less than its inverse, holds."""


def alt_text(head: str, entries: Sequence[str], lang: str, tail: str = "") -> str:
    """Return a head, as many entries as there is room for, and a tail; what is left out is counted.

    >>> alt_text("Lines", ["a: 1", "b: 2"], "en", "One more")
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
    lost = line.lost()
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
    finite = np.asarray(values, float)
    finite = finite[np.isfinite(finite)]
    return float(np.median(finite)) if finite.size else float("nan")


def ends_of(ds: Any) -> dict[str, int]:
    """Return the numbers of the first and the last layer, as texts name them."""
    return {"first": int(ds["layer"].values[0]), "depth": int(ds["layer"].values[-1])}


def layer_words(ds: Any, lang: str) -> str:
    """Write which layers there are."""
    layers = [int(layer) for layer in ds["layer"].values]
    if len(layers) == 1 or layers == list(range(layers[0], layers[-1] + 1)):
        return text("story.layers" if len(layers) > 1 else "story.layers_one", lang, **ends_of(ds))
    return text("story.layers_some", lang, layers=runs_of(layers, text("recipe.to", lang)))


def seed_words(ds: Any, lang: str) -> str:
    """Write how many seeds a dataset has."""
    number = int(ds.sizes["seed"])
    return text("story.seeds" if number != 1 else "story.seeds_one", lang, number=number)


def stack_words(ds: Any, lang: str) -> str:
    """Write depth and width, and of what blocks and norms."""
    return ", ".join([_sizes(ds, lang), *_blocks(ds, lang)])


def _blocks(ds: Any, lang: str) -> list[str]:
    """Name the blocks and norms that a probe's recipe says, or that all runs of a training share."""
    if laid(ds):
        return []
    how = recipe(ds)
    runs = list(how.get("runs", {}).values()) if isinstance(how.get("runs"), dict) else []
    if not runs or not isinstance(runs[0], dict):
        return block_words(how, lang) if not is_own(how) else []
    return block_words({key: runs[0].get(key) for key in ("norm", "block", "branch_scale") if _same(runs, key)}, lang)


def _same(runs: Sequence[Any], key: str) -> bool:
    return key in runs[0] and all(run.get(key) == runs[0][key] for run in runs)


def _sizes(ds: Any, lang: str) -> str:
    widths = ds["width"].values.tolist() if "width" in ds.coords else recipe_widths(ds)
    depth = text("story.depth" if len(widths) != 1 else "story.depth_one", lang, number=len(widths))
    if len(set(widths)) == 1:
        return f"{depth}, {text('story.width', lang, width=widths[0])}"
    return f"{depth}, {text('story.widths', lang, low=min(widths), high=max(widths))}"


def recipe_widths(ds: Any) -> list[int]:
    """Return the widths that the recipe of a training's runs says."""
    widths: list[int] = next(iter(recipe(ds)["runs"].values()))["width"]
    return widths


def last_share(key: str, ds: xarray.Dataset, name: str, pairing: tuple[str, str], lang: str) -> str:
    """Write a share at the last layer; nothing where there is none."""
    value = line(ds, name, *pairing).middle[-1]
    return text(key, lang, share=percent(value)) if np.isfinite(value) else ""


def gradient_left(ds: xarray.Dataset, pairing: tuple[str, str], lang: str) -> str:
    """Write what is left of the gradient at the first layer."""
    change = attenuation(ds, *pairing)
    if np.isneginf(change):
        return text("story.none", lang)
    return text("story.times", lang, value=short(10.0**change)) if np.isfinite(change) else text("story.lost", lang)


def pairing_course(
    ds: xarray.Dataset, statistic: str, pairing: tuple[str, str], lang: str, name: str | None = None, share: str = ""
) -> str:
    """Say how a statistic of a pairing goes through the layers, and add a share at the end."""
    words = course(line(ds, statistic, *pairing), lang)
    single = ds.sizes["layer"] == 1 or not words[0].isalpha()
    subject = pairing_name(*pairing, lang) if name is None else name
    sentence = text("story.is" if single else "story.goes", lang, name=subject, course=words) if subject else words
    return ", ".join(filter(None, (sentence, share)))


def score(name: str, value: float) -> str:
    """Write a loss or an accuracy."""
    return percent(value) if name.endswith("accuracy") else short(value)


def how_ended(ds: xarray.Dataset, run: str, lang: str) -> list[str]:
    """Say how many seeds of a run ended before their time, and why."""
    why = ds["ended"].sel(run=run).values.ravel()
    counts = {"story.diverged": int((why == "diverged").sum()), "story.stopped": int((why == "stopped early").sum())}
    return [text(key, lang, number=number, of=len(why)) for key, number in counts.items() if number]


def telling_runs(values: xarray.DataArray, runs: Sequence[str]) -> list[str]:
    """Return runs in their order; of many, that with the least and that with the greatest value first."""
    if len(runs) <= MANY:
        return list(runs)
    by_value = {run: median(values.sel(run=run)) for run in runs}
    finite = [run for run in runs if np.isfinite(by_value[run])]
    ends = [min(finite, key=by_value.__getitem__), max(finite, key=by_value.__getitem__)] if finite else []
    return list(dict.fromkeys([*ends, *runs]))


def run_entry(name: str, words: Sequence[str], lang: str) -> str:
    """Write what a run came to, behind its name."""
    return text("story.entry", lang, name=name, words=", ".join(words))


def run_entries(
    ds: xarray.Dataset,
    runs: Sequence[str],
    names: Sequence[str],
    write: Callable[[str, str], str],
    lang: str,
) -> list[str]:
    """Return what runs came to: medians of their last numbers, of those that the dataset has, and how they ended."""
    finals = {name: at_end(ds, name) for name in names if np.isfinite(ds[name].values).any()}
    entries = []
    for run in telling_runs(next(iter(finals.values())), runs) if finals else runs:
        medians = {name: median(values.sel(run=run)) for name, values in finals.items()}
        words = [
            text("story.value", lang, what=text(f"story.{name}", lang), value=score(name, value))
            for name, value in medians.items()
            if np.isfinite(value)
        ]
        entries.append(run_entry(write(run, lang), [*words, *how_ended(ds, run, lang)], lang))
    return entries


def last_epoch(ds: xarray.Dataset) -> str:
    """Write how many epochs there were."""
    return in_print(float(ds["epoch"].values[-1]))


def time_name(ds: xarray.Dataset, lang: str) -> str:
    """Write what time is counted in along evaluations."""
    return text("axis.epoch" if recipe(ds)["epoch_updates"] else "axis.update", lang)
