"""From the measurements of a model under all seeds to a dataset."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from actviz.numerics.arrays import Array
from actviz.numerics.moments import Sizes
from actviz.results.built import BUILT
from actviz.results.dataset import assemble, definitions
from actviz.results.measurement import Histograms, Measurement
from actviz.results.model_statistics import OF_ATTENTION, OF_LEARNING, OF_OUTLIERS, OF_OUTPUT
from actviz.results.statistics import OF_BLOCKS, SIZES
from actviz.torch.arrays import as_array
from actviz.torch.attention import Softmax
from actviz.torch.discovery import Found
from actviz.torch.feeding import Arguments, RandomInputs, samples_of
from actviz.torch.functions import default_dim, floating, tensors
from actviz.torch.layers import Layer, shared_label
from actviz.torch.nodes import Join

if TYPE_CHECKING:
    import xarray

_PRECISIONS = {torch.float64: "float64", torch.float16: "float16"}  # others have the range of float32

_COORDINATES = {
    **BUILT,
    "layer_name": "name of the layer in the model",
    "layer_type": "what the layer is made of",
    "layer_activation": "activation function of the layer",
    "layer_norm": "normalization in front of the layer's activation; empty without",
    "positions": "positions (pixels, tokens) of a unit for each sample",
    "attention_layer": "number of the last layer before the softmax",
    "attention_name": "name of what has the softmax in it",
    "attends": "whether the softmax weighs rows, as attention does; else it weighs values, as a router does",
    "attention_normalized": "whether queries and keys are normalized: no scale of their weights matters",
}

_OF_PARAMETERS = {
    "parameter": "name of the parameter in the model",
    "parameter_layer": "number of the layer whose only weights it is, 0 if there is none",
    "parameter_fan_in": "inputs that a unit adds up by it; 0 if it is no matrix that a layer applies",
    "parameter_fan_out": "units that an input reaches by it; 0 if it is no matrix that a layer applies",
    "parameter_shape": "its sizes, as 64x32",
}


def facts_of(model: torch.nn.Module, batches: Sequence[Arguments]) -> dict[str, Any]:
    """Return what the recipe says of a model and the size of its inputs."""
    weight = next((each for each in model.parameters() if each.is_floating_point()), None)
    dtype = torch.float32 if weight is None else weight.dtype
    first = floating(batches)
    unseen = sum(each.is_complex() for each in model.parameters())
    return {
        **({"complex": unseen} if unseen else {}),
        "training": model.training,
        "dtype": _PRECISIONS.get(dtype, "float32"),
        "precision": str(dtype).removeprefix("torch."),
        "matmul_precision": torch.get_float32_matmul_precision(),
        "device": str(weight.device) if weight is not None else "cpu",
        "input_width": 0 if first is None or not first.ndim else first.shape[default_dim(first.ndim)],
        "samples": samples_of(batches),
        "batch_first": all(getattr(each, "batch_first", True) for each in model.modules()),
        "batch": samples_of(batches[:1]),
        "batches": len(batches),
    }


def origin_of(model: Any) -> str:
    """Return what a model, or its factory, is called where it comes from."""
    item = type(model) if isinstance(model, torch.nn.Module) else model
    return f"{getattr(item, '__module__', '')}:{getattr(item, '__qualname__', type(item).__name__)}"


def describe_inputs(inputs: Any) -> dict[str, Any]:
    """Return what the recipe says of where the inputs come from."""
    drawn = isinstance(inputs, RandomInputs)
    given = list(tensors(inputs))
    digest = hashlib.sha256()
    for tensor in given:
        digest.update(as_array(tensor).tobytes())
    return {
        "inputs": inputs_label(inputs, given),
        "input_shapes": list(map(str, inputs.inputs)) if drawn else None,
        "inputs_sha256": digest.hexdigest() if given else None,
    }


def inputs_label(inputs: Any, given: Sequence[torch.Tensor]) -> str:
    """Return what inputs are called, those of a user's own by the shapes of their tensors."""
    if isinstance(inputs, RandomInputs):
        return "integer" if all(each.below for each in inputs.inputs) else "normal"
    if isinstance(inputs, torch.utils.data.DataLoader):
        return f"loader of {type(inputs.dataset).__name__}"
    if given:
        return f"tensor {', '.join('×'.join(map(str, tensor.shape)) for tensor in given)}"
    return str(getattr(inputs, "__name__", type(inputs).__name__)).strip("<>")


def _is_normalized(layers: Sequence[Layer]) -> bool:
    """Whether batch normalization follows all weights but lookups and heads: one somewhere leaves the others' scale."""
    scaled = [layer for layer in layers if layer.matrices and layer.role not in ("lookup", "head", "norm")]
    return bool(scaled) and all(layer.normalized == "batch_norm" for layer in scaled)


def _before(layers: Sequence[Layer], others: Sequence[Join] | Sequence[Softmax]) -> list[int]:
    """Return how many layers come before each of what stands among them."""
    return [sum(layer.order <= other.order for layer in layers) for other in others]


def _next(layers: Sequence[Layer]) -> list[int]:
    """Return the number of the layer whose weights take each layer's values, the first of several; 0 for none."""
    numbers = {layer.weights: number for number, layer in enumerate(layers, 1) if layer.weights}
    return [min((numbers[key] for key in layer.next if key in numbers), default=0) for layer in layers]


def _of_all_heads(statistics: Mapping[str, Any], heads: int) -> dict[str, Any]:
    """Return statistics of softmaxes with a column a head of all seeds."""
    padded = {
        name: np.pad(statistics[name], ((0, 0), (0, heads - statistics[name].shape[1])), constant_values=math.nan)
        for name in OF_ATTENTION
    }
    return {**statistics, **padded}


def to_dataset(
    layers: Sequence[Layer],
    found: Found,
    measurements: Mapping[int, Measurement],
    positions: Array,
    hit: Array,
    recipe: Mapping[str, Any],
) -> xarray.Dataset:
    """Put the measurements of all seeds together.

    Parameters
    ----------
    layers : sequence of Layer
        Those that are asked for.
    found : Found
        What the model is made of.
    measurements : mapping
        From each seed to what it gave.
    positions : array
        Positions for each sample, shape (seeds, layers).
    hit : array
        Under how many seeds each layer is there, shape (layers,).
    recipe : mapping
        Completed by what the layers tell.
    """
    (init,), label = recipe["inits"], shared_label(layers)
    recipe = {
        **recipe,
        "activations": [label],
        "width": [layer.width for layer in layers],
        "norm": "batch" if _is_normalized(layers) else None,
    }
    histograms: Histograms | None = None
    for each in measurements.values():
        histograms = each.histograms if histograms is None else histograms + each.histograms
    assert histograms is not None
    more: dict[str, tuple[str, ...]] = {**dict.fromkeys(OF_OUTPUT, ())}
    more |= dict.fromkeys((*OF_OUTLIERS, *OF_LEARNING), ("layer",))
    more |= dict.fromkeys(OF_BLOCKS, ("block",)) if found.joins else {}
    more |= dict.fromkeys(OF_ATTENTION, ("attention", "head")) if found.softmaxes else {}
    heads = max(each.statistics["attention_logit"].shape[1] for each in measurements.values())
    told: dict[str, tuple[str, Any]] = {
        "layer_name": ("layer", [layer.name for layer in layers]),
        "layer_type": ("layer", [layer.kind for layer in layers]),
        "layer_activation": ("layer", [layer.nonlinearity.label for layer in layers]),
        "layer_norm": ("layer", [layer.normalized for layer in layers]),
        "positions": ("layer", positions.max(axis=0)),
        "hit": ("layer", hit),
        "role": ("layer", [layer.role for layer in layers]),
        "of_block": ("layer", [layer.block for layer in layers]),
        "chain": ("layer", [layer.chain for layer in layers]),
        "averaged": ("layer", [layer.averaged for layer in layers]),
        "next_layer": ("layer", _next(layers)),
        "ends": ("layer", [int(layer.ends) for layer in layers]),
        "rescaled": ("layer", [int(layer.rescaled) for layer in layers]),
        "gives": ("layer", [int(layer.gives) for layer in layers]),
    }
    if found.joins:
        told["block"] = "block", [join.number for join in found.joins]
        told["block_name"] = "block", [join.name for join in found.joins]
        told["block_layer"] = "block", _before(layers, found.joins)
        told["block_parent"] = "block", [join.parent for join in found.joins]
        told["block_width"] = "block", [join.width for join in found.joins]
        told["block_averaged"] = "block", [join.averaged for join in found.joins]
        told["block_stream"] = "block", [join.stream_number for join in found.joins]
        told["block_normalized"] = "block", [int(join.normalized) for join in found.joins]
        told["block_divided"] = "block", [int(join.divided) for join in found.joins]
        told["block_beside"] = "block", [int(join.beside) for join in found.joins]
        told["block_constant"] = "block", [int(join.constant) for join in found.joins]
    if found.softmaxes:
        told["attention_name"] = "attention", [each.name for each in found.softmaxes]
        told["attention_layer"] = "attention", _before(layers, found.softmaxes)
        told["attends"] = "attention", [int(each.attends) for each in found.softmaxes]
        told["attention_normalized"] = "attention", [int(each.normalized) for each in found.softmaxes]
    dataset = assemble(
        {(init, label, seed): _of_all_heads(each.statistics, heads) for seed, each in measurements.items()},
        {(init, label): histograms},
        fans=[(layer.fan_in, layer.width) for layer in layers],
        recipe=recipe,
        more=more,
        coords={name: (dim, values, {"long_name": _COORDINATES[name]}) for name, (dim, values) in told.items()},
    )
    if (np.where(positions > 0, positions, positions.max(axis=0)) < positions.max(axis=0)).any():
        shares = np.array(histograms.shares)[None, None]
        dataset["hist_shares"] = dataset["hist_squares"].dims, shares, definitions("hist_shares")
    dataset["grad_preact_rms"].attrs["definition"] = (
        "root mean square of dL/dz over samples and units; of a unit with several positions, of its norm over them"
    )
    return dataset


def with_parameters(
    dataset: xarray.Dataset,
    layers: Sequence[Layer],
    sizes: Sequence[Mapping[str, Sizes]],
    shapes: Mapping[str, tuple[int, ...]],
    more: Mapping[str, Mapping[str, float]] | None = None,
) -> xarray.Dataset:
    """Return the dataset with the sizes and shapes of the model's parameters, seed by seed, along ``parameter``.

    ``more`` has further numbers of a single seed, from each name to those of the parameters that have one.
    """
    names = list(sizes[0])
    fans = {name: fan for layer in layers for name, fan in layer.fans.items()}
    alone = {next(iter(layer.fans)): at for at, layer in enumerate(layers, 1) if len(layer.fans) == layer.matrices == 1}
    told = {
        "parameter": np.array(names, str),
        "parameter_layer": [alone.get(name, 0) for name in names],
        "parameter_fan_in": [fans.get(name, (0, 0))[0] for name in names],
        "parameter_fan_out": [fans.get(name, (0, 0))[1] for name in names],
        "parameter_shape": np.array(["x".join(map(str, shapes.get(name, ()))) for name in names], str),
    }
    of = {
        f"parameter_{name}": [[getattr(of_seed[each], name) for each in names] for of_seed in sizes] for name in SIZES
    }
    of |= {name: [[numbers.get(each, math.nan) for each in names]] for name, numbers in (more or {}).items()}
    dims = ("init", "activation", "seed", "parameter")
    variables = {
        name: (dims, np.array(values, float).reshape(1, 1, len(sizes), len(names)), definitions(name))
        for name, values in of.items()
    }
    coords = {name: ("parameter", told[name], {"long_name": words}) for name, words in _OF_PARAMETERS.items()}
    return dataset.assign({**variables, **coords}).set_coords(list(coords))
