"""The frozen recipe of a training: what is minimized, how, for how long, and what is recorded on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actviz.catalog import names
from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.checks import check_choice, check_share, finite, whole
from actviz.catalog.choices import DTYPES
from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.losses import LOSSES
from actviz.catalog.names import describe
from actviz.catalog.optimizers import OPTIMIZERS, Optimizer
from actviz.catalog.schedules import SCHEDULES, UNITS, Schedule
from actviz.errors import ActvizError
from actviz.numerics.streams import batch_sizes
from actviz.probing.stack import Stack, recipe_of

MONITORS = ("validation_loss", "validation_accuracy", "train_loss", "train_accuracy")
MAX_EPOCHS, MAX_UPDATES = 1_000_000, 10_000_000


@dataclass(frozen=True)
class EarlyStopping:
    """When to stop before the budget is spent.

    Parameters
    ----------
    monitor : {"validation_loss", "validation_accuracy", "train_loss", "train_accuracy"}
        What is watched at every evaluation but the one before the first update, whose weights are never kept.
    patience : int
        How many evaluations in a row may pass without an improvement; the next one without stops. 0: the first does.
    min_delta : float
        How much better than the best so far is an improvement. A tie is none, and neither is NaN.
    keep_best : bool
        Whether the best weights, not the last, are what training leaves.
    """

    monitor: str = "validation_loss"
    patience: int = 10
    min_delta: float = 0.0
    keep_best: bool = True

    def __post_init__(self) -> None:
        check_choice("monitor", self.monitor, MONITORS)
        whole("patience", self.patience, least=0)
        finite("min_delta", self.min_delta, least=0.0, kind=int | float)


@dataclass(frozen=True)
class TrainConfig:
    """How a stack is trained.

    Parameters
    ----------
    lr : float, str or Schedule
        Learning rate: a number, a schedule, or its name.
    per : {"update", "epoch"}
        What a schedule counts as a step.
    optimizer : str or Optimizer
        ``sgd``, ``momentum:0.9``, ``nesterov``, ``adam``, ``adamw``, or an object.
    loss : {"cross_entropy", "mean_square"}
        Mean over the batch.
    epochs : int
        Passes over the training rows.
    updates : int, optional
        Budget in updates instead: the last epoch is then cut.
    batch : int
        Rows an update, at most: an epoch is cut into the fewest batches of nearly equal size.
    replacement : bool
        Draw each batch from all training rows, as the book does, instead of shuffling them every epoch.
    weight_decay : float
        lambda of 0.5 lambda sum W^2 in the loss; biases and the scales of a normalization are left out. Under
        ``adamw`` the weights are shrunk by lr lambda an update instead.
    dropout : float
        Share of every layer's activations set to 0 in an update; the others are scaled up.
    clip : float, optional
        Largest norm of the loss's gradient; a longer one is scaled down to it, before weight decay is added to it.
    early_stopping : EarlyStopping, optional
    evaluate_every : int
        Epochs from one evaluation on training and validation rows to the next.
    evaluated : int
        Training rows, and validation rows, of an evaluation, at most.
    snapshots : int or tuple of int
        How many snapshots of the layers, evenly from before the first update to after the last, at evaluations where
        there are so many, and no more than one an update; or after which updates.
    snapshot_rows : int
        Training rows passed through for a snapshot, at most.
    dtype : {"float32", "float64"}
    """

    lr: Any = 0.01
    per: str = "update"
    optimizer: Any = "sgd"
    loss: str = "cross_entropy"
    epochs: int = 20
    updates: int | None = None
    batch: int = 100
    replacement: bool = False
    weight_decay: float = 0.0
    dropout: float = 0.0
    clip: float | None = None
    early_stopping: EarlyStopping | None = None
    evaluate_every: int = 1
    evaluated: int = 1000
    snapshots: int | Sequence[int] = 2
    snapshot_rows: int = 500
    dtype: str = "float32"

    def __post_init__(self) -> None:
        object.__setattr__(self, "lr", names.schedule(self.lr))
        object.__setattr__(self, "optimizer", names.optimizer(self.optimizer))
        check_choice("per", self.per, UNITS)
        check_choice("loss", self.loss, tuple(LOSSES))
        check_choice("dtype", self.dtype, DTYPES)
        whole("epochs", self.epochs, most=MAX_EPOCHS)
        for name in ("batch", "evaluate_every", "evaluated", "snapshot_rows"):
            whole(name, getattr(self, name))
        if self.updates is not None:
            whole("updates", self.updates, most=MAX_UPDATES)
        finite("weight_decay", self.weight_decay, least=0.0, kind=int | float)
        check_share("dropout", self.dropout)
        if self.clip is not None:
            finite("clip", self.clip, above=0.0, kind=int | float)
        if isinstance(self.snapshots, Sequence) and not isinstance(self.snapshots, str):
            steps = sorted({whole("snapshot", step, least=0) for step in self.snapshots})
            object.__setattr__(self, "snapshots", tuple(steps))
        else:
            whole("snapshots", self.snapshots, least=0, most=10_000)
        if self.early_stopping is not None and not isinstance(self.early_stopping, EarlyStopping):
            raise ActvizError(f"early_stopping must be an EarlyStopping, not {self.early_stopping!r}")

    @property
    def schedule(self) -> Schedule:
        """The learning rate, as a schedule."""
        return self.lr  # type: ignore[no-any-return]

    @property
    def rule(self) -> Optimizer:
        """The optimizer, as an object."""
        return self.optimizer  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Run:
    """A stack and how it is trained. Its head, a linear layer behind the stack, is drawn by the same initializer."""

    stack: Stack
    config: TrainConfig = dataclasses.field(default_factory=TrainConfig)

    def recipe(self) -> dict[str, Any]:
        """Everything that decides a run but data and seed, as JSON values."""
        stack, config = self.stack, self.config
        settings = {f.name: getattr(config, f.name) for f in dataclasses.fields(config)}
        stopping = config.early_stopping
        return {
            "init": describe(stack.initializer, INITIALIZERS),
            "activation": describe(stack.activation, ACTIVATIONS),
            "width": list(stack.widths[1:]),
            "input_width": stack.widths[0],
            "bias_std": stack.bias_std,
            **recipe_of(stack),
            **settings,
            "lr": describe(config.schedule, SCHEDULES),
            "optimizer": describe(config.rule, OPTIMIZERS),
            "snapshots": config.snapshots if isinstance(config.snapshots, int) else list(config.snapshots),
            "early_stopping": None if stopping is None else dataclasses.asdict(stopping),
        }


@dataclass(frozen=True)
class Plan:
    """When things happen in a run over so many training rows: known before it starts, the same for every seed."""

    sizes: tuple[int, ...]
    """Rows of each batch of an epoch."""
    total: int
    """Updates in all, unless it ends early."""
    evaluations: tuple[int, ...]
    """Updates done at each evaluation, 0 first."""
    snapshots: tuple[int, ...]
    """Updates done at each snapshot."""

    @property
    def epochs(self) -> int:
        """Epochs begun, the last one perhaps cut."""
        return -(-self.total // len(self.sizes))


def plan(config: TrainConfig, rows: int) -> Plan:
    """Lay out a run over so many training rows.

    >>> plan(TrainConfig(epochs=4, batch=10, evaluate_every=2), 25)
    Plan(sizes=(9, 8, 8), total=12, evaluations=(0, 6, 12), snapshots=(0, 12))
    >>> plan(TrainConfig(epochs=4, batch=10, evaluate_every=2, snapshots=5), 25).snapshots
    (0, 3, 6, 9, 12)

    Raises
    ------
    ActvizError
        If a snapshot is asked for after the last update.
    """
    sizes = tuple(batch_sizes(rows, config.batch))
    if config.replacement:
        sizes = (min(rows, config.batch),) * len(sizes)
    total = config.epochs * len(sizes) if config.updates is None else config.updates
    every = config.evaluate_every * len(sizes)
    evaluations = (*range(0, total, every), total)
    if isinstance(config.snapshots, int):
        # Of more than there are evaluations the others fall between them, at updates of their own.
        where = evaluations if config.snapshots <= len(evaluations) else range(total + 1)
        number = min(config.snapshots, len(where))
        snapshots = tuple(where[round(i * (len(where) - 1) / max(number - 1, 1))] for i in range(number))
    else:
        snapshots = tuple(config.snapshots)
        if snapshots and snapshots[-1] > total:
            raise ActvizError(f"a snapshot after {snapshots[-1]} updates is too late: the run has {total}")
    return Plan(sizes, total, evaluations, snapshots)
