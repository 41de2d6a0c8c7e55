"""Sweeps: a grid over fields of a recipe, each cell a probe or a training reduced to named numbers and profiles."""

from actviz.sweeping.grid import FIELDS, read_values
from actviz.sweeping.keeping import KEPT
from actviz.sweeping.running import Sweep, plan, sweep

__all__ = ["FIELDS", "KEPT", "Sweep", "plan", "read_values", "sweep"]
