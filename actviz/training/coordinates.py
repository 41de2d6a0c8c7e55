"""The sizes of a network's layers, and how far they move, in its first updates: what a coordinate check compares.

A coordinate is one value of a layer's h. What is followed is the root mean square of h_t after t updates, and that of
h_t - h_0, on the same inputs, which are all of the batch that is trained on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actviz.numerics.arrays import Array
from actviz.numerics.likeness import NO_PAIRS, fingerprint, orders_of, pairs_of, samples_of
from actviz.numerics.streams import standard_normal, stream
from actviz.training.config import Run
from actviz.training.learner import Learner
from actviz.training.parametrization import Parametrization

Floats = NDArray[np.float64]

ADAM, RATE = "adam", 1e-3
"""Optimizer and learning rate unless given."""


@dataclass(frozen=True)
class Coordinates:
    """What the first updates of one network gave.

    Parameters
    ----------
    size, change : array (steps + 1, layers)
        Root mean square of h_t and of h_t - h_0; the first row is before the first update.
    loss : array (steps,)
        In front of each update.
    names : tuple of str
        Of the layers, the output last.
    fans : tuple of (int, int)
        Inputs and outputs of every layer's weights; (0, width) where it has none.
    outputs : tuple of int
        Shape of what the network gives.
    own_optimizer : str
        Type of an optimizer that came with the network.
    weights : array (2, matrices)
        Keys and samples of the weights before any update, by which networks that are the same are known.
    """

    size: Floats
    change: Floats
    loss: Floats
    names: tuple[str, ...]
    fans: tuple[tuple[int, int], ...]
    outputs: tuple[int, ...]
    own_optimizer: str
    weights: Floats


def root_mean_square(values: Array) -> float:
    """Return it; infinite after an overflow."""
    with np.errstate(all="ignore"):  # overflow is data
        wide = values.astype(np.float64, copy=False)
        return float(np.sqrt(np.square(wide).mean()))


def known_by(weights: Iterable[Array]) -> Floats:
    """Return keys, samples and orders of matrices of shape (fan_in, width), shape (3, matrices)."""
    told = [(fingerprint(each, root_mean_square(each)), pairs_of(each)) for each in weights]
    pairs = np.array([each for _, each in told] or [NO_PAIRS])[: len(told)]
    return np.array([[key for key, _ in told], samples_of(pairs), orders_of(pairs)], np.float64)


def followed(
    steps: int, values: Callable[[], Iterable[Array]], update: Callable[[], float]
) -> tuple[Floats, Floats, Floats]:
    """Follow a network through its first updates.

    Parameters
    ----------
    steps : int
        Updates.
    values : callable
        Gives every layer's h, on the same rows each time.
    update : callable
        Does one update; gives the loss in front of it.

    Returns
    -------
    size, change : array (steps + 1, layers)
    loss : array (steps,)
    """
    started: list[Array] = []
    sizes, changes, losses = [], [], []
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            size, change = [], []
            for at, h in enumerate(values()):
                if not step:
                    started.append(h.copy())
                size.append(root_mean_square(h))
                change.append(root_mean_square(h - started[at]))
            sizes.append(size)
            changes.append(change)
            if step < steps:
                losses.append(update())
    return np.array(sizes), np.array(changes), np.array(losses)


def of_stack(
    run: Run, outputs: int, samples: int, steps: int, seed: int, parametrization: Parametrization
) -> Coordinates:
    """Follow a stack with a linear head: N(0, 1) inputs, and random labels or, for the mean square, N(0, 1) targets.

    Inputs and targets depend on the seed alone, so that networks of all widths share them.
    """
    dtype, config = run.config.dtype, run.config
    x = standard_normal(stream(seed, "inputs"), samples, run.stack.widths[0], dtype)
    targets = stream(seed, "labels")
    y = (
        targets.integers(outputs, size=samples)
        if config.loss == "cross_entropy"
        else standard_normal(targets, samples, outputs, dtype)
    )
    learner = Learner(run, outputs, seed, samples, parametrization)
    rate, weights = float(config.schedule(0)), known_by(learner.parameters.weights)
    size, change, loss = followed(steps, lambda: learner.values(x), lambda: learner.step(x, y, rate)[0])
    fans = (*run.stack.fans, (run.stack.widths[-1], outputs))
    names = (*(f"layer {at}" for at in range(1, run.stack.depth + 1)), "output")
    return Coordinates(size, change, loss, names, fans, (samples, outputs), "", weights)
