"""How a case of the article's claims is stated: its words by key, what was measured for it, and when the claim holds.

Levels that hold for all claims on initialization: a gradient is *kept* if its RMS changes by at most half a decade from
layer 5 to layer 1, and *shrinks* or *grows* if it changes by more; a signal *fades* or *grows* if its RMS halves or
doubles a layer.
"""

from __future__ import annotations

import math

from actviz.catalog.names import initializer
from actviz.experiments.claims import Case, Claim
from actviz.experiments.readings import Reading, at, gradient_change
from actviz.text import TEXT, words

FIVE, BOOK_TANH, FIFTY, SMALL, SOFTPLUS, NORMED = (
    f"article{each}" for each in ("", "-tanh", "-deep", "-small-inputs", "-softplus", "-normed")
)
"""The probes: of five layers, of tanh on its own range as the book draws it, of fifty layers, of inputs a thousandth as
large, of softplus, and of batch normalization."""

KEPT = 0.5
"""Decades by which a gradient that is kept may change over five layers."""


def case(
    claim: int,
    id: str,
    dataset: str,
    reading: Reading,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    so: bool = True,
) -> Case:
    """State a case of a claim on a dataset of the article; ``so`` is whether the claim should hold there."""
    return Case(words(f"claim.{claim}.case.{id}"), dataset, reading, least, most, so, id)


def claim(number: int, figure: str, *cases: Case) -> Claim:
    """State a claim of the article; code stands among its words where there is some."""
    quote, outcome, precisely = (words(f"claim.{number}.{part}") for part in ("quote", "outcome", "precisely"))
    return Claim(number, quote, cases, figure, outcome, precisely, TEXT.get(f"claim.{number}.code"))


def kept(number: int, id: str, init: str, activation: str, *, so: bool = True) -> Case:
    """State a case of a gradient that is kept."""
    return case(number, id, FIVE, gradient_change(init, activation), -KEPT, KEPT, so=so)


def shrinks(number: int, id: str, init: str, activation: str, *, so: bool = True) -> Case:
    """State a case of a gradient that shrinks."""
    return case(number, id, FIVE, gradient_change(init, activation), most=-KEPT, so=so)


def off_centre(init: str, activation: str = "sigmoid") -> Reading:
    """Read how far the mean activation at layer 5 is from the middle: of sigmoid 0.5, of tanh 0."""
    mean, middle = at("act_mean", init, activation, 5), 0.5 * (activation == "sigmoid")
    return lambda ds: abs(mean(ds) - middle)


def std_ratio(init: str, fan: int, other: str, other_fan: int) -> Reading:
    """Read the std of one initializer's weight over that of another, square layers; the same for every seed."""
    above, below = initializer(init).variance(fan, fan), initializer(other).variance(other_fan, other_fan)
    return lambda ds: math.sqrt(above / below)
