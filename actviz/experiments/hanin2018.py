"""Hanin & Rolnick 2018: how far single networks lie apart is ruled by the sum of 1 / width over their layers."""

from __future__ import annotations

import math

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import log_variance
from actviz.text import words

_SEEDS = 200
_INIT = "he_normal"
_STACKS = {"deep": (20, 100), "half-as-wide": (10, 50), "shallow": (5, 100)}
"""Depth and width; the first two have one sum of 1 / width, a fifth, the last a quarter of it."""


def _expected(depth: int, width: int) -> float:
    """Variance of the logarithm of a sample's mean square: 5 / n of every ReLU layer, 2 / n of its input."""
    return depth * math.log1p(5 / width) + math.log1p(2 / width)


FLUCTUATIONS = Experiment(
    name="hanin2018/fluctuations",
    title=words("experiment.hanin2018/fluctuations.title"),
    source="Hanin & Rolnick, How to start training: The effect of initialization and architecture, NeurIPS 2018",
    probes={
        name: {
            "inits": (_INIT, "identity"),
            "activations": "relu",
            "depth": depth,
            "width": width,
            "samples": 1,
            "seeds": _SEEDS,
        }
        for name, (depth, width) in _STACKS.items()
    },
    drawings=tuple(
        drawing("hanin2018/fluctuations", f"signal-{name}", "signal", name, inits=[_INIT]) for name in _STACKS
    ),
    expectations=tuple(
        Expectation(
            words("expectation.hanin.variance", depth=depth, width=width),
            _expected(depth, width),
            Basis.CLOSED_FORM,
            log_variance(_INIT, "relu", depth),
            name,
            spread=math.sqrt(2.0) * _expected(depth, width),  # of a variance: two over the number of seeds, relative
            allowance=0.1 * _expected(depth, width),
            variance=True,
        )
        for name, (depth, width) in _STACKS.items()
    ),
)
