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


def run(*args, **environment):
    command = [sys.executable, "-m", "actviz", *map(str, args)]
    kept = {key: value for key, value in {**os.environ, **environment}.items() if value is not None}
    return subprocess.run(command, env=kept, capture_output=True, text=True, check=False, cwd=environment.get("PWD"))


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("environment") / "r.nc"
    actviz.save(actviz.probe("he_normal", "relu", depth=2, width=8, samples=20, seeds=1), path)
    return path


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
    ("args", "code"),
    [
        (["schedules", "1e308"], 0),
        (["schedules", "1e308", "-o", "x.png"], 0),
        (["theory", "leaky_relu:1e308", "--solve"], 0),
        (["theory", "sys:exit"], 2),
        (["train", "-i", "he", "-a", "relu", "--data", "moons:60,1e308", "--epochs", "1"], 2),
        (["train", "-i", "he", "-a", "relu", "--data", "moons:60", "--train", "1.0", "--epochs", "1"], 2),
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
    message = one_line_error(actviz.probe, "he_normal", "relu", samples=5, batch=2, norm="batch")
    assert "5 samples in batches of at most 2" in message


@pytest.mark.parametrize("name", COMMANDS)
def test_help_without_docstrings_is_that_with_them(name):
    """Python's -OO takes them away: they are read in the sources."""
    module = importlib.import_module(f"actviz.cli.{COMMANDS[name][0]}")
    assert module.command.callback.__doc__
    assert _description(module) == inspect.cleandoc(module.command.callback.__doc__)
