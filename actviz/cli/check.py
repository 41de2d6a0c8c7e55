"""``actviz check``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from actviz.cli.echo import echo_json, echo_written
from actviz.cli.options import (
    FILE,
    FORMATS,
    Share,
    imports_option,
    json_option,
    overwrite_option,
    seeds_option,
    snapshot_option,
    workers_option,
)  # fmt: skip
from actviz.cli.printing import say
from actviz.cli.running import as_options, find_own_modules, given, load_probe, progress, write_figure
from actviz.cli.styling import figure_options, refuse_idle
from actviz.results.writing import has_folder, is_stream


def _seeds(baseline: Any, seeds: Any, exact: bool, reseed: int) -> list[int]:
    """Which seeds to measure with: the baseline's own for an exact check, else others."""
    from actviz.baseline import fresh_seeds

    if exact:
        return list(baseline.seeds)
    return seeds if isinstance(seeds, list) else fresh_seeds(baseline.seeds, seeds, reseed=reseed)


def _measured(baseline: Any, result: str | None, exact: bool, options: dict[str, Any]) -> Any:
    """Load the result, or measure again by the baseline's recipe."""
    from actviz.baseline import measure_again

    if result is not None:
        return load_probe(result, options["snapshot"])
    with progress("measuring", options["lang"]) as callback:
        chosen = _seeds(baseline, options["seeds"], exact, options["reseed"])
        how = {name: options[name] for name in ("allow_imports", "workers")}
        return measure_again(baseline.recipe, chosen, progress=callback, **how)


def _update(old: Any, new: Any, path: str, lang: str, *, as_json: bool) -> None:
    from actviz.baseline import update
    from actviz.text import text

    renewed = update(old, new, lang)
    if renewed.changes:
        renewed.baseline.save(path)
    if as_json:
        return echo_json({"file": path, "written": bool(renewed.changes), "changes": list(renewed.changes)})
    for line in renewed.changes:
        say(line)
    say(text("cli.written" if renewed.changes else "check.unchanged", lang, path=path), err=True)


def _builders(first: str, second: str | None, options: dict[str, Any], named: set[str]) -> Any:
    """Compare two builders, named as package.module:name, as ``--same`` asks."""
    from actviz.torch import need_torch

    if second is None:
        raise click.UsageError("--same compares two builders: name both, as mymodule:eager mymodule:meta")
    if idle := as_options(name for name in _OF_BASELINES if name in named):
        raise click.UsageError(f"{idle}: not with --same, which has no baseline")
    if options["exact"] and (idle := as_options(each for each in _OF_CHANCE if each in named)):
        raise click.UsageError(f"{idle}: not with --exact, which compares number by number")
    if not options["model_inputs"]:
        raise click.UsageError("--same needs --input, as for `actviz inspect`")
    need_torch()
    from actviz.baseline.builders import SEEDS, compare_builders
    from actviz.torch.named import imported, named_inputs

    find_own_modules()
    drive = options["drive"]
    settings = {"drive": imported("drive", drive) if ":" in drive else drive}
    limits = {name: options[name] for name in _LIMITS if name in named}
    with progress("measuring", options["lang"]) as callback:
        return compare_builders(
            imported("model", first), imported("model", second), named_inputs(options["model_inputs"]),
            seeds=options["seeds"] if options["seeds"] is not None else SEEDS, same_seeds=options["exact"],
            lang=options["lang"], names=(first, second), progress=callback, **limits, **settings,
        )  # fmt: skip


_OF_BASELINES = ("reseed", "update", "snapshot", "allow_imports", "workers", "figure", "as_github")
_OF_BUILDERS = ("model_inputs", "drive")
_LIMITS = ("alpha", "margin")
_OF_CHANCE = (*_LIMITS, "require_power")


def _check_usage(options: dict[str, Any], named: set[str]) -> None:
    """Refuse options that would be ignored; ``named`` are those that were given."""
    for name in ("update", "exact"):
        if options[name] and (idle := as_options(each for each in _OF_CHANCE if each in named)):
            raise click.UsageError(f"{idle}: not with --{name}, which compares number by number")
    if options["result"] and options["allow_imports"]:
        raise click.UsageError("--allow-imports: not with a result, of which nothing is imported")
    if options["snapshot"] is not None and not options["result"]:
        raise click.UsageError("--snapshot: only with the result of a training")
    for name in ("exact", "update", "result"):
        if options[name] and "reseed" in named:
            what = "a result" if name == "result" else f"--{name}"
            raise click.UsageError(f"--reseed: not with {what}, whose seeds are given")
    if isinstance(options["seeds"], list) and "reseed" in named:
        raise click.UsageError("--reseed: not with seeds that are named")
    if options["seeds"] is not None:
        for name in ("exact", "update", "result"):
            if options[name]:
                what = "a result" if name == "result" else f"--{name}"
                raise click.UsageError(f"--seeds: not with {what}, whose seeds are given")
    if options["update"] and (
        idle := as_options(name for name in ("figure", "junit", "as_github", "strict") if options[name])
    ):
        raise click.UsageError(f"{idle}: not with --update, which compares nothing")


def _check_files(options: dict[str, Any]) -> None:
    """Refuse files that could not be written, or are named as what they are not: as the baseline itself, say."""
    for name, formats in (("figure", FORMATS), ("junit", ("xml",))):
        path = Path(options[name] or ".")
        if options[name] and not has_folder(path):
            raise click.UsageError(f"--{name}: no folder for {path}")
        if options[name] and path.suffix[1:].lower() not in formats and not is_stream(path):
            some = "one of " * (len(formats) > 1)
            raise click.UsageError(f"--{name}: the ending of {path} must be {some}{', '.join(formats)}")


@click.command("check")
@click.argument("path", metavar="BASELINE|BUILDER", type=click.Path())
@click.argument("result", required=False, metavar="[RESULT|BUILDER]", type=click.Path())
@click.option(
    "--same",
    is_flag=True,
    help="Compare two builders of PyTorch models instead, package.module:name each, without a baseline.",
)
@click.option(
    "--input",
    "model_inputs",
    multiple=True,
    metavar="SHAPE|FILE|NAME",
    help="With --same: what models are called with.",
)
@click.option("--drive", default="cotangent", show_default=True, help="With --same: as for `actviz inspect`.")
@click.option(
    "--exact",
    is_flag=True,
    help="Measure the baseline's own seeds, or with --same both builders' under the same: every number must be the "
    "same.",
)
@click.option(
    "--alpha", type=float, default=1e-3, show_default=True, help="Rate of false alarms of the whole check, at most."
)
@click.option(
    "--margin",
    type=float,
    default=0.01,
    show_default=True,
    help="What is shown to differ by less is no drift, a share; 0: all that differs for sure is.",
)
@seeds_option("How many fresh seeds, or which: 300,301.  [default: as many as the baseline has, those after its last]")
@click.option(
    "--reseed",
    type=click.IntRange(0, 10**9),
    default=0,
    show_default=True,
    metavar="NUMBER",
    help="Draw other fresh seeds: each number has its own, such as the attempt of a CI job.",
)
@click.option(
    "--require-power",
    type=Share(),
    metavar="PERCENT",
    help="Exit with code 1 if a change so large, as 5%, in the size of a layer's activations would be found in fewer "
    "than 9 checks of 10.",
)
@snapshot_option
@imports_option
@workers_option
@click.option("--figure", type=FILE, help="Draw baseline and now into this file (png, svg, pdf).")
@figure_options
@click.option("--junit", type=FILE, help="Write a JUnit XML report to this file.")
@click.option("--github", "as_github", is_flag=True, help="Print GitHub annotations, too.")
@click.option("--strict", is_flag=True, help="Exit with code 1 if the check is inconclusive, too.")
@click.option(
    "--update", is_flag=True, help="Renew the baseline with its own seeds: rewrite what has changed, and say what."
)
@overwrite_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, path: str, result: str | None, **options: Any) -> None:
    """Check against a baseline: measure again by its recipe with fresh seeds, or compare a RESULT (.nc).

    Functions and models of your own that the baseline's recipe names are imported with --allow-imports only.
    Says equivalent, drift or inconclusive (too few seeds to tell), what differs in the recipe, and the five worst
    layers. Exits with 0, with 1 on drift, with 2 if it cannot compare. With --same two functions that build a model are
    compared, each parameter too: models of the second are drawn with fresh seeds, or with --exact under the same. Those
    on the meta device are given memory and drawn by their own init_weights or reset_parameters.

    \b
    Example: actviz check relu.json --figure drift.png
    Example: actviz check --same nets:eager nets:meta --input 32,128:1000
    """  # noqa: D301
    named, same = given(ctx), options.pop("same")
    if not same:
        if idle := [name for name in _OF_BUILDERS if name in named]:
            raise click.UsageError(f"{as_options(idle)}: only with --same")
        _check_usage({**options, "result": result}, named)
    _check_files(options)
    if not options["figure"]:
        refuse_idle(ctx, "--figure")
    options["lang"] = options["style"]["lang"]
    from actviz.baseline import Baseline, Outcome, compare, github, record, report
    from actviz.baseline.comparison import check_limits
    from actviz.text import text

    if options["allow_imports"]:
        find_own_modules()
    lang, exact = options["lang"], options["exact"] or options["update"]
    if same:
        comparison = _builders(path, result, options, named)
    else:
        check_limits(options["alpha"], options["margin"])
        baseline = Baseline.load(path)
        now = Baseline.of(_measured(baseline, result, exact, options))
        if options["update"]:
            return _update(baseline, now, path, lang, as_json=options["as_json"])
        mode = "exact" if exact else "statistical"
        comparison = compare(baseline, now, mode=mode, alpha=options["alpha"], margin=options["margin"], lang=lang)
    files = _files(comparison, path, options)
    if options["as_json"]:
        echo_json({**record(comparison), "files": files})
    else:
        say(report(comparison, lang))
        if comparison.drifts and result is None and not exact:
            say(text("check.reseed", lang))
        echo_written(files, lang)
    if options["as_github"]:
        for line in github(comparison, path, strict=options["strict"], lang=lang):
            click.echo(line, err=options["as_json"])  # commands that are meant
    weak = _weak(comparison, options["require_power"], lang)
    bad = (Outcome.DRIFT, Outcome.INCONCLUSIVE) if options["strict"] else (Outcome.DRIFT,)
    if weak or comparison.outcome in bad:
        ctx.exit(1)


def _weak(comparison: Any, asked: float | None, lang: str) -> bool:
    """Say whether a check finds less than is asked of it."""
    from actviz.baseline.power import change_words, smallest_change
    from actviz.text import text

    if asked is None or (found := smallest_change(comparison)) <= asked:
        return False
    why = "" if not math.isnan(found) else "_few" if comparison.few else "_zero"
    say(text(f"check.weak{why}", lang, change=change_words(found), asked=change_words(asked)), err=True)
    return True


def _files(comparison: Any, path: str, options: dict[str, Any]) -> list[str]:
    """Write the figure and the JUnit report; return their paths."""
    from actviz.baseline import write_junit

    if options["junit"]:
        write_junit(comparison, path, options["junit"], strict=options["strict"], lang=options["lang"])
    if options["figure"]:
        from actviz.plots import figure_drift

        write_figure(figure_drift(comparison, **options["style"]), options["figure"], options["lang"])
    return [file for file in (options["figure"], options["junit"]) if file]
