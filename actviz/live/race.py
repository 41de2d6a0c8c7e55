"""The page on which two settings train side by side."""

from __future__ import annotations

import dataclasses
import math
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import numpy as np
from bokeh.models import Range1d
from threadpoolctl import threadpool_limits

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.names import labelled_task
from actviz.catalog.tasks import TASKS, Split, divide
from actviz.live.charts import Curves
from actviz.live.computing import Latest, Superseded, Ticket
from actviz.live.explore import choices
from actviz.live.page import Control, Frame, Look, Page, slider
from actviz.live.pictures import linear_limits
from actviz.live.settings import INITS, Arguments, Range, bounded, decoded, named, refused, switched
from actviz.plots.reading.scales import Floats
from actviz.text import text
from actviz.training.grid import runs
from actviz.training.loop import Course, Ended

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


@dataclass(frozen=True)
class Lane:
    """What one of the two trains."""

    init: str
    activation: str = "relu"
    norm: bool = False
    lr: str = "0.1"


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
        own = ["-i", lane.init, "-a", lane.activation, *norm, "--lr", lane.lr]
        return [*own, "--data", self.data, *sizes, "--seeds", f"{self.seed},", "-o", f"lane-{name}.nc"]

    def course(self, name: str) -> Course:
        """Return a lane's run, ready to start."""
        lane = self.lanes[name]
        (run,) = runs(
            lane.init,
            lane.activation,
            data=self.data,
            depth=self.depth,
            width=self.width,
            norm="batch" if lane.norm else None,
            lr=float(lane.lr),
            epochs=self.epochs,
            snapshots=0,
        ).values()
        task = labelled_task(self.data)[1]
        return Course(run, divide(task, Split(), self.seed, run.config.dtype), self.seed)


def read_race(arguments: Arguments, lang: str = "en") -> tuple[RaceSetting, tuple[str, ...]]:
    """Return the race that a query asks for, and notes on what it asked for in vain."""
    common: dict[str, Any] = {}
    lanes = {name: dataclasses.asdict(lane) for name, lane in RaceSetting().lanes.items()}
    notes = []
    for key, written in decoded(arguments):
        lane, _, name = key.partition("_")
        value, note = _value(name if lane in LANES and name else key, written, lang, own=bool(name))
        notes.append(note)
        if value is None:
            continue
        if lane in LANES and name in lanes[lane]:
            lanes[lane][name] = value
        elif key in RACE_RANGES or key == "data":
            common[key] = value
    return RaceSetting(Lane(**lanes["a"]), Lane(**lanes["b"]), **common), tuple(filter(None, notes))


def _value(name: str, written: str, lang: str, *, own: bool) -> tuple[Any, str]:
    """Return a value of a lane (``own``) or of both, None where it is refused or there is no such key, and a note."""
    if not own and name in RACE_RANGES:
        return bounded(name, written, RACE_RANGES[name], lang)
    if own and name in ("init", "activation"):
        return named(name, written, lang)
    if own and name == "norm":
        return switched(name, written, lang)
    offered = RATES if own and name == "lr" else DATA if not own and name == "data" else None
    if offered is None:
        return None, ""
    return (written, "") if written in offered else (None, refused(text(f"page.{name}", lang), written, lang))


COLUMNS = {"loss": ("train_loss", "validation_loss"), "accuracy": ("validation_accuracy",)}
"""What each chart shows of a run."""


@dataclass(frozen=True)
class Standing:
    """How far a lane has come: its curves so far, and why it ended, empty while it runs."""

    epochs: list[int]
    numbers: dict[str, list[float]]
    ended: str = ""

    def columns(self, names: Sequence[str]) -> dict[str, Floats]:
        """Return curves as columns."""
        return {name: np.asarray(self.numbers[name], float) for name in names}

    def words(self, lang: str) -> str:
        """Say it in a line."""
        if not self.epochs:
            return text("page.lane_waits", lang)
        shown = {name: self.numbers[name][-1] for name in ("train_loss", "validation_accuracy")}
        told = {"loss": f"{shown['train_loss']:.4g}", "accuracy": f"{100 * shown['validation_accuracy']:.1f} %"}
        words = text("page.lane_words", lang, epoch=self.epochs[-1], **told)
        return f"{words} ({text(f'page.lane.{self.ended}', lang)})" if self.ended else words


_ENDINGS = {Ended.BUDGET: "budget", Ended.DIVERGED: "diverged"}


def standing(course: Course) -> Standing:
    """Read a run's evaluations so far."""
    each = len(course.plan.sizes)
    done = [at for at in course.plan.evaluations if at <= course.learner.updates]
    epochs = [at // each for at in done]
    names = [name for columns in COLUMNS.values() for name in columns]
    numbers = {name: course.trace.numbers[name][: len(done)].tolist() for name in names}
    return Standing(epochs, numbers, _ENDINGS.get(course.trace.ended, "") if course.over else "")


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
    """One reader's race: its document, its charts, and the thread that trains for it."""

    def __init__(self, document: Any, look: Look) -> None:
        context = document.session_context
        arguments: Arguments = context.request.arguments if context and context.request else {}
        look = look.asked(arguments)
        self.lang = lang = look.lang
        setting, self._notes = read_race(arguments, lang)
        pick = partial(text, lang=lang)
        labels = {name: pick("page.lane", number=number) for number, name in enumerate(LANES, 1)}
        self.charts = {
            "loss": Curves("loss", lang, labels, COLUMNS["loss"], pick("page.epoch"), Range1d(0, 2.5)),
            "accuracy": Curves("accuracy", lang, labels, COLUMNS["accuracy"], pick("page.epoch"), Range1d(0, 1.02)),
        }
        frames = [
            Frame(chart, name, pick(f"page.{name}"), pick(f"page.{name}.alt")) for name, chart in self.charts.items()
        ]
        lanes = [{"name": f"lane_{name}", "label": label} for name, label in labels.items()]
        groups = _groups(setting, labels, lang)
        self.page = Page(document, look, "race", frames, self._moved, groups=groups, lanes=lanes, figures=())
        self._standings = dict.fromkeys(LANES, Standing([], {}))
        self.latest = Latest(self._compute, self._fail)
        document.on_session_destroyed(lambda context: self.latest.close())

    # On the event loop

    def _moved(self, number: int, arguments: Arguments, action: str) -> None:
        setting, notes = read_race(arguments, self.lang)
        notes, self._notes = self._notes or notes, ()
        waits = {f"lane_{name}": each.words(self.lang) for name, each in self._standings.items()}
        self.page.say(number=number, notes=list(notes), command=setting.command(), **waits)
        if action in ("start", "stop"):
            self.latest.ask(setting if action == "start" else None)

    def _show(self, epochs: int, standings: dict[str, Standing]) -> None:
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
        self.page.say(*changes, **words, **rows)

    # On the computing thread

    def _post(self, call: Any) -> None:
        self.page.document.add_next_tick_callback(call)

    def _compute(self, setting: RaceSetting | None, ticket: Ticket) -> None:
        if setting is None:
            return
        found, last = dict.fromkeys(LANES, Standing([], {})), 0.0
        try:
            for found in run_race(setting, ticket):
                if time.monotonic() - last > OFTEN:
                    self._post(partial(self._show, setting.epochs, found))
                    last = time.monotonic()
        except Superseded:
            found = {
                name: each if each.ended else dataclasses.replace(each, ended="stopped") for name, each in found.items()
            }
            raise
        finally:
            if all(each.epochs for each in found.values()):
                self._post(partial(self._show, setting.epochs, found))

    def _fail(self, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        self._post(partial(self.page.say, notes=[text("page.failed", self.lang, reason=reason)]))


def _groups(setting: RaceSetting, labels: Mapping[str, str], lang: str) -> list[dict[str, Any]]:
    """Return the form's controls: each lane's own, then those of both."""
    pick = partial(text, lang=lang)
    groups = []
    for name, lane in setting.lanes.items():
        offered = {
            "init": choices(INITS, lane.init, lang),
            "activation": choices(tuple(ACTIVATIONS), lane.activation, lang),
            "lr": [(rate, rate) for rate in RATES],
        }
        own = [
            Control("choice", f"{name}_{key}", pick(f"page.{key}"), getattr(lane, key), given)
            for key, given in offered.items()
        ]
        groups.append(
            {
                "legend": labels[name],
                "controls": [*own, Control("switch", f"{name}_norm", pick("page.norm"), lane.norm)],
            }
        )
    common = [slider(name, getattr(setting, name), lang, limits) for name, limits in RACE_RANGES.items()]
    data = Control("choice", "data", pick("page.data"), setting.data, [(name, name) for name in DATA])
    return [*groups, {"legend": "", "controls": [data, *common]}]
