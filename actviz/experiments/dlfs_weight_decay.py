"""``overfit_weight_decay`` of "Deep Learning from Scratch", chapter 6, and what independent code finds there.

300 images, six hidden layers of 100 units under ReLU with He's weights, gradient descent at rate 0.01 in batches of
100, 201 epochs, with lambda 0.1 and without. The book takes the first 300 of its images and draws
batches with replacement; here a seed chooses the images, alike in every class, and each is seen once an epoch.
"""

from __future__ import annotations

from collections.abc import Iterator

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import Reading, last_of, last_size
from actviz.text import words

_SEEDS = 24
"""Seeds behind the values, measured by the same training written in PyTorch, on the same images."""

# Value after 201 epochs by PyTorch, and the spread of a seed, of its logarithm for losses, over 24 seeds of both.
_KNOWN: dict[float, dict[str, tuple[str, float]]] = {
    0.0: {
        "train_loss": ("0.0213", 0.16),
        "validation_loss": ("0.715", 0.103),
        "validation_accuracy": ("0.804", 0.015),
        "weight_size": ("1.00918", 0.00033),
    },
    0.1: {
        "train_loss": ("0.621", 0.139),
        "validation_loss": ("0.876", 0.081),
        "train_accuracy": ("0.903", 0.031),
        "validation_accuracy": ("0.765", 0.030),
        "weight_size": ("0.5668", 0.0010),
    },
}


def _reading(name: str, decay: float) -> Reading:
    run = f"weight_decay {decay:g}"
    return last_size(run) if name == "weight_size" else last_of(name, run)


def _expectations() -> Iterator[Expectation]:
    for decay, numbers in _KNOWN.items():
        for name, (value, spread) in numbers.items():
            yield Expectation(
                words("expectation.overfit", decay=f"{decay:g}", what=words(f"expectation.overfit.{name}")),
                value,
                Basis.MEASURED,
                _reading(name, decay),
                "overfit",
                spread=spread,
                reference_seeds=_SEEDS,
                log=name.endswith("loss"),
            )


WEIGHT_DECAY = Experiment(
    name="dlfs/weight-decay",
    title=words("experiment.dlfs/weight-decay.title"),
    source=words("experiment.dlfs/weight-decay.source"),
    probes={},
    trainings={
        "overfit": {
            "data": "mnist",
            "split": {"train": 300, "validation": 1000},
            "inits": "he_normal",
            "activations": "relu",
            "depth": 6,
            "width": 100,
            "weight_decay": [0.0, 0.1],
            "lr": 0.01,
            "batch": 100,
            "epochs": 201,
            "evaluate_every": 3,
            "seeds": 8,
        },
    },
    drawings=(
        drawing("dlfs/weight-decay", "decay", "decay", "overfit"),
        drawing("dlfs/weight-decay", "curves", "curves", "overfit"),
        drawing("dlfs/weight-decay", "weights", "weights", "overfit"),
    ),
    expectations=tuple(_expectations()),
)
