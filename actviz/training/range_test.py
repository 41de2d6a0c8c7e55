"""``find_rate()``: the learning-rate range test of Smith 2017.

One short training a seed, its rate rising by the same factor each update. It ends where the smoothed loss is four times
its best, or nothing is finite any more. Read off it: the rate at which the loss falls fastest, and the largest one at
which it still falls.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.checks import check_functions, of_type, whole, worker_count
from actviz.catalog.names import labelled_task
from actviz.catalog.schedules import Exponential
from actviz.catalog.tasks import Split, Task, divide
from actviz.errors import ActvizError
from actviz.numerics.parallel import each_done
from actviz.probing.running import seed_numbers
from actviz.probing.stack import Stack
from actviz.results.dataset import attributes, recipe
from actviz.text import text
from actviz.text.numbers import in_print
from actviz.training import Run, TrainConfig
from actviz.training.loop import Course, Ended
from actviz.training.memory import check_training

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

RISE = 4.0
"""The test ends where the smoothed loss is so many times its best."""

SMOOTHING = 0.9
"""Share of the smoothed loss that an update leaves: about ten updates count."""

LAG = round(SMOOTHING / (1.0 - SMOOTHING))
"""Mean age of what the smoothed loss is made of, in updates: its rates are read so many updates before."""

FALL = 0.95
"""The loss has fallen at all if its best, smoothed, is below this share of the first updates' and of guessing's."""

WINDOW = 0.5
"""Decades of rate over which the fall of the smoothed loss is measured: over fewer it is that of single batches."""

_FIRST = 10
_ABOUT = {
    "loss": ("batch loss", "loss of the update's batch before the update; weight decay not in it"),
    "smoothed_loss": ("smoothed loss", "exponential average of the batch losses, corrected for its start; keeps 0.9"),
    "steepest_rate": ("suggested rate", "where the smoothed loss falls fastest a decade of rate; NaN if it never does"),
    "largest_rate": ("largest stable rate", "where the smoothed loss is lowest: above it, it rises"),
    "ended": ("why the test ended", "rose (to four times its best), diverged (not finite), or range (none of both)"),
    "ended_step": ("updates done", "when the test ended"),
}


def smoothed(losses: Floats) -> Floats:
    """Return the exponential average of losses, corrected for its start at zero.

    >>> smoothed(np.array([1.0, 1.0, 3.0])).round(3).tolist()
    [1.0, 1.0, 1.738]
    """
    average, averages = 0.0, np.empty(len(losses))
    for at, loss in enumerate(losses):
        average = SMOOTHING * average + (1.0 - SMOOTHING) * float(loss)
        averages[at] = average / (1.0 - SMOOTHING ** (at + 1))
    return averages


def end_of(losses: Floats) -> tuple[str, int]:
    """Return why a test with these losses ends, and after how many updates.

    >>> end_of(np.array([1.0] * 5 + [100.0] * 5))
    ('rose', 6)
    """
    finite = np.isfinite(losses)
    number = len(losses) if finite.all() else int(np.argmin(finite))
    smooth = smoothed(losses[:number])
    above = smooth > RISE * np.minimum.accumulate(smooth)
    if above.any():
        return "rose", int(np.argmax(above)) + 1
    return ("range", number) if number == len(losses) else ("diverged", number)


def read_rates(rates: Floats, smooth: Floats, guessing: float = math.inf) -> tuple[float, float]:
    """Return where a smoothed loss falls fastest a decade of rate, and where it is lowest; NaN if it never falls.

    ``guessing`` is the loss of a network that knows only how frequent the classes are.
    """
    if len(smooth) < 2 * _FIRST:
        return math.nan, math.nan
    lowest = int(np.argmin(smooth))
    if not smooth[lowest] < FALL * min(smooth[:_FIRST].mean(), guessing) or lowest < _FIRST:
        return math.nan, math.nan
    decades = np.log10(rates[: lowest + 1])
    fitting = (lowest - _FIRST) // 2  # where a narrow range, or an early lowest loss, leaves less than a whole window
    half = max(2, min(int(np.searchsorted(decades, decades[0] + WINDOW / 2)), fitting))
    fall = smooth[: lowest + 1 - 2 * half] - smooth[2 * half : lowest + 1]
    fall[:_FIRST] = -math.inf  # an average of a few batches says little
    steepest = int(np.argmax(fall)) + half if len(fall) > _FIRST else lowest
    return float(rates[steepest - LAG]), float(rates[lowest - LAG])


def _test(run: Run, task: Task, split: Split, seed: int) -> tuple[int, Floats]:
    """Train under a rising rate until the test ends; return the batch losses up to there."""
    course = Course(run, divide(task, split, seed, run.config.dtype), seed)
    losses = course.trace.numbers["batch_loss"]
    for _ in course.epochs():
        done = losses[: course.learner.updates + (course.trace.ended is Ended.DIVERGED)]
        why, at = end_of(done)
        if why != "range":
            return seed, losses[:at]
    return seed, losses


def _rising(stack: Any, config: TrainConfig | None, low: float, high: float, updates: int) -> Run:
    """Return the run of a test: as given, but under a rising rate, and nothing evaluated on the way."""
    if isinstance(stack, Run):
        if config is not None:
            raise ActvizError("a Run has a config of its own; give either")
        stack, config = stack.stack, stack.config
    if not isinstance(stack, Stack):
        raise ActvizError(f"need a Stack or a Run, not {type(stack).__name__}")
    good = all(isinstance(each, int | float) and math.isfinite(each) for each in (low, high))
    if not good or not 0.0 < low < high:
        raise ActvizError(f"need finite rates 0 < low < high, not {low!r} and {high!r}")
    whole("updates", updates, least=2 * _FIRST, most=1_000_000)
    if math.isinf(high / low):
        raise ActvizError(
            f"from {low!r} to {high!r} is further than numbers reach: give rates less than 1e308-fold apart"
        )
    rate = Exponential(float(low), (high / low) ** (1.0 / (updates - 1)))
    settings = dataclasses.replace(
        config or TrainConfig(), lr=rate, per="update", updates=updates, snapshots=0, early_stopping=None,
        evaluate_every=updates, evaluated=1,
    )  # fmt: skip
    return Run(stack, settings)


def find_rate(
    stack: Stack | Run,
    data: Any = "mnist",
    config: TrainConfig | None = None,
    *,
    low: float = 1e-4,
    high: float = 10.0,
    updates: int = 300,
    split: Split | None = None,
    seeds: int | Sequence[int] = 4,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> xarray.Dataset:
    """Run a learning-rate range test: from ``low`` to ``high``, by the same factor each update.

    Parameters
    ----------
    stack : Stack or Run
        What would be trained; a run's own rate is not used.
    data : str, Task or (x, y)
        As in ``train``.
    config : TrainConfig, optional
        Optimizer, batch size, weight decay and the like; rate and budget are not used.
    low, high : float
        The first rate and the last.
    updates : int
        How many, unless the test ends before.
    split : Split, optional
        What is held out; a rate is found on the training rows.
    seeds : int or sequence of int
        As in ``train``.
    workers : int, optional
        Processes; the result does not depend on it.
    progress : callable, optional
        Called with (tests done, tests in all).

    Returns
    -------
    xarray.Dataset
        Dimensions ``seed, update``; ``suggest`` reads the rates off it.

    Raises
    ------
    ActvizError
        If an argument is not allowed; the message says what is.

    Examples
    --------
    >>> import actviz
    >>> (run,) = actviz.runs("he_normal", "relu", data="moons:200", depth=2, width=16).values()
    >>> found = actviz.find_rate(run, "moons:200", seeds=2)
    >>> bool(found["steepest_rate"].max() < found["largest_rate"].min())
    True
    """
    run = _rising(stack, config, low, high, updates)
    label, task = labelled_task(data)
    split = of_type("split", Split() if split is None else split, Split, "an actviz.Split")
    numbers = seed_numbers(seeds)
    check_functions(progress=progress)
    workers = worker_count(workers)
    check_training({"range test": run}, task, numbers, workers)
    examples = divide(task, split, numbers[0], run.config.dtype)
    width = examples.x["train"].shape[1]
    if run.config.loss == "cross_entropy" and examples.classes is None:
        raise ActvizError("cross_entropy needs labels, integers from 0 on; these y are values: use mean_square")
    if run.stack.widths[0] != width:
        raise ActvizError(f"the stack takes {run.stack.widths[0]} inputs, the data have {width}")
    told = 0
    losses_of: dict[int, Floats] = {}
    tasks = [(run, task, split, seed) for seed in numbers]
    for seed, losses in each_done(_test, tasks, workers, len(numbers) * updates * 4e-4):
        losses_of[seed], told = losses, told + 1
        if progress:
            progress(told, len(numbers))
    content: dict[str, Any] = {
        "kind": "range_test",
        "runs": {"range test": run.recipe()},
        "data": label,
        "split": vars(split).copy(),
    }
    content |= {"seeds": list(numbers), "low": float(low), "high": float(high), "updates": updates}
    content |= {"rows": {part: len(x) for part, x in examples.x.items()}, "classes": examples.classes}
    return _assemble(run, {seed: losses_of[seed] for seed in numbers}, content)


def _assemble(run: Run, losses: dict[int, Floats], content: dict[str, Any]) -> xarray.Dataset:
    import xarray as xr

    updates = content["updates"]
    rates = np.asarray(run.config.schedule(np.arange(updates)))
    ends = {seed: end_of(each) for seed, each in losses.items()}
    curves = np.full((2, len(losses), updates), math.nan)
    for row, (seed, each) in enumerate(losses.items()):
        number = ends[seed][1]
        curves[:, row, :number] = each[:number], smoothed(each[:number])
    guessing = math.log(content["classes"]) if run.config.loss == "cross_entropy" else math.inf
    read = [read_rates(rates, curve[: ends[seed][1]], guessing) for seed, curve in zip(losses, curves[1], strict=True)]
    values: dict[str, tuple[tuple[str, ...], Any]] = {
        "loss": (("seed", "update"), curves[0]),
        "smoothed_loss": (("seed", "update"), curves[1]),
        "steepest_rate": (("seed",), [steepest for steepest, _ in read]),
        "largest_rate": (("seed",), [largest for _, largest in read]),
        "ended": (("seed",), [why for why, _ in ends.values()]),
        "ended_step": (("seed",), [number for _, number in ends.values()]),
    }
    about = {name: {"long_name": words, "units": "1", "definition": what} for name, (words, what) in _ABOUT.items()}
    coords = {
        "seed": list(losses),
        "update": np.arange(1, updates + 1),
        "learning_rate": ("update", rates, {"long_name": "learning rate"}),
    }
    dataset = xr.Dataset({name: (*each, about[name]) for name, each in values.items()}, coords)
    return dataset.assign_attrs(attributes("learning-rate range test", content))


@dataclass(frozen=True)
class Suggestion:
    """What a range test says.

    Parameters
    ----------
    rate : float
        Where the loss falls fastest, median of the seeds; NaN if it falls under fewer than half of them.
    largest : float
        The smallest of the seeds' largest stable rates, NaN as ``rate``: no seed's loss rises below it.
    reason : str
        In words.
    """

    rate: float
    largest: float
    reason: str


def suggest(found: xarray.Dataset, lang: str = "en") -> Suggestion:
    """Read a rate to train at, and the largest stable one, off a range test."""
    steepest, largest = (found[name].values.astype(float) for name in ("steepest_rate", "largest_rate"))
    fell = np.isfinite(steepest)
    how = recipe(found)
    if fell.mean() <= 0.5:
        words = text("range.never", lang, low=in_print(how["low"]), high=in_print(how["high"]))
        return Suggestion(math.nan, math.nan, words)
    rate, most = float(np.median(steepest[fell])), float(largest[fell].min())
    words = text("range.reason", lang, rate=in_print(rate, 2), largest=in_print(most, 2))
    if "range" in found["ended"].values:
        words += " " + text("range.not_ended", lang, high=in_print(how["high"]))
    return Suggestion(rate, min(most, float(how["high"])), words)
