"""``actviz redo``."""

from __future__ import annotations

from pathlib import Path

import click

from actviz.catalog.looks import SIZES, THEMES
from actviz.cli.echo import echo_json
from actviz.cli.options import FILE, FORMATS, as_one, imports_option, json_option, workers_option
from actviz.cli.printing import say
from actviz.cli.running import check_file, find_own_modules, progress
from actviz.errors import ActvizError
from actviz.text import LANGUAGES


def _target(figure: str, output: str | None, ending: str | None) -> str:
    """Return the file to write: beside nothing that is there already unless it is named."""
    source = Path(figure)
    if source.suffix[1:].lower() not in FORMATS:
        raise ActvizError(f"{figure}: a figure's ending must be one of {', '.join(FORMATS)}")
    kind = ending or (Path(output).suffix[1:].lower() if output else source.suffix[1:].lower())
    target = Path(output) if output else source.with_name(f"{source.stem}-redone.{kind}")
    if target.suffix[1:].lower() in FORMATS and target.suffix[1:].lower() != kind:
        raise ActvizError(f"--format {kind} contradicts the ending of {target}")
    check_file(str(target), FORMATS, "write figure")
    return str(target)


@click.command("redo")
@click.argument("figure", type=click.Path())
@click.option("-o", "--output", type=FILE, help="File to write.  [default: FIGURE-redone, beside it]")
@click.option("--format", "ending", type=click.Choice(FORMATS), help="File format.  [default: the figure's own]")
@click.option("--theme", type=click.Choice(list(THEMES)), help="Colours.  [default: the figure's own]")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language.  [default: the figure's own]")
@click.option("--size", type=click.Choice(list(SIZES)), help="Size.  [default: the figure's own]")
@as_one("style", "theme", "lang", "size")
@imports_option
@workers_option
@json_option
def command(
    figure: str,
    output: str | None,
    ending: str | None,
    style: dict[str, str | None],
    allow_imports: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Draw a figure again from its own file: measure by the recipe in it, draw with its options.

    PNG, SVG and PDF files that actviz drew hold their recipe. With nothing changed, the same versions on the same
    machine give the same bytes; where the numbers measured now differ, a line says so. Nothing that a file names is
    imported without --allow-imports.

    \b
    Example: actviz redo slides/signal.png --theme print --format pdf
    """  # noqa: D301
    target = _target(figure, output, ending)
    if allow_imports:
        find_own_modules()
    from actviz.plots import save_figure
    from actviz.plots.files.redoing import redo

    with progress("measuring") as callback:
        done = redo(figure, **style, allow_imports=allow_imports, workers=workers, progress=callback)
    save_figure(done.figure, target)
    if not done.same:
        say("what was measured now differs from what was drawn, if only in the last digits", err=True)
    if as_json:
        return echo_json({"files": [target], "same": done.same})
    say(target)
