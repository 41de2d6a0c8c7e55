"""The grid of a sweep: which fields may be swept, and how their values are written.

``LOW:HIGH:COUNT`` are evenly spaced values, ``LOW:HIGH:COUNT:log`` evenly spaced in their logarithm, ``1,2,5`` a list.
Names stand in a list with commas between them, or with semicolons where a name has commas of its own; so do the
widths of layers: ``8,6,4;10,10`` are a network of three and one of two, ``8,6,4`` three whose layers are all as wide.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.catalog.checks import choose_from, finite, whole
from actviz.errors import ActvizError

MAX_VALUES, MAX_CELLS = 100_000, 10_000_000

CELLS = ("probe", "training")
"""What a cell may be."""


@dataclass(frozen=True)
class Field:
    """A setting that may be swept.

    Parameters
    ----------
    name : str
        Of the setting, and of the dimension.
    values : {"whole", "number", "name", "rate", "flag", "widths"}
        What its values are; a rate is a number, or the name of a schedule; a flag is yes or no; widths are a number, or
        one for each layer.
    cells : tuple of {"probe", "training"}
        In which cells there is such a setting.
    about : str
        What it is, in a few words.
    least : float
        Smallest number.
    """

    name: str
    values: str
    about: str
    cells: tuple[str, ...] = CELLS
    least: float = 0.0


_probe, _training = ("probe",), ("training",)
FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("init", "name", "Initializer."),
        Field("activation", "name", "Activation."),
        Field("weight_var", "number", "sigma_w^2 of normal weights of variance sigma_w^2 / fan_in."),
        Field("bias_var", "number", "sigma_b^2, variance of normal biases."),
        Field("bias_std", "number", "Standard deviation of the biases."),
        Field("depth", "whole", "Number of layers, of a training hidden ones.", least=1),
        Field("width", "widths", "Units of every layer, or of each: 20,30.", least=1),
        Field("norm", "name", "Normalization: batch, layer, rms, ... or none."),
        Field("place", "name", "Where the normalization stands; its own default unless given."),
        Field("block", "name", "plain, or residual: each layer a branch that joins a stream."),
        Field("branch_scale", "rate", "What a branch is scaled by: a number, or 1/sqrt(L)."),
        Field("dtype", "name", "Precision."),
        Field("batch", "whole", "Rows in memory at once; of a training, of an update.", least=1),
        Field("inputs", "name", "Inputs of a probe, as of `actviz probe`.", _probe),
        Field("input_width", "whole", "Width of generated inputs.", _probe, least=1),
        Field("samples", "whole", "Rows of input.", _probe, least=1),
        Field(
            "jacobian",
            "whole",
            "Samples whose input-output Jacobian is taken, for jacobian_spread and its kin.",
            _probe,
        ),
        Field("drive", "name", "What drives the backward pass: cotangent or cross_entropy.", _probe),
        Field("data", "name", "What cells are trained on; without it they are probed.", _training),
        Field("train", "number", "Rows, or a share, to train on.", _training),
        Field("validation", "number", "Rows, or a share, to watch by.", _training),
        Field("test", "number", "Rows, or a share, to judge by at the end.", _training),
        Field("label_noise", "number", "Share of wrong training labels.", _training),
        Field("lr", "rate", "Learning rate, or a schedule.", _training),
        Field("per", "name", "What a schedule counts as a step.", _training),
        Field("optimizer", "name", "Optimizer.", _training),
        Field("loss", "name", "What is minimized.", _training),
        Field("epochs", "whole", "Passes over the training rows.", _training, least=1),
        Field("updates", "whole", "Budget in updates instead.", _training, least=1),
        Field("replacement", "flag", "Whether batches are drawn from all rows, as the book's are.", _training),
        Field("weight_decay", "number", "lambda of 0.5 lambda sum W^2.", _training),
        Field("dropout", "number", "Share of activations set to 0.", _training),
        Field("clip", "number", "Largest norm of the loss's gradient.", _training),
        Field(
            "evaluate_every",
            "whole",
            "Epochs between evaluations; unless given every one where they are watched, else at the ends alone.",
            _training,
            least=1,
        ),
        Field("evaluated", "whole", "Training rows of an evaluation, at most.", _training, least=1),
        Field("snapshot_rows", "whole", "Training rows that layers are measured on.", _training, least=1),
        Field("early_stopping", "flag", "Whether to stop when what is monitored gets better no more.", _training),
        Field("monitor", "name", "What early stopping monitors.", _training),
        Field("patience", "whole", "Evaluations in a row that may bring no improvement.", _training),
        Field("min_delta", "number", "How much is an improvement.", _training),
        Field("keep_best", "flag", "Whether early stopping leaves the best weights, not the last.", _training),
    )
}
"""Every setting that may be swept. weight_var is sigma_w^2 of normal weights, bias_var sigma_b^2."""

NOT_SWEPT = {
    **dict.fromkeys(("view", "formats"), "is of histograms, which no cell keeps"),
    "snapshots": "says when layers are recorded, and a cell keeps those before the first update alone",
    "seeds": "is no field but a dimension of every sweep: every cell is measured under each",
}
"""Settings of a probe or a training that no sweep has, and why."""

FLAGS = {"yes": True, "no": False}
"""How values of a flag are written."""

INSTEAD = {"weight_var": "init", "bias_var": "bias_std"}
"""Settings that say the same as others: one of the two may be given."""


def fields_of(cell: str) -> tuple[str, ...]:
    """Return what may be swept in cells of a kind."""
    return tuple(name for name, field in FIELDS.items() if cell in field.cells)


def _number(name: str, written: Any) -> float:
    try:
        if isinstance(written, bool | np.bool_):
            raise TypeError
        return float(written)
    except (TypeError, ValueError):
        raise ActvizError(f"{name}: {written!r} is not a number") from None


def _spaced(name: str, pieces: Sequence[str], *, of_whole: bool) -> list[float]:
    """Return the values of LOW:HIGH:COUNT or LOW:HIGH:COUNT:log."""
    if len(pieces) not in (3, 4) or pieces[3:] not in ([], ["log"]):
        raise ActvizError(f"{name}: a range is LOW:HIGH:COUNT or LOW:HIGH:COUNT:log, not {':'.join(pieces)}")
    low, high = (finite(name, _number(name, piece)) for piece in pieces[:2])
    number = whole(f"{name}: COUNT", _number(name, pieces[2]), 1, MAX_VALUES, of_float=True)
    if pieces[3:] and not (low > 0 and high > 0):
        raise ActvizError(f"{name}: a logarithmic range is of numbers above 0, not from {low:g} to {high:g}")
    made = np.geomspace(low, high, number) if pieces[3:] else np.linspace(low, high, number)
    return [float(value) for value in (np.round(made) if of_whole else made)]


def _listed(field: Field, spec: str) -> list[Any]:
    """Return the values that a text names."""
    if field.values == "widths" and ";" in spec:
        return [piece.strip() for piece in spec.split(";") if piece.strip()]
    if field.values in ("whole", "number", "widths") or (field.values == "rate" and _is_range(spec)):
        pieces = [piece.strip() for piece in spec.split(",") if piece.strip()]
        spaced = [[*_spaced(field.name, each.split(":"), of_whole=field.values in ("whole", "widths"))] if ":" in each
                  else [_number(field.name, each)] for each in pieces]  # fmt: skip
        return [value for each in spaced for value in each]
    split = ";" if ";" in spec else ","
    return [piece.strip() for piece in spec.split(split) if piece.strip()]


def _is_range(spec: str) -> bool:
    low, colon, _ = spec.partition(":")
    try:
        float(low)
    except ValueError:
        return False
    return bool(colon)


def checked(field: Field, value: Any) -> Any:
    """Return one value of a field as JSON has it, a number of one type however it was written.

    Raises
    ------
    ActvizError
        If it is none of the field's.
    """
    if field.values == "flag":
        value = bool(value) if isinstance(value, np.bool_) else value
        word = next((word for word, flag in FLAGS.items() if value is flag or value == word), None)
        if word is None:
            raise ActvizError(f"{field.name} is yes or no, not {value!r}")
        return word
    if field.values == "widths" and isinstance(value, str) and "," in value:
        value = [piece for piece in value.split(",") if piece.strip()]
    if field.values == "widths" and isinstance(value, list | tuple | np.ndarray) and np.ndim(value):
        return [checked(field, each) for each in value]
    if field.values in ("whole", "widths"):
        number = float(value) if isinstance(value, str) and value.strip().isdecimal() else value
        return whole(field.name, number, int(field.least), of_float=True)
    if field.values == "number":
        return finite(field.name, _number(field.name, value), least=field.least)
    if field.name == "norm":
        return "none" if value is None else value
    if field.values == "rate" and isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return float(value) if field.values == "rate" and isinstance(value, int | np.number) else value


def read_values(name: str, spec: Any, cell: str = "probe") -> list[Any]:
    """Return the values that a field is swept over.

    >>> read_values("weight_var", "1:4:4")
    [1.0, 2.0, 3.0, 4.0]
    >>> read_values("depth", "10:100:4:log")
    [10, 22, 46, 100]
    >>> read_values("init", "uniform:-1,1; he_normal")
    ['uniform:-1,1', 'he_normal']
    >>> read_values("width", "8,6,4; 10,10"), read_values("width", "8,6,4")
    (['8,6,4', '10,10'], [8, 6, 4])

    Raises
    ------
    ActvizError
        If there is no such field in such cells, or a value is none of its; each value may be there once.
    """
    if name in NOT_SWEPT:
        raise ActvizError(f"{name} {NOT_SWEPT[name]}")
    if name not in fields_of(cell):
        if name in FIELDS:
            why = "give the data that cells are trained on" if cell == "probe" else "cells with data are trainings"
            raise ActvizError(f"a {cell} has no {name!r} to sweep: {why}")
        raise ActvizError(f"a {cell} has no {name!r} to sweep; {choose_from(name, fields_of(cell))}")
    field = FIELDS[name]
    if isinstance(spec, str):
        spec = _listed(field, spec)
    elif not isinstance(spec, Iterable):
        spec = [spec]
    values = [checked(field, value) for value in spec]
    if not values:
        raise ActvizError(f"{name}: need at least one value to sweep over")
    if any(isinstance(value, list) for value in values):
        values = [_of_layers(value) for value in values]
    if any(isinstance(value, str) for value in values):  # a rate among schedules is one
        values = [str(value) if isinstance(value, int | float) else value for value in values]
    shown = [str(value) for value in values if isinstance(value, str | int | float)]  # objects have labels, later
    if twice := [each for at, each in enumerate(shown) if each in shown[:at]]:
        raise ActvizError(f"{name}: each value may be given once, got {twice[0]} twice")
    return values


def _of_layers(widths: Any) -> str:
    """Write the widths of a network's layers, of one layer with a comma too."""
    if not isinstance(widths, list):
        raise ActvizError(f"width: {widths} says not how many layers, as the others do; one layer is '{widths},'")
    return ",".join(map(str, widths)) + "," * (len(widths) == 1)


def read_grid(over: Mapping[str, Any], cell: str) -> dict[str, list[Any]]:
    """Return every swept field and its values.

    Raises
    ------
    ActvizError
        If nothing is swept, or two fields say the same, or there are too many cells.
    """
    grid = {name: read_values(name, spec, cell) for name, spec in over.items()}
    if not grid:
        raise ActvizError(f"nothing is swept: give a field and its values; choose from {', '.join(fields_of(cell))}")
    if (cells := math.prod(map(len, grid.values()))) > MAX_CELLS:
        raise ActvizError(f"{cells} points are more than the {MAX_CELLS} of a sweep at most")
    return grid


def points(grid: Mapping[str, Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Yield every point of a grid, the last field running fastest."""
    return itertools.product(*grid.values())


def written(names: Iterable[str], point: Sequence[Any]) -> str:
    """Name a point: ``weight_var=1.5, depth=10``."""
    values = [f"{value:g}" if isinstance(value, float) else str(value) for value in point]
    return ", ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
