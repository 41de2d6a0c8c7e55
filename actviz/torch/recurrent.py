# mypy: allow-untyped-calls
"""Inside recurrent functions: the slopes of their gates, each relative to its largest, and which of them are stuck.

The cells run once more, layer by layer, for what lies between layers is not given out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import _VF

from actviz.catalog.slopes import SATURATION_THRESHOLD
from actviz.results.gates import BESIDE, NARROW, OPEN, PASSED, REVERSE, SHUT

GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1, "glu": 1}
"""Gates of each function, whose weights stand above each other."""


@torch.no_grad()
def opening(args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the slopes of the gate of a gated linear unit, over the largest, and its values, its units last."""
    given = {**dict(zip(("input", "dim"), args, strict=False)), **kwargs}
    dim = given.get("dim", -1)
    half: torch.Tensor = given["input"].chunk(2, dim)[1].movedim(dim, -1)
    return _gate(half.float())


def _gate(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the slopes of a logistic gate, over the largest, and its values."""
    values = torch.sigmoid(z)
    return 4.0 * values * (1.0 - values), values


def units_of(name: str, args: Sequence[Any]) -> list[torch.Tensor]:
    """Return the weights and biases of the last layer, a row a unit; nothing of both directions at once."""
    flat = [*args[2:6]] if name.endswith("_cell") else [*args[2]]
    gates = GATES[name.removesuffix("_cell")]
    size = flat[1].shape[1]
    if not name.endswith("_cell"):
        if not isinstance(args[3], bool) or args[7]:  # packed, or in both directions
            return []
        flat = flat[-len(flat) // args[4] :]
    own = [each.detach() for each in flat if isinstance(each, torch.Tensor) and len(each) == gates * size]
    return [each.reshape(gates, size, -1).transpose(0, 1).reshape(size, -1) for each in own]


def directions_of(name: str, args: Sequence[Any]) -> int:
    """Return in how many directions a recurrent function goes over its steps; units of one stand beside the other's."""
    return 1 + bool(not name.endswith("_cell") and isinstance(args[3], bool) and args[7])


def inputs_of(name: str, args: Sequence[Any]) -> list[list[torch.Tensor]]:
    """Return the weights that take what each layer is given, in both directions where there are two."""
    if name.endswith("_cell"):
        return [[args[2]]]
    at = 2 if isinstance(args[2], list | tuple) and isinstance(args[3], bool) else 3  # packed
    flat, layers, both = args[at], args[at + 2], args[at + 5]
    size = len(flat) // layers
    return [[*flat[start : start + size : size // (1 + both)]] for start in range(0, len(flat), size)]


@torch.no_grad()
def slopes_of(name: str, args: Sequence[Any]) -> Iterator[tuple[torch.Tensor, torch.Tensor | None]]:
    """Yield the slopes of every gate of every layer, over the largest they can be, shape (steps, samples, units).

    With them come the values of what lets more or less through; of what is let through, as a state, None.

    Nothing of packed sequences and of projected states.
    """
    if name.endswith("_cell"):
        hidden = args[1][0] if isinstance(args[1], list | tuple) else args[1]
        yield from _gates(name.removesuffix("_cell"), args[0], hidden, [*args[2:6]])
        return
    if not isinstance(args[3], bool):
        return
    x, first, flat, biased, layers, _, _, _, batch_first = args[:9]
    x = x.transpose(0, 1) if batch_first else x
    states = first if isinstance(first, list | tuple) else [first]
    directions = directions_of(name, args)
    each = len(flat) // (layers * directions)
    if each != (4 if biased else 2):
        return
    for layer in range(layers):
        given = []
        for way in range(directions):
            at = layer * directions + way
            own, start = [*flat[at * each : (at + 1) * each]], [state[at : at + 1] for state in states]
            inputs = x.flip(0) if way else x
            begun = tuple(start) if name == "lstm" else start[0]
            out = getattr(_VF, name)(inputs, begun, own, biased, 1, 0.0, False, False, False)[0]
            found = _gates(name, inputs, torch.cat([start[0], out[:-1]]), own)
            given.append((out.flip(0) if way else out, list(found)))
        for gate in zip(*(gates for _, gates in given), strict=True):
            values = [each for _, each in gate if each is not None]
            yield torch.cat([slopes for slopes, _ in gate], -1), torch.cat(values, -1) if values else None
        x = torch.cat([out for out, _ in given], -1)


def _gates(
    name: str, x: torch.Tensor, hidden: torch.Tensor, weights: Sequence[Any]
) -> Iterator[tuple[torch.Tensor, torch.Tensor | None]]:
    """Yield the slopes of a cell's gates and their values, given its inputs and its state before."""
    of_x, of_hidden = (torch.nn.functional.linear(each, weight, bias) for each, weight, bias in zip(
        (x, hidden), weights[:2], [*weights[2:4], None, None][:2], strict=True
    ))  # fmt: skip
    if name == "gru":
        (r, z, n), (of_r, of_z, of_n) = of_x.chunk(3, -1), of_hidden.chunk(3, -1)
        slopes, reset = _gate(r + of_r)
        yield slopes, reset
        yield _gate(z + of_z)
        yield 1.0 - torch.tanh(n + reset * of_n).square(), None
    elif name == "lstm":
        i, f, g, o = (of_x + of_hidden).chunk(4, -1)
        yield from map(_gate, (i, f, o))
        yield 1.0 - torch.tanh(g).square(), None
    else:
        z = of_x + of_hidden
        yield 1.0 - torch.tanh(z).square() if name == "rnn_tanh" else (z > 0).to(z.dtype), None


class Stuck:
    """Which gate of a recurrent function is stuck most, over the passes of a seed.

    A unit of a gate that is nearly shut or nearly open for all samples, as forget gates may start, is meant so as long
    as its slopes let anything through; a state's counts wherever it is flat.
    """

    def __init__(self) -> None:
        self._sums: dict[int, torch.Tensor] = {}
        self._lets: set[int] = set()
        self._directions = 1

    def add(self, at: int, slopes: torch.Tensor, values: torch.Tensor | None, directions: int = 1) -> None:
        """Count those of the gate at a place, counted through all layers of the function."""
        self._directions = directions
        flat = (slopes < SATURATION_THRESHOLD).double()
        given = torch.zeros_like(flat) if values is None else values.double()
        told = torch.stack([torch.ones_like(flat), flat, given, given.square()]).flatten(1, -2).sum(1).cpu()
        self._sums[at] = self._sums[at] + told if at in self._sums else told
        if values is not None:
            self._lets.add(at)

    def measured(self, name: str) -> tuple[float, float]:
        """Return the largest share of a gate's values that are stuck, and which gate that is, as ``named`` reads it."""
        kind = name.removesuffix("_cell")
        gates, passed, shares = GATES[kind], PASSED.get(kind, ()), dict[tuple[int, int], float]()
        each = ((at, way, own) for at, sums in self._sums.items() for way, own in enumerate(self._by_direction(sums)))
        for at, way, (number, flat, total, squares) in each:
            mean = total / number
            odd = torch.minimum(mean, 1.0 - mean) < SHUT
            odd |= (mean < NARROW) & (at % gates in passed)
            odd |= (squares / number - mean.square()).clamp(min=0.0).sqrt() > OPEN
            counted = flat * odd if at in self._lets else flat
            shares[at, way] = float(counted.sum() / number.sum())
        if not shares:
            return np.nan, np.nan
        at, way = max(shares, key=shares.__getitem__)
        return shares[at, way], float(BESIDE * (at // gates) + at % gates + REVERSE * way)

    def _by_direction(self, sums: torch.Tensor) -> Sequence[torch.Tensor]:
        """Part sums by unit: half of a gate's may be all that one direction has."""
        return sums.chunk(self._directions, -1)
