"""Two builders of one model compared without a stored baseline: eager and on the meta device, old and new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.baseline.comparison import ALPHA, MARGIN, Comparison, check_limits, compare
from actviz.baseline.measures import KURTOSIS
from actviz.baseline.record import Baseline, fresh_seeds
from actviz.catalog.checks import check_choice
from actviz.errors import ActvizError
from actviz.probing.running import seed_numbers
from actviz.text import LANGUAGES, text

if TYPE_CHECKING:
    import xarray

    from actviz.torch.keeping import Kept

SEEDS = 64
"""Models of each builder unless said otherwise: those of two that draw alike are mostly shown to be equivalent."""

_SETTINGS = ("drive", "layers", "batches", "view")


def compare_builders(
    first: Any,
    second: Any,
    inputs: Any,
    *,
    seeds: int | Sequence[int] = SEEDS,
    same_seeds: bool = False,
    alpha: float = ALPHA,
    margin: float = MARGIN,
    lang: str = "en",
    names: tuple[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    **settings: Any,
) -> Comparison:
    """Compare the models that two functions build: activations, gradients, histograms, parameters and buffers.

    Parameters
    ----------
    first, second : callable
        Each, a function or a class, makes a model under every seed. A model on the meta device is given memory and
        drawn by its own ``init_weights`` or its modules' ``reset_parameters``; what none of them draws has the
        constructor's values, and is noted.
    inputs : as ``actviz.probe_module`` takes them
    seeds : int or sequence of int
        How many models of each, or under which seeds those of the first are made.
    same_seeds : bool
        Whether the second is built under the same seeds, and every number is to be the same; else under others, and
        the two samples are compared by tests that hold the rate of false alarms.
    alpha, margin : float
        As of ``actviz.baseline.compare``, of two samples.
    lang : str
        Of what cannot be compared.
    names : (str, str), optional
        What the builders are called.
    progress : callable, optional
        Called with (done, total) models.
    **settings
        Further arguments of ``actviz.probe_module``: ``drive``, ``layers``, ``batches``.

    Returns
    -------
    Comparison
        Its ``outcome`` is equivalent, drift or inconclusive.

    Raises
    ------
    ActvizError
        If PyTorch is missing, an argument is not allowed, or a model fails.
    """
    from actviz.torch import need_torch, probe_module

    need_torch()
    from actviz.torch.keeping import Kept, qualname_of

    check_choice("lang", lang, LANGUAGES)
    for name in settings:
        check_choice("a setting of probe_module", name, _SETTINGS)
    check_limits(alpha, margin)
    for build in (first, second):
        if not callable(build) or (hasattr(build, "named_parameters") and not isinstance(build, type)):
            raise ActvizError(f"a builder is a function that makes a model, not {type(build).__name__}")
    own = seed_numbers(seeds)
    others = own if same_seeds else tuple(fresh_seeds(own))
    sides = names or (qualname_of(first), qualname_of(second))
    if sides[0] == sides[1]:
        sides = (f"{sides[0]} (1)", f"{sides[1]} (2)")
    measured, kept = [], (Kept(first), Kept(second))
    for at, (build, chosen) in enumerate(zip(kept, (own, others), strict=True)):
        told = None if progress is None else _shifted(progress, at * len(own), 2 * len(own))
        try:
            dataset = probe_module(build, inputs, seeds=chosen, name="as built", progress=told, **settings)
        except ActvizError as error:
            raise ActvizError(f"{sides[at]}: {error}") from error
        measured.append(_with_kurtosis(dataset, build.kurtosis))
    measured[1], renamed = _by_place(measured[0], measured[1], *kept)
    problems = (
        *_of_parameters(measured[0], measured[1], sides, lang),
        *_of_kept(*kept, sides, lang, same_seeds=same_seeds),
    )
    limits = {} if same_seeds else {"alpha": alpha, "margin": margin}
    return compare(
        Baseline.of(measured[0]), Baseline.of(measured[1]), mode="exact" if same_seeds else "statistical", lang=lang,
        sides=sides, problems=problems, notes=tuple(_notes(kept, renamed, sides, lang)), **limits,
    )  # fmt: skip


def _shifted(progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _: progress(before + done, total)


def _with_kurtosis(dataset: xarray.Dataset, of_seeds: Sequence[Mapping[str, float]]) -> xarray.Dataset:
    """Return the dataset with the kurtosis of every parameter: no size tells normal values from uniform ones."""
    names, layers = (dataset[name].values.tolist() for name in ("parameter", "parameter_layer"))
    values = np.array([[each.get(name, np.nan) for name in names] for each in of_seeds])
    of_layers = np.full((len(of_seeds), dataset.sizes["layer"]), np.nan)
    for at, layer in enumerate(layers):
        if layer:
            of_layers[:, layer - 1] = values[:, at]
    dims = ("init", "activation", "seed")
    told = zip(KURTOSIS, ("layer", "parameter"), (of_layers, values), strict=True)
    return dataset.assign({name: ((*dims, of), each[None, None]) for name, of, each in told})


def _by_place(
    first: xarray.Dataset, second: xarray.Dataset, kept: Kept, others: Kept
) -> tuple[xarray.Dataset, dict[str, str]]:
    """Return the second with the first's names and order of parameters where only these differ; and the names.

    Parameters that only one side has are those of the other that have the same shapes and layers, in their order;
    buffers those of the same shapes.
    """
    renamed = _pairs(*(_told(ds, "parameter", "parameter_shape", "parameter_layer") for ds in (first, second)))
    if renamed:
        layers = _pairs(*(_told(ds, "layer_name", "width") for ds in (first, second)))
        names = {"parameter": renamed, "layer_name": layers}
        coords = {name: (second[name].dims, [of.get(each, each) for each in second[name].values.tolist()])
                  for name, of in names.items()}  # fmt: skip
        second = second.assign_coords(coords)
    held = [{name: each.shape for name, each in of.buffers[0].items()} for of in (kept, others)]
    renamed |= _pairs(*held)
    others.rename(renamed)
    order = first["parameter"].values
    return second.sel(parameter=order) if set(order) == set(second["parameter"].values) else second, renamed


def _told(dataset: xarray.Dataset, name: str, *of: str) -> dict[str, Any]:
    """Return what is told of each name."""
    values = zip(*(dataset[each].values.tolist() for each in of), strict=True)
    return dict(zip(dataset[name].values.tolist(), values, strict=True))


def _pairs(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, str]:
    """Return the names that only the other has, each with the one in its place; none where these are not alike.

    Those of which the same is told are in one order, whatever stands between them.
    """
    lost = sorted((name for name in one if name not in other), key=lambda name: str(one[name]))
    new = sorted((name for name in other if name not in one), key=lambda name: str(other[name]))
    return dict(zip(new, lost, strict=True)) if [one[name] for name in lost] == [other[name] for name in new] else {}


def _of_parameters(first: xarray.Dataset, second: xarray.Dataset, sides: tuple[str, str], lang: str) -> list[str]:
    """Say which parameters only one builder's models have: of weights that one of them ties there is one less."""
    one, other = ([str(name) for name in ds["parameter"].values] for ds in (first, second))
    told = []
    for names, others, side in ((one, other, sides[0]), (other, one, sides[1])):
        if alone := [name for name in names if name not in others]:
            told.append(text("builders.parameters", lang, side=side, names=_listed(alone)))
    return told


def _of_kept(first: Kept, second: Kept, sides: tuple[str, str], lang: str, *, same_seeds: bool) -> Iterator[str]:
    """Say which buffers differ, and which parameters only one builder lets learn."""
    from actviz.torch.keeping import differing_buffers

    if differing := differing_buffers(first, second, same_seeds=same_seeds):
        yield text("builders.buffers", lang, names=_listed(differing))
    for one, other, side in ((first, second, sides[0]), (second, first, sides[1])):
        alone = [name for name, learns in one.learns.items() if learns and other.learns.get(name) is False]
        if alone:
            yield text("builders.frozen", lang, side=side, names=_listed(alone))


def _notes(kept: Sequence[Kept], renamed: Mapping[str, str], sides: Sequence[str], lang: str) -> Iterator[str]:
    """Say which names differ, and of models on the meta device what no method of theirs draws."""
    if renamed:
        names = _listed([f"{first} = {second}" for second, first in renamed.items()])
        yield text("builders.names", lang, first=sides[0], second=sides[1], names=names)
    for side, of in zip(sides, kept, strict=True):
        if of.constructed:
            yield text("builders.constructed", lang, side=side, names=_listed(of.constructed))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + ", …" * (len(names) > 5)
