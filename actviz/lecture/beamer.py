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
\documentclass[aspectratio=169]{beamer}
\usepackage{fontspec}
% Signs that the first font has not, as figures have them too.
\directlua{luaotfload.add_fallback("signs", {"[fonts/DejaVuSans.ttf]:mode=node;"})}
\setsansfont{NotoSansKR-Regular-ksx.ttf}[
  Path=fonts/, BoldFont=NotoSansKR-Bold-ksx.ttf, ItalicFont=NotoSansKR-Regular-ksx.ttf,
  RawFeature={fallback=signs}]
\usepackage[absolute,overlay]{textpos}
\setlength{\TPHorizModule}{${unit}pt}\setlength{\TPVertModule}{${unit}pt}
\definecolor{ground}{HTML}{$background}\definecolor{words}{HTML}{$text}\definecolor{muted}{HTML}{$muted}
\setbeamercolor{background canvas}{bg=ground}\setbeamercolor{normal text}{fg=words}
\setbeamertemplate{itemize item}{\textbullet}\setbeamercolor{itemize item}{fg=muted}
\setbeamercolor{note page}{fg=black,bg=white}\setbeamercolor{note title}{fg=black,bg=white}
\setbeamertemplate{navigation symbols}{}
% Speaker notes beside the slides: \setbeameroption{show notes on second screen}
\newcommand{\size}[1]{\fontsize{#1pt}{\dimexpr#1pt*132/100\relax}\selectfont}
\usebeamercolor[fg]{normal text}
\hypersetup{pdftitle={$title}}
\begin{document}
\begin{frame}[plain]
\begin{textblock}{892}(34,170)\raggedright\size{15}\textbf{$title}\end{textblock}
\begin{textblock}{892}(34,250)\raggedright\size{8.5}$subtitle\end{textblock}
\begin{textblock}{892}(34,300)\raggedright\size{6}\color{muted}$origin\end{textblock}
\end{frame}
""")


def _points(size: float) -> str:
    """Return a font size of the 960-point slide in points of the page."""
    return f"{size * _UNIT:.2f}"


_UNIT = 16 / 2.54 * 72.27 / layout.WIDTH


def _block(box: layout.Box, content: str) -> str:
    place = f"{{{box.width:.1f}}}({box.left:.1f},{box.top:.1f})"
    return f"\\begin{{textblock}}{place}\n\\color{{words}}{content}\n\\end{{textblock}}"


def _picture(picture: Picture, drawn: Drawn) -> list[str]:
    place = layout.filling(drawn.aspect)
    width, alt = _points(place.width), latex(drawn.alt)
    return [_block(place, f"\\includegraphics[width={width}pt,alt={{{alt}}}]{{figures/{picture.stem}.pdf}}")]


def _words(page: Page) -> list[str]:
    box = layout.body(page.foot)
    size = layout.font_size(page.lines, box)
    items = "\n".join(f"\\item {latex(line)}" for line in page.lines)
    spaced = f"\\setlength{{\\itemsep}}{{{_points(size * 0.5)}pt}}"
    indent = (
        f"\\setlength{{\\leftmargini}}{{{_points(size * 1.1)}pt}}\\setlength{{\\labelsep}}{{{_points(size * 0.4)}pt}}"
    )
    listed = f"\\size{{{_points(size)}}}\\raggedright{indent}\n\\begin{{itemize}}{spaced}\n{items}\n\\end{{itemize}}"
    parts = [
        _block(layout.HEADLINE, f"\\size{{{_points(layout.TITLE)}}}\\raggedright\\textbf{{{latex(page.title)}}}"),
        _block(box, listed),
    ]
    if page.foot:
        foot, small = "\\par\n".join(map(latex, page.foot)), f"\\size{{{_points(layout.FOOT)}}}"
        parts.append(_block(layout.footer(page.foot), f"{small}\\raggedright\\color{{muted}}{foot}"))
    return parts


def _frame(page: Page, drawn: Mapping[str, Drawn]) -> str:
    parts = _picture(page.picture, drawn[page.picture.stem]) if page.picture else _words(page)
    notes = "\\par\n".join(map(latex, page.notes))
    return "\n".join(["\\begin{frame}[plain]", *parts, f"\\note{{{notes}}}", "\\end{frame}", ""])


def write_beamer(deck: Deck, folder: Path, drawn: Mapping[str, Drawn]) -> None:
    """Write ``lecture.tex``."""
    look = find_theme(deck.theme)
    head = _HEAD.substitute(
        unit=f"{_UNIT:.6f}",
        background=look.background.lstrip("#"),
        text=look.text.lstrip("#"),
        muted=look.muted.lstrip("#"),
        title=latex(deck.title),
        subtitle=latex(deck.subtitle),
        origin=latex(deck.origin),
    )
    frames = "\n".join(_frame(page, drawn) for page in deck.pages)
    (folder / "lecture.tex").write_text(f"{head}\n{frames}\n\\end{{document}}\n", encoding="utf-8")
