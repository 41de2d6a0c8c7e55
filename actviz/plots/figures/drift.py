"""The figure of a check: a pairing's baseline and what is measured now, overlaid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from actviz.baseline import Comparison, Finding, Outcome
from actviz.baseline.measures import PARAMETERS, Summary
from actviz.baseline.report import seeds_words
from actviz.baseline.shapes import Shape, side_by_side
from actviz.catalog.checks import of_type
from actviz.catalog.looks import Theme
from actviz.errors import ActvizError
from actviz.plots.canvas import draw
from actviz.plots.canvas.frame import heading
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, HEADER, NOTE, PairingStyle, panel_grid
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Line, finite_values
from actviz.plots.reading.telling import alt_text
from actviz.recipes.again import Again
from actviz.results.words import pairing_name
from actviz.text import label, shortened, text
from actviz.text.numbers import percent, round_value, short

Pairing = tuple[str, str]
USUAL = ("act_std", "grad_preact_rms", "similarity", "act_mean")
"""Statistics that are shown where fewer than four drift."""

DECADE = 10.0
"""Values that differ by more than this are drawn on a logarithmic axis."""


def _name_of(comparison: Comparison, options: Mapping[str, Any], lang: str) -> str:
    """Name the pairing of a figure, for its caption."""
    init, activation = options.get("pairing") or worst_pairing(comparison)
    return pairing_name(init, activation, lang)


def _not_written(comparison: Comparison) -> dict[str, Any]:
    return {}


def _not_again(record: Mapping[str, Any], how: Again) -> NoReturn:
    raise ActvizError("it shows a check against a baseline: run `actviz check` again")


def drift_alt(comparison: Any, lang: str = "en", *, pairing: tuple[str, str] | None = None, **_: Any) -> str:
    """Tell what of a pairing drifts from its baseline, the worst first."""
    chosen = pairing or worst_pairing(comparison)
    worst = comparison.worst(len(comparison.findings))
    findings = [each for each in worst if each.pairing == chosen and each.statistic not in PARAMETERS]
    own = comparison.of(chosen)
    old = comparison.baseline.pairings[chosen].statistics
    new = comparison.now.pairings.get(comparison.compared.get(chosen, chosen))
    entries = []
    for each in findings:
        if each in comparison.drifts and new and each.statistic in old and each.statistic in new.statistics:
            at = int(np.flatnonzero(old[each.statistic].layers == each.layer)[0])
            before, now = (float(both[each.statistic].value[at]) for both in (old, new.statistics))
            what = text(f"statistic.{each.statistic}", lang)
            values = {"before": short(before), "now": short(now)}
            entries.append(text("drift.alt_entry", lang, statistic=what, layer=each.layer, **values))
    sides = {"expected": len(comparison.baseline.seeds), "measured": len(comparison.now.seeds)}
    counts = {"number": sum(each in comparison.drifts for each in own), "of": len(own)}
    written = {side: text("story.seeds" if n != 1 else "story.seeds_one", lang, number=n) for side, n in sides.items()}
    return alt_text(text("drift.alt", lang, name=pairing_name(*chosen, lang), **counts, **written), entries, lang)


@drawn_as("drift", alt=drift_alt, subject=_name_of, record=_not_written, again=_not_again)
def figure_drift(sheet: Sheet, comparison: Comparison, pairing: Pairing | None = None) -> Figure:
    """Draw the four statistics and two histograms of a pairing that differ most; the worst pairing unless given."""
    look, lang = sheet.theme, sheet.lang
    chosen = pairing or worst_pairing(comparison)
    findings = sorted(comparison.of(chosen), key=lambda each: (each.outcome is not Outcome.DRIFT, -_size(each)))
    drifts = any(each.outcome is Outcome.DRIFT for each in findings)
    names = {"init": shortened(label(chosen[0], lang), 24), "activation": shortened(label(chosen[1], lang), 18)}
    title = text("drift.title" if drifts else "drift.title_none", lang, **names)
    seeds = {
        "expected": seeds_words(comparison.baseline.seeds, lang),
        "measured": seeds_words(comparison.now.seeds, lang),
    }
    number = sum(each.outcome is Outcome.DRIFT for each in findings)
    found = [text("drift.found", lang, **names, number=number, of=len(findings))] if drifts else []
    fig = sheet.figure("drift", text("check.seeds", lang, **seeds), title=title, found=found)
    grid = panel_grid(fig, 2, 3, left=62, right=26, top=HEADER + 38, bottom=58, gap=(58, 50))
    old = comparison.baseline.pairings[chosen]
    new = comparison.now.pairings.get(comparison.compared.get(chosen, chosen))
    for ax, name in zip((*grid[0][:2], *grid[1][:2]), _statistics(findings, old.statistics), strict=False):
        drifting = [f.layer for f in findings if f.statistic == name and f.outcome is Outcome.DRIFT]
        after = new.statistics.get(name) if new else None
        _lines(ax, old.statistics[name], after, drifting, look)
        heading(ax, text(f"statistic.{name}", lang))
    for ax in grid[1][:2]:
        ax.set_xlabel(text("axis.layer", lang), fontsize=NOTE)
    for row, layer in zip(grid, _layers(findings, len(old.shapes)), strict=False):
        both = old.shapes[layer - 1], new.shapes[layer - 1] if new and layer <= len(new.shapes) else None
        _histograms(row[2], *both, look)
        heading(row[2], text("drift.shares", lang, layer=layer))
    _legend(fig, comparison, sheet)
    return fig


def worst_pairing(comparison: Comparison) -> Pairing:
    """Return the pairing that differs most; the baseline's first where none differs."""
    of_type("what is drawn", comparison, Comparison, "a comparison, as actviz.compare gives it")
    worst = comparison.worst(1)
    return worst[0].pairing if worst else next(iter(comparison.baseline.pairings))


def _size(finding: Finding) -> float:
    return abs(float(np.nan_to_num(finding.sigma, posinf=1e300, neginf=-1e300)))


def _statistics(findings: list[Finding], there: dict[str, Summary]) -> list[str]:
    """Return four statistics: those that drift most, then the usual ones."""
    of_layers = there.keys() - PARAMETERS.keys()
    drifting = [f.statistic for f in findings if f.outcome is Outcome.DRIFT and f.statistic in of_layers]
    return list(dict.fromkeys([*drifting, *(name for name in USUAL if name in there)]))[:4]


def _layers(findings: list[Finding], depth: int) -> list[int]:
    """Return two layers: those whose histograms differ most, else the first and the last."""
    differing = [f.layer for f in findings if f.statistic == "histogram"]
    return sorted(list(dict.fromkeys([*differing, 1, depth]))[:2])


def _styles(look: Theme) -> tuple[PairingStyle, PairingStyle]:
    return PairingStyle(look.muted, "o", "-"), PairingStyle(look.palette["vermillion"], "D", "-")


def _line(summary: Summary) -> Line:
    """Turn a summary into a line with a band of two standard deviations between seeds."""
    ends = np.array([summary.at(-2.0), summary.at(2.0)])
    ends = np.where(np.isfinite(ends), ends, summary.value)
    return Line(summary.layers, summary.value, ends.min(axis=0), ends.max(axis=0), summary.undefined > 0)


def _lines(ax: Any, before: Summary, after: Summary | None, drifting: list[int], look: Theme) -> None:
    lines = [_line(before), *([_line(after)] if after is not None else [])]
    log = _set_axis(ax, lines, before)
    for position, (each, style) in enumerate(zip(lines, _styles(look), strict=False)):
        shown = each if position == 0 else replace(each, low=each.middle, high=each.middle)
        draw.draw_line(ax, shown, style, look, every=(0, max(1, len(each.layers) // 12)))
        draw.draw_marks(ax, shown, style, log=log)
    at_foot = {"transform": ax.get_xaxis_transform(), "clip_on": False, "zorder": 6, "markeredgewidth": 2.0}
    ax.plot(drifting, np.full(len(drifting), 0.03), "x", color=look.alarm, markersize=7, **at_foot)
    draw.draw_layer_axis(ax, before.layers)


def _set_axis(ax: Any, lines: list[Line], summary: Summary) -> bool:
    """Give the y axis a range in which the difference shows; return whether it is logarithmic."""
    values = finite_values(lines)
    if summary.scale.name == "log" and (values > 0).any() and (values >= 0).all():
        above = values[values > 0]
        if above.max() > DECADE * above.min() or (values == 0).any():
            draw.draw_log_axis(ax, lines)
            return True
    low, high = (values.min(), values.max()) if values.size else (0.0, 1.0)
    room = 0.12 * (high - low) or 0.1 * abs(high) or 0.1
    ax.set_ylim(low - room, high + room)
    ax.locator_params(axis="y", nbins=4)
    return False


def _histograms(ax: Any, before: Shape, after: Shape | None, look: Theme) -> None:
    edges, shares, now = side_by_side(before, after if after and after.bins == before.bins else before)
    linear = before.bins != "octaves"
    x = edges if linear else np.arange(len(edges), dtype=float)
    old, new = _styles(look)
    draw.draw_steps(ax, shares, x, fill=True, color=old.color, alpha=0.4)
    if after is not None and after.bins == before.bins:
        draw.draw_steps(ax, now, x, color=new.color, linewidth=2.0)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(0, 1.15 * max(shares.max(initial=0.0), now.max(initial=0.0), 1e-6))
    ticks = _ticks(edges)
    ax.set_xticks(x[ticks], [round_value(float(edges[at])) for at in ticks])
    top = ax.get_ylim()[1]
    ax.set_yticks([0, top / 2.3], ["0", percent(top / 2.3)])


def _ticks(edges: Floats) -> list[int]:
    """Return up to five edges to label, 0 among them."""
    at = set(np.linspace(0, len(edges) - 1, min(4, len(edges))).round().astype(int).tolist())
    zero = np.flatnonzero(edges == 0)
    return sorted({each for each in at if not zero.size or abs(each - zero[0]) > len(edges) / 8} | set(zero.tolist()))


def _legend(fig: Figure, comparison: Comparison, sheet: Sheet) -> None:
    look, lang = sheet.theme, sheet.lang
    old, new = _styles(look)
    handles = [
        Line2D([], [], color=old.color, marker=old.marker, linewidth=look.line),
        Line2D([], [], color=new.color, marker=new.marker, linewidth=look.line),
        Line2D([], [], color=look.alarm, marker="x", linestyle="none", markeredgewidth=2.0),
    ]
    words = [
        text("drift.baseline", lang, seeds=len(comparison.baseline.seeds)),
        text("drift.now", lang, seeds=len(comparison.now.seeds)),
        text("drift.mark", lang),
    ]
    height = fig.get_size_inches()[1] * 72
    fig.legend(
        handles, words, loc="upper left", bbox_to_anchor=(0.0355, 1 - (HEADER - 8) / height), ncols=3, frameon=False,
        fontsize=BODY, borderpad=0, borderaxespad=0,
    )  # fmt: skip
