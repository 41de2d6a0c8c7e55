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
from actviz.catalog.inputs import INPUTS, InputMoments, Inputs
from actviz.catalog.names import builtin
from actviz.errors import ActvizError
from actviz.probing.stack import Stack
from actviz.results.dataset import check_some, chosen, is_own, recipe
from actviz.results.overlaying import refuse_laid
from actviz.results.statistics import OF_BLOCKS, STATISTICS
from actviz.text import text
from actviz.theory.blocks import OF_STREAM, follow
from actviz.theory.densities import bin_shares
from actviz.theory.expected import PREDICTED, expect, in_range
from actviz.theory.finite_width import Propagation, propagate
from actviz.theory.jumps import first_jump
from actviz.theory.ledger import untreatable
from actviz.theory.maps import HUGE, uncertainty
from actviz.theory.phases import DIGITS
from actviz.theory.quadrature import Floats

if TYPE_CHECKING:
    import xarray

NARROWEST = 16
"""Least fan_in that counts as wide."""

MAX_DEPTH = 1000
"""Layers that are followed."""


def _own(kind: str, name: str, table: Any, given: Any) -> Any:
    """Return the object behind a label: a given one, or a built-in; a user's own is never imported for its label."""
    if isinstance(given, Mapping) and name in given:
        return (names.activation if table is ACTIVATIONS else names.initializer)(given[name])
    return builtin(kind, name, table)


def _refusal(how: Mapping[str, Any], moments: InputMoments | None, init: Any, activation: Any, fans: Any) -> str:
    """Key in ``TEXT`` of why theory does not hold for a pairing; empty where it does."""
    if str(how.get("norm")).startswith("batch"):
        return "norm" if how.get("block", "plain") == "plain" else "norm_blocks"
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
        not hold is NaN, and ``missing`` says by ``statistic`` where and why. Of residual blocks ``stream_rms``,
        ``stream_similarity``, ``branch_ratio`` and ``stream_grad`` are there, too, by ``block``. Of blocks, and of what
        is normalized over a sample's units, infinite width is followed: there is no band and no z-score.

    Raises
    ------
    ActvizError
        If the dataset does not say how it was measured, or lacks what is asked for.
    """
    refuse_laid(dataset)
    check_some(dataset)
    import xarray as xr

    how = recipe(dataset)
    needed = ("width", "input_width", "samples", "inputs", "bias_std", "dtype", "drive")
    module = is_own(how)
    lacks = [key for key in needed if key not in how and not module]
    if lacks:
        raise ActvizError(f"the dataset's recipe does not say {', '.join(lacks)}")
    labels = _labels(dataset, "init", inits), _labels(dataset, "activation", activations)
    ds = dataset.sel(init=labels[0], activation=labels[1])
    names = [*(name + end for name in PREDICTED for end in ("", "_low", "_high", "_z")), "q", "correlation", "chi"]
    shape = (*map(len, labels), ds.sizes["layer"])
    arrays = {name: np.full(shape, math.nan) for name in names}
    streams = {name: np.full((*shape[:2], ds.sizes["block"]), math.nan) for name in OF_STREAM if "block" in ds.sizes}
    why = np.full((*shape[:2], len(PREDICTED)), "", object)
    hist = np.full((*shape, ds.sizes["bin"]), math.nan) if "bin" in ds.sizes else None
    refused, stops = np.full(shape[:2], "", object), np.zeros(shape[:2], int)
    for at in np.ndindex(shape[:2]):
        pairing = ds.isel(init=at[0], activation=at[1])
        init = _own("initializer", labels[0][at[0]], INITIALIZERS, inits)
        activation = _own("activation", labels[1][at[1]], ACTIVATIONS, activations)
        predicted = "module" if module else _pairing(pairing, how, init, activation)
        if isinstance(predicted, str):
            refused[at] = why[at] = text(f"theory.refused.{predicted}", lang)
            continue
        values, shares, fits, stops[at] = predicted
        band = "infinite" if how.get("norm") or how.get("block") else "band"
        layers = ds["layer"].values
        why[at] = [_missing(name, values, layers, fits, str(how["dtype"]), lang, band) for name in PREDICTED]
        for name in (*names, *(streams if OF_STREAM[0] in values else ())):
            (streams if name in streams else arrays)[name][at] = values[name]
        if hist is not None:
            hist[at] = shares
    dims = ("init", "activation", "layer")
    variables: dict[str, Any] = {name: (dims, array, _definition(name)) for name, array in arrays.items()}
    for name, array in streams.items():
        about = {"long_name": f"{OF_BLOCKS[name][0]}, expected", "units": "1", "definition": OF_BLOCKS[name][1]}
        variables[name] = ((*dims[:2], "block"), array, about)
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
    ds: xarray.Dataset, how: Mapping[str, Any], init: Initializer | None, activation: Activation | None
) -> str | tuple[dict[str, Floats], Any, Any, int]:
    """Predict one pairing: why not, or its variables, its histogram, and where it stops."""
    widths = [int(how["input_width"]), *map(int, how["width"])]
    fans = list(itertools.pairwise(widths))
    samples = int(how["samples"])
    inputs = builtin("inputs", str(how["inputs"]), INPUTS)
    with np.errstate(all="ignore"):  # of inputs too large to be squared nothing is followed
        moments = inputs.moments(widths[0], samples) if hasattr(inputs, "moments") else None
    reason = _refusal(how, moments, init, activation, fans)
    if reason or moments is None or init is None or activation is None:  # the latter are reasons too
        return reason
    variances = [float(init.variance(*fan)) for fan in fans]
    stream: dict[str, Floats] = {}
    if how.get("norm") or how.get("block", "plain") != "plain":
        mean = float(ds["input_mean"].mean()) if "input_mean" in ds else 0.0
        stack = Stack(
            activation, init, tuple(widths), float(how["bias_std"]), how["norm"], how.get("block", "plain"),
            how.get("branch_scale", 1.0),
        )  # fmt: skip
        theory, stream = follow(activation, stack, moments, mean, samples)
    else:
        bias_var = float(how["bias_std"]) * float(how["bias_std"])
        theory = propagate(activation, variances, fans, bias_var, moments, samples)
    if _oscillates(activation, theory):
        return "oscillates"
    layers = ds["layer"].values.astype(int) - 1
    expected, followed = expect(theory, ds, how, layers)
    scales = np.array([variance * fan_in for variance, (fan_in, _) in zip(variances, fans, strict=True)])
    theirs = {"q": theory.mean["q"], "correlation": theory.mean["correlation"], "chi": scales * theory.mean["slope"]}
    expected |= {name: np.where(followed, values, math.nan)[layers] for name, values in theirs.items()}
    bins = ds.sizes.get("bin", 0)
    shares = np.full((len(layers), bins), math.nan)
    is_phi = stream or not str(how.get("norm")).endswith("_after")  # else h is phi(z) normalized
    for row, layer in enumerate(layers.tolist()):
        if bins and is_phi and followed[layer]:
            shares[row] = bin_shares(activation, float(theory.mean["q"][layer]), float(theory.mean["own"][layer]))
    return (
        expected | stream,
        shares,
        in_range(theory, str(how["dtype"]))[layers],
        0 if followed.all() else int(np.argmin(followed)) + 1,
    )


def _oscillates(activation: Activation, theory: Propagation) -> bool:
    """Whether averages over the longest signals have too few digits."""
    lengths = theory.mean["q"][np.isfinite(theory.mean["q"])]
    longest = np.minimum(np.sort(lengths)[-3:], HUGE)
    return bool((uncertainty(activation, longest[longest > 0]) > DIGITS).any())


def expected_stream(stack: Stack, inputs: Inputs, samples: int) -> dict[str, Floats]:
    """Return what mean-field theory expects of the stream of a stack of residual blocks.

    Returns
    -------
    dict of array (blocks,)
        ``OF_STREAM``; empty where theory says nothing: of inputs or weights that depend on each other, under batch
        normalization, of a narrow layer, an activation that jumps, more than ``MAX_DEPTH`` layers.
    """
    activation = stack.activation
    moments = inputs.moments(stack.widths[0], samples) if hasattr(inputs, "moments") else None
    how = {"norm": stack.norm, "block": stack.block}
    if moments is None or _refusal(how, moments, stack.initializer, activation, stack.fans):
        return {}
    theory, stream = follow(activation, stack, moments, getattr(inputs, "mean", 0.0), samples)
    return {} if _oscillates(activation, theory) else stream


def _missing(name: str, values: Mapping[str, Floats], layers: Any, fits: Any, dtype: str, lang: str, band: str) -> str:
    """Say why a statistic's prediction, band or z-score is NaN at some layers; empty where none is.

    Parameters
    ----------
    name : str
        Of the statistic.
    values : mapping of array (layers,)
        Under ``name`` the prediction, under ``name_low`` the band's end, under ``name_z`` the z-scores.
    layers : array (layers,)
        Their numbers.
    fits : array (layers,)
        Whether signal and gradient there fit the passes' precision.
    dtype, lang : str
    band : {"band", "infinite"}
        Why there may be no band: by how the backward pass is driven, or as only infinite width is followed.
    """
    absent = np.isnan(values[name])
    words = []
    if absent.any():
        why = "range" if (absent & ~fits).any() else "scatter"
        words.append(_where(f"theory.missing.{why}", absent, layers, lang, dtype=dtype))
    if (there := ~absent & np.isnan(values[f"{name}_low"])).any():
        words.append(_where(f"theory.missing.{band}", there, layers, lang))
    elif (there := ~absent & np.isnan(values[f"{name}_z"])).any():
        words.append(_where("theory.missing.z", there, layers, lang))
    return "; ".join(words)


def _where(key: str, mask: Any, layers: Any, lang: str, **values: Any) -> str:
    at = np.asarray(layers)[mask]
    where = text("theory.missing.layer" if len(at) == 1 else "theory.missing.layers", lang, first=at[0], last=at[-1])
    return f"{where}: {text(key, lang, **values)}"
