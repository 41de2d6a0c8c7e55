"""``actviz baseline``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from actviz.cli.echo import echo_json, echo_written
from actviz.cli.network import pairing_options, recipe_options
from actviz.cli.options import (
    FILE,
    imports_option,
    json_option,
    lang_option,
    overwrite_option,
    snapshot_option,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.running import check_file, find_own_modules, given, load_probe, progress

DEFAULTS = {"seeds": "64", "dtype": "float64"}
"""Seeds enough to tell drift from luck, and a precision in which an exact check makes sense."""

MODEL_OPTIONS = ("model_inputs", "layers", "batches")


def _written(names: set[str]) -> str:
    options = {"inits": "-i", "activations": "-a", "model_inputs": "--input"}
    return ", ".join(sorted(options.get(name, f"--{name.replace('_', '-')}") for name in names))


def _refuse(names: set[str], why: str) -> None:
    if names:
        raise click.UsageError(f"{_written(names)}: {why}")


def _measured(ctx: click.Context, source: str | None, settings: dict[str, Any], lang: str) -> Any:
    """Load or measure what the baseline is of."""
    from actviz.baseline import measure_again, read_recipe

    model, allowed = {name: settings.pop(name) for name in MODEL_OPTIONS}, settings.pop("allow_imports")
    snapshot, named = settings.pop("snapshot"), given(ctx) - {"source", "output", "as_json", "lang", "snapshot"}
    is_model = source is not None and ":" in source and not os.path.exists(source)
    if not is_model:
        _refuse(named & set(model), "only for a PyTorch model, PACKAGE.MODULE:NAME")
    if allowed and (source is None or is_model or source.endswith(".nc")):
        raise click.UsageError("--allow-imports: only for a RECIPE, a file that names what is imported")
    named -= {"allow_imports"}
    if source is not None and source.endswith(".nc"):
        _refuse(named, "a result has been measured")
        return load_probe(source, snapshot)
    if snapshot is not None:
        raise click.UsageError("--snapshot: only for a RESULT of a training")
    with progress("measuring", lang) as callback:
        if is_model:
            _refuse(named - set(model) - {"seeds", "drive"}, "not for a PyTorch model")
            return _probe_model(str(source), settings, model, callback)
        if source is not None:
            recipe = {**_defaults(settings), **read_recipe(source), **{name: settings[name] for name in named}}
        elif not (settings["inits"] and settings["activations"]):
            raise click.UsageError("say what to measure: -i INIT -a ACTIVATION, a recipe (.json) or a result (.nc)")
        else:
            recipe = settings
        workers, seeds = settings["workers"], recipe.get("seeds", settings["seeds"])
        recipe = {key: value for key, value in recipe.items() if key not in ("workers", "seeds")}
        return measure_again(recipe, seeds, allow_imports=allowed or source is None, workers=workers, progress=callback)


def _defaults(settings: dict[str, Any]) -> dict[str, Any]:
    """Return what a recipe file need not say."""
    return {name: settings[name] for name in DEFAULTS}


def _probe_model(source: str, settings: dict[str, Any], model: dict[str, Any], callback: Any) -> Any:
    from actviz.torch import need_torch

    need_torch()
    from actviz.torch.named import probe_named

    inputs = model["model_inputs"]
    if not inputs:
        raise click.UsageError("a PyTorch model needs --input, as for `actviz inspect`")
    return probe_named(
        source,
        inputs,
        drive=settings["drive"],
        layers=list(model["layers"]),
        batches=model["batches"],
        seeds=settings["seeds"],
        progress=callback,
    )


@click.command("baseline")
@click.argument("source", required=False, metavar="[RECIPE|RESULT|MODEL]")
@pairing_options(required=False)
@recipe_options(**DEFAULTS)
@imports_option
@workers_option
@click.option("--input", "model_inputs", multiple=True, metavar="SHAPE|FILE|NAME", help="Of a model: its inputs.")
@click.option("--layers", multiple=True, default=("*",), metavar="GLOB", help="Of a model: layers by name or type.")
@click.option("--batches", type=int, default=1, help="Of a model: batches of a data loader.")
@snapshot_option
@click.option("-o", "--output", type=FILE, required=True, help="File to write, JSON: review and commit it.")
@lang_option
@overwrite_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, source: str | None, output: str, lang: str, as_json: bool, **settings: Any) -> None:
    """Write a baseline: the statistics of a stack or model as JSON to review, commit and check against.

    Measures the pairings of -i and -a with the options of `actviz probe`; or those of a RECIPE, a JSON file with the
    arguments of actviz.probe, which options overrule; or a PyTorch MODEL, package.module:name with the options of
    `actviz inspect`; or takes a RESULT (.nc) as it is.

    \b
    Example: actviz baseline -i he_normal -a relu --depth 10 -o relu.json && actviz check relu.json
    """  # noqa: D301
    from actviz.baseline import FEWEST, Baseline, baseline_words, few_words
    from actviz.errors import ActvizError
    from actviz.text import text

    find_own_modules()
    check_file(output, ())
    if Path(output).suffix == ".nc":
        raise ActvizError(f"cannot save to {output}: a baseline is JSON text; the ending should be .json")
    if source is not None and os.path.exists(output) and os.path.exists(source) and os.path.samefile(source, output):
        raise ActvizError(
            f"cannot save to {output}: it is the recipe that is read; give the baseline a name of its own"
        )
    baseline = Baseline.of(_measured(ctx, source, settings, lang))
    baseline.save(output)
    if (number := len(baseline.seeds)) < FEWEST:
        few = few_words(number, lang)
        say(text("check.few_written", lang, path=output, number=few, least=FEWEST), err=True)
    if as_json:
        return echo_json({"file": output, "recipe": baseline.recipe, "made_with": baseline.versions})
    echo_written([f"{output}: {baseline_words(baseline, lang)}"], lang)
