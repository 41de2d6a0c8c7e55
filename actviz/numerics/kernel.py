"""The recorder's compiled passes (``kernel.c``), where they were built; numpy does the same without them.

The library is built with the wheel if there is a C compiler (``scripts/build_kernel.py``). Counts are equal on both
paths, sums differ by rounding. ``ACTVIZ_KERNEL=numpy`` keeps to numpy.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.numerics.arrays import Array

LIBRARY = Path(__file__).with_name("_kernel.so")
SOURCE = zlib.crc32(Path(__file__).with_name("kernel.c").read_bytes())
"""What a library must be made of."""

TABLES = 4
"""Tables that values are counted in by turns, as in ``kernel.c``."""

_POINTER, _INT, _LONG, _DOUBLE = ctypes.c_void_p, ctypes.c_int32, ctypes.c_int64, ctypes.c_double
_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "moments": (_POINTER, _LONG, _LONG, _POINTER, _DOUBLE, _POINTER, _POINTER, _POINTER, _POINTER),
    "extent": (_POINTER, _LONG, _POINTER),
    "slopes": (_POINTER, _LONG, _LONG, _DOUBLE, _DOUBLE, _POINTER, _POINTER),
    "codes": (_POINTER, _LONG, _INT, _INT, _POINTER, _POINTER),
    "linear": (_POINTER, _LONG, _DOUBLE, _INT, _LONG, _POINTER, _POINTER),
}


class Compiled:
    """The compiled passes for values of one precision, over contiguous blocks."""

    def __init__(self, library: ctypes.CDLL, suffix: str) -> None:
        self._passes = {name: getattr(library, f"{name}_{suffix}") for name in _ARGUMENTS}
        for name, each in self._passes.items():
            each.argtypes, each.restype = _ARGUMENTS[name], _LONG if name == "slopes" else None

    def moments(
        self, block: Array, origin: Array, origin_norm: float, directions: bool
    ) -> tuple[float, NDArray[np.float64], NDArray[np.float64] | None, float, float]:
        """Sum deviations of rows from an origin, and rows by their lengths.

        Returns
        -------
        tuple
            The sum of squared deviations; sums of deviations by column; sums of rows over their lengths by column,
            and the least and greatest squared length of a row, where ``directions`` are asked for.
        """
        rows, columns = block.shape
        scratch, sums, told = np.empty(2 * columns, block.dtype), np.empty(columns), np.empty(3)
        units = np.empty(columns) if directions else None
        at = (scratch.ctypes.data, sums.ctypes.data, None if units is None else units.ctypes.data, told.ctypes.data)
        self._passes["moments"](block.ctypes.data, rows, columns, origin.ctypes.data, origin_norm, *at)
        squares, least, greatest = told.tolist()
        return squares, sums, units, least, greatest

    def extent(self, block: Array) -> tuple[float, float, int] | None:
        """Return the least and the greatest value, and how many are 0; None where some are not finite."""
        told = np.empty(4)
        self._passes["extent"](block.ctypes.data, block.size, told.ctypes.data)
        low, high, zeros, odd = told.tolist()
        return None if odd else (low + 0.0, high + 0.0, int(zeros))  # -0 + 0 is 0

    def slopes(self, block: Array, threshold: float, least: float, flat: NDArray[np.bool_] | None) -> int:
        """Count magnitudes below a threshold; ``flat`` becomes False for columns where one is not below the least."""
        largest = np.empty(block.shape[1], block.dtype)
        at = (None if flat is None else flat.ctypes.data, largest.ctypes.data)
        below: int = self._passes["slopes"](block.ctypes.data, *block.shape, threshold, least, *at)
        return below

    def codes(self, values: Array, shift: int, bits: int, tables: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Count values by their leading bits."""
        counts = np.zeros(1 << bits, np.int64)
        self._passes["codes"](values.ctypes.data, values.size, shift, bits, tables.ctypes.data, counts.ctypes.data)
        return counts

    def linear(
        self, values: Array, inverse: float, first: int, number: int, tables: NDArray[np.uint32]
    ) -> NDArray[np.int64]:
        """Count values by ``floor(value * inverse) - first``, which is to be below ``number`` for all."""
        counts = np.zeros(number, np.int64)
        at = (tables.ctypes.data, counts.ctypes.data)
        self._passes["linear"](values.ctypes.data, values.size, inverse, first, number, *at)
        return counts


def load(path: Path = LIBRARY) -> dict[np.dtype[Any], Compiled]:
    """Return the compiled passes by precision; none where there is no library, or one of another source."""
    try:
        library = ctypes.CDLL(str(path))
        library.source.restype = ctypes.c_uint32
        if library.source() != SOURCE:
            return {}
        return {np.dtype(f"f{size}"): Compiled(library, name) for size, name in ((4, "float"), (8, "double"))}
    except (OSError, AttributeError):  # not built, or for another system
        return {}


_COMPILED = {} if os.environ.get("ACTVIZ_KERNEL") == "numpy" else load()


def compiled(block: Array) -> Compiled | None:
    """Return the compiled passes for a block; None where numpy is to do it."""
    return _COMPILED.get(block.dtype) if block.flags.c_contiguous else None


def kernel() -> str:
    """Return which path is taken: ``compiled`` or ``numpy``."""
    return "compiled" if _COMPILED else "numpy"


@contextlib.contextmanager
def numpy_alone() -> Iterator[None]:
    """Keep to numpy in this process for a while."""
    kept = dict(_COMPILED)
    _COMPILED.clear()
    try:
        yield
    finally:
        _COMPILED.update(kept)
