"""Training: the probe's networks and recorder, followed from the first update to the last."""

from actviz.results.dataset import is_training
from actviz.training.assembling import snapshot
from actviz.training.config import EarlyStopping, Run, TrainConfig
from actviz.training.grid import runs
from actviz.training.loop import Ended
from actviz.training.outcome import Outcome, outcomes
from actviz.training.running import train

__all__ = [
    "EarlyStopping",
    "Ended",
    "Outcome",
    "Run",
    "TrainConfig",
    "is_training",
    "outcomes",
    "runs",
    "snapshot",
    "train",
]
