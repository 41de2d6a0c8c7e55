"""A figure in a notebook: a picture of readable size with its caption, and its alt text."""

from __future__ import annotations

import base64
import html
import io
import warnings
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from actviz.plots.canvas.slide import Slide, scale_of
from actviz.plots.canvas.stories import story

DPI = 144
"""Pixels an inch: 1920 for a slide, twice as many as it is wide on the page."""


def mime_bundle(figure: Figure) -> dict[str, Any]:
    """Return a figure as HTML with caption and alt text, as a PNG, and as its alt text alone."""
    picture = io.BytesIO()
    with mpl.rc_context({"savefig.facecolor": "auto"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure.savefig(picture, format="png", dpi=DPI)
    png = base64.b64encode(picture.getvalue()).decode("ascii")
    if not isinstance(figure, Slide) or figure.origin is None:
        return {"image/png": png, "text/plain": repr(figure)}
    told = story(figure)
    width = round(figure.get_size_inches()[0] * 72 * scale_of(figure))
    page = (
        f'<figure lang="{told.lang}" style="margin:0;max-width:{width}px">'
        f'<img src="data:image/png;base64,{png}" alt="{html.escape(told.alt)}" style="width:100%;height:auto">'
        f'<figcaption style="opacity:.8">{html.escape(told.caption)}</figcaption></figure>'
    )
    return {"text/html": page, "image/png": png, "text/plain": f"{told.title}. {told.alt}"}
