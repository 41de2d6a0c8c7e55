"""The lecture as a Typst deck; every word is a string, so that none is markup."""

from __future__ import annotations

import json
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
#let slide(title, title_box, lines, size, box, foot: (), foot_box: (0, 0, 0, 0), picture: none, block: none,
  block_box: (0, 0, 0, 0), notes: ()) = {
  page({
    at(..title_box, heading(level: 1, text(size: ${title_size}pt, title)))
    if picture != none { at(..picture.at(2), image(picture.at(0), width: 100%, alt: picture.at(1))) }
    if block != none { at(..block_box, block) }
    at(..box, {
      set text(size: size * 1pt)
      if lines.len() > 0 {
        list(indent: 0pt, body-indent: 0.5em, spacing: 1.1em, marker: text(fill: muted, "•"), ..lines)
      }
    })
    at(..foot_box, {
      set text(size: ${foot_size}pt, fill: muted)
      for each in foot { par(spacing: 0.55em, each) }
    })
  })
  noting(title, notes)
}
#let formulas(size, ..rows) = for (said, file, alt, width) in rows.pos() {
  std.block(height: ${equation}pt, spacing: 0pt, grid(columns: (${said}, 1fr), align: horizon, rows: 100%,
    text(size: size * 1pt, fill: muted, said), image(file, width: width * 1pt, alt: alt)))
}
#let code(size, source) = std.block(
  width: 100%, inset: 12pt, radius: 6pt, fill: rgb("$panel"), stroke: rgb("$grid"),
  text(size: size * 1pt, font: ("DejaVu Sans Mono", "Noto Sans KR"), raw(source, lang: $coloured, block: true)),
)
#let cells(size, shares, ..given) = text(size: size * 1pt, table(
  columns: shares.map(each => each * 1fr), stroke: (x: none, y: 0.7pt + rgb("$grid")), inset: (x: 0.6em, y: 0.45em),
  ..given.pos().slice(0, shares.len()).map(strong), ..given.pos().slice(shares.len()),
))
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


def _block(page: Page, drawn: Mapping[str, Drawn], at: layout.Places) -> str:
    """Write what stands above the points: formulas, code or a table."""
    size = at.block_size
    if page.equations:
        rows = []
        for each in page.equations:
            file = typst(f"figures/{each.stem}.pdf")
            rows.append(f"({typst(each.said)}, {file}, {typst(each.plain)}, {drawn[each.stem].width:.1f})")
        return f"formulas({size:g}, {', '.join(rows)})"
    if page.code:
        return f"code({size:g}, {_code(page.code)})"
    if page.table:
        given = ", ".join(typst(cell) for row in page.table for cell in row)
        shares = "".join(f"{each:.3f}, " for each in at.shares)
        return f"cells({size:g}, ({shares}), {given})"
    return ""


def _code(source: str) -> str:
    """Write lines as one string; JSON's escapes of these are Typst's."""
    return "(" + "".join(f"{json.dumps(line, ensure_ascii=False)}, " for line in source.split("\n")) + ').join("\\n")'


def _slide(page: Page, drawn: Mapping[str, Drawn]) -> str:
    shape = drawn[page.picture.stem] if page.picture else None
    at = layout.places(page, shape.aspect if shape else None)
    links = "".join(f"link({typst(address)}, {typst(words)}), " for words, address in page.links)
    lines = _strings(page.points)[:-1] + links + ")"
    given = [typst(page.title), f"({_numbers(at.title)})", lines, f"{at.size:g}", f"({_numbers(at.body)})"]
    if page.foot:
        given += [f"foot: {_strings(page.foot)}", f"foot_box: ({_numbers(at.foot)})"]
    if page.picture and shape:
        file = typst(f"figures/{page.picture.stem}.pdf")
        given.append(f"picture: ({file}, {typst(shape.alt)}, ({_numbers(at.picture)}))")
    if block := _block(page, drawn, at):
        given += [f"block: {block}", f"block_box: ({_numbers(at.block)})"]
    return _call("slide", [*given, f"notes: {_strings(page.notes)}"])


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
        coloured="none" if deck.theme == "dark" else '"python"',  # Typst's own colours are for light ground
        panel=look.panel,
        grid=look.grid,
        equation=f"{layout.EQUATION:g}",
        said=f"{100 * layout.SAID:g}%",
        title_size=f"{layout.TITLE:g}",
        foot_size=f"{layout.FOOT:g}",
    )
    slides = "\n".join(_slide(page, drawn) for page in deck.pages)
    (folder / "lecture.typ").write_text(f"{head}\n{slides}", encoding="utf-8")
