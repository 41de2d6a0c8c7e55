"""``actviz train``, and trainings in the other commands."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main
from actviz.cli.train import command
from actviz.training import config

SMALL = ["--data", "moons:120", "--depth", "2", "--width", "8", "--batch", "20", "--epochs", "3", "--snapshots", "2"]


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args], catch_exceptions=False)


def train(*args):
    return run("train", "-i", "he_normal", "-a", "tanh", *SMALL, *args)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("training") / "small.nc"
    given = ["-i", "zeros", "--lr", "0.1", "--lr", "step:0.5,0.5,5", "--seeds", "2", "--test", "20", "-o", path]
    assert train(*given).exit_code == 0
    return path


def assert_one_line_error(outcome, *words):
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert len(outcome.stderr.splitlines()) == 1, outcome.stderr
    assert outcome.stderr.startswith("actviz: ")
    for word in words:
        assert word in outcome.stderr


def test_every_combination_of_what_is_repeated_is_a_run_and_the_result_is_the_librarys(result):
    runs = actviz.runs(
        ["he_normal", "zeros"], "tanh", data="moons:120", depth=2, width=8, batch=20, epochs=3, snapshots=2,
        lr=["0.1", "step:0.5,0.5,5"],
    )  # fmt: skip
    expected = actviz.train(runs, "moons:120", split=actviz.Split(test=20), seeds=2)
    assert list(expected["run"].values) == [
        f"{init}, lr {lr}" for init in ("he_normal", "zeros") for lr in ("0.1", "step:0.5,0.5,5")
    ]
    found = actviz.load(result)
    xr_recipe = actviz.recipe(found)
    assert {key: xr_recipe[key] for key in ("runs", "data", "split")} == {
        key: actviz.recipe(expected)[key] for key in ("runs", "data", "split")
    }
    assert found.identical(expected)
    assert not Path(f"{result}.partial").exists()


@pytest.mark.parametrize(
    ("options", "setting", "values"),
    [
        (["--norm", "none", "--norm", "batch"], "norm", [None, "batch"]),
        (["--optimizer", "adam", "--optimizer", "momentum:0.5"], "optimizer", ["adam", "momentum:0.5"]),
        (["--weight-decay", "0", "--weight-decay", "0.1"], "weight_decay", [0.0, 0.1]),
        (["--dropout", "0", "--dropout", "0.5"], "dropout", [0.0, 0.5]),
        (["--clip", "0.5"], "clip", [0.5]),
        (["--loss", "mean_square"], "loss", ["mean_square"]),
        (["--per", "epoch"], "per", ["epoch"]),
        (["--replacement"], "replacement", [True]),
        (["--evaluate-every", "2"], "evaluate_every", [2]),
        (["--snapshots", "0,7"], "snapshots", [[0, 7]]),
        (["--dtype", "float64"], "dtype", ["float64"]),
        (["--bias-std", "0.1"], "bias_std", [0.1]),
        (
            ["--early-stopping", "--patience", "2", "--monitor", "train_loss", "--min-delta", "0.1", "--keep-last"],
            "early_stopping",
            [{"monitor": "train_loss", "patience": 2, "min_delta": 0.1, "keep_best": False}],
        ),
    ],
)
def test_options_decide_the_recipe(options, setting, values):
    recipe = json.loads(train(*options, "--json").stdout)["recipe"]
    assert sorted((each[setting] for each in recipe["runs"].values()), key=str) == sorted(values, key=str)


def test_updates_cut_the_budget_and_parts_are_rows_or_shares():
    arguments = ["-i", "he_normal", "-a", "relu", "--data", "moons:120", "--depth", "1", "--width", "4"]
    parts = ["--train", "50", "--validation", "0.25", "--test", "10", "--label-noise", "0.5"]
    content = json.loads(run("train", *arguments, "--updates", "7", *parts, "--json").stdout)
    assert content["recipe"]["rows"] == {"train": 50, "validation": 30, "test": 10}
    assert content["recipe"]["split"]["label_noise"] == 0.5
    assert content["runs"][0]["ended"] == [{"why": "budget", "update": 7, "seeds": 1}]


def test_the_table_says_why_each_run_ended_with_losses_of_the_weights_kept():
    stopping = ["--early-stopping", "--patience", "0", "--lr", "0.1", "--lr", "1e60", "--seeds", "2", "--test", "0.2"]
    lines = train(*stopping).stdout.splitlines()
    assert "2 seeds" in lines[0]
    for head in ("ended", "epochs", "validation loss", "test acc", "best step"):
        assert head in lines[1]
    assert "diverged at update" in lines[3]
    assert "±" in lines[2]
    assert "diverged" not in lines[2]


def test_what_there_is_none_of_is_no_column():
    lines = train("--validation", "0").stdout.splitlines()
    assert "validation" not in lines[1]
    assert "test" not in lines[1]
    assert "best step" not in lines[1]


def test_own_data_of_a_file_and_figures(tmp_path):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "own.npz", x=rng.normal(size=(60, 3)), y=rng.normal(size=(60, 1)))
    arguments = ["-i", "he_normal", "-a", "relu", "--data", tmp_path / "own.npz", "--depth", "2", "--width", "4"]
    drawn = ["--figures", tmp_path / "drawn", "--format", "svg", "-o", tmp_path / "own.csv"]
    outcome = run("train", *arguments, "--loss", "mean_square", "--epochs", "2", *drawn)
    assert outcome.exit_code == 0
    assert {file.suffix for file in (tmp_path / "drawn").iterdir()} == {".svg"}
    frame = pd.read_csv(tmp_path / "own.csv")
    assert list(frame["step"]) == [0, 1, 2]
    assert frame["train_accuracy"].isna().all()


BUSY = ["--data", "moons:2000", "--depth", "3", "--width", "32", "--epochs", "12", "--batch", "10", "--seeds", "4"]


def test_a_killed_training_goes_on_and_gives_the_same_bytes(tmp_path):
    whole, killed = tmp_path / "whole.nc", tmp_path / "killed.nc"
    arguments = ["train", "-i", "he_normal", "-a", "relu", *BUSY, "--workers", "1", "-o"]
    code = f"from actviz.cli import main; main({[*arguments, str(killed)]})"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    partial, deadline = Path(f"{killed}.partial"), time.monotonic() + 60
    while not list(partial.glob("[0-9a-f]*.npz")) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    assert process.communicate()[1] == b""  # redirected: no progress
    assert not killed.exists()
    left = {file: file.stat().st_mtime_ns for file in partial.glob("[0-9a-f]*.npz")}
    assert 1 <= len(left) < 4
    assert run(*arguments, whole).exit_code == 0
    assert run(*arguments, killed).exit_code == 0
    assert killed.read_bytes() == whole.read_bytes()
    assert not partial.exists()


def test_an_interrupted_training_says_that_it_can_go_on(tmp_path, monkeypatch):
    def interrupted(*args, checkpoint, **kwargs):
        Path(checkpoint).mkdir()
        (Path(checkpoint) / "kept.npz").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(actviz, "train", interrupted, raising=False)
    outcome = train("-o", tmp_path / "x.nc")
    assert outcome.exit_code == 130
    assert "goes on" in outcome.stderr


@pytest.mark.slow
def test_progress_shows_epoch_loss_rate_and_the_time_left(tmp_path):
    """On a terminal: a pseudo one, as pytest's own are none."""
    pty = pytest.importorskip("pty")
    primary, secondary = pty.openpty()
    # The time left is told from the second second on.
    arguments = ["train", "-i", "he_normal", "-a", "relu", *BUSY, "--seeds", "16", "--workers", "1"]
    code = f"from actviz.cli import main; main({arguments})"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=secondary)
    os.close(secondary)
    shown = b""
    while True:
        try:
            piece = os.read(primary, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(primary)
    assert process.wait() == 0
    words = shown.decode()
    assert "epoch 12/12, loss " in words
    assert "rate 0.01" in words
    assert "00:00:0" in words


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["-i", "hee"], ["hee", "he_normal"]),
        (["--data", "nothing"], ["mnist", "moons", ".npz"]),
        (["--data", "missing.npz"], ["missing.npz", "no such file"]),
        (["--optimizer", "sgdd"], ["sgd", "adamw"]),
        (["--lr", "fast"], ["fast", "cosine"]),
        (["--lr", "-1"], ["-1"]),
        (["--weight-decay", "-1"], ["weight_decay", ">= 0"]),
        (["--dropout", "1"], ["dropout"]),
        (["--clip", "0"], ["clip", "> 0"]),
        (["--batch", "0"], ["batch"]),
        (["--updates", "3"], ["--epochs", "--updates"]),
        (["--patience", "3"], ["--early-stopping"]),
        (["--early-stopping", "--patience", "-1"], ["patience"]),
        (["--early-stopping", "--validation", "0"], ["validation_loss", "held out"]),
        (["--theme", "dark"], ["--theme", "--figures"]),
        (["--snapshots", "0,999"], ["999", "too late"]),
        (["--train", "1000"], ["too few"]),
        (["--label-noise", "2"], ["label_noise"]),
        (["--norm", "layers"], ["none", "batch", "layer", "rms"]),
        (["--norm", "batch", "--bias-std", "1"], ["bias_std must be 0"]),
        (["--lr", "0.1", "--lr", "0.1"], ["twice"]),
        (["-o", "x.txt"], [".nc", ".csv"]),
        (["-o", "no/such/folder.nc"], ["no such folder"]),
    ],
)
def test_bad_usage_is_one_line_that_says_what_is_allowed(args, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert_one_line_error(train(*args), *words)
    assert list(tmp_path.iterdir()) == []


def test_the_choices_offered_are_the_librarys():
    from actviz.catalog.losses import LOSSES
    from actviz.catalog.schedules import UNITS

    offered = {each.name: getattr(each.type, "choices", None) for each in command.params}
    assert tuple(offered["monitor"]) == config.MONITORS
    assert tuple(offered["loss"]) == tuple(LOSSES)
    assert set(offered["per"]) == set(UNITS)


# Other commands


def test_show_prints_evaluations_and_how_each_run_ended(result):
    lines = run("show", result).stdout.splitlines()
    assert "72 train" not in lines[0]
    assert "76 train" in lines[0]
    assert lines[1].split()[:4] == ["run", "step", "epoch", "train_loss"]
    assert len(lines) == 2 + 4 * 4 + 1 + 1 + 4
    row = next(line for line in lines if line.startswith("zeros, lr 0.1 "))
    expected = actviz.load(result)["train_loss"].sel(run="zeros, lr 0.1", step=0).mean().item()
    assert f"{expected:.4g}" in row
    assert "budget" in lines[-1]


def test_show_chooses_runs_and_a_snapshot(result):
    assert "he_normal" not in run("show", result, "-i", "zeros").stdout
    shown = run("show", result, "-i", "zeros", "--snapshot", "first", "-l", "2", "-s", "act_std").stdout.splitlines()
    assert len(shown) == 2 + 2
    assert shown[2].split()[-1] == "0"


@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_train_and_show_export_the_same_table(tmp_path, result, ending):
    direct, exported = tmp_path / f"direct{ending}", tmp_path / f"exported{ending}"
    given = ["-i", "zeros", "--lr", "0.1", "--lr", "step:0.5,0.5,5", "--seeds", "2", "--test", "20", "-o", direct]
    assert train(*given).exit_code == 0
    assert run("show", result, "-o", exported).exit_code == 0
    assert direct.read_text() == exported.read_text()


def test_diagnose_tells_of_a_snapshot(result):
    found = json.loads(run("diagnose", result, "--snapshot", "first", "-i", "zeros", "--json").stdout)
    assert [each["verdict"] for each in found["results"][0]["diagnoses"]] == ["dead", "dead"]
    assert_one_line_error(run("diagnose", result), "training", "--snapshot")
    assert_one_line_error(run("diagnose", result, "--snapshot", "7"), "7", "0, 12")
    assert_one_line_error(run("diagnose", result, "--snapshot", "later"), "first", "last")
    assert_one_line_error(run("diagnose", "he+relu", "--snapshot", "last"), "--snapshot")


def test_baselines_and_layers_refuse_a_training_in_one_line(result, tmp_path):
    assert_one_line_error(run("baseline", result, "-o", tmp_path / "x.json"), "training")
    assert (
        run("baseline", "-i", "he", "-a", "relu", "--depth", "2", "--width", "4", "-o", tmp_path / "b.json").exit_code
        == 0
    )
    assert_one_line_error(run("check", tmp_path / "b.json", result), "training")
    assert_one_line_error(run("show", result, "-s", "act_std"), "--snapshot")
    assert_one_line_error(run("show", result, "-i", "normal"), "normal", "zeros")


def test_a_probe_has_no_snapshots(tmp_path):
    probe = tmp_path / "probe.nc"
    small = ["--depth", "2", "--width", "4", "--samples", "9", "--seeds", "1"]
    assert run("probe", "-i", "he", "-a", "relu", *small, "-o", probe).exit_code == 0
    for name in ("show", "figures", "diagnose"):
        assert_one_line_error(run(name, probe, "--snapshot", "last"), "not a training")


def test_figures_of_a_training_and_of_a_snapshot_of_it(result, tmp_path):
    assert run("figures", result, "-i", "he_normal", "-o", tmp_path / "whole").exit_code == 0
    assert {"curves.png", "film.png"} <= {file.name for file in (tmp_path / "whole").iterdir()}
    given = ["--snapshot", "last", "-f", "signal", "-o", tmp_path / "snap"]
    assert run("figures", result, *given).exit_code == 0
    assert [file.name for file in (tmp_path / "snap").iterdir()] == ["signal.png"]
    assert_one_line_error(run("figures", result, "-f", "signal", "-o", tmp_path), "signal", "--snapshot")
    assert_one_line_error(
        run("figures", result, "--snapshot", "last", "-f", "film", "-o", tmp_path), "film", "training"
    )


def test_an_animation_alone_draws_no_figures(result, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run("figures", result, "-i", "he_normal", "--gif", "x.gif", "--theme", "dark")
    assert outcome.exit_code == 0
    assert outcome.stdout.split() == ["x.gif"]
    assert [file.name for file in tmp_path.iterdir()] == ["x.gif"]
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    for args, word in (
        (["--gif", "x.png"], ".gif"),
        (["--gif", "no/x.gif"], "no folder"),
        (["--mp4", "x.mp4"], "ffmpeg"),
    ):
        assert_one_line_error(run("figures", result, *args), word)


def test_a_quick_article_measures_what_needs_no_training(tmp_path, monkeypatch):
    from actviz.cli import experiment
    from actviz.experiments import EXPERIMENTS

    seen = []

    def measured(chosen, seeds, workers, lang, **_):
        seen.append(chosen)
        raise actviz.ActvizError("enough")

    monkeypatch.setattr(experiment, "measured", measured)
    whole = EXPERIMENTS["article"]
    monkeypatch.setitem(EXPERIMENTS, "article", replace(whole, trainings={"race": {"data": "moons:100"}}))
    for options in ((), ("--quick",)):
        assert_one_line_error(run("article", "-o", tmp_path / "set", *options), "enough")
    assert [set(each.trainings) for each in seen] == [{"race"}, set()]
