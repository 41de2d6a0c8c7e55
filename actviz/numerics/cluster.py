"""Independent tasks on a Dask cluster: what ``parallel.each_done`` hands to ``distributed``.

Workers need no disk in common with the caller: whoever asks for results keeps them. A task runs in a worker's process
with its matrix products on one thread, as it does here.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import time
import uuid
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.errors import ActvizError
from actviz.numerics.processors import in_one_thread, processor
from actviz.version import __version__

if TYPE_CHECKING:
    from distributed import Client

WINDOW = 4
"""Batches that wait for each thread of the cluster: enough to keep it at work, few enough to be told of in time."""

BATCH_SECONDS, MOST_IN_BATCH = 1.0, 1000
"""Small tasks travel together for about so long at least, up to so many."""

BATCHES_A_SECOND = 100
"""What a scheduler and a client keep up with, of batches: on a large cluster they are longer."""

RETRIES = 2
"""Times that a task is tried again whose worker raised what is no refusal, as a disk or a network may."""

ANSWER = 10.0
"""Seconds in which a scheduler must answer."""

WAIT = 60.0
"""Seconds to wait for the first worker."""

LARGE = 2**14
"""Bytes from which an argument that all tasks share travels once, not with each of them."""


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


@dataclass(frozen=True)
class _Refused:
    """What a task said in place of a result."""

    message: str


@dataclass(frozen=True)
class _Shared:
    """Stands for an argument that all tasks of a batch share."""

    position: int


def versions() -> dict[str, str]:
    """Return what must be the same here and on every worker."""
    import numpy

    return {"actviz": __version__, "numpy": numpy.__version__, "Python": ".".join(platform.python_version_tuple()[:2])}


def on_cluster(
    cluster: Any,
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    name: Callable[[tuple[Any, ...]], str] | None = None,
    processors: set[str] | None = None,
) -> Iterator[Any]:
    """Yield ``function(*task)`` of every task, in the order they are done; parameters as of ``parallel.each_done``.

    Raises
    ------
    ActvizError
        If there is no such cluster, its versions differ, it is lost; or, when all else is done, with the names of tasks
        that ended their worker each time.
    """
    with _connected(cluster) as client:
        _check(client)
        work = _Work(client, function, tasks)
        try:
            yield from work.done(processors if processors is not None else set())
        finally:
            work.cancel()
    if work.killers:
        named = [name(tasks[at]) if name else f"task {at}" for at in sorted(work.killers)]
        shown = "; ".join([*named[:5], *["..."] * (len(named) > 5)])
        count = "1 task" if len(named) == 1 else f"{len(named)} tasks"
        raise ActvizError(f"{count} ended their worker each time they were tried, and all others are done: {shown}")


class _Work:
    """Tasks on their way."""

    def __init__(self, client: Client, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> None:
        self.client, self.killers = client, set[int]()
        self._run = f"actviz-{uuid.uuid4().hex[:12]}"
        self._count = 0
        self._left: deque[int] = deque(range(len(tasks)))
        self._single: deque[int] = deque()
        self._suspects: deque[int] = deque()
        self._out: dict[Any, list[int]] = {}
        self._seconds = BATCH_SECONDS
        self._tasks, shared = _apart(tasks)
        self._shared = [self._submit(_held, each) for each in (function, *shared)]

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self._count += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large arguments, which travel once
            return self.client.submit(
                function, *arguments, key=f"{self._run}-{self._count}", pure=False, retries=RETRIES
            )  # fmt: skip

    def _send(self, batch: list[int]) -> Any:
        future = self._submit(_batch, versions(), [(at, self._tasks[at]) for at in batch], *self._shared)
        self._out[future] = batch
        return future

    def _fill(self) -> list[Any]:
        """Send batches until the window is full."""
        threads = max(sum(self.client.nthreads().values()), 1)
        sent = []
        while (self._left or self._single) and len(self._out) < WINDOW * threads:
            if self._single:
                sent.append(self._send([self._single.popleft()]))
                continue
            fair = max(1, len(self._left) // (2 * threads))
            long = max(BATCH_SECONDS, threads / BATCHES_A_SECOND)
            size = min(max(1, int(long / self._seconds)), MOST_IN_BATCH, fair)
            sent.append(self._send([self._left.popleft() for _ in range(min(size, len(self._left)))]))
        return sent

    def done(self, processors: set[str]) -> Iterator[Any]:
        """Yield results as they come; at last, one by one, of tasks whose worker another one may have ended."""
        from distributed import as_completed

        coming = as_completed(self._fill(), loop=self.client.loop, raise_errors=False)
        for future in coming:
            yield from self._told(future, processors, suspect=False)
            for sent in self._fill():
                coming.add(sent)
        while self._suspects:
            future = self._send([self._suspects.popleft()])
            (sent,) = as_completed([future], loop=self.client.loop, raise_errors=False)
            yield from self._told(sent, processors, suspect=True)

    def _told(self, future: Any, processors: set[str], *, suspect: bool) -> Iterator[Any]:
        """Yield the results of a batch; see to it that those without come later, or are named."""
        from distributed import KilledWorker

        batch = self._out.pop(future)
        try:
            where, results = future.result()
        except KilledWorker:
            if suspect:
                self.killers.update(batch)
            elif len(batch) > 1:
                self._single.extend(batch)
            else:
                self._suspects.extend(batch)  # every task that waits on a worker dies with it, whichever ended it
            return
        except CancelledError:
            raise ActvizError(
                "the cluster's scheduler is gone; what is done is kept where there is a file to write: give the same "
                "command a new one"
            ) from None
        except ActvizError:
            raise
        except Exception as error:
            hint = "; --upload FILE sends a module of your own" if isinstance(error, ModuleNotFoundError) else ""
            raise ActvizError(f"a task failed on the cluster: {type(error).__name__}: {error}{hint}") from error
        finally:
            future.release()
        processors.add(where)
        for value, seconds in results:
            if isinstance(value, _Refused):
                raise ActvizError(value.message)
            self._seconds = 0.8 * self._seconds + 0.2 * max(seconds, 1e-4)
            yield value

    def cancel(self) -> None:
        """Drop what is on its way."""
        with contextlib.suppress(Exception):  # a scheduler that is gone has nothing to drop
            self.client.cancel([*self._out, *self._shared])


def _apart(tasks: Sequence[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """Return tasks with places for the large arguments that all share, and these."""
    import pickle

    if len(tasks) < 2:
        return list(tasks), []
    shared: list[Any] = []
    places: dict[int, _Shared] = {}
    for position, first in enumerate(tasks[0]):
        if all(len(task) > position and task[position] is first for task in tasks):
            with contextlib.suppress(Exception):  # what only cloudpickle takes travels with each task
                if len(pickle.dumps(first)) > LARGE:
                    shared.append(first)
                    places[position] = _Shared(len(shared))
    return [tuple(places.get(at, each) for at, each in enumerate(task)) for task in tasks], shared


def _held(item: Any) -> Any:
    """Return an argument: it travels to a worker once, and is made anew from the scheduler when that worker is lost."""
    return item


def _batch(wanted: dict[str, str], tasks: Sequence[tuple[int, tuple[Any, ...]]], *shared: Any) -> Any:
    """Do tasks on a worker; return its processor, and of every task its result and the seconds it took."""
    if (own := versions()) != wanted:
        raise ActvizError(_unlike("a worker", own, wanted))
    in_one_thread()  # and not only for now: a worker of several threads would give it back under another's feet
    results = []
    for _, task in tasks:
        start = time.perf_counter()
        arguments = (shared[each.position] if isinstance(each, _Shared) else each for each in task)
        try:
            value = shared[0](*arguments)
        except ActvizError as error:
            value = _Refused(str(error))
        results.append((value, time.perf_counter() - start))
    return processor(), results


def _unlike(who: str, theirs: dict[str, str], wanted: dict[str, str]) -> str:
    name = next(name for name in wanted if theirs.get(name) != wanted[name])
    has = theirs.get(name) or "none"
    return f"{who} of the cluster has {name} {has}, and here it is {wanted[name]}: they must be the same"


def _check(client: Client) -> None:
    """Refuse a cluster without workers, or whose versions differ from those here."""
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError:
        raise ActvizError(f"the cluster has no worker, after {WAIT:.0f} s of waiting") from None
    for address, told in client.get_versions(packages=["actviz"])["workers"].items():
        packages = told["packages"]
        theirs = {"actviz": packages.get("actviz"), "numpy": packages.get("numpy"),
                  "Python": ".".join(str(packages.get("python")).split(".")[:2])}  # fmt: skip
        if theirs != versions():
            raise ActvizError(_unlike(f"worker {address}", theirs, versions()))


@contextlib.contextmanager
def _connected(cluster: Any) -> Iterator[Client]:
    """Give a client of a cluster: the one given, or one of our own, which is closed."""
    try:
        from distributed import Client
    except ImportError:
        raise ActvizError('a cluster needs Dask: pip install "actviz[cluster]"') from None
    wanted = cluster if isinstance(cluster, Cluster) else Cluster(cluster)
    if isinstance(wanted.where, Client):
        _upload(wanted.where, wanted.uploads)
        yield wanted.where
        return
    where = os.fspath(wanted.where)
    from_file = "://" not in where and (Path(where).is_file() or where.endswith(".json"))
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
    """Wait a little for a scheduler that is starting to write its file; Dask would wait for ever."""
    until = time.monotonic() + ANSWER
    while not file.is_file():
        if time.monotonic() > until:
            raise FileNotFoundError("no such scheduler file")
        time.sleep(0.1)


def _upload(client: Client, files: Sequence[str]) -> None:
    for file in files:
        if not Path(file).is_file():
            raise ActvizError(f"{file}: no such file to send to the workers")
        client.upload_file(file)
