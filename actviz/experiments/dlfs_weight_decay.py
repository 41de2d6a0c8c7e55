"""``overfit_weight_decay`` of "Deep Learning from Scratch", chapter 6, and what independent code finds there.

300 images, six hidden layers of 100 units under ReLU with He's weights, gradient descent at rate 0.01 in batches of
100, 201 epochs, with lambda 0.1 and without. The book takes the first 300 of its images and draws
batches with replacement; here a seed chooses the images, alike in every class, and each is seen once an epoch.
"""

from __future__ import annotations

from collections.abc import Iterator

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Drawing, Experiment
from actviz.experiments.readings import Reading
from actviz.experiments.training_readings import last_of, last_size

_SEEDS = 24
"""Seeds behind the values, measured by the same training written in PyTorch, on the same images."""

_LOSS = {
    "train_loss": {"en": "training loss", "ko": "훈련 손실"},
    "validation_loss": {"en": "validation loss", "ko": "검증 손실"},
}

# Value after 201 epochs by PyTorch, and the spread of a seed, of its logarithm for losses, over 24 seeds of both.
_KNOWN: dict[float, dict[str, tuple[str, float]]] = {
    0.0: {
        "train_loss": ("0.0213", 0.16),
        "validation_loss": ("0.715", 0.103),
        "validation_accuracy": ("0.804", 0.015),
        "weight_size": ("1.00918", 0.00033),
    },
    0.1: {
        "train_loss": ("0.621", 0.139),
        "validation_loss": ("0.876", 0.081),
        "train_accuracy": ("0.903", 0.031),
        "validation_accuracy": ("0.765", 0.030),
        "weight_size": ("0.5668", 0.0010),
    },
}
_WORDS = {
    **_LOSS,
    "train_accuracy": {"en": "training accuracy", "ko": "훈련 정확도"},
    "validation_accuracy": {"en": "validation accuracy", "ko": "검증 정확도"},
    "weight_size": {"en": "norm of all weights over that before training", "ko": "전체 가중치의 노름 / 훈련 전 노름"},
}


def _reading(name: str, decay: float) -> Reading:
    run = f"weight_decay {decay:g}"
    return last_size(run) if name == "weight_size" else last_of(name, run)


def _expectations() -> Iterator[Expectation]:
    for decay, numbers in _KNOWN.items():
        for name, (value, spread) in numbers.items():
            yield Expectation(
                {
                    "en": f"λ = {decay:g}: {_WORDS[name]['en']} after 201 epochs",
                    "ko": f"λ = {decay:g}: 201에폭 뒤 {_WORDS[name]['ko']}",
                },
                value,
                Basis.MEASURED,
                _reading(name, decay),
                "overfit",
                spread=spread,
                reference_seeds=_SEEDS,
                log=name in _LOSS,
            )


WEIGHT_DECAY = Experiment(
    name="dlfs/weight-decay",
    title={
        "en": "Weight decay against overfitting, as in Deep Learning from Scratch",
        "ko": "“밑바닥부터 시작하는 딥러닝”의 가중치 감쇠로 과적합 막기",
    },
    source={
        "en": "Saitoh, Deep Learning from Scratch, chapter 6: overfit_weight_decay",
        "ko": "사이토 고키, “밑바닥부터 시작하는 딥러닝”, 6장: overfit_weight_decay",
    },
    probes={},
    trainings={
        "overfit": {
            "data": "mnist",
            "split": {"train": 300, "validation": 1000},
            "inits": "he_normal",
            "activations": "relu",
            "depth": 6,
            "width": 100,
            "weight_decay": [0.0, 0.1],
            "lr": 0.01,
            "batch": 100,
            "epochs": 201,
            "evaluate_every": 3,
            "seeds": 8,
        },
    },
    drawings=(
        Drawing(
            "decay",
            "decay",
            "overfit",
            {
                "en": "With λ = 0.1 the gap between training and validation closes, as the book shows: but "
                "by training worse. Validation, for which the gap is closed, gets worse too, in loss and in accuracy.",
                "ko": "책에서 보여 주듯 λ = 0.1에서는 훈련과 검증의 차이가 좁혀진다. 그러나 훈련 성능이 나빠져서 "
                "좁혀지는 것이다. 차이를 좁히려는 까닭인 검증 성능은 정작 손실과 정확도 모두 나빠진다.",
            },
        ),
        Drawing(
            "curves",
            "curves",
            "overfit",
            {
                "en": "The book's picture, with losses: training accuracy reaches 100 % without decay and stays near "
                "90 % with it; validation ends near 80 % without and near 76 % with it.",
                "ko": "책의 그림에 손실을 더했다. 훈련 정확도는 감쇠가 없으면 100 %에 이르고 있으면 90 % 근처에 "
                "머문다. 검증 정확도는 감쇠가 없으면 80 %, 있으면 76 % 근처에서 끝난다.",
            },
        ),
        Drawing(
            "weights",
            "weights",
            "overfit",
            {
                "en": "What λ = 0.1 does to the weights of the first, a middle and the output layer: all shrink in "
                "proportion, by (1 - 0.001) an update, unless the loss holds them up; without it they stay as drawn.",
                "ko": "λ = 0.1이 첫 층, 중간 층, 출력층의 가중치에 미치는 영향: 손실이 떠받치지 않는 한 모두 갱신할 "
                "때마다 같은 비율 (1 - 0.001)로 줄어든다. 감쇠가 없으면 처음 뽑은 값에 머문다.",
            },
        ),
    ),
    expectations=tuple(_expectations()),
)
