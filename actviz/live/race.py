"""The page on which two settings train side by side, their layers moving."""

from __future__ import annotations

import dataclasses
import math
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import numpy as np
from bokeh.document import Document
from bokeh.models import NumeralTickFormatter, Range1d
from threadpoolctl import threadpool_limits

from actviz.catalog.names import labelled_task
from actviz.catalog.tasks import TASKS, Split, divide
from actviz.live.charts import LANE_COLORS, Chart, Curves, Ridges
from actviz.live.computing import Superseded, Ticket
from actviz.live.page import Control, Group, Look, Page, activations, choice, slider
from actviz.live.pictures import Measured, linear_limits, picture, shared_bins
from actviz.live.settings import (
    EXAMPLE,
    INITS,
    PAIRING,
    Arguments,
    Range,
    Reader,
    block_arguments,
    blocks_of,
    bounded,
    function_of,
    offered,
    switched,
    taken,
)  # fmt: skip
from actviz.live.turns import Seat
from actviz.plots.reading.scales import Floats
from actviz.results.dataset import assemble
from actviz.text import text, typeset
from actviz.text.numbers import in_print
from actviz.training.grid import runs
from actviz.training.loop import Course, Ended

if TYPE_CHECKING:
    import xarray

LANES = ("a", "b")
RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1")
DATA = tuple(TASKS)
RACE_RANGES = {
    "depth": Range(1, 20, 1, 5),
    "width": Range(4, 200, 4, 100),
    "epochs": Range(1, 200, 1, 30),
    "seed": Range(0, 99, 1, 0),
}
"""Every slider of the race."""

OFTEN = 0.05
"""Seconds between two pictures at least."""

SELDOM = 0.25
"""Seconds between two pictures of the layers, which are measured for it."""

ROWS, MOST_ROWS = 300, 5
"""Rows of training data on which layers are measured, and layers that are shown at most."""


@dataclass(frozen=True)
class Lane:
    """What one of the two trains."""

    init: str
    activation: str = "relu"
    norm: bool = False
    lr: str = "0.1"
    residual: bool = False
    shrunk: bool = False
    expression: str = EXAMPLE

    @property
    def function(self) -> str:
        """Name of the activation, as the command line takes it."""
        return function_of(self.activation, self.expression)


@dataclass(frozen=True)
class RaceSetting:
    """What both train on, how large they are, and each one's own."""

    a: Lane = Lane("normal:0.01")
    b: Lane = Lane("he_normal")
    data: str = "mnist"
    depth: int = 5
    width: int = 100
    epochs: int = 30
    seed: int = 0

    @property
    def lanes(self) -> dict[str, Lane]:
        """Both lanes by name."""
        return {"a": self.a, "b": self.b}

    def query(self) -> str:
        """Return everything that is set, as a URL's query."""
        common = {name: getattr(self, name) for name in ("data", *RACE_RANGES)}
        own = {f"{name}_{key}": v for name, lane in self.lanes.items() for key, v in dataclasses.asdict(lane).items()}
        return urlencode({key: int(v) if isinstance(v, bool) else v for key, v in (own | common).items()})

    def command(self) -> str:
        """Return the command lines that train both."""
        return " && ".join(shlex.join(["actviz", "train", *self._arguments(name)]) for name in LANES)

    def _arguments(self, name: str) -> list[str]:
        lane = self.lanes[name]
        sizes = ["--depth", str(self.depth), "--width", str(self.width), "--epochs", str(self.epochs)]
        norm = ["--norm", "batch"] if lane.norm else []
        norm += block_arguments(lane.residual and self.depth > 1, lane.shrunk)
        own = ["-i", lane.init, "-a", lane.function, *norm, "--lr", lane.lr]
        return [*own, "--data", self.data, *sizes, "--seeds", f"{self.seed},", "-o", f"lane-{name}.nc"]

    def course(self, name: str) -> Course:
        """Return a lane's run, ready to start."""
        lane = self.lanes[name]
        (run,) = runs(
            lane.init,
            lane.function,
            data=self.data,
            depth=self.depth,
            width=self.width,
            norm="batch" if lane.norm else None,
            **blocks_of(lane.residual and self.depth > 1, lane.shrunk),
            lr=float(lane.lr),
            epochs=self.epochs,
            snapshots=0,
        ).values()
        task = labelled_task(self.data)[1]
        return Course(run, divide(task, Split(), self.seed, run.config.dtype), self.seed)


_COMMON: dict[str, Reader] = {
    "data": partial(offered, "data", DATA),
    **{name: partial(bounded, name, limits) for name, limits in RACE_RANGES.items()},
}
_OWN: dict[str, Reader] = {
    **PAIRING,
    **{name: partial(switched, name) for name in ("norm", "residual", "shrunk")},
    "lr": partial(offered, "lr", RATES),
}
_READERS = _COMMON | {f"{lane}_{name}": reader for lane in LANES for name, reader in _OWN.items()}


def read_race(arguments: Arguments, lang: str = "en") -> tuple[RaceSetting, tuple[str, ...]]:
    """Return the race that a query asks for, and notes on what it asked for in vain."""
    values, notes = taken(arguments, _READERS, lang)
    lanes = {
        lane: dataclasses.replace(own, **{name: values[key] for name in _OWN if (key := f"{lane}_{name}") in values})
        for lane, own in RaceSetting().lanes.items()
    }
    common = {name: values[name] for name in _COMMON if name in values}
    setting = RaceSetting(lanes["a"], lanes["b"], **common)
    if setting.depth == 1 and any(lane.residual for lane in lanes.values()):
        notes.append(text("page.note.one_layer", lang))
    return setting, tuple(notes)


COLUMNS = {"loss": ("train_loss", "validation_loss"), "accuracy": ("validation_accuracy",)}
"""What each chart shows of a run."""


@dataclass(frozen=True)
class Standing:
    """How far a lane has come: its curves so far, and why it ended, empty while it runs."""

    epochs: list[int]
    numbers: dict[str, list[float]]
    ended: str = ""
    course: Course | None = None

    def columns(self, names: Sequence[str]) -> dict[str, Floats]:
        """Return curves as columns."""
        return {name: np.asarray(self.numbers[name], float) for name in names}

    def words(self, lang: str) -> str:
        """Say it in a line."""
        if not self.epochs:
            return text("page.lane_waits", lang)
        shown = {name: self.numbers[name][-1] for name in ("train_loss", "validation_accuracy")}
        numbers = {"loss": in_print(shown["train_loss"], 4), "accuracy": f"{100 * shown['validation_accuracy']:.1f} %"}
        words = text("page.lane_words", lang, epoch=self.epochs[-1], **numbers)
        return typeset(f"{words} ({text(f'page.lane.{self.ended}', lang)})", lang) if self.ended else words


_ENDINGS = {Ended.BUDGET: "budget", Ended.DIVERGED: "diverged"}


def standing(course: Course) -> Standing:
    """Read a run's evaluations so far."""
    each = len(course.plan.sizes)
    done = [at for at in course.plan.evaluations if at <= course.learner.updates]
    epochs = [at // each for at in done]
    names = [name for columns in COLUMNS.values() for name in columns]
    numbers = {name: course.trace.numbers[name][: len(done)].tolist() for name in names}
    return Standing(epochs, numbers, _ENDINGS.get(course.trace.ended, "") if course.over else "", course)


def layers_of(courses: Mapping[str, Course], lang: str) -> dict[str, Measured]:
    """Return what the layers of networks in training are like at this moment, on one axis: they are compared."""
    results = {name: _snapshot(course) for name, course in courses.items()}
    bins = shared_bins(list(results.values()), MOST_ROWS) if results else None
    return {name: picture(ds, lang, MOST_ROWS, bins) for name, ds in results.items()}


def _snapshot(course: Course) -> xarray.Dataset:
    """Return the layers of a network in training at this moment, as a probe's result."""
    x, y = (part["train"][:ROWS] for part in (course.examples.x, course.examples.y))
    with np.errstate(all="ignore"):  # overflow is data
        found = course.learner.snapshot(x, y)
    init, activation = "network", str(course.run.recipe()["activation"])
    how = {"inits": [init], "activations": [activation], "seeds": [course.seed]}
    pairing = (init, activation)
    fans = course.run.stack.fans
    return assemble({(*pairing, course.seed): found.statistics}, {pairing: found.histograms}, fans=fans, recipe=how)


def run_race(setting: RaceSetting, ticket: Ticket) -> Iterator[dict[str, Standing]]:
    """Train both lanes in turn, an epoch each; yield how far they are."""
    with threadpool_limits(1, "blas"):
        courses = {name: setting.course(name) for name in LANES}
        running = {name: course.epochs() for name, course in courses.items()}
        while running:
            for name in list(running):
                ticket.check()
                if next(running[name], None) is None:
                    del running[name]
            yield {name: standing(course) for name, course in courses.items()}


class Race:
    """One reader's race: its charts, and what is trained for it."""

    def __init__(self, document: Document, look: Look, seat: Seat | None = None) -> None:
        self.page = page = Page(document, look, "race", read_race, self._moved, self._compute, seat)
        self.lang = lang = page.lang
        say = partial(text, lang=lang)
        labels = {name: say("page.lane", number=number) for number, name in enumerate(LANES, 1)}
        highest = {"loss": 2.5, "accuracy": 1.02}
        self.charts = {
            name: Curves(name, lang, labels, columns, say("page.epoch"), Range1d(0, highest[name]))
            for name, columns in COLUMNS.items()
        }
        percent = NumeralTickFormatter(format=typeset("0 %", lang))  # as the words have it
        self.charts["accuracy"].plot.yaxis.formatter = percent
        self.ridges = {name: Ridges(lang, "", f"layers_{name}", LANE_COLORS[name]) for name in LANES}
        lanes = [{"name": f"lane_{name}", "label": label} for name, label in labels.items()]
        charts: dict[str, Chart] = {**self.charts, **{chart.name: chart for chart in self.ridges.values()}}
        page.lay_out(charts, _groups(page.setting, labels, lang), lanes=lanes)
        self._standings = dict.fromkeys(LANES, Standing([], {}))

    # On the event loop

    def _moved(self, setting: RaceSetting, notes: tuple[str, ...], action: str) -> None:
        waits = {f"lane_{name}": each.words(self.lang) for name, each in self._standings.items()}
        self.page.say(number=self.page.number, notes=list(notes), command=setting.command(), **waits)
        if action in ("start", "stop"):
            self.page.latest.ask(setting if action == "start" else None)

    def _show(self, epochs: int, standings: dict[str, Standing], layers: Mapping[str, Measured]) -> None:
        self._standings = standings
        seen = [v for each in standings.values() for name in COLUMNS["loss"] for v in each.numbers[name]]
        start = [each.numbers["train_loss"][0] for each in standings.values() if each.numbers["train_loss"]]
        changes = []
        for key, chart in self.charts.items():
            data = {name: {"epoch": each.epochs, **each.columns(COLUMNS[key])} for name, each in standings.items()}
            changes += [chart.limits(x_range=(-0.015 * epochs, 1.015 * epochs)), chart.data(**data)]
        # A lane that diverges must not push the other one to the floor.
        most = 2.0 * max([v for v in start if math.isfinite(v)], default=1.0)
        _, high = linear_limits([v for v in seen if v <= most])
        changes.append(self.charts["loss"].limits(y_range=(0.0, high)))
        words = {f"lane_{name}": each.words(self.lang) for name, each in standings.items()}
        rows = {key: "; ".join(words.values()) for key in COLUMNS}
        for name, each in layers.items():
            named = [text("page.layer_row", self.lang, layer=at, value="").rstrip(": ") for at in each.layers]
            changes.append(self.ridges[name].show(each, named))
            rows[f"layers_{name}"] = ", ".join(each.notes["text"])
        self.page.say(*changes, **words, **rows)

    # On the computing thread

    def _compute(self, setting: RaceSetting | None, ticket: Ticket) -> None:
        if setting is None:
            return
        standings, last, measured = dict.fromkeys(LANES, Standing([], {})), 0.0, 0.0
        try:
            for standings in run_race(setting, ticket):
                if time.monotonic() - last > OFTEN:
                    layers = self._layers(standings) if time.monotonic() - measured > SELDOM else {}
                    self.page.post(partial(self._show, setting.epochs, standings, layers))
                    last = time.monotonic()
                    measured = last if layers else measured
        except Superseded:
            standings = {
                name: each if each.ended else dataclasses.replace(each, ended="stopped")
                for name, each in standings.items()
            }
            raise
        finally:
            if all(each.epochs for each in standings.values()):
                self.page.post(partial(self._show, setting.epochs, standings, self._layers(standings)))

    def _layers(self, standings: Mapping[str, Standing]) -> dict[str, Measured]:
        return layers_of({name: each.course for name, each in standings.items() if each.course}, self.lang)


def _groups(setting: RaceSetting, labels: Mapping[str, str], lang: str) -> list[Group]:
    """Return the form's controls: each lane's own, then those of both."""
    groups = []
    for name, lane in setting.lanes.items():
        own = [
            choice(f"{name}_init", "init", lane.init, INITS, lang),
            *activations(f"{name}_", lane.activation, lane.expression, lang),
            choice(f"{name}_lr", "lr", lane.lr, RATES, lang, plain=True),
            *(
                Control("switch", f"{name}_{key}", text(f"page.{key}", lang), getattr(lane, key))
                for key in ("norm", "residual", "shrunk")
            ),
        ]
        groups.append(Group(own, labels[name]))
    common = [slider(name, getattr(setting, name), limits, lang) for name, limits in RACE_RANGES.items()]
    return [*groups, Group([choice("data", "data", setting.data, DATA, lang, plain=True), *common])]
