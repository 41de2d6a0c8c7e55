"""Schoenholz et al. 2017: how deep signals and gradients reach around the critical weight variance of tanh.

Biases of variance 0.05. One probe measures by what factor gradients change a layer, on both sides of criticality and at
it; the other sweeps the weight variance from ordered to chaotic. Trainings over weight variance and depth show how deep
networks train: figure 5 of the paper, on a coarser grid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from actviz.experiments.expectations import Basis, Expectation, Origin
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import gradient_factor, mean_field
from actviz.sweeping import boundary
from actviz.text import words
from actviz.theory import critical_points

_BIAS_VAR = 0.05
_STACK: Mapping[str, object] = {"activations": "tanh", "bias_std": round(math.sqrt(_BIAS_VAR), 6)}
_SWEEP = (1.0, 1.2, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.2, 2.5, 3.0, 3.5)

# sigma_w^2: the factor measured (10 seeds), the factor in theory, and the spread of its logarithm.
_FACTORS = {1.3: ("0.877", "0.8802", 0.0098), 1.76: ("0.998", "0.9998", 0.0076), 2.5: ("1.132", "1.1335", 0.0038)}
_MEASURED_SEEDS, _WIDTH = 10, 300


def _critical() -> float:
    (point,) = critical_points("tanh", _BIAS_VAR)
    return point.weight_var


def _numbers() -> Iterator[Expectation]:
    for weight_var, (measured, theory, spread) in _FACTORS.items():
        where = f"tanh, sigma_w² = {weight_var:g}, sigma_b² = {_BIAS_VAR}"
        yield Expectation(
            words("expectation.theory", at=where, name="chi_1"),
            theory,
            Basis.QUADRATURE,
            mean_field("chi_1", "tanh", weight_var, _BIAS_VAR),
        )
        reading = gradient_factor(f"variance_scaling:{weight_var:g}", "tanh")
        what = words("expectation.schoenholz.gradient", at=where)
        beside = words("expectation.schoenholz.beside", what=what)
        yield Expectation(
            what, measured, Basis.MEASURED, reading, "slopes", spread=spread, reference_seeds=_MEASURED_SEEDS,
            log=True, origin=Origin.INDEPENDENT,
        )  # fmt: skip
        yield Expectation(
            beside, theory, Basis.QUADRATURE, reading, "slopes", spread=spread,
            allowance=2 / _WIDTH * float(theory), log=True,
        )  # fmt: skip


DEPTH_SCALES = Experiment(
    name="schoenholz2017/depth-scales",
    title=words("experiment.schoenholz2017/depth-scales.title"),
    source="Schoenholz, Gilmer, Ganguli & Sohl-Dickstein, Deep information propagation, ICLR 2017",
    probes={
        "phase": {
            "inits": tuple(f"variance_scaling:{scale}" for scale in _SWEEP),
            "depth": 40,
            "width": 200,
            "samples": 100,
            "seeds": 3,
            "inputs": "correlated:0.6",
            **_STACK,
        },
        "slopes": {
            "inits": tuple(f"variance_scaling:{scale}" for scale in _FACTORS),
            "depth": 50,
            "width": _WIDTH,
            "samples": 200,
            "seeds": 6,
            **_STACK,
        },
    },
    drawings=(
        drawing("schoenholz2017/depth-scales", "phase", "phase", "phase"),
        drawing("schoenholz2017/depth-scales", "gradients", "gradients", "slopes"),
        drawing("schoenholz2017/depth-scales", "collapse", "collapse", "slopes"),
    ),
    expectations=(
        Expectation(
            words("expectation.schoenholz.critical", bias_var=_BIAS_VAR),
            "1.7610",
            Basis.QUADRATURE,
            _critical,
        ),
        Expectation(
            words("expectation.schoenholz.critical", bias_var=_BIAS_VAR),
            "1.76",
            Basis.RECALLED,
            _critical,
        ),
        *(
            Expectation(
                words(
                    "expectation.theory", at=f"tanh, sigma_w² = {weight_var:g}, sigma_b² = {_BIAS_VAR}", name="q_star"
                ),
                q_star,
                Basis.QUADRATURE,
                mean_field("q_star", "tanh", weight_var, _BIAS_VAR),
            )
            for weight_var, q_star in ((1.3, "0.3153"), (2.5, "1.0640"))
        ),
        *_numbers(),
    ),
)

TRAINABILITY = Experiment(
    name="schoenholz2017/trainability",
    title=words("experiment.schoenholz2017/trainability.title"),
    source="Schoenholz, Gilmer, Ganguli & Sohl-Dickstein, Deep information propagation, ICLR 2017, figure 5",
    probes={},
    sweeps={
        "trainability": {
            "over": {"weight_var": "1:4:16", "depth": "10:100:12"},
            "activation": "tanh",
            "bias_var": _BIAS_VAR,
            "width": 300,
            "data": "mnist",
            "validation": 0,
            "updates": 200,
            "batch": 256,
            "lr": 1e-3,
            "keep": ("final_accuracy", "final_loss"),
        }
    },
    drawings=(drawing("schoenholz2017/trainability", "trainability", "trainability", "trainability"),),
    expectations=(
        Expectation(
            words("expectation.schoenholz.boundary"), 1.0, Basis.PUBLISHED, boundary.correlation, "trainability",
            spread=0.03, allowance=0.25,
        ),
        Expectation(
            words("expectation.schoenholz.peak", bias_var=_BIAS_VAR), "1.761", Basis.QUADRATURE, boundary.peak,
            "trainability", spread=0.05, allowance=0.3,
        ),
    ),
)  # fmt: skip
"""One seed: each cell is a network of its own. A cell of the grid is 0.2 wide, and the peak may lie in the next one."""
