"""Glorot & Bengio 2010 at initialization: what the standard weights do to activations and gradients of five layers.

Standard initialization is U(±1/sqrt(n)), so that n Var(W) = 1/3, and mean-square gradients lose at least that factor a
layer; normalized initialization is U(±sqrt(6/(fan_in + fan_out))), n Var(W) = 1. The paper's five
hidden layers of 1000 units, with inputs from N(0, 1) instead of its images, and a random gradient at the last layer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from actviz.catalog.names import initializer
from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import at, gradient_ratio, weight_gradient_ratio
from actviz.text import words

_WIDTH = 1000
_ACTIVATIONS = ("sigmoid", "tanh", "softsign")
_STANDARD, _NORMALIZED = "pytorch_default", "xavier_uniform"
_NAMES = {_STANDARD: words("expectation.glorot.standard"), _NORMALIZED: words("expectation.glorot.normalized")}

# Mean-square gradient at layer 1 over that at layer 5: the product of sigma_w^2 E[phi'(z)^2] over layers 1 to 4, by
# quadrature; and the standard deviation of its logarithm from seed to seed.
_GRADIENTS = {
    ("sigmoid", _STANDARD): ("1.4475e-7", 0.0075),
    ("sigmoid", _NORMALIZED): ("7.6693e-6", 0.0098),
    ("tanh", _STANDARD): ("6.9198e-3", 0.0068),
    ("tanh", _NORMALIZED): ("0.16796", 0.0072),
    ("softsign", _STANDARD): ("1.8393e-3", 0.0072),
    ("softsign", _NORMALIZED): ("3.1357e-2", 0.0079),
}
# Standard deviation of the activations at layer 5, likewise.
_SIGNALS = {
    ("tanh", _STANDARD): ("0.04666", 0.0038),
    ("tanh", _NORMALIZED): ("0.32162", 0.0024),
    ("softsign", _STANDARD): ("0.02226", 0.0034),
    ("softsign", _NORMALIZED): ("0.12107", 0.0024),
}


def _mean_singular_value(init: str) -> float:
    """Return that of a square matrix of variance 1 / n, 8 / (3 pi), times sqrt(n variance): where units are linear."""
    return 8 / (3 * math.pi) * math.sqrt(_WIDTH * initializer(init).variance(_WIDTH, _WIDTH))


def _numbers() -> Iterator[Expectation]:
    for (activation, init), (value, spread) in _GRADIENTS.items():
        yield Expectation(
            words("expectation.glorot.gradient", activation=activation, weights=_NAMES[init]),
            value,
            Basis.QUADRATURE,
            gradient_ratio(init, activation),
            "glorot",
            source=words("expectation.mean_field"),
            spread=spread,
            allowance=4 * 2 / _WIDTH * float(value),
            log=True,
        )
    for (activation, init), (value, spread) in _SIGNALS.items():
        yield Expectation(
            words("expectation.glorot.std", activation=activation, weights=_NAMES[init]),
            value,
            Basis.QUADRATURE,
            at("act_std", init, activation, 5),
            "glorot",
            source=words("expectation.mean_field"),
            spread=spread,
            allowance=4 / _WIDTH * float(value),
            log=True,
        )


ACTIVATIONS_AND_GRADIENTS = Experiment(
    name="glorot2010/activations-and-gradients",
    title=words("experiment.glorot2010/activations-and-gradients.title"),
    source="Glorot & Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010",
    probes={
        "glorot": {
            "inits": (_STANDARD, _NORMALIZED),
            "activations": _ACTIVATIONS,
            "depth": 5,
            "width": _WIDTH,
            "samples": 300,
            "seeds": 4,
        },
    },
    drawings=(
        *(
            drawing(
                "glorot2010/activations-and-gradients",
                f"histograms-{activation}",
                "histograms",
                "glorot",
                activations=[activation],
            )
            for activation in _ACTIVATIONS
        ),
        drawing("glorot2010/activations-and-gradients", "gradients", "gradients", "glorot"),
        drawing("glorot2010/activations-and-gradients", "signal", "signal", "glorot"),
    ),
    expectations=(
        *_numbers(),
        Expectation(
            words("expectation.glorot.weight_gradient"),
            1.0,
            Basis.RECALLED,
            weight_gradient_ratio(_STANDARD, "tanh"),
            "glorot",
            source=words("expectation.glorot.linear"),
            spread=0.0094,
            allowance=0.5,
            log=True,
        ),
        *(
            Expectation(
                words("expectation.glorot.singular", weights=_NAMES[init]),
                value,
                Basis.PUBLISHED,
                lambda init=init: _mean_singular_value(init),
                source=words("expectation.glorot.around"),
            )
            for init, value in ((_STANDARD, "0.5"), (_NORMALIZED, "0.8"))
        ),
    ),
)
