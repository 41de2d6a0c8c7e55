"""The lecture as Markdown that Pandoc makes into one reveal.js page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

from actviz.catalog.looks import find_theme
from actviz.lecture import layout
from actviz.lecture.deck import Deck, Drawn, Page
from actviz.lecture.escaping import attribute, markdown

_HEAD = Template("""---
title: $title
subtitle: $subtitle
author: $origin
lang: $lang
theme: $theme
css: lecture.css
width: 960
height: 540
margin: 0
center: false
transition: none
slideNumber: true
controls: false
hash: true
---
""")

_FILES = """@font-face { font-family: "Noto Sans KR"; font-weight: 400;
  src: url("fonts/NotoSansKR-Regular-ksx.ttf") format("truetype"); }
@font-face { font-family: "Noto Sans KR"; font-weight: 700;
  src: url("fonts/NotoSansKR-Bold-ksx.ttf") format("truetype"); }
"""

_STYLE = Template("""$faces
:root { --r-main-font: "Noto Sans KR", sans-serif; --r-heading-font: "Noto Sans KR", sans-serif;
  --r-background-color: $background; --r-main-color: $text; --r-heading-color: $text; }
body, .reveal-viewport { background: $background; }
.reveal .slides { text-align: left; word-break: keep-all; overflow-wrap: anywhere; }
.reveal .slides section { height: 100%; padding: 0; }
.reveal h1, .reveal h2 { text-transform: none; letter-spacing: normal; font-weight: 700; }
.reveal h1 { font-size: 40px; margin: 150px ${margin}px 20px; }
.reveal h2 { font-size: ${title}px; line-height: ${leading}; margin: ${top}px ${margin}px 0; }
.reveal section.titled h2 { width: var(--wide); }
.reveal .subtitle, .reveal .author { margin: 12px ${margin}px; font-size: 20px; }
.reveal .author { color: $muted; font-size: 14px; }
.reveal .said, .reveal .shown, .reveal .foot, .reveal .block { position: absolute; }
.reveal .row { height: ${equation}px; display: grid; grid-template-columns: $said 1fr; column-gap: 24px;
  align-items: center; }
.reveal .row p { margin: 0; color: $muted; }
.reveal .row math { display: inline math; font-size: 1.35em; color: $text; }
.reveal .block pre { margin: 0; width: 100%; padding: 12px; box-sizing: border-box; font-size: inherit;
  box-shadow: none; background: $panel; border: 1px solid $grid; border-radius: 6px; white-space: pre; }
.reveal .block pre code { padding: 0; max-height: none; overflow: hidden; background: none; color: $text;
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace, "Noto Sans KR"; }
.reveal .block pre code :is(a, span) { color: inherit; }
.reveal .block pre code span:is(.kw, .cf, .im) { color: $keyword; font-weight: bold; }
.reveal .block pre code span:is(.st, .dv, .fl) { color: $literal; }
.reveal .block pre code span.co { color: $muted; font-style: normal; }
.reveal .block table { width: 100%; margin: 0; font-size: inherit; }
.reveal .block table th, .reveal .block table td { padding: .45em .6em; vertical-align: top; line-height: 1.32;
  border-bottom: 1px solid $grid; text-align: left; }
.reveal .said ul { margin: 0 0 0 1.1em; line-height: 1.32; display: block; }
.reveal .said li { margin-bottom: .5em; }
.reveal .shown p, .reveal .foot p { margin: 0; }
.reveal .shown img { width: 100%; height: 100%; margin: 0; max-width: none; max-height: none; display: block; }
.reveal .foot { font-size: ${foot}px; line-height: 1.32; color: $muted; }
.reveal .slide-number { background: none; color: $muted; }
""")


def _place(box: layout.Box) -> str:
    return f"left:{box.left:.0f}px;top:{box.top:.0f}px;width:{box.width:.0f}px;height:{box.height:.0f}px"


def _slide(position: int, page: Page, drawn: Mapping[str, Drawn]) -> str:
    shape = drawn[page.picture.stem] if page.picture else None
    at = layout.places(page, shape.aspect if shape else None)
    notes = "\n\n".join(map(markdown, page.notes))
    parts = [f'## {markdown(page.title)} {{#slide-{position} .titled style="--wide:{at.title.width:.0f}px"}}']
    if page.picture and shape:
        image = f"![{markdown(shape.alt)}](figures/{page.picture.stem}.svg)"
        parts.append(_div("shown", at.picture, image))
    if block := _block(page, at.shares):
        parts.append(_div("block", at.block, block, at.block_size))
    if listed := _list(page):
        parts.append(_div("said", at.body, listed, at.size))
    if page.foot:
        parts.append(_div("foot", at.foot, "\n\n".join(map(markdown, page.foot))))
    return "\n\n".join([*parts, f"::: notes\n{notes}\n:::"])


def _div(kind: str, box: layout.Box, content: str, size: float = 0.0) -> str:
    """Wrap content into an element of a place, with colons enough to hold others."""
    font = f";font-size:{size:g}px" if size else ""
    return f':::: {{.{kind} style="{_place(box)}{font}"}}\n{content}\n::::'


def _list(page: Page) -> str:
    links = [f"[{markdown(words)}]({address})" for words, address in page.links]
    return "\n".join(f"- {line}" for line in (*map(markdown, page.points), *links))


def _block(page: Page, shares: tuple[float, ...]) -> str:
    """Write what stands above the points: formulas with what is done in each, code, or a table."""
    if page.equations:
        derived = (f"::: row\n{markdown(each.said)}\n\n$${each.tex}$$\n:::" for each in page.equations)
        return "\n\n".join(derived)
    if page.code:
        return "\n".join(("```python", page.code, "```"))
    if page.table:
        head, *rows = ("| " + " | ".join(map(markdown, row)) + " |" for row in page.table)
        return "\n".join([head, "|" + "|".join("-" * max(3, round(100 * each)) for each in shares) + "|", *rows])
    return ""


def _faces(deck: Deck) -> str:
    """Return the letters of a lecture in Latin script, and what may be typed into it, as a font inside the style."""
    from actviz.plots.files.saving import font_faces

    said = (line for page in deck.pages for line in (page.title, *page.words, *page.notes))
    letters = {chr(at) for at in range(0x20, 0x7F)} | set("".join([deck.title, deck.subtitle, deck.origin, *said]))
    return font_faces("", {("Noto Sans KR", weight): letters for weight in (400, 700)})


def write_reveal(deck: Deck, folder: Path, drawn: Mapping[str, Drawn]) -> None:
    """Write ``lecture.md`` and ``lecture.css``."""
    look = find_theme(deck.theme)
    head = _HEAD.substitute(
        # Pandoc reads these as Markdown.
        title=attribute(markdown(deck.title)),
        subtitle=attribute(markdown(deck.subtitle)),
        origin=attribute(markdown(deck.origin)),
        lang=deck.lang,
        theme="black" if deck.theme == "dark" else "white",
    )
    slides = [_slide(position, page, drawn) for position, page in enumerate(deck.pages, start=1)]
    (folder / "lecture.md").write_text("\n\n".join([head.strip(), *slides]) + "\n", encoding="utf-8")
    style = _STYLE.substitute(
        faces=_FILES if deck.lang == "ko" else _faces(deck),
        background=look.background,
        text=look.text,
        muted=look.muted,
        margin=f"{layout.MARGIN:g}",
        keyword=look.palette["blue"],
        literal=look.palette["vermillion"],
        panel=look.panel,
        grid=look.grid,
        title=f"{layout.TITLE:g}",
        leading=f"{layout.LEADING:g}",
        equation=f"{layout.EQUATION:g}",
        said=f"{100 * layout.SAID:g}%",
        top=f"{layout.TOP:g}",
        foot=f"{layout.FOOT:g}",
    )
    (folder / "lecture.css").write_text(style, encoding="utf-8")
