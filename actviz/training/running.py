"""``train()``: every run under every seed, on all cores, to one dataset."""

from __future__ import annotations

import functools
import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from actviz.catalog.checks import check_functions, of_type, worker_count
from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.names import describe, is_builtin, labelled_task
from actviz.catalog.tasks import ArrayTask, Examples, Split, Task, divide
from actviz.errors import ActvizError
from actviz.numerics.parallel import each_done
from actviz.numerics.processors import of_workers
from actviz.numerics.streams import batch_sizes
from actviz.probing.running import seed_numbers
from actviz.probing.stack import Stack
from actviz.results.checkpoint import SPOILT, Checkpoint
from actviz.training.assembling import assemble
from actviz.training.config import Run, TrainConfig, plan
from actviz.training.loop import Course, Trace
from actviz.training.memory import check_training
from actviz.training.progress import Board, Progress
from actviz.training.together import epochs_of, in_step

if TYPE_CHECKING:
    import xarray

TASKS = 2
"""Tasks that each process has at least, where there are so many runs: fewer runs are then trained side by side."""

KEPT_EVERY = 2.0
"""Seconds between two states kept of a run that is not over."""


def _labelled(stack: Any, config: TrainConfig | None) -> dict[str, Run]:
    """Turn what is to be trained into ``{label: run}``."""
    if isinstance(stack, Mapping):
        runs: dict[str, Run] = {}
        for label, each in stack.items():
            runs |= {str(label): next(iter(_labelled(each, config).values()))}
        if not runs:
            raise ActvizError("need at least one run")
        return runs
    if isinstance(stack, Stack):
        return {describe(stack.initializer, INITIALIZERS): Run(stack, config or TrainConfig())}
    if isinstance(stack, Run):
        if config is not None:
            raise ActvizError("a Run has a config of its own; give either")
        return {describe(stack.stack.initializer, INITIALIZERS): stack}
    raise ActvizError(f"need a Stack, a Run, or a mapping of labels to them, not {type(stack).__name__}")


def _check(runs: Mapping[str, Run], examples: Examples) -> None:
    """Refuse runs that cannot be laid side by side, or do not fit the data."""
    first = next(iter(runs.values()))
    rows, width = examples.x["train"].shape
    for label, run in runs.items():
        if run.stack.widths[0] != width:
            raise ActvizError(f"run {label!r}: the stack takes {run.stack.widths[0]} inputs, the data have {width}")
        if run.stack.widths != first.stack.widths:
            raise ActvizError(f"run {label!r}: all runs of one training need the same widths")
        if plan(run.config, rows) != plan(first.config, rows):
            raise ActvizError(f"run {label!r}: all runs need the same batches, budget, evaluations and snapshots")
        if run.config.loss == "cross_entropy" and examples.classes is None:
            raise ActvizError("cross_entropy needs labels, integers from 0 on; these y are values: use mean_square")
        if run.stack.norm and run.stack.block == "plain" and run.stack.bias_std:
            raise ActvizError(f"run {label!r}: a normalized layer has a shift in place of biases: bias_std must be 0")
        if run.stack.norm_kind == "batch" and min(batch_sizes(rows, run.config.batch)) < 2:
            single = "are single rows" if run.config.batch == 1 or rows == 1 else "leave one of a single row"
            raise ActvizError(
                f"run {label!r}: batch normalization needs 2 rows in every batch; {rows} training rows in batches "
                f"of at most {run.config.batch} {single}"
            )
        stopping = run.config.early_stopping
        if stopping and stopping.monitor.startswith("validation") and not len(examples.x["validation"]):
            raise ActvizError(f"run {label!r}: early stopping watches {stopping.monitor}, but no rows are held out")
        if stopping and stopping.monitor.endswith("accuracy") and examples.classes is None:
            raise ActvizError(f"run {label!r}: there is no accuracy where y are values; monitor a loss")


def _digest(task: Task) -> str | None:
    """Content of given examples, which their name does not tell."""
    if not isinstance(task, ArrayTask):
        return None
    digest = hashlib.sha256(task.x.tobytes())
    digest.update(task.y.tobytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class _Division:
    """What decides the rows that all runs of a seed share. Given examples are equal by content, not by name."""

    task: Task = field(compare=False)
    content: Any
    split: Split

    def examples(self, seed: int, dtype: str) -> Examples:
        """Divide; once for all runs of a seed, which come one after another."""
        if is_builtin(self.task):
            return _divided(self, seed, dtype)
        return divide(self.task, self.split, seed, dtype)  # a task of one's own may be no key


@functools.lru_cache(maxsize=2)  # one of each precision
def _divided(division: _Division, seed: int, dtype: str) -> Examples:
    examples = divide(division.task, division.split, seed, dtype)
    for array in (*examples.x.values(), *examples.y.values()):
        array.flags.writeable = False  # what runs share no run may change
    return examples


def _division(task: Task, split: Split) -> tuple[_Division, str | None]:
    """Return how examples are divided, and a digest of given ones."""
    digest = _digest(task)
    kinds = (task.x.dtype, task.x.shape, task.y.dtype) if isinstance(task, ArrayTask) else ()
    return _Division(task, (digest, *kinds) if kinds else task, split), digest


def check_trainable(runs: Mapping[str, Run], data: Any, split: Split) -> None:
    """Refuse what ``train`` would refuse, without training; ``forget_examples`` when all is checked.

    Raises
    ------
    ActvizError
        If there are too few rows, or none where they are watched; the message says which.
    """
    division, _ = _division(labelled_task(data)[1], split)
    _check(runs, division.examples(0, next(iter(runs.values())).config.dtype))


def forget_examples() -> None:
    """Let go of what was divided last: examples may be large."""
    _divided.cache_clear()


def _task(
    runs: Mapping[str, Run], rows: Mapping[str, int], division: _Division, seed: int, store: Checkpoint | None,
    board: Board,
) -> list[tuple[str, int, Trace]]:  # fmt: skip
    """Train runs of one seed in step, from where they were kept; ``rows`` are theirs of the board."""
    courses = {label: _taken_up(label, run, division, seed, store) for label, run in runs.items()}
    last, updates = time.monotonic(), {label: course.learner.updates for label, course in courses.items()}
    for done in sorted(set(updates.values())):
        going = {label: courses[label] for label in courses if updates[label] == done}
        for epoch in epochs_of([*going.values()]):
            keep = time.monotonic() - last > KEPT_EVERY
            last = time.monotonic() if keep else last
            for label, course in [*going.items()]:
                board.write(rows[label], epoch, course.loss, course.rate)
                if store and (keep or course.over):
                    store.write((label, runs[label].recipe(), seed), course.keep())
                if course.over:
                    del going[label]
    for row in rows.values():
        board.finish(row)
    return [(label, seed, course.trace) for label, course in courses.items()]


def _taken_up(label: str, run: Run, division: _Division, seed: int, store: Checkpoint | None) -> Course:
    """Return a run where it was kept, or before its first update."""
    course = Course(run, division.examples(seed, run.config.dtype), seed)
    kept = store.read((label, run.recipe(), seed)) if store else None
    if kept is not None:
        try:
            course.take_up(kept)
        except SPOILT:  # well-formed, but not what was kept: train from the start
            course = Course(run, division.examples(seed, run.config.dtype), seed)
    return course


def _away(label: str, run: Run, division: _Division, seed: int) -> tuple[str, int, Trace, dict[str, Any]]:
    """Train one run under one seed on another machine; what a checkpoint keeps of it comes with its trace."""
    course = Course(run, division.examples(seed, run.config.dtype), seed)
    for _ in course.epochs():
        pass
    return label, seed, course.trace, course.keep()


def _run_away(
    tasks: Sequence[tuple[Any, ...]], store: Checkpoint | None, cluster: Any, processors: set[str]
) -> Iterator[tuple[str, int, Trace]]:
    """Yield every run and seed of a cluster as it is done; what is kept is kept here, where it is looked for."""
    left, rows = [], {}
    for row, (label, run, seed, division, _, board) in enumerate(tasks):
        rows[label, seed] = (row, run, board)
        kept = store.read((label, run.recipe(), seed)) if store else None
        course = Course(run, division.examples(seed, run.config.dtype), seed) if kept is not None else None
        try:
            if course is not None and kept is not None:
                course.take_up(kept)
        except SPOILT:
            course = None
        if course is not None and course.over:
            board.finish(row)
            yield label, seed, course.trace
        else:
            left.append((label, run, division, seed))
    named = each_done(_away, left, 1, 0.0, cluster=cluster, name=lambda task: f"{task[0]}, seed {task[3]}",
                      processors=processors)  # fmt: skip
    for label, seed, trace, kept in named:
        row, run, board = rows[label, seed]
        if store:
            store.write((label, run.recipe(), seed), kept)
        board.finish(row)
        yield label, seed, trace


def train(
    stack: Any,
    data: Any = "mnist",
    config: TrainConfig | None = None,
    *,
    split: Split | None = None,
    seeds: int | Sequence[int] = 1,
    workers: int | None = None,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    cluster: Any = None,
) -> xarray.Dataset:
    """Train stacks, each with a linear head, and follow every layer on the way.

    Parameters
    ----------
    stack : Stack, Run, or mapping of labels to them
        What is trained; every entry of a mapping is a run. ``runs`` makes them of names.
    data : str, Task, or (x, y)
        ``mnist``, ``moons:500,0.1``, ``spirals``, an ``.npz`` file with x and y, or arrays.
    config : TrainConfig, optional
        How stacks are trained; a ``Run`` has its own.
    split : Split, optional
        What is held out, and how noisy the labels are.
    seeds : int or sequence of int
        How many seeds (0, 1, ...), or which. A seed decides split, weights, batches and dropout, and runs share them.
    workers : int, optional
        Processes; the result is the same to the last bit.
    progress : callable, optional
        Called with (epochs done, epochs in all, words).
    checkpoint : path, optional
        Folder to keep states in; a killed training goes on from there to the same bits.
    cluster : str or distributed.Client, optional
        A Dask cluster that trains, as in ``probe``; of a killed training it is whole runs that are kept then.

    Returns
    -------
    xarray.Dataset
        Dimensions ``run, seed, step`` (evaluations), ``update``, and ``snapshot, layer, bin`` with the probe's
        variables.

    Raises
    ------
    ActvizError
        If an argument is not allowed; the message says what is.

    Examples
    --------
    >>> import actviz
    >>> found = actviz.train(actviz.runs("he_normal", "relu", data="moons:200", depth=2, width=16, lr=0.5), "moons:200")
    >>> float(found["train_loss"].isel(step=-1).mean()) < float(found["train_loss"].isel(step=0).mean())
    True
    """
    runs = _labelled(stack, config)
    name, task = labelled_task(data)
    split = of_type("split", Split() if split is None else split, Split, "an actviz.Split")
    numbers = seed_numbers(seeds)
    check_functions(progress=progress)
    workers = worker_count(workers)
    check_training(runs, task, numbers, workers)
    division, digest = _division(task, split)
    examples = division.examples(numbers[0], next(iter(runs.values())).config.dtype)
    _check(runs, examples)
    recipe = _recipe(runs, name, digest, split, numbers)
    laid = plan(next(iter(runs.values())).config, len(examples.x["train"]))
    own = [run for run in runs.values() if not _is_builtin(run)]
    store = Checkpoint(checkpoint, recipe) if checkpoint is not None and is_builtin(task) and not own else None
    pairs = [(label, run, seed) for seed in numbers for label, run in runs.items()]
    processors: set[str] = set()
    board = Board([laid.epochs] * len(pairs), progress)
    try:
        if cluster is None:
            seconds = len(pairs) * laid.total * _cost(runs, laid.sizes[0])
            rows = {(label, seed): row for row, (label, _, seed) in enumerate(pairs)}
            parts = in_step(runs, laid.sizes[0], len(pairs) // (TASKS * workers) if workers > 1 else len(pairs))
            tasks = [
                ({label: runs[label] for label in part}, {label: rows[label, seed] for label in part}, division, seed,
                 store, board)
                for seed in numbers for part in parts
            ]  # fmt: skip
            done: Iterator[tuple[str, int, Trace]] = (
                each for part in each_done(_task, tasks, workers, seconds, board.look) for each in part
            )
        else:
            done = _run_away([(*each, division, store, board) for each in pairs], store, cluster, processors)
        traces = {(label, seed): trace for label, seed, trace in done}
    finally:
        board.close()
        forget_examples()
    made = assemble(traces, runs, laid, examples, recipe)
    return made if cluster is None else made.assign_attrs(of_workers(processors))


def _cost(runs: Mapping[str, Run], rows: int) -> float:
    """Guess the seconds of an update: three products a layer, and the calls."""
    stack = next(iter(runs.values())).stack
    return stack.depth * 4e-5 + rows * sum(6e-11 * fan_in * fan_out + 1e-8 * fan_out for fan_in, fan_out in stack.fans)


def _is_builtin(run: Run) -> bool:
    parts = (run.stack.initializer, run.stack.activation, run.config.schedule, run.config.rule)
    return all(map(is_builtin, parts))


def _recipe(
    runs: Mapping[str, Run], data: str, digest: str | None, split: Split, seeds: Sequence[int]
) -> dict[str, Any]:
    """Everything that decides a result, as JSON values."""
    return {
        "kind": "training",
        "runs": {label: run.recipe() for label, run in runs.items()},
        "data": data,
        "data_sha256": digest,
        "split": vars(split).copy(),
        "seeds": list(seeds),
    }
