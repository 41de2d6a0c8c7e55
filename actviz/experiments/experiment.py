"""What an experiment is: the probes it runs, the drawings it makes of them, and what it expects to find."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from actviz.experiments.claims import Claim
from actviz.experiments.expectations import Expectation
from actviz.text import words

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure

    from actviz.plots.canvas.building import Drawing as Drawn

Each = Callable[[str, "xarray.Dataset"], None]
"""Given every result by its name as soon as it is there."""


@dataclass(frozen=True)
class Drawing:
    """One figure of an experiment.

    Parameters
    ----------
    stem : str
        File name without its ending.
    figure : str
        Key into ``actviz.FIGURES``.
    probe : str
        Key into the experiment's probes.
    caption : mapping
        What it shows and what to see in it, by language.
    options : mapping
        Passed to the figure.
    section : str
        Key of the part of its text that it belongs to; ``section.*`` in ``TEXT`` names it.
    """

    stem: str
    figure: str
    probe: str
    caption: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)
    section: str = ""


def drawing(experiment: str, stem: str, figure: str, probe: str, *, section: str = "", **options: Any) -> Drawing:
    """State a drawing whose caption stands among the words, by its experiment and stem."""
    return Drawing(stem, figure, probe, words(f"drawing.{experiment}.{stem}"), options, section)


@dataclass(frozen=True)
class Experiment:
    """A named, reproducible recipe.

    Parameters
    ----------
    name : str
        Key into ``EXPERIMENTS``.
    title : mapping
        By language.
    source : str or mapping
        Where it was published; by language where it is more than a citation.
    probes : mapping
        From a name, which is also the result's file name, to the arguments of ``actviz.probe``.
    trainings : mapping
        From a name to ``data``, ``split``, ``seeds`` and the arguments of ``actviz.runs``.
    descents : mapping
        From a name to the arguments of ``actviz.descend``.
    sweeps : mapping
        From a name to the arguments of ``actviz.sweep``.
    coordinates : mapping
        From a name to the arguments of ``actviz.coordinate_check``.
    drawings : tuple of Drawing
        In the order they are to be read.
    expectations : tuple of Expectation
        Known numbers to measure.
    claims : tuple of Claim
        Statements in words to test.
    left : tuple of int
        Numbers of claims that were left out, for they need trainings.
    """

    name: str
    title: Mapping[str, str]
    source: str | Mapping[str, str]
    probes: Mapping[str, Mapping[str, Any]]
    drawings: tuple[Drawing, ...]
    expectations: tuple[Expectation, ...] = ()
    claims: tuple[Claim, ...] = ()
    left: tuple[int, ...] = ()
    trainings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    descents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sweeps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    coordinates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def results(self) -> tuple[str, ...]:
        """Names of all that is measured."""
        return (*self.probes, *self.trainings, *self.descents, *self.sweeps, *self.coordinates)


def without_trainings(experiment: Experiment) -> Experiment:
    """Return an experiment with its probes alone, without what is drawn or claimed of trainings and all else.

    A claim that needs some for a part of its cases is left out whole: what decides it would be missing.
    """

    def probed(name: str | None) -> bool:
        return name is None or name in experiment.probes

    claims = tuple(each for each in experiment.claims if all(probed(case.probe) for case in each.cases))
    return dataclasses.replace(
        experiment,
        trainings={},
        descents={},
        sweeps={},
        coordinates={},
        drawings=tuple(each for each in experiment.drawings if probed(each.probe)),
        expectations=tuple(each for each in experiment.expectations if probed(each.probe)),
        claims=claims,
        left=(*experiment.left, *(each.number for each in experiment.claims if each not in claims)),
    )


def _train(
    arguments: Mapping[str, Any], progress: Callable[[int, int], None] | None, how: Mapping[str, Any]
) -> xarray.Dataset:
    """Run one training of an experiment."""
    from actviz.catalog.tasks import Split
    from actviz.training import runs, train

    settings = dict(arguments)
    data, seeds = settings.pop("data", "mnist"), settings.pop("seeds", 1)
    split = Split(**settings.pop("split", {}))
    told = None if progress is None else lambda done, total, _: progress(done, total)
    return train(runs(data=data, **settings), data, split=split, seeds=seeds, progress=told, **how)


def measure(
    experiment: Experiment,
    *,
    seeds: Any = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    cluster: Any = None,
    each: Each | None = None,
) -> dict[str, xarray.Dataset]:
    """Run all that an experiment measures, with ``seeds`` in place of the recipe's own; one dataset each, by name.

    What is done is kept in the folder ``checkpoint``, if there is one, from where a killed run goes on; ``cluster`` is
    as in ``probe``. ``each`` is given every result as soon as it is there, those first that nothing is trained for.

    Raises
    ------
    ActvizError
        If an expectation is a variance over seeds and there is one seed.
    """
    from actviz.probing.running import probe, seed_numbers
    from actviz.scaling import coordinate_check
    from actviz.sweeping import sweep
    from actviz.training.descending import descend

    changed = {} if seeds is None else {"seeds": seeds}
    for expectation in experiment.expectations if changed else ():  # before anything is measured
        expectation.check_seeds(len(seed_numbers(seeds)))
    how: dict[str, Any] = {"workers": workers, "checkpoint": checkpoint, "cluster": cluster}
    shown = {**how, "progress": progress}
    kinds: tuple[tuple[Mapping[str, Any], Callable[[dict[str, Any]], xarray.Dataset]], ...] = (
        (experiment.probes, lambda given: probe(**given, **shown)),
        (experiment.descents, lambda given: descend(**given)),
        (experiment.trainings, lambda given: _train(given, progress, how)),
        (experiment.sweeps, lambda given: sweep(**given, **shown)),
        (experiment.coordinates, lambda given: coordinate_check(**given, workers=workers, progress=progress)),
    )
    found: dict[str, xarray.Dataset] = {}
    for wanted, run in kinds:
        for name, arguments in wanted.items():
            found[name] = run({**arguments, **changed})
            if each:
                each(name, found[name])
    return {name: found[name] for name in experiment.results}


def drawings_of(
    experiment: Experiment, datasets: Mapping[str, xarray.Dataset], **style: Any
) -> Iterator[tuple[Drawing, Drawn]]:
    """Yield an experiment's figures of these results, each a call that draws it.

    Their style is ``theme``, ``lang``, ``size`` and its other fields.
    """
    from actviz.plots import FIGURES
    from actviz.plots.canvas.building import Drawing as Drawn
    from actviz.plots.canvas.sheet import styled
    from actviz.plots.canvas.slide import Origin

    look = styled(**style)
    for drawing in experiment.drawings:
        if drawing.probe in datasets:
            spec, of = FIGURES[drawing.figure], datasets[drawing.probe]
            yield drawing, Drawn(Origin(spec, of, drawing.options, look, captions=drawing.caption))


def draw(
    experiment: Experiment, datasets: Mapping[str, xarray.Dataset], **style: Any
) -> Iterator[tuple[Drawing, Figure]]:
    """Draw an experiment's figures one by one, in a style: ``theme``, ``lang``, ``size`` and its other fields."""
    return ((drawing, drawn()) for drawing, drawn in drawings_of(experiment, datasets, **style))
