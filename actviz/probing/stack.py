"""The frozen recipe of a network and of a measurement."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from actviz.catalog.activations import Activation, check_activation
from actviz.catalog.checks import check_choice, distinct_seeds, finite, of_type, whole
from actviz.catalog.choices import BLOCKS, DEPTH_SCALE, DRIVES, DTYPES, NORM_KINDS, NORMS, PLACES
from actviz.catalog.formats import limit_bins
from actviz.catalog.initializers import Initializer
from actviz.catalog.inputs import Inputs
from actviz.errors import ActvizError
from actviz.numerics.histogram import GRADIENT_BINS, UNBOUNDED_BINS, Bins, LinearBins, MagnitudeBins

MAX_VIEW_BINS = 65536


@dataclass(frozen=True)
class Stack:
    """A fully connected network, of plain layers or of residual blocks.

    A plain layer is z = h W + b, optionally normalized, and h = phi(z), or that normalized. A residual block carries
    a stream y past its branch: z = N(y) W + b, h = phi(z), y + h V, where V are square normal weights of variance
    branch_scale^2 / width (the full residual network of Yang & Schoenholz 2017), and N is the normalization, *pre*;
    *post*, N(y + h V) is what goes on. Where a layer's width is not its input's nothing is carried past it: it is plain
    and not normalized, and the stream starts behind it.

    Parameters
    ----------
    activation : Activation
    initializer : Initializer
    widths : tuple of int
        Input width, then the width of every layer: ``depth + 1`` numbers.
    bias_std : float
        Standard deviation of the normal biases; 0 for none.
    norm : {None, "batch", "layer", "rms", "batch_after", "layer_after", "rms_after"}
        Normalization over the batch, or over the units of a sample, about their mean or about 0. Plain: of z, in front
        of the activation, or of phi(z), after it. Residual: of what the branch takes, or, after it, of the stream.
    block : {"plain", "residual"}
    branch_scale : float or "1/sqrt(L)"
        What the last weights of every branch are drawn with; L is the number of blocks, and at 0 they start at 0.
    """

    activation: Activation
    initializer: Initializer
    widths: tuple[int, ...]
    bias_std: float = 0.0
    norm: str | None = None
    block: str = "plain"
    branch_scale: float | str = 1.0

    def __post_init__(self) -> None:
        of_type("widths", self.widths, Iterable, "the inputs' width and each layer's")
        object.__setattr__(self, "widths", tuple(whole("width", width) for width in self.widths))
        if len(self.widths) < 2:
            raise ActvizError("a stack needs an input width and at least one layer")
        finite("bias_std", self.bias_std, least=0.0, kind=int | float)
        check_choice("norm", self.norm, NORMS)
        check_activation(self.activation)
        check_choice("block", self.block, BLOCKS)
        object.__setattr__(self, "branch_scale", scale_of(self.branch_scale))
        if self.block == "plain" and self.branch_scale != 1.0:
            raise ActvizError("branch_scale is for residual blocks; plain layers have no branch")
        if self.block == "residual" and not any(self.skips):
            raise ActvizError("a residual stack needs a layer that is as wide as its input")

    @cached_property
    def skips(self) -> tuple[bool, ...]:
        """Of every layer, whether it is the branch of a residual block."""
        return tuple(self.block == "residual" and fan_in == fan_out for fan_in, fan_out in self.fans)

    @property
    def scale(self) -> float:
        """Scale of the branches as a number."""
        return sum(self.skips) ** -0.5 if self.branch_scale == DEPTH_SCALE else float(self.branch_scale)

    def normalizes(self, layer: int) -> bool:
        """Whether a layer is normalized, by its index: of blocks, layers that are none are not."""
        return self.norm is not None and (self.block == "plain" or self.skips[layer])

    @property
    def norm_kind(self) -> str | None:
        """What is normalized over: batch, layer or rms; None without."""
        return self.norm.removesuffix("_after") if self.norm else None

    @cached_property
    def place(self) -> str | None:
        """Where the normalization stands, pre or post; None without."""
        return None if self.norm is None else "post" if self.norm.endswith("_after") else "pre"

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.widths) - 1

    @property
    def bins(self) -> Bins:
        """Bins of a layer's h: the activation's, unless h is normalized and so within no bounds."""
        return UNBOUNDED_BINS if self.block == "plain" and self.place == "post" else self.activation.bins

    @cached_property
    def fans(self) -> tuple[tuple[int, int], ...]:
        """(fan_in, fan_out) of every layer."""
        return tuple(zip(self.widths[:-1], self.widths[1:], strict=True))


def scale_of(scale: Any) -> float | str:
    """Return the scale of branches as a recipe has it, however it is written.

    >>> scale_of("0.5"), scale_of("1/sqrt(L)")
    (0.5, '1/sqrt(L)')
    """
    if isinstance(scale, str) and scale == DEPTH_SCALE:
        return DEPTH_SCALE
    try:
        number = float(scale) if isinstance(scale, str | np.number) else scale
    except ValueError:
        raise ActvizError(f"branch_scale must be a number or {DEPTH_SCALE}, not {scale!r}") from None
    return finite("branch_scale", number, least=0.0, most=MOST_SCALE)


MOST_SCALE = 1e6
"""Scale of branches beyond which a few blocks overflow."""


def placed(norm: str | None, place: str | None) -> str | None:
    """Return a normalization in its place by one name: layer and post are layer_after.

    >>> placed("layer", "post"), placed("layer", "pre"), placed("batch_after", None)
    ('layer_after', 'layer', 'batch_after')
    """
    norm = None if isinstance(norm, str) and norm == "none" else norm
    if place is None:
        return norm
    check_choice("place", place, PLACES)
    if not isinstance(norm, str) or norm not in NORM_KINDS:
        raise ActvizError(f"place says where a norm stands: it needs norm {', '.join(NORM_KINDS)}, not {norm!r}")
    return f"{norm}_after" if place == "post" else norm


def recipe_of(stack: Stack) -> dict[str, Any]:
    """Return what a recipe says of normalization and blocks, as JSON values; of plain layers no more than ever."""
    blocks = {"block": stack.block, "branch_scale": stack.branch_scale} if stack.block != "plain" else {}
    return {"norm": stack.norm, **blocks}


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
    jacobian : int
        Of how many samples, the first, all singular values of the input-output Jacobian are measured; 0 for none.
    formats : tuple of str
        Number formats of which it is counted exactly what they would lose.
    """

    samples: int
    seeds: tuple[int, ...]
    inputs: Inputs
    dtype: str = "float32"
    drive: str = "cotangent"
    batch: int = 4096
    view: tuple[float, float, int] | None = None
    jacobian: int = 0
    formats: tuple[str, ...] = ()

    @property
    def view_bins(self) -> LinearBins | None:
        """The bins of the view."""
        return LinearBins(*self.view) if self.view else None

    @property
    def limits(self) -> MagnitudeBins | None:
        """The magnitudes between which formats keep their numbers."""
        return limit_bins(self.formats)

    def __post_init__(self) -> None:
        whole("samples", self.samples)
        whole("batch", self.batch)
        if whole("jacobian", self.jacobian, least=0) > (most := min(self.samples, self.batch)):
            raise ActvizError(
                f"jacobian is of samples of one batch: at most {most}, of {self.samples} samples in batches of "
                f"{self.batch}, not {self.jacobian}"
            )
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


def histogram_bins(stack: Stack, config: ProbeConfig) -> dict[str, Bins | None]:
    """Return the bins of the histograms of every layer, None for those that are not asked for."""
    limits = config.limits
    return {
        "hist": stack.bins, "grad_hist": GRADIENT_BINS, "view_hist": config.view_bins,
        "act_limits": limits, "grad_limits": limits,
    }  # fmt: skip
