"""Mishkin & Matas 2016, "LSUV": orthonormal weights, each layer's divided by the spread of what it gives on a batch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from actviz.catalog.inputs import mnist
from actviz.catalog.names import activation
from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import at, batch_loss
from actviz.numerics.arrays import Array
from actviz.text import words

_DEPTH, _ROWS, _PIXELS = 20, 500, 784


@dataclass
class LSUV:
    """Layer-sequential unit variance: an initializer that follows a batch through the network that it fills.

    It is asked for a network's layers in their order; the one that takes the images begins another network.

    Parameters
    ----------
    phi : str
        The activation between the layers, by name.
    """

    phi: str
    _batch: Array = field(default_factory=lambda: np.empty(0), init=False, repr=False, compare=False)

    def sample(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
        """Draw the weights of the next layer, shape (fan_in, fan_out)."""
        if fan_in == _PIXELS:
            self._batch = mnist()[0][:_ROWS].astype(np.float64)
        tall = np.linalg.qr(rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out))))[0]
        weights = tall if fan_in >= fan_out else tall.T
        z = self._batch @ weights
        spread = float(z.std())
        function = activation(self.phi)
        self._batch = function.phi(z / spread, *function.values)
        scaled: Array = weights / spread
        return scaled

    def variance(self, fan_in: int, fan_out: int) -> float:
        """Return that of the orthonormal weights: the batch tells what they are divided by."""
        return 1.0 / max(fan_in, fan_out)


_INITS = ("xavier_normal", "he_normal")
_STACK = {"depth": _DEPTH, "width": 100, "seeds": 4}
_REFERENCE = 24
"""Seeds behind the losses that plain PyTorch measured for this project."""

_UNIT = {"tanh": (0.0062, 0.0013, 0.0010), "relu": (0.0062, 0.010, 0.0105)}
"""Spread of a layer's standard deviation from seed to seed."""

_LOSS = {
    ("tanh", "LSUV"): ("0.356", 0.053),
    ("tanh", "xavier_normal"): ("0.596", 0.067),
    ("relu", "LSUV"): ("1.234", 0.162),
    ("relu", "he_normal"): ("1.246", 0.155),
}
"""Mean loss of the last 100 batches, over seeds the geometric mean; and the spread of its logarithm."""

UNIT_VARIANCE = Experiment(
    name="lsuv2015/unit-variance",
    title=words("experiment.lsuv2015/unit-variance.title"),
    source=words("experiment.lsuv2015/unit-variance.source"),
    probes={
        f"start-{phi}": {"inits": (LSUV(phi), *_INITS), "activations": phi, "inputs": "mnist", **_STACK}
        for phi in ("tanh", "relu")
    },
    trainings={
        f"trained-{phi}": {
            "data": "mnist",
            "inits": (LSUV(phi), *_INITS),
            "activations": phi,
            **_STACK,
            "optimizer": "momentum",
            "lr": 0.01,
            "epochs": 5,
            "snapshots": 0,
        }
        for phi in ("tanh", "relu")
    },
    drawings=(
        *(
            drawing("lsuv2015/unit-variance", f"signal-{phi}", "signal", f"start-{phi}", theory=False)
            for phi in ("tanh", "relu")
        ),
        *(drawing("lsuv2015/unit-variance", f"curves-{phi}", "curves", f"trained-{phi}") for phi in ("tanh", "relu")),
    ),
    expectations=(
        *(
            Expectation(
                words("expectation.lsuv.unit", activation=phi, layer=layer),
                1.0,
                Basis.CLOSED_FORM,
                at("preact_std", LSUV(phi), phi, layer),
                f"start-{phi}",
                source=words("expectation.lsuv.batch"),
                spread=spread,
                allowance=0.02,  # of the batch, which is not all images
            )
            for phi, spreads in _UNIT.items()
            for layer, spread in zip((1, 10, _DEPTH), spreads, strict=True)
        ),
        *(
            Expectation(
                words("expectation.lsuv.loss", activation=phi, init=init),
                value,
                Basis.MEASURED,
                batch_loss(init, -1),
                f"trained-{phi}",
                spread=spread,
                reference_seeds=_REFERENCE,
                log=True,
            )
            for (phi, init), (value, spread) in _LOSS.items()
        ),
        Expectation(
            words("expectation.lsuv.loss", activation="relu", init="xavier_normal"),
            math.log(10),
            Basis.CLOSED_FORM,
            batch_loss("xavier_normal", -1),
            "trained-relu",
            source=words("expectation.dlfs.guess"),
            spread=0.0011,
            allowance=1e-3,  # the head's biases follow the batches
        ),
    ),
)
