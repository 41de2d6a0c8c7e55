# mypy: allow-untyped-calls
"""Models on the meta device, which have shapes alone, given memory and drawn as their own code draws them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch

from actviz.errors import ActvizError

WHOLE = "init_weights"
"""Method that draws a whole model's weights, where it has it."""

OWN = ("reset_parameters", "_reset_parameters")
"""Methods that draw a module's own, of which the first is called: the second is that of PyTorch's attention."""


def materialized(model: torch.nn.Module) -> torch.nn.Module:
    """Give what is on the meta device memory, in place, and have the model's own methods draw it.

    Raises
    ------
    ActvizError
        If something is drawn by none of its methods.
    """
    if missed := undrawn(model):
        more = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
        raise ActvizError(
            f"the model is on the meta device, and neither init_weights nor reset_parameters draws {missed[0]}{more}: "
            "give it values in the factory"
        )
    return model


def constructed(model: torch.nn.Module, build: Callable[[], Any]) -> list[str]:
    """Give what is on the meta device memory, in place, and what no method of the model draws its constructor's values.

    These are those of one that ``build`` makes in memory, as ones of a norm without ``reset_parameters``, or a mask.
    Random numbers that this draws are given back.

    Returns
    -------
    list of str
        Names of parameters and buffers that have such values.

    Raises
    ------
    ActvizError
        If the constructor leaves some without a value, too.
    """
    whole = [name for name, tensor in _named(model).items() if tensor.is_meta and not tensor.is_floating_point()]
    missed, own = undrawn(model), _named(model)
    blank = [*missed, *(name for name in whole if not own[name].any())]  # of these NaN cannot tell
    if not blank:
        return []
    with torch.random.fork_rng(devices=[]), _InMemory():
        there = _named(build())
    with torch.no_grad():
        for name in blank:
            if name in there and not there[name].is_meta and there[name].shape == own[name].shape:
                own[name].copy_(there[name])
    if lost := [name for name in missed if bool(torch.isnan(own[name]).any())]:
        raise ActvizError(
            f"the model is on the meta device, and neither its methods nor its constructor draw {lost[0]}"
        )
    return [name for name in blank if name in missed or own[name].any()]


class _InMemory(torch.overrides.TorchFunctionMode):
    """Makes in memory what is asked to be made on the meta device."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None) -> Any:
        given = dict(kwargs or {})
        if given.get("device") is not None and torch.device(given["device"]).type == "meta":
            given["device"] = "cpu"
        return func(*args, **given)


def _named(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return dict(itertools.chain(model.named_parameters(), model.named_buffers()))


def undrawn(model: torch.nn.Module) -> list[str]:
    """Give what is on the meta device memory, in place, have the model's methods draw it, and name what none draws.

    Memory starts as NaN, not as whatever stood there, so that what nothing draws is seen. Tensors that are shared stay
    shared, which ``to_empty`` would not keep.
    """
    if not any(tensor is not None and tensor.is_meta for _, _, tensor in _slots(model)):
        return []
    made: dict[int, torch.Tensor] = {}
    for slots, name, tensor in _slots(model):
        if tensor is not None and tensor.is_meta:
            slots[name] = made.setdefault(id(tensor), _empty(tensor))
    own = getattr(model, WHOLE, None)
    with torch.no_grad():
        if callable(own):
            own()
        else:
            model.apply(_reset)
    new = set(map(id, made.values()))
    return [
        name
        for name, tensor in _named(model).items()
        if id(tensor) in new and tensor.is_floating_point() and bool(torch.isnan(tensor).any())
    ]


def _reset(module: torch.nn.Module) -> None:
    reset = next(filter(callable, (getattr(module, name, None) for name in OWN)), None)
    if reset is not None:
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
