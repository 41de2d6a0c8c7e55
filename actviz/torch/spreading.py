# mypy: allow-untyped-calls
"""How much differs from sample to sample, where rows are positions: of outputs, and of what heads are given."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch


class Spread:
    """Sums over samples, position by position, from which spreads follow."""

    def __init__(self) -> None:
        self._samples, self._sums, self._squares = 0, torch.zeros(()), 0.0

    @torch.no_grad()
    def add(self, tensor: torch.Tensor, dim: int) -> None:
        """Add values of samples along the first dimension, and of units along ``dim``, from the end."""
        values = tensor.detach().movedim(dim, -1).cpu().double().flatten(1, -2)
        if self._samples and values.shape[1:] != self._sums.shape:  # of a batch with other positions
            return
        self._samples += len(values)
        self._sums = self._sums + values.sum(0)
        self._squares += float(values.square().sum())

    @property
    def share(self) -> float:
        """The standard deviation over samples at a position over that of all; NaN where nothing differs."""
        if not self._samples:
            return math.nan
        mean = self._sums / self._samples
        square = self._squares / self._samples / mean.numel()
        total = square - float(mean.mean(0).square().mean())
        over = max(0.0, square - float(mean.square().mean()))
        return math.sqrt(over / total) if total > ROUNDING * square else math.nan


class Read:
    """How much what a head is given differs from sample to sample, for its size."""

    def __init__(self) -> None:
        self._samples, self._over, self._square = 0, 0.0, 0.0

    @torch.no_grad()
    def add(self, given: torch.Tensor) -> None:
        """Add values of samples along the first dimension."""
        values = given.detach().float()
        self._samples += len(values)
        self._over += len(values) * float(values.var(0, correction=0).mean())
        self._square += len(values) * float(values.square().mean())

    @property
    def share(self) -> float:
        """The standard deviation over samples, at a position and unit, over the root mean square; NaN of zeros."""
        return math.sqrt(self._over / self._square) if self._square > 0.0 else math.nan


def apart(inputs: Iterable[torch.Tensor]) -> float:
    """Return how much what a model is given differs from sample to sample, for its size; indices do by 1, or not."""
    found = [0.0]
    for given in (each for each in inputs if each.ndim and each.numel()):
        if given.is_floating_point():
            (read := Read()).add(given)
            found.append(read.share if read.share > 0.0 else 0.0)
        else:
            found.append(float((given != given[:1]).any()))
    return max(found)


ROUNDING = 1e-12
"""Share of a mean square that is no variance."""
