"""Calls that are sums by another name: what they add up, and products among it that are yet to be made."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch

from actviz.torch.functions import MULTIPLYING, tensors

_PLUS: dict[str, Callable[..., Any]] = {"addmm": torch.mm, "baddbmm": torch.bmm, "addcmul": torch.mul}
"""Products with something added to them."""

_OPERANDS = {
    **dict.fromkeys(MULTIPLYING, ("input", "other")),
    "addmm": ("input", "mat1", "mat2"),
    "baddbmm": ("input", "batch1", "batch2"),
    "addcmul": ("input", "tensor1", "tensor2", "value"),
    "lerp": ("input", "end", "weight"),
}
"""What such functions take, by place; all but a last number must be there."""


def by_place(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the arguments of such a function by place; nothing if it takes others, or not all."""
    names = _OPERANDS.get(name, ())
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    whole = len(args) <= len(names) and not (given.keys() - names or set(names) - given.keys() - {"value"})
    return tuple(given[each] for each in names if each in given) if whole else ()


def parts_of(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], in_place: bool) -> list[Any]:
    """Return what a product with something added to it adds up, and the mean of two values that a parameter weighs.

    What is yet to be made is a call. ``in_place`` is whether the first is overwritten; such a mean stays as it is.
    """
    given = by_place(name, args, kwargs) if name in _PLUS or (name == "lerp" and not in_place) else ()
    if not given or not all(isinstance(each, torch.Tensor) for each in given[:3]):
        return []
    total, one, other, *value = given
    if name == "lerp":
        added, taken = (_yet(torch.mul, other, each) for each in (one, total))
        return [total, added, _yet(torch.neg, taken)] if _is_parameter(other) else []
    same = total.ndim == one.ndim and total.shape[:-1] == one.shape[:-1] and total.shape[-1] == other.shape[-1]
    if isinstance(total, torch.nn.Parameter) or not (same or name == "addcmul"):
        return []
    return [total, _yet(_PLUS[name], _yet(torch.mul, one, *value) if value else one, other)]


def _yet(function: Callable[..., Any], *args: Any) -> Any:
    """Return a call that is yet to be made."""
    return functools.partial(function, *args)


def leaves(part: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors of what is added up, or of the call that makes it."""
    if isinstance(part, functools.partial):
        for each in part.args:
            yield from leaves(each)
    else:
        yield from tensors(part)


def _is_parameter(tensor: torch.Tensor) -> bool:
    """Whether a tensor is a parameter, or a view of one."""
    return isinstance(tensor, torch.nn.Parameter) or isinstance(tensor._base, torch.nn.Parameter)
