import itertools
import re
import warnings

import numpy as np
import pytest
from matplotlib.collections import PolyCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch
from matplotlib.text import Text

import actviz
from actviz.errors import ActvizError
from actviz.plots import (
    FIGURES,
    figure_collapse_detail,
    figure_gradients,
    figure_gradients_detail,
    figure_histograms,
    figure_overview,
    figure_ridges,
    figure_saturation,
    figure_signal,
    figure_signal_detail,
    figures_of,
    pairing_style,
    story,
    teaching_pairings,
)
from actviz.plots.canvas.draw import _fitting
from actviz.plots.reading.series import line
from actviz.text import text
from actviz.text.numbers import percent, short


def words(fig):
    """Every text on a figure, tick labels included."""
    return [item.get_text() for item in fig.findobj(Text) if item.get_text()]


def test_histograms_draw_one_axes_with_a_shape_for_every_panel(healthy):
    fig = figure_histograms(healthy, activations="sigmoid")
    (ax,) = fig.axes
    shapes = ax.findobj(PolyCollection)[0].get_paths()
    assert len(shapes) == 6 * 5
    colors = [pairing_style(healthy, init, "sigmoid").color for init in healthy["init"].values]
    assert [to_hex(c).upper() for c in ax.findobj(PolyCollection)[0].get_facecolor()[::5]] == colors
    middle = float(healthy["act_std"].sel(init="he_normal", activation="sigmoid", layer=5).median())
    assert "layer 5" in [item.get_text() for item in ax.texts]
    assert ax.texts[-1].get_text() == "⋈ collapsed, marked"  # under the last row's name; it vanishes, too, but mildly
    assert f"std {short(middle)}" in words(fig)


def test_histograms_of_relu_write_and_draw_the_share_of_zeros(healthy):
    fig = figure_histograms(healthy, inits="he_normal", activations="relu")
    share = healthy["zero_fraction"].sel(init="he_normal", activation="relu").mean("seed").values
    assert [text.split(", ")[1] for text in words(fig) if text.startswith("std")] == [
        f"{percent(s)} zeros" for s in share
    ]
    bars = fig.axes[0].findobj(PolyCollection)[1].get_paths()
    heights = np.array([np.ptp(path.vertices[:, 1]) for path in bars])
    np.testing.assert_allclose(heights / heights[0], share / share[0])


def test_a_panel_that_hides_values_says_how_many(healthy):
    fig = figure_histograms(healthy, inits="normal", activations="tanh", view="book")
    here = healthy.sel(init="normal", activation="tanh")
    share = here["view_outside"] / (here["view_hist"].sum("view_bin") + here["view_outside"])
    assert [w for w in words(fig) if w.endswith("outside")] == [f"{percent(float(s))} outside" for s in share]
    assert not [w for w in words(figure_histograms(healthy, activations="tanh")) if w.endswith("outside")]


def test_an_overflowing_stack_says_so_and_draws_only_what_is_finite(overflowing):
    bad = (overflowing["nonfinite"].sel(init="normal", activation="relu") > 0).any("seed").values
    first = int(overflowing["layer"].values[bad][0])
    assert first < 60
    read = line(overflowing, "saturated", "normal", "relu")
    assert np.isnan(read.middle[bad]).all()
    assert np.isfinite(read.middle[~bad]).all()
    every = list(overflowing["layer"].values[bad])
    assert list(read.lost()) == every == list(range(first, 61))  # every layer that is lost, or of a run some
    assert list(read.lost(3)) == every[::3]
    assert line(overflowing, "grad_preact_rms", "normal", "relu").overflow.all()
    assert "overflow" in words(figure_histograms(overflowing, inits="normal", activations="relu"))
    assert f"from layer {first}: overflow" in words(figure_ridges(overflowing, inits="normal", activations="relu"))
    crosses = [
        item
        for item in figure_signal_detail(overflowing, activations="relu").axes[0].lines
        if item.get_marker() == "x" and len(item.get_xdata())
    ]
    assert [list(item.get_xdata()) for item in crosses] == [every[::3]]
    behind = figure_gradients(overflowing, activations="relu").axes[0]
    crosses = [item for item in behind.lines if item.get_marker() == "x" and len(item.get_xdata())]
    assert [list(item.get_xdata()) for item in crosses] == [list(range(1, 61, 3))]
    names = {item.get_text(): item for item in behind.texts}
    assert names["N(0, 1)"].get_position()[1] > 0.9  # beside its crosses
    assert names["N(0, 1)"].get_position()[0] == names["He normal"].get_position()[0]
    assert words(figure_saturation(overflowing, inits="normal", activations="relu")).count("overflow") == 1


def test_names_stand_at_the_end_at_which_lines_are_apart(healthy):
    for draw, left in ((figure_gradients, True), (figure_signal, False)):
        for ax in draw(healthy).axes:
            (name,) = (item for item in ax.texts if item.get_text() == "He normal")
            assert (name.get_position()[0] < 0) == left
            assert ax.yaxis.get_ticks_position() == ("right" if left else "left")


def test_exact_zeros_are_rings_at_the_foot_of_a_logarithmic_axis(healthy):
    ax = figure_gradients_detail(healthy, inits="zeros", activations="relu").axes[0]
    rings = [item for item in ax.lines if item.get_markerfacecolor() == "none"]
    assert [len(item.get_xdata()) for item in rings] == [5]
    assert set(rings[0].get_ydata()) == {0}
    assert "none at layer 1" in words(ax.figure)


def test_signal_draws_the_median_and_the_seeds_of_every_pairing(healthy):
    fig = figure_signal_detail(healthy, activations=["tanh", "relu"], theory=False)
    assert len(fig.axes) == 6
    values = healthy["act_std"].sel(init="he_normal", activation="tanh").transpose("seed", "layer").values
    drawn = [item.get_ydata() for item in fig.axes[1].lines if item.get_linestyle() != "None" and len(item.get_xdata())]
    assert any(np.allclose(y, np.median(values, axis=0)) for y in drawn)
    band = fig.axes[1].collections[-1].get_paths()[0].vertices[:, 1]
    assert band.min() == pytest.approx(values.min())
    assert band.max() == pytest.approx(values.max())
    assert fig.axes[1].get_yscale() == "log"
    names = [text.get_text().strip() for text in fig.legends[0].get_texts()]
    assert names[:6] == ["zeros", "U(0, 1)", "N(0, 1)", "N(0, 0.01²)", "Xavier normal", "He normal"]
    for ax in fig.axes:
        assert not fig.legends[0].get_window_extent().overlaps(ax.get_window_extent())


def test_equal_lines_stay_distinguishable(healthy):
    for ax in figure_collapse_detail(healthy, activations="tanh", theory=False).axes:
        starts = [item.get_xdata()[0] for item in ax.lines if item.get_linestyle() != "None" and len(item.get_xdata())]
        assert len(set(starts)) == len(starts) == 6


def test_gradients_show_both_ends_of_the_stack(healthy):
    fig = figure_gradients_detail(healthy, inits="he_normal", activations="tanh")
    first, last = (patch.get_data() for patch in fig.axes[2].findobj(StepPatch))
    assert first.values.max() == pytest.approx(0.8)
    assert last.values.max() == pytest.approx(0.8)
    centers = (first.edges[1:] + first.edges[:-1]) / 2
    rms = healthy["grad_preact_rms"].sel(init="he_normal", activation="tanh").median("seed").values
    assert abs(centers[first.values.argmax()] - np.log10(rms[0])) < 0.6
    assert abs(centers[last.values.argmax()] - np.log10(rms[-1])) < 0.6


def test_saturation_writes_the_value_in_each_cell(healthy):
    fig = figure_saturation(healthy)
    rms = healthy["grad_preact_rms"].median("seed").sel(init="xavier_normal", activation="sigmoid").values
    read = {name: line(healthy, name, "xavier_normal", "sigmoid").middle[-1] for name in ("saturated", "act_std")}
    numbers = f"{percent(read['saturated'])}, {short(read['act_std'])}, × {short(rms[0] / rms[-1])}"
    assert numbers in words(fig)
    assert sum(word.endswith(", none") for word in words(fig)) >= 3
    (ax,) = fig.axes
    found = {(each.init, each.activation): each for each in actviz.diagnose(healthy)}
    mesh = ax.findobj(QuadMesh)[0]
    colors = mesh.to_rgba(mesh.get_array().ravel())
    of = {}
    for at, (init, activation) in enumerate(itertools.product(healthy["init"].values, healthy["activation"].values)):
        diagnosis = found[init, activation]
        of.setdefault((diagnosis.verdict, diagnosis.severity, diagnosis.so_far), set()).add(to_hex(colors[at]))
    assert all(len(shades) == 1 for shades in of.values()), "the colour is the verdict, and whether it is so far"
    assert len(set.union(*of.values())) == len(of)


def test_a_part_of_the_notes_that_has_no_room_somewhere_is_left_out_everywhere():
    notes = ["std 0.46, 50 % zeros", "std 1.0", "std 2.4·10³, 50 % zeros"]
    assert _fitting(notes, 400) == notes
    assert _fitting(notes, 110) == ["std 0.46", "std 1.0", "std 2.4·10³"]


def test_the_table_of_verdicts_has_no_room_for_its_names_in_an_axes(healthy, one_line_error):
    assert "give fig" in one_line_error(figure_saturation, healthy, ax=Figure().subplots())


def test_ridges_join_distribution_and_gradient(overflowing):
    fig = figure_ridges(overflowing, inits="he_normal", activations="gelu")
    top, _, bottom = fig.axes
    mesh = top.findobj(QuadMesh)[0].get_array()
    assert mesh.shape[1] == 60
    assert mesh.max() == pytest.approx(1)
    assert top.get_xlim() == bottom.get_xlim()


def test_overview_picks_pairings_that_teach(healthy):
    assert teaching_pairings(healthy)[-1] == ("he_normal", "relu")
    assert ("normal", "sigmoid") in teaching_pairings(healthy)
    assert len(figure_overview(healthy).axes) == 12
    one = figure_overview(healthy, pairings=[("zeros", "tanh")])
    assert [ax.get_title() for ax in one.axes if ax.get_title()] == ["zeros + tanh"]


def test_a_set_of_figures_has_a_stem_for_every_file(healthy):
    stems = [stem for stem, _ in figures_of(healthy)]
    assert len(set(stems)) == len(stems) == 6 + 4 + 8  # without phase, for which the stacks are too shallow
    assert {"histograms-relu", "histograms-relu-book", "signal", "overview"} <= set(stems)
    assert [stem for stem, _ in figures_of(healthy, ["ridges"], pairings=[("uniform:0,1", "tanh")])] == [
        "ridges-uniform_0,1-tanh"
    ]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda ds: figure_signal_detail(ds, inits="he"), "it has zeros, uniform:0,1"),
        (lambda ds: figure_signal_detail(ds, activations=["gelu"]), "it has sigmoid, tanh, relu"),
        (lambda ds: figure_signal_detail(ds, theme="neon"), "light, dark, print"),
        (lambda ds: figure_signal_detail(ds, lang="tlh"), "one of en, ko"),
        (lambda ds: figure_histograms(ds, lang="tlh"), "one of en, ko"),
        (lambda ds: figure_histograms(ds, view="half"), "full, book"),
        (lambda ds: figure_histograms(ds.drop_vars("view_hist"), view="book"), "probe with view"),
        (lambda ds: figures_of(ds, ["pie"]), "histograms, ridges"),
        (lambda ds: figures_of(ds, pairings=[("zeros", "gelu")]), "it has sigmoid"),
    ],
)
def test_a_choice_that_is_not_there_is_told_what_is(healthy, call, said):
    with pytest.raises(ActvizError, match=said):
        call(healthy)


def test_a_loaded_dataset_draws_the_same(healthy, tmp_path):
    import actviz

    actviz.save(healthy, tmp_path / "a.nc")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert words(figure_overview(actviz.load(tmp_path / "a.nc"))) == words(figure_overview(healthy))


@pytest.mark.parametrize(("layers", "told"), [([1, 3, 5], "layers 1, 3, 5 of 5"), ([2, 3, 4], "layers 2–4 of 5")])
def test_a_selection_of_layers_is_told_as_one(healthy, layers, told):
    ds = healthy.sel(init=["he_normal"], activation=["relu"], layer=layers)
    for name in ("histograms", "ridges", "signal", "gradients", "saturation", "overview"):
        figure = FIGURES[name].draw(ds)
        written = "|".join(item.get_text() for item in figure.findobj(Text)).replace("\n", " ")
        assert told in figure.texts[2].get_text().replace("\n", " "), name
        assert "3 layers" not in written, name
        ends = {int(number) for number in re.findall(r"\blayers? (\d+)", written + story(figure).alt)}
        assert ends <= set(layers), (name, ends)


def test_every_function_refuses_what_its_figure_cannot_show_in_one_line(tiny):
    training = actviz.train(
        actviz.runs("normal", "tanh", data="moons:40", depth=1, width=4, epochs=1, snapshots=0), "moons:40", workers=1
    )
    for ds in (training, tiny):
        for name, spec in FIGURES.items():
            if lacking := spec.missing(ds):
                with pytest.raises(ActvizError, match=re.escape(f"figure {name}: {lacking}")):
                    spec.draw(ds)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(
    "draw", [actviz.plots.figure_signal, actviz.plots.figure_gradients, actviz.plots.figure_collapse]
)
def test_points_that_stand_beside_their_layer_are_said_to_be_set_apart(healthy, draw, lang):
    note = text("mark.apart", lang)
    assert note in " ".join(words(draw(healthy, lang=lang))).replace("\n", " ")
    assert note not in " ".join(words(draw(healthy, inits="he_normal", lang=lang))).replace("\n", " ")


def test_a_layer_that_some_seeds_lack_is_drawn_of_those_that_have_it(healthy):
    partial = healthy.copy(deep=True)
    absent = {"layer": 1, "seed": 0}
    for name in ("nonfinite", "act_std", "grad_preact_rms"):
        partial[name][absent] = np.nan
    pairing = str(healthy["init"].values[0]), str(healthy["activation"].values[0])
    for name in ("act_std", "grad_preact_rms"):
        whole, read = line(healthy, name, *pairing), line(partial, name, *pairing)
        left = healthy[name].sel(init=pairing[0], activation=pairing[1]).isel(layer=1, seed=slice(1, None)).values
        assert not read.overflow.any()
        assert (read.middle[1], read.low[1], read.high[1]) == (np.median(left), left.min(), left.max())
        assert read.middle[0] == whole.middle[0]
