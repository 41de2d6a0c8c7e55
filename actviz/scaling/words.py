"""What a coordinate check says: layers of a kind together, with what helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from actviz.results.dataset import recipe
from actviz.scaling.slopes import FEWEST, Growth, Outcome, decided, divergence, judge
from actviz.text import label, listed, text
from actviz.text.numbers import in_print, round_value, true_minus
from actviz.training.parametrization import KINDS

if TYPE_CHECKING:
    import xarray

NAMED = 4
"""Layers of a kind that are named; more are counted."""

ORDER = (*KINDS, "none")


FITS = {
    ("input", "sgd"): Outcome.SHRINKS,
    **dict.fromkeys((("hidden", "sgd"), ("hidden", "adam"), ("output", "sgd"), ("output", "adam")), Outcome.GROWS),
}
"""Which way layers go that a remedy of muP's table mends, by kind and family; any way where none is told."""


def verdict(growth: Growth, lang: str = "en") -> str:
    """Say what the slope of a layer says."""
    if growth.why:
        return text(f"width.why.{growth.why}", lang, fewest=FEWEST)
    if growth.needed:
        return text("width.needed", lang, seeds=growth.needed)
    designed = growth.outcome is Outcome.SHRINKS and not growth.departs
    key = "designed" if designed else str(growth.outcome)
    return text(f"width.{key}", lang, slope=slope_word(growth.slope))


def slope_word(slope: float) -> str:
    """Write a slope with two decimals, and never as -0."""
    return true_minus(f"{round(slope, 2) + 0.0:.2f}")


def sentences(dataset: xarray.Dataset, growths: Sequence[Growth], lang: str = "en") -> list[str]:
    """Say of every kind of layers what departs, with what helps; nothing of what is well.

    Layers of one kind stand together, told by the steepest. Of a check that decided nothing it is said what would.
    """
    starts = [each for each in growths if each.departs and each.what == "start"]
    departing = starts or [each for each in growths if each.departs]  # a cause comes before its symptoms
    said: list[str] = []
    for kind in ORDER:
        own = [each for each in departing if each.kind == kind]
        if own:
            worst = max(own, key=lambda each: abs(each.slope))
            said += [_sentence(own, worst, lang), remedy(recipe(dataset), worst, lang)]
    if starts:
        said.append(text("width.first", lang))
    elif departing and not _is_mup(recipe(dataset)):
        said.append(text("width.together", lang))
    elif not decided(growths):
        said.append(_nothing(dataset, growths, lang))
    return list(dict.fromkeys(filter(None, said)))


def _nothing(dataset: xarray.Dataset, growths: Sequence[Growth], lang: str) -> str:
    """Say why nothing was decided of what updates move."""
    step, widths = divergence(dataset)
    if step:
        return text("width.diverges", lang, widths=", ".join(map(str, widths)), step=step)
    still = all(each.why == "still" for each in growths if each.what == "change")
    return text("width.nothing_moves" if still else "width.nothing", lang)


def _sentence(own: Sequence[Growth], worst: Growth, lang: str) -> str:
    words = verdict(worst, lang)
    if worst.what == "change":
        words = text("width.after" if worst.step != 1 else "width.after_one", lang, words=words, step=worst.step)
    names = listed([each.name for each in own], NAMED, lang)
    kind, what = text(f"width.kind.{worst.kind}", lang), text(f"width.{worst.what}", lang)
    return text("width.sentence", lang, kind=kind, names=names, what=what, words=words)


def _is_mup(how: Mapping[str, Any]) -> bool:
    return how.get("parametrization") == "mup"


def remedy(how: Mapping[str, Any], worst: Growth, lang: str) -> str:
    """Say what helps layers like this one; nothing where what they do comes from others, as behind a norm."""
    kind = worst.kind
    if kind in ("none", "fixed"):
        return ""
    if worst.what == "start":
        return text("width.remedy.start_input" if kind == "input" else "width.remedy.start", lang)
    if _is_mup(how):
        return text("width.remedy.mup", lang)
    family = _family(str(how["optimizer"]))
    if FITS.get((kind, family), worst.outcome) is not worst.outcome:
        return text("width.remedy.contrary", lang)
    return text(f"width.remedy.{kind}.{family}" if family else "width.remedy.other", lang)


def _family(optimizer: str) -> str:
    """Return by which column of muP's table an optimizer goes; empty for one that is in neither."""
    name = optimizer.lower().partition(":")[0]
    return "adam" if "adam" in name else "sgd" if name in ("sgd", "momentum", "nesterov") else ""


def found(growths: Sequence[Growth], lang: str) -> list[str]:
    """Return titles that say what was found, the longest first."""
    departing = [each for each in growths if each.departs]
    moving = [each for each in departing if each.what == "change"]
    if moving:
        parts = [_part([each for each in moving if each.outcome is outcome], lang) for outcome in Outcome]
        told = [each for each in parts if each]
        return [text("coordinates.found.departs", lang, words=", ".join(told[:number]))
                for number in range(len(told), 0, -1)]  # fmt: skip
    if departing:
        worst = max(departing, key=lambda each: abs(each.slope))
        kinds = text(f"width.kind.{worst.kind}", lang)
        return [text("coordinates.found.start", lang, kinds=kinds, words=verdict(worst, lang))]
    changes = [each.outcome for each in growths if each.what == "change"]
    if not decided(growths):
        diverges = any(each.why == "diverges" for each in growths)
        return [text("coordinates.found.diverges" if diverges else "coordinates.found.nothing", lang)]
    stable, open_ = (changes.count(outcome) for outcome in (Outcome.STABLE, Outcome.UNDECIDED))
    if stable == len(changes):
        return [text("coordinates.found.stable", lang)]
    return [text("coordinates.found.open", lang, stable=stable, undecided=open_, number=len(changes))]


def _part(own: Sequence[Growth], lang: str) -> str:
    """Say which kinds grow, or shrink, and how steeply the steepest does."""
    if not own:
        return ""
    worst = max(own, key=lambda each: abs(each.slope))
    kinds = ", ".join(text(f"width.kind.{kind}", lang) for kind in ORDER if any(each.kind == kind for each in own))
    return text(f"coordinates.found.{worst.outcome}", lang, slope=slope_word(worst.slope), kinds=kinds)


def how_words(dataset: xarray.Dataset, lang: str = "en") -> str:
    """Return how a coordinate check was made, in one line."""
    how = recipe(dataset)
    number, seeds = how["steps"], len(how["seeds"])
    words = [
        model_word(how, lang),
        text(f"parametrization.{how['parametrization']}", lang) if "parametrization" in how else "",
        optimizer_word(how, lang),
        text("coordinates.rate", lang, value=in_print(how["lr"])) if how["lr"] is not None else "",
        label(str(how["loss"]), lang),
        text("coordinates.inputs", lang, inputs=how["inputs"]),
        text("coordinates.steps", lang, number=number),
        text("recipe.seeds" if seeds != 1 else "recipe.seeds_one", lang, number=seeds),
        text("coordinates.margin", lang, value=round_value(how["margin"])),
    ]
    return " · ".join(word for word in words if word)


def optimizer_word(how: Mapping[str, Any], lang: str) -> str:
    """Name the optimizer."""
    own = text("coordinates.own", lang) if how["lr"] is None else ""
    return f"{how['optimizer']} ({own})" if own else label(str(how["optimizer"]), lang)


def model_word(how: Mapping[str, Any], lang: str) -> str:
    """Name what was followed."""
    if how["model"] != "stack":
        return str(how["model"])
    pairing = f"{label(how['init'], lang)} + {label(how['activation'], lang)}"
    depth = text("story.depth" if how["depth"] != 1 else "story.depth_one", lang, number=how["depth"])
    return f"{pairing}, {depth}"


def rows(dataset: xarray.Dataset, lang: str = "en") -> list[dict[str, Any]]:
    """Return a row for every layer: what it is, its slopes, and what they say."""
    growths = judge(dataset)
    half = len(growths) // 2
    return [
        {
            "layer": start.layer,
            "name": start.name,
            "kind": text(f"width.kind.{start.kind}", lang),
            "start": interval(start),
            "change": interval(change),
            "updates": change.step,
            "verdict": _verdict_of(start, change, lang),
        }
        for start, change in zip(growths[:half], growths[half:], strict=True)
    ]


def _verdict_of(start: Growth, change: Growth, lang: str) -> str:
    """Say what a layer's change says, and its start where that is another fault."""
    words = verdict(change, lang)
    if not start.departs:
        return words
    return f"{text('width.start', lang)}: {verdict(start, lang)}; {words}"


def interval(growth: Growth) -> str:
    """Write a slope and its interval."""
    if growth.slope != growth.slope:
        return "-"
    if growth.low != growth.low:
        return slope_word(growth.slope)
    return f"{slope_word(growth.slope)} ({slope_word(growth.low)}, {slope_word(growth.high)})"
