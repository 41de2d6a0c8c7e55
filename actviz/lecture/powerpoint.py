"""The lecture as a PowerPoint file, by python-pptx: titles and points in placeholders, alt text, speaker notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from actviz.catalog.looks import Theme, find_theme
from actviz.errors import ActvizError
from actviz.lecture import layout
from actviz.lecture.deck import Deck, Drawn, Page
from actviz.lecture.escaping import plain

_POINT = 12700
"""Of English Metric Units."""

_FONT = "Noto Sans KR"
_TITLE_SLIDE, _CONTENT, _TITLE_ONLY = 0, 1, 5  # of python-pptx's own template


def _place(shape: Any, box: layout.Box) -> None:
    shape.left, shape.top = round(box.left * _POINT), round(box.top * _POINT)
    shape.width, shape.height = round(box.width * _POINT), round(box.height * _POINT)


def _write(
    shape: Any,
    texts: Sequence[str],
    size: float,
    color: str,
    lang: str,
    *,
    bold: bool = False,
    after: float = 0.45,
    font: str = _FONT,
) -> None:
    """Put paragraphs into a shape or cell, in the font of both scripts, with room ``after`` each in font sizes."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    for box in (frame, shape) if hasattr(shape, "margin_left") else (frame,):  # a cell of a table has its own
        box.margin_left = box.margin_right = box.margin_top = box.margin_bottom = 0
    for position, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.space_before, paragraph.space_after = PP_ALIGN.LEFT, Pt(0), Pt(size * after)
        run = paragraph.add_run()
        run.text = text[: len(text) - len(text.lstrip("\u00a0"))] + plain(text)  # code keeps what it is indented by
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, font
        run.font.color.rgb = RGBColor.from_string(color.lstrip("#"))
        _script(run, "ko-KR" if lang == "ko" else "en-US")


def _script(run: Any, code: str) -> None:
    """Name the font of East Asian characters and the language; python-pptx has no property for either."""
    from pptx.oxml.ns import qn

    properties = run._r.get_or_add_rPr()
    properties.set("lang", code)
    font = properties.makeelement(qn("a:ea"), {"typeface": _FONT})
    properties.find(qn("a:latin")).addnext(font)


def _indent(shape: Any, size: float) -> None:
    """Hang bullets by their own size, whatever the template has."""
    for paragraph in shape.text_frame.paragraphs:
        hang = str(round(size * _POINT))
        properties = paragraph._p.get_or_add_pPr()
        properties.set("marL", hang)
        properties.set("indent", f"-{hang}")


def _shown(slide: Any, file: Path, alt: str, box: layout.Box, stem: str) -> None:
    """Add a picture with what stands for it where it cannot be seen."""
    shape = slide.shapes.add_picture(str(file), 0, 0)
    _place(shape, box)
    shape._element.nvPicPr.cNvPr.set("descr", plain(alt))
    shape.name = plain(stem)


def _boxed(slide: Any, box: layout.Box, texts: Sequence[str], size: float, color: str, lang: str) -> Any:
    shape = slide.shapes.add_textbox(0, 0, 0, 0)
    _place(shape, box)
    _write(shape, texts, size, color, lang, after=0.0)
    return shape


def _content(presentation: Any, page: Page, deck: Deck, drawn: Mapping[str, Drawn], figures: Path) -> Any:
    """Add a slide: its words in placeholders, where the template's outline finds them."""
    look = find_theme(deck.theme)
    shape = drawn[page.picture.stem] if page.picture else None
    at = layout.places(page, shape.aspect if shape else None)
    listed = [*page.points, *(words for words, _ in page.links)]
    slide = presentation.slides.add_slide(presentation.slide_layouts[_CONTENT if listed else _TITLE_ONLY])
    title = slide.shapes.title
    _place(title, at.title)
    _write(title, [page.title], layout.TITLE, look.text, deck.lang, bold=True)
    if listed:
        body = slide.placeholders[1]
        _place(body, at.body)
        _write(body, listed, at.size, look.text, deck.lang)
        _indent(body, at.size)
        for paragraph, (_, address) in zip(body.text_frame.paragraphs[len(page.points) :], page.links, strict=True):
            paragraph.runs[0].hyperlink.address = address
    if page.picture and shape:
        _shown(slide, figures / f"{page.picture.stem}.png", shape.alt, at.picture, page.picture.stem)
    _block(slide, page, deck, drawn, figures, at)
    if page.foot:
        _boxed(slide, at.foot, page.foot, layout.FOOT, look.muted, deck.lang)
    return slide


def _block(
    slide: Any, page: Page, deck: Deck, drawn: Mapping[str, Drawn], figures: Path, at: layout.Places
) -> None:  # fmt: skip
    """Add what stands above the points: formulas with what is done in each, code, or a table."""
    look, box, size = find_theme(deck.theme), at.block, at.block_size
    for row, each in enumerate(page.equations):
        top, said = box.top + row * layout.EQUATION, box.width * layout.SAID
        left = layout.Box(box.left, top + layout.EQUATION / 2 - size, said - 20.0, 2 * size)
        _boxed(slide, left, [each.said], size, look.muted, deck.lang)
        picture = drawn[each.stem]
        right = layout.Box(
            box.left + said, top + (layout.EQUATION - picture.height) / 2, picture.width, picture.height
        )  # fmt: skip
        _shown(slide, figures / f"{each.stem}.png", each.plain, right, each.stem)
    if page.code:
        _code(slide, page.code, box, size, look, deck.lang)
    if page.table:
        _table(slide, page.table, at, look, deck.lang)


def _code(slide: Any, code: str, box: layout.Box, size: float, look: Theme, lang: str) -> None:
    from pptx.dml.color import RGBColor

    shape = slide.shapes.add_textbox(0, 0, 0, 0)
    _place(shape, box)
    lines = [line.replace(" ", "\u00a0") for line in code.split("\n")]  # a plain text loses what it begins with
    _write(shape, lines, size, look.text, lang, after=0.0, font="DejaVu Sans Mono")
    shape.text_frame.word_wrap = False
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(look.panel.lstrip("#"))


def _table(
    slide: Any, rows: Sequence[Sequence[str]], at: layout.Places, look: Theme, lang: str
) -> None:  # fmt: skip
    from pptx.dml.color import RGBColor

    box, size = at.block, at.block_size
    shape = slide.shapes.add_table(len(rows), len(rows[0]), 0, 0, 0, 0)
    _place(shape, box)
    for column, share in zip(shape.table.columns, at.shares, strict=True):
        column.width = round(box.width * _POINT * share)
    heights = layout.row_heights(rows, box.width, size)
    for row, cells, height in zip(shape.table.rows, rows, heights, strict=True):
        row.height = round(height * _POINT)
        for cell, text in zip(row.cells, cells, strict=True):
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(look.panel.lstrip("#"))
            _write(cell, [text], size, look.text, lang, bold=cells is rows[0], after=0.0)


def _ground(slide: Any, look: Theme) -> None:
    from pptx.dml.color import RGBColor

    fill = slide.background.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(look.background.lstrip("#"))


def _first(presentation: Any, deck: Deck) -> None:
    from pptx.enum.text import MSO_ANCHOR

    look = find_theme(deck.theme)
    slide = presentation.slides.add_slide(presentation.slide_layouts[_TITLE_SLIDE])
    _ground(slide, look)
    title, below = slide.shapes.title, slide.placeholders[1]
    wide = layout.WIDTH - 2 * layout.MARGIN
    _place(title, layout.Box(layout.MARGIN, 120.0, wide, 110.0))  # room for a second line in another font
    _write(title, [deck.title], 38.0, look.text, deck.lang, bold=True)
    title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _place(below, layout.Box(layout.MARGIN, 240.0, wide, 90.0))
    _write(below, [deck.subtitle, deck.origin], 18.0, look.muted, deck.lang)
    slide.notes_slide.notes_text_frame.text = plain(f"{deck.subtitle}. {deck.origin}.")


def check_pptx() -> None:
    """Raise an error that says how to install python-pptx where it is missing."""
    try:
        import pptx  # noqa: F401
    except ImportError:
        raise ActvizError("python-pptx is needed for pptx: python -m pip install 'actviz[pptx]'") from None


def write_powerpoint(deck: Deck, folder: Path, drawn: Mapping[str, Drawn]) -> None:
    """Write ``lecture.pptx``; needs python-pptx."""
    from pptx import Presentation

    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = (
        round(layout.WIDTH * _POINT),
        round(layout.HEIGHT * _POINT),
    )
    presentation.core_properties.title = plain(deck.title)[:255]
    presentation.core_properties.language = deck.lang
    _first(presentation, deck)
    for page in deck.pages:
        slide = _content(presentation, page, deck, drawn, folder / "figures")
        _ground(slide, find_theme(deck.theme))
        slide.notes_slide.notes_text_frame.text = "\n".join(map(plain, page.notes))
    presentation.save(str(folder / "lecture.pptx"))
