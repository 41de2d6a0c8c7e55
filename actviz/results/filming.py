"""A network of the user's own at several moments of its training, as one training; and a moment of it back.

What is recorded at a moment is a probe dataset of one pairing. Side by side along ``snapshot`` they are a training with
one run, which every figure of layers in training takes. It has the losses that it was told, and says in its recipe,
under ``filmed``, that nothing else is known of how it was trained.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import ActvizError
from actviz.results.dataset import attributes, recipe
from actviz.results.trainings import ABOUT, training_attributes

if TYPE_CHECKING:
    import xarray

TOLD = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "learning_rate")
"""What a user may say of a moment."""

_OF_LAYERS = ("layer", "block", "attention", "head", "parameter")
EDGES = ("bin_edges", "grad_bin_edges", "view_edges", "limit_edges")
_OF_BATCHES = {
    "train_loss": "loss of the batch whose passes were recorded, as the loop gave it",
    "train_accuracy": "as the loop gave it, of the batch whose passes were recorded",
    "validation_loss": "as the loop gave it",
    "validation_accuracy": "as the loop gave it",
    "learning_rate": "of the next update, of the first group of parameters",
    "update_ratio": "norm of the next update of a layer's W over the norm of W; of a matrix of more than 16,384 "
    "values, of so many evenly spaced ones",
    "gradient_norm": "norm of the loss's gradient with respect to all parameters, before clipping and weight decay; "
    "of the updates that were recorded",
}
_UNKNOWN = {"optimizer": "", "loss": "", "lr": "", "per": "update", "weight_decay": 0.0, "dropout": 0.0, "clip": None}
_NOT_TRAINED_HERE = {
    "early_stopping": None, "epochs": None, "updates": None, "replacement": False, "bias_std": 0.0, "norm": None,
}  # fmt: skip


def film(
    snapshots: Mapping[int, xarray.Dataset],
    *,
    told: Mapping[int, Mapping[str, float]] | None = None,
    losses: Sequence[float] = (),
    gradients: Mapping[int, float] | None = None,
    ratios: Mapping[int, Sequence[float]] | None = None,
    epoch_updates: int = 0,
    how: Mapping[str, Any] | None = None,
) -> xarray.Dataset:
    """Lay moments of one network side by side.

    Parameters
    ----------
    snapshots : mapping
        From updates done to a dataset of one pairing, all of the same layers.
    told : mapping, optional
        From updates done to numbers of ``TOLD``.
    losses : sequence of float
        The loss of every update's batch.
    gradients : mapping, optional
        From updates done to the norm of the gradient with respect to all parameters.
    ratios : mapping, optional
        From updates done to the update-to-weight ratio of every layer.
    epoch_updates : int
        Updates of an epoch; 0 where that is not known, and time is told in updates.
    how : mapping, optional
        What is known of the training: names of a run's recipe.
    """
    import xarray as xr

    taken = dict(sorted(snapshots.items()))
    told, gradients, ratios = told or {}, gradients or {}, ratios or {}
    steps, (first, *_) = sorted({*taken, *told}), taken.values()
    known = recipe(first)
    known = {name: value for name, value in known.items() if name != "step"}
    (label,), (activation,), seeds = known["inits"], known["activations"], list(known["seeds"])
    layers, total = first.sizes["layer"], max(len(losses), *(step + 1 for step in gradients), 1)
    variables: dict[str, Any] = {}

    def add(name: str, dims: tuple[str, ...], values: Any) -> None:
        changes = {"definition": _OF_BATCHES[name]} if name in _OF_BATCHES else {}
        array = np.broadcast_to(np.asarray(values), (1, len(seeds), *np.shape(values)))
        variables[name] = (("run", "seed", *dims), array.copy(), training_attributes(name, **changes))

    for name in (*TOLD, "penalty"):
        add(name, ("step",), [told.get(step, {}).get(name, math.nan) for step in steps])
    unknown, norms = np.full(layers, math.nan), {step: _norms(each) for step, each in taken.items()}
    add("weight_norm", ("step", "weight_layer"), [norms.get(step, unknown) for step in steps])
    add("update_ratio", ("step", "weight_layer"), [ratios.get(step, unknown) for step in steps])
    add("batch_loss", ("update",), [*losses, *[math.nan] * (total - len(losses))])
    add("gradient_norm", ("update",), [gradients.get(update, math.nan) for update in range(total)])
    for name in ("test_loss", "test_accuracy", "best_test_loss", "best_test_accuracy"):
        add(name, (), math.nan)
    lost = [loss for loss in (*losses, *variables["train_loss"][1].ravel()) if math.isinf(loss)]
    add("ended", (), "diverged" if lost else "budget")
    add("ended_step", (), steps[-1])
    add("best_step", (), -1)
    add("snapshot_step", ("snapshot",), list(taken))
    coords = {
        "run": [label], "init": ("run", [label]), "activation": ("run", [activation]), "seed": seeds,
        "step": ("step", steps, {"long_name": "updates done"}),
        "epoch": ("step", np.array(steps) / (epoch_updates or 1), {"long_name": "epochs done"}),
        "update": ("update", np.arange(1, total + 1), {"long_name": "update"}),
        "weight_layer": np.arange(1, layers + 1),
        "snapshot": ("snapshot", list(taken), {"long_name": "updates done"}),
    }  # fmt: skip
    made = xr.Dataset(variables, coords).merge(_side_by_side(list(taken.values())))
    run = {
        **_UNKNOWN, **_NOT_TRAINED_HERE, "init": label, "activation": activation, "dtype": known["dtype"],
        "batch": max(1, int(known["samples"])), "evaluate_every": 1, "snapshots": len(taken),
        "snapshot_rows": int(known["samples"]), "input_width": max(1, int(known["input_width"])),
        "width": known["width"], "norm": known.get("norm"), **(how or {}),
    }  # fmt: skip
    whole = {
        "kind": "training", "filmed": known, "runs": {label: run}, "data": str(known["inputs"]), "data_sha256": None,
        "split": {"label_noise": 0.0}, "seeds": seeds, "classes": None, "epoch_updates": epoch_updates,
        "rows": {"train": int(known["samples"]), "validation": 0, "test": 0},
    }  # fmt: skip
    return made.assign_attrs(attributes("a network's own training, with snapshots of its layers", whole))


def growth(start: Any, now: Any) -> dict[str, float]:
    """Return what the recipe of a later moment says of weights: how far the norm of a layer's has grown, at most."""
    with np.errstate(all="ignore"):
        factors = np.asarray(now) / np.where(np.asarray(start) > 0, start, math.nan)
    return {"grown": float(np.nanmax(factors))} if np.isfinite(factors).any() else {}


def _norms(snapshot: xarray.Dataset) -> Any:
    return snapshot["weights_norm"].values[0, 0, 0]


def _side_by_side(taken: Sequence[xarray.Dataset]) -> xarray.Dataset:
    """Lay what changes along ``snapshot``, and give all a run in place of an initializer and an activation.

    Heads of attention that one moment has and another has not are NaN there.
    """
    import xarray as xr

    first, variables = taken[0], dict[str, Any]()
    heads = max(each.sizes.get("head", 0) for each in taken)
    for name, variable in first.data_vars.items():
        dims = [str(dim) for dim in variable.dims if dim not in ("init", "activation")]
        if name in EDGES:
            own = variable.values[0] if "activation" in variable.dims else variable.values
            values, dims = (own[None], ["run", *dims]) if name == "bin_edges" else (own, dims)
        else:
            arrays = [_padded(each[name].values[0, 0], dims, heads) for each in taken]
            at = dims.index("seed") + 1 if "seed" in dims else 0
            values, dims = np.stack(arrays, axis=at)[None], ["run", *dims[:at], "snapshot", *dims[at:]]
        variables[str(name)] = (dims, values, variable.attrs)
    coords = {name: each for name, each in first.coords.items() if not {"init", "activation"} & {name, *each.dims}}
    return xr.Dataset(variables, coords)


def _padded(values: Any, dims: Sequence[str], heads: int) -> Any:
    if "head" not in dims:
        return values
    return np.pad(values, [(0, heads - values.shape[at] if dim == "head" else 0) for at, dim in enumerate(dims)],
                  constant_values=math.nan)  # fmt: skip


def moment_of(dataset: xarray.Dataset, step: int, label: str) -> xarray.Dataset:
    """Return the layers of a filmed network after so many updates, as they were recorded then.

    Raises
    ------
    ActvizError
        If the film lacks what a probe has.
    """
    import xarray as xr

    known = {**recipe(dataset)["filmed"], "step": int(step), "inits": [label]}
    steps, sizes = dataset["snapshot"].values.tolist(), dataset.get("weights_norm")
    if sizes is not None and steps[0] == 0 != step:
        known |= growth(*(sizes.sel(run=label, snapshot=each).values for each in (0, step)))
    here = {"run": dataset.get_index("run").get_loc(label), "snapshot": dataset.get_index("snapshot").get_loc(step)}
    if missing := [name for name in ("hist", *EDGES[:2], "act_std") if name not in dataset]:
        raise ActvizError(f"a film without {', '.join(missing)}")
    variables = {}
    for name in dataset.data_vars:
        own = dataset.variables[name].isel(here, missing_dims="ignore")
        pairing = ["activation"] if name == "bin_edges" else [] if name in EDGES else ["init", "activation"]
        values = own.values.reshape(*[1] * len(pairing), *own.shape)
        variables[name] = ((*pairing, *own.dims), values, own.attrs)
    kept = {name: values for name, values in variables.items() if name not in ABOUT}
    coords = {
        name: coord for name, coord in dataset.coords.items() if name == "seed" or set(coord.dims) <= set(_OF_LAYERS)
    }
    labels = {"init": [label], "activation": known["activations"]}
    return xr.Dataset(kept, {**coords, **labels}, attributes(f"layers after {step} updates", known))
