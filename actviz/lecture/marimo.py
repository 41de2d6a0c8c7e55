"""The lecture as a marimo notebook, which is a Python program."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from actviz.lecture.cells import SETUP, Cell, cells
from actviz.lecture.deck import Deck, Drawn

_FRAME = """import marimo
{made}
app = marimo.App(width="medium")

{cells}

if __name__ == "__main__":
    app.run()
"""


def _function(cell: Cell) -> str:
    """Write a cell as a function of what it uses that returns what it defines, as marimo does."""
    returned = f"return {', '.join(cell.defines)}{',' * (len(cell.defines) == 1)}" if cell.defines else "return"
    body = textwrap.indent(f"{cell.source}\n{returned}", "    ")
    return f"\n@app.cell\ndef _({', '.join(sorted(cell.uses))}):\n{body}\n"


def _words(cell: Cell) -> str:
    """Write a cell of words; a raw string where it holds nothing that would end it, so that it can be read."""
    source = cell.source
    if '"""' in source or source.endswith(("\\", '"')):
        value = repr(source)
    else:
        value = f'r"""\n{textwrap.indent(source, "    ")}\n    """'
    return f"\n@app.cell(hide_code=True)\ndef _(mo):\n    mo.md({value})\n    return\n"


def _made() -> str:
    """Say for which marimo the notebook is: the installed one, which is not imported; nothing where there is none."""
    try:
        return f'\n__generated_with = "{version("marimo")}"'
    except PackageNotFoundError:
        return ""


def write_marimo(deck: Deck, folder: Path, drawn: Mapping[str, Drawn]) -> None:
    """Write ``lecture.py``."""
    setup = Cell("code", f"import marimo as mo\n\n{SETUP.source}", defines=(*SETUP.defines, "mo"))
    written = [_function(each) if each.kind == "code" else _words(each) for each in (setup, *cells(deck))]
    content = _FRAME.format(made=_made(), cells="\n".join(written).strip("\n"))
    (folder / "lecture.py").write_text(content, encoding="utf-8")
