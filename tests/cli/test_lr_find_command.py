"""``actviz lr-find``: the table, JSON, the figure, the saved test, and bad input."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main
from actviz.training.range_test import suggest

SMALL = ("--data", "moons:200", "--depth", 2, "--width", 12, "--batch", 20, "--seeds", 2, "--updates", 120)


def run(*args):
    return CliRunner().invoke(main, ["lr-find", *map(str, (*SMALL, *args))])


@pytest.fixture(scope="module")
def found():
    (made,) = actviz.runs(data="moons:200", depth=2, width=12, batch=20).values()
    return actviz.find_rate(made, "moons:200", seeds=2, updates=120)


def test_the_table_has_a_line_a_seed_and_the_suggestion_with_its_reason(found):
    outcome = run()
    assert outcome.exit_code == 0, outcome.stderr
    head, *lines, reason = outcome.stdout.splitlines()
    assert head.split() == ["seed", "falls", "fastest", "largest", "stable", "ended", "updates"]
    assert [line.split()[0] for line in lines] == ["0", "1"]
    assert reason == suggest(found).reason


def test_its_page_shows_what_the_command_prints():
    page = (Path(__file__).parents[2] / "actviz/training/README.md").read_text(encoding="utf-8")
    command, shown = re.search(r"```console\n\$ actviz lr-find ([^\n]*)\n(.*?)```", page, re.DOTALL).groups()
    printed = CliRunner().invoke(main, ["lr-find", *command.split()]).stdout
    numbers = re.compile(r"\d[\d.]*")
    assert numbers.sub("", printed).split() == numbers.sub("", shown).split()
    # other machines multiply in another order, which a rising rate magnifies
    assert [float(x.rstrip(".")) for x in numbers.findall(printed)] == pytest.approx(
        [float(x.rstrip(".")) for x in numbers.findall(shown)], rel=0.2
    )


def test_json_holds_the_suggestion_and_the_curves(found):
    content = json.loads(run("--json").stdout)
    told = suggest(found)
    assert (content["suggested"], content["largest_stable"]) == (told.rate, told.largest)
    assert content["learning_rate"] == found["learning_rate"].values.tolist()
    curve = np.array([np.nan if each is None else each for each in content["smoothed_loss"][1]])
    np.testing.assert_array_equal(curve, found["smoothed_loss"].values[1])
    assert [row["ended"] for row in content["seeds"]] == found["ended"].values.tolist()


def test_without_a_suggestion_json_has_null():
    content = json.loads(run("-i", "zeros", "--json").stdout)
    assert (content["suggested"], content["largest_stable"]) == (None, None)
    assert "never falls" in content["reason"]


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_figure_is_written_in_the_format_of_its_ending(tmp_path, ending, start):
    path = tmp_path / f"range.{ending}"
    outcome = run("-o", path, "--theme", "dark")
    assert outcome.exit_code == 0, outcome.stderr
    assert path.read_bytes().startswith(start)


def test_the_test_is_saved_and_drawn_from_its_file(found, tmp_path):
    path = tmp_path / "range.nc"
    assert run("-o", path).exit_code == 0
    np.testing.assert_array_equal(actviz.load(path)["loss"], found["loss"])
    drawn = CliRunner().invoke(main, ["figures", str(path), "-o", str(tmp_path / "figures")])
    assert drawn.exit_code == 0, drawn.stderr
    assert [file.name for file in (tmp_path / "figures").iterdir()] == ["range_test.png"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["-i", "nonsense"], ["he_normal"]),
        (["--optimizer", "nonsense"], ["momentum"]),
        (["--low", "1", "--high", "0.1"], ["0 < low < high"]),
        (["--updates", "3"], ["updates"]),
        (["-o", "range.gif"], ["png, svg, pdf, nc"]),
        (["-o", "no/such/folder.png"], ["no such folder"]),
    ],
)
def test_bad_usage_is_one_line_that_says_what_is_allowed(args, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run(*args)
    assert outcome.exit_code == 2
    assert len(outcome.stderr.splitlines()) == 1, outcome.stderr
    assert all(word in outcome.stderr for word in words), outcome.stderr
    assert list(tmp_path.iterdir()) == []
