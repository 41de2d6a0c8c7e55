# mypy: allow-untyped-calls
"""What models hold besides what is measured of them: the values of their buffers, and which parameters may learn."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from actviz.torch.materializing import constructed


class Kept:
    """Builds models as another does, and keeps what buffers they have and which of their parameters may learn.

    ``kurtosis`` has that of every parameter, model by model.

    A model on the meta device is given memory, and ``constructed`` names what only its constructor gives a value.

    Parameters
    ----------
    build : callable
        What makes a model.
    """

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build
        self.__module__, self.__qualname__ = getattr(build, "__module__", ""), qualname_of(build)
        self.buffers: list[dict[str, torch.Tensor]] = []
        self.learns: dict[str, bool] = {}
        self.constructed: list[str] = []
        self.kurtosis: list[dict[str, float]] = []

    def __call__(self) -> Any:
        """Make a model."""
        model = self._build()
        if isinstance(model, torch.nn.Module):
            self.constructed = constructed(model, self._build)
            self.buffers.append({name: each.detach().to("cpu", copy=True) for name, each in model.named_buffers()})
            self.kurtosis.append({name: kurtosis(each) for name, each in model.named_parameters()})
            self.learns = {name: each.requires_grad for name, each in model.named_parameters()}
        return model

    def rename(self, names: Mapping[str, str]) -> None:
        """Give parameters and buffers other names."""
        self.buffers = [{names.get(name, name): each for name, each in one.items()} for one in self.buffers]
        self.learns = {names.get(name, name): each for name, each in self.learns.items()}


def kurtosis(tensor: torch.Tensor) -> float:
    """Return the fourth central moment over the squared second: 3 of normal values, 1.8 of uniform ones.

    NaN of equal ones, of those of lazy layers that have none yet, and of complex numbers.
    """
    if is_lazy(tensor) or tensor.is_complex():
        return math.nan
    values = tensor.detach().to(torch.float64)
    squares = (values - values.mean()).square()
    spread = float(squares.mean())
    return float(squares.square().mean()) / spread**2 if spread > 1e-12 * float(values.square().mean()) else math.nan


def qualname_of(build: Any) -> str:
    """Return what a function, class or other callable is called."""
    return str(getattr(build, "__qualname__", type(build).__name__))


def differing_buffers(first: Kept, second: Kept, *, same_seeds: bool) -> list[str]:
    """Return names of buffers whose values differ, or that one side lacks.

    Under the same seeds all values are compared; else those that every model of a side has alike, as masks, tables of
    frequencies and running statistics are: what is drawn at random differs from seed to seed.
    """
    names = dict.fromkeys(name for kept in (first, second) for each in kept.buffers for name in each)
    return [name for name in names if _differ(_all(first, name), _all(second, name), same_seeds)]


def _all(kept: Kept, name: str) -> list[torch.Tensor | None]:
    return [each.get(name) for each in kept.buffers]


def _differ(one: list[torch.Tensor | None], other: list[torch.Tensor | None], same_seeds: bool) -> bool:
    if same_seeds:
        return not all(_alike(*both) for both in zip(one, other, strict=False))
    fixed = [all(_alike(each, side[0]) for each in side[1:]) for side in (one, other)]
    return fixed[0] != fixed[1] or (all(fixed) and not _alike(one[0], other[0]))


def _alike(one: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    """Tell whether two buffers hold the same, to rounding."""
    if one is None or other is None:
        return one is other
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if not (one.is_floating_point() or one.is_complex()):
        return bool(torch.equal(one, other))
    wide = torch.complex128 if one.is_complex() else torch.float64
    return bool(torch.allclose(one.to(wide), other.to(wide), rtol=1e-5, atol=1e-8, equal_nan=True))
