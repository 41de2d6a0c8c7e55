"""Measure again by a recipe that a user trusts: a baseline's, or one that they wrote down."""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.errors import ActvizError
from actviz.probing.running import Progress, probe

if TYPE_CHECKING:
    import xarray

_HOW = ("workers", "progress", "checkpoint")
SETTINGS = tuple(name for name in inspect.signature(probe).parameters if name not in _HOW)
"""What a recipe may say: the arguments of ``actviz.probe`` that decide the result."""


def measure_again(
    recipe: Mapping[str, Any],
    seeds: Sequence[int] | int,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
) -> xarray.Dataset:
    """Measure by a recipe, a dataset's or a user's own, with given seeds.

    Of a PyTorch model the recipe names the module, which is imported.

    Raises
    ------
    ActvizError
        If the recipe says what ``actviz.probe`` cannot do, or inputs that are not there any more.
    """
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
    settings = {key: value for key, value in settings.items() if key not in ("seeds", "view")}
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
        content = json.loads(Path(path).read_text(encoding="utf-8"))
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
