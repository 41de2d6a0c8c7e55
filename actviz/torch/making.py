# mypy: allow-untyped-calls
"""What weights are computed of before they are applied: noise, masks, scales and products lead back to parameters."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch

from actviz.torch.functions import MIXING
from actviz.torch.nodes import Node, made_of

if TYPE_CHECKING:
    from actviz.torch.graph import Graph
    from actviz.torch.weights import Weights


def makers(value: torch.Tensor, names: Mapping[int, str]) -> dict[str, float]:
    """Return the parameters in which a value is linear, each with the size that it gives the value for one of size 1.

    Matrices come before vectors, which scale these, and of each what makes most of the value comes first. What only
    bends it, as the logarithm of a size of noise, or is normalized away is none of them. ``names`` are those of the
    model's parameters, by their ids.
    """
    if value.grad_fn is None:
        return {names[id(value)]: 1.0} if id(value) in names else {}
    ranked = []
    for leaf in _leaves(value.grad_fn):
        gain = _gain(value, leaf) if id(leaf) in names else 0.0
        if gain > 0.0:
            vector = value.ndim > 1 and sum(size > 1 for size in leaf.shape) < 2
            size = float(f"{gain * _rms(leaf):.3g}")
            ranked.append((vector, -size, -leaf.numel(), names[id(leaf)], gain))
    return {name: gain for *_, name, gain in sorted(ranked)}


def _leaves(node: Any) -> list[torch.Tensor]:
    """Return what a node of a graph is made of."""
    found, seen, waiting = [], {node}, [node]
    while waiting:
        at = waiting.pop()
        if (leaf := getattr(at, "variable", None)) is not None:
            found.append(leaf)
        before = [each for each, _ in at.next_functions if each is not None and each not in seen]
        seen.update(before)
        waiting += before
    return found


def _rms(value: torch.Tensor) -> float:
    return float(value.detach().norm()) / math.sqrt(value.numel())


def _gain(value: torch.Tensor, leaf: torch.Tensor) -> float:
    """Return the size of what a leaf adds to a value that is linear in it, over its own; 0 if it is not linear.

    Of a leaf of zeros, that of signs in its place.
    """
    weights = _signs(value).requires_grad_()
    way = leaf.detach() if bool(leaf.any()) else _signs(leaf)
    with contextlib.suppress(RuntimeError), _unhooked(leaf):  # a function of one's own may have no second derivative
        (slope,) = torch.autograd.grad(value, [leaf], weights, create_graph=True, allow_unused=True)
        if slope is None or not slope.requires_grad:
            return 0.0
        added, bent = torch.autograd.grad((slope * way).sum(), [weights, leaf], retain_graph=True, allow_unused=True)
        if added is not None and (bent is None or not bool(bent.any())):
            return _rms(added) / _rms(way)
    return 0.0


@contextlib.contextmanager
def _unhooked(leaf: torch.Tensor) -> Iterator[None]:
    """Keep a gradient from the hooks of its user's."""
    hooks = leaf._backward_hooks
    if hooks:
        leaf._backward_hooks = None
    try:
        yield
    finally:
        if hooks:
            leaf._backward_hooks = hooks


def _signs(like: torch.Tensor) -> torch.Tensor:
    """Return signs without a pattern, by no random number."""
    places = torch.arange(like.numel(), device=like.device, dtype=torch.float64)
    return torch.sin(12.9898 * places * places).sign().add(0.5).sign().to(like.dtype).reshape(like.shape)


def computed(given: Sequence[torch.Tensor], graph: Graph, weights: Weights) -> list[int]:
    """Return which of the tensors that a product takes are matrices computed of parameters, and weights of the others.

    What layers make of parameters alone, as of learned queries, are none, but for a product of parameters.
    """
    nodes = [graph.get(each) for each in given]
    if all(node is None or node.constant for node in nodes):
        return []
    return [
        at
        for at, (each, node) in enumerate(zip(given, nodes, strict=True))
        if each.ndim > 1 and each.grad_fn is not None and not weights.name(each)
        if node is None or (at > 0 and each.ndim == 2 and _is_product(node))
        if weights.makers(each)
    ]


def _is_product(node: Node) -> bool:
    """Whether what is made of parameters alone is so by products of matrices, and no other weights."""
    return node.constant and all(each.name in (*MIXING, "mm") for each in made_of(node, ()) if each.weighted)
