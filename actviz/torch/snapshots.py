# mypy: allow-untyped-calls
"""A moment of a training, as ``probe_module`` would give it, with what the update does to every parameter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from actviz.results.filming import growth
from actviz.results.statistics import OF_UPDATES
from actviz.torch.discovery import Found
from actviz.torch.layers import Layer
from actviz.torch.listening import Listening
from actviz.torch.results import origin_of, to_dataset, with_parameters
from actviz.torch.unread import modules_of, trainable
from actviz.torch.updating import Update

if TYPE_CHECKING:
    import xarray

PASSES = {
    "long_name": "backward passes",
    "units": "1",
    "definition": "backward passes of the update through the pass that was recorded: gradients of layers, and norms of "
    "weight gradients, are those of the first",
}


def snapshot_of(
    model: torch.nn.Module,
    layers: Sequence[Layer],
    found: Found,
    taken: Listening,
    update: Update,
    recipe: Mapping[str, Any],
    start: xarray.Dataset | None,
) -> xarray.Dataset:
    """Return what a pass and its update have told.

    Parameters
    ----------
    model : torch.nn.Module
    layers : sequence of Layer
        Those that are recorded.
    found : Found
    taken : Listening
        The pass, of which nothing is to come any more.
    update : Update
    recipe : mapping
        What is asked for, and at which step.
    start : Dataset, optional
        The snapshot before any update, to which weights are compared.
    """
    records, facts, (seed,) = taken.records, taken.facts, recipe["seeds"]
    records.batch_ends(True)
    measured, positions = records.measured(facts["samples"]), records.positions(facts["samples"])
    known = {
        "kind": "module", "model": origin_of(model), "built_anew": False, "bias_std": 0.0, "drive": "own_loss",
        "view": None, "torch": torch.__version__, "input_shapes": None, "inputs_sha256": None, **facts,
        "driven_below": False, "precisions": records.precisions, "dropout": found.dropout, "loss_scale": taken.scale,
    }  # fmt: skip
    names = trainable(model)
    if unread := modules_of({name for name in names if name in records.unread and name not in update.gradients}, names):
        known["unread"] = unread
    if start is not None:
        known |= growth(start["weights_norm"].values, measured.statistics["weights_norm"])
    hit = np.ones(len(positions), int)
    made = to_dataset(layers, found, {seed: measured}, positions[None], hit, {**known, **recipe})
    numbers = dict(zip(OF_UPDATES, (update.gradients, update.ratios()), strict=True))
    shapes = {name: tuple(each.shape) for name, each in model.named_parameters()}
    whole = with_parameters(made, layers, [update.parameters], shapes, numbers)
    passes = np.full((1, 1, 1), max(1, len(taken.back.passes)))
    return whole.assign(backward_passes=(("init", "activation", "seed"), passes, PASSES))


def of_layers(layers: Sequence[Layer], numbers: Mapping[str, float]) -> list[float]:
    """Return the number of each layer's weights; NaN where it has others too."""
    alone = [next(iter(each.fans)) if len(each.fans) == each.matrices == 1 else "" for each in layers]
    return [numbers.get(each, math.nan) for each in alone]
