"""An experiment as a one-file report, measured now or read from the folder that ``write`` filled."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from actviz.catalog.names import labelled_activations, labelled_initializers
from actviz.errors import ActvizError
from actviz.experiments.experiment import Experiment, draw
from actviz.experiments.reproduction import Reproduction, check_rows, claim_rows, judge
from actviz.report.drawings import Told, told
from actviz.report.page import Content, drawing_theme
from actviz.results.dataset import recipe
from actviz.results.files import load
from actviz.text import in_language
from actviz.training import runs

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure


def reread(chosen: Experiment, folder: str | os.PathLike[str]) -> Reproduction:
    """Judge an experiment on the results in a folder that ``write`` filled.

    Raises
    ------
    ActvizError
        If a result is missing or unreadable, or is not one of this experiment's.
    """
    datasets = {}
    for name in (*chosen.probes, *chosen.trainings, *chosen.descents):
        path = Path(folder) / f"{name}.nc"
        if not path.is_file():
            quick = "; --quick does without trainings" if name not in chosen.probes and chosen.probes else ""
            raise ActvizError(f"{folder} has no {path.name}: `actviz reproduce {chosen.name} -o` writes it{quick}")
        datasets[name] = load(path)
        _check_belongs(chosen, name, datasets[name], path)
    return judge(chosen, datasets)


def _check_belongs(chosen: Experiment, name: str, ds: xarray.Dataset, path: Path) -> None:
    """Refuse a result whose recipe is not the experiment's; how many seeds it has does not matter."""
    known, layers = recipe(ds), ds.sizes.get("layer")
    kind = "training" if name in chosen.trainings else "descent" if name in chosen.descents else "probe"
    fits = str(known.get("kind", "probe")) == kind
    if fits and kind == "probe":
        arguments = chosen.probes[name]
        inits = labelled_initializers(arguments["inits"])
        activations = labelled_activations(arguments["activations"])
        fits = known.get("inits") == list(inits) and known.get("activations") == list(activations)
        fits = fits and layers == arguments.get("depth", layers)
    elif fits:
        fits = set(known["runs"]) == _labels(chosen, name)
    if not fits:
        raise ActvizError(f"{path} is not a result of {chosen.name} as this version measures it")


def _labels(chosen: Experiment, name: str) -> set[str]:
    """Return the labels of an experiment's runs or descents."""
    if name in chosen.descents:
        return set(chosen.descents[name]["runs"])
    arguments = chosen.trainings[name]
    return set(runs(**{key: value for key, value in arguments.items() if key not in ("split", "seeds")}))


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


def _figures(done: Reproduction, theme: str, lang: str) -> Iterator[tuple[str, Figure, Told]]:
    for drawing, figure in draw(done.experiment, done.datasets, theme=theme, lang=lang):
        yield drawing.stem, figure, told(figure)
