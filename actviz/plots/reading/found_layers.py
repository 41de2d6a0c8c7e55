"""What a result of layers shows, as titles that say so: made of its numbers and verdicts, and none where none is sure.

Every function returns titles that say the same, the longest first; the first one that has room is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from actviz.diagnosis.judging import Diagnosis, diagnose
from actviz.diagnosis.notes import is_slow
from actviz.diagnosis.rules import Verdict
from actviz.diagnosis.thresholds import Thresholds
from actviz.errors import ActvizError
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Flags, Pairings, own_seeds
from actviz.plots.reading.telling import ends_of
from actviz.results.dataset import of_pairing
from actviz.results.overlaying import laid
from actviz.results.words import pairing_name
from actviz.text import label, text
from actviz.text.numbers import percent, short

if TYPE_CHECKING:
    import xarray

FACTOR = 2.0
"""A signal is kept that ends, under every seed, at the inverse of this at least and at this many times at most."""

NAMED = 2
"""Up to so many are named, more are counted."""

APART, GROWN, SAME = 0.1, 0.1, 0.99
"""Samples are apart up to this similarity, and grow alike by a rise of so much or to so much."""


def joined(names: Sequence[str], lang: str) -> str:
    """Join names as a sentence does.

    >>> joined(["a", "b", "c"], "en")
    'a, b and c'
    """
    *first, last = names
    return text("found.and", lang, first=", ".join(first), last=last) if first else last


def judged(ds: xarray.Dataset, pairings: Pairings) -> dict[tuple[str, str], Diagnosis]:
    """Return the diagnosis of every pairing; nothing of results laid over each other, or that cannot be diagnosed."""
    if laid(ds):
        return {}
    inits, activations = (list(dict.fromkeys(names)) for names in zip(*pairings, strict=True))
    try:
        found = diagnose(ds.sel(init=inits, activation=activations))
    except ActvizError:
        return {}
    everything = {(each.init, each.activation): each for each in found}
    return {pairing: everything[pairing] for pairing in pairings}


def verdict_word(diagnosis: Diagnosis, lang: str) -> str:
    """Write the gravest verdict with its severity; of a healthy pairing, whether it is so at this depth alone."""
    word = diagnosis.label(lang)
    if diagnosis.severity is None:
        return word
    return text("found.severity", lang, verdict=word, severity=diagnosis.severity.label(lang))


def so_far_words(found: Mapping[tuple[str, str], Diagnosis], lang: str) -> list[str]:
    """Say what it means that a pairing is healthy so far, where one is."""
    return [text("found.so_far.read", lang)] if any(each.so_far for each in found.values()) else []


def healthy_titles(ds: xarray.Dataset, found: Mapping[tuple[str, str], Diagnosis], lang: str) -> list[str]:
    """Say which pairings, with their diagnoses, are healthy: by initializer where they are of one activation."""
    if not found:
        return []
    pairings = list(found)
    if len(pairings) == 1:
        return _verdict_titles(ds, pairings[0], found[pairings[0]], lang)
    activations = list(dict.fromkeys(activation for _, activation in pairings))
    alone = len(activations) == 1
    names = {p: label(p[0], lang) if alone else pairing_name(*p, lang) for p in pairings}
    soon = {names[pairing]: found[pairing].so_far for pairing in pairings if found[pairing].so_far}
    well = [names[pairing] for pairing in pairings if found[pairing].healthy and names[pairing] not in soon]
    what = "inits" if alone else "pairings"
    values = {"activation": label(activations[0], lang), "number": len(pairings), "healthy": len(well)}
    some = "shown" if not alone and len(pairings) < ds.sizes["init"] * ds.sizes["activation"] else "some"
    counted = _and_so_far(text(f"found.healthy.{what}.{some}", lang, **values), soon, lang)[-1:]
    if any(each.verdict is Verdict.NOT_JUDGED for each in found.values()):
        return counted
    if len(well) in (0, len(pairings)):
        return _and_so_far(text(f"found.healthy.{what}.{'all' if well else 'none'}", lang, **values), soon, lang)
    if len(well) > NAMED:
        return counted
    key = f"found.healthy.{what}.{'only' if len(well) == 1 else 'only_several'}"
    return [*_and_so_far(text(key, lang, names=joined(well, lang), **values), soon, lang), *counted]


def _and_so_far(title: str, soon: Mapping[str, str], lang: str) -> list[str]:
    """Add to a title which others fade or grow, healthy at this depth alone: by name if they are few, and counted."""
    counted, kinds = with_so_far(title, list(soon.values()), lang), set(soon.values())
    if not 0 < len(soon) <= NAMED or len(kinds) > 1:
        return [counted]
    named = text(f"found.so_far.named.{kinds.pop()}", lang, title=title, names=joined(list(soon), lang))
    return [named, counted]


def with_so_far(title: str, soon: Sequence[str], lang: str) -> str:
    """Add to a title how many pairings are healthy at this depth alone, ``soon`` being what becomes of their gradients.

    If it is the same of all, what.
    """
    if not soon:
        return title
    ending = f".{soon[0]}" if len(set(soon)) == 1 else ""
    return text(f"found.so_far.counted{ending}", lang, title=title, number=len(soon))


def verdict_titles(ds: xarray.Dataset, pairing: tuple[str, str], lang: str) -> list[str]:
    """Say what is wrong with a pairing, the worst of it; or that it is healthy."""
    return healthy_titles(ds, judged(ds, [pairing]), lang)


def _verdict_titles(ds: xarray.Dataset, pairing: tuple[str, str], diagnosis: Diagnosis, lang: str) -> list[str]:
    if diagnosis.verdict is Verdict.NOT_JUDGED:
        return []
    words = ", ".join([diagnosis.label(lang), *_changes(ds, pairing, lang)])
    if cause := diagnosis.gravest:
        size = cause.value
        if cause.rule in ("collapsed.faded", "exploding.signal") and ds.sizes["layer"] > 1:  # as it is drawn
            size = float(np.median(factors_of(ds, "signal", pairing)))
        share, value = (percent(cause.value), short(size)) if np.isfinite([cause.value, size]).all() else ("∞", "∞")
        words = text(f"found.rule.{cause.rule}", lang, value=value, share=share, layer=cause.layer)
    title = text("found.pairing", lang, name=pairing_name(*pairing, lang), words=words)
    return [*[text("found.over", lang, title=title, **ends_of(ds))] * (ds.sizes["layer"] > 1), title]


def _changes(ds: xarray.Dataset, pairing: tuple[str, str], lang: str) -> list[str]:
    """Say how signal and gradient of a healthy pairing change where that is to be seen: beyond what counts as kept."""
    sizes = {"signal": FACTOR, "gradient": Thresholds().slow} if ds.sizes["layer"] > 1 else {}
    middles = {what: float(np.median(factors_of(ds, what, pairing))) for what in sizes}
    return [
        text(f"found.changed.{what}", lang, value=short(middle))
        for what, middle in middles.items()
        if np.isfinite(middle) and not 1 / sizes[what] <= middle <= sizes[what]
    ]


def factors_of(ds: xarray.Dataset, what: str, pairing: tuple[str, str]) -> Floats:
    """Return how many times as large a signal or gradient ends as it starts, shape (seed,): 0 where nothing is left."""
    statistic, back = {"signal": ("act_std", False), "gradient": ("grad_preact_rms", True)}[what]
    own = own_seeds(ds, pairing[0])
    values = of_pairing(own, statistic, *pairing).astype(float)
    start, end = (values[:, -1], values[:, 0]) if back else (values[:, 0], values[:, -1])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factors: Floats = np.where(end == 0, 0.0, end / start)
    lost = (of_pairing(own, "nonfinite", *pairing) > 0).any(axis=1)
    return np.where(lost, np.inf, factors)


def is_kept(factors: Floats, what: str, layers: int) -> bool | None:
    """Whether a signal or gradient is kept over so many layers under every seed, or under none; None if seeds disagree.

    A gradient by the rule of the verdicts: it does not vanish or explode, nor is it on the way to in a deeper stack. A
    signal that changes by more than ``FACTOR`` has to change as slowly, as He's does over many layers of ReLU.
    """
    t, middle, power = Thresholds(), float(np.median(factors)), 2 / max(layers - 1, 1)
    within = (factors > t.vanishing) & (factors < t.exploding)
    if what == "signal":
        near = (factors >= 1 / FACTOR) & (factors <= FACTOR)
        within &= near | np.array([is_slow(float(each)) for each in factors**power])
    elif not (1 / t.slow < middle < t.slow or is_slow(middle**power)):
        within[:] = False
    if within.all():
        return True
    return None if np.isnan(factors).any() or within.any() else False


def kept_titles(
    ds: xarray.Dataset, what: str, inits: Sequence[str], activations: Sequence[str], lang: str
) -> list[str]:
    """Say which pairings keep their signal or gradient, ``what``, from one end of the stack to the other."""
    if laid(ds) or ds.sizes["layer"] < 2:
        return []
    factors = {(i, a): factors_of(ds, what, (i, a)) for i in inits for a in activations}
    states = {pairing: is_kept(each, what, ds.sizes["layer"]) for pairing, each in factors.items()}
    kept = [pairing for pairing, state in states.items() if state]
    unsure = [pairing for pairing, state in states.items() if state is None]
    clear = [a for a in activations if not any((i, a) in unsure for i in inits)]
    only = _only(factors, kept, what, inits, clear, lang)
    if any(np.isnan(each).any() for each in factors.values()):
        return only
    values = {"kept": len(kept), "number": len(factors), **ends_of(ds)}
    if len(factors) == 1:
        ((pairing, each),) = factors.items()
        middle = float(np.median(each))
        key = "kept" if kept else "lost" if not np.isfinite(middle) or not middle else "changed"
        name, value = pairing_name(*pairing, lang), short(middle) if np.isfinite(middle) else ""
        return [text(f"found.{what}.one_{key}", lang, name=name, value=value, **values)]
    amount = "all" if len(kept) == len(factors) else "none" if not kept and not unsure else "some"
    if not any(each.any() for each in factors.values()):
        amount = "nowhere"
    return [*only, text(f"found.{what}.{amount}", lang, **values)]


def _only(
    factors: dict[tuple[str, str], Floats], kept: Pairings, what: str, inits: Sequence[str],
    activations: Sequence[str], lang: str,
) -> list[str]:  # fmt: skip
    """Say of which activations the same one or two initializers alone keep it; nothing if there is none such."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for activation in activations:
        keepers = tuple(init for init in inits if (init, activation) in kept)
        if 0 < len(keepers) <= min(NAMED, len(inits) - 1):
            groups.setdefault(keepers, []).append(activation)
    if not groups:
        return []
    # That of the most activations; then the one with the fewest names, and of those the last.
    keepers, those = max(reversed(groups.items()), key=lambda each: (len(each[1]), -len(each[0])))
    key = f"found.{what}.{'only' if len(keepers) == 1 else 'only_several'}"
    names = {"inits": joined([label(each, lang) for each in keepers], lang)}
    title = text(key, lang, activations=joined([label(each, lang) for each in those], lang), **names)
    middles = {i: float(np.median(factors[i, those[0]])) for i in inits if i not in keepers}
    near = {init: abs(np.log(each)) for init, each in middles.items() if np.isfinite(each) and each > 0}
    if len(those) > 1 or not near:
        return [title]
    other = min(near, key=near.__getitem__)
    beside = text("found.beside", lang, title=title, name=label(other, lang), value=short(middles[other]))
    return [beside, title]


def alike_titles(ds: xarray.Dataset, inits: Sequence[str], activations: Sequence[str], lang: str) -> list[str]:
    """Say under which activations samples grow alike, and under which they stay apart, with every initializer."""
    if laid(ds) or ds.sizes["layer"] < 2:
        return []
    grown, apart = [], []
    for activation in activations:
        values = ds["similarity"].sel(init=list(inits), activation=activation).transpose("layer", "init", "seed").values
        first, last = (values[at].astype(float) for at in (0, -1))
        there = (np.isfinite(first) & np.isfinite(last)).any(axis=1)  # weights that are all 0 have no similarity
        first, last = first[there], last[there]  # what only some seeds lack fits neither
        if there.any() and _grown(first, last).all():
            grown.append(label(activation, lang))
        elif there.any() and (np.abs(last) <= APART).all() and not _collapsed(ds, inits, activation):
            apart.append(label(activation, lang))
    key = "both" if grown and apart else "grown" if grown else "apart"
    if not (grown or apart):
        return []
    names = {"grown": joined(grown, lang) if grown else "", "apart": joined(apart, lang) if apart else ""}
    return [text(f"found.alike.{key}", lang, **names)]


def _collapsed(ds: xarray.Dataset, inits: Sequence[str], activation: str) -> bool:
    """Whether a verdict calls one of them collapsed: samples that fade are not told apart, whichever way they lie."""
    found = judged(ds, [(init, activation) for init in inits])
    return any(diagnosis.verdict is Verdict.COLLAPSED for diagnosis in found.values())


def _grown(first: Floats, last: Floats) -> Flags:
    """Tell where samples are more alike at the end than at the start, or the same."""
    grown: Flags = (last >= first + GROWN) | (last >= SAME)
    return grown


def grows_alike(ds: xarray.Dataset, pairing: tuple[str, str]) -> bool | None:
    """Whether samples of a pairing grow alike under every seed, or under none; None where seeds disagree."""
    first, *_, last = of_pairing(own_seeds(ds, pairing[0]), "similarity", *pairing).T.astype(float)
    alike = _grown(first, last)
    if not np.isfinite(last).all() or alike.any() != alike.all():
        return None
    return bool(alike.all())
