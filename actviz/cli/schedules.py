"""``actviz schedules``."""

from __future__ import annotations

import math
from typing import Any

import click

from actviz.cli.echo import echo_json, echo_table, echo_written
from actviz.cli.options import FILE, FORMATS, complete, json_option, overwrite_option
from actviz.cli.running import check_file, find_own_modules, write_figure
from actviz.cli.styling import figure_options, refuse_idle


def _row(name: str, rates: Any) -> dict[str, Any]:
    """One line of the table: rates as they are rounded for reading."""
    import numpy as np

    with np.errstate(over="ignore"):
        mean = rates.mean()
    if math.isinf(mean) and np.isfinite(rates).all():  # of numbers whose sum is none
        mean = rates.max() * (rates / rates.max()).mean()
    numbers = {"step 0": rates[0], "peak": rates.max(), "last": rates[-1], "mean": mean}
    return {"schedule": name, **{key: float(value) for key, value in numbers.items()}}


def _entry(name: str, rates: Any, momenta: Any) -> dict[str, Any]:
    row = {key.replace("step 0", "first"): value for key, value in _row(name, rates).items()}
    return {**row, "rates": rates.tolist(), "momentum": momenta.tolist()}


@click.command("schedules")
@click.argument("schedules", nargs=-1, metavar="[SCHEDULE]...", shell_complete=complete("SCHEDULES"))
@click.option("--steps", type=click.IntRange(1, 10**6), default=200, show_default=True, help="Steps from 0 on.")
@click.option("-o", "--output", type=FILE, help="Draw the figure (.png, .svg, .pdf).")
@figure_options
@overwrite_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    schedules: tuple[str, ...],
    steps: int,
    output: str | None,
    style: dict[str, Any],
    as_json: bool,
) -> None:
    """Print the learning rates of schedules, all of them unless some are named; draw them with -o.

    \b
    step:0.1,0.5,50            a name, and its parameters in order (`actviz list schedules`)
    cosine:period=100          or by name; what is left out keeps its default
    0.01                       a constant rate
    package.module:name        a function of your own from a step to a rate
    warmup:5+cosine:0.1,100    up in a line for 5 steps from a tenth (warmup:5,0.1), then the schedule
    constant@20+step:0.05      one schedule up to step 20, then another from its own step 0

    \b
    reduce_on_plateau follows a metric; shown is what it does if the metric never improves.
    Example: actviz schedules one_cycle warmup:10+cosine --steps 200 -o rates.png
    """  # noqa: D301
    check_file(output, FORMATS, "write figure")
    if not output:
        refuse_idle(ctx, "the figure of -o")
    find_own_modules()
    from actviz.catalog.names import labelled_schedules
    from actviz.catalog.schedules import SCHEDULES, momenta, rates

    chosen = labelled_schedules(schedules or SCHEDULES)
    curves = {name: rates(schedule, steps) for name, schedule in chosen.items()}
    if output:
        from actviz.plots import figure_schedules

        write_figure(figure_schedules(chosen, steps, **style), output, style["lang"])
    if as_json:
        entries = [_entry(name, curves[name], momenta(schedule, steps)) for name, schedule in chosen.items()]
        return echo_json({"steps": steps, "schedules": entries, "files": [output] if output else []})
    echo_table([_row(name, values) for name, values in curves.items()], style["lang"])
    if output:
        echo_written([output], style["lang"])
