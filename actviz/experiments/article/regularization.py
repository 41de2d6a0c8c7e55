"""The article's claim on weight decay and what decides it, and what is trained for it and for early stopping.

One network throughout: three layers of 100 units under ReLU with He's weights, on MNIST, batches of 100. What differs
is how many rows there are to learn from and how many of their labels are wrong; validation and test labels are right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.experiments.article.cases import FIVE, NORMED, case, claim
from actviz.experiments.claims import Case
from actviz.experiments.experiment import drawing
from actviz.experiments.readings import Reading, Values, at, difference, last_of, last_size, quotient
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
        **_SWEEP, "split": {"train": 300, "validation": 500}, "epochs": 170, "evaluate_every": 10, "snapshots": 0,
    },
    "article-decay-noisy": {**_SWEEP, "split": _NOISY, "epochs": 50, "evaluate_every": 5},
    "article-decay-plenty": {
        **_SWEEP, "split": {"train": 2000, "validation": 500}, "epochs": 25, "evaluate_every": 2, "snapshots": 0,
    },
    "article-decoupled": {
        **_NET, "lr": 0.003, "optimizer": ["adam", "adamw"], "weight_decay": [0.0, 0.0001, 0.01, 1.0],
        "split": {"train": 300, "validation": 500}, "epochs": 60, "evaluate_every": 60, "seeds": 4,
    },
    "article-large-weights": {
        **_NET, "inits": [f"variance_scaling:{2 * size**2:g}" for size in _SIZES], "norm": [None, "batch"], "lr": 0.03,
        "split": {"train": 1000, "validation": 500}, "epochs": 30, "evaluated": 500, "snapshots": 0, "seeds": 4,
    },
    "article-stopping": {
        **_NET, "lr": 0.12, "early_stopping": [EarlyStopping(patience=10), None],
        "split": {**_NOISY, "test": 1000}, "epochs": 60, "snapshots": 0, "seeds": 8,
    },
}  # fmt: skip
"""Trainings of the article's experiment, evaluated as often as a figure or a claim reads: the fourth at its ends."""

HELPS = 0.95
"""A validation or test loss that is at most this share of the other is better."""


def decayed(strength: float, optimizer: str = "") -> str:
    """Return the label of the run with so much decay."""
    return f"{optimizer and f'optimizer {optimizer}, '}weight_decay {strength:g}"


def _scaled(size: float, norm: str) -> str:
    return f"variance_scaling:{2 * size**2:g},fan_in,normal, {norm}"


def _gap(run: str) -> Reading:
    """Read by how much validation loss exceeds training loss at the end."""
    return difference(last_of("validation_loss", run), last_of("train_loss", run))


def _small(run: str) -> Reading:
    """Read the share of the first layer's weights below 0.002, a 25th of He's standard deviation; pooled."""

    def read(ds: xarray.Dataset) -> float:
        return float(share_below(ds, 0.002, 1)[list(ds["run"].values).index(run)])

    return read


def _slowed(size: float, norm: str) -> Reading:
    """Read how many times as many epochs weights of a size need to a training loss of 0.5 as He's do.

    Medians of the seeds, pooled: as ``pace`` draws and titles them.
    """

    def read(ds: xarray.Dataset) -> float:
        epochs = epochs_to(ds, 0.5).median("seed")
        return float(epochs.sel(run=_scaled(size, norm)) / epochs.sel(run=_scaled(1, norm)))

    return read


_STRENGTH = {"little": 0.01, "noisy": 0.03, "plenty": 0.03}
"""Best for few rows and for wrong labels; plenty of right ones get what the wrong ones need."""


def _against_none(
    what: str, rows: str, number: Callable[[str], Reading], strength: float | None = None, *,
    apart: bool = False, least: float = -math.inf, most: float = math.inf, so: bool = True,
) -> Case:  # fmt: skip
    """Compare a number at a strength of decay with that without: their ratio, or what it is more."""
    compare, id = difference if apart else quotient, f"{what}-{rows}" + ("" if strength is None else f"-{strength:g}")
    compared = compare(number(decayed(_STRENGTH[rows] if strength is None else strength)), number(decayed(0)))
    return case(9, id, f"article-decay-{rows}", compared, least, most, so=so)


def _helped(rows: str, strength: float | None = None, **bounds: Any) -> Case:
    return _against_none("loss", rows, lambda run: last_of("validation_loss", run), strength, **bounds)


def _more_right(rows: str, *, so: bool) -> Case:
    def accuracy(run: str) -> Reading:
        return last_of("validation_accuracy", run)

    return _against_none("accuracy", rows, accuracy, apart=True, least=0.025, so=so)


def _best(rows: str, strength: float) -> Case:
    """Compare the best evaluation of a strength of decay with the best without: early stopping for both."""

    def accuracy(run: str) -> Reading:
        return lambda ds: ds["validation_accuracy"].sel(run=run).max("step").values

    return _against_none("best", rows, accuracy, strength, apart=True)


def _signal(dataset: str, activation: str, fitting: str, id: str, *, so: bool) -> Case:
    """State whether large weights weaken the gradient that comes back to the first layer's weights."""
    large, other = (at("grad_weight_norm", init, activation, 1) for init in ("normal", fitting))
    return case(9, f"signal-{id}", dataset, quotient(large, other), most=0.5, so=so)


_DECOUPLED, _LARGE = "article-decoupled", "article-large-weights"

CLAIM = claim(
    9,
    "sweep-noisy",
    *(_against_none("norm", each, last_size, most=0.8) for each in _STRENGTH),
    *(_against_none("gap", each, _gap, most=HELPS) for each in _STRENGTH),
    _helped("little", most=HELPS),
    _helped("noisy"),
    _helped("plenty"),
    _helped("plenty", 0.01),
    _helped("little", 0.1, most=HELPS, so=False),
    _more_right("little", so=False),
    _more_right("noisy", so=True),
    _more_right("plenty", so=False),
    # Told: from none to four points by seed, too little to judge of a few.
    _best("noisy", 0.03),
    _best("little", 0.01),
    _best("plenty", 0.003),
    case(9, "small-adam", _DECOUPLED, _small(decayed(1e-4, "adam"))),
    case(9, "small-adamw", _DECOUPLED, _small(decayed(0.01, "adamw"))),
    case(9, "small-adamw-strong", _DECOUPLED, _small(decayed(1, "adamw"))),
    case(9, "slowed-batch", _LARGE, _slowed(8, "batch norm"), 1.5),
    case(9, "slowed", _LARGE, _slowed(2, "no norm"), 1.5, so=False),
    case(9, "large-loss", _LARGE, last_of("train_loss", _scaled(4, "no norm"))),
    _signal(FIVE, "sigmoid", "xavier_normal", "sigmoid", so=False),
    _signal(FIVE, "tanh", "xavier_normal", "tanh", so=False),
    _signal(FIVE, "relu", "he_normal", "relu", so=False),
    _signal(NORMED, "relu", "he_normal", "batch", so=True),
)


def _first_alone(run: str, step: int) -> Reading:
    """Read the first layer's share of the squares of all weights: what a loop that ends after W1 counts."""

    def read(ds: xarray.Dataset) -> Values:
        squares = ds["weight_norm"].sel(run=run).isel(step=step).transpose("seed", "weight_layer").values ** 2
        return np.asarray(squares[:, 0] / squares.sum(axis=1))

    return read


CODE = claim(
    12,
    "",  # a fault of code: no figure shows it
    case(12, "before", "article-decay-noisy", _first_alone(decayed(0.03), 0), 0.999, so=False),
    case(12, "after", "article-decay-noisy", _first_alone(decayed(0.03), -1), 0.999, so=False),
)
"""The article's code of weight decay; the right one stands among the claim's words."""

_COMPARED = [*(decayed(each, "adam") for each in (0, 1e-4, 0.01)), *(decayed(each, "adamw") for each in (0.01, 1))]
DRAWINGS = (
    drawing("article", "decay", "decay", "article-decay-noisy", section="decay"),
    *(
        drawing("article", f"sweep-{each}", "sweep", f"article-decay-{each}", section="decay", top=2.2)
        for each in _STRENGTH
    ),
    drawing("article", "weights-decoupled", "weights", _DECOUPLED, section="decay", runs=_COMPARED),
    drawing("article", "sweep-decoupled", "sweep", _DECOUPLED, section="decay"),
    drawing("article", "pace", "pace", _LARGE, section="decay"),
    drawing("article", "stopping", "stopping", "article-stopping", section="stopping"),
)
"""Of weight decay and early stopping, in the order they are to be read."""
