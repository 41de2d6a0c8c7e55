"""Figures that build up: empty axes with a question, then a step more each, the plain figure last; nothing moves."""

import itertools
import json

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

import actviz
from actviz import ActvizError
from actviz.cli import main
from actviz.plots import FIGURES, figures_of, save_build_up

ABLE = [(name, by) for name, spec in FIGURES.items() for by in spec.builds]
LIKE_SIGNAL = ("gradients", "collapse", "signal_detail", "gradients_detail", "collapse_detail")


def marked(slow):
    return pytest.mark.slow if slow else ()


def pixels(fig):
    fig.set_dpi(40)
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).astype(int)


@pytest.fixture(scope="module")
def small(healthy):
    return healthy.sel(init=["zeros", "normal", "he_normal"], activation=["relu", "tanh"])


@pytest.fixture(scope="module")
def of_relu(small):
    """Of one activation: figures with fewer panels."""
    return small.sel(activation=["relu"])


@pytest.mark.parametrize(
    ("name", "by", "size"),
    [
        pytest.param(*each, ("half", "slide")[each == ("ridges", "layer")], marks=marked(each[0] in LIKE_SIGNAL))
        for each in ABLE
    ],
)
def test_slides_go_from_nothing_to_the_plain_figure(of_relu, trained, name, by, size):
    ds = trained.isel(run=[0, 1, 3]) if FIGURES[name].kind == "training" else of_relu
    plain = next(draw for _, draw in figures_of(ds, [name], size=size))()
    stem = next(stem for stem, _ in figures_of(ds, [name], size=size))
    slides = [
        each for each in figures_of(ds, [name], size=size, build_up=True, by=by) if each[0].startswith(f"{stem}-0")
    ]
    dims = {"layer": 3 if size == "half" else 5, "pairing": 3}
    assert [each[0] for each in slides] == [f"{stem}-{at:02d}" for at in range(1, dims[by] + 2)]
    figures = [draw() for _, draw in slides]
    pictures = [pixels(figure) for figure in figures]
    whole = pixels(plain)
    assert all(picture.shape == whole.shape for picture in pictures)
    assert (pictures[-1] == whole).all()
    title = figures[0].texts[0].get_text().replace("\n", " ")
    assert title == figures[0].question
    assert title.endswith("?")
    asked = {figure.texts[0].get_text() for figure in figures[:-1]}
    assert asked == {figures[0].texts[0].get_text()}, "what is found in the end is not given away"
    # what is there stays: a slide differs from the whole only where the slide before does
    head = int(whole.shape[0] * 0.2)
    missing = [(picture != whole).any(axis=2)[head:] for picture in pictures]
    assert [each.sum() > 0 for each in missing] == [True] * dims[by] + [False]
    for before, after in itertools.pairwise(missing):
        # zero weights under ReLU have no similarity: their step adds nothing
        assert after.sum() < before.sum() or (name == "collapse" and (after == before).all())
        # an edge of a line may be blended differently where another was drawn over it
        assert (after & ~before).sum() <= 0.02 * before.sum()
    for ax, other in zip(figures[0].axes, plain.axes, strict=True):
        assert ax.get_position().bounds == other.get_position().bounds
        assert (ax.get_xlim(), ax.get_ylim()) == (other.get_xlim(), other.get_ylim())


@pytest.mark.parametrize("name", ["signal", "collapse", "gradients"])
def test_before_the_first_step_no_line_of_the_measurement_is_there(small, name):
    _, first = next(iter(figures_of(small, [name], build_up=True)))
    for ax in first().axes:
        shown = [line for line in ax.lines if line.get_visible() and len(line.get_xdata()) > 2]
        assert not shown


def test_a_deep_stack_builds_up_in_ten_steps(overflowing):
    slides = list(figures_of(overflowing, ["ridges"], pairings=[("he_normal", "gelu")], build_up=True))
    assert len(slides) == 11
    half = slides[5][1]()
    lines = [line for line in half.axes[2].lines if len(line.get_xdata()) == 60]
    assert all(np.isfinite(line.get_ydata()[:30]).all() for line in lines)
    assert all(np.isnan(line.get_ydata()[30:]).all() for line in lines)


def test_all_that_can_build_up_do_unless_some_are_named(small, trained):
    small, trained = small.isel(init=[2], activation=[0]), trained.isel(run=[0])
    stems = {stem.split("-")[0] for stem, _ in figures_of(small, build_up=True)}
    assert stems == {
        "histograms",
        "ridges",
        *(name + end for name in ("signal", "gradients", "collapse") for end in ("", "_detail")),
    }
    assert {stem.split("-")[0] for stem, _ in figures_of(small, build_up=True, by="layer")} == {"histograms", "ridges"}
    assert {stem.split("-")[0] for stem, _ in figures_of(trained, build_up=True)} == {"curves"}


@pytest.mark.parametrize(
    ("names", "by", "said"),
    [
        (["saturation"], None, "saturation is not built up .*; choose from histograms, ridges, signal"),
        (["ridges"], "pairing", "built up by layer, not by pairing"),
        (["ridges"], "seed", "layer or pairing"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(small, names, by, said):
    with pytest.raises(ActvizError, match=said):
        list(figures_of(small, names, build_up=True, by=by))


def test_the_same_as_a_moving_picture_holds_every_slide_two_seconds(small, tmp_path):
    one = small.sel(activation=["relu"]).drop_vars("view_hist")
    drawings = list(figures_of(one, ["histograms"], build_up=True, size="half"))
    save_build_up(drawings, tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as film:
        assert film.size == (640, 720)
        assert film.n_frames == 4
        assert film.info["duration"] == 2000
        assert film.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_of_several_figures_each_is_a_moving_picture_of_its_name(small, tmp_path):
    one = small.isel(init=[0], activation=[0])  # on bins of its own, and on the book's
    drawings = list(figures_of(one, ["histograms"], build_up=True, by="pairing", size="half"))
    files = [f"a-histograms-{name}.gif" for name in ("relu", "relu-book")]
    assert save_build_up(drawings, tmp_path / "a.gif") == [str(tmp_path / file) for file in files]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)


def test_a_longer_series_that_is_there_already_is_told(small, tmp_path):
    actviz.save(small.isel(init=[0], activation=[0], layer=slice(2)).drop_vars("view_hist"), tmp_path / "a.nc")
    series = ["figures", str(tmp_path / "a.nc"), "-f", "histograms", "--build-up", "-o", str(tmp_path)]
    series += ["--format", "svg"]
    longer = CliRunner().invoke(main, [*series, "--by", "layer"])
    assert not longer.stderr
    shorter = CliRunner().invoke(main, [*series, "--by", "pairing"])
    left = sorted(set(longer.stdout.split()) - set(shorter.stdout.split()))
    assert left
    assert [line.partition(" ")[0] for line in shorter.stderr.splitlines()] == left


def test_where_nothing_builds_up_it_is_said(ranged):
    with pytest.raises(ActvizError, match="none of its figures is built up: histograms"):
        figures_of(ranged, build_up=True)


def test_the_command_writes_numbered_files_or_the_animation(small, tmp_path):
    actviz.save(small.sel(activation=["relu"], layer=[1, 2]), tmp_path / "a.nc")

    def run(*args):
        return CliRunner().invoke(main, ["figures", str(tmp_path / "a.nc"), *args])

    done = run("-f", "signal", "-i", "he_normal", "--build-up", "-o", str(tmp_path), "--json")
    assert [path[-13:] for path in json.loads(done.stdout)["files"]] == ["signal-01.png", "signal-02.png"]
    done = run("-f", "signal", "-i", "he_normal", "--build-up", "--gif", str(tmp_path / "b.gif"))
    assert done.stdout.splitlines() == [str(tmp_path / "b.gif")]
    for args in (
        ["--build-up", "-f", "overview"],
        ["--by", "layer"],
        ["--gif", str(tmp_path / "c.gif"), "--size", "half"],
        ["--gif", str(tmp_path / "c.gif")],
        ["--gif", str(tmp_path / "c.gif"), "--build-up", "-f", "signal", "--format", "svg"],
    ):
        refused = run(*args)
        assert refused.exit_code == 2
        assert not (tmp_path / "c.gif").exists()
