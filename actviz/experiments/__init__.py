"""Named, reproducible recipes with the figures they draw."""

from actviz.experiments.article import ARTICLE
from actviz.experiments.recipe import Drawing, Experiment, draw, measure

__all__ = ["ARTICLE", "EXPERIMENTS", "Drawing", "Experiment", "draw", "measure"]

EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in (ARTICLE,)}
"""Every experiment by its name."""
