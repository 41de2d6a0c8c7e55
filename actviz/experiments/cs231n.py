"""The experiment of Stanford's CS231n on weight initialization: ten layers of 500 units, inputs from N(0, 1)."""

from __future__ import annotations

from collections.abc import Mapping

from actviz.experiments.expectations import Basis, Expectation, Origin
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import at, mean_square
from actviz.text import words

_SEEDS = 40
"""Seeds behind the numbers that independent code measured."""

# What the slides print for their one run: tanh with std 0.01, layers 1 to 5 (further ones to two digits at most), and
# ReLU with He's weights, layers 1 to 10; beside each the standard deviation of its logarithm from seed to seed.
_PRINTED = {
    ("tanh", "normal:0.01"): (
        ("0.213081", "0.047551", "0.010630", "0.002378", "0.000532"),
        (0.0022, 0.0035, 0.0047, 0.0055, 0.0069),
    ),
    ("relu", "he_normal"): (
        (
            "0.825232",
            "0.827835",
            "0.813855",
            "0.826902",
            "0.834092",
            "0.860035",
            "0.870610",
            "0.889348",
            "0.845357",
            "0.844523",
        ),
        (0.0021, 0.017, 0.03, 0.042, 0.054, 0.062, 0.069, 0.078, 0.08, 0.085),
    ),
}

_STACK: Mapping[str, object] = {"depth": 10, "width": 500, "samples": 1000, "seeds": 4, "view": (-1.0, 1.0, 30)}

# Mean field, layers 1 to 10, and the standard deviation from seed to seed.
_MEAN_FIELD = ("0.6279", "0.4863", "0.4082", "0.3576", "0.3216", "0.2944", "0.2729", "0.2554", "0.2409", "0.2285")
_SPREADS = (0.00068, 0.00089, 0.00098, 0.0011, 0.0013, 0.0014, 0.0014, 0.0014, 0.0015, 0.0016)

TEN_LAYERS = Experiment(
    name="cs231n/ten-layers",
    title=words("experiment.cs231n/ten-layers.title"),
    source=words("experiment.cs231n/ten-layers.source"),
    probes={
        "tanh": {"inits": ("normal", "normal:0.01", "lecun_normal"), "activations": "tanh", **_STACK},
        "relu": {"inits": ("lecun_normal", "he_normal"), "activations": "relu", **_STACK},
    },
    drawings=(
        drawing("cs231n/ten-layers", "histograms-tanh", "histograms", "tanh"),
        drawing("cs231n/ten-layers", "histograms-relu", "histograms", "relu"),
        drawing("cs231n/ten-layers", "signal-tanh", "signal", "tanh"),
        drawing("cs231n/ten-layers", "gradients-tanh", "gradients", "tanh"),
    ),
    expectations=(
        *(
            Expectation(
                words("expectation.std", activation=activation, init=init, layer=layer),
                value,
                Basis.PUBLISHED,
                at("act_std", init, activation, layer),
                activation,
                source=words("expectation.cs231n.slides"),
                origin=Origin.SLIDES,
                spread=spread,
                reference_seeds=1,
                log=True,
            )
            for (activation, init), (values, spreads) in _PRINTED.items()
            for layer, (value, spread) in enumerate(zip(values, spreads, strict=True), 1)
        ),
        Expectation(
            words("expectation.std", activation="tanh", init="normal:0.01", layer=1),
            "0.2135",
            Basis.MEASURED,
            at("act_std", "normal:0.01", "tanh", 1),
            "tanh",
            spread=0.00043,
            reference_seeds=_SEEDS,
            origin=Origin.INDEPENDENT,
        ),
        Expectation(
            words("expectation.std", activation="tanh", init="normal:0.01", layer=10),
            "2.97e-7",
            Basis.MEASURED,
            at("act_std", "normal:0.01", "tanh", 10),
            "tanh",
            spread=0.0125,
            reference_seeds=_SEEDS,
            origin=Origin.INDEPENDENT,
            log=True,
        ),
        *(
            Expectation(
                words("expectation.std", activation="tanh", init="lecun_normal", layer=layer),
                value,
                Basis.QUADRATURE,
                at("act_std", "lecun_normal", "tanh", layer),
                "tanh",
                source=words("expectation.mean_field"),
                spread=spread,
                allowance=2 / 500 * float(value),
            )
            for layer, (value, spread) in enumerate(zip(_MEAN_FIELD, _SPREADS, strict=True), 1)
        ),
        Expectation(
            words("expectation.cs231n.beside"),
            "0.2280",
            Basis.MEASURED,
            at("act_std", "lecun_normal", "tanh", 10),
            "tanh",
            spread=0.0016,
            reference_seeds=_SEEDS,
            origin=Origin.INDEPENDENT,
        ),
        Expectation(
            words("expectation.std", activation="relu", init="he_normal", layer=1),
            "0.8258",
            Basis.CLOSED_FORM,
            at("act_std", "he_normal", "relu", 1),
            "relu",
            source=words("expectation.cs231n.wide"),
            spread=0.0019,
            allowance=2 / 500 * 0.8258,
        ),
        Expectation(
            words("expectation.mean_square", activation="relu", init="he_normal", layer=10),
            "0.946",
            Basis.MEASURED,
            mean_square("act", "he_normal", "relu", 10),
            "relu",
            source=words("expectation.cs231n.geometric"),
            spread=0.22,
            reference_seeds=_SEEDS,
            origin=Origin.INDEPENDENT,
            log=True,
        ),
        Expectation(
            words("expectation.mean_square", activation="relu", init="lecun_normal", layer=10),
            0.946 / 2**10,
            Basis.CLOSED_FORM,
            mean_square("act", "lecun_normal", "relu", 10),
            "relu",
            source=words("expectation.cs231n.halved"),
            spread=0.22,
            reference_seeds=_SEEDS,
            origin=Origin.INDEPENDENT,
            log=True,
        ),
    ),
)

_WIDE: Mapping[str, object] = {"depth": 6, "width": 4096, "samples": 16, "seeds": 2, "view": (-1.0, 1.0, 30)}

# Mean field, layers 1 to 6, and the standard deviation of their logarithms from seed to seed.
_SIX = {
    ("tanh", "normal:0.01"): (
        ("0.4922", "0.2892", "0.1792", "0.1132", "0.0721", "0.0460"),
        (0.0023, 0.0042, 0.0045, 0.0055, 0.006, 0.007),
    ),
    ("tanh", "normal:0.05"): (
        ("0.8717", "0.8530", "0.8498", "0.8493", "0.8492", "0.8492"),
        (0.0007, 0.0013, 0.0007, 0.0007, 0.0007, 0.0007),
    ),
    ("tanh", "lecun_normal"): (_MEAN_FIELD[:6], (0.0016, 0.0026, 0.0024, 0.0035, 0.004, 0.0045)),
}

SIX_LAYERS = Experiment(
    name="cs231n/six-layers",
    title=words("experiment.cs231n/six-layers.title"),
    source=words("experiment.cs231n/six-layers.source"),
    probes={
        "tanh": {"inits": ("normal:0.01", "normal:0.05", "lecun_normal"), "activations": "tanh", **_WIDE},
        "relu": {"inits": ("lecun_normal", "he_normal"), "activations": "relu", **_WIDE},
    },
    drawings=(
        drawing("cs231n/six-layers", "histograms-tanh", "histograms", "tanh"),
        drawing("cs231n/six-layers", "histograms-relu", "histograms", "relu"),
    ),
    expectations=(
        *(
            Expectation(
                words("expectation.std", activation=activation, init=init, layer=layer),
                value,
                Basis.QUADRATURE,
                at("act_std", init, activation, layer),
                activation,
                source=words("expectation.mean_field"),
                spread=spread,
                allowance=2 / 4096 * float(value),
                log=True,
            )
            for (activation, init), (values, spreads) in _SIX.items()
            for layer, (value, spread) in enumerate(zip(values, spreads, strict=True), 1)
        ),
        *(
            Expectation(
                words("expectation.mean_square", activation="relu", init=init, layer=6),
                square,
                Basis.CLOSED_FORM,
                mean_square("act", init, "relu", 6),
                "relu",
                spread=0.048,
                allowance=0.01 * square,
                log=True,
            )
            for init, square in (("lecun_normal", 2.0**-6), ("he_normal", 1.0))
        ),
    ),
)
"""What the slides show since 2019: sixteen inputs of 4096 values, six layers of 4096."""
