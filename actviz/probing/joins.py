"""What is recorded of a stream where branches join it, and how a stack of blocks says how it is built."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from actviz.numerics.arrays import Array
from actviz.numerics.moments import Float64, Moments, finite_or_nan, square_sum
from actviz.probing.stack import Stack
from actviz.results.statistics import OF_BLOCKS


class _MeanSquare:
    """A mean square, added to array by array."""

    def __init__(self) -> None:
        self.squares, self.values = np.longdouble(0.0), 0

    def add(self, array: Array) -> None:
        """Add an array's values."""
        self.squares += square_sum(array)
        self.values += array.size

    @property
    def root(self) -> float:
        """Its root; NaN without values, or after overflow."""
        return finite_or_nan(np.sqrt(self.squares / self.values)) if self.values else math.nan


class _Gradient:
    """Mean squares of a gradient and of its product with the size of what it is of, sample by sample."""

    def __init__(self) -> None:
        self.plain, self.pull, self._sizes = _MeanSquare(), _MeanSquare(), np.empty(0)

    def of(self, values: Array) -> None:
        """Note what the next gradient is of, shape (rows, width)."""
        self._sizes = np.sqrt(np.square(values, dtype=np.float64).mean(axis=1, keepdims=True))

    def add(self, gradient: Array) -> None:
        """Add a gradient."""
        self.plain.add(gradient)
        self.pull.add(gradient * self._sizes)


class _Join:
    """What one block gives."""

    def __init__(self, width: int) -> None:
        self.before, self.branch = _MeanSquare(), _MeanSquare()
        self.after, self.ahead = _Gradient(), _Gradient()
        self.stream = Moments(width, directions=True)


class Joins:
    """The records of a stack's blocks under one seed; ``inputs`` are what the spread refers to."""

    def __init__(self, stack: Stack, inputs: Moments) -> None:
        self._inputs = inputs
        self._of = {at: _Join(width) for at, width in enumerate(stack.widths[1:]) if stack.skips[at]}

    def joined(self, layer: int, before: Array, branch: Array, behind: Array) -> None:
        """Record what joins in a block, and the stream behind it, shape (rows, width) each."""
        join = self._of[layer]
        join.before.add(before)
        join.branch.add(branch)
        join.ahead.of(before)
        join.after.of(behind)
        join.stream.add(behind)

    def gradient(self, layer: int, behind: Array) -> None:
        """Record the gradient of the stream behind a block."""
        self._of[layer].after.add(behind)

    def gradient_before(self, layer: int, before: Array) -> None:
        """Record that of the stream before the first."""
        self._of[layer].ahead.add(before)

    def measured(self) -> dict[str, Float64]:
        """Read the numbers of ``OF_BLOCKS`` off, shape (blocks,) each."""
        with np.errstate(all="ignore"):
            told = [
                block_numbers(
                    join.stream,
                    self._inputs,
                    join.before.root,
                    join.branch.root,
                    join.after.plain.root,
                    join.ahead.plain.root,
                    join.after.pull.root,
                    join.ahead.pull.root,
                )
                for join in self._of.values()
            ]
        return {name: np.array([each[name] for each in told]) for name in OF_BLOCKS}


def block_numbers(
    stream: Moments,
    inputs: Moments,
    before: float,
    branch: float,
    gradient: float,
    gradient_before: float,
    pull: float,
    pull_before: float,
) -> dict[str, float]:
    """Return the numbers of ``OF_BLOCKS`` of one block from its root mean squares."""
    return {
        "stream_rms": math.hypot(stream.mean, stream.std),
        "stream_before": before,
        "branch_ratio": branch / before if before > 0 else math.nan,
        "stream_similarity": stream.similarity,
        "stream_spread": stream.spread / inputs.spread if inputs.spread > 0 else math.nan,
        "stream_grad": gradient,
        "stream_grad_before": gradient_before,
        "stream_pull": pull,
        "stream_pull_before": pull_before,
    }


def structure(stack: Stack, seeds: int) -> Mapping[str, tuple[str, Any]]:
    """Return what a dataset says of how a stack of blocks is built: values by dimension, as of a model."""
    layers = [at + 1 for at, is_block in enumerate(stack.skips) if is_block]
    number = {layer: at for at, layer in enumerate(layers, 1)}
    every = range(1, stack.depth + 1)
    return {
        "role": ("layer", ["branch" if layer in number else "stream" for layer in every]),
        "of_block": ("layer", [number.get(layer, 0) for layer in every]),
        "chain": ("layer", [int(layer in number) for layer in every]),
        "averaged": ("layer", [1] * stack.depth),
        "hit": ("layer", [seeds] * stack.depth),
        "block": ("block", list(number.values())),
        "block_name": ("block", [f"block {at}" for at in number.values()]),
        "block_layer": ("block", layers),
        "block_parent": ("block", [0] * len(layers)),
        "block_width": ("block", [stack.widths[layer] for layer in layers]),
        "block_averaged": ("block", [1] * len(layers)),
        "block_stream": ("block", [1] * len(layers)),
        "block_constant": ("block", [0] * len(layers)),
        "block_normalized": ("block", [int(stack.norm is not None)] * len(layers)),
        "block_divided": ("block", [int(str(stack.norm) in ("layer_after", "rms_after"))] * len(layers)),
    }
