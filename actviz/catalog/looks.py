"""Themes and sizes of figures by name, as plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actviz.catalog.checks import check_choice, meant
from actviz.errors import ActvizError


@dataclass(frozen=True)
class Theme:
    """Colours and line width of a figure; ``palette`` is Okabe and Ito's, tuned to the background's contrast.

    Verdicts stand on ``large``, ``small`` or ``alike``, hues that the palette, which tells initializers, leaves free.
    """

    name: str
    background: str
    panel: str
    text: str
    muted: str
    grid: str
    alarm: str
    large: str
    small: str
    alike: str
    palette: dict[str, str]
    density: str
    diverging: str
    line: float
    band: float

    @property
    def most(self) -> str:
        """Key in ``TEXT`` of how ``density`` shows the most."""
        return "shade.darkest" if self.density == "Greys" else "shade.brightest"


_LIGHT = {
    "grey": "#555555",
    "blue": "#00538F",
    "vermillion": "#C23B00",
    "green": "#009A70",
    "purple": "#C0589A",
    "sky": "#2F90D0",
    "orange": "#C38000",
    "yellow": "#453F00",
}


_DARK = {
    "grey": "#8C959F",
    "blue": "#3F8FD6",
    "vermillion": "#F07030",
    "green": "#1DB98A",
    "purple": "#E79CCB",
    "sky": "#86D2FA",
    "orange": "#F2AE2A",
    "yellow": "#F5EC6A",
}


_LIGHT_GROUNDS = ("#C80A22", "#4B30B4", "#0098A8")
_DARK_GROUNDS = ("#F0504C", "#8A70F5", "#149EA6")
"""What verdicts stand on: signals too large, too small, or all alike."""


_themes = (
    Theme(
        "light",
        "#FFFFFF",
        "#FBFCFD",
        "#16202B",
        "#4B5865",
        "#D5DAE0",
        "#A40000",
        *_LIGHT_GROUNDS,
        _LIGHT,
        "cividis",
        "RdBu_r",
        2.2,
        0.16,
    ),
    Theme(
        "dark",
        "#10151C",
        "#19212B",
        "#F2F5F8",
        "#AAB6C2",
        "#354250",
        "#FF9A8C",
        *_DARK_GROUNDS,
        _DARK,
        "cividis",
        "RdBu_r",
        2.4,
        0.24,
    ),
    Theme(
        "print",
        "#FFFFFF",
        "#FFFFFF",
        "#000000",
        "#333333",
        "#CFCFCF",
        "#000000",
        *_LIGHT_GROUNDS,
        _LIGHT,
        "Greys",
        "PuOr_r",
        1.6,
        0.12,
    ),
)


THEMES: dict[str, Theme] = {theme.name: theme for theme in _themes}
"""Every theme by name."""


def find_theme(name: str | Theme) -> Theme:
    """Return a theme by name; one that is given as it is.

    Raises
    ------
    ActvizError
        If there is none such; the message lists them.
    """
    if isinstance(name, Theme):
        return name
    check_choice("theme", name, list(THEMES))
    return THEMES[name]


@dataclass(frozen=True)
class Size:
    """A size of figures.

    Parameters
    ----------
    name : str
    width, height : float
        The canvas on which a figure is laid out, in points; what does not fit makes it taller, never its text smaller.
    least : float
        Height that panels are given with two lines of words above and below them, in points.
    inches : float
        How wide the canvas is on the page. Files are written at this width.
    exact : bool
        Whether the height is kept where it can be: panels are made lower, and words that find no room are left out.
    """

    name: str
    width: float
    height: float
    least: float
    inches: float
    exact: bool = False

    @property
    def scale(self) -> float:
        """How large a point of the canvas is on the page, in points."""
        return self.inches * 72 / self.width

    @property
    def narrow(self) -> bool:
        """Whether a legend stands under the panels: at their right it would squeeze them."""
        return self.width < 900

    def columns(self, wide: int) -> int:
        """Return the columns of text of a line that has ``wide`` ones on a slide."""
        return int(wide * (self.width - 68) / 892)


_table = (
    Size("slide", 960.0, 540.0, 540.0, 960 / 72),
    Size("half", 640.0, 720.0, 430.0, 480 / 72),
    Size("paper", 720.0, 520.0, 470.0, 6.5),
    Size("square", 720.0, 720.0, 430.0, 7.5),
)


SIZES: dict[str, Size] = {size.name: size for size in _table}
"""Every size by name: notes, the smallest text, are 11 points on a slide, 8.2 on half of one and in a square, 7.1 in
print; body text is 14, 10.5 and 9.1."""

BODY = 14.0
"""Body text on the canvas of every size, in points; its other text keeps its proportion to it."""

INCHES = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72}
"""How long a unit of sizes is."""

_GIVEN = re.compile(r"([0-9.]+)(?:x([0-9.]+))?(in|cm|mm|pt)")
_LEAST, _MOST = 1.0, 24.0
_SMALLEST, _LARGEST, _USUAL = 4.0, 72.0, 9.0
_ROOM, _FREE, _NARROWEST = 250.0, 430.0, 330.0


def find_size(name: str, font: float | None = None) -> Size:
    """Return a size by name, or as it is given: ``3.3x2.5in``, or ``84mm`` wide and as high as is needed.

    Parameters
    ----------
    name : str
        Units are in, cm, mm and pt.
    font : float, optional
        Of body text on the page, in points. A given size has 9 unless this says another, more on large pages, and less
        where there is no room.

    Raises
    ------
    ActvizError
        If there is none such, with what is allowed; if body text is so large that nothing else has room.
    """
    if font is not None and not _SMALLEST <= font <= _LARGEST:
        raise ActvizError(f"font must be from {_SMALLEST:g} to {_LARGEST:g} points, not {font:g}")
    if name in SIZES:
        size = SIZES[name]
        return size if font is None else size_of(name, size.inches, size.height * size.scale / 72, font)
    found = _GIVEN.fullmatch(name.strip().lower().replace("×", "x"))
    try:
        wide, high = (float(side or 0) * INCHES[found[3]] for side in (found[1], found[2])) if found else (0.0, 0.0)
    except ValueError:
        found = None
    if not found:
        asked = meant(name, SIZES)
        raise ActvizError(
            f"size must be one of {', '.join(SIZES)}, or as 3.3x2.5in or 84mm, not {name!r}{asked and f'; {asked}'}"
        )
    if not _LEAST <= wide <= _MOST or (found[2] and not _LEAST <= high <= _MOST):
        raise ActvizError(f"size must be from {_LEAST:g} to {_MOST:g} inches each way, not {name!r}")
    usual = min(max(_USUAL, BODY * wide / SIZES["slide"].inches), wide * 72 * BODY / _NARROWEST)
    return size_of(name, wide, high, font or max(_SMALLEST, usual))


def size_of(name: str, wide: float, high: float, font: float, least: float = _NARROWEST) -> Size:
    """Return a size of inches whose body text has so many points; 0 inches high is as high as is needed.

    Raises
    ------
    ActvizError
        If the canvas is narrower than the least number of points: body text is so large that nothing else has room.
    """
    scale = font / BODY
    if wide * 72 / scale < least:
        most = f"{wide * 72 * BODY / least:.1f}"
        raise ActvizError(f"a figure {wide:.3g} in wide has room for a font of {most} points at most, not {font:g}")
    return Size(name, wide * 72 / scale, high * 72 / scale, _ROOM if high else _FREE, wide, exact=high > 0)
