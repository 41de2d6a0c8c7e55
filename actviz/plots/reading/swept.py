"""What figures read off a sweep: its numbers by cell, their names, and where they are largest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.names import builtin
from actviz.plots.reading.scales import Floats
from actviz.results.dataset import recipe, swept
from actviz.results.words import not_plain, of_cells, sweep_words
from actviz.text import TEXT, label, text
from actviz.text.numbers import round_value, short

if TYPE_CHECKING:
    import xarray

HUGEST = 1e300
"""No axis can be laid round larger numbers."""

_TABLED = ("init", "activation", "optimizer", "lr", "loss", "data", "inputs")
"""Fields whose names say what they are."""

MOST_LINES = 8
"""Values of a second field that have a line each, at most."""


def numbers(ds: xarray.Dataset) -> list[str]:
    """Return the names of what is kept as one number a cell."""
    return [str(name) for name, var in ds.data_vars.items() if "layer" not in var.dims]


def fields(ds: xarray.Dataset, least: int = 2) -> list[str]:
    """Return the fields that have several values."""
    return [name for name, values in swept(ds).items() if len(values) >= least]


def of_numbers(ds: xarray.Dataset, name: str) -> bool:
    """Whether a field has numbers, not names."""
    return bool(ds[name].dtype.kind in "iuf")


def plane(ds: xarray.Dataset) -> tuple[str, str] | None:
    """Return the two fields of numbers that a map is over, x and y; None if there are not just two."""
    there = fields(ds)
    return (there[0], there[1]) if len(there) == 2 and all(of_numbers(ds, name) for name in there) else None


def line_fields(ds: xarray.Dataset) -> tuple[str, str] | None:
    """Return the field along which lines run, and the one that has a line a value, "" if none; None if others are."""
    there = fields(ds)
    if not 1 <= len(there) <= 2 or not any(of_numbers(ds, name) for name in there):
        return None
    x = max((name for name in there if of_numbers(ds, name)), key=lambda name: ds.sizes[name])
    other = next((name for name in there if name != x), "")
    return (x, other) if not other or ds.sizes[other] <= MOST_LINES else None


def kept_label(name: str, lang: str) -> str:
    """Write what is kept, as on an axis."""
    key = f"kept.{name}"
    if key in TEXT:
        return text(key, lang)
    if f"statistic.{name}" in TEXT:
        return text(f"statistic.{name}", lang)
    beginning, _, rest = name.partition("_")
    return text(f"kept.{beginning}", lang, what=kept_label(rest, lang)) if f"kept.{beginning}" in TEXT else name


def headed(what: str) -> str:
    """Write a name as a title begins."""
    return what[:1].upper() + what[1:]


def titled(what: str) -> str:
    """Write a number's name as a title begins, without what its axis says besides."""
    return headed(what.partition(",")[0])


def field_label(name: str, lang: str) -> str:
    """Write a field, as on an axis."""
    return text(f"field.{name}", lang)


def field_symbol(name: str, lang: str) -> str:
    """Write a field shortly, before a value."""
    return field_label(name, lang).partition(",")[0]


def line_label(field: str, value: Any, lang: str) -> str:
    """Write which value of a field a line is of; names of what there are tables of need no field before them."""
    named = value_label(value, lang)
    if field in _TABLED:
        return named
    return f"{field_symbol(field, lang)}{' = ' if isinstance(value, float) else ': '}{named}"


def value_label(value: Any, lang: str) -> str:
    """Write a value of a field."""
    if f"flag.{value}" in TEXT:
        return text(f"flag.{value}", lang)
    return label(value, lang) if isinstance(value, str) else round_value(float(value))


def by_seed(ds: xarray.Dataset, name: str, *dims: str) -> Floats:
    """Return a number by seed and cell, (seed, *dims); NaN where it is boundless. What has no seeds has one."""
    values = ds[name] if "seed" in ds[name].dims else ds[name].expand_dims("seed")
    single = {str(dim): 0 for dim in values.dims if dim not in ("seed", *dims)}
    return np.asarray(values.where(abs(values) < HUGEST).isel(single).transpose("seed", *dims).values, np.float64)


def cells(ds: xarray.Dataset, name: str, *dims: str) -> Floats:
    """Return a number by cell, mean over seeds, dims in an order; NaN where a seed has none, or a boundless one."""
    return np.asarray(by_seed(ds, name, *dims).mean(axis=0))


def where(ds: xarray.Dataset, names: Sequence[str], at: Sequence[int], lang: str) -> str:
    """Name a point of the grid."""
    values = [ds[name].values.tolist()[position] for name, position in zip(names, at, strict=True)]
    return ", ".join(
        value_label(each, lang)
        if isinstance(each, str) and name in _TABLED
        else f"{field_symbol(name, lang)} = {value_label(each, lang)}"
        for name, each in zip(names, values, strict=True)
    )


def extremes(ds: xarray.Dataset, name: str, names: Sequence[str], lang: str) -> dict[str, tuple[float, str]]:
    """Return the largest and the smallest number and where they are; empty if no cell has one."""
    values = cells(ds, name, *names)
    if not np.isfinite(values).any():
        return {}
    found = {"most": np.nanargmax(values), "least": np.nanargmin(values)}
    at = {key: np.unravel_index(int(each), values.shape) for key, each in found.items()}
    return {key: (float(values[each]), where(ds, names, list(map(int, each)), lang)) for key, each in at.items()}


def found_titles(
    ds: xarray.Dataset, name: str, names: Sequence[str], lang: str, middle: Callable[..., Floats] = np.mean
) -> list[str]:
    """Say where a number is largest, or a loss smallest: under every seed at one place, else how far it goes.

    Of what is drawn, the ``middle`` of the seeds by cell.
    """
    values = by_seed(ds, name, *names)
    drawn = middle(values, axis=0)
    known = np.isfinite(drawn)
    if not known.any():
        return []
    low, high = (float(of(drawn[known])) for of in (np.min, np.max))
    least = name.endswith("loss")
    best, key = (low, "least") if least else (high, "most")
    at = np.argwhere([short(float(each)) == short(best) for each in drawn.ravel()]).ravel()
    told = {"value": short(best), "low": short(low), "high": short(high), "number": str(len(at)), "of": str(drawn.size)}
    off = np.where(known, values if least else -values, np.inf).reshape(len(values), -1)
    if low == high:
        key = "same"
    elif len(at) > 1:
        key += "_several"
    elif (np.sort(off, axis=1)[:, 1] > off[:, at[0]]).all():
        told["where"] = where(ds, names, [int(each) for each in np.unravel_index(at[0], drawn.shape)], lang)
    else:
        key = "range"
    what, keys = kept_label(name, lang), (key, f"{key}_short") if "where" in told else (key,)
    return [text(f"map.found_{key}", lang, what=each, **told)
            for key in keys for each in dict.fromkeys((headed(what), titled(what)))]  # fmt: skip


def footer(ds: xarray.Dataset, lang: str, name: str = "") -> str:
    """Return how a sweep was made, in one line; of a number of theory's, too, why some cells or all have none."""
    how = sweep_words(ds, lang)
    if not (name.startswith("theory_") and np.isnan(ds[name].values).any()):
        return how
    why = no_theory(ds, lang)
    return f"{how} · {text('theory.none', lang, names=why) if why else text('theory.none_of_cells', lang)}"


def activation_label(ds: xarray.Dataset, lang: str) -> str:
    """Write the activation of all cells."""
    return label(str(recipe(ds)["settings"]["activation"]), lang)


def no_theory(ds: xarray.Dataset, lang: str = "en") -> str:
    """Say why theory has nothing to say of a sweep's cells: their blocks, norm or activation; empty where it has."""
    if built := not_plain(of_cells(ds), lang):
        return built
    known = builtin("activation", str(recipe(ds)["settings"].get("activation")), ACTIVATIONS)
    return "" if known is not None else text("theory.refused.own", lang)
