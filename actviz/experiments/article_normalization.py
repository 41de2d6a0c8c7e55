"""What trainings say of the article's claims on initialization: the plateau, zero weights, and batch normalization.

A network has *learned nothing* if its last losses are less than 0.05 below ln 10, the loss of a guess among ten; a
scale *trains* if three in ten digits are right after 20 epochs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.experiments.claims import Case, Claim
from actviz.experiments.readings import Reading, Values
from actviz.experiments.recipe import Drawing
from actviz.experiments.training_readings import (
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

_NOTHING, _TRAINS = 0.05, 0.3


def _trained(what: str, reading: Reading, least: float = -math.inf, most: float = math.inf, *, so: bool = True) -> Case:
    return Case({"en": what}, "article-training", reading, least, most, so)


def _normalized(
    what: str, reading: Reading, least: float = -math.inf, most: float = math.inf, *, so: bool = True
) -> Case:
    return Case({"en": what}, "article-batch-norm", reading, least, most, so)


def _times_slower(run: str, other: str, loss: float) -> Reading:
    """Read how many times as many updates as another run it takes to a loss."""
    slow, fast = updates_to(run, loss), updates_to(other, loss)
    return lambda ds: slow(ds) / fast(ds)


_STUCK = {
    "normal:0.01, tanh": "tanh, N(0, 0.01²)",
    "normal:0.01, relu": "ReLU, N(0, 0.01²)",
    "xavier_normal, sigmoid": "sigmoid, Xavier",
}

PLATEAU_CASES = (
    *(
        _trained(f"{name}: fall of the loss below ln 10 in 500 updates", below_chance_loss(run), most=_NOTHING)
        for run, name in _STUCK.items()
    ),
    _trained("tanh, Xavier: fall of the loss below ln 10 in 500 updates", below_chance_loss("xavier_normal, tanh")),
    _trained(
        "ReLU: updates until a batch has a loss below 1.5, Xavier over He",
        _times_slower("xavier_normal, relu", "he_normal, relu", 1.5),
        2.0,
    ),
)
"""Claim 1, "training from a plateau is inefficient"."""

ZERO_CASES = (
    *(
        _trained(
            f"{name}, zeros: layers, of 6 with the head, whose weights are not 0 after 500 updates",
            weights_that_moved(f"zeros, {activation}"),
            most=0.0,
            so=activation != "sigmoid",
        )
        for activation, name in {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}.items()
    ),
    _trained("sigmoid, zeros: fall of the loss below ln 10 in 500 updates", below_chance_loss("zeros, sigmoid")),
    _trained(
        "sigmoid, zeros: distinct units of layer 5 after 500 updates", after("distinct_units", "zeros, sigmoid", 5)
    ),
)
"""Claim 2, in training."""

CONSTANT_CASES = (
    _trained(
        "ReLU, constant 0.01: layers, of 6, whose weights are not 0 after 500 updates",
        weights_that_moved("constant:0.01, relu"),
    ),
    _trained(
        "ReLU, constant 0.01: distinct units, of 100, in layer 5 after 500 updates",
        after("distinct_units", "constant:0.01, relu", 5),
    ),
    _trained(
        "ReLU, constant 0.01: training accuracy after 500 updates", end_of("train_accuracy", "constant:0.01, relu")
    ),
    _trained("ReLU, He: training accuracy after 500 updates", end_of("train_accuracy", "he_normal, relu")),
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


NORMALIZATION = Claim(
    8,
    {
        "en": "Initialization and batch normalization both normalize the signal; with batch normalization the scale of "
        "the weights matters less."
    },
    (
        _normalized(
            "no norm, He's scale: std of layer 5 over layer 1, at the start",
            _across("normal:0.1414, no norm"),
            0.5,
            2.0,
        ),
        _normalized("batch norm, N(0, 1): the same", _across("normal, batch norm"), 0.5, 2.0),
        _normalized("batch norm, N(0, 0.003²): the same", _across("normal:0.003, batch norm"), 0.5, 2.0),
        _normalized("batch norm, N(0, 0.0001²): the same", _across("normal:0.0001, batch norm"), 0.5, 2.0, so=False),
        _normalized("no norm, N(0, 0.003²): the same", _across("normal:0.003, no norm")),
        _normalized(
            "no norm, He's scale: std of z in layer 5 after training over that before",
            _kept("normal:0.1414, no norm"),
        ),
        _normalized("batch norm, He's scale: the same", _kept("normal:0.1414, batch norm"), 0.95, 1.05),
        _normalized(
            "no norm: scales, of 8, with at least 30 % right after 20 epochs", _scales_that_train("no norm"), most=3.0
        ),
        _normalized("batch norm: scales with at least 30 % right", _scales_that_train("batch norm"), 7.0),
        _normalized("no norm, N(0, 1): share of seeds that diverge", diverged("normal, no norm")),
        _normalized("batch norm: best scale's accuracy less the worst's", _apart("batch norm"), most=0.2, so=False),
        _normalized("no norm: best scale's accuracy less the worst's", _apart("no norm")),
    ),
    "batch-norm-layers",
    {
        "en": "An initializer sets the scale once, before the first update, for the whole layer and on average, and "
        "training may leave it; batch normalization sets it at every update, for each unit and over the batch, "
        "whatever the weights. So at every scale at which z stays well above sqrt(eps) = 0.001 all layers start "
        "alike, and all of 8 scales over four decades train, where without it two do. But the scale does not cease to "
        "matter: under batch normalization a gradient is inversely proportional to the size of the weights it is "
        "taken by, so large weights turn too slowly and tiny ones jump; at this rate 0.003 to 0.01 does best, not He's."
    },
)

NORMALIZATION_DRAWINGS = (
    *(
        Drawing(
            f"race-{activation}",
            "race",
            "article-training",
            {"en": f"Five initializers race under {name}. {caption}"},
            {"activations": [activation]},
        )
        for activation, name, caption in (
            (
                "relu",
                "ReLU",
                "Zero weights get no gradient in any layer and stay 0; a constant makes one unit of every layer; std "
                "0.01 lets gradients vanish; Xavier starts on a plateau; He learns from the start.",
            ),
            (
                "sigmoid",
                "sigmoid",
                "None leaves the plateau in 500 updates: Xavier and He have broad activations, and gradients that "
                "vanish all the same.",
            ),
        )
    ),
    Drawing(
        "film",
        "film",
        "article-training",
        {
            "en": "Three networks of ReLU in training, as a strip: std 0.01 stays where it is, Xavier's layers grow "
            "out of their fading start, He's hardly move, for they had nothing to make up."
        },
        {"runs": ["normal:0.01, relu", "xavier_normal, relu", "he_normal, relu"]},
    ),
    Drawing(
        "batch-norm",
        "batch_norm",
        "article-batch-norm",
        {
            "en": "Eight weight scales over four decades, with and without batch normalization. Without it, only those "
            "near He's train; with it, all do, not all equally well."
        },
    ),
    Drawing(
        "batch-norm-layers",
        "batch_norm_layers",
        "article-batch-norm",
        {
            "en": "Why: batch normalization makes the layers start alike at every scale above about 0.001. How far an "
            "update turns the weights still depends on how large they are."
        },
    ),
)
"""The figures that show it."""
