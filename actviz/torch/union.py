"""What several passes of a model found, as one: layers and blocks that one seed takes and another leaves out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from actviz.torch.discovery import Found
from actviz.torch.layers import Layer, named_apart
from actviz.torch.passes import CallKey

T = TypeVar("T")


def _behind(found: Found, order: int) -> CallKey | None:
    """Return by its call the last layer before a place."""
    return next((layer.h for layer in reversed(found.layers) if layer.order <= order), None)


def _merged(lists: Sequence[Sequence[T]], key: Callable[[T], Any]) -> list[T]:
    """Return the union of lists, each new one behind what it followed."""
    merged: list[T] = []
    for each in lists:
        at = 0
        for item in each:
            there = next((place for place, other in enumerate(merged) if key(other) == key(item)), None)
            if there is None:
                merged.insert(at, item)
            at = (at if there is None else there) + 1
    return merged


def united(found: Sequence[Found]) -> Found:
    """Return what is there in any pass; places and numbers are those among all of it."""
    blocks = {id(layer): {join.number: join.key for join in each.joins} for each in found for layer in each.layers}
    parents = {id(join): {own.number: own.key for own in each.joins} for each in found for join in each.joins}
    behind: dict[int, CallKey | None] = {}
    for each in found:
        behind.update({id(join): _behind(each, join.order) for join in each.joins})
        behind.update({id(softmax): _behind(each, softmax.order) for softmax in each.softmaxes})
    layers = _merged([each.layers for each in found], lambda layer: layer.h)
    joins = _merged([each.joins for each in found], lambda join: join.key)
    softmaxes = _merged([each.softmaxes for each in found], lambda softmax: softmax.key)
    numbers = {join.key: number for number, join in enumerate(joins, 1)}
    orders: dict[CallKey | None, int] = {layer.h: 2 * at for at, layer in enumerate(layers, 1)}
    streams, begun = _streams(found), set[int]()
    for join in joins:
        join.parent = numbers.get(parents[id(join)].get(join.parent, join.key), 0) if join.parent else 0
        join.number, join.order = numbers[join.key], orders.get(behind[id(join)], 0) + 1
        join.stream_number = streams[join.key]
        join.starts = join.stream_number not in begun
        begun.add(join.stream_number)
    for softmax in softmaxes:
        softmax.order = orders.get(behind[id(softmax)], 0)
    _number(layers, numbers, blocks)
    weighted = frozenset[CallKey]().union(*(each.weighted for each in found))
    dropout = {name: rate for each in found for name, rate in each.dropout.items()}
    draws = frozenset[str]().union(*(each.draws for each in found))
    unread = frozenset.intersection(*(each.unread for each in found))
    computed = {key: places for each in found for key, places in each.computed.items()}
    decays = {key: of for each in found for key, of in each.decays.items()}
    return Found(tuple(layers), tuple(joins), tuple(softmaxes), weighted, dropout, draws, unread, computed, decays)


def _streams(found: Sequence[Found]) -> dict[CallKey, int]:
    """Return each join's stream, of which passes that share a join have the same."""
    of: dict[CallKey, int] = {}
    for each in found:
        own: dict[int, list[CallKey]] = {}
        for join in each.joins:
            own.setdefault(join.stream_number, []).append(join.key)
        for keys in own.values():
            known = [of[key] for key in keys if key in of]
            of.update(dict.fromkeys(keys, known[0] if known else max(of.values(), default=0) + 1))
    return of


def _number(layers: Sequence[Layer], numbers: dict[Any, int], blocks: dict[int, dict[int, Any]]) -> None:
    """Give layers of several passes their place, their block's number, a chain, and a name of its own."""
    chains: dict[tuple[int, int], int] = {(0, 0): 0}
    for at, layer in enumerate(layers, 1):
        own = blocks[id(layer)]
        layer.order, layer.block = 2 * at, numbers[own[layer.block]] if layer.block else 0
        layer.chain = chains.setdefault((layer.block, layer.chain), len(chains)) if layer.block else 0
    named_apart(layers)
