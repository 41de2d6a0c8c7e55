"""What a report opens with: what was found in its results, in a sentence each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from actviz.diagnosis.judging import Diagnosis
from actviz.plots.reading.found_layers import healthy_titles, judged
from actviz.plots.reading.found_trainings import curves_titles, descent_titles, last_loss_words
from actviz.plots.reading.series import all_pairings, choose
from actviz.plots.reading.swept import extremes, headed, kept_label, numbers
from actviz.report.tables import in_words
from actviz.results.dataset import kind_of, swept
from actviz.scaling.slopes import judge
from actviz.scaling.words import found
from actviz.text import pairing_label, run_name, text
from actviz.text.numbers import short
from actviz.training.range_test import suggest

if TYPE_CHECKING:
    import xarray

NAMED = 6
"""So many pairings of a verdict are named."""

BETWEEN = " · "
"""What stands between the settings of a result in words."""


def sentences(datasets: Mapping[str, xarray.Dataset], lang: str) -> list[str]:
    """Return what was found in results, in a sentence each; of a single one the pairings of every verdict, too.

    Where they are several, a sentence ends in how its result was made otherwise than the first one of its kind.
    """
    alone = len(datasets) == 1
    first: dict[str, Sequence[str]] = {}  # the settings of the first result of its kind, which need no words
    found = []
    for ds in datasets.values():
        settings = in_words(ds, lang).split(BETWEEN)
        own = [each for each in settings if each not in first.setdefault(kind_of(ds), settings)]
        for title in _titles(ds, lang, in_full=alone):
            found += [text("report.found_of", lang, title=title, how=", ".join(own)) if own else title]
    return list(dict.fromkeys(found))


def _titles(ds: xarray.Dataset, lang: str, *, in_full: bool) -> Iterator[str]:
    kind = kind_of(ds)
    if kind == "probe" and "hist" in ds:
        diagnoses = judged(ds, all_pairings(ds))
        yield from healthy_titles(ds, diagnoses, lang)[:1]
        yield from _groups(diagnoses, lang) if in_full and len(diagnoses) > 1 else ()
    elif kind == "training":
        given = (ds, choose(ds, "run", None), lambda run: run_name(run, lang), lang)
        yield from curves_titles(*given)[:1] or [last_loss_words(*given)]
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
            yield text("report.rates", lang, rate=f"{told.rate:.2g}", largest=f"{told.largest:.2g}")


def _groups(diagnoses: Mapping[tuple[str, str], Diagnosis], lang: str) -> Iterator[str]:
    """Yield the pairings of every verdict, that of the most first."""
    groups: dict[str, list[str]] = {}
    for pairing, diagnosis in diagnoses.items():
        groups.setdefault(diagnosis.label(lang), []).append(pairing_label(*pairing, lang))
    for verdict, names in sorted(groups.items(), key=lambda group: -len(group[1])):
        shown = ", ".join([*names[:NAMED], *["…"] * (len(names) > NAMED)])
        yield text("report.group", lang, verdict=verdict, number=len(names), names=shown)
