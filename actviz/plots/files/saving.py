"""Write a figure as PNG, SVG or PDF: the same bytes every time, with every font it needs inside."""

from __future__ import annotations

import base64
import contextlib
import functools
import html
import io
import logging
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

from actviz.errors import ActvizError
from actviz.plots.canvas.building import Drawing
from actviz.plots.canvas.slide import Canvas, Slide, own_settings, scale_of
from actviz.plots.canvas.style import FONTS, add_shipped_fonts
from actviz.plots.files.png import LEVEL, png
from actviz.plots.files.record import is_of, pdf_metadata, png_metadata, with_words, written
from actviz.results.writing import ending_of, write_atomically

DPI = 288
"""Pixels an inch of a PNG: 3840 x 2160 for a slide, twice the pixels of a full-HD projector."""

_PARAMETERS = {"svg.fonttype": "none", "svg.hashsalt": "actviz", "pdf.fonttype": 42, "savefig.facecolor": "auto"}
_PARAMETERS |= {"savefig.bbox": None, "savefig.transparent": False, "savefig.edgecolor": "auto"}  # no matplotlibrc's
_TEXT = re.compile(r'<(?:text|tspan)\b[^>]*style="([^"]*)"[^>]*>([^<]*)')
_SIDES = re.compile(r'\b(width|height)="([\d.]+)pt"')
_BOLD = re.compile(r"font(?:-weight)?: *(?:bold|[6-9]00)")


def _save_png(figure: Figure, to: Any, dpi: float, metadata: Any = None, **options: Any) -> None:
    # A small figure has fewer pixels than its canvas has points for: the file says the dots of an inch of the page.
    told, sharp = written(figure), dpi * scale_of(figure)
    about = {**(png_metadata(*told) if told else {}), **(metadata or {})}
    if options:
        how = {"compress_level": LEVEL, "dpi": (dpi, dpi), **(options.pop("pil_kwargs", None) or {})}
        Figure.savefig(figure, to, format="png", dpi=sharp, pil_kwargs=how, metadata=about, **options)
        return
    made = io.BytesIO()
    Figure.savefig(figure, made, format="rgba", dpi=sharp)
    pixels = np.frombuffer(made.getbuffer(), np.uint8)
    wide, high = (figure.get_size_inches() * sharp).tolist()
    # matplotlib 3.11 rounds the number of pixels, those before cut it: 1295.9999999999998 is 1296 or 1295.
    width = next(
        each
        for each in (round(wide), int(wide))
        if abs(pixels.size / (4 * each) - high) <= 1 and pixels.size % (4 * each) == 0
    )
    _put(to, png(pixels.reshape(-1, width, 4), about, dpi))


@contextlib.contextmanager
def _undated_fonts() -> Iterator[None]:
    """Take no notice of the dates of fonts: those of formulas, as matplotlib ships them, are older than dates go."""
    told = logging.getLogger("fontTools.ttLib.tables._h_e_a_d")
    level = told.level
    told.setLevel(logging.ERROR)
    try:
        yield
    finally:
        told.setLevel(level)


def _save_pdf(figure: Figure, to: Any, dpi: float, metadata: Any = None, **options: Any) -> None:
    told, made = written(figure), io.BytesIO()  # in memory: matplotlib cannot end a PDF on a disk that is full
    about = {"CreationDate": None, **(pdf_metadata(*told) if told else {}), **(metadata or {})}
    with _undated_fonts():
        if (scale := scale_of(figure)) == 1:
            Figure.savefig(figure, made, format="pdf", dpi=dpi, metadata=about, **options)
        else:
            from matplotlib.backends.backend_pdf import PdfPages

            with PdfPages(made, metadata=about) as pages:
                _scale_pages(pages, scale)
                Figure.savefig(figure, pages, format="pdf", dpi=dpi, **options)
    _put(to, made.getvalue())


def _save_svg(figure: Figure, to: Any, dpi: float, metadata: Any = None, **options: Any) -> None:
    about = {"Date": None, **(metadata or {})}
    svg, told = _with_fonts(svg_text(figure, dpi=dpi / 2, metadata=about, **options)), written(figure)
    _put(to, (with_words(svg, *told) if told else svg).encode())


def _put(to: Any, content: bytes) -> None:
    """Write to a path or to what is open."""
    if hasattr(to, "write"):
        to.write(content.decode() if isinstance(to, io.TextIOBase) else content)
    else:
        Path(to).write_bytes(content)


def _scale_pages(pages: Any, scale: float) -> None:
    """Make every page of a PDF smaller with all that is on it.

    matplotlib has no other way to it: a PDF always has 72 points an inch of its figure, and a smaller figure is laid
    out anew.
    """
    file = pages._ensure_file()
    begin = file.newPage

    def smaller(width: float, height: float) -> None:
        begin(width * scale, height * scale)
        file.width, file.height = width, height  # paths are cut off at these, which are the canvas's, not the page's
        file.currentstream.write(f"{scale:.6f} 0 0 {scale:.6f} 0 0 cm\n".encode())

    file.newPage = smaller


FORMATS: dict[str, Callable[..., None]] = {"png": _save_png, "svg": _save_svg, "pdf": _save_pdf}
"""Writers by file ending."""


def save_figure(
    figure: Figure | Callable[[], Figure], path: str | os.PathLike[str], *, if_changed: bool = False
) -> None:
    """Write a figure in the format of the path's ending, atomically; repeated runs give identical bytes.

    The file carries the figure's words (``story``) and how to draw it again (``redo``).

    Parameters
    ----------
    figure : Figure or callable
        Or what draws it, as ``figures_of`` yields them.
    path : path
    if_changed : bool
        Whether a file is left as it is, and nothing drawn, that says it is this figure, of the same data, versions and
        options.

    Raises
    ------
    ActvizError
        If the ending is not png, svg or pdf, or the path cannot be written.
    """
    save = FORMATS.get(ending_of(path, [f".{each}" for each in FORMATS])[1:].lower())
    if save is None:
        raise ActvizError(f"cannot write figure {path}: the ending must be one of {', '.join(FORMATS)}")
    origin = figure.origin if isinstance(figure, Canvas | Drawing) else None
    if if_changed and origin is not None and is_of(path, origin):
        return
    drawn = figure if isinstance(figure, Figure) else figure()
    with own_settings(_PARAMETERS):
        write_atomically(path, lambda to: save(drawn, to, dpi=DPI))


def savefig(figure: Figure, fname: Any, *, format: str | None = None, dpi: Any = None, **options: Any) -> None:
    """Write a figure of actviz where matplotlib's own ``savefig`` is called: as large as its size says, with its words.

    Parameters
    ----------
    fname : path or file
    format : str, optional
        By the path's ending, or png, unless given.
    dpi : float, optional
        Pixels an inch of the page.
    options
        Others of matplotlib's, such as ``bbox_inches``.

    Raises
    ------
    ActvizError
        If the figure is smaller on the page than it is laid out, and the format is one that cannot be made so.
    """
    ending = "" if hasattr(fname, "write") else Path(fname).suffix[1:]
    kind, scale = (format or ending or "png").lower(), scale_of(figure)
    if not hasattr(fname, "write") and not ending:
        fname = f"{os.fspath(fname)}.{kind}"
    if kind in ("eps", "ps", "pgf", "svgz") and scale != 1:
        raise ActvizError(f"a figure of this size cannot be made smaller in {kind}: write {', '.join(FORMATS)}")
    pixels = DPI if dpi in (None, "figure") else dpi
    with own_settings(_PARAMETERS):
        if kind in FORMATS:
            FORMATS[kind](figure, fname, dpi=pixels, **options)
        else:
            Figure.savefig(figure, fname, format=kind, dpi=pixels * scale, **options)


Slide.write = savefig


def _with_fonts(svg: str) -> str:
    """Embed a subset of every font face the text elements use, so that the text looks the same everywhere."""
    head, start, rest = svg.partition("<defs>")
    return f'{head}{start}\n  <style type="text/css">{font_faces(svg)}</style>{rest}'


def svg_text(figure: Figure, **options: Any) -> str:
    """Return a figure as SVG with text as text, its fonts named but not inside: many on a page share ``font_faces``."""
    drawn = io.StringIO()
    how = {"dpi": DPI / 2, "metadata": {"Date": None}, **options}
    with own_settings(_PARAMETERS):
        Figure.savefig(figure, drawn, format="svg", **how)
    svg = drawn.getvalue()
    if (scale := scale_of(figure)) != 1:
        svg = _SIDES.sub(lambda side: f'{side[1]}="{float(side[2]) * scale:g}pt"', svg, count=2)
    return svg


def font_faces(svg: str, beside: Mapping[tuple[str, int], set[str]] | None = None) -> str:
    """Return CSS with a subset of every font face that the text elements of SVG use.

    ``beside`` are characters wanted besides, by family and weight.
    """
    families = FONTS["en"]
    used: dict[tuple[str, int], set[str]] = defaultdict(set)
    for (family, weight), characters in (beside or {}).items():
        used[family, weight] |= {each for each in characters if ord(each) in _characters(family, weight)}
    for style, content in _TEXT.findall(svg):
        weight, left = 700 if _BOLD.search(style) else 400, set(html.unescape(content))
        for family in sorted((family for family in families if family in style), key=style.index):
            has = {character for character in left if ord(character) in _characters(family, weight)}
            used[family, weight] |= has
            left -= has
    used = {face: characters for face, characters in used.items() if characters}
    return "".join(_face(family, weight, used[family, weight]) for family, weight in sorted(used))


def _file(family: str, weight: int) -> str:
    from matplotlib.font_manager import FontProperties, findfont

    add_shipped_fonts()
    return findfont(FontProperties(family=[family], weight=weight), fallback_to_default=False)


def boxed(figure: Figure) -> str:
    """Return the characters of a figure that no font has which it is drawn in: they are drawn as boxes.

    A user's own names may be in any script; fonts of the machine would make another picture on every one.
    """
    shown = {each for words in figure.findobj(Text) for each in words.get_text() if not each.isspace()}
    return "".join(sorted(each for each in shown if ord(each) > 127 and ord(each) not in _drawable()))


@functools.cache
def _drawable() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(code for family in FONTS["en"] for code in FT2Font(_file(family, 400)).get_charmap())


def font_files(family: str) -> list[Path]:
    """Return the files of a font that figures are drawn in, regular and bold, and its licence."""
    faces = [Path(_file(family, weight)) for weight in (400, 700)]
    beside = sorted(faces[0].parent.iterdir())
    return [*faces, *(file for file in beside if file.name in ("OFL.txt", "LICENSE_DEJAVU"))]


@functools.cache
def _characters(family: str, weight: int) -> frozenset[int]:
    """Return the code points that a font face has."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    return frozenset(TTFont(_file(family, weight)).getBestCmap())


def _face(family: str, weight: int, characters: set[str]) -> str:
    """Return the CSS of one font face that holds these characters."""
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont

    options: Any = subset.Options(flavor="woff", recalc_timestamp=False, hinting=False)
    font, out = TTFont(_file(family, weight), recalcTimestamp=False), io.BytesIO()
    # Layout, which no figure uses and whose reading takes four fifths of the time, and FontForge's time stamps.
    for table in {"GDEF", "GPOS", "GSUB", "MATH", "kern", "FFTM"} & set(font.keys()):
        del font[table]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    dates = logging.getLogger("fontTools.ttLib.tables._h_e_a_d")  # which TeX's fonts have before 1970
    before = dates.level
    dates.setLevel(logging.ERROR)
    try:
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(out)
    finally:
        dates.setLevel(before)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    source = f"src:url(data:font/woff;base64,{data}) format('woff')"
    return f"@font-face{{font-family:'{family}';font-weight:{weight};{source};}}"
