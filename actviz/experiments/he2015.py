"""He et al. 2015: the weights that ReLU wants, and what the fixed standard deviation of 0.01 costs a deep network."""

from __future__ import annotations

import math
from typing import Any

from actviz.catalog.names import initializer
from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import batch_loss, signal_factor
from actviz.text import words

_DEPTH, _WIDTH = 30, 256
_FILTERS = {64: "0.059", 128: "0.042", 256: "0.029", 512: "0.021"}
"""Of 3 x 3 convolutions in the paper's model B, and the standard deviation the paper gives for each."""
_CONVOLUTIONS = {64: 1, 128: 2, 256: 2, 512: 4}
"""How many of them a gradient passes from conv10 back to conv2."""
_FIXED = 0.01


def _std(filters: int) -> float:
    return math.sqrt(initializer("he_normal").variance(9 * filters, 9 * filters))


def _lost() -> float:
    return math.prod((_std(filters) / _FIXED) ** number for filters, number in _CONVOLUTIONS.items())


SCALES = Experiment(
    name="he2015/scales",
    title=words("experiment.he2015/scales.title"),
    source="He, Zhang, Ren & Sun, Delving deep into rectifiers: Surpassing human-level performance on ImageNet "
    "classification, ICCV 2015, section 2.2",
    probes={
        "thirty": {
            "inits": ("normal:0.01", "xavier_normal", "he_normal"),
            "activations": "relu",
            "depth": _DEPTH,
            "width": _WIDTH,
            "samples": 200,
            "seeds": 6,
        },
    },
    drawings=(
        drawing("he2015/scales", "signal", "signal", "thirty"),
        drawing("he2015/scales", "gradients", "gradients", "thirty"),
    ),
    expectations=(
        *(
            Expectation(
                words("expectation.he.std", filters=filters),
                value,
                Basis.PUBLISHED,
                lambda filters=filters: _std(filters),
            )
            for filters, value in _FILTERS.items()
        ),
        Expectation(words("expectation.he.lost"), "1.7e4", Basis.PUBLISHED, _lost),
        *(
            Expectation(
                words("expectation.he.factor", init=init, depth=_DEPTH),
                factor,
                Basis.CLOSED_FORM,
                signal_factor(init, "relu"),
                "thirty",
                spread=0.0102,
                allowance=2.5 / _WIDTH / 2,
                log=True,
            )
            for init, factor in (("xavier_normal", 0.5**0.5), ("he_normal", 1.0))
        ),
    ),
)

_TRAINED = {
    "data": "mnist", "inits": ("xavier_normal", "he_normal"), "activations": "relu", "width": 100, "seeds": 4,
    "optimizer": "momentum", "lr": 0.01, "epochs": 15, "snapshots": 0,
}  # fmt: skip
_REFERENCE = 8
"""Seeds behind the losses that were measured for this project."""


def _trained(depth: int, init: str, value: str | float, spread: float, **known: Any) -> Expectation:
    """State what the mean loss of the last 100 batches is."""
    how: dict[str, Any] = {"basis": Basis.MEASURED, "reference_seeds": _REFERENCE, **known}
    what = words("expectation.he.loss", depth=depth, init=init)
    return Expectation(what, value, reading=batch_loss(init, -1), probe=f"layers-{depth}", spread=spread, **how)


THIRTY_LAYERS = Experiment(
    name="he2015/thirty-layers",
    title=words("experiment.he2015/thirty-layers.title"),
    source=words("experiment.he2015/thirty-layers.source"),
    probes={},
    trainings={f"layers-{depth}": {**_TRAINED, "depth": depth} for depth in (22, 30)},
    drawings=tuple(
        drawing("he2015/thirty-layers", f"curves-{depth}", "curves", f"layers-{depth}") for depth in (22, 30)
    ),
    expectations=(
        _trained(22, "he_normal", "0.260", 0.0405),
        _trained(
            30,
            "xavier_normal",
            math.log(10),
            1.8e-5,
            basis=Basis.CLOSED_FORM,
            reference_seeds=None,
            source=words("expectation.dlfs.guess"),
            allowance=5e-4,  # the head's biases follow the batches
        ),
        _trained(30, "he_normal", "0.862", 0.23),
    ),
)
