"""``actviz list``."""

from __future__ import annotations

import math
from typing import Any

import click

from actviz.cli.echo import echo_json, echo_table
from actviz.cli.options import fan_options, json_option, lang_option
from actviz.cli.printing import say
from actviz.cli.running import as_options, given
from actviz.text import in_words, text
from actviz.text.numbers import in_print
from actviz.text.tables import number

KINDS = ("initializers", "activations", "inputs", "data", "optimizers", "schedules", "statistics", "figures")


def _spelled(name: str, item: Any) -> str:
    from actviz.catalog.names import parameters

    values = parameters(item)
    return f"{name}:{','.join(number(value) for value in values.values())}" if values else name


def _initializers(fan_in: int, fan_out: int) -> list[dict[str, Any]]:
    from actviz.catalog.initializers import INITIALIZERS

    rows = []
    for name, item in INITIALIZERS.items():
        variance = item.variance(fan_in, fan_out)
        rows.append(
            {
                "initializer": _spelled(name, item),
                "variance": variance,
                "std": math.sqrt(variance),
                "gain": math.sqrt(fan_in * variance),
                "reference": item.reference,  # type: ignore[attr-defined]
            }
        )
    return rows


def _activations(fan_in: int, fan_out: int) -> list[dict[str, Any]]:
    from actviz.catalog.activations import ACTIVATIONS

    return [
        {
            "activation": _spelled(name, item),
            "bounds": f"({in_print(item.bounds[0], 4)}, {in_print(item.bounds[1], 4)})",
            "kinks": " ".join(in_print(kink) for kink in item.kinks) or "-",
            "largest slope": round(item.max_slope, 6),
            "reference": item.reference,
        }
        for name, item in ACTIVATIONS.items()
    ]


def _inputs(fan_in: int, fan_out: int) -> list[dict[str, Any]]:
    from actviz.catalog.inputs import INPUTS

    rows = [{"inputs": _spelled(name, item), "reference": item.reference} for name, item in INPUTS.items()]  # type: ignore[attr-defined]
    return [*rows, {"inputs": "FILE.npy, FILE.npz", "reference": "an array of your own, shape (samples, width)"}]


def _data(fan_in: int, fan_out: int) -> list[dict[str, Any]]:
    from actviz.catalog.tasks import TASKS

    rows = [{"data": _spelled(name, item), "reference": item.reference} for name, item in TASKS.items()]  # type: ignore[attr-defined]
    return [
        *rows,
        {"data": "FILE.npz", "reference": "arrays of your own, x (rows, width) and y (rows,) or (rows, outputs)"},
    ]


def _optimizers(fan_in: int, fan_out: int) -> list[dict[str, Any]]:
    from actviz.catalog.names import parameters
    from actviz.catalog.optimizers import OPTIMIZERS

    return [
        {
            "optimizer": _spelled(name, item),
            "parameters": ",".join(parameters(item)) or "-",
            "reference": item.reference,  # type: ignore[attr-defined]
        }
        for name, item in OPTIMIZERS.items()
    ]


def _schedules(fan_in: int, fan_out: int) -> list[dict[str, Any]]:
    from actviz.catalog.names import parameters
    from actviz.catalog.schedules import SCHEDULES

    return [
        {
            "schedule": _spelled(name, item),
            "parameters": ",".join(parameters(item)),
            "reference": item.reference,  # type: ignore[attr-defined]
        }
        for name, item in SCHEDULES.items()
    ]


def _statistics(fan_in: int, fan_out: int) -> list[dict[str, Any]]:
    from actviz.results.statistics import STATISTICS

    return [
        {"statistic": item.name, "units": item.units, "definition": item.definition} for item in STATISTICS.values()
    ]


def _figures(lang: str) -> list[dict[str, Any]]:
    from actviz.plots import FIGURES

    return [{"figure": name, "shows": item.description(lang)} for name, item in FIGURES.items()]


_ABOUT = ("reference", "definition")
"""Columns that say in words what a thing is."""

_makers = (_initializers, _activations, _inputs, _data, _optimizers, _schedules, _statistics)
LISTINGS = dict(zip(KINDS[:-1], _makers, strict=True))


def _listing(kind: str, fan_in: int, fan_out: int, lang: str, *, as_json: bool) -> list[dict[str, Any]]:
    """Rows of a kind, with what is said of each in a language."""
    if kind == "figures":
        return _figures(lang)
    about = _ABOUT if as_json else (*_ABOUT, "units")  # units are names in JSON
    rows = LISTINGS[kind](fan_in, fan_out)
    return [{key: in_words(value, lang) if key in about else value for key, value in row.items()} for row in rows]


@click.command("list")
@click.argument("kinds", nargs=-1, type=click.Choice(KINDS), metavar="[KIND]...")
@fan_options
@lang_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, kinds: tuple[str, ...], fan_in: int, fan_out: int, lang: str, as_json: bool) -> None:
    """List initializers, activations, inputs, data, optimizers, schedules, statistics, figures; or only KINDs named.

    Initializers are shown with what they imply for the given fans: the variance and standard deviation of a weight,
    and the gain sqrt(fan_in * variance). Parameters after a colon are the defaults and can be changed.
    """
    if kinds and "initializers" not in kinds and (idle := as_options(given(ctx) & {"fan_in", "fan_out"})):
        raise click.UsageError(f"{idle}: of initializers")
    listings = {kind: _listing(kind, fan_in, fan_out, lang, as_json=as_json) for kind in (kinds or KINDS)}
    if as_json:
        return echo_json(listings)
    for position, (kind, rows) in enumerate(listings.items()):
        say(("\n" if position else "") + text(f"kind.{kind}", lang, fan_in=fan_in, fan_out=fan_out))
        echo_table(rows, lang)
