"""Try to break the command line: random lines, damaged files, kills, full disks, two writers, environments.

``python scripts/stress.py --minutes 10 --seed 0 --report stress.md`` shares its minutes among six parts, prints a table
of what was tried, and exits with 1 if anything broke: a traceback, more than a line of error, a file that is lost, half
written or left over, or other bytes than an undisturbed run gives. What broke is printed with the line that repeats it.
``--only "kill -9" --tries 1300`` tries one part so many times: every kind of file in turn, 100 times each of thirteen.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from click.testing import CliRunner

import actviz
from actviz.cli import COMMANDS, main
from actviz.results.writing import _swept, is_temporary

SMALL = ("--depth", "3", "--width", "12", "--seeds", "3")
FED = ("--data", "moons:100", "--epochs", "3", "--lr", "0.1")
WRITERS: dict[str, tuple[str, ...]] = {
    "p.nc": ("probe", "-i", "he_normal", "-i", "zeros", "-a", "relu", *SMALL, "--samples", "50", "-o", "p.nc"),
    "p.csv": ("probe", "-i", "he_normal", "-a", "relu", *SMALL, "-o", "p.csv"),
    "t.nc": ("train", "-i", "he_normal", "-a", "relu", *SMALL, *FED, "-o", "t.nc"),
    "b.json": ("baseline", "-i", "he_normal", "-a", "relu", *SMALL, "-o", "b.json"),
    "s.svg": ("schedules", "cosine", "-o", "s.svg"),
    "s.pdf": ("schedules", "cosine", "-o", "s.pdf"),
    "signal.png": ("figures", "in.nc", "-f", "signal", "-o", "."),
    "r.html": ("report", "in.nc", "-o", "r.html"),
    "e.json": ("show", "in.nc", "-o", "e.json"),
    "l.png": ("lr-find", "-i", "he_normal", "-a", "relu", "--depth", "2", "--width", "8", "--data", "moons:60",
              "--updates", "40", "-o", "l.png"),
    "again.svg": ("redo", "in.svg", "-o", "again.svg"),
    "film.gif": ("figures", "tr.nc", "--gif", "film.gif"),
    "m.nc": ("sweep", "-a", "tanh", "--width", "12", "--depth", "3", "--over", "weight_var=1:4:5", "-o", "m.nc"),
}  # fmt: skip
"""Every command that writes a file, by the file."""

SECONDS: dict[str, float] = {}
"""How long a command takes that nothing disturbs, where everything is imported."""

COPIES = {"t.nc": "tr.nc", "b.json": "in.json", "s.svg": "in.svg", "s.pdf": "in.pdf", "signal.png": "in.png"}
"""Under which name what is written is read again."""

ODD = (
    "", "0", "-1", "1e308", "nan", "inf", "1" * 400, "he", "relu", "normal:0.1", "normal:x", "no:such", "sys:exit",
    "os:getcwd", "::error::x", "a\nb", "\x1b[2J", "층", "\udcff", "nowhere/x", "/dev/null", "/dev/zero", ".", "in.nc",
    "in.json", "in.svg", "0,1,5", "0,1,65536", "moons:60", "warmup:5+cosine", "((((", "x" * 300, "2", "3,5", "--", "-h",
)  # fmt: skip
SMALL_NUMBERS = ("1", "2", "3", "7")
SANE: dict[str, tuple[str, ...]] = {
    "init": ("he", "xavier", "zeros", "normal:0.1", "uniform:-1,1", "orthogonal", "constant:0.5"),
    "activation": ("relu", "tanh", "sigmoid", "leaky_relu:0.1", "gelu", "softplus", "identity"),
    "inputs": ("normal:0,1", "in.npy", "in.npz", "correlated:0.5"), "layers": ("*", "1"), "layer": ("1", "1,3"),
    "labels": ("a", "b"), "figure": ("signal", "gradients", "ridges", "summary.svg", "curves"),
    "data": ("moons:60", "spirals:60", "in.npz"), "lr": ("0.1", "cosine", "step:0.5,2"),
    "optimizer": ("sgd", "adam", "momentum"), "statistic": ("act_std", "grad_preact_rms"),
    "threshold": ("saturated=0.5",), "drive": ("cotangent", "cross_entropy"), "size": ("slide", "paper", "half"),
    "targets": ("he", "in.nc", "relu"), "target": ("in.nc", "tr.nc"), "source": ("in.nc",), "path": ("in.json",),
    "result": ("in.nc", "tr.nc"), "results": ("in.nc", "tr.nc"),
    "schedules": ("cosine", "step:0.5,2", "warmup:5+cosine"), "model": ("no:such", "in:nc"), "name": ("article",),
    "output": ("o.nc", "o.png", "o.json", "o.html", "o"), "snapshot": ("0", "last"), "view": ("0,1,5",),
    "strict": ("mild", "severe"),
}  # fmt: skip
"""Values that an option or argument could well have, by its name; what is not listed is a choice or a small number."""

ENVIRONMENTS: tuple[dict[str, str], ...] = (
    {"LC_ALL": "C"}, {"LC_ALL": "ko_KR.UTF-8"}, {"HOME": "/dev/null/none"}, {"PYTHONHASHSEED": "1"},
    {"PYTHONHASHSEED": "77"},
    {"PYTHONIOENCODING": "ascii"}, {"MPLBACKEND": "nonsense"}, {"OMP_NUM_THREADS": "1"}, {"OMP_NUM_THREADS": "3"},
    {"OPENBLAS_NUM_THREADS": "2"}, {"TZ": "Asia/Seoul"}, {"COLUMNS": "20"}, {"TMPDIR": "/dev/null/none"},
    {"NO_COLOR": "1"}, {"PYTHONOPTIMIZE": "2"}, {"PYTHONDEVMODE": "1"}, {"PYTHONUTF8": "0"},
)  # fmt: skip


class Part:
    """What one part has tried, and what broke."""

    def __init__(self, name: str) -> None:
        self.name, self.counts, self.broken = name, Counter[str](), list[str]()

    def fail(self, kind: str, how: object, words: str) -> None:
        """Note what broke, and how to repeat it."""
        self.counts[kind] += 1
        self.broken.append(f"{self.name}: {kind}: {how}\n    {words[-1500:]}")


def judge(part: Part, code: int, errors: str, how: object) -> None:
    """Count how a command ended."""
    part.counts["tried"] += 1
    part.counts["refused"] += code == 2
    if code not in (0, 1, 2) or "Traceback" in errors or "Warning" in errors or "Exception ignored" in errors:
        part.fail("traceback", how, errors or f"exit code {code}")
    elif code == 2 and len(errors.splitlines()) > 1:
        part.fail("lines", how, errors)


def inside(part: Part, args: list[str]) -> None:
    """Run a command in this process, for at most 20 seconds."""

    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            done = CliRunner().invoke(main, args)
    except TimeoutError:
        part.counts["late"] += 1
        return
    finally:
        signal.alarm(0)
    if (
        isinstance(done.exception, TimeoutError) or "in late\n" in done.stderr
    ):  # where Python cannot raise it, it is told
        part.counts["late"] += 1
    elif done.exception is not None and not isinstance(done.exception, SystemExit):
        judge(part, done.exit_code, f"Traceback: {done.exception!r}", args)
    else:
        judge(part, done.exit_code, done.stderr, args)


def outside(*args: str, **settings: object) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    command = [sys.executable, "-m", "actviz", *args]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)  # type: ignore[call-overload,no-any-return]


def warm(name: str) -> float:
    """Write a file in this process, which imports what the command needs, then again; return its seconds."""
    for _ in range(2):
        start = time.monotonic()
        CliRunner().invoke(main, WRITERS[name])
        took = time.monotonic() - start
        _clear(name)
    return took


def apart(name: str) -> int:
    """Start a command that writes in a fork of this process, where nothing is left to import; return its number."""
    if child := os.fork():
        return child
    code: object = 70
    _swept.clear()  # as in a process of its own
    try:
        with open("errors", "w") as errors:
            os.dup2(errors.fileno(), 1), os.dup2(errors.fileno(), 2)
        main(list(WRITERS[name]))
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def left_over(part: Part, how: object) -> None:
    """Note files that are neither a result nor what a resumed run goes on from."""
    for path in Path().rglob("*"):
        if is_temporary(path.name):
            part.fail("left over", how, str(path))
            path.unlink(missing_ok=True)


def value(parameter: click.Parameter, draw: random.Random, odd: float) -> str:
    """Return a value for an option or argument: with probability *odd* any, else one that it could well have."""
    if draw.random() < odd:
        return draw.choice(ODD)
    if isinstance(parameter.type, click.Choice):
        return str(draw.choice(list(parameter.type.choices)))
    return draw.choice(SANE.get(str(parameter.name), SMALL_NUMBERS))


def lines(part: Part, draw: random.Random, _: int) -> None:
    """Run a random command line: what a command needs and some of its options, two lines of three with odd values."""
    name = draw.choice(sorted(set(COMMANDS) - {"serve", "article", "lecture", "reproduce"}))
    command = main.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    odd = draw.choice((0.0, 0.2, 1.0))
    args = [name]
    if name in ("probe", "baseline", "diagnose", "train", "lr-find"):
        args += ["--depth", "3", "--width", "12"]
    if name in ("probe", "train", "lr-find"):
        args += ["-i", draw.choice(SANE["init"]), "-a", draw.choice(SANE["activation"])]
    if name in ("train", "lr-find"):
        args += ["--data", "moons:60"]
    if name == "train":
        args += ["--epochs", "2"]
    options = [each for each in command.params if each.param_type_name == "option"]
    for parameter in draw.sample(options, min(len(options), draw.randrange(6))):
        args.append(draw.choice(parameter.opts))
        if not getattr(parameter, "is_flag", False):
            args.append(value(parameter, draw, odd))
    for parameter in command.params:
        if parameter.param_type_name == "argument" and (parameter.required or draw.random() < 0.5):
            args.append(value(parameter, draw, odd))
    inside(part, args)


def damage(content: bytes, draw: random.Random) -> bytes:
    """Return bytes of which some are others, or gone; of JSON inside, a value that is another."""
    found = bytearray(content)
    how = draw.randrange(4)
    if how == 0:
        return bytes(found[: draw.randrange(len(found))])
    if how == 1:
        for _ in range(draw.choice((1, 4, 64))):
            found[draw.randrange(len(found))] = draw.randrange(256)
        return bytes(found)
    start = draw.randrange(len(found))
    if how == 2:
        return bytes(found[:start] + found[start + draw.randrange(1, 200) :])
    digits = [at for at, byte in enumerate(found) if chr(byte).isdigit()] or [0]
    at = draw.choice(digits)
    return bytes(
        found[:at] + draw.choice((b"null", b"-1", b"1e999", b"9" * 400, b'"x"', b"[[[", b"NaN")) + found[at + 1 :]
    )


READERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "in.nc": (("show",), ("figures", "-f", "signal", "-o", "f"), ("diagnose",)),
    "tr.nc": (("show",), ("figures", "-f", "curves", "-o", "f")),
    "in.json": (("check", "--seeds", "4"),),
    "in.svg": (("redo", "-o", "again.svg"),),
    "in.png": (("redo", "-o", "again.png"),),
    "in.pdf": (("redo", "-o", "again.pdf"),),
    "in.npz": (("probe", "-i", "he", "-a", "relu", *SMALL, "--inputs"),),
    "in.npy": (("probe", "-i", "he", "-a", "relu", *SMALL, "--inputs"),),
}
"""How each kind of file is read; its name comes last."""


def damaged(part: Part, draw: random.Random, number: int) -> None:
    """Read a damaged file, of every kind in turn."""
    name = sorted(READERS)[number % len(READERS)]
    bad = Path(f"bad{Path(name).suffix}")
    bad.write_bytes(damage(Path(name).read_bytes(), draw))
    for command in READERS[name]:
        inside(part, [*command, str(bad)])
    left_over(part, name)


def killed(part: Part, draw: random.Random, number: int) -> None:
    """Kill a writing command at a random moment; then the file is whole or none, and the same line gives it."""
    name = sorted(WRITERS)[number % len(WRITERS)]
    reference = Path("whole", name).read_bytes()
    if name not in SECONDS:
        SECONDS[name] = warm(name)
    running = apart(name)
    time.sleep(draw.uniform(0, 1.1 * SECONDS[name]))
    os.kill(running, signal.SIGKILL)
    os.waitpid(running, 0)
    part.counts["tried"] += 1
    if Path(name).exists() and Path(name).read_bytes() != reference:
        part.fail("half", name, "after kill -9")
    _, ended = os.waitpid(apart(name), 0)
    if ended:
        part.fail("traceback", name, Path("errors").read_text())
    elif Path(name).read_bytes() != reference:
        part.fail("other bytes", name, "after kill -9 and again")
    left_over(part, name)
    _clear(name)


def full(part: Part, draw: random.Random, number: int) -> None:
    """Write where no file may be larger than so many bytes: what was there stays, and nothing else."""
    name = sorted(WRITERS)[number % len(WRITERS)]
    reference = Path("whole", name).read_bytes()
    most = draw.randrange(len(reference))
    Path(name).write_text("old")
    running = outside(*WRITERS[name], preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
    _, errors = running.communicate()
    kept = "\n".join(line for line in errors.splitlines() if "is kept in" not in line)
    judge(part, running.returncode, kept, (name, most))
    if Path(name).read_text(errors="replace") != "old":
        part.fail("half", (name, most), errors)
    left_over(part, (name, most))
    _clear(name)


def two(part: Part, draw: random.Random, number: int) -> None:
    """Write the same file by two commands at once."""
    name = sorted(WRITERS)[number % len(WRITERS)]
    both = [outside(*WRITERS[name]) for _ in range(2)]
    part.counts["tried"] += 1
    for running in both:
        _, errors = running.communicate()
        if running.returncode:
            part.fail("traceback", name, errors)
    if not Path(name).exists() or Path(name).read_bytes() != Path("whole", name).read_bytes():
        part.fail("other bytes", name, "by two writers")
    left_over(part, name)
    _clear(name)


def environments(part: Part, draw: random.Random, number: int) -> None:
    """Write a file under another environment: the same bytes."""
    name = sorted(WRITERS)[number % len(WRITERS)]
    environment = ENVIRONMENTS[number // len(WRITERS) % len(ENVIRONMENTS)]
    running = outside(*WRITERS[name], env={**os.environ, **environment})
    _, errors = running.communicate()
    judge(part, running.returncode, errors, (name, environment))
    if running.returncode or Path(name).read_bytes() != Path("whole", name).read_bytes():
        part.fail("other bytes", (name, environment), errors)
    _clear(name)


def _clear(name: str) -> None:
    Path(name).unlink(missing_ok=True)
    shutil.rmtree(f"{name}.partial", ignore_errors=True)


PARTS: dict[str, tuple[float, Callable[[Part, random.Random, int], None]]] = {
    "random command lines": (0.25, lines), "damaged files": (0.2, damaged), "kill -9": (0.2, killed),
    "full disk": (0.1, full), "two writers": (0.1, two), "environments": (0.15, environments),
}  # fmt: skip
"""Each part with its share of the time."""

COLUMNS = ("tried", "refused", "late", "traceback", "lines", "half", "left over", "other bytes")


def prepare() -> None:
    """Make what is read, and what every writer gives where nothing disturbs it."""
    import numpy as np

    Path("whole").mkdir()
    actviz.save(actviz.probe(["he_normal", "zeros"], "relu", depth=3, width=12, samples=50, seeds=3), "in.nc")
    shutil.copy("in.nc", "whole/in.nc")
    for name, command in WRITERS.items():
        done = subprocess.run([sys.executable, "-m", "actviz", *command], cwd="whole", check=False, capture_output=True)
        if not Path("whole", name).exists():
            raise SystemExit(f"{' '.join(command)} gives no {name}: {done.stderr.decode()}")
        if name in COPIES:
            for copy in (COPIES[name], f"whole/{COPIES[name]}"):
                shutil.copy(Path("whole", name), copy)
    rows = np.random.default_rng(0).normal(size=(30, 12))
    np.save("in.npy", rows)
    np.savez_compressed("in.npz", x=rows)


def campaign(minutes: float, tries: int | None, seed: int, only: str | None) -> Iterator[Part]:
    """Run every part for its share of the minutes, or so many times."""
    chosen = {name: each for name, each in PARTS.items() if only in (None, name)}
    whole = sum(share for share, _ in chosen.values())
    for name, (share, attempt) in chosen.items():
        part, end, number = Part(name), time.monotonic() + 60 * minutes * share / whole, 0
        while number < tries if tries is not None else time.monotonic() < end:
            attempt(part, random.Random(json.dumps([seed, name, number])), number)
            number += 1
        yield part


def table(parts: list[Part]) -> str:
    """Return what was tried as a table."""
    rows = [("part", *COLUMNS), ("---",) * (1 + len(COLUMNS))]
    rows += [(part.name, *(str(part.counts[column]) for column in COLUMNS)) for part in parts]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def run() -> int:
    """Read the options, run, print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--tries", type=int, help="so many times every part, however long that takes")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--only", choices=sorted(PARTS))
    options.add_argument("--report", type=Path, help="also write the table, and what broke, to this file")
    chosen = options.parse_args()
    report = chosen.report.resolve() if chosen.report else None
    with tempfile.TemporaryDirectory(prefix="stress-") as folder, contextlib.chdir(folder):
        prepare()
        parts = list(campaign(chosen.minutes, chosen.tries, chosen.seed, chosen.only))
    broken = [words for part in parts for words in part.broken]
    words = "\n".join([table(parts), "", *broken])
    print(words)
    if report:
        report.write_text(f"{words}\n", encoding="utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(run())
