"""The figure of the schedules: what is drawn, over which axes, with which marks and words."""

import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

import actviz
from actviz import SCHEDULES, ActvizError
from actviz.catalog.schedules import Exponential, rates
from actviz.plots import THEMES, figure_schedules
from actviz.plots.figures.rates import TOGETHER

FEW = ["step", "exponential", "cosine", "one_cycle"]


def words(fig):
    return [item.get_text() for item in fig.findobj(Text) if item.get_text()]


def drawn(ax):
    """The curves of an Axes; marks have no line."""
    return [line for line in ax.lines if line.get_linestyle() != "None"]


def test_few_schedules_are_drawn_over_each_other_linear_and_logarithmic():
    fig = figure_schedules(FEW, 200)
    linear, log, momentum = fig.axes
    assert (linear.get_yscale(), log.get_yscale()) == ("linear", "log")
    for ax in (linear, log):
        for line, name in zip(drawn(ax), FEW, strict=True):
            np.testing.assert_array_equal(line.get_ydata(), rates(SCHEDULES[name], 200))
            low, high = ax.get_ylim()
            assert low < line.get_ydata().min()
            assert line.get_ydata().max() < high
    (line,) = drawn(momentum)
    np.testing.assert_array_equal(line.get_ydata(), SCHEDULES["one_cycle"].momentum(np.arange(200)))
    assert {"learning rate", "learning rate, logarithmic", "momentum", "steps 0 to 199"} <= set(words(fig))


def test_without_a_momentum_there_is_no_panel_of_it():
    assert len(figure_schedules(["step", "cosine"]).axes) == 2
    assert len(figure_schedules([name for name in SCHEDULES if name != "one_cycle"]).axes) == 2 * (len(SCHEDULES) - 1)


def test_many_schedules_have_a_panel_each_with_the_same_axes_and_one_for_the_momentum():
    assert len(SCHEDULES) > TOGETHER
    fig = figure_schedules(SCHEDULES, 200)
    panels = [ax for ax in fig.axes if drawn(ax)]
    assert len(panels) == 2 * len(SCHEDULES) + 1
    shown = [drawn(ax)[0].get_ydata() for ax in panels]
    for name, schedule in SCHEDULES.items():
        matching = [ax for ax, y in zip(panels, shown, strict=True) if np.array_equal(y, rates(schedule, 200))]
        assert [ax.get_yscale() for ax in matching] == ["linear", "log"], name
    for scale in ("linear", "log"):
        limits = {ax.get_ylim() for ax in panels if ax.get_yscale() == scale}
        assert len(limits) == (2 if scale == "linear" else 1)  # the momentum has its own
    assert "momentum: one-cycle" in words(fig)
    assert any("if the metric never improves" in word for word in words(fig))


@pytest.mark.parametrize("number", range(1, 16))
def test_any_number_of_schedules_is_drawn_once_each(number):
    specs = [f"step:{0.1 * (at + 1):.1f}" for at in range(number)]
    fig = figure_schedules(specs, 30)
    curves = [line for ax in fig.axes for line in drawn(ax)]
    assert len(curves) == 2 * number
    assert all(ax.lines for ax in fig.axes), "an empty panel is left"


def test_schedules_over_each_other_differ_in_colour_and_in_dashes():
    for theme in THEMES:
        fig = figure_schedules([*FEW, "cosine:0.2", "warmup:5+step"], theme=theme)
        lines = drawn(fig.axes[0])
        assert len({line.get_color() for line in lines}) == len(lines) == TOGETHER
        neighbours = [repr(line._unscaled_dash_pattern) for line in lines]
        assert all(a != b for a, b in itertools.pairwise(neighbours))


def test_a_schedule_keeps_its_colour_from_figure_to_figure():
    figures = [figure_schedules(names) for names in ("cosine", ["step", "cosine"], SCHEDULES)]
    values = rates(SCHEDULES["cosine"], 200)
    lines = [
        [line for ax in fig.axes for line in drawn(ax) if np.array_equal(line.get_ydata(), values)] for fig in figures
    ]
    assert [len(found) for found in lines] == [2, 2, 2]
    assert len({line.get_color() for found in lines for line in found}) == 1


def test_few_steps_are_drawn_as_the_stair_they_are():
    (line,) = drawn(figure_schedules("step:0.1,0.5,2", 4).axes[0])
    assert line.get_drawstyle() == "steps-post"
    assert line.get_xydata().tolist() == [[0, 0.1], [1, 0.1], [2, 0.05], [3, 0.05], [4, 0.05]]
    assert drawn(figure_schedules("step", 200).axes[0])[0].get_drawstyle() == "default"


def test_zero_and_overflow_are_marked_and_explained():
    fig = figure_schedules({"ends": actviz.schedule("cosine:0.1,50"), "grows": Exponential(0.1, 1e30)}, 100)
    log = fig.axes[1]
    rings = [line for line in log.lines if line.get_marker() == "o" and len(line.get_xdata())]
    crosses = [line for line in log.lines if line.get_marker() == "x" and len(line.get_xdata())]
    assert [ring.get_xdata().tolist() for ring in rings] == [[50]]
    (lost,) = (cross.get_xdata().tolist() for cross in crosses)
    assert lost == list(range(11, 100, 6))
    assert any("exactly 0" in word and "overflow" in word for word in words(fig))
    assert {"ends", "grows"} <= {word.strip() for word in words(fig)}


def test_very_many_steps_are_thinned_out():
    (line,) = drawn(figure_schedules("cosine:0.1,100000", 100_000).axes[0])
    assert len(line.get_xdata()) == 2000
    assert line.get_xdata()[[0, -1]].tolist() == [0, 99_999]


@pytest.mark.parametrize("schedules", [0.1, "constant", lambda step: 0.1, [0.1, "step"], {"mine": "cosine"}, ["0"]])
@pytest.mark.parametrize("steps", [1, 2])
def test_whatever_gives_a_schedule_is_drawn_even_for_a_step_or_two(schedules, steps, tmp_path):
    fig = figure_schedules(schedules, steps)
    fig.savefig(tmp_path / "figure.png", dpi=30)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: figure_schedules([]), "at least one schedule"),
        (lambda: figure_schedules("nonsense"), "choose from constant"),
        (lambda: figure_schedules("step", 0), "steps"),
        (lambda: figure_schedules("step", theme="pink"), "one of light"),
        (lambda: figure_schedules("step", lang="tlh"), "one of en, ko"),
    ],
)
def test_bad_arguments_are_one_line_errors(call, words):
    with pytest.raises(ActvizError, match=words):
        call()


def _shown(fig):
    """Every word that can be seen, and the room it takes; ticks outside their axis are not drawn."""
    FigureCanvasAgg(fig)
    fig.draw_without_rendering()
    ticks = {}
    for ax in fig.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                for item, visible in (
                    (tick.label1, tick.label1.get_visible()),
                    (tick.label2, tick.label2.get_visible()),
                ):
                    ticks[item] = visible and low <= tick.get_loc() <= high
    words = [item for item in fig.findobj(Text) if item.get_text().strip() and ticks.get(item, item.get_visible())]
    return [(item.get_text(), item.get_window_extent()) for item in words]


@pytest.mark.parametrize(
    "schedules",
    [
        list(SCHEDULES),
        FEW,
        ["warmup:10+cosine_restarts:0.1,50,2", "step"],
        [f"warmup:10+constant@40+one_cycle:0.{at},100" for at in range(1, 9)],
        [*(f"one_cycle:0.{at}" for at in range(1, 9)), "constant:12345.678"],
    ],
    ids=["all", "few", "long names", "many long names", "many momenta"],
)
def test_no_word_leaves_the_slide_or_meets_another(schedules):
    fig = figure_schedules(schedules)
    across, up = fig.get_size_inches() * fig.dpi
    shown = _shown(fig)
    for word, box in shown:
        assert box.x0 >= 0, word
        assert box.y0 >= 0, word
        assert box.x1 <= across, word
        assert box.y1 <= up, word
    for (word, box), (other, its) in itertools.combinations(shown, 2):
        apart = box.x1 <= its.x0 + 1 or its.x1 <= box.x0 + 1 or box.y1 <= its.y0 + 2 or its.y1 <= box.y0 + 2
        assert apart, f"{word!r} stands on {other!r}"
