"""What blocks and Jacobians of networks show, as titles that say so: made of their numbers, the longest first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from actviz.plots.reading.scales import Floats
from actviz.results.words import pairing_name
from actviz.text import label, text
from actviz.text.numbers import short


def stream_titles(size: Floats, gradient: Floats, name: str, lang: str) -> list[str]:
    """Say how many times as large a stream, and its gradient on the way back, ends as it starts, median of the seeds.

    Parameters
    ----------
    size, gradient : array
        Behind each block, (seeds, blocks).
    name : str
        Of its pairing, if it is one of several.
    lang : str
    """
    blocks = size.shape[1]
    if blocks < 2:
        return []
    lost = np.flatnonzero(~np.isfinite(size).all(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.median(size[:, -1] / size[:, 0]), np.median(gradient[:, 0] / gradient[:, -1])
    if len(lost):
        titles = [text("found.stream_lost", lang, block=int(lost[0]) + 1)]
    elif not np.isfinite(factors[0]):
        return []
    else:
        key = "found.stream" if np.isfinite(factors[1]) else "found.stream_size"
        told = {"number": blocks, "size": short(float(factors[0])), "gradient": short(float(factors[1]))}
        titles = [text(f"{key}{ending}", lang, **told) for ending in ("", "_short")]
    if not name:
        return titles
    return [text("found.pairing", lang, name=name, words=title[:1].lower() + title[1:]) for title in titles]


def spectrum_titles(spreads: Mapping[tuple[str, str], Floats], lang: str) -> list[str]:
    """Say of which pairing squared singular values spread least, and of which most; under every seed, or from to.

    Parameters
    ----------
    spreads : mapping
        From pairings to the relative variance of the squared singular values, a number a seed; 0 to rounding.
    lang : str
    """
    known = {pairing: each for pairing, each in spreads.items() if np.isfinite(each).all()}
    if not known:
        return []
    under = list(dict.fromkeys(activation for _, activation in spreads))
    middles = {pairing: float(np.median(each)) for pairing, each in known.items()}
    least, most = min(middles, key=middles.__getitem__), max(middles, key=middles.__getitem__)
    values = {"low": short(middles[least]), "high": short(middles[most])}
    if len(known) == 1:
        key = "found.spectrum_one" if middles[most] else "found.spectrum_one_zero"
        return [text(key, lang, name=pairing_name(*least, lang), **values)]
    every = np.array(list(known.values()))
    ends = {"least": (least, every.min(axis=0)), "most": (most, every.max(axis=0))}
    sure = all((known[each] == end).all() and ((every == end).sum(axis=0) == 1).all() for each, end in ends.values())
    names = {
        key: label(each[0], lang) if len(under) == 1 else pairing_name(*each, lang) for key, (each, _) in ends.items()
    }
    keys = ("", "_short") if sure and least != most else ("_range",) if middles[most] else ("_zero",)
    titles = [text(f"found.spectrum{key}", lang, **names, **values) for key in keys]
    if len(under) > 1:
        return titles
    return [text("found.pairing", lang, name=label(under[0], lang), words=title) for title in titles]
