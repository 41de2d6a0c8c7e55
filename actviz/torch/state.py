# mypy: allow-untyped-calls
"""Leaving everything as it was: a model's state, random numbers and modes, also after an exception."""

from __future__ import annotations

import contextlib
import random
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch.nn.parameter import is_lazy

from actviz.numerics.streams import stream

_WORDS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
"""Whole numbers by their bytes."""


def _is_plain(tensor: torch.Tensor) -> bool:
    """Whether a tensor's values lie in memory of its own kind: no lazy or sparse one, and no other class."""
    return type(tensor) in (torch.Tensor, torch.nn.Parameter, torch.nn.Buffer) and tensor.layout is torch.strided


def _same(tensor: torch.Tensor, value: torch.Tensor) -> bool:
    """Whether two tensors of one shape hold the same: plain floats the same bits, read as eight bytes at a time."""
    if _is_plain(tensor) and tensor.is_floating_point() and tensor.is_contiguous() and value.is_contiguous():
        size = tensor.element_size()
        whole = (tensor.numel() * size) % 8 == (tensor.storage_offset() * size) % 8 == 0
        words = _WORDS[8 if whole else size]
        return torch.equal(tensor.detach().view(-1).view(words), value.view(-1).view(words))
    return torch.equal(tensor, value)


def _copy_back(tensor: torch.Tensor, value: torch.Tensor) -> None:
    if (tensor.shape, tensor.dtype, tensor.device) != (value.shape, value.dtype, value.device):
        tensor.data = value
    elif not _same(tensor, value):
        tensor.data.copy_(value)  # a write that PyTorch counts would spoil a graph that the user still holds


@contextlib.contextmanager
def preserved(model: torch.nn.Module) -> Iterator[None]:
    """Put back what a pass may change: values and identity of weights and buffers, their gradients, flags and modes."""
    with torch.no_grad():
        slots = [
            (module, dict(module._parameters), dict(module._buffers), module.training) for module in model.modules()
        ]
        held = {
            id(tensor): tensor
            for _, parameters, buffers, _ in slots
            for tensor in (*parameters.values(), *buffers.values())
            if tensor is not None and not is_lazy(tensor)
        }
        values = {key: tensor.detach().clone() for key, tensor in held.items()}
        flags = {key: (tensor.requires_grad, tensor.grad) for key, tensor in held.items() if tensor.is_leaf}
        grads = [(grad, grad.detach().clone()) for _, grad in flags.values() if grad is not None]
    try:
        yield
    finally:
        with torch.no_grad():
            for module, parameters, buffers, training in slots:
                _put_back(module._parameters, parameters)
                _put_back(module._buffers, buffers)
                module.training = training
            for key, tensor in held.items():
                _copy_back(tensor, values[key])
            for key, (requires_grad, grad) in flags.items():
                if held[key].requires_grad != requires_grad:
                    held[key].requires_grad_(requires_grad)
                if held[key].grad is not grad:
                    held[key].grad = grad
            for grad, value in grads:  # a model may clip or clear its own in place
                _copy_back(grad, value)


def what_dies_with(model: torch.nn.Module) -> list[Callable[[], Any]]:
    """Return references that are None once a model is gone, unless others hold a part of it or a tensor's memory."""
    found: list[Callable[[], Any]] = [weakref.ref(module) for module in model.modules()]
    for tensor in (*model.parameters(), *model.buffers()):
        if _is_plain(tensor) and (memory := tensor.untyped_storage()).resizable():
            found.append(weakref.ref(memory))
        else:  # an array's, or another process's: nobody can tell
            found.append(lambda: True)
    return found


def _put_back(slots: dict[str, Any], before: dict[str, Any]) -> None:
    """Restore entries, where there are any: a compiled module's cannot be set."""
    if isinstance(slots, dict) and (
        slots.keys() != before.keys() or any(slots[key] is not before[key] for key in before)
    ):
        slots.clear()
        slots.update(before)


def seed_all(seed: int, role: str = "") -> None:
    """Seed every generator a model may draw from; with a role by a seed of its own, which repeats no other's draws."""
    if role:
        seed = int(stream(seed, role).integers(2**63))
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  # models may use the legacy generator


@contextlib.contextmanager
def own_randomness() -> Iterator[None]:
    """Put back the state of the random generators of PyTorch, of all its devices in use, Python and numpy."""
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    python, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        with torch.random.fork_rng(devices):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)  # noqa: NPY002


@contextlib.contextmanager
def recording() -> Iterator[None]:
    """Differentiate, whatever the caller switched off, and run what is compiled as it was written."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        if "torch._dynamo" in sys.modules:  # else nothing has been compiled, and importing it takes a second
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        yield


@contextlib.contextmanager
def apart_from_saving() -> Iterator[None]:
    """Keep what a pass saves for its way back from whoever counts, moves or drops that, as a checkpoint does."""

    def same(tensor: torch.Tensor) -> torch.Tensor:
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(same, same):
        yield
