"""How deep signal and gradient reach: depth scales fitted to what was measured, beside those of theory.

The distance of samples' similarity from the value it rests at shrinks e-fold in xi_c layers, a mean-square gradient
changes e-fold in |xi_grad| layers, and each is followed for about six such scales (Schoenholz et al. 2017).
"""

from __future__ import annotations

import functools
import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz import theory
from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.names import builtin
from actviz.errors import ActvizError
from actviz.results.dataset import recipe
from actviz.theory.maps import Source

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

LEAST_SIGMAS, LEAST_LAYERS = 4, 10
"""A sweep has at least so many different sigma_w, and stacks of at least so many layers."""

_ABOVE = 3.0
"""A distance is fitted while it is this many times that of the last quarter of the layers, which is taken for noise."""

_AT_REST, _MOST_AT_REST = 4.0, 0.2
"""Independent samples have a mean cosine of chance of the order of 1 / samples; four of these, but 0.05 to 0.2, pass
for none. Where it stays below, samples are as unlike at the end as at the start, and nothing comes to rest.
"""

_SMALLEST = 1e-36
"""Gradients below this have lost digits in float32."""


def declared_sigma_w(name: str, dataset: xarray.Dataset) -> float:
    """Return sigma_w = sqrt(fan_in Var(W)) of an initializer in a dataset's hidden layers.

    NaN where theory cannot treat the weights (``theory.untreatable``), where the layers differ, and for an
    initializer of the user's own, whose name alone tells nothing.
    """
    initializer = builtin("initializer", name, INITIALIZERS)
    if initializer is None or "fan_in" not in dataset.coords:
        return math.nan
    fans = list(zip(dataset["fan_in"].values.tolist(), dataset["width"].values.tolist(), strict=True))
    fans = fans[1:] or fans  # the inputs' width is not the hidden layers'
    if theory.untreatable(initializer, fans):
        return math.nan
    sigmas = [math.sqrt(fan_in * initializer.variance(fan_in, fan_out)) for fan_in, fan_out in fans]
    return sigmas[0] if max(sigmas) - min(sigmas) <= 1e-3 * max(sigmas) else math.nan


def sweep(dataset: xarray.Dataset) -> dict[str, float]:
    """Return sigma_w of the initializers that differ in it, in increasing order; of equal ones the first.

    Raises
    ------
    ActvizError
        If they are too few, or the stacks too shallow, to see how the depth reached depends on it.
    """
    sigmas = {str(name): declared_sigma_w(str(name), dataset) for name in dataset["init"].values}
    differing: dict[str, float] = {}
    for name, sigma in sorted(sigmas.items(), key=lambda item: item[1]):
        if sigma > 0 and not any(math.isclose(sigma, other, rel_tol=1e-6) for other in differing.values()):
            differing[name] = sigma
    layers = dataset.sizes["layer"]
    if len(differing) < LEAST_SIGMAS or layers < LEAST_LAYERS:
        raise ActvizError(
            f"depth over sigma_w needs at least {LEAST_SIGMAS} initializers of different sigma_w, such as "
            f"variance_scaling:1.0 and variance_scaling:1.5, and {LEAST_LAYERS} layers; "
            f"this dataset has {len(differing)} and {layers}"
        )
    return differing


def _slope(at: Any, logs: Floats) -> float:
    """Return the slope of a straight line through points; NaN if there is but one."""
    return float(np.polyfit(at, logs, 1)[0]) if len(logs) >= 2 else math.nan


def _gradient_factor(rms: Floats) -> float:
    """Return the factor of a mean-square gradient a layer backwards, by a straight line through its logarithm."""
    if np.isinf(rms).any() or np.isnan(rms).any():
        return math.nan
    at = np.flatnonzero(rms > _SMALLEST)
    if len(at) < 2 and not rms[0]:
        return 0.0 if rms[-1] else math.nan  # it vanishes within a layer
    return math.exp(-2.0 * _slope(at, np.log(rms[at])))


def _quarters(values: Floats) -> list[float]:
    """Return the means of the quarters of a sequence."""
    return [float(part.mean()) for part in np.array_split(values, 4)]


def _resting_similarity(similarity: Floats, factor: float) -> float:
    """Return the similarity that a stack comes to: 1, or the mean of the last quarter of the layers.

    1 where mean-square gradients shrink, for one number, chi_1, decides both; and where the last quarter is still
    gaining on 1.
    """
    *_, third, last = _quarters(1.0 - similarity)
    return 1.0 if factor < 1.0 or last < 0.75 * third else 1.0 - last


def _depth_scale(at: Any, distance: Floats) -> float:
    """Return the layers in which a distance shrinks e-fold, infinite where it does not shrink, at chosen layers."""
    at = at[distance[at] > 0]
    slope = _slope(at, np.log(distance[at]))
    return slope if math.isnan(slope) else math.inf if slope >= 0.0 else -1.0 / slope


def _decay_to_one(distance: Floats, rounding: float) -> float:
    """Return the depth scale of samples that come to look alike: that of the latter half of what is not rounding.

    A distance from 1 scatters in proportion to itself; in the latter half its decay is exponential, if it ever is.
    """
    far = distance > rounding
    end = len(far) if far.all() else max(int(np.argmin(far)), 3)
    return _depth_scale(np.arange(end // 2 if end >= 6 else 0, end), distance)


def _decay_to_rest(distance: Floats) -> float:
    """Return the depth scale of samples that stay apart, by the layers before the noise; NaN if that is all."""
    noise = math.sqrt(_quarters(distance**2)[-1])
    if distance[0] > _ABOVE * noise:
        return _depth_scale(np.arange(max(int(np.argmin(distance > _ABOVE * noise)), 3)), distance)
    smooth = distance[0] > 2.0 * np.abs(np.diff(distance)).mean()  # then it has hardly shrunk in the last quarter
    return _depth_scale(np.arange(len(distance)), distance) if smooth else math.nan


def _chance(samples: int) -> float:
    """Return the similarity that passes for none, given how many samples there are."""
    return min(max(_AT_REST / samples, 0.05), _MOST_AT_REST)


def _measured(similarity: Floats, rms: Floats, rounding: float, chance: float) -> tuple[Floats, float, float]:
    """Return distance by layer, xi_c, and the gradient's factor of one seed."""
    factor, finite = _gradient_factor(rms), np.isfinite(similarity)
    end = len(finite) if finite.all() else int(np.argmin(finite))
    distance = np.full(len(similarity), math.nan)
    if end < 4 or np.abs(similarity[:end]).max() < chance:
        return distance, math.nan, factor
    # Gradients of exactly 0 have shrunk below all numbers.
    rest = _resting_similarity(similarity[:end], factor if rms.any() else 0.0)
    distance[:end] = np.abs(similarity[:end] - rest)
    xi_c = _decay_to_one(distance[:end], rounding) if rest == 1.0 else _decay_to_rest(distance[:end])
    if end < len(similarity) and not theory.EFOLDS * xi_c <= end:  # to where the numbers end, and who knows how far
        xi_c = math.nan
    return distance, xi_c, factor


def _lost(values: Floats, *, overflowed: Any) -> Floats:
    """Tell by layer what has no number: 1 where it overflowed, -1 where all is exactly 0, 0 where it has one."""
    return np.where(overflowed, 1.0, np.where(np.isfinite(values), 0.0, -1.0))


def measured_depths(dataset: xarray.Dataset) -> xarray.Dataset:
    """Fit depth scales to every pairing and seed.

    Parameters
    ----------
    dataset : xarray.Dataset
        From ``probe`` or ``load``; about ten layers or more.

    Returns
    -------
    xarray.Dataset
        By init, activation, seed (and layer): ``distance`` of the similarity from where it rests, ``decades`` by which
        the gradient's RMS differs from the last layer's, ``xi_c`` fitted to the first, ``gradient_factor`` (chi_1) to
        the second, and ``depth_signal`` = 6 xi_c, ``depth_gradient`` = 6 |xi_grad|. NaN after overflow and where
        samples start at rest, as independent ones do under an odd activation without biases, or leave the range of
        numbers before they have come to rest; infinite where nothing shrinks. ``lost_signal`` and ``lost_gradient`` say
        by layer where there is no distance and no ratio of gradients, 1 for an overflow and -1 for values all 0.
    """
    import xarray as xr

    dims = ("init", "activation", "seed", "layer")
    similarity, rms, spread = (
        dataset[name].transpose(*dims).values.astype(float) for name in ("similarity", "grad_preact_rms", "act_std")
    )
    shape = similarity.shape[:3]
    distance, xi_c, factor = np.empty_like(similarity), np.empty(shape), np.empty(shape)
    how = recipe(dataset)
    rounding = 10.0 * float(np.finfo(how.get("dtype", "float32")).eps)
    chance = _chance(int(how.get("samples", 1000)))
    for at in itertools.product(*map(range, shape)):
        distance[at], xi_c[at], factor[at] = _measured(similarity[at], rms[at], rounding, chance)
    with np.errstate(divide="ignore", invalid="ignore"):
        decades = np.log10(rms / rms[..., -1:])
        xi_grad = np.abs(1.0 / np.log(factor))
    variables = {
        "distance": (dims, distance),
        "decades": (dims, decades),
        "lost_signal": (dims, _lost(similarity, overflowed=~np.isfinite(spread))),
        "lost_gradient": (dims, _lost(decades, overflowed=~np.isfinite(rms)) * np.isnan(decades)),
        "xi_c": (dims[:3], xi_c),
        "gradient_factor": (dims[:3], factor),
        "depth_signal": (dims[:3], theory.EFOLDS * xi_c),
        "depth_gradient": (dims[:3], theory.EFOLDS * xi_grad),
    }
    return xr.Dataset(variables, {name: dataset[name] for name in dims})


def starts_at_rest(depths: xarray.Dataset) -> bool:
    """Whether no stack of ``measured_depths`` has a distance: then all that varies in the signal is noise."""
    return bool(depths["distance"].isnull().all())


def is_known(activation: str) -> bool:
    """Whether a name brings an activation back, for theory to treat."""
    return activation.partition(":")[0] in ACTIVATIONS


def theory_depths(activation: str, low: float, high: float, bias_std: float) -> tuple[Floats, Floats, Floats]:
    """Return sigma_w from low to high, and 6 xi_c and 6 |xi_grad| in theory there.

    The points stand closer where the depths diverge.
    """
    steps = np.array([0.002, 0.006, 0.015, 0.03, 0.06]) * (high - low)
    near = [np.concatenate([at - steps, [at], at + steps]) for at in critical_sigma_w(activation, bias_std)]
    sigmas = np.unique(np.concatenate([np.linspace(low, high, 17), *near]))
    sigmas = sigmas[(sigmas >= low) & (sigmas <= high)]
    bias_var = theory.squared("bias_std", bias_std)
    fields = [theory.mean_field(activation, sigma * sigma, bias_var) for sigma in sigmas.tolist()]
    gradient = np.array([each.gradient_depth for each in fields])
    return sigmas, np.array([each.trainable_depth for each in fields]), gradient


def theory_grid(activation: str, sigmas: Floats, biases: Floats) -> tuple[Floats, Floats]:
    """Return 6 xi_c and 6 |xi_grad| in theory, each of shape (sigmas, biases), for every sigma_w and sigma_b."""
    fields = [[theory.mean_field(activation, w * w, b * b) for b in biases.tolist()] for w in sigmas.tolist()]
    gradient = np.array([[each.gradient_depth for each in row] for row in fields])
    return np.array([[each.trainable_depth for each in row] for row in fields]), gradient


def _comes_to_one(activation: Source, weight_var: float, bias_var: float) -> bool:
    """Whether chi_1 is 1 at the length that inputs of mean square 1 come to, as everywhere in this module.

    A length may be kept, and gradients at it, that such inputs run away from: GELU's short ones do under sigma_w^2 > 2.
    """
    return math.isclose(theory.mean_field(activation, weight_var, bias_var).chi_1, 1.0, rel_tol=1e-6)


def critical_variances(activation: Source, bias_var: float) -> list[float]:
    """Return every sigma_w^2 at which inputs of mean square 1 come to criticality, at a variance of the biases."""
    found = [point.weight_var for point in theory.critical_points(activation, bias_var)]
    return [each for each in found if _comes_to_one(activation, each, bias_var)]


def critical_sigma_w(activation: str, bias_std: float) -> list[float]:
    """Return every sigma_w at which inputs of mean square 1 come to criticality, at a std of the biases."""
    return [math.sqrt(each) for each in critical_variances(activation, theory.squared("bias_std", bias_std))]


@functools.lru_cache(maxsize=16)
def critical_curve(activation: str) -> tuple[Floats, Floats]:
    """Return sigma_w and sigma_b along the critical line; one point where it is a point, as for ReLU.

    Of the line's lengths, those that inputs of mean square 1 come to: along it ``mean_field`` has a chi_1 of 1.
    """
    bias_var, weight_var = theory.critical_line(activation, np.concatenate([[0.0], np.logspace(-6, 3, 181)]))
    pairs = zip(weight_var.tolist(), bias_var.tolist(), strict=True)
    kept = np.array([math.isfinite(w) and _comes_to_one(activation, w, b) for w, b in pairs])
    return np.sqrt(weight_var[kept]), np.sqrt(bias_var[kept])
