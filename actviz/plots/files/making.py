"""Figures drawn into their files on all cores; what is there already, of the same data, is not drawn again."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from actviz.catalog.checks import worker_count
from actviz.numerics.parallel import in_order
from actviz.plots.canvas.building import Drawing
from actviz.plots.canvas.slide import Story, story
from actviz.plots.canvas.style import NarrowError
from actviz.plots.files.record import story_in
from actviz.plots.files.saving import boxed, save_figure
from actviz.results.writing import sweep_ended

FIGURE, LIBRARIES = 0.5, 1.5
"""Seconds that a figure takes, about, and that a process takes first to load what draws."""


@dataclass(frozen=True)
class Made:
    """What became of a figure.

    Parameters
    ----------
    written, kept : tuple of Path
        Files that were written, and those that were this very figure already.
    story : Story, optional
        Its words; None where it could not be drawn.
    lacking : tuple of (str, mapping)
        What it has no room or no font for, as keys in ``TEXT`` with their values.
    narrow : str
        Why it could not be drawn in so narrow a size; empty where it could.
    """

    written: tuple[Path, ...] = ()
    kept: tuple[Path, ...] = ()
    story: Story | None = None
    lacking: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    narrow: str = ""


def worth(figures: int) -> float:
    """Return the seconds of drawing figures, as other processes are worth: less what these take first."""
    return max(0.0, FIGURE * figures - LIBRARIES)


@contextlib.contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for garbage seldom: a figure is made of very many objects, and all of them are in use until it is saved."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 50_000) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@_seldom_collecting()
def make(drawing: Drawing, paths: Sequence[Path]) -> Made:
    """Draw a figure into files."""
    try:
        figure = drawing()
    except NarrowError as error:
        return Made(narrow=str(error))
    for path in paths:
        save_figure(figure, path)
    return Made(tuple(paths), (), story(figure), tuple(lacks(figure, paths)))


def make_numbered(at: Any, drawing: Drawing, paths: Sequence[Path]) -> tuple[Any, Made]:
    """Draw a figure into files; ``at`` tells which it is among others that are drawn at the same time."""
    return at, make(drawing, paths)


def there(drawing: Drawing, paths: Sequence[Path]) -> Made:
    """Return which of a figure's files are this very figure already, and its words as they tell them."""
    told = {path: found for path in paths if (found := story_in(path, drawing.origin)) is not None}
    return Made((), tuple(told), next(iter(told.values()), None))


def make_all(
    figures: Sequence[tuple[Drawing, Sequence[Path]]],
    workers: int | None = None,
    *,
    if_changed: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[Made]:
    """Draw figures into files; the files are the same for any number of ``workers``, which are all cores unless given.

    With ``if_changed`` a file is left as it is, and nothing drawn for it, that is this very figure already.
    """
    made = [there(drawing, paths) if if_changed else Made() for drawing, paths in figures]
    left = [
        (at, [path for path in paths if path not in made[at].kept])
        for at, (_, paths) in enumerate(figures)
        if len(made[at].kept) < len(paths)
    ]
    known = len(figures) - len(left)
    told = None if progress is None else lambda done, _: progress(known + done, len(figures))
    tasks = [(figures[at][0], paths) for at, paths in left]
    try:
        drawn = in_order(make, tasks, worker_count(workers), worth(len(tasks)), told)
    except BaseException:  # Ctrl-C, a full disk: what other processes were writing is swept when they are gone
        for folder in {path.parent for _, paths in tasks for path in paths}:
            sweep_ended(folder)
        raise
    for (at, _), each in zip(left, drawn, strict=True):
        made[at] = replace(each, kept=made[at].kept)
    return made


def lacks(figure: Any, paths: Sequence[Path]) -> list[tuple[str, dict[str, str]]]:
    """Return what a figure has no font for in its files, what there is no room for, and where it is higher; as keys."""
    found = []
    if any(path.suffix.lower() != ".svg" for path in paths) and (characters := boxed(figure)):  # browsers have others
        found.append(("cli.boxed", {"characters": " ".join(characters)}))
    if not figure.size.exact:
        return found
    found += [(f"cli.left_out.{part}", {"size": figure.size.name}) for part in figure.left_out]
    wide, high = (side * figure.size.scale for side in figure.get_size_inches())
    if high * 72 > figure.size.height * figure.size.scale + 0.5:
        found.append(("cli.higher", {"width": f"{wide:.3g}", "height": f"{high:.3g}"}))
    return found
