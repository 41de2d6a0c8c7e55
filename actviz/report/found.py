"""What a report opens with: what was found in its results, in a sentence each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from actviz.diagnosis.judging import Diagnosis
from actviz.plots.figures.budget import budget_lacks, run_names
from actviz.plots.reading.found_layers import healthy_titles, judged
from actviz.plots.reading.found_trainings import curves_titles, descent_titles, unsure_titles
from actviz.plots.reading.series import all_pairings, choose
from actviz.plots.reading.swept import extremes, headed, kept_label, numbers
from actviz.report.tables import in_words
from actviz.results.dataset import kind_of, swept
from actviz.scaling.slopes import judge
from actviz.scaling.words import found
from actviz.text import pairing_label, run_name, text
from actviz.text.numbers import in_print, short
from actviz.training.range_test import suggest

if TYPE_CHECKING:
    import xarray

NAMED = 6
"""So many pairings of a verdict are named."""

BETWEEN = " · "
"""What stands between the settings of a result in words."""


def sentences(datasets: Mapping[str, xarray.Dataset], lang: str) -> list[str]:
    """Return what was found in results, in a sentence each; of a single one the pairings of every verdict, too.

    Where they are several of a kind, a sentence ends in the fewest settings that tell its result from the others: what
    was run stands in full at the end of the page.
    """
    alone = len(datasets) == 1
    settings = {name: in_words(ds, lang).split(BETWEEN) for name, ds in datasets.items()}
    found = []
    for name, ds in datasets.items():
        others = [settings[other] for other in datasets if other != name and kind_of(datasets[other]) == kind_of(ds)]
        own = ", ".join(telling(settings[name], others))
        for title in _titles(ds, lang, in_full=alone):
            found += [text("report.found_of", lang, title=title, how=own) if own else title]
    return list(dict.fromkeys(found))


def telling(settings: Sequence[str], others: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return the fewest settings, up to two, of a result that no other has together; else that of the fewest others."""
    for number in (0, 1, 2):
        for some in itertools.combinations(settings, number):
            if not any(set(some) <= set(other) for other in others):
                return some
    return [min(settings, key=lambda each: sum(each in other for other in others))]


def _titles(ds: xarray.Dataset, lang: str, *, in_full: bool) -> Iterator[str]:
    kind = kind_of(ds)
    if kind == "probe" and "hist" in ds:
        diagnoses = judged(ds, all_pairings(ds))
        yield from healthy_titles(ds, diagnoses, lang)[:1]
        yield from _groups(diagnoses, lang) if in_full and len(diagnoses) > 1 else ()
    elif kind == "training":
        runs = choose(ds, "run", None)
        rated = not budget_lacks(ds)  # runs of different rates are named by their schedules
        names = run_names(ds, runs, lang) if rated else [run_name(run, lang) for run in runs]
        given = (ds, runs, dict(zip(runs, names, strict=True)).__getitem__, lang)
        yield from (curves_titles(*given) or unsure_titles(*given))[:1]
    elif kind == "descent":
        yield from descent_titles(ds, choose(ds, "run", None), lang)[:1]
    elif kind == "sweep":
        for name in numbers(ds)[:NAMED]:
            if ends := extremes(ds, name, list(swept(ds)), lang):
                value, at = ends["most"]
                what = headed(kept_label(name, lang))
                yield text("report.swept", lang, what=what, value=short(value), where=at)
    elif kind == "coordinates":
        yield from found(judge(ds), lang)[:1]
    elif kind == "range_test":
        told = suggest(ds)
        if not (math.isnan(told.rate) or math.isnan(told.largest)):
            yield text("report.rates", lang, rate=in_print(told.rate, 2), largest=in_print(told.largest, 2))


def _groups(diagnoses: Mapping[tuple[str, str], Diagnosis], lang: str) -> Iterator[str]:
    """Yield the pairings of every verdict, that of the most first."""
    groups: dict[str, list[str]] = {}
    for pairing, diagnosis in diagnoses.items():
        groups.setdefault(diagnosis.label(lang), []).append(pairing_label(*pairing, lang))
    for verdict, names in sorted(groups.items(), key=lambda group: -len(group[1])):
        shown = ", ".join([*names[:NAMED], *["…"] * (len(names) > NAMED)])
        yield text("report.group", lang, verdict=verdict, number=len(names), names=shown)
