"""The graph of a pass: what each call is made of, where a branch joins a stream, and what is only a gate.

It is read off operations alone: additions and concatenations, products, softmax. No class is asked for.
"""

from __future__ import annotations

import heapq
import itertools
import weakref
from collections.abc import Sequence

import torch

from actviz.torch.functions import (
    ATTENDING,
    GATING,
    JOINING,
    MIXING,
    MULTIPLYING,
    NORMALIZING,
    POOLING,
    ROOTS,
    SCALING,
    SELECTING,
)
from actviz.torch.nodes import Join, Node
from actviz.torch.passes import CallKey
from actviz.torch.weighing import exponentials, weigh

_NORM = 2.0**-10
"""What a normalization counts beside weights: something is made of what it is given, though with none."""

APART = ("gate", "index")
"""What a call takes that is no part of the values it gives: weights of others, and indices."""

SHARED = ("expand", "expand_as", "repeat", "repeat_interleave", "broadcast_to", "tile")
"""Functions by which a parameter becomes a stream of its own, the same for every sample, as a token of the class."""


def _values(node: Node) -> int:
    return node.values


class Graph:
    """The calls of a pass; tensors are followed for as long as they live."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[weakref.ref[torch.Tensor], Node]] = {}
        self.nodes: list[Node] = []
        self.joins: list[Join] = []
        self.by_key: dict[CallKey, Node] = {}
        self.beside: dict[Node, Join] = {}  # what was put beside a stream, and may be again
        self._loops: set[tuple[Node, tuple[str, ...]]] = set()
        self._zeros: list[Node] = []  # products with a number that is 0

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
        *, weighted: bool = False, bends: bool = False, dim: int = -1, applied: Sequence[str] = (), zero: bool = False,
    ) -> None:  # fmt: skip
        """Take a call and what it makes of what it is given; ``dim`` is where the units of that are.

        ``zero`` says that it is a product with a number that is 0: of what it takes nothing passes.
        """
        given = given[:1] if name.endswith("_as") else given  # of the other it takes the shape, or the type, alone
        parents = [(place, tensor, node) for place, tensor in enumerate(given) if (node := self.get(tensor))]
        shared = name in SHARED and out[0].is_floating_point()
        if not (parents or weighted or shared) or name.endswith("_like") or name.startswith("new_"):  # of a shape alone
            return
        node = Node(len(self.nodes), name, key, out[0].numel(), weighted, bends or name == "softmax")
        node.applied = tuple(applied)
        node.constant = all(parent.constant for *_, parent in parents) and all(
            each.requires_grad or not each.any()  # zeros, as a first state
            for each in given
            if each.is_floating_point() and self.get(each) is None
        )
        node.normalizes = name in (*NORMALIZING, "normalize", "cosine_similarity") or (
            name in SCALING
            and len(parents) == 2
            and self._is_size(*sorted((each for *_, each in parents), key=_values))
        )
        floats = [(place, parent) for place, tensor, parent in parents if tensor.is_floating_point()]
        if power := exponentials(node, [parent for _, parent in floats]):
            node.name, node.key, node.bends = "softmax", power.key, True
        gates: set[int] = set()
        indices = {id(parent) for _, tensor, parent in parents if not tensor.is_floating_point()}
        indices -= {id(parent) for _, parent in floats}
        if name in (MULTIPLYING | MIXING) and len(floats) == 2:
            gates |= self._gate(floats[0][1], floats[1][1], node.values, of_values=name in MULTIPLYING)
        elif name == "einsum":  # of several factors
            bounded = {id(parent) for _, parent in floats if self._bounded(parent, of_values=False)}
            gates |= bounded if len(bounded) < len(floats) else set()
        elif name in ATTENDING:
            gates |= {id(parent) for place, parent in floats[:2] if id(parent) != id(floats[-1][1])}
        if name in POOLING and floats:
            node.averaged = max(1, floats[0][1].values // max(1, node.values))
        joins = "cat" not in name or any(each.shape[dim] < out[0].shape[dim] for each in given if each.ndim >= -dim)
        if key and name in JOINING and len(floats) >= 2 and joins:
            node.join = self._join(key, node, floats)
            spread = "cat" not in name and name != "index_add"  # which adds rows, as of an expert, each in one place
            if node.join is None and spread:  # a shift, shared by many values, of which it is no part
                gates |= {id(parent) for _, parent in floats if parent.values < max(each.values for _, each in floats)}
        branch = set(node.join.branch) if node.join else set()
        for place, _, parent in parents:
            kind = "gate" if id(parent) in gates else "branch" if place in branch else "main"
            kind = "zero" if zero else "index" if id(parent) in indices else kind
            if kind == "main" and "cat" in name and parent in self.beside:
                kind, self.beside[parent].again = "again", node
            node.parents.append((parent, kind))
            node.places.append(place)
        weigh(node, [parent for _, parent in floats])
        if key:
            self.by_key[key] = node
        if zero:
            self._zeros.append(node)
        if node.join:
            self.joins.append(node.join)
            if not node.join.adds:
                self.beside.update({each: node.join for at, each in floats if at in branch})
        self._set(out, node)

    def _is_size(self, size: Node, of: Node) -> bool:
        """Whether a few values are a size of many: a root of what is made of them, or of what they are, no weights."""
        roots = any(each.name in ROOTS for each in (size, *(parent for parent, _ in size.parents)))
        met = self._weights_to(size, self._light(of), gates=True) if roots and size.values < of.values else None
        return met is not None and met[1] < 1.0

    def _light(self, node: Node) -> dict[Node, int]:
        """Return the calls of which a value is a plain copy, a linear shortcut at most, with the weights on the way.

        Of a sum that joins a branch it is one of the stream before too: branches side by side join one after the other.
        """
        found: dict[Node, int] = {}
        waiting = [(node, 0)]
        while waiting:
            at, weights = waiting.pop()
            if found.get(at, 9) <= weights or (weights and at.name in SELECTING):
                continue
            found[at] = weights
            weights += at.weighted
            if at.bends or weights > 1 or (at.join and not at.join.adds):
                continue
            waiting.extend((parent, weights) for parent, kind in at.parents if kind in ("main", "again"))
        return found

    @staticmethod
    def _weights_to(node: Node, targets: dict[Node, int], gates: bool) -> tuple[Node, float] | None:
        """Return the nearest of the targets that a value descends from, and the fewest weights on the way.

        A normalization counts as next to none. ``gates`` is whether to go by what only weighs others too.
        """
        least = min(target.at for target in targets)
        weights, waiting = {node: 0.0}, [(-node.at, node)]
        while waiting:
            at = heapq.heappop(waiting)[1]
            if at in targets:
                return at, weights[at]
            after = weights[at] + (at.weighted or _NORM * (at.name in NORMALIZING))
            for parent, kind in at.parents:
                if (kind not in APART or (gates and kind == "gate")) and parent.at >= least:
                    if parent not in weights:
                        heapq.heappush(waiting, (-parent.at, parent))
                    weights[parent] = min(weights.get(parent, after), after)
        return None

    def _join(self, key: CallKey, node: Node, floats: Sequence[tuple[int, Node]]) -> Join | None:
        """Return the join that a sum is, if one part is made of what the other is a plain copy of.

        It is made with more weights, or normalized at least. Where no branch is made of the stream, one may be by its
        queries alone, as attention to another stream is.
        """
        newest = max(floats, key=lambda each: each[1].at) if "cat" in node.name else None
        for gates, branch in itertools.product((False,) if newest else (False, True), [newest] if newest else floats):
            others = [each for each in floats if each[1] is not branch[1]]
            if branch[1].name == "detach":  # nothing comes back by it
                continue
            if not newest and any(each[1].values != branch[1].values for each in others):
                continue
            for _, other in others:
                light = self._light(other)
                met = self._weights_to(branch[1], light, gates)
                if met and (int(met[1]) > light[met[0]] or met[1] > 0.0 == light[met[0]]):
                    stream, (place, end) = tuple(place for place, _ in others), branch
                    normalized, (ends, scales) = self._normalizes(end, met[0]), self._ends(end, met[0])
                    if self._is_loop(end, other, ends):
                        return None
                    beside = light[met[0]] > 0
                    return Join(
                        key, node, stream, (place,), normalized=normalized, beside=beside, ends=ends, scales=scales
                    )
        return None

    def _is_loop(self, branch: Node, stream: Node, ends: tuple[str, ...]) -> bool:
        """Whether a branch is made by its own weights from a sum with the very same value, as in a loop it is put in.

        Then that value is no stream: it is given to every step anew, and what goes on is what passes the weights.
        """
        if (stream, ends) not in self._loops:
            of = [join for join in self.joins if ends and join.ends == ends and stream in join.stream_nodes]
            if not any(self._weights_to(branch, {join.node: 0}, gates=True) for join in of):
                return False
            self._loops.add((stream, ends))
            for join in of:
                self._part(join)
        return True

    def _part(self, join: Join) -> None:
        """Take a join back: it is a sum like others."""
        join.node.join = None
        join.node.parents = [(each, "main" if kind == "branch" else kind) for each, kind in join.node.parents]
        self.joins.remove(join)

    def forget_first_states(self) -> None:
        """Take what is multiplied by the number 0 for no part of the model where what makes it is used again.

        So the first step of a loop is whose state starts as that number. A branch that such a factor scales stays.
        """
        for zero in self._zeros:
            waiting, made = [zero], {zero}
            while waiting:
                found = [each for each, _ in waiting.pop().parents if each not in made]
                made.update(found)
                waiting += [each for each in found if not each.weighted]
            own = {name for node in made if node.weighted for name in node.applied}
            taken = [(node, {each for each, _ in node.parents}) for node in self.nodes if node not in made]
            if any(made & of or own.intersection(node.applied) for node, of in taken if zero not in of):
                zero.parents.clear()
                for join in [each for each in self.joins if zero in [parent for parent, _ in each.node.parents]]:
                    self._part(join)

    @staticmethod
    def _ends(branch: Node, stream: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the matrices nearest to the end of a branch, and scales of norms that come behind them."""
        level, seen, scales = [branch], {branch}, list[str]()
        while level:
            scales += [name for node in level if not node.weighted for name in node.applied]
            if matrices := [name for node in level if node.weighted for name in node.applied]:
                return tuple(dict.fromkeys(matrices)), tuple(scales)
            parents = [
                each for node in level for each, kind in node.parents if kind not in APART and each.at > stream.at
            ]
            level = [each for each in dict.fromkeys(parents) if each not in seen]
            seen.update(level)
        return (), ()

    @staticmethod
    def _normalizes(branch: Node, stream: Node) -> bool:
        """Whether anything normalizes values between where a branch leaves its stream and where it ends."""
        waiting, seen = [branch], {branch}
        while waiting:
            node = waiting.pop()
            if node.normalizes:
                return True
            parents = [each for each, _ in node.parents if each.at > stream.at and each not in seen]
            seen.update(parents)
            waiting += parents
        return False

    def _bounded(self, node: Node, of_values: bool) -> list[Node]:
        """Return the functions whose values, of one sign, a factor is a plain copy of."""
        return [
            each for each, weights in self._light(node).items() if each.name in GATING and not (weights and of_values)
        ]

    def _gate(self, a: Node, b: Node, made: int, of_values: bool) -> set[int]:
        """Return which factor of a product, which has so many values, only weighs the other.

        A bounded one, one shared by many values, or one that is made by weights of what the other is a plain copy of.
        """
        bounded = {one: self._bounded(one, of_values) for one in (a, b)}
        gating = [one for one, found in bounded.items() if found]
        if len(gating) == 1:
            for each in () if of_values else bounded[gating[0]]:
                each.attends = each.name == "softmax"
            return {id(gating[0])}
        if of_values and a.values != b.values and made == max(a.values, b.values):  # else each is spread over the other
            return {id(min(a, b, key=lambda each: each.values))}
        for one, other in ((a, b), (b, a)) if of_values else ():
            light = self._light(other)
            met = self._weights_to(one, light, gates=True)
            if met and met[1] >= 1.0 > light[met[0]]:
                return {id(one)}
        return set()
