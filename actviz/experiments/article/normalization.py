"""What trainings say of the article's claims on initialization: the plateau, zero weights, and batch normalization.

A network has *learned nothing* if its last losses are less than 0.05 below ln 10, the loss of a guess among ten; a
scale *trains* if three in ten digits are right after 20 epochs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.experiments.claims import Case, Claim
from actviz.experiments.readings import Reading, Values
from actviz.experiments.training_readings import (
    accuracy_after,
    after,
    below_chance_loss,
    diverged,
    end_of,
    updates_to,
    weights_that_moved,
)

if TYPE_CHECKING:
    import xarray

SCALES = (
    "normal",
    "normal:0.3",
    "normal:0.1414",
    "normal:0.05",
    "normal:0.01",
    "normal:0.003",
    "normal:0.001",
    "normal:0.0001",
)
"""Weight scales with and without batch normalization; the third is He's at 100 units."""

TRAININGS: Mapping[str, Mapping[str, Any]] = {
    "article-training": {
        "data": "mnist",
        "split": {"validation": 0.0},
        "seeds": 4,
        "inits": ("zeros", "constant:0.01", "normal:0.01", "xavier_normal", "he_normal"),
        "activations": ("sigmoid", "tanh", "relu"),
        "depth": 5,
        "width": 100,
        "lr": 0.01,
        "batch": 100,
        "updates": 500,
        "evaluate_every": 4,
        "snapshots": 6,
    },
    "article-batch-norm": {
        "data": "mnist",
        "split": {"train": 1000},
        "seeds": 4,
        "inits": SCALES,
        "activations": "relu",
        "depth": 5,
        "width": 100,
        "norm": [None, "batch"],
        "lr": 0.01,
        "batch": 100,
        "epochs": 20,
    },
}
"""Both are the book's: the layers, rate and batch of ``batch_norm_test``, the first on all 3000 images."""

_NOTHING, _TRAINS = 0.05, 0.3


def _trained(
    what: Mapping[str, str], reading: Reading, least: float = -math.inf, most: float = math.inf, *, so: bool = True
) -> Case:
    return Case(what, "article-training", reading, least, most, so)


def _normalized(
    what: Mapping[str, str], reading: Reading, least: float = -math.inf, most: float = math.inf, *, so: bool = True
) -> Case:
    return Case(what, "article-batch-norm", reading, least, most, so)


def _times_slower(run: str, other: str, loss: float) -> Reading:
    """Read how many times as many updates as another run it takes to a loss."""
    slow, fast = updates_to(run, loss), updates_to(other, loss)
    return lambda ds: slow(ds) / fast(ds)


_STUCK = {
    "normal:0.01, tanh": "tanh, N(0, 0.01²)",
    "normal:0.01, relu": "ReLU, N(0, 0.01²)",
    "xavier_normal, sigmoid": "sigmoid, Xavier",
}

PLATEAU_CASES = (
    *(
        _trained(
            {
                "en": f"{name}: fall of the loss below ln 10 in 500 updates",
                "ko": f"{name}: 갱신 500회 동안 손실이 ln 10에서 내려간 양",
            },
            below_chance_loss(run),
            most=_NOTHING,
        )
        for run, name in _STUCK.items()
    ),
    _trained(
        {
            "en": "tanh, Xavier: fall of the loss below ln 10 in 500 updates",
            "ko": "tanh, Xavier: 갱신 500회 동안 손실이 ln 10에서 내려간 양",
        },
        below_chance_loss("xavier_normal, tanh"),
    ),
    _trained(
        {
            "en": "ReLU: updates until a batch has a loss below 1.5, Xavier over He",
            "ko": "ReLU: 배치 손실이 1.5 아래로 내려가기까지의 갱신 횟수, Xavier / He",
        },
        _times_slower("xavier_normal, relu", "he_normal, relu", 1.5),
        2.0,
    ),
)
"""Claim 1, "training from a plateau is inefficient"."""

ZERO_CASES = (
    *(
        _trained(
            {
                "en": f"{name}, zeros: layers, of 6 with the head, whose weights are not 0 after 500 updates",
                "ko": f"{name}, 0 초기화: 출력층을 포함한 층 6개 중 갱신 500회 뒤 가중치가 0이 아닌 층의 수",
            },
            weights_that_moved(f"zeros, {activation}"),
            most=0.0,
            so=activation != "sigmoid",
        )
        for activation, name in {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}.items()
    ),
    _trained(
        {
            "en": "sigmoid, zeros: fall of the loss below ln 10 in 500 updates",
            "ko": "sigmoid, 0 초기화: 갱신 500회 동안 손실이 ln 10에서 내려간 양",
        },
        below_chance_loss("zeros, sigmoid"),
    ),
    _trained(
        {
            "en": "sigmoid, zeros: distinct units of layer 5 after 500 updates",
            "ko": "sigmoid, 0 초기화: 갱신 500회 뒤 5층에서 서로 다른 뉴런의 수",
        },
        after("distinct_units", "zeros, sigmoid", 5),
    ),
)
"""Claim 2, in training."""

CONSTANT_CASES = (
    _trained(
        {
            "en": "ReLU, constant 0.01: layers, of 6, whose weights are not 0 after 500 updates",
            "ko": "ReLU, 상수 0.01: 층 6개 중 갱신 500회 뒤 가중치가 0이 아닌 층의 수",
        },
        weights_that_moved("constant:0.01, relu"),
    ),
    _trained(
        {
            "en": "ReLU, constant 0.01: distinct units, of 100, in layer 5 after 500 updates",
            "ko": "ReLU, 상수 0.01: 갱신 500회 뒤 5층의 뉴런 100개 중 서로 다른 뉴런의 수",
        },
        after("distinct_units", "constant:0.01, relu", 5),
    ),
    _trained(
        {
            "en": "ReLU, constant 0.01: training accuracy after 500 updates",
            "ko": "ReLU, 상수 0.01: 갱신 500회 뒤 훈련 정확도",
        },
        end_of("train_accuracy", "constant:0.01, relu"),
    ),
    _trained(
        {"en": "ReLU, He: training accuracy after 500 updates", "ko": "ReLU, He: 갱신 500회 뒤 훈련 정확도"},
        end_of("train_accuracy", "he_normal, relu"),
    ),
)
"""Claim 2, what a constant does instead."""


def _across(run: str) -> Reading:
    """Read the std of layer 5 over that of layer 1, before the first update."""
    last, first = (after("act_std", run, layer, snapshot=0) for layer in (5, 1))
    return lambda ds: last(ds) / first(ds)


def _kept(run: str) -> Reading:
    """Read the std of layer 5's pre-activations after training over that before."""
    now, before = (after("preact_std", run, 5, snapshot=at) for at in (-1, 0))
    return lambda ds: now(ds) / before(ds)


def _accuracies(ds: xarray.Dataset, norm: str) -> Values:
    """Training accuracy after 20 epochs, shape (seeds, scales)."""
    return np.stack([accuracy_after(f"{scale}, {norm}", 20)(ds) for scale in SCALES], axis=1)


def _scales_that_train(norm: str) -> Reading:
    return lambda ds: (_accuracies(ds, norm) >= _TRAINS).sum(axis=1).astype(float)


def _apart(norm: str) -> Reading:
    """Read the best accuracy of any scale less the worst."""
    return lambda ds: np.ptp(_accuracies(ds, norm), axis=1)


NORMALIZATION = Claim(
    8,
    {
        "en": "Initialization and batch normalization both normalize the signal; with batch normalization the scale of "
        "the weights matters less.",
        "ko": "초기화와 배치 정규화는 모두 신호를 정규화하며, 배치 정규화를 쓰면 가중치의 크기가 덜 중요해진다.",
    },
    (
        _normalized(
            {
                "en": "no norm, He's scale: std of layer 5 over layer 1, at the start",
                "ko": "정규화 없음, He의 크기: 출발할 때 5층의 표준편차 / 1층의 표준편차",
            },
            _across("normal:0.1414, no norm"),
            0.5,
            2.0,
        ),
        _normalized(
            {"en": "batch norm, N(0, 1): the same", "ko": "배치 정규화, N(0, 1): 같은 비"},
            _across("normal, batch norm"),
            0.5,
            2.0,
        ),
        _normalized(
            {"en": "batch norm, N(0, 0.003²): the same", "ko": "배치 정규화, N(0, 0.003²): 같은 비"},
            _across("normal:0.003, batch norm"),
            0.5,
            2.0,
        ),
        _normalized(
            {"en": "batch norm, N(0, 0.0001²): the same", "ko": "배치 정규화, N(0, 0.0001²): 같은 비"},
            _across("normal:0.0001, batch norm"),
            0.5,
            2.0,
            so=False,
        ),
        _normalized(
            {"en": "no norm, N(0, 0.003²): the same", "ko": "정규화 없음, N(0, 0.003²): 같은 비"},
            _across("normal:0.003, no norm"),
        ),
        _normalized(
            {
                "en": "no norm, He's scale: std of z in layer 5 after training over that before",
                "ko": "정규화 없음, He의 크기: 5층 z의 표준편차, 훈련 후 / 훈련 전",
            },
            _kept("normal:0.1414, no norm"),
        ),
        _normalized(
            {"en": "batch norm, He's scale: the same", "ko": "배치 정규화, He의 크기: 같은 비"},
            _kept("normal:0.1414, batch norm"),
            0.95,
            1.05,
        ),
        _normalized(
            {
                "en": "no norm: scales, of 8, with at least 30 % right after 20 epochs",
                "ko": "정규화 없음: 20에폭 뒤 30 % 이상 맞히는 크기의 수(8가지 중)",
            },
            _scales_that_train("no norm"),
            most=3.0,
        ),
        _normalized(
            {"en": "batch norm: scales with at least 30 % right", "ko": "배치 정규화: 30 % 이상 맞히는 크기의 수"},
            _scales_that_train("batch norm"),
            7.0,
        ),
        _normalized(
            {"en": "no norm, N(0, 1): share of seeds that diverge", "ko": "정규화 없음, N(0, 1): 발산하는 시드의 비율"},
            diverged("normal, no norm"),
        ),
        _normalized(
            {
                "en": "batch norm: best scale's accuracy less the worst's",
                "ko": "배치 정규화: 가장 좋은 크기와 가장 나쁜 크기의 정확도 차이",
            },
            _apart("batch norm"),
            most=0.2,
            so=False,
        ),
        _normalized(
            {
                "en": "no norm: best scale's accuracy less the worst's",
                "ko": "정규화 없음: 가장 좋은 크기와 가장 나쁜 크기의 정확도 차이",
            },
            _apart("no norm"),
        ),
    ),
    "batch-norm-layers",
    {
        "en": "An initializer sets the scale once, before the first update, for the whole layer and on average, and "
        "training may leave it; batch normalization sets it at every update, for each unit and over the batch, "
        "whatever the weights. So at every scale at which z stays well above sqrt(eps) = 0.001 all layers start "
        "alike, and all of 8 scales over four decades train, where without it two do. But the scale does not cease to "
        "matter: under batch normalization a gradient is inversely proportional to the size of the weights it is "
        "taken by, so large weights turn too slowly and tiny ones jump; at this rate 0.003 to 0.01 does best, not "
        "He's.",
        "ko": "초기화는 첫 갱신 전에 한 번, 층 전체에 대해 평균적으로 크기를 정하며 학습하는 동안 그 크기에서 벗어날 "
        "수 있다. 배치 정규화는 가중치가 어떻든 갱신할 때마다 뉴런별로, 배치에 걸쳐 크기를 정한다. 그래서 z가 "
        "sqrt(eps) = 0.001보다 훨씬 큰 모든 크기에서 층들이 같은 상태로 출발하며, 네 자릿수에 걸친 8가지 크기가 모두 "
        "학습된다. 배치 정규화가 없으면 두 가지만 학습된다. 그러나 크기가 중요하지 않게 되는 것은 아니다. 배치 "
        "정규화에서 기울기는 가중치의 크기에 반비례하므로 큰 가중치는 방향이 너무 느리게 바뀌고 아주 작은 가중치는 "
        "크게 요동친다. 이 학습률에서는 He 초기화의 크기가 아니라 0.003에서 0.01 사이가 가장 좋다.",
    },
)
