# mypy: allow-untyped-calls
"""A pass of the user's own that is recorded: forward as it runs, backward as it comes, with nothing of it changed.

What ``Measuring`` does to have gradients that nobody else asks for is left out: weights are used as they are, and no
gradient is computed that the user's own backward pass does not compute.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from actviz.numerics.moments import Sizes, sizes
from actviz.torch.arrays import as_array
from actviz.torch.hooks import has_closure, scaler_at_work
from actviz.torch.measuring import Measuring
from actviz.torch.passes import MODULE, CallKey, Factor
from actviz.torch.records import Records

SPACED = 16_384
"""So many values of a parameter, evenly spaced, tell how far an update goes."""


def norm_of(tensor: torch.Tensor) -> float:
    """Return the norm of all values of a tensor, summed where it is; inf or NaN after overflow."""
    value = tensor.detach()
    value = value.coalesce().values() if value.is_sparse else value
    norm = float(torch.linalg.vector_norm(value, dtype=torch.float32 if value.dtype != torch.float64 else None))
    return norm if 1e-15 < norm < 1e15 else float(torch.linalg.vector_norm(value, dtype=torch.float64))


def spaced(parameter: torch.Tensor) -> torch.Tensor:
    """Copy the values of a parameter; of one that has many, evenly spaced ones that meet every row and column."""
    flat = parameter.detach().reshape(-1)
    step = -(-flat.numel() // SPACED)
    while step > 1 and math.gcd(step, parameter.shape[-1]) > 1:
        step += 1
    return flat[::step].clone()


class Listening(Measuring):
    """A pass of the user's own that is recorded.

    Parameters
    ----------
    model : torch.nn.Module
    records : Records
    scale : float
        By which the loss, and with it every gradient, is multiplied.
    """

    def __init__(self, model: torch.nn.Module, records: Records, scale: float = 1.0) -> None:
        super().__init__(model, records)
        self.anchor = torch.zeros(())
        records.heads, records.frozen_parts = set(), True  # nothing but the user's loss drives the backward pass
        self.scale, self.failed = scale, ""
        self.heard = False
        self._handles: list[Any] = []
        self.passes, self.stepped = set[int](), set[str]()
        self.scaler: Any = None  # that was not given
        self.gradients: dict[str, float] = {}
        self.parameters: dict[str, Sizes] = {}
        self.before: dict[str, torch.Tensor] = {}
        self._parameters = {
            name: each for name, each in model.named_parameters() if each.is_floating_point() and each.numel()
        }

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
        self, key: CallKey | None, name: str, args: Any, kwargs: Any, zeros: Factor | None
    ) -> tuple[Any, Any]:
        at = self._tapped.get(key) if key else None
        if zeros is not None:
            self.records.learning.zeros.setdefault(zeros, False)
        for weight in self._weights.of_call(name, args, kwargs) if at is not None or zeros is not None else ():
            self._hook(weight, functools.partial(self._weight_gradient, at, zeros))
        return args, kwargs

    def _weight_gradient(self, at: int | None, zeros: Factor | None, gradient: torch.Tensor) -> None:
        if at is not None:
            self.records.weight_gradient(at, torch.tensor([[norm_of(gradient)]], dtype=torch.float64))
        if zeros is not None and bool(gradient.any()):
            self.records.learning.zeros[zeros] = True

    def _factors(self, key: CallKey, function: Any, args: Any) -> Any:
        return args

    def _hook(self, tensor: torch.Tensor, tell: Callable[[torch.Tensor], None]) -> None:
        """Have a tensor's gradient told, of the first backward pass that comes to it, as that of the loss itself."""
        told: list[bool] = []
        inner = not tensor.is_leaf  # which another pass forward does not have

        def hook(gradient: torch.Tensor) -> None:
            if self.passing_back and inner:
                self.passes.add(torch._C._current_graph_task_id())
            if self.passing_back and not told and not self.failed:
                told.append(self._note_heard())
                with self._excused(), torch.no_grad():
                    tell(gradient if self.scale == 1.0 else gradient.float() / self.scale)

        if tensor.requires_grad:
            handle = tensor.register_hook(hook)
            if not inner:  # which outlives the pass
                self._handles.append(handle)

    def _note_heard(self) -> bool:
        self.heard = True
        return True

    def starts(self, module: torch.nn.Module, args: Any) -> Any:
        """Begin to watch; return what ends it."""
        stack = contextlib.ExitStack()
        stack.enter_context(self.watching())
        self._enter(module, args)  # its hooks are being called already
        return stack

    # Backward

    def forward_ends(self) -> None:
        """Note the parameters as they are, and listen to what comes back."""
        self.passing_back = True
        self._handles.append(register_optimizer_step_pre_hook(self._step_begins))
        with self._excused(), torch.no_grad():
            for name, parameter in self._parameters.items():
                known = self.records.sizes(name, parameter.numel())
                self.parameters[name] = known or sizes(np.atleast_1d(as_array(parameter)))
                self.before[name] = spaced(parameter)
                if parameter.requires_grad and parameter.is_leaf:
                    told = functools.partial(self._accumulated, name)
                    self._handles.append(parameter.register_post_accumulate_grad_hook(told))

    def _accumulated(self, name: str, parameter: torch.Tensor) -> None:
        with self._excused():
            if parameter.grad is not None and name not in self.stepped:
                self.gradients[name] = norm_of(parameter.grad) / self.scale

    def _step_begins(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        """Take what has come to parameters for what they are given; read what was put there by other ways."""
        if has_closure(args, kwargs):
            return
        with self._excused(), torch.no_grad():
            self.scaler = self.scaler or scaler_at_work()
            scale = getattr(optimizer, "grad_scale", None)  # of one that a scaler leaves the unscaling to
            names = {id(each): name for name, each in self._parameters.items()}
            for parameter in (each for group in optimizer.param_groups for each in group["params"]):
                name = names.get(id(parameter), "")
                if name and parameter.grad is not None and name not in self.stepped:
                    self.stepped.add(name)
                    if name not in self.gradients:
                        self.gradients[name] = norm_of(parameter.grad) / (1.0 if scale is None else float(scale))

    def ends(self) -> None:
        """Remove what is left of it on the user's tensors."""
        self.passing_back = False
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def updates(self) -> dict[str, float]:
        """Return how far each parameter has gone, for its size; NaN of one that is 0."""
        told = {}
        for name, before in self.before.items():
            size = norm_of(before)
            told[name] = norm_of(spaced(self._parameters[name]) - before) / size if size > 0 else math.nan
        return told
