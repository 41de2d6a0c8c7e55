"""Slopes of sizes over the width, seed by seed, and what they say of a layer.

A slope is that of log RMS on log width by least squares, one for each seed, which is the replicate. *Width-stable* is
what two one-sided t-tests of 5 % show to be within the margin (TOST); *grows* or *shrinks* what a one-sided one, its
5 % divided among the steps, shows to be beyond it; all else is undecided, or where there is no slope not judged. So is
what is shown to go with the width, if by no power of it: sizes of one width may lie as far from the line, on average,
as a slope of the margin would take them from the middle of the widths. Where a network diverges, nothing that updates
move is judged: slopes are then those of the blow-up, and may have any sign.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
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

MOST_NEEDED = 200
"""Seeds: more are not told as what would decide."""

FEWEST = 3
"""Seeds with which a slope is judged at least: two that lie together by chance would look certain."""


BLOWN = 100.0
"""Times its largest size at the start, or 1 if that is less, beyond which a layer is moved by training that diverges:
He + ReLU trains with moves of up to 8 times under SGD and Adam, and with any beyond 100 its loss is 80 or more."""


class Outcome(enum.StrEnum):
    """What slopes say, the gravest first."""

    GROWS = "grows"
    SHRINKS = "shrinks"
    UNDECIDED = "undecided"
    STABLE = "width-stable"
    UNJUDGED = "not judged"


DECIDED = (Outcome.GROWS, Outcome.SHRINKS, Outcome.STABLE)
"""Outcomes that a test has shown."""


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
    why : {"", "seeds", "still", "overflow", "diverges", "bent"}
        Why it is not judged: too few seeds, a layer that does not move or is 0, one that overflows at the start, or
        training that diverges; undecided: sizes lie on no power of the width.
    needed : int
        About how many seeds would decide what these do not; 0 where none is asked.
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
    needed: int = 0

    @property
    def departs(self) -> bool:
        """Whether it is a fault: an output that starts the smaller the wider is none, muP has it so."""
        designed = self.what == "start" and self.kind == "output" and self.outcome is Outcome.SHRINKS
        return self.outcome in (Outcome.GROWS, Outcome.SHRINKS) and not designed


def decided(growths: Iterable[Growth]) -> bool:
    """Tell whether anything was decided of what updates move: a check that decides nothing finds no fault either."""
    return any(each.outcome in DECIDED for each in growths if each.what == "change")


def divergence(dataset: xarray.Dataset) -> tuple[int, tuple[int, ...]]:
    """Return by which update some network has diverged, and the widths of all that ever do; 0 and none if none does."""
    size, change = (dataset[name].transpose("width", "seed", "step", "layer").values for name in ("size", "change"))
    loss = dataset["loss"].transpose("width", "seed", "update").values
    with np.errstate(all="ignore"):
        start = size[:, :, 0].max(axis=-1)
        lost = ~(change[:, :, 1:].max(axis=-1) <= BLOWN * np.maximum(start, 1.0)[..., None])  # so is what is no number
    lost[..., :-1] |= ~np.isfinite(loss[..., 1:])
    lost &= np.isfinite(start)[..., None]
    if not lost.any():
        return 0, ()
    widths = dataset["width"].values[lost.any(axis=(1, 2))]
    return int(dataset["step"].values[1:][lost.any(axis=(0, 1))][0]), tuple(sorted(widths.tolist()))


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
    steps, (diverged, _) = dataset["step"].values.tolist(), divergence(dataset)
    for what, name in (("start", "size"), ("change", "change")):
        measured, every = slopes_of(dataset, name), dataset[name].transpose("seed", "width", "step", "layer").values
        widths = dataset["width"].values.astype(np.float64)
        at = [step for step in range(len(steps)) if (what == "start") == (step == 0)]
        for layer, own in enumerate(names):
            growth = partial(Growth, layer + 1, str(own), kind[layer], what)
            if diverged and what == "change":
                yield growth(diverged, math.nan, math.nan, math.nan, Outcome.UNJUDGED, "diverges")
                continue
            found = [
                _tested(
                    partial(growth, int(steps[step])),
                    measured[:, step, layer], every[:, :, step, layer], widths, margin, LEVEL / len(at),
                )
                for step in at
            ]  # fmt: skip
            yield min(found, key=lambda each: (_gravity(each), -abs(each.slope)))


def _gravity(growth: Growth) -> float:
    """Return which decides of several steps: what overflows after some update is not stable for an earlier one."""
    order = list(Outcome)
    return order.index(Outcome.STABLE) - 0.5 if growth.why == "overflow" else order.index(growth.outcome)


def _tested(
    growth: Callable[..., Growth], each: Floats, values: Floats, widths: Floats, margin: float, level: float
) -> Growth:
    """Test slopes of shape (seeds,), of values of shape (seeds, widths), of a layer after so many updates."""
    from scipy.special import stdtrit

    nothing = float("nan")
    if not np.isfinite(each).all():
        why = "overflow" if not np.isfinite(values).all() else "still"
        return growth(nothing, nothing, nothing, Outcome.UNJUDGED, why)
    mean, seeds = float(each.mean()), len(each)
    if seeds < FEWEST:
        return growth(mean, nothing, nothing, Outcome.UNJUDGED, "seeds")
    error = float(each.std(ddof=1)) / seeds**0.5
    reach, beyond = (float(stdtrit(seeds - 1, 1.0 - rate)) * error for rate in (LEVEL, level))
    between = mean, mean - reach, mean + reach
    if abs(mean) - beyond > margin:
        return growth(*between, Outcome.GROWS if mean > 0 else Outcome.SHRINKS)
    if _bent(each, values, widths, margin, float(stdtrit(seeds - 1, 1.0 - level / len(widths)))):
        return growth(*between, Outcome.UNDECIDED, "bent")
    if abs(mean) + reach < margin:
        return growth(*between, Outcome.STABLE)
    room = margin - abs(mean)
    return growth(*between, Outcome.UNDECIDED, "", _needed(seeds, reach if room > 0 else beyond, abs(room)))


def _bent(each: Floats, values: Floats, widths: Floats, margin: float, reach: float) -> bool:
    """Tell whether sizes of some width are shown to lie off the line, farther than the margin lets a slope go."""
    x = np.log(widths) - np.log(widths).mean()
    logs = np.log(values)
    off = logs - logs.mean(axis=1, keepdims=True) - each[:, None] * x
    error = off.std(axis=0, ddof=1) / len(each) ** 0.5
    return bool((np.abs(off.mean(axis=0)) - reach * error > margin * np.abs(x).max()).any())


def _needed(seeds: int, reach: float, room: float) -> int:
    """Return about how many seeds would bring an interval's reach within the room there is; 0 for too many."""
    number = seeds * (reach / room) ** 2 if room > 0 else math.inf
    return max(math.ceil(number), seeds + 1) if number <= MOST_NEEDED else 0
