"""Where gradients neither vanish nor explode: critical variances, and the gains that keep a length or a gradient."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.theory.jumps import sloped
from actviz.theory.limits import STRAIGHT, power_at_rest
from actviz.theory.maps import TINY, Source, moments, real, second_moment
from actviz.theory.phases import EQUAL, GRID, fixed_points, grid_moments, length_roots, resolved_length, rounded
from actviz.theory.quadrature import Floats

_LEAST = 1e-300
"""Mean-square slope below which no number times it is 1: of a function that is flat wherever signals are."""


@dataclass(frozen=True)
class CriticalPoint:
    """Weight and bias variance at which gradients neither vanish nor explode, and the length kept there.

    ``q_star`` is 0 where signals die, though slower than exponentially, and NaN where every length is kept. At a point
    that is not ``stable`` signals leave that length, and the criticality with it.
    """

    weight_var: float
    bias_var: float
    q_star: float
    stable: bool


def critical_line(activation: Source, q: Any) -> tuple[Floats, Floats]:
    """Bias and weight variance at which length q is kept and gradients too (chi = 1), for an array of lengths.

    The critical line by its parameter: sigma_w^2 = 1 / E[phi'^2], sigma_b^2 = q - sigma_w^2 E[phi^2]. Where no
    variances do this both are NaN.
    """
    phi = sloped(activation)
    values = np.array([moments(phi, real("q", each))[1:3] for each in np.ravel(q).tolist()]).reshape(-1, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight_var = 1.0 / values[:, 1]
        bias_var = np.ravel(q) - weight_var * values[:, 0]
    bias_var[np.abs(bias_var) < 1e-12 * np.ravel(q)] = 0.0
    possible = np.isfinite(weight_var) & (bias_var >= 0) & (np.ravel(q) < resolved_length(phi))
    return np.where(possible, bias_var, np.nan), np.where(possible, weight_var, np.nan)


def critical_points(activation: Source, bias_var: float = 0.0) -> tuple[CriticalPoint, ...]:
    """Every weight variance that is critical at a bias variance, by increasing length; empty where there is none.

    >>> [round(point.weight_var, 4) for point in critical_points("tanh", 0.05)]
    [1.761]
    """
    phi, bias_var = sloped(activation), real("bias_var", bias_var)
    second, slope, error = grid_moments(phi)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        kept = second / slope / GRID
        change = np.nan_to_num(1.0 - (kept + bias_var / GRID), nan=-1.0, neginf=-1.0)
        change = rounded(change, np.nan_to_num(2.0 * error * kept))
    if bias_var:  # where it is lost in the digits of q, it decides all the same
        change[change == 0.0] = -1e-16
    known = np.isfinite(second) & (slope >= _LEAST) & np.isfinite(slope) & (resolved_length(phi) > GRID)
    if not known.any():
        return ()
    change[~known] = 0.0  # neither an overflow nor what is not resolved is a root, and nothing is told beyond
    if np.abs(change).max() < EQUAL:
        return (CriticalPoint(float(1.0 / slope[known][0]), bias_var, math.nan, stable=True),)

    def excess(q: float) -> float:
        _, square, steep, _ = moments(phi, q)
        return 1.0 - (square / steep + bias_var) / q if steep >= _LEAST else 0.0

    kept = length_roots(excess, change)
    origin = moments(phi, 0.0)
    if bias_var == origin[1] == 0.0 and origin[2] > 0.0 and power_at_rest(phi) <= STRAIGHT:  # as of tanh at 1
        kept.insert(0, 0.0)
    points = []
    for q in kept:
        weight_var = 1.0 / moments(phi, q or TINY)[2]
        stable = any(
            math.isclose(p.q, q, rel_tol=1e-6) and p.stability == "stable"
            for p in fixed_points(phi, weight_var, bias_var)
        )
        points.append(CriticalPoint(weight_var, bias_var, q, stable))
    return tuple(points)


def critical_gain(activation: Source, q: float = 1.0) -> float:
    """Gain g such that weights of std g / sqrt(fan_in) keep length q without a bias: sqrt(q / E[phi^2]).

    Infinite where no gain does, for a phi of 0.

    >>> round(critical_gain("tanh"), 4)
    1.5925
    """
    second = second_moment(activation, real("q", q, positive=True))
    return math.sqrt(q / second) if second else math.inf


def gradient_gain(activation: Source, q: float = 1.0) -> float:
    """Gain g such that weights of std g / sqrt(fan_in) keep the mean-square gradient at length q; infinite if none."""
    square = moments(sloped(activation), real("q", q) or TINY)[2]
    return math.sqrt(1.0 / square) if square >= _LEAST else math.inf
