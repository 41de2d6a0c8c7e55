"""Snapshots that a growing file does not have yet: a journal beside it, which a killed run leaves and ``load`` reads.

To write a result anew takes as long as tens of snapshots do; to append the numbers of one to another file takes next to
nothing. What a record has is data: names, shapes and bytes. One that is torn, and all behind it, is as if not written.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.results.dataset import recipe
from actviz.results.filming import EDGES, TOLD, film, moment_of

if TYPE_CHECKING:
    import xarray

Record = tuple[dict[str, Any], dict[str, Any]]


def journal_of(path: str | os.PathLike[str]) -> Path:
    """Return where the journal of a file is."""
    return Path(f"{os.fspath(path)}.journal")


def _mark(first: xarray.Dataset) -> int:
    """Return a number of a training's first snapshot that no other training shares."""
    return zlib.crc32(
        b"".join(np.ascontiguousarray(first[name].values).tobytes() for name in ("act_std", "preact_std"))
    )


class Journal:
    """The journal of a file.

    Parameters
    ----------
    path : path
        Of the file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = journal_of(path)

    def clear(self) -> None:
        """Take away what the file has now, or another training has left."""
        self._path.unlink(missing_ok=True)

    def add(self, first: xarray.Dataset, snapshot: xarray.Dataset, **numbers: Any) -> None:
        """Append a snapshot, and as JSON values the numbers that ``film`` is given of it.

        Parameters
        ----------
        first, snapshot : xarray.Dataset
            The training's first, and the one that is new.
        **numbers
            ``step``, ``gradient`` and ``ratios`` of the snapshot, ``losses`` of updates from ``since`` on, and what was
            ``told``, by updates done.
        """
        arrays = {str(name): var.values for name, var in snapshot.data_vars.items() if name not in EDGES}
        shapes = {name: [values.dtype.str, values.shape] for name, values in arrays.items()}
        head = json.dumps({"mark": _mark(first), "arrays": shapes, **numbers}).encode()
        body = head + b"".join(np.ascontiguousarray(values).tobytes() for values in arrays.values())
        with self._path.open("ab") as file:
            file.write(b"%d %d %d\n" % (len(head), len(body), zlib.crc32(body)) + body)


def _records(path: Path) -> Iterator[Record]:
    """Yield the records that are whole."""
    most = path.stat().st_size
    with path.open("rb") as file:
        while line := file.readline(80):
            ahead, size, checksum = map(int, line.split())
            if not 0 <= ahead <= size <= most:
                return
            body = file.read(size)
            if len(body) != size or zlib.crc32(body) != checksum:
                return
            head, at, arrays = json.loads(body[:ahead]), ahead, {}
            for name, (kind, shape) in head["arrays"].items():
                dtype, count = np.dtype(kind), math.prod(shape)
                arrays[name] = np.frombuffer(body, dtype, count, at).reshape(shape)
                at += count * dtype.itemsize
            yield head, arrays


NO_JOURNAL = (ValueError, KeyError, TypeError, AttributeError, OSError)
"""What bytes of another kind raise."""


def continued(dataset: xarray.Dataset, path: str | os.PathLike[str]) -> xarray.Dataset:
    """Return a training with the snapshots that its file's journal has beyond it."""
    known, beside = recipe(dataset), journal_of(path)
    if "filmed" not in known or not beside.is_file():
        return dataset
    (label,) = dataset["run"].values.tolist()
    taken = {step: moment_of(dataset, step, label) for step in dataset["snapshot"].values.tolist()}
    first, last, numbers = next(iter(taken.values())), max(taken), _numbers(dataset, label)
    with contextlib.suppress(*NO_JOURNAL):
        for head, arrays in _records(beside):
            if head["mark"] == _mark(first) and last < head["step"] == head["since"] + len(head["losses"]) - 1:
                taken[head["step"]] = _snapshot(first, arrays)
                _add(numbers, head)
    with contextlib.suppress(*NO_JOURNAL):
        if max(taken) > last:
            how = {name: value for name, value in known["runs"][label].items() if name != "snapshots"}
            return film(taken, **numbers, epoch_updates=known["epoch_updates"], how=how)
    return dataset


def _snapshot(first: xarray.Dataset, arrays: Mapping[str, Any]) -> xarray.Dataset:
    import xarray as xr

    kept = {name: first.variables[name] for name in first.data_vars if name in EDGES}
    made = {name: (first[name].dims, values, first[name].attrs) for name, values in arrays.items()}
    return xr.Dataset({**kept, **made}, first.coords, first.attrs)


def _numbers(dataset: xarray.Dataset, label: str) -> dict[str, Any]:
    """Return what ``film`` was given beside its snapshots."""
    own = dataset.sel(run=label).isel(seed=0)
    steps, taken = own["step"].values.tolist(), set(own["snapshot"].values.tolist())
    told = {step: {name: value for name in TOLD if not math.isnan(value := float(own[name].values[at]))}
            for at, step in enumerate(steps)}  # fmt: skip
    return {
        "told": told,
        "losses": own["batch_loss"].values.tolist(),
        "gradients": {at: value for at, value in enumerate(own["gradient_norm"].values.tolist()) if at in taken},
        "ratios": {step: row for step, row in zip(steps, own["update_ratio"].values, strict=True) if step in taken},
    }


def _add(numbers: dict[str, Any], head: Mapping[str, Any]) -> None:
    numbers["losses"] = [*numbers["losses"][: head["since"]], *head["losses"]]
    numbers["told"] |= {int(at): told for at, told in head["told"].items()}
    numbers["gradients"][head["step"]], numbers["ratios"][head["step"]] = head["gradient"], head["ratios"]
