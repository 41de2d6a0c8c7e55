"""``actviz lr-find``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from actviz.cli.echo import echo_json, echo_table, echo_written
from actviz.cli.network import block_options, size_options
from actviz.cli.options import FILE, FORMATS, complete, json_option, overwrite_option, seeds_option, workers_option
from actviz.cli.printing import say
from actviz.cli.running import check_file, find_own_modules, progress, write_result
from actviz.cli.styling import figure_options, refuse_idle
from actviz.text import text

if TYPE_CHECKING:
    import xarray

    from actviz.training.range_test import Suggestion


def _rows(test: xarray.Dataset) -> list[dict[str, Any]]:
    """One line a seed."""
    return [
        {
            "seed": int(seed),
            "falls fastest": float(test["steepest_rate"].sel(seed=seed)),
            "largest stable": float(test["largest_rate"].sel(seed=seed)),
            "ended": str(test["ended"].sel(seed=seed).values),
            "updates": int(test["ended_step"].sel(seed=seed)),
        }
        for seed in test["seed"].values
    ]


def _json(test: xarray.Dataset, suggestion: Suggestion) -> dict[str, Any]:
    keys = {"falls fastest": "suggested", "largest stable": "largest_stable"}
    return {
        "suggested": suggestion.rate,
        "largest_stable": suggestion.largest,
        "reason": suggestion.reason,
        "seeds": [{keys.get(key, key): value for key, value in row.items()} for row in _rows(test)],
        **{name: test[name].values.tolist() for name in ("learning_rate", "smoothed_loss")},
    }


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
@size_options("Number of layers.", "Units of every layer, or of each.")
@block_options()
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
@seeds_option(default="4")
@workers_option
@click.option("-o", "--output", type=FILE, help="Draw the figure (.png, .svg, .pdf), or save the test (.nc).")
@figure_options
@overwrite_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    init: str,
    activation: str,
    data: str,
    low: float,
    high: float,
    updates: int,
    seeds: Any,
    workers: int | None,
    output: str | None,
    style: dict[str, Any],
    as_json: bool,
    **settings: Any,
) -> None:
    """Find a learning rate: train under a rate that rises from update to update, until it is too large.

    Says at which rate the loss falls fastest, a rate to start from, and up to which it still falls: the largest stable
    rate, a peak for one-cycle. A test ends where its smoothed loss is four times its best (rose), or not finite
    (diverged); else it spans the whole range.

    \b
    Example: actviz lr-find -i he_normal -a relu --optimizer adam -o range.png
    """  # noqa: D301
    check_file(output, (*FORMATS, "nc"), "write")
    if not output or output.endswith(".nc"):
        refuse_idle(ctx, "the figure of -o")
    find_own_modules()
    import actviz
    from actviz.training.range_test import suggest

    (run,) = actviz.runs(init, activation, data=data, **settings).values()
    with progress("testing", style["lang"]) as callback:
        test = actviz.find_rate(
            run, data, low=low, high=high, updates=updates, seeds=seeds, workers=workers, progress=callback
        )
    write_result(test, output, "range_test", style)
    suggestion, written = suggest(test, style["lang"]), [output] if output else []
    if as_json:
        return echo_json({**_json(test, suggestion), "files": written})
    rows = [{**row, "ended": text(f"ended.{row['ended']}", style["lang"])} for row in _rows(test)]
    echo_table(rows, style["lang"])
    say(suggestion.reason)
    echo_written(written, style["lang"])
