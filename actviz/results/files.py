"""A result as a file: written whole or not at all, loaded without executing code, exported."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import ActvizError, ResultFileError
from actviz.results.checking import check_result
from actviz.results.dataset import SCHEMA, check_dims, is_training, kind_of, recipe
from actviz.results.earlier import renamed
from actviz.results.journal import continued
from actviz.results.schema import another_kind, parsed
from actviz.results.statistics import STATISTICS
from actviz.results.writing import ending_of, write_atomically

if TYPE_CHECKING:
    import pandas
    import xarray


def save(dataset: xarray.Dataset, path: str | os.PathLike[str]) -> None:
    """Write a dataset to one netCDF-4 file, atomically.

    Raises
    ------
    ActvizError
        If the path cannot be written.
    """
    if not hasattr(dataset, "data_vars") or not isinstance(path, str | os.PathLike):
        raise ActvizError(f"save takes a dataset and a path, not {type(dataset).__name__} and {type(path).__name__}")
    from actviz.results.netcdf import packed

    large = [str(name) for name, var in dataset.data_vars.items() if var.size > 4096]
    try:
        content = packed(dataset, {name: {"zlib": True, "complevel": 1} for name in large})
    except (TypeError, ValueError) as error:  # what HDF5 cannot hold, such as a name with a null character
        raise ActvizError(f"cannot write {path}: {error}") from None
    write_atomically(path, lambda to: to.write_bytes(content))


def load(path: str | os.PathLike[str]) -> xarray.Dataset:
    """Read a dataset that ``save`` wrote.

    Raises
    ------
    ResultFileError
        If the file is missing, truncated, not one of actviz's, or of a newer schema.
    """
    if not isinstance(path, str | os.PathLike):
        raise ResultFileError(f"the path of a result must be text or a path, not {path!r}")
    if not os.path.isfile(path):
        there = "is no file that can be read" if os.path.lexists(path) else "no such result file"
        raise ResultFileError(f"{path}: {there}")
    with _silent():
        dataset, reason = _opened(path)
    if dataset is None:
        said = another_kind(path, "a result") or f"not a readable result file, or truncated ({reason})"
        raise ResultFileError(f"{path}: {said}")
    schema = dataset.attrs.get("schema")
    try:
        content = parsed(dataset.attrs["recipe"])
    except (KeyError, TypeError, ValueError) as error:
        reason = f", whose recipe cannot be read ({error})" if isinstance(error, ValueError) else ""
        raise ResultFileError(f"{path}: a netCDF file, but not an actviz result{reason}") from None
    if not isinstance(schema, int | np.integer) or not isinstance(content, dict):
        raise ResultFileError(f"{path}: a netCDF file, but not an actviz result")
    if schema > SCHEMA:
        raise ResultFileError(f"{path}: schema {schema} is newer than this actviz reads ({SCHEMA}); upgrade actviz")
    try:
        check_result(dataset, content)
        if (whole := continued(dataset, path)) is not dataset:
            check_result(dataset := whole, parsed(whole.attrs["recipe"]))
    except ActvizError as error:
        raise ResultFileError(f"{path}: a damaged actviz result ({error})") from None
    return renamed(dataset)


def _opened(path: str | os.PathLike[str]) -> tuple[xarray.Dataset | None, str]:
    """Return what a file holds, or why it does not."""
    from actviz.results.netcdf import unpacked

    try:
        return unpacked(path), ""
    except ActvizError as error:
        return None, str(error)
    except Exception as error:  # h5py and xarray raise many types on bytes that are not theirs
        return None, str(error).splitlines()[0] if str(error) else type(error).__name__


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Let libraries say nothing of a foreign file beside their error: h5netcdf cannot close what it could not open."""
    hook = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.unraisablehook = hook


def table(dataset: xarray.Dataset) -> pandas.DataFrame:
    """Return the tidy table: one row for every init, activation, seed and layer, one column a statistic.

    Of a training: one row for every run, seed and evaluation up to the run's end, and a column for every number, for
    each layer's its own, as ``weight_norm.2``; what is told once a run stands in all its rows.

    Of a sweep: one row for every cell, and where profiles are kept for each of its layers, with its numbers in all of
    them. Of a coordinate check: one row for every width, seed, step and layer.
    """
    check_dims(dataset)
    if kind_of(dataset) == "sweep":
        return _cells(dataset)
    if kind_of(dataset) == "coordinates":
        named = dataset[["size", "change", "layer_name", "fan_in", "fan_out"]]
        return named.to_dataframe(dim_order=["width", "seed", "step", "layer"]).reset_index()
    if is_training(dataset):
        return _evaluations(dataset)
    names = [name for name in STATISTICS if name in dataset]
    return dataset[names].to_dataframe(dim_order=["init", "activation", "seed", "layer"]).reset_index()


def _evaluations(dataset: xarray.Dataset) -> pandas.DataFrame:
    """Return the tidy table of a training."""
    columns = dataset[[name for name, var in dataset.data_vars.items() if set(var.dims) <= {"run", "seed", "step"}]]
    for name in dataset.data_vars:
        if dataset[name].dims == ("run", "seed", "step", "weight_layer"):
            for layer in dataset["weight_layer"].values:
                columns[f"{name}.{layer}"] = dataset[name].sel(weight_layer=layer, drop=True)
    frame = columns.to_dataframe(dim_order=["run", "seed", "step"]).reset_index()
    first = ["run", "init", "activation", "seed", "step", "epoch"]
    told = frame[frame["step"] <= frame["ended_step"]].reset_index(drop=True)
    return told[[*first, *(name for name in told if name not in first)]]


def _cells(dataset: xarray.Dataset) -> pandas.DataFrame:
    """Return the tidy table of a sweep; a cell that is shallower than others has rows for its own layers alone."""
    dims = [*recipe(dataset)["fields"], "seed", *(["layer"] if "layer" in dataset.dims else [])]
    frame = dataset[list(dataset.data_vars)].to_dataframe(dim_order=dims).reset_index()
    if "layer" in dims and "depth" in dims:
        frame = frame[frame["layer"] <= frame["depth"]].reset_index(drop=True)
    elif "layer" in dims and "width" in dims and frame["width"].dtype.kind == "O":  # of each layer: 8,6,4
        own = frame["width"].map(lambda widths: len(widths.strip(",").split(",")))
        frame = frame[frame["layer"] <= own].reset_index(drop=True)
    return frame[[*dims, *dataset.data_vars]]


def _json_value(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def json_rows(frame: pandas.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as JSON objects; null for what is not a finite number."""
    return [{str(key): _json_value(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _write_csv(dataset: xarray.Dataset, to: Path) -> None:
    table(dataset).to_csv(to, index=False)


def _write_json(dataset: xarray.Dataset, to: Path) -> None:
    content = {"schema": SCHEMA, "recipe": recipe(dataset), "rows": json_rows(table(dataset))}
    to.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


EXPORTS: dict[str, Callable[[xarray.Dataset, Path], None]] = {".csv": _write_csv, ".json": _write_json}


def export(dataset: xarray.Dataset, path: str | os.PathLike[str]) -> None:
    """Write the tidy table as ``.csv`` or ``.json``, by the path's ending, atomically.

    Raises
    ------
    ActvizError
        If the ending is another one, or the path cannot be written.
    """
    writer = EXPORTS.get(ending_of(path, EXPORTS))
    if writer is None:
        raise ActvizError(f"cannot export to {path}: the ending must be one of {', '.join(EXPORTS)}")
    write_atomically(path, lambda to: writer(dataset, to))


def digest(ds: Any) -> str:
    """Return a digest of all values of a dataset."""
    digested = hashlib.sha256()
    for name in sorted(map(str, ds.variables)):
        values = np.asarray(ds[name].values)
        digested.update(f"{name} {ds[name].dims} {values.shape} ".encode())
        plain = values.dtype.kind in "biuf"
        digested.update(np.ascontiguousarray(values).tobytes() if plain else "\0".join(map(str, values.flat)).encode())
    return digested.hexdigest()
