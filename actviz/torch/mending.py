"""Changes to the parameters of a model, as data: what a remedy would have its user write."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from actviz.errors import ActvizError
from actviz.torch.feeding import to_model


@dataclass(frozen=True)
class Change:
    """One kind of change to some parameters, or behind some modules.

    Parameters
    ----------
    how : str
        One of ``CHANGES`` or ``OF_MODULES``.
    names : tuple of str
        Of the parameters; of the modules behind which a normalization stands, or around which a skip connection.
    values : tuple of float
        One for each name: a standard deviation, a factor, a value, a number of gates; of a norm 1 if by sample.
    """

    how: str
    names: tuple[str, ...]
    values: tuple[float, ...]


def _gates(parameter: torch.Tensor, gates: float) -> None:
    for gate in parameter.chunk(int(gates)):
        torch.nn.init.xavier_uniform_(gate)


def _orthogonal(parameter: torch.Tensor, gates: float) -> None:
    for gate in parameter.chunk(int(gates)):
        torch.nn.init.orthogonal_(gate)


def _forget(parameter: torch.Tensor, gates: float) -> None:
    torch.nn.init.zeros_(parameter)
    torch.nn.init.ones_(parameter.chunk(int(gates))[1])


CHANGES: dict[str, Callable[[torch.Tensor, float], Any]] = {
    "draw": lambda parameter, std: torch.nn.init.normal_(parameter, std=std),
    "scale": lambda parameter, factor: parameter.mul_(factor),
    "fill": torch.nn.init.constant_,
    "gates": _gates,
    "orthogonal": _orthogonal,
    "forget": _forget,
}
"""What is done to a parameter, given a value. Beside these stand ``OF_MODULES``, and ``float32`` of a model."""


def _by_batch(module: torch.nn.Module, given: Any, output: torch.Tensor) -> torch.Tensor:
    """Normalize what a module gives: channels over the batch, and tokens, of which there are several, each alone."""
    if output.ndim == 3 and not isinstance(module, torch.nn.Conv1d):
        return functional.layer_norm(output, output.shape[-1:])
    return functional.batch_norm(output, None, None, training=True)


def _by_sample(module: torch.nn.Module, given: Any, output: torch.Tensor) -> torch.Tensor:
    """Normalize what a module gives, the units of each sample together; channels over the batch all the same."""
    if "conv" in type(module).__name__.lower():
        return _by_batch(module, given, output)
    return functional.layer_norm(output, output.shape[-1:])


def _around(share: float, module: torch.nn.Module, given: Any, output: torch.Tensor) -> torch.Tensor:
    """Add what a module is given to a share of what it gives."""
    value: torch.Tensor = given[0] + share * output
    return value


def _uncast(module: torch.nn.Module, args: Any) -> None:
    """Leave the autocast that a model entered on its way to a module; what entered it restores what was before."""
    for kind in ("cpu", "cuda"):
        torch.set_autocast_enabled(kind, False)


def _in_float32(model: torch.nn.Module, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """Return what a model is given in the precision of its weights."""
    return to_model(args, model, cast=True), to_model(kwargs, model, cast=True)


OF_MODULES: dict[str, Callable[[float], Any]] = {
    "norm": lambda by_sample: _by_sample if by_sample else _by_batch,
    "skip": lambda share: functools.partial(_around, share),
}
"""What is done to what a module gives: a normalization behind it, a skip connection around it."""

REBUILDING = (*OF_MODULES, "float32")
"""Changes after which a model has other layers; after others, of values alone, it has those that it had."""


def change(model: torch.nn.Module, changes: Sequence[Change]) -> None:
    """Make changes to a model that is nobody's but the caller's.

    Raises
    ------
    ActvizError
        If the model does not have what is to be changed.
    """
    parameters, modules = dict(model.named_parameters(remove_duplicate=False)), dict(model.named_modules())
    with torch.no_grad():
        for each in changes:
            if each.how == "float32":
                for module in list(model.float().modules())[1:]:
                    module.register_forward_pre_hook(_uncast)
                model.register_forward_pre_hook(_in_float32, with_kwargs=True)
                continue
            for name, value in zip(each.names, each.values, strict=True):
                if name not in (modules if each.how in OF_MODULES else parameters):
                    raise ActvizError(f"the model has no {name}")
                if each.how in OF_MODULES:
                    modules[name].register_forward_hook(OF_MODULES[each.how](value))
                else:
                    CHANGES[each.how](parameters[name], value)
