"""One run under one seed, from its first update to whatever ends it, with what is recorded on the way.

Everything random is keyed by seed and epoch, and the state is kept at the ends of epochs, so that a run killed at any
moment goes on from its last kept epoch to the same bits.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.schedules import ReduceOnPlateau, momenta, rates, step_at
from actviz.catalog.schedules.plateau import PlateauState
from actviz.catalog.tasks import Examples
from actviz.numerics.arrays import Array
from actviz.numerics.histogram import GRADIENT_BINS, UNBOUNDED_BINS, Histogram
from actviz.numerics.streams import stream
from actviz.results.checkpoint import like, packed, packed_histograms, unpacked, unpacked_histograms
from actviz.results.measurement import HISTOGRAMS, Measurement
from actviz.training.config import Plan, Run, plan
from actviz.training.learner import Learner
from actviz.training.stopping import Watch
from actviz.training.together import epochs_of

Floats = NDArray[np.float64]


class Ended(enum.StrEnum):
    """Why a run ended."""

    BUDGET = "budget"
    STOPPED = "stopped early"
    DIVERGED = "diverged"


EVALUATED = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "learning_rate", "penalty")
"""Numbers of every evaluation."""

BY_LAYER = ("weight_norm", "update_ratio")
"""Numbers of every evaluation and layer, the head's last."""

BY_UPDATE = ("batch_loss", "gradient_norm")
"""Numbers of every update."""

JUDGED = ("test_loss", "test_accuracy", "best_test_loss", "best_test_accuracy")
"""Numbers on the test rows at the end: of the last weights, and of the best ones."""


@dataclass
class Snapshot:
    """The layers of a run's network after some updates."""

    step: int
    measurement: Measurement
    weights: Sequence[Histogram]


@dataclass
class Trace:
    """What a run gave; NaN where it did not come so far.

    ``numbers`` has the arrays of ``EVALUATED`` (evaluations,), ``BY_LAYER`` (evaluations, layers + 1), ``BY_UPDATE``
    (updates,) and ``JUDGED`` (). Snapshots stand at their position in the plan.
    """

    numbers: dict[str, Floats]
    snapshots: dict[int, Snapshot] = field(default_factory=dict)
    ended: Ended = Ended.BUDGET
    ended_step: int = 0
    best_step: int = -1


class Course:
    """A run in progress.

    Parameters
    ----------
    run : Run
    examples : Examples
    seed : int
    """

    def __init__(self, run: Run, examples: Examples, seed: int) -> None:
        self.run, self.examples, self.seed = run, examples, seed
        config, rows = run.config, len(examples.x["train"])
        self.plan: Plan = plan(config, rows)
        self.learner = Learner(run, examples.outputs, seed, max(self.plan.sizes))
        self.watch = Watch(config.early_stopping) if config.early_stopping else None
        self.plateau = config.schedule.start() if isinstance(config.schedule, ReduceOnPlateau) else None
        self.best: Array | None = None
        self._rates, self._momenta = self._curves()
        self._rate = self.plateau.lr if self.plateau else float(self._rates[0])
        n, layers = len(self.plan.evaluations), run.stack.depth + 1
        shapes: dict[str, tuple[int, ...]] = dict.fromkeys(EVALUATED, (n,))
        shapes |= dict.fromkeys(BY_LAYER, (n, layers)) | dict.fromkeys(BY_UPDATE, (self.plan.total,))
        shapes |= dict.fromkeys(JUDGED, ())
        self.trace = Trace({name: np.full(shape, math.nan) for name, shape in shapes.items()})
        self._evaluations = frozenset(self.plan.evaluations)
        self._looks = self._evaluations | {*self.plan.snapshots}
        self._over, self._at = False, 0
        self._before: Array | None = None

    def _curves(self) -> tuple[Floats, Floats]:
        """Return learning rate and momentum of every update; nothing of a schedule that follows a metric."""
        schedule = self.run.config.schedule
        if isinstance(schedule, ReduceOnPlateau):
            return np.full(self.plan.total, math.nan), np.full(self.plan.total, math.nan)
        each = len(self.plan.sizes)
        last = int(step_at(self.plan.total - 1, self.run.config.per, each))
        at = [int(step_at(update, self.run.config.per, each)) for update in range(self.plan.total)]
        return rates(schedule, last + 1)[at], momenta(schedule, last + 1)[at]

    # Going on

    def epochs(self) -> Iterator[int]:
        """Train epoch by epoch; yield after each, when everything can be kept, until the run is over."""
        return epochs_of([self])

    def begin(self) -> None:
        """Look at the weights before the first update."""
        if self.learner.updates == 0:
            self._evaluate()

    def next_rates(self) -> tuple[float, float | None]:
        """Return learning rate and momentum of the update that is to be done now."""
        at = self._at = self.learner.updates
        self._rate = self.plateau.lr if self.plateau else float(self._rates[at])
        if at + 1 in self._evaluations:
            self._before = self.learner.parameters.values.copy()
        momentum = float(self._momenta[at])
        return self._rate, None if math.isnan(momentum) else momentum

    def updated(self, loss: float, norm: float) -> None:
        """Take note of what the update gave; evaluate, take a snapshot or end where the plan says so."""
        for name, number in (
            ("batch_loss", loss),
            ("gradient_norm", norm),
        ):
            # Which sign a NaN has may depend on how many runs pass side by side, and tells nothing.
            self.trace.numbers[name][self._at] = math.nan if math.isnan(number) else number
        done = self.learner.updates
        if done == self._at:  # nothing was finite: no update was done
            return self._end(Ended.DIVERGED)
        if done in self._looks:
            self._evaluate()
        if done >= self.plan.total and not self._over:
            self._end(Ended.BUDGET)
        return None

    def batches(self, epoch: int) -> list[NDArray[np.intp]]:
        """Draw the rows of every batch of an epoch."""
        rng, rows = stream(self.seed, "batches", epoch), len(self.examples.x["train"])
        if self.run.config.replacement:
            return [rng.integers(rows, size=size) for size in self.plan.sizes]
        return np.split(rng.permutation(rows), np.cumsum(self.plan.sizes)[:-1])

    def masks(self, rng: np.random.Generator, rows: int) -> list[Array]:
        """Draw what each layer's h is multiplied by in an update: 0, or what makes up for the zeros."""
        keep = 1.0 - self.run.config.dropout
        dtype = self.learner.parameters.values.dtype
        draws = (rng.random((rows, width), dtype=np.float32) for width in self.run.stack.widths[1:])
        return [(draw < keep).astype(dtype) / dtype.type(keep) for draw in draws]

    def _end(self, ended: Ended) -> None:
        self._over, self.trace.ended, self.trace.ended_step = True, ended, self.learner.updates

    @property
    def over(self) -> bool:
        """Whether the last epoch ended the run."""
        return self._over

    # Recording

    @property
    def loss(self) -> float:
        """Loss of the last batch."""
        return float(self.trace.numbers["batch_loss"][self.learner.updates - 1]) if self.learner.updates else math.nan

    @property
    def rate(self) -> float:
        """Learning rate of the last update."""
        return self._rate

    def _rows(self, part: str, most: int) -> tuple[Array, Any]:
        return self.examples.x[part][:most], self.examples.y[part][:most]

    def _evaluate(self) -> None:
        """Evaluate and take a snapshot where the plan says so; let what watches see it."""
        step = self.learner.updates
        if step in self.plan.snapshots:
            self._snapshot(self.plan.snapshots.index(step))
        if step not in self.plan.evaluations:
            return
        at, numbers, config = self.plan.evaluations.index(step), self.trace.numbers, self.run.config
        for part in ("train", "validation"):
            loss, accuracy = self.learner.evaluate(*self._rows(part, config.evaluated))
            numbers[f"{part}_loss"][at], numbers[f"{part}_accuracy"][at] = loss, accuracy
        numbers["learning_rate"][at], numbers["penalty"][at] = self._rate, self.learner.penalty
        norms = np.array(self.learner.parameters.norms())
        numbers["weight_norm"][at] = norms
        if self._before is not None:
            numbers["update_ratio"][at] = self._changes(self._before) / norms
        if step:
            self._let_see(at, step)
        if not math.isfinite(float(numbers["train_loss"][at])):
            self._end(Ended.DIVERGED)

    def _changes(self, before: Array) -> Floats:
        """Norm of the last update of every layer's weights."""
        change, start, norms = self.learner.parameters.values - before, 0, []
        for weights in self.learner.parameters.weights:
            norms.append(float(np.linalg.norm(change[start : start + weights.size])))
            start += weights.size
        return np.array(norms)

    def _let_see(self, at: int, step: int) -> None:
        """Tell early stopping and a schedule that follows a metric what was found."""
        if self.watch is not None:
            stop = self.watch.see(float(self.trace.numbers[self.watch.stopping.monitor][at]), step)
            if self.watch.improved:
                self.best, self.trace.best_step = self._values(), step
            if stop:
                self._end(Ended.STOPPED)
        schedule = self.run.config.schedule
        if self.plateau is not None and isinstance(schedule, ReduceOnPlateau):
            held_out = len(self.examples.x["validation"]) > 0
            metric = self.trace.numbers["validation_loss" if held_out else "train_loss"][at]
            self.plateau = schedule.update(self.plateau, float(metric))

    def _values(self) -> Array:
        """Copy parameters and running statistics: what an evaluation depends on."""
        learner = self.learner
        return np.concatenate([learner.parameters.values, learner.running["mean"], learner.running["variance"]])

    def _restore(self, values: Array) -> None:
        number, total = len(self.learner.parameters.values), len(self.learner.running["mean"])
        self.learner.parameters.values[...] = values[:number]
        self.learner.running["mean"][...] = values[number : number + total]
        self.learner.running["variance"][...] = values[number + total :]

    def _snapshot(self, position: int) -> None:
        rows = self._rows("train", self.run.config.snapshot_rows)
        step = self.trace.best_step if self._over and self._keeps_best else self.learner.updates
        taken = Snapshot(step, self.learner.snapshot(*rows), self.learner.weight_histograms())
        self.trace.snapshots[position] = taken

    @property
    def _keeps_best(self) -> bool:
        return self.best is not None and self.watch is not None and self.watch.stopping.keep_best

    def finish(self) -> None:
        """Judge on the test rows, and leave the best weights if they are kept; the last snapshot is of those."""
        numbers, test = self.trace.numbers, self._rows("test", len(self.examples.x["test"]))
        numbers["test_loss"][...], numbers["test_accuracy"][...] = self.learner.evaluate(*test)
        if self.best is not None:
            last = self._values()
            self._restore(self.best)
            numbers["best_test_loss"][...], numbers["best_test_accuracy"][...] = self.learner.evaluate(*test)
            if not self._keeps_best:
                self._restore(last)
        position = len(self.plan.snapshots) - 1
        if position >= 0 and (self._keeps_best or position not in self.trace.snapshots):
            self._snapshot(position)

    # Keeping

    def keep(self) -> dict[str, NDArray[Any]]:
        """Return everything a later process needs to go on, as arrays; plain values are in one, as JSON."""
        arrays = {f"learner.{name}": array for name, array in self.learner.arrays.items()}
        arrays |= {f"trace.{name}": array for name, array in self.trace.numbers.items()}
        if self.best is not None:
            arrays["best"] = self.best
        for position, snapshot in self.trace.snapshots.items():
            kept = {**packed(snapshot.measurement), "weights": packed_histograms(snapshot.weights)}
            arrays |= {f"snapshot.{position}.{name}": array for name, array in kept.items()}
        watch = {k: v for k, v in vars(self.watch).items() if k != "stopping"} if self.watch else None
        plain = {
            "updates": self.learner.updates,
            "rate": self._rate,
            "over": self._over,
            "ended": self.trace.ended,
            "ended_step": self.trace.ended_step,
            "best_step": self.trace.best_step,
            "snapshots": {position: snapshot.step for position, snapshot in self.trace.snapshots.items()},
            "watch": watch,
            "plateau": dataclasses.asdict(self.plateau) if self.plateau else None,
        }
        return arrays | {"plain": np.frombuffer(json.dumps(plain).encode(), np.uint8)}

    def go_on_from(self, other: Course) -> None:
        """Go on where another run ended that differs from this one in early stopping alone, of which this has none."""
        self.take_up(other.keep())
        self.best, self.trace.best_step = None, -1
        if other.trace.ended is Ended.STOPPED:
            self._over, self.trace.ended, self.trace.ended_step = False, Ended.BUDGET, 0
            if self.learner.updates >= self.plan.total:  # it stopped with its last update
                self._end(Ended.BUDGET)

    def take_up(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Go on from what was kept."""
        values = json.loads(arrays["plain"].tobytes())
        for name, array in self.learner.arrays.items():
            array[...] = like(arrays[f"learner.{name}"], array)
        for name, numbers in self.trace.numbers.items():
            numbers[...] = like(arrays[f"trace.{name}"], numbers)
        self.best = arrays.get("best")
        bins = {"hist": self.run.stack.bins, "grad_hist": GRADIENT_BINS}
        for position, step in values["snapshots"].items():
            own = {
                name: arrays[f"snapshot.{position}.{name}"]
                for name in ("statistics", "inputs", "weights", "blocks", *HISTOGRAMS)
                if name != "blocks" or any(self.run.stack.skips)
            }
            weights = unpacked_histograms(own["weights"], UNBOUNDED_BINS)
            self.trace.snapshots[int(position)] = Snapshot(step, unpacked(own, bins, len(self.run.stack.fans)), weights)
        self.learner.updates, self._rate, self._over = values["updates"], values["rate"], values["over"]
        self.trace.ended, self.trace.ended_step = Ended(values["ended"]), values["ended_step"]
        self.trace.best_step = values["best_step"]
        if self.watch is not None:
            vars(self.watch).update(values["watch"])
        if values["plateau"] is not None:
            self.plateau = PlateauState(**values["plateau"])
