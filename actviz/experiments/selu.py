"""Klambauer et al. 2017: with weights of variance 1/fan_in, SELU keeps mean 0 and variance 1 through any depth."""

from __future__ import annotations

import math

from actviz.catalog.activations import SELU_ALPHA, SELU_LAMBDA
from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Drawing, Experiment
from actviz.experiments.readings import at, gradient_factor, mean_field, mean_square

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
    title={
        "en": "SELU keeps mean 0 and variance 1, as in Klambauer et al. 2017",
        "ko": "Klambauer 등 2017: SELU는 평균 0과 분산 1을 유지한다",
    },
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
        Drawing(
            "ridges-selu",
            "ridges",
            "selu",
            {
                "en": "Fifty layers of SELU with weights of variance 1/fan_in: one shape from first to last. Gradients "
                "grow slowly, by chi_1 = 1.07 in mean square a layer.",
                "ko": "분산 1/fan_in의 가중치를 쓴 SELU 층 50개: 첫 층부터 마지막 층까지 모양이 같다. 기울기는 제곱 "
                "평균이 층마다 chi_1 = 1.07배씩 천천히 커진다.",
            },
            {"inits": [_INIT]},
        ),
        Drawing(
            "signal",
            "signal",
            "selu",
            {
                "en": "Mean 0 and standard deviation 1 are a fixed point of variance 1/fan_in. With the gain of 3/4 "
                "that PyTorch suggests (0.5625/fan_in) the signal settles far below.",
                "ko": "평균 0과 표준편차 1은 분산 1/fan_in의 고정점이다. PyTorch가 권하는 이득 "
                "3/4(0.5625/fan_in)에서는 신호가 훨씬 작은 값에 자리를 잡는다.",
            },
        ),
        Drawing(
            "gradients",
            "gradients",
            "selu",
            {
                "en": "What the gain of 3/4 buys: gradients that shrink slowly instead of growing slowly.",
                "ko": "이득 3/4로 얻는 것: 천천히 커지는 대신 천천히 작아지는 기울기.",
            },
        ),
    ),
    expectations=(
        Expectation(
            {"en": "selu: alpha, from E[phi] = 0", "ko": "selu: E[phi] = 0에서 구한 alpha"},
            SELU_ALPHA,
            Basis.PUBLISHED,
            _alpha,
            source={"en": "PyTorch and Keras", "ko": "PyTorch와 Keras"},
            allowance=1e-9,
        ),
        Expectation(
            {"en": "selu: lambda, from E[phi²] = 1", "ko": "selu: E[phi²] = 1에서 구한 lambda"},
            SELU_LAMBDA,
            Basis.PUBLISHED,
            _scale,
            source={"en": "PyTorch and Keras", "ko": "PyTorch와 Keras"},
            allowance=1e-9,
        ),
        Expectation(
            {"en": "selu, variance 1/fan_in: q_star in theory", "ko": "selu, 분산 1/fan_in: q_star의 이론값"},
            1.0,
            Basis.CLOSED_FORM,
            mean_field("q_star", "selu", 1.0),
            allowance=1e-9,
        ),
        Expectation(
            {"en": "selu, variance 1/fan_in: chi_1 in theory", "ko": "selu, 분산 1/fan_in: chi_1의 이론값"},
            "1.071575",
            Basis.CLOSED_FORM,
            mean_field("chi_1", "selu", 1.0),
        ),
        Expectation(
            {
                "en": f"selu, variance 1/fan_in: mean of the activations at layer {_DEPTH}",
                "ko": f"selu, 분산 1/fan_in: {_DEPTH}층 활성화값의 평균",
            },
            0.0,
            Basis.CLOSED_FORM,
            at("act_mean", _INIT, "selu", _DEPTH),
            "selu",
            spread=0.009,
            allowance=2 / _WIDTH,
        ),
        Expectation(
            {
                "en": f"selu, variance 1/fan_in: mean square of the activations at layer {_DEPTH}",
                "ko": f"selu, 분산 1/fan_in: {_DEPTH}층 활성화값의 제곱 평균",
            },
            1.0,
            Basis.CLOSED_FORM,
            mean_square("act", _INIT, "selu", _DEPTH),
            "selu",
            spread=0.026,
            allowance=2 / _WIDTH,
        ),
        Expectation(
            {
                "en": "selu, variance 1/fan_in: factor of the mean-square gradient a layer",
                "ko": "selu, 분산 1/fan_in: 층마다 기울기의 제곱 평균이 변하는 배율",
            },
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
