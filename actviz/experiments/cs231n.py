"""The experiment of Stanford's CS231n on weight initialization: ten layers of 500 units, inputs from N(0, 1)."""

from __future__ import annotations

from collections.abc import Mapping

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Drawing, Experiment
from actviz.experiments.readings import at, mean_square

_SEEDS = 40
"""Seeds behind the numbers that independent code measured."""

_STACK: Mapping[str, object] = {"depth": 10, "width": 500, "samples": 1000, "seeds": 4, "view": (-1.0, 1.0, 30)}

# Mean field, layers 1 to 10, and the standard deviation from seed to seed.
_MEAN_FIELD = ("0.6279", "0.4863", "0.4082", "0.3576", "0.3216", "0.2944", "0.2729", "0.2554", "0.2409", "0.2285")
_SPREADS = (0.00068, 0.00089, 0.00098, 0.0011, 0.0013, 0.0014, 0.0014, 0.0014, 0.0015, 0.0016)

TEN_LAYERS = Experiment(
    name="cs231n/ten-layers",
    title={"en": "Ten layers of 500, as in CS231n", "ko": "CS231n의 뉴런 500개짜리 층 10개"},
    source={
        "en": "Stanford CS231n, lecture on training neural networks: activation statistics by weight initialization",
        "ko": "스탠퍼드 CS231n, 신경망 훈련 강의: 가중치 초기화에 따른 활성화값 통계",
    },
    probes={
        "tanh": {"inits": ("normal", "normal:0.01", "lecun_normal"), "activations": "tanh", **_STACK},
        "relu": {"inits": ("lecun_normal", "he_normal"), "activations": "relu", **_STACK},
    },
    drawings=(
        Drawing(
            "histograms-tanh",
            "histograms",
            "tanh",
            {
                "en": "tanh: standard deviation 1 saturates every layer, 0.01 collapses to 0 within a few, and "
                "1/fan_in keeps a broad shape that narrows slowly.",
                "ko": "tanh: 표준편차 1은 모든 층을 포화시키고, 0.01은 몇 층 만에 0으로 붕괴시키며, 1/fan_in은 "
                "분포를 넓게 유지하면서 천천히 좁힌다.",
            },
        ),
        Drawing(
            "histograms-relu",
            "histograms",
            "relu",
            {
                "en": "ReLU: with variance 1/fan_in the values drift to the left, half of their mean square lost a "
                "layer; with He's 2/fan_in they stay.",
                "ko": "ReLU: 분산 1/fan_in에서는 층마다 제곱 평균의 절반을 잃어 값이 왼쪽으로 밀려가고, He의 "
                "2/fan_in에서는 제자리에 머문다.",
            },
        ),
        Drawing(
            "signal-tanh",
            "signal",
            "tanh",
            {
                "en": "tanh, layer by layer: the slow decay under 1/fan_in is a bent line, the collapse under 0.01 a "
                "straight one.",
                "ko": "tanh의 층별 변화: 1/fan_in에서 나타나는 느린 감소는 굽은 선, 0.01에서 일어나는 붕괴는 곧은 "
                "선이다.",
            },
        ),
        Drawing(
            "gradients-tanh",
            "gradients",
            "tanh",
            {
                "en": "The gradients of tanh: collapsed stacks lose theirs, saturated ones let them run away, "
                "1/fan_in keeps most.",
                "ko": "tanh의 기울기: 붕괴된 신경망은 기울기를 잃고, 포화된 신경망에서는 기울기가 걷잡을 수 없이 "
                "커지며, 1/fan_in은 대부분을 유지한다.",
            },
        ),
    ),
    expectations=(
        Expectation(
            {
                "en": "tanh, weights normal:0.01: std of the activations at layer 1",
                "ko": "tanh, normal:0.01 가중치: 1층 활성화값의 표준편차",
            },
            "0.2135",
            Basis.MEASURED,
            at("act_std", "normal:0.01", "tanh", 1),
            "tanh",
            spread=0.00043,
            reference_seeds=_SEEDS,
        ),
        Expectation(
            {
                "en": "tanh, weights normal:0.01: std of the activations at layer 10",
                "ko": "tanh, normal:0.01 가중치: 10층 활성화값의 표준편차",
            },
            "2.97e-7",
            Basis.MEASURED,
            at("act_std", "normal:0.01", "tanh", 10),
            "tanh",
            spread=0.0125,
            reference_seeds=_SEEDS,
            log=True,
        ),
        *(
            Expectation(
                {
                    "en": f"tanh, weights lecun_normal: std of the activations at layer {layer}",
                    "ko": f"tanh, lecun_normal 가중치: {layer}층 활성화값의 표준편차",
                },
                value,
                Basis.QUADRATURE,
                at("act_std", "lecun_normal", "tanh", layer),
                "tanh",
                source={"en": "mean field", "ko": "평균장"},
                spread=spread,
                allowance=2 / 500 * float(value),
            )
            for layer, (value, spread) in enumerate(zip(_MEAN_FIELD, _SPREADS, strict=True), 1)
        ),
        Expectation(
            {
                "en": "tanh, weights lecun_normal: std of the activations at layer 10, beside the same measured",
                "ko": "tanh, lecun_normal 가중치: 10층 활성화값의 표준편차, 독립적으로 측정한 값과 비교",
            },
            "0.2280",
            Basis.MEASURED,
            at("act_std", "lecun_normal", "tanh", 10),
            "tanh",
            spread=0.0016,
            reference_seeds=_SEEDS,
        ),
        Expectation(
            {
                "en": "relu, weights he_normal: std of the activations at layer 1",
                "ko": "relu, he_normal 가중치: 1층 활성화값의 표준편차",
            },
            "0.8258",
            Basis.CLOSED_FORM,
            at("act_std", "he_normal", "relu", 1),
            "relu",
            source={"en": "sqrt(1 - 1/π), .8256, in a wide layer", "ko": "넓은 층에서 sqrt(1 - 1/π), .8256"},
            spread=0.0019,
            allowance=2 / 500 * 0.8258,
        ),
        Expectation(
            {
                "en": "relu, weights he_normal: mean square of the activations at layer 10",
                "ko": "relu, he_normal 가중치: 10층 활성화값의 제곱 평균",
            },
            "0.946",
            Basis.MEASURED,
            mean_square("act", "he_normal", "relu", 10),
            "relu",
            source={
                "en": "geometric mean of the seeds; 1 in the arithmetic mean",
                "ko": "시드의 기하평균; 산술평균은 1",
            },
            spread=0.22,
            reference_seeds=_SEEDS,
            log=True,
        ),
        Expectation(
            {
                "en": "relu, weights lecun_normal: mean square of the activations at layer 10",
                "ko": "relu, lecun_normal 가중치: 10층 활성화값의 제곱 평균",
            },
            0.946 / 2**10,
            Basis.CLOSED_FORM,
            mean_square("act", "lecun_normal", "relu", 10),
            "relu",
            source={"en": "He's, halved in each of 10 layers", "ko": "He 초기화의 값이 층 10개마다 절반으로"},
            spread=0.22,
            reference_seeds=_SEEDS,
            log=True,
        ),
    ),
)
