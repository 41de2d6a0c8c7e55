"""Independent tasks on all cores, one BLAS thread each, so that a result does not depend on how many there are.

Processes, not threads: numpy holds the interpreter's lock where it counts, and two threads gain half of what two
processes do. loky's need no ``__main__`` guard in a user's script and take functions that were typed into a notebook.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from actviz.errors import ActvizError
from actviz.numerics.processors import in_one_thread

WORTH_PROCESSES = 1.5
"""Seconds of work from which on more processes pay for their start."""


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start() -> None:
    in_one_thread()
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


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
        Names a task that ends its worker.
    processors : set of str, optional
        Is told on which kinds of processor of the cluster they were done.

    Raises
    ------
    ActvizError
        If a process is ended from outside, as a system short of memory does, or a cluster cannot do them.
    """
    if cluster is not None:
        from actviz.numerics.cluster import on_cluster

        yield from on_cluster(cluster, function, tasks, name, processors) if tasks else ()
        return
    workers = min(workers, len(tasks))
    if workers > 1 and seconds >= WORTH_PROCESSES:
        yield from _in_processes(function, tasks, workers, look)
    else:
        with in_one_thread():
            for task in tasks:
                yield function(*task)


def _in_processes(
    function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], workers: int, look: Callable[[], None] | None
) -> Iterator[Any]:
    from concurrent.futures import FIRST_COMPLETED, wait
    from concurrent.futures.process import BrokenProcessPool

    from loky import get_reusable_executor

    pool = get_reusable_executor(max_workers=workers, initializer=_start)
    finished = False
    try:
        waiting = {pool.submit(function, *task) for task in tasks}
        while waiting:
            done, waiting = wait(waiting, timeout=0.5 if look else None, return_when=FIRST_COMPLETED)
            if look:
                look()
            for future in done:
                yield future.result()
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
            pool.shutdown(wait=False, kill_workers=True)
