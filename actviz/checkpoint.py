"""Finished measurements kept in a folder, so that a sweep killed at any moment goes on where it stopped.

One file a network, named by a digest of everything that decides its content: a changed recipe finds nothing stale.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from actviz import __version__
from actviz.dataset import SCHEMA, write_atomically
from actviz.errors import ActvizError
from actviz.histogram import Bins, Histogram
from actviz.recording import Histograms, Measurement
from actviz.statistics import STATISTICS

_KEPT = re.compile(r"\.?[0-9a-f]{32}(\.[0-9]+\.[0-9a-f]{8})?\.npz")
HISTOGRAMS = tuple(kind.name for kind in dataclasses.fields(Histograms) if kind.name != "squares")


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
        self.folder = Path(folder)
        shared = {key: value for key, value in recipe.items() if key not in ("inits", "activations", "seeds")}
        self._recipe = json.dumps([SCHEMA, __version__, np.__version__, shared], sort_keys=True)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ActvizError(f"cannot keep a checkpoint in {folder}: {error.strerror}") from None

    def _path(self, key: tuple[Any, ...]) -> Path:
        digest = hashlib.sha256(json.dumps([self._recipe, *key]).encode()).hexdigest()
        return self.folder / f"{digest[:32]}.npz"

    def put(self, key: tuple[Any, ...], measurement: Measurement) -> None:
        """Keep a measurement."""
        arrays = {"statistics": np.array([measurement.statistics[name] for name in STATISTICS])}
        for field in HISTOGRAMS:
            histograms: tuple[Histogram, ...] = getattr(measurement.histograms, field)
            arrays[field] = np.array([[*h.counts, h.underflow, h.overflow, h.nonfinite] for h in histograms], np.int64)

        def write(path: Path) -> None:
            with path.open("wb") as file:
                np.savez_compressed(file, allow_pickle=False, **arrays)

        write_atomically(self._path(key), write)

    def get(self, key: tuple[Any, ...], bins: Mapping[str, Bins | None]) -> Measurement | None:
        """Return a kept measurement, or None; ``bins`` gives the bins of each of ``HISTOGRAMS``."""
        try:
            with self._path(key).open("rb") as file, np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in ("statistics", *HISTOGRAMS)}
        except Exception:  # missing or damaged alike: measure again
            return None
        histograms: dict[str, Any] = {
            field: tuple(Histogram(bins[field], row[:-3], *map(int, row[-3:])) for row in arrays[field])  # type: ignore[arg-type]
            for field in HISTOGRAMS
        }
        return Measurement(dict(zip(STATISTICS, arrays["statistics"], strict=True)), Histograms(**histograms))


def discard(folder: str | os.PathLike[str]) -> None:
    """Remove what a checkpoint kept, and its folder unless something else is in it."""
    for file in Path(folder).glob("*.npz"):
        if _KEPT.fullmatch(file.name):
            file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        Path(folder).rmdir()
