"""Runs from names: every combination of what is given more than once, labelled by what differs."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

from actviz.catalog.checks import choose_from
from actviz.catalog.names import labelled_activations, labelled_initializers, labelled_task
from actviz.errors import ActvizError
from actviz.numerics.streams import stream
from actviz.probing.running import layer_widths
from actviz.probing.stack import Stack, placed
from actviz.training.config import Run, TrainConfig

OF_STACK = ("norm", "block", "branch_scale")
VARIED = (*OF_STACK, *(field.name for field in dataclasses.fields(TrainConfig) if field.name != "snapshots"))
"""What may be given as a list, beside initializers and activations, to compare."""


NORM_WORDS = {
    None: "no norm", "batch": "batch norm", "batch_after": "batch norm after", "layer": "layer norm",
    "layer_after": "layer norm after", "rms": "RMS norm", "rms_after": "RMS norm after",
}  # fmt: skip
"""How a run's label names its normalization."""


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _word(name: str, value: Any) -> str:
    """Write one setting for a run's label."""
    if name in ("init", "activation"):
        return str(value)
    if name == "norm":
        return NORM_WORDS.get(value, str(value))
    if name == "block":
        return f"{value} layers" if value == "plain" else f"{value} blocks"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = f"patience {value.patience}" if hasattr(value, "patience") else type(value).__name__
    return f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"


def runs(
    inits: Any = "he_normal",
    activations: Any = "relu",
    *,
    data: Any = "mnist",
    depth: int | None = None,
    width: int | Sequence[int] = 100,
    bias_std: float = 0.0,
    norm: Any = None,
    place: str | None = None,
    block: Any = "plain",
    branch_scale: Any = 1.0,
    **settings: Any,
) -> dict[str, Run]:
    """Make ``{label: Run}`` of names: every combination of what is given more than once.

    Parameters
    ----------
    inits, activations : str, object, or a sequence of them
        As in ``probe``.
    data : str, Task or (x, y)
        What they will be trained on: it gives the input width.
    depth : int, optional
        Number of hidden layers; 5, or as many as ``width`` lists.
    width : int or sequence of int
        Units of every layer, or of each.
    bias_std : float
        Standard deviation of the biases.
    norm, place, block, branch_scale
        As in ``probe``; norm, block and branch_scale, which plain layers do not have, may be lists to compare.
    **settings
        Fields of ``TrainConfig``; a list of values is compared.

    Raises
    ------
    ActvizError
        If a name or value is not allowed; the message says what is.

    Examples
    --------
    >>> list(runs(["he_normal", "xavier_normal"], "relu", lr=[0.1, 0.01], depth=2))
    ['he_normal, lr 0.1', 'he_normal, lr 0.01', 'xavier_normal, lr 0.1', 'xavier_normal, lr 0.01']
    """
    unknown = [name for name in settings if name not in VARIED and name != "snapshots"]
    if unknown:
        allowed = [*OF_STACK, "place", *(field.name for field in dataclasses.fields(TrainConfig))]
        raise ActvizError(f"unknown setting {unknown[0]!r}; {choose_from(unknown[0], allowed)}")
    x, _ = labelled_task(data)[1].examples(stream(0, "data"))
    widths = layer_widths(depth, width, int(x.shape[1]))
    axes: dict[str, list[Any]] = {
        "init": list(labelled_initializers(inits).items()),
        "activation": list(labelled_activations(activations).items()),
        "norm": [placed(each, place if each is not None or norm is None else None) for each in _many(norm)],
        "block": _many(block),
        "branch_scale": _many(branch_scale),
        **{name: _many(value) if name != "snapshots" else [value] for name, value in settings.items()},
    }
    made: dict[str, Run] = {}
    for values in itertools.product(*axes.values()):
        chosen = dict(zip(axes, values, strict=True))
        words = [
            _word(name, value[0] if name in ("init", "activation") else value)
            for name, value in chosen.items()
            if len(axes[name]) > 1
        ]
        (init_label, initializer), (_, activation) = chosen.pop("init"), chosen.pop("activation")
        kind, scale = chosen.pop("block"), chosen.pop("branch_scale")
        if kind == "plain" and "residual" in axes["block"] and len(axes["branch_scale"]) == 1:
            scale = 1.0  # beside blocks that have it
        stack = Stack(activation, initializer, widths, bias_std, chosen.pop("norm"), kind, scale)
        label = ", ".join(words) or init_label
        if label in made:
            raise ActvizError(f"each setting may be given once, got {label!r} twice")
        made[label] = Run(stack, TrainConfig(**chosen))
    return made
