"""``descend()``: the library's own optimizers and schedules on a surface, and in which minimum they end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog import names, optimizers
from actviz.catalog.checks import finite, of_type, whole
from actviz.catalog.landscapes import Landscape, landscape, minima, settle
from actviz.catalog.names import describe
from actviz.catalog.optimizers import OPTIMIZERS, Optimizer
from actviz.catalog.schedules import SCHEDULES, ReduceOnPlateau, Schedule, momenta, rates
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.memory import check_memory
from actviz.numerics.streams import stream
from actviz.probing.running import seed_numbers
from actviz.results.dataset import attributes

if TYPE_CHECKING:
    import xarray

LOWER = 1e-3
"""A minimum is another, lower one if it is lower by more than this."""

_ABOUT = {
    "x": ("x", "place of the descent without noise"),
    "y": ("y", "place of the descent without noise"),
    "noisy_x": ("x", "place of one descent with noise"),
    "noisy_y": ("y", "place of one descent with noise"),
    "learning_rate": ("learning rate", "of each step"),
    "end_value": ("height at the end", "of the descent without noise"),
    "reached_x": ("x of the minimum", "of the basin in which the descent without noise ends"),
    "reached_y": ("y of the minimum", "of the basin in which the descent without noise ends"),
    "reached_value": ("height of the minimum", "of the basin in which the descent without noise ends"),
    "start_value": ("height of the first minimum", "of the basin in which the descent starts"),
    "minimum_x": ("x of a minimum", "of the surface, the lowest first"),
    "minimum_y": ("y of a minimum", "of the surface, the lowest first"),
    "minimum_value": ("height of a minimum", "of the surface, the lowest first"),
    "escaped": ("share that escapes", "noisy descents that end in the basin of a minimum lower than the first"),
    "excess": ("height above the minimum", "of noisy descents at their end, above the minimum of their basin; mean"),
}


def _moves(runs: Any) -> dict[str, tuple[Schedule, Optimizer]]:
    """Turn what is to be run into ``{label: (schedule, optimizer)}``."""
    named: dict[str, tuple[Any, Any]] = {}
    pairs = [(label, *each) for label, each in runs.items()] if isinstance(runs, Mapping) else []
    if not isinstance(runs, Mapping):
        if not isinstance(runs, str | float | int):
            of_type(
                "what descends", runs, Iterable, "one or several rates and schedules, or {label: (rate, optimizer)}"
            )
        for each in [runs] if isinstance(runs, str | float | int) else runs:
            lr, optimizer = each if isinstance(each, tuple) else (each, "sgd")
            name = describe(names.schedule(lr), SCHEDULES)
            rule = describe(names.optimizer(optimizer), OPTIMIZERS)
            pairs.append((name if rule == "sgd" else f"{name}, {rule}", lr, optimizer))
    for label, lr, optimizer in pairs:
        if label in named:
            raise ActvizError(f"each descent may be given once, got {label!r} twice")
        schedule = names.schedule(lr)
        if isinstance(schedule, ReduceOnPlateau):
            raise ActvizError("a descent needs a schedule of the step, not reduce_on_plateau, which follows a metric")
        named[str(label)] = schedule, names.optimizer(optimizer)
    if not named:
        raise ActvizError("need at least one descent")
    return named


def path(surface: Landscape, start: tuple[float, float], schedule: Schedule, rule: Optimizer, noise: Array) -> Array:
    """Descend from a point, once for each row of noise.

    Parameters
    ----------
    surface : Landscape
    start : (x, y)
    schedule : Schedule
    rule : Optimizer
    noise : array (steps, descents, 2)
        Added to the gradient.

    Returns
    -------
    array (steps + 1, descents, 2)
        Places, the start first.
    """
    steps, number, _ = noise.shape
    lr, momentum = rates(schedule, steps), momenta(schedule, steps)
    at = np.tile(np.array(start, np.float64), (number, 1))
    memory = optimizers.start(rule, at)
    places = np.empty((steps + 1, number, 2))
    places[0] = at
    with np.errstate(all="ignore"):  # overflow is data
        for step in range(steps):
            gradient = surface.gradient(at) + noise[step]
            own = None if math.isnan(momentum[step]) else float(momentum[step])
            rule.step(at, gradient, memory, step, float(lr[step]), own)
            places[step + 1] = at
    return places


def _ends(surface: Landscape, ends: Array, first: float) -> tuple[float, float]:
    """Return the share of ends in a lower basin than the first, and how far above their minima they lie in the mean."""
    under = surface.heights(settle(surface, ends))
    with np.errstate(all="ignore"):
        return float((under < first - LOWER).mean()), float((surface.heights(ends) - under).mean())


def descend(
    runs: Any,
    surface: str | Landscape = "dip",
    *,
    start: tuple[float, float] | None = None,
    steps: int = 200,
    noise: float = 0.0,
    repeats: int = 100,
    seeds: int | Sequence[int] = 8,
) -> xarray.Dataset:
    """Descend on a surface under several schedules and optimizers, without noise and with it.

    Parameters
    ----------
    runs : schedule, (schedule, optimizer), a sequence of them, or a mapping of labels to (schedule, optimizer)
        Plain gradient descent unless an optimizer is named.
    surface : str or Landscape
        ``dip``, ``ripples``, or your own.
    start : (x, y), optional
        The surface's own poor start unless given.
    steps : int
    noise : float
        Standard deviation of what is added to each component of the gradient, as a batch does.
    repeats : int
        Noisy descents under each seed; all runs share their noise.
    seeds : int or sequence of int

    Returns
    -------
    xarray.Dataset
        Dimensions ``run, seed, step``.

    Raises
    ------
    ActvizError
        If an argument is not allowed; the message says what is.

    Examples
    --------
    >>> found = descend([0.04, (0.04, "momentum")], noise=0.5, repeats=10, seeds=2)
    >>> [round(float(found["reached_x"].sel(run=label)), 2) for label in ("constant:0.04", "constant:0.04, momentum")]
    [-1.09, 1.0]
    """
    moves, place = _moves(runs), landscape(surface)
    origin = place.start if start is None else (float(start[0]), float(start[1]))
    if not np.isfinite(origin).all():
        raise ActvizError(f"start must be two finite numbers, not {start}")
    finite("noise", noise, least=0.0)
    whole("steps", steps, most=1_000_000)
    whole("repeats", repeats, most=1_000_000)
    numbers = seed_numbers(seeds)
    # Noise of every seed and the paths of one run, two numbers a step each; of all runs one path a seed.
    need = 16.0 * steps * (repeats * (len(numbers) + 3) + len(moves) * (len(numbers) + 4))
    check_memory(need, "this descent", "lower steps, repeats or seeds")
    recipe = {
        "kind": "descent",
        "landscape": place.name,
        "runs": {label: [describe(lr, SCHEDULES), describe(rule, OPTIMIZERS)] for label, (lr, rule) in moves.items()},
        "start": list(origin),
        "steps": steps,
        "noise": noise,
        "repeats": repeats,
        "seeds": list(numbers),
    }
    return _assemble(place, origin, moves, recipe)


def _assemble(
    surface: Landscape, start: tuple[float, float], moves: Mapping[str, tuple[Schedule, Optimizer]], recipe: Any
) -> xarray.Dataset:
    """Run every descent and lay them side by side."""
    import xarray as xr

    steps, seeds, size = recipe["steps"], recipe["seeds"], (recipe["steps"], recipe["repeats"], 2)
    draws = {seed: recipe["noise"] * stream(seed, "gradient_noise").standard_normal(size) for seed in seeds}
    first = float(surface.heights(settle(surface, np.array(start))))
    plain = np.stack([path(surface, start, *move, np.zeros((steps, 1, 2)))[:, 0] for move in moves.values()])
    shown, ends = np.empty((len(moves), len(seeds), steps + 1, 2)), np.empty((len(moves), len(seeds), 2))
    for at in np.ndindex(*ends.shape[:2]):  # of all repeats one at a time: they may be large
        places = path(surface, start, *list(moves.values())[at[0]], draws[seeds[at[1]]])
        shown[at], ends[at] = places[:, 0], _ends(surface, places[-1], first)
    ended, lowest = settle(surface, plain[:, -1]), minima(surface)
    values: dict[str, tuple[tuple[str, ...], Any]] = {
        "x": (("run", "step"), plain[..., 0]),
        "y": (("run", "step"), plain[..., 1]),
        "noisy_x": (("run", "seed", "step"), shown[..., 0]),
        "noisy_y": (("run", "seed", "step"), shown[..., 1]),
        "learning_rate": (("run", "update"), np.array([rates(schedule, steps) for schedule, _ in moves.values()])),
        "end_value": (("run",), surface.heights(plain[:, -1])),
        "reached_x": (("run",), ended[:, 0]),
        "reached_y": (("run",), ended[:, 1]),
        "reached_value": (("run",), surface.heights(ended)),
        "start_value": ((), first),
        "minimum_x": (("minimum",), lowest[:, 0]),
        "minimum_y": (("minimum",), lowest[:, 1]),
        "minimum_value": (("minimum",), surface.heights(lowest)),
        "escaped": (("run", "seed"), ends[..., 0]),
        "excess": (("run", "seed"), ends[..., 1]),
    }
    about = {name: {"long_name": words, "units": "1", "definition": what} for name, (words, what) in _ABOUT.items()}
    coords = {"run": list(moves), "seed": seeds, "step": np.arange(steps + 1), "update": np.arange(1, steps + 1)}
    dataset = xr.Dataset({name: (*each, about[name]) for name, each in values.items()}, coords)
    return dataset.assign_attrs(attributes("descents on a surface", recipe))
