"""Schedules that fall, or stay: constant, step, exponential, polynomial, inverse square root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from actviz.catalog.schedules.protocol import Floats, StepSchedule, check_numbers, check_whole


@dataclass(frozen=True)
class Constant(StepSchedule):
    """The same rate at every step.

    >>> Constant(0.1)(0), Constant(0.1)(1000)
    (0.1, 0.1)
    """

    lr: float = 0.1
    reference: ClassVar[str] = "the article's first schedule"

    def __post_init__(self) -> None:
        check_numbers(self, "lr")

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        return np.full(steps.shape, self.lr)


def _geometric(lr: float, gamma: float, times: Floats) -> Floats:
    grown = lr * np.power(gamma, times) if lr else np.zeros_like(times)  # 0 stays 0, whatever overflows
    return np.asarray(grown)


@dataclass(frozen=True)
class StepDecay(StepSchedule):
    """``lr * gamma ** floor(t / every)``: a stair that goes down at steps ``every``, ``2 * every``, ...

    The last step at ``lr`` is ``every - 1``, as in ``torch.optim.lr_scheduler.StepLR``.

    >>> StepDecay(0.1, 0.5, 50)([0, 49, 50, 99, 100, 199])
    array([0.1   , 0.1   , 0.05  , 0.05  , 0.025 , 0.0125])
    """

    lr: float = 0.1
    gamma: float = 0.5
    every: int = 50
    reference: ClassVar[str] = "the article's: 0.1, halved every 50 epochs"

    def __post_init__(self) -> None:
        check_numbers(self, "lr")
        check_numbers(self, "gamma", above=0.0)
        check_whole(self, "every")

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        return _geometric(self.lr, self.gamma, steps // self.every)


@dataclass(frozen=True)
class Exponential(StepSchedule):
    """``lr * gamma ** t``: a straight line on a logarithmic axis; with ``gamma > 1`` it grows, as in a range test.

    >>> Exponential(0.1, 0.5)([0, 1, 2, 3])
    array([0.1   , 0.05  , 0.025 , 0.0125])
    """

    lr: float = 0.1
    gamma: float = 0.98
    reference: ClassVar[str] = "torch.optim.lr_scheduler.ExponentialLR"

    def __post_init__(self) -> None:
        check_numbers(self, "lr")
        check_numbers(self, "gamma", above=0.0)

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        return _geometric(self.lr, self.gamma, steps)


@dataclass(frozen=True)
class Polynomial(StepSchedule):
    """``end + (lr - end) * (1 - t / total) ** power`` down to ``end`` at step ``total``, which it keeps.

    The last of ``total`` steps, ``total - 1``, is one short of ``end``; so it is in
    ``torch.optim.lr_scheduler.PolynomialLR``, whose ``end`` is 0.

    >>> Polynomial(0.1, total=4, power=2)([0, 2, 3, 4, 9])
    array([0.1    , 0.025  , 0.00625, 0.     , 0.     ])
    """

    lr: float = 0.1
    total: int = 200
    power: float = 1.0
    end: float = 0.0
    reference: ClassVar[str] = "torch.optim.lr_scheduler.PolynomialLR; power 1 is linear, 0.9 Chen et al. 2018"

    def __post_init__(self) -> None:
        check_numbers(self, "lr", "end")
        check_numbers(self, "power", above=0.0)
        check_whole(self, "total")

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        left = np.power(1.0 - np.minimum(steps, self.total) / self.total, self.power)
        return self.lr * left + self.end * (1.0 - left)


@dataclass(frozen=True)
class InverseSqrt(StepSchedule):
    """Up in a line for ``warmup`` steps to ``lr``, then down as 1 / sqrt(step).

    ``lr * min(n / warmup, sqrt(warmup / n))`` with n = t + 1, since the paper counts from 1: ``lr / warmup`` at step 0,
    ``lr`` at step ``warmup - 1``, half of it at step ``4 * warmup - 1``. The paper's
    ``d_model ** -0.5 * min(n ** -0.5, n * warmup ** -1.5)`` is this with ``lr = (d_model * warmup) ** -0.5``.

    >>> InverseSqrt(0.1, warmup=4)([0, 3, 15])
    array([0.025, 0.1  , 0.05 ])
    """

    lr: float = 0.1
    warmup: int = 20
    reference: ClassVar[str] = "Vaswani et al. 2017, equation 3"

    def __post_init__(self) -> None:
        check_numbers(self, "lr")
        check_whole(self, "warmup")

    def rate(self, steps: Floats) -> Floats:
        """Return the learning rates at an array of steps."""
        counted = steps + 1.0
        return self.lr * np.minimum(counted / self.warmup, np.sqrt(self.warmup / counted))
