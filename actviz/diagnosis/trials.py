"""A remedy by trial: networks that are drawn, passed through and judged, on other seeds than those that chose it.

GELU and its kin have a length that is kept but unstable, and softplus adds the same mean to every sample: whether a
scale is healthy over so many layers of so many units is a matter of measuring.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from actviz.catalog.activations import Activation
from actviz.catalog.choices import NORM_KINDS
from actviz.catalog.initializers import Orthogonal, VarianceScaling
from actviz.diagnosis.ensemble import Ensemble
from actviz.diagnosis.profile import Profile, profiles
from actviz.diagnosis.rules import Verdict
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.ways import shown
from actviz.numerics.arrays import Array
from actviz.numerics.streams import batch_sizes

CHOOSING, FRESH = range(1_000_000, 1_000_006), range(2_000_000, 2_000_012)
"""Seeds of the networks that choose a scale, and of those that then tell what it is worth: a user's are no evidence."""

FIRST = 3
"""Of the fresh networks, that are measured first: where none of three is healthy, ten of twelve cannot be."""

SAMPLES, NORMALIZED, WIDEST, DEEPEST, TRIES = 32, 128, 256, 200, 5
"""Rows of input, and for batch statistics; width up to which and depth up to which stacks are measured, within seconds;
and how many scales."""

USUAL = Thresholds()
MARGIN = Thresholds.of(alike=2.0 * USUAL.alike)
"""Of a scale that suits one depth alone: softplus's leaves samples just far enough apart, and does not train better."""

FALLING = (Verdict.VANISHING, Verdict.COLLAPSED, Verdict.DEAD)
"""Faults that a larger scale mends; a smaller one mends the others."""


@dataclass(frozen=True)
class AlikeInputs:
    """Normal values of a size, of which every pair of samples has one cosine: what stands for a user's own inputs."""

    rms: float
    similarity: float
    shape: ClassVar[tuple[None, None]] = (None, None)

    def batches(self, rng: np.random.Generator, samples: int, width: int, size: int, dtype: str) -> Iterator[Array]:
        """Yield ``samples`` rows of shape (<= size, width) in all."""
        common = rng.standard_normal(width)
        for rows in batch_sizes(samples, size):
            own = rng.standard_normal((rows, width)) * math.sqrt(1.0 - self.similarity)
            yield (self.rms * (own + common * math.sqrt(self.similarity))).astype(dtype)


@dataclass(frozen=True)
class Trial:
    """What is tried: stacks, plain ones unless said otherwise, and what they are fed."""

    activation: Activation
    bias_std: float
    depth: int
    width: int
    rms: float = 1.0
    similarity: float = 0.0
    norm: str | None = None
    block: str = "plain"
    branch_scale: float | str = 1.0
    orthogonal: bool = False


def tried_width(width: int) -> int:
    """Width of the stacks that stand for those of a width."""
    return min(width, WIDEST)


def may_be_tried(trial: Trial) -> bool:
    """Whether such stacks are measured within seconds."""
    return trial.depth <= DEEPEST // (4 if trial.orthogonal else 1)  # a QR decomposition a layer costs several draws


def _profile(trial: Trial, variance: float, seeds: range) -> Profile:
    """Measure networks at a weight variance times fan_in."""
    samples, inputs = NORMALIZED if trial.norm else SAMPLES, AlikeInputs(trial.rms, trial.similarity)
    if trial.norm in (None, *NORM_KINDS) and not trial.orthogonal:
        return Ensemble(
            trial.activation, variance, trial.depth, trial.width, samples, inputs, trial.bias_std, trial.norm,
            trial.block, trial.branch_scale,
        ).profile(seeds)  # fmt: skip
    from actviz.probing.running import probe

    init = Orthogonal(math.sqrt(variance)) if trial.orthogonal else VarianceScaling(variance)
    dataset = probe(
        init, trial.activation, depth=trial.depth, width=trial.width, seeds=list(seeds),
        samples=samples, inputs=inputs,
        bias_std=trial.bias_std, norm=trial.norm, block=trial.block, branch_scale=trial.branch_scale, workers=1,
    )  # fmt: skip
    [(*_, profile)] = profiles(dataset)
    return profile


def _faults(profile: Profile, t: Thresholds) -> tuple[int, int]:
    """Count the networks that fade, and those that have another fault."""
    found = shown(profile, t)
    fades, other = (
        np.logical_or.reduce([mask for rule, mask in found.items() if (rule.verdict in FALLING) == falls])
        for falls in (True, False)
    )
    return int(fades.sum()), int((other & ~fades).sum())


@functools.lru_cache(maxsize=256)
def healthy(trial: Trial, variance: float, enough: int = 0) -> tuple[int, int]:
    """Count the fresh networks without a fault, of ``len(FRESH)``, and those that keep a margin besides.

    Where the first few leave no hope that ``enough`` keep one, no others are measured, and these alone are counted.
    """
    found, held = 0, 0
    for seeds in (FRESH[:FIRST], FRESH[FIRST:]):
        if held + FRESH.stop - seeds.start < enough:
            break
        profile = _profile(trial, variance, seeds)
        found += len(seeds) - sum(_faults(profile, USUAL))
        held += len(seeds) - sum(_faults(profile, MARGIN))
    return found, held


@functools.lru_cache(maxsize=64)
def best_variance(trial: Trial, start: float) -> float:
    """Weight variance times fan_in, within 15 % of a start, under which most of the choosing networks are healthy.

    Too small a scale fades, too large a one explodes: the search halves what is between. What the choice is worth is
    for fresh networks to tell.
    """
    best, fewest = start, len(CHOOSING) + 1
    low, high, variance = 0.85 * start, 1.15 * start, start
    for _ in range(TRIES):
        variance = float(f"{variance:.3g}")  # as a remedy writes it
        fades, other = _faults(_profile(trial, variance, CHOOSING), USUAL)
        if fades + other < fewest:
            best, fewest = variance, fades + other
        if not fewest:
            break
        low, high = (variance, high) if fades > other else (low, variance)
        variance = math.sqrt(low * high)
    return best
