"""What is printed of names from outside moves no cursor, turns no line round and begins no command in a log."""

import json
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

import actviz
from actviz.baseline import Baseline
from actviz.cli import main
from actviz.text.escaping import as_json, escaped, printable

EVIL = "he\n::error::no\x1b[2J\u202eurl\u2028\x9b"


def run(*args):
    return CliRunner().invoke(main, [str(each) for each in args])


def quiet(outcome):
    out = outcome.stdout + outcome.stderr
    assert not any(character in out for character in "\x1b\u202e\u2028\x9b"), repr(out)
    assert not [line for line in out.splitlines() if line.strip().startswith(("::", "##["))], out
    assert isinstance(outcome.exception, SystemExit | None)
    return out


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evil")
    ds = actviz.probe("he_normal", "relu", depth=2, width=8, samples=20, seeds=8)
    recipe = actviz.recipe(ds) | {"inits": [EVIL], "inputs": EVIL}
    named = ds.assign_coords(init=[EVIL]).assign_attrs(recipe=json.dumps(recipe))
    actviz.save(named, folder / "evil.nc")
    actviz.save(ds, folder / "plain.nc")
    Baseline.of(named).save(folder / "evil.json")
    return folder


@pytest.mark.parametrize(
    "args",
    [
        ["show", "evil.nc"],
        ["show", "evil.nc", "--json"],
        ["diagnose", "evil.nc"],
        ["check", "evil.json", "evil.nc"],
        ["check", "evil.json", "plain.nc", "--github"],
        ["check", "evil.json"],
        ["figures", "evil.nc", "-i", EVIL + "x"],
        ["show", EVIL],
        ["probe", "-i", EVIL, "-a", "relu"],
        [EVIL],
    ],
)
def test_no_name_acts(evil, args):
    outcome = run(*[evil / each if str(each).startswith(("evil.", "plain.")) else each for each in args])
    out = outcome.stdout + outcome.stderr
    if "--github" in args:
        assert all("\x1b" not in line for line in out.splitlines())
        return
    quiet(outcome)
    if "--json" in args:
        assert json.loads(outcome.stdout)["rows"][0]["init"] == EVIL


def test_what_is_escaped_is_written_out_and_what_is_plain_stays():
    assert printable("Hé 초기화\tσ² → 1\n") == "Hé 초기화\tσ² → 1\n"
    assert escaped("a\nb") == r"a\nb"
    assert json.loads(as_json(json.dumps(EVIL, ensure_ascii=False))) == EVIL


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_an_encoding_that_has_no_hangul_is_no_error(encoding):
    command = [sys.executable, "-m", "actviz", "theory", "relu", "--lang", "ko"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


EXPONENT = re.compile(r"(?<![\w:.,/-])\d[\d.]*e[-+]\d")


@pytest.fixture(scope="module")
def far(tmp_path_factory):
    """Return a probe and a training whose numbers are far from 1."""
    folder = tmp_path_factory.mktemp("far")
    plain = ["-a", "tanh", "-a", "relu", "--depth", 4, "--width", 20, "--seeds", 2]
    run("probe", "-i", "normal:1e-05", "-i", "normal:1000", *plain, "--samples", 20, "-o", folder / "probe.nc")
    how = ["--lr", 1e-5, "--depth", 2, "--width", 8, "--updates", 4, "--seeds", 2]
    run("train", "-i", "normal:0.01", "-a", "relu", "--data", "moons", *how, "-o", folder / "train.nc")
    run("lr-find", "-i", "he_normal", "-a", "relu", "--data", "moons", "--width", 8, "-o", folder / "rates.nc")
    return folder


@pytest.mark.parametrize(
    "command",
    ["show FAR/probe.nc", "show FAR/train.nc", "show FAR/probe.nc --weights", "diagnose FAR/probe.nc", "schedules",
     "theory tanh --solve", "theory relu --weight-var 1e-07", "diagnose --list-thresholds", "list activations"],
)  # fmt: skip
def test_what_people_read_has_powers_of_ten_and_true_minus_signs(far, command):
    out = run(*command.replace("FAR", str(far)).split())
    assert out.exit_code in (0, 1), out.output
    assert out.stdout
    assert not EXPONENT.findall(out.stdout), out.stdout


@pytest.mark.parametrize("name", ["probe.nc", "train.nc", "rates.nc"])
def test_a_summary_has_them_too(far, name):
    found = actviz.summary(actviz.load(far / name))
    told = str(found)
    assert not EXPONENT.findall(re.sub(r"(normal|torch)\S*", "", told)), told  # names and code are typed so


def test_what_machines_read_keeps_every_digit(far):
    rows = json.loads(run("show", far / "probe.nc", "--json").stdout)["rows"]
    ds = actviz.load(far / "probe.nc")
    assert rows[0]["act_std"] == float(ds["act_std"].values.ravel()[0]) or rows[0]["act_std"] in ds["act_std"].values
    run("show", far / "probe.nc", "-o", far / "probe.csv")
    assert "⁻" not in (far / "probe.csv").read_text(encoding="utf-8")
