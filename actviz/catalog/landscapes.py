"""Surfaces over the plane to descend on: the value, and beside it the slope, one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.catalog.checks import choose_from
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array


@dataclass(frozen=True)
class Landscape:
    """A surface over the plane.

    Parameters
    ----------
    name : str
    value : callable
        From arrays x and y to the height.
    slope : callable
        From arrays x and y to (dvalue/dx, dvalue/dy).
    start : tuple of float
        A point in a poor region: in the basin of a minimum that is not the lowest.
    view : tuple of float
        x from and to, y from and to, of what a figure shows.
    about : str
        What it is, in a line.
    """

    name: str
    value: Callable[[Any, Any], Any]
    slope: Callable[[Any, Any], tuple[Any, Any]]
    start: tuple[float, float]
    view: tuple[float, float, float, float]
    about: str = ""

    def __post_init__(self) -> None:
        for what, numbers, count in (("start", self.start, 2), ("view", self.view, 4)):
            if not isinstance(numbers, Sequence) or len(numbers) != count or isinstance(numbers, str | bytes):
                raise ActvizError(f"landscape {self.name}: {what} must be {count} numbers, not {numbers!r}")
        left, right, bottom, top = self.view
        if not (np.isfinite([*self.start, *self.view]).all() and left < right and bottom < top):
            raise ActvizError(
                f"landscape {self.name}: need a finite start and a view (left, right, bottom, top) with left < right "
                f"and bottom < top, not {self.start} and {self.view}"
            )

    def heights(self, points: Array) -> Array:
        """Return the height at points (..., 2)."""
        return np.asarray(self.value(points[..., 0], points[..., 1]))

    def gradient(self, points: Array) -> Array:
        """Return the gradient at points (..., 2), of the same shape."""
        return np.stack(np.broadcast_arrays(*self.slope(points[..., 0], points[..., 1])), axis=-1)


def _hole(x: Any, y: Any) -> Any:
    return 0.8 * np.exp(-8.0 * ((x + 1.2) ** 2 + (y - 0.3) ** 2))


DIP = Landscape(
    "dip",
    value=lambda x, y: 0.3 * ((x - 1.0) ** 2 + y**2) - _hole(x, y),
    slope=lambda x, y: (0.6 * (x - 1.0) + 16.0 * _hole(x, y) * (x + 1.2), 0.6 * y + 16.0 * _hole(x, y) * (y - 0.3)),
    start=(-1.3, 0.55),
    view=(-2.1, 2.3, -1.35, 1.35),
    about="a wide bowl, and on its flank a narrow dip in which the descent starts",
)

RIPPLES = Landscape(
    "ripples",
    value=lambda x, y: 0.15 * (x**2 + y**2) + (2.0 - np.cos(np.pi * x) - np.cos(np.pi * y)) / np.pi,
    slope=lambda x, y: (0.3 * x + np.sin(np.pi * x), 0.3 * y + np.sin(np.pi * y)),
    start=(-3.6, 2.7),
    view=(-4.6, 4.0, -3.1, 3.7),
    about="a bowl with ripples: a grid of minima, the lowest in the middle",
)

LANDSCAPES: dict[str, Landscape] = {each.name: each for each in (DIP, RIPPLES)}
"""Every built-in surface by its name."""


def landscape(spec: str | Landscape) -> Landscape:
    """Look up a surface by its name; one of your own is given back.

    >>> landscape("dip").start
    (-1.3, 0.55)

    Raises
    ------
    ActvizError
        If there is none such; the message lists those there are.
    """
    if isinstance(spec, Landscape):
        return spec
    if spec not in LANDSCAPES:
        raise ActvizError(f"unknown landscape {spec!r}; {choose_from(spec, LANDSCAPES)}")
    return LANDSCAPES[spec]


_SETTLED, _MOST = 1e-9, 20_000
_STRIDE = 0.01
"""The longest step, in widths of the view: no ridge is stepped over."""


def settle(surface: Landscape, points: Array) -> Array:
    """Follow the slope down from points (..., 2) to the minimum of each one's basin.

    NaN where there is none to be found: from a point that is not finite or 200 views away, or where the slope goes on
    and on. A point's step grows while it goes down and halves where it would go up, so that no basin is left.
    """
    at = np.array(points, np.float64).reshape(-1, 2)
    width = surface.view[1] - surface.view[0]
    going: Any = (np.abs(at - np.array(surface.start)) < _STRIDE * _MOST * width).all(axis=1)
    at[~going] = np.nan
    rate = np.full(len(at), 1e-3)
    with np.errstate(all="ignore"):
        for _ in range(_MOST):
            here = np.flatnonzero(going)
            if not len(here):
                break
            gradient = surface.gradient(at[here])
            length = np.hypot(gradient[:, 0], gradient[:, 1])
            step = np.minimum(rate[here], _STRIDE * width / length)
            there = at[here] - step[:, None] * gradient
            # near a minimum rounding hides whether a step goes down; whether it goes past shows in the slope
            lower = (surface.gradient(there) * gradient).sum(axis=1) >= 0
            at[here[lower]] = there[lower]
            rate[here] *= np.where(lower, 1.2, 0.5)
            going[here] = np.abs(gradient).max(axis=1) > _SETTLED
    at[going] = np.nan
    return at.reshape(np.shape(points))


def minima(surface: Landscape) -> Array:
    """Return the minima in which points of the view end, shape (minima, 2), the lowest first.

    >>> (minima(DIP).round(2) + 0.0).tolist()
    [[1.0, 0.0], [-1.09, 0.29]]
    """
    left, right, bottom, top = surface.view
    x, y = np.meshgrid(np.linspace(left, right, 21), np.linspace(bottom, top, 21))
    ends = settle(surface, np.stack([x, y], axis=-1).reshape(-1, 2))
    apart = 1e-3 * (right - left)
    lowest: list[Array] = []
    for end in ends[np.argsort(surface.heights(ends), kind="stable")]:
        if np.isfinite(end).all() and all(np.abs(end - other).max() > apart for other in lowest):
            lowest.append(end)
    return np.array(lowest).reshape(-1, 2)
