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


INSIDE = 100.0
"""Factor from the gradient of a stream to that inside a branch from which on its last weights stand out."""


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
    else:
        ends, most = _faint_inside(profile, built)
        if ends:
            found.append(Note("note.faint_inside", (("layers", runs_of(ends, "–")), ("factor", fold(most)))))
    gradients, sizes = (_beside_like(profile, built, name) for name in ("grad_weight_norm", "act_std"))
    if (faint := gradients < 1.0 / APART).any():
        found.append(
            Note("note.faint", (_layers(profile, faint), ("factor", fold(float(1.0 / gradients[faint].min())))))
        )
    if (loud := sizes > APART).any():
        found.append(Note("note.loud", (_layers(profile, loud), ("factor", fold(float(sizes[loud].max()))))))
    return found


@np.errstate(all="ignore")
def _faint_inside(profile: Profile, built: Structure) -> tuple[list[int], float]:
    """Return the last layers of branches that let next to nothing back to what is inside, and by how much at most.

    What is before their last weights, or any branch inside, has a gradient far below that of the stream behind. Several
    that end alike, as all attention of a model, are meant so.
    """
    found = dict[tuple[int, float], list[tuple[int, float]]]()
    size = np.sqrt(profile.widths * np.array(built.averaged, float))
    norms = np.median(profile["grad_preact_rms"] * size, axis=0)
    weighted = np.isfinite(np.median(profile["grad_weight_norm"], axis=0))
    size = np.sqrt(np.array(built.block_width, float) * np.array(built.block_averaged, float))
    sums = np.median(built.values["stream_grad"], axis=0) * size if built.blocks else np.zeros(0)
    for at, block in enumerate(built.blocks):
        own = [each for each, of in enumerate(built.of_block) if of == block and built.roles[each] == "branch"]
        own = [each for each in own if weighted[each] and not built.rescaled[each]]
        inner = [sums[each] for each, parent in enumerate(built.block_parent) if parent == block]
        if not own or not built.ends[own[-1]] or not np.median(built.values["branch_ratio"][:, at]) >= SMALL:
            continue
        factor = sums[at] / np.fmax.reduce([*norms[own[:-1]], *inner, 0.0])
        if INSIDE < factor < np.inf:
            kind = built.fan_in[own[-1]], float(profile.widths[own[-1]])
            found.setdefault(kind, []).append((profile.layers[own[-1]], float(factor)))
    alone = [of[0] for of in found.values() if len(of) == 1]
    return [layer for layer, _ in alone], max((factor for _, factor in alone), default=1.0)


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
