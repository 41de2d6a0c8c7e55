"""Poole et al. 2016, figure 1: the length of a signal through tanh layers, and the fixed point it comes to.

Weights of variance sigma_w^2 / n and biases of variance sigma_b^2 = 0.3^2, at sigma_w = 1.3, 2.5 and 4, in layers of
1000 units; one probe starts from short inputs, one from long ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Drawing, Experiment
from actviz.experiments.readings import gradient_factor, mean_field, mean_square

_WIDTH, _DEPTH, _BIAS_STD = 1000, 12, 0.3
_STACK: Mapping[str, object] = {
    "inits": tuple(f"variance_scaling:{scale}" for scale in (1.69, 6.25, 16)),
    "activations": "tanh",
    "depth": _DEPTH,
    "width": _WIDTH,
    "samples": 50,
    "seeds": 6,
    "bias_std": _BIAS_STD,
}
# sigma_w: q*, chi_1, and from seed to seed the standard deviation of q at the last layer and of ln chi_1.
_FIXED_POINTS = {
    1.3: ("0.607", "0.940", 0.024, 0.0074),
    2.5: ("4.079", "1.585", 0.04, 0.0058),
    4.0: ("12.604", "2.367", 0.096, 0.0067),
}


def _numbers() -> Iterator[Expectation]:
    for sigma_w, (q_star, chi_1, q_spread, chi_spread) in _FIXED_POINTS.items():
        init, at = f"variance_scaling:{sigma_w**2:g}", f"tanh, sigma_w = {sigma_w:g}, sigma_b = {_BIAS_STD}"
        for name, value in (("q_star", q_star), ("chi_1", chi_1)):
            yield Expectation(
                {"en": f"{at}: {name} in theory", "ko": f"{at}: {name}의 이론값"},
                value,
                Basis.QUADRATURE,
                mean_field(name, "tanh", sigma_w**2, _BIAS_STD**2),
            )
        for probe, inputs in (("short", 0.3), ("long", 3.0)):
            yield Expectation(
                {
                    "en": f"{at}: length q of layer {_DEPTH}, from inputs of std {inputs:g}",
                    "ko": f"{at}: 표준편차 {inputs:g}인 입력에서 출발한 {_DEPTH}층의 길이 q",
                },
                q_star,
                Basis.QUADRATURE,
                mean_square("preact", init, "tanh", _DEPTH),
                probe,
                spread=q_spread,
                allowance=2 / _WIDTH * float(q_star),
            )
        yield Expectation(
            {
                "en": f"{at}: factor of the mean-square gradient a layer, layers {_DEPTH} to 6",
                "ko": f"{at}: {_DEPTH}층에서 6층까지 층마다 기울기의 제곱 평균이 변하는 배율",
            },
            chi_1,
            Basis.QUADRATURE,
            gradient_factor(init, "tanh", 6),
            "long",
            spread=chi_spread,
            allowance=2 / _WIDTH * float(chi_1),
            log=True,
        )


FIGURE_1 = Experiment(
    name="poole2016/fig1",
    title={
        "en": "The length of a signal and its fixed point, as in Poole et al. 2016",
        "ko": "신호의 길이와 고정점 (Poole 등 2016)",
    },
    source="Poole, Lahiri, Raghu, Sohl-Dickstein & Ganguli, Exponential expressivity in deep neural networks through "
    "transient chaos, NeurIPS 2016, figure 1",
    probes={
        "short": {**_STACK, "inputs": "normal:0.3"},
        "long": {**_STACK, "inputs": "normal:3"},
    },
    drawings=(
        Drawing(
            "signal-short",
            "signal",
            "short",
            {
                "en": "From short inputs: within a few layers the signal grows to the length its weights keep.",
                "ko": "짧은 입력에서: 신호는 몇 층 만에 그 가중치에서 유지되는 길이까지 커진다.",
            },
        ),
        Drawing(
            "signal-long",
            "signal",
            "long",
            {
                "en": "From long inputs: it shrinks to the same length. Larger weights keep a longer signal.",
                "ko": "긴 입력에서: 같은 길이로 줄어든다. 가중치가 클수록 더 긴 신호를 유지한다.",
            },
        ),
        Drawing(
            "collapse-long",
            "collapse",
            "long",
            {
                "en": "Samples at sigma_w² = 1.69 become alike (ordered), at 6.25 and 16 they stay apart however deep "
                "the stack (chaotic).",
                "ko": "sigma_w² = 1.69에서는 표본이 서로 같아지고(질서상), 6.25와 16에서는 아무리 깊어도 서로 떨어져 "
                "있다(혼돈상).",
            },
        ),
        Drawing(
            "gradients-long",
            "gradients",
            "long",
            {
                "en": "The same divide for gradients, from right to left: they shrink where chi_1 is below 1 and "
                "explode where it is above.",
                "ko": "기울기에서도 같은 경계가 나타난다. 오른쪽에서 왼쪽으로, chi_1이 1보다 작으면 줄어들고 크면 "
                "폭발한다.",
            },
        ),
    ),
    expectations=tuple(_numbers()),
)
