"""The figure of the phase plane: q*, c* and chi_1 over sigma_w^2 and sigma_b^2, measured above, theory below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from actviz.plots.canvas.cells import cell_edges, draw_cells, draw_numbers_bar, number_norm, panels_with_bars
from actviz.plots.canvas.depths import draw_curve, is_line_within
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.swept import activation_label, cells, field_symbol, footer, kept_label, no_theory
from actviz.plots.reading.telling import alt_text
from actviz.results.dataset import recipe, swept
from actviz.text import text
from actviz.text.numbers import percent, round_value
from actviz.theory import depth_scales

if TYPE_CHECKING:
    import xarray

NUMBERS = {"q_star": "q*", "c_star": "c*", "chi_1": "χ₁"}


def phase_map_lacks(ds: xarray.Dataset) -> str:
    """Return what a sweep lacks for this figure; nothing if it can be drawn."""
    fields = [name for name, values in swept(ds).items() if len(values) > 1]
    if sorted(fields) != ["bias_var", "weight_var"] or recipe(ds)["settings"].get("activation") is None:
        return text("sweep.needs_fields", fields="weight_var, bias_var")
    names = [*NUMBERS, *(f"theory_{name}" for name in NUMBERS)]
    missing = [name for name in names if name not in ds]
    return no_theory(ds) or (text("sweep.needs_kept", names=", ".join(missing)) if missing else "")


def _both(ds: xarray.Dataset, name: str) -> tuple[Floats, Floats]:
    """Return what was measured and theory, (sigma_w^2, sigma_b^2)."""
    return cells(ds, name, "weight_var", "bias_var"), cells(ds, f"theory_{name}", "weight_var", "bias_var")


def phase_map_alt(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell how far what was measured is from theory."""
    activation = activation_label(ds, lang)
    x, y = ds["weight_var"].values, ds["bias_var"].values
    ends = {"low": x.min(), "high": x.max(), "least": y.min(), "most": y.max()}
    head = text("phase_map.alt", lang, activation=activation,
                **{key: round_value(float(each)) for key, each in ends.items()})  # fmt: skip
    entries = [
        text("phase_map.alt_off", lang, what=kept_label(name, lang), share=share) for name, share in _off(ds).items()
    ]
    return alt_text(head, entries, lang)


def _off(ds: xarray.Dataset) -> dict[str, str]:
    """Return how far what was measured is from theory, by number: the median of the cells that have both."""
    found = {}
    for name in NUMBERS:
        measured, theory = _both(ds, name)
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.abs(measured - theory) / np.abs(theory)
        if np.isfinite(off).any():
            found[name] = percent(float(np.median(off[np.isfinite(off)])))
    return found


def phase_map_titles(ds: xarray.Dataset, lang: str) -> list[str]:
    """Say how far what was measured is from theory."""
    off = ", ".join(f"{NUMBERS[name]} {share}" for name, share in _off(ds).items())
    return [text("phase_map.found", lang, activation=activation_label(ds, lang), off=off)] if off else []


@drawn_as("phase_map", alt=phase_map_alt, kind="sweep", lacks=phase_map_lacks)
def figure_phase_map(sheet: Sheet, ds: xarray.Dataset) -> Figure:
    """Draw q*, c* and chi_1 over the variances of weights and biases, measured and in theory, with the critical line.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``sweep``, over ``weight_var`` and ``bias_var``, that keeps ``q_star``, ``c_star``, ``chi_1`` and theory's.
    """
    ds, look, lang = ds.sortby(["weight_var", "bias_var"]), sheet.theme, sheet.lang
    activation, depth = str(recipe(ds)["settings"]["activation"]), recipe(ds)["settings"].get("depth") or 5
    title = text("phase_map.title", lang, activation=activation_label(ds, lang))
    sigma_w, sigma_b = depth_scales.critical_curve(activation)
    x, y = ds["weight_var"].values.astype(float), ds["bias_var"].values.astype(float)
    line = is_line_within(sigma_w**2, sigma_b**2, cell_edges(x)[0], cell_edges(y)[0])
    read = " ".join([text("phase_map.read", lang, depth=depth), *_phases(ds, line, lang)])
    fig = sheet.figure(
        "phase_map", footer(ds, lang), 760 if sheet.narrow else None, title=title, read=read,
        found=phase_map_titles(ds, lang),
    )  # fmt: skip
    rows = panels_with_bars(
        fig, 2, 3, left=70, right=44, top=136, bottom=76, gap=(64.0, 76.0 if sheet.narrow else 44.0)
    )
    for column, name in enumerate(NUMBERS):
        both = _both(ds, name)
        norm, cmap = number_norm(both), look.density
        if name == "chi_1":
            norm, cmap = _round_one(both), look.diverging
        for row, values in enumerate(both):
            ax, bar = rows[row][column]
            draw_cells(ax, x, y, values, norm, cmap, look)
            draw_numbers_bar(bar, norm, cmap)
            if line:
                draw_curve(ax, sigma_w**2, sigma_b**2, look, "--")
            source = text(f"phase_map.{'in_theory' if row else 'measured'}", lang)
            heading(ax, f"{kept_label(name, lang)}, {source}", 6.0)
            if row == 1 or sheet.narrow:
                ax.set_xlabel(field_symbol("weight_var", lang), fontsize=BODY)
            if column == 0:
                ax.set_ylabel(field_symbol("bias_var", lang), fontsize=BODY)
            else:  # the same axis, and between panels there is room for the numbers of the colours only
                ax.tick_params(labelleft=False)
    return fig


SAME = 1e-3
"""A correlation nearer to 1 than this is 1: two samples come to be the same."""


def _phases(ds: xarray.Dataset, line: bool, lang: str) -> list[str]:
    """Say what the critical line parts, by theory's own numbers in the cells, or why there is none; and of a cross."""
    (_, chi), (_, c_star), (_, q_star) = (_both(ds, name) for name in ("chi_1", "c_star", "q_star"))
    said, beyond = [], chi > 1.0
    if line:
        chaotic = beyond.any() and (np.isfinite(q_star) & (c_star < 1.0 - SAME))[beyond].all()
        said.append(text(f"phase_map.read_{'chaotic' if chaotic else 'line'}", lang))
    elif np.isfinite(chi).any():
        known = chi[np.isfinite(chi)]
        boundless = beyond.any() and not np.isfinite(q_star[chi > 1.0 + SAME]).any()
        sides = {"below": (known < 1.0).all(), "above": (known > 1.0).all(), "boundless": boundless}
        said.append(text(f"phase_map.read_{next((key for key, is_so in sides.items() if is_so), 'outside')}", lang))
    if not all(np.isfinite(each).all() for name in NUMBERS for each in _both(ds, name)):
        said.append(text("phase_map.read_cross", lang))
    return said


def _round_one(values: tuple[Floats, Floats]) -> TwoSlopeNorm:
    """Return a scale of colours whose middle is 1, which parts order from chaos."""
    every = np.concatenate([each[np.isfinite(each)].ravel() for each in values])
    low, high = (float(every.min()), float(every.max())) if every.size else (0.0, 2.0)
    return TwoSlopeNorm(1.0, min(low, 0.99), max(high, 1.01))
