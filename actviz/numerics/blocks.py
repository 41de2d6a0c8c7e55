"""Arrays in pieces that stay in the processor's cache, and memory for what is done to a piece."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.numerics.arrays import Array

BLOCK = 65536
"""Values worked on at a time: few enough to stay in the processor's cache, enough to make calls cheap."""

SMALL_BLOCK = 15 * 1024
"""The same where temporaries are fresh memory, few enough for the first caches.

An allocator gives such memory back and asks for it again all the same, for more than an addition of its values takes:
what is called often writes into an array that is there, ``out=``.
"""


def blocks(values: Array, size: int = BLOCK) -> Iterator[Array]:
    """Cut an array of shape (rows, ...) into runs of rows as equal as can be, of ``size`` values or fewer."""
    most = max(1, size * len(values) // max(values.size, 1))
    number = max(1, -(-len(values) // most))
    rows = max(1, -(-len(values) // number))  # not most: a short last one would cost as many calls as a long one
    return (values[start : start + rows] for start in range(0, len(values), rows))


class _Buffers(threading.local):
    """A thread's own buffers: fresh memory for every temporary would cost more than the work done in it."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, Any], NDArray[Any]] = {}

    def of(self, size: int, purpose: str, dtype: Any) -> NDArray[Any]:
        """Return a buffer of so many values, valid until the next call for that purpose."""
        held = self._held.get((purpose, dtype))
        if held is None or held.size < size:
            held = self._held[purpose, dtype] = np.empty(max(size, BLOCK), dtype)
        return held[:size]

    def like(self, block: NDArray[Any], purpose: str, dtype: Any = None) -> NDArray[Any]:
        """Return a buffer of the block's shape, valid until the next call for that purpose."""
        return self.of(block.size, purpose, block.dtype if dtype is None else dtype).reshape(block.shape)


BUFFERS = _Buffers()
