"""What a figure maker asks of one figure, in the library: a test a job, of one small result."""

import io
import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from PIL import Image

import actviz
from actviz.catalog.looks import find_size
from actviz.catalog.styles import Style
from actviz.plots import (
    FIGURES,
    figure_grid,
    figure_histograms,
    figure_signal,
    figures_of,
    figures_side_by_side,
    figures_with_shared_limits,
    save_figure,
    story,
)
from actviz.plots.canvas.palette import read_palette
from actviz.plots.figures.naming import file_stem
from actviz.plots.files.record import read_record
from actviz.plots.files.redoing import redo

SMALL = {"size": "3.3x2.5in", "font": 8, "header": False, "foot": False}
PLAIN = {**SMALL, "theory": False}


@pytest.fixture(scope="module")
def ds():
    how = {"depth": 6, "width": 16, "samples": 40, "seeds": 2, "workers": 1}
    return actviz.probe(["normal", "xavier_normal"], ["tanh", "relu"], **how)


@pytest.fixture(scope="module")
def normed():
    how = {"depth": 6, "width": 16, "samples": 40, "seeds": 2, "norm": "batch", "workers": 1}
    return actviz.probe(["normal", "xavier_normal"], ["tanh", "relu"], **how)


@pytest.fixture(scope="module")
def one(ds):
    return ds.sel(activation=["relu"])


def words(fig):
    return [each.get_text() for each in fig.texts]


def inches(fig):
    return tuple(round(float(side) * fig.size.scale, 6) for side in fig.get_size_inches())


@pytest.mark.usefixtures("all_pixels")
def test_a_figure_is_as_large_as_asked_and_its_text_too(one, tmp_path):
    fig = figure_signal(one, size="3.3x2.5in", font=8, title="Mine")
    assert inches(fig) == (3.3, 2.5)
    assert fig.axes[0].xaxis.label.get_fontsize() * fig.size.scale == pytest.approx(8)
    assert fig.left_out  # no room for all its words
    save_figure(fig, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (950, 720)
        assert image.info["dpi"] == pytest.approx((288, 288), abs=0.1)


@pytest.mark.parametrize(("size", "wide"), [("84mm", 84 / 25.4), ("12x9cm", 12 / 2.54), ("240pt", 240 / 72)])
def test_sizes_are_given_in_any_unit_and_alone_a_width_is_enough(size, wide):
    found = find_size(size)
    assert found.inches == pytest.approx(wide)
    assert found.scale * 14 == pytest.approx(9)
    assert found.exact == ("x" in size)


def test_a_named_size_takes_a_font(one):
    fig = figure_signal(one, size="slide", font=20)
    assert inches(fig) == (13.333333, 7.5)
    assert fig.axes[0].xaxis.label.get_fontsize() * fig.size.scale == pytest.approx(20)


def test_a_figure_that_finds_no_room_is_higher_than_asked(ds):
    fig = figure_signal(ds, size="2x1in", font=6, theory=False)
    assert inches(fig)[0] == 2
    assert inches(fig)[1] > 1


def test_a_title_of_ones_own_stands_on_the_figure_and_in_its_words(one):
    title = "A title so long that it is broken into as many lines as it takes, and never cut off at their end"
    fig = figure_signal(one, size="half", title=title)
    assert " ".join(words(fig)[0].split()) == title == story(fig).title


def test_words_can_be_left_out_and_stay_in_the_file(one):
    bare, whole = figure_signal(one, header=False, foot=False), figure_signal(one)
    left = set(words(whole)) - set(words(bare))
    assert len(left) == 3
    assert story(bare).recipe == story(whole).recipe
    assert bare.axes[0].get_position().height > whole.axes[0].get_position().height


def test_limits_are_of_every_panel_or_of_each_by_its_activation(ds):
    assert all(ax.get_ylim() == (0.01, 100) for ax in figure_signal(ds, ylim=(0.01, 100)).axes)
    fig = figure_signal(ds, ylim={"relu": (1e-3, 1e3)})
    assert fig.axes[1].get_ylim() == (1e-3, 1e3)
    assert fig.axes[0].get_ylim() != (1e-3, 1e3)
    within = figure_signal(ds, ylim=(0.2, 0.9), **SMALL).axes[0]  # no power of ten among its ticks
    assert [each.get_text() for each in within.get_yticklabels() if each.get_text()]


def test_an_axis_is_logarithmic_or_linear_as_asked(ds, one_line_error):
    assert {ax.get_yscale() for ax in figure_signal(ds, yscale="linear").axes} == {"linear"}
    assert {ax.get_yscale() for ax in actviz.FIGURES["collapse"].draw(ds, yscale="log").axes} == {"log"}
    assert "above 0" in one_line_error(figure_signal, ds, ylim=(-1, 1))


def test_what_a_figure_has_not_is_refused(ds, one_line_error):
    for name in ("ylim", "yscale"):
        given = {"ylim": (0, 1), "yscale": "log"}[name]
        assert f"takes no {name}" in one_line_error(figure_histograms, ds, **{name: given})
        assert "signal, gradients, collapse" in one_line_error(figures_of, ds, ["histograms"], **{name: given})
    assert {stem for stem, _ in figures_of(ds, yscale="log")} == {"signal", "gradients", "collapse"}


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ({"size": "3in3"}, "3.3x2.5in"),
        ({"size": "400x3in"}, "from 1 to 24 inches"),
        ({"size": "2x2in", "font": 20}, "points at most"),
        ({"font": 1}, "from 4 to 72"),
        ({"font": float("nan")}, "finite"),
        ({"title": "  "}, "some words"),
        ({"ylim": (1, 0)}, "higher"),
        ({"title": "a\x01b"}, "that can be drawn"),
        ({"ylim": 3}, "two numbers"),
        ({"ylim": (0, 1), "yscale": "log"}, "above 0"),
        ({"yscale": "ln"}, "log, linear"),
        ({"palette": {"normal": "beige!"}}, "#"),
        ({"palette": {"normal": "#ff000080"}}, "#"),
        ({"palette": {"xavier_norml": "#ff0000"}}, None),
        ({"palette": {"tanh": "red"}}, "nothing is called 'tanh'"),
        ({"palette": {"line": "thick"}}, "width"),
        ({"palette": "none.json"}, "no such file"),
        ({"palette": ""}, "colours by name"),
        ({"palette": 3}, "colours by name"),
        ({"tiltle": "x"}, None),
    ],
)  # fmt: skip
def test_a_value_that_no_style_has_is_one_line(one, style, said, one_line_error):
    if said is None:
        with pytest.raises((actviz.ActvizError, TypeError)):
            figure_signal(one, **style)
    else:
        assert said in one_line_error(figure_signal, one, **style)


def test_colours_are_ones_own_by_name(one, tmp_path, one_line_error):
    (tmp_path / "lab.json").write_text('{"xavier_normal": "teal", "vermillion": "#112233", "panel": "#eeeeee"}')
    fig = figure_signal(one, palette=tmp_path / "lab.json", **SMALL)
    drawn = {to_hex(each.get_color()) for each in fig.axes[0].lines}
    assert {to_hex("teal"), "#112233"} <= drawn
    assert to_hex(fig.axes[0].get_facecolor()) == "#eeeeee"
    (tmp_path / "lab.json").write_text("[1]")
    assert "names to colours" in one_line_error(read_palette, tmp_path / "lab.json")


def test_a_style_file_of_matplotlib_gives_colours_and_widths(one, tmp_path, one_line_error):
    file = tmp_path / "lab.mplstyle"
    file.write_text(
        "axes.prop_cycle: cycler('color', ['112233', '445566'])\nfigure.facecolor: fafafa\nlines.linewidth: 3\n"
    )
    assert read_palette(file) == {"blue": "#112233", "vermillion": "#445566", "background": "#fafafa", "line": "3.0"}
    fig = figure_signal(one, palette=file, **SMALL)
    assert to_hex(fig.get_facecolor()) == "#fafafa"
    file.write_text("axes.labelsize: 3\n")
    assert "sets none of" in one_line_error(read_palette, file)
    file.write_text("axes.facecolour: red\n")
    assert "axes.facecolour" in one_line_error(read_palette, file)
    named = read_palette("ggplot")
    assert (named["blue"], named["panel"]) == ("#e24a33", "#e5e5e5")
    assert "muted" not in named  # its edges are as white as its ground, and words beside panels have their colour
    assert "did you mean 'ggplot'?" in one_line_error(read_palette, "ggplt")


def test_nothing_is_drawn_behind_a_transparent_figure(one, tmp_path):
    save_figure(figure_signal(one, transparent=True, **SMALL), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        alpha = np.asarray(image.convert("RGBA"))[..., 3]
    assert alpha[0, 0] == 0
    assert (alpha > 0).mean() < 0.3


def test_all_that_was_chosen_is_drawn_again_to_the_same_bytes(ds, normed, tmp_path):
    chosen = ds.sel(activation=["relu"], layer=[1, 3, 6])
    style = {**SMALL, "title": "Mine", "ylim": {"relu": (1e-3, 1e3)}, "transparent": True, "palette": {"normal": "red"}}
    save_figure(figure_signal(chosen, theory=False, **style), tmp_path / "a.png")
    ((_, beside),) = figures_side_by_side(
        {"a": chosen, "b": normed.sel(layer=[1, 3, 6])}, ["signal"], size="6x3in", font=7, theory=False
    )
    save_figure(beside, tmp_path / "b.png")
    for name in ("a.png", "b.png"):
        again = redo(tmp_path / name)
        assert again.same
        save_figure(again.figure, tmp_path / "again.png")
        assert (tmp_path / "again.png").read_bytes() == (tmp_path / name).read_bytes()
    other = redo(tmp_path / "a.png", size="4x3in", font=9, ylim=(1e-2, 1e2), theme="dark").figure
    assert inches(other) == (4, 3)
    assert other.origin.style == Style(**{**style, "palette": {"normal": "#ff0000"}, "size": "4x3in", "font": 9.0,
                                          "ylim": (1e-2, 1e2), "theme": "dark"})  # fmt: skip


def test_a_file_is_left_as_it_is_if_it_is_this_figure_already(one, tmp_path):
    path = tmp_path / "a.png"

    def written(ds, **style):
        """Whether the file is written anew."""
        before = path.stat().st_ino if path.exists() else None  # a file is written beside its place, then renamed
        ((_, draw),) = figures_of(ds, ["signal"], **PLAIN, **style)
        save_figure(draw, path, if_changed=True)
        return path.stat().st_ino != before

    assert written(one)
    assert not written(one)
    assert written(one.sel(layer=[1, 6]))
    assert written(one.assign(act_std=one["act_std"] * 2))
    assert written(one, title="Mine")
    assert not written(one, title="Mine")
    path.write_text("somebody else's")
    assert written(one, title="Mine")


@pytest.mark.parametrize(
    "pattern", ["fig", "{figure}/x", "{figures}", "{figure", "../{figure}", "{figure.spec}", "{0}"]
)
def test_a_pattern_that_gives_no_name_to_every_figure_is_refused(one, pattern, one_line_error):
    assert "{figure}" in one_line_error(figures_of, one, ["signal"], name=pattern)


def test_expressions_that_are_written_alike_in_letters_have_files_of_their_own():
    names = [f"ridges-normal:0.01-expr:{each}" for each in ("z*tanh(z)", "z+tanh(z)")]
    stems = {file_stem("{figure}", name, Style(), set()) for name in names}
    assert len(stems) == 2
    assert all(re.fullmatch(r"ridges-normal_0.01-expr_z_tanh_z-[0-9a-f]{6}", stem) for stem in stems)
    assert file_stem("{figure}", "ridges-normal:0.01-tanh", Style(), set()) == "ridges-normal_0.01-tanh"


def test_limits_are_shared_by_several_results(ds, normed):
    drawn = dict(figures_with_shared_limits({"plain": ds, "normed": normed}, ["signal"], **PLAIN))
    assert list(drawn) == ["plain-signal", "normed-signal"]
    figures = [draw() for draw in drawn.values()]
    for at in range(2):
        ends = [fig.axes[at].get_ylim() for fig in figures]
        assert ends[0] == ends[1]
        alone = [figure_signal(each, **PLAIN).axes[at].get_ylim() for each in (ds, normed)]
        assert ends[0] == (min(low for low, _ in alone), max(high for _, high in alone))


def test_histograms_of_several_results_have_one_axis(ds, normed):
    both = {"plain": ds, "normed": normed}
    drawn = [draw() for _, draw in figures_with_shared_limits(both, ["histograms"], **PLAIN)]
    tanh, relu = drawn[:2], drawn[2:]
    assert [fig.bins for fig in tanh] == [None, None]
    alone = [figure_histograms(each, activations="relu", **PLAIN).bins for each in both.values()]
    assert alone[0] != alone[1]
    assert {fig.bins for fig in relu} == {(min(a[0] for a in alone), max(a[1] for a in alone), False)}


def test_losses_are_shared_and_set_beside_each_other_too(trained, descended, ranged, followed):
    few = {"a": trained.sel(run=trained["run"][:2]), "b": trained.sel(run=trained["run"][2:])}
    ends = [fig.axes[0].get_ylim() for fig in (draw() for _, draw in figures_with_shared_limits(few, ["curves"]))]
    assert ends[0] == ends[1]
    ((_, draw),) = figures_side_by_side(few, ["curves"], size="6x3in", font=6)
    assert {part.axes[0].get_ylim() for whole in draw().subfigs for part in whole.subfigs} == {ends[0]}
    for ds, name in ((descended, "descent"), (ranged, "range_test"), (followed, "coordinates")):
        ((_, draw),) = figures_side_by_side({"a": ds, "b": ds}, [name], size="12in", font=6)
        assert len(draw().subfigs) == 2, name


def test_results_stand_beside_each_other_on_equal_axes(ds, normed):
    ((stem, draw),) = figures_side_by_side(
        {"plain": ds, "normed": normed}, ["signal"], name="beside-{figure}", theory=False
    )
    fig = draw()
    assert stem == "beside-signal"
    assert {"plain", "normed"} <= set(words(fig))
    (left, right) = (part.axes for part in fig.subfigs for part in part.subfigs)
    assert [ax.get_ylim() for ax in left] == [ax.get_ylim() for ax in right]
    assert "plain: " in story(fig).alt
    assert "batch" in story(fig).recipe


def test_results_without_an_activation_in_common_have_one_axis(ds):
    apart = {name: ds.sel(activation=[name]) for name in ("tanh", "relu")}
    ends = [draw().axes[0].get_ylim() for _, draw in figures_with_shared_limits(apart, ["signal"], **PLAIN)]
    with pytest.raises(actviz.ActvizError, match="have no figure histograms in common"):
        list(figures_with_shared_limits(apart, ["signal", "histograms"], **PLAIN))
    alone = [figure_signal(each, **PLAIN).axes[0].get_ylim() for each in apart.values()]
    assert set(ends) == {(min(low for low, _ in alone), max(high for _, high in alone))}
    ((_, draw),) = figures_side_by_side(apart, ["signal"], theory=False)
    fig = draw()
    assert len({part.axes[0].get_ylim() for whole in fig.subfigs for part in whole.subfigs}) == 1
    assert "Equal y axes." in story(fig).read


@pytest.mark.parametrize("some", [["tanh", "relu"], ["relu"]])
def test_which_axes_are_equal_is_said_as_it_is(ds, normed, some):
    ((_, draw),) = figures_side_by_side({"a": ds, "b": normed.sel(activation=some)}, ["signal"], theory=False)
    fig = draw()
    assert "Equal y axes where the activation is the same." in story(fig).read
    left, right = ([ax.get_ylim() for ax in part.axes] for part in fig.subfigs for part in part.subfigs)
    assert left[-len(right) :] == right
    assert len(set(left)) == 2


def test_a_keyword_that_no_figure_has_is_one_line_that_names_the_way(ds, one_line_error):
    for draw in (figures_of, figure_signal):
        assert "ds.sel(layer=[1, 5, 10])" in one_line_error(draw, ds, layers=[1])
        assert "did you mean 'title'" in one_line_error(draw, ds, titel="A")


def test_every_kind_of_figure_has_a_function_of_its_name():
    for name, spec in FIGURES.items():
        assert getattr(actviz.plots, f"figure_{name}") is spec.draw
    with pytest.raises(AttributeError, match="figure_nonsense"):
        _ = actviz.plots.figure_nonsense


def test_a_grid_holds_any_activations(ds, one_line_error):
    ((stem, draw),) = figures_of(ds, ["histograms"], grid=True)
    fig = draw()
    assert stem == "histograms"
    assert {"tanh", "ReLU"} <= set(words(fig))
    assert len(fig.subfigs) == 2
    assert "up to 16" in one_line_error(figure_grid, [ds], cells=[])


def test_a_grid_of_three_is_a_row_without_an_empty_place(ds):
    cells = [(0, "histograms", name, {"activations": name}) for name in ("tanh", "relu", "tanh")]
    fig = figure_grid([ds], cells=cells, theme="print")
    tops = {round(part.axes[0].get_position().y0, 6) for whole in fig.subfigs for part in whole.subfigs}
    assert len(tops) == 1
    assert len(fig.subfigs) == 3


def test_a_figure_fills_a_figure_of_ones_own(ds, one_line_error):
    whole = plt.figure(figsize=(9, 4))
    left, right = whole.subfigures(1, 2)
    part = figure_signal(ds.sel(activation=["relu"]), fig=left, font=9)
    figure_histograms(ds, activations="tanh", fig=right, header=False)
    assert part.axes[0].xaxis.label.get_fontsize() == pytest.approx(9)
    assert [len(each.subfigs) for each in (left, right)] == [1, 1]
    whole.savefig(io.BytesIO(), dpi=30)
    assert "leave out size" in one_line_error(figure_signal, ds, fig=left, size="half")
    low = plt.figure(figsize=(4, 1))
    assert "no room" in one_line_error(figure_signal, ds, fig=low)
    assert not low.subfigs
    plt.close("all")


def test_a_figure_of_one_panel_fills_an_axes_of_ones_own(ds, one_line_error):
    _, (mine, theirs) = plt.subplots(1, 2)
    mine.plot([1, 2])
    assert figure_signal(ds, activations="relu", ax=theirs) is theirs
    assert theirs.get_yscale() == "log"
    assert theirs.get_title() == "ReLU"
    assert theirs.get_legend().get_texts()[0].get_fontsize() == pytest.approx(plt.rcParams["font.size"])
    assert len(mine.lines) == 1
    assert "several panels" in one_line_error(figure_signal, ds, ax=mine)
    assert "z-scores" in one_line_error(figure_signal, ds, activations="relu", ax=mine, z=True)
    assert len(mine.lines) == 1
    plt.close("all")


def test_savefig_of_matplotlib_keeps_size_and_words(one, tmp_path, one_line_error):
    fig = figure_signal(one, **PLAIN)
    for ending in ("png", "pdf"):
        fig.savefig(tmp_path / f"theirs.{ending}")
        save_figure(fig, tmp_path / f"ours.{ending}")
        assert (tmp_path / f"theirs.{ending}").read_bytes() == (tmp_path / f"ours.{ending}").read_bytes()
    fig.savefig(tmp_path / "low.png", dpi=30)
    with Image.open(tmp_path / "low.png") as image:
        assert image.size == (99, 75)
    assert read_record(tmp_path / "low.png")["figure"] == "signal"
    assert "png, svg, pdf" in one_line_error(fig.savefig, tmp_path / "a.eps")


def test_names_are_those_of_the_objects(tmp_path):
    def cube(z):
        return z**3

    swish2 = actviz.Activation("swish2", lambda z: z / (1 + np.exp(-2 * z)), lambda z: np.ones_like(z))
    ds = actviz.probe("he_normal", [swish2, cube], depth=2, width=8, samples=20, seeds=1)
    fig = figure_signal(ds, **SMALL)
    assert json.dumps([each.get_text() for ax in fig.axes for each in ax.texts]).count("swish2") == 1
    assert actviz.plots.label("my.module:swish2") == "swish2"
