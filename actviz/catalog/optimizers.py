"""Optimizers: from a gradient to a change of the parameters. All parameters stand in one flat array.

Momentum is PyTorch's: a velocity v = mu v + g, and a step of lr v. (The book keeps v = mu v - lr g: the same under a
constant rate.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from actviz.catalog.checks import check_share, finite
from actviz.numerics.arrays import Array

State = dict[str, Array]
"""What an optimizer remembers from step to step, arrays of the parameters' shape."""


@runtime_checkable
class Optimizer(Protocol):
    """A rule that changes parameters in place.

    What it remembers of a run is in ``state``, not in the rule itself: several runs take their steps by turns.
    """

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the arrays it remembers, which start at zero."""
        ...

    @property
    def decoupled(self) -> bool:
        """Whether weight decay shrinks the weights directly instead of being part of the gradient."""
        ...

    def step(
        self, parameters: Array, gradient: Array, state: State, count: int, lr: float | Array, momentum: float | None
    ) -> None:
        """Change ``parameters`` in place, and may use ``gradient`` as scratch; ``count`` steps were done before.

        ``lr`` may be an array, a rate for each parameter; ``momentum`` replaces the optimizer's own where a schedule
        drives it.
        """
        ...


def start(optimizer: Optimizer, parameters: Array) -> State:
    """Return what an optimizer remembers before its first step: zeros."""
    return {name: np.zeros_like(parameters) for name in optimizer.slots}


@dataclass(frozen=True)
class SGD:
    """Gradient descent: W = W - lr g."""

    slots: ClassVar[tuple[str, ...]] = ()
    decoupled: ClassVar[bool] = False
    reference: ClassVar[str] = "Robbins and Monro 1951"

    def step(
        self, parameters: Array, gradient: Array, state: State, count: int, lr: float | Array, momentum: float | None
    ) -> None:
        """Change ``parameters`` in place."""
        gradient *= lr
        parameters -= gradient


@dataclass(frozen=True)
class Momentum:
    """Heavy-ball momentum: v = momentum v + g, W = W - lr v."""

    momentum: float = 0.9
    slots: ClassVar[tuple[str, ...]] = ("velocity",)
    decoupled: ClassVar[bool] = False
    reference: ClassVar[str] = "Polyak 1964"

    def __post_init__(self) -> None:
        check_share("momentum", self.momentum)

    def step(
        self, parameters: Array, gradient: Array, state: State, count: int, lr: float | Array, momentum: float | None
    ) -> None:
        """Change ``parameters`` in place."""
        velocity = state["velocity"]
        velocity *= self.momentum if momentum is None else momentum
        velocity += gradient
        parameters -= np.multiply(velocity, lr, out=gradient)


@dataclass(frozen=True)
class Nesterov:
    """Nesterov's momentum: v = momentum v + g, W = W - lr (g + momentum v)."""

    momentum: float = 0.9
    slots: ClassVar[tuple[str, ...]] = ("velocity",)
    decoupled: ClassVar[bool] = False
    reference: ClassVar[str] = "Nesterov 1983; Sutskever et al. 2013"

    def __post_init__(self) -> None:
        check_share("momentum", self.momentum)

    def step(
        self, parameters: Array, gradient: Array, state: State, count: int, lr: float | Array, momentum: float | None
    ) -> None:
        """Change ``parameters`` in place."""
        velocity, mu = state["velocity"], self.momentum if momentum is None else momentum
        velocity *= mu
        velocity += gradient
        gradient += mu * velocity
        gradient *= lr
        parameters -= gradient


@dataclass(frozen=True)
class Adam:
    """W = W - lr m^ / (sqrt(v^) + eps), with m^ and v^ averages of g and g^2, corrected for their start at zero.

    Weight decay, being part of the gradient, is rescaled like it: large gradients are decayed less.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    slots: ClassVar[tuple[str, ...]] = ("mean", "square")
    decoupled: ClassVar[bool] = False
    scale_free: ClassVar[bool] = True
    """Whether updates are as large whatever the gradient's size is."""
    reference: ClassVar[str] = "Kingma and Ba 2015"

    def __post_init__(self) -> None:
        check_share("beta1", self.beta1)
        check_share("beta2", self.beta2)
        finite("eps", self.eps, above=0.0)

    def step(
        self, parameters: Array, gradient: Array, state: State, count: int, lr: float | Array, momentum: float | None
    ) -> None:
        """Change ``parameters`` in place."""
        beta1, beta2 = self.beta1 if momentum is None else momentum, self.beta2
        mean, square = state["mean"], state["square"]
        mean *= beta1
        mean += (1.0 - beta1) * gradient
        gradient *= gradient
        gradient *= 1.0 - beta2
        square *= beta2
        square += gradient
        correction = 1.0 - beta1 ** (count + 1), math.sqrt(1.0 - beta2 ** (count + 1))
        np.sqrt(square, out=gradient)
        gradient /= correction[1]
        gradient += self.eps
        np.divide(mean, gradient, out=gradient)
        gradient *= lr / correction[0]
        parameters -= gradient


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled weight decay: each step first shrinks the weights by lr times the decay."""

    decoupled: ClassVar[bool] = True
    reference: ClassVar[str] = "Loshchilov and Hutter 2019"


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": SGD(),
    "momentum": Momentum(),
    "nesterov": Nesterov(),
    "adam": Adam(),
    "adamw": AdamW(),
}
"""Every optimizer by its name; parameters at their defaults."""
