"""The table of what a lecture can be written as, and what compiles or opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from actviz.catalog.checks import choose_from
from actviz.errors import ActvizError
from actviz.lecture.beamer import write_beamer
from actviz.lecture.deck import Deck, Drawn
from actviz.lecture.marimo import write_marimo
from actviz.lecture.notebook import write_notebook
from actviz.lecture.powerpoint import check_pptx, write_powerpoint
from actviz.lecture.reveal import write_reveal
from actviz.lecture.typst import write_typst


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Target:
    """A kind of lecture.

    Parameters
    ----------
    name, about : str
    file : str
        What is compiled or opened.
    write : callable
        From a deck, a folder that holds the figures, and what each of them is by its stem, to files in that folder.
    figures : str
        Ending of the figures beside it; empty where there are none.
    fonts : tuple of str
        Families whose files are to lie beside it.
    commands : tuple of str
        What to type in its folder, the tool's installation first.
    check : callable
        Raises an error where something is missing that writing needs.
    draws_formulas : bool
        Whether formulas are pictures there; else they are TeX, which it sets itself.
    fonts_inside : tuple of str
        Languages in which it carries the letters it shows itself, and no font lies beside it.
    """

    name: str
    about: str
    file: str
    write: Callable[[Deck, Path, Mapping[str, Drawn]], None]
    figures: str
    fonts: tuple[str, ...]
    commands: tuple[str, ...]
    check: Callable[[], None] = _nothing
    draws_formulas: bool = False
    fonts_inside: tuple[str, ...] = ()

    def fonts_beside(self, lang: str) -> tuple[str, ...]:
        """Return the families whose files lie beside a lecture in a language."""
        return () if lang in self.fonts_inside else self.fonts


_KOREAN = ("Noto Sans KR",)

_table = (
    Target(
        "notebook",
        "a Jupyter notebook that measures and draws by itself",
        "lecture.ipynb",
        write_notebook,
        "",
        (),
        ("python -m pip install jupyterlab", "jupyter lab lecture.ipynb"),
    ),
    Target(
        "marimo",
        "a marimo notebook that measures and draws by itself",
        "lecture.py",
        write_marimo,
        "",
        (),
        ("python -m pip install marimo", "marimo edit lecture.py"),
    ),
    Target(
        "reveal",
        "Markdown for Pandoc 3, which makes one reveal.js page of it, to be opened offline",
        "lecture.md",
        write_reveal,
        "svg",
        _KOREAN,
        (
            "npm pack reveal.js@5.2.1 && tar xzf reveal.js-5.2.1.tgz",
            "pandoc lecture.md -f markdown-implicit_figures -t revealjs --mathml --standalone --embed-resources "
            "-V revealjs-url=package -o lecture.html",
        ),
        fonts_inside=("en",),
    ),
    Target(
        "beamer",
        "a LaTeX Beamer deck for LuaLaTeX, in the theme that you choose",
        "lecture.tex",
        write_beamer,
        "pdf",
        ("Noto Sans KR", "DejaVu Sans", "DejaVu Sans Mono"),
        ("apt install texlive-luatex texlive-latex-recommended texlive-pictures", "lualatex lecture.tex"),
    ),
    Target(
        "typst",
        "a deck for Typst 0.14 or newer",
        "lecture.typ",
        write_typst,
        "pdf",
        ("Noto Sans KR", "DejaVu Sans"),
        ("cargo install typst-cli", "typst compile --font-path fonts lecture.typ"),
        draws_formulas=True,
    ),
    Target(
        "pptx",
        "a PowerPoint file (needs python-pptx)",
        "lecture.pptx",
        write_powerpoint,
        "png",
        _KOREAN,
        # A PowerPoint file holds no fonts: another one stands in where the system has not this one.
        ("mkdir -p ~/.fonts && cp fonts/*.ttf ~/.fonts", "libreoffice --convert-to pdf lecture.pptx"),
        check_pptx,
        draws_formulas=True,
    ),
)

TARGETS: dict[str, Target] = {target.name: target for target in _table}
"""Every target by name."""


def find_target(name: str) -> Target:
    """Return a target by name.

    Raises
    ------
    ActvizError
        If there is none such; the message lists them.
    """
    if name not in TARGETS:
        raise ActvizError(f"unknown target {name!r}; {choose_from(name, TARGETS)}")
    return TARGETS[name]
