"""From a dataset to figures: ``draw_*`` draw on an Axes, ``figure_*`` return a Figure, ``save_figure`` writes it.

``draw_*`` take an Axes of any figure and what ``line``, ``cell``, ``run_line`` and the like read off a dataset, and
return the Axes; ``with themed("light"):`` gives text and ticks the look of the library's figures.
"""

from typing import Any

from actviz.errors import ActvizError

try:
    import matplotlib  # noqa: F401
except ValueError as error:  # of a setting from outside that is none
    raise ActvizError(f"matplotlib does not start, by MPLBACKEND or a matplotlibrc: {error}") from None

from actviz.catalog.looks import SIZES, THEMES, Size, find_theme
from actviz.catalog.styles import Style
from actviz.plots.canvas.depths import draw_depths, draw_map
from actviz.plots.canvas.diagram import stack_diagram
from actviz.plots.canvas.draw import (
    draw_density,
    draw_grid,
    draw_grid_labels,
    draw_heatmap,
    draw_layer_axis,
    draw_line,
    draw_log_axis,
    draw_marks,
    draw_ridges,
    draw_share_axis,
)
from actviz.plots.canvas.slide import Slide, Story, story
from actviz.plots.canvas.spec import FigureSpec
from actviz.plots.canvas.style import PairingStyle, pairing_style, themed
from actviz.plots.figures.budget import draw_forest, figure_budget
from actviz.plots.figures.coordinates import draw_coordinates, figure_coordinates
from actviz.plots.figures.curves import (
    figure_collapse,
    figure_collapse_detail,
    figure_signal,
    figure_signal_detail,
)
from actviz.plots.figures.decay import figure_decay, figure_sweep
from actviz.plots.figures.descents import draw_minima, draw_path, draw_surface, figure_descent
from actviz.plots.figures.distributions import figure_histograms, figure_ridges
from actviz.plots.figures.drift import figure_drift
from actviz.plots.figures.film import figure_film
from actviz.plots.figures.formats import draw_octaves, draw_ruler, figure_formats
from actviz.plots.figures.gradients import figure_gradients, figure_gradients_detail
from actviz.plots.figures.grid import figure_grid
from actviz.plots.figures.maps import figure_saturation
from actviz.plots.figures.normalization import figure_batch_norm, figure_batch_norm_layers
from actviz.plots.figures.overview import figure_overview
from actviz.plots.figures.pace import figure_pace
from actviz.plots.figures.phase import figure_phase
from actviz.plots.figures.race import figure_race
from actviz.plots.figures.ranges import draw_range, draw_suggestion, figure_range
from actviz.plots.figures.rates import figure_schedules
from actviz.plots.figures.run_looks import run_styles
from actviz.plots.figures.sets import figures_of, figures_side_by_side, figures_with_shared_limits
from actviz.plots.figures.stopping import draw_kept, draw_stop, figure_stopping
from actviz.plots.figures.table import FIGURES
from actviz.plots.figures.training import draw_epoch_axis, draw_runs, figure_curves, run_line
from actviz.plots.figures.weights import draw_sizes, figure_weights
from actviz.plots.files.animation import save_animation, save_build_up
from actviz.plots.files.saving import FORMATS, save_figure
from actviz.plots.reading.scales import activation_scale
from actviz.plots.reading.series import cell, line, teaching_pairings
from actviz.text import NAMES, TEXT, label


def __getattr__(name: str) -> Any:
    """Return the function that draws a kind of figure, ``figure_`` and its name, of those that are not named above."""
    if (kind := name.removeprefix("figure_")) != name and kind in FIGURES:
        return FIGURES[kind].draw
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "FIGURES",
    "FORMATS",
    "NAMES",
    "SIZES",
    "TEXT",
    "THEMES",
    "FigureSpec",
    "PairingStyle",
    "Size",
    "Slide",
    "Story",
    "Style",
    "activation_scale",
    "cell",
    "draw_coordinates",
    "draw_density",
    "draw_depths",
    "draw_epoch_axis",
    "draw_forest",
    "draw_grid",
    "draw_grid_labels",
    "draw_heatmap",
    "draw_kept",
    "draw_layer_axis",
    "draw_line",
    "draw_log_axis",
    "draw_map",
    "draw_marks",
    "draw_minima",
    "draw_octaves",
    "draw_path",
    "draw_range",
    "draw_ridges",
    "draw_ruler",
    "draw_runs",
    "draw_share_axis",
    "draw_sizes",
    "draw_stop",
    "draw_suggestion",
    "draw_surface",
    "figure_batch_norm",
    "figure_batch_norm_layers",
    "figure_budget",
    "figure_collapse",
    "figure_collapse_detail",
    "figure_coordinates",
    "figure_curves",
    "figure_decay",
    "figure_descent",
    "figure_drift",
    "figure_film",
    "figure_formats",
    "figure_gradients",
    "figure_gradients_detail",
    "figure_grid",
    "figure_histograms",
    "figure_overview",
    "figure_pace",
    "figure_phase",
    "figure_race",
    "figure_range",
    "figure_ridges",
    "figure_saturation",
    "figure_schedules",
    "figure_signal",
    "figure_signal_detail",
    "figure_stopping",
    "figure_sweep",
    "figure_weights",
    "figures_of",
    "figures_side_by_side",
    "figures_with_shared_limits",
    "find_theme",
    "label",
    "line",
    "pairing_style",
    "run_line",
    "run_styles",
    "save_animation",
    "save_build_up",
    "save_figure",
    "stack_diagram",
    "story",
    "teaching_pairings",
    "themed",
]
