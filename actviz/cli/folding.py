"""A model by its blocks, as a person reads it: a row a block, blocks that are alike in one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.text.numbers import short

LONGEST = 12
"""Rows that are repeated together, at most."""


@dataclass(frozen=True)
class Part:
    """A layer on the main way, or a block: a branch, and the stream behind it."""

    layers: tuple[int, ...]
    name: str
    type: str
    values: dict[str, float]
    verdicts: tuple[str, ...]

    @property
    def kind(self) -> tuple[Any, ...]:
        """What is the same in parts that are alike: names but for their numbers, types, and no verdict."""
        return re.sub(r"\d+", "#", self.name), self.type, len(self.layers), self.verdicts


def parts_of(dataset: Any, verdicts: dict[int, list[str]]) -> list[Part]:
    """Return the parts of a model with a stream, in order.

    Parameters
    ----------
    dataset : xarray.Dataset
    verdicts : dict
        Which start at each layer.
    """
    means = dataset.isel(init=0, activation=0)
    layers = [int(layer) for layer in dataset["layer"].values]
    read = {name: means[name].mean("seed").values for name in ("act_std", "grad_preact_rms")}
    blocks = {int(number): at for at, number in enumerate(dataset["block"].values)}
    parents = dataset["block_parent"].values.tolist()
    streams = {name: means[name].mean("seed").values for name in ("stream_rms", "branch_ratio", "stream_grad")}
    entropies = _entropies(means)

    def outermost(number: int) -> int:
        while number and parents[blocks[number]]:
            number = parents[blocks[number]]
        return number

    inside: dict[int, list[int]] = {}
    for at, of in enumerate(dataset["of_block"].values.tolist()):
        inside.setdefault(outermost(of), []).append(at)
    rows: list[tuple[int, int, Part]] = []
    for at in inside.pop(0, []):
        own = {"size": float(read["act_std"][at]), "gradient": float(read["grad_preact_rms"][at])}
        kind = str(dataset["layer_type"].values[at])
        name = str(dataset["layer_name"].values[at])
        rows.append((layers[at], 0, Part((layers[at],), name, kind, own, tuple(verdicts.get(layers[at], [])))))
    for number, at in blocks.items():
        if parents[at]:
            continue
        of = inside.get(number, [])
        kinds = [str(dataset["layer_type"].values[each]).split(" + ")[0] for each in of]
        own = {name: float(streams[key][at]) for key, name in (("stream_rms", "size"), ("stream_grad", "gradient"))}
        own["branch / stream"] = float(streams["branch_ratio"][at])
        of_layers = tuple(layers[each] for each in of)
        found = [entropies[each] for each in of_layers if each in entropies]
        own |= {"entropy": float(np.mean(found))} if found else {}
        told = tuple(verdict for each in of_layers for verdict in verdicts.get(each, []))
        place = int(dataset["block_layer"].values[at])
        rows.append((place, 1, Part(of_layers, str(dataset["block_name"].values[at]), _counted(kinds), own, told)))
    return [part for *_, part in sorted(rows, key=lambda row: row[:2])]


def _entropies(means: Any) -> dict[int, float]:
    """Return the entropy of attention by the number of the last layer before it, the mean over heads."""
    if "attention_entropy" not in means:
        return {}
    values = means["attention_entropy"].mean(["seed", "head"]).values.tolist()
    known = zip(means["attention_layer"].values.tolist(), values, means["attends"].values.tolist(), strict=True)
    return {layer: value for layer, value, attends in known if attends}


def _counted(kinds: Sequence[str]) -> str:
    """Write kinds in order, those that follow each other once with their number."""
    runs: list[tuple[str, int]] = []
    for kind in kinds:
        if runs and runs[-1][0] == kind:
            runs[-1] = kind, runs[-1][1] + 1
        else:
            runs.append((kind, 1))
    return ", ".join(kind if number == 1 else f"{number} {kind}" for kind, number in runs)


def folded(parts: Sequence[Part]) -> list[list[Part]]:
    """Return rows of parts: those of runs that repeat the same few kinds are one row a kind.

    >>> a, b = (Part((1,), name, "", {}, ()) for name in ("a.1", "b.1"))
    >>> [len(row) for row in folded([a, b, a, b, a, b, a])]
    [3, 3, 1]
    """
    rows: list[list[Part]] = []
    at = 0
    while at < len(parts):
        kinds = [part.kind for part in parts[at:]]
        best, times = 1, 1
        for length in range(1, min(LONGEST, len(kinds) // 2) + 1):
            again = 1
            while kinds[again * length : (again + 1) * length] == kinds[:length]:
                again += 1
            if again > 1 and again * length > best * times:
                best, times = length, again
        rows.extend([parts[at + place + best * each] for each in range(times)] for place in range(best))
        at += best * times
    return rows


def _range(values: Sequence[float]) -> str:
    """Write how a number goes from the first to the last."""
    ends = [short(values[at]) for at in (0, -1)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} .. {ends[1]}"


def _name(names: Sequence[str]) -> str:
    """Write names that differ in numbers as one, with these."""
    pieces = [re.split(r"(\d+)", name) for name in (names[0], names[-1])]
    return "".join(a if a == b else f"{a}..{b}" for a, b in zip(*pieces, strict=True))


def view(dataset: Any, verdicts: dict[int, list[str]]) -> list[dict[str, Any]]:
    """Return the table of a model with a stream: its blocks, and what is before, between and behind them."""
    rows = folded(parts_of(dataset, verdicts))
    there = {name for row in rows for name in row[0].values}
    columns: list[str] = [name for name in ("size", "branch / stream", "gradient", "entropy") if name in there]
    table: list[dict[str, Any]] = []
    for row in rows:
        first, last = row[0].layers, row[-1].layers
        numbers = list(dict.fromkeys(str(each) for each in (*first[:1], *last[-1:])))
        told = {name: _range([part.values[name] for part in row]) if name in row[0].values else "-" for name in columns}
        verdicts_of = ", ".join(dict.fromkeys(row[0].verdicts))
        table.append(
            {
                "layer": "-".join(numbers) or "-",
                "name": _name([part.name for part in row]),
                "type": row[0].type + (f" (x {len(row)})" if len(row) > 1 else ""),
                **told,
                "verdict": verdicts_of or "-",
            }
        )
    return table
