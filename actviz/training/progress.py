"""How far every run is, told across processes by a small file that they share."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

from actviz.text.numbers import in_print

Progress = Callable[[int, int, str], None]
"""Called with epochs done, epochs in all, and what there is to say: the epoch, loss and rate of the run told last."""


class Board:
    """A row a run and seed: epochs done, epochs in all, loss, learning rate. Workers write, the caller reads.

    Parameters
    ----------
    epochs : list of int
        Of every run and seed.
    progress : callable, optional
    """

    def __init__(self, epochs: list[int], progress: Progress | None) -> None:
        self._progress, self._total, self._shape = progress, sum(epochs), (len(epochs), 4)
        handle, self._path = tempfile.mkstemp(prefix="actviz-progress-")
        os.close(handle)
        self._rows = np.memmap(self._path, np.float64, "w+", shape=self._shape)
        self._rows[:, 1] = epochs
        self._told = np.zeros(len(epochs))

    def __getstate__(self) -> dict[str, Any]:
        return {"_path": self._path, "_shape": self._shape}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(
            state, _progress=None, _rows=np.memmap(state["_path"], np.float64, "r+", shape=state["_shape"])
        )

    def write(self, row: int, done: int, loss: float, rate: float) -> None:
        """Say how far a run is."""
        self._rows[row, [0, 2, 3]] = done, loss, rate
        self.look()

    def finish(self, row: int) -> None:
        """Say that a run is over, at whatever epoch it ended."""
        self._rows[row, 0] = self._rows[row, 1]
        self.look()

    def look(self) -> None:
        """Pass on what is new; nothing in a worker."""
        if self._progress is None:
            return
        done = np.array(self._rows[:, 0])
        for row in np.flatnonzero(done != self._told):
            _, total, loss, rate = self._rows[row]
            words = f"epoch {done[row]:.0f}/{total:.0f}, loss {in_print(loss, 3)}, rate {in_print(rate, 3)}"
            self._told[row] = done[row]
            self._progress(int(self._told.sum()), self._total, words)

    def close(self) -> None:
        """Remove the file."""
        del self._rows
        with contextlib.suppress(OSError):  # some systems keep a file that a worker still has open
            os.unlink(self._path)
