"""What stands out from its own kind: the one parameter that may be all that is wrong, whatever theory knows of it.

A kind are the parameters whose names differ by numbers alone, as those of repeated blocks; where these are too few, all
weights that layers apply, of which a usual one, of variance 1 / fan_in, is counted as one more; and of lookup tables
what PyTorch draws.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Collection, Iterator, Mapping, Sequence

from actviz.diagnosis.models import IDENTITY, Model, span
from actviz.diagnosis.numbers import literal
from actviz.diagnosis.parts import ALIKE, Part, some

FAR = 30.0
"""Factor from the median of its kind, of weight variance times fan_in or mean squares, from which on one stands out."""

KIND = 3
"""Parameters, or layers, that make a kind: of two, none tells which stands out."""

USUAL = 1.0
"""Weight variance times fan_in, and mean square of a lookup table, that nothing is wrong with."""


def standing_out(model: Model, small: bool, tables: bool = False) -> dict[str, float]:
    """Return the parameters that stand out from their kind, each with the factor that brings it back to its size.

    Of several those that do so by far, for some are small on purpose: heads, and what a normalization follows, do not
    count. ``small`` whether those that are too small do, and ``tables`` whether lookup tables without a kind do.
    """
    weights, meant = dict[str, tuple[float, bool]](), _not_told(model)
    for layer in model.layers:
        head = layer is model.layers[-1] and layer.activation == IDENTITY
        for each in layer.weights:
            weights[each.name] = (each.scale, each.lookup)
            if not each.how or layer.norm or (head and each.scale < USUAL):
                meant.add(each.name)
    sizes = {name: weights[name][0] if name in weights else size * size for name, size in model.parameters.items()}
    kinds: dict[tuple[str, bool, int], list[float]] = {}
    for name, size in sizes.items():
        kinds.setdefault(_kind(model, name, weights), []).append(size)
    middles = {kind: _middle(alike) for kind, alike in kinds.items()}
    usual = statistics.median([USUAL, *(size for size, lookup in weights.values() if not lookup)])
    found: dict[str, float] = {}
    for name, size in sizes.items():
        middle, lookup = middles[_kind(model, name, weights)], weights.get(name, (0.0, False))[1]
        shrunk = small and (tables or middle or not lookup)  # a table may be small
        if name in weights and (not middle or (lookup and middle >= FAR)):
            middle = USUAL if lookup else usual
        if name in meant or not (middle > 0.0 and 0.0 < size < math.inf):
            continue
        if size >= FAR * middle or (shrunk and FAR * size <= middle):
            found[name] = middle / size
    farthest = max((abs(math.log(each)) for each in found.values()), default=0.0)
    return {name: math.sqrt(each) for name, each in found.items() if 2.0 * abs(math.log(each)) >= farthest}


def _kind(model: Model, name: str, weights: Collection[str]) -> tuple[str, bool, int]:
    """Return what a parameter shares with its kind: its name, but for numbers of blocks; ``fc1`` is no ``fc2``."""
    parts = name.split(".")
    blocks = [re.sub(r"\d+", "#", part) for part in parts[:-2]]
    own = ["#" if part.isdecimal() else part for part in parts[-2:]]
    return ".".join([*blocks, *own]), name in weights, len(model.shapes.get(name, ()))


def _middle(alike: Sequence[float]) -> float:
    """Return the size that a kind has; 0 where these are too few to tell, or too many of them have another."""
    middle = statistics.median(alike)
    close = sum(middle < FAR * each < FAR * FAR * middle for each in alike)
    return middle if len(alike) >= KIND and 3 * close >= 2 * len(alike) else 0.0


def _not_told(model: Model) -> set[str]:
    """Return the parameters that steps of their own are about: gains and biases of norms, and biases of layers."""
    biases = {each.bias for layer in model.layers for each in layer.weights}
    return {name for pair in model.norms.items() for name in pair} | biases


def rescaled(model: Model, factors: Mapping[str, float]) -> Iterator[Part]:
    """Yield to scale parameters, those by one factor together."""
    groups: list[list[str]] = []
    for name in sorted(factors, key=lambda name: factors[name]):
        if not groups or factors[name] > ALIKE * factors[groups[-1][0]]:
            groups.append([])
        groups[-1].append(name)
    for names in groups:
        low, high = span([factors[name] for name in names])
        factor = literal(math.sqrt(low * high))
        told = {
            "size": span([model.parameters[name] for name in names]),
            "target": span([model.parameters[name] * factors[name] for name in names]),
            "names": some(names),
            "code": f"w.data.mul_({factor})",
        }
        yield Part("kind", (), (("scale", tuple(names), (float(factor),) * len(names)),), told)
