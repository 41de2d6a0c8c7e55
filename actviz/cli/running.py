"""How commands run: progress, work that goes on where it was stopped, results loaded, figures and files written."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from actviz.catalog.checks import choose_from
from actviz.cli.echo import echo_written
from actviz.cli.options import refuse_there
from actviz.cli.printing import say
from actviz.errors import ActvizError
from actviz.results.writing import ending_of, has_folder, is_stream, sweep_ended
from actviz.text import text

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # a folder of settings that cannot be made is no matter here


def find_own_modules() -> None:
    """Look for a user's own module where the command was given, after everything that is installed."""
    sys.path.append(os.getcwd())


def given(ctx: click.Context) -> set[str]:
    """Names of the parameters that the command line gives."""
    return {name for name in ctx.params if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE}


def as_options(names: Iterable[str]) -> str:
    """Write parameters of the command as the options by which they are given, with commas between them."""
    known = {each.name: max(each.opts, key=len) for each in click.get_current_context().command.params}
    return ", ".join(known.get(name, f"--{name.replace('_', '-')}") for name in names)


def check_file(path: str | None, endings: Sequence[str], doing: str = "save to") -> None:
    """Refuse before any work a file that could not be written after it; an ending without its dot in either case."""
    if path is None:
        return
    ending = Path(path).suffix
    if endings and not is_stream(path) and not {ending, ending[1:].lower()} & set(endings):
        one_of = "one of " if len(endings) > 1 else ""
        raise ActvizError(f"cannot {doing} {path}: the ending must be {one_of}{', '.join(endings)}")
    if not has_folder(path):
        raise ActvizError(f"cannot {doing} {path}: no such folder")


def check_result_file(path: str | None) -> None:
    """Refuse before any work a file in which a result could be neither saved nor exported."""
    from actviz.results.files import EXPORTS

    check_file(path, (".nc", *EXPORTS))


def file_of(*endings: str, hint: str | None = None) -> Callable[[Any, Any, str | None], str | None]:
    """Return a callback that refuses a file of another ending, or in no folder, before anything is drawn."""

    def check(ctx: Any, parameter: Any, path: str | None) -> str | None:
        if path and ending_of(path, endings).lower() not in endings:
            raise click.BadParameter(f"the ending of {path} must be {endings[0]}", param_hint=hint)
        if path and not has_folder(path):
            raise click.BadParameter(f"no folder for {path}", param_hint=hint)
        return path

    return check


TELLING = 5
"""The time left is told when one part in so many is done: the start of the workers alone would make it an hour."""


@contextlib.contextmanager
def progress(doing: str, lang: str = "en") -> Iterator[Callable[..., None] | None]:
    """Give a callback that shows (done, total, words) on a terminal, with the time left; None elsewhere.

    ``doing`` is measuring, drawing, training or testing.
    Words may be left out. Where standard error is not a terminal nothing is shown: no log is filled with progress.
    """
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(
        length=1,
        label=text(f"cli.{doing}", lang),
        file=sys.stderr,
        item_show_func=lambda words: words or None,
        width=24,
    ) as bar:

        def update(done: int, total: int, words: str = "") -> None:
            if total != bar.length or done < bar.pos:  # other work, whose pace is its own
                bar.pos, bar.avg, bar.finished, bar.eta_known = 0, [], False, False
                bar.start = bar.last_eta = time.time()
            bar.length, bar.show_eta = total, TELLING * done >= total
            bar.update(done - bar.pos, words)  # shown beside the bar

        yield update


def partial_of(output: str) -> str:
    """Return the folder in which is kept what is done of ``output``."""
    return f"{output.rstrip('/')}.partial"


@contextlib.contextmanager
def resumable(doing: str, lang: str, output: str | None) -> Iterator[dict[str, Any]]:
    """Give ``progress`` and ``checkpoint`` of a call that makes ``output``.

    What makes a .nc, or a folder, goes on where it stopped; a table, or what is printed, does not.
    """
    from actviz.results.files import EXPORTS

    resumed = output and Path(output).suffix not in EXPORTS and not is_stream(output)
    partial = partial_of(output) if output and resumed else None
    with _kept(partial), progress(doing, lang) as callback:
        yield {"progress": callback, "checkpoint": partial}


@contextlib.contextmanager
def _kept(partial: str | None) -> Iterator[None]:
    """Say what is kept of work that ends early, whatever ends it, and leave no folder with nothing in it."""
    try:
        yield
    except BaseException:
        if partial and Path(partial).is_dir():
            with contextlib.suppress(OSError):
                sweep_ended(Path(partial))
                Path(partial).rmdir()  # empty
                raise
            say(f"actviz: what is done is kept in {partial}; the same command goes on from there", err=True)
        raise


def save_result(result: Any, output: str) -> None:
    """Save what was made resumably, whose checkpoint then goes; or export its table."""
    import actviz
    from actviz.results.checkpoint import discard
    from actviz.results.files import EXPORTS

    if ending_of(output, (".nc", *EXPORTS)) == ".nc":
        with _kept(partial_of(output)):
            actviz.save(result, output)
        discard(partial_of(output))
    else:
        actviz.export(result, output)


def save_or_show(result: Any, output: str | None, lang: str, *, as_json: bool, show: Callable[..., object]) -> None:
    """Save what was made and say so, or show it: it is shown where it is not saved, and as JSON in any case."""
    if output:
        save_result(result, output)
    if output and not as_json:
        echo_written([output], lang)
    else:
        show(result, lang, as_json=as_json)


def draw_figures(
    drawings: Iterable[tuple[str, Any]], folder: str, formats: Sequence[str], lang: str,
    *, workers: int | None = None, if_changed: bool = True, some: bool = False,
) -> tuple[list[str], list[str]]:  # fmt: skip
    """Draw figures into a folder, made if missing, showing how far it is; return files written, and those left alone.

    An empty format leaves a name as it is. With ``if_changed`` a file that is this very figure already is left, and
    nothing is drawn for it; with ``some``, a figure for which its size is too narrow is left out with a word.
    """
    from actviz.plots.files.making import make_all

    named, target = list(drawings), Path(folder)
    figures = [
        (draw, [target / (f"{stem}.{ending}" if ending else stem) for ending in formats]) for stem, draw in named
    ]
    refuse_there(path for _, paths in figures for path in paths)
    target.mkdir(parents=True, exist_ok=True)
    with progress("drawing", lang) as callback:
        made = make_all(figures, workers, if_changed=if_changed, progress=callback)
    for (stem, _), each in zip(named, made, strict=True):
        if each.narrow and not some:
            raise ActvizError(f"{stem}: {each.narrow}")
        if each.narrow:
            say(text("cli.left_out", lang, figure=stem, why=each.narrow), err=True)
        _tell(each.lacking, stem, lang)
    written, kept = ([str(path) for each in made for path in getattr(each, name)] for name in ("written", "kept"))
    if kept:
        say(text("cli.unchanged", lang, number=len(kept), of=len(kept) + len(written)), err=True)
    return written, kept


def write_figure(figure: Any, path: str, lang: str) -> None:
    """Save a figure, and say what it has no room for in its size, and where it is higher than was asked."""
    from actviz.plots import save_figure
    from actviz.plots.files.making import lacks

    save_figure(figure, path)
    _tell(lacks(figure, [Path(path)]), path, lang)


def write_result(result: Any, path: str | None, name: str, style: dict[str, Any]) -> None:
    """Save a result where the path ends in .nc, and its figure of a name where it ends in anything else."""
    if path and path.endswith(".nc"):
        from actviz.results.files import save

        save(result, path)
    elif path:
        from actviz.plots import FIGURES

        write_figure(FIGURES[name].draw(result, **style), path, style["lang"])


def _tell(lacking: Iterable[tuple[str, Any]], stem: str, lang: str) -> None:
    for key, values in lacking:
        say(text(key, lang, figure=stem, **values), err=True)


def load_selected(
    path: str,
    *,
    inits: tuple[str, ...] = (),
    activations: tuple[str, ...] = (),
    snapshot: int | str | None = None,
    layers: int | list[int] | None = None,
    drawn: bool = False,
) -> Any:
    """Load a result and keep the pairings asked for, of a training its runs; or a snapshot of these.

    What can only be drawn is refused unless it will be.
    """
    import actviz
    from actviz.catalog.initializers import ALIASES
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
            raise ActvizError(f"{path} has no {dim} {unknown[0]!r}; {choose_from(unknown[0], have)}")
        if wanted and is_training(dataset):
            dataset = dataset.isel(run=[at for at, name in enumerate(dataset[dim].values) if name in wanted])
            if not dataset.sizes["run"]:
                raise ActvizError(f"{path} has no run with this initializer and activation")
        elif wanted:
            dataset = dataset.sel({dim: list(wanted)})
    if snapshot is not None:
        dataset = _snapshot(path, dataset, snapshot)
    if layers is None:
        return dataset
    if is_training(dataset) or "layer" not in dataset.dims:
        raise ActvizError(f"{path} is a {kind.replace('_', ' ')}: its layers are those of one --snapshot")
    there, those = dataset["layer"].values.tolist(), {layers} if isinstance(layers, int) else set(layers)
    if missing := sorted(those - set(there)):
        raise ActvizError(f"{path} has no layer {missing[0]}; choose from {there[0]} to {there[-1]}")
    return dataset.sel(layer=sorted(those))


def _snapshot(path: str, dataset: Any, snapshot: int | str) -> Any:
    """Return the layers of a training at a snapshot."""
    import actviz
    from actviz.results.dataset import is_training

    if not is_training(dataset):
        raise ActvizError(f"{path} is not a training: it has no snapshots")
    there = dataset["snapshot"].values.tolist() if dataset.sizes.get("snapshot") else [0]
    return actviz.snapshot(dataset, {"first": there[0], "last": there[-1]}.get(str(snapshot), snapshot))


def load_probe(path: str, snapshot: int | str | None = None) -> Any:
    """Load what a probe measured, for a baseline, or a snapshot of a training; refuse all else."""
    import actviz
    from actviz.results.dataset import kind_of

    dataset = actviz.load(path)
    if snapshot is not None:
        dataset = _snapshot(path, dataset, snapshot)
    if (kind := kind_of(dataset)) != "probe":
        which = ", or a training's layers at one --snapshot" if kind == "training" else ""
        raise ActvizError(f"{path} is a {kind.replace('_', ' ')}; a baseline keeps what a probe measured{which}")
    return dataset
