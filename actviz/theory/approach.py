"""The way to the resting length: how many layers it takes, and what becomes of gradients there.

chi_1 and the depth scales hold where a signal has come to rest. Where that takes many layers, as under GELU with He's
weights, a stack is nowhere near it, and they mislead; here chi is followed from the input.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

from actviz.catalog import names
from actviz.catalog.activations import Activation
from actviz.catalog.checks import first
from actviz.theory.maps import HUGE, TINY, length_map, moments
from actviz.theory.phases import EFOLDS, MeanField

FOLLOWED = 300
"""Layers that are followed."""

NEAR = 0.1
"""Share by which a layer's chi may differ from chi_1 and count as at rest."""


@dataclass(frozen=True)
class Approach:
    """How a stack comes to its resting length from inputs of a given mean square.

    Parameters
    ----------
    layers : float
        First layer from which on chi stays within a tenth of chi_1; infinite if none of the first 300.
    gradient_depth : float
        Layers from the input over which a mean-square gradient changes by six e-folds, as over 6 |xi_grad| at rest;
        infinite if not over the first 300.
    """

    layers: float
    gradient_depth: float


@first(names.activation)
@functools.lru_cache(maxsize=1024)
def approach(activation: Activation, field: MeanField, q0: float = 1.0) -> Approach:
    """Follow chi layer by layer from inputs of mean square ``q0``."""
    q, total, depth, apart = field.weight_var * q0 + field.bias_var, 0.0, math.inf, 0
    for layer in range(1, FOLLOWED + 1):
        chi = field.weight_var * moments(activation, min(max(q, TINY), HUGE))[2]
        total += math.log(chi) if chi > 0.0 else -math.inf
        if math.isinf(depth) and abs(total) > EFOLDS:
            depth = layer
        if abs(chi - field.chi_1) > NEAR * field.chi_1:
            apart = layer
        following = length_map(activation, q, field.weight_var, field.bias_var)
        if math.isinf(following) or math.isclose(following, q, rel_tol=1e-9):  # nothing will change any more
            rate = abs(math.log(chi)) if chi > 0.0 else math.inf
            depth = layer + math.ceil((EFOLDS - abs(total)) / rate) if math.isinf(depth) and rate > 1e-9 else depth
            break
        q = following
    return Approach(math.inf if apart == FOLLOWED else apart + 1, depth)
