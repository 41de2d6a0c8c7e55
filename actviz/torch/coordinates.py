# mypy: allow-untyped-calls
"""The first updates of a model of the user's own: sizes of its layers, and how far they move."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.torch.arrays import as_array
from actviz.torch.discovery import find_layers
from actviz.torch.feeding import FAILURES, Arguments, CrossEntropy, OwnLoss, RandomInputs, batches_of, to_model
from actviz.torch.functions import floating
from actviz.torch.layers import Layer
from actviz.torch.materializing import materialized
from actviz.torch.passes import CallKey, Pass
from actviz.torch.probing import checked
from actviz.torch.state import own_randomness, preserved, recording, seed_all
from actviz.training.coordinates import ADAM, RATE, Coordinates, followed, known_by

OPTIMIZERS: dict[str, Callable[..., Any]] = {
    "sgd": torch.optim.SGD,
    "momentum": lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9),
    "nesterov": lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9, nesterov=True),
    "adam": torch.optim.Adam,
    "adamw": lambda parameters, lr: torch.optim.AdamW(parameters, lr=lr, weight_decay=0.0),
}
"""PyTorch's own by the names of the catalog, with the same settings; any other is a function of the user's own."""


class _Values(Pass):
    """A pass that keeps what every layer gives."""

    def __init__(self, model: torch.nn.Module, layers: tuple[Layer, ...]) -> None:
        super().__init__(model)
        self._layers, self._places = layers, {layer.h: at for at, layer in enumerate(layers)}
        self.kept: dict[int, torch.Tensor] = {}

    def _keep(self, key: CallKey | None, output: Any) -> None:
        at = self._places.get(key) if key else None
        value = floating(output, self._layers[at].output) if at is not None else None
        if at is not None and value is not None:
            self.kept[at] = value.detach().clone()  # what comes next may overwrite it

    def call(self, key: CallKey | None, name: str, function: Any, args: Any, kwargs: Any) -> Any:
        """Call a function and keep what it gives, if that is a layer's."""
        output = function(*args, **kwargs)
        if key is not None:
            with self._aside():
                self._keep(key, output)
        return output

    def leave(self, key: CallKey, module: torch.nn.Module, output: Any) -> None:
        """Keep what a module gives whose functions are not seen."""
        with self._aside():
            self._keep(key, output)


@dataclass(frozen=True)
class _Square:
    """Half the squared deviation from N(0, 1) targets, summed over the outputs, mean over all else."""

    seed: int

    def __call__(self, output: Any) -> torch.Tensor:
        value = floating(output)
        if value is None or not value.ndim:
            raise ActvizError("mean_square needs a model that gives a tensor of numbers")
        own = torch.Generator().manual_seed(self.seed)
        targets = torch.randn(value.shape, generator=own).to(value)
        return 0.5 * (value - targets).square().sum(-1).mean()


class _Course:
    """A model in its first updates.

    Dropout and whatever else is random draws the same each time, so that only the updates change a layer.
    """

    def __init__(self, model: torch.nn.Module, optimizer: Any, batch: Arguments, loss: Any, seed: int) -> None:
        self.model, self._optimizer, self._batch, self._seed = model, optimizer, batch, seed
        self._loss = loss
        with preserved(model):
            self._seeded()
            self.layers = find_layers(model, *batch).layers
            self.outputs = tuple(self._output(floating(self._called())).shape)
        if not self.layers:
            raise ActvizError("no layer found: nothing in the model applies weights")

    @staticmethod
    def _output(value: torch.Tensor | None) -> torch.Tensor:
        if value is None:
            raise ActvizError("the model gives no tensor of numbers")
        return value

    def _seeded(self) -> None:
        seed_all(self._seed, "data")

    def _called(self) -> Any:
        self._seeded()
        return self.model(*self._batch[0], **self._batch[1])

    def values(self) -> Iterator[Array]:
        """Yield what every layer gives now."""
        with preserved(self.model):  # with gradients, without which PyTorch fuses some modules out of sight
            passing = _Values(self.model, self.layers)
            with passing.watching():
                self._called()
        for at, layer in enumerate(self.layers):
            if at not in passing.kept:
                raise ActvizError(f"layer {layer.name} is not there in every pass")
            yield as_array(passing.kept.pop(at))

    def update(self) -> float:
        """Do one update; return the loss in front of it."""
        self._optimizer.zero_grad()
        loss = self._loss_of(self._called())
        loss.backward()
        self._optimizer.step()
        return float(loss.detach())

    def _loss_of(self, output: Any) -> Any:
        if isinstance(self._loss, str):
            named = CrossEntropy(self._seed, 0) if self._loss == "cross_entropy" else _Square(self._seed)
            made = named(output)
            return made[0][0] if isinstance(made, tuple) else made
        return OwnLoss(self._loss)(output)[0][0]


def _made(
    build: Callable[[int], Any], width: int, optimizer: Any, lr: float | None
) -> tuple[torch.nn.Module, Any, bool]:
    """Return the model of a width, its optimizer, and whether that is its own: it may come with the model."""
    built = build(width)
    model, own = built if isinstance(built, tuple) and len(built) == 2 else (built, None)
    if not isinstance(model, torch.nn.Module):
        raise ActvizError(
            f"build({width}) must return a torch.nn.Module, or one and its optimizer, not {type(model).__name__}"
        )
    if own is not None and (optimizer, lr) != (None, None):
        raise ActvizError("build comes with an optimizer of its own: give neither optimizer nor lr")
    model, comes = checked(materialized(model) if own is None else model), own is not None or callable(optimizer)
    if callable(optimizer):
        if lr is not None:
            raise ActvizError("lr is for an optimizer by name: a function sets its own rates")
        own = optimizer(model)
    elif own is None:
        trained = [each for each in model.parameters() if each.requires_grad]
        own = OPTIMIZERS[optimizer or ADAM](trained, lr=RATE if lr is None else lr)
    if not isinstance(own, torch.optim.Optimizer):
        raise ActvizError(f"the optimizer must be a torch.optim.Optimizer, not {type(own).__name__}")
    return model, own, comes


@contextlib.contextmanager
def _in_one_thread() -> Iterator[None]:
    """Compute in one thread, so that the result is the same in any number of processes."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def of_model(
    build: Callable[[int], Any],
    width: int,
    seed: int,
    inputs: Any,
    optimizer: Any,
    lr: float | None,
    loss: Any,
    steps: int,
    usual: bool = False,
) -> Coordinates:
    """Follow the model of a width under a seed; see ``actviz.coordinate_check``.

    Raises
    ------
    ActvizError
        If the model or whatever else is the user's own fails, or a layer is not there in every pass.
    """
    with own_randomness(), recording(), _in_one_thread():
        try:
            seed_all(seed)
            model, own, comes = _made(build, width, optimizer, lr)
            batch = to_model(batches_of(inputs, seed, 1)[0], model, cast=isinstance(inputs, RandomInputs))
            course = _Course(model, own, batch, loss, seed)
            weights = known_by(as_array(each).reshape(len(each), -1).T for each in model.parameters() if each.ndim > 1)
            size, change, losses = followed(steps, course.values, course.update)
        except ActvizError:
            raise
        except FAILURES as error:
            needs = "; it was given N(0, 1) inputs of shape (16, 32): say as inputs= what it needs" if usual else ""
            raise ActvizError(f"the model of width {width} failed: {type(error).__name__}: {error}{needs}") from error
    names = tuple(layer.name for layer in course.layers)
    fans = tuple((layer.fan_in if layer.fans else 0, layer.width) for layer in course.layers)
    optimizer_name = type(own).__name__ if comes else ""
    return Coordinates(size, change, losses, names, fans, course.outputs, optimizer_name, weights)
