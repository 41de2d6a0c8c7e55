"""Theory over the measurement: what is drawn, where, and what is said where theory does not hold."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.text import Text

import actviz
from actviz.plots import (
    FIGURES,
    figure_collapse_detail,
    figure_gradients_detail,
    figure_histograms,
    figure_saturation,
    figure_signal_detail,
    figures_of,
)
from actviz.plots.canvas.overlay import FAR, HAIR, LINE
from actviz.plots.reading.marks import MARKS, marked
from actviz.plots.reading.predicted import fit_words, theory_of
from actviz.text.numbers import signed
from actviz.theory.prediction import predict

PREDICTS = [figure_signal_detail, figure_gradients_detail, figure_collapse_detail, figure_histograms]


def words(fig):
    return [item.get_text().replace("\n", " ") for item in fig.findobj(Text) if item.get_text()]


def said(fig, what):
    return [each for each in words(fig) if what in each.replace("\u00a0", " ")]


def dotted(ax):
    return [item for item in ax.lines if item.get_linewidth() == LINE]


@pytest.fixture(scope="module")
def expected(healthy):
    return predict(healthy)


def test_a_dotted_line_and_its_band_are_what_theory_predicts(healthy, expected):
    fig = figure_signal_detail(healthy, activations="tanh", inits=["xavier_normal", "he_normal"])
    for ax, name in zip(fig.axes[:3], ("act_mean", "act_std", "saturated"), strict=True):
        for item, init in zip(dotted(ax), ("xavier_normal", "he_normal"), strict=True):
            told = expected.sel(init=init, activation="tanh")
            np.testing.assert_allclose(item.get_ydata(), told[name], atol=1e-12)
            drawn = [np.asarray(each.get_ydata(), float) for each in ax.lines if each.get_linewidth() == HAIR]
            low, high = told[f"{name}_low"].values, told[f"{name}_high"].values
            assert any(np.allclose(y, low, equal_nan=True) for y in drawn)
            assert any(np.allclose(y, high, equal_nan=True) for y in drawn)
    assert {"theory", "theory: 95 % of seeds"} <= set(words(fig))


def test_a_strip_under_each_panel_shows_the_z_score_of_every_layer(healthy, expected):
    fig = figure_signal_detail(healthy, activations="relu", inits=["normal", "he_normal"], z=True)
    strips = fig.axes[3:]
    assert len(strips) == 3
    for panel, strip, name in zip(fig.axes, strips, ("act_mean", "act_std", "saturated"), strict=False):
        z = expected[f"{name}_z"].sel(activation="relu", init=["normal", "he_normal"]).values
        assert np.isfinite(z).any()
        heights = [bar.get_height() for bar in strip.patches if bar.get_facecolor()[3] == 1]
        np.testing.assert_allclose(heights, np.clip(z, -FAR * 0.98, FAR * 0.98).ravel())
        assert strip.get_xlim() == panel.get_xlim()
        assert strip.get_position().y1 < panel.get_position().y0
    assert said(fig, "z-score of the difference, shaded to ±3")


def test_a_z_score_too_large_for_the_strip_stays_inside_it(healthy):
    shifted = healthy.copy(deep=True)
    shifted["act_std"] *= 1000
    strip = figure_signal_detail(shifted, activations="tanh", inits="he_normal", z=True).axes[4]
    low, high = strip.get_ylim()
    tops = [bar.get_height() for bar in strip.patches if bar.get_facecolor()[3] == 1]
    assert len(tops) == 5
    assert all(0.9 * high < top < high for top in tops)
    assert low == -high


def test_z_scores_of_a_deep_stack_are_lines(sweep):
    strip = figure_signal_detail(sweep, inits=["variance_scaling", "variance_scaling:3,fan_in,normal"], z=True).axes[4]
    lines = [item for item in strip.lines if len(item.get_xdata()) == 20]
    z = predict(sweep, inits=["variance_scaling", "variance_scaling:3,fan_in,normal"])["act_std_z"].values[:, 0]
    np.testing.assert_allclose([item.get_ydata() for item in lines], z)


def test_collapse_draws_theory_over_similarity_only(healthy):
    fig = figure_collapse_detail(healthy, activations="sigmoid", inits="xavier_normal", z=True)
    assert [len(dotted(ax)) for ax in fig.axes[:3]] == [1, 0, 0]
    assert len(fig.axes) == 4


@pytest.mark.parametrize(
    ("draw", "of"),
    [
        (figure_collapse_detail, "Dotted (similarity of samples): theory"),
        (figure_gradients_detail, "Dotted (RMS of ∂L/∂z): theory"),
    ],
)
def test_the_words_say_of_which_panels_there_is_a_theory(healthy, draw, of):
    assert said(draw(healthy, activations="tanh", inits="xavier_normal"), of)
    assert said(figure_signal_detail(healthy, activations="tanh", inits="xavier_normal"), "Dotted: theory")


def test_gradients_draw_theory_over_the_rms(healthy, expected):
    fig = figure_gradients_detail(healthy, activations="relu", inits="he_normal")
    (item,) = dotted(fig.axes[0])
    np.testing.assert_allclose(item.get_ydata(), expected["grad_preact_rms"].sel(init="he_normal", activation="relu"))
    assert not dotted(fig.axes[1])


def test_the_expected_distribution_is_drawn_on_the_measured_ones_scale(healthy, expected):
    fig = figure_histograms(healthy, activations="tanh", inits="he_normal")
    (ax,) = fig.axes
    outlines = [item for item in ax.collections if isinstance(item, LineCollection) and len(item.get_paths()) == 5]
    contours = [path.vertices for item in outlines for path in item.get_paths() if len(path.vertices) > 20]
    assert len(contours) == 5
    counts = healthy["hist"].sel(init="he_normal", activation="tanh").values.reshape(5, 64, 32).sum(axis=2)
    told = expected["hist"].sel(init="he_normal", activation="tanh").values.reshape(5, 64, 32).sum(axis=2)
    room = np.nanmax(contours[0][:, 1]) / np.minimum(told[0] / counts[0].max() * counts[0].sum(), 1.15).max()
    for contour, measured, shares in zip(contours, counts, told, strict=True):
        heights = shares / (measured.max() / measured.sum())
        there = heights > 0.004
        np.testing.assert_allclose(contour[1:-1:2, 1][there], room * np.minimum(heights, 1.15)[there], rtol=1e-9)


def test_the_expected_share_of_exact_zeros_is_a_mark_at_the_bar_of_zeros(healthy):
    fig = figure_histograms(healthy, activations="relu", inits="he_normal")
    marks = [path.vertices for item in fig.axes[0].collections for path in item.get_paths() if len(path.vertices) == 2]
    bars = [path.vertices for path in fig.axes[0].collections[2].get_paths()]
    share = healthy["zero_fraction"].sel(init="he_normal", activation="relu").mean("seed").values
    unit = np.ptp(bars[0][:, 1]) / share[0]
    heights = [mark[0, 1] / unit for mark in marks if mark[0, 1] > 0 and np.ptp(mark[:, 0]) < 0.1]
    followed = predict(healthy, inits=["he_normal"], activations=["relu"])["hist"].notnull().all("bin")
    assert len(heights) == followed.sum() > 1
    np.testing.assert_allclose(heights, 0.5, atol=1e-6)


def test_every_panel_of_histograms_writes_the_z_score_of_its_spread(healthy, expected):
    for activation in ("tanh", "relu"):
        fig = figure_histograms(healthy, activations=activation, inits="he_normal", z=True)
        z = expected["act_std_z"].sel(init="he_normal", activation=activation).values
        assert [each for each in words(fig) if each.startswith("z ")] == [
            f"z {signed(value)}" for value in z[np.isfinite(z)]
        ]


def test_a_z_score_beyond_3_stands_out(healthy):
    shifted = healthy.copy(deep=True)
    shifted["act_std"] *= 2
    texts = figure_histograms(shifted, activations="tanh", inits="he_normal", z=True).findobj(Text)
    assert {item.get_color() for item in texts if item.get_text().startswith("z ")} == {"#A40000"}
    texts = figure_histograms(healthy, activations="tanh", inits="he_normal", z=True).findobj(Text)
    assert "#A40000" not in {item.get_color() for item in texts if item.get_text().startswith("z ")}


@pytest.mark.parametrize("draw", PREDICTS)
def test_z_scores_are_shown_where_asked_for_and_summed_up_in_the_foot(healthy, expected, draw):
    chosen = {"activations": "tanh", "inits": ["xavier_normal", "he_normal"]}
    fig = draw(healthy, **chosen)
    assert not [each for each in words(fig) if each.startswith("z")]
    names = {
        "figure_histograms": ["act_std"],
        "figure_signal_detail": ["act_mean", "act_std", "saturated"],
        "figure_collapse_detail": ["similarity"],
        "figure_gradients_detail": ["grad_preact_rms"],
    }[draw.__name__]
    z = np.abs([expected[f"{name}_z"].sel(activation="tanh", init=chosen["inits"]).values for name in names])
    z = z[np.isfinite(z)]
    assert said(fig, f"theory: {(z <= 2).sum()} of {z.size} points within ±2 standard errors")
    shifted = healthy.copy(deep=True)
    for name in names:
        shifted[name] = shifted[name].where(shifted[name]["init"] != "he_normal", shifted[name] * 3 + 1)
    assert said(draw(shifted, **chosen), "beyond ±3: He normal")
    assert fit_words({("he_normal", "relu"): np.array([0.1, 2.5, -3.5, np.nan, 2.1])}, "en", [1, 2, 3, 4, 5]) == (
        "theory: 1 of 4 points within ±2 standard errors, beyond ±3: He normal (layer 3)"
    )
    near = {("he_normal", "relu"): np.array([0.1, 2.5, 2.1]), ("normal", "relu"): np.array([0.0, 0.0, 1.0])}
    assert fit_words(near, "en", [1, 2, 5]) == (
        "theory: 4 of 6 points within ±2 standard errors, beyond ±2: He normal (layers 2, 5)"
    )


@pytest.mark.parametrize("draw", PREDICTS)
def test_what_theory_refuses_is_named_and_not_drawn(healthy, draw):
    fig = draw(healthy, inits=["uniform:0,1", "he_normal"], activations="tanh")
    assert said(fig, "no theory: U(0, 1)")
    assert not said(fig, "no theory: U(0, 1), He")
    alone = draw(healthy, inits="uniform:0,1", activations="tanh")
    assert len(alone.axes) == len(draw(healthy, inits="uniform:0,1", activations="tanh", theory=False).axes)
    assert said(alone, "no theory: weights with a mean other than 0")


@pytest.mark.parametrize(
    "draw",
    [
        figure_collapse_detail,
        *(pytest.param(each, marks=pytest.mark.slow) for each in (figure_signal_detail, figure_gradients_detail)),
    ],
)
def test_a_function_of_the_users_own_is_named_where_others_have_theory(healthy, draw):
    own = healthy.assign_coords(activation=["sigmoid", "mymodule:wave", "relu"])
    both = draw(own, inits=["uniform:0,1", "he_normal"])
    assert said(both, "no theory: U(0, 1), wave")
    assert said(draw(own, inits="he_normal"), "no theory: wave")
    alone = draw(own, inits=["uniform:0,1", "he_normal"], activations="mymodule:wave")
    assert said(alone, "no theory: a function of your own")


@pytest.mark.parametrize("draw", PREDICTS)
def test_without_theory_a_figure_says_nothing_of_it(healthy, draw):
    fig = draw(healthy, activations="relu", theory=False)
    assert not said(fig, "theory")
    assert not [each for each in words(fig) if each.startswith("z")] or words(fig).count("zeros")
    assert not any(dotted(ax) for ax in fig.axes)


def test_the_books_view_is_drawn_without_theory(healthy):
    assert not said(figure_histograms(healthy, activations="tanh", view="book"), "theory")


def test_a_dataset_that_does_not_say_how_it_was_measured_is_drawn_without_theory(healthy):
    bare = healthy.isel(activation=[0]).assign_attrs(recipe="{}")
    for _, draw in figures_of(bare, ["histograms", "signal", "gradients", "collapse", "saturation"]):
        assert not said(draw(), "theory")


def test_theory_that_ends_before_the_stack_says_so(overflowing):
    fig = figure_signal_detail(overflowing, inits="he_normal", activations="gelu")
    (item,) = dotted(fig.axes[1])
    assert 0 < np.isfinite(item.get_ydata()).sum() < 60
    assert said(fig, "theory ends")
    assert not said(
        figure_signal_detail(overflowing.isel(layer=slice(2)), inits="he_normal", activations="gelu"), "theory ends"
    )


def test_theory_is_asked_once_a_pairing(healthy, monkeypatch):
    asked = []

    def counting(ds, *, inits, activations, lang):
        asked.append((*inits, *activations))
        return predict(ds, inits=inits, activations=activations, lang=lang)

    monkeypatch.setattr("actviz.theory.prediction.predict", counting)
    fresh = healthy.isel(activation=[1])
    for _, draw in figures_of(fresh, ["signal", "gradients", "histograms"]):
        draw()
    assert len(asked) == len(set(asked)) == 6
    theory_of(healthy.isel(activation=[1]), "he_normal", "tanh")  # another dataset, of whatever address, is asked anew
    assert len(asked) == 7


def test_a_set_of_figures_without_theory_passes_it_on(healthy):
    assert not any(
        said(draw(), "theory")
        for _, draw in figures_of(healthy, ["signal", "signal_detail", "saturation"], theory=False)
    )
    assert {name for name, spec in FIGURES.items() if spec.predicts} == {
        "histograms",
        "signal",
        "gradients",
        "collapse",
        "signal_detail",
        "gradients_detail",
        "collapse_detail",
        "phase",
    }


def test_saturation_names_each_verdict_and_its_severity(healthy):
    fig = figure_saturation(healthy)
    found = actviz.diagnose(healthy)
    assert len({each.verdict for each in found}) > 3
    cells = [item.get_text() for item in fig.axes[0].texts][: 2 * len(found)]
    assert cells[::2] == [marked(each, "en") for each in found]
    assert said(fig, "the verdict")


def test_a_table_of_many_activations_is_turned_and_its_words_are_shortened_where_cells_are_narrow(healthy):
    few = healthy.isel(init=slice(2, 4))
    many = few.isel(activation=[0, 1, 2] * 3).assign_coords(activation=[f"a{n}" for n in range(9)])
    fig = figure_saturation(many)
    assert len(fig.axes[0].get_yticks()) == 9
    written = {item.get_text() for item in fig.axes[0].texts}
    assert {"↗ exploding, marked", "⋈ collapsed, severe"} & written
    wide = few.isel(init=[0, 1] * 8, activation=[0, 1]).assign_coords(init=[f"i{n}" for n in range(16)])
    fig = figure_saturation(wide.isel(activation=[0, 1] * 8).assign_coords(activation=[f"a{n}" for n in range(16)]))
    written = {item.get_text().split(" ")[-1] for item in fig.axes[0].texts}
    assert {"satur.", "coll."} <= written
    assert not {"saturated", "collapsed"} & written


def test_marks_alone_stand_in_cells_without_room_for_a_word_and_are_explained(healthy):
    few = healthy.isel(init=slice(2, 4))
    wide = few.isel(init=[0, 1] * 10, activation=[0, 1] * 10)
    names = {"init": [f"i{n}" for n in range(20)], "activation": [f"a{n}" for n in range(20)]}
    fig = figure_saturation(wide.assign_coords(names))
    written = {item.get_text() for item in fig.axes[0].texts}
    assert written <= {mark.sign for mark in MARKS.values()} | {"(✓)"}
    explained = {item.get_text().split(" ")[0] for item in fig.legends[0].get_texts()}
    assert explained == written
    fig.draw_without_rendering()
    assert fig.legends[0].get_window_extent().y1 <= fig.axes[0].get_window_extent().y0


@pytest.mark.parametrize(
    ("value", "written"), [(0.0, "0"), (-0.04, "0"), (3.14, "+3.1"), (-42.0, "−42"), (1e5, "+10⁵")]
)
def test_a_signed_number_is_short(value, written):
    assert signed(value) == written
