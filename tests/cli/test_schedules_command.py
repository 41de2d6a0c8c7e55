"""``actviz schedules``: the table, every value as JSON, the figure, and bad input."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import actviz
from actviz import SCHEDULES
from actviz.catalog.schedules import rates
from actviz.cli import main


def run(*args):
    return CliRunner().invoke(main, ["schedules", *map(str, args)])


def content(*args):
    outcome = run(*args, "--json")
    assert outcome.exit_code == 0, outcome.stderr
    return json.loads(outcome.stdout)


def test_without_names_every_schedule_has_a_line():
    printed = run().stdout.splitlines()
    assert printed[0].split() == ["schedule", "step", "0", "peak", "last", "mean"]
    assert [line.split()[0] for line in printed[1:]] == list(SCHEDULES)


def test_the_table_shows_step_0_the_peak_the_last_step_and_the_mean(read_number):
    line = run("one_cycle:0.1,100", "--steps", 100).stdout.splitlines()[1]
    name, *numbers = line.split()
    values = actviz.schedule(name)(np.arange(100))
    assert name == "one_cycle:0.1,100"
    assert [read_number(number) for number in numbers] == pytest.approx([0.004, 0.1, 4e-7, values.mean()], rel=1e-3)


def test_its_page_shows_what_the_command_prints():
    page = (Path(__file__).parents[2] / "actviz/catalog/README.md").read_text(encoding="utf-8")
    command, shown = re.search(r"```console\n\$ actviz schedules ([^\n]*)\n(.*?)```", page, re.DOTALL).groups()
    assert run(*command.split()).stdout == shown


def test_json_holds_the_rate_and_momentum_of_every_step():
    found = content("step", "one_cycle", "warmup:5+cosine:0.1,30", "reduce_on_plateau", "0.2", "--steps", 40)
    assert found["steps"] == 40
    assert found["files"] == []
    names = [entry["schedule"] for entry in found["schedules"]]
    assert names == ["step", "one_cycle", "warmup:5+cosine:0.1,30", "reduce_on_plateau", "constant:0.2"]
    for entry in found["schedules"]:
        expected = rates(actviz.schedule(entry["schedule"]), 40)
        assert entry["rates"] == expected.tolist()
        ends = {"first": expected[0], "peak": expected.max(), "last": expected[-1], "mean": expected.mean()}
        assert {key: entry[key] for key in ends} == pytest.approx(ends)
        momentum = actviz.schedule("one_cycle").momentum(np.arange(40)).tolist()
        assert entry["momentum"] == (momentum if entry["schedule"] == "one_cycle" else [None] * 40)


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_figure_is_written_in_the_format_of_its_ending(tmp_path, ending):
    path = tmp_path / f"rates.{ending}"
    outcome = run("step", "cosine", "-o", path, "--theme", "dark")
    assert outcome.exit_code == 0
    assert outcome.stdout.splitlines()[0].startswith("schedule")
    assert f"wrote {path}" in outcome.stderr
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert path.read_bytes().startswith(start)
    if ending == "png":
        with Image.open(path) as image:
            assert image.size == (960, 540)
            assert image.convert("RGB").getpixel((5, 5)) == (0x10, 0x15, 0x1C)


def test_an_own_schedule_is_found_in_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "my_own_rates.py").write_text("def slow(step):\n    return 0.5 / (1 + step)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["/nowhere", *__import__("sys").path])
    (entry,) = content("my_own_rates:slow", "--steps", 2)["schedules"]
    assert entry["schedule"] == "my_own_rates:slow"
    assert entry["rates"] == [0.5, 0.25]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nonsense"], ["constant, step", "warmup:steps"]),
        (["step:0.1,0.5,0"], ["every", "whole number from 1"]),
        (["step", "step"], ["once"]),
        (["constant@5+nonsense"], ["nonsense"]),
        (["warmup:5+reduce_on_plateau"], ["follows a metric"]),
        (["--steps", "0"], ["steps"]),
        (["--steps", "1.5"], ["steps"]),
        (["-o", "rates.gif"], ["png, svg, pdf"]),
        (["-o", "rates"], ["png, svg, pdf"]),
        (["-o", "no/such/folder.png"], ["no such folder"]),
        (["--theme", "pink"], ["light", "dark", "print"]),
    ],
)
def test_bad_usage_is_one_line_that_says_what_is_allowed(args, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run(*args)
    assert outcome.exit_code == 2
    assert len(outcome.stderr.splitlines()) == 1, outcome.stderr
    assert all(word in outcome.stderr for word in words), outcome.stderr
    assert outcome.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_the_mean_of_rates_whose_sum_overflows_is_a_number():
    from actviz.cli import main

    told = CliRunner().invoke(main, ["schedules", "constant:1e308"])
    assert told.stdout.split()[-4:] == ["10³⁰⁸"] * 4


def test_rates_that_overflow_have_an_infinite_mean_and_no_warning(recwarn):
    outcome = run("step:1e308,1e308,1", "--json")
    assert json.loads(outcome.stdout)["schedules"][0]["mean"] is None
    assert "∞" in run("step:1e308,1e308,1").stdout
    assert not recwarn
