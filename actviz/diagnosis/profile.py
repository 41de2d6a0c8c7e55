"""What rules look at: the statistics of a pairing by seed and layer, and those that only rules read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.activations import ACTIVATIONS
from actviz.diagnosis.scales import named
from actviz.diagnosis.structure import Structure, Values, structure_of
from actviz.errors import ActvizError
from actviz.numerics.histogram import is_linear
from actviz.results.dataset import PAIRING, kind_of, recipe
from actviz.results.model_statistics import OF_LEARNING
from actviz.results.overlaying import refuse_laid
from actviz.results.statistics import OF_INPUTS, OF_WEIGHTS, STATISTICS

if TYPE_CHECKING:
    import xarray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Profile:
    """The statistics of one pairing, (seeds, layers) each.

    Parameters
    ----------
    values : dict
        Those of the dataset and of ``DERIVED``; of the inputs (seeds, 1). NaN for what the dataset does not have.
    widths : array (layers,)
    layers : list of int
        Their numbers.
    bounded : bool
        Whether the activation is bounded on both sides; of a result that tells each layer's, ``values`` have it.
    largest : float
        The largest number of the passes' precision.
    structure : Structure or None
        Of a model; None of a plain stack.
    normalized : bool
        Of a way of a model, whether batch normalization goes with it all along.
    moving : array (seeds,), optional
        Of a way of a model, whether any weight of the whole model has a gradient.
    steps : array (layers,), optional
        Of a way of a model, how many steps each column is from the end that its gradient is compared with.
    """

    values: dict[str, Values]
    widths: Values
    layers: list[int]
    bounded: bool
    largest: float
    structure: Structure | None = None
    normalized: bool = False
    moving: Mask | None = None
    steps: Values | None = None

    def __getitem__(self, name: str) -> Values:
        return self.values[name]

    def drops(self, tiny: float) -> Mask:
        """Layers whose activations come below ``tiny`` from a size above it."""
        sizes = np.fmax(np.abs(self["act_min"]), np.abs(self["act_max"]))
        before = np.concatenate([np.full((len(sizes), 1), math.inf), sizes[:, :-1]], axis=1)
        return (sizes <= tiny) & (before > tiny)

    def lost(self, tiny: float) -> Mask:
        """Layers whose signal has faded to less than ``tiny``: that it is flat or 0 there follows."""
        starts = self.drops(tiny) & (self["zero_fraction"] < 1.0)
        faded: Mask = np.logical_or.accumulate(starts, axis=1)
        return faded

    def blocked(self, share: float, tiny: float) -> Mask:
        """Layers whose gradient something sets to exactly 0, rather than that it faded to less than a float holds."""
        zero = self["grad_zero"] >= share
        after = np.append(self["grad_preact_rms"][:, 1:], np.full((len(zero), 1), math.inf), axis=1)
        starts = zero & (after > tiny) & ~self.lost(tiny)
        passed_on: Mask = np.logical_or.accumulate(starts[:, ::-1], axis=1)[:, ::-1]
        return zero & passed_on

    @property
    def farthest(self) -> int:
        """The column that is farthest from the end that its gradient is compared with, the first of several."""
        return int(np.argmax(np.nan_to_num(self._steps())))

    def _steps(self) -> Values:
        if self.steps is not None:
            return self.steps
        judged: Mask = np.logical_or.reduce(~np.isnan(self["gradient_ratio"]), axis=0)
        last = np.flatnonzero(judged).max(initial=0)
        return np.where(judged, last - np.arange(float(len(judged))), math.nan)

    def steps_to(self, place: int) -> int:
        """Return how many steps a column is from the end that its gradient is compared with."""
        return int(np.nan_to_num(self._steps()[place]))

    @np.errstate(all="ignore")
    def rate(self, places: Sequence[int], seeds: Mask | None = None) -> float:
        """Factor of the mean-square gradient a layer, on its way back to a column of each seed; of the median seed.

        Where the gradient there is no number, or 0, that of the steps that have one.
        """
        of = np.flatnonzero(np.ones(len(self["gradient_ratio"]), bool) if seeds is None else seeds)
        ratio, steps, found = self["gradient_ratio"], self._steps(), []
        for seed, place in zip(of.tolist(), places, strict=True):
            here = 2.0 * np.log(ratio[seed, place]) / steps[place]
            if not np.isfinite(here):
                own = (ratio[seed] > 0) & (steps <= steps[place])
                gaps = -np.diff(steps[own])
                each = -2.0 * np.diff(np.log(ratio[seed][own])) / np.where(gaps > 0, gaps, math.nan)
                here = np.mean(each[np.isfinite(each)]) if np.isfinite(each).any() else math.nan
            found.append(here)
        return float(np.exp(np.nanmedian(found))) if np.isfinite(found).any() else math.nan


@np.errstate(all="ignore")
def _gradient_ratio(values: dict[str, Values], widths: Values) -> Values:
    """Norm of dL/dz over a layer's units, over the last layer's: a tapering stack does not count as vanishing."""
    norm = values["grad_preact_rms"] * np.sqrt(widths)
    return norm / np.where(norm[:, -1:] > 0, norm[:, -1:], math.nan)


def _dead_share(values: dict[str, Values], widths: Values) -> Values:
    return values["dead_units"] / widths


COSINE_ERROR = 1e-6
"""To which a mean cosine is known at least: samples that are closer are not told apart."""

ROUNDINGS = 4.0
"""Roundings of the passes' precision by which the mean cosine of equal samples may be off 1."""


@np.errstate(all="ignore")
def distances(similarity: Values, of_inputs: Values) -> Values:
    """How far apart samples are for their size, over how far the inputs are: sqrt((1 - cosine) / (1 - inputs')).

    Shape (seeds, layers); the first layer stands for inputs that are not known, and of equal ones it is NaN.
    """
    given = np.where(np.isnan(of_inputs), similarity, of_inputs)[:, :1]
    return np.sqrt((1.0 - similarity) / np.where(1.0 - given > COSINE_ERROR, 1.0 - given, math.nan))


def _unknown(values: dict[str, Values], widths: Values) -> Values:
    """Return nothing: of branches, softmaxes and outputs only their own ways tell."""
    return np.full(values["act_std"].shape, math.nan)


DERIVED: dict[str, Callable[[dict[str, Values], Values], Values]] = {
    "gradient_ratio": _gradient_ratio,
    "dead_share": _dead_share,
    "distance": lambda values, widths: np.where(  # the cosine of one unit's values tells signs alone
        np.asarray(widths) > 1, distances(values["similarity"], values["input_similarity"]), math.nan
    ),
    **dict.fromkeys(
        (
            "smothered",
            "idle",
            "unmoved",
            "carried",
            "attention_entropy",
            "gate_entropy",
            "gate_saturated",
            "forgotten",
            "output_loss",
            "output_spread",
            "head_spread",
        ),
        _unknown,
    ),
}
"""Statistics that only rules read, from those of the dataset and the widths; ``text`` has their definitions."""


def _bounded(dataset: xarray.Dataset, activation: int) -> bool:
    """Whether an activation is bounded on both sides: then, and only then, its bins are equal."""
    edges = dataset.get("bin_edges")
    if edges is None:
        return False
    return is_linear(edges.isel(activation=activation).values if "activation" in edges.dims else edges.values)


BOUNDED_ABOVE = ("relu6", "hardtanh")
"""Functions of PyTorch alone with two bounds: if one is at 0, half of a healthy layer's values are flat, as of ReLU."""


def _is_bounded(label: str) -> float:
    """Return whether a layer's activation is bounded on both sides; NaN of one that its label does not bring back."""
    if label.partition(":")[0] in BOUNDED_ABOVE:
        return float(re.fullmatch(r"hardtanh:-[^,]+,[^-]+", label) is not None)
    function = named("activation", label, ACTIVATIONS)
    return math.nan if function is None else float(function.bounded)


def _bounded_layers(dataset: xarray.Dataset, seeds: int) -> dict[str, Values]:
    """Return of each layer whether its activation is bounded, (seeds, layers); nothing where no layer's is told.

    Bins do not tell: one layer without bounds, as a linear head, gives all of a model others.
    """
    if "layer_activation" not in dataset.coords:
        return {}
    labels = np.atleast_1d(dataset["layer_activation"].values).tolist()
    return {"bounded": np.tile([_is_bounded(str(label)) for label in labels], (seeds, 1))}


def _full(dataset: xarray.Dataset, name: str) -> Values:
    dims, variable = (*PAIRING, "seed", "layer"), dataset.variables[name]  # which carries no coordinates along
    ordered = variable if variable.dims == dims else variable.transpose(*dims, missing_dims="ignore")
    return np.asarray(ordered.values, np.float64).reshape([variable.sizes.get(dim, 1) for dim in dims])


def _columns(dataset: xarray.Dataset) -> dict[str, Values]:
    """Return every statistic as (inits, activations, seeds, layers), with length 1 for a dimension that is missing."""
    names = (*STATISTICS, *OF_INPUTS, *OF_WEIGHTS, *OF_LEARNING)
    columns = {name: _full(dataset, name) for name in names if name in dataset}
    unknown = np.full(next(iter(columns.values())).shape, math.nan)
    return {name: columns.get(name, unknown) for name in names}


READ = (
    "grad_preact_rms",
    "grad_overflow",
    "act_mean",
    "act_std",
    "unit_spread",
    "saturated",
    "zero_fraction",
    "nonfinite",
)
"""Without which silence would pass for health."""


def profiles(dataset: xarray.Dataset) -> Iterator[tuple[str, str, Profile]]:
    """Yield every pairing's initializer, activation and profile, in the dataset's order.

    Raises
    ------
    ActvizError
        If it is no dataset of pairings.
    """
    if "recipe" in dataset.attrs and (kind := kind_of(dataset)) != "probe":
        what, where = kind.replace("_", " "), "; actviz.snapshot gives its layers" if kind == "training" else ""
        raise ActvizError(f"need a dataset as actviz.probe gives it, not a {what}{where}")
    refuse_laid(dataset)
    missing = [name for name in (*PAIRING, "layer", "fan_in", "width", *READ) if name not in dataset.variables]
    if missing:
        raise ActvizError(f"need a dataset as actviz.probe gives it; this one has no {', '.join(missing)}")
    columns, beyond = _columns(dataset), _full(dataset, "grad_overflow")
    widths = np.atleast_1d(dataset["width"].values).astype(np.float64)
    layers = np.atleast_1d(dataset["layer"].values).tolist()
    precision = np.finfo(recipe(dataset).get("dtype", "float32"))
    largest, rounding = float(precision.max), ROUNDINGS * float(precision.eps)
    inits, activations = (np.atleast_1d(dataset[dim].values).tolist() for dim in PAIRING)
    for i, init in enumerate(inits):
        for a, activation in enumerate(activations):
            values = {name: column[i, a] for name, column in columns.items()}
            same = 1.0 - values["similarity"] <= rounding
            values["similarity"] = np.where(same, 1.0, values["similarity"])
            values |= {name: derive(values, widths) for name, derive in DERIVED.items()}
            values |= _bounded_layers(dataset, len(values["saturated"]))
            rms = values["grad_preact_rms"]
            lost = np.isnan(rms) & (beyond[i, a] > 0) & ~np.isnan(values["nonfinite"])  # no gradient is no overflow
            values["grad_preact_rms"] = np.where(lost, math.inf, rms)
            built = structure_of(dataset, init, activation)
            yield init, activation, Profile(values, widths, layers, _bounded(dataset, a), largest, built)
