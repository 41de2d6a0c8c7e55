"""Zeros on purpose: what starts at 0 and learns is taken out of the ways of a model, and what never will is told."""

from __future__ import annotations

import math

import numpy as np

from actviz.diagnosis.profile import COSINE_ERROR, Mask, Profile
from actviz.diagnosis.structure import Structure, Values


def awaited(values: dict[str, Values], silences: Mask) -> dict[str, Values]:
    """Return what of a layer does not decide: gradients that wait for zeros behind it, and values that zeros make.

    Unless all that is behind is made of these values, which it then ``silences``, (seeds, 1).
    """
    waits = (values["learns"] > 0) & (values["grad_zero"] >= 1.0)
    handed_on = np.isnan(values["grad_weight_norm"]) & (values["zero_fraction"] >= 1.0)  # by a function alone
    grows = (values["grad_weight_norm"] > 0) | (values["learns"] > 0)
    zeros = handed_on | (values["weights_rms"] == 0.0) & grows & ~silences
    gradients = {name: np.where(waits, math.nan, values[name]) for name in ("grad_zero", "grad_preact_rms")}
    return gradients | {name: np.where(zeros, math.nan, values[name]) for name in ("unit_spread", "similarity")}


LOST = 1e-3
"""Spread over samples, of the inputs', that is none: what rounding leaves of equal samples, be it normalized."""


def silencing(profile: Profile, built: Structure) -> Mask:
    """Return the layers of zeros that learn and by which alone a signal comes to what is behind, (seeds, layers).

    They are no start of what other ways carry, as last weights of a branch are: samples are alike behind them.
    """
    found: Mask = (profile["weights_rms"] == 0.0) & (profile["learns"] > 0.0)
    read = np.nan_to_num(built.values.get("head_spread", np.full((len(found), 1), math.nan)), nan=1.0)
    for at, (role, block) in enumerate(zip(built.roles, built.of_block, strict=True)):
        if role not in ("chain", "stream") or block or built.next_layer[at] not in profile.layers:
            found[:, at] = False
        elif found[:, at].any():
            behind = profile.layers.index(built.next_layer[at])
            spread, alike = profile["unit_spread"][:, behind], profile["similarity"][:, behind]
            inner = built.roles[behind] != "head"
            found[:, at] &= (read[:, 0] < LOST) | (inner & ((spread < LOST) | (alike >= 1.0 - COSINE_ERROR)))
    return found


def awaited_stream(profile: Profile, built: Structure, at: int, size: Values, gradient: Values) -> tuple[Mask, Mask]:
    """Return where a stream's gradient behind a block waits for zeros, and where zeros alone made it, (seeds, 1).

    What makes the block's branch tells, as it waits or learns: the layers in it, or the one before it. A model whose
    last norm is 0, so that of all weights below heads none has a gradient, does not wait: it stands still.
    """
    own = [place for place, of in enumerate(built.of_block) if of in inside(built, at)]
    own = own or [max(built.block_layer[at] - profile.layers[0], 0)]
    learns, below = profile["learns"][:, own] > 0, [role in ("chain", "stream", "branch") for role in built.roles]
    waits: Mask = (gradient == 0.0) & (learns & (profile["grad_zero"][:, own] >= 1.0)).any(axis=1, keepdims=True)
    waits &= (profile["grad_weight_norm"][:, below] > 0.0).any(axis=1, keepdims=True)
    unmade: Mask = (size == 0.0) & (gradient > 0.0) & learns.any(axis=1, keepdims=True)
    return waits, unmade


def zero_tables(profile: Profile, built: Structure) -> list[int]:
    """Return the places of lookup tables of zeros, of which it is known whether they learn."""
    known = (profile["weights_rms"] == 0.0) & np.isfinite(profile["learns"])
    return [at for at, role in enumerate(built.roles) if role == "lookup" and known[:, at].all()]


def zero_factors(profile: Profile, built: Structure) -> Mask:
    """Return the gates of zeros that never learn, (seeds, layers), where there are two: what each scales is 0 too."""
    zero = (profile["weights_rms"] == 0.0) & (profile["zero_fraction"] >= 1.0) & (profile["grad_zero"] >= 1.0)
    still = zero & (profile["learns"] == 0.0) & np.array([role == "gate" for role in built.roles])
    twice: Mask = still & (still.sum(axis=1, keepdims=True) > 1)
    return twice


def inside(built: Structure, at: int) -> set[int]:
    """Return the numbers of a block and of those in its branch."""
    found = {built.blocks[at]}
    while more := {of for of, parent in zip(built.blocks, built.block_parent, strict=True) if parent in found} - found:
        found |= more
    return found


def spare(way: Profile, profile: Profile, built: Structure, number: int) -> None:
    """Take out of a branch what starts at 0 and what that silences: its gradients, and its last weights' values.

    If nothing in it learns, it is 0 twice over and stays so. One that an activation makes 0, shut for every sample, did
    not start so: it is dead where no weights behind that have a gradient, for a bias's moves nothing before it.
    """
    at_block = built.blocks.index(number)
    if not starts_at_zero(built, at_block) or _is_shut(profile, built, at_block):
        return
    for name in ("gradient_ratio", "grad_zero"):
        way.values[name][:] = math.nan
    end = _silent_end(way)
    learns = profile["learns"][:, [at for at, of in enumerate(built.of_block) if of in inside(built, at_block)]]
    known = np.isfinite(learns).any()
    if not (learns > 0).any() if known else (end and not is_one_layer(way)):
        way.values["smothered"][:, end[0] if end else -1] = 1.0
    for name in ("zero_fraction", "distinct_units", "dead_share", "saturated"):
        way.values[name][:, end] = math.nan


def _is_shut(profile: Profile, built: Structure, at_block: int) -> bool:
    """Whether an activation of a branch is 0 and flat for every sample, and no weights behind it have a gradient."""
    flat = np.median((profile["zero_fraction"] >= 1.0) & (profile["dead_share"] >= 1.0), axis=0) >= 0.5
    shut = [at for at, of in enumerate(built.of_block) if of == built.blocks[at_block] and flat[at]]
    if not shut:
        return False
    own = inside(built, at_block)
    behind = [at for at, of in enumerate(built.of_block) if of in own and at > shut[0]]
    return bool(np.median(~(profile["grad_weight_norm"][:, behind] > 0.0).any(axis=1)) >= 0.5)


def gives_zero(built: Structure, at: int) -> bool:
    """Whether a branch itself gives exactly 0."""
    known = built.values["branch_ratio"][:, at]
    return bool(np.isfinite(known).any() and np.nanmedian(known) == 0.0)


def starts_at_zero(built: Structure, at: int) -> bool:
    """Whether a branch gives exactly 0, in it or around it."""
    seen = set()
    while at not in seen:
        seen.add(at)
        if gives_zero(built, at):
            return True
        parent = built.block_parent[at]
        if parent not in built.blocks:
            return False
        at = built.blocks.index(parent)
    return False


def _silent_end(way: Profile) -> list[int]:
    """Return the columns at the end of a branch that are exactly 0."""
    zero = [median >= 1.0 for median in np.median(way["zero_fraction"], axis=0).tolist()]
    end = len(zero)
    while end and zero[end - 1]:
        end -= 1
    return list(range(end, len(zero)))


def is_one_layer(way: Profile) -> bool:
    """Whether at most one layer with weights is at the silent end of a branch: then these have a gradient at once."""
    weighted: Mask = np.isfinite(way["grad_weight_norm"])
    return int(np.logical_or.reduce(weighted, axis=0)[_silent_end(way)].sum()) <= 1
