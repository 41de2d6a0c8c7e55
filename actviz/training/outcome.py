"""How every run of a training ended: a row a run, means over its seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from actviz.errors import ActvizError
from actviz.results.dataset import is_training, recipe
from actviz.text import text
from actviz.training.loop import Ended

if TYPE_CHECKING:
    import xarray

NUMBERS = (
    "train_loss",
    "validation_loss",
    "test_loss",
    "train_accuracy",
    "validation_accuracy",
    "test_accuracy",
)


@dataclass(frozen=True)
class Outcome:
    """What became of a run.

    Parameters
    ----------
    run : str
    ended : tuple of (str, int, int)
        Why it ended, after how many updates at least, and for how many seeds; the most frequent first.
    seeds : int
    epochs : float
        Epochs done, mean over seeds; NaN where it is not known how many updates an epoch has.
    best_step : float
        Updates done at the best evaluation, mean over the seeds; NaN without early stopping.
    numbers : dict
        Loss and accuracy of the weights that were kept, (mean, standard deviation) over the seeds that did not
        diverge: at the best evaluation where early stopping keeps its weights, else at the end.
    """

    run: str
    ended: tuple[tuple[str, int, int], ...]
    seeds: int
    epochs: float
    best_step: float
    numbers: dict[str, tuple[float, float]]

    def told(self, lang: str = "en") -> str:
        """Why it ended, in words.

        >>> Outcome("a", (("budget", 90, 3), ("diverged", 7, 1)), 4, 2.0, float("nan"), {}).told()
        'budget (3 of 4), diverged at update 7 (1 of 4)'
        """
        words = []
        for reason, step, number in self.ended:
            why = text(f"ended.{reason}", lang)
            why = text("ended.at", lang, why=why, step=step) if reason == Ended.DIVERGED else why
            words.append(
                text("ended.of", lang, why=why, number=number, seeds=self.seeds) if number < self.seeds else why
            )
        return ", ".join(words)


def outcomes(dataset: xarray.Dataset) -> list[Outcome]:
    """Tell how every run of a training ended.

    Raises
    ------
    ActvizError
        If the dataset is no training.

    Examples
    --------
    >>> import actviz
    >>> found = actviz.train(actviz.runs("he_normal", "relu", data="moons:200", depth=2, width=16), "moons:200")
    >>> outcomes(found)[0].told()
    'budget'
    """
    if not is_training(dataset):
        raise ActvizError("need a training, as train returns it")
    how = recipe(dataset)
    return [
        _outcome(dataset.sel(run=run), how["runs"][run], int(how["epoch_updates"]))
        for run in map(str, dataset["run"].values)
    ]


def _outcome(own: xarray.Dataset, settings: dict[str, object], epoch_updates: int) -> Outcome:
    reasons, steps, best = own["ended"].values, own["ended_step"].values, own["best_step"].values.astype(float)
    stopping = settings["early_stopping"]
    kept = np.where(best >= 0, best, steps) if isinstance(stopping, dict) and stopping["keep_best"] else steps
    alive = reasons != str(Ended.DIVERGED)
    numbers = {}
    for name in NUMBERS:
        if name.startswith("test"):
            values = np.where((kept == best) & (best >= 0), own[f"best_{name}"].values, own[name].values)
        else:
            at = np.minimum(np.searchsorted(own["step"].values, kept), own.sizes["step"] - 1)  # ends are evaluations
            values = own[name].transpose("seed", "step").values[np.arange(len(kept)), at]
        numbers[name] = _mean_and_sd(values[alive])
    groups = {str(reason): steps[reasons == reason] for reason in reasons}
    ended = sorted(((why, int(at.min()), len(at)) for why, at in groups.items()), key=lambda group: -group[2])
    found_best = float(best.mean()) if (best >= 0).all() else math.nan
    epochs = float(steps.mean()) / (epoch_updates or math.nan)
    return Outcome(str(own["run"].item()), tuple(ended), len(steps), epochs, found_best, numbers)


def _mean_and_sd(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    if not len(values):
        return math.nan, math.nan
    return float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else math.nan
