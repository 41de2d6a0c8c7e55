"""The command line: parse, one library call, print. Commands are imported when they run, so ``--help`` is instant."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

import click

from actviz.cli.printing import accept_every_character, say
from actviz.errors import ActvizError
from actviz.version import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "article": ("article", "Draw the article's whole figure set from data measured now."),
    "lecture": ("lecture", "Write the article as a lecture: notebook, marimo, reveal, beamer, typst or pptx."),
    "reproduce": ("reproduce", "Reproduce a published experiment: PASS or FAIL against known numbers."),
    "probe": ("probe", "Measure initializer x activation pairings; save or print the result."),
    "train": ("train", "Train stacks and follow their layers; every combination of options is a run."),
    "sweep": ("sweep", "Probe or train a grid over any fields of a recipe; save or print the result."),
    "figures": ("figures", "Draw figures of a saved result."),
    "redo": ("redo", "Draw a figure again from its own file."),
    "report": ("report", "Write a one-file report: verdicts, claims, figures and an explorer."),
    "show": ("show", "Print a saved result as a table, or export it."),
    "inspect": ("inspect", "Measure a PyTorch model of your own, layer by layer, and say what is wrong."),
    "diagnose": ("diagnose", "Say what is wrong with pairings, and how to mend it."),
    "baseline": ("baseline", "Write the statistics of a stack or model as a baseline to check against."),
    "check": ("check", "Check against a baseline: equivalent, drift or inconclusive."),
    "coord": ("coord", "Check how a network's layers, and what updates move in them, go with the width."),
    "theory": ("theory", "Print what mean-field theory says of an activation, by convention."),
    "schedules": ("schedules", "Print and draw learning-rate schedules, step by step."),
    "lr-find": ("lr_find", "Find a learning rate: a range test, its figure and its suggestion."),
    "serve": ("serve", "Serve a page to play with: pictures follow while a slider moves."),
    "list": ("list", "List what there is: initializers, activations, inputs, data, optimizers, schedules, figures."),
}
"""Name, module and one-line help of every command."""


ABOUT = """Show and measure how signals and gradients travel through deep networks at initialization.

Every command has its own --help. Exit codes: 0 fine, 1 a finding, 2 bad usage or a bad file.
"""


def _description(module: Any) -> str | None:
    """Read what a command says of itself from its source: Python's -OO takes docstrings away."""
    import ast

    try:
        with open(module.__file__, encoding="utf-8") as file:
            found = next(each for each in ast.parse(file.read()).body if getattr(each, "name", "") == "command")
    except (OSError, SyntaxError, StopIteration):  # no sources are there
        return None
    return ast.get_docstring(found) if isinstance(found, ast.FunctionDef) else None


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is used, and prints every error as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"actviz.cli.{COMMANDS[name][0]}")
        command: click.Command = module.command
        command.help = command.help or _description(module) or COMMANDS[name][1]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from actviz.catalog.checks import choose_from

            raise click.UsageError(f"no such command {args[0]!r}; {choose_from(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; any error is one line on standard error, exit code 2."""
        kwargs["standalone_mode"] = False
        with _ending_on_sigterm():
            self._run(*args, **kwargs)

    def _run(self, *args: Any, **kwargs: Any) -> None:
        try:
            accept_every_character()
            _check_environment()
            sys.exit(super().main(*args, **kwargs) or 0)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(2)
        except click.exceptions.Exit as error:
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt) as error:  # click makes the first of the second
            _fail(*(("terminated", 143) if isinstance(error.__cause__, _Terminated) else ("interrupted", 130)))
        except click.ClickException as error:
            _fail(_asking(error), 2)
        except ActvizError as error:
            _fail(str(error), 2)
        except UnicodeDecodeError as error:
            import traceback  # an accident is no reason to load it

            if not any(frame.name == "_rc_params_in_file" for frame in traceback.extract_tb(error.__traceback__)):
                raise
            _fail(f"matplotlibrc, in this folder or your configuration, is not UTF-8 text ({error.reason})", 2)
        except MemoryError:
            _fail("out of memory; lower --width, --depth, --batch, --workers or the bins of --view", 2)
        except (_ReaderGone, BrokenPipeError):  # nothing more to say
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(128 + 13)  # as SIGPIPE ends a program
        except OSError as error:
            _fail(f"{error.filename or _nameless(error)}: {error.strerror or error}", 2)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse, and print help if it is asked for."""
        with _told_of_a_reader_that_left():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        with _told_of_a_reader_that_left():
            return super().invoke(ctx)


class _ReaderGone(Exception):
    """The reader of a pipe is gone; click, told by the system's own error, would end with 1, which means a finding."""


@contextlib.contextmanager
def _told_of_a_reader_that_left() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise _ReaderGone from None


def _nameless(error: OSError) -> str:
    """Name what an error is about that names no file: the folder, if it is gone, or what is printed to."""
    import traceback

    try:
        os.getcwd()
    except OSError:
        return "the folder you are in"
    printing = any(frame.f_code is click.echo.__code__ for frame, _ in traceback.walk_tb(error.__traceback__))
    return "standard output" if printing else "file"


def _check_environment() -> None:
    """Refuse a time of the build that is none before a library that reads it blames a file.

    Files are written and nothing is shown, whatever matplotlib's backend is in the user's own programs.
    """
    os.environ["MPLBACKEND"] = "agg"
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch and not (epoch.isascii() and epoch.isdigit()):
        raise ActvizError(f"SOURCE_DATE_EPOCH must be a whole number of seconds, not {epoch!r}")


def _asking(error: click.ClickException) -> str:
    """Return what an error says, and which choice was meant by one that is none, if one is close."""
    said = error.format_message()
    kind = error.param.type if isinstance(error, click.BadParameter) and error.param is not None else None
    if not isinstance(kind, click.Choice) or "'" not in error.message:
        return said
    from actviz.catalog.checks import meant

    asked = meant(error.message.split("'")[1], kind.choices)
    return f"{said.rstrip('.')}; {asked}" if asked else said


_ENDING = (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
"""By which the system asks for an end, and a terminal that goes; under nohup it is ignored, and stays so."""


class _Terminated(KeyboardInterrupt):
    """The system asks for an end: everything is put away as after Ctrl-C."""


@contextlib.contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    def end(*_: Any) -> None:
        for each in _ENDING:  # once: what is being put away is not interrupted
            signal.signal(each, signal.SIG_IGN)
        raise _Terminated

    if threading.current_thread() is not threading.main_thread():  # no other may ask
        yield
        return
    before = {each: signal.signal(each, end) for each in _ENDING if signal.getsignal(each) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _fail(message: str, code: int) -> None:
    from actviz.text.escaping import escaped

    say(f"actviz: {escaped(' '.join(message.split()))}", err=True)
    sys.exit(code)


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from actviz.numerics.kernel import kernel

        click.echo(f"actviz, version {__version__}, kernel {kernel()}")
        context.exit()


@click.group(
    cls=LazyGroup, help=ABOUT, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and exit."
)
def main() -> None:
    """Run the command line."""
