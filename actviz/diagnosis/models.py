"""A PyTorch model as its remedies see it: every layer's weights as they are, beside what its activation asks for."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.diagnosis.profile import Profile
from actviz.results.dataset import recipe

if TYPE_CHECKING:
    import xarray

IDENTITY = "identity"
LEAST_HALF = 2.0**-16
"""Size of a gradient of which float16 loses a good part in the next layers: its smallest number is 2^-24."""

ROUNDING = 1e-6
"""Standard deviation of a parameter, of its root mean square, that is none."""

GATED = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}
"""Recurrent functions, of which each gate has weights of its own in one matrix, and how many gates they have."""


_NONE = ("", 1.0)
"""Of no bias."""


@dataclass(frozen=True)
class Weights:
    """A matrix that a layer applies: its parameter, fans, and root mean square, median over seeds; its shape if known.

    ``path`` is its name in ``owner``, the module of its layer, or, where this has no such parameter, its own module.
    ``how`` is how another size is given to it: it is drawn anew, or a parametrization makes it, which has a gain to
    fill, as weight normalization, or lets none through, as spectral normalization: empty. ``gain`` is the size of what
    is applied for one of size 1 of the parameter that it is computed of. ``shift`` is the bias that the pass told of,
    or what it is computed of, and its gain.
    """

    name: str
    fan_in: int
    fan_out: int
    rms: float
    shape: tuple[int, ...] = ()
    layer: str = ""
    how: str = "draw"
    gain: float = 1.0
    made: bool = False
    shift: tuple[str, float] = _NONE

    @property
    def scale(self) -> float:
        """Weight variance times fan_in."""
        return self.rms * self.rms * self.fan_in

    @property
    def chance(self) -> float:
        """Share by which a draw of so many weights may be off its variance: four standard deviations."""
        return 4.0 * math.sqrt(2.0 / (self.fan_in * self.fan_out))

    @property
    def lookup(self) -> bool:
        """Whether it is a table whose rows are looked up, so that nothing is added up."""
        return (self.fan_in, self.fan_out) == (1, 1)

    @property
    def module(self) -> str:
        """Name of the module that has it."""
        before, made, _ = self.name.partition(".parametrizations.")
        return before if made else self.name.rpartition(".")[0]

    @property
    def owner(self) -> str:
        """Name of the module of its layer, if it is in that; else of its own."""
        of = self.layer.partition("#")[0]
        return of if of and self.name.startswith(f"{of}.") else self.module

    @property
    def path(self) -> str:
        """Its name in its owner; empty where that is none that code can write."""
        path, of = self.name.removeprefix(f"{self.owner}."), self.layer.partition("#")[0]
        return path if all(map(str.isidentifier, path.split("."))) and (not self.made or self.owner == of) else ""

    @property
    def bias(self) -> str:
        """Name of the bias that stands beside it; empty if neither the pass nor its own name tells."""
        if self.shift[0]:
            return self.shift[0]
        own = self.name.rpartition(".")[2].removesuffix("_orig")
        if self.how != "draw" or ".parametrizations.weight." in self.name:
            own = "weight"  # which a parametrization makes, beside the bias of a plain layer
        return f"{self.module}.{own.replace('weight', 'bias')}".lstrip(".") if "weight" in own else ""

    @property
    def bias_path(self) -> str:
        """Name in its owner of the bias that stands beside it; empty where that is none that code can write."""
        path = self.bias.removeprefix(f"{self.owner}.") if self.path else ""
        return path if all(map(str.isidentifier, path.split("."))) else ""


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
    def modular(self) -> bool:
        """Whether it is a module of its own, behind which another may stand."""
        return bool(self.weights) and self.weights[0].module == self.name.partition("#")[0]

    @property
    def applies(self) -> str:
        """What it applies: the names of its parameters, the same at every call; its own where it has none."""
        return " ".join(each.name for each in self.weights) or self.name

    @property
    def called(self) -> str:
        """Its name, without the number of the call where it is a module's."""
        return self.name.partition("#")[0] if self.modular else self.name

    @property
    def plain(self) -> bool:
        """Whether its matrices add up what they are given, so that their scale is a matter of their fans."""
        return bool(self.weights) and not self.weights[0].lookup and not self.gates


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
    shapes : dict
        Shape of every parameter; empty where they are not known.
    constant : frozenset of str
        Parameters of one value, under all seeds.
    means : dict
        Mean of every parameter, median over seeds.
    precisions : tuple of str
        Of the layers; empty where they are not known.
    workbench : object, optional
        The model itself, if it is at hand: an ``actviz.torch.workbench.Workbench``.
    """

    layers: tuple[Applied, ...]
    parameters: dict[str, float]
    profile: Profile
    shapes: dict[str, tuple[int, ...]]
    constant: frozenset[str]
    means: dict[str, float] = field(default_factory=dict)
    precisions: tuple[str, ...] = ()
    workbench: Any = None

    @property
    def normalized(self) -> bool:
        """Whether batch normalization stands between the weights and the activation of every layer that has both."""
        layers = [layer for layer in self.layers if layer.weights and layer.activation != IDENTITY]
        return bool(layers) and all(layer.norm == "batch_norm" for layer in layers)

    @property
    def norms(self) -> dict[str, str]:
        """The gains of normalizations with their biases, empty for none: in a module of its own, a vector or two.

        By the shapes of parameters alone: those of the user's own are told as PyTorch's are.
        """
        own: dict[str, list[str]] = {}
        for name in self.shapes:
            own.setdefault(name.rpartition(".")[0], []).append(name)
        found = {}
        for module, (gain, *rest) in own.items():
            alone = bool(module) and not any(other.startswith(f"{module}.") for other in own)
            alike = {self.shapes[name] for name in (gain, *rest)} == {self.shapes[gain]}
            if alone and alike and len(rest) < 2 and len(self.shapes[gain]) == 1 < self.shapes[gain][0]:
                found[gain] = rest[0] if rest else ""
        return found

    def moves(self, layer: int) -> bool:
        """Whether weights of a layer, or of one before it, have a gradient, as by an output of their own."""
        below = [at for at, number in enumerate(self.profile.layers) if number <= layer]
        return bool((self.profile["grad_weight_norm"][:, below] > 0.0).any(axis=1).all())

    @property
    def underflow(self) -> int:
        """Number of the layer from which down gradients may be 0 for float16 has no smaller number; 0 if none is."""
        zero = np.median(self.profile["grad_zero"], axis=0) >= 1.0
        rms = np.append(np.median(self.profile["grad_preact_rms"], axis=0)[1:], 0.0)
        starts = np.flatnonzero(zero & ~np.append(zero[1:], False))
        if not starts.size or "float16" not in self.precisions[starts[-1] : starts[-1] + 2]:
            return 0
        return self.profile.layers[starts[-1]] if rms[starts[-1]] < LEAST_HALF else 0


def model_of(dataset: xarray.Dataset, profile: Profile, init: str) -> Model | None:
    """Read a model off its dataset; None of a stack, and of files that do not have a model's parameters."""
    known = recipe(dataset)
    if known.get("kind") != "module" or "parameter" not in dataset.dims or "layer_norm" not in dataset.coords:
        return None
    names = [str(name) for name in dataset["parameter"].values]
    sizes, means = (
        dict(zip(names, dataset[of].sel(init=init).median("seed").values.ravel().tolist(), strict=True))
        for of in ("parameter_rms", "parameter_mean")
    )
    fans = {
        name: (int(fan_in), int(fan_out))
        for name, fan_in, fan_out in zip(
            names, dataset["parameter_fan_in"].values, dataset["parameter_fan_out"].values, strict=True
        )
        if fan_in
    }
    shapes = {
        name: tuple(map(int, filter(str.isdigit, shape.split("x"))))
        for name, shape in zip(names, _texts(dataset, "parameter_shape"), strict=False)
    }
    alone = dict(zip(dataset["parameter_layer"].values.tolist(), names, strict=True))
    applied = np.median(profile["weights_rms"], axis=0)
    fan_in, width, first = dataset["fan_in"].values, dataset["width"].values, profile.layers[0]
    told = (dataset[f"layer_{what}"].values.tolist() for what in ("name", "type", "activation", "norm"))
    roles = _texts(dataset, "role") or ["chain"] * dataset.sizes["layer"]
    bench = _workbench(dataset, init, profile)
    made: Mapping[str, tuple[dict[str, float], dict[str, float]]] = getattr(bench, "made", {})
    inner = {each for of, _ in made.values() for each in of}
    layers = []
    for number, positions, role, name, *rest in zip(
        dataset["layer"].values.tolist(), dataset["positions"].values.tolist(), roles, *told, strict=True
    ):
        own = [alone[number]] if number in alone else [each for each in fans if each.startswith(f"{name}.")]
        weights = [
            Weights(each, *fans[each], sizes[each], shapes.get(each, ()), str(name)) for each in own if each in fans
        ]
        of, shifts = made.get(str(name), ({}, {}))
        size = float(applied[number - first]), int(fan_in[number - first]), int(width[number - first])
        if role == "lookup" and any(each.name in inner and not each.lookup for each in weights):
            weights = []  # of what these make others are computed
        elif not weights:
            weights = list(_computed(str(name), shapes, sizes, of, *size[1:]) or _made(str(name), shapes, *size))
        shift = next(iter(shifts.items()), _NONE)
        weights = [dataclasses.replace(each, shift=shift) for each in weights]
        kind, activation, norm = map(str, rest)
        layers.append(Applied(str(name), kind, activation, norm, positions, tuple(weights)))
    spread = dataset["parameter_std"].sel(init=init).max("seed").values.ravel().tolist()
    constant = frozenset(name for name, std in zip(names, spread, strict=True) if std <= ROUNDING * sizes[name])
    precisions = tuple(known.get("precisions") or ())
    return Model(tuple(layers), sizes, profile, shapes, constant, means, precisions, bench)


def _computed(
    layer: str,
    shapes: Mapping[str, tuple[int, ...]],
    sizes: Mapping[str, float],
    made_of: Mapping[str, float],
    fan_in: int,
    width: int,
) -> list[Weights]:
    """Return the weights of a layer that are computed of parameters, by that which is to be changed: the first.

    A matrix is drawn, and a vector, which scales one, is filled. What it adds to them is their size here.
    """
    return [
        Weights(
            name, fan_in, width, gain * sizes[name], shapes[name], layer,
            "draw" if sum(size > 1 for size in shapes[name]) > 1 else "fill", gain, made=True,
        )
        for name, gain in [(name, gain) for name, gain in made_of.items() if name in shapes][:1]
    ]  # fmt: skip


PARAMETRIZED = {
    ".parametrizations.weight.original0": (".parametrizations.weight.original1", "fill"),
    ".weight_g": (".weight_v", "fill"),
    ".parametrizations.weight.original": (".parametrizations.weight.original", ""),
    ".weight_orig": (".weight_orig", ""),
}
"""From the end of a parameter's name to that of the one that has the weights' shape, and how another size is given:
gains of weight normalization, and what spectral normalization, pruning and the like make weights of."""


def _made(layer: str, shapes: Mapping[str, tuple[int, ...]], rms: float, fan_in: int, width: int) -> Iterator[Weights]:
    """Yield the weights of a layer that a parametrization makes, of which only what it is made of is a parameter."""
    module = layer.partition("#")[0]
    for made, (of, how) in PARAMETRIZED.items():
        if f"{module}{made}" in shapes and f"{module}{of}" in shapes:
            shape = shapes[f"{module}{of}"]
            gain = math.sqrt(math.prod(shapes[f"{module}{made}"]) / math.prod(shape))
            yield Weights(f"{module}{made}", fan_in, width, rms, shape, layer, how, gain)


def _texts(dataset: xarray.Dataset, name: str) -> list[str]:
    return list(map(str, dataset[name].values.tolist())) if name in dataset.coords else []


def _workbench(dataset: xarray.Dataset, init: str, profile: Profile) -> Any:
    """Return the model behind a dataset if it is in memory, and the weights that were measured are its own."""
    bench = dataset.encoding.get("actviz_workbench")
    if bench is None or getattr(bench, "init", None) != init:
        return None
    own, here = (
        {tuple(np.nan_to_num(row, nan=-1.0)) for row in each} for each in (bench.sizes, profile["weights_rms"])
    )
    return bench if here <= own else None


def span(values: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest of some numbers."""
    return min(values, default=math.nan), max(values, default=math.nan)
