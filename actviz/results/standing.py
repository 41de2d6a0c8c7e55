"""What a file was made of, noted so that it need not be made again: a key of inputs, versions and options."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from actviz.results.schema import small_file
from actviz.version import __version__

PACKAGES = ("numpy", "matplotlib", "xarray", "bokeh", "fonttools", "python-pptx")
"""Whose versions shape what is written."""

_SIGNED = re.compile(rb"<!-- actviz ([0-9a-f]{64}) ([0-9a-f]{64}) -->\n\Z")


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_of(files: Iterable[Path], *options: Any) -> str:
    """Return a key of files by their content, of options, and of the versions that shape what is made of them."""
    inputs = [(path.name, digest_of(path)) for path in files]
    return digest(json.dumps([__version__, [_version(name) for name in PACKAGES], inputs, options]).encode())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def signed(page: str, key: str) -> str:
    """Return an HTML page with a comment at its end that says of what it was made, and what it was then."""
    return f"{page}<!-- actviz {key} {digest(page.encode())} -->\n"


def is_signed(path: Path, key: str) -> bool:
    """Whether a page is there that was made of this, and is as it was."""
    try:
        content = small_file(path)
    except OSError:
        return False
    found = _SIGNED.search(content)
    return found is not None and found[1].decode() == key and digest(content[: found.start()]) == found[2].decode()
