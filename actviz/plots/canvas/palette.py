"""Colours of a figure maker's own: a JSON of names to colours, or a matplotlib style file."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import is_color_like, to_hex, to_rgb, to_rgba

from actviz.catalog.checks import meant
from actviz.errors import ActvizError
from actviz.results.schema import parsed, small_text

CYCLE = ("blue", "vermillion", "green", "purple", "orange", "sky", "yellow", "grey")
"""Colours of a theme in the order in which a style file's cycle takes their places."""

_STANDS_OUT = 0.25
"""Difference in one of red, green and blue at least, of 1, of a colour that is seen on another."""

FROM_STYLE = {
    "figure.facecolor": "background",
    "axes.facecolor": "panel",
    "text.color": "text",
    "axes.edgecolor": "muted",
    "grid.color": "grid",
    "lines.linewidth": "line",
    "axes.prop_cycle": "",
}
"""What of a style file has a place in a figure of actviz; fonts and sizes are its own."""


def read_palette(given: str | os.PathLike[str] | Mapping[str, Any]) -> dict[str, str]:
    """Return colours by name as ``#rrggbb``, of a mapping, a JSON file of one, or a matplotlib style: a file or a name.

    Raises
    ------
    ActvizError
        If the file is missing or none such, or a colour is none that matplotlib knows.
    """
    if isinstance(given, Mapping):
        return _colors(given, "palette")
    if not isinstance(given, str | os.PathLike) or not os.fspath(given):
        raise ActvizError(f"palette must be colours by name, a file of them, or a style of matplotlib, not {given!r}")
    path = Path(given)
    if not path.exists() and (styles := _styles()) and str(given) in styles:
        return _colors(_taken(styles[str(given)]), f"palette {given}")
    if not path.is_file():
        asked = meant(given, _styles())
        none = "no such file, and no style of matplotlib" if not path.suffix else "no such file"
        raise ActvizError(f"palette {path}: {'not a regular file' if path.exists() else none}{asked and f'; {asked}'}")
    try:
        content = _from_style(path) if path.suffix == ".mplstyle" else parsed(small_text(path))
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ActvizError(f"palette {path}: neither a JSON of names to colours nor a .mplstyle ({reason})") from None
    if not isinstance(content, dict) or not content:
        raise ActvizError(f'palette {path}: it must be a JSON of names to colours, as {{"he_normal": "#009A70"}}')
    return _colors(content, f"palette {path}")


def _colors(content: Mapping[str, Any], where: str) -> dict[str, str]:
    found = {}
    for name, color in content.items():
        if name == "line":
            found[name] = f"{color}"
        elif not isinstance(color, str) or not is_color_like(color) or to_rgba(color)[3] < 1:
            raise ActvizError(f"{where}: {name} must be a colour such as #00538F or teal, not {color!r}")
        else:
            found[str(name)] = to_hex(color)
    return found


def _from_style(path: Path) -> dict[str, Any]:
    """Read a style file; a line of it that matplotlib does not know is refused."""
    told: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("matplotlib")
    level, logger.level = logger.level, logging.WARNING
    logger.addHandler(handler)
    try:
        settings = mpl.rc_params_from_file(path, use_default_template=False)
    finally:
        logger.removeHandler(handler)
        logger.level = level
    if told:
        raise ValueError(" ".join(told[0].split()))
    if not set(settings) & set(FROM_STYLE):
        raise ValueError(f"it sets none of {', '.join(FROM_STYLE)}")
    return _taken(settings)


def _styles() -> Mapping[str, Any]:
    """Return matplotlib's styles by name, its own and those that a user has given it."""
    from matplotlib import style

    return style.library


def _taken(settings: Any) -> dict[str, Any]:
    """Return of a style's settings what has a place in a figure, by the name that it has there.

    Words beside the panels have the axes' edges' colour: one that does not stand out from its ground, as of styles
    that have no edges, is left as it is in the theme.
    """
    taken = {name: value for name, value in settings.items() if name in FROM_STYLE}
    ground, edge = taken.get("figure.facecolor", "white"), taken.get("axes.edgecolor", "auto")
    if edge != "auto" and max(np.abs(np.subtract(to_rgb(ground), to_rgb(edge)))) < _STANDS_OUT:
        del taken["axes.edgecolor"]
    cycle = [each["color"] for each in taken.pop("axes.prop_cycle", ()) if "color" in each]
    grounds = {FROM_STYLE[name]: value for name, value in taken.items() if value != "auto"}
    lines = dict(zip(CYCLE, cycle, strict=False))
    return {**lines, **{name: value if name == "line" else to_hex(value) for name, value in grounds.items()}}


def readable_on(color: Any) -> str:
    """Return black or white, whichever stands out more."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    return "#000000" if np.dot(linear, (0.2126, 0.7152, 0.0722)) > 0.179 else "#FFFFFF"
