"""Singular values of the Jacobian of a network's outputs by its inputs, sample by sample, exactly.

A sample's slopes and norms, as its forward pass meets them, make the network linear there: its input's unit vectors
are passed through that, and what comes out is the Jacobian (Pennington, Schoenholz & Ganguli 2017).
"""

from __future__ import annotations

import math

import numpy as np

from actviz.numerics.arrays import Array
from actviz.numerics.moments import Float64
from actviz.probing.network import Draw
from actviz.probing.normalizing import normalize, normalize_backward
from actviz.probing.stack import Stack
from actviz.results.statistics import OF_JACOBIAN, SPECTRUM_EDGES

MAX_JACOBIAN_WIDTH = 1024
"""Units up to which all singular values are computed."""


def singular_values(stack: Stack, x: Array, weights: Draw, biases: Draw | None, ends: Draw) -> Float64:
    """Return the squared singular values of every sample, largest first; NaN where one is not finite.

    Parameters
    ----------
    stack : Stack
        Without batch normalization, in which a sample's outputs are made of others' inputs.
    x : array (samples, input width)
    weights, biases, ends : callable
        From a layer's index to its arrays, as of ``ResidualNetwork``.

    Returns
    -------
    array (samples, least width of inputs and outputs)
    """
    phi, kind = stack.activation, str(stack.norm_kind)
    y: Array = x.astype(np.float64)
    through: Array = np.broadcast_to(np.eye(x.shape[1]), (len(x), x.shape[1], x.shape[1]))

    def normed(values: Array, moved: Array) -> tuple[Array, Array]:
        out, _, inverse_std = normalize(values.copy(), kind)
        # A norm's Jacobian is symmetric: what passes a gradient back passes a direction on.
        pairs = zip(moved, out, inverse_std, strict=True)
        return out, np.array([normalize_backward(each, z, std, kind) for each, z, std in pairs])

    z: Array

    for layer, is_block in enumerate(stack.skips):
        taken, moved = normed(y, through) if is_block and stack.place == "pre" else (y, through)
        matrix: Array = weights(layer).astype(np.float64)
        z, moved = taken @ matrix, _passed(moved, matrix)
        if biases is not None:
            z = z + biases(layer)
        if stack.block == "plain" and stack.place == "pre":
            z, moved = normed(z, moved)
        h: Array = phi(z)
        moved = moved * phi.derivative(z)[:, None, :]
        if is_block:
            end: Array = ends(layer).astype(np.float64)
            h, moved = y + h @ end, through + _passed(moved, end)
        if stack.place == "post" and (is_block or stack.block == "plain"):
            h, moved = normed(h, moved)
        y, through = h, moved
    return np.array([_squares(each) for each in through])


def _passed(moved: Array, matrix: Array) -> Array:
    """Return every sample's directions behind a matrix, one sample after the other: so it can be interrupted."""
    behind: Array = np.empty((*moved.shape[:2], matrix.shape[1]))
    for sample, out in zip(moved, behind, strict=True):
        np.matmul(sample, matrix, out=out)
    return behind


def _squares(jacobian: Array) -> Float64:
    least = min(jacobian.shape)
    if not np.isfinite(jacobian).all():
        return np.full(least, math.nan)
    scale = float(np.abs(jacobian).max()) or 1.0  # squares of what is left are float64 numbers
    values = np.asarray(np.linalg.svd(jacobian / scale, compute_uv=False), np.float64)
    return np.asarray((values * scale) ** 2)


def spectrum_statistics(squares: Float64) -> dict[str, Float64]:
    """Return the numbers of ``OF_JACOBIAN``, means over the samples, and the spectrum's counts.

    Parameters
    ----------
    squares : array (samples, values)
        Squared singular values.
    """
    mean = squares.mean(axis=1)
    with np.errstate(all="ignore"):
        relative = squares / np.where(mean > 0, mean, math.nan)[:, None]
    numbers = (mean, relative.var(axis=1), squares.max(axis=1))
    told = {name: np.array(each.mean()) for name, each in zip(OF_JACOBIAN, numbers, strict=True)}
    known = relative[np.isfinite(relative)]
    counts = np.histogram(known, SPECTRUM_EDGES)[0]
    return {**told, "spectrum": np.array([(known < SPECTRUM_EDGES[0]).sum(), *counts], float)}
