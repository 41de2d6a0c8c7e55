"""``weight_init_activation_histogram`` of "Deep Learning from Scratch", chapter 6, which the article descends from.

1000 inputs of 100 values from N(0, 1), five layers of 100 units without biases, weights of standard deviation 1, 0.01,
sqrt(1/n) (the book's "Xavier", here ``lecun_normal``) and sqrt(2/n) (He), and 30 bins on (0, 1). No seeds were set
there, so distributions can be compared, not digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from actviz.experiments.expectations import Basis, Expectation, Origin
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import at, gradient_factor, outside_view
from actviz.text import words

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
                words("expectation.std", activation=activation, init=init, layer=layer),
                value,
                Basis.MEASURED,
                at("act_std", init, activation, layer),
                "book",
                spread=spread,
                reference_seeds=_SEEDS,
                origin=Origin.INDEPENDENT,
                log=True,
            )


ACTIVATION_HISTOGRAMS = Experiment(
    name="dlfs/activation-histograms",
    title=words("experiment.dlfs/activation-histograms.title"),
    source=words("experiment.dlfs/activation-histograms.source"),
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
            drawing(
                "dlfs/activation-histograms",
                f"histograms-{activation}-book",
                "histograms",
                "book",
                activations=[activation],
                view="book",
            )
            for activation in _ACTIVATIONS
        ),
        drawing("dlfs/activation-histograms", "histograms-tanh", "histograms", "book", activations=["tanh"]),
        drawing("dlfs/activation-histograms", "signal", "signal", "book"),
    ),
    expectations=(
        Expectation(
            words("expectation.dlfs.mean_sigmoid"),
            0.5,
            Basis.CLOSED_FORM,
            at("act_mean", "normal", "sigmoid", 5),
            "book",
            spread=0.04,
        ),
        *_standard_deviations(),
        Expectation(
            words("expectation.std", activation="relu", init="normal:0.01", layer=5),
            "1.43e-6",
            Basis.MEASURED,
            at("act_std", "normal:0.01", "relu", 5),
            "book",
            spread=0.14,
            reference_seeds=_SEEDS,
            origin=Origin.INDEPENDENT,
            log=True,
        ),
        # With w a unit's weights z is N(0, |w|^2), where |w|^2 is 2 chi^2(100) / 100.
        Expectation(
            words("expectation.dlfs.mean_relu"),
            "0.56278",
            Basis.CLOSED_FORM,
            at("act_mean", "he_normal", "relu", 1),
            "book",
            source=words("expectation.dlfs.gamma"),
            spread=0.0052,
        ),
        Expectation(
            words("expectation.dlfs.beyond"),
            "0.23838",
            Basis.QUADRATURE,
            outside_view("he_normal", "relu", 1),
            "book",
            spread=0.0022,
        ),
        Expectation(
            words("expectation.dlfs.below"),
            0.5,
            Basis.CLOSED_FORM,
            outside_view("lecun_normal", "tanh", 5),
            "book",
            source=words("expectation.dlfs.odd"),
            spread=0.0018,
        ),
        Expectation(
            words("expectation.dlfs.gradient"),
            "0.0557",
            Basis.QUADRATURE,
            gradient_factor("lecun_normal", "sigmoid", 2),
            "book",
            source=words("expectation.dlfs.chi"),
            spread=0.0145,
            allowance=2 / 100 * 0.0557,
            log=True,
        ),
    ),
)
