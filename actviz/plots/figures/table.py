"""The table of figures, and the files a set of them becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, count
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from actviz.catalog.checks import choose_from
from actviz.catalog.looks import find_size
from actviz.errors import ActvizError
from actviz.plots.canvas.building import BY, built, check_by
from actviz.plots.canvas.spec import FigureFunction, FigureSpec, Options, Pairings
from actviz.plots.figures.budget import figure_budget
from actviz.plots.figures.curves import (
    figure_collapse,
    figure_collapse_detail,
    figure_signal,
    figure_signal_detail,
)
from actviz.plots.figures.decay import figure_decay, figure_sweep
from actviz.plots.figures.descents import figure_descent
from actviz.plots.figures.distributions import figure_histograms, figure_ridges
from actviz.plots.figures.drift import figure_drift
from actviz.plots.figures.film import figure_film
from actviz.plots.figures.gradients import figure_gradients, figure_gradients_detail
from actviz.plots.figures.maps import figure_saturation
from actviz.plots.figures.normalization import figure_batch_norm, figure_batch_norm_layers
from actviz.plots.figures.overview import figure_overview
from actviz.plots.figures.pace import figure_pace
from actviz.plots.figures.phase import figure_phase
from actviz.plots.figures.race import figure_race
from actviz.plots.figures.ranges import figure_range
from actviz.plots.figures.rates import figure_schedules
from actviz.plots.figures.stopping import figure_stopping
from actviz.plots.figures.stream import figure_stream
from actviz.plots.figures.training import figure_curves
from actviz.plots.figures.weights import figure_weights
from actviz.plots.reading.series import choose, teaching_pairings
from actviz.results.dataset import kind_of
from actviz.results.overlaying import laid

if TYPE_CHECKING:
    import xarray


_figures: tuple[FigureFunction, ...] = (
    figure_histograms,
    figure_ridges,
    figure_signal,
    figure_gradients,
    figure_saturation,
    figure_collapse,
    figure_overview,
    figure_signal_detail,
    figure_gradients_detail,
    figure_collapse_detail,
    figure_stream,
    figure_phase,
    figure_curves,
    figure_decay,
    figure_sweep,
    figure_weights,
    figure_pace,
    figure_stopping,
    figure_budget,
    figure_film,
    figure_descent,
    figure_range,
    figure_race,
    figure_batch_norm,
    figure_batch_norm_layers,
)

FIGURES: dict[str, FigureSpec] = {figure.spec.name: figure.spec for figure in _figures}
"""Every kind of figure of a result by name."""

OTHERS: dict[str, FigureSpec] = {figure.spec.name: figure.spec for figure in (figure_schedules, figure_drift)}
"""Kinds of figures that are drawn of no result: of schedules, and of a check against a baseline."""


def figures_of(
    ds: xarray.Dataset,
    names: Sequence[str] | None = None,
    *,
    pairings: Pairings | None = None,
    theme: str = "light",
    lang: str = "en",
    theory: bool = True,
    z: bool = False,
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
    z : bool
        Whether to show how far the measurement is from it, in standard errors, at every point.
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
            raise ActvizError(f"unknown figure {name!r}; {choose_from(name, FIGURES)}")
        if lacking := FIGURES[name].missing(ds):
            raise ActvizError(f"figure {name}: {lacking}{_instead(ds, FIGURES[name])}")
    find_size(size)
    chosen = () if kind_of(ds) != "probe" else teaching_pairings(ds) if pairings is None else pairings
    for init, activation in chosen:
        choose(ds, "init", init)
        choose(ds, "activation", activation)
    specs = [FIGURES[name] for name in wanted]
    taken: set[str] = set()

    def asked(spec: FigureSpec) -> Options:
        return {name: value for name, value in {"theory": theory, "z": z}.items() if name in spec.predicts}

    plain = (
        (spec, ending, partial(spec.draw, ds, theme=theme, lang=lang, size=size, **options, **asked(spec)))
        for spec in specs
        for ending, options in spec.files(ds, chosen)
    )
    named = ((_stem(spec.name + ending, taken), spec, draw) for spec, ending, draw in plain)
    if not build_up:
        return ((stem, draw) for stem, _, draw in named)
    steps = {spec.name: check_by(spec.name, spec.builds, by, able) for spec in specs}
    return (
        (f"{stem}-{at:02d}", each)
        for stem, spec, draw in named
        for at, each in enumerate(built(draw, steps[spec.name]), 1)
    )


def _instead(ds: xarray.Dataset, spec: FigureSpec) -> str:
    """Say which figures show results laid over each other, where one lacks nothing else."""
    if not laid(ds) or spec.overlays or spec.kind != kind_of(ds):
        return ""
    able = [name for name, other in FIGURES.items() if other.overlays and other.kind == spec.kind]
    return f"; choose from {', '.join(able)}"


def _stem(name: str, taken: set[str]) -> str:
    """Return a file name that every system takes and that no other figure has, where letters' case counts or not."""
    stem = re.sub(r"[^\w.,=-]+", "_", name)
    free = next(each for each in chain([stem], (f"{stem}_{at}" for at in count(2))) if each.casefold() not in taken)
    taken.add(free.casefold())
    return free
