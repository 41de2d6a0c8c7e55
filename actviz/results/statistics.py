"""The statistics of a layer and of the inputs: their names, units and definitions, read by every other part.

z is the pre-activation (what the activation takes), h the post-activation, L the scalar whose gradient is passed
backward. A layer's values are its (samples, units) array. In a layer that overflowed only ``zero_fraction``,
``nonfinite`` and, of what is finite, ``act_min`` and ``act_max`` are numbers, and no layer before it has a gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, nan
from typing import Any

NOTHING_PASSES = 2.0**-126
"""The least normal float32: a unit whose |phi'(z)| stays below it has a slope of 0, and passes no gradient on."""


@dataclass(frozen=True)
class Statistic:
    """One number a layer, its meaning, and how it is read off the layer's record.

    Parameters
    ----------
    name : str
        Variable name in the dataset.
    long_name : str
        Axis label, in words.
    units : str
        ``1`` for shares and dimensionless values, ``units`` for counts of units.
    definition : str
        What exactly it is.
    value : callable
        From an ``actviz.probing.recording.LayerRecord`` to the number.
    scale : {"log", "linear", "angle", "fisher"}
        On which seeds scatter about normally: a size's logarithm, a mean itself, a share's angle, a cosine's artanh.
    relative_to : str
        Statistic to whose size a relative difference refers; its own if empty.
    """

    name: str
    long_name: str
    units: str
    definition: str
    value: Callable[[Any], float]
    scale: str = "log"
    relative_to: str = ""


_table: tuple[Statistic, ...] = (
    Statistic(
        "preact_mean",
        "mean pre-activation",
        "1",
        "mean of z over samples and units",
        lambda r: r.z.mean,
        "linear",
        "preact_std",
    ),
    Statistic(
        "preact_std", "std of pre-activations", "1", "standard deviation of z over samples and units", lambda r: r.z.std
    ),
    Statistic(
        "act_mean", "mean activation", "1", "mean of h over samples and units", lambda r: r.h.mean, "linear", "act_std"
    ),
    Statistic(
        "act_std", "std of activations", "1", "standard deviation of h over samples and units", lambda r: r.h.std
    ),
    Statistic(
        "act_min",
        "smallest activation",
        "1",
        "minimum of the finite h",
        lambda r: r.act_min if r.act_min <= r.act_max else nan,
    ),
    Statistic(
        "act_max",
        "largest activation",
        "1",
        "maximum of the finite h",
        lambda r: r.act_max if r.act_min <= r.act_max else nan,
    ),
    Statistic(
        "saturated",
        "saturated share",
        "1",
        "share of values with |phi'(z)| below 5 % of the largest |phi'|, where there is a largest",
        lambda r: r.saturated,
        "angle",
    ),
    Statistic(
        "zero_fraction", "share of exact zeros", "1", "share of h that is exactly 0", lambda r: r.zero_fraction, "angle"
    ),
    Statistic(
        "dead_units",
        "dead units",
        "units",
        "number of units that pass no gradient on: phi'(z) is 0 for every sample",
        lambda r: r.dead_units,
        "angle",
    ),
    Statistic(
        "similarity",
        "similarity between samples",
        "1",
        "cosine of two samples' h, averaged over all pairs of samples with h not 0; 1 when they are collapsed",
        lambda r: r.similarity,
        "fisher",
    ),
    Statistic(
        "unit_spread",
        "per-unit spread, relative to the input's",
        "1",
        "standard deviation of a unit's h over samples, root mean square over units, divided by the input's",
        lambda r: r.unit_spread,
    ),
    Statistic(
        "distinct_units",
        "distinct units",
        "units",
        "number of units whose weights differ, or whose values do if no weights are known; 1 if symmetric",
        lambda r: r.distinct_units,
        "angle",
    ),
    Statistic("nonfinite", "overflowed share", "1", "share of h that is inf or NaN", lambda r: r.nonfinite, "angle"),
    Statistic(
        "grad_preact_rms",
        "RMS gradient of pre-activations",
        "1",
        "root mean square of dL/dz over samples and units",
        lambda r: r.grad_preact_rms,
    ),
    Statistic(
        "grad_weight_norm",
        "norm of the weight gradient",
        "1",
        "Frobenius norm of dL/dW, summed over samples",
        lambda r: r.grad_weight_norm,
    ),
    Statistic(
        "grad_zero", "share of zero gradients", "1", "share of dL/dz that is exactly 0", lambda r: r.grad_zero, "angle"
    ),
)

OF_INPUTS: dict[str, Statistic] = {
    statistic.name: statistic
    for statistic in (
        Statistic(
            "input_mean", "mean of the inputs", "1", "mean of x over samples and values", lambda r: r.inputs.mean
        ),
        Statistic(
            "input_rms",
            "RMS of the inputs",
            "1",
            "root mean square of x over samples and values",
            lambda r: hypot(r.inputs.mean, r.inputs.std),
        ),
        Statistic(
            "input_similarity",
            "similarity between inputs",
            "1",
            "cosine of two samples' x, averaged over all pairs of samples with x not 0",
            lambda r: r.inputs.similarity,
        ),
        Statistic(
            "input_blank", "share of blank inputs", "1", "share of samples whose x is 0", lambda r: r.inputs.blank
        ),
        Statistic(
            "input_distinct",
            "distinct inputs",
            "samples",
            "number of samples with x not 0 that differ, by more than a few thousandths of their size",
            lambda r: r.inputs.distinct,
        ),
    )
}
"""Numbers of what a network is fed, one a network, by their variable names; NaN where it is no numbers."""

SIZES = {
    "mean": ("mean", "mean"),
    "std": ("std", "standard deviation"),
    "rms": ("RMS", "root mean square"),
    "norm": ("norm", "Frobenius norm"),
    "zero": ("zero share", "share that is exactly 0"),
}
"""What is told of weights: label and definition, by the field of ``actviz.numerics.moments.Sizes``."""

OF_WEIGHTS = {
    "weights_key": (
        "key of the weights",
        "a number of a layer's weights: networks, or layers, that share it have the same but for rounding, sign and "
        "order of units; 0 where it is not known",
    ),
    "weights_sample": (
        "sample of the weights",
        "a number whose six digits of base 256 are of ratios of two of a layer's weights: networks that share most of "
        "them share weights, at most but for signs and a factor of a unit; a digit of 0, and NaN, tell nothing",
    ),
    "weights_order": (
        "order of the weights",
        "48 bits, each of which of two of a layer's weights is larger: networks that share nearly all of them have the "
        "same weights but for noise; 0, and NaN, tell nothing",
    ),
    **{
        f"weights_{name}": (f"{label} of the weights", f"{words} of a layer's weights; NaN where they are not known")
        for name, (label, words) in SIZES.items()
    },
}
"""Label and definition of what is told of every layer's weights, by variable name."""

OF_PARAMETERS = {
    f"parameter_{name}": (f"{label} of a parameter", f"{words} of a model's parameter, as it is when it is measured")
    for name, (label, words) in SIZES.items()
}
"""The same of every parameter of a model, by ``parameter``: biases, scales of norms and constants too."""

OF_UPDATES = {
    "parameter_gradient": (
        "norm of a parameter's gradient",
        "norm of the gradient that an update is given, before clipping; NaN of a parameter that has none",
    ),
    "parameter_update": (
        "update-to-weight ratio of a parameter",
        "norm of the update over that of the parameter before it; of more than 16,384 values, of so many evenly spaced "
        "ones",
    ),
}
"""What is told besides of every parameter of a model that is watched as it trains."""

OF_BLOCKS = {
    "stream_rms": (
        "RMS of the stream",
        "root mean square of the stream behind a block, over samples and units; of a stack behind a norm that stands "
        "there, as the next block takes it",
    ),
    "stream_before": ("RMS of the stream before the block", "root mean square of what a block's branch is joined to"),
    "branch_ratio": (
        "branch / stream",
        "root mean square of a block's branch where it joins, over that of the stream it joins",
    ),
    "stream_similarity": (
        "similarity between samples on the stream",
        "cosine of two samples' stream behind a block, averaged over all pairs of samples with values not 0",
    ),
    "stream_spread": (
        "per-unit spread of the stream, relative to the input's",
        "standard deviation of a unit of the stream over samples, root mean square over units, divided by the input's",
    ),
    "stream_grad": (
        "RMS gradient of the stream",
        "root mean square of the gradient of the stream behind a block, of a unit's norm over its positions; where "
        "branches are put beside the stream, of the block's own part of it",
    ),
    "stream_grad_before": (
        "RMS gradient of the stream where it starts",
        "as stream_grad, of the stream before its first block; NaN of others",
    ),
    "stream_pull": (
        "gradient of the stream times its size",
        "as stream_grad, each position's gradient times the root mean square of the stream there: what a change of "
        "the stream by a share of itself does, which a normalization leaves as it is",
    ),
    "stream_pull_before": (
        "gradient of the stream times its size where it starts",
        "as stream_pull, of the stream before its first block; NaN of others",
    ),
}
"""Label and definition of what is told of every block, a join of a branch with a stream, by variable name."""

OF_JACOBIAN = {
    "jacobian_mean_square": (
        "mean square of the Jacobian's singular values",
        "mean squared singular value of the Jacobian of the outputs by the inputs, averaged over samples",
    ),
    "jacobian_spread": (
        "spread of the Jacobian's singular values",
        "variance of the squared singular values over the square of their mean, averaged over samples; 0 of isometries",
    ),
    "jacobian_max": (
        "largest of the Jacobian's singular values, squared",
        "largest squared singular value, averaged over samples",
    ),
}
"""Label and definition of what is told of the input-output Jacobian, one number a network, by variable name."""

SPECTRUM_EDGES = tuple(2.0 ** (exponent / 4) for exponent in range(-98, 51))
"""Edges of the spectrum's bins, of squared singular values over their mean: four an octave, 1 in the middle of four;
in 1024 units none exceeds 2^10."""

STATISTICS: dict[str, Statistic] = {statistic.name: statistic for statistic in _table}
"""Every per-layer statistic by its variable name."""
