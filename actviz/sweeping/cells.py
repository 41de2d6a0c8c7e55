"""One cell: the recipe at a point of the grid, measured under one seed and reduced to what is kept."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import inspect
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.catalog import names
from actviz.catalog.checks import choose_from
from actviz.catalog.inputs import ArrayInputs
from actviz.catalog.optimizers import OPTIMIZERS
from actviz.catalog.schedules import ReduceOnPlateau
from actviz.catalog.tasks import ArrayTask, Split, rows_or_share
from actviz.errors import ActvizError
from actviz.numerics.processors import processor
from actviz.probing.running import layer_widths, probe
from actviz.sweeping.grid import FIELDS, FLAGS, INSTEAD, NOT_SWEPT, checked, fields_of, written
from actviz.sweeping.keeping import KEPT
from actviz.theory import untreatable
from actviz.training import EarlyStopping, TrainConfig, runs, snapshot, train
from actviz.training.running import check_trainable, forget_examples

if TYPE_CHECKING:
    import xarray

Arrays = dict[str, NDArray[np.float64]]

ONLY_AT_THE_ENDS = 10**6
"""Epochs between evaluations where nothing watches them: a cell keeps what is at the end."""

_SPLIT = tuple(each.name for each in dataclasses.fields(Split))
_STOPPING = tuple(each.name for each in dataclasses.fields(EarlyStopping))
_NETWORK = ("data", "depth", "width", "bias_std", "norm", "place", "block", "branch_scale")


def defaults(cell: str) -> dict[str, Any]:
    """Return what every setting of a cell is unless given."""
    if cell == "probe":
        known = inspect.signature(probe).parameters
        own = {name: known[name].default for name in fields_of(cell) if name in known}
    else:
        own = {name: inspect.signature(runs).parameters[name].default for name in _NETWORK}
        own |= {each.name: each.default for each in (*dataclasses.fields(TrainConfig), *dataclasses.fields(Split))}
        own = {name: own[name] for name in fields_of(cell) if name in own}
        own |= {"replacement": "no", "evaluate_every": None, "early_stopping": "no", **dict.fromkeys(_STOPPING)}
    return {"init": None, "activation": None, "weight_var": None, "bias_var": None, **own}


def labelled(name: str, spec: Any) -> tuple[Any, Any]:
    """Turn a value of a field that has names into (label, object); any other stands for itself."""
    if name == "init":
        return next(iter(names.labelled_initializers([spec]).items()))
    if name == "activation":
        return next(iter(names.labelled_activations([spec]).items()))
    if name == "inputs":
        return names.labelled_inputs(spec)
    if name == "data":
        return names.labelled_task(spec)
    if name == "optimizer":
        chosen = names.optimizer(spec)
        return names.describe(chosen, OPTIMIZERS), chosen
    if name == "lr" and not isinstance(spec, int | float):
        label, schedule = next(iter(names.labelled_schedules([spec]).items()))
        return (spec.strip() if isinstance(spec, str) else label), schedule  # with the rate, be it the schedule's own
    return spec, spec


_PLAIN = (str, float, int, list, tuple, type(None))
"""Values of settings that stand for themselves."""


@dataclass(frozen=True)
class Failed:
    """A cell that could not be measured, and why."""

    cell: str
    why: str

    def __str__(self) -> str:
        return f"{self.cell}: {self.why}"


@dataclass(frozen=True)
class Base:
    """What all cells of a sweep share.

    Parameters
    ----------
    cell : {"probe", "training"}
    fields : tuple of str
        Names of the swept fields.
    settings : mapping
        Everything that is not swept, as JSON values.
    keep : tuple of str
        Keys into ``KEPT``.
    objects : mapping
        From (field, label) to the object it names.
    digests : mapping
        From a label of given arrays to a digest of their content, which the name does not tell.
    """

    cell: str
    fields: tuple[str, ...]
    settings: Mapping[str, Any]
    keep: tuple[str, ...]
    objects: Mapping[tuple[str, Any], Any] = field(repr=False, compare=False)
    digests: Mapping[str, str]

    def at(self, point: Sequence[Any]) -> dict[str, Any]:
        """Return every setting at a point, as JSON values."""
        return {**self.settings, **dict(zip(self.fields, point, strict=True))}

    def key(self, point: Sequence[Any], seed: int) -> tuple[Any, ...]:
        """Return everything that decides what is kept of a cell, but versions."""
        own = [name for name in self.keep if KEPT[name].of != "theory"]
        return ("sweep", self.cell, self.at(point), seed, own, dict(self.digests))

    def built_in(self, point: Sequence[Any]) -> bool:
        """Whether no function at a point is the user's own, which may be another one next time under the same name."""
        used = [self._object(name, value) for name, value in self.at(point).items()]
        return all(names.is_builtin(each) for each in used if not isinstance(each, _PLAIN))

    def arguments(self, point: Sequence[Any]) -> dict[str, Any]:
        """Return the settings at a point as arguments: objects, and initializers for variances."""
        chosen = {name: self._object(name, value) for name, value in self.at(point).items()}
        weight_var, bias_var = chosen.pop("weight_var"), chosen.pop("bias_var")
        if chosen["norm"] in (None, "none"):  # whose place says nothing beside others that have one
            chosen["norm"], chosen["place"] = None, None if "norm" in self.fields else chosen["place"]
        if chosen["block"] == "plain" and "block" in self.fields:  # nor does the scale of branches
            chosen["branch_scale"] = 1.0
        if weight_var is not None:
            chosen["init"] = names.initializer(f"variance_scaling:{weight_var!r}")
        if bias_var is not None:
            chosen["bias_std"] = math.sqrt(bias_var)
        if self.cell == "training":
            rule = {name: value for name in _STOPPING if (value := chosen.pop(name)) is not None}
            chosen["early_stopping"] = EarlyStopping(**rule) if chosen["early_stopping"] else None
            watched = chosen["early_stopping"] is not None or isinstance(chosen["lr"], ReduceOnPlateau)
            chosen["evaluate_every"] = chosen["evaluate_every"] or (1 if watched else ONLY_AT_THE_ENDS)
        return chosen

    def depth(self, point: Sequence[Any]) -> int:
        """Return the number of layers at a point."""
        at = self.at(point)
        return len(layer_widths(at["depth"], self._object("width", at["width"]))) - 1

    def _object(self, name: str, value: Any) -> Any:
        if name == "branch_scale" and isinstance(value, str):  # beside a name, numbers are written as such
            with contextlib.suppress(ValueError):
                return float(value)
        if value is not None and FIELDS[name].values == "flag":
            return FLAGS[value]
        if name == "width" and isinstance(value, str):
            return checked(FIELDS[name], value)
        hashable = isinstance(value, str | float | int)
        return self.objects.get((name, value), value) if hashable else value

    def variances(self, point: Sequence[Any]) -> tuple[float, float]:
        """Return sigma_w^2 and sigma_b^2 at a point; NaN where theory cannot treat the weights."""
        settings, chosen = self.at(point), self.arguments(point)
        bias_var = settings["bias_var"]
        bias_var = float(chosen["bias_std"]) ** 2 if bias_var is None else float(bias_var)
        if settings["block"] != "plain":  # mean-field theory here is of plain stacks
            return math.nan, bias_var
        if settings["weight_var"] is not None:
            return float(settings["weight_var"]), bias_var
        widths = layer_widths(chosen["depth"], chosen["width"])
        fans = list(itertools.pairwise(widths))
        if untreatable(chosen["init"], fans) or len(set(widths)) > 1:
            return math.nan, bias_var
        return widths[0] * chosen["init"].variance(*fans[0]), bias_var


def build(
    cell: str, grid: Mapping[str, Sequence[Any]], settings: Mapping[str, Any], keep: tuple[str, ...]
) -> tuple[Base, dict[str, list[Any]]]:
    """Return what all cells share, and the grid with labels in the place of objects.

    Raises
    ------
    ActvizError
        If a setting is unknown, is swept too, or says the same as another; if two values have one name; or if there is
        no initializer or activation.
    """
    usual = defaults(cell)
    if isinstance(rule := settings.get("early_stopping"), EarlyStopping):
        settings = {**settings, **dataclasses.asdict(rule), "early_stopping": True}
    if never := [name for name in settings if name in NOT_SWEPT]:
        raise ActvizError(f"{never[0]} {NOT_SWEPT[never[0]]}")
    if unknown := [name for name in settings if name not in usual]:
        raise ActvizError(f"a {cell} has no setting {unknown[0]!r}; {choose_from(unknown[0], usual)}")
    if twice := [name for name in settings if name in grid]:
        raise ActvizError(f"{twice[0]} is swept: give it no value besides")
    given = {*grid, *(name for name, value in settings.items() if value is not None)}
    for name, other in INSTEAD.items():
        if {name, other} <= given:
            raise ActvizError(f"{name} and {other} say the same: give one of them")
    stops = grid.get("early_stopping", [settings.get("early_stopping")])
    if (idle := [name for name in _STOPPING if name in given]) and not {True, "yes"} & set(stops):
        raise ActvizError(f"{idle[0]} is of early stopping: give early_stopping yes, or sweep over it")
    if not {"init", "weight_var"} & given or "activation" not in given:
        raise ActvizError("a cell needs an activation, and an initializer or weight_var (sigma_w^2 of normal weights)")
    usual |= {other: None for name, other in INSTEAD.items() if name in given}
    objects: dict[tuple[str, Any], Any] = {}
    labels: dict[str, Any] = {}
    for name, spec in {**usual, **settings}.items():
        if name not in grid:
            labels[name] = None if spec is None else _noted(name, checked(FIELDS[name], spec), objects)
    labelled_grid = {name: [_noted(name, value, objects) for value in values] for name, values in grid.items()}
    for name, values in labelled_grid.items():  # a cell is made, kept and shown by its labels alone
        shown = list(map(str, values))
        if twice := [each for at, each in enumerate(shown) if each in shown[:at]]:
            kind = "file" if name in ("inputs", "data") else "name"
            raise ActvizError(f"{name}: each value may be given once, got {twice[0]} twice; each needs its own {kind}")
    digests = {str(label): content for (_, label), each in objects.items() if (content := _digest(each))}
    return Base(cell, tuple(grid), labels, keep, objects, digests), labelled_grid


def _noted(name: str, spec: Any, objects: dict[tuple[str, Any], Any]) -> Any:
    """Return the label of a value, and note what it stands for."""
    label, item = labelled(name, spec)
    if name in FIELDS and FIELDS[name].values in ("name", "rate") and item is not label and not isinstance(label, list):
        objects[name, label] = item
    if isinstance(label, tuple | list):
        return [int(each) for each in label]
    return label.item() if isinstance(label, np.generic) else label


def _digest(item: Any) -> str:
    """Return a digest of given arrays; empty of all else."""
    arrays = (
        (item.values,) if isinstance(item, ArrayInputs) else (item.x, item.y) if isinstance(item, ArrayTask) else ()
    )
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype} {array.shape} ".encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest() if arrays else ""


Measured = tuple[int, int, Arrays, str]


def tried(base: Base, index: int, point: Sequence[Any], seed: int) -> Measured | Failed:
    """Measure a cell; a cell that cannot be measured is no reason that others are not."""
    try:
        return measure(base, index, point, seed)
    except (Exception, SystemExit) as error:  # a user's function may raise anything
        why = str(error) if isinstance(error, ActvizError) else " ".join(f"{type(error).__name__}: {error}".split())
        return Failed(named(base, point, seed), why)


def named(base: Base, point: Sequence[Any], seed: int) -> str:
    """Name a cell."""
    return written((*base.fields, "seed"), (*point, seed))


def measure(base: Base, index: int, point: Sequence[Any], seed: int) -> Measured:
    """Measure a cell; return its number, its seed, what is kept of it, each array () or (layers,), and the processor.

    Raises
    ------
    ActvizError
        If its settings make no network.
    """
    layers, trained = _measured(base, point, seed)
    kept: Arrays = {}
    for name in base.keep:
        each = KEPT[name]
        if each.of != "theory":
            kept[name] = np.asarray(each.read(layers if each.of == "layers" else trained), np.float64)  # type: ignore[operator]
    return index, seed, kept, processor()


class _Possible(Exception):
    """Is raised where a cell's checks are behind it, and its measurement begins."""


_NO_MATTER = ("weight_var", "lr", "weight_decay", "label_noise", "evaluate_every", "evaluated")
"""Settings whose value, which is checked by itself, makes no other setting impossible."""


def check_cells(base: Base, points: Sequence[Sequence[Any]]) -> None:
    """Refuse a grid before any of it is measured if a cell cannot be, and name that; alike cells are checked once.

    Raises
    ------
    ActvizError
        If a cell's settings make no network; the message names the cell.
    """
    seen = set()
    try:
        for point in points:
            at = {name: value for name, value in base.at(point).items() if name not in _NO_MATTER}
            at |= {name: bool(at[name]) for name in ("bias_var", "bias_std")}
            if (key := repr(at)) not in seen:
                seen.add(key)
                _check(base, base.arguments(point))
    except ActvizError as error:
        raise ActvizError(f"{written(base.fields, point)}: {error}") from None
    finally:
        forget_examples()


def _check(base: Base, chosen: dict[str, Any]) -> None:
    """Make a cell's network up to where it would be measured."""

    def stop() -> None:
        raise _Possible

    init, activation = chosen.pop("init"), chosen.pop("activation")
    if base.cell == "training":
        split = Split(**{name: rows_or_share(chosen.pop(name)) for name in _SPLIT})
        check_trainable(runs(init, activation, **chosen), chosen["data"], split)
        return
    with contextlib.suppress(_Possible):
        probe(init, activation, seeds=[0], interrupt=stop, **chosen)


def _measured(base: Base, point: Sequence[Any], seed: int) -> tuple[xarray.Dataset | None, xarray.Dataset | None]:
    """Return the layers of a cell's network before training, and its training, where they are needed."""
    chosen, wanted = base.arguments(point), {KEPT[name].of for name in base.keep}
    init, activation = chosen.pop("init"), chosen.pop("activation")
    layers: xarray.Dataset | None
    trained: xarray.Dataset | None
    if base.cell == "probe":
        layers, trained = probe(init, activation, seeds=[seed], workers=1, **chosen), None
    else:
        split = Split(**{name: rows_or_share(chosen.pop(name)) for name in _SPLIT})
        data = chosen.pop("data")
        snapshots = (0,) if "layers" in wanted else 0
        run = runs(init, activation, data=data, snapshots=snapshots, **chosen)
        trained = train(run, data, split=split, seeds=[seed], workers=1)
        layers = snapshot(trained, 0) if "layers" in wanted else None
    if layers is not None:
        weight_var, bias_var = base.variances(point)
        layers = layers.assign_attrs(weight_var=weight_var, bias_var=bias_var)
    return layers, trained
