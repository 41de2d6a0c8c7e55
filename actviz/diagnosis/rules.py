"""The rules by which faults are told: which statistic, compared with which threshold, in which order of cause.

A rule looks at one statistic of every layer and seed of a pairing and says where a fault shows. ``judging`` asks them
all.
"""

from __future__ import annotations

import enum
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.diagnosis.profile import Mask, Profile
from actviz.diagnosis.structure import Values
from actviz.diagnosis.thresholds import Thresholds
from actviz.text import text

if TYPE_CHECKING:
    pass


class Verdict(enum.StrEnum):
    """What is wrong with a pairing, or nothing."""

    HEALTHY = "healthy"
    NOT_JUDGED = "not_judged"
    OVERFLOWED = "overflowed"
    DEAD = "dead"
    SYMMETRIC = "symmetric"
    SATURATED = "saturated"
    COLLAPSED = "collapsed"
    EXPLODING = "exploding"
    VANISHING = "vanishing"

    def label(self, lang: str = "en") -> str:
        """Return its name in a language."""
        return text(f"verdict.{self}", lang)


@dataclass(frozen=True)
class Rule:
    """How a fault is told.

    Parameters
    ----------
    name : str
        The verdict, and after a dot which form of it.
    statistic : str
        What it looks at: a statistic of the dataset or one of ``DERIVED``.
    limit : callable
        From a profile and the thresholds to the number it compares with, or to one of each layer.
    shows : callable
        From a profile and the thresholds to the layers that show it, (seeds, layers).
    worst : callable
        ``numpy.nanmax`` or ``numpy.nanmin``: which of these layers' values is reported.
    backward : bool
        Whether the fault travels with the gradient: the first layer is then the one nearest the output.
    """

    name: str
    statistic: str
    limit: Callable[[Profile, Thresholds], float | Values]
    shows: Callable[[Profile, Thresholds], Mask]
    worst: Callable[..., Any]
    backward: bool = False

    @property
    def verdict(self) -> Verdict:
        """What it finds."""
        return Verdict(self.name.partition(".")[0])

    def limits(self, p: Profile, t: Thresholds) -> Values:
        """Return the number that each layer is compared with, shape (layers,)."""
        return np.broadcast_to(np.asarray(self.limit(p, t), np.float64), (p[self.statistic].shape[1],))


def _silent(p: Profile, t: Thresholds) -> Mask:
    """Layers that are exactly 0 without having faded to it, in networks none of whose weights has a gradient.

    Not those whose equal units a layer norm makes 0 of.
    """
    normed = _equal(p, t) & (p["weights_rms"] > 0) & (p["preact_mean"] == 0.0) & (p["preact_std"] == 0.0)
    starts: Mask = p.drops(t.underflow) & (p["zero_fraction"] >= t.zero_fraction) & ~normed
    moving: Mask = np.any(p["grad_weight_norm"] > 0, axis=1) if p.moving is None else p.moving
    return starts & ~moving[:, None]


def _faded(p: Profile, t: Thresholds) -> Mask:
    """Layers without a gradient because the signal faded to so little that the last layer is flat."""
    zero = p["grad_zero"] >= t.grad_zero
    return zero & zero[:, -1:] & p.lost(t.underflow)


def _saturation(p: Profile, t: Thresholds) -> Values:
    """Return from which share on each layer is saturated, by whether its own activation is bounded on both sides."""
    known = p.values.get("bounded")
    own = np.full(p["saturated"].shape[1], math.nan) if known is None else np.fmax.reduce(known, axis=0)
    bounded = np.where(np.isnan(own), float(p.bounded), own) > 0.0
    return np.where(bounded, t.saturated, t.saturated_one_sided)


def _saturated(p: Profile, t: Thresholds) -> Mask:
    return (p["saturated"] >= _saturation(p, t)) & (p["zero_fraction"] < t.zero_fraction) & ~p.lost(t.underflow)


def _slopeless(p: Profile, t: Thresholds) -> Mask:
    """Layers that are flat though nothing is below a share of the largest slope: that is 0, by the function itself."""
    flat: Mask = (p["dead_share"] >= t.dead_units) & (p["saturated"] == 0.0)
    return flat


def _equal(p: Profile, t: Thresholds) -> Mask:
    """Layers of identical units."""
    equal: Mask = (p["distinct_units"] <= t.distinct_units) & (p.widths > t.distinct_units)
    return equal


def _symmetric(p: Profile, t: Thresholds) -> Mask:
    """Layers of identical units that have identical gradients.

    Where units were told by their values, not those that collapsed or saturated. Of a model not those without weights,
    nor of zeros that have no gradient, which are dead.
    """
    own = ~((p["unit_spread"] < t.collapsed) | _saturated(p, t)) | (p["weights_key"] > 0)
    own[:, 0] = True
    own &= ~(p["distinct_gradients"] > t.distinct_units)
    own &= ~((p["weights_rms"] == 0.0) & (p["learns"] == 0.0))
    own &= np.isnan(p["learns"]) | ~np.isnan(p["weights_rms"])
    return _equal(p, t) & own


def _ray(p: Profile, t: Thresholds) -> Mask:
    """Layers of identical units that learn apart: until then a sample is one number, and its direction a sign."""
    apart = (p["distinct_gradients"] > t.distinct_units) & (p["weights_rms"] > 0.0)
    alike: Mask = _equal(p, t) & apart & (p["distance"] < t.alike)
    return alike


def _alike(p: Profile, t: Thresholds) -> Mask:
    """Layers whose samples have grown alike, but not behind one of identical units, which is why."""
    alike: Mask = (p["distance"] < t.alike) & ~np.logical_or.accumulate(_ray(p, t), axis=1)
    return alike


def _explosion(p: Profile, t: Thresholds) -> float:
    return t.exploding_normalized if p.normalized else t.exploding


def _vanishing(p: Profile, t: Thresholds) -> Mask:
    return (p["gradient_ratio"] < t.vanishing) & ~p.blocked(t.grad_zero, t.underflow)


SIZES = ("gradient_ratio", "unit_spread", "distance", "carried")
"""Statistics that tell a fault of a model by how far they are beyond a threshold."""

READ = 0.02
"""Share of the distance of samples that have grown alike from which on they have too though positions tell rows apart.

There positions may outweigh them at a start, as sinusoids do embeddings, in models that train well.
"""

RULES: tuple[Rule, ...] = (
    Rule(
        "overflowed.signal",
        "nonfinite",
        lambda p, t: t.nonfinite,
        lambda p, t: p["nonfinite"] > t.nonfinite,
        np.nanmax,
    ),
    Rule(
        "overflowed.gradient",
        "grad_preact_rms",
        lambda p, t: p.largest,
        lambda p, t: np.isinf(p["grad_preact_rms"]),
        np.nanmax,
        backward=True,
    ),
    Rule("dead.silent", "zero_fraction", lambda p, t: t.zero_fraction, _silent, np.nanmax),
    Rule(
        "dead.smothered",
        "smothered",
        lambda p, t: t.zero_fraction,
        lambda p, t: p["smothered"] >= t.zero_fraction,
        np.nanmax,
    ),
    Rule("dead.table", "idle", lambda p, t: t.grad_zero, lambda p, t: p["idle"] >= t.grad_zero, np.nanmax),
    Rule("dead.factors", "unmoved", lambda p, t: t.grad_zero, lambda p, t: p["unmoved"] >= t.grad_zero, np.nanmax),
    Rule("dead.step", "dead_share", lambda p, t: t.dead_units, _slopeless, np.nanmax),
    Rule("symmetric", "distinct_units", lambda p, t: t.distinct_units, _symmetric, np.nanmin),
    Rule("symmetric.start", "distinct_units", lambda p, t: t.distinct_units, _ray, np.nanmin),
    Rule("saturated", "saturated", _saturation, _saturated, np.nanmax),
    *(
        Rule(
            f"saturated.{kind}",
            f"{kind}_entropy",
            lambda p, t: t.softmax,
            functools.partial(lambda name, p, t: p[name] < t.softmax, f"{kind}_entropy"),
            np.nanmin,
        )
        for kind in ("attention", "gate")
    ),
    Rule(
        "saturated.gates",
        "gate_saturated",
        lambda p, t: t.saturated,
        lambda p, t: p["gate_saturated"] >= t.saturated,
        np.nanmax,
    ),
    Rule(
        "saturated.decays",
        "forgotten",
        lambda p, t: t.saturated_one_sided,
        lambda p, t: p["forgotten"] >= t.saturated_one_sided,
        np.nanmax,
    ),
    Rule(
        "dead.flat",
        "dead_share",
        lambda p, t: t.dead_units,
        lambda p, t: (p["dead_share"] >= t.dead_units) & ~p.lost(t.underflow),
        np.nanmax,
    ),
    Rule(
        "dead.gradient",
        "grad_zero",
        lambda p, t: t.grad_zero,
        lambda p, t: p.blocked(t.grad_zero, t.underflow),
        np.nanmax,
        backward=True,
    ),
    Rule(
        "collapsed.faded",
        "unit_spread",
        lambda p, t: t.collapsed,
        lambda p, t: (p["unit_spread"] < t.collapsed) & (p["act_std"] < t.faded),
        np.nanmin,
    ),
    Rule("dead.faded", "grad_zero", lambda p, t: t.grad_zero, _faded, np.nanmax, backward=True),
    Rule(
        "exploding.gradient",
        "gradient_ratio",
        _explosion,
        lambda p, t: p["gradient_ratio"] > _explosion(p, t),
        np.nanmax,
        backward=True,
    ),
    Rule(
        "exploding.signal",
        "unit_spread",
        lambda p, t: t.exploding,
        # Under a bounded activation a small input alone makes the ratio large: the signal must be large too.
        lambda p, t: (p["unit_spread"] > t.exploding) & (p["act_std"] > t.exploding),
        np.nanmax,
    ),
    Rule("vanishing", "gradient_ratio", lambda p, t: t.vanishing, _vanishing, np.nanmin, backward=True),
    Rule("vanishing.carried", "carried", lambda p, t: t.vanishing, lambda p, t: p["carried"] < t.vanishing, np.nanmin),
    Rule("collapsed.alike", "distance", lambda p, t: t.alike, _alike, np.nanmin),
    Rule(
        "collapsed.outputs", "output_spread", lambda p, t: t.alike, lambda p, t: p["output_spread"] < t.alike, np.nanmin
    ),
    Rule(
        "collapsed.read",
        "head_spread",
        lambda p, t: READ * t.alike,
        lambda p, t: p["head_spread"] < READ * t.alike,
        np.nanmin,
    ),
    Rule("saturated.output", "output_loss", lambda p, t: t.output, lambda p, t: p["output_loss"] > t.output, np.nanmax),
)
"""Every rule, causes before their symptoms: what is found first is the verdict.

An overflow leaves nothing else to read. A layer that is exactly 0 silences all others, and a step lets no gradient
through whatever the weights. Identical units, and saturated
values, are what weights do directly; that units or gradients then are dead follows. A signal that fades to one spike
takes the gradient with it, in the end entirely. Where activations stay broad but gradients vanish, samples that grow
alike are the same loss seen from the other end. They grow alike without it too: under He's weights softplus keeps the
gradient and adds the same mean to every sample, layer by layer. No histogram shows either.
"""
