"""What could be changed in a model: plans, each of which is tried as a whole, with the lines of code that carry it out.

A plan starts from the weights that are there: what has the right scale already stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from actviz.diagnosis.models import IDENTITY, Applied, Model, Weights, span
from actviz.diagnosis.numbers import number
from actviz.diagnosis.scales import near
from actviz.text import label, text

Change = tuple[str, tuple[str, ...], tuple[float, ...]]
"""How, which parameters, and a value for each; see ``actviz.torch.mending.Change``."""

Target = Callable[[str], float | None]
"""From an activation's label to the weight variance times fan_in that suits it; None if none does or none is known."""

OFF = 2.2
"""Factor by which weights without an activation must be off a variance of 1 / fan_in: some have 2 or 1/2 on purpose."""

ALIKE = 1.1
"""Factor by which weights differ in size that were drawn alike, at most."""

BIASED = 3.0
"""Root mean square from which on biases outweigh what a layer adds up."""

LOUD = 10.0
"""Weight variance times fan_in from which on a read-out is drawn anew, too: some are small, or 0, on purpose."""

FEWEST = 2
"""Branches that make a residual network."""


@dataclass(frozen=True)
class Part:
    """One step of a plan: its words, by a key of the texts, the layers it is about, what is filled in, and changes."""

    key: str
    layers: tuple[Applied, ...]
    changes: tuple[Change, ...]
    values: dict[str, Any] = field(default_factory=dict, compare=False)

    def words(self, lang: str) -> str:
        """Say what to do, with its code."""
        values: dict[str, Any] = {
            name: _span(value) if isinstance(value, tuple) else value for name, value in self.values.items()
        }
        return text(f"remedy.model.{self.key}", lang, layers=self.named(lang), **values)

    def short(self, lang: str) -> str:
        """Name the step."""
        return text(f"remedy.model.{self.key}.short", lang, **{"count": "", **self.values})

    def named(self, lang: str) -> str:
        """Name its layers: how many of which kind, before which activation."""
        if not self.layers:
            return ""
        kinds = " / ".join(dict.fromkeys(layer.kind.partition(" + ")[0] for layer in self.layers))
        shared = {layer.activation for layer in self.layers}
        activation = label(shared.pop(), lang) if len(shared) == 1 and not self.layers[0].gates else ""
        named = f"{kinds} {self.layers[0].name}"
        if len(self.layers) > 1:
            named = text("remedy.layers.several", lang, count=len(self.layers), kind=kinds)
        if activation in ("", label(IDENTITY, lang)):
            return named
        return text("remedy.layers.before", lang, named=named, activation=activation)


Plan = tuple[Part, ...]


def _span(ends: tuple[float, float]) -> str:
    """Write the least and the greatest of some numbers; their middle where they differ by chance."""
    low, high = ends
    if not high >= ALIKE * low:
        return number(math.sqrt(low * high))
    return f"{number(low)}–{number(high)}"


def redrawn(model: Model, target: Target, share: float, everything: bool) -> Iterator[Part]:
    """Yield what to draw anew, activation by activation: weights whose scale is not that which suits them.

    ``everything`` where more than the scale is wrong. A read-out, the last layer, keeps a scale of its own that is not
    far too large, and what a normalization follows keeps any.
    """
    linear = all(layer.activation == IDENTITY for layer in model.layers)
    groups: dict[tuple[str, str], list[tuple[Applied, Weights, float]]] = {}
    for layer in model.layers:
        head = layer is model.layers[-1] and layer.activation == IDENTITY and not linear
        wanted = 1.0 if layer.activation == IDENTITY else target(layer.activation) or everything
        for weights in layer.weights if layer.plain and not layer.norm and wanted else ():
            if everything or not head or weights.scale > LOUD:
                own = weights.own if weights.own.isidentifier() else ""
                groups.setdefault((layer.activation, own), []).append((layer, weights, float(wanted)))
    for (activation, _), group in groups.items():
        wrong = group
        if activation == IDENTITY and not linear and not everything:
            wrong = [each for each in group if not 1 / OFF < each[1].scale / each[2] < OFF]
        elif not everything and near(_mean_scale(group), 1.0, max(share, _chance(group))):
            wrong = [each for each in group if not near(each[1].scale, each[2], max(share, each[1].chance))]
        if wrong:
            layers, weights_of, variances = zip(*wrong, strict=True)
            yield _drawn(model, activation, layers, weights_of, variances[0])


def _mean_scale(group: Sequence[tuple[Applied, Weights, float]]) -> float:
    """Return the scale of weights over that which they should have, mean over layers."""
    return math.fsum(weights.scale / wanted for _, weights, wanted in group) / len(group)


def _chance(group: Sequence[tuple[Applied, Weights, float]]) -> float:
    """Return the share by which that may be off by chance."""
    return 1.0 / math.hypot(*(1.0 / weights.chance for _, weights, _ in group))


def _drawn(model: Model, activation: str, layers: Sequence[Applied], weights: Sequence[Weights], wanted: float) -> Part:
    stds = [math.sqrt(wanted / each.fan_in) for each in weights]
    biases = tuple(each.bias for each in weights if model.parameters.get(each.bias, 0.0) > 0.0)
    changes: list[Change] = [("draw", tuple(each.name for each in weights), tuple(stds))]
    changes += [("fill", biases, (0.0,) * len(biases))] if biases else []
    code = _code_of(layers[0], wanted, weights, stds)
    code += f"; torch.nn.init.zeros_(m.{biases[0].rpartition('.')[2]})" if biases else ""
    values = {
        "rms": span([each.rms for each in weights]),
        "target": span(stds),
        "fan_in": span([float(each.fan_in) for each in weights]),
        "code": code,
    }
    return Part("draw", tuple(layers), tuple(changes), values)


def _code_of(layer: Applied, wanted: float, weights: Sequence[Weights], stds: Sequence[float]) -> str:
    """Write the line that draws weights; that of PyTorch's initializer which has this very variance, if one has.

    Those take a matrix's last dimension for its fan_in, as layers of ``torch.nn`` have it and ``x @ W`` has not.
    """
    own = f"m.{weights[0].own}" if weights[0].own.isidentifier() else "m"
    usual = not layer.kind.startswith(("matmul", "mm", "bmm", "addmm", "baddbmm", "einsum", "tensordot", "__rmatmul__"))
    usual &= "Transpose" not in layer.kind
    if usual and layer.activation == "relu" and near(wanted, 2.0, 1e-9):
        return f"torch.nn.init.kaiming_normal_({own}, nonlinearity='relu')"
    if usual and near(wanted, 1.0, 1e-9):
        return f"torch.nn.init.kaiming_normal_({own}, nonlinearity='linear')"
    low, high = span(stds)
    if number(low) == number(high):
        return f"torch.nn.init.normal_({own}, std={number(low)})"
    fan_in = f"{own}[0].numel()" if usual else "fan_in"
    return f"torch.nn.init.normal_({own}, std=({number(wanted)} / {fan_in}) ** 0.5)"


def unbiased(model: Model) -> Iterator[Part]:
    """Yield to set biases to 0 that are larger than what weights bring about."""
    found = [
        (layer, weights.bias)
        for layer in model.layers
        for weights in layer.weights
        if model.parameters.get(weights.bias, 0.0) > BIASED
    ]
    if found:
        layers, names = zip(*found, strict=True)
        code = f"torch.nn.init.zeros_(m.{names[0].rpartition('.')[2]})"
        size = span([model.parameters[name] for name in names])
        yield Part("biases", layers, (("fill", names, (0.0,) * len(names)),), {"code": code, "size": size})


def gated(model: Model) -> Iterator[Part]:
    """Yield what to draw anew in recurrent layers: orthogonal from state to state, and a forget gate that is open."""
    layers = tuple(layer for layer in model.layers if layer.gates and layer.weights)
    if all(near(weights.rms, _gate_std(weights), 0.1) for layer in layers for weights in layer.weights):
        return
    named = {each.name: layer.gates for layer in layers for each in layer.weights}
    inputs = {name: gates for name, gates in named.items() if "hh" not in name}
    states = {name: gates for name, gates in named.items() if "hh" in name}
    biases = {name.replace("weight", "bias"): gates for name, gates in named.items()}
    biases = {name: gates for name, gates in biases.items() if name in model.parameters}
    forget = {name: gates for name, gates in biases.items() if gates == 4 and "ih" in name}
    changes = [
        (how, tuple(own), tuple(map(float, own.values())))
        for how, own in (("gates", inputs), ("orthogonal", states), ("forget", forget))
        if own
    ]
    rest = tuple(name for name in biases if name not in forget)
    changes += [("fill", rest, (0.0,) * len(rest))] if rest else []
    gates = layers[0].gates
    code = (
        "[torch.nn.init.zeros_(w) if w.ndim < 2 else [(torch.nn.init.orthogonal_ if '_hh' in n else "
        f"torch.nn.init.xavier_uniform_)(g) for g in w.data.chunk({gates})] for n, w in m.named_parameters()]"
    )
    if forget:
        code += "; [torch.nn.init.ones_(b.data.chunk(4)[1]) for n, b in m.named_parameters() if 'bias_ih' in n]"
    yield Part("gates_forget" if forget else "gates", layers, tuple(changes), {"code": code})


def _gate_std(weights: Weights) -> float:
    """Return the standard deviation of a gate's weights: orthogonal ones from state to state, Glorot's from inputs."""
    return float((1.0 / weights.fan_in if "hh" in weights.name else 2.0 / (weights.fan_in + weights.fan_out)) ** 0.5)


def branching(model: Model, drawn: Sequence[Part]) -> Iterator[Part]:
    """Yield how to tame the branches of a residual network: scaled by 1 / sqrt(branches), or started at 0.

    From the weights that are there, or those that are ``drawn`` before.
    """
    branches = model.workbench.branches if model.workbench is not None else ()
    if len(branches) < FEWEST:
        return
    named = dict.fromkeys(name for branch in branches for name in (branch.scales or branch.ends))
    ends = [name for name in named if name in model.parameters]
    stds = {n: std for part in drawn for how, *of in part.changes if how == "draw" for n, std in zip(*of, strict=True)}
    factor, sizes = len(branches) ** -0.5, [stds.get(name, model.parameters[name]) for name in ends]
    if not any(size > 0.0 for size in sizes):
        return  # they start at 0 already
    own, scales = ends[0].rpartition(".")[2], any(branch.scales for branch in branches)
    known = {"count": len(branches), "names": _some(ends), "std": span(sizes)}
    low, high = span([factor * size for size in sizes])
    std = number(math.sqrt(low * high))
    how, value, code = "scale", factor, f"m.{own}.data.mul_({number(factor)})"
    if high < ALIKE * low:
        how, code = ("fill", "constant_(m.{}, {})") if scales else ("draw", "normal_(m.{}, std={})")
        value, code = float(std), f"torch.nn.init.{code.format(own, std)}"
    every = tuple(ends)
    yield Part("branches", (), ((how, every, (value,) * len(ends)),), {**known, "target": (low, high), "code": code})
    zeros = {**known, "code": f"torch.nn.init.zeros_(m.{own})"}
    yield Part("zero", (), (("fill", every, (0.0,) * len(ends)),), zeros)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{names[0]}, {names[1]}, … {names[-1]}"


def normalizing(model: Model) -> Iterator[Part]:
    """Yield a normalization behind every layer with an activation that has none."""
    linear = all(layer.activation == IDENTITY for layer in model.layers)
    inner = model.layers[:-1] if linear else [layer for layer in model.layers if layer.activation != IDENTITY]
    layers = tuple(each for each in inner if each.plain and not each.norm and each.modular)
    if sum(bool(layer.norm) for layer in model.layers) >= len(layers):
        return
    names = tuple(layer.weights[0].module for layer in layers)
    kinds = (BY_SAMPLE, BY_BATCH) if len(layers) > DEEP else (BY_BATCH, BY_SAMPLE)
    for kind in kinds:
        code = " / ".join(dict.fromkeys(_norm_of(layer, kind) for layer in layers))
        yield Part("norm", layers, (("norm", names, (kind,) * len(names)),), {"code": code, "norm": _kinds(code)})


def skipping(model: Model) -> Iterator[Part]:
    """Yield a skip connection around every layer that gives what it is given in shape, of a model that has none.

    Of as many branches each adds its share of the variance [Hanin & Rolnick 2018].
    """
    built = model.profile.structure
    before = [math.nan, *(layer.positions for layer in model.layers)]
    layers = tuple(
        each
        for each, positions in zip(model.layers, before, strict=False)
        if each.plain and each.modular and each.weights[0].fan_in == each.weights[0].fan_out
        if positions == each.positions or each.kind.startswith("Linear")
    )
    if (built is not None and built.blocks) or 2 * len(layers) < len(model.layers) or len(layers) < FEWEST:
        return
    names, share = tuple(layer.weights[0].module for layer in layers), len(layers) ** -0.5
    yield Part("skip", layers, (("skip", names, (share,) * len(names)),), {"branches": len(layers)})


BY_BATCH, BY_SAMPLE = 0.0, 1.0
"""Whether units are normalized over the batch, or all of a sample's together, as values of a change."""

DEEP = 20
"""Layers beyond which batch normalization itself makes gradients explode [Yang et al. 2019]."""


def _kinds(code: str) -> str:
    return " / ".join(line.removeprefix("torch.nn.").partition("(")[0] for line in code.split(" / "))


def _norm_of(layer: Applied, kind: float) -> str:
    """Write the module that normalizes what a layer gives."""
    made, _, _ = layer.kind.partition(" + ")
    if made.startswith("Conv"):
        return f"torch.nn.BatchNorm{made[-2]}d(m.out_channels)"
    return f"torch.nn.{'BatchNorm1d' if layer.positions == 1 and kind == BY_BATCH else 'LayerNorm'}(m.out_features)"


def plans_of(model: Model, drawn: Sequence[Part], everything: bool) -> list[Plan]:
    """Return plans against a fault, the first the first to be tried; ``drawn`` is what has not the scale it should.

    Where ``everything`` has to be drawn anew, as weights that are all the same, every plan starts with that.
    """
    own = (*drawn, *gated(model))
    if everything:
        return [own, *((*own, part) for part in (*branching(model, own), *normalizing(model)))] if own else []
    branches = [list(branching(model, of)) for of in (own, ())]
    plans: list[Plan] = [tuple(unbiased(model)), own]
    plans += [(*own, part) for part in branches[0]]
    norms = list(normalizing(model))
    plans += [(part,) for part in (*branches[1], *norms[:1], *skipping(model), *norms[1:])]
    return [plan for plan in dict.fromkeys(plans) if plan]
