"""The expected histogram of phi(z) for normal z: exact shares of a dataset's own bins."""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import Activation
from actviz.catalog.checks import first
from actviz.numerics.histogram import Bins, LinearBins
from actviz.theory.quadrature import Floats, oscillates

_NEAR = 1e-42  # below the smallest float32
_FAR = 1e45  # above the square root of any length that fits float64's histograms
_PHASES = 100.0  # length from which on a periodic function takes each of its phases equally often
_MIXTURE = np.polynomial.hermite_e.hermegauss(7)


@dataclass(frozen=True)
class _Inverse:
    """Pre-activations at which phi crosses the bins' edges.

    Parameters
    ----------
    rising, falling : array (pieces, edges)
        One row for each stretch on which phi rises, or falls, held at the stretch's ends.
    flat : tuple of (int, float, float)
        Bin, and the stretch of pre-activations on which phi has one value that is in it.
    """

    rising: Floats
    falling: Floats
    flat: tuple[tuple[int, float, float], ...]


def _stretches(activation: Activation, reach: float) -> list[tuple[float, float]]:
    """Intervals between the kinks and turning points of phi, from -reach to reach."""

    def slope(z: float) -> float:
        return float(activation.derivative(np.array([z]))[0])

    near = min(reach, 1000.0)
    grid = np.linspace(-near, near, int(near * 100) + 1) + 1e-7  # off the round numbers at which kinks are
    signs = np.sign(activation.derivative(grid))
    turns = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    from scipy.optimize import brentq

    turning = [brentq(slope, grid[at], grid[at + 1], xtol=1e-13) for at in turns]
    cuts = sorted({-reach, *(z for z in (*activation.kinks, *turning) if abs(z) < reach), reach})
    return list(itertools.pairwise(cuts))


def _crossings(activation: Activation, start: float, end: float, bins: Bins) -> Floats:
    """Bisect for phi(z) = edge between two pre-activations on which phi is monotonic; the nearer end if none."""
    edges, linear = bins.edges, isinstance(bins, LinearBins)
    first, last = (float(activation(np.array([z]))[0]) for z in (start, end))
    rising = last > first
    upper = linear | (edges >= 0)  # whether the bin above an edge contains it; a negative zero goes below
    low, high = np.full(edges.shape, start), np.full(edges.shape, end)
    for _ in range(400):
        if linear:
            middle = (low + high) / 2
        else:  # halve the exponent, not the distance: bins are narrow near 0
            middle = np.sinh((np.arcsinh(low / _NEAR) + np.arcsinh(high / _NEAR)) / 2) * _NEAR
        h = activation(middle)
        beyond = ((h > edges) | (upper & (h == edges) & ~(np.signbit(h) & (h == 0)))) == rising
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
        if np.all(np.abs(high - low) <= (1e-12 if linear else 1e-14 * np.abs(high) + _NEAR)):
            break
    crossed: Floats = (low + high) / 2
    # The outermost bins include what phi only comes near to.
    if edges[0] <= min(first, last):
        crossed[0] = start if rising else end
    if edges[-1] >= max(first, last):
        crossed[-1] = end if rising else start
    return crossed


@functools.lru_cache(maxsize=64)
def _inverse(activation: Activation, bins: Bins, reach: float) -> _Inverse:
    rising: list[Floats] = []
    falling: list[Floats] = []
    flat: list[tuple[int, float, float]] = []
    trial = np.concatenate([-np.logspace(-3, 3, 13), np.logspace(-3, 3, 13)])
    for start, end in _stretches(activation, reach):
        inside = activation(np.sort(np.concatenate([trial[(trial > start) & (trial < end)], [(start + end) / 2]])))
        if len(inside) < 3:
            inside = activation(np.linspace(start, end, 7)[1:-1])
        if np.ptp(inside) == 0.0:
            counts = bins.count(inside[:1]).counts
            if counts.any():
                flat.append((int(np.argmax(counts)), start, end))
        else:
            z = _crossings(activation, start, end, bins)
            (rising if inside[-1] > inside[0] else falling).append(z)
    shape = (-1, len(bins.edges))
    return _Inverse(np.array(rising).reshape(shape), np.array(falling).reshape(shape), tuple(flat))


@first(names.activation)
def bin_shares(activation: Activation, q: float, own: float = 0.0) -> Floats:
    """Return the expected share of phi(z) in each bin of the activation's histogram.

    Parameters
    ----------
    activation : Activation
    q : float
        Mean length of the pre-activations: z ~ N(0, q).
    own : float
        Variance of a sample's length, over q^2; lengths are taken as log-normal.

    Returns
    -------
    array (bins,)
        It sums to 1 less what lies outside the bins.
    """
    from scipy.special import ndtr

    bins = activation.bins
    if q == 0.0:
        counts = bins.count(activation(np.zeros(1))).counts
        return counts.astype(float)
    spread = math.sqrt(math.log1p(own))
    reach = _FAR
    if oscillates(activation):
        q = min(q, _PHASES)
        reach = 4.0 ** math.ceil(math.log(10.0 * math.sqrt(q) * math.exp(spread * 2.0), 4))
    inverse = _inverse(activation, bins, reach)
    shares = np.zeros(len(bins.edges) - 1)
    for node, weight in zip(*_MIXTURE, strict=True):
        std = math.sqrt(q * math.exp(spread * node - spread * spread / 2))
        piece = np.diff(ndtr(inverse.rising / std), axis=1).sum(axis=0)
        piece -= np.diff(ndtr(inverse.falling / std), axis=1).sum(axis=0)
        for at, start, end in inverse.flat:
            piece[at] += ndtr(end / std) - ndtr(start / std)
        shares += weight / math.sqrt(2 * math.pi) * piece
    return shares
