"""Figures of where the values are: histograms, and a whole stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.errors import ActvizError
from actviz.plots.canvas import draw, overlay
from actviz.plots.canvas.building import BY, reveal, reveal_grid, reveal_layers
from actviz.plots.canvas.frame import write_verdict
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.spec import by_activation, by_pairing
from actviz.plots.canvas.style import BODY, MARGIN, NOTE, RESULTS, pairing_style, panel_grid
from actviz.plots.reading.found_compared import laid_titles
from actviz.plots.reading.found_layers import healthy_titles, judged, so_far_words, verdict_titles
from actviz.plots.reading.laid import laid_words, outlines_of, row_label
from actviz.plots.reading.predicted import PREDICTS, fit_words, outline_of, theory_notes
from actviz.plots.reading.scales import Bins, ValueScale, activation_bins, activation_scale, linear_scale
from actviz.plots.reading.series import (
    Line,
    Names,
    Pairings,
    Panel,
    cell,
    choose,
    line,
    one_activation,
    spread_layers,
    teaching_pairings,
    view_cell,
)
from actviz.plots.reading.subjects import pairings_subject
from actviz.plots.reading.telling import alt_text, ends_of, gradient_left, last_share, layer_words, pairing_course
from actviz.results.overlaying import laid, same_pairings
from actviz.results.words import layers_words, pairing_name, recipe_words
from actviz.text import label, shortened, text, wrapped
from actviz.text.numbers import in_print, percent

if TYPE_CHECKING:
    import xarray

    from actviz.diagnosis.judging import Diagnosis

VIEWS = ("full", "book")


def histograms_alt(
    ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, view: str = "full",
    **_: Any,
) -> str:  # fmt: skip
    """Tell of the figure of histograms."""
    pairings = one_activation(ds, inits, activations)
    values = {"activation": label(pairings[0][1], lang), "layers": layer_words(ds, lang)}
    if view == "full":
        entries = [pairing_course(ds, "act_std", pairing, lang, label(pairing[0], lang)) for pairing in pairings]
        return alt_text(text("histograms.alt", lang, **values), entries, lang)
    edges, last = ds["view_edges"].values, int(ds["layer"].values[-1])
    low, high = (in_print(float(edge)) for edge in edges[[0, -1]])
    entries = [
        text(
            "histograms.alt_outside",
            lang,
            name=label(pairing[0], lang),
            share=percent(view_cell(ds, linear_scale(edges), *pairing, last, lang=lang).hidden),
        )
        for pairing in pairings
    ]
    return alt_text(text("histograms.alt_book", lang, low=low, high=high, last=last, **values), entries, lang)


@drawn_as(
    "histograms",
    alt=histograms_alt,
    files=by_activation,
    predicts=PREDICTS,
    builds=BY,
    overlays=True,
    squeezed=0.75,
    takes=("bins",),
    subject=partial(pairings_subject, shown=one_activation),
)
def figure_histograms(
    sheet: Sheet,
    ds: xarray.Dataset,
    *,
    inits: Names = None,
    activations: Names = None,
    view: str = "full",
    theory: bool = True,
    z: bool = False,
    bins: Bins | None = None,
    verdicts: bool = True,
) -> Figure:
    """Draw the distributions of one activation: a row for each initializer, a column for each of up to five layers.

    In the narrower sizes they are up to three layers.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``probe`` or ``load``.
    inits, activations : str or sequence of str, optional
        Which to draw; of several activations, the first.
    theme : {"light", "dark", "print"}
    lang : str
    view : {"full", "book"}
        The full range, or the linear range that ``probe(view=...)`` was given.
    theory, z : bool
        Whether to draw what theory predicts, and in every panel the z-score of the standard deviation.
    bins : (int, int, bool), optional
        Of an unbounded activation, those that its axis shows, as ``figures_side_by_side`` finds them for several
        results; what shows all but the smallest half percent unless given.
    verdicts : bool
        Whether each row's verdict stands under its name, and the words tell of them.

    Raises
    ------
    ActvizError
        If the dataset lacks what is asked for.
    """
    look, lang = sheet.theme, sheet.lang
    if view not in VIEWS:
        raise ActvizError(f"view must be one of {', '.join(VIEWS)}, not {view!r}")
    if view == "book" and "view_hist" not in ds:
        raise ActvizError("this dataset has no chosen view; probe with view=(low, high, bins)")
    chosen, activation, layers = (
        choose(ds, "init", inits),
        choose(ds, "activation", activations)[0],
        spread_layers(ds, sheet.columns(3 if sheet.narrow else 5, 58, 170), sheet.columns(8, 58, 170)),
    )
    if view == "book":
        scale, read_cell = linear_scale(ds["view_edges"].values), view_cell
    else:
        scale, read_cell = activation_scale(ds, chosen, activation, layers, bins=bins), cell
    pairings = same_pairings(ds, chosen)
    if laid(ds):
        chosen = [names[0] for names in pairings]
    cells = [[read_cell(ds, scale, init, activation, layer, lang=lang) for layer in layers] for init in chosen]
    asked = theory and view == "full" and not laid(ds)  # theory is told in the dataset's own bins
    outlines = [
        [outline_of(ds, scale, init, activation, layer, lang) if asked else None for layer in layers] for init in chosen
    ]
    title, read = _histogram_words(ds, scale, activation, view, lang)
    if not verdicts:  # words that judge shapes give them away, too
        read = text("histograms.read_unjudged", lang)
    pairs = [(init, activation) for init in chosen]
    diagnoses = judged(ds, pairs) if verdicts else {}
    found = healthy_titles(ds, diagnoses, lang)
    if laid(ds):  # which are not diagnosed
        found = laid_titles(ds, "signal", choose(ds, "init", inits), [activation], lang)
    if view == "book":
        low, high = (in_print(float(edge)) for edge in ds["view_edges"].values[[0, -1]])
        found = [*(text("found.view", lang, title=each, low=low, high=high) for each in found), *found]
    if view == "book" and any(each.zeros > 0 for row in cells for each in row):
        read += " " + text("histograms.read_zeros", lang)
    if any(map(any, outlines)):
        read += " ".join(["", text("theory.read", lang), *[text("theory.read_outline_z", lang)] * z])
    kept = [text("found.kept.signal", lang)] * bool(laid(ds) and found)
    read = " ".join([read, *so_far_words(diagnoses, lang), *kept, *laid_words(ds, lang)])
    notes = theory_notes(ds, chosen, [activation], ["hist"], lang) if asked else []
    scores = {
        (init, activation): np.array([each.z for each in row if each])
        for init, row in zip(chosen, outlines, strict=True)
    }
    footer = " · ".join(filter(None, [recipe_words(ds, lang), *notes, fit_words(scores, lang, layers)]))
    fig = sheet.figure(
        "histograms", footer, sheet.height_for(len(chosen), 45, 180), title=title, read=read, found=found
    )
    fig.bins = None if scale.linear else bins or activation_bins(ds, chosen, activation, layers)
    narrow = sheet.narrow
    third = any(words.get_text().count("\n") > 1 for words in fig.texts[1:2])  # a third line of words
    top = 122 + 18 * (third and not narrow)
    ax = panel_grid(fig, 1, 1, left=136 if narrow else 160, right=MARGIN, top=top, bottom=58)[0][0]
    colors = [pairing_style(ds, init, activation, look).color for init in chosen]
    draw.draw_grid(ax, scale, cells, colors, look, lang)
    overlay.draw_outlines(ax, scale, cells, outlines, look, lang, z=z)
    for at in range(1, len(laid(ds))):
        others = [outlines_of(ds, scale, names, activation, layers, at, lang) for names in pairings]
        overlay.draw_outlines(ax, scale, cells, others, look, lang, RESULTS[at])
    rows = [wrapped(shortened(row_label(ds, names, lang), 30), 16) for names in pairings]
    draw.draw_grid_labels(ax, scale, rows, [text("layer", lang, layer=layer) for layer in layers], colors)
    reveal_grid(ax, chosen, [str(layer) for layer in layers])
    _row_verdicts(ax, diagnoses, rows, [str(layer) for layer in layers], sheet)
    fig.question = text("histograms.question", lang, activation=label(activation, lang))
    return fig


def _row_verdicts(
    ax: Any, found: Mapping[tuple[str, str], Diagnosis], rows: Sequence[str], layers: Sequence[str], sheet: Sheet
) -> None:
    """Write each row's verdict under its name; in a figure that builds up by layer they come with the last."""
    if not found:
        return
    point = 1 / draw.panel_height(ax, len(rows))
    ax.set_yticks([place + 8 * point for place in ax.get_yticks()], [tick.get_text() for tick in ax.get_yticklabels()])
    for at, ((init, _), diagnosis) in enumerate(found.items()):
        place = 0.36 - at * draw.DOWN - (3.0 + 8.0 * rows[at].count("\n")) * point
        word = write_verdict(
            ax, (0, place), (-4, 0), diagnosis, sheet.theme, sheet.lang,
            xycoords=ax.get_yaxis_transform(), ha="right", va="top",
        )  # fmt: skip
        reveal(ax.figure, init, [word])
        reveal(ax.figure, layers[-1], [word], "layer")


def _histogram_words(ds: xarray.Dataset, scale: ValueScale, activation: str, view: str, lang: str) -> tuple[str, str]:
    name = label(activation, lang)
    if view == "book":
        low, high = (in_print(float(edge)) for edge in ds["view_edges"].values[[0, -1]])
        return text("histograms.title_book", lang, activation=name, low=low, high=high), text(
            "histograms.read_book", lang
        )
    title = text("histograms.title", lang, activation=name)
    if scale.linear:
        return title, text("histograms.read", lang)
    return title, text("histograms.read_signed" if scale.signed else "histograms.read_log", lang)


def _first_telling(ds: xarray.Dataset, inits: Names = None, activations: Names = None, **_: Any) -> Pairings:
    return teaching_pairings(ds, inits, activations)[:1]


def ridges_alt(ds: xarray.Dataset, lang: str = "en", **options: Any) -> str:
    """Tell of the figure of a whole stack."""
    (pairing,) = _first_telling(ds, **options)
    head = text("ridges.alt", lang, name=pairing_name(*pairing, lang), layers=layer_words(ds, lang))
    entry = pairing_course(
        ds, "act_std", pairing, lang, "", last_share("story.saturated", ds, "saturated", pairing, lang)
    )
    tail = text("ridges.alt_gradient", lang, **ends_of(ds), value=gradient_left(ds, pairing, lang))
    return alt_text(head, [entry], lang, tail)


@drawn_as(
    "ridges", alt=ridges_alt, files=by_pairing, builds=BY[:1], subject=partial(pairings_subject, shown=_first_telling)
)
def figure_ridges(sheet: Sheet, ds: xarray.Dataset, *, inits: Names = None, activations: Names = None) -> Figure:
    """Draw one pairing through its whole stack: a heat map of its distributions over saturation and gradient.

    Of several pairings chosen, the first that ``teaching_pairings`` names is drawn. Parameters are as for
    ``figure_histograms``.
    """
    look, lang = sheet.theme, sheet.lang
    init, activation = teaching_pairings(ds, inits, activations)[0]
    layers = ds["layer"].values
    scale = activation_scale(ds, [init], activation, [int(layer) for layer in layers], labels=8)
    cells = [cell(ds, scale, init, activation, int(layer), lang=lang) for layer in layers]
    names = {"init": label(init, lang), "activation": label(activation, lang), "layers": layers_words(ds, lang)}
    title = text("ridges.title", lang, **names)
    read = "ridges.read" if scale.linear else "ridges.read_log"
    shade = text(look.most, lang)
    footer = recipe_words(ds, lang, gradient=True, bands=True)
    found = verdict_titles(ds, (init, activation), lang)
    fig = sheet.figure("ridges", footer, title=title, read=text(read, lang, shade=shade), found=found)
    grid = panel_grid(fig, 3, 1, left=164, top=108, bottom=66, gap=(0, 16), heights=(2.6, 0.8, 1.2))
    (top,), (middle,), (bottom,) = grid
    draw.draw_density(top, scale, np.array([each.heights for each in cells]), layers, look)
    _density_notes(top, cells, layers, sheet)
    pairing_panel(middle, ds, "saturated", (init, activation), sheet, log=False)
    pairing_panel(bottom, ds, "grad_preact_rms", (init, activation), sheet, log=True)
    notes = [each for ax in (middle, bottom) for each in ax.texts]
    for ax, words in zip((top, middle, bottom), ("activation", "saturated", "grad_preact_rms"), strict=True):
        ax.set_xlim(top.get_xlim())
        _side_name(ax, text(words, lang))
    for ax in (top, middle):
        ax.set_xticks(bottom.get_xticks(), [])
    bottom.set_xlabel(text("axis.layer", lang))
    reveal_layers([top, middle, bottom], layers, notes)
    fig.question = text("ridges.question", lang, **names)
    return fig


def _side_name(ax: Any, words: str) -> None:
    ax.annotate(
        wrapped(words, 10), (0, 0.5), xytext=(-130, 0), xycoords="axes fraction", textcoords="offset points",
        ha="left", va="center", fontsize=BODY,
    )  # fmt: skip


def _density_notes(ax: Any, cells: Sequence[Panel], layers: Any, sheet: Sheet) -> None:
    """Say once, where it begins, what a run of layers cannot show: overflow, values outside, or nothing but zeros."""
    look, lang = sheet.theme, sheet.lang
    outside = [at for at, each in enumerate(cells) if each.sick == "panel.outside"]
    lost = [at for at, each in enumerate(cells) if each.lost > 0]
    empty = [at for at, each in enumerate(cells) if each.zeros >= 1]
    worst = percent(max((each.hidden for each in cells), default=0.0))
    notes = [(empty, "panel.all_zero", 0.5), (outside, "ridges.outside", 0.3), (lost, "ridges.overflow", 0.7)]
    for places, key, height in notes:
        if places:
            x = (places[0] + 0.5) / len(cells)
            words = text(key, lang, share=worst, layer=layers[places[0]])
            box = {
                "boxstyle": "round,pad=0.25",
                "facecolor": look.background,
                "edgecolor": look.alarm,
                "linewidth": 0.8,
            }
            ax.text(
                x, height, words, transform=ax.transAxes, fontsize=NOTE + 1, color=look.alarm,
                ha="left" if x < 0.5 else "right", va="center", bbox=box,
            )  # fmt: skip


def pairing_panel(
    ax: Any, ds: xarray.Dataset, name: str, pairing: tuple[str, str], sheet: Sheet, *, log: bool,
    among: Sequence[Line] = (),
) -> None:  # fmt: skip
    """Draw one statistic of one pairing, on an axis that has room for all it stands among."""
    look, lang = sheet.theme, sheet.lang
    style, read = pairing_style(ds, *pairing, look), line(ds, name, *pairing)
    every = None if len(read.layers) <= 12 else (0, max(1, len(read.layers) // 10))
    draw.draw_log_axis(ax, among or [read], 3) if log else draw.draw_share_axis(ax)
    draw.draw_line(ax, read, style, look, every=every)
    draw.draw_marks(ax, read, style, log=log, every=every)
    draw.draw_layer_axis(ax, read.layers)
    if read.overflow.any():
        draw.draw_note(ax, text("mark.overflow", lang), look)
    elif log and (read.middle == 0).any():
        draw.draw_note(ax, text("mark.zero", lang), look)
