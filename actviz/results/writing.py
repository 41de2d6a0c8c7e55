"""Files written whole or not at all: under a temporary name beside their place, then renamed into it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from actviz.catalog.checks import path_of
from actviz.errors import ActvizError

LONGEST = 100
"""Bytes of a file's own name in that of its temporary file; file systems take 255 in all."""

_HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]
_TEMPORARY = re.compile(rf"\..*\.actviz-{_HOST}-([0-9]+)-[0-9a-f]{{8}}(\.[^.]*)?")
_swept: set[Path] = set()


def write_atomically(path: str | os.PathLike[str], write: Callable[[Path], Any]) -> None:
    """Call ``write`` on a temporary path, then put it in place of ``path``; nothing half-written stays.

    A link is followed, and a file keeps its mode and owner. What is no regular file, a pipe or a device, is written to.

    Raises
    ------
    ActvizError
        If the folder is missing, or the path cannot be written to.
    """
    with one_line(path):
        target, there = real(path)
        through = there is not None and not stat.S_ISREG(there.st_mode)
        if there is not None and stat.S_ISDIR(there.st_mode):
            raise ActvizError(f"cannot write {path}: it is a folder")
        if there is not None and not os.access(path if through else target, os.W_OK):
            raise PermissionError(13, "Permission denied")
        temporary = temporary_path(Path(tempfile.gettempdir()) if through else target.parent, target)
        try:
            temporary.touch(exist_ok=False)
            write(temporary)
            if through:
                _pour(temporary, Path(path))  # not its target: a pipe's is no path
            else:
                if there is not None:
                    _keep(there, temporary)
                temporary.replace(target)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def one_line(path: str | os.PathLike[str]) -> Any:
    """Turn what the system says of a path that cannot be written to into one line."""
    try:
        yield
    except OSError as error:
        raise ActvizError(f"cannot write {path}: {error.strerror or error}") from None


def real(path: str | os.PathLike[str]) -> tuple[Path, os.stat_result | None]:
    """Return where a path leads, links followed, and what is there, if anything.

    Raises
    ------
    ActvizError
        If it is no path that a system knows.
    OSError
        If links lead round in a circle, say.
    """
    if "\0" in os.fspath(path_of(path)):
        raise ActvizError(f"cannot write {str(path)!r}: a path has no null character")
    try:
        there = os.stat(path)
    except FileNotFoundError:
        there = None
    return Path(os.path.realpath(path)), there


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Whether a pipe or a device is there, which is written to, whatever its name."""
    with one_line(path):
        there = real(path)[1]
    return there is not None and not (stat.S_ISREG(there.st_mode) or stat.S_ISDIR(there.st_mode))


def ending_of(path: str | os.PathLike[str], endings: Iterable[str]) -> str:
    """Return a path's ending, with its dot; of a pipe or a device that has none of ``endings``, the first of them."""
    own, known = path_of(path).suffix, list(endings)
    return known[0] if own.lower() not in known and is_stream(path) else own


def has_folder(path: str | os.PathLike[str]) -> bool:
    """Whether there is a folder for a file to be written into.

    Raises
    ------
    ActvizError
        If it is no path.
    """
    with one_line(path):
        return real(path)[0].parent.is_dir()


def temporary_path(folder: Path, target: Path) -> Path:
    """Return a path for what is to be moved to ``target``.

    Its name tells whose it is; what dead processes have left in the folder is swept, once a process.
    """
    if folder not in _swept:
        _swept.add(folder)
        _sweep(folder)
    stem = target.stem.encode(errors="surrogateescape")[:LONGEST].decode(errors="ignore")
    ending = target.suffix if len(target.suffix) <= 8 else ""  # by which a writer may know its format
    return folder / f".{stem}.actviz-{_HOST}-{os.getpid()}-{secrets.token_hex(4)}{ending}"


def _sweep(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            found = _TEMPORARY.fullmatch(entry.name)
            if found and not _alive(int(found[1])):
                shutil.rmtree(entry, ignore_errors=True) if entry.is_dir(follow_symlinks=False) else os.unlink(entry)


def sweep_ended(folder: Path, seconds: float = 1.0) -> None:
    """Sweep what processes leave half-written that are just being ended; wait for these, for so long at most."""
    until = time.monotonic() + seconds
    while folder.is_dir():
        _sweep(folder)
        if time.monotonic() > until or not any(map(is_temporary, os.listdir(folder))):
            return
        time.sleep(0.02)


def is_temporary(name: str) -> bool:
    """Whether a file's name is one that this machine gives to what is being written."""
    return _TEMPORARY.fullmatch(name) is not None


def _alive(process: int) -> bool:
    if os.name != "posix":  # a signal of 0 would end it
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _keep(there: os.stat_result, temporary: Path) -> None:
    """Give a file the mode and the owner of what it replaces, as far as that is allowed."""
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(temporary, there.st_uid, there.st_gid)
    os.chmod(temporary, stat.S_IMODE(there.st_mode))


def _pour(temporary: Path, target: Path) -> None:
    with temporary.open("rb") as whole, target.open("wb", buffering=0) as out:
        shutil.copyfileobj(whole, out)
