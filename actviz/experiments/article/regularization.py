"""The article's claim on weight decay and what decides it, and what is trained for it and for early stopping.

One network throughout: three layers of 100 units under ReLU with He's weights, on MNIST, batches of 100. What differs
is how many rows there are to learn from and how many of their labels are wrong; validation and test labels are right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from actviz.experiments.claims import Case, Claim
from actviz.experiments.readings import Reading, Values
from actviz.experiments.training_readings import last_of, last_size
from actviz.training.config import EarlyStopping
from actviz.training.measures import epochs_to, share_below

if TYPE_CHECKING:
    import xarray

_NET: dict[str, Any] = {"inits": "he_normal", "activations": "relu", "depth": 3, "width": 100, "data": "mnist"}
_DECAYS = [0.0, 0.003, 0.01, 0.03, 0.1]
_SIZES = (0.5, 1, 2, 4, 8)
_NOISY = {"train": 1000, "validation": 500, "label_noise": 0.3}
_SWEEP = {**_NET, "lr": 0.1, "weight_decay": _DECAYS, "seeds": 4}

TRAININGS: dict[str, dict[str, Any]] = {
    # 500 updates or so each, so that decay has the same time to shrink the weights.
    "article-decay-little": {
        **_SWEEP, "split": {"train": 300, "validation": 500}, "epochs": 170, "evaluate_every": 10,
    },
    "article-decay-noisy": {**_SWEEP, "split": _NOISY, "epochs": 50, "evaluate_every": 5},
    "article-decay-plenty": {
        **_SWEEP, "split": {"train": 2000, "validation": 500}, "epochs": 25, "evaluate_every": 2,
    },
    "article-decoupled": {
        **_NET, "lr": 0.003, "optimizer": ["adam", "adamw"], "weight_decay": [0.0, 0.0001, 0.01, 1.0],
        "split": {"train": 300, "validation": 500}, "epochs": 60, "evaluate_every": 10, "seeds": 4,
    },
    "article-large-weights": {
        **_NET, "inits": [f"variance_scaling:{2 * size**2:g}" for size in _SIZES], "norm": [None, "batch"], "lr": 0.03,
        "split": {"train": 1000, "validation": 500}, "epochs": 30, "evaluated": 500, "snapshots": 0, "seeds": 4,
    },
    "article-stopping": {
        **_NET, "lr": 0.12, "early_stopping": [EarlyStopping(patience=10), None],
        "split": {**_NOISY, "test": 1000}, "epochs": 60, "seeds": 4,
    },
}  # fmt: skip
"""Trainings of the article's experiment."""

HELPS = 0.9
"""A validation or test loss that is at most this share of the other is better."""


def decayed(strength: float, optimizer: str = "") -> str:
    """Return the label of the run with so much decay."""
    return f"{optimizer and f'optimizer {optimizer}, '}weight_decay {strength:g}"


def _scaled(size: float, norm: str) -> str:
    return f"variance_scaling:{2 * size**2:g},fan_in,normal, {norm}"


def ratio(above: Reading, below: Reading) -> Reading:
    """Read one number over another, seed by seed."""
    return lambda ds: above(ds) / below(ds)


def gain(after: Reading, before: Reading) -> Reading:
    """Read by how much one number exceeds another, seed by seed."""
    return lambda ds: after(ds) - before(ds)


def _gap(run: str) -> Reading:
    """Read by how much validation loss exceeds training loss at the end."""
    return gain(last_of("validation_loss", run), last_of("train_loss", run))


def _small(run: str) -> Reading:
    """Read the share of the first layer's weights below 0.002, a 25th of He's standard deviation; pooled."""

    def read(ds: xarray.Dataset) -> float:
        return float(share_below(ds, 0.002, 1)[list(ds["run"].values).index(run)])

    return read


def _slowed(size: float, norm: str) -> Reading:
    """Read how many times as many epochs weights of a size need to a training loss of 0.5 as He's do."""

    def read(ds: xarray.Dataset) -> Values:
        epochs = epochs_to(ds, 0.5)
        ratio: Values = epochs.sel(run=_scaled(size, norm)).values / epochs.sel(run=_scaled(1, norm)).values
        return ratio

    return read


def case(
    what: Mapping[str, str],
    training: str,
    reading: Reading,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    so: bool = True,
) -> Case:
    """Make a case of one of the article's trainings, without its name in front."""
    return Case(what, f"article-{training}", reading, least, most, so)


SETS = {
    "decay-little": {"en": "300 rows", "ko": "300행"},
    "decay-noisy": {"en": "1000 rows, 30 % of labels wrong", "ko": "1000행, 레이블 30 % 오류"},
    "decay-plenty": {"en": "2000 rows", "ko": "2000행"},
}


_STRENGTH = {"decay-little": 0.01, "decay-noisy": 0.03, "decay-plenty": 0.03}
"""Best for few rows and for wrong labels; plenty of right ones get what the wrong ones need."""


def _against_none(
    training: str, what: Mapping[str, str], number: Callable[[str], Reading], strength: float | None = None, *,
    apart: bool = False, least: float = -math.inf, most: float = math.inf, so: bool = True,
) -> Case:  # fmt: skip
    """Compare a number at a strength of decay with that without: their ratio, or what it is more."""
    decay = _STRENGTH[training] if strength is None else strength
    compared = (gain if apart else ratio)(number(decayed(decay)), number(decayed(0)))
    words = {lang: f"{rows}, λ = {decay:g}: {what[lang]}" for lang, rows in SETS[training].items()}
    return case(words, training, compared, least, most, so=so)


def _helped(training: str, strength: float | None = None, **bounds: Any) -> Case:
    words = {"en": "validation loss over that without decay", "ko": "검증 손실 / 감쇠가 없을 때의 검증 손실"}
    return _against_none(training, words, lambda run: last_of("validation_loss", run), strength, **bounds)


def _more_right(training: str, *, so: bool) -> Case:
    def accuracy(run: str) -> Reading:
        return last_of("validation_accuracy", run)

    words = {"en": "validation accuracy gained", "ko": "검증 정확도의 이득"}
    return _against_none(training, words, accuracy, apart=True, least=0.03, so=so)


_NORM = {"en": "norm of all weights over that without decay", "ko": "전체 가중치의 노름 / 감쇠가 없을 때의 노름"}
_GAP = {
    "en": "gap of validation over training loss, over that without decay",
    "ko": "검증 손실과 훈련 손실의 차이 / 감쇠가 없을 때의 차이",
}


CLAIM = Claim(
    9,
    {
        "en": "Weight decay penalizes large weights: weights get smaller, there is less overfitting, and it is most "
        "useful where data are few or noisy. Large weights slow learning.",
        "ko": "가중치 감쇠는 큰 가중치에 벌점을 주어 가중치를 작게 하고 과적합을 줄이며, 데이터가 적거나 잡음이 많을 "
        "때 가장 유용하다. 큰 가중치는 학습을 느리게 한다.",
    },
    (
        *(_against_none(each, _NORM, last_size, most=0.8) for each in SETS),
        *(_against_none(each, _GAP, _gap, most=HELPS) for each in SETS),
        _helped("decay-little", most=HELPS),
        _helped("decay-noisy"),
        _helped("decay-plenty"),
        _helped("decay-plenty", 0.01),
        _helped("decay-little", 0.1, most=HELPS, so=False),
        _more_right("decay-little", so=False),
        _more_right("decay-noisy", so=True),
        _more_right("decay-plenty", so=False),
        case(
            {
                "en": "Adam, L2 λ = 0.0001: share of layer 1's weights below 0.002",
                "ko": "Adam, L2 λ = 0.0001: 1층에서 0.002보다 작은 가중치의 비율",
            },
            "decoupled",
            _small(decayed(1e-4, "adam")),
        ),
        case(
            {
                "en": "AdamW, λ = 0.01: share of layer 1's weights below 0.002",
                "ko": "AdamW, λ = 0.01: 1층에서 0.002보다 작은 가중치의 비율",
            },
            "decoupled",
            _small(decayed(0.01, "adamw")),
        ),
        case(
            {
                "en": "AdamW, λ = 1: share of layer 1's weights below 0.002",
                "ko": "AdamW, λ = 1: 1층에서 0.002보다 작은 가중치의 비율",
            },
            "decoupled",
            _small(decayed(1, "adamw")),
        ),
        case(
            {
                "en": "batch norm, weights 8 × He's: epochs to a training loss of 0.5, over those of He's",
                "ko": "배치 정규화, He의 8배인 가중치: 훈련 손실 0.5까지의 에폭 수 / He 초기화의 에폭 수",
            },
            "large-weights",
            _slowed(8, "batch norm"),
            least=1.5,
        ),
        case(
            {
                "en": "no norm, weights 2 × He's: epochs to a training loss of 0.5, over those of He's",
                "ko": "정규화 없음, He의 2배인 가중치: 훈련 손실 0.5까지의 에폭 수 / He 초기화의 에폭 수",
            },
            "large-weights",
            _slowed(2, "no norm"),
            least=1.5,
            so=False,
        ),
        case(
            {
                "en": "no norm, weights 4 × He's: training loss after 30 epochs",
                "ko": "정규화 없음, He의 4배인 가중치: 30에폭 뒤 훈련 손실",
            },
            "large-weights",
            last_of("train_loss", _scaled(4, "no norm")),
        ),
    ),
    "sweep-noisy",
    {
        "en": "Weights get smaller and the gap between validation and training closes wherever decay is strong enough, "
        "but it closes by training worse: whether the model gets better is another question. With 300 rows validation "
        "loss falls by a fifth and accuracy stays: the same answers, given less surely. Where labels are wrong "
        "λ = 0.03 brings about ten points of accuracy, because wrong labels are no longer learned by heart. The same "
        "decay makes 2000 right rows worse, a weaker one changes little there, and too strong a one does harm "
        "everywhere. Under Adam an L2 penalty is no such decay: weights whose loss has no gradient, those of pixels "
        "that are always black, go to 0 at full speed whatever λ is; AdamW shrinks all in proportion. Large weights "
        "slow learning where their size cancels, as under batch norm, where an update is the smaller beside them "
        "the larger they are. Without it ReLU learns faster from weights twice He's, and from much larger ones "
        "not stably, or not at all.",
        "ko": "감쇠가 충분히 강하면 가중치가 작아지고 검증과 훈련의 차이가 좁혀지지만, 이는 훈련 성능이 나빠져서 "
        "좁혀지는 것이므로 모델이 더 좋아지는지는 다른 문제이다. 300행에서는 검증 손실이 5분의 1 줄어들고 정확도는 "
        "그대로이다. 같은 답을 덜 확신할 뿐이다. 레이블이 잘못된 경우 λ = 0.03은 잘못된 레이블을 외우지 않게 하여 "
        "정확도를 약 10퍼센트포인트 높인다. 같은 감쇠가 올바른 2000행에서는 성능을 떨어뜨리고, 더 약한 감쇠는 거의 "
        "영향을 주지 않으며, 너무 강한 감쇠는 어디서나 해롭다. Adam에서 L2 벌점은 이런 감쇠가 아니다. 손실의 "
        "기울기가 없는 가중치, 곧 늘 검은 화소의 가중치는 λ와 관계없이 같은 속도로 곧장 0이 된다. AdamW는 모든 "
        "가중치를 같은 비율로 줄인다. 큰 가중치가 학습을 느리게 하는 것은 배치 정규화처럼 가중치의 크기가 상쇄되는 "
        "경우이다. 가중치가 클수록 갱신이 상대적으로 작아지기 때문이다. 배치 정규화가 없으면 ReLU는 He 초기화의 두 "
        "배인 가중치에서 더 빨리 학습하며, 그보다 훨씬 큰 가중치에서는 불안정하거나 전혀 학습하지 못한다.",
    },
)
