"""What a loop's model and optimizers call while an update is recorded, of which no copy and no file has anything."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import torch


class Hook:
    """A hook of a module that a model's copies and files have as a function that does nothing.

    What stands in its place is of the standard library, so that a file loads where there is no actviz. Nor is it called
    where a pass is traced, by ``torch.export``, ``torch.jit.trace`` or a compiler, and there are no values.
    """

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __call__(self, *given: Any) -> Any:
        """Do what it is there for."""
        traced = torch.compiler.is_compiling() or torch._C._get_tracing_state() is not None
        return None if traced else self._call(*given)

    def __reduce__(self) -> tuple[Any, ...]:
        """Become the end of a context that has none."""
        return getattr, (contextlib.nullcontext(), "__exit__")


def has_closure(args: Any, kwargs: Any) -> bool:
    """Whether an optimizer's step, of these arguments behind itself, computes its gradients only then."""
    return any(callable(each) for each in (*args[1:], *kwargs.values()))


def scaler_at_work() -> torch.amp.GradScaler | None:
    """Return the gradient scaler that has called the optimizer's step that is about to begin; None without one."""
    frame = sys._getframe()
    while frame is not None:
        own = frame.f_locals.get("self") if frame.f_code.co_name == "step" else None
        if isinstance(own, torch.amp.GradScaler):
            return own if own.is_enabled() else None
        frame = frame.f_back  # type: ignore[assignment]
    return None
