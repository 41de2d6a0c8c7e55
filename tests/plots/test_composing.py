"""The panels of figures are drawn on any Axes of the user's own, and give it back."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import actviz
from actviz import plots


def test_a_line_of_a_probe_is_drawn_on_an_axes_of_the_user(healthy):
    ax = Figure().subplots()
    look = plots.find_theme("light")
    line = plots.line(healthy, "act_std", "he_normal", "relu")
    assert plots.draw_log_axis(ax, [line]) is ax
    assert plots.draw_line(ax, line, plots.pairing_style(healthy, "he_normal", "relu"), look) is ax
    assert plots.draw_layer_axis(ax, healthy["layer"].values) is ax
    drawn = next(each for each in ax.lines if len(each.get_xdata()) == 5)
    np.testing.assert_allclose(
        drawn.get_ydata(), healthy["act_std"].sel(init="he_normal", activation="relu").median("seed")
    )


def test_runs_of_a_training_are_drawn_on_an_axes_of_the_user(trained):
    ax = Figure().subplots()
    styles = plots.run_styles(trained)
    lines = {run: plots.run_line(trained, "train_loss", run) for run in styles}
    assert plots.draw_runs(ax, lines, styles, plots.find_theme("light")) is ax
    assert plots.draw_epoch_axis(ax, trained["epoch"].values) is ax
    assert {style.color for style in styles.values()} <= {each.get_color() for each in ax.lines}


@pytest.mark.parametrize("name", [name for name in plots.__all__ if name.startswith("draw_")])
def test_what_draws_takes_an_axes_first_and_returns_one(name):
    import inspect

    signature = inspect.signature(getattr(plots, name))
    assert next(iter(signature.parameters)) == "ax"
    assert signature.return_annotation in ("Axes", "Any")
    assert getattr(plots, name).__doc__


def test_a_panel_for_every_kind_of_figure_is_exported():
    assert {name for name in plots.__all__ if name.startswith("draw_")} >= {
        "draw_line", "draw_grid", "draw_density", "draw_heatmap", "draw_ridges", "draw_runs", "draw_forest",
        "draw_range", "draw_path", "draw_surface", "draw_stop", "draw_sizes", "draw_depths", "draw_map",
    }  # fmt: skip
    assert actviz.FIGURES
