"""``actviz figures``: theory over the measurement unless told otherwise."""

import re

import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("result") / "small.nc"
    actviz.save(actviz.probe("xavier_normal", "tanh", depth=2, width=32, samples=20, seeds=2), path)
    return path


@pytest.mark.parametrize(("option", "there"), [([], True), (["--theory"], True), (["--no-theory"], False)])
def test_theory_is_drawn_unless_told_otherwise(result, tmp_path, option, there):
    args = ["figures", str(result), "-f", "signal", "--format", "svg", "-o", str(tmp_path), *option]
    assert CliRunner().invoke(main, args, catch_exceptions=False).exit_code == 0
    svg = (tmp_path / "signal.svg").read_text(encoding="utf-8")
    assert bool(re.search(r"Dotted: theory", svg)) == there


def test_a_figure_that_the_result_does_not_suffice_for_is_one_line(result, tmp_path):
    outcome = CliRunner().invoke(main, ["figures", str(result), "-f", "phase", "-o", str(tmp_path)])
    assert outcome.exit_code == 2
    assert len(outcome.stderr.splitlines()) == 1
    assert "at least 4 initializers of different sigma_w" in outcome.stderr
    assert not list(tmp_path.iterdir())


def test_one_figure_can_be_a_file_and_several_cannot(result, tmp_path):
    def run(*args):
        return CliRunner().invoke(main, ["figures", str(result), *args])

    assert run("-f", "signal", "-o", str(tmp_path / "mine.svg")).stdout.split() == [str(tmp_path / "mine.svg")]
    assert (tmp_path / "mine.svg").read_text(encoding="utf-8").rstrip().endswith("</svg>")
    for args, said in (
        (["-o", str(tmp_path / "set.png")], "the file of one figure"),
        (["-f", "signal", "-o", str(tmp_path / "b.svg"), "--format", "png"], "says the format"),
    ):
        refused = run(*args)
        assert refused.exit_code == 2
        assert said in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    folder = CliRunner().invoke(main, ["article", "--quick", "-o", str(tmp_path / "set.png")])
    assert folder.exit_code == 2
    assert "a folder is wanted" in folder.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.svg"]


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.EPS"])
def test_a_picture_of_another_format_is_no_folder(name, tmp_path):
    actviz.save(actviz.probe("he_normal", "relu", depth=2, width=8, samples=10, seeds=1), tmp_path / "r.nc")
    done = CliRunner().invoke(main, ["figures", str(tmp_path / "r.nc"), "-f", "signal", "-o", str(tmp_path / name)])
    assert done.exit_code == 2
    assert "png, svg, pdf" in done.stderr
    assert not (tmp_path / name).exists()
