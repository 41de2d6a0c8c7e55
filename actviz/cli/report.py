"""``actviz report``."""

from __future__ import annotations

import contextlib
import os
import shlex
from pathlib import Path
from typing import Any

import click

from actviz.catalog.checks import choose_from
from actviz.cli.echo import echo_json
from actviz.cli.experiment import measured
from actviz.cli.options import (
    FILE,
    complete,
    json_option,
    lang_option,
    overwrite_option,
    page_theme_option,
    seeds_option,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.running import file_of
from actviz.results.standing import is_signed, key_of
from actviz.text import text


def _chosen(target: str, quick: bool) -> Any:
    """Return the experiment of this name."""
    from actviz.errors import ActvizError
    from actviz.experiments import EXPERIMENTS, without_trainings

    if target not in EXPERIMENTS:
        raise ActvizError(f"{target!r} is neither a result (.nc) nor an experiment; {choose_from(target, EXPERIMENTS)}")
    return without_trainings(EXPERIMENTS[target]) if quick else EXPERIMENTS[target]


def _again(target: str, seeds: Any, quick: bool) -> str:
    """Write the command that runs an experiment again."""
    counted = ["--seeds", ",".join(map(str, seeds)) if isinstance(seeds, list) else str(seeds)] if seeds else []
    return shlex.join(["actviz", "report", target, *counted, *["--quick"] * quick, "-o", "report.html"])


@click.command("report")
@click.argument("target", metavar="RESULT|EXPERIMENT", shell_complete=complete("EXPERIMENTS"))
@click.option(
    "-o",
    "--output",
    type=FILE,
    callback=file_of(".html", ".htm", hint="-o"),
    default="report.html",
    show_default=True,
    help="File to write.",
)
@seeds_option("Of an experiment: how many seeds, or which.  [default: its own]")
@click.option("--quick", is_flag=True, help="Of an experiment: nothing is trained.")
@click.option(
    "--results",
    type=click.Path(file_okay=False, exists=True),
    help="Of an experiment: read the results in a folder that `actviz article -o` or `actviz reproduce -o` wrote.",
)
@click.option("--explorer/--no-explorer", default=True, show_default=True, help="The explorer, drawn by Bokeh.")
@page_theme_option("Colours: auto follows the reader's setting.")
@lang_option
@workers_option
@overwrite_option
@json_option
def command(
    target: str,
    output: str,
    seeds: Any,
    quick: bool,
    results: str | None,
    explorer: bool,
    theme: str,
    lang: str,
    workers: int | None,
    as_json: bool,
) -> None:
    """Write a report: one HTML page that is opened from disk, without a network.

    What was run, verdicts with evidence and remedy, claims and numbers, every figure with its download as PNG and SVG,
    and an explorer of the layers. Of a saved probe, training, descent or range test, or of an experiment (`actviz
    reproduce --list`), which is measured now unless --results names a folder that has it. A page that is there already,
    of the same results, versions and options, is left as it is.

    \b
    Example: actviz report article --quick -o report.html
    """  # noqa: D301
    one = target.endswith(".nc") or os.path.isfile(target)
    if one and (seeds or quick or results):
        raise click.UsageError("--seeds, --quick and --results: only for an experiment; a result has been measured")
    if results and seeds:
        raise click.UsageError("--seeds and --results: choose one; the results have their seeds")
    files = [Path(target)] if one else sorted(Path(results).glob("*.nc")) if results else []
    key = _key(files, [target, quick, explorer, theme, lang])
    unchanged = bool(key) and is_signed(Path(output), key)
    if not unchanged:
        _write(output, target, one, seeds, quick, results, workers, explorer=explorer, theme=theme, lang=lang, key=key)
    size = Path(output).stat().st_size
    if as_json:
        return echo_json({"file": output, "bytes": size, "unchanged": unchanged})
    if unchanged:
        say(text("cli.unchanged_page", lang), err=True)
    say(f"{output}: {size / 1e6:.1f} MB, opens in any browser")


def _key(files: list[Path], options: list[Any]) -> str:
    """Return the key of a page of results in files; empty where it is of none, or they cannot be read."""
    with contextlib.suppress(OSError):
        return key_of(files, options) if files else ""
    return ""


def _write(
    output: str, target: str, one: bool, seeds: Any, quick: bool, results: str | None, workers: int | None,
    *, explorer: bool, theme: str, lang: str, key: str,
) -> None:  # fmt: skip
    from actviz.report import charts
    from actviz.report.page import result_content, write_page

    if explorer:
        charts.require_bokeh()
    if one:
        import actviz

        content = result_content(Path(target).name, actviz.load(target), theme=theme, lang=lang)
    else:
        content = _experiment_content(target, seeds, quick, results, theme, lang, workers)
    write_page(content, output, theme=theme, lang=lang, explorer=explorer, workers=workers, key=key)


def _experiment_content(
    target: str, seeds: Any, quick: bool, results: str | None, theme: str, lang: str, workers: int | None
) -> Any:
    from actviz.experiments import reuse
    from actviz.report.figure_set import report_content

    chosen = _chosen(target, quick)
    done = reuse(results, chosen) if results else measured(chosen, seeds, workers, lang)
    return report_content(done, theme=theme, lang=lang, command=_again(target, seeds, quick))
