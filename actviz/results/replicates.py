"""Whether seeds are replicates: networks whose weights were drawn anew, and not one network measured several times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.initializers import INITIALIZERS, Initializer
from actviz.catalog.names import builtin
from actviz.errors import ActvizError
from actviz.numerics.likeness import MOST, SAME, different, digits, fingerprint, nearly, orders_of, pairs_of, samples_of
from actviz.numerics.moments import sizes
from actviz.numerics.streams import stream
from actviz.results.dataset import is_own, recipe
from actviz.text.numbers import runs_of

if TYPE_CHECKING:
    import xarray

TOLD = ("weights_key", "weights_sample", "weights_order")
"""What is told of weights, by which seeds are compared."""

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


REPEATED = 0.75
"""Share of seeds up to which their sets of weights in a layer are too few to have been drawn anew each time."""


@dataclass(frozen=True)
class Copies:
    """Seeds that are no replicates.

    Parameters
    ----------
    kind : str
        What of theirs is the same but for rounding, sign and order: ``all``, ``layers`` where the same matrix stands in
        every layer behind the first, ``in`` some layers, ``some`` seeds; ``most`` weights of most seeds, ``most_some``
        of some, but for signs and a factor of each unit; ``near`` all weights of some but for noise.
    seeds, networks : int
        How many seeds, and how many sets of weights they have between them, at most, in these layers.
    layers : tuple of int
        Positions of the layers, so far.
    """

    kind: str
    seeds: int
    networks: int
    layers: tuple[int, ...]

    @property
    def key(self) -> str:
        """Key in ``TEXT`` of what is said of a stack's seeds."""
        return f"note.replicas_{self.kind}"

    @property
    def of_one_network(self) -> bool:
        """Whether all seeds have the same weights."""
        return self.kind in ("all", "layers")

    def values(self, numbers: Sequence[int]) -> dict[str, Any]:
        """Return what is filled in, by the numbers of all layers."""
        layers = runs_of([numbers[at] for at in self.layers], "–")
        return {"seeds": self.seeds, "networks": self.networks, "layers": layers}


def copies(init: str, keys: Any, samples: Any, orders: Any, *, module: bool, built_anew: bool) -> Copies | None:
    """Return in what seeds of a stack or model are no replicates; None if they are.

    Parameters
    ----------
    init : str
        Label of the initializer.
    keys, samples, orders : array (seeds, layers)
        Of the weights.
    module, built_anew : bool
        Whether it is a PyTorch model, and whether it was built for every seed and not given as it is.
    """
    return (
        of_a_model(keys, samples, orders, built_anew=built_anew) if module else of_a_stack(init, keys, samples, orders)
    )


def _same(keys: Any, others: Any) -> Any:
    return np.abs(keys - others) <= SAME * np.abs(others)


def of_a_stack(init: str, keys: Any, samples: Any, orders: Any) -> Copies | None:
    """Return in what seeds are no replicates, by what is told of weights, shape (seeds, layers) each; None if they are.

    0 or NaN is no key. Keys of weights that differ by rounding, sign or the order of units are the same up to ``SAME``.
    """
    known = np.flatnonzero(np.isfinite(keys).all(axis=0) & (keys > 0).any(axis=0))
    if len(keys) < 2 or not len(known) or not _draws(init):
        return None
    drawn = keys[:, known]
    inorder = drawn[np.argsort(drawn[:, 0])]  # so that the same are beside each other
    networks = 1 + int(np.count_nonzero(~_same(inorder[1:], inorder[:-1]).all(axis=1)))
    same = known[_same(drawn.max(axis=0), drawn.min(axis=0))].tolist()
    if networks == 1:
        alike = drawn.shape[1] > 2 and bool(_same(drawn[0, 1:], drawn[0, 1]).all())
        return Copies("layers" if alike else "all", len(keys), 1, tuple(same))
    if networks < len(keys):
        return Copies("some", len(keys), networks, tuple(known.tolist()))
    if same:
        return Copies("in", len(keys), 1, tuple(same))
    return _mostly(digits(samples[:, known]), known) or _noisy(orders[:, known], known)


def _noisy(orders: Any, known: Any) -> Copies | None:
    """Return in what weights of seeds are the same but for noise, by their order, shape (seeds, layers)."""
    earlier = [nearly(own, orders[:seed]).any(axis=0) for seed, own in enumerate(orders)]
    sets = len(orders) - np.count_nonzero(earlier, axis=0)
    few = sets <= REPEATED * len(orders)
    return Copies("near", len(orders), int(sets[few].max()), tuple(known[few].tolist())) if few.any() else None


def _mostly(sampled: Any, known: Any) -> Copies | None:
    """Return in what most weights of seeds are the same, by the digits of samples, shape (seeds, layers, SAMPLED)."""
    seeds = len(sampled)
    middle = np.sort(sampled, axis=0)[seeds // 2]  # what more than half have is there
    common = np.where((sampled == middle).sum(axis=0) > seeds / 2, middle, 0)
    found = np.zeros(sampled.shape[:2], bool)  # whether an earlier seed has most of it
    for seed, own in enumerate(sampled[:-1], 1):
        equal = (sampled[seed:] == own) & (own > 0)
        if (at := equal.sum(axis=-1) >= MOST).any():
            found[seed:] |= at & (different(np.where(equal, own, 0)) >= MOST)
    sets = seeds - np.count_nonzero(found, axis=0)
    if (same := different(common) >= MOST).any():
        return Copies("most", seeds, 1, tuple(known[same].tolist()))
    few = sets <= REPEATED * seeds
    return Copies("most_some", seeds, int(sets[few].max()), tuple(known[few].tolist())) if few.any() else None


def of_a_model(keys: Any, samples: Any, orders: Any, *, built_anew: bool) -> Copies | None:
    """Return whether seeds of a model that is built anew for each have the same weights, or nearly, everywhere.

    Some layers may start alike by design, and a model that is given as it is has one set of weights.
    """
    found = of_a_stack("", keys, samples, orders) if built_anew else None
    told = {"most": keys, "near": orders}.get(found.kind) if found else None
    whole = found is not None and told is not None and len(found.layers) == np.count_nonzero((told > 0).all(axis=0))
    return found if found and (found.of_one_network or whole) else None


def copies_in(dataset: xarray.Dataset) -> dict[str, Copies]:
    """Return which initializers' seeds are no replicates, in a probe's result or in a training's first snapshot.

    A training that has no snapshot before the first update does not tell.
    """
    found: dict[str, Copies] = {}
    if "weights_key" not in dataset or is_own(recipe(dataset)):
        return found
    told = _told(dataset)
    if "snapshot" in told[0].dims:
        began = (dataset["snapshot_step"].isel(snapshot=0) == 0).all("seed").values
        at = [(dataset["init"].values[run], {"snapshot": 0, "run": run}) for run in np.flatnonzero(began)]
    else:
        at = [(init, {"init": place, "activation": 0}) for place, init in enumerate(dataset["init"].values)]
    for init, where in at:
        own = (each.isel(where).transpose("seed", "layer").values for each in told)
        if (same := of_a_stack(drawn_by(recipe(dataset), str(init)), *own)) is not None:
            found.setdefault(str(init), same)
    return found


def _told(dataset: xarray.Dataset) -> list[xarray.DataArray]:
    """Return keys, samples and orders of all weights: NaN where a result of an earlier version has none."""
    unknown = dataset["weights_key"] * np.nan
    return [dataset.get(name, unknown) for name in TOLD]


def copies_of(label: str, initializer: Initializer, seeds: Sequence[int]) -> Copies | None:
    """Return in what the draws of an initializer for a layer under each seed are no replicates; None if they are."""
    if builtin("initializer", label, INITIALIZERS) is not None:
        return None
    drawn = [np.asarray(initializer.sample(stream(seed, "weights", 1), *_TRIED), np.float64) for seed in seeds]
    keys = np.array([[fingerprint(weights, sizes(weights).rms)] for weights in drawn])
    pairs = np.array([[pairs_of(weights)] for weights in drawn])
    return of_a_stack(label, keys, samples_of(pairs), orders_of(pairs))


_EXACT, _NEARLY = "rounding, sign and the order of units", "signs and a factor of each unit"
_WORDS = {
    **dict.fromkeys(("all", "layers"), ("the same weights", _EXACT)),
    "in": ("the same weights in {layers} of their layers", _EXACT),
    "some": ("at most {networks} sets of weights between them in {layers} of their layers", _EXACT),
    "most": ("for the most part the same weights in {layers} of their layers", _NEARLY),
    "near": ("no more different sets of weights than {networks} in {layers} of their layers", "noise that is small"),
    "most_some": ("for the most part at most {networks} sets of weights between them in {layers} layers", _NEARLY),
}


def refuse_copies(dataset: xarray.Dataset) -> None:
    """Refuse seeds that are no replicates, by which no chance can be told; of a model given as it is they may be.

    Raises
    ------
    ActvizError
        If seeds of a pairing have the same weights, all or in a layer.
    """
    if "weights_key" not in dataset:
        return
    known, dims = recipe(dataset), ("activation", "seed", "layer")
    for init in dataset["init"].values.tolist():
        for own in zip(*(each.sel(init=init).transpose(*dims).values for each in _told(dataset)), strict=True):
            module = is_own(known)
            found = copies(init, *own, module=module, built_anew=bool(known.get("built_anew")))
            if found is None:
                continue
            raise refusal(found, init, module=module)


def refusal(found: Copies, of: str, *, module: bool) -> ActvizError:
    """Return the error that says why seeds of something are refused."""
    what, but = _WORDS[found.kind]
    what = what.format(networks=found.networks, layers=len(found.layers))
    what = f"the {found.seeds} seeds of {of} have {what}, but at most for {but}"
    ask = "what builds the model seed the generator itself" if module else "the initializer use its generator"
    return ActvizError(f"{what}: they are no replicates, and tell nothing of chance (does {ask}?)")
