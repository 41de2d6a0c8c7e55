"""What the graph of a pass is made of: calls, and joins of branches with streams."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

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
        With what they are to it: ``main``, ``gate``, ``index`` or, where a branch joins, ``branch``.
    places : list of int
        Theirs among the tensors that the call takes.
    averaged : int
        Positions of which it takes the mean.
    join : Join or None
    attends : bool
        Whether it is a softmax that weighs rows, as attention does.
    normalizes : bool
        Whether it divides values by a size of their own, be it written out.
    applied : tuple of str
        Names of the parameters that it applies: matrices, or the scale of a normalization.
    constant : bool
        Whether it is made of parameters alone, or of zeros, and so the same whatever the model is given.
    """

    at: int
    name: str
    key: CallKey | None
    values: int
    weighted: bool = False
    bends: bool = False
    parents: list[tuple[Node, str]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    averaged: int = 1
    join: Join | None = None
    attends: bool = False
    normalizes: bool = False
    applied: tuple[str, ...] = ()
    constant: bool = False


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
    stream_number : int
        Of its stream, from 1: an encoder's and a decoder's are two.
    constant : bool
        Whether that stream starts as the same for every sample.
    normalized : bool
        Whether its branch normalizes what it reads or gives, or the stream is normalized behind it.
    beside : bool
        Whether the stream has passed weights since where the branch left it, as a shortcut's, or a sum of read-outs.
    divided : bool
        Whether the stream itself is divided by its size on its way to the next join, sample by sample.
    ends, scales : tuple of str
        Names of the parameters that end the branch: the matrices nearest to its end, and scales of norms behind these.
    next : tuple of CallKey
        The calls that apply weights to the sum.
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
    stream_number: int = 1
    constant: bool = False
    normalized: bool = False
    beside: bool = False
    divided: bool = False
    ends: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    next: tuple[CallKey, ...] = ()

    @property
    def adds(self) -> bool:
        """Whether the branch is added, rather than put beside the stream."""
        return "cat" not in self.node.name

    @property
    def stream_nodes(self) -> list[Node]:
        """The calls that the stream comes from."""
        return [parent for parent, kind in self.node.parents if kind != "branch"]


def made_of(end: Node, apart: Collection[str], stops: Callable[[Node], bool] = lambda _: False) -> Iterator[Node]:
    """Yield a call and all that it is made of, ``apart`` from some ways, and from what is before calls it stops at."""
    waiting, seen = [end], {end}
    while waiting:
        node = waiting.pop()
        yield node
        if not stops(node):
            parents = {each for each, kind in node.parents if kind not in apart} - seen
            seen |= parents
            waiting += parents
