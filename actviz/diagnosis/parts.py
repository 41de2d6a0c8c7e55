"""Steps of a plan: what could be changed in a model, in words, as data and as the line of code that does it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from actviz.diagnosis.models import IDENTITY, Applied
from actviz.diagnosis.numbers import number
from actviz.text import label, text

Change = tuple[str, tuple[str, ...], tuple[float, ...]]
"""How, which parameters, and a value for each; see ``actviz.torch.mending.Change``."""

ALIKE = 1.1
"""Factor by which weights differ in size that were drawn alike, at most."""


FEW = 3
"""Names up to which all are told."""


@dataclass(frozen=True)
class Part:
    """One step of a plan: its words, by a key of the texts, the layers it is about, what is filled in, and changes."""

    key: str
    layers: tuple[Applied, ...]
    changes: tuple[Change, ...]
    values: dict[str, Any] = field(default_factory=dict, compare=False)

    def words(self, lang: str) -> str:
        """Say what to do, with its code."""
        return text(f"remedy.model.{self.key}", lang, layers=self.named(lang), **self._told())

    def short(self, lang: str) -> str:
        """Name the step."""
        return text(f"remedy.model.{self.key}.short", lang, **{"count": "", **self._told()})

    def _told(self) -> dict[str, Any]:
        return {name: _span(value) if isinstance(value, tuple) else value for name, value in self.values.items()}

    def named(self, lang: str) -> str:
        """Name its layers: how many of which kind, before which activation."""
        if not self.layers:
            return ""
        layers = list({layer.applies: layer for layer in reversed(self.layers)}.values())[::-1]  # called again or not
        kinds = " / ".join(dict.fromkeys(layer.kind.partition(" + ")[0] for layer in layers))
        shared = {layer.activation for layer in layers}
        activation = label(shared.pop(), lang) if len(shared) == 1 and not layers[0].gates else ""
        name = layers[0].called  # that of a function ends with its kind
        named = name if name.partition("#")[0].rpartition(".")[2] == kinds else f"{kinds} {name}"
        if len(layers) > 1:
            few = {"names": some([layer.called for layer in layers])} if len(layers) <= FEW else {}
            named = text(f"remedy.layers.{'few' if few else 'several'}", lang, count=len(layers), kind=kinds, **few)
        if activation in ("", label(IDENTITY, lang)):
            return named
        return text("remedy.layers.before", lang, named=named, activation=activation)


Plan = tuple[Part, ...]


def some(names: Sequence[str]) -> str:
    """Write names, of many the first and the last."""
    return ", ".join(names) if len(names) <= FEW else f"{names[0]}, {names[1]}, … {names[-1]}"


def _span(ends: tuple[float, float]) -> str:
    """Write the least and the greatest of some numbers; their middle where they differ by chance."""
    low, high = ends
    if not high > ALIKE * low:
        return number(math.sqrt(low * high))
    return f"{number(low)}–{number(high)}"
