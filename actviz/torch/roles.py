"""What each layer of a model is for, told by where it stands in the graph of a pass, not by its class or name."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from actviz.torch.attention import Softmax
from actviz.torch.behind import Behind
from actviz.torch.functions import ATTENDING, MIXING, NORMALIZING
from actviz.torch.graph import APART, Graph
from actviz.torch.layers import Layer
from actviz.torch.nodes import Join, Node, made_of
from actviz.torch.places import Place, is_modulated, number_streams, places_of

_LOOKUPS = ("embedding", "embedding_bag")


def _is_norm(layer: Layer) -> bool:
    return bool(layer.normalized) and (layer.weights is None or layer.weights[1] in NORMALIZING)


def _reads_out(layer: Layer, before: Layer | None) -> bool:
    """Whether last weights are a head: elementwise functions may follow, unless it is one more of a chain's layers."""
    one_more = before is not None and layer.nonlinearity.label == before.nonlinearity.label
    return layer.is_open or (
        layer.nonlinearity.activation is not None
        and not (one_more and before is not None and layer.width == before.width)
    )


def _role(layer: Layer, place: Place, joined: bool, before: Layer | None) -> str:
    if layer.constant or (layer.weights and layer.weights[1] in _LOOKUPS):
        return "lookup"
    if place.role in ("gate", "aside"):
        return place.role
    if _is_norm(layer):
        return "norm"
    if place.role == "branch":
        return "branch"
    if place.role == "main" and place.last and layer.matrices and _reads_out(layer, before):
        return "head"
    return "stream" if joined else "chain"


def _giving(graph: Graph, outputs: Sequence[torch.Tensor]) -> set[Node]:
    """Return the calls that apply weights behind which no others come on a way to an output.

    Of an output to which no such values come, those that weigh what does, as of points that are moved.
    """
    ends = [node for tensor in outputs if (node := graph.get(tensor))]
    apart = (*APART, "zero")
    return set[Node]().union(*(_before_end(end, apart) or _before_end(end, ("index", "zero")) for end in ends))


def _before_end(end: Node, apart: tuple[str, ...]) -> set[Node]:
    return {node for node in made_of(end, apart, lambda node: node.weighted) if node.weighted}


def place_layers(layers: Sequence[Layer], graph: Graph, outputs: Sequence[torch.Tensor]) -> tuple[Join, ...]:
    """Give every layer its role and place, and return the joins that lead to an output, in order."""
    places, behind = places_of(graph, outputs), Behind(graph)
    joins = [join for join in graph.joins if join.node in places and places[join.node].role in ("main", "branch")]
    number_streams(graph, joins, places)
    numbers = {join.number: number for number, join in enumerate(joins, 1)}
    chains: dict[tuple[int, int, bool, int], int] = {(0, 0, False, 0): 0}
    attended = dict[Layer, int]()
    reads = any(not node.constant for tensor in outputs if (node := graph.get(tensor)))
    before: Layer | None = None  # the last layer with weights on the main way
    giving = _giving(graph, outputs)
    modulated = _giving(graph, [each for each in outputs if (node := graph.get(each)) and is_modulated(node)])
    for layer in layers:
        place = places.get(graph.by_key[layer.h], Place()) if layer.h in graph.by_key else Place("main", last=False)
        first = graph.by_key.get(layer.weights or layer.h)
        layer.constant = reads and first is not None and first.constant
        layer.role = _role(layer, place, bool(joins), before)
        before = layer if layer.role in ("chain", "stream") and layer.matrices else before
        layer.block = numbers.get(place.block, 0)
        attended[layer] = place.attended
        layer.averaged, layer.ends = place.averaged, place.ends
        layer.gives, layer.modulated = first in giving, first in modulated
        if first:
            layer.scaled, layer.next = behind.weights(first)
            layer.waits = behind.waits
            layer.rescaled = bool(layer.weights) and not layer.normalized and behind.rescales(first)
    ends, led = _ends(layers), _led(layers)
    for layer in layers:
        end = layer.block > 0 and ends[layer] == layer.order
        of = (layer.block, attended[layer], end, led[layer] if not layer.block else 0 if end else ends[layer])
        layer.chain = chains.setdefault(of, len(chains))
    heads = [layer for layer in layers if layer.role == "head"]
    if not any(layer.role in ("chain", "stream", "branch") for layer in layers):  # a model that is nothing else
        for layer in heads:
            layer.role = "stream" if joins else "chain"
    for join in joins:
        there = [layer for layer in layers if layer.order <= join.order]
        join.layer = len(there)
        join.averaged = places[join.node].averaged
        _, join.next = behind.weights(join.node)
        join.number, join.parent = numbers[join.number], numbers.get(join.parent, 0)
        inside = [layer.name for layer in there if layer.block == join.number and layer.role != "gate"]
        join.name = inside[-1] if inside else ""
    return tuple(joins)


def _ends(layers: Sequence[Layer]) -> dict[Layer, int]:
    """Return which last weights of its branch, by their order, each layer leads to alone; 0 where it leads to several.

    So experts side by side, each with an end of its own, are no chain of layers.
    """
    of_call = {layer.weights: layer for layer in layers if layer.weights}
    found = dict[Layer, int]()
    for layer in reversed(layers):
        following = [of_call[key] for key in layer.next if key in of_call]
        led = {found.get(each, 0) for each in following if each.block == layer.block and each is not layer}
        ends = layer.ends and layer.role == "branch" and bool(layer.matrices)
        found[layer] = layer.order if ends else led.pop() if len(led) == 1 else 0
    return found


def _led(layers: Sequence[Layer]) -> dict[Layer, int]:
    """Return the last layer before a head, by its order, that each of the main way leads to alone; 0 where to several.

    So towers side by side are no chain of layers. Where all lead to one end, there is but one way. A head has that of
    what it reads.
    """
    of_call = {layer.weights: layer for layer in layers if layer.weights}
    found = dict[Layer, frozenset[int]]()
    for layer in reversed(layers):
        following = [each for key in layer.next if (each := of_call.get(key)) is not None and each is not layer]
        found[layer] = frozenset[int]().union(*(found.get(each, ()) for each in following))
        shaped = layer.role in ("chain", "stream", "norm") and not layer.block
        if shaped and not found[layer] and (layer.gives or any(each.role == "head" for each in following)):
            found[layer] = frozenset({layer.order})
            read = [each for each in following if each.role == "head"]
            found |= {each: found[each] | found[layer] for each in read}
    several = len(frozenset[int]().union(*found.values())) > 1
    return {layer: min(led) if several and len(led) == 1 else 0 for layer, led in found.items()}


def _of_normalized(softmax: Node) -> bool:
    """Whether both factors of a softmax's logits, or of what attends, are normalized behind their weights."""
    product, logits = softmax, [softmax]
    while product.name not in (*MIXING, *ATTENDING) and logits:
        product = max(logits, key=lambda node: node.values)
        logits = [parent for parent, kind in product.parents if kind not in APART and not product.weighted]
    factors = [parent for parent, _ in product.parents][:2] if product.name in (*MIXING, *ATTENDING) else []
    return len(factors) == 2 and all(map(_is_normalized, factors))


def _is_normalized(factor: Node) -> bool:
    return any(node.normalizes for node in made_of(factor, APART, lambda node: node.weighted))


def softmaxes_of(graph: Graph, layers: Sequence[Layer]) -> tuple[Softmax, ...]:
    """Return the softmaxes of a pass, those inside attention too, each with a name of its own."""
    inside = (*ATTENDING, "multi_head_attention_forward")
    found = [node for node in graph.nodes if node.key and node.name in ("softmax", *inside)]
    done: dict[object, int] = {layer.h: layer.order for layer in layers}
    names = [node.key[0] or node.key[1] for node in found if node.key]
    again = [names[:at].count(name) for at, name in enumerate(names)]
    return tuple(
        Softmax(
            node.key,
            name + (f"#{number + 1}" if number else ""),
            node.attends or node.name in inside,
            _of_normalized(node),
            max((done.get(each.key, 0) for each in graph.nodes[: node.at + 1] if each.key), default=0),
        )
        for node, name, number in zip(found, names, again, strict=True)
        if node.key
    )
