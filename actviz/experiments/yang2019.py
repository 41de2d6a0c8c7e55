"""Yang et al. 2019: with batch normalization before ReLU mean-square gradients grow by pi / (pi - 1) a layer."""

from __future__ import annotations

import math

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import gradient_factor
from actviz.text import words

_INIT, _ROWS, _WIDTH = "he_normal", 1000, 500
_SPREAD = 0.0014
"""Of the logarithm of the factor of a seed."""

EXPLODING = Experiment(
    name="yang2019/batch-norm",
    title=words("experiment.yang2019/batch-norm.title"),
    source="Yang, Pennington, Rao, Sohl-Dickstein & Schoenholz, A mean field theory of batch normalization, ICLR 2019",
    probes={
        "normed": {
            "inits": (_INIT, "normal:1e-05"),
            "activations": "relu",
            "norm": "batch",
            "depth": 12,
            "width": _WIDTH,
            "samples": _ROWS,
            "seeds": 4,
        },
    },
    drawings=(
        drawing("yang2019/batch-norm", "gradients", "gradients", "normed"),
        drawing("yang2019/batch-norm", "signal", "signal", "normed"),
    ),
    expectations=(
        Expectation(
            words("expectation.yang.mean_square"),
            math.pi / (math.pi - 1),
            Basis.CLOSED_FORM,
            gradient_factor(_INIT, "relu"),
            "normed",
            source="π / (π − 1)",
            spread=_SPREAD,
            allowance=(2 / _WIDTH + 2 / _ROWS) * 1.467,
            log=True,
        ),
        Expectation(
            words("expectation.yang.rms"),
            "1.21",
            Basis.PUBLISHED,
            lambda ds: gradient_factor(_INIT, "relu")(ds) ** 0.5,
            "normed",
            spread=_SPREAD / 2,
            allowance=(1 / _WIDTH + 1 / _ROWS) * 1.21,
            log=True,
        ),
    ),
)
