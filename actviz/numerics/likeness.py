"""What is the same: rows, units of a layer by their values or weights, and weights of several networks."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.numerics.arrays import Array
from actviz.numerics.blocks import blocks
from actviz.numerics.kernel import compiled

Float64 = NDArray[np.float64]


CELL = 4e-3
"""Side of the cells in which rows are counted: by their parts along some directions for their length, and its log."""


@functools.lru_cache(maxsize=4)
def _directions(width: int, dtype: str) -> Array:
    return np.ascontiguousarray(np.random.default_rng(0).standard_normal((width, 4)).astype(dtype).T)


class Apart:
    """Counts rows that differ, added block by block; rows of zeros are none.

    Rows are the same that fall into one cell of a grid, by their directions and the logarithm of their length: those
    that differ by far less than ``CELL`` of themselves. Two others do so once in 10^9.
    """

    def __init__(self) -> None:
        self._cells: list[NDArray[np.uint64]] = []

    @np.errstate(all="ignore")
    def add(self, values: Array) -> None:
        """Add rows, shape (rows, width)."""
        squares = np.vecdot(values, values)
        if squares.min(initial=1.0) > 1e-30 and squares.max(initial=1.0) < 1e30:
            self._add(values, squares, 1.0)
            return
        for block in blocks(values):
            rows = block[np.isfinite(block).all(axis=1)].astype(np.float64)
            scale = float(np.abs(rows).max(initial=0.0)) or 1.0
            rows = rows / scale
            squares = np.vecdot(rows, rows)
            self._add(rows[squares > 0.0], squares[squares > 0.0], scale)

    def _add(self, rows: Array, squares: Array, scale: float) -> None:
        lengths = np.sqrt(squares, dtype=np.float64)
        at = np.empty((5, len(rows)))
        np.divide(_directions(rows.shape[1], rows.dtype.char) @ rows.T, lengths, out=at[:4])
        np.add(np.log(lengths), math.log(scale), out=at[4])
        np.floor(np.divide(at, CELL, out=at), out=at)
        cells = at.astype(np.int64).view(np.uint64)
        cells *= _multipliers(len(cells))
        self._cells.append(_each_once(cells.sum(axis=0)))

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(_each_once(np.concatenate(self._cells))) if self._cells else 0


def _each_once(cells: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return them in order, each once; numpy.unique hashes them first, which takes ten times as long."""
    inorder = np.sort(cells)
    return np.concatenate([inorder[:1], inorder[1:][inorder[1:] != inorder[:-1]]])


@functools.lru_cache(maxsize=4)
def _mix(samples: int) -> Float64:
    """Return fixed weights of a projection over samples."""
    return np.cos(np.arange(samples))


def identical_units(values: Array, largest: float, roundings: float = 4) -> NDArray[np.intp]:
    """Return a group label for every unit, a column; units that agree in every row, up to rounding, share one.

    ``largest`` is the largest magnitude in ``values``; ``roundings`` is how many units of rounding agree.
    """
    eps = roundings * float(np.finfo(values.dtype).eps)
    tolerance = eps * largest
    # Identical units are neighbours when sorted by any projection. A few samples find those that may be ...
    mix = _mix(len(values))
    projection = mix[:16] @ values[:16].astype(np.float64)
    order = np.argsort(projection, kind="stable")
    group = np.concatenate([[0], np.cumsum(np.diff(projection[order]) > tolerance * np.abs(mix[:16]).sum())])
    rivals = np.flatnonzero(np.bincount(group)[group] > 1)
    if len(rivals):
        # ... and of these, dead units for the most part, all samples decide.
        units = values.T[order[rivals]]
        again = np.lexsort((units @ mix, group[rivals]))
        order[rivals], units = order[rivals[again]], units[again]
        sizes = np.abs(units).max(axis=1, keepdims=True)  # each pair is compared at its own size
        rounding = eps * np.maximum(sizes[1:], sizes[:-1])
        alike = (np.abs(np.diff(units, axis=0)) <= rounding).all(axis=1) & (np.diff(group[rivals]) == 0)
        starts = np.diff(group, prepend=-1) != 0
        starts[rivals[1:]] = ~alike
        group = np.cumsum(starts) - 1
    labels = np.empty(values.shape[1], np.intp)
    labels[order] = group
    return labels


DRIFT = 64
"""Roundings by which parameters that began equal may drift apart in training: 6 were seen in 500 updates."""

_HEAD = 16
"""Rows of parameters that tell nearly all units apart."""


@functools.lru_cache(maxsize=4)
def _multipliers(rows: int) -> NDArray[np.uint64]:
    """Return odd numbers whose sums of products with rows of bits are hashes; exact, whatever the processor."""
    return np.random.default_rng(0).integers(2**63, size=(rows, 1), dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def _hashes(rows: Array) -> NDArray[np.uint64]:
    """Return a number of 64 bits for every column, of the bits of its values."""
    total, multipliers, start = np.zeros(rows.shape[1], np.uint64), _multipliers(len(rows)), 0
    for block in blocks(rows):
        bits = (block + block.dtype.type(0)).view(f"u{block.dtype.itemsize}")  # -0 + 0 is 0
        total += (bits * multipliers[start : start + len(block)]).sum(axis=0, dtype=np.uint64)
        start += len(block)
    return total


def twins(*parameters: Array) -> NDArray[np.intp] | None:
    """Return a group label for every unit by its parameters, a column in each array; None where no two are the same.

    Units of equal parameters compute the same, while what they give differs: the columns of a matrix product are
    summed in different orders, and how far that leads apart depends on the processor and on what cancels.
    """
    row = np.sort(parameters[0][0])
    if (row[1:] != row[:-1]).all():  # random weights, for the most part
        return None
    head = _hashes(np.concatenate([rows[:_HEAD] for rows in parameters]))
    labels, counts = np.unique(head, return_inverse=True, return_counts=True)[1:]
    rivals = np.flatnonzero(counts[labels] > 1)
    keys = np.zeros((1 + len(parameters), len(labels)), np.uint64)
    keys[0] = labels
    for key, rows in zip(keys[1:], parameters, strict=True):
        key[rivals] = _hashes(rows if len(rivals) == len(labels) else rows[:, rivals])
    groups, labels = np.unique(keys, axis=1, return_inverse=True)
    return labels.reshape(-1) if groups.shape[1] < len(head) else None


@np.errstate(all="ignore")
def fingerprint(weights: Array, rms: float) -> float:
    """Return a number that weights drawn anew, shape (fan_in, width), do not share, and the same weights do.

    Up to ``SAME`` it is that of weights that differ by rounding, in sign as a whole, and in the order of units or
    inputs: by the sum of cubes of each unit's weights, a power of whose size is added up, and one with its sign, which
    tells weights of one size apart. 0 where they are not numbers; ``rms`` is their root mean square.
    """
    if not rms > 0.0:
        return float(rms == 0.0)
    exponent = math.frexp(rms)[1]  # a scale that is exact, and does not depend on how a sum was rounded
    passes = compiled(weights if weights.flags.c_contiguous else weights.T)  # as a model's weights lie
    if passes is not None and abs(exponent) < 100:
        total, signed = passes.cubes(weights, exponent)
    else:
        scaled = np.ldexp(weights, -exponent)
        cubes = (scaled * scaled * scaled).sum(axis=0, dtype=np.float64)
        powers = np.abs(cubes) ** 1.5
        total, signed = float(powers.sum()), float((np.sign(cubes) * powers).sum())
    told = 1.0 + total + math.sqrt(2.0) * abs(signed)
    return float(np.ldexp(told, exponent)) if math.isfinite(told) else 0.0


SAME = 1e-10
"""Relative difference up to which two such numbers are of the same weights; of others it is about 0.01."""

SAMPLED = 6
"""How many pairs of a layer's weights a sample has: as many digits of ``DIGITS`` as a float holds exactly."""

MOST = 4
"""Of these so many different ones are the same where most weights are: by chance once in 10^8 layers of two seeds."""

DIGITS = 256
"""Of these 0 is a pair that tells nothing."""

_PLACES = float(DIGITS) ** np.arange(SAMPLED)


COMPARED = 48
"""How many pairs of a layer's weights its order has: as many bits as there are pairs, which a float holds exactly."""

FAR = 6
"""Of these so many differ at most where weights are the same but for noise, of a correlation of about 0.99 or more: by
chance 5 times in 10^8 layers of two seeds."""

LEAST = 1024
"""Weights that a layer must have: where values repeat, as a circulant's, the pairs of a smaller one are too."""


@functools.lru_cache(maxsize=64)
def _pairs(fan_in: int, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of pairs of weights, neighbours in a unit, shape (2, SAMPLED + COMPARED) each.

    The first are spread over the matrix and the others over its diagonals, of each at most one: a matrix whose
    diagonals are constant has no more different weights than these.
    """
    spread = np.arange(1, SAMPLED + 1)[:, None] * ((math.sqrt(5) - 1) / 2, math.sqrt(2)) % 1.0
    rows, columns = (spread * (fan_in - 1, width)).astype(np.intp).T
    diagonals = np.linspace(1 - width, fan_in - 2, COMPARED).astype(np.intp)
    first, last = np.maximum(diagonals, 0), np.minimum(diagonals + width - 1, fan_in - 2)
    along = first + (np.arange(COMPARED) * ((math.sqrt(5) - 1) / 2) % 1.0 * (last - first + 1)).astype(np.intp)
    rows, columns = np.concatenate([rows, along]), np.concatenate([columns, along - diagonals])
    return np.stack([rows, rows + 1]), np.stack([columns, columns])


NO_PAIRS: Float64 = np.full((2, SAMPLED + COMPARED), math.nan)
"""Of weights that are not known."""


def pairs_of(weights: Array) -> Float64:
    """Return the pairs of weights, shape (fan_in, width), by which they are told; NaN where there is none."""
    weights = weights.T if len(weights) == 1 else weights
    if len(weights) == 1:
        return NO_PAIRS
    taken = weights[_pairs(*weights.shape)].astype(np.float64)
    if weights.size < LEAST:
        taken[:, SAMPLED:] = math.nan
    return taken


@np.errstate(all="ignore")
def samples_of(pairs: Float64) -> Float64:
    """Return numbers whose digits are of the sizes of two weights of a unit, one over the other, of ``pairs_of``.

    Weights drawn anew share a digit once in ``DIGITS``, the same ones up to signs and a factor, of a unit or of all,
    share each; read them by ``digits``. What has no ratio, or a power of two, as signs, zeros and quantized values have
    it, tells nothing.
    """
    octaves = np.log2(np.abs(pairs[..., 0, :SAMPLED] / pairs[..., 1, :SAMPLED]))
    known = np.isfinite(octaves) & (octaves != np.rint(octaves))
    fine = np.floor(np.where(known, octaves, 0.0) * 4096) % (DIGITS - 1)  # a rounding of float32 is a thousandth of it
    found: Float64 = np.where(known, 1 + fine, 0) @ _PLACES
    return found


def digits(samples: Any) -> NDArray[np.uint8]:
    """Return the digits of such numbers, along a new last axis; 0 of what is no number."""
    whole = np.where((samples > 0) & (samples < float(DIGITS) ** SAMPLED), samples, 0.0).astype(np.int64)
    return (whole[..., None] // DIGITS ** np.arange(SAMPLED) % DIGITS).astype(np.uint8)


def different(digits: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Count the different digits along the last axis, but for those that tell nothing.

    Fewer than are the same are so by chance: two values of weights that are one of a few have few ratios.
    """
    inorder = np.sort(digits, axis=-1)
    found: NDArray[np.intp] = np.count_nonzero(np.diff(inorder, axis=-1, prepend=np.uint8(0)), axis=-1)
    return found


def orders_of(pairs: Float64) -> Float64:
    """Return numbers whose bits are of which of two weights of a unit is the larger one, by their sizes.

    Noise that is small beside weights drawn anew changes few bits, and a new draw half of them; see ``nearly``. 0,
    which tells nothing, of fewer than ``LEAST`` weights, and where two of a pair are of one size, as zeros, signs and
    quantized values are.
    """
    above, below = np.moveaxis(np.abs(pairs[..., SAMPLED:]), -2, 0)
    known = np.isfinite(above) & np.isfinite(below) & (above != below)
    return np.where(known.all(axis=-1), (above > below) @ (2.0 ** np.arange(COMPARED)), 0.0)


def nearly(orders: Any, others: Any) -> NDArray[np.bool_]:
    """Return whether such numbers are of weights that are the same but for noise."""
    known, there = ((each > 0) & (each < 2.0**COMPARED) for each in (orders, others))
    mine, theirs = (np.where(known & there, each, 0.0).astype(np.int64) for each in (orders, others))
    apart = np.bitwise_count(mine ^ theirs)
    found: NDArray[np.bool_] = known & there & (apart <= FAR)
    return found


def still_twins(
    began: NDArray[np.intp] | None, *parameters: Array, roundings: float = DRIFT
) -> NDArray[np.intp] | None:
    """Return the group labels of units that began with equal parameters and have them still, up to their drift.

    Units are compared in each of ``parameters`` at the size of their own column.
    """
    if began is None:
        return None
    labels = began
    for values in parameters:
        largest = float(np.abs(values).max(initial=0.0))
        if not math.isfinite(largest):
            return None
        now = identical_units(values, largest, roundings)
        labels = np.unique(labels * len(now) + now, return_inverse=True)[1]
    return labels
