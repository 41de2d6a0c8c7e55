# mypy: allow-untyped-calls
"""How much of what a layer gives differs from sample to sample, of layers whose rows are positions of these."""

from __future__ import annotations

import math

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


ROUNDING = 1e-12
"""Share of a mean square that is no variance."""
