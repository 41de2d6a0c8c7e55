"""What the explorer shows, computed beforehand: of every pairing, its layers' histograms, lines, theory and words."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.looks import THEMES
from actviz.diagnosis.judging import Diagnosis, diagnose
from actviz.numerics.histogram import is_linear
from actviz.plots.canvas.style import PairingStyle, pairing_style
from actviz.plots.figures.run_looks import run_styles
from actviz.plots.reading.predicted import Expected, theory_of
from actviz.plots.reading.scales import Floats, ValueScale, linear_scale, log_scale
from actviz.plots.reading.series import Line, line, overflowed, teaching_pairings
from actviz.results.dataset import is_training
from actviz.results.words import recipe_words, training_words
from actviz.text import label, text
from actviz.text.numbers import percent, short

if TYPE_CHECKING:
    import xarray

LINES = ("act_std", "grad_preact_rms")
"""Statistics drawn by layer."""

MOST_BINS = 128
"""Display bins of a histogram: a logarithmic scale over more octaves takes whole octaves together."""


def packed(values: Any, dtype: str = "<f4") -> str:
    """Write numbers as base64 of their little-endian bytes; too large for the type is inf."""
    with np.errstate(over="ignore"):
        return base64.b64encode(np.ascontiguousarray(values, dtype).tobytes()).decode("ascii")


def views(name: str, ds: xarray.Dataset, lang: str) -> Iterator[dict[str, Any]]:
    """Yield what can be explored of a result: a probe as it is, a training at its first and its last snapshot."""
    if not is_training(ds):
        if {"init", "activation", "layer", "hist"} <= {*map(str, ds.dims), *map(str, ds.data_vars)}:
            pairings = _pairings(ds, lang, partial(pairing_style, ds))
            telling = teaching_pairings(ds)
            first = [telling[0], telling[-1]]
            yield {"name": name, "words": recipe_words(ds, lang), "pairings": pairings, "first": first}
        return

    def of_run(run: str, activation: str, theme: str) -> PairingStyle:
        return run_styles(ds, run, theme)[run]

    for step, parts in snapshots(ds).items():
        moment = text("report.after", lang, name=name, step=step)
        pairings = [pairing for part in parts for pairing in _pairings(part, lang, of_run)]
        ends = pairings[0], pairings[-1]
        first = [(each["init"][0], each["activation"][0]) for each in ends]
        yield {"name": moment, "words": training_words(ds, lang), "pairings": pairings, "first": first}


def snapshots(ds: xarray.Dataset) -> dict[int, list[xarray.Dataset]]:
    """Return the first and the last snapshot of a training as probe datasets, one an activation, by updates done."""
    from actviz.training import snapshot

    if not ds.sizes.get("snapshot"):
        return {}
    activations = [str(name) for name in ds["activation"].values]
    runs = {name: ds["run"].values[[each == name for each in activations]].tolist() for name in activations}
    steps = dict.fromkeys(int(ds["snapshot"].values[at]) for at in (0, -1))
    return {step: [snapshot(ds, step, own) for own in runs.values()] for step in steps}


def _pairings(ds: xarray.Dataset, lang: str, style: Callable[[str, str, str], PairingStyle]) -> list[dict[str, Any]]:
    """Return everything of all pairings; ``style`` says how one looks in the figures of a theme."""
    return [
        _pairing(ds, each, lang)
        | {"colour": {theme: style(each.init, each.activation, theme).color for theme in THEMES}}
        for each in diagnose(ds)
    ]


def _pairing(ds: xarray.Dataset, diagnosis: Diagnosis, lang: str) -> dict[str, Any]:
    """Return everything of one pairing but its colours, as JSON values."""
    init, activation = diagnosis.init, diagnosis.activation
    scale = _scale(ds, init, activation)
    theory = theory_of(ds, init, activation, lang)
    lines = {name: line(ds, name, init, activation) for name in LINES}
    expected = {name: theory.expected(name) for name in LINES}
    return {
        "init": [init, label(init, lang)],
        "activation": [activation, label(activation, lang)],
        "layers": [int(layer) for layer in ds["layer"].values],
        "edges": packed(scale.edges),
        "ticks": [[float(place), words] for place, words in scale.ticks],
        **_histograms(ds, scale, theory.data, init, activation),
        "lines": {name: _line(lines[name], expected[name]) for name in LINES},
        "words": _words(ds, lines, diagnosis, lang),
        "note": text("theory.none", lang, names=theory.refused) if theory.refused else "",
    }


def _scale(ds: xarray.Dataset, init: str, activation: str) -> ValueScale:
    """Return the value axis that all layers of a pairing share."""
    edges = ds["bin_edges"].sel(activation=activation).values
    if is_linear(edges):
        return linear_scale(edges)
    here = ds[["hist", "zero_fraction"]].sel(init=init, activation=activation)
    counts = here["hist"].transpose("layer", "bin").values
    zeros = np.nan_to_num(here["zero_fraction"].mean("seed").values * counts.sum(axis=-1))
    for per_octave in (4, 8, 16, 32):
        scale = log_scale(edges, counts, zeros, 8, per_octave)
        if len(scale.groups) <= MOST_BINS:
            break
    return scale


def _histograms(
    ds: xarray.Dataset, scale: ValueScale, theory: xarray.Dataset | None, init: str, activation: str
) -> dict[str, Any]:
    """Return each layer's share of values a unit of the axis, highest 1, and theory's on the same scale."""
    here = ds.sel(init=init, activation=activation)
    counts = here["hist"].transpose("layer", "bin").values
    total = np.maximum(counts.sum(axis=-1) + here["underflow"].values + here["overflow"].values, 1)[:, None]
    measured = scale.heights(counts / total)
    peak = measured.max(axis=-1, keepdims=True)
    peak = np.where(peak > 0, peak, 1.0)
    content = {"histogram": packed(measured / peak)}
    if theory is None or "hist" not in theory:
        return content
    outline = scale.heights(theory["hist"].transpose("layer", "bin").values) / peak
    lost = here["nonfinite"].max("seed").values > 0
    outline[lost] = np.nan
    return {**content, "outline": packed(outline)} if np.isfinite(outline).any() else content


def _line(read: Line, expected: Expected | None) -> dict[str, str]:
    """Return a line with its band, and theory's."""
    columns: dict[str, Floats] = {"middle": read.middle, "low": read.low, "high": read.high}
    if expected:
        columns["theory"] = expected.line.middle
    return {name: packed(values, "<f8") for name, values in columns.items()}


def _words(ds: xarray.Dataset, lines: Mapping[str, Line], diagnosis: Diagnosis, lang: str) -> list[str]:
    """Return a sentence for each layer with its numbers."""
    here = ds.sel(init=diagnosis.init, activation=diagnosis.activation)
    lost = overflowed(ds, diagnosis.init, diagnosis.activation)
    saturated, zeros = (here[name].median("seed").values for name in ("saturated", "zero_fraction"))
    verdict = diagnosis.label(lang)
    sentences = []
    for at in range(ds.sizes["layer"]):
        std, gradient = (lines[name].middle[at] for name in LINES)
        parts = [
            text("report.overflow", lang) if lost[at] else text("report.std", lang, value=short(std)),
            text("report.gradient", lang, value=short(gradient)) if np.isfinite(gradient) else "",
            text("report.saturated", lang, value=percent(saturated[at])) if np.isfinite(saturated[at]) else "",
            text("report.zeros", lang, value=percent(zeros[at])) if zeros[at] > 0 else "",
            text("report.verdict", lang, value=verdict),
        ]
        sentences.append(" · ".join(filter(None, parts)))
    return sentences


def explorer_data(datasets: Mapping[str, xarray.Dataset], lang: str) -> list[dict[str, Any]]:
    """Return everything the explorer picks from, as JSON values; empty if no result has layers."""
    return [view for name, ds in datasets.items() for view in views(name, ds, lang)]
