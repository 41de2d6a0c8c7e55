"""``actviz schedules``."""

from __future__ import annotations

from typing import Any

import click

from actviz.cli.echo import echo_json, echo_table, echo_written
from actviz.cli.options import FORMATS, complete, find_own_modules, json_option, lang_option, size_option, theme_option


def _row(name: str, rates: Any) -> dict[str, Any]:
    """One line of the table: rates as they are rounded for reading."""
    numbers = {"step 0": rates[0], "peak": rates.max(), "last": rates[-1], "mean": rates.mean()}
    return {"schedule": name, **{key: float(value) for key, value in numbers.items()}}


def _entry(name: str, rates: Any, momenta: Any) -> dict[str, Any]:
    row = {key.replace("step 0", "first"): value for key, value in _row(name, rates).items()}
    return {**row, "rates": rates.tolist(), "momentum": momenta.tolist()}


def _check_output(output: str | None) -> None:
    """Refuse before anything is printed what could not be written after it."""
    from pathlib import Path

    from actviz.errors import ActvizError

    if output and Path(output).suffix[1:].lower() not in FORMATS:
        raise ActvizError(f"cannot write figure {output}: the ending must be one of {', '.join(FORMATS)}")
    if output and not Path(output).resolve().parent.is_dir():
        raise ActvizError(f"cannot write figure {output}: no such folder")


@click.command("schedules")
@click.argument("schedules", nargs=-1, metavar="[SCHEDULE]...", shell_complete=complete("SCHEDULES"))
@click.option("--steps", type=click.IntRange(1, 10**6), default=200, show_default=True, help="Steps from 0 on.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Draw the figure (.png, .svg, .pdf).")
@theme_option
@lang_option
@size_option
@json_option
def command(
    schedules: tuple[str, ...], steps: int, output: str | None, theme: str, lang: str, size: str, as_json: bool
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
    _check_output(output)
    find_own_modules()
    from actviz.catalog.names import labelled_schedules
    from actviz.catalog.schedules import SCHEDULES, momenta, rates

    chosen = labelled_schedules(schedules or SCHEDULES)
    found = {name: rates(schedule, steps) for name, schedule in chosen.items()}
    if output:
        from actviz.plots import figure_schedules, save_figure

        save_figure(figure_schedules(chosen, steps, theme=theme, lang=lang, size=size), output)
    if as_json:
        entries = [_entry(name, found[name], momenta(schedule, steps)) for name, schedule in chosen.items()]
        return echo_json({"steps": steps, "schedules": entries, "files": [output] if output else []})
    echo_table([_row(name, values) for name, values in found.items()], lang)
    if output:
        echo_written(output, lang)
