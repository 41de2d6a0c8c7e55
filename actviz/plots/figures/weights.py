"""The figure of how large the weights of a few layers are, before training and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.plots.canvas import draw
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, MARGIN, NOTE, PairingStyle, panel_cells
from actviz.plots.figures.run_looks import run_styles
from actviz.plots.reading.found_trainings import weights_titles
from actviz.plots.reading.scales import Floats, ValueScale, log_scale
from actviz.plots.reading.series import Names, choose, spread_layers
from actviz.plots.reading.telling import alt_text, median, telling_runs
from actviz.results.words import training_words
from actviz.text import run_name, shortened, text, wrapped
from actviz.text.numbers import short
from actviz.training.measures import at_end, magnitudes, weight_size

if TYPE_CHECKING:
    import xarray


def weights_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for the figures of its weights; empty if nothing."""
    return "" if ds.sizes.get("snapshot", 0) > 1 and "weight_hist" in ds else text("weights.lacks")


def size_scale(edges: Floats, counts: Floats, labels: int = 4) -> ValueScale:
    """Return the logarithmic axis of the size of a weight that holds rows of counts."""
    mirrored = np.concatenate([-edges[:0:-1], edges])
    return log_scale(mirrored, _mirrored(counts), np.zeros(counts.shape[:-1]), labels)


def _mirrored(counts: Floats) -> Floats:
    """Put counts of sizes where a signed axis has its positive arm."""
    return np.concatenate([np.zeros_like(counts), counts], axis=-1)


@on_axes
def draw_sizes(ax: Any, scale: ValueScale, counts: Floats, styles: Sequence[PairingStyle]) -> Any:
    """Draw the distribution of the size of a weight, a step line a run, all of one area."""
    heights = scale.heights(_mirrored(counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)))
    for row, style in zip(heights, styles, strict=True):
        draw.draw_steps(ax, row, scale.edges, color=style.color, linestyle=style.linestyle, linewidth=2.0)
    ax.set(xlim=(0, 1), ylim=(0, 1.08 * max(float(heights.max()), 1e-9)))
    ax.set_xticks(*scale.labels)
    ax.set_yticks([])
    return ax


def weights_alt(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of the sizes of weights before and after."""
    sizes = at_end(ds.assign(weight_size=weight_size(ds)), "weight_size")
    entries = []
    for run in telling_runs(sizes, choose(ds, "run", runs)):
        value = median(sizes.sel(run=run))
        if np.isfinite(value):
            entries.append(text("weights.alt_entry", lang, name=run_name(run, lang), value=short(value)))
    return alt_text(text("weights.alt", lang), entries, lang)


@drawn_as("weights", alt=weights_alt, lacks=weights_lacks, kind="training")
def figure_weights(sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None) -> Figure:
    """Draw how large the weights of a few layers are before training and after it, a row a run.

    Parameters
    ----------
    ds : xarray.Dataset
        A training with two snapshots or more.
    runs : str or sequence of str, optional
        Which to draw; all unless named.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run.
    """
    look, lang = sheet.theme, sheet.lang
    chosen = choose(ds, "run", runs)
    own = ds.sel(run=chosen)
    layers = spread_layers(ds.rename(layer="hidden", weight_layer="layer"), 3)
    styles = run_styles(ds, chosen, look)
    found = weights_titles(ds, chosen, lambda run: run_name(run, lang), lang)
    left = 136.0 if sheet.narrow else 190.0
    across = sheet.columns(len(layers), 124, left + MARGIN - 24)
    down = -(-len(layers) // across)
    height = sheet.height_for(down, 44 * len(chosen) + 78 * (down > 1), 208)
    fig = sheet.figure("weights", training_words(ds, lang), height, found=found)
    axes = panel_cells(fig, len(layers), across, left=left, top=130, bottom=78, gap=(24, 78))
    for ax, layer in zip(axes, layers, strict=True):
        (edges, before), (_, after) = magnitudes(own, 0, layer), magnitudes(own, -1, layer)
        scale = size_scale(edges, np.concatenate([before, after]), 4)
        shapes = [scale.density(_mirrored(counts)) for counts in (after, before)]
        draw.draw_ridges(ax, list(zip(*shapes, strict=True)), scale.edges, [styles[run].color for run in chosen])
        ax.set_xticks(*scale.labels)
        head = layer == int(ds["weight_layer"].values[-1])
        heading(ax, text("weights.head", lang) if head else text("layer", lang, layer=layer))
        ax.set_xlabel(text("axis.weight", lang), fontsize=NOTE if sheet.narrow else BODY)
    names = [run_name(run, lang) for run in chosen]
    width = 18 if sheet.narrow else 26  # columns, in two lines at most
    names = [wrapped(shortened(name, 2 * width - 2), width) for name in names]
    for ax in axes[::across]:
        ax.set_yticks([-row + 0.25 for row in range(len(chosen))], names)
        ax.tick_params(axis="y", length=0, labelsize=12)
    return fig
