"""What a layer of a model is: its calls, its name and kind, and which layers are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import torch

from actviz.catalog.activations import ACTIVATIONS
from actviz.errors import ActvizError
from actviz.numerics.histogram import Bins
from actviz.torch.functions import IDENTITY, Nonlinearity
from actviz.torch.passes import PICKED, CallKey, Factor

MIXED = "mixed"
"""Label of a dataset's activation where layers have several."""


class UnseenError(ActvizError):
    """A layer is there in another pass than the first, or is not there at all."""


@dataclass(frozen=True)
class Part:
    """One of the calls that make a layer: by which name it can be chosen, and what it is.

    ``of`` is the class of its module, and not the module, which would live as long as what is known of its layers.
    """

    name: str
    kind: str
    of: type[torch.nn.Module] | None

    @property
    def names(self) -> set[str]:
        """What a pattern may fit: the name, with and without numbers of the call and of what is picked; the kind."""
        once = self.name.partition("#")[0]
        return {self.name, once, PICKED.sub("", once), self.kind}

    def fits(self, pattern: Any) -> bool:
        """Whether a glob fits the name or the kind, or a class that of the module."""
        if isinstance(pattern, type):
            return self.of is not None and issubclass(self.of, pattern)
        return any(fnmatchcase(name, pattern) for name in self.names)


@dataclass(eq=False)
class Layer:
    """A layer of a model: the calls in which its weights are applied, and its z and h can be seen.

    Parameters
    ----------
    parts : list of Part
        What applies the weights, normalizes, activates; of these those that it has.
    function : str
        The function that gives h.
    h, z : CallKey
        h is what the call ``h`` gives and z what the call ``z`` takes; without an activation z is h.
    dim, width : int
        Dimension of the units, from the end; their number.
    order : int
        Its place among the others.
    weights : CallKey or None
        The call that applies the weights.
    fan_in, matrices : int
        Values that a unit adds up; how many arrays the weights are in.
    fans : dict
        fan_in and fan_out of each parameter among the weights, by its name.
    made, shifts : dict
        Parameters that its weights, and its bias, are linear in, if these are computed before they are applied, and
        parameters that are its bias; each with the size of these for one of size 1, that to change first.
    output : int
        Which of the tensors that the call ``h`` gives is h.
    nonlinearity : Nonlinearity
    normalized : str
        The function that normalizes z, if one does.
    after : Layer or None
        The layer whose value a normalization takes: one with it, if an activation comes next.
    name : str
        Of the first part, and ``#2`` at its second call.
    role : str
        What it is for: chain, stream, branch, gate, lookup, head or norm.
    block : int
        The join that its branch leads to, from 1; 0 on the main way.
    chain : int
        Layers of one number follow each other, with nothing between them that mixes positions by attention.
    averaged : int
        Positions that are averaged over behind it.
    scaled : tuple of Factor
        What it is scaled by up to the next weights, these among it: where one is 0 no gradient comes back.
    next : tuple of CallKey
        The calls that apply these weights.
    waits : callable
        Whether what a call of its pass gives waits for zeros that grow: ``Behind.waits``.
    rescaled : bool
        Whether all that reads it normalizes it, so that its size has no effect.
    constant : bool
        Whether it is made of parameters alone, or of zeros, and so the same whatever the model is given.
    gives : bool
        Whether its values come to an output with no weights in between.
    ends : bool
        Whether no weights come behind it, on the main way or in its branch, but those that weigh its values.
    modulated : bool
        Whether it gives an output to which inputs come by what weighs other values alone.
    halved : CallKey or None
        The call by which one half of its units gates the other, as a gated linear unit does.
    """

    parts: list[Part]
    function: str
    h: CallKey
    dim: int
    width: int
    order: int
    z: CallKey | None = None
    weights: CallKey | None = None
    fan_in: int = 1
    matrices: int = 0
    fans: dict[str, tuple[int, int]] = field(default_factory=dict)
    made: dict[str, float] = field(default_factory=dict)
    shifts: dict[str, float] = field(default_factory=dict)
    output: int = 0
    nonlinearity: Nonlinearity = IDENTITY
    normalized: str = ""
    after: Layer | None = None
    name: str = ""
    role: str = "chain"
    block: int = 0
    chain: int = 0
    averaged: int = 1
    scaled: tuple[Factor, ...] = ()
    next: tuple[CallKey, ...] = ()
    waits: Callable[[CallKey, Mapping[Factor, bool]], bool] = field(default=lambda key, zeros: False, repr=False)
    rescaled: bool = False
    constant: bool = False
    gives: bool = False
    ends: bool = True
    modulated: bool = False
    halved: CallKey | None = None

    @property
    def is_open(self) -> bool:
        """Whether an activation may still follow."""
        return self.z is None and self.nonlinearity is IDENTITY

    @property
    def kind(self) -> str:
        """What it is made of."""
        return " + ".join(part.kind for part in self.parts)

    def grow(self, part: Part, call: CallKey, dim: int, width: int, order: int) -> None:
        """Take another call as part of the layer, its last."""
        self.parts.append(part)
        self.h, self.function, self.dim, self.width, self.order = call, call[1], dim, width, order

    def follow(self, first: Layer) -> None:
        """Take the weights of a layer for this one's."""
        self.parts[:0] = first.parts
        self.weights, self.matrices, self.fan_in, self.fans = first.weights, first.matrices, first.fan_in, first.fans
        self.made, self.shifts = first.made, first.shifts

    def fits(self, pattern: Any) -> bool:
        """Whether a glob fits the name or the kind of a part, or a class a part's module."""
        named = isinstance(pattern, str) and fnmatchcase(self.name, pattern)
        return named or any(part.fits(pattern) for part in self.parts)


def is_bare(module: torch.nn.Module) -> bool:
    """Whether a module is the user's own, without modules or weights inside."""
    return (
        not type(module).__module__.startswith("torch.")
        and next(module.children(), None) is None
        and not module.state_dict()
    )


def has_matrix(module: torch.nn.Module) -> bool:
    """Whether a module has weights itself; one that is compiled hides those of its parts."""
    compiled = isinstance(module, torch.jit.ScriptModule)
    return any(weight.ndim >= 2 and weight.is_floating_point() for weight in module.parameters(recurse=compiled))


def named_apart(layers: Sequence[Layer]) -> None:
    """Give each layer a name of its own: that of its first part, with a number where it is taken."""
    taken: set[str] = set()
    for layer in layers:
        layer.name = next(name for name in _names(layer.parts[0].name) if name not in taken)
        taken.add(layer.name)


def _names(first: str) -> Iterator[str]:
    """Yield a name, and others to take where it is taken."""
    base, _, number = first.partition("#")
    yield first
    yield from (f"{base}#{again}" for again in range(int(number or 1) + 1, 10**9))


def patterns_of(layers: Any) -> list[Any]:
    """Return the patterns of layers that are asked for.

    Raises
    ------
    ActvizError
        If one is neither a string nor a class.
    """
    patterns = list(layers) if isinstance(layers, list | tuple | set) else [layers]
    wrong = [pattern for pattern in patterns if not isinstance(pattern, str | type)]
    if wrong or not patterns:
        raise ActvizError(f"layers must be globs of names or types, or classes, not {(wrong or [layers])[0]!r}")
    return patterns


def choose(layers: Sequence[Layer], patterns: Sequence[Any]) -> tuple[Layer, ...]:
    """Return the layers that fit any of the patterns.

    Raises
    ------
    ActvizError
        If there is none; the message says what there is.
    """
    if not layers:
        raise UnseenError("no layer found: nothing in the model applies weights where PyTorch's functions are in sight")
    chosen = tuple(layer for layer in layers if any(layer.fits(pattern) for pattern in patterns))
    if not chosen:
        names = ", ".join(layer.name for layer in layers[:12]) + (", ..." if len(layers) > 12 else "")
        asked = ", ".join(pattern if isinstance(pattern, str) else pattern.__name__ for pattern in patterns)
        raise UnseenError(f"no layer fits {asked}; the model has {names}")
    return chosen


def shared_label(layers: Sequence[Layer]) -> str:
    """Return the activation that all layers share which have one."""
    labels = {layer.nonlinearity.label for layer in layers} - {IDENTITY.label}
    return MIXED if len(labels) > 1 else next(iter(labels), IDENTITY.label)


def shared_bins(layers: Sequence[Layer]) -> Bins:
    """Return bins for every layer's values: those of a bounded activation only if no layer has another."""
    identity = ACTIVATIONS["identity"]
    bins = {(layer.nonlinearity.activation or identity).bins for layer in layers}
    return next(iter(bins)) if len(bins) == 1 else identity.bins
