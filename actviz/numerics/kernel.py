"""The recorder's compiled passes (``kernel.c``), where they were built; numpy does the same without them.

The library is built with the wheel if there is a C compiler (``scripts/build_kernel.py``). Counts are equal on both
paths, sums differ by rounding. ``ACTVIZ_KERNEL=numpy`` keeps to numpy; ``ACTVIZ_KERNEL=compiled`` is an error without.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import ActvizError
from actviz.numerics.arrays import Array

Float64 = NDArray[np.float64]
Counts = NDArray[np.int64]

LIBRARY = Path(__file__).with_name("_kernel.so")
SOURCE = Path(__file__).with_name("kernel.c")
"""What a library must be made of."""

TABLES, APART = 4, 16
"""Tables that values are counted in by turns, and counts between them, as in ``kernel.c``."""

SOME = 4096
"""Values of a layer that are worked on at a time, as there."""

SLOPES = {"tanh": 1, "logistic": 2, "positive": 3}
"""Functions of h, as in ``kernel.c``: 1 - h^2, h (1 - h), and 1 where h is positive."""

_POINTER, _INT, _LONG, _DOUBLE = ctypes.c_void_p, ctypes.c_int32, ctypes.c_int64, ctypes.c_double
_ROWS = (_POINTER, _LONG, _LONG)
_SUMMED = (*_ROWS, _POINTER, _DOUBLE)
_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "moments": (*_SUMMED, _INT, _POINTER, _POINTER, _POINTER),
    "activations": (*_SUMMED, *(_POINTER,) * 7),
    "gradients": (_POINTER, _LONG, *(_POINTER,) * 4),
    "count": (_POINTER, _LONG, *(_POINTER,) * 3),
    "slopes": (*_ROWS, _DOUBLE, _DOUBLE, _POINTER, _POINTER),
    "backward": (_INT, _POINTER, _POINTER, *_ROWS, _DOUBLE, _DOUBLE, *(_POINTER,) * 6),
    "sizes": (_POINTER, _LONG, _POINTER),
    "cubes": (*_ROWS, _INT, _DOUBLE, _POINTER, _POINTER),
}
_RESULTS = {"moments": _LONG, "activations": _LONG, "slopes": _LONG, "sizes": None, "cubes": None}


class Rule(ctypes.Structure):
    """How a value of one precision is numbered, as ``Bins`` in ``kernel.c``; ``room`` is the bytes of its tables."""

    _fields_ = (
        ("inverse", _DOUBLE), ("low", _DOUBLE), ("high", _DOUBLE), ("first", _LONG), ("number", _LONG),
        ("targets", _POINTER), ("shift", _INT), ("bits", _INT), ("edges", _POINTER),
    )  # fmt: skip
    at: int
    room: int
    kept: tuple[NDArray[Any], ...]

    @classmethod
    def equal(cls, inverse: float, first: int, number: int) -> Rule:
        """Return the rule of ``floor(value * inverse) - first``, which is exact; the last edge is in the last bin."""
        rule = cls(inverse, first / inverse, (first + number) / inverse, first, number)
        rule.at, rule.room = ctypes.addressof(rule), 4 * TABLES * (number + 1 + APART)
        return rule

    @classmethod
    def between(cls, edges: NDArray[np.floating[Any]], targets: NDArray[np.int32], width: float) -> Rule:
        """Return the rule of bins that are equal but for the rounding of their edges, of a precision.

        The first two and the last of the edges are the least, the least finite and the greatest number there are; every
        edge begins what its target says.
        """
        rule = cls(1.0 / width, edges[2], edges[-2], 0, len(edges) - 1, targets.ctypes.data, edges=edges.ctypes.data)
        rule.kept = (edges, targets)
        rule.at, rule.room = ctypes.addressof(rule), 4 * TABLES * (len(edges) + APART)
        return rule

    @classmethod
    def coded(cls, targets: NDArray[np.int32], shift: int) -> Rule:
        """Return the rule of the bits above ``shift``, and of what ``targets`` says of them."""
        rule = cls(targets=targets.ctypes.data, shift=shift, bits=len(targets).bit_length() - 1)
        rule.kept = (targets,)  # as long as its address is
        rule.at, rule.room = ctypes.addressof(rule), 4 * TABLES * (len(targets) + APART)
        return rule


class _Scratch(threading.local):
    """A thread's own memory for what a pass needs on its way; addresses are valid until the next pass."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[int, Any, int]] = {}
        self.told = (ctypes.c_double * 4)()

    def at(self, purpose: str, size: int) -> int:
        """Return the address of so many bytes."""
        held, memory, address = self._held.get(purpose, (0, None, 0))
        if held < size:
            held = max(size, 1 << 16)
            memory = np.empty(held // 8 + 1)
            address = memory.ctypes.data
            self._held[purpose] = held, memory, address
        return address


_SCRATCH = _Scratch()


def address(array: Array | NDArray[Any]) -> int:
    """Return where a contiguous array's values stand."""
    try:
        return ctypes.addressof(ctypes.c_char.from_buffer(array.data))  # a quarter of the time of the other
    except (TypeError, ValueError, BufferError):  # that cannot be written to, or has no values
        return int(array.ctypes.data)


class Compiled:
    """The compiled passes for values of one precision, over contiguous arrays."""

    def __init__(self, library: ctypes.CDLL, suffix: str) -> None:
        self._passes = {name: getattr(library, f"{name}_{suffix}") for name in _ARGUMENTS}
        for name, each in self._passes.items():
            each.argtypes, each.restype = _ARGUMENTS[name], _RESULTS.get(name, _INT)
        self._bytes = {"float": 4, "double": 8}[suffix]

    def moments(self, values: Array, origin: Array, origin_norm: float, directions: bool, sums: Float64) -> int:
        """Add sums of deviations of rows from an origin; return how many rows are 0, -1 where nothing was added.

        ``sums`` has that of squares, sums by column and, with ``directions``, those of rows over their lengths.
        """
        rows, columns = values.shape
        scratch = _SCRATCH.at("scratch", 3 * columns * self._bytes)
        part = _SCRATCH.at("part", 8 * (2 * columns + 1))
        at = (address(values), rows, columns, address(origin), origin_norm, directions, scratch, part, address(sums))
        return int(self._passes["moments"](*at))

    def activations(
        self, values: Array, origin: Array, origin_norm: float, sums: Float64, rule: Rule, counts: Counts
    ) -> tuple[int, tuple[float, float, int]] | None:
        """Add the same with directions, and counts by a rule; None where nothing was added.

        Returns
        -------
        tuple
            How many rows are 0; the least and the greatest value, and how many are 0.
        """
        rows, columns = values.shape
        scratch = _SCRATCH.at("scratch", 3 * columns * self._bytes)
        part = _SCRATCH.at("part", 8 * (2 * columns + 1))
        tables, told = _SCRATCH.at("tables", rule.room), _SCRATCH.told
        at = (address(values), rows, columns, address(origin), origin_norm, scratch, part, address(sums))
        blanks = int(self._passes["activations"](*at, rule.at, tables, address(counts), told))
        low, high, zeros, _ = told
        return None if blanks < 0 else (blanks, (low + 0.0, high + 0.0, int(zeros)))  # -0 + 0 is 0

    def gradients(self, values: Array, rule: Rule, counts: Counts) -> tuple[float, int] | None:
        """Add counts by a rule; return the sum of squares, and how many are zero. None where nothing was added."""
        tables, told = _SCRATCH.at("tables", rule.room), _SCRATCH.told
        if not self._passes["gradients"](address(values), values.size, rule.at, tables, address(counts), told):
            return None
        return told[0], int(told[1])

    def count(self, values: Array, rule: Rule, counts: Counts) -> bool:
        """Add counts by a rule; False where nothing was added, since not all values lie within equal bins."""
        tables = _SCRATCH.at("tables", rule.room)
        return bool(self._passes["count"](address(values), values.size, rule.at, tables, address(counts)))

    def slopes(self, values: Array, threshold: float, least: float, flat: NDArray[np.bool_]) -> int:
        """Count magnitudes below a threshold; ``flat`` becomes False for columns where one is not below the least."""
        scratch = _SCRATCH.at("scratch", values.shape[1] * self._bytes)
        return int(self._passes["slopes"](address(values), *values.shape, threshold, least, address(flat), scratch))

    def backward(
        self, slope: str, h: Array, dh: Array, dz: Array, threshold: float, least: float, flat: NDArray[np.bool_],
        rule: Rule, counts: Counts,
    ) -> tuple[int, tuple[float, int] | None]:  # fmt: skip
        """Put dh times a slope of ``SLOPES`` into dz; return what ``slopes`` and ``gradients`` do of the two."""
        scratch = _SCRATCH.at("scratch", (2 * h.shape[1] + SOME) * self._bytes)
        tables, told = _SCRATCH.at("tables", rule.room), _SCRATCH.told
        at = (SLOPES[slope], address(h), address(dh), address(dz), *h.shape, threshold, least, address(flat), scratch)
        counted = self._passes["backward"](*at, rule.at, tables, address(counts), told)
        return int(told[2]), (told[0], int(told[1])) if counted else None

    def sizes(self, values: Array) -> tuple[float, float, int]:
        """Return the sum of values, that of their squares, and how many are zero."""
        told = _SCRATCH.told
        self._passes["sizes"](address(values), values.size, told)
        return told[0], told[1], int(told[2])

    def cubes(self, values: Array, exponent: int) -> tuple[float, float]:
        """Return the sum over columns of |c|^(3/2), c a sum of cubes of v / 2^exponent, and the same with c's sign.

        Columns, too, may be contiguous.
        """
        told, part, by_row = _SCRATCH.told, _SCRATCH.at("part", 8 * values.shape[1]), not values.flags.c_contiguous
        stored = values.T if by_row else values
        self._passes["cubes"](address(stored), *stored.shape, by_row, math.ldexp(1.0, -exponent), part, told)
        return told[0], told[1]


def load(path: Path = LIBRARY) -> dict[np.dtype[Any], Compiled]:
    """Return the compiled passes by precision; none where there is no library, or one of another source."""
    try:
        library = ctypes.CDLL(str(path))
        library.source.restype = ctypes.c_uint32
        if library.source() != zlib.crc32(SOURCE.read_bytes()):
            return {}
        return {np.dtype(f"f{size}"): Compiled(library, name) for size, name in ((4, "float"), (8, "double"))}
    except (OSError, AttributeError):  # not built, or for another system
        return {}


def _chosen(asked: str) -> dict[np.dtype[Any], Compiled]:
    """Return the passes that are asked for; those there are where nothing is."""
    if asked not in ("", "compiled", "numpy"):
        raise ActvizError(f"ACTVIZ_KERNEL must be compiled or numpy, not {asked!r}")
    found = {} if asked == "numpy" else load()
    if asked == "compiled" and not found:
        raise ActvizError("ACTVIZ_KERNEL is compiled, but there is no compiled kernel of this version for this system")
    return found


_COMPILED = _chosen(os.environ.get("ACTVIZ_KERNEL", ""))


def compiled(block: Array) -> Compiled | None:
    """Return the compiled passes for a block; None where numpy is to do it."""
    return _COMPILED.get(block.dtype) if block.flags.c_contiguous and block.flags.aligned else None


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
