"""What a sweep will take: seconds, by the work of its cells and one that was timed; and memory."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actviz.catalog import names
from actviz.numerics.memory import check_memory
from actviz.numerics.processors import in_one_thread
from actviz.numerics.streams import stream
from actviz.probing.bounds import pass_bytes
from actviz.probing.running import SAMPLES, layer_widths
from actviz.sweeping.cells import Base, measure
from actviz.sweeping.keeping import KEPT

CALL = {"probe": 0.006, "training": 0.1}
"""Seconds of a cell beside its arithmetic."""


@dataclass(frozen=True)
class Work:
    """What the cells of a sweep are known to take before any is measured.

    Parameters
    ----------
    seconds : tuple of float
        A guess for each point of the grid, for one seed, on one core.
    bytes : float
        Of the largest cell at work.
    """

    seconds: tuple[float, ...]
    bytes: float


def _size(base: Base, point: Sequence[Any], rows: dict[Any, tuple[int, int]]) -> tuple[float, float]:
    """Guess seconds and bytes of a cell."""
    chosen = base.arguments(point)
    if base.cell == "probe":
        own_rows, own_width = names.labelled_inputs(chosen["inputs"])[1].shape
        widths = layer_widths(chosen["depth"], chosen["width"], chosen["input_width"], own_width)
        samples = chosen["samples"] or min(SAMPLES, own_rows or SAMPLES)
        passes = samples * sum(2e-8 * b + 6e-11 * a * b for a, b in itertools.pairwise(widths))
        need = pass_bytes(widths, min(samples, chosen["batch"]), chosen["dtype"])
        return CALL["probe"] + passes, need
    label = base.at(point)["data"]
    if label not in rows:
        x, _ = names.labelled_task(chosen["data"])[1].examples(stream(0, "data"))
        rows[label] = int(x.shape[0]), int(x.shape[1])
    total, inputs = rows[label]
    widths = layer_widths(chosen["depth"], chosen["width"], inputs)
    batch = min(chosen["batch"], total)
    updates = chosen["updates"] or chosen["epochs"] * math.ceil(total / batch)
    products = sum(6e-11 * a * b + 1e-8 * b for a, b in itertools.pairwise(widths))
    each = len(widths) * 1e-4 + batch * products
    need = pass_bytes(widths, batch, chosen["dtype"]) * 3 + 8.0 * total * inputs
    return CALL["training"] + updates * each, need


def work(base: Base, points: Sequence[Sequence[Any]]) -> Work:
    """Guess what cells take; those of one size are alike."""
    shapes: dict[tuple[Any, ...], tuple[float, float]] = {}
    rows: dict[Any, tuple[int, int]] = {}
    sized = ("depth", "width", "input_width", "samples", "inputs", "data", "batch", "updates", "epochs", "dtype")
    seconds = []
    for point in points:
        at = base.at(point)
        key = tuple(repr(at.get(name)) for name in sized)
        if key not in shapes:
            shapes[key] = _size(base, point, rows)
        seconds.append(shapes[key][0])
    return Work(tuple(seconds), max(need for _, need in shapes.values()))


def check_sweep_memory(base: Base, cells: int, layers: int, largest: float, workers: int) -> float:
    """Return the bytes that a sweep needs; refuse what memory cannot hold."""
    values = sum(layers if KEPT[name].profile else 1 for name in base.keep)
    need = 16.0 * cells * values + largest * workers
    check_memory(need, "this sweep", "lower width, depth, cells, profiles that are kept, or workers")
    return need


def timed(base: Base, points: Sequence[Sequence[Any]], seconds: Sequence[float], seed: int) -> tuple[int, float]:
    """Measure the point of median work; return its number and the seconds it took on one core, its first call warm."""
    order = sorted(range(len(points)), key=lambda at: seconds[at])
    with in_one_thread():
        measure(base, 0, points[order[0]], seed)
        start = time.perf_counter()
        measure(base, 0, points[middle := order[len(order) // 2]], seed)
    return middle, time.perf_counter() - start
