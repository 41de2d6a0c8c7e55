"""``actviz baseline`` and ``actviz check``: what they measure, write and print, exit codes, one line for bad input."""

import json
import re
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import actviz
from actviz.baseline import ALPHA, MARGIN, SEEDS, Baseline, compare
from actviz.cli import main
from actviz.cli.baseline import command as baseline_command
from actviz.cli.check import command as check_command

SMALL = ["--depth", "3", "--width", "16", "--samples", "40", "--seeds", "12"]
MODEL = """
import torch
def build():
    return torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 4))
"""


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args], catch_exceptions=False)


def assert_one_line_error(outcome, *words):
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert len(outcome.stderr.splitlines()) == 1
    assert outcome.stderr.startswith("actviz: ")
    for word in words:
        assert word in outcome.stderr


def measured(path, *args):
    assert run("probe", *args, *SMALL, "-o", path).exit_code == 0
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("check")


@pytest.fixture(scope="module")
def relu(folder):
    path = folder / "relu.json"
    outcome = run("baseline", "-i", "he", "-a", "relu", *SMALL, "-o", path)
    assert outcome.exit_code == 0
    assert outcome.stdout == ""
    assert re.search(r"wrote .*relu.json: 1 pairing, 3 layers, seeds 0 to 11", outcome.stderr)
    return path


@pytest.fixture(scope="module")
def others():
    """A small result of each kind that no probe measured."""
    small = actviz.runs("he_normal", "tanh", data="moons:60", depth=1, width=4, epochs=1)
    return {
        "training": actviz.train(small, "moons:60", workers=1),
        "descent": actviz.descend("constant:0.05", steps=5, repeats=2, seeds=1),
        "range test": actviz.find_rate(small["he_normal"], "moons:60", updates=20, seeds=1, workers=1),
    }


@pytest.fixture(scope="module")
def changed(folder):
    return measured(folder / "changed.nc", "-i", "xavier_normal", "-a", "relu")


def test_the_defaults_offered_are_the_librarys():
    defaults = {parameter.name: parameter.default for parameter in (*baseline_command.params, *check_command.params)}
    assert (defaults["alpha"], defaults["margin"]) == (ALPHA, MARGIN)
    sizes = {parameter.name: parameter.default for parameter in baseline_command.params}
    assert (sizes["seeds"], sizes["dtype"]) == (str(SEEDS), "float64")


def test_a_baseline_of_options_is_that_of_the_dataset(relu):
    dataset = actviz.probe("he", "relu", depth=3, width=16, samples=40, seeds=12, dtype="float64")
    assert relu.read_text() == Baseline.of(dataset).text()


def test_a_baseline_of_a_result_is_that_of_the_dataset(changed, tmp_path):
    assert run("baseline", changed, "-o", tmp_path / "b.json").exit_code == 0
    assert (tmp_path / "b.json").read_text() == Baseline.of(actviz.load(changed)).text()


def test_a_baseline_of_a_recipe_file_which_options_overrule(tmp_path):
    recipe = {"inits": ["he"], "activations": ["relu"], "depth": 3, "width": 16, "samples": 40}
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    path = tmp_path / "b.json"
    outcome = run("baseline", tmp_path / "recipe.json", "--samples", "30", "--seeds", "5,7", "-o", path, "--json")
    assert outcome.exit_code == 0
    told = json.loads(outcome.stdout)
    assert told["file"] == str(path)
    assert Baseline.load(path).recipe == told["recipe"]
    assert [told["recipe"][key] for key in ("samples", "seeds", "dtype")] == [30, [5, 7], "float64"]
    assert_one_line_error(
        run("baseline", tmp_path / "recipe.json", "-o", tmp_path / "recipe.json"), "recipe that is read"
    )
    assert json.loads((tmp_path / "recipe.json").read_text()) == recipe


def test_a_check_measures_fresh_seeds_and_finds_no_drift(relu):
    outcome = run("check", relu)
    assert outcome.exit_code == 0
    assert "seeds: 0 to 11 in the baseline, 12 to 23 now" in outcome.stdout
    assert outcome.stdout.startswith(("equivalent", "inconclusive"))
    assert "recipe: as in the baseline" in outcome.stdout


@pytest.mark.parametrize(("given", "seeds"), [("20", list(range(12, 32))), ("40,41", [40, 41]), ("3,", [3])])
def test_a_check_measures_the_seeds_asked_for(relu, given, seeds):
    assert json.loads(run("check", relu, "--seeds", given, "--json").stdout)["seeds"]["now"] == seeds


def test_an_exact_check_measures_the_baselines_seeds(relu):
    outcome = run("check", relu, "--exact")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("equivalent: all")
    assert "to 10⁻⁶" in outcome.stdout


def test_an_exact_check_takes_a_result_of_the_same_seeds(relu, changed):
    outcome = run("check", relu, changed, "--exact")
    assert outcome.exit_code == 1
    assert "tolerances" in outcome.stdout


def test_so_few_seeds_that_nothing_can_be_found_are_warned_of(tmp_path):
    path = tmp_path / "one.json"
    outcome = run("baseline", "-i", "he", "-a", "relu", *SMALL[:-1], "1", "-o", path)
    assert outcome.exit_code == 0
    warning, written = outcome.stderr.splitlines()
    assert "one seed" in warning
    assert written.startswith("wrote ")
    found = run("check", path, "--seeds", "40")
    assert found.exit_code == 0
    assert found.stdout.startswith("inconclusive: with one seed on one side")
    assert run("check", path, "--exact").stdout.startswith("equivalent")


def test_strict_fails_what_is_inconclusive(relu):
    assert run("check", relu, "--seeds", "2").exit_code == 0
    assert run("check", relu, "--seeds", "2", "--strict").exit_code == 1


def test_a_drift_is_told_drawn_and_reported(relu, changed, tmp_path):
    figure, junit = tmp_path / "drift.svg", tmp_path / "junit.xml"
    outcome = run("check", relu, changed, "--figure", figure, "--junit", junit, "--github")
    assert outcome.exit_code == 1
    lines = outcome.stdout.splitlines()
    assert lines[0].startswith("drift: ")
    assert "recipe, inits: he_normal in the baseline, xavier_normal now" in lines
    assert sum(line.startswith("::error ") for line in lines) == 1 + 3
    assert "<svg" in figure.read_text()[:400]
    assert int(ElementTree.parse(junit).getroot().get("failures")) > 0
    assert str(figure) in outcome.stderr
    assert str(junit) in outcome.stderr


def test_json_is_one_document_even_with_annotations(relu, changed, tmp_path):
    outcome = run("check", relu, changed, "--json", "--github", "--junit", tmp_path / "j.xml")
    content = json.loads(outcome.stdout)
    assert content["verdict"] == "drift"
    assert content["files"] == [str(tmp_path / "j.xml")]
    assert "::error " in outcome.stderr


def test_alpha_and_margin_are_used(relu, changed):
    content = json.loads(run("check", relu, changed, "--alpha", "0.05", "--margin", "0.9", "--json").stdout)
    assert (content["alpha"], content["margin"]) == (0.05, 0.9)
    assert run("check", relu, "--margin", "0.9", "--seeds", "40").exit_code == 0


def test_update_leaves_what_has_not_changed(relu):
    before = relu.read_bytes(), relu.stat().st_mtime_ns
    outcome = run("check", relu, "--update")
    assert outcome.exit_code == 0
    assert outcome.stdout == ""
    assert "nothing has changed" in outcome.stderr
    assert (relu.read_bytes(), relu.stat().st_mtime_ns) == before


def test_update_rewrites_what_has_changed_and_says_what(relu, tmp_path):
    path, text = tmp_path / "old.json", relu.read_text()
    wrong = re.sub(r'("layer": 2, "mean": )[^,]*(, "sd": [^,]*, "seeds": 12\},\n)', r"\g<1>0.5\g<2>", text, count=1)
    assert wrong != text
    path.write_text(wrong)
    outcome = run("check", path, "--update", "--json")
    told = json.loads(outcome.stdout)
    assert told["written"]
    assert told["changes"] == ["he_normal + relu: preact_mean in layer 2"]
    assert path.read_text() == text


def test_update_takes_a_result(relu, changed, tmp_path):
    path = tmp_path / "relu.json"
    path.write_text(relu.read_text())
    outcome = run("check", path, changed, "--update")
    assert "he_normal + relu: removed" in outcome.stdout
    assert Baseline.load(path).text() == Baseline.of(actviz.load(changed)).text()


def test_functions_of_the_users_own_are_found_where_the_command_is_given(tmp_path, monkeypatch):
    (tmp_path / "ownfunctions.py").write_text("import numpy as np\ndef bent(z):\n    return np.tanh(z) + 0.1 * z\n")
    monkeypatch.chdir(tmp_path)
    assert run("baseline", "-i", "he", "-a", "ownfunctions:bent", *SMALL, "-o", "own.json").exit_code == 0
    assert run("check", "own.json", "--allow-imports").exit_code == 0


def test_a_pytorch_model_is_checked_like_a_stack(tmp_path, monkeypatch, torch):
    (tmp_path / "ownmodel.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    outcome = run("baseline", "ownmodel:build", "--input", "40,8", "--seeds", "12", "-o", "model.json")
    assert outcome.exit_code == 0, outcome.stderr
    baseline = Baseline.load("model.json")
    assert len(baseline.layer_names) == 2
    found = run("check", "model.json", "--allow-imports")
    assert found.exit_code == 0, found.stderr
    (tmp_path / "ownmodel.py").write_text(MODEL)
    assert run("check", "model.json", "--exact", "--allow-imports").exit_code == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["baseline", "-o", "x.json"], ["-i INIT"]),
        (["baseline", "-i", "he", "-o", "x.json"], ["-a ACTIVATION"]),
        (["baseline", "-i", "hee", "-a", "relu", "-o", "x.json"], ["hee", "he_normal"]),
        (["baseline", "-i", "he", "-a", "relu", "-o", "no/such/x.json"], ["no such folder"]),
        (["baseline", "-i", "he", "-a", "relu", "-o", "x.nc"], ["JSON"]),
        (["baseline", "none.nc", "-o", "x.json"], ["none.nc"]),
        (["baseline", "none.json", "-o", "x.json"], ["none.json"]),
        (["baseline", "{changed}", "--depth", "3", "-o", "x.json"], ["--depth", "measured"]),
        (["baseline", "-i", "he", "-a", "relu", "--input", "3,4", "-o", "x.json"], ["--input", "PyTorch"]),
        (["check", "none.json"], ["none.json"]),
        (["check", "{changed}"], ["this is a result", "actviz show"]),
        (["check", "{relu}", "{relu}"], ["this is a baseline", "actviz check"]),
        (["show", "{relu}"], ["this is a baseline"]),
        (["figures", "{changed}", "--layers", "1,,2"], ["'1,,2' is not a whole number"]),
        (["check", "{relu}", "none.nc"], ["none.nc"]),
        (["check", "{relu}", "{changed}", "--seeds", "3"], ["--seeds"]),
        (["check", "{relu}", "--exact", "--seeds", "3"], ["--seeds", "--exact"]),
        (["check", "{relu}", "--update", "--junit", "j.xml"], ["--junit", "--update"]),
        (["check", "{relu}", "--alpha", "0"], ["alpha"]),
        (["check", "{relu}", "--margin", "nan"], ["margin"]),
        (["check", "{relu}", "--update", "--alpha", "nan"], ["--alpha", "--update"]),
        (["check", "{relu}", "--exact", "--margin", "0.1"], ["--margin", "--exact"]),
        (["check", "{relu}", "--margin", "1"], ["margin"]),
        (["check", "{relu}", "--seeds", "0"], ["seeds"]),
        (["check", "{relu}", "--seeds", "x"], ["number"]),
        (["check", "{relu}", "{changed}", "--figure", "drift.txt"], ["png"]),
        (["check", "{relu}", "{changed}", "--junit", "no/such/j.xml"], ["j.xml"]),
        (["check", "{relu}", "{changed}", "--junit", "{relu}"], ["--junit", "ending", "xml"]),
        (["check", "{relu}", "--exact", "--require-power", "5%"], ["--require-power", "--exact"]),
        (["check", "--same", "a:b", "a:c", "--exact", "--require-power", "5%"], ["--require-power", "--exact"]),
        (["check", "--same", "a:b", "a:c", "--input", "2,3", "--junit", "{relu}"], ["--junit", "ending", "xml"]),
        (["check", "--same", "a:b", "a:c", "--input", "2,3", "--junit", "no/such/j.xml"], ["no folder"]),
    ],
)
def test_bad_usage_is_one_line(args, words, relu, changed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run(*(arg.format(relu=relu, changed=changed) for arg in args))
    assert_one_line_error(outcome, *words)


@pytest.mark.parametrize("kind", ["training", "descent", "range test"])
def test_what_no_probe_measured_is_refused_by_its_kind(others, relu, tmp_path, kind):
    path, written = tmp_path / "other.nc", tmp_path / "other.json"
    actviz.save(others[kind], path)
    for outcome in (run("baseline", path, "-o", written), run("check", relu, path)):
        assert_one_line_error(outcome, f"is a {kind}", "what a probe measured")
    assert not written.exists()
    for refused in (Baseline.of, lambda dataset: compare(Baseline.load(relu), dataset)):
        with pytest.raises(actviz.ActvizError, match=rf"^need a dataset as actviz\.probe gives it, not a {kind}$"):
            refused(others[kind])
