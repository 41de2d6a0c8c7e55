"""Parameters that no pass reads: no call takes them, and no gradient would come to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import torch

from actviz.torch.functions import tensors

_OF_FIRST = ("to", "type_as", "view_as", "expand_as", "reshape_as")
"""Functions that take shape or type alone of what comes second."""


def trainable(model: torch.nn.Module) -> list[str]:
    """Return the names of the parameters that learn."""
    return [name for name, parameter in model.named_parameters() if parameter.requires_grad]


class Unread:
    """Which of a model's parameters nothing has read yet.

    Parameters
    ----------
    model : torch.nn.Module
    names : set of str
        Those that are asked about; what is read is taken out of it.
    """

    def __init__(self, model: torch.nn.Module, names: set[str]) -> None:
        self.names = names
        self._of = {id(each): name for name, each in model.named_parameters() if name in names} if names else {}

    def __bool__(self) -> bool:
        return bool(self.names)

    def take(self, name: str, args: Any, kwargs: Any, made: Any) -> None:
        """Note what a call reads, if it gives values: not a size or a type alone, nor anything made of no rows."""
        if name.endswith("_like") or name.startswith("new_") or not any(each.numel() for each in tensors(made)):
            return
        for each in tensors(args[:1] if name in _OF_FIRST else (args, kwargs)):
            self._read(each)

    def runs(self, scope: str) -> None:
        """Note that all parameters of a module are read, as of one that makes weights."""
        self.names -= {name for name in self.names if name.startswith(f"{scope}.")}

    def reach(self, outputs: Iterable[torch.Tensor]) -> None:
        """Note what a gradient of outputs would come to, whatever calls took it, unless of these came no values."""
        given = list(outputs)
        waiting, seen = [each.grad_fn for each in given], set[Any]()
        for each in given:
            self._read(each)
        while waiting and self.names:
            node = waiting.pop()
            if node is None or node in seen or not any(0 not in each.shape for each in node._input_metadata):
                continue
            seen.add(node)
            if (leaf := getattr(node, "variable", None)) is not None:
                self._read(leaf)
            waiting += [each for each, _ in node.next_functions]

    def _read(self, tensor: torch.Tensor) -> None:
        for each in (tensor, tensor._base):
            self.names.discard(self._of.get(id(each), ""))


def modules_of(unread: Collection[str], every: Sequence[str]) -> list[str]:
    """Return the outermost modules, or else parameters, of which nothing is read, in the order of ``every``."""
    partly = {name[:end] for name in every if name not in unread for end in _ends(name)}
    return list(
        dict.fromkeys(
            next(name[:end] for end in _ends(name) if name[:end] not in partly) for name in every if name in unread
        )
    )


def _ends(name: str) -> list[int]:
    """Return where the names of the modules that hold a parameter end in its own, and that itself."""
    return [*(at for at, letter in enumerate(name) if letter == "."), len(name)]
