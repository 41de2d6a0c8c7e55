"""Singular values of the input-output Jacobian: Pennington et al. 2017, and Saxe et al. 2014 of linear networks."""

from __future__ import annotations

from typing import Any

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import Reading, largest_of, of_network
from actviz.text import label, words

_WIDTH, _DEPTHS, _DEEP = 200, (2, 8), 32
_ORTHOGONAL = "orthogonal"
_GAUSSIAN = {"identity": "lecun_normal", "relu": "he_normal"}
_ROUNDING = 1e-6
"""Of what is exactly 0 or 1, in float32."""


def _probe(activation: str, depth: int, inits: tuple[str, ...]) -> dict[str, Any]:
    return {
        "inits": inits,
        "activations": activation,
        "depth": depth,
        "width": _WIDTH,
        "samples": 20,
        "seeds": 6,
        "jacobian": 2,
    }


def _expect(
    key: str, value: float, reading: Reading, init: str, activation: str, depth: int, spread: float
) -> Expectation:
    """State an expectation; finite widths spread singular values by some depth / width more."""
    written = {lang: label(init, lang) for lang in ("en", "ko")}
    named = {lang: label(activation, lang) for lang in ("en", "ko")}
    return Expectation(
        words(f"expectation.jacobian.{key}", init=written, activation=named, depth=depth),
        value,
        Basis.CLOSED_FORM,
        reading,
        f"{activation}-{depth}",
        spread=spread,
        allowance=(0.02 + 4.0 * depth / _WIDTH) * value,
        log=True,
    )


def _exactly(key: str, value: float, name: str, probe: str, depth: int) -> Expectation:
    reading = largest_of(of_network(name, _ORTHOGONAL, "identity"))
    what = words(f"expectation.jacobian.{key}", depth=depth)
    return Expectation(what, value, Basis.CLOSED_FORM, reading, probe, spread=_ROUNDING, allowance=_ROUNDING)


ISOMETRY = Experiment(
    name="pennington2017/isometry",
    title=words("experiment.pennington2017/isometry.title"),
    source="Pennington, Schoenholz & Ganguli, Resurrecting the sigmoid in deep learning through dynamical isometry, "
    "NeurIPS 2017",
    probes={
        f"{activation}-{depth}": _probe(activation, depth, (_ORTHOGONAL, _GAUSSIAN[activation]))
        for activation in ("identity", "relu")
        for depth in _DEPTHS
    },
    drawings=(
        drawing("pennington2017/isometry", "spectrum-linear", "spectrum", "identity-8"),
        drawing("pennington2017/isometry", "spectrum-relu", "spectrum", "relu-8"),
    ),
    expectations=(
        *(_exactly("isometry", 0.0, "jacobian_spread", f"identity-{depth}", depth) for depth in _DEPTHS),
        *(
            _expect(
                "spread",
                times * depth,
                of_network("jacobian_spread", init, activation),
                init,
                activation,
                depth,
                spread,
            )
            for init, activation, times, spreads in (
                (_GAUSSIAN["identity"], "identity", 1.0, (0.0163, 0.0496)),
                (_ORTHOGONAL, "relu", 1.0, (0.086, 0.0515)),
                (_GAUSSIAN["relu"], "relu", 2.0, (0.0314, 0.0614)),
            )
            for depth, spread in zip(_DEPTHS, spreads, strict=True)
        ),
        *(
            _expect(
                "largest",
                (depth + 1.0) ** (depth + 1) / depth**depth,
                of_network("jacobian_max", _GAUSSIAN["identity"], "identity"),
                _GAUSSIAN["identity"],
                "identity",
                depth,
                spread,
            )
            for depth, spread in zip(_DEPTHS, (0.0414, 0.106), strict=True)
        ),
    ),
)

ORTHOGONAL = Experiment(
    name="saxe2014/orthogonal",
    title=words("experiment.saxe2014/orthogonal.title"),
    source="Saxe, McClelland & Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural "
    "networks, ICLR 2014",
    probes={"identity-32": _probe("identity", _DEEP, (_ORTHOGONAL, _GAUSSIAN["identity"]))},
    drawings=(drawing("saxe2014/orthogonal", "spectrum", "spectrum", "identity-32"),),
    expectations=(
        _exactly("isometry", 0.0, "jacobian_spread", "identity-32", _DEEP),
        _exactly("one", 1.0, "jacobian_max", "identity-32", _DEEP),
    ),
)
