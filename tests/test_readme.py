"""The README: its examples run, its reference is current, and what it names exists."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_examples_give_what_they_show(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = doctest.testfile(str(ROOT / "README.md"), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert outcome.attempted >= 5
    assert outcome.failed == 0


def test_the_shown_probe_output_is_what_the_command_prints():
    command, shown = re.search(r"```console\n\$ actviz ([^\n]*)\n(.*?)```", README, re.DOTALL).groups()
    printed = CliRunner().invoke(main, command.split()).stdout
    for ours, theirs in zip(printed.split(), shown.split(), strict=True):  # digits may differ between processors
        assert ours == theirs or float(ours) == pytest.approx(float(theirs), rel=2e-3)


def test_command_line_reference_is_current():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/cli_reference.py", "--check"], check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))))
def test_links_and_pictures_are_there(path):
    assert (ROOT / path).is_file()


@pytest.mark.parametrize(
    "name", re.findall(r"`(\w+\.py|\w+/)`", README.split("## Map of the package")[1].split("\n## ")[0])
)
def test_the_map_names_what_exists(name):
    assert (ROOT / "actviz" / name).exists()


def test_the_map_names_every_module():
    rows = README.split("## Map of the package")[1].split("\n## ")[0]
    modules = {path.name for path in (ROOT / "actviz").glob("*.py")} - {"__init__.py", "__main__.py", "errors.py"}
    assert modules <= set(re.findall(r"`(\w+\.py)`", rows))


def test_version_is_one_in_the_package_and_the_changelog_has_an_open_section():
    assert re.fullmatch(r"\d+\.\d+\.\d+", actviz.__version__)
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
