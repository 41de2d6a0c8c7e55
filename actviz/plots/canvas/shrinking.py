"""Make what is drawn on the canvas of a slide as large as it is in a user's own figure, point by point.

A figure of actviz is laid out in the points of its canvas, and its file is made smaller as a whole. Inside a figure of
somebody else's nothing is made smaller, so that every length that matplotlib counts in points is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text

from actviz.plots.canvas.style import NOTE

_TICKS = {"labelsize": NOTE + 1, "length": 3.0, "pad": 3.5, "width": 0.8, "grid_linewidth": 0.8}
"""Lengths of ticks, as ``panel`` and matplotlib set them."""


def shrink(artists: Iterable[Artist], scale: float) -> None:
    """Scale artists, with all that belongs to them: text, lines, markers, and the offsets of annotations."""
    for artist in list(artists):
        if isinstance(artist, Axes):
            _shrink_axes(artist, scale)
        elif isinstance(artist, Legend):  # its text is made as large as it is to be
            for handle in artist.legend_handles:
                _shrink_one(handle, scale)
        else:
            _shrink_one(artist, scale)


def _shrink_axes(ax: Axes, scale: float) -> None:
    axes = (ax.xaxis, ax.yaxis)
    kinds: tuple[Literal["major", "minor"], ...] = ("major", "minor")
    for axis in axes:
        axis.labelpad *= scale
        for which in kinds:
            there = axis.get_tick_params(which=which)
            lengths: dict[str, Any] = {name: scale * float(there.get(name, usual)) for name, usual in _TICKS.items()}
            axis.set_tick_params(which=which, **lengths)
        _shrink_one(axis.label, scale)
    shrink((each for each in ax.get_children() if each not in (*axes, ax.patch)), scale)


def _shrink_one(artist: Any, scale: float) -> None:
    if isinstance(artist, Text):
        artist.set_fontsize(float(artist.get_fontsize()) * scale)
        if isinstance(artist, Annotation) and artist.anncoords == "offset points":
            x, y = artist.xyann
            artist.xyann = scale * x, scale * y
    elif isinstance(artist, Line2D):
        artist.set_linewidth(artist.get_linewidth() * scale)
        artist.set_markersize(artist.get_markersize() * scale)
        artist.set_markeredgewidth(artist.get_markeredgewidth() * scale)
    elif isinstance(artist, Collection):
        artist.set_linewidth((np.atleast_1d(artist.get_linewidth()) * scale).tolist())
    elif isinstance(artist, Patch):
        artist.set_linewidth(artist.get_linewidth() * scale)
