"""How deep signal and gradient reach over the scale of weights and biases, with theory's critical line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from actviz.errors import ActvizError
from actviz.plots.canvas.depths import (
    around,
    depth_marks,
    draw_beyond,
    draw_colours,
    draw_contour,
    draw_critical,
    draw_curve,
    draw_depths,
    draw_lost,
    draw_map,
    draw_refusal,
    is_line_within,
)
from actviz.plots.canvas.frame import heading, legend_below
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.spec import by_activation_once
from actviz.plots.canvas.style import BODY, HEIGHT, MARGIN, NOTE, panel, panel_grid
from actviz.plots.reading.reached import KINDS, Sweep, deepest_titles, swept, through_titles, told_kinds
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Names, choose, one_activation
from actviz.plots.reading.subjects import pairings_subject
from actviz.plots.reading.telling import alt_text
from actviz.results.dataset import recipe
from actviz.results.words import not_plain, recipe_words
from actviz.text import label, text
from actviz.text.numbers import in_print, power_of_ten, round_value, short
from actviz.theory import depth_scales

if TYPE_CHECKING:
    import xarray

REACH = 4.0
"""Decades of the colours: a distance of 1e-4 is as good as none, and so is a gradient changed by 1e4."""


def _lost_keys(lost: Iterable[Floats]) -> list[str]:
    """Return what the marks of cells without a number are called, of those there are."""
    signs = set(np.concatenate([each.ravel() for each in lost]).tolist()) if lost else set()
    return [key for key, sign in (("overflow", 1.0), ("zero", -1.0)) if sign in signs]


def phase_lacks(ds: xarray.Dataset) -> str:
    """Return what a dataset lacks for this figure; nothing if it can be drawn."""
    try:
        depth_scales.sweep(ds)
    except ActvizError as error:
        return str(error)
    return ""


def phase_alt(
    ds: Any, lang: str = "en", *, inits: Names = None, activations: Names = None, theory: bool = True, **_: Any
) -> str:
    """Tell of the maps of depth reached: where signal and gradient reach deepest."""
    from actviz.theory import depth_scales

    several: list[Any] = list(ds) if isinstance(ds, list | tuple) else [ds]
    activation = choose(several[0], "activation", activations)[0]
    sweeps = [swept(each, inits, activation) for each in several]
    depth, sigmas = sweeps[0].scales.sizes["layer"], sweeps[0].sigmas
    ends = {
        "low": round_value(sigmas[0]),
        "high": round_value(sigmas[-1]),
        "activation": label(activation, lang),
        "depth": depth,
    }
    head = text("phase.alt" if len(several) == 1 else "phase.alt_biases", lang, number=len(several), **ends)

    def write(layers: float) -> str:
        return text("phase.alt_beyond", lang, depth=depth) if layers > depth else short(layers)

    entries = []
    for kind in told_kinds(sweeps):
        depths = np.fmax.reduce([each.middle(f"depth_{kind}") for each in sweeps])
        if not np.isfinite(depths).any():
            continue
        best, worst = int(np.nanargmax(depths)), int(np.nanargmin(depths))
        words = text(f"phase.alt_{kind}", lang, layers=write(depths[best]), sigma=round_value(sigmas[best]))
        entries.append(
            f"{words}, {text('phase.alt_shallow', lang, sigma=round_value(sigmas[worst]), layers=write(depths[worst]))}"
        )
    critical = []
    if theory and len(several) == 1 and not _refused(several[0], activation, lang):
        critical = depth_scales.critical_sigma_w(activation, sweeps[0].bias_std)
    values = ", ".join(in_print(sigma, 3) for sigma in critical)
    return alt_text(head, entries, lang, text("phase.alt_critical", lang, values=values) if critical else "")


def _refused(ds: xarray.Dataset, activation: str, lang: str) -> str:
    """Say why theory has no critical line and depths for a result; empty where it has."""
    own = "" if depth_scales.is_known(activation) else text("theory.refused.own", lang)
    return not_plain(recipe(ds), lang) or own


@drawn_as(
    "phase",
    alt=phase_alt,
    files=by_activation_once,
    predicts=("theory",),
    lacks=phase_lacks,
    subject=partial(pairings_subject, shown=one_activation),
)
def figure_phase(
    sheet: Sheet,
    ds: xarray.Dataset | Sequence[xarray.Dataset],
    *,
    inits: Names = None,
    activations: Names = None,
    theory: bool = True,
) -> Figure:
    """Draw the depth that signal and gradient reach over sigma_w, or over sigma_w and sigma_b.

    Parameters
    ----------
    ds : xarray.Dataset, or a sequence of them
        Initializers that differ in sigma_w, as ``variance_scaling:1.0``, ``variance_scaling:1.2``, ...; of several
        datasets each has a ``bias_std`` of its own, and the same initializers.
    inits, activations : str or sequence of str, optional
        Which to draw; of several activations, the first.
    theme : {"light", "dark", "print"}
    lang : str
    theory : bool
        Whether to draw what theory says: critical sigma_w, and six depth scales.

    Raises
    ------
    ActvizError
        If there are too few different sigma_w, or the stacks are too shallow.
    """
    several: list[Any] = list(ds) if isinstance(ds, list | tuple) else [ds]
    activation = choose(several[0], "activation", activations)[0]
    sweeps = sorted((swept(each, inits, activation) for each in several), key=lambda sweep: sweep.bias_std)
    refused = _refused(several[0], activation, sheet.lang) if theory else ""
    footer = recipe_words(several[0], sheet.lang, gradient=True, bias=len(several) == 1)
    footer += " · " + text("theory.none", sheet.lang, names=refused) if refused else ""
    if len(sweeps) == 1:
        return _over_layers(sweeps[0], footer, sheet, theory=theory and not refused)
    _check_alike(sweeps)
    return _over_biases(sweeps, footer, sheet, theory=theory and not refused)


def _two_panels(
    sheet: Sheet, activation: str, read: str, footer: str, marks: list[Line2D], found: Sequence[str] = ()
) -> tuple[Figure, list[Any]]:
    """Return a slide with a legend at its foot and two panels, each with a narrow one for its colours."""
    title = text("phase.title", sheet.lang, activation=label(activation, sheet.lang))
    fig = sheet.figure("phase", footer, 700 if sheet.narrow else None, title=title, read=read, found=found)
    shape = (2, 1) if sheet.narrow else (1, 2)
    grid = panel_grid(
        fig, *shape, left=76, right=MARGIN + 60, top=148, bottom=74 if sheet.narrow else 112, gap=(140.0, 88.0)
    )
    row, bars, (across, up) = [ax for line in grid for ax in line], [], (fig.get_size_inches() * 72).tolist()
    for ax in row:
        box = ax.get_position()
        bars.append(panel(fig, box.x1 * across + 10, box.y0 * up, 14, box.height * up))
    if sheet.narrow:
        if marks:
            names = [str(mark.get_label()) for mark in marks]
            fig.legend_height = legend_below(fig, marks, names, fontsize=NOTE + 1, handlelength=2.4)
        return fig, list(zip(row, bars, strict=True))
    place = (0.5, 32 / HEIGHT)
    fig.legend(
        handles=marks, loc="lower center", bbox_to_anchor=place, ncols=max(len(marks), 1), frameon=False,
        fontsize=NOTE + 1, borderaxespad=0, borderpad=0, handlelength=2.4, columnspacing=2.2 if len(marks) < 6 else 1.0,
    )  # fmt: skip
    return fig, list(zip(row, bars, strict=True))


def _panel_words(ax: Any, name: str, y: str, lang: str) -> None:
    """Name a panel and its axes."""
    heading(ax, text(name, lang), lift=24)
    ax.set_xlabel(text("axis.sigma_w", lang), fontsize=BODY, labelpad=2)
    ax.set_ylabel(text(y, lang), fontsize=BODY)


def _refuse(ax: Any, bar: Any, name: str, lang: str) -> None:
    """Say in place of the signal's panel why it is not there."""
    heading(ax, text(name, lang), lift=24)
    draw_refusal(ax, bar, text("phase.at_rest", lang))


def _over_layers(sweep: Sweep, footer: str, sheet: Sheet, *, theory: bool) -> Figure:
    """Draw by sigma_w and layer what was measured, and the depths reached over it."""
    layers, look, lang = sweep.scales["layer"].values, sheet.theme, sheet.lang
    depths = {kind: sweep.scales[f"depth_{kind}"].values for kind in told_kinds([sweep])}
    beyond = any((np.median(each, axis=1) > layers[-1]).any() for each in depths.values())
    curves, critical = _curves(sweep) if theory else ((), [])
    lost = {kind: sweep.lost(kind) for kind in depths}
    keys = (
        "point",
        *["beyond"] * beyond,
        *["curve"] * theory,
        *["critical"] * bool(critical),
        *_lost_keys(lost.values()),
    )
    marks = depth_marks(look, lang, keys, depth=len(layers))
    read, found = text("phase.read", lang), deepest_titles(sweep, lang)
    fig, panels = _two_panels(sheet, sweep.activation, read, footer, marks, found)
    with np.errstate(divide="ignore"):
        shown = np.log10(sweep.middle("distance")), sweep.middle("decades")[:, ::-1]
    for at, ((ax, bar), kind) in enumerate(zip(panels, KINDS, strict=True)):
        if kind not in depths:
            _refuse(ax, bar, f"phase.{kind}", lang)
            continue
        norm, cmap = Normalize(-REACH, 0 if at == 0 else REACH, clip=True), look.diverging if at else look.density
        draw_map(ax, sweep.sigmas, layers - at * layers[0], np.clip(shown[at], -REACH, None), norm, cmap)
        draw_colours(bar, norm, cmap, {each: power_of_ten(each) for each in range(-4, 5 if at else 1, 2)})
        for sigma in critical:
            draw_critical(ax, sigma, look, text("phase.at", lang, value=in_print(sigma, 3)))
        draw_lost(ax, sweep.sigmas, layers - at * layers[0], lost[kind][:, :: -1 if at else 1], look)
        if theory:
            draw_curve(ax, curves[0], curves[1 + at], look)
            if (curves[1 + at] > ax.get_ylim()[1]).all():
                key = "phase.endless" if np.isinf(curves[1 + at]).all() else "phase.above"
                draw_beyond(ax, text(key, lang), critical)
        draw_depths(ax, sweep.sigmas, depths[kind], look)
        _panel_words(ax, f"phase.{kind}", "axis.layers_back" if at else "axis.layer", lang)
    return fig


def _curves(sweep: Sweep) -> tuple[tuple[Floats, ...], list[float]]:
    """Return theory's depths over sigma_w, and the critical sigma_w among them."""
    low, high = around(sweep.sigmas)[[0, -1]]
    curves = depth_scales.theory_depths(sweep.activation, max(low, 1e-6), high, sweep.bias_std)
    critical = depth_scales.critical_sigma_w(sweep.activation, sweep.bias_std)
    return curves, [sigma for sigma in critical if low < sigma < high]


def _over_biases(sweeps: list[Sweep], footer: str, sheet: Sheet, *, theory: bool) -> Figure:
    """Draw the depths reached by sigma_w and sigma_b, and the critical line over them."""
    sigmas, activation, depth = sweeps[0].sigmas, sweeps[0].activation, sweeps[0].scales.sizes["layer"]
    biases = np.array([each.bias_std for each in sweeps])
    look, lang = sheet.theme, sheet.lang
    curve = depth_scales.critical_curve(activation) if theory else (np.empty(0), np.empty(0))
    line = is_line_within(*curve, around(sigmas), around(biases))
    marks = depth_marks(look, lang, (*["contour"] * theory, *["critical_line"] * line), depth=depth)
    read = text("phase.read_biases", lang, depth=depth, shade=text(look.most, lang))
    fig, panels = _two_panels(sheet, activation, read, footer, marks, through_titles(sweeps, lang))
    norm = Normalize(0, depth, clip=True)
    expected = depth_scales.theory_grid(activation, sigmas, biases) if theory else ()
    for at, ((ax, bar), kind) in enumerate(zip(panels, KINDS, strict=True)):
        if kind not in told_kinds(sweeps):
            _refuse(ax, bar, f"phase.{kind}_depth", lang)
            continue
        depths = np.array([each.middle(f"depth_{kind}") for each in sweeps]).T
        draw_map(ax, sigmas, biases, np.minimum(depths, depth), norm, look.density)
        most = text("phase.all_layers", lang, depth=depth)
        draw_colours(bar, norm, look.density, {0: "0", depth // 2: str(depth // 2), depth: most})
        if theory:
            draw_contour(ax, sigmas, biases, expected[at], depth, look)
        if line:
            draw_curve(ax, *curve, look, "--")
        ax.set_ylim(bottom=max(ax.get_ylim()[0], 0.0))
        _panel_words(ax, f"phase.{kind}_depth", "axis.sigma_b", lang)
    return fig


def _check_alike(sweeps: Sequence[Sweep]) -> None:
    """Refuse datasets that do not make one map."""
    first = sweeps[0]
    if any(len(each.sigmas) != len(first.sigmas) or not np.allclose(each.sigmas, first.sigmas) for each in sweeps):
        raise ActvizError("several datasets in one map need the same initializers; they differ in sigma_w")
    if len({each.bias_std for each in sweeps}) < len(sweeps):
        raise ActvizError(
            "several datasets in one map need a bias_std each; they have "
            + ", ".join(in_print(each.bias_std) for each in sweeps)
        )
    if len({each.scales.sizes["layer"] for each in sweeps}) > 1:
        raise ActvizError("several datasets in one map need the same number of layers")
