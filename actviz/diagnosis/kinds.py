"""What stands out from its own kind: the one parameter that may be all that is wrong, whatever theory knows of it.

A kind are the parameters whose names differ by numbers alone, as those of repeated blocks; where these are too few, all
weights that layers apply, of which a usual one, of variance 1 / fan_in, is counted as one more; and of lookup tables
what PyTorch draws.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from actviz.diagnosis.models import IDENTITY, Applied, Model, span
from actviz.diagnosis.numbers import literal
from actviz.diagnosis.parts import ALIKE, Part, some
from actviz.diagnosis.thresholds import Thresholds

FAR = 30.0
"""Factor from the median of its kind, of weight variance times fan_in or mean squares, from which on one stands out."""

KIND = 3
"""Parameters, or layers, that make a kind: of two, none tells which stands out."""

USUAL = 1.0
"""Weight variance times fan_in, and mean square of a lookup table, that nothing is wrong with."""

OUTWEIGHING = 3.0
"""Distance from which on a parameter stands out whose like are all of one value: shifts outweigh values then, and the
exponential of a logarithm is 20 times what it is of these, or 1/20."""


def standing_out(model: Model, small: bool) -> dict[str, float]:
    """Return the parameters that stand out from their kind, each with the factor that brings it back to its size.

    Of several those that do so by far, for some are small on purpose: heads, and what a normalization follows, do not
    count. ``small`` whether those that are too small do.
    """
    weights, meant = dict[str, tuple[float, bool]](), _not_told(model)
    for layer in model.layers:
        head = layer is model.layers[-1] and layer.activation == IDENTITY
        for each in layer.weights:
            weights[each.name] = (each.scale, each.lookup)
            if not each.how or layer.norm or (head and each.scale < USUAL):
                meant.add(each.name)
    sizes = {name: weights[name][0] if name in weights else size * size for name, size in model.parameters.items()}
    middles = {kind: _middle([sizes[name] for name in alike]) for kind, alike in _kinds(model, sizes, weights).items()}
    usual = statistics.median([USUAL, *(size for size, lookup in weights.values() if not lookup)])
    found: dict[str, float] = {}
    for name, size in sizes.items():
        middle, lookup = middles[_kind(model, name, weights)], weights.get(name, (0.0, False))[1]
        shrunk = small and not (lookup and not middle)  # a table may be small
        if name in weights and (not middle or (lookup and middle >= FAR)):
            middle = USUAL if lookup else usual
        if name in meant or not (middle > 0.0 and 0.0 < size < math.inf):
            continue
        if size >= FAR * middle or (shrunk and FAR * size <= middle):
            found[name] = middle / size
    farthest = max((abs(math.log(each)) for each in found.values()), default=0.0)
    return {name: math.sqrt(each) for name, each in found.items() if 2.0 * abs(math.log(each)) >= farthest}


def _kinds(model: Model, names: Iterable[str], weights: Collection[str]) -> dict[tuple[str, bool, int], list[str]]:
    """Return parameters by their kind."""
    kinds: dict[tuple[str, bool, int], list[str]] = {}
    for name in names:
        kinds.setdefault(_kind(model, name, weights), []).append(name)
    return kinds


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


def unlike(model: Model, known: Collection[str]) -> Iterator[Part]:
    """Yield to start at their value what is far from it while all others of its kind are of one, but what is known.

    So log-scales and shifts start at 0, and logarithms of a noise's size at what makes it small.
    """
    applied, meant = {each.name for layer in model.layers for each in layer.weights}, _not_told(model)
    for alike in _kinds(model, model.parameters, applied).values():
        for name in alike if len(alike) >= KIND else ():
            others = [each for each in alike if each != name]
            value = model.means[others[0]]
            same = model.constant.issuperset(others) and {model.means[each] for each in others} == {value}
            if same and name not in {*applied, *meant, *known} and _distance(model, name, value) >= OUTWEIGHING:
                to = literal(value)
                code = f"torch.nn.init.constant_(w, {to})" if value else "torch.nn.init.zeros_(w)"
                told = {"size": span([model.parameters[name]]), "names": name, "to": to, "code": code}
                yield Part("unlike", (), (("fill", (name,), (float(to),)),), told)


def _distance(model: Model, name: str, value: float) -> float:
    """Return how far a parameter is from a value, root mean square."""
    square, mean = model.parameters[name] ** 2, model.means[name]
    return math.sqrt(max(square - 2.0 * mean * value + value * value, 0.0))


def tables(model: Model, fault: str) -> Iterator[Part]:
    """Yield to scale lookup tables whose size may make a fault: few tell no kind, nor does a fan what size is meant.

    Small ones, as in front of norms, to what PyTorch draws where a signal or its gradient is gone; large ones, where
    anything is too large, to rows of norm 1, whose products with each other are no larger. Not those whose size has no
    effect, for all that reads them normalizes it.
    """
    built = model.profile.structure
    rescaling = built.rescaled if built is not None else [0] * len(model.layers)
    known = {
        each.name: (layer, each)
        for layer, sizeless in zip(model.layers, rescaling, strict=True)
        for each in layer.weights
        if each.lookup and each.how == "draw" and not (layer.norm or sizeless) and 0.0 < each.rms < math.inf
    }
    factors = dict[str, float]()
    for name, (_, each) in known.items():
        square, width = each.rms * each.rms, model.shapes.get(name, (1,))[-1]
        if fault.startswith(FADING) and FAR * square <= USUAL:
            factors[name] = (USUAL / square) ** 0.5
        elif fault.startswith(GROWING) and width * square >= LOUD:
            factors[name] = (width * square) ** -0.5
    yield from rescaled(model, factors, "tables", {name: layer for name, (layer, _) in known.items()})


def unapplied(model: Model) -> Iterator[Part]:
    """Yield to scale large parameters that no layer applies, as of what is added to logits or multiplies them.

    To vectors of norm 1. What starts as one value is a scale, of which others tell.
    """
    large = [name for name in _unapplied(model) if name not in model.constant]
    factors = {name: model.shapes[name][-1] ** -0.5 / model.parameters[name] for name in large}
    yield from rescaled(model, factors, "unapplied")


def rates(model: Model) -> Iterator[tuple[Part, ...]]:
    """Yield plans against decays that are next to 0: one kind of large parameters, the largest first, made smaller.

    Rates and steps, or their logarithms, as vectors of norm 1 are; or half as large, which may be all that others bear.
    """
    shut = np.median(model.profile["decay_shut"], axis=0)
    if not (shut >= Thresholds().saturated_one_sided).any():
        return
    of = _unapplied(model)
    kinds = sorted(_kinds(model, of, ()).values(), key=lambda alike: -max(model.parameters[name] for name in alike))
    for alike in kinds:
        large = [model.parameters[name] for name in alike]
        for to in ([model.shapes[name][-1] ** -0.5 for name in alike], [size / 2.0 for size in large]):
            factors = {name: small / size for name, small, size in zip(alike, to, large, strict=True)}
            yield tuple(rescaled(model, factors, "unapplied"))


def _unapplied(model: Model) -> list[str]:
    """Return the large parameters that no layer applies."""
    applied, meant = {each.name for layer in model.layers for each in layer.weights}, _not_told(model)
    return [
        name
        for name, shape in model.shapes.items()
        if shape and name not in applied | meant and OUTWEIGHING <= model.parameters[name] < math.inf
    ]


FADING, GROWING = ("collapsed", "vanishing", "dead.faded"), ("saturated", "exploding", "overflowed")
"""Faults that tables of too small a size make, and those that ones of too large a size do."""

LOUD = 10.0
"""Mean square of a table's rows, summed over their units, from which on products of two of them are large."""


def rescaled(
    model: Model, factors: Mapping[str, float], key: str = "kind", layers: Mapping[str, Applied] = MappingProxyType({})
) -> Iterator[Part]:
    """Yield to scale parameters, those by one factor together; in words of their own, of some ``layers``."""
    groups: list[list[str]] = []
    for name in sorted(factors, key=lambda name: factors[name]):
        if not groups or factors[name] > ALIKE * factors[groups[-1][0]]:
            groups.append([])
        groups[-1].append(name)
    for group in groups:
        names = [name for name in factors if name in group]
        low, high = span([factors[name] for name in names])
        factor = literal(math.sqrt(low * high))
        told = {
            "size": span([model.parameters[name] for name in names]),
            "target": span([model.parameters[name] * factors[name] for name in names]),
            "names": some(names),
            "code": f"w.data.mul_({factor})",
        }
        of = tuple(layers[name] for name in names if name in layers)
        yield Part(key, of, (("scale", tuple(names), (float(factor),) * len(names)),), told)
