"""The one result type: an ``xarray.Dataset`` with dims ``init, activation, seed, layer`` and the histograms' bins.

Here measurements become a dataset that carries its own definitions and recipe, and a dataset becomes a file: one
netCDF-4 file that plain xarray opens, written under a temporary name and renamed. Loading never executes code.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz import __version__
from actviz.errors import ActvizError, ResultFileError
from actviz.histogram import Histogram
from actviz.recording import Histograms
from actviz.statistics import STATISTICS

if TYPE_CHECKING:
    import pandas
    import xarray

SCHEMA = 1
"""Version of the variables, their definitions and the bins. A newer one is refused, never misread."""

PAIRING = ("init", "activation")
TRAINING = ("run", "seed", "step", "train_loss", "ended", "snapshot_step")
"""What every training has."""
_NEEDED = {
    "training": TRAINING,
    "descent": ("run", "seed", "step", "x", "y", "reached_value", "escaped"),
    "range_test": ("seed", "update", "learning_rate", "loss", "smoothed_loss", "ended_step"),
}
"""What a result of each kind has; all others are a probe's."""
KINDS = ("probe", *_NEEDED)
_COUNTS = {
    "hist": ("activation histogram", "values in each bin of bin_edges, over samples, units and seeds"),
    "underflow": ("activations below the bins", "finite values below the first edge, over samples, units and seeds"),
    "overflow": ("activations above the bins", "finite values above the last edge, over samples, units and seeds"),
    "grad_hist": ("gradient histogram", "|dL/dz| in each bin of grad_bin_edges, over samples, units and seeds"),
    "grad_overflow": ("gradients above the bins", "|dL/dz| above the last edge, inf and NaN included"),
    "view_hist": ("activation histogram, chosen view", "values in each bin of view_edges, as numpy.histogram counts"),
    "view_outside": ("activations outside the view", "values outside view_edges, inf and NaN included"),
}
_EDGES = {
    "bin_edges": ("bin edges", "edges of hist: linear on finite bounds, else symmetric, 4 bins an octave"),
    "grad_bin_edges": ("gradient bin edges", "edges of grad_hist: 4 bins an octave of |dL/dz|"),
    "view_edges": ("edges of the chosen view", "edges of view_hist"),
}


_SPREADS = {
    "hist_squares": (
        "spread of the histograms over seeds",
        "squared share of values below every fourth edge of bin_edges (the first and the last left out), over seeds",
    ),
}


def _definitions(name: str) -> dict[str, str]:
    """Attributes of a variable."""
    if name in STATISTICS:
        statistic = STATISTICS[name]
        return {"long_name": statistic.long_name, "units": statistic.units, "definition": statistic.definition}
    long_name, definition = {**_COUNTS, **_EDGES, **_SPREADS}[name]
    return {"long_name": long_name, "units": "values" if name in _COUNTS else "1", "definition": definition}


def assemble(
    statistics: Mapping[tuple[str, str, int], Mapping[str, Any]],
    histograms: Mapping[tuple[str, str], Histograms],
    *,
    fans: Sequence[tuple[int, int]],
    recipe: Mapping[str, Any],
) -> xarray.Dataset:
    """Build the dataset.

    Parameters
    ----------
    statistics : mapping
        From (init, activation, seed) to each statistic's values, shape (layers,).
    histograms : mapping
        From (init, activation) to the histograms of all seeds.
    fans : sequence of (int, int)
        (fan_in, fan_out) of every layer.
    recipe : mapping
        Everything needed to measure again; JSON values only. Its ``inits``, ``activations`` and ``seeds`` are the
        coordinates, in their order.
    """
    import xarray as xr

    inits, activations, seeds = recipe["inits"], recipe["activations"], recipe["seeds"]
    variables: dict[str, tuple[tuple[str, ...], Any, dict[str, str]]] = {}

    def add(name: str, dims: tuple[str, ...], values: Any) -> None:
        variables[name] = (dims, np.array(values), _definitions(name))

    def count(name: str, field: str, read: Callable[[Histogram], Any], *bin_dim: str) -> None:
        values = [[[read(h) for h in getattr(histograms[i, a], field)] for a in activations] for i in inits]
        add(name, (*PAIRING, "layer", *bin_dim), np.array(values, np.int64))

    for name in STATISTICS:
        values = [[[statistics[i, a, s][name] for s in seeds] for a in activations] for i in inits]
        add(name, (*PAIRING, "seed", "layer"), values)
    first = [histograms[inits[0], a] for a in activations]
    add("bin_edges", ("activation", "bin_edge"), [each.hist[0].bins.edges for each in first])
    add("grad_bin_edges", ("grad_bin_edge",), first[0].grad_hist[0].bins.edges)
    count("hist", "hist", lambda h: h.counts, "bin")
    squares = [[histograms[i, a].squares for a in activations] for i in inits]
    add("hist_squares", (*PAIRING, "layer", "coarse_edge"), squares)
    count("underflow", "hist", lambda h: h.underflow)
    count("overflow", "hist", lambda h: h.overflow)
    count("grad_hist", "grad_hist", lambda h: h.counts, "grad_bin")
    count("grad_overflow", "grad_hist", lambda h: h.overflow + h.nonfinite)
    if first[0].view_hist:
        add("view_edges", ("view_edge",), first[0].view_hist[0].bins.edges)
        count("view_hist", "view_hist", lambda h: h.counts, "view_bin")
        count("view_outside", "view_hist", lambda h: h.underflow + h.overflow + h.nonfinite)
    coords = {
        "init": inits,
        "activation": activations,
        "seed": ("seed", np.array(seeds), {"long_name": "random seed"}),
        "layer": ("layer", np.arange(1, len(fans) + 1), {"long_name": "layer"}),
        "fan_in": ("layer", np.array([fan_in for fan_in, _ in fans]), {"long_name": "inputs of a unit"}),
        "width": ("layer", np.array([fan_out for _, fan_out in fans]), {"long_name": "units in the layer"}),
    }
    attrs: dict[str, Any] = {
        "title": "activation and gradient statistics by layer",
        "schema": SCHEMA,
        "actviz_version": __version__,
        "recipe": json.dumps(recipe, sort_keys=True),
    }
    return xr.Dataset(variables, coords, attrs)


def chosen(dataset: xarray.Dataset, dim: str, names: str | Iterable[Any] | None) -> list[str]:
    """Return the initializers or activations named, all of them if None.

    Raises
    ------
    ActvizError
        If the dataset has no such one; the message lists what it has.
    """
    there = [str(name) for name in dataset[dim].values]
    wanted = there if names is None else [names] if isinstance(names, str) else [str(name) for name in names]
    for name in wanted:
        if name not in there:
            raise ActvizError(f"no {dim} {name!r} in this dataset; it has {', '.join(there)}")
    return wanted


def gradient_decades(dataset: xarray.Dataset) -> xarray.DataArray:
    """Return log10 of the gradient's RMS at the first layer over that at the last, by init, activation and seed.

    -inf where no gradient arrives at the first layer, or none starts; NaN after overflow.
    """
    rms = dataset["grad_preact_rms"]
    first, last = rms.isel(layer=0, drop=True), rms.isel(layer=-1, drop=True)
    ratio = (first / last).where((last != 0) | last.isnull(), 0.0)
    with np.errstate(divide="ignore"):
        return ratio.copy(data=np.log10(ratio.values))


def recipe(dataset: xarray.Dataset) -> dict[str, Any]:
    """Return the recipe a dataset was measured by."""
    return json.loads(dataset.attrs["recipe"])  # type: ignore[no-any-return]


def selection(dataset: xarray.Dataset) -> dict[str, list[Any]]:
    """Return by dimension the labels that were chosen of what a dataset's recipe measured; nothing of the whole."""
    known = recipe(dataset)
    whole = {"run": list(known.get("runs", ())), "seed": known.get("seeds"), "init": known.get("inits")}
    whole["activation"] = known.get("activations")
    return {
        dim: dataset[dim].values.tolist()
        for dim, labels in whole.items()
        if dim in dataset.dims and labels is not None and dataset[dim].values.tolist() != labels
    }


def kind_of(dataset: xarray.Dataset) -> str:
    """Return which of ``KINDS`` a dataset is; what a probe measures is all that is nothing else, snapshots too."""
    kind = str(recipe(dataset).get("kind"))
    return kind if kind in KINDS else "probe"


def is_training(dataset: xarray.Dataset) -> bool:
    """Tell a training from what a probe measured."""
    return "snapshot_step" in dataset


def write_atomically(path: str | os.PathLike[str], write: Callable[[Path], Any]) -> None:
    """Call ``write`` on a temporary path beside ``path``, then rename it into place; nothing half-written stays.

    Raises
    ------
    ActvizError
        If the folder is missing or cannot be written to.
    """
    path = Path(path)
    if path.is_dir():
        raise ActvizError(f"cannot write {path}: it is a folder")
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.{secrets.token_hex(4)}{path.suffix}")
    try:
        temporary.touch(exist_ok=False)
        write(temporary)
        temporary.replace(path)
    except OSError as error:
        raise ActvizError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def save(dataset: xarray.Dataset, path: str | os.PathLike[str]) -> None:
    """Write a dataset to one netCDF-4 file, atomically.

    Raises
    ------
    ActvizError
        If the path cannot be written.
    """
    packed = {str(name): {"zlib": True, "complevel": 1} for name, var in dataset.data_vars.items() if var.size > 4096}
    write_atomically(path, lambda to: dataset.to_netcdf(to, engine="h5netcdf", encoding=packed))


def load(path: str | os.PathLike[str]) -> xarray.Dataset:
    """Read a dataset that ``save`` wrote.

    Raises
    ------
    ResultFileError
        If the file is missing, truncated, not one of actviz's, or of a newer schema.
    """
    import xarray as xr

    if not Path(path).is_file():
        raise ResultFileError(f"{path}: no such result file")
    try:
        with xr.open_dataset(path, engine="h5netcdf") as opened:
            dataset = opened.load()
    except Exception as error:  # h5py and xarray raise many types on bytes that are not theirs
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ResultFileError(f"{path}: not a readable result file, or truncated ({reason})") from None
    schema = dataset.attrs.get("schema")
    try:
        known = recipe(dataset)
    except (KeyError, TypeError, ValueError):
        known = None
    if not isinstance(schema, int | np.integer) or not isinstance(known, dict):
        raise ResultFileError(f"{path}: a netCDF file, but not an actviz result")
    if schema > SCHEMA:
        raise ResultFileError(f"{path}: schema {schema} is newer than this actviz reads ({SCHEMA}); upgrade actviz")
    needed = _NEEDED.get(str(known.get("kind")), (*STATISTICS, "hist", "bin_edges", *PAIRING))
    missing = [name for name in needed if name not in dataset.variables]
    if missing:
        raise ResultFileError(f"{path}: an actviz result without {', '.join(missing)}")
    return dataset


def table(dataset: xarray.Dataset) -> pandas.DataFrame:
    """Return the tidy table: one row for every init, activation, seed and layer, one column a statistic.

    Of a training: one row for every run, seed and evaluation up to the run's end, and a column for every number, for
    each layer's its own, as ``weight_norm.2``; what is told once a run stands in all its rows.
    """
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
    writer = EXPORTS.get(Path(path).suffix)
    if writer is None:
        raise ActvizError(f"cannot export to {path}: the ending must be one of {', '.join(EXPORTS)}")
    write_atomically(path, lambda to: writer(dataset, to))
