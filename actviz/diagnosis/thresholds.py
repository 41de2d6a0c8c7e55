"""The numbers between healthy and not, which every verdict and rule compares with."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from actviz.catalog.checks import choose_from, finite
from actviz.errors import ActvizError


@dataclass(frozen=True)
class Thresholds:
    """The numbers between healthy and not; why each is what it is stands in ``text.TEXT["threshold.<name>"]``.

    ``actviz diagnose --list-thresholds`` prints them with their reasons. Every field but ``version`` can be changed.

    Parameters
    ----------
    agree : float
        Share of the seeds that must show a fault.
    nonfinite : float
        Share of a layer's activations that may be inf or NaN.
    zero_fraction : float
        Share of exact zeros from which on a layer is silent.
    distinct_units : float
        Number of distinct units up to which a layer of more is symmetric.
    saturated, saturated_one_sided : float
        Share of saturated values from which on a layer is saturated: under an activation bounded on both sides, and
        under others.
    dead_units : float
        Share of a layer's units, flat for every sample, from which on it is dead.
    grad_zero : float
        Share of exact zeros from which on a layer has no gradient.
    collapsed, faded : float
        Per-unit spread over samples, relative to the input's, and standard deviation of the activations, below which
        together a layer has faded.
    alike : float
        Distance of two samples for their size, relative to that of the inputs, below which they have grown alike.
    exploding, vanishing : float
        Norm of dL/dz, relative to the last layer's, above and below which gradients explode and vanish. A signal
        explodes above ``exploding`` too.
    exploding_normalized : float
        The same of a gradient in a model with batch normalization all along, of whose weights no size matters.
    slow : float
        Factor from which on a smaller change of the gradient, or of the distance of samples, is noted.
    underflow : float
        Size below which a 0 in the next layer is taken for underflow, not for a dead layer.
    softmax : float
        Entropy of a softmax inside a model, relative to that of equal shares, below which it is saturated.
    output : float
        First cross-entropy of random labels, relative to that of guessing, above which the outputs are too large.
    version : int
        Of the rules and the default numbers; not to be chosen.
    """

    agree: float = 0.5
    nonfinite: float = 0.0
    zero_fraction: float = 1.0
    distinct_units: float = 1.0
    saturated: float = 0.5
    saturated_one_sided: float = 0.95
    dead_units: float = 0.95
    grad_zero: float = 1.0
    collapsed: float = 0.01
    faded: float = 0.03
    alike: float = 1.0 / 30.0
    exploding: float = 30.0
    exploding_normalized: float = 1e6
    vanishing: float = 1.0 / 30.0
    slow: float = 3.0
    underflow: float = 1e-30
    softmax: float = 0.3
    output: float = 3.0
    version: int = dataclasses.field(default=3, init=False)

    def __post_init__(self) -> None:
        for name in self.names():
            finite(f"threshold {name}", getattr(self, name), least=0.0, kind=int | float)
        if self.vanishing > 1:  # of the last layer's gradient, which is 1 of itself
            raise ActvizError(
                f"threshold vanishing must be at most 1, a share of the last layer's, not {self.vanishing!r}"
            )
        for name in ("exploding", "exploding_normalized", "slow"):
            if getattr(self, name) < 1:
                raise ActvizError(f"threshold {name} must be at least 1, a factor, not {getattr(self, name)!r}")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the thresholds that can be changed."""
        return tuple(field.name for field in dataclasses.fields(cls) if field.init)

    @classmethod
    def of(cls, **changed: float) -> Thresholds:
        """Return the default thresholds with some of them changed.

        Raises
        ------
        ActvizError
            If a name is not one of them; the message lists the names.
        """
        for name in changed:
            if name not in cls.names():
                raise ActvizError(f"unknown threshold {name!r}; {choose_from(name, cls.names())}")
        return cls(**changed)
