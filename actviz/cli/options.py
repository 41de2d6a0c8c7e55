"""Options that several commands share, and how their values are read and completed."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

FORMATS = ("png", "svg", "pdf")
THEMES = ("light", "dark", "print")
LANGUAGES = ("en", "ko")
SIZES = ("slide", "half", "paper", "square")


def complete(table: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return a shell completion from one of actviz's tables."""

    def names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        import actviz

        return [CompletionItem(name) for name in getattr(actviz, table) if name.startswith(incomplete)]

    return names


def known(table: str, what: str) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]:
    """Return a callback that refuses names that are not in one of actviz's tables."""

    def check(ctx: click.Context, parameter: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
        if names:
            import actviz

            choices = getattr(actviz, table)
            for name in names:
                if name not in choices:
                    raise click.BadParameter(f"unknown {what} {name!r}; choose from {', '.join(choices)}")
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
            numbers = [int(piece) for piece in value.split(",") if piece.strip()]
        except ValueError:
            numbers = []
        if not numbers:
            self.fail(f"{value!r} is not a whole number, nor several with commas between them", param, ctx)
        return numbers if "," in value else numbers[0]


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


def options(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Join several options into one decorator, in the order they are to be listed."""

    def apply(function: Any) -> Any:
        return functools.reduce(lambda wrapped, decorate: decorate(wrapped), reversed(decorators), function)

    return apply


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")

workers_option = click.option(
    "--workers",
    type=int,
    help="Processes, for work of more than a second or two; the result is the same.  [default: all cores]",
)

theme_option = click.option(
    "--theme", type=click.Choice(THEMES), default="light", show_default=True, help="Colours: screen or paper."
)

size_option = click.option(
    "--size",
    type=click.Choice(SIZES),
    default="slide",
    show_default=True,
    help="A 16:9 slide, half of one, an article's text width (6.5 in), or a square.",
)

style_options = options(
    click.option(
        "--format",
        "formats",
        type=click.Choice(FORMATS),
        multiple=True,
        default=("png",),
        show_default=True,
        help="File format; repeat for several.",
    ),
    theme_option,
    size_option,
)


lang_option = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of words: English, Korean."
)


def _pairings(init: dict[str, Any], activation: dict[str, Any]) -> Callable[[Any], Any]:
    """Options that name initializers and activations."""
    return options(
        click.option("-i", "--init", "inits", multiple=True, metavar="INIT", **init),
        click.option("-a", "--activation", "activations", multiple=True, metavar="ACTIVATION", **activation),
    )


selection_options = _pairings(
    {"help": "Only this initializer; repeat for several."},
    {"help": "Only this activation; repeat for several."},
)

pairing_options = _pairings(
    {
        "required": True,
        "shell_complete": complete("INITIALIZERS"),
        "help": "Initializer: a name (see `actviz list`), normal:0.01, or package.module:name; repeat for several.",
    },
    {
        "required": True,
        "shell_complete": complete("ACTIVATIONS"),
        "help": "Activation: a name (see `actviz list`), leaky_relu:0.2, or package.module:name; repeat for several.",
    },
)


@contextlib.contextmanager
def progress(doing: str, lang: str = "en") -> Iterator[Callable[..., None] | None]:
    """Give a callback that shows (done, total, words) on a terminal, with the time left; None elsewhere.

    ``doing`` is measuring, drawing, training or testing.
    Words may be left out. Where standard error is not a terminal nothing is shown: no log is filled with progress.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from actviz.text import text

    with click.progressbar(
        length=1,
        label=text(f"cli.{doing}", lang),
        file=sys.stderr,
        item_show_func=lambda words: words or None,
        width=24,
    ) as bar:

        def update(done: int, total: int, words: str = "") -> None:
            bar.length = total
            bar.update(done - bar.pos, words)  # shown beside the bar

        yield update


def find_own_modules() -> None:
    """Look for a user's own module where the command was given, after everything that is installed."""
    sys.path.append(os.getcwd())


def given(ctx: click.Context) -> set[str]:
    """Names of the parameters that the command line gives."""
    return {name for name in ctx.params if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE}


def draw_figures(
    drawings: Sequence[tuple[str, Callable[[], Any]]], folder: str, formats: Sequence[str], lang: str = "en"
) -> list[str]:
    """Draw figures into a folder, made if missing, showing how far it is; return the files."""
    from actviz.plots import save_figure

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    with progress("drawing", lang) as callback:
        for position, (stem, draw) in enumerate(drawings, 1):
            figure = draw()
            for ending in formats:
                save_figure(figure, target / f"{stem}.{ending}")
                written.append(str(target / f"{stem}.{ending}"))
            if callback:
                callback(position, len(drawings))
    return written


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


snapshot_option = click.option(
    "--snapshot",
    type=SnapshotStep(),
    metavar="STEP",
    help="Of a training: its layers after so many updates, or at the first or last snapshot, as a probe's result.",
)


def load_selected(
    path: str,
    inits: tuple[str, ...] = (),
    activations: tuple[str, ...] = (),
    snapshot: int | str | None = None,
    *,
    drawn: bool = False,
) -> Any:
    """Load a result and keep the pairings asked for, of a training its runs; or a snapshot of these.

    What can only be drawn is refused unless it will be.
    """
    import actviz
    from actviz.catalog.initializers import ALIASES
    from actviz.errors import ActvizError
    from actviz.results.dataset import is_training, kind_of

    dataset = actviz.load(path)
    kind = kind_of(dataset)
    if kind not in ("probe", "training") and not drawn:
        raise ActvizError(f"{path} has no layers, it is a {kind.replace('_', ' ')}: `actviz figures` draws it")
    inits = tuple(ALIASES.get(name, name) for name in inits)
    for dim, wanted in (("init", inits), ("activation", activations)):
        have = list(dict.fromkeys(dataset[dim].values.tolist())) if dim in dataset.coords else []
        unknown = [name for name in wanted if name not in have]
        if unknown:
            raise ActvizError(f"{path} has no {dim} {unknown[0]!r}; choose from {', '.join(have)}")
        if wanted and is_training(dataset):
            dataset = dataset.isel(run=[at for at, name in enumerate(dataset[dim].values) if name in wanted])
            if not dataset.sizes["run"]:
                raise ActvizError(f"{path} has no run with this initializer and activation")
        elif wanted:
            dataset = dataset.sel({dim: list(wanted)})
    return dataset if snapshot is None else _snapshot(dataset, path, snapshot)


def _snapshot(dataset: Any, path: str, step: int | str) -> Any:
    import actviz
    from actviz.errors import ActvizError
    from actviz.results.dataset import is_training

    if not is_training(dataset):
        raise ActvizError(f"{path} is not a training: it has no snapshots")
    there = dataset["snapshot"].values.tolist() if dataset.sizes.get("snapshot") else [0]
    return actviz.snapshot(dataset, {"first": there[0], "last": there[-1]}.get(str(step), step))


def load_probe(path: str) -> Any:
    """Load what a probe measured, for a baseline; refuse all else."""
    import actviz
    from actviz.errors import ActvizError
    from actviz.results.dataset import kind_of

    dataset = actviz.load(path)
    if (kind := kind_of(dataset)) != "probe":
        raise ActvizError(f"{path} is a {kind.replace('_', ' ')}; a baseline keeps what a probe measured")
    return dataset
