"""What a model is fed, and what drives its backward pass."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn.parameter import is_lazy
from torch.utils.data import DataLoader

from actviz.catalog.checks import check_choice, whole
from actviz.errors import ActvizError
from actviz.numerics.streams import normal_batches, stream
from actviz.torch.functions import floating, tensors


def _normal(rng: np.random.Generator, shape: Sequence[int], dtype: str) -> torch.Tensor:
    """Draw N(0, 1) values; a matrix of them as the inputs and the cotangents of a stack are drawn."""
    rows, width = math.prod(shape[:-1]), shape[-1] if shape else 1
    (values,) = normal_batches(rng, rows, width, rows, dtype)
    return torch.from_numpy(values.copy()).reshape(tuple(shape))


@dataclass(frozen=True)
class RandomInput:
    """A model's input drawn anew under every seed: N(0, 1) values, or whole numbers below ``below``."""

    shape: tuple[int, ...]
    below: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(whole("input size", size) for size in self.shape))
        whole("input bound", self.below, least=0)

    def draw(self, rng: np.random.Generator) -> torch.Tensor:
        """Draw one input."""
        if self.below:
            return torch.from_numpy(rng.integers(self.below, size=self.shape))
        return _normal(rng, self.shape, "float32")

    def __str__(self) -> str:
        size = ",".join(map(str, self.shape))
        return f"{size}:{self.below}" if self.below else size


@dataclass(frozen=True)
class RandomInputs:
    """Several inputs drawn anew under every seed, one after the other; the arguments of a call."""

    inputs: tuple[RandomInput, ...]

    def draw(self, seed: int) -> tuple[torch.Tensor, ...]:
        """Draw them."""
        rng = stream(seed, "inputs")
        return tuple(each.draw(rng) for each in self.inputs)


FAILURES = (Exception, SystemExit)
"""What code of the user's own may end with: a program that exits says so in one line like any other."""

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
"""What a model is called with: positional and keyword arguments."""


def arguments(given: Any) -> Arguments:
    """Turn a tensor, a tuple or list of positional or a dict of keyword arguments into a call's."""
    if isinstance(given, Mapping):
        return (), {str(key): value for key, value in given.items()}
    if isinstance(given, tuple | list):
        return tuple(given), {}
    return (given,), {}


def _loaded(batch: Any) -> Arguments:
    """Arguments from a loader's batch: of inputs and labels the inputs."""
    return arguments(batch[0] if isinstance(batch, tuple | list) else batch)


def batches_of(inputs: Any, seed: int, number: int) -> list[Arguments]:
    """Return what the model is called with under one seed: one batch, or the first ones of a loader.

    Raises
    ------
    ActvizError
        If a loader or function of the user's own fails, or if there is no loader to take several batches from.
    """
    if number > 1 and not isinstance(inputs, DataLoader):
        raise ActvizError(f"batches={number} needs a torch.utils.data.DataLoader to take them from")
    try:
        if isinstance(inputs, DataLoader):
            return _first_batches(inputs, number)
        if isinstance(inputs, RandomInputs):
            return [arguments(inputs.draw(seed))]
        if callable(inputs) and not isinstance(inputs, torch.Tensor):
            own = torch.Generator().manual_seed(int(stream(seed, "inputs").integers(2**63)))
            return [arguments(inputs(own))]
    except ActvizError:
        raise
    except FAILURES as error:
        raise ActvizError(f"inputs failed: {type(error).__name__}: {error}") from error
    return [arguments(inputs)]


def _first_batches(loader: Any, number: int) -> list[Arguments]:
    """Return a loader's first batches, its own generator left as it was."""
    generator: Any = loader.generator
    state = generator.get_state() if generator is not None else None
    try:
        batches = [_loaded(batch) for batch in itertools.islice(loader, number)]
    finally:
        if generator is not None:
            generator.set_state(state)
    if not batches:
        raise ActvizError("the data loader gives no batch")
    return batches


def to_model(given: Any, model: torch.nn.Module, cast: bool) -> Any:
    """Return copies of tensors where the model's weights are, if that is one place; ``cast`` to their precision too.

    Copies, because a model may overwrite what it is given.
    """
    weights = [weight for weight in model.parameters() if not is_lazy(weight)]
    devices = {weight.device for weight in weights}
    dtype = next((weight.dtype for weight in weights if weight.is_floating_point()), None)

    def move(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            copy = value.detach().clone()
            if cast and dtype is not None and value.is_floating_point():
                copy = copy.to(dtype)
            copy = copy.to(next(iter(devices))) if len(devices) == 1 else copy
            return copy.requires_grad_(value.requires_grad)
        if type(value) in (tuple, list):
            return type(value)(map(move, value))
        return {key: move(each) for key, each in value.items()} if type(value) is dict else value

    return move(given)


Drive = Callable[[Any], "tuple[list[torch.Tensor], list[torch.Tensor | None]]"]
"""From a model's output to the tensors that the backward pass starts from, and their gradients."""


class Cotangent:
    """An independent N(0, 1) gradient at every value of the output."""

    def __init__(self, seed: int, layers: int) -> None:
        self._rng = stream(seed, "cotangent", layers)

    def __call__(self, output: Any) -> tuple[list[torch.Tensor], list[torch.Tensor | None]]:
        """Draw the gradient of an output."""
        starts = [tensor for tensor in tensors(output) if tensor.is_floating_point() and tensor.numel()]
        return starts, [self._draw(tensor) for tensor in starts]

    def _draw(self, tensor: torch.Tensor) -> torch.Tensor:
        drawn = _normal(self._rng, tensor.shape, "float64" if tensor.dtype == torch.float64 else "float32").to(tensor)
        # What is behind an overflow has no gradient; a flat slope must not make it 0.
        return torch.where(torch.isfinite(tensor.detach()), drawn, torch.nan)


class CrossEntropy:
    """The mean cross-entropy of random labels, classes being the last dimension of the first output."""

    def __init__(self, seed: int, layers: int) -> None:
        self._rng = stream(seed, "labels")

    def __call__(self, output: Any) -> tuple[list[torch.Tensor], list[torch.Tensor | None]]:
        """Draw the labels of an output."""
        logits = floating(output)
        if logits is None:
            return [], []
        if logits.ndim == 0 or logits.shape[-1] < 2:
            raise ActvizError(f"cross_entropy needs classes in the output's last dimension, not shape {_shape(logits)}")
        logits = logits.reshape(-1, logits.shape[-1])
        labels = torch.from_numpy(self._rng.integers(logits.shape[1], size=len(logits))).to(logits.device)
        wide = logits if logits.dtype == torch.float64 else logits.float()
        return [torch.nn.functional.cross_entropy(wide, labels)], [None]


def _shape(tensor: torch.Tensor) -> str:
    return f"({', '.join(map(str, tensor.shape))})"


class OwnLoss:
    """A loss of the user's own."""

    def __init__(self, loss: Callable[[Any], Any]) -> None:
        self._loss = loss

    def __call__(self, output: Any) -> tuple[list[torch.Tensor], list[torch.Tensor | None]]:
        """Call it with the output."""
        try:
            value = self._loss(output)
        except FAILURES as error:
            raise ActvizError(f"drive failed: {type(error).__name__}: {error}") from error
        if not (isinstance(value, torch.Tensor) and value.numel() == 1 and value.is_floating_point()):
            got = _shape(value) if isinstance(value, torch.Tensor) else type(value).__name__
            raise ActvizError(f"drive must return one number, a tensor with one value, not {got}")
        return [value], [None]


BELOW = "below-head"
"""The drive that starts at what the head is given, so that a head that is 0, or small, hides nothing."""

DRIVES: dict[str, Callable[[int, int], Drive]] = {
    "cotangent": Cotangent,
    "cross_entropy": CrossEntropy,
    BELOW: Cotangent,
}
"""What drives the backward pass, made from a seed and the model's number of layers."""


def drive_of(drive: Any, seed: int, layers: int) -> Drive:
    """Make what drives the backward pass under a seed."""
    return OwnLoss(drive) if callable(drive) else DRIVES[drive](seed, layers)


def check_drive(drive: Any) -> str:
    """Return what the recipe says of a drive; refuse what is none."""
    if callable(drive):
        return "own_loss"
    check_choice("drive", drive, (*DRIVES, "a function from the output to a loss"))
    return str(drive)


def samples_of(batches: Sequence[Arguments]) -> int:
    """Return the samples in all batches: entries of the first tensor, unless it is one row of values."""
    return sum(
        next((len(each) for each in tensors(batch) if each.ndim > each.is_floating_point()), 1) for batch in batches
    )
