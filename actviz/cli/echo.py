"""Plain text tables for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actviz.training import Outcome

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import click

from actviz.text import text
from actviz.text.tables import number as number
from actviz.text.tables import table_lines


def echo_table(rows: Sequence[Mapping[str, Any]], lang: str = "en") -> None:
    """Print rows under their keys, in words where these are known, numbers to the right."""
    for line in table_lines(rows, lang):
        click.echo(line)


def counted(what: str, count: int, lang: str = "en") -> str:
    """Write a number of layers, pairings or seeds; ``what`` is one of them.

    >>> counted("seed", 1), counted("seed", 3), counted("layer", 3, "ko")
    ('1 seed', '3 seeds', '층 3개')
    """
    return text(f"cli.{what}" if count == 1 else f"cli.{what}s", lang, number=count)


def echo_written(path: Any, lang: str = "en") -> None:
    """Say on standard error that a file was written."""
    click.echo(text("cli.written", lang, path=path), err=True)


def echo_json(content: Any) -> None:
    """Print JSON; null for what is not a finite number."""
    click.echo(json.dumps(_finite(content), indent=1, ensure_ascii=False))


def _finite(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


DEFAULT_STATISTICS = ("act_mean", "act_std", "saturated", "dead_units", "similarity", "grad_preact_rms", "nonfinite")


EVALUATIONS = 11
"""Evaluations of a run that are printed at most, evenly spaced."""


def echo_result(
    dataset: Any, lang: str, *, as_json: bool, layers: tuple[str, ...] = (), statistics: tuple[str, ...] = ()
) -> None:
    """Print the statistics of chosen layers, means over seeds; as JSON every seed, layer and statistic."""
    import actviz
    from actviz.results.files import json_rows

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
    from actviz.results.files import json_rows
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


def _spread(numbers: tuple[float, float]) -> str:
    mean, deviation = numbers
    return number(mean) if math.isnan(mean) or math.isnan(deviation) else f"{mean:.4g} ± {deviation:.2g}"


def echo_outcomes(found: Sequence[Outcome], lang: str) -> None:
    """Print how every run ended: what no run has, such as test rows, is left out."""
    shown = [name for name in found[0].numbers if not all(math.isnan(each.numbers[name][0]) for each in found)]
    stopped = not all(math.isnan(each.best_step) for each in found)
    rows = []
    for each in found:
        row = {"run": each.run, "ended": each.told(lang), "epochs": each.epochs}
        row |= {name.replace("_", " ").replace("accuracy", "acc"): _spread(each.numbers[name]) for name in shown}
        rows.append({**row, **({"best step": each.best_step} if stopped else {})})
    echo_table(rows, lang)


def outcome_json(each: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON values."""
    ended = [{"why": why, "update": at, "seeds": number} for why, at, number in each.ended]
    numbers = {name: {"mean": mean, "sd": deviation} for name, (mean, deviation) in each.numbers.items()}
    return {"run": each.run, "ended": ended, "epochs": each.epochs, "best_step": each.best_step, **numbers}
