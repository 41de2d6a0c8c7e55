"""Training: the probe's networks and recorder, followed from the first update to the last."""

from actviz.training.assembling import is_training, snapshot
from actviz.training.config import EarlyStopping, Run, TrainConfig
from actviz.training.grid import runs
from actviz.training.loop import Ended
from actviz.training.running import train

__all__ = ["EarlyStopping", "Ended", "Run", "TrainConfig", "is_training", "runs", "snapshot", "train"]
