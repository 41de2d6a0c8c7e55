"""Whether seeds are replicates: networks whose weights were drawn anew, and not one network measured several times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.names import builtin
from actviz.errors import ActvizError
from actviz.results.dataset import recipe

if TYPE_CHECKING:
    import xarray


def _draws(init: str) -> bool:
    """Whether an initializer is meant to draw: all but the built-in ones that give the same by design."""
    try:
        own = builtin("initializer", init, INITIALIZERS)
    except ActvizError:
        return True
    return own is None or bool(own.family != "identity" and own.affine(1, 1)[1] != 0.0)


def are_replicates(init: str, keys: Any) -> bool:
    """Whether seeds drew weights of their own, by the keys of these, shape (seeds, layers); 0 or NaN is no key."""
    known = np.isfinite(keys).all() and (keys > 0).any()
    return len(keys) < 2 or not known or bool((keys != keys[0]).any()) or not _draws(init)


def refuse_copies(dataset: xarray.Dataset) -> None:
    """Refuse seeds that are no replicates, by which no chance can be told; of a model given as it is they may be.

    Raises
    ------
    ActvizError
        If a pairing's seeds all have the same weights.
    """
    if "weights_key" not in dataset or recipe(dataset).get("kind") == "module":
        return
    for init in dataset["init"].values.tolist():
        keys = dataset["weights_key"].sel(init=init).transpose("activation", "seed", "layer").values
        if not all(are_replicates(init, each) for each in keys):
            raise ActvizError(
                f"the {keys.shape[1]} seeds of {init} have the same weights: they are no replicates, and tell nothing "
                "of chance (does the initializer use the generator that it is given?)"
            )
