"""The report's tables: what was run, what is wrong with each pairing, and how runs ended."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from actviz.diagnosis.judging import Diagnosis, Finding, diagnose
from actviz.recipes.commands import command
from actviz.report.explorer import snapshots
from actviz.report.index import table
from actviz.results.dataset import is_training, recipe
from actviz.results.words import recipe_words, training_words
from actviz.text import pairing_label, run_name, text

if TYPE_CHECKING:
    import xarray

    from actviz.training.outcome import Outcome


def _heads(keys: Sequence[str], lang: str) -> str:
    return "".join(f'<th scope="col">{escape(text(f"report.{key}", lang))}' for key in keys)


def in_words(ds: xarray.Dataset, lang: str) -> str:
    """Return how a result came about, in one line."""
    known = recipe(ds)
    kind = str(known.get("kind", "probe"))
    if kind == "training":
        return training_words(ds, lang)
    if kind == "descent":
        values = {name: known[name] for name in ("landscape", "steps", "noise", "repeats")}
        return text("report.descent", lang, **values, start=tuple(known["start"]), seeds=len(known["seeds"]))
    if kind == "range_test":
        limits = {name: known[name] for name in ("low", "high", "updates")}
        (run,) = known["runs"].values()
        pairing = pairing_label(run["init"], run["activation"], lang)
        return f"{pairing} · {known['data']} · {text('report.range_test', lang, **limits, seeds=len(known['seeds']))}"
    return recipe_words(ds, lang)


def recipes(datasets: Mapping[str, xarray.Dataset], lang: str) -> str:
    """Write for every result how it came about: in words, as a command, and its whole recipe; several closed."""
    return "\n".join(_recipe(name, ds, lang, closed=len(datasets) > 1) for name, ds in datasets.items())


def _recipe(name: str, ds: xarray.Dataset, lang: str, *, closed: bool) -> str:
    known = recipe(ds)
    again, words = command(known), escape(in_words(ds, lang))
    line = command_block(again) if again else f"<p>{_word('no_command', lang)}</p>"
    whole = escape(json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True))
    whole = (
        f'<details class="whole"><summary>{_word("recipe", lang)}</summary><pre tabindex="0">{whole}</pre></details>'
    )
    if closed:
        summary = f"<summary><strong>{escape(name)}</strong>: {words}</summary>"
        return f'<details class="result">{summary}{line}{whole}</details>'
    return f'<section class="result"><p>{words}</p>\n{line}\n{whole}</section>'


def command_block(line: str) -> str:
    """Write a command that breaks before an option, not after its dash."""
    parts = (f"<span>{escape(part)}</span>" for part in re.split(r" (?=-|&& )", line))
    return f'<pre tabindex="0"><code>{" ".join(parts)}</code></pre>'


def _word(key: str, lang: str, **values: Any) -> str:
    return escape(text(f"report.{key}", lang, **values))


def verdicts(datasets: Mapping[str, xarray.Dataset], lang: str) -> str:
    """Write the verdict of every pairing of every result that has layers, a training's in its snapshots."""
    return "\n".join(
        _verdict_table(name, diagnoses, lang, closed=closed) for name, diagnoses, closed in _judged(datasets, lang)
    )


def _judged(datasets: Mapping[str, xarray.Dataset], lang: str) -> Iterator[tuple[str, tuple[Diagnosis, ...], bool]]:
    alone = len(datasets) == 1
    for name, ds in datasets.items():
        if is_training(ds):
            for step, parts in snapshots(ds).items():
                found = tuple(each for part in parts for each in diagnose(part))
                yield text("report.after", lang, name=name, step=step), found, not alone
        elif "hist" in ds:
            yield name, diagnose(ds), False


def _verdict_table(name: str, diagnoses: Sequence[Diagnosis], lang: str, *, closed: bool) -> str:
    head = _heads(("pairing", "verdict_head", "evidence", "remedy"), lang)
    rows = table(name, head, "\n".join(_verdict_row(each, lang) for each in diagnoses))
    if not closed:
        return rows
    healthy = sum(each.healthy for each in diagnoses)
    summary = f"{name}: {text('verdict.healthy', lang)} {healthy} / {len(diagnoses)}"
    return f"<details><summary>{escape(summary)}</summary>{rows}</details>"


def _verdict_row(found: Diagnosis, lang: str) -> str:
    pairing = pairing_label(found.init, found.activation, lang)
    evidence = [_evidence(each, lang) for each in found.findings]
    evidence += [text("report.noted", lang, message=note.message(lang)) for note in found.notes]
    remedies = dict.fromkeys(each.remedy(lang) for each in found.findings)
    cells = [evidence or [text("report.nothing", lang)], list(remedies)]
    sick = "healthy" if found.healthy else "sick"
    return (
        f'<tr><th scope="row">{escape(pairing)}<td class="{sick}">'
        f"{escape(text(f'verdict.{found.verdict.value}', lang))}<td>{_several(cells[0])}<td>{_several(cells[1])}"
    )


def _evidence(finding: Finding, lang: str) -> str:
    verdict = text(f"verdict.{finding.verdict.value}", lang)
    seeds = text("report.seeds", lang, seeds=finding.seeds, of=finding.of)
    return f"{verdict}: {finding.message(lang)} ({seeds})"


def _several(sentences: Sequence[str]) -> str:
    if len(sentences) < 2:
        return escape("".join(sentences))
    return "<ul>" + "".join(f"<li>{escape(each)}" for each in sentences) + "</ul>"


def outcome_tables(datasets: Mapping[str, xarray.Dataset], lang: str) -> str:
    """Write how the runs of every training ended."""
    from actviz.training import outcomes

    several = sum(map(is_training, datasets.values())) > 1
    written = [_outcomes(name, outcomes(ds), lang) for name, ds in datasets.items() if is_training(ds)]
    names = [name for name, ds in datasets.items() if is_training(ds)]
    if not several:
        return "".join(written)
    return "\n".join(
        f"<details><summary>{escape(name)}</summary>{rows}</details>" for name, rows in zip(names, written, strict=True)
    )


def _outcomes(name: str, found: Sequence[Outcome], lang: str) -> str:
    shown = [key for key in found[0].numbers if not all(math.isnan(each.numbers[key][0]) for each in found)]
    rows = "\n".join(
        f'<tr><th scope="row">{escape(run_name(each.run, lang))}<td>{escape(_ended(each, lang))}<td>{each.epochs:.3g}'
        + "".join(f"<td>{_spread(*each.numbers[key])}" for key in shown)
        for each in found
    )
    return table(name, _heads(("run", "ended", "epochs", *shown), lang), rows)


def _spread(mean: float, deviation: float) -> str:
    if math.isnan(mean):
        return "–"
    return f"{mean:.3g}" if math.isnan(deviation) else f"{mean:.3g} ± {deviation:.1g}"


def _ended(each: Outcome, lang: str) -> str:
    return ", ".join(
        text(f"report.{reason.split()[0]}", lang, seeds=number, of=each.seeds) for reason, _, number in each.ended
    )
