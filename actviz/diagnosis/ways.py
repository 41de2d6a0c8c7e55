"""The ways along which a model is judged: its chain or stream, every branch for itself, its softmaxes and its outputs.

Each is a profile of its own whose columns follow each other. What does not decide there is NaN, so that no rule shows.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import weakref
from collections.abc import Sequence

import numpy as np

from actviz.diagnosis.beside import BOUNDED_STATES, Way, beside, cut_by_heads, plain
from actviz.diagnosis.gradients import BEFORE, Column, along, outputs_of, streams_of
from actviz.diagnosis.profile import DERIVED, Mask, Profile
from actviz.diagnosis.rules import RULES, Rule
from actviz.diagnosis.structure import SMALL, Structure, Values
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.zeros import awaited, awaited_stream, inside, silencing, spare
from actviz.results.statistics import OF_INPUTS

SHAPED = ("chain", "stream", "norm", "branch")
"""Roles that decide by their size; gates, lookups and heads do not."""

ASIDE = "aside"
"""The role of what leads to no output; it decides where a gradient comes to it all the same."""

NORMALIZED = "norm"
"""The role of a norm by itself, whose own gradient is of another scale than its neighbours'."""


_FOUND: weakref.WeakKeyDictionary[Profile, list[Way]] = weakref.WeakKeyDictionary()


def ways(profile: Profile) -> list[Way]:
    """Return the ways of a pairing; of a stack, or an old result, the one there is."""
    if profile.structure is None:
        return [Way("", profile, profile.layers[-1])]
    if profile not in _FOUND:  # as many ask as there are rules
        _FOUND[profile] = _found(profile, profile.structure)
    return _FOUND[profile]


def _found(profile: Profile, built: Structure) -> list[Way]:
    every = plain(profile, ("nonfinite", "grad_preact_rms", "act_min", "act_max"), profile.values, profile.layers)
    found = [Way("every", every, profile.layers[-1]), _way(profile, built, 0)]
    found.extend(_way(profile, built, number) for number in built.blocks)
    kept = [way for way in found if way is not None]
    cut = cut_by_heads(profile, built)  # that no gradient comes to what is below follows
    for way in kept[1:]:
        way.profile.values["grad_zero"][cut] = math.nan
    return [*kept, *beside(profile, built)]


def shown(profile: Profile, t: Thresholds) -> dict[Rule, Mask]:
    """Return which seeds show what along any way, shape (seeds,) each."""
    along = [way.profile for way in ways(profile)]
    return {rule: np.logical_or.reduce([rule.shows(each, t).any(axis=1) for each in along]) for rule in RULES}


def _measured(profile: Profile) -> list[str]:
    """Return the names of what there is of every layer."""
    return [name for name in profile.values if name not in DERIVED and name not in OF_INPUTS]


def _layer(profile: Profile, built: Structure, at: int) -> Column:
    values = {name: profile[name][:, at : at + 1] for name in _measured(profile)}
    if (built.roles[at] == "branch" or built.of_block[at]) and "unit_spread" in values:
        values |= dict.fromkeys(("unit_spread", "similarity"), np.full_like(values["unit_spread"], math.nan))
    values |= awaited(values, silencing(profile, built)[:, at : at + 1])
    if built.activations and built.activations[at].removesuffix("_cell") in BOUNDED_STATES:  # they have their own way
        values |= {name: np.full_like(values[name], math.nan) for name in ("saturated", "dead_units")}
    if built.of_block[at] and not built.activations:  # of a stack: random last weights tell its units apart
        values["distinct_units"] = np.full_like(values["distinct_units"], math.nan)
    size, gradient = np.hypot(values["act_mean"], values["act_std"]), values["grad_preact_rms"]
    return Column(
        (profile.layers[at], 0.0), profile.layers[at], profile.widths[at], built.averaged[at],
        built.roles[at] != NORMALIZED, built.chain[at], 0, bool(built.rescaled[at]), bool(built.ends[at]),
        built.next_layer[at],
        values,
        _sized(size, gradient, gradient * size),
    )  # fmt: skip


def _sized(size: Values, gradient: Values, pull: Values) -> Values:
    """Return the pull of what has a size; what zeros start has none yet."""
    return np.where((size == 0.0) & (gradient > 0.0), math.nan, pull)


def _block(profile: Profile, built: Structure, at: int, before: bool = False) -> Column:
    """Return the stream behind a block as if it were a layer; ``before`` it, where it starts."""
    unknown = np.full((len(profile.values["act_std"]), 1), math.nan)
    size, gradient, pull = (
        built.values.get(f"{name}_before" if before else f"{name}{behind}", unknown[:, [0] * len(built.blocks)])[
            :, [at]
        ]
        for name, behind in (("stream", "_rms"), ("stream_grad", ""), ("stream_pull", ""))
    )
    values = dict.fromkeys(_measured(profile), unknown)
    values |= {"act_std": size, "act_max": size, "act_min": -size, "grad_preact_rms": gradient}
    values["grad_zero"] = np.where(np.isnan(gradient), math.nan, gradient == 0.0)
    if not (before or built.block_parent[at]):  # inside a branch its size is a matter of scale
        values["similarity"] = built.values["stream_similarity"][:, at : at + 1]
        values["unit_spread"] = built.values["stream_spread"][:, at : at + 1]
    number, own = built.blocks[at], inside(built, at)
    waits, unmade = awaited_stream(profile, built, at, size, gradient)
    pull = np.where(waits, math.nan, _sized(size, gradient, pull))
    values |= {name: np.where(waits, math.nan, values[name]) for name in ("grad_zero", "grad_preact_rms")}
    values |= {name: np.where(unmade, math.nan, values[name]) for name in ("unit_spread", "similarity")}
    keys = [profile["weights_key"][:, each] for each, of in enumerate(built.of_block) if of in own]
    values["weights_key"] = next((key for key in reversed(keys) if (key > 0).all()), unknown[:, 0])[:, None]
    layer = built.block_layer[at]
    if before:
        of_it = [each for each, of in zip(profile.layers, built.of_block, strict=True) if of == number]
        layer = min([layer, *(each - 1 for each in of_it)])
    place = (layer, BEFORE if before else 1.0)
    return Column(
        place, max(layer, profile.layers[0]), built.block_width[at], built.block_averaged[at], True, -1,
        built.block_stream[at] + 1, False, False, 0, values, pull,
    )  # fmt: skip


def _way(profile: Profile, built: Structure, number: int) -> Way | None:
    """Return the main way, number 0, or that of a block's branch."""
    layers = [
        _layer(profile, built, at)
        for at, role in enumerate(built.roles)
        if built.of_block[at] == number
        if role in SHAPED or (role == ASIDE and (profile["grad_preact_rms"][:, at] > 0).any())
    ]
    blocks = [at for at, parent in enumerate(built.block_parent) if parent == number]
    streams = [_block(profile, built, at) for at in blocks]
    first = {built.block_stream[at]: at for at in reversed(blocks)}
    known = [at for at in first.values() if np.isfinite(built.values["stream_grad_before"][:, at]).any()]
    streams += [_block(profile, built, at, before=True) for at in known]
    columns = sorted([*layers, *streams], key=lambda column: column.place)
    if not columns:
        return None
    name = "branch" if number else "stream" if blocks else "chain"
    values = {key: np.concatenate([each.values[key] for each in columns], axis=1) for key in columns[0].values}
    values |= {key: profile[key] for key in OF_INPUTS}
    differs = np.flatnonzero(np.median(profile["unit_spread"], axis=0) > 0.0)
    indices = differs.size > 0 and bool(np.isnan(values["input_similarity"]).all())
    if indices:  # what first differs stands for them, as a table
        values["input_similarity"] = profile["similarity"][:, differs[:1]]
    widths = np.array([each.width for each in columns])
    values |= {key: derive(values, widths) for key, derive in DERIVED.items()}
    averaged = np.array([each.averaged for each in columns], float)
    behind = np.sqrt(averaged.max() / averaged)  # what was averaged over before, all alike for inputs without a pattern
    before = max(1.0, float(built.averaged[differs[0]]) / averaged.max()) if indices else 1.0
    values["distance"] = np.minimum(values["distance"] * behind * before**0.5, np.fmax(values["distance"], 1.0))
    values["unit_spread"] = values["unit_spread"] * np.where(values["unit_spread"] < 1.0, behind, 1.0)
    made = [at for at in blocks if inside(built, at) & set(built.of_block)]  # others only put beside what these made
    scaled = {
        stream: all(built.block_normalized[at] for at in made if built.block_stream[at] == stream) for stream in first
    }
    outputs = [] if number else outputs_of(profile, built)
    ratio, steps, ends = along(values, widths, averaged, columns, scaled, number > 0, outputs)
    # Of weights that are applied again, as in a loop, the gradient is that of all calls: of the last one above all.
    values["gradient_ratio"] = np.where(_applied_again(values["weights_key"]) & (ratio < 1.0), math.nan, ratio)
    if streams:
        at = [place for place, each in enumerate(columns) if each.stream and each.place[1] == 1.0]
        values["carried"][:, at] = _carried(profile, built, blocks)
    quiet = _before_it_differs(built, columns, values["unit_spread"])
    for key in ("unit_spread", "similarity", "distance"):
        values[key][:, quiet] = math.nan
    own = streams_of(columns)
    begun = {stream: built.block_layer[at] for stream, at in first.items() if _begins(built, at)}
    started = [at for at, of in enumerate(own) if columns[at].layer < begun.get(of - 1, 0)]
    values["unit_spread"][:, started] = math.nan
    last = {each.stream: at for at, each in enumerate(columns) if each.stream}
    of_streams = enumerate(zip(own, columns, strict=True))
    sizeless = [at for at, (of, each) in of_streams if each.rescaled or (scaled.get(of - 1) and at <= last[of])]
    spread = values["unit_spread"]
    spread[:, sizeless] = np.where(spread[:, sizeless] > 0.0, math.nan, spread[:, sizeless])
    way = dataclasses.replace(
        profile, values=values, widths=widths, layers=[each.layer for each in columns], structure=None,
        normalized=_is_normalized(built, number, made), moving=np.any(profile["grad_weight_norm"] > 0, axis=1),
        steps=steps,
    )  # fmt: skip
    if number:
        spare(way, profile, built, number)
    return Way(name, way, max(ends), ends)


def _applied_again(keys: Values) -> Mask:
    """Return the columns whose weights a later one applies too; one without weights is as the next that has some."""
    again: Mask = np.zeros(keys.shape, bool)
    for seed, row in enumerate(keys):
        later, last = set[float](), False
        for at in range(len(row) - 1, -1, -1):
            last = row[at] in later if row[at] > 0 else last
            again[seed, at] = last
            later |= {row[at]} if row[at] > 0 else set()
    return again


def _norms_of(built: Structure, at: int) -> set[str]:
    """Return the functions that normalize what a block's branch makes, in it or in branches inside."""
    own = inside(built, at)
    return {norm for norm, of in zip(built.norms, built.of_block, strict=True) if norm and of in own}


def _norms_between(built: Structure, low: int, high: int) -> bool:
    """Whether a norm of tokens stands on the stream behind one layer and not behind another."""
    return any(
        role == NORMALIZED and not of and low < layer <= high and norm != "batch_norm"
        for layer, (role, of, norm) in enumerate(zip(built.roles, built.of_block, built.norms, strict=True), 1)
    )


def _is_normalized(built: Structure, number: int, blocks: Sequence[int]) -> bool:
    """Whether batch normalization is in every branch that joins a way, or for the most part behind its weights."""
    if "batch_norm" in set().union(*(_norms_of(built, at) for at in blocks)):
        return all(built.block_normalized[at] for at in blocks)
    own = [
        norm
        for role, of, norm in zip(built.roles, built.of_block, built.norms, strict=True)
        if of == number and role in SHAPED
    ]
    return 2 * own.count("batch_norm") >= len(own) > 0


LARGE = 30.0
"""Size of a branch, relative to its stream, above which what it is added to is next to nothing."""


def _begins(built: Structure, at: int) -> bool:
    """Whether it is a block's branch that a stream starts with, for the other part of that sum is next to nothing."""
    return bool(built.block_beside[at] and np.median(built.values["branch_ratio"][:, at]) > LARGE)


def _before_it_differs(built: Structure, columns: Sequence[Column], spread: Values) -> list[int]:
    """Return the columns where a stream that starts as the same for all samples does not tell them apart yet.

    What differs from sample to sample comes in by its branches: up to the first that brings any, and, where all start
    small, as with layer scale behind a token of the class, to the end.
    """
    found, of = list[int](), streams_of(columns)
    for stream in {each for each, constant in zip(built.block_stream, built.block_constant, strict=True) if constant}:
        ratios = built.values["branch_ratio"][:, [at for at, each in enumerate(built.block_stream) if each == stream]]
        own = [at for at, each in enumerate(of) if each - 1 == stream]
        first = next((at for at in own if columns[at].stream), len(columns))
        cell = any(columns[at].judged and not columns[at].stream for at in own if at > first)  # by which others come in
        if np.nanmax(ratios, initial=0.0) < SMALL and not cell:
            found += range(first, len(columns))
        else:
            found += itertools.takewhile(lambda at: not (spread[:, at] > 0.0).any(), own)
    return found


def _carried(profile: Profile, built: Structure, blocks: Sequence[int]) -> Values:
    """Return the share of the gradient behind the last block that skip connections alone bring back behind each.

    A norm on the stream divides it by the size of the sum, of which the stream is a part; without one nothing is lost.
    Of a stack nothing is: there the whole gradient behind every norm is known, and judged.
    """
    with np.errstate(all="ignore"):
        before, size = (built.values[f"stream_{name}"][:, blocks] for name in ("before", "rms"))
        share: Values = np.where(before > 0.0, np.fmin(before / size, 1.0), 1.0)  # nothing has been carried yet
    kept = np.ones_like(share)
    found = np.ones_like(share)
    for stream in {built.block_stream[each] for each in blocks}:
        own = [at for at, each in enumerate(blocks) if built.block_stream[each] == stream]
        for at, after in itertools.pairwise(own):
            low, high = (built.block_layer[blocks[each]] for each in (at, after))
            if not built.after and (built.block_divided[blocks[at]] or _norms_between(built, low, high)):
                kept[:, at] = share[:, at]
        found[:, own] = np.cumprod(kept[:, own[::-1]], axis=1)[:, ::-1]
    return found
