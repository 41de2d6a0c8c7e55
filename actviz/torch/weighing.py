"""What weighs others, written out by operations: a softmax of exponentials, and attention by kernels."""

from __future__ import annotations

from collections.abc import Sequence

from actviz.torch.functions import DIVIDING, INVERTING, MIXING, MULTIPLYING
from actviz.torch.nodes import Node


def weigh(node: Node, given: Sequence[Node]) -> None:
    """Take for gates what mixes values and is divided by a sum of its own products, as in attention by kernels."""
    sizes = given[1:2] if node.name in DIVIDING else [each for each in given if each.name in INVERTING]
    if not sizes or node.name not in (DIVIDING | MULTIPLYING | MIXING):
        return
    made, waiting = set(sizes), list(sizes)
    while waiting:
        at = waiting.pop()
        parents = [] if at.weighted else [each for each, _ in at.parents if each not in made]
        made.update(parents)
        waiting += parents
    if not any(each.name in MIXING for each in made):
        return
    mixed, seen = [node], {node}
    while mixed:
        at = mixed.pop()
        own = [each for each, _ in at.parents if each in sizes or (each in made and at.name in MIXING)]
        if any(each not in made for each, _ in at.parents):
            at.parents = [(each, "gate" if each in own else kind) for each, kind in at.parents]
        others = [each for each, _ in at.parents if each not in made | seen and not (each.weighted or each.join)]
        seen.update(others)
        mixed += others


def exponentials(node: Node, given: Sequence[Node]) -> Node | None:
    """Return the exponentials of a softmax that is written out, if a call ends one.

    They are divided by their sum, or taken of what its logarithm was subtracted from.
    """
    if node.name in DIVIDING and len(given) == 2 and given[0].name == "exp":
        sums = [given[1], *(each for each, _ in given[1].parents)]  # a small number may be added
        return given[0] if any(s.name == "sum" and s.parents[0][0] is given[0] for s in sums) else None
    if node.name == "exp" and given:
        logits = [each for each, _ in given[0].parents]
        norms = [each for each in logits if each.name == "logsumexp"]
        subtracted = any(each.parents and each.parents[0][0] in logits for each in norms)
        return node if given[0].name == "log_softmax" or subtracted else None
    return None
