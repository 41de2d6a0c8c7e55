"""``actviz train``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import click

from actviz.catalog.losses import LOSSES
from actviz.catalog.schedules import UNITS
from actviz.catalog.tasks import Split, rows_or_share
from actviz.cli.clusters import cluster_options
from actviz.cli.echo import (
    copies_of_result,
    echo_copies,
    echo_json,
    echo_outcomes,
    echo_written,
    outcome_json,
    training_line,
)
from actviz.cli.network import bias_option, block_options, dtype_option, pairing_options, size_options
from actviz.cli.options import (
    FOLDER,
    Numbers,
    complete,
    json_option,
    options,
    overwrite_option,
    saved_option,
    seeds_option,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.running import (
    as_options,
    check_result_file,
    draw_figures,
    find_own_modules,
    given,
    resumable,
    save_result,
)
from actviz.cli.styling import refuse_idle, set_options
from actviz.training import EarlyStopping
from actviz.training.config import MONITORS, TrainConfig

STOPPING = tuple(field.name for field in dataclasses.fields(EarlyStopping))
PARTS = tuple(field.name for field in dataclasses.fields(Split))
COMPARED = ("norm", "block", "branch_scale", "lr", "optimizer", "weight_decay", "dropout")
"""Options that may be repeated: every combination is a run."""

network_options = options(
    size_options("Number of hidden layers.", "Units of every hidden layer, or of each: 100,50,20."),
    bias_option,
    block_options(several=True),
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
        type=click.Choice(UNITS[::-1]),
        default=TrainConfig.per,
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
        type=click.Choice(list(LOSSES)),
        default=TrainConfig.loss,
        show_default=True,
        help="What is minimized, a mean over the batch.",
    ),
    click.option("--epochs", type=int, help="Passes over the training rows.  [default: 20]"),
    click.option("--updates", type=int, help="Budget in updates instead."),
    click.option("--batch", type=int, default=TrainConfig.batch, show_default=True, help="Rows an update, at most."),
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
    click.option("--clip", type=float, help="Largest norm of the loss's gradient, weight decay not in it."),
)

stopping_options = options(
    click.option("--early-stopping", is_flag=True, help="Stop when what is monitored gets better no more."),
    click.option(
        "--monitor",
        type=click.Choice(MONITORS),
        default=EarlyStopping.monitor,
        show_default=True,
        help="What is monitored.",
    ),
    click.option(
        "--patience",
        type=int,
        default=EarlyStopping.patience,
        show_default=True,
        help="How many evaluations in a row may bring no improvement; the next one without stops.",
    ),
    click.option(
        "--min-delta",
        type=float,
        default=EarlyStopping.min_delta,
        show_default=True,
        help="How much is an improvement.",
    ),
    click.option(
        "--keep-best/--keep-last",
        default=EarlyStopping.keep_best,
        show_default=True,
        help="Which weights are left after early stopping.",
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
    click.option(
        "--validation", type=float, default=Split.validation, show_default=True, help="Rows, or a share, to watch by."
    ),
    click.option(
        "--test", type=float, default=Split.test, show_default=True, help="Rows, or a share, to judge by at the end."
    ),
    click.option(
        "--label-noise",
        type=float,
        default=Split.label_noise,
        show_default=True,
        help="Share of wrong training labels.",
    ),
)

recording_options = options(
    click.option(
        "--evaluate-every",
        type=int,
        default=TrainConfig.evaluate_every,
        show_default=True,
        help="Epochs from one evaluation to the next.",
    ),
    click.option(
        "--snapshots",
        type=Numbers(),
        default="6",
        show_default=True,
        help="How many snapshots of the layers, the first and the last among them, between evaluations where these are "
        "fewer; or after which updates: 0,10,500.",
    ),
    seeds_option(default="1"),
    dtype_option(),
)


def _settings(chosen: dict[str, Any]) -> dict[str, Any]:
    """Turn options into arguments of ``runs``: what was not given keeps the library's default."""
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


def _check_usage(named: set[str], chosen: Mapping[str, Any]) -> None:
    """Refuse options that would be ignored."""
    idle = as_options(name for name in STOPPING if name in named)
    if idle and not chosen["early_stopping"]:
        raise click.UsageError(f"{idle}: only with --early-stopping")
    if {"epochs", "updates"} <= named:
        raise click.UsageError("give either --epochs or --updates")


@click.command("train")
@pairing_options()
@data_options
@network_options
@update_options
@stopping_options
@recording_options
@workers_option
@cluster_options
@saved_option
@click.option("--figures", type=FOLDER, help="Draw the figures into this folder; made if missing.")
@set_options
@overwrite_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    output: str | None,
    figures: str | None,
    formats: tuple[str, ...],
    style: dict[str, Any],
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
    _check_usage(given(ctx), chosen)
    if not figures:
        refuse_idle(ctx, "--figures")
    check_result_file(output)
    import actviz
    from actviz.training import outcomes

    find_own_modules()
    lang = style["lang"]
    inits, activations, data = chosen.pop("inits"), chosen.pop("activations"), chosen.pop("data")
    seeds, where = chosen.pop("seeds"), {name: chosen.pop(name) for name in ("workers", "cluster")}
    parts = {name: chosen.pop(name) for name in PARTS}
    split = Split(**{name: rows_or_share(value) for name, value in parts.items() if value is not None})
    runs = actviz.runs(inits, activations, data=data, **_settings(chosen))
    with resumable("training", lang, output) as how:
        result = actviz.train(runs, data, split=split, seeds=seeds, **where, **how)
    written = []
    if output:
        save_result(result, output)
        written.append(output)
    if figures:
        from actviz.plots import figures_of

        drawn, kept = draw_figures(
            figures_of(result, **style), figures, formats, lang, workers=where["workers"], some=True
        )
        written += drawn + kept
    ends, copies = outcomes(result), copies_of_result(result, lang)
    if as_json:
        runs_ended = [outcome_json(each) for each in ends]
        told = {"no_replicates": copies} if copies else {}
        return echo_json({"recipe": actviz.recipe(result), "runs": runs_ended, **told, "files": written})
    say(training_line(result, "spread", lang))
    echo_outcomes(ends, lang)
    echo_copies(copies)
    echo_written(written, lang)
