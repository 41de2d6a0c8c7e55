"""Whether seeds are replicates: networks whose weights were drawn anew, and not one network measured several times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.names import builtin
from actviz.errors import ActvizError
from actviz.results.dataset import is_own, recipe

if TYPE_CHECKING:
    import xarray


def _draws(init: str) -> bool:
    """Whether an initializer is meant to draw: all but the built-in ones that give the same by design."""
    try:
        own = builtin("initializer", init, INITIALIZERS)
    except ActvizError:
        return True
    return own is None or bool(own.family != "identity" and own.affine(1, 1)[1] != 0.0)


@dataclass(frozen=True)
class Copies:
    """Seeds that are no replicates.

    Parameters
    ----------
    seeds, networks : int
        How many seeds, and how many sets of weights they have between them.
    layers : tuple of int
        Positions of layers whose weights are the same under every seed.
    alike : bool
        Whether the same matrix stands in every layer behind the first, too.
    """

    seeds: int
    networks: int
    layers: tuple[int, ...]
    alike: bool


def copies(init: str, keys: Any, *, module: bool, built_anew: bool) -> Copies | None:
    """Return in what seeds of a stack or model are no replicates; None if they are.

    Parameters
    ----------
    init : str
        Label of the initializer.
    keys : array (seeds, layers)
        Of the weights.
    module, built_anew : bool
        Whether it is a PyTorch model, and whether it was built for every seed and not given as it is.
    """
    return of_a_model(keys, built_anew) if module else of_a_stack(init, keys)


def of_a_stack(init: str, keys: Any) -> Copies | None:
    """Return in what seeds are no replicates, by the keys of their weights, shape (seeds, layers); None if they are.

    0 or NaN is no key. Of a layer's weights that differ by rounding or sign the keys differ too.
    """
    known = np.flatnonzero(np.isfinite(keys).all(axis=0) & (keys > 0).any(axis=0))
    if len(keys) < 2 or not len(known) or not _draws(init):
        return None
    drawn = keys[:, known]
    networks = len(np.unique(drawn, axis=0))
    layers = tuple(int(at) for at, column in zip(known, drawn.T, strict=True) if len(np.unique(column)) == 1)
    if networks == len(keys) and not layers:
        return None
    alike = drawn.shape[1] > 2 and len(np.unique(drawn[0, 1:])) == 1
    return Copies(len(keys), networks, layers, alike)


def of_a_model(keys: Any, built_anew: bool) -> Copies | None:
    """Return whether all seeds of a model that is built anew for each have the same weights.

    Some layers may start alike by design, and a model that is given as it is has one set of weights.
    """
    found = of_a_stack("", keys) if built_anew else None
    return found if found and found.networks == 1 else None


def refuse_copies(dataset: xarray.Dataset) -> None:
    """Refuse seeds that are no replicates, by which no chance can be told; of a model given as it is they may be.

    Raises
    ------
    ActvizError
        If seeds of a pairing have the same weights, all or in a layer.
    """
    if "weights_key" not in dataset:
        return
    known = recipe(dataset)
    for init in dataset["init"].values.tolist():
        for keys in dataset["weights_key"].sel(init=init).transpose("activation", "seed", "layer").values:
            module = is_own(known)
            found = copies(init, keys, module=module, built_anew=bool(known.get("built_anew")))
            if found is None:
                continue
            if found.networks == 1:
                what = f"the {found.seeds} seeds of {init} have the same weights"
            elif found.networks < found.seeds:
                what = f"the {found.seeds} seeds of {init} have {found.networks} sets of weights between them"
            else:
                what = f"the {found.seeds} seeds of {init} have the same weights in {len(found.layers)} of their layers"
            ask = "what builds the model seed the generator itself" if module else "the initializer use its generator"
            raise ActvizError(f"{what}: they are no replicates, and tell nothing of chance (does {ask}?)")
