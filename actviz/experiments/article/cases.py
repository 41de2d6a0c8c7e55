"""How a case of the article's claims on initialization is made, of what its probes measured.

Levels that hold for all of them: a gradient is *kept* if its RMS changes by at most half a decade from layer 5 to
layer 1, and *shrinks* or *grows* if it changes by more; a signal *fades* or *grows* if its RMS halves or doubles a
layer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from actviz.catalog.names import initializer
from actviz.experiments.claims import Case
from actviz.experiments.readings import Reading, at, gradient_change
from actviz.text import LANGUAGES

KEPT = 0.5
"""Decades by which a gradient that is kept may change over five layers."""

_CHANGE = {
    "en": "change of the gradient from layer 5 to layer 1, in decades",
    "ko": "5층에서 1층까지 기울기가 변하는 자릿수(상용로그)",
}
STD_5 = {"en": "its std at layer 5", "ko": "이때 5층의 표준편차"}

Words = str | Mapping[str, str]
"""Names that are the same in every language, or words by language."""


def case(
    what: Mapping[str, str],
    reading: Reading,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    so: bool = True,
    deep: bool = False,
) -> Case:
    """Make a case of the five layers, or of the fifty; ``so`` is whether the claim should hold there."""
    return Case(what, "article-deep" if deep else "article", reading, least, most, so)


def gradient(what: Words, init: str, activation: str, low: float, high: float, *, so: bool = True) -> Case:
    """Make a case of the decades by which the gradient changes from the last layer to the first."""
    where = dict.fromkeys(LANGUAGES, what) if isinstance(what, str) else what
    words = {lang: f"{where[lang]}: {told}" for lang, told in _CHANGE.items()}
    return case(words, gradient_change(init, activation), low, high, so=so)


def kept(what: Words, init: str, activation: str, *, so: bool = True) -> Case:
    """Make a case of a gradient that is kept."""
    return gradient(what, init, activation, -KEPT, KEPT, so=so)


def shrinks(what: Words, init: str, activation: str, *, so: bool = True) -> Case:
    """Make a case of a gradient that shrinks."""
    return gradient(what, init, activation, -math.inf, -KEPT, so=so)


def off_centre(init: str) -> Reading:
    """Read how far the mean activation of sigmoid at layer 5 is from its middle, 0.5."""
    mean = at("act_mean", init, "sigmoid", 5)
    return lambda ds: abs(mean(ds) - 0.5)


def std_ratio(init: str, fan: int, other: str, other_fan: int) -> Reading:
    """Read the std of one initializer's weight over that of another, square layers; the same for every seed."""
    above, below = initializer(init).variance(fan, fan), initializer(other).variance(other_fan, other_fan)
    return lambda ds: math.sqrt(above / below)
