"""Slopes of sizes over the width, seed by seed, and what they say of a layer.

A slope is that of log RMS on log width by least squares, one for each seed, which is the replicate. *Width-stable* is
what two one-sided t-tests of 5 % show to be within the margin (TOST); *grows* or *shrinks* what a one-sided one, its
5 % divided among the steps, shows to be beyond it; all else is undecided, or where there is no slope not judged.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from actviz.results.dataset import recipe
from actviz.training.parametrization import kind_of

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

LEVEL = 0.05
"""Of each one-sided test."""

FEWEST = 3
"""Seeds with which a slope is judged at least: two that lie together by chance would look certain."""


class Outcome(enum.StrEnum):
    """What slopes say, the gravest first."""

    GROWS = "grows"
    SHRINKS = "shrinks"
    UNDECIDED = "undecided"
    STABLE = "width-stable"
    UNJUDGED = "not judged"


@dataclass(frozen=True)
class Growth:
    """What the slopes of a layer say.

    Parameters
    ----------
    layer : int
        From 1.
    name, kind : str
        Of the layer; input, hidden, output, fixed by which fans grow with the width, or none where it has no matrix.
    what : {"start", "change"}
        The size before the first update, or how far updates have moved it.
    step : int
        After how many updates; of several the one that decides.
    slope, low, high : float
        Mean over seeds, and the interval of 90 % that the two tests of 5 % stand for.
    outcome : Outcome
    why : {"", "seeds", "still", "overflow"}
        Why it is not judged: too few seeds, a layer that does not move or is 0, or one that overflows.
    """

    layer: int
    name: str
    kind: str
    what: str
    step: int
    slope: float
    low: float
    high: float
    outcome: Outcome
    why: str = ""

    @property
    def departs(self) -> bool:
        """Whether it is a fault: an output that starts the smaller the wider is none, muP has it so."""
        designed = self.what == "start" and self.kind == "output" and self.outcome is Outcome.SHRINKS
        return self.outcome in (Outcome.GROWS, Outcome.SHRINKS) and not designed


def slopes(values: Floats, widths: Floats) -> Floats:
    """Return the slopes of log values of shape (widths, ...) on log widths; NaN where a value is 0 or not finite."""
    with np.errstate(all="ignore"):
        logs = np.log(np.where(np.isfinite(values) & (values > 0), values, np.nan))
    x = np.log(widths) - np.log(widths).mean()
    return np.asarray(np.tensordot(x, logs, axes=1) / np.square(x).sum(), np.float64)


def kinds(dataset: xarray.Dataset) -> list[str]:
    """Return the kind of every layer, by its fans in the narrowest and the widest network."""
    fans = np.stack([dataset["fan_in"].values, dataset["fan_out"].values], axis=-1)
    ends = [fans[int(at)] for at in (dataset["width"].values.argmin(), dataset["width"].values.argmax())]
    return [
        kind_of((int(narrow[0]), int(narrow[1])), (int(wide[0]), int(wide[1]))) if narrow[0] else "none"
        for narrow, wide in zip(*ends, strict=True)
    ]


def slopes_of(dataset: xarray.Dataset, name: str) -> Floats:
    """Return the slopes of ``size`` or ``change`` over the width, shape (seeds, steps + 1, layers)."""
    values = dataset[name].transpose("width", "seed", "step", "layer").values
    return slopes(values, dataset["width"].values.astype(np.float64))


def judge(dataset: xarray.Dataset, margin: float | None = None) -> tuple[Growth, ...]:
    """Say of every layer how its start and what updates move go with the width.

    Parameters
    ----------
    dataset : xarray.Dataset
        From ``coordinate_check``.
    margin : float, optional
        Slopes that do not matter; the recipe's unless given.

    Returns
    -------
    tuple of Growth
        The start of every layer, then what moves in it.
    """
    limit = float(recipe(dataset)["margin"]) if margin is None else margin
    return tuple(_judged(dataset, limit))


def _judged(dataset: xarray.Dataset, margin: float) -> Iterator[Growth]:
    names, kind = dataset["layer_name"].values.tolist(), kinds(dataset)
    steps = dataset["step"].values.tolist()
    for what, name in (("start", "size"), ("change", "change")):
        measured, every = slopes_of(dataset, name), dataset[name].transpose("seed", "width", "step", "layer").values
        at = [step for step in range(len(steps)) if (what == "start") == (step == 0)]
        for layer, own in enumerate(names):
            found = [
                _tested(measured[:, step, layer], every[:, :, step, layer], margin, LEVEL / len(at)) for step in at
            ]
            order = list(Outcome)
            worst = min(range(len(found)), key=lambda each: (order.index(found[each][3]), -abs(found[each][0])))
            slope, low, high, outcome, why = found[worst]
            yield Growth(layer + 1, str(own), kind[layer], what, int(steps[at[worst]]), slope, low, high, outcome, why)


def _tested(each: Floats, values: Floats, margin: float, level: float) -> tuple[float, float, float, Outcome, str]:
    """Return mean slope, interval, outcome and, of one that is not judged, why."""
    from scipy.special import stdtrit

    nothing = float("nan")
    if not np.isfinite(each).all():
        why = "overflow" if not np.isfinite(values).all() else "still"
        return nothing, nothing, nothing, Outcome.UNJUDGED, why
    mean, seeds = float(each.mean()), len(each)
    if seeds < FEWEST:
        return mean, nothing, nothing, Outcome.UNJUDGED, "seeds"
    error = float(each.std(ddof=1)) / seeds**0.5
    reach, beyond = (float(stdtrit(seeds - 1, 1.0 - rate)) * error for rate in (LEVEL, level))
    if abs(mean) + reach < margin:
        outcome = Outcome.STABLE
    elif abs(mean) - beyond > margin:
        outcome = Outcome.GROWS if mean > 0 else Outcome.SHRINKS
    else:
        outcome = Outcome.UNDECIDED
    return mean, mean - reach, mean + reach, outcome, ""
