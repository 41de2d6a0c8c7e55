"""The figure of a model's stream: its size and gradient block by block, its branches as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.plots.canvas import draw
from actviz.plots.canvas.frame import heading, styles_legend
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import NOTE, pairing_style, panel_grid
from actviz.plots.figures.curves import DEEP
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Line
from actviz.plots.reading.telling import alt_text
from actviz.results.words import pairing_name, recipe_words
from actviz.text import text
from actviz.text.numbers import short

if TYPE_CHECKING:
    import xarray


def stream_lacks(ds: xarray.Dataset) -> str:
    """Say what a result lacks for the figure of its stream; empty if nothing."""
    return "" if len(_main(ds)) else text("stream.lacks")


def _main(ds: xarray.Dataset) -> list[int]:
    """Return the places of the blocks on the main way, which are in no other's branch."""
    if "block_parent" not in ds.coords:
        return []
    return np.flatnonzero(ds["block_parent"].values == 0).tolist()


def _of(ds: xarray.Dataset, name: str) -> Floats:
    """Return a number of every block on the main way, shape (seeds, blocks)."""
    values: Floats = ds[name].isel(init=0, activation=0, block=_main(ds)).transpose("seed", "block").values
    return values


def _stream_alt(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell of the ends of the stream, and of its branches."""
    size, ratio, gradient = (np.median(_of(ds, name), axis=0) for name in ("stream_rms", "branch_ratio", "stream_grad"))
    known = ratio[np.isfinite(ratio)] if np.isfinite(ratio).any() else np.array([np.nan])
    entry = text(
        "stream.alt_entry", lang,
        name=pairing_name(str(ds["init"].values[0]), str(ds["activation"].values[0]), lang),
        first=short(size[0]), last=short(size[-1]), low=short(known.min()), high=short(known.max()),
        before=short(gradient[0]), behind=short(gradient[-1]),
    )  # fmt: skip
    return alt_text(text("stream.alt", lang, number=len(size)), [entry], lang)


def _line(values: Floats) -> Line:
    """Return the median and the range of the seeds, of shape (seeds, blocks)."""
    known = np.where(np.isfinite(values), values, np.nan)
    low, high = np.fmin.reduce(known, axis=0), np.fmax.reduce(known, axis=0)
    lost = np.isnan(low)
    middle = np.full(low.shape, np.nan)
    middle[~lost] = np.nanmedian(known[:, ~lost], axis=0)
    return Line(np.arange(1, len(low) + 1), middle, low, high, lost)


@drawn_as("stream", alt=_stream_alt, lacks=stream_lacks)
def figure_stream(sheet: Sheet, ds: xarray.Dataset) -> Figure:
    """Draw the size and the gradient of a model's stream behind each block, and its branches as bars.

    Parameters
    ----------
    ds : xarray.Dataset
        Of a model with a stream, as ``probe_module`` gives it.
    theme : {"light", "dark", "print"}
    lang : str
    """
    look, lang = sheet.theme, sheet.lang
    size, gradient = _line(_of(ds, "stream_rms")), _line(_of(ds, "stream_grad"))
    branch = _line(_of(ds, "branch_ratio") * _of(ds, "stream_before"))
    style = pairing_style(ds, str(ds["init"].values[0]), str(ds["activation"].values[0]), look.name)
    fig = sheet.figure("stream", recipe_words(ds, lang, gradient=True, bands=True), sheet.height_for(2, 150, 220))
    (above,), (below,) = panel_grid(fig, 2, 1, left=92, right=sheet.beside, top=132, bottom=72, gap=(0, 40))
    draw.draw_log_axis(above, [size, branch])
    foot = above.get_ylim()[0]
    heights = np.where(branch.middle > foot, branch.middle - foot, 0.0)
    above.bar(branch.layers, heights, 0.6, bottom=foot, color=look.muted, alpha=0.55)
    draw.draw_log_axis(below, [gradient])
    turns = (0, max(1, len(size.layers) // 8)) if len(size.layers) > DEEP else None
    for ax, line, key in ((above, size, "stream.size"), (below, gradient, "stream.gradient")):
        draw.draw_line(ax, line, style, look, shift=0.0, every=turns)
        draw.draw_marks(ax, line, style, log=True, shift=0.0, every=turns)
        draw.draw_layer_axis(ax, line.layers)
        ax.set_xlim(0.4, len(line.layers) + 0.6)
        heading(ax, text(key, lang))
    above.set_xticks(above.get_xticks(), [])
    below.set_xlabel(text("stream.blocks", lang), fontsize=NOTE + 2)
    marks = {text("stream.branch", lang): {"color": look.muted, "linewidth": 7, "alpha": 0.55, "linestyle": "-"}}
    styles_legend(fig, {text("stream.line", lang): style}, look, [], marks)
    return fig
