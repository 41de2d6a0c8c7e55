"""The lecture as Markdown that Pandoc makes into one reveal.js page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

from actviz.catalog.looks import find_theme
from actviz.lecture import layout
from actviz.lecture.deck import Deck, Drawn, Page, Picture
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

_STYLE = Template("""@font-face { font-family: "Noto Sans KR"; font-weight: 400;
  src: url("fonts/NotoSansKR-Regular-ksx.ttf") format("truetype"); }
@font-face { font-family: "Noto Sans KR"; font-weight: 700;
  src: url("fonts/NotoSansKR-Bold-ksx.ttf") format("truetype"); }
:root { --r-main-font: "Noto Sans KR", sans-serif; --r-heading-font: "Noto Sans KR", sans-serif;
  --r-background-color: $background; --r-main-color: $text; --r-heading-color: $text; }
body, .reveal-viewport { background: $background; }
.reveal .slides { text-align: left; word-break: keep-all; overflow-wrap: anywhere; }
.reveal .slides section { height: 100%; padding: 0; }
.reveal h1, .reveal h2 { text-transform: none; letter-spacing: normal; font-weight: 700; }
.reveal h1 { font-size: 40px; margin: 150px ${margin}px 20px; }
.reveal h2 { font-size: ${title}px; line-height: 1.2; margin: ${top}px ${margin}px 0; }
.reveal .subtitle, .reveal .author { margin: 12px ${margin}px; font-size: 20px; }
.reveal .author { color: $muted; font-size: 14px; }
.reveal .said, .reveal .shown, .reveal .foot { position: absolute; }
/* The figure has its own title on it; this one is for the outline and for those who listen. */
.reveal section.filled h2 { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
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
    notes = "\n\n".join(map(markdown, page.notes))
    parts = _picture(page.picture, drawn[page.picture.stem]) if page.picture else _words(page)
    kind = " .filled" if page.picture else ""
    return "\n\n".join([f"## {markdown(page.title)} {{#slide-{position}{kind}}}", *parts, f"::: notes\n{notes}\n:::"])


def _picture(picture: Picture, drawn: Drawn) -> list[str]:
    image = f"![{markdown(drawn.alt)}](figures/{picture.stem}.svg)"
    return [f'::: {{.shown style="{_place(layout.filling(drawn.aspect))}"}}\n{image}\n:::']


def _words(page: Page) -> list[str]:
    box = layout.body(page.foot)
    size = layout.font_size(page.lines, box)
    listed = "\n".join(f"- {markdown(line)}" for line in page.lines)
    parts = [f'::: {{.said style="{_place(box)};font-size:{size:g}px"}}\n{listed}\n:::']
    if page.foot:
        foot = "\n\n".join(map(markdown, page.foot))
        parts.append(f'::: {{.foot style="{_place(layout.footer(page.foot))}"}}\n{foot}\n:::')
    return parts


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
        background=look.background,
        text=look.text,
        muted=look.muted,
        margin=f"{layout.MARGIN:g}",
        title=f"{layout.TITLE:g}",
        top=f"{layout.HEADLINE.top:g}",
        foot=f"{layout.FOOT:g}",
    )
    (folder / "lecture.css").write_text(style, encoding="utf-8")
