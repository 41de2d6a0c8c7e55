"""The figure of how deep networks train over sigma_w^2, with multiples of theory's depth scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from actviz.catalog.activations import Activation
from actviz.plots.canvas.cells import cell_edges, draw_cells, draw_numbers_bar, panels_with_bars
from actviz.plots.canvas.depths import draw_critical
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, DASHES, NOTE
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.swept import (
    activation_label,
    cells,
    field_label,
    footer,
    kept_label,
    no_theory,
)
from actviz.plots.reading.telling import alt_text
from actviz.results.dataset import recipe, swept
from actviz.sweeping.boundary import is_told, peak, shared
from actviz.text import text
from actviz.text.numbers import percent, round_value
from actviz.theory import mean_field
from actviz.theory.depth_scales import critical_variances

if TYPE_CHECKING:
    import xarray

_MULTIPLES = (1, 2, 6)


def trainability_lacks(ds: xarray.Dataset) -> str:
    """Return what a sweep lacks for this figure; nothing if it can be drawn."""
    fields = [name for name, values in swept(ds).items() if len(values) > 1]
    if sorted(fields) != ["depth", "weight_var"] or recipe(ds)["settings"].get("activation") is None:
        return text("sweep.needs_fields", fields="weight_var, depth")
    if refused := no_theory(ds):
        return refused
    if "final_accuracy" not in ds:
        return text("sweep.needs_kept", names="final_accuracy")
    if not np.isfinite(cells(ds, "final_accuracy", "weight_var", "depth")).any():
        return text("map.alt_none")
    return ""


def _told(ds: xarray.Dataset) -> dict[str, str]:
    """Return the peak, and theory's critical sigma_w^2 within the map."""
    values = ds["weight_var"].values
    inside = [each for each in critical_variances(*shared(ds)) if values.min() <= each <= values.max()]
    found = float(np.median(peak(ds)))
    return {"peak": round_value(found), "critical": ", ".join(f"{each:.3f}" for each in inside)}


def trainability_alt(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell where networks train deepest, and how well."""
    told, values = _told(ds), cells(ds, "final_accuracy", "weight_var", "depth")
    widest, depths = ds["weight_var"].values, ds["depth"].values
    head = text("trainability.alt", lang, activation=activation_label(ds, lang), low=round_value(float(widest.min())),
                high=round_value(float(widest.max())), first=int(depths.min()), last=int(depths.max()))  # fmt: skip
    ends = {"least": percent(float(np.nanmin(values))), "most": percent(float(np.nanmax(values)))}
    best = [text("trainability.alt_peak", lang, peak=told["peak"])] if is_told(ds) else []
    entries = [*best, text("trainability.alt_range", lang, **ends)]
    critical = text("trainability.alt_critical", lang, critical=told["critical"]) if told["critical"] else ""
    return alt_text(head, entries, lang, critical)


@drawn_as("trainability", alt=trainability_alt, kind="sweep", lacks=trainability_lacks)
def figure_trainability(sheet: Sheet, ds: xarray.Dataset) -> Figure:
    """Draw the training accuracy over sigma_w^2 and depth, with theory's xi_c, 2 xi_c and 6 xi_c.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``sweep``, of trainings over ``weight_var`` and ``depth`` that keeps ``final_accuracy``.
    """
    ds, look, lang = ds.sortby(["weight_var", "depth"]), sheet.theme, sheet.lang
    (activation, bias_var), known, told = shared(ds), recipe(ds)["settings"], _told(ds)
    name = activation_label(ds, lang)
    budget = {"updates": known["updates"]} if known["updates"] else {"epochs": known["epochs"]}
    x, y = ds["weight_var"].values.astype(float), ds["depth"].values.astype(float)
    scales = _scales(cell_edges(x)[0], cell_edges(y)[0], activation, bias_var)
    read = text("trainability.read" if known["updates"] else "trainability.read_epochs", lang, **budget)
    read = f"{read} {_lines(scales, lang)}"
    found = [text("trainability.found", lang, activation=name, **told)] if told["critical"] and is_told(ds) else []
    title = text("trainability.title", lang, activation=name)
    fig = sheet.figure("trainability", footer(ds, lang), title=title, read=read, found=found)
    (((ax, bar),),) = panels_with_bars(fig, 1, 1, left=76, right=62, top=142, bottom=76)
    values = cells(ds, "final_accuracy", "weight_var", "depth")
    norm = Normalize(0.0, max(float(np.nanmax(values)), 0.1))
    draw_cells(ax, x, y, values, norm, look.density, look)
    draw_numbers_bar(bar, norm, look.density)
    heading(ax, kept_label("final_accuracy", lang), 24.0)
    for critical in critical_variances(activation, bias_var):
        if x.min() <= critical <= x.max():
            draw_critical(ax, critical, look, text("trainability.critical", lang, value=f"{critical:.3f}"))
    draw_scales(ax, scales, look)
    ax.set_xlabel(field_label("weight_var", lang), fontsize=BODY)
    ax.set_ylabel(field_label("depth", lang), fontsize=BODY)
    return fig


@dataclass(frozen=True)
class _Scales:
    """Depth ``multiple * scale`` over sigma_w^2, infinite where xi_c is; and which multiples cross the panel where."""

    x: Floats
    scale: Floats
    inside: dict[int, NDArray[np.intp]]


def _scales(across: Floats, up: Floats, activation: Activation, bias_var: float) -> _Scales:
    """Return xi_c of theory over a panel from the edges of its cells; NaN where theory has none."""
    critical = critical_variances(activation, bias_var)
    known = _denser(np.linspace(max(across[0], 1e-3), across[-1], 41), critical)
    rates = [1.0 / mean_field(activation, each, bias_var).xi_c for each in known.tolist()]
    # 1 / xi_c is nearly straight on both sides of criticality, where it is 0: between known points it is read off it.
    order = np.argsort([*known, *critical])
    x = np.linspace(known[0], known[-1], 801)
    rate = np.interp(x, np.array([*known, *critical])[order], np.array([*rates, *(0.0 for _ in critical)])[order])
    scale = np.divide(1.0, rate, out=np.full_like(x, np.inf), where=rate != 0)
    inside = {each: np.flatnonzero((each * scale >= up[0]) & (each * scale <= up[-1])) for each in _MULTIPLES}
    return _Scales(x, scale, inside)


def _multiple(number: int) -> str:
    return f"{number if number > 1 else ''} ξ_c".strip()


def _lines(scales: _Scales, lang: str) -> str:
    """Say which multiples of xi_c are drawn, or why none is."""
    if drawn := [_multiple(each) for each, inside in scales.inside.items() if len(inside)]:
        return text("trainability.read_lines", lang, scales=", ".join(drawn))
    if np.isinf(scales.scale).all():
        return text("trainability.read_endless", lang)
    return text(f"trainability.read_{'outside' if np.isfinite(scales.scale).any() else 'unknown'}", lang)


def draw_scales(ax: Any, scales: _Scales, look: Any) -> Any:
    """Draw multiples of xi_c in theory over sigma_w^2, each named where it leaves the panel or ends."""
    limits = ax.get_xlim(), ax.get_ylim()
    case = [withStroke(linewidth=4, foreground=look.background)]
    for (multiple, inside), dash in zip(scales.inside.items(), DASHES[1:], strict=False):
        if not len(inside):
            continue
        depth = np.where(np.isinf(scales.scale), 1e6, multiple * scales.scale)
        ax.plot(scales.x, depth, color=look.text, linestyle=dash, linewidth=2.0, zorder=4, path_effects=case)
        at = int(inside[-1])
        ax.annotate(
            _multiple(multiple), (scales.x[at], depth[at]), xytext=(-6, 7), ha="right",
            textcoords="offset points", fontsize=NOTE + 1, fontweight="bold", path_effects=case, zorder=6,
        )  # fmt: skip
    ax.set(xlim=limits[0], ylim=limits[1])
    return ax


def _denser(x: Floats, critical: list[float]) -> Floats:
    """Add points where xi_c diverges."""
    near = [each + np.array([-0.1, -0.05, -0.02, 0.02, 0.05, 0.1]) for each in critical]
    every: Floats = np.unique(np.concatenate([x, *near]))
    inside: Floats = every[(every >= x[0]) & (every <= x[-1])]
    return inside
