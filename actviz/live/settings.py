"""What the live page is set to: one frozen value, read from a URL's query and written back to it.

Everything that comes from a browser passes through here, moves of a slider as well as links: numbers are bounded, names
looked up in the tables and never imported, and what is refused is said in a note.
"""

from __future__ import annotations

import dataclasses
import math
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.initializers import (
    ALIASES,
    INITIALIZERS,
    Constant,
    Identity,
    Initializer,
    Normal,
    Orthogonal,
    TruncatedNormal,
    Uniform,
    VarianceScaling,
)
from actviz.catalog.names import builtin, describe
from actviz.errors import ActvizError
from actviz.text import text

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

SWITCHES = {"norm": False, "theory": True}
"""Every switch and its default."""

INITS = (*INITIALIZERS, "normal:0.01", "uniform:0,1")
"""What the drop-down offers beside a name with parameters of one's own, which a link may hold."""

FIGURES = ("histograms", "ridges", "signal", "gradients", "saturation", "collapse", "overview")
"""Figures that can be had of a setting."""

_FACTORS: dict[type, tuple[str, ...]] = {
    Constant: ("value",),
    Uniform: ("low", "high"),
    Normal: ("std",),
    TruncatedNormal: ("std",),
    Orthogonal: ("gain",),
    Identity: ("gain",),
}
"""Parameters of an initializer to which its weights are proportional."""


def scaled(initializer: Initializer, factor: float) -> Initializer:
    """Return the initializer whose weights are ``factor`` times as large: their standard deviation, not the variance.

    >>> scaled(INITIALIZERS["he_normal"], 1.5)
    VarianceScaling(scale=4.5, mode='fan_in', distribution='normal', preset='')
    """
    if factor == 1.0:
        return initializer
    if isinstance(initializer, VarianceScaling):
        scale = _tidy(initializer.scale * factor * factor)
        return VarianceScaling(scale, initializer.mode, initializer.distribution)
    names = _FACTORS.get(type(initializer), ())
    changed = {name: _tidy(getattr(initializer, name) * factor) for name in names}
    return dataclasses.replace(initializer, **changed) if changed else initializer  # type: ignore[type-var]


def _tidy(value: float) -> float:
    """Round away what only binary fractions bring in, so that a command is short."""
    return float(f"{value:.12g}")


@dataclass(frozen=True)
class Setting:
    """What the page shows; sizes are within ``RANGES``, names within the tables.

    ``scale`` multiplies the initializer's weights. Under batch normalization, which subtracts the mean, biases have no
    effect and are left out.
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

    @property
    def initializer(self) -> Initializer:
        """The initializer, scaled."""
        return scaled(builtin("initializer", self.init, INITIALIZERS), self.scale)

    @property
    def scaled_init(self) -> str:
        """Name of the initializer, scaled, as the command line takes it."""
        return describe(self.initializer, INITIALIZERS)

    def probe_arguments(self) -> dict[str, Any]:
        """Return what ``actviz.probe`` takes."""
        return {
            "inits": self.scaled_init,
            "activations": self.activation,
            "depth": self.depth,
            "width": self.width,
            "samples": self.samples,
            "seeds": [self.seed],
            "bias_std": 0.0 if self.norm else self.bias_std,
            "norm": "batch" if self.norm else None,
        }

    def query(self) -> str:
        """Return everything that is set, as a URL's query."""
        values = dataclasses.asdict(self)
        return urlencode({name: int(v) if isinstance(v, bool) else _written(v) for name, v in values.items()})

    def command(self, figures: Sequence[str] = ("histograms", "signal", "gradients"), theme: str = "light") -> str:
        """Return the command lines that measure this setting and draw it."""
        arguments = ["-i", self.scaled_init, "-a", self.activation, "--depth", str(self.depth)]
        arguments += ["--width", str(self.width), "--samples", str(self.samples), "--seeds", f"{self.seed},"]
        if self.norm:
            arguments += ["--norm", "batch"]
        elif self.bias_std:
            arguments += ["--bias-std", _written(self.bias_std)]
        drawn = [part for name in figures for part in ("-f", name)]
        look = [*([] if self.theory else ["--no-theory"]), *([] if theme == "light" else ["--theme", theme])]
        probe = shlex.join(["actviz", "probe", *arguments, "-o", "live.nc"])
        return f"{probe} && {shlex.join(['actviz', 'figures', 'live.nc', *drawn, *look, '-o', 'live'])}"


def _written(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


Arguments = Mapping[str, Sequence[bytes | str]]


def decoded(arguments: Arguments) -> Iterator[tuple[str, str]]:
    """Yield the last value of every key, as text."""
    for key, values in arguments.items():
        last = values[-1] if values else ""
        yield str(key), last.decode("utf-8", "replace") if isinstance(last, bytes) else str(last)


def bounded(name: str, written: str, limits: Range, lang: str) -> tuple[float, str]:
    """Return a number within its range, and a note where it is not what was asked for."""
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    label = text(f"page.{name}", lang)
    if math.isnan(value):
        return limits.default, refused(label, written, lang)
    kept = min(max(value, limits.low), limits.high)
    note = "" if kept == value else text("page.note.bounded", lang, name=label, value=f"{kept:g}", given=cut(written))
    return (round(kept) if limits.whole else _tidy(kept)), note


def cut(written: str) -> str:
    """Shorten what a note repeats."""
    return written if len(written) <= MOST_SHOWN else written[: MOST_SHOWN - 1] + "…"


def refused(label: str, written: str, lang: str) -> str:
    """Say that a value is not known."""
    return text("page.note.refused", lang, name=label, given=cut(written))


def named(name: str, written: str, lang: str) -> tuple[str | None, str]:
    """Return the name of an initializer or activation of the tables, None for any other, and a note."""
    kind, table = ("initializer", INITIALIZERS) if name == "init" else ("activation", ACTIVATIONS)
    label = ALIASES.get(written, written) if name == "init" else written
    try:
        found = builtin(kind, label, table)
    except ActvizError:
        found = None
    if found is None:
        return None, refused(text(f"page.{name}", lang), written, lang)
    return label if label in table else describe(found, table), ""


def switched(name: str, written: str, lang: str) -> tuple[bool | None, str]:
    """Return a switch, None for anything else, and a note."""
    value = {"1": True, "0": False, "on": True, "off": False}.get(written)
    return value, "" if value is not None else refused(text(f"page.{name}", lang), written, lang)


def read(arguments: Arguments, lang: str = "en") -> tuple[Setting, tuple[str, ...]]:
    """Return the setting that a query asks for, and notes on what it asked for in vain.

    Parameters
    ----------
    arguments : mapping
        From every key of a query to its values; the last one counts. Keys that are none of a setting's are left alone.
    lang : str
        Of the notes.
    """
    found: dict[str, Any] = {}
    notes = []
    for name, written in decoded(arguments):
        value: Any
        if name in RANGES:
            value, note = bounded(name, written, RANGES[name], lang)
        elif name in SWITCHES:
            value, note = switched(name, written, lang)
        elif name in ("init", "activation"):
            value, note = named(name, written, lang)
        else:
            continue
        if value is not None:
            found[name] = value
        notes.append(note)
    setting = Setting(**found)
    if setting.norm and setting.bias_std:
        notes.append(text("page.note.bias", lang))
    return setting, tuple(filter(None, notes))
