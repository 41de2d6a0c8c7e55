"""What decides the last bits of a result: the kind of processor, and that its matrix products have one thread."""

from __future__ import annotations

import functools
import platform
import sys
from contextlib import AbstractContextManager
from typing import Any


def in_one_thread() -> AbstractContextManager[Any]:
    """Limit matrix products to one thread, at once and as long as the context lasts."""
    import numpy  # noqa: F401 - its BLAS must be there to be limited

    return _libraries(len(sys.modules)).limit(limits=1, user_api="blas")  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=1)
def _libraries(modules: int) -> Any:
    """Return the libraries that are loaded; looked for again, which takes a millisecond, after more modules are."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@functools.cache
def processor() -> str:
    """Name what decides the last bits of a result here: kind of processor, its matrix products, and numpy."""
    import numpy
    from threadpoolctl import threadpool_info

    from actviz.numerics.kernel import kernel

    blas = [each for each in threadpool_info() if each["user_api"] == "blas"]  # scipy's too, where it is loaded
    kinds = {f"{each['internal_api']} {each.get('architecture', '')}" for each in blas}
    return f"{platform.machine()} {', '.join(sorted(kinds))} numpy {numpy.__version__} {_KERNEL}{kernel()}"


_KERNEL = "kernel "


def of_workers(processors: set[str]) -> dict[str, str]:
    """Return what a result says of the processors of its workers: how it repeats, and which path they took.

    >>> of_workers({"a kernel numpy", "b kernel compiled"})
    {'repeats': 'to rounding', 'kernel': 'compiled, numpy'}
    """
    paths = sorted({each.rpartition(_KERNEL)[2] for each in processors})
    return {"repeats": repeats(processors), **({"kernel": ", ".join(paths)} if paths else {})}


def repeats(processors: set[str]) -> str:
    """Say how equal the results of several processors, and of another run, are.

    >>> repeats({"a"}), repeats({"a", "b"})
    ('to the bit', 'to rounding')
    """
    return "to the bit" if len(processors) < 2 else "to rounding"
