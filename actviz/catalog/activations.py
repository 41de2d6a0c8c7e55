"""Activation functions: each phi with its slope phi' beside it, one line each.

A slope is a function of the pre-activation z, or of the post-activation h where that is exact and cheaper
(``slope_from="h"``); a network then keeps only one of the two between its forward and backward pass.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from actviz.catalog.checks import finite
from actviz.catalog.elementwise import (
    SELU_ALPHA,
    SELU_LAMBDA,
    above,
    elu,
    elu_slope,
    erf,
    gelu_gate,
    gelu_tanh_slope,
    leaky_relu,
    leaky_relu_slope,
    logistic_slope,
    mish,
    mish_slope,
    ndtr,
    normal_pdf,
    put,
    relu,
    selu,
    selu_slope,
    sigmoid,
    silu,
    silu_slope,
    softplus,
    step,
    tanh_slope,
)
from actviz.catalog.slopes import CentralDifference, as_real, largest_slope
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.histogram import UNBOUNDED_BINS, LinearBins, LogBins


@dataclass(frozen=True)
class Activation:
    """An elementwise activation function and its slope.

    Parameters
    ----------
    name : str
        Name in the field, as in ``ACTIVATIONS``.
    phi : callable
        ``phi(z, *parameters)``, elementwise on an array of any shape.
    slope : callable, optional
        phi', ``slope(z, *parameters)``; of h instead of z with ``slope_from="h"``. A central difference if not given.
    bounds : (float, float)
        What phi never leaves; infinite where it is unbounded or its extreme has no closed form. Where both are finite
        they are its infimum and supremum, and the histograms' edges.
    kinks : tuple of float
        The z at which phi' jumps.
    parameters : tuple of (str, float)
        Named parameters, passed to ``phi`` and ``slope`` after z.
    slope_from : {"z", "h"}
        What ``slope`` takes: the pre-activation or the post-activation.
    reference : str
        Where the function comes from.
    """

    name: str
    phi: Callable[..., Any]
    slope: Callable[..., Any] = None  # type: ignore[assignment]  # never None once made
    bounds: tuple[float, float] = (-math.inf, math.inf)
    kinks: tuple[float, ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    slope_from: Literal["z", "h"] = "z"
    reference: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise ActvizError(f"an activation's name must be text, not {self.name!r}")
        for name in ("phi", "slope"):
            if not callable(getattr(self, name)) and (name == "phi" or self.slope is not None):
                raise ActvizError(f"{self.name}: {name} must be a function, not {getattr(self, name)!r}")
        for name in ("bounds", "kinks", "parameters"):  # lists would not hash
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.slope is None:
            if self.slope_from != "z":
                raise ActvizError("slope_from='h' needs a slope of h to be given")
            object.__setattr__(self, "slope", CentralDifference(self.phi))
        if self.slope_from not in ("z", "h"):
            raise ActvizError(f"slope_from must be 'z' or 'h', not {self.slope_from!r}")
        if not self.bounds[0] < self.bounds[1]:
            raise ActvizError(f"bounds must be increasing, not {self.bounds}")
        for key, value in self.parameters:
            finite(f"{self.name}: {key}", value)

    def __call__(self, z: Array) -> Array:
        """Post-activations h = phi(z), in the shape and precision of z; overflow never warns."""
        with np.errstate(all="ignore"):
            return as_real(self.phi(z, *self.values), z)

    def derivative(self, z: Array) -> Array:
        """Slope phi'(z), in the shape and precision of z; overflow never warns."""
        with np.errstate(all="ignore"):
            return as_real(self.slope(z if self.slope_from == "z" else self(z), *self.values), z)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle what the table has by its name, for functions written there have none; others by their fields."""
        if any(each is self for each in _table):
            return _in_table, (self.name,)
        return super().__reduce_ex__(protocol)

    def into(self, z: Array, out: Array) -> None:
        """Put phi(z) into ``out``, another array of its shape: without fresh memory where phi takes ``out=``."""
        put(self.phi, z, self.values, out)

    def slope_into(self, source: Array, out: Array) -> None:
        """Put the slope into ``out``, of what ``slope_from`` says."""
        put(self.slope, source, self.values, out)

    @functools.cached_property
    def values(self) -> tuple[float, ...]:
        """The parameters' values, in order."""
        return tuple(value for _, value in self.parameters)

    @property
    def bounded(self) -> bool:
        """Whether phi is bounded on both sides."""
        return math.isfinite(self.bounds[0]) and math.isfinite(self.bounds[1])

    @property
    def bins(self) -> LinearBins | LogBins:
        """Of the post-activations' histogram: linear on finite bounds, else symmetric and logarithmic."""
        return LinearBins(*self.bounds) if self.bounded else UNBOUNDED_BINS

    @property
    def max_slope(self) -> float:
        """Largest |phi'| over all z, which the definition of *saturated* refers to; NaN where it grows without end."""
        return largest_slope(self)

    def with_parameters(self, values: dict[str, float]) -> Activation:
        """Return the same function with other parameter values, those named in ``values``."""
        return replace(self, parameters=tuple((key, float(values.get(key, old))) for key, old in self.parameters))


_table: tuple[Activation, ...] = (
    Activation(
        "identity", lambda z: z.copy(), lambda h: np.ones_like(h), slope_from="h", reference="the deep linear network"
    ),
    Activation(
        "sigmoid",
        sigmoid,
        logistic_slope,
        bounds=(0.0, 1.0),
        slope_from="h",
        reference="logistic function; Rumelhart, Hinton & Williams 1986",
    ),
    Activation(
        "hard_sigmoid",
        lambda z: np.clip(z * (1.0 / 6.0) + 0.5, 0.0, 1.0),
        lambda z: above(3.0 - np.abs(z), 0.0) * (1.0 / 6.0),
        bounds=(0.0, 1.0),
        kinks=(-3.0, 3.0),
        reference="Courbariaux, Bengio & David 2015, with PyTorch's slope 1/6",
    ),
    Activation(
        "tanh",
        np.tanh,
        tanh_slope,
        bounds=(-1.0, 1.0),
        slope_from="h",
        reference="LeCun, Bottou, Orr & Müller 1998",
    ),
    Activation(
        "hard_tanh",
        lambda z: np.clip(z, -1.0, 1.0),
        lambda z: above(1.0 - np.abs(z), 0.0),
        bounds=(-1.0, 1.0),
        kinks=(-1.0, 1.0),
        reference="Collobert 2004",
    ),
    Activation(
        "softsign",
        lambda z: z / (1.0 + np.abs(z)),
        lambda z: 1.0 / np.square(1.0 + np.abs(z)),
        bounds=(-1.0, 1.0),
        reference="Bergstra et al. 2009; Glorot & Bengio 2010",
    ),
    Activation(
        "relu",
        relu,
        step,
        bounds=(0.0, math.inf),
        kinks=(0.0,),
        slope_from="h",
        reference="Nair & Hinton 2010",
    ),
    Activation(
        "leaky_relu",
        leaky_relu,
        leaky_relu_slope,
        kinks=(0.0,),
        parameters=(("slope", 0.01),),
        reference="Maas, Hannun & Ng 2013",
    ),
    Activation(
        "elu",
        elu,
        elu_slope,
        kinks=(0.0,),
        parameters=(("alpha", 1.0),),
        reference="Clevert, Unterthiner & Hochreiter 2016",
    ),
    Activation(
        "selu",
        selu,
        selu_slope,
        bounds=(-SELU_LAMBDA * SELU_ALPHA, math.inf),
        kinks=(0.0,),
        reference="Klambauer et al. 2017",
    ),
    Activation(
        "gelu",
        lambda z: z * ndtr(z),
        lambda z: ndtr(z) + z * normal_pdf(z),
        reference="Hendrycks & Gimpel 2016, exact (erf)",
    ),
    Activation(
        "gelu_tanh",
        lambda z: z * gelu_gate(z),
        gelu_tanh_slope,
        reference="Hendrycks & Gimpel 2016, tanh approximation",
    ),
    Activation(
        "silu",
        silu,
        silu_slope,
        reference="Elfwing, Uchibe & Doya 2018; swish, Ramachandran et al. 2017",
    ),
    Activation(
        "softplus",
        softplus,
        sigmoid,
        bounds=(0.0, math.inf),
        reference="Dugas et al. 2001",
    ),
    Activation(
        "mish",
        mish,
        mish_slope,
        reference="Misra 2019",
    ),
    Activation(
        "erf",
        erf,
        lambda z: np.exp(-z * z) * (2.0 / math.sqrt(math.pi)),
        bounds=(-1.0, 1.0),
        reference="Williams 1997 (arcsine kernel)",
    ),
    Activation(
        "sin",
        np.sin,
        np.cos,
        bounds=(-1.0, 1.0),
        reference="Sitzmann et al. 2020",
    ),
)


def _in_table(name: str) -> Activation:
    return next(each for each in _table if each.name == name)


ACTIVATIONS: dict[str, Activation] = {activation.name: activation for activation in _table}
"""Every built-in activation by its name; parameters at their defaults."""


def check_activation(activation: Activation) -> None:
    """Refuse an activation of the user's own that fails or changes the shape, before a pass runs into it."""
    for what, function in (("phi", activation), ("slope", activation.derivative)):
        trial = np.linspace(-3.0, 3.0, 6).reshape(2, 3)
        before = trial.copy()
        try:
            values = np.asarray(function(trial))
        except (Exception, SystemExit) as error:
            raise ActvizError(
                f"activation {activation.name}: its {what} fails: {type(error).__name__}: {error}"
            ) from error
        if values.shape != trial.shape:
            raise ActvizError(f"activation {activation.name}: its {what} gives shape {values.shape} for {trial.shape}")
        if values.dtype.kind != "f" or not np.isfinite(values).all():
            raise ActvizError(
                f"activation {activation.name}: its {what} must give finite real numbers between -3 and 3"
            )
        low, high = activation.bounds
        if what == "phi" and not (low <= values.min() and values.max() <= high):
            raise ActvizError(f"activation {activation.name}: its phi leaves its bounds {activation.bounds}")
        if not np.array_equal(trial, before):
            raise ActvizError(f"activation {activation.name}: its {what} changes its argument in place")
