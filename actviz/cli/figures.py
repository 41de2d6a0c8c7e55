"""``actviz figures``."""

from __future__ import annotations

from typing import Any

import click

from actviz.cli.options import (
    complete,
    draw_figures,
    json_option,
    known,
    load_selected,
    selection_options,
    snapshot_option,
    style_options,
)


@click.command("figures")
@click.argument("result", type=click.Path())
@click.option(
    "-o", "--output", type=click.Path(file_okay=False), default=".", show_default=True, help="Folder; made if missing."
)
@click.option(
    "-f",
    "--figure",
    "names",
    multiple=True,
    metavar="NAME",
    callback=known("FIGURES", "figure"),
    shell_complete=complete("FIGURES"),
    help="A figure (see `actviz list figures`); repeat for several.  [default: all]",
)
@selection_options
@snapshot_option
@click.option(
    "--theory/--no-theory", default=True, show_default=True, help="Draw what theory predicts over the measurement."
)
@style_options
@json_option
def command(
    result: str,
    output: str,
    names: tuple[str, ...],
    inits: tuple[str, ...],
    activations: tuple[str, ...],
    snapshot: Any,
    theory: bool,
    formats: tuple[str, ...],
    theme: str,
    as_json: bool,
) -> None:
    """Draw figures of a saved result.

    `histograms` is one file an activation, `ridges` one a pairing for up to four that tell most, `overview` shows four:
    choose others with -i and -a. `phase` needs initializers that differ in
    sigma_w, such as variance_scaling:1.0 and variance_scaling:1.5: at least four.

    \b
    Example: actviz figures relu.nc -f signal -f gradients --theme dark --format svg -o slides
    """  # noqa: D301
    from actviz.plots import figures_of

    dataset = load_selected(result, inits, activations, snapshot)
    written = draw_figures(list(figures_of(dataset, names or None, theme=theme, theory=theory)), output, formats)
    if as_json:
        from actviz.cli.tables import echo_json

        return echo_json({"files": written})
    for path in written:
        click.echo(path)
