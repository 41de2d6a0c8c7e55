"""The squared singular values of a wide stack's input-output Jacobian (Pennington, Schoenholz & Ganguli 2017).

The Jacobian is a product of free matrices: layer by layer, slopes phi'(z) on a diagonal times weights. Means multiply,
and relative variances add: E[phi'^4] / E[phi'^2]^2 - 1 of the slopes, and 1 of independent weights.
Where slopes are 0 or one other number, as of the identity and ReLU, the density follows as well: with psi the moment
generating function of s^2 over its mean, a share p of slopes not 0 and L layers,

    lambda = (1 + psi) (1 + psi / p)^L / psi for independent weights, over (1 + psi)^L for orthogonal ones.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.catalog.checks import finite, first, of_type, whole
from actviz.catalog.initializers import INITIALIZERS, Initializer
from actviz.catalog.inputs import INPUTS
from actviz.catalog.names import builtin
from actviz.errors import ActvizError
from actviz.results.dataset import recipe
from actviz.theory.ledger import untreatable
from actviz.theory.quadrature import Floats, line_rule

if TYPE_CHECKING:
    import xarray

_STEP = 0.01
"""Of the logarithm of lambda, from one point of the density to the next."""

_FARTHEST = 30.0
"""Natural logarithms below the largest value to which the density is followed."""


_LEAST_SHARE = 1e-12
"""To which ``share_of_slopes`` is exact."""

_DEEPEST = 10**6

_FOLLOWED = 30.0
"""Largest psi of the edge from which the density is followed: beyond it values pile up at their largest."""


@dataclass(frozen=True)
class Spectrum:
    """What theory says of squared singular values.

    Parameters
    ----------
    mean_square, spread : float
        As ``jacobian_mean_square`` and ``jacobian_spread``.
    largest : float
        The largest over the mean; NaN where it is not known.
    values, density : array
        Values over their mean, ascending, and the density of their natural logarithm; empty where it is not known, or
        where all values are one.
    """

    mean_square: float
    spread: float
    largest: float
    values: Floats
    density: Floats


@first(names.activation)
def share_of_slopes(activation: Activation) -> float:
    """Return which share of slopes is not 0 where all others are alike in size; NaN of other activations."""
    z = np.linspace(-8.0, 8.0, 4001)[1::2]
    squares = np.unique(np.round(activation.derivative(z[z != 0.0]) ** 2, 12))
    sizes = squares[squares > 0]
    if len(sizes) != 1:
        return math.nan
    points, weights = line_rule(activation, 1.0)
    return float(round((weights * (activation.derivative(points) ** 2 > 0)).sum(), 12))


def _log_lambda(psi: Any, share: float, depth: int, orthogonal: bool) -> tuple[Any, Any, Any]:
    """Return ln lambda of psi and its first two derivatives."""
    ones = 1 - depth if orthogonal else 1
    value = ones * np.log1p(psi) + depth * np.log1p(psi / share) - np.log(psi)
    first = ones / (1 + psi) + depth / (share + psi) - 1 / psi
    second = -ones / (1 + psi) ** 2 - depth / (share + psi) ** 2 + 1 / psi**2
    return value, first, second


def density(share: float, depth: int, *, orthogonal: bool) -> tuple[float, Floats, Floats]:
    """Return the largest squared singular value over the mean, and values with the density of their logarithm.

    Parameters
    ----------
    share : float
        Of slopes that are not 0, all others being alike; 1e-12 to 1.
    depth : int
        At most 10**6.
    orthogonal : bool
        Whether weights are, rather than independent.

    Raises
    ------
    ActvizError
        If one of them is none of these.
    """
    share, depth = finite("share", share, least=_LEAST_SHARE, most=1.0), whole("depth", depth, most=_DEEPEST)
    of_type("orthogonal", orthogonal, bool, "True or False")
    none = np.empty(0)
    if orthogonal:  # where the slope of ln lambda is 0: psi of the largest value
        over = depth * (1.0 - share) - 1.0
        edge = share / over if over > 0 else math.inf
    else:
        edge = 2 * share / (depth - 1 + math.sqrt((depth - 1) ** 2 + 4 * depth * share))
    if math.isinf(edge):  # it falls to its end: values are one, or pile up at their largest
        return share**-depth, none, none
    top, _, bend = _log_lambda(edge, share, depth, orthogonal)
    if edge > _FOLLOWED:
        return math.exp(top), none, none
    logs, found = [top], [0.0]
    psi = edge * np.exp(1j * math.sqrt(2 * _STEP * _STEP / bend) / edge)
    # By its logarithm, in steps that grow from the branch point on: far ones leave the branch where psi is large.
    ahead = np.geomspace(_STEP * _STEP, _STEP, 12)
    for log in top - np.append(ahead, np.arange(2 * _STEP, _FARTHEST, _STEP)):
        for _ in range(50):  # Newton's method, from the point before
            value, slope, _ = _log_lambda(psi, share, depth, orthogonal)
            step = (value - log) / (slope * psi)
            psi *= np.exp(-step)
            if abs(step) < 1e-12:
                break
        logs.append(log)
        found.append(abs(psi.imag) / math.pi)  # lambda times the density -Im G / pi, of G = (1 + psi) / lambda
    return math.exp(top), np.exp(np.array(logs[::-1])), np.array(found[::-1])


def spectrum(dataset: xarray.Dataset, init: str, activation: str) -> Spectrum | None:
    """Return what theory says of a pairing's Jacobian; None where it says nothing.

    It is for plain stacks without normalization, all of whose layers and inputs have one width, with independent
    weights of mean 0 or orthogonal ones.
    """
    if not hasattr(dataset, "attrs"):
        raise ActvizError(
            f"spectrum reads a result of probe, not {dataset!r}; density(share, depth) is of theory alone"
        )
    for kind, name in (("init", init), ("activation", activation)):
        of_type(kind, name, str, "a name")
    how = recipe(dataset)
    plain = "kind" not in how and not how.get("norm") and how.get("block", "plain") == "plain"
    phi: Activation | None = builtin("activation", activation, ACTIVATIONS)
    own: Initializer | None = builtin("initializer", init, INITIALIZERS)
    widths = [how["input_width"], *how["width"]] if plain else [0]
    inputs = builtin("inputs", str(how.get("inputs")), INPUTS)
    if not plain or len(set(widths)) > 1 or phi is None or own is None or not hasattr(inputs, "moments"):
        return None
    orthogonal = getattr(own, "family", "") == "orthogonal"
    fans = list(itertools.pairwise(widths))
    if not orthogonal and untreatable(own, fans):
        return None
    q, depth = float(inputs.moments(widths[0], int(how["samples"])).q), len(fans)
    scale = float(own.variance(*fans[0])) * widths[0]
    mean, spread = 1.0, 0.0
    with np.errstate(all="ignore"):
        for _ in range(depth):
            length = scale * q + float(how["bias_std"]) ** 2
            points, weights = line_rule(phi, length)
            squares = phi.derivative(points) ** 2
            first, second = float((weights * squares).sum()), float((weights * squares**2).sum())
            mean *= scale * first
            spread += second / first**2 - 1.0 + (0.0 if orthogonal else 1.0)
            q = float((weights * phi(points) ** 2).sum())
    share = share_of_slopes(phi)
    if math.isnan(share):
        return Spectrum(mean, spread, math.nan, np.empty(0), np.empty(0))
    return Spectrum(mean, spread, *density(share, depth, orthogonal=orthogonal))
