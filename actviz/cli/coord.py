"""``actviz coord``."""

from __future__ import annotations

from typing import Any

import click

from actviz.cli.echo import echo_written
from actviz.cli.echo_checks import echo_coordinates
from actviz.cli.network import block_options
from actviz.cli.options import (
    FILE,
    FORMATS,
    Numbers,
    complete,
    json_option,
    overwrite_option,
    seeds_option,
    workers_option,
)
from actviz.cli.running import as_options, check_file, find_own_modules, given, progress, write_result
from actviz.cli.styling import figure_options, refuse_idle

_OF_STACKS = ("parametrization", "depth", "outputs", "norm", "place", "block", "branch_scale", "bias_std")


@click.command("coord")
@click.argument("model", metavar="PACKAGE.MODULE:BUILD|INIT+ACTIVATION")
@click.option(
    "--widths",
    type=Numbers(),
    default="64,128,256,512",
    show_default=True,
    metavar="W,W,W",
    help="Three widths at least: what a function is called with, or of a stack's layers.",
)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="SHAPE|FILE|NAME",
    help="Of a stack: samples and width of N(0, 1) inputs, 16,32. Of a model: as for `actviz inspect`.",
)
@click.option(
    "--optimizer",
    shell_complete=complete("OPTIMIZERS"),
    help="sgd, momentum, nesterov, adam or adamw; of a model also package.module:name of a function from it to its "
    "optimizer.  [default: adam, or what comes with the model]",
)
@click.option("--lr", type=float, help="Learning rate, at the least width.  [default: 0.001]")
@click.option("--steps", type=int, default=3, show_default=True, help="Updates.")
@seeds_option(default="8")
@click.option("--margin", type=float, default=0.2, show_default=True, help="Slopes that do not matter.")
@click.option(
    "--loss",
    default="cross_entropy",
    show_default=True,
    help="cross_entropy of random labels, mean_square of random targets; of a model also package.module:name of a "
    "function from the output to a loss.",
)
@click.option(
    "--parametrization",
    type=click.Choice(("standard", "ntk", "mup")),
    help="Of a stack: how starts and learning rates go with the width.  [default: standard]",
)
@click.option("--depth", type=int, help="Of a stack: layers in front of its head.  [default: 3]")
@click.option("--outputs", type=int, help="Of a stack: outputs of its head.  [default: 10]")
@click.option("--bias-std", type=float, default=0.0, show_default=True, help="Of a stack: as in `actviz probe`.")
@block_options()
@workers_option
@click.option("-o", "--output", type=FILE, help="Save the result (.nc), or draw the figure (.png, .svg, .pdf).")
@click.option("--strict", is_flag=True, help="Exit with code 1 unless every layer's change is width-stable.")
@figure_options
@overwrite_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    model: str,
    inputs: tuple[str, ...],
    output: str | None,
    strict: bool,
    style: dict[str, Any],
    as_json: bool,
    **settings: Any,
) -> None:
    """Check how the layers of networks go with the width: their size, and how far the first updates move them.

    MODEL is a function of the width that makes a PyTorch model, or one and its optimizer; or a stack of actviz's own,
    with a linear head. Each layer is width-stable, grows or shrinks by tests over seeds, or is undecided. Raw sizes
    alone miss the fault: under Adam a standard network's layers stay as large at any width, and move the more.

    \b
    Example: actviz coord he_normal+relu --parametrization mup --optimizer sgd --lr 0.1 -o mup.png
    """  # noqa: D301
    check_file(output, (*FORMATS, "nc"), "write")
    if not output or output.endswith(".nc"):
        refuse_idle(ctx, "the figure of -o")
    find_own_modules()
    widths = settings.pop("widths")
    settings["widths"] = widths if isinstance(widths, list) else [widths]
    build = _models(ctx, model, inputs, settings) if "+" not in model else model
    if "+" in model and inputs:
        if len(inputs) > 1:
            raise click.UsageError("a stack has one --input, SAMPLES,WIDTH")
        settings["inputs"] = inputs[0]
    import actviz
    from actviz.scaling import Outcome, judge
    from actviz.scaling.trying import tried, tried_words

    with progress("measuring", style["lang"]) as callback:
        dataset = actviz.coordinate_check(build, **settings, progress=callback)
    write_result(dataset, output, "coordinates", style)
    told = tried_words(tried(dataset, settings["workers"]), dataset.sizes["seed"], style["lang"])
    echo_coordinates(dataset, style["lang"], as_json=as_json, tried=told)
    if output and not as_json:
        echo_written([output], style["lang"])
    growths = judge(dataset)
    stable = all(each.outcome is Outcome.STABLE for each in growths if each.what == "change")
    if strict and (not stable or any(each.departs for each in growths)):
        ctx.exit(1)


def _models(ctx: click.Context, model: str, inputs: tuple[str, ...], settings: dict[str, Any]) -> Any:
    """Return the function of a model's width, with what it needs in the settings."""
    if idle := as_options(name for name in _OF_STACKS if name in given(ctx)):
        raise click.UsageError(f"{idle}: of stacks alone; a function builds its model as it is")
    if ":" not in model:
        raise click.BadParameter(f"{model!r} is neither package.module:name nor INIT+ACTIVATION, as he_normal+relu")
    if not inputs:
        raise click.UsageError("a PyTorch model needs --input, as for `actviz inspect`")
    from actviz.torch import need_torch

    need_torch()
    from actviz.torch.named import imported, named_inputs

    named = {"model": model.strip(), "inputs": " ".join(inputs)}
    settings["inputs"] = named_inputs(inputs)
    for name, kind in (("optimizer", "optimizer"), ("loss", "drive")):
        if settings[name] and ":" in settings[name]:
            if name == "loss":
                named[name] = settings[name]
            settings[name] = imported(kind, settings[name])
    settings["named"] = named
    return imported("model", model)
