"""What the maps come to: fixed points of the length, the correlation at rest, phases and depth scales.

Trainable depth after Schoenholz et al. 2017.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import Activation
from actviz.catalog.checks import first
from actviz.theory.jumps import sloped
from actviz.theory.limits import at_limit, limiting_length
from actviz.theory.maps import (
    Source,
    chi,
    correlation_map,
    correlation_slope,
    length_map,
    length_slope,
    moments_along,
    real,
    uncertainty,
)
from actviz.theory.quadrature import Floats

EFOLDS = 6.0
"""A signal is followed for about this many depth scales: trainable depth, Schoenholz et al. 2017."""

EQUAL = 1e-9
"""Relative difference below which chi counts as 1, and a length map as the identity (quadrature is good to 1e-13)."""

_ROUNDING = 1e-12
"""Relative error of an average below which it is that of the floats."""

DIGITS = 1e-3
"""The same above which an average has fewer than three digits."""


@dataclass(frozen=True)
class FixedPoint:
    """A length that the length map keeps.

    Parameters
    ----------
    q : float
        The length; NaN where every length is kept (``stability`` "neutral").
    slope : float
        Of the length map there.
    stability : str
        ``stable``, ``unstable``, ``half-stable`` (from one side), or ``neutral``.
    """

    q: float
    slope: float
    stability: str


@dataclass(frozen=True)
class MeanField:
    """What theory says of one activation under one weight and bias variance.

    Parameters
    ----------
    weight_var, bias_var : float
        sigma_w^2 = fan_in Var(W), and sigma_b^2.
    fixed_points : tuple of FixedPoint
        All of them, in increasing order.
    q_star : float
        The length that a signal of the given start comes to; 0 where it dies, infinite where it explodes.
    c_star : float
        The correlation that two different samples come to; NaN where each is kept (``keeps_correlation``), as under
        weights that let the signal fade where phi is straight, and, as ``xi_c``, where averages overflow.
    chi_1 : float
        Factor of a mean-square gradient a layer backwards, at ``q_star``.
    xi_q, xi_c, xi_grad : float
        Layers in which a deviation of the length, one of the correlation, and a mean-square gradient change e-fold;
        infinite where the change is slower than exponential. ``xi_grad`` is negative where gradients grow.
    phase : str
        ``ordered`` (chi_1 < 1), ``critical`` or ``chaotic`` (chi_1 > 1); ``unbounded`` where chi_1 is 1 but the length
        grows without end, as ReLU's under He's weights with biases; ``unresolved`` where it grows to where averages
        over phi are not resolved, and ``q_star`` and what follows from it are NaN.
    followed : float
        Length up to which it is known whether lengths grow or shrink, and fixed points are looked for; infinite but
        for a phi that oscillates far out.
    """

    weight_var: float
    bias_var: float
    fixed_points: tuple[FixedPoint, ...]
    q_star: float
    c_star: float
    chi_1: float
    xi_q: float
    xi_c: float
    xi_grad: float
    phase: str
    followed: float = math.inf

    @property
    def keeps_correlation(self) -> bool:
        """Whether two samples far from the input still have the correlation with which they came there."""
        return math.isnan(self.c_star) and not math.isnan(self.xi_c)

    @property
    def trainable_depth(self) -> float:
        """About 6 xi_c: deeper, samples can no longer be told apart by what the last layer sees."""
        return EFOLDS * self.xi_c

    @property
    def gradient_depth(self) -> float:
        """Return 6 |xi_grad|: from deeper layers a gradient has changed by a factor of about 400 in mean square."""
        return EFOLDS * abs(self.xi_grad)

    @property
    def usable_depth(self) -> float:
        """The lesser of 6 xi_c and 6 |xi_grad|, to which signal and gradient reach; NaN where unbounded."""
        return math.nan if self.phase == "unbounded" else min(self.trainable_depth, self.gradient_depth)


GRID = np.logspace(-12.0, 12.0, 481)
"""Lengths between which fixed points are looked for."""

FAR = np.logspace(12.0, 307.0, 60)
"""Longer lengths: under huge weights a bounded activation's comes to rest only there."""


@functools.lru_cache(maxsize=64)
def grid_moments(activation: Activation) -> Floats:
    """Return E[phi^2], E[phi'^2] and the relative error of either on the grid of lengths, (3, lengths).

    An error is told by chance, so the largest of eleven lengths counts, and three of it.
    """
    values = moments_along(activation, GRID)[1:3]
    errors = np.pad(uncertainty(activation, GRID, values), 5)
    return np.vstack([values, 3.0 * np.lib.stride_tricks.sliding_window_view(errors, 11).max(axis=1)])


@first(names.activation)
@functools.lru_cache(maxsize=64)
def resolved_length(activation: Activation) -> float:
    """Return the length from which on averages over phi have fewer than three digits; infinite where none has.

    Far out a function that oscillates does so faster than panels of an average follow.
    """
    lost = np.flatnonzero(grid_moments(activation)[2] > DIGITS)
    return float(GRID[lost[0]]) if len(lost) else math.inf


def length_roots(excess: Callable[[float], float], values: Floats, grid: Floats = GRID) -> list[float]:
    """Zeros of a function on a grid of lengths, increasing; ``values`` are the function's there."""
    from scipy.optimize import brentq

    roots = []
    for here, there in itertools.pairwise(np.flatnonzero(values).tolist()):
        if (values[here] < 0) != (values[there] < 0):
            low, high = math.log(grid[here]), math.log(grid[there])
            if (excess(math.exp(low)) < 0) == (excess(math.exp(high)) < 0):  # one is 0 to all digits: nothing to solve
                roots.append(math.exp(low if abs(values[here]) < abs(values[there]) else high))
            else:
                roots.append(math.exp(brentq(lambda at: excess(math.exp(at)), low, high, xtol=1e-14, rtol=1e-14)))
    return roots


def rounded(relative: Floats, error: float | Floats = 0.0) -> Floats:
    """Take what quadrature, of a given error, cannot tell from zero for zero."""
    return np.where(np.abs(relative) < np.maximum(1e-13, error), 0.0, relative)


def _change(activation: Activation, weight_var: float, bias_var: float) -> tuple[Floats, int]:
    """Return how lengths on the grid change in a layer, relative to them, and for how many of them this is known.

    It is not beyond ``resolved_length``, nor from the first three lengths in a row at which the error outweighs it.
    """
    second, _, error = grid_moments(activation)
    with np.errstate(over="ignore", invalid="ignore"):
        change = rounded((weight_var * second + bias_var) / GRID - 1.0, error * weight_var * second / GRID)
    lost = (change == 0.0) & (error > _ROUNDING)
    lost[:-2] &= lost[1:-1] & lost[2:]
    lost |= resolved_length(activation) <= GRID
    return change, int(np.argmax(lost)) if lost.any() else len(GRID)


def fixed_points(activation: Source, weight_var: float, bias_var: float = 0.0) -> tuple[FixedPoint, ...]:
    """Every fixed point of the length map between 0 and 1e307, in increasing order; none where lengths explode.

    Of a phi that oscillates far out, those up to ``followed_length``. A map that keeps every length, as He's under
    ReLU, has one, "neutral", of length NaN.

    Raises
    ------
    ActvizError
        If a variance is negative or not finite.
    """
    phi = names.activation(activation)
    weight_var, bias_var = real("weight_var", weight_var), real("bias_var", bias_var)
    change, known = _change(phi, weight_var, bias_var)
    change = change[:known]
    if not known:  # as of a function that keeps short lengths, of which kinks are known to fewer digits than they need
        return ()
    if np.abs(change).max() < EQUAL:
        return (FixedPoint(math.nan, 1.0, "neutral"),)

    def excess(q: float) -> float:
        return min(length_map(phi, q, weight_var, bias_var) / q, 1e300) - 1.0

    points = []
    if length_map(phi, 0.0, weight_var, bias_var) == 0.0:
        stability = "stable" if change[np.flatnonzero(change)[0]] < 0 else "unstable"
        q = limiting_length(phi, 0.0)
        points.append(FixedPoint(0.0, at_limit(length_slope(phi, q, weight_var), phi, 0.0), stability))
    roots = length_roots(excess, change, GRID[:known])
    if known == len(GRID) and change[-1] > 0:
        with np.errstate(over="ignore"):
            beyond = np.minimum((weight_var * moments_along(phi, FAR)[1] + bias_var) / FAR, 1e300) - 1.0
        roots += length_roots(excess, rounded(beyond), FAR)
    for q in roots:
        inward = excess(q * 0.99) > 0, excess(q * 1.01) < 0
        stability = "stable" if all(inward) else "half-stable" if any(inward) else "unstable"
        points.append(FixedPoint(q, length_slope(phi, q, weight_var), stability))
    return tuple(points)


def followed_length(activation: Source, weight_var: float, bias_var: float = 0.0) -> float:
    """Return the length up to which it is known whether lengths grow or shrink; infinite where it is at any."""
    known = _change(names.activation(activation), real("weight_var", weight_var), real("bias_var", bias_var))[1]
    return float(GRID[known]) if known < len(GRID) else math.inf


def resting_length(activation: Source, weight_var: float, bias_var: float, q0: float) -> float:
    """Return the length that the length map comes to from ``q0``: a fixed point, 0, or, beyond 1e307, infinity.

    NaN where it comes beyond ``followed_length``, or starts there.
    """
    points = fixed_points(activation, weight_var, bias_var)
    if points and points[0].stability == "neutral":
        return q0
    known = followed_length(activation, weight_var, bias_var)
    if math.isfinite(known) and q0 >= known:
        return math.nan
    q0 = min(q0, float(GRID[-1]))  # a longer one comes to the same: a fixed point, or beyond all of them
    following = length_map(activation, q0, weight_var, bias_var)
    kept = abs(following - q0) < 1e-13 * q0
    growing = bias_var > 0.0 if kept else following > q0  # biases lost in its digits lengthen it all the same
    ahead = [p.q for p in points if (p.q > q0 if growing else p.q < q0)]
    if any(math.isclose(p.q, q0, rel_tol=1e-12) for p in points):
        return q0
    if growing:
        return min(ahead, default=math.inf if math.isinf(known) else math.nan)
    return max(ahead, default=0.0)


def _depth_scale(factor: float) -> float:
    """Layers in which powers of a factor change e-fold: positive if they shrink, negative if they grow."""
    if factor <= 0.0 or math.isinf(factor):
        return 0.0
    return math.inf if abs(factor - 1.0) < EQUAL else -1.0 / math.log(factor)


def resting_correlation(activation: Source, q: float, weight_var: float, bias_var: float = 0.0) -> float:
    """Return the correlation c* that two samples of length q come to; NaN where the map keeps every one.

    The map is a power series in c with coefficients >= 0, so it is convex from 0 to 1: beside 1 it has at most one
    more fixed point there, and one only if it is steeper than 1 at 1.
    """

    def excess(c: float) -> float:
        return correlation_map(activation, c, q, weight_var, bias_var) - c

    slope = correlation_slope(activation, 1.0, q, weight_var, bias_var)
    if not math.isfinite(slope):
        return math.nan
    if slope <= 1.0 + EQUAL:
        # Convex, with 1 -> 1: a map of slope 1 there that keeps 0 lies on the diagonal.
        return math.nan if slope > 1.0 - EQUAL and abs(excess(0.0)) < EQUAL else 1.0
    if excess(0.0) <= 0.0:
        return 0.0
    # A kink that a function of the user's own does not declare costs digits, of which c near 1 needs most.
    near = next((c for c in (1.0 - 1e-9, 1.0 - 1e-6, 1.0 - 1e-3) if excess(c) < 0.0), None)
    from scipy.optimize import brentq

    return float(brentq(excess, 0.0, near, xtol=1e-13)) if near else 1.0


def _phase(chi_1: float, xi_grad: float, q_star: float) -> str:
    if math.isinf(xi_grad):
        return "unbounded" if math.isinf(q_star) else "critical"
    return "ordered" if chi_1 < 1.0 else "chaotic"


@functools.lru_cache(maxsize=4096)
def _mean_field(activation: Activation, weight_var: float, bias_var: float, q0: float) -> MeanField:
    start = weight_var * q0 + bias_var
    q_star = resting_length(activation, weight_var, bias_var, start)
    points = fixed_points(activation, weight_var, bias_var)
    followed = followed_length(activation, weight_var, bias_var)
    if math.isnan(q_star):
        unknown = (math.nan,) * 6
        return MeanField(weight_var, bias_var, points, *unknown, "unresolved", followed)
    q = limiting_length(activation, q_star)
    chi_1 = at_limit(chi(activation, q, weight_var), activation, q_star)
    xi_grad = _depth_scale(chi_1)
    if weight_var == 0.0:  # no signal: nothing of the inputs passes the first layer
        return MeanField(0.0, bias_var, points, q_star, 1.0, 0.0, 0, 0, 0, "ordered")
    c_star = resting_correlation(activation, q, weight_var, bias_var)
    if math.isnan(c_star) and math.isinf(q_star) and bias_var and math.isinf(xi_grad):
        c_star = 1.0  # a length that grows by the biases alone, which all samples share
    overflows = not math.isfinite(correlation_slope(activation, 1.0, q, weight_var, bias_var))
    xi_c = math.nan if overflows else math.inf
    if not math.isnan(c_star):
        xi_c = abs(_depth_scale(correlation_slope(activation, c_star, q, weight_var, bias_var)))
    return MeanField(
        weight_var,
        bias_var,
        points,
        q_star,
        c_star,
        chi_1,
        abs(_depth_scale(at_limit(length_slope(activation, q, weight_var), activation, q_star))),
        xi_c,
        xi_grad,
        _phase(chi_1, xi_grad, q_star),
        followed,
    )


def mean_field(activation: Source, weight_var: float, bias_var: float = 0.0, q0: float = 1.0) -> MeanField:
    """Solve the theory for inputs of mean square ``q0``.

    Raises
    ------
    ActvizError
        If a number is negative or not finite, or the activation jumps.

    Examples
    --------
    >>> field = mean_field("tanh", 1.3, 0.05)
    >>> round(field.q_star, 4), round(field.chi_1, 4), field.phase
    (0.3153, 0.8802, 'ordered')
    """
    phi = sloped(activation)
    numbers = real("weight_var", weight_var), real("bias_var", bias_var), real("q0", q0)
    return _mean_field(phi, *numbers)
