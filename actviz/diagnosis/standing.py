"""Notes on what stands out from its like: branches, weights' gradients and values of a size of their own."""

from __future__ import annotations

import numpy as np

from actviz.diagnosis.finding import Note
from actviz.diagnosis.kinds import KIND
from actviz.diagnosis.numbers import fold, number
from actviz.diagnosis.profile import Profile
from actviz.diagnosis.structure import SMALL, Structure
from actviz.numerics.moments import Float64
from actviz.text.numbers import runs_of

APART = 30.0
"""Factor from the median of its like from which on something stands out."""


def standing_out(profile: Profile, built: Structure) -> list[Note]:
    """Note small branches among others, and layers that are unlike others of their role, function, width and fan_in.

    Of a model: the layers of a stack are what was asked for.
    """
    found = list[Note]()
    if not built.activations:
        return found
    ratio = np.nan_to_num(np.median(built.values["branch_ratio"], axis=0)) if built.blocks else np.zeros(0)
    usual = float(np.median(ratio[ratio > 0.0])) if (ratio > 0.0).any() else 0.0
    small = (ratio > 0.0) & (ratio < (min(usual, 1.0) if ratio.max(initial=0.0) > 1.0 / APART else 1.0) / APART)
    if small.any() and ratio.max() >= SMALL:  # else every branch is next to nothing, which is a note of its own
        told = ("number", int(small.sum())), ("of", len(ratio)), ("ratio", number(float(ratio[small].max())))
        found.append(Note("note.some_small_branches", told))
    gradients, sizes = (_beside_like(profile, built, name) for name in ("grad_weight_norm", "act_std"))
    if (faint := gradients < 1.0 / APART).any():
        found.append(
            Note("note.faint", (_layers(profile, faint), ("factor", fold(float(1.0 / gradients[faint].min())))))
        )
    if (loud := sizes > APART).any():
        found.append(Note("note.loud", (_layers(profile, loud), ("factor", fold(float(sizes[loud].max()))))))
    return found


def _layers(profile: Profile, which: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[str, str]:
    return "layers", runs_of([profile.layers[at] for at in np.flatnonzero(which).tolist()], "–")


@np.errstate(all="ignore")
def _beside_like(profile: Profile, built: Structure, name: str) -> Float64:
    """Return of each layer with weights, in a branch or a gate, a number over the median of its like; NaN for none."""
    own = np.median(profile[name], axis=0)
    weighted = np.isfinite(np.median(profile["grad_weight_norm"], axis=0)) & (own > 0.0)
    kinds: dict[tuple[object, ...], list[int]] = {}
    told = zip(built.roles, built.activations, profile.widths.tolist(), built.fan_in, strict=True)
    for at, kind in enumerate(told):
        if weighted[at] and kind[0] in ("branch", "gate"):
            kinds.setdefault(kind, []).append(at)
    found: Float64 = np.full(len(own), np.nan)
    for like in kinds.values():
        if len(like) >= KIND:
            found[like] = own[like] / np.median(own[like])
    return found
