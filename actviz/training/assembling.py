"""Traces of runs to one dataset, and a snapshot in it to a probe dataset, which every figure and verdict takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.tasks import Examples
from actviz.errors import ActvizError
from actviz.numerics.histogram import GRADIENT_BINS, UNBOUNDED_BINS, empty
from actviz.probing.joins import structure
from actviz.probing.stack import Stack
from actviz.results import dataset as probe_dataset
from actviz.results.built import BUILT
from actviz.results.dataset import attributes, chosen, is_training
from actviz.results.filming import moment_of
from actviz.results.measurement import Histograms, Measurement
from actviz.results.statistics import OF_BLOCKS, OF_INPUTS, OF_WEIGHTS, STATISTICS
from actviz.results.trainings import training_attributes
from actviz.training.config import Plan, Run
from actviz.training.loop import BY_LAYER, BY_UPDATE, EVALUATED, JUDGED, Trace

if TYPE_CHECKING:
    import xarray

PROBED = (
    *STATISTICS,
    *OF_WEIGHTS,
    *OF_INPUTS,
    "hist",
    "hist_squares",
    "underflow",
    "overflow",
    "grad_hist",
    "grad_overflow",
)
"""Variables of the probe that a snapshot has."""


def assemble(
    traces: Mapping[tuple[str, int], Trace],
    runs: Mapping[str, Run],
    plan: Plan,
    examples: Examples,
    recipe: Mapping[str, Any],
) -> xarray.Dataset:
    """Build the dataset of a training from the trace of every (run, seed)."""
    import xarray as xr

    labels, seeds = list(runs), list(recipe["seeds"])
    variables: dict[str, Any] = {}

    def add(name: str, dims: tuple[str, ...], values: Any) -> None:
        variables[name] = (dims, np.array(values), training_attributes(name))

    def each(read: Any) -> list[list[Any]]:
        return [[read(traces[label, seed]) for seed in seeds] for label in labels]

    for names, dims in (
        (EVALUATED, ("step",)),
        (BY_LAYER, ("step", "weight_layer")),
        (BY_UPDATE, ("update",)),
        (JUDGED, ()),
    ):
        for name in names:
            add(name, ("run", "seed", *dims), each(lambda trace, name=name: trace.numbers[name]))
    add("ended", ("run", "seed"), each(lambda trace: str(trace.ended)))
    add("ended_step", ("run", "seed"), each(lambda trace: trace.ended_step))
    add("best_step", ("run", "seed"), each(lambda trace: trace.best_step))
    at = range(len(plan.snapshots))
    taken = each(lambda trace: [trace.snapshots[i].step if i in trace.snapshots else -1 for i in at])
    add("snapshot_step", ("run", "seed", "snapshot"), taken)
    updates = len(plan.sizes)
    layers = next(iter(runs.values())).stack.depth + 1
    coords = {
        "run": labels,
        "init": ("run", [run.recipe()["init"] for run in runs.values()]),
        "activation": ("run", [run.recipe()["activation"] for run in runs.values()]),
        "seed": seeds,
        "step": ("step", np.array(plan.evaluations), {"long_name": "updates done"}),
        "epoch": ("step", np.array(plan.evaluations) / updates, {"long_name": "epochs done"}),
        "update": ("update", np.arange(1, plan.total + 1), {"long_name": "update"}),
        "weight_layer": np.arange(1, layers + 1),
    }
    dataset = xr.Dataset(variables, coords)
    if plan.snapshots:
        dataset = dataset.merge(_snapshots(traces, runs, plan, seeds))
        counts = each(lambda trace: [_weights(trace, i, layers) for i in at])
        along = ("run", "snapshot", "weight_layer", "weight_bin")
        dataset["weight_hist"] = (along, np.array(counts).sum(axis=1), training_attributes("weight_hist"))
        dataset["weight_bin_edges"] = ("weight_bin_edge", UNBOUNDED_BINS.edges, training_attributes("weight_bin_edges"))
    rows = {part: len(x) for part, x in examples.x.items()}
    whole = {**recipe, "rows": rows, "classes": examples.classes, "epoch_updates": updates}
    return dataset.assign_attrs(attributes("training of stacks, with snapshots of their layers", whole))


def _weights(trace: Trace, position: int, layers: int) -> Any:
    if position not in trace.snapshots:
        return np.zeros((layers, len(UNBOUNDED_BINS.edges) - 1), np.int64)
    return np.array([histogram.counts for histogram in trace.snapshots[position].weights])


def _nothing(run: Run) -> Measurement:
    """Return the measurement of a network that was never reached: NaN, and nothing counted."""
    layers = run.stack.depth
    bins = run.stack.bins
    nothing = Histograms((empty(bins),) * layers, (empty(GRADIENT_BINS),) * layers)
    values = {name: np.full(layers, math.nan) for name in (*STATISTICS, *OF_WEIGHTS)}
    values |= _no_blocks(run.stack)
    return Measurement(values | {name: np.array(math.nan) for name in OF_INPUTS}, nothing)


def _no_blocks(stack: Stack) -> dict[str, Any]:
    """Return what is told of blocks where there is nothing: NaN, of each that the widths would allow."""
    number = sum(fan_in == fan_out for fan_in, fan_out in stack.fans)
    return {name: np.full(number, math.nan) for name in OF_BLOCKS}


def _snapshots(
    traces: Mapping[tuple[str, int], Trace], runs: Mapping[str, Run], plan: Plan, seeds: list[int]
) -> xarray.Dataset:
    """Lay the probe's variables of every snapshot side by side, with dims ``run, seed, snapshot, layer`` and bins."""
    of_blocks = next((run.stack for run in runs.values() if any(run.stack.skips)), None)
    built = structure(of_blocks, len(seeds)) if of_blocks else {}

    def one(label: str, run: Run, position: int) -> xarray.Dataset:
        def measured(seed: int) -> Measurement:
            snapshot = traces[label, seed].snapshots.get(position)
            return snapshot.measurement if snapshot else _nothing(run)

        measurements = {seed: measured(seed) for seed in seeds}
        pooled, *others = (each.histograms for each in measurements.values())
        pairing = {"inits": [label], "activations": [run.recipe()["activation"]], "seeds": seeds}
        dataset = probe_dataset.assemble(
            {
                (label, pairing["activations"][0], seed): {**_no_blocks(run.stack), **each.statistics}
                for seed, each in measurements.items()
            },
            {(label, pairing["activations"][0]): sum(others, pooled)},
            fans=run.stack.fans,
            recipe=pairing,
            built=built,
        )
        return dataset.isel(init=0, activation=0, drop=True).drop_attrs(deep=False)

    probed = (*PROBED, *OF_BLOCKS) if built else PROBED
    names = (*probed, "bin_edges")
    everything = [
        _side_by_side([one(label, run, position) for label, run in runs.items()], "run", names)
        for position in range(len(plan.snapshots))
    ]
    dataset = _side_by_side(everything, "snapshot", probed)
    steps = ("snapshot", list(plan.snapshots), {"long_name": "updates done"})
    return dataset.assign_coords(run=list(runs), snapshot=steps).transpose("run", "seed", "snapshot", ...)


def _side_by_side(datasets: list[xarray.Dataset], dim: str, names: tuple[str, ...]) -> xarray.Dataset:
    """Stack the named variables along a new dimension; the others are the same in all."""
    import xarray as xr

    first = datasets[0]
    stacked = {
        name: ((dim, *first[name].dims), np.stack([each[name].values for each in datasets]), first[name].attrs)
        for name in names
    }
    return xr.Dataset({**{str(k): v for k, v in first.data_vars.items() if k not in names}, **stacked}, first.coords)


def snapshot(dataset: xarray.Dataset, step: int | None = None, runs: Any = None) -> xarray.Dataset:
    """Return one snapshot of a training as a probe dataset, a run where an initializer stands.

    Parameters
    ----------
    dataset : xarray.Dataset
        From ``train``.
    step : int, optional
        Updates done, one of the dataset's ``snapshot``; the last unless given.
    runs : str or sequence of str, optional
        Of one activation; all unless named.

    Raises
    ------
    ActvizError
        If there is no such snapshot or run, or the runs have several activations.

    Examples
    --------
    >>> import actviz
    >>> found = actviz.train(actviz.runs("he_normal", "relu", data="moons:200", depth=2, width=16), "moons:200")
    >>> [str(each) for each in actviz.diagnose(actviz.snapshot(found, 0))[0].verdict.value.split()][:1]
    ['healthy']
    """
    if not is_training(dataset) or not dataset.sizes.get("snapshot"):
        raise ActvizError("need a training with snapshots")
    labels = chosen(dataset, "run", runs)
    there = [int(each) for each in dataset["snapshot"].values]
    at = there[-1] if step is None else step
    if at not in there:
        raise ActvizError(f"no snapshot after {at} updates; there are those after {', '.join(map(str, there))}")
    if "filmed" in probe_dataset.recipe(dataset):
        return moment_of(dataset, at, labels[0])
    own = dataset.sel(run=labels, snapshot=at, drop=True).isel(snapshot=0, drop=True, missing_dims="ignore")
    activations = list(dict.fromkeys(str(name) for name in own["activation"].values))
    if len(activations) > 1:
        raise ActvizError(f"a snapshot of runs with one activation, not {', '.join(activations)}: choose runs")
    trained = probe_dataset.recipe(dataset)
    settings = trained["runs"][labels[0]]
    kinds = {str(trained["runs"][label].get("block", "plain")) for label in labels}
    if len(kinds) > 1:
        raise ActvizError("a snapshot of runs of plain layers, or of residual blocks, not of both: choose runs")
    told = OF_BLOCKS if kinds == {"residual"} else ()
    names = [name for name in (*PROBED, *told, "grad_bin_edges") if name in own]
    kept = own[names].reset_coords(drop=True).rename(run="init").expand_dims(activation=activations, axis=1)
    kept["grad_bin_edges"] = own["grad_bin_edges"].reset_coords(drop=True)
    edges = own["bin_edges"].isel(run=0, drop=True).reset_coords(drop=True)
    kept["bin_edges"] = edges.expand_dims(activation=activations)
    kept = kept.assign_coords(
        init=labels, seed=dataset["seed"].values, layer=dataset["layer"].values,
        fan_in=("layer", dataset["fan_in"].values), width=("layer", dataset["width"].values),
    )  # fmt: skip
    kept = kept.assign_coords({name: dataset[name].variable for name in BUILT if told and name in dataset.coords})
    recipe = {
        "kind": "snapshot",
        "inits": labels,
        "activations": activations,
        "seeds": trained["seeds"],
        "step": at,
        "inputs": trained["data"],
        "samples": min(int(settings["snapshot_rows"]), int(trained["rows"]["train"])),
        "norm": settings["norm"],
        **{name: settings[name] for name in ("block", "branch_scale") if name in settings},
        "bias_std": settings["bias_std"],
        "dtype": settings["dtype"],
        "width": settings["width"],
        "input_width": settings["input_width"],
        "drive": settings["loss"],
        "training": {**trained, "runs": {label: trained["runs"][label] for label in labels}},
    }
    return kept.assign_attrs(attributes(f"layers after {at} updates", recipe))
