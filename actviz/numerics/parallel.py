"""Independent tasks on all cores, one BLAS thread each, so that a result does not depend on how many there are.

Processes, not threads: numpy holds the interpreter's lock where it counts, and two threads gain half of what two
processes do. loky's need no ``__main__`` guard in a user's script and take functions that were typed into a notebook.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from actviz.errors import ActvizError
from actviz.numerics.ended import Ended
from actviz.numerics.processors import in_one_thread

IDLE = 60
"""Seconds after which a process without a task ends: it must not be while the next tasks are on their way to it."""

WORTH_PROCESSES = 1.5
"""Seconds of work from which on more processes pay for their start."""

GROWN = {"LOKY_MAX_MEMORY_LEAK_SIZE": "1e9"}
"""Bytes by which a process may grow before loky replaces it: libraries that draw and memory that is kept are a third,
and a new process spends seconds on loading them again."""

WINDOW = 4
"""Tasks that wait for each process: of what is on its way when one is ended, any may be why."""


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def worth_processes(seconds: float) -> bool:
    """Whether more processes pay for their start with so much work."""
    return seconds >= WORTH_PROCESSES


def _start() -> None:
    in_one_thread()
    _keep_freed_memory()
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _keep_freed_memory() -> None:
    """Let a worker's allocator keep what is freed: to give it back and ask again costs more than most temporaries.

    Of glibc, whose usual limit of 128 KiB is that of a batch of a few dozen rows; others are left as they are.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        adjust = ctypes.CDLL(None).mallopt
        for option, size in ((-1, 2**28), (-2, 2**24), (-3, 2**25)):  # M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD
            adjust(option, size)


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, however it went: what it holds open would keep a pipe waiting."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def each_done(
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    workers: int,
    seconds: float,
    look: Callable[[], None] | None = None,
    *,
    cluster: Any = None,
    name: Callable[[tuple[Any, ...]], str] | None = None,
    processors: set[str] | None = None,
) -> Iterator[Any]:
    """Yield ``function(*task)`` of every task, in the order they are done.

    Parameters
    ----------
    function : callable
        Must not depend on anything but its arguments.
    tasks : sequence of tuple
    workers : int
        Processes at most; work of few ``seconds`` is done in this one.
    seconds : float
        A guess at the work of all tasks together.
    look : callable, optional
        Called twice a second while other processes of this machine work.
    cluster : str, distributed.Client or cluster.Cluster, optional
        Do them there instead, whatever ``workers`` says.
    name : callable, optional
        Names a task that ends its process.
    processors : set of str, optional
        Is told on which kinds of processor of the cluster they were done.

    Raises
    ------
    Ended
        When all else is done, if tasks end their process, as a system short of memory does, also when each is done
        alone.
    ActvizError
        If a cluster cannot do them.
    """
    if cluster is not None:
        from actviz.numerics.cluster import on_cluster

        yield from on_cluster(cluster, function, tasks, name, processors) if tasks else ()
        return
    workers = min(workers, len(tasks))
    if workers > 1 and worth_processes(seconds):
        yield from _in_processes(function, tasks, workers, look, name)
    else:
        with in_one_thread():
            for task in tasks:
                yield function(*task)


def in_order(
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    workers: int,
    seconds: float,
    progress: Callable[[int, int], None] | None = None,
) -> list[Any]:
    """Return ``function(*task)`` of every task, in their order; ``progress`` is called with (done, total)."""
    found: list[Any] = [None] * len(tasks)
    numbered = [(function, at, task) for at, task in enumerate(tasks)]
    for done, (at, result) in enumerate(each_done(_numbered, numbered, workers, seconds), 1):
        found[at] = result
        if progress:
            progress(done, len(tasks))
    return found


def _numbered(function: Callable[..., Any], at: int, task: tuple[Any, ...]) -> tuple[int, Any]:
    return at, function(*task)


class Aside:
    """Tasks that are done beside other work of this process: on its processes before what is given to them later.

    Parameters
    ----------
    function : callable
        Must not depend on anything but its arguments.
    workers : int
        With 1, tasks are done when they are looked for.
    take : callable
        Given the result of each task in this process, while it waits for others or when it is asked.
    """

    def __init__(self, function: Callable[..., Any], workers: int, take: Callable[[Any], None]) -> None:
        self._function, self.workers, self._take = function, workers, take
        self._waiting: list[Any] = []
        self._left: list[tuple[Any, ...]] = []

    def prepare(self, load: Callable[[], None]) -> None:
        """Let all processes, and this one meanwhile, load what tasks need, instead of each with its first."""
        if self.workers > 1:
            pool = _pool(self.workers)
            for _ in range(self.workers):
                pool.submit(load)
            load()

    def begin(self, *task: Any) -> None:
        """Begin a task."""
        if self.workers > 1:
            pool = _pool(self.workers)
            with _ended_with(pool):
                self._waiting.append(pool.submit(self._function, *task))
            _ASIDE.add(self)
        else:
            self._left.append(task)

    def look(self) -> None:
        """Take what is done."""
        self._do_left()
        done = [future for future in self._waiting if future.done()]
        self._waiting = [future for future in self._waiting if future not in done]
        for future in done:
            self._take(future.result())
        if not self._waiting:
            _ASIDE.discard(self)

    def _do_left(self) -> None:
        while self._left:
            with in_one_thread():
                self._take(self._function(*self._left.pop(0)))

    def drop(self) -> None:
        """Begin no more of them, and take none that is done."""
        for future in self._waiting if self in _ASIDE else ():  # else their processes are being ended already
            future.cancel()
        self._waiting, self._left = [], []
        _ASIDE.discard(self)

    def finish(self) -> None:
        """Wait for all, and take them."""
        from concurrent.futures import FIRST_COMPLETED, wait

        self._do_left()
        if not self._waiting:
            return
        with _ended_with(_pool(self.workers)):
            while self._waiting:
                wait(self._waiting, return_when=FIRST_COMPLETED)
                self.look()


_ASIDE: set[Aside] = set()
"""What is done beside other work now."""


def _pool(workers: int) -> Any:
    """Return the processes, as many as they are while something is done in them: else all would wait for that."""
    from loky import get_reusable_executor

    # A process that has grown is replaced, which changes nothing; loky says so from a thread of its own, to the user.
    warnings.filterwarnings("ignore", "A worker was restarted", UserWarning, r"loky\.")
    held = max((each.workers for each in _ASIDE), default=workers)
    return get_reusable_executor(max_workers=held, initializer=_start, timeout=IDLE, env=GROWN)


@contextlib.contextmanager
def _ended_with(pool: Any) -> Iterator[None]:
    """End all processes when anything fails, and say in a line why where they did."""
    from concurrent.futures.process import BrokenProcessPool

    finished = False
    try:
        yield
        finished = True
    except BrokenProcessPool as error:
        if "un-serialize" in str(error):
            raise ActvizError("a function of your own cannot be sent to other processes; set workers to 1") from None
        raise ActvizError("a worker process was ended from outside, maybe for lack of memory; lower workers") from None
    except (pickle.PicklingError, TypeError) as error:
        if not isinstance(error, pickle.PicklingError) and "pickle" not in str(error):
            raise
        raise ActvizError("a function of your own cannot be sent to other processes; set workers to 1") from None
    finally:
        if not finished:
            _ASIDE.clear()
            pool.shutdown(wait=False, kill_workers=True)


def _in_processes(
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    workers: int,
    look: Callable[[], None] | None,
    name: Callable[[tuple[Any, ...]], str] | None,
) -> Iterator[Any]:
    left, suspects, killers = deque(range(len(tasks))), list[int](), list[int]()
    while left:
        yield from _until_one_ends(function, tasks, left, workers, look, suspects)
    for number in suspects:
        yield from _until_one_ends(function, tasks, deque([number]), 1, look, killers)
    if killers:
        raise Ended([name(tasks[at]) if name else f"task {at + 1} of {len(tasks)}" for at in sorted(killers)])


def _until_one_ends(
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    left: deque[int],
    workers: int,
    look: Callable[[], None] | None,
    suspects: list[int],
) -> Iterator[Any]:
    """Yield results until no task is left, or a process was ended: what was on its way then is suspect."""
    from concurrent.futures import FIRST_COMPLETED, wait
    from concurrent.futures.process import BrokenProcessPool

    pool = _pool(workers)
    with _ended_with(pool):
        out: dict[Any, int] = {}
        broken = False
        while out or (left and not broken):
            while left and not broken and len(out) < WINDOW * workers:
                try:
                    future = pool.submit(function, *tasks[left[0]])
                except BrokenProcessPool:
                    broken = True
                else:
                    out[future] = left.popleft()
            done, _ = wait(out, timeout=0.5 if look or _ASIDE else None, return_when=FIRST_COMPLETED)
            for see in (look, *(each.look for each in tuple(_ASIDE))):
                if see:
                    see()
            for future in done:
                number = out.pop(future)
                error = future.exception()
                if isinstance(error, BrokenProcessPool) and "un-serialize" not in str(error):
                    suspects.append(number)
                    broken = True
                else:
                    yield future.result()
    if broken:
        pool.shutdown(wait=False, kill_workers=True)
