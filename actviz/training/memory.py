"""What a training needs of memory, counted by its recipe before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from actviz.catalog.inputs import MnistInputs
from actviz.catalog.tasks import ArrayTask, MnistTask, Task
from actviz.numerics.histogram import GRADIENT_BINS, UNBOUNDED_BINS
from actviz.numerics.memory import check_memory
from actviz.training.config import Run
from actviz.training.together import fitting

_COPIES = 6
"""Of parameters in a learner: values, gradient, two of an optimizer's memory, the best, and one that is kept."""

_BINS = 2 * len(UNBOUNDED_BINS.edges) + len(GRADIENT_BINS.edges)


def _rows(task: Task) -> int:
    """Return how many examples there are; 0 for a task of the user's own, which has not been asked."""
    if isinstance(task, ArrayTask):
        return len(task.x)
    return MnistInputs.shape[0] if isinstance(task, MnistTask) else int(getattr(task, "samples", 0))


def _learners(run: Run, rows: int) -> float:
    """Return the bytes of what one process has at work: learners side by side, and the examples that they share."""
    widths, config = run.stack.widths, run.config
    passed = min(rows, max(config.batch, config.evaluated, config.snapshot_rows)) if rows else config.batch
    blocks = any(run.stack.skips)
    parameters = (1 + blocks) * sum((fan_in + 1) * fan_out for fan_in, fan_out in run.stack.fans)
    own = _COPIES * parameters + passed * ((8 if blocks else 2) * sum(widths) + 5 * max(widths))
    values = own * fitting(run, config.batch) + 4 * rows * widths[0]
    return float(values * np.dtype(config.dtype).itemsize)


def _trace(run: Run, rows: int) -> float:
    """Return the bytes of what is recorded of one run under one seed, and again in the dataset."""
    config, layers = run.config, run.stack.depth
    each = -(-rows // config.batch) or 1
    updates = config.epochs * each if config.updates is None else config.updates
    evaluations = updates // (config.evaluate_every * each) + 2
    taken = config.snapshots if isinstance(config.snapshots, int) else len(config.snapshots)
    snapshots = min(taken, updates + 1) * layers * (_BINS + 32)
    return 16.0 * (2 * updates + evaluations * (8 + 2 * layers) + snapshots)


def check_training(runs: Mapping[str, Run], task: Task, seeds: Sequence[Any], workers: int) -> None:
    """Refuse trainings that memory cannot hold.

    Raises
    ------
    ActvizError
        With what would need less.
    """
    rows, each = _rows(task), runs.values()
    at_work = max(_learners(run, rows) for run in each) * min(workers, len(runs) * len(seeds))
    need = at_work + len(seeds) * sum(_trace(run, rows) for run in each)
    check_memory(need, "this training", "lower width, depth, updates, snapshots, seeds or workers")
