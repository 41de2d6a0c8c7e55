"""The user's environment: what they set for other programs changes nothing here and gives no traceback."""

import importlib
import inspect
import os
import subprocess
import sys

import numpy as np
import pytest

import actviz
from actviz import Activation
from actviz.cli import COMMANDS, _description
from actviz.training.range_test import _rising


def run(*args, **environment):
    command = [sys.executable, "-m", "actviz", *map(str, args)]
    kept = {key: value for key, value in {**os.environ, **environment}.items() if value is not None}
    return subprocess.run(command, env=kept, capture_output=True, text=True, check=False, cwd=environment.get("PWD"))


def _importing():
    """Return an environment in which actviz is found from any folder."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("environment") / "r.nc"
    actviz.save(actviz.probe("he_normal", "relu", depth=2, width=8, samples=20, seeds=1), path)
    return path


def test_a_folder_that_is_gone_is_told_of_as_such(tmp_path):
    gone = "import os, sys; os.rmdir(os.getcwd()); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    command = [sys.executable, "-c", gone, "-P", "-m", "actviz", "probe", "-i", "he_normal", "-a", "relu"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=_importing())
    assert (done.returncode, done.stderr) == (2, "actviz: the folder you are in: No such file or directory\n")


@pytest.mark.parametrize(
    "environment",
    [
        {"MPLBACKEND": "nonsense", "HOME": "/dev/null/none", "LANG": "xx_YY.nonsense"},
        {"HOME": None, "LC_ALL": "C"},
    ],
)
def test_a_figure_is_drawn_and_nothing_else_is_said(environment, result, tmp_path):
    done = run("figures", result, "-f", "signal", "-o", tmp_path, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == str(tmp_path / "signal.png")


def test_settings_of_matplotlib_change_no_figure(result, tmp_path):
    from PIL import Image

    for name, settings in (("with", "savefig.bbox: tight\nsavefig.transparent: True\n"), ("without", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "matplotlibrc").write_text(settings)
        done = run("figures", result, "-f", "signal", "-o", ".", PWD=tmp_path / name)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "with/signal.png").read_bytes() == (tmp_path / "without/signal.png").read_bytes()
    with Image.open(tmp_path / "with/signal.png") as image:
        assert image.size == (3840, 2160)


@pytest.mark.parametrize(
    ("settings", "environment", "named"),
    [(b"\xff\xfe\x80", {}, "matplotlibrc"), (b"", {"SOURCE_DATE_EPOCH": "abc"}, "SOURCE_DATE_EPOCH")],
)
def test_settings_that_cannot_be_read_are_one_line_that_names_them(settings, environment, named, result, tmp_path):
    (tmp_path / "matplotlibrc").write_bytes(settings)
    done = run("figures", result, "-f", "signal", "-o", ".", PWD=tmp_path, **environment)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert named in done.stderr
    assert "r.nc" not in done.stderr


def test_a_reader_that_leaves_is_no_finding(result, monkeypatch):
    from actviz.cli import main

    def gone(*args, **kwargs):
        raise BrokenPipeError

    monkeypatch.setattr("click.Group.main", gone)
    monkeypatch.setattr("os.dup2", lambda *descriptors: None)
    with pytest.raises(SystemExit) as ended:
        main.main(["list"])
    assert ended.value.code == 141


@pytest.mark.parametrize("args", [["list"], ["--help"], ["diagnose", "--help"], ["theory", "tanh", "--json"]])
def test_a_closed_pipe_ends_a_command_as_sigpipe_does(args):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [sys.executable, "-m", "actviz", *args]
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["schedules", "1e308"], 0),
        (["schedules", "1e308", "-o", "x.png"], 0),
        (["theory", "leaky_relu:1e308", "--solve"], 0),
        (["theory", "sys:exit"], 2),
        (["train", "-i", "he", "-a", "relu", "--data", "moons:60,1e308", "--epochs", "1"], 2),
        (["train", "-i", "he", "-a", "relu", "--data", "moons:60", "--train", "1.0", "--epochs", "1"], 2),
        (["theory", "elu:1e308"], 0),
        (["theory", "expr:exp(z*z)", "--weight-var", "1e300"], 0),
    ],
)
def test_nothing_is_warned_of(args, code, tmp_path):
    done = run(*args, PWD=tmp_path)
    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) == (1 if code else len(done.stderr.splitlines()))
    assert "Warning" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("phi", [lambda z: (z > 0).astype(int), lambda z: z > 0])
@pytest.mark.parametrize("slope", [np.zeros_like, lambda z: np.zeros(z.shape, int), None])
def test_a_step_may_give_integers_or_truth_values(phi, slope):
    step, whole = Activation("step", phi, slope), Activation("step", lambda z: (z > 0).astype(z.dtype), slope)
    small = {"depth": 2, "width": 8, "samples": 20, "seeds": 1}
    assert actviz.probe("he_normal", step, **small).identical(actviz.probe("he_normal", whole, **small))


def test_a_batch_of_one_row_is_told_by_what_was_given(one_line_error):
    fed = {"data": "moons:101", "depth": 2, "width": 8, "norm": "batch", "batch": 2, "epochs": 1}
    runs = actviz.runs("he_normal", "relu", **fed)
    message = one_line_error(actviz.train, runs, "moons:101", split=actviz.Split(validation=0))
    assert "101 training rows in batches of at most 2" in message
    single = actviz.runs("he_normal", "relu", **fed | {"batch": 1})
    assert "at most 1 are single rows" in one_line_error(actviz.train, single, "moons:101")
    message = one_line_error(actviz.probe, "he_normal", "relu", samples=5, batch=2, norm="batch")
    assert "5 samples in batches of at most 2" in message


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_one_of_a_share_or_of_rows_is_refused_of_every_part(part, one_line_error):
    assert "two rows at least" in one_line_error(actviz.Split, **{part: 1.0})


def test_a_range_of_rates_beyond_numbers_is_told_by_what_was_given(one_line_error):
    run = next(iter(actviz.runs("he_normal", "relu", data="moons:60", depth=2, width=8).values()))
    assert "1e-300" in one_line_error(_rising, run, None, 1e-300, 1e300, 100)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_without_docstrings_is_that_with_them(name):
    """Python's -OO takes them away: they are read in the sources."""
    module = importlib.import_module(f"actviz.cli.{COMMANDS[name][0]}")
    assert module.command.callback.__doc__
    assert _description(module) == inspect.cleandoc(module.command.callback.__doc__)
