"""actviz: how signals and gradients travel through deep networks at initialization.

Names are imported when first used: ``import actviz`` loads neither numpy nor matplotlib nor xarray.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from actviz.version import __version__

if TYPE_CHECKING:
    from actviz.baseline import Baseline as Baseline
    from actviz.baseline import compare as compare
    from actviz.baseline import compare_builders as compare_builders
    from actviz.catalog.activations import ACTIVATIONS as ACTIVATIONS
    from actviz.catalog.activations import Activation as Activation
    from actviz.catalog.initializers import INITIALIZERS as INITIALIZERS
    from actviz.catalog.initializers import Initializer as Initializer
    from actviz.catalog.initializers import VarianceScaling as VarianceScaling
    from actviz.catalog.inputs import INPUTS as INPUTS
    from actviz.catalog.landscapes import LANDSCAPES as LANDSCAPES
    from actviz.catalog.landscapes import Landscape as Landscape
    from actviz.catalog.names import activation as activation
    from actviz.catalog.names import initializer as initializer
    from actviz.catalog.names import schedule as schedule
    from actviz.catalog.optimizers import OPTIMIZERS as OPTIMIZERS
    from actviz.catalog.schedules import SCHEDULES as SCHEDULES
    from actviz.catalog.tasks import TASKS as TASKS
    from actviz.catalog.tasks import Split as Split
    from actviz.diagnosis.judging import diagnose as diagnose
    from actviz.diagnosis.rules import Verdict as Verdict
    from actviz.diagnosis.thresholds import Thresholds as Thresholds
    from actviz.errors import ActvizError as ActvizError
    from actviz.experiments import EXPERIMENTS as EXPERIMENTS
    from actviz.experiments import reproduce as reproduce
    from actviz.plots import FIGURES as FIGURES
    from actviz.plots.files.redoing import redo as redo
    from actviz.probing.recorder import Recorder as Recorder
    from actviz.probing.running import probe as probe
    from actviz.report.summarizing import Summary as Summary
    from actviz.report.summarizing import summary as summary
    from actviz.results.dataset import recipe as recipe
    from actviz.results.files import export as export
    from actviz.results.files import load as load
    from actviz.results.files import save as save
    from actviz.results.files import table as table
    from actviz.results.formats import formats as formats
    from actviz.results.overlaying import overlay as overlay
    from actviz.results.statistics import STATISTICS as STATISTICS
    from actviz.results.weights import weights as weights
    from actviz.scaling import coordinate_check as coordinate_check
    from actviz.sweeping import sweep as sweep
    from actviz.theory.prediction import predict as predict
    from actviz.torch import probe_module as probe_module
    from actviz.training import EarlyStopping as EarlyStopping
    from actviz.training import Run as Run
    from actviz.training import TrainConfig as TrainConfig
    from actviz.training import runs as runs
    from actviz.training import snapshot as snapshot
    from actviz.training import train as train
    from actviz.training.descending import descend as descend
    from actviz.training.range_test import find_rate as find_rate
    from actviz.watching import watch as watch

_MODULES = {
    "ACTIVATIONS": "catalog.activations",
    "Activation": "catalog.activations",
    "ActvizError": "errors",
    "Baseline": "baseline",
    "EXPERIMENTS": "experiments",
    "EarlyStopping": "training",
    "FIGURES": "plots",
    "INITIALIZERS": "catalog.initializers",
    "INPUTS": "catalog.inputs",
    "Initializer": "catalog.initializers",
    "LANDSCAPES": "catalog.landscapes",
    "Landscape": "catalog.landscapes",
    "OPTIMIZERS": "catalog.optimizers",
    "Recorder": "probing.recorder",
    "Run": "training",
    "SCHEDULES": "catalog.schedules",
    "STATISTICS": "results.statistics",
    "Severity": "diagnosis.severity",
    "Split": "catalog.tasks",
    "Summary": "report.summarizing",
    "TASKS": "catalog.tasks",
    "Thresholds": "diagnosis.thresholds",
    "TrainConfig": "training",
    "VarianceScaling": "catalog.initializers",
    "Verdict": "diagnosis.rules",
    "activation": "catalog.names",
    "compare": "baseline",
    "compare_builders": "baseline",
    "coordinate_check": "scaling",
    "descend": "training.descending",
    "diagnose": "diagnosis.judging",
    "export": "results.files",
    "find_rate": "training.range_test",
    "formats": "results.formats",
    "initializer": "catalog.names",
    "load": "results.files",
    "overlay": "results.overlaying",
    "predict": "theory.prediction",
    "probe": "probing.running",
    "probe_module": "torch",
    "recipe": "results.dataset",
    "redo": "plots.files.redoing",
    "reproduce": "experiments",
    "runs": "training",
    "save": "results.files",
    "schedule": "catalog.names",
    "snapshot": "training",
    "summary": "report.summarizing",
    "sweep": "sweeping",
    "table": "results.files",
    "train": "training",
    "watch": "watching",
    "weights": "results.weights",
}

_ROOMS = (
    "baseline",
    "experiments",
    "plots",
    "range_test",
    "scaling",
    "schedules",
    "sweeping",
    "text",
    "theory",
    "torch",
    "training",
    "watching",
)
"""Modules whose own names are public too: ``actviz.plots.save_figure``, ``actviz.schedules.step_at``."""

__all__ = [*_MODULES, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(importlib.import_module(f"actviz.{_MODULES[name]}"), name)
    if name in _ROOMS:
        return importlib.import_module(f"actviz.{name}")
    raise AttributeError(f"module 'actviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def _result_html(dataset: Any) -> Any:
    return importlib.import_module("actviz.report.summarizing").result_html(dataset)


def _show_results() -> None:
    """Let results show themselves where IPython runs; xarray is not loaded for it."""
    import sys

    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        formatter = shell.display_formatter.formatters["text/html"]
        formatter.for_type_by_name("xarray.core.dataset", "Dataset", _result_html)


_show_results()
