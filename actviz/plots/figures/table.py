"""The table of figures, and the files a set of them becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from actviz.catalog.looks import find_size
from actviz.errors import ActvizError
from actviz.plots.alt import layers, rates, training
from actviz.plots.canvas.building import BY, built, check_by
from actviz.plots.canvas.spec import (
    FigureSpec,
    Options,
    Pairings,
    _by_activation,
    _by_activation_once,
    _by_pairing,
    _by_trained_activation,
)
from actviz.plots.figures.budget import budget_lacks, figure_budget
from actviz.plots.figures.curves import figure_collapse, figure_gradients, figure_signal
from actviz.plots.figures.decay import decay_lacks, figure_decay, figure_sweep, figure_weights, weights_lacks
from actviz.plots.figures.descents import figure_descent
from actviz.plots.figures.distributions import figure_histograms, figure_overview, figure_ridges
from actviz.plots.figures.film import figure_film
from actviz.plots.figures.maps import figure_saturation
from actviz.plots.figures.normalization import (
    batch_norm_lacks,
    batch_norm_layers_lacks,
    figure_batch_norm,
    figure_batch_norm_layers,
)
from actviz.plots.figures.pace import figure_pace, pace_lacks
from actviz.plots.figures.phase import figure_phase, phase_lacks
from actviz.plots.figures.race import figure_race, race_lacks
from actviz.plots.figures.ranges import figure_range
from actviz.plots.figures.stopping import figure_stopping, stopping_files, stopping_lacks
from actviz.plots.figures.training import figure_curves
from actviz.plots.reading.reel import film_lacks
from actviz.plots.reading.series import choose, teaching_pairings
from actviz.results.dataset import kind_of

if TYPE_CHECKING:
    import xarray


_table = (
    FigureSpec(
        "histograms",
        figure_histograms,
        "histograms.about",
        layers.histograms,
        _by_activation,
        predicts=True,
        builds=BY,
        overlays=True,
    ),
    FigureSpec("ridges", figure_ridges, "ridges.about", layers.ridges, _by_pairing, builds=BY[:1]),
    FigureSpec("signal", figure_signal, "signal.about", layers.signal, predicts=True, builds=BY[1:], overlays=True),
    FigureSpec(
        "gradients", figure_gradients, "gradients.about", layers.gradients, predicts=True, builds=BY[1:], overlays=True
    ),
    FigureSpec("saturation", figure_saturation, "saturation.about", layers.saturation),
    FigureSpec(
        "collapse", figure_collapse, "collapse.about", layers.collapse, predicts=True, builds=BY[1:], overlays=True
    ),
    FigureSpec("overview", figure_overview, "overview.about", layers.overview),
    FigureSpec(
        "phase", figure_phase, "phase.about", layers.phase, _by_activation_once, predicts=True, lacks=phase_lacks
    ),
    FigureSpec("curves", figure_curves, "curves.about", training.curves, kind="training", builds=BY[1:], overlays=True),
    FigureSpec("decay", figure_decay, "decay.about", training.decay, lacks=decay_lacks, kind="training"),
    FigureSpec("sweep", figure_sweep, "sweep.about", training.sweep, lacks=decay_lacks, kind="training"),
    FigureSpec("weights", figure_weights, "weights.about", training.weights, lacks=weights_lacks, kind="training"),
    FigureSpec("pace", figure_pace, "pace.about", training.pace, lacks=pace_lacks, kind="training"),
    FigureSpec(
        "stopping",
        figure_stopping,
        "stopping.about",
        training.stopping,
        stopping_files,
        lacks=stopping_lacks,
        kind="training",
    ),
    FigureSpec("budget", figure_budget, "budget.about", rates.budget, lacks=budget_lacks, kind="training"),
    FigureSpec("film", figure_film, "film.about", training.film, kind="training", lacks=film_lacks),
    FigureSpec("descent", figure_descent, "descent.about", rates.descent, kind="descent"),
    FigureSpec("range_test", figure_range, "range.about", rates.range_test, kind="range_test"),
    FigureSpec(
        "race", figure_race, "race.about", training.race, _by_trained_activation, lacks=race_lacks, kind="training"
    ),
    FigureSpec(
        "batch_norm",
        figure_batch_norm,
        "batch_norm.about",
        training.batch_norm,
        lacks=batch_norm_lacks,
        kind="training",
    ),
    FigureSpec(
        "batch_norm_layers",
        figure_batch_norm_layers,
        "batch_norm_layers.about",
        training.batch_norm_layers,
        lacks=batch_norm_layers_lacks,
        kind="training",
    ),
)

FIGURES: dict[str, FigureSpec] = {spec.name: spec for spec in _table}
"""Every kind of figure by name."""


def figures_of(
    ds: xarray.Dataset,
    names: Sequence[str] | None = None,
    *,
    pairings: Pairings | None = None,
    theme: str = "light",
    lang: str = "en",
    theory: bool = True,
    size: str = "slide",
    build_up: bool = False,
    by: str | None = None,
) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """Yield the file stem of every figure of a set, and a call that draws it.

    Parameters
    ----------
    ds : xarray.Dataset
    names : sequence of str, optional
        Kinds of figures; unless named, all of ``FIGURES`` for which the dataset has what they need.
    pairings : sequence of (init, activation), optional
        Those that have a figure of their own (ridges); a few telling ones unless given.
    theme, lang : str
    theory : bool
        Whether to draw what theory predicts over what was measured, where it holds.
    size : {"slide", "half", "paper", "square"}
    build_up : bool
        Whether each figure is to be a series, from empty axes to the whole, which are drawn with nothing moved: of
        those named, or else of all that can be.
    by : {"layer", "pairing"}, optional
        What is added from one to the next: a layer, or a pairing (of a training, a run); as is best unless given.

    Raises
    ------
    ActvizError
        If there is no such figure or pairing, with the choices; if the dataset lacks what a named figure needs; if a
        figure cannot be built up so.
    """
    able = [name for name, spec in FIGURES.items() if spec.builds]
    if by not in (None, *BY):
        raise ActvizError(f"a figure is built up by {' or '.join(BY)}, not by {by!r}")
    if by and not build_up:
        raise ActvizError("by says what a step of build_up is")
    wanted = [name for name in FIGURES if not FIGURES[name].missing(ds)] if names is None else list(names)
    if build_up and names is None:
        wanted = [name for name in wanted if (by in FIGURES[name].builds if by else name in able)]
        if not wanted:
            raise ActvizError(f"none of its figures is built up{f' by {by}' if by else ''}: {', '.join(able)} are")
    for name in wanted if names is not None else ():
        if name not in FIGURES:
            raise ActvizError(f"unknown figure {name!r}; choose from {', '.join(FIGURES)}")
        if lacking := FIGURES[name].missing(ds):
            raise ActvizError(f"figure {name}: {lacking}")
    find_size(size)
    chosen = () if kind_of(ds) != "probe" else teaching_pairings(ds) if pairings is None else pairings
    for init, activation in chosen:
        choose(ds, "init", init)
        choose(ds, "activation", activation)
    specs = [FIGURES[name] for name in wanted]

    def asked(spec: FigureSpec) -> Options:
        return {"theory": theory} if spec.predicts else {}

    plain = (
        (spec, ending, partial(spec.draw, ds, theme=theme, lang=lang, size=size, **options, **asked(spec)))
        for spec in specs
        for ending, options in spec.files(ds, chosen)
    )
    if not build_up:
        return ((_stem(spec.name + ending), draw) for spec, ending, draw in plain)
    steps = {spec.name: check_by(spec.name, spec.builds, by, able) for spec in specs}
    return (
        (f"{_stem(spec.name + ending)}-{at:02d}", each)
        for spec, ending, draw in plain
        for at, each in enumerate(built(draw, steps[spec.name]), 1)
    )


def _stem(name: str) -> str:
    """Return a file name that every system takes."""
    return re.sub(r"[^\w.,=-]+", "_", name)
