"""``actviz inspect``: what it prints and writes for a user's own module, and one line where it cannot."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main

MODULE = """
import torch
from torch import nn

def good():
    linears = [nn.Linear(20, 20) for _ in range(4)]
    for linear in linears:
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    return nn.Sequential(*(module for linear in linears for module in (linear, nn.ReLU())))

def bad():
    return nn.Sequential(*(module for _ in range(8) for module in (nn.Linear(20, 20), nn.Sigmoid())))

class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.head = nn.Embedding(30, 8), nn.Linear(8, 4)

    def forward(self, tokens):
        return self.head(self.embed(tokens))

class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(nn.Linear(20, 20) for _ in range(6))
        self.head = nn.Linear(20, 4)

    def forward(self, x):
        for block in self.blocks:
            x = x + block(torch.tanh(x))
        return self.head(x)

class Two(nn.Bilinear):
    def __init__(self):
        super().__init__(5, 6, 3)

instance = nn.Linear(20, 3)
inputs = {"input": torch.ones(4, 20)}
number = 5

def loss(output):
    return output.square().sum()

def draw(generator):
    return torch.randn(6, 20, generator=generator)
"""


@pytest.fixture(autouse=True)
def folder(request, tmp_path, monkeypatch):
    """Work in a folder of its own, as a user does, with a module there that nobody else has."""
    if "without_pytorch" not in request.node.name:
        request.getfixturevalue("torch")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "inspected_models.py").write_text(MODULE, encoding="utf-8")
    yield tmp_path
    sys.modules.pop("inspected_models", None)


def run(model, *args):
    name = model if ":" in model else f"inspected_models:{model}"
    return CliRunner().invoke(main, ["inspect", name, *map(str, args)], catch_exceptions=False)


def test_a_healthy_model_is_told_layer_by_layer():
    outcome = run("good", "--input", "30,20", "--seeds", "2", "--strict")
    assert outcome.exit_code == 0, outcome.stderr
    heading, head, *rows = outcome.stdout.splitlines()
    assert heading == (
        "inspected_models:good: 4 layers, 30 samples of normal inputs, 2 seeds, float32, training mode; "
        "means over seeds"
    )
    assert head.split()[:3] == ["layer", "name", "type"]
    assert [row.split()[:5] for row in rows[:4]] == [
        [str(layer), str(2 * layer - 2), "Linear", "+", "ReLU"] for layer in (1, 2, 3, 4)
    ]
    assert rows[5].split()[:5] == ["init", "activation", "verdict", "severity", "layer"]
    assert rows[6].split()[:4] == ["as", "built", "relu", "healthy"]


def test_a_sick_model_is_told_where_and_how_to_mend_it():
    outcome = run("bad", "--input", "30,20", "--seeds", "2")
    assert outcome.exit_code == 0
    table, words = outcome.stdout.split("init  ")[0], " ".join(outcome.stdout.split())
    assert [line for line in table.splitlines() if "vanishing" in line]
    assert "vanishing (severe): the gradient falls on its way back" in words
    assert "remedy:" in words
    assert run("bad", "--input", "30,20", "--seeds", "2", "--strict").exit_code == 1


def test_a_model_with_a_stream_is_told_by_blocks_those_that_are_alike_in_one():
    head, *rows = run("Residual", "--input", "30,20", "--seeds", "2").stdout.split("\n\n")[0].splitlines()[1:]
    assert head.split() == ["layer", "name", "type", "size", "branch", "/", "stream", "gradient", "verdict"]
    assert [row.split()[:3] for row in rows] == [
        ["1", "blocks.0", "Linear"], ["2-11", "blocks.1..5", "tanh,"], ["12", "head", "Linear"],
    ]  # fmt: skip
    assert "스트림" in run("Residual", "--input", "30,20", "--seeds", "2", "--lang", "ko").stdout
    unfolded = run("Residual", "--input", "30,20", "--seeds", "2", "--layers", "*").stdout
    assert [row.split()[1] for row in unfolded.splitlines() if "blocks." in row] == [f"blocks.{at}" for at in range(6)]


def test_json_has_layers_diagnosis_and_recipe():
    outcome = run("good", "--input", "30,20", "--seeds", "2,5", "--json", "-o", "good.nc")
    content = json.loads(outcome.stdout)
    assert [row["name"] for row in content["layers"]] == ["0", "2", "4", "6"]
    assert content["diagnosis"]["verdict"] == "healthy"
    assert content["recipe"]["seeds"] == [2, 5]
    assert content["files"] == ["good.nc"]


def test_a_saved_result_is_one_for_every_other_command():
    run("good", "--input", "30,20", "--seeds", "2", "--view", "0,1,10", "-o", "good.nc")
    ds = actviz.load("good.nc")
    assert ds["layer_name"].values.tolist() == ["0", "2", "4", "6"]
    assert ds.sizes["view_bin"] == 10
    for command in ("show", "diagnose"):
        outcome = CliRunner().invoke(main, [command, "good.nc"], catch_exceptions=False)
        assert outcome.exit_code == 0
        assert "as built" in outcome.stdout


def test_figures_are_drawn_into_a_folder(folder):
    outcome = run("good", "--input", "30,20", "--seeds", "1", "--figures", "drawn", "--format", "svg")
    assert outcome.exit_code == 0
    written = {path.name for path in (folder / "drawn").iterdir()}
    assert {"signal.svg", "gradients.svg", "histograms-relu.svg", "ridges-as_built-relu.svg"} <= written
    assert outcome.stderr.count("wrote drawn/") == len(written)


def test_a_stack_of_the_same_draws_is_that_of_probe():
    """Inputs and cotangent of a shape are those of ``actviz probe`` under the same seed."""
    run("instance", "--input", "30,20", "--seeds", "3,", "-o", "instance.nc")
    from actviz.catalog.names import labelled_inputs
    from actviz.probing.draws import Draws
    from actviz.probing.stack import ProbeConfig

    draws = Draws(3, ProbeConfig(30, (3,), labelled_inputs("normal")[1]))
    linear = sys.modules["inspected_models"].instance
    x, cotangent = next(draws.inputs(20)), next(draws.cotangents(3, 1))
    ds = actviz.load("instance.nc")
    z = x @ linear.weight.detach().numpy().T + linear.bias.detach().numpy()
    np.testing.assert_allclose(ds["preact_std"].squeeze(), z.std(), rtol=1e-5)
    np.testing.assert_allclose(ds["grad_weight_norm"].squeeze(), np.linalg.norm(x.T @ cotangent), rtol=1e-5)


@pytest.mark.parametrize(
    ("model", "inputs", "label", "samples"),
    [
        ("Tokens", ["4,7:30"], "integer", 4),
        ("Two", ["4,5", "4,6"], "normal", 4),
        ("instance", ["inspected_models:inputs"], "tensor 4×20", 4),
        ("instance", ["inspected_models:draw"], "draw", 6),
        ("instance", ["x.npy"], "tensor 9×20", 9),
    ],
)
def test_inputs_are_shapes_files_or_names(model, inputs, label, samples):
    np.save("x.npy", np.ones((9, 20)))
    options = [word for each in inputs for word in ("--input", each)]
    outcome = run(model, *options, "--seeds", "1", "--json")
    assert outcome.exit_code == 0, outcome.stderr
    recipe = json.loads(outcome.stdout)["recipe"]
    assert (recipe["inputs"], recipe["samples"]) == (label, samples)
    assert recipe["names"]["inputs"] == inputs


def test_layers_and_drive_are_chosen():
    outcome = run(
        "good", "--input", "30,20", "--seeds", "1", "--layers", "0", "--layers", "6", "--drive", "cross_entropy",
        "--json",
    )  # fmt: skip
    content = json.loads(outcome.stdout)
    assert [row["name"] for row in content["layers"]] == ["0", "6"]
    assert content["recipe"]["drive"] == "cross_entropy"
    outcome = run("good", "--input", "30,20", "--seeds", "1", "--drive", "inspected_models:loss", "--json")
    assert json.loads(outcome.stdout)["recipe"]["drive"] == "own_loss"


def test_what_was_named_is_measured_again_by_its_recipe():
    from actviz.torch.named import probe_again

    for model, inputs, drive in (
        ("good", "30,20", "inspected_models:loss"),
        ("instance", "inspected_models:draw", "cotangent"),
    ):
        run(model, "--input", inputs, "--seeds", "2", "--drive", drive, "--layers", "Linear", "-o", "a.nc")
        first = actviz.load("a.nc")
        again = probe_again(actviz.recipe(first))
        assert actviz.recipe(again) == actviz.recipe(first)
        for name in actviz.STATISTICS:
            np.testing.assert_array_equal(again[name], first[name], err_msg=name)
        assert probe_again(actviz.recipe(first), [7, 8, 9])["seed"].values.tolist() == [7, 8, 9]


def test_what_was_given_as_an_object_is_not_measured_again(torch, one_line_error):
    from actviz.recipes.measuring import measure_again
    from actviz.torch.named import probe_again

    ds = actviz.probe_module(torch.nn.Linear(3, 2), torch.randn(4, 3))
    assert "was given as an object" in one_line_error(probe_again, actviz.recipe(ds))
    for allowed in (False, True):  # there is nothing to allow
        assert "was given as an object" in one_line_error(measure_again, actviz.recipe(ds), 2, allow_imports=allowed)


@pytest.mark.parametrize(
    ("model", "args", "words"),
    [
        ("number", ["--input", "3,20"], "need a torch.nn.Module or a callable that returns one, not int"),
        ("nothing", ["--input", "3,20"], "cannot import model 'inspected_models:nothing' (AttributeError"),
        ("no_such_module:x", ["--input", "3,20"], "cannot import model 'no_such_module:x' (ModuleNotFoundError"),
        ("good", [], "Missing option '--input'"),
        ("good", ["--input", "a,b"], "input must be a shape"),
        ("good", ["--input", ""], "input must be a shape"),
        ("good", ["--input", "0,20"], "input size must be a whole number >= 1, not 0"),
        ("good", ["--input", "x.npy"], "cannot read input x.npy"),
        ("good", ["--input", "3,20", "--input", "x.npy"], "must all be shapes or all be .npy files"),
        ("good", ["--input", "3,21"], "the model failed: RuntimeError"),
        ("good", ["--input", "3,20", "--layers", "conv*"], "no layer fits conv*; the model has 0, 2, 4, 6"),
        ("good", ["--input", "3,20", "--drive", "noise"], "drive must be one of cotangent, cross_entropy"),
        ("good", ["--input", "3,20", "-o", "good.csv"], "the ending must be .nc"),
        ("good", ["--input", "3,20", "-o", "no/folder/good.nc"], "no such folder"),
        ("good", ["--input", "99999999,99999999"], "GiB of memory"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(model, args, words):
    outcome = run(model, *args)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert len(outcome.stderr.splitlines()) == 1
    assert words in outcome.stderr


def test_a_name_without_a_colon_is_refused():
    outcome = CliRunner().invoke(main, ["inspect", "good", "--input", "3,20"])
    assert outcome.exit_code == 2
    assert "model must be named as package.module:name, not 'good'" in outcome.stderr


def test_without_pytorch_it_says_how_to_install_it(tmp_path):
    (tmp_path / "missing").mkdir()
    (tmp_path / "missing" / "torch.py").write_text("raise ImportError(\"No module named 'torch'\")", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "actviz", "inspect", "inspected_models:good", "--input", "3,20"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "missing"), *filter(None, sys.path)])},
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip() == (
        "actviz: this needs PyTorch, which cannot be imported (No module named 'torch'): "
        "python -m pip install 'actviz[torch]'"
    )
