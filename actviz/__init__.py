"""actviz: how signals and gradients travel through deep networks at initialization.

Names are imported when first used: ``import actviz`` loads neither numpy nor matplotlib nor xarray.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from actviz.activations import ACTIVATIONS as ACTIVATIONS
    from actviz.activations import Activation as Activation
    from actviz.baseline import Baseline as Baseline
    from actviz.baseline import compare as compare
    from actviz.dataset import export as export
    from actviz.dataset import load as load
    from actviz.dataset import recipe as recipe
    from actviz.dataset import save as save
    from actviz.dataset import table as table
    from actviz.descending import descend as descend
    from actviz.diagnosis import diagnose as diagnose
    from actviz.errors import ActvizError as ActvizError
    from actviz.experiments import EXPERIMENTS as EXPERIMENTS
    from actviz.experiments import reproduce as reproduce
    from actviz.initializers import INITIALIZERS as INITIALIZERS
    from actviz.initializers import Initializer as Initializer
    from actviz.initializers import VarianceScaling as VarianceScaling
    from actviz.inputs import INPUTS as INPUTS
    from actviz.landscapes import LANDSCAPES as LANDSCAPES
    from actviz.landscapes import Landscape as Landscape
    from actviz.optimizers import OPTIMIZERS as OPTIMIZERS
    from actviz.overlaying import overlay as overlay
    from actviz.plots import FIGURES as FIGURES
    from actviz.prediction import predict as predict
    from actviz.probing import probe as probe
    from actviz.range_test import find_rate as find_rate
    from actviz.redoing import redo as redo
    from actviz.rules import Verdict as Verdict
    from actviz.schedules import SCHEDULES as SCHEDULES
    from actviz.specs import activation as activation
    from actviz.specs import initializer as initializer
    from actviz.specs import schedule as schedule
    from actviz.statistics import STATISTICS as STATISTICS
    from actviz.summarizing import Summary as Summary
    from actviz.summarizing import summary as summary
    from actviz.tasks import TASKS as TASKS
    from actviz.tasks import Split as Split
    from actviz.thresholds import Thresholds as Thresholds
    from actviz.torch import probe_module as probe_module
    from actviz.training import EarlyStopping as EarlyStopping
    from actviz.training import Run as Run
    from actviz.training import TrainConfig as TrainConfig
    from actviz.training import runs as runs
    from actviz.training import snapshot as snapshot
    from actviz.training import train as train

_MODULES = {
    "ACTIVATIONS": "activations",
    "Activation": "activations",
    "ActvizError": "errors",
    "Baseline": "baseline",
    "EXPERIMENTS": "experiments",
    "EarlyStopping": "training",
    "FIGURES": "plots",
    "INITIALIZERS": "initializers",
    "INPUTS": "inputs",
    "Initializer": "initializers",
    "LANDSCAPES": "landscapes",
    "Landscape": "landscapes",
    "OPTIMIZERS": "optimizers",
    "Run": "training",
    "SCHEDULES": "schedules",
    "STATISTICS": "statistics",
    "Split": "tasks",
    "Summary": "summarizing",
    "TASKS": "tasks",
    "Thresholds": "thresholds",
    "TrainConfig": "training",
    "VarianceScaling": "initializers",
    "Verdict": "rules",
    "activation": "specs",
    "compare": "baseline",
    "descend": "descending",
    "diagnose": "diagnosis",
    "export": "dataset",
    "find_rate": "range_test",
    "initializer": "specs",
    "load": "dataset",
    "overlay": "overlaying",
    "predict": "prediction",
    "probe": "probing",
    "probe_module": "torch",
    "recipe": "dataset",
    "redo": "redoing",
    "reproduce": "experiments",
    "runs": "training",
    "save": "dataset",
    "schedule": "specs",
    "snapshot": "training",
    "summary": "summarizing",
    "table": "dataset",
    "train": "training",
}

__all__ = [*_MODULES, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(importlib.import_module(f"actviz.{_MODULES[name]}"), name)
    raise AttributeError(f"module 'actviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def _result_html(dataset: Any) -> Any:
    return importlib.import_module("actviz.summarizing").result_html(dataset)


def _show_results() -> None:
    """Let results show themselves where IPython runs; xarray is not loaded for it."""
    import sys

    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        formatter = shell.display_formatter.formatters["text/html"]
        formatter.for_type_by_name("xarray.core.dataset", "Dataset", _result_html)


_show_results()
