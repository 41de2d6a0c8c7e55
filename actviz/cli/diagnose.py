"""``actviz diagnose``."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from actviz.cli.echo import echo_json, echo_table, number
from actviz.cli.options import (
    find_own_modules,
    given,
    json_option,
    lang_option,
    load_selected,
    progress,
    selection_options,
    snapshot_option,
)
from actviz.cli.probe import command as probe_command
from actviz.text import text, wrapped

if TYPE_CHECKING:
    from actviz.diagnosis.judging import Diagnosis

WIDTH, LONG = 100, 24
"""Columns to which sentences are wrapped, and the longest name in the table."""

NOT_HERE = ("inits", "activations", "view", "output", "lang", "as_json")
"""Options of ``actviz probe`` that name pairings or outputs; the others say how to measure, here as there."""


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


def _list_thresholds(lang: str) -> None:
    from actviz.diagnosis.thresholds import Thresholds

    defaults = Thresholds()
    click.echo(text("cli.thresholds", lang, version=defaults.version))
    for name in defaults.names():
        click.echo(f"{name} = {number(getattr(defaults, name))}")
        click.echo(wrapped(text(f"threshold.{name}", lang), WIDTH, initial_indent="  ", subsequent_indent="  "))


def _is_result(target: str) -> bool:
    return target.endswith(".nc") or os.path.exists(target)


def _pairing(target: str) -> tuple[str, str]:
    init, _, activation = target.rpartition("+")
    if not (init and activation):
        raise click.BadParameter(f"{target!r} is neither a result (.nc) nor INIT+ACTIVATION, as he_normal+relu")
    return init, activation


def _datasets(
    targets: Sequence[str], chosen: tuple[tuple[str, ...], tuple[str, ...], Any], settings: Mapping[str, Any], lang: str
) -> list[Any]:
    """Load the results, of them the initializers, activations and snapshot chosen, and measure the pairings, in order.

    Raises
    ------
    ActvizError
        If a result is a training and no snapshot is chosen.
    """
    import actviz
    from actviz.errors import ActvizError
    from actviz.results.dataset import is_training

    find_own_modules()
    wanted = [target if _is_result(target) else _pairing(target) for target in targets]
    _refuse_repeats(wanted)
    datasets = []
    with progress("measuring", lang) as callback:
        for target in wanted:
            if isinstance(target, str):
                datasets.append(load_selected(target, *chosen))
                if is_training(datasets[-1]):
                    raise ActvizError(f"{target} is a training: say which layers, --snapshot STEP, first or last")
            else:
                datasets.append(actviz.probe(*target, **settings, progress=callback))
    return datasets


def _refuse_repeats(wanted: Sequence[str | tuple[str, str]]) -> None:
    """Refuse a result or a pairing that is given twice, be it by another name."""
    from actviz.catalog.names import labelled_activations, labelled_initializers
    from actviz.errors import ActvizError

    named = [
        each
        if isinstance(each, str)
        else f"{next(iter(labelled_initializers(each[0])))}+{next(iter(labelled_activations(each[1])))}"
        for each in wanted
    ]
    if twice := next((name for name in named if named.count(name) > 1), None):
        raise ActvizError(f"each result and pairing may be given once, got {twice} twice")


def _check_options(ctx: click.Context, targets: Sequence[str], settings: Mapping[str, Any], chosen: bool) -> None:
    """Refuse options that would be ignored: a result is measured already, and a pairing needs no choosing."""
    named = given(ctx)
    idle = [f"--{name.replace('_', '-')}" for name in settings if name in named]
    if idle and all(map(_is_result, targets)):
        raise click.UsageError(f"{', '.join(idle)}: only for INIT+ACTIVATION; a result has been measured")
    if chosen and not any(map(_is_result, targets)):
        raise click.UsageError("-i, -a and --snapshot choose from a result; name pairings as INIT+ACTIVATION")


def _short(name: str) -> str:
    """Leave out of a name that is too long for the table what is as usual, then its middle; words below have it all."""
    from actviz.catalog.initializers import INITIALIZERS
    from actviz.catalog.names import parameters

    family, _, given = name.partition(":")
    if len(name) > LONG and family in INITIALIZERS:
        values, usual = given.split(","), list(map(str, parameters(INITIALIZERS[family]).values()))
        while len(values) > 1 and values[-1] == usual[len(values) - 1]:
            values.pop()
        name = f"{family}:{','.join(values)}"
    family, colon, given = name.partition(":")
    if len(name) > LONG and colon and len(given) < LONG - 4:  # what follows the colon is what differs
        return f"{family[: LONG - len(given) - 2]}…:{given}"
    return name if len(name) <= LONG else f"{name[: LONG // 2]}…{name[1 - LONG // 2 :]}"


def verdict_rows(diagnosis: Diagnosis, lang: str) -> list[dict[str, str]]:
    """Rows of the table: one a finding, the verdict first."""
    names = {"init": _short(diagnosis.init), "activation": _short(diagnosis.activation)}
    if diagnosis.healthy:
        return [{**names, "verdict": diagnosis.verdict.label(lang), **dict.fromkeys(_COLUMNS, "-")}]
    rows = []
    for finding in diagnosis.findings:
        cells = (finding.layer, finding.statistic, finding.value, finding.threshold, f"{finding.seeds}/{finding.of}")
        written = dict(zip(_COLUMNS, map(number, cells), strict=True))
        rows.append({**names, "verdict": finding.verdict.label(lang), **written})
        names = dict.fromkeys(names, "")
    return rows


_COLUMNS = ("layer", "statistic", "value", "threshold", "seeds")


def echo_words(diagnosis: Diagnosis, lang: str) -> None:
    """Print what was found in words, each remedy once, and notes."""
    words = []
    for position, finding in enumerate(diagnosis.findings):
        words.append(finding.sentence(lang))
        remedy = finding.remedy(lang)
        if remedy not in [other.remedy(lang) for other in diagnosis.findings[position + 1 :]]:
            words.append(text("cli.remedy", lang, words=remedy))
    words += [text("cli.note", lang, words=note.message(lang)) for note in diagnosis.notes]
    if words:
        click.echo(f"\n{diagnosis.init} + {diagnosis.activation}")
    for sentence in words:
        click.echo(wrapped(sentence, WIDTH, initial_indent="  ", subsequent_indent="    "))


@click.command("diagnose")
@click.argument("targets", nargs=-1, metavar="RESULT|INIT+ACTIVATION...")
@selection_options
@snapshot_option
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
    help="Print the thresholds and their reasons, and exit.",
)
@click.option("--strict", is_flag=True, help="Exit with code 1 if a pairing is not healthy, or has no gradient.")
@lang_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    targets: tuple[str, ...],
    inits: tuple[str, ...],
    activations: tuple[str, ...],
    snapshot: Any,
    thresholds: Any,
    listed: bool,
    strict: bool,
    lang: str,
    as_json: bool,
    **settings: Any,
) -> None:
    """Say what is wrong with pairings, from which layer on, and how to mend it.

    A pairing is measured as by `actviz probe`, with its options; of a saved result every pairing is told, or those
    chosen with -i and -a; of a training, every run at one --snapshot. Faults are listed causes first; the first is
    the verdict.

    \b
    Example: actviz diagnose xavier_normal+sigmoid he_normal+relu --depth 20 --strict
    """  # noqa: D301
    if listed:
        return _list_thresholds(lang)
    if not targets:
        raise click.UsageError("name a RESULT (.nc) or pairings, INIT+ACTIVATION")
    _check_options(ctx, targets, settings, bool(inits or activations or snapshot is not None))
    from actviz.diagnosis.judging import diagnose
    from actviz.results.dataset import recipe

    chosen = (inits, activations, snapshot)
    told = [(recipe(dataset), diagnose(dataset, thresholds)) for dataset in _datasets(targets, chosen, settings, lang)]
    diagnoses = [diagnosis for _, group in told for diagnosis in group]
    if as_json:
        limits = {name: getattr(thresholds, name) for name in ("version", *thresholds.names())}
        groups = [{"recipe": known, "diagnoses": [each.record(lang) for each in group]} for known, group in told]
        echo_json({"thresholds": limits, "results": groups})
    else:
        echo_table([row for diagnosis in diagnoses for row in verdict_rows(diagnosis, lang)], lang)
        for diagnosis in diagnoses:
            echo_words(diagnosis, lang)
    if strict and any(diagnosis.forward_only or not diagnosis.healthy for diagnosis in diagnoses):
        ctx.exit(1)


command.params[1:1] = [parameter for parameter in probe_command.params if parameter.name not in NOT_HERE]
