"""Measure again by a recipe: a baseline's, or one that a user wrote down.

A recipe may come from anyone's file, so nothing that it names is imported unless that is allowed: names are looked up
in the library's own tables.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.checks import of_type
from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.inputs import INPUTS
from actviz.catalog.names import builtin, names_module
from actviz.catalog.optimizers import OPTIMIZERS
from actviz.catalog.schedules import SCHEDULES
from actviz.catalog.tasks import TASKS
from actviz.errors import ActvizError
from actviz.probing.running import Progress, probe
from actviz.results.schema import parsed, small_text

if TYPE_CHECKING:
    import xarray

_HOW = ("workers", "progress", "checkpoint", "cluster")
SETTINGS = tuple(name for name in inspect.signature(probe).parameters if name not in _HOW)
"""What a recipe may say: the arguments of ``actviz.probe`` that decide the result."""

_TABLES: dict[str, Mapping[str, Any]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "schedule": SCHEDULES,
    "optimizer": OPTIMIZERS,
    "inputs": INPUTS,
    "data": TASKS,
}
_FILES = {"inputs": (".npy", ".npz"), "data": (".npz",)}
_ASK = "would be imported: only if you trust the file, allow that with --allow-imports (allow_imports=True in Python)"


def usable_name(kind: str, label: Any, *, allow_imports: bool) -> str:
    """Return a name that a file's recipe may use: one of the library's tables, or what may be imported.

    Raises
    ------
    ActvizError
        If it is none of these.
    """
    if not isinstance(label, str):
        raise ActvizError(f"its {kind} is not a name but {label!r}")
    if kind in _FILES and label.endswith(_FILES[kind]):
        return label
    if names_module(label, _TABLES[kind]):
        if not allow_imports:
            raise ActvizError(f"its {kind} {label!r} {_ASK}")
    elif builtin(kind, label, _TABLES[kind]) is None:
        raise ActvizError(f"its {kind} {label!r} is none that actviz has: an object of the program that measured it?")
    return label


def _check_names(recipe: Mapping[str, Any], *, allow_imports: bool) -> None:
    """Refuse a recipe whose names would be imported; objects are the caller's own."""
    if (
        recipe.get("kind") == "module" and recipe.get("names") and not allow_imports
    ):  # a model without a name stays away
        raise ActvizError(f"its model {dict(recipe['names']).get('model')!r} {_ASK}")
    for key, kind in (("inits", "initializer"), ("activations", "activation"), ("inputs", "inputs")):
        several = recipe.get(key, ())
        for label in several if isinstance(several, list | tuple) else [several]:
            if isinstance(label, str) and names_module(label, _TABLES[kind]):
                usable_name(kind, label, allow_imports=allow_imports)


def measure_again(
    recipe: Mapping[str, Any],
    seeds: Sequence[int] | int,
    *,
    allow_imports: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
) -> xarray.Dataset:
    """Measure by a recipe, a dataset's or a user's own, with given seeds.

    Functions and models that it names as ``package.module:name`` are imported, which runs their code, only with
    ``allow_imports``.

    Raises
    ------
    ActvizError
        If the recipe says what ``actviz.probe`` cannot do, names what may not be imported, or inputs that are not there
        any more.
    """
    of_type("a recipe", recipe, Mapping, "a mapping, as actviz.recipe gives it")
    _check_names(recipe, allow_imports=allow_imports)
    if recipe.get("kind") == "module":
        from actviz.torch import need_torch

        need_torch()
        from actviz.torch.named import probe_again

        return probe_again(recipe, seeds)
    settings = dict(recipe)
    inputs_digest = settings.pop("inputs_sha256", None)
    unknown = [key for key in settings if key not in SETTINGS]
    if unknown:
        raise ActvizError(f"a recipe cannot say {unknown[0]!r}; choose from {', '.join(SETTINGS)}")
    for key in ("inits", "activations"):
        if not settings.get(key):
            raise ActvizError(f"the recipe names no {key}")
    if inputs_digest and not str(settings["inputs"]).endswith((".npy", ".npz")):
        raise ActvizError("the baseline's inputs were an array that only the measuring program had; give a result")
    settings = {key: value for key, value in settings.items() if key not in ("seeds", "view", "formats")}
    try:
        return probe(**settings, seeds=seeds, workers=workers, progress=progress, checkpoint=checkpoint)
    except TypeError as error:  # a value of a type that makes no sense, in a file written by hand
        raise ActvizError(f"the recipe is not one that actviz.probe takes: {error}") from None


def read_recipe(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a recipe: JSON with arguments of ``actviz.probe``, or a baseline, whose recipe is taken.

    Raises
    ------
    ActvizError
        If the file is missing or is no such JSON.
    """
    try:
        content = parsed(small_text(path))
    except OSError as error:
        raise ActvizError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise ActvizError(f"{path}: not JSON ({error})") from None
    if isinstance(content, dict) and isinstance(content.get("recipe"), dict):
        content = content["recipe"]
    module = isinstance(content, dict) and content.get("kind") == "module"
    if not isinstance(content, dict) or not (module or set(content) <= {*SETTINGS, "inputs_sha256"}):
        raise ActvizError(f"{path}: not a recipe: an object with some of {', '.join(SETTINGS)}")
    return content
