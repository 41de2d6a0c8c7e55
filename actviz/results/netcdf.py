"""A dataset as the bytes of a netCDF-4 file, and back."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from typing import Any

import h5netcdf
import h5py
import xarray
from xarray.backends import H5NetCDFStore

from actviz.numerics.memory import check_memory


class _Known(h5py.File):  # type: ignore[misc]
    """A file that knows what it has found by name: h5netcdf looks each variable up some seventy times."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[str, Any] = {}

    def __getitem__(self, name: Any) -> Any:
        if not isinstance(name, str):  # a reference
            return super().__getitem__(name)
        if name == "/":
            return self  # so that what is deleted in the root is forgotten here
        key = name.lstrip("/")
        if key not in self._found:
            self._found[key] = super().__getitem__(name)
        return self._found[key]

    def __delitem__(self, name: str) -> None:
        self._found.pop(name.lstrip("/"), None)
        super().__delitem__(name)


def packed(dataset: xarray.Dataset, encoding: Mapping[str, Any]) -> bytes:
    """Return a dataset as the bytes of a file; made in memory, since HDF5 cannot end well on a disk that is full."""
    made = io.BytesIO()
    with _Known(made, "w", track_order=True) as known, h5netcdf.File(known, "w") as file:
        dataset.dump_to_store(H5NetCDFStore(file), encoding=encoding)
    return made.getvalue()


def unpacked(path: str | os.PathLike[str]) -> xarray.Dataset:
    """Return what a file holds, in memory.

    Raises
    ------
    ActvizError
        If it does not fit there.
    Exception
        Of many types, on bytes that are of no such file.
    """
    with _Known(path, "r") as known, h5netcdf.File(known, "r", decode_vlen_strings=True) as file:
        opened = xarray.open_dataset(H5NetCDFStore(file))
        check_memory(opened.nbytes, "what the file unpacks to", "it may be damaged")
        opened.set_close(None)  # it is read whole, and goes to other processes
        return opened.load()
