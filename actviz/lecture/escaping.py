"""Plain text for every target: whatever a name or caption holds is shown as it is, and never acts."""

from __future__ import annotations

import json
import re
import unicodedata

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    "\u00a0": "~",
    "-": "-{}",  # two of them are no dash
    "[": "{[}",  # no optional argument
    "]": "{]}",
}
_SAFE_INSIDE = frozenset(",.?%/;()'")
_SPACE = re.compile(r"[^\S\u00a0]+")  # a space that does not break stays one
_LETTERS = re.compile(r"[^\W_]|\s")


def plain(text: str) -> str:
    r"""Return text on one line without control characters, lone surrogates and non-characters, which no file may hold.

    >>> plain("two\nlines\x00 ")
    'two lines'
    """
    kept = (
        character
        for character in text
        if character.isspace()
        or (unicodedata.category(character) not in ("Cc", "Cs") and ord(character) & 0xFFFE != 0xFFFE)
    )
    return _SPACE.sub(" ", "".join(kept)).strip()


def latex(text: str) -> str:
    r"""Return text for LaTeX.

    >>> latex("50 % of \\input{x}")
    '50 \\% of \\textbackslash{}input\\{x\\}'
    """
    return "".join(_LATEX.get(character, character) for character in plain(text))


def typst(text: str) -> str:
    r"""Return text as a string of Typst, with its quotation marks; a string holds no markup.

    >>> typst('#panic("x")')
    '"#panic(\\"x\\")"'
    """
    return '"' + plain(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def markdown(text: str) -> str:
    """Return text for Markdown as Pandoc, Jupyter and marimo read it.

    Punctuation that could be markup stands as character references, which all of them show as the character itself.
    A dollar sign is alone in an element, where MathJax sees no formula.

    >>> markdown("N(0, 1), f = 2 * x")
    'N(0, 1), f = 2 &#42; x'
    >>> markdown("1. $x$")
    '1&#46; <span>&#36;</span>x<span>&#36;</span>'
    """
    given = plain(text)
    return "".join(_character(given, position) for position in range(len(given)))


def _character(text: str, position: int) -> str:
    character = text[position]
    if character == "$":
        return "<span>&#36;</span>"
    if not character.isascii() or _LETTERS.match(character):
        return character
    spaced = text[position + 1 : position + 2] in ("", " ")
    # What may begin a list or a block, dots behind dots, and apostrophes behind apostrophes are never left as they are.
    ordinary = (character in _SAFE_INSIDE and text[position - 1 : position] != character) or (
        character in ":=" and spaced and position > 0 and text[position - 1] not in ":="
    )
    starts = position == 0 or (text[:position].isdigit() and character in ".)")
    return character if ordinary and not starts else f"&#{ord(character)};"


def attribute(text: str) -> str:
    """Return text as a quoted value of YAML or JSON, with its quotation marks."""
    return json.dumps(plain(text), ensure_ascii=False)
