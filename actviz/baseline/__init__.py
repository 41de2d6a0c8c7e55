"""Regression tests on the statistics: a baseline in reviewed JSON, and a check that tells drift from a lucky seed."""

from actviz.baseline.builders import compare_builders
from actviz.baseline.cells import Outcome
from actviz.baseline.comparison import ALPHA, FEWEST, MARGIN, MODES, Comparison, Finding, compare
from actviz.baseline.outputs import github, junit, write_junit
from actviz.baseline.power import smallest_change
from actviz.baseline.record import SEEDS, Baseline, fresh_seeds
from actviz.baseline.report import baseline_words, few_words, record, report
from actviz.baseline.updating import Update, update
from actviz.recipes.measuring import measure_again, read_recipe

__all__ = [
    "ALPHA",
    "FEWEST",
    "MARGIN",
    "MODES",
    "SEEDS",
    "Baseline",
    "Comparison",
    "Finding",
    "Outcome",
    "Update",
    "baseline_words",
    "compare",
    "compare_builders",
    "few_words",
    "fresh_seeds",
    "github",
    "junit",
    "measure_again",
    "read_recipe",
    "record",
    "report",
    "smallest_change",
    "update",
    "write_junit",
]
