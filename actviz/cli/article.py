"""``actviz article``."""

from __future__ import annotations

import time
from typing import Any

import click

from actviz.cli.clusters import cluster_options
from actviz.cli.echo import echo_json
from actviz.cli.experiment import claims_json, echo_claims, files_json, made
from actviz.cli.options import (
    FOLDER,
    json_option,
    overwrite_option,
    quick_option,
    seeds_option,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.styling import refuse_narrow, set_options
from actviz.text import text


@click.command("article")
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    default="article-figures",
    show_default=True,
    help="Folder to write to; made if missing.",
)
@seeds_option("How many seeds, or which: 3,5,7.  [default: 8, and 4 for the deep stack]")
@quick_option
@click.option(
    "--results",
    type=click.Path(file_okay=False, exists=True),
    help="Folder that this command wrote: draw its results instead of measuring, in another language, theme or size.",
)
@set_options
@overwrite_option
@workers_option
@cluster_options
@json_option
def command(
    output: str,
    seeds: Any,
    quick: bool,
    results: str | None,
    formats: tuple[str, ...],
    style: dict[str, Any],
    workers: int | None,
    cluster: Any,
    as_json: bool,
) -> None:
    """Draw the article's whole figure set from data measured now.

    Zero, constant, uniform, standard normal, Xavier and He initialization under sigmoid, tanh and ReLU: every figure,
    the results they are drawn from, and index.html, which says what each shows and in which cases each of the
    article's claims holds. `actviz reproduce article` prints the evidence. A figure is drawn and printed as soon as
    what it shows is measured, while the rest is; one that is in the folder already, of the same results, versions and
    options, is left as it is.
    """
    started = time.perf_counter()
    refuse_narrow(style)
    from actviz.experiments import experiment, without_trainings

    if results and (seeds or cluster):
        raise click.UsageError("--seeds and --cluster are for measuring; --results holds what was measured already")
    chosen, lang = experiment("article"), style["lang"]
    done, files = made(
        without_trainings(chosen) if quick else chosen,
        output,
        style,
        formats=formats,
        seeds=seeds,
        workers=workers,
        cluster=cluster,
        results=results,
        tell=not as_json,
    )
    if as_json:
        return echo_json({**files_json(files), "claims": claims_json(done, lang)})
    echo_claims(done, lang, evidence=False)
    seconds = time.perf_counter() - started
    numbers = {"figures": len(files.entries), "results": len(files.results), "seconds": f"{seconds:.1f}"}
    say(text("cli.set", lang, **numbers, path=files.folder / files.index))
