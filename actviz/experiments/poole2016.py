"""Poole et al. 2016, figure 1: the length of a signal through tanh layers, and the fixed point it comes to.

Over the plane of both variances: how long signals get, how alike, and by what factor gradients change a layer.

Weights of variance sigma_w^2 / n and biases of variance sigma_b^2 = 0.3^2, at sigma_w = 1.3, 2.5 and 4, in layers of
1000 units; one probe starts from short inputs, one from long ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import gradient_factor, mean_field, mean_square, of_cell
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

# sigma_w: standard deviation from seed to seed of q and of chi_1, in layers of 300 units, of 20 seeds.
_PLANE = {1.3: (0.06, 0.014), 2.5: (0.083, 0.0115), 4.0: (0.14, 0.028)}
_PLANE_WIDTH = 300


def _plane() -> Iterator[Expectation]:
    for sigma_w, spreads in _PLANE.items():
        at = f"tanh, sigma_w = {sigma_w:g}, sigma_b = {_BIAS_STD}"
        for name, value, spread in zip(("q_star", "chi_1"), _FIXED_POINTS[sigma_w][:2], spreads, strict=True):
            yield Expectation(
                words(f"expectation.poole.{name}", at=at),
                value,
                Basis.QUADRATURE,
                of_cell(name, weight_var=sigma_w**2, bias_var=_BIAS_STD**2),
                "plane",
                spread=spread,
                allowance=2 / _PLANE_WIDTH * float(value),
            )


PHASE_PLANE = Experiment(
    name="poole2016/phase-plane",
    title=words("experiment.poole2016/phase-plane.title"),
    source=FIGURE_1.source,
    probes={},
    sweeps={
        "plane": {
            "over": {
                "weight_var": (0.5, 1.0, 1.3**2, 2.5, 3.25, 4.0, 5.0, 2.5**2, 9.0, 12.0, 16.0),
                "bias_var": (0.0, _BIAS_STD**2, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0),
            },
            "activation": "tanh",
            "depth": 20,
            "width": _PLANE_WIDTH,
            "samples": 50,
            "inputs": "correlated:0.6",
            "seeds": 4,
            "keep": ("q_star", "c_star", "chi_1", "theory_q_star", "theory_c_star", "theory_chi_1"),
        }
    },
    drawings=(drawing("poole2016/phase-plane", "phase-map", "phase_map", "plane"),),
    expectations=tuple(_plane()),
)
