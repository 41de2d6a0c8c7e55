"""The article's claim on early stopping, and what decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from actviz.experiments.claims import Claim
from actviz.experiments.readings import Reading, Values
from actviz.experiments.training_readings import last_of

if TYPE_CHECKING:
    import xarray
from actviz.experiments.article.regularization import HELPS, case, decayed, gain, ratio

_STOPPED, _WHOLE = "early_stopping patience 10", "early_stopping None"


def _least(name: str, run: str) -> Reading:
    return lambda ds: ds[name].sel(run=run).min("step").values


def _when_best(name: str, run: str) -> Reading:
    """Read a number at the evaluation with the lowest validation loss."""

    def read(ds: xarray.Dataset) -> Values:
        own = ds.sel(run=run)
        best = own["validation_loss"].argmin("step")
        return np.asarray(own[name].isel(step=best).values)

    return read


def _judged(name: str, run: str) -> Reading:
    return lambda ds: ds[name].sel(run=run).values


def _spent(ds: xarray.Dataset) -> Values:
    return np.asarray(ds["ended_step"].sel(run=_STOPPED).values / ds["step"].values[-1])


CLAIM = Claim(
    10,
    {
        "en": "Training error keeps falling while validation error turns; stopping there, with the best weights kept, "
        "gives a better model.",
        "ko": "훈련 오차는 계속 줄지만 검증 오차는 어느 지점에서 다시 늘어난다. 그 지점에서 멈추고 가장 좋은 "
        "가중치를 남기면 더 좋은 모델이 된다.",
    },
    (
        case(
            {
                "en": "1000 rows, 30 % of labels wrong: training loss after 60 epochs, over that where validation is "
                "best",
                "ko": "1000행, 레이블 30 % 오류: 60에폭 뒤 훈련 손실 / 검증이 가장 좋을 때의 훈련 손실",
            },
            "stopping",
            ratio(last_of("train_loss", _WHOLE), _when_best("train_loss", _WHOLE)),
            most=0.5,
        ),
        case(
            {
                "en": "its validation loss after 60 epochs, over the lowest",
                "ko": "이때 60에폭 뒤 검증 손실 / 가장 낮은 검증 손실",
            },
            "stopping",
            ratio(last_of("validation_loss", _WHOLE), _least("validation_loss", _WHOLE)),
            least=1.15,
        ),
        case(
            {
                "en": "2000 rows, labels right: validation loss after 25 epochs, over the lowest",
                "ko": "2000행, 올바른 레이블: 25에폭 뒤 검증 손실 / 가장 낮은 검증 손실",
            },
            "decay-plenty",
            ratio(last_of("validation_loss", decayed(0)), _least("validation_loss", decayed(0))),
        ),
        case(
            {
                "en": "2000 rows, labels right: validation accuracy where its loss is lowest, above that after 25 "
                "epochs",
                "ko": "2000행, 올바른 레이블: 검증 손실이 가장 낮을 때의 검증 정확도 − 25에폭 뒤 검증 정확도",
            },
            "decay-plenty",
            gain(_when_best("validation_accuracy", decayed(0)), last_of("validation_accuracy", decayed(0))),
            least=0.03,
            so=False,
        ),
        case(
            {
                "en": "test loss of the weights kept, over that of the last ones of the whole budget",
                "ko": "남긴 가중치의 시험 손실 / 예산을 모두 쓴 마지막 가중치의 시험 손실",
            },
            "stopping",
            ratio(_judged("best_test_loss", _STOPPED), _judged("test_loss", _WHOLE)),
            most=HELPS,
        ),
        case(
            {
                "en": "test loss of the weights kept, over that of the last ones at the stop",
                "ko": "남긴 가중치의 시험 손실 / 멈춘 시점 마지막 가중치의 시험 손실",
            },
            "stopping",
            ratio(_judged("best_test_loss", _STOPPED), _judged("test_loss", _STOPPED)),
        ),
        case(
            {
                "en": "test accuracy gained over the last weights of the whole budget",
                "ko": "예산을 모두 쓴 마지막 가중치에 견준 시험 정확도의 이득",
            },
            "stopping",
            gain(_judged("best_test_accuracy", _STOPPED), _judged("test_accuracy", _WHOLE)),
            least=0.0,
        ),
        case(
            {"en": "share of the budget spent until the stop", "ko": "멈출 때까지 쓴 예산의 비율"}, "stopping", _spent
        ),
    ),
    "stopping",
    {
        "en": "Where labels are wrong training loss falls to nearly nothing, as they are learned by heart, and "
        "validation loss turns: the weights kept have a test loss a quarter lower than those of the whole budget, more "
        "accuracy, and cost about half the updates. The last weights at the stop are worse than those kept: stopping "
        "without keeping the best gives away part of it. With 2000 right rows validation loss turns a little too, as "
        "answers get surer than they are right, but accuracy does not: stopping saves time there, not errors.",
        "ko": "레이블이 잘못된 경우 이를 외우면서 훈련 손실은 거의 0까지 내려가고 검증 손실은 다시 커진다. 남긴 "
        "가중치의 시험 손실은 예산을 모두 쓴 가중치보다 4분의 1 낮고 정확도는 더 높으며, 갱신은 절반 정도만 "
        "든다. 멈춘 시점의 마지막 가중치는 남긴 가중치보다 나쁘다. 가장 좋은 가중치를 남기지 않고 멈추면 "
        "이득의 일부를 잃는다. 올바른 2000행에서도 답을 실제보다 더 확신하게 되면서 검증 손실이 조금 커지지만 "
        "정확도는 나빠지지 않는다. 이때 조기 종료는 오차가 아니라 시간을 아낀다.",
    },
)
