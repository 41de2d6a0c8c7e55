"""The coordinate check: whether what an update moves in each layer goes with the width."""

from actviz.scaling.running import coordinate_check
from actviz.scaling.slopes import Growth, Outcome, decided, judge

__all__ = ["Growth", "Outcome", "coordinate_check", "decided", "judge"]
