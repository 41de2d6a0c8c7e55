"""An activation written as an expression in z, ``expr:z*sigmoid(z)``: parsed into value and slope, never run as Python.

Python's parser reads it, and this module's own rules compute it: nothing exists but operators and ``FUNCTIONS``.
"""

from __future__ import annotations

import ast
import functools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.catalog.activations import Activation, check_activation
from actviz.catalog.elementwise import erf, sigmoid, softplus
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array

PREFIX = "expr"
"""What stands before the colon of such a name."""

LONGEST, MOST_PARTS, LARGEST = 120, 60, 1e6
"""Characters, operators, functions and numbers of an expression at most, and the largest number in it."""

Rule = tuple[Callable[..., Any], Callable[..., Any]]
"""A function of one argument and its slope there; of the slope, the function's own value is the second argument."""

FUNCTIONS: dict[str, Rule] = {
    "tanh": (np.tanh, lambda x, h: 1.0 - h * h),
    "sigmoid": (sigmoid, lambda x, h: h * (1.0 - h)),
    "relu": (lambda x: np.maximum(x, 0.0), lambda x, h: _step(x)),
    "softplus": (softplus, lambda x, h: sigmoid(x)),
    "exp": (np.exp, lambda x, h: h),
    "log": (np.log, lambda x, h: 1.0 / x),
    "sqrt": (np.sqrt, lambda x, h: 0.5 / h),
    "abs": (np.abs, lambda x, h: np.sign(x)),
    "sin": (np.sin, lambda x, h: np.cos(x)),
    "cos": (np.cos, lambda x, h: -np.sin(x)),
    "erf": (erf, lambda x, h: 2.0 / math.sqrt(math.pi) * np.exp(-x * x)),
}
"""Functions of one argument; ``max`` and ``min`` take two, and ``line`` takes numbers."""

LINE, REACH, MOST_HEIGHTS = "line", 4.0, 25
"""``line(h, ...)`` has so many heights at most, at equal steps from z = -4 to 4, and goes straight on beyond them."""

_CONSTANTS = {"pi": math.pi, "e": math.e}
_CHOICES = {"max": np.greater_equal, "min": np.less_equal}
_BENT = ("relu", "abs")
"""Functions whose slope jumps where their argument is 0."""

Dual = tuple[Any, Any]
"""A value and its slope."""


def _line(heights: Sequence[float], z: Array) -> Dual:
    """Return value and slope of straight lines through heights; at a corner the slope is that on its left."""
    knots, at = np.linspace(-REACH, REACH, len(heights)), np.asarray(heights, float)
    slopes = np.diff(at) / np.diff(knots)
    part = np.clip(np.searchsorted(knots, z) - 1, 0, len(slopes) - 1)
    return at[part] + slopes[part] * (z - knots[part]), slopes[part]


def _numbers(arguments: Sequence[ast.expr]) -> list[float]:
    """Return the numbers that arguments are.

    Raises
    ------
    ActvizError
        If one is anything else.
    """
    found = []
    for each in arguments:
        _check(each)
        number, sign = each, 1.0
        if isinstance(each, ast.UnaryOp):
            number, sign = each.operand, -1.0 if isinstance(each.op, ast.USub) else 1.0
        if not isinstance(number, ast.Constant):
            raise _refuse(f"{LINE} takes numbers")
        found.append(sign * float(number.value))  # type: ignore[arg-type]
    return found


def _step(x: Array) -> Array:
    return np.greater(x, 0.0).astype(np.asarray(x).dtype)


def _product(a: Dual, b: Dual) -> Dual:
    return a[0] * b[0], a[1] * b[0] + a[0] * b[1]


def _quotient(a: Dual, b: Dual) -> Dual:
    return a[0] / b[0], (a[1] - a[0] / b[0] * b[1]) / b[0]


def _power(a: Dual, b: Dual) -> Dual:
    """Raise to a constant power, which the check made sure of."""
    n = b[0]
    value = a[0] ** n
    if isinstance(value, complex):
        raise ArithmeticError("a root of a negative number")
    return value, n * a[0] ** (n - 1.0) * a[1] if n else 0.0 * a[0]


_OPERATORS: dict[type, Callable[[Dual, Dual], Dual]] = {
    ast.Add: lambda a, b: (a[0] + b[0], a[1] + b[1]),
    ast.Sub: lambda a, b: (a[0] - b[0], a[1] - b[1]),
    ast.Mult: _product,
    ast.Div: _quotient,
    ast.Pow: _power,
}


def _evaluate(node: ast.expr, z: Array) -> Dual:
    """Return value and slope of a checked expression at z."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number), 0.0
        case ast.Name(id="z" | "x"):
            return z, np.ones_like(z)
        case ast.Name(id=name):
            return _CONSTANTS[name], 0.0
        case ast.UnaryOp(op=op, operand=operand):
            value, slope = _evaluate(operand, z)
            return (-value, -slope) if isinstance(op, ast.USub) else (value, slope)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_evaluate(left, z), _evaluate(right, z))
        case ast.Call(func=ast.Name(id=name), args=heights) if name == LINE:
            return _line(_numbers(heights), z)
        case ast.Call(func=ast.Name(id=name), args=[one]):
            value, inner = _evaluate(one, z)
            phi, slope = FUNCTIONS[name]
            at = np.asarray(value, z.dtype)
            given = phi(at)
            return given, slope(at, given) * inner
        case ast.Call(func=ast.Name(id=name), args=[one, other]):
            a, b = _evaluate(one, z), _evaluate(other, z)
            first = _CHOICES[name](a[0], b[0])
            return np.where(first, a[0], b[0]), np.where(first, a[1], b[1])
    raise AssertionError("checked before")


def _refuse(what: str) -> ActvizError:
    names = ", ".join([*FUNCTIONS, *_CHOICES, LINE])
    return ActvizError(f"{what}; an expression is made of z, numbers, + - * / **, pi, e, {names}")


def _check(node: ast.AST) -> None:
    """Raise an error unless an expression is made of nothing but what there is."""
    match node:
        case ast.Constant(value=True | False as truth):
            raise _refuse(f"{truth!r} is no number")
        case ast.Constant(value=int() | float() as number) if abs(number) <= LARGEST:
            return
        case ast.Name(id=name) if name in ("z", "x", *_CONSTANTS):
            return
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            names = {each.id for each in ast.walk(right) if isinstance(each, ast.Name)}
            if isinstance(op, ast.Pow) and names & {"z", "x"}:
                raise _refuse("an exponent is a number")
            _check(left)
            _check(right)
        case ast.Call(func=ast.Name(id=name), args=heights, keywords=[]) if name == LINE:
            if not 2 <= len(_numbers(heights)) <= MOST_HEIGHTS:
                raise ActvizError(f"{LINE} takes 2 to {MOST_HEIGHTS} heights, not {len(heights)}")
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if len(arguments) == _arity(name):
            for each in arguments:
                _check(each)
        case _:
            raise _refuse(f"{ast.unparse(node)[:40]!r} is none of an expression's parts")


def _arity(name: str) -> int:
    return 1 if name in FUNCTIONS else 2 if name in _CHOICES else -1


@dataclass(frozen=True)
class Part:
    """Value (0) or slope (1) of an expression as a function of z; it compares and is sent to workers as its text."""

    text: str
    which: int

    def __call__(self, z: Array) -> Array:
        """Return it at z, in the shape and precision of z."""
        z = np.asarray(z)
        with np.errstate(all="ignore"):
            found = _evaluate(_parsed(self.text), z)[self.which]
        return np.broadcast_to(np.asarray(found, z.dtype), z.shape).copy()


@functools.lru_cache(64)
def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ActvizError(f"an expression has at most {LONGEST} characters, not {len(text)}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _refuse(f"{text[:40]!r} cannot be read") from None
    parts = sum(isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call | ast.Constant) for node in ast.walk(tree))
    if parts > MOST_PARTS:
        raise ActvizError(f"an expression has at most {MOST_PARTS} parts, not {parts}")
    _check(tree)
    return tree


def _arguments_of_bends(tree: ast.expr) -> Iterator[ast.expr]:
    """Yield what has a bend where it is 0: arguments of relu and abs, differences of those of max and min."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _BENT:
                yield node.args[0]
            elif node.func.id in _CHOICES:
                yield ast.BinOp(node.args[0], ast.Sub(), node.args[1])


def _corners(node: ast.AST) -> list[float]:
    """Return the z at which lines through heights turn."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == LINE):
        return []
    heights = _numbers(node.args)
    knots, turns = np.linspace(-REACH, REACH, len(heights)), np.abs(np.diff(heights, 2)) > 1e-12
    return [float(f"{knot:.12g}") for knot in knots[1:-1][turns]]


def _kinks(tree: ast.expr) -> tuple[float, ...]:
    """Return the z, within 20 of 0, at which a slope jumps, found between points of a grid and then halved down."""
    found = {knot for node in ast.walk(tree) for knot in _corners(node)}
    grid = np.linspace(-20.0, 20.0, 4001)
    for inner in _arguments_of_bends(tree):

        def value(z: Any, inner: ast.expr = inner) -> Array:
            with np.errstate(all="ignore"):
                return np.broadcast_to(_evaluate(inner, np.asarray(z, float))[0], np.shape(z))

        at = value(grid)
        found |= {float(f"{z:.12g}") for z in grid[at == 0]} if (at == 0).sum() < 20 else set()
        for start in np.flatnonzero(at[:-1] * at[1:] < 0):
            low, high = grid[start], grid[start + 1]
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (middle, high) if value(low) * value(middle) > 0 else (low, middle)
            found.add(float(f"{(low + high) / 2:.12g}"))
    return tuple(sorted(found))[:MOST_HEIGHTS]


def expression(text: str) -> Activation:
    """Return the activation that an expression in z is, with its slope by the rules of differentiation.

    Raises
    ------
    ActvizError
        If it holds anything but what there is, is too long, or gives no number at most z.

    Examples
    --------
    >>> expression("z*sigmoid(z)").derivative(np.array([0.0]))
    array([0.5])
    >>> expression("max(z, 0.1*z)").kinks
    (0.0,)
    >>> expression("line(-1, -1, 0, 1, 1)")(np.array([-9.0, -2.0, 0.5, 9.0]))
    array([-1.  , -1.  ,  0.25,  1.  ])
    """
    text = " ".join(text.split())
    tree = _parsed(text)
    try:
        with np.errstate(all="ignore"):
            _evaluate(tree, np.zeros(1))
    except ArithmeticError:  # numbers without z are Python's own, which have no infinity
        what = "divides by zero, or has too large a number or a root of a negative one"
        raise ActvizError(f"{text[:40]!r} {what}") from None
    made = Activation(f"{PREFIX}:{text}", Part(text, 0), Part(text, 1), kinks=_kinks(tree), reference="an expression")
    check_activation(made)
    return made


def is_expression(item: Any) -> bool:
    """Whether an activation was written as an expression."""
    return isinstance(item, Activation) and isinstance(item.phi, Part)
