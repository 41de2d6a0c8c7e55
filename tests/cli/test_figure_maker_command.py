"""A figure maker never leaves the command line: a job a test, of two small results."""

import json
import warnings

import pytest
from click.testing import CliRunner
from PIL import Image

import actviz
from actviz.cli import main
from actviz.plots.files.record import read_record

SMALL = ("--size", "3.3x2.5in", "--font", "8", "--no-header", "--no-foot", "--no-theory")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    for name, norm in (("plain", None), ("normed", "batch")):
        how = {"depth": 5, "width": 16, "samples": 40, "seeds": 2, "norm": norm, "workers": 1}
        actviz.save(actviz.probe(["normal", "xavier_normal"], ["tanh", "relu"], **how), folder / f"{name}.nc")
    return folder


@pytest.fixture
def figures(results, tmp_path, monkeypatch):
    """Run ``actviz figures`` in an empty folder and return what it wrote, with the outcome."""
    monkeypatch.chdir(tmp_path)

    def run(*args, of=("plain",), small=True, fails=False):
        command = ["figures", *(str(results / f"{name}.nc") for name in of), *args, *(SMALL if small else ())]
        outcome = CliRunner().invoke(main, command)
        assert outcome.exit_code == (2 if fails else 0), outcome.output
        assert not fails or len(outcome.stderr.splitlines()) == 1
        return outcome, sorted(path.name for path in tmp_path.iterdir())

    return run


@pytest.mark.usefixtures("all_pixels")
def test_a_size_in_inches_and_a_font(figures, tmp_path):
    _, files = figures("-f", "signal", "-a", "relu", "-o", "column.png")
    with Image.open(tmp_path / files[0]) as image:
        assert image.size == (950, 720)
    assert read_record(tmp_path / "column.png")["style"]["font"] == 8


def test_words_without_room_and_more_height_are_told(figures):
    given = ("-f", "signal", "--size", "2x1in", "--font", "6", "-o", "a.png", "--no-theory")
    outcome, _ = figures(*given, small=False)
    assert "no room for how to read it" in outcome.stderr
    assert "it is 2 x" in outcome.stderr


@pytest.mark.parametrize(("file", "told"), [("a.png", 1), ("a.pdf", 1), ("a.svg", 0), (None, 1)])
def test_characters_that_no_font_has_are_told_in_one_line(figures, file, told):
    given = (
        "-f",
        "signal",
        "-a",
        "relu",
        "--title",
        "\u6f22\u5b57 \uae30\uc6b8\uae30 \u2202",
        *(("-o", file) if file else ()),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome, _ = figures(*given, small=False)
    lines = [line for line in outcome.stderr.splitlines() if "boxes" in line]
    assert len(lines) == told
    assert all("has \u5b57 \u6f22: drawn" in line for line in lines)


def test_layers_are_chosen_and_refused(figures, tmp_path):
    figures("-f", "signal", "--layers", "1,3,5", "-o", "a.png")
    assert read_record(tmp_path / "a.png")["data"][0]["selection"] == {"layer": [1, 3, 5]}
    outcome, files = figures("-f", "signal", "--layers", "1,9", fails=True)
    assert "no layer 9; choose from 1 to 5" in outcome.stderr
    assert files == ["a.png"]


def test_title_axis_palette_and_ground_are_kept_by_redo(figures, tmp_path):
    (tmp_path / "lab.json").write_text('{"normal": "teal"}')
    given = ("--title", "Mine", "--ylim", "1e-3,1e3", "--log", "--palette", "lab.json", "--transparent", "-a", "relu")
    figures("-f", "signal", *given, "-o", "a.png")
    style = read_record(tmp_path / "a.png")["style"]
    assert style["title"] == "Mine"
    assert style["palette"] == {"normal": "#008080"}
    assert (style["ylim"], style["yscale"], style["transparent"]) == ([0.001, 1000.0], "log", True)
    (tmp_path / "lab.json").unlink()
    again = CliRunner().invoke(main, ["redo", "a.png", "-o", "b.png"], catch_exceptions=False)
    assert again.exit_code == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    wide = CliRunner().invoke(main, ["redo", "a.png", "-o", "c.png", "--size", "4x2in", "--linear", "--opaque"])
    assert wide.exit_code == 0
    assert read_record(tmp_path / "c.png")["style"]["yscale"] == "linear"
    assert read_record(tmp_path / "c.png")["size"] == "4x2in"


def test_figures_without_such_an_axis_are_left_out_or_refused(figures):
    _, files = figures("--linear", "-a", "relu")
    assert files == ["collapse.png", "gradients.png", "signal.png"]
    outcome, _ = figures("-f", "histograms", "--ylim", "0,1", fails=True)
    assert "histograms takes no ylim; choose from signal" in outcome.stderr


def test_files_have_the_names_that_are_asked_for(figures):
    _, files = figures("-f", "signal", "-f", "collapse", "--name", "fig-{figure}_{theme}")
    assert files == ["fig-collapse_light.png", "fig-signal_light.png"]
    outcome, _ = figures("-f", "signal", "--name", "../{figure}", fails=True)
    assert "{figure}" in outcome.stderr


def test_several_results_share_limits_stand_beside_each_other_or_say_what_to_do(figures, tmp_path):
    both = ("plain", "normed")
    _, files = figures("-f", "signal", "-a", "relu", "--share-limits", of=both)
    assert files == ["normed-signal.png", "plain-signal.png"]
    limits = [read_record(tmp_path / file)["style"]["ylim"] for file in files]
    assert limits[0] == limits[1]
    figures(
        "-f", "signal", "-a", "relu", "--side-by-side", "--labels", "A,B", "-o", "both.png", "--size", "7x3in", of=both
    )
    cells = read_record(tmp_path / "both.png")["options"]["cells"]
    assert [(at, name) for at, _, name, _ in cells] == [(0, "A"), (1, "B")]
    for given, said in (
        ((), "--overlay, --side-by-side or --share-limits"),
        (("--side-by-side", "--overlay"), "over each other, or beside"),
        (("--share-limits", "--ylim", "0,1"), "finds limits"),
        (("--share-limits", "--build-up"), "--build-up is of one"),
        (("--side-by-side", "--grid"), "a grid is of one result"),
    ):
        outcome, _ = figures(*given, of=both, fails=True)
        assert said in outcome.stderr
    assert "of two results at least" in figures("--share-limits", fails=True)[0].stderr


def test_a_grid_is_one_file(figures):
    _, files = figures("-f", "histograms", "--grid", "--no-theory", "--size", "7x3in", small=False)
    assert files == ["histograms.png"]


def test_nothing_is_written_anew_that_is_as_it_would_be(figures, tmp_path):
    given = ("-f", "signal", "-a", "relu", "--if-changed", "--json", "--format", "png", "--format", "pdf")
    first, files = figures(*given)
    assert sorted(json.loads(first.stdout)["files"]) == files
    before = [(tmp_path / file).stat().st_mtime_ns for file in files]
    again, _ = figures(*given)
    assert json.loads(again.stdout)["files"] == []
    assert "2 of 2 files" in again.stderr
    assert [(tmp_path / file).stat().st_mtime_ns for file in files] == before
    other, _ = figures(*given, "--layers", "1,5")
    assert len(json.loads(other.stdout)["files"]) == 2


def test_one_rule_for_what_is_there(figures, tmp_path, results):
    figures("-f", "signal", "-o", "a.png")
    before = (tmp_path / "a.png").read_bytes()
    figures("-f", "signal", "-o", "a.png", "-a", "relu")
    assert (tmp_path / "a.png").read_bytes() != before
    plain = str(results / "plain.nc")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    for command in (
        ["figures", plain, "-f", "signal", "-o", "a.png", *SMALL],
        ["probe", "-i", "normal", "-a", "relu", "-o", "a.png"],
        ["report", plain, "-o", "there.html"],
        ["schedules", "-o", "a.png"],
        ["baseline", plain, "-o", "there.json"],
        ["lecture", "--to", "typst", "-o", "full"],
        ["article", "-o", "full"],
        ["train", "-i", "normal", "-a", "relu", "--figures", "full"],
    ):
        for name in ("there.html", "there.json"):
            (tmp_path / name).write_text("mine")
        outcome = CliRunner().invoke(main, [*command, "--no-overwrite"])
        assert outcome.exit_code == 2, command
        assert "is there already, and --no-overwrite keeps it" in outcome.stderr
        assert len(outcome.stderr.splitlines()) == 1
    assert (tmp_path / "there.html").read_text() == "mine"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("-o", "film.gif"), "--gif film.gif"),
        (("-o", "figure.csv"), "not as csv"),
        (("--size", "3in3"), "slide, half, paper, square, or as 3.3x2.5in"),
        (("--size", "99x2in"), "from 1 to 24 inches"),
        (("--font", "2"), "from 4 to 72 points"),
        (("--title", ""), "some words"),
        (("--ylim", "1"), "a low and a high number"),
        (("--ylim", "2,1"), "a higher one"),
        (("--palette", "none.json"), "no such file"),
        (("--layers", "one"), "whole number"),
        (("--size", "slde"), "did you mean 'slide'?"),
        (("--palette", "ggplt"), "did you mean 'ggplot'?"),
        (("--format", "pgn"), "'pdf'; did you mean 'png'?"),
        (("--log", "--linear"), "one or the other"),
        (("--theme", "lihgt"), "did you mean 'light'?"),
        (("--gif", "a.gif", "--transparent", "--build-up"), "--transparent"),
        (("--build-up", "--no-header", "-f", "signal"), "question"),
        (("--build-up", "--grid"), "--build-up is of one"),
        (("--z", "-f", "saturation"), "figure saturation shows no z"),
        (("--name", ""), "{figure}"),
        (("--name", "{figure:>999999999}"), "{figure}"),
        (("--grid", "-f", "signal"), "these have one: signal"),
        (("--build-up", "--if-changed", "--gif", "a.gif"), "--if-changed"),
    ],
)
def test_what_is_none_is_one_line_and_leaves_nothing(figures, given, said):
    outcome, files = figures(*given, small=False, fails=True)
    assert said in outcome.stderr
    assert files == []


def test_a_set_is_refused_before_it_is_measured_where_a_figure_would_have_no_room(tmp_path):
    for command in (["article"], ["reproduce", "cs231n/ten-layers"]):
        outcome = CliRunner().invoke(main, [*command, "--size", "3.3x2.5in", "-o", str(tmp_path / "set")])
        assert outcome.exit_code == 2
        assert "three panels side by side" in outcome.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [["schedules", "constant"], ["lr-find"], ["train", "-i", "normal", "-a", "relu"]])
def test_options_of_figures_are_refused_where_none_is_drawn(command):
    outcome = CliRunner().invoke(main, [*command, "--font", "8"])
    assert outcome.exit_code == 2
    assert "--font: only with" in outcome.stderr
