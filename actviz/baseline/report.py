"""A comparison in words: the recipe's differences first, then where it drifts, then the five worst layers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from actviz.baseline.blind import unseen
from actviz.baseline.cells import Outcome
from actviz.baseline.changes import OF_MODEL, apart, recipe_changes, seeds_in_both
from actviz.baseline.comparison import FEWEST, Comparison, Finding, is_backward, said, tolerance_of
from actviz.baseline.measures import PARAMETERS, STREAM
from actviz.baseline.power import change_words, smallest_between, smallest_change
from actviz.baseline.record import Baseline, Pairing
from actviz.catalog.checks import of_type
from actviz.text import text
from actviz.text.escaping import escaped
from actviz.text.numbers import written_runs
from actviz.text.tables import number, table_lines

WORST = 5
"""Layers that a report shows."""

NEEDS_AT_MOST = 100_000
"""Seeds that are worth recommending."""


def report(comparison: Comparison, lang: str = "en") -> str:
    """Explain what a check says, in lines of text."""
    of_type("what is told", comparison, Comparison, "a comparison, as actviz.compare gives it")
    lines = [headline(comparison, lang), *differences(comparison, lang), *_notes(comparison, lang)]
    lines += [*comparison.notes, *comparison.problems]
    lines += [_pairing(comparison, pairing, lang) for pairing in comparison.compared]
    drifts = comparison.outcome is Outcome.DRIFT  # then what does not drift is none of it
    worst = [each for each in comparison.worst(WORST) if each.outcome is Outcome.DRIFT or not drifts]
    if any(each.sigma for each in worst):
        lines += [said("columns", lang, comparison.sides)] if comparison.sides else []
        lines += [text("check.worst" if len(worst) > 1 else "check.worst_one", lang)]
        lines += table_lines([_row(comparison, finding, lang) for finding in worst], lang)
    return "\n".join(map(escaped, lines))  # names come from files


def headline(comparison: Comparison, lang: str = "en") -> str:
    """Return the verdict in one line."""
    values = {
        "total": len(comparison.findings),
        "margin": percent(comparison.margin),
        "tolerance": number(tolerance_of(comparison.baseline.recipe)),
    }
    drifts = len(comparison.drifts)
    if comparison.problems and not drifts:
        return said("problem", lang, comparison.sides)
    if not comparison.findings:
        return said("same", lang, comparison.sides)
    if comparison.mode == "exact":
        return said("exact_drift" if drifts else "exact", lang, comparison.sides, number=drifts, **values)
    if comparison.outcome is Outcome.INCONCLUSIVE and comparison.few:
        return said("few", lang, comparison.sides, number=few_words(comparison.few, lang), least=FEWEST)
    if comparison.outcome is Outcome.INCONCLUSIVE:
        unsure = [each for each in comparison.findings if each.outcome is Outcome.INCONCLUSIVE]
        return text(
            "check.inconclusive", lang, number=len(unsure), seeds=_seeds_needed(unsure, comparison, lang), **values
        )
    key = str(comparison.outcome)
    key += "_any" if drifts and not comparison.margin else ""
    key += "_all" if not drifts and comparison.within_margin == len(comparison.findings) else ""
    words = text(f"check.{key}", lang, number=drifts, within=comparison.within_margin, **values)
    return f"{words} ({text('check.alpha', lang, share=percent(comparison.alpha))})"


def _seeds_needed(unsure: Sequence[Finding], comparison: Comparison, lang: str) -> str:
    least = min(len(comparison.baseline.seeds), len(comparison.now.seeds))
    needs = max((each.needs for each in unsure if each.needs <= NEEDS_AT_MOST), default=0.0)
    return said("more_seeds", lang, comparison.sides, number=max(math.ceil(needs), least + least // 2))


def few_words(seeds: int, lang: str = "en") -> str:
    """Say how few seeds there are."""
    return text("check.few_seeds" if seeds > 1 else "check.few_seed", lang, number=seeds)


def percent(share: float) -> str:
    """Write a share in per cent, with all the digits it has."""
    return f"{100 * share:g} %"


def differences(comparison: Comparison, lang: str = "en") -> list[str]:
    """Return what differs between the recipes, the seeds apart, a line each; or that nothing does."""
    old, new = comparison.baseline, comparison.now
    lines = [
        said("recipe", lang, comparison.sides, what=key, expected=expected, measured=measured)
        for key, expected, measured in recipe_changes(old.recipe, new.recipe)
        if key not in (*OF_MODEL, *(("model", "names") if comparison.sides else ()))  # told as what does not fit
    ]
    if old.layer_names != new.layer_names:
        expected, measured = apart(old.layer_names, new.layer_names)
        lines.append(
            said(
                "recipe",
                lang,
                comparison.sides,
                what=text("check.layer_names", lang),
                expected=expected,
                measured=measured,
            )
        )
    in_baseline = set(comparison.compared.values())
    lines += [
        text("check.new", lang, init=init, activation=activation)
        for init, activation in new.pairings
        if (init, activation) not in in_baseline
    ]
    return lines or [said("recipe_same", lang, comparison.sides)]


def _notes(comparison: Comparison, lang: str) -> Iterator[str]:
    old, new = comparison.baseline, comparison.now
    yield said(
        "seeds", lang, comparison.sides, expected=seeds_words(old.seeds, lang), measured=seeds_words(new.seeds, lang)
    )
    both = seeds_in_both(old.recipe, new.recipe)
    if both and comparison.mode == "statistical":
        yield text("check.overlap" if both > 1 else "check.overlap_one", lang, number=both)
    if not math.isnan(smallest := smallest_change(comparison)):
        low, high = map(change_words, smallest_between(comparison))
        of_range = f"check.power{'_between' * (low != high)}"
        yield text(of_range, lang, change=change_words(smallest), low=low, high=high)
    for name in dict.fromkeys([*old.versions, *new.versions]):
        if old.versions.get(name) != new.versions.get(name) and (name != "blas" or name in old.versions):
            values = {"expected": old.versions.get(name), "measured": new.versions.get(name)}
            yield text("check.versions", lang, name=name, **values)
    shapes = [shape for both in comparison.compared.items()
              for each in (old.pairings[both[0]], new.pairings[both[1]]) for shape in each.shapes]  # fmt: skip
    yield from unseen(comparison, lang)
    if min(len(old.seeds), len(new.seeds)) > 1 and not all(s.known for s in shapes if s.seeds > 1):
        yield text("check.no_histograms", lang)


def seeds_words(seeds: Sequence[int], lang: str = "en") -> str:
    """Write seeds, runs of them from first to last.

    >>> seeds_words([0, 1, 2, 3, 7, 9])
    '0 to 3, 7, 9'
    """
    words = written_runs(seeds, lambda first, last: text("recipe.seeds_run", lang, first=first, last=last))
    return ", ".join(words if len(words) <= 4 else [*words[:2], "…", words[-1]])


def _pairing(comparison: Comparison, pairing: Pairing, lang: str) -> str:
    names = dict(zip(("init", "activation"), pairing, strict=True))
    findings, start = comparison.of(pairing), comparison.starts(pairing)
    layer = comparison.baseline.layer(start) if start else ""
    drifts = [each for each in findings if each.outcome is Outcome.DRIFT]
    if drifts:
        back = all(is_backward(each.statistic) for each in drifts)
        words = text("check.pairing_back" if back else "check.pairing_drift", lang, layer=layer, **names)
        words += _on_stream(comparison, drifts, lang)
    else:
        outcomes = {each.outcome for each in findings}
        worst = next((each for each in Outcome if each in outcomes), Outcome.EQUIVALENT)
        words = text("check.pairing", lang, outcome=text(f"check.outcome.{worst}", lang), **names)
    other = comparison.compared[pairing]
    return words + (text("check.renamed", lang, init=other[0], activation=other[1]) if other != pairing else "")


def _on_stream(comparison: Comparison, drifts: Sequence[Finding], lang: str) -> str:
    """Say what drifts first on the stream of residual blocks, a cause before what it does; empty if nothing does."""
    own = [each for each in drifts if each.statistic in STREAM and not each.pattern]
    if not own:
        return ""
    first = min(own, key=lambda each: (STREAM.index(each.statistic), each.layer))
    return text(
        "check.stream", lang, statistic=first.statistic, layer=comparison.baseline.layer(first.layer),
        expected=number(first.expected), measured=number(first.measured),
    )  # fmt: skip


def statistic_words(finding: Finding, lang: str = "en") -> str:
    """Name what was compared."""
    if finding.statistic == "histogram":
        return text("check.edge", lang, edge=number(finding.edge))
    if finding.pattern:
        return text(f"check.pattern.{finding.pattern}", lang, statistic=finding.statistic)
    return finding.statistic


def sigma_words(comparison: Comparison, finding: Finding, lang: str = "en") -> str:
    """Say how large a difference is: in standard errors, or of an exact check in tolerances."""
    key = "check.tolerances" if comparison.mode == "exact" else "check.sigma"
    return text(key, lang, sigma=_sigma(finding.sigma, signed=comparison.mode != "exact"))


def _sigma(sigma: float, *, signed: bool = True) -> str:
    if math.isnan(sigma):
        return "-"
    if math.isinf(sigma):
        return "∞"
    digits = ".1f" if abs(sigma) < 1000 else ".0e"
    return f"{sigma:{'+' * signed}{digits}}"


def finding_words(comparison: Comparison, finding: Finding, lang: str = "en") -> str:
    """Say one finding in a line."""
    init, activation = finding.pairing
    return text(
        "check.finding", lang, init=init, activation=activation,
        layer=comparison.baseline.place(finding.statistic, finding.layer),
        statistic=statistic_words(finding, lang), expected=number(finding.expected),
        measured=number(finding.measured), sigma=sigma_words(comparison, finding, lang),
    )  # fmt: skip


def _row(comparison: Comparison, finding: Finding, lang: str) -> dict[str, Any]:
    exact = comparison.mode == "exact"
    row = {
        "pairing": " + ".join(finding.pairing),
        "layer": comparison.baseline.place(finding.statistic, finding.layer)
        if comparison.baseline.layer_names
        else finding.layer,
        "statistic": statistic_words(finding, lang),
        "expected": finding.expected,
        "measured": finding.measured,
        "tolerances" if exact else "sigma": _sigma(finding.sigma, signed=not exact),
    }
    return row | ({} if exact else {"p": finding.p}) | {"verdict": text(f"check.outcome.{finding.outcome}", lang)}


def record(comparison: Comparison) -> dict[str, Any]:
    """Return the whole comparison as JSON values."""
    of_type("what is told", comparison, Comparison, "a comparison, as actviz.compare gives it")
    old, new = comparison.baseline, comparison.now
    return {
        "verdict": str(comparison.outcome),
        **({"builders": list(comparison.sides)} if comparison.sides else {}),
        "mode": comparison.mode,
        "alpha": comparison.alpha,
        "margin": comparison.margin,
        "smallest_change": None if math.isnan(smallest := smallest_change(comparison)) else smallest,
        "smallest_change_between": [None if math.isnan(each) else each for each in smallest_between(comparison)],
        "seeds": {"baseline": list(old.seeds), "now": list(new.seeds)},
        "versions": {"baseline": dict(old.versions), "now": dict(new.versions)},
        "recipe": [
            {"key": key, "baseline": expected, "now": measured}
            for key, expected, measured in recipe_changes(old.recipe, new.recipe)
        ],
        "problems": list(comparison.problems),
        **({"notes": list(comparison.notes)} if comparison.notes else {}),
        "unseen": list(unseen(comparison)),
        "worst": [_finding(each, old) for each in comparison.worst(WORST)],
        "comparisons": [_finding(each, old) for each in comparison.findings],
    }


def _finding(each: Finding, baseline: Baseline) -> dict[str, Any]:
    init, activation = each.pairing
    content = {"init": init, "activation": activation, "layer": each.layer, "statistic": each.statistic}
    content |= {"pattern": each.pattern} if each.pattern else {}
    content |= {"edge": each.edge} if each.statistic == "histogram" else {}
    content |= {"parameter": baseline.place(each.statistic, each.layer)} if each.statistic in PARAMETERS else {}
    values = ("expected", "measured", "sigma", "p", "adjusted")
    return {**content, **{name: getattr(each, name) for name in values}, "verdict": str(each.outcome)}


def baseline_words(baseline: Baseline, lang: str = "en") -> str:
    """Say in a line what a baseline holds."""
    of_type("what is told", baseline, Baseline, "a Baseline")
    pairings = len(baseline.pairings)
    layers = max((len(record.shapes) for record in baseline.pairings.values()), default=0)
    counts = {"pairings": ("pairing", pairings), "layers": ("layer", layers)}
    written = {
        key: text(f"cli.{one}" + "s" * (number != 1), lang, number=number) for key, (one, number) in counts.items()
    }
    return text("cli.baseline", lang, **written, seeds=seeds_words(baseline.seeds, lang))
