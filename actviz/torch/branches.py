# mypy: allow-untyped-calls
"""The branches of a residual network, by the sums of its graph: which parameters end each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from actviz.torch.functions import tensors

MOST = 20_000
"""Nodes of a graph that is searched: of more, a set of those behind each would not fit into memory."""


@dataclass(frozen=True)
class Branch:
    """A branch that is added to a stream: the matrices that end it, and scales of norms behind them, by name."""

    matrices: tuple[str, ...]
    scales: tuple[str, ...] = ()


class _Graph:
    """The graph of an output: nodes, those nearest to the inputs first, and as bits what each depends on."""

    def __init__(self, output: Any, names: dict[int, str]) -> None:
        self.names, self.at = names, dict[Any, int]()
        self.nodes, self.behind = list[Any](), list[int]()
        starts = [tensor.grad_fn for tensor in tensors(output) if tensor.grad_fn is not None]
        waiting: list[tuple[Any, bool]] = [(start, False) for start in reversed(starts)]
        begun = set[Any]()
        while waiting and len(self.nodes) <= MOST:
            node, done = waiting.pop()
            if done:
                self._add(node)
            elif node not in begun:
                begun.add(node)
                waiting.append((node, True))
                waiting += [(each, False) for each in self.inputs(node) if each not in begun]
        self.parameters, self.weights = (
            sum((1 << at) if told(node) else 0 for at, node in enumerate(self.nodes))
            for told in (self.name, self.matrix)
        )

    def _add(self, node: Any) -> None:
        bits = 1 << len(self.nodes)
        for each in self.inputs(node):
            bits |= self.behind[self.at[each]] if each in self.at else 0
        self.at[node] = len(self.nodes)
        self.nodes.append(node)
        self.behind.append(bits)

    @staticmethod
    def inputs(node: Any) -> list[Any]:
        """Nodes that gave what a node takes."""
        return [each for each, _ in node.next_functions if each is not None]

    def name(self, node: Any) -> str:
        """Name of the parameter that a node stands for; empty for any other."""
        return self.names.get(id(getattr(node, "variable", None)), "")

    def matrix(self, node: Any) -> str:
        """Name of the parameter, if it is a matrix."""
        return self.name(node) if getattr(node, "variable", None) is not None and node.variable.ndim >= 2 else ""

    def joins(self) -> Iterator[tuple[Any, int]]:
        """Yield where each branch ends: the node that gives it, and bits of what belongs to the stream."""
        for node in self.nodes:
            ends = self.inputs(node)
            if not node.name().startswith("AddBackward") or len(ends) != 2 or any(map(self.name, ends)):
                continue
            one, two = (self.behind[self.at[each]] for each in ends)
            common = one & two
            if not common & ~self.parameters:
                continue  # nothing but parameters in common: positions added to tokens, say
            own = [(side & ~common & self.weights).bit_count() for side in (one, two)]
            if max(own) and min(own) <= 1:  # a stream has no weights there, or those that project it
                yield ends[own.index(max(own))], common

    def end(self, node: Any, stream: int) -> Branch | None:
        """Return what ends a branch: the matrices nearest to its end, and scales of norms that come before these."""
        level, seen, scales = [node], {node}, list[str]()
        while level:
            following = []
            matrices: list[str] = []
            for each in level:
                ends = [(behind, self.name(behind)) for behind in self.inputs(each)]
                if "Norm" in each.name():
                    scales += [name for behind, name in ends if name and behind is self.inputs(each)[1]]
                matrices += [self.matrix(behind) for behind, name in ends if self.matrix(behind)]
                following += [behind for behind, name in ends if not name and not stream >> self.at[behind] & 1]
            if matrices:
                return Branch(tuple(dict.fromkeys(matrices)), tuple(scales))
            level = [each for each in dict.fromkeys(following) if each not in seen]
            seen.update(level)
        return None


def branches_of(model: torch.nn.Module, args: Any, kwargs: Any) -> tuple[Branch, ...]:
    """Pass a batch through a model all of whose parameters need a gradient; return its branches, the first first.

    A sum is a join where one side is made of the other, or both of one stream and one side by a single matrix at most.
    """
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    graph = _Graph(model(*args, **kwargs), names)
    if len(graph.nodes) > MOST:
        return ()
    found = [graph.end(node, stream) for node, stream in graph.joins()]
    return tuple(dict.fromkeys(branch for branch in found if branch is not None))
