"""What is drawn at random for a network under one seed, and what drives its backward pass.

Every draw has a stream of its own, keyed by content; pairings measured under one seed share what they have in common.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import numpy as np

from actviz.catalog.initializers import FAMILIES, FamilyInitializer, Initializer
from actviz.catalog.losses import cross_entropy_gradient
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.streams import normal_batches, standard_normal, stream
from actviz.probing.stack import ProbeConfig, Stack

HEAD_CLASSES = 10


def shares_draws(initializer: Initializer) -> bool:
    """Whether an initializer only shifts and scales its family's draw, and so can share it."""
    return (
        getattr(type(initializer), "sample", None) is FamilyInitializer.sample
        and cast(FamilyInitializer, initializer).family in FAMILIES
    )


class Draws:
    """Everything random under one seed, drawn when first asked for and shared by the pairings that ask again."""

    def __init__(self, seed: int, config: ProbeConfig) -> None:
        self.seed, self.config = seed, config
        self._family = ""
        self._own: Initializer | None = None
        self._own_weights: dict[int, Array] = {}
        self._units: dict[tuple[int, int, int], Array] = {}
        self._batches: dict[tuple[str, int], list[Array]] = {}
        self._ends: dict[tuple[int, int], Array] = {}
        self._scratch = np.empty(0, config.dtype)

    def weights(self, initializer: Initializer, layer: int, fan_in: int, fan_out: int) -> Array:
        """Weights of a layer (from 1); valid until the next call."""
        if shares_draws(initializer):
            return self._family_weights(cast(FamilyInitializer, initializer), layer, fan_in, fan_out)
        if initializer is not self._own:
            self._own, self._own_weights = initializer, {}
        if layer not in self._own_weights:  # drawn once: what it gives need not depend on the stream alone
            rng = stream(self.seed, "weights", layer)
            self._own_weights[layer] = own_weights(initializer, rng, (fan_in, fan_out), self.config.dtype)
        return self._own_weights[layer]

    def ready(self, initializer: Initializer, fans: Sequence[tuple[int, int]]) -> None:
        """Draw the weights of all layers, one after the other: between passes each would find the caches cold."""
        if shares_draws(initializer):
            for layer, fan in enumerate(fans, 1):
                self._unit(cast(FamilyInitializer, initializer), layer, *fan)

    def _unit(self, initializer: FamilyInitializer, layer: int, fan_in: int, fan_out: int) -> Array:
        if initializer.family != self._family:  # one family's draws in memory at a time
            self._units.clear()
            self._family = initializer.family
        unit = self._units.get((layer, fan_in, fan_out))
        if unit is None:
            rng = stream(self.seed, "weights", layer)
            unit = FAMILIES[initializer.family].draw(rng, fan_in, fan_out, self.config.dtype)
            self._units[layer, fan_in, fan_out] = unit
        return unit

    def _family_weights(self, initializer: FamilyInitializer, layer: int, fan_in: int, fan_out: int) -> Array:
        unit = self._unit(initializer, layer, fan_in, fan_out)
        if self._scratch.size < unit.size:
            self._scratch = np.empty(unit.size, self.config.dtype)
        shift, scale = initializer.affine(fan_in, fan_out)
        weights = self._scratch[: unit.size].reshape(unit.shape)
        np.multiply(unit, weights.dtype.type(scale), out=weights)
        if shift:
            weights += shift
        return weights

    def biases(self, std: float, layer: int, width: int) -> Array:
        """Biases of a layer, shape (width,)."""
        return (std * stream(self.seed, "biases", layer).standard_normal(width)).astype(self.config.dtype)

    def ends(self, scale: float, layer: int, width: int) -> Array:
        """Last weights of a residual branch, shape (width, width): normal of variance scale^2 / width."""
        if (layer, width) not in self._ends:
            drawn = standard_normal(stream(self.seed, "branch", layer), width, width, self.config.dtype)
            self._ends[layer, width] = drawn
        weights = self._ends[layer, width]
        return weights * weights.dtype.type(scale / math.sqrt(width))

    def inputs(self, width: int) -> Iterator[Array]:
        """Batches of inputs."""
        rng, config = stream(self.seed, "inputs"), self.config
        return self._remember(
            "inputs", width, config.inputs.batches(rng, config.samples, width, config.batch, config.dtype)
        )

    def cotangents(self, width: int, layer: int) -> Iterator[Array]:
        """Batches of N(0, 1) values, dL/dh of the last layer."""
        rng, config = stream(self.seed, "cotangent", layer), self.config
        return self._remember(
            "cotangents", width, normal_batches(rng, config.samples, width, config.batch, config.dtype)
        )

    def _remember(self, what: str, width: int, batches: Iterator[Array]) -> Iterator[Array]:
        # A single batch is kept for the next pairing; more of them are drawn again, to be flat in memory.
        if self.config.samples > self.config.batch:
            return batches
        if (what, width) not in self._batches:
            try:
                self._batches[what, width] = list(batches)
            except ActvizError:
                raise
            except Exception as error:  # inputs of a user's own
                raise ActvizError(f"{what} failed: {type(error).__name__}: {error}") from error
        return iter(self._batches[what, width])


def own_weights(initializer: Initializer, rng: np.random.Generator, fans: tuple[int, int], dtype: str) -> Array:
    """Weights of a user's own initializer, whose failure is the user's to read in one line."""
    name = type(initializer).__name__
    try:
        drawn: Array = np.asarray(initializer.sample(rng, *fans)).astype(dtype)
    except Exception as error:
        raise ActvizError(f"initializer {name} failed for fans {fans}: {type(error).__name__}: {error}") from error
    if drawn.shape != fans:
        raise ActvizError(f"initializer {name} gave shape {drawn.shape} for fans {fans}")
    return drawn


def _cotangents(draws: Draws, stack: Stack) -> Iterator[Callable[[Array], Array]]:
    for cotangent in draws.cotangents(stack.widths[-1], stack.depth):
        yield lambda h, cotangent=cotangent: cotangent  # type: ignore[misc]


def _cross_entropy(draws: Draws, stack: Stack) -> Iterator[Callable[[Array], Array]]:
    config, width = draws.config, stack.widths[-1]
    head = own_weights(stack.initializer, stream(draws.seed, "head"), (width, HEAD_CLASSES), config.dtype)
    rng = stream(draws.seed, "labels")
    while True:

        def gradient(h: Array) -> Array:
            labels = rng.integers(HEAD_CLASSES, size=len(h))
            logits = cross_entropy_gradient(h @ head, labels, config.samples)
            return (logits @ head.T).astype(config.dtype)

        yield gradient


DRIVES: dict[str, Callable[[Draws, Stack], Iterator[Callable[[Array], Array]]]] = {
    "cotangent": _cotangents,
    "cross_entropy": _cross_entropy,
}
"""What drives the backward pass: for every batch, a function from the last h to dL/dh."""
