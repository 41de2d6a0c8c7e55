"""The lecture as a LaTeX Beamer deck for LuaLaTeX, which reads Hangul and the font beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

from actviz.catalog.looks import find_theme
from actviz.lecture import layout
from actviz.lecture.deck import Deck, Drawn, Page, Picture
from actviz.lecture.escaping import latex

_HEAD = Template(r"""% Compile with: lualatex lecture.tex
\documentclass[aspectratio=169,11pt]{beamer}
% Your own theme, for example: \usetheme{Madrid}
\usetheme{default}
\usepackage{fontspec}
% Signs that the first font has not, as figures have them too.
\directlua{luaotfload.add_fallback("signs", {"[fonts/DejaVuSans.ttf]:mode=node;"})}
\directlua{luaotfload.add_fallback("hangul", {"[fonts/NotoSansKR-Regular-ksx.ttf]:mode=node;"})}
\setsansfont{NotoSansKR-Regular-ksx.ttf}[
  Path=fonts/, BoldFont=NotoSansKR-Bold-ksx.ttf, ItalicFont=NotoSansKR-Regular-ksx.ttf,
  RawFeature={fallback=signs}]
\setmonofont{DejaVuSansMono.ttf}[Path=fonts/, RawFeature={fallback=hangul}]
\setbeamertemplate{navigation symbols}{}
\setbeamersize{text margin left=6mm, text margin right=6mm}
$colors% Speaker notes beside the slides: \setbeameroption{show notes on second screen}
\setbeamercolor{note page}{fg=black,bg=white}\setbeamercolor{note title}{fg=black,bg=white}
\newcommand{\size}[1]{\fontsize{#1pt}{\dimexpr#1pt*130/100\relax}\selectfont}
\newcommand{\foot}[1]{{\size{7.5}\usebeamercolor[fg]{footnote}#1\par}}
\title{$title}\subtitle{$subtitle}\author{}\date[]{\size{7}$origin}
\hypersetup{pdftitle={$title}}
\begin{document}
\begin{frame}[plain]
\titlepage
\end{frame}
""")

_DARK = Template(r"""\definecolor{ground}{HTML}{$background}\definecolor{words}{HTML}{$text}
\setbeamercolor{background canvas}{bg=ground}\setbeamercolor{normal text}{fg=words}
\setbeamercolor{frametitle}{fg=words}\setbeamercolor{title}{fg=words}
\usebeamercolor[fg]{normal text}
""")

_UNIT = 16 / 2.54 * 72.27 / layout.WIDTH


def _size(size: float) -> str:
    """Return a command for a font size of the 960-point slide."""
    return f"\\size{{{size * _UNIT:.2f}}}"


def _picture(picture: Picture, drawn: Drawn, height: str) -> str:
    how = f"width=\\linewidth,height={height}\\textheight,keepaspectratio,alt={{{latex(drawn.alt)}}}"
    return f"\\centering\\includegraphics[{how}]{{figures/{picture.stem}.pdf}}\\par"


def _list(page: Page, size: float) -> list[str]:
    links = [f"\\href{{{address}}}{{{latex(words)}}}" for words, address in page.links]
    items = "\n".join(f"\\item {line}" for line in (*map(latex, page.points), *links))
    return [f"{{{_size(size)}\\raggedright\n\\begin{{itemize}}\n{items}\n\\end{{itemize}}}}"] if items else []


def _block(page: Page, size: float, shares: tuple[float, ...]) -> list[str]:
    """Write what stands above the points: formulas with what is done in each, code, or a table."""
    if page.equations:
        left, right = f"p{{{layout.SAID - 0.02:g}\\textwidth}}", f"p{{{0.96 - layout.SAID:g}\\textwidth}}"
        derived = "\\\\[2.2ex]\n".join(
            f"{_size(size)}\\raggedright {latex(each.said)} & $\\displaystyle {each.tex}$" for each in page.equations
        )
        return [f"\\begin{{tabular}}{{@{{}}{left}{right}@{{}}}}\n{derived}\n\\end{{tabular}}\\par\\medskip"]
    if page.code:
        written = "\\\\\n".join(_code(line) for line in page.code.split("\n"))
        return [f"{{{_size(size)}\\ttfamily\\raggedright\n{written}\\par}}\\medskip"]
    if page.table:
        head, *rows = (" & ".join(f"\\raggedright {latex(cell)}" for cell in row) for row in page.table)
        body = "\\tabularnewline[.6ex]\n".join([f"{head}\\tabularnewline\\hline\\rule{{0pt}}{{2.6ex}}%", *rows])
        body = body.replace("%\\tabularnewline[.6ex]", "%")
        columns = "".join(f"p{{{(0.96 - 0.025 * len(shares)) * each:.3f}\\linewidth}}" for each in shares)
        return [f"{{{_size(size)}\\begin{{tabular}}{{@{{}}{columns}@{{}}}}\n{body}\n\\end{{tabular}}\\par}}\\medskip"]
    return []


def _code(line: str) -> str:
    """Write a line of code: what it begins with and every space in it are kept."""
    inside = line.lstrip(" ")
    return "~" * (len(line) - len(inside)) + "~".join(latex(word) if word else "" for word in inside.split(" "))


def _frame(page: Page, drawn: Mapping[str, Drawn]) -> str:
    shape = drawn[page.picture.stem] if page.picture else None
    at = layout.places(page, shape.aspect if shape else None)
    claims = "\\par ".join(map(latex, page.foot))
    foot = [f"\\medskip\\vfill\\foot{{{claims}}}"] if page.foot else []
    words = [*_block(page, at.block_size, at.shares), *_list(page, 0.94 * at.size), *foot]
    if page.picture and shape and shape.aspect < layout.SQUARISH:
        right = _picture(page.picture, shape, "0.86")
        columns = (("0.46", "\n".join(words)), ("0.54", right))
        body = "\n".join(f"\\begin{{column}}{{{wide}\\textwidth}}\n{each}\n\\end{{column}}" for wide, each in columns)
        words = [f"\\begin{{columns}}[c]\n{body}\n\\end{{columns}}"]
    elif page.picture and shape:
        words = [_picture(page.picture, shape, "0.5"), *words]
    notes = "\\par\n".join(map(latex, page.notes))
    title = f"\\frametitle{{{latex(page.title)}}}"
    return "\n".join(["\\begin{frame}", title, *words, f"\\note{{{notes}}}", "\\end{frame}", ""])


def write_beamer(deck: Deck, folder: Path, drawn: Mapping[str, Drawn]) -> None:
    """Write ``lecture.tex``."""
    look = find_theme(deck.theme)
    dark = _DARK.substitute(background=look.background.lstrip("#"), text=look.text.lstrip("#"))
    head = _HEAD.substitute(
        colors=dark if deck.theme == "dark" else "",
        title=latex(deck.title),
        subtitle=latex(deck.subtitle),
        origin=latex(deck.origin),
    )
    frames = "\n".join(_frame(page, drawn) for page in deck.pages)
    (folder / "lecture.tex").write_text(f"{head}\n{frames}\n\\end{{document}}\n", encoding="utf-8")
