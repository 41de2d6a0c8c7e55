"""Random streams keyed by content: one for each (seed, role, layer), never by call order."""

from __future__ import annotations

import numpy as np

ROLES = ("inputs", "weights", "biases", "cotangent", "labels", "head", "data")
"""What a stream is for. The order is part of the recipe: append, never reorder."""


def stream(seed: int, role: str, layer: int = 0) -> np.random.Generator:
    """Return the generator for one role in one layer (from 1; 0 for the whole network) under one seed.

    >>> float(stream(7, "weights", 2).random()) == float(stream(7, "weights", 2).random())
    True
    """
    key = np.random.SeedSequence(entropy=seed, spawn_key=(ROLES.index(role), layer))
    return np.random.Generator(np.random.SFC64(key))
