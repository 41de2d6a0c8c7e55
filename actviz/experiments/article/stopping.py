"""The article's claim on early stopping, and what decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from actviz.experiments.article.cases import case, claim
from actviz.experiments.article.regularization import HELPS, decayed, gain, ratio
from actviz.experiments.readings import Reading, Values, last_of

if TYPE_CHECKING:
    import xarray

_DATASET, _PLENTY = "article-stopping", "article-decay-plenty"
_STOPPED, _WHOLE = "early_stopping patience 10", "early_stopping None"


def _least(name: str, run: str) -> Reading:
    return lambda ds: ds[name].sel(run=run).min("step").values


def _when_best(name: str, run: str) -> Reading:
    """Read a number at the evaluation with the lowest validation loss."""

    def read(ds: xarray.Dataset) -> Values:
        own = ds.sel(run=run)
        best = own["validation_loss"].argmin("step")
        return np.asarray(own[name].isel(step=best).values)

    return read


def _judged(name: str, run: str) -> Reading:
    return lambda ds: ds[name].sel(run=run).values


def _spent(ds: xarray.Dataset) -> Values:
    return np.asarray(ds["ended_step"].sel(run=_STOPPED).values / ds["step"].values[-1])


CLAIM = claim(
    10,
    "stopping",
    case(
        10,
        "train-falls",
        _DATASET,
        ratio(last_of("train_loss", _WHOLE), _when_best("train_loss", _WHOLE)),
        most=0.5,
    ),
    case(
        10,
        "validation-turns",
        _DATASET,
        ratio(last_of("validation_loss", _WHOLE), _least("validation_loss", _WHOLE)),
        1.15,
    ),
    case(
        10,
        "right-labels-loss",
        _PLENTY,
        ratio(last_of("validation_loss", decayed(0)), _least("validation_loss", decayed(0))),
    ),
    case(
        10,
        "right-labels-accuracy",
        _PLENTY,
        gain(_when_best("validation_accuracy", decayed(0)), last_of("validation_accuracy", decayed(0))),
        0.03,
        so=False,
    ),
    case(
        10,
        "kept-loss",
        _DATASET,
        ratio(_judged("best_test_loss", _STOPPED), _judged("test_loss", _WHOLE)),
        most=HELPS,
    ),
    case(10, "kept-over-stop", _DATASET, ratio(_judged("best_test_loss", _STOPPED), _judged("test_loss", _STOPPED))),
    case(
        10,
        "kept-accuracy",
        _DATASET,
        gain(_judged("best_test_accuracy", _STOPPED), _judged("test_accuracy", _WHOLE)),
        0.0,
    ),
    case(10, "spent", _DATASET, _spent),
)
