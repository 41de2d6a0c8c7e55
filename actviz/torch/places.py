"""Where each call of a pass stands on the way to the outputs, and which stream each join of a branch is on."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from actviz.torch.functions import ATTENDING, MIXING
from actviz.torch.graph import APART, SHARED, Graph
from actviz.torch.nodes import Join, Node, made_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: ``main``, ``branch``, ``gate`` or, with no way to the output, ``aside``.

    ``block`` is the number of the join that its branch leads to, ``averaged`` how many positions are averaged over
    behind it, ``last`` whether no weights come after it, on the main way or in its branch, ``ends`` the same
    but for weights that only weigh the value itself, at the call ``weighed``, as squeeze and excite does, and
    ``attended`` how often values are mixed by attention between it and the end of its branch.
    """

    role: str = "aside"
    block: int = 0
    averaged: int = 1
    last: bool = True
    ends: bool = True
    attended: int = 0
    weighed: int = -1


_RANK = {"main": 0, "branch": 1, "gate": 2, "aside": 3}


def places_of(graph: Graph, outputs: Sequence[torch.Tensor]) -> dict[Node, Place]:
    """Say of every call where it stands on the way to the outputs.

    The largest output is what a model is for: on its way a branch stays one, of which a smaller output is a by-product.
    But what only weighs others there, and leads as a value to weights of a smaller output's own, is no gate.
    """
    graph.joins.sort(key=lambda join: join.node.at)
    for number, join in enumerate(graph.joins, 1):
        join.number = number
    ends = {node for tensor in outputs if (node := graph.get(tensor))}
    found: dict[Node, Place] = {}
    for size in sorted({node.values for node in ends}, reverse=True):
        settled = frozenset(found)
        found.update({node: Place("main") for node in ends if node.values == size and node not in found})
        _walk(graph, found, settled)
    return found


def _walk(graph: Graph, found: dict[Node, Place], settled: frozenset[Node]) -> None:
    """Find places from the outputs up; of what is settled only whether weights come after it may change.

    And what was a gate is none where a head that is found now reads it as a value.
    """
    read, gates = set[Node](), {node for node in settled if found[node].role == "gate"}
    for node in reversed(graph.nodes):
        place = found.get(node)
        if place is None:
            continue
        if node.join:
            after = found.get(node.join.again, place) if node.join.again else place
            node.join.parent = after.block if after.role == "branch" else 0
        for parent, kind in node.parents:
            new = _before(graph, node, parent, place, kind)
            old = found.get(parent)
            if new.role in ("main", "branch") and (node in read or (node.weighted and node not in settled)):
                old = None if parent in gates - read else old
                read.add(parent)
            if old is None or parent in settled - (gates & read):
                found[parent] = replace(old, last=old.last and new.last) if old else new
                continue
            best, other = (new, old) if _rank(graph, new) < _rank(graph, old) else (old, new)
            ends = best.ends and (other.ends or (other.role == "gate" and other.weighed == best.weighed))
            found[parent] = replace(best, last=best.last and other.last, ends=ends)


def is_modulated(output: Node) -> bool:
    """Whether what a model is given comes to an output, but by what weighs other values alone."""
    ways = (("zero",), ("zero", "gate"))
    every, as_values = (any(node.name == "input" for node in made_of(output, apart)) for apart in ways)
    return every and not as_values


def number_streams(graph: Graph, joins: Sequence[Join], places: Mapping[Node, Place]) -> None:
    """Tell of each join, in order, which stream it is on, that of the last one before it, or one of its own.

    And whether what reads that stream behind it, or it reads itself, is normalized.
    """
    of_node = {join.node: join for join in joins}
    count = 0
    for join in joins:
        before, constant = _before_stream(join, of_node)
        join.starts = before is None
        count += join.starts
        join.stream_number = before.stream_number if before else count
        join.constant = before.constant if before else constant
        if before:
            before.divided = not _goes_on(before, join)
    for node in (each for each in graph.nodes if each.normalizes and each in places):
        behind = [join for join in joins if join.parent == places[node].block and join.node.at < node.at]
        if places[node].role != "gate" and behind:
            behind[-1].normalized = True


def _before_stream(join: Join, of_node: Mapping[Node, Join]) -> tuple[Join | None, bool]:
    """Return the join that a join's stream comes from, if one does, and whether it comes from parameters alone.

    On the main way there may be weights in between, as where resolutions change; inside a branch these begin another.
    """
    places = dict.fromkeys(join.stream_nodes)
    waiting, constant = [(-node.at, node) for node in places], True
    heapq.heapify(waiting)
    while waiting:
        node = heapq.heappop(waiting)[1]
        other = of_node.get(node)
        if other and other is not join and other.parent == join.parent:
            return other, other.constant
        whole = not (join.parent and node.weighted)
        parents = [parent for parent, kind in node.parents if whole and kind in ("main", "again")]
        constant &= bool(parents) or node.constant or node.name in SHARED
        for parent in parents:
            if parent not in places:
                places[parent] = None
                heapq.heappush(waiting, (-parent.at, parent))
    return None, constant


def _goes_on(before: Join, join: Join) -> bool:
    """Whether a stream comes from one join to the next past all that normalizes it, sample by sample."""
    waiting, seen = list(join.stream_nodes), set(join.stream_nodes)
    while waiting:
        node = waiting.pop()
        if node is before.node:
            return True
        if node.normalizes and node.name != "batch_norm":
            continue
        parents = [each for each, kind in node.parents if kind in ("main", "again") and each not in seen]
        seen.update(parents)
        waiting += parents
    return False


def _rank(graph: Graph, place: Place) -> tuple[int, int, int]:
    """Order what several calls make of a value: on the outermost way, and there in the first of its branches."""
    depth, at = 0, place.block
    while at:
        depth, at = depth + 1, graph.joins[at - 1].parent
    return _RANK[place.role], depth, place.block


def _before(graph: Graph, node: Node, parent: Node, place: Place, kind: str) -> Place:
    """Say where what a call takes stands, by where the call does."""
    last, ends = (each and not node.weighted for each in (place.last, place.ends))
    if kind in APART:
        return Place("gate", place.block, place.averaged, last, weighed=node.at)
    mixes = node.name in MIXING and any(each == "gate" for _, each in node.parents)
    attended = place.attended + (mixes or node.name in (*ATTENDING, "multi_head_attention_forward"))
    averaged = place.averaged * node.averaged
    if kind == "branch" and node.join and place.role in ("main", "branch"):
        return Place("branch", node.join.number, averaged)
    if kind == "again" and place.role in ("main", "branch"):
        return Place("branch", graph.beside[parent].number, averaged)
    weighed = node.at if any(each == "gate" for _, each in node.parents) else place.weighed
    return Place(place.role, place.block, averaged, last, ends, attended if place.role == "branch" else 0, weighed)
