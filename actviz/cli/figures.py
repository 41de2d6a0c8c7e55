"""``actviz figures``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from actviz.cli.echo import echo_json
from actviz.cli.options import (
    FILE,
    FILE_OR_FOLDER,
    complete,
    figures_options,
    is_figure,
    json_option,
    one_of,
    selection_options,
)
from actviz.cli.printing import say
from actviz.cli.running import draw_figures, file_of, given, load_selected
from actviz.text import shortened


def _laid_over(paths: tuple[str, ...], loaded: list[Any], labels: str | None) -> Any:
    """Lay results over each other by their labels, or the names of their files."""
    import actviz

    names = [name.strip() for name in labels.split(",")] if labels else [Path(path).stem for path in paths]
    if len(names) != len(paths) or len(set(names)) < len(names) or not all(names):
        raise click.UsageError(
            f"each of the {len(paths)} results needs a name of its own: --labels A,B (now: {', '.join(names)})"
        )
    return actviz.overlay(dict(zip(names, loaded, strict=True)))


def _left_over(written: Sequence[str]) -> list[str]:
    """Return the slides of the same figures that lie beside those that were written."""
    now = {Path(path) for path in written}
    series = {(path.parent, path.stem.rpartition("-")[0], path.suffix) for path in now if path.stem[-2:].isdecimal()}
    there = {
        path
        for folder, stem, ending in series
        for path in folder.glob(f"*{ending}")
        if path.stem.rpartition("-")[0] == stem and path.stem[-2:].isdecimal()
    }
    return sorted(map(str, there - now))


def _one_file(drawings: list[Any], output: str, formats: tuple[str, ...]) -> tuple[list[Any], str, tuple[str, ...]]:
    """Return the one figure under the name that its file is to have, its folder and its format."""
    path = Path(output)
    ending = path.suffix[1:].lower()
    if formats and set(formats) != {ending}:
        raise click.UsageError(f"-o {output} says the format: leave out --format, or give a folder")
    if len(drawings) != 1:
        names = ", ".join(stem for stem, _ in drawings)
        raise click.UsageError(
            f"-o {output} is the file of one figure, and these are {len(drawings)}: {shortened(names, 90)}; "
            "choose one with -f, -i and -a, or give a folder"
        )
    return [(path.stem, drawings[0][1])], str(path.parent), (ending,)


@click.command("figures")
@click.argument("results", nargs=-1, required=True, metavar="RESULT...", type=click.Path())
@click.option(
    "-o",
    "--output",
    type=FILE_OR_FOLDER,
    default=".",
    show_default=True,
    help="Folder, made if missing; of one figure also its file, NAME.png, .svg or .pdf.",
)
@click.option(
    "-f",
    "--figure",
    "names",
    multiple=True,
    metavar="NAME",
    callback=one_of("FIGURES", "figure"),
    shell_complete=complete("FIGURES"),
    help="A figure (see `actviz list figures`); repeat for several.  [default: all]",
)
@selection_options
@click.option(
    "--theory/--no-theory", default=True, show_default=True, help="Draw what theory predicts over the measurement."
)
@click.option("--z", is_flag=True, help="Show how far from theory every point is, in standard errors.")
@click.option("--overlay", is_flag=True, help="Lay several results over each other, in the same figures.")
@click.option("--labels", metavar="A,B", help="With --overlay, what to call them.  [default: the names of the files]")
@click.option(
    "--build-up",
    is_flag=True,
    help="Write each figure as slides NAME-01, NAME-02, ...: empty axes first, then a step more each, the whole last.",
)
@click.option(
    "--by",
    type=click.Choice(("layer", "pairing")),
    help="With --build-up, what a step is; a pairing of a training is a run.  [default: as is best for the figure]",
)
@click.option(
    "--gif",
    type=FILE,
    callback=file_of(".gif"),
    help="Of a training: write an animation, a frame a snapshot (`actviz train --snapshots 40` takes enough); "
    "with --build-up, the slides of each figure; of several, FILE-NAME.gif each.",
)
@click.option(
    "--mp4",
    type=FILE,
    callback=file_of(".mp4"),
    help="The same as a video; needs ffmpeg, or the package imageio-ffmpeg.",
)
@figures_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    results: tuple[str, ...],
    output: str,
    names: tuple[str, ...],
    selection: dict[str, Any],
    theory: bool,
    z: bool,
    overlay: bool,
    labels: str | None,
    build_up: bool,
    by: str | None,
    gif: str | None,
    mp4: str | None,
    formats: tuple[str, ...],
    style: dict[str, Any],
    as_json: bool,
) -> None:
    """Draw figures of a saved result.

    `histograms` is one file an activation, `ridges` one a pairing for up to four that tell most, `overview` shows four:
    choose others with -i and -a. `phase` needs initializers that differ in
    sigma_w, such as variance_scaling:1.0 and variance_scaling:1.5: at least four. Of a training, those are drawn of one
    --snapshot, and without it the figures of its runs. With --gif or --mp4, figures are drawn only where -f or -o is
    given; of a figure that builds up, only where -o is.

    --overlay lays results over each other in `signal`, `gradients`, `collapse`, `histograms`, or of trainings `curves`:
    a pairing keeps its colour, the second result has dashes and hollow markers, and the foot says how they differ.

    \b
    Example: actviz figures relu.nc -f signal -f gradients --theme dark --format svg -o slides
    """  # noqa: D301
    if overlay and (gif or mp4) and not build_up:
        raise click.UsageError("the animation of a training is of one; with --overlay, --gif and --mp4 need --build-up")
    if z and (overlay or not theory):
        raise click.UsageError("--z compares with theory: it goes with neither --overlay nor --no-theory")
    if overlay and theory and "theory" in given(ctx):
        raise click.UsageError("--overlay draws no theory: each result has one of its own")
    if not overlay and (len(results) > 1 or labels):
        raise click.UsageError("several results, and --labels, need --overlay: they are drawn over each other")
    if by and not build_up:
        raise click.UsageError("--by says what a step of --build-up is")
    from actviz.plots import figures_of, save_animation, save_build_up
    from actviz.plots.files.encoding import check_animation
    from actviz.results.dataset import kind_of

    moving = [path for path in (gif, mp4) if path]
    for path in moving:
        check_animation(path)
    loaded = [load_selected(result, **selection, drawn=True) for result in results]
    dataset = _laid_over(results, loaded, labels) if overlay else loaded[0]
    wanted = not moving or bool({"names", "output"} & given(ctx))
    if moving and not build_up and not wanted and "size" in given(ctx):
        raise click.UsageError("the animation of a training is a slide: --size is for figures, and for --build-up")
    if moving and "formats" in given(ctx) and "output" not in given(ctx) and (build_up or not wanted):
        raise click.UsageError("--format is for figures and slides: add -o, or leave it out")
    if moving and not build_up and kind_of(dataset) != "training":
        raise click.UsageError("--gif and --mp4 show a training; of other results, with --build-up")
    options = {**style, "theory": theory, "z": z, "build_up": build_up, "by": by}
    drawings = list(figures_of(dataset, names or None, **options)) if wanted or build_up else []
    if is_figure(output):
        drawings, output, formats = _one_file(drawings, output, formats if "formats" in given(ctx) else ())
    shown: list[str] = []
    for path in moving:
        if build_up:
            shown += save_build_up(drawings, path)
        else:
            save_animation(dataset, path, theme=style["theme"], lang=style["lang"])
            shown.append(path)
    if build_up and moving and "output" not in given(ctx):
        drawings = []
    written = [*(draw_figures(drawings, output, formats, style["lang"]) if drawings else []), *shown]
    if build_up:
        for path in _left_over(written):
            say(f"{path} is of an earlier series, which was longer", err=True)
    if as_json:
        return echo_json({"files": written})
    for path in written:
        say(path)
