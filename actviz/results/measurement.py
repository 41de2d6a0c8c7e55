"""What one network gave, layer by layer, and how histograms of several are pooled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from actviz.numerics.histogram import Histogram
from actviz.numerics.moments import Float64
from actviz.numerics.shares import shares_below


@dataclass(frozen=True)
class Histograms:
    """Histograms of every layer of a network; ``a + b`` pools two networks of the same widths.

    Parameters
    ----------
    hist, grad_hist, view_hist, act_limits, grad_limits : tuple of Histogram
        One a layer; ``view_hist`` is empty unless a view was asked for, and so are the last, of magnitudes between the
        limits of number formats.
    shares, squares : tuple of array, optional
        One a layer: shares of ``hist`` below its coarse edges, and their squares, summed over networks. They tell how
        a histogram differs from seed to seed. Left out, they are taken for one network's.
    """

    hist: tuple[Histogram, ...]
    grad_hist: tuple[Histogram, ...]
    view_hist: tuple[Histogram, ...] = ()
    act_limits: tuple[Histogram, ...] = ()
    grad_limits: tuple[Histogram, ...] = ()
    shares: tuple[Float64, ...] = ()
    squares: tuple[Float64, ...] = ()

    def __post_init__(self) -> None:
        if not self.shares and self.hist:
            shares = shares_below(self.hist)
            object.__setattr__(self, "shares", tuple(shares))
            object.__setattr__(self, "squares", tuple(np.square(shares)))

    def __add__(self, other: Histograms) -> Histograms:
        kinds = ((getattr(self, kind.name), getattr(other, kind.name)) for kind in fields(self))
        return Histograms(*(tuple(a + b for a, b in zip(ours, theirs, strict=True)) for ours, theirs in kinds))


HISTOGRAMS = tuple(kind.name for kind in fields(Histograms) if kind.name not in ("shares", "squares"))
"""The histograms that a layer may have."""


class Pool:
    """Histograms of pairings, added in the order of the seeds whichever is done first: sums of floats depend on it."""

    def __init__(self, seeds: Sequence[int]) -> None:
        self._seeds = list(seeds)
        self._early: dict[tuple[str, str, int], Histograms] = {}
        self._added: Counter[tuple[str, str]] = Counter()
        self.pooled: dict[tuple[str, str], Histograms] = {}

    def add(self, init: str, activation: str, seed: int, histograms: Histograms) -> None:
        """Add those of a network, and then all that waited for them."""
        pairing = init, activation
        self._early[*pairing, seed] = histograms
        for due in self._seeds[self._added[pairing] :]:
            if (own := self._early.pop((*pairing, due), None)) is None:
                break
            self.pooled[pairing] = self.pooled[pairing] + own if pairing in self.pooled else own
            self._added[pairing] += 1


@dataclass(frozen=True)
class Measurement:
    """What one network gave, layer by layer.

    Parameters
    ----------
    statistics : dict
        From each name in ``STATISTICS`` and ``OF_WEIGHTS`` to an array of shape (layers,); from each in
        ``OF_INPUTS`` to one of shape ().
    histograms : Histograms
    """

    statistics: dict[str, Float64]
    histograms: Histograms
