"""Gaussian averages of an activation by piecewise Gauss-Legendre quadrature.

One rule on the whole line would lose digits at every kink and wherever the pre-activations are much wider than the
activation's own scale. So the line is cut at the kinks, at pre-activations 0, ±1, ±3, ±10 and on (the activation's
scale), and at a few standard deviations (the Gaussian's); each panel then holds a smooth function.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.activations import Activation
from actviz.theory.corners import corners

Floats = NDArray[np.float64]

NODES = 64
"""Gauss-Legendre nodes a panel, for averages over one Gaussian variable."""

FEWER = 48
"""The same for a second average, whose distance from the first is the error of either."""

PAIR_NODES = 32
"""The same a panel and dimension, for averages over two."""

AT_ONCE = 1 << 13
"""Nodes that are averaged over at once: what a processor's cache holds."""

_REACH = 10.0  # standard deviations; what lies beyond weighs 1.5e-23
_FAR = 37.0  # and 1e-298: what grows faster than a power is averaged as far as floats weigh anything
_DEVIATIONS = np.array([0.0, 1.0, 2.5, 5.0, _REACH])
_PLACES = np.linspace(-_REACH, _REACH, 41)
_FURTHER = np.array([15.0, 20.0, 25.0, 30.0, _FAR])
_FAR_DEVIATIONS = np.append(_DEVIATIONS, _FURTHER)
_SCALES = np.array([0.0, 1.0, 3.0, 10.0])
_STRIDE = 25.0  # four periods of a sine: what a panel of 32 nodes resolves to all digits


@functools.cache
def _legendre(number: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(number)
    return (nodes + 1.0) / 2.0, weights / 2.0


@functools.cache
def oscillates(activation: Activation) -> bool:
    """Tell whether the slope still turns again and again far from 0, as a sine's does."""
    slope = activation.derivative(np.linspace(12.0, 60.0, 400))
    change = np.diff(slope[np.isfinite(slope)])
    turns = np.diff(np.sign(change[np.abs(change) > 1e-6]))
    return int(np.count_nonzero(turns)) > 3


def _marks(activation: Activation, reach: float) -> Floats:
    """Pre-activations of either sign, within ``reach``, at which an integral over z is cut."""
    return _both_signs(activation, _scales(activation, reach))


def _scales(activation: Activation, reach: float) -> tuple[float, ...]:
    # Far out phi nears a straight line algebraically at worst: each decade is a panel, and what lies beyond is one.
    scales = [*_SCALES, *(10.0**e for e in range(2, 9) if 10.0**e < reach)]
    if oscillates(activation):
        scales += np.arange(_STRIDE, min(reach, 1000.0), _STRIDE).tolist()
    return tuple(scales)


@functools.lru_cache(maxsize=256)
def _both_signs(activation: Activation, scales: tuple[float, ...]) -> Floats:
    """Return scales of either sign and an activation's kinks, in order; a theory asks for them layer by layer."""
    return np.unique(np.concatenate([np.negative(scales), scales, corners(activation)]))


def _pieces(cuts: Floats, number: int) -> tuple[Floats, Floats]:
    """Nodes and weights of every panel between increasing cuts, (..., panels + 1) to (..., panels * number)."""
    nodes, weights = _legendre(number)
    start, width = cuts[..., :-1, None], np.diff(cuts, axis=-1)[..., None]
    shape = (*cuts.shape[:-1], -1)
    return (start + width * nodes).reshape(shape), (width * weights).reshape(shape)


def _density(y: Floats) -> Floats:
    return np.exp(-0.5 * y * y) * (1.0 / math.sqrt(2.0 * math.pi))


def _deviations(activation: Activation, std: float) -> Floats:
    """Return the standard deviations, from 0, at which an integral is cut, as far out as phi and its slope decide.

    Under an exponential that is not where the Gaussian itself ends.
    """
    return _FAR_DEVIATIONS if _reaches_far(activation, np.array([std]))[0] else _DEVIATIONS


def _reaches_far(activation: Activation, stds: Floats) -> NDArray[np.bool_]:
    """Tell for each standard deviation whether phi and its slope, squared, outgrow the Gaussian, shape (stds,)."""
    z = stds[:, None] * _PLACES
    with np.errstate(all="ignore"):
        h, slope = (each.astype(np.float64) for each in (activation(z), activation.derivative(z)))
        parts = np.maximum(h * h, slope * slope) * _density(_PLACES)
        return np.asarray(~(np.maximum(parts[:, 0], parts[:, -1]) <= 1e-16 * parts.max(axis=1)))


def line_rule(activation: Activation, q: float, number: int = NODES) -> tuple[Floats, Floats]:
    """Pre-activations z and weights w with ``(w * f(z)).sum()`` = E[f(z)] for z ~ N(0, q), both (nodes,).

    ``f`` may be phi, its slope, powers and products of them.
    """
    if q == 0.0:
        return np.zeros(1), np.ones(1)
    std = math.sqrt(q)
    y, weights = _pieces(_cuts(activation, std, _deviations(activation, std)), number)
    return std * y, weights * _density(y)


def line_rules(
    activation: Activation, lengths: Floats, number: int = NODES
) -> Iterator[tuple[NDArray[np.intp], Floats, Floats]]:
    """Yield the same for many lengths > 0 at once: which of them, and their z and w, both (some lengths, nodes)."""
    stds = np.sqrt(lengths)
    for places, cuts in _cuts_along(activation, stds):
        at_once = max(1, AT_ONCE // (number * cuts.shape[1]))
        for start in range(0, len(places), at_once):
            some = places[start : start + at_once]
            y, weights = _pieces(cuts[start : start + at_once], number)
            yield some, stds[some, None] * y, weights * _density(y)


def _cuts(activation: Activation, std: float, deviations: Floats) -> Floats:
    """Return where an integral over z / std is cut, increasing."""
    marks = _marks(activation, deviations[-1] * std)
    inside = marks[np.abs(marks) < deviations[-1] * std] / std
    return np.unique(np.concatenate([-deviations, deviations, inside]))


def _cuts_along(activation: Activation, stds: Floats) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    """Yield the same of many, as many cuts at once: which of them, and their cuts, (some stds, cuts)."""
    alike: dict[tuple[bool, tuple[float, ...]], list[int]] = {}
    for at, (std, far) in enumerate(zip(stds.tolist(), _reaches_far(activation, stds).tolist(), strict=True)):
        alike.setdefault((far, _scales(activation, (_FAR if far else _REACH) * std)), []).append(at)
    for (far, scales), places in alike.items():
        deviations, marks, std = _FAR_DEVIATIONS if far else _DEVIATIONS, _both_signs(activation, scales), stds[places]
        inside = np.where(np.abs(marks) < deviations[-1] * std[:, None], marks / std[:, None], 0.0)  # 0 is a cut anyhow
        fixed = np.broadcast_to(np.concatenate([-deviations, deviations]), (len(places), 2 * len(deviations)))
        cuts = np.sort(np.concatenate([fixed, inside], axis=1), axis=1)
        first = np.diff(cuts, axis=1, prepend=-math.inf) > 0.0  # of each cut
        number = first.sum(axis=1)
        for each in np.unique(number):
            rows = np.flatnonzero(number == each)
            yield np.array(places)[rows], cuts[rows][first[rows]].reshape(len(rows), each)


class PairRule:
    """Averages over two pre-activations of variance q and correlation c.

    They are sqrt(q c) y + sqrt(q (1 - c)) x with a common y and an x of each its own, all N(0, 1): an average of a
    product over both is the average over y of a product of averages over x. For c < 0 the second one takes -y.

    Parameters
    ----------
    activation : Activation
    q : float
        Variance of either, > 0.
    c : float
        Correlation, from -1 to 1.
    number : int
        Nodes a panel and dimension.

    Attributes
    ----------
    y, weights : array (outer,)
        The common variable, symmetric about 0, and its weights, which sum to 1.
    z : array (outer, inner)
        Pre-activations of the first.
    x : array (outer, inner)
        Its own part.
    """

    def __init__(self, activation: Activation, q: float, c: float, number: int = PAIR_NODES) -> None:
        common, self._own = math.sqrt(q * abs(c)), math.sqrt(q * max(1.0 - abs(c), 0.0))
        self._activation, self._number, self._sign = activation, number, -1.0 if c < 0 else 1.0
        self._deviations = deviations = _deviations(activation, math.sqrt(q))
        self._marks = _marks(activation, deviations[-1] * math.sqrt(q))
        cuts = [-deviations, deviations]
        if common:
            # A kink shows in the averages over x as a bend as wide as x is.
            bends = np.unique(np.concatenate([[0.0], corners(activation)]))
            spread = self._own * np.array([-9.0, -3.0, 0.0, 3.0, 9.0])
            cuts += [self._marks / common, (bends[:, None] + spread).ravel() / common]
        y = np.abs(np.concatenate(cuts))
        y = np.unique(y[y <= deviations[-1]])
        self.y, weights = _pieces(np.concatenate([-y[:0:-1], y]), number)
        self.weights = weights * _density(self.y)
        self._common = common
        self.z, self.x, self._inner = self._grid(common * self.y)

    def _grid(self, center: Floats) -> tuple[Floats, Floats, Floats]:
        if self._own == 0.0:
            return center[:, None], np.zeros((len(center), 1)), np.ones((len(center), 1))
        # Cuts that lie too far out fall together there: panels of no width, of no weight.
        own = self._deviations
        marks = np.clip((self._marks - center[:, None]) / self._own, -own[-1], own[-1])
        fixed = np.broadcast_to(np.concatenate([-own, own[1:]]), (len(center), 2 * len(own) - 1))
        cuts = np.sort(np.concatenate([marks, fixed], axis=1), axis=1)
        x, weights = _pieces(cuts, self._number)
        return center[:, None] + self._own * x, x, weights * _density(x)

    def given(self, values: Any) -> Floats:
        """Average over x of values of shape (outer, inner): a function of y, shape (outer,)."""
        averaged: Floats = (values * self._inner).sum(axis=1)
        return averaged

    def mean(self, values: Any) -> float:
        """Average over y of values of shape (outer,)."""
        return float((values * self.weights).sum())

    @np.errstate(over="ignore", invalid="ignore")
    def product(self, function: Any) -> float:
        """E[f(z1) f(z2)] for an elementwise function; not finite where a product overflows."""
        first = self.given(function(self.z))
        if self._sign > 0:
            return self.mean(first * first)
        z, _, inner = self._grid(-self._common * self.y)
        return self.mean(first * (function(z) * inner).sum(axis=1))
