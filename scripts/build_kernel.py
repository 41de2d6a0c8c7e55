"""Compile ``actviz/numerics/kernel.c`` beside it: of a wheel's build, where there is a C compiler, and by hand.

``python scripts/build_kernel.py`` compiles into the working tree, as an installation does. ``--sanitize`` compiles with
the address and undefined-behaviour sanitizers into a folder of its own, and runs every pass over hostile arrays.
"""

from __future__ import annotations

import itertools
import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import zlib
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "actviz/numerics/kernel.c"
LIBRARY = "actviz/numerics/_kernel.so"
FLAGS = (
    "-std=gnu11",
    "-O3",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-ffp-contract=off",
    "-fno-strict-aliasing",
    "-fPIC",
    "-shared",
    "-s",
)
SANITIZERS = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


ONE_KIND = "-DONE_KIND"
"""For compilers and C libraries that cannot choose functions by the processor when they are loaded."""


def compile_kernel(source: Path, library: Path, *flags: str) -> str:
    """Compile with $CC, or cc; return why it failed, "" if it did not."""
    try:
        compiler = shlex.split(os.environ.get("CC") or "cc")
    except ValueError as error:
        return f"CC: {error}"
    mark, why = f"-DSOURCE={zlib.crc32(source.read_bytes())}u", ""
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder, library.name)
            for kinds in ((), (ONE_KIND,)):
                command = [*compiler, *FLAGS, *flags, *kinds, mark, "-o", str(made), str(source), "-lm"]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if not done.returncode and made.exists():
                    library.with_suffix(".new").write_bytes(made.read_bytes())
                    library.with_suffix(".new").replace(library)
                    return ""
                lines = done.stderr.strip().splitlines() or [f"{compiler[0]} made nothing"]
                why = why or next((line for line in lines if "error" in line), lines[-1])
    except OSError as error:
        return f"{error.filename or compiler[0]}: {error.strerror}"
    return why


class KernelHook(BuildHookInterface):
    """Compiles while a wheel is built; without a compiler the wheel is one of Python alone."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say so in the wheel's name, or why not."""
        in_tree = version == "editable"
        self._folder = None if in_tree else tempfile.TemporaryDirectory()  # the tree may be another's
        library = Path(self._folder.name, Path(LIBRARY).name) if self._folder else Path(self.root, LIBRARY)
        why = "not for Windows" if os.name == "nt" else compile_kernel(Path(self.root, SOURCE), library)
        if why:
            self.app.display_warning(f"actviz: the kernel is not compiled ({why}); numpy does its work")
            return
        if not in_tree:
            build_data["force_include"][str(library)] = LIBRARY
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        if self._folder:
            self._folder.cleanup()


def sanitize() -> int:
    """Run every pass over hostile arrays under the sanitizers."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "_kernel.so")
        if why := compile_kernel(ROOT / SOURCE, library, *SANITIZERS):
            print(f"cannot be compiled with sanitizers: {why}")
            return 1
        compiler = shlex.split(os.environ.get("CC") or "cc")
        names = ("libasan.so", "libubsan.so")
        asked = [[*compiler, f"-print-file-name={name}"] for name in names]
        preload = ":".join(
            subprocess.run(each, capture_output=True, text=True, check=True).stdout.strip() for each in asked
        )
        environment = {**os.environ, "LD_PRELOAD": preload, "ASAN_OPTIONS": "detect_leaks=0", "PYTHONPATH": str(ROOT)}
        code = f"import runpy; runpy.run_path({str(Path(__file__))!r})['attack']({str(library)!r})"
        return subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode


def attack(library: str) -> None:
    """Call every pass with odd shapes and values, and compare what is exact with numpy's."""
    import ctypes

    import numpy as np

    from actviz.numerics import kernel
    from actviz.numerics.histogram import GRADIENT_BINS, UNBOUNDED_BINS, LinearBins

    loaded, rng, tried = ctypes.CDLL(library), np.random.default_rng(0), 0
    odd = [0.0, -0.0, 1.0, -1.0, np.nan, np.inf, -np.inf, 5e-324, 1e-45, 3e38, -3e38, 1e308]
    slopes = {"tanh": lambda h: 1 - h * h, "logistic": lambda h: h * (1 - h), "positive": lambda h: h > 0}
    shapes = [(rows, columns) for rows in (1, 2, 3, 63, 64, 65, 130) for columns in (1, 2, 15, 16, 17, 33, 100)]
    edges = [(-1, 1), (2**22, 2**22 + 2048), (2**40, 2**40 + 2048), (-(2.0**-140), 2.0**-140), (-(2.0**-90), 2.0**-90)]
    linear = [LinearBins(float(low), float(high)) for low, high in [*edges, (1, 1 + 2.0**-20), (-(2**99), 2**99)]]
    linear += [LinearBins(0.0, 1.0, 30), LinearBins(-0.3, 0.7, 7), LinearBins(-3e37, 3e37, 1000)]
    wide = [(1, 4095), (2, 4097), (3, 16385), (5, 40000)]
    for size, suffix in ((4, "float"), (8, "double")):
        passes, dtype = kernel.Compiled(loaded, suffix), np.dtype(f"f{size}")
        largest = np.finfo(dtype).max
        for shape, kind in itertools.product(shapes + wide, ("plain", "odd", "huge", "zero", "blank rows")):
            block, columns = rng.standard_normal(shape), shape[1]
            with np.errstate(all="ignore"):
                made = {"plain": block, "odd": rng.choice(odd, shape), "huge": block * largest, "zero": 0 * block}
                made["blank rows"] = block * (np.arange(len(block)) % 3 > 0)[:, None]
                block = np.ascontiguousarray(made[kind], dtype)
                origin, whole = block[0].copy(), bool(np.isfinite(block).all())
                norm = float(np.linalg.norm(origin.astype(float)))
                for directions in (True, False):
                    passes.moments(block, origin, norm, directions, np.zeros(1 + (1 + directions) * columns))
                for bins in (UNBOUNDED_BINS, GRADIENT_BINS, *linear):
                    values = block if bins not in linear else np.clip(np.nan_to_num(block), bins.low, bins.high)
                    if bins.rule(dtype) is None:
                        continue
                    rule, counts = bins.rule(dtype), np.zeros(bins.size + 3, np.int64)
                    with kernel.numpy_alone():
                        right = bins.count(values)
                    counted = passes.count(values, rule, counts)
                    assert not counted or ((counts[:-3] == right.counts).all() and counts.sum() == block.size)
                    sums, counts = np.zeros(1 + 2 * columns), 0 * counts
                    found = passes.activations(values, values[0].copy(), norm, sums, rule, counts)
                    told = None if found is None else found[1]
                    assert told is None or told == (values.min(), values.max(), np.count_nonzero(values == 0))
                    assert told is None or found[0] == np.count_nonzero((values == 0).all(axis=1))
                    assert counts.sum() == (0 if told is None else block.size)
                    assert np.isfinite(values).all() or told is None
                    assert told is not None or not sums.any()
                rule, counts = GRADIENT_BINS.rule(dtype), np.zeros(GRADIENT_BINS.size + 3, np.int64)
                told = passes.gradients(block, rule, counts)
                assert counts.sum() == (0 if told is None else block.size)
                assert whole or told is None
                assert told is None or told[1] == np.count_nonzero(block == 0)
                flat = np.ones(columns, bool)
                assert passes.slopes(block, 0.05, 1e-9, flat) == np.count_nonzero(np.abs(block) < dtype.type(0.05))
                assert (flat == (np.abs(block).max(axis=0) < dtype.type(1e-9))).all()
                for name, of in slopes.items():
                    above, below, flat = block[::-1].copy(), np.empty_like(block), np.ones(columns, bool)
                    found, _ = passes.backward(name, block, above, below, 0.05, 1e-9, flat, rule, counts)
                    slope = np.asarray(of(block), dtype)
                    assert np.array_equal(below, above * slope, equal_nan=True)
                    assert found == np.count_nonzero(np.abs(slope) < dtype.type(0.05))
                    assert (flat == (np.abs(slope).max(axis=0) < dtype.type(1e-9))).all()
                _, _, zeros = passes.sizes(block)
                assert zeros == np.count_nonzero(block == 0)
                passes.cubes(block, 3)
                passes.cubes(np.asfortranarray(block), 3)
                tried += 1
    print(f"{tried} hostile arrays: nothing found")


if __name__ == "__main__":
    if sys.argv[1:] == ["--sanitize"]:
        sys.exit(sanitize())
    if sys.argv[1:]:
        sys.exit(f"{' '.join(sys.argv[1:])}: only --sanitize is allowed")
    trouble = compile_kernel(ROOT / SOURCE, ROOT / LIBRARY)
    print(f"not compiled: {trouble}" if trouble else LIBRARY)
    sys.exit(bool(trouble))
