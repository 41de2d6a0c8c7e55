"""Weights to draw anew: which have not the scale that they should, and the line of code that gives it to them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np

from actviz.diagnosis.models import IDENTITY, Applied, Model, Weights, span
from actviz.diagnosis.numbers import literal, number
from actviz.diagnosis.parts import ALIKE, Change, Part, some
from actviz.diagnosis.scales import NEAR, near
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.zeros import silencing
from actviz.results.model_statistics import TWICE

Target = Callable[[str], float | None]
"""From an activation's label to the weight variance times fan_in that suits it; None if none does or none is known."""

Wanted = tuple[Applied, Weights, float]
"""A layer, weights of it, and the variance times fan_in that these should have."""

OFF = 2.2
"""Factor by which weights without an activation must be off a variance of 1 / fan_in: some have 2 or 1/2 on purpose."""

LOUD = 10.0
"""Weight variance times fan_in from which on a read-out is drawn anew, too: some are small, or 0, on purpose."""


def redrawn(
    model: Model, target: Target, share: float, everything: bool, alone: Collection[str] | None = None
) -> Iterator[Part]:
    """Yield what to draw anew, activation by activation: weights whose scale is not that which suits them.

    ``everything`` where more than the scale is wrong. A read-out, the last layer, keeps a scale of its own that is not
    far too large, and what a normalization follows keeps any but 0. Zeros that have a gradient are there on purpose, as
    those of FiLM, LoRA and last weights of branches, but not where they silence all that is behind. ``alone`` where
    only some are wanted, as those that stand out from their kind: that may be all that is wrong. With them are drawn
    zeros that have no gradient, or silence.
    """
    linear = all(layer.activation == IDENTITY for layer in model.layers)
    groups: dict[tuple[str, str], list[Wanted]] = {}
    learns, built = np.logical_and.reduce(model.profile["learns"] > 0), model.profile.structure
    if built is not None:
        learns &= ~silencing(model.profile, built).any(axis=0)
    for at, layer in enumerate(model.layers):
        head = layer is model.layers[-1] and layer.activation == IDENTITY and not linear
        wanted = 1.0 if layer.activation == IDENTITY else target(layer.activation) or everything
        for weights in layer.weights if layer.plain and wanted else ():
            if layer.norm and weights.rms > 0.0 and not everything:
                continue
            purposed = (head and weights.scale <= LOUD) or (weights.rms == 0.0 and learns[at])
            if everything or not purposed:
                groups.setdefault((layer.activation, weights.path), []).append((layer, weights, float(wanted)))
    for (activation, _), group in groups.items():
        wrong = group
        if activation == IDENTITY and not linear and not everything:
            wrong = [each for each in group if not 1 / OFF < each[1].scale / each[2] < OFF]
            wrong = wrong if _matters(wrong) else []
        elif not everything:
            by_chance = near(_mean_scale(group), 1.0, max(share, _chance(group)))  # that is, each may be off
            wrong = [each for each in group if not near(each[1].scale, each[2], max(share, by_chance * each[1].chance))]
        if alone is not None:
            wrong = [each for each in wrong if each[1].name in alone or each[1].rms == 0.0]
        yield from _drawn(model, wrong)


def _matters(wrong: Sequence[Wanted]) -> bool:
    """Whether some weights change a signal's mean square by a factor that could be a fault's, if one follows another.

    One layer of PyTorch's usual weights, of variance 1 / (3 fan_in), is none.
    """
    logs = [math.log(weights.scale / wanted) if weights.scale > 0.0 else -math.inf for _, weights, wanted in wrong]
    return math.fsum(map(abs, logs)) > math.log(LOUD)


LOCAL = {
    **dict.fromkeys(("saturated", "saturated.output"), "head"),
    **dict.fromkeys(("saturated.gate", "saturated.gates", "saturated.attention"), "gate"),
}
"""Faults of what a few layers give, and the role of these."""


def _blamed(model: Model, fault: str) -> Iterator[tuple[Applied, bool]]:
    """Yield the layers of a model that tells their roles, and whether each has that of a fault of ``LOCAL``."""
    built = model.profile.structure
    if built is not None and fault in LOCAL:
        for layer, role in zip(model.layers, built.roles, strict=False):
            yield layer, role == LOCAL[fault]


def local(model: Model, fault: str, alone: Collection[str] | None = None) -> Iterator[Part]:
    """Yield what to draw anew where a fault is of some layers alone: large heads, routers, gates, queries and keys.

    Of values that saturate these are heads with a function behind them. Heads whose outputs are large by less than
    their weights could make up for, as those drawn by He, need not be far off. ``alone`` where only some are wanted.
    """
    built = model.profile.structure
    loss = built.values.get("output_loss", np.array([math.nan])) if built is not None else np.array([math.nan])
    large = OFF
    if fault == "saturated.output" and np.isfinite(loss).any():
        large = min(OFF, max(float(np.nanmax(loss)) / Thresholds().output, 1.0 + NEAR))
    yield from _drawn(
        model,
        [
            (layer, weights, 1.0)
            for layer, blamed in _blamed(model, fault)
            if blamed and layer.plain and not layer.norm
            if fault != "saturated" or layer.activation != IDENTITY
            for weights in layer.weights
            if weights.scale > large and (alone is None or weights.name in alone)
        ],
    )


def unscored(model: Model) -> Iterator[Part]:
    """Yield what to draw anew where queries and keys of attention in one call are both 0: what holds them."""
    twice = np.logical_or.reduce(model.profile["learns"] == TWICE)
    of = [layer for layer, each in zip(model.layers, twice, strict=True) if each]
    wanted = [(layer, weights, 1.0) for layer in of for weights in layer.weights[:-1]]
    yield from _drawn(model, [each for each in wanted if each[1].rms == 0.0] or wanted)


def is_fed(model: Model, fault: str) -> bool:
    """Whether the weights of what saturates are known and small enough, so that what they are given is too large."""
    known = [
        weights.scale
        for layer, blamed in _blamed(model, fault)
        if blamed or (fault == "saturated.gates" and layer.gates)
        for weights in layer.weights
        if not weights.lookup
    ]
    return 0.0 < max(known, default=0.0) <= OFF


def _mean_scale(group: Sequence[Wanted]) -> float:
    """Return the scale of weights over that which they should have, mean over layers."""
    return math.fsum(weights.scale / wanted for _, weights, wanted in group) / len(group)


def _chance(group: Sequence[Wanted]) -> float:
    """Return the share by which that may be off by chance."""
    return 1.0 / math.hypot(*(1.0 / weights.chance for _, weights, _ in group))


FANS: dict[str, Callable[[tuple[int, ...]], int]] = {
    "[0].numel()": lambda shape: math.prod(shape[1:]),
    "[:, 0].numel()": lambda shape: math.prod(shape) // shape[1],
    ".shape[-1]": lambda shape: shape[-1],
    ".shape[-2]": lambda shape: shape[-2],
}
"""How code asks weights for their fan_in. The first is what the initializers of PyTorch take for it."""


def _fan_codes(weights: Weights) -> list[str]:
    """Return the codes that give the fan_in of weights; none where their shape is not known, or tells it in no way."""
    if len(weights.shape) < 2 or weights.gain != 1.0:  # by what they are computed of a fan alone does not tell them
        return []
    return [code for code, fan in FANS.items() if fan(weights.shape) == weights.fan_in]


def _drawn(model: Model, wanted: Sequence[Wanted]) -> Iterator[Part]:
    """Yield parts that draw weights: in each one line of code is right for every layer."""
    alike: dict[tuple[str, str, str, float], list[Wanted]] = {}
    for each in wanted:
        layer, weights, variance = each
        if weights.how == "draw":
            alike.setdefault((layer.activation, weights.path, _biased(model, weights), variance), []).append(each)
    for group in alike.values():
        shared = [code for code in FANS if all(code in _fan_codes(weights) for _, weights, _ in group)]
        parts: dict[str, list[Wanted]] = {}
        stds = _alike([_std(each) for each in group if not _fan_codes(each[1])])
        for each in group:
            codes = shared or _fan_codes(each[1]) or [stds[_std(each)]]
            parts.setdefault(codes[0], []).append(each)
        for code, part in parts.items():
            yield _draw(model, part, code)
    yield from _gained(model, [each for each in wanted if each[1].how == "fill"])


def _gained(model: Model, wanted: Sequence[Wanted]) -> Iterator[Part]:
    """Yield gains of weights, as weight normalization has: each scales what is of one size."""
    alike: dict[tuple[str, str, str], list[Wanted]] = {}
    for each in wanted:
        layer, weights, variance = each
        gain = literal(math.sqrt(variance / weights.fan_in) / weights.gain)
        alike.setdefault((layer.activation, weights.path, gain), []).append(each)
    for (_, path, gain), group in alike.items():
        layers, every, variances = zip(*group, strict=True)
        names = tuple(dict.fromkeys(weights.name for weights in every))
        values = {
            "rms": span([weights.rms for weights in every]),
            "target": span([math.sqrt(each / of.fan_in) for each, of in zip(variances, every, strict=True)]),
            "gain": number(float(gain)),
            "code": f"torch.nn.init.constant_(m.{path}, {gain})",
        }
        yield Part("gains", layers, (("fill", names, (float(gain),) * len(names)),), values)


def _biased(model: Model, weights: Weights) -> str:
    """Return how code calls a bias that stands beside weights and is not 0; nothing where there is none."""
    return weights.bias_path if model.parameters.get(weights.bias, 0.0) > 0.0 else ""


def _std(wanted: Wanted) -> float:
    """Return the standard deviation of a parameter that gives the weights that it makes the variance they should."""
    _, weights, variance = wanted
    return math.sqrt(variance / weights.fan_in) / weights.gain


def _alike(stds: Sequence[float]) -> dict[float, str]:
    """Return each standard deviation as code writes it, for those that are alike the first of them."""
    written, first = dict[float, str](), 0.0
    for std in sorted(stds):
        first = std if std > ALIKE * first else first
        written[std] = literal(first)
    return written


def _draw(model: Model, group: Sequence[Wanted], fan: str) -> Part:
    layers, weights, (wanted, *_) = zip(*group, strict=True)
    stds = [_std(each) if fan in FANS else float(fan) for each in group]
    changes: list[Change] = [("draw", tuple(each.name for each in weights), tuple(stds))]
    code = _code_of(layers[0], wanted, f"m.{weights[0].path}".rstrip("."), fan, stds)
    if _biased(model, weights[0]):
        biases = tuple(each.bias for each in weights)
        changes.append(("fill", biases, (0.0,) * len(biases)))
        code += f"; torch.nn.init.zeros_(m.{weights[0].bias_path})"
    values = {
        "rms": span([each.rms / each.gain for each in weights]),
        "target": span(stds),
        "fan_in": span([float(each.fan_in) for each in weights]),
        "code": code,
    }
    if not weights[0].path:  # m is no module, but the parameter itself, as one of a list
        values["names"] = some([each.name for each in weights])
    return Part("draw" if weights[0].path else "draw_own", tuple(layers), tuple(changes), values)


def _code_of(layer: Applied, wanted: float, own: str, fan: str, stds: Sequence[float]) -> str:
    """Write the line that draws weights; that of PyTorch's initializer which has this very variance, if one has."""
    usual = fan == next(iter(FANS))
    if usual and layer.activation == "relu" and near(wanted, 2.0, 1e-9):
        return f"torch.nn.init.kaiming_normal_({own}, nonlinearity='relu')"
    if usual and near(wanted, 1.0, 1e-9):
        return f"torch.nn.init.kaiming_normal_({own}, nonlinearity='linear')"
    low, high = span(stds)
    if literal(low) == literal(high):
        return f"torch.nn.init.normal_({own}, std={literal(low)})"
    return f"torch.nn.init.normal_({own}, std=({literal(wanted)} / {own}{fan}) ** 0.5)"
