"""Ioffe & Szegedy 2015, section 4.1: MNIST with three hidden layers of 100 sigmoids, with and without batch norm."""

from __future__ import annotations

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import end_of
from actviz.text import words

_REFERENCE = 24
"""Seeds behind the numbers that plain PyTorch measured for this project; the paper shows curves."""

_KNOWN = {
    ("no norm", "train_loss"): ("0.569", 0.075),
    ("no norm", "validation_accuracy"): ("0.814", 0.021),
    ("batch norm", "train_loss"): ("0.0354", 0.055),
    ("batch norm", "validation_accuracy"): ("0.8892", 0.0095),
}
"""After 2000 updates; and the standard deviation of a seed, of a loss's logarithm."""

BATCH_NORM = Experiment(
    name="ioffe2015/batch-norm",
    title=words("experiment.ioffe2015/batch-norm.title"),
    source=words("experiment.ioffe2015/batch-norm.source"),
    probes={},
    trainings={
        "sigmoid": {
            "data": "mnist", "split": {"validation": 600}, "inits": "normal:0.1", "activations": "sigmoid", "depth": 3,
            "width": 100, "norm": [None, "batch"], "lr": 0.1, "batch": 60, "updates": 2000, "evaluate_every": 2,
            "snapshots": 6, "seeds": 4,
        }
    },
    drawings=(
        drawing("ioffe2015/batch-norm", "curves", "curves", "sigmoid"),
        drawing("ioffe2015/batch-norm", "race", "race", "sigmoid"),
    ),
    expectations=tuple(
        Expectation(
            words(
                "expectation.ioffe",
                norm=words(f"expectation.ioffe.{norm}"),
                what=words(f"expectation.overfit.{name}"),
            ),
            value,
            Basis.MEASURED,
            end_of(name, norm),
            "sigmoid",
            spread=spread,
            reference_seeds=_REFERENCE,
            log=name == "train_loss",
        )
        for (norm, name), (value, spread) in _KNOWN.items()
    ),
)  # fmt: skip
