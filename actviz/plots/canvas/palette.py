"""Colours of a figure maker's own: a JSON of names to colours, or a matplotlib style file."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.colors import is_color_like, to_hex, to_rgba

from actviz.errors import ActvizError
from actviz.results.schema import parsed, small_text

CYCLE = ("blue", "vermillion", "green", "purple", "orange", "sky", "yellow", "grey")
"""Colours of a theme in the order in which a style file's cycle takes their places."""

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
    """Return colours by name as ``#rrggbb``, of a mapping, a JSON file of one, or a matplotlib style file.

    Raises
    ------
    ActvizError
        If the file is missing or none such, or a colour is none that matplotlib knows.
    """
    if isinstance(given, Mapping):
        return _colors(given, "palette")
    path = Path(given)
    if not path.is_file():
        raise ActvizError(f"palette {path}: {'not a regular file' if path.exists() else 'no such file'}")
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
    taken = {name: value for name, value in settings.items() if name in FROM_STYLE}
    if not taken:
        raise ValueError(f"it sets none of {', '.join(FROM_STYLE)}")
    cycle = [each["color"] for each in taken.pop("axes.prop_cycle", ()) if "color" in each]
    grounds = {FROM_STYLE[name]: value for name, value in taken.items() if value != "auto"}
    lines = dict(zip(CYCLE, cycle, strict=False))
    return {**lines, **{name: value if name == "line" else to_hex(value) for name, value in grounds.items()}}
