"""The lecture as a Typst deck; every word is a string, so that none is markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from actviz.catalog.looks import find_theme
from actviz.lecture import layout
from actviz.lecture.deck import Deck, Drawn, Page
from actviz.lecture.escaping import typst

_HEAD = Template("""// Compile with: typst compile --font-path fonts lecture.typ
// A page of notes behind every slide: typst compile --font-path fonts --input notes=true lecture.typ notes.pdf
#let noted = sys.inputs.at("notes", default: "false") == "true"
#set document(title: $title)
#set page(width: 960pt, height: 540pt, margin: 0pt, fill: rgb("$background"))
#set text(font: ("Noto Sans KR", "DejaVu Sans"), fill: rgb("$text"), lang: "$lang")
#set par(leading: 0.55em)
$words#let muted = rgb("$muted")
#let at(left, top, width, height, body) = place(dx: left * 1pt, dy: top * 1pt, block(
  width: width * 1pt, height: height * 1pt, body,
))
#let noting(title, notes) = if noted {
  page(margin: 60pt, {
    text(size: 22pt, weight: "bold", title)
    set text(size: 18pt)
    for note in notes { par(note) }
  })
}
#let slide(title, lines, size, box, foot: (), foot_box: (0, 0, 0, 0), notes: ()) = {
  page({
    at(${title_box}, heading(level: 1, text(size: ${title_size}pt, title)))
    at(..box, {
      set text(size: size * 1pt)
      list(indent: 0pt, body-indent: 0.5em, spacing: 1.1em, marker: text(fill: muted, "•"), ..lines)
    })
    at(..foot_box, {
      set text(size: ${foot_size}pt, fill: muted)
      for each in foot { par(spacing: 0.55em, each) }
    })
  })
  noting(title, notes)
}
// The figure has its own title on it: the heading is for the outline and for those who listen.
#let filled(title, file, alt, spot, notes: ()) = {
  page({
    hide(at(${title_box}, heading(level: 1, text(size: ${title_size}pt, title))))
    at(..spot, image(file, width: 100%, alt: alt))
  })
  noting(title, notes)
}
#page({
  at(34, 170, 892, 60, text(size: 40pt, weight: "bold", $title))
  at(34, 240, 892, 40, text(size: 22pt, $subtitle))
  at(34, 290, 892, 30, text(size: 14pt, fill: muted, $origin))
})
""")


def _numbers(box: layout.Box) -> str:
    return f"{box.left:.1f}, {box.top:.1f}, {box.width:.1f}, {box.height:.1f}"


def _strings(texts: tuple[str, ...]) -> str:
    """Write an array of strings; a comma behind the only one makes it an array."""
    return "(" + "".join(f"{typst(each)}, " for each in texts) + ")"


def _call(function: str, given: Sequence[str]) -> str:
    return f"#{function}(\n" + "".join(f"  {each},\n" for each in given) + ")\n"


def _slide(page: Page, drawn: Mapping[str, Drawn]) -> str:
    notes = f"notes: {_strings(page.notes)}"
    if page.picture:
        shape, file = drawn[page.picture.stem], typst(f"figures/{page.picture.stem}.pdf")
        spot = f"({_numbers(layout.filling(shape.aspect))})"
        return _call("filled", [typst(page.title), file, typst(shape.alt), spot, notes])
    box = layout.body(page.foot)
    size = layout.font_size(page.lines, box)
    words = [typst(page.title), _strings(page.lines), f"{size:g}", f"({_numbers(box)})"]
    foot = [f"foot: {_strings(page.foot)}", f"foot_box: ({_numbers(layout.footer(page.foot))})"]
    return _call("slide", [*words, *foot, notes])


def write_typst(deck: Deck, folder: Path, drawn: Mapping[str, Drawn]) -> None:
    """Write ``lecture.typ``."""
    look = find_theme(deck.theme)
    head = _HEAD.substitute(
        title=typst(deck.title),
        subtitle=typst(deck.subtitle),
        origin=typst(deck.origin),
        lang=deck.lang,
        # Hangul breaks between words, not inside them.
        words='#show regex("\\S+"): box\n' if deck.lang == "ko" else "",
        background=look.background,
        text=look.text,
        muted=look.muted,
        title_box=_numbers(layout.HEADLINE),
        title_size=f"{layout.TITLE:g}",
        foot_size=f"{layout.FOOT:g}",
    )
    slides = "\n".join(_slide(page, drawn) for page in deck.pages)
    (folder / "lecture.typ").write_text(f"{head}\n{slides}", encoding="utf-8")
