"""What a check cannot see: it is said, so that its silence does not pass for sameness."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from actviz.baseline.changes import OF_MODEL
from actviz.baseline.comparison import Comparison
from actviz.baseline.measures import of_stream, of_weights
from actviz.baseline.power import smallest_by_layer
from actviz.text import text

HIDDEN = 1.0
"""Relative change of every size of a layer, twofold, that must be found for the layer to count as seen."""

NAMED = 5
"""Layers that are named; of more it is said how many they are."""


def unseen(comparison: Comparison, lang: str = "en") -> Iterator[str]:
    """Yield what a check cannot see, a sentence each."""
    old, new = comparison.baseline, comparison.now
    sides = [each.statistics for both in comparison.compared.items()
             for each in (old.pairings[both[0]], new.pairings[both[1]])]  # fmt: skip
    if not all(any(map(of_weights, names)) for names in sides):
        yield text("check.unseen.weights", lang)
    streams = [any(map(of_stream, names)) for names in sides]
    if any(streams) and not all(streams):
        yield text("check.unseen.stream", lang)
    if old.recipe.get("kind") == "module":
        lost = [key for key in OF_MODEL[:2] if key not in old.recipe or key not in new.recipe]
        if lost:
            yield text("check.unseen.model", lang)
        if not (old.recipe.get("training", True) or new.recipe.get("training", True)):
            yield text("check.unseen.evaluation", lang)
        elif draws := sorted({*old.recipe.get("draws", ()), *new.recipe.get("draws", ())}):
            more = [f"… ({len(draws)})"] if len(draws) > NAMED else []
            yield text("check.unseen.draws", lang, places=", ".join([*draws[:NAMED], *more]))
    for pairing in comparison.compared if comparison.mode == "statistical" and not comparison.few else ():
        found = smallest_by_layer(comparison, pairing)
        blind = [old.layer(at + 1) for at in np.flatnonzero(~(found < HIDDEN)).tolist()]
        if blind:
            more = [f"… ({len(blind)})"] if len(blind) > NAMED else []
            yield text(
                "check.unseen.layers", lang, init=pairing[0], activation=pairing[1],
                layers=", ".join([*blind[:NAMED], *more]),
            )  # fmt: skip
