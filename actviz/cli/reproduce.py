"""``actviz reproduce``."""

from __future__ import annotations

from typing import Any

import click

from actviz.cli.clusters import cluster_options
from actviz.cli.echo import echo_json, echo_table
from actviz.cli.experiment import checks_json, claims_json, echo_checks, echo_claims, files_json, made, measured
from actviz.cli.options import (
    FOLDER,
    complete,
    json_option,
    overwrite_option,
    seeds_option,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.styling import refuse_idle, refuse_narrow, set_options
from actviz.errors import ActvizError
from actviz.text import in_language, text


def _echo_list(name: str | None, lang: str, *, as_json: bool) -> None:
    """List the experiments, or those whose name is given, or begins with it."""
    from actviz.catalog.checks import choose_from
    from actviz.experiments import EXPERIMENTS

    chosen = [each for each in EXPERIMENTS.values() if name is None or each.name.partition("/")[0] == name]
    chosen = chosen or [each for each in EXPERIMENTS.values() if each.name == name]
    if not chosen:
        raise ActvizError(f"no experiment {name!r}; {choose_from(str(name), EXPERIMENTS)}")

    rows = [
        {
            "experiment": each.name,
            "figures": len(each.drawings),
            "numbers": len(each.expectations),
            "claims": len(each.claims),
            "title": each.title[lang],
            "source": in_language(each.source, lang),
        }
        for each in chosen
    ]
    if as_json:
        return echo_json({"experiments": rows})
    echo_table([{key: value for key, value in row.items() if key != "source"} for row in rows], lang)


@click.command("reproduce")
@click.argument("name", required=False, shell_complete=complete("EXPERIMENTS"))
@click.option("--list", "listed", is_flag=True, help="List the experiments instead: all, or those of NAME, as dlfs.")
@click.option("-o", "--output", type=FOLDER, help="Write figures, results and index.html to this folder.")
@seeds_option("How many seeds, or which: 3,5,7.  [default: the experiment's own]")
@set_options
@overwrite_option
@workers_option
@cluster_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    name: str | None,
    listed: bool,
    output: str | None,
    seeds: Any,
    formats: tuple[str, ...],
    style: dict[str, Any],
    workers: int | None,
    cluster: Any,
    as_json: bool,
) -> None:
    """Reproduce a published experiment: measure, and compare with what is known.

    Prints every number beside the one expected, every claim with what the data say of it, and PASS or FAIL; exits with
    1 if any fails. A number in brackets does not decide: it is only recalled from a paper, or seeds are too
    few to tell.

    \b
    Example: actviz reproduce cs231n/ten-layers -o ten-layers
    """  # noqa: D301
    from actviz.experiments import EXPERIMENTS, experiment

    lang = style["lang"]
    if listed:
        return _echo_list(name, lang, as_json=as_json)
    if name is None:
        raise click.UsageError(f"name an experiment: {', '.join(EXPERIMENTS)}")
    refuse_narrow(style) if output else refuse_idle(ctx, "--output")
    chosen = experiment(name)
    where = {"seeds": seeds, "workers": workers, "cluster": cluster}
    if output:
        done, files = made(chosen, output, style, formats=formats, partial=True, **where)
    else:
        done, files = measured(chosen, lang=lang, **where), None
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
        say(f"{chosen.title[lang]}\n{in_language(chosen.source, lang)}\n")
        echo_checks(done, lang)
        echo_claims(done, lang)
        compared = len(done.checks) + len(done.decisions)
        few = sum(each.undecided for each in done.checks)
        verdict = "FAIL" if not done.passed else "(PASS)" if few and few == compared else "PASS"
        words = text("cli.compared", lang, verdict=verdict, compared=compared, failed=done.failures)
        say("\n" + words + (text("cli.compared_few", lang, few=few) if few else ""))
        if files:
            key = "cli.drawn_one" if len(files.results) == 1 else "cli.drawn"
            numbers = {"figures": len(files.entries), "results": len(files.results)}
            say(text(key, lang, **numbers, path=files.folder / files.index))
    if not done.passed:
        ctx.exit(1)
