"""The figure of a model's stream: its size and gradient block by block, its branches as bars."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.plots.canvas import draw, overlay
from actviz.plots.canvas.ends import name_ends, naming
from actviz.plots.canvas.frame import heading, styles_legend
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.spec import Options, Pairings, by_pairing, one_file
from actviz.plots.canvas.style import NOTE, PairingStyle, pairing_style, panel_grid
from actviz.plots.figures.curves import DEEP
from actviz.plots.reading.found_networks import stream_titles
from actviz.plots.reading.predicted import Expected, theory_notes, theory_of
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Line, Names, teaching_pairings
from actviz.plots.reading.subjects import pairings_subject
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


def _chosen(ds: xarray.Dataset, inits: Names = None, activations: Names = None, **_: Any) -> list[tuple[str, str]]:
    """Return the pairing that is drawn."""
    return teaching_pairings(ds, inits, activations)[:1]


def _files(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    """Yield a file a pairing; of one alone, as a model is, without its name."""
    return by_pairing(ds, pairings) if len(pairings) > 1 else one_file(ds, pairings)


def _of(ds: xarray.Dataset, name: str, pairing: tuple[str, str]) -> Floats:
    """Return a number of every block on the main way, shape (seeds, blocks)."""
    own = ds[name].sel(init=pairing[0], activation=pairing[1]).isel(block=_main(ds))
    values: Floats = own.transpose("seed", "block").values
    return values


def _expected(ds: xarray.Dataset, name: str, pairing: tuple[str, str], lang: str) -> Expected | None:
    """Return what theory says of it, of blocks in a stack; None where it says nothing."""
    told = theory_of(ds, *pairing, lang).data
    if told is None or name not in told:
        return None
    unknown = np.full(told.sizes["block"], np.nan)
    at = np.arange(1, len(unknown) + 1)
    return Expected(Line(at, told[name].values, unknown, unknown, np.zeros(len(at), bool)), unknown)


def _stream_alt(ds: xarray.Dataset, lang: str = "en", **options: Any) -> str:
    """Tell of the ends of the stream, and of its branches."""
    (pairing,) = _chosen(ds, **options)
    read = (_of(ds, name, pairing) for name in ("stream_rms", "branch_ratio", "stream_grad"))
    size, ratio, gradient = (np.median(each, axis=0) for each in read)
    known = ratio[np.isfinite(ratio)] if np.isfinite(ratio).any() else np.array([np.nan])
    entry = text(
        "stream.alt_entry", lang,
        name=pairing_name(*pairing, lang),
        first=short(size[0]), last=short(size[-1]), low=short(known.min()), high=short(known.max()),
        before=short(gradient[0]), behind=short(gradient[-1]),
    )  # fmt: skip
    return alt_text(text("stream.alt", lang, number=len(size)), [entry], lang)


def _is_stack(ds: xarray.Dataset) -> bool:
    return "layer_name" not in ds.coords


def _line(values: Floats) -> Line:
    """Return the median and the range of the seeds, of shape (seeds, blocks)."""
    known = np.where(np.isfinite(values), values, np.nan)
    low, high = np.fmin.reduce(known, axis=0), np.fmax.reduce(known, axis=0)
    lost = np.isnan(low)
    middle = np.full(low.shape, np.nan)
    middle[~lost] = np.nanmedian(known[:, ~lost], axis=0)
    return Line(np.arange(1, len(low) + 1), middle, low, high, lost)


@drawn_as("stream", alt=_stream_alt, lacks=stream_lacks, files=_files, subject=partial(pairings_subject, shown=_chosen))
def figure_stream(
    sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None, theory: bool = True
) -> Figure:
    """Draw the size and the gradient of a stream behind each block, and its branches as bars.

    Parameters
    ----------
    ds : xarray.Dataset
        Of a model with a stream, as ``probe_module`` gives it, or of residual blocks, as ``probe`` does.
    inits, activations : str or sequence of str, optional
        Of several pairings chosen, the first that ``teaching_pairings`` names is drawn.
    theory : bool
        Whether to draw what theory predicts of a stack of blocks.
    theme : {"light", "dark", "print"}
    lang : str
    """
    look, lang = sheet.theme, sheet.lang
    (pairing,) = _chosen(ds, inits, activations)
    size, gradient = (_line(_of(ds, name, pairing)) for name in ("stream_rms", "stream_grad"))
    branch = _line(_of(ds, "branch_ratio", pairing) * _of(ds, "stream_before", pairing))
    style = pairing_style(ds, *pairing, look.name)
    expected = [_expected(ds, name, pairing, lang) if theory else None for name in ("stream_rms", "stream_grad")]
    notes = theory_notes(ds, [pairing[0]], [pairing[1]], ["act_std"], lang) if theory and _is_stack(ds) else []
    footer = " · ".join([recipe_words(ds, lang, gradient=True, bands=True), *notes])
    read = " ".join([text("stream.read", lang), *[text("theory.read_infinite", lang)] * any(expected)])
    name = pairing_name(*pairing, lang) if ds.sizes["init"] * ds.sizes["activation"] > 1 else ""
    title = text("stream.title_of", lang, name=name) if name else ""
    found = stream_titles(_of(ds, "stream_rms", pairing), _of(ds, "stream_grad", pairing), name, lang)
    fig = sheet.figure("stream", footer, sheet.height_for(2, 150, 220), title=title, read=read, found=found)
    names = [text("stream.line", lang), text("stream.branch", lang)]
    ends, looks = [size, branch], [style, PairingStyle(look.muted, "", "-")]
    if expected[0]:
        names, ends = [*names, text("theory.line", lang)], [*ends, expected[0].line]
        looks.append(PairingStyle(look.text, "", overlay.DOTS))
    named = naming(names, ends, sheet)
    (above,), (below,) = panel_grid(fig, 2, 1, left=92, right=named.room, top=132, bottom=72, gap=(0, 40))
    draw.draw_log_axis(above, [size, branch, *([expected[0].line] if expected[0] else [])])
    foot = above.get_ylim()[0]
    heights = np.where(branch.middle > foot, branch.middle - foot, 0.0)
    above.bar(branch.layers, heights, 0.6, bottom=foot, color=look.muted, alpha=0.55)
    draw.draw_log_axis(below, [gradient])
    turns = (0, max(1, len(size.layers) // 8)) if len(size.layers) > DEEP else None
    panels = ((above, size, "stream.size", expected[0]), (below, gradient, "stream.gradient", expected[1]))
    for ax, line, key, told in panels:
        draw.draw_line(ax, line, style, look, shift=0.0, every=turns)
        draw.draw_marks(ax, line, style, log=True, shift=0.0, every=turns)
        draw.draw_layer_axis(ax, line.layers)
        ax.set_xlim(0.4, len(line.layers) + 0.6)
        heading(ax, text(key, lang))
        if told:
            overlay.draw_expected(ax, told, style, look)
    above.set_xticks(above.get_xticks(), [])
    below.set_xlabel(text("stream.blocks", lang), fontsize=NOTE + 2)
    if named.at_ends:
        name_ends(above, dict(zip(names, names, strict=True)), ends, looks, names)
        return fig
    marks = {names[1]: {"color": look.muted, "linewidth": 7, "alpha": 0.55, "linestyle": "-"}}
    marks |= overlay.theory_marks(look, lang, band=False) if any(expected) else {}
    styles_legend(fig, {names[0]: style}, look, [], marks)
    return fig
