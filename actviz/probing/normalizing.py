"""Normalization over the batch or over a sample's units, forward and backward: array functions without I/O."""

from __future__ import annotations

from typing import Any

import numpy as np

from actviz.numerics.arrays import Array
from actviz.numerics.blocks import BUFFERS

NORM_EPS = 1e-6


def normalize(z: Array, kind: str = "batch", eps: float = NORM_EPS) -> tuple[Array, Array, Array]:
    """Normalize in place; return z, the mean that was taken out and 1 / sqrt(variance + eps).

    Parameters
    ----------
    z : array (samples, units) or (networks, samples, units)
    kind : {"batch", "layer", "rms"}
        Each unit over the batch, mean and scale of shape (units,), of networks side by side (networks, 1, units); or
        each sample over its units, of shape (..., samples, 1), about their mean or, rms, about 0 (Ba et al. 2016, Zhang
        & Sennrich 2019).
    eps : float
    """
    axis, keep = (-2, z.ndim > 2) if kind == "batch" else (-1, True)
    mean: Array = np.zeros((*z.shape[:-1], 1), z.dtype)
    if kind != "rms":
        mean = _mean(z, axis, keep, np.float64).astype(z.dtype)
        z -= mean
    wide = np.square(z, dtype=np.float64, out=BUFFERS.like(z, "squares", np.float64))  # float32 would overflow before z
    variance = _mean(wide, axis, keep)
    inverse_std: Array = (1.0 / np.sqrt(variance + eps)).astype(z.dtype)
    z *= inverse_std
    return z, mean, inverse_std


def normalize_backward(dz: Array, z: Array, inverse_std: Array, kind: str = "batch") -> Array:
    """Gradient with respect to a normalization's input, from its output z and dL/dz."""
    scratch = BUFFERS.like(dz, "products")
    if kind == "batch":
        keep = dz.ndim > 2
        gradient: Array = dz - _mean(dz, -2, keep)
        gradient -= np.multiply(z, _mean(np.multiply(dz, z, out=scratch), -2, keep), out=scratch)
        gradient *= inverse_std
        return gradient
    along: Array = dz - z * np.multiply(dz, z, out=scratch).mean(axis=-1, keepdims=True)
    if kind == "layer":
        along -= dz.mean(axis=-1, keepdims=True)
    along *= inverse_std
    return along


def _mean(values: Array, axis: int, keep: bool, dtype: Any = None) -> Array:
    """Return the mean along an axis, as ``values.mean`` does, for half of what that call costs on a small batch."""
    mean: Array = values.sum(axis=axis, dtype=dtype, keepdims=keep)
    mean /= values.shape[axis]
    return mean
