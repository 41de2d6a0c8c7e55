"""Klambauer et al. 2017: with weights of variance 1/fan_in, SELU keeps mean 0 and variance 1 through any depth."""

from __future__ import annotations

import math

from actviz.catalog.elementwise import SELU_ALPHA, SELU_LAMBDA
from actviz.experiments.expectations import Basis, Expectation, Origin
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import at, gradient_factor, mean_field, mean_square
from actviz.text import words

_DEPTH, _WIDTH = 50, 300
_INIT = "lecun_normal"


def _alpha() -> float:
    """Return the alpha for which E[phi] = 0: E[exp(z) - 1; z < 0] = (sqrt(e) erfc(1/sqrt 2) - 1) / 2."""
    negative = (math.exp(0.5) * math.erfc(math.sqrt(0.5)) - 1) / 2
    return -1 / (math.sqrt(2 * math.pi) * negative)


def _scale() -> float:
    """Return the lambda for which E[phi^2] = 1, given that alpha."""
    # E[(exp(z) - 1)^2; z < 0], by completing squares.
    square = (math.exp(2.0) * math.erfc(math.sqrt(2.0)) - 2 * math.exp(0.5) * math.erfc(math.sqrt(0.5)) + 1) / 2
    return 1 / math.sqrt(0.5 + _alpha() ** 2 * square)


SELF_NORMALIZING = Experiment(
    name="selu/fixed-point",
    title=words("experiment.selu/fixed-point.title"),
    source="Klambauer, Unterthiner, Mayr & Hochreiter, Self-normalizing neural networks, NeurIPS 2017",
    probes={
        "selu": {
            "inits": (_INIT, "variance_scaling:0.5625"),
            "activations": "selu",
            "depth": _DEPTH,
            "width": _WIDTH,
            "samples": 200,
            "seeds": 8,
        },
    },
    drawings=(
        drawing("selu/fixed-point", "ridges-selu", "ridges", "selu", inits=[_INIT]),
        drawing("selu/fixed-point", "signal", "signal", "selu"),
        drawing("selu/fixed-point", "gradients", "gradients", "selu"),
    ),
    expectations=(
        Expectation(
            words("expectation.selu.alpha"), "1.6733", Basis.PUBLISHED, _alpha, source=words("expectation.selu.paper")
        ),
        Expectation(
            words("expectation.selu.lambda"), "1.0507", Basis.PUBLISHED, _scale, source=words("expectation.selu.paper")
        ),
        Expectation(
            words("expectation.selu.digits", what=words("expectation.selu.alpha")),
            SELU_ALPHA,
            Basis.PUBLISHED,
            _alpha,
            source=words("expectation.selu.frameworks"),
            origin=Origin.SOFTWARE,
            allowance=1e-9,
        ),
        Expectation(
            words("expectation.selu.digits", what=words("expectation.selu.lambda")),
            SELU_LAMBDA,
            Basis.PUBLISHED,
            _scale,
            source=words("expectation.selu.frameworks"),
            origin=Origin.SOFTWARE,
            allowance=1e-9,
        ),
        Expectation(
            words("expectation.selu.q_star"),
            1.0,
            Basis.CLOSED_FORM,
            mean_field("q_star", "selu", 1.0),
            allowance=1e-9,
        ),
        Expectation(
            words("expectation.selu.chi_1"),
            "1.071575",
            Basis.CLOSED_FORM,
            mean_field("chi_1", "selu", 1.0),
        ),
        Expectation(
            words("expectation.selu.mean", layer=_DEPTH),
            0.0,
            Basis.CLOSED_FORM,
            at("act_mean", _INIT, "selu", _DEPTH),
            "selu",
            spread=0.009,
            allowance=2 / _WIDTH,
        ),
        Expectation(
            words("expectation.selu.mean_square", layer=_DEPTH),
            1.0,
            Basis.CLOSED_FORM,
            mean_square("act", _INIT, "selu", _DEPTH),
            "selu",
            spread=0.026,
            allowance=2 / _WIDTH,
        ),
        Expectation(
            words("expectation.selu.gradient"),
            "1.0716",
            Basis.QUADRATURE,
            gradient_factor(_INIT, "selu"),
            "selu",
            source="chi_1",
            spread=0.0018,
            allowance=2 / _WIDTH,
            log=True,
        ),
    ),
)
