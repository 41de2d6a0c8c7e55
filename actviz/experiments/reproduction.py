"""Run an experiment, judge it, and write its set: results, figures, and the index that says what each shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.experiments.claims import STATUS, Decision
from actviz.experiments.expectations import Check, comparisons, standard_errors
from actviz.experiments.experiment import Experiment, draw, measure
from actviz.experiments.table import EXPERIMENTS, experiment
from actviz.report.index import CheckRow, ClaimRow, Entry, index_page
from actviz.results.dataset import recipe
from actviz.results.files import save, write_atomically
from actviz.text import in_language
from actviz.version import __version__

if TYPE_CHECKING:
    import os

    import xarray

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Reproduction:
    """One run of an experiment.

    Parameters
    ----------
    experiment : Experiment
    datasets : mapping
        One a probe, by its name.
    checks : tuple of Check
        Every expectation beside what was measured.
    decisions : tuple of Decision
        What the data say of every claim.
    """

    experiment: Experiment
    datasets: Mapping[str, xarray.Dataset]
    checks: tuple[Check, ...]
    decisions: tuple[Decision, ...]

    @property
    def failures(self) -> int:
        """How many expectations and claims fail, of those that decide."""
        return sum(check.failed for check in self.checks) + sum(not decision.passed for decision in self.decisions)

    @property
    def passed(self) -> bool:
        """Whether none fails."""
        return self.failures == 0


@dataclass(frozen=True)
class Written:
    """The files of a set: a folder, its index, the results and the figures."""

    folder: Path
    index: str
    results: tuple[str, ...]
    entries: tuple[Entry, ...]


def judge(chosen: Experiment, datasets: Mapping[str, xarray.Dataset]) -> Reproduction:
    """Check every expectation of an experiment and decide every claim on given datasets."""
    everything = {**EXPERIMENTS, chosen.name: chosen}.values()
    k = standard_errors(sum(comparisons(each.expectations) for each in everything))
    return Reproduction(
        chosen,
        datasets,
        tuple(expectation.check(datasets, k) for expectation in chosen.expectations),
        tuple(claim.decide(datasets) for claim in chosen.claims),
    )


def reproduce(
    name: str | Experiment, *, seeds: Any = None, workers: int | None = None, progress: Progress | None = None
) -> Reproduction:
    """Run a published experiment and compare what it gives with what is known.

    Parameters
    ----------
    name : str or Experiment
        Key into ``EXPERIMENTS``, or an experiment of your own.
    seeds : int or sequence of int, optional
        How many seeds, or which; the recipe's own unless given.
    workers : int, optional
        Processes; the result does not depend on it.
    progress : callable, optional
        Called with (done, total) while a probe runs.

    Raises
    ------
    ActvizError
        If there is no such experiment; the message lists those there are.

    Examples
    --------
    >>> found = reproduce("pytorch/default-init", seeds=2)
    >>> found.passed, found.checks[0].verdict
    (True, 'PASS')
    """
    chosen = experiment(name)
    return judge(chosen, measure(chosen, seeds=seeds, workers=workers, progress=progress))


def claim_rows(decisions: Sequence[Decision], lang: str = "en") -> list[ClaimRow]:
    """Put decisions into words."""
    return [
        ClaimRow(
            number=each.claim.number,
            quote=each.claim.quote[lang],
            status=STATUS[each.status][lang],
            verdict=each.verdict,
            evidence=[finding.evidence(lang) for finding in each.findings],
            precisely=each.claim.precisely[lang],
            figure=each.claim.figure,
        )
        for each in decisions
    ]


def check_rows(checks: Sequence[Check], lang: str = "en") -> list[CheckRow]:
    """Put checks into words."""
    return [
        CheckRow(
            verdict=each.verdict,
            what=each.expectation.what[lang],
            measured=each.written(each.measured),
            expected=each.quoted,
            allowed=each.allowed(lang),
            basis=each.expectation.known(lang),
        )
        for each in checks
    ]


def write(
    done: Reproduction,
    folder: str | os.PathLike[str],
    *,
    formats: Sequence[str] = ("png",),
    theme: str = "light",
    lang: str = "en",
    size: str = "slide",
    progress: Progress | None = None,
) -> Written:
    """Write the results, every figure, and ``index.html``; the folder is made if missing.

    Raises
    ------
    ActvizError
        If a file cannot be written.
    """
    from actviz.plots import save_figure, story

    folder, chosen = Path(folder), done.experiment
    folder.mkdir(parents=True, exist_ok=True)
    for name, dataset in done.datasets.items():
        save(dataset, folder / f"{name}.nc")
    entries = []
    for drawing, figure in draw(chosen, done.datasets, theme=theme, lang=lang, size=size):
        files = [f"{drawing.stem}.{ending}" for ending in formats]
        for file in files:
            save_figure(figure, folder / file)
        entries.append(Entry(drawing.stem, files, drawing.caption[lang], story(figure).alt))
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
