# mypy: allow-untyped-calls
"""Inside recurrent functions: the slopes of their gates, each relative to its largest.

The cells run once more, layer by layer, for what lies between layers is not given out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import _VF

GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}
"""Gates of each function, whose weights stand above each other."""


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


@torch.no_grad()
def slopes_of(name: str, args: Sequence[Any]) -> Iterator[torch.Tensor]:
    """Yield the slopes of every gate of every layer, over the largest they can be, shape (steps, samples, units).

    Nothing of packed sequences and of projected states.
    """
    if name.endswith("_cell"):
        hidden = args[1][0] if isinstance(args[1], list | tuple) else args[1]
        yield from _gates(name.removesuffix("_cell"), args[0], hidden, [*args[2:6]])
        return
    if not isinstance(args[3], bool):
        return
    x, first, flat, biased, layers, _, _, both, batch_first = args[:9]
    x = x.transpose(0, 1) if batch_first else x
    states = first if isinstance(first, list | tuple) else [first]
    directions = 1 + both
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
        for gate in zip(*(slopes for _, slopes in given), strict=True):
            yield torch.cat(gate, -1)
        x = torch.cat([out for out, _ in given], -1)


def _gates(name: str, x: torch.Tensor, hidden: torch.Tensor, weights: Sequence[Any]) -> Iterator[torch.Tensor]:
    """Yield the slopes of a cell's gates, given its inputs and its state before."""
    of_x, of_hidden = (torch.nn.functional.linear(each, weight, bias) for each, weight, bias in zip(
        (x, hidden), weights[:2], [*weights[2:4], None, None][:2], strict=True
    ))  # fmt: skip
    if name == "gru":
        (r, z, n), (of_r, of_z, of_n) = of_x.chunk(3, -1), of_hidden.chunk(3, -1)
        reset = torch.sigmoid(r + of_r)
        yield from (4.0 * gate * (1.0 - gate) for gate in (reset, torch.sigmoid(z + of_z)))
        yield 1.0 - torch.tanh(n + reset * of_n).square()
    elif name == "lstm":
        i, f, g, o = (of_x + of_hidden).chunk(4, -1)
        yield from (4.0 * gate * (1.0 - gate) for gate in map(torch.sigmoid, (i, f, o)))
        yield 1.0 - torch.tanh(g).square()
    else:
        z = of_x + of_hidden
        yield 1.0 - torch.tanh(z).square() if name == "rnn_tanh" else (z > 0).to(z.dtype)
