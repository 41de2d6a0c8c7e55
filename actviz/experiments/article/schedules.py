"""The article's claim on learning-rate schedules: trainings at equal budget, descents on a surface, and what they say.

Five schedules have the same peak rate: the one at which a constant does best on clean labels. They are compared seed by
seed with the best constant of several, so that the constant is tuned and the schedules are not: in loss with that of
the lowest validation loss, in accuracy with that of the highest validation accuracy. 750 updates, 6 seeds. Under noisy
labels the schedules keep that peak, and the constant is tuned anew. Speed is the number of updates to a training loss
of 0.1. One-cycle moves the momentum against the rate: that half of it is idle under plain gradient descent, so it is
run with momentum, too, beside constants that have it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.experiments.article.cases import case, claim
from actviz.experiments.claims import Case
from actviz.experiments.experiment import drawing
from actviz.experiments.readings import Reading, Values
from actviz.training.measures import at_budget, best_of

if TYPE_CHECKING:
    import xarray

_UPDATES, PEAK, LARGE = 750, 0.2, 0.6
SCHEDULES = {
    "step": f"step:{PEAK},0.5,188",
    "exponential": f"exponential:{PEAK},0.9939",
    "cosine": f"cosine:{PEAK},{_UPDATES}",
    "restarts": f"cosine_restarts:{PEAK},108,2",
    "one-cycle": f"one_cycle:{PEAK},{_UPDATES}",
}
_FIVE = tuple(f"lr {written}" for written in SCHEDULES.values())
ONE_CYCLE = f"one_cycle:{LARGE},{_UPDATES}"
CLEAN, NOISY, DIPS = "article-schedules", "article-schedules-noisy", "article-descents"
CYCLED, LEVEL = "article-one-cycle", 0.1
CYCLES = tuple(f"one_cycle:{peak},{_UPDATES}" for peak in (0.02, 0.04))
_CONSTANTS = {CLEAN: (0.1, PEAK, 0.4), NOISY: (0.025, 0.05, 0.1, PEAK), CYCLED: (0.01, 0.02, 0.04)}


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
    NOISY: {**_training(_CONSTANTS[NOISY], noise=0.3), "evaluate_every": 10},  # read at the end alone
    CYCLED: {**_training(()), "lr": [*_CONSTANTS[CYCLED], *CYCLES], "optimizer": "momentum:0.9"},
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


def _runs(*rates: Any) -> list[str]:
    return [f"lr {each}" for each in rates]


def _last(ds: xarray.Dataset, name: str, runs: Sequence[str]) -> Values:
    """Values at the end of the budget, or on the test rows, shape (runs, seeds); infinite where a run diverged."""
    own = at_budget(ds, name).sel(run=list(runs))
    values = np.asarray(own.transpose("run", "seed").values, np.float64)
    return values if name.endswith("accuracy") else np.where(np.isfinite(values), values, math.inf)


def _above(name: str, key: str, runs: Sequence[str]) -> Callable[[xarray.Dataset], Values]:
    """Read by how much runs lie above the best constant, seed by seed, shape (runs, seeds)."""
    constants = _runs(*_CONSTANTS[key])
    return lambda ds: _last(ds, name, runs) - _last(ds, name, [best_of(ds, constants, name)])


def _mean_above(name: str, key: str, runs: Sequence[str], factor: float = 1.0) -> Reading:
    """Read by how much runs lie above the best constant, mean of the runs."""
    return lambda ds: factor * _above(name, key, runs)(ds).mean(axis=0)


def better(name: str, key: str) -> Callable[[xarray.Dataset], NDArray[np.bool_]]:
    """Read where a loss is lower, or an accuracy higher, than the best constant's: shape (five schedules, seeds)."""
    sign = -1.0 if name.endswith("loss") else 1.0
    return lambda ds: sign * _above(name, key, _FIVE)(ds) > 0


def _share_better(name: str, key: str) -> Reading:
    """Read in what share of the five schedules a loss is lower, or an accuracy higher, than the best constant's."""
    return lambda ds: better(name, key)(ds).mean(axis=0)


def _updates(ds: xarray.Dataset, runs: Sequence[str]) -> Values:
    """Return the updates until training loss is below the level, shape (runs, seeds).

    Between evaluations by its logarithm; the whole budget where it never is.
    """
    losses = np.log(ds["train_loss"].sel(run=list(runs)).transpose("run", "seed", "step").values / LEVEL)
    steps = ds["step"].values.astype(float)
    found = np.full(losses.shape[:2], steps[-1])
    for at in np.ndindex(found.shape):
        below = np.flatnonzero(losses[at] < 0)
        if below.size:
            before, after = below[0] - 1, below[0]
            share = losses[at][before] / (losses[at][before] - losses[at][after])
            found[at] = steps[before] + share * (steps[after] - steps[before])
    return found


def _pace(key: str, runs: Sequence[str]) -> Reading:
    """Read a schedule's updates to the level over those of the constant that needs the fewest, seed by seed.

    Of several schedules, the geometric mean.
    """

    def read(ds: xarray.Dataset) -> Values:
        constants = _updates(ds, _runs(*_CONSTANTS[key]))
        best = constants[constants.mean(axis=1).argmin()]
        return np.asarray(np.exp(np.log(_updates(ds, runs) / best).mean(axis=0)))

    return read


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


def _better_at(labels: str, key: str) -> Iterator[Case]:
    """Yield the cases of one kind of labels: the one that decides, and each schedule by itself."""
    yield case(11, f"{labels}-better", key, _share_better("test_loss", key), 0.5)
    for name, written in SCHEDULES.items():
        yield case(11, f"{labels}-{name}", key, _mean_above("test_loss", key, [f"lr {written}"]))


_BASE = f"lr {PEAK}"
_FASTER = (
    case(11, "faster", CLEAN, _pace(CLEAN, _FIVE), most=0.8, so=False),
    *(case(11, f"faster-{name}", CLEAN, _pace(CLEAN, [f"lr {written}"])) for name, written in SCHEDULES.items()),
    case(11, "faster-cycled", CYCLED, _pace(CYCLED, [f"lr {CYCLES[-1]}"])),
    # This way round a loss that is nearly nothing, of whatever seed or processor, leaves the mean as it is.
    case(11, "faster-end", CLEAN, lambda ds: 1.0 / _ratio(_FIVE, _BASE)(ds)),
    case(11, "faster-half", CLEAN, _ratio([f"lr {SCHEDULES['cosine']}"], _BASE, _UPDATES // 2 // 75)),
    # Decides nothing: a rate too large to hold is chaotic, so this ratio differs from processor to processor.
    case(11, "faster-large", CLEAN, _ratio([f"lr {ONE_CYCLE}"], f"lr {LARGE}")),
)
_ESCAPE = (
    case(11, "escape", DIPS, _escaped(*_ESCAPING), 0.5),
    case(11, "escape-constant", DIPS, _escaped("constant:0.05")),
    case(11, "escape-restarts", DIPS, _escaped("restarts, peak 0.05"), 0.5, so=False),
    case(11, "escape-over-constant", DIPS, _escaped(*_ESCAPING, less="constant:0.25"), 0.0, so=False),
    case(11, "escape-momentum", DIPS, _escaped("constant:0.05, momentum")),
)
_BETTER = (
    *_better_at("clean", CLEAN),
    # A point either way, by seed and by processor: told, not judged.
    case(11, "cycled", CYCLED, _mean_above("test_loss", CYCLED, [f"lr {CYCLES[-1]}"])),
    case(11, "clean-accuracy", CLEAN, _mean_above("test_accuracy", CLEAN, _FIVE, 100.0)),
    *_better_at("noisy", NOISY),
    case(11, "noisy-more-right", NOISY, _share_better("test_accuracy", NOISY), 0.5),
    case(11, "noisy-accuracy", NOISY, _mean_above("test_accuracy", NOISY, _FIVE, 100.0)),
)
CLAIM = claim(11, "schedules-loss", *_FASTER, *_ESCAPE, *_BETTER)


_CLEAN_RUNS = _runs(PEAK, *SCHEDULES.values(), 0.1, 0.4, LARGE, ONE_CYCLE)
DRAWINGS = (
    drawing("article", "schedules", "budget", CLEAN, section="schedules", runs=_CLEAN_RUNS),
    drawing("article", "schedules-loss", "budget", CLEAN, section="schedules", runs=_CLEAN_RUNS, judged="loss"),
    drawing(
        "article", "schedules-noisy", "budget", NOISY, section="schedules",
        runs=_runs(0.025, *SCHEDULES.values(), 0.05, 0.1, PEAK),
    ),
    drawing("article", "descents", "descent", DIPS, section="schedules"),
)  # fmt: skip
"""In the order they are to be read."""
