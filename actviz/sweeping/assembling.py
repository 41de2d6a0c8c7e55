"""The dataset of a sweep: swept fields as dimensions, profiles padded with NaN beyond a cell's own depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.results.dataset import attributes
from actviz.sweeping.cells import Arrays
from actviz.sweeping.keeping import KEPT

if TYPE_CHECKING:
    import xarray

_AXES = {
    "weight_var": "sigma_w^2",
    "bias_var": "sigma_b^2",
    "bias_std": "sigma_b",
    "depth": "number of layers",
    "width": "units of a layer",
    "lr": "learning rate",
}
_PADDED = "NaN beyond a cell's own depth"


class Assembly:
    """Cells put in their places, one by one.

    Parameters
    ----------
    grid : mapping
        Every swept field and its values.
    seeds : sequence of int
    keep : sequence of str
        Keys into ``KEPT``.
    depths : sequence of int
        Layers of the network at every point.
    """

    def __init__(
        self, grid: Mapping[str, Sequence[Any]], seeds: Sequence[int], keep: Sequence[str], depths: Sequence[int]
    ) -> None:
        self._grid, self._keep, self._seeds = grid, keep, {seed: at for at, seed in enumerate(seeds)}
        self._shape = tuple(map(len, grid.values()))
        self._depth, self._padded = max(depths), min(depths) < max(depths)
        self._values: dict[str, NDArray[np.float64]] = {}
        for name in keep:
            layers = (self._depth,) if KEPT[name].profile else ()
            own = (*self._shape, *(() if KEPT[name].of == "theory" else (len(seeds),)), *layers)
            self._values[name] = np.full(own, np.nan)

    def add(self, index: int, seed: int, kept: Arrays) -> None:
        """Put what is kept of a cell in its place; ``index`` is the number of its point."""
        at = (*map(int, np.unravel_index(index, self._shape)), self._seeds[seed])
        for name, values in kept.items():
            self._values[name][at + (slice(values.size),) * values.ndim] = values

    def add_theory(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Put what theory says of every point in its place."""
        for index, each in enumerate(told):
            at = tuple(map(int, np.unravel_index(index, self._shape)))
            for name, values in each.items():
                self._values[name][at + (slice(np.size(values)),) * np.ndim(values)] = values

    def dataset(self, recipe: Mapping[str, Any]) -> xarray.Dataset:
        """Return the dataset."""
        import xarray as xr

        fields = tuple(self._grid)
        variables = {}
        for name, values in self._values.items():
            kept = KEPT[name]
            dims = (*fields, *(() if kept.of == "theory" else ("seed",)), *(("layer",) if kept.profile else ()))
            told = {"long_name": kept.long_name, "units": kept.units, "definition": kept.definition}
            padded = {"padding": _PADDED} if kept.profile and self._padded else {}
            variables[name] = (dims, values, told | padded)
        coords: dict[str, Any] = {name: (name, _labels(values), {"long_name": _AXES.get(name, name)})
                                  for name, values in self._grid.items()}  # fmt: skip
        coords["seed"] = ("seed", np.array(list(self._seeds)), {"long_name": "random seed"})
        if any(KEPT[name].profile for name in self._keep):
            coords["layer"] = ("layer", np.arange(1, self._depth + 1), {"long_name": "layer"})
        return xr.Dataset(variables, coords, attributes(f"sweep over {', '.join(fields)}", recipe))


def _labels(values: Sequence[Any]) -> Any:
    """Return the labels of a dimension: numbers where all are, else text."""
    if all(isinstance(value, int | float) for value in values):
        return np.array(values)
    return np.array(list(map(str, values)), dtype=object)
