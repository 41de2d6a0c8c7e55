"""What a file must hold to be a result: checked once, when it is loaded, so that nothing behind has to doubt it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import ActvizError
from actviz.results.built import ROLES
from actviz.results.dataset import NEEDED, PAIRING, definitions
from actviz.results.model_statistics import OF_ATTENTION, OF_LEARNING, OF_OUTLIERS, OF_OUTPUT
from actviz.results.schema import check_recipe, shortly
from actviz.results.statistics import (
    OF_BLOCKS,
    OF_INPUTS,
    OF_JACOBIAN,
    OF_PARAMETERS,
    OF_UPDATES,
    OF_WEIGHTS,
    STATISTICS,
)

if TYPE_CHECKING:
    import xarray

_TEXTS = {
    "init", "activation", "run", "ended", "layer_name", "layer_type", "layer_activation", "layer_norm", "role",
    "block_name", "attention_name", "parameter", "parameter_shape",
}  # fmt: skip
_MORE = {
    "probe": ("seed", "layer", "width", "underflow", "overflow", "grad_hist", "grad_bin_edges", "grad_overflow"),
    "training": (
        "init", "activation", "epoch", "train_accuracy", "validation_loss", "validation_accuracy", "learning_rate",
        "penalty", "weight_norm", "update_ratio", "batch_loss", "gradient_norm", "ended_step", "best_step",
        "test_loss", "test_accuracy", "best_test_loss", "best_test_accuracy", "weight_layer", "update",
    ),
    "range_test": ("steepest_rate", "largest_rate", "ended"),
    "descent": (
        "noisy_x", "noisy_y", "learning_rate", "end_value", "reached_x", "reached_y", "start_value", "minimum_x",
        "minimum_y", "minimum_value", "excess", "update",
    ),
}  # fmt: skip
"""What a result of each kind has besides."""
_SHARES = {"saturated", "zero_fraction", "nonfinite", "grad_zero", "input_blank", "gate_stuck", "decay_shut"}
_AT_LEAST_0 = {
    "preact_std",
    "act_std",
    "unit_spread",
    "dead_units",
    "distinct_units",
    "grad_preact_rms",
    "grad_weight_norm",
    *(name for name in OF_BLOCKS if name != "stream_similarity"),
    *OF_ATTENTION,
    *OF_JACOBIAN,
    *OF_OUTPUT,
    *OF_OUTLIERS,
    "distinct_gradients",
    "stuck_gate",
    "input_rms",
    "input_distinct",
}
_BUILT = {
    **dict.fromkeys(
        ("role", "of_block", "chain", "averaged", "hit", "rescaled", "gives", "ends", "next_layer"), "layer"
    ),
    **dict.fromkeys(("block", "block_name", "block_layer", "block_parent", "block_width", "block_averaged"), "block"),
    **dict.fromkeys(("block_stream", "block_constant", "block_normalized", "block_divided", "block_beside"), "block"),
    **dict.fromkeys(("attention_name", "attention_layer", "attends", "attention_normalized"), "attention"),
}
"""What a result says of how a model is built; all of a dimension, or none."""
_LATER = ("rescaled", "gives", "ends", "next_layer", "attention_normalized", "block_divided", "block_beside")
"""Of these, what results of earlier versions do not have."""
_RISING = {"layer": 1, "seed": None, "step": 0, "snapshot": 0, "update": 0}
_SHAPES = {
    **_BUILT,
    **dict.fromkeys(OF_BLOCKS, "init activation seed block"), **dict.fromkeys(OF_OUTPUT, "init activation seed"),
    **dict.fromkeys((*OF_OUTLIERS, *OF_LEARNING), "init activation seed layer"),
    **dict.fromkeys((*OF_INPUTS, *OF_JACOBIAN), "init activation seed"),
    "spectrum": "init activation seed spectrum_bin", "spectrum_edges": "spectrum_edge",
    **dict.fromkeys(OF_ATTENTION, "init activation seed attention head"),
    **dict.fromkeys((*STATISTICS, *OF_WEIGHTS), "init activation seed layer"),
    **dict.fromkeys((*OF_PARAMETERS, *OF_UPDATES), "init activation seed parameter"),
    **dict.fromkeys(("parameter", "parameter_layer", "parameter_fan_in", "parameter_fan_out"), "parameter"),
    "parameter_shape": "parameter",
    **dict.fromkeys(("underflow", "overflow", "grad_overflow", "view_outside"), "init activation layer"),
    "hist": "init activation layer bin", "grad_hist": "init activation layer grad_bin",
    "view_hist": "init activation layer view_bin", "limit_edges": "limit_edge",
    **dict.fromkeys(("act_limits", "grad_limits"), "init activation layer limit_edge"),
    **dict.fromkeys(("hist_squares", "hist_shares"), "init activation layer coarse_edge"),
    "bin_edges": "activation bin_edge", "grad_bin_edges": "grad_bin_edge", "view_edges": "view_edge",
    "weight_hist": "run snapshot weight_layer weight_bin", "weight_bin_edges": "weight_bin_edge",
    **dict.fromkeys(("layer", "width", "fan_in", "layer_name", "layer_type", "layer_norm"), "layer"), "seed": "seed",
    **dict.fromkeys(("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"), "run seed step"),
    "penalty": "run seed step", **dict.fromkeys(("weight_norm", "update_ratio"), "run seed step weight_layer"),
    **dict.fromkeys(("batch_loss", "gradient_norm"), "run seed update"), "snapshot_step": "run seed snapshot",
    **dict.fromkeys(("x", "y"), "run step"), **dict.fromkeys(("escaped", "excess"), "run seed"), "reached_value": "run",
    **dict.fromkeys(("loss", "smoothed_loss"), "seed update"), "run": "run", "step": "step", "epoch": "step",
}  # fmt: skip
_TAKEN = {"layer", "block", "attention", "parameter"}
"""What of a network is there in every snapshot of a training."""
_BINS = {"bin_edges": "bin", "grad_bin_edges": "grad_bin", "view_edges": "view_bin", "weight_bin_edges": "weight_bin"}
"""Edges, and the dimension of what lies between."""


def check_result(dataset: xarray.Dataset, content: Mapping[str, Any]) -> None:
    """Refuse a dataset that is not one of the kind that its recipe says: types, shapes and ranges.

    Raises
    ------
    ActvizError
        With what is wrong.
    """
    check_recipe(content)
    kind = str(content.get("kind"))
    if kind == "sweep":
        return _check_sweep(dataset, content)
    if kind == "coordinates":
        return _check_followed(dataset, content)
    trained = kind in ("training", "range_test", "descent")
    needed = (*NEEDED.get(kind, (*STATISTICS, "hist", "bin_edges", *PAIRING)), *_MORE[kind if trained else "probe"])
    if missing := [name for name in needed if name not in dataset.variables]:
        raise ActvizError(f"an actviz result without {', '.join(missing)}")
    for name, variable in dataset.variables.items():
        _check_variable(str(name), variable, along_runs=trained)
    if empty := [dim for dim in ("init", "activation", "run", "seed", "layer", "step") if dataset.sizes.get(dim) == 0]:
        raise ActvizError(f"a result without any {empty[0]}")
    for edges, bins in _BINS.items():
        if (
            edges in dataset
            and bins in dataset.sizes
            and dataset.sizes[bins] != dataset.sizes[_SHAPES[edges].split()[-1]] - 1
        ):
            raise ActvizError(f"{edges} are not the edges of {dataset.sizes[bins]} bins")
    _check_built(dataset)
    _check_names(dataset, content)


def _check_sweep(dataset: xarray.Dataset, content: Mapping[str, Any]) -> None:
    """Refuse a sweep whose dimensions are not the fields that its recipe says, or that holds what is no number."""
    over = content["over"]
    if sorted(over) != sorted(content["fields"]):
        raise ActvizError("a sweep's fields are those that it has values of")
    for field, values in over.items():
        if field not in dataset.dims or field not in dataset.coords:
            raise ActvizError(f"a sweep over {field}, which is no dimension of it")
        labels = dataset[field].values.tolist()
        if not labels or len(set(labels)) < len(labels) or any(label not in values for label in labels):
            raise ActvizError(f"its recipe has other values of {field}")
    for name in dataset.coords:
        if name in ("seed", "layer"):
            _check_variable(str(name), dataset[name].variable, along_runs=True)
    for name, variable in dataset.data_vars.items():
        dims = set(map(str, variable.dims)) - {"seed", "layer"}
        if "layer" in variable.dims and "layer" not in dataset.coords:
            raise ActvizError("a sweep with profiles, but without layers")
        if name not in content["keep"] or dims != set(over) or variable.dtype.kind != "f":
            raise ActvizError(f"{name} is not what a sweep over {', '.join(over)} keeps")
    if missing := [name for name in content["keep"] if name not in dataset.data_vars]:
        raise ActvizError(f"a sweep without {missing[0]}, which its recipe keeps")
    if "seed" not in dataset.dims or not dataset.sizes["seed"] or "seed" not in dataset.coords:
        raise ActvizError("a sweep without seeds")


_FOLLOWED = {
    "size": "width seed step layer", "change": "width seed step layer", "loss": "width seed update",
    "fan_in": "width layer", "fan_out": "width layer",
    **{dim: dim for dim in ("width", "seed", "step", "update", "layer")}, "layer_name": "layer",
}  # fmt: skip
"""What a coordinate check has, and by which dimensions."""


def _check_followed(dataset: xarray.Dataset, content: Mapping[str, Any]) -> None:
    """Refuse a coordinate check with other shapes, other widths than its recipe says, or what is no number."""
    if missing := [name for name in _FOLLOWED if name not in dataset.variables]:
        raise ActvizError(f"a coordinate check without {', '.join(missing)}")
    for name, dims in _FOLLOWED.items():
        variable = dataset[name].variable
        text = variable.dtype.kind in "OUST" and all(isinstance(value, str) for value in variable.values.flat)
        if set(variable.dims) != set(dims.split()) or not (
            text if name == "layer_name" else variable.dtype.kind in "iuf"
        ):
            raise ActvizError(f"{name} is not what a coordinate check has")
        if not variable.size:
            raise ActvizError(f"a coordinate check without any {name}")
    for name, least in (("width", 1), ("step", 0), ("layer", 1), ("seed", None)):
        _check_rising(name, dataset[name].values, least)
    if set(dataset["width"].values.tolist()) - set(content["widths"]):
        raise ActvizError("its recipe has other widths")
    for name in ("fan_in", "fan_out"):
        if dataset[name].dtype.kind not in "iu" or (dataset[name].values < 0).any():
            raise ActvizError(f"{name} must be whole numbers from 0")
    if any((dataset[name].values < 0).any() for name in ("size", "change")):
        raise ActvizError("size and change are root mean squares, which are not negative")


def _check_built(dataset: xarray.Dataset) -> None:
    """Refuse a model that is told in part, or whose layers and blocks lead to what is not there."""
    for dim, values in (("layer", ()), ("block", OF_BLOCKS), ("attention", OF_ATTENTION)):
        names = [*(name for name, of in _BUILT.items() if of == dim and name not in _LATER), *values]
        there = [name for name in names if name in dataset.variables]
        if there and len(there) < len(names):
            raise ActvizError(
                f"a model's result with {there[0]}, but without {next(n for n in names if n not in there)}"
            )
    if "role" in dataset and not set(dataset["role"].values.tolist()) <= set(ROLES):
        raise ActvizError("role has values that no layer can have")
    whole = [name for name in _BUILT if name in dataset.variables and name not in _TEXTS]
    if wrong := [name for name in whole if dataset[name].dtype.kind not in "iu" or (dataset[name].values < 0).any()]:
        raise ActvizError(f"{wrong[0]} must be whole numbers from 0")


def _check_variable(name: str, variable: Any, *, along_runs: bool) -> None:
    values = variable.values
    text = values.dtype.kind in "OUST" and all(isinstance(value, str) for value in values.flat)
    if not (text if name in _TEXTS else values.dtype.kind in "biuf" or (text and name not in _SHAPES)):
        raise ActvizError(f"{name} must hold {'text' if name in _TEXTS else 'numbers'}, not {values.dtype}")
    if name in _SHAPES and not (along_runs and name == "learning_rate"):
        wanted = set(_SHAPES[name].split())
        if along_runs and "activation" in wanted:
            taken = {"snapshot"} if wanted & _TAKEN or name in {**OF_INPUTS, **OF_OUTPUT} else set()
            wanted = wanted - {"init", "activation"} | {"run"} | taken
        if set(variable.dims) != wanted:
            raise ActvizError(
                f"{name} must be by {', '.join(sorted(wanted))}, not by {', '.join(map(str, variable.dims))}"
            )
    if name in (*_BINS, "limit_edges") and not (np.diff(values, axis=-1) > 0).all():
        raise ActvizError(f"{name} must be ascending numbers")
    if name in _RISING and variable.dims == (name,):
        _check_rising(name, values, _RISING[name])
    if name in ("width", "fan_in") and not (values.dtype.kind in "iu" and (values >= 1).all()):
        raise ActvizError(f"{name} must be whole numbers from 1")
    if name in _SHARES | _AT_LEAST_0:
        most = 1.0 if name in _SHARES else math.inf
        if ((values < 0) | (values > most)).any():
            raise ActvizError(f"{name} has values that no {definitions(name)['long_name']} can have")
    counted = name in ("hist", "grad_hist", "view_hist", "weight_hist", "underflow", "overflow", "grad_overflow",
                       "act_limits", "grad_limits")  # fmt: skip
    if counted and not (values.dtype.kind in "iu" and (values >= 0).all()):
        raise ActvizError(f"{name} must be counts")


def _check_rising(name: str, values: Any, least: int | None) -> None:
    """Refuse labels of a dimension that are no whole numbers, or of which one is there twice."""
    if values.dtype.kind not in "iu" or len(np.unique(values)) < len(values) or (values < (least or 0)).any():
        raise ActvizError(f"{name} must be whole numbers from {least or 0}, each once")
    if least is not None and not (values[1:] > values[:-1]).all():
        raise ActvizError(f"{name} must be ascending")


def _check_names(dataset: xarray.Dataset, content: Mapping[str, Any]) -> None:
    """Refuse labels that the recipe does not have, layers beyond its stack, and a seed that is there twice."""
    told = content["seeds"] if isinstance(content.get("seeds"), list) and "overlay" not in content else []
    for seeds in (told, np.ravel(dataset.get("seed", [])).tolist()):
        if len(set(map(str, seeds))) < len(seeds):
            raise ActvizError("a result with a seed twice")
    laid = content.get("overlay", {}).get("names", {})
    known = {"run": content.get("runs"), "init": content.get("inits"), "activation": content.get("activations")}
    for dim, names in known.items():
        if dim not in dataset.dims or names is None:
            continue
        labels = dataset[dim].values.tolist() if dim in dataset.coords else []
        if not labels or len(set(labels)) < len(labels):
            raise ActvizError(f"each {dim} must have a name, and each its own")
        if strange := [label for label in labels if label not in names and label not in laid]:
            raise ActvizError(f"its recipe has no {dim} {shortly(strange[0])}")
    widths = content.get("width")
    if widths and "layer" in dataset.coords and int(dataset["layer"].values.max()) > len(widths):
        raise ActvizError(f"its recipe has {len(widths)} layers, not {int(dataset['layer'].values.max())}")
