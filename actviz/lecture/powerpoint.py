"""The lecture as a PowerPoint file, by python-pptx: titles and points in placeholders, alt text, speaker notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from actviz.catalog.looks import Theme, find_theme
from actviz.errors import ActvizError
from actviz.lecture import layout
from actviz.lecture.deck import Deck, Drawn, Page, Picture
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
) -> None:
    """Put paragraphs into a shape, in the font of both scripts, with room ``after`` each in font sizes."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for position, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.space_before, paragraph.space_after = PP_ALIGN.LEFT, Pt(0), Pt(size * after)
        run = paragraph.add_run()
        run.text = plain(text)
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, _FONT
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


def _content(presentation: Any, page: Page, deck: Deck) -> Any:
    """Add a slide of words."""
    look = find_theme(deck.theme)
    slide = presentation.slides.add_slide(presentation.slide_layouts[_CONTENT])
    box = layout.body(page.foot)
    size = layout.font_size(page.lines, box)
    title, body = slide.shapes.title, slide.placeholders[1]
    _place(title, layout.HEADLINE)
    _write(title, [page.title], layout.TITLE, look.text, deck.lang, bold=True)
    _place(body, box)
    _write(body, page.lines, size, look.text, deck.lang)
    _indent(body, size)
    if page.foot:
        foot = slide.shapes.add_textbox(0, 0, 0, 0)
        _place(foot, layout.footer(page.foot))
        _write(foot, page.foot, layout.FOOT, look.muted, deck.lang, after=0.0)
    return slide


def _filled(presentation: Any, page: Page, picture: Picture, deck: Deck, drawn: Drawn, file: Path) -> Any:
    """Add a slide that a figure fills; its title, for the outline and for those who listen, lies under the figure's."""
    slide = presentation.slides.add_slide(presentation.slide_layouts[_TITLE_ONLY])
    title = slide.shapes.title
    _place(title, layout.HEADLINE)
    _write(title, [page.title], layout.TITLE, find_theme(deck.theme).text, deck.lang, bold=True)
    shape = slide.shapes.add_picture(str(file), 0, 0)
    _place(shape, layout.filling(drawn.aspect))
    shape._element.nvPicPr.cNvPr.set("descr", plain(drawn.alt))
    shape.name = plain(picture.stem)
    return slide


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
        if page.picture:
            file = folder / "figures" / f"{page.picture.stem}.png"
            slide = _filled(presentation, page, page.picture, deck, drawn[page.picture.stem], file)
        else:
            slide = _content(presentation, page, deck)
        _ground(slide, find_theme(deck.theme))
        slide.notes_slide.notes_text_frame.text = "\n".join(map(plain, page.notes))
    presentation.save(str(folder / "lecture.pptx"))
