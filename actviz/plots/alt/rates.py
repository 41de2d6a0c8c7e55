"""Alt texts of the figures of learning rates, and of a check against a baseline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.plots.alt.training import written
from actviz.plots.figures.budget import difference, final_values, run_names, shown_of
from actviz.plots.reading.series import Names, choose
from actviz.plots.reading.telling import seeds, told
from actviz.results.dataset import recipe
from actviz.results.words import pairing_name
from actviz.text import label, run_name, text
from actviz.text.numbers import percent, short

if TYPE_CHECKING:
    import xarray


def budget(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of schedules at equal budget: the first's last value, and the others' difference to it."""
    chosen = choose(ds, "run", runs)
    names = run_names(ds, chosen, lang)
    what = shown_of(ds)[1][-1]
    values = final_values(ds, chosen, what)
    entries = []
    for at, (name, own) in enumerate(zip(names, values, strict=True)):
        seen = own[np.isfinite(own)]
        both = np.isfinite(own) & np.isfinite(values[0])
        if at and both.any():
            apart = difference(own, values[0], lang, share=what.endswith("accuracy"))
            entries.append(text("budget.alt_entry" if apart else "budget.alt_same", lang, name=name, difference=apart))
            continue
        value = written(what, float(seen.mean())) if len(seen) else text("story.undefined", lang)
        key = "budget.alt_value" if at else "budget.alt_first"
        entries.append(text(key, lang, name=name, what=text(f"story.{what}", lang), value=value))
    return told(text("budget.alt", lang, number=len(chosen), seeds=seeds(ds, lang)), entries, lang)


def descent(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell in which minimum each descent ends."""
    known, chosen = recipe(ds), choose(ds, "run", runs)
    entries = []
    for run in chosen:
        own = ds.sel(run=run)
        reached, first = float(own["reached_value"]), float(own["start_value"])
        key = "lost" if math.isnan(reached) else "leaves" if reached < first - 1e-3 else "stays"
        height = short(0.0 if abs(reached) < 1e-9 else reached) if key != "lost" else ""
        words = text(f"descent.alt_{key}", lang, name=run_name(run, lang, schedule=True), height=height)
        share = percent(float(own["escaped"].mean()))
        entries.append(text("descent.alt_noisy", lang, words=words, share=share) if known["noise"] else words)
    head = text("descent.alt", lang, number=len(chosen), name=known["landscape"], steps=known["steps"])
    return told(head, entries, lang)


def range_test(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell which rates a range test suggests."""
    from actviz.training.range_test import suggest

    known, found = recipe(ds), suggest(ds, lang)
    head = text("range_test.alt", lang, low=f"{known['low']:g}", high=f"{known['high']:g}", seeds=seeds(ds, lang))
    if math.isnan(found.rate):
        return told(head, [text("range_test.alt_never", lang)], lang)
    rates = {"rate": f"{found.rate:.2g}", "largest": f"{found.largest:.2g}"}
    return told(head, [text("range_test.alt_rates", lang, **rates)], lang)


def schedules(of: Any, lang: str = "en", *, steps: int = 200, **_: Any) -> str:
    """Tell where schedules start, how high they go and where they end."""
    from actviz.catalog.schedules import rates
    from actviz.plots.figures.rates import named_schedules

    entries = []
    for name, schedule in named_schedules(of).items():
        found = rates(schedule, steps)
        values = {"first": short(found[0]), "peak": short(found.max()), "end": short(found[-1])}
        entries.append(text("schedules.alt_entry", lang, name=label(name, lang, schedule=True), **values))
    return told(text("schedules.alt", lang, number=len(entries), last=steps - 1), entries, lang)


def drift(comparison: Any, lang: str = "en", *, pairing: tuple[str, str] | None = None, **_: Any) -> str:
    """Tell what of a pairing drifts from its baseline, the worst first."""
    from actviz.plots.figures.drift import worst_pairing

    chosen = pairing or worst_pairing(comparison)
    findings = [each for each in comparison.worst(len(comparison.findings)) if each.pairing == chosen]
    own = comparison.of(chosen)
    old = comparison.baseline.pairings[chosen].statistics
    new = comparison.now.pairings.get(comparison.compared.get(chosen, chosen))
    entries = []
    for each in findings:
        if each in comparison.drifts and new and each.statistic in old and each.statistic in new.statistics:
            at = int(np.flatnonzero(old[each.statistic].layers == each.layer)[0])
            before, now = (float(both[each.statistic].value[at]) for both in (old, new.statistics))
            what = text(f"statistic.{each.statistic}", lang)
            values = {"before": short(before), "now": short(now)}
            entries.append(text("drift.alt_entry", lang, statistic=what, layer=each.layer, **values))
    sides = {"expected": len(comparison.baseline.seeds), "measured": len(comparison.now.seeds)}
    counts = {"number": sum(each in comparison.drifts for each in own), "of": len(own)}
    written = {side: text("story.seeds" if n != 1 else "story.seeds_one", lang, number=n) for side, n in sides.items()}
    return told(text("drift.alt", lang, name=pairing_name(*chosen, lang), **counts, **written), entries, lang)
