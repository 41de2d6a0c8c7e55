"""Expectations: known numbers, what is measured beside them, and how far apart the two may lie.

What is measured is the mean over the seeds of one number a seed (of its logarithm where that number is skewed, as the
scale of a deep ReLU stack is). It may deviate from the expected value by

    k * spread * sqrt(1 / seeds + 1 / reference_seeds) + rounding + allowance

where ``spread`` is the standard deviation of one seed, as recorded in the recipe (a test compares it with measured
ones), ``reference_seeds`` are those behind the value if it was itself measured, ``rounding`` is half of the last digit
it is quoted to, and ``allowance`` what a network of finite width may differ from a theory of infinite width.

A variance over the seeds is no mean: over its expectation it is chi-square over its degrees of freedom, and may lie
between quantiles as improbable as ``k`` standard errors. Where chance alone may bring a number > 0 below a ``TENTH`` of
it, seeds are too few to tell, and what agrees is no PASS that decides.

A mean of seeds is close to normal, so a correct program leaves the first term with probability 2 (1 - Phi(k)) in one
comparison, and in any of N with at most N times that. For this to be ``RATE`` = 1/1000 for all experiments together,

    k = Phi^-1(1 - RATE / (2 N)), with N the number of measured comparisons that decide.

For N = 70 this is 4.34, and 10 % more spread than recorded would still leave one false alarm in 180 runs of everything.
Comparisons with theory alone have no seeds and no false alarms.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import ActvizError
from actviz.text import in_language, text, words
from actviz.text.numbers import in_print, print_form, typed

if TYPE_CHECKING:
    import xarray

RATE = 1e-3
"""Probability that a correct program fails any expectation in one run of all experiments, at most."""

TENTH = 0.1
"""Share of an expected value down to which chance may bring what is measured, for a comparison to tell anything."""


class Basis(enum.StrEnum):
    """How an expected value is known."""

    CLOSED_FORM = "closed form"
    QUADRATURE = "quadrature"
    MEASURED = "measured"
    PUBLISHED = "published"
    RECALLED = "recalled"


BASIS: dict[Basis, dict[str, str]] = {basis: words(f"basis.{basis}") for basis in Basis}
"""How each basis is written, by language."""


class Origin(enum.StrEnum):
    """Whose number an expected value is."""

    PAPER = "from the paper"
    """It stands in the paper that is named, or that the experiment is after."""
    SLIDES = "from the slides"
    """It stands in a lecture's slides."""
    SOFTWARE = "from other software"
    """Other programs have it in their code or documentation."""
    INDEPENDENT = "computed independently"
    """Code that shares nothing with actviz gives it: the tests compute it anew with numpy and scipy alone."""
    OWN = "this project's"
    """Measured for this project, by a training of its own; it stands nowhere else."""


ORIGIN: dict[Origin, dict[str, str]] = {origin: words(f"origin.{origin}") for origin in Origin}
"""How each origin is written, by language."""

_USUALLY = {
    Basis.CLOSED_FORM: Origin.INDEPENDENT,
    Basis.QUADRATURE: Origin.INDEPENDENT,
    Basis.MEASURED: Origin.OWN,
    Basis.PUBLISHED: Origin.PAPER,
    Basis.RECALLED: Origin.PAPER,
}


@dataclass(frozen=True)
class Expectation:
    """A known number and what is to be compared with it.

    Parameters
    ----------
    what : mapping
        What is measured, by language.
    value : str or float
        What it should be: as text with the digits it is quoted to, or as an exact number.
    basis : Basis
        How the value is known; one that is only recalled does not decide.
    reading : callable
        From the dataset of ``probe`` to one number a seed, or to one pooled over the seeds. Without a probe: called
        with nothing, gives what theory says.
    probe : str, optional
        Key into the experiment's probes.
    source : str or mapping
        Where the value stands, or what it is, if anywhere; by language where it is more than a citation.
    spread : float
        Standard deviation of one seed; of its logarithm if ``log``.
    reference_seeds : int, optional
        Seeds behind the value, where it was measured.
    allowance : float
        What a finite network may differ from the theory of an infinite one, or arithmetic from an exact number.
    log : bool
        Whether logarithms are compared; the measured number is then a geometric mean.
    variance : bool
        Whether the reading is a variance over the seeds, of which there are two at least.
    origin : Origin, optional
        Whose number the value is. By default the paper's where published or recalled, this project's where measured,
        and else computed independently.
    """

    what: Mapping[str, str]
    value: str | float
    basis: Basis
    reading: Callable[..., Any]
    probe: str | None = None
    source: str | Mapping[str, str] = ""
    spread: float = 0.0
    reference_seeds: int | None = None
    allowance: float = 0.0
    log: bool = False
    variance: bool = False
    origin: Origin | None = None

    def __post_init__(self) -> None:
        if (self.probe is None) != (self.spread == 0.0):
            raise ActvizError(f"{self.what['en']}: what is measured needs the spread of a seed, and only that")
        if self.log and not self.expected > 0:
            raise ActvizError(f"{self.what['en']}: logarithms need a value > 0, not {self.value}")
        if self.origin is None:
            object.__setattr__(self, "origin", _USUALLY[self.basis])

    @property
    def expected(self) -> float:
        """The value as a number."""
        return float(self.value)

    @property
    def rounding(self) -> float:
        """Half of the last digit that the value is quoted to; 0 for an exact number.

        >>> Expectation({"en": ""}, "9.90e-3", Basis.CLOSED_FORM, lambda: 0.0099).rounding
        5e-06
        """
        if not isinstance(self.value, str):
            return 0.0
        exponent = Decimal(self.value).as_tuple().exponent
        return float(Decimal((0, (5,), int(exponent) - 1)))

    @property
    def decides(self) -> bool:
        """Whether a deviation is a failure."""
        return self.basis is not Basis.RECALLED

    def known(self, lang: str = "en") -> str:
        """Say how the value is known, and where it stands or by how many seeds."""
        number = self.reference_seeds
        seeds = text("basis.seed" if number == 1 else "basis.seeds", lang, number=number) if number else ""
        details = "; ".join(filter(None, (in_language(self.source, lang), seeds)))
        return BASIS[self.basis][lang] + (f" ({details})" if details else "")

    def whose(self, lang: str = "en") -> str:
        """Say whose number the value is."""
        return ORIGIN[self.origin or _USUALLY[self.basis]][lang]

    def values(self, datasets: Mapping[str, xarray.Dataset]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return what is averaged: one number a seed, logarithms if ``log``."""
        raw = np.atleast_1d(self.reading(*([datasets[self.probe]] if self.probe else [])))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(raw.astype(float)) if self.log else raw.astype(float)

    def check_seeds(self, seeds: int) -> None:
        """Refuse one seed where the number is a variance over seeds."""
        if self.variance and seeds < 2:
            raise ActvizError(f"{self.what['en']}: a variance over seeds needs 2 at least, not {seeds}")

    def check(self, datasets: Mapping[str, xarray.Dataset], k: float) -> Check:
        """Compare; ``k`` is the number of standard errors allowed."""
        seeds = int(datasets[self.probe].sizes["seed"]) if self.probe else None
        self.check_seeds(seeds or 0)
        mean = float(self.values(datasets).mean())
        error = self.spread * math.sqrt(1 / (seeds or 1) + 1 / (self.reference_seeds or math.inf))
        value = self.expected
        known = self.rounding + self.allowance
        if self.variance:
            least, most = _variances(seeds or 2, k)
            return Check(self, mean, (value - known) * least, (value + known) * most, seeds, least <= TENTH)
        if self.log:
            off, few = known / value + k * error, k * error >= -math.log(TENTH)
            return Check(self, math.exp(mean), value * math.exp(-off), value * math.exp(off), seeds, few)
        off, few = known + k * error, 0.0 < (1.0 - TENTH) * value <= k * error
        return Check(self, mean, value - off, value + off, seeds, few)


@dataclass(frozen=True)
class Check:
    """An expectation compared: what was measured, and between which numbers it is allowed to lie."""

    expectation: Expectation
    measured: float
    low: float
    high: float
    seeds: int | None
    too_few: bool = False
    """Whether chance alone, of so few seeds, may make almost nothing of the number: then agreeing tells nothing."""

    @property
    def undecided(self) -> bool:
        """Whether it agrees by seeds that are too few to tell, and would else decide."""
        return self.expectation.decides and self.too_few and self.passed

    @property
    def decides(self) -> bool:
        """Whether it counts."""
        return self.expectation.decides and not self.undecided

    @property
    def passed(self) -> bool:
        """Whether the measured number is within the allowed ones; not a number is not."""
        return self.low <= self.measured <= self.high

    @property
    def failed(self) -> bool:
        """Whether it is not, and decides."""
        return self.expectation.decides and not self.passed

    @property
    def verdict(self) -> str:
        """PASS or FAIL; in brackets where the value is only recalled, or agrees by seeds that are too few to tell."""
        word = "PASS" if self.passed else "FAIL"
        return word if self.decides else f"({word})"

    def written(self, value: float) -> str:
        """Write a number with one digit more than the tolerance has.

        >>> expectation = Expectation({"en": ""}, "0.4588", Basis.CLOSED_FORM, lambda: 0.45879)
        >>> Check(expectation, 0.45879, 0.4583, 0.4593, None).written(0.458791)
        '0.45879'
        """
        tolerance = (self.high - self.low) / 2
        if not (math.isfinite(value) and value and tolerance > 0):
            return in_print(value, 4)
        digits = math.floor(math.log10(abs(value))) - math.floor(math.log10(tolerance)) + 2
        return print_form(f"{value:#.{min(max(digits, 2), 17)}g}".rstrip("."))

    @property
    def quoted(self) -> str:
        """The expected value, as text."""
        value = self.expectation.value
        return typed(value) if isinstance(value, str) else self.written(value)

    def allowed(self, lang: str = "en") -> str:
        """Write between which numbers it may lie."""
        key = "evidence.allowed_few" if self.too_few else "evidence.allowed"
        return text(key, lang, low=self.written(self.low), high=self.written(self.high))


def standard_errors(comparisons: int) -> float:
    """Return k: how many standard errors a mean may be off, for ``RATE`` false alarms in this many comparisons.

    >>> round(standard_errors(70), 2)
    4.34
    """
    return NormalDist().inv_cdf(1 - RATE / (2 * max(comparisons, 1)))


def _variances(seeds: int, k: float) -> tuple[float, float]:
    """Return between which multiples of its expectation a variance over seeds lies, as surely as within k errors.

    >>> [round(each, 2) for each in _variances(200, 4.5)]
    [0.61, 1.52]
    """
    from scipy.special import gammainccinv, gammaincinv

    half, beyond = (seeds - 1) / 2.0, NormalDist().cdf(-k)
    return float(gammaincinv(half, beyond)) / half, float(gammainccinv(half, beyond)) / half


def comparisons(expectations: Iterable[Expectation]) -> int:
    """Count the comparisons that can fail by chance: measured ones that decide."""
    return sum(each.probe is not None and each.decides for each in expectations)
