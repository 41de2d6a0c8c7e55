"""Figures of weight decay, of the pace of learning and of early stopping: what is drawn, and in which words."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import StepPatch
from matplotlib.text import Text

import actviz
from actviz import ActvizError, Split
from actviz.plots import (
    FIGURES,
    figure_decay,
    figure_pace,
    figure_stopping,
    figure_sweep,
    figure_weights,
    figures_of,
)
from actviz.plots.figures.decay import decay_places
from actviz.plots.figures.weights import size_scale
from actviz.plots.reading.found_trainings import sweep_titles
from actviz.plots.reading.groups import over_runs, series_of, shared_name
from actviz.text import run_name, text
from actviz.training import EarlyStopping
from actviz.training.measures import at_end, epochs_to, initial_scale, magnitudes, weight_size

NET = {"data": "moons:300,0.3", "depth": 2, "width": 16, "batch": 20}
STRENGTHS = [0.0, 0.01, 0.1]


def words(fig):
    return [item.get_text() for item in fig.findobj(Text) if item.get_text()]


def curves_of(ax):
    """The curves of an Axes; marks and rules have none."""
    return [line for line in ax.lines if line.get_linestyle() != "None" and len(line.get_xdata()) > 2]


def train(split=None, **settings):
    split = Split(**(split or {"train": 60, "test": 60}))
    return actviz.train(actviz.runs(**NET, **settings), NET["data"], split=split, seeds=3, workers=1)


@pytest.fixture(scope="module")
def decayed():
    return train(weight_decay=STRENGTHS, lr=0.3, epochs=10)


@pytest.fixture(scope="module")
def decoupled():
    return train(optimizer=["adam", "adamw"], weight_decay=STRENGTHS, lr=0.01, epochs=4)


@pytest.fixture(scope="module")
def scaled():
    """Three sizes of weights, with and without batch norm; the largest diverge without."""
    inits = ["he_normal", "variance_scaling:8", "variance_scaling:2e20"]
    return train(inits=inits, norm=[None, "batch"], lr=0.2, epochs=8, snapshots=0)


@pytest.fixture(scope="module")
def stopped():
    split = {"train": 40, "validation": 60, "test": 60, "label_noise": 0.3}
    return train(split, early_stopping=[EarlyStopping(patience=3), None], lr=0.5, epochs=30)


@pytest.mark.parametrize(
    ("which", "theme", "names"),
    [
        ("decayed", "light", {"curves", "decay", "sweep", "weights"}),
        ("scaled", "dark", {"curves", "pace"}),
        ("stopped", "print", {"curves", "weights", "stopping"}),
        *[
            pytest.param("decayed", theme, {"curves", "decay", "sweep", "weights"}, marks=pytest.mark.slow)
            for theme in ("dark", "print")
        ],
        pytest.param("decoupled", "light", {"curves", "decay", "sweep", "weights"}, marks=pytest.mark.slow),
        pytest.param("stopped", "light", {"curves", "weights", "stopping"}, marks=pytest.mark.slow),
    ],
)
def test_every_figure_is_inside_its_slide_large_enough_and_only_where_it_can_be(which, names, theme, request):
    ds = request.getfixturevalue(which)
    drawn = [name for name, spec in FIGURES.items() if not spec.missing(ds)]
    assert names <= set(drawn)
    assert not {"decay", "sweep", "pace", "stopping"} & (set(drawn) - names)
    for name in names - {"curves"}:
        fig = FIGURES[name].draw(ds, theme=theme)
        FigureCanvasAgg(fig)
        fig.draw_without_rendering()
        frame = fig.bbox.padded(1)
        legends = [*fig.legends, *(ax.get_legend() for ax in fig.axes if ax.get_legend())]
        for item in [*fig.texts, *legends, *(each for ax in fig.axes for each in ax.texts)]:
            box = item.get_window_extent()
            assert frame.contains(box.x0, box.y0), (name, item)
            assert frame.contains(box.x1, box.y1), (name, item)
        assert min(item.get_fontsize() for item in fig.findobj(Text) if item.get_text()) >= 11
        assert "moons" in fig.texts[2].get_text()


def test_decay_draws_losses_accuracies_and_what_becomes_of_the_weights(decayed):
    fig = figure_decay(decayed)
    shown = ["train_loss", "validation_loss", "weight_size", "train_accuracy", "validation_accuracy"]
    ds = decayed.assign(weight_size=weight_size(decayed))
    for ax, name in zip(fig.axes[:5], shown, strict=True):
        for line, run in zip(curves_of(ax), ds["run"].values, strict=True):
            np.testing.assert_allclose(line.get_ydata(), ds[name].sel(run=run).median("seed"))
    assert fig.axes[0].get_ylim() == fig.axes[1].get_ylim()
    assert {"λ = 0", "λ = 0.01", "λ = 0.1"} <= {word.strip() for word in words(fig)}
    steps = fig.axes[5].findobj(StepPatch)
    edges, counts = magnitudes(decayed)
    scale = size_scale(edges, counts)
    areas = [float((step.get_data().values * np.diff(step.get_data().edges)).sum()) for step in steps]
    np.testing.assert_allclose(areas, 1, atol=0.02)  # all but the smallest
    middles = [np.average(step.get_data().edges[1:], weights=step.get_data().values) for step in steps]
    assert middles[2] < middles[1] < middles[0]  # stronger decay, smaller weights
    assert not scale.signed


def test_a_sweep_has_a_point_a_strength_and_a_line_for_all_else_that_differs(decayed, decoupled):
    fig = figure_sweep(decayed, top=2.0)
    dashed, solid = curves_of(fig.axes[0])
    places = decay_places(STRENGTHS)
    assert places[0] < places[1] < places[2]
    for line, name in ((dashed, "train_loss"), (solid, "validation_loss")):
        np.testing.assert_allclose(line.get_xdata(), places)
        np.testing.assert_allclose(line.get_ydata(), at_end(decayed, name).median("seed"))
    assert dashed.get_linestyle() != solid.get_linestyle()
    assert fig.axes[0].get_ylim()[1] == 2.0
    assert [tick.get_text() for tick in fig.axes[0].get_xticklabels()] == ["0", "0.01", "0.1"]
    both = figure_sweep(decoupled)
    assert [len(curves_of(ax)) for ax in both.axes] == [4, 4, 2]
    assert {"Adam", "AdamW"} <= {word.strip() for word in words(both)}


def test_weights_have_a_row_a_run_and_columns_from_first_to_output_layer(decoupled):
    fig = figure_weights(decoupled, runs=["optimizer adam, weight_decay 0.1", "optimizer adamw, weight_decay 0.1"])
    assert len(fig.axes) == 3
    assert [tick.get_text() for tick in fig.axes[0].get_yticklabels()] == ["Adam, λ = 0.1", "AdamW, λ = 0.1"]
    filled, outlined = fig.axes[0].findobj(StepPatch)[:2]
    assert filled.get_data().values.argmax() < outlined.get_data().values.argmax()  # L2 under Adam shrinks them
    assert "output layer" in words(fig)


def test_the_pace_is_drawn_over_the_size_of_the_first_weights(scaled):
    fig = figure_pace(scaled, loss=0.6)
    scale, epochs = initial_scale(scaled), epochs_to(scaled, 0.6)
    with_norm = [str(run) for run in scaled["run"].values if "batch" in str(run)]
    line = curves_of(fig.axes[0])[1]
    np.testing.assert_allclose(line.get_xdata(), scale.sel(run=with_norm))
    expected = np.where(np.isfinite(epochs).all("seed"), epochs.median("seed"), np.nan)
    there = [list(scaled["run"].values).index(run) for run in with_norm]
    np.testing.assert_allclose(line.get_ydata(), expected[there])
    assert (scaled["ended"].sel(run=[r for r in scaled["run"].values if "no norm" in r][-1]) == "diverged").any()
    crosses = [len(mark.get_xdata()) for mark in fig.axes[0].lines if mark.get_marker() == "x"]
    assert sum(crosses) == (~np.isfinite(epochs)).any("seed").sum() > 1, "each that is lost, neighbours too"
    assert any("never gets there" in word.replace("\n", " ") for word in words(fig))
    assert [ax.get_yscale() for ax in fig.axes] == ["linear", "log", "linear"]


def test_stopping_marks_the_best_the_patience_and_the_end_of_the_seed_it_draws(stopped):
    watched, whole = stopped["run"].values
    each = recipe_updates(stopped)
    for seed in stopped["seed"].values:
        left = figure_stopping(stopped, seed=int(seed)).axes[0]
        own = stopped.sel(run=watched, seed=seed)
        best, end = float(own["best_step"]) / each, float(own["ended_step"]) / each
        window = left.patches[0].get_extents().transformed(left.transData.inverted())
        assert (window.x0, window.x1) == (pytest.approx(best), pytest.approx(end))
        (star,) = [line for line in left.lines if line.get_marker() == "*"]
        assert star.get_xydata().tolist() == [
            [best, pytest.approx(float(own["validation_loss"][1:].min()))]
        ]  # not of chance
        beyond = stopped["validation_loss"].sel(run=whole, seed=seed).values
        assert any(np.array_equal(line.get_ydata(), beyond) for line in curves_of(left))
        legend = [text.get_text() for text in left.get_legend().get_texts()]
        assert f"best: epoch {best:g}, kept" in legend
        assert any(f"end: epoch {end:g}" in word for word in legend)


def recipe_updates(ds):
    return actviz.recipe(ds)["epoch_updates"]


def test_stopping_shows_what_the_kept_weights_are_worth_on_the_test_rows(stopped):
    watched, whole = stopped["run"].values
    loss, accuracy = figure_stopping(stopped).axes[1:]
    for ax, what in ((loss, "loss"), (accuracy, "accuracy")):
        kept, last = (stopped[f"{name}_{what}"].sel(run=watched).values for name in ("best_test", "test"))
        budget = stopped[f"test_{what}"].sel(run=whole).values
        for line, values in zip(ax.lines, np.array([kept, last, budget]).T, strict=True):
            np.testing.assert_array_equal(line.get_ydata(), values)
    assert [tick.get_text() for tick in accuracy.get_xticklabels()] == [
        "best,\nkept",
        "last,\nat the stop",
        "last,\nno stop",
    ]


def test_without_a_run_that_goes_on_or_test_rows_stopping_still_says_what_is_there():
    split = {"train": 40, "validation": 60}
    alone = train(split, early_stopping=EarlyStopping("validation_accuracy", patience=2), lr=0.5, epochs=8)
    fig = figure_stopping(alone)
    assert fig.axes[0].get_ylabel() == "accuracy"
    assert words(fig).count("no test rows") == 2
    assert "had it gone on" not in words(fig)


def test_each_watched_run_has_a_figure_of_its_own():
    both = train(early_stopping=[EarlyStopping(patience=1), EarlyStopping(patience=3)], lr=0.5, epochs=5)
    assert [stem for stem, _ in figures_of(both, ["stopping"])] == [
        "stopping-early_stopping_patience_1",
        "stopping-early_stopping_patience_3",
    ]


def test_runs_are_grouped_by_all_but_one_setting(decoupled):
    runs = [str(run) for run in decoupled["run"].values]
    groups = series_of(decoupled, runs, "weight_decay")
    assert [shared_name(group) for group in groups] == ["optimizer adam", "optimizer adamw"]
    assert [len(group) for group in groups] == [3, 3]
    assert run_name("relu, weight_decay 0.1", "en") == "ReLU, λ = 0.1"


def test_a_seed_without_a_number_is_a_mark_and_not_a_point():
    line = over_runs([2.0, 1.0], [[1.0, np.inf], [3.0, 5.0]])
    np.testing.assert_array_equal(line.layers, [1, 2])
    np.testing.assert_array_equal(line.middle, [4, np.nan])
    assert line.overflow.tolist() == [False, True]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda ds: figure_decay(ds, runs="weight_decay 7"), "weight_decay 0, weight_decay 0.01"),
        (lambda ds: figures_of(ds, ["pace"]), "size of their first weights"),
        (lambda ds: figures_of(ds, ["stopping"]), "needs a training with early stopping"),
        (figure_stopping, "needs a training with early stopping"),
    ],
)
def test_what_a_training_lacks_is_told(decayed, call, said):
    with pytest.raises(ActvizError, match=said):
        call(decayed)


def test_a_seed_or_run_that_is_not_there_is_told_those_that_are(stopped):
    with pytest.raises(ActvizError, match="it has 0, 1, 2"):
        figure_stopping(stopped, seed=9)
    with pytest.raises(ActvizError, match="it has early_stopping patience 3"):
        figure_stopping(stopped, run="early_stopping None")


def test_without_runs_that_differ_in_decay_or_held_out_rows_there_is_no_figure_of_decay(stopped):
    assert "differ in weight decay" in FIGURES["sweep"].missing(stopped)
    alone = train({"train": 40, "validation": 0}, weight_decay=[0.0, 0.1], epochs=1)
    assert "validation rows" in FIGURES["decay"].missing(alone)


def test_the_footer_has_the_default_rate_as_its_number():
    assert "rate 0.1 ·" in figure_sweep(train(weight_decay=[0.0, 0.1], lr=0.1, epochs=1)).texts[2].get_text()


@pytest.mark.parametrize(
    ("little", "some", "right", "said"),
    [
        ([0.8, 0.9, 1.0], [2.0, 2.0, 2.0], [0.5, 0.5, 0.5], "loss −18 % at λ = 0.01, no sure gain in accuracy"),
        ([0.5, 1.0, 1.6], [2.0, 2.0, 2.0], [0.5, 0.5, 0.5], "no λ is better for sure than none"),
        ([0.9, 1.2, 1.3], [2.0, 2.0, 2.0], [0.5, 0.5, 0.5], "no λ is better for sure than none"),
        ([1.2, 1.3, 1.4], [2.0, 2.0, 2.0], [0.5, 0.5, 0.5], "decay raises the loss, no sure gain in accuracy"),
        ([0.5, 1.0, 1.6], [2.0, 2.0, 2.0], [0.6, 0.7, 0.8], "no sure gain in loss, accuracy +20 pt at λ = 0.01"),
        ([0.5, 1.0, 1.6], [2.0, 2.0, 2.0], [0.5, 0.7, 0.9], "no λ is better for sure than none"),
        ([1.2, 1.3, 1.4], [1.2, 1.3, 1.4], [0.2, 0.3, 0.4], "decay raises the loss, decay lowers the accuracy"),
    ],
)
def test_the_title_of_a_sweep_says_what_seeds_bear_out_be_it_of_loss_or_accuracy(strengths, little, some, right, said):
    ds = strengths.copy(deep=True)
    ends = {"loss": ([1.0, 1.1, 1.2], little, some), "accuracy": ([0.5, 0.5, 0.5], right, [0.1, 0.1, 0.1])}
    for what, of_runs in ends.items():
        ds[f"validation_{what}"][{"step": -1}] = np.array(of_runs)
    whole, *shorter = sweep_titles(ds, [[str(run) for run in ds["run"].values]], "en")
    assert whole == f"{actviz.recipe(ds)['rows']['train']} rows: {said}"
    assert figure_sweep(ds).words.title in (whole, *shorter)
    assert not any("no sure" in title for title in shorter)


@pytest.fixture(scope="module")
def strengths():
    return train(weight_decay=[0.0, 0.01, 0.1], epochs=1)


def test_the_title_of_a_sweep_of_several_groups_names_the_best_of_each_where_all_are_sure():
    ds = train(weight_decay=[0.0, 0.1], optimizer=["sgd", "adam"], epochs=1)
    runs = [str(run) for run in ds["run"].values]
    ends = {run: 0.5 if "decay 0.1" in run else 1.0 for run in runs}
    for run, loss in ends.items():
        ds["validation_loss"].loc[{"run": run, "step": ds["step"].values[-1]}] = loss
    assert figure_sweep(ds).words.title == "Lowest loss: SGD at λ = 0.1, Adam at λ = 0.1"
    best = sweep_titles(ds, series_of(ds, runs, "weight_decay"), "en")
    assert best[0].count("λ = 0.1 (the largest)") == 2  # the end of the grid is told where there is room
    ds["validation_loss"].loc[{"run": runs[0], "step": ds["step"].values[-1]}] = 0.4
    assert figure_sweep(ds).words.title == "Weight decay: how much is best under SGD, Adam"
    ds["validation_loss"].loc[{"run": runs[1], "step": ds["step"].values[-1]}] = 7.5
    losses = figure_sweep(ds).axes[0]
    assert losses.get_ylim()[1] > max(np.concatenate([line.get_ydata() for line in losses.lines])) >= 7.5


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_strength_of_0_which_a_logarithmic_axis_lacks_is_said_to_stand_apart(decayed, lang):
    note = text("sweep.outside", lang)
    foot = " ".join(words(figure_sweep(decayed, lang=lang))).replace("\n", " ")
    assert note in foot
    some = decayed.sel(run=[run for run in decayed["run"].values if not str(run).endswith(" 0")])
    assert note not in " ".join(words(figure_sweep(some, lang=lang))).replace("\n", " ")
