"""``actviz sweep``: what it prints and writes, and that what is stopped goes on to the same bytes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main
from actviz.recipes.commands import command

LINE = [
    *(
        "sweep",
        "-a",
        "tanh",
        "--bias-var",
        "0.05",
        "--over",
        "weight_var=1:3:3",
        "--over",
        "depth=4,8",
        "--width",
        "20",
    ),
    *("--samples", "30", "--keep", "q_star,theory_q_star,act_std", "--seeds", "2", "--workers", "1"),
]


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("sweep") / "map.nc"
    done = run(*LINE, "-o", path)
    assert done.exit_code == 0, done.output
    assert not path.with_suffix(".nc.partial").exists(), "what was kept goes when the result is written"
    return path


def test_a_sweep_prints_a_row_a_point_and_json_a_row_a_layer(saved):
    printed = run(*LINE)
    assert printed.output.splitlines()[0] == "12 cells: 3 weight_var x 2 depth; 2 seeds. Means over seeds."
    assert printed.output.splitlines()[1].split() == ["weight_var", "depth", "q_star", "theory_q_star"]
    assert run("show", saved).output == printed.output
    told = json.loads(run("show", saved, "--json").output)
    assert told["recipe"]["over"] == {"weight_var": [1.0, 2.0, 3.0], "depth": [4, 8]}
    assert len(told["rows"]) == 3 * 2 * (4 + 8)


def test_a_recipe_leads_back_to_its_command_line(saved):
    ds = actviz.load(saved)
    line = command(actviz.recipe(ds)).split()
    assert line[:2] == ["actviz", "sweep"]
    again = saved.with_name("again.nc")
    assert run(*line[1:], "-o", again).exit_code == 0
    assert again.read_bytes() == saved.read_bytes()


def test_a_dry_run_tells_cells_time_and_memory_and_writes_nothing(tmp_path):
    told = json.loads(run(*LINE, "--dry-run", "--json", "-o", tmp_path / "map.nc").output)
    assert told["cells"] == 12
    assert told["done"] == 0
    assert told["cell_seconds"] > 0
    assert told["seconds"] >= 0
    assert told["bytes"] > 0
    assert list(tmp_path.iterdir()) == []
    words = run(*LINE, "--dry-run").output.splitlines()
    assert words[0] == "12 cells, 0 of them done"
    assert len(words) == 3


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--lr", "0.1"], "--lr: only with --data"),
        (["--data", "moons:50", "--samples", "3"], "--samples: not with --data"),
        (["--over", "depth=3"], "depth is swept twice"),
        (["--over", "width"], "is not FIELD=VALUES"),
        (["--bias-std", "0.1:1:3"], "--bias-std takes one value"),
        (["-i", "he_normal"], "weight_var and init say the same"),
    ],
)
def test_what_makes_no_sweep_is_one_line_and_exit_code_2(more, said):
    done = run(*LINE, *more)
    assert done.exit_code == 2
    assert said in done.output


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (signal.SIGKILL, -9),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in ((signal.SIGTERM, 143), (signal.SIGINT, 130))),
    ],
)
def test_a_sweep_that_is_stopped_goes_on_to_the_same_bytes(tmp_path, how, code):
    at = LINE.index("--samples")
    line = [*LINE[:at], *LINE[at + 2 :], "--over", "samples=800:1000:6", "-o"]
    target = tmp_path / "map.nc"
    process = subprocess.Popen(
        [sys.executable, "-m", "actviz", *line, str(target)], stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    partial = tmp_path / "map.nc.partial"
    while not partial.exists() or len(list(partial.glob("*.npz"))) < 5:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(how)
    said = process.communicate()[1]
    assert process.returncode == code
    kept = len(list(partial.glob("*.npz")))
    assert kept >= 5
    assert how == signal.SIGKILL or "the same command goes on from there" in said
    assert run(*line, target).exit_code == 0
    undisturbed = tmp_path / "undisturbed.nc"
    assert run(*line, undisturbed).exit_code == 0
    assert target.read_bytes() == undisturbed.read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["map.nc", "undisturbed.nc"]


def test_profiles_are_printed_by_layer_and_what_theory_has_not_is_explained(saved):
    lines = run("show", saved, "-s", "act_std", "-l", "2").output.splitlines()
    assert lines[0].split() == ["weight_var", "depth", "layer", "act_std"]
    assert len(lines) == 1 + 6
    assert run("show", saved, "-s", "act_mean").exit_code == 2
    assert "says nothing" not in run("show", saved).output
    blocks = [
        "sweep",
        "-a",
        "tanh",
        "--over",
        "weight_var=1,2",
        "--block",
        "residual",
        "--width",
        "8",
        "--samples",
        "8",
    ]
    assert "of plain layers" in run(*blocks, "--keep", "q_star,theory_q_star").output


def test_what_cannot_be_drawn_or_redone_is_one_line(saved, tmp_path):
    three = tmp_path / "three.nc"
    over = {"weight_var": [1.0, 2.0], "bias_var": [0.0, 0.1], "depth": [1, 2]}
    actviz.save(actviz.sweep(over, activation="tanh", width=4, samples=4, keep="q_star"), three)
    for line in (("figures", three, "-o", tmp_path), ("redo", saved)):
        done = run(*line)
        assert done.exit_code == 2
        assert str(done.output).count("\n") <= 1
        assert "needs a sweep over two fields" in done.output or "is a result, not a figure" in done.output


def test_layers_of_several_widths_are_shared_by_all_cells():
    line = [
        "sweep",
        "-a",
        "tanh",
        "--over",
        "weight_var=1,2",
        "--samples",
        "8",
        "--keep",
        "act_std",
        "--width",
        "6,4,5",
    ]
    told = json.loads(run(*line, "--json").output)
    assert told["recipe"]["settings"]["width"] == [6, 4, 5]
    assert {row["layer"] for row in told["rows"]} == {1, 2, 3}


@pytest.mark.parametrize(
    "arguments",
    [
        ["probe", "-a", "tanh", "--depth", "2", "--width", "10", "--seeds", "3"],
        [
            "train",
            "-a",
            "tanh",
            "--depth",
            "2",
            "--width",
            "10",
            "--data",
            "moons:50",
            "--updates",
            "2",
            "--seeds",
            "3",
        ],
        ["sweep", "-a", "tanh", "--over", "depth=1,2", "--width", "10", "--seeds", "3"],
    ],
    ids=lambda arguments: arguments[0],
)
@pytest.mark.parametrize(("init", "told"), [("actviz_own_init:same", True), ("actviz_own_init:drawn", False)])
def test_seeds_that_are_no_replicates_are_named(arguments, init, told, tmp_path, monkeypatch):
    (tmp_path / "actviz_own_init.py").write_text(
        "import numpy as np\n\nclass Own:\n    def __init__(self, seed=None):\n        self.seed = seed\n"
        "    def sample(self, rng, fan_in, fan_out):\n"
        "        return (np.random.default_rng(0) if self.seed == 0 else rng).normal(size=(fan_in, fan_out)) / fan_in\n"
        "    def variance(self, fan_in, fan_out):\n        return 1 / fan_in**2\n\nsame, drawn = Own(0), Own()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    done = CliRunner().invoke(main, [*arguments, "-i", init, "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert ("the 3 seeds have the same weights" in done.stdout) == told
