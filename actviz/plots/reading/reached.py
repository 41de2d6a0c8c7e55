"""How deep signal and gradient of stacks reach over sigma_w, and titles that say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Names, choose
from actviz.results.dataset import recipe
from actviz.text import label, text
from actviz.text.numbers import round_value
from actviz.theory import depth_scales

if TYPE_CHECKING:
    import xarray

KINDS = ("signal", "gradient")


@dataclass(frozen=True)
class Sweep:
    """Depths reached over sigma_w by one activation, and by layer what they were fitted to, medians of the seeds."""

    sigmas: Floats
    scales: xarray.Dataset
    activation: str
    bias_std: float

    def middle(self, name: str) -> Floats:
        """Median of the seeds, (sigma, ...); NaN where any has none."""
        values: Floats = np.median(self.scales[name].values, axis=1)
        return values

    def lost(self, kind: str) -> Floats:
        """Where any seed has no number, (sigma, layer): 1 for an overflow, -1 for values all 0, 0 elsewhere."""
        values = self.scales[f"lost_{kind}"].values
        return np.where((values > 0).any(axis=1), 1.0, values.min(axis=1))


def swept(ds: xarray.Dataset, inits: Names, activation: str) -> Sweep:
    """Read off a dataset the depths that one activation reaches over sigma_w."""
    inits = choose(ds, "init", inits)
    sigmas = depth_scales.sweep(ds.sel(init=inits))
    chosen = ds.sel(init=list(sigmas), activation=[activation])
    scales = depth_scales.measured_depths(chosen).isel(activation=0).transpose("init", "seed", ...)
    return Sweep(np.array(list(sigmas.values())), scales, activation, float(recipe(ds).get("bias_std") or 0.0))


def told_kinds(sweeps: Sequence[Sweep]) -> tuple[str, ...]:
    """Return which kinds of depth were measured: where all samples start at rest the signal's was not."""
    return KINDS[1:] if all(depth_scales.starts_at_rest(each.scales) for each in sweeps) else KINDS


def deepest_titles(sweep: Sweep, lang: str) -> list[str]:
    """Say at which sigma_w signal and gradient reach deepest: one, or from which to which where seeds disagree.

    Where several reach all layers, how many do: how much deeper they would reach is not seen.
    """
    deepest = {}
    for kind in told_kinds([sweep]):
        depths = np.minimum(sweep.scales[f"depth_{kind}"].values, sweep.scales.sizes["layer"])
        most = np.fmax.reduce(depths, axis=0)
        if ((depths == most).sum(axis=0) == 1).all():
            found = sweep.sigmas[np.nanargmax(depths, axis=0)]
            low, high = (round_value(float(each)) for each in (found.min(), found.max()))
            deepest[kind] = low if low == high else text("phase.found_between", lang, low=low, high=high)
    name, counted = label(sweep.activation, lang), through_titles([sweep], lang)
    if not deepest:
        return counted
    key = "both" if len(set(deepest.values())) == 1 < len(deepest) else "two" if len(deepest) == 2 else min(deepest)
    told = {"sigma": next(iter(deepest.values())), **deepest}
    return [text(f"phase.found_{key}", lang, activation=name, **told), *counted]


def through_titles(sweeps: Sequence[Sweep], lang: str) -> list[str]:
    """Say in how many stacks, by medians of the seeds, signal and gradient reach all layers."""
    depth = sweeps[0].scales.sizes["layer"]
    reached = {
        kind: sum(int((each.middle(f"depth_{kind}") >= depth).sum()) for each in sweeps) for kind in told_kinds(sweeps)
    }
    counts = {"number": sum(len(each.sigmas) for each in sweeps), "depth": depth, **reached}
    key = "through" if len(reached) > 1 else "through_gradient"
    return [text(f"phase.found_{key}", lang, activation=label(sweeps[0].activation, lang), **counts)]
