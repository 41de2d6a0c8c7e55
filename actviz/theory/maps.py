"""Mean-field theory of wide random stacks: how length and correlation travel forward, and gradients back.

Weights are independent with mean 0 and variance sigma_w^2 / fan_in, biases have variance sigma_b^2. As the width grows
pre-activations become Gaussian: their length q = E[z^2] and their correlation c between two samples follow maps of one
number each, layer by layer (Poole et al. 2016), and mean-square gradients multiply by chi = sigma_w^2 E[phi'^2] a layer
backwards (Schoenholz et al. 2017). ``actviz.theory.finite_width`` says how far a stack of finite width strays.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.catalog.checks import finite, first
from actviz.errors import ActvizError
from actviz.theory.jumps import sloped
from actviz.theory.quadrature import FEWER, NODES, Floats, PairRule, line_rule, line_rules, oscillates

TINY, HUGE = 1e-200, 1e20
"""Lengths that stand for the limits 0 and infinity: there a map has the form it has in the limit."""

Source = str | Activation | Callable[..., Any]
"""A name, an ``Activation``, or a plain function, whose slope is then taken numerically."""


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


@first(names.activation)
@functools.lru_cache(maxsize=1 << 16)
def moments(activation: Activation, q: float, nodes: int = NODES) -> tuple[float, float, float, float]:
    """E[phi], E[phi^2], E[phi'^2] and E[z phi phi'] for z ~ N(0, q); not finite where a square overflows."""
    z, weights = line_rule(activation, q, nodes)
    h, slope = activation(z), activation.derivative(z)
    with np.errstate(over="ignore", invalid="ignore"):
        return tuple(float((weights * f).sum()) for f in (h, h * h, slope * slope, z * h * slope))  # type: ignore[return-value]


def moments_along(activation: Activation, q: Floats, nodes: int = NODES) -> Floats:
    """Return ``moments`` of many lengths > 0 at once, shape (4, lengths)."""
    found = np.empty((4, len(q)))
    for at, z, weights in line_rules(activation, q, nodes):
        h, slope = activation(z), activation.derivative(z)
        with np.errstate(over="ignore", invalid="ignore"):
            for row, f in zip(found, (h, h * h, slope * slope, z * h * slope), strict=True):
                row[at] = (weights * f).sum(axis=1)
    return found


@first(names.activation)
def uncertainty(activation: Activation, q: Floats, values: Floats | None = None) -> Floats:
    """Return relative errors of E[phi^2] and E[phi'^2] at lengths > 0, the larger, shape (lengths,).

    ``values`` are these averages, (2, lengths), if they are known. Of the functions of the table the errors are 0, but
    for those that oscillate: a test has ``disagreement`` of each.
    """
    known = ACTIVATIONS.get(activation.name)
    if known is not None and known.phi is activation.phi and not oscillates(activation):
        return np.zeros(len(q))
    return disagreement(activation, q, values)


def disagreement(activation: Activation, q: Floats, values: Floats | None = None) -> Floats:
    """Return how far averages with fewer nodes are off, as of ``uncertainty``; 0 where they overflow."""
    values = moments_along(activation, q)[1:3] if values is None else values
    fewer = moments_along(activation, q, FEWER)[1:3]
    known = (values > 0.0) & np.isfinite(values) & np.isfinite(fewer)
    with np.errstate(all="ignore"):
        return np.asarray(np.where(known, np.abs(fewer / values - 1.0), 0.0).max(axis=0))


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
    phi, c = names.activation(activation), _correlation(c)
    length = length_map(phi, real("q", q, positive=True), weight_var, bias_var)
    if c == 1.0 or length == 0.0:
        return 1.0
    return (weight_var * PairRule(phi, q, c).product(phi) + bias_var) / length


def correlation_slope(activation: Source, c: float, q: float, weight_var: float, bias_var: float = 0.0) -> float:
    """Slope of the correlation map: sigma_w^2 E[phi'(z1) phi'(z2)] at a fixed point of the length map."""
    phi, c, q = sloped(activation), _correlation(c), real("q", q, positive=True)
    weight_var, bias_var = real("weight_var", weight_var), real("bias_var", bias_var)
    product = moments(phi, q)[2] if c == 1.0 else PairRule(phi, q, c).product(phi.derivative)
    second = second_moment(phi, q)
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
    phi, q, result = names.activation(activation), 0.0, []
    q0, bias_var = real("q0", q0), real("bias_var", bias_var)
    for layer, weight_var in enumerate(real("weight_var", each) for each in weight_vars):
        second = q0 if layer == 0 else second_moment(phi, q) if math.isfinite(q) else math.inf
        q = weight_var * second + bias_var if weight_var else bias_var
        result.append(q)
    return np.array(result)
