"""What every ``draw_*`` draws on."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from actviz.catalog.checks import first, of_type


def axes_of(given: Any) -> Any:
    """Return an Axes, and refuse what is none."""
    return of_type("what is drawn on", given, Axes, "an Axes of matplotlib's")


on_axes = first(axes_of)
"""Of what draws: it is given an Axes first."""
