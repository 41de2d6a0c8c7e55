"""Figures of schedules at equal budget, of descents and of range tests: what is drawn, marked and said."""

import itertools
import math
import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

import actviz
from actviz import ActvizError
from actviz.catalog.looks import find_theme
from actviz.plots import FIGURES, THEMES, figure_budget, figure_descent, figure_range, figures_of
from actviz.plots.figures.budget import draw_forest, run_names
from actviz.plots.figures.run_looks import plain_styles
from actviz.plots.reading.gains import Gain, gains_range
from actviz.training.measures import best_of
from actviz.training.range_test import suggest


def words(fig):
    return [item.get_text() for item in fig.findobj(Text) if item.get_text().strip()]


NAMES = {"scheduled": "budget", "descended": "descent", "ranged": "range_test"}


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_figure_is_inside_its_slide_large_enough_and_no_word_stands_on_another(rate_sets, which, theme):
    fig = FIGURES[NAMES[which]].draw(rate_sets[which], theme=theme)
    fig.set_dpi(72)
    FigureCanvasAgg(fig)
    fig.draw_without_rendering()
    assert to_hex(fig.get_facecolor()).upper() == THEMES[theme].background
    assert fig.get_size_inches().tolist() == [960 / 72, 540 / 72]
    boxes = []
    for item in [*fig.texts, *(text for ax in fig.axes for text in (*ax.texts, ax.xaxis.label))]:
        if item.get_text().strip():
            box = item.get_window_extent()
            assert fig.bbox.padded(1).contains(box.x0, box.y0), item
            assert fig.bbox.padded(1).contains(box.x1, box.y1), item
            boxes.append((item.get_text(), box))
    for (word, box), (other, its) in itertools.combinations(boxes, 2):
        apart = box.x1 <= its.x0 + 1 or its.x1 <= box.x0 + 1 or box.y1 <= its.y0 + 2 or its.y1 <= box.y0 + 2
        assert apart, f"{word!r} stands on {other!r}"
    assert min(item.get_fontsize() for item in fig.findobj(Text) if item.get_text().strip()) >= 11


@pytest.mark.parametrize("which", NAMES)
def test_a_result_is_drawn_by_its_own_figure_and_refused_by_others(rate_sets, healthy, which):
    own = NAMES[which]
    assert own in [stem for stem, _ in figures_of(rate_sets[which])]
    for name in {*NAMES.values(), "signal"} - {own}:
        with pytest.raises(ActvizError, match="needs"):
            figures_of(rate_sets[which], [name])
    with pytest.raises(ActvizError, match="needs"):
        figures_of(healthy, [own])


def test_runs_under_one_rate_are_no_comparison_of_schedules():
    runs = actviz.runs(["he_normal", "xavier_normal"], "relu", data="moons:60", depth=2, width=4, epochs=1)
    ds = actviz.train(runs, "moons:60", workers=1)
    assert "budget" not in [stem for stem, _ in figures_of(ds)]
    with pytest.raises(ActvizError, match="runs that differ in learning rate"):
        figures_of(ds, ["budget"])


def test_the_budget_draws_every_rate_and_what_it_gains_seed_by_seed(scheduled):
    fig = figure_budget(scheduled)
    key, forest = fig.axes
    rates = [line for line in key.lines if len(line.get_xdata()) > 2]
    assert len(rates) == 5
    expected = actviz.schedule("one_cycle:0.3,40")(np.arange(len(rates[3].get_ydata())))
    drawn = 3.36 - rates[3].get_ydata()
    np.testing.assert_allclose(drawn / drawn.max(), expected / expected.max(), rtol=1e-4)
    apart = 100 * (scheduled["test_accuracy"].isel(run=1) - scheduled["test_accuracy"].isel(run=0)).values
    (dots,) = (line for line in forest.lines if line.get_marker() == "o" and set(line.get_ydata()) == {1})
    np.testing.assert_allclose(dots.get_xdata(), apart)
    (mean,) = (line for line in forest.lines if line.get_marker() == "D" and set(line.get_ydata()) == {1})
    assert mean.get_xdata()[0] == pytest.approx(apart.mean())
    assert any("3 diverged" in each for each in words(fig))


def test_runs_are_compared_with_the_best_constant_by_validation_or_the_first_one_chosen(scheduled):
    runs = [str(run) for run in scheduled["run"].values]
    assert run_names(scheduled, runs[:4], "en") == [
        "constant 0.3", "step decay, peak 0.3", "cosine, restarts, peak 0.3", "one-cycle, peak 0.3",
    ]  # fmt: skip
    assert "from constant 0.3, the best constant rate" in figure_budget(scheduled).texts[1].get_text().replace(
        "\n", " "
    )
    worse = scheduled.copy(deep=True)
    worse["validation_loss"][{"run": 0}] = 9.0  # and the other constant diverged
    assert best_of(worse, [runs[0], runs[4]]) == runs[0]
    worse["validation_accuracy"][{"run": 1}] = 1.0  # by accuracy where runs are judged by it
    worse["validation_accuracy"][{"run": 2}] = 0.1
    worse["validation_loss"][{"run": 2}] = 0.01
    assert best_of(worse, runs[1:3], "test_accuracy") == runs[1]
    assert best_of(worse, runs[1:3], "test_loss") == runs[2]
    assert best_of(worse, [runs[0], runs[1]]) == runs[1]
    fig = figure_budget(scheduled, runs=[runs[3], runs[0]])
    assert "differs from one-cycle, peak 0.3:" in fig.texts[1].get_text().replace("\n", " ")
    told = figure_budget(scheduled, judged="loss")
    assert "test loss" in told.texts[1].get_text()
    assert "by validation loss" in told.texts[1].get_text().replace("\n", " ")
    with pytest.raises(ActvizError, match="step"):
        figure_budget(scheduled, runs="nonsense")
    with pytest.raises(ActvizError, match="accuracy, loss"):
        figure_budget(scheduled, judged="lost")


def test_a_gain_is_the_mean_over_paired_seeds_with_its_interval():
    values, first = np.array([1.0, 2.0, np.nan, 4.0]), np.array([1.5, 2.0, 3.0, 3.0])
    gain = Gain.of(values, first, share=False)
    assert gain.seeds.tolist() == [-0.5, 0.0, 1.0]
    assert (gain.high - gain.mean) == pytest.approx(4.302652730 * np.std([-0.5, 0, 1], ddof=1) / math.sqrt(3))
    assert gain.words("en", share=False) == "+0.167 [−1.731, +2.064]"
    assert Gain.of(np.array([0.5]), np.array([0.6]), share=True).words("en", share=True) == "−10.0 pt"
    assert Gain.of(first, first, share=False).words("en", share=False) == "0.000 [0.000, 0.000]"
    assert Gain.of(values, values * np.nan, share=False).words("en", share=False) == ""


def test_the_title_says_what_is_better_for_sure(scheduled):
    def title(gain):
        told = scheduled.copy(deep=True)
        told["test_accuracy"][:] = 0.5 + np.array([0.0, 0.01, -0.01])
        told["test_accuracy"][{"run": 2}] += np.array(gain)
        return figure_budget(told).words.title

    assert title([0.1, 0.11, 0.12]) == "Cosine, restarts, peak 0.3: +11.0 pt against constant 0.3"
    assert title([0.2, -0.1, 0.1]) == "Test accuracy: no schedule is surely better than constant 0.3"


def test_a_descent_is_drawn_from_start_to_end_with_its_minimum_and_share(descended):
    fig = figure_descent(descended)
    assert len(fig.axes) == 4
    for ax, run in zip(fig.axes, descended["run"].values, strict=True):
        own = descended.sel(run=run)
        path = next(line for line in ax.lines if len(line.get_xdata()) == 101 and line.get_zorder() == 3)
        np.testing.assert_array_equal(path.get_xdata(), own["x"].values)
        marks = {line.get_marker(): line.get_xdata() for line in ax.lines if line.get_marker() in "os"}
        assert marks["o"] == own["x"].values[0]
        assert marks["s"] == own["x"].values[np.isfinite(own["x"].values)][-1]
        assert len([line for line in ax.lines if line.get_marker() == "+"]) == descended.sizes["minimum"]
        assert ax.collections, "no contour lines"
    below = [ax.get_xlabel() for ax in fig.axes]
    assert below[0] == "stays: 0.61 · with noise 0 % leave"
    assert below[1].startswith("leaves: 0 ·")
    assert below[3].startswith("overflow")


def test_a_surface_of_ones_own_has_to_be_given():
    own = actviz.Landscape("own", lambda x, y: x**2 + y**2, lambda x, y: (2 * x, 2 * y), (1, 1), (-2, 2, -2, 2))
    found = actviz.descend(0.1, own, steps=30)
    with pytest.raises(ActvizError, match="dip, ripples"):
        figure_descent(found)
    fig = figure_descent(found, surface=own)
    assert fig.axes[0].get_xlabel() == "stays: 0"


def test_a_range_test_is_drawn_with_its_seeds_and_the_rates_it_suggests(ranged):
    fig = figure_range(ranged)
    (ax,) = fig.axes
    told = suggest(ranged)
    curves = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) == ranged.sizes["update"]]
    np.testing.assert_array_equal(curves[:2], ranged["smoothed_loss"].values)
    upright = [line.get_xdata()[0] for line in ax.lines if list(line.get_ydata()) == [0, 1]]
    assert upright == [told.rate, told.largest]
    assert f"falls fastest: {told.rate:.2g}" in words(fig)
    assert "rate 0.0001 to 10" in fig.texts[2].get_text()


@pytest.mark.parametrize("how", [{}, {"size": "84mm", "font": 8, "ylim": (0, 3), "transparent": True}])
def test_the_words_of_a_range_test_stand_where_no_line_runs(ranged, how):
    fig = figure_range(ranged, **how)
    (ax,) = fig.axes
    renderer = FigureCanvasAgg(fig).get_renderer()
    named = [each for each in ax.texts if re.match("falls fastest|largest stable|guessing", each.get_text())]
    boxes = [each.get_window_extent(renderer) for each in named]
    panel = ax.get_window_extent(renderer)
    assert len(boxes) == 3
    for at, box in enumerate(boxes):
        assert box.y0 > panel.y1 or box.x0 > panel.x1
        assert fig.bbox.containsx(box.x0)
        assert fig.bbox.containsx(box.x1)
        assert not any(box.overlaps(other) for other in boxes[:at])


def test_a_range_test_without_a_suggestion_says_why():
    (run,) = actviz.runs("zeros", data="moons:200", depth=2, width=12, batch=20).values()
    fig = figure_range(actviz.find_rate(run, "moons:200", seeds=1, updates=60))
    assert "never falls" in fig.texts[1].get_text().replace("\n", " ")
    assert not [word for word in words(fig) if "falls fastest" in word]


def test_one_schedule_far_out_does_not_squeeze_the_others_and_says_where_it_is():
    """Its interval ends in an arrow at the edge, with mean and furthest seed beside it."""
    near = [Gain.of(np.array([at - 0.5, at, at + 0.5]), np.zeros(3), share=False) for at in (-0.5, 0.0, 0.5)]
    far = Gain.of(np.array([-30.0, -20.0, -10.0]), np.zeros(3), share=False)
    low, high = gains_range([*near, far])
    assert (low, high) == gains_range(near)
    assert low > -3
    look = find_theme("light")
    ax = draw_forest(Figure().add_subplot(), [*near, far], plain_styles(4, look), look)
    assert ax.get_xlim() == (low, high)
    assert [each.get_text() for each in ax.texts] == ["◆ −20.0  ● −30.0", "[ ] +4.8"]
    (arrow,) = (line for line in ax.lines if line.get_marker() == "<")
    assert (arrow.get_xdata()[0], arrow.get_ydata()[0]) == (low, 3)
    assert not draw_forest(Figure().add_subplot(), near, plain_styles(3, look), look).texts
    low, high = gains_range([near[0], far])
    assert low < -30  # of so few none is an exception


def _boxes(fig):
    fig.draw_without_rendering()
    return {
        item: item.get_window_extent()
        for ax in fig.axes
        for item in ax.texts
        if item.get_text().strip() and item.get_visible()
    }


def _refused(draw):
    """Return the one line with which a figure is refused; nothing where it is drawn."""
    try:
        draw()
    except ActvizError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("size", ["3.3x2.5in", "84mm", "4.5x3in"])
@pytest.mark.parametrize("font", [6, 8, 9, 10])
def test_a_column_of_schedules_is_legible_or_says_how_wide_it_must_be(scheduled, size, font, lang):
    if refused := _refused(lambda: figure_budget(scheduled, size=size, font=font, lang=lang)):
        assert "\n" not in refused
        size = re.search(r"make it ([\d.]+ ?in) wide", refused)[1].replace(" ", "")
    fig = figure_budget(scheduled, size=size, font=font, lang=lang)
    boxes, frame = _boxes(fig), fig.bbox.padded(1)
    for item, box in boxes.items():
        assert frame.contains(box.x0, box.y0), item
        assert frame.contains(box.x1, box.y1), item
    for (one, box), (other, beside) in itertools.combinations(boxes.items(), 2):
        assert not box.padded(-1).overlaps(beside.padded(-1)), (one.get_text(), other.get_text())


def test_a_column_too_narrow_for_its_names_and_numbers_is_refused_with_the_width_that_it_needs(scheduled):
    refused = _refused(lambda: figure_budget(scheduled, size="3.3x2.5in", font=10))
    assert re.fullmatch(r".* in 3\.3 in at this size of text: make it [34]\.\d+ in wide or more, or .*", refused)
