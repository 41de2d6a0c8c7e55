"""A model and its inputs by name, as the command line and a stored recipe give them.

A module of the user's is imported only because the user named it.
"""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from actviz.catalog.importing import importing, refuse_standard
from actviz.catalog.inputs import opened
from actviz.errors import ActvizError
from actviz.numerics.memory import check_memory
from actviz.torch.feeding import RandomInput, RandomInputs
from actviz.torch.workbench import probe_kept

if TYPE_CHECKING:
    import xarray


def imported(kind: str, spec: str) -> Any:
    """Return what ``package.module:name`` names.

    Raises
    ------
    ActvizError
        If it cannot be imported, whatever the user's module does.
    """
    module, _, path = spec.strip().partition(":")
    if not path or not all(part.isidentifier() for part in (*module.split("."), *path.split("."))):
        raise ActvizError(f"{kind} must be named as package.module:name, not {spec!r}")
    with importing(kind, spec):
        item = functools.reduce(getattr, path.split("."), importlib.import_module(module))
    if kind != "drive":  # a loss may well be sum
        refuse_standard(kind, spec, item)
    return item


def _random(spec: str) -> RandomInput | None:
    """Read ``32,3,224,224``, or ``8,128:1000`` for whole numbers below 1000."""
    sizes, _, below = spec.partition(":")
    pieces = [*sizes.split(","), *([below] if below else [])]
    if not all(piece.strip().isdecimal() for piece in pieces):
        return None
    numbers = [int(piece) for piece in sizes.split(",")]
    check_memory(8.0 * math.prod(numbers), f"input {spec!r}", "give a smaller shape")
    return RandomInput(tuple(numbers), int(below) if below else 0)


def _from_file(path: str) -> torch.Tensor:
    try:
        with opened(f"input {path}", path, ".npy") as file:
            values = np.load(file, allow_pickle=False)
        if not isinstance(values, np.ndarray):
            raise ValueError("several arrays")
        return torch.from_numpy(values.astype(np.float32) if values.dtype.kind == "f" else values.astype(np.int64))
    except (OSError, ValueError) as error:
        raise ActvizError(f"cannot read input {path}: {error}") from None


def named_inputs(specs: Sequence[str]) -> Any:
    """Return a model's inputs: shapes to draw, ``.npy`` files, or one ``package.module:name``.

    Raises
    ------
    ActvizError
        If a name is none of these.
    """
    if len(specs) == 1 and not specs[0].endswith(".npy") and _random(specs[0]) is None:
        if ":" in specs[0]:
            return imported("input", specs[0])
        raise ActvizError(
            f"input must be a shape (32,3,224,224; 8,128:1000 for whole numbers below 1000), a .npy file or "
            f"package.module:name, not {specs[0]!r}"
        )
    drawn = [_random(spec) for spec in specs if not spec.endswith(".npy")]
    if len(drawn) == len(specs) and None not in drawn:
        return RandomInputs(tuple(each for each in drawn if each is not None))
    if not drawn:
        return tuple(map(_from_file, specs))
    raise ActvizError("several inputs must all be shapes or all be .npy files; else name one package.module:name")


def probe_named(model: str, inputs: Sequence[str], *, drive: str = "cotangent", **settings: Any) -> xarray.Dataset:
    """Measure a model named as ``package.module:name``; its recipe says how to measure it again.

    Parameters
    ----------
    model : str
        A module, a factory or a class.
    inputs : sequence of str
        As ``named_inputs`` takes them.
    drive : str
        ``cotangent``, ``cross_entropy``, ``below-head``, or ``package.module:name`` of a function from the output to a
        loss.
    **settings
        As ``probe_module`` takes them.
    """
    names = {"model": model.strip(), "inputs": list(inputs), "drive": drive}
    loss = imported("drive", drive) if ":" in drive else drive
    return probe_kept(imported("model", model), named_inputs(inputs), drive=loss, names=names, **settings)


def probe_again(recipe: Mapping[str, Any], seeds: Any = None) -> xarray.Dataset:
    """Measure again what a recipe of ``probe_named`` says, under its seeds or others.

    Imports the module that the recipe names: call it for a recipe that the user trusts.

    Raises
    ------
    ActvizError
        If the model was given as an object, which a recipe does not bring back.
    """
    names = recipe.get("names")
    if not names:
        raise ActvizError(
            f"the model {recipe.get('model')} was given as an object, which its recipe does not bring back: measure it "
            "with actviz.probe_module, or name it on the command line as package.module:name"
        )
    settings = {key: recipe[key] for key in ("layers", "batches", "view", "formats") if key in recipe}
    chosen = recipe["seeds"] if seeds is None else seeds
    return probe_named(**names, **settings, seeds=chosen, name=recipe["inits"][0])
