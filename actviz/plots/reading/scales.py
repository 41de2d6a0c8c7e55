"""Where a dataset's histogram bins stand on a figure: bins are merged and scaled for display, never recounted."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.numerics.histogram import is_linear
from actviz.text import width_of
from actviz.text.numbers import in_print, power_of_ten

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ValueScale:
    """A value axis that runs from 0 to 1 over the display bins.

    Parameters
    ----------
    edges : array (n + 1,)
        Positions of the display bins' edges.
    groups : tuple of (int, int)
        Half-open range of the dataset's bins in each display bin.
    ticks : tuple of (float, str)
        Positions and labels.
    linear : bool
    zero : float
        Where exactly 0 stands, or a logarithmic axis has it.
    """

    edges: Floats
    groups: tuple[tuple[int, int], ...]
    ticks: tuple[tuple[float, str], ...]
    linear: bool
    zero: float = 0.0

    @property
    def signed(self) -> bool:
        """Whether a logarithmic axis has a negative arm."""
        return any(start == end for start, end in self.groups)

    @property
    def labels(self) -> tuple[list[float], list[str]]:
        """Places and names of its ticks, as an axis takes them."""
        return [place for place, _ in self.ticks], [name for _, name in self.ticks]

    def heights(self, shares: NDArray[Any]) -> Floats:
        """Return shares, or counts, a unit of axis, of shape (..., n)."""
        sums = np.concatenate([np.zeros((*shares.shape[:-1], 1)), np.cumsum(shares, axis=-1)], axis=-1)
        starts, ends = np.array(self.groups).T
        heights: Floats = (sums[..., ends] - sums[..., starts]) / np.diff(self.edges)
        return heights

    def density(self, counts: NDArray[Any]) -> Floats:
        """Return counts a unit of axis, highest 1, of shape (..., n); all zero where nothing is shown."""
        shown = self.heights(counts)
        peak = shown.max(axis=-1, keepdims=True)
        shown /= np.where(peak > 0, peak, 1)
        return shown

    def shown(self, counts: NDArray[Any]) -> NDArray[Any]:
        """Return how many of the values the axis shows."""
        within: NDArray[Any] = np.sum([counts[..., start:end].sum(axis=-1) for start, end in self.groups], axis=0)
        return within


def linear_scale(edges: NDArray[Any], display_bins: int = 64) -> ValueScale:
    """Return the scale of equal bins, merged to about ``display_bins``."""
    number = len(edges) - 1
    step = max(1, number // display_bins)
    starts = range(0, number, step)
    low, high = float(edges[0]), float(edges[-1])
    ticks = tuple((place, in_print(low + place * (high - low))) for place in (0.0, 0.5, 1.0))
    groups = tuple((start, min(start + step, number)) for start in starts)
    places = np.array([*starts, number]) / number
    return ValueScale(places, groups, ticks, linear=True, zero=-low / (high - low))


Bins = tuple[int, int, bool]
"""Of a logarithmic axis: the first and the last bin of a sign, counted from zero, and whether there are both signs."""


def log_bins(edges: NDArray[Any], counts: NDArray[Any], zeros: NDArray[Any], per_octave: int = 4) -> Bins:
    """Return the signed logarithmic bins that show all but the smallest half percent of every panel.

    Parameters
    ----------
    edges : array (bins + 1,)
        Edges of the dataset's bins, mirrored about zero.
    counts : array (..., bins)
        Of all the panels that share the axis.
    zeros : array (...)
        How many of each panel's values are exactly 0.
    """
    half = (len(edges) - 1) // 2
    positive, negative = counts[..., half:], counts[..., half - 1 :: -1]
    magnitudes = (positive + negative).reshape(-1, half).astype(float)
    magnitudes[:, 0] = np.maximum(magnitudes[:, 0] - zeros.reshape(-1), 0)
    total = magnitudes.sum(axis=1, keepdims=True)
    share = np.cumsum(magnitudes, axis=1)[total[:, 0] > 0] / total[total > 0][:, None]
    floor = per_octave  # the innermost bins are linear down to zero
    first = int((share < 0.005).sum(axis=1).min()) if len(share) else half // 2
    last = int((share < 0.9999).sum(axis=1).max()) if len(share) else half // 2
    low = max(floor, first // per_octave * per_octave)
    high = min(half, (max(last, low) // per_octave + 1) * per_octave)
    if high - low < 4 * per_octave:
        low, high = max(floor, high - 4 * per_octave), max(high, min(half, floor + 4 * per_octave))
    signed = bool((negative[..., floor:].sum(axis=-1) > 0.0005 * np.maximum(counts.sum(axis=-1), 1)).any())
    return low, high, signed


def log_scale(
    edges: NDArray[Any], counts: NDArray[Any], zeros: NDArray[Any], labels: int, per_octave: int = 4
) -> ValueScale:
    """Return the scale of the bins that ``log_bins`` finds, with up to so many ``labels``."""
    return log_layout(edges, log_bins(edges, counts, zeros, per_octave), labels, per_octave)


def log_layout(edges: NDArray[Any], bins: Bins, labels: int, per_octave: int = 4) -> ValueScale:
    """Lay out bins of each sign; between the signs a gap stands for what is nearer to zero.

    ``labels`` is how many powers of ten there is room for.
    """
    (low, high, signed), half, step = bins, (len(edges) - 1) // 2, per_octave // 4
    bounds = np.arange(low, high + 1, step)
    logs = np.log10(edges[half + bounds])
    unit = (logs - logs[0]) / (logs[-1] - logs[0])
    up = tuple((half + int(a), half + int(b)) for a, b in itertools.pairwise(bounds))
    ends = float(logs[0]), float(logs[-1])
    # Two arms leave half the room: a label at the end of one would meet the next panel's.
    ticks = (signed and _decades(*ends, max(1, labels // 2), 0.25)) or _decades(*ends, max(1, labels // (1 + signed)))
    if not signed:
        return ValueScale(unit, up, ticks, linear=False)
    down = tuple((half - int(b), half - int(a)) for a, b in itertools.pairwise(bounds))[::-1]
    gap = 0.03
    arm = 0.5 - gap
    places = np.concatenate([0.5 - gap - arm * unit[::-1], 0.5 + gap + arm * unit])
    signs = ((1.0, ""), (-1.0, "−"))
    arms = ((0.5 + sign * (gap + arm * at), mark + label) for at, label in ticks for sign, mark in signs)
    both = ((0.5, "0"), *arms)
    return ValueScale(places, (*down, (half, half), *up), both, linear=False, zero=0.5)


def _decades(low: float, high: float, number: int, margin: float = 0.06) -> tuple[tuple[float, str], ...]:
    """Return up to ``number`` powers of ten between two exponents, and their places from 0 to 1."""
    room = margin * (high - low)  # labels at the very ends would meet the next panel's
    exponents = decade_ticks(low + room, high - room, number)
    return tuple(((exponent - low) / (high - low), power_of_ten(exponent)) for exponent in exponents)


def decade_ticks(low: float, high: float, number: int) -> list[int]:
    """Return about ``number`` whole exponents from ``low`` to ``high``, evenly stepped: 0, which is 1, if it is there.

    >>> decade_ticks(-3, 4, 4), decade_ticks(-9, -2, 4)
    ([-2, 0, 2, 4], [-8, -6, -4, -2])
    """
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    step = max(1, math.ceil((last - first + 1) / number))
    kept = 0 if first <= 0 <= last else last
    return list(range(first + (kept - first) % step, last + 1, step))


def roomy(ticks: Sequence[tuple[float, str]], wide: float, letter: float = 6.7) -> list[tuple[float, str]]:
    """Return as many of evenly stepped ticks as have room for their labels on an axis so many points wide.

    Places run from 0 to 1; 0, or else 1, stays if it is there.

    >>> roomy([(0.1, "10⁻¹³"), (0.5, "10⁻⁵"), (0.9, "1")], 140), roomy([(0.1, "10⁻¹³"), (0.5, "10⁻⁵"), (0.9, "1")], 60)
    ([(0.1, '10⁻¹³'), (0.5, '10⁻⁵'), (0.9, '1')], [(0.1, '10⁻¹³'), (0.9, '1')])
    """
    ticks = sorted(ticks)
    names = [name for _, name in ticks]
    kept = next((names.index(each) for each in ("0", "1") if each in names), len(ticks) - 1)
    for step in range(1, len(ticks) + 1):
        shown = ticks[kept % step :: step]
        halves = [(at * wide, width_of(name) * letter / 2) for at, name in shown]
        if all(b - a > left + right + letter / 2 for (a, left), (b, right) in itertools.pairwise(halves)):
            return shown
    return []


def activation_scale(
    ds: xarray.Dataset, inits: Sequence[str], activation: str, layers: Sequence[int], labels: int = 3,
    bins: Bins | None = None,
) -> ValueScale:  # fmt: skip
    """Return the axis of an activation's histograms that the chosen initializers and layers share; or of given bins."""
    edges = ds["bin_edges"].sel(activation=activation).values
    if is_linear(edges):
        return linear_scale(edges)
    return log_layout(edges, bins or activation_bins(ds, inits, activation, layers), labels)


def activation_bins(ds: xarray.Dataset, inits: Sequence[str], activation: str, layers: Sequence[int]) -> Bins:
    """Return the bins of an unbounded activation's histograms that the chosen initializers and layers share."""
    edges = ds["bin_edges"].sel(activation=activation).values
    chosen = ds[["hist", "zero_fraction"]].sel(activation=activation, init=list(inits), layer=list(layers))
    counts = chosen["hist"].transpose("init", "layer", "bin").values
    zeros = chosen["zero_fraction"].mean("seed").transpose("init", "layer").values * counts.sum(axis=-1)
    return log_bins(edges, counts, np.nan_to_num(zeros))
