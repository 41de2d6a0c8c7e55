"""``actviz inspect``."""

from __future__ import annotations

from typing import Any

import click

from actviz.cli.echo import counted, echo_json, echo_table, echo_written
from actviz.cli.echo_checks import echo_formats
from actviz.cli.echo_verdicts import echo_verdicts
from actviz.cli.folding import view
from actviz.cli.options import (
    FILE,
    FOLDER,
    StrictCommand,
    View,
    json_option,
    number_formats_option,
    overwrite_option,
    seeds_option,
    strict_option,
)
from actviz.cli.printing import say
from actviz.cli.running import check_file, draw_figures, find_own_modules, progress
from actviz.cli.styling import refuse_idle, set_options
from actviz.text import text

SHOWN = ("act_std", "saturated", "dead_units", "similarity", "unit_spread", "grad_preact_rms")
"""Statistics of the table."""


def _starting(diagnosis: Any, lang: str) -> dict[int, list[str]]:
    """Return the verdicts that start at each layer."""
    starting: dict[int, list[str]] = {}
    for finding in diagnosis.findings:
        starting.setdefault(finding.layer, []).append(finding.verdict.label(lang))
    return starting


def _layers(dataset: Any, diagnosis: Any, lang: str) -> list[dict[str, Any]]:
    """One row a layer: what it is, means over seeds, and the verdicts that start there."""
    means = dataset.isel(init=0, activation=0).mean("seed", skipna=False)
    starting = _starting(diagnosis, lang)
    return [
        {
            "layer": int(layer),
            "name": str(dataset["layer_name"].values[at]),
            "type": str(dataset["layer_type"].values[at]),
            "role": str(dataset["role"].values[at]),
            **{name: float(means[name].values[at]) for name in SHOWN},
            "verdict": ", ".join(starting.get(int(layer), [])) or "-",
        }
        for at, layer in enumerate(dataset["layer"].values)
    ]


def _heading(recipe: dict[str, Any], layers: int, lang: str) -> str:
    mode = "training" if recipe["training"] else "evaluation"
    return text(
        "cli.inspected",
        lang,
        model=recipe["names"]["model"],
        layers=counted("layer", layers, lang),
        seeds=counted("seed", len(recipe["seeds"]), lang),
        mode=text(f"cli.mode.{mode}", lang),
        **{name: recipe[name] for name in ("samples", "inputs", "precision")},
    )


@click.command("inspect", cls=StrictCommand)
@click.argument("model", metavar="PACKAGE.MODULE:NAME")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    required=True,
    metavar="SHAPE|FILE|NAME",
    help="What the model is called with: the shape of N(0, 1) values (32,3,224,224), of whole numbers below a bound "
    "(8,128:1000), a .npy file, or package.module:name of a tensor, tuple, dict, loader or function; repeat for "
    "several arguments.",
)
@click.option(
    "--layers",
    multiple=True,
    default=(),
    metavar="GLOB",
    help="Layers by name ('features.*') or type ('Conv*'); repeat for several. With it a model with a stream is told "
    "layer by layer ('*': all), without it by blocks, those that are alike in one row.  [default: all]",
)
@seeds_option("How many seeds (0, 1, ...), or which: 3,5,7.  [default: 8 of a factory, 1 of a module]")
@click.option(
    "--drive",
    default="cotangent",
    show_default=True,
    metavar="DRIVE",
    help="What drives the backward pass: cotangent (a random N(0, 1) gradient), cross_entropy (random labels), "
    "below-head (a random gradient at what the last weights are given), or package.module:name of a function from the "
    "output to a loss.",
)
@click.option("--batches", type=int, default=1, show_default=True, help="Batches of a data loader.")
@click.option("--view", type=View(), help="A second, exact histogram between given edges, as 0,1,30.")
@click.option("-o", "--output", type=FILE, help="Save the result (.nc), for every other command.")
@click.option("--figures", "folder", type=FOLDER, help="Draw the figures into this folder.")
@set_options
@number_formats_option
@overwrite_option
@strict_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    model: str,
    output: str | None,
    folder: str | None,
    formats: tuple[str, ...],
    style: dict[str, Any],
    number_formats: list[str] | None,
    strict: str | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Measure a PyTorch model of your own layer by layer, and say what is wrong.

    The name is that of a function or class that makes the model, called once a seed, or of a model, measured as it is.
    A module is looked for where it is installed, then in the current folder. Needs the extra torch.

    \b
    Example: actviz inspect torchvision.models:resnet18 --input 32,3,224,224 --layers 'layer1.*' --figures drawn
    """  # noqa: D301
    from actviz.torch import need_torch

    need_torch()
    if not folder:
        refuse_idle(ctx, "--figures")
    check_file(output, (".nc",))
    import actviz
    from actviz.diagnosis.severity import Severity
    from actviz.torch.named import probe_named

    find_own_modules()
    unfolded = bool(settings["layers"])
    lang, settings["layers"] = style["lang"], list(settings["layers"]) or ["*"]
    with progress("measuring", lang) as callback:
        dataset = probe_named(model, settings.pop("inputs"), **settings, formats=number_formats, progress=callback)
    (diagnosis,) = actviz.diagnose(dataset, formats=number_formats)
    written = []
    if output:
        actviz.save(dataset, output)
        written.append(output)
    if folder:
        from actviz.plots import figures_of

        drawn, kept = draw_figures(figures_of(dataset, **style), folder, formats, lang, some=True)
        written += drawn + kept
    recipe = actviz.recipe(dataset)
    rows = _layers(dataset, diagnosis, "en" if as_json else lang)
    if as_json:
        echo_json({"recipe": recipe, "layers": rows, "diagnosis": diagnosis.record(lang), "files": written})
    else:
        say(_heading(recipe, len(rows), lang))
        by_blocks = not unfolded and "block" in dataset.dims
        echo_table(view(dataset, _starting(diagnosis, lang)) if by_blocks else rows, lang)
        say()
        if number_formats:
            echo_formats(dataset, number_formats, lang)
            say()
        echo_verdicts([diagnosis], lang)
        echo_written(written, lang)
    if strict and not diagnosis.passes(Severity(strict)):
        ctx.exit(1)
