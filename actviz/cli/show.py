"""``actviz show``."""

from __future__ import annotations

from typing import Any

import click

from actviz.cli.echo import (
    echo_profiles,
    echo_result,
    echo_sweep,
    echo_training,
    echo_weights,
    echo_written,
)
from actviz.cli.echo_checks import echo_coordinates
from actviz.cli.options import FILE, complete, json_option, lang_option, one_of, overwrite_option, selection_options
from actviz.cli.running import load_selected


@click.command("show")
@click.argument("result", type=click.Path())
@click.option(
    "-l", "--layer", "layers", multiple=True, metavar="LAYER", help="A number, first, last or all; repeat for several."
)
@click.option(
    "-s",
    "--statistic",
    "statistics",
    multiple=True,
    metavar="NAME",
    callback=one_of("STATISTICS", "statistic"),
    shell_complete=complete("STATISTICS"),
    help="A statistic (see `actviz list statistics`); repeat for several.",
)
@click.option("--weights", is_flag=True, help="Print the sizes of weights and parameters beside those of conventions.")
@selection_options
@click.option("-o", "--output", type=FILE, help="Export the whole table as .csv or .json.")
@lang_option
@overwrite_option
@json_option
def command(
    result: str,
    layers: tuple[str, ...],
    statistics: tuple[str, ...],
    selection: dict[str, Any],
    output: str | None,
    weights: bool,
    lang: str,
    as_json: bool,
) -> None:
    """Print a saved result as a table: statistics by pairing and layer, means over seeds.

    Of a sweep: the numbers of its cells, means over seeds; with -s or -l the profiles over layers. Of a coordinate
    check: the slopes of its layers.
    Of a training: up to eleven evaluations of every run, and how each ended; or its layers at one --snapshot.
    With --weights the mean, std and share of zeros of every parameter of a model, or of every layer's weights, and
    the std over that which He's, Glorot's, LeCun's and PyTorch's convention imply for its fans.
    With --json every seed and layer or evaluation; with -o the whole table goes to a file.
    """
    import actviz
    from actviz.results.dataset import is_training, kind_of

    whole = {"sweep": echo_sweep, "coordinates": echo_coordinates}
    if (kind := kind_of(dataset := actviz.load(result))) in whole:
        if kind == "sweep" and (layers or statistics) and not (weights or output or as_json or any(selection.values())):
            return echo_profiles(dataset, lang, layers, statistics)
        if layers or statistics or weights or any(selection.values()):
            named = {"sweep": "a sweep", "coordinates": "a coordinate check"}[kind]
            raise click.UsageError(
                f"{named} is printed whole, or of a sweep profiles by -s and -l alone: -i, -a, --snapshot and "
                "--weights are of layers"
            )
        if output:
            actviz.export(dataset, output)
            echo_written([output], lang)
        return None if output and not as_json else whole[kind](dataset, lang, as_json=as_json)
    dataset = load_selected(result, **selection)
    if is_training(dataset) and (layers or statistics):
        raise click.UsageError("-l and -s choose from layers: of a training give --snapshot STEP, first or last, too")
    if weights:
        if output or layers or statistics or is_training(dataset):
            raise click.UsageError("--weights prints a table of its own: not with -o, -l, -s or a training")
        return echo_weights(dataset, lang, as_json=as_json)
    if output:
        actviz.export(dataset, output)
        echo_written([output], lang)
    if is_training(dataset) and (as_json or not output):
        echo_training(dataset, lang, as_json=as_json)
    elif as_json or not output:
        echo_result(dataset, lang, as_json=as_json, layers=layers, statistics=statistics)
