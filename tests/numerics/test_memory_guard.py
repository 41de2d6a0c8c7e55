"""Memory is counted by the recipe and refused before the first allocation."""

import io
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import actviz
from actviz.catalog import inputs
from actviz.errors import ActvizError
from actviz.numerics import memory

MIB = 2**20


def needed(call, one_line_error, monkeypatch):
    """Return what a call asks for: the least that lets it begin, found by asking of ever more."""
    asked = []
    check = memory.check_memory
    for module in ("probing.bounds", "training.memory", "training.descending", "catalog.schedules.table"):
        monkeypatch.setattr(f"actviz.{module}.check_memory", lambda need, *_: asked.append(need))
    call()
    monkeypatch.undo()
    assert memory.check_memory is check
    return max(asked)


SMALL = {"depth": 2, "width": 8, "seeds": 2, "workers": 1}
FED = {"data": "moons:60", "depth": 2, "width": 8, "epochs": 1, "snapshots": 2}
CALLS = {
    "probe": lambda: actviz.probe("he_normal", "relu", samples=20, view=(0, 1, 50), **SMALL),
    "train": lambda: actviz.train(actviz.runs("he_normal", "relu", **FED), "moons:60", seeds=1, workers=1),
    "find_rate": lambda: actviz.find_rate(
        next(iter(actviz.runs("he_normal", "relu", **FED).values())), "moons:60", seeds=1, updates=30, workers=1
    ),
    "descend": lambda: actviz.descend(["constant:0.05"], steps=20, repeats=2, seeds=1),
    "schedule": lambda: actviz.schedules.rates(actviz.schedule("cosine"), 1000),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_just_fits_is_done_and_a_byte_less_is_refused(name, one_line_error, monkeypatch):
    need = needed(CALLS[name], one_line_error, monkeypatch)
    monkeypatch.setattr(memory, "limit", lambda: need)
    CALLS[name]()
    monkeypatch.setattr(memory, "limit", lambda: need - 1)
    assert "memory" in one_line_error(CALLS[name])


@pytest.mark.parametrize(
    "call",
    [
        lambda: actviz.probe("he_normal", "relu", depth=10_000, width=10, view=(0, 1, 65536), seeds=1),
        lambda: actviz.probe("he_normal", "relu", depth=10_000, width=10, seeds=100_000),
        lambda: actviz.descend(["constant:0.05"], steps=100_000, repeats=1000, seeds=8),
        lambda: actviz.train(actviz.runs("he_normal", "relu", data="moons:60", depth=20, width=20_000), "moons:60"),
        lambda: actviz.find_rate(next(iter(actviz.runs(data="moons:60", depth=20, width=20_000).values())), "moons:60"),
        lambda: actviz.schedules.rates(actviz.schedule("cosine"), 10**12),
    ],
)
def test_nothing_is_taken_before_it_is_refused(call, one_line_error, monkeypatch):
    import tracemalloc

    monkeypatch.setattr(memory, "limit", lambda: 4 * 2**30)
    tracemalloc.start()
    assert "GiB" in one_line_error(call)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50 * MIB


@pytest.mark.parametrize("read", ["inputs", "data"])
def test_an_archive_is_refused_by_what_it_unpacks_to(read, tmp_path, one_line_error, monkeypatch):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**6, 25)})
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", header.getvalue() + bytes(200 * 10**6))
    assert (tmp_path / "bomb.npz").stat().st_size < MIB
    monkeypatch.setattr(memory, "limit", lambda: 512 * MIB)
    path = str(tmp_path / "bomb.npz")
    if read == "inputs":
        message = one_line_error(actviz.probe, "he_normal", "relu", inputs=path, seeds=1)
    else:
        message = one_line_error(actviz.runs, "he_normal", "relu", data=path)
    assert "memory" in message
    monkeypatch.setattr(memory, "limit", lambda: 2**40)
    monkeypatch.setattr(inputs, "LARGE_ARCHIVE", 100 * MIB)
    with pytest.raises(ActvizError, match=r"unpacks [0-9]+-fold"), inputs.opened("inputs x", path, ".npz"):
        pass


@pytest.mark.parametrize(
    ("group", "files", "least"),
    [
        ("0::/a/b\n", {"a/b/memory.max": "max", "a/memory.max": str(64 * MIB)}, 64 * MIB),
        ("5:cpu:/\n4:memory:/x\n", {"memory/x/memory.limit_in_bytes": str(32 * MIB)}, 32 * MIB),
        ("4:memory:/x\n", {"memory/memory.limit_in_bytes": str(16 * MIB)}, 16 * MIB),  # as a container sees it
        ("0::/\n", {}, None),
    ],
)
def test_the_control_group_counts(group, files, least, tmp_path, monkeypatch):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{content}\n")
    (tmp_path / "cgroup").write_text(group)
    monkeypatch.setattr(memory, "_GROUPS", tmp_path)
    path = memory.Path
    monkeypatch.setattr(memory, "Path", lambda name: tmp_path / "cgroup" if name == "/proc/self/cgroup" else path(name))
    assert memory.limit() == (least or memory._physical()[0])


def test_the_limit_of_a_process_s_own_addresses_is_kept():
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (8 << 30, resource.RLIM_INFINITY))\n"
        "from actviz.numerics.memory import limit\n"
        "print(limit())"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert 0 < int(told.stdout) < 8 << 30
