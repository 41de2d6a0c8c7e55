"""How the start and the learning rate of weights go with the width: standard, NTK and maximal-update parametrization.

Powers of the width are of the weights as a layer applies them: a multiplier in front of trained weights (Yang and Hu
2021: a, b, c) is the same as another start and rate without one, which is what a `Learner` has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from actviz.catalog.optimizers import Optimizer
from actviz.numerics.arrays import Array
from actviz.probing.stack import Stack
from actviz.training.parameters import Parameters

Fans = tuple[int, int]

KINDS = ("input", "hidden", "output", "fixed")
"""Of weights, by which of their fans grow with the width: the outputs alone, both, the inputs alone, neither."""


def kind_of(narrow: Fans, wide: Fans) -> str:
    """Return the kind of weights by their fans in a narrow and in a wide network.

    >>> kind_of((32, 64), (32, 128)), kind_of((64, 64), (128, 128)), kind_of((64, 10), (128, 10))
    ('input', 'hidden', 'output')
    """
    grows_in, grows_out = narrow[0] != wide[0], narrow[1] != wide[1]
    return KINDS[(0, 1, 3, 2)[2 * (not grows_out) + grows_in]] if grows_in or grows_out else "fixed"


@dataclass(frozen=True)
class Powers:
    """Powers of the width by which weights of a kind start and learn.

    Parameters
    ----------
    start : float
        Of their standard deviation.
    sgd : float
        Of the learning rate where an update is as large as the gradient, with momentum too.
    adam : float
        Of the learning rate where an update is as large whatever the gradient's size is.
    """

    start: float
    sgd: float
    adam: float


PARAMETRIZATIONS: dict[str, dict[str, Powers] | None] = {
    "standard": None,
    "ntk": {
        "input": Powers(0.0, 0.0, 0.0),
        "hidden": Powers(-0.5, -1.0, -0.5),
        "output": Powers(-0.5, -1.0, -0.5),
        "fixed": Powers(0.0, 0.0, 0.0),
    },
    "mup": {
        "input": Powers(0.0, 1.0, 0.0),
        "hidden": Powers(-0.5, 0.0, -1.0),
        "output": Powers(-1.0, -1.0, -1.0),
        "fixed": Powers(0.0, 0.0, 0.0),
    },
}
"""By name: NTK of Jacot et al. 2018, muP of Yang et al. 2022 (table 3). Standard: the initializer's start, one rate."""


@dataclass(frozen=True)
class Parametrization:
    """One of ``PARAMETRIZATIONS``, which at the width of a base network leaves everything as it is.

    Parameters
    ----------
    name : str
        Key into ``PARAMETRIZATIONS``.
    base : Stack
    outputs : int
        Of the head.
    """

    name: str
    base: Stack
    outputs: int

    def apply(self, parameters: Parameters, rule: Optimizer) -> Array | None:
        """Scale the weights that were drawn, in place; return by what the rate of every parameter is multiplied.

        None: by nothing. Weights start as the base network's kind does, whatever the initializer makes of the width.
        """
        powers = PARAMETRIZATIONS[self.name]
        if powers is None:
            return None
        adaptive = getattr(rule, "scale_free", False)
        rates = np.ones_like(parameters.values)
        weights, ends, rest = parameters.views(rates)
        wider = parameters.stack.widths[1] / self.base.widths[1]
        for at, (narrow, wide) in enumerate(self._fans(parameters.stack)):
            own = powers[kind_of(narrow, wide)]
            parameters.weights[at] *= self._started(narrow, wide) * wider**own.start
            weights[at] *= wider ** (own.adam if adaptive else own.sgd)
        hidden, vectors = powers["hidden"], powers["input"]
        for each in ends:  # a branch's last weights start with 1 / width already
            each *= wider ** (hidden.adam if adaptive else hidden.sgd)
        for each in rest[:-1]:  # biases, scales and shifts: of one input, which does not grow
            each *= wider ** (vectors.adam if adaptive else vectors.sgd)
        return rates

    def _fans(self, stack: Stack) -> Iterator[tuple[Fans, Fans]]:
        """Yield the fans of every layer's weights, the head's last, in the base network and in another."""
        yield from zip(self.base.fans, stack.fans, strict=True)
        yield (self.base.widths[-1], self.outputs), (stack.widths[-1], self.outputs)

    def _started(self, narrow: Fans, wide: Fans) -> float:
        """Return the standard deviation that weights are drawn with in the base network over theirs."""
        variance = self.base.initializer.variance
        return math.sqrt(variance(*narrow) / variance(*wide)) if variance(*wide) > 0 else 1.0
