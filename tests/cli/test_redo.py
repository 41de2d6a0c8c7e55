"""``actviz redo``: a figure of the command line drawn again from its own file."""

import json

import pytest
from click.testing import CliRunner

from actviz.cli import main


def run(*args, code=0):
    outcome = CliRunner().invoke(main, [str(each) for each in args], catch_exceptions=False)
    assert outcome.exit_code == code, outcome.output
    return outcome


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("redo")
    small = ("--depth", 3, "--width", 16, "--seeds", 2)
    run("probe", "-i", "xavier_normal", "-i", "he_normal", "-a", "tanh", *small, "-o", folder / "p.nc")
    trained = ("--data", "moons:100", "--epochs", 3, "--lr", 0.1)
    run("train", "-i", "he_normal", "-i", "zeros", "-a", "relu", *small, *trained, "-o", folder / "t.nc")
    both = ("--format", "png", "--format", "svg", "-o", folder)
    run("figures", folder / "p.nc", "-f", "signal", "-i", "he_normal", "--no-theory", *both)
    run("figures", folder / "t.nc", "-f", "curves", *both)
    run("figures", folder / "t.nc", "-f", "saturation", "--snapshot", "last", *both)
    return folder


@pytest.mark.parametrize("ending", ["png", "svg"])
@pytest.mark.parametrize("stem", ["signal", "curves", "saturation"])
def test_nothing_changed_gives_the_same_bytes(folder, tmp_path, stem, ending):
    again = tmp_path / f"again.{ending}"
    outcome = run("redo", folder / f"{stem}.{ending}", "-o", again)
    assert outcome.output.splitlines() == [str(again)]
    assert again.read_bytes() == (folder / f"{stem}.{ending}").read_bytes()


def test_theme_and_format_can_be_changed_and_the_figure_stays(folder, tmp_path):
    copy = tmp_path / "signal.png"
    copy.write_bytes((folder / "signal.png").read_bytes())
    outcome = run("redo", copy, "--theme", "dark", "--format", "svg", "--json")
    assert json.loads(outcome.output) == {"files": [str(tmp_path / "signal-redone.svg")], "same": True}
    assert "#10151c" in (tmp_path / "signal-redone.svg").read_text(encoding="utf-8").lower()
    assert copy.read_bytes() == (folder / "signal.png").read_bytes()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["missing.png"], "no such figure"),
        (["foreign.png"], "no figure of actviz"),
        (["half.png"], "truncated"),
        (["signal.png", "-o", "a.gif"], "png, svg, pdf"),
        (["signal.png", "-o", "a.svg", "--format", "pdf"], "contradicts"),
        (["signal.png", "-o", "nowhere/a.svg"], "no such folder"),
        (["p.nc", "--format", "png"], "is a result, not a figure"),
    ],
)
def test_what_cannot_be_redone_is_one_line(folder, tmp_path, args, words, monkeypatch):
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (4, 4)).save("foreign.png")
    for name in ("signal.png", "p.nc"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    whole = (folder / "signal.png").read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    before = sorted(tmp_path.iterdir())
    outcome = run("redo", *args, code=2)
    assert len(outcome.stderr.splitlines()) == 1
    assert words in outcome.stderr
    assert sorted(tmp_path.iterdir()) == before
