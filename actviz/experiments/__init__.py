"""Named, reproducible recipes with the figures they draw, and what they must find."""

from actviz.experiments.article.recipe import ARTICLE
from actviz.experiments.claims import Case, Claim, Decision
from actviz.experiments.expectations import Basis, Check, Expectation, Origin
from actviz.experiments.experiment import Drawing, Experiment, draw, drawings_of, measure, without_trainings
from actviz.experiments.reproduction import Reproduction, judge, reproduce, reuse
from actviz.experiments.table import EXPERIMENTS, experiment

__all__ = [
    "ARTICLE",
    "EXPERIMENTS",
    "Basis",
    "Case",
    "Check",
    "Claim",
    "Decision",
    "Drawing",
    "Expectation",
    "Experiment",
    "Origin",
    "Reproduction",
    "draw",
    "drawings_of",
    "experiment",
    "judge",
    "measure",
    "reproduce",
    "reuse",
    "without_trainings",
]
