"""Early stopping: what has been the best so far, and how long ago."""

from __future__ import annotations

import math
from dataclasses import dataclass

from actviz.training.config import EarlyStopping


@dataclass
class Watch:
    """The monitored number, from evaluation to evaluation; plain numbers, so that a killed run can go on."""

    stopping: EarlyStopping
    best: float = math.nan
    best_step: int = -1
    waited: int = 0
    improved: bool = False

    def see(self, value: float, step: int) -> bool:
        """Take note of an evaluation; return whether training is to stop.

        >>> watch = Watch(EarlyStopping(patience=1))
        >>> [watch.see(value, step) for step, value in enumerate([3.0, 2.0, 2.5, 2.0])]
        [False, False, False, True]
        >>> watch.best_step
        1
        """
        sign = -1.0 if self.stopping.monitor.endswith("accuracy") else 1.0
        gain = sign * (self.best - value)
        self.improved = math.isfinite(value) and (math.isnan(self.best) or gain > self.stopping.min_delta)
        if self.improved:
            self.best, self.best_step, self.waited = value, step, 0
        else:
            self.waited += 1
        return self.waited > self.stopping.patience
