"""A first pass that finds a model's layers: which weights, normalization and activation belong together, and where."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import torch

from actviz.catalog.activations import ACTIVATIONS
from actviz.torch.attention import Softmax
from actviz.torch.decays import DECAYING, Decay, decays_of, factors
from actviz.torch.functions import (
    ACTIVATING,
    ADDING,
    DRAWING,
    GATES,
    MULTIPLYING,
    NORMALIZING,
    PASSING,
    PRODUCTS,
    RECURRENT,
    UNKNOWN,
    WEIGHTED,
    Nonlinearity,
    catalogued,
    default_dim,
    floating,
    nonlinearity,
    own_activation,
    signal,
    tensors,
    unit_dim,
)
from actviz.torch.graph import Graph
from actviz.torch.layers import Layer, Part, has_matrix, is_bare, named_apart
from actviz.torch.making import computed
from actviz.torch.nodes import Join
from actviz.torch.passes import MODULE, CallKey, Pass
from actviz.torch.roles import place_layers, softmaxes_of
from actviz.torch.sources import Source, Sources, followed
from actviz.torch.unread import trainable
from actviz.torch.weights import Weights, biases_of, fans_of_call


class Discovery(Pass):
    """A pass that finds the layers."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__(model, set(trainable(model)))
        self._weights = Weights(model)
        self._sources = Sources()
        self.graph = Graph()
        self._layers: list[Layer] = []
        self.weighted: set[CallKey] = set()
        self.computed: dict[CallKey, list[int]] = {}
        self.decaying: dict[CallKey, Sequence[int]] = {}
        self.dropout = {
            f"{scope}.{name}".lstrip("."): float(rate)
            for scope, module in self.modules.items()
            for name in ("dropout", "dropout_p", "drop_prob")
            if isinstance(rate := getattr(module, name, None), float)
        }
        self.draws: set[str] = set()
        self._order = 0
        self._used: dict[Layer, dict[int, tuple[int, int]]] = {}  # outputs that are used, with dimension and width
        self._own: tuple[CallKey, torch.Tensor, Nonlinearity] | None = None  # the running activation of the user's own
        self._before: list[tuple[int, list[torch.Tensor]]] = []  # layers before a running module, its inputs

    def _place(self) -> int:
        self._order += 1
        return self._order

    def _part(self, key: CallKey, of_module: bool = True) -> Part:
        """Name a call by its module if the module is there for it alone, else by its function too."""
        scope, function, number = key
        module = self.module_of(key)
        alone = all(name == "parametrizations" for name, _ in module.named_children())
        alone |= isinstance(module, torch.nn.MultiheadAttention)  # its child is no more than a place for weights
        again = f"#{number}" if number > 1 else ""
        if of_module and (alone or function == MODULE):
            kind = str(getattr(module, "original_name", type(module).__name__)).removeprefix("Parametrized")
            return Part((scope or kind) + again, kind, type(module))
        return Part(f"{scope}.{function}".lstrip(".") + again, function, None)

    def _new(self, key: CallKey, value: torch.Tensor, dim: int, **more: Any) -> Layer:
        layer = Layer([self._part(key)], key[1], key, dim, value.shape[dim], self._place(), **more)
        self._layers.append(layer)
        return layer

    def call(self, key: CallKey | None, name: str, function: Any, args: Any, kwargs: Any) -> Any:
        """Call a function and follow what it makes of what it is given."""
        computed = self._compute(key, args, kwargs) if key and name in PRODUCTS else []
        out = self._followed_call(key, name, function, args, kwargs)
        self._weights.follow(name, args, out)
        made = list(tensors(args[:1] if name == "__setitem__" else out))
        if made and not (name in MULTIPLYING and self._is_blank(args)):
            bends = name in ACTIVATING
            given = [each for each in tensors((args, kwargs)) if not any(each is other for other in computed)]
            dim = self._unit_dim_of(made[0])
            known = key is not None and (name in WEIGHTED or name in NORMALIZING)
            weights = self._weights.of_call(name, args, kwargs) if known else []
            applied = [own for each in weights if (own := self._weights.name(each))]
            weighted = key in self.weighted
            zero = name in MULTIPLYING and any(isinstance(each, int | float) and each == 0 for each in args)
            self.graph.add(name, key, given, made, weighted=weighted, bends=bends, dim=dim, applied=applied, zero=zero)
            if key and name in DECAYING and (places := factors(name, args, self.graph)):
                self.decaying[key] = places
            if key in self.graph.by_key and (join := self.graph.by_key[key].join):
                join.dim, join.order = dim, self._place()
                join.width = (made if join.adds else [given[join.branch[0]]])[0].shape[join.dim]
        return out

    def _compute(self, key: CallKey, args: Any, kwargs: Any) -> list[torch.Tensor]:
        """Return what a product takes for weights that are computed of parameters, which is noted."""
        given = list(tensors((args, kwargs)))
        if places := computed(given, self.graph, self._weights):
            self.computed[key] = places
            self._weights.add([given[at] for at in places])
        return [given[at] for at in places]

    def _is_blank(self, args: Any) -> bool:
        """Whether one of the tensors has the size of all and is 0 at every value, and nothing that is followed."""
        given = list(tensors(args))
        return any(
            each.is_floating_point() and each.numel() == max(other.numel() for other in given) and not each.any()
            for each in given
            if self.graph.get(each) is None and not (each.requires_grad or self._weights.name(each))
        )

    def _unit_dim_of(self, tensor: torch.Tensor) -> int:
        source = self._sources.get(tensor)
        return source.dim if source and tensor.ndim >= -source.dim else default_dim(tensor.ndim)

    def _followed_call(self, key: CallKey | None, name: str, function: Any, args: Any, kwargs: Any) -> Any:
        if "dropout" in name:
            rate = kwargs.get("p", args[1] if len(args) > 1 else 0.5)
            self.dropout[self.scope or name] = float(rate)
        elif name == "scaled_dot_product_attention":
            rate = kwargs.get("dropout_p", args[4] if len(args) > 4 else 0.0)
            self.dropout |= {f"{self.scope}.dropout_p".lstrip("."): float(rate)} if rate else {}
        elif name in DRAWING:
            self.draws.add(self.scope or name)
        read = args[:1] if name.endswith("_as") else (args, kwargs)
        given = [(tensor, source) for tensor in tensors(read) if (source := self._sources.get(tensor))]
        weights = self._weights.of_call(name, args, kwargs) if name in WEIGHTED else []
        if key and weights:
            self.weighted.add(key)
            if self._is_blank(args[:1]):  # a first state, of which they make nothing but their biases
                return function(*args, **kwargs)
        if self._own is not None or not (given or weights):
            return function(*args, **kwargs)
        taken = signal(args, kwargs)
        source = self._sources.get(taken)  # before the call, which may overwrite what it takes
        gated = self._gated([tensor for tensor, _ in given]) if key and name not in (*WEIGHTED, *NORMALIZING) else None
        activating = nonlinearity(function, args, kwargs) if name in ACTIVATING and source else None
        if key and name == "glu" and source and source.layer:
            source.layer.halved = key
        out = function(*args, **kwargs)
        value = floating(out)
        if value is None or value.ndim == 0 or not value.numel():
            self.weighted -= {key} if value is not None else set()  # given nothing now, it may be given values later
            return out
        self._use(given)
        if key and weights:
            layer = self._weighted(key, name, value, weights, args, kwargs)
            told = Source(layer.dim, layer, place=(layer, 0))
        elif key and source and name in NORMALIZING:
            told = self._normalized(key, value, source, args, kwargs)
        elif key and source and activating and taken is not None:
            told = self._activated(key, activating, source, taken, value)
        elif given:
            parent, before = given[0]
            signals = sum(
                each.is_floating_point() and self.graph.get(each) is not None for each in tensors((args, kwargs))
            )
            passed = name in PASSING and len(given) == 1 and signals < 2  # a sum with the inputs is no layer's
            if passed and before.layer and name in ADDING:
                self._shift(before.layer, [each for each in tensors(args) if each is not parent])
            told = Source(followed(value, parent, before.dim), before.layer if passed else None)
        else:
            return out
        for place, tensor in enumerate(each for each in tensors(out) if each.is_floating_point()):
            of = (told.place[0], place) if told.place else None
            self._sources.set(tensor, told if tensor is value else Source(default_dim(tensor.ndim), place=of))
        if gated and key:
            gated.nonlinearity = catalogued(ACTIVATIONS[GATES[gated.function]])
            gated.h, gated.function, gated.order = key, name, self._place()
        return out

    def _use(self, given: Sequence[tuple[torch.Tensor, Source]]) -> None:
        """Note which outputs of a call are used: of a recurrent one it may be its last state alone."""
        for tensor, source in given:
            if source.place:
                layer, place = source.place
                self._used.setdefault(layer, {})[place] = (source.dim, tensor.shape[source.dim])

    def _weighted(
        self, key: CallKey, name: str, value: torch.Tensor, weights: Sequence[torch.Tensor], args: Any, kwargs: Any
    ) -> Layer:
        dim = unit_dim(name, value.ndim)
        fans = fans_of_call(name, args, kwargs, weights, value.shape[dim])
        fan_in = sum(each for each, _ in fans[:2]) if name in RECURRENT else max(each for each, _ in fans)
        named = {own: fan for weight, fan in zip(weights, fans, strict=True) if (own := self._weights.name(weight))}
        more: dict[str, Any] = {"nonlinearity": Nonlinearity(name, None)} if name in RECURRENT else {}
        layer = self._new(key, value, dim, weights=key, fan_in=fan_in, matrices=len(weights), fans=named, **more)
        if name not in RECURRENT:
            made = [each for each in weights if not self._weights.name(each) and self._is_constant(each)]
            layer.made = {own: gain for each in made for own, gain in self._weights.makers(each).items()}
            self._shift(layer, biases_of(name, args, kwargs))
        return layer

    def _is_constant(self, tensor: torch.Tensor) -> bool:
        node = self.graph.get(tensor)
        return node is None or node.constant

    def _shift(self, layer: Layer, biases: Sequence[torch.Tensor]) -> None:
        """Note what is added to each unit that weights give: a bias, if it is made of parameters."""
        for each in biases:
            if layer.h == layer.weights and each.numel() == layer.width and self._is_constant(each):
                layer.shifts = layer.shifts or self._weights.makers(each)

    def _normalized(self, key: CallKey, value: torch.Tensor, source: Source, args: Any, kwargs: Any) -> Source:
        """Take a normalization as part of the layer before, or as one of its own behind anything else."""
        name, of_tokens = key[1], key[1] in ("layer_norm", "rms_norm")
        several = of_tokens and len(args) > 1 and len(args[1]) > 1
        dim = source.dim if several else unit_dim(name, value.ndim)
        layer = source.layer if source.layer and source.layer.is_open and not source.layer.normalized else None
        if layer is None or of_tokens:  # norms of tokens stand before a branch as often as behind weights
            scale = self._weights.of_call(name, args, kwargs)
            more: dict[str, Any] = {"weights": key, "matrices": 1} if scale else {}
            layer = self._new(key, value, dim, after=layer, **more)
        else:
            layer.grow(self._part(key), key, dim, value.shape[dim], self._place())
        layer.normalized = name
        return Source(dim, layer)

    def _activated(
        self, key: CallKey, activating: Nonlinearity, source: Source, z: torch.Tensor, h: torch.Tensor
    ) -> Source:
        """Take an activation as that of the layer whose value it is given, or as a layer of its own."""
        layer = source.layer
        if layer is None or not layer.is_open:
            layer = self._new(key, z, source.dim)
        else:
            if layer.after is not None and layer.after.is_open:
                self._layers.remove(layer.after)
                layer.follow(layer.after)
            part = self._part(key, of_module=key[0] != layer.h[0])
            layer.grow(part, key, source.dim, z.shape[source.dim], self._place())
        layer.z, layer.nonlinearity = key, activating
        return Source(source.dim, gate=None if h is z else (layer, weakref.ref(z)))

    def _gated(self, given: Sequence[torch.Tensor]) -> Layer | None:
        """Return the layer whose z is multiplied with its activation, as SiLU is written out."""
        for tensor in given:
            gate = (self._sources.get(tensor) or Source(-1)).gate
            if gate and gate[0].function in GATES and any(other is gate[1]() for other in given):
                return gate[0]
        return None

    def enter(self, key: CallKey, module: torch.nn.Module, args: Any) -> None:
        """See whether a module is an activation of the user's own."""
        self._before.append((len(self._layers), list(tensors(args))))
        value = signal(args, {})
        if self._own is None and value is not None and self._sources.get(value) and is_bare(module):
            with self._aside():
                activating = own_activation(module)
            self._own = (key, value, activating) if activating is not None else None

    def leave(self, key: CallKey, module: torch.nn.Module, output: Any) -> None:
        """Take what a module gave as a layer's if none of its functions has been seen."""
        (before, taken), value = self._before.pop(), floating(output)
        if self._own is not None:
            if self._own[0] == key:
                (_, z, activating), self._own = self._own, None
                source = self._sources.get(z)
                if value is not None and source is not None:
                    self.graph.add(MODULE, key, [z], [value], bends=True)
                    self._sources.set(value, self._activated(key, activating, source, z, value))
        elif self._is_hidden(value, module, before):
            layer = self._new(key, value, default_dim(value.ndim), nonlinearity=UNKNOWN)
            self.graph.add(MODULE, key, taken, [value], weighted=True, bends=True)
            self._sources.set(value, Source(layer.dim, layer))

    def _is_hidden(self, value: torch.Tensor | None, module: torch.nn.Module, before: int) -> TypeGuard[torch.Tensor]:
        """Whether a module has given a value of which no function was seen, such as one that is compiled."""
        if value is None or not (value.ndim and value.numel()) or len(self._layers) > before:
            return False
        seen = self.graph.get(value) is not None or self._weights.name(value)
        return not seen and has_matrix(module)

    def layers_of(self, output: Any) -> tuple[Layer, ...]:
        """Return the layers in order, each with a name of its own, of a model that has given its output."""
        self._use([(tensor, source) for tensor in tensors(output) if (source := self._sources.get(tensor))])
        for layer, used in self._used.items():
            if 0 not in used and layer.h == layer.weights:
                layer.output = min(used)
                layer.dim, layer.width = used[layer.output]
        layers = sorted(self._layers, key=lambda layer: layer.order)
        named_apart(layers)
        return tuple(layers)


@dataclass(frozen=True)
class Found:
    """What a first pass found: layers, joins of branches with streams, softmaxes, calls that apply weights, dropout.

    ``draws`` names where random numbers are drawn else, ``unread`` the parameters that no call of it took, ``computed``
    which of the tensors that calls take are weights though they are no parameters, ``decays`` which of them are decays
    of a state.
    """

    layers: tuple[Layer, ...]
    joins: tuple[Join, ...]
    softmaxes: tuple[Softmax, ...]
    weighted: frozenset[CallKey]
    dropout: dict[str, float]
    draws: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    computed: Mapping[CallKey, Sequence[int]] = field(default_factory=dict)
    decays: Mapping[CallKey, Decay] = field(default_factory=dict)


def find_layers(model: torch.nn.Module, args: Any, kwargs: Any) -> Found:
    """Pass a batch through a model and return what it is made of."""
    discovery = Discovery(model)
    discovery.graph.root(list(tensors((args, kwargs))))
    with discovery.watching():
        output = model(*args, **kwargs)
    discovery.graph.forget_first_states()
    layers = discovery.layers_of(output)
    joins = place_layers(layers, discovery.graph, list(tensors(output)))
    softmaxes = softmaxes_of(discovery.graph, layers)
    decays = decays_of(discovery.graph, layers, discovery.decaying)
    steps = {of for _, of, _, made in decays.values() if made}
    for layer in layers:  # steps weigh what comes in besides, as a value of its own
        rises = layer.nonlinearity.label == "softplus" and layer.role in ("chain", "stream", "branch")
        layer.role = "gate" if rises and layer.h in steps else layer.role
    calls, draws = frozenset(discovery.weighted), frozenset(discovery.draws)
    unread = frozenset(discovery.unread.names)
    return Found(layers, joins, softmaxes, calls, discovery.dropout, draws, unread, discovery.computed, decays)
