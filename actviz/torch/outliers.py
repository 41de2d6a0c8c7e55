"""Outliers in a layer's values: a few that are far larger than the others, or a unit that is."""

from __future__ import annotations

import math

import torch

from actviz.numerics.moments import finite_or_nan


class Outliers:
    """Sums of the squares and fourth powers of a layer's values, and its largest."""

    def __init__(self) -> None:
        self._rows, self._fourth, self._largest = 0, 0.0, 0.0
        self._squares: torch.Tensor | None = None

    @torch.no_grad()
    def add(self, tensor: torch.Tensor, dim: int) -> None:
        """Add values whose units are along a dimension."""
        values = tensor.detach() if tensor.dtype in (torch.float32, torch.float64) else tensor.detach().float()
        square = values * values
        units = square.sum([at for at in range(square.ndim) if at != dim % square.ndim], dtype=torch.float64).cpu()
        self._squares = units if self._squares is None else self._squares + units
        self._rows += values.numel() // len(units)
        self._largest = max(self._largest, math.sqrt(float(square.max())))
        self._fourth += float(square.mul_(square).sum(dtype=torch.float64))

    def measured(self) -> tuple[float, float, float]:
        """Return the numbers of ``OF_OUTLIERS``; NaN without values, of zeros, and after overflow."""
        if self._squares is None:
            return math.nan, math.nan, math.nan
        units = len(self._squares)
        mean = float(self._squares.sum()) / (self._rows * units)
        if not 0.0 < mean < math.inf:
            return math.nan, math.nan, math.nan
        kurtosis = self._fourth / (self._rows * units) / mean / mean if mean > 1e-150 else math.nan
        loudest = float(self._squares.max()) / self._rows
        return finite_or_nan(kurtosis), finite_or_nan(self._largest / math.sqrt(mean)), math.sqrt(loudest / mean)
