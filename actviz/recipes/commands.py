"""From a result's recipe to the command that measures it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.names import builtin
from actviz.catalog.schedules import as_rate
from actviz.sweeping.cells import defaults
from actviz.text.numbers import digits

PROBE = {
    "inputs": "normal", "bias_std": 0.0, "norm": None, "block": "plain", "branch_scale": 1.0, "dtype": "float32",
    "drive": "cotangent", "batch": 4096, "view": None, "jacobian": 0,
    "formats": None,
}  # fmt: skip
"""Settings of a probe that stand in its recipe as in the options, with what they are unless given."""

TRAIN = {
    "norm": None, "block": "plain", "branch_scale": 1.0, "lr": "constant", "optimizer": "sgd", "weight_decay": 0.0,
    "dropout": 0.0, "bias_std": 0.0, "per": "update", "loss": "cross_entropy", "batch": 100, "clip": None,
    "evaluate_every": 1, "dtype": "float32",
}  # fmt: skip
"""The same of a training."""

COMPARED = ("init", "activation", "norm", "block", "branch_scale", "lr", "optimizer", "weight_decay", "dropout")
"""Settings of a training that may be given more than once."""

_RANGE = {"norm": None, "block": "plain", "branch_scale": 1.0, "optimizer": "sgd", "batch": 100}


def command(recipe: Mapping[str, Any]) -> str:
    """Return the command line that gives a result with this recipe, or nothing if none does.

    A user's own functions and arrays are not in the recipe, only their names: no command is made of those.
    """
    make = {"training": _train, "range_test": _range_test, "sweep": _sweep, "coordinates": _follow}.get(
        str(recipe.get("kind"))
    )
    if make is None:
        make = _probe if "kind" not in recipe and "inits" in recipe else None
    words = make(recipe) if make else []
    return shlex.join(["actviz", *words]) if words else ""


def _known(inits: Sequence[str], activations: Sequence[str]) -> bool:
    """Tell names that the tables have from those of a user's own functions."""
    return all(builtin("initializer", init, INITIALIZERS) is not None for init in inits) and all(
        builtin("activation", activation, ACTIVATIONS) is not None for activation in activations
    )


def _option(name: str, value: Any) -> list[str]:
    """Write one option; numbers with commas between them, as the command line reads them."""
    if name == "lr":
        value = as_rate(str(value))
    several = [each if isinstance(each, str) else f"{each:g}" for each in (value if isinstance(value, list) else ())]
    written = ",".join(several) if several else str(value)
    flag = {"init": "-i", "activation": "-a"}.get(name, f"--{name.replace('_', '-')}")
    return [f"{flag}={written}"] if written.startswith("-") and flag.startswith("--") else [flag, written]


def _given(settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[str]:
    for name, usual in defaults.items():
        if settings.get(name, usual) != usual:
            yield from _option(name, settings[name])


def _numbers(numbers: Sequence[int]) -> str:
    """Write seeds: how many, or which."""
    return str(len(numbers)) if list(numbers) == list(range(len(numbers))) else ",".join([*map(str, numbers), ""])


def _shape(widths: Sequence[int]) -> list[str]:
    if len(set(widths)) == 1:
        return ["--depth", str(len(widths)), "--width", str(widths[0])]
    return ["--width", ",".join(map(str, widths))]


def _probe(known: Mapping[str, Any]) -> list[str]:
    if known.get("inputs_sha256") or not _known(known["inits"], known["activations"]):
        return []
    pairings = [word for init in known["inits"] for word in _option("init", init)]
    pairings += [word for activation in known["activations"] for word in _option("activation", activation)]
    widths = known["width"]
    apart = ["--input-width", str(known["input_width"])] * (known["input_width"] != widths[0])
    counted = ["--samples", str(known["samples"]), "--seeds", _numbers(known["seeds"])]
    own = "mnist" in str(known["inputs"])  # its width is that of the images
    return ["probe", *pairings, *_shape(widths), *([] if own else apart), *counted, *_given(known, PROBE)]


def _sweep(known: Mapping[str, Any]) -> list[str]:
    """Write a sweep: what differs from the defaults, and lists of what is swept."""
    usual, settings, over = defaults(known["cell"]), known["settings"], known["over"]
    given = {name: value for name, value in settings.items() if value is not None and value != usual.get(name)}
    inits = over.get("init", [given.get("init", "normal")])
    activations = over.get("activation", [given.get("activation")])
    if known.get("arrays_sha256") or not _known(inits, activations):
        return []
    if isinstance(given.get("width"), list) and len(given["width"]) == 1:  # an option of one number is of every layer
        return []
    swept = [word for name in known["fields"] for word in ("--over", f"{name}={_values(over[name])}")]
    options = [word for name, value in given.items() for word in _option(name, value)]
    return ["sweep", *swept, *options, "--keep", ",".join(known["keep"]), "--seeds", _numbers(known["seeds"])]


def _values(values: Sequence[Any]) -> str:
    """Write the values of a swept field in the fewest digits that give them back."""
    written = [digits(value) if isinstance(value, float) else str(value) for value in values]
    if any("," in each for each in written):
        return ";".join(written) + ";" * (len(written) == 1)
    return ",".join(written)


def _split(known: Mapping[str, Any]) -> Iterator[str]:
    for name, usual in {"train": None, "validation": 0.2, "test": 0.0, "label_noise": 0.0}.items():
        if known["split"].get(name, usual) != usual:
            yield from _option(name, known["split"][name])


def _train(known: Mapping[str, Any]) -> list[str]:
    runs = list(known["runs"].values())
    values = {name: list(dict.fromkeys(run.get(name, TRAIN.get(name)) for run in runs)) for name in COMPARED}
    first, combinations = runs[0], 1
    for each in values.values():
        combinations *= len(each)
    rest = [{name: value for name, value in run.items() if name not in COMPARED} for run in runs]
    same = len({json.dumps(each, sort_keys=True) for each in rest}) == 1
    if known.get("data_sha256") or combinations != len(runs) or not same:
        return []
    if not _known(values["init"], values["activation"]):
        return []
    usual: dict[str, Any] = {"init": "", "activation": "", **TRAIN}
    words = [
        word
        for name, several in values.items()
        if several != [usual[name]]
        for value in several
        for word in _option(name, value or "none" if name == "norm" else value)
    ]
    rest_given = _given(first, {name: value for name, value in TRAIN.items() if name not in COMPARED})
    budget = "updates" if first["updates"] else "epochs"
    return [
        "train", *words, "--data", known["data"], *_split(known), *_shape(first["width"]),
        *_option(budget, first[budget]),
        *["--replacement"] * first["replacement"], *rest_given, *_stopping(first["early_stopping"]),
        *_option("snapshots", first["snapshots"]), "--seeds", _numbers(known["seeds"]),
    ]  # fmt: skip


def _stopping(rule: Mapping[str, Any] | None) -> list[str]:
    if not rule:
        return []
    named = [word for name in ("monitor", "patience", "min_delta") for word in _option(name, rule[name])]
    return ["--early-stopping", *named, *["--keep-last"] * (not rule["keep_best"])]


def _range_test(known: Mapping[str, Any]) -> list[str]:
    (run,) = known["runs"].values()
    if known.get("data_sha256") or not _known([run["init"]], [run["activation"]]):
        return []
    own = {name: run[name] for name in ("norm", "block", "branch_scale", "optimizer", "batch", "lr") if name in run}
    plain = {**TRAIN, **own}
    plain["evaluate_every"] = run["evaluate_every"]
    if any(run.get(name, usual) != usual for name, usual in plain.items()):
        return []
    counted = [word for name in ("low", "high", "updates") for word in _option(name, known[name])]
    return [
        "lr-find", *_option("init", run["init"]), *_option("activation", run["activation"]), "--data", known["data"],
        *_shape(run["width"]), *_given(run, _RANGE), *counted, "--seeds", _numbers(known["seeds"]),
    ]  # fmt: skip


_FOLLOW = {
    "inputs": "16,32", "optimizer": "adam", "lr": 1e-3, "steps": 3, "margin": 0.2, "loss": "cross_entropy",
    "parametrization": "standard", "depth": 3, "outputs": 10, "bias_std": 0.0, "norm": None, "block": "plain",
    "branch_scale": 1.0,
}  # fmt: skip


def _follow(known: Mapping[str, Any]) -> list[str]:
    if known["model"] != "stack" or not _known([known["init"]], [known["activation"]]):
        return []
    given = {("input" if name == "inputs" else name): value for name, value in known.items()}
    usual = {("input" if name == "inputs" else name): value for name, value in _FOLLOW.items()}
    widths = ",".join(map(str, known["widths"]))
    seeds = [] if list(known["seeds"]) == list(range(8)) else ["--seeds", _numbers(known["seeds"])]
    return ["coord", f"{known['init']}+{known['activation']}", "--widths", widths, *_given(given, usual), *seeds]
