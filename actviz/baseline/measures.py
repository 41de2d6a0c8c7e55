"""What a baseline keeps of every layer: the dataset's statistics, each on its scale, and ratios that isolate a layer.

From layer to layer a stack multiplies sizes, and so their scatter over seeds grows with depth; the ratios to the layer
before do not, and tell in which layer a drift starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from actviz.baseline.scales import SCALES, Floats, Scale
from actviz.results.statistics import STATISTICS

if TYPE_CHECKING:
    import xarray

Values = Mapping[str, Floats]
"""Statistics of one pairing by name, each of shape (seeds, layers); and ``width``, of shape (layers,)."""


@dataclass(frozen=True)
class Measure:
    """One number a seed and layer, and the scale it is compared on.

    Parameters
    ----------
    name : str
        Described in ``TEXT`` as ``statistic.<name>``.
    scale : Scale
    read : callable
        From ``Values`` to an array of shape (seeds, layers).
    unit : str
        Statistic of the same layer to whose size a relative margin refers; itself, or 1, if empty.
    first, last : bool
        Whether the first and the last layer have it.
    """

    name: str
    scale: Scale
    read: Callable[[Values], Floats]
    unit: str = ""
    first: bool = True
    last: bool = True

    def layers(self, depth: int) -> NDArray[np.int64]:
        """Numbers of the layers that have it."""
        return np.arange(1 if self.first else 2, depth + (1 if self.last else 0), dtype=np.int64)


def _rms(values: Values, of: str) -> Floats:
    size: Floats = np.hypot(values[f"{of}_mean"], values[f"{of}_std"])
    return size


def _ratio(above: Floats, below: Floats) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    ratio: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)
    return ratio


_KINDS: dict[str, tuple[str, str]] = {
    "preact_mean": ("linear", "preact_std"),
    "preact_std": ("log", ""),
    "act_mean": ("linear", "act_std"),
    "act_std": ("log", ""),
    "act_min": ("log", ""),
    "act_max": ("log", ""),
    "saturated": ("angle", ""),
    "zero_fraction": ("angle", ""),
    "dead_units": ("angle", ""),
    "similarity": ("fisher", ""),
    "unit_spread": ("log", ""),
    "distinct_units": ("angle", ""),
    "nonfinite": ("angle", ""),
    "grad_preact_rms": ("log", ""),
    "grad_weight_norm": ("log", ""),
    "grad_zero": ("angle", ""),
}
"""Scale of every statistic, and the one that its margin refers to."""


def _measure(name: str) -> Measure:
    scale, unit = _KINDS[name]
    if STATISTICS[name].units == "units":
        return Measure(name, SCALES[scale], lambda v: v[name] / v["width"], unit)
    return Measure(name, SCALES[scale], lambda v: v[name], unit)


_derived = (
    Measure(
        "forward_gain",
        SCALES["log"],
        lambda v: _ratio(_rms(v, "preact")[:, 1:], _rms(v, "act")[:, :-1]),
        first=False,
    ),
    Measure(
        "backward_gain",
        SCALES["log"],
        lambda v: _ratio(v["grad_preact_rms"][:, :-1], v["grad_preact_rms"][:, 1:]),
        last=False,
    ),
    Measure(
        "preact_shift",
        SCALES["linear"],
        lambda v: _ratio(v["preact_mean"], v["preact_std"]),
    ),
    Measure(
        "act_shift",
        SCALES["linear"],
        lambda v: _ratio(v["act_mean"], v["act_std"]),
    ),
)

MEASURES: dict[str, Measure] = {m.name: m for m in (*map(_measure, STATISTICS), *_derived)}
"""Everything that a baseline keeps, by name; the shares of the histograms come beside it."""


def pairing_values(dataset: xarray.Dataset, init: str, activation: str) -> dict[str, Floats]:
    """Read the statistics of a pairing."""
    here = dataset[list(STATISTICS)].sel(init=init, activation=activation)
    values = {name: here[name].transpose("seed", "layer").values.astype(float) for name in STATISTICS}
    return {**values, "width": dataset["width"].values.astype(float)}
