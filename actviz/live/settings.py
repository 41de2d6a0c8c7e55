"""What the live page is set to: one frozen value, read from a URL's query and written back to it.

Everything that comes from a browser passes through here, moves of a slider as well as links: numbers are bounded, names
looked up in the tables and never imported, and what is refused is said in a note.
"""

from __future__ import annotations

import dataclasses
import math
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.choices import DEPTH_SCALE
from actviz.catalog.expressions import PREFIX, expression
from actviz.catalog.initializers import ALIASES, INITIALIZERS, FamilyInitializer, Initializer
from actviz.catalog.names import builtin, describe
from actviz.errors import ActvizError
from actviz.text import text
from actviz.text.numbers import in_print

MOST_SHOWN = 40
"""Characters of a refused value that a note repeats."""


@dataclass(frozen=True)
class Range:
    """What a slider may be set to."""

    low: float
    high: float
    step: float
    default: float

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return self.step >= 1


RANGES: dict[str, Range] = {
    "depth": Range(1, 50, 1, 5),
    "width": Range(4, 400, 4, 100),
    "scale": Range(0.1, 4.0, 0.05, 1.0),
    "bias_std": Range(0.0, 2.0, 0.05, 0.0),
    "samples": Range(20, 2000, 20, 1000),
    "seed": Range(0, 99, 1, 0),
}
"""Every slider. The largest network of all takes about two seconds on one core, and 200 MB."""

OWN = "own"
"""Activation that stands for the expression of the reader's own."""

EXAMPLE = "z*sigmoid(z)"
"""What is written there at first."""

SWITCHES = {"norm": False, "residual": False, "shrunk": False, "theory": True}
"""Every switch and its default."""

INITS = (*INITIALIZERS, "normal:0.01", "uniform:0,1")
"""What the drop-down offers beside a name with parameters of one's own, which a link may hold."""

PRESETS: dict[str, dict[str, Any]] = {
    "break": {"init": "normal", "activation": "relu", "depth": 20},
    "mend": {"init": "he_normal", "activation": "relu", "depth": 20},
    "zeros": {"init": "zeros", "activation": "sigmoid"},
    "uniform": {"init": "uniform", "activation": "sigmoid"},
    "normal": {"init": "normal", "activation": "sigmoid"},
    "xavier": {"init": "xavier_normal", "activation": "tanh"},
    "he": {"init": "he_normal", "activation": "relu"},
    "handsome": {"init": "xavier_normal", "activation": "sigmoid", "depth": 20},
}
"""What differs from a plain setting in each: break it, mend it, the article's five, and one that looks well."""

FIGURES = ("histograms", "ridges", "signal", "gradients", "saturation", "collapse", "overview")
"""Figures that can be had of a setting."""


@dataclass(frozen=True)
class Setting:
    """What the page shows; sizes are within ``RANGES``, names within the tables.

    ``scale`` multiplies the initializer's weights. Under batch normalization, which subtracts the mean, biases have no
    effect and are left out. ``residual`` makes blocks of the layers, and ``shrunk`` scales their branches by 1/sqrt(L).
    """

    init: str = "he_normal"
    activation: str = "relu"
    depth: int = 5
    width: int = 100
    scale: float = 1.0
    bias_std: float = 0.0
    samples: int = 1000
    seed: int = 0
    norm: bool = False
    theory: bool = True
    expression: str = EXAMPLE
    residual: bool = False
    shrunk: bool = False

    @property
    def function(self) -> str:
        """Name of the activation, as the command line takes it."""
        return function_of(self.activation, self.expression)

    @property
    def expects(self) -> bool:
        """Whether theory is asked; of a function of one's own, which may wind, it takes longer than a reader waits."""
        return self.theory and self.activation != OWN

    @property
    def initializer(self) -> Initializer:
        """The initializer, scaled."""
        return cast(FamilyInitializer, builtin("initializer", self.init, INITIALIZERS)).scaled(self.scale)

    @property
    def scaled_init(self) -> str:
        """Name of the initializer, scaled, as the command line takes it."""
        return describe(self.initializer, INITIALIZERS)

    def probe_arguments(self) -> dict[str, Any]:
        """Return what ``actviz.probe`` takes."""
        return {
            "inits": self.scaled_init,
            "activations": self.function,
            "depth": self.depth,
            "width": self.width,
            "samples": self.samples,
            "seeds": [self.seed],
            "bias_std": 0.0 if self.norm else self.bias_std,
            "norm": "batch" if self.norm else None,
            **self.blocks,
        }

    @property
    def blocks(self) -> dict[str, Any]:
        """Return what ``actviz.probe`` and ``actviz.runs`` take of blocks; nothing of plain layers."""
        return blocks_of(self.residual, self.shrunk)

    def query(self) -> str:
        """Return everything that is set, as a URL's query."""
        values = dataclasses.asdict(self)
        return urlencode({name: int(v) if isinstance(v, bool) else _written(v) for name, v in values.items()})

    def command(self, figures: Sequence[str] = ("histograms", "signal", "gradients"), theme: str = "light") -> str:
        """Return the command lines that measure this setting and draw it."""
        arguments = ["-i", self.scaled_init, "-a", self.function, "--depth", str(self.depth)]
        arguments += ["--width", str(self.width), "--samples", str(self.samples), "--seeds", f"{self.seed},"]
        if self.norm:
            arguments += ["--norm", "batch"]
        elif self.bias_std:
            arguments += ["--bias-std", _written(self.bias_std)]
        arguments += block_arguments(self.residual, self.shrunk)
        drawn = [part for name in figures for part in ("-f", name)]
        look = [*([] if self.expects else ["--no-theory"]), *([] if theme == "light" else ["--theme", theme])]
        probe = shlex.join(["actviz", "probe", *arguments, "-o", "live.nc"])
        return f"{probe} && {shlex.join(['actviz', 'figures', 'live.nc', *drawn, *look, '-o', 'live'])}"


def function_of(activation: str, expression: str) -> str:
    """Return the name of an activation as the command line takes it."""
    return f"{PREFIX}:{expression}" if activation == OWN else activation


def blocks_of(residual: bool, shrunk: bool) -> dict[str, Any]:
    """Return the arguments of residual blocks, by two switches; nothing of plain layers."""
    return {"block": "residual", "branch_scale": DEPTH_SCALE if shrunk else 1.0} if residual else {}


def block_arguments(residual: bool, shrunk: bool) -> list[str]:
    """Return the same as options of the command line."""
    scale = ["--branch-scale", DEPTH_SCALE] if shrunk else []
    return ["--block", "residual", *scale] if residual else []


def _written(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


Arguments = Mapping[str, Sequence[bytes | str]]


Reader = Callable[[str, str], tuple[Any, str]]
"""Takes what is written and the language; returns the value, None where it is refused, and a note, empty for none."""


def taken(arguments: Arguments, readers: Mapping[str, Reader], lang: str) -> tuple[dict[str, Any], list[str]]:
    """Return the values that a query sets, and notes on what it asked for in vain; the last one of a key counts."""
    values, notes = {}, []
    for key, given in arguments.items():
        if (reader := readers.get(str(key))) is None:
            continue
        last = given[-1] if given else ""
        value, note = reader(last.decode("utf-8", "replace") if isinstance(last, bytes) else str(last), lang)
        if value is not None:
            values[str(key)] = value
        if note:
            notes.append(note)
    return values, notes


def bounded(name: str, limits: Range, written: str, lang: str) -> tuple[float, str]:
    """Return a number within its range, and a note where it is not what was asked for."""
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    label = text(f"page.{name}", lang)
    if math.isnan(value):
        return limits.default, refused(name, written, lang)
    kept = min(max(value, limits.low), limits.high)
    note = (
        "" if kept == value else text("page.note.bounded", lang, name=label, value=in_print(kept), given=cut(written))
    )
    return (round(kept) if limits.whole else float(f"{kept:.12g}")), note


def cut(written: str) -> str:
    """Shorten what a note repeats."""
    return written if len(written) <= MOST_SHOWN else written[: MOST_SHOWN - 1] + "…"


def refused(name: str, written: str, lang: str) -> str:
    """Say that a value of a control is not known."""
    return text("page.note.refused", lang, name=text(f"page.{name}", lang), given=cut(written))


def named(name: str, written: str, lang: str) -> tuple[str | None, str]:
    """Return the name of an initializer or activation of the tables, None for any other, and a note."""
    kind, table = ("initializer", INITIALIZERS) if name == "init" else ("activation", ACTIVATIONS)
    label = ALIASES.get(written, written) if name == "init" else written
    value = builtin(kind, label, table)
    if value is None:
        return None, refused(name, written, lang)
    return label if label in table else describe(value, table), ""


def expressed(written: str, lang: str) -> tuple[str | None, str]:
    """Return an expression that is one, None for any other, and a note that says why."""
    try:
        return expression(written).name.partition(":")[2], ""
    except ActvizError as error:
        return None, text("page.note.expression", lang, reason=str(error))


def switched(name: str, written: str, lang: str) -> tuple[bool | None, str]:
    """Return a switch, None for anything else, and a note."""
    value = {"1": True, "0": False, "on": True, "off": False}.get(written)
    return value, "" if value is not None else refused(name, written, lang)


def offered(name: str, choices: Sequence[str], written: str, lang: str) -> tuple[str | None, str]:
    """Return a choice, None for anything else, and a note."""
    return (written, "") if written in choices else (None, refused(name, written, lang))


def _activation(written: str, lang: str) -> tuple[str | None, str]:
    return (OWN, "") if written == OWN else named("activation", written, lang)


PAIRING: dict[str, Reader] = {"init": partial(named, "init"), "activation": _activation, "expression": expressed}
"""What every tab reads of an initializer and an activation, the reader's own among them."""

_READERS: dict[str, Reader] = {
    **PAIRING,
    **{name: partial(bounded, name, limits) for name, limits in RANGES.items()},
    **{name: partial(switched, name) for name in SWITCHES},
}


def read(arguments: Arguments, lang: str = "en") -> tuple[Setting, tuple[str, ...]]:
    """Return the setting that a query asks for, and notes on what it asked for in vain.

    Parameters
    ----------
    arguments : mapping
        From every key of a query to its values; the last one counts. Keys that are none of a setting's are left alone.
    lang : str
        Of the notes.
    """
    values, notes = taken(arguments, _READERS, lang)
    setting = Setting(**values)
    if setting.norm and setting.bias_std:
        notes.append(text("page.note.bias", lang))
    if setting.residual:
        notes.append(text("page.note.residual", lang))
    elif setting.shrunk:
        notes.append(text("page.note.shrunk", lang))
    return setting, tuple(notes)
