"""What the live page says in words: verdict, remedy, theory, and the numbers of a chart for who cannot see it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from actviz import theory
from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.names import builtin
from actviz.diagnosis.judging import diagnose
from actviz.diagnosis.numbers import number
from actviz.errors import ActvizError
from actviz.live.settings import Setting
from actviz.plots.reading.marks import page_mark
from actviz.text import text

if TYPE_CHECKING:
    import xarray

ANY_DEPTH = 1e4
"""A depth scale of more layers is as good as none."""


def verdict_words(ds: xarray.Dataset, lang: str) -> dict[str, Any]:
    """Return the verdict and its mark, each finding in a line, the remedy, and notes."""
    diagnosis = diagnose(ds)[0]
    lines = [each.sentence(lang) for each in diagnosis.findings]
    remedy = text("page.remedy", lang, words=diagnosis.findings[0].remedy(lang)) if diagnosis.findings else ""
    notes = [note.message(lang) for note in (*diagnosis.unjudged, *diagnosis.notes)]
    lines = [*lines, *filter(None, [remedy]), *notes]
    return {
        "verdict": diagnosis.label(lang),
        "mark": page_mark(diagnosis),
        "lines": lines,
    }


def theory_words(setting: Setting, refused: str, lang: str) -> str:
    """Return phase, chi_1 and depth scale in words, or why there are none."""
    if not setting.theory:
        return text("page.theory_off", lang)
    if not setting.expects:
        return text("page.no_theory", lang, reason=text("page.own.untold", lang))
    if setting.norm and setting.residual:
        return text("page.no_theory", lang, reason=text("theory.refused.norm_blocks", lang))
    if setting.residual:
        return text("page.no_theory", lang, reason=refused) if refused else text("page.blocks_theory", lang)
    if setting.norm:
        return text("page.no_theory", lang, reason=text("theory.refused.norm", lang))
    activation = builtin("activation", setting.function, ACTIVATIONS)
    conventions = {"": (setting.scaled_init, setting.initializer)}
    try:
        entry = theory.ledger(activation, setting.width, setting.width, setting.bias_std**2, conventions)[0]
    except ActvizError:  # a function that jumps has no slope
        entry = None
    if entry is None or entry.theory is None:
        reason = text(f"theory.refused.{entry.refused}", lang) if entry else text("theory.refused.jump", lang)
        return text("page.no_theory", lang, reason=reason)
    expected = entry.theory
    words = text(
        "page.theory_words",
        lang,
        phase=text(f"page.phase.{expected.phase}", lang),
        chi=number(expected.chi_1),
        change=_change(expected.chi_1, lang),
        depth=_reach(expected.usable_depth, lang),
    )
    return f"{words} {text('page.no_theory', lang, reason=refused)}" if refused else words


def _change(chi: float, lang: str) -> str:
    if not chi > 0:
        return text("page.chi.vanishes", lang)
    if abs(chi - 1) < 5e-4:
        return text("page.chi.stays", lang)
    factor = number(chi if chi > 1 else 1 / chi)
    return text("page.chi.grows" if chi > 1 else "page.chi.falls", lang, factor=factor)


def _reach(depth: float, lang: str) -> str:
    if math.isnan(depth):
        return text("page.depth_scale.none", lang)
    if depth > ANY_DEPTH:
        return text("page.depth_scale.far", lang)
    if depth < 1:
        return text("page.depth_scale.less", lang)
    return text("page.depth_scale", lang, depth=f"{depth:.0f}")


def numbers(layers: Any, values: Any, lang: str) -> str:
    """Return a chart's numbers as a sentence, for a screen reader."""
    return ", ".join(
        text("page.layer_row", lang, layer=int(layer), value=number(float(value)))
        for layer, value in zip(layers, values, strict=True)
    )
