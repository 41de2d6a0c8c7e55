"""Finished measurements kept in a folder, so that a sweep killed at any moment goes on where it stopped.

One file a network, named by a digest of everything that decides its content: a changed recipe finds nothing stale.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import ActvizError
from actviz.numerics.histogram import Bins, Histogram
from actviz.results.dataset import SCHEMA
from actviz.results.measurement import HISTOGRAMS, Histograms, Measurement
from actviz.results.statistics import OF_BLOCKS, OF_INPUTS, OF_JACOBIAN, OF_WEIGHTS, SPECTRUM_EDGES, STATISTICS
from actviz.results.writing import is_temporary, write_atomically
from actviz.version import __version__

_KEPT = re.compile(r"[0-9a-f]{32}\.npz")
_BY_LAYER = (*STATISTICS, *OF_WEIGHTS)
SPOILT = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading raises of a file that is well-formed, but holds not what was kept."""


class Checkpoint:
    """A folder of finished measurements under one recipe.

    Parameters
    ----------
    folder : path
        Created if missing.
    recipe : mapping
        What all networks share.
    """

    def __init__(self, folder: str | os.PathLike[str], recipe: Mapping[str, Any]) -> None:
        if not isinstance(folder, str | os.PathLike) or not os.fspath(folder):
            raise ActvizError(f"checkpoint must be the path of a folder, not {folder!r}")
        self.folder = Path(folder)
        shared = {key: value for key, value in recipe.items() if key not in ("inits", "activations", "runs", "seeds")}
        self._recipe = json.dumps([SCHEMA, __version__, np.__version__, shared], sort_keys=True)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:  # a null character
            why = getattr(error, "strerror", None) or error
            raise ActvizError(f"cannot keep a checkpoint in {str(folder)!r}: {why}") from None

    def _path(self, key: tuple[Any, ...]) -> Path:
        digest = hashlib.sha256(json.dumps([self._recipe, *key]).encode()).hexdigest()
        return self.folder / f"{digest[:32]}.npz"

    def write(self, key: tuple[Any, ...], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays under a key."""
        packed = io.BytesIO()  # in memory: an archive cannot end well on a disk that is full
        np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]  # which newer stubs take for an option

        def write(path: Path) -> None:
            path.write_bytes(packed.getvalue())

        try:
            write_atomically(self._path(key), write)
        except ActvizError:
            if self.folder.is_dir():
                raise
            self.folder.mkdir(parents=True, exist_ok=True)  # the same command, run twice at once, had ended and cleared
            write_atomically(self._path(key), write)

    def read(self, key: tuple[Any, ...]) -> dict[str, NDArray[Any]] | None:
        """Return kept arrays, or None."""
        try:
            with self._path(key).open("rb") as file, np.load(file, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        except Exception:  # missing or damaged alike: measure again
            return None

    def put(self, key: tuple[Any, ...], measurement: Measurement) -> None:
        """Keep a measurement."""
        self.write(key, packed(measurement))

    def get(self, key: tuple[Any, ...], bins: Mapping[str, Bins | None], layers: int) -> Measurement | None:
        """Return a kept measurement of so many layers, or None; ``bins`` gives the bins of those that it has."""
        arrays = self.read(key)
        try:
            return None if arrays is None else unpacked(arrays, bins, layers)
        except SPOILT:  # well-formed, but not what was kept: measure again
            return None


def like(kept: NDArray[Any], wanted: NDArray[Any]) -> NDArray[Any]:
    """Return a kept array; a ValueError if it is of another shape, or of numbers of another kind, than is wanted."""
    if kept.shape != wanted.shape or kept.dtype.kind != wanted.dtype.kind:
        raise ValueError(f"kept as {kept.dtype} {kept.shape}, wanted as {wanted.dtype} {wanted.shape}")
    return kept


def packed_histograms(histograms: Sequence[Histogram]) -> NDArray[np.int64]:
    """Return histograms as rows of counts, with what lies outside at their ends."""
    return np.array([[*h.counts, h.underflow, h.overflow, h.nonfinite] for h in histograms], np.int64)


def unpacked_histograms(rows: NDArray[np.int64], bins: Bins) -> tuple[Histogram, ...]:
    """Return the histograms that were packed."""
    if rows.size:
        like(rows, np.empty((len(rows), len(bins.edges) + 2), np.int64))
    return tuple(Histogram(bins, row[:-3], *map(int, row[-3:])) for row in rows)


def packed(measurement: Measurement) -> dict[str, NDArray[Any]]:
    """Return a measurement as arrays."""
    values = measurement.statistics
    arrays: dict[str, NDArray[Any]] = {
        "statistics": np.array([values[name] for name in _BY_LAYER]),
        "inputs": np.array([values[name] for name in OF_INPUTS]),
    }
    if "stream_rms" in values:
        arrays["blocks"] = np.array([values[name] for name in OF_BLOCKS])
    if "spectrum" in values:
        arrays["jacobian"] = np.array([*(values[name] for name in OF_JACOBIAN), *values["spectrum"]])
    return arrays | {field: packed_histograms(getattr(measurement.histograms, field)) for field in HISTOGRAMS}


def unpacked(arrays: Mapping[str, NDArray[Any]], bins: Mapping[str, Bins | None], layers: int) -> Measurement:
    """Return the measurement of so many layers that was packed; ``bins`` gives the bins of what it has."""
    like(arrays["statistics"], np.empty((len(_BY_LAYER), layers)))
    like(arrays["inputs"], np.empty(len(OF_INPUTS)))
    if any(len(arrays[field]) != (layers if bins.get(field) is not None else 0) for field in HISTOGRAMS):
        raise ValueError(f"not the histograms of {layers} layers")
    histograms: dict[str, Any] = {
        field: unpacked_histograms(arrays[field], bins.get(field))  # type: ignore[arg-type]
        for field in HISTOGRAMS
    }
    values = dict(zip(_BY_LAYER, arrays["statistics"], strict=True))
    values |= zip(OF_INPUTS, arrays["inputs"], strict=True)
    if "blocks" in arrays:
        like(arrays["blocks"], np.empty((len(OF_BLOCKS), arrays["blocks"].shape[-1])))
        values |= zip(OF_BLOCKS, arrays["blocks"], strict=True)
    if "jacobian" in arrays:
        kept = like(arrays["jacobian"], np.empty(len(OF_JACOBIAN) + len(SPECTRUM_EDGES)))
        values |= {name: np.array(value) for name, value in zip(OF_JACOBIAN, kept, strict=False)}
        values["spectrum"] = kept[len(OF_JACOBIAN) :]
    return Measurement(values, Histograms(**histograms))


def discard(folder: str | os.PathLike[str]) -> None:
    """Remove what a checkpoint kept, and its folder unless something else is in it."""
    for file in Path(folder).glob("*.npz"):
        if _KEPT.fullmatch(file.name) or is_temporary(file.name):
            file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        Path(folder).rmdir()
