"""What the live page's charts show, read off a probe dataset and its theory; no statistic is computed here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.numerics.histogram import is_linear
from actviz.plots.canvas.draw import step_contour, zero_place
from actviz.plots.reading.predicted import outline_of, theory_of
from actviz.plots.reading.scales import Bins, Floats, ValueScale, activation_bins, activation_scale
from actviz.plots.reading.series import cell, line, spread_layers

if TYPE_CHECKING:
    import xarray

MOST_RIDGES = 8
"""Ridges at most: of a deeper stack evenly spaced layers, the first and the last among them."""

ROOM = 0.86
"""Share of a ridge's row that its highest bin fills; beside it stands what is noted of the layer."""

BETWEEN_TICKS = 0.2
"""Room between two labels of the ridges' axis, in its length."""

HIGHEST = 1.3
"""Of theory's outline, in heights of the highest bin: one network of few units may lie that much below it."""

_READ = ("hist", "underflow", "overflow", "nonfinite", "zero_fraction", "act_std")
"""What a ridge is read from."""

Columns = dict[str, Any]
Ticks = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Measured:
    """Everything measured, as columns of the charts' data sources.

    Parameters
    ----------
    layers : tuple of int
        Those that have a ridge, the first on top.
    ticks : tuple of (float, str)
        Positions of values on the ridges' axis, which runs from 0 to 1.
    ridges, zeros, notes, signal, gradients : dict
        Columns by name.
    """

    layers: tuple[int, ...]
    ticks: Ticks
    ridges: Columns
    zeros: Columns
    notes: Columns
    signal: Columns
    gradients: Columns


@dataclass(frozen=True)
class Overlay:
    """What theory expects, as columns; empty ones where it says nothing."""

    outlines: Columns
    signal: Columns
    gradients: Columns


NOTHING = Overlay(
    {"xs": [], "ys": []},
    {name: [] for name in ("layer", "std", "std_low", "std_high", "mean")},
    {name: [] for name in ("layer", "rms", "low", "high")},
)
"""No theory."""


def _pairing(ds: xarray.Dataset) -> tuple[str, str]:
    return str(ds["init"].values[0]), str(ds["activation"].values[0])


def _scale(
    ds: xarray.Dataset, most: int = MOST_RIDGES, bins: Bins | None = None
) -> tuple[list[int], ValueScale]:  # fmt: skip
    init, activation = _pairing(ds)
    layers = spread_layers(ds, most)
    return layers, activation_scale(ds, [init], activation, layers, labels=8, bins=bins)


def shared_bins(results: Sequence[xarray.Dataset], most: int) -> Bins | None:
    """Return the bins that hold the values of all of these; None where an activation's own ends are the axis."""
    if any(is_linear(ds["bin_edges"].isel(activation=0).values) for ds in results):
        return None
    each = []
    for ds in results:
        init, activation = _pairing(ds)
        each.append(activation_bins(ds, [init], activation, spread_layers(ds, most)))
    lows, highs, signed = zip(*each, strict=True)
    return min(lows), max(highs), any(signed)


def _apart(ticks: Ticks) -> Ticks:
    """Leave out labels that others would overprint: 0 and the ends stay, then whatever has room between them."""
    kept: list[tuple[float, str]] = []
    for place, words in sorted(ticks, key=lambda tick: (tick[1] != "0", tick not in (ticks[0], ticks[-1]))):
        if all(abs(place - other) >= BETWEEN_TICKS for other, _ in kept):
            kept.append((place, words))
    return tuple(sorted(kept))


def _contour(edges: Floats, heights: Floats, row: int) -> tuple[Floats, Floats]:
    x, y = step_contour(edges, heights)
    return x, ROOM * y - row


def picture(ds: xarray.Dataset, lang: str = "en", most: int = MOST_RIDGES, bins: Bins | None = None) -> Measured:
    """Return what a dataset of one pairing measured, with ``most`` ridges at most; on the axis of ``bins`` if given."""
    init, activation = _pairing(ds)
    layers, scale = _scale(ds, most, bins)
    read = ds[list(_READ)]  # each panel is a selection, which takes as long as there are variables
    cells = [cell(read, scale, init, activation, layer, lang=lang) for layer in layers]
    shapes = [_contour(scale.edges, each.heights, row) for row, each in enumerate(cells)]
    left, width = zero_place(scale)
    bar = np.array([left, left + width])
    bars = [_contour(bar, np.array([each.zeros]), row) for row, each in enumerate(cells) if each.zeros > 0]
    told = [[*each.note.split(", "), each.alarm(lang) if each.sick else ""] for each in cells]
    words = ["\n".join(filter(None, lines)) for lines in told]
    std, mean, rms = (line(ds, name, init, activation).middle for name in ("act_std", "act_mean", "grad_preact_rms"))
    return Measured(
        tuple(layers),
        _apart(scale.ticks),
        {"xs": [x for x, _ in shapes], "ys": [y for _, y in shapes]},
        {"xs": [x for x, _ in bars], "ys": [y for _, y in bars]},
        {"x": [1.03] * len(cells), "y": [ROOM / 2 - row for row in range(len(cells))], "text": words},
        {"layer": ds["layer"].values, "std": std, "mean": mean},
        {"layer": ds["layer"].values, "rms": np.where(rms > 0, rms, math.nan)},
    )


def overlay(ds: xarray.Dataset, lang: str = "en") -> tuple[Overlay, str]:
    """Return what theory expects of a dataset of one pairing, and why it does not where it does not."""
    init, activation = _pairing(ds)
    theory = theory_of(ds, init, activation, lang)
    if theory.data is None:
        return NOTHING, theory.refused
    layers, scale = _scale(ds)
    outlines = [(row, outline_of(ds, scale, init, activation, layer, lang)) for row, layer in enumerate(layers)]
    shapes = [
        _contour(scale.edges, np.minimum(each.heights, HIGHEST), row) for row, each in outlines if each is not None
    ]
    values: Mapping[str, Any] = {str(name): theory.data[name].values for name in theory.data.data_vars}
    at = theory.data["layer"].values
    rms = values["grad_preact_rms"]
    return Overlay(
        {"xs": [x for x, _ in shapes], "ys": [y for _, y in shapes]},
        {
            "layer": at,
            "std": values["act_std"],
            "std_low": values["act_std_low"],
            "std_high": values["act_std_high"],
            "mean": values["act_mean"],
        },
        {
            "layer": at,
            "rms": np.where(rms > 0, rms, math.nan),
            "low": values["grad_preact_rms_low"],
            "high": values["grad_preact_rms_high"],
        },
    ), ""


STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
"""Ends that a linear axis may have, times a power of ten: it stays where it is while a slider moves a little."""


def linear_limits(*columns: Any) -> tuple[float, float]:
    """Return the ends of a linear axis that holds 0 and all finite values, with room around them, in ``STEPS``."""
    values = np.concatenate([np.ravel(np.asarray(column, float)) for column in (*columns, [0.0])])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    if low == high:
        return -1.0, 1.0
    room = 0.05 * (high / 2 - low / 2)
    return -_stepped(room - low), _stepped(high + room)


def _stepped(end: float) -> float:
    """Return the next of ``STEPS`` away from zero."""
    end = min(max(end, 1e-300), 1e300)
    power = 10.0 ** math.floor(math.log10(end))
    return power * next(step for step in STEPS if step * power >= end * (1 - 1e-9))


def log_limits(*columns: Any) -> tuple[float, float]:
    """Return the ends of a logarithmic axis, whole decades, two at least, that hold all positive finite values."""
    values = np.concatenate([np.ravel(np.asarray(column, float)) for column in (*columns, [])])
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return 0.01, 100.0
    low, high = math.floor(math.log10(values.min()) - 0.1), math.ceil(math.log10(values.max()) + 0.1)
    missing = max(0, 2 - (high - low))
    return 10.0 ** max(low - missing, -300), 10.0 ** min(high, 300)
