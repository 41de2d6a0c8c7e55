"""``actviz show``."""

from __future__ import annotations

from typing import Any

import click

from actviz.cli.options import (
    complete,
    json_option,
    known,
    lang_option,
    load_selected,
    selection_options,
    snapshot_option,
)
from actviz.cli.tables import counted, echo_json, echo_table, echo_written
from actviz.text import text

DEFAULT_STATISTICS = ("act_mean", "act_std", "saturated", "dead_units", "similarity", "grad_preact_rms", "nonfinite")


EVALUATIONS = 11
"""Evaluations of a run that are printed at most, evenly spaced."""


def echo_result(
    dataset: Any, lang: str, *, as_json: bool, layers: tuple[str, ...] = (), statistics: tuple[str, ...] = ()
) -> None:
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
    known = {name: recipe[name] for name in ("samples", "inputs", "dtype")}
    seeds = counted("seed", dataset.sizes["seed"], lang)
    sizes = {"depth": dataset.sizes["layer"], "width": _widths(recipe["width"])}
    click.echo(text("cli.probed", lang, **known, **sizes, seeds=seeds))
    echo_table(frame[["init", "activation", "layer", *chosen]].to_dict("records"), lang)


def echo_training(dataset: Any, lang: str, *, as_json: bool) -> None:
    """Print evaluations, means over seeds, and how every run ended; as JSON every seed and evaluation."""
    import actviz
    from actviz.cli.train import echo_outcomes, outcome_json
    from actviz.dataset import json_rows
    from actviz.training import outcomes

    found, frame = outcomes(dataset), actviz.table(dataset)
    if as_json:
        runs = [outcome_json(each) for each in found]
        return echo_json({"recipe": actviz.recipe(dataset), "runs": runs, "rows": json_rows(frame)})
    steps = dataset["step"].values
    last = len(steps) - 1
    shown = {int(steps[round(i * last / (EVALUATIONS - 1))]) for i in range(EVALUATIONS)}
    names = [name for name in _EVALUATED if frame[name].notna().any()]
    means = frame[frame["step"].isin(shown)].groupby(["run", "step", "epoch"], sort=False)[names].mean().reset_index()
    order = {run: at for at, run in enumerate(dataset["run"].values)}
    rows = sorted(means.to_dict("records"), key=lambda row: (order[row["run"]], row["step"]))
    click.echo(training_line(dataset, "running", lang))
    echo_table(rows, lang)
    click.echo()
    echo_outcomes(found, lang)


_EVALUATED = ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy", "learning_rate")


def training_line(dataset: Any, told: str, lang: str) -> str:
    """Return what was trained, and on what, in a line; ``told`` is running or spread, what the numbers below are."""
    import actviz

    recipe = actviz.recipe(dataset)
    first = next(iter(recipe["runs"].values()))
    rows = [text(f"cli.rows.{part}", lang, number=number) for part, number in recipe["rows"].items() if number]
    return text(
        "cli.trained",
        lang,
        data=recipe["data"],
        rows=", ".join(rows),
        depth=len(first["width"]),
        width=_widths(first["width"]),
        updates=counted("update", recipe["epoch_updates"], lang),
        seeds=counted("seed", dataset.sizes["seed"], lang),
        told=text(f"cli.told.{told}", lang),
    )


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
@snapshot_option
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Export the whole table as .csv or .json.")
@lang_option
@json_option
def command(
    result: str,
    layers: tuple[str, ...],
    statistics: tuple[str, ...],
    inits: tuple[str, ...],
    activations: tuple[str, ...],
    snapshot: Any,
    output: str | None,
    lang: str,
    as_json: bool,
) -> None:
    """Print a saved result as a table: statistics by pairing and layer, means over seeds.

    Of a training: up to eleven evaluations of every run, and how each ended; or its layers at one --snapshot.
    With --json every seed and layer or evaluation; with -o the whole table goes to a file.
    """
    import actviz
    from actviz.dataset import is_training

    dataset = load_selected(result, inits, activations, snapshot)
    if is_training(dataset) and (layers or statistics):
        raise click.UsageError("-l and -s choose from layers: of a training give --snapshot STEP, first or last, too")
    if output:
        actviz.export(dataset, output)
        echo_written(output, lang)
    if is_training(dataset) and (as_json or not output):
        echo_training(dataset, lang, as_json=as_json)
    elif as_json or not output:
        echo_result(dataset, lang, as_json=as_json, layers=layers, statistics=statistics)
