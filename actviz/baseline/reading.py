"""From a baseline file's JSON to what it keeps; what a slip of the hand or a merge has spoilt is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from actviz.baseline.measures import MEASURES, PARAMETERS, SCALES, Floats, Summary
from actviz.baseline.shapes import Shape
from actviz.catalog.checks import check_choice, whole
from actviz.errors import ActvizError
from actviz.probing.running import MAX_SEED, MAX_SEEDS

COUNTS = ("seeds", "undefined", "zero", "negative")

SHARES_ROUNDING = 1e-4
"""By how much shares of seven digits may exceed one when they are added."""


def read_recipe_of(content: Any) -> dict[str, Any]:
    """Return a baseline's recipe, whose seeds are numbers of seeds."""
    recipe = dict(content)
    seeds = [whole("seed", seed, least=0, most=MAX_SEED) for seed in _listed("seeds", recipe["seeds"])]
    if len(set(seeds)) < len(seeds):
        raise ActvizError("a seed is there twice")
    return recipe


def read_pairings(
    content: Any, parameters: Sequence[str], seeds: int
) -> dict[tuple[str, str], tuple[dict[str, Summary], tuple[Shape, ...]]]:
    """Return the statistics and histograms of every pairing, of a model with these parameters, over so many seeds.

    Raises
    ------
    ActvizError, KeyError, TypeError, ValueError, AttributeError
        If something is missing, or is not what it must be.
    """
    pairings = {}
    for each in _listed("pairings", content):
        name = (each["init"], each["activation"])
        if not all(isinstance(part, str) for part in name):
            raise ActvizError("init and activation must be names")
        if name in pairings:
            raise ActvizError(f"{' + '.join(name)} is there twice")
        pairings[name] = _pairing(each, parameters, seeds)
    if not pairings:
        raise ActvizError("it has no pairing")
    return pairings


def wrong_with(error: Exception) -> str:
    """Say what is wrong with a file in which reading it came to this."""
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return str(error) if isinstance(error, ActvizError) else f"{type(error).__name__}: {error}"


def read_names(key: str, content: Any) -> tuple[str, ...]:
    """Return the names of layers or parameters."""
    return tuple(map(str, _listed(key, content)))


def _listed(name: str, content: Any) -> Sequence[Any]:
    if not isinstance(content, list):
        raise ActvizError(f"{name} must be a list")
    return content


def _numbers(name: str, values: Sequence[Any], least: float = -math.inf, most: float = math.inf) -> Floats:
    """Return finite numbers within bounds, NaN for null."""
    for value in values:
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (numeric and least <= value <= most and math.isfinite(value)):
            raise ActvizError(f"{name} must be null or a finite number from {least:g} to {most:g}, not {value!r}")
    return np.array([math.nan if value is None else value for value in values], float)


def _pairing(
    content: Mapping[str, Any], parameters: Sequence[str], seeds: int
) -> tuple[dict[str, Summary], tuple[Shape, ...]]:
    histogram = content["histogram"]
    edges = _numbers("an edge", _listed("edges", histogram["edges"]))
    if len(edges) < 2 or not (np.diff(edges) > 0).all():
        raise ActvizError("the edges of a histogram must be ascending numbers")
    shapes = tuple(
        _shape(each, str(histogram["bins"]), edges, seeds) for each in _listed("layers", histogram["layers"])
    )
    layers = [shape.layer for shape in shapes]
    if not layers or layers != list(range(1, len(layers) + 1)):
        raise ActvizError("histograms must be there for layers 1, 2, ... to the last")
    statistics = {
        name: _summary(name, each, len(layers), parameters, seeds) for name, each in content["statistics"].items()
    }
    known = {**MEASURES, **PARAMETERS}
    lost = [known[name].unit for name in statistics if name in known and known[name].unit not in statistics]
    if any(lost):
        raise ActvizError(f"{max(lost)} is missing, in whose unit others are compared")
    return statistics, shapes


def _summary(name: str, content: Mapping[str, Any], depth: int, parameters: Sequence[str], seeds: int) -> Summary:
    check_choice("scale", content["scale"], list(SCALES))
    scale, rows = SCALES[content["scale"]], _listed("layers", content["layers"])
    if name in PARAMETERS:
        if [row["parameter"] for row in rows] != list(parameters):
            raise ActvizError(f"{name} must be there for every parameter, each once, in order")
        layers = PARAMETERS[name].layers(len(parameters))
    else:
        layers = np.array([whole("layer", row["layer"], most=depth) for row in rows], np.int64)
    expected = MEASURES[name].layers(depth).tolist() if name in MEASURES else list(range(1, depth + 1))
    if name not in PARAMETERS and layers.tolist() != expected:
        raise ActvizError(f"{name} must be there for layers {expected[0]} to {expected[-1]}, each once, in order")
    mean, sd = (_numbers(key, [row[key] for row in rows], least) for key, least in (("mean", -math.inf), ("sd", 0.0)))
    counts = [
        np.array([whole(key, row.get(key, 0), least=0, most=MAX_SEEDS) for row in rows], np.int64) for key in COUNTS
    ]
    if (
        (np.isnan(mean) & (counts[0] > 0)).any()
        or (counts[3] > counts[0]).any()
        or (np.sum(counts[:3], axis=0) == 0).any()
    ):
        raise ActvizError(f"{name}: the mean and the numbers of seeds of a layer do not fit each other")
    if (np.sum(counts[:3], axis=0) > seeds).any():
        raise ActvizError(f"{name}: a layer has more seeds than the {seeds} of the recipe")
    with np.errstate(all="ignore"):
        if np.isinf(scale.back(mean)).any():
            raise ActvizError(f"{name}: a mean is beyond every number on the scale {scale.name!r}")
    return Summary(scale, layers, mean, sd, *counts)


def _shape(content: Mapping[str, Any], bins: str, edges: Floats, most: int) -> Shape:
    layer, seeds = whole("layer", content["layer"]), whole("seeds", content["seeds"], most=most)
    first = whole("first", content["first"], least=0, most=len(edges) - 1)
    under, *shares = _numbers("a share", [content.get("under", 0.0), *_listed("shares", content["shares"])], 0, 1)
    sd = _numbers("the sd of a share", [0.0, *_listed("sd", content["sd"])], 0, 1)
    here = edges[first : first + len(sd)]
    below = np.round(np.cumsum([under, *shares]), 7)
    if not len(here) == len(sd) == len(below):
        raise ActvizError("a histogram's shares, sd and edges do not fit each other")
    if not below[-1] <= 1 + SHARES_ROUNDING:
        raise ActvizError("the shares of a histogram must be numbers that make up 1 at most")
    return Shape(layer, bins, here, below, sd, seeds)
