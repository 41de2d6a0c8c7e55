"""``actviz reproduce``: what it prints and writes, and when it exits with 1."""

import dataclasses
import json

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

import actviz
from actviz.cli import main
from actviz.experiments import Basis, Case, Claim, Drawing, Expectation, Experiment
from actviz.experiments.table import EXPERIMENTS

ONE = Expectation(
    {"en": "std of layer 1"}, 1.0, Basis.PUBLISHED, lambda ds: ds["act_std"].values[0, 0, :, 0], "small", spread=0.2
)
THEORY = Expectation({"en": "a half"}, "0.5", Basis.CLOSED_FORM, lambda: 0.5)
RECALLED = dataclasses.replace(ONE, value=1000.0, basis=Basis.RECALLED)
WRONG = dataclasses.replace(ONE, value=1000.0)
CLAIM = Claim(
    1,
    {"en": "It is so."},
    (Case({"en": "std"}, "small", ONE.reading, 0.0),),
    "signal",
    {"en": "it is"},
    {"en": "Precisely this."},
)
TURNED = dataclasses.replace(CLAIM, cases=(dataclasses.replace(CLAIM.cases[0], expected=False),))


@pytest.fixture
def small(monkeypatch):
    """Put an experiment of a few milliseconds into the table."""

    def make(*expectations, claims=()):
        probe = {"inits": "he_normal", "activations": "relu", "depth": 2, "width": 8, "samples": 20, "seeds": 2}
        drawings = (Drawing("signal", "signal", "small", {"en": "What to see."}),)
        made = Experiment("my/small", {"en": "Small"}, "here", {"small": probe}, drawings, expectations, claims)
        monkeypatch.setitem(EXPERIMENTS, made.name, made)
        return made.name

    return make


def run(*args):
    return CliRunner().invoke(main, ["reproduce", *map(str, args)], catch_exceptions=False)


def test_the_list_names_every_experiment():
    outcome = run("--list")
    assert outcome.exit_code == 0
    assert [line.split()[0] for line in outcome.stdout.splitlines()[1:]] == list(EXPERIMENTS)
    rows = json.loads(run("--list", "--json").stdout)["experiments"]
    assert [row["experiment"] for row in rows] == list(EXPERIMENTS)
    assert all(row["numbers"] + row["claims"] and row["source"] for row in rows)


def test_it_prints_every_number_beside_what_is_expected(small):
    outcome = run(small(ONE, THEORY))
    assert outcome.exit_code == 0
    lines = outcome.stdout.splitlines()
    assert lines[:2] == ["Small", "here"]
    assert lines[3].split()[:5] == ["verdict", "what", "measured", "expected", "allowed"]
    assert "PASS     a half          0.500" in lines[5]
    assert lines[-1] == "PASS: 2 compared, 0 failed"


@pytest.mark.parametrize(
    ("expectations", "claims", "code"),
    [
        ([ONE], [CLAIM], 0),
        ([ONE, WRONG], [CLAIM], 1),
        ([ONE], [TURNED], 1),
        ([ONE, RECALLED], [CLAIM], 0),
        ([], [], 0),
    ],
)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_it_exits_with_one_where_something_fails_that_decides(small, expectations, claims, code, options):
    outcome = run(small(*expectations, claims=tuple(claims)), *options)
    assert outcome.exit_code == code
    assert outcome.stderr == ""
    if options:
        assert json.loads(outcome.stdout)["passed"] is (code == 0)
    else:
        assert outcome.stdout.splitlines()[-1].startswith("FAIL" if code else "PASS")


def test_a_recalled_number_is_in_brackets(small):
    assert "\n(FAIL)   std of layer 1" in run(small(RECALLED)).stdout


def test_a_claim_is_printed_with_its_status_and_evidence(small):
    text = run(small(claims=(CLAIM, TURNED))).stdout
    assert "claim 1: It is so.\n      holds in 1 of 1 case: it is\n        yes: std: " in text
    assert "claim 1: It is so.\n      holds in 1 of 1 case: not as expected in 1\n" in text
    assert "        yes, not as expected: std: " in text


def test_json_holds_numbers_and_claims(small):
    content = json.loads(run(small(ONE, THEORY, RECALLED, claims=(CLAIM,)), "--seeds", "5,7,9", "--json").stdout)
    assert set(content) == {"experiment", "title", "source", "passed", "numbers", "claims"}
    one, theory, recalled = content["numbers"]
    assert set(one) == {
        "what", "verdict", "decides", "measured", "expected", "low", "high", "seeds", "spread", "logarithmic", "origin",
        "basis", "source",
    }  # fmt: skip
    assert one["low"] < one["measured"] < one["high"]
    assert (one["seeds"], theory["seeds"]) == (3, None)
    assert (recalled["verdict"], recalled["decides"]) == ("FAIL", False)
    (claim,) = content["claims"]
    assert (claim["holds"], claim["cases"], claim["expected_holds"], claim["verdict"]) == (1, 1, 1, "PASS")
    assert claim["status"] == "holds in 1 of 1 case: it is"
    assert claim["evidence"][0]["holds"] is True
    assert claim["evidence"][0]["most"] is None  # infinite


def test_a_folder_gets_figures_results_and_an_index(small, tmp_path):
    name = small(ONE, claims=(CLAIM,))
    outcome = run(name, "-o", tmp_path / "set", "--format", "svg", "--format", "png", "--theme", "print", "--json")
    assert outcome.exit_code == 0
    content = json.loads(outcome.stdout)
    written = {*content["results"], content["index"], *(file for each in content["figures"] for file in each["files"])}
    assert written == {"small.nc", "index.html", "signal.svg", "signal.png"}
    assert {file.name for file in (tmp_path / "set").iterdir()} == written
    page = (tmp_path / "set" / "index.html").read_text(encoding="utf-8")
    for words in ("std of layer 1", "It is so.", "Precisely this.", "holds in 1 of 1 case: it is", 'src="signal.svg"'):
        assert words in page


def test_without_a_folder_nothing_is_written(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(small(ONE))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], ["article", "cs231n/ten-layers"]),
        (["nonsense"], ["nonsense", *EXPERIMENTS]),
        (["article", "--seeds", "0"], ["seeds"]),
        (["article", "--seeds", "a"], ["whole number"]),
        (["article", "--theme", "pink"], ["light", "dark", "print"]),
        (["article", "--workers", "0"], ["workers"]),
    ],
)
def test_bad_usage_is_one_line_and_leaves_no_folder(args, words, tmp_path):
    outcome = run(*args, "-o", tmp_path / "set")
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert len(outcome.stderr.splitlines()) == 1
    for word in words:
        assert word in outcome.stderr
    assert not (tmp_path / "set").exists()


def test_the_shell_completes_experiments():
    completer = ShellComplete(main, {}, "actviz", "_ACTVIZ_COMPLETE")
    assert [item.value for item in completer.get_completions(["reproduce"], "cs")] == [
        "cs231n/ten-layers",
        "cs231n/six-layers",
    ]


def test_the_library_gives_what_the_command_prints(small):
    name = small(ONE)
    done = actviz.reproduce(name, seeds=2)
    (number,) = json.loads(run(name, "--seeds", "2", "--json").stdout)["numbers"]
    assert number["measured"] == done.checks[0].measured


def test_the_article_prints_figures_as_they_come_and_draws_results_that_are_there(small, tmp_path, monkeypatch):
    monkeypatch.setitem(EXPERIMENTS, "article", EXPERIMENTS[small(ONE, claims=(CLAIM,))])
    lines = []
    monkeypatch.setattr("actviz.cli.experiment.say_between", lines.append)
    given = ["article", "-o", str(tmp_path / "a"), "--format", "svg", "--size", "half"]

    def article(*options):
        return CliRunner().invoke(main, [*given, *options], catch_exceptions=False)

    assert article().exit_code == 0
    (line,) = lines
    assert line.startswith(str(tmp_path / "a" / "signal.svg"))
    monkeypatch.setattr("actviz.experiments.reproduce", lambda *_, **__: pytest.fail("measured again"))
    given[2] = str(tmp_path / "b")
    assert article("--results", tmp_path / "a", "--theme", "dark").exit_code == 0
    light, dark = ((tmp_path / folder / "signal.svg").read_bytes() for folder in "ab")
    assert light != dark
    assert (tmp_path / "a" / "small.nc").read_bytes() == (tmp_path / "b" / "small.nc").read_bytes()
    before = (tmp_path / "b" / "signal.svg").stat().st_mtime_ns
    told = json.loads(article("--results", tmp_path / "b", "--theme", "dark", "--json").stdout)
    assert told["figures"][0]["files"] == ["signal.svg"]
    assert len(lines) == 2
    assert (tmp_path / "b" / "signal.svg").stat().st_mtime_ns == before
    refused = article("--results", tmp_path / "a", "--seeds", "3")
    assert (refused.exit_code, "--results holds what was measured already" in refused.stderr) == (2, True)


def test_too_few_seeds_to_tell_are_no_pass(small):
    outcome = run(small(dataclasses.replace(ONE, spread=5.0)))
    assert outcome.exit_code == 0
    assert outcome.stdout.splitlines()[-1] == "(PASS): 1 compared, 0 failed, 1 undecided: too few seeds to tell"
    [number] = json.loads(run("my/small", "--json").stdout)["numbers"]
    assert (number["verdict"], number["decides"]) == ("PASS", False)
