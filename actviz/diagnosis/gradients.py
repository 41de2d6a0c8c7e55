"""The gradient along a way of a model: at each of its columns, compared with the end of what it is judged along."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from actviz.diagnosis.profile import Profile
from actviz.diagnosis.structure import Structure, Values


@dataclass(frozen=True)
class Column:
    """A layer, or a stream behind a block or before its first: its place, and its numbers by name."""

    place: tuple[float, float]
    layer: int
    width: float
    averaged: float
    judged: bool  # by its gradient
    chain: int
    stream: int  # of a block, else 0
    rescaled: bool  # by all that reads it
    ends: bool  # with no weights behind it
    next: int  # the layer whose weights take its values, 0 for none
    values: dict[str, Values]
    pull: Values  # its gradient times its size, shape (seeds, 1)

    @property
    def starts(self) -> bool:
        """Whether it is the start of a stream, before its first block."""
        return self.stream > 0 and self.place[1] == BEFORE


BEFORE = 0.5
"""Place, after its layer's number, of a stream before its first block."""


@dataclass(frozen=True)
class Output:
    """A layer that gives an output: what comes back to it from there, and what that brings to the layer before."""

    layer: int
    chain: int
    own: Values  # shape (seeds, 1)
    brought: Values


def outputs_of(profile: Profile, built: Structure) -> list[Output]:
    """Return those of a model that has a head; no output is taken to bring more than comes back to any head."""
    heads = [at for at, role in enumerate(built.roles) if role == "head"]
    giving = [at for at, gives in enumerate(built.gives) if gives and not built.of_block[at]]
    if not heads or len(giving) < 2:
        return []
    norm = profile["grad_preact_rms"] * np.sqrt(profile.widths) * np.sqrt(np.array(built.averaged, float))
    most = np.fmax.reduce(norm[:, heads], axis=1)
    gain = profile["weights_rms"] * np.sqrt(np.array(built.fan_in, float))
    owns = {at: np.fmin(norm[:, at], most)[:, None] for at in giving}
    return [Output(profile.layers[at], built.chain[at], own, own * gain[:, [at]]) for at, own in owns.items()]


def along(
    values: dict[str, Values], widths: Values, averaged: Values, columns: Sequence[Column],
    scaled: Mapping[int, bool], in_branch: bool, outputs: Sequence[Output] = (),
) -> tuple[Values, Values, list[int]]:  # fmt: skip
    """Return the gradient's norm over that at the end of what it is judged along, steps to that end, and its layer.

    Along a stream it is compared with the one behind its last block, each times its size where all that reads the
    stream normalizes it: a stream that starts small has large gradients then, and nothing is wrong. What stands before
    the first or after the last, and parts of a branch with attention between them, are compared with their own ends: a
    token that is read out at the end may not be made of what stands before. A mean over positions takes from all before
    alike: that is left out. So is the size of a layer that all normalize that read it, as it is of a stream. What
    ``outputs`` bring to layers before the end has not grown on its way back to them.
    """
    norm = values["grad_preact_rms"] * np.sqrt(widths) * np.sqrt(averaged)
    by_norms = np.array([each.rescaled for each in columns])
    pull = np.concatenate([each.pull for each in columns], axis=1) * np.sqrt(widths) * np.sqrt(averaged)
    norm = np.where(by_norms, pull, norm)
    streams = streams_of(columns)
    spans = {each: [at for at, of in enumerate(streams) if of == each and columns[at].stream] for each in set(streams)}
    parts: dict[tuple[int, bool, bool, int], list[int]] = {}
    judged = [at for at, each in enumerate(columns) if each.judged]
    last = max((at for at, each in enumerate(columns) if each.stream), default=-1)
    weights = [at for at in judged if in_branch and at > last]
    weights = weights if weights and columns[weights[-1]].ends else []
    if weights:  # its last weights only scale the branch, as a head does a model
        judged.remove(weights[-1])
    for at in judged:
        low, high = (spans[streams[at]][0], spans[streams[at]][-1]) if spans[streams[at]] else (0, -1)
        of_stream = low <= at <= high
        parts.setdefault((streams[at], at < low, of_stream, 0 if of_stream else columns[at].chain), []).append(at)
    ratio, steps = np.full(norm.shape, math.nan), np.full(len(columns), math.nan)
    with np.errstate(all="ignore"):
        for (stream, before, of_stream, _), part in parts.items():
            of = pull if of_stream and scaled.get(stream - 1) else norm
            ended = _ending(part, columns) if in_branch else part[-1:]
            if not (in_branch or of_stream):
                ended = _towers(
                    part, [each for key, each in parts.items() if key[:3] == (stream, before, False)], columns
                )
            end = np.fmax.reduce(of[:, ended], axis=1)[:, None]
            ratio[:, part] = of[:, part] / np.where(end > 0, end, math.nan)
            steps[part] = np.arange(len(part))[::-1]
            beside = [at for at in ended if at in part and len(ended) > 1]
            steps[beside] = np.fmax(steps[beside], 1)
            for each in outputs if of is norm else ():
                for at in part if _brings(each, part, ended, columns) else ():
                    if columns[at].layer <= each.layer:
                        here = each.own if columns[at].layer == each.layer else each.brought
                        grown = np.fmax(of[:, [at]] / np.fmax(end, here), 1.0)
                        ratio[:, [at]] = np.where(ratio[:, [at]] > 1.0, np.fmin(ratio[:, [at]], grown), ratio[:, [at]])
            begun = [at for at in part if in_branch and columns[at].starts]  # which others may read, outside the branch
            ratio[:, begun] = np.fmin(ratio[:, begun], 1.0)
            if weights:  # what stands beside others in a branch has not grown on its way back through these
                whole = np.fmax(end, norm[:, weights[-1:]])
                ratio[:, part] = np.where(ratio[:, part] > 1.0, np.fmax(norm[:, part] / whole, 1.0), ratio[:, part])
    main = last if last >= 0 else max((part[-1] for part in parts.values()), default=len(columns) - 1)
    found = [columns[main].layer] * len(columns)
    for (*_, of_stream, chain), part in parts.items():
        for at in part if chain and not (in_branch or of_stream) else ():
            found[at] = columns[part[-1]].layer
    return ratio, steps, found


def _towers(part: Sequence[int], parts: Iterable[Sequence[int]], columns: Sequence[Column]) -> list[int]:
    """Return the ends of a part outside branches: its own, and, of what leads to several, those of chains behind it."""
    if columns[part[0]].chain:
        return [part[-1]]
    return [part[-1], *(each[-1] for each in parts if each[-1] > part[-1])]


def _brings(output: Output, part: Sequence[int], ended: Sequence[int], columns: Sequence[Column]) -> bool:
    """Whether an output may bring a gradient to layers of a part, past the end that it is compared with."""
    own = columns[part[-1]].chain
    return (not own or output.chain in (0, own)) and (len(ended) > 1 or columns[part[-1]].layer > output.layer)


def _ending(part: Sequence[int], columns: Sequence[Column]) -> list[int]:
    """Return the columns that stand side by side at the end of a part, as factors of a product: weights with one next.

    The gradient of each is that of the product times the other: the greater tells what comes back to them.
    """
    last = part[-1]
    weighted = [at for at in part if np.isfinite(columns[at].values["grad_weight_norm"]).all()]
    beside = [at for at in weighted if columns[at].next == columns[last].next > 0]
    return beside if last in beside else [last]


def streams_of(columns: Sequence[Column]) -> list[int]:
    """Return every column's stream: of a layer that of the next block, behind the last block that of it; 0 for none."""
    found, stream = [], next((each.stream for each in reversed(columns) if each.stream), 0)
    for each in reversed(columns):
        stream = each.stream or stream
        found.append(stream)
    return found[::-1]
