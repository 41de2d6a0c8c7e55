"""The remedy of a coordinate check, tried: the same stacks under muP, with seeds that did not ask for it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.names import builtin
from actviz.results.dataset import recipe
from actviz.scaling.running import coordinate_check
from actviz.scaling.slopes import Growth, Outcome, judge
from actviz.text import text

if TYPE_CHECKING:
    import xarray


def tried(dataset: xarray.Dataset, workers: int | None = None) -> tuple[Growth, ...]:
    """Say what slopes muP's starts and rates give in the place of those of a check that found a fault.

    Nothing where a start departs, which muP does not mend, where muP is there already, or of models of the user's own
    and functions of theirs, which are theirs to change.
    """
    how, growths = recipe(dataset), judge(dataset)
    changing = any(each.departs for each in growths) and not any(each.departs for each in growths if not each.step)
    if not changing or how["model"] != "stack" or how["parametrization"] == "mup":
        return ()
    names = (("initializer", how["init"], INITIALIZERS), ("activation", how["activation"], ACTIVATIONS))
    if any(builtin(*each) is None for each in names):
        return ()
    own = ("kind", "model", "init", "activation", "seeds", "parametrization")
    settings = {name: value for name, value in how.items() if name not in own}
    first = max(how["seeds"]) + 1
    seeds = list(range(first, first + len(how["seeds"])))
    return judge(
        coordinate_check(
            (how["init"], how["activation"]), **settings, seeds=seeds, parametrization="mup", workers=workers
        )
    )


def tried_words(growths: tuple[Growth, ...], seeds: int, lang: str = "en") -> str:
    """Say in a sentence what trying gave; nothing of nothing."""
    moving = [each for each in growths if each.what == "change"]
    if not moving:
        return ""
    number = Counter(each.outcome for each in moving)
    rest = [
        text(f"width.tried.{key}", lang, number=count)
        for key, count in (
            ("undecided", number[Outcome.UNDECIDED] + number[Outcome.UNJUDGED]),
            ("departs", number[Outcome.GROWS] + number[Outcome.SHRINKS]),
        )
        if count
    ]
    told = text("width.tried", lang, seeds=seeds, stable=number[Outcome.STABLE], of=len(moving))
    return ", ".join([told, *rest])
