"""Decays of states: exponentials that multiply what is carried on step by step, or whose product over steps does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import torch

from actviz.catalog.slopes import SATURATION_THRESHOLD
from actviz.torch.functions import JOINING, MIXING, MULTIPLYING, SELECTING, tensors
from actviz.torch.graph import Graph
from actviz.torch.layers import Layer
from actviz.torch.nodes import Node, made_of
from actviz.torch.passes import CallKey

Decay = tuple[int, CallKey, CallKey, bool]
"""Which of the tensors that a call takes are decays, of which layer they are told, by its call, and of which state; and
whether that layer makes them."""

DECAYING = MULTIPLYING | {"addcmul", "cumprod"}
"""Functions of which a factor may be a decay."""

_PICKED = re.compile(
    r"(T|View|UnsafeView|ReshapeAlias|Transpose|Permute|Unsqueeze|Squeeze|Expand|ToCopy|Clone|Select|Slice|Unbind|Split"
    r"|Index)(WithSizes)?Backward\w*"
)

_SHAPES = SELECTING | frozenset(
    "view reshape unsqueeze squeeze transpose permute movedim contiguous clone to float expand flatten".split()
)

_CARRYING = _SHAPES | {name for name in JOINING if "cat" not in name}
"""Functions by which a state comes from one step to the next."""

_DIFFERING = _CARRYING | {"neg", "__neg__", "masked_fill", "tril", "where", "flip"} | MULTIPLYING
"""Functions between a sum over steps and its exponential."""


def factors(name: str, args: Sequence[Any], graph: Graph) -> tuple[int, ...]:
    """Return which of the factors of a product are exponentials, or a logistic function of parameters alone."""
    given = list(tensors(args))
    places = range(1, 3) if name == "addcmul" else range(len(given))
    return tuple(at for at in places if at < len(given) and _decays(given[at], graph))


def _decays(tensor: torch.Tensor, graph: Graph) -> bool:
    node = _picked(tensor.grad_fn)
    if type(node).__name__ == "MulBackward0":  # the real, or imaginary, part of one
        turned = [_picked(each) for each, _ in node.next_functions]
        turning = any(type(each).__name__.startswith(("CosBackward", "SinBackward")) for each in turned)
        node = (
            next((each for each in turned if type(each).__name__.startswith("ExpBackward")), None) if turning else None
        )
    name = type(node).__name__
    return name.startswith("ExpBackward") or (name.startswith("SigmoidBackward") and graph.get(tensor) is None)


def _picked(node: Any) -> Any:
    """Return what a node of a backward pass is picked from."""
    while node is not None and _PICKED.fullmatch(type(node).__name__):
        node = node.next_functions[0][0]
    return node


def decays_of(graph: Graph, layers: Sequence[Layer], found: Mapping[CallKey, Sequence[int]]) -> dict[CallKey, Decay]:
    """Return the decays of a pass, of the products that were ``found`` to have exponentials among their factors.

    A product counts if its other factor comes from one before, and it leads to one behind, by sums alone: what is read
    is no state, and a first state decays to nothing by right.
    """
    places = {graph.by_key[layer.h]: layer.h for layer in layers if layer.h in graph.by_key}
    told, decays = dict[Node, tuple[CallKey | None, bool]](), dict[CallKey, Decay]()
    first, carried = dict[Node, Node](), set[CallKey]()
    for node in sorted((graph.by_key[key] for key in found if key in graph.by_key), key=lambda node: node.at):
        parents = dict(zip(node.places, (parent for parent, _ in node.parents), strict=False))  # of none, if cut off
        assert node.key is not None
        first[node] = node
        for place in found[node.key]:
            others = [parent for at, parent in parents.items() if at != place]
            before = [each for other in others for each in _before(other, first) if each is not node]
            first[node] = begun = first[before[0]] if before else first[node]
            carried |= {each.key for each in before if each.key} | ({node.key} if node.name == "cumprod" else set())
            if (before or node.name == "cumprod") and begun.key:
                told[begun] = of, made = told.get(begun) or _told_of(places, node, parents.get(place))
                if of:
                    decays[node.key] = place, of, begun.key, made
    return {key: decay for key, decay in decays.items() if key in carried} | dict(_summed(graph, places))


def _before(node: Node, decayed: Collection[Node]) -> Iterator[Node]:
    """Yield the product of a step before from which a value comes by sums."""
    waiting, seen = [node], {node}
    while waiting:
        at = waiting.pop()
        if at in decayed:
            yield at
        elif at.name in _CARRYING and not at.weighted:
            parents = {each for each, _ in at.parents} - seen
            seen |= parents
            waiting += parents


def _summed(graph: Graph, places: Mapping[Node, CallKey]) -> Iterator[tuple[CallKey, Decay]]:
    """Yield sums over steps of the logarithms of decays: their exponentials multiply others. Not of probabilities."""
    exponents = {
        parent for node in graph.nodes if node.name in MULTIPLYING | MIXING for parent, _ in node.parents
    }  # or what is picked of them
    exponents |= {parent for node in exponents if node.name in _SHAPES for parent, _ in node.parents}
    for node in [parent for each in exponents if each.name == "exp" for parent, _ in each.parents]:
        for each in made_of(node, (), lambda at: at.name not in _DIFFERING):
            if each.name == "cumsum" and each.key and each.parents:
                logs = made_of(each, (), lambda at: at.weighted or at.bends)
                of, made = _told_of(places, each, each.parents[0][0])
                if of and not any(at.name in ("log", "log_softmax") for at in logs):
                    yield each.key, (0, of, each.key, made)


def _told_of(places: Mapping[Node, CallKey], node: Node, decay: Node | None) -> tuple[CallKey | None, bool]:
    """Return the last layer that makes a decay, or else the last before it, of their ``places``; and which it is."""
    made = [at for at in made_of(decay, (), lambda at: at in places) if at in places] if decay else []
    before = [] if made else [at for at in places if at.at < node.at]
    last = max(made or before, key=lambda at: at.at, default=None)
    return places[last] if last else None, bool(made)


class Forgotten:
    """The share of the decays of each state that leave next to nothing of it, over the passes of a seed."""

    def __init__(self, decays: Mapping[CallKey, Decay]) -> None:
        self.decays, self._counts = decays, dict[tuple[CallKey, CallKey], list[int]]()

    @torch.no_grad()
    def add(self, key: CallKey, args: Sequence[Any]) -> None:
        """Count those of a call."""
        place, of, state, _ = self.decays[key]
        values = list(tensors(args))[place]
        values = (-values.abs()).exp() if key[1] == "cumsum" else values
        counts = self._counts.setdefault((of, state), [0, 0])
        counts[0] += int((values.abs() < SATURATION_THRESHOLD).sum())
        counts[1] += values.numel()

    def share(self, layer: CallKey) -> float:
        """Return that of the state told of a layer, of the one that forgets most; NaN of other layers."""
        return max((few / every for (of, _), (few, every) in self._counts.items() if of == layer), default=torch.nan)
