# mypy: allow-untyped-calls
"""A pass of the user's own that is recorded: forward as it runs, backward as it comes, with nothing of it changed.

What ``Measuring`` does to have gradients that nobody else asks for is left out: weights are used as they are, and no
gradient is computed that the user's own backward pass does not compute.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from actviz.torch.functions import overwrites, tensors
from actviz.torch.measuring import Measuring
from actviz.torch.passes import MODULE, CallKey, Factor
from actviz.torch.records import Records
from actviz.torch.state import apart_from_saving
from actviz.torch.sums import leaves
from actviz.torch.updating import norm_of
from actviz.torch.weights import Part


class Return:
    """Whether a pass forward comes back, and when: the numbers of the backward passes through it, ascending."""

    def __init__(self) -> None:
        self.passes: list[int] = []

    def __call__(self, *_: Any) -> None:
        """Note the backward pass that is under way; a hook."""
        if (number := torch._C._current_graph_task_id()) not in self.passes:
            self.passes.append(number)

    @property
    def under_way(self) -> bool:
        """Whether it comes back now."""
        return torch._C._current_graph_task_id() in self.passes


class Listening(Measuring):
    """A pass of the user's own that is recorded.

    Parameters
    ----------
    model : torch.nn.Module
    records : Records
    scale : float
        By which the loss, and with it every gradient, is multiplied.
    back : Return
        What is told that it comes back.
    facts : dict
        What a recipe says of it.
    """

    def __init__(
        self, model: torch.nn.Module, records: Records, scale: float, back: Return, facts: dict[str, Any]
    ) -> None:
        super().__init__(model, records)
        self.anchor = torch.zeros(())
        records.heads, records.frozen_parts = set(), True  # nothing but the user's loss drives the backward pass
        self.scale, self.failed, self.back, self.facts = scale, "", back, facts
        self._handles: list[Any] = []
        self._given_to_it: list[torch.Tensor] = []
        self._sum_of: tuple[torch.Tensor, int, list[torch.Tensor]] | None = None

    # Forward

    @contextlib.contextmanager
    def _excused(self) -> Any:
        """Note what recording fails with: the user's training goes on."""
        try:
            with np.errstate(all="ignore"):
                yield
        except Exception as error:
            self.failed = self.failed or f"{type(error).__name__}: {error}"

    def call(self, key: CallKey | None, name: str, function: Any, args: Any, kwargs: Any) -> Any:
        """Call a function, once, and record it; the user's own errors are the user's."""
        done: list[Any] = []

        @functools.wraps(function, assigned=("__name__",), updated=())
        def once(*args: Any, **kwargs: Any) -> Any:
            try:
                done.append(function(*args, **kwargs))
            except BaseException as error:
                done.append(error)
                raise
            return done[-1]

        if self.failed:
            return function(*args, **kwargs)
        try:
            with np.errstate(all="ignore"):
                return super().call(key, name, once, args, kwargs)
        except Exception as error:
            if done and done[-1] is error:
                raise
            self.failed = f"{type(error).__name__}: {error}"
            return done[-1] if done else function(*args, **kwargs)

    def leave(self, key: CallKey, module: torch.nn.Module, output: Any) -> Any:
        """Record what a module gives whose functions are not seen."""
        made = None
        if not self.failed:
            with self._excused():
                made = super().leave(key, module, output)
        return made

    def enter(self, key: CallKey, module: torch.nn.Module, args: Any) -> None:
        """Record what a module takes that is an activation of the user's own."""
        if not self.failed:
            with self._excused():
                super().enter(key, module, args)

    def _fresh(self, key: Any, output: Any, value: torch.Tensor) -> tuple[Any, torch.Tensor]:
        return (output, value) if key[1] == MODULE else super()._fresh(key, output, value)

    def _tap_weights(
        self, key: CallKey | None, name: str, args: Any, kwargs: Any, zeros: Factor | None, parts: Sequence[Part]
    ) -> tuple[Any, Any]:
        at = self._tapped.get(key) if key else None
        if zeros is not None:
            self.records.learning.zeros.setdefault(zeros, False)
        for weight in self._weights.of_call(name, args, kwargs) if at is not None or zeros is not None else ():
            self._given_to_it.append(weight)
            where = self._zeros_of(weight, zeros, parts)
            self.records.learning.free |= {zeros} if zeros and weight.requires_grad else set()
            self._hook(weight, functools.partial(self._weight_gradient, at, zeros, where))
        return args, kwargs

    def _weight_gradient(
        self, at: int | None, zeros: Factor | None, where: tuple[list[slice], str], gradient: torch.Tensor
    ) -> None:
        if at is not None:
            self.records.weight_gradient(at, torch.tensor([[norm_of(gradient)]], dtype=torch.float64))
        if zeros is not None:
            self._move(zeros, *where, gradient)

    def _tap(self, at: int | None, zeros: Factor | None = None, parts: Sequence[Part] = ()) -> Any:
        """Return what has the gradient of a factor of zeros told, of all that it scales, and gives it back as it is."""
        assert zeros is not None
        self.records.learning.zeros.setdefault(zeros, False)

        def tap(factor: torch.Tensor) -> torch.Tensor:
            self.records.learning.free |= {zeros} if factor.requires_grad else set()
            self._hook(
                factor, functools.partial(self._weight_gradient, at, zeros, self._zeros_of(factor, zeros, parts))
            )
            return factor

        return tap

    def _sum(self, function: Any, name: str, args: Any, kwargs: Any, parts: list[Any]) -> Any:
        """Call a function that adds parts up as it is, whose last digits are its own, and read its parts beside it.

        Each of the sums that are made for that has the gradient of what the function gives, of a mean its share.
        """
        before = [args[0].clone(), *parts[1:]] if overwrites(function) else parts
        out = function(*args, **kwargs)
        if not self.failed:
            given = [each for part in parts for each in leaves(part)]
            self._sum_of = out, len(parts) if name == "mean" else 1, given
            with self._excused(), apart_from_saving():
                super()._sum(function, name, args, kwargs, before)
            self._sum_of = None
        return out

    def _hook(self, tensor: torch.Tensor, tell: Callable[[torch.Tensor], None]) -> None:
        """Have a tensor's gradient told, of the first backward pass through this pass that comes to it.

        What was there before the pass, as weights and inputs, has gradients of other passes too.
        """
        told: list[bool] = []
        scale = self.scale
        if self._sum_of is not None and not any(tensor is each for each in (*self._sum_of[2], *self._given_to_it)):
            tensor, shares, _ = self._sum_of
            scale *= shares
        own = not tensor.is_leaf and all(tensor is not each for each in self._given_to_it)

        def hook(gradient: torch.Tensor) -> None:
            if self.passing_back and own:
                self.back()
            if self.passing_back and not told and not self.failed and self.back.under_way:
                told.append(True)
                with self._excused(), torch.no_grad():
                    tell(gradient if scale == 1.0 else gradient.float() / scale)

        if tensor.requires_grad:
            handle = tensor.register_hook(hook)
            if not own:  # which outlives the pass
                self._handles.append(handle)

    def starts(self, module: torch.nn.Module, args: Any, kwargs: Any) -> Any:
        """Begin to watch; return what ends it, with which gradients are waited for."""
        stack = contextlib.ExitStack()
        stack.enter_context(self.watching())
        stack.callback(self._forward_ends)
        self._given_to_it = list(tensors((args, kwargs)))
        self._enter(module, args)  # its hooks are being called already
        return stack

    def _forward_ends(self) -> None:
        self._given_to_it.clear()
        self.passing_back = True

    def ends(self) -> None:
        """Remove what is left of it on the user's tensors."""
        self.passing_back = False
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
