"""What a figure reads off a dataset: selections, lines over layers with their seeds, and the notes of a panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import ActvizError
from actviz.plots.reading.scales import Floats, ValueScale
from actviz.results.dataset import chosen, gradient_decades, of_pairing, of_place, selection
from actviz.results.overlaying import laid, part_of
from actviz.text import text
from actviz.text.numbers import percent, short

if TYPE_CHECKING:
    import xarray

HIDDEN = 0.01
"""A panel that does not show more than this share of its values says so."""

Names = str | Sequence[str] | None
Pairings = list[tuple[str, str]]
Flags = NDArray[np.bool_]


def choose(ds: xarray.Dataset, dim: str, names: Names) -> list[str]:
    """Return the chosen initializers or activations; all of them unless some are named.

    Raises
    ------
    ActvizError
        If the dataset has no such one; the message lists what it has.
    """
    return chosen(ds, dim, names) or chosen(ds, dim, None)


def spread_layers(ds: xarray.Dataset, number: int, most: int = 8) -> list[int]:
    """Return up to ``number`` layers, evenly spaced, the first and the last among them; of chosen ones ``most``."""
    layers = ds["layer"].values
    number = most if "layer" in selection(ds) else number
    at = np.unique(np.linspace(0, len(layers) - 1, min(number, len(layers))).round().astype(int))
    return [int(layer) for layer in layers[at]]


@dataclass(frozen=True)
class Line:
    """A statistic over the layers: median, least and greatest seed, and where there is no number and why."""

    layers: NDArray[Any]
    middle: Floats
    low: Floats
    high: Floats
    overflow: Flags

    @property
    def undefined(self) -> bool:
        """Whether there is nothing to draw, and not because of an overflow."""
        return bool(np.isnan(self.middle).all() and not self.overflow.any())

    def lost(self, every: int = 1) -> NDArray[Any]:
        """Return the overflowed layers: the first of each run of them, and from there one in ``every``."""
        run = 0
        shown = np.zeros(len(self.overflow), bool)
        for at in np.flatnonzero(self.overflow):
            run = run + 1 if at and self.overflow[at - 1] else 0
            shown[at] = run % every == 0
        layers: NDArray[Any] = self.layers[shown]
        return layers


def finite_values(lines: Sequence[Line]) -> Floats:
    """Return every finite number of lines and their bands, for an axis to hold, of shape (n,)."""
    values: Floats = np.concatenate([[each.low, each.high] for each in lines], axis=None) if lines else np.array([])
    return values[np.isfinite(values)]


def overflowed(ds: xarray.Dataset, init: str, activation: str) -> Flags:
    """Return at which layers the activations of any seed overflowed, shape (layer,)."""
    return np.asarray((of_pairing(ds, "nonfinite", init, activation) > 0).any(axis=0))


def own_seeds(ds: xarray.Dataset, init: str) -> xarray.Dataset:
    """Return a dataset of the seeds of an initializer or run: results laid over each other may differ in theirs."""
    results = laid(ds)
    return ds.isel(seed=slice(results[part_of(ds, init)[1]]["seeds"])) if results else ds


def line(ds: xarray.Dataset, name: str, init: str, activation: str) -> Line:
    """Read a statistic of a pairing; what overflow made of it is not a number.

    A gradient that passed any overflowed layer means nothing at every layer.
    """
    ds = own_seeds(ds, init)
    values = of_pairing(ds, name, init, activation).astype(float)
    if ds.variables[name].attrs.get("units") == "units":
        values = values / ds.variables["width"].values
    gradient = name.startswith("grad")
    nonfinite = of_pairing(ds, "nonfinite", init, activation)
    there: Flags = ~np.isnan(nonfinite)  # a model may leave layers out under some seeds
    forward: Flags = np.asarray((nonfinite > 0).any(axis=0))
    lost = np.full_like(forward, forward.any()) if gradient else forward
    if gradient:  # a layer without weights has no weight gradient: nothing is lost there
        lost = lost | (there & ~np.isfinite(of_pairing(ds, "grad_preact_rms", init, activation))).any(axis=0)
    values = np.where(lost | np.isinf(values), np.nan, values)
    middle, low, high = (_where_there(reduce, values, there) for reduce in (np.median, np.min, np.max))
    return Line(ds.variables["layer"].values, middle, low, high, lost)


def _where_there(reduce: Callable[..., Any], values: Floats, there: Flags) -> Floats:
    """Return the median, say, of every layer over the seeds that have it."""
    if there.all():
        return np.asarray(reduce(values, axis=0))
    own = zip(values.T, there.T, strict=True)
    return np.array([reduce(each[known]) if known.any() else np.nan for each, known in own])


def attenuation(ds: xarray.Dataset, init: str, activation: str) -> float:
    """Return the decades by which the gradient has changed at the first layer, median of the seeds."""
    if overflowed(ds, init, activation).any():
        return np.nan
    return float(np.median(gradient_decades(ds, init, activation)))


@dataclass(frozen=True)
class Panel:
    """One panel of a grid of distributions: its shape, its share of exact zeros, and what is written in it."""

    heights: Floats
    zeros: float
    note: str
    hidden: float = 0.0
    lost: float = 0.0

    @property
    def sick(self) -> str:
        """Key in ``TEXT`` of what the panel cannot show, if it is worth a word."""
        if self.lost > 0:
            return "panel.overflow" if self.lost >= 1 else "panel.part_overflow"
        return "panel.outside" if self.hidden > HIDDEN else ""

    def alarm(self, lang: str) -> str:
        """Return in words what the panel cannot show."""
        return text(self.sick, lang, share=percent(self.lost or self.hidden))


def over_seeds(reduce: Callable[[Floats], Any], values: Floats) -> float:
    """Return the mean, say, over the seeds there is a number of: results laid over each other may differ in theirs."""
    known = values[~np.isnan(values)]
    return float(reduce(known)) if known.size else np.nan


def cell(ds: xarray.Dataset, scale: ValueScale, init: str, activation: str, layer: int, *, lang: str = "en") -> Panel:
    """Read one layer of a pairing from the full histogram."""
    here = partial(of_place, ds, place={"init": init, "activation": activation, "layer": layer})
    counts, lost = here("hist"), over_seeds(np.mean, here("nonfinite"))
    if lost >= 1:
        return Panel(np.zeros(len(scale.groups)), 0.0, "", lost=lost)
    total = max((counts.sum() + float(here("underflow")) + float(here("overflow"))) / (1 - lost), 1.0)
    zeros = over_seeds(np.mean, here("zero_fraction"))
    unshown = 0.0 if scale.linear else zeros
    hidden = 1 - lost - unshown - float(scale.shown(counts)) / total
    std = "" if lost > 0 else text("panel.std", lang, value=short(over_seeds(np.median, here("act_std"))))
    if unshown >= 1:
        return Panel(np.zeros(len(scale.groups)), 1.0, text("panel.all_zero", lang))
    told = text("panel.zeros", lang, share=percent(zeros)) if unshown > HIDDEN else ""
    return Panel(scale.density(counts), unshown, ", ".join(filter(None, (std, told))), hidden, lost)


def view_cell(ds: xarray.Dataset, scale: ValueScale, init: str, activation: str, layer: int, *, lang: str) -> Panel:
    """Read one layer of a pairing from the histogram on chosen edges, exact zeros apart from their bin."""
    here = partial(of_place, ds, place={"init": init, "activation": activation, "layer": layer})
    counts, outside = here("view_hist").astype(float), float(here("view_outside"))
    total, edges = max(counts.sum() + outside, 1.0), ds["view_edges"].values
    zeros = float(np.nan_to_num(over_seeds(np.mean, here("zero_fraction")))) if edges[0] <= 0 <= edges[-1] else 0.0
    if zeros >= 1:
        return Panel(np.zeros(len(scale.groups)), 1.0, text("panel.all_zero", lang))
    if zeros > 0:
        at = min(int(np.searchsorted(edges, 0.0, side="right")) - 1, len(counts) - 1)
        rest = counts[at] - zeros * total
        counts[at] = rest if rest > 0.5 else 0.0
    std = over_seeds(np.median, here("act_std")) if over_seeds(np.max, here("nonfinite")) == 0 else np.nan
    note = text("panel.std", lang, value=short(std)) if np.isfinite(std) else ""
    told = text("panel.zeros", lang, share=percent(zeros)) if zeros > HIDDEN else note
    return Panel(scale.density(counts), zeros, told, outside / total)


def teaching_pairings(ds: xarray.Dataset, inits: Names = None, activations: Names = None) -> list[tuple[str, str]]:
    """Return up to four pairings that teach, of those there: saturated, collapsed, vanishing, healthy."""
    there = [(i, a) for a in choose(ds, "activation", activations) for i in choose(ds, "init", inits)]
    telling = [pairing for pairing in _TELLING if pairing in there]
    rest = [pairing for pairing in there if pairing not in telling]
    picked = set((telling + rest)[:4])
    shown = [pairing for pairing in (*_TELLING, *rest) if pairing in picked]
    return sorted(shown, key=_HEALTHY.__eq__)  # the cure comes last


_HEALTHY = ("he_normal", "relu")
_TELLING = (
    ("normal", "sigmoid"),
    ("normal:0.01", "sigmoid"),
    ("xavier_normal", "sigmoid"),
    ("he_normal", "relu"),
    ("normal", "tanh"),
    ("xavier_normal", "relu"),
    ("normal", "relu"),
    ("xavier_normal", "tanh"),
    ("zeros", "tanh"),
)


def all_pairings(ds: xarray.Dataset, inits: Names = None, activations: Names = None, **_: Any) -> Pairings:
    """Return the pairings of a figure, those that tell most first."""
    everything = [(i, a) for a in choose(ds, "activation", activations) for i in choose(ds, "init", inits)]
    first = teaching_pairings(ds, inits, activations) if len(everything) > 6 else []
    return [*first, *(pairing for pairing in everything if pairing not in first)]


def one_activation(ds: xarray.Dataset, inits: Names = None, activations: Names = None, **_: Any) -> Pairings:
    """Return the pairings of a figure of one activation."""
    return all_pairings(ds, inits, choose(ds, "activation", activations)[0])


def of_activation(ds: xarray.Dataset, runs: Names = None, activations: Names = None, **_: Any) -> list[str]:
    """Return the chosen runs of the first of the chosen activations."""
    there = list(dict.fromkeys(str(name) for name in ds["activation"].values))
    wanted = there[:1] if activations is None else [activations] if isinstance(activations, str) else list(activations)
    chosen = choose(ds, "run", runs)
    if runs is not None and activations is None:
        wanted = [str(ds["activation"].sel(run=chosen[0]).item())]
    those = [run for run in chosen if str(ds["activation"].sel(run=run).item()) == wanted[0]]
    if not those:
        raise ActvizError(f"no run with activation {wanted[0]!r}; it has {', '.join(there)}")
    return those
