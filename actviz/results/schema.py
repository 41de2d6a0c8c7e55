"""What JSON from anyone's file may say: a recipe of each kind, field by field."""

from __future__ import annotations

import errno
import json
import math
import os
import re
import stat
from collections.abc import Callable, Mapping
from typing import Any

from actviz.catalog.checks import finite, path_of, whole
from actviz.catalog.choices import BLOCKS, DEPTH_SCALE, DRIVES, NORMS
from actviz.catalog.formats import NUMBER_FORMATS
from actviz.errors import ActvizError

MOST_DIGITS = 300
"""Of a whole number in JSON: as many as a float still takes."""

MOST_BYTES = 256 * 2**20
"""Of a file of text: a baseline of 1000 pairings at depth 100 has some 150 MiB."""

Check = Callable[[str, Any], Any]


def _whole_of(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a whole number of {len(digits)} digits")
    return int(digits)


def _finite_of(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError(f"a number that is not finite: {digits[:20]}")
    return number


def parsed(text: str | bytes) -> Any:
    """Return what JSON from anyone's file says.

    Raises
    ------
    ValueError
        If it is no JSON, is nested too deep, or has numbers that nothing can be done with.
    """
    try:
        return json.loads(text, parse_int=_whole_of, parse_float=_finite_of, parse_constant=_finite_of)
    except RecursionError:
        raise ValueError("JSON nested too deep") from None


def small_file(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file, of no device or pipe, and no larger than anything that actviz writes.

    Raises
    ------
    OSError
        If it cannot be read, or is none.
    """
    path = path_of(path)
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"larger than {MOST_BYTES // 2**20} MiB")
    return content


def small_text(path: str | os.PathLike[str]) -> str:
    """Return the text of such a file, without the mark that some editors begin it with."""
    return small_file(path).decode("utf-8-sig")


_KINDS = (
    (re.compile(rb"\x89HDF\r\n"), "this is a result, which `actviz show` and `actviz figures` read"),
    (re.compile(rb"\s*\{[^{]{0,200}\"actviz_baseline\""), "this is a baseline, which `actviz check` reads"),
    (re.compile(rb"\x89PNG\r\n|%PDF|<\?xml|<svg"), "this is a picture; `actviz redo` reads figures"),
)
"""How a file of each kind begins, and what to say where another kind is asked for."""


def another_kind(path: str | os.PathLike[str], asked: str) -> str:
    """Say of what kind a file is that is not the one asked for; empty if it is that, damaged, or none of ours."""
    try:
        start = small_file(path)[:400]
    except OSError:
        return ""
    return next((said for begins, said in _KINDS if begins.match(start) and asked not in said), "")


def text_of(name: str, value: Any) -> None:
    """Refuse what is no text."""
    if not isinstance(value, str):
        raise ActvizError(f"{name} must be text, not {shortly(value)}")


def shortly(value: Any) -> str:
    """Write a value of any size on one line."""
    written = repr(value)
    return written if len(written) <= 40 else f"{written[:37]}..."


def one_of(*choices: Any) -> Check:
    """Return a check for one of a few values."""

    def check(name: str, value: Any) -> None:
        if not any(value is each or (isinstance(value, str) and value == each) for each in choices):
            raise ActvizError(f"{name} is {shortly(value)}, which this actviz does not know")

    return check


def number(least: float = -math.inf, most: float = math.inf) -> Check:
    """Return a check for a finite number within bounds."""
    return lambda name, value: finite(name, value, least=least, most=most, kind=int | float)


def count(least: int = 1, most: int = 10**12) -> Check:
    """Return a check for a whole number within bounds."""
    return lambda name, value: whole(name, value, least, most)


def maybe(check: Check) -> Check:
    """Return a check that lets null through."""
    return lambda name, value: None if value is None else check(name, value)


def each(check: Check, least: int = 1, most: int = 10**6) -> Check:
    """Return a check for a list, all of whose entries pass another."""

    def every(name: str, value: Any) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise ActvizError(f"{name} must be a list of at least {least}, not {shortly(value)}")
        for entry in value:
            check(name, entry)

    return every


def by_name(check: Check) -> Check:
    """Return a check for an object, all of whose values pass another."""

    def every(name: str, value: Any) -> None:
        if not isinstance(value, dict) or not value:
            raise ActvizError(f"{name} must be an object with names, not {shortly(value)}")
        for key, entry in value.items():
            check(f"{name} {shortly(key)}", entry)

    return every


def fields(needed: Mapping[str, Check], others: Mapping[str, Check] | None = None) -> Check:
    """Return a check for an object that has the needed fields and may have others."""

    def every(name: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise ActvizError(f"{name} must be an object, not {shortly(value)}")
        if missing := [key for key in needed if key not in value]:
            raise ActvizError(f"{name} does not say {', '.join(missing)}")
        for key, check in {**needed, **(others or {})}.items():
            if key in value:
                check(f"{name}: {key}", value[key])

    return every


def _branch_scale(name: str, value: Any) -> None:
    """Refuse what is no scale of a residual branch."""
    if value != DEPTH_SCALE:
        number(0)(name, value)


_BLOCKS: dict[str, Check] = {"block": one_of(*BLOCKS), "branch_scale": _branch_scale}
_SEEDS = each(count(0, 2**63 - 1))
_SIZE = count(1, 10**9)
_DTYPE = one_of("float16", "float32", "float64")  # float16 of a model
_DRIVES = (*DRIVES, "mean_square", "below-head", "own_loss")  # of stacks, trainings, models
_RUN = fields(
    {
        "activation": text_of, "init": text_of, "lr": text_of, "optimizer": text_of, "loss": text_of, "dtype": _DTYPE,
        "per": text_of, "norm": maybe(text_of), "batch": _SIZE, "bias_std": number(0), "weight_decay": number(0),
        "dropout": number(0, 1), "clip": maybe(number(0)), "early_stopping": maybe(by_name(lambda *_: None)),
        "epochs": maybe(number(0)), "updates": maybe(count(0)), "evaluate_every": count(0), "snapshots": count(0),
        "input_width": _SIZE, "replacement": one_of(True, False), "width": each(_SIZE),
    },
    _BLOCKS,
)  # fmt: skip
_TRAINED = {
    "data": text_of, "seeds": _SEEDS, "runs": by_name(_RUN),
    "split": by_name(maybe(number(0))),
    "rows": fields(dict.fromkeys(("train", "validation", "test"), count(0))),
}  # fmt: skip
_PROBED: dict[str, Check] = {
    "inits": each(text_of), "activations": each(text_of), "width": each(_SIZE), "input_width": _SIZE,
    "samples": count(1, 10**12), "seeds": _SEEDS, "inputs": text_of, "dtype": _DTYPE,
}  # fmt: skip
_MORE: dict[str, Check] = {
    "bias_std": maybe(number(0)), "norm": maybe(text_of), "drive": text_of, "batch": maybe(_SIZE),
    "view": maybe(each(number(), 3, 3)), "inputs_sha256": maybe(text_of), "training": lambda *_: None,
    **_BLOCKS, "jacobian": count(0, 10**6), "formats": each(one_of(*NUMBER_FORMATS), 1, len(NUMBER_FORMATS)),
}  # fmt: skip
_OWN: dict[str, Check] = {**_PROBED, "input_width": count(0)}  # none of an embedding's
_FILMED = fields({"kind": one_of("module", "recorded"), **_OWN}, {"unread": each(text_of)})
_TRAINING = fields({**_TRAINED, "epoch_updates": count(0)}, {"filmed": _FILMED})
_LAID = fields({"name": text_of, "recipe": lambda *_: None, "seeds": count(0), "widths": each(_SIZE, 0)})
_OVERLAY = fields({"names": by_name(each(lambda *_: None, 2, 2)), "results": each(_LAID, 2, 4)})


def _value(name: str, value: Any) -> None:
    """Accept a value of a swept field."""
    text_of(name, value) if isinstance(value, str) else number()(name, value)


_KEPT = each(text_of, 1, 1000)
_SETTING = {
    **dict.fromkeys(("init", "activation", "place", "dtype", "inputs", "drive", "data", "per", "optimizer", "loss",
                     "monitor"), maybe(text_of)),
    **dict.fromkeys(("depth", "samples", "input_width", "batch", "epochs", "updates", "evaluate_every", "evaluated",
                     "snapshot_rows"), maybe(_SIZE)),
    **dict.fromkeys(("replacement", "early_stopping", "keep_best"), maybe(one_of("yes", "no"))),
    **dict.fromkeys(("weight_var", "bias_var", "bias_std", "train", "validation", "test", "label_noise", "weight_decay",
                     "dropout", "clip", "min_delta"), maybe(number(0))),
    "patience": maybe(count(0)),
    "width": maybe(lambda name, value: (each(_SIZE) if isinstance(value, list) else _SIZE)(name, value)),
    "lr": maybe(_value), "norm": one_of(*NORMS, "none"), "jacobian": maybe(count(0, 10**6)), **_BLOCKS,
}  # fmt: skip
"""What every setting of a sweep may be."""
_OF_CELLS = {
    "probe": ("init", "activation", "weight_var", "bias_var", "bias_std", "depth", "width", "norm", "inputs"),
    "training": ("init", "activation", "weight_var", "bias_var", "bias_std", "depth", "width", "norm", "data", "lr",
                 "updates", "epochs", "batch"),
}  # fmt: skip
"""What a sweep of each kind of cell must say, of all cells or as a field."""


def _check_sweep(name: str, value: Any) -> None:
    """Refuse a sweep that does not say of all that cells need whether it is swept or what it is."""
    _SWEEP(name, value)
    missing = [key for key in _OF_CELLS[value["cell"]] if key not in value["settings"] and key not in value["over"]]
    if missing:
        raise ActvizError(f"{name}: settings does not say {missing[0]}")
    for key, entry in value["settings"].items():
        if key in _SETTING:
            _SETTING[key](f"{name}: settings: {key}", entry)
    for key, entries in value["over"].items():
        if len({isinstance(entry, str) for entry in entries}) > 1:
            raise ActvizError(f"{name}: over: {key} has names and numbers")


_SWEEP = fields(
    {
        "cell": one_of("probe", "training"), "over": by_name(each(_value)), "fields": _KEPT,
        "settings": by_name(lambda *_: None), "keep": _KEPT, "seeds": _SEEDS, "arrays_sha256": lambda *_: None,
    }
)  # fmt: skip

_FOLLOWED: dict[str, Check] = {
    "model": text_of, "widths": each(_SIZE, 3), "seeds": _SEEDS, "steps": count(1, 1000), "margin": number(0),
    "optimizer": text_of, "lr": maybe(number(0)), "loss": text_of, "inputs": text_of,
}  # fmt: skip
_FOLLOWED_STACK = fields(
    {
        "init": text_of, "activation": text_of, "depth": count(1, 1000), "bias_std": number(0), "norm": one_of(*NORMS),
        "outputs": count(1, 10_000), "parametrization": one_of("standard", "ntk", "mup"), "lr": number(0),
    },
    _BLOCKS,
)  # fmt: skip


def _check_followed(name: str, value: Any) -> None:
    """Refuse a coordinate check that does not say what it is of."""
    fields(_FOLLOWED)(name, value)
    if value["model"] == "stack":
        _FOLLOWED_STACK(name, value)
    elif "parametrization" in value:
        raise ActvizError(f"{name}: a model has no parametrization that actviz knows")


_NAMED = {**_MORE, "drive": one_of(*_DRIVES), "norm": one_of(*NORMS)}

RECIPES: dict[str, Check] = {
    "None": fields(_PROBED, _NAMED),
    "module": fields(_OWN, {**_NAMED, "step": count(0), "unread": each(text_of)}),
    "recorded": fields(_OWN, {**_NAMED, "step": count(0), "fans_known": one_of(True, False)}),
    "snapshot": fields({**_PROBED, "step": count(0)}, {**_NAMED, "training": _TRAINING}),
    "training": _TRAINING,
    "range_test": fields({**_TRAINED, "low": number(0), "high": number(0), "updates": count(1)}),
    "descent": fields(
        {
            "landscape": text_of, "noise": number(0), "repeats": count(0), "steps": count(1), "seeds": _SEEDS,
            "start": each(number(), 2, 2), "runs": by_name(each(text_of, 2, 2)),
        }
    ),
    "sweep": _check_sweep,
    "coordinates": _check_followed,
}  # fmt: skip
"""What a recipe of each kind must say."""


def check_recipe(content: Any) -> None:
    """Refuse a recipe that says not what its kind must say."""
    if not isinstance(content, dict):
        raise ActvizError("a recipe must be an object")
    kind = str(content.get("kind"))
    if kind not in RECIPES:
        raise ActvizError(f"its kind is {shortly(content.get('kind'))}, which this actviz does not know")
    RECIPES[kind]("recipe", content)
    if "overlay" in content:
        _OVERLAY("recipe: overlay", content["overlay"])
        for told in content["overlay"]["results"]:
            if not isinstance(told["recipe"], dict) or "overlay" in told["recipe"]:
                raise ActvizError("recipe: overlay: a result that is laid over others needs a recipe of its own")
            check_recipe(told["recipe"])
        for own, at in content["overlay"]["names"].values():
            text_of("recipe: overlay: names", own)
            whole("recipe: overlay: names", at, 0, len(content["overlay"]["results"]) - 1)
