"""``actviz train``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from actviz.cli.echo import echo_json, echo_outcomes, echo_written, outcome_json
from actviz.cli.options import (
    Numbers,
    complete,
    draw_figures,
    find_own_modules,
    given,
    json_option,
    lang_option,
    options,
    pairing_options,
    progress,
    style_options,
    workers_option,
)

if TYPE_CHECKING:
    pass

MONITORS = ("validation_loss", "validation_accuracy", "train_loss", "train_accuracy")
STOPPING = ("monitor", "patience", "min_delta", "keep_best")
PARTS = ("train", "validation", "test", "label_noise")
COMPARED = ("norm", "lr", "optimizer", "weight_decay", "dropout")
"""Options that may be repeated: every combination is a run."""

network_options = options(
    click.option("--depth", type=int, help="Number of hidden layers.  [default: 5, or as many as --width lists]"),
    click.option(
        "--width",
        type=Numbers(),
        default="100",
        show_default=True,
        help="Units of every hidden layer, or of each: 100,50,20.",
    ),
    click.option("--bias-std", type=float, default=0.0, show_default=True, help="Standard deviation of the biases."),
    click.option(
        "--norm",
        type=click.Choice(["none", "batch"]),
        multiple=True,
        help="Normalization before the activation; repeat to compare.  [default: none]",
    ),
)

update_options = options(
    click.option(
        "--lr",
        multiple=True,
        shell_complete=complete("SCHEDULES"),
        help="Learning rate, or a schedule as of `actviz schedules`; repeat to compare.  [default: 0.01]",
    ),
    click.option(
        "--per",
        type=click.Choice(["update", "epoch"]),
        default="update",
        show_default=True,
        help="What a schedule counts as a step.",
    ),
    click.option(
        "--optimizer",
        multiple=True,
        shell_complete=complete("OPTIMIZERS"),
        help="sgd, momentum:0.9, ... (see `actviz list optimizers`); repeat to compare.  [default: sgd]",
    ),
    click.option(
        "--loss",
        type=click.Choice(["cross_entropy", "mean_square"]),
        default="cross_entropy",
        show_default=True,
        help="What is minimized, a mean over the batch.",
    ),
    click.option("--epochs", type=int, help="Passes over the training rows.  [default: 20]"),
    click.option("--updates", type=int, help="Budget in updates instead."),
    click.option("--batch", type=int, default=100, show_default=True, help="Rows an update, at most."),
    click.option("--replacement", is_flag=True, help="Draw each batch from all rows, as the book does."),
    click.option(
        "--weight-decay",
        type=float,
        multiple=True,
        help="lambda of 0.5 lambda sum W^2; repeat to compare.  [default: 0]",
    ),
    click.option(
        "--dropout", type=float, multiple=True, help="Share of activations set to 0; repeat to compare.  [default: 0]"
    ),
    click.option("--clip", type=float, help="Largest norm of the gradient."),
)

stopping_options = options(
    click.option("--early-stopping", is_flag=True, help="Stop when what is monitored gets better no more."),
    click.option(
        "--monitor",
        type=click.Choice(MONITORS),
        default="validation_loss",
        show_default=True,
        help="What is monitored.",
    ),
    click.option(
        "--patience",
        type=int,
        default=10,
        show_default=True,
        help="How many evaluations in a row may bring no improvement; the next one without stops.",
    ),
    click.option("--min-delta", type=float, default=0.0, show_default=True, help="How much is an improvement."),
    click.option(
        "--keep-best/--keep-last", default=True, show_default=True, help="Which weights are left after early stopping."
    ),
)

data_options = options(
    click.option(
        "--data",
        default="mnist",
        show_default=True,
        shell_complete=complete("TASKS"),
        help="mnist, moons:1000,0.2, spirals:1000,3, or FILE.npz with x and y.",
    ),
    click.option("--train", type=float, help="Rows, or a share, to train on.  [default: all that is not held out]"),
    click.option("--validation", type=float, default=0.2, show_default=True, help="Rows, or a share, to watch by."),
    click.option(
        "--test", type=float, default=0.0, show_default=True, help="Rows, or a share, to judge by at the end."
    ),
    click.option("--label-noise", type=float, default=0.0, show_default=True, help="Share of wrong training labels."),
)

recording_options = options(
    click.option(
        "--evaluate-every", type=int, default=1, show_default=True, help="Epochs from one evaluation to the next."
    ),
    click.option(
        "--snapshots",
        type=Numbers(),
        default="6",
        show_default=True,
        help="How many snapshots of the layers, the first and the last among them, between evaluations where these are "
        "fewer; or after which updates: 0,10,500.",
    ),
    click.option(
        "--seeds", type=Numbers(), default="1", show_default=True, help="How many seeds (0, 1, ...), or which: 3,5,7."
    ),
    click.option(
        "--dtype", type=click.Choice(["float32", "float64"]), default="float32", show_default=True, help="Precision."
    ),
)


def _count(value: float) -> float | int:
    """Rows are whole; a share stays one."""
    return int(value) if value >= 1 and float(value).is_integer() else value


def _settings(chosen: dict[str, Any]) -> dict[str, Any]:
    """Turn options into arguments of ``runs``: what was not given keeps the library's default."""
    from actviz.training import EarlyStopping

    stopping = {name: chosen.pop(name) for name in STOPPING}
    chosen["early_stopping"] = EarlyStopping(**stopping) if chosen["early_stopping"] else None
    chosen["norm"] = tuple(None if name == "none" else name for name in chosen["norm"])
    for name in COMPARED:
        if not chosen[name]:
            del chosen[name]
        elif len(chosen[name]) == 1:
            chosen[name] = chosen[name][0]
        else:
            chosen[name] = list(chosen[name])
    return {name: value for name, value in chosen.items() if value is not None}


def _check_usage(named: set[str], chosen: Mapping[str, Any], output: str | None, figures: str | None) -> str:
    """Refuse options that would be ignored, and an output that could not be written; return the output's ending."""
    from actviz.results.files import EXPORTS

    idle = [f"--{name.replace('_', '-')}" for name in STOPPING if name in named]
    if idle and not chosen["early_stopping"]:
        raise click.UsageError(f"{', '.join(idle)}: only with --early-stopping")
    if {"epochs", "updates"} <= named:
        raise click.UsageError("give either --epochs or --updates")
    idle = [f"--{name.removesuffix('s')}" for name in ("formats", "theme", "size") if name in named]
    if idle and not figures:
        raise click.UsageError(f"{', '.join(idle)}: only with --figures")
    ending = Path(output).suffix if output else ""
    if output and ending != ".nc" and ending not in EXPORTS:
        raise click.UsageError(f"cannot save to {output}: the ending must be one of .nc, {', '.join(EXPORTS)}")
    if output and not Path(output).resolve().parent.is_dir():
        raise click.UsageError(f"cannot save to {output}: no such folder")
    return ending


@click.command("train")
@pairing_options
@data_options
@network_options
@update_options
@stopping_options
@recording_options
@workers_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="Save the result: .nc (netCDF-4, for every other command), .csv or .json (the table). "
    "A run killed on the way to a .nc goes on where it stopped.",
)
@click.option("--figures", type=click.Path(file_okay=False), help="Draw the figures into this folder; made if missing.")
@style_options
@lang_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    output: str | None,
    figures: str | None,
    formats: tuple[str, ...],
    theme: str,
    lang: str,
    size: str,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Train stacks and follow every layer on the way: loss, accuracy, and the probe's statistics in snapshots.

    What is given more than once is compared: every combination is a run, under every seed. Ends with a table of how
    each run ended: loss and accuracy, means over the seeds that did not diverge with their standard deviation, are of
    the weights that are kept: the best ones under --early-stopping, else the last. An evaluation takes 1000
    training and 1000 validation rows at most; the test at the end takes all its rows.

    \b
    Example: actviz train -i xavier_normal -i he_normal -a relu --lr 0.01 --lr 0.1 --seeds 4 -o race.nc
    """  # noqa: D301
    ending = _check_usage(given(ctx), chosen, output, figures)
    import actviz
    from actviz.cli.echo import training_line
    from actviz.results.checkpoint import discard
    from actviz.training import outcomes

    find_own_modules()
    inits, activations, data = chosen.pop("inits"), chosen.pop("activations"), chosen.pop("data")
    seeds, workers = chosen.pop("seeds"), chosen.pop("workers")
    parts = {name: chosen.pop(name) for name in PARTS}
    split = actviz.Split(**{name: _count(value) for name, value in parts.items() if value is not None})
    runs = actviz.runs(inits, activations, data=data, **_settings(chosen))
    partial = f"{output}.partial" if ending == ".nc" else None
    try:
        with progress("training", lang) as callback:
            result = actviz.train(
                runs, data, split=split, seeds=seeds, workers=workers, progress=callback, checkpoint=partial
            )
    except KeyboardInterrupt:
        if partial and Path(partial).is_dir():
            click.echo(f"actviz: what is done is kept in {partial}; the same command goes on from there", err=True)
        raise
    if output and partial:
        actviz.save(result, output)
        discard(partial)
    elif output:
        actviz.export(result, output)
    drawn = _draw(result, figures, formats, {"theme": theme, "lang": lang, "size": size}) if figures else []
    written = [*([output] if output else []), *drawn]
    if as_json:
        found = [outcome_json(each) for each in outcomes(result)]
        return echo_json({"recipe": actviz.recipe(result), "runs": found, "files": written})
    click.echo(training_line(result, "spread", lang))
    echo_outcomes(outcomes(result), lang)
    for path in written:
        echo_written(path, lang)


def _draw(result: Any, folder: str, formats: tuple[str, ...], style: dict[str, Any]) -> list[str]:
    from actviz.plots import figures_of

    return draw_figures(list(figures_of(result, **style)), folder, formats, style["lang"])
