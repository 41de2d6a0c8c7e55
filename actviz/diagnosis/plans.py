"""What could be changed in a model: plans, each of which is tried as a whole, with the lines of code that carry it out.

A plan starts from the weights that are there: what has the right scale already stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from actviz.diagnosis.drawing import OFF, local, unscored
from actviz.diagnosis.kinds import FADING, FAR, rates, tables, unapplied
from actviz.diagnosis.models import IDENTITY, Applied, Model, Weights, span
from actviz.diagnosis.numbers import literal
from actviz.diagnosis.parts import ALIKE, Part, Plan, some
from actviz.diagnosis.rules import RULES
from actviz.diagnosis.scales import near
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.ways import ways

BIASED = 3.0
"""Root mean square from which on biases outweigh what a layer adds up."""

CARRYING = (-2.0, 2.0)
"""Biases of gates that carry more than they let in, as 1 - gate or as the gate itself [Srivastava et al. 2015]."""

FEWEST = 2
"""Branches that make a residual network."""


def unbiased(model: Model, to: float = 0.0, of: str = "sigmoid") -> Iterator[Part]:
    """Yield to set biases to 0 that are larger than what weights bring about; or those ``of`` gates to another value.

    Not those that are far smaller than others, as a selective scan's steps start on purpose.
    """
    found = [
        (layer, weights, weights.bias_path if weights.owner == layer.name.partition("#")[0] else "")
        for layer in model.layers
        if not to or layer.activation == of
        for weights in layer.weights
        if _bias(model, weights) > BIASED
    ]
    largest = max((_bias(model, weights) for _, weights, _ in found), default=0.0)
    found = [each for each in found if BIASED * _bias(model, each[1]) > largest]
    for path, gain in dict.fromkeys((path, weights.shift[1]) for _, weights, path in found):
        layers, own_of, _ = zip(*(each for each in found if (each[2], each[1].shift[1]) == (path, gain)), strict=True)
        names = [each.bias for each in own_of]
        own, value = f"m.{path}" if path else "w", literal(to / gain)  # w is no part of an operation
        code = f"torch.nn.init.constant_({own}, {value})" if to else f"torch.nn.init.zeros_({own})"
        told = {"code": code, "size": span([model.parameters[name] for name in names]), "to": value}
        key = "biases" if path else "biases_own"
        every = tuple(dict.fromkeys(names))
        yield Part(key, layers, (("fill", every, (float(value),) * len(every)),), {**told, "names": some(every)})


def _bias(model: Model, weights: Weights) -> float:
    """Return the size of the bias that stands beside weights, as it is added."""
    return model.parameters.get(weights.bias, 0.0) * weights.shift[1]


def unshifted(model: Model) -> Iterator[Part]:
    """Yield to start at 0 biases of normalizations that outweigh what these give."""
    names = [name for name in model.norms.values() if name and model.parameters[name] > BIASED]
    if names:
        size = span([model.parameters[name] for name in names])
        told = {"size": size, "names": some(names), "code": "torch.nn.init.zeros_(w)"}
        yield Part("shifts", (), (("fill", tuple(names), (0.0,) * len(names)),), told)


def unscaled(model: Model, silent: bool) -> Iterator[Part]:
    """Yield to start at 1 vectors far off 1 that scale: gains of norms, and others of one value, of a module the first.

    Beside a matrix a vector is a bias, and behind another vector one that is added; in a list each is alone. Zeros are
    meant where signals and gradients are not ``silent``, and what scales a branch may start small.
    """
    shapes, first = model.shapes, dict[str, str]()
    matrices = {name.rpartition(".")[0] for name, shape in shapes.items() if max(shape, default=1) < math.prod(shape)}
    for name, shape in shapes.items():
        module, _, own = name.rpartition(".")
        if math.prod(shape) > 1 and "bias" not in own and module not in matrices:
            first.setdefault(name if own.isdecimal() else module, name)
    meant = {name for branch in getattr(model.workbench, "branches", ()) for name in branch.scales}
    gains = model.norms
    sizes = {name: model.parameters[name] for name in first.values() if name in model.constant or name in gains}
    names = [
        name
        for name, size in sizes.items()
        if (silent if size == 0.0 else size >= FAR or (size <= 1 / FAR and name not in meant))
    ]
    if names:
        size = span([sizes[name] for name in names])
        told = {"size": size, "names": some(names), "code": "torch.nn.init.ones_(w)"}
        yield Part("ones", (), (("fill", tuple(names), (1.0,) * len(names)),), told)


def shut_by_biases(model: Model) -> bool:
    """Whether gates have biases that are too large, and weights that are not."""
    gates = [layer for layer in model.layers if layer.activation == "sigmoid"]
    return any(unbiased(model, CARRYING[0])) and all(each.scale <= OFF for layer in gates for each in layer.weights)


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
    inner = {each.name for layer in model.layers if not layer.gates for each in layer.weights[:-1]}
    ends = [name for name in named if name in model.parameters and name not in inner]
    stds = {n: std for part in drawn for how, *of in part.changes if how == "draw" for n, std in zip(*of, strict=True)}
    factor, sizes = len(branches) ** -0.5, [stds.get(name, model.parameters[name]) for name in ends]
    if not any(size > 0.0 for size in sizes):
        return  # they start at 0 already
    scales = any(branch.scales for branch in branches)
    known = {"count": len(branches), "names": some(ends), "std": span(sizes)}
    low, high = span([factor * size for size in sizes])
    std = literal(math.sqrt(low * high))
    how, value, code = "scale", factor, f"w.data.mul_({literal(factor)})"
    if high < ALIKE * low:
        how, code = ("fill", "constant_(w, {})") if scales else ("draw", "normal_(w, std={})")
        value, code = float(std), f"torch.nn.init.{code.format(std)}"
    every = tuple(ends)
    yield Part("branches", (), ((how, every, (value,) * len(ends)),), {**known, "target": (low, high), "code": code})
    zeros = {**known, "code": "torch.nn.init.zeros_(w)"}
    yield Part("zero", (), (("fill", every, (0.0,) * len(ends)),), zeros)


def normalizing(model: Model) -> Iterator[Part]:
    """Yield a normalization behind every layer with an activation that has none."""
    linear = all(layer.activation == IDENTITY for layer in model.layers)
    inner = model.layers[:-1] if linear else [layer for layer in model.layers if layer.activation != IDENTITY]
    layers = tuple(each for each in inner if each.plain and not each.norm and each.modular)
    if sum(bool(layer.norm) for layer in model.layers) >= len(layers):
        return
    names = tuple(dict.fromkeys(layer.weights[0].module for layer in layers))
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
    names, share = tuple(dict.fromkeys(layer.weights[0].module for layer in layers)), len(layers) ** -0.5
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


SILENCED = ("dead", "collapsed", "symmetric")
"""Verdicts of what zeros that scale silence."""


def _silenced(model: Model, fault: str) -> bool:
    """Whether zeros that scale may be what a fault shows: of a signal that has collapsed they leave exactly nothing."""
    if not fault.startswith("collapsed"):
        return fault.startswith(SILENCED)
    rule, t = next(each for each in RULES if each.name == fault), Thresholds()
    along = [way.profile for way in ways(model.profile)]
    return any((rule.shows(each, t) & (each[rule.statistic] == 0.0)).any() for each in along)


def plans_of(
    model: Model, fault: str, drawn: Sequence[Part], apart: Sequence[Part], everything: bool, pointed: bool = False
) -> list[Plan]:
    """Return plans against a fault, the least change first; ``drawn`` is what has not the scale it should.

    ``apart`` is what stands out from its kind. Where ``everything`` has to be drawn anew, as weights that are all the
    same, every plan starts with that. Where gradients are cut off, and with ``pointed``, zeros that scale, biases and
    what stands out are all that is a matter of weights.
    """
    own = (*drawn, *gated(model))
    norms = [part for part in [(*unscaled(model, _silenced(model, fault)), *unshifted(model))] if part]
    slower = list(rates(model))
    biases = [tuple(unbiased(model, CARRYING[0], "softplus"))] if slower or fault == "saturated.decays" else []
    biases.append(tuple(unbiased(model)))
    single = [plan for plan in dict.fromkeys([*norms, *biases, tuple(apart), *slower]) if plan]
    if pointed or fault == "dead.gradient":
        return single
    if everything:
        rest = (*branching(model, own), *normalizing(model))
        return [*norms, own, *((*own, part) for part in rest)] if own else norms
    branches = [list(branching(model, of)) for of in (own, ())]
    plans: list[Plan] = [*single, tuple(local(model, fault)), *(tuple(unbiased(model, to)) for to in CARRYING)]
    plans += [tuple(unscored(model))] if fault == "dead.factors" else []
    plans += [(part,) for part in branches[1] if fault == "vanishing.carried"]  # their size beside the stream is all
    plans += [tuple(unapplied(model))] if fault in ("saturated.attention", "saturated.gate") else []
    looked_up = tuple(tables(model, fault))
    plans += [looked_up, own] if fault.startswith(FADING) else [own, looked_up]
    plans += [(*own, part) for part in branches[0]]
    behind = list(normalizing(model))
    plans += [(part,) for part in (*branches[1], *behind[:1], *skipping(model), *behind[1:])]
    return [plan for plan in dict.fromkeys(plans) if plan]
