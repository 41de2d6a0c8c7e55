"""What a network is trained on: labelled examples, and their split into training, validation and test rows."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.checks import finite, whole
from actviz.catalog.inputs import mnist, opened
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.streams import stream

MAX_CLASSES = 10_000


@runtime_checkable
class Task(Protocol):
    """A source of labelled examples."""

    def examples(self, rng: np.random.Generator) -> tuple[Array, NDArray[Any]]:
        """Return x, shape (rows, width), and y: whole labels (rows,) or values (rows, outputs)."""
        ...


def _check_points(samples: float, noise: float) -> None:
    whole("samples", samples, 2, 10**7, of_float=True)
    finite("noise", noise, least=0.0)


def _noisy(x: Array, noise: float, rng: np.random.Generator) -> Array:
    with np.errstate(over="ignore"):  # what is too large is refused by the precision that is trained in
        return x + noise * rng.standard_normal(x.shape)


@dataclass(frozen=True)
class MnistTask:
    """The 3000 shipped MNIST images, values in [0, 1], and their digits."""

    reference: ClassVar[str] = "3000 real MNIST images, 300 of each digit"

    def examples(self, rng: np.random.Generator) -> tuple[Array, NDArray[Any]]:
        """Return x, shape (3000, 784), and labels (3000,)."""
        return mnist()


@dataclass(frozen=True)
class MoonsTask:
    """Two interleaved half circles in the plane, with normal noise."""

    samples: float = 1000.0
    noise: float = 0.2
    reference: ClassVar[str] = "two half circles, as scikit-learn's make_moons"

    def __post_init__(self) -> None:
        _check_points(self.samples, self.noise)

    def examples(self, rng: np.random.Generator) -> tuple[Array, NDArray[Any]]:
        """Return x, shape (samples, 2), and labels 0 and 1."""
        labels = np.arange(int(self.samples)) % 2
        angle = np.pi * rng.random(len(labels))
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        x = np.where(labels[:, None] == 0, upper, np.array([1.0, 0.5]) - upper)
        return _noisy(x, self.noise, rng), labels


@dataclass(frozen=True)
class SpiralsTask:
    """Arms of a spiral in the plane, a class each, with normal noise."""

    samples: float = 1000.0
    classes: float = 3.0
    turns: float = 1.0
    noise: float = 0.1
    reference: ClassVar[str] = "spiral arms, as the book's chapter on training"

    def __post_init__(self) -> None:
        _check_points(self.samples, self.noise)
        whole("classes", self.classes, 2, 100, of_float=True)
        finite("turns", self.turns)

    def examples(self, rng: np.random.Generator) -> tuple[Array, NDArray[Any]]:
        """Return x, shape (samples, 2), and labels from 0 to classes - 1."""
        labels = np.arange(int(self.samples)) % int(self.classes)
        radius = np.sqrt(rng.random(len(labels)))
        angle = 2.0 * np.pi * (self.turns * radius + labels / self.classes)
        x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return _noisy(x, self.noise, rng), labels


@dataclass(frozen=True)
class ArrayTask:
    """Given examples.

    Parameters
    ----------
    x : array
        Shape (rows, ...); flattened to (rows, width).
    y : array
        Whole labels (rows,) from 0 on, or values (rows,) or (rows, outputs) for the mean square.
    name : str
    """

    x: Array = field(repr=False, compare=False)
    y: NDArray[Any] = field(repr=False, compare=False)
    name: str = "array"

    def __post_init__(self) -> None:
        x, y = np.asarray(self.x), np.asarray(self.y)
        if x.dtype.kind not in "fiub" or x.ndim < 2 or x.size == 0:
            raise ActvizError(f"data {self.name}: x must be numbers of shape (rows, width), not {x.dtype} {x.shape}")
        if y.dtype.kind not in "fiub" or y.ndim not in (1, 2) or len(y) != len(x) or y.size == 0:
            raise ActvizError(
                f"data {self.name}: y must be numbers of shape ({len(x)},) or ({len(x)}, outputs), "
                f"not {y.dtype} {y.shape}"
            )
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise ActvizError(f"data {self.name}: need finite numbers, found inf or NaN")
        if y.dtype.kind == "f":
            y = y.reshape(len(y), -1)
        elif y.ndim == 2:
            raise ActvizError(f"data {self.name}: labels must have shape ({len(x)},), not {y.shape}")
        elif not 0 <= y.min() <= y.max() < MAX_CLASSES:
            raise ActvizError(
                f"data {self.name}: labels must be from 0 to {MAX_CLASSES - 1}, not from {y.min()} to {y.max()}"
            )
        elif y.min() == y.max():
            raise ActvizError(f"data {self.name}: need two classes at least, all labels are {y.max()}")
        object.__setattr__(self, "x", x.reshape(len(x), -1))
        object.__setattr__(self, "y", y if y.dtype.kind == "f" else y.astype(np.intp))

    def examples(self, rng: np.random.Generator) -> tuple[Array, NDArray[Any]]:
        """Return the arrays."""
        return self.x, self.y


def read_task(path: str) -> ArrayTask:
    """Read examples from an ``.npz`` file with arrays ``x`` and ``y``.

    Raises
    ------
    ActvizError
        If the file is missing or has no such arrays of finite numbers. Pickled objects are never loaded.
    """
    with opened(f"data {path}", path, ".npz") as file:
        if not zipfile.is_zipfile(file):  # numpy would take it for a pickle, and advise to load that unsafely
            raise ActvizError(f"data {path}: not a readable .npz file (no archive, as numpy.savez writes it)")
        file.seek(0)
        with np.load(file, allow_pickle=False) as archive:
            missing = [name for name in ("x", "y") if name not in archive.files]
            if missing:
                raise ActvizError(f"data {path}: need arrays x and y, found {', '.join(archive.files) or 'none'}")
            x, y = archive["x"], archive["y"]
    return ArrayTask(x, y, name=str(path))


TASKS: dict[str, Task] = {"mnist": MnistTask(), "moons": MoonsTask(), "spirals": SpiralsTask()}
"""Every built-in task by its name; parameters at their defaults."""

PARTS = ("train", "validation", "test")


def rows_or_share(value: Any) -> Any:
    """Return a number of rows as a whole one; a share stays as it is, and so does nothing."""
    return int(value) if value is not None and value >= 1 and float(value).is_integer() else value


@dataclass(frozen=True)
class Split:
    """How examples are divided, alike in every class: shares below 1, or numbers of rows.

    Parameters
    ----------
    train : float or int, optional
        What is trained on; unless given, all that is not held out.
    validation, test : float or int
        What is held out: to watch training by, and to judge it at the end.
    label_noise : float
        Share of the training rows whose label is replaced by another, chosen at random.
    """

    train: float | None = None
    validation: float = 0.2
    test: float = 0.0
    label_noise: float = 0.0

    def __post_init__(self) -> None:
        for name in PARTS:
            value = getattr(self, name)
            if value is None and name != "train":
                raise ActvizError(f"{name} must be a share below 1 or a whole number of rows; 0 for none")
            if value is not None:
                finite(name, value)
            if value is not None and not (value >= 0 and (value < 1 or float(value).is_integer())):
                raise ActvizError(f"{name} must be a share below 1 or a whole number of rows, not {value}")
            if value == 1:  # a share or a row: nobody says which
                otherwise = "; leave it out for all that is left" if name == "train" else ""
                raise ActvizError(f"{name} must be a share below 1 or two rows at least{otherwise}")
        finite("label_noise", self.label_noise)
        if not 0.0 <= self.label_noise <= 1.0:
            raise ActvizError(f"label_noise must be a share from 0 to 1, not {self.label_noise}")

    def rows(self, total: int) -> dict[str, int]:
        """Return how many rows each part has, of so many.

        >>> Split(validation=0.2, test=100).rows(1000)
        {'train': 700, 'validation': 200, 'test': 100}

        Raises
        ------
        ActvizError
            If there are not enough.
        """
        held = {name: self._count(name, total) for name in ("validation", "test")}
        rest = total - sum(held.values())
        train = rest if self.train is None else self._count("train", total)
        if train < 1 or train > rest:
            raise ActvizError(f"{total} examples are too few for {train} to train on and {sum(held.values())} held out")
        return {"train": train, **held}

    def _count(self, name: str, total: int) -> int:
        part = getattr(self, name)
        count = round(part * total) if part < 1 else int(part)
        if part and not count:
            raise ActvizError(f"{name}: a share of {part:g} of {total} examples is none; give more, or 0")
        return count


@dataclass(frozen=True)
class Examples:
    """The divided examples of one seed: ``x[part]`` of shape (rows, width) and ``y[part]``, by ``PARTS``."""

    x: dict[str, Array]
    y: dict[str, NDArray[Any]]
    classes: int | None
    """Number of classes; None where y are values."""

    @property
    def outputs(self) -> int:
        """Outputs of a network that is trained on them."""
        return self.classes if self.classes is not None else int(self.y["train"].shape[1])


def _order(rng: np.random.Generator, y: NDArray[Any]) -> NDArray[np.intp]:
    """Return the rows in an order of which every stretch has each class in proportion, as far as that can be."""
    shuffled = rng.permutation(len(y))
    if y.ndim == 2:
        return shuffled
    # The k-th of n rows of a class stands at (k + 1/2) / n of the whole, ties in random order.
    place = np.empty(len(y))
    for label in np.unique(y):
        own = shuffled[y[shuffled] == label]
        place[own] = (np.arange(len(own)) + 0.5) / len(own)
    return shuffled[np.argsort(place[shuffled], kind="stable")]


def _with_noise(rng: np.random.Generator, y: NDArray[Any], classes: int, share: float) -> NDArray[Any]:
    """Replace the labels of a share of rows, each by one of the other classes."""
    changed = rng.permutation(len(y))[: round(share * len(y))]
    noisy = y.copy()
    noisy[changed] = (y[changed] + rng.integers(1, classes, size=len(changed))) % classes
    return noisy


def _cast(name: str, values: NDArray[Any], dtype: str) -> Array:
    """Return values as numbers of the type that is trained in."""
    with np.errstate(over="ignore"):
        cast = np.ascontiguousarray(values, dtype)
    if not np.isfinite(cast).all():
        raise ActvizError(f"{name} has values too large for {dtype}, up to {np.abs(values).max():.3g}: scale them")
    return cast


def divide(task: Task, split: Split, seed: int, dtype: str) -> Examples:
    """Draw a task's examples and divide them, stratified by label; the same for every network under a seed.

    Raises
    ------
    ActvizError
        If there are too few examples, or label noise is asked for where there are no labels.
    """
    x, y = task.examples(stream(seed, "data"))
    classes = int(y.max()) + 1 if y.ndim == 1 else None
    rng = stream(seed, "split")
    order, rows = _order(rng, y), split.rows(len(y))
    xs: dict[str, Array] = {}
    ys: dict[str, NDArray[Any]] = {}
    start = 0
    for part in ("validation", "test", "train"):  # held out first: what is trained on may be more or less
        chosen = order[start : start + rows[part]]
        start += rows[part]
        xs[part], ys[part] = _cast("x", x[chosen], dtype), y[chosen]
        if classes is None:
            ys[part] = _cast("y", ys[part], dtype)
    if split.label_noise:
        if classes is None or classes < 2:
            raise ActvizError("label_noise needs labels of at least two classes")
        ys["train"] = _with_noise(rng, ys["train"], classes, split.label_noise)
    return Examples(xs, ys, classes)
