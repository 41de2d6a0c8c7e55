"""Functions of arrays that activations are made of; those that take ``out`` write into an array that is there."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from actviz.numerics.arrays import Array

SELU_ALPHA = 1.6732632423543772
SELU_LAMBDA = 1.0507009873554805


@functools.lru_cache(maxsize=256)
def takes_out(function: Callable[..., Any]) -> bool:
    """Whether a function puts its result into an array that is given as ``out``."""
    if isinstance(function, np.ufunc):
        return True
    return getattr(function, "__module__", "") == __name__ and "out" in inspect.signature(function).parameters


def is_one_step(function: Callable[..., Any]) -> bool:
    """Whether a function reads and writes each value once, so that there is nothing to keep in the cache for."""
    return isinstance(function, np.ufunc) or function in (relu, step)


def put(function: Callable[..., Any], source: Array, values: tuple[float, ...], out: Array) -> None:
    """Put a function of an array into another one, without fresh memory where it takes ``out``."""
    if takes_out(function):
        function(source, *values, out=out)
    else:
        out[...] = function(source, *values)


def sigmoid(z: Array, out: Array | None = None) -> Array:
    """Logistic function."""
    # exp overflows to inf below -88 in float32: the quotient is the right 0
    return np.divide(1.0, np.add(1.0, np.exp(np.negative(z, out=out), out=out), out=out), out=out)


def logistic_slope(h: Array, out: Array | None = None) -> Array:
    """Slope of the logistic function, of its value h."""
    return np.multiply(h, np.subtract(1.0, h, out=out), out=out)


def tanh_slope(h: Array, out: Array | None = None) -> Array:
    """Slope of tanh, of its value h."""
    return np.subtract(1.0, np.multiply(h, h, out=out), out=out)


def relu(z: Array, out: Array | None = None) -> Array:
    """Positive part."""
    return np.maximum(z, 0.0, out=out)


def step(h: Array, out: Array | None = None) -> Array:
    """1 where h is positive, else 0."""
    return above(h, 0.0) if out is None else np.greater(h, 0.0, out=out)


COMPILED = {tanh_slope: "tanh", logistic_slope: "logistic", step: "positive"}
"""Slopes that the recorder's compiled passes know, by their names there."""


def softplus(z: Array, out: Array | None = None) -> Array:
    """Softplus, ln(1 + exp z)."""
    small = np.exp(np.negative(np.abs(z, out=out), out=out), out=out)
    return np.add(np.log1p(small, out=out), np.maximum(z, 0.0), out=out)


def ndtr(z: Array) -> Array:
    """Return the normal distribution function."""
    from scipy.special import ndtr  # inside: scipy costs more to import than numpy does

    return ndtr(z)  # type: ignore[no-any-return]


def normal_pdf(z: Array) -> Array:
    """Return the normal density."""
    return np.exp(-0.5 * z * z) * (1.0 / math.sqrt(2.0 * math.pi))


def erf(z: Array) -> Array:
    """Error function."""
    from scipy.special import erf

    return erf(z)  # type: ignore[no-any-return]


def gelu_gate(z: Array) -> Array:
    """Return what z is multiplied by in the tanh approximation of GELU."""
    # The gate is 0 or 1 to all digits beyond |z| = 10; clipping keeps z**3 finite at any z.
    z = np.clip(z, -10.0, 10.0)
    return 0.5 + 0.5 * np.tanh(math.sqrt(2.0 / math.pi) * (z + 0.044715 * z * z * z))


def gelu_tanh_slope(z: Array) -> Array:
    """Slope of that approximation."""
    gate, z = gelu_gate(z), np.clip(z, -10.0, 10.0)
    return gate + z * 2.0 * gate * (1.0 - gate) * (math.sqrt(2.0 / math.pi) * (1.0 + 3 * 0.044715 * z * z))


def silu(z: Array, out: Array | None = None) -> Array:
    """Product of z and its logistic function."""
    return np.multiply(sigmoid(z, out), z, out=out)


def silu_slope(z: Array) -> Array:
    """Slope of z times the logistic function."""
    gate = sigmoid(z)
    return gate * (1.0 + z * (1.0 - gate))


def mish(z: Array, out: Array | None = None) -> Array:
    """Product of z and tanh(softplus z)."""
    return np.multiply(np.tanh(softplus(z, out), out=out), z, out=out)


def mish_slope(z: Array) -> Array:
    """Slope of Mish."""
    gate = np.tanh(softplus(z))
    return gate + z * sigmoid(z) * (1.0 - gate * gate)


def above(z: Array, threshold: float) -> Array:
    """1 where z is above a threshold, else 0."""
    return np.greater(z, threshold).astype(z.dtype)


def leaky_relu(z: Array, slope: float, out: Array | None = None) -> Array:
    """Return z above 0, and slope times z below."""
    if 0.0 < slope <= 1.0:
        return np.maximum(np.multiply(z, slope, out=out), z, out=out)
    return _kept(np.where(z > 0.0, z, slope * z), out)


def leaky_relu_slope(z: Array, slope: float, out: Array | None = None) -> Array:
    """Return 1 above 0, and the slope below."""
    if 0.0 < slope <= 1.0:
        return np.maximum(above(z, 0.0) if out is None else np.greater(z, 0.0, out=out), slope, out=out)
    return _kept(np.where(z > 0.0, z.dtype.type(1.0), z.dtype.type(slope)), out)


def _kept(values: Array, out: Array | None) -> Array:
    if out is None:
        return values
    out[...] = values
    return out


def elu(z: Array, alpha: float, out: Array | None = None) -> Array:
    """Return z above 0, and alpha (exp z - 1) below."""
    bent = np.expm1(np.minimum(z, 0.0, out=out), out=out)
    return np.add(np.multiply(bent, alpha, out=out), np.maximum(z, 0.0), out=out)  # one of them is 0


def elu_slope(z: Array, alpha: float, scale: float = 1.0, out: Array | None = None) -> Array:
    """Slope of a scaled ELU; of z, for of its value far below 0 few digits are left."""
    below = np.exp(np.minimum(z, 0.0, out=out), out=out)
    if alpha == scale == 1.0:
        return below
    return _kept(np.where(z > 0.0, z.dtype.type(scale), below * (scale * alpha)), out)


def selu(z: Array, out: Array | None = None) -> Array:
    """ELU scaled, at the parameters of self-normalizing networks."""
    bent = np.expm1(np.minimum(z, 0.0, out=out), out=out)
    return np.add(np.multiply(bent, SELU_LAMBDA * SELU_ALPHA, out=out), SELU_LAMBDA * np.maximum(z, 0.0), out=out)


def selu_slope(z: Array, out: Array | None = None) -> Array:
    """Slope of SELU."""
    return elu_slope(z, SELU_ALPHA, SELU_LAMBDA, out)
