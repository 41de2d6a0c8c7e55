"""How bad a fault is: by its number, between limits that a survey of trained networks gave.

``scripts/severity.py`` surveys 200 networks, each diagnosed and then trained under SGD, momentum and Adam at the best
of three rates; its tables stand in this room's README. A fault is *marked* where, beyond its number, plain SGD mostly
no longer trains within the budget, and *severe* where Adam mostly does not either. It is a statement about these, no
prognosis of another network.
"""

from __future__ import annotations

import enum
import functools
import math

from actviz.catalog.choices import SEVERITIES
from actviz.text import text


@functools.total_ordering
class Severity(enum.Enum):
    """How bad a fault is, in increasing order."""

    MILD, MARKED, SEVERE = SEVERITIES

    def __lt__(self, other: Severity) -> bool:
        order = list(Severity)
        return order.index(self) < order.index(other)

    def label(self, lang: str = "en") -> str:
        """Return its name in a language."""
        return text(f"severity.{self.value}", lang)


LIMITS: dict[str, tuple[float, float]] = {
    "vanishing": (5e-3, 1e-4),
    "exploding.gradient": (1e2, 1e4),
    "exploding.signal": (1e2, 1e4),
    "collapsed.faded": (2e-3, 5e-5),
    "collapsed.alike": (2e-2, 1e-3),
    "collapsed.outputs": (2e-2, 1e-3),
    "saturated": (0.7, 0.9),
}
"""Of each rule's number, where the fault becomes marked and where severe; any other fault is severe as it is.

A signal that explodes is measured by the gradient's limits, which it rarely does without; networks that are saturated
and nothing else are few in the survey, and their limits the least certain.
"""


NORMALIZED: dict[str, tuple[float, float]] = {"exploding.gradient": (1e6, math.inf)}
"""Other limits under batch normalization, where a weight's scale, and so its gradient's, has no effect on what it does.

Gradients that grew up to 200,000-fold trained; beyond, nothing was surveyed.
"""


NEAR = 1.1
"""A factor within which one is at the threshold of a model: no seeds make networks so much alike."""


UNSURVEYED = (
    "saturated.attention",
    "saturated.gate",
    "saturated.gates",
    "saturated.decays",
    "saturated.output",
    "vanishing.carried",
    "collapsed.read",
)
"""Faults of softmaxes and of streams, which no network of the survey has: marked, as they are."""


PASSING = ("symmetric.start",)
"""Faults that the first updates undo: mild. A net of 5 layers on MNIST whose first weights are all equal trains."""


LOUD: dict[tuple[str, str], float] = {("saturated.output", "output"): 100.0}
"""First loss under a softmax, by the rule and the way along which it was found, from which on outputs are marked.

``scripts/severity.py outputs``: of 47 networks of 2 to 8 layers whose first loss was 3 to 100 times that of guessing,
46 trained under plain SGD, of 14 beyond that 10. Outputs of sigmoids, whose gradient is lost where they are sure, are
none.
"""


def severity_of(rule: str, value: float, norm: str | None = None, way: str = "") -> Severity:
    """Return how bad a fault with this number is, in a network with this normalization.

    >>> severity_of("vanishing", 0.02), severity_of("vanishing", 1e-9), severity_of("symmetric", 1.0)
    (<Severity.MILD: 'mild'>, <Severity.SEVERE: 'severe'>, <Severity.SEVERE: 'severe'>)
    """
    if rule in PASSING or value < LOUD.get((rule, way), -math.inf):
        return Severity.MILD
    limits = {**LIMITS, **NORMALIZED}.get(rule) if norm else LIMITS.get(rule)
    if limits is None:
        return Severity.MARKED if rule in UNSURVEYED else Severity.SEVERE
    beyond = [value >= limit if limits[1] > limits[0] else value <= limit for limit in limits]
    return list(Severity)[sum(beyond)]
