"""``actviz reproduce``, and what it shares with ``actviz article``: measuring, writing and printing an experiment."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import click

from actviz.cli.echo import echo_json, echo_table
from actviz.cli.options import Numbers, complete, json_option, lang_option, progress, style_options, workers_option
from actviz.text import in_language, text

if TYPE_CHECKING:
    from actviz.experiments import Experiment, Reproduction
    from actviz.report.figure_set import Written


def measured(name: str | Experiment, seeds: Any, workers: int | None, lang: str) -> Reproduction:
    """Run an experiment, showing how far it is."""
    from actviz.experiments import reproduce

    with progress("measuring", lang) as callback:
        return reproduce(name, seeds=seeds, workers=workers, progress=callback)


def written(done: Reproduction, output: str, formats: tuple[str, ...], theme: str, lang: str, size: str) -> Written:
    """Write an experiment's set, showing how far it is."""
    from actviz.report.figure_set import write

    with progress("drawing", lang) as callback:
        return write(done, output, formats=formats, theme=theme, lang=lang, size=size, progress=callback)


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
            "status": str(each.status),
            "expected_status": str(each.claim.expected),
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
            "figure": each.claim.figure,
            "precisely": each.claim.precisely[lang],
        }
        for each in done.decisions
    ]


def checks_json(done: Reproduction, lang: str) -> list[dict[str, Any]]:
    """Return every expectation beside what was measured, as JSON values."""
    return [
        {
            "what": each.expectation.what[lang],
            "verdict": each.verdict.strip("()"),
            "decides": each.expectation.decides,
            "measured": each.measured,
            "expected": each.expectation.expected,
            "low": each.low,
            "high": each.high,
            "seeds": each.seeds,
            "spread": each.expectation.spread,
            "logarithmic": each.expectation.log,
            "basis": str(each.expectation.basis),
            "source": in_language(each.expectation.source, lang),
        }
        for each in done.checks
    ]


def echo_claims(done: Reproduction, lang: str, *, evidence: bool = True) -> None:
    """Print each claim with its status on a line, and the evidence below."""
    from actviz.experiments.claims import STATUS

    for each in done.decisions:
        status, expected = STATUS[each.status][lang], STATUS[each.claim.expected][lang]
        words = {
            "verdict": each.verdict,
            "number": each.claim.number,
            "status": status,
            "unexpected": "" if each.passed else text("cli.unexpected", lang, status=expected),
        }
        click.echo(text("cli.claim", lang, **words, quote=each.claim.quote[lang]))
        for finding in each.findings if evidence else ():
            click.echo(f"        {finding.evidence(lang)}")


def _echo_checks(done: Reproduction, lang: str) -> None:
    from actviz.experiments.reproduction import check_rows

    heads = {"basis": "how it is known"}
    rows = [dataclasses.asdict(row) for row in check_rows(done.checks, lang)]
    echo_table([{heads.get(key, key): value for key, value in row.items()} for row in rows], lang)


def _echo_list(lang: str, *, as_json: bool) -> None:
    from actviz.experiments import EXPERIMENTS

    rows = [
        {
            "experiment": each.name,
            "figures": len(each.drawings),
            "numbers": len(each.expectations),
            "claims": len(each.claims),
            "title": each.title[lang],
            "source": in_language(each.source, lang),
        }
        for each in EXPERIMENTS.values()
    ]
    if as_json:
        return echo_json({"experiments": rows})
    echo_table([{key: value for key, value in row.items() if key != "source"} for row in rows], lang)


@click.command("reproduce")
@click.argument("name", required=False, shell_complete=complete("EXPERIMENTS"))
@click.option("--list", "listed", is_flag=True, help="List the experiments instead.")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False), help="Write figures, results and index.html to this folder."
)
@click.option("--seeds", type=Numbers(), help="How many seeds, or which: 3,5,7.  [default: the experiment's own]")
@style_options
@lang_option
@workers_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    name: str | None,
    listed: bool,
    output: str | None,
    seeds: Any,
    formats: tuple[str, ...],
    theme: str,
    lang: str,
    size: str,
    workers: int | None,
    as_json: bool,
) -> None:
    """Reproduce a published experiment: measure, and compare with what is known.

    Prints every number beside the one expected, every claim with what the data say of it, and PASS or FAIL; exits with
    1 if any fails. A number in brackets is only recalled from a paper and does not decide.

    \b
    Example: actviz reproduce cs231n/ten-layers -o ten-layers
    """  # noqa: D301
    from actviz.experiments import experiment

    if listed:
        return _echo_list(lang, as_json=as_json)
    if name is None:
        from actviz.experiments import EXPERIMENTS

        raise click.UsageError(f"name an experiment: {', '.join(EXPERIMENTS)}")
    chosen = experiment(name)
    done = measured(name, seeds, workers, lang)
    files = written(done, output, formats, theme, lang, size) if output else None
    if as_json:
        content = {
            "experiment": chosen.name,
            "title": chosen.title[lang],
            "source": in_language(chosen.source, lang),
            "passed": done.passed,
            "numbers": checks_json(done, lang),
            "claims": claims_json(done, lang),
        }
        echo_json({**content, **(files_json(files) if files else {})})
    else:
        click.echo(f"{chosen.title[lang]}\n{in_language(chosen.source, lang)}\n")
        _echo_checks(done, lang)
        echo_claims(done, lang)
        compared = len(done.checks) + len(done.decisions)
        verdict = "PASS" if done.passed else "FAIL"
        click.echo("\n" + text("cli.compared", lang, verdict=verdict, compared=compared, failed=done.failures))
        if files:
            key = "cli.drawn_one" if len(files.results) == 1 else "cli.drawn"
            numbers = {"figures": len(files.entries), "results": len(files.results)}
            click.echo(text(key, lang, **numbers, path=files.folder / files.index))
    if not done.passed:
        ctx.exit(1)
