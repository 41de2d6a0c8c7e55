"""What a figure's file says of itself, as JSON: how to draw it again, and its words; alt text in every language.

PNG, SVG and PDF hold it in their own metadata. Reading it never executes code.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from actviz.catalog.checks import path_of
from actviz.errors import ActvizError
from actviz.plots.canvas.slide import Canvas, Origin, Story, in_every_language, origin_of, story
from actviz.plots.files.png import texts
from actviz.results.schema import parsed, small_file, small_text
from actviz.version import __version__

SCHEMA = 2
"""Version of the record. A newer one is refused, never misread."""

MOST_IN_PDF = 32_000
"""Bytes of a record in a PDF, whose readers need not take longer strings."""

TOO_LONG = "actviz: the recipe is too long for a PDF; a PNG or SVG of this figure holds it"
_NAMED = ("theme", "lang", "size")
_MARK = "actviz "
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def written(figure: Figure) -> tuple[Story, str] | None:
    """Return the words and the record of a figure; None of one that actviz did not draw."""
    origin = origin_of(figure)
    if origin is None or not isinstance(figure, Canvas):
        return None
    told = story(figure)
    words = {"title": told.title, "read": told.read, "recipe": told.recipe, **in_every_language(told, origin)}
    return told, json.dumps({**record_of(origin), "words": words}, sort_keys=True, default=str)


def record_of(origin: Origin) -> dict[str, Any]:
    """Return everything needed to draw a figure again, as JSON values."""
    plain, own = {}, []
    for name, value in sorted(origin.options.items()):
        try:
            plain[name] = json.loads(json.dumps(value))
        except (TypeError, ValueError):
            own.append(name)
    return {
        "schema": SCHEMA,
        "version": __version__,
        "figure": origin.spec.name,
        "options": plain,
        "own_options": own,
        "matplotlib": mpl.__version__,
        **{name: getattr(origin.style, name) for name in _NAMED},
        "style": {name: value for name, value in origin.style.asked().items() if name not in _NAMED},
        "step": list(origin.step) if origin.step else None,
        "captions": dict(origin.captions),
        **origin.spec.record(origin.subject),
    }


def png_metadata(told: Story, record: str) -> dict[str, str]:
    """Return the text chunks of a PNG."""
    return {
        "Title": told.title,
        "Description": told.alt,
        "Caption": told.caption,
        "How to read": told.read,
        "Software": f"actviz {__version__}",
        "actviz": record,
    }


def pdf_metadata(told: Story, record: str) -> dict[str, str]:
    """Return the entries of a PDF's information."""
    keywords = _MARK + record if len(record) <= MOST_IN_PDF else TOO_LONG
    return {
        "Title": told.title,
        "Subject": told.alt,
        "Keywords": keywords,
        "Creator": f"actviz {__version__}",
    }


def with_words(svg: str, told: Story, record: str) -> str:
    """Give an SVG its title, its description and its record; whatever a user named is escaped."""
    key = hashlib.sha256(record.encode()).hexdigest()[:8]  # several figures may stand in one page
    title, description, content = (html.escape(words, quote=False) for words in (told.title, told.alt, record))
    head, start, rest = svg.partition("<svg ")
    tag, close, inside = rest.partition(">")
    whole = (
        f'{head}{start}role="img" aria-labelledby="title-{key} desc-{key}" {tag}{close}\n'
        f' <title id="title-{key}">{title}</title>\n'
        f' <desc id="desc-{key}">{description}</desc>\n'
        f' <metadata class="actviz">{content}</metadata>{inside}'
    )
    return _CONTROL.sub("\ufffd", whole)  # XML has no control characters


def _from_png(path: Path) -> str | None:
    """Look for the record among the chunks, whose sums tell whether the file is whole; no pixel is unpacked."""
    for keyword, words in texts(small_file(path)):
        if keyword == "actviz":
            return words
    return None


def _from_svg(path: Path) -> str | None:
    svg = small_text(path)
    if not svg.rstrip().endswith("</svg>"):
        raise ValueError("it does not end as an SVG does")
    metadata = re.search(r'<metadata class="actviz">([^<]*)</metadata>', svg)
    return html.unescape(metadata[1]) if metadata else None


def _from_pdf(path: Path) -> str | None:
    """Look for the record among the bytes: matplotlib writes keywords as one plain string, never packed.

    A reader of all PDFs would be one more package, for files that other programs wrote, which have no record.
    """
    pdf = small_file(path)
    if not pdf.rstrip().endswith(b"%%EOF"):
        raise ValueError("it does not end as a PDF does")
    keywords = re.search(rb"/Keywords \(" + _MARK.encode() + rb"((?:[^\\()]|\\.)*)\)", pdf)
    if keywords:
        return re.sub(rb"\\(.)", rb"\1", keywords[1]).decode("ascii")
    if TOO_LONG.encode() in pdf:
        raise ValueError(TOO_LONG.removeprefix(f"{_MARK.strip()}: "))
    return None


READERS: dict[str, Callable[[Path], str | None]] = {".png": _from_png, ".svg": _from_svg, ".pdf": _from_pdf}
"""Readers of a record by file ending."""


def read_record(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the record of a figure's file.

    Raises
    ------
    ActvizError
        If the file is missing, truncated, not one that actviz drew, or of a newer schema.
    """
    path = path_of(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ActvizError(f"{path}: a figure's ending must be one of {', '.join(ending[1:] for ending in READERS)}")
    if not path.is_file():
        raise ActvizError(f"{path}: no such figure")
    try:
        found = reader(path)
        record = None if found is None else parsed(found)
    except Exception as error:  # Pillow raises many types on bytes that are not a PNG's
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ActvizError(f"{path}: not a readable figure, or truncated ({reason})") from None
    if not isinstance(record, dict) or not isinstance(record.get("schema"), int):
        raise ActvizError(f"{path}: it does not say how it was drawn: no figure of actviz, or saved by another program")
    if record["schema"] > SCHEMA:
        raise ActvizError(f"{path}: drawn by actviz {record.get('version')}, newer than this one; upgrade actviz")
    return record


def style_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the figure of a record was drawn, as fields of a ``Style``; older ones say less."""
    return {**{name: record.get(name, "slide") for name in _NAMED}, **record.get("style", {})}


def story_in(path: str | os.PathLike[str], origin: Origin) -> Story | None:
    """Return the words in the file of a figure of this origin, the same data, versions and options; None of others."""
    try:
        record = read_record(path)
    except ActvizError:
        return None
    words, lang = record.pop("words", None), origin.lang
    if record != json.loads(json.dumps(record_of(origin), default=str)):
        return None
    try:
        told = (words["title"], words[lang]["caption"], words["read"], words[lang]["alt"], words["recipe"], lang)
    except (KeyError, TypeError):
        return None
    return Story(*told) if all(isinstance(each, str) for each in told) else None


def is_of(path: str | os.PathLike[str], origin: Origin) -> bool:
    """Whether a file is a figure of this origin: drawn of the same data by the same versions with the same options."""
    return story_in(path, origin) is not None
