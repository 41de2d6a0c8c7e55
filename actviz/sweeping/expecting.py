"""What mean-field theory says at every point of a sweep: of plain layers by variances, of blocks by their stack."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from actviz.errors import ActvizError
from actviz.numerics.parallel import each_done
from actviz.probing.running import layer_widths
from actviz.probing.stack import Stack, placed
from actviz.sweeping.cells import Base
from actviz.sweeping.keeping import KEPT
from actviz.theory import mean_field
from actviz.theory.prediction import expected_stream

SECONDS = 0.05
"""What solving one setting takes, about."""

Point = Sequence[Any]
Told = dict[str, Any]
"""By name in ``KEPT`` a number, or an array (layers,)."""


def expected(base: Base, points: Sequence[Point], workers: int) -> list[Told]:
    """Return what theory says at every point; NaN where it says nothing. What is the same is solved once."""
    names = [name for name in base.keep if KEPT[name].of == "theory"]
    fields = [name for name in names if isinstance(KEPT[name].read, str)]
    streams = [name for name in names if name not in fields]
    told = [dict[str, Any](dict.fromkeys(names, math.nan)) for _ in points]
    for solve, setting, own in ((_field, _variances, fields), (_stream, _blocks, streams)):
        wanted = [setting(base, point) if own else None for point in points]
        distinct = [each for each in dict.fromkeys(wanted) if each is not None]
        tasks = [(solve, base, at, each, own) for at, each in enumerate(distinct)]
        solved = dict(each_done(_numbered, tasks, workers, SECONDS * len(tasks)))
        numbers = {each: at for at, each in enumerate(distinct)}
        for at, each in enumerate(wanted):
            told[at] |= solved[numbers[each]] if each in numbers else {}
    return told


def _numbered(solve: Callable[..., Told], base: Base, at: int, setting: Any, names: Sequence[str]) -> tuple[int, Told]:
    return at, solve(base, setting, names)


def _variances(base: Base, point: Point) -> Hashable:
    """Return the activation and the variances at a point; None where theory says nothing of its layers."""
    weight_var, bias_var = base.variances(point)
    normalized = base.arguments(point)["norm"] is not None
    return None if normalized or math.isnan(weight_var) else (base.at(point)["activation"], weight_var, bias_var)


def _field(base: Base, setting: tuple[str, float, float], names: Sequence[str]) -> Told:
    """Solve plain layers; nothing of an activation that jumps, say."""
    label, *variances = setting
    try:
        field = mean_field(base.objects[("activation", label)], *variances)
    except ActvizError:
        return {}
    return {name: float(getattr(field, str(KEPT[name].read))) for name in names}


def _blocks(base: Base, point: Point) -> Hashable:
    """Return a point that has residual blocks; None of any other."""
    return tuple(point) if base.at(point)["block"] != "plain" else None


def _stream(base: Base, point: Point, names: Sequence[str]) -> Told:
    """Follow a stack of blocks: what is expected of its stream, by layer, NaN of layers that are no blocks."""
    chosen = base.arguments(point)
    inputs, samples = chosen["inputs"], chosen["samples"]
    widths = layer_widths(chosen["depth"], chosen["width"], chosen["input_width"])
    stack = Stack(
        chosen["activation"], chosen["init"], widths, chosen["bias_std"], placed(chosen["norm"], chosen["place"]),
        chosen["block"], chosen["branch_scale"],
    )  # fmt: skip
    by_block = expected_stream(stack, inputs, samples)
    if not by_block:
        return {}
    stream: Mapping[str, Any] = {name: np.full(stack.depth, math.nan) for name in by_block}
    for name, values in by_block.items():
        stream[name][np.array(stack.skips)] = values
    return {name: KEPT[name].read(stream) for name in names}  # type: ignore[operator]
