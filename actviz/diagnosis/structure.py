"""How a model is built, read off its result: the roles of its layers, its blocks and its softmaxes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.results.dataset import recipe
from actviz.results.model_statistics import OF_ATTENTION, OF_OUTPUT
from actviz.results.statistics import OF_BLOCKS

if TYPE_CHECKING:
    import xarray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Structure:
    """How a model is built: the role and place of every layer, and its blocks and softmaxes with their numbers.

    Parameters
    ----------
    roles, of_block, chain, averaged, rescaled, gives, ends, next_layer, fan_in : list
        Of every layer, as in the dataset.
    norms : list of str
        The function that normalizes each layer; empty for none.
    blocks, block_layer, block_parent, block_width, block_averaged : list of int
    block_stream, block_constant, block_normalized, block_divided, block_beside : list of int
        Of every block.
    attends, attention_layer, attention_normalized : list of int
        Of every softmax.
    activations : list of str
    hit : list of int
        Of every layer.
    after : bool
        Of a stack, whether a norm stands on the stream behind each block, as none of the layers.
    trained : bool
        Whether updates were done: what outputs are then may be what was learned.
    values : dict
        (seeds, blocks), (seeds, softmaxes) or (seeds, 1) each.
    """

    roles: list[str]
    of_block: list[int]
    chain: list[int]
    averaged: list[int]
    rescaled: list[int]
    gives: list[int]
    ends: list[int]
    next_layer: list[int]
    fan_in: list[int]
    norms: list[str]
    blocks: list[int]
    block_layer: list[int]
    block_parent: list[int]
    block_width: list[int]
    block_averaged: list[int]
    block_stream: list[int]
    block_constant: list[int]
    block_normalized: list[int]
    block_divided: list[int]
    block_beside: list[int]
    attends: list[int]
    attention_layer: list[int]
    attention_normalized: list[int]
    activations: list[str]
    hit: list[int]
    after: bool
    trained: bool
    values: dict[str, Values]


ALONE = "head_entropy"
"""Name among the values of the entropy of a head of attention that stands alone."""

EQUAL = 0.9
"""Entropy, relative to that of equal shares, above which a head's shares are nearly equal, as at a start."""

SMALL = 1e-2
"""Size of a branch, relative to its stream, below which it starts as next to nothing."""

LEARNED = ("attention_entropy", ALONE, "output_loss")
"""What is judged of a start alone: that a softmax is sure of itself may later be what was learned."""

_FROM = {"roles": "role", "norms": "layer_norm", "blocks": "block", "activations": "layer_activation"}


@np.errstate(all="ignore")
def structure_of(dataset: xarray.Dataset, init: str, activation: str) -> Structure | None:
    """Read how a model is built off its dataset; None of a stack, or of a result that does not tell."""
    if "role" not in dataset.coords:
        return None

    def told(name: str) -> list[Any]:
        return list(np.atleast_1d(dataset.variables[name].values).tolist()) if name in dataset.coords else []

    names = [name for name in (*OF_BLOCKS, *OF_ATTENTION, *OF_OUTPUT) if name in dataset]
    own, values = dataset[names].sel(init=init, activation=activation).variables, {}
    for name in names:
        variable = own[name].mean("head", skipna=True) if "head" in own[name].dims else own[name]
        rows = variable.transpose("seed", ..., missing_dims="ignore").values
        values[name] = rows.reshape(variable.sizes.get("seed", 1), -1)
        if name == "attention_entropy":
            by_head = own[name].transpose("seed", "attention", "head", missing_dims="ignore").values
            values[ALONE] = _alone(by_head.reshape(*values[name].shape, -1))
    if "layer_type" not in dataset.coords:
        values["branch_ratio"] = _not_silent(dataset.sel(init=init, activation=activation), values["branch_ratio"])
    how = recipe(dataset)
    if not np.isfinite(values.get("output_loss", np.nan)).any():  # of outputs that no softmax is for
        values.pop("output_loss", None)
    for name in LEARNED if how.get("step") else ():
        if name in values:
            values[name] = np.full_like(values[name], np.nan)
    after = how.get("block") == "residual" and str(how.get("norm")).endswith("_after")
    return built_of(told, values, after, bool(how.get("step")))


@np.errstate(all="ignore")
def _alone(entropy: Values) -> Values:
    """Return the entropy of the head that is least, (seeds, softmaxes), where most others share nearly equally."""
    ranked, heads = np.sort(entropy, axis=2), np.isfinite(entropy).sum(axis=2, keepdims=True)  # NaN comes last
    middle = np.take_along_axis(ranked, np.minimum(heads // 2, entropy.shape[2] - 1), axis=2)
    return np.where((heads > 1) & (middle > EQUAL), ranked[..., :1], math.nan)[..., 0]


def _not_silent(ds: xarray.Dataset, ratio: Values) -> Values:
    """Return the sizes of a stack's branches; unknown where it is not their last weights, no layers, that are 0."""
    silent = ds["zero_fraction"].sel(layer=ds["block_layer"].values).transpose("seed", "layer").values >= 1.0
    return np.where(silent, np.nan, ratio)


def built_of(
    told: Callable[[str], list[Any]], values: dict[str, Values], after: bool = False, trained: bool = False
) -> Structure:
    """Return how a model is built by what is told of each field, empty for nothing, and the numbers of its blocks."""
    lists = {field.name: told(_FROM.get(field.name, field.name)) for field in dataclasses.fields(Structure)[:-3]}
    lists["norms"] = lists["norms"] or [""] * len(lists["roles"])
    for name in ("rescaled", "gives", "next_layer", "fan_in"):
        lists[name] = lists[name] or [0] * len(lists["roles"])
    lists["ends"] = lists["ends"] or [1] * len(lists["roles"])
    for name in (
        "block_stream",
        "block_constant",
        "block_normalized",
        "block_divided",
        "block_beside",
    ):  # of results that know of no second stream
        lists[name] = lists[name] or [0] * len(lists["blocks"])
    lists["attention_normalized"] = lists["attention_normalized"] or [0] * len(lists["attends"])
    return Structure(**lists, after=after, trained=trained, values=values)
