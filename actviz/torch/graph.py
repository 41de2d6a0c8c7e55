"""The graph of a pass: what each call is made of, where a branch joins a stream, and what is only a gate.

It is read off operations alone: additions and concatenations, products, softmax. No class is asked for.
"""

from __future__ import annotations

import heapq
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from actviz.torch.functions import ATTENDING, GATING, JOINING, MIXING, MULTIPLYING, POOLING, SELECTING
from actviz.torch.passes import CallKey


@dataclass(eq=False, slots=True)
class Node:
    """One call: what it takes, and where its value goes.

    Parameters
    ----------
    at : int
        Its place among the others: what it takes comes before it.
    name : str
        The function.
    key : CallKey or None
    values : int
        How many values it gave.
    weighted, bends : bool
        Whether it applies weights, and whether it is a nonlinearity: a stream does not go on through one unchanged.
    parents : list of (Node, str)
        With what they are to it: ``main``, ``gate`` or, where a branch joins, ``branch``.
    averaged : int
        Positions of which it takes the mean.
    join : Join or None
    attends : bool
        Whether it is a softmax that weighs rows, as attention does.
    """

    at: int
    name: str
    key: CallKey | None
    values: int
    weighted: bool = False
    bends: bool = False
    parents: list[tuple[Node, str]] = field(default_factory=list)
    averaged: int = 1
    join: Join | None = None
    attends: bool = False


@dataclass(eq=False, slots=True)
class Join:
    """An addition, or a concatenation, by which a branch joins a stream.

    Parameters
    ----------
    key : CallKey
    node : Node
    stream, branch : tuple of int
        Their places among the tensors that the call takes.
    number, parent : int
        Its number from 1, in order, and that of the join in whose branch it is; 0 for none.
    name : str
        Of the last layer in the branch.
    order, layer : int
        Its place among the layers, and how many of these come before it.
    starts : bool
        Whether it is the first of its stream.
    dim, width, averaged : int
        Dimension of the units, from the end; their number, of a branch put beside the stream its own; positions that
        are averaged over behind the join.
    again : Node or None
        The call that puts all of it side by side again, with more, as DenseNet does: the stream goes on there.
    """

    key: CallKey
    node: Node
    stream: tuple[int, ...]
    branch: tuple[int, ...]
    number: int = 0
    parent: int = 0
    name: str = ""
    order: int = 0
    layer: int = 0
    starts: bool = False
    dim: int = -1
    width: int = 1
    averaged: int = 1
    again: Node | None = None

    @property
    def adds(self) -> bool:
        """Whether the branch is added, rather than put beside the stream."""
        return "cat" not in self.node.name


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: ``main``, ``branch``, ``gate`` or, with no way to the output, ``aside``.

    ``block`` is the number of the join that its branch leads to, ``averaged`` how many positions are averaged over
    behind it, ``last`` whether no weights come after it, and ``attended`` how often values are mixed by attention
    between it and the end of its branch.
    """

    role: str = "aside"
    block: int = 0
    averaged: int = 1
    last: bool = True
    attended: int = 0


_RANK = {"main": 0, "branch": 1, "gate": 2, "aside": 3}


class Graph:
    """The calls of a pass; tensors are followed for as long as they live."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[weakref.ref[torch.Tensor], Node]] = {}
        self.nodes: list[Node] = []
        self.joins: list[Join] = []
        self.by_key: dict[CallKey, Node] = {}
        self._beside: dict[Node, Join] = {}  # what was put beside a stream, and may be again

    def get(self, tensor: torch.Tensor) -> Node | None:
        """Return the call that gave a tensor."""
        reference, node = self._of.get(id(tensor), (None, None))
        return node if reference is not None and reference() is tensor else None

    def _set(self, outputs: Sequence[torch.Tensor], node: Node) -> None:
        self.nodes.append(node)
        for tensor in outputs:
            self._of[id(tensor)] = weakref.ref(tensor), node

    def root(self, given: Sequence[torch.Tensor]) -> None:
        """Follow what the model is given."""
        for tensor in given:
            self._set([tensor], Node(len(self.nodes), "input", None, tensor.numel()))

    def add(
        self, name: str, key: CallKey | None, given: Sequence[torch.Tensor], out: Sequence[torch.Tensor],
        *, weighted: bool = False, bends: bool = False,
    ) -> None:  # fmt: skip
        """Take a call and what it makes of what it is given."""
        parents = [(place, tensor, node) for place, tensor in enumerate(given) if (node := self.get(tensor))]
        if (not parents and not weighted) or name.endswith("_like") or name.startswith("new_"):  # of its shape alone
            return
        node = Node(len(self.nodes), name, key, out[0].numel(), weighted, bends or name == "softmax")
        floats = [(place, parent) for place, tensor, parent in parents if tensor.is_floating_point()]
        gates = {id(parent) for _, tensor, parent in parents if not tensor.is_floating_point()}
        gates -= {id(parent) for _, parent in floats}
        if name in (MULTIPLYING | MIXING) and len(floats) == 2:
            gates |= self._gate(floats[0][1], floats[1][1], of_values=name in MULTIPLYING)
        elif name in ATTENDING:
            gates |= {id(parent) for place, parent in floats[:2] if id(parent) != id(floats[-1][1])}
        if name in POOLING and floats:
            node.averaged = max(1, floats[0][1].values // max(1, node.values))
        if key and name in JOINING and len(floats) >= 2:
            node.join = self._join(key, node, floats)
            if node.join is None and "cat" not in name:  # a shift, shared by many values, of which it is no part
                gates |= {id(parent) for _, parent in floats if parent.values < max(each.values for _, each in floats)}
        branch = set(node.join.branch) if node.join else set()
        for place, _, parent in parents:
            kind = "gate" if id(parent) in gates else "branch" if place in branch else "main"
            if kind == "main" and "cat" in name and parent in self._beside:
                kind, self._beside[parent].again = "again", node
            node.parents.append((parent, kind))
        if key:
            self.by_key[key] = node
        if node.join:
            self.joins.append(node.join)
            if not node.join.adds:
                self._beside.update({each: node.join for at, each in floats if at in branch})
        self._set(out, node)

    def _light(self, node: Node) -> dict[Node, int]:
        """Return the calls of which a value is a plain copy, a linear shortcut at most, with the weights on the way."""
        found: dict[Node, int] = {}
        waiting = [(node, 0)]
        while waiting:
            at, weights = waiting.pop()
            if found.get(at, 9) <= weights or (weights and at.name in SELECTING):
                continue
            found[at] = weights
            weights += at.weighted
            if at.bends or at.join or weights > 1:
                continue
            waiting.extend((parent, weights) for parent, kind in at.parents if kind != "gate")
        return found

    @staticmethod
    def _weights_to(node: Node, targets: dict[Node, int]) -> tuple[Node, int] | None:
        """Return the nearest of the targets that a value descends from, and the fewest weights on the way."""
        least = min(target.at for target in targets)
        weights, waiting = {node: 0}, [(-node.at, node)]
        while waiting:
            at = heapq.heappop(waiting)[1]
            if at in targets:
                return at, weights[at]
            after = weights[at] + at.weighted
            for parent, kind in at.parents:
                if kind != "gate" and parent.at >= least:
                    if parent not in weights:
                        heapq.heappush(waiting, (-parent.at, parent))
                    weights[parent] = min(weights.get(parent, after), after)
        return None

    def _join(self, key: CallKey, node: Node, floats: Sequence[tuple[int, Node]]) -> Join | None:
        """Return the join that a sum is, if one part is made, with weights, of what the other is a plain copy of."""
        newest = max(floats, key=lambda each: each[1].at) if "cat" in node.name else None
        for branch in [newest] if newest else floats:
            others = [each for each in floats if each[1] is not branch[1]]
            if not newest and any(each[1].values != branch[1].values for each in others):
                continue
            for _, other in others:
                light = self._light(other)
                met = self._weights_to(branch[1], light)
                if met and met[1] > light[met[0]]:
                    return Join(key, node, tuple(place for place, _ in others), (branch[0],))
        return None

    def _gate(self, a: Node, b: Node, of_values: bool) -> set[int]:
        """Return which factor of a product only weighs the other: a bounded one, or one shared by many values."""
        bounded = {
            one: [
                each
                for each, weights in self._light(one).items()
                if each.name in GATING and not (weights and of_values)
            ]
            for one in (a, b)
        }
        gating = [one for one, found in bounded.items() if found]
        if len(gating) == 1:
            for each in () if of_values else bounded[gating[0]]:
                each.attends = each.name == "softmax"
            return {id(gating[0])}
        return {id(min(a, b, key=lambda each: each.values))} if of_values and a.values != b.values else set()

    def places(self, outputs: Sequence[torch.Tensor]) -> dict[Node, Place]:
        """Say of every call where it stands on the way to the outputs."""
        self.joins.sort(key=lambda join: join.node.at)
        for number, join in enumerate(self.joins, 1):
            join.number = number
        ends = {node for tensor in outputs if (node := self.get(tensor))}
        found: dict[Node, Place] = {node: Place("main") for node in ends}
        for node in reversed(self.nodes):
            place = found.get(node)
            if place is None:
                continue
            if node.join:
                after = found.get(node.join.again, place) if node.join.again else place
                node.join.parent = after.block if after.role == "branch" else 0
            for parent, kind in node.parents:
                new = self._before(node, parent, place, kind)
                old = found.get(parent)
                if old is None:
                    found[parent] = new
                    continue
                best, other = (new, old) if (_RANK[new.role], new.block) < (_RANK[old.role], old.block) else (old, new)
                last = best.last and other.last
                found[parent] = Place(best.role, best.block, best.averaged, last, best.attended)
        return found

    def _before(self, node: Node, parent: Node, place: Place, kind: str) -> Place:
        """Say where what a call takes stands, by where the call does."""
        last = place.last and not node.weighted
        if kind == "gate":
            return Place("gate", place.block, place.averaged, last)
        mixes = node.name in MIXING and any(each == "gate" for _, each in node.parents)
        attended = place.attended + (mixes or node.name in (*ATTENDING, "multi_head_attention_forward"))
        averaged = place.averaged * node.averaged
        if kind == "branch" and node.join and place.role in ("main", "branch"):
            return Place("branch", node.join.number, averaged, last)
        if kind == "again" and place.role in ("main", "branch"):
            return Place("branch", self._beside[parent].number, averaged, last)
        return Place(place.role, place.block, averaged, last, attended if place.role == "branch" else 0)
