"""Why a prediction has no number, by statistic: in words, beside the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from actviz.text import text
from actviz.theory.quadrature import Floats


def missing(name: str, values: Mapping[str, Floats], layers: Any, fits: Any, dtype: str, lang: str) -> str:
    """Say why a statistic's prediction, band or z-score is NaN at some layers; empty where none is.

    Parameters
    ----------
    name : str
        Of the statistic.
    values : mapping of array (layers,)
        Under ``name`` the prediction, under ``name_low`` the band's end, under ``name_z`` the z-scores.
    layers : array (layers,)
        Their numbers.
    fits : array (layers,)
        Whether signal and gradient there fit the passes' precision.
    dtype, lang : str
    """
    absent = np.isnan(values[name])
    words = []
    if absent.any():
        why = "range" if (absent & ~fits).any() else "scatter"
        words.append(_where(f"theory.missing.{why}", absent, layers, lang, dtype=dtype))
    if (there := ~absent & np.isnan(values[f"{name}_low"])).any():
        words.append(_where("theory.missing.band", there, layers, lang))
    elif (there := ~absent & np.isnan(values[f"{name}_z"])).any():
        words.append(_where("theory.missing.z", there, layers, lang))
    return "; ".join(words)


def _where(key: str, mask: Any, layers: Any, lang: str, **values: Any) -> str:
    at = np.asarray(layers)[mask]
    where = text("theory.missing.layer" if len(at) == 1 else "theory.missing.layers", lang, first=at[0], last=at[-1])
    return f"{where}: {text(key, lang, **values)}"
