"""What a stack of finite width does around its mean-field prediction, to leading order in 1 / width.

A layer's units are independent draws given the layer before, so its averages over units scatter by 1 / sqrt(width), and
the next layer's length and correlation inherit that. ``propagate`` follows these deviations as a linear response: of
the length q and the gap q (1 - c) between samples, averaged over the samples, and of the gradients. A single sample's
own length scatters more; that bends the average of every curved function of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import Activation
from actviz.catalog.checks import first
from actviz.catalog.inputs import InputMoments
from actviz.theory.quadrature import Floats
from actviz.theory.scatter import GAP, HH, SATURATED, SLOPE, SPREAD, H, UnitScatter, Z

_NEXT = (HH, GAP)  # what the next layer's length and gap are made of

_SHORTEST, _LONGEST = 1e-120, 1e120
"""Lengths that are followed: squares and derivatives of their averages are float64 numbers."""

_FORWARD = (
    *("q", "correlation", "slope", "bend", "own", "act_mean", "saturated", "act_var", "preact_var"),
    *("similarity", "distance"),
)
_BACKWARD = ("log_gradient", "shift", "own_gradient")


@dataclass(frozen=True)
class Propagation:
    """A stack in theory: what is expected of each layer, and its variance from network to network.

    Parameters
    ----------
    mean : dict of array (layers,)
        ``q`` and ``correlation`` of the pre-activations, ``slope``, E[phi'^2], and ``bend``, its relative change with
        ln q; ``own`` and ``own_gradient``, variance of one sample's length over q^2, and of the logarithm of its
        mean-square gradient; ``shift``, what finite width adds to ``log_gradient``. Then what a probe measures:
        ``preact_var``, ``act_mean``, ``act_var``, ``saturated``, ``similarity``, its ``distance`` from 1, and
        ``log_gradient``, the logarithm of
        the mean square of dL/dz for a dL/dh of variance 1 at the last layer. NaN behind a length below 1e-120 or above
        1e120, but for 0.
    variance : dict of array (layers,)
        Of the measured ones, from network to network.
    scatters : bool
        Whether ``variance`` is known; else the means are those of infinite width.
    """

    mean: dict[str, Floats]
    variance: dict[str, Floats]
    scatters: bool = True


@first(names.activation)
@np.errstate(all="ignore")  # what overflows is not followed
def propagate(
    activation: Activation,
    variances: Sequence[float],
    fans: Sequence[tuple[int, int]],
    bias_var: float,
    inputs: InputMoments,
    samples: int,
) -> Propagation:
    """Follow signal and gradient through a stack.

    Parameters
    ----------
    activation : Activation
    variances : sequence of float
        Variance of one weight, layer by layer; their mean is 0.
    fans : sequence of (int, int)
        (fan_in, fan_out) of every layer.
    bias_var : float
    inputs : InputMoments
    samples : int
        Over which a network's statistics are averaged.
    """
    scales = np.array([variance * fan for variance, (fan, _) in zip(variances, fans, strict=True)] + [0.0])
    first = scales[0]
    q, gap = first * inputs.q + bias_var, first * (inputs.q - inputs.p)
    turn = np.array([[1.0, 0.0], [1.0, -1.0]])  # from mean square and product to mean square and gap
    own, drift, gap_drift, shared = first**2 * inputs.own, 0.0, 0.0, first**2 * turn @ inputs.shared @ turn.T
    pair = inputs.pair * (first * inputs.q / q) ** 2 if q else 0.0
    alike = 1 / fans[0][0]  # of what independent values add to their mean
    states: list[_State] = []
    for layer, (_, width) in enumerate(fans):
        if not (q == 0.0 or _SHORTEST < q < _LONGEST):
            break
        unit = UnitScatter(activation, q, gap, pair, alike, samples)
        weight_var = scales[layer + 1]
        state = _State(width, weight_var, q, gap, own, drift, gap_drift, shared, unit)
        states.append(state)
        alike = unit.own_squares / width + (unit.gap_by[1] * gap / unit.gap) ** 2 * alike if unit.gap else 0.0
        before, q, gap = q, weight_var * unit.mean[HH] + bias_var, weight_var * unit.gap
        gap_drift = float(state.jacobian[1] @ (drift, gap_drift)) + weight_var * state.bend[0]
        drift = state.steep * drift + weight_var * unit.by_qq[HH] * own / 2
        own = weight_var**2 * unit.single[0, 0] / width + state.steep**2 * own
        if q:
            signal, carried = weight_var * unit.mean[HH] / q, weight_var * unit.gap_by[1] * before / q
            pair = signal**2 * unit.cosine_var / width + carried**2 * pair
        shared = state.jacobian @ shared @ state.jacobian.T + weight_var**2 * state.noise[np.ix_(_NEXT, _NEXT)]
    rows = [{**_observed(state), **gradient} for state, gradient in zip(states, _gradients(states), strict=True)]
    names = (*_FORWARD, *_BACKWARD)
    missing = [dict.fromkeys(names, (np.nan, np.nan))] * (len(fans) - len(rows))
    table = {name: np.array([row[name] for row in [*rows, *missing]]).T for name in names}
    return Propagation({key: mean for key, (mean, _) in table.items()}, {key: var for key, (_, var) in table.items()})


@dataclass(frozen=True)
class _State:
    """One layer: its theory, and the deviations that reach it.

    ``own`` is the variance of one sample's length, ``drift`` and ``gap_drift`` the shift of its
    mean and of the gap's, ``shared`` the covariance over
    networks of length and gap averaged over samples, (2, 2); ``weight_var`` is sigma_w^2 of the weights behind it.
    """

    width: int
    weight_var: float
    q: float
    gap: float
    own: float
    drift: float
    gap_drift: float
    shared: Floats
    unit: UnitScatter

    @property
    def steep(self) -> float:
        """Slope of the length map to the next layer."""
        return self.weight_var * float(self.unit.by_q[HH])

    @property
    def jacobian(self) -> Floats:
        """Of length and gap in the next layer by those in this one, (2, 2)."""
        return self.weight_var * np.array([[self.unit.by_q[HH], 0.0], self.unit.gap_by])

    @property
    def bend(self) -> Floats:
        """Shift of the next gap, and of its share of E[phi^2], for what they bend with lengths that scatter, (2,)."""
        alone = max(self.own - float(self.shared[0, 0]), 0.0)  # what the average over all samples does not share
        shift: Floats = self.unit.uneven * alone + self.unit.bent @ self.shared[0]
        return shift

    @property
    def noise(self) -> Floats:
        """Covariance of this layer's averages over its units, given the layer before."""
        return self.unit.scatter / self.width

    def share(self, position: int) -> tuple[float, float]:
        """Mean and variance of an average over samples and units."""
        unit = self.unit
        mean = unit.mean[position] + unit.by_q[position] * self.drift + unit.by_qq[position] * self.own / 2
        variance = self.noise[position, position] + unit.by_q[position] ** 2 * self.shared[0, 0]
        return float(mean), float(variance)


def _observed(state: _State) -> dict[str, tuple[float, float]]:
    """Mean and variance of what a probe measures in the forward pass."""
    unit, q, width = state.unit, state.q, state.width
    h, spread = state.share(H), state.share(SPREAD)
    hh = float(unit.mean[HH])
    observed = {
        "q": (q, 0.0),
        "correlation": (1 - state.gap / q if q else np.nan, 0.0),
        "slope": (float(unit.mean[SLOPE]), 0.0),
        "bend": (q * float(unit.by_q[SLOPE] / unit.mean[SLOPE]) if unit.mean[SLOPE] else 0.0, 0.0),
        "own": (state.own / q**2 if q else 0.0, 0.0),
        "act_mean": h,
        "saturated": state.share(SATURATED),
        # A variance about the measured mean, which itself scatters.
        "act_var": (spread[0] - h[1], spread[1]),
        "preact_var": (q + state.drift - (q - state.gap) / width, float(state.noise[Z, Z] + state.shared[0, 0])),
    }
    if hh == 0.0:
        return {**observed, "similarity": (np.nan, np.nan), "distance": (np.nan, np.nan)}
    distance = unit.gap / hh
    at_unit = np.array([distance, -1.0]) / hh
    before = (np.array([distance * unit.by_q[HH], 0.0]) - unit.gap_by) / hh
    variance = float(at_unit @ unit.common @ at_unit) / width + float(before @ state.shared @ before)
    bias = unit.cosine_bias / width - state.bend[1] + float(before @ (state.drift, state.gap_drift))
    return {
        **observed,
        "similarity": (1 - distance + bias, max(variance, 0.0)),
        "distance": (distance - bias, max(variance, 0.0)),
    }


def _gradients(states: Sequence[_State]) -> list[dict[str, tuple[float, float]]]:
    """Mean and variance of the logarithm of the mean-square gradient, layer by layer.

    The sum of the deviations from here to the last layer is followed by its adjoint: what a deviation of length and
    gap in this layer does to all of it.
    """
    log, plain, variance, cross, own_square = 0.0, 0.0, 0.0, 0.0, 0.0
    adjoint, own_adjoint, pair, ahead, bend = np.zeros(2), 0.0, 0.0, 0.0, 0.0
    gradients = []
    for at in range(len(states) - 1, -1, -1):
        state, unit = states[at], states[at].unit
        slope = float(unit.mean[SLOPE])
        if slope == 0.0:  # a layer without any slope: no gradient here nor before
            gradients += [{"log_gradient": (-np.inf, 0.0), "shift": (0.0, 0.0), "own_gradient": (0.0, 0.0)}] * (at + 1)
            break
        at_unit = np.zeros(len(unit.scatter))
        at_unit[list(_NEXT)] = state.weight_var * adjoint
        at_unit[SLOPE] = 1 / slope
        # Gradients of two samples are uncorrelated, but for the finite number of units they have passed.
        variance += float(at_unit @ state.noise @ at_unit) + 2 * pair * unit.slope_pairs / slope**2 / state.width
        # The weights behind this layer, where large by chance, lengthen signal and gradient alike; so does each single
        # one, whose square meets the slope of the unit it leads to.
        variance += 4 * ahead / state.width
        both = float(unit.single[0, 1]) + float(unit.mean[HH]) * slope
        log += 2 * bend * state.weight_var * both / slope / state.width
        pair = (unit.slope_pairs / state.width + unit.slope_product**2 * pair) / slope**2
        one = np.array([state.weight_var * own_adjoint, 1 / slope])
        bend = float(unit.by_q[SLOPE]) / slope
        cross += float(one @ unit.single @ one) / state.width
        own_square += float(unit.single[1, 1]) / slope**2 / state.width + bend**2 * state.own
        adjoint = np.array([bend, 0.0]) + state.jacobian.T @ adjoint
        own_adjoint = bend + state.steep * own_adjoint
        # The gradient comes through fan_out weights a unit, not through its fan_in.
        factor = state.weight_var * states[at + 1].width / state.width if at + 1 < len(states) else 1.0
        plain += float(np.log(factor * slope))
        log += float(np.log(factor * slope)) + bend * state.drift + unit.by_qq[SLOPE] / slope * state.own / 2
        ahead = float(adjoint @ (state.q, state.gap)) / state.width
        total = max(variance + float(adjoint @ state.shared @ adjoint), 0.0)
        own_gradient = cross + own_adjoint**2 * state.own
        shift = log - plain + (own_gradient - own_square - total) / 2
        gradients.append(
            {"log_gradient": (plain + shift, total), "shift": (shift, 0.0), "own_gradient": (own_gradient, 0.0)}
        )
    return gradients[::-1]
