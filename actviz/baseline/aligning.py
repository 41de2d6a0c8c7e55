"""Two records of a model whose seeds take some layers and leave others out, brought onto the baseline's layers.

A drop of layers, or a choice of experts, decides by the seed which layers there are, and in which order they are found.
So a layer that some seeds of the one have may be missing from the other by chance, or stand elsewhere.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from actviz.baseline.hypotheses import fisher_exact
from actviz.baseline.measures import MEASURES, PARAMETERS, Ints, Summary
from actviz.baseline.record import Baseline, PairingRecord
from actviz.baseline.shapes import Shape

HIT = "nonfinite"
"""A statistic that every layer has a number of that a seed takes."""

PER_LAYER = ("precisions", "width")
"""Settings of a recipe with an entry a layer."""


def aligned(baseline: Baseline, now: Baseline, alpha: float) -> tuple[Baseline, Baseline]:
    """Return both with the baseline's layers; as they are where these are the same, or differ by more than chance.

    What only one of them can tell, as a gain from a layer that is not the same, has no number in either.
    """
    old, new = baseline.layer_names, now.layer_names
    if old == new or not (old and new) or set(baseline.pairings) != set(now.pairings):
        return baseline, now
    some = [{name for name, hit in _hits(each).items() if hit < len(each.seeds)} for each in (baseline, now)]
    lost, more = set(old) - set(new), set(new) - set(old)
    steady = [[name for name in each.layer_names if name not in some[0] | some[1]] for each in (baseline, now)]
    if not (lost <= some[0] and more <= some[1]) or steady[0] != steady[1]:
        return baseline, now
    hits, total = _hits(now), (len(baseline.seeds), len(now.seeds))
    if any(fisher_exact(0, total[0], hits[name], total[1]) < alpha / len(more) for name in more):
        return baseline, now
    of = [new.index(name) if name not in lost else -1 for name in old]
    untold = _untold(old, new)
    own, parameters = _of_parameters(baseline, now, lost, more)
    first = {key: _blank(each, untold, [at < 0 for at in own]) for key, each in baseline.pairings.items()}
    second = {
        key: _blank(_picked(each, of, own, total[1]), untold, [False] * len(own)) for key, each in now.pairings.items()
    }
    recipe = {
        key: [value[at] if at >= 0 else baseline.recipe[key][place] for place, at in enumerate(of)]
        if key in PER_LAYER and key in baseline.recipe
        else value
        for key, value in now.recipe.items()
    }
    changed = dataclasses.replace(now, recipe=recipe, pairings=second, layer_names=old, parameters=parameters)
    return dataclasses.replace(baseline, pairings=first), changed


def _hits(of: Baseline) -> dict[str, int]:
    """Return under how many seeds each layer is there."""
    records = [record.statistics[HIT] for record in of.pairings.values() if HIT in record.statistics]
    return dict(zip(of.layer_names, records[0].seeds.tolist(), strict=False)) if records else {}


def _untold(old: Sequence[str], new: Sequence[str]) -> dict[str, list[bool]]:
    """Return for which layers of the baseline a ratio to the layer before, or behind, is of other layers than now."""

    def beside(names: Sequence[str], step: int) -> dict[str, str]:
        ends = ["", *names, ""]
        return {name: ends[at + 1 + step] for at, name in enumerate(names)}

    gains = {name: -1 if not each.first else 1 for name, each in MEASURES.items() if not (each.first and each.last)}
    return {
        gain: [beside(old, step)[name] != beside(new, step).get(name) for name in old] for gain, step in gains.items()
    }


def _of_parameters(
    baseline: Baseline, now: Baseline, lost: set[str], more: set[str]
) -> tuple[list[int], tuple[str, ...]]:
    """Return where now has the baseline's parameters, and which it has.

    A layer that no seed takes leaves its weights among the parameters, of which the other has none then.
    """
    of_lost, of_more = (tuple(f"{name.partition('#')[0]}." for name in names) for names in (lost, more))
    rest = [name for name in now.parameters if name in baseline.parameters or not name.startswith(of_lost)]
    free = [name for name in baseline.parameters if name in now.parameters or not name.startswith(of_more)]
    if rest != free:  # the model has others, which is told
        return [], now.parameters
    at = [now.parameters.index(name) if name in now.parameters else -1 for name in baseline.parameters]
    return at, baseline.parameters


def _picked(record: PairingRecord, of: Sequence[int], own: Sequence[int], seeds: int) -> PairingRecord:
    """Return a record whose layers, and parameters, are those of these places; -1 for what no seed has."""
    statistics = {}
    for name, summary in record.statistics.items():
        places = own if name in PARAMETERS else of
        if name in PARAMETERS and not own:
            statistics[name] = summary
            continue
        at = {layer - 1: place for place, layer in enumerate(summary.layers.tolist())}
        layers = MEASURES[name].layers(len(of)) if name in MEASURES else np.arange(1, len(places) + 1, dtype=np.int64)
        statistics[name] = _taken(summary, layers, [at.get(places[layer - 1], -1) for layer in layers.tolist()], seeds)
    nothing = record.shapes[0]
    shapes = tuple(
        dataclasses.replace(record.shapes[at], layer=layer) if at >= 0 else _empty(nothing, layer)
        for layer, at in enumerate(of, 1)
    )
    return PairingRecord(statistics, shapes)


def _empty(like: Shape, layer: int) -> Shape:
    """Return the histogram of a layer that no seed takes."""
    unknown = np.full(2, np.nan)
    return Shape(layer, like.bins, like.edges[[0, -1]], np.zeros(2), unknown, 0)


def _taken(summary: Summary, layers: Ints, places: Sequence[int], seeds: int) -> Summary:
    """Return a summary of these places; where there is none, of seeds without a number."""
    there = np.array(places, np.int64) >= 0
    values = {
        each.name: np.where(there, getattr(summary, each.name)[places], _NOTHING.get(each.name, 0))
        for each in dataclasses.fields(Summary)
        if each.name not in ("scale", "layers")
    }
    values["undefined"] = np.where(there, values["undefined"], seeds)
    return Summary(summary.scale, layers, **values)


_NOTHING = {"mean": np.nan, "sd": np.nan}


def _blank(record: PairingRecord, untold: dict[str, list[bool]], lost: Sequence[bool]) -> PairingRecord:
    """Return a record without a number of gains between other layers, and of parameters that the other tells else."""
    statistics = dict(record.statistics)
    for name, summary in record.statistics.items():
        off = untold.get(name) or (lost if name in PARAMETERS else [])
        if any(off):
            places = [-1 if off[layer - 1] else at for at, layer in enumerate(summary.layers.tolist())]
            statistics[name] = _taken(summary, summary.layers, places, int(summary.all.max()))
    return PairingRecord(statistics, record.shapes)
