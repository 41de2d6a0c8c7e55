"""Titles say what a run shows: only what its numbers bear out under every seed, and else the plain title stands."""

import re

import numpy as np
import pytest
from matplotlib.text import Text

import actviz
from actviz.diagnosis.rules import RULES
from actviz.plots import (
    FIGURES,
    figure_collapse,
    figure_gradients,
    figure_histograms,
    figure_overview,
    figure_pace,
    figure_race,
    figure_ridges,
    figure_saturation,
    figure_signal,
    figures_of,
    figures_side_by_side,
    story,
)
from actviz.plots.canvas.style import FONTS
from actviz.plots.reading.found_compared import trainings_titles
from actviz.plots.reading.found_layers import (
    alike_titles,
    factors_of,
    healthy_titles,
    is_kept,
    joined,
    judged,
    kept_titles,
    verdict_titles,
    verdict_word,
)
from actviz.plots.reading.found_networks import spectrum_titles, stream_titles
from actviz.plots.reading.found_trainings import (
    batch_norm_layers_titles,
    batch_norm_titles,
    curves_titles,
    decay_titles,
    descent_titles,
    film_titles,
    lowest,
    pace_titles,
    race_titles,
    stopping_titles,
    unsure_titles,
    weights_titles,
)
from actviz.text import LANGUAGES, TEXT
from actviz.text.numbers import short

INITS, ACTIVATIONS = ["zeros", "normal", "xavier_normal", "he_normal"], ["tanh", "relu"]


@pytest.fixture(scope="module")
def plain():
    return actviz.probe(INITS, ACTIVATIONS, depth=4, width=24, samples=40, seeds=3)


def made(ds, name, first, last):
    """Return a result in which a statistic goes from one value to another; by pairing, of one value or one a seed."""
    ds = ds.copy(deep=True)
    for init, activation in ((i, a) for i in INITS for a in ACTIVATIONS):
        own = ds[name].sel(init=init, activation=activation).transpose("seed", "layer").values.copy()
        start, end = (each.get((init, activation), each[None]) for each in (first, last))
        own[...] = np.linspace(np.broadcast_to(start, own.shape[:1]), np.broadcast_to(end, own.shape[:1]), 4).T
        ds[name].loc[{"init": init, "activation": activation}] = own if ds[name].dims[-1] == "layer" else own.T
    return ds


def signal(ds, lang="en"):
    return kept_titles(ds, "signal", INITS, ACTIVATIONS, lang)


def test_the_one_initializer_that_keeps_the_signal_is_named_with_the_next_beside_it(plain):
    last = {None: 10.0, ("he_normal", "relu"): [1.9, 0.6, 1.0], ("xavier_normal", "relu"): 0.25}
    found = signal(made(plain, "act_std", {None: 1.0}, last))
    assert found[0] == "ReLU: only He normal keeps the signal; Xavier normal × 0.25"
    assert found[1] == "ReLU: only He normal keeps the signal"
    last |= {("he_normal", "tanh"): 1.0}
    assert signal(made(plain, "act_std", {None: 1.0}, last))[0] == "tanh and ReLU: only He normal keeps the signal"


def test_what_seeds_do_not_agree_on_is_not_said(plain):
    last = {None: 10.0, ("he_normal", "relu"): 1.0, ("xavier_normal", "relu"): [0.4, 0.4, 0.6]}
    said = ["Signal kept from layer 1 to 4: 1 of 8 pairings"]  # under every seed, as is said below it
    assert signal(made(plain, "act_std", {None: 1.0}, last)) == said
    figure = figure_signal(made(plain, "act_std", {None: 1.0}, last))
    assert (story(figure).title, "under every seed" in story(figure).read) == (*said, True)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (1.0, "Each of 8 pairings keeps the signal from layer 1 to 4"),
        (3.0, "None of 8 pairings keeps the signal to layer 4"),
        (0.0, "No signal at layer 4 in any of 8 pairings"),
        (1e30, "None of 8 pairings keeps the signal to layer 4"),
        (np.nan, None),
    ],
)
def test_all_and_none_are_counted(plain, last, said):
    assert signal(made(plain, "act_std", {None: 1.0}, {None: last})) == ([said] if said else [])


def test_every_figure_of_detail_and_of_a_users_training_says_what_it_shows(plain, raced, decayed):
    for name, of in (("signal_detail", "signal"), ("gradients_detail", "gradients"), ("collapse_detail", "collapse")):
        told, whole = (FIGURES[each].draw(plain, theory=False).finding for each in (name, of))
        assert told.endswith(", in detail")  # two figures of a page have two titles
        assert whole.startswith(told.removesuffix(", in detail").partition(";")[0])
    for ds, name in ((raced, "curves"), (decayed, "weights"), (decayed, "curves")):
        figure = FIGURES[name].draw(ds)
        assert figure.finding == story(figure).title != "", name
    runs = [str(run) for run in decayed["run"].values]
    equal = decayed.assign(train_loss=decayed["train_loss"] * 0 + 0.5)
    assert unsure_titles(equal, runs, str, "en") == [
        f"Training loss ends from 0.50 ({runs[0]}) to 0.50 ({runs[-1]})", "Training loss ends from 0.50 to 0.50"
    ]  # fmt: skip


def test_the_gradient_is_read_backwards(plain):
    last = {None: 1.0, ("he_normal", "relu"): 100.0}
    ds = made(plain, "grad_preact_rms", {None: 100.0, ("he_normal", "relu"): 70.0}, last)
    found = kept_titles(ds, "gradient", INITS, ACTIVATIONS, "en")
    assert found[-2:] == ["ReLU: only He normal keeps the gradient",
                          "Gradient kept back to layer 1: 1 of 8 pairings"]  # fmt: skip
    assert story(figure_gradients(ds)).title.startswith("ReLU: only He normal keeps the gradient; ")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ({None: 0.3}, {None: 0.6}, ["Samples grow alike under tanh and ReLU"]),
        ({None: 0.0}, {None: 0.05}, ["Samples stay apart under tanh and ReLU"]),
        ({None: 0.3}, {None: 0.6} | {(i, "tanh"): 0.0 for i in INITS},
         ["Samples grow alike under ReLU, not under tanh"]),
        ({None: 1.0}, {None: 1.0}, ["Samples grow alike under tanh and ReLU"]),
        ({None: 0.3}, {None: 0.6, ("he_normal", "relu"): [0.3, 0.6, 0.6]}, ["Samples grow alike under tanh"]),
        ({None: np.nan}, {None: np.nan}, []),
        ({None: 0.3}, {None: 0.6, ("he_normal", "relu"): [np.nan, 0.6, 0.6], ("normal", "tanh"): np.nan},
         ["Samples grow alike under tanh"]),
    ],
)  # fmt: skip
def test_samples_grow_alike_or_stay_apart_with_every_initializer(plain, first, last, said):
    ds = made(plain, "similarity", first, last)
    assert alike_titles(ds, INITS, ACTIVATIONS, "en") == said
    assert story(figure_collapse(ds)).title == (said or [TEXT["collapse.title"]["en"]])[0]


def test_verdicts_make_the_titles_of_distributions_and_of_the_table(plain):
    diagnoses = actviz.diagnose(plain)
    well = {(each.init, each.activation) for each in diagnoses if each.healthy and not each.so_far}
    soon = {(each.init, each.activation) for each in diagnoses if each.so_far}
    assert {("he_normal", "tanh"), ("he_normal", "relu")} <= well
    assert soon == {("xavier_normal", "relu")}
    assert story(figure_histograms(plain, activations="tanh")).title == "tanh: " + (
        "only Xavier normal and He normal are healthy" if ("xavier_normal", "tanh") in well else
        "only He normal is healthy"
    )  # fmt: skip
    assert story(figure_saturation(plain)).title == f"Healthy: {len(well)} of 8 pairings; 1 fading so far"
    assert story(figure_saturation(plain, inits=INITS[1:])).title.startswith("Healthy: 3 of the 6 pairings shown")
    assert story(figure_saturation(plain, inits="zeros")).title == "None of 2 pairings is healthy"
    assert story(figure_saturation(plain, inits="he_normal")).title == "Each of 2 pairings is healthy"
    assert story(figure_overview(plain, pairings=[("he_normal", "relu"), ("zeros", "relu")])).title == (
        "ReLU: only He normal is healthy"
    )
    assert story(figure_ridges(plain, inits="he_normal", activations="relu")).title == (
        "He normal + ReLU: healthy, layers 1 to 4"
    )
    fades = made(plain, "act_std", {None: 1.0}, {None: 1.0, ("xavier_normal", "relu"): 0.3})
    (soon,) = (each for each in verdict_titles(fades, ("xavier_normal", "relu"), "en") if "layers" not in each)
    assert re.fullmatch(r"Xavier normal \+ ReLU: fading so far, std × 0\.30(, gradient × 0\.\d\d)?", soon)
    assert verdict_titles(plain, ("zeros", "relu"), "en")[-1] == (
        "zeros + ReLU: every activation is 0 from layer 1 on"
    )  # fmt: skip


@pytest.mark.parametrize("depth", [4, 30])
def test_a_gradient_is_kept_where_its_verdict_has_it_so(plain, depth):
    ds = plain if depth == 4 else actviz.probe(INITS[2:], ACTIVATIONS, depth=30, width=64, samples=40, seeds=3)
    for each in actviz.diagnose(ds):
        if each.healthy:
            factors = factors_of(ds, "gradient", (each.init, each.activation))
            assert is_kept(factors, "gradient", depth) == (not each.so_far), (each.init, each.activation)


def test_a_signal_that_he_holds_over_many_layers_is_kept_though_single_networks_wander():
    assert is_kept(np.array([0.62, 0.31, 2.9]), "signal", 50)  # 0.98 to 1.02 a layer
    assert is_kept(np.array([0.62, 0.31, 2.9]), "signal", 5) is None
    assert is_kept(np.array([3e-8, 1e-8, 5e-8]), "signal", 50) is False
    assert is_kept(np.array([0.9, 1.1, 0.02]), "signal", 50) is None  # beyond what any verdict has for kept


def test_the_title_is_the_longest_that_has_room(plain):
    ds = made(plain, "act_std", {None: 1.0}, {None: 10.0, ("he_normal", "relu"): 1.0, ("xavier_normal", "relu"): 0.25})
    for size in ("slide", "half", "paper", "square"):
        figure = figure_signal(ds, size=size)
        assert figure.texts[0].get_text().replace("\n", " ") == story(figure).title
        assert "…" not in figure.texts[0].get_text()


def test_nothing_is_said_of_one_layer_and_of_results_laid_over_each_other(plain):
    one = plain.isel(layer=[0])
    assert signal(one) == alike_titles(one, INITS, ACTIVATIONS, "en") == []
    laid = actviz.overlay({"a": plain, "b": plain})
    names = [str(each) for each in laid["init"].values]
    assert kept_titles(laid, "signal", names, ACTIVATIONS, "en") == alike_titles(laid, names, ACTIVATIONS, "en") == []
    assert healthy_titles(laid, judged(laid, [(names[0], "relu")]), "en") == []


def test_who_is_healthy_at_this_depth_alone_is_told_apart_and_the_gravest_fault_leads(plain):
    found = judged(plain, [(init, "relu") for init in INITS])
    assert healthy_titles(plain, found, "en")[0] == "ReLU: only He normal is healthy; fading so far: Xavier normal"
    first, last = found["xavier_normal", "relu"], found["he_normal", "relu"]
    assert (verdict_word(first, "en"), verdict_word(first, "ko")) == ("fading so far", "아직 정상(약해지는 중)")
    assert verdict_word(last, "en") == "healthy"
    pair = {each: found[each] for each in (("xavier_normal", "relu"), ("zeros", "relu"))}
    assert healthy_titles(plain, pair, "en") == [
        "ReLU: none of 2 is healthy; fading so far: Xavier normal",
        "ReLU: none of 2 is healthy; 1 fading so far",
    ]  # fmt: skip
    deep = actviz.probe("normal", "tanh", depth=30, width=64, samples=60, seeds=2)
    (diagnosis,) = actviz.diagnose(deep)
    assert diagnosis.findings[0].verdict.value == "saturated"  # the cause, less severe than what it leads to
    assert diagnosis.verdict.value == "exploding"
    assert verdict_word(diagnosis, "en") == "exploding, severe"
    assert "the gradient explodes" in verdict_titles(deep, ("normal", "tanh"), "en")[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fault_has_words_for_a_title(lang):
    assert {f"found.rule.{rule.name}" for rule in RULES} == {key for key in TEXT if key.startswith("found.rule.")}
    assert joined(["a"], lang) == "a"
    assert FONTS[lang]


@pytest.fixture(scope="module")
def raced():
    runs = actviz.runs(INITS, "relu", data="moons:100", depth=2, width=8, epochs=2, batch=20)
    return actviz.train(runs, "moons:100", seeds=2, workers=1)


GUESS = np.log(2)


def ended(ds, losses, name="train_loss"):
    """Return a training whose runs end with losses by seed."""
    ds = ds.copy(deep=True)
    ds["ended"] = ds["ended"].copy(data=np.full(ds["ended"].shape, "budget", object))
    ds["ended_step"] = ds["ended_step"].copy(data=np.full(ds["ended_step"].shape, ds["step"].values[-1]))
    for run, each in zip(map(str, ds["run"].values), losses, strict=True):
        ds[name].loc[{"run": run, "step": ds["step"].values[-1]}] = each
    return ds


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ([GUESS] * 4, "ReLU: none of 4 learns anything in {updates} updates"),
        ([GUESS, GUESS, GUESS + 1, 0.1], "ReLU: only he_normal learns in {updates} updates"),
        ([GUESS, 0.2, [0.3, 0.2], 0.1], "ReLU: he_normal is ahead; nothing learned by 1 of 4"),
        ([GUESS, 0.2, [0.3, 0.2], [0.25, 0.1]], "ReLU: nothing learned by 1 of 4 in {updates} updates"),
        ([0.4, 0.3, 0.2, 0.1], "ReLU: he_normal is ahead after {updates} updates"),
        ([0.4, 0.3, 0.2, [0.1, 0.25]], None),
        ([np.nan, GUESS, GUESS, 0.1], "ReLU: only he_normal learns in {updates} updates"),
    ],
)
def test_a_race_says_who_learns(raced, losses, said):
    runs = [str(run) for run in raced["run"].values]
    names = dict(zip(runs, INITS, strict=True))
    found = race_titles(ended(raced, losses), runs, names.__getitem__, "ReLU", "en")
    updates = int(raced["update"].values[-1])
    assert found[:1] == ([said.format(updates=updates)] if said else [])


def test_the_races_axis_is_where_the_lines_are(raced):
    low = raced.copy(deep=True)
    low["batch_loss"] = low["batch_loss"] * 0 + GUESS
    bottom, top = figure_race(low).axes[0].get_ylim()
    assert 0.4 < bottom < GUESS < top < 1.0
    assert "ln 2" in " ".join(each.get_text() for each in figure_race(low).axes[0].texts)


def test_a_loss_that_starts_above_the_races_axis_is_told_with_its_value(raced):
    ds, first = raced.copy(deep=True), str(raced["run"].values[0])
    ds["batch_loss"] = ds["batch_loss"] * 0 + GUESS + 14 * (ds["run"] == first) * (ds["update"] < 9)
    whole, alone = figure_race(ds), figure_race(ds, layers=False)
    for words in (" ".join(each.get_text() for each in whole.axes[0].texts), alone.words.footer):
        (value,) = re.findall(r"above the axis at first: zeros ([\d.]+)", words.replace("\n", " "))
        assert whole.axes[0].get_ylim()[1] < float(value) == pytest.approx(GUESS + 14, rel=0.05)


def test_a_lowest_loss_is_lower_than_every_other_under_every_seed(raced):
    runs = [str(run) for run in raced["run"].values]
    best = ended(raced, [1.0, 0.9, 0.8, [0.1, 0.2]], "validation_loss")
    assert curves_titles(best, runs, str, "en") == [
        f"{runs[-1]} ends with the lowest validation loss", f"Lowest validation loss: {runs[-1]}",
    ]  # fmt: skip
    assert curves_titles(ended(raced, [1.0, 0.9, 0.15, [0.1, 0.2]], "validation_loss"), runs, str, "en") == []
    assert lowest({}) == lowest({"a": np.array([1.0])}) == ""


def test_a_film_names_the_run_whose_last_layer_changes_most_and_weights_the_smallest(raced):
    runs = [str(run) for run in raced["run"].values]
    told = raced.copy(deep=True)
    told["act_std"] = told["act_std"] * 0 + 1.0
    assert film_titles(told, runs, str, "en") == []
    told["act_std"].loc[{"run": runs[1], "layer": 2, "snapshot": told["snapshot"].values[-1]}] = 0.25
    assert film_titles(told, runs, str, "en") == [f"Layer 2 changes most from {runs[1]}: std × 0.25"]
    assert film_titles(told.assign(act_std=told["act_std"] * np.nan), runs, str, "en") == []
    told = ended(raced, [1.0] * 4)
    told["weight_norm"] = told["weight_norm"] * 0 + 1.0
    told["weight_norm"].loc[{"run": runs[2], "step": told["step"].values[-1]}] = 0.5
    assert weights_titles(told, runs, str, "en") == [f"{runs[2]}: smallest weights in the end, × 0.50"]


def test_titles_of_batch_norm_count_scales_or_say_nothing_of_two_classes(normed):
    from actviz.plots.figures.normalization import norm_pairs

    pairs = norm_pairs(normed)
    assert batch_norm_titles(normed, pairs, "en") == []
    ten = normed.assign_attrs(recipe=normed.attrs["recipe"].replace('"classes": 2', '"classes": 10'))
    right = ten.assign(train_accuracy=ten["train_accuracy"] * 0 + 0.6)
    (title,) = batch_norm_titles(right, pairs, "en")
    diverged = sum(bool((normed["ended"].sel(run=pair[None]) == "diverged").any()) for pair in pairs.values())
    assert title == f"Half right with batch norm: 6 of 6 starts; without: {6 - diverged}"
    level = normed.assign(act_std=normed["act_std"].fillna(0) * 0 + 0.5)
    assert batch_norm_layers_titles(level, pairs, list(pairs), "en") == [
        "Over all scales layer 3 varies × 1.0, with batch norm × 1.0",
        "Layer 3 varies × 1.0, with batch norm × 1.0",
    ]
    assert batch_norm_layers_titles(level.assign(act_std=level["act_std"] * 0), pairs, list(pairs), "en") == []


def test_titles_of_decay_pace_stopping_and_descents(decayed, descended):
    runs = [str(run) for run in decayed["run"].values]
    told = ended(ended(decayed, [0.2, 0.5]), [1.2, 0.6], "validation_loss")
    assert decay_titles(told, runs, "en") == ["λ = 0.1 narrows the gap of losses from 1.0 to 0.10"]
    assert decay_titles(ended(ended(decayed, [0.2, 0.5]), [0.3, 1.6], "validation_loss"), runs, "en") == []
    unsure = told.copy(deep=True)
    unsure["validation_loss"][{"run": 1, "seed": 0}] = 1.3  # higher than without, but under one seed alone
    assert decay_titles(unsure, runs, "en")[0].startswith("λ = 0.1 narrows the gap of losses from 1.0 to ")
    sizes = [f"variance_scaling:{2 * size**2:g}" for size in (0.5, 1, 4)]
    settings = {"data": "moons:60", "depth": 2, "width": 40, "epochs": 3, "batch": 20}
    paced = actviz.train(actviz.runs(sizes, "relu", **settings), "moons:60", seeds=2, workers=1)
    names = [str(run) for run in paced["run"].values]
    slower = paced.assign(train_loss=paced["train_loss"] * 0 + 1.0)
    steps = slower["step"].values
    slower["train_loss"].loc[{"run": names[1], "step": steps[1:]}] = 0.1
    slower["train_loss"].loc[{"run": names[2], "step": steps[3:]}] = 0.1
    (title,) = pace_titles(slower, [names], 0.5, "en")
    assert re.fullmatch(r"Weights (3\.\d|4) × He's take 3\.0 times as long as He's", title)
    assert story(figure_pace(slower)).title == title
    assert pace_titles(paced.assign(train_loss=paced["train_loss"] * 0 + 1.0), [names], 0.5, "en") == []
    chosen = [str(run) for run in descended["run"].values]
    for count, said in ((0, "None of 4 descents"), (1, "Poor region left without noise by 1 of 4"), (4, "Each of 4")):
        reached = np.where(np.arange(4) < count, -1.0, 0.0) + float(descended["start_value"])
        (title,) = descent_titles(descended.assign(reached_value=("run", reached)), chosen, "en")
        assert title.startswith(said)
    settings |= {"early_stopping": [actviz.EarlyStopping(patience=1), None]}
    split = actviz.Split(validation=0.2, test=0.2)
    stopped = actviz.train(actviz.runs("he_normal", "relu", **settings), "moons:60", split=split, seeds=2, workers=1)
    watched, whole = (str(run) for run in stopped["run"].values)
    (title,) = stopping_titles(stopped, watched, whole, "en")
    better = (stopped["best_test_loss"].sel(run=watched) < stopped["test_loss"].sel(run=whole)).sum().item()
    assert title.endswith(f"lower test loss in {better} of 2 seeds")


def test_a_selection_that_lost_a_dimension_and_a_misspelt_panel_are_one_line(one_line_error):
    ds = actviz.probe("he_normal", "relu", depth=2, width=8, samples=10, seeds=2)
    assert "sel(init=[...])" in one_line_error(figure_signal, ds.sel(init="he_normal", activation="relu"))
    assert "there are relu" in one_line_error(figure_signal, ds, ylim={"rleu": (0.1, 2.0)})


def test_runs_that_diverge_are_no_finding_and_not_healthy():
    given = {"data": "moons:100", "depth": 3, "width": 12, "epochs": 3, "batch": 20, "snapshots": 2}
    runs = actviz.runs(["he_normal", "lecun_normal"], "relu", lr=[0.05, 1e9], **given)
    ds = actviz.train(runs, "moons:100", seeds=2, workers=1)
    assert (ds["ended"] == "diverged").any()
    sure = [str(run) for run in ds["run"].values if not (ds["ended"].sel(run=run) == "diverged").any()]
    for title in film_titles(ds, list(map(str, ds["run"].values)), str, "en"):
        assert any(run in title for run in sure)
    words = " ".join(item.get_text() for item in figure_race(ds).findobj(Text))
    assert "2 of 2 seeds diverged" in words.replace("\n", " ")
    assert "no schedule is surely" not in FIGURES["budget"].draw(ds).texts[0].get_text()


def test_the_title_of_ridges_tells_of_what_is_drawn():
    ds = actviz.probe("normal:0.01", "relu", depth=6, width=30, samples=40, seeds=3)
    first, last = (float(ds["act_std"].isel(layer=at, init=0, activation=0).median()) for at in (0, -1))
    (_, title) = verdict_titles(ds, ("normal:0.01", "relu"), "en")
    assert f"× {short(float((ds['act_std'].isel(layer=-1) / ds['act_std'].isel(layer=0)).median()))}" in title
    assert last < 1e-3 * first


def test_a_decay_that_costs_loss_is_not_told_as_a_gain():
    given = {"data": "moons:60", "depth": 2, "width": 20, "epochs": 40, "batch": 10, "lr": 0.3, "snapshots": 0}
    runs = actviz.runs("he_normal", "tanh", weight_decay=[0.0, 0.001, 1.0], **given)
    ds = actviz.train(runs, "moons:60", split=actviz.Split(validation=0.4, label_noise=0.2), seeds=2, workers=1)
    assert not any("λ = 1 " in title for title in decay_titles(ds, list(map(str, ds["run"].values)), "en"))


def test_results_laid_over_or_beside_each_other_say_what_differs(plain):
    """In pairings of which all seeds agree; one and the same pairing by what becomes of it."""
    level = made(plain, "act_std", {None: 1.0}, {None: 1.0})
    fades = made(plain, "act_std", {None: 1.0}, {None: 0.1, ("he_normal", "relu"): 1.0})
    unsure = made(plain, "act_std", {None: 1.0}, {None: 0.1, ("he_normal", "relu"): [1.0, 1.0, 0.1]})
    laid = actviz.overlay({"before": fades.isel(seed=slice(2)), "after": level})  # of unlike numbers of seeds
    assert story(figure_signal(laid)).title == "Signal kept: before 1 of 8, after 8 of 8"
    assert "(tanh)" in story(figure_histograms(laid, activations="tanh")).title
    assert story(figure_signal(actviz.overlay({"a": unsure, "b": level}))).title == TEXT["signal.title"]["en"]
    alone = {"init": ["he_normal"], "activation": ["relu"]}
    one = actviz.overlay({"before": fades.sel(alone), "after": level.sel(alone)})
    assert story(figure_signal(one)).title == "Signal, He normal + ReLU: before × 1.0, after × 1.0"
    (beside,) = (draw() for _, draw in figures_side_by_side({"before": fades, "after": level}, ["signal"], z=False))
    assert beside.words.title.startswith("Signal kept")
    assert "before 1 of 8, after 8 of 8" in beside.words.title
    shown = [item.get_text() for item in beside.texts]
    assert any(words.startswith("ReLU: only He normal keeps the signal") for words in shown)
    (grid,) = (draw() for _, draw in figures_of(plain, ["histograms"], grid=True, theory=False))
    assert grid.words.title == "Healthy: tanh 2 of 4, ReLU 1 of 4 pairings; 1 fading so far"


def test_trainings_beside_each_other_say_where_the_loss_is_lowest(raced):
    lower = ended(raced, [0.1, 0.2, 0.3, 0.4], "validation_loss")
    higher = ended(raced, [0.2, 0.1, 0.4, [0.5, 0.3]], "validation_loss")
    laid = actviz.overlay({"plain": lower, "decayed": higher})
    assert story(FIGURES["curves"].draw(laid)).title == "Lowest validation loss, by run: plain 2 of 4, decayed 1 of 4"
    (run, *_) = map(str, raced["run"].values)
    both = {"plain": (lower, {run: run}), "decayed": (higher.isel(seed=[0]), {run: run})}
    assert trainings_titles(both, "en") == ["plain ends with the lowest validation loss"]
    assert trainings_titles({"plain": both["plain"], "same": both["plain"]}, "en") == []


@pytest.mark.parametrize(
    ("spreads", "said"),
    [
        ({"orthogonal": [0.02, 0.03], "normal": [41.0, 40.0]},
         "ReLU: s² spreads least with orthogonal (0.025), most with N(0, 1) (40)"),
        ({"orthogonal": [0.02, 3.0], "normal": [2.0, 1.0]}, "ReLU: spread of s² from 1.5 to 1.5"),
        ({"normal": [2.0, 4.0]}, "N(0, 1) + ReLU: spread of s² 3.0"),
        ({"zeros": [np.nan, np.nan]}, None),
        ({"normal": [2.0, 4.0], "zeros": [np.nan, np.nan]}, "N(0, 1) + ReLU: spread of s² 3.0"),
        ({"orthogonal": [0.0, 0.0]}, "orthogonal + ReLU: spread of s² 0 to rounding"),
        ({"orthogonal": [0.0, 0.0], "identity": [0.0, 0.0]}, "ReLU: spread of s² 0 to rounding"),
    ],
)  # fmt: skip
def test_the_spread_of_a_spectrum_is_told_of_whom_every_seed_agrees_on(spreads, said):
    found = spectrum_titles({(init, "relu"): np.array(each) for init, each in spreads.items()}, "en")
    assert found[:1] == ([said] if said else [])


def test_a_stream_is_told_by_its_ends_and_by_where_it_is_lost():
    size, gradient = np.array([[1.0, 2.0, 4.0], [1.0, 2.0, 6.0]]), np.array([[0.3, 0.2, 0.1]] * 2)
    assert stream_titles(size, gradient, "", "en")[0] == "Over 3 blocks: stream × 5.0, its gradient back × 3.0"
    assert stream_titles(size, gradient * np.nan, "", "en")[0].endswith("no gradient to compare")
    assert stream_titles(size * [1, np.inf, 1], gradient, "a", "en") == ["a: the stream is not finite from block 2 on"]
    assert stream_titles(size[:, :1], gradient[:, :1], "", "en") == []
