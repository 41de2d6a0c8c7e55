"""Zeros of a function between two places, by Brent's method.

The steps are those of ``scipy.optimize.brentq``, to the bit; but to import that takes longer than all searches of a
diagnosis.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from actviz.errors import ActvizError

_MOST = 100
_EPSILON = 4.0 * math.ulp(1.0)


def root_between(
    function: Callable[[float], float], low: float, high: float, *, near: float, share: float = _EPSILON
) -> float:
    """Return where a function that changes its sign between two places is 0 (Brent 1973, chapter 4).

    Parameters
    ----------
    function : callable
    low, high : float
    near, share : float
        How near it the result is: by ``near``, and a share of itself.

    Raises
    ------
    ActvizError
        If the function has one sign at both places, or is no number somewhere, or after 100 steps.

    Examples
    --------
    >>> round(root_between(lambda x: x * x - 2.0, 0.0, 2.0, near=1e-12), 9)
    1.414213562
    """
    before, here = ((place, _value(function, place)) for place in (float(low), float(high)))
    across, last, step = before, 0.0, 0.0
    for of in (before, here):
        if of[1] == 0.0:
            return of[0]
    if (before[1] < 0.0) == (here[1] < 0.0):
        raise ActvizError(f"a function has one sign at {low:g} and at {high:g}: no zero is known to be between")
    for _ in range(_MOST):
        if before[1] != 0.0 and (before[1] < 0.0) != (here[1] < 0.0):
            across, last = before, here[0] - before[0]
            step = last
        if abs(across[1]) < abs(here[1]):
            before, here, across = here, across, here
        least, half = (near + share * abs(here[0])) / 2.0, (across[0] - here[0]) / 2.0
        if here[1] == 0.0 or abs(half) < least:
            return here[0]
        tried = _curved(before, here, across) if abs(last) > least and abs(here[1]) < abs(before[1]) else math.inf
        short = 2.0 * abs(tried) < min(abs(last), 3.0 * abs(half) - least)
        last, step = (step, tried) if short else (half, half)
        place = here[0] + (step if abs(step) > least else math.copysign(least, half))
        before, here = here, (place, _value(function, place))
    raise ActvizError(f"a zero between {low:g} and {high:g} is not found in {_MOST} steps")


def _value(function: Callable[[float], float], place: float) -> float:
    """Return a function's value, as a number of Python's own, whose arithmetic does not warn."""
    value = float(function(place))
    if math.isnan(value):
        raise ActvizError(f"a function is no number at {place:g}: its zero cannot be found")
    return value


def _curved(before: tuple[float, float], here: tuple[float, float], across: tuple[float, float]) -> float:
    """Return the step to the zero of what goes through these places: a line, or an inverse hyperbola."""
    if before[0] == across[0]:
        return -here[1] * (here[0] - before[0]) / (here[1] - before[1])
    steep, wide = ((each[1] - here[1]) / (each[0] - here[0]) for each in (before, across))
    below = wide * steep * (across[1] - before[1])
    return -here[1] * (across[1] * wide - before[1] * steep) / below if below else math.inf
