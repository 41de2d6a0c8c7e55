"""What mends a stack of residual blocks: the scale of its branches, a norm before them, and their weights, tried."""

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


@dataclass(frozen=True)
class Mended:
    """A change that mends: its key, empty for none but the weights; their variance times fan_in; how many are healthy.

    ``found`` is None where nothing was tried, and the key None where nothing that was tried mends.
    """

    key: str | None
    variance: float
    found: int | None = None


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
            found, held = healthy(changed, variance)
            if held >= enough:
                return Mended(key, variance, found)
    return Mended(None, math.nan)
