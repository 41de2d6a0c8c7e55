"""The article's claim on learning-rate schedules: trainings at equal budget, descents on a surface, and what they say.

Five schedules have the same peak rate: the one at which a constant does best on clean labels. They are compared seed by
seed with the constant whose validation loss is lowest, of several, so that the constant is tuned and the schedules are
not. 750 updates, 6 seeds. Under noisy labels the schedules keep that peak, and the constant is tuned anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.experiments.claims import Case, Claim
from actviz.experiments.readings import Reading, Values
from actviz.training.measures import at_budget

if TYPE_CHECKING:
    import xarray

_UPDATES, PEAK, LARGE = 750, 0.2, 0.6
SCHEDULES = {
    "step decay": f"step:{PEAK},0.5,188",
    "exponential": f"exponential:{PEAK},0.9939",
    "cosine": f"cosine:{PEAK},{_UPDATES}",
    "cosine with restarts": f"cosine_restarts:{PEAK},108,2",
    "one-cycle": f"one_cycle:{PEAK},{_UPDATES}",
}
_KO_NAMES = dict(
    zip(SCHEDULES, ("계단식 감쇠", "지수 감쇠", "코사인 어닐링", "코사인 재시작", "원사이클"), strict=True)
)
_FIVE = tuple(f"lr {written}" for written in SCHEDULES.values())
ONE_CYCLE = f"one_cycle:{LARGE},{_UPDATES}"
CLEAN, NOISY, DIPS = "article-schedules", "article-schedules-noisy", "article-descents"
_CONSTANTS = {CLEAN: (0.1, PEAK, 0.4), NOISY: (0.025, 0.05, 0.1, PEAK)}


def _training(constants: Sequence[float], others: Sequence[Any] = (), noise: float = 0.0) -> dict[str, Any]:
    return {
        "data": "mnist",
        "split": {"train": 1500, "validation": 0.2, "test": 0.2, "label_noise": noise},
        "seeds": 6,
        "depth": 2,
        "width": 50,
        "lr": [*constants, *SCHEDULES.values(), *others],
        "batch": 20,
        "epochs": 10,
        "evaluated": 600,
        "snapshots": 0,
    }


TRAININGS: Mapping[str, Mapping[str, Any]] = {
    CLEAN: _training(_CONSTANTS[CLEAN], (LARGE, ONE_CYCLE)),
    NOISY: _training(_CONSTANTS[NOISY], noise=0.3),
}

DESCENTS: Mapping[str, Mapping[str, Any]] = {
    DIPS: {
        "surface": "dip",
        "noise": 0.3,
        "seeds": 8,
        "runs": {
            "constant:0.05": ("constant:0.05", "sgd"),
            "constant:0.05, momentum": ("constant:0.05", "momentum:0.9"),
            "restarts, peak 0.05": ("cosine_restarts:0.05,50", "sgd"),
            "constant:0.25": ("constant:0.25", "sgd"),
            "step, peak 0.25": ("step:0.25,0.5,50", "sgd"),
            "cosine, peak 0.25": ("cosine:0.25,200", "sgd"),
            "restarts, peak 0.25": ("cosine_restarts:0.25,50", "sgd"),
            "one_cycle, peak 0.25": ("one_cycle:0.25,200", "sgd"),
        },
    }
}
_ESCAPING = ("step, peak 0.25", "cosine, peak 0.25", "restarts, peak 0.25", "one_cycle, peak 0.25")


def _last(ds: xarray.Dataset, name: str, runs: Sequence[str]) -> Values:
    """Values at the end of the budget, or on the test rows, shape (runs, seeds); infinite where a run diverged."""
    own = at_budget(ds, name).sel(run=list(runs))
    values = np.asarray(own.transpose("run", "seed").values, np.float64)
    return values if name.endswith("accuracy") else np.where(np.isfinite(values), values, math.inf)


def best_constant(ds: xarray.Dataset, constants: Sequence[float]) -> str:
    """Return the run under a constant rate whose validation loss at the end is the lowest in the mean."""
    runs = [f"lr {each}" for each in constants]
    return runs[int(np.argmin(_last(ds, "validation_loss", runs).mean(axis=1)))]


def _above(name: str, key: str, runs: Sequence[str]) -> Callable[[xarray.Dataset], Values]:
    """Read by how much runs lie above the best constant, seed by seed, shape (runs, seeds)."""
    return lambda ds: _last(ds, name, runs) - _last(ds, name, [best_constant(ds, _CONSTANTS[key])])


def _mean_above(name: str, key: str, runs: Sequence[str], factor: float = 1.0) -> Reading:
    """Read by how much runs lie above the best constant, mean of the runs."""
    return lambda ds: factor * _above(name, key, runs)(ds).mean(axis=0)


def _share_better(name: str, key: str) -> Reading:
    """Read in what share of the five schedules a loss is lower, or an accuracy higher, than the best constant's."""
    sign = -1.0 if name.endswith("loss") else 1.0
    return lambda ds: (sign * _above(name, key, _FIVE)(ds) > 0).mean(axis=0)


def _ratio(runs: Sequence[str], base: str, step: int = -1) -> Reading:
    """Read the training loss of runs over that of another under the same seed, geometric mean of the runs."""

    def read(ds: xarray.Dataset) -> Values:
        losses = ds["train_loss"].isel(step=step).transpose("run", "seed")
        apart = np.log(losses.sel(run=list(runs)).values) - np.log(losses.sel(run=base).values)
        return np.asarray(np.exp(apart.mean(axis=0)))

    return read


def _escaped(*runs: str, less: str = "") -> Reading:
    """Read the share of noisy descents that leave the dip, mean of the runs, less that of another."""

    def read(ds: xarray.Dataset) -> Values:
        share = ds["escaped"].transpose("run", "seed")
        other = share.sel(run=less).values if less else 0.0
        found: Values = share.sel(run=list(runs)).mean("run").values - other
        return found

    return read


def _case(
    what: Mapping[str, str],
    key: str,
    reading: Reading,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    so: bool = True,
) -> Case:
    return Case(what, key, reading, least, most, so)


def _faster() -> tuple[Case, ...]:
    base = f"lr {PEAK}"
    where = {"en": "clean labels, training loss at the end", "ko": "올바른 레이블, 마지막 훈련 손실"}
    return (
        _case(
            {
                "en": f"faster: {where['en']}, five schedules over the constant 0.2, seed by seed",
                "ko": f"속도: {where['ko']}, 다섯 스케줄 / 고정 0.2, 시드별 비교",
            },
            CLEAN,
            _ratio(_FIVE, base),
            most=1.0,
            so=False,
        ),
        _case(
            {
                "en": "after half of the budget, cosine over the constant 0.2",
                "ko": "예산의 절반에서, 코사인 어닐링 / 고정 0.2",
            },
            CLEAN,
            _ratio([f"lr {SCHEDULES['cosine']}"], base, _UPDATES // 2 // 75),
        ),
        _case(
            {
                "en": f"{where['en']}, at a rate too large to hold: one-cycle 0.6 over the constant 0.6",
                "ko": f"{where['ko']}, 유지하기에 너무 큰 학습률: 원사이클 0.6 / 고정 0.6",
            },
            CLEAN,
            # Decides nothing: a rate too large to hold is chaotic, so this ratio differs from processor to processor.
            _ratio([f"lr {ONE_CYCLE}"], f"lr {LARGE}"),
        ),
    )


def _escape() -> tuple[Case, ...]:
    return (
        _case(
            {
                "en": "escape: schedules of peak 0.25: share that leaves the dip",
                "ko": "탈출: 최고 0.25인 스케줄: 웅덩이를 벗어나는 비율",
            },
            DIPS,
            _escaped(*_ESCAPING),
            0.5,
        ),
        _case(
            {"en": "constant 0.05: share that leaves", "ko": "고정 0.05: 벗어나는 비율"},
            DIPS,
            _escaped("constant:0.05"),
        ),
        _case(
            {"en": "restarts of peak 0.05: share that leaves", "ko": "최고 0.05인 재시작: 벗어나는 비율"},
            DIPS,
            _escaped("restarts, peak 0.05"),
            0.5,
            so=False,
        ),
        _case(
            {
                "en": "schedules of peak 0.25: share that leaves, less that of the constant 0.25",
                "ko": "최고 0.25인 스케줄이 벗어나는 비율 − 고정 0.25의 비율",
            },
            DIPS,
            _escaped(*_ESCAPING, less="constant:0.25"),
            0.0,
            so=False,
        ),
        _case(
            {"en": "constant 0.05 with momentum: share that leaves", "ko": "모멘텀을 쓴 고정 0.05: 벗어나는 비율"},
            DIPS,
            _escaped("constant:0.05, momentum"),
        ),
    )


def _better_at(key: str, name: Mapping[str, str]) -> tuple[Case, ...]:
    """Make the cases of one kind of labels; those that decide, and each schedule by itself."""
    words = "share of the five schedules, seed by seed, whose test"
    return (
        _case(
            {
                "en": f"better: {name['en']}: {words} loss is below the best constant's",
                "ko": f"모델: {name['ko']}: 다섯 스케줄 중 시험 손실이 가장 좋은 고정 학습률보다 낮은 비율, 시드별 "
                "비교",
            },
            key,
            _share_better("test_loss", key),
            0.6,
        ),
        *(
            _case(
                {
                    "en": f"{name['en']}: test loss of {schedule}, less the best constant's",
                    "ko": f"{name['ko']}: {_KO_NAMES[schedule]}의 시험 손실 − 가장 좋은 고정 학습률의 시험 손실",
                },
                key,
                _mean_above("test_loss", key, [f"lr {written}"]),
            )
            for schedule, written in SCHEDULES.items()
        ),
    )


def _better() -> tuple[Case, ...]:
    clean = CLEAN, {"en": "clean labels", "ko": "올바른 레이블"}
    noisy = NOISY, {"en": "30 % wrong labels", "ko": "잘못된 레이블 30 %"}
    points = {
        "en": "test accuracy, mean of the five schedules, less the best constant's, in points",
        "ko": "다섯 스케줄의 평균 시험 정확도 − 가장 좋은 고정 학습률의 시험 정확도, 퍼센트포인트",
    }
    return (
        *_better_at(*clean),
        _case(
            {"en": f"{clean[1]['en']}: {points['en']}", "ko": f"{clean[1]['ko']}: {points['ko']}"},
            clean[0],
            _mean_above("test_accuracy", clean[0], _FIVE, 100.0),
            1.0,
            so=False,
        ),
        *_better_at(*noisy),
        _case(
            {
                "en": f"{noisy[1]['en']}: share of the five schedules, seed by seed, whose test accuracy is above the "
                f"best constant's",
                "ko": f"{noisy[1]['ko']}: 다섯 스케줄 중 시험 정확도가 가장 좋은 고정 학습률보다 높은 비율, 시드별 "
                "비교",
            },
            noisy[0],
            _share_better("test_accuracy", noisy[0]),
            0.6,
        ),
        _case(
            {"en": f"{noisy[1]['en']}: {points['en']}", "ko": f"{noisy[1]['ko']}: {points['ko']}"},
            noisy[0],
            _mean_above("test_accuracy", noisy[0], _FIVE, 100.0),
        ),
    )


CLAIM = Claim(
    11,
    {
        "en": "Schedules learn faster, escape local minima, and often give a better model.",
        "ko": "학습률 스케줄은 더 빨리 학습하게 하고, 지역 극소점에서 탈출하게 하며, 흔히 더 좋은 모델을 만든다.",
    },
    (*_faster(), *_escape(), *_better()),
    "schedules",
    {
        "en": "Faster: not than a constant at its best rate, which fits the training rows soonest; a schedule that "
        "ends low learns little at the end. It is faster where the rate is too large to hold all along. Escaping: what "
        "leaves a narrow minimum is a large rate (above 2 / curvature), noise times rate, or momentum; a schedule does "
        "it by its large rates, no better than a constant of that rate, but it comes to rest afterwards. Better: the "
        "test loss is nearly always lower; the accuracy is "
        "not, on clean labels, and clearly is where labels are noisy. All at 750 updates of a small network: a budget "
        "long enough to overfit.",
        "ko": "속도: 가장 알맞은 고정 학습률보다 빠르지는 않다. 훈련 데이터에 가장 빨리 맞추는 것은 이 고정 "
        "학습률이고, 학습률을 낮추며 끝나는 스케줄은 끝에서 거의 학습하지 않는다. 계속 유지하기에 너무 큰 "
        "학습률에서는 스케줄이 더 빠르다. 탈출: 좁은 극소점을 벗어나게 하는 것은 (2 / 곡률보다) 큰 학습률, 잡음과 "
        "학습률의 곱, 또는 모멘텀이다. 스케줄은 그 큰 학습률로 탈출할 뿐이어서 같은 크기의 고정 학습률보다 낫지 "
        "않지만, 그 뒤에 자리를 잡는다. 모델: 시험 손실은 거의 항상 더 낮다. 정확도는 올바른 레이블에서는 더 높지 "
        "않고, 잘못된 레이블이 섞이면 뚜렷이 더 높다. 모두 작은 신경망을 갱신 750회로 얻은 결과이며, 과적합하기에 "
        "충분한 예산이다.",
    },
)
