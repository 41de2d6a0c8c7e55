"""What theory says of a pairing, ready to be drawn over the measurement; asked once a pairing of a dataset."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import ActvizError
from actviz.plots.reading.scales import Floats, ValueScale
from actviz.plots.reading.series import Line, over_seeds
from actviz.results.dataset import of_place
from actviz.results.words import pairing_name
from actviz.text import label, text
from actviz.text.numbers import in_print, runs_of

if TYPE_CHECKING:
    import xarray

PREDICTS = ("theory", "z")
"""What the function of a figure takes that draws theory over a measurement."""

NEAR, FINE = 2.0, 3.0
"""Of differences by chance alone 95 % are within 2 standard errors; less than 3 is as expected."""

MOST = 4
"""So many names in a line."""


@dataclass(frozen=True)
class Expected:
    """A statistic in theory: the line over the layers with the band of single seeds, and the measurement's z-scores."""

    line: Line
    z: Floats

    @property
    def seen(self) -> Line:
        """The line without its band, for an axis to hold."""
        return replace(self.line, low=self.line.middle, high=self.line.middle)


@dataclass(frozen=True)
class Theory:
    """The theory of one pairing; where it does not hold at all ``data`` is None, and ``refused`` may say why."""

    data: xarray.Dataset | None
    refused: str = ""

    def expected(self, name: str) -> Expected | None:
        """Return a statistic over the layers; None where theory says nothing of it."""
        if self.data is None or name not in self.data:
            return None
        middle, low, high, z = (self.data[name + ending].values.astype(float) for ending in ("", "_low", "_high", "_z"))
        if not np.isfinite(middle).any():
            return None
        layers = self.data["layer"].values
        return Expected(Line(layers, middle, low, high, np.zeros(len(layers), bool)), z)

    def ends(self, names: Sequence[str]) -> bool:
        """Whether theory says something of a statistic at some layers only, or of some statistics only."""
        return self.data is not None and any(bool(self.data[name].isnull().any()) for name in names)


# By the address of a dataset, which does not hash, for as long as it lives: four figures and two pages ask for the same
# theory one after the other, each by itself, and none can hand another what it was told.
_asked: dict[int, tuple[weakref.ref[Any], dict[tuple[str, str, str], Theory]]] = {}


def theory_of(ds: xarray.Dataset, init: str, activation: str, lang: str = "en") -> Theory:
    """Ask what theory predicts for a pairing, or remember it."""
    key = id(ds)
    known, answers = _asked.get(key, (None, {}))
    if known is None or known() is not ds:
        known, answers = weakref.ref(ds, lambda _: _asked.pop(key, None)), {}
        _asked[key] = known, answers
    question = (init, activation, lang)
    if question not in answers:
        answers[question] = _ask(ds, *question)
    return answers[question]


def _ask(ds: xarray.Dataset, init: str, activation: str, lang: str) -> Theory:
    from actviz.theory.expected import PREDICTED
    from actviz.theory.prediction import predict

    missing = {*PREDICTED, "hist", "bin_edges"} - set(ds.data_vars)
    if missing:
        return Theory(None)
    try:
        predicted = predict(ds, inits=[init], activations=[activation], lang=lang).isel(init=0, activation=0)
    except ActvizError:  # a dataset that says too little of how it was measured is drawn without theory
        return Theory(None)
    refused = str(predicted["refused"].values)
    return Theory(None, refused) if refused else Theory(predicted)


def theory_notes(
    ds: xarray.Dataset, inits: Sequence[str], activations: Sequence[str], names: Sequence[str], lang: str
) -> list[str]:
    """Return in a few words where theory says nothing of statistics: what it refuses, and whether it ends early.

    Initializers that it refuses under every activation are named, and activations that it refuses with every
    initializer; of a pairing that it refuses alone the panel shows it.
    """
    asked = {(i, a): theory_of(ds, i, a, lang) for i in inits for a in activations}
    reasons = {theory.refused for theory in asked.values()}
    if all(theory.data is None for theory in asked.values()) and len(reasons) == 1:
        (reason,) = reasons
        return [text("theory.none", lang, names=reason)] if reason else []
    without = [i for i in inits if all(asked[i, a].data is None for a in activations)]
    if len(without) < len(inits):  # else nothing is left to name
        without += [a for a in activations if all(asked[i, a].data is None for i in inits)]
    written = ", ".join(label(name, lang).replace(" ", "\u00a0") for name in without)
    ends = any(theory.ends(names) for theory in asked.values())
    return [text("theory.none", lang, names=written)] * bool(without) + [text("theory.ends", lang)] * ends


def fit_words(scores: Mapping[tuple[str, str], Floats], lang: str, layers: Sequence[int] = ()) -> str:
    """Say at how many points a measurement is as theory expects, and where it is not; nothing of no theory.

    Parameters
    ----------
    scores : mapping
        From a pairing to its z-scores, NaN where there is none.
    lang : str
    layers : sequence of int, optional
        Of the scores, where there is one a layer.
    """
    finite = {pairing: z[np.isfinite(z)] for pairing, z in scores.items()}
    every = np.abs(np.concatenate([*finite.values(), np.array([])]))
    if not every.size:
        return ""
    words = text("theory.fit", lang, near=int((every <= NEAR).sum()), all=every.size)
    alone = len({activation for _, activation in finite}) == 1
    names = {pair: label(pair[0], lang) if alone else pairing_name(*pair, lang) for pair in finite}
    worst = {pair: float(np.nanmax(np.abs(scores[pair]))) for pair, z in finite.items() if (np.abs(z) > NEAR).any()}
    ends = {FINE: [pair for pair in worst if worst[pair] > FINE], NEAR: [p for p in worst if worst[p] <= FINE]}
    for limit, far in ends.items():
        named = far if len(far) <= MOST else far[: MOST - 1]
        shown = [f"{names[pair]}{_at(scores[pair], layers, limit, lang)}" for pair in named]
        shown += ["…"] * (len(far) > MOST)
        words += f", {text('theory.far', lang, limit=in_print(limit), names=', '.join(shown))}" if far else ""
    return words


def _at(z: Floats, layers: Sequence[int], limit: float, lang: str) -> str:
    """Say at which layers scores are beyond a limit; nothing where they are not of layers, or of many."""
    beyond = np.flatnonzero(np.abs(z) > limit)
    if len(z) != len(layers) or len(beyond) > MOST:
        return ""
    key = "layer" if len(beyond) == 1 else "layers"
    told = runs_of([int(layers[int(at)]) for at in beyond], text("recipe.to", lang))
    return f" ({text(key, lang, layer=told, layers=told)})"


@dataclass(frozen=True)
class Outline:
    """A distribution in theory, in units of the measured one's highest bar, with its exact zeros and its z-score.

    Or in another result, in units of its own, with a note.
    """

    heights: Floats
    zeros: float
    z: float = np.nan
    note: str = ""


def outline_of(
    ds: xarray.Dataset, scale: ValueScale, init: str, activation: str, layer: int, lang: str = "en"
) -> Outline | None:
    """Return the distribution that theory expects in a panel of histograms; None where it says nothing."""
    theory = theory_of(ds, init, activation, lang)
    here = partial(of_place, ds, place={"init": init, "activation": activation, "layer": layer})
    counts = here("hist")
    total = float(counts.sum() + here("underflow") + here("overflow"))
    if theory.data is None or not total or over_seeds(np.max, here("nonfinite")) > 0:
        return None
    told = partial(of_place, theory.data, place={"layer": layer})
    shares: Floats = told("hist")
    if not np.isfinite(shares).all():
        return None
    peak = float(scale.heights(counts / total).max())
    zeros = 0.0 if scale.linear else float(shares[len(shares) // 2])
    heights = scale.heights(shares) / peak if peak > 0 else np.zeros(len(scale.groups))
    return Outline(heights, zeros, float(told("act_std_z")))


def z_scores(
    ds: xarray.Dataset, inits: Sequence[str], activations: Sequence[str], names: Sequence[str], lang: str
) -> dict[tuple[str, str], Floats]:
    """Return the z-scores of statistics by pairing."""
    asked = {(i, a): [theory_of(ds, i, a, lang).expected(name) for name in names] for i in inits for a in activations}
    return {pairing: np.concatenate([np.array([]), *[e.z for e in told if e]]) for pairing, told in asked.items()}


def theory_words(told: Sequence[str], columns: Iterable[str], lang: str) -> str:
    """Say what theory looks like, and of which panels there is one if not of all."""
    if list(told) == list(columns):
        return text("theory.read", lang)
    return text("theory.read_some", lang, names=", ".join(text(name, lang) for name in told))
