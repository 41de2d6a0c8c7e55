"""Write a lecture: figures, fonts and the deck; all of it or nothing."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.errors import ActvizError
from actviz.experiments import Reproduction
from actviz.lecture.deck import Deck, Drawn, make_deck
from actviz.lecture.guidance import GUIDANCE
from actviz.lecture.initialization import INITIALIZATION
from actviz.lecture.pictures import FIGURES, draw_pictures, note_whole, whole_noted
from actviz.lecture.slides import Slide
from actviz.lecture.targets import Target, find_target
from actviz.results.writing import temporary_path, write_atomically

if TYPE_CHECKING:
    import os

SLIDES: dict[str, tuple[Slide, ...]] = {**INITIALIZATION, **GUIDANCE}
"""The lecture by its parts, in order."""


@dataclasses.dataclass(frozen=True)
class Lecture:
    """What was written: the folder, its files (paths inside it), and how many slides and pictures on them there are."""

    folder: Path
    target: Target
    files: tuple[str, ...]
    slides: int
    figures: int


def _copy_fonts(families: Sequence[str], folder: Path) -> None:
    from actviz.plots.files.saving import font_files

    if families:
        (folder / "fonts").mkdir()
    for file in (file for family in families for file in font_files(family)):
        shutil.copyfile(file, folder / "fonts" / file.name)


def _write_inside(
    done: Reproduction,
    deck: Deck,
    target: Target,
    work: Path,
    before: Path,
    **how: Any,
) -> None:
    """Write everything to an empty folder; ``before`` has the figures of an earlier lecture, perhaps."""
    drawn: Mapping[str, Drawn] = {}
    if target.figures:
        (work / FIGURES).mkdir()
        drawn = draw_pictures(deck, done.datasets, work / FIGURES, target, before / FIGURES, **how)
    _copy_fonts(target.fonts_beside(deck.lang), work)
    target.write(deck, work, drawn)


def _move(inside: Path, folder: Path, last: str) -> tuple[str, ...]:
    """Move every file into place, the deck itself last, so that it never stands beside older figures."""
    files = sorted(str(each.relative_to(inside).as_posix()) for each in inside.rglob("*") if each.is_file())
    files.sort(key=lambda file: file == last)
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / file, (inside / file).replace)
    return tuple(files)


def check_place(target: Target, folder: Path, *, overwrite: bool = False) -> None:
    """Raise an error if a target cannot be written to a folder, before anything is measured for it."""
    target.check()
    if (there := folder / target.file).exists() and not overwrite:
        raise ActvizError(f"{there} is there already: choose another folder, or --overwrite it")


def standing(folder: str | os.PathLike[str], to: str, key: str) -> Lecture | None:
    """Return the lecture in a folder if it is made of this and nobody has changed a file of it; else None."""
    found = whole_noted(Path(folder), key) if key else None
    if found is None:
        return None
    return Lecture(Path(folder), find_target(to), tuple(found["files"]), found["slides"], found["pictures"])


def write_lecture(
    done: Reproduction,
    folder: str | os.PathLike[str],
    to: str,
    *,
    lang: str = "en",
    theme: str = "light",
    slides: Mapping[str, Sequence[Slide]] = SLIDES,
    title: str | None = None,
    overwrite: bool = False,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    key: str = "",
) -> Lecture:
    """Write the article as a lecture; the folder is made if missing, and holds nothing half written.

    Figures that an earlier lecture there drew of the same results, in the same way, are kept.

    Parameters
    ----------
    done : Reproduction
        A run of the experiment that the slides are about.
    folder : path
    to : str
        Key into ``TARGETS``.
    lang, theme : str
    slides : mapping of sequences of Slide
        By part; those of the article unless given. A slide is left out where the run has not what it needs.
    title : str, optional
        Of the whole.
    overwrite : bool
        Whether a lecture that is there already, perhaps edited, is replaced.
    workers : int, optional
        Processes that draw, all cores unless given; the files are the same.
    progress : callable, optional
        Called with (done, total) figures.
    key : str
        Of all that the lecture is made of, by which ``standing`` finds it again.

    Raises
    ------
    ActvizError
        If there is no such target, a package is missing that it needs, a lecture is there already, or the folder cannot
        be written to.
    """
    target, folder = find_target(to), Path(folder)
    check_place(target, folder, overwrite=overwrite)
    deck = make_deck(done, slides, lang=lang, theme=theme, title=title)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Inside the folder, so that moving a file is renaming it.
        work = temporary_path(folder, folder / "lecture")
        work.mkdir()
        try:
            _write_inside(done, deck, target, work, folder, workers=workers, progress=progress)
            if key and target.figures:
                note_whole(work, key, {"slides": 1 + len(deck.pages), "pictures": len(deck.pictures)})
            files = _move(work, folder, target.file)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise ActvizError(f"cannot write {folder}: {error.strerror or error}") from None
    return Lecture(folder, target, files, 1 + len(deck.pages), len(deck.pictures))
