"""What the article's experiment draws of learning-rate schedules, and what is to be seen there."""

from __future__ import annotations

from actviz.experiments.article.schedules import CLEAN, DIPS, LARGE, NOISY, ONE_CYCLE, PEAK, SCHEDULES
from actviz.experiments.experiment import Drawing

DRAWINGS: tuple[Drawing, ...] = (
    Drawing(
        "schedules",
        "budget",
        CLEAN,
        {
            "en": "Clean labels, equal budget. The constant 0.2 is the best of four, and ends with the lowest "
            "training loss by far; the schedules end with a lower test loss, at the same accuracy or less. At 0.6, "
            "too large to hold, one-cycle still learns.",
            "ko": "올바른 레이블, 같은 예산. 고정 학습률 0.2는 네 가지 중 가장 좋고 최종 훈련 손실도 단연 가장 낮다. "
            "스케줄은 시험 손실이 더 낮고, 정확도는 같거나 더 낮다. 계속 유지하기에는 너무 큰 0.6에서도 원사이클은 "
            "학습한다.",
        },
        {"runs": [f"lr {each}" for each in (PEAK, *SCHEDULES.values(), 0.1, 0.4, LARGE, ONE_CYCLE)]},
    ),
    Drawing(
        "schedules-noisy",
        "budget",
        NOISY,
        {
            "en": "The same with 30 % of the labels wrong. A constant rate learns the wrong labels too, the more the "
            "larger it is; every schedule ends better than the best of four constants.",
            "ko": "레이블의 30 %가 잘못된 경우의 같은 비교. 고정 학습률은 클수록 잘못된 레이블까지 더 많이 배운다. "
            "모든 스케줄의 최종 성능이 네 고정 학습률 중 가장 좋은 것보다 낫다.",
        },
        {"runs": [f"lr {each}" for each in (0.05, *SCHEDULES.values(), 0.025, 0.1, PEAK)]},
    ),
    Drawing(
        "descents",
        "descent",
        DIPS,
        {
            "en": "A narrow dip on the flank of a wide bowl. What leaves the dip is a rate above 2 / curvature, or "
            "momentum: a constant does as well as a schedule, and restarts to a small peak do not.",
            "ko": "넓은 골짜기의 비탈에 있는 좁은 웅덩이. 웅덩이를 벗어나게 하는 것은 2 / 곡률보다 큰 학습률이나 "
            "모멘텀이다. 고정 학습률로도 스케줄만큼 벗어나며, 최고 학습률이 작은 재시작으로는 벗어나지 못한다.",
        },
    ),
)
