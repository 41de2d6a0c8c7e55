"""The page on which two settings stand side by side: each with its distributions, signal and gradient in one chart."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from bokeh.document import Document
from bokeh.models import Range1d

from actviz.live.charts import LANE_COLORS, Chart, Curves, Ridges
from actviz.live.computing import Ticket
from actviz.live.page import Control, Group, Look, Page, activations, choice, slider
from actviz.live.pictures import Measured, linear_limits, log_limits, picture, shared_bins
from actviz.live.race import LANES
from actviz.live.settings import INITS, PAIRING, RANGES, Arguments, Reader, Setting, bounded, switched, taken
from actviz.live.turns import Seat
from actviz.live.words import numbers, verdict_words
from actviz.probing.running import probe
from actviz.text import text

MOST_ROWS = 5
"""Ridges at most in each of the two charts, which are half as high as the one of Explore."""

_OWN: dict[str, Reader] = {
    **PAIRING,
    "scale": partial(bounded, "scale", RANGES["scale"]),
    **{name: partial(switched, name) for name in ("norm", "residual", "shrunk")},
}
_COMMON: dict[str, Reader] = {
    name: partial(bounded, name, limits) for name, limits in RANGES.items() if name not in ("scale", "bias_std")
}
_READERS = _COMMON | {f"{lane}_{name}": reader for lane in LANES for name, reader in _OWN.items()}


DIFFERENCES: dict[str, dict[str, Any]] = {
    "he": {"b_init": "he_normal"},
    "xavier": {"b_init": "xavier_normal"},
    "norm": {"b_norm": 1},
    "double": {"b_scale": 2},
}
"""What a preset makes different in B, whatever A is."""


def _presets(lang: str) -> list[dict[str, str]]:
    """Return what a preset sets, its name, and what to see in it."""
    return [
        {
            "query": urlencode(changed),
            "name": text(f"page.b.{name}", lang),
            "said": text(f"page.b.{name}.said", lang),
        }
        for name, changed in DIFFERENCES.items()
    ]


@dataclass(frozen=True)
class Pair:
    """Two settings of one depth, width, number of samples and seed."""

    a: Setting = field(default_factory=lambda: Setting("xavier_normal", depth=10, theory=False))
    b: Setting = field(default_factory=lambda: Setting("he_normal", depth=10, theory=False))

    @property
    def lanes(self) -> dict[str, Setting]:
        """Both by name."""
        return {"a": self.a, "b": self.b}

    def query(self) -> str:
        """Return everything that is set, as a URL's query."""
        own = {f"{name}_{key}": getattr(each, key) for name, each in self.lanes.items() for key in _OWN}
        pairs = own | {name: getattr(self.a, name) for name in _COMMON}
        return urlencode({key: int(v) if isinstance(v, bool) else v for key, v in pairs.items()})

    def command(self) -> str:
        """Return the command lines that measure both and lay them over each other."""
        probes = [
            each.command().partition(" && ")[0].replace("live.nc", f"{name}.nc") for name, each in self.lanes.items()
        ]
        return " && ".join([*probes, "actviz figures a.nc b.nc --overlay --labels A,B -f signal -f gradients -o ab"])


def read_pair(arguments: Arguments, lang: str = "en") -> tuple[Pair, tuple[str, ...]]:
    """Return the pair that a query asks for, and notes on what it asked for in vain."""
    values, notes = taken(arguments, _READERS, lang)
    common = {name: values[name] for name in _COMMON if name in values}
    lanes = {
        lane: dataclasses.replace(
            each, **common, **{name: values[key] for name in _OWN if (key := f"{lane}_{name}") in values}
        )
        for lane, each in Pair().lanes.items()
    }
    return Pair(lanes["a"], lanes["b"]), tuple(notes)


class Compare:
    """One reader's page of two settings."""

    def __init__(self, document: Document, look: Look, seat: Seat | None = None) -> None:
        self.page = page = Page(document, look, "compare", read_pair, self._moved, self._compute, seat)
        self.lang = lang = page.lang
        say = partial(text, lang=lang)
        labels = {name: name.upper() for name in LANES}
        self.ridges = {name: Ridges(lang, "", f"ridges_{name}", LANE_COLORS[name]) for name in LANES}
        layer = say("page.layer")
        self.signal = Curves("signal", lang, labels, ("value",), layer, Range1d(0, 1))
        self.gradients = Curves("gradients", lang, labels, ("value",), layer, Range1d(0.01, 100), log=True)
        charts: dict[str, Chart] = {f"distribution_{name}": chart for name, chart in self.ridges.items()}
        charts |= {"level": self.signal, "gradients": self.gradients}
        lanes = [
            {"name": f"verdict_{name}", "lines": f"lines_{name}", "label": label} for name, label in labels.items()
        ]
        page.lay_out(charts, self._groups(page.setting, labels), lanes=lanes, presets=_presets(lang))

    def _groups(self, setting: Pair, labels: Mapping[str, str]) -> list[Group]:
        groups = []
        for name, each in setting.lanes.items():
            own = [
                choice(f"{name}_init", "init", each.init, INITS, self.lang),
                *activations(f"{name}_", each.activation, each.expression, self.lang),
                dataclasses.replace(slider("scale", each.scale, RANGES["scale"], self.lang), name=f"{name}_scale"),
                *(
                    Control("switch", f"{name}_{key}", text(f"page.{key}", self.lang), getattr(each, key))
                    for key in ("norm", "residual", "shrunk")
                ),
            ]
            groups.append(Group(own, labels[name]))
        return [*groups, Group([slider(name, getattr(setting.a, name), RANGES[name], self.lang) for name in _COMMON])]

    # On the event loop

    def _moved(self, setting: Pair, notes: tuple[str, ...], action: str) -> None:
        alike = [text("page.alike", self.lang)] * (setting.a == setting.b)
        self.page.latest.ask((self.page.number, setting, {"notes": [*notes, *alike], "command": setting.command()}))

    def _show(self, number: int, measured: Mapping[str, Measured], words: Mapping[str, Any]) -> None:
        changes = []
        for name, each in measured.items():
            rows = [text("page.layer_row", self.lang, layer=layer, value="").rstrip(": ") for layer in each.layers]
            changes.append(self.ridges[name].show(each, rows))
        for chart, part, column, limits in (
            (self.signal, "signal", "std", linear_limits),
            (self.gradients, "gradients", "rms", log_limits),
        ):
            columns = {name: getattr(each, part) for name, each in measured.items()}
            changes.append(
                chart.data(**{name: {"epoch": c["layer"], "value": c[column]} for name, c in columns.items()})
            )
            last = len(columns["a"]["layer"])
            values = (c[column] for c in columns.values())
            changes += [chart.limits(x_range=(0.5, last + 0.5)), chart.y_limits(*limits(*values))]
        self.page.say(*changes, number=number, done=number, **words)

    # On the computing thread

    def _compute(self, asked: tuple[int, Pair, Mapping[str, Any]], ticket: Ticket) -> None:
        number, setting, words = asked
        said, measured, results = {**words, "marks": {}}, {}, {}
        for name, each in setting.lanes.items():
            results[name] = probe(**each.probe_arguments(), interrupt=ticket.check)
        bins = shared_bins(list(results.values()), MOST_ROWS)  # what is compared stands on one axis
        for name, ds in results.items():
            measured[name] = found = picture(ds, self.lang, MOST_ROWS, bins)
            told = verdict_words(ds, self.lang)
            said |= {f"verdict_{name}": told["verdict"], f"lines_{name}": told["lines"]}
            said["marks"][f"verdict_{name}"] = told["mark"]
            said[f"ridges_{name}"] = numbers(found.signal["layer"], found.signal["std"], self.lang)
            ticket.check()
        for part, column in (("signal", "std"), ("gradients", "rms")):
            columns = {name: getattr(each, part) for name, each in measured.items()}
            said[part] = "; ".join(
                f"{name.upper()}: {numbers(c['layer'], c[column], self.lang)}" for name, c in columns.items()
            )
        self.page.post(partial(self._show, number, measured, said))
