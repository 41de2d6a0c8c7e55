"""What the article's experiment draws of weight decay and early stopping, and what is to be seen there."""

from __future__ import annotations

from actviz.experiments.article.regularization import SETS, decayed
from actviz.experiments.experiment import Drawing

_SEEN = {
    "decay-little": {
        "en": "A little decay lowers validation loss by a fifth, and leaves accuracy where it is.",
        "ko": "약한 감쇠는 검증 손실을 5분의 1 줄이고 정확도는 그대로 둔다.",
    },
    "decay-noisy": {
        "en": "Validation accuracy is best at λ = 0.03, by about ten points.",
        "ko": "검증 정확도는 λ = 0.03에서 가장 좋아 약 10퍼센트포인트 높다.",
    },
    "decay-plenty": {
        "en": "Validation hardly changes up to λ = 0.01 and then gets worse: little to gain, much to lose.",
        "ko": "검증 성능은 λ = 0.01까지 거의 변하지 않다가 나빠진다. 얻을 것은 적고 잃을 것은 많다.",
    },
}

DRAWINGS: tuple[Drawing, ...] = (
    Drawing(
        "decay",
        "decay",
        "article-decay-noisy",
        {
            "en": "Weight decay where 30 % of the labels are wrong. Without it the wrong ones are learned by heart: "
            "training accuracy rises, validation accuracy falls. λ = 0.03 prevents that; λ = 0.1 prevents all "
            "learning.",
            "ko": "레이블의 30 %가 잘못된 경우의 가중치 감쇠. 감쇠가 없으면 잘못된 레이블을 외워 훈련 정확도는 "
            "오르고 검증 정확도는 떨어진다. λ = 0.03은 이를 막고, λ = 0.1은 학습 자체를 막는다.",
        },
    ),
    *(
        Drawing(
            f"sweep-{training.removeprefix('decay-')}",
            "sweep",
            f"article-{training}",
            {
                "en": f"How much decay is best with {SETS[training]['en']}. {seen['en']}",
                "ko": f"감쇠는 얼마가 가장 좋은가: {SETS[training]['ko']}. {seen['ko']}",
            },
            {"top": 2.2},
        )
        for training, seen in _SEEN.items()
    ),
    Drawing(
        "weights-decoupled",
        "weights",
        "article-decoupled",
        {
            "en": "L2 in the loss under Adam, and AdamW's decay. Under Adam a third of the first layer's weights, "
            "those of pixels that are always black, end at 0 even at λ = 0.0001: the penalty is their only gradient, "
            "and Adam makes every gradient a step of the same size. AdamW shrinks all weights in proportion.",
            "ko": "Adam에서 손실에 더한 L2와 AdamW의 감쇠. Adam에서는 λ = 0.0001에서도 1층 가중치의 3분의 1, 곧 늘 "
            "검은 화소의 가중치가 0이 된다. 이 가중치에는 벌점이 유일한 기울기이고, Adam은 어떤 기울기든 같은 크기의 "
            "갱신으로 바꾸기 때문이다. AdamW는 모든 가중치를 같은 비율로 줄인다.",
        },
        {
            "runs": [
                decayed(0, "adam"),
                decayed(1e-4, "adam"),
                decayed(0.01, "adam"),
                decayed(0.01, "adamw"),
                decayed(1, "adamw"),
            ]
        },
    ),
    Drawing(
        "sweep-decoupled",
        "sweep",
        "article-decoupled",
        {
            "en": "The same λ is not the same under both: at λ = 1 Adam with L2 in the loss learns nothing, and AdamW "
            "is at its best.",
            "ko": "같은 λ라도 두 방법에서 뜻이 다르다. λ = 1에서 손실에 L2를 더한 Adam은 아무것도 학습하지 못하고, "
            "AdamW는 가장 좋은 성능을 낸다.",
        },
    ),
    Drawing(
        "pace",
        "pace",
        "article-large-weights",
        {
            "en": "Under batch norm larger weights learn more slowly: an update is smaller beside them. Without it "
            "twice He's is faster, and more is not stable. Either way large weights end with the worse model.",
            "ko": "배치 정규화에서는 가중치가 클수록 갱신이 상대적으로 작아 학습이 느려진다. 배치 정규화가 없으면 He "
            "초기화의 두 배에서 더 빠르고, 그보다 크면 불안정하다. 어느 쪽이든 가중치가 크면 결국 모델의 성능이 더 "
            "나쁘다.",
        },
    ),
    Drawing(
        "stopping",
        "stopping",
        "article-stopping",
        {
            "en": "Early stopping where 30 % of the training labels are wrong (so training loss starts above "
            "validation loss): validation turns, training goes on to learn the wrong labels. The weights kept are "
            "better on the test rows than the last, for every seed.",
            "ko": "훈련 레이블의 30 %가 잘못된 경우의 조기 종료(그래서 훈련 손실이 검증 손실보다 높은 곳에서 "
            "시작한다). 검증 손실은 다시 커지지만 훈련은 잘못된 레이블을 계속 배운다. 남긴 가중치는 모든 "
            "시드에서 마지막 가중치보다 시험 성능이 좋다.",
        },
    ),
)  # fmt: skip
"""In the order they are to be read."""
