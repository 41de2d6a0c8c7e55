# mypy: allow-subclassing-any
"""One pass of a model with every function it calls in sight, each known by where it is called and how often.

PyTorch hands every function of tensors to a ``TorchFunctionMode``, whether a module calls it or the model itself; hooks
of all modules say which module is running. Nothing is registered on the model.
"""

from __future__ import annotations

import contextlib
import functools
import re
import sys
import traceback
import weakref
from collections import Counter
from collections.abc import Iterator
from typing import Any

import torch
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode
from torch.utils.checkpoint import CheckpointFunction

from actviz.errors import ActvizError
from actviz.torch.functions import (
    ACTIVATING,
    ATTENDING,
    GATES,
    JOINING,
    MULTIPLYING,
    NORMALIZING,
    WEIGHTED,
    overwrites,
    plain,
    tensors,
)
from actviz.torch.sums import by_place, parts_of
from actviz.torch.unread import Unread

CallKey = tuple[str, str, int]
"""Name of the running module, name of the function, and the number of this call among all such, from 1."""

Factor = tuple[CallKey, int]
"""What a call scales values by: the factor of a product at this place, or, at ``WHOLE``, its weights."""

WHOLE = -1

PICKED = re.compile(r"\[\d+\]")
"""In the name of a running module: which of its weights, of several side by side, is at work."""

MODULE = "()"
"""In place of a function's name: the call of the module itself."""

_COUNTED = {
    *WEIGHTED,
    *NORMALIZING,
    *ACTIVATING,
    *JOINING,
    *ATTENDING,
    "softmax",
    "exp",
    "cumsum",
    "cumprod",
    "glu",
    *(MULTIPLYING if GATES else ()),
}


def refuse_transforms(given: Any) -> None:
    """Refuse calls whose tensors are not there as they are, or whose backward pass is another forward pass.

    That a reentrant checkpoint runs the model shows in nothing but the stack of calls: it is no function of tensors, it
    leaves no mark on them, and gradients are off under ``torch.no_grad()`` too.

    Raises
    ------
    ActvizError
        Under ``torch.vmap`` and other transforms of ``torch.func``, and in ``checkpoint(..., use_reentrant=True)``.
    """
    if any(torch._C._functorch.is_functorch_wrapped_tensor(tensor) for tensor in tensors(given)):
        raise ActvizError(
            "torch.vmap and torch.func in a model's forward pass are not supported: call its layers as is"
        )
    calls = () if torch.is_grad_enabled() else traceback.walk_stack(sys._getframe())
    if any(frame.f_code is CheckpointFunction.forward.__code__ for frame, _ in calls):
        raise ActvizError(
            "checkpoint(..., use_reentrant=True) is not supported, for it hides gradients: use_reentrant=False is"
        )


class Pass(TorchFunctionMode):
    """A pass whose calls are numbered; what to do at each is for others to say."""

    def __init__(self, model: torch.nn.Module, unread: set[str] | None = None) -> None:
        super().__init__()
        self.unread = Unread(model, set() if unread is None else unread)
        self.modules = dict(model.named_modules())
        self._names = {id(module): name for name, module in self.modules.items()}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._running: list[tuple[str, CallKey]] = []
        self._picked: tuple[str, str] | None = None
        self.awake = True
        self._stacks: dict[int, tuple[weakref.ref[torch.Tensor], list[torch.Tensor], Any]] = {}

    @property
    def scope(self) -> str:
        """Name of the innermost running module; empty in the model itself."""
        return self._running[-1][0] if self._running else ""

    @property
    def _makes_weights(self) -> bool:
        """Whether what runs makes weights of others, as weight normalization does, and no signal."""
        return "parametrizations" in self.scope.split(".")

    def _number(self, scope: str, name: str) -> CallKey:
        if self._picked and (scope == self._picked[0] or scope.startswith(f"{self._picked[0]}.")):
            scope = self._picked[1] + scope[len(self._picked[0]) :]
        self._counts[scope, name] += 1
        return scope, name, self._counts[scope, name]

    def _pick(self, args: Any) -> None:
        """Note whose weights a function applies: where they are one of several, as of experts, calls are that one's."""
        picked = set()
        for value in args:
            base = value._base if isinstance(value, torch.Tensor) else None
            if isinstance(base, torch.nn.Parameter) and base.ndim == value.ndim + 1 > 2:
                picked.add((value.storage_offset() - base.storage_offset()) // max(1, base.stride(0)))
        self._picked = (self.scope, f"{self.scope}[{picked.pop()}]") if len(picked) == 1 else None

    def module_of(self, key: CallKey) -> torch.nn.Module:
        """Return the module that was running at a call."""
        module: torch.nn.Module = self.modules[PICKED.sub("", key[0])]
        return module

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Take every call of a function of tensors."""
        kwargs = kwargs or {}
        if not self.awake or self._makes_weights:
            return func(*args, **kwargs)
        name = plain(func)
        if name in MULTIPLYING and kwargs and (given := by_place(name, args, kwargs)):
            args, kwargs = given, {}
        if parts := self._parts(func, name, args, kwargs):
            return self._sum(func, name, args, kwargs, parts)
        if name in WEIGHTED:
            self._pick(args)
        key = self._number(self.scope, name) if name in _COUNTED else None
        if key is not None:
            refuse_transforms((args, kwargs))
        out = self.call(key, name, func, args, kwargs)
        if self.unread:
            self.unread.take(name, args, kwargs, out)
        if name == "stack" and isinstance(out, torch.Tensor):
            at, dim = id(out), kwargs.get("dim", args[1] if len(args) > 1 else 0)
            gone = weakref.ref(out, lambda _: self._stacks.pop(at, None))
            self._stacks[at] = gone, list(args[0] if args else kwargs["tensors"]), dim
        return out

    def _parts(self, function: Any, name: str, args: Any, kwargs: Any) -> list[Any]:
        """Return what a call adds up, if it is a sum by another name: of a stack, or with products yet to be made."""
        if name in ("sum", "mean") and len(args) + len(kwargs) == 2 and id(args[0]) in self._stacks:
            stacked, parts, dim = self._stacks[id(args[0])]
            over = args[1] if len(args) > 1 else kwargs.get("dim")
            return parts if stacked() is args[0] and over in (dim, [dim], (dim,)) and len(parts) > 1 else []
        return parts_of(name, args, kwargs, overwrites(function))

    def _made(self, part: Any) -> Any:
        """Make a part of a sum, if it is a call that is yet to be made."""
        if not isinstance(part, functools.partial):
            return part
        return self.__torch_function__(part.func, (), tuple(map(self._made, part.args)))

    def _sum(self, function: Any, name: str, args: Any, kwargs: Any, parts: list[Any]) -> Any:
        """Call a function that adds parts up, one after the other, onto the first of them if it overwrites that."""
        add = torch.Tensor.add_ if overwrites(function) and parts[0] is args[0] else torch.add
        out = functools.reduce(
            lambda a, b: self.__torch_function__(add, (), (a, b)), [self._made(part) for part in parts]
        )
        return self.__torch_function__(torch.div, (), (out, len(parts))) if name == "mean" else out

    def call(self, key: CallKey | None, name: str, function: Any, args: Any, kwargs: Any) -> Any:
        """Call a function; only those of the tables have a key."""
        raise NotImplementedError

    def enter(self, key: CallKey, module: torch.nn.Module, args: Any) -> None:
        """Do what is to be done when a module of the model starts."""

    def leave(self, key: CallKey, module: torch.nn.Module, output: Any) -> Any:
        """Do what is to be done with its output, None if it failed; what is returned, unless None, takes its place."""

    def _enter(self, module: torch.nn.Module, args: Any) -> None:
        name = self._names.get(id(module))
        if name is not None and self.awake:
            key = self._number(name, MODULE)
            self._running.append((name, key))
            if self._makes_weights:
                self.unread.runs(name)
            else:
                self.enter(key, module, args)

    def _leave(self, module: torch.nn.Module, args: Any, output: Any) -> Any:
        if self._running and self._running[-1][0] == self._names.get(id(module)) and self.awake:
            aside, (_, key) = self._makes_weights, self._running.pop()
            return None if aside else self.leave(key, module, output)
        return None

    @contextlib.contextmanager
    def _aside(self) -> Iterator[None]:
        """Leave the calls made meanwhile out."""
        self.awake = False
        try:
            yield
        finally:
            self.awake = True

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch what is called meanwhile."""
        before = register_module_forward_pre_hook(self._enter)
        after = register_module_forward_hook(self._leave, always_call=True)
        try:
            with self:
                yield
        finally:
            before.remove()
            after.remove()
