"""Where things stand on a slide of 960 x 540 points, and how large its words may be so that nothing is cut off."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 960.0, 540.0, 34.0
TITLE, FOOT = 28.0, 16.0
"""Font sizes of the title and the foot, in points; figures, which fill a slide, have 14 and 11 as they come."""

LEADING, GAP = 1.32, 0.6
"""Height of a line, and room between two points, in font sizes."""

_TOP, _BOTTOM = 92.0, 44.0
_SIZES = (34.0, 32.0, 30.0, 28.0, 26.0, 24.0, 22.0, *(float(size) for size in range(20, 7, -1)))


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


SLIDE = Box(0.0, 0.0, WIDTH, HEIGHT)
HEADLINE = Box(MARGIN, 26.0, WIDTH - 2 * MARGIN, 50.0)


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


def footer(foot: Sequence[str]) -> Box:
    """Return the place of the lines at the foot of a slide, as high as they need, above its edge."""
    width = WIDTH - 2 * MARGIN
    height = FOOT * LEADING * sum(lines(each, width / FOOT) for each in foot)
    return Box(MARGIN, HEIGHT - _BOTTOM / 2 - height, width, height)


def body(foot: Sequence[str]) -> Box:
    """Return the place of the points, between the title and the foot."""
    return Box(MARGIN, _TOP, WIDTH - 2 * MARGIN, footer(foot).top - 16.0 - _TOP)


def filling(aspect: float) -> Box:
    """Return the place of a figure that fills a slide, as far as its aspect allows."""
    return fitted(SLIDE, aspect)


def fitted(box: Box, aspect: float) -> Box:
    """Return the largest place of an aspect (width over height) inside a box, centred in it."""
    width = min(box.width, box.height * aspect)
    height = width / aspect
    return Box(box.left + (box.width - width) / 2, box.top + (box.height - height) / 2, width, height)
