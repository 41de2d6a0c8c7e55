"""What is said of tasks that end their process."""

from __future__ import annotations

from collections.abc import Sequence

from actviz.errors import ActvizError


class Ended(ActvizError):
    """Tasks whose process ended each time they were tried, where all others are done; ``names`` are theirs."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(f"{counted(len(names))} ended the process each time, and all others are done: {listed(names)}")


def counted(number: int, one: str = "task") -> str:
    """Return a number of tasks in words."""
    return f"{number} {one}{'s' * (number != 1)}"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return the first names of a list in a line."""
    return "; ".join([*names[:most], *["..."] * (len(names) > most)])
