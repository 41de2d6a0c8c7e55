"""Whether seeds are replicates: networks whose weights were drawn anew, and not one network measured several times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.initializers import INITIALIZERS, Initializer
from actviz.catalog.names import builtin
from actviz.errors import ActvizError
from actviz.numerics.moments import SAME, fingerprint, sizes
from actviz.numerics.streams import stream
from actviz.results.dataset import is_own, recipe
from actviz.text.numbers import runs_of

if TYPE_CHECKING:
    import xarray

_TRIED = (32, 32)
"""Fans of a layer that is drawn to see whether an initializer draws."""


def _draws(init: str) -> bool:
    """Whether an initializer is meant to draw: all but the built-in ones that give the same by design."""
    try:
        own = builtin("initializer", init, INITIALIZERS)
    except ActvizError:
        return True
    return own is None or bool(own.family != "identity" and own.affine(1, 1)[1] != 0.0)


def drawn_by(how: Mapping[str, Any], init: str) -> str:
    """Return the initializer by which weights were drawn: of a moment of a training that of the run of its name."""
    if how.get("kind") != "snapshot":
        return init
    return str(how["training"]["runs"].get(init, {}).get("init", init))


@dataclass(frozen=True)
class Copies:
    """Seeds that are no replicates.

    Parameters
    ----------
    seeds, networks : int
        How many seeds, and how many sets of weights they have between them, but for rounding, sign and order.
    layers : tuple of int
        Positions of layers whose weights are the same under every seed, so far.
    alike : bool
        Whether the same matrix stands in every layer behind the first, too.
    """

    seeds: int
    networks: int
    layers: tuple[int, ...]
    alike: bool

    @property
    def key(self) -> str:
        """Key in ``TEXT`` of what is said of a stack's seeds."""
        if self.networks == 1:
            return f"note.replicas{'_layers' if self.alike else ''}"
        return "note.replicas_some" if self.networks < self.seeds else "note.replicas_in"

    def values(self, numbers: Sequence[int]) -> dict[str, Any]:
        """Return what is filled in, by the numbers of all layers."""
        if self.networks == 1:
            return {"seeds": self.seeds}
        if self.networks < self.seeds:
            return {"seeds": self.seeds, "networks": self.networks}
        return {"seeds": self.seeds, "layers": runs_of([numbers[at] for at in self.layers], "–")}


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


def _same(keys: Any, others: Any) -> Any:
    return np.abs(keys - others) <= SAME * np.abs(others)


def of_a_stack(init: str, keys: Any) -> Copies | None:
    """Return in what seeds are no replicates, by the keys of their weights, shape (seeds, layers); None if they are.

    0 or NaN is no key. Keys of weights that differ by rounding, sign or the order of units are the same up to ``SAME``.
    """
    known = np.flatnonzero(np.isfinite(keys).all(axis=0) & (keys > 0).any(axis=0))
    if len(keys) < 2 or not len(known) or not _draws(init):
        return None
    drawn = keys[:, known]
    inorder = drawn[np.argsort(drawn[:, 0])]  # so that the same are beside each other
    networks = 1 + int(np.count_nonzero(~_same(inorder[1:], inorder[:-1]).all(axis=1)))
    layers = tuple(known[_same(drawn.max(axis=0), drawn.min(axis=0))].tolist())
    if networks == len(keys) and not layers:
        return None
    alike = drawn.shape[1] > 2 and bool(_same(drawn[0, 1:], drawn[0, 1]).all())
    return Copies(len(keys), networks, layers, alike)


def of_a_model(keys: Any, built_anew: bool) -> Copies | None:
    """Return whether all seeds of a model that is built anew for each have the same weights.

    Some layers may start alike by design, and a model that is given as it is has one set of weights.
    """
    found = of_a_stack("", keys) if built_anew else None
    return found if found and found.networks == 1 else None


def copies_in(dataset: xarray.Dataset) -> dict[str, Copies]:
    """Return which initializers' seeds are no replicates, in a probe's result or in a training's first snapshot.

    A training that has no snapshot before the first update does not tell.
    """
    found: dict[str, Copies] = {}
    if "weights_key" not in dataset or is_own(recipe(dataset)):
        return found
    keys = dataset["weights_key"]
    if "snapshot" in keys.dims:
        first = keys.isel(snapshot=0, seed=slice(None))
        began = (dataset["snapshot_step"].isel(snapshot=0) == 0).all("seed").values
        rows = [(dataset["init"].values[at], first.isel(run=at)) for at in np.flatnonzero(began)]
    else:
        rows = [(init, keys.sel(init=init).isel(activation=0)) for init in dataset["init"].values]
    for init, each in rows:
        if (
            same := of_a_stack(drawn_by(recipe(dataset), str(init)), each.transpose("seed", "layer").values)
        ) is not None:
            found.setdefault(str(init), same)
    return found


def copies_of(label: str, initializer: Initializer, seeds: Sequence[int]) -> Copies | None:
    """Return in what the draws of an initializer for a layer under each seed are no replicates; None if they are."""
    if builtin("initializer", label, INITIALIZERS) is not None:
        return None
    keys = []
    for seed in seeds:
        weights = np.asarray(initializer.sample(stream(seed, "weights", 1), *_TRIED), np.float64)
        keys.append([fingerprint(weights, sizes(weights).rms)])
    return of_a_stack(label, np.array(keys))


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
            what += ", but at most for rounding, sign and the order of units"
            raise ActvizError(f"{what}: they are no replicates, and tell nothing of chance (does {ask}?)")
