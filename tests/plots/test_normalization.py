"""Initialization against batch normalization: a panel a scale, and what layers and updates are at every scale."""

import numpy as np
import pytest
from matplotlib.text import Text

from actviz.lecture.deck import Picture
from actviz.lecture.pictures import draw_picture
from actviz.lecture.slides import shows
from actviz.plots import FIGURES, figure_batch_norm, figure_batch_norm_layers
from actviz.plots.canvas.ends import end_names
from actviz.plots.figures.normalization import norm_pairs, weight_scales
from actviz.text import text

SCALES = [100.0, 1.0, 0.3, 0.1, 0.01, 0.001]


def words(fig):
    return [item.get_text() for item in fig.findobj(Text) if item.get_text()]


def curves_of(ax):
    drawn = (line for line in ax.lines if line.get_transform() != ax.transAxes)  # what leads to a name is no curve
    return [line for line in drawn if line.get_linestyle() != "None" and len(line.get_xdata())]


def test_runs_are_paired_by_initializer_in_their_order(normed, decayed, trained):
    pairs = norm_pairs(normed)
    assert list(weight_scales(pairs).values()) == SCALES
    assert all(pair[None].endswith("no norm") and pair["batch"].endswith("batch norm") for pair in pairs.values())
    assert norm_pairs(decayed) == norm_pairs(trained) == {}
    assert weight_scales(dict.fromkeys(["he_normal", "normal", "zeros"])) == {"normal": 1.0}


def test_every_scale_has_a_panel_with_both_accuracies(normed):
    fig = figure_batch_norm(normed)
    assert len(fig.axes) == 6
    for ax, (init, pair) in zip(fig.axes, norm_pairs(normed).items(), strict=True):
        for line, run in zip(curves_of(ax), (pair[None], pair["batch"]), strict=True):
            values = normed["train_accuracy"].sel(run=run).values
            alive = np.isfinite(values).all(axis=0)
            np.testing.assert_allclose(line.get_ydata()[alive], np.median(values[:, alive], axis=0), err_msg=init)
    assert {"no norm", "batch norm"} <= {word.strip() for word in words(fig)}


def test_a_scale_that_diverges_is_marked_in_its_panel_alone(normed):
    fig = figure_batch_norm(normed)
    crosses = [[line for line in ax.lines if line.get_marker() == "x" and len(line.get_xdata())] for ax in fig.axes]
    lost = [
        int((normed["ended"].sel(run=list(pair.values())) == "diverged").any("seed").sum())
        for pair in norm_pairs(normed).values()
    ]
    assert list(map(len, crosses)) == lost
    assert lost[0] == 1


def test_layers_are_drawn_over_the_scale_with_and_without(normed):
    fig = figure_batch_norm_layers(normed)
    assert len(fig.axes) == 6
    pairs = norm_pairs(normed)
    for row, norm in enumerate((None, "batch")):
        runs = [pairs[init][norm] for init in reversed(pairs)]
        stds, ratios, accuracies = (curves_of(fig.axes[3 * row + column]) for column in range(3))
        np.testing.assert_allclose(stds[-1].get_xdata(), SCALES[::-1])
        start = normed["act_std"].sel(run=runs, layer=3).isel(snapshot=0)
        np.testing.assert_allclose(stds[-1].get_ydata(), start.median("seed"))
        turned = normed["update_ratio"].sel(run=runs, weight_layer=3).isel(step=1).transpose("seed", "run").values
        alive = np.isfinite(turned).all(axis=0)
        np.testing.assert_allclose(ratios[-1].get_ydata()[alive], np.median(turned, axis=0)[alive])
        ended = normed["train_accuracy"].sel(run=runs).isel(step=-1).transpose("seed", "run").values
        alive = np.isfinite(ended).all(axis=0)
        np.testing.assert_allclose(accuracies[0].get_ydata()[alive], np.median(ended, axis=0)[alive])
    assert fig.axes[0].get_ylim() == fig.axes[3].get_ylim()
    assert {"layer 1", "layer 2", "layer 3"} <= {word.strip() for word in words(fig)}


def test_figures_say_what_they_lack(trained, normed):
    assert "with and without" in FIGURES["batch_norm"].missing(trained)
    assert "with and without" in FIGURES["batch_norm_layers"].missing(trained)
    late = normed.isel(snapshot=[1])
    assert "snapshot before the first update" in FIGURES["batch_norm_layers"].missing(late)
    assert not FIGURES["batch_norm"].missing(late)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_picture_that_asks_does_not_tell_by_its_names_where_lines_end(normed, share):
    """The half shows which colour is whose, as a legend does."""
    picture = Picture("asked", shows("batch_norm", "normed"), share)
    fig = draw_picture(picture, {"normed": normed}, "light", "en")
    names = end_names(fig.axes[-1])
    assert [words.get_visible() for words in names] == [share > 0] * 2
    heights = [words.get_position()[1] for words in names]
    assert sum(heights) == pytest.approx(1)
    assert 0.3 < heights[1] < heights[0] < 0.7


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("ko", "dark")])
def test_layers_are_named_at_the_ends_of_their_lines_and_norms_by_their_rows(normed, lang, theme):
    tame = normed.sel(run=[run for run in normed["run"].values if "100" not in str(run)])
    fig = figure_batch_norm_layers(tame, lang=lang, theme=theme)
    assert not fig.legends
    layers = [item.get_text() for item in end_names(fig.axes[0])]
    assert layers == [text("layer", lang, layer=layer) for layer in (1, 2, 3)][: len(layers)]
    assert len(layers) > 1
    lines = dict(zip(layers, curves_of(fig.axes[0]), strict=False))
    names = {item.get_text(): item for item in end_names(fig.axes[0])}
    assert all(line.get_color() == names[name].get_color() for name, line in lines.items())
    narrow = figure_batch_norm_layers(tame, lang=lang, size="half")
    assert narrow.legends
    assert not end_names(narrow.axes[0])
