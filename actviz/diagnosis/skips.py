"""What mends a stack beside its weights: residual blocks and the scale of their branches, and a norm, tried."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

from actviz.catalog.choices import DEPTH_SCALE
from actviz.diagnosis.trials import Trial, healthy, may_be_tried

CHANGES: dict[str, dict[str, str | float]] = {
    "depth": {"branch_scale": DEPTH_SCALE},
    "zero": {"branch_scale": 0.0},
    "pre": {"norm": "layer"},
}
"""What may be changed in blocks, in the order in which it is tried; what a norm before branches changes comes last."""

OF_PLAIN: dict[str, dict[str, str | float]] = {
    "batch": {"norm": "batch"},
    "depth": {"block": "residual", "branch_scale": DEPTH_SCALE},
    "zero": {"block": "residual", "branch_scale": 0.0},
    "layer": {"norm": "layer"},
}
"""What may be changed in plain layers where no weight scale mends, in the order in which it is tried."""


@dataclass(frozen=True)
class Mended:
    """A change that mends: its key, empty for none but the weights; their variance times fan_in; how many are healthy.

    ``found`` is None where nothing was tried, and the key None where nothing that was tried mends.
    """

    key: str | None
    variance: float
    found: int | None = None


def mend_plain(trial: Trial, variance: float, enough: int, batches: bool) -> Mended:
    """Look for the first change of plain layers after which enough fresh networks are healthy.

    A key and no number where nothing was tried; ``batches`` where there is more than one sample to normalize over.
    """
    changes = {key: dataclasses.replace(trial, **change) for key, change in OF_PLAIN.items()}  # type: ignore[arg-type]
    if trial.norm is not None:  # a normalization stays, or gives way to none better
        changes = {key: changes[key] for key in ("depth", "zero")}
    if not batches or trial.bias_std:
        changes.pop("batch", None)
    if not may_be_tried(trial):
        return Mended("depth", variance)
    for key, changed in changes.items():
        found, held = healthy(changed, variance, enough)
        if held >= enough:
            return Mended(key, variance, found)
    return Mended(None, variance)


def mend(trial: Trial, variances: Sequence[float], enough: int) -> Mended:
    """Look for the first change, of none but the weights first, after which enough fresh networks are healthy.

    Parameters
    ----------
    trial : Trial
        The blocks as they are.
    variances : sequence of float
        Weight variances times fan_in: as it is, if that is one, and those that suit the activation.
    enough : int
    """
    changes = {
        key: dataclasses.replace(trial, **change)  # type: ignore[arg-type]
        for key, change in CHANGES.items()
        if any(getattr(trial, name) != value for name, value in change.items())
    }
    if not may_be_tried(trial):
        return Mended(next(iter(changes), None), variances[0]) if variances else Mended(None, math.nan)
    for variance in variances:
        for key, changed in {"": trial, **changes}.items():
            found, held = healthy(changed, variance, enough)
            if held >= enough:
                return Mended(key, variance, found)
    return Mended(None, math.nan)
