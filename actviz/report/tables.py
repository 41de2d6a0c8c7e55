"""The report's tables: what was run, what is wrong with each pairing, and how runs ended."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.diagnosis.judging import Diagnosis, diagnose
from actviz.plots.reading.found_layers import verdict_word
from actviz.plots.reading.marks import page_mark
from actviz.recipes.commands import command
from actviz.report.explorer import snapshots
from actviz.results.dataset import is_training, recipe
from actviz.results.words import recipe_words, sweep_words, training_words
from actviz.scaling.words import how_words
from actviz.text import pairing_label, run_name, text
from actviz.text.numbers import in_print

if TYPE_CHECKING:
    import xarray

    from actviz.training.outcome import Outcome


OPEN = 4
"""Up to so many pairings of a single result, its table of verdicts is open."""


@dataclass(frozen=True)
class Table:
    """A table of the page; where there is a ``summary``, it is closed and opens under that."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Any]
    summary: str = ""


def _heads(keys: Sequence[str], lang: str) -> list[str]:
    return [text(f"report.{key}", lang) for key in keys]


def in_words(ds: xarray.Dataset, lang: str) -> str:
    """Return how a result came about, in one line."""
    settings = recipe(ds)
    kind = str(settings.get("kind", "probe"))
    if kind == "training":
        return training_words(ds, lang)
    if kind == "descent":
        values = {name: settings[name] for name in ("landscape", "steps", "noise", "repeats")}
        return text("report.descent", lang, **values, start=tuple(settings["start"]), seeds=len(settings["seeds"]))
    if kind == "range_test":
        limits = {name: settings[name] for name in ("low", "high", "updates")}
        (run,) = settings["runs"].values()
        pairing = pairing_label(run["init"], run["activation"], lang)
        words = text("report.range_test", lang, **limits, seeds=len(settings["seeds"]))
        return f"{pairing} · {settings['data']} · {words}"
    if kind == "coordinates":
        return how_words(ds, lang)
    return sweep_words(ds, lang) if kind == "sweep" else recipe_words(ds, lang)


def recipes(datasets: Mapping[str, xarray.Dataset], lang: str) -> list[dict[str, Any]]:
    """Return for every result how it came about: in words, as a command if there is one, and its whole recipe."""
    return [
        {
            "name": name,
            "words": in_words(ds, lang),
            "command": options(command(recipe(ds))),
            "recipe": json.dumps(recipe(ds), indent=1, ensure_ascii=False, sort_keys=True),
        }
        for name, ds in datasets.items()
    ]


def options(line: str) -> list[str]:
    """Split a command before its options, where it may break."""
    return re.split(r" (?=-|&& )", line) if line else []


def verdicts(datasets: Mapping[str, xarray.Dataset], lang: str) -> list[Table]:
    """Return the verdict of every pairing of every result that has layers, a training's in its snapshots."""
    heads = _heads(("pairing", "verdict_head", "evidence", "remedy"), lang)
    tables = []
    for name, diagnoses in _judged(datasets, lang):
        closed = len(datasets) > 1 or len(diagnoses) > OPEN
        summary = _tally(name, diagnoses, lang) if closed else ""
        tables.append(Table(name, heads, [_verdict_row(each, lang) for each in diagnoses], summary))
    return tables


def _tally(name: str, diagnoses: Sequence[Diagnosis], lang: str) -> str:
    """Say how many pairings are healthy, and how many at this depth alone."""
    soon = sum(bool(each.so_far) for each in diagnoses)
    values = {"name": name, "number": len(diagnoses), "healthy": sum(each.healthy for each in diagnoses) - soon}
    return text("report.tally_so_far" if soon else "report.tally", lang, soon=soon, **values)


def _judged(datasets: Mapping[str, xarray.Dataset], lang: str) -> Iterator[tuple[str, tuple[Diagnosis, ...]]]:
    """Yield every result that has layers by name, with its diagnoses."""
    for name, ds in datasets.items():
        if is_training(ds):
            for step, parts in snapshots(ds).items():
                judged = tuple(each for part in parts for each in diagnose(part))
                yield text("report.after", lang, name=name, step=step), judged
        elif "hist" in ds:
            yield name, diagnose(ds)


def _verdict_row(diagnosis: Diagnosis, lang: str) -> dict[str, Any]:
    evidence = [
        f"{finding.sentence(lang)} ({text('report.seeds', lang, seeds=finding.seeds, of=finding.of)})"
        for finding in diagnosis.findings
    ]
    beside = (*diagnosis.unjudged, *diagnosis.notes)
    evidence += [text("report.noted", lang, message=note.message(lang)) for note in beside]
    return {
        "pairing": pairing_label(diagnosis.init, diagnosis.activation, lang),
        "mark": page_mark(diagnosis),
        "verdict": verdict_word(diagnosis, lang),
        "evidence": evidence or [text("report.nothing", lang)],
        "remedies": list(dict.fromkeys(finding.remedy(lang) for finding in diagnosis.findings)),
    }


def outcome_tables(datasets: Mapping[str, xarray.Dataset], lang: str) -> list[Table]:
    """Return how the runs of every training ended."""
    from actviz.training import outcomes

    trainings = {name: outcomes(ds) for name, ds in datasets.items() if is_training(ds)}
    return [_outcomes(name, ended, lang, closed=len(trainings) > 1) for name, ended in trainings.items()]


def _outcomes(name: str, ended: Sequence[Outcome], lang: str, *, closed: bool) -> Table:
    shown = [key for key in ended[0].numbers if not all(math.isnan(each.numbers[key][0]) for each in ended)]
    untimed = math.isnan(ended[0].epochs)
    rows = [
        (
            run_name(each.run, lang),
            _reasons(each, lang),
            *([] if untimed else [in_print(each.epochs, 3)]),
            *(_spread(*each.numbers[key]) for key in shown),
        )
        for each in ended
    ]
    heads = ("run", "ended", *([] if untimed else ["epochs"]), *shown)
    return Table(name, _heads(heads, lang), rows, name if closed else "")


def _spread(mean: float, deviation: float) -> str:
    if math.isnan(mean):
        return "–"
    return in_print(mean, 3) if math.isnan(deviation) else f"{in_print(mean, 3)} ± {in_print(deviation, 1)}"


def _reasons(each: Outcome, lang: str) -> str:
    return ", ".join(
        text(f"report.{reason.split()[0]}", lang, seeds=number, of=each.seeds) for reason, _, number in each.ended
    )
