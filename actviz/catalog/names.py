"""From a name to its object, and from an object to the name that gives it back."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import math
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from actviz.catalog.activations import ACTIVATIONS, Activation, check_activation
from actviz.catalog.checks import choose_from, to_float
from actviz.catalog.expressions import PREFIX, expression, is_expression
from actviz.catalog.importing import import_item
from actviz.catalog.initializers import ALIASES, INITIALIZERS, Initializer
from actviz.catalog.inputs import INPUTS, ArrayInputs, Inputs, read_array
from actviz.catalog.optimizers import OPTIMIZERS, Optimizer
from actviz.catalog.schedules import SCHEDULES, Constant, Join, Own, ReduceOnPlateau, Schedule, StepSchedule, WarmUp
from actviz.catalog.schedules.spelling import FORMS, compose, is_composed, spell
from actviz.catalog.tasks import TASKS, ArrayTask, Task, read_task
from actviz.errors import ActvizError
from actviz.text.numbers import digits

_TABLES: tuple[Mapping[str, Any], ...] = (ACTIVATIONS, INITIALIZERS, INPUTS, SCHEDULES, OPTIMIZERS, TASKS)
_FILES = {"inputs": "a .npy or .npz file", "data": "an .npz file"}
"""What may be named beside a table's names where it is no object of a module."""


def parameters(item: Any) -> dict[str, Any]:
    """Return the parameters a name may be followed by, ``{name: value}`` in their order, as in ``uniform:-1,1``."""
    return {} if getattr(item, "preset", "") else _fields(item)


def _fields(item: Any) -> dict[str, Any]:
    if isinstance(item, Activation):
        return dict(item.parameters)
    hidden = ("preset", "reference")
    return {f.name: getattr(item, f.name) for f in dataclasses.fields(item) if f.name not in hidden}


def _parse_value(text: str, default: Any, what: str) -> Any:
    if isinstance(default, str):
        return text
    try:
        return float(text)
    except ValueError:
        raise ActvizError(f"{what}: {text!r} is not a number") from None


def _parse_parameters(kind: str, name: str, text: str, item: Any) -> Any:
    """Apply ``0.01``, ``-1,1`` or ``low=-1,high=1`` to the table's item."""
    allowed = parameters(item)
    if not allowed:
        raise ActvizError(f"{kind} {name!r} takes no parameters, got {text!r}")
    values: dict[str, Any] = {}
    signature = f"{name}:{','.join(allowed)}"
    pieces = text.split(",")
    if len(pieces) > len(allowed):
        raise ActvizError(f"{kind} {name!r} takes at most {len(allowed)} parameters ({signature}), got {text!r}")
    for position, piece in enumerate(pieces):
        key, equals, value = piece.partition("=")
        key, value = (key.strip(), value) if equals else (list(allowed)[position], piece)
        if key not in allowed or key in values:
            raise ActvizError(f"{kind} {name!r} takes {signature}, got {text!r}")
        values[key] = _parse_value(value.strip(), allowed[key], f"{kind} {name!r}, parameter {key}")
    return item.with_parameters(values) if isinstance(item, Activation) else dataclasses.replace(item, **values)


def _made(item: Any, protocol: type) -> Any:
    """Make an activation, its slope numerical, or a schedule of a plain function; leave everything else as it is."""
    if isinstance(item, type) or not callable(item):
        return item
    name = getattr(item, "__name__", type(item).__name__).strip("<>")
    if protocol is Schedule and not isinstance(item, StepSchedule | ReduceOnPlateau):
        return Own(item, name)
    if protocol is Activation and not isinstance(item, Activation):
        made = Activation(name, item)
        check_activation(made)
        return made
    return item


def _constant(spec: Any) -> Any:
    """Make a constant schedule of a number, or of one in words; leave everything else as it is."""
    if isinstance(spec, str):
        try:
            spec = float(spec)
        except ValueError:
            return spec
    return Constant(spec) if not math.isnan(to_float(spec)) or isinstance(spec, float) else spec


def _shown(value: Any) -> str:
    """Write a value of any type on one line, an array too."""
    return textwrap.shorten(repr(value), 80, placeholder=" ...")


def _resolve(kind: str, spec: Any, table: Mapping[str, Any], protocol: type) -> tuple[str, Any]:
    """Turn a name, ``name:parameters``, ``package.module:name`` or an object into (label, object)."""
    if protocol is Schedule:
        spec = _constant(spec)
    if not isinstance(spec, str):
        spec = _made(spec, protocol)
        if isinstance(spec, protocol) and not isinstance(spec, type):
            return describe(spec, table), spec
        raise ActvizError(f"{kind} must be a name or an object like {protocol.__name__}, not {_shown(spec)}")
    if protocol is Schedule and is_composed(spec):
        item = compose(spec, schedule)
        return describe(item, table) if is_builtin(item) else spec.strip(), item
    name, colon, text = _parts(spec, table)
    if (item := _of_table(kind, name, colon, text, table)) is not None:
        return item.name if is_expression(item) else describe(item, table), item
    if names_module(spec, table):
        item = import_item(kind, spec)
        item = _made(item, protocol)
        if not isinstance(item, protocol):
            needs = "sample(rng, fan_in, fan_out) and variance(fan_in, fan_out)"
            hint = needs if protocol is Initializer else f"an object like {protocol.__name__}"
            raise ActvizError(f"{kind} {spec!r} needs {hint}, not {type(item).__name__}")
        if isinstance(item, Activation):
            check_activation(item)
        return spec.strip(), item
    more = f"; compositions are written {FORMS}" if protocol is Schedule else ""
    or_else = _FILES.get(kind, "package.module:name")
    raise ActvizError(f"unknown {kind} {spec!r}; {choose_from(name, table)}, or {or_else}{more}")


def _parts(spec: str, table: Mapping[str, Any]) -> tuple[str, str, str]:
    """Split a spec into a name, an alias spelt out, its colon and its parameters."""
    name, colon, text = spec.strip().partition(":")
    return ALIASES.get(name, name) if table is INITIALIZERS else name, colon, text


def _of_table(kind: str, name: str, colon: str, text: str, table: Mapping[str, Any]) -> Any:
    """Return what a name and its parameters stand for in a table, None for any other.

    An activation may be an expression, which rules of the catalog's own compute, whatever it says.
    """
    if table is ACTIVATIONS and name == PREFIX and colon:
        return expression(text)
    if name not in table:
        return None
    return _parse_parameters(kind, name, text, table[name]) if colon else table[name]


def names_module(spec: str, table: Mapping[str, Any]) -> bool:
    """Whether a spec, or a part of a composed schedule, is in no table and names ``package.module:name``."""
    if table is SCHEDULES and is_composed(spec):
        own: list[str] = []

        def note(part: str) -> Any:
            own.extend([part] * names_module(part, table))
            return table["constant"]

        with contextlib.suppress(ActvizError):
            compose(spec, note)
        return bool(own)
    name, colon, text = _parts(spec, table)
    module = colon and text.isidentifier() and all(part.isidentifier() for part in name.split("."))
    return bool(module) and name not in table and not (table is ACTIVATIONS and name == PREFIX)


def builtin(kind: str, label: str, table: Mapping[str, Any]) -> Any:
    """Return what a label names in a table, None for any other: the one way from a file's names to objects.

    A label is never imported, whatever it names; ``activation``, ``initializer`` and their kin import what a user's
    own command line or program names.
    """
    with contextlib.suppress(ActvizError, _NotBuiltIn):  # parameters that the name does not take
        if table is SCHEDULES and is_composed(label):
            return compose(label, _builtin_part)
        name, colon, text = _parts(label, table)
        return _of_table(kind, name, colon, text, table)
    return None


class _NotBuiltIn(Exception):
    """A part of a composition that is in no table."""


def _builtin_part(name: str) -> Any:
    part = builtin("schedule", name, SCHEDULES)
    if part is None:
        raise _NotBuiltIn
    return part


def _is_of(item: Any, entry: Any) -> bool:
    """Whether an item is a table's entry but for its parameters; a preset of the general form has none."""
    if type(item) is not type(entry):
        return False
    if isinstance(item, Activation):
        return bool(item.name == entry.name and item.with_parameters(dict(entry.parameters)) == entry)
    preset = getattr(entry, "preset", "")
    return bool(not preset or (item == entry and item.preset == preset))


def is_builtin(item: Any) -> bool:
    """Whether an activation, initializer, schedule, optimizer, task or inputs are of the tables' kind, or an array."""
    if isinstance(item, WarmUp):
        return is_builtin(item.schedule)
    if isinstance(item, Join):
        return all(map(is_builtin, item.schedules))
    of_a_table = any(_is_of(item, entry) for table in _TABLES for entry in table.values())
    return of_a_table or is_expression(item) or isinstance(item, ArrayInputs | ArrayTask)


def describe(item: Any, table: Mapping[str, Any]) -> str:
    """Return the shortest name that gives the item back: ``normal``, ``normal:0.01``, or a user's own name.

    >>> describe(initializer("normal:0.010"), INITIALIZERS)
    'normal:0.01'
    """
    if isinstance(item, WarmUp | Join):
        return spell(item, functools.partial(describe, table=table), _written)
    for name, entry in table.items():
        if _is_of(item, entry):
            values, defaults = _fields(item), _fields(entry)
            if values == defaults:
                return name
            if table is SCHEDULES:
                return f"{name}:{_changes(values, defaults)}"
            return f"{name}:{','.join(v if isinstance(v, str) else digits(v) for v in values.values())}"
    name = str(getattr(item, "name", "") or type(item).__name__)
    return f"own {name}" if name in table else name


def _changes(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """Write the parameters that differ from a name's own: all up to the last of them, or each by name if shorter."""
    changed = [name for name in values if values[name] != defaults[name]]
    until = list(values).index(changed[-1]) + 1
    in_order = [_written(value) for value in list(values.values())[:until]]
    first = next(at for at, name in enumerate([*values, ""]) if name not in changed)  # these need no name
    by_name = [*in_order[:first], *(f"{name}={_written(values[name])}" for name in changed[first:])]
    return min(",".join(in_order), ",".join(by_name), key=len)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else digits(value).replace("e+", "e")


def activation(spec: str | Activation | Callable[..., Any]) -> Activation:
    """Look up an activation: a name, ``leaky_relu:0.2``, ``expr:z*sigmoid(z)``, ``package.module:name``, or the object.

    A plain function will do too; its slope is then taken numerically.

    Raises
    ------
    ActvizError
        If there is none such; the message lists the choices.
    """
    if isinstance(spec, Activation):  # whose name, which theory does not need, takes longer to find than a moment
        return spec
    return _resolve("activation", spec, ACTIVATIONS, Activation)[1]  # type: ignore[no-any-return]


def initializer(spec: str | Initializer) -> Initializer:
    """Look up an initializer: a name, ``normal:0.01``, ``package.module:name``, or the object itself.

    Raises
    ------
    ActvizError
        If there is none such; the message lists the choices.
    """
    return _resolve("initializer", spec, INITIALIZERS, Initializer)[1]  # type: ignore[no-any-return]


def schedule(spec: float | str | Schedule | Callable[..., Any]) -> Schedule:
    """Look up a learning-rate schedule.

    Parameters
    ----------
    spec : number, str, Schedule or callable
        A constant rate; a name, ``step:0.1,0.5,50``, ``package.module:name``, or a composition of them as
        ``warmup:5+cosine:0.1,100`` and ``constant:0.1@20+step``; the object itself; or a function of a step, which
        becomes an ``Own`` schedule.

    Raises
    ------
    ActvizError
        If there is none such; the message lists the choices.
    """
    return _resolve("schedule", spec, SCHEDULES, Schedule)[1]  # type: ignore[no-any-return]


def optimizer(spec: str | Optimizer) -> Optimizer:
    """Look up an optimizer: a name, ``momentum:0.9``, ``package.module:name``, or the object itself.

    Raises
    ------
    ActvizError
        If there is none such; the message lists the choices.
    """
    return _resolve("optimizer", spec, OPTIMIZERS, Optimizer)[1]  # type: ignore[no-any-return]


def pairing_parts(written: str) -> tuple[str, str] | None:
    """Return the names in INIT+ACTIVATION, which part at the first + that a letter follows; None where it is none.

    >>> pairing_parts("normal:1e+1+expr:max(z, 0.1*z) + 0.1*sin(z)")
    ('normal:1e+1', 'expr:max(z, 0.1*z) + 0.1*sin(z)')
    """
    return (of := re.fullmatch(r"\s*(.+?)\s*\+\s*([^\W\d].*)", written, re.DOTALL)) and (of[1], of[2])


def labelled_task(spec: Any) -> tuple[str, Task]:
    """Turn a name, ``moons:500,0.1``, an ``.npz`` path, a task or a pair of arrays (x, y) into (label, task)."""
    if isinstance(spec, str) and spec.endswith(".npz"):
        return spec, read_task(spec)
    if isinstance(spec, tuple) and len(spec) == 2:
        spec = ArrayTask(*spec)
    return _resolve("data", spec, TASKS, Task)


def labelled_activations(specs: Any) -> dict[str, Activation]:
    """Turn one or many activations into ``{label: activation}``."""
    return _labelled("activation", specs, ACTIVATIONS, Activation)


def labelled_initializers(specs: Any) -> dict[str, Initializer]:
    """Turn one or many initializers into ``{label: initializer}``."""
    return _labelled("initializer", specs, INITIALIZERS, Initializer)


def labelled_schedules(specs: Any) -> dict[str, Schedule]:
    """Turn one or many schedules into ``{label: schedule}``."""
    return _labelled("schedule", specs, SCHEDULES, Schedule)


def _labelled(kind: str, specs: Any, table: Mapping[str, Any], protocol: type) -> dict[str, Any]:
    many = specs if isinstance(specs, Iterable) and not isinstance(specs, str) else [specs]
    pairs = [_resolve(kind, spec, table, protocol) for spec in many]
    if not pairs:
        raise ActvizError(f"need at least one {kind}; choose from {', '.join(table)}")
    labelled = dict(pairs)
    if len(labelled) < len(pairs):
        raise ActvizError(f"each {kind} may be given once, got {', '.join(label for label, _ in pairs)}")
    return labelled


def labelled_inputs(spec: Any) -> tuple[str, Inputs]:
    """Turn a name, ``uniform:0,1``, a ``.npy`` / ``.npz`` path or an array into (label, inputs)."""
    if isinstance(spec, str) and spec.endswith((".npy", ".npz")):
        return spec, read_array(spec)
    if hasattr(spec, "__array__") and not isinstance(spec, Inputs):
        spec = ArrayInputs(spec)
    return _resolve("inputs", spec, INPUTS, Inputs)
