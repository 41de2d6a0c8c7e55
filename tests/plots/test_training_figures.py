"""Figures of trainings: what is drawn, over which axes, with which marks and words."""

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

import actviz
from actviz import ActvizError
from actviz.catalog.looks import find_theme
from actviz.plots import FIGURES, figure_budget, figure_curves, pairing_style
from actviz.plots.figures.run_looks import plain_styles, run_styles
from actviz.plots.figures.training import over_seeds


def words(fig):
    return [item.get_text() for item in fig.findobj(Text) if item.get_text()]


def curves_of(ax):
    """The curves of an Axes; marks have no line."""
    drawn = (line for line in ax.lines if line.get_transform() != ax.transAxes)  # what leads to a name is no curve
    return [line for line in drawn if line.get_linestyle() != "None" and len(line.get_xdata())]


def test_curves_draw_the_median_and_the_range_of_the_seeds_of_every_run(trained):
    fig = figure_curves(trained)
    assert len(fig.axes) == 4
    shown = ["train_loss", "validation_loss", "train_accuracy", "validation_accuracy"]
    for ax, name in zip(fig.axes, shown, strict=True):
        for line, run in zip(curves_of(ax), trained["run"].values, strict=True):
            values = trained[name].sel(run=run).transpose("seed", "step").values
            alive = np.isfinite(values).all(axis=0)
            np.testing.assert_allclose(line.get_xdata()[alive], trained["epoch"].values[alive])
            np.testing.assert_allclose(line.get_ydata()[alive], np.median(values[:, alive], axis=0))
        band = fig.axes[2].collections[-1].get_paths()[0].vertices[:, 1]
        values = trained["train_accuracy"].sel(run="he_normal").values
        assert (band.min(), band.max()) == (pytest.approx(values.min()), pytest.approx(values.max()))
    assert {"training", "validation", "loss", "accuracy", "epoch"} <= set(words(fig))


def test_a_run_that_diverges_is_marked_where_it_does_and_explained(trained):
    assert (trained["ended"].sel(run="normal:30") == "diverged").all()
    fig = figure_curves(trained)
    for ax in fig.axes:
        crosses = [line for line in ax.lines if line.get_marker() == "x" and len(line.get_xdata())]
        assert len(crosses) == 1
        colour = pairing_style(trained, "normal:30", "relu").color
        assert crosses[0].get_color() == colour
    assert any("diverged" in word for word in words(fig))
    assert not any("diverged" in word for word in words(figure_curves(trained, runs=["he_normal", "zeros"])))


def test_without_held_out_rows_there_is_no_panel_of_them_and_the_figure_says_so(decayed):
    fig = figure_curves(decayed, log=True)
    assert [ax.get_yscale() for ax in fig.axes] == ["log", "linear"]
    assert "No rows were held out" in fig.texts[1].get_text().replace("\n", " ")
    assert "validation" not in words(fig)


def test_the_footer_says_how_runs_were_trained_and_leaves_out_what_differs(decayed, trained, regressed):
    footer = figure_curves(decayed).texts[2].get_text().replace("\n", " ")
    assert (
        "two moons, noise 0.2: 100 training rows · tanh · He normal · 2 layers · width 8 · cross-entropy · SGD"
        in footer
    )
    assert "3 epochs · 2 seeds" in footer
    assert "decay" not in footer
    rest = figure_curves(regressed).texts[2].get_text().replace("\n", " ")
    assert "batch norm · mean square · SGD · rate 0.01 · batch 100, with replacement · weight decay 0.01" in rest
    assert "dropout 0.1 · 7 updates · 1 seed" in rest
    assert "He" not in figure_curves(trained).texts[2].get_text()


def test_initializers_keep_their_colours_and_those_of_one_colour_differ_in_dashes(trained, decayed):
    styles = run_styles(trained)
    for run, style in styles.items():
        assert style.color == pairing_style(trained, run, "relu").color
    assert len({(style.color, str(style.linestyle)) for style in styles.values()}) == len(styles)
    assert run_styles(trained, "he_normal")["he_normal"] == styles["he_normal"]
    assert len({style.color for style in run_styles(decayed).values()}) == 2


RUNS = {"data": "moons:60", "depth": 1, "width": 4, "batch": 20, "snapshots": 0}


def luminance(color):
    return sum(share * channel for share, channel in zip((0.21, 0.72, 0.07), to_rgb(color), strict=True))


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_runs_over_an_ordered_setting_go_from_little_to_much_and_take_no_initializers_colour(decayed, theme):
    """The order is that of the values, not of the runs; groups keep the colour that they have as lines."""
    look = find_theme(theme)
    settings = {**RUNS, "weight_decay": [0.1, 0.0, 0.01], "lr": 0.1, "epochs": 1}
    ds = actviz.train(actviz.runs(["he_normal"], "relu", **settings), "moons:60", seeds=1, workers=1)
    styles = run_styles(ds, None, look)
    order = sorted(styles, key=lambda run: float(run.rpartition(" ")[2]))
    steps = [luminance(styles[run].color) for run in order]
    assert steps == sorted(steps, reverse=theme != "dark")
    assert not {style.color for style in styles.values()} & set(look.palette.values())
    ds = actviz.train(
        actviz.runs(["he_normal"], "relu", **settings | {"optimizer": ["adam", "adamw"]}), "moons:60", seeds=1,
        workers=1,
    )  # fmt: skip
    styles = run_styles(ds, None, look)
    lines = plain_styles(2, look)
    for line, name in zip(lines, ("adam", "adamw"), strict=True):
        most = next(style for run, style in styles.items() if f"{name}," in f"{run}," and "decay 0.1" in run)
        assert most.color.lower() == line.color.lower()
    assert len({style.color for style in styles.values()}) == 6


def test_an_initializer_keeps_its_colour_whatever_else_differs_in_every_figure_of_a_training():
    """Its rates are shades of it, norms and schedules its dashes."""
    settings = {**RUNS, "epochs": 2, "snapshots": 2, "norm": [None, "batch"], "lr": [0.05, 0.1]}
    runs = actviz.runs(["he_normal", "xavier_normal"], "relu", **settings)
    ds = actviz.train(runs, "moons:60", seeds=1, workers=1)
    look = find_theme("light")
    styles = run_styles(ds)
    for init, color in (("he_normal", "green"), ("xavier_normal", "blue")):
        own = {run: style for run, style in styles.items() if run.startswith(init)}
        full = [style for run, style in own.items() if "lr 0.1" in run]
        assert {style.color.lower() for style in full} == {look.palette[color].lower()}
        assert len({str(style.linestyle) for style in full}) == 2
        assert len({(style.color, str(style.linestyle)) for style in own.values()}) == 4
    scheduled = actviz.runs(["he_normal", "xavier_normal"], "relu", **RUNS, epochs=1, lr=[0.1, "step:0.1,0.5,2"])
    styles = run_styles(actviz.train(scheduled, "moons:60", seeds=1, workers=1))
    assert [style.color for style in styles.values()] == [look.palette[c] for c in ("green", "green", "blue", "blue")]
    forest, curves = figure_budget(ds), figure_curves(ds)
    drawn = {to_hex(line.get_color()) for line in forest.axes[0].lines}
    assert {style.color.lower() for style in run_styles(ds).values()} <= drawn
    assert {to_hex(line.get_color()) for line in curves_of(curves.axes[0])} <= drawn


def test_a_line_is_of_the_seeds_still_running_and_its_crosses_of_those_that_diverge():
    values = np.array([[1.0, 2.0, 3.0, 4.0], [3.0, 4.0, np.inf, np.nan], [2.0, np.nan, np.nan, np.nan]])
    found = over_seeds(np.array([0.0, 1.0, 2.0, 3.0]), values, [False, True, False], [3.0, 1.5, 1.0])
    np.testing.assert_array_equal(found.middle, [2.0, 3.0, 3.0, 4.0])
    np.testing.assert_array_equal(found.high, [3.0, 4.0, 3.0, 4.0])
    assert list(found.lost()) == [2.0]


def test_a_run_that_is_not_there_is_told_those_that_are(trained):
    with pytest.raises(ActvizError, match="zeros, normal:30"):
        figure_curves(trained, runs="he")


def test_two_or_three_lines_have_their_names_at_their_ends_and_more_a_legend(trained, decayed, normed):
    """Pairings of results laid over each other, too: each line says of which it is."""
    for ds, name in ((decayed, "curves"), (normed, "batch_norm")):
        fig = FIGURES[name].draw(ds)
        assert not fig.legends, name
    ends = {words.get_text(): words.get_position()[0] for words in FIGURES["curves"].draw(decayed).axes[-1].texts}
    assert min(ends["λ = 0"], ends["λ = 0.1"]) > 1
    assert FIGURES["curves"].draw(trained).legends  # four, one of which diverges
    ds = actviz.probe(["xavier_normal", "he_normal"], "relu", depth=3, width=16, samples=10, seeds=2)
    laid = actviz.overlay({"a": ds, "b": ds})
    one = actviz.overlay({"a": ds.sel(init=["he_normal"]), "b": ds.sel(init=["he_normal"])})
    for of, size, said in ((laid, "slide", "He normal, b"), (one, "half", "b")):
        fig = FIGURES["signal"].draw(of, size=size)
        assert not fig.legends
        assert said in [words.get_text() for words in fig.axes[0].texts]
    assert FIGURES["signal"].draw(laid, size="half").legends
