# mypy: allow-untyped-calls
"""What a watched training has come to: snapshots, losses and numbers that are told, in memory and in a growing file."""

from __future__ import annotations

import math
import numbers
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from actviz.errors import ActvizError
from actviz.results.files import save
from actviz.results.filming import film
from actviz.results.journal import Journal
from actviz.results.writing import has_folder

if TYPE_CHECKING:
    import xarray

MOST = 200
"""Snapshots that are kept: beyond, every second one is let go and half as many are taken."""

SHARE = 0.003
"""Share of the time that may go into writing the file; beyond, it is written once a minute."""

MINUTE = 60.0


class Course:
    """Snapshots of a training by updates done, with what is known between them.

    Parameters
    ----------
    out : path, optional
        The file that grows.
    epoch_updates : int
        Updates of an epoch; 0 where time is not told in epochs.

    Raises
    ------
    ActvizError
        If the file cannot be.
    """

    def __init__(self, out: str | os.PathLike[str] | None, epoch_updates: int) -> None:
        if out is not None and not has_folder(out):
            raise ActvizError(f"cannot save to {out}: no such folder")
        if out is not None and not str(out).endswith(".nc"):
            raise ActvizError(f"out must be a .nc file, not {out}")
        self._out, self._epoch_updates = out, epoch_updates
        self._journal = None if out is None else Journal(out)
        self._journal_since = 0
        self._kept_at, self._writing, self._began = 0.0, 0.0, time.monotonic()
        self.snapshots: dict[int, xarray.Dataset] = {}
        self._told: dict[int, dict[str, float]] = {}
        self._losses: list[float] = []
        self._fresh_losses: list[Any] = []
        self._gradients: dict[int, float] = {}
        self._ratios: dict[int, list[float]] = {}

    def lost(self, loss: Any) -> None:
        """Note the loss of an update; a tensor is read when a snapshot is taken."""
        self._fresh_losses.append(loss.detach() if is_single("loss", loss) else loss)

    def tell(self, step: int, told: Mapping[str, Any]) -> None:
        """Note numbers of the weights after so many updates; None is no number."""
        given = {
            name: float(value.detach() if is_single(name, value) else value)
            for name, value in told.items()
            if value is not None
        }
        if given:
            self._told.setdefault(step, {}).update(given)

    def keep(self, step: int, snapshot: xarray.Dataset, gradient: float, ratios: list[float]) -> None:
        """Keep a snapshot, with the norm of the whole gradient and the layers' update-to-weight ratios."""
        self.snapshots[step], self._gradients[step], self._ratios[step] = snapshot, gradient, ratios

    def thin(self, every: int, last: int) -> None:
        """Let go of snapshots but for every so many updates, and the last."""
        self._kept_at = -math.inf  # what the file has is not to be appended to
        for step in [step for step in self.snapshots if step % every and step != last]:
            for kept in (self.snapshots, self._gradients, self._ratios):
                kept.pop(step, None)

    def dataset(self, how: Mapping[str, Any]) -> xarray.Dataset:
        """Return the training, with what its recipe says of how it went on."""
        self._read_losses()
        return film(
            self.snapshots, told=self._told, losses=self._losses, gradients=self._gradients, ratios=self._ratios,
            epoch_updates=self._epoch_updates, how=how,
        )  # fmt: skip

    def _read_losses(self) -> None:
        """Read the losses of the updates since the last time off their tensors, all at once."""
        fresh, self._fresh_losses = self._fresh_losses, []
        tensors = [each for each in fresh if isinstance(each, torch.Tensor)]
        values = iter(torch.stack([each.float().reshape(()) for each in tensors]).tolist() if tensors else [])
        read = [next(values) if isinstance(each, torch.Tensor) else each for each in fresh]
        self._losses += [math.nan if each is None else float(each) for each in read]

    def save_last(self, step: int, how: Mapping[str, Any]) -> None:
        """Bring the file up to the last snapshot: append it to what the file lacks, or write all where time allows."""
        if self._journal is None:
            return
        if self.snapshots.keys() - {step} and not self._may_write():
            self._append(self._journal, step)
        else:
            self.save(how)

    def save(self, how: Mapping[str, Any]) -> None:
        """Write the file whole, if there is one to be."""
        if self._journal is None or self._out is None or not self.snapshots:
            return
        start = time.monotonic()
        save(self.dataset(how), self._out)
        self._journal.clear()
        self._journal_since = len(self._losses)
        self._kept_at = time.monotonic()
        self._writing += self._kept_at - start

    def _append(self, journal: Journal, step: int) -> None:
        self._read_losses()
        since, first = self._journal_since, self.snapshots[min(self.snapshots)]
        told = {at: values for at, values in self._told.items() if at >= since}
        journal.add(
            first, self.snapshots[step], step=step, gradient=self._gradients[step], ratios=self._ratios[step],
            since=since, losses=self._losses[since:], told=told,
        )  # fmt: skip
        self._journal_since = len(self._losses)

    def _may_write(self) -> bool:
        now = time.monotonic()
        return now - self._kept_at > MINUTE or self._writing < SHARE * (now - self._began)


def is_single(name: str, value: Any) -> bool:
    """Whether a number that is told is a tensor, of a single value.

    Raises
    ------
    ActvizError
        If it is neither that nor a number.
    """
    if isinstance(value, torch.Tensor):
        if value.numel() == 1:
            return True
    elif value is None or isinstance(value, numbers.Real) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return False
    what = f"one of shape {tuple(value.shape)}" if hasattr(value, "shape") else repr(value)
    raise ActvizError(f"{name} must be one number, not {what}")
