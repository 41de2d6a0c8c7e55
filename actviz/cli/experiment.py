"""What the commands that run an experiment share: measuring, writing and printing it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.cli.echo import echo_table
from actviz.cli.printing import say, say_between
from actviz.cli.running import partial_of, resumable
from actviz.results.checkpoint import discard
from actviz.text import in_language, text

if TYPE_CHECKING:
    from actviz.experiments import Experiment, Reproduction
    from actviz.report.figure_set import Written
    from actviz.report.index import Entry


def measured(
    name: str | Experiment,
    seeds: Any,
    workers: int | None,
    lang: str,
    output: str | None = None,
    **how: Any,
) -> Reproduction:
    """Run an experiment, showing how far it is; one that is to be written to a folder goes on where it stopped."""
    from actviz.experiments import experiment, reproduce

    chosen = experiment(name)
    with resumable("measuring", lang, output) as shown:
        told = numbered(shown["progress"], how.pop("each", None), len(chosen.results))
        return reproduce(chosen, seeds=seeds, workers=workers, **{**how, **shown, **told})


def numbered(progress: Callable[..., None] | None, each: Callable[..., None] | None, number: int) -> dict[str, Any]:
    """Give ``progress`` and ``each`` of a call that measures so many results, by which its bar says which it is at.

    Every result has a pace of its own, and so a bar.
    """
    if progress is None:
        return {"progress": None, "each": each}
    done = 0

    def landed(name: str, dataset: Any) -> None:
        nonlocal done
        done += 1
        if each:
            each(name, dataset)

    return {"progress": lambda at, of: progress(at, of, f"{done + 1} / {number}"), "each": landed}


def made(
    chosen: Experiment,
    output: str,
    style: dict[str, Any],
    *,
    formats: tuple[str, ...],
    seeds: Any,
    workers: int | None,
    cluster: Any,
    results: str | None = None,
    partial: bool = False,
    tell: bool = False,
) -> tuple[Reproduction, Written]:
    """Measure an experiment and write its set, showing how far it is; or write what is in the folder ``results``.

    With ``partial`` what is done is kept, so that the same goes on where it stopped; with ``tell`` every figure is
    printed when its files are there.
    """
    from actviz.experiments import reuse
    from actviz.report.figure_set import FigureSet, write

    def landed(entry: Entry, _: int) -> None:
        say_between(f"{Path(output) / entry.files[0]}: {entry.headline}")

    how = {"formats": formats, "workers": workers, "landed": landed if tell else None, **style}
    if results is not None:
        done = reuse(results, chosen)
        return done, write(done, output, of=Path(results), **how)
    with FigureSet(chosen, output, **how) as files:
        files.prepare()
        kept = {"output": output} if partial else {}
        done = measured(chosen, seeds, workers, style["lang"], cluster=cluster, each=files.add, **kept)
        whole = files.finish(done)
    discard(partial_of(output))
    return done, whole


def files_json(files: Written) -> dict[str, Any]:
    """Return what was written, as JSON values."""
    figures = [{"figure": e.stem, "files": list(e.files), "caption": e.caption} for e in files.entries]
    return {
        "folder": str(files.folder),
        "index": files.index,
        "results": list(files.results),
        "figures": figures,
    }


def claims_json(done: Reproduction, lang: str) -> list[dict[str, Any]]:
    """Return every claim, as JSON values."""
    return [
        {
            "claim": each.claim.number,
            "quote": each.claim.quote[lang],
            "status": each.status(lang),
            "holds": each.holds,
            "cases": len(each.claim.deciding),
            "expected_holds": each.claim.expected,
            "verdict": each.verdict,
            "evidence": [
                {
                    "what": finding.case.what[lang],
                    "value": finding.value,
                    "least": finding.case.least,
                    "most": finding.case.most,
                    "decides": finding.case.decides,
                    "holds": finding.holds if finding.case.decides else None,
                    "expected": finding.case.expected if finding.case.decides else None,
                }
                for finding in each.findings
            ],
            "figure": each.claim.figure or None,
            "precisely": each.claim.precisely[lang],
            "code": each.claim.code[lang] if each.claim.code else None,
        }
        for each in done.decisions
    ]


def checks_json(done: Reproduction, lang: str) -> list[dict[str, Any]]:
    """Return every expectation beside what was measured, as JSON values."""
    return [
        {
            "what": each.expectation.what[lang],
            "verdict": each.verdict.strip("()"),
            "decides": each.decides,
            "measured": each.measured,
            "expected": each.expectation.expected,
            "low": each.low,
            "high": each.high,
            "seeds": each.seeds,
            "spread": each.expectation.spread,
            "logarithmic": each.expectation.log,
            "origin": str(each.expectation.origin),
            "basis": str(each.expectation.basis),
            "source": in_language(each.expectation.source, lang),
        }
        for each in done.checks
    ]


def echo_claims(done: Reproduction, lang: str, *, evidence: bool = True) -> None:
    """Print each claim on a line and its status below, and with it the evidence, and the code where there is some."""
    from actviz.experiments.reproduction import left_words

    for each in done.decisions:
        say(text("cli.claim", lang, number=each.claim.number, quote=each.claim.quote[lang]))
        say(f"      {each.status(lang)}")
        for finding in each.findings if evidence else ():
            say(f"        {finding.evidence(lang)}")
        for line in each.claim.code[lang].splitlines() if evidence and each.claim.code else ():
            say(f"        | {line}")
    if left := left_words(done.experiment, lang):
        say(left)


def echo_checks(done: Reproduction, lang: str) -> None:
    """Print every number beside the one expected."""
    from actviz.experiments.reproduction import check_rows

    heads = {"origin": "whose number", "basis": "how it is known"}
    rows = [dataclasses.asdict(row) for row in check_rows(done.checks, lang)]
    echo_table([{heads.get(key, key): value for key, value in row.items()} for row in rows], lang)
