"""Of what a figure is: in a few words for its caption, as recipes for its file, and measured again by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from actviz.plots.reading.series import all_pairings, choose
from actviz.plots.reading.swept import field_symbol
from actviz.plots.reading.telling import stack_words
from actviz.recipes.again import Again, measure
from actviz.results.dataset import recipe, selection, swept
from actviz.results.files import digest
from actviz.results.overlaying import laid, part_of
from actviz.scaling.words import model_word, optimizer_word
from actviz.text import label, run_name, shortened, source_label, text
from actviz.text.numbers import round_value

if TYPE_CHECKING:
    import xarray

NAMED = 3
"""Up to so many initializers, activations or runs are named; more are counted."""

Options = Mapping[str, Any]
Subject = Callable[[Any, Options, str], str]
"""From what a figure was drawn of, its options and a language to a few words."""


def few(names: Sequence[str], counted: str, lang: str) -> str:
    """Write a few names, those with commas in them parted by semicolons; or how many there are."""
    between = "; " if any(", " in name.partition("(")[0] + name.rpartition(")")[2] for name in names) else ", "
    return between.join(names) if len(names) <= NAMED else text(counted, lang, number=len(names))


def pairings_subject(of: Any, options: Options, lang: str, shown: Callable[..., Any] = all_pairings) -> str:
    """Name initializers, activations and stacks of a probe, or of the first of several; ``shown`` chooses pairings."""
    ds = of[0] if isinstance(of, list | tuple) else of
    pairings = shown(ds, **options)
    inits = list(dict.fromkeys(part_of(ds, init)[0] for init, _ in pairings))
    activations = list(dict.fromkeys(activation for _, activation in pairings))
    names = text(
        "story.pairs",
        lang,
        inits=few([label(name, lang) for name in inits], "story.inits", lang),
        activations=few([label(name, lang) for name in activations], "story.activations", lang),
    )
    alike = len({tuple(told["widths"]) for told in laid(ds)}) < 2
    return _laid(ds, text("story.stack", lang, names=names, stack=stack_words(ds, lang)) if alike else names, lang)


def chosen_runs(ds: xarray.Dataset, run: str | None = None, runs: Any = None, **_: Any) -> list[str]:
    """Return the runs of a figure."""
    return choose(ds, "run", run or runs)


def runs_subject(ds: xarray.Dataset, options: Options, lang: str, shown: Callable[..., Any] = chosen_runs) -> str:
    """Name the runs of a training, its data and its stacks; ``shown`` chooses runs."""
    names = dict.fromkeys(part_of(ds, name)[0] for name in shown(ds, **options))
    return _trained(ds, [run_name(name, lang) for name in names], lang)


def range_subject(ds: xarray.Dataset, options: Options, lang: str) -> str:
    """Name what a range test trains."""
    (run,) = recipe(ds)["runs"].values()
    pairing = text("story.pairs", lang, inits=label(run["init"], lang), activations=label(run["activation"], lang))
    return _trained(ds, [pairing], lang)


def descents_subject(ds: xarray.Dataset, options: Options, lang: str) -> str:
    """Count descents, and name their surface."""
    number = len(chosen_runs(ds, **options))
    return text("story.descents", lang, number=number, name=recipe(ds)["landscape"])


def sweep_subject(ds: xarray.Dataset, options: Options, lang: str) -> str:
    """Name the activation of a sweep, and what it is over."""
    known = recipe(ds)["settings"]
    each = [_range_of(ds, name, lang) for name, values in swept(ds).items() if len(values) > 1]
    if known.get("activation") is None:
        return ", ".join(each)
    return text("subject.sweep", lang, activation=label(str(known["activation"]), lang), over=", ".join(each))


def coordinates_subject(ds: xarray.Dataset, options: Options, lang: str) -> str:
    """Name what a coordinate check followed, and its widths."""
    how, widths = recipe(ds), ds["width"].values
    named = {"model": model_word(how, lang), "optimizer": optimizer_word(how, lang), "low": int(widths.min()),
             "high": int(widths.max())}  # fmt: skip
    if "parametrization" not in how:
        return text("subject.coordinates", lang, **named)
    parametrization = text(f"parametrization.{how['parametrization']}", lang)
    return text("subject.coordinates_mup", lang, parametrization=parametrization, **named)


def _range_of(ds: xarray.Dataset, name: str, lang: str) -> str:
    """Name a field and its values: their ends, or names."""
    values = swept(ds)[name]
    if isinstance(values[0], str):
        named = few([label(value, lang) for value in values], "story.runs", lang)
        return text("subject.values", lang, name=field_symbol(name, lang), values=named)
    ends = {"low": round_value(min(values)), "high": round_value(max(values))}
    return text("subject.over", lang, name=field_symbol(name, lang), **ends)


def _trained(ds: xarray.Dataset, names: Sequence[str], lang: str) -> str:
    data = shortened(source_label(str(recipe(ds)["data"]), lang), 40)
    runs = few(names, "story.runs", lang)
    return _laid(ds, text("story.trained", lang, runs=runs, data=data, stack=stack_words(ds, lang)), lang)


def _laid(ds: xarray.Dataset, words: str, lang: str) -> str:
    """Name the results that are laid over each other."""
    results = ", ".join(shortened(str(told["name"]), 24) for told in laid(ds))
    return text("overlay.subject", lang, subject=words, results=results) if results else words


SUBJECTS: dict[str, Subject] = {
    "probe": pairings_subject,
    "training": runs_subject,
    "descent": descents_subject,
    "range_test": range_subject,
    "sweep": sweep_subject,
    "coordinates": coordinates_subject,
}
"""What writes of what a figure is, by the kind of its result."""


def recipes_of(of: Any) -> dict[str, Any]:
    """Return, as JSON values, the recipe of each result that a figure was drawn of, and a digest of its numbers."""
    several = isinstance(of, list | tuple)
    return {"several": several, "data": [_recipe_of(ds) for ds in (of if several else [of])]}


def _recipe_of(ds: xarray.Dataset) -> dict[str, Any]:
    sizes = {str(dim): int(size) for dim, size in ds.sizes.items()}
    chosen = {} if laid(ds) else selection(ds)  # of results laid over each other, each says what was chosen
    return {"recipe": recipe(ds), "selection": chosen, "sizes": sizes, "sha256": digest(ds)}


def measured_again(record: Mapping[str, Any], how: Again) -> tuple[Any, bool]:
    """Return the results that ``recipes_of`` wrote down, and whether they are the same to the last bit."""
    measured = [measure(each, how) for each in record["data"]]
    results = [ds for ds, _ in measured]
    return results if record["several"] else results[0], all(same for _, same in measured)
