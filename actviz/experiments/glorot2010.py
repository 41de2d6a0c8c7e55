"""Glorot & Bengio 2010 at initialization: what the standard weights do to activations and gradients of five layers.

Standard initialization is U(±1/sqrt(n)), so that n Var(W) = 1/3, and mean-square gradients lose at least that factor a
layer; normalized initialization is U(±sqrt(6/(fan_in + fan_out))), n Var(W) = 1. The paper's five
hidden layers of 1000 units, with inputs from N(0, 1) instead of its images, and a random gradient at the last layer.
"""

from __future__ import annotations

from collections.abc import Iterator

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Drawing, Experiment
from actviz.experiments.readings import at, gradient_ratio, weight_gradient_ratio

_WIDTH = 1000
_ACTIVATIONS = ("sigmoid", "tanh", "softsign")
_STANDARD, _NORMALIZED = "pytorch_default", "xavier_uniform"
_NAMES = {_STANDARD: {"en": "standard", "ko": "표준"}, _NORMALIZED: {"en": "normalized", "ko": "정규화"}}

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


def _numbers() -> Iterator[Expectation]:
    for (activation, init), (value, spread) in _GRADIENTS.items():
        yield Expectation(
            {
                "en": f"{activation}, {_NAMES[init]['en']} weights: mean-square gradient at layer 1 over layer 5",
                "ko": f"{activation}, {_NAMES[init]['ko']} 가중치: 1층 기울기의 제곱 평균 / 5층",
            },
            value,
            Basis.QUADRATURE,
            gradient_ratio(init, activation),
            "glorot",
            source={"en": "mean field", "ko": "평균장"},
            spread=spread,
            allowance=4 * 2 / _WIDTH * float(value),
            log=True,
        )
    for (activation, init), (value, spread) in _SIGNALS.items():
        yield Expectation(
            {
                "en": f"{activation}, {_NAMES[init]['en']} weights: std of the activations at layer 5",
                "ko": f"{activation}, {_NAMES[init]['ko']} 가중치: 5층 활성화값의 표준편차",
            },
            value,
            Basis.QUADRATURE,
            at("act_std", init, activation, 5),
            "glorot",
            source={"en": "mean field", "ko": "평균장"},
            spread=spread,
            allowance=4 / _WIDTH * float(value),
            log=True,
        )


ACTIVATIONS_AND_GRADIENTS = Experiment(
    name="glorot2010/activations-and-gradients",
    title={
        "en": "Standard and normalized initialization, as in Glorot & Bengio 2010",
        "ko": "Glorot & Bengio 2010의 표준 초기화와 정규화 초기화",
    },
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
            Drawing(
                f"histograms-{activation}",
                "histograms",
                "glorot",
                {
                    "en": f"Activations of {activation}. {seen['en']}",
                    "ko": f"{activation} 함수의 활성화값. {seen['ko']}",
                },
                {"activations": [activation]},
            )
            for activation, seen in {
                "sigmoid": {
                    "en": "They gather around 0.5 with either initialization, more so with the standard one.",
                    "ko": "어느 초기화에서나 0.5 주위에 모이며, 표준 초기화에서 더 그렇다.",
                },
                "tanh": {
                    "en": "With standard weights they shrink from layer to layer, with normalized ones they stay "
                    "broad.",
                    "ko": "표준 가중치에서는 층마다 줄어들고, 정규화 가중치에서는 넓게 유지된다.",
                },
                "softsign": {
                    "en": "As tanh, with softer tails: normalized weights keep more of the width.",
                    "ko": "tanh와 같되 꼬리가 더 완만하다. 정규화 가중치가 폭을 더 많이 유지한다.",
                },
            }.items()
        ),
        Drawing(
            "gradients",
            "gradients",
            "glorot",
            {
                "en": "Back-propagated gradients. Read from right to left: with standard weights they shrink at least "
                "3-fold in mean square a layer, with normalized ones tanh keeps most. Under tanh and softsign the "
                "norm of ∂L/∂W is level all the same, with either: a small gradient there meets a large signal.",
                "ko": "역전파된 기울기. 오른쪽에서 왼쪽으로 읽는다. 표준 가중치에서는 제곱 평균이 층마다 3분의 1 "
                "이하로 줄고, 정규화 가중치에서 tanh는 대부분을 유지한다. 그런데도 tanh와 softsign에서 ∂L/∂W의 "
                "노름은 어느 가중치에서나 고르다. 작은 기울기가 큰 신호를 만나기 때문이다.",
            },
        ),
        Drawing(
            "signal",
            "signal",
            "glorot",
            {
                "en": "The same in numbers, going forward: a falling standard deviation is a signal that fades.",
                "ko": "순전파를 수치로 본다: 표준편차가 줄어드는 것은 사라져 가는 신호이다.",
            },
        ),
    ),
    expectations=(
        *_numbers(),
        Expectation(
            {
                "en": "tanh, standard weights: variance of the weight gradient at layer 1 over layer 5",
                "ko": "tanh, 표준 가중치: 1층 가중치 기울기의 분산 / 5층",
            },
            1.0,
            Basis.RECALLED,
            weight_gradient_ratio(_STANDARD, "tanh"),
            "glorot",
            source={
                "en": "the same for all layers, where units are linear",
                "ko": "뉴런이 선형이면 모든 층에서 같다",
            },
            spread=0.0094,
            allowance=0.5,
            log=True,
        ),
    ),
)
