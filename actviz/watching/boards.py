"""Numbers and figures of a model that is watched, to TensorBoard or Weights & Biases."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from actviz.errors import ActvizError

if TYPE_CHECKING:
    import xarray

SHOWN = ("act_std", "saturated", "dead_units", "similarity", "grad_preact_rms", "grad_weight_norm")
"""Statistics of every layer that go to a board."""

DRAWN = ("film", "curves")
"""Figures that do, in the end, where the losses that they need are told."""


class Board(Protocol):
    """What shows numbers and figures."""

    def numbers(self, step: int, snapshot: xarray.Dataset) -> None:
        """Show the numbers of a snapshot."""

    def figures(self, dataset: xarray.Dataset) -> None:
        """Show the figures of a training."""


def scalars(snapshot: xarray.Dataset) -> Iterator[tuple[str, float]]:
    """Yield the finite numbers of every layer and parameter, by names with slashes between their parts."""
    for name in SHOWN:
        values = snapshot[name].values.reshape(-1, snapshot.sizes["layer"])[0].tolist()
        for layer, value in zip(snapshot["layer_name"].values.tolist(), values, strict=True):
            if math.isfinite(value):
                yield f"actviz/{name}/{layer}", value
    ratios = snapshot["parameter_update"].values.ravel().tolist() if "parameter_update" in snapshot else []
    for parameter, value in zip(snapshot["parameter"].values.tolist() if ratios else [], ratios, strict=True):
        if math.isfinite(value):
            yield f"actviz/update/{parameter}", value


def drawings(dataset: xarray.Dataset) -> Iterator[tuple[str, Any]]:
    """Yield each figure that fits a training, as large as a slide."""
    from actviz.plots import FIGURES

    for name in DRAWN:
        if not FIGURES[name].missing(dataset):
            yield f"actviz/{name}", FIGURES[name].draw(dataset)


class TensorBoard:
    """A ``SummaryWriter``, of PyTorch or tensorboardX."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def numbers(self, step: int, snapshot: xarray.Dataset) -> None:
        """Add a scalar each."""
        for name, value in scalars(snapshot):
            self._writer.add_scalar(name, value, step)

    def figures(self, dataset: xarray.Dataset) -> None:
        """Add the figures at the last snapshot."""
        last = int(dataset["snapshot"].values[-1])
        for name, figure in drawings(dataset):
            self._writer.add_figure(name, figure, last, close=False)
        self._writer.flush()


class WeightsAndBiases:
    """A run of ``wandb``."""

    def __init__(self, run: Any) -> None:
        self._run = run

    def numbers(self, step: int, snapshot: xarray.Dataset) -> None:
        """Log them at once; ``actviz/step`` says after how many updates, whatever the run's own step counts."""
        self._run.log({"actviz/step": step, **dict(scalars(snapshot))})

    def figures(self, dataset: xarray.Dataset) -> None:
        """Log the figures as images."""
        import wandb

        self._run.log({name: wandb.Image(figure) for name, figure in drawings(dataset)})


def board_of(given: Any) -> Board:
    """Return what shows numbers on what is given, told by what it can do.

    Raises
    ------
    ActvizError
        If it is neither a ``SummaryWriter`` nor a run of ``wandb``.
    """
    if hasattr(given, "add_scalar") and hasattr(given, "add_figure"):
        return TensorBoard(given)
    if callable(getattr(given, "log", None)):
        return WeightsAndBiases(given)
    raise ActvizError(f"board must be a SummaryWriter or a run of wandb, not {type(given).__name__}")
