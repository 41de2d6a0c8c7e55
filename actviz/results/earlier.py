"""What earlier versions told under a name that means something else now: it is read under a name of its own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.results.dataset import definitions

if TYPE_CHECKING:
    import xarray

_SATURATED = "number of units saturated (flat) for every sample"
"""What schema 1 called dead at first."""


def renamed(dataset: xarray.Dataset) -> xarray.Dataset:
    """Return a result whose names mean what they do now: units once called dead are ``saturated_units``, not told dead.

    A unit may be saturated for every sample and still pass a gradient on.
    """
    told = dataset.get("dead_units")
    if told is None or told.attrs.get("definition") != _SATURATED:
        return dataset
    dead = told.copy(data=told.values * math.nan).assign_attrs(definitions("dead_units"))
    saturated = told.assign_attrs(long_name="saturated units")
    return dataset.assign(dead_units=dead, saturated_units=saturated)
