"""The scales on which seeds scatter about normally: logarithms of sizes, angles of shares, Fisher's z of cosines."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SAME = 1.0 - 1e-6
"""Cosines beyond this are alike up to float32's rounding, and count as this."""


@dataclass(frozen=True)
class Scale:
    """A transformation of a statistic's values before their mean and standard deviation over seeds are taken.

    Parameters
    ----------
    name : str
    words : str
        What it is, for the baseline file.
    forward : callable
        From values to the scale.
    back : callable
        From the scale to a value.
    margin : callable
        From a relative margin to one on the scale.
    signed : bool
        Whether the sign, and exact zeros, have no place on the scale and are counted beside it.
    lattice : bool
        Whether values are counts or shares, so that many seeds may have the very same one.
    """

    name: str
    words: str
    forward: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]
    margin: Callable[[float], float] = float
    signed: bool = False
    lattice: bool = False


def _fisher(cosine: Floats) -> Floats:
    return np.arctanh(np.clip(cosine, -SAME, SAME))


def _angle(share: Floats) -> Floats:
    return np.arcsin(np.sqrt(np.clip(share, 0.0, 1.0)))


def _share(angle: Floats) -> Floats:
    return np.square(np.sin(angle))


_table = (
    Scale("linear", "the value itself", np.asarray, np.asarray),
    Scale(
        "log",
        "natural logarithm of the magnitude; exact zeros and negative values are counted beside it",
        lambda values: np.log(np.abs(values)),
        np.exp,
        math.log1p,
        signed=True,
    ),
    Scale("fisher", "Fisher's z of a cosine, artanh", _fisher, np.tanh),
    Scale("angle", "arc sine of the square root of a share; of counts, of their share of the units", _angle, _share,
          lattice=True),
)  # fmt: skip

SCALES: dict[str, Scale] = {scale.name: scale for scale in _table}
"""Every scale by name."""
