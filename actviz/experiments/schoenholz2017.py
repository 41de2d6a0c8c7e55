"""Schoenholz et al. 2017: how deep signals and gradients reach around the critical weight variance of tanh.

Biases of variance 0.05. One probe measures by what factor gradients change a layer, on both sides of criticality and at
it; the other sweeps the weight variance from ordered to chaotic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Drawing, Experiment
from actviz.experiments.readings import gradient_factor, mean_field
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
            {"en": f"{where}: chi_1 in theory", "ko": f"{where}: chi_1의 이론값"},
            theory,
            Basis.QUADRATURE,
            mean_field("chi_1", "tanh", weight_var, _BIAS_VAR),
        )
        reading = gradient_factor(f"variance_scaling:{weight_var:g}", "tanh")
        what = {
            "en": f"{where}: factor of the mean-square gradient a layer",
            "ko": f"{where}: 층마다 기울기의 제곱 평균이 변하는 배율",
        }
        beside = {"en": f"{what['en']}, beside theory", "ko": f"{what['ko']}, 이론과 비교"}
        yield Expectation(
            what, measured, Basis.MEASURED, reading, "slopes", spread=spread, reference_seeds=_MEASURED_SEEDS,
            log=True,
        )  # fmt: skip
        yield Expectation(
            beside, theory, Basis.QUADRATURE, reading, "slopes", spread=spread,
            allowance=2 / _WIDTH * float(theory), log=True,
        )  # fmt: skip


DEPTH_SCALES = Experiment(
    name="schoenholz2017/depth-scales",
    title={
        "en": "How deep signals and gradients reach, as in Schoenholz et al. 2017",
        "ko": "신호와 기울기가 닿는 깊이 (Schoenholz 등 2017)",
    },
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
        Drawing(
            "phase",
            "phase",
            "phase",
            {
                "en": "How many layers signal and gradient reach, over the scale of the weights. Both go deepest at "
                "the critical sigma_w = 1.33, sigma_w² = 1.76: below it samples become alike and gradients vanish, "
                "above it gradients explode.",
                "ko": "가중치의 크기에 따라 신호와 기울기가 몇 층까지 닿는지를 본다. 둘 다 임계점 sigma_w = 1.33, "
                "sigma_w² = 1.76에서 가장 깊이 닿는다. 그 아래에서는 표본이 서로 같아지고 기울기가 소실되며, "
                "그 위에서는 기울기가 폭발한다.",
            },
        ),
        Drawing(
            "gradients",
            "gradients",
            "slopes",
            {
                "en": "Gradients through 50 layers, from right to left: straight lines on a logarithmic axis, falling "
                "below the critical weight variance, level at it, rising above.",
                "ko": "층 50개를 오른쪽에서 왼쪽으로 지나는 기울기. 로그 축에서 직선이며, 임계 가중치 분산보다 "
                "작으면 내려가고 임계에서는 수평이며 크면 올라간다.",
            },
        ),
        Drawing(
            "collapse",
            "collapse",
            "slopes",
            {
                "en": "The samples: alike below the critical weight variance, apart above it.",
                "ko": "표본: 임계 가중치 분산보다 작으면 서로 같아지고, 크면 떨어져 있다.",
            },
        ),
    ),
    expectations=(
        Expectation(
            {
                "en": f"tanh, sigma_b² = {_BIAS_VAR}: critical sigma_w²",
                "ko": f"tanh, sigma_b² = {_BIAS_VAR}: 임계 sigma_w²",
            },
            "1.7610",
            Basis.QUADRATURE,
            _critical,
        ),
        Expectation(
            {
                "en": f"tanh, sigma_b² = {_BIAS_VAR}: critical sigma_w²",
                "ko": f"tanh, sigma_b² = {_BIAS_VAR}: 임계 sigma_w²",
            },
            "1.76",
            Basis.RECALLED,
            _critical,
        ),
        *(
            Expectation(
                {
                    "en": f"tanh, sigma_w² = {weight_var:g}, sigma_b² = {_BIAS_VAR}: q_star in theory",
                    "ko": f"tanh, sigma_w² = {weight_var:g}, sigma_b² = {_BIAS_VAR}: q_star의 이론값",
                },
                q_star,
                Basis.QUADRATURE,
                mean_field("q_star", "tanh", weight_var, _BIAS_VAR),
            )
            for weight_var, q_star in ((1.3, "0.3153"), (2.5, "1.0640"))
        ),
        *_numbers(),
    ),
)
