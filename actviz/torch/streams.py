# mypy: allow-untyped-calls
"""What is recorded of a stream where branches join it: its size, the branch's beside it, and its gradient."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from actviz.numerics.moments import Float64, Moments, finite_or_nan
from actviz.probing.joins import block_numbers
from actviz.results.statistics import OF_BLOCKS
from actviz.torch.arrays import rows
from actviz.torch.functions import tensors
from actviz.torch.nodes import Join
from actviz.torch.passes import CallKey


class _MeanSquare:
    """A mean square, added to tensor by tensor."""

    def __init__(self) -> None:
        self.squares, self.values = 0.0, 0

    def add(self, tensor: torch.Tensor, values: int = 0) -> None:
        """Add a tensor's values; those of norms stand for so many ``values``."""
        value = tensor.detach()
        square = float(torch.linalg.vector_norm(value, dtype=torch.float32 if value.dtype != torch.float64 else None))
        if not 1e-15 < square < 1e15:
            square = float(torch.linalg.vector_norm(value, dtype=torch.float64))
        self.squares += square * square
        self.values += values or value.numel()

    @property
    def root(self) -> float:
        """Its root; NaN without values, or after overflow."""
        return finite_or_nan(math.sqrt(self.squares / self.values)) if self.values else math.nan


class _Gradient:
    """Mean squares of a gradient and of its product with the size of what it is of, position by position."""

    def __init__(self) -> None:
        self.plain, self.pull = _MeanSquare(), _MeanSquare()

    def of(self, tensor: torch.Tensor, dim: int) -> Callable[[torch.Tensor], None]:
        """Return what takes the gradient of a tensor whose units are along a dimension."""
        sizes, root = _norms(tensor, dim), math.sqrt(tensor.shape[dim])

        def add(gradient: torch.Tensor) -> None:
            norms = _norms(gradient, dim)
            self.plain.add(norms, gradient.numel())
            self.pull.add(norms * (sizes / root), gradient.numel())

        return add


def _norms(tensor: torch.Tensor, dim: int) -> torch.Tensor:
    """Return the norm over units at every position."""
    value = tensor.detach()
    value = value if value.dtype in (torch.float32, torch.float64) else value.float()
    norms: torch.Tensor = torch.linalg.vector_norm(value, dim=dim)
    return norms


class _Record:
    """What one join gives."""

    def __init__(self) -> None:
        self.before, self.branch = _MeanSquare(), _MeanSquare()
        self.before_gradient, self.gradient = _Gradient(), _Gradient()
        self.stream: Moments | None = None
        self.reached = False


class Streams:
    """The records of a model's joins under one seed.

    Parameters
    ----------
    joins : sequence of Join
    inputs : Moments
        Of the network's inputs, which the spread refers to.
    """

    def __init__(self, joins: Sequence[Join], inputs: Moments) -> None:
        self._at = {join.key: at for at, join in enumerate(joins)}
        self.joins, self._inputs = joins, inputs
        self._records = [_Record() for _ in joins]

    def __contains__(self, key: CallKey | None) -> bool:
        return key in self._at

    def call(
        self, key: CallKey, function: Any, args: Any, kwargs: Any, watch: Callable[[torch.Tensor, Any], None]
    ) -> Any:
        """Call a function that joins a branch to a stream; ``watch`` tells a tensor's gradient to what it is given."""
        join, record = self.joins[self._at[key]], self._records[self._at[key]]
        given = list(tensors((args, kwargs)))
        stream, branch = ([given[place] for place in of if place < len(given)] for of in (join.stream, join.branch))
        for kind, of in ((record.before, stream), (record.branch, branch)):
            for tensor in of:
                kind.add(tensor)
        if join.starts:
            for tensor in stream:
                watch(tensor, record.before_gradient.of(tensor, join.dim))
        out = function(*args, **kwargs)
        values = rows(out, join.dim)
        if record.stream is None:
            record.stream = Moments(values.shape[1], directions=True)
        with np.errstate(all="ignore"):
            record.stream.add(values)
        for tensor in [out] if join.adds else branch:
            record.reached |= tensor.requires_grad
            watch(tensor, record.gradient.of(tensor, join.dim))
        return out

    def measured(self, samples: int, passed_back: bool, frozen_parts: bool = False) -> dict[str, Float64]:
        """Read the numbers of ``OF_BLOCKS`` off; of a join that was not passed, NaN."""
        told = [
            self._told(record, samples, passed_back and (record.reached or not frozen_parts))
            for record in self._records
        ]
        return {name: np.array([each.get(name, math.nan) for each in told]) for name in OF_BLOCKS}

    def _told(self, record: _Record, samples: int, passed_back: bool) -> dict[str, float]:
        stream = record.stream
        if stream is None:
            return {}
        positions = math.sqrt(stream.rows / samples)
        after, ahead = record.gradient, record.before_gradient
        gradients = [_gradient(after.plain, passed_back), ahead.plain.root]
        gradients += [_gradient(after.pull, passed_back), ahead.pull.root]
        return block_numbers(
            stream, self._inputs, record.before.root, record.branch.root, *(each * positions for each in gradients)
        )


def _gradient(record: _MeanSquare, passed_back: bool) -> float:
    """Return a gradient's root mean square: 0 where a backward pass brought none."""
    return record.root if record.values or not passed_back else 0.0
