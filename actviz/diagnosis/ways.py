"""The ways along which a model is judged: its chain or stream, every branch for itself, its softmaxes and its outputs.

Each is a profile of its own whose columns follow each other. What does not decide there is NaN, so that no rule shows.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from actviz.diagnosis.profile import DERIVED, Mask, Profile
from actviz.diagnosis.rules import RULES, Rule
from actviz.diagnosis.structure import Structure, Values
from actviz.diagnosis.thresholds import Thresholds
from actviz.results.statistics import OF_INPUTS

SHAPED = ("chain", "stream", "norm", "branch")
"""Roles that decide; gates, lookups and heads do not."""

NORMALIZED = "norm"
"""The role of a norm by itself, whose own gradient is of another scale than its neighbours'."""


@dataclass(frozen=True)
class Way:
    """Columns that are judged together.

    Parameters
    ----------
    name : str
        Empty for a plain stack; every (for what overflows anywhere), chain, stream, branch, attention, gate, output.
    profile : Profile
    end : int
        Number of the layer to whose gradient others are compared.
    """

    name: str
    profile: Profile
    end: int


@dataclass(frozen=True)
class _Column:
    """A layer, or a stream behind a block or before its first: its place, and its numbers by name."""

    place: tuple[float, float]
    layer: int
    width: float
    averaged: float
    judged: bool  # by its gradient
    chain: int
    is_block: bool
    values: dict[str, Values]


def ways(profile: Profile) -> list[Way]:
    """Return the ways of a pairing; of a stack, or an old result, the one there is."""
    built = profile.structure
    if built is None:
        return [Way("", profile, profile.layers[-1])]
    every = _plain(profile, ("nonfinite", "grad_preact_rms", "act_min", "act_max"), profile.values, profile.layers)
    found = [Way("every", every, profile.layers[-1]), _way(profile, built, 0)]
    found.extend(_way(profile, built, number) for number in built.blocks)
    kept = [way for way in found if way is not None]
    return kept + _softmaxes(profile, built) + _outputs(profile, built)


def shown(profile: Profile, t: Thresholds) -> dict[Rule, Mask]:
    """Return which seeds show what along any way, shape (seeds,) each."""
    along = [way.profile for way in ways(profile)]
    return {rule: np.logical_or.reduce([rule.shows(each, t).any(axis=1) for each in along]) for rule in RULES}


def _measured(profile: Profile) -> list[str]:
    """Return the names of what there is of every layer."""
    return [name for name in profile.values if name not in DERIVED and name not in OF_INPUTS]


def _layer(profile: Profile, built: Structure, at: int) -> _Column:
    values = {name: profile[name][:, at : at + 1] for name in _measured(profile)}
    if (built.roles[at] == "branch" or built.of_block[at]) and "unit_spread" in values:
        values |= dict.fromkeys(("unit_spread", "similarity"), np.full_like(values["unit_spread"], math.nan))
    if built.of_block[at] and not built.activations:  # of a stack: random last weights tell its units apart
        values["distinct_units"] = np.full_like(values["distinct_units"], math.nan)
    return _Column(
        (profile.layers[at], 0.0), profile.layers[at], profile.widths[at], built.averaged[at],
        built.roles[at] != NORMALIZED, built.chain[at], False, values,
    )  # fmt: skip


def _block(profile: Profile, built: Structure, at: int, before: bool = False) -> _Column:
    """Return the stream behind a block as if it were a layer; ``before`` it, where it starts."""
    unknown = np.full((len(profile.values["act_std"]), 1), math.nan)
    size = built.values["stream_before" if before else "stream_rms"][:, at : at + 1]
    gradient = built.values["stream_grad_before" if before else "stream_grad"][:, at : at + 1]
    values = dict.fromkeys(_measured(profile), unknown)
    values |= {"act_std": size, "act_max": size, "act_min": -size, "grad_preact_rms": gradient}
    values["grad_zero"] = np.where(np.isnan(gradient), math.nan, gradient == 0.0)
    if not before:
        values["similarity"] = built.values["stream_similarity"][:, at : at + 1]
        values["unit_spread"] = built.values["stream_spread"][:, at : at + 1]
    number = built.blocks[at]
    layer = built.block_layer[at]
    if before:
        inside = [each for each, of in zip(profile.layers, built.of_block, strict=True) if of == number]
        layer = min([layer, *(each - 1 for each in inside)])
    place = (layer, 0.5 if before else 1.0)
    return _Column(
        place, max(layer, profile.layers[0]), built.block_width[at], built.block_averaged[at], True, -1, True, values
    )


def _way(profile: Profile, built: Structure, number: int) -> Way | None:
    """Return the main way, number 0, or that of a block's branch."""
    layers = [
        _layer(profile, built, at)
        for at, role in enumerate(built.roles)
        if built.of_block[at] == number and role in SHAPED
    ]
    blocks = [at for at, parent in enumerate(built.block_parent) if parent == number]
    streams = [_block(profile, built, at) for at in blocks]
    if blocks and np.isfinite(built.values["stream_grad_before"][:, blocks[0]]).any():
        streams.append(_block(profile, built, blocks[0], before=True))
    columns = sorted([*layers, *streams], key=lambda column: column.place)
    if not columns:
        return None
    name = "branch" if number else "stream" if blocks else "chain"
    values = {key: np.concatenate([each.values[key] for each in columns], axis=1) for key in columns[0].values}
    values |= {key: profile[key] for key in OF_INPUTS}
    widths = np.array([each.width for each in columns])
    values |= {key: derive(values, widths) for key, derive in DERIVED.items()}
    averaged = np.array([each.averaged for each in columns], float)
    behind = np.sqrt(averaged.max() / averaged)  # what was averaged over before, all alike for inputs without a pattern
    values["distance"] = np.minimum(values["distance"] * behind, np.fmax(values["distance"], 1.0))
    values["unit_spread"] = values["unit_spread"] * np.where(values["unit_spread"] < 1.0, behind, 1.0)
    ratio, end = _ratio(values, widths, averaged, columns, number > 0)
    values["gradient_ratio"] = ratio
    if streams:
        at = [place for place, each in enumerate(columns) if each.is_block and each.place[1] == 1.0]
        values["carried"][:, at] = _carried(profile, built, blocks)
    made = dataclasses.replace(
        profile, values=values, widths=widths, layers=[each.layer for each in columns], structure=None
    )
    if number:
        _spare(made, built, number)
    return Way(name, made, columns[end].layer)


def _ratio(
    values: dict[str, Values], widths: Values, averaged: Values, columns: Sequence[_Column], in_branch: bool
) -> tuple[Values, int]:
    """Return the gradient's norm over that at the end of what it is judged along, and where the main part ends.

    Along a stream it is compared with the one behind the last block. What stands before the first or after the last,
    and parts of a branch with attention between them, are compared with their own ends: a token that is read out at
    the end may not be made of what stands before. A mean over positions takes from all before alike: that is left out.
    """
    norm = values["grad_preact_rms"] * np.sqrt(widths) * np.sqrt(averaged)
    blocks = [at for at, each in enumerate(columns) if each.is_block]
    first, last = (blocks[0], blocks[-1]) if blocks else (0, -1)
    parts: dict[tuple[bool, bool, int], list[int]] = {}
    judged = [at for at, each in enumerate(columns) if each.judged]
    if in_branch and judged and judged[-1] > last:  # its last weights only scale the branch, as a head does a model
        judged.pop()
    for at in judged:
        of_stream = first <= at <= last
        parts.setdefault((at < first, of_stream, 0 if of_stream else columns[at].chain), []).append(at)
    ratio = np.full(norm.shape, math.nan)
    with np.errstate(all="ignore"):
        for part in parts.values():
            end = norm[:, part[-1] : part[-1] + 1]
            ratio[:, part] = norm[:, part] / np.where(end > 0, end, math.nan)
    ends = [part[-1] for part in parts.values()] or [len(columns) - 1]
    return ratio, last if last >= 0 else max(ends)


def _carried(profile: Profile, built: Structure, blocks: Sequence[int]) -> Values:
    """Return the share of the gradient behind the last block that skip connections alone bring back behind each.

    A norm on the stream divides it by the size of the sum, of which the stream is a part; without one nothing is lost.
    """
    with np.errstate(all="ignore"):
        share: Values = np.fmin(built.values["stream_before"] / built.values["stream_rms"], 1.0)[:, blocks]
    norms = [
        layer
        for layer, role, of in zip(profile.layers, built.roles, built.of_block, strict=True)
        if role == NORMALIZED and not of
    ]
    kept = np.ones_like(share)
    for at in range(len(blocks) - 1):
        low, high = (built.block_layer[each] for each in blocks[at : at + 2])
        if built.norms or any(low < layer <= high for layer in norms):
            kept[:, at] = share[:, at]
    return np.array(np.cumprod(kept[:, ::-1], axis=1)[:, ::-1], np.float64)


def _spare(way: Profile, built: Structure, number: int) -> None:
    """Take out of a branch what starts at 0 and what that silences: its gradients, and its last weights' values."""
    at = built.blocks.index(number)
    if not starts_at_zero(built, at):
        return
    for name in ("gradient_ratio", "grad_zero"):
        way.values[name][:] = math.nan
    end = _silent_end(way)
    if end and not is_one_layer(way):  # what stands behind the first that is 0 learns nothing
        way.values["smothered"][:, end[0]] = way["zero_fraction"][:, end[0]]
    for name in ("zero_fraction", "distinct_units", "dead_share", "saturated"):
        way.values[name][:, end] = math.nan


def starts_at_zero(built: Structure, at: int) -> bool:
    """Whether a branch gives exactly 0, in it or around it."""
    seen = set()
    while at not in seen:
        seen.add(at)
        known = built.values["branch_ratio"][:, at]
        if np.isfinite(known).any() and np.nanmedian(known) == 0.0:
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


def _plain(profile: Profile, names: Sequence[str], values: dict[str, Values], layers: Sequence[int]) -> Profile:
    """Return a profile that has a few statistics."""
    unknown = np.full(values[names[0]].shape, math.nan)
    known = dict.fromkeys(profile.values, unknown) | {name: values[name] for name in names}
    return dataclasses.replace(profile, values=known, widths=np.ones(len(layers)), layers=list(layers), structure=None)


def _softmaxes(profile: Profile, built: Structure) -> list[Way]:
    """Return those of attention and those of routers, the mean over heads of each."""
    found = []
    for name, attends in (("attention", 1), ("gate", 0)):
        of = [at for at, each in enumerate(built.attends) if each == attends]
        if of:
            layers = [max(built.attention_layer[at], profile.layers[0]) for at in of]
            entropy = {f"{name}_entropy": built.values["attention_entropy"][:, of]}
            made = _plain(profile, list(entropy), entropy, layers)
            found.append(Way(name, made, layers[-1]))
    return found


def _outputs(profile: Profile, built: Structure) -> list[Way]:
    loss = built.values.get("output_loss")
    if loss is None or not np.isfinite(loss).any():
        return []
    return [Way("output", _plain(profile, ["output_loss"], built.values, profile.layers[-1:]), profile.layers[-1])]
