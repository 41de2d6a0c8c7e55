"""``actviz redo``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from actviz.cli.echo import echo_json
from actviz.cli.options import (
    FILE,
    FORMATS,
    imports_option,
    json_option,
    overwrite_option,
    refuse_there,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.running import check_file, find_own_modules, progress, write_figure
from actviz.cli.styling import again_options
from actviz.errors import ActvizError


def _target(figure: str, output: str | None, ending: str | None) -> str:
    """Return the file to write: beside nothing that is there already unless it is named."""
    source = Path(figure)
    if source.suffix[1:].lower() not in FORMATS:
        if source.suffix == ".nc":
            raise ActvizError(f"{figure} is a result, not a figure: `actviz figures {figure}` draws it")
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
@again_options
@overwrite_option
@imports_option
@workers_option
@json_option
def command(
    figure: str,
    output: str | None,
    ending: str | None,
    style: dict[str, Any],
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
    refuse_there([target])
    if allow_imports:
        find_own_modules()
    from actviz.plots.files.redoing import redo

    with progress("measuring") as callback:
        done = redo(figure, **style, allow_imports=allow_imports, workers=workers, progress=callback)
    write_figure(done.figure, target, style.get("lang", "en"))
    if not done.same:
        say("what was measured now differs from what was drawn, if only in the last digits", err=True)
    if as_json:
        return echo_json({"files": [target], "same": done.same})
    say(target)
