"""Runs of one seed in step: they take the same batches, and those of one shape pass them side by side."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.initializers import Initializer
from actviz.numerics.arrays import Array
from actviz.numerics.streams import stream
from actviz.training.gradients import Gradients
from actviz.training.parameters import side_by_side

if TYPE_CHECKING:
    from actviz.training.config import Run
    from actviz.training.loop import Course

MOST = 6
"""Runs side by side: of more than that, calls are no large part of an update any more."""

VALUES = 3 * 2**19
"""Parameters and values of a batch, of all of them: where few fit, calls cost nothing to speak of beside products."""


def in_step(runs: Mapping[str, Run], rows: int, most: int) -> list[list[str]]:
    """Part runs by their labels into those that are trained side by side, at most so many.

    They differ in initializer, rate, optimizer, decay, clipping or stopping: in nothing that shapes a batch's pass.
    """
    first = next(iter(runs.values())).stack.initializer
    alike: list[tuple[Any, list[str]]] = []
    for label, run in runs.items():
        shape = _shape(run, first)
        labels = next((labels for other, labels in alike if _same(other, shape)), None)
        if labels is None:
            alike.append((shape, [label]))
        else:
            labels.append(label)
    parted = []
    for _, labels in alike:
        number = -(-len(labels) // max(1, min(most, fitting(runs[labels[0]], rows))))
        cuts = [len(labels) * part // number for part in range(number + 1)]
        parted += [labels[start:end] for start, end in itertools.pairwise(cuts)]
    return parted


def fitting(run: Run, rows: int) -> int:
    """Return how many runs like this one fit side by side, with batches of so many rows."""
    stack = run.stack
    values = sum(fan_in * fan_out for fan_in, fan_out in stack.fans) + rows * sum(stack.widths)
    return 1 if stack.block != "plain" else max(1, min(MOST, VALUES // values))


def _shape(run: Run, initializer: Initializer) -> tuple[Any, ...]:
    """Return what runs side by side have in common; with the same initializer, which they need not."""
    config = run.config
    stack = dataclasses.replace(run.stack, initializer=initializer)
    return stack, config.loss, config.dropout, config.replacement, config.dtype


def _same(one: Any, other: Any) -> bool:
    """Tell whether two are the same; what a user's own objects do not say of each other, as arrays in them, is no."""
    try:
        return bool(one == other)
    except Exception:
        return False


class Together:
    """Runs in progress that do one update after another in step.

    Parameters
    ----------
    courses : sequence of Course
        Of one seed and plan, after as many updates each.
    """

    def __init__(self, courses: Sequence[Course]) -> None:
        self.courses, self._gradients = courses, None
        if len(courses) > 1:
            learners, first = [course.learner for course in courses], courses[0]
            stacked = side_by_side([each.parameters for each in learners])
            self._gradients = Gradients(stacked, first.run.config.loss, max(first.plan.sizes), len(courses))

    def update(self, x: Array, y: Any, masks: list[Array] | None) -> None:
        """Do an update of every run on a batch."""
        rates = [course.next_rates() for course in self.courses]
        if self._gradients is None:
            (course,) = self.courses
            return course.updated(*course.learner.step(x, y, *rates[0], masks))
        losses = self._gradients.put(x, y, masks).tolist()
        for row, (course, loss) in enumerate(zip(self.courses, losses, strict=True)):
            moments = [(mean[row], inverse_std[row]) for mean, inverse_std in self._gradients.moments]
            course.updated(loss, course.learner.descend(loss, moments, len(x), *rates[row]))
        return None


def _waiting(courses: Sequence[Course]) -> dict[Course, Course]:
    """Return runs that wait for another: one with early stopping is the very run without it until it ends."""
    waiting: dict[Course, Course] = {}
    for other in courses:
        stops = other.run.config.early_stopping is not None
        whole = dataclasses.replace(other.run, config=dataclasses.replace(other.run.config, early_stopping=None))
        for course in courses if stops else ():
            if course.learner.updates == 0 and _same(course.run, whole):
                waiting[course] = other
    return waiting


def _join(waiting: dict[Course, Course]) -> None:
    """Let runs go on where those ended that they wait for."""
    for course, other in [*waiting.items()]:
        if other.over:
            course.go_on_from(other)
            del waiting[course]


def epochs_of(courses: Sequence[Course]) -> Iterator[int]:
    """Train runs epoch by epoch; yield the epochs done after each, when everything can be kept, until all are over."""
    first = courses[0]
    x, y, plan, config = first.examples.x["train"], first.examples.y["train"], first.plan, first.run.config
    held = np.empty((max(plan.sizes), *x.shape[1:]), x.dtype)
    with np.errstate(all="ignore"):  # overflow is data
        waiting, together = _waiting(courses), None
        for course in courses:
            if course not in waiting:
                course.begin()
        _join(waiting)
        while going := [course for course in courses if not course.over and course not in waiting]:
            epoch = going[0].learner.updates // len(plan.sizes)
            dropout = stream(first.seed, "dropout", epoch) if config.dropout else None
            for rows in first.batches(epoch):
                if together is None or together.courses != going:
                    together = Together(going)
                masks = first.masks(dropout, len(rows)) if dropout else None
                # Into memory that is there: fresh memory would cost ten times as much as the rows.
                together.update(np.take(x, rows, axis=0, out=held[: len(rows)], mode="clip"), y[rows], masks)
                going = [course for course in going if not course.over]
                if not going:
                    break
            _join(waiting)
            yield max(course.learner.updates for course in courses) // len(plan.sizes)
        for course in courses:
            course.finish()
