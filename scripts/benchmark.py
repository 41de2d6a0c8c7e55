"""Measure actviz against its goals, beside a bare pass and straightforward scripts, in one run.

    python scripts/benchmark.py [--quick] [--only NAME] [--table] [--json FILE] [--beside CHECKOUT]

Contenders take turns (A B A B ...); a time is the median over the rounds, a ratio the median of the rounds' ratios,
with the smallest and the largest. Nothing is asserted: absolute times belong to a machine, ratios mostly do not.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib.util
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
import live_page
import numpy as np
import pages
import peers
import trainers
from peers import Shape
from threadpoolctl import threadpool_info

import actviz
from actviz.numerics.kernel import kernel, numpy_alone

PAIRINGS = (("xavier_normal", "tanh"), ("he_normal", "relu"))
SCRIPTS = Path(__file__).resolve().parent
PACKAGE_PARENT = Path(actviz.__file__).resolve().parent.parent
MEBI = 2.0**20
BUSY = 0.5
"""Load at the start beyond which a warning is printed."""
SETTLE = 0.05
"""Seconds between contenders: idle threads of the last one spin for a while before they sleep."""
LIVE_GOAL = 0.15
"""Seconds from a slider's move to the new picture, at the 95th percentile of moves."""


@dataclass(frozen=True)
class Settings:
    """What the options choose."""

    quick: bool
    survey: Shape
    survey_seeds: int
    beside: Path | None = None

    def repeats(self, usual: int) -> int:
        """Return the number of rounds."""
        return max(1, usual // 5) if self.quick else usual


@dataclass(frozen=True)
class Goal:
    """A ratio to stay at or below, or to reach."""

    limit: float
    at_most: bool = True

    def verdict(self, ratio: float) -> str:
        """Say the goal, and whether the ratio meets it or by how much it misses."""
        excess = ratio / self.limit - 1.0 if self.at_most else 1.0 - ratio / self.limit
        sign = "<=" if self.at_most else ">="
        return f"goal {sign} {self.limit:g}: " + ("met" if excess <= 0 else f"missed by {excess:.1%}")


@dataclass(frozen=True)
class Row:
    """One line of the table: a measured value, and its ratio to something, round by round."""

    name: str
    values: Sequence[float] = ()
    unit: str = "s"
    ratios: Sequence[float] = ()
    of: str = ""
    goal: Goal | None = None
    note: str = ""

    def record(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        record: dict[str, Any] = {"name": self.name}
        if self.values:
            record |= {"median": statistics.median(self.values), "unit": self.unit, "rounds": list(self.values)}
        if self.ratios:
            ratio = statistics.median(self.ratios)
            record |= {"ratio": ratio, "ratio_range": [min(self.ratios), max(self.ratios)], "of": self.of}
            if self.goal:
                record["goal"] = self.goal.verdict(ratio)
        return record | ({"note": self.note} if self.note else {})

    def __str__(self) -> str:
        record, columns = self.record(), [f"  {self.name:<30}"]
        if self.values:
            columns.append(f"{_readable(record['median'], self.unit):>10}")
        if self.ratios:
            low, high = record["ratio_range"]
            columns.append(f"{record['ratio']:6.2f} x {self.of} [{low:.2f}, {high:.2f}]")
        return "  ".join([*columns, *(record[key] for key in ("goal", "note") if key in record)])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _readable(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value:.2f} s" if value >= 10 else f"{1e3 * value:.1f} ms"
    return f"{value:.1f} {unit}"


@dataclass(frozen=True)
class Section:
    """Rows measured together."""

    title: str
    rows: tuple[Row, ...]

    def __str__(self) -> str:
        return "\n".join([self.title, *map(str, self.rows)])


Benchmark = Callable[[Settings], Iterator[Section]]


def interleaved(
    contenders: dict[str, Callable[[], Any]], repeats: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, list[float]]:
    """Seconds of every contender in every round; a round runs each once."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, contender in contenders.items():
            gc.collect()
            time.sleep(SETTLE)
            start = clock()
            contender()
            seconds[name].append(clock() - start)
    return seconds


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Ratio round by round, which cancels what slows a whole round."""
    return [a / b for a, b in zip(above, below, strict=True)]


# Passes: the probe, a bare pass and its peers.


def probe(pairings: peers.Pairings, shape: Shape, seeds: int, workers: int) -> None:
    """Probe every pairing; they must be all combinations of their initializers and activations."""
    inits, activations = (list(dict.fromkeys(names)) for names in zip(*pairings, strict=True))
    actviz.probe(inits, activations, **dataclasses.asdict(shape), seeds=seeds, workers=workers)


def scripts(pairings: peers.Pairings, shape: Shape, seeds: int, threads: int) -> dict[str, Callable[[], Any]]:
    """Return the peers that can run here, by name."""
    runs = {"PyTorch hooks": peers.torch_hooks} if importlib.util.find_spec("torch") else {}
    runs["plain numpy"] = peers.plain_numpy
    return {
        f"{name}, {_count(threads, 'thread')}": lambda run=run: list(run(pairings, shape, seeds, threads))
        for name, run in runs.items()
    }


def torch_rows() -> tuple[Row, ...]:
    return () if importlib.util.find_spec("torch") else (Row("PyTorch hooks", note="skipped: torch is not installed"),)


def torch_on_one_thread() -> bool:
    """Whether torch is there; it then works on one thread."""
    if not importlib.util.find_spec("torch"):
        return False
    import torch

    torch.set_num_threads(1)
    return True


def warm_up() -> None:
    """Import what is imported when first used, start the threads, compile the bytecode."""
    tiny = Shape(20, 10, 2)
    for pairing in PAIRINGS:
        probe([pairing], tiny, 1, 2)
        for script in (scripts([pairing], tiny, 1, 1) | scripts([pairing], tiny, 1, 2)).values():
            script()


def without_kernel(function: Callable[[], Any]) -> Any:
    with numpy_alone():
        return function()


def pairing(settings: Settings, *, shape: Shape, seeds: int, rounds: int, goals: Goals) -> Iterator[Section]:
    """Measure single pairings on one thread, in processor time, against a pass that records nothing and the peers."""
    warm_up()
    for chosen in PAIRINGS:
        ours = partial(probe, [chosen], shape, seeds, workers=1)
        contenders = {
            f"probe, kernel {kernel()}": ours,
            "bare pass, nothing recorded": lambda chosen=chosen: list(peers.bare_pass([chosen], shape, seeds, 1)),
            **({"probe, kernel numpy": partial(without_kernel, ours)} if kernel() == "compiled" else {}),
            **scripts([chosen], shape, seeds, 1),
        }
        seconds = interleaved(contenders, settings.repeats(rounds), time.process_time)
        first, bare, *others = (Row(name, values) for name, values in seconds.items())
        rows = [
            dataclasses.replace(first, ratios=ratios(first.values, bare.values), of="bare", goal=goals[kernel()]),
            bare,
        ]
        for row in others:
            if row.name.startswith("probe"):
                to_bare = ratios(row.values, bare.values)
                rows.append(dataclasses.replace(row, ratios=to_bare, of="bare", goal=goals["numpy"]))
            else:
                goal = goals["hooks"] if row.name.startswith("PyTorch") else None
                rows.append(dataclasses.replace(row, ratios=ratios(row.values, first.values), of="probe", goal=goal))
        title = f"one pairing, {shape}, one thread: {' + '.join(chosen)}, {_count(seeds, 'seed')}"
        yield Section(title, (*rows, *torch_rows()))


def growth(settings: Settings) -> Iterator[Section]:
    """How processor time grows with depth, samples, seeds and pairings: the slope of its logarithm on theirs."""
    warm_up()
    base = {"depth": 8, "samples": 1000, "seeds": 2, "width": 128}
    names = [f"orthogonal:{1.0 + at / 8}" for at in range(4)]  # of which each draws weights of its own
    rows = []
    for what in ("depth", "samples", "seeds", "pairings"):
        contenders = {}
        for times in (1, 2, 4):
            given = base | ({} if what == "pairings" else {what: base[what] * times})
            shape = Shape(given["samples"], given["width"], given["depth"])
            some = [(name, "tanh") for name in names[: times if what == "pairings" else 1]]
            contenders[str(times)] = partial(probe, some, shape, given["seeds"], workers=1)
        seconds = interleaved(contenders, settings.repeats(5), time.process_time)
        slopes = [
            float(np.polyfit(np.log([1, 2, 4]), np.log(each), 1)[0]) for each in zip(*seconds.values(), strict=True)
        ]
        rows.append(Row(what, ratios=slopes, of="slope", goal=Goal(1.1)))
    yield Section("growth of the probe's processor time, log-log slopes", tuple(rows))


def verdicts(settings: Settings) -> Iterator[Section]:
    """Time of the verdicts and remedies of 100 pairings of 50 layers, beside measuring them."""
    inits = ["zeros", "constant:0.5", "uniform:-1,1", "normal", "normal:0.01"]
    inits += ["xavier_normal", "xavier_uniform", "he_normal", "he_uniform", "lecun_normal"]
    acts = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "mish"]
    seconds = [elsewhere(seconds_of_verdicts, inits=inits, activations=acts) for _ in range(settings.repeats(5))]
    told, measured = ([each[at] for each in seconds] for at in (0, 1))
    rows = (
        Row("verdicts and remedies", told, ratios=[each / 3.0 for each in told], of="3 s", goal=Goal(1.0)),
        Row("measuring, width 64, 2 seeds", measured),
    )
    yield Section(f"diagnose {len(inits) * len(acts)} pairings of 50 layers", rows)


def modules(settings: Settings) -> Iterator[Section]:
    """Time that a PyTorch model takes for each seed more, beside its plain forward and backward pass, on one thread."""
    title = "probe_module, one thread, a seed more"
    if not torch_on_one_thread():
        yield Section(title, torch_rows())
        return
    goals = {"ResNet, 64 channels": 1.5, "MLP of 512": None, "transformer of 256": 1.6}
    for name, (build, inputs) in trainers.modules().items():
        contenders = {
            "one": partial(actviz.probe_module, build, inputs, seeds=1),
            "three": partial(actviz.probe_module, build, inputs, seeds=3),
            "plain": partial(trainers.passes, build, inputs, 2),
        }
        for contender in contenders.values():
            contender()
        one, three, plain = interleaved(contenders, settings.repeats(10), time.process_time).values()
        ours = [(more - few) / 2 for few, more in zip(one, three, strict=True)]
        each = [seconds / 2 for seconds in plain]
        goal = Goal(goals[name]) if goals[name] else None
        row = Row("probe_module", ours, ratios=ratios(ours, each), of="plain", goal=goal)
        yield Section(f"{title}: {name}", (row, Row("plain forward and backward", each), Row("the first seed", one)))


def words(settings: Settings) -> Iterator[Section]:
    """Time of the verdict and the remedies of broken PyTorch models, tried on copies, beside that of measuring them."""
    title = "verdict and remedies / measuring, one thread"
    if not torch_on_one_thread():
        yield Section(title, torch_rows())
        return
    for seeds, goal in ((4, Goal(1.0)), (1, Goal(1.5))):
        rows = []
        for name, (build, inputs) in trainers.broken().items():
            seconds_of_words(build, inputs, seeds)  # what is made once is there then
            pairs = [seconds_of_words(build, inputs, seeds) for _ in range(settings.repeats(5))]
            told, measured = map(list, zip(*pairs, strict=True))
            rows.append(Row(name, told, ratios=ratios(told, measured), of="measuring", goal=goal))
        yield Section(f"{title}: {_count(seeds, 'seed')}", tuple(rows))


def seconds_of_words(build: Any, inputs: Any, seeds: int) -> tuple[float, float]:
    """Return the time of all that is said of a model, and of measuring it."""
    start = time.process_time()
    ds = actviz.probe_module(build, inputs, seeds=seeds)
    between = time.process_time()
    for diagnosis in actviz.diagnose(ds):
        diagnosis.record()
    return time.process_time() - between, between - start


def watch(settings: Settings) -> Iterator[Section]:
    """Time of a training loop whose model is watched, every 100 updates being recorded, beside the loop without it."""
    title = "actviz.watch, every 100 updates, one thread"
    if not torch_on_one_thread():
        yield Section(title, torch_rows())
        return
    for name, (build, inputs) in trainers.modules().items():
        contenders = {
            "none": partial(trainers.loop, build, inputs, 8, None),
            "each": partial(trainers.loop, build, inputs, 8, 1),
        }
        for contender in contenders.values():
            contender()
        none, each = interleaved(contenders, settings.repeats(8), time.process_time).values()
        whole = [1 + (ours - plain) / plain / 100 for ours, plain in zip(each, none, strict=True)]
        updates = [seconds / 8 for seconds in none], [seconds / 8 for seconds in each]
        row = Row("watched", updates[0], ratios=whole, of="loop", goal=Goal(1.01))
        yield Section(f"{title}: {name}", (row, Row("an update", updates[0]), Row("one that is recorded", updates[1])))


def seconds_of_verdicts(inits: list[str], activations: list[str]) -> tuple[float, float]:
    start = time.process_time()
    ds = actviz.probe(inits, activations, depth=50, width=64, samples=200, seeds=2, workers=1)
    between = time.process_time()
    for diagnosis in actviz.diagnose(ds):
        for finding in diagnosis.findings:
            finding.remedy()
    return time.process_time() - between, between - start


def training(settings: Settings) -> Iterator[Section]:
    """Train one net without and with recording every epoch, beside the plain PyTorch loop."""
    epochs, data = (1 if settings.quick else 2), trainers.examples()
    run = trainers.plain(epochs)
    contenders = {
        "actviz": partial(trainers.train, run, data),
        "actviz, recording every epoch": partial(trainers.train, trainers.recorded(run, epochs), data),
    }
    if importlib.util.find_spec("torch"):
        contenders["plain PyTorch loop"] = partial(trainers.torch_net, epochs, data)
    for contender in contenders.values():  # imports, threads, bytecode
        contender()
    seconds = interleaved(contenders, settings.repeats(10), time.process_time)
    ours, recording, *others = (Row(name, values) for name, values in seconds.items())
    if others:
        ours = dataclasses.replace(ours, ratios=ratios(ours.values, others[0].values), of="PyTorch", goal=Goal(0.6))
    every = ratios(recording.values, ours.values)
    recording = dataclasses.replace(recording, ratios=every, of="without", goal=Goal(1.05))
    yield Section(f"{trainers.TITLE}, {_count(epochs, 'epoch')}", (ours, recording, *others, *torch_rows()))


def survey(settings: Settings) -> Iterator[Section]:
    """Measure all pairings of the peers' tables, on one worker, two, and by PyTorch on two threads."""
    warm_up()
    shape, seeds = settings.survey, settings.survey_seeds
    pairings = [(init, activation) for init in peers.INITIALIZERS for activation in peers.ACTIVATIONS]
    contenders = {
        "probe, 1 worker": partial(probe, pairings, shape, seeds, workers=1),
        "probe, 2 workers": partial(probe, pairings, shape, seeds, workers=2),
    }
    contenders |= {name: run for name, run in scripts(pairings, shape, seeds, 2).items() if "PyTorch" in name}
    seconds = interleaved(contenders, settings.repeats(5))
    one, two, *others = seconds.values()
    rows = [
        Row("probe, 1 worker", one),
        Row("probe, 2 workers", two),
        Row(
            "gain of the second worker", ratios=ratios(one, two), of="one worker's speed", goal=Goal(1.8, at_most=False)
        ),
    ]
    for name, values in zip(list(seconds)[2:], others, strict=True):
        rows.append(Row(name, values, ratios=ratios(values, two), of="probe, 2 workers", goal=Goal(1.5, at_most=False)))
    yield Section(f"survey of {len(pairings)} pairings x {_count(seeds, 'seed')}, {shape}", (*rows, *torch_rows()))


# What runs in processes of its own.


def environment(package: Path = PACKAGE_PARENT) -> dict[str, str]:
    """Environment in which a new process finds this package, or another checkout's, and these scripts."""
    paths = [str(package), str(SCRIPTS), os.environ.get("PYTHONPATH", "")]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as installed
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the interpreter to its end."""
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=environment(), cwd=tempfile.gettempdir()
    )


class ChildFailed(Exception):
    """A process did not end well; the message is what it complained of."""


def run_python(*arguments: str) -> str:
    """Run the interpreter; return what it printed."""
    done = python(*arguments)
    if done.returncode:
        raise ChildFailed(f"python {' '.join(arguments)}:\n{done.stderr}")
    return done.stdout


def elsewhere(function: Callable[..., Any], **arguments: Any) -> Any:
    """Call a function of this module in a new process; return its result, which is JSON."""
    call = f"import benchmark, json, sys; print(json.dumps(benchmark.{function.__name__}(**json.loads(sys.argv[1]))))"
    return json.loads(run_python("-c", call, json.dumps(arguments)))


def why_missing(*arguments: str) -> str:
    """Return why ``python -m actviz ... --help`` does not run; empty if it does."""
    done = python("-m", "actviz", *arguments, "--help")
    return (done.stderr.strip().splitlines() or ["no message"])[-1] if done.returncode else ""


def peak_bytes() -> int:
    """Return the most memory this process has held."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux ru_maxrss starts at the size of the process that spawned this one
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def probe_memory(pairing: tuple[str, str], **arguments: Any) -> float:
    """Bytes that a probe adds to the peak of imports and a tiny probe."""
    actviz.probe(*pairing, depth=2, width=10, samples=20, seeds=1, workers=1)
    before = peak_bytes()
    actviz.probe(*pairing, **arguments, workers=1)
    return float(peak_bytes() - before)


def one_copy(shape: Shape) -> float:
    """MiB of the activations and weights of a network, in float32."""
    return 4.0 * shape.depth * shape.width * (shape.samples + shape.width) / MEBI


def memory(settings: Settings) -> Iterator[Section]:
    """Peak memory against one copy of activations and weights; then against four times the samples."""
    repeats, shape, seeds = settings.repeats(5), Shape(1000, 512, 50), 1 if settings.quick else 2
    copy = one_copy(shape)
    rows = [Row("activations + weights, once", [copy], "MiB")]
    for chosen in PAIRINGS:
        arguments = {**dataclasses.asdict(shape), "seeds": seeds}
        peaks = [elsewhere(probe_memory, pairing=chosen, **arguments) / MEBI for _ in range(repeats)]
        name = f"probe, {' + '.join(chosen)}"
        rows.append(Row(name, peaks, "MiB", [peak / copy for peak in peaks], "one copy", Goal(1.15)))
    yield Section(f"peak memory, {shape}, one thread, {_count(seeds, 'seed')}", tuple(rows))

    few, many, batch = 10_000, 40_000, Shape(1000, 512, 10)
    arguments = {"width": batch.width, "depth": batch.depth, "seeds": 1, "batch": batch.samples}
    run = partial(elsewhere, probe_memory, pairing=PAIRINGS[0], **arguments)
    peaks = {n: [run(samples=n) / MEBI for _ in range(repeats)] for n in (few, many)}
    growth = ratios(peaks[many], peaks[few])
    streamed = Row(f"probe, {many} samples", peaks[many], "MiB", growth, f"{few} samples", Goal(1.1))
    title = f"peak memory, streamed in batches: {batch}: {' + '.join(PAIRINGS[0])}"
    shares = [peak / one_copy(batch) for peak in peaks[few]]
    yield Section(title, (Row(f"probe, {few} samples", peaks[few], "MiB", shares, "one copy of a batch"), streamed))


def command_line(settings: Settings) -> Iterator[Section]:
    """Start-up of the command line against the import of click."""
    title, help_command, click_command = "start-up", ("-m", "actviz", "--help"), ("-c", "import click")
    if reason := why_missing():
        yield Section(title, (Row("actviz --help", note=f"skipped: {reason}"),))
        return
    contenders = {
        "actviz --help": partial(run_python, *help_command),
        "import click": partial(run_python, *click_command),
    }
    ours, floor = interleaved(contenders, settings.repeats(25)).values()
    yield Section(
        title,
        (
            Row("python -m actviz --help", ours, ratios=ratios(ours, floor), of="import click", goal=Goal(1.5)),
            Row('python -c "import click"', floor),
        ),
    )


def live(settings: Settings) -> Iterator[Section]:
    """From a slider's move to the new picture on the live page, in a headless Chromium."""
    size = ", ".join(f"{name} {value}" for name, value in live_page.SIZE.items())
    title = f"live page, {size}: from a slider's move to the new picture"
    if reason := live_page.why_missing():
        yield Section(title, (Row("actviz serve", note=f"skipped: {reason}"),))
        return
    number = settings.repeats(200)
    took = sorted(milliseconds / 1e3 for milliseconds in live_page.moves(number))
    median, late = statistics.median(took), took[math.ceil(0.95 * number) - 1]
    yield Section(
        title,
        (
            Row(f"median of {_count(number, 'move')}", [median], note=f"longest {_readable(took[-1], 's')}"),
            Row("95th percentile", [late], ratios=[late / LIVE_GOAL], of=_readable(LIVE_GOAL, "s"), goal=Goal(1.0)),
        ),
    )


# The article's figures.


def record_article() -> dict[str, Any]:
    """Make the article's figures; return what each saved figure was and which modules were loaded."""
    import runpy

    from matplotlib.backend_bases import FigureCanvasBase

    figures, original = [], FigureCanvasBase.print_figure

    def print_figure(canvas: Any, filename: Any, dpi: Any = None, *rest: Any, **named: Any) -> Any:
        figure = canvas.figure
        number = dpi if isinstance(dpi, int | float) else figure.dpi
        kind = named.get("format") or Path(str(filename)).suffix[1:] or "png"
        size = [float(inches) for inches in figure.get_size_inches()]
        figures.append({"axes": len(figure.axes), "size": size, "dpi": float(number), "format": kind})
        return original(canvas, filename, dpi, *rest, **named)

    FigureCanvasBase.print_figure = print_figure
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        sys.argv = ["actviz", "article", "--quick", "--workers", "1", "-o", folder]  # in this process, to be seen
        with contextlib.suppress(SystemExit):
            runpy.run_module("actviz", run_name="__main__", alter_sys=True)
    ours = {"__main__", "benchmark", "peers", *sys.stdlib_module_names}
    return {"figures": figures, "modules": [name for name in sys.modules if name.split(".")[0] not in ours]}


def save_bare(recorded: str) -> float:
    """Seconds of saving figures of the recorded sizes, formats and numbers of axes with nothing in the axes."""
    import io

    import matplotlib.backends.backend_agg
    import matplotlib.backends.backend_pdf
    import matplotlib.backends.backend_svg  # noqa: F401 - imported here, lest the first figure pays for it
    from matplotlib.figure import Figure

    total = 0.0
    for one in json.loads(Path(recorded).read_text())["figures"]:
        figure = Figure(figsize=one["size"])
        columns = math.ceil(math.sqrt(one["axes"]))
        for position in range(one["axes"]):
            figure.add_subplot(math.ceil(one["axes"] / columns), columns, position + 1)
        start = time.perf_counter()
        figure.savefig(io.BytesIO(), dpi=one["dpi"], format=one["format"])
        total += time.perf_counter() - start
    return total


def pass_bare() -> float:
    """Seconds of the article's networks, but for those of softplus, by the bare pass: one thread, nothing recorded."""
    from actviz.experiments import experiment

    start = time.perf_counter()
    for probe in experiment("article").probes.values():
        inits, activations = (
            (each,) if isinstance(each, str) else each for each in (probe["inits"], probe["activations"])
        )
        pairings = [("he_normal", name) for name in activations if name in peers.ACTIVATIONS for _ in inits]
        shape = Shape(probe["samples"], probe["width"], probe["depth"])
        for _ in peers.bare_pass(pairings, shape, probe["seeds"], 1):
            pass
    return time.perf_counter() - start


IMPORTS = """
import contextlib, importlib, json, sys
for name in json.load(open(sys.argv[1]))["modules"]:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
"""


def article(settings: Settings) -> Iterator[Section]:
    """Measure and draw the article without trainings in a new process, against bare figures and its imports."""
    title = "actviz article --quick, cold"
    if reason := why_missing("article"):
        yield Section(title, (Row("actviz article", note=f"skipped: {reason}"),))
        return
    with tempfile.TemporaryDirectory() as folder:
        recorded = Path(folder, "recorded.json")
        content = elsewhere(record_article)
        recorded.write_text(json.dumps(content))
        if not content["figures"]:
            yield Section(title, (Row("actviz article", note="skipped: it saved no figure in its own process"),))
            return
        bare: list[float] = []
        passed: list[float] = []
        contenders = {
            "article": lambda: run_python("-m", "actviz", "article", "--quick", "-o", tempfile.mkdtemp(dir=folder)),
            "imports": partial(run_python, "-c", IMPORTS, str(recorded)),
            "bare": lambda: bare.append(elsewhere(save_bare, recorded=str(recorded))),
            "passes": lambda: passed.append(elsewhere(pass_bare)),
        }
        seconds = interleaved(contenders, settings.repeats(5))
    axes = sum(figure["axes"] for figure in content["figures"])
    floor = [save + imports for save, imports in zip(bare, seconds["imports"], strict=True)]
    whole = [each + passes for each, passes in zip(floor, passed, strict=True)]
    rows = (
        Row(
            "article --quick", seconds["article"], ratios=ratios(seconds["article"], floor), of="floor", goal=Goal(1.3)
        ),
        Row("floor: bare savefig + imports", floor),
        Row("bare savefig", bare),
        Row("imports, as the command's", seconds["imports"]),
        Row("bare passes of its networks", passed),
        Row("the command, again", ratios=ratios(seconds["article"], whole), of="floor and bare passes"),
    )
    yield Section(f"{title}: {len(content['figures'])} figures, {axes} axes", rows)


def whole(settings: Settings) -> Iterator[Section]:
    """Measure, train and draw the whole article; by another checkout, too, where one is given."""
    title, ours = "actviz article, from nothing, all cores", []
    theirs: list[tuple[float, float, float]] = []
    for _ in range(settings.repeats(1)):
        ours.append(seconds_of_article(PACKAGE_PARENT))
        if settings.beside:
            theirs.append(seconds_of_article(settings.beside))
    wall, processor, first = map(list, zip(*ours, strict=True))
    products = elsewhere(multiply_bare)
    rows = [
        Row("first figure on disk", first, ratios=[each / 15.0 for each in first], of="15 s", goal=Goal(1.0)),
        Row("article", wall),
        Row("article, processor time", processor),
        Row("products alone of its trainings", [products], note="what its networks take of a processor at least"),
    ]
    if theirs:
        wall_there, processor_there, _ = map(list, zip(*theirs, strict=True))
        rows[1] = dataclasses.replace(rows[1], ratios=ratios(wall, wall_there), of="the other's", goal=Goal(0.55))
        rows[2] = dataclasses.replace(rows[2], ratios=ratios(processor, processor_there), of="the other's")
        rows += [Row("the other's article", wall_there), Row("the other's, processor time", processor_there)]
    yield Section(title, tuple(rows))


def multiply_bare(batches: int = 100) -> float:
    """Processor seconds of the products alone of the article's trainings: of some batches, times how many there are."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    from actviz.catalog.names import labelled_task
    from actviz.catalog.tasks import Split, divide
    from actviz.experiments import experiment
    from actviz.training.config import plan

    seconds = 0.0
    for recipe in experiment("article").trainings.values():
        settings = {"data": "mnist", "seeds": 1, **recipe}
        data, seeds, split = settings["data"], settings.pop("seeds"), Split(**settings.pop("split", {}))
        examples = divide(labelled_task(data)[1], split, 0, "float32")
        held = {part: examples.x[part] for part in ("train", "validation")}
        for run in actviz.runs(**settings).values():
            laid = plan(run.config, len(held["train"]))
            fans = [*run.stack.fans, (run.stack.widths[-1], examples.outputs)]
            weights = [np.ones(each, np.float32) for each in fans]
            kinds = [(held["train"][: max(laid.sizes)], laid.total, True)]
            kinds += [(x[: run.config.evaluated], len(laid.evaluations), False) for x in held.values() if len(x)]
            for x, number, trains in kinds:
                made = [x, *(np.ones((len(x), fan_out), np.float32) for _, fan_out in fans)]
                gradients = [np.empty_like(each) for each in weights]
                tried = max(1, min(number, batches * 100 // len(x)))
                with threadpool_limits(1, "blas"):
                    start = time.process_time()
                    for _ in range(tried):
                        for h, weight, z in zip(made, weights, made[1:], strict=False):
                            np.matmul(h, weight, out=z)
                        for layer in range(len(weights) * trains - 1, -1, -1):
                            np.matmul(made[layer].T, made[layer + 1], out=gradients[layer])
                            if layer:
                                np.matmul(made[layer + 1], weights[layer].T, out=made[layer])
                    seconds += (time.process_time() - start) / tried * number * seeds
    return seconds


def seconds_of_article(package: Path) -> tuple[float, float, float]:
    """Return the time of an article on the clock, on processors, and till its first figure is on disk."""
    with tempfile.TemporaryDirectory() as folder:
        before, start, first = os.times(), time.perf_counter(), math.nan
        command = [sys.executable, "-m", "actviz", "article", "-o", folder]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(package), cwd=folder
        )  # not where a package lies, which would be taken for the other's
        while process.poll() is None:
            time.sleep(0.05)
            if math.isnan(first) and any(Path(folder).glob("*.png")):
                first = time.perf_counter() - start
        if process.returncode:
            raise ChildFailed(process.stderr.read().decode() if process.stderr else "actviz article")
        seconds, after = time.perf_counter() - start, os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        return seconds, spent, first


def again(settings: Settings) -> Iterator[Section]:
    """Draw a result and the article twice, in processor time: the second run has nothing to draw."""
    with tempfile.TemporaryDirectory() as folder:
        run_python("-m", "actviz", "article", "--quick", "--seeds", "2", "-o", f"{folder}/set")
        commands = {
            "figures": ("figures", f"{folder}/set/article.nc", "-o", f"{folder}/figures"),
            "report": ("report", "article", "--results", f"{folder}/set", "--no-explorer", "-o", f"{folder}/a.html"),
            "lecture": ("lecture", "--to", "beamer", "--results", f"{folder}/set", "-o", f"{folder}/lecture"),
        }
        rows = []
        for name, arguments in commands.items():
            first, second = (processor_seconds(*arguments) for _ in range(2))
            rows.append(Row(f"{name}, again", [second], ratios=[second / first], of="the first run", goal=Goal(0.1)))
    yield Section("what is drawn already, in new processes", tuple(rows))


def processor_seconds(*arguments: str) -> float:
    """Processor seconds of a command and of its own processes."""
    before = os.times()
    run_python("-m", "actviz", *arguments)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def report(settings: Settings) -> Iterator[Section]:
    """Size of the article's report, and how long it takes to load in a fresh headless browser."""
    title = f"report of the article{', nothing trained' if settings.quick else ''}, opened from disk"
    if reason := why_missing("report") or pages.why_no_browser():
        yield Section(title, (Row("actviz report", note=f"skipped: {reason}"),))
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        # The page is as large whatever the seeds: two are enough, and train in a fraction of the time.
        run_python("-m", "actviz", "report", "article", "--seeds", "2", "-o", str(page), *["--quick"] * settings.quick)
        seconds = [pages.seconds_to_ready(page) for _ in range(settings.repeats(10))]
        size = page.stat().st_size / 1e6
    ready = Row("navigation to explorer ready", seconds, ratios=[s / 1.5 for s in seconds], of="1.5 s", goal=Goal(1.0))
    yield Section(title, (ready, Row("size", [size], "MB", [size / 5], "5 MB", Goal(1.0))))


Goals = dict[str, Goal]
DEEP = {"compiled": Goal(1.0), "numpy": Goal(1.2), "hooks": Goal(1.3, at_most=False)}
SMALL = {"compiled": Goal(1.3), "numpy": Goal(1.8), "hooks": Goal(1.6, at_most=False)}
"""Of the probe over the bare pass by its kernel, and of PyTorch hooks over the probe."""

BENCHMARKS: dict[str, Benchmark] = {
    "deep": partial(pairing, shape=Shape(1000, 512, 50), seeds=1, rounds=5, goals=DEEP),
    "small": partial(pairing, shape=Shape(1000, 100, 5), seeds=8, rounds=15, goals=SMALL),
    "growth": growth,
    "verdicts": verdicts,
    "modules": modules,
    "words": words,
    "watch": watch,
    "training": training,
    "survey": survey,
    "memory": memory,
    "help": command_line,
    "live": live,
    "article": article,
    "whole": whole,
    "again": again,
    "report": report,
}
"""The table: every benchmark by its name."""

TABLE = (
    ("deep", "probe, kernel", "one pairing, width 512, depth 50, one thread: probe / bare pass"),
    ("deep", "PyTorch hooks", "the same: PyTorch hooks / probe"),
    ("small", "probe, kernel", "one pairing, width 100, depth 5, 8 seeds, one thread: probe / bare pass"),
    ("small", "PyTorch hooks", "the same: PyTorch hooks / probe"),
    ("survey", "gain of the second", "30 pairings x 8 seeds: two cores / one"),
    ("training", "actviz", "training 784-100x4-10, batch 100, one thread: actviz / plain PyTorch loop"),
    ("training", "actviz, recording", "the same, recording every epoch / without"),
    ("modules", "probe_module", "`probe_module` / plain forward and backward, one thread"),
    ("verdicts", "verdicts and", "verdicts of 100 pairings of 50 layers / 3 s"),
    ("article", "article --quick", "`actviz article --quick` / imports + bare figures"),
    ("whole", "first figure", "first figure of `actviz article` / 15 s"),
    ("whole", "article", "`actviz article` / commit 749e7e1 of November 2026"),
    ("again", "figures, again", "`actviz figures` again / the first run"),
    ("again", "report, again", "`actviz report --results` again / the first run"),
    ("again", "lecture, again", "`actviz lecture --results` again / the first run"),
    ("memory", "probe, ", "peak memory / one copy of activations and weights"),
    ("help", "python -m actviz --help", "`actviz --help` / `import click`"),
)
"""The rows of the README's table: of which benchmark, how a row's name begins, and what they are called there."""


def markdown(result: dict[str, Any]) -> str:
    """Return what was measured as the README's table: a ratio, or those of several cases, with the least and most."""
    about = result["machine"]
    lines = [
        f"{about['cores']} cores of {about['processor']}, numpy {about['numpy']} ({about['BLAS']}), {about['date']}, "
        f"load {about['load']} at the start:",
        "",
        "| work, float32 | ratio | goal |",
        "|---|---|---|",
    ]
    for name, start, words in TABLE:
        rows = [row for section in result["benchmarks"].get(name, ()) for row in section["rows"]]
        found = [row for row in rows if row["name"].startswith(start) and "ratio" in row and "numpy" not in row["name"]]
        if name == "memory":
            found = [row for row in found if row["of"] == "one copy"]
        if name in ("training", "whole") and start in ("actviz", "article"):
            found = found[:1]
        if not found:
            continue
        told = ", ".join(
            f"{row['ratio']:.2f} [{row['ratio_range'][0]:.2f}, {row['ratio_range'][1]:.2f}]" for row in found
        )
        goals = dict.fromkeys(row["goal"].split(":")[0].removeprefix("goal ") for row in found if "goal" in row)
        lines.append(f"| {words} | {told} | {', '.join(goals)} |")
    return "\n".join(lines)


def kind_of_processor() -> str:
    """Return the name that the system has for the processor."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    return platform.processor() or platform.machine()


def machine() -> dict[str, Any]:
    """Return what the numbers depend on."""
    blas = [
        f"{i['internal_api']} {i['version']} {i.get('architecture', '')}"
        for i in threadpool_info()
        if i["user_api"] == "blas"
    ]
    facts = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "BLAS": ", ".join(blas) or "unknown",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "processor": kind_of_processor(),
        "date": time.strftime("%B %Y"),
    }
    from importlib.metadata import PackageNotFoundError, version

    for name in ("torch", "matplotlib", "click"):
        try:
            facts[name] = version(name)
        except PackageNotFoundError:
            facts[name] = None
    return facts


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", multiple=True, type=click.Choice(list(BENCHMARKS)), help="Run this one; may be repeated.")
@click.option("--quick", is_flag=True, help="A fifth of the rounds and fewer seeds: a smoke test, not a measurement.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write JSON here.")
@click.option("--table", is_flag=True, help="Print the README's table of what was run, at the end.")
@click.option(
    "--beside",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="Another checkout, whose article is measured in turn with this one's (`whole`).",
)
@click.option("--survey-samples", default=1000, show_default=True, help="Samples of the survey.")
@click.option("--survey-width", default=256, show_default=True, help="Width of the survey's networks.")
@click.option("--survey-depth", default=10, show_default=True, help="Depth of the survey's networks.")
@click.option("--survey-seeds", type=int, help="Seeds of the survey.  [default: 8; 1 with --quick]")
def main(
    only: tuple[str, ...],
    quick: bool,
    table: bool,
    json_file: Path | None,
    beside: Path | None,
    survey_seeds: int | None,
    **survey: int,
) -> None:
    """Measure actviz against its goals, beside a bare pass and straightforward scripts."""
    shape = Shape(**{name.removeprefix("survey_"): value for name, value in survey.items()})
    settings = Settings(quick, shape, survey_seeds or (1 if quick else 8), beside)
    result: dict[str, Any] = {"machine": machine(), "quick": quick, "benchmarks": {}}
    click.echo(", ".join(f"{name} {value}" for name, value in result["machine"].items()))
    if (result["machine"]["load"] or 0.0) > BUSY:
        click.echo("busy: other processes run here, and rows on two threads suffer most; measure again when it is idle")
    if quick:
        click.echo("quick: few rounds, so ratios are only indicative")
    failed = []
    for name in only or BENCHMARKS:
        sections = result["benchmarks"][name] = []
        try:
            for section in BENCHMARKS[name](settings):
                click.echo(f"\n[{name}] {section}")
                sections.append({"title": section.title, "rows": [row.record() for row in section.rows]})
        except ChildFailed as complaint:
            click.echo(f"\n[{name}] failed: {complaint}", err=True)
            failed.append(name)
    if table:
        click.echo(f"\n{markdown(result)}")
    if json_file:
        json_file.write_text(json.dumps(result | {"failed": failed}, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
