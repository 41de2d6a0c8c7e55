# mypy: allow-untyped-calls
"""What an update does to a model's parameters: their sizes before it, what comes to them, how far they go."""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from actviz.errors import ActvizError
from actviz.numerics.moments import Sizes, sizes
from actviz.torch.arrays import as_array
from actviz.torch.hooks import has_closure, scaler_at_work
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


def check_loop(optimizer: Any, scaler: Any) -> None:
    """Refuse what is no optimizer, or list of them, and what is no gradient scaler."""
    for each in optimizer if isinstance(optimizer, list | tuple) else [optimizer]:
        if each is not None and not hasattr(each, "param_groups"):
            raise ActvizError(f"optimizer must be a torch.optim.Optimizer or a list of them, not {each!r}")
    if scaler is not None and not hasattr(scaler, "get_scale"):
        raise ActvizError(f"scaler must be a torch.amp.GradScaler, not {scaler!r}")


def first_of(optimizer: Any) -> Any:
    """Return the first of several optimizers, or the one that there is; None of none."""
    return optimizer[0] if isinstance(optimizer, list | tuple) and optimizer else optimizer or None


def rank() -> int:
    """Return which of several processes this is; 0 of a single one."""
    distributed = torch.distributed
    return int(distributed.get_rank()) if distributed.is_available() and distributed.is_initialized() else 0


class Update:
    """An update of a model's parameters, which begins where its first pass forward ends.

    Parameters
    ----------
    model : torch.nn.Module
    records : Records
        Of that pass, which know the sizes of some parameters.
    scale : float
        By which the loss, and with it every gradient, is multiplied.

    Attributes
    ----------
    parameters : dict
        Their sizes before the update.
    gradients : dict
        Norms of what has come to each parameter as its optimizer's step begins, unscaled.
    stepped : set of str
        Parameters that an optimizer has stepped.
    scaler : torch.amp.GradScaler, optional
        That is at work and was not given.
    failed : str
        What reading them failed with.
    """

    def __init__(self, model: torch.nn.Module, records: Records, scale: float) -> None:
        self.scale, self.failed = scale, ""
        self.stepped, self.gradients = set[str](), dict[str, float]()
        self.scaler: Any = None
        self.parameters: dict[str, Sizes] = {}
        self._before: dict[str, torch.Tensor] = {}
        self._parameters = {
            name: each for name, each in model.named_parameters() if each.is_floating_point() and each.numel()
        }
        self._handles: list[Any] = [register_optimizer_step_pre_hook(self._step_begins)]
        with self._excused(), torch.no_grad():
            for name, parameter in self._parameters.items():
                known = records.sizes(name, parameter.numel())
                self.parameters[name] = known or sizes(np.atleast_1d(as_array(parameter)))
                self._before[name] = spaced(parameter)
                if parameter.requires_grad and parameter.is_leaf:
                    told = functools.partial(self._accumulated, name)
                    self._handles.append(parameter.register_post_accumulate_grad_hook(told))

    @contextlib.contextmanager
    def _excused(self) -> Iterator[None]:
        """Note what reading fails with: the user's training goes on."""
        try:
            with np.errstate(all="ignore"):
                yield
        except Exception as error:
            self.failed = self.failed or f"{type(error).__name__}: {error}"

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
        """Remove what is left of it on the user's parameters."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def ratios(self) -> dict[str, float]:
        """Return how far each parameter has gone, for its size; NaN of one that is 0."""
        told = {}
        for name, before in self._before.items():
            size = norm_of(before)
            told[name] = norm_of(spaced(self._parameters[name]) - before) / size if size > 0 else math.nan
        return told
