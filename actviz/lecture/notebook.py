"""The lecture as a Jupyter notebook, which is JSON; a slide show too, by ``jupyter nbconvert --to slides``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from actviz.lecture.cells import SETUP, Cell, cells
from actviz.lecture.deck import Deck, Drawn


def _cell(position: int, cell: Cell) -> dict[str, Any]:
    """Return a cell as nbformat 4.5 wants it."""
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if cell.kind == "code" else {}
    return {
        "cell_type": cell.kind,
        "id": f"cell-{position}",
        "metadata": {"slideshow": {"slide_type": cell.role}},
        "source": cell.source.splitlines(keepends=True),
        **code,
    }


def write_notebook(deck: Deck, folder: Path, drawn: Mapping[str, Drawn]) -> None:
    """Write ``lecture.ipynb``."""
    # Figures are matplotlib's; the kernel shows them once it is told to.
    setup = Cell("code", f"%matplotlib inline\n{SETUP.source}", SETUP.role)
    content = {
        "cells": [_cell(position, cell) for position, cell in enumerate([setup, *cells(deck)])],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "title": deck.title,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    written = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (folder / "lecture.ipynb").write_text(written, encoding="utf-8")
