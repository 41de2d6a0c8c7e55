"""``weight_init_activation_histogram`` of "Deep Learning from Scratch", chapter 6, which the article descends from.

1000 inputs of 100 values from N(0, 1), five layers of 100 units without biases, weights of standard deviation 1, 0.01,
sqrt(1/n) (the book's "Xavier", here ``lecun_normal``) and sqrt(2/n) (He), and 30 bins on (0, 1). No seeds were set
there, so distributions can be compared, not digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Drawing, Experiment
from actviz.experiments.readings import at, gradient_factor, outside_view

_ACTIVATIONS = ("sigmoid", "relu", "tanh")
_SEEDS = 40
"""Seeds behind the standard deviations that independent code measured."""

# Standard deviation of the activations at layers 1 to 5, and of the logarithm of each from seed to seed.
_STD = {
    ("sigmoid", "normal"): (
        ("0.4588", "0.4388", "0.4359", "0.4355", "0.4374"),
        (0.00096, 0.0065, 0.0105, 0.016, 0.017),
    ),
    ("sigmoid", "normal:0.01"): (
        ("0.0249", "0.0124", "0.0122", "0.0122", "0.0127"),
        (0.0083, 0.07, 0.072, 0.073, 0.074),
    ),
    ("tanh", "normal:0.01"): (
        ("9.89e-2", "9.90e-3", "9.89e-4", "9.92e-5", "9.94e-6"),
        (0.0083, 0.011, 0.018, 0.021, 0.027),
    ),
}


def _standard_deviations() -> Iterator[Expectation]:
    for (activation, init), (values, spreads) in _STD.items():
        for layer, (value, spread) in enumerate(zip(values, spreads, strict=True), 1):
            yield Expectation(
                {
                    "en": f"{activation}, weights {init}: std of the activations at layer {layer}",
                    "ko": f"{activation}, {init} 가중치: {layer}층 활성화값의 표준편차",
                },
                value,
                Basis.MEASURED,
                at("act_std", init, activation, layer),
                "book",
                spread=spread,
                reference_seeds=_SEEDS,
                log=True,
            )


ACTIVATION_HISTOGRAMS = Experiment(
    name="dlfs/activation-histograms",
    title={
        "en": "Activations by weight initialization, as in Deep Learning from Scratch",
        "ko": "“밑바닥부터 시작하는 딥러닝”의 가중치 초기화별 활성화값",
    },
    source={
        "en": "Saitoh, Deep Learning from Scratch, chapter 6: weight_init_activation_histogram",
        "ko": "사이토 고키, “밑바닥부터 시작하는 딥러닝”, 6장: weight_init_activation_histogram",
    },
    probes={
        "book": {
            "inits": ("normal", "normal:0.01", "lecun_normal", "he_normal"),
            "activations": _ACTIVATIONS,
            "depth": 5,
            "width": 100,
            "samples": 1000,
            "seeds": 8,
            "view": (0.0, 1.0, 30),
        },
    },
    drawings=(
        *(
            Drawing(
                f"histograms-{activation}-book",
                "histograms",
                "book",
                {
                    "en": f"The book's picture for {activation}: 30 bins on (0, 1). {seen['en']}",
                    "ko": f"책에 실린 {activation} 함수의 그림: (0, 1)을 30개 구간으로 나눈다. {seen['ko']}",
                },
                {"activations": [activation], "view": "book"},
            )
            for activation, seen in {
                "sigmoid": {
                    "en": "Standard deviation 1 piles the values up at 0 and 1; 0.01 gathers them at 0.5.",
                    "ko": "표준편차 1은 값을 0과 1에 몰고, 0.01은 0.5에 모은다.",
                },
                "relu": {
                    "en": "Standard deviation 0.01 leaves nothing but the first bin, and He's own is the only one that "
                    "keeps its shape; a quarter of its values lies beyond 1, outside the picture.",
                    "ko": "표준편차 0.01에서는 첫 구간만 남고, He의 표준편차에서만 모양이 유지된다. 그 값의 4분의 1은 "
                    "1보다 "
                    "커서 그림 밖에 있다.",
                },
                "tanh": {
                    "en": "Half of the values, all negative ones, are not in the picture: see the next one for all.",
                    "ko": "값의 절반, 곧 모든 음수는 그림에 없다. 전체는 다음 그림에서 본다.",
                },
            }.items()
        ),
        Drawing(
            "histograms-tanh",
            "histograms",
            "book",
            {
                "en": "The same for tanh over its whole range. Standard deviation 1 saturates at both ends, 0.01 "
                "collapses.",
                "ko": "tanh의 전체 범위를 그린 같은 그림. 표준편차 1은 양 끝에서 포화되고 0.01은 붕괴된다.",
            },
            {"activations": ["tanh"]},
        ),
        Drawing(
            "signal",
            "signal",
            "book",
            {
                "en": "The standard deviations in numbers, layer by layer. A level line is a distribution that keeps "
                "its width.",
                "ko": "표준편차를 층별 수치로 본다. 수평선은 폭을 유지하는 분포이다.",
            },
        ),
    ),
    expectations=(
        Expectation(
            {
                "en": "sigmoid, weights normal: mean of the activations at layer 5",
                "ko": "sigmoid, normal 가중치: 5층 활성화값의 평균",
            },
            0.5,
            Basis.CLOSED_FORM,
            at("act_mean", "normal", "sigmoid", 5),
            "book",
            spread=0.04,
        ),
        *_standard_deviations(),
        Expectation(
            {
                "en": "relu, weights normal:0.01: std of the activations at layer 5",
                "ko": "relu, normal:0.01 가중치: 5층 활성화값의 표준편차",
            },
            "1.43e-6",
            Basis.MEASURED,
            at("act_std", "normal:0.01", "relu", 5),
            "book",
            spread=0.14,
            reference_seeds=_SEEDS,
            log=True,
        ),
        # With w a unit's weights z is N(0, |w|^2), where |w|^2 is 2 chi^2(100) / 100.
        Expectation(
            {
                "en": "relu, weights he_normal: mean of the activations at layer 1",
                "ko": "relu, he_normal 가중치: 1층 활성화값의 평균",
            },
            "0.56278",
            Basis.CLOSED_FORM,
            at("act_mean", "he_normal", "relu", 1),
            "book",
            source={
                "en": "sqrt(2 / 100) Γ(101/2) / Γ(50) / sqrt(π); 1/sqrt(π) in a wide layer",
                "ko": "sqrt(2 / 100) Γ(101/2) / Γ(50) / sqrt(π); 넓은 층에서는 1/sqrt(π)",
            },
            spread=0.0052,
        ),
        Expectation(
            {
                "en": "relu, weights he_normal: share of layer 1 beyond 1, outside the book's picture",
                "ko": "relu, he_normal 가중치: 1층에서 1보다 커서 책의 그림 밖에 있는 값의 비율",
            },
            "0.23838",
            Basis.QUADRATURE,
            outside_view("he_normal", "relu", 1),
            "book",
            spread=0.0022,
        ),
        Expectation(
            {
                "en": "tanh, weights lecun_normal: share of layer 5 below 0, outside the book's picture",
                "ko": "tanh, lecun_normal 가중치: 5층에서 0보다 작아 책의 그림 밖에 있는 값의 비율",
            },
            0.5,
            Basis.CLOSED_FORM,
            outside_view("lecun_normal", "tanh", 5),
            "book",
            source={"en": "tanh is odd, and weights are symmetric", "ko": "tanh는 기함수이고 가중치는 대칭이다"},
            spread=0.0018,
        ),
        Expectation(
            {
                "en": "sigmoid, weights lecun_normal: factor of the mean-square gradient a layer, layers 5 to 2",
                "ko": "sigmoid, lecun_normal 가중치: 5층에서 2층까지 층마다 기울기의 제곱 평균이 변하는 배율",
            },
            "0.0557",
            Basis.QUADRATURE,
            gradient_factor("lecun_normal", "sigmoid", 2),
            "book",
            source={"en": "chi_1 at sigma_w² = 1", "ko": "sigma_w² = 1일 때의 chi_1"},
            spread=0.0145,
            allowance=2 / 100 * 0.0557,
            log=True,
        ),
    ),
)
