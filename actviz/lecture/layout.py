"""Where things stand on a slide of 960 x 540 points, and how large its words may be so that nothing is cut off."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actviz.lecture.deck import Page

WIDTH, HEIGHT, MARGIN = 960.0, 540.0, 34.0
TITLE, FOOT = 28.0, 14.0
"""Font sizes of the title and the foot, in points."""

BOLD = 1.15
"""How much wider a bold letter is than a plain one, in the widest font that may stand in for the deck's own."""

HALF, SQUARISH = 480.0, 1.2
"""Width of a picture beside words, and width over height from which it stands across instead."""

EQUATION, SAID, CODE_PAD = 80.0, 0.4, 12.0
"""Height of a formula with its sentence on the left, and that one's share of the width; room round code."""

LEADING, GAP = 1.32, 0.6
"""Height of a line, and room between two points, in font sizes."""

TOP, _TOP, _BOTTOM = 26.0, 84.0, 44.0
_SIZES = (26.0, 24.0, 22.0, *(float(size) for size in range(20, 7, -1)))


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


SLIDE = Box(0.0, 0.0, WIDTH, HEIGHT)


def columns(text: str) -> float:
    """Estimate the width of a text in font sizes: a wide character is one, others are a little above their mean."""
    return sum(0.95 if unicodedata.east_asian_width(each) in "WF" else 0.58 for each in text)


def lines(text: str, width: float) -> int:
    """Count the lines that a text takes in a width, in font sizes; a word longer than a line is broken."""
    count, used = 1, 0.0
    for word in text.split(" "):
        long = columns(word)
        if used and used + 0.3 + long > width:
            count, used = count + 1, 0.0
        used += long + (0.3 if used else 0.0)
        count, used = count + max(0, math.ceil(used / width) - 1), used % width if used > width else used
    return count


def font_size(points: Sequence[str], box: Box, indent: float = 1.1) -> float:
    """Return the largest font size at which points fit a box; the smallest there is where none does."""

    def needed(size: float) -> float:
        width = box.width / size - indent
        return size * sum(LEADING * lines(point, width) + GAP for point in points)

    return next((size for size in _SIZES if needed(size) <= box.height), _SIZES[-1])


def fitted(box: Box, aspect: float) -> Box:
    """Return the largest place of an aspect (width over height) inside a box, centred in it."""
    width = min(box.width, box.height * aspect)
    height = width / aspect
    return Box(box.left + (box.width - width) / 2, box.top + (box.height - height) / 2, width, height)


@dataclass(frozen=True)
class Places:
    """Where everything on a page stands, and how large its words are.

    ``block`` is the place of formulas, code or a table, above the points; ``shares`` are of its width, by column.
    """

    title: Box
    body: Box
    size: float
    foot: Box
    picture: Box
    block: Box
    block_size: float
    shares: tuple[float, ...] = ()


def _height(texts: Sequence[str], width: float, size: float) -> float:
    return size * LEADING * sum(lines(each, width / size) for each in texts)


def places(page: Page, aspect: float | None = None) -> Places:
    """Lay a page out: a tall picture takes the right half beside all words, a wide one stands across, above them.

    Parameters
    ----------
    page : Page
    aspect : float, optional
        Width over height of its picture.
    """
    beside = aspect is not None and aspect < SQUARISH
    picture = Box(0, 0, 0, 0)
    width = WIDTH - 2 * MARGIN
    if beside and aspect is not None:
        right = min(HALF, HEIGHT * aspect)
        picture = fitted(Box(WIDTH - right, 0.0, right, HEIGHT), aspect)
        width -= right - MARGIN / 2
    title = Box(MARGIN, TOP, width, _height([page.title], width / BOLD, TITLE))
    foot_height = _height(page.foot, width, FOOT)
    foot = Box(MARGIN, HEIGHT - _BOTTOM / 2 - foot_height, width, foot_height)
    top = max(title.top + title.height + 14.0, 0.0 if beside else _TOP)
    if aspect is not None and not beside:
        picture = fitted(Box(MARGIN, top, width, HEIGHT * 0.5), aspect)
        top = picture.top + picture.height + 16.0
    room = foot.top - 14.0 - top
    block, block_size = _block(page, Box(MARGIN, top, width, room))
    top += block.height + (24.0 if block.height else 0.0)
    body = Box(MARGIN, top, width, foot.top - 14.0 - top)
    listed = [*page.points, *(words for words, _ in page.links)]
    return Places(title, body, font_size(listed, body), foot, picture, block, block_size, _shares(page.table))


def _shares(table: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Return the share of the width that each column of a table gets: the more, the longer its longest cell is."""
    longest = [min(45.0, max(map(columns, column)) + 3.0) for column in zip(*table, strict=True)]
    return tuple(each / sum(longest) for each in longest)


def _block(page: Page, box: Box) -> tuple[Box, float]:
    """Return the place of what stands above the points, from the top of a box, and the size of its words."""
    height, size = 0.0, 0.0
    if page.equations:
        size, height = 17.0, EQUATION * len(page.equations)
    elif page.code:
        written = page.code.split("\n")
        size = min(20.0, (box.width - 2 * CODE_PAD) / (0.61 * max(map(columns_of_code, written))))
        height = size * LEADING * len(written) + 2 * CODE_PAD
    elif page.table:
        sizes = (min(18.0, box.width / 24) - step for step in range(10))
        tall = {each: sum(row_heights(page.table, box.width, each)) for each in sizes if each > 0}
        size = next((each for each, high in tall.items() if high <= box.height), min(tall))
        height = tall[size]
    return Box(box.left, box.top, box.width, height), size


def row_heights(table: Sequence[Sequence[str]], width: float, size: float) -> list[float]:
    """Return how high each row of a table is in a width, its words in a size."""
    wide = [share * width / size - 1.2 for share in _shares(table)]
    rows = (max(lines(cell, across) for cell, across in zip(row, wide, strict=True)) for row in table)
    return [size * (LEADING * each + 0.9) for each in rows]


def columns_of_code(line: str) -> float:
    """Return the width of a line of code in characters of the Latin alphabet."""
    return sum(1.6 if unicodedata.east_asian_width(each) in "WF" else 1.0 for each in line)
