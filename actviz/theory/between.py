"""Averages at lengths between those of the grid, from their neighbours: for searches that ask for thousands.

E[f(z)] for z ~ N(0, q) is analytic in log q, up to pi / 2 beside the real line, kinks of f or not; so a polynomial
through 16 lengths a twentieth of a decade apart has more than ten digits. Quadrature takes twenty times as long.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from actviz.catalog.activations import Activation
from actviz.theory.maps import moments
from actviz.theory.phases import GRID, grid_moments
from actviz.theory.quadrature import Floats

_POINTS = 16
_SIGNED = np.array([(-1.0) ** at * math.comb(_POINTS - 1, at) for at in range(_POINTS)])
"""Barycentric weights of evenly spaced points."""

_LOWEST, _HIGHEST = math.log10(GRID[0]), math.log10(GRID[-1])
_A_DECADE = (len(GRID) - 1) / (_HIGHEST - _LOWEST)
_RESOLVED = 1e-12


@functools.lru_cache(maxsize=64)
def _known(activation: Activation) -> Floats:
    """Return E[phi^2] and E[phi'^2] on the grid, (2, lengths); NaN where they have not the digits."""
    second, slope, error = grid_moments(activation)
    return np.where(error > _RESOLVED, math.nan, np.array([second, slope]))


def squares_between(activation: Activation, q: float) -> tuple[float, float]:
    """E[phi^2] and E[phi'^2] for z ~ N(0, q), to ten digits; ``moments``' own where the grid has not."""
    at = (math.log10(q) - _LOWEST) * _A_DECADE if 0.0 < q < math.inf else -1.0
    start = math.floor(at) - _POINTS // 2 + 1
    if 0 <= start <= len(GRID) - _POINTS:
        points = _known(activation)[:, start : start + _POINTS]
        away = at - start - np.arange(_POINTS)
        if not away[nearest := _POINTS // 2 - 1]:
            second, slope = points[:, nearest].tolist()
        else:
            weights = _SIGNED / away
            with np.errstate(invalid="ignore", over="ignore"):  # beside a length whose averages overflow
                second, slope = (points @ weights / weights.sum()).tolist()
        if math.isfinite(second) and math.isfinite(slope):
            return second, slope
    return moments(activation, q)[1:3]
