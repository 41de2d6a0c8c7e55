# mypy: allow-untyped-calls
"""Models on the meta device, which have shapes alone, given memory and drawn as their own code draws them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import torch

from actviz.errors import ActvizError

DRAWING = ("init_weights", "reset_parameters")
"""Methods that draw weights: of the whole model the first that it has, else the second of each module."""


def materialized(model: torch.nn.Module) -> torch.nn.Module:
    """Give what is on the meta device memory, in place, and have the model's own methods draw it.

    Memory starts as NaN, not as whatever stood there, so that what nothing draws is seen. Tensors that are shared stay
    shared, which ``to_empty`` would not keep.

    Raises
    ------
    ActvizError
        If something is drawn by none of its methods.
    """
    if not any(tensor is not None and tensor.is_meta for _, _, tensor in _slots(model)):
        return model
    made: dict[int, torch.Tensor] = {}
    for slots, name, tensor in _slots(model):
        if tensor is not None and tensor.is_meta:
            slots[name] = made.setdefault(id(tensor), _empty(tensor))
    own = getattr(model, DRAWING[0], None)
    with torch.no_grad():
        if callable(own):
            own()
        else:
            model.apply(_reset)
    new = set(map(id, made.values()))
    missed = [
        name
        for name, tensor in itertools.chain(model.named_parameters(), model.named_buffers())
        if id(tensor) in new and tensor.is_floating_point() and bool(torch.isnan(tensor).any())
    ]
    if missed:
        more = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
        raise ActvizError(
            f"the model is on the meta device, and neither init_weights nor reset_parameters draws {missed[0]}{more}: "
            "give it values in the factory"
        )
    return model


def _reset(module: torch.nn.Module) -> None:
    reset = getattr(module, DRAWING[1], None)
    if callable(reset):
        reset()


def _slots(model: torch.nn.Module) -> Iterator[tuple[dict[str, Any], str, torch.Tensor | None]]:
    """Yield where a module holds a parameter or buffer, by which name, and what stands there."""
    for module in model.modules():
        slots: dict[str, Any]
        for slots in (module._parameters, module._buffers):
            yield from ((slots, name, tensor) for name, tensor in list(slots.items()))


def _empty(tensor: torch.Tensor) -> torch.Tensor:
    """Return memory for a tensor: NaN, or zeros where there is none."""
    whole = not (tensor.is_floating_point() or tensor.is_complex())
    values = torch.full_like(tensor, 0 if whole else float("nan"), device="cpu")
    if isinstance(tensor, torch.nn.Parameter):
        return torch.nn.Parameter(values, requires_grad=tensor.requires_grad)
    return values
