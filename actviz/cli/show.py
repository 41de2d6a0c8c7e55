"""``actviz show``."""

from __future__ import annotations

from typing import Any

import click

from actviz.cli.options import complete, json_option, known, load_selected, selection_options
from actviz.cli.tables import echo_json, echo_table

DEFAULT_STATISTICS = ("act_mean", "act_std", "saturated", "dead_units", "similarity", "grad_preact_rms", "nonfinite")


def echo_result(dataset: Any, *, as_json: bool, layers: tuple[str, ...] = (), statistics: tuple[str, ...] = ()) -> None:
    """Print the statistics of chosen layers, means over seeds; as JSON every seed, layer and statistic."""
    import actviz
    from actviz.dataset import json_rows

    if as_json:
        rows = json_rows(actviz.table(_chosen_layers(dataset, layers or ("all",))))
        keep = ("init", "activation", "seed", "layer", *(statistics or actviz.STATISTICS))
        content = [{key: value for key, value in row.items() if key in keep} for row in rows]
        return echo_json({"recipe": actviz.recipe(dataset), "rows": content})
    chosen = list(statistics or DEFAULT_STATISTICS)
    means = _chosen_layers(dataset, layers or ("first", "last"))[chosen].mean("seed", skipna=False)
    frame = means.to_dataframe(dim_order=["init", "activation", "layer"]).reset_index()
    recipe = actviz.recipe(dataset)
    click.echo(
        f"{recipe['samples']} samples of {recipe['inputs']} inputs, depth {dataset.sizes['layer']}, "
        f"width {_widths(recipe['width'])}, {dataset.sizes['seed']} seed{'s' * (dataset.sizes['seed'] > 1)}, "
        f"{recipe['dtype']}; means over seeds"
    )
    echo_table(frame[["init", "activation", "layer", *chosen]].to_dict("records"))


def _widths(widths: list[int]) -> str:
    return str(widths[0]) if len(set(widths)) == 1 else ", ".join(map(str, widths))


def _chosen_layers(dataset: Any, layers: tuple[str, ...]) -> Any:
    from actviz.errors import ActvizError

    if "all" in layers:
        return dataset
    last = dataset.sizes["layer"]
    numbers = {"first": 1, "last": last, **{str(layer): layer for layer in range(1, last + 1)}}
    unknown = [layer for layer in layers if layer not in numbers]
    if unknown:
        raise ActvizError(f"no layer {unknown[0]!r}; choose from 1 to {last}, first, last or all")
    return dataset.sel(layer=sorted({numbers[layer] for layer in layers}))


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
    callback=known("STATISTICS", "statistic"),
    shell_complete=complete("STATISTICS"),
    help="A statistic (see `actviz list statistics`); repeat for several.",
)
@selection_options
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Export the whole table as .csv or .json.")
@json_option
def command(
    result: str,
    layers: tuple[str, ...],
    statistics: tuple[str, ...],
    inits: tuple[str, ...],
    activations: tuple[str, ...],
    output: str | None,
    as_json: bool,
) -> None:
    """Print a saved result as a table: statistics by pairing and layer, means over seeds.

    With --json every seed and layer; with -o the whole table goes to a file.
    """
    import actviz

    dataset = load_selected(result, inits, activations)
    if output:
        actviz.export(dataset, output)
        click.echo(f"wrote {output}", err=True)
    if as_json or not output:
        echo_result(dataset, as_json=as_json, layers=layers, statistics=statistics)
