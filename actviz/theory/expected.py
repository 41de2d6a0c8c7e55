"""What theory expects of each statistic, the band of single seeds, and how far the measured mean is from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.theory.finite_width import Propagation
from actviz.theory.quadrature import Floats

if TYPE_CHECKING:
    import xarray

PREDICTED = ("preact_std", "act_mean", "act_std", "saturated", "similarity", "grad_preact_rms")
"""Statistics that theory predicts."""

LARGEST_DEVIATION = 0.5
"""Relative variance of a length, or variance of a logarithm, up to which the leading order in 1 / width will do."""

_LOGARITHMIC = {"preact_std": "preact_var", "act_std": "act_var", "grad_preact_rms": "log_gradient"}
_FROM_ONE = {"similarity": "distance"}
"""Scatters in proportion to its distance from 1, whose logarithm is compared."""

_LEAST_DISTANCE = 1e-150
"""Stands for no distance: a logarithm can be taken of it."""

_SIGMAS = 1.96


@np.errstate(all="ignore")
def _levels(theory: Propagation, name: str) -> tuple[Floats, Floats]:
    """Mean and standard deviation over networks of a statistic, of the logarithm of a scale or a distance from 1."""
    key = {**_LOGARITHMIC, **_FROM_ONE}.get(name, name)
    mean = theory.mean[key]
    variance = theory.variance[key] if theory.scatters else np.zeros_like(mean)
    if name == "grad_preact_rms":
        return mean / 2, np.sqrt(variance) / 2
    if name in _FROM_ONE:
        mean = np.maximum(mean, _LEAST_DISTANCE)
        relative = np.log1p(variance / mean**2)
        return np.log(mean) - relative / 2, np.sqrt(relative)
    if name not in _LOGARITHMIC:
        return mean, np.sqrt(variance)
    mean = np.where(mean > 0, mean, np.nan)
    relative = np.log1p(variance / mean**2)  # a variance is about log-normal
    return (np.log(mean) - relative / 2) / 2, np.sqrt(relative) / 2


def _fits(sizes: Floats, dtype: str) -> Any:
    """Tell which numbers fit the passes' precision."""
    limits = np.finfo(dtype)
    return (sizes < limits.max / 100) & ((sizes > limits.tiny * 100) | (sizes == 0))


@np.errstate(invalid="ignore")
def in_range(theory: Propagation, dtype: str) -> Any:
    """Tell at which layers both signal and gradient fit the passes' precision."""
    return _fits(np.sqrt(theory.mean["q"]), dtype) & _fits(_rms(theory), dtype)


def _rms(theory: Propagation) -> Floats:
    """Root mean square of the gradient, held within float64."""
    return np.exp(np.clip(theory.mean["log_gradient"] / 2, -800, 700))


@np.errstate(invalid="ignore")
def _followed(theory: Propagation, dtype: str) -> Any:
    """Tell at which layers the leading order in 1 / width will do for the signal."""
    few = theory.mean["own"] <= LARGEST_DEVIATION
    return np.logical_and.accumulate(_fits(np.sqrt(theory.mean["q"]), dtype) & few)


@np.errstate(invalid="ignore")
def _gradient_followed(theory: Propagation, spread: Floats, dtype: str) -> Any:
    """Tell at which layers it will do for the gradient, which has passed every layer behind."""
    few = theory.mean["own"] <= LARGEST_DEVIATION
    # One whose mean slope does not depend on the length does not mind how that scatters.
    passed = _fits(np.sqrt(theory.mean["q"]), dtype) & (few | (np.abs(theory.mean["bend"]) < 1e-6))
    small = np.maximum(4 * spread**2, np.abs(theory.mean["shift"])) <= LARGEST_DEVIATION
    # Beyond, an average over samples hangs on the few largest, and is not yet what it is expected to be.
    small &= theory.mean["own_gradient"] <= 2.0
    return np.logical_and.accumulate(passed[::-1])[::-1] & small & _fits(_rms(theory), dtype)


def _rounding(name: str, level: Floats, dtype: str) -> Floats:
    """Error of a measured value, or of its logarithm: sums of rounded values are not better than their precision."""
    size = np.maximum(np.abs(level), 1e-30) if name not in {**_LOGARITHMIC, **_FROM_ONE} else 1.0
    return np.asarray(20 * np.finfo(dtype).eps * size)


def _scores(name: str, measured: Floats, level: Floats, spread: Floats, rare: Floats, dtype: str) -> Floats:
    """z-score by layer of the measured mean over seeds; ``measured`` has shape (seeds, layers)."""
    with np.errstate(all="ignore"):
        rounding = _rounding(name, level, dtype)
        values = np.log(measured) if name in _LOGARITHMIC else measured
        if name in _FROM_ONE:  # distances below the rounding are not told apart
            values, level = -np.log(np.maximum(1 - measured, rounding)), -np.log(np.maximum(np.exp(level), rounding))
            rounding = rounding * np.exp(level)
        scores = (values.mean(axis=0) - level) / np.sqrt(spread**2 / len(measured) + rounding**2)
    scores[~np.isfinite(scores) | rare] = math.nan
    return np.asarray(scores)


@np.errstate(all="ignore")
def _band(name: str, level: Floats, spread: Floats, dtype: str) -> dict[str, Floats]:
    """Return the expectation, and the ends between which single seeds lie."""
    low, high = level - _SIGMAS * spread, level + _SIGMAS * spread
    if name in _FROM_ONE:
        near, distance, far = np.exp(low), np.exp(level), np.exp(high)
        rounding = _SIGMAS * _rounding(name, level, dtype)
        level = 1 - distance
        low, high = level - np.hypot(far - distance, rounding), level + np.hypot(distance - near, rounding)
    elif name in _LOGARITHMIC:
        level, low, high = np.exp(level), np.exp(low), np.exp(high)
    elif name == "saturated":
        low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
    return {name: level, f"{name}_low": low, f"{name}_high": high}


def expect(
    theory: Propagation, ds: xarray.Dataset, how: Mapping[str, Any], layers: Any
) -> tuple[dict[str, Floats], Any]:
    """Prediction, band and z-score of every statistic of one pairing, and where the forward pass is followed."""
    dtype, samples = str(how["dtype"]), int(how["samples"])
    expected: dict[str, Floats] = {}
    followed = _followed(theory, dtype)
    relative = {**_LOGARITHMIC, **_FROM_ONE}
    for name in PREDICTED:
        level, spread = _levels(theory, name)
        if name == "grad_preact_rms":
            holds = _gradient_followed(theory, spread, dtype)
        else:
            holds = followed & (spread**2 <= LARGEST_DEVIATION) if name in relative else followed
        level, spread = (np.where(holds, each, math.nan)[layers] for each in (level, spread))
        measured = ds[name].transpose("seed", "layer").values.astype(float)
        if name == "grad_preact_rms" and how["drive"] != "cotangent":
            # Only the slope is predicted: from where the measured gradient starts, and without a band.
            with np.errstate(all="ignore"):
                level = level - level[-1] + np.log(measured[:, -1]).mean()
            spread = np.full_like(spread, math.nan)
        count = samples * ds["width"].values * len(measured)
        rare = np.minimum(level, 1 - level) * count < 5 if name == "saturated" else np.zeros(len(level), bool)
        if not theory.scatters:
            spread = np.full_like(spread, math.nan)
        expected |= _band(name, level, spread, dtype)
        expected[f"{name}_z"] = _scores(name, measured, level, spread, rare, dtype)
    return expected, followed
