"""Mean, standard deviation and number of seeds of a statistic, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actviz.baseline.scales import Floats, Scale

Ints = NDArray[np.int64]

DIGITS = 9
"""Significant digits that a baseline keeps: far more than the 1e-6 that an exact check allows for."""

ROUNDING = 1e-12
"""A spread over seeds of less than this, relative to the mean, is the rounding of equal numbers."""


def rounded(values: Floats, digits: int = DIGITS) -> Floats:
    """Round to significant digits, so that what is in memory is what a file holds."""
    return np.array([float(f"{value:.{digits}g}") for value in values.ravel().tolist()]).reshape(values.shape) + 0.0


@dataclass(frozen=True)
class Summary:
    """A statistic over seeds, layer by layer; every array has shape (layers,).

    Parameters
    ----------
    scale : Scale
        Of ``mean`` and ``sd``.
    layers : array of int
        Numbers of the layers.
    mean, sd : array
        Over the seeds that have a place on the scale; NaN where there is none, or no spread.
    seeds : array of int
        How many these are.
    undefined, zero, negative : array of int
        How many seeds have no number; on a scale without signs, exactly 0; and how many of ``seeds`` are negative.
    """

    scale: Scale
    layers: Ints
    mean: Floats
    sd: Floats
    seeds: Ints
    undefined: Ints
    zero: Ints
    negative: Ints

    @property
    def all(self) -> Ints:
        """Number of seeds measured."""
        return self.seeds + self.undefined + self.zero

    @property
    def value(self) -> Floats:
        """The mean as a value of the statistic: a geometric mean where the scale is logarithmic."""
        return self.at(0.0)

    def at(self, deviations: float) -> Floats:
        """Return the value that lies this many standard deviations between seeds above the mean, on the scale."""
        value = self.scale.back(self.mean + (deviations * np.nan_to_num(self.sd) if deviations else 0.0))
        value = np.where(2 * self.negative > self.seeds, -value, value)
        return np.where((self.seeds == 0) & (self.zero > 0), 0.0, value)


def summarize(values: Floats, scale: Scale, layers: Ints) -> Summary:
    """Summarize values of shape (seeds, layers)."""
    defined = np.isfinite(values)
    zero = defined & (values == 0) & scale.signed
    used = defined & ~zero
    number = used.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        on_scale = np.where(used, scale.forward(np.where(used, values, 1.0)), 0.0)
        mean = np.where(number > 0, on_scale.sum(axis=0) / number, np.nan)
        squares = np.where(used, np.square(on_scale - mean), 0.0).sum(axis=0)
        sd = np.where(number > 1, np.sqrt(squares / (number - 1)), np.nan)
        sd[sd <= ROUNDING * np.abs(mean)] = 0.0
    return Summary(
        scale,
        layers,
        rounded(mean),
        rounded(sd, 6),
        number,
        (~defined).sum(axis=0),
        zero.sum(axis=0),
        (used & (values < 0)).sum(axis=0) * scale.signed,
    )
