"""From a dataset to figures: ``draw_*`` draw on an Axes, ``figure_*`` return a Figure, ``save_figure`` writes it."""

from actviz.plots.animation import save_animation
from actviz.plots.budget import figure_budget
from actviz.plots.building import save_build_up
from actviz.plots.curves import figure_collapse, figure_gradients, figure_signal
from actviz.plots.decay import figure_decay, figure_sweep, figure_weights
from actviz.plots.descents import figure_descent
from actviz.plots.distributions import figure_histograms, figure_overview, figure_ridges
from actviz.plots.drift import figure_drift
from actviz.plots.figures import FIGURES, FigureSpec, figures_of
from actviz.plots.film import figure_film
from actviz.plots.maps import figure_saturation
from actviz.plots.normalization import figure_batch_norm, figure_batch_norm_layers
from actviz.plots.pace import figure_pace
from actviz.plots.phase import figure_phase
from actviz.plots.race import figure_race
from actviz.plots.ranges import figure_range
from actviz.plots.rates import figure_schedules
from actviz.plots.saving import FORMATS, save_figure
from actviz.plots.series import teaching_pairings
from actviz.plots.sizes import SIZES, Size
from actviz.plots.stopping import figure_stopping
from actviz.plots.style import THEMES, PairingStyle, pairing_style
from actviz.plots.training import figure_curves
from actviz.text import NAMES, TEXT, label

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
    "figure_batch_norm",
    "figure_batch_norm_layers",
    "figure_budget",
    "figure_collapse",
    "figure_curves",
    "figure_decay",
    "figure_descent",
    "figure_drift",
    "figure_film",
    "figure_gradients",
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
    "figure_stopping",
    "figure_sweep",
    "figure_weights",
    "figures_of",
    "label",
    "pairing_style",
    "save_animation",
    "save_build_up",
    "save_figure",
    "teaching_pairings",
]
