"""The conventions side by side: what each initializer means for one activation, in theory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actviz.catalog import names
from actviz.catalog.checks import first
from actviz.catalog.initializers import FAMILIES, INITIALIZERS, Initializer, Normal, VarianceScaling
from actviz.theory.approach import Approach, approach
from actviz.theory.jumps import sloped
from actviz.theory.maps import Source, real
from actviz.theory.phases import MeanField, mean_field

CONVENTIONS: dict[str, tuple[str, Initializer]] = {
    "Glorot (Xavier) normal": ("xavier_normal", INITIALIZERS["xavier_normal"]),
    "Glorot (Xavier) uniform, Keras default": ("xavier_uniform", INITIALIZERS["xavier_uniform"]),
    "He normal": ("he_normal", INITIALIZERS["he_normal"]),
    'LeCun normal, the book\'s "Xavier"': ("lecun_normal", INITIALIZERS["lecun_normal"]),
    "PyTorch default": ("pytorch_default", INITIALIZERS["pytorch_default"]),
    "PyTorch gain for SELU, 3/4": ("variance_scaling:0.5625", VarianceScaling(9 / 16)),
    "PyTorch gain for tanh, 5/3": ("variance_scaling:2.7777777777777777", VarianceScaling(25 / 9)),
    "standard normal": ("normal", INITIALIZERS["normal"]),
    "std 0.01": ("normal:0.01", Normal(0.01)),
    "U(-1, 1)": ("uniform", INITIALIZERS["uniform"]),
}
"""What is meant by a name, and the initializer it is here."""


@first(names.initializer)
def untreatable(init: Initializer, fans: Sequence[tuple[int, int]]) -> str:
    """Return why theory does not hold for an initializer: a key in ``TEXT`` after "theory.refused.", or nothing."""
    family = FAMILIES.get(getattr(init, "family", ""))
    if family is not None and not family.independent:
        return "dependent"
    if hasattr(init, "affine") and any(init.affine(*fan)[0] != 0 for fan in fans):
        return "mean"
    variances = [init.variance(*fan) for fan in fans]
    if any(math.isinf(fan_in * variance) for (fan_in, _), variance in zip(fans, variances, strict=True)):
        return "huge"
    if not all(math.isfinite(variance) and variance >= 0 for variance in variances):
        return "variance"
    return "silent" if min(variances) == 0 else ""


SLOW = 5
"""Layers before a signal is at rest from which on they are told."""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: a convention, its initializer by name, and what theory says of it.

    ``theory`` is None where it does not hold, and ``refused`` then says why, as ``untreatable`` does, or "oscillates"
    where lengths go beyond ``followed``. ``way`` tells the layers before a signal is at rest.
    """

    convention: str
    initializer: str
    theory: MeanField | None
    refused: str = ""
    way: Approach | None = None
    followed: float = math.inf

    @property
    def far(self) -> bool:
        """Whether gradients from the input reach another depth than at rest: half as far again, or less by as much."""
        if self.theory is None or self.way is None or self.way.layers < SLOW:
            return False
        reached, at_rest = self.way.gradient_depth, self.theory.gradient_depth
        return reached != at_rest and not at_rest / 1.5 <= reached <= at_rest * 1.5


def ledger(
    activation: Source,
    fan_in: int = 100,
    fan_out: int = 100,
    bias_var: float = 0.0,
    conventions: Mapping[str, tuple[str, Initializer]] = CONVENTIONS,
) -> tuple[Entry, ...]:
    """Return what each convention means for an activation, for layers of the given fans and inputs of mean square 1."""
    real("bias_var", bias_var)
    phi = sloped(activation)
    entries = []
    for convention, (name, init) in conventions.items():
        refused = untreatable(init, [(fan_in, fan_out)])
        theory = None if refused else mean_field(phi, fan_in * init.variance(fan_in, fan_out), bias_var)
        if theory is not None and theory.phase == "unresolved":
            entries.append(Entry(convention, name, None, "oscillates", followed=theory.followed))
            continue
        entries.append(Entry(convention, name, theory, refused, approach(phi, theory) if theory else None))
    return tuple(entries)
