"""Run an experiment and judge it, or judge the results in a folder; and put what was found into words."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.catalog.checks import check_functions, path_of
from actviz.catalog.names import labelled_activations, labelled_initializers
from actviz.errors import ActvizError
from actviz.experiments.article.recipe import ARTICLE
from actviz.experiments.claims import Decision
from actviz.experiments.expectations import Check, comparisons, standard_errors
from actviz.experiments.experiment import Each, Experiment, measure, without_trainings
from actviz.experiments.table import EXPERIMENTS, experiment
from actviz.results.dataset import recipe
from actviz.results.files import load
from actviz.sweeping import plan
from actviz.text import text
from actviz.text.numbers import runs_of
from actviz.training import runs

if TYPE_CHECKING:
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
class ClaimRow:
    """A claim in words: what is claimed, its status, the evidence, the figure that shows it (its stem), and code."""

    number: int
    quote: str
    status: str
    verdict: str
    evidence: Sequence[str]
    precisely: str
    figure: str
    code: str = ""


@dataclass(frozen=True)
class CheckRow:
    """A number in words: what was measured, what was expected, and the verdict."""

    verdict: str
    what: str
    measured: str
    expected: str
    allowed: str
    origin: str
    basis: str


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
    name: str | Experiment,
    *,
    seeds: Any = None,
    workers: int | None = None,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    cluster: Any = None,
    each: Each | None = None,
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
    checkpoint : path, optional
        A folder in which what is done is kept, and looked for, so that a killed run goes on.
    cluster : str or distributed.Client, optional
        A Dask cluster that measures, as in ``probe``.
    each : callable, optional
        Given the name and the dataset of every result as soon as it is there.

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
    check_functions(progress=progress, each=each)
    how: dict[str, Any] = {"workers": workers, "progress": progress, "checkpoint": checkpoint, "cluster": cluster}
    return judge(chosen, measure(chosen, seeds=seeds, each=each, **how))


def claim_rows(decisions: Sequence[Decision], lang: str = "en") -> list[ClaimRow]:
    """Put decisions into words."""
    return [
        ClaimRow(
            number=each.claim.number,
            quote=each.claim.quote[lang],
            status=each.status(lang),
            verdict=each.verdict,
            evidence=[finding.evidence(lang) for finding in each.findings],
            precisely=each.claim.precisely[lang],
            figure=each.claim.figure,
            code=each.claim.code[lang] if each.claim.code else "",
        )
        for each in decisions
    ]


def left_words(chosen: Experiment, lang: str = "en") -> str:
    """Say which claims a run without trainings leaves undecided; empty where it decides all."""
    return text("claims.left", lang, numbers=runs_of(chosen.left, "–")) if chosen.left else ""


def check_rows(checks: Sequence[Check], lang: str = "en") -> list[CheckRow]:
    """Put checks into words."""
    return [
        CheckRow(
            verdict=each.verdict,
            what=each.expectation.what[lang],
            measured=each.written(each.measured),
            expected=each.quoted,
            allowed=each.allowed(lang),
            origin=each.expectation.whose(lang),
            basis=each.expectation.known(lang),
        )
        for each in checks
    ]


def reread(chosen: Experiment, folder: str | os.PathLike[str]) -> Reproduction:
    """Judge an experiment on the results in a folder of a written set.

    Raises
    ------
    ActvizError
        If a result is missing or unreadable, or is not one of this experiment's.
    """
    datasets = {}
    for name in chosen.results:
        path = Path(folder) / f"{name}.nc"
        if not path.is_file():
            quick = "; --quick does without trainings" if name not in chosen.probes and chosen.probes else ""
            raise ActvizError(f"{folder} has no {path.name}: `actviz reproduce {chosen.name} -o` writes it{quick}")
        datasets[name] = load(path)
        _check_belongs(chosen, name, datasets[name], path)
    return judge(chosen, datasets)


def reuse(folder: str | os.PathLike[str], chosen: Experiment = ARTICLE, *, quick: bool = False) -> Reproduction:
    """Judge the results that ``actviz article`` wrote to a folder, instead of measuring again.

    Where it holds none of the trainings and descents, or with ``quick``, these are left out.

    Raises
    ------
    ActvizError
        If a result is missing, or is not the experiment's.
    """
    folder = path_of(folder)
    trained = [*chosen.trainings, *chosen.descents]
    if quick or not any((Path(folder) / f"{name}.nc").exists() for name in trained):
        chosen = without_trainings(chosen)
    return reread(chosen, folder)


def _check_belongs(chosen: Experiment, name: str, ds: xarray.Dataset, path: Path) -> None:
    """Refuse a result whose recipe is not the experiment's; how many seeds it has does not matter."""
    known, layers = recipe(ds), ds.sizes.get("layer")
    kinds = {"training": chosen.trainings, "descent": chosen.descents, "sweep": chosen.sweeps,
             "coordinates": chosen.coordinates}  # fmt: skip
    kind = next((kind for kind, names in kinds.items() if name in names), "probe")
    fits = str(known.get("kind", "probe")) == kind
    if fits and kind == "probe":
        arguments = chosen.probes[name]
        inits = labelled_initializers(arguments["inits"])
        activations = labelled_activations(arguments["activations"])
        fits = known.get("inits") == list(inits) and known.get("activations") == list(activations)
        fits = fits and layers == arguments.get("depth", layers)
    elif fits and kind == "sweep":
        settings = {key: value for key, value in chosen.sweeps[name].items() if key != "seeds"}
        wanted = plan(**settings).recipe
        fits = all(known[key] == wanted[key] for key in ("over", "settings", "keep"))
    elif fits and kind == "coordinates":
        fits = all(_alike(known.get(key), value) for key, value in chosen.coordinates[name].items()
                   if key not in ("build", "seeds"))  # fmt: skip
    elif fits:
        fits = set(known["runs"]) == _labels(chosen, name)
    if not fits:
        raise ActvizError(f"{path} is not a result of {chosen.name} as this version measures it")


def _alike(told: Any, wanted: Any) -> bool:
    """Whether a recipe says what an argument does."""
    return bool(told == (list(wanted) if isinstance(wanted, tuple) else wanted))


def _labels(chosen: Experiment, name: str) -> set[str]:
    """Return the labels of an experiment's runs or descents."""
    if name in chosen.descents:
        return set(chosen.descents[name]["runs"])
    arguments = chosen.trainings[name]
    return set(runs(**{key: value for key, value in arguments.items() if key not in ("split", "seeds")}))
