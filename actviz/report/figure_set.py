"""An experiment's set, a folder of results and figures with its index; and the same as a one-file report."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.catalog.checks import worker_count
from actviz.errors import ActvizError
from actviz.experiments.experiment import Experiment, drawings_of
from actviz.experiments.reproduction import Reproduction, check_rows, claim_rows, left_words
from actviz.numerics.parallel import Aside, worth_processes
from actviz.plots.files.making import Made, make_numbered, there, worth
from actviz.report.index import Entry, index_page
from actviz.report.page import Content, drawing_theme
from actviz.report.tables import recipes
from actviz.results.files import save
from actviz.results.writing import sweep_ended, write_atomically
from actviz.text import in_language
from actviz.version import __version__

if TYPE_CHECKING:
    import xarray

INDEX = "index.html"
INDEXED_EVERY = 5.0
"""Seconds between two of its states at least, while figures come."""


@dataclass(frozen=True)
class Written:
    """The files of a set: a folder, its index, the results and the figures."""

    folder: Path
    index: str
    results: tuple[str, ...]
    entries: tuple[Entry, ...]


class FigureSet:
    """The set of an experiment in a folder, written piece by piece as its results are measured.

    A figure is drawn beside what is measured next, and is not drawn again where its file is the very one already. The
    index is written with the first figures, and again with what has come since, and whole at the end.

    Parameters
    ----------
    experiment : Experiment
    folder : path
        Made if missing.
    formats : sequence of str
    workers : int, optional
        Processes; all cores unless given.
    landed : callable, optional
        Given every figure's entry, and how many there are by then, when its files are there.
    style
        How figures are drawn: ``theme``, ``lang``, ``size`` and the other fields of a ``Style``.

    Raises
    ------
    ActvizError
        If a file cannot be written.
    """

    def __init__(
        self,
        experiment: Experiment,
        folder: str | os.PathLike[str],
        *,
        formats: Sequence[str] = ("png",),
        workers: int | None = None,
        landed: Callable[[Entry, int], None] | None = None,
        **style: Any,
    ) -> None:
        self._experiment, self._folder, self._formats, self._style = experiment, Path(folder), formats, style
        self._landed, self._lang, self._indexed = landed, style.get("lang", "en"), 0.0
        self._ran: dict[str, Mapping[str, Any]] = {}
        self._entries: dict[str, Entry] = {}
        self._drawings = {each.stem: each for each in experiment.drawings}
        number = worker_count(workers)
        long = worth_processes(worth(len(self._drawings)))
        self._aside = Aside(make_numbered, number if long else 1, self._take)

    def __enter__(self) -> FigureSet:
        return self

    def prepare(self) -> None:
        """Load what measures and draws, in all processes at once: what is measured first is worth it."""
        self._aside.prepare(_load)

    def __exit__(self, failed: object, *_: object) -> None:
        """Draw no more: all has been, or something failed; then processes that are ended leave nothing half-written."""
        self._aside.drop()
        if failed:
            sweep_ended(self._folder)

    def add(self, name: str, dataset: xarray.Dataset, file: Path | None = None) -> None:
        """Begin what is drawn of a result, and save it, or copy the ``file`` it was read of, meanwhile."""
        target = self._folder / f"{name}.nc"
        self._folder.mkdir(parents=True, exist_ok=True)
        for drawing, draw in drawings_of(self._experiment, {name: dataset}, **self._style):
            paths = [self._folder / f"{drawing.stem}.{ending}" for ending in self._formats]
            found = there(draw, paths)
            if left := [path for path in paths if path not in found.kept]:
                self._aside.begin(drawing.stem, draw, left)
            else:
                self._take((drawing.stem, found))
        if file is None:
            save(dataset, target)
        elif not (target.exists() and target.samefile(file)):
            write_atomically(target, lambda to: shutil.copyfile(file, to))
        self._ran |= {each["name"]: each for each in recipes({target.name: dataset}, self._lang)}
        self._aside.look()

    def _take(self, made: tuple[str, Made]) -> None:
        """Enter a figure whose files are there."""
        stem, drawn = made
        if drawn.story is None:
            raise ActvizError(f"{stem}: {drawn.narrow}")
        drawing, told = self._drawings[stem], drawn.story
        files = [f"{stem}.{ending}" for ending in self._formats]
        entry = Entry(stem, files, drawing.caption[self._lang], told.alt, told.title, drawing.section)
        self._entries[stem] = entry
        if self._landed:
            self._landed(entry, len(self._entries))
        if time.monotonic() - self._indexed > INDEXED_EVERY:
            self._write_index()

    def _write_index(self, **tested: Any) -> tuple[Entry, ...]:
        """Write the index of what is there; return the figures in the order they are to be read."""
        title, source = self._experiment.title[self._lang], in_language(self._experiment.source, self._lang)
        entries = tuple(self._entries[stem] for stem in self._drawings if stem in self._entries)
        ran = [self._ran[name] for name in self._files() if name in self._ran]
        missing = len(self._drawings) - len(entries)
        page = index_page(title, source, entries, ran, __version__, self._lang, missing=missing, **tested)
        write_atomically(self._folder / INDEX, lambda to: to.write_text(page, encoding="utf-8"))
        self._indexed = time.monotonic()
        return entries

    def _files(self) -> tuple[str, ...]:
        return tuple(f"{name}.nc" for name in self._experiment.results)

    def finish(self, done: Reproduction) -> Written:
        """Wait for the figures, and write the index with what is found of claims and numbers."""
        self._aside.finish()
        tested = {"claims": claim_rows(done.decisions, self._lang), "checks": check_rows(done.checks, self._lang)}
        tested |= {"left": left_words(done.experiment, self._lang)}
        return Written(self._folder, INDEX, self._files(), self._write_index(**tested))


def _load() -> None:
    """Load what the first result is made with, and by this module the first figure."""
    import xarray as xr

    from actviz.results import netcdf  # noqa: F401

    xr.Variable("x", [0.0])  # which looks for all kinds of arrays that there are


def write(done: Reproduction, folder: str | os.PathLike[str], *, of: Path | None = None, **how: Any) -> Written:
    """Write the set of what has been measured: the results, every figure, and ``index.html``.

    Parameters
    ----------
    done : Reproduction
    folder : path
        Made if missing.
    of : path, optional
        The folder that the results were read of.
    how
        As in ``FigureSet``.
    """
    with FigureSet(done.experiment, folder, **how) as made:
        for name, dataset in done.datasets.items():
            made.add(name, dataset, of and of / f"{name}.nc")
        return made.finish(done)


def report_content(done: Reproduction, *, theme: str, lang: str, command: str) -> Content:
    """Return what there is to tell of an experiment; figures are drawn when they are asked for."""
    chosen = done.experiment
    return Content(
        chosen.title[lang],
        in_language(chosen.source, lang),
        done.datasets,
        [
            (drawing.stem, draw, drawing.section)
            for drawing, draw in drawings_of(chosen, done.datasets, theme=drawing_theme(theme), lang=lang)
        ],
        claim_rows(done.decisions, lang),
        check_rows(done.checks, lang),
        left_words(chosen, lang),
        command,
    )
