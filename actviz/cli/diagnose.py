"""``actviz diagnose``."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import click

from actviz.cli.echo import WIDTH, echo_json, echo_table
from actviz.cli.echo_verdicts import echo_verdicts
from actviz.cli.network import recipe_options
from actviz.cli.options import (
    StrictCommand,
    json_option,
    lang_option,
    number_formats_option,
    selection_options,
    strict_option,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.running import as_options, find_own_modules, given, load_selected, progress
from actviz.errors import ActvizError
from actviz.text import text, wrapped
from actviz.text.tables import number


def _thresholds(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> Any:
    """Turn NAME=VALUE into ``Thresholds``."""
    from actviz.diagnosis.thresholds import Thresholds

    values = {}
    for piece in given:
        name, _, value = piece.partition("=")
        try:
            values[name.strip()] = float(value)
        except ValueError:
            raise click.BadParameter(f"{piece!r} is not NAME=VALUE, as saturated=0.6") from None
    return Thresholds.of(**values)


def _list_thresholds(lang: str, *, as_json: bool) -> None:
    from actviz.diagnosis.severity import LIMITS, NORMALIZED
    from actviz.diagnosis.thresholds import Thresholds

    defaults = Thresholds()
    if as_json:
        listed = {
            name: {"value": getattr(defaults, name), "reason": text(f"threshold.{name}", lang)}
            for name in defaults.names()
        }
        limits = {"severities": LIMITS, "severities_under_norm": NORMALIZED}
        return echo_json({"version": defaults.version, "thresholds": listed, **limits})
    say(text("cli.thresholds", lang, version=defaults.version))
    for name in defaults.names():
        say(f"{name} = {number(getattr(defaults, name))}")
        say(wrapped(text(f"threshold.{name}", lang), WIDTH, initial_indent="  ", subsequent_indent="  "))
    say()
    say(wrapped(text("cli.limits", lang), WIDTH))
    rows = [
        {"rule": rule, "norm": norm, "marked": marked, "severe": severe}
        for norm, limits in (("any", LIMITS), ("batch", NORMALIZED))
        for rule, (marked, severe) in limits.items()
    ]
    return echo_table(rows, lang)


def _is_result(target: str) -> bool:
    return target.endswith(".nc") or os.path.exists(target)


def _pairing(target: str) -> tuple[str, str]:
    from actviz.catalog.names import pairing_parts

    parts = pairing_parts(target)
    if parts is None:
        raise click.BadParameter(f"{target!r} is neither a result (.nc) nor INIT+ACTIVATION, as he_normal+relu")
    return parts


def _datasets(
    targets: Sequence[str],
    selection: Mapping[str, Any],
    settings: Mapping[str, Any],
    formats: Sequence[str] | None,
    lang: str,
) -> list[tuple[Any, Any]]:
    """Load the results, of them what is selected, and measure the pairings, in order; each with functions it is of.

    Raises
    ------
    ActvizError
        If a result is a training and no snapshot is chosen.
    """
    import actviz
    from actviz.catalog.names import labelled_activations
    from actviz.results.dataset import is_training

    find_own_modules()
    wanted = [target if _is_result(target) else _pairing(target) for target in targets]
    _refuse_repeats(wanted)
    datasets: list[tuple[Any, Any]] = []
    with progress("measuring", lang) as callback:
        for target in wanted:
            if isinstance(target, str):
                datasets.append((load_selected(target, **selection), ()))
                if is_training(datasets[-1][0]):
                    raise ActvizError(f"{target} is a training: say which layers, --snapshot STEP, first or last")
            else:
                measured = actviz.probe(*target, **settings, formats=formats, progress=callback)
                datasets.append((measured, labelled_activations(target[1])))
    return datasets


def _refuse_repeats(wanted: Sequence[str | tuple[str, str]]) -> None:
    """Refuse a result or a pairing that is given twice, be it by another name."""
    from actviz.catalog.names import labelled_activations, labelled_initializers

    named = [
        each
        if isinstance(each, str)
        else f"{next(iter(labelled_initializers(each[0])))}+{next(iter(labelled_activations(each[1])))}"
        for each in wanted
    ]
    if twice := next((name for name in named if named.count(name) > 1), None):
        raise ActvizError(f"each result and pairing may be given once, got {twice} twice")


def _check_options(
    ctx: click.Context, targets: Sequence[str], settings: Mapping[str, Any], selection: Mapping[str, Any]
) -> None:
    """Refuse options that would be ignored: a result is measured already, and a pairing needs no choosing."""
    named = given(ctx)
    idle = as_options(name for name in settings if name in named)
    if idle and all(map(_is_result, targets)):
        raise click.UsageError(f"{idle}: only for INIT+ACTIVATION; a result has been measured")
    if named & set(selection) and not any(map(_is_result, targets)):
        raise click.UsageError("-i, -a and --snapshot choose from a result; name pairings as INIT+ACTIVATION")


@click.command("diagnose", cls=StrictCommand)
@click.argument("targets", nargs=-1, metavar="RESULT|INIT+ACTIVATION...")
@recipe_options()
@workers_option
@selection_options
@click.option(
    "--threshold",
    "thresholds",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_thresholds,
    help="Change a threshold; repeat for several.",
)
@click.option(
    "--list-thresholds",
    "listed",
    is_flag=True,
    help="Print the thresholds with their reasons and the limits of severities, and exit.",
)
@number_formats_option
@strict_option
@lang_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    targets: tuple[str, ...],
    selection: dict[str, Any],
    thresholds: Any,
    listed: bool,
    number_formats: list[str] | None,
    strict: str | None,
    lang: str,
    as_json: bool,
    **settings: Any,
) -> None:
    """Say what is wrong with pairings, from which layer on, and how to mend it.

    A pairing is measured as by `actviz probe`, with its options; of a saved result every pairing is told, or those
    chosen with -i and -a; of a training, every run at one --snapshot. Faults are listed causes first; the gravest is
    the verdict (in --json too), of equals the first.

    \b
    Example: actviz diagnose xavier_normal+sigmoid he_normal+relu --depth 20 --strict
    """  # noqa: D301
    if listed and targets:
        raise click.UsageError(f"--list-thresholds prints thresholds alone: leave out {targets[0]}")
    if listed:
        return _list_thresholds(lang, as_json=as_json)
    if not targets:
        raise click.UsageError("name a RESULT (.nc) or pairings, INIT+ACTIVATION")
    _check_options(ctx, targets, settings, selection)
    from actviz.diagnosis.judging import diagnose
    from actviz.diagnosis.severity import LIMITS, NORMALIZED, Severity
    from actviz.results.dataset import recipe

    datasets = _datasets(targets, selection, settings, number_formats, lang)
    groups = [
        (target, recipe(dataset), diagnose(dataset, thresholds, number_formats, activations=functions))
        for target, (dataset, functions) in zip(targets, datasets, strict=True)
    ]
    diagnoses = [diagnosis for *_, group in groups for diagnosis in group]
    if as_json:
        limits = {name: getattr(thresholds, name) for name in ("version", *thresholds.names())}
        results = [
            {"target": target, "recipe": how, "diagnoses": [each.record(lang) for each in group]}
            for target, how, group in groups
        ]
        severities = {"severities": LIMITS, "severities_under_norm": NORMALIZED}
        echo_json({"thresholds": limits, **severities, "results": results})
    elif len(targets) > 1 and any(map(_is_result, targets)):  # in which a pairing may be there again
        for at, (target, _, group) in enumerate(groups):
            say(("\n" if at else "") + f"{target}:")
            echo_verdicts(group, lang)
    else:
        echo_verdicts(diagnoses, lang)
    if strict and not all(diagnosis.passes(Severity(strict)) for diagnosis in diagnoses):
        ctx.exit(1)
