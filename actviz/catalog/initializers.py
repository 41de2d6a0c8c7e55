"""Weight initializers: Xavier, He, LeCun and PyTorch's default are instances of one general variance scaling.

Weights have shape (fan_in, fan_out) and multiply from the right: z = h W + b. Every built-in initializer shifts and
scales a unit draw of its *family*, so under one seed all members of a family share their draws: a paired comparison.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from actviz.catalog.checks import check_choice, finite
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.streams import standard_normal

TRUNCATED_STD = 0.87962566103423978
"""Standard deviation of a standard normal truncated to (-2, 2)."""


@runtime_checkable
class Initializer(Protocol):
    """What the probe asks of an initializer; any object with these two methods will do."""

    def sample(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
        """Weights of shape (fan_in, fan_out)."""
        ...

    def variance(self, fan_in: int, fan_out: int) -> float:
        """Return the variance of one weight, as declared; ``nan`` where it is not known."""
        ...


def unit_uniform(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: str) -> Array:
    """Uniform on [-1, 1)."""
    draw = rng.random((fan_in, fan_out), dtype=np.dtype(dtype).type)
    draw *= 2.0
    draw -= 1.0
    return draw


def unit_truncated_normal(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: str) -> Array:
    """Draw from the standard normal truncated to (-2, 2), by its quantile function: one uniform draw a value."""
    from scipy.special import ndtr, ndtri

    low, high = ndtr(-2.0), ndtr(2.0)
    quantile = low + (high - low) * rng.random((fan_in, fan_out))
    return np.clip(ndtri(quantile), -2.0, 2.0).astype(dtype)  # type: ignore[no-any-return]


def unit_orthogonal(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: str) -> Array:
    """Uniform (Haar) over matrices with orthonormal columns, or rows where fan_in < fan_out."""
    tall = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)  # QR leaves the signs free; fixing R's makes Q uniform
    return np.ascontiguousarray(q if fan_in >= fan_out else q.T, dtype=dtype)


@dataclass(frozen=True)
class Family:
    """A unit draw and the variance of one of its entries, which initializers shift and scale."""

    draw: Callable[[np.random.Generator, int, int, str], Array]
    variance: Callable[[int, int], float]
    independent: bool = True
    """Whether entries are independent of each other."""


def _diagonal_variance(fan_in: int, fan_out: int) -> float:
    share = min(fan_in, fan_out) / (fan_in * fan_out)
    return share - share * share


FAMILIES: dict[str, Family] = {
    "normal": Family(standard_normal, lambda fan_in, fan_out: 1.0),
    "uniform": Family(unit_uniform, lambda fan_in, fan_out: 1.0 / 3.0),
    "truncated_normal": Family(unit_truncated_normal, lambda fan_in, fan_out: TRUNCATED_STD**2),
    "orthogonal": Family(unit_orthogonal, lambda fan_in, fan_out: 1.0 / max(fan_in, fan_out), independent=False),
    "identity": Family(
        lambda rng, fan_in, fan_out, dtype: np.eye(fan_in, fan_out, dtype=dtype), _diagonal_variance, independent=False
    ),
    "constant": Family(lambda rng, fan_in, fan_out, dtype: np.zeros((fan_in, fan_out), dtype), lambda *fans: 0.0),
}


class FamilyInitializer(Initializer, Protocol):
    """An initializer that is ``shift + scale * unit draw`` of a family; all built-in ones are."""

    @property
    def family(self) -> str:
        """Key into ``FAMILIES``."""
        ...

    def affine(self, fan_in: int, fan_out: int) -> tuple[float, float]:
        """Shift and scale of the unit draw."""
        ...

    def sample(self, rng: np.random.Generator, fan_in: int, fan_out: int, dtype: str = "float64") -> Array:
        """Weights of shape (fan_in, fan_out)."""
        shift, scale = self.affine(fan_in, fan_out)
        return shift + scale * FAMILIES[self.family].draw(rng, fan_in, fan_out, dtype)

    def variance(self, fan_in: int, fan_out: int) -> float:
        """Return the variance of one weight; infinite where it is too large for a number."""
        scale = self.affine(fan_in, fan_out)[1]
        return scale * scale * FAMILIES[self.family].variance(fan_in, fan_out)

    def scaled(self, factor: float) -> FamilyInitializer:
        """Return the initializer whose weights are ``factor`` times as large: their standard deviation, not variance.

        >>> Uniform(-1.0, 1.0).scaled(1.5)
        Uniform(low=-1.5, high=1.5)
        """
        if factor == 1.0:
            return self
        fields = dataclasses.fields(self)  # type: ignore[arg-type]  # weights are proportional to every one of them
        larger = {field.name: _tidy(getattr(self, field.name) * factor) for field in fields}
        return dataclasses.replace(self, **larger)  # type: ignore[type-var]


def _tidy(value: float) -> float:
    """Round away what only binary fractions bring in, so that a command is short."""
    return float(f"{value:.12g}")


def _check_finite(initializer: Any, *names: str, least: float = -math.inf) -> None:
    for name in names:
        value = getattr(initializer, name)
        finite(f"{type(initializer).__name__}: {name}", value, least=least, kind=int | float)


@dataclass(frozen=True)
class Constant(FamilyInitializer):
    """Every weight the same: the units of a layer stay identical (symmetric)."""

    value: float = 0.1
    family: ClassVar[str] = "constant"
    reference: ClassVar[str] = "the symmetry problem; Rumelhart, Hinton & Williams 1986"

    def __post_init__(self) -> None:
        _check_finite(self, "value")

    def affine(self, fan_in: int, fan_out: int) -> tuple[float, float]:
        """Shift and scale of the unit draw."""
        return self.value, 0.0


@dataclass(frozen=True)
class Zeros(FamilyInitializer):
    """Every weight zero: no signal passes forward and no gradient backward."""

    family: ClassVar[str] = "constant"
    reference: ClassVar[str] = "the article's first case"

    def affine(self, fan_in: int, fan_out: int) -> tuple[float, float]:
        """Shift and scale of the unit draw."""
        return 0.0, 0.0


@dataclass(frozen=True)
class Uniform(FamilyInitializer):
    """Uniform on [low, high), whatever the fans."""

    low: float = -1.0
    high: float = 1.0
    family: ClassVar[str] = "uniform"
    reference: ClassVar[str] = "fixed range, no scaling"

    def __post_init__(self) -> None:
        _check_finite(self, "low", "high")
        if not self.low < self.high:
            raise ActvizError(f"Uniform: low must be below high, not {self.low} and {self.high}")

    def affine(self, fan_in: int, fan_out: int) -> tuple[float, float]:
        """Shift and scale of the unit draw."""
        return (self.low + self.high) / 2.0, (self.high - self.low) / 2.0


@dataclass(frozen=True)
class Normal(FamilyInitializer):
    """Normal with mean 0 and a fixed standard deviation, whatever the fans; std 1 is the standard normal."""

    std: float = 1.0
    family: ClassVar[str] = "normal"
    reference: ClassVar[str] = "fixed std, no scaling"

    def __post_init__(self) -> None:
        _check_finite(self, "std", least=0.0)

    def affine(self, fan_in: int, fan_out: int) -> tuple[float, float]:
        """Shift and scale of the unit draw."""
        return 0.0, self.std


@dataclass(frozen=True)
class TruncatedNormal(FamilyInitializer):
    """Normal(0, std) cut off at two of its standard deviations: the weights' own std is 0.8796 std."""

    std: float = 1.0
    family: ClassVar[str] = "truncated_normal"
    reference: ClassVar[str] = "jax, Keras and PyTorch truncated_normal, on (-2 std, 2 std)"

    def __post_init__(self) -> None:
        _check_finite(self, "std", least=0.0)

    def affine(self, fan_in: int, fan_out: int) -> tuple[float, float]:
        """Shift and scale of the unit draw."""
        return 0.0, self.std


@dataclass(frozen=True)
class Orthogonal(FamilyInitializer):
    """Gain times a random matrix with orthonormal columns (rows where fan_in < fan_out)."""

    gain: float = 1.0
    family: ClassVar[str] = "orthogonal"
    reference: ClassVar[str] = "Saxe, McClelland & Ganguli 2014"

    def __post_init__(self) -> None:
        _check_finite(self, "gain", least=0.0)

    def affine(self, fan_in: int, fan_out: int) -> tuple[float, float]:
        """Shift and scale of the unit draw."""
        return 0.0, self.gain


@dataclass(frozen=True)
class Identity(FamilyInitializer):
    """Gain on the diagonal, zero elsewhere."""

    gain: float = 1.0
    family: ClassVar[str] = "identity"
    reference: ClassVar[str] = "Le, Jaitly & Hinton 2015"

    def __post_init__(self) -> None:
        _check_finite(self, "gain")

    def affine(self, fan_in: int, fan_out: int) -> tuple[float, float]:
        """Shift and scale of the unit draw."""
        return 0.0, self.gain


MODES: dict[str, Callable[[int, int], float]] = {
    "fan_in": lambda fan_in, fan_out: fan_in,
    "fan_out": lambda fan_in, fan_out: fan_out,
    "fan_avg": lambda fan_in, fan_out: (fan_in + fan_out) / 2.0,
}
DISTRIBUTIONS = ("normal", "uniform", "truncated_normal")


@dataclass(frozen=True)
class VarianceScaling(FamilyInitializer):
    """Weights of variance ``scale / n`` with n = fan_in, fan_out or their mean (``mode``): the general form.

    ``preset`` and ``reference`` name a published instance, such as ``he_normal``.
    """

    scale: float = 1.0
    mode: str = "fan_in"
    distribution: str = "normal"
    preset: str = dataclasses.field(default="", compare=False)
    reference: str = dataclasses.field(default="jax.nn.initializers.variance_scaling", compare=False, repr=False)

    def __post_init__(self) -> None:
        _check_finite(self, "scale", least=0.0)
        check_choice("VarianceScaling: mode", self.mode, tuple(MODES))
        check_choice("VarianceScaling: distribution", self.distribution, DISTRIBUTIONS)

    @property
    def family(self) -> str:
        """Key into ``FAMILIES``."""
        return self.distribution

    def affine(self, fan_in: int, fan_out: int) -> tuple[float, float]:
        """Shift and scale of the unit draw."""
        variance = self.scale / MODES[self.mode](fan_in, fan_out)
        return 0.0, math.sqrt(variance / FAMILIES[self.family].variance(fan_in, fan_out))

    def scaled(self, factor: float) -> FamilyInitializer:
        """Return the initializer whose weights are ``factor`` times as large; it is no longer the published one.

        >>> INITIALIZERS["he_normal"].scaled(1.5)
        VarianceScaling(scale=4.5, mode='fan_in', distribution='normal', preset='')
        """
        scale = _tidy(self.scale * factor * factor)
        return self if factor == 1.0 else VarianceScaling(scale, self.mode, self.distribution)


def _preset(name: str, scale: float, mode: str, distribution: str, reference: str) -> tuple[str, VarianceScaling]:
    return name, VarianceScaling(scale, mode, distribution, preset=name, reference=reference)


_GLOROT, _HE, _LECUN = "Glorot & Bengio 2010", "He, Zhang, Ren & Sun 2015", "LeCun, Bottou, Orr & Müller 1998"

INITIALIZERS: dict[str, Initializer] = dict(
    (
        ("zeros", Zeros()),
        ("constant", Constant()),
        ("uniform", Uniform()),
        ("normal", Normal()),
        ("truncated_normal", TruncatedNormal()),
        _preset("xavier_normal", 1.0, "fan_avg", "normal", _GLOROT),
        _preset("xavier_uniform", 1.0, "fan_avg", "uniform", _GLOROT),
        _preset("he_normal", 2.0, "fan_in", "normal", _HE),
        _preset("he_uniform", 2.0, "fan_in", "uniform", _HE),
        _preset("lecun_normal", 1.0, "fan_in", "normal", _LECUN),
        _preset("lecun_uniform", 1.0, "fan_in", "uniform", _LECUN),
        ("orthogonal", Orthogonal()),
        ("identity", Identity()),
        _preset("pytorch_default", 1.0 / 3.0, "fan_in", "uniform", "torch.nn.Linear: U(±1/sqrt(fan_in))"),
        ("variance_scaling", VarianceScaling()),
    )
)
"""Every built-in initializer by its name; parameters at their defaults."""

ALIASES = {"xavier": "xavier_normal", "he": "he_normal", "lecun": "lecun_normal"}
"""A bare family name means its normal member."""
