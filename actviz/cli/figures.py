"""``actviz figures``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from actviz.cli.echo import echo_json
from actviz.cli.options import (
    FILE,
    FILE_OR_FOLDER,
    FORMATS,
    Numbers,
    complete,
    is_figure,
    json_option,
    one_of,
    options,
    overwrite_option,
    selection_options,
    workers_option,
)
from actviz.cli.printing import say
from actviz.cli.running import draw_figures, file_of, given, load_selected
from actviz.cli.styling import figures_options
from actviz.errors import ActvizError
from actviz.text import shortened

SEVERAL = ("overlay", "side_by_side", "share_limits")
"""What can be done with several results."""


def _named(paths: Sequence[str], loaded: Sequence[Any], labels: str | None) -> dict[str, Any]:
    """Return results by their labels, or the names of their files."""
    names = [name.strip() for name in labels.split(",")] if labels else [Path(path).stem for path in paths]
    if len(names) != len(paths) or len(set(names)) < len(names) or not all(names):
        raise click.UsageError(
            f"each of the {len(paths)} results needs a name of its own: --labels A,B (now: {', '.join(names)})"
        )
    return dict(zip(names, loaded, strict=True))


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
    ending = path.suffix[1:].lower() if path.suffix[1:].lower() in FORMATS else ""  # of a device
    if formats and set(formats) != {ending}:
        raise click.UsageError(f"-o {output} says the format: leave out --format, or give a folder")
    if len(drawings) != 1:
        names = ", ".join(stem for stem, _ in drawings)
        raise click.UsageError(
            f"-o {output} is the file of one figure, and these are {len(drawings)}: {shortened(names, 90)}; "
            "choose one with -f, -i and -a, or give a folder"
        )
    return [(path.stem if ending else path.name, drawings[0][1])], str(path.parent), (ending,)


def _check_usage(named: set[str], chosen: Mapping[str, Any]) -> None:
    """Refuse options that would be ignored; ``named`` are those that were given."""
    moving, build_up, several = chosen["gif"] or chosen["mp4"], chosen["build_up"], len(chosen["results"]) > 1
    asked = [name for name in SEVERAL if chosen[name]]
    if moving and asked and not build_up:
        raise click.UsageError("the animation of a training is of one; with several results, only with --build-up")
    if {"overlay", "side_by_side"} <= set(asked):
        raise click.UsageError("--overlay or --side-by-side: results lie over each other, or beside each other")
    if chosen["z"] and (chosen["overlay"] or not chosen["theory"]):
        raise click.UsageError("--z compares with theory: it goes with neither --overlay nor --no-theory")
    if chosen["overlay"] and "theory" in named and chosen["theory"]:
        raise click.UsageError("--overlay draws no theory: each result has one of its own")
    if not asked and (several or chosen["labels"]):
        raise click.UsageError(
            "several results, and --labels, need --overlay, --side-by-side or --share-limits: what to do with them"
        )
    if asked and not several:
        raise click.UsageError(f"--{asked[0].replace('_', '-')}: of two results at least")
    if chosen["share_limits"] and {"ylim", "overlay"} & (set(chosen["style"]) | set(asked)):
        raise click.UsageError("--share-limits finds limits that hold several results, each in its own figure")
    if chosen["by"] and not build_up:
        raise click.UsageError("--by says what a step of --build-up is")
    if build_up and (chosen["grid"] or {"side_by_side", "share_limits"} & set(asked)):
        raise click.UsageError(
            "--build-up is of one figure at a time, or of results that --overlay lays over each other"
        )
    if "if_changed" in named and chosen["if_changed"] and build_up and moving:
        raise click.UsageError("--if-changed compares figures; a moving picture does not say what it shows")
    if moving and chosen["style"].get("transparent"):
        raise click.UsageError("--transparent: not with --gif or --mp4, whose pictures have a ground")
    if moving and "formats" in named and "output" not in named and (build_up or "names" not in named):
        raise click.UsageError("--format is for figures and slides: add -o, or leave it out")


def _drawings(chosen: Mapping[str, Any], results: dict[str, Any], dataset: Any) -> list[Any]:
    """Return the figures that are to be drawn, and the stems of their files."""
    from actviz.plots import figures_of, figures_side_by_side, figures_with_shared_limits

    how = {name: chosen[name] for name in ("theory", "z", "grid")} | chosen["style"]
    how |= {} if chosen["name"] is None else {"name": chosen["name"]}
    names = chosen["names"] or None
    if chosen["side_by_side"]:
        return list(figures_side_by_side(results, names, **how))
    if chosen["share_limits"]:
        return list(figures_with_shared_limits(results, names, **how))
    return list(figures_of(dataset, names, build_up=chosen["build_up"], by=chosen["by"], **how))


def _nothing(dataset: Any, lang: str) -> str:
    """Say why no figure can be drawn of a result: what each of its kind lacks."""
    from actviz.plots import FIGURES
    from actviz.results.dataset import kind_of

    kind = kind_of(dataset)
    lacking = {name: figure.lacks(dataset) for name, figure in FIGURES.items() if figure.kind == kind}
    why = "; ".join(f"{name}: {each}" for name, each in lacking.items() if each)
    return f"nothing to draw: {why}" if why else "nothing to draw"


def _moving(chosen: Mapping[str, Any], named: set[str], drawings: Sequence[Any], dataset: Any) -> list[str]:
    """Write moving pictures, and return their files."""
    from actviz.plots import save_animation, save_build_up

    written: list[str] = []
    for path in (each for each in (chosen["gif"], chosen["mp4"]) if each):
        if chosen["build_up"]:
            written += save_build_up(drawings, path)
            continue
        style = chosen["style"]
        idle = sorted((set(style) | named & {"size"}) - {"theme", "lang", *(["size"] if "size" not in named else [])})
        if idle and not {"names", "output"} & named:
            raise click.UsageError(
                f"the animation of a training is a slide: --{idle[0]} is for figures, and for --build-up"
            )
        save_animation(dataset, path, theme=style["theme"], lang=style["lang"])
        written.append(path)
    return written


several_options = options(
    click.option("--overlay", is_flag=True, help="Lay several results over each other, in the same figures."),
    click.option(
        "--side-by-side",
        is_flag=True,
        help="Draw several results beside each other in one figure, on equal axes where they have one in common.",
    ),
    click.option(
        "--share-limits",
        is_flag=True,
        help="Draw several results in figures of their own, on equal axes.",
    ),
    click.option("--labels", metavar="A,B", help="What to call several results.  [default: the names of the files]"),
)

moving_options = options(
    click.option(
        "--build-up",
        is_flag=True,
        help="Write each figure as slides NAME-01, NAME-02, ...: empty axes first, then a step more each, the whole "
        "last.",
    ),
    click.option(
        "--by",
        type=click.Choice(("layer", "pairing")),
        help="With --build-up, what a step is; a pairing of a training is a run.  [default: as is best for the figure]",
    ),
    click.option(
        "--gif",
        type=FILE,
        callback=file_of(".gif"),
        help="Of a training: write an animation, a frame a snapshot (`actviz train --snapshots 40` takes enough); "
        "with --build-up, the slides of each figure; of several, FILE-NAME.gif each.",
    ),
    click.option(
        "--mp4",
        type=FILE,
        callback=file_of(".mp4"),
        help="The same as a video; needs ffmpeg, or the package imageio-ffmpeg.",
    ),
)


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
@click.option("--layers", type=Numbers(), metavar="NUMBERS", help="Only these layers, as 1,5,10.")
@click.option(
    "--theory/--no-theory", default=True, show_default=True, help="Draw what theory predicts over the measurement."
)
@click.option("--z", is_flag=True, help="Show how far from theory every point is, in standard errors.")
@click.option(
    "--grid", is_flag=True, help="Draw a figure that has a file for each activation or pairing as one, side by side."
)
@several_options
@moving_options
@figures_options
@click.option(
    "--name",
    metavar="PATTERN",
    help="Of the files, as 'fig-{figure}': {figure}, and {theme}, {lang}, {size}; with --share-limits also {result}.  "
    "[default: {figure}, or {result}-{figure}]",
)
@click.option(
    "--if-changed/--redraw",
    default=True,
    show_default=True,
    help="Leave every file as it is that is this figure of these data, versions and options already; or draw it again.",
)
@overwrite_option
@workers_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, formats: tuple[str, ...], as_json: bool, **chosen: Any) -> None:
    """Draw figures of a saved result.

    `histograms` is one file an activation, `ridges` one a pairing for up to four that tell most, `overview` shows four:
    choose others with -i and -a. `phase` needs initializers that differ in
    sigma_w, such as variance_scaling:1.0 and variance_scaling:1.5: at least four. Of a training, those are drawn of one
    --snapshot, and without it the figures of its runs. With --gif or --mp4, figures are drawn only where -f or -o is
    given; of a figure that builds up, only where -o is. With --ylim, --log or --linear, figures are those with one such
    axis.

    --overlay lays results over each other in `signal`, `gradients`, `collapse`, `histograms`, or of trainings `curves`:
    a pairing keeps its colour, the second result has dashes and hollow markers, and the foot says how they differ.

    \b
    Example: actviz figures relu.nc -f signal -f gradients --theme dark --format svg -o slides
             actviz figures relu.nc -f signal --size 3.3x2.5in --font 8 --no-header -o column.pdf
    """  # noqa: D301
    named = given(ctx)
    _check_usage(named, chosen)
    import actviz
    from actviz.plots.files.encoding import check_animation
    from actviz.results.dataset import kind_of

    moving, build_up, output = (
        [path for path in (chosen["gif"], chosen["mp4"]) if path],
        chosen["build_up"],
        chosen["output"],
    )
    for path in moving:
        check_animation(path)
    loaded = [
        load_selected(each, **chosen["selection"], layers=chosen["layers"], drawn=True) for each in chosen["results"]
    ]
    results = _named(chosen["results"], loaded, chosen["labels"]) if len(loaded) > 1 else {}
    dataset = actviz.overlay(results) if chosen["overlay"] else loaded[0]
    if moving and not build_up and kind_of(dataset) != "training":
        raise click.UsageError("--gif and --mp4 show a training; of other results, with --build-up")
    wanted = not moving or build_up or bool({"names", "output"} & named)
    drawings = _drawings(chosen, results, dataset) if wanted else []
    if is_figure(output):
        drawings, output, formats = _one_file(drawings, output, formats if "formats" in named else ())
    if wanted and not drawings:
        raise ActvizError(_nothing(dataset, chosen["style"]["lang"]))
    shown = _moving(chosen, named, drawings, dataset)
    if build_up and moving and "output" not in named:
        drawings = []
    how = {"workers": chosen["workers"], "if_changed": chosen["if_changed"], "some": not chosen["names"]}
    written, kept = draw_figures(drawings, output, formats, chosen["style"]["lang"], **how) if drawings else ([], [])
    if build_up:
        for path in _left_over(written + kept):
            say(f"{path} is of an earlier series, which was longer", err=True)
    written += shown
    if as_json:
        return echo_json({"files": written, "unchanged": kept})
    for path in written:
        say(path)
