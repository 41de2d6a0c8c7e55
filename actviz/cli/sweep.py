"""``actviz sweep``."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import click

from actviz.cli.clusters import cluster_options
from actviz.cli.echo import copies_words, echo_copies, echo_json, echo_sweep
from actviz.cli.options import (
    Decorator,
    complete,
    json_option,
    lang_option,
    options,
    overwrite_option,
    saved_option,
    seeds_option,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.running import as_options, check_result_file, find_own_modules, resumable, save_or_show
from actviz.sweeping.grid import FIELDS, fields_of, read_values
from actviz.text import text
from actviz.text.numbers import in_print

_TABLES = {"init": "INITIALIZERS", "activation": "ACTIVATIONS", "inputs": "INPUTS", "data": "TASKS",
           "lr": "SCHEDULES", "optimizer": "OPTIMIZERS"}  # fmt: skip
_SHORT = {"init": "-i", "activation": "-a"}


def _of_fields() -> Decorator:
    """Return an option for every field: one value, for all cells."""
    made = []
    for name, field in FIELDS.items():
        flags = [*([_SHORT[name]] if name in _SHORT else []), f"--{name.replace('_', '-')}"]
        completed: dict[str, Any] = {"shell_complete": complete(_TABLES[name])} if name in _TABLES else {}
        bare: dict[str, Any] = {"is_flag": False, "flag_value": "yes"} if field.values == "flag" else {}
        metavar = "[yes|no]" if bare else "VALUE"
        made.append(click.option(*flags, name, metavar=metavar, help=field.about, **completed, **bare))
    return options(*made)


def _over(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Read FIELD=VALUES, each field once."""
    over: dict[str, str] = {}
    for each in given:
        name, equals, values = each.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise click.BadParameter(f"{each!r} is not FIELD=VALUES, as depth=10:100:10")
        if name in over:
            raise click.BadParameter(f"{name} is swept twice")
        over[name] = values
    return over


@contextlib.contextmanager
def _rated(run: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Say beside the bar how many cells are done, and how many a second since the first that was not kept."""
    shown: Callable[..., None] | None = run["progress"]
    start: list[tuple[float, int]] = []

    def told(done: int, total: int) -> None:
        start[:] = start or [(time.monotonic(), done)]
        seconds, before = time.monotonic() - start[0][0], start[0][1]
        rate = f", {in_print((done - before) / seconds, 3)}/s" if done > before and seconds > 0 else ""
        if shown is not None:
            shown(done, total, f"{done}/{total}{rate}")

    yield {**run, "progress": told if shown is not None else None}


def _span(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{in_print(seconds / length, 2)} {unit}"
    return f"{in_print(seconds, 2)} s"


@click.command("sweep")
@click.option(
    "--over",
    multiple=True,
    required=True,
    metavar="FIELD=VALUES",
    callback=_over,
    help="A field and its values: depth=10:100:10, lr=1e-4:1:9:log, activation=tanh,relu; repeat for a grid.",
)
@click.option(
    "--keep",
    metavar="NAMES",
    help="What is kept of a cell, with commas between: act_std (a profile over the layers), last_act_std, q_star, "
    "chi_1, theory_chi_1, final_accuracy, ...",
)
@seeds_option(default="1")
@_of_fields()
@workers_option
@cluster_options
@saved_option
@click.option("--dry-run", is_flag=True, help="Say how many cells, how long and how much memory; measure one of them.")
@lang_option
@overwrite_option
@json_option
def command(
    over: dict[str, str],
    keep: str | None,
    seeds: Any,
    workers: int | None,
    cluster: Any,
    output: str | None,
    dry_run: bool,
    lang: str,
    as_json: bool,
    **given: str | None,
) -> None:
    """Measure a grid over any fields of a recipe: every cell a probe, or with --data a training, under every seed.

    VALUES are LOW:HIGH:COUNT, LOW:HIGH:COUNT:log (where whole numbers are needed the nearest ones), or a list with
    commas; names that have commas stand with semicolons between them, and so do the widths of each layer:
    width=8,6,4;10,10. What is kept of every cell is a number or a
    profile over its layers; theory_... is mean-field theory. Every finished cell is kept at once beside -o, so a run
    that was stopped goes on, and more values or seeds are measured without those that are there.

    \b
    Example: actviz sweep -a tanh --bias-var 0.05 --over weight_var=1:4:16 --over depth=10:100:12
             --keep last_act_std,chi_1,theory_chi_1 --seeds 2 -o map.nc
    """  # noqa: D301
    check_result_file(output)
    from actviz.sweeping import plan
    from actviz.sweeping.running import cell_of, run

    find_own_modules()
    settings = _settings(cell_of(over, given), given)
    laid = plan(over, keep=keep, seeds=seeds, **settings)
    if dry_run:
        told = laid.estimate(workers, f"{output}.partial" if output else None, cluster)
        return _tell(told, lang, as_json=as_json, away=cluster is not None)
    with resumable("sweeping", lang, output) as how, _rated(how) as rated:
        result = run(laid, workers=workers, cluster=cluster, **rated)
    save_or_show(result, output, lang, as_json=as_json, show=echo_sweep)
    if not as_json:
        echo_copies(copies_words(laid.copies(), [1], lang))


def _settings(cell: str, given: dict[str, str | None]) -> dict[str, Any]:
    """Turn options into settings: one value each, that such a cell has."""
    named = {name: value for name, value in given.items() if value is not None}
    if idle := [name for name in named if name not in fields_of(cell)]:
        why = "only with --data" if cell == "probe" else "not with --data"
        raise click.UsageError(f"{as_options(idle)}: {why}")
    settings: dict[str, Any] = {}
    for name, spec in named.items():
        values = [spec] if FIELDS[name].values in ("name", "rate") else read_values(name, spec, cell)
        if len(values) != 1 and name == "width":  # of each layer
            settings[name] = values
            continue
        if len(values) != 1:
            raise click.UsageError(f"--{name.replace('_', '-')} takes one value; several are --over {name}={spec}")
        settings[name] = values[0]
    return settings


def _tell(told: dict[str, Any], lang: str, *, as_json: bool, away: bool) -> None:
    """Print what a sweep will take."""
    if as_json:
        return echo_json(told)
    say(text("cli.plan.cells", lang, cells=told["cells"], done=told["done"]))
    span = {"time": _span(told["seconds"]), "cell": _span(told["cell_seconds"]), "workers": told["workers"]}
    say(text("cli.plan.time_away" if away else "cli.plan.time", lang, **span))
    say(text("cli.plan.memory", lang, memory=f"{in_print(told['bytes'] / 2**30, 2)} GiB"))
