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
from actviz.experiments.recipe import Drawing
from actviz.training.measures import at_budget

if TYPE_CHECKING:
    import xarray

_UPDATES, _PEAK, _LARGE = 750, 0.2, 0.6
_SCHEDULES = {
    "step decay": f"step:{_PEAK},0.5,188",
    "exponential": f"exponential:{_PEAK},0.9939",
    "cosine": f"cosine:{_PEAK},{_UPDATES}",
    "cosine with restarts": f"cosine_restarts:{_PEAK},108,2",
    "one-cycle": f"one_cycle:{_PEAK},{_UPDATES}",
}
_FIVE = tuple(f"lr {written}" for written in _SCHEDULES.values())
_ONE_CYCLE = f"one_cycle:{_LARGE},{_UPDATES}"
_CLEAN, _NOISY, _DESCENTS = "article-schedules", "article-schedules-noisy", "article-descents"
_CONSTANTS = {_CLEAN: (0.1, _PEAK, 0.4), _NOISY: (0.025, 0.05, 0.1, _PEAK)}


def _training(constants: Sequence[float], others: Sequence[Any] = (), noise: float = 0.0) -> dict[str, Any]:
    return {
        "data": "mnist",
        "split": {"train": 1500, "validation": 0.2, "test": 0.2, "label_noise": noise},
        "seeds": 6,
        "depth": 2,
        "width": 50,
        "lr": [*constants, *_SCHEDULES.values(), *others],
        "batch": 20,
        "epochs": 10,
        "evaluated": 600,
        "snapshots": 0,
    }


TRAININGS: Mapping[str, Mapping[str, Any]] = {
    _CLEAN: _training(_CONSTANTS[_CLEAN], (_LARGE, _ONE_CYCLE)),
    _NOISY: _training(_CONSTANTS[_NOISY], noise=0.3),
}

DESCENTS: Mapping[str, Mapping[str, Any]] = {
    _DESCENTS: {
        "surface": "dip",
        "noise": 0.3,
        "seeds": 8,
        "runs": {
            "constant 0.05": ("constant:0.05", "sgd"),
            "constant 0.05, momentum": ("constant:0.05", "momentum:0.9"),
            "restarts, peak 0.05": ("cosine_restarts:0.05,50", "sgd"),
            "constant 0.25": ("constant:0.25", "sgd"),
            "step decay, peak 0.25": ("step:0.25,0.5,50", "sgd"),
            "cosine, peak 0.25": ("cosine:0.25,200", "sgd"),
            "restarts, peak 0.25": ("cosine_restarts:0.25,50", "sgd"),
            "one-cycle, peak 0.25": ("one_cycle:0.25,200", "sgd"),
        },
    }
}
_ESCAPING = ("step decay, peak 0.25", "cosine, peak 0.25", "restarts, peak 0.25", "one-cycle, peak 0.25")

DRAWINGS = (
    Drawing(
        "schedules",
        "budget",
        _CLEAN,
        {
            "en": "Clean labels, equal budget. The constant 0.2 is the best of three, and ends with the lowest "
            "training loss by far; the schedules end with a lower test loss, at the same accuracy or less. At 0.6, "
            "too large to hold, one-cycle still learns."
        },
        {"runs": [f"lr {each}" for each in (_PEAK, *_SCHEDULES.values(), 0.1, 0.4, _LARGE, _ONE_CYCLE)]},
    ),
    Drawing(
        "schedules-noisy",
        "budget",
        _NOISY,
        {
            "en": "The same with 30 % of the labels wrong. A constant rate learns the wrong labels too, the more the "
            "larger it is; every schedule ends better than the best of four constants."
        },
        {"runs": [f"lr {each}" for each in (0.05, *_SCHEDULES.values(), 0.025, 0.1, _PEAK)]},
    ),
    Drawing(
        "descents",
        "descent",
        _DESCENTS,
        {
            "en": "A narrow dip on the flank of a wide bowl. What leaves the dip is a rate above 2 / curvature, or "
            "momentum: a constant does as well as a schedule, and restarts to a small peak do not."
        },
    ),
)


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
    what: str, key: str, reading: Reading, least: float = -math.inf, most: float = math.inf, *, so: bool = True
) -> Case:
    return Case({"en": what}, key, reading, least, most, so)


def _faster() -> tuple[Case, ...]:
    base = f"lr {_PEAK}"
    where = "clean labels, training loss at the end"
    return (
        _case(
            f"faster: {where}, five schedules over the constant 0.2, seed by seed", _CLEAN,
            _ratio(_FIVE, base), most=1.0, so=False,
        ),
        _case(
            "after half of the budget, cosine over the constant 0.2", _CLEAN,
            _ratio([f"lr {_SCHEDULES['cosine']}"], base, _UPDATES // 2 // 75),
        ),
        _case(
            f"{where}, at a rate too large to hold: one-cycle 0.6 over the constant 0.6", _CLEAN,
            _ratio([f"lr {_ONE_CYCLE}"], f"lr {_LARGE}"), most=0.75,
        ),
    )  # fmt: skip


def _escape() -> tuple[Case, ...]:
    return (
        _case("escape: schedules of peak 0.25: share that leaves the dip", _DESCENTS, _escaped(*_ESCAPING), 0.5),
        _case("constant 0.05: share that leaves", _DESCENTS, _escaped("constant 0.05")),
        _case(
            "restarts of peak 0.05: share that leaves", _DESCENTS, _escaped("restarts, peak 0.05"), 0.5, so=False
        ),
        _case(
            "schedules of peak 0.25: share that leaves, less that of the constant 0.25", _DESCENTS,
            _escaped(*_ESCAPING, less="constant 0.25"), 0.0, so=False,
        ),
        _case("constant 0.05 with momentum: share that leaves", _DESCENTS, _escaped("constant 0.05, momentum")),
    )  # fmt: skip


def _better_at(key: str, name: str) -> tuple[Case, ...]:
    """Make the cases of one kind of labels; those that decide, and each schedule by itself."""
    words = "share of the five schedules, seed by seed, whose test"
    return (
        _case(
            f"better: {name}: {words} loss is below the best constant's", key, _share_better("test_loss", key), 0.6
        ),
        *(
            _case(
                f"{name}: test loss of {schedule}, less the best constant's", key,
                _mean_above("test_loss", key, [f"lr {written}"]),
            )
            for schedule, written in _SCHEDULES.items()
        ),
    )  # fmt: skip


def _better() -> tuple[Case, ...]:
    clean, noisy = (_CLEAN, "clean labels"), (_NOISY, "30 % wrong labels")
    points = "test accuracy, mean of the five schedules, less the best constant's, in points"
    return (
        *_better_at(*clean),
        _case(f"{clean[1]}: {points}", clean[0], _mean_above("test_accuracy", clean[0], _FIVE, 100.0), 1.0, so=False),
        *_better_at(*noisy),
        _case(
            f"{noisy[1]}: share of the five schedules, seed by seed, whose test accuracy is above the best constant's",
            noisy[0], _share_better("test_accuracy", noisy[0]), 0.6,
        ),
        _case(f"{noisy[1]}: {points}", noisy[0], _mean_above("test_accuracy", noisy[0], _FIVE, 100.0)),
    )  # fmt: skip


CLAIM = Claim(
    11,
    {"en": "Schedules learn faster, escape local minima, and often give a better model."},
    (*_faster(), *_escape(), *_better()),
    "schedules",
    {
        "en": "Faster: not than a constant at its best rate, which fits the training rows soonest; a schedule that "
        "ends low learns little at the end. It is faster where the rate is too large to hold all along. Escaping: what "
        "leaves a narrow minimum is a large rate (above 2 / curvature), noise times rate, or momentum; a schedule does "
        "it by its large rates, no better than a constant of that rate, but it comes to rest afterwards. Better: the "
        "test loss is nearly always lower; the accuracy is "
        "not, on clean labels, and clearly is where labels are noisy. All at 750 updates of a small network: a budget "
        "long enough to overfit."
    },
)
