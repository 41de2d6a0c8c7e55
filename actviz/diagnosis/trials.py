"""A weight variance by trial: where no number of theory holds over so many layers, stacks are measured.

GELU and its kin have a length that is kept but unstable. At finite width every network, and every sample, falls off it
to its own side, sooner than the theory of wide stacks says; whether a scale is healthy then is a matter of measuring.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from actviz.catalog.activations import Activation
from actviz.catalog.initializers import VarianceScaling
from actviz.diagnosis.rules import RULES, Verdict, profiles
from actviz.diagnosis.thresholds import Thresholds

SEEDS = range(1_000_000, 1_000_012)
"""Of the networks tried: others than a user's, whose luck is no evidence."""

FAULTY = 2
"""How many of them may show a fault: few enough that of fresh seeds no half does."""

SAMPLES, WIDEST, DEEPEST, TRIES = 32, 256, 200, 6
"""Rows of input; width up to which and depth up to which stacks are measured, within seconds; and how many scales."""

FALLING = (Verdict.VANISHING, Verdict.COLLAPSED, Verdict.DEAD)
"""Faults that a larger scale mends; a smaller one mends the others."""


def _faults(activation: Activation, variance: float, bias_std: float, depth: int, width: int) -> tuple[int, int]:
    """Count the networks that fade, and those that have another fault."""
    from actviz.probing.running import probe

    dataset = probe(
        VarianceScaling(variance), activation, depth=depth, width=width, samples=SAMPLES, seeds=list(SEEDS),
        bias_std=bias_std, workers=1,
    )  # fmt: skip
    [(*_, profile)] = profiles(dataset)
    shown = {rule: np.logical_or.reduce(rule.shows(profile, Thresholds()), axis=1) for rule in RULES}
    fades, other = (
        np.logical_or.reduce([seeds for rule, seeds in shown.items() if (rule.verdict in FALLING) == falls])
        for falls in (True, False)
    )
    return int(fades.sum()), int((other & ~fades).sum())


def tried_width(width: int) -> int:
    """Width of the stacks that stand for those of a width."""
    return min(width, WIDEST)


@functools.lru_cache(maxsize=64)
def tried_variance(
    activation: Activation, start: float, bias_std: float, depth: int, width: int
) -> tuple[float, float]:
    """Weight variance times fan_in, within 15 % of a start, under which most networks are healthy, and their share.

    Too small a scale fades, too large a one explodes; the search halves what is between, until so few have a fault
    that it is no matter of chance. NaN and 0 for stacks that are too deep to be measured in seconds.
    """
    best, most = math.nan, 0
    low, high, variance = 0.85 * start, 1.15 * start, start
    for _ in range(TRIES if depth <= DEEPEST else 0):
        variance = float(f"{variance:.3g}")  # as a remedy writes it
        fades, other = _faults(activation, variance, bias_std, depth, tried_width(width))
        if (healthy := len(SEEDS) - fades - other) > most:
            best, most = variance, healthy
        if most >= len(SEEDS) - FAULTY:
            break
        low, high = (variance, high) if fades > other else (low, variance)
        variance = math.sqrt(low * high)
    return best, most / len(SEEDS)


def certain(share: float) -> bool:
    """Whether a share of healthy networks leaves it no matter of chance that most others are healthy too."""
    return share >= 1.0 - FAULTY / len(SEEDS)
