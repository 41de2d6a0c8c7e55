"""What comes behind a call: the weights that take its values, what scales them up to there, what normalizes them."""

from __future__ import annotations

from collections.abc import Mapping

from actviz.torch.functions import ATTENDING, FACTORED, JOINING, NORMALIZING
from actviz.torch.graph import APART, Graph
from actviz.torch.nodes import Node
from actviz.torch.passes import WHOLE, CallKey, Factor

_HOMOGENEOUS = ("relu", "leaky_relu", "prelu")
"""Functions that a positive factor passes."""


def _factors(at: Node, child: Node) -> list[Factor]:
    """Return what a call scales a value by: the other factor of a product, or its weights.

    Queries and keys scale each other, and values both of them.
    """
    if not child.key:
        return []
    if child.weighted or child.name in NORMALIZING:
        return [(child.key, WHOLE)]
    own = [place for place, (parent, _) in zip(child.places, child.parents, strict=True) if parent is at]
    if child.name in ATTENDING:
        return [(child.key, other) for place in own if place < 2 for other in (1 - place, 2)]
    return [(child.key, 1 - place) for place in own] if child.name in FACTORED else []


class Behind:
    """What takes each value of a pass."""

    def __init__(self, graph: Graph) -> None:
        self._children: dict[Node, list[Node]] = {}
        self._of_call = graph.by_key
        self._cut: set[tuple[Node, Node]] = set()  # by a number of 0
        self._rescaled: dict[Node, bool] = {}
        self._scaled: dict[Node, list[tuple[Node, list[Factor]]]] = {}  # what takes a value, and scales it then
        for each in graph.nodes:
            for parent, kind in each.parents:
                self._children.setdefault(parent, []).append(each)
                if each.name != "detach":
                    self._scaled.setdefault(parent, []).append((each, _factors(parent, each)))
                if kind == "zero":
                    self._cut.add((parent, each))

    def weights(self, node: Node) -> tuple[tuple[Factor, ...], tuple[CallKey, ...]]:
        """Return what scales a value up to the next weights, these among it, and the calls that apply them."""
        scaled, following = dict[Factor, None](), dict[CallKey, None]()
        waiting, seen = [node], {node}
        while waiting:
            at = waiting.pop()
            for child, factors in self._scaled.get(at, ()):
                for each in factors:
                    scaled[each] = None
                if child.key and child.weighted:
                    following[child.key] = None
                if child not in seen and not child.weighted:
                    waiting.append(child)
                seen.add(child)
        return tuple(scaled), tuple(following)

    def waits(self, key: CallKey, zeros: Mapping[Factor, bool]) -> bool:
        """Whether what a call gives comes to weights, or the end, by a way on which there are zeros, and all grow."""
        start = (self._of_call[key], False)
        waiting, seen = [start], {start}
        while waiting:
            at, met = waiting.pop()
            if met and at not in self._children:
                return True
            for child, factors in self._scaled.get(at, ()):
                own = [zeros[each] for each in factors if each in zeros]
                if (at, child) in self._cut or not all(own):
                    continue
                after = child, met or bool(own)
                if child.weighted and after[1]:
                    return True
                if not child.weighted and after not in seen:
                    seen.add(after)
                    waiting.append(after)
        return False

    def rescales(self, node: Node) -> bool:
        """Whether all that reads a value normalizes it, be it by weights and ReLU between: its size has no effect."""
        if node not in self._rescaled:
            children = self._children.get(node, ())
            self._rescaled[node] = bool(children) and all(
                child.normalizes or (self._keeps_scale(node, child) and self.rescales(child)) for child in children
            )
        return self._rescaled[node]

    @staticmethod
    def _keeps_scale(node: Node, child: Node) -> bool:
        apart = any(parent is node and kind in APART for parent, kind in child.parents)
        bends = child.bends and child.name not in _HOMOGENEOUS
        return not (apart or bends or child.name in JOINING or child.name == "detach")
