"""What is printed of names from outside moves no cursor, turns no line round and begins no command in a log."""

import json
import os
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
