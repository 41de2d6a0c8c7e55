"""Residual blocks, and normalization over a sample's units, in mean-field theory of infinite width.

A stream has a mean square q, a mean product p of two samples and a mean m over its units. A branch adds to it what does
not depend on it, as its last weights are of mean 0: q + s^2 E[phi^2], and on the way back the gradient's mean square
times 1 + s^2 sigma_w^2 E[phi'^2] (Yang & Schoenholz 2017). A normalization over units divides by the size of what it
takes (Xiong et al. 2020); what it takes out of the gradient besides is 1 of as many directions as there are units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from actviz.catalog.activations import Activation
from actviz.catalog.inputs import InputMoments
from actviz.probing.normalizing import NORM_EPS
from actviz.probing.stack import Stack
from actviz.theory.finite_width import Propagation
from actviz.theory.quadrature import Floats
from actviz.theory.scatter import HH, SATURATED, SLOPE, SPREAD, H, UnitScatter

OF_STREAM = ("stream_rms", "stream_similarity", "branch_ratio", "stream_grad", "stream_grad_before")
"""Statistics of blocks that theory predicts."""


@dataclass(frozen=True)
class Values:
    """What a layer or a stream holds: mean square, mean product of two samples, and mean over units."""

    q: float
    p: float
    m: float = 0.0

    def normalized(self, kind: str) -> tuple[Values, float]:
        """Return them normalized over units, and by which variance."""
        centre = self.m if kind == "layer" else 0.0
        scale = self.q - centre * centre + NORM_EPS
        shift = centre * centre
        return Values((self.q - shift) / scale, (self.p - shift) / scale, (self.m - centre) / math.sqrt(scale)), scale


@dataclass(frozen=True)
class _Layer:
    """One layer on its way forward: what its activation takes and gives, and by what is divided before and behind."""

    q: float
    p: float
    unit: UnitScatter
    h: Values
    spread: float
    before: float = 1.0
    behind: float = 1.0
    total: Values | None = None
    """The sum of a block's stream and branch, before any norm on it."""
    stream: Values | None = None
    """The stream behind a block, behind any norm on it."""


@np.errstate(all="ignore")
def follow(
    activation: Activation, stack: Stack, inputs: InputMoments, mean: float, samples: int
) -> tuple[Propagation, dict[str, Floats]]:
    """Follow signal and gradient through a stack of blocks, or of layers that are normalized over units.

    Parameters
    ----------
    activation : Activation
    stack : Stack
    inputs : InputMoments
    mean : float
        Of the inputs.
    samples : int

    Returns
    -------
    propagation : Propagation
        As of ``propagate``, without any scatter.
    stream : dict of array (blocks,)
        ``stream_rms``, ``stream_similarity``, ``branch_ratio`` and ``stream_grad`` behind every block, and
        ``stream_grad_before`` in front of it.
    """
    layers = _forward(activation, stack, Values(inputs.q, inputs.p, mean), samples)
    logs, behind, before = _backward(stack, layers)
    blocks = [layer.stream for layer in layers if layer.stream is not None]
    sums = [(layer.total.q, _added(stack, layer)) for layer in layers if layer.total is not None]
    stream = {
        "stream_rms": np.sqrt([each.q for each in blocks]),
        "stream_similarity": np.array([each.p / each.q if each.q else np.nan for each in blocks]),
        "branch_ratio": np.sqrt([added / (total - added) if total != added else np.nan for total, added in sums]),
        "stream_grad": np.exp(np.array(behind) / 2),
        "stream_grad_before": np.exp(np.array(before) / 2),
    }
    return Propagation(_told(stack, layers, logs), {}, scatters=False), stream


def _added(stack: Stack, layer: _Layer) -> float:
    """Return what a block's branch adds to the mean square of its stream."""
    return stack.scale**2 * float(layer.unit.mean[HH])


def _forward(activation: Activation, stack: Stack, y: Values, samples: int) -> list[_Layer]:
    layers = []
    kind = stack.norm_kind or ""
    for (fan_in, fan_out), is_block in zip(stack.fans, stack.skips, strict=True):
        taken, before, behind = y, 1.0, 1.0
        if is_block and stack.place == "pre":
            taken, before = y.normalized(kind)
        weight_var, bias_var = stack.initializer.variance(fan_in, fan_out) * fan_in, stack.bias_std**2
        z = Values(weight_var * taken.q + bias_var, weight_var * taken.p + bias_var)
        if stack.block == "plain" and stack.place == "pre":
            z, before = z.normalized(kind)
        unit = UnitScatter(activation, z.q, max(z.q - z.p, 0.0), 0.0, 0.0, samples)
        h = Values(float(unit.mean[HH]), float(unit.mean[HH]) - float(unit.gap), float(unit.mean[H]))
        spread, total, stream = float(unit.mean[SPREAD]), None, None
        if is_block:
            total = Values(y.q + stack.scale**2 * h.q, y.p + stack.scale**2 * h.p, y.m)
            y, behind = total.normalized(kind) if stack.place == "post" else (total, 1.0)
            stream = y
        elif stack.block == "plain" and stack.place == "post":
            h, behind = h.normalized(kind)
            spread /= behind
            y = h
        else:
            y = h
        layers.append(_Layer(z.q, z.p, unit, h, spread, before, behind, total, stream))
    return layers


def _backward(stack: Stack, layers: Sequence[_Layer]) -> tuple[Floats, list[float], list[float]]:
    """Return the logarithm of the mean square of dL/dz by layer, and of the stream's behind and before each block."""
    log, logs, after, before = 0.0, np.zeros(len(layers)), list[float](), list[float]()
    for at in range(len(layers) - 1, -1, -1):
        layer, (fan_in, fan_out) = layers[at], stack.fans[at]
        if layer.total is not None:
            after.append(log)
        log -= math.log(layer.behind)  # from dL/dy, or dL/dh, to what is in front of a norm there
        weight_var = stack.initializer.variance(fan_in, fan_out) * fan_out
        slope = float(layer.unit.mean[SLOPE])
        if layer.total is None:
            logs[at] = log + np.log(slope)
            log = logs[at] - math.log(layer.before) + np.log(weight_var)
            continue
        logs[at] = log + np.log(stack.scale**2 * slope)
        log += np.log1p(stack.scale**2 * slope * weight_var / layer.before)
        before.append(log)
    return logs, after[::-1], before[::-1]


def _told(stack: Stack, layers: Sequence[_Layer], logs: Floats) -> dict[str, Floats]:
    """Return what ``Propagation`` has of every layer."""
    zero = np.zeros(len(layers))
    widths = np.array(stack.widths[1:])
    told = {
        "q": np.array([each.q for each in layers]),
        "correlation": np.array([each.p / each.q if each.q else np.nan for each in layers]),
        "slope": np.array([float(each.unit.mean[SLOPE]) for each in layers]),
        "act_mean": np.array([each.h.m for each in layers]),
        "saturated": np.array([float(each.unit.mean[SATURATED]) for each in layers]),
        "act_var": np.array([each.spread for each in layers]),
        "preact_var": np.array([each.q for each in layers]) - np.array([each.p for each in layers]) / widths,
        "similarity": np.array([each.h.p / each.h.q if each.h.q else np.nan for each in layers]),
        "log_gradient": logs,
        **dict.fromkeys(("bend", "own", "shift", "own_gradient"), zero),
    }
    return told | {"distance": 1.0 - told["similarity"]}
