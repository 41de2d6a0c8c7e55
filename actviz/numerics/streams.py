"""Random streams keyed by content: one for each (seed, role, layer), never by call order."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from actviz.numerics.arrays import Array
from actviz.numerics.blocks import BUFFERS

ROLES = (
    "inputs",
    "weights",
    "biases",
    "cotangent",
    "labels",
    "head",
    "data",
    "split",
    "batches",
    "dropout",
    "gradient_noise",
    "branch",
)
"""What a stream is for. The order is part of the recipe: append, never reorder."""


def stream(seed: int, role: str, layer: int = 0) -> np.random.Generator:
    """Return the generator for one role in one layer (from 1; 0 for the whole network) under one seed.

    >>> float(stream(7, "weights", 2).random()) == float(stream(7, "weights", 2).random())
    True
    """
    # As SeedSequence(seed, spawn_key=(role, layer)) puts them together, which takes it half of a stream's time.
    words = [seed & 0xFFFFFFFF, seed >> 32, 0, 0, ROLES.index(role), layer]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(np.array(words, np.uint32))))


def standard_normal(rng: np.random.Generator, rows: int, columns: int, dtype: str, into: Array | None = None) -> Array:
    """Draw standard normal values by the Box-Muller transform, vectorized.

    In float32, which is usual, that takes half of the time of numpy's ziggurat, and in float64 twice of it. Blocks of
    32 Ki values stay in the processor's cache from the uniform draw to the product. ``into`` is a contiguous
    array of an even number of values that takes them.
    """
    out = np.empty(rows * columns + (rows * columns) % 2, dtype) if into is None else into.reshape(-1)
    for block in (out[start : start + 32768] for start in range(0, out.size, 32768)):
        half = block.size // 2
        uniform = _uniform(rng, BUFFERS.of(block.size, "uniform", out.dtype))
        radius, angle = uniform[:half], uniform[half:]
        np.subtract(1.0, radius, out=radius)  # (0, 1]: the logarithm stays finite
        np.log(radius, out=radius)
        radius *= -2.0
        np.sqrt(radius, out=radius)
        angle *= 2.0 * math.pi
        for turn, part in ((np.cos, block[:half]), (np.sin, block[half:])):
            turn(angle, out=part)
            part *= radius
    return out[: rows * columns].reshape(rows, columns)


def _uniform(rng: np.random.Generator, out: Array) -> Array:
    """Fill a block with what ``rng.random`` gives, in two thirds of its time where that is of 24 bits each."""
    if out.dtype != np.float32 or not isinstance(rng.bit_generator, np.random.SFC64) or out.size % 2:
        return rng.random(dtype=out.dtype.type, out=out)
    pieces = (out[start : start + 16384] for start in range(0, out.size, 16384))  # no fresh pages for any of them
    for piece in pieces:
        raw = rng.bit_generator.random_raw(piece.size // 2).astype("<u8", copy=False).view("<u4")
        raw >>= np.uint32(8)
        piece[...] = raw.view(np.int32)  # which processors have an instruction for
    out *= np.float32(2.0**-24)
    return out


PIECE = 256
"""Rows drawn at a time, whatever the batch, so that batches of any size are cut from the same rows."""


def normal_batches(rng: np.random.Generator, samples: int, width: int, size: int, dtype: str) -> Iterator[Array]:
    """Yield ``samples`` rows of standard normal values in batches of at most ``size``."""
    held = np.empty((0, width), dtype)
    for rows in batch_sizes(samples, size):
        pieces = -(-max(rows - len(held), 0) // PIECE)
        number = len(held) + pieces * PIECE
        # All of one size, of which one that is free again fits the next: sizes of their own would leave holes.
        drawn = np.empty((number if samples <= size else size + PIECE, width), dtype)[:number]
        drawn[: len(held)] = held
        for start in range(len(held), len(drawn), PIECE):
            standard_normal(rng, PIECE, width, dtype, drawn[start : start + PIECE])
        held = drawn
        yield held[:rows]
        held = held[rows:]


def batch_sizes(samples: int, size: int) -> Iterator[int]:
    """Sizes of the fewest batches of at most ``size`` that hold ``samples`` rows; they differ by one at most.

    >>> list(batch_sizes(10, 4))
    [4, 3, 3]
    """
    number = -(-samples // size)
    return (samples // number + (position < samples % number) for position in range(number))
