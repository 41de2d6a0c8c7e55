"""What trainings say of the article's claims on initialization: the plateau, zero weights, and batch normalization.

A network has *learned nothing* if its last losses are less than 0.05 below ln 10, the loss of a guess among ten; a
scale *trains* if three in ten digits are right after 20 epochs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.experiments.article.cases import case, claim
from actviz.experiments.experiment import drawing
from actviz.experiments.readings import (
    Reading,
    Values,
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

_TRAINED, _NORMALIZED = TRAININGS
_NOTHING, _TRAINS = 0.05, 0.3


def _times_slower(run: str, other: str, loss: float) -> Reading:
    """Read how many times as many updates as another run it takes to a loss."""
    slow, fast = updates_to(run, loss), updates_to(other, loss)
    return lambda ds: slow(ds) / fast(ds)


PLATEAU_CASES = (
    *(
        case(1, f"stuck-{name}", _TRAINED, below_chance_loss(run), most=_NOTHING)
        for name, run in {
            "tanh": "normal:0.01, tanh",
            "relu": "normal:0.01, relu",
            "sigmoid": "xavier_normal, sigmoid",
        }.items()
    ),
    case(1, "tanh-xavier-learns", _TRAINED, below_chance_loss("xavier_normal, tanh")),
    case(1, "xavier-slower", _TRAINED, _times_slower("xavier_normal, relu", "he_normal, relu", 1.5), 2.0),
)
"""Claim 1, "training from a plateau is inefficient"."""

ZERO_CASES = (
    *(
        case(2, f"moved-{name}", _TRAINED, weights_that_moved(f"zeros, {name}"), most=0.0, so=name != "sigmoid")
        for name in ("sigmoid", "tanh", "relu")
    ),
    case(2, "zeros-loss", _TRAINED, below_chance_loss("zeros, sigmoid")),
    case(2, "zeros-units", _TRAINED, after("distinct_units", "zeros, sigmoid", 5)),
)
"""Claim 2, in training."""

CONSTANT_CASES = (
    case(2, "moved-constant", _TRAINED, weights_that_moved("constant:0.01, relu")),
    case(2, "constant-trained-units", _TRAINED, after("distinct_units", "constant:0.01, relu", 5)),
    case(2, "constant-accuracy", _TRAINED, end_of("train_accuracy", "constant:0.01, relu")),
    case(2, "he-accuracy", _TRAINED, end_of("train_accuracy", "he_normal, relu")),
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


NORMALIZATION = claim(
    8,
    "batch-norm-layers",
    case(8, "across-he", _NORMALIZED, _across("normal:0.1414, no norm"), 0.5, 2.0),
    case(8, "across-batch-large", _NORMALIZED, _across("normal, batch norm"), 0.5, 2.0),
    case(8, "across-batch-small", _NORMALIZED, _across("normal:0.003, batch norm"), 0.5, 2.0),
    case(8, "across-batch-tiny", _NORMALIZED, _across("normal:0.0001, batch norm"), 0.5, 2.0, so=False),
    case(8, "across-small", _NORMALIZED, _across("normal:0.003, no norm")),
    case(8, "kept", _NORMALIZED, _kept("normal:0.1414, no norm")),
    case(8, "kept-batch", _NORMALIZED, _kept("normal:0.1414, batch norm"), 0.95, 1.05),
    case(8, "scales", _NORMALIZED, _scales_that_train("no norm"), most=3.0),
    case(8, "scales-batch", _NORMALIZED, _scales_that_train("batch norm"), 7.0),
    case(8, "diverged", _NORMALIZED, diverged("normal, no norm")),
    case(8, "apart-batch", _NORMALIZED, _apart("batch norm"), most=0.2, so=False),
    case(8, "apart", _NORMALIZED, _apart("no norm")),
)

_FILM = ["normal:0.01, relu", "xavier_normal, relu", "he_normal, relu"]
DRAWINGS = (
    *(drawing("article", f"race-{name}", "race", _TRAINED, activations=[name]) for name in ("relu", "sigmoid")),
    drawing("article", "film", "film", _TRAINED, runs=_FILM),
    drawing("article", "batch-norm", "batch_norm", _NORMALIZED),
    drawing("article", "batch-norm-layers", "batch_norm_layers", _NORMALIZED),
)
"""In the order they are to be read."""
