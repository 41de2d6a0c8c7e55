"""The experiment of Stanford's CS231n on weight initialization: ten layers of 500 units, inputs from N(0, 1)."""

from __future__ import annotations

from collections.abc import Mapping

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.readings import at, mean_square
from actviz.experiments.recipe import Drawing, Experiment

_SEEDS = 40
"""Seeds behind the numbers that independent code measured."""

_STACK: Mapping[str, object] = {"depth": 10, "width": 500, "samples": 1000, "seeds": 4, "view": (-1.0, 1.0, 30)}

# Mean field, layers 1 to 10, and the standard deviation from seed to seed.
_MEAN_FIELD = ("0.6279", "0.4863", "0.4082", "0.3576", "0.3216", "0.2944", "0.2729", "0.2554", "0.2409", "0.2285")
_SPREADS = (0.00068, 0.00089, 0.00098, 0.0011, 0.0013, 0.0014, 0.0014, 0.0014, 0.0015, 0.0016)

TEN_LAYERS = Experiment(
    name="cs231n/ten-layers",
    title={"en": "Ten layers of 500, as in CS231n"},
    source="Stanford CS231n, lecture on training neural networks: activation statistics by weight initialization",
    probes={
        "tanh": {"inits": ("normal", "normal:0.01", "lecun_normal"), "activations": "tanh", **_STACK},
        "relu": {"inits": ("lecun_normal", "he_normal"), "activations": "relu", **_STACK},
    },
    drawings=(
        Drawing(
            "histograms-tanh",
            "histograms",
            "tanh",
            {
                "en": "tanh: standard deviation 1 saturates every layer, 0.01 collapses to 0 within a few, and "
                "1/fan_in keeps a broad shape that narrows slowly."
            },
        ),
        Drawing(
            "histograms-relu",
            "histograms",
            "relu",
            {
                "en": "ReLU: with variance 1/fan_in the values drift to the left, half of their mean square lost a "
                "layer; with He's 2/fan_in they stay."
            },
        ),
        Drawing(
            "signal-tanh",
            "signal",
            "tanh",
            {
                "en": "tanh, layer by layer: the slow decay under 1/fan_in is a bent line, the collapse under 0.01 a "
                "straight one."
            },
        ),
        Drawing(
            "gradients-tanh",
            "gradients",
            "tanh",
            {
                "en": "The gradients of tanh: collapsed stacks lose theirs, saturated ones let them run away, "
                "1/fan_in keeps most."
            },
        ),
    ),
    expectations=(
        Expectation(
            {"en": "tanh, weights normal:0.01: std of the activations at layer 1"},
            "0.2135",
            Basis.MEASURED,
            at("act_std", "normal:0.01", "tanh", 1),
            "tanh",
            spread=0.00043,
            reference_seeds=_SEEDS,
        ),
        Expectation(
            {"en": "tanh, weights normal:0.01: std of the activations at layer 10"},
            "2.97e-7",
            Basis.MEASURED,
            at("act_std", "normal:0.01", "tanh", 10),
            "tanh",
            spread=0.0125,
            reference_seeds=_SEEDS,
            log=True,
        ),
        *(
            Expectation(
                {"en": f"tanh, weights lecun_normal: std of the activations at layer {layer}"},
                value,
                Basis.QUADRATURE,
                at("act_std", "lecun_normal", "tanh", layer),
                "tanh",
                source="mean field",
                spread=spread,
                allowance=2 / 500 * float(value),
            )
            for layer, (value, spread) in enumerate(zip(_MEAN_FIELD, _SPREADS, strict=True), 1)
        ),
        Expectation(
            {"en": "tanh, weights lecun_normal: std of the activations at layer 10, beside the same measured"},
            "0.2280",
            Basis.MEASURED,
            at("act_std", "lecun_normal", "tanh", 10),
            "tanh",
            spread=0.0016,
            reference_seeds=_SEEDS,
        ),
        Expectation(
            {"en": "relu, weights he_normal: std of the activations at layer 1"},
            "0.8258",
            Basis.CLOSED_FORM,
            at("act_std", "he_normal", "relu", 1),
            "relu",
            source="sqrt(1 - 1/π), .8256, in a wide layer",
            spread=0.0019,
            allowance=2 / 500 * 0.8258,
        ),
        Expectation(
            {"en": "relu, weights he_normal: mean square of the activations at layer 10"},
            "0.946",
            Basis.MEASURED,
            mean_square("act", "he_normal", "relu", 10),
            "relu",
            source="geometric mean of the seeds; 1 in the arithmetic mean",
            spread=0.22,
            reference_seeds=_SEEDS,
            log=True,
        ),
        Expectation(
            {"en": "relu, weights lecun_normal: mean square of the activations at layer 10"},
            0.946 / 2**10,
            Basis.CLOSED_FORM,
            mean_square("act", "lecun_normal", "relu", 10),
            "relu",
            source="He's, halved in each of 10 layers",
            spread=0.22,
            reference_seeds=_SEEDS,
            log=True,
        ),
    ),
)
