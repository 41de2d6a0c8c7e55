"""Where the slope of an activation jumps, for one that does not declare its kinks.

An average is cut at kinks, or loses most of its digits; a plain function, as ``lambda z: np.clip(z, 0, 6)``, has them
and tells none.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from actviz.catalog.activations import Activation

_LEAST = 1e-4
"""Jumps of the slope smaller than this, or this share of it, cost no digits that are told."""

_COARSE, _FINE = 1e-4, 1e-7
"""Widths between which a slope's change shrinks where it is continuous, and stays at a kink."""


def _steepness(activation: Activation, z: Any) -> Any:
    """Return the slopes of the chords between neighbours, (places, points) to (places, points - 1)."""
    return np.diff(np.asarray(activation(z), np.float64), axis=1) / np.diff(z, axis=1)


@functools.lru_cache(maxsize=256)
def corners(activation: Activation) -> tuple[float, ...]:
    """Return an activation's kinks: those it declares, or, if none, those that chords over ever shorter stretches find.

    Of each stretch of six chords the three beside each other are kept whose outer two differ most. Between -1000 and
    1000, and no more than a hundred: what has more is no function with kinks but one that oscillates.
    """
    if activation.kinks:
        return activation.kinks
    half = np.concatenate([np.linspace(0.0, 30.0, 3001), np.geomspace(30.0, 1e3, 400)[1:]])
    grid = np.concatenate([-half[:0:-1], half]) + 3.7e-5  # off the round numbers at which kinks are
    low, high = grid[:-3], grid[3:]
    coarse, change = None, np.full(len(low), np.inf)
    with np.errstate(all="ignore"):
        while len(low):
            width = high - low
            if coarse is None and (width < _COARSE).all():
                coarse = change
            if coarse is not None:
                kept = change > 0.5 * coarse
                low, high, coarse, change = low[kept], high[kept], coarse[kept], change[kept]
                if (width < _FINE).all():
                    break
            z = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, 7)
            steepness = _steepness(activation, z)
            apart = np.abs(steepness[:, 2:] - steepness[:, :-2])
            best, rows = apart.argmax(axis=1), np.arange(len(z))
            change = apart[rows, best]
            low, high = z[rows, best], z[rows, best + 3]
            kept = change > _LEAST * np.maximum(1.0, np.abs(steepness).max(axis=1))  # neither smaller nor no number
            low, high, change = low[kept], high[kept], change[kept]
            coarse = coarse if coarse is None else coarse[kept]
    found = np.unique(np.round((low + high) / 2.0, 6))
    found = found[np.diff(found, prepend=-np.inf) > 1e-5]  # neighbours found the same one
    return tuple(found.tolist()) if len(found) <= 100 else ()
