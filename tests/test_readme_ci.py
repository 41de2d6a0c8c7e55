"""The page on baselines in CI: its commands, its pytest example and the job's steps are run as they stand."""

import importlib.metadata
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import actviz

ROOT = Path(__file__).parents[1]
SECTION = (ROOT / "actviz/baseline/README.md").read_text(encoding="utf-8")
SECTION = SECTION.partition("\n## ")[0]
PLUGIN = "actviz.pytest_plugin"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", SECTION, re.DOTALL)


def steps():
    """Return the job's commands, but for the installation: that is what the tests run in."""
    (job,) = blocks("yaml")
    commands = re.findall(r"^ +- run: (.*?)(?: #.*)?$", job, re.MULTILINE)
    assert commands[0].startswith("python -m pip install")
    return commands[1:]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with the README's test and its baselines, where ``actviz`` and ``python`` are the ones under test."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "tests").mkdir()
    (test,) = blocks("python")
    (folder / "tests" / "test_initialization.py").write_text(test, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    programs = folder / "programs"
    programs.mkdir()
    for name, command in {"python": "", "actviz": "-m actviz"}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {command} "$@"\n')
        (programs / name).chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def shell(project):
    def run(command):
        package = str(Path(actviz.__file__).parents[1])
        environment = {**os.environ, "PATH": f"{project / 'programs'}:{os.environ['PATH']}", "PYTHONPATH": package}
        environment.pop("PYTEST_ADDOPTS", None)
        if not any(each.value == PLUGIN for each in importlib.metadata.entry_points(group="pytest11")):
            environment["PYTEST_ADDOPTS"] = f"-p {PLUGIN}"
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def baselines(shell):
    """Make the baselines by the README's own commands."""
    (update,) = re.findall(r"`(python -m pytest [^`]*--actviz-update)`", SECTION)
    own = [command for command in blocks("bash") if "mypackage" not in command]  # a reader's, which is not here
    for command in (*own, update):
        done = shell(command)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_job_passes_while_nothing_has_changed(shell, baselines, project):
    for command in steps():
        done = shell(command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in (project / "drift").iterdir()} == {"relu.png", "relu.xml", "tests.xml"}


@pytest.mark.slow
def test_the_drift_shown_is_what_is_printed(shell, baselines):
    (console,) = blocks("console")
    *_, shown = re.split(r"^\$ .*\n", console, flags=re.MULTILINE)
    outputs = [shell(command) for command in re.findall(r"^\$ (.*)$", console, re.MULTILINE)]
    assert [done.returncode for done in outputs] == [0, 1]
    for ours, theirs in zip(outputs[-1].stdout.split(), shown.split(), strict=True):
        assert ours == theirs or float(ours) == pytest.approx(float(theirs), rel=0.02)


@pytest.mark.slow
def test_the_job_fails_when_a_stack_has_changed(shell, baselines, project):
    test = project / "tests" / "test_initialization.py"
    original = test.read_text(encoding="utf-8")
    path = project / "baselines" / "relu.json"
    before = path.read_text(encoding="utf-8")
    try:
        test.write_text(original.replace('"inits": init', '"inits": "lecun_normal"'), encoding="utf-8")
        path.write_text(before.replace('"bias_std": 0.0', '"bias_std": 0.5'), encoding="utf-8")
        codes = {command: shell(command).returncode for command in steps()}
    finally:
        test.write_text(original, encoding="utf-8")
        path.write_text(before, encoding="utf-8")
    assert [code for command, code in codes.items() if not command.startswith("mkdir")] == [1, 1]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"--[a-z][a-z-]*", SECTION))))
def test_every_option_named_is_there(name):
    from actviz.cli import COMMANDS, main

    own = {option for command in COMMANDS for each in main.get_command(None, command).params for option in each.opts}
    assert name in own | {"--actviz-update", "--actviz-figures", "--junitxml"}


def test_the_table_is_the_scripts():
    """The rows that are shown are those that scripts/power.py has."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import power
    finally:
        sys.path.pop(0)
    rows = re.findall(r"^\| ([^|]+) \|", SECTION, re.MULTILINE)
    assert set(rows) == {
        "unchanged stack",
        *power.HONEST,
        *(name for name, *_ in power.UNEQUAL),
        "change",
        *power.CHANGES,
    }
