"""The race of initializers: what is drawn of the losses and of the layers, and why a network is stuck."""

import numpy as np
import pytest
from matplotlib.patches import StepPatch
from matplotlib.text import Text

import actviz
from actviz import ActvizError
from actviz.plots import FIGURES, figure_race, pairing_style
from actviz.plots.figures.race import ACROSS, race_line, smoothed


def words(fig):
    return [item.get_text().replace("\n", " ").replace("\u00a0", " ") for item in fig.findobj(Text) if item.get_text()]


def test_smoothing_is_the_books():
    x = np.random.default_rng(0).random(50)
    # smooth_curve of the book: mirrored, convolved with kaiser(11, 2), 5 cut off at each end
    mirrored = np.r_[x[10:0:-1], x, x[-1:-11:-1]]
    w = np.kaiser(11, 2)
    theirs = np.convolve(w / w.sum(), mirrored, mode="valid")[5:-5]
    np.testing.assert_allclose(smoothed(x)[5:-5], theirs[5:-5])
    assert len(smoothed(x)) == len(x)
    np.testing.assert_allclose(smoothed(np.full(30, 2.5)), 2.5)
    assert len(smoothed(np.arange(3.0))) == 3


def test_the_race_draws_the_median_of_the_smoothed_losses_from_0_to_2_5(trained):
    ax = figure_race(trained).axes[0]
    assert ax.get_ylim() == (0, 2.5)
    curves = [line for line in ax.lines if line.get_linestyle() != "None" and len(line.get_xdata()) > 2]
    assert len(curves) == 4
    losses = trained["batch_loss"].sel(run="he_normal").values
    np.testing.assert_allclose(curves[-1].get_ydata(), np.median([smoothed(each) for each in losses], axis=0))
    assert curves[-1].get_color() == pairing_style(trained, "he_normal", "relu").color


def test_the_losses_alone_are_drawn_with_names_at_the_ends_of_their_lines(trained):
    fig = figure_race(trained, layers=False)
    (ax,) = fig.axes
    assert {"He normal", "zeros"} <= {*words(fig)}
    whole = figure_race(trained)
    for one, other in zip(ax.lines[:4], whole.axes[0].lines[:4], strict=True):
        np.testing.assert_array_equal(one.get_ydata(), other.get_ydata())
    assert fig.words.title == whole.words.title
    assert "no gradient" not in FIGURES["race"].alt(trained, "en", layers=False)


def test_up_to_five_networks_fit_a_slide(trained):
    assert tuple(figure_race(trained).get_size_inches() * 72) == (960, 540)


def test_a_run_that_diverges_is_drawn_as_far_as_it_came(trained):
    line = race_line(trained, "normal:30")
    ended = trained["ended_step"].sel(run="normal:30").values
    assert np.isfinite(line.middle).sum() <= ended.max() + 1  # the loss of the update that did it
    assert list(line.lost())


def test_each_network_has_its_layers_before_and_after_and_its_gradients(trained):
    fig = figure_race(trained)
    assert len(fig.axes) == 1 + 2 * 4
    activations, gradients = fig.axes[7], fig.axes[8]  # he_normal
    assert len(activations.findobj(StepPatch)) == 2 * trained.sizes["layer"]
    drawn = [line.get_ydata() for line in gradients.lines if line.get_linestyle() != "None" and len(line.get_xdata())]
    for at in (0, -1):
        values = trained["grad_weight_norm"].sel(run="he_normal").isel(snapshot=at).transpose("seed", "layer").values
        assert any(np.allclose(y, np.median(values, axis=0)) for y in drawn)


def test_zero_weights_are_shown_with_the_reason_why_they_are_stuck(trained):
    found = words(figure_race(trained))
    assert any("∂L/∂W exactly 0: layers 1–3" in word for word in found)
    assert any("W still 0 at the end: layers 1–4" in word for word in found)
    at = next(at for at, word in enumerate(found) if word.startswith("every value is 0"))
    assert "∅ dead, severe" in found[at - 2 : at]  # in the column's head, under the verdict
    rings = [line for line in figure_race(trained).axes[2].lines if line.get_markerfacecolor() == "none"]
    assert [len(line.get_xdata()) for line in rings] == [3, 3]
    others = words(figure_race(trained, runs=["lecun_normal", "he_normal"]))
    assert not any("exactly 0" in word or "every value" in word for word in others)
    assert any("healthy" in word for word in others)


def test_more_networks_than_stand_side_by_side_take_another_row():
    inits = [f"normal:0.{scale}" for scale in range(1, ACROSS + 2)]
    runs = actviz.runs(inits, "tanh", data="moons:100", depth=2, width=6, epochs=2)
    ds = actviz.train(runs, "moons:100", workers=1)
    fig = figure_race(ds)
    assert len(fig.axes) == 1 + 2 * (ACROSS + 1)
    assert fig.get_size_inches()[1] * 72 > 540


def test_a_figure_is_of_one_activation_and_lists_those_that_are_there():
    runs = actviz.runs(
        ["zeros", "he_normal"], ["sigmoid", "relu"], data="moons:100", depth=2, width=6, epochs=2, batch=15
    )
    ds = actviz.train(runs, "moons:100", workers=1)
    assert {"He normal", "zeros"} <= set(words(figure_race(ds, activations="sigmoid")))
    assert len(figure_race(ds, runs="he_normal, relu").axes) == 3
    starts = words(figure_race(ds, activations="sigmoid"))
    assert any("units identical: layers 1, 2" in word for word in starts)
    assert any("= 0 before: layers 1, 2" in word for word in starts)  # the head learns, and then what is below it
    with pytest.raises(ActvizError, match="it has sigmoid, relu"):
        figure_race(ds, activations="gelu")


def test_without_snapshots_at_both_ends_there_is_no_race():
    runs = actviz.runs("he_normal", "relu", data="moons:100", depth=2, width=6, epochs=2, snapshots=1)
    ds = actviz.train(runs, "moons:100", workers=1)
    assert "snapshots before" in FIGURES["race"].missing(ds)


def test_layers_that_died_are_called_so_where_they_hide_no_distribution():
    runs = actviz.runs(["normal:0.01", "he_normal"], "relu", data="mnist", lr=0.1, epochs=3)
    ds = actviz.train(runs, "mnist", workers=1)
    assert (ds["zero_fraction"].isel(snapshot=-1).sel(run="normal:0.01", layer=5) == 1).all()
    fig = figure_race(ds)
    told = words(fig)
    assert any("every value 0 at the end: layer 5" in word for word in told)
    assert not any("identical" in word for word in told)
    for ax in fig.axes[1:]:
        for item in ax.texts:
            if "every" in item.get_text() or "exactly" in item.get_text():
                assert item.get_window_extent().y0 >= ax.get_window_extent().y1, "over the panel, not in it"


def test_a_run_that_blew_up_does_not_set_the_axes_of_the_others(trained):
    calm = trained.sel(run=[run for run in trained["run"].values if run != "normal:30"])
    assert (trained["ended"].sel(run="normal:30") == "diverged").any()
    start = trained["grad_weight_norm"].sel(run="normal:30").isel(snapshot=0).max().item()
    most = max(start, calm["grad_weight_norm"].max().item())
    assert figure_race(trained).axes[2].get_ylim()[1] < 100 * most


def test_the_notes_below_the_losses_stand_clear_of_the_footer(trained):
    fig = figure_race(trained)
    fig.set_dpi(72)
    (notes,) = [item for item in fig.axes[0].texts if "Kaiser" in item.get_text()]
    assert notes.get_text().count("\n") == 5
    footer = min(fig.texts, key=lambda item: item.get_window_extent().y0)
    assert notes.get_window_extent().y0 > footer.get_window_extent().y1
