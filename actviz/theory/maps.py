"""Mean-field theory of wide random stacks: how length and correlation travel forward, and gradients back.

Weights are independent with mean 0 and variance sigma_w^2 / fan_in, biases have variance sigma_b^2. As the width grows
pre-activations become Gaussian: their length q = E[z^2] and their correlation c between two samples follow maps of one
number each, layer by layer (Poole et al. 2016), and mean-square gradients multiply by chi = sigma_w^2 E[phi'^2] a layer
backwards (Schoenholz et al. 2017). ``actviz.theory.finite_width`` says how far a stack of finite width strays.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import Activation
from actviz.catalog.checks import finite
from actviz.errors import ActvizError
from actviz.theory.jumps import sloped
from actviz.theory.quadrature import Floats, PairRule, line_rule

TINY, HUGE = 1e-200, 1e20
"""Lengths that stand for the limits 0 and infinity: there a map has the form it has in the limit."""

EFOLDS = 6.0
"""A signal is followed for about this many depth scales: trainable depth, Schoenholz et al. 2017."""

EQUAL = 1e-9
"""Relative difference below which chi counts as 1, and a length map as the identity (quadrature is good to 1e-13)."""

Source = str | Activation | Callable[..., Any]
"""A name, an ``Activation``, or a plain function, whose slope is then taken numerically."""


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
        The correlation that two different samples come to.
    chi_1 : float
        Factor of a mean-square gradient a layer backwards, at ``q_star``.
    xi_q, xi_c, xi_grad : float
        Layers in which a deviation of the length, one of the correlation, and a mean-square gradient change e-fold;
        infinite where the change is slower than exponential. ``xi_grad`` is negative where gradients grow.
    phase : str
        ``ordered`` (chi_1 < 1), ``critical`` or ``chaotic`` (chi_1 > 1); ``unbounded`` where chi_1 is 1 but the length
        grows without end, as ReLU's under He's weights with biases.
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


def real(name: str, value: float, *, positive: bool = False) -> float:
    """Return a finite number >= 0 (> 0 if ``positive``)."""
    return finite(name, value, above=0.0) if positive else finite(name, value, least=0.0)


def squared(name: str, std: float) -> float:
    """Return the variance of a standard deviation: a finite number >= 0, and its square one too."""
    std = real(name, std)
    if math.isinf(std * std):  # a power would raise
        raise ActvizError(f"{name} must be a number from 0 to 1e154, so that its square is one too, not {std!r}")
    return std * std


def _correlation(value: float) -> float:
    if not isinstance(value, int | float | np.number) or not -1.0 <= value <= 1.0:
        raise ActvizError(f"a correlation must be between -1 and 1, not {value!r}")
    return float(value)


def second_moment(activation: Source, q: float) -> float:
    """E[phi(z)^2] for z ~ N(0, q)."""
    return moments(names.activation(activation), real("q", q))[1]


@functools.lru_cache(maxsize=1 << 16)
def moments(activation: Activation, q: float) -> tuple[float, float, float, float]:
    """E[phi], E[phi^2], E[phi'^2] and E[z phi phi'] for z ~ N(0, q); infinite where a square overflows."""
    z, weights = line_rule(activation, q)
    h, slope = activation(z), activation.derivative(z)
    with np.errstate(over="ignore", invalid="ignore"):
        return tuple(float((weights * f).sum()) for f in (h, h * h, slope * slope, z * h * slope))  # type: ignore[return-value]


def length_map(activation: Source, q: float, weight_var: float, bias_var: float = 0.0) -> float:
    """Length of the next layer's pre-activations: sigma_w^2 E[phi(z)^2] + sigma_b^2 for z ~ N(0, q).

    >>> round(length_map("relu", 3.0, 2.0), 12)
    3.0
    """
    return real("weight_var", weight_var) * second_moment(activation, q) + real("bias_var", bias_var)


def chi(activation: Source, q: float, weight_var: float) -> float:
    """Return sigma_w^2 E[phi'(z)^2] for z ~ N(0, q): the factor of a mean-square gradient a layer backwards."""
    return real("weight_var", weight_var) * moments(sloped(activation), real("q", q))[2]


def length_slope(activation: Source, q: float, weight_var: float) -> float:
    """Slope of the length map, chi + sigma_w^2 E[phi phi''], in a form that needs no second derivative."""
    q = real("q", q, positive=True)
    return real("weight_var", weight_var) * moments(sloped(activation), q)[3] / q


def correlation_map(activation: Source, c: float, q: float, weight_var: float, bias_var: float = 0.0) -> float:
    """Correlation of the next layer's pre-activations of two samples of length q and correlation c.

    At a fixed point of the length map this is the field's correlation map; elsewhere the new length divides. Samples
    of no length count as equal.
    """
    found, c = names.activation(activation), _correlation(c)
    length = length_map(found, real("q", q, positive=True), weight_var, bias_var)
    if c == 1.0 or length == 0.0:
        return 1.0
    return (weight_var * PairRule(found, q, c).product(found) + bias_var) / length


def correlation_slope(activation: Source, c: float, q: float, weight_var: float, bias_var: float = 0.0) -> float:
    """Slope of the correlation map: sigma_w^2 E[phi'(z1) phi'(z2)] at a fixed point of the length map."""
    found, c, q = sloped(activation), _correlation(c), real("q", q, positive=True)
    weight_var, bias_var = real("weight_var", weight_var), real("bias_var", bias_var)
    product = moments(found, q)[2] if c == 1.0 else PairRule(found, q, c).product(found.derivative)
    second = second_moment(found, q)
    if weight_var == 0.0 or second == 0.0:  # nothing of the samples is left to tell them apart
        return 0.0
    return product * q / (second + bias_var / weight_var)  # without sigma_w^2 E[phi^2], which may be too small a number


def lengths(activation: Source, weight_vars: Sequence[float], bias_var: float, q0: float) -> Floats:
    """Length of every layer's pre-activations.

    Parameters
    ----------
    activation : str, Activation or callable
    weight_vars : sequence of float
        sigma_w^2 of every layer.
    bias_var : float
    q0 : float
        Mean square of the inputs.

    Returns
    -------
    array (layers,)
        Infinite after a float64 overflows.
    """
    found, q, result = names.activation(activation), 0.0, []
    q0, bias_var = real("q0", q0), real("bias_var", bias_var)
    for layer, weight_var in enumerate(real("weight_var", each) for each in weight_vars):
        second = q0 if layer == 0 else second_moment(found, q) if math.isfinite(q) else math.inf
        q = weight_var * second + bias_var if weight_var else bias_var
        result.append(q)
    return np.array(result)


GRID = np.logspace(-12.0, 12.0, 481)
"""Lengths between which fixed points are looked for."""


FAR = np.logspace(12.0, 307.0, 60)
"""Longer lengths: under huge weights a bounded activation's comes to rest only there."""


@functools.lru_cache(maxsize=64)
def grid_moments(activation: Activation) -> Floats:
    """Return E[phi^2] and E[phi'^2] on the grid of lengths, (2, lengths)."""
    return np.array([moments(activation, q)[1:3] for q in GRID.tolist()]).T


def length_roots(excess: Callable[[float], float], values: Floats, grid: Floats = GRID) -> list[float]:
    """Zeros of a function on a grid of lengths, increasing; ``values`` are the function's there."""
    from scipy.optimize import brentq

    found = []
    for here, there in itertools.pairwise(np.flatnonzero(values).tolist()):
        if (values[here] < 0) != (values[there] < 0):
            low, high = math.log(grid[here]), math.log(grid[there])
            if (excess(math.exp(low)) < 0) == (excess(math.exp(high)) < 0):  # one is 0 to all digits: nothing to solve
                found.append(math.exp(low if abs(values[here]) < abs(values[there]) else high))
                continue
            found.append(math.exp(brentq(lambda log_q: excess(math.exp(log_q)), low, high, xtol=1e-14, rtol=1e-14)))
    return found


def rounded(relative: Floats) -> Floats:
    """Take what quadrature cannot tell from zero for zero."""
    return np.where(np.abs(relative) < 1e-13, 0.0, relative)


def fixed_points(activation: Source, weight_var: float, bias_var: float = 0.0) -> tuple[FixedPoint, ...]:
    """Every fixed point of the length map between 0 and 1e307, in increasing order; none where lengths explode.

    A map that keeps every length, as He's under ReLU, has one, "neutral", of length NaN.

    Raises
    ------
    ActvizError
        If a variance is negative or not finite.
    """
    found = names.activation(activation)
    weight_var, bias_var = real("weight_var", weight_var), real("bias_var", bias_var)
    with np.errstate(over="ignore"):
        change = rounded((weight_var * grid_moments(found)[0] + bias_var) / GRID - 1.0)
    if np.abs(change).max() < EQUAL:
        return (FixedPoint(math.nan, 1.0, "neutral"),)

    def excess(q: float) -> float:
        return min(length_map(found, q, weight_var, bias_var) / q, 1e300) - 1.0

    points = []
    if length_map(found, 0.0, weight_var, bias_var) == 0.0:
        stability = "stable" if change[np.flatnonzero(change)[0]] < 0 else "unstable"
        points.append(FixedPoint(0.0, length_slope(found, TINY, weight_var), stability))
    roots = length_roots(excess, change)
    if change[-1] > 0:
        roots += length_roots(excess, rounded(np.array([excess(q) for q in FAR.tolist()])), FAR)
    for q in roots:
        inward = excess(q * 0.99) > 0, excess(q * 1.01) < 0
        stability = "stable" if all(inward) else "half-stable" if any(inward) else "unstable"
        points.append(FixedPoint(q, length_slope(found, q, weight_var), stability))
    return tuple(points)


def resting_length(activation: Source, weight_var: float, bias_var: float, q0: float) -> float:
    """Return the length that the length map comes to from ``q0``: a fixed point, 0, or, beyond 1e307, infinity."""
    points = fixed_points(activation, weight_var, bias_var)
    if points and points[0].stability == "neutral":
        return q0
    q0 = min(q0, float(GRID[-1]))  # a longer one comes to the same: a fixed point, or beyond all of them
    following = length_map(activation, q0, weight_var, bias_var)
    kept = abs(following - q0) < 1e-13 * q0
    growing = bias_var > 0.0 if kept else following > q0  # biases lost in its digits lengthen it all the same
    ahead = [p.q for p in points if (p.q > q0 if growing else p.q < q0)]
    if any(math.isclose(p.q, q0, rel_tol=1e-12) for p in points):
        return q0
    if growing:
        return min(ahead, default=math.inf)
    return max(ahead, default=0.0)


def _depth_scale(factor: float) -> float:
    """Layers in which powers of a factor change e-fold: positive if they shrink, negative if they grow."""
    if factor <= 0.0:
        return 0.0
    return math.inf if abs(factor - 1.0) < EQUAL else -1.0 / math.log(factor)


def resting_correlation(activation: Source, q: float, weight_var: float, bias_var: float = 0.0) -> float:
    """Return the correlation c* that two samples of length q come to.

    The map is a power series in c with coefficients >= 0, so it is convex from 0 to 1: beside 1 it has at most one
    more fixed point there, and one only if it is steeper than 1 at 1.
    """
    from scipy.optimize import brentq

    if correlation_slope(activation, 1.0, q, weight_var, bias_var) <= 1.0 + EQUAL:
        return 1.0

    def excess(c: float) -> float:
        return correlation_map(activation, c, q, weight_var, bias_var) - c

    if excess(0.0) <= 0.0:
        return 0.0
    # A kink that a function of the user's own does not declare costs digits, of which c near 1 needs most.
    below = (c for c in (1.0 - 1e-9, 1.0 - 1e-6, 1.0 - 1e-3) if excess(c) < 0.0)
    near = next(below, None)
    return 1.0 if near is None else float(brentq(excess, 0.0, near, xtol=1e-13))


def _phase(chi_1: float, xi_grad: float, q_star: float) -> str:
    if math.isinf(xi_grad):
        return "unbounded" if math.isinf(q_star) else "critical"
    return "ordered" if chi_1 < 1.0 else "chaotic"


@functools.lru_cache(maxsize=4096)
def _mean_field(activation: Activation, weight_var: float, bias_var: float, q0: float) -> MeanField:
    start = weight_var * q0 + bias_var
    q_star = resting_length(activation, weight_var, bias_var, start)
    q = HUGE if math.isinf(q_star) else max(q_star, TINY)
    chi_1 = chi(activation, q, weight_var)
    xi_grad = _depth_scale(chi_1)
    if weight_var == 0.0:  # no signal: nothing of the inputs passes the first layer
        return MeanField(0.0, bias_var, fixed_points(activation, 0.0, bias_var), q_star, 1.0, 0.0, 0, 0, 0, "ordered")
    c_star = resting_correlation(activation, q, weight_var, bias_var)
    xi_c = abs(_depth_scale(correlation_slope(activation, c_star, q, weight_var, bias_var)))
    return MeanField(
        weight_var,
        bias_var,
        fixed_points(activation, weight_var, bias_var),
        q_star,
        c_star,
        chi_1,
        abs(_depth_scale(length_slope(activation, q, weight_var))),
        xi_c,
        xi_grad,
        _phase(chi_1, xi_grad, q_star),
    )


def mean_field(activation: Source, weight_var: float, bias_var: float = 0.0, q0: float = 1.0) -> MeanField:
    """Solve the theory for inputs of mean square ``q0``.

    Raises
    ------
    ActvizError
        If a number is negative or not finite, or the activation jumps.

    Examples
    --------
    >>> found = mean_field("tanh", 1.3, 0.05)
    >>> round(found.q_star, 4), round(found.chi_1, 4), found.phase
    (0.3153, 0.8802, 'ordered')
    """
    found = sloped(activation)
    numbers = real("weight_var", weight_var), real("bias_var", bias_var), real("q0", q0)
    return _mean_field(found, *numbers)
