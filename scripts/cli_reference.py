"""Write the command-line reference into actviz/cli/README.md, from the commands' own help; ``--check`` only compares.

Usage: python scripts/cli_reference.py [--check]
"""

import sys
from pathlib import Path

import click

from actviz.cli import COMMANDS, main

PAGE = Path(__file__).parents[1] / "actviz/cli/README.md"
START, END = "<!-- cli reference: made by scripts/cli_reference.py -->\n", "<!-- end of cli reference -->"


def help_text(*names: str) -> str:
    """Help of a command as the terminal shows it, 100 columns wide."""
    context = click.Context(main, info_name="actviz", terminal_width=100, **main.context_settings)
    command: click.Command = main
    for name in names:
        found = main.get_command(context, name)
        assert found is not None
        command, context = found, click.Context(found, info_name=name, parent=context, terminal_width=100)
    return command.get_help(context)


def reference() -> str:
    """Return the whole reference as Markdown."""
    sections = [f"```text\n$ actviz --help\n{help_text()}\n```\n"]
    sections += [f"### `actviz {name}`\n\n```text\n{help_text(name)}\n```\n" for name in COMMANDS]
    return "\n".join(sections)


def update() -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    text = f"{before}{START}{reference()}{END}{after}"
    if "--check" in sys.argv:
        sys.exit(
            0
            if text == PAGE.read_text(encoding="utf-8")
            else "actviz/cli/README.md: the command-line reference is out of date"
        )
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    update()
