"""``actviz lecture``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from actviz.cli.echo import echo_json
from actviz.cli.experiment import measured
from actviz.cli.options import (
    FOLDER,
    json_option,
    lang_option,
    overwrite_option,
    quick_option,
    seeds_option,
    theme_option,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.running import progress
from actviz.results.standing import key_of
from actviz.text import text

if TYPE_CHECKING:
    from actviz.experiments import Reproduction

TARGETS = ("notebook", "marimo", "reveal", "beamer", "typst", "pptx")
"""The keys of ``actviz.lecture.TARGETS``, named here since that table comes with matplotlib; a test compares them."""


def _run(results: str | None, seeds: Any, workers: int | None, lang: str, *, quick: bool) -> Reproduction:
    """Measure the article, or read what was measured."""
    from actviz.experiments import ARTICLE, without_trainings
    from actviz.lecture import reuse

    if results is None:
        return measured(without_trainings(ARTICLE) if quick else ARTICLE, seeds, workers, lang)
    if seeds is not None:
        raise click.UsageError("--seeds is for measuring; --results holds what was measured already")
    return reuse(results, quick=quick)


@click.command("lecture")
@click.option("--to", type=click.Choice(TARGETS), required=True, help="What to write.")
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    default="lecture",
    show_default=True,
    help="Folder to write to; made if missing.",
)
@lang_option
@quick_option
@click.option(
    "--results",
    type=click.Path(file_okay=False, exists=True),
    help="Folder that `actviz article` wrote: take its results instead of measuring.",
)
@seeds_option("How many seeds, or which: 3,5,7.  [default: those of the article's recipes]")
@overwrite_option
@theme_option
@workers_option
@json_option
def command(
    to: str,
    output: str,
    lang: str,
    quick: bool,
    results: str | None,
    seeds: Any,
    theme: str,
    workers: int | None,
    as_json: bool,
) -> None:
    """Write the article as a lecture of 50 minutes, from data measured now.

    An agenda, the article's claims, questions before their answers, figures beside points, formulas with their
    derivations, code to run, an exercise, speaker notes that say what to point at, and what this run says of each
    claim. The two notebooks measure and draw by themselves; the others are compiled by the tool that is named at the
    end. Figures that are in the folder already, drawn of the same results, are kept; so is the whole where nothing has
    changed.

    \b
    Example: actviz lecture --to typst --lang ko -o slides
    """  # noqa: D301
    started = time.perf_counter()
    from actviz.lecture import TARGETS as targets
    from actviz.lecture import check_place, standing, write_lecture

    check_place(targets[to], Path(output), overwrite=True)
    read = sorted(Path(results).glob("*.nc")) if results and seeds is None else []
    key = key_of(read, to, lang, theme, quick) if read else ""
    if (there := standing(output, to, key)) is not None:
        lecture = there
        say(text("cli.unchanged_lecture", lang), err=True)
    else:
        done = _run(results, seeds, workers, lang, quick=quick)
        how: dict[str, Any] = {"lang": lang, "theme": theme, "workers": workers, "key": key, "overwrite": True}
        with progress("drawing", lang) as callback:
            lecture = write_lecture(done, output, to, progress=callback, **how)
    commands = lecture.target.commands
    if as_json:
        return echo_json(
            {
                "folder": str(lecture.folder),
                "file": lecture.target.file,
                "files": list(lecture.files),
                "slides": lecture.slides,
                "figures": lecture.figures,
                "commands": list(commands),
            }
        )
    seconds = time.perf_counter() - started
    say(f"{lecture.folder / lecture.target.file}: {lecture.target.about}")
    files = f"{len(lecture.files)} file" + "s" * (len(lecture.files) != 1)
    told = f"{lecture.slides} slides with {lecture.figures} figures, {files}"
    say(f"{told} in {seconds:.1f} s. Then, in {lecture.folder}:")
    for line in commands:
        say(f"  {line}")
