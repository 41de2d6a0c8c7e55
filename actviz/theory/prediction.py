"""``predict()``: what mean-field theory expects of a measured dataset, and how far the measurement is from it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog import names
from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.catalog.initializers import INITIALIZERS, Initializer
from actviz.catalog.inputs import INPUTS, CorrelatedInputs, Inputs, NormalInputs, UniformInputs
from actviz.catalog.names import builtin
from actviz.errors import ActvizError
from actviz.results.dataset import chosen, recipe
from actviz.results.overlaying import refuse_laid
from actviz.results.statistics import STATISTICS
from actviz.text import text
from actviz.theory.densities import bin_shares
from actviz.theory.finite_width import InputMoments, Propagation, propagate
from actviz.theory.jumps import first_jump
from actviz.theory.ledger import untreatable
from actviz.theory.quadrature import Floats
from actviz.theory.unpredicted import missing

if TYPE_CHECKING:
    import xarray

NARROWEST = 16
"""Least fan_in that counts as wide."""

LARGEST_DEVIATION = 0.5
"""Relative variance of a length, or variance of a logarithm, up to which the leading order in 1 / width will do."""

MAX_DEPTH = 1000
"""Layers that are followed."""

PREDICTED = ("preact_std", "act_mean", "act_std", "saturated", "similarity", "grad_preact_rms")
"""Statistics that theory predicts."""

_LOGARITHMIC = {"preact_std": "preact_var", "act_std": "act_var", "grad_preact_rms": "log_gradient"}
_FROM_ONE = {"similarity": "distance"}
"""Scatters in proportion to its distance from 1, whose logarithm is compared."""

_LEAST_DISTANCE = 1e-150
"""Stands for no distance: a logarithm can be taken of it."""

_SIGMAS = 1.96


@np.errstate(all="ignore")  # of inputs too large to be squared nothing is followed
def _input_moments(inputs: Inputs | None, width: int, samples: int) -> InputMoments | None:
    """Moments of inputs whose values are independent and alike; None for others."""
    several = 2.0 / (samples * width)
    if isinstance(inputs, NormalInputs):
        q = float(np.square(inputs.std))
        shared = np.diag([several, several / samples]) * q * q
        return InputMoments(q, 0.0, 2 * q * q / width, 1 / width, shared)
    if isinstance(inputs, UniformInputs):
        low, high = np.float64(inputs.low), np.float64(inputs.high)
        mean, half = (low + high) / 2, (high - low) / 2
        q = mean**2 + half**2 / 3
        fourth = mean**4 + 2 * mean**2 * half**2 + half**4 / 5
        own = (fourth - q * q) / width
        return InputMoments(
            q, mean**2, own, (1 - (mean**2 / q) ** 2) / width, np.diag([own, 2 * own / samples]) / samples
        )
    if isinstance(inputs, CorrelatedInputs):
        c = inputs.correlation
        shared = np.full((2, 2), 2 * c * c / width) + np.diag([several, several / samples]) * (1 - c * c)
        return InputMoments(1.0, c, 2 / width, (1 - c * c) / width, shared)
    return None


def _own(kind: str, name: str, table: Any, given: Any) -> Any:
    """Return the object behind a label: a given one, or a built-in; a user's own is never imported for its label."""
    if isinstance(given, Mapping) and name in given:
        return (names.activation if table is ACTIVATIONS else names.initializer)(given[name])
    return builtin(kind, name, table)


def _refusal(known: Mapping[str, Any], moments: InputMoments | None, init: Any, activation: Any, fans: Any) -> str:
    """Key in ``TEXT`` of why theory does not hold for a pairing; empty where it does."""
    if known.get("norm"):
        return "norm"
    if moments is None:
        return "inputs"
    if init is None or activation is None:
        return "own"
    if first_jump(activation) is not None:
        return "jump"
    if reason := untreatable(init, fans):
        return reason
    if min(fan_in for fan_in, _ in fans) < NARROWEST:
        return "narrow"
    return "deep" if len(fans) > MAX_DEPTH else ""


@np.errstate(all="ignore")
def _levels(theory: Propagation, name: str) -> tuple[Floats, Floats]:
    """Mean and standard deviation over networks of a statistic, of the logarithm of a scale or a distance from 1."""
    key = {**_LOGARITHMIC, **_FROM_ONE}.get(name, name)
    mean, variance = theory.mean[key], theory.variance[key]
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
def _in_range(theory: Propagation, dtype: str) -> Any:
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


def _statistics(
    theory: Propagation, ds: xarray.Dataset, known: Mapping[str, Any], layers: Any
) -> tuple[dict[str, Floats], Any]:
    """Prediction, band and z-score of every statistic of one pairing, and where the forward pass is followed."""
    dtype, samples = str(known["dtype"]), int(known["samples"])
    found: dict[str, Floats] = {}
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
        if name == "grad_preact_rms" and known["drive"] != "cotangent":
            # Only the slope is predicted: from where the measured gradient starts, and without a band.
            with np.errstate(all="ignore"):
                level = level - level[-1] + np.log(measured[:, -1]).mean()
            spread = np.full_like(spread, math.nan)
        count = samples * ds["width"].values * len(measured)
        rare = np.minimum(level, 1 - level) * count < 5 if name == "saturated" else np.zeros(len(level), bool)
        found |= _band(name, level, spread, dtype)
        found[f"{name}_z"] = _scores(name, measured, level, spread, rare, dtype)
    return found, followed


def predict(dataset: xarray.Dataset, *, inits: Any = None, activations: Any = None, lang: str = "en") -> xarray.Dataset:
    """Return what mean-field theory expects of a measured dataset.

    Parameters
    ----------
    dataset : xarray.Dataset
        From ``probe`` or ``load``.
    inits, activations : sequence of str, or mapping, optional
        Which to predict, all unless named; a mapping from labels to objects for functions of your own, which a label
        alone does not bring back.
    lang : str
        Of the sentences in ``refused``.

    Returns
    -------
    xarray.Dataset
        Dims ``init, activation, layer`` and ``bin``. For each of preact_std, act_mean, act_std, saturated, similarity
        and grad_preact_rms: the expectation (of a scale, and of a similarity's distance from 1, the geometric mean),
        ``<name>_low`` and ``<name>_high``, between which 95 % of single seeds lie to leading order in 1 / width, and
        ``<name>_z``, the distance of the measured mean over seeds in standard errors. ``hist`` is the expected share of
        values in each bin. ``q``, ``correlation`` and ``chi`` are theory's own. ``refused`` says why theory does not
        hold for a pairing, or is empty; ``stops`` is the first layer from which on it is not followed, or 0. What does
        not hold is NaN, and ``missing`` says by ``statistic`` where and why.

    Raises
    ------
    ActvizError
        If the dataset does not say how it was measured, or lacks what is asked for.
    """
    refuse_laid(dataset)
    import xarray as xr

    known = recipe(dataset)
    needed = ("width", "input_width", "samples", "inputs", "bias_std", "dtype", "drive")
    module = known.get("kind") == "module"
    lacks = [key for key in needed if key not in known and not module]
    if lacks:
        raise ActvizError(f"the dataset's recipe does not say {', '.join(lacks)}")
    labels = _labels(dataset, "init", inits), _labels(dataset, "activation", activations)
    ds = dataset.sel(init=labels[0], activation=labels[1])
    names = [*(name + end for name in PREDICTED for end in ("", "_low", "_high", "_z")), "q", "correlation", "chi"]
    shape = (*map(len, labels), ds.sizes["layer"])
    arrays = {name: np.full(shape, math.nan) for name in names}
    why = np.full((*shape[:2], len(PREDICTED)), "", object)
    hist = np.full((*shape, ds.sizes["bin"]), math.nan) if "bin" in ds.sizes else None
    refused, stops = np.full(shape[:2], "", object), np.zeros(shape[:2], int)
    for at in np.ndindex(shape[:2]):
        pairing = ds.isel(init=at[0], activation=at[1])
        init = _own("initializer", labels[0][at[0]], INITIALIZERS, inits)
        activation = _own("activation", labels[1][at[1]], ACTIVATIONS, activations)
        found = "module" if module else _pairing(pairing, known, init, activation)
        if isinstance(found, str):
            refused[at] = why[at] = text(f"theory.refused.{found}", lang)
            continue
        values, shares, fits, stops[at] = found
        why[at] = [missing(name, values, ds["layer"].values, fits, str(known["dtype"]), lang) for name in PREDICTED]
        for name in names:
            arrays[name][at] = values[name]
        if hist is not None:
            hist[at] = shares
    dims = ("init", "activation", "layer")
    variables: dict[str, Any] = {name: (dims, array, _definition(name)) for name, array in arrays.items()}
    if hist is not None:
        variables["hist"] = ((*dims, "bin"), hist, {"long_name": "expected share of values in each bin", "units": "1"})
    variables["refused"] = (dims[:2], refused.astype(str), {"long_name": "why theory does not hold, or empty"})
    variables["stops"] = (dims[:2], stops, {"long_name": "first layer that is not followed, or 0"})
    variables["missing"] = ((*dims[:2], "statistic"), why.astype(str), {"long_name": "why a number is NaN, or empty"})
    coords = dict(zip((*dims, "statistic"), (*labels, ds["layer"].values, list(PREDICTED)), strict=True))
    return xr.Dataset(
        variables, coords, {"title": "mean-field theory of a measured dataset", "recipe": ds.attrs["recipe"]}
    )


def _labels(dataset: xarray.Dataset, dim: str, names: Any) -> list[str]:
    """Return which to predict: those named, or all where a mapping only brings objects."""
    wanted = chosen(dataset, dim, names)
    return chosen(dataset, dim, None) if isinstance(names, Mapping) else wanted


def _definition(name: str) -> dict[str, str]:
    theory = {
        "q": ("length of the pre-activations", "E[z^2] at infinite width"),
        "correlation": ("correlation of pre-activations", "of two samples, with the drift that finite width brings"),
        "chi": (
            "factor of the mean-square gradient",
            "from this layer's dL/dh to its weights' input: sigma_w^2 E[phi'^2]",
        ),
    }
    if name in theory:
        return {"long_name": theory[name][0], "units": "1", "definition": theory[name][1]}
    base = next(each for each in PREDICTED if name in (each, *(each + end for end in ("_low", "_high", "_z"))))
    words = {
        "": "expected",
        "_low": "low end for 95 % of seeds",
        "_high": "high end for 95 % of seeds",
        "_z": "z-score",
    }
    long_name = f"{STATISTICS[base].long_name}, {words[name.removeprefix(base)]}"
    return {"long_name": long_name, "units": "1", "definition": STATISTICS[base].definition}


def _pairing(
    ds: xarray.Dataset, known: Mapping[str, Any], init: Initializer | None, activation: Activation | None
) -> str | tuple[dict[str, Floats], Any, Any, int]:
    """Predict one pairing: why not, or its variables, its histogram, and where it stops."""
    widths = [int(known["input_width"]), *map(int, known["width"])]
    fans = list(itertools.pairwise(widths))
    samples = int(known["samples"])
    moments = _input_moments(builtin("inputs", str(known["inputs"]), INPUTS), widths[0], samples)
    reason = _refusal(known, moments, init, activation, fans)
    if reason or moments is None or init is None or activation is None:  # the latter are reasons too
        return reason
    variances = [float(init.variance(*fan)) for fan in fans]
    theory = propagate(
        activation, variances, fans, float(known["bias_std"]) * float(known["bias_std"]), moments, samples
    )
    layers = ds["layer"].values.astype(int) - 1
    found, followed = _statistics(theory, ds, known, layers)
    scales = np.array([variance * fan_in for variance, (fan_in, _) in zip(variances, fans, strict=True)])
    theirs = {"q": theory.mean["q"], "correlation": theory.mean["correlation"], "chi": scales * theory.mean["slope"]}
    found |= {name: np.where(followed, values, math.nan)[layers] for name, values in theirs.items()}
    bins = ds.sizes.get("bin", 0)
    shares = np.full((len(layers), bins), math.nan)
    for row, layer in enumerate(layers.tolist()):
        if bins and followed[layer]:
            shares[row] = bin_shares(activation, float(theory.mean["q"][layer]), float(theory.mean["own"][layer]))
    return (
        found,
        shares,
        _in_range(theory, str(known["dtype"]))[layers],
        0 if followed.all() else int(np.argmin(followed)) + 1,
    )
