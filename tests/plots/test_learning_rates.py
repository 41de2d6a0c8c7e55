"""Figures of schedules at equal budget, of descents and of range tests: what is drawn, marked and said."""

import itertools
import math

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

import actviz
from actviz import ActvizError
from actviz.plots import FIGURES, THEMES, figure_budget, figure_descent, figure_range, figures_of
from actviz.plots.figures.budget import difference, run_names
from actviz.training.range_test import suggest


def words(fig):
    return [item.get_text() for item in fig.findobj(Text) if item.get_text().strip()]


NAMES = {"scheduled": "budget", "descended": "descent", "ranged": "range_test"}


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_figure_is_inside_its_slide_large_enough_and_no_word_stands_on_another(rate_sets, which, theme):
    fig = FIGURES[NAMES[which]].draw(rate_sets[which], theme=theme)
    fig.set_dpi(72)
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    assert to_hex(fig.get_facecolor()).upper() == THEMES[theme].background
    assert fig.get_size_inches().tolist() == [960 / 72, 540 / 72]
    boxes = []
    for item in [*fig.texts, *(text for ax in fig.axes for text in (*ax.texts, ax.xaxis.label))]:
        if item.get_text().strip():
            box = item.get_window_extent(canvas.get_renderer())
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


def test_the_budget_draws_the_schedules_the_losses_and_every_seeds_end(scheduled):
    fig = figure_budget(scheduled)
    rate, loss, accuracy, *finals = fig.axes
    assert len(rate.lines) == len(loss.lines) == len(accuracy.lines) == 5
    expected = actviz.schedule("one_cycle:0.3,40")(np.arange(len(rate.lines[3].get_ydata())))
    np.testing.assert_allclose(rate.lines[3].get_ydata(), expected)
    middle = scheduled["train_loss"].isel(run=1).median("seed").values
    np.testing.assert_allclose(loss.lines[1].get_ydata(), middle)
    names = ("train_loss", "test_loss", "test_accuracy")
    for ax, name in zip(finals, names, strict=True):
        values = scheduled[name].isel(run=1) if name != "train_loss" else scheduled[name].isel(run=1, step=-1)
        dots = [line for line in ax.lines if line.get_marker() == "o" and set(line.get_ydata()) == {1}]
        np.testing.assert_allclose(sorted(dots[0].get_xdata()), sorted(values.values))
    assert "3 diverged" in words(fig)
    apart = (scheduled["test_loss"].isel(run=1) - scheduled["test_loss"].isel(run=0)).values
    told = f"{apart.mean():+.3f} ± {apart.std(ddof=1) / math.sqrt(3):.3f}".replace("-", "−")
    assert told in words(fig)


def test_runs_are_named_by_their_schedules_and_compared_with_the_first_one_chosen(scheduled):
    runs = [str(run) for run in scheduled["run"].values]
    assert run_names(scheduled, runs[:4], "en") == [
        "constant 0.3", "step decay, peak 0.3", "cosine, restarts, peak 0.3", "one-cycle, peak 0.3",
    ]  # fmt: skip
    fig = figure_budget(scheduled, runs=[runs[3], runs[0]])
    assert "difference to one-cycle, peak 0.3" in fig.texts[1].get_text().replace("\n", " ")
    with pytest.raises(ActvizError, match="step"):
        figure_budget(scheduled, runs="nonsense")


def test_a_difference_is_the_mean_over_paired_seeds_with_its_standard_error():
    values, first = np.array([1.0, 2.0, np.nan, 4.0]), np.array([1.5, 2.0, 3.0, 3.0])
    assert difference(values, first, "en") == "+0.167 ± 0.441"
    assert difference(np.array([0.5]), np.array([0.6]), "en", share=True) == "−10.0 pt"
    assert difference(first, first, "en") == ""


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


def test_a_range_test_without_a_suggestion_says_why():
    (run,) = actviz.runs("zeros", data="moons:200", depth=2, width=12, batch=20).values()
    fig = figure_range(actviz.find_rate(run, "moons:200", seeds=1, updates=60))
    assert "never falls" in fig.texts[1].get_text().replace("\n", " ")
    assert not [word for word in words(fig) if "falls fastest" in word]
