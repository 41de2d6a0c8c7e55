"""``redo()``: draw a figure again from its own file, of what is measured again by the recipe in it.

A file may come from anyone, so nothing that it names is imported unless that is allowed: names are looked up in the
library's own tables.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from actviz.catalog import names
from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.inputs import INPUTS
from actviz.catalog.names import builtin
from actviz.catalog.optimizers import OPTIMIZERS
from actviz.catalog.schedules import SCHEDULES
from actviz.catalog.tasks import TASKS, Split
from actviz.errors import ActvizError
from actviz.probing.stack import Stack
from actviz.recipes.again import SETTINGS
from actviz.results.dataset import recipe
from actviz.training import EarlyStopping, Run, TrainConfig

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure

Progress = Callable[..., None]
_TABLES: dict[str, Mapping[str, Any]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "schedule": SCHEDULES,
    "optimizer": OPTIMIZERS,
    "inputs": INPUTS,
    "data": TASKS,
}
_FILES = {"inputs": (".npy", ".npz"), "data": (".npz",)}


@dataclass(frozen=True)
class Redone:
    """A figure drawn again.

    Parameters
    ----------
    figure : Figure
    same : bool
        Whether what was measured again is the same to the last bit; it may not be on another machine, or with other
        versions of actviz or numpy.
    """

    figure: Figure
    same: bool


@dataclass(frozen=True)
class _Again:
    """How to measure again."""

    allow_imports: bool
    workers: int | None
    progress: Progress | None

    def name(self, kind: str, label: Any) -> str:
        """Return a name that a recipe may use: one of the library's tables, or what may be imported."""
        if not isinstance(label, str):
            raise ActvizError(f"its {kind} is not a name but {label!r}")
        if label.endswith(_FILES.get(kind, ())) and kind in _FILES:
            return label
        if builtin(kind, label, _TABLES[kind]) is not None:
            return label
        module, colon, item = label.rpartition(":")
        if not colon or not item.isidentifier() or not module.replace(".", "_").isidentifier():
            raise ActvizError(f"its {kind} {label!r} was an object that only the program that drew it had")
        if not self.allow_imports:
            raise ActvizError(f"its {kind} {label!r} would be imported: allow that only if you trust the file")
        return label

    def names(self, kind: str, labels: Any) -> list[str]:
        return [self.name(kind, label) for label in labels]


def _probe(known: dict[str, Any], chosen: Mapping[str, Any], how: _Again) -> xarray.Dataset:
    """Probe the pairings that are needed."""
    from actviz.probing.running import probe

    settings = {name: value for name, value in known.items() if name != "inputs_sha256"}
    if unknown := set(settings) - set(SETTINGS):
        raise ActvizError(f"its recipe says {min(unknown)!r}, which is none of actviz.probe's: {', '.join(SETTINGS)}")
    settings["inits"] = how.names("initializer", chosen.get("init", known["inits"]))
    settings["activations"] = how.names("activation", chosen.get("activation", known["activations"]))
    settings["inputs"] = how.name("inputs", known["inputs"])
    return probe(**settings, workers=how.workers, progress=how.progress)


def _run(settings: Mapping[str, Any], how: _Again) -> Run:
    """Return a run by its recipe."""
    stack = Stack(
        names.activation(how.name("activation", settings["activation"])),
        names.initializer(how.name("initializer", settings["init"])),
        (settings["input_width"], *settings["width"]),
        settings["bias_std"],
        settings["norm"],
    )
    stopping = settings["early_stopping"]
    given = {
        **{field.name: settings[field.name] for field in dataclasses.fields(TrainConfig)},
        "lr": how.name("schedule", settings["lr"]),
        "optimizer": how.name("optimizer", settings["optimizer"]),
        "early_stopping": None if stopping is None else EarlyStopping(**stopping),
    }
    return Run(stack, TrainConfig(**given))


def _train(known: dict[str, Any], chosen: Mapping[str, Any], how: _Again) -> xarray.Dataset:
    """Train the runs that are needed."""
    from actviz.training import train

    labels = chosen.get("run", list(known["runs"]))
    runs = {label: _run(known["runs"][label], how) for label in labels}
    data, split = how.name("data", known["data"]), Split(**known["split"])
    return train(runs, data, split=split, seeds=known["seeds"], workers=how.workers, progress=how.progress)


def _snapshot(known: dict[str, Any], chosen: Mapping[str, Any], how: _Again) -> xarray.Dataset:
    """Train again, and take the snapshot."""
    from actviz.training import snapshot

    if "training" not in known:
        raise ActvizError("its recipe does not hold the training that it is a snapshot of")
    labels = chosen.get("init", known["inits"])
    return snapshot(_train(known["training"], {"run": labels}, how), known["step"], labels)


def _descend(known: dict[str, Any], chosen: Mapping[str, Any], how: _Again) -> xarray.Dataset:
    """Descend again on one of the library's surfaces."""
    from actviz.training.descending import descend

    runs = {
        label: (how.name("schedule", known["runs"][label][0]), how.name("optimizer", known["runs"][label][1]))
        for label in chosen.get("run", list(known["runs"]))
    }
    settings = {name: known[name] for name in ("start", "steps", "noise", "repeats", "seeds")}
    return descend(runs, known["landscape"], **settings)


def _find_rate(known: dict[str, Any], chosen: Mapping[str, Any], how: _Again) -> xarray.Dataset:
    """Test the range of rates again."""
    from actviz.training.range_test import find_rate

    (run,) = known["runs"].values()
    settings = {name: known[name] for name in ("low", "high", "updates", "seeds")}
    return find_rate(
        _run(run, how), how.name("data", known["data"]), split=Split(**known["split"]), workers=how.workers,
        progress=how.progress, **settings,
    )  # fmt: skip


_KINDS: dict[str, Callable[[dict[str, Any], Mapping[str, Any], _Again], xarray.Dataset]] = {
    "None": _probe,
    "training": _train,
    "snapshot": _snapshot,
    "descent": _descend,
    "range_test": _find_rate,
}


def _measure(data: Mapping[str, Any], how: _Again) -> tuple[xarray.Dataset, bool]:
    """Measure a dataset again, with what was chosen of it; say whether it is the same to the last bit."""
    from actviz.results.files import digest

    known, chosen, sizes = data["recipe"], data["selection"], data["sizes"]
    if "overlay" in known:
        return _laid(data, how)
    kind = str(known.get("kind"))
    if kind == "module":
        raise ActvizError("it shows a PyTorch model, which its recipe does not bring back: run `actviz inspect` again")
    if kind not in _KINDS:
        raise ActvizError(f"it shows a {kind}, which cannot be measured again")
    found = _KINDS[kind](known, chosen, how)
    files = {name: value for name, value in known.items() if name.endswith("_sha256")}
    if changed := [name for name, value in files.items() if recipe(found).get(name) != value]:
        name = changed[0].removesuffix("_sha256")
        raise ActvizError(f"its {name} {known.get(name)!r} have changed since it was drawn")
    found = found.sel({dim: labels for dim, labels in chosen.items() if dim in found.dims})
    if sizes is not None:
        _refuse_cut(found, sizes)
    same = digest(found) == data["sha256"]
    return found.assign_attrs(recipe=json.dumps(known, sort_keys=True)), same


def _laid(data: Mapping[str, Any], how: _Again) -> tuple[xarray.Dataset, bool]:
    """Measure results again and lay them over each other."""
    from actviz.results.files import digest
    from actviz.results.overlaying import overlay

    each = {told["name"]: {**told, "sizes": None, "sha256": ""} for told in data["recipe"]["overlay"]["results"]}
    found = overlay({name: _measure(told, how)[0] for name, told in each.items()})
    _refuse_cut(found, data["sizes"])
    return found, digest(found) == data["sha256"]


def _refuse_cut(found: xarray.Dataset, sizes: Mapping[str, int]) -> None:
    """Refuse a dataset of other sizes than those that were drawn."""
    if cut := [dim for dim, size in found.sizes.items() if sizes.get(str(dim)) != size]:
        raise ActvizError(f"it shows a part of its data that its recipe does not say: {cut[0]}")


def _draw(record: Mapping[str, Any], style: Mapping[str, str], how: _Again) -> tuple[Figure, bool]:
    """Measure and draw."""
    from actviz.plots import FIGURES, figure_schedules
    from actviz.plots.canvas.building import up_to

    name, options = record["figure"], dict(record["options"])
    if record["own_options"]:
        raise ActvizError(f"its option {record['own_options'][0]} was an object that only the program that drew it had")
    if name == "drift":
        raise ActvizError("it shows a check against a baseline: run `actviz check` again")
    if name == "schedules":
        named = {label: how.name("schedule", value) for label, value in record["schedules"].items()}
        return figure_schedules(named, **style, **options), True
    if name not in FIGURES:
        raise ActvizError(f"it is a figure {name!r}, which this actviz does not have; choose from {', '.join(FIGURES)}")
    measured = [_measure(each, how) for each in record["data"]]
    subject = [ds for ds, _ in measured] if record["several"] else measured[0][0]
    draw = partial(FIGURES[name].draw, subject, **style, **options)
    figure = up_to(draw, *record["step"]) if record.get("step") else draw()
    return figure, all(same for _, same in measured)


def redo(
    path: str | os.PathLike[str],
    *,
    theme: str | None = None,
    lang: str | None = None,
    size: str | None = None,
    allow_imports: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Redone:
    """Draw a figure again from the record in its own file: measure by its recipe, draw with its options.

    Parameters
    ----------
    path : path
        A PNG, SVG or PDF that ``save_figure`` or the command line wrote.
    theme, lang, size : str, optional
        The figure's own unless given.
    allow_imports : bool
        Whether functions that the recipe names as ``package.module:name`` may be imported, which runs their code.
    workers : int, optional
        Processes; the result does not depend on it.
    progress : callable, optional
        As in ``probe`` and ``train``.

    Raises
    ------
    ActvizError
        If the file has no such record, or what it shows cannot be brought back; the message says why.
    """
    from actviz.plots.canvas.slide import captioned
    from actviz.plots.files.record import read_record

    record = read_record(path)
    how = _Again(allow_imports, workers, progress)
    try:
        given = {"theme": theme, "lang": lang, "size": size}
        style = {name: value or record.get(name, "slide") for name, value in given.items()}
        figure, same = _draw(record, style, how)
        return Redone(captioned(figure, dict(record["captions"])), same)
    except ActvizError as error:
        raise ActvizError(f"{path}: cannot be drawn again: {error}") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:  # a record that somebody wrote
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise ActvizError(
            f"{path}: cannot be drawn again: its record is not one that actviz writes ({reason})"
        ) from None
