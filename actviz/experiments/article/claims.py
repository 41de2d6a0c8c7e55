"""The article's claims on weight initialization, each in the cases that decide it."""

from __future__ import annotations

from actviz.experiments.article.cases import (
    FIFTY,
    FIVE,
    KEPT,
    SMALL,
    SOFTPLUS,
    case,
    claim,
    kept,
    off_centre,
    shrinks,
    std_ratio,
)
from actviz.experiments.article.normalization import (
    CONSTANT_CASES,
    NORMAL_CASES,
    NORMALIZATION,
    PLATEAU_CASES,
    ZERO_CASES,
)
from actviz.experiments.claims import Claim
from actviz.experiments.readings import at, gradient_change, layers_that_learn, quotient, share_near, signal_factor

_DRIFT = claim(
    1,
    "gradients",
    case(1, "sigmoid-uniform", FIVE, off_centre("uniform:0,1"), 0.25),
    case(1, "sigmoid-normal", FIVE, off_centre("normal"), 0.25, so=False),
    case(1, "tanh-uniform", FIVE, off_centre("uniform:0,1", "tanh"), 0.25, so=False),
    case(
        1,
        "softplus-he",
        SOFTPLUS,
        quotient(*(at("act_mean", "he_normal", "softplus", layer) for layer in (-1, 1))),
        1.15,
    ),
    shrinks(1, "tanh-small-shrinks", "normal:0.01", "tanh"),
    case(1, "relu-normal-grows", FIVE, gradient_change("normal", "relu"), KEPT),
    shrinks(1, "sigmoid-normal-shrinks", "normal", "sigmoid", so=False),
    *PLATEAU_CASES,
)

_ZERO = claim(
    2,
    "race-relu",
    *(
        case(2, f"zeros-{name}", FIVE, layers_that_learn("zeros", name), most=0.0, so=name != "sigmoid")
        for name in ("sigmoid", "tanh", "relu")
    ),
    case(2, "zeros-tanh-biases", FIVE, at("grad_preact_rms", "zeros", "tanh", 5)),
    case(2, "zeros-relu-biases", FIVE, at("grad_preact_rms", "zeros", "relu", 5)),
    case(2, "constant-layers", FIVE, layers_that_learn("constant:0.1", "sigmoid")),
    case(2, "constant-units", FIVE, at("distinct_units", "constant:0.1", "sigmoid", 5)),
    *ZERO_CASES,
    *CONSTANT_CASES,
)

_UNIFORM = claim(
    3,
    "signal",
    case(3, "sigmoid", FIVE, at("act_std", "uniform", "sigmoid", 5), 0.25),
    case(3, "tanh", FIVE, at("act_std", "uniform", "tanh", 5), 0.5),
    case(3, "relu", FIVE, signal_factor("uniform", "relu"), 2.0),
    case(3, "sigmoid-positive", FIVE, at("act_std", "uniform:0,1", "sigmoid", 5), 0.25, so=False),
    case(3, "sigmoid-positive-mean", FIVE, at("act_mean", "uniform:0,1", "sigmoid", 5)),
    case(3, "relu-positive", FIVE, signal_factor("uniform:0,1", "relu"), 2.0),
)

_NORMAL = claim(
    4,
    "histograms-sigmoid",
    case(4, "sigmoid-saturated", FIVE, at("saturated", "normal", "sigmoid", 5), 0.25),
    case(4, "sigmoid-low", FIVE, share_near(0.0, 0.05, "normal", "sigmoid", 5), 0.1),
    case(4, "sigmoid-high", FIVE, share_near(1.0, 0.05, "normal", "sigmoid", 5), 0.1),
    case(4, "tanh-saturated", FIVE, at("saturated", "normal", "tanh", 5), 0.5),
    case(4, "relu-factor", FIVE, signal_factor("normal", "relu"), 2.0),
    case(4, "tanh-small-factor", FIVE, signal_factor("normal:0.01", "tanh"), most=0.5),
    *NORMAL_CASES,
)

_BROAD = claim(
    5,
    "overview",
    shrinks(5, "narrow", "normal:0.01", "tanh"),
    case(5, "narrow-std", FIVE, at("act_std", "normal:0.01", "tanh", 5)),
    case(5, "small-inputs", SMALL, gradient_change("he_normal", "relu"), most=-KEPT, so=False),
    case(5, "small-inputs-std", SMALL, at("act_std", "he_normal", "relu", 5)),
    case(5, "small-inputs-kept", SMALL, signal_factor("he_normal", "relu")),
    kept(5, "tanh-xavier", "xavier_normal", "tanh"),
    case(5, "tanh-xavier-std", FIVE, at("act_std", "xavier_normal", "tanh", 5)),
    kept(5, "relu-he", "he_normal", "relu"),
    case(5, "relu-he-std", FIVE, at("act_std", "he_normal", "relu", 5)),
    kept(5, "sigmoid-xavier", "xavier_normal", "sigmoid", so=False),
    case(5, "sigmoid-xavier-std", FIVE, at("act_std", "xavier_normal", "sigmoid", 5)),
)

_XAVIER = claim(
    6,
    "gradients",
    kept(6, "tanh", "xavier_normal", "tanh"),
    case(6, "tanh-factor", FIFTY, signal_factor("xavier_normal", "tanh"), 0.9),
    kept(6, "sigmoid", "xavier_normal", "sigmoid", so=False),
    case(6, "wider", FIVE, std_ratio("xavier_normal", 400, "xavier_normal", 100), 0.499, 0.501),
)

_HE = claim(
    7,
    "histograms-relu",
    case(7, "xavier-factor", FIFTY, signal_factor("xavier_normal", "relu"), most=0.8),
    case(7, "he-factor", FIFTY, signal_factor("he_normal", "relu"), 0.9, 1.1),
    kept(7, "he", "he_normal", "relu"),
    case(7, "he-over-xavier", FIVE, std_ratio("he_normal", 100, "xavier_normal", 100), 1.41, 1.42),
)

CLAIMS: tuple[Claim, ...] = (_DRIFT, _ZERO, _UNIFORM, _NORMAL, _BROAD, _XAVIER, _HE, NORMALIZATION)
"""In the article's order."""
