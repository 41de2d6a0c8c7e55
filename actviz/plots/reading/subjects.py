"""Of what a figure is, for its caption: names, data, depth and width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actviz.plots.alt.layers import shown
from actviz.plots.reading.series import choose, of_activation
from actviz.plots.reading.telling import stack_words
from actviz.results.dataset import recipe
from actviz.results.overlaying import laid, part_of
from actviz.results.words import pairing_name
from actviz.text import label, run_name, shortened, text

NAMED = 3
"""Up to so many initializers, activations or runs are named; more are counted."""


def subject(figure: str, of: Any, options: Mapping[str, Any], lang: str) -> str:
    """Return what a figure is of, in a few words."""
    if figure == "schedules":
        from actviz.plots.figures.rates import named_schedules

        return _few([label(name, lang, schedule=True) for name in named_schedules(of)], "story.schedules", lang)
    if figure == "drift":
        from actviz.plots.figures.drift import worst_pairing

        init, activation = options.get("pairing") or worst_pairing(of)
        return pairing_name(init, activation, lang)
    ds = of[0] if isinstance(of, list | tuple) else of
    kind = recipe(ds).get("kind")
    if kind == "descent":
        number = len(choose(ds, "run", options.get("runs")))
        return text("story.descents", lang, number=number, name=recipe(ds)["landscape"])
    if kind in ("training", "range_test"):
        return _trained(figure, ds, options, lang)
    pairings = shown(figure, ds, dict(options))
    inits = list(dict.fromkeys(part_of(ds, init)[0] for init, _ in pairings))
    activations = list(dict.fromkeys(activation for _, activation in pairings))
    names = text(
        "story.pairs",
        lang,
        inits=_few([label(name, lang) for name in inits], "story.inits", lang),
        activations=_few([label(name, lang) for name in activations], "story.activations", lang),
    )
    alike = len({tuple(told["widths"]) for told in laid(ds)}) < 2
    return _laid(ds, text("story.stack", lang, names=names, stack=stack_words(ds, lang)) if alike else names, lang)


def _laid(ds: Any, words: str, lang: str) -> str:
    """Name the results that are laid over each other."""
    results = ", ".join(shortened(str(told["name"]), 24) for told in laid(ds))
    return text("overlay.subject", lang, subject=words, results=results) if results else words


def _trained(figure: str, ds: Any, options: Mapping[str, Any], lang: str) -> str:
    """Return the runs of a training, its data and its stacks."""
    known = recipe(ds)
    if known["kind"] == "range_test":
        (run,) = known["runs"].values()
        names = [text("story.pairs", lang, inits=label(run["init"], lang), activations=label(run["activation"], lang))]
    elif figure == "race":
        names = of_activation(ds, options.get("runs"), options.get("activations"))
    else:
        names = choose(ds, "run", options.get("run") or options.get("runs"))
    names = list(dict.fromkeys(part_of(ds, name)[0] for name in names))
    runs = _few([run_name(name, lang) if known["kind"] == "training" else name for name in names], "story.runs", lang)
    data = shortened(str(known["data"]), 40)
    return _laid(ds, text("story.trained", lang, runs=runs, data=data, stack=stack_words(ds, lang)), lang)


def _few(names: Sequence[str], counted: str, lang: str) -> str:
    """Write a few names, or how many there are."""
    return ", ".join(names) if len(names) <= NAMED else text(counted, lang, number=len(names))
