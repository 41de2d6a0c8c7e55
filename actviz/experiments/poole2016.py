"""Poole et al. 2016, figure 1: the length of a signal through tanh layers, and the fixed point it comes to.

Weights of variance sigma_w^2 / n and biases of variance sigma_b^2 = 0.3^2, at sigma_w = 1.3, 2.5 and 4, in layers of
1000 units; one probe starts from short inputs, one from long ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import gradient_factor, mean_field, mean_square
from actviz.text import words

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
                words("expectation.theory", at=at, name=name),
                value,
                Basis.QUADRATURE,
                mean_field(name, "tanh", sigma_w**2, _BIAS_STD**2),
            )
        for probe, inputs in (("short", 0.3), ("long", 3.0)):
            yield Expectation(
                words("expectation.poole.length", at=at, layer=_DEPTH, std=f"{inputs:g}"),
                q_star,
                Basis.QUADRATURE,
                mean_square("preact", init, "tanh", _DEPTH),
                probe,
                spread=q_spread,
                allowance=2 / _WIDTH * float(q_star),
            )
        yield Expectation(
            words("expectation.poole.gradient", at=at, last=_DEPTH),
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
    title=words("experiment.poole2016/fig1.title"),
    source="Poole, Lahiri, Raghu, Sohl-Dickstein & Ganguli, Exponential expressivity in deep neural networks through "
    "transient chaos, NeurIPS 2016, figure 1",
    probes={
        "short": {**_STACK, "inputs": "normal:0.3"},
        "long": {**_STACK, "inputs": "normal:3"},
    },
    drawings=(
        drawing("poole2016/fig1", "signal-short", "signal", "short"),
        drawing("poole2016/fig1", "signal-long", "signal", "long"),
        drawing("poole2016/fig1", "collapse-long", "collapse", "long"),
        drawing("poole2016/fig1", "gradients-long", "gradients", "long"),
    ),
    expectations=tuple(_numbers()),
)
