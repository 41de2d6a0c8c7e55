"""Files are written whole or not at all, and what is no file, or leads to one, stays what it is."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main
from actviz.results import writing
from actviz.results.checkpoint import Checkpoint
from actviz.results.writing import ending_of, write_atomically

POSIX = pytest.mark.skipif(os.name != "posix", reason="links, modes and pipes")
pytestmark = POSIX


def write(path, content="whole"):
    write_atomically(path, lambda to: to.write_text(content))


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    (tmp_path / "far").mkdir()
    for target in ("far/there.txt", "far/new.txt"):
        (tmp_path / "link.txt").unlink(missing_ok=True)
        (tmp_path / "link.txt").symlink_to(target)
        write(tmp_path / "link.txt")
        assert (tmp_path / "link.txt").is_symlink()
        assert (tmp_path / target).read_text() == "whole"


def test_links_that_lead_round_are_one_line(tmp_path, one_line_error):
    (tmp_path / "a.nc").symlink_to("b.nc")
    (tmp_path / "b.nc").symlink_to("a.nc")
    assert "links" in one_line_error(write, tmp_path / "a.nc")
    assert "links" in one_line_error(writing.has_folder, tmp_path / "a.nc")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444 | 0o200])
def test_a_file_keeps_its_mode(tmp_path, mode):
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "a.txt").chmod(mode)
    write(tmp_path / "a.txt")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == mode
    assert (tmp_path / "a.txt").read_text() == "whole"


def test_a_new_file_has_the_mode_that_the_user_wants(tmp_path):
    old = os.umask(0o027)
    write(tmp_path / "a.txt")
    os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640


def test_a_pipe_is_written_to(tmp_path):
    pipe, got = tmp_path / "pipe.txt", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    write(pipe)
    reader.join(10)
    assert got == ["whole"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [each.name for each in tmp_path.iterdir()] == ["pipe.txt"]


def test_a_pipe_of_a_shell_is_written_to_though_its_target_is_no_path():
    reading, writing_to = os.pipe()
    write(f"/dev/fd/{writing_to}")
    os.close(writing_to)
    with open(reading) as pipe:
        assert pipe.read() == "whole"


def test_a_device_stays_a_device():
    before = os.stat("/dev/null")
    write("/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert os.stat("/dev/null").st_ino == before.st_ino


@pytest.mark.parametrize("name", ["no\0name.nc", "nowhere/a.nc", "a.nc/b.nc", "x" * 300 + ".nc"])
def test_what_is_no_path_is_one_line(tmp_path, name, one_line_error):
    (tmp_path / "a.nc").touch()
    one_line_error(write, tmp_path / name)


def test_the_longest_name_is_written(tmp_path):
    write(tmp_path / ("층" * 80 + ".txt"))
    write(tmp_path / ("x" * 255))
    assert all(each.read_text() == "whole" for each in tmp_path.iterdir())


def test_what_a_dead_process_left_is_swept_and_what_lives_stays(tmp_path, monkeypatch):
    made = "import os, signal, sys, pathlib; from actviz.results.writing import write_atomically as w\n"
    killed = made + "w(sys.argv[1], lambda to: (to.write_text('half'), os.kill(os.getpid(), signal.SIGKILL)))"
    subprocess.run([sys.executable, "-c", killed, str(tmp_path / "a.txt")], check=False)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".a.actviz-")
    living = writing.temporary_path(tmp_path / "elsewhere", tmp_path / "b.txt").name
    (tmp_path / living).touch()
    (tmp_path / ".a.1.deadbeef.txt").touch()  # another program's
    monkeypatch.setattr(writing, "_swept", set())
    write(tmp_path / "c.txt")
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([".a.1.deadbeef.txt", living, "c.txt"])


def test_what_processes_leave_that_are_just_being_ended_is_waited_for(tmp_path):
    half = "import sys, time, pathlib; from actviz.results.writing import write_atomically as w\n"
    half += "w(sys.argv[1], lambda to: (to.write_text('half'), time.sleep(60)))"
    with subprocess.Popen([sys.executable, "-c", half, str(tmp_path / "a.txt")]) as writing_on:
        while not any(tmp_path.iterdir()):
            time.sleep(0.02)
        writing.sweep_ended(tmp_path, 0.1)
        assert any(tmp_path.iterdir()), "of one that lives on"
        ending = threading.Timer(0.1, lambda: (writing_on.kill(), writing_on.wait()))
        ending.start()
        writing.sweep_ended(tmp_path, 20.0)
        ending.join()
    assert not any(tmp_path.iterdir())
    writing.sweep_ended(tmp_path / "none")


def test_a_name_that_no_result_can_hold_is_one_line(tmp_path, one_line_error):
    ds = actviz.probe("he_normal", "relu", depth=1, width=4, samples=4, seeds=1)
    assert "null" in one_line_error(actviz.save, ds.assign_coords(init=["a\0b"]), tmp_path / "a.nc").lower()
    assert list(tmp_path.iterdir()) == []


HEARS = "signal.signal(signal.SIGHUP, signal.SIG_DFL)"
"""Under nohup, too."""

START = f"import signal, sys, actviz.cli; {HEARS}; sys.argv[1:] = {{args!r}}; actviz.cli.main()"


@pytest.mark.parametrize(("workers", "asked"), [("1", "SIGHUP"), ("2", "SIGTERM")])
def test_being_asked_to_end_ends_as_ctrl_c_does_and_the_same_command_goes_on(tmp_path, workers, asked):
    args = ["probe", "-i", "he_normal", "-a", "relu", "--width", "200", "--depth", "10", "--seeds", "500"]
    args += ["--workers", workers, "-o", str(tmp_path / "r.nc")]
    running = subprocess.Popen(
        [sys.executable, "-c", START.format(args=args)], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while running.poll() is None and not list(tmp_path.glob("r.nc.partial/*.npz")):
        time.sleep(0.05)
    running.send_signal(getattr(signal, asked))
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 143, errors
    kept, end = [line for line in errors.splitlines() if line]
    assert "kept in" in kept
    assert end == "actviz: terminated"
    assert not [each for each in tmp_path.rglob("*") if writing.is_temporary(each.name)]


def test_other_processes_keep_what_they_have_finished(tmp_path, monkeypatch):
    monkeypatch.setattr("actviz.numerics.parallel.WORTH_PROCESSES", 0)
    small = {"depth": 2, "width": 8, "samples": 10, "seeds": 3, "workers": 2}
    actviz.probe("he_normal", ["relu", "tanh"], checkpoint=tmp_path, **small)
    assert len(list(tmp_path.glob("*.npz"))) == 6


def test_a_full_disk_is_one_line_and_leaves_what_was_there(tmp_path):
    """A limit on the size of files stands for it: HDF5 itself cannot end on a disk that is full."""
    made = "import actviz, resource, sys; ds = actviz.probe('he_normal', 'relu', depth=3, width=8, seeds=2)\n"
    made += "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))\n"
    made += "try:\n    actviz.save(ds, sys.argv[1])\nexcept actviz.ActvizError as error:\n    print(error)\n"
    (tmp_path / "a.nc").write_text("old")
    done = subprocess.run(
        [sys.executable, "-c", made, str(tmp_path / "a.nc")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "too large" in done.stdout
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"a.nc": "old"}


def test_what_is_kept_is_kept_though_the_same_command_beside_it_has_cleared_the_folder(tmp_path):
    checkpoint = Checkpoint(tmp_path / "kept", {})
    (tmp_path / "kept").rmdir()
    checkpoint.write(("a",), {"x": np.arange(3)})
    np.testing.assert_array_equal(checkpoint.read(("a",))["x"], [0, 1, 2])


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    path = tmp_path_factory.mktemp("probed") / "result.nc"
    actviz.save(actviz.probe("he_normal", "relu", depth=2, width=8, samples=10, seeds=1, workers=1), path)
    return str(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        (["probe", "-i", "he", "-a", "relu", "--depth", "1", "--width", "4", "--seeds", "1"], b"\x89HDF"),
        (["schedules", "step", "--steps", "9"], b"\x89PNG"),
        (["figures", "RESULT", "-f", "signal"], b"\x89PNG"),
        (["report", "RESULT", "--no-explorer"], b"<!doctype html>"),
    ],
    ids=lambda each: each[0] if isinstance(each, list) else None,
)
def test_a_pipe_takes_the_first_format_of_a_command_whatever_its_name(arguments, begins, probed, tmp_path):
    os.mkfifo(pipe := tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    done = CliRunner().invoke(main, [probed if each == "RESULT" else each for each in arguments] + ["-o", str(pipe)])
    assert done.exit_code == 0, done.output
    reader.join(20)
    assert read[0][: len(begins)] == begins
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_path_that_is_no_pipe_still_needs_its_ending(tmp_path):
    for path in (tmp_path / "new", tmp_path):
        assert ending_of(path, (".nc",)) == path.suffix
    assert (ending_of("/dev/null", (".nc", ".csv")), ending_of("x.csv", (".nc", ".csv"))) == (".nc", ".csv")
