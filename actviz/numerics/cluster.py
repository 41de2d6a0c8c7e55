"""Independent tasks on a Dask cluster: what ``parallel.each_done`` hands to ``distributed``.

Workers need no disk in common with the caller: whoever asks for results keeps them. A task runs in a worker's process
with its matrix products on one thread, as it does here.
"""

from __future__ import annotations

import contextlib
import time
import uuid
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.errors import ActvizError
from actviz.numerics.connecting import check, connected, unlike, versions
from actviz.numerics.ended import Ended
from actviz.numerics.processors import in_one_thread, processor

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

LOST = 120.0
"""Seconds to wait for another worker when all are lost: one that is made anew takes a while, and may be lost again."""

ALONE = 2
"""Times that a task which was lost with its worker is tried alone; another reason may have ended one."""

RESTED = 16.0
"""Seconds that a worker has been there when a task is tried alone in it: a local cluster gives up one that is not back
15 s after it was lost, or lost again by then."""

SETTLED = 1.0
"""Seconds of a worker after which it is made anew when a task ends it: Dask gives one up that ends as it starts."""

KEPT = "what is done is kept where there is a file to write"

LARGE = 2**14
"""Bytes from which an argument that all tasks share travels once, not with each of them."""


@dataclass(frozen=True)
class _Refused:
    """What a task said in place of a result."""

    message: str


@dataclass(frozen=True)
class _Shared:
    """Stands for an argument that all tasks of a batch share."""

    position: int


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
        If there is no such cluster, its versions differ, it is lost; or ``Ended``, when all else is done, of tasks that
        ended their worker each time.
    """
    with connected(cluster) as client:
        check(client)
        work = _Work(client, function, tasks)
        try:
            yield from work.done(processors if processors is not None else set())
        finally:
            work.cancel()
    if work.killers:
        raise Ended([name(tasks[at]) if name else f"task {at + 1} of {len(tasks)}" for at in sorted(work.killers)])


class _Work:
    """Tasks on their way."""

    def __init__(self, client: Client, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> None:
        self.client, self.killers = client, set[int]()
        self._run = f"actviz-{uuid.uuid4().hex[:12]}"
        self._count = 0
        self._left: deque[int] = deque(range(len(tasks)))
        self._out: dict[Any, list[int]] = {}
        self._seconds = BATCH_SECONDS
        self._careful = False
        self._since: dict[str, float] = dict.fromkeys(client.nthreads(), -RESTED)
        self._function, self._whole = function, tasks
        self._tasks, shared = _apart(tasks)
        self._shared = [self._submit(_held, each) for each in shared]

    def _submit(self, function: Callable[..., Any], *arguments: Any, **where: Any) -> Any:
        self._count += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large arguments, which travel once
            return self.client.submit(
                function, *arguments, key=f"{self._run}-{self._count}", pure=False, retries=RETRIES, **where
            )  # fmt: skip

    def _send(self, batch: list[int], tasks: Sequence[tuple[Any, ...]], shared: Sequence[Any], **where: Any) -> Any:
        """Send tasks of a batch, and what they share: what a worker holds of it goes with the worker."""
        future = self._submit(_batch, versions(), self._function, [tasks[at] for at in batch], *shared, **where)
        self._out[future] = batch
        return future

    def _fill(self) -> list[Any]:
        """Send batches until the window is full."""
        threads = max(sum(self.client.nthreads().values()), 1)
        sent = []
        while self._left and len(self._out) < WINDOW * threads:
            fair = max(1, len(self._left) // (2 * threads))
            long = max(BATCH_SECONDS, threads / BATCHES_A_SECOND)
            size = min(max(1, int(long / self._seconds)), MOST_IN_BATCH, fair)
            batch = [self._left.popleft() for _ in range(min(size, len(self._left)))]
            sent.append(self._send(batch, self._tasks, self._shared))
        return sent

    def done(self, processors: set[str]) -> Iterator[Any]:
        """Yield results as they come; when no more do, one by one, of tasks that were lost with their worker.

        Whichever ended it, every batch that waits on a worker dies with it, and what it holds is lost: what may end one
        is tried when all else is here.
        """
        lost: list[int] = []
        yield from self._come(processors, lost)
        for at in lost:
            yield from self._alone(at, processors)

    def _alone(self, at: int, processors: set[str]) -> Iterator[Any]:
        """Yield the result of a task that is tried alone, in a worker at a time; one that ends them is a killer."""
        from distributed import as_completed

        for _ in range(ALONE):
            worker = self._rested()
            future = self._send([at], self._whole, [], workers=[worker])
            coming = as_completed([future], loop=self.client.loop, raise_errors=False, with_results=True)
            while not coming.has_ready() and self._is_there(worker):
                time.sleep(0.1)
            if coming.has_ready():
                lost: list[int] = []
                future, result = next(coming)
                yield from self._told(future, result, processors, lost)
                if not lost:
                    self._careful = False  # something else ends workers here
                    return
            else:
                self._out.pop(future)
                self.client.cancel([future])
                self._careful = True
        self.killers.add(at)

    def _is_there(self, worker: str) -> bool:
        try:
            return worker in self.client.nthreads()
        except (OSError, TimeoutError):  # of a scheduler that is gone the result tells
            return True

    def _rested(self) -> str:
        """Wait for a worker; when one was ended by a task alone, for one that has been there for a while."""
        until = time.monotonic() + LOST
        while True:
            now = time.monotonic()
            self._since = {each: self._since.get(each, now) for each in self.client.nthreads()}
            if self._since:
                until = now + LOST
                worker, since = min(self._since.items(), key=lambda item: item[1])
                if not self._careful or now - since >= RESTED:
                    return worker
            if now > until:
                raise ActvizError(f"the cluster has lost all workers, and none came in {LOST:.0f} s; {KEPT}")
            time.sleep(0.2)

    def _come(self, processors: set[str], lost: list[int]) -> Iterator[Any]:
        """Yield results of what is sent, and send on; what is lost with its worker is added to ``lost``."""
        from distributed import as_completed

        coming = as_completed(self._fill(), loop=self.client.loop, raise_errors=False, with_results=True)
        while not coming.is_empty():
            self._wait(coming)
            future, result = next(coming)
            yield from self._told(future, result, processors, lost)
            for each in self._fill():
                coming.add(each)

    def _wait(self, coming: Any) -> None:
        """Wait for a result as long as the cluster has workers, or comes to have some."""
        without: float | None = None
        looked = time.monotonic()
        while not coming.has_ready():
            with coming.thread_condition:
                coming.thread_condition.wait(0.1)
            if (now := time.monotonic()) - looked < 2.0:
                continue
            looked = now
            with contextlib.suppress(OSError, TimeoutError):  # of a scheduler that is gone the results tell
                without = None if self.client.nthreads() else without or now
            if without is not None and now - without > LOST:
                raise ActvizError(f"the cluster has lost all workers, and none came in {LOST:.0f} s; {KEPT}")

    def _told(self, future: Any, result: Any, processors: set[str], lost: list[int]) -> Iterator[Any]:
        """Yield the results of a batch, gathered as soon as it was done; see to it that those without come later."""
        from distributed import KilledWorker

        batch = self._out.pop(future)
        try:
            if isinstance(result, CancelledError):
                raise result
            if future.status == "error":
                raise result[1]
            where, results = result
        except KilledWorker:
            lost.extend(batch)
            return
        except CancelledError:
            raise ActvizError(f"the cluster's scheduler is gone; {KEPT}: give the same command a new one") from None
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
                    places[position] = _Shared(len(shared))
                    shared.append(first)
    return [tuple(places.get(at, each) for at, each in enumerate(task)) for task in tasks], shared


def _held(item: Any) -> Any:
    """Return an argument: it travels to a worker once, and is made anew from the scheduler when that worker is lost."""
    return item


_IMPORTED = time.monotonic()
"""When this module was read: in a worker, as its first task came."""


def _batch(wanted: dict[str, str], function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], *shared: Any) -> Any:
    """Do tasks on a worker; return its processor, and of every task its result and the seconds it took."""
    if (own := versions()) != wanted:
        raise ActvizError(unlike("a worker", own, wanted))
    in_one_thread()  # and not only for now: a worker of several threads would give it back under another's feet
    time.sleep(max(0.0, _IMPORTED + SETTLED - time.monotonic()))
    results = []
    for task in tasks:
        start = time.perf_counter()
        arguments = (shared[each.position] if isinstance(each, _Shared) else each for each in task)
        try:
            value = function(*arguments)
        except ActvizError as error:
            value = _Refused(str(error))
        results.append((value, time.perf_counter() - start))
    return processor(), results
