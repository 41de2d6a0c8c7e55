"""Renew a baseline: rewrite only what has changed, and say what."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from actviz.baseline.cells import shape_change, summary_change
from actviz.baseline.changes import recipe_changes
from actviz.baseline.comparison import tolerance_of
from actviz.baseline.hypotheses import Flags
from actviz.baseline.measures import PARAMETERS, Summary
from actviz.baseline.record import Baseline, Pairing, PairingRecord
from actviz.baseline.report import seeds_words
from actviz.baseline.shapes import Shape
from actviz.catalog.checks import of_type
from actviz.text import text


@dataclass(frozen=True)
class Update:
    """A renewed baseline, and what is new in it; ``changes`` is empty if nothing is."""

    baseline: Baseline
    changes: tuple[str, ...]


def update(old: Baseline, new: Baseline, lang: str = "en") -> Update:
    """Take over what a new measurement changes, by more than rounding; all the rest stays as it was written."""
    for each in (old, new):
        of_type("what is updated", each, Baseline, "a Baseline")
    tolerance, changes, pairings = tolerance_of(new.recipe), [], {}
    for key, expected, measured in recipe_changes(old.recipe, new.recipe):
        changes.append(text("check.recipe", lang, what=key, expected=expected, measured=measured))
    if sorted(old.seeds) != sorted(new.seeds):
        values = {"expected": seeds_words(old.seeds, lang), "measured": seeds_words(new.seeds, lang)}
        changes.append(text("check.seeds", lang, **values))
    for key in ("layer_names", "parameters"):
        before, after = (", ".join(getattr(each, key)) or "-" for each in (old, new))
        if before != after:
            values = {"expected": before, "measured": after}
            changes.append(text("check.recipe", lang, what=text(f"check.{key}", lang), **values))
    for pairing, record in new.pairings.items():
        names = dict(zip(("init", "activation"), pairing, strict=True))
        if pairing not in old.pairings:
            pairings[pairing] = record
            changes.append(text("check.added", lang, **names))
            continue
        same = old.parameters == new.parameters
        pairings[pairing], changed = _merge(old.pairings[pairing], record, tolerance, same)
        changes += [
            text("check.changed", lang, **names, statistic=statistic, layers=_layers_words(layers, lang))
            for statistic, layers in changed.items()
        ]
    changes += [text("check.removed", lang, init=i, activation=a) for i, a in old.pairings if (i, a) not in pairings]
    versions = new.versions if changes else old.versions
    renewed = Baseline(_recipe(old, new), versions, _in_order(old, pairings), new.layer_names, new.parameters)
    return Update(renewed, tuple(changes))


def _recipe(old: Baseline, new: Baseline) -> dict[str, object]:
    """Return the new recipe, with the old order of seeds where they are the same."""
    same = sorted(old.seeds) == sorted(new.seeds)
    return {**new.recipe, **({"seeds": list(old.seeds)} if same else {})}


def _in_order(old: Baseline, pairings: dict[Pairing, PairingRecord]) -> dict[Pairing, PairingRecord]:
    kept = [pairing for pairing in old.pairings if pairing in pairings]
    return {pairing: pairings[pairing] for pairing in dict.fromkeys([*kept, *pairings])}


def _layers_words(layers: list[int], lang: str) -> str:
    key = "check.changed_layers" if len(layers) > 1 else "check.changed_layer"
    return text(key, lang, layers=seeds_words(layers, lang))


def _merge(
    old: PairingRecord, new: PairingRecord, tolerance: float, same: bool
) -> tuple[PairingRecord, dict[str, list[int]]]:
    """Return a record with the changed layers of every statistic, and which they are; ``same`` if parameters are."""
    statistics, changed = {}, {}
    for name, summary in new.statistics.items():
        before = old.statistics.get(name)
        if (
            before is None
            or (name in PARAMETERS and not same)
            or before.layers.tolist() != summary.layers.tolist()
            or before.scale != summary.scale
        ):
            statistics[name], changed[name] = summary, summary.layers.tolist()
            continue
        differs = summary_change(name, old, new, tolerance) > 1
        statistics[name] = _mixed(before, summary, differs)
        changed[name] = summary.layers[differs].tolist()
    changed |= {name: gone.layers.tolist() for name, gone in old.statistics.items() if name not in new.statistics}
    shapes = list(new.shapes)
    if len(old.shapes) == len(shapes):
        for at, (first, second) in enumerate(zip(old.shapes, new.shapes, strict=True)):
            if _alike(first, second, tolerance):
                shapes[at] = first
    moved = [shape.layer for at, shape in enumerate(shapes) if at >= len(old.shapes) or shape is not old.shapes[at]]
    changed["histogram"] = moved
    return PairingRecord(statistics, tuple(shapes)), {name: layers for name, layers in changed.items() if layers}


def _alike(first: Shape, second: Shape, tolerance: float) -> bool:
    if first.bins != second.bins or first.seeds != second.seeds:
        return False
    return bool((shape_change(first, second, tolerance) <= 1).all())


def _mixed(old: Summary, new: Summary, differs: Flags) -> Summary:
    """Take layers that differ from the new summary, all others from the old one."""
    arrays = {
        field.name: np.where(differs, getattr(new, field.name), getattr(old, field.name))
        for field in dataclasses.fields(Summary)
        if field.name not in ("scale", "layers")
    }
    return Summary(scale=new.scale, layers=new.layers, **arrays)
