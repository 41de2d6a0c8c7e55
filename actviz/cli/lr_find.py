"""``actviz lr-find``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from actviz.cli.echo import echo_json, echo_table, echo_written
from actviz.cli.options import (
    FORMATS,
    Numbers,
    complete,
    find_own_modules,
    json_option,
    lang_option,
    progress,
    size_option,
    theme_option,
    workers_option,
)
from actviz.text import text


def _check_output(output: str | None) -> None:
    """Refuse before a test is run what could not be written after it."""
    from actviz.errors import ActvizError

    if output and Path(output).suffix[1:].lower() not in (*FORMATS, "nc"):
        raise ActvizError(f"cannot write {output}: the ending must be one of {', '.join(FORMATS)}, nc")
    if output and not Path(output).resolve().parent.is_dir():
        raise ActvizError(f"cannot write {output}: no such folder")


def _rows(found: Any) -> list[dict[str, Any]]:
    """One line a seed."""
    return [
        {
            "seed": int(seed),
            "falls fastest": float(found["steepest_rate"].sel(seed=seed)),
            "largest stable": float(found["largest_rate"].sel(seed=seed)),
            "ended": str(found["ended"].sel(seed=seed).values),
            "updates": int(found["ended_step"].sel(seed=seed)),
        }
        for seed in found["seed"].values
    ]


def _echo(found: Any, told: Any, output: str | None, lang: str, *, as_json: bool) -> None:
    if as_json:
        numbers = {"suggested": told.rate, "largest_stable": told.largest}
        content = {key: value if math.isfinite(value) else None for key, value in numbers.items()}
        keys = {"falls fastest": "suggested", "largest stable": "largest_stable"}
        rows = [{keys.get(key, key): value for key, value in row.items()} for row in _rows(found)]
        curves = {
            "learning_rate": found["learning_rate"].values.tolist(),
            "smoothed_loss": found["smoothed_loss"].values.tolist(),
        }
        files = [output] if output else []
        return echo_json({**content, "reason": told.reason, "seeds": rows, **curves, "files": files})
    echo_table([{**row, "ended": text(f"ended.{row['ended']}", lang)} for row in _rows(found)], lang)
    click.echo(told.reason)
    if output:
        echo_written(output, lang)
    return None


@click.command("lr-find")
@click.option(
    "-i",
    "--init",
    default="he_normal",
    show_default=True,
    shell_complete=complete("INITIALIZERS"),
    help="Initializer, as in `actviz probe`.",
)
@click.option(
    "-a",
    "--activation",
    default="relu",
    show_default=True,
    shell_complete=complete("ACTIVATIONS"),
    help="Activation, as in `actviz probe`.",
)
@click.option(
    "--data",
    default="mnist",
    show_default=True,
    shell_complete=complete("TASKS"),
    help="mnist, moons:500,0.1, spirals, or an .npz file with x and y.",
)
@click.option("--depth", type=int, help="Number of layers.  [default: 5, or as many as --width lists]")
@click.option("--width", type=Numbers(), default="100", show_default=True, help="Units of every layer, or of each.")
@click.option("--norm", type=click.Choice(["batch"]), help="Normalization before the activation.")
@click.option(
    "--optimizer",
    default="sgd",
    show_default=True,
    shell_complete=complete("OPTIMIZERS"),
    help="sgd, momentum:0.9, nesterov, adam or adamw.",
)
@click.option("--batch", type=int, default=100, show_default=True, help="Rows an update.")
@click.option("--low", type=float, default=1e-4, show_default=True, help="The first rate.")
@click.option("--high", type=float, default=10.0, show_default=True, help="The last rate.")
@click.option("--updates", type=int, default=300, show_default=True, help="How many, unless the test ends before.")
@click.option(
    "--seeds", type=Numbers(), default="4", show_default=True, help="How many seeds (0, 1, ...), or which: 3,5,7."
)
@workers_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="Draw the figure (.png, .svg, .pdf), or save the test (.nc).",
)
@theme_option
@lang_option
@size_option
@json_option
def command(
    init: str,
    activation: str,
    data: str,
    depth: int | None,
    width: Any,
    norm: str | None,
    optimizer: str,
    batch: int,
    low: float,
    high: float,
    updates: int,
    seeds: Any,
    workers: int | None,
    output: str | None,
    theme: str,
    lang: str,
    size: str,
    as_json: bool,
) -> None:
    """Find a learning rate: train under a rate that rises from update to update, until it is too large.

    Says at which rate the loss falls fastest, a rate to start from, and up to which it still falls: the largest stable
    rate, a peak for one-cycle. A test ends where its smoothed loss is four times its best (rose), or not finite
    (diverged); else it spans the whole range.

    \b
    Example: actviz lr-find -i he_normal -a relu --optimizer adam -o range.png
    """  # noqa: D301
    _check_output(output)
    find_own_modules()
    import actviz
    from actviz.training.range_test import suggest

    (run,) = actviz.runs(
        init, activation, data=data, depth=depth, width=width, norm=norm, optimizer=optimizer, batch=batch
    ).values()
    with progress("testing", lang) as callback:
        found = actviz.find_rate(
            run, data, low=low, high=high, updates=updates, seeds=seeds, workers=workers, progress=callback
        )
    if output and output.endswith(".nc"):
        actviz.save(found, output)
    elif output:
        from actviz.plots import figure_range, save_figure

        save_figure(figure_range(found, theme=theme, lang=lang, size=size), output)
    _echo(found, suggest(found, lang), output, lang, as_json=as_json)
