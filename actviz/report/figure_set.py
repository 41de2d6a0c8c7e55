"""An experiment's set, a folder of results and figures with its index; and the same as a one-file report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.experiments.experiment import draw
from actviz.experiments.reproduction import Progress, Reproduction, check_rows, claim_rows
from actviz.report.drawings import Words, words_of
from actviz.report.index import Entry, index_page
from actviz.report.page import Content, drawing_theme
from actviz.results.dataset import recipe
from actviz.results.files import save
from actviz.results.writing import write_atomically
from actviz.text import in_language
from actviz.version import __version__

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Written:
    """The files of a set: a folder, its index, the results and the figures."""

    folder: Path
    index: str
    results: tuple[str, ...]
    entries: tuple[Entry, ...]


def write(
    done: Reproduction,
    folder: str | os.PathLike[str],
    *,
    formats: Sequence[str] = ("png",),
    progress: Progress | None = None,
    **style: Any,
) -> Written:
    """Write the results, every figure, and ``index.html``; the folder is made if missing.

    Figures are drawn in a style: ``theme``, ``lang``, ``size`` and its other fields.

    Raises
    ------
    ActvizError
        If a file cannot be written.
    """
    from actviz.plots import save_figure, story

    folder, chosen, lang = Path(folder), done.experiment, style.get("lang", "en")
    folder.mkdir(parents=True, exist_ok=True)
    for name, dataset in done.datasets.items():
        save(dataset, folder / f"{name}.nc")
    entries = []
    for drawing, figure in draw(chosen, done.datasets, **style):
        files = [f"{drawing.stem}.{ending}" for ending in formats]
        for file in files:
            save_figure(figure, folder / file)
        told = story(figure)
        entries.append(Entry(drawing.stem, files, drawing.caption[lang], told.alt, told.title, drawing.section))
        if progress:
            progress(len(entries), len(chosen.drawings))
    recipes = {f"{name}.nc": recipe(dataset) for name, dataset in done.datasets.items()}
    page = index_page(
        chosen.title[lang],
        in_language(chosen.source, lang),
        entries,
        recipes,
        __version__,
        lang,
        claims=claim_rows(done.decisions, lang),
        checks=check_rows(done.checks, lang),
    )
    write_atomically(folder / "index.html", lambda to: to.write_text(page, encoding="utf-8"))
    return Written(folder, "index.html", tuple(recipes), tuple(entries))


def report_content(done: Reproduction, *, theme: str, lang: str, command: str) -> Content:
    """Return what there is to tell of an experiment; figures are drawn when they are asked for."""
    chosen = done.experiment
    return Content(
        chosen.title[lang],
        in_language(chosen.source, lang),
        done.datasets,
        _figures(done, drawing_theme(theme), lang),
        claim_rows(done.decisions, lang),
        check_rows(done.checks, lang),
        command,
    )


def _figures(done: Reproduction, theme: str, lang: str) -> Iterator[tuple[str, Figure, Words]]:
    for drawing, figure in draw(done.experiment, done.datasets, theme=theme, lang=lang):
        yield drawing.stem, figure, words_of(figure, drawing.section)
