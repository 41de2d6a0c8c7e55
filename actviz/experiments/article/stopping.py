"""The article's claim on early stopping, and what decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from actviz.experiments.article.cases import case, claim
from actviz.experiments.article.regularization import decayed
from actviz.experiments.readings import Reading, Values, difference, quotient

if TYPE_CHECKING:
    import xarray

_DATASET, _PLENTY = "article-stopping", "article-decay-plenty"
_STOPPED, _WHOLE = "early_stopping patience 10", "early_stopping None"


def _errors(part: str, run: str) -> Callable[[xarray.Dataset], Values]:
    """Read the share of wrong answers on training or validation rows, shape (seeds, evaluations)."""
    return lambda ds: 1.0 - ds[f"{part}_accuracy"].sel(run=run).transpose("seed", "step").values


def _end(part: str, run: str) -> Reading:
    return lambda ds: _errors(part, run)(ds)[:, -1]


def _turn(part: str, run: str) -> Reading:
    """Read the error at the evaluation with the lowest validation error, the first of them."""

    def read(ds: xarray.Dataset) -> Values:
        at = _errors("validation", run)(ds).argmin(axis=1)
        return np.asarray(np.take_along_axis(_errors(part, run)(ds), at[:, None], axis=1)[:, 0])

    return read


def _when_loss_is_best(run: str) -> Reading:
    """Read the validation error where validation loss is lowest: the weights that early stopping keeps."""

    def read(ds: xarray.Dataset) -> Values:
        own = ds.sel(run=run)
        return np.asarray(1.0 - own["validation_accuracy"].isel(step=own["validation_loss"].argmin("step")).values)

    return read


def _judged(name: str, run: str) -> Reading:
    return lambda ds: ds[name].sel(run=run).values


def _wrong(name: str, run: str) -> Reading:
    """Read the error on the test rows: of the weights kept, ``best_test``, or the last, ``test``."""
    return lambda ds: 1.0 - ds[f"{name}_accuracy"].sel(run=run).values


def _spent(ds: xarray.Dataset) -> Values:
    return np.asarray(ds["ended_step"].sel(run=_STOPPED).values / ds["step"].values[-1])


_RIGHT = decayed(0)
CLAIM = claim(
    10,
    "stopping",
    case(10, "train-falls", _DATASET, quotient(_end("train", _WHOLE), _turn("train", _WHOLE)), most=0.5),
    case(10, "validation-turns", _DATASET, quotient(_end("validation", _WHOLE), _turn("validation", _WHOLE)), 1.15),
    case(
        10, "right-labels", _PLENTY, difference(_end("validation", _RIGHT), _when_loss_is_best(_RIGHT)), 0.03, so=False
    ),
    case(10, "kept", _DATASET, difference(_wrong("test", _WHOLE), _wrong("best_test", _STOPPED)), 0.0),
    case(10, "kept-over-whole", _DATASET, quotient(_wrong("best_test", _STOPPED), _wrong("test", _WHOLE))),
    case(10, "kept-over-stop", _DATASET, quotient(_wrong("best_test", _STOPPED), _wrong("test", _STOPPED))),
    case(10, "kept-loss", _DATASET, quotient(_judged("best_test_loss", _STOPPED), _judged("test_loss", _WHOLE))),
    case(10, "spent", _DATASET, _spent),
)
"""The article speaks of errors, so errors decide; what is watched is the loss, as it usually is."""
