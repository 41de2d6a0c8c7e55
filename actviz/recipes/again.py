"""Measure again by a recipe that a figure's file carries.

Such a file may come from anyone, so nothing that it names is imported unless that is allowed: names are looked up
in the library's own tables.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.catalog import names
from actviz.catalog.tasks import Split
from actviz.errors import ActvizError
from actviz.probing.running import probe
from actviz.probing.stack import Stack
from actviz.recipes.measuring import SETTINGS, usable_name
from actviz.results.dataset import recipe as recipe_of
from actviz.results.files import digest
from actviz.results.overlaying import overlay
from actviz.scaling import coordinate_check
from actviz.sweeping import sweep
from actviz.training import EarlyStopping, Run, TrainConfig, snapshot, train
from actviz.training.descending import descend
from actviz.training.range_test import find_rate

if TYPE_CHECKING:
    import xarray


Progress = Callable[..., None]
"""As in ``probe`` and in ``train``, which calls it with a run's label as well."""


@dataclass(frozen=True)
class Again:
    """How to measure again what a figure's file says: whether it may import, on how many processes."""

    allow_imports: bool
    workers: int | None
    progress: Progress | None

    def name(self, kind: str, label: Any) -> str:
        """Return a name that a recipe may use: one of the library's tables, or what may be imported."""
        return usable_name(kind, label, allow_imports=self.allow_imports)

    def names(self, kind: str, labels: Any) -> list[str]:
        """Return several such names."""
        return [self.name(kind, label) for label in labels]


def _probe(recipe: dict[str, Any], chosen: Mapping[str, Any], how: Again) -> xarray.Dataset:
    """Probe the pairings that are needed."""
    settings = {name: value for name, value in recipe.items() if name != "inputs_sha256"}
    if unknown := set(settings) - set(SETTINGS):
        raise ActvizError(f"its recipe says {min(unknown)!r}, which is none of actviz.probe's: {', '.join(SETTINGS)}")
    settings["inits"] = how.names("initializer", chosen.get("init", recipe["inits"]))
    settings["activations"] = how.names("activation", chosen.get("activation", recipe["activations"]))
    settings["inputs"] = how.name("inputs", recipe["inputs"])
    return probe(**settings, workers=how.workers, progress=how.progress)


def _run(settings: Mapping[str, Any], how: Again) -> Run:
    """Return a run by its recipe."""
    stack = Stack(
        names.activation(how.name("activation", settings["activation"])),
        names.initializer(how.name("initializer", settings["init"])),
        (settings["input_width"], *settings["width"]),
        settings["bias_std"],
        settings["norm"],
        settings.get("block", "plain"),
        settings.get("branch_scale", 1.0),
    )
    stopping = settings["early_stopping"]
    given = {
        **{field.name: settings[field.name] for field in dataclasses.fields(TrainConfig)},
        "lr": how.name("schedule", settings["lr"]),
        "optimizer": how.name("optimizer", settings["optimizer"]),
        "early_stopping": None if stopping is None else EarlyStopping(**stopping),
    }
    return Run(stack, TrainConfig(**given))


def _train(recipe: dict[str, Any], chosen: Mapping[str, Any], how: Again) -> xarray.Dataset:
    """Train the runs that are needed."""
    labels = chosen.get("run", list(recipe["runs"]))
    runs = {label: _run(recipe["runs"][label], how) for label in labels}
    data, split = how.name("data", recipe["data"]), Split(**recipe["split"])
    return train(runs, data, split=split, seeds=recipe["seeds"], workers=how.workers, progress=how.progress)


def _snapshot(recipe: dict[str, Any], chosen: Mapping[str, Any], how: Again) -> xarray.Dataset:
    """Train again, and take the snapshot."""
    if "training" not in recipe:
        raise ActvizError("its recipe does not hold the training that it is a snapshot of")
    labels = chosen.get("init", recipe["inits"])
    return snapshot(_train(recipe["training"], {"run": labels}, how), recipe["step"], labels)


def _descend(recipe: dict[str, Any], chosen: Mapping[str, Any], how: Again) -> xarray.Dataset:
    """Descend again on one of the library's surfaces."""
    runs = {
        label: (how.name("schedule", recipe["runs"][label][0]), how.name("optimizer", recipe["runs"][label][1]))
        for label in chosen.get("run", list(recipe["runs"]))
    }
    settings = {name: recipe[name] for name in ("start", "steps", "noise", "repeats", "seeds")}
    return descend(runs, recipe["landscape"], **settings)


_NAMED = {
    "init": "initializer",
    "activation": "activation",
    "inputs": "inputs",
    "data": "data",
    "lr": "schedule",
    "optimizer": "optimizer",
}
"""Settings of a sweep that are names, and of what."""


def _sweep(recipe: dict[str, Any], chosen: Mapping[str, Any], how: Again) -> xarray.Dataset:
    """Measure the cells of a sweep that are needed."""

    def usable(name: str, value: Any) -> Any:
        return how.name(_NAMED[name], value) if name in _NAMED and isinstance(value, str) else value

    over = {
        name: [usable(name, value) for value in chosen.get(name, recipe["over"][name])] for name in recipe["fields"]
    }
    settings = {
        name: usable(name, value) for name, value in recipe["settings"].items() if name not in ("keep", "seeds")
    }
    seeds = chosen.get("seed", recipe["seeds"])
    return sweep(over, keep=recipe["keep"], seeds=seeds, workers=how.workers, progress=how.progress, **settings)


def _follow(recipe: dict[str, Any], chosen: Mapping[str, Any], how: Again) -> xarray.Dataset:
    """Follow stacks again through their first updates, all widths: rates are relative to the least."""
    if recipe["model"] != "stack":
        raise ActvizError("it shows PyTorch models, which its recipe does not bring back: run `actviz coord` again")
    pairing = how.name("initializer", recipe["init"]), how.name("activation", recipe["activation"])
    given = {name: value for name, value in recipe.items() if name not in ("kind", "model", "init", "activation")}
    given["optimizer"] = how.name("optimizer", recipe["optimizer"])
    return coordinate_check(pairing, **given, workers=how.workers, progress=how.progress)


def _find_rate(recipe: dict[str, Any], chosen: Mapping[str, Any], how: Again) -> xarray.Dataset:
    """Test the range of rates again."""
    (run,) = recipe["runs"].values()
    settings = {name: recipe[name] for name in ("low", "high", "updates", "seeds")}
    return find_rate(
        _run(run, how), how.name("data", recipe["data"]), split=Split(**recipe["split"]), workers=how.workers,
        progress=how.progress, **settings,
    )  # fmt: skip


_KINDS: dict[str, Callable[[dict[str, Any], Mapping[str, Any], Again], xarray.Dataset]] = {
    "None": _probe,
    "training": _train,
    "snapshot": _snapshot,
    "descent": _descend,
    "range_test": _find_rate,
    "sweep": _sweep,
    "coordinates": _follow,
}


def measure(data: Mapping[str, Any], how: Again) -> tuple[xarray.Dataset, bool]:
    """Measure a dataset again, with what was chosen of it; say whether it is the same to the last bit."""
    recipe, chosen, sizes = data["recipe"], data["selection"], data["sizes"]
    if "overlay" in recipe:
        return _laid(data, how)
    kind = str(recipe.get("kind"))
    if kind == "module":
        raise ActvizError("it shows a PyTorch model, which its recipe does not bring back: run `actviz inspect` again")
    if kind == "recorded" or "filmed" in recipe:
        raise ActvizError("it shows what was recorded in a loop of the user's own, which no recipe brings back")
    if kind not in _KINDS:
        raise ActvizError(f"it shows a {kind}, which cannot be measured again")
    measured = _KINDS[kind](recipe, chosen, how)
    files = {name: value for name, value in recipe.items() if name.endswith("_sha256")}
    if changed := [name for name, value in files.items() if recipe_of(measured).get(name) != value]:
        name = changed[0].removesuffix("_sha256")
        raise ActvizError(f"its {name} {recipe.get(name)!r} have changed since it was drawn")
    measured = measured.sel({dim: labels for dim, labels in chosen.items() if dim in measured.dims})
    if sizes is not None:
        _refuse_cut(measured, sizes)
    same = digest(measured) == data["sha256"]
    return measured.assign_attrs(recipe=json.dumps(recipe, sort_keys=True)), same


def _laid(data: Mapping[str, Any], how: Again) -> tuple[xarray.Dataset, bool]:
    """Measure results again and lay them over each other."""
    each = {told["name"]: {**told, "sizes": None, "sha256": ""} for told in data["recipe"]["overlay"]["results"]}
    measured = overlay({name: measure(told, how)[0] for name, told in each.items()})
    _refuse_cut(measured, data["sizes"])
    return measured, digest(measured) == data["sha256"]


def _refuse_cut(measured: xarray.Dataset, sizes: Mapping[str, int]) -> None:
    """Refuse a dataset of other sizes than those that were drawn."""
    if cut := [dim for dim, size in measured.sizes.items() if sizes.get(str(dim)) != size]:
        raise ActvizError(f"it shows a part of its data that its recipe does not say: {cut[0]}")
