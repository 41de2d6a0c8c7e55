"""The table of figures."""

from __future__ import annotations

from actviz.plots.canvas.spec import FigureFunction, FigureSpec
from actviz.plots.figures.budget import figure_budget
from actviz.plots.figures.coordinates import figure_coordinates
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
from actviz.plots.figures.formats import figure_formats
from actviz.plots.figures.gradients import figure_gradients, figure_gradients_detail
from actviz.plots.figures.maps import figure_saturation
from actviz.plots.figures.normalization import figure_batch_norm, figure_batch_norm_layers
from actviz.plots.figures.overview import figure_overview
from actviz.plots.figures.pace import figure_pace
from actviz.plots.figures.phase import figure_phase
from actviz.plots.figures.phase_map import figure_phase_map
from actviz.plots.figures.race import figure_race
from actviz.plots.figures.ranges import figure_range
from actviz.plots.figures.rates import figure_schedules
from actviz.plots.figures.spectrum import figure_spectrum
from actviz.plots.figures.stopping import figure_stopping
from actviz.plots.figures.stream import figure_stream
from actviz.plots.figures.sweeps import figure_map, figure_trend
from actviz.plots.figures.trainability import figure_trainability
from actviz.plots.figures.training import figure_curves
from actviz.plots.figures.weights import figure_weights

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
    figure_spectrum,
    figure_formats,
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
    figure_map,
    figure_trend,
    figure_trainability,
    figure_phase_map,
    figure_coordinates,
)

FIGURES: dict[str, FigureSpec] = {figure.spec.name: figure.spec for figure in _figures}
"""Every kind of figure of a result by name."""

OTHERS: dict[str, FigureSpec] = {figure.spec.name: figure.spec for figure in (figure_schedules, figure_drift)}
"""Kinds of figures that are drawn of no result: of schedules, and of a check against a baseline."""
