"""What trainings say of the article's claims on initialization: the plateau, zero weights, and batch normalization.

A network has *learned nothing* if its last losses are less than 0.05 below ln 10, the loss of a guess among ten; a
scale *trains* if half of the digits are right after 20 epochs under every seed.
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
    difference,
    diverged,
    end_of,
    quotient,
    updates_to,
    weights_that_moved,
)
from actviz.training.measures import half_right

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
        "inits": ("zeros", "constant:0.01", "normal", "normal:0.01", "xavier_normal", "he_normal"),
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
        "split": {"train": 1000, "validation": 0.0, "test": 0.2},  # nothing is read of held-out rows on the way
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
"""All are the book's: the layers, rate and batch of ``batch_norm_test``, the first on all 3000 images."""

_TRAINED, _NORMALIZED = TRAININGS
_AFTER = f"{_NORMALIZED}-after"
TRAININGS = {**TRAININGS, _AFTER: {**TRAININGS[_NORMALIZED], "norm": "batch_after", "seeds": 2, "evaluate_every": 20}}
"""And what is normalized behind the activation, as the article has it; the book leaves the place open.

No figure draws its course: it is evaluated before and after.
"""

_NOTHING = 0.05


def _times_slower(run: str, other: str, loss: float) -> Reading:
    """Read how many times as many updates as another run it takes to a loss."""
    return quotient(updates_to(run, loss), updates_to(other, loss))


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

_ACCURACY = "train_accuracy"
NORMAL_CASES = (
    case(4, "sigmoid-stuck", _TRAINED, below_chance_loss("normal, sigmoid"), most=_NOTHING, so=False),
    case(
        4,
        "sigmoid-behind",
        _TRAINED,
        difference(end_of(_ACCURACY, "xavier_normal, sigmoid"), end_of(_ACCURACY, "normal, sigmoid")),
        0.0,
        so=False,
    ),
    case(
        4,
        "tanh-behind",
        _TRAINED,
        difference(end_of(_ACCURACY, "xavier_normal, tanh"), end_of(_ACCURACY, "normal, tanh")),
        0.2,
    ),
    case(4, "tanh-accuracy", _TRAINED, end_of(_ACCURACY, "normal, tanh")),
    case(4, "relu-diverged", _TRAINED, diverged("normal, relu"), 0.5),
)
"""Claim 4, in training."""

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
    return quotient(last, first)


def _kept(name: str, run: str) -> Reading:
    """Read a spread of layer 5 after training over that before."""
    now, before = (after(name, run, 5, snapshot=at) for at in (-1, 0))
    return quotient(now, before)


def _own_units(run: str) -> Reading:
    """Read how far a unit of layer 5 goes over the samples, beside the spread of all values there, before training.

    As ``unit_spread`` is over the inputs' spread, only its ratio to that of another network on the same rows is told.
    """
    return quotient(*(after(name, run, 5, snapshot=0) for name in ("unit_spread", "act_std")))


def _accuracies(ds: xarray.Dataset, norm: str) -> Values:
    """Training accuracy after 20 epochs, shape (seeds, scales)."""
    return np.stack([accuracy_after(f"{scale}{norm}", 20)(ds) for scale in SCALES], axis=1)


def _scales_that_train(norm: str) -> Reading:
    return lambda ds: float(half_right(ds, [f"{scale}{norm}" for scale in SCALES]))


def _apart(norm: str) -> Reading:
    """Read the best accuracy of any scale less the worst."""
    return lambda ds: np.ptp(_accuracies(ds, norm), axis=1)


_HE, _PLAIN, _BATCH = "normal:0.1414", ", no norm", ", batch norm"
NORMALIZATION = claim(
    8,
    "batch-norm-layers",
    case(8, "across-he", _NORMALIZED, _across(_HE + _PLAIN), 0.5, 2.0),
    case(8, "across-batch-large", _NORMALIZED, _across("normal" + _BATCH), 0.5, 2.0),
    case(8, "across-batch-small", _NORMALIZED, _across("normal:0.003" + _BATCH), 0.5, 2.0),
    case(8, "across-batch-tiny", _NORMALIZED, _across("normal:0.0001" + _BATCH), 0.5, 2.0, so=False),
    case(8, "across-after-large", _AFTER, _across("normal"), 0.5, 2.0),
    case(8, "across-after-small", _AFTER, _across("normal:0.003"), 0.5, 2.0),
    case(8, "across-small", _NORMALIZED, _across("normal:0.003" + _PLAIN)),
    case(8, "kept", _NORMALIZED, _kept("preact_std", _HE + _PLAIN), 1.2),
    case(8, "kept-batch", _NORMALIZED, _kept("preact_std", _HE + _BATCH), 0.95, 1.05),
    case(8, "kept-after", _AFTER, _kept("act_std", _HE), 0.95, 1.05),
    case(8, "units", _NORMALIZED, quotient(_own_units(_HE + _PLAIN), _own_units(_HE + _BATCH)), most=0.8),
    # What it does to the grip of the start: told, for the text does not claim it.
    case(8, "scales", _NORMALIZED, _scales_that_train(_PLAIN)),
    case(8, "scales-batch", _NORMALIZED, _scales_that_train(_BATCH)),
    case(8, "scales-after", _AFTER, _scales_that_train("")),
    case(8, "diverged", _NORMALIZED, diverged("normal" + _PLAIN)),
    case(8, "apart", _NORMALIZED, _apart(_PLAIN)),
    case(8, "apart-batch", _NORMALIZED, _apart(_BATCH)),
    case(8, "apart-after", _AFTER, _apart("")),
)

_RACING = {
    name: [f"{init}, {name}" for init in ("zeros", fourth, "normal:0.01", "xavier_normal", "he_normal")]
    for name, fourth in {"relu": "constant:0.01", "sigmoid": "normal"}.items()
}
"""Five each, a figure's width; ReLU from N(0, 1), which ends at once, is none of them."""
_FILM = ["normal:0.01, relu", "xavier_normal, relu", "he_normal, relu"]
DRAWINGS = (
    *(
        drawing("article", f"race-{name}", "race", _TRAINED, section="race", runs=runs)
        for name, runs in _RACING.items()
    ),
    drawing("article", "film", "film", _TRAINED, section="race", runs=_FILM),
    drawing("article", "batch-norm", "batch_norm", _NORMALIZED, section="batch_norm"),
    drawing("article", "batch-norm-layers", "batch_norm_layers", _NORMALIZED, section="batch_norm"),
)
"""In the order they are to be read."""
