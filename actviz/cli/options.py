"""Options that several commands share, and how their values are read and completed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from actviz.catalog.checks import choose_from
from actviz.catalog.choices import SEVERITIES
from actviz.catalog.looks import THEMES
from actviz.results.writing import is_stream
from actviz.text import LANGUAGES

FORMATS = ("png", "svg", "pdf")
"""The keys of ``actviz.plots.FORMATS``, named here since that table comes with matplotlib; a test compares them."""

MOVING = ("gif", "mp4")

FILE_ENDINGS = (*MOVING, "nc", "html", "json", "csv")

OTHER_PICTURES = ("bmp", "eps", "jpeg", "jpg", "ps", "tif", "tiff", "webp")

Decorator = Callable[[Any], Any]

_KEPT = "actviz.kept"
"""Where a command keeps that nothing is to be replaced."""


def refuse_there(paths: Iterable[str | Path]) -> None:
    """With ``--no-overwrite``, refuse to write files of which one is there, before any is written."""
    context = click.get_current_context(silent=True)
    for path in paths if context is not None and context.meta.get(_KEPT) else ():
        if Path(path).exists():
            raise click.UsageError(f"{path} is there already, and --no-overwrite keeps it")


class File(click.Path):
    """A file to write."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; refuse one that is there, where nothing is to be replaced."""
        path = str(super().convert(value, param, ctx))
        if ctx is not None and ctx.meta.get(_KEPT):
            refuse_there([path])
        return path


class Folder(click.Path):
    """A folder to write several files to, which is not named as one of them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; refuse one with a file's ending, unless there is such a folder."""
        path = str(super().convert(value, param, ctx))
        ending = Path(path).suffix[1:].lower()
        if ending in (*FORMATS, *FILE_ENDINGS) and not Path(path).is_dir():
            self.fail(f"{path!r} is named as a file; a folder is wanted, for several files", param, ctx)
        if ctx is not None and ctx.meta.get(_KEPT) and Path(path).is_dir():
            refuse_there(sorted(Path(path).iterdir()))
        return path


class FileOrFolder(click.Path):
    """A file for one figure, or a folder for several."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; refuse one that is named as a picture of a format that figures are not written in."""
        path = str(super().convert(value, param, ctx))
        ending = Path(path).suffix[1:].lower()
        if ending in MOVING and not Path(path).is_dir():
            self.fail(f"{path!r}: a moving picture is written by --{ending} {path}", param, ctx)
        if ending in (*OTHER_PICTURES, *FILE_ENDINGS) and not Path(path).is_dir():
            self.fail(f"{path!r}: figures are written as {', '.join(FORMATS)}, not as {ending}", param, ctx)
        return path


FILE, FOLDER, FILE_OR_FOLDER = File(dir_okay=False), Folder(file_okay=False), FileOrFolder()


def _keep(ctx: click.Context, parameter: click.Parameter, overwrite: bool) -> None:
    ctx.meta[_KEPT] = not overwrite


overwrite_option = click.option(
    "--overwrite/--no-overwrite",
    default=True,
    show_default=True,
    is_eager=True,
    expose_value=False,
    callback=_keep,
    help="Replace files that are there already, or refuse to, before anything is done.",
)
"""The one rule of every command that writes."""


def is_figure(path: str) -> bool:
    """Whether a path is named as the file of a figure, and no folder is there of that name."""
    return is_stream(path) or (Path(path).suffix[1:].lower() in FORMATS and not Path(path).is_dir())


def complete(table: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return a shell completion from one of actviz's tables."""

    def names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        import actviz

        return [CompletionItem(name) for name in getattr(actviz, table) if name.startswith(incomplete)]

    return names


def one_of(table: str, what: str) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]:
    """Return a callback that refuses names that are not in one of actviz's tables."""

    def check(ctx: click.Context, parameter: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
        if names:
            import actviz

            choices = getattr(actviz, table)
            for name in names:
                if name not in choices:
                    raise click.BadParameter(f"unknown {what} {name!r}; {choose_from(name, choices)}")
        return names

    return check


class Numbers(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases of click
    """One whole number, or several with commas between them."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return an int for ``100``, a list for ``784,100,10`` or ``0,``."""
        if not isinstance(value, str):
            return value
        try:
            numbers = [int(piece) for piece in value.removesuffix(",").split(",")]
        except ValueError:
            numbers = []
        if not numbers:
            self.fail(f"{value!r} is not a whole number, nor several with commas between them", param, ctx)
        return numbers if "," in value else numbers[0]


class Share(click.ParamType):  # type: ignore[type-arg]
    """A share between 0 and 1, as ``5%`` or ``0.05``."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a float."""
        written = str(value).strip()
        try:
            share = float(written.removesuffix("%")) / (100.0 if written.endswith("%") else 1.0)
        except ValueError:
            share = 0.0
        if not 0.0 < share < 1.0:
            self.fail(f"{value!r} is not a share between 0 and 1, as 5% or 0.05", param, ctx)
        return share


class View(click.ParamType):  # type: ignore[type-arg]
    """Low edge, high edge and number of bins, as ``0,1,30``."""

    name = "low,high,bins"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return (float, float, int)."""
        if not isinstance(value, str):
            return value
        try:
            low, high, bins = value.split(",")
            return float(low), float(high), int(bins)
        except ValueError:
            self.fail(f"{value!r} is not low,high,bins, as 0,1,30", param, ctx)


class SnapshotStep(click.ParamType):  # type: ignore[type-arg]
    """Updates done at a snapshot, or the first or last of them."""

    name = "step"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return an int, ``first`` or ``last``."""
        if value in ("first", "last") or isinstance(value, int):
            return value
        if not str(value).isdecimal():
            self.fail(f"{value!r} is neither a number of updates nor first or last", param, ctx)
        return int(value)


def options(*decorators: Decorator) -> Decorator:
    """Join several options into one decorator, in the order they are to be listed."""

    def apply(function: Any) -> Any:
        return functools.reduce(lambda wrapped, decorate: decorate(wrapped), reversed(decorators), function)

    return apply


def as_one(group: str, *members: str) -> Decorator:
    """Hand some of a command's options to it as one argument, a dictionary."""

    def decorate(function: Any) -> Any:
        @functools.wraps(function)
        def command(*args: Any, **chosen: Any) -> Any:
            together = {name: chosen.pop(name) for name in members}
            return function(*args, **{group: together}, **chosen)

        return command

    return decorate


class StrictCommand(click.Command):
    """A command whose ``--strict`` may stand alone: what follows is its value only if it is one of the choices."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give a bare ``--strict`` its value, which click would take from the next argument."""
        given: list[str] = []
        for arg in args:
            if given and given[-1] == "--strict":
                given[-1] = f"--strict={arg}" if arg in SEVERITIES else f"--strict={SEVERITIES[0]}"
                if arg in SEVERITIES:
                    continue
            given.append(arg)
        if given and given[-1] == "--strict":
            given[-1] += f"={SEVERITIES[0]}"
        return super().parse_args(ctx, given)


strict_option = click.option(
    "--strict",
    type=click.Choice(SEVERITIES),
    help="Exit with code 1 on a fault that is at least so severe, or if something could not be judged; alone: mild.",
)


def _number_formats(ctx: click.Context, parameter: click.Parameter, given: str | None) -> list[str] | None:
    """Read names of number formats."""
    if given is None:
        return None
    from actviz.catalog.formats import number_formats

    return [each.name for each in number_formats(given)]


number_formats_option = click.option(
    "--formats",
    "number_formats",
    metavar="NAMES",
    callback=_number_formats,
    help="Say what number formats would lose of activations and gradients: fp16,bf16,e4m3,e5m2 or some of them.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")

quick_option = click.option("--quick", is_flag=True, help="Initialization alone: nothing is trained.")

workers_option = click.option(
    "--workers",
    type=int,
    help="Processes, for work of more than a second or two; the result is the same.  [default: all cores]",
)


imports_option = click.option(
    "--allow-imports",
    is_flag=True,
    help="Import functions and models of your own that the file names, package.module:name: their code is run.",
)

saved_option = click.option(
    "-o",
    "--output",
    type=FILE,
    help="Save the result: .nc (netCDF-4, for every other command), .csv or .json (the table). "
    "A run killed on the way to a .nc goes on where it stopped.",
)

fan_options = options(
    click.option("--fan-in", type=click.IntRange(1, 10**9), default=100, show_default=True, help="Inputs of a unit."),
    click.option(
        "--fan-out", type=click.IntRange(1, 10**9), default=100, show_default=True, help="Units in the layer."
    ),
)


def seeds_option(words: str = "How many seeds (0, 1, ...), or which: 3,5,7.", **default: Any) -> Decorator:
    """Return the option of how many seeds, or which; ``default`` may be given."""
    return click.option("--seeds", type=Numbers(), show_default=bool(default), help=words, **default)


lang_option = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of words: English, Korean."
)

theme_option = click.option(
    "--theme", type=click.Choice(list(THEMES)), default="light", show_default=True, help="Colours: screen or paper."
)


def page_theme_option(words: str) -> Decorator:
    """Return the option of a page's colours, which may be the reader's."""
    return click.option("--theme", type=click.Choice(["auto", *THEMES]), default="auto", show_default=True, help=words)


snapshot_option = click.option(
    "--snapshot",
    type=SnapshotStep(),
    metavar="STEP",
    help="Of a training: its layers after so many updates, or at the first or last snapshot, as a probe's result.",
)

selection_options = options(
    click.option(
        "-i", "--init", "inits", multiple=True, metavar="INIT", help="Only this initializer; repeat for several."
    ),
    click.option(
        "-a",
        "--activation",
        "activations",
        multiple=True,
        metavar="ACTIVATION",
        help="Only this activation; repeat for several.",
    ),
    snapshot_option,
    as_one("selection", "inits", "activations", "snapshot"),
)
"""What of a saved result is meant: ``selection``, as ``load_selected`` takes it."""
