"""A PyTorch model as its remedies see it: every layer's weights as they are, beside what its activation asks for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.diagnosis.rules import Profile
from actviz.results.dataset import recipe

if TYPE_CHECKING:
    import xarray

IDENTITY = "identity"
GATED = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}
"""Recurrent functions, of which each gate has weights of its own in one matrix, and how many gates they have."""


@dataclass(frozen=True)
class Weights:
    """A matrix that a layer applies: its parameter, fans, and root mean square, median over seeds."""

    name: str
    fan_in: int
    fan_out: int
    rms: float

    @property
    def scale(self) -> float:
        """Weight variance times fan_in."""
        return self.rms * self.rms * self.fan_in

    @property
    def lookup(self) -> bool:
        """Whether it is a table whose rows are looked up, so that nothing is added up."""
        return (self.fan_in, self.fan_out) == (1, 1)

    @property
    def module(self) -> str:
        """Name of the module that has it."""
        return self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Applied:
    """A layer: what it is made of, and with which weights."""

    name: str
    kind: str
    activation: str
    norm: str
    positions: float
    weights: tuple[Weights, ...]

    @property
    def gates(self) -> int:
        """How many gates a recurrent layer has in a matrix; 0 of any other."""
        return GATED.get(self.activation.removesuffix("_cell"), 0)

    @property
    def plain(self) -> bool:
        """Whether one matrix adds up what it is given, so that its scale is a matter of its fan."""
        return len(self.weights) == 1 and not self.weights[0].lookup and not self.gates


@dataclass(frozen=True, eq=False)
class Model:
    """What the remedies of a model depend on.

    Parameters
    ----------
    layers : tuple of Applied
    parameters : dict
        Root mean square of every parameter, median over seeds.
    profile : Profile
        What was measured of it.
    precisions : tuple of str
        Of the layers; empty where they are not known.
    workbench : object, optional
        The model itself, if it is at hand: an ``actviz.torch.workbench.Workbench``.
    """

    layers: tuple[Applied, ...]
    parameters: dict[str, float]
    profile: Profile
    precisions: tuple[str, ...] = ()
    workbench: Any = None

    @property
    def normalized(self) -> bool:
        """Whether batch normalization stands between the weights and the activation of every layer that has both."""
        layers = [layer for layer in self.layers if layer.weights and layer.activation != IDENTITY]
        return bool(layers) and all(layer.norm == "batch_norm" for layer in layers)


def model_of(dataset: xarray.Dataset, profile: Profile, init: str) -> Model | None:
    """Read a model off its dataset; None of a stack, and of files that do not have a model's parameters."""
    known = recipe(dataset)
    if known.get("kind") != "module" or "parameter" not in dataset.dims or "layer_norm" not in dataset.coords:
        return None
    sizes_of = dataset["parameter_rms"].sel(init=init).median("seed").values.ravel().tolist()
    names = [str(name) for name in dataset["parameter"].values]
    sizes = dict(zip(names, sizes_of, strict=True))
    fans = {
        name: (int(fan_in), int(fan_out))
        for name, fan_in, fan_out in zip(
            names, dataset["parameter_fan_in"].values, dataset["parameter_fan_out"].values, strict=True
        )
        if fan_in
    }
    alone = dict(zip(dataset["parameter_layer"].values.tolist(), names, strict=True))
    told = (dataset[f"layer_{what}"].values.tolist() for what in ("name", "type", "activation", "norm"))
    layers = []
    for number, positions, name, *rest in zip(
        dataset["layer"].values.tolist(), dataset["positions"].values.tolist(), *told, strict=True
    ):
        own = [alone[number]] if number in alone else [each for each in fans if each.startswith(f"{name}.")]
        weights = [Weights(each, *fans[each], sizes[each]) for each in own if each in fans]
        layers.append(Applied(name, *rest, positions, tuple(weights)))
    precisions = tuple(known.get("precisions") or ())
    return Model(tuple(layers), sizes, profile, precisions, _workbench(dataset, init, profile))


def _workbench(dataset: xarray.Dataset, init: str, profile: Profile) -> Any:
    """Return the model behind a dataset if it is in memory, and the weights that were measured are its own."""
    bench = dataset.encoding.get("actviz_workbench")
    same = (
        bench is not None and bench.init == init and np.array_equal(bench.sizes, profile["weights_rms"], equal_nan=True)
    )
    return bench if same else None


def span(values: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest of some numbers."""
    return min(values, default=math.nan), max(values, default=math.nan)
