"""Number formats narrower than float32: what is too small for each, and what is too large."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from actviz.catalog.checks import choose_from
from actviz.errors import ActvizError
from actviz.numerics.histogram import MagnitudeBins


@dataclass(frozen=True)
class NumberFormat:
    """A format of floating-point numbers.

    Parameters
    ----------
    name, label : str
        As it is asked for, and as it is written.
    largest : float
        The largest finite number.
    least_normal, least : float
        The least normal and the least subnormal number.
    reference : str
    """

    name: str
    label: str
    largest: float
    least_normal: float
    least: float
    reference: str

    @property
    def flushed(self) -> float:
        """Magnitude up to which numbers are rounded to zero: half of the least, which is a tie and goes to even."""
        return self.least / 2

    @property
    def limits(self) -> tuple[float, float, float]:
        """Magnitudes from which on numbers are kept at all, are normal, and are rounded beyond the largest.

        The last is half a step of the last octave further; a tie, which goes to even, is the largest itself in E4M3.
        """
        whole = math.frexp(self.largest)[1] - 1
        step = math.ldexp(self.least / self.least_normal, whole)
        beyond = self.largest + step / 2
        even = self.largest / step % 2 == 0
        return (
            math.nextafter(self.flushed, math.inf),
            self.least_normal,
            math.nextafter(beyond, math.inf) if even else beyond,
        )


_table = (
    NumberFormat("fp16", "FP16", 65504.0, 2.0**-14, 2.0**-24, "IEEE 754 binary16: 5 bits of exponent, 10 of mantissa"),
    NumberFormat(
        "bf16", "BF16", (2 - 2.0**-7) * 2.0**127, 2.0**-126, 2.0**-133, "bfloat16: 8 bits of exponent, 7 of mantissa"
    ),
    NumberFormat("e4m3", "E4M3", 448.0, 2.0**-6, 2.0**-9, "FP8 E4M3 without infinities, Micikevicius et al. 2022"),
    NumberFormat("e5m2", "E5M2", 57344.0, 2.0**-14, 2.0**-16, "FP8 E5M2, Micikevicius et al. 2022"),
)

NUMBER_FORMATS: dict[str, NumberFormat] = {each.name: each for each in _table}
"""Every format by its name."""


def format_names(asked: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the names of the formats that are asked for, none if nothing is."""
    return () if asked is None else tuple(each.name for each in number_formats(asked))


def limit_bins(names: Iterable[str]) -> MagnitudeBins | None:
    """Return bins between all limits of formats, None where none is named: what falls in them tells all losses."""
    limits = sorted({limit for name in names for limit in NUMBER_FORMATS[name].limits})
    return MagnitudeBins(tuple(limits)) if limits else None


def number_formats(names: str | Iterable[str] | None = None) -> tuple[NumberFormat, ...]:
    """Look formats up: names, several with commas between them, or all.

    >>> [each.label for each in number_formats("fp16,e4m3")]
    ['FP16', 'E4M3']

    Raises
    ------
    ActvizError
        If one is unknown, given twice, or none is named.
    """
    if names is None:
        return _table
    listed = names.split(",") if isinstance(names, str) else list(names) if isinstance(names, Iterable) else [names]
    if not all(isinstance(each, str) for each in listed):
        raise ActvizError(f"name number formats, of {', '.join(NUMBER_FORMATS)}, not {names!r}")
    asked = [each.strip().lower() for each in listed]
    for name in asked:
        if name not in NUMBER_FORMATS:
            raise ActvizError(f"unknown number format {name!r}; {choose_from(name, NUMBER_FORMATS)}")
    if not asked or len(set(asked)) < len(asked):
        raise ActvizError("name number formats, each once")
    return tuple(NUMBER_FORMATS[name] for name in asked)
