"""The conventions side by side: what each initializer means for one activation, in theory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actviz.initializers import INITIALIZERS, Initializer, Normal, VarianceScaling
from actviz.theory.maps import MeanField, Source, mean_field, real

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


def untreatable(init: Initializer, fans: Sequence[tuple[int, int]]) -> str:
    """Return why theory does not hold for an initializer: a key in ``TEXT`` after "theory.refused.", or nothing."""
    if getattr(init, "family", "") in ("orthogonal", "identity"):
        return "dependent"
    if hasattr(init, "affine") and any(init.affine(*fan)[0] != 0 for fan in fans):
        return "mean"
    variances = [init.variance(*fan) for fan in fans]
    if any(math.isinf(fan_in * variance) for (fan_in, _), variance in zip(fans, variances, strict=True)):
        return "huge"
    if not all(math.isfinite(variance) and variance >= 0 for variance in variances):
        return "variance"
    return "silent" if min(variances) == 0 else ""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: a convention, its initializer by name, and what theory says of it.

    ``theory`` is None where it does not hold, and ``refused`` then says why, as ``untreatable`` does.
    """

    convention: str
    initializer: str
    theory: MeanField | None
    refused: str = ""


def ledger(
    activation: Source,
    fan_in: int = 100,
    fan_out: int = 100,
    bias_var: float = 0.0,
    conventions: Mapping[str, tuple[str, Initializer]] = CONVENTIONS,
) -> tuple[Entry, ...]:
    """Return what each convention means for an activation, for layers of the given fans and inputs of mean square 1."""
    real("bias_var", bias_var)
    entries = []
    for convention, (name, init) in conventions.items():
        refused = untreatable(init, [(fan_in, fan_out)])
        theory = None if refused else mean_field(activation, fan_in * init.variance(fan_in, fan_out), bias_var)
        entries.append(Entry(convention, name, theory, refused))
    return tuple(entries)
