"""Where an activation jumps: there it has no slope, and what theory makes of its slope is wrong.

The mean-square slope of a step is infinite: samples however close are torn apart, and no gradient is right. A slope
that is 0 on either side of a jump, as a difference or a straight-through rule gives it, says nothing of that.
"""

from __future__ import annotations

import functools

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import Activation
from actviz.catalog.checks import first
from actviz.errors import ActvizError
from actviz.text import text
from actviz.theory.quadrature import Floats

_LEAST = 1e-6
"""Jumps smaller than this, or this share of phi, are float32's rounding."""

_COARSE, _FINE = 1e-9, 1e-12
"""Widths of an interval, over its place, between which the change of a continuous function shrinks and a jump stays."""


def _grid() -> Floats:
    """Pre-activations from -1e4 to 1e4, close near 0, and off the round numbers at which functions jump."""
    near = np.linspace(0.0, 30.0, 12_001)
    half = np.concatenate([near, np.geomspace(30.0, 1e4, 400)[1:]])
    grid: Floats = np.concatenate([-half[:0:-1], half]) + 3.7e-5
    return grid


def _rise(activation: Activation, z: Floats) -> Floats:
    return np.asarray(activation(z), np.float64)


@first(names.activation)
@functools.lru_cache(maxsize=64)
def first_jump(activation: Activation) -> float | None:
    """Return a pre-activation at which phi jumps; None where it is continuous, as far as a grid and halving can tell.

    Every interval of the grid is halved, keeping the half in which phi changes more, until the change of a continuous
    function would be lost; a jump keeps its height.
    """
    low, high = (grid := _grid())[:-1], grid[1:]
    left, right = _rise(activation, low), _rise(activation, high)
    coarse: Floats | None = None
    with np.errstate(all="ignore"):
        while len(low):
            change, size = np.abs(right - left), np.maximum(1.0, np.abs(low))
            kept = change > _LEAST * np.maximum(1.0, np.abs(left))  # neither smaller nor without a number
            if coarse is None and ((high - low) < _COARSE * size).all():
                coarse = change
            if coarse is not None:
                kept &= change > 0.5 * coarse
                coarse = coarse[kept]
            low, high, left, right = (each[kept] for each in (low, high, left, right))
            if not len(low):
                break
            if ((high - low) < _FINE * np.maximum(1.0, np.abs(low))).all():
                return float(high[np.argmin(np.abs(low))])
            middle = (low + high) / 2
            between = _rise(activation, middle)
            lower = np.abs(between - left) >= np.abs(right - between)
            low, left = np.where(lower, low, middle), np.where(lower, left, between)
            high, right = np.where(lower, middle, high), np.where(lower, between, right)
    return None


def sloped(source: object) -> Activation:
    """Look up an activation of which slopes can be averaged.

    Raises
    ------
    ActvizError
        If there is none such, or it jumps.
    """
    phi = names.activation(source)  # type: ignore[arg-type]  # it refuses what is no activation
    at = first_jump(phi)
    if at is not None:
        raise ActvizError(f"{phi.name} jumps at {round(at, 9):.4g}: {text('theory.refused.jump')}")
    return phi
