"""``weight_init_compare`` and ``batch_norm_test`` of "Deep Learning from Scratch", chapter 6, with seeds.

No seeds were set there, and curves were shown, not numbers. What is expected was measured by plain numpy code that
shares nothing with this package but the images; the spreads are those of 24 seeds.
"""

from __future__ import annotations

import math

import numpy as np

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import accuracy_after, batch_loss
from actviz.text import LANGUAGES, run_name, words

_SEEDS = 12
"""Seeds behind the numbers that independent code measured."""

SCALES = tuple(f"normal:{scale:.3g}" for scale in np.logspace(0, -4, 16))
"""The book's 16 standard deviations of the weights."""


def _loss(run: str, last: int, value: str, spread: float) -> Expectation:
    """Expect the mean loss of 100 batches, measured by independent code; ``spread`` is that of its logarithm."""
    return Expectation(
        words("expectation.batch_loss", run=run, first=last - 99, last=last),
        value,
        Basis.MEASURED,
        batch_loss(run, last),
        "weight-init-compare",
        spread=spread,
        reference_seeds=_SEEDS,
        log=True,
    )


WEIGHT_INIT_COMPARE = Experiment(
    name="dlfs/weight-init-compare",
    title=words("experiment.dlfs/weight-init-compare.title"),
    source=words("experiment.dlfs/weight-init-compare.source"),
    probes={},
    trainings={
        "weight-init-compare": {
            "data": "mnist",
            "split": {"validation": 0.0},
            "seeds": 8,
            "inits": ("normal:0.01", "lecun_normal", "he_normal"),
            "activations": "relu",
            "depth": 4,
            "width": 100,
            "lr": 0.01,
            "batch": 128,
            "replacement": True,
            "updates": 2000,
            "evaluate_every": 4,
        },
    },
    drawings=(
        drawing("dlfs/weight-init-compare", "race", "race", "weight-init-compare"),
        drawing("dlfs/weight-init-compare", "curves", "curves", "weight-init-compare"),
    ),
    expectations=(
        Expectation(
            words("expectation.batch_loss", run="normal:0.01", first=1901, last=2000),
            math.log(10),
            Basis.CLOSED_FORM,
            batch_loss("normal:0.01", 2000),
            "weight-init-compare",
            source=words("expectation.dlfs.guess"),
            spread=5.5e-5,
            allowance=1e-4,  # the head's biases follow the digits of the batches
        ),
        _loss("lecun_normal", 300, "1.9557", 0.043),
        _loss("lecun_normal", 500, "1.0440", 0.125),
        _loss("lecun_normal", 1000, "0.3960", 0.059),
        _loss("lecun_normal", 2000, "0.2062", 0.052),
        _loss("he_normal", 300, "0.6073", 0.074),
        _loss("he_normal", 1000, "0.1996", 0.055),
        _loss("he_normal", 2000, "0.0886", 0.066),
    ),
)


def _accuracy(run: str, value: str, spread: float, seeds: int) -> Expectation:
    return Expectation(
        words(
            "expectation.train_accuracy", run={lang: run if lang == "en" else run_name(run, lang) for lang in LANGUAGES}
        ),
        value,
        Basis.MEASURED,
        accuracy_after(run, 20),
        "batch-norm",
        spread=spread,
        reference_seeds=seeds,
    )


BATCH_NORM = Experiment(
    name="dlfs/batch-norm",
    title=words("experiment.dlfs/batch-norm.title"),
    source=words("experiment.dlfs/batch-norm.source"),
    probes={},
    trainings={
        "batch-norm": {
            "data": "mnist",
            "split": {"train": 1000},
            "seeds": 8,
            "inits": SCALES,
            "activations": "relu",
            "depth": 5,
            "width": 100,
            "norm": [None, "batch"],
            "lr": 0.01,
            "batch": 100,
            "epochs": 20,
        },
    },
    drawings=(
        drawing("dlfs/batch-norm", "batch-norm", "batch_norm", "batch-norm"),
        drawing(
            "dlfs/batch-norm",
            "curves",
            "curves",
            "batch-norm",
            runs=[f"{SCALES[3]}, {norm}" for norm in ("no norm", "batch norm")],
        ),
        drawing("dlfs/batch-norm", "batch-norm-layers", "batch_norm_layers", "batch-norm"),
    ),
    expectations=(
        _accuracy("normal:0.158, no norm", "0.8744", 0.0147, 24),
        _accuracy("normal, batch norm", "0.3982", 0.024, 24),
        _accuracy("normal:0.158, batch norm", "0.7841", 0.0147, 24),
        _accuracy("normal:0.0464, batch norm", "0.9570", 0.0083, 12),
    ),
)
