"""One layer of a wide random stack: averages of functions of its pre-activations, and the scatter of one unit's.

Given a unit, an average over samples has a part that all samples share. With pre-activations
sqrt(q c) y + sqrt(q (1 - c)) x as in ``PairRule`` it is the average over x, a function of y, and its variance, the
covariance of two samples, is what remains of a unit's scatter however many samples there are. Each pair of samples also
has a correlation a little off the mean; where the mean is 0, as for odd functions, that is all. So have the own parts
x: a unit's are longer or shorter than most in all samples alike, for it weighs the few directions in which they differ.
"""

from __future__ import annotations

import functools

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import Activation
from actviz.catalog.checks import first
from actviz.catalog.slopes import SATURATION_THRESHOLD
from actviz.numerics.arrays import Array
from actviz.theory.quadrature import Floats, PairRule, line_rule

_NODES = 12
"""Nodes a panel: covariances then have eight digits, and deviations need three."""

_STEP = 1e-3
"""Relative step in q of derivatives by q."""

_CLOSE = 1e-7
"""Gap, as a share of the length, below which shifts of its own size / width are lost in the digits of differences."""

_ORDERS = 30
"""Hermite coefficients taken of an activation."""

AVERAGES = ("h", "hh", "spread", "saturated", "slope")
"""Functions of z averaged over samples and units: phi, phi^2, (phi - E phi)^2, whether saturated, phi'^2."""

H, HH, SPREAD, SATURATED, SLOPE = range(len(AVERAGES))
Z, GAP = len(AVERAGES), len(AVERAGES) + 1
"""Beside them: z^2, and half the mean square of phi(z1) - phi(z2) over all pairs of samples."""


@functools.cache
def saturated_ranges(activation: Activation) -> Floats:
    """Where |phi'| is below the threshold of *saturated*: (low, high) of every interval, shape (intervals, 2).

    No interval for an activation without a largest slope: what is saturated is not defined.
    """

    def excess(z: float) -> float:
        slope = float(np.abs(activation.derivative(np.array([z])))[0])
        return slope - SATURATION_THRESHOLD * activation.max_slope

    grid = np.arange(-200_000, 200_001) / 200.0 + 1e-9  # off the round numbers at which kinks are
    below = np.abs(activation.derivative(grid)) < SATURATION_THRESHOLD * activation.max_slope
    from scipy.optimize import brentq

    edges = [brentq(excess, grid[at], grid[at + 1], xtol=1e-12) for at in np.flatnonzero(np.diff(below))]
    ends = [*([-np.inf] if below[0] else []), *edges, *([np.inf] if below[-1] else [])]
    return np.array(ends, float).reshape(-1, 2)


def _saturated_share(activation: Activation, center: Floats, std: float) -> Floats:
    """Probability that N(center, std^2) is saturated, in the shape of center; NaN where that is not defined."""
    from scipy.special import ndtr

    if np.isnan(activation.max_slope):
        return np.full_like(center, np.nan, dtype=float)

    ranges = saturated_ranges(activation)
    if std == 0.0:
        slope = np.abs(activation.derivative(np.asarray(center, float)))
        return (slope < SATURATION_THRESHOLD * activation.max_slope).astype(float)
    share = [ndtr((high - center) / std) - ndtr((low - center) / std) for low, high in ranges]
    return np.sum(share, axis=0) if share else np.zeros_like(center)


@first(names.activation)
def saturated_share(activation: Activation, q: float) -> float:
    """Probability that z ~ N(0, q) is saturated; NaN for an activation without a largest slope."""
    return float(_saturated_share(activation, np.zeros(1), np.sqrt(q))[0])


def averages(activation: Activation, q: float) -> tuple[Floats, Floats]:
    """Return expectations of the ``AVERAGES`` and of their squares, both (averages,)."""
    z, weights = line_rule(activation, q)
    h, slope = activation(z), activation.derivative(z)
    mean = float((weights * h).sum())
    share = saturated_share(activation, q)
    functions = (h, h * h, (h - mean) ** 2, slope * slope)
    first, second = ([float((weights * f**power).sum()) for f in functions] for power in (1, 2))
    second[-1] *= 3.0  # of slope^2 dh^2, for a normal dh of variance 1
    return np.array([*first[:3], share, first[3]]), np.array([*second[:3], share, second[3]])


def _hermite(activation: Activation, q: float) -> Floats:
    """Return the coefficients of phi(sqrt(q) u) in normalized Hermite polynomials of u ~ N(0, 1)."""
    z, weights = line_rule(activation, q)
    u, values = z / np.sqrt(q), weights * activation(z)
    before, polynomial, coefficients = np.zeros_like(u), np.ones_like(u), []
    for order in range(_ORDERS):
        coefficients.append(float((values * polynomial).sum()))
        following = (u * polynomial - np.sqrt(order) * before) / np.sqrt(order + 1)
        before, polynomial = polynomial, following
    return np.array(coefficients)


class UnitScatter:
    """Averages of one layer and the scatter of one unit's.

    Parameters
    ----------
    activation : Activation
    q, gap : float
        Length of the pre-activations, and half the mean square of the difference of two samples', q (1 - c).
    pair : float
        Variance of the correlation over pairs of samples.
    alike : float
        Mean square of the correlation, over pairs of samples, of their own parts.
    samples : int
        Over which a unit is averaged.

    Attributes
    ----------
    mean, by_q, by_qq : array (averages,)
        Expectations, and first and second derivative by q.
    gap, gap_by : float, array (2,)
        Half the mean square of phi(z1) - phi(z2), and its derivatives by q (at fixed gap) and by the gap of z.
    single : array (2, 2)
        Covariance, in one sample, of phi^2 and phi'^2 dh^2.
    scatter : array (averages + 2, averages + 2)
        Covariance of one unit's averages over the samples.
    common : array (2, 2)
        Covariance of one unit's phi^2 and gap.
    own_squares : float
        Mean square of the variance within a unit over the square of its mean, the gap.
    cosine_var, cosine_bias : float
        Variance, and shift, of the cosine of a pair for one unit.
    uneven : array (2,)
        Change of the next gap, and of its share of E[phi^2], per variance of the length that either sample has of its
        own.
    bent : array (2, 2)
        Of both, half the second derivative by q, and the mixed one by q and gap.
    slope_pairs, slope_product : float
        E[phi'(z1)^2 phi'(z2)^2] and E[phi'(z1) phi'(z2)].
    """

    def __init__(self, activation: Activation, q: float, gap: float, pair: float, alike: float, samples: int) -> None:
        number = len(AVERAGES)
        self._activation, self._samples = activation, samples
        self.mean, squares = averages(activation, q)
        self.by_q, self.by_qq, self.gap_by = np.zeros(number), np.zeros(number), np.zeros(2)
        self.gap, self.single, self.common = 0.0, np.zeros((2, 2)), np.zeros((2, 2))
        self.cosine_var = self.cosine_bias = self.own_squares = 0.0
        self.slope_product, self.uneven, self.bent = float(self.mean[SLOPE]), np.zeros(2), np.zeros((2, 2))
        self.slope_pairs = self.slope_product**2
        self.scatter = np.zeros((number + 2, number + 2))
        if q == 0.0:  # every value is phi(0)
            return
        low, high = (averages(activation, q * (1 + step))[0] for step in (-_STEP, _STEP))
        for neighbour in (low, high):  # the spread is about the mean at q, not about that of its neighbours
            neighbour[SPREAD] += (neighbour[H] - self.mean[H]) ** 2
        self.by_q = (high - low) / (2 * _STEP * q)
        self.by_qq = (high - 2 * self.mean + low) / (_STEP * q) ** 2
        z, weights = line_rule(activation, q)
        cross = float((weights * activation(z) ** 2 * activation.derivative(z) ** 2).sum())
        both = squares[[HH, SLOPE]] - self.mean[[HH, SLOPE]] ** 2
        self.single = np.diag(both) + (cross - self.mean[HH] * self.mean[SLOPE]) * (1 - np.eye(2))
        c = 1.0 - min(max(gap / q, 0.0), 1.0)
        self._add_averages(q, c, pair, np.array([*(squares - self.mean**2), 2 * q * q]))
        self._add_gap(q, c, alike)
        if self.mean[HH] > 0.0 and gap > _CLOSE * q:
            self._add_curvature(q, c)

    def _shared(self, q: float, c: float) -> tuple[PairRule, Array, Array, Floats]:
        """Return phi and its slope at a rule's nodes, and of each average, and z^2, what all samples share, given y."""
        rule = PairRule(self._activation, q, c, _NODES)
        h, slope = self._activation(rule.z), self._activation.derivative(rule.z)
        given, given_hh, mean = rule.given(h), rule.given(h * h), self.mean[H]
        center = np.sqrt(q * c) * rule.y
        share = _saturated_share(self._activation, center, np.sqrt(q * (1.0 - c)))
        spread = given_hh - 2 * mean * given + mean**2
        return rule, h, slope, np.array([given, given_hh, spread, share, rule.given(slope * slope), center**2])

    def _add_averages(self, q: float, c: float, pair: float, whole: Floats) -> None:
        # A covariance of two samples is a series in their correlation. Its even powers are averaged over the pairs by
        # taking the root mean square correlation, its odd ones by scaling with the mean.
        wide = min(np.sqrt(c * c + pair), 1.0)
        odd = c / wide if wide else 0.0
        rule, phi, slope, shared = self._shared(q, wide)
        centered = shared - (shared * rule.weights).sum(axis=1, keepdims=True)
        same, opposite = ((centered * rule.weights) @ other.T for other in (centered, centered[:, ::-1]))
        scatter = (same + opposite) / 2 + odd * (same - opposite) / 2
        own = np.maximum(whole - np.diag(scatter), 0.0) / self._samples
        self.scatter[:GAP, :GAP] = scatter + np.diag(own)
        self.slope_pairs = float(scatter[SLOPE, SLOPE] + self.mean[SLOPE] ** 2)
        h, steep, thrice = shared[H], rule.given(slope), rule.given(phi * phi * phi)  # which a power takes long for
        turned, self.slope_product, cubed = (
            (1 + odd) / 2 * rule.mean(f * g) + (1 - odd) / 2 * rule.mean(f * g[::-1])
            for f, g in ((h, h), (steep, steep), (thrice, h))
        )
        self.gap = rule.mean(shared[HH] - h * h) + (1 - odd) / 2 * rule.mean(h * h - h * h[::-1])
        if self.mean[HH] > 0.0:
            self._add_cosine(turned, cubed, float(scatter[HH, HH]))

    def _add_cosine(self, product: float, cubed: float, together: float) -> None:
        hh, alone = float(self.mean[HH]), float(self.single[0, 0])
        cosine, mixed = product / hh, cubed - product * hh
        products = together + hh * hh - product * product
        scatter = products - 2 * cosine * mixed + cosine * cosine * (alone + together) / 2
        self.cosine_var = max(scatter / hh**2, 0.0)
        if self.gap > _CLOSE * hh:
            self.cosine_bias = (cosine * (3 * alone + together) / 4 - mixed) / hh**2

    def _add_curvature(self, q: float, c: float) -> None:
        # The product of samples of lengths q1 and q2 is a series of Hermite coefficients, sum c^k a_k(q1) a_k(q2).
        order = np.arange(_ORDERS)
        low, here, high = (_hermite(self._activation, q * (1 + step)) for step in (-_STEP, 0.0, _STEP))
        steep, curved = (high - low) / (2 * _STEP * q), (high - 2 * here + low) / (_STEP * q) ** 2
        product, hh = float(c**order @ here**2), float(self.mean[HH])
        # Lengths apart by chance, at a given gap, also mean that the samples are more alike.
        alone = float(c**order @ (here * curved + order * here**2 / (4 * q * q)))
        by_q, by_qq = self.by_q[HH] / hh, self.by_qq[HH] / hh
        lengths = product * (0.75 * by_q**2 - by_qq / 2) - float(c**order @ (here * steep)) * by_q
        self.uneven = np.array([self.by_qq[HH] / 2 - alone, -(alone + lengths) / hh])

        def ahead(step: int, closer: float) -> Floats:
            near = 1.0 - (1.0 - c) * closer / (1.0 + step * _STEP)
            square = (low, here, high)[step + 1] ** 2
            gap = float((1.0 - near**order) @ square)
            return np.array([gap, gap / float(square.sum())])

        self.bent[:, 0] = (ahead(1, 1.0) - 2 * ahead(0, 1.0) + ahead(-1, 1.0)) / (_STEP * q) ** 2 / 2
        if c < 1.0:
            ends = [[ahead(step, 1.0 + to * _STEP) for to in (-1, 1)] for step in (-1, 1)]
            mixed = ends[1][1] - ends[1][0] - ends[0][1] + ends[0][0]
            self.bent[:, 1] = mixed / (4 * _STEP * _STEP * q * q * (1.0 - c))

    def _add_gap(self, q: float, c: float, alike: float) -> None:
        rule, h, slope, shared = self._shared(q, c)
        within = rule.given((h - shared[H][:, None]) ** 2)
        steep = rule.mean(rule.given(slope) ** 2)
        if c > 0.5:  # wider common parts bend the average of what is within; no difference of near-equals is taken
            bend = rule.mean(within * (rule.y**2 - 1)) / (2 * q * c)
        else:
            bend = self.by_q[HH] - steep - rule.mean(shared[H] * rule.given(slope * rule.x)) / np.sqrt(q * (1 - c))
        self.gap_by = np.array([bend, steep])
        parts = np.array([*shared, within])
        centered = parts - (parts * rule.weights).sum(axis=1, keepdims=True)
        scatter = (centered * rule.weights) @ centered.T
        own = self._own_gap(rule, h, shared[H], shared[HH], within, close=c > 0.5)
        # Own parts longer by a share e move an average by its second Hermite coefficient, times e / sqrt(2).
        longer = np.array([rule.given(f * (rule.x**2 - 1)) for f in (h * h, (h - shared[H][:, None]) ** 2)])
        own += alike / 2 * (longer * rule.weights) @ longer.T
        self.common = scatter[np.ix_((HH, GAP), (HH, GAP))] + own
        self.scatter[GAP], self.scatter[:, GAP] = scatter[GAP], scatter[GAP]
        # What all correlations, and not their squares alone, add to phi^2 the gap of unlike samples follows.
        follows = rule.mean(longer[0] * longer[1]) / (rule.mean(longer[0] ** 2) or 1.0)
        more = 0.0 if c > 0.5 else self.scatter[HH, HH] - self.common[0, 0]
        self.scatter[GAP, HH] = self.scatter[HH, GAP] = self.common[0, 1] + follows * more
        self.scatter[GAP, GAP] = self.common[1, 1] + follows**2 * more
        mean = rule.mean(within)
        self.own_squares = rule.mean(within * within) / mean**2 if mean else 0.0

    def _own_gap(
        self, rule: PairRule, h: Array, given: Floats, given_hh: Floats, within: Floats, *, close: bool
    ) -> Floats:
        """Covariance of phi^2 and the gap from the samples' own parts, (2, 2)."""
        hh = h * h
        own_hh = rule.mean(rule.given(hh * hh) - given_hh**2) / self._samples
        if close:
            away = (h - given[:, None]) ** 2
            mixed = rule.mean(rule.given(away * hh) - within * given_hh) / self._samples
            own_gap = rule.mean(rule.given(away * away) - within**2) / self._samples
        else:  # as phi^2 less the product of pairs, of which many samples leave less
            product = 4 * rule.mean(given**2 * within) / self._samples + 2 * rule.mean(within**2) / self._samples**2
            both = 2 * rule.mean(given * (rule.given(hh * h) - given * given_hh)) / self._samples
            mixed, own_gap = own_hh - both, own_hh - 2 * both + product
        return np.array([[own_hh, mixed], [mixed, own_gap]])
