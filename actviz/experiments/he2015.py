"""He et al. 2015: the weights that ReLU wants, and what the fixed standard deviation of 0.01 costs a deep network."""

from __future__ import annotations

import math

from actviz.catalog.names import initializer
from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import signal_factor
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
