"""How a figure is drawn, as one value: what its maker chose, from the command line to the figure's own file."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from actviz.catalog.checks import check_choice, choose_from, finite
from actviz.catalog.initializers import ALIASES, INITIALIZERS
from actviz.catalog.looks import Size, Theme, find_size, find_theme
from actviz.errors import ActvizError
from actviz.text import check_language

SCALES = ("log", "linear")
"""What a y axis can be."""

GROUNDS = ("background", "panel", "text", "muted", "grid", "alarm", "large", "small", "alike")
"""Colours of a theme that a palette may change, beside those of its lines; verdicts stand on the last three."""

Limits = tuple[float, float]

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a figure is drawn.

    Parameters
    ----------
    theme : {"light", "dark", "print"}
    lang : str
    size : str
        A name of ``SIZES``, or as ``find_size`` takes it: ``3.3x2.5in``.
    font : float, optional
        Of body text on the page, in points; notes have four fifths of it.
    title : str, optional
        In place of the figure's own, on it and in its file.
    header, foot : bool
        Whether the title and how to read it stand above the panels, and how it was measured below; the file has them.
    ylim : (float, float) or mapping from str to (float, float), optional
        Lower and upper end of the y axis; or of the panel of each activation named, by its name.
    yscale : {"log", "linear"}, optional
        As suits what is shown unless given.
    palette : mapping from str to str
        Colours as ``#rrggbb``, by the name of an initializer or a run, of a colour of the theme, or of one of
        ``GROUNDS``; ``line`` is a width in points.
    transparent : bool
        Whether nothing is drawn behind the panels and their words.

    Raises
    ------
    ActvizError
        If a value is none that it can be; the message says what is.
    """

    theme: str = "light"
    lang: str = "en"
    size: str = "slide"
    font: float | None = None
    title: str | None = None
    header: bool = True
    foot: bool = True
    ylim: Limits | Mapping[str, Limits] | None = None
    yscale: str | None = None
    palette: Mapping[str, str] = field(default_factory=dict)
    transparent: bool = False

    def __post_init__(self) -> None:
        find_theme(self.theme)
        check_language(self.lang)
        if self.font is not None:
            object.__setattr__(self, "font", finite("font", self.font))
        find_size(self.size, self.font)
        if self.title is not None and not (isinstance(self.title, str) and self.title.strip()):
            raise ActvizError("title must be some words")
        if any(unicodedata.category(each) in ("Cc", "Cs") and not each.isspace() for each in self.title or ""):
            raise ActvizError(f"title must be of characters that can be drawn, not {self.title!r}")
        if self.yscale is not None:
            check_choice("yscale", self.yscale, SCALES)
        if isinstance(self.ylim, Mapping):
            object.__setattr__(self, "ylim", {name: self._checked(each) for name, each in self.ylim.items()})
        elif self.ylim is not None:
            object.__setattr__(self, "ylim", self._checked(self.ylim))
        for name, color in self.palette.items():
            if name == "line" and not 0.2 <= _number(color) <= 10:
                raise ActvizError(f"palette: line is a width of 0.2 to 10 points, not {color!r}")
            if name != "line" and not (isinstance(color, str) and _HEX.fullmatch(color)):
                raise ActvizError(f"palette: {name} must be a colour such as #00538F, not {color!r}")

    def _checked(self, given: Any) -> Limits:
        try:
            low, high = (finite("ylim", each) for each in given)
        except (TypeError, ValueError):
            raise ActvizError(f"ylim must be two numbers, low and high, not {given!r}") from None
        if not low < high:
            raise ActvizError(f"ylim must be a low number and a higher one, not {low:g} and {high:g}")
        if self.yscale == "log" and low <= 0:
            raise ActvizError(f"ylim of a logarithmic axis must be above 0, not {low:g}")
        return low, high

    def limits(self, panel: str) -> Limits | None:
        """Return the ends of the y axis of a panel, which is that of an activation; None as suits it."""
        return self.ylim.get(panel) if isinstance(self.ylim, Mapping) else self.ylim

    @property
    def canvas(self) -> Size:
        """Return the size that a figure is laid out for."""
        return find_size(self.size, self.font)

    @property
    def look(self) -> Theme:
        """Return the theme with the palette's colours in place of its own."""
        theme = find_theme(self.theme)
        grounds: dict[str, Any] = {name: self.palette[name] for name in GROUNDS if name in self.palette}
        if "line" in self.palette:
            grounds["line"] = float(self.palette["line"])
        lines = {name: color for name, color in self.palette.items() if name not in grounds}
        return replace(theme, palette={**theme.palette, **lines}, **grounds)

    def check_names(self, there: list[str]) -> None:
        """Refuse a palette with a name that is of nothing that figures colour; ``there`` are the names of a result."""
        own = [*GROUNDS, "line", *find_theme(self.theme).palette, *there]
        for name in self.palette:
            family = name.partition(":")[0]
            if name not in own and family not in INITIALIZERS and family not in ALIASES:
                raise ActvizError(f"palette: nothing is called {name!r}; {choose_from(name, [*own, 'an initializer'])}")

    def asked(self) -> dict[str, Any]:
        """Return what is not as usual, as JSON values."""
        usual = Style()
        chosen = {each.name: getattr(self, each.name) for each in fields(self)}
        told = {name: value for name, value in chosen.items() if value != getattr(usual, name)}
        return {name: json.loads(json.dumps(value)) for name, value in told.items()}


def _number(written: Any) -> float:
    """Return a number as it is written; NaN for what is none."""
    try:
        return float(written)
    except (TypeError, ValueError):
        return math.nan


FIELDS: dict[str, Any] = {each.name: getattr(Style(), each.name) for each in fields(Style)}
"""What is usual, by name."""


def check_keywords(given: Iterable[str], known: Collection[str]) -> None:
    """Refuse a keyword that no figure has, and say what is meant.

    Raises
    ------
    ActvizError
        With the way to what was wanted, or the keywords that there are.
    """
    for name in given:
        if name == "layers" and name not in known:
            raise ActvizError("layers are chosen of the result, not of its figure: ds.sel(layer=[1, 5, 10])")
        if name not in known:
            raise ActvizError(f"a figure has no {name}; {choose_from(name, known)}")
