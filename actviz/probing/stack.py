"""The frozen recipe of a network and of a measurement."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass

import numpy as np

from actviz.catalog.activations import Activation, check_activation
from actviz.catalog.checks import check_choice, distinct_seeds, finite, whole
from actviz.catalog.choices import DRIVES, DTYPES, NORMS
from actviz.catalog.initializers import Initializer
from actviz.catalog.inputs import Inputs
from actviz.errors import ActvizError
from actviz.numerics.histogram import UNBOUNDED_BINS, Bins

MAX_VIEW_BINS = 65536


@dataclass(frozen=True)
class Stack:
    """A fully connected network: z = h W + b, optionally normalized, h = phi(z), or that normalized, layer after layer.

    Parameters
    ----------
    activation : Activation
    initializer : Initializer
    widths : tuple of int
        Input width, then the width of every layer: ``depth + 1`` numbers.
    bias_std : float
        Standard deviation of the normal biases; 0 for none.
    norm : {None, "batch", "batch_after"}
        Batch normalization of z, before the activation, or of phi(z), after it.
    """

    activation: Activation
    initializer: Initializer
    widths: tuple[int, ...]
    bias_std: float = 0.0
    norm: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "widths", tuple(whole("width", width) for width in self.widths))
        if len(self.widths) < 2:
            raise ActvizError("a stack needs an input width and at least one layer")
        finite("bias_std", self.bias_std, least=0.0, kind=int | float)
        check_choice("norm", self.norm, NORMS)
        check_activation(self.activation)

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.widths) - 1

    @property
    def bins(self) -> Bins:
        """Bins of a layer's h: the activation's, unless h is normalized and so within no bounds."""
        return UNBOUNDED_BINS if self.norm == "batch_after" else self.activation.bins

    @property
    def fans(self) -> tuple[tuple[int, int], ...]:
        """(fan_in, fan_out) of every layer."""
        return tuple(zip(self.widths[:-1], self.widths[1:], strict=True))


def _resolved(low: float, high: float, bins: int, dtype: str) -> bool:
    """Whether a precision tells all edges of a view apart, its smallest numbers being no measure."""
    with np.errstate(all="ignore"):
        steps = np.diff(np.linspace(low, high, bins + 1).astype(dtype).astype(np.float64))
    return bool((np.isfinite(steps) & (steps > np.finfo(dtype).tiny)).all())


@dataclass(frozen=True)
class ProbeConfig:
    """How to measure a stack.

    Parameters
    ----------
    samples : int
        Rows of input passed forward and backward.
    seeds : tuple of int
        One independent network, input and backward drive each.
    inputs : Inputs
    dtype : {"float32", "float64"}
        Of the passes; sums accumulate in float64 either way.
    drive : {"cotangent", "cross_entropy"}
        What drives the backward pass: an independent N(0, 1) dL/dh at the last layer, or the mean cross-entropy of
        random labels under a linear head of 10 classes drawn by the stack's own initializer.
    batch : int
        Rows in memory at once. With batch normalization it is also the batch that is normalized over.
    view : None or (float, float, int)
        Low and high edge and number of bins of a second, exact, linear histogram of the activations.
    """

    samples: int
    seeds: tuple[int, ...]
    inputs: Inputs
    dtype: str = "float32"
    drive: str = "cotangent"
    batch: int = 4096
    view: tuple[float, float, int] | None = None

    def __post_init__(self) -> None:
        whole("samples", self.samples)
        whole("batch", self.batch)
        check_choice("dtype", self.dtype, DTYPES)
        check_choice("drive", self.drive, DRIVES)
        distinct_seeds(self.seeds)
        if self.view is not None:
            if not (
                isinstance(self.view, tuple | list)
                and len(self.view) == 3
                and all(isinstance(number, numbers.Real) for number in self.view)
            ):
                raise ActvizError(f"view must be (low, high, bins), not {self.view!r}")
            low, high, bins = self.view
            whole("view bins", bins, most=MAX_VIEW_BINS)
            if not (math.isfinite(high - low) and low < high) or not _resolved(low, high, bins, self.dtype):
                raise ActvizError(
                    f"view needs finite edges far enough apart for {bins} bins in {self.dtype}, not {low} and {high}"
                )
