"""``actviz probe``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from actviz.cli.echo import echo_written
from actviz.cli.options import (
    Numbers,
    View,
    complete,
    find_own_modules,
    json_option,
    lang_option,
    pairing_options,
    progress,
    workers_option,
)


@click.command("probe")
@pairing_options
@click.option("--depth", type=int, help="Number of layers.  [default: 5, or as many as --width lists]")
@click.option(
    "--width",
    type=Numbers(),
    default="100",
    show_default=True,
    help="Units of every layer, or of each: 100,50,20.",
)
@click.option("--samples", type=int, help="Rows of input.  [default: 1000, or an array's rows if fewer]")
@click.option(
    "--seeds", type=Numbers(), default="8", show_default=True, help="How many seeds (0, 1, ...), or which: 3,5,7."
)
@click.option(
    "--inputs",
    default="normal",
    shell_complete=complete("INPUTS"),
    show_default=True,
    help="normal, uniform:0,1, correlated:0.5 (every pair of samples), mnist, or a .npy or .npz file.",
)
@click.option("--input-width", type=int, help="Width of generated inputs.  [default: the first layer's]")
@click.option("--bias-std", type=float, default=0.0, show_default=True, help="Standard deviation of the biases.")
@click.option("--norm", type=click.Choice(["batch"]), help="Normalization before the activation.")
@click.option(
    "--dtype", type=click.Choice(["float32", "float64"]), default="float32", show_default=True, help="Precision."
)
@click.option(
    "--drive",
    type=click.Choice(["cotangent", "cross_entropy"]),
    default="cotangent",
    show_default=True,
    help="What drives the backward pass: a random N(0, 1) gradient, or a classifier's loss.",
)
@click.option("--batch", type=int, default=4096, show_default=True, help="Rows in memory at once.")
@click.option("--view", type=View(), help="A second, exact histogram between given edges: 0,1,30 is the book's.")
@workers_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="Save the result: .nc (netCDF-4, for every other command), .csv or .json (the table). "
    "A run killed on the way to a .nc goes on where it stopped.",
)
@lang_option
@json_option
def command(output: str | None, lang: str, as_json: bool, inits: Any, activations: Any, **settings: Any) -> None:
    """Measure initializer x activation pairings: every pairing, every layer, every seed.

    Prints a table unless -o saves the result.

    \b
    Example: actviz probe -i xavier_normal -i he_normal -a relu --depth 20 -o relu.nc
    """  # noqa: D301
    import actviz
    from actviz.cli.echo import echo_result
    from actviz.errors import ActvizError
    from actviz.results.checkpoint import discard
    from actviz.results.files import EXPORTS

    find_own_modules()
    ending = Path(output).suffix if output else ""
    if output and ending != ".nc" and ending not in EXPORTS:
        raise ActvizError(f"cannot save to {output}: the ending must be one of .nc, {', '.join(EXPORTS)}")
    if output and not Path(output).resolve().parent.is_dir():
        raise ActvizError(f"cannot save to {output}: no such folder")
    partial = f"{output}.partial" if ending == ".nc" else None
    try:
        with progress("measuring", lang) as callback:
            result = actviz.probe(inits, activations, **settings, progress=callback, checkpoint=partial)
    except KeyboardInterrupt:
        if partial:
            click.echo(f"actviz: what is done is kept in {partial}; the same command goes on from there", err=True)
        raise
    if output and partial:
        actviz.save(result, output)
        discard(partial)
    elif output:
        actviz.export(result, output)
    if output and not as_json:
        echo_written(output, lang)
    else:
        echo_result(result, lang, as_json=as_json)
