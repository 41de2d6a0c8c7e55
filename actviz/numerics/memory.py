"""The one guard of memory: what a recipe needs is counted, and refused, before the first allocation."""

from __future__ import annotations

import os
from pathlib import Path

from actviz.errors import ActvizError

_GROUPS = Path("/sys/fs/cgroup")
"""Where Linux tells the limits of control groups, by which containers and clusters share a machine."""


def limit() -> int | None:
    """Return the bytes that this process may have: the machine's, its control group's, or what its own limit leaves.

    None where nobody says.
    """
    limits = [*_physical(), *_of_groups(), *_of_process()]
    return min(limits, default=None)


def _physical() -> list[int]:
    try:
        return [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    except (AttributeError, OSError, ValueError):
        return []


def _of_groups() -> list[int]:
    """Return the limits of the control groups that hold this process, in versions 1 and 2, outer ones too."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    files = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers or "memory" in controllers.split(","):
            root, file = (_GROUPS, "memory.max") if not controllers else (_GROUPS / "memory", "memory.limit_in_bytes")
            own = root / path.lstrip("/")
            files += [folder / file for folder in (own, *own.parents, root) if folder.is_relative_to(root)]
    return [number for file in files if (number := _read(file)) is not None]


def _of_process() -> list[int]:
    """Return what the limit of this process's addresses (``ulimit -v``) leaves beside those that it has."""
    try:
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return [] if soft == resource.RLIM_INFINITY else [max(soft - pages * resource.getpagesize(), 0)]
    except (ImportError, OSError, ValueError):
        return []


def _read(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # there is none, or it says "max"
        return None


def check_memory(need: float, what: str, advice: str) -> None:
    """Refuse what memory cannot hold.

    Parameters
    ----------
    need : float
        Bytes.
    what, advice : str
        What needs them, and what would need fewer.

    Raises
    ------
    ActvizError
        If it is more than there is.
    """
    have = limit()
    if have is not None and need > have:
        raise ActvizError(f"{what} needs about {need / 2**30:.3g} GiB of memory, of {have / 2**30:.3g}: {advice}")
