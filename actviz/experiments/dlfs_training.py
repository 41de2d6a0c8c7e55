"""``weight_init_compare`` and ``batch_norm_test`` of "Deep Learning from Scratch", chapter 6, with seeds.

No seeds were set there, and curves were shown, not numbers. What is expected was measured by plain numpy code that
shares nothing with this package but the images; the spreads are those of 24 seeds.
"""

from __future__ import annotations

import math

import numpy as np

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Drawing, Experiment
from actviz.experiments.training_readings import accuracy_after, batch_loss
from actviz.text import run_name

_SEEDS = 12
"""Seeds behind the numbers that independent code measured."""

SCALES = tuple(f"normal:{scale:.3g}" for scale in np.logspace(0, -4, 16))
"""The book's 16 standard deviations of the weights."""


def _loss(run: str, last: int, value: str, spread: float) -> Expectation:
    """Expect the mean loss of 100 batches, measured by independent code; ``spread`` is that of its logarithm."""
    return Expectation(
        {
            "en": f"weights {run}: mean loss of updates {last - 99} to {last}",
            "ko": f"{run} 가중치: {last - 99}~{last}번째 갱신의 평균 손실",
        },
        value,
        Basis.MEASURED,
        batch_loss(run, last),
        "weight-init-compare",
        spread=spread,
        reference_seeds=_SEEDS,
        log=True,
    )


WEIGHT_INIT_COMPARE = Experiment(
    name="dlfs/weight-init-compare",
    title={
        "en": "Training by weight initialization, as in Deep Learning from Scratch",
        "ko": "“밑바닥부터 시작하는 딥러닝”의 가중치 초기화별 학습",
    },
    source={
        "en": "Saitoh, Deep Learning from Scratch, chapter 6: weight_init_compare; on 3000 MNIST images instead of "
        "60000",
        "ko": "사이토 고키, “밑바닥부터 시작하는 딥러닝”, 6장: weight_init_compare; MNIST 이미지 60000장 대신 3000장",
    },
    probes={},
    trainings={
        "weight-init-compare": {
            "data": "mnist",
            "split": {"validation": 0.0},
            "seeds": 8,
            "inits": ("normal:0.01", "lecun_normal", "he_normal"),
            "activations": "relu",
            "depth": 4,
            "width": 100,
            "lr": 0.01,
            "batch": 128,
            "replacement": True,
            "updates": 2000,
            "evaluate_every": 4,
        },
    },
    drawings=(
        Drawing(
            "race",
            "race",
            "weight-init-compare",
            {
                "en": "The book's picture, beside what explains it. With std 0.01 each layer shrinks the signal about "
                "fourteenfold, and gradients of 1e-5 do not move the loss from ln 10 in 2000 updates. The book's "
                "Xavier (1/fan_in) starts on a plateau and takes some 3 to 4 times as many updates as He to leave it.",
                "ko": "책의 그림과 그 까닭을 나란히 본다. 표준편차 0.01에서는 층마다 신호가 약 14분의 1로 줄고, 1e-5 "
                "크기의 기울기는 갱신 2000회로도 손실을 ln 10에서 움직이지 못한다. 책의 Xavier 초기화(1/fan_in)는 "
                "정체 구간에서 출발하여 이를 벗어나는 데 He 초기화의 3~4배에 이르는 갱신이 든다.",
            },
        ),
        Drawing(
            "curves",
            "curves",
            "weight-init-compare",
            {
                "en": "Loss and accuracy over all training rows, epoch by epoch.",
                "ko": "전체 훈련 데이터에 대한 에폭별 손실과 정확도.",
            },
        ),
    ),
    expectations=(
        Expectation(
            {
                "en": "weights normal:0.01: mean loss of updates 1901 to 2000",
                "ko": "normal:0.01 가중치: 1901~2000번째 갱신의 평균 손실",
            },
            math.log(10),
            Basis.CLOSED_FORM,
            batch_loss("normal:0.01", 2000),
            "weight-init-compare",
            source={"en": "ln 10, a guess among ten", "ko": "ln 10, 열 개 중 하나를 무작위로 고르는 경우"},
            spread=5.5e-5,
            allowance=1e-4,  # the head's biases follow the digits of the batches
        ),
        _loss("lecun_normal", 300, "1.9557", 0.043),
        _loss("lecun_normal", 500, "1.0440", 0.125),
        _loss("lecun_normal", 1000, "0.3960", 0.059),
        _loss("lecun_normal", 2000, "0.2062", 0.052),
        _loss("he_normal", 300, "0.6073", 0.074),
        _loss("he_normal", 1000, "0.1996", 0.055),
        _loss("he_normal", 2000, "0.0886", 0.066),
    ),
)


def _accuracy(run: str, value: str, spread: float, seeds: int) -> Expectation:
    return Expectation(
        {
            "en": f"weights {run}: training accuracy after 20 epochs",
            "ko": f"{run_name(run, 'ko')}: 20에폭 뒤 훈련 정확도",
        },
        value,
        Basis.MEASURED,
        accuracy_after(run, 20),
        "batch-norm",
        spread=spread,
        reference_seeds=seeds,
    )


BATCH_NORM = Experiment(
    name="dlfs/batch-norm",
    title={
        "en": "Batch normalization at 16 weight scales, as in Deep Learning from Scratch",
        "ko": "“밑바닥부터 시작하는 딥러닝”의 16가지 가중치 크기와 배치 정규화",
    },
    source={
        "en": "Saitoh, Deep Learning from Scratch, chapter 6: batch_norm_test; its running variance starts at 0 and "
        "its first point is after one update, here 1 and before the first",
        "ko": "사이토 고키, “밑바닥부터 시작하는 딥러닝”, 6장: batch_norm_test; 책에서는 이동 분산이 0에서 시작하고 "
        "첫 점이 한 번 갱신한 뒤이며, 여기서는 1에서 시작하고 첫 점이 갱신 전이다",
    },
    probes={},
    trainings={
        "batch-norm": {
            "data": "mnist",
            "split": {"train": 1000},
            "seeds": 8,
            "inits": SCALES,
            "activations": "relu",
            "depth": 5,
            "width": 100,
            "norm": [None, "batch"],
            "lr": 0.01,
            "batch": 100,
            "epochs": 20,
        },
    },
    drawings=(
        Drawing(
            "batch-norm",
            "batch_norm",
            "batch-norm",
            {
                "en": "The book's grid. Without batch normalization two of 16 scales train, those near He's; larger "
                "ones diverge, smaller ones stay on the plateau. With it every scale trains, though not equally well.",
                "ko": "책의 격자 그림. 배치 정규화가 없으면 16가지 크기 중 He 초기화에 가까운 두 가지만 학습된다. 더 "
                "크면 발산하고 더 작으면 정체 구간에 머문다. 배치 정규화가 있으면 정도는 다르지만 모든 크기가 "
                "학습된다.",
            },
        ),
        Drawing(
            "batch-norm-layers",
            "batch_norm_layers",
            "batch-norm",
            {
                "en": "Why: without it the signal of layer 5 spans twenty decades; with it, it is the same at every "
                "scale down to about 1e-3, below which eps, 1e-6, is no longer small. What is left of the scale is how "
                "far an update turns the weights: too little where they are large, too much where they are tiny.",
                "ko": "그 이유: 배치 정규화가 없으면 5층의 신호는 스무 자릿수에 걸쳐 달라진다. 있으면 약 1e-3까지는 "
                "어느 크기에서나 같고, 그 아래에서는 eps, 곧 1e-6이 더는 작은 값이 아니다. 크기의 영향은 갱신이 "
                "가중치의 방향을 바꾸는 정도에 남는다. 가중치가 크면 너무 조금, 아주 작으면 너무 많이 바뀐다.",
            },
        ),
    ),
    expectations=(
        _accuracy("normal:0.158, no norm", "0.8744", 0.0147, 24),
        _accuracy("normal, batch norm", "0.3982", 0.024, 24),
        _accuracy("normal:0.158, batch norm", "0.7841", 0.0147, 24),
        _accuracy("normal:0.0464, batch norm", "0.9570", 0.0083, 12),
    ),
)
