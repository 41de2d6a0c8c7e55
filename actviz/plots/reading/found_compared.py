"""What results, or parts of one, come to beside each other, as titles: of how many pairings something is so in each.

Every function returns titles that say the same, the longest first; none where seeds disagree on a pairing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from actviz.diagnosis.rules import Verdict
from actviz.plots.reading.found_layers import (
    alike_titles,
    factors_of,
    grows_alike,
    healthy_titles,
    is_kept,
    judged,
    kept_titles,
    verdict_word,
    with_so_far,
)
from actviz.plots.reading.found_trainings import last_losses
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Pairings, own_seeds
from actviz.plots.reading.telling import ends_of
from actviz.results.overlaying import laid, part_of
from actviz.results.words import pairing_name
from actviz.text import label, shortened, text
from actviz.text.numbers import short

if TYPE_CHECKING:
    import xarray

Part = tuple["xarray.Dataset", Pairings]
"""A result, and pairings of it."""

SHOWN = {
    "signal": "signal",
    "gradients": "gradient",
    "collapse": "alike",
    "histograms": "healthy",
    "ridges": "healthy",
    "saturation": "healthy",
}
"""What a figure of pairings shows of each."""


def parts_titles(parts: Mapping[str, Part], what: str, lang: str) -> list[str]:
    """Say in how many pairings of each part the signal or gradient is kept, samples grow alike, or no fault is found.

    Of one and the same pairing it is said what becomes of it in each.
    """
    if len(parts) < 2 or (what != "healthy" and any(ds.sizes["layer"] < 2 for ds, _ in parts.values())):
        return []
    names, every = {name: shortened(name, 24) for name in parts}, [each for _, own in parts.values() for each in own]
    first = next(iter(parts.values()))[0]
    if (
        what == "healthy"
        and len(every) == len(set(every)) == len(parts)
        and all(ds is first for ds, _ in parts.values())
    ):
        return healthy_titles(first, judged(first, every), lang)  # a pairing each, of one result
    alone = {(part_of(ds, init)[0], activation) for ds, pairings in parts.values() for init, activation in pairings}
    if len(alone) == 1 and (each := [_outcome(*part, what, lang) for part in parts.values()]) and all(each):
        told = ", ".join(f"{names[name]} {words}" for name, words in zip(parts, each, strict=True))
        title = text("found.pairing", lang, name=pairing_name(*alone.pop(), lang), words=told)
        return [text(f"found.each.{what}_one", lang, title=title), title] if what != "healthy" else [title]
    states = {name: _states(*part, what) for name, part in parts.items()}
    if any(None in each for each in states.values()):
        return []
    counts = [
        text("found.each.count", lang, name=names[name], number=sum(map(bool, each)), of=len(each))
        for name, each in states.items()
    ]
    values = {"each": ", ".join(counts), **ends_of(first)}
    titles = [text(f"found.each.{what}", lang, **values), text(f"found.each.{what}_short", lang, **values)]
    activation, *others = {activation for _, activation in every}
    if not others:
        of = [text("found.each.under", lang, title=title, activation=label(activation, lang)) for title in titles]
        titles = [*of, titles[1]]
    soon = _so_far(parts) if what == "healthy" else []
    return [with_so_far(title, soon, lang) for title in titles]


def _states(ds: xarray.Dataset, pairings: Pairings, what: str) -> list[bool | None]:
    """Return of each pairing whether it is so under every seed; None where seeds disagree, or it is not judged."""
    if what == "alike":
        return [grows_alike(ds, pairing) for pairing in pairings]
    if what != "healthy":
        return [is_kept(factors_of(ds, what, pairing), what, ds.sizes["layer"]) for pairing in pairings]
    found = judged(ds, pairings)
    return [
        None
        if pairing not in found or found[pairing].verdict is Verdict.NOT_JUDGED
        else found[pairing].healthy and not found[pairing].so_far
        for pairing in pairings
    ]


def _so_far(parts: Mapping[str, Part]) -> list[str]:
    """Return of all parts' pairings that are healthy at their depth alone what becomes of their gradients."""
    return [each.so_far for ds, pairings in parts.values() for each in judged(ds, pairings).values() if each.so_far]


def _outcome(ds: xarray.Dataset, pairings: Pairings, what: str, lang: str) -> str:
    """Say what becomes of one pairing; empty if it cannot be said in a word."""
    (pairing,) = pairings
    if what == "healthy":
        found = judged(ds, pairings)
        return verdict_word(found[pairing], lang) if found else ""
    middle = float(np.median(factors_of(ds, what, pairing))) if what in ("signal", "gradient") else np.nan
    return text("overview.times", lang, value=short(middle)) if np.isfinite(middle) else ""


def laid_titles(
    ds: xarray.Dataset, what: str, inits: Sequence[str], activations: Sequence[str], lang: str
) -> list[str]:
    """Say the same of results laid over each other; nothing of a single one."""
    parts: dict[str, Part] = {}
    for init in inits:
        name = str(laid(ds)[part_of(ds, init)[1]]["name"]) if laid(ds) else ""
        parts.setdefault(name, (ds, []))[1].extend((init, activation) for activation in activations)
    order = [str(told["name"]) for told in laid(ds)]
    return parts_titles({name: parts[name] for name in order if name in parts}, what, lang)


def laid_trainings_titles(ds: xarray.Dataset, runs: Sequence[str], lang: str) -> list[str]:
    """Say the same of trainings laid over each other; nothing of a single one."""
    results: dict[str, tuple[xarray.Dataset, dict[str, str]]] = {}
    for run in runs if laid(ds) else ():
        own, at = part_of(ds, run)
        results.setdefault(str(laid(ds)[at]["name"]), (own_seeds(ds, run), {}))[1][own] = run
    return trainings_titles(results, lang)


def trainings_titles(results: Mapping[str, tuple[xarray.Dataset, Mapping[str, str]]], lang: str) -> list[str]:
    """Say in which of two or more results runs end with the lowest loss, of the runs that all of them have.

    Parameters
    ----------
    results : mapping
        From the name of a result to its dataset, and in it from the names of runs to what they are called there.
    lang : str
    """
    if len(results) < 2:
        return []
    read = {name: last_losses(ds, list(runs.values())) for name, (ds, runs) in results.items()}
    kinds = {what for what, _ in read.values()}
    shared = [run for run in next(iter(results.values()))[1] if all(run in runs for _, runs in results.values())]
    if len(kinds) > 1:
        return []
    ends = {run: {name: read[name][1][runs[run]] for name, (_, runs) in results.items()} for run in shared}
    first = [_lowest(each) for each in ends.values()]
    if not any(first):
        return []
    (what,) = kinds
    if len(shared) == 1:
        return [text(f"found.curves.{what}", lang, name=shortened(first[0], 24))]
    counts = [text("found.each.count", lang, name=shortened(name, 24), number=first.count(name), of=len(shared))
              for name in results]  # fmt: skip
    return [text(f"found.each.{what}", lang, each=", ".join(counts))]


def _lowest(ends: Mapping[str, Floats]) -> str:
    """Return the result whose value is lower than every other's, seed by seed where they have as many; or empty."""

    def below(own: Floats, other: Floats) -> bool:
        return bool((own < other).all() if len(own) == len(other) else own.max() < other.min())

    lower = (name for name, own in ends.items() if all(below(own, ends[other]) for other in ends if other != name))
    return next(lower, "")


def statistic_titles(
    ds: xarray.Dataset, name: str, inits: Sequence[str], activations: Sequence[str], lang: str
) -> list[str]:
    """Return titles that say what a statistic over the layers shows, of results beside each other, too."""
    what = {"similarity": "alike", "act_std": "signal"}.get(name, "gradient")
    if laid(ds):
        return laid_titles(ds, what, inits, activations, lang)
    if what == "alike":
        return alike_titles(ds, inits, activations, lang)
    return kept_titles(ds, what, inits, activations, lang)
