"""README.md and the rooms' own pages: their examples run, and what they name exists."""

import doctest
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main

ROOT = Path(__file__).parents[1]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "actviz").rglob("README.md"))]
}
ROOMS = sorted(path.name for path in (ROOT / "actviz").iterdir() if (path / "__init__.py").is_file())

DOCTEST = "import doctest, sys; sys.exit(doctest.testfile(sys.argv[1], False, optionflags=doctest.ELLIPSIS).failed)"
RUN = {"pycon": ["-W", "error", "-c", DOCTEST], "python": ["-W", "error"]}


def blocks(page, *languages):
    """Yield the language and the text of a page's code blocks."""
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```", PAGES[page], re.DOTALL | re.MULTILINE):
        if language in languages:
            yield language, text


SNIPPETS = {
    f"{page}-{number}": block
    for page in PAGES
    for number, block in enumerate(blocks(page, "pycon", "python"))
    if "import pytest" not in block[1]  # test_readme_ci runs it as the test that it is
}


@pytest.mark.parametrize("snippet", [each for each in SNIPPETS if not each.startswith("README.md")])
def test_an_example_runs_and_gives_what_it_shows(snippet, tmp_path, monkeypatch):
    language, text = SNIPPETS[snippet]
    if "torch" in text:
        pytest.importorskip("torch", reason="PyTorch is an optional dependency")
    monkeypatch.chdir(tmp_path)
    Path("snippet.py").write_text(text, encoding="utf-8")
    if language == "python":
        runpy.run_path("snippet.py", run_name="__main__")
        return
    done = doctest.testfile(str(tmp_path / "snippet.py"), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert not done.failed


@pytest.mark.parametrize("snippet", [each for each in SNIPPETS if each.startswith("README.md")])
def test_an_example_of_the_first_page_runs_in_an_interpreter_of_its_own(snippet, tmp_path):
    language, text = SNIPPETS[snippet]
    file = tmp_path / "snippet.py"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, *RUN[language], str(file)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_examples_to_run():
    assert sum(language == "pycon" for language, _ in SNIPPETS.values()) >= 7


def test_the_shown_probe_output_is_what_the_command_prints():
    command, shown = re.search(r"```console\n\$ actviz ([^\n]*)\n(.*?)```", PAGES["README.md"], re.DOTALL).groups()
    printed = CliRunner().invoke(main, command.split()).stdout
    for ours, theirs in zip(printed.split(), shown.split(), strict=True):  # digits may differ between processors
        assert ours == theirs or float(ours) == pytest.approx(float(theirs), rel=2e-3)


SHOWN = {
    (page, command): shown
    for page in PAGES
    for _, text in blocks(page, "console")
    for command, shown in re.findall(r"^\$ actviz ([^\n]*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
    if shown and command.split()[0] in ("theory", "diagnose", "schedules", "list")
}
"""What commands print that need nothing but themselves and few seconds."""


def form(line):
    """Return a line with one digit for each number, however it rounds on a processor, and one space between words."""
    return " ".join(re.sub(r"[0-9⁰¹²³⁴-⁹.,]+", "0", line).split())


@pytest.mark.parametrize(("page", "command"), SHOWN)
def test_what_is_shown_of_a_command_has_the_form_of_what_it_prints(page, command):
    printed = CliRunner().invoke(main, command.split(), env={"COLUMNS": "100"}).stdout
    forms = [form(line) for line in printed.splitlines()]
    for line in SHOWN[page, command].splitlines():
        assert line == "..." or form(line) in forms, line


def commands(page):
    """Yield the words of every call of actviz that a page shows."""
    lines = [line for _, text in blocks(page, "bash", "console") for line in text.splitlines()]
    lines += re.findall(r"`([^`]*)`", re.sub(r"```.*?```", "", PAGES[page], flags=re.DOTALL))
    for line in lines:
        for call in re.findall(r"(?:^|\$ |&& )(actviz [^&#\n]*)", line.replace("\n", " ")):
            yield shlex.split(call)[1:]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_that_is_shown_exists(page):
    for words in commands(page):
        context = click.Context(main)
        if words[0].startswith("-"):
            continue
        command = main.get_command(context, words[0])
        assert command is not None, words
        named = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help", "-h"}
        assert {word.partition("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)} <= named, words


def anchors(page):
    """Return the names by which hosting sites let a page's headings be linked to."""
    heads = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", PAGES[page], flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize(
    ("page", "link"), [(page, link) for page in PAGES for link in re.findall(r"\]\((?!http)([^)]+)\)", PAGES[page])]
)
def test_links_and_pictures_are_there(page, link):
    path, _, anchor = link.partition("#")
    there = (ROOT / page).parent / path if path else ROOT / page
    assert there.is_file()
    if anchor:
        assert anchor in anchors(str(there.resolve().relative_to(ROOT)))


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_page_which_names_its_modules_and_no_others(room):
    folder, page = ROOT / "actviz" / room, PAGES[f"actviz/{room}/README.md"]
    named = set(re.findall(r"`([\w/]+\.py|\w+/)`", page))
    rows = "\n".join(re.findall(r"^\| .*? \|", page, re.MULTILINE))
    assert {name for name in named if name in rows and not (folder / name).exists()} == set()
    if room not in ("cli", "plots", "experiments"):  # one file a command, a figure or a source: their tables name them
        modules = {path.name for path in folder.glob("*.py")} - {"__init__.py"}
        assert modules <= named


@pytest.mark.parametrize("room", ROOMS)
def test_the_map_leads_to_every_room(room):
    assert f"[`{room}/`](actviz/{room}/README.md)" in PAGES["README.md"]


def test_version_is_one_in_the_package_and_the_changelog_has_an_open_section():
    assert re.fullmatch(r"\d+\.\d+\.\d+", actviz.__version__)
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
