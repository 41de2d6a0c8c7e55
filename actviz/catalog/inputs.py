"""What is fed to a stack: random inputs, a user's array, or the shipped MNIST images."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, BinaryIO, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.checks import finite
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.memory import check_memory
from actviz.numerics.streams import batch_sizes, normal_batches


@dataclass(frozen=True)
class InputMoments:
    """Moments of inputs whose values are independent and alike, which a method ``moments`` of theirs gives theory.

    Parameters
    ----------
    q, p : float
        Mean square of a value, and mean product of the values of two samples.
    own, pair : float
        Variance of one sample's mean square, and of a pair's correlation.
    shared : array (2, 2)
        Covariance over seeds of the mean square and the mean product, averaged over all samples.
    """

    q: float
    p: float
    own: float
    pair: float
    shared: NDArray[np.float64]


@runtime_checkable
class Inputs(Protocol):
    """A source of inputs. The batches it yields are the same rows whatever the batch size."""

    @property
    def shape(self) -> tuple[int | None, int | None]:
        """Rows and width available; ``None`` where any number will do."""
        ...

    def batches(self, rng: np.random.Generator, samples: int, width: int, size: int, dtype: str) -> Iterator[Array]:
        """Yield ``samples`` rows of shape (<= size, width) in all."""
        ...


@dataclass(frozen=True)
class NormalInputs:
    """Independent normal values with mean 0."""

    std: float = 1.0
    shape: ClassVar[tuple[None, None]] = (None, None)
    reference: ClassVar[str] = "N(0, std²), the field's usual probe input"

    def __post_init__(self) -> None:
        finite("normal inputs: std", self.std, least=0.0)

    def batches(self, rng: np.random.Generator, samples: int, width: int, size: int, dtype: str) -> Iterator[Array]:
        """Yield ``samples`` rows of shape (<= size, width) in all."""
        for batch in normal_batches(rng, samples, width, size, dtype):
            yield batch if self.std == 1.0 else batch * batch.dtype.type(self.std)

    def moments(self, width: int, samples: int) -> InputMoments:
        """Return what theory takes of so many samples of this width."""
        q, several = float(np.square(self.std)), 2.0 / (samples * width)
        shared = np.diag([several, several / samples]) * q * q
        return InputMoments(q, 0.0, 2 * q * q / width, 1 / width, shared)


@dataclass(frozen=True)
class UniformInputs:
    """Independent values, uniform on [low, high)."""

    low: float = -1.0
    high: float = 1.0
    shape: ClassVar[tuple[None, None]] = (None, None)
    reference: ClassVar[str] = "U(low, high)"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ActvizError(f"uniform inputs: low must be below high, both finite, not {self.low} and {self.high}")

    def batches(self, rng: np.random.Generator, samples: int, width: int, size: int, dtype: str) -> Iterator[Array]:
        """Yield ``samples`` rows of shape (<= size, width) in all."""
        for rows in batch_sizes(samples, size):
            draw = rng.random((rows, width), dtype=np.dtype(dtype).type)
            yield draw * (self.high - self.low) + self.low

    @property
    def mean(self) -> float:
        """Mean of a value."""
        return self.low / 2 + self.high / 2

    def moments(self, width: int, samples: int) -> InputMoments:
        """Return what theory takes of so many samples of this width."""
        low, high = np.float64(self.low), np.float64(self.high)
        mean, half = (low + high) / 2, (high - low) / 2
        q = mean**2 + half**2 / 3
        fourth = mean**4 + 2 * mean**2 * half**2 + half**4 / 5
        own = (fourth - q * q) / width
        shared = np.diag([own, 2 * own / samples]) / samples
        return InputMoments(q, mean**2, own, (1 - (mean**2 / q) ** 2) / width, shared)


@dataclass(frozen=True)
class CorrelatedInputs:
    """Standard normal inputs of which every pair has the same correlation: what the correlation map starts from."""

    correlation: float = 0.5
    shape: ClassVar[tuple[None, None]] = (None, None)
    reference: ClassVar[str] = "every pair of samples at one correlation; Poole et al. 2016"

    def __post_init__(self) -> None:
        if not 0.0 <= self.correlation <= 1.0:
            raise ActvizError(f"correlated inputs: correlation must be between 0 and 1, not {self.correlation}")

    def batches(self, rng: np.random.Generator, samples: int, width: int, size: int, dtype: str) -> Iterator[Array]:
        """Yield ``samples`` rows of shape (<= size, width) in all."""
        common = rng.standard_normal(width) * math.sqrt(self.correlation)
        for rows in batch_sizes(samples, size):
            own = rng.standard_normal((rows, width)) * math.sqrt(1.0 - self.correlation)
            yield (common + own).astype(dtype)

    def moments(self, width: int, samples: int) -> InputMoments:
        """Return what theory takes of so many samples of this width."""
        c, several = self.correlation, 2.0 / (samples * width)
        shared = np.full((2, 2), 2 * c * c / width) + np.diag([several, several / samples]) * (1 - c * c)
        return InputMoments(1.0, c, 2 / width, (1 - c * c) / width, shared)


@dataclass(frozen=True)
class ArrayInputs:
    """Rows of a given array (samples, width); fewer samples than rows are drawn without replacement, by the seed."""

    values: Array = field(repr=False, compare=False)
    name: str = "array"

    def __post_init__(self) -> None:
        values = np.asarray(self.values)
        if values.dtype.kind not in "fiub":
            raise ActvizError(f"inputs {self.name}: need numbers, not {values.dtype}")
        if values.ndim < 2 or values.size == 0:
            raise ActvizError(f"inputs {self.name}: need an array of shape (samples, width), not {values.shape}")
        values = values.reshape(len(values), -1)
        if not np.isfinite(values).all():
            raise ActvizError(f"inputs {self.name}: need finite numbers, found inf or NaN")
        object.__setattr__(self, "values", values)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and width available."""
        return self.values.shape[0], self.values.shape[1]

    def batches(self, rng: np.random.Generator, samples: int, width: int, size: int, dtype: str) -> Iterator[Array]:
        """Yield ``samples`` rows of shape (<= size, width) in all."""
        order = rng.permutation(len(self.values))[:samples] if samples < len(self.values) else np.arange(samples)
        start = 0
        for rows in batch_sizes(samples, size):
            with np.errstate(over="ignore"):
                batch = self.values[order[start : start + rows]].astype(dtype)
            if not np.isfinite(batch).all():
                raise ActvizError(f"inputs {self.name}: has values too large for {dtype}; use float64, or scale them")
            yield batch
            start += rows


LARGE_ARCHIVE, MOST_FOLD = 2**28, 200
"""Bytes an archive may unpack to, however small it is, and how many times its own size where it is more."""


def _at_once(path: str, flags: int) -> int:
    """Open a file without waiting for who would write to a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextlib.contextmanager
def opened(what: str, path: str, kind: str) -> Iterator[BinaryIO]:
    """Open a file for numpy, which itself leaves a damaged archive open; whatever fails is one line."""
    try:
        with open(path, "rb", opener=_at_once) as file:
            size = os.fstat(file.fileno())
            if not stat.S_ISREG(size.st_mode):
                raise ValueError("not a regular file")
            packed = zipfile.is_zipfile(file)
            file.seek(0)
            unpacked = sum(each.file_size for each in zipfile.ZipFile(file).infolist()) if packed else size.st_size
            check_memory(3.0 * unpacked, what, "take fewer rows")  # as it is, as floats, and what is fed of it
            if unpacked > LARGE_ARCHIVE and unpacked > MOST_FOLD * size.st_size:
                fold = unpacked / size.st_size
                raise ActvizError(
                    f"{what} unpacks {fold:.0f}-fold, to {unpacked / 2**30:.3g} GiB, as one made to fill memory does: "
                    "if it is yours, save it unpacked, with numpy.savez or numpy.save"
                )
            file.seek(0)
            yield file
    except FileNotFoundError:
        raise ActvizError(f"{what}: no such file") from None
    except ActvizError:
        raise
    except Exception as error:  # numpy raises several types on foreign bytes; all mean the same to the user
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ActvizError(f"{what}: not a readable {kind} file ({reason})") from None


def read_array(path: str) -> ArrayInputs:
    """Read inputs from a ``.npy`` file, or an ``.npz`` file with one array or one named ``x``.

    Raises
    ------
    ActvizError
        If the file is missing or is not such an array of finite numbers. Pickled objects are never loaded.
    """
    with opened(f"inputs {path}", path, ".npy or .npz") as file:
        loaded: Any = np.load(file, allow_pickle=False)
        if isinstance(loaded, np.lib.npyio.NpzFile):
            key = "x" if "x" in loaded.files else loaded.files[0] if len(loaded.files) == 1 else None
            if key is None:
                names = ", ".join(loaded.files) or "none"
                raise ActvizError(f"inputs {path}: need one array or one named 'x', found {names}")
            loaded = loaded[key]
    return ArrayInputs(loaded, name=str(path))


@functools.cache
def _mnist() -> dict[str, Array]:
    with (
        files("actviz").joinpath("data/mnist.npz").open("rb") as packed,
        np.load(packed, allow_pickle=False) as archive,
    ):
        return {key: archive[key] for key in ("x", "y")}


def mnist() -> tuple[Array, Array]:
    """Return the 3000 shipped MNIST images, scaled to [0, 1], shape (3000, 784), and their digits, shape (3000,).

    300 of each digit, shuffled; see ``actviz/data/MNIST-LICENSE.md`` for their provenance.
    """
    data = _mnist()
    return data["x"].astype(np.float32) / np.float32(255.0), data["y"]


@dataclass(frozen=True)
class MnistInputs:
    """Images of the shipped MNIST subset, 784 values in [0, 1]."""

    shape: ClassVar[tuple[int, int]] = (3000, 784)
    reference: ClassVar[str] = "3000 real MNIST images, values in [0, 1]"

    def batches(self, rng: np.random.Generator, samples: int, width: int, size: int, dtype: str) -> Iterator[Array]:
        """Yield ``samples`` rows of shape (<= size, width) in all."""
        return ArrayInputs(mnist()[0], name="mnist").batches(rng, samples, width, size, dtype)


INPUTS: dict[str, Inputs] = {
    "normal": NormalInputs(),
    "uniform": UniformInputs(),
    "correlated": CorrelatedInputs(),
    "mnist": MnistInputs(),
}
"""Every built-in input by its name; parameters at their defaults."""
