"""``actviz probe``."""

from __future__ import annotations

import functools
from typing import Any

import click

from actviz.cli.clusters import cluster_options
from actviz.cli.echo import echo_result
from actviz.cli.echo_checks import echo_formats
from actviz.cli.network import pairing_options, recipe_options, view_option
from actviz.cli.options import (
    json_option,
    lang_option,
    number_formats_option,
    overwrite_option,
    saved_option,
    workers_option,
)
from actviz.cli.running import check_result_file, find_own_modules, resumable, save_or_show


@click.command("probe")
@pairing_options()
@recipe_options()
@view_option
@workers_option
@cluster_options
@number_formats_option
@saved_option
@lang_option
@overwrite_option
@json_option
def command(
    output: str | None,
    lang: str,
    as_json: bool,
    inits: Any,
    activations: Any,
    number_formats: list[str] | None,
    **settings: Any,
) -> None:
    """Measure initializer x activation pairings: every pairing, every layer, every seed.

    Prints a table unless -o saves the result. With --formats it says, too, what narrower number formats would lose.

    \b
    Example: actviz probe -i xavier_normal -i he_normal -a relu --depth 20 -o relu.nc
    """  # noqa: D301
    import actviz

    find_own_modules()
    check_result_file(output)
    with resumable("measuring", lang, output) as run:
        result = actviz.probe(inits, activations, **settings, formats=number_formats, **run)
    show = functools.partial(echo_result, formats=number_formats)
    save_or_show(result, output, lang, as_json=as_json, show=show)
    if number_formats and not as_json:
        echo_formats(result, number_formats, lang)
