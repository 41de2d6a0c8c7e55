"""What comes behind a call: the weights that take its values, what scales them up to there, what normalizes them."""

from __future__ import annotations

from actviz.torch.functions import JOINING, NORMALIZING, PRODUCTS
from actviz.torch.graph import APART, Graph
from actviz.torch.nodes import Node
from actviz.torch.passes import WHOLE, CallKey, Factor

_HOMOGENEOUS = ("relu", "leaky_relu", "prelu")
"""Functions that a positive factor passes."""


class Behind:
    """What takes each value of a pass."""

    def __init__(self, graph: Graph) -> None:
        self._children: dict[Node, list[Node]] = {}
        self._rescaled: dict[Node, bool] = {}
        for each in graph.nodes:
            for parent, _ in each.parents:
                self._children.setdefault(parent, []).append(each)

    def weights(self, node: Node) -> tuple[tuple[Factor, ...], tuple[CallKey, ...]]:
        """Return what scales a value up to the next weights, these among it, and the calls that apply them."""
        scaled, following = list[Factor](), list[CallKey]()
        waiting, seen = [node], {node}
        while waiting:
            at = waiting.pop()
            for child in self._children.get(at, ()):
                if child.name == "detach":
                    continue
                if child.key and child.name in PRODUCTS and not child.weighted:  # by the other factor
                    own = zip(child.places, child.parents, strict=True)
                    scaled += [(child.key, 1 - place) for place, (parent, _) in own if parent is at]
                elif child.key and child not in seen and (child.weighted or child.name in NORMALIZING):
                    scaled.append((child.key, WHOLE))
                    following += [child.key] * child.weighted
                if child not in seen and not child.weighted:
                    waiting.append(child)
                seen.add(child)
        return tuple(scaled), tuple(following)

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
