"""``weight_init_activation_histogram`` of "Deep Learning from Scratch", chapter 6, which the article descends from.

1000 inputs of 100 values from N(0, 1), five layers of 100 units without biases, weights of standard deviation 1, 0.01,
sqrt(1/n) (the book's "Xavier", here ``lecun_normal``) and sqrt(2/n) (He), and 30 bins on (0, 1). No seeds were set
there, so distributions can be compared, not digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.readings import at, gradient_factor, outside_view
from actviz.experiments.recipe import Drawing, Experiment

_ACTIVATIONS = ("sigmoid", "relu", "tanh")
_SEEDS = 40
"""Seeds behind the standard deviations that independent code measured."""

# Standard deviation of the activations at layers 1 to 5, and of the logarithm of each from seed to seed.
_STD = {
    ("sigmoid", "normal"): (
        ("0.4588", "0.4388", "0.4359", "0.4355", "0.4374"),
        (0.00096, 0.0065, 0.0105, 0.016, 0.017),
    ),
    ("sigmoid", "normal:0.01"): (
        ("0.0249", "0.0124", "0.0122", "0.0122", "0.0127"),
        (0.0083, 0.07, 0.072, 0.073, 0.074),
    ),
    ("tanh", "normal:0.01"): (
        ("9.89e-2", "9.90e-3", "9.89e-4", "9.92e-5", "9.94e-6"),
        (0.0083, 0.011, 0.018, 0.021, 0.027),
    ),
}


def _standard_deviations() -> Iterator[Expectation]:
    for (activation, init), (values, spreads) in _STD.items():
        for layer, (value, spread) in enumerate(zip(values, spreads, strict=True), 1):
            yield Expectation(
                {"en": f"{activation}, weights {init}: std of the activations at layer {layer}"},
                value,
                Basis.MEASURED,
                at("act_std", init, activation, layer),
                "book",
                spread=spread,
                reference_seeds=_SEEDS,
                log=True,
            )


ACTIVATION_HISTOGRAMS = Experiment(
    name="dlfs/activation-histograms",
    title={"en": "Activations by weight initialization, as in Deep Learning from Scratch"},
    source="Saitoh, Deep Learning from Scratch, chapter 6: weight_init_activation_histogram",
    probes={
        "book": {
            "inits": ("normal", "normal:0.01", "lecun_normal", "he_normal"),
            "activations": _ACTIVATIONS,
            "depth": 5,
            "width": 100,
            "samples": 1000,
            "seeds": 8,
            "view": (0.0, 1.0, 30),
        },
    },
    drawings=(
        *(
            Drawing(
                f"histograms-{activation}-book",
                "histograms",
                "book",
                {"en": f"The book's picture for {activation}: 30 bins on (0, 1). {seen}"},
                {"activations": [activation], "view": "book"},
            )
            for activation, seen in {
                "sigmoid": "Standard deviation 1 piles the values up at 0 and 1; 0.01 gathers them at 0.5.",
                "relu": "Standard deviation 0.01 leaves nothing but the first bin, and He's own is the only one that "
                "keeps its shape; a quarter of its values lies beyond 1, outside the picture.",
                "tanh": "Half of the values, all negative ones, are not in the picture: see the next one for all.",
            }.items()
        ),
        Drawing(
            "histograms-tanh",
            "histograms",
            "book",
            {
                "en": "The same for tanh over its whole range. Standard deviation 1 saturates at both ends, 0.01 "
                "collapses."
            },
            {"activations": ["tanh"]},
        ),
        Drawing(
            "signal",
            "signal",
            "book",
            {
                "en": "The standard deviations in numbers, layer by layer. A level line is a distribution that keeps "
                "its width."
            },
        ),
    ),
    expectations=(
        Expectation(
            {"en": "sigmoid, weights normal: mean of the activations at layer 5"},
            0.5,
            Basis.CLOSED_FORM,
            at("act_mean", "normal", "sigmoid", 5),
            "book",
            spread=0.04,
        ),
        *_standard_deviations(),
        Expectation(
            {"en": "relu, weights normal:0.01: std of the activations at layer 5"},
            "1.43e-6",
            Basis.MEASURED,
            at("act_std", "normal:0.01", "relu", 5),
            "book",
            spread=0.14,
            reference_seeds=_SEEDS,
            log=True,
        ),
        # With w a unit's weights z is N(0, |w|^2), where |w|^2 is 2 chi^2(100) / 100.
        Expectation(
            {"en": "relu, weights he_normal: mean of the activations at layer 1"},
            "0.56278",
            Basis.CLOSED_FORM,
            at("act_mean", "he_normal", "relu", 1),
            "book",
            source="sqrt(2 / 100) Γ(101/2) / Γ(50) / sqrt(π); 1/sqrt(π) in a wide layer",
            spread=0.0052,
        ),
        Expectation(
            {"en": "relu, weights he_normal: share of layer 1 beyond 1, outside the book's picture"},
            "0.23838",
            Basis.QUADRATURE,
            outside_view("he_normal", "relu", 1),
            "book",
            spread=0.0022,
        ),
        Expectation(
            {"en": "tanh, weights lecun_normal: share of layer 5 below 0, outside the book's picture"},
            0.5,
            Basis.CLOSED_FORM,
            outside_view("lecun_normal", "tanh", 5),
            "book",
            source="tanh is odd, and weights are symmetric",
            spread=0.0018,
        ),
        Expectation(
            {"en": "sigmoid, weights lecun_normal: factor of the mean-square gradient a layer, layers 5 to 2"},
            "0.0557",
            Basis.QUADRATURE,
            gradient_factor("lecun_normal", "sigmoid", 2),
            "book",
            source="chi_1 at sigma_w² = 1",
            spread=0.0145,
            allowance=2 / 100 * 0.0557,
            log=True,
        ),
    ),
)
