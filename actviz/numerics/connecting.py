"""Connecting to a Dask cluster: its address or scheduler file, its versions, and the files it is sent first."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import platform
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.errors import ActvizError
from actviz.version import __version__

if TYPE_CHECKING:
    from distributed import Client

ANSWER = 10.0
"""Seconds in which a scheduler must answer."""

WAIT = 120.0
"""Seconds to wait for the first worker: many that start at once read Python from one disk."""


@dataclass(frozen=True)
class Cluster:
    """Where tasks are done.

    Parameters
    ----------
    where : str or distributed.Client
        The scheduler's address, ``tcp://host:8786``; the path of its scheduler file; or a client that is connected.
    uploads : tuple of str
        Files of Python that every worker is sent first: functions of one's own must be importable there.
    """

    where: Any
    uploads: tuple[str, ...] = ()


def versions() -> dict[str, str]:
    """Return what must be the same here and on every worker."""
    import numpy

    return {"actviz": __version__, "numpy": numpy.__version__, "Python": ".".join(platform.python_version_tuple()[:2])}


def unlike(who: str, theirs: dict[str, str], wanted: dict[str, str]) -> str:
    """Say which version is another."""
    name = next(name for name in wanted if theirs.get(name) != wanted[name])
    has = theirs.get(name) or "none"
    return f"{who} of the cluster has {name} {has}, and here it is {wanted[name]}: they must be the same"


def check(client: Client) -> None:
    """Refuse a cluster without workers, or whose versions differ from those here."""
    until = time.monotonic() + WAIT
    while not client.nthreads():
        if time.monotonic() > until:
            raise ActvizError(f"the cluster has no worker, after {WAIT:.0f} s of waiting: start some first")
        time.sleep(0.2)
    for address, told in client.get_versions(packages=["actviz"])["workers"].items():
        packages = told["packages"]
        theirs = {"actviz": packages.get("actviz"), "numpy": packages.get("numpy"),
                  "Python": ".".join(str(packages.get("python")).split(".")[:2])}  # fmt: skip
        if theirs != versions():
            raise ActvizError(unlike(f"worker {address}", theirs, versions()))


def thread_count(cluster: Any) -> int:
    """Return how many tasks a cluster does at once; errors as of ``connected`` and ``check``."""
    with connected(cluster) as client:
        check(client)
        return sum(client.nthreads().values())


@contextlib.contextmanager
def connected(cluster: Any) -> Iterator[Client]:
    """Give a client of a cluster: the one given, or one of our own, which is closed."""
    wanted = cluster if isinstance(cluster, Cluster) else Cluster(cluster)
    other = ActvizError(f"cluster is an address, a scheduler file or a distributed.Client, not {wanted.where!r}")
    if not (isinstance(wanted.where, str | os.PathLike) or hasattr(wanted.where, "submit")):
        raise other
    where = os.fspath(wanted.where) if isinstance(wanted.where, str | os.PathLike) else ""
    from_file = "://" not in where and (Path(where).is_file() or where.endswith(".json"))
    if where and not from_file and not re.search(r":[0-9]+$|://", where):  # a client takes long to give up
        raise ActvizError(f"no cluster at {where}: neither an address, tcp://HOST:PORT, nor a scheduler's file")
    try:
        from distributed import Client
    except ImportError:
        raise ActvizError('a cluster needs Dask: pip install "actviz[cluster]"') from None
    if isinstance(wanted.where, Client):
        if wanted.where.status in ("closing", "closed"):
            raise ActvizError("cluster is a distributed.Client that is closed: give one that is connected")
        _upload(wanted.where, wanted.uploads)
        yield wanted.where
        return
    if not isinstance(wanted.where, str | os.PathLike):
        raise other
    _silence()
    try:
        if from_file:
            _await(Path(where))
        address = {"scheduler_file": where} if from_file else {"address": where}
        client = Client(**address, timeout=ANSWER, set_as_default=False)  # what else uses Dask here keeps its own
    except (OSError, TimeoutError, ValueError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ActvizError(f"no cluster at {where}: {said}") from None
    try:
        _upload(client, wanted.uploads)
        yield client
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=2)


def _silence() -> None:
    """Let what Dask logs of a connection of our own be: what matters of it is said in one line."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("distributed", "tornado")]
    for name in [*names, "asyncio"]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _await(file: Path) -> None:
    """Wait a little for a scheduler that starts to write its file, and does it bit by bit.

    Dask would wait for ever, and come to what is no scheduler's file by an assertion.
    """
    until = time.monotonic() + ANSWER
    while not _is_schedulers(file):
        if time.monotonic() > until:
            if not file.is_file():
                raise FileNotFoundError("no such scheduler file")
            raise ValueError("not the file of a scheduler, which has its address")
        time.sleep(0.1)


def _is_schedulers(file: Path) -> bool:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and isinstance(told.get("address"), str)


def _upload(client: Client, files: Sequence[str]) -> None:
    for file in files:
        if not Path(file).is_file():
            raise ActvizError(f"{file}: no such file to send to the workers")
        client.upload_file(file)
