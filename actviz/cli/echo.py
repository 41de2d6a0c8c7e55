"""What commands print: tables and JSON, results and trainings."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from actviz.cli.printing import say
from actviz.errors import ActvizError
from actviz.text import text, wrapped
from actviz.text.escaping import as_json
from actviz.text.numbers import in_print
from actviz.text.tables import number, table_lines

if TYPE_CHECKING:
    from actviz.training import Outcome

DEFAULT_STATISTICS = ("act_mean", "act_std", "saturated", "dead_units", "similarity", "grad_preact_rms", "nonfinite")
"""Statistics of the table of a probe."""

SHOWN_OF_BLOCKS = ("stream_rms", "branch_ratio", "stream_similarity", "stream_grad")
"""Statistics of the table of a stack's blocks."""

EVALUATIONS = 11
"""Evaluations of a run that are printed at most, evenly spaced."""

POINTS = 60
"""Points of a sweep that are printed at most."""

EVALUATED = ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy", "learning_rate")

WIDTH = 100
"""Columns to which sentences are wrapped."""


def echo_table(rows: Sequence[Mapping[str, Any]], lang: str = "en") -> None:
    """Print rows under their keys, in words where these are known, numbers to the right."""
    for line in table_lines(rows, lang):
        say(line)


def counted(what: str, count: int, lang: str = "en") -> str:
    """Write a number of layers, pairings or seeds; ``what`` is one of them.

    >>> counted("seed", 1), counted("seed", 3), counted("layer", 3, "ko")
    ('1 seed', '3 seeds', '층 3개')
    """
    return text(f"cli.{what}" if count == 1 else f"cli.{what}s", lang, number=count)


def echo_written(paths: Iterable[Any], lang: str) -> None:
    """Say on standard error which files were written."""
    for path in paths:
        say(text("cli.written", lang, path=path), err=True)


def echo_json(content: Any) -> None:
    """Print JSON; null for what is not a finite number."""
    click.echo(as_json(json.dumps(_finite(content), indent=1, ensure_ascii=False)))


def _finite(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


def copies_words(found: Mapping[str, Any], layers: Sequence[int], lang: str) -> dict[str, str]:
    """Return what is said of initializers, by their labels, whose seeds are no replicates."""
    return {label: text(same.key, lang, **same.values(layers)) for label, same in found.items()}


def copies_of_result(dataset: Any, lang: str) -> dict[str, str]:
    """Return that of a result."""
    from actviz.results.replicates import copies_in

    return copies_words(copies_in(dataset), dataset["layer"].values.tolist() if "layer" in dataset else [], lang)


def echo_copies(found: Mapping[str, str]) -> None:
    """Say of initializers, by their labels, that their seeds are no replicates."""
    for label, words in found.items():
        say(wrapped(f"{label}: {words}", WIDTH))


def echo_result(
    dataset: Any,
    lang: str,
    *,
    as_json: bool,
    layers: tuple[str, ...] = (),
    statistics: tuple[str, ...] = (),
    formats: Sequence[str] | None = None,
) -> None:
    """Print the statistics of chosen layers, means over seeds; as JSON every seed, layer and statistic.

    Of a stack of residual blocks the stream behind the first and the last is told as well, and the Jacobian where there
    is one.
    """
    import actviz
    from actviz.results.files import json_rows
    from actviz.results.words import block_words

    if as_json:
        rows = json_rows(actviz.table(_chosen_layers(dataset, layers or ("all",))))
        keep = ("init", "activation", "seed", "layer", *(statistics or actviz.STATISTICS))
        content = [{key: value for key, value in row.items() if key in keep} for row in rows]
        more = {name: json_rows(frame) for name, frame in _of_networks(dataset).items()}
        more |= {"formats": json_rows(actviz.formats(dataset, formats))} if formats else {}
        told = {"no_replicates": copies} if (copies := copies_of_result(dataset, lang)) else {}
        return echo_json({"recipe": actviz.recipe(dataset), "rows": content, **more, **told})
    chosen = list(statistics or DEFAULT_STATISTICS)
    means = _chosen_layers(dataset, layers or ("first", "last"))[chosen].mean("seed", skipna=False)
    frame = means.to_dataframe(dim_order=["init", "activation", "layer"]).reset_index()
    recipe = actviz.recipe(dataset)
    inputs = {name: recipe[name] for name in ("samples", "inputs", "dtype")}
    seeds = counted("seed", dataset.sizes["seed"], lang)
    sizes = {"depth": dataset.sizes["layer"], "width": _widths(recipe["width"])}
    said = [text("cli.probed", lang, **inputs, **sizes, seeds=seeds), *block_words(recipe, lang)]
    say("; ".join(said))
    echo_table(frame[["init", "activation", "layer", *chosen]].to_dict("records"), lang)
    echo_copies(copies_of_result(dataset, lang))
    for name, told in {} if statistics else _of_networks(dataset).items():
        means = told.groupby([each for each in ("init", "activation", "block") if each in told], sort=False)
        shown = means.mean(numeric_only=True).drop(columns="seed").reset_index()
        ends = shown["block"].isin([shown["block"].min(), shown["block"].max()]) if name == "blocks" else slice(None)
        say("")
        echo_table(shown[ends].to_dict("records"), lang)


def _of_networks(dataset: Any) -> dict[str, Any]:
    """Return what there is of a stream behind blocks, and of the Jacobian, as tables by seed."""
    from actviz.results.statistics import OF_JACOBIAN

    tables = {"blocks": (SHOWN_OF_BLOCKS, ["block"]), "jacobian": (tuple(OF_JACOBIAN), [])}
    of_a_stack = "layer_name" not in dataset.coords
    return {
        name: dataset[list(told)]
        .reset_coords(drop=True)
        .to_dataframe(["init", "activation", "seed", *dims])
        .reset_index()
        for name, (told, dims) in tables.items()
        if of_a_stack and told[0] in dataset
    }


def echo_weights(dataset: Any, lang: str, *, as_json: bool) -> None:
    """Print the sizes of weights, medians over seeds, and of which share of each convention's std theirs is."""
    import actviz
    from actviz.results.files import json_rows

    frame = actviz.weights(dataset)
    if as_json:
        return echo_json({"recipe": actviz.recipe(dataset), "rows": json_rows(frame)})
    same = [name for name in ("init", "activation") if frame[name].nunique() == 1]
    echo_table(frame.drop(columns=[*same, "rms", "norm"]).to_dict("records"), lang)


def echo_training(dataset: Any, lang: str, *, as_json: bool) -> None:
    """Print evaluations, means over seeds, and how every run ended; as JSON every seed and evaluation."""
    import actviz
    from actviz.results.files import json_rows
    from actviz.training import outcomes

    ends, frame = outcomes(dataset), actviz.table(dataset)
    if as_json:
        runs = [outcome_json(each) for each in ends]
        return echo_json({"recipe": actviz.recipe(dataset), "runs": runs, "rows": json_rows(frame)})
    steps = dataset["step"].values
    last = len(steps) - 1
    shown = {int(steps[round(i * last / (EVALUATIONS - 1))]) for i in range(EVALUATIONS)}
    names = [name for name in EVALUATED if frame[name].notna().any()]
    time = ["step", "epoch"] if actviz.recipe(dataset)["epoch_updates"] else ["step"]
    means = frame[frame["step"].isin(shown)].groupby(["run", *time], sort=False)[names].mean().reset_index()
    order = {run: at for at, run in enumerate(dataset["run"].values)}
    rows = sorted(means.to_dict("records"), key=lambda row: (order[row["run"]], row["step"]))
    say(training_line(dataset, "running", lang))
    echo_table(rows, lang)
    say()
    echo_outcomes(ends, lang)


def echo_sweep(dataset: Any, lang: str, *, as_json: bool) -> None:
    """Print the numbers of cells, means over seeds, a row a point; as JSON every cell."""
    import numpy as np

    import actviz
    from actviz.results.dataset import swept
    from actviz.results.files import json_rows

    if as_json:
        return echo_json({"recipe": actviz.recipe(dataset), "rows": json_rows(actviz.table(dataset))})
    fields, profiles = swept(dataset), [str(name) for name, var in dataset.items() if "layer" in var.dims]
    points = math.prod(map(len, fields.values()))
    say(text("cli.swept", lang, cells=points * dataset.sizes["seed"], over=" x ".join(
        f"{len(values)} {name}" for name, values in fields.items()), seeds=counted("seed", dataset.sizes["seed"], lang),
    ))  # fmt: skip
    numbers = dataset.drop_vars([*profiles, "layer"], errors="ignore")
    if numbers.data_vars:
        with np.errstate(over="ignore", invalid="ignore"):
            means = numbers.mean("seed", skipna=False)
        means = means.to_dataframe(dim_order=list(fields)).reset_index()
        echo_table(means.head(POINTS).to_dict("records"), lang)
        if points > POINTS:
            say(text("cli.swept_more", lang, number=points - POINTS))
        if any(str(name).startswith("theory_") and var.isnull().any() for name, var in numbers.items()):
            say(wrapped(text("cli.swept_no_theory", lang), WIDTH))
    if profiles:
        say(text("cli.swept_profiles", lang, names=", ".join(profiles)))


def echo_profiles(dataset: Any, lang: str, layers: tuple[str, ...], statistics: tuple[str, ...]) -> None:
    """Print profiles of the cells of a sweep at chosen layers, means over seeds, a row a point and layer."""
    import numpy as np

    from actviz.catalog.checks import choose_from
    from actviz.results.dataset import swept

    kept = [str(name) for name, var in dataset.items() if "layer" in var.dims]
    if not kept:
        raise ActvizError("this sweep keeps no profile over layers: --keep act_std keeps one")
    for name in statistics:
        if name not in kept:
            raise ActvizError(f"this sweep keeps no profile {name!r}; {choose_from(name, kept)}")
    chosen = list(statistics or kept)
    with np.errstate(over="ignore", invalid="ignore"):
        means = _chosen_layers(dataset, layers or ("all",))[chosen].mean("seed", skipna=False)
    rows = means.to_dataframe(dim_order=[*swept(dataset), "layer"]).dropna(how="all").reset_index()
    echo_table(rows[[*swept(dataset), "layer", *chosen]].head(POINTS).to_dict("records"), lang)
    if len(rows) > POINTS:
        say(text("cli.swept_rows", lang, number=len(rows) - POINTS))


def training_line(dataset: Any, told: str, lang: str) -> str:
    """Return what was trained, and on what, in a line; ``told`` is running or spread, what the numbers below are."""
    import actviz

    recipe = actviz.recipe(dataset)
    first = next(iter(recipe["runs"].values()))
    if "filmed" in recipe:
        sizes = {"depth": len(first["width"]), "width": _widths(first["width"])}
        return text("cli.filmed", lang, data=recipe["data"], rows=recipe["rows"]["train"], **sizes)
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
    alone = math.isnan(mean) or math.isnan(deviation)
    return number(mean) if alone else f"{in_print(mean, 4)} ± {in_print(deviation, 2)}"


def echo_outcomes(ends: Sequence[Outcome], lang: str) -> None:
    """Print how every run ended: what no run has, such as test rows, is left out."""
    shown = [name for name in ends[0].numbers if not all(math.isnan(each.numbers[name][0]) for each in ends)]
    stopped = not all(math.isnan(each.best_step) for each in ends)
    rows = []
    for each in ends:
        row: dict[str, Any] = {"run": each.run, "ended": each.told(lang)}
        row |= {} if math.isnan(each.epochs) else {"epochs": each.epochs}
        row |= {name.replace("_", " ").replace("accuracy", "acc"): _spread(each.numbers[name]) for name in shown}
        rows.append({**row, **({"best step": each.best_step} if stopped else {})})
    echo_table(rows, lang)


def outcome_json(each: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON values."""
    ended = [{"why": why, "update": at, "seeds": number} for why, at, number in each.ended]
    numbers = {name: {"mean": mean, "sd": deviation} for name, (mean, deviation) in each.numbers.items()}
    return {"run": each.run, "ended": ended, "epochs": each.epochs, "best_step": each.best_step, **numbers}
