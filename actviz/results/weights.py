"""The sizes of weights beside what conventions of initialization imply for their fans, as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from actviz.catalog.initializers import INITIALIZERS
from actviz.errors import ActvizError
from actviz.results.dataset import check_dataset
from actviz.results.statistics import OF_UPDATES, SIZES

if TYPE_CHECKING:
    import pandas
    import xarray

CONVENTIONS = ("he_normal", "xavier_normal", "lecun_normal", "pytorch_default")
"""Initializers whose standard deviation that of weights is compared with."""


def weights(dataset: xarray.Dataset) -> pandas.DataFrame:
    """Return the sizes of a model's parameters, or of a stack's weights, one row each; medians over seeds.

    Of a matrix that a layer applies, ``std_of_he_normal`` is its standard deviation over that which He's convention
    implies for its fans, and so for the other ``CONVENTIONS``; NaN of biases, scales and lookup tables, without fans.
    Of a model that was watched as it trained, ``gradient`` and ``update`` are the norm of the gradient and the
    update-to-weight ratio.

    Raises
    ------
    ActvizError
        If the dataset does not tell of weights, as results of earlier versions do not.

    Examples
    --------
    >>> from actviz import probe
    >>> table = weights(probe("he_normal", "relu", depth=1, width=200, samples=9, seeds=9))
    >>> table[["std_of_he_normal", "std_of_lecun_normal"]].round(1).values.tolist()
    [[1.0, 1.4]]
    """
    check_dataset(dataset)
    along, of = ("parameter", "parameter") if "parameter" in dataset.dims else ("layer", "weights")
    if f"{of}_std" not in dataset:
        raise ActvizError(
            "this result does not tell the sizes of weights, as those of actviz.probe do: measure it again"
        )
    sizes = dataset[[f"{of}_{name}" for name in SIZES]].median("seed")
    frame = sizes.rename({f"{of}_{name}": name for name in SIZES}).to_dataframe(["init", "activation", along])
    frame = frame.reset_index()[["init", "activation", along, *SIZES]]
    for name in (each for each in OF_UPDATES if each in dataset):
        frame[name.removeprefix("parameter_")] = dataset[name].median("seed").values.ravel()
    told = {"layer": "parameter_layer", "fan_in": "parameter_fan_in", "fan_out": "parameter_fan_out"}
    told = told if of == "parameter" else {"fan_in": "fan_in", "fan_out": "width"}
    for at, (name, source) in enumerate(told.items(), 3):
        frame.insert(at, name, np.resize(dataset[source].values, len(frame)))
    for name in CONVENTIONS:
        fans = zip(frame["fan_in"], frame["fan_out"], strict=True)
        frame[f"std_of_{name}"] = frame["std"] / [_implied(name, *map(int, each)) for each in fans]
    return frame


def _implied(name: str, fan_in: int, fan_out: int) -> float:
    """Return the standard deviation of a convention; NaN where nothing is added up."""
    if not fan_in or (fan_in, fan_out) == (1, 1):
        return math.nan
    return math.sqrt(INITIALIZERS[name].variance(fan_in, fan_out))
